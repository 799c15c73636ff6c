//! XML as a stream (<https://www.w3.org/TR/xml/>): each element is looked at by the table that its parent has for it.
//! Memory does not grow with the document, but with its depth and with the longest of its texts.

use std::io::{self, BufRead, Read};

use quick_xml::Reader;
use quick_xml::errors::{Error, IllFormedError};
use quick_xml::events::attributes::AttrError;
use quick_xml::events::{BytesStart, Event};

use super::document::{Document, Fix, Form, Of, Span, quoted};
use super::element::{Frame, How, Shape, Written};
use super::meaning::not_well_formed;
use super::references::{Doctype, bare_ampersands, declared, forbidden, is_name, text_of, unescaped};
use super::scope::{Resolved, Scope};
use super::values::Value;
use super::{html, meaning};
use crate::diagnostic::Rule;
use crate::text::shown;

/// How long one tag, text or comment may be, in bytes.
const LONGEST: u64 = 32 * 1024 * 1024;
/// How many attributes an element may have.
const MOST_ATTRIBUTES: usize = 1000;
/// How deep elements may be in each other.
const DEEPEST: usize = 256;

/// A reader that fails if a single event has more bytes than `left`.
struct Limited<R> {
    inner: R,
    left: u64,
}

impl<R: BufRead> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Limited<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            let message = format!("a tag or a text is longer than {} MiB", LONGEST / 1024 / 1024);
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.left = self.left.saturating_sub(count as u64);
        self.inner.consume(count);
    }
}

/// Looks at a document.
pub(super) fn read(document: &mut Document, input: impl BufRead) {
    let mut reader = Reader::from_reader(Limited { inner: input, left: LONGEST });
    let mut machine = Machine::new(&mut reader);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let start = reader.buffer_position();
        reader.get_mut().left = LONGEST;
        let event = reader.read_event_into(&mut buffer);
        let at = Span { start, length: reader.buffer_position().saturating_sub(start) };
        if !machine.step(document, event, at) {
            return;
        }
    }
}

/// Looks at a document that is in memory, which need not be copied.
pub(super) fn read_slice(document: &mut Document, bytes: &[u8]) {
    let mut reader = Reader::from_reader(bytes);
    let mut machine = Machine::new(&mut reader);
    loop {
        let start = reader.buffer_position();
        let event = reader.read_event();
        let at = Span { start, length: reader.buffer_position().saturating_sub(start) };
        if !machine.step(document, event, at) {
            return;
        }
    }
}

/// What the parser says, in a clause.
fn explained(error: &Error) -> String {
    match error {
        Error::IllFormed(IllFormedError::MismatchedEndTag { expected, found }) => {
            format!("</{found}> ends <{expected}>")
        }
        Error::IllFormed(IllFormedError::UnmatchedEndTag(name)) => format!("</{name}> ends nothing"),
        Error::IllFormed(IllFormedError::DoubleHyphenInComment) => "a comment has `--` in it".to_owned(),
        Error::Io(error) => error.to_string(),
        error => error
            .to_string()
            .trim_end_matches('.')
            .replace("syntax error: ", "")
            .replace("ill-formed document: ", "")
            .to_lowercase(),
    }
}

/// The elements that are open, and what they mean.
#[derive(Default)]
struct Machine {
    frames: Vec<Frame>,
    depth: usize,
    scope: Scope,
    doctype: Option<Doctype>,
    had_root: bool,
    /// Whether nothing but blanks has been read.
    is_blank: bool,
}

impl Machine {
    fn new<R>(reader: &mut Reader<R>) -> Self {
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_comments = true;
        config.allow_dangling_amp = true;
        Self { is_blank: true, ..Self::default() }
    }

    /// Handles one event. Returns whether reading can go on.
    fn step(&mut self, document: &mut Document, event: Result<Event<'_>, Error>, at: Span) -> bool {
        match event {
            Ok(Event::Eof) => {
                self.finish(document, at);
                false
            }
            Ok(event) => self.event(document, &event, at),
            Err(Error::Io(error)) if error.kind() == io::ErrorKind::FileTooLarge => {
                too_complex(document, at, error.to_string());
                false
            }
            Err(error) => {
                not_well_formed(document, at, explained(&error));
                false
            }
        }
    }

    /// Handles the end of the document: reports what is still open or missing.
    fn finish(&self, document: &mut Document, end: Span) {
        if let Some(open) = self.around().last() {
            not_well_formed(document, end, format!("the document ends inside {}", open.shown()));
        } else if !self.had_root {
            not_well_formed(document, end, "the document has no element");
        }
        if document.is_profiled {
            document.found.retain(|found| found.rule != Rule::ExtensionAttribute);
        }
    }

    fn around(&self) -> &[Frame] {
        self.frames.get(..self.depth).unwrap_or_default()
    }

    /// Handles one event before the end. Returns whether reading can go on.
    fn event(&mut self, document: &mut Document, event: &Event<'_>, at: Span) -> bool {
        match event {
            Event::Start(start) => {
                if self.depth >= DEEPEST {
                    too_complex(document, at, format!("elements are nested deeper than {DEEPEST}"));
                    return false;
                }
                if self.depth == 0 && self.had_root {
                    not_well_formed(document, at, "a second element follows the first");
                    return false;
                }
                return self.open(document, start, at);
            }
            Event::End(_) => self.close(document, at),
            Event::Text(text) => self.text(document, text, at),
            Event::CData(text) => {
                if let Some(frame) = self.top() {
                    let is_alone = frame.is_verbatim && frame.text.trim_ascii().is_empty();
                    frame.cdata = is_alone.then(|| (at.start + 9).saturating_sub(frame.text.len() as u64));
                    frame.is_verbatim = false;
                }
                match simdutf8::basic::from_utf8(text) {
                    Ok(_) if self.depth == 0 => {
                        not_well_formed(document, at, "CDATA stands outside of the first element");
                    }
                    Ok(text) => {
                        let inside = Span { start: at.start + 9, length: at.length.saturating_sub(12) };
                        self.push(document, text, inside);
                    }
                    Err(_) => wrong_encoding(document, at),
                }
            }
            Event::GeneralRef(_) if self.depth == 0 => {
                not_well_formed(document, at, "a reference stands outside of the first element");
            }
            Event::GeneralRef(reference) => match std::str::from_utf8(reference) {
                Ok(name) => self.reference(document, name, at),
                Err(_) => wrong_encoding(document, at),
            },
            Event::DocType(text) => self.document_type(document, &String::from_utf8_lossy(text), at),
            Event::Decl(declaration) => {
                declared(document, declaration, at, self.is_blank);
                self.is_blank = false;
            }
            Event::PI(text) if at.start > 0 && text.starts_with(b"xml ") => {
                not_well_formed(document, at, "the XML declaration is not the first of the document");
            }
            Event::PI(text) => {
                let target = text.split(u8::is_ascii_whitespace).next().unwrap_or_default();
                if target.eq_ignore_ascii_case(b"xml") {
                    not_well_formed(document, at, "an instruction may not be called `xml`");
                }
                self.comment(document, text, at);
            }
            Event::Comment(text) => self.comment(document, text, at),
            Event::Empty(_) | Event::Eof => {}
        }
        true
    }

    /// A comment, or an instruction.
    fn comment(&mut self, document: &mut Document, bytes: &[u8], at: Span) {
        self.is_blank = false;
        if let Some(frame) = self.top() {
            (frame.is_verbatim, frame.cdata) = (false, None);
        }
        match std::str::from_utf8(bytes) {
            // The place of the comment is exact enough.
            Ok(text) if text.chars().any(|c| c < ' ' && !matches!(c, '\t' | '\n' | '\r')) => {
                not_well_formed(document, at, "a comment or instruction has a control character");
            }
            Ok(_) => {}
            Err(_) => wrong_encoding(document, at),
        }
    }

    fn top(&mut self) -> Option<&mut Frame> {
        self.depth.checked_sub(1).and_then(|top| self.frames.get_mut(top))
    }

    /// Handles text. References are events of their own, so an ampersand in it is a bare one.
    fn text(&mut self, document: &mut Document, bytes: &[u8], at: Span) {
        if self.top().is_some_and(|frame| frame.ignores(bytes)) {
            return;
        }
        let Ok(text) = simdutf8::basic::from_utf8(bytes) else {
            let valid = std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len);
            wrong_encoding(document, Span { start: at.start + valid as u64, length: 1 });
            return self.push(document, &String::from_utf8_lossy(bytes), at);
        };
        if let Some(frame) = self.top().filter(|frame| frame.cdata.is_some() && !text.trim_ascii().is_empty())
        {
            frame.cdata = None;
        }
        if memchr::memchr2(b'&', b']', bytes).is_some() {
            bare_ampersands(document, text, at);
            if let Some(place) = text.find("]]>") {
                let at = Span { start: at.start + place as u64, length: 3 };
                not_well_formed(document, at, "`]]>` is written as `]]&gt;` in a text");
            }
        }
        self.push(document, text, at);
    }

    fn push(&mut self, document: &mut Document, text: &str, at: Span) {
        forbidden(document, text, at);
        let Some(top) = self.depth.checked_sub(1) else {
            if !text.trim_ascii().is_empty() {
                self.is_blank = false;
                not_well_formed(document, at, "a text stands outside of the first element");
            }
            return;
        };
        let Some(frame) = self.frames.get_mut(top) else { return };
        if !document.is_own && !text.is_ascii() {
            html::characters(document, text, Of::Element(&frame.name), at);
        }
        match frame.how {
            // In RDF, text and elements side by side mean nothing.
            How::Skipped => frame.has_stray |= document.form == Form::Rdf && !text.trim_ascii().is_empty(),
            How::Construct if frame.value("type") == Some("xhtml") && frame.has_children => {
                if !frame.has_stray && !text.trim_ascii().is_empty() {
                    frame.has_stray = true;
                    let message = format!("{} has a text after its <div>", frame.shown());
                    document.report(Rule::StrayText, "UnexpectedText", at, message);
                }
            }
            How::Shape(Shape { text: Value::Nothing, .. }) => {
                if !frame.has_stray && !text.trim_ascii().is_empty() {
                    frame.has_stray = true;
                    let message = format!("{} has a text between its elements", frame.shown());
                    document.report(Rule::StrayText, "UnexpectedText", at, message);
                }
            }
            How::Construct if frame.value("type") == Some("xhtml") => {
                if !frame.has_stray && !text.trim().is_empty() {
                    frame.has_stray = true;
                    let message = format!("{} has text that is in no <div> of XHTML", frame.shown());
                    document.report(Rule::MissingElement, "MissingXhtmlDiv", at, message);
                }
            }
            How::Text(_) | How::Shape(_) | How::Construct | How::Markup => {
                // References come one by one, each short.
                if (frame.text.len() as u64) < LONGEST {
                    frame.text.push_str(text);
                }
            }
        }
    }

    /// A reference, by what is between `&` and `;`.
    fn reference(&mut self, document: &mut Document, name: &str, at: Span) {
        if let Some(frame) = self.top() {
            (frame.is_verbatim, frame.cdata) = (false, None);
            frame.has_hex |= name.starts_with("#x");
        }
        let text = text_of(document, name, at, self.doctype.as_ref());
        self.push(document, &text, at);
    }

    fn document_type(&mut self, document: &mut Document, text: &str, at: Span) {
        if self.had_root || self.doctype.is_some() {
            return not_well_formed(document, at, "the document type is not where it may be");
        }
        let doctype = Doctype::read(text);
        if text.contains("http://my.netscape.com/publish/formats/rss-0.91.dtd") {
            let message = "the document type is no longer at this address";
            document.report(Rule::OldDoctype, "DeprecatedDTD", at, message);
        } else if !doctype.is_rss_091 {
            let is_external = text.contains("SYSTEM") || text.contains("PUBLIC");
            let w3c = if is_external { "ContainsSystemEntity" } else { "" };
            document.report(Rule::DocumentType, w3c, at, "no reader needs the document type");
        }
        self.doctype = Some(doctype);
    }

    /// Handles a start tag. Returns whether reading can go on.
    fn open(&mut self, document: &mut Document, start: &BytesStart<'_>, tag: Span) -> bool {
        if self.frames.len() <= self.depth {
            self.frames.push(Frame::default());
        }
        let Some((around, [frame, ..])) = self.frames.split_at_mut_checked(self.depth) else { return false };
        frame.clear();
        frame.tag = tag;
        frame.links = document.links.len();
        let Ok(name) = std::str::from_utf8(start.name().into_inner()) else {
            wrong_encoding(document, tag);
            return false;
        };
        frame.name.push_str(name);
        if !is_name(name) {
            let at = Span { start: tag.start, length: 1 };
            let message = match name.is_empty() {
                true => "a `<` that begins no tag is written as `&lt;`".to_owned(),
                false => format!("`{}` is no name of an element", shown(name)),
            };
            let fix = name.is_empty().then(|| Fix::Replace(at, "&lt;".to_owned()));
            document.report_with(Rule::NotWellFormed, "SAXError", at, message, fix);
            return false;
        }
        let has_attributes = !start.attributes_raw().is_empty();
        let entities = self.doctype.as_ref();
        if has_attributes && !read_attributes(document, start, frame, &mut self.scope, entities, self.depth) {
            return false;
        }
        match around.last_mut() {
            Some(parent) => meaning::child(&self.scope, document, frame, parent, name),
            None => {
                self.had_root = true;
                let is_rss_091 = self.doctype.as_ref().is_some_and(|doctype| doctype.is_rss_091);
                meaning::root(&mut self.scope, document, frame, is_rss_091);
            }
        }
        meaning::look_at_attributes(document, frame);
        self.depth += 1;
        true
    }

    /// An element is over.
    fn close(&mut self, document: &mut Document, at: Span) {
        let Some(top) = self.depth.checked_sub(1) else { return };
        self.depth = top;
        self.scope.leave(top);
        if let Some((around, [frame, ..])) = self.frames.split_at_mut_checked(top) {
            meaning::over(document, frame, around, at);
        }
    }
}

/// Reads attributes and declarations. Whether they are well-formed.
fn read_attributes(
    document: &mut Document,
    start: &BytesStart<'_>,
    frame: &mut Frame,
    scope: &mut Scope,
    doctype: Option<&Doctype>,
    depth: usize,
) -> bool {
    let whole = start.as_ptr() as usize;
    let within = |part: &[u8]| (part.as_ptr() as usize).saturating_sub(whole);
    for (index, attribute) in start.attributes().enumerate() {
        let attribute = match attribute {
            Ok(_) if index >= MOST_ATTRIBUTES => {
                too_complex(document, frame.tag, "an element has too many attributes");
                return false;
            }
            Ok(attribute) => attribute,
            Err(error) => {
                let (place, what) = wrong_attribute(&error);
                let at = Span { start: frame.tag.start + 1 + place as u64, length: 1 };
                not_well_formed(document, at, what);
                return false;
            }
        };
        let raw: &[u8] = &attribute.value;
        let raw_key = attribute.key.into_inner();
        let (Ok(key), Ok(raw_value)) = (std::str::from_utf8(raw_key), std::str::from_utf8(raw)) else {
            wrong_encoding(document, frame.tag);
            return false;
        };
        let key_at =
            Span { start: frame.tag.start + 1 + within(raw_key) as u64, length: raw_key.len() as u64 };
        let before = within(raw_key).checked_sub(1).and_then(|before| start.get(before));
        if !is_name(key) || before.is_none_or(|byte| !byte.is_ascii_whitespace()) {
            not_well_formed(document, key_at, format!("{} is no attribute", quoted(key)));
            return false;
        }
        let at = Span { start: frame.tag.start + 1 + within(raw) as u64, length: raw.len() as u64 };
        if raw_value.contains('<') {
            not_well_formed(document, at, format!("`<` is written as `&lt;` in `{key}`"));
            return false;
        }
        forbidden(document, raw_value, at);
        let value = unescaped(document, raw_value, at, doctype);
        html::characters(document, &value, Of::Key(key), at);
        match key.strip_prefix("xmlns") {
            Some("") => scope.declare(document, "", value, at, depth),
            Some(prefix) if prefix.starts_with(':') => {
                scope.declare(document, prefix.trim_start_matches(':'), value, at, depth);
            }
            _ => frame.attributes.push(Written { key: key.to_owned(), value, at }),
        }
    }
    // A declaration counts for attributes before it too.
    are_declared(document, frame, scope)
}

/// Gives attributes the usual prefixes of their namespaces. Whether those are declared.
fn are_declared(document: &mut Document, frame: &mut Frame, scope: &Scope) -> bool {
    for attribute in &mut frame.attributes {
        let Some((prefix, local)) = attribute.key.split_once(':') else { continue };
        let usual = match scope.resolve(prefix) {
            Resolved::Known(usual) => usual,
            Resolved::Main => "main",
            Resolved::Unknown | Resolved::None => "?",
            Resolved::Undeclared => {
                let message = format!("the prefix of `{}` is not declared", attribute.key);
                not_well_formed(document, frame.tag, message);
                return false;
            }
        };
        attribute.key = format!("{usual}:{local}");
    }
    // Two prefixes may stand for one namespace.
    let keys = frame.attributes.iter().map(|attribute| attribute.key.as_str());
    let mut keys: Vec<&str> = keys.filter(|key| key.contains(':') && !key.starts_with("?:")).collect();
    keys.sort_unstable();
    let is_repeated = keys.windows(2).any(|pair| pair.first() == pair.last());
    if is_repeated {
        not_well_formed(document, frame.tag, format!("{} has an attribute twice", frame.shown()));
    }
    !is_repeated
}

/// Where in a tag an attribute is wrong, and why.
fn wrong_attribute(error: &AttrError) -> (usize, &'static str) {
    match error {
        AttrError::ExpectedEq(at) => (*at, "an attribute has no value"),
        AttrError::ExpectedValue(at) => (*at, "an attribute has no value"),
        AttrError::UnquotedValue(at) => (*at, "the value of an attribute has no quotes around it"),
        AttrError::ExpectedQuote(at, _) => {
            (*at, "the quotes around the value of an attribute are not closed")
        }
        AttrError::Duplicated(at, _) => (*at, "an attribute is repeated"),
    }
}

/// Says that the rest of a document is not looked at.
pub(super) fn too_complex(document: &mut Document, at: Span, message: impl Into<String>) {
    document.report(Rule::TooComplex, "ValidatorLimit", at, message);
}

fn wrong_encoding(document: &mut Document, at: Span) {
    if document.count(Rule::WrongEncoding) == 0 {
        document.report(Rule::WrongEncoding, "UnicodeError", at, "the bytes are not UTF-8");
    }
}

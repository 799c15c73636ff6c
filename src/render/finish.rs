//! What the crates `rss` and `atom_syndication` cannot write is added here, by one typed pass over what they wrote: the
//! declaration with its encoding, hexadecimal references, languages of entries, indentation and a final newline.

use std::ops::Range;

use quick_xml::escape::{partial_escape, resolve_predefined_entity};
use quick_xml::events::{BytesDecl, BytesPI, BytesRef, BytesStart, BytesText, Event};
use quick_xml::{Reader, Writer};

use super::{Document, page};
use crate::error::Failure;
use crate::model::Feed;
use crate::source::feed::MARK;

/// How text is escaped.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum References {
    /// `&amp;` and `&lt;`.
    Named,
    /// `&#x26;` and `&#x3C;`, which the RSS profile recommends for text, because some readers decode the others twice.
    /// URLs keep `&amp;`, because some readers do not decode these in a URL.
    Hexadecimal,
}

/// The elements of RSS that hold URLs.
const URLS: &[&[u8]] = &[b"link", b"guid", b"url", b"docs", b"comments"];

/// What a document gets besides what its crate wrote.
pub(super) struct Finish<'a> {
    pub(super) references: References,
    /// The languages of the elements `entry`, in order.
    pub(super) languages: &'a [Option<&'a str>],
    /// Whether it is an archive of Atom, which must be marked before its entries.
    pub(super) archive: bool,
    /// The feed, from which the page for browsers is made.
    pub(super) feed: &'a Feed<'a>,
}

/// Finishes a document.
pub(super) fn finish(document: &[u8], finish: &Finish<'_>) -> Result<Document, Failure> {
    let mut finisher = Finisher {
        finish,
        writer: Writer::new_with_indent(Vec::with_capacity(document.len() * 5 / 4), b' ', 2),
        languages: finish.languages.iter(),
        text: String::new(),
        element: Vec::new(),
        pending: None,
        has_preface: false,
        entries: 0..0,
    };
    prolog(&mut finisher.writer, finish.feed.stylesheet.as_deref()).map_err(Failure::unsound)?;
    let mut reader = Reader::from_reader(document);
    loop {
        match reader.read_event().map_err(Failure::unsound)? {
            Event::Eof => break,
            event => finisher.event(event)?,
        }
    }
    let mut bytes = finisher.writer.into_inner();
    bytes.push(b'\n');
    Ok(Document { bytes, entries: finisher.entries })
}

/// A document on its way through.
struct Finisher<'a, 'd> {
    finish: &'a Finish<'a>,
    writer: Writer<Vec<u8>>,
    /// The languages of entries that are still to come.
    languages: std::slice::Iter<'a, Option<&'a str>>,
    /// The text since the last tag.
    text: String,
    /// The element that was opened last.
    element: Vec<u8>,
    /// A start tag that is not written yet, because its element may be empty.
    pending: Option<BytesStart<'d>>,
    has_preface: bool,
    /// Where in what is written the entries begin and end.
    entries: Range<usize>,
}

impl<'d> Finisher<'_, 'd> {
    fn event(&mut self, event: Event<'d>) -> Result<(), Failure> {
        match event {
            // Text comes in pieces, with its references between them.
            Event::Text(piece) => self.text.push_str(&piece.decode().map_err(Failure::unsound)?),
            Event::GeneralRef(reference) => self.reference(&reference)?,
            Event::End(end) if self.text.is_empty() && self.pending.is_some() => {
                // An element without content is written as one tag.
                if let Some(start) = self.pending.take() {
                    self.write(Event::Empty(start))?;
                }
                drop(end);
            }
            Event::Decl(_) => self.flush()?,
            Event::Start(start) => {
                self.flush()?;
                self.start(start)?;
            }
            Event::End(end) => {
                self.flush()?;
                // A feed without entries has a preface all the same.
                if matches!(end.name().as_ref(), b"channel" | b"feed") {
                    self.preface()?;
                    self.entries.end = self.writer.get_ref().len();
                }
                self.write(Event::End(end))?;
            }
            event => {
                self.flush()?;
                self.write(event)?;
            }
        }
        Ok(())
    }

    fn write(&mut self, event: Event<'_>) -> Result<(), Failure> {
        self.writer.write_event(event).map_err(Failure::unsound)
    }

    fn reference(&mut self, reference: &BytesRef<'_>) -> Result<(), Failure> {
        if let Some(c) = reference.resolve_char_ref().map_err(Failure::unsound)? {
            self.text.push(c);
            return Ok(());
        }
        let name = reference.decode().map_err(Failure::unsound)?;
        match resolve_predefined_entity(&name) {
            Some(text) => self.text.push_str(text),
            None => return Err(Failure::Unsound(format!("unknown entity `{name}`"))),
        }
        Ok(())
    }

    fn start(&mut self, mut start: BytesStart<'d>) -> Result<(), Failure> {
        let name = start.name().as_ref().to_owned();
        if matches!(name.as_slice(), b"item" | b"entry") {
            self.preface()?;
        }
        if name == b"entry"
            && let Some(Some(language)) = self.languages.next()
        {
            start.push_attribute(("xml:lang", *language));
        }
        self.element = name;
        self.pending = Some(start);
        Ok(())
    }

    /// Writes the start tag and the text that have been held back.
    fn flush(&mut self) -> Result<(), Failure> {
        if let Some(start) = self.pending.take() {
            self.write(Event::Start(start))?;
        }
        let text = std::mem::take(&mut self.text);
        if text.is_empty() {
            return Ok(());
        }
        let is_url = URLS.contains(&self.element.as_slice());
        let escaped = match self.finish.references {
            References::Hexadecimal if !is_url => hexadecimal(&text).into(),
            References::Hexadecimal | References::Named => partial_escape(text.as_str()),
        };
        self.write(Event::Text(BytesText::from_escaped(escaped)))
    }

    /// Writes what comes once before the entries.
    fn preface(&mut self) -> Result<(), Failure> {
        if std::mem::replace(&mut self.has_preface, true) {
            return Ok(());
        }
        if self.finish.archive {
            self.write(Event::Empty(BytesStart::new("fh:archive")))?;
        }
        if self.finish.feed.stylesheet.is_some() {
            page::write(&mut self.writer, self.finish.feed).map_err(Failure::unsound)?;
        }
        self.entries.start = self.writer.get_ref().len();
        Ok(())
    }
}

/// The declaration, where the style sheet is, and who wrote it.
pub(super) fn prolog<W: std::io::Write>(
    writer: &mut Writer<W>,
    stylesheet: Option<&str>,
) -> std::io::Result<()> {
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    if let Some(href) = stylesheet {
        let href = quick_xml::escape::escape(href);
        writer.write_event(Event::PI(BytesPI::new(format!(
            "xml-stylesheet type=\"text/css\" href=\"{href}\""
        ))))?;
    }
    writer.write_event(Event::Comment(BytesText::from_escaped(MARK)))
}

fn hexadecimal(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&#x26;"),
            '<' => escaped.push_str("&#x3C;"),
            '>' => escaped.push_str("&#x3E;"),
            c => escaped.push(c),
        }
    }
    escaped
}

//! What is in XML besides elements (<https://www.w3.org/TR/xml/>): its declaration, the document type, references,
//! characters; what they stand for, and what is wrong with them.

use std::collections::BTreeMap;

use quick_xml::events::BytesDecl;

use super::document::{Document, Fix, Span, quoted};
use super::html;
use super::meaning::not_well_formed;
use crate::diagnostic::Rule;
use crate::text::{code_point, has_byte, is_blank};

/// The longest text of an entity that is expanded, in bytes: shorter ones cannot be a bomb.
const SHORT: usize = 200;
/// How many entities of a document type are read.
const MOST: usize = 1000;

/// The document type.
#[derive(Default)]
pub(super) struct Doctype {
    /// Whether it is that of RSS 0.91.
    pub(super) is_rss_091: bool,
    /// Whether there is more of it elsewhere.
    is_external: bool,
    /// The texts of entities that are short and plain, and the names of the others.
    entities: BTreeMap<String, Option<String>>,
}

impl Doctype {
    /// Reads what is between `<!DOCTYPE` and `>`.
    pub(super) fn read(text: &str) -> Self {
        let mut entities = BTreeMap::new();
        let mut rest = text;
        // What is in comments is no declaration.
        let mut plain = String::new();
        while let Some((before, after)) = rest.split_once("<!--") {
            plain.push_str(before);
            rest = after.split_once("-->").map_or("", |(_, after)| after);
        }
        plain.push_str(rest);
        for declaration in plain.split("<!ENTITY").skip(1).take(MOST) {
            let declaration = declaration.trim_start();
            let end = declaration.find(|c: char| c.is_ascii_whitespace()).unwrap_or(declaration.len());
            let (name, value) = declaration.split_at(end);
            let value = value.trim_start();
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
            let value = quote.and_then(|quote| value.get(1..)?.split_once(quote)).map(|(value, _)| value);
            let is_plain = |value: &&str| value.len() <= SHORT && !value.contains(['<', '&', '%']);
            entities.insert(name.to_owned(), value.filter(is_plain).map(str::to_owned));
        }
        Self {
            is_rss_091: text.contains("-//Netscape Communications//DTD RSS 0.91//EN"),
            is_external: text.contains("SYSTEM") || text.contains("PUBLIC"),
            entities,
        }
    }

    /// The text of an entity that it declares; a blank if it is not read.
    fn text(&self, name: &str) -> Option<String> {
        let declared = self.entities.get(name);
        let of_html = || if self.is_rss_091 { html::entity(name) } else { None };
        declared.map(|text| text.clone().unwrap_or_else(|| " ".to_owned())).or_else(of_html)
    }
}

/// The text of a reference, by what is between `&` and `;`. What means nothing is reported.
pub(super) fn text_of(document: &mut Document, name: &str, at: Span, doctype: Option<&Doctype>) -> String {
    match resolved(name) {
        Ok(c) => c.to_string(),
        Err(why) => {
            let declared =
                doctype.filter(|_| why == Unresolved::Entity).and_then(|doctype| doctype.text(name));
            declared.unwrap_or_else(|| {
                let is_elsewhere = doctype.is_some_and(|doctype| doctype.is_external);
                unresolved(document, name, at, why, is_elsewhere);
                String::new()
            })
        }
    }
}

/// The value of an attribute, with its references resolved.
pub(super) fn unescaped(document: &mut Document, raw: &str, at: Span, doctype: Option<&Doctype>) -> String {
    if !raw.contains('&') {
        return raw.to_owned();
    }
    let mut value = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('&') {
        value.push_str(before);
        let place = at.start + (raw.len() - after.len() - 1) as u64;
        let near = after.get(..after.floor_char_boundary(LONGEST_NAME)).unwrap_or_default();
        let name = near.split_once(';').map(|(name, _)| name).filter(|name| is_reference(name));
        let Some(name) = name else {
            bare_ampersands(document, "&", Span { start: place, length: 1 });
            value.push('&');
            rest = after;
            continue;
        };
        let whole = Span { start: place, length: name.len() as u64 + 2 };
        value.push_str(&text_of(document, name, whole, doctype));
        rest = after.get(name.len() + 1..).unwrap_or_default();
    }
    value.push_str(rest);
    value
}

/// Reports a character that XML 1.0 (§2.2) forbids.
pub(super) fn forbidden(document: &mut Document, text: &str, at: Span) {
    let is_control = |byte: u8| (byte < b' ') & !matches!(byte, b'\t' | b'\n' | b'\r');
    // U+FFFE and U+FFFF begin with this byte.
    if !has_byte(text.as_bytes(), |byte| is_control(byte) | (byte == 0xEF)) {
        return;
    }
    let is_forbidden =
        |c: char| u8::try_from(u32::from(c)).is_ok_and(is_control) || matches!(c, '\u{FFFE}' | '\u{FFFF}');
    for (place, c) in text.char_indices().filter(|(_, c)| is_forbidden(*c)) {
        let span = Span { start: at.start + place as u64, length: c.len_utf8() as u64 };
        let message = format!("{} may not be in XML", code_point(c));
        let fix = Some(Fix::Replace(span, String::new()));
        document.report_with(Rule::NotWellFormed, "SAXError", span, message, fix);
    }
}

pub(super) fn bare_ampersands(document: &mut Document, text: &str, at: Span) {
    for (place, _) in text.match_indices('&') {
        let span = Span { start: at.start + place as u64, length: 1 };
        let message = "a bare `&` is written as `&amp;`";
        let fix = Some(Fix::Replace(span, "&amp;".to_owned()));
        document.report_with(Rule::NotWellFormed, "SAXError", span, message, fix);
    }
}

/// Why a reference means nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unresolved {
    /// It is no entity of XML.
    Entity,
    /// It is a number that is no character of XML.
    Number,
    /// It is no reference.
    Form,
}

/// The text of a reference.
fn resolved(name: &str) -> Result<char, Unresolved> {
    if name.starts_with('#') {
        let c = number(name).and_then(char::from_u32).ok_or(Unresolved::Number)?;
        let is_legal = c >= ' ' || matches!(c, '\t' | '\n' | '\r');
        let is_legal = is_legal && !matches!(c, '\u{FFFE}' | '\u{FFFF}');
        return is_legal.then_some(c).ok_or(Unresolved::Number);
    }
    match name {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        name if is_reference(name) => Err(Unresolved::Entity),
        _ => Err(Unresolved::Form),
    }
}

fn unresolved(document: &mut Document, name: &str, at: Span, why: Unresolved, is_elsewhere: bool) {
    let shown = quoted(&format!("&{name};"));
    let replace = |text: String| Some(Fix::Replace(at, text));
    match why {
        Unresolved::Entity => {
            let text =
                html::entity(name).map(|text| written(&text)).unwrap_or_else(|| format!("&amp;{name};"));
            let message = format!("XML has no entity {shown}: write {}", quoted(&text));
            let fix = replace(text).filter(|_| !is_elsewhere);
            document.report_with(Rule::UndefinedEntity, "UndefinedNamedEntity", at, message, fix);
        }
        Unresolved::Number => {
            let message = format!("{shown} is no character that may be in XML");
            // A surrogate is not removed: its other half may be beside it.
            let is_control = number(name).is_some_and(|number| number < 0x20);
            let fix = replace(String::new()).filter(|_| is_control);
            document.report_with(Rule::NotWellFormed, "SAXError", at, message, fix);
        }
        Unresolved::Form => bare_ampersands(document, "&", Span { start: at.start, length: 1 }),
    }
}

/// A text as it is written in XML, in attributes too: what cannot be seen as a number.
fn written(text: &str) -> String {
    let mut written = String::new();
    for c in text.chars() {
        match c {
            '&' => written.push_str("&amp;"),
            '<' => written.push_str("&lt;"),
            '>' => written.push_str("&gt;"),
            '"' => written.push_str("&quot;"),
            '\'' => written.push_str("&apos;"),
            c if c != ' ' && is_blank(c.encode_utf8(&mut [0; 4])) => {
                written.push_str(&format!("&#{};", u32::from(c)));
            }
            c => written.push(c),
        }
    }
    written
}

/// The number of a reference such as `#65` or `#x41`.
fn number(name: &str) -> Option<u32> {
    let digits = name.strip_prefix('#')?;
    let (digits, radix) = digits.strip_prefix('x').map_or((digits, 10), |hex| (hex, 16));
    let are_digits = digits.chars().all(|c| c.is_digit(radix));
    are_digits.then(|| u32::from_str_radix(digits, radix).ok()).flatten()
}

/// The longest name of a reference, in bytes.
const LONGEST_NAME: usize = 64;

/// Whether what is between `&` and `;` may be a reference.
fn is_reference(name: &str) -> bool {
    let name = name.strip_prefix('#').unwrap_or(name);
    !name.is_empty()
        && name.len() < LONGEST_NAME
        && name.chars().all(|c| c.is_alphanumeric() || "_-.:".contains(c))
}

/// Looks at the XML declaration. `is_blank`: nothing but blanks came before it.
pub(super) fn declared(document: &mut Document, declaration: &BytesDecl<'_>, at: Span, is_blank: bool) {
    if at.start > 0 {
        let before = Span { start: 0, length: at.start };
        let fix = is_blank.then(|| Fix::Replace(before, String::new()));
        let message = "the XML declaration is not the first of the document";
        return document.report_with(Rule::NotWellFormed, "SAXError", at, message, fix);
    }
    if !is_declaration(&String::from_utf8_lossy(declaration)) {
        return not_well_formed(
            document,
            at,
            "this is no XML declaration: `<?xml version=\"1.0\" encoding=\"utf-8\"?>`",
        );
    }
    if declaration.version().is_ok_and(|version| version.as_ref() != b"1.0") {
        document.report(Rule::BadVersion, "BadXmlVersion", at, "most programs read XML 1.0 only");
    }
}

/// Whether a text is a name of XML (§2.3), with one prefix at most.
pub(super) fn is_name(name: &str) -> bool {
    // Nearly all are.
    if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return true;
    }
    let is_part = |part: &str| {
        part.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && part.chars().all(|c| {
                c.is_alphanumeric() || "_-.\u{B7}".contains(c) || ('\u{300}'..='\u{36F}').contains(&c)
            })
    };
    let mut parts = name.split(':');
    parts.next().is_some_and(is_part) && parts.next().is_none_or(is_part) && parts.next().is_none()
}

/// Whether what is between `<?` and `?>` is an XML declaration (§2.8): version, encoding and `standalone`, in this order.
fn is_declaration(text: &str) -> bool {
    let mut rest = text.strip_prefix("xml").unwrap_or_default();
    let mut names = vec!["standalone", "encoding", "version"];
    let mut is_first = true;
    loop {
        let trimmed = rest.trim_ascii_start();
        if trimmed.is_empty() {
            return !is_first;
        }
        let (had_blank, name_end) = (trimmed.len() < rest.len(), trimmed.find(['=', ' ', '\t', '\n', '\r']));
        let Some((name, after)) = name_end.map(|end| trimmed.split_at(end)) else { return false };
        let value = after.trim_ascii_start().strip_prefix('=').map(str::trim_ascii_start).unwrap_or_default();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        let parts = quote.and_then(|quote| value.get(1..)?.split_once(quote));
        let is_next = names.iter().rposition(|known| *known == name).map(|at| names.truncate(at)).is_some();
        let Some((value, after)) = parts.filter(|_| had_blank && is_next) else { return false };
        if (is_first && name != "version") || (name == "standalone" && !matches!(value, "yes" | "no")) {
            return false;
        }
        (rest, is_first) = (after, false);
    }
}

//! What the crates `rss` and `atom_syndication` cannot say is said here, by one typed pass over what they wrote: the
//! declaration with its encoding, hexadecimal references, languages of entries, indentation and a final newline.

use std::borrow::Cow;

use quick_xml::events::{BytesDecl, BytesStart, BytesText, Event};
use quick_xml::{Reader, Writer};

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

/// Finishes a document. `languages` are those of the elements `entry`, in order.
pub(super) fn finish(
    document: &[u8],
    references: References,
    languages: &[Option<&str>],
) -> Result<Vec<u8>, String> {
    let mut reader = Reader::from_reader(document);
    let mut writer = Writer::new_with_indent(Vec::with_capacity(document.len() * 5 / 4), b' ', 2);
    let mut languages = languages.iter();
    let mut text = String::new();
    let mut pending: Option<BytesStart<'_>> = None;
    let mut element = Vec::new();
    writer
        .write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))
        .map_err(|error| error.to_string())?;
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
        match &event {
            // Text comes in pieces, with its references between them.
            Event::Text(piece) => {
                text.push_str(&piece.decode().map_err(|error| error.to_string())?);
                continue;
            }
            Event::GeneralRef(reference) => {
                let name = reference.decode().map_err(|error| error.to_string())?;
                text.push_str(&resolved(&name, reference)?);
                continue;
            }
            _ => {}
        }
        if let Some(start) = pending.take() {
            // An element without content is written as one tag.
            if text.is_empty() && matches!(event, Event::End(_)) {
                writer.write_event(Event::Empty(start)).map_err(|error| error.to_string())?;
                continue;
            }
            writer.write_event(Event::Start(start)).map_err(|error| error.to_string())?;
        }
        if !text.is_empty() {
            let references = if URLS.contains(&element.as_slice()) { References::Named } else { references };
            let escaped = BytesText::from_escaped(escaped(&text, references));
            writer.write_event(Event::Text(escaped)).map_err(|error| error.to_string())?;
            text.clear();
        }
        let event = match event {
            Event::Eof => break,
            Event::Decl(_) => continue,
            Event::Start(start) => {
                element = start.name().as_ref().to_owned();
                let language = if start.name().as_ref() == b"entry" {
                    languages.next().copied().flatten()
                } else {
                    None
                };
                pending = Some(match language {
                    Some(language) => with_language(start, language),
                    None => start,
                });
                continue;
            }
            event => event,
        };
        writer.write_event(event).map_err(|error| error.to_string())?;
    }
    let mut finished = writer.into_inner();
    finished.push(b'\n');
    Ok(finished)
}

fn with_language<'a>(mut start: BytesStart<'a>, language: &str) -> BytesStart<'a> {
    start.push_attribute(("xml:lang", language));
    start
}

fn resolved(name: &str, reference: &quick_xml::events::BytesRef<'_>) -> Result<Cow<'static, str>, String> {
    if let Some(c) = reference.resolve_char_ref().map_err(|error| error.to_string())? {
        return Ok(c.to_string().into());
    }
    match name {
        "amp" => Ok("&".into()),
        "lt" => Ok("<".into()),
        "gt" => Ok(">".into()),
        "quot" => Ok("\"".into()),
        "apos" => Ok("'".into()),
        _ => Err(format!("there is no entity `{name}`")),
    }
}

fn escaped(text: &str, references: References) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match (c, references) {
            ('&', References::Hexadecimal) => escaped.push_str("&#x26;"),
            ('<', References::Hexadecimal) => escaped.push_str("&#x3C;"),
            ('>', References::Hexadecimal) => escaped.push_str("&#x3E;"),
            ('&', References::Named) => escaped.push_str("&amp;"),
            ('<', References::Named) => escaped.push_str("&lt;"),
            ('>', References::Named) => escaped.push_str("&gt;"),
            (c, _) => escaped.push(c),
        }
    }
    escaped
}

//! What the crates `rss` and `atom_syndication` cannot say is said here, by one typed pass over what they wrote: the
//! declaration with its encoding, hexadecimal references, languages of entries, indentation and a final newline.

use std::borrow::Cow;

use quick_xml::escape::partial_escape;
use quick_xml::events::{BytesDecl, BytesEnd, BytesPI, BytesStart, BytesText, Event};
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

const XHTML: &str = "http://www.w3.org/1999/xhtml";

/// The elements of RSS that hold URLs.
const URLS: &[&[u8]] = &[b"link", b"guid", b"url", b"docs", b"comments"];

/// What a document gets besides what its crate wrote.
pub(super) struct Finish<'a> {
    pub(super) references: References,
    /// The languages of the elements `entry`, in order.
    pub(super) languages: &'a [Option<&'a str>],
    /// Whether it is an archive of Atom, which must say so before its entries.
    pub(super) archive: bool,
    /// Where the style sheet is, relative to the document.
    pub(super) stylesheet: Option<&'a str>,
    /// The feed's own address, and that of the site: for people who open the feed in a browser.
    pub(super) addresses: [&'a str; 2],
}

/// Finishes a document.
pub(super) fn finish(document: &[u8], finish: &Finish<'_>) -> Result<Vec<u8>, String> {
    let Finish { references, languages, archive, stylesheet, addresses } = *finish;
    let mut reader = Reader::from_reader(document);
    let mut writer = Writer::new_with_indent(Vec::with_capacity(document.len() * 5 / 4), b' ', 2);
    let mut languages = languages.iter();
    let mut text = String::new();
    let mut pending: Option<BytesStart<'_>> = None;
    let mut element = Vec::new();
    prolog(&mut writer, stylesheet).map_err(|error| error.to_string())?;
    let mut before_entries = true;
    let preface = |writer: &mut Writer<Vec<u8>>| -> std::io::Result<()> {
        if archive {
            writer.write_event(Event::Empty(BytesStart::new("fh:archive")))?;
        }
        if stylesheet.is_some() { greet(writer, addresses) } else { Ok(()) }
    };
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
            let escaped = match references {
                References::Named => partial_escape(text.as_str()),
                References::Hexadecimal => hexadecimal(&text).into(),
            };
            let escaped = BytesText::from_escaped(escaped);
            writer.write_event(Event::Text(escaped)).map_err(|error| error.to_string())?;
            text.clear();
        }
        let event = match event {
            Event::Eof => break,
            Event::Decl(_) => continue,
            Event::Start(start) => {
                let name = start.name();
                if matches!(name.as_ref(), b"item" | b"entry") && std::mem::take(&mut before_entries) {
                    preface(&mut writer).map_err(|error| error.to_string())?;
                }
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
            Event::End(end) => {
                // A feed without entries has a preface all the same.
                if matches!(end.name().as_ref(), b"channel" | b"feed") && std::mem::take(&mut before_entries)
                {
                    preface(&mut writer).map_err(|error| error.to_string())?;
                }
                Event::End(end)
            }
            event => event,
        };
        writer.write_event(event).map_err(|error| error.to_string())?;
    }
    let mut finished = writer.into_inner();
    finished.push(b'\n');
    Ok(finished)
}

/// The declaration, and where the style sheet is.
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
    Ok(())
}

/// A word to people who open a feed in a browser. Readers pass over it, and validators have nothing against it.
fn greet<W: std::io::Write>(writer: &mut Writer<W>, [feed, site]: [&str; 2]) -> std::io::Result<()> {
    writer.write_event(Event::Start(BytesStart::new("div").with_attributes([("xmlns", XHTML)])))?;
    writer.create_element("p").write_inner_content(|writer| {
        writer.create_element("strong").write_text_content(BytesText::new("This is a web feed."))?;
        writer.write_event(Event::Text(BytesText::new(
            " Copy its address into a feed reader, and you will see what is new without coming here: ",
        )))?;
        writer.create_element("code").write_text_content(BytesText::new(feed))?;
        Ok(())
    })?;
    writer.create_element("p").write_inner_content(|writer| {
        writer
            .create_element("a")
            .with_attribute(("href", site))
            .write_text_content(BytesText::new("Go to the site"))?;
        Ok(())
    })?;
    writer.write_event(Event::End(BytesEnd::new("div")))
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

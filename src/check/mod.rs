//! What is about to be published is parsed back first, by parsers that are independent of the writers.

use std::io::Read as _;
use std::path::Path;

use quick_xml::events::Event;
use roxmltree::{Document, ParsingOptions};

use crate::disk;
use crate::error::Failure;
use crate::model::Format;

/// What is counted in a JSON Feed. All of it is read.
#[derive(serde::Deserialize)]
struct JsonFeed {
    items: Vec<serde::de::IgnoredAny>,
}

/// Checks that a finished feed is well-formed and has as many entries as it should.
///
/// # Errors
/// [`Failure::Unsound`].
pub(crate) fn feed(format: Format, document: &[u8], entries: usize) -> Result<(), Failure> {
    let found = match format {
        Format::Rss => elements(document, "item")?,
        Format::Atom => elements(document, "entry")?,
        Format::Json => {
            let text = std::str::from_utf8(document).map_err(Failure::unsound)?;
            let document: JsonFeed = serde_json::from_str(text).map_err(Failure::unsound)?;
            document.items.len()
        }
    };
    counted(found, entries)
}

/// Whether a finished sitemap, or index of sitemaps, is well-formed, has as many of these elements as it should, and in
/// them URLs, which are read as text must be. It is read as a stream: of 50,000 pages a tree would be too large.
///
/// # Errors
/// [`Failure::Unsound`].
pub(crate) fn sitemap(document: &[u8], element: &str, pages: usize) -> Result<(), Failure> {
    let text = std::str::from_utf8(document).map_err(Failure::unsound)?;
    let mut reader = quick_xml::Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    reader.config_mut().check_comments = true;
    let (mut depth, mut found, mut locations, mut in_location) = (0_usize, 0, 0, false);
    loop {
        match reader.read_event().map_err(Failure::unsound)? {
            Event::Start(start) => {
                depth += 1;
                found += usize::from(depth == 2 && start.name().as_ref() == element.as_bytes());
                in_location = depth == 3 && start.name().as_ref() == b"loc";
                locations += usize::from(in_location);
                for attribute in start.attributes() {
                    attribute.map_err(Failure::unsound)?;
                }
            }
            Event::End(_) => {
                depth -= 1;
                in_location = false;
            }
            Event::Text(piece) => {
                let legal = piece.iter().all(|byte| *byte >= b' ' || matches!(byte, b'\n' | b'\t'));
                if !legal || (in_location && !piece.is_ascii()) {
                    return Err(Failure::unsound("a text has characters that it may not have"));
                }
            }
            Event::GeneralRef(reference)
                if matches!(&*reference, b"amp" | b"lt" | b"gt" | b"quot" | b"apos") => {}
            Event::Empty(_) | Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            Event::Eof if depth == 0 => break,
            other => return Err(Failure::Unsound(format!("it has {other:?}, which no sitemap has"))),
        }
    }
    if locations != found {
        return Err(Failure::Unsound(format!("it has {locations} URLs in {found} entries")));
    }
    counted(found, pages)
}

/// Whether a file is a feed with entries.
pub(crate) fn has_entries(path: &Path) -> bool {
    // Every feed takes some entries; a larger one is not read further.
    let mut start = Vec::new();
    let read = disk::open(path).and_then(|file| file.take(1 << 20).read_to_end(&mut start));
    let marks = ["<item>", "<item ", "<entry>", "<entry ", "\"date_published\""];
    read.is_ok() && marks.iter().any(|mark| memchr::memmem::find(&start, mark.as_bytes()).is_some())
}

fn counted(found: usize, expected: usize) -> Result<(), Failure> {
    if found == expected {
        Ok(())
    } else {
        Err(Failure::Unsound(format!("it has {found} entries where {expected} were written")))
    }
}

fn elements(document: &[u8], name: &str) -> Result<usize, Failure> {
    let text = std::str::from_utf8(document).map_err(Failure::unsound)?;
    let options = ParsingOptions { nodes_limit: u32::MAX, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(Failure::unsound)?;
    Ok(document.descendants().filter(|node| node.tag_name().name() == name).count())
}

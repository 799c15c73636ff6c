//! What is about to be published is parsed back first, by parsers that are stricter than what wrote it.

use roxmltree::{Document, ParsingOptions};

use crate::render::Format;

/// Whether a finished feed is well-formed and has as many entries as it should.
///
/// # Errors
/// A clause that says what is wrong.
pub fn feed(format: Format, document: &[u8], entries: usize) -> Result<(), String> {
    let found = match format {
        Format::Rss => elements(document, "item")?,
        Format::Atom => elements(document, "entry")?,
        Format::Json => {
            let value: serde_json::Value =
                serde_json::from_slice(document).map_err(|error| error.to_string())?;
            value.get("items").and_then(|items| items.as_array()).map_or(0, Vec::len)
        }
    };
    counted(found, entries)
}

/// Whether a finished sitemap, or index of sitemaps, is well-formed and has as many of these elements as it should.
///
/// # Errors
/// A clause that says what is wrong.
pub fn sitemap(document: &[u8], element: &str, pages: usize) -> Result<(), String> {
    counted(elements(document, element)?, pages)
}

fn counted(found: usize, expected: usize) -> Result<(), String> {
    if found == expected {
        Ok(())
    } else {
        Err(format!("it has {found} entries where {expected} were written"))
    }
}

fn elements(document: &[u8], name: &str) -> Result<usize, String> {
    let text = std::str::from_utf8(document).map_err(|error| error.to_string())?;
    let options = ParsingOptions { nodes_limit: u32::MAX, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| error.to_string())?;
    Ok(document.descendants().filter(|node| node.tag_name().name() == name).count())
}

//! Sitemap XML 0.9 (<https://www.sitemaps.org/protocol.html>).

use quick_xml::Writer;
use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};

use chrono::{DateTime, FixedOffset};

use crate::date::rfc3339;

const NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

/// The longest URL that a sitemap may list, in bytes (it is ASCII).
pub const MAX_URL_LENGTH: usize = 2047;

/// One page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<'a> {
    /// Absolute, ASCII, without a fragment.
    pub url: &'a str,
    /// When it was last changed, as its author says.
    pub lastmod: Option<DateTime<FixedOffset>>,
}

/// Renders a sitemap. `stylesheet` is where its style sheet is, relative to it.
///
/// # Errors
/// A clause that says why the document cannot be written.
pub fn render<'a>(
    pages: impl Iterator<Item = Page<'a>>,
    stylesheet: Option<&str>,
) -> Result<Vec<u8>, String> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    let written = (|| -> std::io::Result<()> {
        super::finish::prolog(&mut writer, stylesheet)?;
        writer
            .write_event(Event::Start(BytesStart::new("urlset").with_attributes([("xmlns", NAMESPACE)])))?;
        for page in pages {
            writer.write_event(Event::Start(BytesStart::new("url")))?;
            element(&mut writer, "loc", page.url)?;
            if let Some(lastmod) = page.lastmod {
                element(&mut writer, "lastmod", &rfc3339(lastmod))?;
            }
            writer.write_event(Event::End(BytesEnd::new("url")))?;
        }
        writer.write_event(Event::End(BytesEnd::new("urlset")))
    })();
    written.map_err(|error| error.to_string())?;
    let mut bytes = writer.into_inner();
    bytes.push(b'\n');
    Ok(bytes)
}

fn element(writer: &mut Writer<Vec<u8>>, name: &str, text: &str) -> std::io::Result<()> {
    writer.write_event(Event::Start(BytesStart::new(name)))?;
    writer.write_event(Event::Text(BytesText::new(text)))?;
    writer.write_event(Event::End(BytesEnd::new(name)))
}

//! Sitemap XML 0.9 (<https://www.sitemaps.org/protocol.html>).

use std::io::Write as _;

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

/// How much one sitemap may hold.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// URLs, or sitemaps in an index.
    pub urls: usize,
    /// Bytes, before compression.
    pub bytes: usize,
}

/// The limits of the protocol.
pub const LIMITS: Limits = Limits { urls: 50_000, bytes: 52_428_800 };

/// What a sitemap without pages takes at most, in bytes.
const FRAME: usize = 400;
/// What a page takes besides its URL at most, in bytes.
const PAGE_FRAME: usize = 120;

/// The pages in parts that fit into one sitemap each. The order stays, so that new pages at the end change only the
/// last part.
#[must_use]
pub fn split<'p, 'a>(pages: &'p [Page<'a>], limits: Limits) -> Vec<&'p [Page<'a>]> {
    let mut parts = Vec::new();
    let (mut start, mut bytes) = (0, FRAME);
    for (index, page) in pages.iter().enumerate() {
        // Escaped, an `&` takes five bytes.
        let size = PAGE_FRAME + page.url.len() + 4 * page.url.matches('&').count();
        if index - start == limits.urls || (bytes + size > limits.bytes && index > start) {
            parts.extend(pages.get(start..index));
            (start, bytes) = (index, FRAME);
        }
        bytes += size;
    }
    parts.extend(pages.get(start..).filter(|rest| !rest.is_empty()));
    parts
}

/// Renders a sitemap. `stylesheet` is where its style sheet is, relative to it.
///
/// # Errors
/// A clause that says why the document cannot be written.
pub fn render(pages: &[Page<'_>], stylesheet: Option<&str>) -> Result<Vec<u8>, String> {
    document("urlset", "url", pages, stylesheet)
}

/// Renders an index of sitemaps: their URLs, each with the newest `lastmod` in it.
///
/// # Errors
/// A clause that says why the document cannot be written.
pub fn render_index(sitemaps: &[Page<'_>], stylesheet: Option<&str>) -> Result<Vec<u8>, String> {
    if sitemaps.len() > LIMITS.urls {
        return Err(format!(
            "it would list {} sitemaps, and an index of indexes is not allowed",
            sitemaps.len()
        ));
    }
    document("sitemapindex", "sitemap", sitemaps, stylesheet)
}

fn document(root: &str, item: &str, pages: &[Page<'_>], stylesheet: Option<&str>) -> Result<Vec<u8>, String> {
    let mut writer = Writer::new_with_indent(Vec::with_capacity(FRAME + pages.len() * 160), b' ', 2);
    let written = (|| -> std::io::Result<()> {
        super::finish::prolog(&mut writer, stylesheet)?;
        writer.write_event(Event::Start(BytesStart::new(root).with_attributes([("xmlns", NAMESPACE)])))?;
        for page in pages {
            writer.write_event(Event::Start(BytesStart::new(item)))?;
            element(&mut writer, "loc", page.url)?;
            if let Some(lastmod) = page.lastmod {
                element(&mut writer, "lastmod", &rfc3339(lastmod))?;
            }
            writer.write_event(Event::End(BytesEnd::new(item)))?;
        }
        writer.write_event(Event::End(BytesEnd::new(root)))
    })();
    written.map_err(|error| error.to_string())?;
    let mut bytes = writer.into_inner();
    bytes.push(b'\n');
    Ok(bytes)
}

/// The same bytes for the same document: neither a time nor a name is in the header.
///
/// # Errors
/// A clause that says why it cannot be compressed.
pub fn gzip(document: &[u8]) -> Result<Vec<u8>, String> {
    let mut encoder = flate2::GzBuilder::new().mtime(0).write(Vec::new(), flate2::Compression::best());
    encoder.write_all(document).and_then(|()| encoder.finish()).map_err(|error| error.to_string())
}

fn element(writer: &mut Writer<Vec<u8>>, name: &str, text: &str) -> std::io::Result<()> {
    writer.write_event(Event::Start(BytesStart::new(name)))?;
    writer.write_event(Event::Text(BytesText::new(text)))?;
    writer.write_event(Event::End(BytesEnd::new(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_within_the_limits_and_lose_nothing() {
        let urls: Vec<String> =
            (0..25).map(|number| format!("https://example.com/{}/&{number}", "x".repeat(number))).collect();
        let pages: Vec<Page<'_>> = urls.iter().map(|url| Page { url, lastmod: None }).collect();
        for limits in [
            Limits { urls: 10, bytes: 100_000 },
            Limits { urls: 100, bytes: 1500 },
            Limits { urls: 1, bytes: 1 },
        ] {
            let parts = split(&pages, limits);
            assert!(parts.len() > 2);
            assert_eq!(parts.concat(), pages);
            for part in parts {
                let size = render(part, Some("feedmill.css")).unwrap().len();
                assert!(
                    part.len() <= limits.urls && (size <= limits.bytes || part.len() == 1),
                    "{size} {limits:?}"
                );
            }
        }
        assert_eq!(split(&pages, LIMITS).len(), 1);
        assert!(split(&[], LIMITS).is_empty());
    }

    #[test]
    fn compression_is_reproducible() {
        let packed = gzip(b"document").unwrap();
        assert_eq!(packed.get(..10), Some(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255][..]));
        assert_eq!(gzip(b"document").unwrap(), packed);
    }
}

//! Sitemap XML 0.9 (<https://www.sitemaps.org/protocol.html>).

use std::borrow::Cow;
use std::io;
use std::ops::Range;

use quick_xml::Writer;
use quick_xml::escape::escape;
use quick_xml::events::{BytesStart, Event};

use crate::check;
use crate::error::Failure;
use crate::model::{Extra, LIMITS, Limits, Page};
use crate::text::{date::rfc3339, has_byte};

const NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

/// The most bytes that the extensions of a page take in a document.
fn extra_size(extra: &Extra) -> usize {
    let images = extra.images.iter().map(|url| 90 + 6 * url.len());
    let alternates = extra.alternates.iter().map(|(language, url)| 80 + language.len() + 6 * url.len());
    let news = extra.news.as_ref().map(|news| 400 + 6 * (news.title.len() + news.publication.len()));
    images.chain(alternates).chain(news).sum::<usize>() + 100
}

/// A namespace: its usual prefix, its name, and what uses it.
type Namespace = (&'static str, &'static str, fn(&Extra) -> bool);

/// The namespaces beyond that of sitemaps.
const NAMESPACES: [Namespace; 3] = [
    ("xmlns:image", "http://www.google.com/schemas/sitemap-image/1.1", |extra| !extra.images.is_empty()),
    ("xmlns:news", "http://www.google.com/schemas/sitemap-news/0.9", |extra| extra.news.is_some()),
    ("xmlns:xhtml", "http://www.w3.org/1999/xhtml", |extra| !extra.alternates.is_empty()),
];

/// What a sitemap without pages takes at most, in bytes.
const FRAME: usize = 400;
/// What a page takes besides its URL at most, in bytes.
const PAGE_FRAME: usize = 120;

/// At most how many bytes a page takes in a document.
pub(crate) fn size(page: &Page<'_>) -> usize {
    // Escaped, an `&` takes five bytes, and an apostrophe six.
    let extra = page.extra.as_ref().map_or(0, |extra| extra_size(extra));
    let escaped = memchr::memchr2_iter(b'&', b'\'', page.url.as_bytes()).count();
    PAGE_FRAME + page.url.len() + 5 * escaped + extra
}

/// Pages of these sizes in parts that fit into one sitemap each. The order stays, so that new pages at the end change
/// only the last part.
pub(crate) fn split(sizes: impl Iterator<Item = usize>, limits: Limits) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let (mut start, mut end, mut bytes) = (0, 0, FRAME);
    for size in sizes {
        if end - start == limits.urls || (bytes + size > limits.bytes && end > start) {
            parts.push(start..end);
            (start, bytes) = (end, FRAME);
        }
        bytes += size;
        end += 1;
    }
    parts.extend((end > start).then_some(start..end));
    parts
}

/// How many pages are rendered at once.
const PORTION: usize = 512;

/// Writes a sitemap, a portion at a time, each of which is parsed back first. `extras` are those of the pages, in any
/// order; `stylesheet` is where its style sheet is, relative to it.
///
/// # Errors
/// [`Failure::Unsound`] and [`Failure::Write`].
pub(crate) fn write<'a>(
    out: &mut impl io::Write,
    pages: impl Iterator<Item = Page<'a>>,
    extras: impl Iterator<Item = Box<Extra>>,
    stylesheet: Option<&str>,
) -> Result<(), Failure> {
    document(out, ("urlset", "url"), pages, extras, stylesheet)
}

/// Writes an index of sitemaps: their URLs, each with the newest `lastmod` in it.
///
/// # Errors
/// [`Failure::Unsound`] and [`Failure::Write`].
pub(crate) fn write_index(
    out: &mut impl io::Write,
    sitemaps: &[Page<'_>],
    stylesheet: Option<&str>,
) -> Result<(), Failure> {
    if sitemaps.len() > LIMITS.urls {
        return Err(Failure::Unsound(format!(
            "it would list {} sitemaps, and an index of indexes is not allowed",
            sitemaps.len()
        )));
    }
    document(out, ("sitemapindex", "sitemap"), sitemaps.iter().cloned(), std::iter::empty(), stylesheet)
}

fn document<'a>(
    out: &mut impl io::Write,
    (root, item): (&str, &str),
    pages: impl Iterator<Item = Page<'a>>,
    extras: impl Iterator<Item = Box<Extra>>,
    stylesheet: Option<&str>,
) -> Result<(), Failure> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    super::finish::prolog(&mut writer, stylesheet).map_err(Failure::unsound)?;
    let mut is_used = [false; NAMESPACES.len()];
    for extra in extras {
        for ((.., uses), is_used) in NAMESPACES.iter().zip(&mut is_used) {
            *is_used |= uses(&extra);
        }
    }
    let used = NAMESPACES.iter().zip(is_used).filter(|(_, is_used)| *is_used);
    let used = used.map(|((name, url, _), _)| (*name, *url));
    let start = BytesStart::new(root).with_attributes([("xmlns", NAMESPACE)].into_iter().chain(used));
    writer.write_event(Event::Start(start)).map_err(Failure::unsound)?;
    let mut opening = String::from_utf8(writer.into_inner()).map_err(Failure::unsound)?;
    opening.push('\n');
    let closing = format!("</{root}>\n");
    out.write_all(opening.as_bytes()).map_err(Failure::Write)?;
    let mut portion = String::new();
    let mut pages = pages.peekable();
    while pages.peek().is_some() {
        let mut written = 0;
        for page in pages.by_ref().take(PORTION) {
            push_page(&mut portion, item, &page);
            written += 1;
        }
        check::sitemap([&opening, &portion, &closing], item, written)?;
        out.write_all(portion.as_bytes()).map_err(Failure::Write)?;
        portion.clear();
    }
    out.write_all(closing.as_bytes()).map_err(Failure::Write)
}

fn push_page(xml: &mut String, item: &str, page: &Page<'_>) {
    push_line(xml, 1, ["<", item, ">"]);
    push_element(xml, 2, "loc", page.url);
    if let Some(lastmod) = page.lastmod {
        push_element(xml, 2, "lastmod", &rfc3339(lastmod));
    }
    if let Some(extra) = &page.extra {
        push_extra(xml, extra);
    }
    push_line(xml, 1, ["</", item, ">"]);
}

/// In the order of the schemas.
fn push_extra(xml: &mut String, extra: &Extra) {
    if let Some(changefreq) = &extra.changefreq {
        push_element(xml, 2, "changefreq", changefreq);
    }
    if let Some(priority) = &extra.priority {
        push_element(xml, 2, "priority", priority);
    }
    for url in &extra.images {
        push_line(xml, 2, ["<image:image>"]);
        push_element(xml, 3, "image:loc", url);
        push_line(xml, 2, ["</image:image>"]);
    }
    if let Some(news) = &extra.news {
        push_line(xml, 2, ["<news:news>"]);
        push_line(xml, 3, ["<news:publication>"]);
        push_element(xml, 4, "news:name", &news.publication);
        push_element(xml, 4, "news:language", &news.language);
        push_line(xml, 3, ["</news:publication>"]);
        push_element(xml, 3, "news:publication_date", &rfc3339(news.published));
        push_element(xml, 3, "news:title", &news.title);
        push_line(xml, 2, ["</news:news>"]);
    }
    for (language, url) in &extra.alternates {
        let (language, url) = (escape(language), escape(url));
        push_line(
            xml,
            2,
            ["<xhtml:link rel=\"alternate\" hreflang=\"", &language, "\" href=\"", &url, "\"/>"],
        );
    }
}

fn push_element(xml: &mut String, depth: usize, name: &str, text: &str) {
    let is_special = |byte| matches!(byte, b'<' | b'>' | b'&' | b'\'' | b'"');
    let escaped = if has_byte(text.as_bytes(), is_special) { escape(text) } else { Cow::Borrowed(text) };
    push_line(xml, depth, ["<", name, ">", &escaped, "</", name, ">"]);
}

fn push_line<const N: usize>(xml: &mut String, depth: usize, parts: [&str; N]) {
    for _ in 0..depth {
        xml.push_str("  ");
    }
    for part in parts {
        xml.push_str(part);
    }
    xml.push('\n');
}

/// Compresses what is written; the same bytes for the same document, because neither a time nor a name is in the header.
pub(crate) fn gzip<W: io::Write>(out: W) -> flate2::write::GzEncoder<W> {
    flate2::GzBuilder::new().mtime(0).write(out, flate2::Compression::best())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn parts_are_within_the_limits_and_lose_nothing() {
        let urls: Vec<String> =
            (0..25).map(|number| format!("https://example.com/{}/&{number}", "x".repeat(number))).collect();
        let pages: Vec<Page<'_>> = urls.iter().map(|url| Page { url, lastmod: None, extra: None }).collect();
        for limits in [
            Limits { urls: 10, bytes: 100_000 },
            Limits { urls: 100, bytes: 1500 },
            Limits { urls: 1, bytes: 1 },
        ] {
            let parts = split(pages.iter().map(size), limits);
            assert!(parts.len() > 2);
            assert_eq!(
                parts.iter().flat_map(Clone::clone).collect::<Vec<_>>(),
                (0..pages.len()).collect::<Vec<_>>()
            );
            for part in parts {
                let part = &pages[part];
                let mut written = Vec::new();
                write(&mut written, part.iter().cloned(), std::iter::empty(), Some("feedmill.css")).unwrap();
                let length = written.len();
                assert!(
                    part.len() <= limits.urls && (length <= limits.bytes || part.len() == 1),
                    "{length} {limits:?}"
                );
            }
        }
        assert_eq!(split(pages.iter().map(size), LIMITS).len(), 1);
        assert!(split(std::iter::empty(), LIMITS).is_empty());
    }

    #[test]
    fn compression_is_reproducible() {
        let packed = || {
            let mut encoder = gzip(Vec::new());
            encoder.write_all(b"document").unwrap();
            encoder.finish().unwrap()
        };
        assert_eq!(packed().get(..10), Some(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255][..]));
        assert_eq!(packed(), packed());
    }

    #[test]
    fn portions_make_one_document() {
        let urls: Vec<String> =
            (0..PORTION * 2 + 3).map(|number| format!("https://e.com/{number}/")).collect();
        let pages: Vec<Page<'_>> = urls.iter().map(|url| Page { url, lastmod: None, extra: None }).collect();
        for length in [1, PORTION - 1, PORTION, PORTION + 1, pages.len()] {
            let mut written = Vec::new();
            write(&mut written, pages[..length].iter().cloned(), std::iter::empty(), Some("feedmill.css"))
                .unwrap();
            let text = String::from_utf8(written).unwrap();
            let document = roxmltree::Document::parse(&text).unwrap();
            let found: Vec<_> = document
                .descendants()
                .filter(|node| node.tag_name().name() == "loc")
                .filter_map(|node| node.text())
                .collect();
            assert_eq!(found, urls.iter().take(length).map(String::as_str).collect::<Vec<_>>());
        }
    }
}

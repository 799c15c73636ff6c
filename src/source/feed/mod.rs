//! The entries of a feed that somebody wrote: RSS 2.0 and 1.0, Atom, JSON Feed.

mod json;
mod xml;

use crate::text::{self, link};

/// What every XML document of ours has near its start, in a comment.
pub(crate) const MARK: &str = " feedmill ";

/// Whether a document that begins like this is one of ours.
pub(crate) fn is_ours(start: &[u8]) -> bool {
    let has = |mark: &str| memchr::memmem::find(start, mark.as_bytes()).is_some();
    let is_xml = || start.starts_with(b"<?xml") && has(&format!("<!--{MARK}-->"));
    let is_json = || start.starts_with(b"{") && has("\n  \"_feedmill\": {");
    is_xml() || is_json() || start.starts_with(b"/* What feedmill's feeds")
}

/// Whether the first element of what begins like this is that of a feed in XML, whatever its name is: WordPress serves
/// `feed/`, which is saved as `feed/index.html`.
pub(crate) fn begins_one(start: &[u8]) -> bool {
    let start = String::from_utf8_lossy(start.get(..4096).unwrap_or(start));
    let mut rest = start.trim_start_matches('\u{FEFF}').trim_start();
    while rest.starts_with(['<']) {
        let end = match rest {
            _ if rest.starts_with("<?") => "?>",
            _ if rest.starts_with("<!--") => "-->",
            _ if rest.starts_with("<!") => ">",
            _ => break,
        };
        rest = rest.split_once(end).map_or("", |(_, rest)| rest.trim_start());
    }
    let after = ["<rss", "<feed", "<rdf:RDF"].into_iter().find_map(|root| rest.strip_prefix(root));
    after.is_some_and(|after| after.starts_with([' ', '\n', '\t', '\r', '>']))
}

/// An entry, as far as it says who it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Entry {
    /// Absolute; empty if it has none.
    pub url: String,
    /// What readers know it by.
    pub id: Option<String>,
    pub title: Option<String>,
    /// As written.
    pub published: Option<String>,
    pub updated: Option<String>,
    pub summary: Option<String>,
    pub content: Option<String>,
    pub authors: Vec<String>,
    pub categories: Vec<String>,
    /// The URL of a file that belongs to it.
    pub enclosure: Option<String>,
    pub image: Option<String>,
    pub language: Option<String>,
    /// What it has besides, as written.
    pub extra: Option<String>,
}

/// What a feed says of itself: names and texts, such as its title.
pub(crate) type About = Vec<(&'static str, String)>;

/// A feed, parsed.
pub(crate) enum Document<'text> {
    Json(serde_json::Value),
    Xml(roxmltree::Document<'text>),
}

impl<'text> Document<'text> {
    /// Parses a feed.
    ///
    /// # Errors
    /// Why it is not a feed: a clause, and for XML the place.
    pub(crate) fn parse(text: &'text str) -> Result<Self, String> {
        let text = text.trim_start_matches('\u{FEFF}');
        match text.trim_start().starts_with('{') {
            true => json::parse(text).map(Self::Json),
            false => xml::parse(text).map(Self::Xml),
        }
    }

    /// What it says of itself, as far as readers show it or act by it.
    pub(crate) fn about(&self) -> About {
        match self {
            Self::Json(feed) => json::about(feed),
            Self::Xml(document) => xml::about(document),
        }
    }

    /// Its entries; the URL of one that has no link is empty.
    pub(crate) fn entries(&self) -> Vec<Entry> {
        match self {
            Self::Json(feed) => json::entries(feed),
            Self::Xml(document) => xml::entries(document),
        }
    }
}

/// The entries of a feed, even of one with bare ampersands or forbidden characters, which readers let pass.
///
/// # Errors
/// Those of [`Document::parse`].
pub(crate) fn entries(text: &str) -> Result<Vec<Entry>, String> {
    let read = |text: &str| Document::parse(text).map(|document| document.entries());
    read(text).or_else(|reason| read(&with_references(&text::legal(text))).map_err(|_| reason))
}

/// XML in which every ampersand begins a reference that needs no declaration.
fn with_references(xml: &str) -> String {
    const NAMED: [&str; 5] = ["amp", "lt", "gt", "quot", "apos"];
    let mut pieces = xml.split('&');
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let name = piece.split_once(';').map_or("", |(name, _)| name);
        let is_number = name.strip_prefix('#').is_some_and(|number| !number.is_empty());
        text.push_str(if is_number || NAMED.contains(&name) { "&" } else { "&amp;" });
        text.push_str(piece);
    }
    text
}

/// A URL as written, absolute.
fn joined(written: &str, base: Option<&str>) -> Option<String> {
    link::absolute(written).or_else(|| {
        let joined = url::Url::parse(base?).ok()?.join(written.trim()).ok()?;
        link::absolute(joined.as_str())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_element_says_what_is_a_feed() {
        for feed in [
            "<rss version='2.0'>",
            "\u{FEFF}<?xml version='1.0'?>\n<?xml-stylesheet href='a'?><!-- <html> --><rss\nversion='2.0'>",
            "<!DOCTYPE rss [ ]><feed xmlns='http://www.w3.org/2005/Atom'>",
            "<rdf:RDF xmlns='x'>",
        ] {
            assert!(begins_one(feed.as_bytes()), "{feed}");
        }
        for page in [
            "<!doctype html><meta content='How to write an <rss> feed'><title>A</title>",
            "<feed-card></feed-card>",
            "<!-- <rss> --><html>",
            "<HTML><!-- <rdf:RDF > -->",
            "<?xml version='1.0'?><html xmlns='x'><rss>",
            "text <rss>",
            "",
        ] {
            assert!(!begins_one(page.as_bytes()), "{page}");
        }
    }

    #[test]
    fn feeds_of_all_kinds() {
        let rss = "<rss><channel><item><link>https://e.com/a</link><guid>g1</guid><pubDate>Thu, 02 Jan 2025 00:00:00 GMT</pubDate></item></channel></rss>";
        let rss_1 = "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:dc='http://purl.org/dc/elements/1.1/'><item rdf:about='https://e.com/r#1'><link>https://e.com/r</link><dc:date>2025-01-01</dc:date></item></rdf:RDF>";
        let atom = "<feed xmlns='http://www.w3.org/2005/Atom'><entry><link rel='self' href='x'/><link href='https://e.com/b'/><id>tag:e.com,2025:b</id><updated>2025-01-03T00:00:00Z</updated></entry></feed>";
        let json = r#"{"items": [{"id": 3, "url": "https://e.com/c", "date_published": "2025-01-04"}]}"#;
        let only_guid = "<rss><item><guid>https://e.com/d</guid></item><item><link>https://e.com/e</link></item><item/></rss>";
        let relative = "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='https://e.com/blog/'><entry xml:base='x/'><link href='f'/><id>f</id></entry></feed>";
        let mixed = "<!DOCTYPE rss [<!ENTITY nbsp ' '>]><rss xmlns:atom='http://www.w3.org/2005/Atom' xmlns:media='m'><channel><link>https://e.com/b/</link><item><media:title>no</media:title><title>yes</title><atom:link rel='replies' href='https://e.com/no'/><link>/g</link><guid isPermaLink='false'>g</guid></item></channel></rss>";
        let shown: Vec<String> = [rss, rss_1, atom, json, only_guid, relative, mixed]
            .into_iter()
            .flat_map(|text| entries(text).unwrap())
            .map(|entry| {
                let Entry { url, id, published, title, .. } = entry;
                assert_ne!(title.as_deref(), Some("no"));
                format!("{url} {} {}", id.unwrap_or_default(), published.unwrap_or_default())
            })
            .collect();
        assert_eq!(
            shown,
            [
                "https://e.com/a g1 Thu, 02 Jan 2025 00:00:00 GMT",
                "https://e.com/r https://e.com/r#1 2025-01-01",
                "https://e.com/b tag:e.com,2025:b 2025-01-03T00:00:00Z",
                "https://e.com/c 3 2025-01-04",
                "https://e.com/d https://e.com/d ",
                "https://e.com/e https://e.com/e ",
                "  ",
                "https://e.com/blog/x/f f ",
                "https://e.com/g g ",
            ]
        );
        let escaped = "<feed xmlns='http://www.w3.org/2005/Atom'><entry><title type='html'>A &amp;amp; &lt;b&gt;B&lt;/b&gt;</title></entry></feed>";
        assert_eq!(entries(escaped).unwrap().first().and_then(|entry| entry.title.as_deref()), Some("A & B"));
        let bomb = format!("<!DOCTYPE rss [<!ENTITY a '{}'>]><rss/>", "a".repeat(100));
        assert!(entries(&bomb).is_err());
        for wrong in ["<rss><item>", "{", "{}", "<html/>", ""] {
            assert!(entries(wrong).is_err(), "{wrong}");
        }
    }
}

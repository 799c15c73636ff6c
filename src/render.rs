//! Feed -> bytes: one file per format, one specification each. Nothing is cleaned here; what cannot be written legally
//! does not get this far.

pub mod atom;
mod finish;
pub mod json_feed;
pub mod opml;
pub mod rss;
pub mod sitemap;

use std::collections::BTreeMap;

use crate::feed::Feed;
use crate::media::Media;

/// Media RSS (<https://www.rssboard.org/media-rss>), with its final slash.
const MEDIA_NAMESPACE: &str = "http://search.yahoo.com/mrss/";

/// Feed paging and archiving (RFC 5005).
const HISTORY_NAMESPACE: &str = "http://purl.org/syndication/history/1.0";

/// The namespaces that a feed uses beyond those of its format, by their usual prefixes.
fn namespaces(feed: &Feed<'_>) -> BTreeMap<String, String> {
    let mut namespaces = BTreeMap::new();
    if feed.entries.iter().any(|entry| entry.image.is_some()) {
        namespaces.insert("media".to_owned(), MEDIA_NAMESPACE.to_owned());
    }
    if feed.history.current.is_some() {
        namespaces.insert("fh".to_owned(), HISTORY_NAMESPACE.to_owned());
    }
    namespaces
}

/// The relations of a document to the others of its feed (RFC 5005 §4), with their URLs.
fn history<'a>(feed: &'a Feed<'_>) -> impl Iterator<Item = (&'static str, &'a str)> {
    let history = &feed.history;
    [("current", &history.current), ("prev-archive", &history.previous), ("next-archive", &history.next)]
        .into_iter()
        .filter_map(|(rel, url)| Some((rel, url.as_deref()?)))
}

/// The attributes of Media RSS's `content` for an image.
fn media_attributes(image: &Media) -> BTreeMap<String, String> {
    let mut attributes =
        BTreeMap::from([("url".to_owned(), image.url.clone()), ("medium".to_owned(), "image".to_owned())]);
    if let Some(media_type) = &image.media_type {
        attributes.insert("type".to_owned(), media_type.clone());
    }
    if let Some((width, height)) = image.size {
        attributes.insert("width".to_owned(), width.to_string());
        attributes.insert("height".to_owned(), height.to_string());
    }
    attributes
}

/// What lets people read feeds and sitemaps in a browser.
pub const STYLESHEET: &str = include_str!("render/feedmill.css");

/// The formats of feeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// RSS 2.0.
    Rss,
    /// Atom 1.0.
    Atom,
    /// JSON Feed 1.1.
    Json,
}

impl Format {
    /// The format of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "rss" => Some(Self::Rss),
            "atom" => Some(Self::Atom),
            "json" => Some(Self::Json),
            _ => None,
        }
    }

    /// The format that a file of this name has, unless the configuration says otherwise.
    #[must_use]
    pub fn of_path(path: &str) -> Self {
        let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
        if name.ends_with(".json") {
            Self::Json
        } else if name.contains("atom") {
            Self::Atom
        } else {
            Self::Rss
        }
    }

    /// As people call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rss => "RSS",
            Self::Atom => "Atom",
            Self::Json => "JSON Feed",
        }
    }
}

/// Renders a feed.
///
/// # Errors
/// A clause that says why it cannot be rendered; that is a fault of feedmill.
pub fn render(format: Format, feed: &Feed<'_>) -> Result<Vec<u8>, String> {
    match format {
        Format::Rss => rss::render(feed),
        Format::Atom => atom::render(feed),
        Format::Json => json_feed::render(feed),
    }
}

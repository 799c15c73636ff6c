//! Feed -> bytes: one file per format, one specification each. Nothing is cleaned here; what cannot be written legally
//! does not get this far.

pub(crate) mod atom;
mod finish;
pub(crate) mod json_feed;
pub(crate) mod opml;
mod page;
pub(crate) mod rss;
pub(crate) mod sitemap;

use std::collections::BTreeMap;
use std::ops::Range;

use crate::check;
use crate::error::{Error, Failure};
use crate::model::{Feed, Format, Media};

/// Media RSS (<https://www.rssboard.org/media-rss>), with its final slash.
const MEDIA_NAMESPACE: &str = "http://search.yahoo.com/mrss/";

/// Feed paging and archiving (RFC 5005).
const HISTORY_NAMESPACE: &str = "http://purl.org/syndication/history/1.0";

/// A document, and where its entries are in it, in bytes.
#[derive(Debug)]
pub(crate) struct Document {
    pub bytes: Vec<u8>,
    pub entries: Range<usize>,
}

/// What is between the entries of a format.
pub(crate) fn separator(format: Format) -> &'static str {
    match format {
        Format::Rss | Format::Atom => "",
        Format::Json => ",",
    }
}

/// The namespaces that a feed uses beyond those of its format, by their usual prefixes.
fn namespaces(feed: &Feed<'_>) -> BTreeMap<String, String> {
    let mut namespaces = BTreeMap::new();
    if feed.is_part || feed.entries.iter().any(|entry| entry.image.is_some()) {
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

/// The style sheet that makes feeds and sitemaps readable in a browser.
pub(crate) const STYLESHEET: &str = include_str!("feedmill.css");

/// Renders a feed.
///
/// # Errors
/// [`Failure::Unsound`].
pub(crate) fn render(format: Format, feed: &Feed<'_>) -> Result<Document, Failure> {
    match format {
        Format::Rss => rss::render(feed),
        Format::Atom => atom::render(feed),
        Format::Json => json_feed::render(feed),
    }
}

impl Feed<'_> {
    /// The feed in a format, as text. It has been parsed back.
    ///
    /// # Errors
    /// [`Error::Unsound`]; that is a bug in feedmill.
    pub fn render(&self, format: Format) -> Result<String, Error> {
        let text = render(format, self).and_then(|document| {
            check::feed(format, &document.bytes, self.entries.len()).map(drop)?;
            String::from_utf8(document.bytes).map_err(Failure::unsound)
        });
        text.map_err(|failure| failure.about(self.url.clone().into()))
    }
}

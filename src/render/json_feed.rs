//! JSON Feed 1.1 (<https://www.jsonfeed.org/version/1.1/>).

use serde::Serialize;
use serde_json::{Map, Value};

use super::Document;
use crate::error::Failure;
use crate::model::{Author, Entry, Feed};
use crate::text::date::rfc3339;

#[derive(Serialize)]
struct JsonFeed<'a> {
    version: &'static str,
    #[serde(rename = "_feedmill")]
    feedmill: Own,
    title: &'a str,
    home_page_url: &'a str,
    feed_url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    icon: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    favicon: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authors: Vec<JsonAuthor<'a>>,
    language: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hubs: Vec<Hub<'a>>,
    items: Vec<Item<'a>>,
}

/// What shows who wrote the feed.
#[derive(Serialize)]
struct Own {
    version: &'static str,
}

#[derive(Serialize)]
struct Hub<'a> {
    r#type: &'static str,
    url: &'a str,
}

#[derive(Serialize)]
struct Item<'a> {
    id: &'a str,
    url: &'a str,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_html: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attachments: Option<[Attachment<'a>; 1]>,
    date_published: String,
    date_modified: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authors: Vec<JsonAuthor<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    /// The fields of the front matter that no format has a place for.
    #[serde(rename = "_front_matter", skip_serializing_if = "Map::is_empty")]
    front_matter: &'a Map<String, Value>,
}

#[derive(Serialize)]
struct Attachment<'a> {
    url: &'a str,
    mime_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    size_in_bytes: Option<u64>,
}

#[derive(Serialize)]
struct JsonAuthor<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
}

/// Renders a feed as JSON Feed.
///
/// # Errors
/// [`Failure::Unsound`].
pub(crate) fn render(feed: &Feed<'_>) -> Result<Document, Failure> {
    let mut document = JsonFeed {
        version: "https://jsonfeed.org/version/1.1",
        feedmill: Own { version: env!("CARGO_PKG_VERSION") },
        title: &feed.title,
        home_page_url: &feed.page,
        feed_url: &feed.id,
        next_url: feed.history.previous.as_deref(),
        description: feed.site.description.as_deref(),
        icon: feed.site.logo.as_deref(),
        favicon: feed.site.icon.as_deref(),
        authors: authors(&feed.site.authors),
        hubs: feed.site.hubs.iter().map(|url| Hub { r#type: "WebSub", url }).collect(),
        language: &feed.language,
        items: Vec::new(),
    };
    // Without items it ends in `]` and `}`, with items they are on lines of their own.
    let start = serde_json::to_vec_pretty(&document).map_err(Failure::unsound)?.len() - "]\n}".len();
    document.items = feed.entries.iter().enumerate().map(|(index, entry)| item(feed, index, entry)).collect();
    let mut bytes = serde_json::to_vec_pretty(&document).map_err(Failure::unsound)?;
    let after = if feed.entries.is_empty() { "]\n}" } else { "\n  ]\n}" };
    let entries = start..bytes.len() - after.len();
    bytes.push(b'\n');
    Ok(Document { bytes, entries })
}

fn item<'a>(feed: &'a Feed<'_>, index: usize, entry: &'a Entry) -> Item<'a> {
    let (summary, content) = (feed.summary_of(index), feed.content_of(index));
    Item {
        id: &entry.id,
        url: &entry.url,
        title: &entry.title,
        // One of content_html and content_text is required.
        content_html: content,
        content_text: content.is_none().then(|| summary.unwrap_or(&entry.title)),
        summary,
        image: entry.image.as_ref().map(|image| image.url.as_str()),
        attachments: entry.enclosure.as_ref().map(|media| {
            [Attachment { url: &media.url, mime_type: media.media_type(), size_in_bytes: media.length }]
        }),
        date_published: rfc3339(entry.published),
        date_modified: rfc3339(entry.updated),
        authors: authors(&entry.authors),
        tags: entry.categories.iter().map(|term| term.name.as_str()).collect(),
        language: entry.language.as_deref().filter(|own| *own != feed.language),
        front_matter: &entry.extra,
    }
}

fn authors(authors: &[Author]) -> Vec<JsonAuthor<'_>> {
    authors.iter().map(|author| JsonAuthor { name: &author.name, url: author.url.as_deref() }).collect()
}

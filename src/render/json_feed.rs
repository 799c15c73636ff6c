//! JSON Feed 1.1 (<https://www.jsonfeed.org/version/1.1/>).

use serde::Serialize;
use serde_json::{Map, Value};

use crate::date::rfc3339;
use crate::feed::{Entry, Feed};

#[derive(Serialize)]
struct JsonFeed<'a> {
    version: &'static str,
    title: &'a str,
    home_page_url: &'a str,
    feed_url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    authors: Vec<JsonAuthor<'a>>,
    language: &'a str,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    id: &'a str,
    url: &'a str,
    title: &'a str,
    content_text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    date_published: String,
    date_modified: String,
    authors: Vec<JsonAuthor<'a>>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    tags: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    /// What the front matter says that no format has a place for.
    #[serde(rename = "_front_matter", skip_serializing_if = "Map::is_empty")]
    front_matter: &'a Map<String, Value>,
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
/// A clause that says why the document cannot be written.
pub fn render(feed: &Feed<'_>) -> Result<Vec<u8>, String> {
    let document = JsonFeed {
        version: "https://jsonfeed.org/version/1.1",
        title: &feed.title,
        home_page_url: &feed.site.url,
        feed_url: &feed.url,
        description: feed.site.description.as_deref(),
        authors: authors(&feed.site.authors),
        language: &feed.language,
        items: feed.entries.iter().map(|entry| item(entry, &feed.language)).collect(),
    };
    let mut bytes = serde_json::to_vec_pretty(&document).map_err(|error| error.to_string())?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn item<'a>(entry: &'a Entry, language: &str) -> Item<'a> {
    Item {
        id: &entry.id,
        url: &entry.url,
        title: &entry.title,
        // One of content_html and content_text is required.
        content_text: entry.summary.as_deref().unwrap_or(&entry.title),
        summary: entry.summary.as_deref(),
        image: entry.image.as_deref(),
        date_published: rfc3339(entry.published),
        date_modified: rfc3339(entry.updated),
        authors: authors(&entry.authors),
        tags: &entry.categories,
        language: entry.language.as_deref().filter(|own| *own != language),
        front_matter: &entry.extra,
    }
}

fn authors(authors: &[crate::config::Author]) -> Vec<JsonAuthor<'_>> {
    authors.iter().map(|author| JsonAuthor { name: &author.name, url: author.url.as_deref() }).collect()
}

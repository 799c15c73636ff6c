//! The shape of a record: what `feedmill list --format jsonl` prints for each post.
//!
//! Of a record that others write, only `url` and `title` are required.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::model::{Author, CATEGORY, Entry, Media, Post, PostMeta, TAG};
use crate::text::date;

/// The version of the shape. A newer one is not read.
pub(super) const VERSION: u32 = 1;

/// One post. What is absent is `null` or left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Record {
    /// The version of the shape: 1.
    #[serde(default = "version")]
    pub feedmill: u32,
    /// The permalink: absolute, or below the base URL.
    pub url: String,
    /// The id, if it is not the permalink.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Plain text.
    pub title: String,
    /// When it was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<String>,
    /// When it was last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<String>,
    /// Its authors; none means those of the site.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<RecordAuthor>,
    /// Categories, by which feeds select.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// Tags, by which feeds select.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Names of terms of other taxonomies, by which feeds select.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub terms: BTreeMap<String, Vec<String>>,
    /// What feeds list as categories, if it is not the categories and then the tags.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<Vec<String>>,
    /// Plain text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// The whole text, as HTML.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_html: Option<String>,
    /// A picture of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<RecordMedia>,
    /// A file that belongs to it, such as a recording.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enclosure: Option<RecordMedia>,
    /// A language tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The collection that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collection: Option<String>,
    /// The file that it comes from, by which feeds select and messages call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Whether feeds may carry it.
    #[serde(default = "yes")]
    pub feed: bool,
    /// Whether sitemaps may list it.
    #[serde(default = "yes")]
    pub sitemap: bool,
    /// The URL under which sitemaps list it, if that is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sitemap_url: Option<String>,
    /// What it has in common with its translations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub translation: Option<String>,
    /// The URLs of its images, for sitemaps.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<String>,
    /// For sitemaps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<String>,
    /// For sitemaps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changefreq: Option<String>,
    /// Other fields, which JSON Feed carries.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub extra: Map<String, Value>,
}

/// A person or organisation in a record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecordAuthor {
    /// What readers show.
    pub name: String,
    /// An e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// An absolute URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// An image or enclosure in a record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecordMedia {
    /// Absolute, or below the base URL.
    pub url: String,
    /// In bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<u64>,
    /// A media type.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// In pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<usize>,
    /// In pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<usize>,
}

fn version() -> u32 {
    VERSION
}

fn yes() -> bool {
    true
}

impl Record {
    /// A post as a record.
    pub(crate) fn of(meta: &PostMeta, post: &Post, entry: Entry) -> Self {
        let facts = meta.sitemap_facts().cloned().unwrap_or_default();
        let names = |taxonomy| post.terms_of(taxonomy).cloned().collect();
        Self {
            feedmill: VERSION,
            url: entry.url,
            id: meta.own_id().map(str::to_owned),
            title: entry.title,
            published: meta.published.map(date::rfc3339),
            updated: meta.updated.map(date::rfc3339),
            authors: post.authors.iter().cloned().map(RecordAuthor::from).collect(),
            categories: names(CATEGORY),
            tags: names(TAG),
            labels: post.labels.clone(),
            summary: entry.summary,
            content_html: entry.content,
            image: entry.image.map(RecordMedia::from),
            enclosure: entry.enclosure.map(RecordMedia::from),
            language: entry.language,
            collection: post.collection.as_deref().map(str::to_owned),
            path: Some(meta.path().to_owned()),
            feed: meta.in_feeds,
            sitemap: meta.in_sitemap,
            sitemap_url: facts.url,
            translation: facts.translation,
            images: facts.images,
            terms: other_terms(post),
            priority: facts.priority,
            changefreq: facts.changefreq,
            extra: entry.extra,
        }
    }

    /// The record as a line, with its end.
    ///
    /// # Errors
    /// The message of `serde_json`.
    pub(crate) fn to_line(&self) -> serde_json::Result<String> {
        serde_json::to_string(self).map(|line| line + "\n")
    }
}

/// The terms of a post that are neither categories nor tags, by taxonomy.
fn other_terms(post: &Post) -> BTreeMap<String, Vec<String>> {
    let mut terms: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for term in post.terms.iter().filter(|term| term.taxonomy != CATEGORY && term.taxonomy != TAG) {
        terms.entry(term.taxonomy.to_string()).or_default().push(term.name.clone());
    }
    terms
}

impl From<Author> for RecordAuthor {
    fn from(author: Author) -> Self {
        Self { name: author.name, email: author.email, url: author.url }
    }
}

impl From<Media> for RecordMedia {
    fn from(media: Media) -> Self {
        let (width, height) = media.size.unzip();
        Self { url: media.url, length: media.length, media_type: media.media_type, width, height }
    }
}

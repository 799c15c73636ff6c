//! Posts as resolved, one JSON object a line (<https://jsonlines.org/>): what `feedmill list --format jsonl` prints, and
//! what `feedmill build --records` takes, from another machine, a database, or a CMS.
//!
//! Of a record that others write, only `url` and `title` are required. Dates may have any form that front matter may
//! have. Whatever a record says is made legal and safe like everything else.

use std::io::{self, BufRead as _, Seek as _};
use std::path::PathBuf;

use chrono::{DateTime, Datelike as _, FixedOffset};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::author::Author;
use crate::config::{self, Config};
use crate::diagnostic::{Diagnostic, Place, Rule};
use crate::feed::Entry;
use crate::listing::{Listing, SitemapFacts};
use crate::markup::clean;
use crate::markup::published_line;
use crate::media::{Media, is_media_type};
use crate::post::{self, Post};
use crate::source::{self, Source};
use crate::text;
use crate::text::date;
use crate::text::id;
use crate::text::language;
use crate::text::link;

/// The version of the shape. A newer one is not read.
const VERSION: u32 = 1;

/// A file of records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Records {
    /// Where it is.
    pub path: PathBuf,
    /// What messages call it.
    pub name: String,
}

/// One post. What is absent is `null` or left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
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
    /// Who wrote it; nobody means the site's authors.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<RecordAuthor>,
    /// Categories, by which feeds select.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// Tags, by which feeds select.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// What feeds tell, if it is not the categories and then the tags.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<Vec<String>>,
    /// Plain text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// The whole text, as HTML.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_html: Option<String>,
    /// What shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<RecordMedia>,
    /// What it brings along.
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
pub struct RecordAuthor {
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
pub struct RecordMedia {
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
    #[must_use]
    pub fn of(listing: &Listing, post: &Post, entry: Entry) -> Self {
        let labels = (post.own_labels.is_some()).then(|| post.labels());
        let facts = listing.sitemap_facts().cloned().unwrap_or_default();
        Self {
            feedmill: VERSION,
            url: entry.url,
            id: listing.own_id().map(str::to_owned),
            title: entry.title,
            published: listing.published.map(date::rfc3339),
            updated: listing.updated.map(date::rfc3339),
            authors: post.authors.iter().cloned().map(RecordAuthor::from).collect(),
            categories: post.categories.clone(),
            tags: post.tags.clone(),
            labels,
            summary: entry.summary,
            content_html: entry.content,
            image: entry.image.map(RecordMedia::from),
            enclosure: entry.enclosure.map(RecordMedia::from),
            language: entry.language,
            collection: post.collection.as_deref().map(str::to_owned),
            path: Some(listing.path().to_owned()),
            feed: listing.in_feeds,
            sitemap: listing.in_sitemap,
            sitemap_url: facts.url,
            translation: facts.translation,
            images: facts.images,
            priority: facts.priority,
            changefreq: facts.changefreq,
            extra: entry.extra,
        }
    }

    /// The record as a line, with its end.
    ///
    /// # Errors
    /// A clause that says why it cannot be written.
    pub fn to_line(&self) -> Result<String, String> {
        serde_json::to_string(self).map(|line| line + "\n").map_err(|error| error.to_string())
    }
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

/// A line of a file of records: where it begins, its number from 1, and its bytes without its end.
#[derive(Debug)]
pub struct Line {
    /// In bytes from the start of the file.
    pub offset: u64,
    /// 1-based.
    pub number: usize,
    bytes: Vec<u8>,
}

/// The lines of a file of records that are not empty.
///
/// # Errors
/// Whatever the system says.
pub fn lines(records: &Records) -> io::Result<impl Iterator<Item = io::Result<Line>>> {
    let mut file = io::BufReader::with_capacity(1 << 18, std::fs::File::open(&records.path)?);
    let (mut offset, mut number) = (0, 0);
    Ok(std::iter::from_fn(move || {
        loop {
            let mut bytes = Vec::new();
            match file.read_until(b'\n', &mut bytes) {
                Ok(0) => return None,
                Ok(length) => {
                    let line = Line { offset, number: number + 1, bytes };
                    offset += length as u64;
                    number += 1;
                    if !line.bytes.trim_ascii().is_empty() {
                        return Some(Ok(line));
                    }
                }
                Err(error) => return Some(Err(error)),
            }
        }
    }))
}

/// The line that begins at an offset.
///
/// # Errors
/// Whatever the system says.
pub fn line_at(records: &Records, offset: u64) -> io::Result<Line> {
    let mut file = std::fs::File::open(&records.path)?;
    file.seek(io::SeekFrom::Start(offset))?;
    let mut bytes = Vec::new();
    io::BufReader::new(file).read_until(b'\n', &mut bytes)?;
    Ok(Line { offset, number: 1, bytes })
}

/// What a line says: a post, and the entry that feeds carry, whose text is read only if it is `whole`. `None`, with a
/// finding, if it cannot be used.
pub fn resolve(
    found: &mut Vec<Diagnostic>,
    line: Line,
    whole: bool,
    records: &Records,
    config: &Config,
) -> Option<(Post, Entry)> {
    let source = source::decode(&records.name, line.bytes);
    let mut reader = Reader { found, source: &source, number: line.number, config };
    if !source.text.trim_start().starts_with('{') {
        let help = "the line is left out";
        reader.report(Rule::BadRecord, 0, "it is no JSON object", help);
        return None;
    }
    let record: Record = match serde_json::from_str(source.text.trim_end()) {
        Ok(record) => record,
        Err(error) => {
            let said = error.to_string();
            // The list of all fields would be longer than the line.
            let clause = said.split(", expected one of").next().unwrap_or_default();
            let clause = clause.split(" at line ").next().unwrap_or_default();
            let near =
                clause.strip_prefix("unknown field `").and_then(|name| nearest(name.trim_end_matches('`')));
            let help = match near {
                Some(near) => format!("did you mean `{near}`? The line is left out"),
                None => "the line is left out".to_owned(),
            };
            reader.report(Rule::BadRecord, error.column().saturating_sub(1), clause, help);
            return None;
        }
    };
    if record.feedmill > VERSION {
        let message = format!("it is of version {}, and only {VERSION} is known here", record.feedmill);
        reader.field(Rule::BadRecord, "feedmill", message, "the line is left out");
        return None;
    }
    let Some(url) = config.base_url.join(&text::legal(&record.url)) else {
        let message = format!("`{}` is no URL", text::shown(&record.url));
        reader.field(Rule::BadRecord, "url", message, "the line is left out");
        return None;
    };
    Some(reader.post(record, url, whole))
}

/// The field whose name is most like this.
fn nearest(name: &str) -> Option<&'static str> {
    const FIELDS: [&str; 25] = [
        "feedmill", "url", "id", "title", "published", "updated", "authors", "categories", "tags", "labels",
        "summary", "content_html", "image", "enclosure", "language", "collection", "path", "feed", "sitemap",
        "sitemap_url", "translation", "images", "priority", "changefreq", "extra",
    ];
    let distance = |field: &str| strsim::damerau_levenshtein(field, name);
    FIELDS.into_iter().min_by_key(|field| distance(field)).filter(|field| distance(field) <= 3)
}

struct Reader<'a> {
    found: &'a mut Vec<Diagnostic>,
    source: &'a Source,
    number: usize,
    config: &'a Config,
}

impl Reader<'_> {
    /// A finding at a byte of the line.
    fn report(&mut self, rule: Rule, at: usize, message: impl Into<String>, help: impl Into<String>) {
        let place = self.place(at);
        self.found.push(Diagnostic::new(rule, self.source.path.clone(), message).at(place).help(help));
    }

    fn place(&self, at: usize) -> Place {
        Place { line: self.number, ..self.source.place(at..at + 1) }
    }

    /// The place of the name of a field.
    fn place_of(&self, key: &str) -> Place {
        self.place(self.source.text.find(&format!("\"{key}\"")).map_or(0, |at| at + 1))
    }

    /// A finding at a field.
    fn field(&mut self, rule: Rule, key: &str, message: String, help: &str) {
        let at = self.source.text.find(&format!("\"{key}\"")).map_or(0, |at| at + 1);
        self.report(rule, at, message, help);
    }

    /// Text on one line, as it may be published.
    fn line(&mut self, key: &str, written: &str) -> String {
        if let Some(c) = written.chars().find(|c| !text::is_publishable(*c) && !c.is_whitespace()) {
            let at = self.place_of(key);
            self.found.push(self.source.unpublishable(&format!("`{key}` contains"), c, None, 1).at(at));
        }
        published_line(written)
    }

    fn lines(&mut self, key: &str, written: &[String]) -> Vec<String> {
        let lines = written.iter().map(|one| self.line(key, one));
        let mut kept = Vec::new();
        for line in lines.filter(|line| !line.is_empty()) {
            if !kept.contains(&line) {
                kept.push(line);
            }
        }
        kept
    }

    fn date(&mut self, key: &str, written: Option<&String>) -> Option<DateTime<FixedOffset>> {
        let written = written?;
        let read = date::parse(written).and_then(|read| date::resolve(&read, &self.config.timezone));
        match read {
            None => {
                let message =
                    format!("`{key}` is `{}`, which is no date that can be read", text::shown(written));
                self.field(Rule::UnreadableDate, key, message, "it is passed over");
                None
            }
            Some(date) if !date::is_plausible(&date) => {
                let message = format!("`{key}` is in the year {}", date.year());
                self.field(Rule::ImplausibleDate, key, message, "it is passed over");
                None
            }
            date => date,
        }
    }

    fn media(&mut self, key: &str, written: Option<RecordMedia>) -> Option<Media> {
        let written = written?;
        let Some(url) = self.config.base_url.join(&text::legal(&written.url)) else {
            let message = format!("`{key}` has no URL: `{}`", text::shown(&written.url));
            self.field(Rule::UnusableValue, key, message, "it is passed over");
            return None;
        };
        let known = Media::of_url(&url, self.config);
        Some(Media {
            url,
            length: written.length.or(known.length),
            media_type: written.media_type.filter(|kind| is_media_type(kind)).or(known.media_type),
            size: written.width.zip(written.height).or(known.size),
        })
    }

    fn post(&mut self, record: Record, url: String, whole: bool) -> (Post, Entry) {
        let title = Some(self.line("title", &record.title)).filter(|title| !title.is_empty());
        let title = title.unwrap_or_else(|| {
            self.field(Rule::MissingTitle, "title", "the post has no title".to_owned(), "its URL is used");
            url.clone()
        });
        let published = self.date("published", record.published.as_ref());
        let mut updated = self.date("updated", record.updated.as_ref());
        if updated.is_some_and(|updated| published.is_some_and(|published| updated < published)) {
            let message = "the post says it was updated before it was published".to_owned();
            let help = "the date of publication is used for both";
            self.field(Rule::UpdatedBeforePublished, "updated", message, help);
            updated = None;
        }
        if updated.is_some_and(|updated| updated > self.config.now) {
            let message = "the post says it was updated in the future".to_owned();
            self.field(Rule::ImplausibleDate, "updated", message, "that date is passed over");
            updated = None;
        }
        let language = record.language.as_deref().and_then(|tag| match language::parse(tag) {
            Ok(tag) => Some(tag),
            Err(message) => {
                let message = format!("`{}` cannot be used as a language: {message}", text::shown(tag));
                self.field(Rule::UnusableValue, "language", message, "the language of the site is told");
                None
            }
        });
        let authors: Vec<Author> = record
            .authors
            .iter()
            .map(|author| Author {
                name: self.line("authors", &author.name),
                email: author.email.clone().filter(|email| crate::author::is_email(email)),
                url: author.url.as_deref().and_then(link::absolute),
            })
            .filter(|author| !author.name.is_empty())
            .collect();
        let post = Post {
            path: match &record.path {
                Some(path) => text::legal(path).into_owned(),
                None => format!("{}:{}", self.source.path, self.number),
            },
            id: record
                .id
                .as_deref()
                .map_or_else(|| url.clone(), |id| id::of_written(id, &self.config.base_url)),
            title,
            published,
            updated,
            categories: self.lines("categories", &record.categories),
            tags: self.lines("tags", &record.tags),
            own_labels: record.labels.as_ref().map(|labels| self.lines("labels", labels)),
            summary: record
                .summary
                .as_ref()
                .map(|summary| self.line("summary", summary))
                .filter(|summary| !summary.is_empty()),
            language: language.or_else(|| self.config.language.clone()),
            collection: record
                .collection
                .as_deref()
                .map(|collection| self.line("collection", collection))
                .filter(|collection| !collection.is_empty())
                .map(Into::into),
            in_feeds: record.feed,
            in_sitemap: record.sitemap,
            sitemap: SitemapFacts {
                url: record.sitemap_url.as_deref().and_then(|url| self.config.base_url.join(url)),
                translation: record.translation.map(|key| text::one_line(&text::legal(&key))),
                images: record.images.iter().filter_map(|image| self.config.base_url.join(image)).collect(),
                priority: record.priority.as_deref().and_then(config::priority),
                changefreq: record.changefreq.as_deref().and_then(config::changefreq),
            },
            extra: post::extension(legal_values(record.extra), &self.config.base_url),
            authors,
            url,
            ..Post::nameless("")
        };
        let pixels = self.config.tracking_pixels;
        let content = record
            .content_html
            .filter(|_| whole)
            .and_then(|html| clean::publishable(&text::legal_content(&html), &post.url, pixels));
        let media = if whole { (record.image, record.enclosure) } else { (None, None) };
        let entry = Entry::of_record(
            &post,
            content,
            self.media("image", media.0),
            self.media("enclosure", media.1),
            self.config,
        );
        (post, entry)
    }
}

/// Values whose text may be published, keys too.
fn legal_values(map: Map<String, Value>) -> Map<String, Value> {
    map.into_iter().map(|(key, value)| (text::legal(&key).into_owned(), legal_value(value))).collect()
}

fn legal_value(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(text::legal(&text).into_owned()),
        Value::Array(items) => items.into_iter().map(legal_value).collect(),
        Value::Object(map) => Value::Object(legal_values(map)),
        other => other,
    }
}

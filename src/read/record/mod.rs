//! Posts as resolved, one JSON object a line (<https://jsonlines.org/>): what `feedmill list --format jsonl` prints, and
//! what `feedmill build --records` takes, from another machine, a database, or a CMS.
//!
//! Dates may have any form that front matter may have. Every value of a record is made legal and safe like everything
//! else.

mod shape;

use std::io::{self, Seek as _};

use chrono::{DateTime, FixedOffset};
use serde_json::{Map, Value};

use super::metadata::metadata;
use crate::config::{Config, Records};
use crate::diagnostic::{Diagnostic, Place, Rule};
use crate::disk;
use crate::generators::{
    NAME,
    dates::{NOT_IN_FEEDS, Refused, check_updated},
    extra, media,
};
use crate::markup::{clean, published_line};
use crate::model::{
    Author, CATEGORY, Entry, Media, Post, SitemapFacts, TAG, Term, is_email, is_media_type, is_open, taxonomy,
};
use crate::settings::{FREQUENCIES, changefreq, priority};
use crate::source::{self, Source};
use crate::text::{self, date, language, link};
pub(crate) use shape::Record;
use shape::{RecordAuthor, RecordMedia};

/// A line of a file of records: where it begins, its number from 1, and its bytes without its end.
#[derive(Debug)]
pub(crate) struct Line {
    /// In bytes from the start of the file.
    pub offset: u64,
    /// 1-based.
    pub number: usize,
    bytes: Vec<u8>,
}

/// The lines of a file of records that are not empty.
///
/// # Errors
/// Any I/O error.
pub(crate) fn lines(records: &Records) -> io::Result<impl Iterator<Item = io::Result<Line>>> {
    let mut file = io::BufReader::with_capacity(1 << 18, disk::open(&records.path)?);
    let (mut offset, mut number) = (0, 0);
    Ok(std::iter::from_fn(move || {
        loop {
            let bytes = match disk::read_line(&mut file).transpose()? {
                Ok(bytes) => bytes,
                Err(error) => return Some(Err(error)),
            };
            let length = bytes.len() as u64;
            let line = Line { offset, number: number + 1, bytes };
            offset += length;
            number += 1;
            if !line.bytes.trim_ascii().is_empty() {
                return Some(Ok(line));
            }
        }
    }))
}

/// The line that begins at an offset.
///
/// # Errors
/// Any I/O error.
pub(crate) fn line_at(records: &Records, offset: u64) -> io::Result<Line> {
    let mut file = disk::open(&records.path)?;
    file.seek(io::SeekFrom::Start(offset))?;
    let bytes = disk::read_line(&mut io::BufReader::new(file))?.unwrap_or_default();
    Ok(Line { offset, number: 1, bytes })
}

/// Whether the text of a record is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Text {
    /// It is not needed.
    Skip,
    /// It becomes the content of an entry.
    Read,
}

/// The post and the feed entry of a line. `None`, with a finding, if it cannot be used.
pub(crate) fn resolve(
    found: &mut Vec<Diagnostic>,
    line: Line,
    text: Text,
    records: &Records,
    config: &Config,
) -> Option<(Post, Entry)> {
    let source = source::decode(&records.name, line.bytes);
    let mut reader = Reader { found, source: &source, number: line.number, config };
    let record = reader.parse()?;
    let Some(url) = config.site.base_url.join(&text::legal(&record.url)) else {
        let message = format!("`{}` is not a URL", text::shown(&record.url));
        reader.report_field(Rule::BadRecord, "url", message, SKIPPED);
        return None;
    };
    let (content, media) = match text {
        Text::Read => (record.content_html.clone(), (record.image.clone(), record.enclosure.clone())),
        Text::Skip => (None, (None, None)),
    };
    let mut post = reader.post(record, url);
    if let Some((message, help)) = post.limit_terms(&config.site.taxonomies) {
        reader.report_field(Rule::UnusableValue, "terms", message, &help);
    }
    let pixels = clean::Pixels::kept_if(config.tracking_pixels);
    let place = clean::Place { page: &post.url, title: "", pixels };
    let content = content.filter(|html| !html.trim().is_empty());
    let clean = content.as_deref().and_then(|html| clean::publishable(&text::legal_content(html), &place));
    if content.is_some() && clean.is_none() {
        let message = "none of the text can be shown in a feed";
        reader.report_field(Rule::UnusableContent, "content_html", message, "the summary is used instead");
    }
    let entry = Entry {
        content: clean,
        image: reader.media("image", media.0),
        enclosure: reader.media("enclosure", media.1),
        ..metadata(&post, config)
    };
    Some((post, entry))
}

/// The name in a value, as front matter may have it.
fn name_in(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(map) => NAME.iter().find_map(|key| map.get(*key)).and_then(name_in),
        _ => None,
    }
}

/// What happens to a line that cannot be used.
const SKIPPED: &str = "the line is skipped";

struct Reader<'a> {
    found: &'a mut Vec<Diagnostic>,
    source: &'a Source,
    number: usize,
    config: &'a Config,
}

impl Reader<'_> {
    fn place(&self, at: usize) -> Place {
        Place { line: self.number, ..self.source.place(at..at + 1) }
    }

    /// The place of the name of a field.
    fn place_of(&self, key: &str) -> Place {
        self.place(self.source.text.find(&format!("\"{key}\"")).map_or(0, |at| at + 1))
    }

    /// A finding at a byte of the line.
    fn report(&mut self, at: usize, message: impl Into<String>, help: impl Into<String>) {
        let finding = Diagnostic::new(Rule::BadRecord, self.source.path.clone(), message);
        self.found.push(finding.at(self.place(at)).help(help));
    }

    /// A finding at a field.
    fn report_field(&mut self, rule: Rule, key: &str, message: impl Into<String>, help: &str) {
        let finding = Diagnostic::new(rule, self.source.path.clone(), message);
        self.found.push(finding.at(self.place_of(key)).help(help));
    }

    fn parse(&mut self) -> Option<Record> {
        let source = self.source;
        if !source.text.trim_start().starts_with('{') {
            self.report(0, "it is not a JSON object", SKIPPED);
            return None;
        }
        let record: Record = match serde_json::from_str(source.text.trim_end()) {
            Ok(record) => record,
            Err(error) => {
                let said = error.to_string();
                let said = said.split(" at line ").next().unwrap_or(&said);
                // The list of all fields would be longer than the line.
                let (clause, fields) = said.split_once(", expected one of ").unwrap_or((said, ""));
                let help = match nearest_field(clause, fields) {
                    Some(near) => format!("did you mean {near}? The line is skipped"),
                    None => SKIPPED.to_owned(),
                };
                self.report(error.column().saturating_sub(1), clause, help);
                return None;
            }
        };
        if record.feedmill > shape::VERSION {
            let message =
                format!("its version is {}, and only {} is supported", record.feedmill, shape::VERSION);
            self.report_field(Rule::BadRecord, "feedmill", message, SKIPPED);
            return None;
        }
        Some(record)
    }

    /// Text on one line, as it may be published.
    fn line(&mut self, key: &str, written: &str) -> String {
        if let Some(c) = written.chars().find(|c| !text::is_publishable(*c) && !c.is_whitespace()) {
            let place = self.place_of(key);
            self.found.push(self.source.unpublishable(&format!("`{key}` contains"), c, None, 1).at(place));
        }
        published_line(written)
    }

    /// What a text is read as. What cannot be read is reported.
    fn usable<T>(
        &mut self,
        key: &str,
        wanted: &str,
        written: Option<String>,
        read: impl FnOnce(String) -> Option<T>,
    ) -> Option<T> {
        let written = written.filter(|written| !written.trim().is_empty())?;
        let message = || format!("`{key}` has `{}`, which is not {wanted}", text::shown(&written));
        let (message, read) = (message(), read(written));
        if read.is_none() {
            self.report_field(Rule::UnusableValue, key, message, "it is ignored");
        }
        read
    }

    fn optional_line(&mut self, key: &str, written: Option<&String>) -> Option<String> {
        written.map(|text| self.line(key, text)).filter(|line| !line.is_empty())
    }

    fn lines(&mut self, key: &str, written: &[String]) -> Vec<String> {
        let lines: Vec<String> = written.iter().map(|one| self.line(key, one)).collect();
        text::unique(lines.into_iter().filter(|line| !line.is_empty()).collect())
    }

    fn date(&mut self, key: &str, written: Option<&String>) -> Option<DateTime<FixedOffset>> {
        let written = written?;
        let read = date::parse(written).and_then(|read| date::resolve(&read, &self.config.site.timezone));
        match read {
            None => {
                let message =
                    format!("`{key}` is `{}`, which cannot be read as a date", text::shown(written));
                self.report_field(Rule::UnreadableDate, key, message, "it is ignored");
                None
            }
            Some(date) => {
                if let Some(year) = date::implausible_year(&date) {
                    let message = format!("`{key}` is in the year {year}");
                    self.report_field(Rule::ImplausibleDate, key, message, NOT_IN_FEEDS);
                }
                Some(date)
            }
        }
    }

    fn media(&mut self, key: &str, written: Option<RecordMedia>) -> Option<Media> {
        let written = written?;
        let Some(url) = self.config.site.base_url.join(&text::legal(&written.url)) else {
            let message = format!("`{key}` has no URL: `{}`", text::shown(&written.url));
            self.report_field(Rule::UnusableValue, key, message, "it is ignored");
            return None;
        };
        let known = media::of_url(&url, &self.config.site);
        Some(Media {
            url,
            length: written.length.or(known.length),
            media_type: self
                .usable(key, "a media type", written.media_type, |kind| is_media_type(&kind).then_some(kind))
                .or(known.media_type),
            size: written.width.zip(written.height).or(known.size),
        })
    }

    fn title(&mut self, written: &str, url: &str) -> String {
        let title = self.line("title", written);
        if !text::is_blank(&title) {
            return title;
        }
        self.report_field(Rule::MissingTitle, "title", "the post has no title", "its URL is used");
        url.to_owned()
    }

    fn dates(&mut self, record: &Record) -> (Option<DateTime<FixedOffset>>, Option<DateTime<FixedOffset>>) {
        let published = self.date("published", record.published.as_ref());
        let updated = self.date("updated", record.updated.as_ref());
        let checked = updated.map(|updated| check_updated(updated, published, &self.config.site));
        if let Some(Err(Refused { rule, message, help })) = checked {
            self.report_field(rule, "updated", message, help);
            return (published, None);
        }
        (published, updated)
    }

    fn language(&mut self, tag: &str) -> Option<String> {
        match language::parse(tag) {
            Ok(tag) => Some(tag),
            Err(reason) => {
                let message = format!("`{}` cannot be used as a language: {reason}", text::shown(tag));
                self.report_field(
                    Rule::UnusableValue,
                    "language",
                    message,
                    "the language of the site is used",
                );
                None
            }
        }
    }

    fn author(&mut self, author: &RecordAuthor) -> Option<Author> {
        let name = self.line("authors", &author.name);
        let email = author.email.clone();
        let email =
            self.usable("authors", "an e-mail address", email, |email| is_email(&email).then_some(email));
        let url = self.usable("authors", "an absolute URL", author.url.clone(), |url| link::absolute(&url));
        Some(Author { name, email, url }).filter(|author| !author.name.is_empty())
    }

    fn terms(&mut self, record: &Record) -> Vec<Term> {
        let mut terms = Vec::new();
        for (taxonomy, key, names) in
            [(CATEGORY, "categories", &record.categories), (TAG, "tags", &record.tags)]
        {
            let names = self.lines(key, names).into_iter();
            terms.extend(names.map(|name| Term { taxonomy: taxonomy.into(), name }));
        }
        for (name, names) in &record.terms {
            let names = self.lines("terms", names).into_iter();
            terms.extend(names.map(|one| Term { taxonomy: taxonomy(name).to_owned().into(), name: one }));
        }
        // Other fields that hold names, as in front matter.
        for wanted in self.config.site.taxonomies.iter().filter(|wanted| is_open(wanted)) {
            let written = record.extra.get(wanted).filter(|_| !record.terms.contains_key(wanted));
            let written: Vec<String> = match written {
                Some(Value::Array(values)) => values.iter().filter_map(name_in).collect(),
                written => written.and_then(name_in).into_iter().collect(),
            };
            let names = self.lines("extra", &written).into_iter();
            terms.extend(names.map(|name| Term { taxonomy: wanted.clone().into(), name }));
        }
        terms
    }

    /// Fields without those that are nested too deep.
    fn shallow(&mut self, fields: Map<String, Value>) -> Map<String, Value> {
        let (kept, deep): (Map<_, _>, Map<_, _>) =
            fields.into_iter().partition(|(_, value)| extra::depth(value) <= extra::DEEPEST);
        for name in deep.keys() {
            let message = format!("`{}` is nested deeper than {}", text::shown(name), extra::DEEPEST);
            self.report_field(Rule::UnusableValue, "extra", message, "it is ignored");
        }
        kept
    }

    fn post(&mut self, mut record: Record, url: String) -> Post {
        let base_url = &self.config.site.base_url;
        let (published, updated) = self.dates(&record);
        let id = record.id.as_deref().map(|id| text::one_line(&text::legal(id)));
        let language = record.language.as_deref().and_then(|tag| self.language(tag));
        Post {
            path: match &record.path {
                Some(path) => text::legal(path).into_owned(),
                None => format!("{}:{}", self.source.path, self.number),
            },
            is_id_written: id.as_ref().is_some_and(|id| !id.is_empty()),
            id: id.filter(|id| !id.is_empty()).unwrap_or_else(|| url.clone()),
            title: self.title(&record.title, &url),
            published,
            updated,
            terms: self.terms(&record),
            labels: record.labels.as_ref().map(|labels| self.lines("labels", labels)),
            summary: self.optional_line("summary", record.summary.as_ref()),
            language: language.or_else(|| self.config.site.language.clone()),
            // An empty name means no collection, not even that of the folder.
            collection: record.collection.as_ref().map(|name| self.line("collection", name).into()),
            in_feeds: record.feed,
            in_sitemap: record.sitemap,
            authors: record.authors.iter().filter_map(|author| self.author(author)).collect(),
            sitemap: SitemapFacts {
                url: self
                    .usable("sitemap_url", "a URL", record.sitemap_url.take(), |url| base_url.join(&url)),
                translation: record.translation.map(|key| text::one_line(&text::legal(&key))),
                images: std::mem::take(&mut record.images)
                    .into_iter()
                    .filter_map(|image| {
                        self.usable("images", "a URL", Some(image), |image| base_url.join(&image))
                    })
                    .collect(),
                priority: self.usable(
                    "priority",
                    "a number between 0 and 1",
                    record.priority.take(),
                    |text| priority(&text),
                ),
                changefreq: self
                    .usable("changefreq", FREQUENCIES, record.changefreq.take(), |text| changefreq(&text)),
            },
            extra: extra::extension(legal_values(self.shallow(std::mem::take(&mut record.extra))), base_url),
            url,
            ..Post::nameless("")
        }
    }
}

/// Of the fields that a parser lists, the one that is most like the unknown one in its clause.
fn nearest_field<'a>(clause: &str, fields: &'a str) -> Option<&'a str> {
    let unknown = clause.strip_prefix("unknown field ")?;
    if matches!(unknown, "`date`" | "`pubDate`" | "`date_published`") {
        return Some("`published`");
    }
    let distance = |field: &&str| strsim::damerau_levenshtein(field, unknown);
    fields.split(", ").min_by_key(distance).filter(|field| distance(field) <= 3)
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

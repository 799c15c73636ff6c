//! Whether a document is what its specification says: feeds and sitemaps, ours or not -> findings.

mod atom;
mod damage;
mod dates;
mod document;
mod element;
mod extensions;
mod google;
mod html;
mod input;
mod json_feed;
mod meaning;
mod media;
mod modules;
mod names;
mod opml;
mod own;
mod place;
mod podcast;
mod rdf;
mod references;
mod rss;
mod scope;
mod sitemap;
mod uri;
mod values;
mod xml;

use std::io::{self, Read};

use chrono::{DateTime, Utc};

use crate::diagnostic::{Diagnostic, Rule};
use document::Document;
pub(crate) use document::{Fix, Form, Found, Span};
pub(crate) use own::{feed, has_entries, opml, sitemap};

/// What is known of a document from outside.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    /// The current time.
    pub(crate) now: DateTime<Utc>,
    /// The address of the document.
    pub(crate) own: Option<String>,
    /// What its relative URLs are relative to.
    pub(crate) base: Option<String>,
    /// Whether the URLs that a document lists are wanted.
    pub(crate) wants_urls: bool,
}

/// What was found in a document.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) form: Form,
    /// In the order of their places.
    pub(crate) found: Vec<Found>,
    /// How many entries it has, or pages, or sitemaps.
    pub(crate) entries: u64,
    /// The URLs that it lists, if they were wanted.
    pub(crate) urls: Vec<(String, Span)>,
    /// How many more findings there are, of rules that are broken very often.
    pub(crate) unlisted: usize,
}

/// Looks at a document. It is read once, and only a part of it is held at a time.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn document(bytes: Box<dyn Read + '_>, known: &Known) -> io::Result<Checked> {
    let input = input::open(bytes)?;
    let mut document = Document::new(known.now, known.base.clone());
    document.own.clone_from(&known.own);
    document.encoding = input.encoding;
    document.sitemap.urls = known.wants_urls.then(Vec::new);
    let is_json = input.start.trim_start().starts_with(['{', '[']);
    let start = Span { start: 0, length: input.start.find('>').map_or(1, |end| end as u64 + 1) };
    document.form = if is_json { Form::Json } else { Form::Unknown };
    let is_known = !input.wrong.iter().any(|(rule, ..)| *rule == Rule::WrongEncoding);
    let ours = (!is_json).then(|| input::in_utf_8(&input.start)).flatten();
    for (rule, w3c, message) in input.wrong {
        let is_other = rule != Rule::ByteOrderMark;
        document.report_with(rule, w3c, start, message, ours.clone().filter(|_| is_other));
    }
    if is_json {
        json_feed::read(&mut document, input.text);
    } else {
        xml::read(&mut document, input.text);
    }
    if input.is_lossy.get() && is_known {
        let message = format!("some of its bytes are not in {}", document.encoding);
        document.report(Rule::WrongEncoding, "UnicodeError", start, message);
    }
    Ok(document.into())
}

/// The same for what is about to be published: UTF-8, in memory, with HTML that was cleaned once, for all formats.
fn own_document(bytes: &[u8]) -> Checked {
    // Nothing is later than the last moment.
    let mut document = Document::new(DateTime::<Utc>::MAX_UTC, None);
    document.is_own = true;
    if bytes.starts_with(b"{") {
        document.form = Form::Json;
        json_feed::read_slice(&mut document, bytes);
    } else {
        xml::read_slice(&mut document, bytes);
    }
    document.into()
}

impl From<Document> for Checked {
    fn from(document: Document) -> Self {
        let unlisted = document.unlisted();
        let mut found = document.found;
        found.sort_by_key(|found| found.at.start);
        let urls = document.sitemap.urls.unwrap_or_default();
        Self { form: document.form, found, entries: document.entries, urls, unlisted }
    }
}

/// Findings with their places and the path of their file. `bytes` are the document once more.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn located(found: &[Found], bytes: Box<dyn Read + '_>, path: &str) -> io::Result<Vec<Diagnostic>> {
    let places = place::of(found, input::open(bytes)?.text)?;
    let diagnostics = found.iter().zip(places).map(|(found, place)| Diagnostic {
        w3c: Some(found.w3c).filter(|w3c| !w3c.is_empty()),
        ..Diagnostic::new(found.rule, path, found.message.clone()).at(place)
    });
    Ok(diagnostics.collect())
}

/// The text of a document in UTF-8, of at most this many bytes, with what its XML declaration should be. `None` if it is
/// packed, longer, or has bytes that are not in its encoding: then it cannot be repaired without loss.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn text(bytes: Box<dyn Read + '_>, longest: u64) -> io::Result<Option<(String, Option<Fix>)>> {
    let input = input::open(bytes)?;
    let mut bytes = Vec::new();
    input.text.take(longest + 1).read_to_end(&mut bytes)?;
    let is_whole = bytes.len() as u64 <= longest && !input.is_packed && !input.is_lossy.get();
    let Some(text) = String::from_utf8(bytes).ok().filter(|_| is_whole) else { return Ok(None) };
    let is_other = input::declared(&text).is_some_and(|name| !name.eq_ignore_ascii_case("utf-8"));
    Ok(Some((text, input::in_utf_8(&input.start).filter(|_| is_other))))
}

/// Findings about parts of a document, with their places.
pub(crate) fn placed(
    found: Vec<(Rule, Span, String)>,
    path: &str,
    bytes: io::Result<Box<dyn Read>>,
) -> Vec<Diagnostic> {
    let mut found: Vec<Found> = found
        .into_iter()
        .take(document::MOST_FOUND)
        .map(|(rule, at, message)| Found { rule, w3c: "", at, message, fix: None })
        .collect();
    found.sort_by_key(|found| found.at.start);
    let located = bytes.and_then(|bytes| located(&found, bytes, path));
    located.unwrap_or_default()
}

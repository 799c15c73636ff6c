//! What is about to be published: the rules of `feedmill check`, and as many entries as were written.

use std::io::Read as _;
use std::path::Path;

use super::document::{Form, Found};
use super::own_document;
use crate::diagnostic::{Level, Rule};
use crate::disk;
use crate::error::Failure;
use crate::model::Format;

/// What breaks one of these is read by no program, or wrongly, and is not published.
const FATAL: &[Rule] = &[
    Rule::NotWellFormed,
    Rule::UndefinedEntity,
    Rule::WrongEncoding,
    Rule::WrongNamespace,
    Rule::UnknownDocument,
    Rule::UnknownElement,
    Rule::UnknownAttribute,
    Rule::BadVersion,
    Rule::MissingElement,
    Rule::MissingAttribute,
    Rule::RepeatedElement,
    Rule::StrayText,
    Rule::EmptyItem,
    Rule::BadUrl,
    Rule::UnicodeUrl,
    Rule::BadDate,
    Rule::WrongWeekday,
    Rule::RepeatedId,
    Rule::ElementOrder,
    Rule::MisplacedMetadata,
    Rule::SitemapSize,
];

/// Looks at a finished feed. Gives the errors with which it is published all the same: none, unless its author has
/// written them.
///
/// # Errors
/// [`Failure::Unsound`].
pub(crate) fn feed(format: Format, document: &[u8], entries: usize) -> Result<Vec<Found>, Failure> {
    let form = match format {
        Format::Rss => Form::Rss,
        Format::Atom => Form::Atom,
        Format::Json => Form::Json,
    };
    sound(document, form, entries)
}

/// Looks at a finished sitemap, at a part of one, or at an index.
///
/// # Errors
/// [`Failure::Unsound`].
pub(crate) fn sitemap(document: &[u8], element: &str, pages: usize) -> Result<(), Failure> {
    let form = if element == "url" { Form::Sitemap } else { Form::SitemapIndex };
    sound(document, form, pages).map(drop)
}

/// Looks at a finished list of feeds.
///
/// # Errors
/// [`Failure::Unsound`].
pub(crate) fn opml(document: &[u8]) -> Result<(), Failure> {
    sound(document, Form::Opml, 0).map(drop)
}

fn sound(bytes: &[u8], form: Form, entries: usize) -> Result<Vec<Found>, Failure> {
    let checked = own_document(bytes);
    if checked.form != form {
        return Err(Failure::unsound("it begins as another document"));
    }
    if let Some(fatal) = checked.found.iter().find(|found| FATAL.contains(&found.rule)) {
        return Err(Failure::unsound(&fatal.message));
    }
    if usize::try_from(checked.entries) != Ok(entries) {
        let message = format!("it has {} entries where {entries} were written", checked.entries);
        return Err(Failure::unsound(message));
    }
    let is_error = |found: &Found| found.rule.default_level() == Level::Deny;
    Ok(checked.found.into_iter().filter(is_error).collect())
}

/// Whether a file is a feed with entries.
pub(crate) fn has_entries(path: &Path) -> bool {
    // Every feed takes some entries; a larger one is not read further.
    let mut start = Vec::new();
    let read = disk::open(path).and_then(|file| file.take(1 << 20).read_to_end(&mut start));
    let marks = ["<item>", "<item ", "<entry>", "<entry ", "\"date_published\""];
    read.is_ok() && marks.iter().any(|mark| memchr::memmem::find(&start, mark.as_bytes()).is_some())
}

//! What is about to be published: the rules of `feedmill check`, and as many entries as were written.

use std::io::Read as _;
use std::path::Path;

use super::document::{Form, Found};
use super::{own_document, uri};
use crate::diagnostic::{Level, Rule};
use crate::disk;
use crate::error::Failure;
use crate::model::Format;
use crate::text::has_byte;

/// Rules that a published document must not break: programs could not read it, or would read it wrongly.
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

/// Checks a finished feed. Returns the errors with which it is published all the same: there are none, unless
/// the author's own content has them.
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

/// Checks a part of a sitemap or an index, given with the text before and after it: it must have this many
/// elements of this name. Plain entries are recognised without a parser, and only the others are parsed.
///
/// # Errors
/// [`Failure::Unsound`].
pub(crate) fn sitemap(
    [opening, part, closing]: [&str; 3],
    element: &str,
    mut pages: usize,
) -> Result<(), Failure> {
    let form = if element == "url" { Form::Sitemap } else { Form::SitemapIndex };
    let mut document = opening.to_owned();
    let mut rest = part;
    while !rest.is_empty() {
        if let Some(after) = rest_after_plain(rest, element).filter(|_| pages > 0) {
            pages -= 1;
            rest = after;
        } else {
            let end = rest.find("\n  <").map_or(rest.len(), |end| end + 1);
            document.push_str(rest.get(..end).unwrap_or(rest));
            rest = rest.get(end..).unwrap_or_default();
        }
    }
    document.push_str(closing);
    sound(document.as_bytes(), form, pages).map(drop)
}

/// The rest after an entry that has only a plain URL and perhaps a plain date, so that it needs no parser.
/// `None` for any other entry.
fn rest_after_plain<'x>(xml: &'x str, element: &str) -> Option<&'x str> {
    let rest = xml.strip_prefix("  <")?.strip_prefix(element)?.strip_prefix(">\n    <loc>")?;
    let (url, rest) = rest.split_at_checked(memchr::memchr(b'<', rest.as_bytes())?)?;
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let begins = host.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric);
    let is_escaped = |at: usize| url.get(at..).is_some_and(|reference| reference.starts_with("&amp;"));
    let are_escaped = || memchr::memchr_iter(b'&', url.as_bytes()).all(is_escaped);
    if !begins || has_byte(host.as_bytes(), |byte| !uri::is_of_uri(byte)) || !are_escaped() {
        return None;
    }
    let mut rest = rest.strip_prefix("</loc>\n")?;
    if let Some(lastmod) = rest.strip_prefix("    <lastmod>") {
        let (date, after) = lastmod.split_at_checked("2025-11-29T02:11:40+00:00".len())?;
        rest = after.strip_prefix("</lastmod>\n").filter(|_| is_plain_date(date.as_bytes()))?;
    }
    rest.strip_prefix("  </")?.strip_prefix(element)?.strip_prefix(">\n")
}

/// Whether a text is a valid instant, on a day that its month has in every year.
fn is_plain_date(date: &[u8]) -> bool {
    let is_like = |(byte, like): (&u8, &u8)| match like {
        b'0' => byte.is_ascii_digit(),
        b'+' => matches!(byte, b'+' | b'-'),
        _ => byte == like,
    };
    let within = |at: usize, first: &[u8], last: &[u8]| {
        date.get(at..at + first.len()).is_some_and(|part| (first..=last).contains(&part))
    };
    let last_day: &[u8] = match date.get(5..7) {
        Some(b"02") => b"28",
        Some(b"04" | b"06" | b"09" | b"11") => b"30",
        _ => b"31",
    };
    date.iter().zip(b"0000-00-00T00:00:00+00:00").all(is_like)
        && within(0, b"1990", b"9998")
        && within(5, b"01", b"12")
        && within(8, b"01", last_day)
        && within(11, b"00", b"23")
        && within(14, b"00", b"59")
        && within(17, b"00", b"59")
        && within(20, b"00:00", b"12:00")
        && within(23, b"00", b"59")
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const OPENING: &str =
        "<?xml version=\"1.0\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n";
    const CLOSING: &str = "</urlset>\n";

    fn entry(url: &str, date: &str) -> String {
        format!("  <url>\n    <loc>{url}</loc>\n    <lastmod>{date}</lastmod>\n  </url>\n")
    }

    #[test]
    fn a_wrong_entry_is_seen_among_plain_ones() {
        let plain = entry("https://e.com/a/?b=%C3%A9&amp;d", "2025-11-12T02:11:40+09:00");
        assert_eq!(rest_after_plain(&plain, "url"), Some(""));
        let accepted = |entries: &str, pages| sitemap([OPENING, entries, CLOSING], "url", pages).is_ok();
        let last = entry("https://e.com/b?c&amp;d", "2024-02-29T00:00:00+00:00");
        assert!(accepted(&[&*plain, &plain, &last].concat(), 3));
        assert!(!accepted(&[&*plain, &last, &plain].concat(), 2));
        assert!(!accepted(&plain, 0));
        for wrong in [
            entry("https://e.com/b?c&d", "2025-11-12T02:11:40+09:00"),
            entry("https://e.com/b?c&amp;d&", "2025-11-12T02:11:40+09:00"),
            entry("https://e.com/ä", "2025-11-12T02:11:40+09:00"),
            entry("/b", "2025-11-12T02:11:40+09:00"),
            entry("https://e.com/b", "2025-02-29T02:11:40+09:00"),
            entry("https://e.com/b", "2025-11-31T02:11:40+09:00"),
            entry("https://e.com/b", ""),
            "  <url>\n  </url>\n".to_owned(),
            "  <url>\n    <loc>https://e.com/</loc>\n".to_owned(),
            "stray\n".to_owned(),
        ] {
            assert!(!accepted(&[&*plain, &wrong, &plain].concat(), 3), "{wrong}");
        }
    }

    proptest! {
        /// What is taken at sight, the parser takes too, whatever was done to it.
        #[test]
        fn plain_entries_are_sound(
            path in "([a-z0-9/?=%.-]|&amp;){0,12}",
            date in prop::sample::select(vec!["2025-11-30T02:11:40+00:00", "2024-02-28T23:59:59-11:30"]),
            damage in prop::collection::vec((any::<prop::sample::Index>(), "[ -~]|\\n|\\PC|", 0..2_usize), 0..3),
        ) {
            let mut text: Vec<char> = entry(&format!("https://e.com/{path}"), date).chars().collect();
            for (at, new, removed) in &damage {
                let at = at.index(text.len());
                text.splice(at..(at + removed).min(text.len()), new.chars());
            }
            let text: String = text.into_iter().collect();
            let is_plain = rest_after_plain(&text, "url") == Some("");
            prop_assert!(is_plain || !damage.is_empty());
            if is_plain {
                let document = [OPENING, &text, CLOSING].concat();
                let errors = sound(document.as_bytes(), Form::Sitemap, 1);
                prop_assert!(errors.is_ok_and(|errors| errors.is_empty()), "{}", text);
            }
        }
    }
}

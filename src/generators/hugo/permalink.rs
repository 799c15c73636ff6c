//! The URL of a page (<https://gohugo.io/content-management/urls/>).

use chrono::{DateTime, Datelike, FixedOffset};

use super::cascade::Branch;
use super::dates::first_day;
use super::site::{Hugo, Permalink, Place, Ugly};
use crate::text::{date, link};

/// What the URL of a page is made of.
pub(super) struct Parts<'a> {
    pub(super) place: &'a Place<'a>,
    /// The folder that it is in; of a section, its own.
    pub(super) branch: &'a Branch,
    /// As its author writes them.
    pub(super) slug: Option<&'a str>,
    pub(super) title: &'a str,
    pub(super) url: Option<&'a str>,
    /// What its file is called, without a date that is read from there.
    pub(super) name: &'a str,
    pub(super) date: Option<DateTime<FixedOffset>>,
}

impl Hugo {
    /// The path of a page, from the root of its language, without the slash at its start.
    pub(super) fn path_of(&self, parts: &Parts<'_>) -> String {
        let first = parts.place.folders.first().copied().unwrap_or_default();
        if let Some(url) = parts.url.filter(|url| !url.is_empty()) {
            let path = if url.contains(':') { self.filled(url, parts) } else { url.to_owned() };
            let end = if path.ends_with('/') || path.contains('.') { "" } else { "/" };
            return below_root(&format!("{path}{end}"));
        }
        let kind = self.kind(parts.place);
        let folder = &parts.branch.path;
        let pattern = self.pattern(parts.place).map(|pattern| self.filled(pattern, parts));
        let pattern = pattern.as_deref().map(|path| path.trim_end_matches('/'));
        let pattern = pattern.filter(|path| !path.trim_matches('/').is_empty());
        let is_ugly = self.is_ugly(first);
        if parts.place.is_section() && kind != "term" {
            return self
                .list_path(&pattern.map_or_else(|| folder.clone(), |path| self.sanitized(path)), first);
        }
        let ending = if is_ugly { ".html" } else { "/" };
        if let Some(path) = pattern {
            let path = if is_ugly { path.strip_suffix(".html").unwrap_or(path) } else { path };
            return below_root(&[&self.sanitized(path), ending].concat());
        }
        let name = match parts.slug {
            _ if kind == "term" => String::new(),
            Some(slug) => self.sanitized(slug),
            None => self.folder_path(parts.name),
        };
        let path = [folder, "/", &name].concat();
        below_root(&[path.trim_end_matches('/'), ending].concat())
    }

    /// The path of the page of a folder.
    pub(super) fn list_path(&self, folder: &str, section: &str) -> String {
        let name = if self.is_ugly(section) { "index.html" } else { "" };
        below_root(&format!("{folder}/{name}"))
    }

    /// Whether the page of each folder has the URL of the folder.
    pub(super) fn has_plain_urls(&self) -> bool {
        matches!(self.ugly, Ugly::All(false))
    }

    pub(super) fn is_ugly(&self, section: &str) -> bool {
        match &self.ugly {
            Ugly::All(is_ugly) => *is_ugly,
            Ugly::Sections(sections) => sections.iter().any(|ugly| ugly.eq_ignore_ascii_case(section)),
        }
    }

    /// The pattern of a page, if the site has one for it.
    pub(super) fn pattern(&self, place: &Place<'_>) -> Option<&str> {
        let fits = |permalink: &&Permalink| {
            let is_of = |section: &String| section.eq_ignore_ascii_case(place.section());
            permalink.section.as_ref().is_none_or(is_of) && self.is_meant(&permalink.target, place)
        };
        let permalinks = &self.language(place.language)?.permalinks;
        let is_home = place.is_section() && place.folders.is_empty();
        permalinks.iter().filter(|_| !is_home).find(fits).map(|permalink| permalink.pattern.as_str())
    }

    fn filled(&self, pattern: &str, parts: &Parts<'_>) -> String {
        let mut path = String::new();
        let mut rest = pattern;
        while let Some((literal, after)) = rest.split_once(':') {
            if let Some(literal) = literal.strip_suffix('\\') {
                path.push_str(literal);
                path.push(':');
                rest = after;
                continue;
            }
            path.push_str(literal);
            let (token, slice, tail) = token(after);
            path.push_str(&self.value(token, slice, parts));
            rest = tail;
        }
        path.push_str(rest);
        path
    }

    fn value(&self, token: &str, slice: Option<&str>, parts: &Parts<'_>) -> String {
        let slug_or = |other: &str| self.token(parts.slug.unwrap_or(other));
        let title = parts.title.replace('/', "-");
        let date = parts.date.unwrap_or_else(first_day);
        match token {
            "year" => date.year().to_string(),
            "monthname" => self.token(&format!("{}", date.format("%B"))),
            "weekday" => date.weekday().num_days_from_sunday().to_string(),
            "weekdayname" => self.token(&format!("{}", date.format("%A"))),
            "yearday" => date.ordinal().to_string(),
            "month" | "day" => date::part(token, &date).unwrap_or_default(),
            "section" => {
                let first = parts.branch.section.split('/').next().unwrap_or_default();
                self.token(&first.to_lowercase())
            }
            "sections" => {
                let all = parts.branch.section.split('/').filter(|part| !part.is_empty());
                sliced(slice, all.map(|part| self.token(&part.to_lowercase())).collect())
            }
            "sectionslug" => parts.branch.slugs.first().map(|slug| self.token(slug)).unwrap_or_default(),
            "sectionslugs" => sliced(slice, parts.branch.slugs.iter().map(|slug| self.token(slug)).collect()),
            "title" => self.token(&title),
            "slug" => slug_or(&title),
            "slugorfilename" | "slugorcontentbasename" => slug_or(parts.name),
            "filename" | "contentbasename" => self.token(parts.name),
            layout => self.token(&layout_of_go(layout, date)),
        }
    }
}

/// A part of a list, with `/` between: `[1]`, `[last]`, `[1:]`, `[:last]`.
fn sliced(slice: Option<&str>, all: Vec<String>) -> String {
    let index = |text: &str, default: usize| match text.trim() {
        "" => default,
        "last" => all.len().saturating_sub(1),
        number => number.parse().unwrap_or(default),
    };
    let (from, to) = match slice.map(|slice| slice.split_once(':').ok_or(slice)) {
        None => (0, all.len()),
        Some(Ok((from, to))) => (index(from, 0), index(to, all.len())),
        Some(Err(one)) => (index(one, 0), index(one, 0).saturating_add(1)),
    };
    let to = to.min(all.len());
    all.get(from.min(to)..to).unwrap_or_default().join("/")
}

/// A placeholder without its colon, its slice, and what follows.
fn token(text: &str) -> (&str, Option<&str>, &str) {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len());
    let (token, tail) = text.split_at(end);
    match tail.strip_prefix('[').and_then(|tail| tail.split_once(']')) {
        Some((slice, tail)) => (token, Some(slice), tail),
        None => (token, None, tail),
    }
}

/// A placeholder in a pattern that Hugo does not know; its build stops there.
pub(super) fn unknown(pattern: &str) -> Option<&str> {
    // The date by which Hugo knows its layouts.
    let date = DateTime::parse_from_rfc3339("2019-11-09T23:01:42+00:00").unwrap_or_default();
    let mut rest = pattern;
    while let Some((literal, after)) = rest.split_once(':') {
        let (token, _, tail) = token(after);
        rest = tail;
        let is_known = KNOWN.contains(&token) || layout_of_go(token, date) != token;
        if !literal.ends_with('\\') && !is_known {
            return Some(token);
        }
    }
    None
}

/// The placeholders, besides layouts of dates.
const KNOWN: [&str; 17] = [
    "year", "month", "monthname", "day", "weekday", "weekdayname", "yearday", "section", "sections",
    "sectionslug", "sectionslugs", "title", "slug", "slugorfilename", "slugorcontentbasename", "filename",
    "contentbasename",
];

/// A date in a layout of Go's package `time`: `06` is the year in two digits, `January` the month's name.
fn layout_of_go(layout: &str, date: DateTime<FixedOffset>) -> String {
    const PARTS: [(&str, &str); 15] = [
        ("January", "%B"),
        ("Monday", "%A"),
        ("2006", "%Y"),
        ("Jan", "%b"),
        ("Mon", "%a"),
        ("002", "%j"),
        ("01", "%m"),
        ("02", "%d"),
        ("03", "%I"),
        ("04", "%M"),
        ("05", "%S"),
        ("06", "%y"),
        ("15", "%H"),
        ("_2", "%e"),
        ("1", "%-m"),
    ];
    let mut out = String::new();
    let mut rest = layout;
    while let Some(first) = rest.chars().next() {
        let part = PARTS.iter().find_map(|(part, format)| Some((rest.strip_prefix(part)?, *format)));
        let part = part.or_else(|| Some((rest.strip_prefix('2')?, "%-d")));
        match part {
            Some((after, format)) => {
                out.push_str(&date.format(format).to_string());
                rest = after;
            }
            None => {
                out.push(first);
                rest = rest.get(first.len_utf8()..).unwrap_or_default();
            }
        }
    }
    out
}

/// A path from the root of the site, without the slash at its start.
fn below_root(path: &str) -> String {
    link::collapsed(path.trim_start_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices() {
        let all = || ["a", "b", "c"].map(str::to_owned).to_vec();
        for (slice, expected) in [
            (None, "a/b/c"),
            (Some("0"), "a"),
            (Some("last"), "c"),
            (Some("1:"), "b/c"),
            (Some(":last"), "a/b"),
            (Some("18446744073709551615"), ""),
            (Some("2:1"), ""),
        ] {
            assert_eq!(sliced(slice, all()), expected, "{slice:?}");
        }
    }
}

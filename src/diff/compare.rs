//! Compares two feeds, or two sitemaps.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::tz::TimeZone;

use super::published::{Feed, Listed};
use super::{Change, Difference, DifferenceKind, Field};
use crate::config::Config;
use crate::markup::strip::plain_text;
use crate::select::unique;
use crate::settings::SitemapConfig;
use crate::source::feed::Entry;
use crate::text::{self, date, link};

/// Documents that have the same changes, together.
pub(super) fn merged(all: impl Iterator<Item = (String, Vec<Change>)>) -> Vec<Difference> {
    let mut merged: Vec<Difference> = Vec::new();
    for (path, changes) in all {
        match merged.iter_mut().find(|known| known.changes == changes) {
            Some(known) => known.paths.push(path),
            None => merged.push(Difference { kind: DifferenceKind::Feed, paths: vec![path], changes }),
        }
    }
    merged
}

/// What would change between two feeds: first of themselves.
pub(super) fn feeds_changed(old: &Feed, new: &Feed) -> Vec<Change> {
    let mut changes = Vec::new();
    if !old.about.is_empty() && !new.about.is_empty() {
        // Only Atom gives a feed an id: a missing one is not a change.
        let is_of_format = |(name, text): &(&str, String)| *name != "id" || !text.is_empty();
        let pairs = old.about.iter().zip(&new.about).filter(|(old, new)| old != new);
        let pairs = pairs.filter(|(old, new)| is_of_format(old) && is_of_format(new));
        let fields: Vec<Field> =
            pairs.map(|((name, old), (_, new))| Field { name, old: old.clone(), new: new.clone() }).collect();
        if !fields.is_empty() {
            changes.push(Change::Itself { fields });
        }
    }
    changes.extend(entries_changed(&old.entries, &new.entries));
    changes
}

/// What would change between two lists of entries. Entries are the same by their ids, else by their URLs, else by their
/// titles.
fn entries_changed(old: &[Entry], new: &[Entry]) -> Vec<Change> {
    let known: HashMap<&str, &Entry> = old.iter().map(|entry| (id(entry), entry)).collect();
    let ids: HashSet<&str> = new.iter().map(id).collect();
    let mut left: Vec<&Entry> = old.iter().filter(|entry| !ids.contains(id(entry))).collect();
    let fresh: Vec<&Entry> = new.iter().filter(|entry| !known.contains_key(id(entry))).collect();
    let by_url = paired(&mut left, &fresh, |entry| Some(link::place(&entry.url).to_owned()));
    let by_title = paired(&mut left, &fresh, |entry| entry.title.clone().filter(|title| !title.is_empty()));
    let mut changes = Vec::new();
    for entry in new {
        let (url, title) = (entry.url.clone(), title(entry));
        let before = by_url.get(id(entry)).or_else(|| by_title.get(id(entry)));
        if let Some(known) = known.get(id(entry)) {
            let fields = fields_changed(known, entry);
            changes.extend((!fields.is_empty()).then_some(Change::Changed { url, title, fields }));
        } else if let Some(before) = before {
            let (old, new) = (id(before).to_owned(), id(entry).to_owned());
            changes.push(Change::OtherId { url, title, old, new, fields: fields_changed(before, entry) });
        } else {
            changes.push(Change::Added { url, title });
        }
    }
    changes.extend(left.iter().map(|entry| Change::Removed { url: entry.url.clone(), title: title(entry) }));
    changes
}

/// What a reader knows an entry by.
fn id(entry: &Entry) -> &str {
    entry.id.as_deref().unwrap_or(&entry.url)
}

fn title(entry: &Entry) -> String {
    entry.title.clone().unwrap_or_default()
}

/// Removes from `left` each old entry that shares its key with exactly one new entry. Returns them by the ids
/// of the new entries.
fn paired<'a>(
    left: &mut Vec<&'a Entry>,
    new: &[&'a Entry],
    key: impl Fn(&Entry) -> Option<String>,
) -> HashMap<&'a str, &'a Entry> {
    let places = unique(left.iter().enumerate().filter_map(|(index, entry)| Some((key(entry)?, index))));
    let fresh = unique(new.iter().enumerate().filter_map(|(index, entry)| Some((key(entry)?, index))));
    let pairs = fresh.into_iter().filter_map(|(key, index)| {
        let before = left.get((*places.get(&key)?)?)?;
        Some((id(new.get(index?)?), *before))
    });
    let pairs: HashMap<&str, &Entry> = pairs.collect();
    let taken: HashSet<&str> = pairs.values().map(|entry| id(entry)).collect();
    left.retain(|entry| !taken.contains(id(entry)));
    pairs
}

/// Whether two texts are dates of one instant, however each format writes it.
fn is_same_instant(old: &str, new: &str) -> bool {
    let instant = |text: &str| date::resolve(&date::parse(text)?, &TimeZone::UTC);
    let is_date = |text: &str| text.len() < 40 && text.contains(|c: char| c.is_ascii_digit());
    is_date(old) && is_date(new) && instant(old).is_some() && instant(old) == instant(new)
}

/// A text as readers show it.
fn shown(text: &str) -> String {
    text::one_line(&plain_text(text))
}

fn fields_changed(old: &Entry, new: &Entry) -> Vec<Field> {
    let parts = |entry: &Entry| {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        [
            ("url", entry.url.clone()),
            ("title", text(&entry.title)),
            ("published", text(&entry.published)),
            ("updated", text(&entry.updated)),
            ("summary", text(&entry.summary)),
            ("content", text(&entry.content)),
            ("authors", entry.authors.join(", ")),
            ("categories", entry.categories.join(", ")),
            ("enclosure", text(&entry.enclosure)),
            ("image", text(&entry.image)),
            ("language", text(&entry.language)),
            ("extra", text(&entry.extra)),
        ]
    };
    let pairs = parts(old).into_iter().zip(parts(new));
    // Feeds of other programs have HTML in summaries.
    let is_same_text = |name: &str, old: &str, new: &str| name == "summary" && shown(old) == shown(new);
    let pairs = pairs.filter(|((name, old), (_, new))| {
        old != new && !is_same_instant(old, new) && !is_same_text(name, old, new)
    });
    pairs.map(|((name, old), (_, new))| Field { name, old, new }).collect()
}

/// What would change in the sitemap.
pub(super) fn sitemap_changed(
    old: &BTreeMap<String, Listed>,
    new: &BTreeMap<String, Listed>,
    config: &Config,
) -> Difference {
    let path = config.sitemap.as_ref().map(SitemapConfig::file);
    let title = String::new;
    let mut changes = Vec::new();
    for (url, listed) in new {
        let url = url.clone();
        let Some(known) = old.get(&url) else {
            changes.push(Change::Added { url, title: title() });
            continue;
        };
        let joined = |listed: &Listed| listed.translations.iter().cloned().collect::<Vec<_>>().join(", ");
        let fields = [
            ("lastmod", known.date.clone(), listed.date.clone()),
            ("translations", joined(known), joined(listed)),
        ];
        let fields = fields.into_iter().filter(|(_, old, new)| old != new && !is_same_instant(old, new));
        let fields: Vec<Field> = fields.map(|(name, old, new)| Field { name, old, new }).collect();
        if !fields.is_empty() {
            changes.push(Change::Changed { url, title: title(), fields });
        }
    }
    let gone = old.keys().filter(|url| !new.contains_key(*url));
    changes.extend(gone.map(|url| Change::Removed { url: url.clone(), title: title() }));
    let paths = vec![path.unwrap_or_else(|| "the sitemap".to_owned())];
    Difference { kind: DifferenceKind::Sitemap, paths, changes }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: &str, url: &str, title: &str) -> Entry {
        let (id, title) = (Some(id.to_owned()), Some(title.to_owned()));
        Entry { id, url: format!("https://e.com/{url}"), title, ..Entry::default() }
    }

    #[test]
    fn what_comes_again_is_not_new() {
        let old = [
            entry("1", "a", "A"),
            entry("2", "b", "B"),
            entry("3", "c", "C"),
            entry("4", "d", "D"),
            entry("5", "e", "E"),
        ];
        let new = [
            entry("1", "a/", "A"),
            entry("x", "b/", "Other"),
            entry("y", "z", "C"),
            entry("5", "e", "E"),
            entry("n", "n", "N"),
        ];
        let said: Vec<String> = entries_changed(&old, &new)
            .into_iter()
            .map(|change| match change {
                Change::Added { title, .. } => format!("+{title}"),
                Change::Removed { title, .. } => format!("-{title}"),
                Change::Changed { title, fields, .. } => format!("{title}:{}", fields[0].name),
                Change::OtherId { old, new, .. } => format!("{old}>{new}"),
                Change::Itself { .. } => "itself".to_owned(),
            })
            .collect();
        assert_eq!(said, ["A:url", "2>x", "3>y", "+N", "-D"]);
    }
}

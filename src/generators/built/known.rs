//! The feeds that a site has already: the ids and dates of their entries stay, so that no reader shows a post twice.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use roxmltree::{Document, Node};

use crate::disk;
use crate::error::Error;
use crate::text::link;

/// Larger files are no feeds, in bytes.
const LARGEST: u64 = 64 * 1024 * 1024;

/// Where feeds usually are.
const USUAL: [&str; 14] = [
    "feed.xml", "rss.xml", "atom.xml", "index.xml", "feed.json", "feed.atom", "rss2.xml",
    "feed_rss_created.xml", "blog/rss.xml", "blog/atom.xml", "blog/feed.xml", "blog/feed.json",
    "blog/index.xml", "posts/index.xml",
];

/// What a feed says of an entry.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub(super) id: Option<String>,
    /// As written.
    pub(super) published: Option<String>,
    pub(super) updated: Option<String>,
}

/// The entries of a site's feeds, by URL.
pub(super) type Known = HashMap<String, Entry>;

/// The entries of feeds that are named; the first that has a URL counts.
///
/// # Errors
/// [`Error::ConfigRead`] for one that cannot be read, [`Error::Value`] for one that has no entries.
pub(super) fn given(feeds: &[PathBuf]) -> Result<Known, Error> {
    let mut known = Known::new();
    for path in feeds {
        let read = disk::read_text(path);
        let text = read.map_err(|source| Error::ConfigRead { path: path.clone(), source })?;
        let entries = entries(&text);
        if entries.is_empty() {
            let message = format!("`{}` has no entries with a link", path.display());
            let help = "a feed is RSS, Atom or JSON Feed".to_owned();
            return Err(Error::Value { name: "from_feed", message, help: Some(help) });
        }
        for (url, entry) in entries {
            known.entry(url).or_insert(entry);
        }
    }
    Ok(known)
}

/// The entries of the feeds in a folder: of the usual files, and of those that pages link to.
pub(super) fn read(folder: &Path, linked: &[String]) -> Known {
    let mut known = Known::new();
    for path in linked.iter().map(String::as_str).chain(USUAL) {
        let path = folder.join(path.trim_start_matches('/'));
        let is_small = std::fs::metadata(&path).is_ok_and(|own| own.is_file() && own.len() <= LARGEST);
        let Some(text) = is_small.then(|| disk::read_text(&path).ok()).flatten() else { continue };
        // Of what we wrote earlier, only the ids are news.
        let is_ours = text.contains(">feedmill") || text.contains("\"_feedmill\"");
        for (url, entry) in entries(&text) {
            let entry = if is_ours { Entry { published: None, updated: None, ..entry } } else { entry };
            known.entry(url).or_insert(entry);
        }
    }
    known
}

fn entries(text: &str) -> Vec<(String, Entry)> {
    if text.trim_start().starts_with('{') { of_json(text) } else { of_xml(text) }
}

fn of_json(text: &str) -> Vec<(String, Entry)> {
    let Ok(feed) = serde_json::from_str::<serde_json::Value>(text) else { return Vec::new() };
    let items = feed.get("items").and_then(serde_json::Value::as_array).into_iter().flatten();
    let entry = |item: &serde_json::Value| {
        let get = |key: &str| item.get(key).and_then(serde_json::Value::as_str).map(str::to_owned);
        let url = link::absolute(&get("url")?)?;
        Some((url, Entry { id: get("id"), published: get("date_published"), updated: get("date_modified") }))
    };
    items.filter_map(entry).collect()
}

fn of_xml(text: &str) -> Vec<(String, Entry)> {
    let Ok(document) = Document::parse(text) else { return Vec::new() };
    let items = document.descendants().filter(|node| matches!(node.tag_name().name(), "item" | "entry"));
    items.filter_map(|item| of_item(item)).collect()
}

fn of_item(item: Node<'_, '_>) -> Option<(String, Entry)> {
    let child = |name: &str| item.children().find(|node| node.is_element() && node.tag_name().name() == name);
    let text =
        |names: &[&str]| names.iter().find_map(|name| child(name)?.text().map(|text| text.trim().to_owned()));
    let links = || item.children().filter(|node| node.is_element() && node.tag_name().name() == "link");
    let alternate = links().find(|link| {
        link.attribute("href").is_some() && matches!(link.attribute("rel"), None | Some("alternate"))
    });
    let written =
        alternate.and_then(|link| link.attribute("href").map(str::to_owned)).or_else(|| text(&["link"]));
    let url = link::absolute(&written?)?;
    let entry = Entry {
        id: text(&["guid", "id"]),
        published: text(&["pubDate", "published", "date", "issued"]),
        updated: text(&["updated", "modified"]),
    };
    // Atom requires `updated`, and many write nothing else.
    let entry = match entry.published {
        None => Entry { published: entry.updated.clone(), updated: None, ..entry },
        Some(_) => entry,
    };
    Some((url, entry))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn feeds_of_all_kinds() {
        let rss = "<rss><channel><item><link>https://e.com/a</link><guid>g1</guid><pubDate>Thu, 02 Jan 2025 00:00:00 GMT</pubDate></item></channel></rss>";
        let atom = "<feed xmlns='http://www.w3.org/2005/Atom'><entry><link rel='self' href='x'/><link href='https://e.com/b'/><id>tag:e.com,2025:b</id><updated>2025-01-03T00:00:00Z</updated></entry></feed>";
        let json = r#"{"items": [{"id": "3", "url": "https://e.com/c", "date_published": "2025-01-04"}]}"#;
        let shown: Vec<String> = [rss, atom, json]
            .into_iter()
            .flat_map(entries)
            .map(|(url, entry)| {
                format!("{url} {} {}", entry.id.unwrap_or_default(), entry.published.unwrap_or_default())
            })
            .collect();
        assert_eq!(
            shown,
            [
                "https://e.com/a g1 Thu, 02 Jan 2025 00:00:00 GMT",
                "https://e.com/b tag:e.com,2025:b 2025-01-03T00:00:00Z",
                "https://e.com/c 3 2025-01-04"
            ]
        );
        assert_eq!(entries("<rss><item>").len() + entries("{").len(), 0);
    }
}

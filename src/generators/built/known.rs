//! The feeds that a site has already: the ids and dates of their entries stay, so that no reader shows a post twice.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::diagnostic::{Diagnostic, Rule};
use crate::disk;
use crate::error::Error;
use crate::source::{
    self,
    feed::{Entry, begins_one, entries, is_ours},
};
use crate::text::{self, link};

/// Where feeds usually are.
const USUAL: [&str; 19] = [
    "feed.xml", "rss.xml", "atom.xml", "index.xml", "feed.json", "feed.atom", "rss2.xml",
    "feed_rss_created.xml", "feed/index.xml", "feed/index.html", "feed/rss.xml", "feed/atom.xml",
    "rss/index.html", "blog/rss.xml", "blog/atom.xml", "blog/feed.xml", "blog/feed.json", "blog/index.xml",
    "posts/index.xml",
];

/// How a feed that cannot be read can be saved.
const REPAIR: &str = "`feedmill check --fix --write FILE` repairs what can be repaired";

/// The entries of the feeds that a site has.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// By their URLs.
    entries: HashMap<String, Entry>,
    /// The URLs of the entries that have a key; none if several have it.
    keys: HashMap<String, Option<String>>,
    /// The ids in feeds that feedmill wrote, by URL: they stay whatever other feeds say.
    ids: HashMap<String, String>,
    /// The dates in them of entries that came from a feed which they replaced.
    dates: HashMap<String, String>,
}

impl Known {
    /// Adds an entry, unless there is one with its URL.
    fn add(&mut self, entry: Entry) {
        let url = entry.url.clone();
        // What is a part of a page is not the page.
        if !url.contains('#') && !self.entries.contains_key(&url) {
            self.keys.entry(key(&url)).and_modify(|known| *known = None).or_insert(Some(url.clone()));
        }
        self.entries.entry(url).or_insert(entry);
    }

    /// Adds what is in another.
    pub(super) fn extend(&mut self, other: Self) {
        other.entries.into_values().for_each(|entry| self.add(entry));
    }

    /// The entry of the page at a URL: of this very URL, or of the only one that differs in its end.
    pub(super) fn entry(&self, url: &str) -> Option<&Entry> {
        let other = || self.keys.get(&key(url))?.as_ref();
        self.entries.get(url).or_else(|| self.entries.get(other()?))
    }

    /// The date of a page that has none of its own.
    pub(super) fn date(&self, url: &str) -> Option<&String> {
        self.dates.get(url)
    }

    /// The id that readers know a page by.
    pub(super) fn id(&self, url: &str) -> Option<&String> {
        self.ids.get(url)
    }
}

/// What the forms of a URL have in common that serve the same page: without a final slash, extension or `index.html`.
fn key(url: &str) -> String {
    let url = link::decoded(url);
    let url = url.strip_suffix(".html").unwrap_or(&url);
    url.strip_suffix("/index").unwrap_or(url).trim_end_matches('/').to_owned()
}

/// The entries of feeds that are named; the first that has a URL counts.
///
/// # Errors
/// [`Error::ConfigRead`] for one that cannot be read, [`Error::Value`] for one that has no entries.
pub(super) fn given(feeds: &[PathBuf]) -> Result<Known, Error> {
    let mut known = Known::default();
    for path in feeds {
        let read = disk::read(path, disk::LARGEST);
        let bytes = read.map_err(|source| Error::ConfigRead { path: path.clone(), source })?;
        let text = source::decode("", bytes).text;
        let entries = entries(&text).map_err(|reason| Error::Value {
            name: "from_feed",
            message: format!("`{}` cannot be read: {reason}", path.display()),
            help: Some(REPAIR.to_owned()),
        })?;
        if entries.iter().all(|entry| entry.url.is_empty()) {
            let message = format!("`{}` has no entries with a link", path.display());
            let help = "a feed is RSS, Atom or JSON Feed".to_owned();
            return Err(Error::Value { name: "from_feed", message, help: Some(help) });
        }
        entries.into_iter().filter(|entry| !entry.url.is_empty()).for_each(|entry| known.add(entry));
    }
    Ok(known)
}

/// The entries of the feeds in a folder of the site: of the usual files, and of those that pages link to.
pub(super) fn read(found: &mut Vec<Diagnostic>, root: &Path, folder: &Path, linked: &[String]) -> Known {
    let (mut known, mut ours) = (Known::default(), Vec::new());
    let linked = linked.iter().map(|path| path.trim_start_matches('/')).flat_map(|path| match path {
        "" => vec![],
        path if path.ends_with('/') => vec![format!("{path}index.xml"), format!("{path}index.html")],
        path => vec![path.to_owned()],
    });
    for name in text::unique(linked.chain(USUAL.map(str::to_owned)).collect()) {
        let path = root.join(folder).join(&name);
        if !path.is_file() {
            continue;
        }
        let read = disk::read(&path, disk::LARGEST).map_err(|error| error.to_string());
        // A page about feeds is none.
        if name.ends_with(".html") && !read.as_ref().is_ok_and(|bytes| begins_one(bytes)) {
            continue;
        }
        let text = read.map(|bytes| source::decode(&name, bytes).text);
        let is_ours = text.as_ref().is_ok_and(|text| is_ours(text.as_bytes()));
        let entries = text.and_then(|text| entries(&text)).unwrap_or_else(|reason| {
            let message = format!("the feed cannot be read, so its ids and dates are not kept: {reason}");
            found.push(Diagnostic::new(Rule::UnreadFeed, name, message).help(REPAIR));
            Vec::new()
        });
        let entries = entries.into_iter().filter(|entry| !entry.url.is_empty());
        if is_ours {
            ours.extend(entries);
        } else {
            entries.for_each(|entry| known.add(entry));
        }
    }
    // What another program says of an entry counts first, in every run, but for the id.
    for mut entry in ours {
        let id = entry.id.clone().into_iter().map(|id| (entry.url.clone(), id));
        known.ids.extend(id);
        // A date that its page does not have came from a feed that was replaced, if the id did.
        let is_foreign = entry.id.as_ref().is_some_and(|id| *id != entry.url);
        let date = entry.published.take().filter(|_| is_foreign).map(|date| (entry.url.clone(), date));
        known.dates.extend(date);
        entry.updated = None;
        if known.entry(&entry.url).is_none() {
            known.add(entry);
        }
    }
    known
}

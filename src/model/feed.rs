//! A feed: the one model that every format is rendered from, and that needs no repair any more.

use std::borrow::Cow;

use chrono::{DateTime, FixedOffset};
use serde_json::Map as JsonMap;

use super::author::Author;
use super::media::Media;
use super::site::Site;
use crate::text::language;

/// One feed, ready to be rendered.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Feed<'a> {
    /// The site.
    pub(crate) site: Cow<'a, Site>,
    /// Never empty.
    pub(crate) title: String,
    /// The page that it is the feed of: the home page, or that of a language, a section or a term.
    pub(crate) page: String,
    /// The document's own address.
    pub(crate) url: String,
    /// The feed's address, which is its id: that of its current document.
    pub(crate) id: String,
    /// The document's place in the history of the feed.
    pub(crate) history: History,
    /// A language tag.
    pub(crate) language: String,
    /// When the newest change was made, according to the posts; never the time of the build or of the checkout.
    pub(crate) updated: DateTime<FixedOffset>,
    /// The newest first.
    pub(crate) entries: Vec<&'a Entry>,
    /// Where the style sheet is, relative to the feed.
    pub(crate) stylesheet: Option<String>,
    /// What its entries carry.
    pub(crate) content: Content,
    /// How many entries, from the newest, carry their whole text.
    pub(crate) full: usize,
    /// Whether these entries are a part of it, and others are rendered apart.
    pub(crate) is_part: bool,
}

/// A document's place in the history of a feed that is kept in archives (RFC 5005 §4): URLs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct History {
    /// Of the document with the newest posts, if this is another.
    pub current: Option<String>,
    /// Of the archive with the posts before these.
    pub previous: Option<String>,
    /// Of the archive with the posts after these.
    pub next: Option<String>,
}

/// What an entry carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Content {
    /// Neither text nor excerpt.
    None,
    /// Its excerpt.
    Excerpt,
    /// Its excerpt and its whole text.
    Full,
}

/// One post in a feed. All text is plain and legal, all URLs are absolute.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Entry {
    /// An absolute URI.
    pub(crate) id: String,
    /// The permalink.
    pub(crate) url: String,
    /// Never empty.
    pub(crate) title: String,
    /// When it was published.
    pub(crate) published: DateTime<FixedOffset>,
    /// When it was last changed; not before it was published.
    pub(crate) updated: DateTime<FixedOffset>,
    /// Empty if neither the post nor the site names one.
    pub(crate) authors: Vec<Author>,
    /// Categories, then tags, without duplicates.
    pub(crate) categories: Vec<Category>,
    /// The author's summary, else the excerpt, on one line.
    pub(crate) summary: Option<String>,
    /// The whole text: HTML with absolute URLs, safe to show.
    pub(crate) content: Option<String>,
    /// A picture of it.
    pub(crate) image: Option<Media>,
    /// A file that belongs to it, such as a recording.
    pub(crate) enclosure: Option<Media>,
    /// A language tag, if it is not the feed's.
    pub(crate) language: Option<String>,
    /// The fields of the front matter that no format has a place for.
    pub(crate) extra: JsonMap<String, serde_json::Value>,
}

/// A category of an entry: a category or a tag of the post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Category {
    /// Its name.
    pub name: String,
    /// The scheme that it belongs to: a URL.
    pub scheme: Option<String>,
}

/// How many of the newest titles are used to detect the language of a feed.
pub(crate) const ASKED: usize = 250;

impl Site {
    /// The language of a feed of these entries: the site's, else the one that the script of the newest titles
    /// implies.
    pub(crate) fn language_of(&self, entries: &[&Entry]) -> String {
        if let Some(language) = &self.language {
            return language.clone();
        }
        let own = [Some(self.title.as_str()), self.description.as_deref()].into_iter().flatten();
        let titles = own.chain(entries.iter().take(ASKED).map(|entry| entry.title.as_str()));
        language::of_script(&titles.collect::<String>()).unwrap_or("en").to_owned()
    }
}

impl Feed<'_> {
    /// The whole text of the entry at this index, if the feed carries it.
    pub(crate) fn content_of(&self, index: usize) -> Option<&str> {
        let carried = self.content == Content::Full && index < self.full;
        self.entries.get(index).filter(|_| carried).and_then(|entry| entry.content.as_deref())
    }

    /// The summary of the entry at this index, if the feed carries it.
    pub(crate) fn summary_of(&self, index: usize) -> Option<&str> {
        let carried = self.content >= Content::Excerpt;
        self.entries.get(index).filter(|_| carried).and_then(|entry| entry.summary.as_deref())
    }

    /// Lets the oldest entries carry their excerpts only, so that a document loses at least `excess` bytes.
    /// `false` if there is nothing left to leave out.
    pub(crate) fn shrink(&mut self, excess: usize) -> bool {
        let mut saved = 0;
        while saved < excess && self.full > 0 {
            saved += self.content_of(self.full - 1).map_or(0, str::len);
            self.full -= 1;
        }
        saved > 0
    }
}

//! A site: what its sources are read by, and what its feeds have in common.

use std::collections::BTreeSet;
use std::path::PathBuf;

use chrono::{DateTime, FixedOffset, Utc};
use jiff::tz::TimeZone;

use super::author::Author;
use crate::text::{BaseUrl, Pattern, glob};

/// What was decided about a site as far as its posts depend on it.
#[derive(Debug, Clone)]
pub(crate) struct SiteFacts {
    /// The folder that is read.
    pub root: PathBuf,
    /// The folder that is written to.
    pub output: PathBuf,
    /// The site's address.
    pub base_url: BaseUrl,
    /// Its title, as written.
    pub title: Option<String>,
    /// A sentence about it, as written.
    pub description: Option<String>,
    /// The language of posts without one of their own.
    pub language: Option<String>,
    /// The zone of dates that are written without one.
    pub timezone: TimeZone,
    /// The authors of posts that have none of their own.
    pub authors: Vec<Author>,
    /// Globs of the files to read, if the configuration names any.
    pub posts: Option<Vec<String>>,
    /// Globs of files to ignore.
    pub exclude: Vec<String>,
    /// The pattern of posts' URLs.
    pub permalink: Option<Pattern>,
    /// What ends an excerpt, besides `<!--more-->`.
    pub excerpt_separator: Option<String>,
    /// Where built pages show what they say nowhere else.
    pub selectors: Selectors,
    /// Whether drafts are published.
    pub drafts: bool,
    /// The largest file that is read, in bytes.
    pub largest: u64,
    /// Whether links that lead out of the site are followed.
    pub follow_links: bool,
    /// Whether future-dated posts are published.
    pub future: bool,
    /// Whether a configuration says so; else it is what the generator does by default.
    pub is_future_said: bool,
    /// Whether the generator builds pages of them.
    pub is_future_built: bool,
    /// The current time, for future-dated posts.
    pub now: DateTime<Utc>,
    /// The taxonomies that some feed needs.
    pub taxonomies: BTreeSet<String>,
}

impl SiteFacts {
    /// Whether what is dated so is not published yet.
    pub(crate) fn holds_back(&self, date: Option<DateTime<FixedOffset>>) -> bool {
        !self.future && date.is_some_and(|date| date > self.now)
    }

    /// Whether the configuration lets a file be read.
    pub(crate) fn reads(&self, path: &str) -> bool {
        let fits = |globs: &[String]| globs.iter().any(|glob| glob::matches(glob, path));
        !fits(&self.exclude) && self.posts.as_ref().is_none_or(|posts| fits(posts))
    }
}

/// CSS selectors of what a built page says of its post.
#[derive(Debug, Clone, Default)]
pub(crate) struct Selectors {
    /// Of when it was published.
    pub date: Option<String>,
    /// Of its title.
    pub title: Option<String>,
    /// Of its authors.
    pub author: Option<String>,
    /// Of its tags.
    pub tag: Option<String>,
}

/// What the feeds of a site have in common. All text is plain and legal.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Site {
    /// Never empty.
    pub(crate) title: String,
    /// One line about it.
    pub(crate) description: Option<String>,
    /// The site's address, with a final slash.
    pub(crate) url: String,
    /// A language tag.
    pub(crate) language: Option<String>,
    /// The authors of entries that have none of their own.
    pub(crate) authors: Vec<Author>,
    /// The rights in what feeds carry.
    pub(crate) copyright: Option<String>,
    /// The URL of a small square image.
    pub(crate) icon: Option<String>,
    /// The URL of a larger image.
    pub(crate) logo: Option<String>,
    /// The URLs of WebSub hubs.
    pub(crate) hubs: Vec<String>,
    /// For how many minutes a feed may be kept.
    pub(crate) ttl: Option<usize>,
}

#[cfg(test)]
mod tests {
    use super::*;

    impl SiteFacts {
        /// The site `https://e.com/` in a folder, in UTC, in 2026.
        pub(crate) fn example(root: &std::path::Path) -> Self {
            Self {
                root: root.to_owned(),
                output: root.join("public"),
                base_url: BaseUrl::parse("https://e.com/").unwrap(),
                title: None,
                description: None,
                language: None,
                timezone: TimeZone::UTC,
                authors: Vec::new(),
                posts: None,
                exclude: Vec::new(),
                permalink: None,
                excerpt_separator: None,
                selectors: Selectors::default(),
                drafts: false,
                largest: u64::MAX,
                follow_links: false,
                future: false,
                is_future_said: false,
                is_future_built: false,
                now: DateTime::from_timestamp(1_767_225_600, 0).unwrap(),
                taxonomies: BTreeSet::new(),
            }
        }
    }
}

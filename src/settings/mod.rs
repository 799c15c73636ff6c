//! One source of configuration: `feedmill.yml`, a generator's own configuration, or the command line.
//!
//! [`Settings`] has every key with its type, its example, its help and how it is read, in one table each for the file,
//! for a feed and for the sitemap.

pub(crate) mod feeds;
pub(crate) mod file;
mod keys;
pub(crate) mod memory;
mod schema;
mod shape;
pub(crate) mod sitemap;
mod value;

pub(crate) use feeds::{Criteria, Each, FeedConfig, Masthead, Selection, default_feeds};
pub(crate) use file::ConfigFile;
pub(crate) use memory::{IndexNow, LastMod};
pub(crate) use schema::schema;
pub(crate) use sitemap::{FREQUENCIES, Robots, SitemapConfig, changefreq, priority};

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use regex::Regex;

use crate::diagnostic::{Level, Rule};
use crate::error::Error;
use crate::model::{Author, Content};
use crate::text::{BaseUrl, Pattern, language};
pub(crate) use keys::Key;
use shape::Shape;
use value::Value;

/// The name of the configuration file in the root of a site.
pub const FILE_NAME: &str = "feedmill.yml";

/// The name of the lock, beside the configuration.
pub(crate) const LOCK_NAME: &str = "feedmill.lock";

/// The default path of the style sheet.
pub(crate) const STYLESHEET: &str = "feedmill.css";

/// Something that can be switched off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Switched<T> {
    /// It is not wanted.
    Off,
    /// It is wanted, in this form.
    On(T),
}

impl<T> Switched<T> {
    /// What is wanted, if anything.
    pub(crate) fn on(self) -> Option<T> {
        match self {
            Self::Off => None,
            Self::On(value) => Some(value),
        }
    }
}

/// Makes the fields of [`Settings`], their merging and [`KEYS`] from one list: field and type, names, example, help,
/// shape, and how a value is read.
macro_rules! settings {
    ($($field:ident: $type:ty = $names:expr, $example:literal, $help:literal, $shape:expr, $read:expr;)+) => {
        /// One source of configuration. A field that it does not set is `None`.
        #[derive(Debug, Clone, Default)]
        pub(crate) struct Settings {
            $(#[doc = $help] pub $field: Option<$type>,)+
            /// The folder that holds the site's files, relative to the root.
            pub source: Option<PathBuf>,
            /// Whether the site's generator publishes future-dated posts by default.
            pub publishes_future: bool,
        }

        /// Every key of `feedmill.yml`: the reference in the README and `feedmill init` are made of this.
        pub(crate) const KEYS: &[Key<Settings>] = &[$(Key {
            names: &$names,
            example: $example,
            help: $help,
            shape: $shape,
            read: |settings, value| {
                settings.$field = Some($read(value)?);
                Ok(())
            },
        }),+];

        impl Settings {
            /// These settings; those that are not set are taken from `others`.
            pub(crate) fn or(self, others: Self) -> Self {
                Self {
                    $($field: self.$field.or(others.$field),)+
                    source: self.source.or(others.source),
                    publishes_future: self.publishes_future || others.publishes_future,
                }
            }
        }
    };
}

settings! {
    base_url: BaseUrl = ["base_url"], "https://example.com/blog/", "the site's address, with its path", Shape::Text,
        |value: &Value<'_>| value.parsed(BaseUrl::parse);
    title: String = ["title"], "My site", "the site's title; default: its host name", Shape::Text, Value::owned;
    description: String = ["description"], "Notes on web feeds", "one sentence about the site", Shape::Text, Value::owned;
    language: String = ["language"], "en",
        "the site's language (BCP 47); default: that of the built home page, else by the titles' script, else `en`", Shape::Text,
        |value: &Value<'_>| value.parsed(language::parse);
    timezone: TimeZone = ["timezone"], "Europe/Berlin",
        "the IANA zone of dates that are written without one; default: `UTC`", Shape::Text,
        |value: &Value<'_>| value.parsed(timezone);
    authors: Vec<Author> = ["author", "authors"], "Jane Doe",
        "a name, a map of `name`, `email`, `url`, or a list of these; for posts without an author", Shape::Authors, Value::authors;
    copyright: String = ["copyright"], "© 2025 Jane Doe", "the copyright notice of the feeds", Shape::Text, Value::owned;
    icon: String = ["icon"], "/favicon.png", "a small square image", Shape::Text, Value::owned;
    logo: String = ["logo"], "/logo.png", "a larger image; RSS allows JPEG, GIF and PNG only", Shape::Text, Value::owned;
    hubs: Vec<String> = ["hubs"], "[\"https://hub.example.com/\"]", "the WebSub hubs that announce new posts", Shape::Texts,
        Value::urls;
    ttl: usize = ["ttl"], "60", "how many minutes an RSS reader may cache a feed", Shape::Number, Value::number;
    posts: Vec<String> = ["posts"], "[\"posts/**/*.md\"]",
        "globs of the files to read; default: all Markdown, HTML and text files", Shape::Texts, Value::globs;
    exclude: Vec<String> = ["exclude"], "[\"drafts/**\"]", "globs of files to ignore", Shape::Texts, Value::globs;
    follow_links: bool = ["follow_links"], "false",
        "whether symbolic links that lead out of the site are followed", Shape::Switch, Value::boolean;
    max_file_bytes: usize = ["max_file_bytes"], "67108864", "larger files are not read", Shape::Number, Value::number;
    generator: String = ["generator"], "jekyll",
        "the generator whose conventions the site follows; default: detected from its files", Shape::Text, Value::owned;
    permalink: Pattern = ["permalink"], "/:year/:month/:day/:slug/",
        "the pattern of posts' URLs; default: `/:path/`", Shape::Text, |value: &Value<'_>| value.parsed(permalink);
    output: PathBuf = ["output"], "public", "the folder to write to, relative to the root; default: `public`", Shape::Text,
        |value: &Value<'_>| value.text().map(PathBuf::from);
    excerpt_separator: String = ["excerpt_separator"], "<!--more-->",
        "what ends a post's excerpt, besides `<!--more-->`", Shape::Text, Value::owned;
    limit: usize = ["limit"], "20", "entries in a feed; `0` means all", Shape::Number, Value::number;
    drafts: bool = ["drafts"], "false", "whether drafts are published", Shape::Switch, Value::boolean;
    future: bool = ["future"], "false", "whether future-dated posts are published; `true` where the generator does so: Eleventy, Hexo, Pelican, Zola, GitHub Pages, built pages", Shape::Switch, Value::boolean;
    feeds: Vec<FeedConfig> = ["feeds"], "[{path: feed.xml}, {path: atom.xml}, {path: feed.json}]",
        "the feeds: paths, or maps of options", Shape::Feeds, Value::feeds;
    category_scheme: String = ["category_scheme"], "https://example.com/categories/",
        "the URL of the scheme of categories: Atom's `scheme`, RSS's `domain`", Shape::Text, Value::url;
    tag_scheme: String = ["tag_scheme"], "https://example.com/tags/", "the same for tags", Shape::Text, Value::url;
    sitemap: Switched<SitemapConfig> = ["sitemap"], "sitemap.xml",
        "the path of the sitemap, a map of options, or `false`", Shape::Sitemap, Value::sitemap;
    robots: Robots = ["robots"], "true",
        "whether a `robots.txt` is written where there is none; `append` adds the sitemap to the site's own", Shape::OptionalWord(&["append"]),
        Value::robots;
    opml: Switched<String> = ["opml"], "feeds.opml", "the path of a list of all feeds, for readers to import", Shape::Optional,
        |value: &Value<'_>| value.path_or("feeds.opml");
    verify: bool = ["verify"], "true",
        "whether posts are compared with the built pages: a page that is missing, differs or should not be there is a finding", Shape::Switch,
        Value::boolean;
    lock: bool = ["lock"], "true",
        "whether `feedmill.lock` remembers ids and changes from one run to the next; default: where there is one", Shape::Switch,
        Value::boolean;
    lastmod: LastMod = ["lastmod"], "author",
        "when a page was last changed: as its `author` says, or by the history of `git`, or by its `content`, as the lock remembers it",
        Shape::Word(&["author", "git", "content"]), Value::lastmod;
    lastmod_ignore: Vec<Regex> = ["lastmod_ignore"], "[\"^Reformat\"]",
        "commits that do not count for `lastmod: git`: regular expressions of their subjects, or beginnings of their hashes", Shape::Texts,
        Value::expressions;
    indexnow: IndexNow = ["indexnow"], "{key: 0f8b3c5e9a7d4612}",
        "the key by which `feedmill notify` tells search engines of changes, or a map of options", Shape::IndexNow, Value::indexnow;
    content: Content = ["content"], "full",
        "what an entry carries: `full` text, its `excerpt`, or `none`; a feed may override it", Shape::Word(&["full", "excerpt", "none"]), Value::content;
    content_from_pages: bool = ["content_from"], "auto",
        "`auto` takes the text from the built page where there is one, `source` always renders the source", Shape::Word(&["auto", "source"]),
        Value::content_from_pages;
    content_selector: String = ["content_selector"], ".post-body",
        "a CSS selector of the text in built pages; default: `.e-content`, `articleBody`, `article`, `main`", Shape::Text,
        |value: &Value<'_>| value.parsed(selector);
    date_selector: String = ["date_selector"], ".post-date",
        "a CSS selector of the date in built pages, which counts before all else that they say", Shape::Text, |value: &Value<'_>| value.parsed(selector);
    title_selector: String = ["title_selector"], ".post-title", "the same for the title", Shape::Text, |value: &Value<'_>| value.parsed(selector);
    author_selector: String = ["author_selector"], ".byline a", "the same for the authors", Shape::Text, |value: &Value<'_>| value.parsed(selector);
    tag_selector: String = ["tag_selector"], ".labels a", "the same for the tags", Shape::Text, |value: &Value<'_>| value.parsed(selector);
    image_enclosure: bool = ["image_enclosure"], "false",
        "whether a post's `image` is its enclosure, if it has no other", Shape::Switch, Value::boolean;
    tracking_pixels: bool = ["tracking_pixels"], "false", "whether images of one pixel stay in the text", Shape::Switch,
        Value::boolean;
    stylesheet: Switched<String> = ["stylesheet"], "feedmill.css",
        "the path of the style sheet that makes feeds readable in a browser, or `false`", Shape::Optional,
        |value: &Value<'_>| value.path_or(STYLESHEET);
    levels: BTreeMap<Rule, Level> = ["levels"], "{missing-date: allow}",
        "for each rule: `allow`, `note`, `warn` or `deny`", Shape::Levels, Value::levels;
}

impl Settings {
    /// Reads a configuration file in feedmill's own form.
    ///
    /// # Errors
    /// [`Error::ConfigRead`] if it cannot be read, [`Error::Config`] if it is not YAML, has an unknown key, or a value
    /// that its key cannot have.
    pub(crate) fn read(path: &Path) -> Result<Self, Error> {
        let file = ConfigFile::read(path)?;
        let mut settings = Self::default();
        keys::read_map(&file, &file.map, &mut settings, KEYS, "key")?;
        Ok(settings)
    }
}

/// An IANA zone.
///
/// # Errors
/// A clause for messages: there is none.
pub(crate) fn timezone(name: &str) -> Result<TimeZone, String> {
    TimeZone::get(name.trim()).map_err(|_| {
        let meant = nearest_zone(name.trim()).map(|zone| format!("; did you mean `{zone}`?"));
        let meant = meant.unwrap_or_else(|| ", as `Europe/Berlin` is".to_owned());
        format!("it is not in the IANA time zone database{meant}")
    })
}

/// The zone of a city, or one that is spelled much like this.
fn nearest_zone(name: &str) -> Option<String> {
    let name = name.replace(' ', "_").to_lowercase();
    let zones: Vec<String> = jiff::tz::db().available().map(|zone| zone.to_string()).collect();
    let is_city = |zone: &&String| zone.to_lowercase().rsplit('/').next() == Some(&name);
    let distance = |zone: &&String| strsim::damerau_levenshtein(&zone.to_lowercase(), &name);
    let like = || zones.iter().min_by_key(distance).filter(|zone| distance(zone) <= 2);
    zones.iter().find(is_city).or_else(like).cloned()
}

fn selector(text: &str) -> Result<String, String> {
    if text.trim().is_empty() {
        return Err("it is empty".to_owned());
    }
    scraper::Selector::parse(text).map(|_| text.to_owned()).map_err(|error| error.to_string())
}

fn permalink(pattern: &str) -> Result<Pattern, String> {
    if !pattern.contains(':') {
        return Err("it has no placeholder, so all posts would have one URL; write a pattern such as \
                    `/:year/:month/:day/:slug/`"
            .to_owned());
    }
    Pattern::parse(pattern)
        .map_err(|(word, nearest)| format!("unknown placeholder `:{word}`; did you mean `:{nearest}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_source_does_not_say_another_does() {
        let typed = Settings { title: Some("Typed".to_owned()), ..Settings::default() };
        let written = Settings {
            title: Some("Written".to_owned()),
            opml: Some(Switched::Off),
            limit: Some(0),
            ..Settings::default()
        };
        let merged = typed.or(written);
        assert_eq!((merged.title.as_deref(), merged.limit), (Some("Typed"), Some(0)));
        assert_eq!(merged.opml.and_then(Switched::on), None);
        assert!(merged.sitemap.is_none());
    }
}

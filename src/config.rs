//! Every decision about a run, made once: `feedmill.yml` over the site's own configuration, and flags over both.
//!
//! [`Settings`] is what one of these says, every field optional; [`Config`] is what was decided.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use jiff::tz::TimeZone;

mod read;

pub(crate) use read::{ConfigFile, language, timezone};

use crate::author::Author;
use crate::diagnostic::{Level, Rule};
use crate::dialect::{self, Dialect, Kind};
use crate::error::Error;
use crate::link::{BaseUrl, Pattern};
use crate::render::Format;
use crate::text;

/// The name of the configuration file in the root of a site.
pub const FILE_NAME: &str = "feedmill.yml";

/// Where the style sheet is written.
const STYLESHEET: &str = "feedmill.css";

/// How many entries a feed has unless it says otherwise.
pub const DEFAULT_LIMIT: usize = 20;

/// Every key of `feedmill.yml`, with an example and a sentence: the reference in the README and `feedmill init` say
/// the same.
pub const KEYS: &[(&str, &str, &str)] = &[
    ("base_url", "https://example.com/blog/", "the site's address, with its path"),
    ("title", "My site", "the site's title; default: its host name"),
    ("description", "What it is about", "one sentence about the site"),
    ("language", "en", "the site's language (BCP 47); default: what the titles' script says, else `en`"),
    ("timezone", "Europe/Berlin", "the IANA zone of dates that are written without one; default: `UTC`"),
    (
        "author",
        "Jane Doe",
        "a name, a map of `name`, `email`, `url`, or a list of these; for posts that name nobody",
    ),
    ("copyright", "© 2025 Jane Doe", "the rights in what feeds carry"),
    ("icon", "/favicon.png", "a small square image"),
    ("logo", "/logo.png", "a larger image; RSS takes JPEG, GIF and PNG only"),
    ("hubs", "[\"https://hub.example.com/\"]", "WebSub hubs that are told of new posts"),
    ("ttl", "60", "for how many minutes readers of RSS may keep a feed"),
    (
        "posts",
        "[\"posts/**/*.md\"]",
        "globs of the files to read; default: all Markdown, HTML and text files",
    ),
    ("exclude", "[\"drafts/**\"]", "globs of files to leave alone"),
    ("permalink", "/:year/:month/:day/:slug/", "the pattern of posts' URLs; default: `/:path/`"),
    ("output", "public", "the folder to write to, from the root; default: `public`"),
    ("excerpt_separator", "<!--more-->", "what ends a post's excerpt, besides `<!--more-->`"),
    ("limit", "20", "entries in a feed; `0` means all"),
    ("drafts", "false", "whether drafts are published"),
    ("future", "false", "whether posts from the future are published"),
    ("feeds", "[{path: feed.xml}, {path: atom.xml}, {path: feed.json}]", "the feeds: see below"),
    ("sitemap", "sitemap.xml", "the path of the sitemap, or `false`"),
    ("sitemap_gzip", "false", "whether sitemaps are written compressed, as `.xml.gz`"),
    (
        "content",
        "full",
        "what an entry carries: `full` text, its `excerpt`, or `none`; a feed may say otherwise",
    ),
    (
        "content_from",
        "auto",
        "`auto` takes the text from the built page where there is one, `source` always renders the source",
    ),
    (
        "content_selector",
        ".post-body",
        "a CSS selector of the text in built pages; default: `.e-content`, `articleBody`, `article`, `main`",
    ),
    ("image_enclosure", "false", "whether a post's `image` is an enclosure too, where it has no other"),
    ("tracking_pixels", "false", "whether images of one pixel stay in the text"),
    (
        "stylesheet",
        "feedmill.css",
        "the path of the style sheet that lets people read feeds in a browser, or `false`",
    ),
    ("levels", "{missing-date: allow}", "for each rule: `allow`, `note`, `warn` or `deny`"),
];

/// One feed to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedConfig {
    /// Relative to the output folder and to the base URL, with `/` between folders.
    pub path: String,
    /// What it is written as.
    pub format: Format,
    /// Its title; the site's by default.
    pub title: Option<String>,
    /// How many entries it has at most; `None` means all.
    pub limit: Option<usize>,
    /// What its entries carry.
    pub content: Option<Content>,
    /// Over so many bytes, the oldest entries carry their excerpts only.
    pub max_bytes: Option<usize>,
    /// Which posts it carries.
    pub select: Selection,
    /// One feed for each value of a field; its `path` has `{slug}` in it (or `{value}`), its `title` maybe `{value}` and
    /// `{site}`.
    pub each: Option<Each>,
    /// Of such feeds: the value that this one is for.
    pub value: Option<(Field, String)>,
}

/// What an entry carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Content {
    /// Neither text nor excerpt.
    None,
    /// Its excerpt.
    Excerpt,
    /// Its excerpt and its whole text.
    Full,
}

/// Which posts a feed carries: those that fit every field of `of` and none of `not`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    /// What they have.
    pub of: Criteria,
    /// What they have not.
    pub not: Criteria,
}

/// Names, for each field any of which fits. An empty field does not matter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Criteria {
    /// The collection, or the first folder.
    pub collections: Vec<String>,
    /// Categories.
    pub categories: Vec<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// Names of authors.
    pub authors: Vec<String>,
    /// Language tags.
    pub languages: Vec<String>,
    /// Globs of files.
    pub paths: Vec<String>,
}

impl Selection {
    /// The posts of a collection.
    #[must_use]
    pub fn of_collection(label: &str) -> Self {
        let of = Criteria { collections: vec![label.to_owned()], ..Criteria::default() };
        Self { of, not: Criteria::default() }
    }
}

/// The values of a field each of which has a feed of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Each {
    /// The field.
    pub field: Field,
    /// If not empty, these alone.
    pub only: Vec<String>,
    /// Not these.
    pub except: Vec<String>,
    /// Only those that so many posts have.
    pub min_posts: usize,
}

/// A field of posts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Categories.
    Category,
    /// Tags.
    Tag,
    /// Names of authors.
    Author,
    /// The language, where it is not the site's.
    Language,
    /// The collection, or the first folder.
    Collection,
    /// The year of publication.
    Year,
}

impl Field {
    const ALL: [(&'static str, Self); 6] = [
        ("category", Self::Category),
        ("tag", Self::Tag),
        ("author", Self::Author),
        ("lang", Self::Language),
        ("collection", Self::Collection),
        ("year", Self::Year),
    ];

    /// As people call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, field)| *field == self).map_or("", |(name, _)| name)
    }
}

/// What one source of configuration says.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the fields are those of `KEYS`")]
pub struct Settings {
    pub base_url: Option<BaseUrl>,
    pub title: Option<String>,
    pub description: Option<String>,
    pub language: Option<String>,
    pub timezone: Option<TimeZone>,
    pub authors: Option<Vec<Author>>,
    pub copyright: Option<String>,
    pub icon: Option<String>,
    pub logo: Option<String>,
    pub hubs: Option<Vec<String>>,
    pub ttl: Option<usize>,
    pub posts: Option<Vec<String>>,
    pub exclude: Option<Vec<String>>,
    pub permalink: Option<Pattern>,
    pub output: Option<PathBuf>,
    /// The folder that holds the site's files, from the root; Jekyll's `source`.
    pub source: Option<PathBuf>,
    pub excerpt_separator: Option<String>,
    pub limit: Option<usize>,
    pub drafts: Option<bool>,
    pub future: Option<bool>,
    pub feeds: Option<Vec<FeedConfig>>,
    pub sitemap: Option<Option<String>>,
    pub sitemap_gzip: Option<bool>,
    pub content: Option<Content>,
    pub content_from_pages: Option<bool>,
    pub content_selector: Option<String>,
    pub image_enclosure: Option<bool>,
    pub tracking_pixels: Option<bool>,
    pub stylesheet: Option<Option<String>>,
    pub levels: BTreeMap<Rule, Level>,
}

/// Every decision about a run.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields are those of `KEYS`, decided; the others are explained")]
pub struct Config {
    /// The folder that is read.
    pub root: PathBuf,
    /// The folder that is written to.
    pub output: PathBuf,
    /// Which generator's conventions the site follows.
    pub dialect: Dialect,
    pub base_url: BaseUrl,
    pub title: Option<String>,
    pub description: Option<String>,
    pub language: Option<String>,
    pub timezone: TimeZone,
    pub authors: Vec<Author>,
    pub copyright: Option<String>,
    pub icon: Option<String>,
    pub logo: Option<String>,
    pub hubs: Vec<String>,
    pub ttl: Option<usize>,
    pub posts: Option<Vec<String>>,
    pub exclude: Vec<String>,
    pub permalink: Option<Pattern>,
    pub excerpt_separator: Option<String>,
    pub drafts: bool,
    pub future: bool,
    pub feeds: Vec<FeedConfig>,
    pub sitemap: Option<String>,
    pub sitemap_gzip: bool,
    pub content: Content,
    pub content_from_pages: bool,
    pub content_selector: Option<String>,
    pub image_enclosure: bool,
    pub tracking_pixels: bool,
    pub stylesheet: Option<String>,
    pub levels: BTreeMap<Rule, Level>,
    /// What counts as now, for posts from the future.
    pub now: DateTime<Utc>,
}

impl Config {
    /// Decides: what was typed, else what `feedmill.yml` says, else what the site's own configuration says, else the
    /// default. `files` are the configuration files, if others than those in the root are wanted: for a Jekyll site,
    /// files like `_config.yml` may be among them.
    ///
    /// # Errors
    /// [`Error::Root`] if there is no such folder, [`Error::ConfigRead`] and [`Error::Config`] for a configuration
    /// that cannot be used, [`Error::NoBaseUrl`] if nothing says the site's address.
    pub fn decide(
        root: &Path,
        files: &[PathBuf],
        typed: Settings,
        now: DateTime<Utc>,
    ) -> Result<Self, Error> {
        let metadata = std::fs::metadata(root).and_then(|metadata| match metadata.is_dir() {
            true => Ok(()),
            false => Err(std::io::ErrorKind::NotADirectory.into()),
        });
        metadata.map_err(|source| Error::Root { path: root.to_owned(), source })?;
        let in_root = |name: &str| if root == Path::new(".") { PathBuf::from(name) } else { root.join(name) };
        let default_file = in_root(FILE_NAME);
        let kind = Kind::detect(root);
        // In the root of a Jekyll site, files other than ours are its own.
        let is_own = |file: &&PathBuf| {
            kind != Kind::Jekyll
                || file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("feedmill"))
        };
        let (own, foreign): (Vec<&PathBuf>, Vec<&PathBuf>) = files.iter().partition(is_own);
        let mut written = Settings::default();
        for file in &own {
            written = Settings::read(file)?.or(written);
        }
        if own.is_empty() && default_file.exists() {
            written = Settings::read(&default_file)?;
        }
        let foreign: Vec<PathBuf> = foreign.into_iter().cloned().collect();
        let (known, dialect) = kind.read(root, &foreign)?;
        let settings = typed.or(written).or(known);
        let Some(base_url) = settings.base_url else {
            let (name, line) = kind.base_url_hint();
            return Err(match own.first() {
                Some(file) => Error::NoBaseUrl {
                    path: (*file).clone(),
                    line: "base_url: https://example.com/".to_owned(),
                },
                None => Error::NoBaseUrl { path: in_root(name), line: line.to_owned() },
            });
        };
        let limit = settings.limit.unwrap_or(DEFAULT_LIMIT);
        let feeds = settings.feeds.unwrap_or_else(dialect::default_feeds);
        let sitemap = settings.sitemap.unwrap_or_else(|| Some("sitemap.xml".to_owned()));
        let stylesheet = settings.stylesheet.unwrap_or_else(|| Some(STYLESHEET.to_owned()));
        let mut outputs = BTreeSet::new();
        let declared = feeds.iter().map(|feed| &feed.path);
        if let Some(path) =
            declared.chain(&sitemap).chain(stylesheet.iter()).find(|path| !outputs.insert((*path).clone()))
        {
            return Err(Error::Config {
                path: own.first().map_or_else(|| in_root(kind.config_file()), |file| (*file).clone()),
                place: None,
                message: format!("two outputs have the path `{}`", text::shown(path)),
                help: Some("give each feed and the sitemap a path of its own".to_owned()),
            });
        }
        let feeds = feeds.into_iter().map(|feed| FeedConfig {
            limit: Some(feed.limit.unwrap_or(limit)).filter(|limit| *limit > 0),
            ..feed
        });
        Ok(Self {
            root: settings.source.map_or_else(|| root.to_owned(), |source| root.join(source)),
            output: root.join(settings.output.unwrap_or_else(|| kind.default_output().into())),
            dialect,
            base_url,
            title: settings.title,
            description: settings.description,
            language: settings.language,
            timezone: settings.timezone.unwrap_or(TimeZone::UTC),
            authors: settings.authors.unwrap_or_default(),
            copyright: settings.copyright,
            icon: settings.icon,
            logo: settings.logo,
            hubs: settings.hubs.unwrap_or_default(),
            ttl: settings.ttl.filter(|minutes| *minutes > 0),
            posts: settings.posts,
            exclude: settings.exclude.unwrap_or_default(),
            permalink: settings.permalink,
            excerpt_separator: settings.excerpt_separator,
            drafts: settings.drafts.unwrap_or(false),
            future: settings.future.unwrap_or(false),
            feeds: feeds.collect(),
            sitemap,
            sitemap_gzip: settings.sitemap_gzip.unwrap_or(false),
            content: settings.content.unwrap_or(Content::Full),
            content_from_pages: settings.content_from_pages.unwrap_or(true),
            content_selector: settings.content_selector,
            image_enclosure: settings.image_enclosure.unwrap_or(false),
            tracking_pixels: settings.tracking_pixels.unwrap_or(false),
            stylesheet,
            levels: settings.levels,
            now,
        })
    }

    /// How much a finding of this rule matters in this run.
    #[must_use]
    pub fn level(&self, rule: Rule) -> Level {
        self.levels.get(&rule).copied().unwrap_or(rule.default_level())
    }
}

impl Settings {
    /// These, and where they are silent, the others.
    #[must_use]
    pub fn or(mut self, others: Self) -> Self {
        let mut levels = others.levels;
        levels.append(&mut self.levels);
        Self {
            base_url: self.base_url.or(others.base_url),
            title: self.title.or(others.title),
            description: self.description.or(others.description),
            language: self.language.or(others.language),
            timezone: self.timezone.or(others.timezone),
            authors: self.authors.or(others.authors),
            copyright: self.copyright.or(others.copyright),
            icon: self.icon.or(others.icon),
            logo: self.logo.or(others.logo),
            hubs: self.hubs.or(others.hubs),
            ttl: self.ttl.or(others.ttl),
            posts: self.posts.or(others.posts),
            exclude: self.exclude.or(others.exclude),
            permalink: self.permalink.or(others.permalink),
            output: self.output.or(others.output),
            source: self.source.or(others.source),
            excerpt_separator: self.excerpt_separator.or(others.excerpt_separator),
            limit: self.limit.or(others.limit),
            drafts: self.drafts.or(others.drafts),
            future: self.future.or(others.future),
            feeds: self.feeds.or(others.feeds),
            sitemap: self.sitemap.or(others.sitemap),
            sitemap_gzip: self.sitemap_gzip.or(others.sitemap_gzip),
            content: self.content.or(others.content),
            content_from_pages: self.content_from_pages.or(others.content_from_pages),
            content_selector: self.content_selector.or(others.content_selector),
            image_enclosure: self.image_enclosure.or(others.image_enclosure),
            tracking_pixels: self.tracking_pixels.or(others.tracking_pixels),
            stylesheet: self.stylesheet.or(others.stylesheet),
            levels,
        }
    }
}

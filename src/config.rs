//! Every decision about a run, made once: `feedmill.yml` over the site's own configuration, and flags over both.
//!
//! [`Settings`] is what one of these says, every field optional; [`Config`] is what was decided.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use jiff::tz::TimeZone;

mod feeds;
mod read;
mod sitemap;

pub use feeds::{ARCHIVE_SIZE, Content, Criteria, Each, FeedConfig, Field, Selection};
pub(crate) use read::{ConfigFile, timezone};
pub use sitemap::SitemapConfig;
pub(crate) use sitemap::{changefreq, priority};

use crate::author::Author;
use crate::diagnostic::{Level, Rule};
use crate::dialect::{self, Dialect, Kind};
use crate::error::Error;
use crate::record::Records;
use crate::text;
use crate::text::link::BaseUrl;
use crate::text::pattern::Pattern;

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
    (
        "feeds",
        "[{path: feed.xml}, {path: atom.xml}, {path: feed.json}]",
        "the feeds: see the part Feeds of the README",
    ),
    (
        "category_scheme",
        "https://example.com/categories/",
        "what categories belong to: a URL; Atom's `scheme`, RSS's `domain`",
    ),
    ("tag_scheme", "https://example.com/tags/", "the same for tags"),
    ("sitemap", "sitemap.xml", "the path of the sitemap, a map with more about it (see below), or `false`"),
    (
        "robots",
        "true",
        "whether a `robots.txt` is written where there is none; `append` adds the sitemap to the site's own",
    ),
    ("opml", "feeds.opml", "the path of a list of all feeds, for readers to import"),
    (
        "verify",
        "true",
        "whether the built pages are looked at: what is missing, differs, or should not be there is a finding",
    ),
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

/// What is done about `robots.txt`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Robots {
    /// One is written where there is none; one without the sitemap is a finding.
    #[default]
    Write,
    /// The sitemap is added to the site's own.
    Append,
    /// Nothing.
    Leave,
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
    pub category_scheme: Option<String>,
    pub tag_scheme: Option<String>,
    pub sitemap: Option<Option<SitemapConfig>>,
    pub robots: Option<Robots>,
    pub opml: Option<Option<String>>,
    pub verify: Option<bool>,
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
    pub category_scheme: Option<String>,
    pub tag_scheme: Option<String>,
    pub sitemap: Option<SitemapConfig>,
    pub robots: Robots,
    pub opml: Option<String>,
    pub verify: bool,
    pub content: Content,
    pub content_from_pages: bool,
    pub content_selector: Option<String>,
    pub image_enclosure: bool,
    pub tracking_pixels: bool,
    pub stylesheet: Option<String>,
    pub levels: BTreeMap<Rule, Level>,
    /// What counts as now, for posts from the future.
    pub now: DateTime<Utc>,
    /// Posts from elsewhere.
    pub records: Option<Records>,
    /// Whether the folder is read.
    pub reads_folder: bool,
    /// If not all files of the folder are meant: which.
    pub files: Option<BTreeSet<String>>,
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
        let sitemap = settings.sitemap.unwrap_or_else(|| Some(SitemapConfig::default()));
        let opml = settings.opml.flatten();
        let stylesheet = settings.stylesheet.unwrap_or_else(|| Some(STYLESHEET.to_owned()));
        let declared = feeds.iter().map(|feed| &feed.path);
        let declared = declared.chain(sitemap.iter().flat_map(SitemapConfig::paths));
        if let Some(path) = twice(declared.chain(&stylesheet).chain(&opml)) {
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
            category_scheme: settings.category_scheme,
            tag_scheme: settings.tag_scheme,
            sitemap,
            robots: settings.robots.unwrap_or_default(),
            opml,
            verify: settings.verify.unwrap_or(true),
            content: settings.content.unwrap_or(Content::Full),
            content_from_pages: settings.content_from_pages.unwrap_or(true),
            content_selector: settings.content_selector,
            image_enclosure: settings.image_enclosure.unwrap_or(false),
            tracking_pixels: settings.tracking_pixels.unwrap_or(false),
            stylesheet,
            levels: settings.levels,
            now,
            records: None,
            reads_folder: true,
            files: None,
        })
    }

    /// How much a finding of this rule matters in this run.
    #[must_use]
    pub fn level(&self, rule: Rule) -> Level {
        self.levels.get(&rule).copied().unwrap_or(rule.default_level())
    }
}

/// A path that stands twice.
fn twice<'a>(mut paths: impl Iterator<Item = &'a String>) -> Option<&'a String> {
    let mut known = BTreeSet::new();
    paths.find(|path| !known.insert(*path))
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
            category_scheme: self.category_scheme.or(others.category_scheme),
            tag_scheme: self.tag_scheme.or(others.tag_scheme),
            sitemap: self.sitemap.or(others.sitemap),
            robots: self.robots.or(others.robots),
            opml: self.opml.or(others.opml),
            verify: self.verify.or(others.verify),
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

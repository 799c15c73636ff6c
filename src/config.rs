//! Every decision about a run, made once: `feedmill.yml` over the site's own configuration, and flags over both.
//!
//! [`Settings`] is what one of these says, every field optional; [`Config`] is what was decided.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use jiff::tz::TimeZone;

use crate::diagnostic::{Level, Rule};
use crate::dialect::{self, Dialect, Kind};
use crate::error::Error;
use crate::link::{BaseUrl, Pattern};
use crate::node::{self, Map, Node, Scalar};
use crate::render::Format;
use crate::source::{self, Source};
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

/// A person or organisation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Author {
    /// Never empty where it is published.
    pub name: String,
    /// An e-mail address.
    pub email: Option<String>,
    /// An absolute URL.
    pub url: Option<String>,
}

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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// Reads a configuration file in feedmill's own form.
    ///
    /// # Errors
    /// [`Error::ConfigRead`] if it cannot be read, [`Error::Config`] if it is not YAML, has an unknown key, or a value
    /// that its key cannot have.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let file = ConfigFile::read(path)?;
        let mut settings = Self::default();
        for (key, node) in &file.map.0 {
            let value = Value { file: &file, key, node };
            match key.text.as_str() {
                "base_url" => settings.base_url = Some(value.parsed(BaseUrl::parse)?),
                "title" => settings.title = Some(value.text()?.to_owned()),
                "description" => settings.description = Some(value.text()?.to_owned()),
                "language" => settings.language = Some(value.parsed(language)?),
                "timezone" => settings.timezone = Some(value.parsed(timezone)?),
                "author" | "authors" => settings.authors = Some(value.authors()?),
                "copyright" => settings.copyright = Some(value.text()?.to_owned()),
                "icon" => settings.icon = Some(value.text()?.to_owned()),
                "logo" => settings.logo = Some(value.text()?.to_owned()),
                "hubs" => {
                    let hubs = value.texts()?;
                    let absolute: Option<Vec<String>> =
                        hubs.iter().map(|hub| crate::link::absolute(hub)).collect();
                    settings.hubs = Some(absolute.ok_or_else(|| value.wrong("a list of absolute URLs"))?);
                }
                "ttl" => settings.ttl = Some(value.number()?),
                "posts" => settings.posts = Some(value.texts()?),
                "exclude" => settings.exclude = Some(value.texts()?),
                "permalink" => settings.permalink = Some(value.parsed(permalink)?),
                "output" => settings.output = Some(value.text()?.into()),
                "excerpt_separator" => settings.excerpt_separator = Some(value.text()?.to_owned()),
                "limit" => settings.limit = Some(value.number()?),
                "drafts" => settings.drafts = Some(value.boolean()?),
                "future" => settings.future = Some(value.boolean()?),
                "feeds" => settings.feeds = Some(value.feeds()?),
                "sitemap" => settings.sitemap = Some(value.path_or("sitemap.xml")?),
                "sitemap_gzip" => settings.sitemap_gzip = Some(value.boolean()?),
                "content" => settings.content = Some(value.content()?),
                "content_from" => {
                    settings.content_from_pages = Some(match value.text()? {
                        "auto" => true,
                        "source" => false,
                        _ => return Err(value.wrong("`auto` or `source`")),
                    });
                }
                "content_selector" => settings.content_selector = Some(value.parsed(selector)?),
                "image_enclosure" => settings.image_enclosure = Some(value.boolean()?),
                "tracking_pixels" => settings.tracking_pixels = Some(value.boolean()?),
                "stylesheet" => settings.stylesheet = Some(value.path_or(STYLESHEET)?),
                "levels" => settings.levels = value.levels()?,
                _ => return Err(value.unknown("key", KEYS.iter().map(|(name, ..)| *name))),
            }
        }
        Ok(settings)
    }

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

/// A configuration file in YAML or TOML, ready to be asked.
pub(crate) struct ConfigFile {
    pub(crate) path: PathBuf,
    pub(crate) source: Source,
    pub(crate) map: Map,
}

impl ConfigFile {
    /// # Errors
    /// [`Error::ConfigRead`] and [`Error::Config`].
    pub(crate) fn read(path: &Path) -> Result<Self, Error> {
        let bytes =
            std::fs::read(path).map_err(|source| Error::ConfigRead { path: path.to_owned(), source })?;
        let source = source::decode(&path.to_string_lossy(), bytes);
        let toml = path.extension().is_some_and(|extension| extension == "toml");
        let parsed = if toml {
            let (map, mut errors) = node::parse_toml(&source.text);
            if errors.is_empty() { Ok(map) } else { Err(errors.swap_remove(0)) }
        } else {
            match node::parse_yaml(&source.text) {
                Ok(Node::Map(map)) => Ok(map),
                Ok(Node::Scalar(scalar)) if scalar.is_null() => Ok(Map::default()),
                Ok(other) => Err(node::SyntaxError {
                    message: format!("it is {}, not a map", other.kind()),
                    at: other.at(),
                }),
                Err(_)
                    if source
                        .text
                        .lines()
                        .all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) =>
                {
                    Ok(Map::default())
                }
                Err(error) => Err(error),
            }
        };
        match parsed {
            Ok(map) => Ok(Self { path: path.to_owned(), source, map }),
            Err(error) => Err(Error::Config {
                path: path.to_owned(),
                place: error.at.map(|at| line_and_column(&source, at)),
                message: error.message,
                help: None,
            }),
        }
    }

    fn error(&self, at: Option<usize>, message: String, help: Option<String>) -> Error {
        let place = at.map(|at| line_and_column(&self.source, at));
        Error::Config { path: self.path.clone(), place, message, help }
    }
}

fn line_and_column(source: &Source, at: usize) -> (usize, usize) {
    let place = source.place(at..at);
    (place.line, place.column)
}

/// One value of a configuration file, to be read as what its key asks for.
struct Value<'a> {
    file: &'a ConfigFile,
    key: &'a Scalar,
    node: &'a Node,
}

impl<'a> Value<'a> {
    fn error(&self, message: String, help: Option<String>) -> Error {
        self.file.error(self.node.at().or(self.key.at), message, help)
    }

    fn wrong(&self, wanted: &str) -> Error {
        self.error(format!("`{}` is {}, but must be {wanted}", self.key.text, self.node.kind()), None)
    }

    fn unknown(&self, what: &str, known: impl Iterator<Item = &'static str> + Clone) -> Error {
        let name = &self.key.text;
        let nearest = known.clone().min_by_key(|known| strsim::damerau_levenshtein(known, name));
        let near = nearest
            .filter(|nearest| strsim::damerau_levenshtein(nearest, name) <= 1 + name.chars().count() / 3);
        let help = match near {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => format!(
                "the {what}s are {}",
                known.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
            ),
        };
        self.file.error(self.key.at, format!("there is no {what} `{}`", text::shown(name)), Some(help))
    }

    fn text(&self) -> Result<&'a str, Error> {
        self.node.as_text().ok_or_else(|| self.wrong("text"))
    }

    fn texts(&self) -> Result<Vec<String>, Error> {
        let texts: Option<Vec<String>> =
            self.node.as_items().iter().map(|item| item.as_text().map(str::to_owned)).collect();
        texts.ok_or_else(|| self.wrong("a list of texts"))
    }

    fn boolean(&self) -> Result<bool, Error> {
        self.node.as_scalar().and_then(Scalar::as_bool).ok_or_else(|| self.wrong("`true` or `false`"))
    }

    fn number(&self) -> Result<usize, Error> {
        self.text()?.parse().map_err(|_| self.wrong("a whole number"))
    }

    fn parsed<T>(&self, parse: impl FnOnce(&str) -> Result<T, String>) -> Result<T, Error> {
        let text = self.text()?;
        parse(text).map_err(|message| {
            self.error(format!("`{}: {}` cannot be used: {message}", self.key.text, text::shown(text)), None)
        })
    }

    /// A path below the output folder.
    fn path(&self) -> Result<String, Error> {
        self.parsed(|path| {
            let path = path.trim_start_matches('/');
            let leaves = path.split(['/', '\\']).any(|part| matches!(part, ".." | "." | ""));
            if leaves {
                Err("it must name a file below the output folder".to_owned())
            } else {
                Ok(path.to_owned())
            }
        })
    }

    fn authors(&self) -> Result<Vec<Author>, Error> {
        const AUTHOR_KEYS: [&str; 3] = ["name", "email", "url"];
        for (key, node) in self.node.as_items().iter().filter_map(Node::as_map).flat_map(|map| &map.0) {
            if !AUTHOR_KEYS.contains(&key.text.as_str()) {
                return Err(
                    Value { file: self.file, key, node }.unknown("key of an author", AUTHOR_KEYS.into_iter())
                );
            }
        }
        let authors = authors(self.node);
        if authors.len() == self.node.as_items().len() {
            Ok(authors)
        } else {
            Err(self.wrong("a name, or a map with a `name`"))
        }
    }

    /// A path, `false` for none, or `true` for the default.
    fn path_or(&self, default: &str) -> Result<Option<String>, Error> {
        match self.node.as_scalar().and_then(Scalar::as_bool) {
            Some(false) => Ok(None),
            Some(true) => Ok(Some(default.to_owned())),
            None => self.path().map(Some),
        }
    }

    fn content(&self) -> Result<Content, Error> {
        match self.node.as_text() {
            Some("full") => Ok(Content::Full),
            Some("excerpt") => Ok(Content::Excerpt),
            Some("none") => Ok(Content::None),
            _ => Err(self.wrong("`full`, `excerpt` or `none`")),
        }
    }

    fn levels(&self) -> Result<BTreeMap<Rule, Level>, Error> {
        let map = self.node.as_map().ok_or_else(|| self.wrong("a map of rules"))?;
        let mut levels = BTreeMap::new();
        for (key, node) in &map.0 {
            let value = Value { file: self.file, key, node };
            let rule = Rule::from_name(&key.text)
                .ok_or_else(|| value.unknown("rule", Rule::ALL.iter().map(|rule| rule.name())))?;
            let level = match node.as_text() {
                Some("allow") => Level::Allow,
                Some("note") => Level::Note,
                Some("warn") => Level::Warn,
                Some("deny") => Level::Deny,
                _ => return Err(value.wrong("`allow`, `note`, `warn` or `deny`")),
            };
            levels.insert(rule, level);
        }
        Ok(levels)
    }

    fn feeds(&self) -> Result<Vec<FeedConfig>, Error> {
        self.node.as_items().iter().map(|item| self.feed(item)).collect()
    }

    fn feed(&self, item: &Node) -> Result<FeedConfig, Error> {
        const FEED_KEYS: [&str; 17] = [
            "path",
            "format",
            "title",
            "limit",
            "content",
            "max_bytes",
            "category",
            "tag",
            "author",
            "lang",
            "collection",
            "paths",
            "not",
            "each",
            "only",
            "except",
            "min_posts",
        ];
        let pairs = match item {
            Node::Map(map) => map.clone(),
            other => Map(vec![(Scalar::string("path"), other.clone())]),
        };
        let mut feed = FeedConfig {
            path: String::new(),
            format: Format::Rss,
            title: None,
            limit: None,
            content: None,
            max_bytes: None,
            select: Selection::default(),
            each: None,
            value: None,
        };
        let (mut format, mut each_options) = (None, (Vec::new(), Vec::new(), 1));
        for (key, node) in &pairs.0 {
            let value = Value { file: self.file, key, node };
            match key.text.as_str() {
                "path" => feed.path = value.path()?,
                "format" => {
                    format = Some(value.parsed(|name| {
                        Format::from_name(name)
                            .ok_or_else(|| "the formats are `rss`, `atom` and `json`".to_owned())
                    })?);
                }
                "title" => feed.title = Some(value.text()?.to_owned()),
                "limit" => feed.limit = Some(value.number()?),
                "content" => feed.content = Some(value.content()?),
                "max_bytes" => feed.max_bytes = Some(value.number()?),
                "not" => {
                    let map = node
                        .as_map()
                        .ok_or_else(|| value.wrong("a map of `category`, `tag` and the like"))?;
                    for (key, node) in &map.0 {
                        let value = Value { file: self.file, key, node };
                        if !value.criterion(&mut feed.select.not)? {
                            return Err(value.unknown("key of a selection", Criteria::KEYS.into_iter()));
                        }
                    }
                }
                "each" => feed.each = Some(value.each()?),
                "only" => each_options.0 = value.texts()?,
                "except" => each_options.1 = value.texts()?,
                "min_posts" => each_options.2 = value.number()?,
                _ if value.criterion(&mut feed.select.of)? => {}
                _ => return Err(value.unknown("key of a feed", FEED_KEYS.into_iter())),
            }
        }
        if feed.path.is_empty() {
            return Err(self.error("a feed has no `path`".to_owned(), None));
        }
        if let Some(each) = &mut feed.each {
            (each.only, each.except, each.min_posts) = each_options;
            if !feed.path.contains("{slug}") && !feed.path.contains("{value}") {
                let help = "write `{slug}` where the name belongs, as in `feeds/{slug}.xml`".to_owned();
                return Err(
                    self.error(format!("the path `{}` would be that of every feed", feed.path), Some(help))
                );
            }
        }
        feed.format = format.unwrap_or_else(|| Format::of_path(&feed.path));
        Ok(feed)
    }

    fn each(&self) -> Result<Each, Error> {
        let name = self.text()?;
        let field = Field::ALL.iter().find(|(known, _)| *known == name).map(|(_, field)| *field);
        let field =
            field.ok_or_else(|| self.wrong("`category`, `tag`, `author`, `lang`, `collection` or `year`"))?;
        Ok(Each { field, only: Vec::new(), except: Vec::new(), min_posts: 1 })
    }

    /// Whether the key selects posts; then what it says is noted.
    fn criterion(&self, criteria: &mut Criteria) -> Result<bool, Error> {
        let names = match self.key.text.as_str() {
            "category" | "categories" => &mut criteria.categories,
            "tag" | "tags" => &mut criteria.tags,
            "author" | "authors" => &mut criteria.authors,
            "lang" => &mut criteria.languages,
            "collection" | "section" => &mut criteria.collections,
            "path" | "paths" => &mut criteria.paths,
            _ => return Ok(false),
        };
        *names = self.texts()?;
        Ok(true)
    }
}

impl Criteria {
    const KEYS: [&'static str; 6] = ["category", "tag", "author", "lang", "collection", "paths"];
}

/// An IANA zone.
pub(crate) fn timezone(name: &str) -> Result<TimeZone, String> {
    TimeZone::get(name.trim()).map_err(|_| "the IANA database has no such time zone".to_owned())
}

/// A language tag: `en_US` is understood, `jp` and the like are not (RFC 5646 §2.1).
pub(crate) fn language(tag: &str) -> Result<String, String> {
    let tag = tag.trim().split('.').next().unwrap_or_default().replace('_', "-");
    let mut subtags = tag.split('-');
    let first = subtags.next().unwrap_or_default();
    let legal = |subtag: &str| {
        (1..=8).contains(&subtag.len()) && subtag.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    if crate::language::is_known(first) && subtags.all(legal) {
        return Ok(tag);
    }
    Err(match first {
        "jp" => "the code for Japanese is `ja`".to_owned(),
        "cn" => "the code for Chinese is `zh`".to_owned(),
        "kr" => "the code for Korean is `ko`".to_owned(),
        _ => "it is not a language tag such as `en` or `zh-Hans`".to_owned(),
    })
}

fn selector(text: &str) -> Result<String, String> {
    scraper::Selector::parse(text).map(|_| text.to_owned()).map_err(|error| error.to_string())
}

fn permalink(pattern: &str) -> Result<Pattern, String> {
    Pattern::parse(pattern)
        .map_err(|(word, nearest)| format!("there is no placeholder `:{word}`; did you mean `:{nearest}`?"))
}

/// Authors in any of the shapes that people write: a name, a map, or a list of these.
pub(crate) fn authors(node: &Node) -> Vec<Author> {
    let authors = node.as_items().iter().filter_map(author);
    authors.map(|author| Author { name: text::disarmed(&author.name), ..author }).collect()
}

fn author(node: &Node) -> Option<Author> {
    let legal = |text: &str| Some(text::one_line(&text::legal(text))).filter(|text| !text.is_empty());
    match node {
        Node::Scalar(_) => {
            let name = legal(node.as_text()?)?;
            // `Jane Doe <jane@example.com>`
            match name.strip_suffix('>').and_then(|name| name.split_once('<')) {
                Some((name, email)) if is_email(email) && !name.trim().is_empty() => {
                    Some(Author { name: name.trim().to_owned(), email: Some(email.to_owned()), url: None })
                }
                _ if is_email(&name) => {
                    Some(Author { name: without_domain(&name), email: Some(name), url: None })
                }
                _ => Some(Author { name, ..Author::default() }),
            }
        }
        Node::Map(map) => {
            let get = |keys: &[&str]| keys.iter().find_map(|key| map.get(key)?.as_text()).and_then(legal);
            let email = get(&["email"]).filter(|email| is_email(email));
            let url = get(&["url", "uri", "link", "website"]).and_then(|url| crate::link::absolute(&url));
            let name = get(&["name", "display_name"]).or_else(|| email.clone())?;
            Some(Author { name: without_domain(&name), email, url })
        }
        Node::List(_) => None,
    }
}

/// A name that is an address would be published where names are: only its first part is.
fn without_domain(name: &str) -> String {
    match name.split_once('@') {
        Some((local, _)) if is_email(name) => local.to_owned(),
        _ => name.to_owned(),
    }
}

/// Whether a text is an address as validators want it: `local@domain.tld` in ASCII.
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let local_ok = !local.is_empty()
        && local.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte));
    let labels: Vec<&str> = domain.split('.').collect();
    let label_ok = |label: &&str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let top_ok =
        labels.last().is_some_and(|top| top.len() >= 2 && top.bytes().all(|byte| byte.is_ascii_alphabetic()));
    local_ok && labels.len() >= 2 && labels.iter().all(label_ok) && top_ok
}

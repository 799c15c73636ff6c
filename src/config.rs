//! Every decision about a run, made once: what was typed, over `feedmill.yml`, over the site's own configuration.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use jiff::tz::TimeZone;
use regex::Regex;

use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::disk;
use crate::error::Error;
use crate::generators::{self, Dialect, Generator, Opened, PLAIN, Recognised};
use crate::markup::{inline, published_line};
use crate::model::{Author, Content, LANGUAGE, Selectors, Site, SiteFacts, Wanted};
use crate::settings::{
    FILE_NAME, FeedConfig, IndexNow, LOCK_NAME, LastMod, Robots, STYLESHEET, Settings, SitemapConfig,
    Switched, default_feeds,
};
use crate::text::{self, BaseUrl};

/// The default number of entries in a feed.
const DEFAULT_LIMIT: usize = 20;

/// What is set besides configuration files, and which files these are.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Options {
    /// A configuration file in feedmill's form, instead of `feedmill.yml` in the root.
    pub config: Option<PathBuf>,
    /// The configuration files of the site's generator, instead of the usual one; later files win.
    pub site_config: Vec<PathBuf>,
    /// Feeds that the site had before: of a built site, the entries keep the ids and the dates that they have there.
    pub from_feed: Vec<PathBuf>,
    /// The name of the generator whose conventions the site follows, instead of the one that its files show.
    pub generator: Option<String>,
    /// The site's address.
    pub base_url: Option<String>,
    /// The site's title.
    pub title: Option<String>,
    /// The folder to write to, relative to the root if it is not absolute.
    pub output: Option<PathBuf>,
    /// How many entries a feed has; 0 means all.
    pub limit: Option<usize>,
    /// Whether drafts are published.
    pub drafts: Option<bool>,
    /// Whether future-dated posts are published.
    pub future: Option<bool>,
    /// Whether posts are compared with the built pages.
    pub verify: Option<bool>,
    /// Whether feeds that have entries may become empty, and sites without posts are published.
    pub allow_empty: bool,
    /// Posts as records, beside those of the folder or instead of them.
    pub records: Option<Records>,
    /// Whether the posts of the folder are ignored, because there are records.
    pub records_only: bool,
    /// The only files of the folder to read, relative to it; `None` means all.
    pub files: Option<BTreeSet<String>>,
    /// Whether there is a lock, if the configuration does not say.
    pub lock: Option<bool>,
}

/// A file of records: posts as JSON lines.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Records {
    /// Where it is.
    pub path: PathBuf,
    /// What findings call it.
    pub name: String,
}

impl Records {
    /// The records in a file.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self { name: path.to_string_lossy().into_owned(), path }
    }

    /// Sets the name that findings use.
    #[must_use]
    pub fn named(self, name: impl Into<String>) -> Self {
        Self { name: name.into(), ..self }
    }
}

/// Every decision about a run.
#[derive(Debug, Clone)]
pub struct Config {
    pub(crate) site: SiteFacts,
    pub(crate) recognised: Recognised,
    pub(crate) dialect: Arc<dyn Dialect>,
    files_of: ConfigFiles,
    pub(crate) copyright: Option<String>,
    pub(crate) icon: Option<String>,
    pub(crate) logo: Option<String>,
    pub(crate) hubs: Vec<String>,
    pub(crate) ttl: Option<usize>,
    pub(crate) feeds: Vec<FeedConfig>,
    pub(crate) category_scheme: Option<String>,
    pub(crate) tag_scheme: Option<String>,
    pub(crate) sitemap: Option<SitemapConfig>,
    pub(crate) robots: Robots,
    pub(crate) opml: Option<String>,
    pub(crate) verify: bool,
    pub(crate) content: Content,
    pub(crate) content_from_pages: bool,
    pub(crate) content_selector: Option<String>,
    /// Whether feeds may become empty.
    pub(crate) allow_empty: bool,
    pub(crate) image_enclosure: bool,
    pub(crate) tracking_pixels: bool,
    pub(crate) stylesheet: Option<String>,
    /// The path of the lock; `None` if the site has none.
    pub(crate) lock: Option<PathBuf>,
    /// Whether drafts, future-dated posts or only some files were asked for: the lock must not record such a run.
    pub(crate) is_preview: bool,
    pub(crate) lastmod: LastMod,
    pub(crate) lastmod_ignore: Vec<Regex>,
    pub(crate) indexnow: Option<IndexNow>,
    levels: BTreeMap<Rule, Level>,
    pub(crate) records: Option<Records>,
    pub(crate) records_only: bool,
    pub(crate) files: Option<BTreeSet<String>>,
}

/// Which configuration file messages name.
#[derive(Debug, Clone)]
struct ConfigFiles {
    /// For the site's address and title, or for missing ones.
    facts: PathBuf,
    /// For feeds.
    feeds: PathBuf,
    /// For the paths of outputs.
    outputs: PathBuf,
}

impl Config {
    /// Reads the configuration of the site in a folder. Posts dated later than `now` are future-dated.
    ///
    /// # Errors
    /// [`Error::Root`] if there is no such folder, [`Error::ConfigRead`] and [`Error::Config`] for a configuration that
    /// cannot be used, [`Error::Value`] for an option that cannot be used, [`Error::NoBaseUrl`] if nothing gives the
    /// site's address.
    pub fn new(root: impl AsRef<Path>, options: Options, now: DateTime<Utc>) -> Result<Self, Error> {
        let root = root.as_ref();
        check_folder(root)?;
        let own_file =
            options.config.clone().or_else(|| Some(in_root(root, FILE_NAME)).filter(|file| file.exists()));
        let unread = in_root(root, "feedmill.yaml");
        if own_file.is_none() && unread.is_file() {
            let message = format!("it is not read: the configuration is called `{FILE_NAME}`");
            return Err(Error::Config { path: unread, place: None, message, help: Some("rename it".into()) });
        }
        let recognised = generators::recognise(root);
        let chosen = options.generator.is_some();
        check_config(root, options.config.as_deref().filter(|_| !chosen), &recognised)?;
        let written = own_file.as_deref().map_or_else(|| Ok(Settings::default()), Settings::read)?;
        let asked = options.generator.as_ref().or(written.generator.as_ref());
        let recognised = match asked {
            Some(name) => generator(name, options.generator.is_some(), own_file.as_deref())?,
            None => recognised,
        };
        let (recognised, (mut known, dialect)) = open(root, recognised, &written, &options)?;
        // Missing facts are reported for the requested file, else for that of the generator.
        let theirs = options.site_config.last().cloned().unwrap_or_else(|| recognised.config_file(root));
        let own = |declares: bool| own_file.clone().filter(|_| declares);
        let names_paths = written.sitemap.is_some() || written.stylesheet.is_some() || written.opml.is_some();
        let files = ConfigFiles {
            feeds: own(written.feeds.is_some()).unwrap_or_else(|| theirs.clone()),
            outputs: own(written.feeds.is_some() || names_paths).unwrap_or_else(|| theirs.clone()),
            facts: options.config.clone().unwrap_or(theirs),
        };
        // What the generator itself does with future-dated posts, whatever feedmill is asked to publish.
        let publishes_future = known.future.unwrap_or(known.publishes_future);
        // What the site's own file says of it holds for all of its languages.
        for masthead in known.feeds.iter_mut().flatten().filter_map(|feed| feed.masthead.as_mut()) {
            masthead.description = written.description.clone().or(masthead.description.take());
            masthead.copyright = written.copyright.clone().or(masthead.copyright.take());
            masthead.authors = written.authors.clone().or(masthead.authors.take());
        }
        let settings = options.settings()?.or(written).or(Settings { publishes_future, ..known });
        Self::decide(root, settings, recognised, dialect.into(), files, options, now)
    }

    fn decide(
        root: &Path,
        mut settings: Settings,
        recognised: Recognised,
        dialect: Arc<dyn Dialect>,
        files_of: ConfigFiles,
        options: Options,
        now: DateTime<Utc>,
    ) -> Result<Self, Error> {
        let Some(base_url) = settings.base_url.take() else {
            return Err(no_base_url(root, files_of.facts, recognised.generator, &options));
        };
        let lock = lock(root, &settings, &options)?;
        let feeds = feeds(&mut settings);
        let mut site = site_facts(root, &mut settings, base_url, recognised.generator, &feeds, now);
        site.taxonomies.extend(dialect.taxonomies());
        let config = Self {
            site,
            recognised,
            dialect,
            files_of,
            copyright: settings.copyright,
            icon: settings.icon,
            logo: settings.logo,
            hubs: settings.hubs.unwrap_or_default(),
            ttl: settings.ttl.filter(|minutes| *minutes > 0),
            feeds,
            category_scheme: settings.category_scheme,
            tag_scheme: settings.tag_scheme,
            sitemap: settings.sitemap.unwrap_or_else(|| Switched::On(SitemapConfig::default())).on(),
            robots: settings.robots.unwrap_or_default(),
            opml: settings.opml.and_then(Switched::on),
            verify: settings.verify.unwrap_or(true),
            content: settings.content.unwrap_or(Content::Full),
            content_from_pages: settings.content_from_pages.unwrap_or(true),
            content_selector: settings.content_selector,
            allow_empty: options.allow_empty,
            image_enclosure: settings.image_enclosure.unwrap_or(false),
            tracking_pixels: settings.tracking_pixels.unwrap_or(false),
            stylesheet: settings.stylesheet.unwrap_or_else(|| Switched::On(STYLESHEET.to_owned())).on(),
            lock,
            is_preview: options.files.is_some()
                || options.drafts == Some(true)
                || options.future == Some(true),
            lastmod: settings.lastmod.unwrap_or_default(),
            lastmod_ignore: settings.lastmod_ignore.unwrap_or_default(),
            indexnow: settings.indexnow,
            levels: settings.levels.unwrap_or_default(),
            records: options.records,
            records_only: options.records_only,
            files: options.files,
        };
        config.check_paths()?;
        Ok(config)
    }

    fn check_paths(&self) -> Result<(), Error> {
        // Feeds of two taxonomies may share a pattern, as long as their terms differ.
        let is_shared = |feed: &&FeedConfig| {
            let taxonomy = |feed: &FeedConfig| feed.each.as_ref().map(|each| each.taxonomy.clone());
            let same = self
                .feeds
                .iter()
                .filter(|other| other.path == feed.path && taxonomy(other) == taxonomy(feed));
            feed.each.is_some() && same.count() == 1
        };
        let feeds = self.feeds.iter().filter(|feed| !is_shared(feed)).map(|feed| &feed.path);
        let sitemaps = self.sitemap.iter().flat_map(SitemapConfig::paths);
        let mut paths = feeds.chain(sitemaps).chain(&self.stylesheet).chain(&self.opml);
        let mut known = BTreeSet::new();
        match paths.find(|path| !known.insert(*path)) {
            None => Ok(()),
            Some(path) => Err(self.repeated(&format!("path `{}`", text::shown(path)))),
        }
    }

    /// The error for two outputs in one place.
    pub(crate) fn repeated(&self, place: &str) -> Error {
        Error::Config {
            path: self.files_of.outputs.clone(),
            place: None,
            message: format!("two outputs have the {place}"),
            help: Some("give each feed and the sitemap a path of its own".to_owned()),
        }
    }

    /// How much a finding of this rule matters in this run.
    #[must_use]
    pub fn level(&self, rule: Rule) -> Level {
        self.levels.get(&rule).copied().unwrap_or(rule.default_level())
    }

    /// The folder that is read: findings name files relative to it.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.site.root
    }

    /// Whether the site is only looked at: readers and crawlers get nothing of such a run.
    pub(crate) fn is_tried_out(&self) -> bool {
        self.is_preview || text::link::is_of_this_machine(self.site.base_url.as_str())
    }

    /// What findings call a file: its path below the root, with `/` between folders.
    pub(crate) fn named(&self, file: &Path) -> String {
        let path = file.strip_prefix(&self.site.root).map(Path::to_owned);
        let path =
            path.or_else(|_| disk::real(file).strip_prefix(disk::real(&self.site.root)).map(Path::to_owned));
        path.as_deref().unwrap_or(file).to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
    }

    /// The file of records, if there is one.
    #[must_use]
    pub fn records(&self) -> Option<&Records> {
        self.records.as_ref()
    }

    /// Where the lock is, or is to be, if there is one.
    #[must_use]
    pub fn lock(&self) -> Option<&Path> {
        self.lock.as_deref()
    }

    /// What kind of site it was taken for, such as "a Jekyll site", and the file that showed it, if any did.
    #[must_use]
    pub fn recognised(&self) -> (&'static str, Option<&Path>) {
        (self.recognised.generator.label, self.recognised.evidence.as_deref())
    }

    /// The configuration file of the site's facts, for findings.
    fn file_name(&self) -> String {
        relative(&self.files_of.facts, &self.site.root)
    }

    /// The configuration file that declares the feeds, for findings.
    pub(crate) fn feeds_file(&self) -> String {
        relative(&self.files_of.feeds, &self.site.root)
    }

    /// The file that says what is written where.
    pub(crate) fn file_of_outputs(&self) -> String {
        relative(&self.files_of.outputs, &self.site.root)
    }

    /// Whether the sitemap lists the translations of pages.
    pub(crate) fn lists_translations(&self) -> bool {
        let sitemap = self.sitemap.as_ref();
        sitemap.is_some_and(|sitemap| sitemap.hreflang.unwrap_or(self.dialect.has_translations()))
    }

    /// What is kept of every post.
    pub(crate) fn wanted(&self) -> Wanted {
        let hreflang = self.lists_translations();
        let images = self.sitemap.as_ref().is_some_and(|sitemap| sitemap.images);
        let mut taxonomies = self.site.taxonomies.clone();
        if hreflang {
            taxonomies.insert(LANGUAGE.to_owned());
        }
        Wanted { taxonomies, translations: hreflang, images }
    }

    /// Whether posts are to be compared with the pages that a generator has built of their sources.
    pub(crate) fn expects_pages(&self) -> bool {
        let are_sources = self.recognised.generator.build.is_none() && !self.is_plain();
        self.verify && !self.records_only && are_sources
    }

    /// Whether the site is a folder of posts, of no generator in particular.
    pub(crate) fn is_plain(&self) -> bool {
        self.recognised.generator.name == PLAIN.name
    }

    /// What the feeds have in common. A site without a title is a finding.
    pub(crate) fn feed_site(&self, found: &mut Vec<Diagnostic>) -> Site {
        let base_url = &self.site.base_url;
        let title = plain_line(self.site.title.as_deref()).unwrap_or_else(|| {
            let host = base_url.readable_host();
            let line = match self.files_of.facts.extension().and_then(OsStr::to_str) {
                Some("toml") => "add `title = \"…\"`",
                Some("yml" | "yaml") => "add `title: …`",
                Some("py") => "add `SITENAME = \"…\"`",
                _ => "write `title: …` in `feedmill.yml`",
            };
            let finding = Diagnostic::new(Rule::MissingSiteTitle, self.file_name(), "the site has no title");
            found.push(finding.help(format!("its host name is used: `{host}`; {line}")));
            host
        });
        Site {
            title,
            description: plain_line(self.site.description.as_deref()),
            url: base_url.as_str().to_owned(),
            language: self.site.language.clone(),
            authors: literal(&self.site.authors),
            copyright: plain_line(self.copyright.as_deref()),
            icon: self.icon.as_deref().and_then(|icon| base_url.join(icon)),
            logo: self.logo.as_deref().and_then(|logo| base_url.join(logo)),
            hubs: self.hubs.clone(),
            ttl: self.ttl,
        }
    }
}

/// The site as a feed speaks of it.
pub(crate) fn site_of<'s>(feed: &FeedConfig, site: &'s Site) -> Cow<'s, Site> {
    let Some(masthead) = &feed.masthead else { return Cow::Borrowed(site) };
    Cow::Owned(Site {
        description: plain_line(masthead.description.as_deref()),
        copyright: plain_line(masthead.copyright.as_deref()),
        authors: masthead.authors.as_deref().map_or_else(|| site.authors.clone(), literal),
        ..site.clone()
    })
}

/// A text that may have markup, on one line.
fn plain_line(text: Option<&str>) -> Option<String> {
    let line = text.map(|text| match text.contains('<') {
        true => published_line(&inline(text)),
        false => published_line(text),
    });
    line.filter(|line| !text::is_blank(line))
}

fn literal(authors: &[Author]) -> Vec<Author> {
    authors.iter().cloned().map(Author::literal).collect()
}

/// Opens a site: its sources, or its built pages if its generator's sources cannot be read. With a
/// `permalink` pattern, such sources are read all the same, as a folder of posts.
fn open(
    root: &Path,
    recognised: Recognised,
    written: &Settings,
    options: &Options,
) -> Result<(Recognised, Opened), Error> {
    let Some(build) = recognised.generator.build.filter(|_| written.permalink.is_none()) else {
        if !options.from_feed.is_empty() {
            return Err(Error::Value {
                name: "from_feed",
                message: format!(
                    "ids and dates are taken from feeds for built sites only, and this is {}",
                    recognised.generator.label
                ),
                help: Some("with `--generator built` its built pages are read".to_owned()),
            });
        }
        if recognised.generator.build.is_some() {
            let output = Some(recognised.generator.output.into());
            let recognised = Recognised { generator: generators::PLAIN, ..recognised };
            let (settings, dialect) = (recognised.generator.open)(root, &[])?;
            return Ok((recognised, (Settings { output, ..settings }, dialect)));
        }
        let opened = (recognised.generator.open)(root, &options.site_config)?;
        return Ok((recognised, opened));
    };
    // Where the outputs are written need not be where the pages are.
    let usual = || match &written.output {
        Some(folder) => vec![folder.clone()],
        None => build.outputs.iter().map(PathBuf::from).collect(),
    };
    let mut folders = options.output.iter().cloned().chain(usual());
    match folders.find(|folder| generators::built::has_pages(&root.join(folder))) {
        Some(folder) => {
            let evidence = recognised.evidence.as_deref();
            let opened = generators::built::open(root, &folder, evidence, &options.from_feed)?;
            Ok((recognised, opened))
        }
        None => Err(Error::NotBuilt {
            label: recognised.generator.label,
            folder: written.output.clone().unwrap_or_else(|| recognised.generator.output.into()),
            command: build.command,
        }),
    }
}

/// The feeds that are configured, or the usual ones.
fn feeds(settings: &mut Settings) -> Vec<FeedConfig> {
    let limit = settings.limit.unwrap_or(DEFAULT_LIMIT);
    let feeds = settings.feeds.take().unwrap_or_else(default_feeds).into_iter().map(|feed| FeedConfig {
        limit: Some(feed.limit.unwrap_or(limit)).filter(|limit| *limit > 0),
        ..feed
    });
    feeds.collect()
}

/// What is decided about a site as far as its posts depend on it.
fn site_facts(
    root: &Path,
    settings: &mut Settings,
    base_url: BaseUrl,
    generator: &Generator,
    feeds: &[FeedConfig],
    now: DateTime<Utc>,
) -> SiteFacts {
    let output = root.join(settings.output.take().unwrap_or_else(|| generator.output.into()));
    SiteFacts {
        root: settings.source.take().map_or_else(|| root.to_owned(), |source| root.join(source)),
        base_url,
        title: settings.title.take(),
        description: settings.description.take(),
        // Many sites say it in the template of their pages only.
        language: settings.language.take().or_else(|| generators::built::language_of(&output)),
        output,
        timezone: settings.timezone.take().unwrap_or(TimeZone::UTC),
        authors: settings.authors.take().unwrap_or_default(),
        posts: settings.posts.take(),
        exclude: settings.exclude.take().unwrap_or_default(),
        permalink: settings.permalink.take(),
        excerpt_separator: settings.excerpt_separator.take(),
        selectors: Selectors {
            date: settings.date_selector.take(),
            title: settings.title_selector.take(),
            author: settings.author_selector.take(),
            tag: settings.tag_selector.take(),
        },
        drafts: settings.drafts.unwrap_or(false),
        largest: settings.max_file_bytes.map_or(disk::LARGEST, |largest| largest as u64),
        follow_links: settings.follow_links.unwrap_or(false),
        future: settings.future.unwrap_or(settings.publishes_future),
        is_future_said: settings.future.is_some(),
        is_future_built: settings.publishes_future,
        now,
        taxonomies: feeds.iter().flat_map(FeedConfig::taxonomies).cloned().collect(),
    }
}

/// The error for a site without an address: where it would be written, and how.
fn no_base_url(root: &Path, path: PathBuf, generator: &Generator, options: &Options) -> Error {
    let (name, line) = generator.base_url_line;
    let line = if path.file_name().is_some_and(|own| own == name) || options.config.is_none() {
        line
    } else {
        "base_url: https://example.com/"
    };
    Error::NoBaseUrl { path, line: line.to_owned(), above: site_above(root) }
}

/// The path of the lock, beside the configuration and with its name; `None` if it is neither asked for nor there.
fn lock(root: &Path, settings: &Settings, options: &Options) -> Result<Option<PathBuf>, Error> {
    let folder = options.config.as_deref().and_then(Path::parent).unwrap_or(root);
    let name = options.config.as_deref().and_then(Path::file_stem).map(OsStr::to_string_lossy);
    let own = in_root(folder, &name.map_or_else(|| LOCK_NAME.to_owned(), |name| format!("{name}.lock")));
    let usual = in_root(folder, LOCK_NAME);
    let path = if !own.exists() && usual.exists() { usual } else { own };
    let is_needed = settings.lastmod == Some(LastMod::Content);
    let asked = settings.lock.or(options.lock);
    let refused = |message: &str, help: &str| {
        let (message, help) = (message.to_owned(), Some(help.to_owned()));
        Err(Error::Config { path: in_root(folder, FILE_NAME), place: None, message, help })
    };
    if asked == Some(false) && is_needed {
        return refused(
            "without a lock, `lastmod: content` cannot know what changed",
            "remove `lock: false`, or choose `lastmod: git`",
        );
    }
    if asked == Some(false) && options.lock == Some(true) {
        return refused(
            "this command needs a lock, and `lock: false` switches it off",
            "remove it from the configuration",
        );
    }
    let is_wanted = asked.unwrap_or_else(|| is_needed || path.symlink_metadata().is_ok());
    Ok(is_wanted.then_some(path))
}

fn check_folder(root: &Path) -> Result<(), Error> {
    let checked = std::fs::metadata(root).and_then(|metadata| match metadata.is_dir() {
        true => Ok(()),
        false => Err(std::io::ErrorKind::NotADirectory.into()),
    });
    checked.map_err(|source| Error::Root { path: root.to_owned(), source })
}

/// The path of a file relative to a folder, with `..` if it is outside. Findings name files relative to the
/// root.
fn relative(file: &Path, folder: &Path) -> String {
    let (from, to) = (disk::real(folder), disk::real(file));
    let shared = from.components().zip(to.components()).take_while(|(one, other)| one == other).count();
    let up = from.components().skip(shared).map(|_| Component::ParentDir);
    let path: PathBuf = up.chain(to.components().skip(shared)).collect();
    path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
}

/// Refuses the generator's own configuration file as `--config`: its keys are not those of `feedmill.yml`.
fn check_config(root: &Path, requested: Option<&Path>, recognised: &Recognised) -> Result<(), Error> {
    let is_the_same =
        |evidence: &Path| requested.is_some_and(|file| disk::real(file) == disk::real(evidence));
    match recognised.evidence.as_deref().filter(|evidence| is_the_same(evidence)) {
        None => Ok(()),
        Some(file) => Err(Error::Value {
            name: "config",
            message: format!(
                "`{}` is the configuration of {}",
                relative(file, root),
                recognised.generator.label
            ),
            help: Some(format!("it is always read; this is for a file like `{FILE_NAME}`")),
        }),
    }
}

/// A file in the root, as its user would name it.
fn in_root(root: &Path, name: &str) -> PathBuf {
    if root == Path::new(".") { PathBuf::from(name) } else { root.join(name) }
}

/// The generator of this name, which was an option, or is in a file.
fn generator(name: &str, is_option: bool, file: Option<&Path>) -> Result<Recognised, Error> {
    if let Some(generator) = generators::all().find(|known| known.name.eq_ignore_ascii_case(name.trim())) {
        return Ok(Recognised { generator, evidence: None });
    }
    let names: Vec<String> = generators::all().map(|known: &Generator| format!("`{}`", known.name)).collect();
    let message = format!("unknown generator `{}`", text::shown(name));
    let help = Some(format!("the generators are {}", names.join(", ")));
    Err(match file.filter(|_| !is_option) {
        Some(file) => Error::Config { path: file.to_owned(), place: None, message, help },
        None => Error::Value { name: "generator", message, help },
    })
}

impl Options {
    fn settings(&self) -> Result<Settings, Error> {
        let base_url = self.base_url.as_deref().map(|url| {
            BaseUrl::parse(url).map_err(|reason| Error::Value {
                name: "base_url",
                message: format!("`{}` cannot be used: {reason}", text::shown(url)),
                help: None,
            })
        });
        Ok(Settings {
            base_url: base_url.transpose()?,
            title: self.title.clone(),
            output: self.output.clone(),
            limit: self.limit,
            drafts: self.drafts,
            future: self.future,
            verify: self.verify,
            ..Settings::default()
        })
    }
}

/// The configuration file of a site in one of the folders above, as it is seen from where the command was typed.
pub(crate) fn site_above(root: &Path) -> Option<PathBuf> {
    let real = root.canonicalize().ok()?;
    let mut up: PathBuf = root.components().filter(|part| *part != Component::CurDir).collect();
    for folder in real.ancestors().skip(1).take(MOST_ABOVE) {
        if !(matches!(up.components().next_back(), Some(Component::Normal(_))) && up.pop()) {
            up.push("..");
        }
        let own = Some(folder.join(FILE_NAME)).filter(|file| file.is_file());
        let evidence = || generators::recognise(folder).evidence.filter(|file| file.is_file());
        if let Some(name) = own.or_else(evidence).as_deref().and_then(Path::file_name) {
            return Some(up.join(name));
        }
    }
    None
}

/// How many folders above a folder of posts the site may be.
const MOST_ABOVE: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    impl Config {
        /// The configuration of a folder that has only a `feedmill.yml`, for `https://e.com/`.
        pub(crate) fn example(yaml: &str) -> Self {
            let folder = tempfile::tempdir().unwrap();
            #[expect(clippy::disallowed_methods, reason = "a test's own file, which no other process reads")]
            std::fs::write(folder.path().join("feedmill.yml"), format!("base_url: https://e.com/\n{yaml}"))
                .unwrap();
            Self::new(folder.path(), Options::default(), DateTime::from_timestamp(1_767_225_600, 0).unwrap())
                .unwrap()
        }
    }

    #[test]
    fn files_are_named_from_the_root() {
        for (file, folder, expected) in [
            ("feedmill.yml", ".", "feedmill.yml"),
            ("site/feedmill.yml", "site", "feedmill.yml"),
            ("./site/a/b.yml", "site/", "a/b.yml"),
            ("other/c.yml", "site", "../other/c.yml"),
            ("_config.yml", "site/src", "../../_config.yml"),
            ("/etc/c.yml", "/srv/blog", "../../etc/c.yml"),
        ] {
            assert_eq!(relative(Path::new(file), Path::new(folder)), expected, "{file} from {folder}");
        }
    }

    #[test]
    fn what_is_typed_overrides_what_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let now = DateTime::from_timestamp(1_767_225_600, 0).unwrap();
        let typed = Options {
            base_url: Some("https://typed.example".to_owned()),
            limit: Some(0),
            ..Options::default()
        };
        let config = Config::new(folder.path(), typed, now).unwrap();
        assert_eq!(config.site.base_url.as_str(), "https://typed.example/");
        assert!(config.feeds.iter().all(|feed| feed.limit.is_none()));
        assert!(matches!(Config::new(folder.path(), Options::default(), now), Err(Error::NoBaseUrl { .. })));
        let typed = Options { site_config: vec![PathBuf::from("x.yml")], ..Options::default() };
        assert!(matches!(
            Config::new(folder.path(), typed, now),
            Err(Error::Value { name: "site_config", .. })
        ));
        #[expect(clippy::disallowed_methods, reason = "a test's own file, which no other process reads")]
        std::fs::write(folder.path().join("_config.yml"), "url: https://e.com\n").unwrap();
        let typed = Options { config: Some(folder.path().join("_config.yml")), ..Options::default() };
        assert!(matches!(Config::new(folder.path(), typed, now), Err(Error::Value { name: "config", .. })));
        let typed = Options {
            generator: Some("Jekyll".to_owned()),
            base_url: Some("https://e.com".to_owned()),
            ..Options::default()
        };
        assert_eq!(Config::new(folder.path(), typed, now).unwrap().recognised().0, "a Jekyll site");
        let typed = Options { generator: Some("jekyl".to_owned()), ..Options::default() };
        assert!(matches!(
            Config::new(folder.path(), typed, now),
            Err(Error::Value { help: Some(help), .. }) if help.contains("jekyll")
        ));
    }
}

//! Feeds and sitemaps for any folder of posts.
//!
//! Everything that a site publishes, from its folder:
//!
//! ```
//! use feedmill::{Config, Options, Progress};
//!
//! let now = chrono::DateTime::from_timestamp(1_767_225_600, 0).expect("a second of 2026");
//! let config = Config::new("fixtures/example/site", Options::default(), now)?;
//! // `build` writes; `plan` reports what it would write.
//! let report = feedmill::plan(&config, &Progress::default())?;
//! assert_eq!(report.outputs.len(), 5);
//! for finding in &report.findings {
//!     println!("{}: {}", finding.path, finding.message);
//! }
//! # Ok::<(), feedmill::Error>(())
//! ```
//!
//! A feed in memory, without touching the disk:
//!
//! ```
//! use chrono::DateTime;
//! use feedmill::{Entry, Feed, Format, Site};
//!
//! let site = Site::new("Jane's notes", "https://example.com/")?.with_language("en")?;
//! let published = DateTime::from_timestamp(1_764_382_300, 0).expect("a second of 2025").fixed_offset();
//! let entries = [Entry::new("https://example.com/a/", "Feeds & readers", published)?
//!     .with_summary("What <b> means in a title.")?
//!     .with_content_html("<p onclick=x>See <a href='../b/'>b</a>.</p><script>track()</script>")];
//! let feed = Feed::new(&site, "https://example.com/feed.xml", &entries)?;
//! let rss = feed.render(Format::Rss)?;
//! assert!(rss.contains("<title>Feeds &#x26; readers</title>"));
//! let json = feed.render(Format::Json)?;
//! assert!(json.contains(r#"<p>See <a href=\"https://example.com/b/\">b</a>.</p>""#));
//! # Ok::<(), feedmill::Error>(())
//! ```
//!
//! # The map
//! The folders are layers: each imports only from those below it, which `tests/layers.rs` checks.
//!
//! | folder | what is in it |
//! |---|---|
//! | `linter` | `feedmill check`: which documents there are, whether what they name is there, repairs |
//! | `explain` | what becomes of a file, and why |
//! | `diff` | what subscribers and crawlers would notice of a run |
//! | `adopt`, `announce` | ids of old feeds -> the lock; what changed since it was announced -> requests |
//! | `memory` | ids that stay and dates of change, from the lock and from git |
//! | `feeds` | which feeds there are, which entries each carries, their documents |
//! | `sitemaps` | what a sitemap lists, its files, `robots.txt`, whether built pages are those that posts announce |
//! | `publish` | bytes -> files: staged beside their places, then put there, each in one step |
//! | `render` | `Feed` -> bytes: one file a format, one specification each |
//! | `check` | any feed or sitemap -> findings: one table for each format, one file for each kind of value |
//! | `read` | `Config` -> `Index`: all posts, small; posts again, whole -> `Entry`; records; built pages |
//! | `lock` | `feedmill.lock`: its lines, and which line belongs to which post |
//! | `select` | which posts are published, their order, unique URLs and ids |
//! | `config` | every decision about a run |
//! | `generators` | Jekyll and others: one folder each, with the site's files and conventions |
//! | `settings` | one source of configuration, with places |
//! | `model` | types only: what a site, a post, a feed, a page are |
//! | `source` | one file as written: text, front matter, values with places |
//! | `markup` | Markdown, HTML, templates: rendering, plain text, sanitising |
//! | `text` | strings: characters, dates, URLs, patterns, languages |
//! | `diagnostic`, `error` | findings about a file; what stops a run |
//!
//! # Invariants
//! - Reading never fails on content: a damaged post yields a lesser post and a [`Diagnostic`], never a lost feed.
//!   [`Error`] is for what stops the whole run, and names a file.
//! - Text is made legal once, where it enters the model. Renderers never clean.
//! - XML is written by a typed writer, never by string formatting, and is parsed back before it is published.
//! - Same input, same bytes: on any machine, in any time zone, in any order of directories. The clock enters as a value
//!   and decides only what is still in the future. `updated` is never "now".
//! - The lock is written last: it knows of nothing that is not published.
//! - Nothing that an author hides reaches any output or finding.
//! - The library is silent: no printing, no clock, no environment, no network.
//! - As written and as resolved are two types: `FrontMatter` and `Post`.

mod adopt;
mod announce;
mod check;
mod config;
mod diagnostic;
mod diff;
mod disk;
mod error;
mod explain;
mod feeds;
mod generators;
#[doc(hidden)]
pub mod internals;
mod linter;
mod lock;
mod markup;
mod memory;
mod model;
mod publish;
mod read;
mod render;
mod select;
mod settings;
mod sitemaps;
mod source;
mod text;

pub use adopt::{Adopted, Adoption, Conflict, Fate, Matched, adopt};
pub use announce::{Announcements, Choice, Request, Service};
pub use config::{Config, Options, Records};
pub use diagnostic::{Diagnostic, Level, Place, Rule, Standard};
pub use diff::{Change, Difference, DifferenceKind, Field, diff};
pub use error::Error;
pub use explain::{Explained, Explanation, Placement, explain};
pub use linter::{CheckOptions, Checks, Repair, Subject, check};
pub use model::{Author, Entry, Feed, Format, Media, Reason, Site};
pub use publish::{Outcome, Output, OutputKind};
pub use read::index::Progress;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;
use std::sync::LazyLock;

use rayon::prelude::*;

use memory::Memory;
use model::PostMeta;
use publish::{Mode, Plan, Staging};
use read::index::{self, Index};
use read::record::Record;
use read::{Built, Unpublished};
use read::{built, entry, links::Links};

/// How many whole posts are held in memory at once while records are written.
const PORTION: usize = 256;

/// What a run did.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Report {
    /// How many posts are published in feeds.
    pub published: usize,
    /// How many pages are in the sitemap only: they have no date, or are not for feeds.
    pub pages: usize,
    /// How many posts are not published, by reason. No output and no finding names a post that its author hides.
    pub unpublished: BTreeMap<Reason, usize>,
    /// The outputs, in the order of the configuration, the sitemap last.
    pub outputs: Vec<Output>,
    /// What was found, by file and place.
    pub findings: Vec<Diagnostic>,
    /// Whether the site's generator has built nothing yet, so that no post was compared with its page.
    pub is_unbuilt: bool,
}

impl Report {
    /// The report of a run that writes nothing.
    fn of_nothing(unpublished: BTreeMap<Reason, usize>, found: Vec<Diagnostic>) -> Self {
        let (outputs, findings) = (Vec::new(), in_order(found));
        Self { published: 0, pages: 0, unpublished, outputs, findings, is_unbuilt: false }
    }

    /// Whether all outputs are as the run would write them; the lock may be another.
    #[must_use]
    pub fn is_current(&self) -> bool {
        let is_output = |output: &&Output| output.kind != OutputKind::Lock;
        self.outputs.iter().filter(is_output).all(|output| output.outcome == Outcome::Unchanged)
    }
}

/// Passes every published post to `give` as a line of JSON, the newest first, several lines in one call.
///
/// # Errors
/// [`Error::Root`] if there is no such folder, [`Error::ConfigRead`] if there are no such records, and any error of
/// `give`.
pub fn records(
    config: &Config,
    progress: &Progress,
    give: &mut dyn FnMut(&str) -> Result<(), Error>,
) -> Result<Vec<Diagnostic>, Error> {
    let mut found = Vec::new();
    let Index { mut posts, dropped, .. } = index::read(&mut found, config, progress)?;
    let left_out: Vec<PostMeta> = dropped.into_iter().map(|(post, _)| post).collect();
    memory::recall(&mut found, &mut posts, &left_out, config)?;
    let authors = config.feed_site(&mut found).authors;
    let links = Links::new(&posts, config);
    for portion in posts.chunks(PORTION) {
        let line = |meta: &PostMeta| {
            let mut found = Vec::new();
            let entry = entry::entry(&mut found, meta, &links, &authors, config);
            (entry.map(|(post, entry)| Record::of(meta, &post, entry).to_line()), found)
        };
        let lines: Vec<_> = portion.par_iter().map(line).collect();
        let mut text = String::new();
        for (line, mut findings) in lines {
            found.append(&mut findings);
            let unsound = |error: serde_json::Error| Error::Unsound {
                path: config.site.root.clone(),
                reason: error.to_string(),
            };
            text.extend(line.transpose().map_err(unsound)?);
        }
        give(&text)?;
    }
    Ok(in_order(found))
}

/// Reads the posts, writes the feeds and the sitemap.
///
/// Nothing is replaced before everything has been rendered and parsed back.
///
/// # Errors
/// [`Error::Root`] if there is no such folder, [`Error::ConfigRead`] if there are no such records, [`Error::Config`] if two
/// outputs would be in one place, [`Error::Write`] if an output cannot be written, [`Error::Unsound`] if one does not
/// survive being parsed back.
pub fn build(config: &Config, progress: &Progress) -> Result<Report, Error> {
    run(config, Mode::Publish, progress)
}

/// The same without writing: the report lists what would change.
///
/// # Errors
/// Those of [`build`].
pub fn plan(config: &Config, progress: &Progress) -> Result<Report, Error> {
    run(config, Mode::Check, progress)
}

/// Updates the lock alone, if the site has one and all outputs are up to date. If an output would change,
/// nothing is written: the lock must not record what is not published.
///
/// # Errors
/// Those of [`build`], and of reading the lock.
pub fn remember(config: &Config, progress: &Progress) -> Result<Report, Error> {
    let report = plan(config, progress)?;
    if report.is_current() { run(config, Mode::Remember, progress) } else { Ok(report) }
}

fn run(config: &Config, mode: Mode, progress: &Progress) -> Result<Report, Error> {
    run_into(&config.site.output, config, mode, progress)
}

/// Runs, and writes into a folder, which may be another than that of the site.
fn run_into(folder: &Path, config: &Config, mode: Mode, progress: &Progress) -> Result<Report, Error> {
    refuse_file(&config.site.output)?;
    let mut found = Vec::new();
    let (index, listed) = index_and_pages(&mut found, config, progress)?;
    let Index { has_any, posts, dropped, unpublished, mut absent, pages } = index;
    if !has_any && !config.allow_empty {
        found.push(no_file(config));
        return Ok(Report::of_nothing(absent, found));
    }
    let count = posts.len();
    let mut left_out: Vec<PostMeta> = dropped.into_iter().map(|(post, _)| post).collect();
    let built = listed.and_then(|listed| built::read(listed, config, pages));
    let is_unbuilt = built.is_none() && config.expects_pages();
    let posts = match built.as_ref().filter(|_| config.verify) {
        Some(built) => sitemaps::with_pages(&mut found, built, posts, &mut left_out, config),
        None => Some(posts),
    };
    let without_page = count - posts.as_ref().map_or(0, Vec::len);
    absent.extend((without_page > 0).then_some((Reason::NoPage, without_page)));
    let Some(mut posts) = posts else { return Ok(Report::of_nothing(absent, found)) };
    let mut memory = memory::recall(&mut found, &mut posts, &left_out, config)?;
    let mut staging = Staging::new(folder, &config.site.root, &config.site.base_url, mode);
    let site = config.feed_site(&mut found);
    let feeds = feeds::expand(&mut found, &posts, config);
    feeds::report_unknown_fields(&mut found, &posts, config);
    feeds::report_empty(&mut found, &feeds, &posts, config);
    feeds::report_own_files(&mut found, &feeds, config);
    let documents = feeds::plan(&feeds, &posts, config);
    let is_published = mode == Mode::Publish && folder == config.site.output;
    if is_refused(&mut found, &documents, &posts, &memory, config, is_published) {
        return Ok(Report::of_nothing(absent, found));
    }
    feeds::render(&mut found, &documents, &posts, &site, config, &mut staging)?;
    let sources = Sources { posts: &posts, unpublished: &unpublished, built: built.as_ref() };
    render_sitemaps(&mut found, &sources, &mut memory, &site, config, &mut staging)?;
    memory.see_feeds(&documents, config);
    stage_companions(&mut staging, &feeds, &site, config)?;
    staging.retire(&patterns(config));
    found.extend(staging.stale().iter().filter_map(|path| stale(path, config)));
    // The last feed of a term goes with its last post; all of them at once is a mistake.
    let is_emptied = documents.iter().all(|document| document.posts.is_empty()) && !config.allow_empty;
    if is_emptied && let Some(path) = staging.retired().iter().find(|path| check::has_entries(path)) {
        found.push(emptied_feed(path, config));
        return Ok(Report::of_nothing(absent, found));
    }
    if let Some(url) = staging.duplicate() {
        return Err(config.repeated(&format!("address {url}")));
    }
    let files = posts.par_iter().filter(|post| post.offset().is_none()).map(PostMeta::path);
    let sources = files.chain(unpublished.par_iter().map(|post| post.path.as_str()));
    let lock_mode = if folder == config.site.output { mode } else { Mode::Check };
    let lock = memory.stage(&posts, config, lock_mode)?;
    let outputs = staging.commit(sources, lock)?;
    let (published, pages) = counts(&posts);
    let findings = in_order(found);
    // To free a million posts takes time, and the report does not depend on it.
    rayon::spawn(move || drop(posts));
    Ok(Report { published, pages, unpublished: absent, outputs, findings, is_unbuilt })
}

/// Reads the posts, and lists the built pages: each takes a thread that walks.
///
/// # Errors
/// Those of [`index::read`].
fn index_and_pages(
    found: &mut Vec<Diagnostic>,
    config: &Config,
    progress: &Progress,
) -> Result<(Index, Option<built::Listed>), Error> {
    let mut unlisted = Vec::new();
    let read = || index::read(found, config, progress);
    let (index, listed) = rayon::join(read, || built::list(&mut unlisted, config));
    found.append(&mut unlisted);
    Ok((index?, listed))
}

/// Reports what feeds would take from readers, and tells whether that keeps the run from writing anything: entries, or, if it
/// is to be published, ids. A run that only looks says what would change.
fn is_refused(
    found: &mut Vec<Diagnostic>,
    documents: &[feeds::FeedDocument<'_>],
    posts: &[PostMeta],
    memory: &Memory,
    config: &Config,
    is_published: bool,
) -> bool {
    let findings = found.len();
    let emptied = feeds::emptied(documents, config);
    found.extend(emptied.map(|path| emptied_feed(&config.site.output.join(path), config)));
    let is_for_posts = !documents.is_empty() && !config.allow_empty;
    let lacks_history = |finding: &Diagnostic| finding.rule == Rule::NoHistory && finding.path != ".";
    if is_for_posts
        && documents.iter().all(|document| document.posts.is_empty())
        && found.iter().any(lacks_history)
    {
        let message = "no post has a date, because the history of git is not there, or not whole";
        let finding = Diagnostic::new(Rule::NoPosts, ".", message);
        found.push(
            finding.help("nothing was written; clone all of it: `fetch-depth: 0` for actions/checkout"),
        );
    }
    let is_emptied = found.len() > findings;
    // Nearly always, nothing is asked of the lock.
    let kept = LazyLock::new(|| memory.kept_ids(posts));
    let replaced = feeds::replaced_ids(documents, posts, &|post| kept.contains(post.url()), config);
    let is_lost = is_published && replaced.iter().any(|finding| finding.rule == Rule::LostIds);
    found.extend(replaced);
    is_emptied || is_lost
}

/// How many posts feeds carry, and how many pages are in the sitemap only.
fn counts(posts: &[PostMeta]) -> (usize, usize) {
    let of_text = || posts.iter().filter(|post| !post.is_asset());
    let published = of_text().filter(|post| feeds::is_carried(post)).count();
    (published, of_text().count() - published)
}

/// An output folder that is a file can have nothing in it.
fn refuse_file(output: &Path) -> Result<(), Error> {
    if !output.exists() || output.is_dir() {
        return Ok(());
    }
    let source = io::Error::new(io::ErrorKind::NotADirectory, "it is a file, not a folder");
    Err(Error::Write { path: output.to_owned(), step: "write into", source })
}

/// Patterns of paths where an earlier run may have written files that this run does not write.
fn patterns(config: &Config) -> Vec<String> {
    let mut patterns = feeds::patterns(config);
    patterns.extend(sitemaps::patterns(&config.sitemap.clone().unwrap_or_default()));
    patterns.push(settings::STYLESHEET.to_owned());
    patterns
}

/// Stages what goes with feeds and sitemaps: the style sheet, the key of IndexNow, the list of all feeds.
fn stage_companions(
    staging: &mut Staging<'_>,
    feeds: &[settings::FeedConfig],
    site: &Site,
    config: &Config,
) -> Result<(), Error> {
    if let Some(path) = &config.stylesheet {
        let stylesheet = render::STYLESHEET.as_bytes().to_vec();
        staging.add(companion(publish::FIRST, path), Ok(stylesheet))?;
    }
    if let Some(indexnow) = &config.indexnow {
        let (path, key) = (format!("{}.txt", indexnow.key), indexnow.key.clone().into_bytes());
        staging.add(companion(publish::LAST, &path), Ok(key))?;
    }
    if let Some(path) = &config.opml {
        let outlines = feeds::outlines(feeds, site, &config.site.base_url);
        staging.add(companion(publish::LAST, path), render::opml::render(site, &outlines))?;
    }
    Ok(())
}

fn companion(rank: usize, path: &str) -> Plan<'_> {
    Plan { rank, path, kind: OutputKind::Companion, entries: 0 }
}

/// Why nothing is written: no file is there.
fn no_file(config: &Config) -> Diagnostic {
    let message = match &config.site.posts {
        Some(globs) => format!("no file matches `posts`: `{}`", text::shown(&globs.join("`, `"))),
        None => "there is no file to read".to_owned(),
    };
    let help = match &config.site.posts {
        Some(_) => "nothing was written; a glob is of a path below the root of the site, such as `posts/**`",
        None => "nothing was written; look at `posts`, `exclude` and `output` in the configuration",
    };
    Diagnostic::new(Rule::NoPosts, ".", message).help(help)
}

/// Why nothing is written: a feed that has entries would lose all.
fn emptied_feed(feed: &Path, config: &Config) -> Diagnostic {
    let finding =
        Diagnostic::new(Rule::NoPosts, config.named(feed), "the feed has entries, and would have none now");
    finding.help(
        "nothing was written; no post for it is published: look at drafts, dates and the configuration; \
         `--allow-empty` lets it become empty",
    )
}

/// The finding about a file of an earlier run.
fn stale(path: &Path, config: &Config) -> Option<Diagnostic> {
    // What the site's generator writes is not ours to remove.
    let mut theirs = config.feeds.iter().filter(|feed| feed.chosen_by.is_some());
    if theirs.any(|feed| config.site.output.join(&feed.path) == path) {
        return None;
    }
    let message = "an earlier run wrote it, and this run does not";
    let finding = Diagnostic::new(Rule::StaleOutput, config.named(path), message);
    Some(finding.help("remove it, or add it to `feeds` again; feedmill leaves it as it is"))
}

/// What sitemaps are made of.
struct Sources<'a> {
    posts: &'a [PostMeta],
    unpublished: &'a [Unpublished],
    built: Option<&'a Built>,
}

/// Compares posts with the built pages, and stages the sitemaps and `robots.txt`.
fn render_sitemaps(
    found: &mut Vec<Diagnostic>,
    sources: &Sources<'_>,
    memory: &mut Memory,
    site: &Site,
    config: &Config,
    staging: &mut Staging<'_>,
) -> Result<(), Error> {
    let Sources { posts, unpublished, built } = *sources;
    if let Some(built) = built.filter(|_| config.verify) {
        sitemaps::verify(found, built, posts, unpublished, config);
    }
    let Some(sitemap) = &config.sitemap else { return Ok(()) };
    let others = pages_of_no_post(found, posts, unpublished, built, config);
    let changes = memory.see_pages(built, &others, config);
    let listing = sitemaps::listing(found, sitemap, posts, &others, built, &changes, config);
    memory.see_listing(posts, &listing);
    let mut announced = vec![sitemaps::render(staging, &listing)?];
    if let Some(path) = &sitemap.news {
        sitemaps::render_news(found, staging, path, &listing, posts, site)?;
        announced.push(path.clone());
    }
    sitemaps::render_robots(found, staging, &announced, config)
}

/// Pages that the sitemap may list, and that belong to no post.
fn pages_of_no_post(
    found: &mut Vec<Diagnostic>,
    posts: &[PostMeta],
    unpublished: &[Unpublished],
    built: Option<&Built>,
    config: &Config,
) -> Vec<String> {
    let Some(sitemap) = config.sitemap.as_ref().filter(|sitemap| sitemap.pages) else { return Vec::new() };
    match built {
        Some(built) => sitemaps::other_urls(found, built, sitemap, posts, unpublished, config),
        None => list_pages(posts, unpublished, config),
    }
}

/// URLs of pages that the generator makes without a source file, except those that belong to an unpublished
/// file. There is a home page, whatever is hidden.
fn list_pages(posts: &[PostMeta], unpublished: &[Unpublished], config: &Config) -> Vec<String> {
    let hidden: BTreeSet<&str> = unpublished.iter().map(|post| post.url.as_str()).collect();
    let mut urls = config.dialect.list_pages(posts, &config.site);
    let home = config.site.base_url.as_str();
    urls.retain(|url| url == home || !hidden.contains(url.as_str()));
    urls
}

/// Findings in an order that does not depend on threads, each once.
fn in_order(mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    found.par_sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    found.dedup();
    found
}

/// The example of the library's page is tested as those of the documentation.
#[cfg(doctest)]
#[doc = include_str!("../docs/library.md")]
struct LibraryPage;

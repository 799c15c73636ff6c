//! Feeds and sitemaps for any folder of posts.
//!
//! Posts flow down a list of plain functions; each stage has one file, one verb and one type. Findings travel beside
//! the data.
//!
//! | stage | takes | gives |
//! |---|---|---|
//! | [`config`] (with [`dialect`]) | `feedmill.yml`, the site's own configuration, flags | [`Config`] |
//! | [`discover`] | folders and globs | sorted paths |
//! | [`source`] | a path | [`Source`]: text, whatever the bytes were |
//! | [`front_matter`] (with [`node`]) | a source | [`FrontMatter`](front_matter::FrontMatter): as written |
//! | [`post`] (with [`date`], [`link`], [`title`], [`text`], [`markup`]) | front matter | [`Post`]: as resolved |
//! | [`select`] | posts | the published ones, in order |
//! | [`feed`] (with [`excerpt`], [`content`], [`template`]) | site and posts | [`Feed`]: the one model |
//! | [`render`] | a feed | bytes |
//! | [`check`] | bytes | the same bytes, parsed back |
//! | [`publish`] | bytes | files |
//!
//! # Invariants
//! - Reading never fails on content: a damaged post yields a lesser post and a [`Diagnostic`], never a lost feed.
//!   [`Error`] is for what stops the whole run, and names a file.
//! - Text is made legal once, where it enters the model ([`post`], [`feed`]). Renderers never clean.
//! - XML is written by a typed writer, never by string formatting, and is parsed back before it is published.
//! - Same input, same bytes: on any machine, in any time zone, in any order of directories. The clock enters as
//!   [`Config::now`] and decides only what is still in the future. `updated` is never "now".
//! - The library is silent: no printing, no clock, no environment.
//! - As written and as resolved are two types: `FrontMatter` and `Post`.

pub mod author;
pub mod check;
pub mod config;
pub mod content;
pub mod date;
pub mod diagnostic;
pub mod dialect;
pub mod discover;
pub mod error;
pub mod excerpt;
pub mod feed;
pub mod front_matter;
pub mod language;
pub mod link;
pub mod markup;
pub mod media;
pub mod node;
pub mod post;
pub mod publish;
pub mod render;
pub mod select;
pub mod source;
pub mod template;
pub mod text;
pub mod title;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use dialect::{File, Role};
use rayon::prelude::*;

pub use config::Config;
pub use diagnostic::Diagnostic;
pub use error::Error;

use config::FeedConfig;
use diagnostic::Rule;
use feed::{Entry, Feed, Site};
use post::Post;
use publish::Outcome;
use render::sitemap::{self, MAX_URL_LENGTH, Page};
use source::Source;

/// Whether to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Replace what changed.
    Publish,
    /// Only say what would change.
    Check,
}

/// How far reading has come, for whoever watches from another thread.
#[derive(Debug, Default)]
pub struct Progress {
    /// How many files have been read.
    pub read: AtomicUsize,
    /// How many files there are; 0 until that is known.
    pub total: AtomicUsize,
}

/// What a run did.
#[derive(Debug, Clone)]
pub struct Report {
    /// How many files were read as posts or pages.
    pub read: usize,
    /// How many of them are published.
    pub published: usize,
    /// The outputs, in the order of the configuration, the sitemap last.
    pub outputs: Vec<Output>,
    /// What was found, by file and place.
    pub findings: Vec<Diagnostic>,
}

/// One output of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The file.
    pub path: PathBuf,
    /// How many entries or pages it has; a style sheet has none.
    pub entries: Option<usize>,
    /// Whether it changed.
    pub outcome: Outcome,
}

/// Reads the posts, writes the feeds and the sitemap.
///
/// Nothing is written before everything has been rendered and parsed back.
///
/// # Errors
/// [`Error::Write`] if an output cannot be written, [`Error::Unsound`] if one does not survive being parsed back.
pub fn build(config: &Config, mode: Mode, progress: &Progress) -> Result<Report, Error> {
    if let Err(source) = std::fs::read_dir(&config.root) {
        return Err(Error::Root { path: config.root.clone(), source });
    }
    let (read, posts, mut found) = posts(config, progress);
    if read == 0 {
        // Feeds that readers have must not become empty for a wrong glob.
        found.push(Diagnostic {
            rule: Rule::NoPosts,
            path: ".".to_owned(),
            place: None,
            message: "there is no file to read".to_owned(),
            help: Some(
                "nothing was written; look at `posts`, `exclude` and `output` in the configuration"
                    .to_owned(),
            ),
        });
        return Ok(Report { read, published: 0, outputs: Vec::new(), findings: found });
    }
    let site = Site::new(&mut found, config);
    let feeds = select::expand(&mut found, &posts, config);
    let entries = entries(&mut found, &posts, &feeds, &site, config);
    select::report_empty(&mut found, &feeds, &posts, config);
    config.dialect.report_own_files(&mut found, &feeds, config);
    let mut rendered = Vec::with_capacity(feeds.len() + 1);
    for feed_config in &feeds {
        let carried =
            select::for_feed(&posts, feed_config).filter_map(|post| entries.get(&post.url)).collect();
        let mut feed = Feed::new(&site, carried, feed_config, config);
        let path = config.output.join(&feed_config.path);
        let document = within_budget(&mut found, &mut feed, feed_config)
            .and_then(|bytes| check::feed(feed_config.format, &bytes, feed.entries.len()).map(|()| bytes));
        rendered.push((path, feed.entries.len(), document));
    }
    if let Some(path) = &config.sitemap {
        let pages = pages(&mut found, &posts, config);
        rendered.extend(sitemaps(path, &pages, config));
    }

    let mut sound = Vec::with_capacity(rendered.len() + 1);
    if let Some(path) = &config.stylesheet {
        sound.push((config.output.join(path), None, render::STYLESHEET.as_bytes().to_vec()));
    }
    for (path, entries, document) in rendered {
        match document {
            Ok(bytes) => sound.push((path, Some(entries), bytes)),
            Err(reason) => return Err(Error::Unsound { path, reason }),
        }
    }
    let sources: BTreeSet<PathBuf> = posts.iter().map(|post| config.root.join(&post.path)).collect();
    if let Some((path, ..)) = sound.iter().find(|(path, ..)| sources.contains(path)) {
        let source = std::io::Error::new(std::io::ErrorKind::AlreadyExists, "it is a post");
        return Err(Error::Write { path: path.clone(), step: "replace", source });
    }
    let mut outputs = Vec::with_capacity(sound.len());
    for (path, entries, bytes) in sound {
        let outcome = match mode {
            Mode::Publish => publish::publish(&path, &bytes)?,
            Mode::Check => publish::compare(&path, &bytes)?,
        };
        outputs.push(Output { path, entries, outcome });
    }
    found.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    Ok(Report { read, published: posts.len(), outputs, findings: found })
}

/// A rendered document: its file, how many entries it has, and its bytes or why there are none.
type Rendered = (PathBuf, usize, Result<Vec<u8>, String>);

/// The sitemap; or, of more pages than one may have, its parts and the index that stands in its place.
fn sitemaps(path: &str, pages: &[Page<'_>], config: &Config) -> Vec<Rendered> {
    let stylesheet = config.stylesheet.as_deref().map(|stylesheet| link::relative(path, stylesheet));
    let packed = |bytes: Vec<u8>| if config.sitemap_gzip { sitemap::gzip(&bytes) } else { Ok(bytes) };
    let suffix = if config.sitemap_gzip { ".gz" } else { "" };
    let one = |pages: &[Page<'_>]| {
        sitemap::render(pages, stylesheet.as_deref())
            .and_then(|bytes| check::sitemap(&bytes, "url", pages.len()).map(|()| bytes))
            .and_then(packed)
    };
    let parts = sitemap::split(pages, sitemap::LIMITS);
    if let [all] = parts.as_slice() {
        return vec![(config.output.join(format!("{path}{suffix}")), all.len(), one(all))];
    }
    let stem = path.strip_suffix(".xml").unwrap_or(path);
    let names: Vec<String> = (1..=parts.len()).map(|number| format!("{stem}-{number}.xml{suffix}")).collect();
    let urls: Vec<String> = names.iter().map(|name| config.base_url.file(name)).collect();
    let newest = |part: &[Page<'_>]| part.iter().filter_map(|page| page.lastmod).max();
    let index: Vec<Page<'_>> =
        urls.iter().zip(&parts).map(|(url, part)| Page { url, lastmod: newest(part) }).collect();
    let document = sitemap::render_index(&index, stylesheet.as_deref())
        .and_then(|bytes| check::sitemap(&bytes, "sitemap", index.len()).map(|()| bytes));
    let parts =
        names.iter().zip(&parts).map(|(name, part)| (config.output.join(name), part.len(), one(part)));
    // The index comes last: it never lists what is not there.
    parts.chain([(config.output.join(path), index.len(), document)]).collect()
}

/// Renders a feed, with as many whole texts as its budget allows.
fn within_budget(
    found: &mut Vec<Diagnostic>,
    feed: &mut Feed<'_>,
    config: &FeedConfig,
) -> Result<Vec<u8>, String> {
    let mut bytes = render::render(config.format, feed)?;
    let Some(budget) = config.max_bytes else { return Ok(bytes) };
    let all = feed.full;
    while bytes.len() > budget && feed.shrink(bytes.len() - budget) {
        bytes = render::render(config.format, feed)?;
    }
    if feed.full < all {
        found.push(Diagnostic {
            rule: Rule::OverBudget,
            path: config.path.clone(),
            place: None,
            message: format!("the feed would be larger than {budget} bytes"),
            help: Some(format!("the oldest {} of {all} entries carry their excerpts only", all - feed.full)),
        });
    }
    Ok(bytes)
}

/// Reads a site: how many files were read, what is published of them, in order, and what was found.
#[must_use]
pub fn posts(config: &Config, progress: &Progress) -> (usize, Vec<Post>, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let files = config.dialect.discover(&mut found, config);
    progress.total.store(files.len(), Ordering::Relaxed);
    let readings: Vec<(Option<Post>, Vec<Diagnostic>)> = files
        .par_iter()
        .map(|file| {
            let reading = read(config, file);
            progress.read.fetch_add(1, Ordering::Relaxed);
            reading
        })
        .collect();
    let mut posts = Vec::with_capacity(readings.len());
    for (post, mut findings) in readings {
        posts.extend(post);
        found.append(&mut findings);
    }
    let posts = select::newest(select::in_order(posts), config.dialect.limit_posts());
    (files.len(), select::without_duplicates(&mut found, posts), found)
}

/// Reads one file. What is hidden leaves no trace, not even a finding.
fn read(config: &Config, file: &File) -> (Option<Post>, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let source = match file.role {
        Role::Static => Ok(Source { path: file.path.clone(), ..Source::default() }),
        _ => source::read(&config.root, &file.path),
    };
    match source {
        Ok(source) => match config.dialect.resolve(&mut found, &source, &file.role, config) {
            Some(post) if !select::is_hidden(&post, config) => (Some(post), found),
            _ => (None, Vec::new()),
        },
        Err(error) => {
            found.push(unreadable(&file.path, &error));
            (None, found)
        }
    }
}

fn unreadable(path: &str, error: &std::io::Error) -> Diagnostic {
    Diagnostic {
        rule: Rule::UnreadableFile,
        path: path.to_owned(),
        place: None,
        message: format!("cannot be read: {error}"),
        help: Some("it is in no output".to_owned()),
    }
}

/// The entries of all posts that any feed carries, by URL. Only these bodies are looked at.
fn entries(
    found: &mut Vec<Diagnostic>,
    posts: &[Post],
    feeds: &[FeedConfig],
    site: &Site,
    config: &Config,
) -> BTreeMap<String, Entry> {
    let carried: BTreeMap<&str, &Post> = feeds
        .iter()
        .flat_map(|feed| select::for_feed(posts, feed))
        .map(|post| (post.url.as_str(), post))
        .collect();
    let carried: Vec<&Post> = carried.into_values().collect();
    let built: Vec<(Entry, Vec<Diagnostic>)> = carried
        .par_iter()
        .map(|post| {
            let mut found = Vec::new();
            let source = match source::read(&config.root, &post.path) {
                Ok(source) => Some(source),
                Err(error) => {
                    found.push(unreadable(&post.path, &error));
                    None
                }
            };
            (Entry::new(&mut found, post, source.as_ref(), posts, site, config), found)
        })
        .collect();
    let mut entries = BTreeMap::new();
    for (entry, mut findings) in built {
        found.append(&mut findings);
        entries.insert(entry.url.clone(), entry);
    }
    entries
}

/// The pages of the sitemap.
fn pages<'a>(found: &mut Vec<Diagnostic>, posts: &'a [Post], config: &'a Config) -> Vec<Page<'a>> {
    let mut pages = Vec::with_capacity(posts.len());
    // A sitemap may list only what is in its folder, or below.
    let folder =
        config.sitemap.as_deref().and_then(|path| path.rsplit_once('/')).map_or("", |(folder, _)| folder);
    let root = if folder.is_empty() {
        config.base_url.as_str().to_owned()
    } else {
        config.base_url.file(&format!("{folder}/"))
    };
    let mut seen = std::collections::HashSet::with_capacity(posts.len());
    for post in select::for_sitemap(posts) {
        let url = post.listed_url.as_ref().unwrap_or(&post.url).split('#').next().unwrap_or_default();
        let reason = if !url.starts_with(&root) {
            Some(format!("the URL is not below {root}"))
        } else if url.len() > MAX_URL_LENGTH {
            Some(format!("the URL is {} characters long, and a sitemap allows {MAX_URL_LENGTH}", url.len()))
        } else {
            None
        };
        if let Some(message) = reason {
            found.push(Diagnostic {
                rule: Rule::OutsideSitemap,
                path: post.path.clone(),
                place: None,
                message,
                help: Some("it is not in the sitemap".to_owned()),
            });
        } else if seen.insert(url) {
            pages.push(Page { url, lastmod: post.updated.or(post.published) });
        }
    }
    if pages.is_empty() {
        // A sitemap must list something, and every site has a home page.
        pages.push(Page { url: config.base_url.as_str(), lastmod: None });
    }
    pages
}

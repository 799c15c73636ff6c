//! Feeds and sitemaps for any folder of posts.
//!
//! Posts flow down a list of plain functions; each stage has one file, one verb and one type. Findings travel beside
//! the data.
//!
//! | stage | takes | gives |
//! |---|---|---|
//! | [`config`] (with [`dialect`]) | `feedmill.yml`, the site's own configuration, flags | [`Config`] |
//! | [`discover`] | folders and globs | paths |
//! | [`source`] | a path | [`Source`](source::Source): text, whatever the bytes were |
//! | [`front_matter`] (with [`node`]) | a source | [`FrontMatter`](front_matter::FrontMatter): as written |
//! | [`post`] (with [`author`], [`date`], [`language`], [`link`], [`media`], [`title`], [`text`], [`markup`]) | front matter | [`Post`](post::Post): as resolved |
//! | [`reading`] (with [`record`]) | all of the above, for every file | [`Listing`](listing::Listing)s: what is kept of each post |
//! | [`select`] | listings | the published ones, in order; which of them a feed carries |
//! | [`documents`], [`pages`] (with [`built`], [`robots`]) | listings | which feeds and sitemaps there are, with what in each |
//! | [`feed`] (with [`excerpt`], [`content`], [`template`]) | site and posts, read again | [`Feed`](feed::Feed): the one model |
//! | [`render`] | a feed, pages | bytes |
//! | [`check`] | bytes | the same bytes, parsed back |
//! | [`outputs`], [`publish`] | bytes | files |
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
pub mod built;
pub mod check;
pub mod config;
pub mod diagnostic;
pub mod dialect;
pub mod discover;
pub mod documents;
pub mod error;
pub mod feed;
pub mod listing;
pub mod markup;
pub mod media;
pub mod outputs;
pub mod pages;
pub mod post;
pub mod publish;
pub mod reading;
pub mod record;
pub mod render;
pub mod robots;
pub mod select;
pub mod source;
pub mod text;

pub use config::Config;
pub use diagnostic::Diagnostic;
pub use error::Error;
pub use outputs::Output;
pub use reading::Progress;

use rayon::prelude::*;

use diagnostic::Rule;
use feed::Site;
use outputs::{Kind, Outputs};
use reading::Reading;
use record::Record;

/// Whether to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Replace what changed.
    Publish,
    /// Only say what would change.
    Check,
}

/// How many posts are held at once, whole, while they are given away.
const PORTION: usize = 256;

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

/// Gives every published post as a line of JSON (see [`record`]), the newest first. `give` gets a portion of lines at a
/// time.
///
/// # Errors
/// [`Error::Root`] if there is no such folder, [`Error::ConfigRead`] if there are no such records, and what `give` says.
pub fn records(
    config: &Config,
    progress: &Progress,
    give: &mut dyn FnMut(&str) -> Result<(), Error>,
) -> Result<Vec<Diagnostic>, Error> {
    let mut found = Vec::new();
    let reading = reading::read(&mut found, config, progress)?;
    let site = Site::new(&mut found, config);
    for portion in reading.posts.chunks(PORTION) {
        let lines: Vec<_> = portion
            .par_iter()
            .map(|listing| {
                let mut found = Vec::new();
                let entry = reading::entry(&mut found, listing, &reading.posts, &site, config);
                (entry.map(|(post, entry)| Record::of(listing, &post, entry).to_line()), found)
            })
            .collect();
        let mut text = String::new();
        for (line, mut findings) in lines {
            found.append(&mut findings);
            if let Some(line) = line {
                let path = config.root.clone();
                text.push_str(&line.map_err(|reason| Error::Unsound { path, reason })?);
            }
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
pub fn build(config: &Config, mode: Mode, progress: &Progress) -> Result<Report, Error> {
    let mut found = Vec::new();
    let Reading { read, posts, hidden } = reading::read(&mut found, config, progress)?;
    let has_entries = |feed: &config::FeedConfig| {
        feed.each.is_none() && check::has_entries(feed.format, &config.output.join(&feed.path))
    };
    if read == 0 || (posts.is_empty() && config.feeds.iter().any(has_entries)) {
        // Feeds that readers have must not become empty for a wrong glob, or a clock that is years behind.
        let (message, help) = match read {
            0 => ("there is no file to read", "look at `posts`, `exclude` and `output` in the configuration"),
            _ => (
                "no post is published any more",
                "all are drafts, from the future, unlisted, or cannot be read",
            ),
        };
        found.push(Diagnostic::new(Rule::NoPosts, ".", message).help(format!("nothing was written; {help}")));
        return Ok(Report { read, published: 0, outputs: Vec::new(), findings: in_order(found) });
    }
    let site = Site::new(&mut found, config);
    let feeds = select::expand(&mut found, &posts, config);
    select::report_empty(&mut found, &feeds, &posts, config);
    config.dialect.report_own_files(&mut found, &feeds, config);

    let mut outputs = Outputs::new(config, mode, &posts);
    if let Some(path) = &config.stylesheet {
        outputs.add(outputs::FIRST, path, Kind::Companion, 0, Ok(render::STYLESHEET.as_bytes().to_vec()))?;
    }
    let documents = documents::plan(&feeds, &posts, config);
    documents::render(&mut found, &documents, &posts, &site, config, &mut outputs)?;
    let built = built::read(config);
    if let Some(built) = built.as_ref().filter(|_| config.verify) {
        built.verify(&mut found, &posts, &hidden, config);
    }
    if let Some(sitemap) = &config.sitemap {
        let others = built.as_ref().filter(|_| sitemap.pages);
        let others = others.map_or_else(Vec::new, |built| built.other_urls(sitemap, &posts, &hidden, config));
        let pages = pages::pages(&mut found, sitemap, &posts, &others, built.as_ref(), config);
        let mut told = vec![pages::render(&mut outputs, &pages)?];
        if let Some(path) = &sitemap.news {
            pages::render_news(&mut found, &mut outputs, path, &pages, &posts, &site, config)?;
            told.push(path.clone());
        }
        robots::render(&mut found, &mut outputs, &told, config)?;
    }
    if let Some(path) = &config.opml {
        outputs.add(outputs::LAST, path, Kind::Companion, 0, render::opml::render(&site, &feeds, config))?;
    }
    let outputs = outputs.commit()?;
    Ok(Report { read, published: posts.len(), outputs, findings: in_order(found) })
}

/// Findings as they are told: in an order that does not depend on threads, each once.
fn in_order(mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    found.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    found.dedup();
    found
}

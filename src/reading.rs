//! Files -> [`Listing`]s: every post of a site is read as far as it must be to know it, while folders are still being
//! walked, on all processors.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::config::Config;
use crate::diagnostic::{Diagnostic, Rule};
use crate::dialect::{File, Role};
use crate::error::Error;
use crate::feed::{Entry, Site};
use crate::listing::{Interest, Listing};
use crate::post::{Depth, Post};
use crate::record::{self, Line};
use crate::select;
use crate::source::{self, Source};

/// How many files are read in one go.
const CHUNK: usize = 256;
/// How many of these may wait to be read.
const WAITING: usize = 64;

/// How far reading has come, for whoever watches from another thread.
#[derive(Debug, Default)]
pub struct Progress {
    /// How many files have been read.
    pub read: AtomicUsize,
    /// How many files have been found so far.
    pub total: AtomicUsize,
}

/// What came of reading a site.
#[derive(Debug, Default)]
pub struct Reading {
    /// How many files were read as posts or pages.
    pub read: usize,
    /// What is published of them, in order.
    pub posts: Vec<Listing>,
    /// What is not, by URL. Nothing may be said of it but that it is where it should not be.
    pub hidden: Vec<Hidden>,
}

/// A post that is in no output.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hidden {
    /// Its permalink.
    pub url: String,
    /// The file, relative to the root.
    pub path: String,
    /// Whether nobody should see it yet: a draft, or from the future. Else it is only unlisted.
    pub is_unfinished: bool,
}

/// What is to be read.
enum Item {
    File(File),
    Line(Line),
}

/// What one file is read as.
enum Read {
    Post(Listing),
    Hidden(Hidden),
    Nothing,
}

/// What has been read so far.
#[derive(Default)]
struct Sofar {
    posts: Vec<Listing>,
    hidden: Vec<Hidden>,
    found: Vec<Diagnostic>,
}

/// Reads a site.
///
/// # Errors
/// [`Error::Root`] if there is no such folder, [`Error::ConfigRead`] if the records cannot be read.
pub fn read(found: &mut Vec<Diagnostic>, config: &Config, progress: &Progress) -> Result<Reading, Error> {
    if let Err(source) = std::fs::read_dir(&config.root) {
        return Err(Error::Root { path: config.root.clone(), source });
    }
    let interest = Interest::of(config);
    let read: Mutex<Sofar> = Mutex::default();
    rayon::scope(|scope| {
        let read_chunk = |chunk: Vec<Item>| {
            progress.total.fetch_add(chunk.len(), Ordering::Relaxed);
            // What is found faster than it is read would fill the memory.
            let waiting = || progress.total.load(Ordering::Relaxed) - progress.read.load(Ordering::Relaxed);
            while waiting() > CHUNK * WAITING && rayon::yield_now() == Some(rayon::Yield::Executed) {}
            let read = &read;
            scope.spawn(move |_| {
                let (mut posts, mut hidden) = (Vec::with_capacity(chunk.len()), Vec::new());
                let mut found = Vec::new();
                let count = chunk.len();
                for item in chunk {
                    match read_one(&mut found, config, item, interest) {
                        Read::Post(post) => posts.push(post),
                        Read::Hidden(post) => hidden.push(post),
                        Read::Nothing => {}
                    }
                }
                progress.read.fetch_add(count, Ordering::Relaxed);
                let mut read = read.lock().unwrap_or_else(PoisonError::into_inner);
                read.posts.append(&mut posts);
                read.hidden.append(&mut hidden);
                read.found.append(&mut found);
            });
        };
        let mut chunk = Vec::new();
        let mut give = |item| {
            chunk.push(item);
            if chunk.len() == CHUNK {
                read_chunk(std::mem::take(&mut chunk));
            }
        };
        if config.reads_folder {
            config.dialect.discover(found, config, &mut |file| {
                if config.files.as_ref().is_none_or(|files| files.contains(&file.path)) {
                    give(Item::File(file));
                }
            });
        }
        if let Some(records) = &config.records {
            let failed = |source| Error::ConfigRead { path: records.name.clone().into(), source };
            for line in record::lines(records).map_err(failed)? {
                give(Item::Line(line.map_err(failed)?));
            }
        }
        read_chunk(chunk);
        Ok(())
    })?;
    let mut read = read.into_inner().unwrap_or_else(PoisonError::into_inner);
    found.append(&mut read.found);
    for path in config.files.iter().flatten().filter(|path| !config.root.join(path).exists()) {
        found.push(unreadable(path, "it is not there"));
    }
    let posts =
        select::newest(select::in_order(std::mem::take(&mut read.posts)), config.dialect.limit_posts());
    let mut posts = select::with_unique_urls(found, posts);
    select::make_ids_unique(found, &mut posts);
    read.hidden.sort_unstable();
    Ok(Reading { read: progress.total.load(Ordering::Relaxed), posts, hidden: read.hidden })
}

/// Reads one file or record. What is hidden leaves no trace, not even a finding.
fn read_one(found: &mut Vec<Diagnostic>, config: &Config, item: Item, interest: Interest) -> Read {
    let before = found.len();
    let (post, role) = match item {
        Item::File(file) => (read_file(found, config, &file, interest), file.role),
        Item::Line(line) => {
            let (records, offset) = (config.records.as_ref(), line.offset);
            let read = records.and_then(|records| record::resolve(found, line, false, records, config));
            let Some((post, _)) = read else { return Read::Nothing };
            (Some(post), Role::Record(offset))
        }
    };
    match post {
        Some(post) if select::is_hidden(&post, config) => {
            found.truncate(before);
            let is_unfinished = select::is_unfinished(&post, config);
            Read::Hidden(Hidden { url: post.url, path: post.path, is_unfinished })
        }
        Some(post) => Read::Post(Listing::of(post, role, interest)),
        None => Read::Nothing,
    }
}

fn read_file(found: &mut Vec<Diagnostic>, config: &Config, file: &File, interest: Interest) -> Option<Post> {
    let source = match file.role {
        Role::Static => Ok(Source { path: file.path.clone(), ..Source::default() }),
        Role::Post | Role::Draft => source::read_head(&config.root, &file.path, false),
        // Only with front matter it is more than a file.
        Role::Page { .. } | Role::Document(_) | Role::Record(_) => {
            source::read_head(&config.root, &file.path, true)
        }
    };
    let source = match source {
        Ok(source) => source,
        Err(error) => {
            found.push(unreadable(&file.path, &error.to_string()));
            return None;
        }
    };
    let before = found.len();
    let mut post = config.dialect.resolve(found, &source, &file.role, Depth::Listing(interest), config);
    // Who names nobody is of the site's authors, in selections too.
    if let Some(post) = post.as_mut().filter(|post| interest.authors && post.authors.is_empty()) {
        post.authors.clone_from(&config.authors);
    }
    if post.is_none() {
        found.truncate(before);
    }
    post
}

/// A post and what feeds carry of it, read again, whole. `None`, with a finding, if it cannot be read any more.
pub fn entry(
    found: &mut Vec<Diagnostic>,
    listing: &Listing,
    posts: &[Listing],
    site: &Site,
    config: &Config,
) -> Option<(Post, Entry)> {
    let Role::Record(offset) = listing.role else {
        let (post, source) = read_again(found, listing, config)?;
        let entry = Entry::new(found, &post, &source, posts, site, config);
        return Some((post, entry));
    };
    let records = config.records.as_ref()?;
    let line = match record::line_at(records, offset) {
        Ok(line) => line,
        Err(error) => {
            found.push(unreadable(&records.name, &error.to_string()));
            return None;
        }
    };
    // What was found before is not found again.
    let read = record::resolve(&mut Vec::new(), line, true, records, config);
    let read = read.filter(|(post, _)| post.url == listing.url() && post.published == listing.published);
    let Some((post, mut entry)) = read else {
        found.push(unreadable(&records.name, "it changed while it was read"));
        return None;
    };
    listing.id().clone_into(&mut entry.id);
    if entry.authors.is_empty() {
        entry.authors.clone_from(&site.authors);
    }
    Some((post, entry))
}

/// Reads a post again, whole, for the feeds that carry it. What was found before is not found again; `None` is, with a
/// finding, if the file cannot be read any more or has become another post meanwhile.
pub fn read_again(found: &mut Vec<Diagnostic>, listing: &Listing, config: &Config) -> Option<(Post, Source)> {
    let read = match listing.role {
        Role::Static => Ok(Source { path: listing.path().to_owned(), ..Source::default() }),
        // Without front matter it is a file that is published as it is, and none of it is a text.
        Role::Page { .. } | Role::Document(_) => source::read_head(&config.root, listing.path(), true)
            .map(|head| if head.text.is_empty() { head } else { head.whole(&config.root).into_owned() }),
        Role::Post | Role::Draft | Role::Record(_) => source::read(&config.root, listing.path()),
    };
    let source = match read {
        Ok(source) => source,
        Err(error) => {
            found.push(unreadable(listing.path(), &error.to_string()));
            return None;
        }
    };
    let post = config.dialect.resolve(&mut Vec::new(), &source, &listing.role, Depth::Whole, config);
    let post = post.filter(|post| *post.url == *listing.url() && post.published == listing.published);
    if post.is_none() {
        found.push(unreadable(listing.path(), "it changed while it was read"));
    }
    post.map(|post| (Post { id: listing.id().to_owned(), ..post }, source))
}

fn unreadable(path: &str, reason: &str) -> Diagnostic {
    Diagnostic::new(Rule::UnreadableFile, path, format!("cannot be read: {reason}"))
        .help("it is in no output")
}

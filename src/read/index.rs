//! Files and records -> [`Index`]: every post of a site, small.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, FixedOffset};
use twox_hash::XxHash3_64;

use super::record::{self, Line};
use super::{built, unreadable};
use crate::config::{Config, Records};
use crate::diagnostic::{Diagnostic, Rule};
use crate::error::Error;
use crate::generators::{self, Fields, Scope};
use crate::model::{AUTHOR, File, FileKind, Origin, Post, PostMeta, Reason, Wanted};
use crate::select;
use crate::source::{self, Body, FrontMatter, Source};
use crate::text::Digest;

/// How many files and records one task reads.
const CHUNK: usize = 256;
/// How many such tasks may wait before the walk pauses.
const WAITING: usize = 16;
/// How many files a task opens before it parses the first of them.
const GROUP: usize = 16;
/// A group of opened files that holds more, in bytes, is parsed before the next file is opened.
const GROUP_SIZE: usize = 1 << 20;

/// For how many posts there is room before the first is read. Memory that is not written to takes no place, and to move
/// many posts takes it twice.
const ROOM: usize = 1 << 18;

/// How far reading has come, for another thread that watches.
#[derive(Debug, Default)]
pub struct Progress {
    /// How many files have been read.
    pub read: AtomicUsize,
    /// How many files have been found so far.
    pub total: AtomicUsize,
}

/// All posts of a site.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// Whether there was any file or record to read.
    pub has_any: bool,
    /// What is published, in order.
    pub posts: Vec<PostMeta>,
    /// Posts that are left out because of other posts, and why.
    pub dropped: Vec<(PostMeta, Reason)>,
    /// What is hidden, by URL. No output and no finding reveals more of it than that it is where it should not be.
    pub unpublished: Vec<Unpublished>,
    /// How many posts are in no output, and why.
    pub absent: BTreeMap<Reason, usize>,
    /// What their own pages declare, where these are the posts.
    pub pages: built::Known,
}

/// A post that is in no output.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Unpublished {
    /// Its permalink.
    pub url: String,
    /// The file, relative to the root.
    pub path: String,
    /// Why.
    pub reason: Reason,
}

/// What is to be read.
enum Item {
    File(File),
    Line(Line),
}

/// The same, opened.
enum Opened {
    File { file: File, source: Source, written: FrontMatter, found: Vec<Diagnostic> },
    Unreadable(Diagnostic, FileKind),
    Line(Line),
}

/// What has been read so far.
#[derive(Default)]
struct Part {
    /// How many files and records.
    read: usize,
    /// Of the files that were asked for by name, those that there are.
    asked_for: BTreeSet<String>,
    posts: Vec<PostMeta>,
    /// Hashes of the permalinks, in no order: nearly always they show that no permalink is repeated.
    urls: Vec<u64>,
    unpublished: Vec<Unpublished>,
    absent: BTreeMap<Reason, usize>,
    /// The dates of posts of the main collection that their generator publishes, and we do not.
    hidden: Vec<Option<DateTime<FixedOffset>>>,
    pages: built::Known,
    found: Vec<Diagnostic>,
}

impl Part {
    fn append(&mut self, mut other: Self) {
        self.read += other.read;
        self.posts.append(&mut other.posts);
        self.urls.append(&mut other.urls);
        self.unpublished.append(&mut other.unpublished);
        self.hidden.append(&mut other.hidden);
        self.pages.append(&mut other.pages);
        self.found.append(&mut other.found);
        for (reason, count) in other.absent {
            *self.absent.entry(reason).or_default() += count;
        }
    }

    /// Adds what was read of a file or a record.
    fn add(&mut self, read: Read, config: &Config, wanted: &Wanted) {
        let Read { post, remark, digest, origin, found } = read;
        let Some(mut post) = post else {
            if !found.is_empty() {
                *self.absent.entry(Reason::Unreadable).or_default() += 1;
            }
            return self.found.extend(found);
        };
        // A hidden post is not even mentioned in a finding, unless it is not clear that it is hidden.
        if let Some(reason) = select::hidden_because(&post, &config.site) {
            let stated = if remark.is_some() { Reason::HeldBack } else { reason };
            *self.absent.entry(stated).or_default() += 1;
            self.found.extend(remark);
            let now = config.site.now;
            let is_counted = post.is_built
                && matches!(origin, Origin::File(FileKind::Post))
                && post.collection.as_deref() == Some("posts")
                && post.published.is_none_or(|date| config.site.future || date <= now);
            self.hidden.extend(is_counted.then_some(post.published));
            self.unpublished.push(Unpublished { url: post.url, path: post.path, reason });
            return;
        }
        self.found.extend(found);
        // A post without an author is by the site's authors, in selections too.
        if post.authors.is_empty() && wanted.taxonomies.contains(AUTHOR) {
            post.authors.clone_from(&config.site.authors);
        }
        self.urls.push(XxHash3_64::oneshot(post.url.as_bytes()));
        self.posts.push(PostMeta::of(*post, origin, wanted, digest));
    }
}

/// Reads a site.
///
/// # Errors
/// [`Error::Root`] if there is no such folder, [`Error::ConfigRead`] if the records cannot be read.
pub(crate) fn read(
    found: &mut Vec<Diagnostic>,
    config: &Config,
    progress: &Progress,
) -> Result<Index, Error> {
    if let Err(source) = std::fs::read_dir(&config.site.root) {
        return Err(Error::Root { path: config.site.root.clone(), source });
    }
    let mut all = read_all(found, config, progress)?;
    found.append(&mut all.found);
    for path in config.files.iter().flatten().filter(|path| !all.asked_for.contains(*path)) {
        found.push(match config.site.root.join(path).exists() {
            true => {
                Diagnostic::new(Rule::UnusedFile, path, "`--files` names it, and it is no post of this site")
            }
            false => unreadable(path, "it does not exist"),
        });
    }
    let posts = select::in_order(all.posts);
    let (posts, over) = select::newest(posts, config.dialect.post_limit(), all.hidden);
    let (posts, repeated) = match select::are_distinct(all.urls) {
        true => (posts, Vec::new()),
        false => select::with_unique_urls(found, posts, config.dialect.url_field()),
    };
    let mut dropped = Vec::with_capacity(over.len() + repeated.len());
    for (reason, posts) in [(Reason::Limit, over), (Reason::SameUrl, repeated)] {
        all.absent.extend((!posts.is_empty()).then_some((reason, posts.len())));
        dropped.extend(posts.into_iter().map(|post| (post, reason)));
    }
    all.unpublished.sort_unstable();
    let Part { read, unpublished, absent, pages, .. } = all;
    Ok(Index { has_any: read > 0, posts, dropped, unpublished, absent, pages })
}

fn read_all(found: &mut Vec<Diagnostic>, config: &Config, progress: &Progress) -> Result<Part, Error> {
    let wanted = config.wanted();
    let mut posts = Vec::new();
    // Where there is less, it grows as it must.
    let _ = posts.try_reserve_exact(ROOM);
    let all = Mutex::new(Part { posts, ..Part::default() });
    let mut asked_for = BTreeSet::new();
    rayon::scope(|scope| {
        let (all, wanted) = (&all, &wanted);
        let read_chunk = |chunk: Vec<Item>| {
            progress.total.fetch_add(chunk.len(), Ordering::Relaxed);
            wait_for_readers(progress);
            scope.spawn(move |_| {
                let count = chunk.len();
                let part = read_part(chunk, config, wanted);
                progress.read.fetch_add(count, Ordering::Relaxed);
                all.lock().unwrap_or_else(PoisonError::into_inner).append(part);
            });
        };
        let mut chunk = Vec::new();
        let mut give = |item| {
            chunk.push(item);
            if chunk.len() == CHUNK {
                read_chunk(std::mem::take(&mut chunk));
            }
        };
        if !config.records_only {
            config.dialect.discover(found, &config.site, &mut |file| {
                let is_asked_for = config.files.as_ref().is_none_or(|files| files.contains(&file.path));
                if is_asked_for && config.site.reads(&file.path) {
                    if config.files.is_some() {
                        asked_for.insert(file.path.clone());
                    }
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
    Ok(Part { asked_for, ..all.into_inner().unwrap_or_else(PoisonError::into_inner) })
}

/// Lets this thread read too, while too much is waiting to be read.
fn wait_for_readers(progress: &Progress) {
    let waiting = || progress.total.load(Ordering::Relaxed) - progress.read.load(Ordering::Relaxed);
    while waiting() > CHUNK * WAITING && rayon::yield_now() == Some(rayon::Yield::Executed) {}
}

/// Takes each step for a whole group before the next step, because the code of a step fills the processor's
/// cache.
fn read_part(chunk: Vec<Item>, config: &Config, wanted: &Wanted) -> Part {
    let posts = Vec::with_capacity(chunk.len());
    let are_posts = built::are_posts(config);
    let mut part = Part { read: chunk.len(), posts, ..Part::default() };
    let mut items = chunk.into_iter();
    while items.len() > 0 {
        let mut group = Vec::with_capacity(GROUP);
        let mut size = 0;
        while group.len() < GROUP
            && size < GROUP_SIZE
            && let Some(item) = items.next()
        {
            let opened = open(item, config);
            size += opened.size();
            group.push(opened);
        }
        group.iter_mut().for_each(|opened| opened.read_front_matter(config));
        if are_posts {
            part.pages.extend(group.iter().filter_map(|opened| opened.page(config)));
        }
        let read: Vec<Read> = group.into_iter().map(|opened| opened.resolve(config)).collect();
        read.into_iter().for_each(|read| part.add(read, config, wanted));
    }
    part
}

/// Reads the front matter of a file, or all of a file without any.
fn open(item: Item, config: &Config) -> Opened {
    let file = match item {
        Item::File(file) => file,
        Item::Line(line) => return Opened::Line(line),
    };
    let (root, largest) = (&config.site.root, config.site.largest);
    let body = if config.lock.is_some() { Body::Fingerprint } else { Body::Unread };
    let source = match file.kind {
        FileKind::Asset => Ok(Source::of_asset(&file.path)),
        // A built page has no front matter.
        _ if config.recognised.generator.build.is_some() => source::read(root, &file.path, largest),
        FileKind::Post | FileKind::Draft => source::read_head(root, &file.path, largest, body),
        FileKind::Page | FileKind::Document => source::read_head_if_any(root, &file.path, largest),
    };
    match source {
        Ok(source) => Opened::File { file, source, written: FrontMatter::default(), found: Vec::new() },
        Err(error) => Opened::Unreadable(unreadable(&file.path, &error.to_string()), file.kind),
    }
}

impl Opened {
    /// How much it holds, in bytes.
    fn size(&self) -> usize {
        if let Self::File { source, .. } = self { source.text.len() } else { 0 }
    }

    fn read_front_matter(&mut self, config: &Config) {
        if let Self::File { file, source, written, found } = self {
            *written = generators::front_matter(found, &*config.dialect, file, source);
        }
    }

    /// What it declares as a built page, and its path.
    fn page(&self, config: &Config) -> Option<(String, Option<built::Page>)> {
        let Self::File { file, source, .. } = self else { return None };
        Some((file.path.clone(), built::page_of(source, config.site.now)))
    }

    fn resolve(self, config: &Config) -> Read {
        match self {
            Self::File { file, source, written, found } => read_file(found, config, &file, &source, written),
            Self::Unreadable(finding, kind) => Read { found: vec![finding], ..Read::of(Origin::File(kind)) },
            Self::Line(line) => match &config.records {
                Some(records) => read_line(line, records, config),
                None => Read::of(Origin::Record(line.offset)),
            },
        }
    }
}

/// What was read of one file or record.
struct Read {
    post: Option<Box<Post>>,
    /// What is to be said of it if it is in no output.
    remark: Option<Diagnostic>,
    /// The fingerprint of its text, if the lock needs it.
    digest: Option<Digest>,
    origin: Origin,
    /// What is to be said of it if it is published, or unreadable.
    found: Vec<Diagnostic>,
}

impl Read {
    /// A result without a post.
    fn of(origin: Origin) -> Self {
        Self { post: None, remark: None, digest: None, origin, found: Vec::new() }
    }
}

fn read_line(line: Line, records: &Records, config: &Config) -> Read {
    let text = if config.lock.is_some() { record::Text::Read } else { record::Text::Skip };
    let nothing = Read::of(Origin::Record(line.offset));
    let mut found = Vec::new();
    let read = record::resolve(&mut found, line, text, records, config);
    let digest = read.as_ref().filter(|_| config.lock.is_some()).map(|(post, entry)| {
        Digest::of(&post.title, entry.content.as_deref().or(entry.summary.as_deref()).unwrap_or_default())
    });
    Read { post: read.map(|(post, _)| Box::new(post)), digest, found, ..nothing }
}

fn read_file(
    mut found: Vec<Diagnostic>,
    config: &Config,
    file: &File,
    source: &Source,
    written: FrontMatter,
) -> Read {
    let nothing = Read::of(Origin::File(file.kind));
    let mut fields = Fields::new(&mut found, source, written, &config.site, Scope::Index);
    let post = generators::resolve(config.recognised.generator, &*config.dialect, file, &mut fields);
    let Some(post) = post else {
        return Read { found: fields.into_remark().into_iter().collect(), ..nothing };
    };
    match fingerprint(file, &post, source, fields.written_title(), config) {
        Ok(digest) => {
            Read { digest, remark: fields.into_remark(), post: Some(Box::new(post)), found, ..nothing }
        }
        Err(error) => Read { found: vec![unreadable(&file.path, &error.to_string())], ..nothing },
    }
}

/// The fingerprint of what the author of a file wrote, if the lock needs it.
///
/// # Errors
/// Those of reading the file again.
fn fingerprint(
    file: &File,
    post: &Post,
    source: &Source,
    title: &str,
    config: &Config,
) -> io::Result<Option<Digest>> {
    if config.lock.is_none() || file.kind == FileKind::Asset {
        return Ok(None);
    }
    if let Some(body) = source.body {
        return Ok(Some(Digest::with_body(title, body)));
    }
    let source = source.whole(&config.site.root, config.site.largest)?;
    if config.recognised.generator.build.is_some() {
        // Only the text of the article counts, because the template surrounds it. A page that only lists others has
        // none.
        return Ok((!post.is_list).then(|| built::digest(&source.text, &post.title, config)));
    }
    Ok(Some(Digest::of(title, source.text.get(post.body..).unwrap_or_default())))
}

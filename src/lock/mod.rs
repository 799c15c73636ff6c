//! `feedmill.lock`: what is remembered of a site from one run to the next. It keeps the ids of posts whatever becomes of
//! their files and URLs, knows when a text changed, and what has been announced to search engines and hubs.
//!
//! It is written after the outputs, so it never knows of anything that is not published.

mod line;
mod matching;

pub(crate) use line::{FeedLine, Header, Line, PostLine, Second};

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io::{self, BufReader, Write};
use std::path::Path;

use chrono::{DateTime, FixedOffset, NaiveTime, Utc};
use rayon::prelude::*;

use crate::diagnostic::{Diagnostic, Rule};
use crate::disk;
use crate::error::Error;
use crate::model::PostMeta;
use crate::settings::LOCK_NAME;
use crate::text::Digest;
use line::{Date, GoneLine, PageLine};
use matching::{Matched, Matching};

/// What is remembered of a site.
#[derive(Debug)]
pub(crate) struct Lock {
    header: Header,
    /// Whether posts are written that the lock has not known.
    pub keeps_new: bool,
    /// Of each post, in their order.
    remembered: Vec<Remembered>,
    /// The lines of posts that are no longer published, or were not read in this run, by key.
    absent: Vec<PostLine>,
    gone: BTreeSet<String>,
    pages: BTreeMap<String, PageLine>,
    feeds: BTreeMap<String, FeedLine>,
}

/// What is remembered of a post besides what it says itself. There may be a million.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Remembered {
    seen: Second,
    changed: Option<Second>,
    announced: Announced,
    adopted: Option<Box<Adopted>>,
    pub unlisted: bool,
    /// Whether the lock has not known it before.
    pub is_new: bool,
    /// Whether it has the id by which the lock knows it.
    pub keeps_id: bool,
}

/// The date that a feed of the site gave a post before, and its own.
#[derive(Debug, Clone, PartialEq)]
struct Adopted {
    date: DateTime<FixedOffset>,
    own: Option<DateTime<FixedOffset>>,
}

/// What search engines know of a post.
#[derive(Debug, Clone, PartialEq)]
enum Announced {
    Never,
    AsItIs,
    Before(Box<Digest>),
}

impl Remembered {
    /// Of a post that the lock has not known.
    fn new(seen: Second) -> Self {
        let (changed, announced, adopted) = (None, Announced::Never, None);
        Self { seen, changed, announced, adopted, unlisted: false, is_new: true, keeps_id: false }
    }

    /// When its text was changed, if it ever was.
    pub(crate) fn changed(&self) -> Option<DateTime<FixedOffset>> {
        self.changed.map(|changed| changed.0.fixed_offset())
    }

    /// Adopts the date that an earlier feed of the site gave the post, if it is more exact than the post's own.
    /// Returns whether the date of the post has changed by that.
    pub(crate) fn adopt(&mut self, post: &mut PostMeta, published: Option<DateTime<FixedOffset>>) -> bool {
        let own = self.adopted.as_ref().map_or(post.published, |adopted| adopted.own);
        let Some(date) = published.filter(|date| is_more_exact(*date, own)) else { return false };
        self.adopted = Some(Box::new(Adopted { date, own }));
        let is_another = post.published != Some(date);
        post.adopt_date(date);
        is_another
    }
}

/// How far apart the day of a post and the instant of a feed may be, in hours: a day, and a time zone.
const MOST_APART: i64 = 36;

/// Whether the date of a feed says more than that of the post: there is none, or it is a day without a time.
fn is_more_exact(adopted: DateTime<FixedOffset>, own: Option<DateTime<FixedOffset>>) -> bool {
    own.is_none_or(|own| {
        let is_day = own.time() == NaiveTime::MIN;
        is_day && (adopted - own).num_hours().abs() < MOST_APART
    })
}

/// How many lines are read or written at once.
const PORTION: usize = 4096;

/// What the lines of a post are known by: the path of its source, or the URL of a record.
fn key(post: &PostMeta) -> &str {
    if post.offset().is_some() { post.url() } else { post.path() }
}

/// Reads the lines of a lock, if there is one.
///
/// # Errors
/// [`Error::ConfigRead`] if it cannot be read; [`Error::Config`], with its place, for a line that is damaged, or that a
/// merge left, and for a version that is not known.
pub(crate) fn read(path: &Path, give: &mut dyn FnMut(Line)) -> Result<Option<Header>, Error> {
    let unreadable = |source| Error::ConfigRead { path: path.to_owned(), source };
    let file = match disk::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error)),
    };
    let mut file = BufReader::with_capacity(64 * 1024, file);
    let mut lines = std::iter::from_fn(|| disk::read_line(&mut file).transpose());
    let first = lines.next().transpose().map_err(unreadable)?.unwrap_or_default();
    let header = line::parse_header(&first).map_err(|wrong| line::error(path, 1, wrong))?;
    let mut known = BTreeSet::new();
    let mut number = 1;
    loop {
        let portion: Vec<Vec<u8>> =
            lines.by_ref().take(PORTION).collect::<Result<_, _>>().map_err(unreadable)?;
        if portion.is_empty() {
            return Ok(Some(header));
        }
        let parsed: Vec<_> = portion.par_iter().map(|text| line::parse(text)).collect();
        for parsed in parsed {
            number += 1;
            let parsed = parsed.map_err(|wrong| line::error(path, number, wrong))?;
            if let Line::Feed(FeedLine { feed: name, .. }) | Line::Page(PageLine { page: name, .. }) = &parsed
                && !known.insert(name.clone())
            {
                return Err(repeated(path, number, name));
            }
            give(parsed);
        }
    }
}

/// From this number of missing posts and of new ones on, a run reports [`Rule::ManyNew`].
const MANY: usize = 3;

fn many_new(gone: usize, new: usize) -> Diagnostic {
    let message = format!(
        "{gone} posts are gone and {new} others are new: if they are the same, readers show them again"
    );
    let help = "`feedmill diff` says which; `feedmill adopt`, or an `id` in the front matter, keeps an id";
    Diagnostic::new(Rule::ManyNew, LOCK_NAME, message).help(help)
}

fn repeated(path: &Path, number: usize, name: &str) -> Error {
    let message = format!("the lock has two lines for `{}`", crate::text::shown(name));
    line::error(path, number, (message, "remove one of the two".to_owned()))
}

impl Lock {
    fn empty() -> Self {
        Self {
            header: Header::default(),
            keeps_new: true,
            remembered: Vec::new(),
            absent: Vec::new(),
            gone: BTreeSet::new(),
            pages: BTreeMap::new(),
            feeds: BTreeMap::new(),
        }
    }

    /// Reads a lock, and gives the posts the ids that it has recorded. Texts that differ from it count as changed
    /// at `now`. The lines of posts that are left out are given to no other post. For a line without a post, `is_gone`
    /// tells a post that is no longer published from one that was not read.
    ///
    /// # Errors
    /// Those of [`read`].
    pub(crate) fn open(
        found: &mut Vec<Diagnostic>,
        posts: &mut Vec<PostMeta>,
        left_out: &[PostMeta],
        path: &Path,
        now: DateTime<Utc>,
        is_gone: &dyn Fn(&PostLine) -> bool,
    ) -> Result<Self, Error> {
        let now = Second::of(now);
        let mut lock = Self::empty();
        let mut matching = Matching::new(posts, left_out, now);
        let mut repeats = None;
        let mut number = 1;
        let header = read(path, &mut |line| {
            number += 1;
            match line {
                Line::Post(line) => {
                    if let Err(name) = matching.add(posts, line) {
                        repeats.get_or_insert((number, name));
                    }
                }
                Line::Page(line) => drop(lock.pages.insert(line.page.clone(), line)),
                Line::Feed(line) => drop(lock.feeds.insert(line.feed.clone(), line)),
                Line::Gone(line) => drop(lock.gone.insert(line.gone)),
            }
        })?;
        if let Some((number, name)) = repeats {
            return Err(repeated(path, number, &name));
        }
        lock.header = header.unwrap_or_default();
        let Matched { remembered, absent, gone, has_other_date } = matching.finish(found, posts);
        lock.remembered =
            remembered.into_iter().map(|own| own.unwrap_or_else(|| Remembered::new(now))).collect();
        lock.absent = absent;
        lock.gone.extend(gone);
        lock.keep_ids_apart(posts, now);
        if has_other_date {
            lock.put_in_order(posts);
        }
        for line in lock.absent.iter_mut().filter(|line| line.withdrawn.is_none() && is_gone(line)) {
            lock.gone.extend(line.announced.map(|_| line.url.clone()));
            line.withdrawn = Some(now);
        }
        let gone = lock.absent.iter().filter(|line| line.withdrawn == Some(now)).count();
        let new = lock.remembered.iter().filter(|own| own.is_new).count();
        if gone >= MANY && new >= MANY {
            found.push(many_new(gone, new));
        }
        lock.absent.sort_by(|a, b| a.post.cmp(&b.post));
        if !lock.gone.is_empty() {
            let urls: HashSet<&str> = posts.iter().map(PostMeta::url).collect();
            lock.gone.retain(|gone| !urls.contains(gone.as_str()));
        }
        Ok(lock)
    }

    /// A moved post keeps its id. If that is the URL of a new post now, the new post gets another id.
    fn keep_ids_apart(&self, posts: &mut [PostMeta], now: Second) {
        let known = posts.iter().zip(&self.remembered).filter(|(_, own)| !own.is_new);
        let held = known.filter_map(|(post, _)| post.own_id().map(str::to_owned));
        let mut held: BTreeSet<String> =
            held.chain(self.absent.iter().map(|line| line.id().to_owned())).collect();
        if held.is_empty() {
            return;
        }
        let new = posts.iter_mut().zip(&self.remembered).filter(|(_, own)| own.is_new);
        for (post, _) in new.filter(|(post, _)| !post.is_id_written()) {
            if held.contains(post.id()) {
                let day = post.published.map_or(now.0.date_naive(), |date| date.date_naive());
                let first = format!("{}#{day}", post.url());
                let others = (2..).map(|number| format!("{first}-{number}"));
                if let Some(id) = std::iter::once(first.clone()).chain(others).find(|id| !held.contains(id)) {
                    post.set_id(&id);
                    held.insert(id);
                }
            }
        }
    }

    /// Puts posts in order again, and what is remembered of them.
    fn put_in_order(&mut self, posts: &mut Vec<PostMeta>) {
        let mut both: Vec<(PostMeta, Remembered)> =
            std::mem::take(posts).into_iter().zip(std::mem::take(&mut self.remembered)).collect();
        both.sort_by(|(a, _), (b, _)| crate::select::order(a, b));
        (*posts, self.remembered) = both.into_iter().unzip();
    }

    /// What is remembered of each post, in their order.
    pub(crate) fn remembered(&self) -> &[Remembered] {
        &self.remembered
    }

    /// The same, to be changed.
    pub(crate) fn remembered_mut(&mut self) -> &mut [Remembered] {
        &mut self.remembered
    }

    /// Remembers the pages that belong to no post, and gives when each changed.
    pub(crate) fn remember_pages(
        &mut self,
        pages: impl Iterator<Item = (String, Digest)>,
        now: DateTime<Utc>,
    ) -> BTreeMap<String, DateTime<FixedOffset>> {
        let mut known = std::mem::take(&mut self.pages);
        for (page, text) in pages {
            let line = match known.remove(&page) {
                Some(line) if line.text == text => line,
                Some(line) => PageLine { text, changed: Some(Second::of(now)), ..line },
                None => PageLine { page: page.clone(), text, changed: None },
            };
            self.pages.insert(page, line);
        }
        let changes = self.pages.values().filter_map(|line| Some((&line.page, line.changed?)));
        changes.map(|(page, changed)| (page.clone(), changed.0.fixed_offset())).collect()
    }

    /// Remembers the feeds.
    pub(crate) fn remember_feeds(&mut self, feeds: impl Iterator<Item = (String, Digest)>) {
        let mut known = std::mem::take(&mut self.feeds);
        for (feed, text) in feeds {
            let announced = known.remove(&feed).map(|line| line.announced).unwrap_or_default();
            self.feeds.insert(feed.clone(), FeedLine { feed, text, announced });
        }
    }

    /// Writes the lines: feeds, pages, and what is gone; then posts, by their keys.
    ///
    /// # Errors
    /// Those of `out`.
    pub(crate) fn write(&self, posts: &[PostMeta], out: &mut dyn Write) -> io::Result<()> {
        let mut all: Vec<(&str, &PostMeta, &Remembered)> =
            posts.iter().zip(&self.remembered).map(|(post, own)| (key(post), post, own)).collect();
        all.retain(|(.., own)| self.keeps_new || !own.is_new);
        all.par_sort_unstable_by_key(|(key, ..)| *key);
        write_line(out, &self.header)?;
        self.feeds.values().try_for_each(|line| write_line(out, line))?;
        self.pages.values().try_for_each(|line| write_line(out, line))?;
        self.gone.iter().try_for_each(|gone| write_line(out, &GoneLine { gone: gone.clone() }))?;
        let mut absent = self.absent.iter().peekable();
        for portion in all.chunks(PORTION) {
            let lines: Vec<_> = portion.par_iter().map(|(key, post, own)| line_of(key, post, own)).collect();
            for ((key, ..), line) in portion.iter().zip(lines) {
                while let Some(line) = absent.next_if(|line| line.post.as_str() < *key) {
                    write_line(out, line)?;
                }
                out.write_all(&line?)?;
            }
        }
        absent.try_for_each(|line| write_line(out, line))
    }
}

/// The line of a post; nothing for what has no text, such as an image.
fn line_of(key: &str, post: &PostMeta, own: &Remembered) -> io::Result<Vec<u8>> {
    let mut written = Vec::new();
    let Some(text) = post.digest() else { return Ok(written) };
    let line = PostLine {
        post: key.to_owned(),
        url: post.url().to_owned(),
        id: post.own_id().map(str::to_owned),
        published: own.adopted.as_ref().map_or(post.published, |adopted| adopted.own).map(Date),
        adopted: own.adopted.as_ref().map(|adopted| Date(adopted.date)),
        seen: own.seen,
        text,
        changed: own.changed,
        announced: match &own.announced {
            Announced::Never => None,
            Announced::AsItIs => Some(text),
            Announced::Before(text) => Some(**text),
        },
        unlisted: own.unlisted,
        withdrawn: None,
    };
    write_line(&mut written, &line)?;
    Ok(written)
}

/// Writes a lock line by line.
///
/// # Errors
/// Those of `out`.
pub(crate) fn write_lines(out: &mut dyn Write, header: &Header, lines: &[Line]) -> io::Result<()> {
    write_line(out, header)?;
    lines.iter().try_for_each(|line| match line {
        Line::Post(line) => write_line(out, line),
        Line::Page(line) => write_line(out, line),
        Line::Feed(line) => write_line(out, line),
        Line::Gone(line) => write_line(out, line),
    })
}

fn write_line(out: &mut dyn Write, line: &impl serde::Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

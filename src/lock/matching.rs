//! Which line of the lock belongs to which post, whatever became of its file, its URL, its date and its title.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime};
use rayon::slice::ParallelSliceMut;

use super::line::{PostLine, Second};
use super::{Announced, Remembered, key};
use crate::diagnostic::{Diagnostic, Rule};
use crate::model::PostMeta;
use crate::select::unique;
use crate::text::{Digest, link, shown};

/// The state of matching the lines of the lock with posts.
pub(super) struct Matching {
    now: Second,
    /// The posts by their keys.
    order: Vec<u32>,
    /// Where in `order` the next line is expected: lines are in order, too.
    next: usize,
    /// Whether a line has had the key of a post.
    is_named: Vec<bool>,
    matched: Matched,
    /// The texts of posts that are left out of this run, by their keys.
    left_out: HashMap<String, Digest>,
    /// Their lines.
    set_aside: Vec<PostLine>,
    /// What is said of posts with other ids.
    found: Vec<Diagnostic>,
}

/// The result of the matching.
pub(super) struct Matched {
    /// What the lines of posts remember, in the order of the posts.
    pub(super) remembered: Vec<Option<Remembered>>,
    /// The lines that belong to no post.
    pub(super) absent: Vec<PostLine>,
    /// The URLs that were announced, and that posts have no more.
    pub(super) gone: Vec<String>,
    /// Whether a post has another date now, so that the order may be another.
    pub(super) has_other_date: bool,
}

/// The properties by which lines and posts are matched.
struct Evidence<'a> {
    file: &'a str,
    url: &'a str,
    /// The day, as it is written: the zone may be another after a move.
    day: Option<NaiveDate>,
    digest: Digest,
    is_withdrawn: bool,
}

impl<'a> Evidence<'a> {
    fn of_line(line: &'a PostLine) -> Self {
        let day = line.published.map(|date| date.0.date_naive());
        let is_withdrawn = line.withdrawn.is_some();
        Self { file: &line.post, url: &line.url, day, digest: line.text, is_withdrawn }
    }

    fn of_post(post: &'a PostMeta) -> Self {
        let day = post.published.map(|date| date.date_naive());
        let digest = post.digest().unwrap_or_default();
        Self { file: key(post), url: post.url(), day, digest, is_withdrawn: false }
    }

    fn file(&self) -> String {
        self.file.to_owned()
    }

    fn place(&self) -> String {
        link::place(self.url).to_owned()
    }

    /// Its text with its title; `None` if it has neither.
    fn text(&self) -> Option<Digest> {
        Some(self.digest).filter(|digest| *digest != Digest::default())
    }

    /// Its text alone.
    fn body(&self) -> Option<u64> {
        Some(self.digest.body).filter(|body| *body != 0)
    }

    fn title(&self) -> Option<u32> {
        Some(self.digest.title).filter(|title| *title != 0)
    }
}

impl Matching {
    pub(super) fn new(posts: &[PostMeta], left_out: &[PostMeta], now: Second) -> Self {
        let mut order: Vec<u32> = (0..).take(posts.len()).collect();
        #[expect(clippy::indexing_slicing, reason = "they are the indices of these posts")]
        order.par_sort_unstable_by_key(|index| key(&posts[*index as usize]));
        let (absent, gone) = (Vec::new(), Vec::new());
        let matched = Matched { remembered: vec![None; posts.len()], absent, gone, has_other_date: false };
        let left_out =
            left_out.iter().filter_map(|post| Some((key(post).to_owned(), post.digest()?))).collect();
        let is_named = vec![false; posts.len()];
        Self { now, order, next: 0, is_named, matched, left_out, set_aside: Vec::new(), found: Vec::new() }
    }

    /// The post that has this key.
    fn at(&mut self, posts: &[PostMeta], wanted: &str) -> Option<usize> {
        #[expect(clippy::indexing_slicing, reason = "they are the indices of these posts")]
        let key_of = |index: &u32| key(&posts[*index as usize]);
        let place = match self.order.get(self.next) {
            Some(index) if key_of(index) == wanted => self.next,
            _ => self.order.binary_search_by(|index| key_of(index).cmp(wanted)).ok()?,
        };
        self.next = place + 1;
        self.order.get(place).map(|index| *index as usize)
    }

    /// Adds a line. One that has the key and the URL of a post, and its title and day, belongs to it.
    ///
    /// # Errors
    /// Its key, if it is the second for that post.
    pub(super) fn add(&mut self, posts: &mut [PostMeta], line: PostLine) -> Result<(), String> {
        // The file of a withdrawn post may belong to another post now, which has a line of its own.
        let index = self.at(posts, &line.post).filter(|_| line.withdrawn.is_none());
        let Some(index) = index else {
            let is_left_out = self.left_out.get(&line.post) == Some(&line.text);
            let lines = if is_left_out { &mut self.set_aside } else { &mut self.matched.absent };
            lines.push(line);
            return Ok(());
        };
        if self.is_named.get_mut(index).is_some_and(|is_named| std::mem::replace(is_named, true)) {
            return Err(line.post);
        }
        let is_sure = |post: &PostMeta| {
            let (own, known) = (Evidence::of_post(post), Evidence::of_line(&line));
            let has_title = own.title().is_some() && own.title() == known.title();
            (own.digest == known.digest || has_title)
                && own.day == known.day
                && link::place(own.url) == link::place(known.url)
        };
        match posts.get(index).is_some_and(is_sure) {
            true => self.give(posts, index, line),
            false => self.matched.absent.push(line),
        }
        Ok(())
    }

    /// Matches the remaining lines and posts by weaker evidence.
    pub(super) fn finish(mut self, found: &mut Vec<Diagnostic>, posts: &mut [PostMeta]) -> Matched {
        // A merge may have left a line twice.
        let mut known = HashSet::new();
        let identity = |line: &PostLine| (line.post.clone(), line.id().to_owned(), line.text);
        self.matched.absent.retain(|line| known.insert(identity(line)));
        // First by the whole text, with as many other properties as possible. The text alone is enough only if it is
        // not empty and the line was not withdrawn earlier: texts made from a template recur.
        self.pair(posts, |of| Some((of.text()?, of.day, of.place())));
        self.pair(posts, |of| Some((of.text()?, of.day, of.file())));
        self.pair(posts, |of| Some((of.body()?, of.digest.title, of.day)));
        self.pair(posts, |of| Some((of.text()?, of.place())));
        self.pair(posts, |of| Some((of.text()?, of.file())));
        self.pair(posts, |of| Some((of.body()?, of.digest.title)).filter(|_| !of.is_withdrawn));
        // Its text and day; its title and day.
        self.pair(posts, |of| Some((of.body()?, of.day?)));
        self.pair(posts, |of| Some((of.title()?, of.day)));
        // Its file, and its day or its title; its URL.
        self.pair(posts, |of| Some((of.file(), of.day)));
        self.pair(posts, |of| Some((of.file(), of.title()?)));
        self.pair(posts, |of| Some(of.place()).filter(|_| !of.is_withdrawn));
        self.matched.absent.append(&mut self.set_aside);
        found.append(&mut self.found);
        self.matched
    }

    /// Matches posts that have no line yet with the lines that have the same key, if no other post and no other
    /// line has it.
    fn pair<K: Hash + Eq>(&mut self, posts: &mut [PostMeta], same: impl Fn(&Evidence<'_>) -> Option<K>) {
        if self.matched.absent.is_empty() {
            return;
        }
        let lines = self.matched.absent.iter().enumerate();
        let lines = unique(lines.filter_map(|(index, line)| Some((same(&Evidence::of_line(line))?, index))));
        let free = posts.iter().enumerate().zip(&self.matched.remembered).filter(|(_, own)| own.is_none());
        let free =
            unique(free.filter_map(|((index, post), _)| Some((same(&Evidence::of_post(post))?, index))));
        let pairs = free.into_iter().filter_map(|(key, post)| Some(((*lines.get(&key)?)?, post?)));
        let mut pairs: Vec<(usize, usize)> = pairs.collect();
        // From the last, so that the places of the others stay.
        pairs.sort_unstable();
        for (line, post) in pairs.into_iter().rev() {
            let line = self.matched.absent.swap_remove(line);
            self.give(posts, post, line);
        }
    }

    /// Gives a post what its line remembers.
    fn give(&mut self, posts: &mut [PostMeta], index: usize, line: PostLine) {
        let (Some(post), Some(place)) = (posts.get_mut(index), self.matched.remembered.get_mut(index)) else {
            return;
        };
        if key(post) != line.post {
            self.found.push(moved(post, &line));
        }
        if post.id() != line.id() {
            match post.is_id_written() {
                true => self.found.push(other_id(post, &line)),
                false => post.set_id(line.id()),
            }
        }
        let text = post.digest().unwrap_or_default();
        let is_moved = post.url() != line.url;
        let announced = match line.announced {
            Some(announced) if !is_moved && announced == text => Announced::AsItIs,
            Some(announced) if !is_moved => Announced::Before(Box::new(announced)),
            _ => Announced::Never,
        };
        let mut remembered = Remembered {
            seen: line.seen,
            changed: if text == line.text { line.changed } else { Some(self.now) },
            announced,
            adopted: None,
            unlisted: line.unlisted,
            is_new: false,
            keeps_id: post.id() == line.id(),
        };
        // The adopted date is used only if the author has not changed the date of the post since.
        if is_same_as_written(post.published, line.published.map(|date| date.0)) {
            self.matched.has_other_date |= remembered.adopt(post, line.adopted.map(|date| date.0));
        }
        // If only the host differs, redirects there inform search engines.
        let is_elsewhere = link::place(post.url()) != link::place(&line.url);
        self.matched.gone.extend(Some(line.url).filter(|_| is_elsewhere && line.announced.is_some()));
        *place = Some(remembered);
    }
}

/// Whether two dates are one as their author writes it: a day stays a day, whatever the zone of the site is.
fn is_same_as_written(one: Option<DateTime<FixedOffset>>, other: Option<DateTime<FixedOffset>>) -> bool {
    let is_day = |date: &DateTime<FixedOffset>| date.time() == NaiveTime::MIN;
    let are_days = one
        .zip(other)
        .is_some_and(|(one, other)| is_day(&one) && is_day(&other) && one.date_naive() == other.date_naive());
    one == other || are_days
}

/// What is to be said of a post whose file moved.
fn moved(post: &PostMeta, line: &PostLine) -> Diagnostic {
    let same = if post.digest() == Some(line.text) { "its text is" } else { "much of it is" };
    let message = format!("it was `{}` before; {same} unchanged", shown(&line.post));
    Diagnostic::new(Rule::MovedPost, post.path(), message).help("it keeps its id")
}

/// What is to be said of a post whose author wrote another id than readers know.
fn other_id(post: &PostMeta, line: &PostLine) -> Diagnostic {
    let message = format!("its id is `{}` now, and was `{}`", shown(post.id()), shown(line.id()));
    let help = format!("readers will show it again; write `id: {}` to keep it", shown(line.id()));
    Diagnostic::new(Rule::OtherId, post.path(), message).help(help)
}

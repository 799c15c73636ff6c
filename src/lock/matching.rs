//! Which line of the lock belongs to which post, whatever became of its file, its URL, its date and its title.

use std::collections::HashSet;
use std::hash::Hash;

use chrono::NaiveDate;
use rayon::slice::ParallelSliceMut;

use super::line::{PostLine, Second};
use super::{Announced, Remembered, key};
use crate::diagnostic::{Diagnostic, Rule};
use crate::model::PostMeta;
use crate::select::unique;
use crate::text::{Digest, link, shown};

/// Lines and posts, while it is found out which belong together.
pub(super) struct Matching {
    now: Second,
    /// The posts by their keys.
    order: Vec<u32>,
    /// Where in `order` the next line is expected: lines are in order, too.
    next: usize,
    /// Whether a line has had the key of a post.
    is_named: Vec<bool>,
    matched: Matched,
    /// What is said of posts with other ids.
    found: Vec<Diagnostic>,
}

/// What belongs together.
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

impl Matching {
    pub(super) fn new(posts: &[PostMeta], now: Second) -> Self {
        let mut order: Vec<u32> = (0..).take(posts.len()).collect();
        #[expect(clippy::indexing_slicing, reason = "they are the indices of these posts")]
        order.par_sort_unstable_by_key(|index| key(&posts[*index as usize]));
        let (absent, gone) = (Vec::new(), Vec::new());
        let matched = Matched { remembered: vec![None; posts.len()], absent, gone, has_other_date: false };
        Self { now, order, next: 0, is_named: vec![false; posts.len()], matched, found: Vec::new() }
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
        // What was withdrawn may have the file of another now, which has a line of its own.
        let index = self.at(posts, &line.post).filter(|_| line.withdrawn.is_none());
        let Some(index) = index else {
            self.matched.absent.push(line);
            return Ok(());
        };
        if self.is_named.get_mut(index).is_some_and(|is_named| std::mem::replace(is_named, true)) {
            return Err(line.post);
        }
        let is_sure = |post: &PostMeta| {
            let digest = post.digest().unwrap_or_default();
            let is_same = digest == line.text || (digest.title != 0 && digest.title == line.text.title);
            is_same && day_of(post) == day(&line) && link::place(post.url()) == link::place(&line.url)
        };
        match posts.get(index).is_some_and(is_sure) {
            true => self.give(posts, index, line),
            false => self.matched.absent.push(line),
        }
        Ok(())
    }

    /// Finds what belongs together otherwise.
    pub(super) fn finish(mut self, found: &mut Vec<Diagnostic>, posts: &mut [PostMeta]) -> Matched {
        // A merge may have left a line twice.
        let mut known = HashSet::new();
        let identity = |line: &PostLine| (line.post.clone(), line.id().to_owned(), line.text);
        self.matched.absent.retain(|line| known.insert(identity(line)));
        let text = |post: &PostMeta| post.digest().filter(|digest| *digest != Digest::default());
        let place = |url: &str| link::place(url).to_owned();
        let body = |body: u64| Some(body).filter(|body| *body != 0);
        let title = |title: u32| Some(title).filter(|title| *title != 0);
        // Its whole text, with as much else as possible. Alone it is enough only if it is no empty one, and if it was
        // not withdrawn earlier: texts of one form come again.
        self.pair(
            posts,
            |line| Some((line.text, day(line), place(&line.url))),
            |post| Some((text(post)?, day_of(post), place(post.url()))),
        );
        self.pair(
            posts,
            |line| Some((line.text, day(line), line.post.clone())),
            |post| Some((text(post)?, day_of(post), key(post).to_owned())),
        );
        self.pair(
            posts,
            |line| body(line.text.body).map(|_| (line.text, day(line))),
            |post| Some((text(post).filter(|digest| digest.body != 0)?, day_of(post))),
        );
        self.pair(
            posts,
            |line| Some((line.text, place(&line.url))),
            |post| Some((text(post)?, place(post.url()))),
        );
        self.pair(
            posts,
            |line| Some((line.text, line.post.clone())),
            |post| Some((text(post)?, key(post).to_owned())),
        );
        self.pair(
            posts,
            |line| body(line.text.body).filter(|_| line.withdrawn.is_none()).map(|_| line.text),
            |post| text(post).filter(|digest| digest.body != 0),
        );
        // Its text and day; its title and day.
        self.pair(
            posts,
            |line| Some((body(line.text.body)?, day(line)?)),
            |post| Some((body(post.digest()?.body)?, day_of(post)?)),
        );
        self.pair(
            posts,
            |line| Some((title(line.text.title)?, day(line))),
            |post| Some((title(post.digest()?.title)?, day_of(post))),
        );
        // Its file, and its day or its title; its URL.
        self.pair(
            posts,
            |line| Some((line.post.clone(), day(line))),
            |post| Some((key(post).to_owned(), day_of(post))),
        );
        self.pair(
            posts,
            |line| Some((line.post.clone(), title(line.text.title)?)),
            |post| Some((key(post).to_owned(), title(post.digest()?.title)?)),
        );
        self.pair(posts, |line| Some(place(&line.url)), |post| Some(place(post.url())));
        found.append(&mut self.found);
        self.matched
    }

    /// Gives posts without a line the line that has the same of something, if no other post and no other line has it.
    fn pair<K: Hash + Eq>(
        &mut self,
        posts: &mut [PostMeta],
        of_line: impl Fn(&PostLine) -> Option<K>,
        of_post: impl Fn(&PostMeta) -> Option<K>,
    ) {
        if self.matched.absent.is_empty() {
            return;
        }
        let lines = self.matched.absent.iter().enumerate();
        let lines = unique(lines.filter_map(|(index, line)| Some((of_line(line)?, index))));
        let free = posts.iter().enumerate().zip(&self.matched.remembered).filter(|(_, own)| own.is_none());
        let free = unique(free.filter_map(|((index, post), _)| Some((of_post(post)?, index))));
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
        // A date that its author has changed since counts more.
        if post.published == line.published.map(|date| date.0) {
            self.matched.has_other_date |= remembered.adopt(post, line.adopted.map(|date| date.0));
        }
        // On another host, search engines are told by what is there.
        let is_elsewhere = link::place(post.url()) != link::place(&line.url);
        self.matched.gone.extend(Some(line.url).filter(|_| is_elsewhere && line.announced.is_some()));
        *place = Some(remembered);
    }
}

/// The day of a post, as it is written: the zone may be another after a move.
fn day(line: &PostLine) -> Option<NaiveDate> {
    line.published.map(|date| date.0.date_naive())
}

fn day_of(post: &PostMeta) -> Option<NaiveDate> {
    post.published.map(|date| date.date_naive())
}

/// What is to be said of a post whose file moved.
fn moved(post: &PostMeta, line: &PostLine) -> Diagnostic {
    let same = if post.digest() == Some(line.text) { "its text is" } else { "much of it is" };
    let message = format!("it was `{}` before: {same} the same", shown(&line.post));
    Diagnostic::new(Rule::MovedPost, post.path(), message).help("it keeps its id")
}

/// What is to be said of a post whose author wrote another id than readers know.
fn other_id(post: &PostMeta, line: &PostLine) -> Diagnostic {
    let message = format!("its id is `{}` now, and was `{}`", shown(post.id()), shown(line.id()));
    let help = format!("readers will show it again; write `id: {}` to keep it", shown(line.id()));
    Diagnostic::new(Rule::OtherId, post.path(), message).help(help)
}

//! Posts, the lock and the history of git -> posts with the ids that readers know, and the dates of their changes.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, FixedOffset};
use hashbrown::HashSet;
use rayon::prelude::*;

use crate::config::Config;
use crate::diagnostic::{Diagnostic, Rule};
use crate::disk;
use crate::error::{Error, Failure};
use crate::feeds::FeedDocument;
use crate::generators::built::is_list;
use crate::lock::{Lock, PostLine, Remembered};
use crate::model::PostMeta;
use crate::publish::{Mode, PendingFile, Staged};
use crate::read::{Built, built, git};
use crate::select;
use crate::settings::LastMod;
use crate::sitemaps::Listing;
use crate::source;
use crate::text::Digest;

/// What is known besides the posts themselves.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    lock: Option<Lock>,
}

/// Gives posts the ids that readers know, and the dates of their changes. `left_out` are posts that were read and are not
/// published: what is remembered of them is theirs.
///
/// # Errors
/// Those of reading the lock.
pub(crate) fn recall(
    found: &mut Vec<Diagnostic>,
    posts: &mut Vec<PostMeta>,
    left_out: &[PostMeta],
    config: &Config,
) -> Result<Memory, Error> {
    let lock = match &config.lock {
        Some(path) => {
            let (unread, has_bad_record) = unread(found);
            // A post whose file could not be read is not taken for withdrawn.
            let is_gone = |line: &PostLine| {
                let is_record = line.post.contains("://");
                config.files.is_none()
                    && !(is_record && has_bad_record)
                    && !unread.iter().any(|path| {
                        line.post == *path
                            || line.post.strip_prefix(path.as_str()).is_some_and(|rest| rest.starts_with('/'))
                    })
            };
            Some(Lock::open(found, posts, left_out, path, config.site.now, &is_gone)?)
        }
        None => None,
    };
    use_adopted_dates(found, posts, config);
    if let (LastMod::Content, Some(lock)) = (config.lastmod, &lock) {
        for (post, known) in posts.iter_mut().zip(lock.remembered()) {
            change(post, known.changed(), config);
        }
    }
    if config.lastmod == LastMod::Git {
        let changes = git::changes(found, posts, config);
        for post in posts.iter_mut().filter(|post| post.offset().is_none()) {
            change(post, changes.get(post.path()).copied(), config);
        }
    }
    let is_known = |index: usize| {
        let known = lock.as_ref().and_then(|lock| lock.remembered().get(index));
        known.is_some_and(|known| known.keeps_id)
    };
    select::make_ids_unique(found, posts, &is_known);
    Ok(Memory { lock })
}

/// The files and folders that could not be read, and whether a record could not.
fn unread(found: &[Diagnostic]) -> (BTreeSet<String>, bool) {
    let of = |rule| found.iter().filter(move |finding| finding.rule == rule);
    let paths = of(Rule::UnreadableFile).map(|finding| finding.path.clone()).collect();
    (paths, of(Rule::BadRecord).next().is_some())
}

/// Drops the finding that a post has no date, if it has adopted the date of an earlier feed. If it is a page
/// of a built site, feeds carry it.
pub(crate) fn use_adopted_dates(found: &mut Vec<Diagnostic>, posts: &mut [PostMeta], config: &Config) {
    let paths: HashSet<&str> =
        posts.iter().filter(|post| post.has_adopted_date()).map(PostMeta::path).collect();
    if paths.is_empty() {
        return;
    }
    found.retain(|finding| !IS_UNDATED.contains(&finding.rule) || !paths.contains(&*finding.path));
    drop(paths);
    // A page that was in a feed is a post, even if it does not say when it was published.
    if config.recognised.generator.build.is_some() {
        posts.iter_mut().filter(|post| post.has_adopted_date()).for_each(|post| post.in_feeds = true);
    }
}

/// What is said of a post that has no date.
const IS_UNDATED: [Rule; 2] = [Rule::MissingDate, Rule::UndatedPage];

/// Sets the date of change, if it is later than the dates of the post and not in the future.
fn change(post: &mut PostMeta, date: Option<DateTime<FixedOffset>>, config: &Config) {
    let known = post.updated.or(post.published);
    let is_news =
        |date: &DateTime<FixedOffset>| *date <= config.site.now && known.is_none_or(|known| *date > known);
    post.updated = date.filter(is_news).or(post.updated);
}

impl Memory {
    /// What the lock remembers, to be changed; nothing without one.
    pub(crate) fn remembered(&mut self) -> &mut [Remembered] {
        self.lock.as_mut().map_or(&mut [], Lock::remembered_mut)
    }

    /// The URLs of the posts that have the ids by which the lock knows them.
    pub(crate) fn kept_ids<'p>(&self, posts: &'p [PostMeta]) -> HashSet<&'p str> {
        let remembered = self.lock.as_ref().map_or(&[][..], Lock::remembered);
        let kept = posts.iter().zip(remembered).filter(|(_, known)| known.keeps_id);
        kept.map(|(post, _)| post.url()).collect()
    }

    /// Leaves posts out of the lock that it does not have yet.
    pub(crate) fn forget_new(&mut self) {
        if let Some(lock) = &mut self.lock {
            lock.keeps_new = false;
        }
    }

    /// Remembers the pages that belong to no post. Gives when they changed, by URL.
    pub(crate) fn see_pages(
        &mut self,
        built: Option<&Built>,
        urls: &[String],
        config: &Config,
    ) -> BTreeMap<String, DateTime<FixedOffset>> {
        let (Some(built), LastMod::Content, Some(lock)) = (built, config.lastmod, &mut self.lock) else {
            return BTreeMap::new();
        };
        let digest = |url: &String| Some((url.clone(), digest_of_page(built, url, config)?));
        let digests: Vec<(String, Digest)> = urls.par_iter().filter_map(digest).collect();
        lock.remember_pages(digests.into_iter(), config.site.now)
    }

    /// Remembers which posts a sitemap lists.
    pub(crate) fn see_listing(&mut self, posts: &[PostMeta], listing: &Listing<'_>) {
        let Some(lock) = &mut self.lock else { return };
        let listed: HashSet<&str> = listing.posts().map(PostMeta::url).collect();
        for (post, known) in posts.iter().zip(lock.remembered_mut()) {
            known.unlisted = !listed.contains(post.url());
        }
    }

    /// Remembers what feeds carry, where there are hubs to notify.
    pub(crate) fn see_feeds(&mut self, documents: &[FeedDocument<'_>], config: &Config) {
        let Some(lock) = &mut self.lock else { return };
        if config.hubs.is_empty() {
            return lock.remember_feeds(std::iter::empty());
        }
        let current = documents.iter().filter(|document| document.history.current.is_none());
        lock.remember_feeds(current.map(|document| {
            let entries = document.posts.iter().flat_map(|post| {
                let text = post.digest().map_or_else(String::new, |digest| digest.to_string());
                [post.id().to_owned(), post.url().to_owned(), text]
            });
            let entries: Vec<String> = entries.collect();
            let url = config.site.base_url.file(&document.path);
            (url, Digest::of_all(entries.iter().map(String::as_str)))
        }));
    }

    /// Stages the lock, if there is one that this run may change: it is put in its place after the outputs.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub(crate) fn stage(
        &self,
        posts: &[PostMeta],
        config: &Config,
        mode: Mode,
    ) -> Result<Option<Staged>, Error> {
        let (Some(lock), Some(path), false) = (&self.lock, &config.lock, config.is_tried_out()) else {
            return Ok(None);
        };
        let mode = if mode == Mode::Check { mode } else { Mode::Publish };
        let mut file = PendingFile::begin(path, mode)?;
        match lock.write(posts, &mut file) {
            Ok(()) => file.finish().map(Some),
            Err(error) => Err(file.failed(Failure::Write(error))),
        }
    }
}

/// The fingerprint of a page's text; `None` if it is none of HTML, or lists others.
fn digest_of_page(built: &Built, url: &str, config: &Config) -> Option<Digest> {
    let (file, _) = built.page_of(url, &config.site.base_url)?;
    let bytes = disk::read(&config.site.output.join(&file), config.site.largest).ok()?;
    let page = source::decode(&file, bytes);
    (!is_list(&file, &page.text)).then(|| built::digest(&page.text, "", config))
}

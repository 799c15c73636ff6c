//! Feeds that are about to be replaced, and by which readers know posts by other ids.

use std::collections::BTreeSet;
use std::path::{Component, PathBuf};

use hashbrown::HashSet;
use rayon::prelude::*;

use super::document::FeedDocument;
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::disk;
use crate::generators::PLAIN;
use crate::model::{Format, PostMeta};
use crate::read::entries::{Matched, matched};
use crate::source::{
    self,
    feed::{self, is_ours},
};
use crate::text::{self, id, link};

/// How much of a file shows whether it is ours, in bytes.
const START: usize = 4096;
/// A larger feed of ours is not read again, in bytes.
const LARGEST_OF_OURS: u64 = 1 << 20;

/// Whether the lock has the id of a post: then readers know it by no other, whatever a generator has written since.
pub(crate) type KeepsId<'k> = dyn Fn(&PostMeta) -> bool + Sync + 'k;

/// The ids by which readers know posts, and which they would lose.
pub(crate) fn replaced_ids(
    documents: &[FeedDocument<'_>],
    posts: &[PostMeta],
    keeps_id: &KeepsId<'_>,
    config: &Config,
) -> Vec<Diagnostic> {
    if config.is_tried_out() {
        return Vec::new();
    }
    let current = documents.par_iter().filter(|document| document.history.current.is_none());
    let found: Vec<(String, Diagnostic)> =
        current.filter_map(|document| with_other_ids(document, posts, keeps_id, config)).collect();
    // What all feeds of ours have in common is said once.
    let mut said = BTreeSet::new();
    let is_news = |(change, _): &(String, Diagnostic)| change.is_empty() || said.insert(change.clone());
    found.into_iter().filter(is_news).map(|(_, finding)| finding).collect()
}

/// Whether a feed of ours has an entry with this id, as far as that is seen without parsing it.
fn has_id(feed: &[u8], id: &str, format: Format) -> bool {
    let written = match format {
        Format::Rss => format!(">{id}</guid>"),
        Format::Atom => format!("<id>{id}</id>"),
        Format::Json => format!("\"id\": \"{id}\""),
    };
    memchr::memmem::find(feed, written.as_bytes()).is_some()
}

/// The ids of entries that are none of our posts', each with the one that its post has now.
fn others<'e>(
    posts: &[&'e PostMeta],
    all: &[PostMeta],
    entries: &'e [feed::Entry],
    keeps_id: &KeepsId<'_>,
    config: &Config,
) -> Vec<(&'e str, &'e str)> {
    // Atom has a URI in place of an id that is none.
    let base = config.site.base_url.as_str();
    let own_ids = posts.iter().flat_map(|post| [post.id().to_owned(), id::of_written(post.id(), base)]);
    let own_ids: HashSet<String> = own_ids.collect();
    let other = |(entry, matched): (&'e feed::Entry, Option<(usize, Matched)>)| {
        let post = *posts.get(matched?.0)?;
        let id = entry.id.as_deref().unwrap_or(&entry.url);
        let is_kept = own_ids.contains(id) || keeps_id(post) || link::is_of_this_machine(id);
        (!is_kept && !id.is_empty()).then_some((id, post.id()))
    };
    // Another post may have the title on the next day, and a comment has that of its post.
    let is_of_other = |entry: &feed::Entry| {
        let id = entry.id.as_deref().unwrap_or(&entry.url);
        entry.url.contains('#') || all.iter().any(|post| post.url() == entry.url || post.id() == id)
    };
    let mut matches = matched(entries, posts, config);
    for (entry, matched) in entries.iter().zip(&mut matches) {
        *matched = matched.filter(|(_, how)| *how != Matched::Title || !is_of_other(entry));
    }
    // A feed that links to many sites is not that of another address of this one.
    let own = link::host(base).trim_start_matches("www.");
    let is_own = |entry: &feed::Entry| link::host(&entry.url).trim_start_matches("www.") == own;
    let is_moved = matches.iter().flatten().count() * 2 >= entries.len();
    let pairs = entries.iter().zip(matches).filter(|(entry, _)| is_moved || is_own(entry));
    pairs.filter_map(other).collect()
}

/// What is to be said of one feed, and the change itself if the feed is ours.
fn with_other_ids(
    document: &FeedDocument<'_>,
    posts: &[PostMeta],
    keeps_id: &KeepsId<'_>,
    config: &Config,
) -> Option<(String, Diagnostic)> {
    let file = config.site.output.join(&document.path);
    let mut start = vec![0; START];
    let (_, length) = disk::read_start(&file, &mut start).ok()?;
    let is_ours = is_ours(start.get(..length)?);
    // There may be thousands of feeds of terms.
    if is_ours && (document.feed.term.is_some() || file.metadata().ok()?.len() > LARGEST_OF_OURS) {
        return None;
    }
    let bytes = disk::read(&file, config.site.largest).ok()?;
    // Nearly always, the ids of all posts are in it.
    if is_ours && document.posts.iter().all(|post| has_id(&bytes, post.id(), document.feed.format)) {
        return None;
    }
    let text = source::decode("", bytes).text;
    let entries = feed::Document::parse(&text).ok()?.entries();
    let others = others(&document.posts, posts, &entries, keeps_id, config);
    let (id, own) = others.first()?;
    let message = match others.len() {
        1 => "readers know a post of this feed by another id, and would show it again".to_owned(),
        count => format!("readers know {count} posts of this feed by other ids, and would show them again"),
    };
    let change = if is_ours { format!("{id} {own}") } else { String::new() };
    let path: PathBuf = file.components().filter(|part| *part != Component::CurDir).collect();
    let keeps = match text::id::of_written(id, "") == *id {
        true => "which keeps its ids",
        false => "which keeps its ids in RSS and JSON Feed; Atom demands URIs",
    };
    let (id, own, path) = (text::shown(id), text::shown(own), path.display());
    let is_lost = !is_ours && config.lock.is_none() && config.recognised.generator.name == PLAIN.name;
    let (rule, help) = match (is_ours, is_lost && config.level(Rule::LostIds) == Level::Deny) {
        (false, true) => (
            Rule::LostIds,
            format!(
                "nothing is written until `feedmill adopt {path}` has kept its ids, or the file is removed: `{id}` would be `{own}`"
            ),
        ),
        (false, false) => (
            Rule::ReplacedIds,
            format!(
                "`{id}` would be `{own}`; let `{path}` be written again, and run `feedmill adopt {path}` before the build, {keeps}"
            ),
        ),
        (true, _) => (
            Rule::ReplacedIds,
            format!(
                "`{id}` is `{own}` now; to keep ids, take the lock from the version before, or adopt the feed that was online"
            ),
        ),
    };
    Some((change, Diagnostic::new(rule, config.named(&file), message).help(help)))
}

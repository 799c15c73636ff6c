//! Posts, whole -> a document, or a part of one, checked.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use super::document::FeedDocument;
use crate::check;
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Rule};
use crate::error::Failure;
use crate::model::{Entry, Feed, PostMeta, Site};
use crate::publish::{FIRST, OutputKind, Plan};
use crate::read::{entry, links::Links};
use crate::render::{self, Document};
use crate::settings::FeedConfig;

/// A document, or a part of one, that has been rendered.
pub(super) struct Rendered {
    pub title: String,
    /// How many entries it has.
    pub entries: usize,
    pub document: Result<Document, Failure>,
    pub found: Vec<Diagnostic>,
}

/// Documents, each with its place in the configuration.
pub(super) type Batch<'d, 'a> = Vec<(usize, &'d FeedDocument<'a>)>;

/// The plan of a document.
pub(super) fn plan<'p>(
    index: usize,
    document: &'p FeedDocument<'_>,
    title: String,
    entries: usize,
) -> Plan<'p> {
    let kind = OutputKind::Feed {
        format: document.feed.format,
        title,
        advertised: document.history.current.is_none() && document.feed.term.is_none(),
    };
    Plan { rank: FIRST + 1 + index, path: &document.path, kind, entries }
}

/// Renders a feed, or a part of one.
pub(super) fn render_one(mut feed: Feed<'_>, config: &FeedConfig) -> Rendered {
    let mut found = Vec::new();
    let mut document = sound(&mut found, &mut feed, config);
    if matches!(document, Err(Failure::Unsound(_))) {
        // One post must not stop the others: entries that are unsound on their own are left out.
        let unsound: Vec<&str> = feed
            .entries
            .iter()
            .filter(|entry| !is_sound(&feed, entry, config))
            .map(|entry| entry.url.as_str())
            .collect();
        for url in &unsound {
            let message = format!("its entry would not be well-formed: {url}");
            let finding = Diagnostic::new(Rule::UnsoundEntry, config.path.clone(), message);
            found.push(finding.help("this is a bug in feedmill; the other posts are published"));
        }
        if !unsound.is_empty() {
            feed.entries.retain(|entry| !unsound.contains(&entry.url.as_str()));
            feed.full = feed.full.min(feed.entries.len());
            document = sound(&mut found, &mut feed, config);
        }
    }
    Rendered { entries: feed.entries.len(), title: feed.title, document, found }
}

/// Renders a feed and checks it.
fn sound(found: &mut Vec<Diagnostic>, feed: &mut Feed<'_>, config: &FeedConfig) -> Result<Document, Failure> {
    let document = within_budget(found, feed, config)?;
    let errors = check::feed(config.format, &document.bytes, feed.entries.len())?;
    let located = check::located(&errors, Box::new(document.bytes.as_slice()), &config.path);
    found.append(&mut located.map_err(Failure::unsound)?);
    Ok(document)
}

/// Whether a feed of one entry would be sound.
fn is_sound(feed: &Feed<'_>, entry: &Entry, config: &FeedConfig) -> bool {
    let mut alone = Feed { entries: vec![entry], full: 1, ..feed.clone() };
    sound(&mut Vec::new(), &mut alone, config).is_ok()
}

/// The entries of posts, by URL. Only those that feeds carry are read again, whole.
pub(super) fn entries<'a>(
    found: &mut Vec<Diagnostic>,
    posts: impl Iterator<Item = &'a PostMeta>,
    links: &Links<'_>,
    site: &Site,
    config: &Config,
) -> HashMap<&'a str, Entry> {
    let carried: BTreeMap<&str, &PostMeta> = posts.map(|post| (post.url(), post)).collect();
    let carried: Vec<(&str, &PostMeta)> = carried.into_iter().collect();
    let read = |(url, meta): &(&'a str, &PostMeta)| {
        let mut found = Vec::new();
        let entry = entry::entry(&mut found, meta, links, &site.authors, config);
        (entry.map(|(_, entry)| (*url, entry)), found)
    };
    let entries: Vec<_> = carried.par_iter().map(read).collect();
    let mut by_url = HashMap::with_capacity(entries.len());
    for (entry, mut findings) in entries {
        found.append(&mut findings);
        by_url.extend(entry);
    }
    by_url
}

/// Renders a feed, with as many whole texts as its budget allows.
fn within_budget(
    found: &mut Vec<Diagnostic>,
    feed: &mut Feed<'_>,
    config: &FeedConfig,
) -> Result<Document, Failure> {
    let mut document = render::render(config.format, feed)?;
    let Some(budget) = config.max_bytes else { return Ok(document) };
    let all = feed.full;
    while document.bytes.len() > budget && feed.shrink(document.bytes.len() - budget) {
        document = render::render(config.format, feed)?;
    }
    if feed.full < all {
        let message = format!("the feed would be larger than {budget} bytes");
        let help = format!("the oldest {} of {all} entries carry their excerpts only", all - feed.full);
        found.push(Diagnostic::new(Rule::OverBudget, config.path.clone(), message).help(help));
    }
    Ok(document)
}

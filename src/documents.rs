//! Which documents the feeds of a site consist of, and how they are made: a batch at a time, so that neither thousands
//! of feeds nor the whole history of a site need more memory than a few posts.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::prelude::*;

use crate::check;
use crate::config::{Config, FeedConfig};
use crate::diagnostic::{Diagnostic, Rule};
use crate::error::Error;
use crate::feed::{Entry, Feed, Site};
use crate::listing::Listing;
use crate::outputs::{self, Kind, Outputs};
use crate::reading;
use crate::render;

/// How many posts are held at once, whole.
const BATCH: usize = 1000;

/// One document of a feed.
#[derive(Debug)]
pub struct Document<'a> {
    /// The feed.
    pub feed: &'a FeedConfig,
    /// Relative to the output folder and to the base URL.
    pub path: String,
    /// What it carries, in order.
    pub posts: Vec<&'a Listing>,
    /// Where it stands among the documents of the feed.
    pub history: History,
}

/// Where a document stands in the history of a feed that is kept in archives (RFC 5005 §4): URLs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    /// Of the document with the newest posts, if this is another.
    pub current: Option<String>,
    /// Of the archive with the posts before these.
    pub previous: Option<String>,
    /// Of the archive with the posts after these.
    pub next: Option<String>,
}

/// The documents of all feeds, in the order of the configuration, each feed's archives after it.
#[must_use]
pub fn plan<'a>(feeds: &'a [FeedConfig], posts: &'a [Listing], config: &Config) -> Vec<Document<'a>> {
    let members = crate::select::members(posts, feeds);
    feeds.iter().zip(members).flat_map(|(feed, posts)| documents(feed, posts, config)).collect()
}

/// The current document of a feed, and its archives. What an archive holds never changes: the oldest posts fill the
/// first, and one more begins once the current document can spare as many posts as fit into it.
fn documents<'a>(feed: &'a FeedConfig, mut posts: Vec<&'a Listing>, config: &Config) -> Vec<Document<'a>> {
    let limit = feed.limit.unwrap_or(posts.len());
    let size = feed.archive.unwrap_or(usize::MAX);
    let archives = posts.len().saturating_sub(limit) / size;
    let archived = posts.split_off(posts.len() - archives * size.min(posts.len()));
    let (stem, extension) = feed.path.rsplit_once('.').unwrap_or((&feed.path, "xml"));
    let path = |number: usize| format!("{stem}-archive-{number}.{extension}");
    let url = |number: usize| (1..=archives).contains(&number).then(|| config.base_url.file(&path(number)));
    let current = config.base_url.file(&feed.path);
    let newest = History { previous: url(archives), ..History::default() };
    let mut documents = vec![Document { feed, path: feed.path.clone(), posts, history: newest }];
    // The newest archive first, as its posts are.
    for (number, posts) in (1..=archives).rev().zip(archived.chunks(size)) {
        let history =
            History { current: Some(current.clone()), previous: url(number - 1), next: url(number + 1) };
        documents.push(Document { feed, path: path(number), posts: posts.to_vec(), history });
    }
    documents
}

/// Renders the documents and hands them over.
///
/// # Errors
/// [`Error::Write`] and [`Error::Unsound`].
pub fn render(
    found: &mut Vec<Diagnostic>,
    documents: &[Document<'_>],
    posts: &[Listing],
    site: &Site,
    config: &Config,
    outputs: &mut Outputs<'_>,
) -> Result<(), Error> {
    for batch in batches(documents) {
        let entries = entries(found, &batch, posts, site, config);
        let rendered: Vec<_> = batch
            .par_iter()
            .map(|(_, document)| {
                let mut found = Vec::new();
                let carried = document.posts.iter().filter_map(|post| entries.get(post.url())).collect();
                let mut feed = Feed::new(site, carried, document, config);
                let bytes = within_budget(&mut found, &mut feed, document.feed).and_then(|bytes| {
                    check::feed(document.feed.format, &bytes, feed.entries.len()).map(|()| bytes)
                });
                (feed.title, feed.entries.len(), bytes, found)
            })
            .collect();
        for ((index, document), (title, entries, bytes, mut findings)) in batch.iter().zip(rendered) {
            found.append(&mut findings);
            let kind = Kind::Feed {
                format: document.feed.format,
                title,
                advertised: document.history.current.is_none() && document.feed.value.is_none(),
            };
            outputs.add(outputs::FIRST + 1 + index, &document.path, kind, entries, bytes)?;
        }
    }
    Ok(())
}

/// Documents, each with its place in the configuration.
type Batch<'d, 'a> = Vec<(usize, &'d Document<'a>)>;

/// The documents in portions that carry so many posts together. Those with the newest posts come first, because they
/// are likely to carry the same.
fn batches<'d, 'a>(documents: &'d [Document<'a>]) -> Vec<Batch<'d, 'a>> {
    let mut sorted: Batch<'_, '_> = documents.iter().enumerate().collect();
    sorted.sort_by_key(|(_, document)| std::cmp::Reverse(document.posts.first().map(|post| post.published)));
    let mut batches = Vec::new();
    let (mut batch, mut carried) = (Vec::new(), BTreeSet::new());
    for (index, document) in sorted {
        batch.push((index, document));
        carried.extend(document.posts.iter().map(|post| post.url()));
        if carried.len() >= BATCH {
            batches.push(std::mem::take(&mut batch));
            carried.clear();
        }
    }
    batches.push(batch);
    batches
}

/// The entries of all posts that any of the documents carries, by URL. Only these are read again, whole.
fn entries<'a>(
    found: &mut Vec<Diagnostic>,
    documents: &Batch<'_, 'a>,
    posts: &[Listing],
    site: &Site,
    config: &Config,
) -> HashMap<&'a str, Entry> {
    let carried: BTreeMap<&str, &Listing> =
        documents.iter().flat_map(|(_, document)| &document.posts).map(|post| (post.url(), *post)).collect();
    let carried: Vec<&Listing> = carried.into_values().collect();
    let built: Vec<(Option<Entry>, Vec<Diagnostic>)> = carried
        .par_iter()
        .map(|listing| {
            let mut found = Vec::new();
            let entry = reading::entry(&mut found, listing, posts, site, config).map(|(_, entry)| entry);
            (entry, found)
        })
        .collect();
    let mut entries = HashMap::with_capacity(built.len());
    for (listing, (entry, mut findings)) in carried.into_iter().zip(built) {
        found.append(&mut findings);
        entries.extend(entry.map(|entry| (listing.url(), entry)));
    }
    entries
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
        found.push(
            Diagnostic::new(
                Rule::OverBudget,
                config.path.clone(),
                format!("the feed would be larger than {budget} bytes"),
            )
            .help(format!("the oldest {} of {all} entries carry their excerpts only", all - feed.full)),
        );
    }
    Ok(bytes)
}

//! Documents -> files, a batch at a time, so that neither thousands of feeds nor the whole history of a site need more
//! memory than a few posts.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::prelude::*;

use super::document::FeedDocument;
use crate::check;
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Rule};
use crate::error::{Error, Failure};
use crate::model::{Entry, Feed, PostMeta, Site};
use crate::publish::{FIRST, OutputKind, Plan, Staging};
use crate::read::{entry, links::Links};
use crate::render;
use crate::settings::FeedConfig;
use crate::text;

/// How many posts are held at once, whole.
const BATCH: usize = 1000;

/// A document that has been rendered.
struct Rendered {
    title: String,
    entries: usize,
    bytes: Result<Vec<u8>, Failure>,
    found: Vec<Diagnostic>,
}

/// Renders the documents and stages them.
///
/// # Errors
/// [`Error::Write`] and [`Error::Unsound`].
pub(crate) fn render(
    found: &mut Vec<Diagnostic>,
    documents: &[FeedDocument<'_>],
    posts: &[PostMeta],
    site: &Site,
    config: &Config,
    staging: &mut Staging<'_>,
) -> Result<(), Error> {
    let links = Links::new(posts, config);
    for batch in batches(documents) {
        let entries = entries(found, &batch, &links, site, config);
        let rendered: Vec<Rendered> =
            batch.par_iter().map(|(_, document)| render_one(document, &entries, site, config)).collect();
        for ((index, document), mut rendered) in batch.into_iter().zip(rendered) {
            found.append(&mut rendered.found);
            let kind = OutputKind::Feed {
                format: document.feed.format,
                title: rendered.title,
                advertised: document.history.current.is_none() && document.feed.term.is_none(),
            };
            let plan =
                Plan { rank: FIRST + 1 + index, path: &document.path, kind, entries: rendered.entries };
            staging.add(plan, rendered.bytes)?;
        }
    }
    Ok(())
}

fn render_one(
    document: &FeedDocument<'_>,
    entries: &HashMap<&str, Entry>,
    site: &Site,
    config: &Config,
) -> Rendered {
    let carried = document.posts.iter().filter_map(|post| entries.get(post.url())).collect();
    let mut feed = document.assemble(site, carried, config);
    let mut found = Vec::new();
    let mut bytes = sound(&mut found, &mut feed, document.feed);
    if matches!(bytes, Err(Failure::Unsound(_))) {
        // One post must not stop the others: those that are not sound alone are left out.
        let unsound: Vec<&str> = feed
            .entries
            .iter()
            .filter(|entry| !is_sound(&feed, entry, document.feed))
            .map(|entry| entry.url.as_str())
            .collect();
        for url in &unsound {
            let message = format!("its entry would not be well-formed: {url}");
            let finding = Diagnostic::new(Rule::UnsoundEntry, document.feed.path.clone(), message);
            found.push(finding.help("this is a bug in feedmill; the other posts are published"));
        }
        if !unsound.is_empty() {
            feed.entries.retain(|entry| !unsound.contains(&entry.url.as_str()));
            feed.full = feed.full.min(feed.entries.len());
            bytes = sound(&mut found, &mut feed, document.feed);
        }
    }
    Rendered { entries: feed.entries.len(), title: feed.title, bytes, found }
}

/// Renders a feed and checks it.
fn sound(found: &mut Vec<Diagnostic>, feed: &mut Feed<'_>, config: &FeedConfig) -> Result<Vec<u8>, Failure> {
    let bytes = within_budget(found, feed, config)?;
    check::feed(config.format, &bytes, feed.entries.len())?;
    Ok(bytes)
}

/// Whether a feed of one entry would be sound.
fn is_sound(feed: &Feed<'_>, entry: &Entry, config: &FeedConfig) -> bool {
    let mut alone = Feed { entries: vec![entry], full: 1, ..feed.clone() };
    sound(&mut Vec::new(), &mut alone, config).is_ok()
}

/// Documents, each with its place in the configuration.
type Batch<'d, 'a> = Vec<(usize, &'d FeedDocument<'a>)>;

/// The documents in batches that carry so many posts together. Those with the newest posts come first, because they
/// are likely to carry the same.
fn batches<'d, 'a>(documents: &'d [FeedDocument<'a>]) -> Vec<Batch<'d, 'a>> {
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
    links: &Links<'_>,
    site: &Site,
    config: &Config,
) -> HashMap<&'a str, Entry> {
    let carried = documents.iter().flat_map(|(_, document)| &document.posts);
    let carried: BTreeMap<&str, &PostMeta> = carried.map(|post| (post.url(), *post)).collect();
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
) -> Result<Vec<u8>, Failure> {
    let mut bytes = render::render(config.format, feed)?;
    let Some(budget) = config.max_bytes else { return Ok(bytes) };
    let all = feed.full;
    while bytes.len() > budget && feed.shrink(bytes.len() - budget) {
        bytes = render::render(config.format, feed)?;
    }
    if feed.full < all {
        let message = format!("the feed would be larger than {budget} bytes");
        let help = format!("the oldest {} of {all} entries carry their excerpts only", all - feed.full);
        found.push(Diagnostic::new(Rule::OverBudget, config.path.clone(), message).help(help));
    }
    Ok(bytes)
}

/// Reports files of the site that its generator copies to where outputs are written.
pub(crate) fn report_own_files(found: &mut Vec<Diagnostic>, feeds: &[FeedConfig], config: &Config) {
    let Some(folder) = config.recognised.generator.static_folder else { return };
    let feeds = feeds.iter().map(|feed| &feed.path);
    let paths = feeds.chain(config.sitemap.as_ref().map(|sitemap| &sitemap.path));
    let output = config.site.output.file_name().unwrap_or_default().to_string_lossy();
    for path in paths.filter(|path| config.site.root.join(folder).join(path).is_file()) {
        let own = if folder.is_empty() { path.clone() } else { format!("{folder}/{path}") };
        let message = format!("the site has its own `{}`", text::shown(path));
        let help = format!("its copy in `{output}` is replaced; remove yours, or use another path");
        found.push(Diagnostic::new(Rule::OwnFile, own, message).help(help));
    }
}

//! Documents -> files, a batch at a time, so that neither thousands of feeds nor the whole history of a site need more
//! memory than a few posts.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::document::FeedDocument;
use super::parts;
use super::rendered::{Batch, Rendered, entries, plan, render_one};
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Rule};
use crate::error::Error;
use crate::model::{PostMeta, Site};
use crate::publish::Staging;
use crate::read::links::Links;
use crate::settings::FeedConfig;
use crate::text;

/// How many posts are held at once, whole.
const BATCH: usize = 1000;

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
    let numbered: Batch<'_, '_> = documents.iter().enumerate().collect();
    let (long, short): (Batch<'_, '_>, Batch<'_, '_>) =
        numbered.into_iter().partition(|(_, document)| parts::is_long(document));
    for batch in batches(short) {
        let carried = batch.iter().flat_map(|(_, document)| &document.posts).copied();
        let entries = entries(found, carried, &links, site, config);
        let render = |(_, document): &(usize, &FeedDocument<'_>)| {
            let carried = document.posts.iter().filter_map(|post| entries.get(post.url())).collect();
            render_one(document.assemble(site, carried, config), document.feed)
        };
        let rendered: Vec<Rendered> = batch.par_iter().map(render).collect();
        for ((index, document), mut rendered) in batch.into_iter().zip(rendered) {
            found.append(&mut rendered.found);
            let bytes = rendered.document.map(|document| document.bytes);
            staging.add(plan(index, document, rendered.title, rendered.entries), bytes)?;
        }
    }
    for group in parts::groups(long) {
        parts::render(found, &group, &links, site, config, staging)?;
    }
    Ok(())
}

/// The documents in batches, each of which carries about `BATCH` different posts. Documents with the newest
/// posts come first, because they are likely to share posts.
fn batches<'d, 'a>(mut documents: Batch<'d, 'a>) -> Vec<Batch<'d, 'a>> {
    documents
        .sort_by_key(|(_, document)| std::cmp::Reverse(document.posts.first().map(|post| post.published)));
    let mut batches = Vec::new();
    let (mut batch, mut carried) = (Vec::new(), BTreeSet::new());
    for (index, document) in documents {
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

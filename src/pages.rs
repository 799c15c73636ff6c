//! What a sitemap lists, and the sitemaps that this takes.

use std::collections::HashSet;

use rayon::prelude::*;

use crate::check;
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Rule};
use crate::error::Error;
use crate::link;
use crate::listing::Listing;
use crate::outputs::{Kind, LAST, Outputs};
use crate::render::sitemap::{self, MAX_URL_LENGTH, Page};
use crate::select;

/// The pages of the sitemap at a path.
pub fn pages<'a>(
    found: &mut Vec<Diagnostic>,
    path: &str,
    posts: &'a [Listing],
    config: &'a Config,
) -> Vec<Page<'a>> {
    let mut pages = Vec::with_capacity(posts.len());
    // A sitemap may list only what is in its folder, or below.
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let root = if folder.is_empty() {
        config.base_url.as_str().to_owned()
    } else {
        config.base_url.file(&format!("{folder}/"))
    };
    let mut seen = HashSet::with_capacity(posts.len());
    for post in select::for_sitemap(posts) {
        let url = post.listed_url().split('#').next().unwrap_or_default();
        let reason = if !url.starts_with(&root) {
            Some(format!("the URL is not below {root}"))
        } else if url.len() > MAX_URL_LENGTH {
            Some(format!("the URL is {} characters long, and a sitemap allows {MAX_URL_LENGTH}", url.len()))
        } else {
            None
        };
        if let Some(message) = reason {
            found.push(Diagnostic {
                rule: Rule::OutsideSitemap,
                path: post.path.clone().into(),
                place: None,
                message,
                help: Some("it is not in the sitemap".to_owned()),
            });
        } else if seen.insert(url) {
            pages.push(Page { url, lastmod: post.updated.or(post.published) });
        }
    }
    if pages.is_empty() {
        // A sitemap must list something, and every site has a home page.
        pages.push(Page { url: config.base_url.as_str(), lastmod: None });
    }
    pages
}

/// Adds the sitemap; or, of more pages than one may have, its parts and the index that stands in its place.
///
/// # Errors
/// [`Error::Write`] and [`Error::Unsound`].
pub fn render(
    outputs: &mut Outputs<'_>,
    path: &str,
    pages: &[Page<'_>],
    config: &Config,
) -> Result<(), Error> {
    let stylesheet = config.stylesheet.as_deref().map(|stylesheet| link::relative(path, stylesheet));
    let packed = |bytes: Vec<u8>| if config.sitemap_gzip { sitemap::gzip(&bytes) } else { Ok(bytes) };
    let suffix = if config.sitemap_gzip { ".gz" } else { "" };
    let one = |pages: &[Page<'_>]| {
        sitemap::render(pages, stylesheet.as_deref())
            .and_then(|bytes| check::sitemap(&bytes, "url", pages.len()).map(|()| bytes))
            .and_then(packed)
    };
    let parts = sitemap::split(pages, sitemap::LIMITS);
    if let [all] = parts.as_slice() {
        return outputs.add(LAST, &format!("{path}{suffix}"), Kind::Sitemap, all.len(), one(all));
    }
    let stem = path.strip_suffix(".xml").unwrap_or(path);
    let names: Vec<String> = (1..=parts.len()).map(|number| format!("{stem}-{number}.xml{suffix}")).collect();
    let named: Vec<(&String, &[Page<'_>])> = names.iter().zip(parts.iter().copied()).collect();
    // As many at once as there are processors, and no more in memory.
    for some in named.chunks(rayon::current_num_threads()) {
        let rendered: Vec<_> = some.par_iter().map(|(_, part)| one(part)).collect();
        for ((name, part), bytes) in some.iter().zip(rendered) {
            outputs.add(LAST, name, Kind::Sitemap, part.len(), bytes)?;
        }
    }
    let urls: Vec<String> = names.iter().map(|name| config.base_url.file(name)).collect();
    let newest = |part: &[Page<'_>]| part.iter().filter_map(|page| page.lastmod).max();
    let index: Vec<Page<'_>> =
        urls.iter().zip(&parts).map(|(url, part)| Page { url, lastmod: newest(part) }).collect();
    let document = sitemap::render_index(&index, stylesheet.as_deref())
        .and_then(|bytes| check::sitemap(&bytes, "sitemap", index.len()).map(|()| bytes));
    // The index comes last: it never lists what is not there.
    outputs.add(LAST, path, Kind::Sitemap, index.len(), document)
}

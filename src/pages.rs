//! What a sitemap lists, and the sitemaps that this takes.

use std::collections::HashSet;

use rayon::prelude::*;

use crate::config::Config;
use crate::diagnostic::{Diagnostic, Rule};
use crate::error::Error;
use crate::link;
use crate::listing::Listing;
use crate::outputs::{Failure, Kind, LAST, Outputs};
use crate::publish::Staged;
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
    // Permalinks are unique; only what is listed under another URL may stand there already.
    let is_unusual = |post: &Listing| post.listed_url() != &*post.url || post.url.contains('#');
    let unusual = posts.iter().any(is_unusual);
    let mut seen = HashSet::with_capacity(if unusual { posts.len() } else { 0 });
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
        } else if !unusual || seen.insert(url) {
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
    let stylesheet = stylesheet.as_deref();
    let suffix = if config.sitemap_gzip { ".gz" } else { "" };
    let parts = sitemap::split(pages, sitemap::LIMITS);
    let stem = path.strip_suffix(".xml").unwrap_or(path);
    let names: Vec<String> = match parts.len() {
        1 => vec![format!("{path}{suffix}")],
        parts => (1..=parts).map(|number| format!("{stem}-{number}.xml{suffix}")).collect(),
    };
    let staged: Vec<Result<Staged, Error>> = names
        .par_iter()
        .zip(&parts)
        .map(|(name, part)| {
            outputs.stage(name, |draft| {
                if config.sitemap_gzip {
                    let mut packed = sitemap::gzip(draft);
                    sitemap::write(&mut packed, part, stylesheet)?;
                    packed.finish().map(drop).map_err(Failure::Write)
                } else {
                    sitemap::write(draft, part, stylesheet)
                }
            })
        })
        .collect();
    for ((name, part), staged) in names.iter().zip(&parts).zip(staged) {
        outputs.push(LAST, name, Kind::Sitemap, part.len(), staged?);
    }
    if parts.len() == 1 {
        return Ok(());
    }
    let urls: Vec<String> = names.iter().map(|name| config.base_url.file(name)).collect();
    let newest = |part: &[Page<'_>]| part.iter().filter_map(|page| page.lastmod).max();
    let index: Vec<Page<'_>> =
        urls.iter().zip(&parts).map(|(url, part)| Page { url, lastmod: newest(part) }).collect();
    // The index comes last: it never lists what is not there.
    let staged = outputs.stage(path, |draft| sitemap::write_index(draft, &index, stylesheet))?;
    outputs.push(LAST, path, Kind::Sitemap, index.len(), staged);
    Ok(())
}

//! What a sitemap lists besides posts: pages that the site's generator built, and other files.

use std::collections::BTreeSet;

use super::{canonical, fits_any};
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Rule};
use crate::generators::built::is_error_page;
use crate::model::PostMeta;
use crate::read::{Built, Unpublished, built::Page};
use crate::settings::SitemapConfig;
use crate::text::glob;

/// The URLs that belong to no post: pages, and other files that the sitemap is to include.
pub(crate) fn other_urls(
    found: &mut Vec<Diagnostic>,
    built: &Built,
    sitemap: &SitemapConfig,
    posts: &[PostMeta],
    unpublished: &[Unpublished],
    config: &Config,
) -> Vec<String> {
    let base_url = &config.site.base_url;
    let posts = posts.iter().flat_map(|post| [post.url(), post.listed_url()]);
    // Whatever is hidden, there is a home page.
    let hidden = unpublished.iter().map(|post| post.url.as_str()).filter(|url| *url != base_url.as_str());
    let known = posts.chain(hidden);
    let claimed: BTreeSet<String> =
        known.filter_map(|url| built.page_of(url, base_url)).map(|(file, _)| file).collect();
    let pages = built.pages.iter().filter(|(file, page)| {
        let is_hidden = config.dialect.hides_page(file);
        !claimed.contains(*file) && !page.is_redirect && !is_error_page(file, page.names_error) && !is_hidden
    });
    let pages: Vec<String> =
        pages.filter_map(|(file, page)| url_of(found, built, file, page, sitemap, config)).collect();
    let is_wanted = |file: &&String| sitemap.include.iter().any(|glob| glob::matches(glob, file));
    let others = built.others.iter().filter(is_wanted).map(|file| base_url.file(file));
    let urls: BTreeSet<String> = pages.into_iter().chain(others).collect();
    urls.into_iter().collect()
}

/// The URL under which a page is listed; `None` if it is not.
fn url_of(
    found: &mut Vec<Diagnostic>,
    built: &Built,
    file: &str,
    page: &Page,
    sitemap: &SitemapConfig,
    config: &Config,
) -> Option<String> {
    let base_url = &config.site.base_url;
    let path = match file.strip_suffix("index.html") {
        Some(folder) if folder.is_empty() || folder.ends_with('/') => folder,
        _ => file,
    };
    let own = base_url.file(path);
    if page.no_index && !fits_any(path, &sitemap.include) {
        return None;
    }
    let Some((href, place)) = &page.canonical else { return Some(own) };
    let Some(canonical) = canonical(href, &own, base_url) else { return Some(own) };
    // `/about` is the page that is stored as `about.html`.
    if built.page_of(&canonical, base_url).is_some_and(|(served, _)| served == file) {
        return Some(canonical);
    }
    let message = format!("the page's canonical URL is {canonical}");
    let finding =
        Diagnostic::new(Rule::CanonicalElsewhere, config.named(&config.site.output.join(file)), message);
    found.push(finding.at(place.clone()).help("the sitemap does not list the page"));
    None
}

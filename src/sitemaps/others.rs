//! What a sitemap lists besides posts: pages that the site's generator built, and other files.

use std::collections::BTreeSet;

use super::{absolute, fits_any};
use crate::config::Config;
use crate::model::PostMeta;
use crate::read::{Built, Unpublished, built::Page};
use crate::settings::SitemapConfig;
use crate::text::{BaseUrl, glob};

/// The URLs that belong to no post: pages, and other files that the sitemap is to include.
pub(crate) fn other_urls(
    built: &Built,
    sitemap: &SitemapConfig,
    posts: &[PostMeta],
    unpublished: &[Unpublished],
    config: &Config,
) -> Vec<String> {
    let base_url = &config.site.base_url;
    let posts = posts.iter().flat_map(|post| [post.url(), post.listed_url()]);
    let known = posts.chain(unpublished.iter().map(|post| post.url.as_str()));
    let claimed: BTreeSet<String> =
        known.filter_map(|url| built.page_of(url, base_url)).map(|(file, _)| file).collect();
    let pages = built
        .pages
        .iter()
        .filter(|(file, page)| !claimed.contains(*file) && !page.is_redirect && !is_error_page(file));
    let pages = pages.filter_map(|(file, page)| url_of(built, file, page, sitemap, base_url));
    let is_wanted = |file: &&String| sitemap.include.iter().any(|glob| glob::matches(glob, file));
    let others = built.others.iter().filter(is_wanted).map(|file| base_url.file(file));
    let urls: BTreeSet<String> = pages.chain(others).collect();
    urls.into_iter().collect()
}

/// The URL under which a page is listed; `None` if it is not.
fn url_of(
    built: &Built,
    file: &str,
    page: &Page,
    sitemap: &SitemapConfig,
    base_url: &BaseUrl,
) -> Option<String> {
    let path = match file.strip_suffix("index.html") {
        Some(folder) if folder.is_empty() || folder.ends_with('/') => folder,
        _ => file,
    };
    let own = base_url.file(path);
    if page.no_index && !fits_any(path, &sitemap.include) {
        return None;
    }
    let Some((canonical, _)) = &page.canonical else { return Some(own) };
    let canonical = absolute(canonical, &own)?;
    // `/about` is the page that is stored as `about.html`.
    let (served, _) = built.page_of(&canonical, base_url)?;
    (served == file).then_some(canonical)
}

/// `404.html` anywhere; `500.html`, `50x.html` and the like in the root.
fn is_error_page(file: &str) -> bool {
    const CODES: [&str; 14] =
        ["400", "401", "403", "404", "405", "410", "429", "451", "4xx", "500", "502", "503", "504", "50x"];
    let page = file.strip_suffix("/index.html").unwrap_or(file);
    let stem = page.split_once('.').map_or(page, |(stem, _)| stem);
    let name = stem.strip_prefix("errors/").or_else(|| stem.strip_prefix("error/")).unwrap_or(stem);
    CODES.contains(&name) || file.ends_with("/404.html")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_pages() {
        for file in ["404.html", "de/404.html", "50x.html", "errors/500.html", "404/index.html", "503.shtml"]
        {
            assert!(is_error_page(file), "{file}");
        }
        for file in ["4040.html", "posts/500.html", "index.html", "2024/404s/index.html"] {
            assert!(!is_error_page(file), "{file}");
        }
    }
}

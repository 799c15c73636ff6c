//! What a sitemap lists, the files that this takes, and whether the built pages are those that posts announce.

mod listed;
mod news;
mod others;
mod output;
mod robots;
mod verify;

pub(crate) use listed::{Listing, Scope, listing};
pub(crate) use news::render as render_news;
pub(crate) use others::other_urls;
pub(crate) use output::{patterns, render};
pub(crate) use robots::render as render_robots;
pub(crate) use verify::{verify, with_pages};

use crate::config::Config;
use crate::text::{BaseUrl, glob, link, link::is_of_preview};

/// The address of the style sheet, relative to a file.
fn stylesheet(path: &str, config: &Config) -> Option<String> {
    config.stylesheet.as_deref().map(|stylesheet| link::relative(path, stylesheet))
}

/// Whether any of the globs fits a path, with or without its final slash.
fn fits_any(path: &str, globs: &[String]) -> bool {
    globs.iter().any(|glob| glob::matches(glob, path) || glob::matches(glob, path.trim_end_matches('/')))
}

/// The canonical URL that a page declares, absolute, without its fragment. The host of a preview stands for the site's.
fn canonical(href: &str, page: &str, base_url: &BaseUrl) -> Option<String> {
    let mut url = url::Url::parse(page).ok()?.join(href.trim()).ok()?;
    url.set_fragment(None);
    // The same host by another scheme is the same page.
    let is_own = url.host_str() == Some(base_url.host())
        && url.port().is_none()
        && matches!(url.scheme(), "http" | "https");
    if is_of_preview(&url, base_url) || (is_own && !base_url.as_str().starts_with(url.scheme())) {
        let path = format!("{}{}", base_url.origin(), url.path());
        return link::absolute(&path);
    }
    link::absolute(url.as_str())
}

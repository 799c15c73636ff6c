//! What a sitemap lists, the files that this takes, and whether the built pages are those that posts announce.

mod listed;
mod news;
mod others;
mod output;
mod robots;
mod verify;

pub(crate) use listed::listing;
pub(crate) use news::render as render_news;
pub(crate) use others::other_urls;
pub(crate) use output::{patterns, render};
pub(crate) use robots::render as render_robots;
pub(crate) use verify::{verify, with_pages};

use crate::config::Config;
use crate::text::{glob, link};

/// The address of the style sheet, relative to a file.
fn stylesheet(path: &str, config: &Config) -> Option<String> {
    config.stylesheet.as_deref().map(|stylesheet| link::relative(path, stylesheet))
}

/// Whether any of the globs fits a path, with or without its final slash.
fn fits_any(path: &str, globs: &[String]) -> bool {
    globs.iter().any(|glob| glob::matches(glob, path) || glob::matches(glob, path.trim_end_matches('/')))
}

/// The absolute URL of a link on a page, without its fragment.
fn absolute(href: &str, page: &str) -> Option<String> {
    let mut url = url::Url::parse(page).ok()?.join(href.trim()).ok()?;
    url.set_fragment(None);
    link::absolute(url.as_str())
}

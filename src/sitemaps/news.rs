//! A sitemap of the last two days' posts, for Google News.

use std::collections::HashSet;

use chrono::TimeDelta;

use super::listed::Listing;
use super::stylesheet;
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::model::{Extra, News, Page, PostMeta, Site};
use crate::publish::{LAST, OutputKind, Plan, Staging};
use crate::read::{entry, links::Links};
use crate::render::sitemap;
use crate::text::language;

/// How many articles a news sitemap may list (Google's guidelines).
const ARTICLES: usize = 1000;
/// From how many days (the same).
const DAYS: i64 = 2;

/// Stages the sitemap at a path: of the posts that `listing` lists, those that are new.
///
/// # Errors
/// [`Error::Write`] and [`Error::Unsound`].
pub(crate) fn render(
    found: &mut Vec<Diagnostic>,
    staging: &mut Staging<'_>,
    path: &str,
    listing: &Listing<'_>,
    posts: &[PostMeta],
    site: &Site,
) -> Result<(), Error> {
    let config = listing.config;
    let now = config.site.now;
    let listed: HashSet<&str> = listing.pages(0..listing.len()).map(|page| page.url).collect();
    let recent = now.checked_sub_signed(TimeDelta::days(DAYS)).unwrap_or(now)..=now;
    let is_news = |post: &&PostMeta| {
        post.in_feeds
            && listed.contains(post.listed_url())
            && post.published.is_some_and(|published| recent.contains(&published.to_utc()))
    };
    let links = Links::new(posts, config);
    let mut pages = Vec::new();
    for meta in posts.iter().filter(is_news).take(ARTICLES) {
        let Some((post, _)) = entry::entry(found, meta, &links, &site.authors, config) else { continue };
        let by_script = || language::of_script(&format!("{}{}", site.title, post.title)).unwrap_or("en");
        let news = meta.published.map(|published| News {
            publication: site.title.clone(),
            language: language::of_news(post.language.as_deref().unwrap_or_else(by_script)),
            published,
            title: post.title.clone(),
        });
        let extra = Extra { news, ..Extra::default() };
        pages.push(Page { url: meta.listed_url(), lastmod: None, extra: extra.boxed() });
    }
    if pages.is_empty() {
        // A sitemap must list something.
        pages.push(Page { url: config.site.base_url.as_str(), lastmod: None, extra: None });
    }
    let stylesheet = stylesheet(path, config);
    let extras = pages.iter().filter_map(|page| page.extra.clone());
    let staged = staging
        .stage(path, |file| sitemap::write(file, pages.iter().cloned(), extras, stylesheet.as_deref()))?;
    staging.push(Plan { rank: LAST, path, kind: OutputKind::Sitemap, entries: pages.len() }, staged);
    Ok(())
}

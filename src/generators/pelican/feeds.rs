//! The feeds that Pelican writes, each in its place, and the pages that it makes of no file.

use std::collections::BTreeMap;

use super::site::Pelican;
use crate::generators::keys::Keys;
use crate::model::{AUTHOR, CATEGORY, Format, LANGUAGE, PostMeta, SiteFacts, TAG, TRANSLATION};
use crate::settings::{Criteria, Each, FeedConfig, Selection};
use crate::text::link;

/// The term of articles that are translations of others.
pub(super) const IS_TRANSLATION: &str = "true";

/// How many entries Pelican gives a feed.
pub(super) const LIMIT: usize = 100;

/// The feeds that are not switched off; the other formats of all posts beside them.
pub(super) fn feeds(keys: &Keys<'_>) -> Vec<FeedConfig> {
    let mut feeds = Vec::new();
    let usual = [
        ("FEED_ALL_ATOM", Some("feeds/all.atom.xml")),
        ("FEED_ATOM", None),
        ("FEED_ALL_RSS", None),
        ("FEED_RSS", None),
    ];
    for (key, path) in usual {
        let format = if key.ends_with("ATOM") { Format::Atom } else { Format::Rss };
        let path = unless_none(keys, key, path).map(|path| path.trim_start_matches('/').to_owned());
        let select = if key.starts_with("FEED_ALL") { Selection::default() } else { without_translations() };
        feeds.extend(path.map(|path| FeedConfig { select, ..FeedConfig::new(path, format) }));
    }
    feeds.dedup_by(|a, b| a.path == b.path);
    let usual = [
        ("CATEGORY_FEED_ATOM", Some("feeds/{slug}.atom.xml"), CATEGORY),
        ("CATEGORY_FEED_RSS", None, CATEGORY),
        ("TAG_FEED_ATOM", None, TAG),
        ("TAG_FEED_RSS", None, TAG),
        ("AUTHOR_FEED_ATOM", Some("feeds/{slug}.atom.xml"), AUTHOR),
        ("AUTHOR_FEED_RSS", Some("feeds/{slug}.rss.xml"), AUTHOR),
        ("TRANSLATION_FEED_ATOM", Some("feeds/all-{lang}.atom.xml"), LANGUAGE),
        ("TRANSLATION_FEED_RSS", None, LANGUAGE),
    ];
    for (key, path, taxonomy) in usual {
        let format = if key.ends_with("ATOM") { Format::Atom } else { Format::Rss };
        let Some(path) = unless_none(keys, key, path) else { continue };
        let path =
            path.replace("{lang}", "{slug}").replace("%s", "{slug}").trim_start_matches('/').to_owned();
        if !path.contains("{slug}") {
            continue;
        }
        feeds.push(FeedConfig {
            title: Some("{site} - {value}".to_owned()),
            select: if taxonomy == LANGUAGE { Selection::default() } else { without_translations() },
            each: Some(Each::of(taxonomy)),
            ..FeedConfig::new(path, format)
        });
    }
    for (path, format) in [("atom.xml", Format::Atom), ("rss.xml", Format::Rss), ("feed.json", Format::Json)]
    {
        if !feeds
            .iter()
            .any(|feed: &FeedConfig| feed.each.is_none() && (feed.format == format || feed.path == path))
        {
            feeds.push(FeedConfig::new(path, format));
        }
    }
    feeds
}

/// Articles that are no translations of others.
fn without_translations() -> Selection {
    let terms = BTreeMap::from([(TRANSLATION.to_owned(), vec![IS_TRANSLATION.to_owned()])]);
    Selection { not: Criteria { terms, ..Criteria::default() }, ..Selection::default() }
}

/// The home page, and the lists of categories, tags and authors.
pub(super) fn list_pages(pelican: &Pelican, posts: &[PostMeta], site: &SiteFacts) -> Vec<String> {
    let mut urls = vec![site.base_url.as_str().to_owned()];
    let keys = Keys(&pelican.settings);
    let is_original = |post: &&PostMeta| post.published.is_some() && post.terms_of(TRANSLATION).is_empty();
    for (taxonomy, key, folder) in
        [(CATEGORY, "CATEGORY", "category"), (TAG, "TAG", "tag"), (AUTHOR, "AUTHOR", "author")]
    {
        let usual = format!("{folder}/{{slug}}.html");
        if unless_none(&keys, &format!("{key}_SAVE_AS"), Some(&usual)).is_none() {
            continue;
        }
        let pattern = keys.text(&format!("{key}_URL")).unwrap_or(usual);
        let mut names: Vec<_> =
            posts.iter().filter(is_original).flat_map(|post| post.terms_of(taxonomy)).collect();
        names.sort();
        names.dedup();
        let paths = names.iter().map(|name| pattern.replace("{slug}", &pelican.slug_of_term(taxonomy, name)));
        urls.extend(
            paths
                .filter(|path| !path.contains('{'))
                .filter_map(|path| site.base_url.join(&link::encoded(path.trim_start_matches('/')))),
        );
    }
    urls
}

/// A value that a key may switch off: `None` in Python.
fn unless_none(keys: &Keys<'_>, key: &str, usual: Option<&str>) -> Option<String> {
    match keys.0.get(key) {
        None => usual.map(str::to_owned),
        Some(node) => node.as_text().map(str::to_owned).filter(|text| !text.is_empty()),
    }
}

//! The feeds that Pelican writes, each in its place, and the pages that it makes of no file.

use super::site::Pelican;
use crate::generators::keys::Keys;
use crate::model::{AUTHOR, CATEGORY, Format, LANGUAGE, PostMeta, SiteFacts, TAG};
use crate::settings::{Each, FeedConfig};
use crate::text::link;

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
        feeds.extend(path.map(|path| FeedConfig::new(path, format)));
    }
    feeds.dedup_by(|a, b| a.path == b.path);
    let usual = [
        ("CATEGORY_FEED_ATOM", Some("feeds/{slug}.atom.xml"), CATEGORY),
        ("CATEGORY_FEED_RSS", None, CATEGORY),
        ("TAG_FEED_ATOM", None, TAG),
        ("TAG_FEED_RSS", None, TAG),
        ("AUTHOR_FEED_ATOM", Some("feeds/{slug}.atom.xml"), AUTHOR),
        ("AUTHOR_FEED_RSS", None, AUTHOR),
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
            each: Some(Each {
                taxonomy: taxonomy.to_owned(),
                min_posts: 1,
                only: Vec::new(),
                except: Vec::new(),
            }),
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

/// The home page, and the lists of categories, tags and authors.
pub(super) fn list_pages(pelican: &Pelican, posts: &[PostMeta], site: &SiteFacts) -> Vec<String> {
    let mut urls = vec![site.base_url.as_str().to_owned()];
    let keys = Keys(&pelican.settings);
    for (taxonomy, key, usual) in [
        (CATEGORY, "CATEGORY_URL", "category/{slug}.html"),
        (TAG, "TAG_URL", "tag/{slug}.html"),
        (AUTHOR, "AUTHOR_URL", "author/{slug}.html"),
    ] {
        let pattern = keys.text(key).unwrap_or_else(|| usual.to_owned());
        let mut names: Vec<_> = posts
            .iter()
            .filter(|post| post.published.is_some())
            .flat_map(|post| post.terms_of(taxonomy))
            .collect();
        names.sort();
        names.dedup();
        let paths = names.iter().map(|name| pattern.replace("{slug}", &pelican.slug(name)));
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

//! The feeds that jekyll-feed writes, each in its place; RSS and JSON Feed of all posts beside them.

use super::keys::Keys;
use super::ruby;
use crate::model::{CATEGORY, COLLECTION, Format, TAG};
use crate::settings::{Each, FeedConfig, Selection};
use crate::source::{Map, Node};

/// How many entries jekyll-feed gives a feed.
const LIMIT: usize = 10;

/// The feeds of a site. `feed` are the keys of jekyll-feed, `site` all keys.
pub(super) fn feeds(feed: &Keys<'_>, site: &Keys<'_>) -> Vec<FeedConfig> {
    let mut plan = Plan {
        feed,
        site_title: site.shown("title").or_else(|| site.shown("name")),
        limit: feed.text("posts_limit").and_then(|limit| limit.parse().ok()),
        feeds: Vec::new(),
    };
    for (label, metadata) in collections(feed) {
        plan.collection(&label, &Keys(&metadata));
    }
    if let Some(tags) = feed.0.get("tags").filter(|tags| ruby::truthy(tags)) {
        let options = tags.as_map().cloned().unwrap_or_default();
        plan.tags(&Keys(&options));
    }
    for (path, format) in [("rss.xml", Format::Rss), ("feed.json", Format::Json)] {
        if !plan.feeds.iter().any(|feed| feed.path == path) {
            plan.push(path, format, None, Selection::of_term(COLLECTION, "posts"));
        }
    }
    plan.feeds
}

/// The collections that have feeds, each with its options; `posts` is one of them.
fn collections(feed: &Keys<'_>) -> Vec<(String, Map)> {
    let mut collections: Vec<(String, Map)> = match feed.0.get("collections") {
        Some(Node::Map(map)) => {
            let options = |node: &Node| node.as_map().cloned().unwrap_or_default();
            map.0.iter().map(|(label, node)| (label.text.clone(), options(node))).collect()
        }
        Some(node) => {
            let labels = node.as_items().iter().filter_map(Node::as_text);
            labels.map(|label| (label.to_owned(), Map::default())).collect()
        }
        None => Vec::new(),
    };
    if !collections.iter().any(|(label, _)| label == "posts") {
        collections.insert(0, ("posts".to_owned(), Map::default()));
    }
    collections
}

struct Plan<'a> {
    feed: &'a Keys<'a>,
    site_title: Option<String>,
    limit: Option<usize>,
    feeds: Vec<FeedConfig>,
}

impl Plan<'_> {
    fn push(&mut self, path: &str, format: Format, title: Option<String>, select: Selection) {
        let path = path.trim_start_matches('/');
        // jekyll-feed writes one that is declared twice once.
        if self.feeds.iter().any(|feed| feed.path == path) {
            return;
        }
        self.feeds.push(FeedConfig {
            title,
            limit: Some(self.limit()),
            select,
            ..FeedConfig::new(path, format)
        });
    }

    /// With `posts_limit: 0`, jekyll-feed carries no posts, which cannot be intended.
    fn limit(&self) -> usize {
        self.limit.filter(|limit| *limit > 0).unwrap_or(LIMIT)
    }

    fn titled(&self, part: &str) -> String {
        self.site_title.as_ref().map_or_else(|| part.to_owned(), |title| format!("{title} | {part}"))
    }

    /// The feed of a collection, and those of its categories.
    fn collection(&mut self, label: &str, options: &Keys<'_>) {
        let is_posts = label == "posts";
        let usual = match is_posts {
            true => self.feed.text("path").unwrap_or_else(|| "feed.xml".to_owned()),
            false => format!("feed/{label}.xml"),
        };
        let title = (!is_posts).then(|| self.titled(&capitalized(label)));
        let select = Selection::of_term(COLLECTION, label);
        self.push(&options.text("path").unwrap_or(usual), Format::Atom, title.clone(), select.clone());
        let folder = if is_posts { "feed".to_owned() } else { format!("feed/{label}") };
        let own = options.texts("categories").unwrap_or_default();
        let of_feed = self.feed.texts("categories").filter(|_| is_posts).unwrap_or_default();
        for category in own.into_iter().chain(of_feed) {
            let name = capitalized(&category);
            let title =
                title.as_ref().map_or_else(|| self.titled(&name), |title| format!("{title} | {name}"));
            let select = select.clone().and(CATEGORY, &category);
            self.push(&format!("{folder}/{category}.xml"), Format::Atom, Some(title), select);
        }
    }

    fn tags(&mut self, options: &Keys<'_>) {
        let folder = options.text("path").unwrap_or_else(|| "feed/by_tag/".to_owned());
        let path = format!("{}{{value}}.xml", folder.trim_start_matches('/'));
        self.feeds.push(FeedConfig {
            title: Some(self.titled("{value}")),
            limit: Some(self.limit()),
            select: Selection::of_term(COLLECTION, "posts"),
            each: Some(Each {
                only: options.texts("only").unwrap_or_default(),
                except: options.texts("except").unwrap_or_default(),
                ..Each::of(TAG)
            }),
            ..FeedConfig::new(path, Format::Atom)
        });
    }
}

/// `String#capitalize`
fn capitalized(name: &str) -> String {
    let mut chars = name.chars();
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    first.chain(chars.flat_map(char::to_lowercase)).collect()
}

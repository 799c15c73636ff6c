//! Which posts are published, and in which order.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

use chrono::Datelike;

use crate::config::{Config, Each, FeedConfig, Selection};
use crate::diagnostic::{Diagnostic, Rule};
use crate::post::Post;

/// Validators and readers take an earlier date for a mistake, so no feed carries it.
const FIRST_YEAR: i32 = 1990;

/// Whether a post is nobody's business: a draft, from the future, or wanted neither in feeds nor in sitemaps.
#[must_use]
pub fn is_hidden(post: &Post, config: &Config) -> bool {
    (!post.in_feeds && !post.in_sitemap)
        || (post.draft && !config.drafts)
        || (!config.future && post.published.is_some_and(|published| published > config.now))
}

/// The newest first, ties by URL; what has no date comes last.
#[must_use]
pub fn in_order(mut posts: Vec<Post>) -> Vec<Post> {
    posts.sort_by(|a, b| {
        (Reverse(a.published), &a.url, &a.path).cmp(&(Reverse(b.published), &b.url, &b.path))
    });
    posts
}

/// One post for each URL, and one in feeds for each id: of several, the newest. The posts are in order.
#[must_use]
pub fn without_duplicates(found: &mut Vec<Diagnostic>, posts: Vec<Post>) -> Vec<Post> {
    let mut kept: Vec<Post> = Vec::with_capacity(posts.len());
    let mut by_url: HashMap<String, usize> = HashMap::with_capacity(posts.len());
    let mut by_id: HashMap<String, usize> = HashMap::new();
    for mut post in posts {
        let same_url = by_url.get(&post.url).copied();
        let same_id = if post.in_feeds { by_id.get(&post.id).copied() } else { None };
        if let Some(other) = same_url.or(same_id).and_then(|index| kept.get(index)) {
            let (what, value) = if same_url.is_some() { ("URL", &post.url) } else { ("id", &post.id) };
            let help = match same_url {
                Some(_) => "the newer of the two is published; give one of them another `permalink`",
                None => "the newer of the two is in feeds; give one of them another `id`",
            };
            found.push(Diagnostic {
                rule: Rule::DuplicateUrl,
                path: post.path.clone(),
                place: None,
                message: format!("has the same {what} as `{}`: {value}", crate::text::shown(&other.path)),
                help: Some(help.to_owned()),
            });
            if same_url.is_some() {
                continue;
            }
            post.in_feeds = false;
        }
        by_url.insert(post.url.clone(), kept.len());
        if post.in_feeds {
            by_id.insert(post.id.clone(), kept.len());
        }
        kept.push(post);
    }
    kept
}

/// Only the newest posts of the main collection, where the site wants no more. The posts are in order.
#[must_use]
pub fn newest(mut posts: Vec<Post>, limit: Option<usize>) -> Vec<Post> {
    let mut left = limit.unwrap_or(usize::MAX);
    posts.retain(|post| {
        let counted = post.collection.as_deref() == Some("posts");
        let keep = !counted || left > 0;
        left -= usize::from(counted && keep);
        keep
    });
    posts
}

/// The feeds to write: what is declared for each value of a field becomes a feed for every value that a post has.
#[must_use]
pub fn expand(feeds: &[FeedConfig], posts: &[Post]) -> Vec<FeedConfig> {
    let mut expanded = Vec::new();
    for feed in feeds {
        let Some(Each::Tag { only, except }) = &feed.each else {
            expanded.push(feed.clone());
            continue;
        };
        let tags: BTreeSet<&String> =
            posts.iter().filter(|post| is_selected(post, &feed.select)).flat_map(|post| &post.tags).collect();
        let mut paths = BTreeSet::new();
        for tag in tags {
            if (!only.is_empty() && !only.contains(tag)) || except.contains(tag) {
                continue;
            }
            // A name may hold what no file name should; two names never share a file.
            let mut name = tag.replace(['/', '\\', '%', '?', '#', ':', '*', '"', '<', '>', '|', '\0'], "-");
            while name.starts_with('.') || !paths.insert(name.clone()) {
                name = format!("_{name}");
            }
            expanded.push(FeedConfig {
                path: feed.path.replace("{value}", &name),
                title: feed.title.as_ref().map(|title| title.replace("{value}", tag)),
                select: Selection { tag: Some(tag.clone()), ..feed.select.clone() },
                each: None,
                ..feed.clone()
            });
        }
    }
    expanded
}

/// Reports the feeds of names that no post has, each with the living name that is most like it.
pub fn report_empty(found: &mut Vec<Diagnostic>, feeds: &[FeedConfig], posts: &[Post], config: &Config) {
    for feed in feeds.iter().filter(|feed| for_feed(posts, feed).next().is_none()) {
        let (what, wanted, living): (_, _, BTreeSet<&String>) = match &feed.select {
            Selection { tag: Some(tag), .. } => {
                ("tag", tag, posts.iter().flat_map(|post| &post.tags).collect())
            }
            Selection { category: Some(category), .. } => {
                ("category", category, posts.iter().flat_map(|post| &post.categories).collect())
            }
            Selection { collection: Some(collection), .. } if collection != "posts" => {
                ("collection", collection, posts.iter().filter_map(|post| post.collection.as_ref()).collect())
            }
            Selection { .. } => continue,
        };
        let nearest = living.into_iter().filter(|name| *name != wanted).min_by_key(|name| {
            let distance = strsim::damerau_levenshtein(&name.to_lowercase(), &wanted.to_lowercase());
            // What shares a part counts as near, whatever stands around it.
            if name.contains(wanted.as_str()) || wanted.contains(name.as_str()) { 0 } else { distance }
        });
        found.push(Diagnostic {
            rule: Rule::EmptyFeed,
            path: config.dialect.kind().config_file().to_owned(),
            place: None,
            message: format!(
                "no post has the {what} `{}`, so `{}` is empty",
                crate::text::shown(wanted),
                crate::text::shown(&feed.path)
            ),
            help: nearest.map(|name| format!("the {what} most like it is `{}`", crate::text::shown(name))),
        });
    }
}

fn is_selected(post: &Post, select: &Selection) -> bool {
    let fits = |wanted: &Option<String>, has: &dyn Fn(&String) -> bool| wanted.as_ref().is_none_or(has);
    post.in_feeds
        && post.published.is_some_and(|published| published.year() >= FIRST_YEAR)
        && fits(&select.collection, &|wanted| post.collection.as_ref() == Some(wanted))
        && fits(&select.category, &|wanted| post.categories.contains(wanted))
        && fits(&select.tag, &|wanted| post.tags.contains(wanted))
}

/// The posts that a feed carries. The posts are in order.
pub fn for_feed<'a>(posts: &'a [Post], feed: &FeedConfig) -> impl Iterator<Item = &'a Post> {
    let limit = feed.limit.unwrap_or(usize::MAX);
    posts.iter().filter(move |post| is_selected(post, &feed.select)).take(limit)
}

/// The posts that a sitemap lists, the oldest first, so that a new post changes the end of the file only; what has no
/// date comes first.
pub fn for_sitemap(posts: &[Post]) -> impl Iterator<Item = &Post> {
    posts.iter().rev().filter(|post| post.in_sitemap)
}

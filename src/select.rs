//! Which posts are published, and in which order.

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::config::Config;
use crate::diagnostic::{Diagnostic, Rule};
use crate::post::Post;

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

/// One post for each URL and each id: of several, the newest. The posts are in order.
#[must_use]
pub fn without_duplicates(found: &mut Vec<Diagnostic>, posts: Vec<Post>) -> Vec<Post> {
    let mut kept: Vec<Post> = Vec::with_capacity(posts.len());
    let mut by_url: HashMap<String, usize> = HashMap::with_capacity(posts.len());
    let mut by_id: HashMap<String, usize> = HashMap::new();
    for post in posts {
        let same_url = by_url.get(&post.url).copied();
        let same_id = if post.id == post.url { None } else { by_id.get(&post.id).copied() };
        if let Some(other) = same_url.or(same_id).and_then(|index| kept.get(index)) {
            let (what, value) = if same_url.is_some() { ("URL", &post.url) } else { ("id", &post.id) };
            found.push(Diagnostic {
                rule: Rule::DuplicateUrl,
                path: post.path,
                place: None,
                message: format!("has the same {what} as `{}`: {value}", crate::text::shown(&other.path)),
                help: Some(
                    "the newer of the two is published; give one of them another `permalink`".to_owned(),
                ),
            });
            continue;
        }
        by_url.insert(post.url.clone(), kept.len());
        if post.id != post.url {
            by_id.insert(post.id.clone(), kept.len());
        }
        kept.push(post);
    }
    kept
}

/// The posts that a feed of this limit carries. The posts are in order.
pub fn for_feed(posts: &[Post], limit: Option<usize>) -> impl Iterator<Item = &Post> {
    posts.iter().filter(|post| post.in_feeds && post.published.is_some()).take(limit.unwrap_or(usize::MAX))
}

/// The posts that a sitemap lists, the oldest first, so that a new post changes the end of the file only; what has no
/// date comes first.
pub fn for_sitemap(posts: &[Post]) -> impl Iterator<Item = &Post> {
    posts.iter().rev().filter(|post| post.in_sitemap)
}

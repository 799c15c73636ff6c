//! Why a feed carries a post, or does not.

use super::document::FeedDocument;
use super::members::{is_carried, is_selected, key, why_unselected};
use crate::config::Config;
use crate::model::PostMeta;

/// What a document says of a post: where it is in it, or why it is not.
pub(crate) fn explain(
    document: &FeedDocument<'_>,
    post: &PostMeta,
    posts: &[PostMeta],
    config: &Config,
) -> Result<String, String> {
    let is_same = |other: &&PostMeta| std::ptr::eq(*other, post);
    if let Some(place) = document.posts.iter().position(&is_same) {
        return Ok(format!("{} of {}", place + 1, document.posts.len()));
    }
    if post.published.is_none() {
        return Err("it has no date".to_owned());
    }
    if !post.in_feeds {
        return Err("it is not for feeds: its front matter says so, or it is a page".to_owned());
    }
    if !is_carried(post) {
        return Err("its date is not plausible".to_owned());
    }
    if let Some((taxonomy, name)) = &document.feed.term
        && !post
            .terms_of(taxonomy)
            .iter()
            .any(|own| key(taxonomy, own, config) == key(taxonomy, name, config))
    {
        return Err(format!("it does not have the {taxonomy} `{name}`"));
    }
    if let Some(why) = why_unselected(post, document.feed) {
        return Err(why);
    }
    let before =
        posts.iter().filter(|other| is_selected(other, document.feed)).position(|other| is_same(&other));
    match (before, document.feed.limit) {
        (Some(place), Some(limit)) => Err(format!("it is post {}, and the limit is {limit}", place + 1)),
        _ => Err("it is in another document of the feed".to_owned()),
    }
}

//! The parts of an entry that need no text to be read.

use std::collections::BTreeSet;

use crate::config::Config;
use crate::model::{Author, CATEGORY, Category, Entry, Post};
use crate::text::date;

/// An entry without content, excerpt and image.
pub(super) fn metadata(post: &Post, config: &Config) -> Entry {
    // Only posts with a date are in feeds.
    let published = post.published.unwrap_or_else(date::unknown);
    Entry {
        id: post.id.clone(),
        url: post.url.clone(),
        title: post.title.clone(),
        published,
        updated: post.updated.unwrap_or(published),
        authors: post.authors.iter().cloned().map(Author::literal).collect(),
        categories: categories(post, config),
        summary: post.summary.clone(),
        content: None,
        image: None,
        enclosure: post.enclosure.clone(),
        language: post.language.clone(),
        extra: post.extra.clone(),
    }
}

/// What feeds list as categories, each with its scheme.
fn categories(post: &Post, config: &Config) -> Vec<Category> {
    let categories: BTreeSet<&String> = post.terms_of(CATEGORY).collect();
    let labels = post.labels().into_iter();
    let category = |name: String| {
        let is_category = categories.contains(&name);
        let scheme = if is_category { &config.category_scheme } else { &config.tag_scheme };
        Category { name, scheme: scheme.clone() }
    };
    labels.map(category).collect()
}

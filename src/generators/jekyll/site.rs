//! One Jekyll site.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::defaults::Defaults;
use crate::markup::Markup;
use crate::model::{Author, authors};
use crate::source::{Map, Node};
use crate::text;

/// What the configuration of a Jekyll site decides beyond [`Settings`](crate::settings::Settings).
#[derive(Debug, Clone)]
pub(super) struct Jekyll {
    /// 3 or 4.
    pub(super) version: u8,
    /// Where collections are, relative to the source; empty for the source itself.
    pub(super) collections_folder: String,
    /// The collections, `posts` among them.
    pub(super) collections: Vec<Collection>,
    /// The style or pattern of permalinks.
    pub(super) permalink: String,
    /// Front matter defaults, in the order written.
    pub(super) defaults: Vec<Defaults>,
    pub(super) include: Vec<String>,
    pub(super) exclude: Vec<String>,
    /// In lower case, without dots.
    pub(super) markdown_extensions: Vec<String>,
    pub(super) unpublished: bool,
    pub(super) show_drafts: bool,
    /// Only so many of the newest posts.
    pub(super) limit_posts: Option<usize>,
    pub(super) excerpt_separator: String,
    /// `_data/authors`: the author of each name.
    pub(super) authors: BTreeMap<String, Vec<Author>>,
    /// All of the configuration.
    pub(super) config: Arc<Map>,
    /// The folder that Jekyll writes to, relative to the source.
    pub(super) destination: String,
}

/// A collection.
#[derive(Debug, Clone)]
pub(super) struct Collection {
    pub(super) label: Arc<str>,
    /// Whether its documents become pages.
    pub(super) output: bool,
    /// Its own pattern.
    pub(super) permalink: Option<String>,
}

impl Jekyll {
    /// The authors of an `author` or `authors` value; a name in `_data/authors` is looked up there.
    pub(super) fn authors_of(&self, node: &Node) -> Vec<Author> {
        let items = node.as_items().iter();
        items
            .flat_map(|item| {
                let known = item.as_text().and_then(|name| self.authors.get(name.trim()));
                known.cloned().unwrap_or_else(|| authors(item))
            })
            .collect()
    }

    /// What a file is written in: Markdown only if its extension is in `markdown_ext`.
    pub(super) fn markup_of(&self, path: &str) -> Markup {
        let is_markdown = text::split_last(path, b'.').is_some_and(|(_, extension)| {
            self.markdown_extensions.iter().any(|known| known.eq_ignore_ascii_case(extension))
        });
        if is_markdown { Markup::Markdown } else { Markup::Html }
    }

    pub(super) fn collection(&self, label: &str) -> Option<&Collection> {
        self.collections.iter().find(|collection| *collection.label == *label)
    }
}

//! The variables of Liquid, as `_config.yml` and front matter say them.

use std::cell::OnceCell;
use std::collections::HashMap;

use super::defaults;
use super::names;
use super::ruby;
use super::site::Jekyll;
use crate::generators::Variables;
use crate::markup::Value;
use crate::model::Post;
use crate::source::{Fences, Map, Node, Source, front_matter};

/// What Jekyll makes itself of a site; `github` is a plugin's.
const SITE: &[&str] = &[
    "time", "pages", "posts", "related_posts", "static_files", "html_pages", "html_files", "collections",
    "data", "documents", "categories", "tags", "github", "env",
];

/// What Jekyll makes itself of a document.
const PAGE: &[&str] = &[
    "content", "excerpt", "id", "date", "categories", "tags", "dir", "name", "path", "next", "previous",
    "collection", "relative_path", "slug", "ext", "output", "draft", "last_modified_at",
];

/// The values of `site.x` and `page.x`.
pub(super) fn of_post<'v>(jekyll: &'v Jekyll, post: &'v Post, source: &'v Source) -> Variables<'v> {
    // Both may have thousands of keys, and both may be asked thousands of times.
    let config: OnceCell<HashMap<&str, &Node>> = OnceCell::new();
    let data: OnceCell<HashMap<String, Node>> = OnceCell::new();
    Box::new(move |name| {
        let (of, path) = name.split_once('.')?;
        let (key, rest) = path.split_once('.').map_or((path, None), |(key, rest)| (key, Some(rest)));
        match of {
            "site" if SITE.contains(&key) || jekyll.collection(key).is_some() => None,
            "site" => {
                let pairs = || jekyll.config.0.iter().map(|(key, node)| (key.text.as_str(), node));
                at(config.get_or_init(|| pairs().collect()).get(key).copied(), rest)
            }
            "page" if PAGE.contains(&key) => None,
            "page" => {
                let pairs =
                    || data_of(jekyll, post, source).0.into_iter().map(|(key, node)| (key.text, node));
                at(data.get_or_init(|| pairs().collect()).get(key), rest)
            }
            _ => None,
        }
    })
}

/// What a post says, with the defaults below it.
fn data_of(jekyll: &Jekyll, post: &Post, source: &Source) -> Map {
    let mut map = Map::from(front_matter::parse(&mut Vec::new(), source, Fences::Yaml).map);
    let below = names::relative(&post.path, &jekyll.collections_folder);
    let kind = post.collection.as_deref().unwrap_or("pages");
    defaults::merge(&mut map, &jekyll.defaults_of(below, kind));
    map
}

/// The value of a node, or at a path of keys in it with dots between. A list or a map has none that could be shown.
fn at(node: Option<&Node>, path: Option<&str>) -> Option<Value> {
    match (node, path) {
        (None, _) => Some(Value::Nil),
        (Some(Node::Map(inner)), Some(path)) => {
            let (key, rest) = path.split_once('.').map_or((path, None), |(key, rest)| (key, Some(rest)));
            at(inner.get(key), rest)
        }
        (Some(node @ Node::Scalar(scalar)), None) => Some(match ruby::boolean(node) {
            Some(flag) => Value::Flag(flag),
            None if scalar.is_null() => Value::Nil,
            None if !scalar.quoted && scalar.text.parse::<f64>().is_ok() => Value::Number(ruby::to_s(node)),
            None => Value::Text(ruby::to_s(node)),
        }),
        (Some(_), _) => None,
    }
}

//! The variables of Liquid, as `_config.yml` and front matter say them.

use std::cell::OnceCell;

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
    let data = OnceCell::new();
    Box::new(move |name| {
        let (of, path) = name.split_once('.')?;
        let key = path.split('.').next().unwrap_or_default();
        match of {
            "site" if SITE.contains(&key) || jekyll.collection(key).is_some() => None,
            "site" => at(&jekyll.config, path),
            "page" if PAGE.contains(&key) => None,
            "page" => at(data.get_or_init(|| data_of(jekyll, post, source)), path),
            _ => None,
        }
    })
}

/// What a post says, with the defaults below it.
fn data_of(jekyll: &Jekyll, post: &Post, source: &Source) -> Map {
    let mut map = front_matter::parse(&mut Vec::new(), source, Fences::Yaml).map;
    let below = names::relative(&post.path, &jekyll.collections_folder);
    let kind = post.collection.as_deref().unwrap_or("pages");
    defaults::merge(&mut map, &jekyll.defaults_of(below, kind));
    map
}

/// The value at a path of keys with dots between. A list or a map has none that could be shown.
fn at(map: &Map, path: &str) -> Option<Value> {
    let (key, rest) = path.split_once('.').map_or((path, None), |(key, rest)| (key, Some(rest)));
    match (map.get(key), rest) {
        (None, _) => Some(Value::Nil),
        (Some(Node::Map(inner)), Some(rest)) => at(inner, rest),
        (Some(node @ Node::Scalar(scalar)), None) => Some(match ruby::boolean(node) {
            Some(flag) => Value::Flag(flag),
            None if scalar.is_null() => Value::Nil,
            None if !scalar.quoted && scalar.text.parse::<f64>().is_ok() => Value::Number(ruby::to_s(node)),
            None => Value::Text(ruby::to_s(node)),
        }),
        (Some(_), _) => None,
    }
}

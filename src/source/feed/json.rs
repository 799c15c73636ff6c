//! JSON Feed (<https://www.jsonfeed.org/version/1.1/>), as it is written: numbers for ids, too.

use serde_json::Value;

use super::{About, Entry, joined};
use crate::text::link;

/// Parses a feed.
pub(super) fn parse(text: &str) -> Result<Value, String> {
    let feed: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if items(&feed).is_some() { Ok(feed) } else { Err("it has no `items`".to_owned()) }
}

fn items(feed: &Value) -> Option<&Vec<Value>> {
    feed.get("items").and_then(Value::as_array)
}

/// What the feed says of itself.
pub(super) fn about(feed: &Value) -> About {
    let get = |key: &str| feed.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let hubs = feed.get("hubs").map(Value::to_string).unwrap_or_default();
    vec![
        // Only Atom gives a feed an id.
        ("id", String::new()),
        ("title", get("title")),
        ("link", get("home_page_url")),
        ("description", get("description")),
        ("language", get("language")),
        ("icon", format!("{} {}", get("icon"), get("favicon")).trim().to_owned()),
        ("hubs", hubs),
    ]
}

/// Its entries.
pub(super) fn entries(feed: &Value) -> Vec<Entry> {
    let base = ["home_page_url", "feed_url"].iter().find_map(|key| link::absolute(feed.get(key)?.as_str()?));
    let entry = |item: &Value| {
        let get = |key: &str| match item.get(key)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        let id = get("id");
        let url = get("url").and_then(|url| joined(&url, base.as_deref()));
        let list = |key: &str| item.get(key).and_then(Value::as_array).into_iter().flatten();
        let name = |author: &Value| Some(author.get("name")?.as_str()?.to_owned());
        let file = list("attachments").find_map(|file| Some(file.get("url")?.as_str()?.to_owned()));
        Entry {
            url: url.or_else(|| id.as_deref().and_then(link::absolute)).unwrap_or_default(),
            id,
            title: get("title"),
            published: get("date_published"),
            updated: get("date_modified"),
            summary: get("summary"),
            content: get("content_html").or_else(|| get("content_text")),
            authors: list("authors").chain(item.get("author")).filter_map(name).collect(),
            categories: list("tags").filter_map(Value::as_str).map(str::to_owned).collect(),
            enclosure: file,
            image: get("image"),
            language: get("language"),
            extra: item.as_object().and_then(|item| {
                let others = item.iter().filter(|(key, _)| key.starts_with('_'));
                let others: Vec<String> = others.map(|(key, value)| format!("{key}: {value}")).collect();
                (!others.is_empty()).then(|| others.join(", "))
            }),
        }
    };
    items(feed).into_iter().flatten().map(entry).collect()
}

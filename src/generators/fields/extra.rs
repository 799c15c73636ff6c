//! Fields that no format has a place for: JSON Feed carries them as an extension.

use serde_json::{Map, Value};

use crate::text::BaseUrl;

/// How deep a field may be nested: parsers of JSON refuse what is nested much deeper.
pub(crate) const DEEPEST: usize = 64;

/// How deep a value is nested: 0 for a text or a number.
pub(crate) fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(map) => 1 + map.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// Members that are URLs in JSON Feed; readers take them for URLs inside an extension too.
const URL_MEMBERS: &[&str] = &[
    "url", "external_url", "feed_url", "home_page_url", "next_url", "icon", "favicon", "image",
    "banner_image", "avatar",
];

/// What an extension may hold: no names with dots, which JSON Feed forbids; URLs absolute, and left out where there is
/// no URL, like `icon: star`.
pub(crate) fn extension(map: Map<String, Value>, base_url: &BaseUrl) -> Map<String, Value> {
    let member = |(key, value): (String, Value)| {
        let value = match value {
            Value::String(text) if URL_MEMBERS.contains(&key.as_str()) => {
                base_url.join(text.contains(['/', '.']).then_some(&text)?)?.into()
            }
            value => extended(value, base_url),
        };
        Some((key.replace('.', "_"), value))
    };
    map.into_iter().filter_map(member).collect()
}

fn extended(value: Value, base_url: &BaseUrl) -> Value {
    match value {
        Value::Object(map) => extension(map, base_url).into(),
        Value::Array(items) => items.into_iter().map(|item| extended(item, base_url)).collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_that_are_urls_are_absolute() {
        let base = BaseUrl::parse("https://e.com").unwrap();
        let Value::Object(map) = serde_json::json!({
            "a.b": {"url": "/x", "n": 1}, "icon": "star", "image": "i.png", "list": [{"avatar": "a/b"}]
        }) else {
            panic!()
        };
        let expected = serde_json::json!({
            "a_b": {"url": "https://e.com/x", "n": 1}, "image": "https://e.com/i.png",
            "list": [{"avatar": "https://e.com/a/b"}]
        });
        assert_eq!(Value::Object(extension(map, &base)), expected);
    }
}

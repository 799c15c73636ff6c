//! What is remembered from one run to the next, and who is notified of changes.

use regex::Regex;

use super::keys::{self, Key, keys};
use super::shape::Shape;
use super::value::Value;
use crate::error::Error;
use crate::source::Node;
use crate::text::link;

/// Where it is known from when a post was last changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum LastMod {
    /// Its front matter.
    #[default]
    Author,
    /// That, or the history of git.
    Git,
    /// That, or the lock, which knows when the text changed.
    Content,
}

/// How search engines are notified of changes (<https://www.indexnow.org/documentation>). The fields are those of [`KEYS`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IndexNow {
    pub key: String,
    pub endpoint: String,
}

impl Default for IndexNow {
    fn default() -> Self {
        Self { key: String::new(), endpoint: "https://api.indexnow.org/indexnow".to_owned() }
    }
}

/// Every key of `indexnow:`, as in the reference.
pub(crate) const KEYS: &[Key<IndexNow>] = keys! { IndexNow;
    ["key"], "0f8b3c5e9a7d4612", "8 to 128 letters, digits and hyphens, made up by you; the build writes `KEY.txt`", Shape::Text,
        key = |value: &Value<'_>| value.parsed(key);
    ["endpoint"], "https://api.indexnow.org/indexnow", "the search engine to notify, which notifies the others", Shape::Text,
        endpoint = Value::endpoint;
};

/// A key of the protocol.
fn key(text: &str) -> Result<String, String> {
    let is_key = |c: char| c.is_ascii_alphanumeric() || c == '-';
    match (8..=128).contains(&text.len()) && text.chars().all(is_key) {
        true => Ok(text.to_owned()),
        false => Err("it must have 8 to 128 letters, digits and hyphens".to_owned()),
    }
}

impl Value<'_> {
    pub(super) fn lastmod(&self) -> Result<LastMod, Error> {
        match self.node.as_text() {
            Some("author") => Ok(LastMod::Author),
            Some("git") => Ok(LastMod::Git),
            Some("content") => Ok(LastMod::Content),
            _ => Err(self.wrong("`author`, `git` or `content`")),
        }
    }

    /// Regular expressions.
    pub(super) fn expressions(&self) -> Result<Vec<Regex>, Error> {
        let one = |node| {
            Value { node, ..*self }.parsed(|text| {
                if text.trim().is_empty() {
                    return Err("it is empty, and would fit every commit".to_owned());
                }
                // The last line of what the parser says is the reason.
                Regex::new(text).map_err(|error| {
                    let said = error.to_string();
                    said.lines().last().unwrap_or(&said).trim_start_matches("error: ").to_owned()
                })
            })
        };
        self.node.as_items().iter().map(one).collect()
    }

    /// A key, or a map.
    pub(super) fn indexnow(&self) -> Result<IndexNow, Error> {
        let mut indexnow = IndexNow::default();
        match self.node {
            Node::Map(map) => keys::read_map(self.file, map, &mut indexnow, KEYS, "indexnow key")?,
            _ => indexnow.key = self.parsed(key)?,
        }
        if indexnow.key.is_empty() {
            return Err(
                self.error_with_help("`indexnow` has no key".to_owned(), "write `indexnow: {key: …}`")
            );
        }
        Ok(indexnow)
    }

    /// The URL of a service, which may be on this machine.
    fn endpoint(&self) -> Result<String, Error> {
        self.parsed(|text| {
            let url = link::absolute(text).filter(|url| url.starts_with("http"));
            url.ok_or_else(|| "it is not an absolute URL".to_owned())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_those_of_the_protocol() {
        assert!(key("0f8b3c5e").is_ok() && key(&"a-B9".repeat(32)).is_ok());
        for wrong in ["", "1234567", "with space", "schlüssel", &"a".repeat(129)] {
            assert!(key(wrong).is_err(), "{wrong}");
        }
    }
}

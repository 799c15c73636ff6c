//! The keys of a generator's own configuration, read as they are meant. What is of another type is as if it were not there.

use crate::source::{Map, Node};

/// The keys of a configuration, or of a map in it.
pub(super) struct Keys<'a>(pub(super) &'a Map);

impl Keys<'_> {
    /// Text, not empty.
    pub(super) fn text(&self, key: &str) -> Option<String> {
        self.0.get(key)?.as_text().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// A text or several.
    pub(super) fn texts(&self, key: &str) -> Option<Vec<String>> {
        let node = self.0.get(key)?;
        Some(node.as_items().iter().filter_map(Node::as_text).map(str::to_owned).collect())
    }

    pub(super) fn number(&self, key: &str) -> Option<usize> {
        self.0.get(key)?.as_text()?.trim().parse().ok()
    }

    pub(super) fn flag(&self, key: &str) -> Option<bool> {
        self.0.flag(key)
    }

    /// A map; empty if there is none.
    pub(super) fn map(&self, key: &str) -> Map {
        self.0.get(key).and_then(Node::as_map).cloned().unwrap_or_default()
    }
}

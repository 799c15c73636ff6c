//! Values of `_config.yml` as Ruby takes them.

use super::ruby;
use crate::source::{Map, Node};

/// Values as Ruby takes them.
pub(super) struct Keys<'a>(pub(super) &'a Map);

impl Keys<'_> {
    pub(super) fn text(&self, key: &str) -> Option<String> {
        self.0.get(key)?.as_text().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// Text that readers see.
    pub(super) fn shown(&self, key: &str) -> Option<String> {
        let node = self.0.get(key).filter(|node| node.as_scalar().is_some())?;
        Some(ruby::smart_title(&ruby::to_s(node))).filter(|text| !text.trim().is_empty())
    }

    pub(super) fn texts(&self, key: &str) -> Option<Vec<String>> {
        let node = self.0.get(key)?;
        Some(node.as_items().iter().filter_map(Node::as_text).map(str::to_owned).collect())
    }

    pub(super) fn flag(&self, key: &str) -> Option<bool> {
        self.0.get(key).and_then(ruby::boolean)
    }
}

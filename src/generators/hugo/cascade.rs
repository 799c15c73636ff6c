//! The values that sections pass on (<https://gohugo.io/content-management/front-matter/#cascade>).

use std::sync::Arc;

use crate::source::{Map, Node};

/// Values for the pages below a section.
#[derive(Debug, Clone)]
pub(super) struct Cascade {
    pub(super) values: Map,
    /// What it is limited to.
    pub(super) target: Option<Map>,
    /// The file that it is in.
    pub(super) file: Arc<str>,
}

/// What a page has of the folder that it is in.
#[derive(Debug, Default)]
pub(super) struct Branch {
    /// The nearest section: a folder with a page of its own, else the first folder.
    pub(super) section: Arc<str>,
    /// The nearest come first.
    pub(super) cascades: Vec<Cascade>,
}

impl Cascade {
    /// The cascades of front matter or of the configuration: a map, or a list of them.
    pub(super) fn all(node: Option<&Node>, file: &str) -> Vec<Self> {
        let maps = node.map_or(&[][..], Node::as_items).iter().filter_map(Node::as_map);
        maps.map(|map| {
            let target = map.get("target").or_else(|| map.get("_target")).and_then(Node::as_map);
            let mut values = map.clone();
            values.0.retain(|(key, _)| !matches!(key.text.as_str(), "target" | "_target"));
            // `params: {x: 1}` is what `x: 1` is.
            Self { values, target: target.cloned(), file: file.into() }
        })
        .collect()
    }
}

//! HTML parsed into a tree that can be walked.

use ego_tree::iter::Edge;
use scraper::{Html, Selector};

use super::nesting::{MAX_DEPTH, is_tame};

/// A parsed fragment. `None` if it is nested too deep to be parsed and walked.
pub(super) fn fragment(html: &str) -> Option<Html> {
    is_tame(html).then(|| Html::parse_fragment(html)).filter(is_shallow)
}

/// A parsed page. `None` if it is nested too deep to be parsed and walked.
pub(super) fn document(html: &str) -> Option<Html> {
    is_tame(html).then(|| Html::parse_document(html)).filter(is_shallow)
}

/// Whether a tree as it was built can be walked.
fn is_shallow(document: &Html) -> bool {
    let mut depth = 0_usize;
    document.tree.root().traverse().all(|edge| {
        match edge {
            Edge::Open(_) => depth += 1,
            Edge::Close(_) => depth = depth.saturating_sub(1),
        }
        depth <= MAX_DEPTH + 10
    })
}

/// A selector that is known to be one.
pub(super) fn selector(name: &'static str) -> Selector {
    Selector::parse(name).unwrap_or_else(|error| unreachable!("`{name}`: {error}"))
}

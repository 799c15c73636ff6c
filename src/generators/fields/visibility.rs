//! Who may see a post: drafts, unlisted posts, and pages that search engines should ignore.

use super::Fields;
use crate::source::{Node, Scalar};

impl Fields<'_> {
    /// Whether its author marks the post as unfinished, or sets a later `publishDate` than now.
    pub(in crate::generators) fn is_draft(&self) -> bool {
        let is_off = |node: &Node| {
            let scalar = node.as_scalar();
            scalar.is_some_and(|scalar| scalar.as_bool() == Some(false) || scalar.text.trim() == "0")
        };
        let is_null = |node: &Node| node.as_scalar().is_some_and(Scalar::is_null);
        let status = self.in_any_case("status").map_or(&[][..], Node::as_items);
        self.in_any_case("draft").is_some_and(|node| !is_off(node) && !is_null(node))
            || self.in_any_case("published").is_some_and(|node| is_off(node) && !is_null(node))
            || status
                .iter()
                .filter_map(Node::as_text)
                .any(|status| status.trim().eq_ignore_ascii_case("draft"))
            || self.written.hides
            || (!self.site.future && self.publish_date().is_some_and(|date| date > self.site.now))
    }

    /// A field in any case: what its author means to hide must not leak because of a capital letter.
    fn in_any_case(&self, name: &str) -> Option<&Node> {
        let mut pairs = self.written.map.0.iter().rev();
        pairs.find(|(key, _)| key.text.trim().eq_ignore_ascii_case(name)).map(|(_, node)| node)
    }

    /// Whether the post is only for readers who have its address.
    pub(in crate::generators) fn is_unlisted(&self) -> bool {
        ["unlisted", "hidden", "private"].iter().any(|key| self.says(key))
    }

    /// Whether a field is set: it is there, and neither false nor empty.
    fn says(&self, key: &str) -> bool {
        let is_nothing = |node: &Node| {
            node.as_scalar().is_some_and(|scalar| scalar.text.trim().is_empty() || scalar.is_null())
        };
        self.get(key)
            .is_some_and(|node| !node.as_items().iter().all(is_nothing) && self.flag(key) != Some(false))
    }

    /// `sitemap: {exclude: true}`.
    pub(in crate::generators) fn is_excluded_from_sitemap(&self) -> bool {
        let map = self.get("sitemap").and_then(Node::as_map);
        map.is_some_and(|map| {
            let is_on =
                |key: &&str| map.get(key).and_then(Node::as_scalar).and_then(Scalar::as_bool) == Some(true);
            ["exclude", "disable", "ignore"].iter().any(is_on)
        })
    }

    /// `robots: noindex`, `noindex: true`.
    pub(in crate::generators) fn says_no_index(&self) -> bool {
        let robots = self.get("robots").map_or(&[][..], Node::as_items);
        let mut words = robots.iter().filter_map(Node::as_text).flat_map(|robots| robots.split([',', ' ']));
        self.flag("noindex") == Some(true)
            || words.any(|word| word.eq_ignore_ascii_case("noindex") || word.eq_ignore_ascii_case("none"))
    }
}

//! Who may see a post: drafts, unlisted posts, and pages that search engines should ignore.

use chrono::{DateTime, FixedOffset};

use super::Fields;
use crate::source::{Node, Scalar};
use crate::text::date;

/// States of a post that is not ready, as the field has them, in lower case.
const UNREADY: [&str; 4] = ["draft", "pending", "scheduled", "future"];
/// What a date is called from which on the post is gone, without hyphens, in lower case.
const EXPIRES: [&str; 6] =
    ["expirydate", "unpublishdate", "expirationdate", "expires", "expiresat", "unpublishat"];

/// States of a post that nobody is meant to find.
const PRIVATE: [&str; 4] = ["private", "hidden", "trash", "trashed"];

impl Fields<'_> {
    /// Whether its author marks the post as unfinished.
    pub(in crate::generators) fn is_draft(&self) -> bool {
        let is_null = |node: &Node| node.as_scalar().is_some_and(Scalar::is_null);
        let says_no = |name: &str| self.in_any_case(name).is_some_and(|node| is_off(node) && !is_null(node));
        let says_yes =
            |name: &str| self.in_any_case(name).is_some_and(|node| !is_off(node) && !is_null(node));
        says_yes("draft")
            || says_yes("isdraft")
            || says_no("published")
            || says_no("publish")
            || self.state_is(&UNREADY)
            || self.written.hides
    }

    /// Whether nobody is meant to find the post: it is protected by a password, or private.
    pub(in crate::generators) fn is_protected(&self) -> bool {
        let is_set = |name: &str| self.in_any_case(name).is_some_and(is_on);
        // `0` is a password, if a weak one.
        let has_password = self.in_any_case("password").is_some_and(|node| {
            !node.as_items().iter().all(is_nothing)
                && node.as_scalar().is_none_or(|scalar| scalar.as_bool() != Some(false))
        });
        has_password || ["encrypted", "protected"].into_iter().any(is_set) || self.state_is(&PRIVATE)
    }

    /// Whether the post is published later, has expired, or is part of another page (fields that Hugo has).
    pub(in crate::generators) fn is_away(&self) -> bool {
        let now = self.site.now;
        let date = |name: &&str| self.date_in_any_case(name);
        let is_expired = EXPIRES.iter().filter_map(date).any(|date| date <= now);
        let is_early = !self.site.future && date(&"publishdate").is_some_and(|date| date > now);
        let build = self.in_any_case("build").and_then(Node::as_map);
        let never = |name: &str| {
            let scalar = build.and_then(|build| build.get(name)).and_then(Node::as_scalar);
            scalar.is_some_and(|scalar| {
                scalar.as_bool() == Some(false) || scalar.text.eq_ignore_ascii_case("never")
            })
        };
        let is_headless = self.in_any_case("headless").is_some_and(is_on);
        is_expired || is_early || is_headless || never("render") || never("list")
    }

    /// Whether `status`, `state` or `visibility` is one of these.
    fn state_is(&self, states: &[&str]) -> bool {
        let values = ["status", "state", "visibility"].into_iter().filter_map(|name| self.in_any_case(name));
        let mut words = values.flat_map(Node::as_items).filter_map(Node::as_text);
        words.any(|word| states.iter().any(|state| word.trim().eq_ignore_ascii_case(state)))
    }

    fn date_in_any_case(&self, name: &str) -> Option<DateTime<FixedOffset>> {
        date::resolve(&date::parse(self.in_any_case(name)?.as_text()?)?, &self.site.timezone)
    }

    /// A field in any case, with or without hyphens and underscores: what its author means to hide must not leak because
    /// of a letter.
    fn in_any_case(&self, name: &str) -> Option<&Node> {
        let own = self.written.map.0.iter().rev();
        // Where generators let authors put fields of their own.
        let inner = ["extra", "params"].into_iter().filter_map(|name| self.get(name)?.as_map());
        let mut pairs = own.chain(inner.flat_map(|map| map.0.iter().rev()));
        let plain = |key: &Scalar| {
            let mut letters = key.text.trim().chars().filter(|c| !matches!(c, '_' | '-'));
            let mut wanted = name.chars();
            loop {
                match (letters.next(), wanted.next()) {
                    (None, None) => return true,
                    (Some(c), Some(wanted)) if c.eq_ignore_ascii_case(&wanted) => {}
                    _ => return false,
                }
            }
        };
        pairs.find(|(key, _)| plain(key)).map(|(_, node)| node)
    }

    /// Whether the post is only for readers who have its address.
    pub(in crate::generators) fn is_unlisted(&self) -> bool {
        ["unlisted", "hidden", "private"].iter().any(|key| self.says(key))
    }

    /// Whether a field is set: it is there, and neither false nor empty.
    fn says(&self, key: &str) -> bool {
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
        }) || self.in_any_case("sitemapexclude").is_some_and(is_on)
    }

    /// `robots: noindex`, `noindex: true`.
    pub(in crate::generators) fn says_no_index(&self) -> bool {
        let robots = self.get("robots").map_or(&[][..], Node::as_items);
        let mut words = robots.iter().filter_map(Node::as_text).flat_map(|robots| robots.split([',', ' ']));
        let seo = self.get("seo").and_then(Node::as_map).and_then(|seo| seo.get("noindex"));
        let is_off_by_seo = seo.and_then(Node::as_scalar).and_then(Scalar::as_bool) == Some(true);
        is_off_by_seo
            || self.flag("noindex") == Some(true)
            || words.any(|word| word.eq_ignore_ascii_case("noindex") || word.eq_ignore_ascii_case("none"))
    }
}

fn is_off(node: &Node) -> bool {
    let scalar = node.as_scalar();
    scalar.is_some_and(|scalar| scalar.as_bool() == Some(false) || scalar.text.trim() == "0")
}

/// Whether a field is set, to anything but no.
fn is_on(node: &Node) -> bool {
    !is_off(node) && !node.as_items().iter().all(is_nothing)
}

fn is_nothing(node: &Node) -> bool {
    node.as_scalar().is_some_and(|scalar| scalar.text.trim().is_empty() || scalar.is_null())
}

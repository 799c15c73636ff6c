//! Who may see a post: drafts, unlisted posts, and pages that search engines should ignore.

use chrono::{DateTime, Datelike as _, FixedOffset};

use super::Fields;
use crate::diagnostic::{Diagnostic, Place, Rule};
use crate::model::SiteFacts;
use crate::source::{Node, Scalar, bare, is_dash, plain, visible};
use crate::text::{self, ByteSet, date};

/// Whether a file is in a folder for drafts.
pub(crate) fn is_in_drafts(path: &str) -> bool {
    let (folders, _) = text::split_last(path, b'/').unwrap_or_default();
    folders.split('/').any(|part| part.trim_start_matches('_').eq_ignore_ascii_case("drafts"))
}

/// States of a post that is not ready, as the field has them, in lower case.
const UNREADY: [&str; 7] =
    ["draft", "auto-draft", "unpublished", "pending", "scheduled", "future", "inherit"];
/// Fields of a state, without marks.
const STATES: [&str; 5] = ["status", "state", "visibility", "access", "poststatus"];
/// What a date is called from which on the post is gone, without hyphens, in lower case.
const EXPIRES: [&str; 6] =
    ["expirydate", "unpublishdate", "expirationdate", "expires", "expiresat", "unpublishat"];

/// States of a post that is not public.
const PRIVATE: [&str; 9] =
    ["private", "hidden", "trash", "trashed", "internal", "members", "paid", "tiers", "restricted"];
/// Fields that may hide a post, without capitals and marks.
const HIDING: [&str; 20] = [
    "draft", "isdraft", "unlisted", "hidden", "private", "password", "encrypted", "protected", "headless",
    "published", "publish", "status", "state", "visibility", "access", "poststatus", "postpassword",
    "publishdate", "date", "pubdate",
];
/// The same with capitals and marks, as programs read them.
const SPELLED: [&str; 7] =
    ["isDraft", "is_draft", "publishDate", "expiryDate", "unpublishDate", "post_status", "post_password"];

/// What a generator makes of fields that hide a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// It knows their names as they are.
    Exact,
    /// It knows their names in any case.
    AnyCase,
    /// It reads its own field only, and publishes the post whatever other fields say.
    Own,
}

/// Fields in which others may hide a post, without capitals and marks.
const CONTAINERS: [&str; 2] = ["build", "sitemapexclude"];

/// The first letters of the names that [`is_hiding`] knows.
const BEGIN: ByteSet = ByteSet::first_of(&[&HIDING, &EXPIRES, &CONTAINERS]);

/// At least the length of the longest name that [`is_hiding`] knows.
const LONGEST: usize = 16;

/// A fast test whether a field may hide a post, which is made for every field of every post. A name with
/// letters beyond ASCII always passes: it may look like one of these names, which the exact test finds out.
fn may_hide(name: &str) -> bool {
    let begins_otherwise =
        |first: &u8| first.is_ascii_alphanumeric() && !BEGIN.has(first.to_ascii_lowercase());
    if name.as_bytes().first().is_some_and(begins_otherwise) {
        return false;
    }
    // Most names are a word.
    if name.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return is_hiding(name.as_bytes());
    }
    let mut letters = [0; LONGEST];
    let mut length = 0;
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() {
            let Some(letter) = letters.get_mut(length) else { return false };
            *letter = byte.to_ascii_lowercase();
            length += 1;
        } else if !byte.is_ascii() {
            return true;
        }
    }
    is_hiding(letters.get(..length).unwrap_or_default())
}

/// Whether these letters, in lower case, are the name of a field that may hide a post.
fn is_hiding(letters: &[u8]) -> bool {
    HIDING.iter().chain(&EXPIRES).chain(&CONTAINERS).any(|name| name.as_bytes() == letters)
}

/// Names of dates, which hide a post only where they are not read as such.
fn is_date(name: &str) -> bool {
    matches!(name, "date" | "pubdate")
}

impl Fields<'_> {
    /// Whether any field may hide the post. Most posts have none.
    fn may_be_hidden(&self) -> bool {
        let looked_at = self
            .may_be_hidden
            .get()
            .unwrap_or_else(|| self.pairs().any(|(key, _)| may_hide(&key.text) && !is_date(&key.text)));
        self.may_be_hidden.set(Some(looked_at));
        looked_at
    }

    /// Whether its author marks the post as unfinished.
    pub(in crate::generators) fn is_draft(&self) -> bool {
        if !self.may_be_hidden() {
            return false;
        }
        let is_null = |node: &Node| node.as_scalar().is_some_and(Scalar::is_null);
        let says_no = |name: &str| self.in_any_case(name).is_some_and(|node| is_off(node) && !is_null(node));
        let says_yes =
            |name: &str| self.in_any_case(name).is_some_and(|node| !is_off(node) && !is_null(node));
        says_yes("draft")
            || says_yes("isdraft")
            || says_no("published")
            || says_no("publish")
            || self.state_is(&UNREADY)
    }

    /// Whether the post is protected by a password.
    pub(in crate::generators) fn is_protected(&self) -> bool {
        if !self.may_be_hidden() {
            return false;
        }
        let is_set = |name: &str| self.in_any_case(name).is_some_and(is_on);
        // `0` is a password, if a weak one.
        let password = self.in_any_case("password").or_else(|| self.in_any_case("postpassword"));
        let has_password = password.is_some_and(|node| {
            !node.as_items().iter().all(is_nothing)
                && node.as_scalar().is_none_or(|scalar| scalar.as_bool() != Some(false))
        });
        has_password || ["encrypted", "protected"].into_iter().any(is_set)
    }

    /// Whether nobody is meant to find the post.
    pub(in crate::generators) fn is_private(&self) -> bool {
        self.may_be_hidden() && self.state_is(&PRIVATE)
    }

    /// The finding about a field that seems to hide the post, but may not have been read like that: `draft: true`
    /// in what only looks like front matter, a name with an invisible character, or two values that contradict
    /// each other.
    pub(in crate::generators) fn doubt(&self, reading: Reading) -> Option<Diagnostic> {
        let finding = |at, key: &str, reason| {
            let key = text::shown(&text::cut(key.trim(), 30));
            let message = format!("the post looks hidden by `{key}`, {reason}");
            // Nothing else of the post is shown.
            let place = Place { span: 0..key.len(), text: key, ..self.source.place(at..at) };
            let finding = Diagnostic::new(Rule::HeldBack, self.source.path.clone(), message).at(place);
            finding.help("it is in no output; write that as the generator reads it, or remove it")
        };
        let asks_unread = |key: &str, value: &str| self.asks_to_be_hidden(key, value, false);
        if let Some((at, key)) = self.written.find_unread(self.source, &asks_unread) {
            return Some(finding(at.start, &key, "which is not read as front matter"));
        }
        if !self.may_be_hidden() || (reading == Reading::Own && !self.source.is_wide()) {
            return None;
        }
        let mut pairs = self.pairs();
        let is_read = || {
            self.is_draft()
                || self.is_protected()
                || self.is_private()
                || self.is_away()
                || self.is_unlisted()
        };
        let is_doubtful = |pair: &(&Scalar, &Node)| self.is_odd(pair, reading) || !is_read();
        let (key, node) = pairs.find(|pair| self.hides(pair) && is_doubtful(pair))?;
        let at = key.at.or(node.at()).unwrap_or_default();
        Some(finding(at, &key.text, "which not every program reads in this way"))
    }

    /// Reports a field that asks to hide a post which its generator publishes.
    pub(in crate::generators) fn report_published(&self) {
        if self.may_be_hidden()
            && let Some((key, _)) = self.pairs().find(|pair| self.hides(pair))
        {
            let message =
                format!("`{}` hides nothing: Jekyll publishes the post", text::shown(key.text.trim()));
            let help = "feeds and the sitemap have it too; `published: false` hides it everywhere, `feed: false` and `sitemap: false` from one of them";
            self.report(Rule::PublishedAnyway, Some(&key.text), message, help);
        }
    }

    /// Whether a pair asks to hide the post, however it is spelled.
    fn hides(&self, (key, node): &(&Scalar, &Node)) -> bool {
        // A field that is named `date` or `pubdate` has been read as a date.
        if is_date(&key.text) || !may_hide(&key.text) {
            return false;
        }
        let name = plain(&key.text);
        let is_read = is_exact(&key.text);
        let mut texts = node.as_items().iter().filter_map(Node::as_scalar).filter(|scalar| !scalar.is_null());
        (HIDING.contains(&&*name) || EXPIRES.contains(&&*name))
            && texts.any(|scalar| self.asks_to_be_hidden(&name, &visible(&scalar.text), is_read))
    }

    /// Whether a pair is written so that programs disagree about it.
    fn is_odd(&self, (key, node): &(&Scalar, &Node), reading: Reading) -> bool {
        let name = plain(&key.text);
        let is_blurred =
            node.as_text().is_some_and(|text| bare(&visible(text)) != text.to_lowercase() || text == "f");
        let is_repeated = || self.pairs().filter(|(key, _)| plain(&key.text) == name).count() > 1;
        // In another case, or without what may not be in a feed.
        let is_changed =
            key.at.and_then(|at| self.source.text.get(at..at + key.text.len())).is_some_and(|written| {
                match reading {
                    Reading::AnyCase => !written.eq_ignore_ascii_case(&key.text),
                    Reading::Exact | Reading::Own => written != key.text,
                }
            });
        self.source.is_wide() || !is_exact(&key.text) || is_blurred || is_changed || is_repeated()
    }

    /// Whether a field asks to hide its post, by its name and its value as they look.
    fn asks_to_be_hidden(&self, key: &str, value: &str, is_read: bool) -> bool {
        let value = bare(value);
        let is_off = matches!(value, "false" | "no" | "off" | "0" | "n" | "f");
        let is_on = !is_off && !matches!(value, "" | "~" | "null" | "[]");
        let is_later = || match loose_date(value, self.site) {
            Some(date) => date > self.site.now,
            // A year or a month alone.
            None => value
                .get(..4)
                .and_then(|year| year.parse().ok())
                .is_some_and(|year: i32| year > self.site.now.year()),
        };
        match key {
            "draft" | "isdraft" | "unlisted" | "hidden" | "private" | "password" | "postpassword"
            | "encrypted" | "protected" | "headless" => is_on,
            "published" | "publish" => is_off,
            key if STATES.contains(&key) => UNREADY.contains(&value) || PRIVATE.contains(&value),
            "render" | "list" => !is_read && value == "never",
            "publishdate" => !self.site.future && is_later(),
            "date" | "pubdate" => !is_read && !self.site.future && is_later(),
            key if EXPIRES.contains(&key) => {
                loose_date(value, self.site).is_some_and(|date| date <= self.site.now)
            }
            _ => false,
        }
    }

    /// Whether the post is published later, has expired, or is part of another page (fields that Hugo has).
    pub(in crate::generators) fn is_away(&self) -> bool {
        if !self.may_be_hidden() {
            return false;
        }
        let now = self.site.now;
        let date = |name: &&str| self.date_in_any_case(name);
        let is_expired = EXPIRES.iter().filter_map(date).any(|date| date <= now);
        let is_early = self.site.holds_back(date(&"publishdate"));
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
        let values = STATES.into_iter().filter_map(|name| self.in_any_case(name));
        let mut words = values.flat_map(Node::as_items).filter_map(Node::as_text);
        words.any(|word| states.iter().any(|state| word.trim().eq_ignore_ascii_case(state)))
    }

    fn date_in_any_case(&self, name: &str) -> Option<DateTime<FixedOffset>> {
        read_date(self.in_any_case(name)?.as_text()?, self.site)
    }

    /// The fields of the front matter, then those in `extra`, `params` and `meta`; of a repeated key, the last comes
    /// first.
    fn pairs(&self) -> impl Iterator<Item = (&Scalar, &Node)> {
        let own = self.written.map.0.iter().rev();
        let inner = ["extra", "params", "meta"].into_iter().filter_map(|name| self.get(name)?.as_map());
        own.chain(inner.flat_map(|map| map.0.iter().rev())).map(|(key, node)| (key, node))
    }

    /// A field in any case, with or without hyphens and underscores: what its author means to hide must not leak because
    /// of a letter.
    fn in_any_case(&self, name: &str) -> Option<&Node> {
        let is_same = |key: &Scalar| {
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
        self.pairs().find(|(key, _)| is_same(key)).map(|(_, node)| node)
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
        map.is_some_and(|map| ["exclude", "disable", "ignore"].iter().any(|key| map.flag(key) == Some(true)))
            || (self.may_be_hidden() && self.in_any_case("sitemapexclude").is_some_and(is_on))
    }

    /// `robots: noindex`, `noindex: true`.
    pub(in crate::generators) fn says_no_index(&self) -> bool {
        let robots = self.get("robots").map_or(&[][..], Node::as_items);
        let mut words = robots.iter().filter_map(Node::as_text).flat_map(|robots| robots.split([',', ' ']));
        let seo = self.get("seo").and_then(Node::as_map);
        seo.and_then(|seo| seo.flag("noindex")) == Some(true)
            || self.flag("noindex") == Some(true)
            || words.any(|word| word.eq_ignore_ascii_case("noindex") || word.eq_ignore_ascii_case("none"))
    }
}

/// The same with dashes of any kind.
fn loose_date(text: &str, site: &SiteFacts) -> Option<DateTime<FixedOffset>> {
    read_date(&text.replace(is_dash, "-"), site)
}

fn read_date(text: &str, site: &SiteFacts) -> Option<DateTime<FixedOffset>> {
    date::resolve(&date::parse(text)?, &site.timezone)
}

/// Whether the name of a field is one that programs read.
fn is_exact(name: &str) -> bool {
    HIDING.contains(&name) || EXPIRES.contains(&name) || SPELLED.contains(&name)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_hide_a_post_is_looked_at() {
        let others = [
            "build", "sitemapexclude", "Sitemap-Exclude", "dr\u{200B}aft", "ｄｒａｆｔ", "is_draft",
            "__Draft__",
        ];
        for name in HIDING.iter().chain(&EXPIRES).chain(&SPELLED).chain(&others) {
            assert!(may_hide(name), "{name}");
        }
        for name in
            ["title", "", "drafts", "1draft", "reading_time", "a name that is longer than all of these"]
        {
            assert!(!may_hide(name), "{name}");
        }
    }
}

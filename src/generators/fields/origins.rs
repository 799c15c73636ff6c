//! Where the fields of a post come from.

use std::collections::BTreeSet;

use chrono::{DateTime, FixedOffset};
use jiff::tz::TimeZone;

use super::{Fields, names};
use crate::model::{CATEGORY, Post, TAG};
use crate::source::Node;
use crate::text::date;

/// A field of a post, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    /// What it is, such as `title`.
    pub name: String,
    pub value: String,
    /// A phrase, such as "`date`, line 3".
    pub from: String,
    pub kind: OriginKind,
}

/// What kind of field it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OriginKind {
    /// What is published.
    Value,
    /// What is published, taken from the text, which must not be shown of a hidden post.
    Text,
    /// What decides who sees the post.
    Switch,
}

impl Fields<'_> {
    /// The fields of a post that has been resolved. `inherited` says where a field comes from that is not in the front
    /// matter; `rule`, what makes the URLs of the site.
    pub(crate) fn origins(
        &self,
        post: &Post,
        inherited: &dyn Fn(&str) -> Option<String>,
        rule: &str,
    ) -> Vec<Origin> {
        let first = |keys: &[&str], otherwise: &str| {
            let own = self.first(keys).map(|(key, node)| self.place_of(key, node, inherited));
            own.unwrap_or_else(|| otherwise.to_owned())
        };
        let made_by = self.pattern.borrow().clone().unwrap_or_else(|| rule.to_owned());
        let by_site = "the configuration";
        let stem = post.path.rsplit('/').next().unwrap_or_default();
        let has_day = date::from_file_name(stem).is_some();
        let by_name = if has_day { "the name of its file" } else { "the rule of its generator" };
        let authors: Vec<&str> = post.authors.iter().map(|author| author.name.as_str()).collect();
        let date = |date| date::rfc3339(date);
        let all = [
            (
                "title",
                Some(post.title.clone()),
                first(names::TITLE, "its first heading, or the name of its file"),
            ),
            ("url", Some(post.url.clone()), first(names::URL, &made_by)),
            ("id", Some(post.id.clone()), self.origin_of_id(post, inherited)),
            ("published", post.published.map(date), self.origin_of_date(post.published, inherited, by_name)),
            (
                "updated",
                post.updated.map(date),
                self.origin_of_date(post.updated, inherited, "the rule of its generator"),
            ),
            ("authors", Some(authors.join(", ")), first(names::AUTHORS, by_site)),
            ("categories", Some(terms_of(post, CATEGORY)), first(names::CATEGORIES, "its folders")),
            ("tags", Some(terms_of(post, TAG)), first(names::TAGS, "its folders")),
            ("summary", post.summary.clone(), first(names::SUMMARY, by_site)),
            ("image", post.image.clone(), first(names::IMAGE, by_site)),
            (
                "enclosure",
                post.enclosure.as_ref().map(|file| file.url.clone()),
                first(names::ENCLOSURE, by_site),
            ),
            ("language", post.language.clone(), first(names::LANGUAGE, by_site)),
        ];
        let known = all.into_iter().filter_map(|(name, value, from)| {
            let value = value.filter(|value| !value.is_empty())?;
            let is_text = name == "title" && self.first(names::TITLE).is_none();
            let kind = if is_text { OriginKind::Text } else { OriginKind::Value };
            Some(Origin { name: name.to_owned(), value, from, kind })
        });
        let taxonomies: BTreeSet<&str> = post.terms.iter().map(|term| &*term.taxonomy).collect();
        let is_above =
            |taxonomy: &str| [CATEGORY, TAG].contains(&taxonomy) || names::AUTHORS.contains(&taxonomy);
        let others = taxonomies.into_iter().filter(|taxonomy| !is_above(taxonomy)).map(|taxonomy| Origin {
            name: taxonomy.to_owned(),
            value: terms_of(post, taxonomy),
            from: first(&[taxonomy], "its folders"),
            kind: OriginKind::Value,
        });
        known.chain(others).chain(self.switches(inherited)).collect()
    }

    /// The field that a date is from: the one that says it.
    fn origin_of_date(
        &self,
        date: Option<DateTime<FixedOffset>>,
        inherited: &dyn Fn(&str) -> Option<String>,
        otherwise: &str,
    ) -> String {
        let names = names::DATE.iter().chain(names::UPDATED).chain(&LOWER);
        let mut written = names.filter_map(|name| Some((*name, self.get(name)?)));
        // Jekyll takes a time without a zone for UTC.
        let says = |node: &Node| {
            let Some(written) = node.as_text().and_then(date::parse) else { return false };
            let is_in = |zone: &TimeZone| date::resolve(&written, zone) == date;
            date.is_some() && (is_in(self.zone()) || is_in(&TimeZone::UTC))
        };
        let own = written.find(|(_, node)| says(node));
        own.map_or_else(|| otherwise.to_owned(), |(name, node)| self.place_of(name, node, inherited))
    }

    fn origin_of_id(&self, post: &Post, inherited: &dyn Fn(&str) -> Option<String>) -> String {
        match self.first(names::ID).filter(|_| post.is_id_written) {
            Some((key, node)) => self.place_of(key, node, inherited),
            None if post.id == post.url => "its URL".to_owned(),
            None => "the rule of its generator".to_owned(),
        }
    }

    /// The fields that decide who sees the post, as written.
    fn switches(&self, inherited: &dyn Fn(&str) -> Option<String>) -> Vec<Origin> {
        // One that is a date is above.
        let is_date = |node: &Node| node.as_text().is_some_and(|text| date::parse(text).is_some());
        let names = names::VISIBILITY.iter().chain(&MORE);
        let written = names.filter_map(|name| Some((*name, self.get(name)?)));
        let written = written.filter(|(name, node)| *name != "published" || !is_date(node));
        let origin = |(name, node): (&str, &Node)| {
            let value = match (name, node.as_text()) {
                ("password", _) => "(hidden)".to_owned(),
                (_, Some(text)) => text.to_owned(),
                (_, None) => node.to_json().to_string(),
            };
            let from = self.place_of(name, node, inherited);
            Origin { name: format!("`{name}`"), value, from, kind: OriginKind::Switch }
        };
        written.map(origin).collect()
    }

    /// Where a field is written.
    fn place_of(&self, key: &str, node: &Node, inherited: &dyn Fn(&str) -> Option<String>) -> String {
        let name = self.written.map.entry(key).and_then(|(name, _)| name.at);
        let is_own = name.or(node.at()).is_some();
        let place = self.written.place(self.source, key).filter(|_| is_own);
        match (place, inherited(key)) {
            (Some(place), _) => format!("`{key}`, line {}, column {}", place.line, place.column),
            (None, Some(from)) => format!("`{key}`, {from}"),
            (None, None) => format!("`{key}`"),
        }
    }
}

/// Names of dates as Hugo has them.
const LOWER: [&str; 3] = ["publishdate", "pubdate", "last_modified"];
/// Fields that hide a post, besides those that are known by their names alone.
const MORE: [&str; 8] = [
    "status", "state", "visibility", "password", "expirydate", "unpublishdate", "publishDate", "publishdate",
];

fn terms_of(post: &Post, taxonomy: &str) -> String {
    post.terms_of(taxonomy).cloned().collect::<Vec<_>>().join(", ")
}

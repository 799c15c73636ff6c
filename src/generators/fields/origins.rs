//! Where the fields of a post come from.

use super::{Fields, names};
use crate::model::{Post, Term};
use crate::source::Node;
use crate::text::date;

/// A field of a post, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    /// What it is, such as `title`.
    pub name: &'static str,
    pub value: String,
    /// A phrase, such as "`date`, line 3".
    pub from: String,
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
        let terms = |terms: &[Term]| {
            let shown = |term: &Term| format!("{} ({})", term.name, term.taxonomy);
            terms.iter().map(shown).collect::<Vec<_>>().join(", ")
        };
        let made_by = self.pattern.borrow().clone().unwrap_or_else(|| rule.to_owned());
        let by_site = "the configuration";
        let stem = post.path.rsplit('/').next().unwrap_or_default();
        let has_day = date::from_file_name(stem).is_some();
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
            (
                "published",
                post.published.map(date),
                first(
                    names::DATE,
                    if has_day { "the name of its file" } else { "the rule of its generator" },
                ),
            ),
            ("updated", post.updated.map(date), first(names::UPDATED, "its page")),
            ("authors", Some(authors.join(", ")), first(names::AUTHORS, by_site)),
            ("terms", Some(terms(&post.terms)), first(&TERMS.concat(), "its folders, or its page")),
            ("summary", post.summary.clone(), first(names::SUMMARY, "its page")),
            ("image", post.image.clone(), first(names::IMAGE, "its page")),
            (
                "enclosure",
                post.enclosure.as_ref().map(|file| file.url.clone()),
                first(names::ENCLOSURE, "its page"),
            ),
            ("language", post.language.clone(), first(names::LANGUAGE, by_site)),
        ];
        let known = all.into_iter().filter_map(|(name, value, from)| {
            let value = value.filter(|value| !value.is_empty())?;
            Some(Origin { name, value, from })
        });
        known.chain(self.switches(inherited)).collect()
    }

    fn origin_of_id(&self, post: &Post, inherited: &dyn Fn(&str) -> Option<String>) -> String {
        match self.first(names::ID).filter(|_| post.is_id_written) {
            Some((key, node)) => self.place_of(key, node, inherited),
            None if post.id == post.url => "its URL".to_owned(),
            None => "the rule of its generator".to_owned(),
        }
    }

    /// The fields that decide who sees the post, as written.
    fn switches(&self, inherited: &dyn Fn(&str) -> Option<String>) -> impl Iterator<Item = Origin> {
        let written = names::VISIBILITY.iter().filter_map(move |name| {
            let node = self.get(name)?;
            let value = node.as_text().map_or_else(|| node.kind().to_owned(), str::to_owned);
            Some(Origin { name, value, from: self.place_of(name, node, inherited) })
        });
        written.collect::<Vec<_>>().into_iter()
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

/// What terms are read from.
const TERMS: [&[&str]; 2] = [names::CATEGORIES, names::TAGS];

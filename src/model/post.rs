//! A post as resolved. Nothing that a renderer needs is optional, except what a post may truly lack.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, FixedOffset};
use serde_json::Map as JsonMap;

use super::author::Author;
use super::media::Media;
use super::term::{CATEGORY, MOST_TERMS, TAG, Term};
use crate::text;

/// A post as it is published.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Post {
    /// The file, relative to the root.
    pub path: String,
    /// Where the body begins in the source's text, in bytes.
    pub body: usize,
    /// The permalink: absolute, ASCII, canonical.
    pub url: String,
    /// The id by which readers know it, on one line; Atom has it as a URI.
    pub id: String,
    /// Whether its author wrote the id.
    pub is_id_written: bool,
    /// Where it was before: paths or URLs that lead to it.
    pub aliases: Vec<String>,
    /// Plain text on one line, never empty in an entry; the index of all posts needs none.
    pub title: String,
    /// When it was published. `None` keeps it out of feeds.
    pub published: Option<DateTime<FixedOffset>>,
    /// When it was last changed, as its author says; never before `published`.
    pub updated: Option<DateTime<FixedOffset>>,
    /// As the front matter names them. Empty means those of the site.
    pub authors: Vec<Author>,
    /// Its terms, of whatever taxonomies, each once.
    pub terms: Vec<Term>,
    /// What feeds list as its categories, where that is not its categories and then its tags.
    pub labels: Option<Vec<String>>,
    /// The collection that it belongs to, where the site has such.
    pub collection: Option<Arc<str>>,
    /// What a sitemap lists besides its URL and date.
    pub sitemap: SitemapFacts,
    /// Whether feeds carry its excerpt only.
    pub excerpt_only: bool,
    /// The separator that ends its excerpt, if its author names one.
    pub separator: Option<String>,
    /// The author's own summary: plain text on one line, never empty.
    pub summary: Option<String>,
    /// An absolute URL.
    pub image: Option<String>,
    /// A file that belongs to it, such as a recording.
    pub enclosure: Option<Media>,
    /// A language tag: its own, else the site's.
    pub language: Option<String>,
    /// The fields that no format has a place for.
    pub extra: JsonMap<String, serde_json::Value>,
    /// Whether its author marks it as unfinished.
    pub draft: bool,
    /// Whether it is in no output, whatever is asked for.
    pub withheld: bool,
    /// Whether its generator makes a page of it.
    pub is_built: bool,
    /// Whether it only lists others.
    pub is_list: bool,
    /// Whether feeds may carry it.
    pub in_feeds: bool,
    /// Whether sitemaps may list it.
    pub in_sitemap: bool,
}

/// What a sitemap lists of a post besides its URL and date.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct SitemapFacts {
    /// The URL under which it is listed, if that is another.
    pub url: Option<String>,
    /// What it has in common with its translations.
    pub translation: Option<String>,
    /// The URLs of its images.
    pub images: Vec<String>,
    /// A number between 0 and 1, as written.
    pub priority: Option<String>,
    /// One of the words of the protocol.
    pub changefreq: Option<String>,
}

impl Post {
    /// The names of its terms of a taxonomy.
    pub(crate) fn terms_of(&self, taxonomy: &str) -> impl Iterator<Item = &String> {
        self.terms.iter().filter(move |term| term.taxonomy == taxonomy).map(|term| &term.name)
    }

    /// What feeds list as its categories: categories, then tags, each once.
    pub(crate) fn labels(&self) -> Vec<String> {
        self.labels.clone().unwrap_or_else(|| {
            text::unique(self.terms_of(CATEGORY).chain(self.terms_of(TAG)).cloned().collect())
        })
    }

    /// Leaves terms out, where it has too many of a taxonomy whose terms have feeds. Gives what is to be said of that: a
    /// message, and its help.
    pub(crate) fn limit_terms(&mut self, taxonomies: &BTreeSet<String>) -> Option<(String, String)> {
        let mut counted = taxonomies.iter().map(|name| (name, self.terms_of(name).count()));
        let (taxonomy, count) = counted.find(|(_, count)| *count > MOST_TERMS)?;
        let mut counts: BTreeMap<Cow<'static, str>, usize> = BTreeMap::new();
        self.terms.retain(|term| {
            let count = counts.entry(term.taxonomy.clone()).or_default();
            *count += 1;
            *count <= MOST_TERMS
        });
        self.labels.iter_mut().for_each(|labels| labels.truncate(MOST_TERMS));
        let message = format!("it has {count} terms of the taxonomy `{}`", text::shown(taxonomy));
        Some((message, format!("each has a feed, so only the first {MOST_TERMS} are used")))
    }

    /// A file of which nothing is known but its path.
    pub(crate) fn nameless(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            body: 0,
            url: String::new(),
            id: String::new(),
            is_id_written: false,
            aliases: Vec::new(),
            title: String::new(),
            published: None,
            updated: None,
            authors: Vec::new(),
            terms: Vec::new(),
            labels: None,
            collection: None,
            sitemap: SitemapFacts::default(),
            separator: None,
            excerpt_only: false,
            summary: None,
            image: None,
            enclosure: None,
            language: None,
            extra: JsonMap::new(),
            draft: false,
            withheld: false,
            is_built: true,
            is_list: false,
            in_feeds: false,
            in_sitemap: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_categories_then_tags() {
        let term =
            |taxonomy: &'static str, name: &str| Term { taxonomy: taxonomy.into(), name: name.to_owned() };
        let terms = vec![term(TAG, "a"), term("series", "s"), term(CATEGORY, "b"), term(CATEGORY, "a")];
        let post = Post { terms, ..Post::nameless("") };
        assert_eq!(post.labels(), ["b", "a"]);
        let own = Post { labels: Some(vec!["c".to_owned()]), ..post };
        assert_eq!(own.labels(), ["c"]);
    }
}

//! One Zola site.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, RwLock};

use crate::model::{LANGUAGE, PostMeta, SiteFacts, taxonomy_of};
use crate::text::{link, slug};

/// What the configuration of a Zola site decides beyond [`Settings`](crate::settings::Settings).
#[derive(Debug)]
pub(super) struct Zola {
    pub(super) default_language: String,
    /// The codes of the other languages.
    pub(super) languages: Vec<String>,
    pub(super) path_slugs: Slugs,
    pub(super) term_slugs: Slugs,
    pub(super) keeps_dates: bool,
    pub(super) ignored: Vec<String>,
    pub(super) taxonomies: Vec<Taxonomy>,
    /// What folders decide for their pages, by language and folder, as far as it has been asked for.
    pub(super) sections: RwLock<HashMap<(String, String), Arc<Section>>>,
}

/// How names become parts of paths (<https://www.getzola.org/documentation/getting-started/configuration/>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slugs {
    On,
    Safe,
    Off,
}

#[derive(Debug)]
pub(super) struct Taxonomy {
    /// As front matter has it.
    pub(super) name: String,
    pub(super) has_feed: bool,
    pub(super) is_rendered: bool,
}

/// What a folder decides for its pages.
#[derive(Debug, Clone, Default)]
pub(super) struct Section {
    /// Whether this section, or one above it, is a draft.
    pub(super) is_draft: bool,
    /// The key that its pages are sorted by: a page without it is never written.
    pub(super) sort_by: Option<String>,
}

impl Slugs {
    pub(super) fn apply(self, name: &str) -> String {
        match self {
            Self::On => slug::ascii(name),
            Self::Safe => {
                let is_unsafe = |c: char| {
                    matches!(c, '<' | '>' | ':' | '"' | '/' | '\\' | '|' | '?' | '*' | '#' | '\n' | '\r')
                };
                let safe: String = name.trim().chars().filter(|c| !is_unsafe(*c)).collect();
                safe.trim_end_matches(|c: char| c.is_whitespace() || c == '.').to_owned()
            }
            Self::Off => name.to_owned(),
        }
    }
}

impl Zola {
    pub(super) fn has_several_languages(&self) -> bool {
        !self.languages.is_empty()
    }

    /// The name of a file without its extension, and its language. The code of the default language is a part of the
    /// name.
    pub(super) fn split<'a>(&'a self, file_name: &'a str) -> (&'a str, &'a str) {
        let stem = file_name.strip_suffix(".md").unwrap_or(file_name);
        let own = stem.rsplit_once('.').filter(|(_, code)| self.languages.iter().any(|known| known == code));
        own.unwrap_or((stem, &self.default_language))
    }

    /// What URLs of a language begin with.
    pub(super) fn prefix(&self, language: &str) -> String {
        if language == self.default_language { String::new() } else { format!("{language}/") }
    }

    /// The home page, and the lists of taxonomies and of terms.
    pub(super) fn list_pages(&self, posts: &[PostMeta], site: &SiteFacts) -> Vec<String> {
        let mut paths = BTreeSet::new();
        for language in self.languages.iter().chain([&self.default_language]) {
            let prefix = self.prefix(language);
            paths.insert(prefix.clone());
            let tag = link_language(language);
            let is_of_it = |post: &&PostMeta| {
                !self.has_several_languages() || post.terms_of(LANGUAGE).iter().any(|own| *own == tag)
            };
            let posts: Vec<&PostMeta> = posts.iter().filter(is_of_it).collect();
            for taxonomy in self.taxonomies.iter().filter(|taxonomy| taxonomy.is_rendered) {
                let folder = format!("{prefix}{}/", self.term_slugs.apply(&taxonomy.name));
                for term in posts.iter().flat_map(|post| post.terms_of(taxonomy_of(&taxonomy.name))) {
                    paths.insert(format!("{folder}{}/", self.term_slugs.apply(&term)));
                }
                paths.insert(folder);
            }
        }
        paths.iter().filter_map(|path| site.base_url.join(&link::encoded(path))).collect()
    }
}

/// The tag of a language of the configuration.
pub(super) fn link_language(code: &str) -> String {
    crate::text::language::parse(code).unwrap_or_else(|_| code.to_owned())
}

//! Terms of taxonomies: categories, tags, series, authors …

use std::borrow::Cow;

/// The taxonomy of categories.
pub(crate) const CATEGORY: &str = "category";
/// The taxonomy of tags.
pub(crate) const TAG: &str = "tag";
/// The taxonomy of authors: their names.
pub(crate) const AUTHOR: &str = "author";
/// The taxonomy of languages: their tags.
pub(crate) const LANGUAGE: &str = "lang";
/// The taxonomy of collections; where a site has none, of the folders in its root.
pub(crate) const COLLECTION: &str = "collection";
/// The taxonomy of years of publication.
pub(crate) const YEAR: &str = "year";

/// What a post is that is a translation of another, where feeds of its generator tell the two apart.
pub(crate) const TRANSLATION: &str = "translation";

/// The taxonomies that are more than a field of the front matter.
pub(crate) const TAXONOMIES: [&str; 6] = [CATEGORY, TAG, AUTHOR, LANGUAGE, COLLECTION, YEAR];

/// Whether a taxonomy is none of these, but any field of the front matter that holds names.
pub(crate) fn is_open(taxonomy: &str) -> bool {
    !TAXONOMIES.contains(&taxonomy) && taxonomy != TRANSLATION
}

/// A term that a post has: `rust` of the taxonomy `tag`, `A long story` of `series`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Term {
    /// In the singular where it is one of the constants; else the name of a field of the front matter.
    pub taxonomy: Cow<'static, str>,
    /// Plain text, as it is published.
    pub name: String,
}

/// How many terms of a taxonomy a post has where each of them has a feed: the post is in all of these, with all its terms.
pub(crate) const MOST_TERMS: usize = 500;

/// The name of a taxonomy, in any of its spellings.
pub(crate) fn taxonomy(name: &str) -> &str {
    match name {
        "categories" => CATEGORY,
        "tags" => TAG,
        "authors" => AUTHOR,
        "language" | "languages" => LANGUAGE,
        "collections" | "section" | "sections" => COLLECTION,
        "years" => YEAR,
        name => name,
    }
}

/// The taxonomy of a name in the plural, as Hugo and Zola have it.
pub(crate) fn taxonomy_of(plural: &str) -> &str {
    match plural {
        "categories" => CATEGORY,
        "tags" => TAG,
        other => other,
    }
}

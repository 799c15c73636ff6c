//! The names of each field in front matter. The first that has a value counts.

use std::sync::LazyLock;

pub(crate) const TITLE: &[&str] = &["title"];
pub(crate) const DATE: &[&str] =
    &["date", "published", "publishDate", "pubDate", "pubdate", "created", "date created"];
pub(crate) const UPDATED: &[&str] =
    &["updated", "lastmod", "last_modified_at", "modified", "updatedDate", "date modified"];
pub(crate) const CATEGORIES: &[&str] = &["categories", "category"];
pub(crate) const TAGS: &[&str] = &["tags", "tag"];
pub(crate) const AUTHORS: &[&str] = &["authors", "author"];
pub(crate) const SUMMARY: &[&str] = &["excerpt", "summary", "description"];
pub(crate) const SLUG: &[&str] = &["slug"];
pub(crate) const URL: &[&str] = &["permalink", "url"];
pub(crate) const ID: &[&str] = &["id", "guid"];
pub(crate) const IMAGE: &[&str] = &["image", "images"];
pub(crate) const ENCLOSURE: &[&str] = &["enclosure", "audio"];
pub(crate) const LANGUAGE: &[&str] = &["lang", "language", "locale"];
/// What a post has in common with its translations.
pub(crate) const TRANSLATION: &[&str] = &["translation_key", "translationKey", "ref", "lang-ref", "lang_ref"];
/// Whether a post is shown, and to whom.
pub(super) const VISIBILITY: &[&str] = &[
    "draft",
    "isDraft",
    "is_draft",
    "published",
    "publish",
    "dg-publish",
    "unlisted",
    "hidden",
    "private",
    "feed",
    "sitemap",
    "sitemap_exclude",
    "robots",
    "noindex",
    "encrypted",
    "protected",
    "expiryDate",
    "unpublishDate",
    "build",
    "_build",
    "headless",
    "eleventyExcludeFromCollections",
];
/// What a sitemap lists besides the URL and the date.
const SITEMAP_FACTS: &[&str] = &["priority", "changefreq"];
/// What concerns a generator's templates only, or must stay where it is.
const MACHINERY: &[&str] = &["layout", "aliases", "redirect_from", "eleventyComputed", "password"];

/// What a map of a category, a tag or another term calls its name.
pub(crate) const NAME: &[&str] = &["name", "title", "slug"];

const ALL: &[&[&str]] = &[
    TITLE, DATE, UPDATED, CATEGORIES, TAGS, AUTHORS, SUMMARY, SLUG, URL, ID, IMAGE, ENCLOSURE, LANGUAGE,
    TRANSLATION, VISIBILITY, SITEMAP_FACTS, MACHINERY,
];

/// Whether some format, or feedmill itself, uses this field.
pub(crate) fn is_known(key: &str) -> bool {
    static SORTED: LazyLock<Vec<&str>> = LazyLock::new(|| {
        let mut sorted: Vec<&str> = ALL.concat();
        sorted.sort_unstable();
        sorted
    });
    SORTED.binary_search(&key).is_ok()
}

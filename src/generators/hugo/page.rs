//! What a file of the content becomes.

use std::sync::Arc;

use super::dates::{Dates, from_name};
use super::permalink::Parts;
use super::site::{Hugo, Language, Place};
use crate::generators::{Fields, Separator};
use crate::model::{Author, File, Post, SitemapFacts, Term, taxonomy_of};
use crate::source::{Node, Scalar};
use crate::text::{self, link};

/// Resolves one file; `None` if Hugo publishes nothing of it.
pub(super) fn resolve(hugo: &Hugo, file: &File, fields: &mut Fields<'_>) -> Option<Post> {
    let place = hugo.place(&file.path)?;
    let language = hugo.language(place.language)?;
    let kind = hugo.kind(&place);
    if language.is_disabled(kind) {
        return None;
    }
    fields.written.map.lower_names();
    let branch = hugo.branch(place.language, &place.folder(), fields.site);
    fields.inherit(hugo.inherited(&branch, &place));
    fields.own_zone.clone_from(&language.timezone);
    let is_section = place.is_section();
    let dates = Dates::of(fields, &hugo.dates, place.name);
    if dates.published.is_none() && !is_section {
        fields.report_undated_page();
    }
    let name = if dates.is_from_name {
        from_name(place.name).map_or(place.name, |(_, rest)| rest)
    } else {
        place.name
    };
    let written = Written::of(fields);
    let path = hugo.path_of(&Parts {
        place: &place,
        branch: &branch,
        slug: written.slug.as_deref().or(Some(name).filter(|_| dates.is_from_name && !name.is_empty())),
        title: written.title.as_deref().unwrap_or_default(),
        url: written.url.as_deref(),
        name: place.name,
        date: dates.date.or(dates.published),
    });
    if let Some(pattern) = hugo.pattern(&place).filter(|_| written.url.is_none()) {
        fields.made_by("permalinks", pattern);
    }
    let path = if written.is_absolute() { path } else { [language.prefix.as_str(), &path].concat() };
    let base = language.base_url.as_ref().unwrap_or(&fields.site.base_url);
    let url = base.join(&link::encoded(&path))?;
    let post = fields.post(name);
    let shown = Shown::of(|key| fields.get(key));
    Some(Post {
        id: url.clone(),
        url,
        published: dates.published.filter(|_| !is_section),
        updated: dates.updated.or(dates.published.filter(|_| is_section)),
        terms: terms(language, fields),
        authors: if post.authors.is_empty() { own_authors(hugo, &place, fields) } else { post.authors },
        language: language.tag.clone().or(post.language),
        // The pages of terms are in no section.
        collection: Some(match kind {
            "taxonomy" | "term" => Arc::default(),
            _ => Arc::clone(&branch.section),
        }),
        sitemap: SitemapFacts { translation: translation(hugo, &place, fields), ..post.sitemap },
        withheld: dates.are_away(hugo, fields.site) || !shown.is_written || !shown.is_html,
        in_feeds: post.in_feeds && !is_section && shown.is_listed,
        in_sitemap: post.in_sitemap && shown.is_listed,
        ..post
    })
}

/// The authors of posts without any, if the site has others in the post's language than in the default one.
fn own_authors(hugo: &Hugo, place: &Place<'_>, fields: &Fields<'_>) -> Vec<Author> {
    let of = |language: usize| {
        let own = hugo.language(language).and_then(|language| language.masthead.authors.clone());
        own.unwrap_or_default()
    };
    // What the site's own file says holds for all languages.
    let is_said_elsewhere = fields.site.authors != of(hugo.default_language);
    if place.language == hugo.default_language || is_said_elsewhere { Vec::new() } else { of(place.language) }
}

/// What the author writes that URLs are made of.
struct Written {
    slug: Option<String>,
    title: Option<String>,
    url: Option<String>,
}

impl Written {
    fn of(fields: &Fields<'_>) -> Self {
        let text =
            |key: &str| fields.get(key).and_then(Node::as_text).map(|text| text::legal(text).into_owned());
        let given = |key: &str| text(key).filter(|text| !text.trim().is_empty());
        Self { slug: given("slug"), title: given("title"), url: given("url") }
    }

    /// Whether the URL is from the root of the site, whatever the language.
    fn is_absolute(&self) -> bool {
        self.url.as_deref().is_some_and(|url| url.starts_with('/'))
    }
}

/// What `build` and its old name `_build`, `headless` and `outputs` say.
pub(super) struct Shown {
    pub(super) is_written: bool,
    pub(super) is_listed: bool,
    /// Whether it is written as HTML, among other formats or none.
    pub(super) is_html: bool,
}

impl Shown {
    /// Of a page with these fields.
    pub(super) fn of<'f>(get: impl Fn(&str) -> Option<&'f Node>) -> Self {
        let build = get("build").or_else(|| get("_build")).and_then(Node::as_map);
        let says = |key: &str, words: &[&str]| {
            let scalar = build.and_then(|build| build.get(key)).and_then(Node::as_scalar);
            scalar.is_some_and(|scalar| {
                words.contains(&scalar.text.to_lowercase().as_str()) || scalar.as_bool() == Some(false)
            })
        };
        let is_headless = get("headless").and_then(Node::as_scalar).and_then(Scalar::as_bool) == Some(true);
        let mut outputs = get("outputs").map_or(&[][..], Node::as_items).iter().filter_map(Node::as_text);
        let is_html = get("outputs").is_none() || outputs.any(|format| format.eq_ignore_ascii_case("html"));
        Self {
            is_html,
            is_written: !says("render", &["never", "link"]) && !is_headless,
            is_listed: !says("list", &["never", "local"]),
        }
    }
}

/// The terms of the site's taxonomies, and of what feeds select by besides.
fn terms(language: &Language, fields: &Fields<'_>) -> Vec<Term> {
    let mut terms = fields.other_terms();
    for plural in &language.taxonomies {
        let taxonomy = taxonomy_of(plural).to_owned();
        terms.retain(|term| term.taxonomy != taxonomy);
        terms.extend(fields.terms(taxonomy, &[&plural.to_lowercase()], Separator::None));
    }
    terms
}

/// What a page has in common with its translations.
fn translation(hugo: &Hugo, place: &Place<'_>, fields: &Fields<'_>) -> Option<String> {
    if !hugo.has_several_languages() {
        return None;
    }
    let own = fields.get("translationkey").and_then(Node::as_text).map(str::to_owned);
    own.or_else(|| Some(format!("{}/{}", place.folder(), place.name)))
}

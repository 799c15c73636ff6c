//! The feeds that Hugo writes, each in its place, and the pages that it makes of no file.

use std::collections::BTreeSet;

use super::permalink::Parts;
use super::site::{Hugo, Language, Place, taxonomy_of};
use crate::generators::keys::Keys;
use crate::model::{COLLECTION, Format, LANGUAGE, PostMeta, SiteFacts};
use crate::settings::{Each, FeedConfig, Selection};
use crate::text::link;

/// How many entries feeds have, if the site says so: Hugo's own default is all of them.
pub(super) fn limit(keys: &Keys<'_>) -> Option<usize> {
    let services = keys.map("services");
    let of_rss = Keys(&services).map("rss");
    Keys(&of_rss).number("limit").or_else(|| keys.number("rsslimit")).filter(|limit| *limit > 0)
}

/// The feeds of the home page, of every section and of every term, in each language; Atom and JSON Feed of all posts
/// beside them.
pub(super) fn feeds(hugo: &Hugo, keys: &Keys<'_>) -> Vec<FeedConfig> {
    let name = file_name(keys);
    let outputs = keys.map("outputs");
    let has_rss = |kind: &str| {
        let own = Keys(&outputs).texts(kind);
        let is_listed =
            own.is_none_or(|formats| formats.iter().any(|format| format.eq_ignore_ascii_case("rss")));
        is_listed && !hugo.is_disabled("rss") && !hugo.is_disabled(kind)
    };
    let mut feeds = Vec::new();
    // What is on another host is another site.
    let is_here =
        |index: usize, language: &Language| index == hugo.default_language || language.base_url.is_none();
    for (index, language) in hugo.languages.iter().enumerate().filter(|(index, own)| is_here(*index, own)) {
        let plan = Plan { hugo, language, is_default: index == hugo.default_language };
        if has_rss("home") {
            feeds.push(plan.home(&name, Format::Rss));
        }
        feeds.push(plan.home("atom.xml", Format::Atom));
        feeds.push(plan.home("feed.json", Format::Json));
        if has_rss("section") {
            feeds.push(plan.each(COLLECTION, &format!("{{slug}}/{name}")));
        }
        for plural in hugo.taxonomies.iter().filter(|_| has_rss("term") && !hugo.is_disabled("taxonomy")) {
            feeds
                .push(plan.each(taxonomy_of(plural), &format!("{}/{{slug}}/{name}", hugo.sanitized(plural))));
        }
    }
    feeds
}

/// `index.xml`, unless the output format `rss` has another name.
fn file_name(keys: &Keys<'_>) -> String {
    let formats = keys.map("outputformats");
    let rss = Keys(&formats).map("rss");
    let base = Keys(&rss).text("basename").unwrap_or_else(|| "index".to_owned());
    format!("{base}.xml")
}

/// The feeds of a language.
struct Plan<'a> {
    hugo: &'a Hugo,
    language: &'a Language,
    is_default: bool,
}

impl Plan<'_> {
    fn select(&self) -> Selection {
        match &self.language.tag {
            Some(tag) if self.hugo.has_several_languages() => Selection::of_term(LANGUAGE, tag),
            _ => Selection::default(),
        }
    }

    fn path(&self, path: &str) -> String {
        format!("{}{path}", self.language.prefix)
    }

    fn home(&self, path: &str, format: Format) -> FeedConfig {
        FeedConfig {
            title: self.language.title.clone().filter(|_| !self.is_default),
            select: self.select(),
            ..FeedConfig::new(self.path(path), format)
        }
    }

    fn each(&self, taxonomy: &str, path: &str) -> FeedConfig {
        FeedConfig {
            title: Some("{value} on {site}".to_owned()),
            select: self.select(),
            each: Some(Each {
                taxonomy: taxonomy.to_owned(),
                min_posts: 1,
                only: Vec::new(),
                except: Vec::new(),
            }),
            ..FeedConfig::new(self.path(path), Format::Rss)
        }
    }
}

/// The home page, sections without a file, the lists of taxonomies and of terms.
pub(super) fn list_pages(hugo: &Hugo, posts: &[PostMeta], site: &SiteFacts) -> Vec<String> {
    let mut urls = Vec::new();
    for language in &hugo.languages {
        let is_of_it = |post: &&PostMeta| match &language.tag {
            Some(tag) if hugo.has_several_languages() => post.terms_of(LANGUAGE).iter().any(|own| own == tag),
            _ => true,
        };
        let posts: Vec<&PostMeta> = posts.iter().filter(is_of_it).collect();
        let base = language.base_url.as_ref().unwrap_or(&site.base_url);
        let paths = list_paths(hugo, &posts).into_iter();
        urls.extend(
            paths.filter_map(|path| base.join(&format!("{}{}", language.prefix, link::encoded(&path)))),
        );
    }
    urls
}

fn list_paths(hugo: &Hugo, posts: &[&PostMeta]) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    if !hugo.is_disabled("home") {
        paths.insert(hugo.list_path("", ""));
    }
    let terms = |taxonomy: &str| -> BTreeSet<String> {
        let terms = posts.iter().flat_map(|post| post.terms_of(taxonomy));
        terms.map(std::borrow::Cow::into_owned).collect()
    };
    if !hugo.is_disabled("section") {
        paths.extend(terms(COLLECTION).iter().map(|section| section_path(hugo, section)));
    }
    if hugo.is_disabled("taxonomy") || hugo.is_disabled("term") {
        return paths;
    }
    for plural in &hugo.taxonomies {
        let folder = hugo.sanitized(plural);
        let own = hugo.pattern("taxonomy", plural);
        paths.insert(hugo.list_path(own.unwrap_or(&folder), plural));
        for term in terms(taxonomy_of(plural)) {
            let term = hugo.folder_path(&term);
            let path = match hugo.pattern("term", plural) {
                Some(pattern) => pattern.replace(":slug", &term).replace(":title", &term),
                None if hugo.is_ugly(plural) => format!("{folder}/{term}.html"),
                None => format!("{folder}/{term}/"),
            };
            paths.insert(path.trim_start_matches('/').to_owned());
        }
    }
    paths
}

fn section_path(hugo: &Hugo, section: &str) -> String {
    let place =
        Place { language: hugo.default_language, folders: section.split('/').collect(), name: "_index" };
    let title = place.folders.last().copied().unwrap_or_default();
    hugo.path_of(&Parts { place: &place, section, slug: None, title, url: None, name: title, date: None })
}

//! The feeds that Hugo writes, each in its place, and the pages that it makes of no file.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::site::{Hugo, Language};
use crate::disk;
use crate::generators::keys::Keys;
use crate::model::{COLLECTION, Format, LANGUAGE, PostMeta, SiteFacts, taxonomy_of};
use crate::settings::{Each, FeedConfig, Masthead, Selection};
use crate::text::{link, slug};

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
    let mut feeds = Vec::new();
    // What is on another host is another site.
    let is_here =
        |index: usize, language: &Language| index == hugo.default_language || language.base_url.is_none();
    for (index, language) in hugo.languages.iter().enumerate().filter(|(index, own)| is_here(*index, own)) {
        let plan = Plan { hugo, language, is_default: index == hugo.default_language };
        if has_rss(language, "home") {
            feeds.push(plan.home(&name, Format::Rss));
        }
        feeds.push(plan.home("atom.xml", Format::Atom));
        feeds.push(plan.home("feed.json", Format::Json));
        if has_rss(language, "section") {
            feeds.push(plan.each(COLLECTION, &format!("{{slug}}/{name}")));
        }
        for plural in language.taxonomies.iter().filter(|_| has_rss(language, "term")) {
            feeds.push(plan.each(taxonomy_of(plural), &format!("{{slug}}/{name}")));
        }
    }
    feeds
}

/// Whether pages of a kind have a feed.
fn has_rss(language: &Language, kind: &str) -> bool {
    let own = Keys(&language.outputs).texts(kind);
    let is_listed = own.is_none_or(|formats| formats.iter().any(|format| format.eq_ignore_ascii_case("rss")));
    is_listed && !language.is_disabled("rss") && !language.is_disabled(kind)
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

    /// The title of a language that is not the default one.
    fn own_title(&self) -> Option<&str> {
        self.language.title.as_deref().filter(|_| !self.is_default)
    }

    /// What a language that is not the default one says of the site.
    fn masthead(&self) -> Option<Masthead> {
        (!self.is_default).then(|| self.language.masthead.clone())
    }

    fn home(&self, path: &str, format: Format) -> FeedConfig {
        FeedConfig {
            title: self.own_title().map(str::to_owned),
            masthead: self.masthead(),
            select: self.select(),
            is_beside_page: true,
            ..FeedConfig::new(self.path(path), format)
        }
    }

    fn each(&self, taxonomy: &str, path: &str) -> FeedConfig {
        FeedConfig {
            title: Some(format!("{{value}} on {}", self.own_title().unwrap_or("{site}"))),
            masthead: self.masthead(),
            select: self.select(),
            is_beside_page: self.hugo.has_plain_urls(),
            each: Some(Each::of(taxonomy)),
            ..FeedConfig::new(self.path(path), Format::Rss)
        }
    }
}

/// Where the feed of a section or of a term is, from the root of its language: beside its page.
pub(super) fn place_of_term(
    hugo: &Hugo,
    taxonomy: &str,
    name: &str,
    tag: Option<&str>,
    site: &SiteFacts,
) -> String {
    let language = hugo.language_of(tag);
    let folder = |taxonomy: &str, name: &str| {
        let path = hugo.term_path(language, taxonomy, name, site);
        let path = path.strip_suffix("index.html").or_else(|| path.strip_suffix(".html")).unwrap_or(&path);
        path.trim_matches('/').to_owned()
    };
    let own = folder(taxonomy, name);
    if disk::is_name(&own) || taxonomy == COLLECTION {
        return own;
    }
    // What a file cannot be called gets another name.
    format!("{}/{}", folder(COLLECTION, &hugo.plural(language, taxonomy)), slug::slug(name))
}

/// The home page, sections without a file, the lists of taxonomies and of terms.
pub(super) fn list_pages(hugo: &Hugo, posts: &[PostMeta], site: &SiteFacts) -> Vec<String> {
    let mut urls = Vec::new();
    for (index, language) in hugo.languages.iter().enumerate() {
        let is_of_it = |post: &&PostMeta| match &language.tag {
            Some(tag) if hugo.has_several_languages() => post.terms_of(LANGUAGE).iter().any(|own| own == tag),
            _ => true,
        };
        let posts: Vec<&PostMeta> = posts.iter().filter(is_of_it).collect();
        let base = language.base_url.as_ref().unwrap_or(&site.base_url);
        let paths = list_paths(hugo, index, language, &posts, site).into_iter();
        urls.extend(
            paths.filter_map(|path| base.join(&format!("{}{}", language.prefix, link::encoded(&path)))),
        );
    }
    urls
}

/// The language of a list, and what it has in common with its translations: its path, as the file of a section has it.
pub(super) fn translation_of_list(hugo: &Hugo, url: &str, site: &SiteFacts) -> Option<(String, String)> {
    let path = |language: &Language| {
        let base = language.base_url.as_ref().unwrap_or(&site.base_url);
        link::decoded(url.strip_prefix(base.as_str())?).strip_prefix(&language.prefix).map(str::to_owned)
    };
    let of = hugo.languages.iter().filter_map(|language| Some((language, path(language)?)));
    let (language, path) = of.min_by_key(|(_, path)| path.len()).filter(|_| hugo.has_several_languages())?;
    Some((language.tag.clone()?, format!("{}/_index", path.trim_end_matches('/'))))
}

fn list_paths(
    hugo: &Hugo,
    index: usize,
    language: &Language,
    posts: &[&PostMeta],
    site: &SiteFacts,
) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    if !language.is_disabled("home") {
        paths.insert(hugo.list_path("", ""));
    }
    let path = |taxonomy: &str, name: &str| {
        let shown = hugo.list_shown(index, &hugo.folder_of_term(index, taxonomy, name), site);
        (shown.is_written && shown.is_listed).then(|| hugo.term_path(index, taxonomy, name, site))
    };
    let terms = |kind: &str, taxonomy: &str| -> BTreeSet<String> {
        let posts = posts.iter().filter(|_| !language.is_disabled(kind));
        posts.flat_map(|post| post.terms_of(taxonomy)).map(Cow::into_owned).collect()
    };
    let sections = terms("section", COLLECTION);
    // Every first folder is a section, if all of its pages are in folders with pages of their own too.
    let first = sections.iter().filter_map(|section| section.split('/').next());
    let sections = sections.iter().map(String::as_str).chain(first);
    paths.extend(sections.filter_map(|section| path(COLLECTION, section)));
    for plural in &language.taxonomies {
        let taxonomy = taxonomy_of(plural);
        paths.extend(terms("term", taxonomy).iter().filter_map(|term| path(taxonomy, term)));
        paths.extend(path(COLLECTION, plural).filter(|_| !language.is_disabled("taxonomy")));
    }
    paths
}

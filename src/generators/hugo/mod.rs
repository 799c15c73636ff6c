//! Hugo (<https://gohugo.io/documentation/>), as version 0.168 does it: the same URLs, instants, titles, taxonomies and
//! languages, and feeds in the same places. Where Hugo publishes what is invalid or untrue, we do not; docs/generators.md has the
//! list.

mod branches;
mod cascade;
mod config;
mod dates;
mod feeds;
mod files;
mod links;
mod page;
mod path;
mod permalink;
mod site;
mod titles;

use super::{Dialect, Excerpt, Fields, Flavour, Generator, LinkKind, Prose, Reading};
use crate::diagnostic::Diagnostic;
use crate::markup::{Markup, Notes, Templates};
use crate::model::{COLLECTION, File, LANGUAGE, Post, PostMeta, SiteFacts, taxonomy_of};
use crate::text::{self, BaseUrl};
use site::Hugo;

/// Hugo.
pub(super) static GENERATOR: Generator = Generator {
    name: "hugo",
    label: "a Hugo site",
    output: "public",
    base_url_line: ("hugo.toml", "baseURL = \"https://example.com/\""),
    static_folder: Some("static"),
    build: None,
    detect: config::detect,
    open: config::read,
};

impl Dialect for Hugo {
    fn discover(&self, found: &mut Vec<Diagnostic>, site: &SiteFacts, give: &mut dyn FnMut(File)) {
        files::discover(found, site, self, give);
    }

    fn resolve(&self, file: &File, fields: &mut Fields<'_>) -> Option<Post> {
        page::resolve(self, file, fields)
    }

    fn inherited_from(&self, file: &File, key: &str, site: &SiteFacts) -> Option<String> {
        let place = self.place(&file.path)?;
        let branch = self.branch(place.language, &place.folder(), site);
        self.cascade_of(&branch, &place, key)
    }

    fn reading(&self) -> Reading {
        Reading::AnyCase
    }

    fn prose(&self, post: &Post, _: &SiteFacts) -> Prose {
        Prose {
            markup: Markup::of_path(&post.path),
            templates: Templates::Outside,
            flavour: Flavour::CommonMark,
            notes: Notes::Numbers,
            excerpt: Excerpt::Words(self.summary_length),
        }
    }

    fn link_names(&self, path: &str) -> Vec<String> {
        links::names(self, path)
    }

    fn linked(&self, written: &str, from: &str, kind: LinkKind) -> Vec<String> {
        links::linked(self, written, from, kind)
    }

    /// The files of a bundle are below its page.
    fn beside(&self, file: &str, post: &Post, _: &SiteFacts) -> Option<String> {
        let (folder, name) = post.path.rsplit_once('/')?;
        let inner = file.strip_prefix(folder)?.strip_prefix('/').filter(|_| name.starts_with("index."))?;
        BaseUrl::parse(&post.url).ok().map(|page| page.file(inner))
    }

    fn url_field(&self) -> &'static str {
        "url"
    }

    fn taxonomies(&self) -> Vec<String> {
        // Where terms have no pages, nothing is made of them.
        let languages = self.languages.iter().filter(|language| !language.is_disabled("term"));
        let plurals = languages.flat_map(|language| &language.taxonomies);
        let mut all = text::unique(plurals.map(|plural| taxonomy_of(plural).to_owned()).collect());
        all.push(COLLECTION.to_owned());
        all.extend(self.has_several_languages().then(|| LANGUAGE.to_owned()));
        all
    }

    fn path_of_term(&self, _: &str, name: &str) -> Option<String> {
        Some(self.folder_path(name))
    }

    fn place_of_term(
        &self,
        taxonomy: &str,
        name: &str,
        language: Option<&str>,
        site: &SiteFacts,
    ) -> Option<String> {
        Some(feeds::place_of_term(self, taxonomy, name, language, site))
    }

    fn has_feed_of_term(&self, taxonomy: &str, name: &str, language: Option<&str>, site: &SiteFacts) -> bool {
        self.has_list(taxonomy, name, language, site)
    }

    fn title_of_term(
        &self,
        taxonomy: &str,
        name: &str,
        language: Option<&str>,
        site: &SiteFacts,
    ) -> Option<String> {
        Some(self.list_title(taxonomy, name, language, site))
    }

    fn has_translations(&self) -> bool {
        self.has_several_languages()
    }

    fn translation_of_list(&self, url: &str, site: &SiteFacts) -> Option<(String, String)> {
        feeds::translation_of_list(self, url, site)
    }

    fn list_pages(&self, posts: &[PostMeta], site: &SiteFacts) -> Vec<String> {
        feeds::list_pages(self, posts, site)
    }
}

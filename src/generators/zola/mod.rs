//! Zola (<https://www.getzola.org/documentation/>), as version 0.22 does it: the same URLs, instants, titles, taxonomies
//! and languages, and feeds in the same places. Where Zola publishes what is invalid or untrue, we do not; docs/generators.md has
//! the list.

mod config;
mod files;
mod page;
mod sections;
mod site;

use super::{Dialect, Excerpt, Fields, Flavour, Generator, LinkKind, Prose, links};
use crate::diagnostic::Diagnostic;
use crate::markup::{Markup, Notes, Templates};
use crate::model::{File, LANGUAGE, Post, PostMeta, SiteFacts, taxonomy_of};
use site::Zola;

/// Zola.
pub(super) static GENERATOR: Generator = Generator {
    name: "zola",
    label: "a Zola site",
    output: "public",
    base_url_line: ("config.toml", "base_url = \"https://example.com\""),
    static_folder: Some("static"),
    build: None,
    detect: config::detect,
    open: config::read,
};

impl Dialect for Zola {
    fn discover(&self, found: &mut Vec<Diagnostic>, site: &SiteFacts, give: &mut dyn FnMut(File)) {
        files::discover(found, site, self, give);
    }

    fn resolve(&self, file: &File, fields: &mut Fields<'_>) -> Option<Post> {
        page::resolve(self, file, fields)
    }

    fn prose(&self, _: &Post, _: &SiteFacts) -> Prose {
        Prose {
            markup: Markup::Markdown,
            templates: Templates::Outside,
            flavour: Flavour::CommonMark,
            notes: Notes::Unknown,
            excerpt: Excerpt::Marker(None),
        }
    }

    /// `@/` is the content.
    fn linked(&self, written: &str, from: &str, kind: LinkKind) -> Vec<String> {
        let named = match written.strip_prefix("@/") {
            Some(inner) => links::joined(inner, "content/", ""),
            None if kind == LinkKind::Url => links::relative(written, from, "content"),
            None => None,
        };
        named.into_iter().collect()
    }

    fn url_field(&self) -> &'static str {
        "path"
    }

    fn taxonomies(&self) -> Vec<String> {
        let names = self.taxonomies.iter().map(|taxonomy| taxonomy_of(&taxonomy.name).to_owned());
        names.chain(self.has_several_languages().then(|| LANGUAGE.to_owned())).collect()
    }

    fn path_of_term(&self, _: &str, name: &str) -> Option<String> {
        Some(self.term_slugs.apply(name))
    }

    fn has_translations(&self) -> bool {
        self.has_several_languages()
    }

    fn list_pages(&self, posts: &[PostMeta], site: &SiteFacts) -> Vec<String> {
        self.list_pages(posts, site)
    }
}

//! Eleventy (<https://www.11ty.dev/docs/>), as version 3.1 does it: the same URLs, instants, titles and tags, from front
//! matter, data files and templates of permalinks, as far as these are no programs. What only Eleventy can compute is not
//! guessed at.

mod config;
mod data;
mod dates;
mod files;
mod page;
mod permalink;
mod site;
mod slug;

use super::{Dialect, Excerpt, Fields, Flavour, Generator, Prose};
use crate::diagnostic::Diagnostic;
use crate::markup::{Markup, Notes, Templates};
use crate::model::{File, Post, SiteFacts};
use site::Eleventy;

/// Eleventy.
pub(super) static GENERATOR: Generator = Generator {
    name: "eleventy",
    label: "an Eleventy site",
    output: "_site",
    base_url_line: (crate::settings::FILE_NAME, "base_url: https://example.com/"),
    static_folder: None,
    build: None,
    detect: config::detect,
    open: config::read,
};

impl Dialect for Eleventy {
    fn discover(&self, found: &mut Vec<Diagnostic>, site: &SiteFacts, give: &mut dyn FnMut(File)) {
        files::discover(found, site, self, give);
    }

    fn resolve(&self, file: &File, fields: &mut Fields<'_>) -> Option<Post> {
        page::resolve(self, file, fields)
    }

    fn inherited_from(&self, _: &File, _: &str, _: &SiteFacts) -> Option<String> {
        Some("a data file or a layout".to_owned())
    }

    fn prose(&self, post: &Post, site: &SiteFacts) -> Prose {
        Prose {
            markup: Markup::of_path(&post.path),
            templates: Templates::Nunjucks,
            flavour: Flavour::CommonMark,
            notes: Notes::Unknown,
            excerpt: Excerpt::Marker(site.excerpt_separator.clone()),
        }
    }
}

//! Jekyll 3 and 4, with jekyll-feed 0.17 and jekyll-sitemap 1.4: the same URLs, ids, instants, titles, categories and
//! excerpts, so that no subscriber sees a post twice. Where those publish what is invalid or untrue, we do not; the
//! README has the list.

mod config;
mod dates;
mod defaults;
mod document;
mod feeds;
mod files;
mod filter;
mod keys;
mod names;
mod paths;
pub(super) mod ruby;
mod site;
mod url;

use std::path::{Path, PathBuf};

use super::{Dialect, Excerpt, Fields, Flavour, Generator, Opened, Prose};
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::markup::Templates;
use crate::model::{File, Post, SiteFacts};
use site::Jekyll;

/// Jekyll, GitHub Pages.
pub(super) static GENERATOR: Generator = Generator {
    name: "jekyll",
    label: "a Jekyll site",
    output: "_site",
    base_url_line: ("_config.yml", "url: https://example.com"),
    static_folder: Some(""),
    detect: config::detect,
    open,
};

fn open(root: &Path, files: &[PathBuf]) -> Result<Opened, Error> {
    let (settings, jekyll) = config::read(root, files)?;
    Ok((settings, Box::new(jekyll)))
}

impl Dialect for Jekyll {
    fn discover(&self, found: &mut Vec<Diagnostic>, site: &SiteFacts, give: &mut dyn FnMut(File)) {
        files::discover(found, site, self).into_iter().for_each(give);
    }

    fn resolve(&self, file: &File, fields: &mut Fields<'_>) -> Option<Post> {
        document::resolve(self, file, fields)
    }

    fn prose(&self, post: &Post, _: &SiteFacts) -> Prose {
        Prose {
            markup: self.markup_of(&post.path),
            templates: Templates::Liquid,
            flavour: Flavour::Kramdown,
            excerpt: Excerpt::Before(
                post.separator.clone().unwrap_or_else(|| self.excerpt_separator.clone()),
            ),
        }
    }

    /// `post_url` omits the folder and the extension, `link` neither.
    fn is_link_to(&self, written: &str, path: &str) -> bool {
        let stem = path.rsplit_once("_posts/").and_then(|(_, file)| file.rsplit_once('.'));
        path == written || stem.is_some_and(|(stem, _)| stem == written)
    }

    fn post_limit(&self) -> Option<usize> {
        self.limit_posts
    }
}

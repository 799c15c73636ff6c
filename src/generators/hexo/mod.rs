//! Hexo (<https://hexo.io/docs/>), as version 8.1 does it: the same URLs, instants, titles, categories and tags, and feeds
//! in the same places. Where Hexo publishes what is untrue, we do not; docs/generators.md has the list.

mod config;
mod dates;
mod files;
mod permalink;
mod post;
mod site;
mod slug;
mod title_case;

use super::{Dialect, Excerpt, Fields, Flavour, Generator, Prose, links};
use crate::diagnostic::Diagnostic;
use crate::markup::{Markup, Notes, Templates};
use crate::model::{CATEGORY, File, Post, PostMeta, SiteFacts, TAG};
use crate::source::{Fences, Source};
use crate::text::link;
use site::Hexo;

/// Hexo.
pub(super) static GENERATOR: Generator = Generator {
    name: "hexo",
    label: "a Hexo site",
    output: "public",
    base_url_line: ("_config.yml", "url: https://example.com"),
    static_folder: Some("source"),
    build: None,
    detect: config::detect,
    open: config::read,
};

impl Dialect for Hexo {
    fn discover(&self, found: &mut Vec<Diagnostic>, site: &SiteFacts, give: &mut dyn FnMut(File)) {
        files::discover(found, site, self, give);
    }

    fn fences(&self, _: &File, _: &Source) -> Option<Fences> {
        Some(Fences::Hexo)
    }

    fn resolve(&self, file: &File, fields: &mut Fields<'_>) -> Option<Post> {
        post::resolve(self, file, fields)
    }

    fn prose(&self, post: &Post, _: &SiteFacts) -> Prose {
        Prose {
            markup: Markup::of_path(&post.path),
            templates: Templates::Nunjucks,
            flavour: Flavour::CommonMark,
            notes: Notes::Unknown,
            excerpt: Excerpt::Marker(None),
        }
    }

    fn taxonomies(&self) -> Vec<String> {
        vec![CATEGORY.to_owned(), TAG.to_owned()]
    }

    /// The home page, and the lists of tags if a plugin makes them.
    fn list_pages(&self, posts: &[PostMeta], site: &SiteFacts) -> Vec<String> {
        let mut urls = vec![site.base_url.as_str().to_owned()];
        if let Some(folder) = &self.tag_folder {
            let mut tags: Vec<_> = posts.iter().flat_map(|post| post.terms_of(TAG)).collect();
            tags.sort();
            tags.dedup();
            let paths = tags.iter().map(|tag| format!("{folder}/{}/", self.term_slug(&self.tag_map, tag)));
            urls.extend(paths.filter_map(|path| site.base_url.join(&link::encoded(&path))));
        }
        urls
    }

    /// `post_link` omits the folder and the extension.
    fn link_names(&self, path: &str) -> Vec<String> {
        links::names_below_posts(path)
    }
}

//! Pelican (<https://docs.getpelican.com/>), as version 4.12 does it: the same URLs, ids, instants, titles, categories and
//! tags, and feeds in the same places. Where Pelican publishes what is untrue, we do not; docs/generators.md has the list.

mod article;
mod config;
mod dates;
mod feeds;
mod files;
mod header;
mod metadata;
mod reader;
mod site;
mod slug;
mod substitutions;
mod written;

use super::{Dialect, Excerpt, Fields, Flavour, Generator, LinkKind, Prose, links};
use crate::diagnostic::Diagnostic;
use crate::markup::{Markup, Notes, Templates};
use crate::model::{AUTHOR, CATEGORY, File, Post, PostMeta, SiteFacts, TAG};
use crate::source::{Fences, Node, Source};
use site::Pelican;

/// Pelican.
pub(super) static GENERATOR: Generator = Generator {
    name: "pelican",
    label: "a Pelican site",
    output: "output",
    base_url_line: ("publishconf.py", "SITEURL = 'https://example.com'"),
    static_folder: None,
    build: None,
    detect: config::detect,
    open: config::read,
};

impl Dialect for Pelican {
    fn discover(&self, found: &mut Vec<Diagnostic>, site: &SiteFacts, give: &mut dyn FnMut(File)) {
        files::discover(found, site, self, give);
    }

    fn fences(&self, _: &File, _: &Source) -> Option<Fences> {
        None
    }

    fn resolve(&self, file: &File, fields: &mut Fields<'_>) -> Option<Post> {
        article::resolve(self, file, fields)
    }

    fn prose(&self, post: &Post, _: &SiteFacts) -> Prose {
        let markup = match reader::Format::of(&post.path) {
            Some(reader::Format::Html) => Markup::Html,
            // What reStructuredText means, only its own programs know.
            Some(reader::Format::Rst) => Markup::Plain,
            _ => Markup::Markdown,
        };
        Prose {
            markup,
            templates: Templates::Outside,
            flavour: Flavour::CommonMark,
            notes: Notes::NamesAfterCounts,
            excerpt: Excerpt::Words(self.summary_length),
        }
    }

    /// `{filename}`, or `|filename|`, stands before the path of a source.
    fn linked(&self, written: &str, from: &str, kind: LinkKind) -> Vec<String> {
        let marked = ["{filename}", "|filename|"].iter().find_map(|mark| written.strip_prefix(mark));
        let top = &self.content;
        let named = match marked {
            Some(inner) => links::joined(inner.trim_start(), from, top),
            None if kind == LinkKind::Url => links::relative(written, from, top),
            None => None,
        };
        named.into_iter().collect()
    }

    fn url_field(&self) -> &'static str {
        "slug"
    }

    fn taxonomies(&self) -> Vec<String> {
        [CATEGORY, TAG, AUTHOR].map(str::to_owned).into()
    }

    /// They are for those who know their addresses.
    fn builds_drafts(&self) -> bool {
        true
    }

    /// Drafts have pages, whichever settings make them such.
    fn hides_page(&self, file: &str) -> bool {
        let usual = [
            ("DRAFT_SAVE_AS", "drafts/{slug}.html"),
            ("DRAFT_LANG_SAVE_AS", "drafts/{slug}-{lang}.html"),
            ("DRAFT_PAGE_SAVE_AS", "drafts/pages/{slug}.html"),
            ("DRAFT_PAGE_LANG_SAVE_AS", "drafts/pages/{slug}-{lang}.html"),
        ];
        usual.into_iter().any(|(key, usual)| {
            let pattern = self.settings.get(key).and_then(Node::as_text).unwrap_or(usual);
            let (before, after) = pattern.split_once('{').unwrap_or((pattern, ""));
            let after = after.rsplit_once('}').map_or(after, |(_, after)| after);
            // A pattern that begins with a slug is that of any page.
            !before.is_empty() && file.starts_with(before) && file.ends_with(after)
        })
    }

    fn path_of_term(&self, taxonomy: &str, name: &str) -> Option<String> {
        matches!(taxonomy, CATEGORY | TAG | AUTHOR).then(|| self.slug_of_term(taxonomy, name))
    }

    fn list_pages(&self, posts: &[PostMeta], site: &SiteFacts) -> Vec<String> {
        feeds::list_pages(self, posts, site)
    }
}

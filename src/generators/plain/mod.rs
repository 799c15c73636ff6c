//! A folder of posts, of no generator in particular: front matter in any notation, URLs by path or by pattern.

mod files;
mod name;
mod url;

use std::path::Path;

use super::fields::names;
use super::{Dialect, Excerpt, Fields, Flavour, Generator, Opened, Prose};
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::markup::{Markup, Templates};
use crate::model::{CATEGORY, File, FileKind, Post, SiteFacts, TAG};
use crate::settings::{FILE_NAME, Settings};
use crate::source::Fences;
use name::FileName;

/// A folder of posts.
pub(super) static GENERATOR: Generator = Generator {
    name: "plain",
    label: "a folder of posts",
    output: "public",
    base_url_line: (FILE_NAME, "base_url: https://example.com/"),
    static_folder: None,
    detect: |_| None,
    open,
};

fn open(_: &Path, _: &[std::path::PathBuf]) -> Result<Opened, Error> {
    Ok((Settings::default(), Box::new(Plain)))
}

#[derive(Debug)]
struct Plain;

impl Dialect for Plain {
    fn discover(&self, found: &mut Vec<Diagnostic>, site: &SiteFacts, give: &mut dyn FnMut(File)) {
        files::discover(found, site, &mut |path| give(File { path, kind: FileKind::Post, collection: None }));
    }

    fn resolve(&self, file: &File, fields: &mut Fields<'_>) -> Option<Post> {
        fields.read(Fences::Any);
        fields.written.unify_names(names::is_known);
        let name = FileName::of(&file.path);
        let (published, updated) = fields.dates(name.date);
        let mut terms = fields.terms(CATEGORY, names::CATEGORIES);
        terms.extend(fields.terms(TAG, names::TAGS));
        terms.extend(fields.other_terms());
        let url = url::of_post(fields, &name, published);
        let is_listed = !fields.is_unlisted() && url::has_page(fields);
        let is_indexed = !fields.says_no_index() && !fields.is_excluded_from_sitemap();
        Some(Post {
            body: fields.written.body,
            id: url::id(fields, &url),
            title: fields.title(name.slug),
            authors: fields.authors(),
            summary: fields.summary(),
            image: fields.image(),
            enclosure: fields.enclosure(),
            language: fields.language().or_else(|| fields.site.language.clone()),
            extra: fields.extra(),
            sitemap: fields.sitemap_facts(),
            draft: fields.is_draft() || name.in_drafts,
            in_feeds: is_listed && fields.flag("feed") != Some(false),
            in_sitemap: is_listed && is_indexed && fields.flag("sitemap") != Some(false),
            url,
            published,
            updated,
            terms,
            ..Post::nameless(&file.path)
        })
    }

    fn prose(&self, post: &Post, site: &SiteFacts) -> Prose {
        Prose {
            markup: Markup::of_path(&post.path),
            templates: Templates::Outside,
            flavour: Flavour::CommonMark,
            excerpt: Excerpt::Marker(site.excerpt_separator.clone()),
        }
    }
}

//! A folder of posts, of no generator in particular: front matter in any notation, URLs by path or by pattern.

mod files;
mod name;
mod url;
mod vault;

use std::path::{Path, PathBuf};

use super::fields::names;
use super::{Dialect, Excerpt, Fields, Flavour, Generator, LinkKind, Opened, Prose, Separator, built, links};
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::markup::{Markup, Notes, Templates};
use crate::model::{CATEGORY, File, FileKind, Post, SiteFacts, TAG};
use crate::settings::{FILE_NAME, Settings};
use crate::source::Source;
use name::FileName;
use vault::Vault;

/// A folder of posts.
pub(super) static GENERATOR: Generator = Generator {
    name: "plain",
    label: "a folder of posts",
    output: "public",
    base_url_line: (FILE_NAME, "base_url: https://example.com/"),
    static_folder: None,
    build: None,
    detect: |_| None,
    open,
};

fn open(root: &Path, files: &[PathBuf]) -> Result<Opened, Error> {
    match files.first() {
        None => Ok((Settings::default(), Box::new(Plain { vault: Vault::of(root) }))),
        Some(file) => Err(Error::Value {
            name: "site_config",
            message: format!(
                "`{}` cannot be used: {} has no other configuration",
                file.display(),
                GENERATOR.label
            ),
            help: Some(format!("put its keys into `{FILE_NAME}`, or name the site's generator")),
        }),
    }
}

/// How front matter is read that is of no generator in particular.
pub(super) fn reader() -> Box<dyn Dialect> {
    Box::new(Plain { vault: None })
}

/// Gives a post of another generator a URL by the pattern of the site's own configuration, if that has one.
pub(super) fn set_url(post: &mut Post, fields: &Fields<'_>) {
    if fields.site.permalink.is_some() && fields.first(names::URL).is_none() {
        post.url = url::of_post(fields, &FileName::of(&post.path), post.published);
        post.id = url::id(fields, &post.url);
        post.is_id_written = url::has_id(fields);
    }
}

/// How much of a file is looked at for what no text has, in bytes.
const LOOKED_AT: usize = 512;

#[derive(Debug)]
struct Plain {
    vault: Option<Vault>,
}

impl Dialect for Plain {
    fn discover(&self, found: &mut Vec<Diagnostic>, site: &SiteFacts, give: &mut dyn FnMut(File)) {
        let vault = self.vault.as_ref();
        files::discover(found, site, vault, &mut |path| {
            give(File { path, kind: FileKind::Post, collection: None });
        });
    }

    fn resolve(&self, file: &File, fields: &mut Fields<'_>) -> Option<Post> {
        fields.written.unify_names(names::is_known);
        let name = FileName::of(&file.path);
        if !fields.written.present {
            let text = &fields.source.text;
            match Markup::of_path(&file.path) {
                _ if is_binary(fields.source) => return fields.refuse_bytes(),
                // A finished page says of itself what the pages of a built site say.
                Markup::Html if built::is_whole(text) && fields.site.permalink.is_none() => {
                    return built::resolve_page(file, fields);
                }
                // A text without a date in its name is more likely a list of requirements.
                Markup::Plain if name.date.is_none() => return None,
                _ => {}
            }
        }
        let is_kept_back = self.vault.as_ref().is_some_and(|vault| !vault.publishes(&fields.written.map));
        if let Some(vault) = &self.vault {
            vault.resolve(&mut fields.written.map, &file.path);
        }
        let (published, updated) = fields.dates(name.date);
        let mut terms = fields.terms(CATEGORY, names::CATEGORIES, Separator::Comma);
        terms.extend(fields.terms(TAG, names::TAGS, Separator::Comma));
        terms.extend(fields.other_terms());
        let url = url::of_post(fields, &name, published);
        let has_page = url::has_page(fields);
        let post = fields.post(name.slug);
        Some(Post {
            id: url::id(fields, &url),
            is_id_written: url::has_id(fields),
            draft: post.draft || name.in_drafts,
            withheld: is_kept_back,
            in_feeds: post.in_feeds && has_page,
            in_sitemap: post.in_sitemap && has_page,
            url,
            published,
            updated,
            terms,
            ..post
        })
    }

    fn linked(&self, written: &str, from: &str, kind: LinkKind) -> Vec<String> {
        match kind {
            LinkKind::Tag => vec![written.to_owned()],
            LinkKind::Url => links::of_any(written, from),
        }
    }

    /// What is no post is served as it is, where it is.
    fn beside(&self, file: &str, _: &Post, site: &SiteFacts) -> Option<String> {
        Some(site.base_url.file(file))
    }

    fn prose(&self, post: &Post, site: &SiteFacts) -> Prose {
        Prose {
            markup: Markup::of_path(&post.path),
            templates: Templates::Outside,
            flavour: Flavour::CommonMark,
            notes: Notes::Unknown,
            excerpt: Excerpt::Marker(site.excerpt_separator.clone()),
        }
    }
}

/// Whether a file has what no text has, or is mostly of bytes that cannot be decoded.
fn is_binary(source: &Source) -> bool {
    let start = source.text.split_at(source.text.floor_char_boundary(LOOKED_AT)).0;
    let lost = source.undecodable.partition_point(|at| *at < start.len());
    start.contains('\0') || start.starts_with("%PDF-") || lost * 3 > start.chars().count()
}

#[cfg(test)]
mod tests {
    use super::super::Scope;
    use super::*;

    /// A post with this front matter.
    #[track_caller]
    fn post(path: &str, front_matter: &str) -> (Post, Vec<String>) {
        let text = format!("---\n{front_matter}\n---\n# Heading\n\nText.\n");
        let (post, found) =
            super::super::tests::resolved(&GENERATOR, "", (path, FileKind::Post, text.as_str()));
        (post.unwrap(), found)
    }

    #[test]
    fn dates_are_those_of_the_post_or_of_its_name() {
        for (path, front_matter, published, updated, finding) in [
            ("a.md", "date: 2025-11-29 02:11", "2025-11-29T02:11:00+00:00", None, None),
            ("2025-11-29-a.md", "x: y", "2025-11-29T00:00:00+00:00", None, None),
            (
                "2024-01-01-a.md",
                "pubDate: 2025-11-29\nlastmod: 2025-11-30",
                "2025-11-29T00:00:00+00:00",
                Some("2025-11-30T00:00:00+00:00"),
                None,
            ),
            (
                "a.md",
                "date: 2025-11-29\nupdated: 2025-11-01",
                "2025-11-29T00:00:00+00:00",
                None,
                Some("the post was updated before it was published"),
            ),
            (
                "a.md",
                "date: 2025-11-29\nupdated: 2031-11-01",
                "2025-11-29T00:00:00+00:00",
                None,
                Some("the update date is in the future"),
            ),
        ] {
            let (post, found) = post(path, &format!("title: t\n{front_matter}"));
            let shown = |date: Option<chrono::DateTime<_>>| date.map(|date| date.to_rfc3339());
            assert_eq!(shown(post.published).as_deref(), Some(published), "{front_matter}");
            let differs = post.updated.filter(|updated| Some(*updated) != post.published);
            assert_eq!(shown(differs).as_deref(), updated, "{front_matter}");
            assert_eq!(found.first().map(String::as_str), finding, "{front_matter}");
        }
        let (post, found) = post("a.md", "date: 05/11/2025");
        assert_eq!(post.published, None);
        assert_eq!(found[0], "`date` is `05/11/2025`, which can be read in two ways");
    }

    /// The index needs no titles, but what is wrong with them is reported there.
    #[test]
    fn the_index_finds_every_damaged_title() {
        for title in ["**a", "_a", "\u{3000}**a", "a\u{FFFD}", "a &amp; b", "", "plain"] {
            let text = format!("---\ntitle: \"{title}\"\ndate: 2025-11-29\n---\nText.\n");
            let file = ("a.md", FileKind::Post, text.as_str());
            let found = |scope| super::super::tests::resolved_as(scope, &GENERATOR, "", file).1;
            assert_eq!(found(Scope::Index), found(Scope::Whole), "{title}");
        }
    }

    #[test]
    fn what_its_author_hides_is_hidden() {
        for (path, front_matter, draft, in_feeds, in_sitemap) in [
            ("a.md", "x: y", false, true, true),
            ("a.md", "draft: 'Yes'", true, true, true),
            ("a.md", "published: false", true, true, true),
            ("a.md", "status: Draft", true, true, true),
            ("_drafts/a.md", "x: y", true, true, true),
            ("a.md", "Unlisted: true", false, false, false),
            ("a.md", "hidden: 1", false, false, false),
            ("a.md", "feed: false", false, false, true),
            ("a.md", "sitemap: false", false, true, false),
            ("a.md", "robots: 'noindex, follow'", false, true, false),
            ("a.md", "permalink: false", false, false, false),
        ] {
            let (post, _) = post(path, &format!("date: 2025-11-29\n{front_matter}"));
            assert_eq!(
                (post.draft, post.in_feeds, post.in_sitemap),
                (draft, in_feeds, in_sitemap),
                "{front_matter}"
            );
        }
    }

    #[test]
    fn a_post_has_a_title_a_url_and_an_id() {
        for (front_matter, title, url, id) in [
            ("title: A *b*", "A b", "https://e.com/posts/2025-11-29-a-b/", None),
            ("x: y", "Heading", "https://e.com/posts/2025-11-29-a-b/", None),
            ("slug: c d", "Heading", "https://e.com/posts/c%20d/", None),
            ("permalink: /:year/:slug.html", "Heading", "https://e.com/2025/a-b.html", None),
            ("url: /x/\nguid: tag:e.com,2025:x", "Heading", "https://e.com/x/", Some("tag:e.com,2025:x")),
        ] {
            let (post, found) = post("posts/2025-11-29-a-b.md", front_matter);
            assert_eq!((post.title.as_str(), post.url.as_str()), (title, url), "{front_matter} {found:?}");
            assert_eq!(post.id, id.unwrap_or(url), "{front_matter}");
        }
    }

    #[test]
    fn media_are_what_the_author_names() {
        for (value, url, length, media_type) in [
            ("/a.mp3", "https://e.com/a.mp3", None, Some("audio/mpeg")),
            ("{url: /a.mp3, length: 5}", "https://e.com/a.mp3", Some(5), Some("audio/mpeg")),
            ("https://cdn.example/a 7 video/mp4", "https://cdn.example/a", Some(7), Some("video/mp4")),
            ("{src: /a, size: 0, type: nonsense}", "https://e.com/a", None, None),
        ] {
            let (post, _) = post("a.md", &format!("date: 2025-11-29\nenclosure: {value}"));
            let media = post.enclosure.unwrap();
            assert_eq!(
                (media.url.as_str(), media.length, media.media_type.as_deref()),
                (url, length, media_type),
                "{value}"
            );
        }
    }
}

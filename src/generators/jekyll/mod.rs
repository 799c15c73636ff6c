//! Jekyll 3 and 4, with jekyll-feed 0.17 and jekyll-sitemap 1.4: the same URLs, ids, instants, titles, categories and
//! excerpts, so that no subscriber sees a post twice. Where those publish what is invalid or untrue, we do not; the
//! page docs/generators.md has the list.

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
mod variables;

use super::{Definitions, Dialect, Excerpt, Fields, Flavour, Generator, Prose, Reading, Variables, links};
use crate::diagnostic::Diagnostic;
use crate::markup::{Notes, Templates};
use crate::model::{File, Post, SiteFacts};
use crate::source::{Fences, Source};
use site::Jekyll;

/// Jekyll, GitHub Pages.
pub(super) static GENERATOR: Generator = Generator {
    name: "jekyll",
    label: "a Jekyll site",
    output: "_site",
    base_url_line: ("_config.yml", "url: https://example.com"),
    static_folder: Some(""),
    build: None,
    detect: config::detect,
    open: config::read,
};

impl Dialect for Jekyll {
    fn discover(&self, found: &mut Vec<Diagnostic>, site: &SiteFacts, give: &mut dyn FnMut(File)) {
        files::discover(found, site, self, give);
    }

    fn fences(&self, file: &File, source: &Source) -> Option<Fences> {
        document::has_front_matter(file, source).then_some(Fences::Yaml)
    }

    fn resolve(&self, file: &File, fields: &mut Fields<'_>) -> Option<Post> {
        document::resolve(self, file, fields)
    }

    fn inherited_from(&self, file: &File, key: &str, _: &SiteFacts) -> Option<String> {
        self.defaults_with(file, key)
    }

    fn reading(&self) -> Reading {
        Reading::Own
    }

    fn prose(&self, post: &Post, _: &SiteFacts) -> Prose {
        Prose {
            markup: self.markup_of(&post.path),
            templates: Templates::Liquid,
            flavour: Flavour::Kramdown,
            notes: Notes::Names,
            excerpt: Excerpt::Before(
                post.separator.clone().unwrap_or_else(|| self.excerpt_separator.clone()),
                if self.version >= 4 { Definitions::Named } else { Definitions::All },
            ),
        }
    }

    fn variables<'v>(&'v self, post: &'v Post, source: &'v Source) -> Variables<'v> {
        variables::of_post(self, post, source)
    }

    /// `post_url` omits the folder and the extension, `link` neither.
    fn link_names(&self, path: &str) -> Vec<String> {
        links::names_below_posts(path)
    }

    fn post_limit(&self) -> Option<usize> {
        self.limit_posts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FileKind;

    #[track_caller]
    fn post(config: &str, (path, kind): (&str, FileKind), front_matter: &str) -> Option<Post> {
        let text = format!("---\n{front_matter}\n---\nText.\n");
        super::super::tests::resolved(&GENERATOR, config, (path, kind, text.as_str())).0
    }

    #[test]
    fn permalinks_are_styles_or_patterns() {
        let file = ("_posts/2025-11-09-c-d.md", FileKind::Post);
        for (permalink, path) in [
            ("date", "/a/b/2025/11/09/c-d.html"),
            ("pretty", "/a/b/2025/11/09/c-d/"),
            ("ordinal", "/a/b/2025/313/c-d.html"),
            ("none", "/a/b/c-d.html"),
            ("/:i_month/:short_year/:title", "/11/25/c-d"),
        ] {
            let made = post(&format!("permalink: {permalink}"), file, "categories: [a, b]").unwrap();
            assert_eq!(made.url, format!("https://e.com{path}"), "{permalink}");
        }
    }

    #[test]
    fn the_longer_scope_wins_then_the_one_with_a_type_then_the_later() {
        let config = "defaults:
  - {scope: {path: _posts/x}, values: {slug: longer}}
  - {scope: {path: '', type: post}, values: {slug: typed, title: typed}}
  - {scope: {path: ''}, values: {slug: any, title: any, author: any}}
  - {scope: {path: other}, values: {title: other}}";
        let made = |path: &str, front_matter: &str| {
            let post = post(config, (path, FileKind::Post), front_matter).unwrap();
            (post.url.rsplit('/').next().unwrap().to_owned(), post.title, post.authors.len())
        };
        let shown = |url: &str, title: &str| (url.to_owned(), title.to_owned(), 1);
        assert_eq!(made("_posts/x/2025-11-09-c.md", "x: y"), shown("longer.html", "typed"));
        assert_eq!(made("_posts/2025-11-09-c.md", "x: y"), shown("typed.html", "typed"));
        assert_eq!(made("_posts/2025-11-09-c.md", "title: own"), shown("typed.html", "own"));
    }

    #[test]
    fn dates_and_drafts() {
        let file = ("_posts/2025-11-09-c.md", FileKind::Post);
        let date = |front_matter: &str| post("", file, front_matter).unwrap().published.unwrap().to_rfc3339();
        assert_eq!(date("x: y"), "2025-11-09T00:00:00+00:00");
        assert_eq!(date("date: 2025-11-10 10:00 +0900"), "2025-11-10T01:00:00+00:00");
        assert_eq!(date("date: rubbish"), "2025-11-09T00:00:00+00:00");
        let unpublished = post("", file, "published: false").unwrap();
        assert!(unpublished.withheld && !unpublished.is_built);
        assert!(post("unpublished: true", file, "published: false").is_some());
        assert!(post("", ("_drafts/c.md", FileKind::Draft), "x: y").unwrap().draft);
        let page = post("", ("about.md", FileKind::Page), "date: 2025-11-09").unwrap();
        assert_eq!((page.url.as_str(), page.in_feeds), ("https://e.com/about.html", false));
    }

    #[test]
    fn a_configuration_gives_settings() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("_config.yml");
        #[expect(clippy::disallowed_methods, reason = "a test's own file, which no other process reads")]
        std::fs::write(
            &file,
            "url: https://e.com\nbaseurl: blog\nname: N\nlang: EN_us\ntimezone: Mars/Base\ndestination: out\n",
        )
        .unwrap();
        assert_eq!((GENERATOR.detect)(folder.path()), Some(file));
        let (settings, _) = config::read(folder.path(), &[]).unwrap();
        assert_eq!(settings.base_url.unwrap().as_str(), "https://e.com/blog/");
        assert_eq!(settings.title.as_deref(), Some("N"));
        assert_eq!(settings.language.as_deref(), Some("en-US"));
        assert!(settings.timezone.is_none());
        assert_eq!(settings.output, Some("out".into()));
    }

    #[test]
    fn posts_in_a_folder_of_sources_are_of_hexo_unless_jekyll_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let name = || crate::generators::recognise(folder.path()).generator.name;
        let file = folder.path().join("_config.yml");
        std::fs::create_dir_all(folder.path().join("source/_posts")).unwrap();
        #[expect(clippy::disallowed_methods, reason = "a test's own file, which no other process reads")]
        let write = |text: &str| std::fs::write(&file, text).unwrap();
        write("url: https://e.com\n");
        assert_eq!(name(), "hexo");
        // Octopress.
        write("url: https://e.com\nsource: source\n");
        assert_eq!(name(), "jekyll");
    }
}

//! Which generator's site is this? A dialect knows its generator's configuration, files and conventions, and gives
//! what every other stage already understands: [`Settings`], files with a role, posts.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::discover;

use crate::config::{Config, FeedConfig, Selection, Settings};
use crate::diagnostic::{Diagnostic, Rule};
use crate::error::Error;
use crate::listing::Listing;
use crate::markup::Markup;
use crate::markup::excerpt;
use crate::markup::kramdown;
use crate::markup::main_text;
use crate::markup::markdown;
use crate::markup::template::{self, Templates};
use crate::post::{self, Depth, Post};
use crate::render::Format;
use crate::source::Source;
use crate::source::front_matter::{self, Fences};

pub(crate) mod jekyll;

/// The generators whose conventions are known, as far as the files of a site tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A folder of posts.
    Plain,
    /// Jekyll, GitHub Pages.
    Jekyll,
}

/// A dialect with what the site's own configuration decides.
#[derive(Debug, Clone)]
pub enum Dialect {
    /// A folder of posts.
    Plain,
    /// Jekyll, GitHub Pages.
    Jekyll(Arc<jekyll::Site>),
}

/// A file that was found, and what it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Relative to the root, with `/` between folders.
    pub path: String,
    /// What it is for.
    pub role: Role,
}

/// What a file is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// A post.
    Post,
    /// A post that is not finished.
    Draft,
    /// A document of the collection of this name.
    Document(Arc<str>),
    /// A page, if it has front matter; else a static file, which sitemaps list or not.
    Page {
        /// Whether a sitemap lists it as a static file.
        listed: bool,
    },
    /// A file that is published as it is, and need not be read.
    Static,
    /// No file, but a line of the file of records: where it begins, in bytes.
    Record(u64),
}

impl Kind {
    /// Looks at the files in the root.
    #[must_use]
    pub fn detect(root: &Path) -> Self {
        let has = |name: &str| root.join(name).exists();
        // Hexo has a `_config.yml` too, but its posts are in `source/_posts`.
        if (has("_config.yml") && !has("source/_posts")) || has("_posts") {
            Self::Jekyll
        } else {
            Self::Plain
        }
    }

    /// What people call a site of this kind.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "a folder of posts",
            Self::Jekyll => "a Jekyll site",
        }
    }

    /// What the site's own configuration says. `files` are read instead of the usual one.
    ///
    /// # Errors
    /// [`Error::ConfigRead`] and [`Error::Config`] if it cannot be read at all.
    pub fn read(self, root: &Path, files: &[PathBuf]) -> Result<(Settings, Dialect), Error> {
        match self {
            Self::Plain => Ok((Settings::default(), Dialect::Plain)),
            Self::Jekyll => {
                let (settings, site) = jekyll::read(root, files)?;
                Ok((settings, Dialect::Jekyll(Arc::new(site))))
            }
        }
    }

    /// Where the base URL belongs, and what to write there.
    pub(crate) fn base_url_hint(self) -> (&'static str, &'static str) {
        match self {
            Self::Plain => (crate::config::FILE_NAME, "base_url: https://example.com/"),
            Self::Jekyll => ("_config.yml", "url: https://example.com"),
        }
    }

    /// Where the site's facts are written.
    pub(crate) fn config_file(self) -> &'static str {
        self.base_url_hint().0
    }

    pub(crate) fn default_output(self) -> &'static str {
        match self {
            Self::Plain => "public",
            Self::Jekyll => "_site",
        }
    }
}

impl Dialect {
    /// Without the site.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Plain => Kind::Plain,
            Self::Jekyll(_) => Kind::Jekyll,
        }
    }

    /// Hands over every file of a site, each once, in no order.
    pub fn discover(&self, found: &mut Vec<Diagnostic>, config: &Config, give: &mut dyn FnMut(File)) {
        match self {
            Self::Plain => {
                discover::discover(found, config, &mut |path| give(File { path, role: Role::Post }));
            }
            Self::Jekyll(site) => jekyll::discover(found, config, site).into_iter().for_each(give),
        }
    }

    /// What a file becomes; `None` if that is nothing.
    #[must_use]
    pub fn resolve(
        &self,
        found: &mut Vec<Diagnostic>,
        source: &Source,
        role: &Role,
        depth: Depth,
        config: &Config,
    ) -> Option<Post> {
        match self {
            Self::Plain => {
                let mut written = front_matter::parse(found, source, Fences::Any);
                written.unify_names(post::is_known_field);
                Some(post::resolve(found, source, &written, depth, config))
            }
            Self::Jekyll(site) => jekyll::resolve(found, source, role, depth, config, site),
        }
    }

    /// The excerpt of a post that has no summary of its own, as plain text on one line. The body is legal.
    #[must_use]
    pub fn excerpt(&self, post: &Post, body: &str, source: &Source, config: &Config) -> Option<String> {
        match self {
            Self::Plain => {
                let markup = Markup::of_path(&post.path);
                let text = without_templates(body, markup, &mut BTreeSet::new());
                let text = match markup {
                    Markup::Markdown => kramdown::without_plain_marks(&text),
                    Markup::Html | Markup::Plain => text.as_str().into(),
                };
                excerpt::of_body(&text, markup, config.excerpt_separator.as_deref())
            }
            Self::Jekyll(site) => jekyll::excerpt(post, body, source.had_crlf, site, config),
        }
    }

    /// The HTML of a post, rendered from its source. The body is legal; templates that cannot be resolved are named in
    /// `unknown`.
    #[must_use]
    pub fn content(
        &self,
        post: &Post,
        body: &str,
        posts: &[Listing],
        config: &Config,
        unknown: &mut BTreeSet<String>,
    ) -> String {
        match self {
            Self::Plain => {
                let markup = Markup::of_path(&post.path);
                let text = without_templates(body, markup, unknown);
                match markup {
                    Markup::Markdown => markdown::html(&kramdown::without_plain_marks(&text), markup),
                    // A page as a whole: what is around its text is not meant.
                    Markup::Html if is_document(&text) => {
                        let selector = config.content_selector.as_deref();
                        main_text::of_page(&text, selector, &post.title).map_or(text, |(text, _)| text)
                    }
                    Markup::Html | Markup::Plain => markdown::html(&text, markup),
                }
            }
            Self::Jekyll(site) => jekyll::content(post, body, posts, site, config, unknown),
        }
    }

    /// Reports the site's own files where outputs are written.
    pub fn report_own_files(&self, found: &mut Vec<Diagnostic>, feeds: &[FeedConfig], config: &Config) {
        if matches!(self, Self::Plain) {
            return;
        }
        for path in feeds
            .iter()
            .map(|feed| &feed.path)
            .chain(config.sitemap.as_ref().map(|sitemap| &sitemap.path))
            .filter(|path| config.root.join(path).is_file())
        {
            let output = config.output.file_name().unwrap_or_default().to_string_lossy();
            found.push(
                Diagnostic::new(
                    Rule::OwnFile,
                    path.clone(),
                    format!("the site has its own `{}`", crate::text::shown(path)),
                )
                .help(format!(
                    "what it becomes in `{output}` is replaced; remove it, or give ours another path"
                )),
            );
        }
    }

    /// At most how many of the newest posts the site has.
    #[must_use]
    pub fn limit_posts(&self) -> Option<usize> {
        match self {
            Self::Plain => None,
            Self::Jekyll(site) => site.limit_posts,
        }
    }
}

/// Whether a body is a whole page.
fn is_document(body: &str) -> bool {
    let start = body.trim_start();
    let start = start.get(..start.floor_char_boundary(9)).unwrap_or_default().to_ascii_lowercase();
    start.starts_with("<!doctype") || start.starts_with("<html")
}

/// A body without tags that nobody here can run.
fn without_templates(body: &str, markup: Markup, unknown: &mut BTreeSet<String>) -> String {
    let none = |_: &str| None;
    match markup {
        // What is written is what is meant.
        Markup::Plain => body.to_owned(),
        Markup::Markdown | Markup::Html => template::resolve(body, Templates::Outside, &none, &none, unknown),
    }
}

/// The feeds of a site that declares none.
pub(crate) fn default_feeds() -> Vec<FeedConfig> {
    let feed = |path: &str, format| FeedConfig {
        path: path.to_owned(),
        format,
        title: None,
        limit: None,
        content: None,
        max_bytes: None,
        select: Selection::default(),
        each: None,
        value: None,
        archive: None,
    };
    vec![feed("feed.xml", Format::Rss), feed("atom.xml", Format::Atom), feed("feed.json", Format::Json)]
}

//! Which generator's site is this? A dialect translates the site's own configuration into [`Settings`].

use std::path::Path;

use crate::config::{FeedConfig, Settings};
use crate::error::Error;
use crate::render::Format;

mod jekyll;

/// The generators whose conventions are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// A folder of posts.
    Plain,
    /// Jekyll, GitHub Pages.
    Jekyll,
}

impl Dialect {
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

    /// Where the base URL belongs, and what to write there.
    pub(crate) fn base_url_hint(self) -> (&'static str, &'static str) {
        match self {
            Self::Plain => (crate::config::FILE_NAME, "base_url: https://example.com/"),
            Self::Jekyll => ("_config.yml", "url: https://example.com"),
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

    pub(crate) fn default_feeds(self) -> Vec<FeedConfig> {
        let feed =
            |path: &str, format| FeedConfig { path: path.to_owned(), format, title: None, limit: None };
        match self {
            Self::Plain => vec![
                feed("feed.xml", Format::Rss),
                feed("atom.xml", Format::Atom),
                feed("feed.json", Format::Json),
            ],
            Self::Jekyll => vec![
                feed("feed.xml", Format::Atom),
                feed("rss.xml", Format::Rss),
                feed("feed.json", Format::Json),
            ],
        }
    }
}

/// What the site's own configuration says.
///
/// # Errors
/// [`Error::ConfigRead`] and [`Error::Config`] if it cannot be read at all.
pub fn settings(dialect: Dialect, root: &Path) -> Result<Settings, Error> {
    match dialect {
        Dialect::Plain => Ok(Settings::default()),
        Dialect::Jekyll => jekyll::settings(root),
    }
}

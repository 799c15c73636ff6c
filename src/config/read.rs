//! A configuration file -> [`Settings`], with a place for everything that is wrong in it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

use super::{Content, KEYS, Robots, STYLESHEET, Settings};
use crate::author::{Author, authors};
use crate::diagnostic::{Level, Rule};
use crate::error::Error;
use crate::source::value::{Map, Node, Scalar};
use crate::source::{self, Source, toml, yaml};
use crate::text::link::BaseUrl;
use crate::text::pattern::Pattern;
use crate::text::{self, language};

impl Settings {
    /// Reads a configuration file in feedmill's own form.
    ///
    /// # Errors
    /// [`Error::ConfigRead`] if it cannot be read, [`Error::Config`] if it is not YAML, has an unknown key, or a value
    /// that its key cannot have.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let file = ConfigFile::read(path)?;
        let mut settings = Self::default();
        for (key, node) in &file.map.0 {
            let value = Value { file: &file, key, node };
            match key.text.as_str() {
                "base_url" => settings.base_url = Some(value.parsed(BaseUrl::parse)?),
                "title" => settings.title = Some(value.text()?.to_owned()),
                "description" => settings.description = Some(value.text()?.to_owned()),
                "language" => settings.language = Some(value.parsed(language::parse)?),
                "timezone" => settings.timezone = Some(value.parsed(timezone)?),
                "author" | "authors" => settings.authors = Some(value.authors()?),
                "copyright" => settings.copyright = Some(value.text()?.to_owned()),
                "icon" => settings.icon = Some(value.text()?.to_owned()),
                "logo" => settings.logo = Some(value.text()?.to_owned()),
                "hubs" => {
                    let hubs = value.node.as_items().iter().map(|node| Value { node, ..value }.url());
                    settings.hubs = Some(hubs.collect::<Result<_, _>>()?);
                }
                "ttl" => settings.ttl = Some(value.number()?),
                "posts" => settings.posts = Some(value.texts()?),
                "exclude" => settings.exclude = Some(value.texts()?),
                "permalink" => settings.permalink = Some(value.parsed(permalink)?),
                "output" => settings.output = Some(value.text()?.into()),
                "excerpt_separator" => settings.excerpt_separator = Some(value.text()?.to_owned()),
                "limit" => settings.limit = Some(value.number()?),
                "drafts" => settings.drafts = Some(value.boolean()?),
                "future" => settings.future = Some(value.boolean()?),
                "feeds" => settings.feeds = Some(value.feeds()?),
                "category_scheme" => settings.category_scheme = Some(value.url()?),
                "tag_scheme" => settings.tag_scheme = Some(value.url()?),
                "sitemap" => settings.sitemap = Some(value.sitemap()?),
                "robots" => {
                    settings.robots = Some(match value.node.as_scalar().and_then(Scalar::as_bool) {
                        Some(true) => Robots::Write,
                        Some(false) => Robots::Leave,
                        None if value.node.as_text() == Some("append") => Robots::Append,
                        None => return Err(value.wrong("`true`, `false` or `append`")),
                    });
                }
                "opml" => settings.opml = Some(value.path_or("feeds.opml")?),
                "verify" => settings.verify = Some(value.boolean()?),
                "content" => settings.content = Some(value.content()?),
                "content_from" => {
                    settings.content_from_pages = Some(match value.text()? {
                        "auto" => true,
                        "source" => false,
                        _ => return Err(value.wrong("`auto` or `source`")),
                    });
                }
                "content_selector" => settings.content_selector = Some(value.parsed(selector)?),
                "image_enclosure" => settings.image_enclosure = Some(value.boolean()?),
                "tracking_pixels" => settings.tracking_pixels = Some(value.boolean()?),
                "stylesheet" => settings.stylesheet = Some(value.path_or(STYLESHEET)?),
                "levels" => settings.levels = value.levels()?,
                _ => return Err(value.unknown("key", KEYS.iter().map(|(name, ..)| *name))),
            }
        }
        Ok(settings)
    }
}

/// A configuration file in YAML or TOML, ready to be asked.
pub(crate) struct ConfigFile {
    pub(crate) path: PathBuf,
    pub(crate) source: Source,
    pub(crate) map: Map,
}

impl ConfigFile {
    /// # Errors
    /// [`Error::ConfigRead`] and [`Error::Config`].
    pub(crate) fn read(path: &Path) -> Result<Self, Error> {
        let bytes =
            std::fs::read(path).map_err(|source| Error::ConfigRead { path: path.to_owned(), source })?;
        let source = source::decode(&path.to_string_lossy(), bytes);
        let toml = path.extension().is_some_and(|extension| extension == "toml");
        let parsed = if toml {
            let (map, mut errors) = toml::parse(&source.text);
            if errors.is_empty() { Ok(map) } else { Err(errors.swap_remove(0)) }
        } else {
            yaml::parse_map(&source.text)
        };
        match parsed {
            Ok(map) => Ok(Self { path: path.to_owned(), source, map }),
            Err(error) => Err(Error::Config {
                path: path.to_owned(),
                place: error.at.map(|at| line_and_column(&source, at)),
                message: error.message,
                help: None,
            }),
        }
    }

    fn error(&self, at: Option<usize>, message: String, help: Option<String>) -> Error {
        let place = at.map(|at| line_and_column(&self.source, at));
        Error::Config { path: self.path.clone(), place, message, help }
    }
}

fn line_and_column(source: &Source, at: usize) -> (usize, usize) {
    let place = source.place(at..at);
    (place.line, place.column)
}

/// One value of a configuration file, to be read as what its key asks for.
pub(super) struct Value<'a> {
    pub(super) file: &'a ConfigFile,
    pub(super) key: &'a Scalar,
    pub(super) node: &'a Node,
}

impl<'a> Value<'a> {
    pub(super) fn error(&self, message: String, help: Option<String>) -> Error {
        self.file.error(self.node.at().or(self.key.at), message, help)
    }

    pub(super) fn wrong(&self, wanted: &str) -> Error {
        let said = match self.node.as_text() {
            Some(written) => format!("`{}`", text::shown(&text::cut(&text::one_line(written), 60))),
            None => self.node.kind().to_owned(),
        };
        self.error(format!("`{}` is {said}, but must be {wanted}", self.key.text), None)
    }

    pub(super) fn unknown(&self, what: &str, known: impl Iterator<Item = &'static str> + Clone) -> Error {
        let name = &self.key.text;
        let nearest = known.clone().min_by_key(|known| strsim::damerau_levenshtein(known, name));
        let near = nearest
            .filter(|nearest| strsim::damerau_levenshtein(nearest, name) <= 1 + name.chars().count() / 3);
        let help = match near {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => format!(
                "the {what}s are {}",
                known.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
            ),
        };
        self.file.error(self.key.at, format!("there is no {what} `{}`", text::shown(name)), Some(help))
    }

    pub(super) fn text(&self) -> Result<&'a str, Error> {
        self.node.as_text().ok_or_else(|| self.wrong("text"))
    }

    pub(super) fn texts(&self) -> Result<Vec<String>, Error> {
        let texts: Option<Vec<String>> =
            self.node.as_items().iter().map(|item| item.as_text().map(str::to_owned)).collect();
        texts.ok_or_else(|| self.wrong("a list of texts"))
    }

    pub(super) fn boolean(&self) -> Result<bool, Error> {
        self.node.as_scalar().and_then(Scalar::as_bool).ok_or_else(|| self.wrong("`true` or `false`"))
    }

    pub(super) fn number(&self) -> Result<usize, Error> {
        self.text()?.parse().map_err(|_| self.wrong("a whole number"))
    }

    pub(super) fn parsed<T>(&self, parse: impl FnOnce(&str) -> Result<T, String>) -> Result<T, Error> {
        let text = self.text()?;
        parse(text).map_err(|message| {
            self.error(format!("`{}: {}` cannot be used: {message}", self.key.text, text::shown(text)), None)
        })
    }

    /// A path below the output folder.
    pub(super) fn path(&self) -> Result<String, Error> {
        self.parsed(|path| {
            let path = path.trim_start_matches('/');
            let leaves = path.split(['/', '\\']).any(|part| matches!(part, ".." | "." | ""));
            if leaves {
                Err("it must name a file below the output folder".to_owned())
            } else {
                Ok(path.to_owned())
            }
        })
    }

    fn authors(&self) -> Result<Vec<Author>, Error> {
        const AUTHOR_KEYS: [&str; 3] = ["name", "email", "url"];
        for (key, node) in self.node.as_items().iter().filter_map(Node::as_map).flat_map(|map| &map.0) {
            if !AUTHOR_KEYS.contains(&key.text.as_str()) {
                return Err(
                    Value { file: self.file, key, node }.unknown("key of an author", AUTHOR_KEYS.into_iter())
                );
            }
        }
        let authors = authors(self.node);
        if authors.len() == self.node.as_items().len() {
            Ok(authors)
        } else {
            Err(self.wrong("a name, or a map with a `name`"))
        }
    }

    fn url(&self) -> Result<String, Error> {
        self.parsed(|text| {
            crate::text::link::absolute(text).ok_or_else(|| "it is no absolute URL".to_owned())
        })
    }

    /// A path, `false` for none, or `true` for the default.
    pub(super) fn path_or(&self, default: &str) -> Result<Option<String>, Error> {
        match self.node.as_scalar().and_then(Scalar::as_bool) {
            Some(false) => Ok(None),
            Some(true) => Ok(Some(default.to_owned())),
            None => self.path().map(Some),
        }
    }

    pub(super) fn content(&self) -> Result<Content, Error> {
        match self.node.as_text() {
            Some("full") => Ok(Content::Full),
            Some("excerpt") => Ok(Content::Excerpt),
            Some("none") => Ok(Content::None),
            _ => Err(self.wrong("`full`, `excerpt` or `none`")),
        }
    }

    fn levels(&self) -> Result<BTreeMap<Rule, Level>, Error> {
        let map = self.node.as_map().ok_or_else(|| self.wrong("a map of rules"))?;
        let mut levels = BTreeMap::new();
        for (key, node) in &map.0 {
            let value = Value { file: self.file, key, node };
            let rule = Rule::from_name(&key.text)
                .ok_or_else(|| value.unknown("rule", Rule::ALL.iter().map(|rule| rule.name())))?;
            let level = match node.as_text() {
                Some("allow") => Level::Allow,
                Some("note") => Level::Note,
                Some("warn") => Level::Warn,
                Some("deny") => Level::Deny,
                _ => return Err(value.wrong("`allow`, `note`, `warn` or `deny`")),
            };
            levels.insert(rule, level);
        }
        Ok(levels)
    }
}

/// An IANA zone.
pub(crate) fn timezone(name: &str) -> Result<TimeZone, String> {
    TimeZone::get(name.trim()).map_err(|_| "the IANA database has no such time zone".to_owned())
}

fn selector(text: &str) -> Result<String, String> {
    if text.trim().is_empty() {
        return Err("it is empty".to_owned());
    }
    scraper::Selector::parse(text).map(|_| text.to_owned()).map_err(|error| error.to_string())
}

fn permalink(pattern: &str) -> Result<Pattern, String> {
    Pattern::parse(pattern)
        .map_err(|(word, nearest)| format!("there is no placeholder `:{word}`; did you mean `:{nearest}`?"))
}

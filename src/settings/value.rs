//! One value of a configuration file, read as the type of its key.

use std::collections::BTreeMap;

use super::Switched;
use super::file::ConfigFile;
use crate::diagnostic::{Level, Rule};
use crate::error::Error;
use crate::model::{Author, Content, authors};
use crate::source::{Map, Node, Scalar};
use crate::text::{self, glob, link};

/// A value, with the key that it belongs to and the file that it is in.
#[derive(Clone, Copy)]
pub(super) struct Value<'a> {
    pub(super) file: &'a ConfigFile,
    pub(super) key: &'a Scalar,
    pub(super) node: &'a Node,
}

/// The pairs of a file, or of a map in it.
pub(super) fn pairs<'a>(file: &'a ConfigFile, map: &'a Map) -> impl Iterator<Item = Value<'a>> {
    map.0.iter().map(move |(key, node)| Value { file, key, node })
}

impl<'a> Value<'a> {
    pub(super) fn error(&self, message: impl Into<String>) -> Error {
        self.file.error(self.node.at().or(self.key.at), message.into(), None)
    }

    pub(super) fn error_with_help(&self, message: String, help: &str) -> Error {
        self.file.error(self.node.at().or(self.key.at), message, Some(help.to_owned()))
    }

    /// The error for a key that is given by another name too; `how` says by which.
    pub(super) fn given_twice(&self, noun: &str, how: &str) -> Error {
        let message = format!("the {noun} `{}` is given twice{how}", self.key.text);
        self.file.error(self.key.at, message, Some("remove one of the two".to_owned()))
    }

    /// The error for a value of the wrong type for its key.
    pub(super) fn wrong(&self, wanted: &str) -> Error {
        let said = match self.node.as_text() {
            Some(written) => format!("`{}`", text::shown(&text::cut(&text::one_line(written), 60))),
            None => self.node.kind().to_owned(),
        };
        self.error(format!("`{}` is {said}, but must be {wanted}", self.key.text))
    }

    pub(super) fn text(&self) -> Result<&'a str, Error> {
        self.node.as_text().ok_or_else(|| self.wrong("text"))
    }

    pub(super) fn owned(&self) -> Result<String, Error> {
        self.text().map(str::to_owned)
    }

    pub(super) fn texts(&self) -> Result<Vec<String>, Error> {
        let texts = self.node.as_items().iter().map(|item| item.as_text().map(str::to_owned));
        texts.collect::<Option<_>>().ok_or_else(|| self.wrong("a list of texts"))
    }

    /// Globs of paths.
    pub(super) fn globs(&self) -> Result<Vec<String>, Error> {
        let globs = self.texts()?;
        for (glob, node) in globs.iter().zip(self.node.as_items()) {
            if let Err(reason) = glob::check(glob) {
                let message = format!("`{}` is not a glob: {reason}", text::shown(glob));
                return Err(Value { node, ..*self }.error(message));
            }
        }
        Ok(globs)
    }

    /// Yes or no, if it is one of these.
    pub(super) fn switch(&self) -> Option<bool> {
        self.node.as_scalar().and_then(Scalar::as_bool)
    }

    pub(super) fn boolean(&self) -> Result<bool, Error> {
        self.switch().ok_or_else(|| self.wrong("`true` or `false`"))
    }

    pub(super) fn number(&self) -> Result<usize, Error> {
        self.text()?.parse().map_err(|_| self.wrong("a whole number, 0 or more"))
    }

    pub(super) fn parsed<T>(&self, parse: impl FnOnce(&str) -> Result<T, String>) -> Result<T, Error> {
        let written = self.text()?;
        let refused =
            |reason| format!("`{}: {}` cannot be used: {reason}", self.key.text, text::shown(written));
        parse(written).map_err(|reason| self.error(refused(reason)))
    }

    /// A path below the output folder.
    pub(super) fn path(&self) -> Result<String, Error> {
        self.parsed(|path| {
            let path = path.trim_start_matches('/');
            if path.split(['/', '\\']).any(|part| matches!(part, ".." | "." | "")) {
                return Err("it must name a file below the output folder".to_owned());
            }
            Ok(path.to_owned())
        })
    }

    /// A path, `false` for none, or `true` for the default.
    pub(super) fn path_or(&self, default: &str) -> Result<Switched<String>, Error> {
        match self.switch() {
            Some(false) => Ok(Switched::Off),
            Some(true) => Ok(Switched::On(default.to_owned())),
            None => self.path().map(Switched::On),
        }
    }

    pub(super) fn url(&self) -> Result<String, Error> {
        self.parsed(|text| link::absolute(text).ok_or_else(|| "it is not an absolute URL".to_owned()))
    }

    pub(super) fn urls(&self) -> Result<Vec<String>, Error> {
        self.node.as_items().iter().map(|node| Value { node, ..*self }.url()).collect()
    }

    pub(super) fn authors(&self) -> Result<Vec<Author>, Error> {
        const AUTHOR_KEYS: [&str; 3] = ["name", "email", "url"];
        let maps = self.node.as_items().iter().filter_map(Node::as_map);
        for value in maps.flat_map(|map| pairs(self.file, map)) {
            if !AUTHOR_KEYS.contains(&value.key.text.as_str()) {
                return Err(value.unknown("author key", AUTHOR_KEYS.into_iter()));
            }
        }
        let authors = authors(self.node);
        if authors.len() != self.node.as_items().len() {
            return Err(self.wrong("a name, or a map with a `name`"));
        }
        Ok(authors)
    }

    pub(super) fn content(&self) -> Result<Content, Error> {
        match self.node.as_text() {
            Some("full") => Ok(Content::Full),
            Some("excerpt") => Ok(Content::Excerpt),
            Some("none") => Ok(Content::None),
            _ => Err(self.wrong("`full`, `excerpt` or `none`")),
        }
    }

    pub(super) fn content_from_pages(&self) -> Result<bool, Error> {
        match self.text()? {
            "auto" => Ok(true),
            "source" => Ok(false),
            _ => Err(self.wrong("`auto` or `source`")),
        }
    }

    pub(super) fn levels(&self) -> Result<BTreeMap<Rule, Level>, Error> {
        let map = self.node.as_map().ok_or_else(|| self.wrong("a map of rules"))?;
        let mut levels = BTreeMap::new();
        for value in pairs(self.file, map) {
            let rules = Rule::ALL.iter().map(|rule| rule.name());
            let rule = Rule::from_name(&value.key.text).ok_or_else(|| value.unknown("rule", rules))?;
            let level = match value.node.as_text() {
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

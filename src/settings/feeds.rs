//! The feeds of a site: what can be declared, and how a configuration file declares it.

use std::collections::BTreeMap;

use super::keys::{self, Key, keys};
use super::shape::Shape;
use super::value::{Value, pairs};
use crate::error::Error;
use crate::model::{Author, Content, Format, LANGUAGE, TAXONOMIES, is_open, taxonomy};
use crate::source::{Map, Node, Scalar};
use crate::text::{self, language};

/// The default number of posts in an archive document.
pub(crate) const ARCHIVE_SIZE: usize = 100;

/// One feed to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FeedConfig {
    /// Relative to the output folder and to the base URL, with `/` between folders.
    pub path: String,
    /// What it is written as.
    pub format: Format,
    /// Its title; the site's by default.
    pub title: Option<String>,
    /// What it says of itself in place of the site.
    pub masthead: Option<Masthead>,
    /// How many entries it has at most; `None` means all.
    pub limit: Option<usize>,
    /// What its entries carry.
    pub content: Option<Content>,
    /// Over so many bytes, the oldest entries carry their excerpts only.
    pub max_bytes: Option<usize>,
    /// Which posts it carries.
    pub select: Selection,
    /// One feed for each term of a taxonomy; its `path` has `{slug}` in it (or `{value}`), its `title` maybe `{value}`
    /// and `{site}`.
    pub each: Option<Each>,
    /// Of such feeds: the taxonomy and the name of the term that this one is for.
    pub term: Option<(String, String)>,
    /// The collection of its posts, if a program of the site's generator chooses these.
    pub chosen_by: Option<String>,
    /// Whether its folder is the page that it is the feed of; otherwise that is the home page.
    pub is_beside_page: bool,
    /// Whether older posts are kept in archive documents, and how many in each (RFC 5005 §4).
    pub archive: Option<usize>,
}

/// What a site says of itself in one of its languages, as written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Masthead {
    /// A sentence about it.
    pub description: Option<String>,
    /// The rights in what it carries.
    pub copyright: Option<String>,
    /// The authors of posts that have none of their own; `None` means those of the site.
    pub authors: Option<Vec<Author>>,
}

/// Which posts a feed carries: those that fit every part of `of` and none of `not`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Selection {
    /// What a post must meet.
    pub of: Criteria,
    /// What a post must not meet.
    pub not: Criteria,
}

/// Names, any of which fits.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Criteria {
    /// Names of terms, by taxonomy.
    pub terms: BTreeMap<String, Vec<String>>,
    /// Globs of files.
    pub paths: Vec<String>,
}

/// The terms each of which has a feed of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Each {
    /// Their taxonomy.
    pub taxonomy: String,
    /// If not empty, these alone.
    pub only: Vec<String>,
    /// Not these.
    pub except: Vec<String>,
    /// Only those that so many posts have.
    pub min_posts: usize,
    /// Whether the site's generator makes these feeds, even of a taxonomy that no post has.
    pub is_of_generator: bool,
}

/// How a selection may be given twice: `tag` and `tags` are one.
const BY_ANOTHER_NAME: &str = ", once by another name";

impl Each {
    /// All terms of a taxonomy, each of which has a feed of the site's generator.
    pub(crate) fn of(taxonomy: &str) -> Self {
        Self {
            taxonomy: taxonomy.to_owned(),
            only: Vec::new(),
            except: Vec::new(),
            min_posts: 1,
            is_of_generator: true,
        }
    }
}

impl Selection {
    /// The posts that have a term.
    pub(crate) fn of_term(taxonomy: &str, name: &str) -> Self {
        Self::default().and(taxonomy, name)
    }

    /// The posts whose files fit a glob.
    pub(crate) fn of_paths(globs: Vec<String>) -> Self {
        Self { of: Criteria { paths: globs, ..Criteria::default() }, ..Self::default() }
    }

    /// Of these posts, those that have a term.
    pub(crate) fn and(mut self, taxonomy: &str, name: &str) -> Self {
        self.of.terms.entry(taxonomy.to_owned()).or_default().push(name.to_owned());
        self
    }
}

impl FeedConfig {
    /// A feed of all posts.
    pub(crate) fn new(path: impl Into<String>, format: Format) -> Self {
        Self {
            path: path.into(),
            format,
            title: None,
            masthead: None,
            limit: None,
            content: None,
            max_bytes: None,
            select: Selection::default(),
            each: None,
            term: None,
            chosen_by: None,
            is_beside_page: false,
            archive: None,
        }
    }

    /// The taxonomies by which it selects.
    pub(crate) fn taxonomies(&self) -> impl Iterator<Item = &String> {
        let selected = self.select.of.terms.keys().chain(self.select.not.terms.keys());
        selected.chain(self.each.as_ref().map(|each| &each.taxonomy))
    }
}

/// The feeds of a site that declares none.
pub(crate) fn default_feeds() -> Vec<FeedConfig> {
    let feeds = [("feed.xml", Format::Rss), ("atom.xml", Format::Atom), ("feed.json", Format::Json)];
    feeds.map(|(path, format)| FeedConfig::new(path, format)).into()
}

/// A feed as far as it has been read.
pub(super) struct Draft {
    feed: FeedConfig,
    format: Option<Format>,
    each: Option<String>,
    only: Vec<String>,
    except: Vec<String>,
    min_posts: usize,
}

pub(super) const KEYS: &[Key<Draft>] = keys! { Draft;
    ["path"], "feed.xml", "where it is written", Shape::Text, feed.path = Value::path;
    ["format"], "rss", "`rss`, `atom` or `json`; default: by the path", Shape::Word(&["rss", "atom", "json"]),
        format = |value: &Value<'_>| value.parsed(format).map(Some);
    ["title"], "My notes", "its title; default: the site's", Shape::Text, feed.title = |value: &Value<'_>| value.owned().map(Some);
    ["limit"], "20", "how many entries it has; `0` means all", Shape::Number,
        feed.limit = |value: &Value<'_>| value.number().map(Some);
    ["content"], "excerpt", "what its entries carry: `full`, `excerpt` or `none`", Shape::Word(&["full", "excerpt", "none"]),
        feed.content = |value: &Value<'_>| value.content().map(Some);
    ["max_bytes"], "500000", "over so many bytes, the oldest entries carry their excerpts only", Shape::Number,
        feed.max_bytes = |value: &Value<'_>| value.number().map(Some);
    ["archive"], "100", "how many older posts are kept in each archive document", Shape::OptionalNumber, feed.archive = Value::archive;
    ["each"], "tag", "one feed for each term of a taxonomy", Shape::Text, each = |value: &Value<'_>| value.taxonomy().map(Some);
    ["only"], "[rust, web]", "of these terms, only some", Shape::Texts, only = Value::names;
    ["except"], "[misc]", "of these terms, not some", Shape::Texts, except = Value::names;
    ["min_posts"], "3", "of these terms, only those that so many posts have", Shape::Number, min_posts = Value::number;
    ["not"], "{tag: private}", "which posts it does not carry", Shape::Criteria, feed.select.not = Value::criteria;
};

/// What selects posts besides any other taxonomy, for messages and for what is too like one of these to be another.
fn selectors() -> impl Iterator<Item = &'static str> + Clone {
    TAXONOMIES.into_iter().chain(["paths"])
}

fn format(name: &str) -> Result<Format, String> {
    Format::from_name(name).ok_or_else(|| "the formats are `rss`, `atom` and `json`".to_owned())
}

impl Value<'_> {
    pub(super) fn feeds(&self) -> Result<Vec<FeedConfig>, Error> {
        self.node.as_items().iter().map(|item| self.feed(item)).collect()
    }

    fn feed(&self, item: &Node) -> Result<FeedConfig, Error> {
        let map = match item {
            Node::Map(map) => map.clone(),
            path => Map(vec![(Scalar::string("path"), path.clone())]),
        };
        let mut draft = Draft {
            feed: FeedConfig::new("", Format::Rss),
            format: None,
            each: None,
            only: Vec::new(),
            except: Vec::new(),
            min_posts: 1,
        };
        let is_key = |key: &Scalar| KEYS.iter().any(|known| known.names.contains(&key.text.as_str()));
        let (options, criteria): (Vec<_>, Vec<_>) = map.0.into_iter().partition(|(key, _)| is_key(key));
        keys::read_map(self.file, &Map(options), &mut draft, KEYS, "feed key")?;
        for value in pairs(self.file, &Map(criteria)) {
            let options = KEYS.iter().flat_map(|key| key.names.iter().copied());
            value.criterion(&mut draft.feed.select.of, "feed key", options.chain(selectors()))?;
        }
        self.decide(draft)
    }

    fn decide(&self, draft: Draft) -> Result<FeedConfig, Error> {
        let Draft { mut feed, format, each, only, except, min_posts } = draft;
        if feed.path.is_empty() {
            return Err(self.error("a feed has no `path`"));
        }
        if each.is_none() && !(only.is_empty() && except.is_empty() && min_posts == 1) {
            return Err(self.error("`only`, `except` and `min_posts` belong to `each`"));
        }
        let is_for_many = feed.path.contains("{slug}") || feed.path.contains("{value}");
        feed.each = each.map(|name| Each { taxonomy: name, only, except, min_posts, is_of_generator: false });
        match (&feed.each, is_for_many) {
            (Some(_), false) => {
                let help = "write `{slug}` where the name belongs, as in `feeds/{slug}.xml`";
                Err(self.error_with_help(format!("every feed would have the path `{}`", feed.path), help))
            }
            (None, true) => {
                let help = "add `each` with a taxonomy, as in `each: tag`";
                Err(self.error_with_help(format!("the path `{}` is for many feeds", feed.path), help))
            }
            _ => {
                feed.format = format.unwrap_or_else(|| Format::of_path(&feed.path));
                Ok(feed)
            }
        }
    }

    /// One text or several: an empty list would select everything.
    fn names(&self) -> Result<Vec<String>, Error> {
        let names = self.texts()?;
        if names.is_empty() {
            return Err(self.error(format!("`{}` is empty", text::shown(&self.key.text))));
        }
        Ok(names)
    }

    /// The name of a taxonomy.
    fn taxonomy(&self) -> Result<String, Error> {
        let name = taxonomy(self.text()?.trim());
        if name.is_empty() || (is_open(name) && keys::is_mistyped(name, TAXONOMIES.into_iter())) {
            let message = format!("unknown taxonomy `{}`", text::shown(name));
            let help = keys::nearest(name, TAXONOMIES.into_iter()).map_or_else(
                || "write `each: tag`, or the name of a field".to_owned(),
                |nearest| format!("did you mean `{nearest}`?"),
            );
            return Err(self.error_with_help(message, &help));
        }
        Ok(name.to_owned())
    }

    fn archive(&self) -> Result<Option<usize>, Error> {
        match self.switch() {
            Some(true) => Ok(Some(ARCHIVE_SIZE)),
            Some(false) => Ok(None),
            None => self.number().map(|size| Some(size).filter(|size| *size > 0)),
        }
    }

    fn criteria(&self) -> Result<Criteria, Error> {
        let map = self.node.as_map().ok_or_else(|| self.wrong("a map of `category`, `tag` and the like"))?;
        let mut criteria = Criteria::default();
        for value in pairs(self.file, map) {
            value.criterion(&mut criteria, "selection key", selectors())?;
        }
        Ok(criteria)
    }

    /// A taxonomy with names of terms, or globs. `noun` is what messages call a key that is nearly one of the known.
    fn criterion(
        &self,
        criteria: &mut Criteria,
        noun: &str,
        known: impl Iterator<Item = &'static str> + Clone,
    ) -> Result<(), Error> {
        let name = taxonomy(&self.key.text);
        let mut names = self.names()?;
        if matches!(name, "path" | "paths") {
            let is_first = std::mem::replace(&mut criteria.paths, names).is_empty();
            return if is_first { Ok(()) } else { Err(self.given_twice(noun, BY_ANOTHER_NAME)) };
        }
        if is_open(name) && keys::is_mistyped(name, known.clone()) {
            return Err(self.unknown(noun, known));
        }
        if name == LANGUAGE {
            names = names.into_iter().map(|tag| language::parse(&tag).unwrap_or(tag)).collect();
        }
        match criteria.terms.insert(name.to_owned(), names) {
            None => Ok(()),
            Some(_) => Err(self.given_twice(noun, BY_ANOTHER_NAME)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::yaml;

    fn read(yaml: &str) -> Result<FeedConfig, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("feedmill.yml");
        #[expect(clippy::disallowed_methods, reason = "a test's own file, which no other process reads")]
        std::fs::write(&path, format!("feeds: [{yaml}]")).unwrap();
        assert!(yaml::parse(yaml).is_ok(), "{yaml}");
        match crate::settings::Settings::read(&path) {
            Ok(settings) => Ok(settings.feeds.unwrap().remove(0)),
            Err(Error::Config { message, help, .. }) => {
                Err(format!("{message}; {}", help.unwrap_or_default()))
            }
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn feeds_are_declared() {
        let feed =
            read("{path: a.json, tags: [x, y], series: s, lang: EN_us, not: {section: drafts}}").unwrap();
        assert_eq!(feed.format, Format::Json);
        let terms = |criteria: &Criteria| format!("{:?}", criteria.terms);
        assert_eq!(terms(&feed.select.of), r#"{"lang": ["en-US"], "series": ["s"], "tag": ["x", "y"]}"#);
        assert_eq!(terms(&feed.select.not), r#"{"collection": ["drafts"]}"#);
        let feed = read("{path: 's/{slug}.xml', each: series, min_posts: 2}").unwrap();
        assert_eq!(feed.taxonomies().collect::<Vec<_>>(), ["series"]);
        assert_eq!(read("feed.xml").unwrap(), FeedConfig::new("feed.xml", Format::Rss));
    }

    #[test]
    fn what_is_nearly_a_key_is_no_taxonomy() {
        let refused = |yaml: &str| read(yaml).unwrap_err();
        assert_eq!(refused("{path: a.xml, titel: x}"), "unknown feed key `titel`; did you mean `title`?");
        assert_eq!(
            refused("{path: a.xml, not: {tga: x}}"),
            "unknown selection key `tga`; did you mean `tag`?"
        );
        assert_eq!(
            refused("{path: '{slug}.xml', each: Categry}"),
            "unknown taxonomy `Categry`; did you mean `category`?"
        );
        assert_eq!(refused("{path: a.xml, series: }"), "`series` is empty; ");
        assert_eq!(refused("{path: '{slug}.xml', each: tag, only: []}"), "`only` is empty; ");
        assert_eq!(
            refused("{path: a.xml, only: [x]}"),
            "`only`, `except` and `min_posts` belong to `each`; "
        );
        for own in ["part", "team", "era", "page", "date"] {
            assert!(read(&format!("{{path: a.xml, {own}: x}}")).is_ok(), "{own}");
        }
        assert_eq!(refused("{limit: 3}"), "a feed has no `path`; ");
        assert!(refused("{path: a.xml, each: tag}").starts_with("every feed would have the path `a.xml`"));
        assert!(refused("{path: 'a/{slug}.xml'}").starts_with("the path `a/{slug}.xml` is for many feeds"));
    }
}

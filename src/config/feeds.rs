//! The feeds of a site: what can be declared, and how a configuration file declares it.

use super::read::Value;
use crate::error::Error;
use crate::render::Format;
use crate::source::value::{Map, Node, Scalar};
use crate::text::language;

/// How many posts an archive document holds, unless the configuration says otherwise.
pub const ARCHIVE_SIZE: usize = 100;

/// One feed to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedConfig {
    /// Relative to the output folder and to the base URL, with `/` between folders.
    pub path: String,
    /// What it is written as.
    pub format: Format,
    /// Its title; the site's by default.
    pub title: Option<String>,
    /// How many entries it has at most; `None` means all.
    pub limit: Option<usize>,
    /// What its entries carry.
    pub content: Option<Content>,
    /// Over so many bytes, the oldest entries carry their excerpts only.
    pub max_bytes: Option<usize>,
    /// Which posts it carries.
    pub select: Selection,
    /// One feed for each value of a field; its `path` has `{slug}` in it (or `{value}`), its `title` maybe `{value}` and
    /// `{site}`.
    pub each: Option<Each>,
    /// Of such feeds: the value that this one is for.
    pub value: Option<(Field, String)>,
    /// Whether older posts are kept in archive documents, and how many in each (RFC 5005 §4).
    pub archive: Option<usize>,
}

/// What an entry carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Content {
    /// Neither text nor excerpt.
    None,
    /// Its excerpt.
    Excerpt,
    /// Its excerpt and its whole text.
    Full,
}

/// Which posts a feed carries: those that fit every field of `of` and none of `not`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    /// What they have.
    pub of: Criteria,
    /// What they have not.
    pub not: Criteria,
}

/// Names, for each field any of which fits. An empty field does not matter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Criteria {
    /// The collection, or the first folder.
    pub collections: Vec<String>,
    /// Categories.
    pub categories: Vec<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// Names of authors.
    pub authors: Vec<String>,
    /// Language tags.
    pub languages: Vec<String>,
    /// Globs of files.
    pub paths: Vec<String>,
}

impl Selection {
    /// The posts of a collection.
    #[must_use]
    pub fn of_collection(label: &str) -> Self {
        let of = Criteria { collections: vec![label.to_owned()], ..Criteria::default() };
        Self { of, not: Criteria::default() }
    }
}

/// The values of a field each of which has a feed of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Each {
    /// The field.
    pub field: Field,
    /// If not empty, these alone.
    pub only: Vec<String>,
    /// Not these.
    pub except: Vec<String>,
    /// Only those that so many posts have.
    pub min_posts: usize,
}

/// A field of posts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Categories.
    Category,
    /// Tags.
    Tag,
    /// Names of authors.
    Author,
    /// The language, where it is not the site's.
    Language,
    /// The collection, or the first folder.
    Collection,
    /// The year of publication.
    Year,
}

impl Field {
    const ALL: [(&'static str, Self); 6] = [
        ("category", Self::Category),
        ("tag", Self::Tag),
        ("author", Self::Author),
        ("lang", Self::Language),
        ("collection", Self::Collection),
        ("year", Self::Year),
    ];

    /// As people call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, field)| *field == self).map_or("", |(name, _)| name)
    }
}

impl Criteria {
    const KEYS: [&'static str; 6] = ["category", "tag", "author", "lang", "collection", "paths"];
}

impl Value<'_> {
    pub(super) fn feeds(&self) -> Result<Vec<FeedConfig>, Error> {
        self.node.as_items().iter().map(|item| self.feed(item)).collect()
    }

    fn feed(&self, item: &Node) -> Result<FeedConfig, Error> {
        const FEED_KEYS: [&str; 18] = [
            "path", "format", "title", "limit", "content", "max_bytes", "archive", "category", "tag",
            "author", "lang", "collection", "paths", "not", "each", "only", "except", "min_posts",
        ];
        let pairs = match item {
            Node::Map(map) => map.clone(),
            other => Map(vec![(Scalar::string("path"), other.clone())]),
        };
        let mut feed = FeedConfig {
            path: String::new(),
            format: Format::Rss,
            title: None,
            limit: None,
            content: None,
            max_bytes: None,
            select: Selection::default(),
            each: None,
            value: None,
            archive: None,
        };
        let (mut format, mut each_options) = (None, (Vec::new(), Vec::new(), 1));
        for (key, node) in &pairs.0 {
            let value = Value { file: self.file, key, node };
            match key.text.as_str() {
                "path" => feed.path = value.path()?,
                "format" => {
                    format = Some(value.parsed(|name| {
                        Format::from_name(name)
                            .ok_or_else(|| "the formats are `rss`, `atom` and `json`".to_owned())
                    })?);
                }
                "title" => feed.title = Some(value.text()?.to_owned()),
                "limit" => feed.limit = Some(value.number()?),
                "content" => feed.content = Some(value.content()?),
                "max_bytes" => feed.max_bytes = Some(value.number()?),
                "archive" => {
                    feed.archive = match node.as_scalar().and_then(Scalar::as_bool) {
                        Some(true) => Some(ARCHIVE_SIZE),
                        Some(false) => None,
                        None => Some(value.number()?).filter(|size| *size > 0),
                    };
                }
                "not" => {
                    let map = node
                        .as_map()
                        .ok_or_else(|| value.wrong("a map of `category`, `tag` and the like"))?;
                    for (key, node) in &map.0 {
                        let value = Value { file: self.file, key, node };
                        if !value.criterion(&mut feed.select.not)? {
                            return Err(value.unknown("key of a selection", Criteria::KEYS.into_iter()));
                        }
                    }
                }
                "each" => feed.each = Some(value.each()?),
                "only" => each_options.0 = value.texts()?,
                "except" => each_options.1 = value.texts()?,
                "min_posts" => each_options.2 = value.number()?,
                _ if value.criterion(&mut feed.select.of)? => {}
                _ => return Err(value.unknown("key of a feed", FEED_KEYS.into_iter())),
            }
        }
        if feed.path.is_empty() {
            return Err(self.error("a feed has no `path`".to_owned(), None));
        }
        if let Some(each) = &mut feed.each {
            (each.only, each.except, each.min_posts) = each_options;
            if !feed.path.contains("{slug}") && !feed.path.contains("{value}") {
                let help = "write `{slug}` where the name belongs, as in `feeds/{slug}.xml`".to_owned();
                return Err(
                    self.error(format!("the path `{}` would be that of every feed", feed.path), Some(help))
                );
            }
        }
        if feed.each.is_none() && (feed.path.contains("{slug}") || feed.path.contains("{value}")) {
            let help = Some("say with `each` of what, as in `each: tag`".to_owned());
            return Err(self.error(format!("the path `{}` is for many feeds", feed.path), help));
        }
        feed.format = format.unwrap_or_else(|| Format::of_path(&feed.path));
        Ok(feed)
    }

    fn each(&self) -> Result<Each, Error> {
        let name = self.text()?;
        let field = Field::ALL.iter().find(|(known, _)| *known == name).map(|(_, field)| *field);
        let field =
            field.ok_or_else(|| self.wrong("`category`, `tag`, `author`, `lang`, `collection` or `year`"))?;
        Ok(Each { field, only: Vec::new(), except: Vec::new(), min_posts: 1 })
    }

    /// Whether the key selects posts; then what it says is noted.
    fn criterion(&self, criteria: &mut Criteria) -> Result<bool, Error> {
        let names = match self.key.text.as_str() {
            "category" | "categories" => &mut criteria.categories,
            "tag" | "tags" => &mut criteria.tags,
            "author" | "authors" => &mut criteria.authors,
            "lang" => &mut criteria.languages,
            "collection" | "section" => &mut criteria.collections,
            "path" | "paths" => &mut criteria.paths,
            _ => return Ok(false),
        };
        *names = self.texts()?;
        if self.key.text == "lang" {
            let known = names.iter().map(|name| language::parse(name).unwrap_or_else(|_| name.clone()));
            *names = known.collect();
        }
        Ok(true)
    }
}

//! `_config.yml` (<https://jekyllrb.com/docs/configuration/options/>), with the keys of jekyll-feed and jekyll-sitemap.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::author::{self, Author};
use crate::config::{self, ConfigFile, Content, Criteria, Each, FeedConfig, Field, Selection, Settings};
use crate::error::Error;
use crate::markup::Markup;
use crate::render::Format;
use crate::source::value::{Map, Node};
use crate::text::link::BaseUrl;

use super::ruby;
use crate::text::language;

/// What both versions leave alone.
const EXCLUDED: &[&str] = &[
    "Gemfile", "Gemfile.lock", "node_modules", "vendor/bundle/", "vendor/cache/", "vendor/gems/",
    "vendor/ruby/",
];
/// What Jekyll 4 leaves alone besides.
const EXCLUDED_BY_4: &[&str] = &[".sass-cache", ".jekyll-cache", "gemfiles"];

/// What a Jekyll site decides beyond [`Settings`].
#[derive(Debug, Clone)]
pub struct Site {
    /// 3 or 4.
    pub(super) version: u8,
    /// Where collections are, relative to the source; empty for the source itself.
    pub(super) collections_folder: String,
    /// The collections, `posts` among them.
    pub(super) collections: Vec<Collection>,
    /// The style or pattern of permalinks.
    pub(super) permalink: String,
    /// Front matter defaults, in the order written.
    pub(super) defaults: Vec<Default>,
    pub(super) include: Vec<String>,
    pub(super) exclude: Vec<String>,
    /// In lower case, without dots.
    pub(super) markdown_extensions: Vec<String>,
    pub(super) unpublished: bool,
    pub(super) show_drafts: bool,
    /// Only so many of the newest posts.
    pub(crate) limit_posts: Option<usize>,
    pub(super) excerpt_separator: String,
    /// `_data/authors`: what a name stands for.
    pub(super) authors: BTreeMap<String, Vec<Author>>,
    /// The folder that Jekyll writes to, relative to the source.
    pub(super) destination: String,
}

/// A collection.
#[derive(Debug, Clone)]
pub(super) struct Collection {
    pub(super) label: Arc<str>,
    /// Whether its documents become pages.
    pub(super) output: bool,
    /// Its own pattern.
    pub(super) permalink: Option<String>,
}

/// One set of front matter defaults.
#[derive(Debug, Clone)]
pub(super) struct Default {
    pub(super) path: String,
    pub(super) kind: Option<String>,
    pub(super) values: Map,
}

/// Reads the configuration of a Jekyll site. Values that Jekyll itself would not understand are passed over. With
/// `files`, these are read instead of `_config.yml`, the later over the earlier.
///
/// # Errors
/// [`Error::ConfigRead`] and [`Error::Config`] if a file cannot be read at all.
pub(crate) fn read(root: &Path, files: &[PathBuf]) -> Result<(Settings, Site), Error> {
    let default = ["_config.yml", "_config.yaml", "_config.toml"]
        .into_iter()
        .map(|name| root.join(name))
        .find(|path| path.exists());
    let mut map = Map::default();
    for path in files.iter().cloned().chain(default.filter(|_| files.is_empty())) {
        map.0.append(&mut ConfigFile::read(&path)?.map.0);
    }
    let keys = Keys(&map);
    let (version, pages) = flavour(root);
    let source = keys.text("source").filter(|source| source != ".");
    let source_root = source.as_ref().map_or_else(|| root.to_owned(), |source| root.join(source));
    let feed = keys.0.get("feed").and_then(Node::as_map).cloned().unwrap_or_default();
    let feed_keys = Keys(&feed);
    let site = Site {
        version,
        collections_folder: keys.text("collections_dir").unwrap_or_default().trim_matches('/').to_owned(),
        collections: collections(&map),
        permalink: keys.text("permalink").unwrap_or_else(|| "date".to_owned()),
        defaults: defaults(&map),
        include: keys.texts("include").unwrap_or_else(|| vec![".htaccess".to_owned()]),
        exclude: exclude(version, keys.texts("exclude")),
        markdown_extensions: keys
            .text("markdown_ext")
            .unwrap_or_else(|| "markdown,mkdown,mkdn,mkd,md".to_owned())
            .split(',')
            .map(|extension| extension.trim().trim_start_matches('.').to_ascii_lowercase())
            .collect(),
        unpublished: keys.flag("unpublished").unwrap_or(false),
        show_drafts: keys.flag("show_drafts").unwrap_or(false),
        limit_posts: keys.text("limit_posts").and_then(|limit| limit.parse().ok()).filter(|limit| *limit > 0),
        excerpt_separator: keys
            .0
            .get("excerpt_separator")
            .filter(|node| ruby::truthy(node))
            .map_or_else(|| "\n\n".to_owned(), ruby::to_s),
        authors: data_authors(&source_root, keys.text("data_dir").as_deref().unwrap_or("_data")),
        destination: keys
            .text("destination")
            .unwrap_or_else(|| "_site".to_owned())
            .trim_start_matches("./")
            .trim_end_matches('/')
            .to_owned(),
    };
    let author = keys.0.get("author").filter(|node| ruby::truthy(node));
    let settings = Settings {
        base_url: base_url(root, &keys, pages),
        title: keys.shown("title").or_else(|| keys.shown("name")),
        description: keys.shown("description"),
        language: keys
            .text("lang")
            .or_else(|| keys.text("locale"))
            .and_then(|tag| language::parse(&tag).ok()),
        timezone: keys.text("timezone").and_then(|name| config::timezone(&name).ok()),
        authors: author.map(|node| site.people(node)).filter(|authors| !authors.is_empty()),
        output: keys.text("destination").map(PathBuf::from),
        icon: feed_keys.text("icon"),
        logo: feed_keys.text("logo"),
        source: source.map(PathBuf::from),
        future: keys.flag("future").or(Some(pages)),
        drafts: Some(site.show_drafts),
        content: feed_keys.flag("excerpt_only").filter(|only| *only).map(|_| Content::Excerpt),
        feeds: Some(feeds(&feed_keys, &keys)),
        ..Settings::default()
    };
    Ok((settings, site))
}

/// Values as Ruby takes them.
struct Keys<'a>(&'a Map);

impl Keys<'_> {
    fn text(&self, key: &str) -> Option<String> {
        self.0.get(key)?.as_text().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// Text that is shown to people.
    fn shown(&self, key: &str) -> Option<String> {
        let node = self.0.get(key).filter(|node| node.as_scalar().is_some())?;
        Some(ruby::smart_title(&ruby::to_s(node))).filter(|text| !text.trim().is_empty())
    }

    fn texts(&self, key: &str) -> Option<Vec<String>> {
        let node = self.0.get(key)?;
        Some(node.as_items().iter().filter_map(Node::as_text).map(str::to_owned).collect())
    }

    fn flag(&self, key: &str) -> Option<bool> {
        self.0.get(key).and_then(ruby::boolean)
    }
}

/// The version, and whether GitHub Pages builds the site: it does if there is no Gemfile, or `github-pages` in it.
fn flavour(root: &Path) -> (u8, bool) {
    let read = |name: &str| std::fs::read_to_string(root.join(name)).ok();
    let Some(gemfile) = read("Gemfile") else { return (3, !root.join("Gemfile").exists()) };
    let lock = read("Gemfile.lock").unwrap_or_default();
    let gems = gemfile.lines().filter(|line| !line.trim_start().starts_with('#'));
    let gem = |name: &str| {
        gems.clone().find(|line| {
            line.trim_start().strip_prefix("gem").is_some_and(|rest| {
                rest.contains(&format!("\"{name}\"")) || rest.contains(&format!("'{name}'"))
            })
        })
    };
    if gem("github-pages").is_some() {
        return (3, true);
    }
    let locked = lock
        .lines()
        .find_map(|line| line.trim_start().strip_prefix("jekyll (")?.chars().next()?.to_digit(10));
    let asked =
        gem("jekyll").and_then(|line| line.split_once("jekyll")?.1.chars().find_map(|c| c.to_digit(10)));
    (if locked.or(asked) == Some(3) { 3 } else { 4 }, false)
}

/// `url` and `baseurl`; on GitHub Pages also the file `CNAME`, else the name of the repository.
fn base_url(root: &Path, keys: &Keys<'_>, pages: bool) -> Option<BaseUrl> {
    let below = keys.text("baseurl").unwrap_or_default();
    let below = below.trim_matches('/');
    let joined = |url: &str| {
        // What has no scheme is meant to have one.
        let scheme = if url.contains("://") { "" } else { "https://" };
        BaseUrl::parse(&format!("{scheme}{}/{below}", url.trim_start_matches("//").trim_end_matches('/')))
            .ok()
    };
    if let Some(url) = keys.text("url").and_then(|url| joined(&url)) {
        return Some(url);
    }
    if !pages {
        return None;
    }
    if let Ok(host) = std::fs::read_to_string(root.join("CNAME")) {
        return joined(&format!("https://{}", host.lines().next().unwrap_or_default().trim()));
    }
    let (owner, repository) = repository(root, keys)?;
    let host = format!("{}.github.io", owner.to_ascii_lowercase());
    if repository.eq_ignore_ascii_case(&host) || keys.0.get("baseurl").is_some() {
        return joined(&format!("https://{host}"));
    }
    BaseUrl::parse(&format!("https://{host}/{repository}")).ok()
}

/// `repository: owner/name`, else what the remote `origin` is called.
fn repository(root: &Path, keys: &Keys<'_>) -> Option<(String, String)> {
    let split = |name: &str| {
        let (owner, name) = name.trim_end_matches('/').trim_end_matches(".git").rsplit_once('/')?;
        Some((owner.rsplit(['/', ':']).next()?.to_owned(), name.to_owned()))
    };
    if let Some(name) = keys.text("repository") {
        return split(&name);
    }
    let config = std::fs::read_to_string(root.join(".git/config")).ok()?;
    let origin = config.split("[remote \"origin\"]").nth(1)?.split("\n[").next()?;
    let url = origin
        .lines()
        .find_map(|line| line.trim().strip_prefix("url")?.trim_start().strip_prefix('='))?
        .trim();
    url.contains("github.com").then(|| split(url)).flatten()
}

fn exclude(version: u8, own: Option<Vec<String>>) -> Vec<String> {
    let defaults =
        EXCLUDED.iter().chain(EXCLUDED_BY_4.iter().filter(|_| version >= 4)).map(|name| (*name).to_owned());
    match own {
        // Jekyll 3 replaces its defaults by what is configured; no site means its dependencies to be pages.
        Some(own) => own.into_iter().chain(defaults).collect(),
        None => defaults.collect(),
    }
}

fn collections(map: &Map) -> Vec<Collection> {
    let mut collections = Vec::new();
    match map.get("collections") {
        Some(Node::Map(labels)) => {
            for (label, metadata) in &labels.0 {
                let get = |key: &str| metadata.as_map().and_then(|metadata| metadata.get(key));
                collections.push(Collection {
                    label: label.text.as_str().into(),
                    output: label.text == "posts" || get("output").is_some_and(ruby::truthy),
                    permalink: get("permalink").and_then(Node::as_text).map(str::to_owned),
                });
            }
        }
        Some(node @ Node::List(_)) => {
            for label in node.as_items().iter().filter_map(Node::as_text) {
                collections.push(Collection {
                    label: label.into(),
                    output: label == "posts",
                    permalink: None,
                });
            }
        }
        _ => {}
    }
    if !collections.iter().any(|collection| &*collection.label == "posts") {
        collections.push(Collection { label: "posts".into(), output: true, permalink: None });
    }
    collections
}

fn defaults(map: &Map) -> Vec<Default> {
    let sets = map.get("defaults").map(Node::as_items).unwrap_or_default();
    let sets = sets.iter().filter_map(|set| {
        let set = set.as_map()?;
        let scope = set.get("scope").and_then(Node::as_map)?;
        let text = |key: &str| scope.get(key).and_then(Node::as_text).map(str::to_owned);
        let mut values = set.get("values").and_then(Node::as_map)?.clone();
        // Places are those of another file.
        let mut node = Node::Map(std::mem::take(&mut values));
        node.for_each_scalar(&mut |scalar| scalar.at = None);
        let Node::Map(values) = node else { return None };
        Some(Default { path: text("path").unwrap_or_default(), kind: text("type").map(plural), values })
    });
    sets.collect()
}

/// The names of types before Jekyll 2.
fn plural(kind: String) -> String {
    match kind.as_str() {
        "post" | "page" | "draft" => kind + "s",
        _ => kind,
    }
}

/// The feeds that jekyll-feed writes, each in its place; RSS and JSON Feed of all posts beside them.
fn feeds(feed: &Keys<'_>, site: &Keys<'_>) -> Vec<FeedConfig> {
    let limit = feed.text("posts_limit").and_then(|limit| limit.parse().ok());
    // jekyll-feed carries ten posts; with `posts_limit: 0` none, which nobody can want.
    let limit = Some(limit.filter(|limit| *limit > 0).unwrap_or(10));
    let title = site.shown("title").or_else(|| site.shown("name"));
    let titled =
        |part: &str| title.as_ref().map_or_else(|| part.to_owned(), |title| format!("{title} | {part}"));
    let path = |path: &str| path.trim_start_matches('/').to_owned();
    let capitalized = |name: &str| {
        let mut chars = name.chars();
        chars.next().map_or_else(String::new, |first| {
            first.to_uppercase().chain(chars.flat_map(char::to_lowercase)).collect()
        })
    };
    let one = |path: String, format, title, select| FeedConfig {
        path,
        format,
        title,
        limit,
        content: None,
        max_bytes: None,
        select,
        each: None,
        value: None,
        archive: None,
    };
    let mut feeds = Vec::new();
    let mut collections: Vec<(String, Option<Map>)> = match feed.0.get("collections") {
        Some(Node::Map(map)) => {
            map.0.iter().map(|(label, metadata)| (label.text.clone(), metadata.as_map().cloned())).collect()
        }
        Some(node) => {
            node.as_items().iter().filter_map(Node::as_text).map(|label| (label.to_owned(), None)).collect()
        }
        None => Vec::new(),
    };
    if !collections.iter().any(|(label, _)| label == "posts") {
        collections.insert(0, ("posts".to_owned(), None));
    }
    for (label, metadata) in &collections {
        let metadata = metadata.clone().unwrap_or_default();
        let own = Keys(&metadata);
        let posts = label == "posts";
        let default = if posts {
            feed.text("path").unwrap_or_else(|| "feed.xml".to_owned())
        } else {
            format!("feed/{label}.xml")
        };
        let main = own.text("path").unwrap_or(default);
        let main_title = (!posts).then(|| titled(&capitalized(label)));
        feeds.push(one(path(&main), Format::Atom, main_title, Selection::of_collection(label)));
        let mut categories = own.texts("categories").unwrap_or_default();
        if posts {
            categories.extend(feed.texts("categories").unwrap_or_default());
        }
        for category in categories {
            let folder = if posts { "feed".to_owned() } else { format!("feed/{label}") };
            let title = if posts {
                titled(&capitalized(&category))
            } else {
                format!("{} | {}", titled(&capitalized(label)), capitalized(&category))
            };
            let select = Selection {
                of: Criteria {
                    categories: vec![category.clone()],
                    collections: vec![label.clone()],
                    ..Criteria::default()
                },
                ..Selection::default()
            };
            feeds.push(one(format!("{folder}/{category}.xml"), Format::Atom, Some(title), select));
        }
    }
    if let Some(tags) = feed.0.get("tags").filter(|tags| ruby::truthy(tags)) {
        let map = tags.as_map().cloned().unwrap_or_default();
        let own = Keys(&map);
        let folder = own.text("path").unwrap_or_else(|| "feed/by_tag/".to_owned());
        feeds.push(FeedConfig {
            path: format!("{}{{value}}.xml", path(&folder)),
            format: Format::Atom,
            title: Some(titled("{value}")),
            limit,
            content: None,
            max_bytes: None,
            select: Selection::of_collection("posts"),
            each: Some(Each {
                field: Field::Tag,
                min_posts: 1,
                only: own.texts("only").unwrap_or_default(),
                except: own.texts("except").unwrap_or_default(),
            }),
            value: None,
            archive: None,
        });
    }
    let posts = || Selection::of_collection("posts");
    for (path, format) in [("rss.xml", Format::Rss), ("feed.json", Format::Json)] {
        if !feeds.iter().any(|feed| feed.path == path) {
            feeds.push(one(path.to_owned(), format, None, posts()));
        }
    }
    feeds
}

/// `_data/authors.yml` and its like, or a file for each author in `_data/authors`.
fn data_authors(source: &Path, folder: &str) -> BTreeMap<String, Vec<Author>> {
    let names = ["authors.yml", "authors.yaml", "authors.json"];
    let folder = source.join(folder);
    let mut known = BTreeMap::new();
    if let Some(file) = names.into_iter().map(|name| folder.join(name)).find(|path| path.exists()) {
        let map = ConfigFile::read(&file).map(|file| file.map).unwrap_or_default();
        known.extend(map.0.into_iter().map(|(key, node)| (key.text, author::authors(&node))));
    }
    for entry in std::fs::read_dir(folder.join("authors")).into_iter().flatten().flatten() {
        let path = entry.path();
        let is_data = path
            .extension()
            .is_some_and(|extension| extension == "yml" || extension == "yaml" || extension == "json");
        let (Some(name), true) = (path.file_stem(), is_data) else { continue };
        if let Ok(file) = ConfigFile::read(&path) {
            known.insert(name.to_string_lossy().into_owned(), author::authors(&Node::Map(file.map)));
        }
    }
    known.retain(|_, authors| !authors.is_empty());
    known
}

impl Site {
    /// Who is meant by an `author` or `authors` value: names that `_data/authors` knows stand for what it says.
    pub(super) fn people(&self, node: &Node) -> Vec<Author> {
        let items = node.as_items().iter();
        items
            .flat_map(|item| {
                let known = item.as_text().and_then(|name| self.authors.get(name.trim()));
                known.cloned().unwrap_or_else(|| author::authors(item))
            })
            .collect()
    }

    /// What a file is written in: Markdown only if `markdown_ext` says so.
    pub(super) fn markup_of(&self, path: &str) -> Markup {
        let extension = path.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
        let is_markdown = extension.is_some_and(|extension| self.markdown_extensions.contains(&extension));
        if is_markdown { Markup::Markdown } else { Markup::Html }
    }

    pub(super) fn collection(&self, label: &str) -> Option<&Collection> {
        self.collections.iter().find(|collection| *collection.label == *label)
    }
}

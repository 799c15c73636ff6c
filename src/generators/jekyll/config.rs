//! `_config.yml` (<https://jekyllrb.com/docs/configuration/options/>), with the keys of jekyll-feed and jekyll-sitemap.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::keys::Keys;
use super::site::{Collection, Jekyll};
use super::{defaults, feeds, ruby};
use crate::disk;
use crate::error::Error;
use crate::generators::Opened;
use crate::model::{Author, Content, authors};
use crate::settings::{self, ConfigFile, Settings};
use crate::source::{Map, Node};
use crate::text::{BaseUrl, language};

/// What both versions leave alone.
const EXCLUDED: &[&str] = &[
    "Gemfile", "Gemfile.lock", "node_modules", "vendor/bundle/", "vendor/cache/", "vendor/gems/",
    "vendor/ruby/",
];

/// What Jekyll 4 ignores besides.
const EXCLUDED_BY_4: &[&str] = &[".sass-cache", ".jekyll-cache", "gemfiles"];

/// The usual names of the configuration file.
const CONFIG_FILES: [&str; 3] = ["_config.yml", "_config.yaml", "_config.toml"];

/// The configuration file of a folder, if it is a Jekyll site; else its folder of posts.
pub(super) fn detect(root: &Path) -> Option<PathBuf> {
    let config = CONFIG_FILES.iter().map(|name| root.join(name)).find(|path| path.exists());
    config.or_else(|| Some(root.join("_posts")).filter(|posts| posts.exists()))
}

/// Reads the configuration of a Jekyll site. Values that Jekyll itself would not understand are ignored. With `files`,
/// these are read instead of `_config.yml`, later files win.
///
/// # Errors
/// [`Error::ConfigRead`] and [`Error::Config`] if a file cannot be read at all.
pub(super) fn read(root: &Path, files: &[PathBuf]) -> Result<Opened, Error> {
    let usual = CONFIG_FILES.iter().map(|name| root.join(name)).find(|path| path.exists());
    let mut map = Map::default();
    for path in files.iter().cloned().chain(usual.filter(|_| files.is_empty())) {
        map.merge(ConfigFile::read(&path)?.map);
    }
    let keys = Keys(&map);
    let jekyll = site(root, &keys);
    let no_keys = Map::default();
    let feed_keys = Keys(map.get("feed").and_then(Node::as_map).unwrap_or(&no_keys));
    let is_pages = flavour(root).is_pages;
    let author = map.get("author").filter(|node| ruby::truthy(node));
    let language = keys.text("lang").or_else(|| keys.text("locale"));
    let settings = Settings {
        base_url: base_url(root, &keys, is_pages),
        title: keys.shown("title").or_else(|| keys.shown("name")),
        description: keys.shown("description"),
        language: language.and_then(|tag| language::parse(&tag).ok()),
        timezone: keys.text("timezone").and_then(|name| settings::timezone(&name).ok()),
        authors: author.map(|node| jekyll.authors_of(node)).filter(|authors| !authors.is_empty()),
        output: keys.text("destination").map(PathBuf::from),
        icon: feed_keys.text("icon"),
        logo: feed_keys.text("logo"),
        source: source(&keys).map(PathBuf::from),
        future: keys.flag("future"),
        publishes_future: is_pages,
        drafts: Some(jekyll.show_drafts),
        content: feed_keys.flag("excerpt_only").filter(|only| *only).map(|_| Content::Excerpt),
        feeds: Some(feeds::feeds(&feed_keys, &keys)),
        ..Settings::default()
    };
    Ok((settings, Box::new(jekyll)))
}

fn site(root: &Path, keys: &Keys<'_>) -> Jekyll {
    let version = flavour(root).version;
    let source_root = source(keys).map_or_else(|| root.to_owned(), |source| root.join(source));
    let markdown = keys.text("markdown_ext").unwrap_or_else(|| "markdown,mkdown,mkdn,mkd,md".to_owned());
    let extension = |name: &str| name.trim().trim_start_matches('.').to_ascii_lowercase();
    let separator = keys.0.get("excerpt_separator").filter(|node| ruby::truthy(node));
    let destination = keys.text("destination").unwrap_or_else(|| "_site".to_owned());
    let limit = keys.text("limit_posts").and_then(|limit| limit.parse().ok());
    Jekyll {
        version,
        collections_folder: keys.text("collections_dir").unwrap_or_default().trim_matches('/').to_owned(),
        collections: collections(keys.0),
        permalink: keys.text("permalink").unwrap_or_else(|| "date".to_owned()),
        defaults: defaults::defaults(keys.0),
        include: keys.texts("include").unwrap_or_else(|| vec![".htaccess".to_owned()]),
        exclude: exclude(version, keys.texts("exclude")),
        markdown_extensions: markdown.split(',').map(extension).collect(),
        unpublished: keys.flag("unpublished").unwrap_or(false),
        show_drafts: keys.flag("show_drafts").unwrap_or(false),
        limit_posts: limit.filter(|limit| *limit > 0),
        excerpt_separator: separator.map_or_else(|| "\n\n".to_owned(), ruby::to_s),
        authors: data_authors(&source_root, keys.text("data_dir").as_deref().unwrap_or("_data")),
        config: Arc::new(keys.0.clone()),
        destination: destination.trim_start_matches("./").trim_end_matches('/').to_owned(),
    }
}

/// The folder of the site's files, if that is not the root.
fn source(keys: &Keys<'_>) -> Option<String> {
    keys.text("source").filter(|source| source != ".")
}

/// Which Jekyll builds the site.
struct Flavour {
    /// 3 or 4.
    version: u8,
    /// Whether GitHub Pages builds it.
    is_pages: bool,
}

/// The version, and whether GitHub Pages builds the site: it does if there is no Gemfile, or `github-pages` in it.
fn flavour(root: &Path) -> Flavour {
    let read = |name: &str| disk::read_text(&root.join(name)).ok();
    let Some(gemfile) = read("Gemfile") else {
        return Flavour { version: 3, is_pages: !root.join("Gemfile").exists() };
    };
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
        return Flavour { version: 3, is_pages: true };
    }
    let locked = lock
        .lines()
        .find_map(|line| line.trim_start().strip_prefix("jekyll (")?.chars().next()?.to_digit(10));
    let asked =
        gem("jekyll").and_then(|line| line.split_once("jekyll")?.1.chars().find_map(|c| c.to_digit(10)));
    Flavour { version: if locked.or(asked) == Some(3) { 3 } else { 4 }, is_pages: false }
}

/// `url` and `baseurl`; on GitHub Pages also the file `CNAME`, else the name of the repository.
fn base_url(root: &Path, keys: &Keys<'_>, is_pages: bool) -> Option<BaseUrl> {
    let below = keys.text("baseurl").unwrap_or_default();
    let below = below.trim_matches('/');
    let joined = |url: &str| {
        // Without a scheme, the usual one is added.
        let scheme = if url.contains("://") { "" } else { "https://" };
        BaseUrl::parse(&format!("{scheme}{}/{below}", url.trim_start_matches("//").trim_end_matches('/')))
            .ok()
    };
    if let Some(url) = keys.text("url").and_then(|url| joined(&url)) {
        return Some(url);
    }
    if !is_pages {
        return None;
    }
    if let Ok(host) = disk::read_text(&root.join("CNAME")) {
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
    let config = disk::read_text(&root.join(".git/config")).ok()?;
    let origin = config.split("[remote \"origin\"]").nth(1)?.split("\n[").next()?;
    let url = origin
        .lines()
        .find_map(|line| line.trim().strip_prefix("url")?.trim_start().strip_prefix('='))?
        .trim();
    url.contains("github.com").then(|| split(url)).flatten()
}

fn exclude(version: u8, own: Option<Vec<String>>) -> Vec<String> {
    let of_4 = if version >= 4 { EXCLUDED_BY_4 } else { &[] };
    let defaults = EXCLUDED.iter().chain(of_4).map(|name| (*name).to_owned());
    // In Jekyll 3, `exclude` replaces the defaults. They are kept here: no site wants its dependencies as pages.
    own.into_iter().flatten().chain(defaults).collect()
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

/// `_data/authors.yml` and its like, or a file for each author in `_data/authors`.
fn data_authors(source: &Path, folder: &str) -> BTreeMap<String, Vec<Author>> {
    let folder = source.join(folder);
    let mut known = BTreeMap::new();
    // Of several files of one name, Jekyll reads this one last.
    let names = ["authors.json", "authors.yml", "authors.yaml"];
    if let Some(file) =
        names.into_iter().map(|name| folder.join(name)).find(|path| disk::is_inside(source, path))
    {
        let map = ConfigFile::read(&file).map(|file| file.map).unwrap_or_default();
        known.extend(map.0.into_iter().map(|(key, node)| (key.text, authors(&node))));
    }
    let entries = std::fs::read_dir(folder.join("authors")).into_iter().flatten().flatten();
    let order = |path: &PathBuf| {
        let extension = path.extension()?.to_str()?;
        ["yaml", "yml", "json"].iter().position(|known| *known == extension)
    };
    let mut files: Vec<(usize, PathBuf)> =
        entries.filter_map(|entry| Some((order(&entry.path())?, entry.path()))).collect();
    files.sort_unstable();
    for (_, path) in files {
        let read = || ConfigFile::read(&path).ok().filter(|_| disk::is_inside(source, &path));
        if let (Some(name), Some(file)) = (path.file_stem(), read()) {
            known.insert(name.to_string_lossy().into_owned(), authors(&Node::Map(file.map)));
        }
    }
    known.retain(|_, authors| !authors.is_empty());
    known
}

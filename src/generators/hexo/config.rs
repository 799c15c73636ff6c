//! `_config.yml` of Hexo (<https://hexo.io/docs/configuration>), with the keys of hexo-generator-feed and
//! hexo-generator-sitemap.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::site::Hexo;
use super::slug::Case;
use crate::disk;
use crate::error::Error;
use crate::generators::Opened;
use crate::generators::keys::Keys;
use crate::model::{Author, Format};
use crate::settings::{self, ConfigFile, FeedConfig, Settings, SitemapConfig, Switched};
use crate::source::{Map, Node};
use crate::text::{BaseUrl, language};

const NAMES: [&str; 3] = ["_config.yml", "_config.yaml", "_config.json"];

/// The configuration file of a folder, if it is a Hexo site.
pub(super) fn detect(root: &Path) -> Option<PathBuf> {
    let file = usual(root)?;
    let read = |path: &Path| disk::read_text(path).unwrap_or_default();
    let says_so = || read(&root.join("package.json")).contains("\"hexo\"");
    // Jekyll has a `_config.yml` too, and Octopress, which is built on it, has its posts in the same folder.
    let is_jekylls = || {
        let names_folders = |line: &str| line.starts_with("source:") || line.starts_with("destination:");
        read(&root.join("Gemfile")).contains("jekyll") || read(&file).lines().any(names_folders)
    };
    (says_so() || (root.join("source/_posts").exists() && !is_jekylls())).then_some(file)
}

fn usual(root: &Path) -> Option<PathBuf> {
    NAMES.iter().map(|name| root.join(name)).find(|path| path.is_file())
}

/// Reads the configuration of a Hexo site. With `files`, these are read instead of the usual one, later files win.
///
/// # Errors
/// [`Error::ConfigRead`] and [`Error::Config`] if a file cannot be read at all.
pub(super) fn read(root: &Path, files: &[PathBuf]) -> Result<Opened, Error> {
    let mut map = Map::default();
    for path in files.iter().cloned().chain(usual(root).filter(|_| files.is_empty())) {
        map.merge(ConfigFile::read(&path)?.map);
    }
    let keys = Keys(&map);
    let hexo = site(root, &keys);
    let url = keys.text("url").map(|url| url.trim_end_matches('/').to_owned());
    let language = keys.texts("language").and_then(|tags| tags.into_iter().next());
    let sitemap = keys.map("sitemap");
    let path =
        Keys(&sitemap).texts("path").and_then(|paths| paths.into_iter().find(|path| path.ends_with(".xml")));
    let settings = Settings {
        base_url: url.and_then(|url| BaseUrl::parse(&url).ok()),
        title: keys.text("title"),
        description: keys.text("description").or_else(|| keys.text("subtitle")),
        language: language.and_then(|tag| language::parse(&tag).ok()),
        timezone: hexo.timezone.clone(),
        authors: keys.text("author").map(|name| vec![Author { name, ..Author::default() }]),
        output: keys.text("public_dir").map(PathBuf::from),
        future: keys.flag("future"),
        publishes_future: true,
        drafts: Some(hexo.renders_drafts),
        limit: Keys(&keys.map("feed")).number("limit"),
        feeds: Some(feeds(&keys)),
        sitemap: path.map(|path| {
            let path = path.trim_start_matches('/').to_owned();
            Switched::On(SitemapConfig { path, ..SitemapConfig::default() })
        }),
        ..Settings::default()
    };
    Ok((settings, Box::new(hexo)))
}

fn site(root: &Path, keys: &Keys<'_>) -> Hexo {
    let pretty = keys.map("pretty_urls");
    let pretty = Keys(&pretty);
    let map = |key: &str| -> BTreeMap<String, String> {
        let pairs = keys.map(key).0.into_iter();
        pairs.filter_map(|(name, node)| Some((name.text, node.as_text()?.to_owned()))).collect()
    };
    let file_name = keys.text("new_post_name").unwrap_or_else(|| ":title.md".to_owned());
    let (file_name, extension) = file_name.rsplit_once('.').unwrap_or((&file_name, "md"));
    let has_asset_folders = keys.flag("post_asset_folder") == Some(true);
    let globs = |key: &str| keys.texts(key).unwrap_or_default();
    let package = disk::read_text(&root.join("package.json")).unwrap_or_default();
    let (hiding, encrypt) = (keys.map("hide_posts"), keys.map("encrypt"));
    // Settings of a plug-in that is not there do nothing.
    let has = |name: &str| package.contains(name) || package.is_empty();
    let is_hiding =
        package.contains("\"hexo-hide-posts\"") || (has("\"hexo-hide-posts\"") && !hiding.0.is_empty());
    let is_hiding = is_hiding && Keys(&hiding).flag("enable") != Some(false);
    let is_encrypting = has("\"hexo-blog-encrypt\"");
    let locked = encrypt.get("tags").map_or(&[][..], Node::as_items).iter();
    let name =
        |tag: &Node| tag.as_map().map_or(Some(tag), |tag| tag.get("name"))?.as_text().map(str::to_owned);
    let has_tags = package.contains("\"hexo-generator-tag\"");
    Hexo {
        source: keys.text("source_dir").unwrap_or_else(|| "source".to_owned()).trim_matches('/').to_owned(),
        permalink: keys.text("permalink").unwrap_or_else(|| ":year/:month/:day/:title/".to_owned()),
        permalink_defaults: keys.map("permalink_defaults"),
        file_name: file_name.to_owned(),
        only_extension: has_asset_folders.then(|| extension.to_owned()),
        has_asset_folders,
        timezone: keys.text("timezone").and_then(|name| settings::timezone(&name).ok()),
        renders_drafts: keys.flag("render_drafts") == Some(true),
        skipped: globs("skip_render"),
        excluded: globs("exclude"),
        ignored: globs("ignore"),
        hiding: is_hiding.then(|| Keys(&hiding).text("filter").unwrap_or_else(|| "hidden".to_owned())),
        locked_tags: locked.filter(|_| is_encrypting).filter_map(name).collect(),
        default_category: keys.text("default_category").unwrap_or_else(|| "uncategorized".to_owned()),
        category_map: map("category_map"),
        tag_map: map("tag_map"),
        tag_folder: has_tags.then(|| keys.text("tag_dir").unwrap_or_else(|| "tags".to_owned())),
        case: match keys.number("filename_case") {
            Some(1) => Case::Lower,
            Some(2) => Case::Upper,
            _ => Case::Kept,
        },
        keeps_index: pretty.flag("trailing_index") != Some(false),
        keeps_html: pretty.flag("trailing_html") != Some(false),
        slug_is_title: keys.flag("use_slug_as_post_title") == Some(true),
        has_titlecase: keys.flag("titlecase") == Some(true),
    }
}

/// The feeds of hexo-generator-feed, in their places; the other formats beside them.
fn feeds(keys: &Keys<'_>) -> Vec<FeedConfig> {
    let own = keys.map("feed");
    let own = Keys(&own);
    let types = own.texts("type").unwrap_or_else(|| vec!["atom".to_owned()]);
    let paths = own.texts("path").unwrap_or_default();
    let mut feeds = Vec::new();
    for (index, name) in types.iter().enumerate() {
        let (usual, format) = match name.as_str() {
            "rss2" => ("rss2.xml", Format::Rss),
            _ => ("atom.xml", Format::Atom),
        };
        let path = paths.get(index).map_or(usual, String::as_str).trim_start_matches('/');
        feeds.push(FeedConfig::new(path, format));
    }
    for (path, format) in [("atom.xml", Format::Atom), ("rss2.xml", Format::Rss), ("feed.json", Format::Json)]
    {
        if !feeds.iter().any(|feed: &FeedConfig| feed.format == format || feed.path == path) {
            feeds.push(FeedConfig::new(path, format));
        }
    }
    feeds
}

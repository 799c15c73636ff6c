//! `config.toml` (<https://www.getzola.org/documentation/getting-started/configuration/>).

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::RwLock;

use super::sections;
use super::site::{Slugs, Taxonomy, Zola, link_language};
use crate::error::Error;
use crate::generators::Opened;
use crate::generators::keys::Keys;
use crate::model::{Author, Format, LANGUAGE, taxonomy_of};
use crate::settings::{ConfigFile, Each, FeedConfig, Selection, Settings};
use crate::source::{Map, Node};
use crate::text::{BaseUrl, language};

/// The names of the configuration file; of both, the first counts.
const NAMES: [&str; 2] = ["zola.toml", "config.toml"];

/// The configuration file of a folder, if it is a Zola site.
pub(super) fn detect(root: &Path) -> Option<PathBuf> {
    let file = usual(root)?;
    // Others have a `config.toml` too. One that cannot be read is an error once it is opened.
    let says_so = || match ConfigFile::read(&file) {
        Ok(read) => read.map.get("base_url").is_some(),
        Err(error) => matches!(error, Error::ConfigRead { .. }),
    };
    let is_zolas = file.ends_with(NAMES[0]);
    (is_zolas || (root.join("content").is_dir() && says_so())).then_some(file)
}

fn usual(root: &Path) -> Option<PathBuf> {
    NAMES.iter().map(|name| root.join(name)).find(|path| path.is_file())
}

/// Reads the configuration of a Zola site. With `files`, these are read instead of the usual one.
///
/// # Errors
/// [`Error::ConfigRead`] and [`Error::Config`] if a file cannot be read at all.
pub(super) fn read(root: &Path, files: &[PathBuf]) -> Result<Opened, Error> {
    let mut map = Map::default();
    for path in files.iter().cloned().chain(usual(root).filter(|_| files.is_empty())) {
        map.merge(ConfigFile::read(&path)?.map);
    }
    let keys = Keys(&map);
    let slugify = keys.map("slugify");
    let slugs = |key: &str| match Keys(&slugify).text(key).as_deref() {
        Some("safe") => Slugs::Safe,
        Some("off") => Slugs::Off,
        _ => Slugs::On,
    };
    let default_language = keys.text("default_language").unwrap_or_else(|| "en".to_owned());
    let languages = keys.map("languages").0.into_iter().map(|(code, _)| code.text);
    let zola = Zola {
        languages: languages.filter(|code| *code != default_language).collect(),
        path_slugs: slugs("paths"),
        term_slugs: slugs("taxonomies"),
        keeps_dates: Keys(&slugify).flag("paths_keep_dates") == Some(true),
        ignored: keys.texts("ignored_content").unwrap_or_default(),
        taxonomies: taxonomies(&keys),
        sections: RwLock::new(HashMap::new()),
        default_language,
    };
    let is_declared = keys.text("default_language").is_some() || zola.has_several_languages();
    let settings = Settings {
        base_url: keys.text("base_url").and_then(|url| BaseUrl::parse(&url).ok()),
        title: keys.text("title"),
        description: keys.text("description"),
        language: language::parse(&zola.default_language).ok().filter(|_| is_declared),
        authors: keys.text("author").map(|name| vec![Author { name, ..Author::default() }]),
        output: keys.text("output_dir").map(PathBuf::from),
        limit: keys.number("feed_limit"),
        publishes_future: true,
        feeds: feeds(root, &zola, &keys),
        ..Settings::default()
    };
    Ok((settings, Box::new(zola)))
}

fn taxonomies(keys: &Keys<'_>) -> Vec<Taxonomy> {
    let maps = keys.0.get("taxonomies").map_or(&[][..], Node::as_items).iter().filter_map(Node::as_map);
    let taxonomy = |map: &Map| {
        let own = Keys(map);
        Some(Taxonomy {
            name: own.text("name")?,
            has_feed: own.flag("feed") == Some(true),
            is_rendered: own.flag("render") != Some(false),
        })
    };
    maps.filter_map(taxonomy).collect()
}

/// The feeds of the site, of its languages, of sections and of terms; if it has any, all three formats of all posts
/// beside them.
fn feeds(root: &Path, zola: &Zola, keys: &Keys<'_>) -> Option<Vec<FeedConfig>> {
    let has_feeds =
        |own: &Keys<'_>| own.flag("generate_feeds").or_else(|| own.flag("generate_feed")).unwrap_or(false);
    let names = |own: &Keys<'_>| {
        let names = own.texts("feed_filenames").or_else(|| own.texts("feed_filename"));
        names.unwrap_or_else(|| vec!["atom.xml".to_owned()])
    };
    let declared = keys.map("languages");
    let mut feeds = Vec::new();
    for code in [&zola.default_language].into_iter().chain(&zola.languages) {
        let is_default = *code == zola.default_language;
        let own = declared.get(code).and_then(Node::as_map).cloned().unwrap_or_default();
        let own = if is_default { Keys(keys.0) } else { Keys(&own) };
        let select = match zola.has_several_languages() {
            true => Selection::of_term(LANGUAGE, &link_language(code)),
            false => Selection::default(),
        };
        let language =
            Plan { zola, prefix: zola.prefix(code), names: names(&own), select, title: own.text("title") };
        if has_feeds(&own) {
            feeds.extend(language.home());
        }
        let of_language = own.0.get("taxonomies").map(|_| taxonomies(&own)).unwrap_or_default();
        feeds.extend(language.terms(&of_language));
        if is_default {
            let sections = sections::with_feeds(root);
            feeds.extend(
                sections.iter().flat_map(|(folder, title)| language.section(folder, title.as_deref())),
            );
        }
    }
    for (path, format) in [("atom.xml", Format::Atom), ("rss.xml", Format::Rss), ("feed.json", Format::Json)]
    {
        let is_there =
            |feed: &FeedConfig| feed.path == path || (feed.format == format && !feed.path.contains('/'));
        if !feeds.is_empty() && !feeds.iter().any(is_there) {
            feeds.push(FeedConfig::new(path, format));
        }
    }
    (!feeds.is_empty()).then_some(feeds)
}

/// The feeds of a language.
struct Plan<'a> {
    zola: &'a Zola,
    prefix: String,
    names: Vec<String>,
    select: Selection,
    title: Option<String>,
}

impl Plan<'_> {
    fn feed<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = FeedConfig> + 'a {
        self.names.iter().map(move |name| {
            let path = format!("{}{folder}{name}", self.prefix);
            let format = Format::of_path(&path);
            FeedConfig { select: self.select.clone(), ..FeedConfig::new(path, format) }
        })
    }

    fn home(&self) -> Vec<FeedConfig> {
        let titled = |feed| FeedConfig { title: self.title.clone(), ..feed };
        self.feed("").map(titled).collect()
    }

    fn section(&self, folder: &str, title: Option<&str>) -> Vec<FeedConfig> {
        let titles: Vec<&str> = self.title.as_deref().into_iter().chain(title).collect();
        let below = |feed: FeedConfig| {
            let mut select = feed.select.clone();
            select.of.paths = vec![format!("content/{folder}/**")];
            FeedConfig { select, title: Some(titles.join(" - ")), ..feed }
        };
        self.feed(&format!("{folder}/")).map(below).collect()
    }

    fn terms(&self, taxonomies: &[Taxonomy]) -> Vec<FeedConfig> {
        let with_feeds = taxonomies.iter().filter(|taxonomy| taxonomy.has_feed);
        with_feeds
            .flat_map(|taxonomy| {
                let folder = format!("{}/{{slug}}/", self.zola.term_slugs.apply(&taxonomy.name));
                let each = Each::of(taxonomy_of(&taxonomy.name));
                let feeds: Vec<FeedConfig> = self.feed(&folder).collect();
                feeds.into_iter().map(move |feed| FeedConfig { each: Some(each.clone()), ..feed })
            })
            .collect()
    }
}

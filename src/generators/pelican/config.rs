//! `pelicanconf.py` and `publishconf.py` (<https://docs.getpelican.com/en/latest/settings.html>), as far as they are
//! literals.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use jiff::tz::TimeZone;
use regex::Regex;

use super::feeds;
use super::site::Pelican;
use super::substitutions::{self, Unusable};
use crate::disk;
use crate::error::Error;
use crate::generators::Opened;
use crate::generators::keys::Keys;
use crate::model::{AUTHOR, Author, CATEGORY, TAG};
use crate::settings::{self, Settings};
use crate::source::{Map, script};
use crate::text::{BaseUrl, language};

/// The configuration for development, and that for publishing, which imports it.
const NAMES: [&str; 2] = ["pelicanconf.py", "publishconf.py"];

/// The words of an automatic summary, where the site does not say.
const SUMMARY_LENGTH: usize = 50;

/// The configuration file of a folder, if it is a Pelican site.
pub(super) fn detect(root: &Path) -> Option<PathBuf> {
    Some(root.join(NAMES[0])).filter(|path| path.is_file())
}

/// Reads the configuration of a Pelican site. With `files`, these are read instead of the usual ones, later files win.
///
/// # Errors
/// [`Error::ConfigRead`] if a file cannot be read, [`Error::Config`] if only a program knows what URLs are like.
pub(super) fn read(root: &Path, files: &[PathBuf]) -> Result<Opened, Error> {
    let usual = NAMES.iter().map(|name| root.join(name)).filter(|path| path.is_file() && files.is_empty());
    let mut texts = Vec::new();
    for path in files.iter().cloned().chain(usual) {
        let bytes = disk::read(&path, disk::LARGEST)
            .map_err(|source| Error::ConfigRead { path: path.clone(), source })?;
        texts.push((path, String::from_utf8_lossy(&bytes).into_owned()));
    }
    // A later file changes what the earlier ones say.
    let text: String = texts.iter().flat_map(|(_, text)| [text.as_str(), "\n"]).collect();
    let found = script::assignments(&text);
    let unknown = || found.unread.iter().filter(|key| found.map.get(key).is_none()).chain(&found.partial);
    let unread = |decides: fn(&str) -> bool, what| Some((unknown().find(|key| decides(key))?, what));
    let refused = unread(decides_urls, "determines URLs")
        .or_else(|| unread(decides_posts, "decides what is published"))
        .or_else(|| unread(decides_dates, "decides when posts were published"));
    let refuse = |key: &str, reason: &str, help: &str| Error::Config {
        path: texts
            .iter()
            .rfind(|(_, text)| text.contains(key))
            .map(|(path, _)| path.clone())
            .unwrap_or_default(),
        place: None,
        message: format!("`{key}` {reason}"),
        help: Some(format!("{help}build the site, and read its pages with `--generator built`")),
    };
    if let Some((key, what)) = refused {
        let reason = format!("{what}, but its value is not a literal");
        return Err(refuse(key, &reason, "write it as a literal; or "));
    }
    let all = found.map;
    let keys = Keys(&all);
    // What is not known to be wanted is kept back.
    let future = if found.unread.iter().any(|key| key == "WITH_FUTURE_DATES") {
        Some(false)
    } else {
        keys.flag("WITH_FUTURE_DATES")
    };
    let site = site(root, &keys, &all).map_err(|Unusable { key, reason }| refuse(&key, &reason, ""))?;
    let pelican = Pelican { hides_future: future == Some(false), ..site };
    let settings = Settings {
        base_url: keys.text("SITEURL").and_then(|url| BaseUrl::parse(&url).ok()),
        title: keys.text("SITENAME"),
        description: keys.text("SITESUBTITLE").or_else(|| keys.text("SITEDESCRIPTION")),
        language: language::parse(&pelican.language).ok(),
        timezone: Some(pelican.timezone.clone()),
        authors: pelican.default_author.clone().map(|name| vec![Author { name, ..Author::default() }]),
        output: keys.text("OUTPUT_PATH").map(|path| PathBuf::from(path.trim_end_matches('/'))),
        future,
        publishes_future: true,
        limit: keys.number("FEED_MAX_ITEMS").filter(|limit| *limit > 0).or(Some(feeds::LIMIT)),
        feeds: Some(feeds::feeds(&keys)),
        ..Settings::default()
    };
    Ok((settings, Box::new(pelican)))
}

/// Whether URLs depend on a setting.
fn decides_urls(key: &str) -> bool {
    let is_of_pages = key.starts_with("ARTICLE_") || key.starts_with("PAGE_");
    (is_of_pages && (key.ends_with("_URL") || key.ends_with("_SAVE_AS")))
        || matches!(
            key,
            "PATH_METADATA" | "FILENAME_METADATA" | "SLUGIFY_SOURCE" | "SLUG_REGEX_SUBSTITUTIONS"
        )
}

/// Whether it depends on a setting which files are posts, and which of these are hidden.
fn decides_posts(key: &str) -> bool {
    let kinds = ["ARTICLE_", "PAGE_"].iter().find_map(|kind| key.strip_prefix(kind));
    kinds.is_some_and(|name| name == "EXCLUDES") || matches!(key, "DEFAULT_METADATA" | "IGNORE_FILES")
}

/// Whether the dates of posts depend on a setting.
fn decides_dates(key: &str) -> bool {
    key == "TIMEZONE"
}

fn site(root: &Path, keys: &Keys<'_>, all: &Map) -> Result<Pelican, Unusable> {
    let folder = |path: String| {
        let path = path.trim_start_matches("./").trim_matches('/').to_owned();
        if path == "." { String::new() } else { path }
    };
    let folders = |key: &str, usual: &[&str]| {
        let usual = || usual.iter().map(|path| (*path).to_owned()).collect();
        keys.texts(key).unwrap_or_else(usual).into_iter().map(folder).collect()
    };
    let zone = |name: String| settings::timezone(&name).ok();
    let pattern =
        |key: &str| keys.text(key).map(|text| substitutions::pattern(key, ["^(?:", ")"], &text)).transpose();
    let usual_name = || Regex::new(r"^(?P<date>\d{4}-\d{2}-\d{2}).*").ok();
    let mut term_substitutions = BTreeMap::new();
    for (taxonomy, name) in [(CATEGORY, "CATEGORY"), (TAG, "TAG"), (AUTHOR, "AUTHOR")] {
        let own = substitutions::read(all, &format!("{name}_REGEX_SUBSTITUTIONS"))?;
        term_substitutions.extend(own.map(|own| (taxonomy, own)));
    }
    let content =
        keys.text("PATH").map(folder).or_else(|| root.join("content").is_dir().then(|| "content".to_owned()));
    Ok(Pelican {
        settings: all.clone(),
        content: content.unwrap_or_default(),
        articles: folders("ARTICLE_PATHS", &[""]),
        pages: folders("PAGE_PATHS", &["pages"]),
        excluded: folders("ARTICLE_EXCLUDES", &[]),
        excluded_pages: folders("PAGE_EXCLUDES", &[]),
        ignored: keys.texts("IGNORE_FILES").unwrap_or_default(),
        timezone: keys.text("TIMEZONE").and_then(zone).unwrap_or(TimeZone::UTC),
        language: keys.text("DEFAULT_LANG").unwrap_or_else(|| "en".to_owned()).to_lowercase(),
        file_name: if all.get("FILENAME_METADATA").is_some() {
            pattern("FILENAME_METADATA")?
        } else {
            usual_name()
        },
        path: pattern("PATH_METADATA")?,
        folder_is_category: keys.flag("USE_FOLDER_AS_CATEGORY") != Some(false),
        default_category: keys.text("DEFAULT_CATEGORY").unwrap_or_else(|| "misc".to_owned()),
        default_author: keys.text("AUTHOR"),
        slug_of_name: keys.text("SLUGIFY_SOURCE").as_deref() == Some("basename"),
        slug_is_unicode: keys.flag("SLUGIFY_USE_UNICODE") == Some(true),
        slug_keeps_case: keys.flag("SLUGIFY_PRESERVE_CASE") == Some(true),
        substitutions: substitutions::read(all, "SLUG_REGEX_SUBSTITUTIONS")?,
        term_substitutions,
        originals: OnceLock::new(),
        hides_future: false,
        summary_length: keys.number("SUMMARY_MAX_LENGTH").unwrap_or(SUMMARY_LENGTH),
    })
}

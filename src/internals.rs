//! What the program, the tests and the benchmarks of this package use besides. It is not a part of the API, and may
//! change at any time.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use jiff::tz::TimeZone;

use crate::config::{self, Config};
use crate::diagnostic::{Level, Rule};
use crate::error::Error;
use crate::generators;
use crate::markup::{Markup, excerpt};
use crate::model::{Author, Page};
use crate::render::sitemap;
use crate::settings;
use crate::source::yaml;
use crate::text::date;

pub use crate::disk::{read_all, read_line};
pub use crate::publish::{abandon, settle, temporary_file, write};
pub use crate::settings::FILE_NAME;
pub use crate::text::escape::escaped;
pub use crate::text::link::{readable, relative as relative_url};
pub use crate::text::{is_publishable, shown};

/// A key of a configuration: its name, an example, and its help.
pub type Key = (&'static str, &'static str, &'static str);

fn rows<T>(keys: &'static [settings::Key<T>]) -> impl Iterator<Item = Key> {
    keys.iter().filter_map(|key| Some((*key.names.first()?, key.example, key.help)))
}

/// Every key of `feedmill.yml`.
pub fn keys() -> impl Iterator<Item = Key> {
    rows(settings::KEYS)
}

/// Every key of `sitemap:`.
pub fn sitemap_keys() -> impl Iterator<Item = Key> {
    rows(settings::sitemap::KEYS)
}

/// Every key of `indexnow:`.
pub fn indexnow_keys() -> impl Iterator<Item = Key> {
    rows(settings::memory::KEYS)
}

/// The JSON Schema of `feedmill.yml`.
#[must_use]
pub fn schema() -> serde_json::Value {
    settings::schema()
}

/// What a folder shows of its site without a configuration of ours.
#[derive(Debug)]
pub struct Found {
    /// What kind of site it is, such as "a Jekyll site".
    pub label: &'static str,
    /// The file or folder that shows it.
    pub evidence: Option<PathBuf>,
    /// The configuration file of a site that the folder is a part of.
    pub above: Option<PathBuf>,
    /// What builds the site, if it must be built first: nothing but its pages says what their URLs are.
    pub build_first: Option<&'static str>,
    /// Where the site's address would be in its own configuration: the file, and the line.
    pub base_url_line: (&'static str, &'static str),
    /// What it says itself, under the names of our keys.
    pub values: Vec<(&'static str, String)>,
}

/// Looks at a folder.
///
/// # Errors
/// [`Error::ConfigRead`] and [`Error::Config`] if its configuration cannot be read at all.
pub fn look_at(root: &Path) -> Result<Found, Error> {
    let recognised = generators::recognise(root);
    let folder = recognised.generator.build.and_then(|build| {
        build.outputs.iter().map(Path::new).find(|folder| generators::built::has_pages(&root.join(folder)))
    });
    let (settings, _) = match folder {
        Some(folder) => generators::built::open(root, folder, recognised.evidence.as_deref(), &[])?,
        None => (recognised.generator.open)(root, &[])?,
    };
    let names =
        |authors: Vec<Author>| authors.into_iter().map(|author| author.name).collect::<Vec<_>>().join(", ");
    let output = root.join(settings.output.unwrap_or_else(|| recognised.generator.output.into()));
    let values = [
        ("base_url", settings.base_url.map(|url| url.as_str().to_owned())),
        ("title", settings.title),
        ("description", settings.description),
        ("language", settings.language.or_else(|| generators::built::language_of(&output))),
        ("timezone", settings.timezone.and_then(|zone| zone.iana_name().map(str::to_owned))),
        ("author", settings.authors.map(names)),
    ];
    let generator = recognised.generator;
    Ok(Found {
        label: generator.label,
        above: recognised.evidence.is_none().then(|| config::site_above(root)).flatten(),
        evidence: recognised.evidence,
        build_first: generator.build.filter(|_| folder.is_none()).map(|build| build.command),
        base_url_line: generator.base_url_line,
        values: values.into_iter().filter_map(|(key, value)| Some((key, value?))).collect(),
    })
}

/// The levels of rules that a `feedmill.yml` sets.
///
/// # Errors
/// [`Error::ConfigRead`] and [`Error::Config`].
pub fn levels(path: &Path) -> Result<BTreeMap<Rule, Level>, Error> {
    Ok(settings::Settings::read(path)?.levels.unwrap_or_default())
}

/// A date in any form that front matter may have; without a zone, in UTC.
#[must_use]
pub fn parse_date(text: &str) -> Option<DateTime<Utc>> {
    date::resolve(&date::parse(text)?, &TimeZone::UTC).map(|date| date.to_utc())
}

/// The folder that a site is written to, and its address.
#[must_use]
pub fn output_of(config: &Config) -> (&Path, &str) {
    (&config.site.output, config.site.base_url.as_str())
}

/// The absolute URL of a path below a site's address.
#[must_use]
pub fn url_of(config: &Config, path: &str) -> Option<String> {
    config.site.base_url.join(path)
}

/// The URL that a redirect leads to, if that is on the same host, by the same scheme.
#[must_use]
pub fn on_same_host(from: &str, to: &str) -> Option<String> {
    let from = url::Url::parse(from).ok()?;
    let to = from.join(to).ok()?;
    (to.origin() == from.origin()).then(|| to.into())
}

/// Whether a text is YAML, by the scanner or, without it, by the whole parser.
#[must_use]
pub fn is_yaml(text: &str, by_scanner: bool) -> bool {
    if by_scanner { yaml::parse(text).is_ok() } else { yaml::parse_whole(text).is_ok() }
}

/// The excerpt of a Markdown body.
#[must_use]
pub fn excerpt(body: &str) -> Option<String> {
    excerpt::of_body(body, Markup::Markdown, None)
}

/// How many bytes a sitemap of these pages takes, all changed at one time.
#[must_use]
pub fn sitemap_size(urls: &[String], lastmod: DateTime<Utc>) -> usize {
    let page = |url: &'_ String| (url.clone(), lastmod.fixed_offset());
    let pages: Vec<_> = urls.iter().map(page).collect();
    let mut written = Vec::with_capacity(2 << 20);
    let pages = pages.iter().map(|(url, date)| Page { url, lastmod: Some(*date), extra: None });
    let is_written = sitemap::write(&mut written, pages, std::iter::empty(), None).is_ok();
    if is_written { written.len() } else { 0 }
}

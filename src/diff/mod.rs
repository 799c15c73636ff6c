//! What subscribers and crawlers would notice of a run: what is published now, compared with what would be.

mod compare;
mod published;

use std::collections::BTreeMap;
use std::path::Path;

use crate::config::Config;
use crate::disk;
use crate::error::Error;
use crate::publish::{Mode, Output, OutputKind, temporary_folder};
use crate::read::index::Progress;
use crate::source;
use crate::{Report, run_into};
use compare::{feeds_changed, merged, sitemap_changed};
use published::{Feed, Published, unpacked};

/// A field of a feed or an entry that would change.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field {
    /// What it is, such as `title`.
    pub name: &'static str,
    /// What it was; empty if it was not there.
    pub old: String,
    /// What it would be; empty if it would not be there.
    pub new: String,
}

/// A change of a feed, of one entry, or of one page.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// It would be new.
    Added {
        /// Its URL.
        url: String,
        /// Its title; empty for a page.
        title: String,
    },
    /// It would be removed.
    Removed {
        /// Its URL.
        url: String,
        /// Its title; empty for a page.
        title: String,
    },
    /// Its fields would change.
    Changed {
        /// Its URL.
        url: String,
        /// Its title; empty for a page.
        title: String,
        /// What it would say.
        fields: Vec<Field>,
    },
    /// The feed's own fields, such as its title, would change.
    Itself {
        /// What it would say.
        fields: Vec<Field>,
    },
    /// It would have another id, so that readers show it again.
    OtherId {
        /// Its URL.
        url: String,
        /// Its title.
        title: String,
        /// The id that readers know.
        old: String,
        /// The id that it would have.
        new: String,
        /// What else it would say.
        fields: Vec<Field>,
    },
}

/// What changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DifferenceKind {
    /// Feeds that carry the same.
    Feed,
    /// The sitemap with all its parts.
    Sitemap,
    /// The files themselves: those that are new, and those that would be removed.
    Files,
}

/// What would change in a document, or in the sitemap with all its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// What it is about.
    pub kind: DifferenceKind,
    /// The documents, relative to the output folder.
    pub paths: Vec<String>,
    /// The changes.
    pub changes: Vec<Change>,
}

/// Compares what would be published with what is in the output folder, or in another folder, or in a feed or sitemap that
/// something else wrote. Gives what was found while reading the site, too.
///
/// # Errors
/// Those of [`build`](crate::build); [`Error::ConfigRead`] and [`Error::Config`] for what is to be compared with.
pub fn diff(
    config: &Config,
    against: Option<&Path>,
    progress: &Progress,
) -> Result<(Vec<Difference>, Report), Error> {
    let folder = temporary_folder();
    let folder = folder.map_err(|source| Error::Write {
        path: "the folder for temporary files".into(),
        step: "make a folder in",
        source,
    })?;
    let report = run_into(folder.path(), config, Mode::Publish, progress)?;
    let new = Published { folder: folder.path(), config };
    // Where a run would refuse to publish, nothing changes.
    if report.outputs.is_empty() {
        return Ok((Vec::new(), report));
    }
    let feeds: Vec<(&Output, String)> =
        report.outputs.iter().filter_map(|output| Some((output, new.path_of_feed(output)?))).collect();
    let differences = match against.filter(|against| !against.is_dir()) {
        Some(file) => against_file(file, &new, &feeds)?,
        None => {
            let old = Published { folder: against.unwrap_or(&config.site.output), config };
            let mut paths: Vec<String> = feeds.iter().map(|(_, path)| path.clone()).collect();
            if against.is_some_and(|folder| !paths.iter().any(|path| folder.join(path).is_file())) {
                return Err(no_feed(old.folder));
            }
            let mut differences = Vec::new();
            if against.is_none() {
                let files = old.files(&crate::plan(config, progress)?);
                // Among what would be removed, there may be parts of sitemaps.
                paths.extend(removed(&files.changes).filter(|path| old.feed(path).is_ok()));
                differences.push(files);
            }
            let mut of_feeds = Vec::new();
            for path in paths {
                let changes = feeds_changed(&old.feed(&path)?, &new.feed(&path)?);
                of_feeds.push((path, changes));
            }
            differences.extend(merged(of_feeds.into_iter()));
            differences.push(sitemap_changed(&old.pages(), &new.pages(), config));
            differences
        }
    };
    Ok((differences.into_iter().filter(|difference| !difference.changes.is_empty()).collect(), report))
}

/// The error for a folder that has none of the feeds.
fn no_feed(folder: &Path) -> Error {
    Error::Value {
        name: "against",
        message: format!("`{}` has none of the feeds", folder.display()),
        help: Some("its feeds may have other names: pass one of them".to_owned()),
    }
}

/// The paths of files that would be removed.
fn removed(changes: &[Change]) -> impl Iterator<Item = String> {
    changes.iter().filter_map(|change| match change {
        Change::Removed { title, .. } => Some(title.clone()),
        _ => None,
    })
}

/// Compares with one file, whatever it is called: a feed with ours of the same format, a sitemap with ours.
fn against_file(
    file: &Path,
    new: &Published<'_>,
    feeds: &[(&Output, String)],
) -> Result<Vec<Difference>, Error> {
    let unreadable = |source| Error::ConfigRead { path: file.to_owned(), source };
    if !std::fs::metadata(file).map_err(unreadable)?.is_file() {
        return Err(unreadable(std::io::Error::other("it is not a regular file")));
    }
    let text = source::decode("", unpacked(file)).text;
    if text.contains("<urlset") || text.contains("<sitemapindex") {
        let mut pages = BTreeMap::new();
        let folder = file.parent().unwrap_or(Path::new("."));
        Published { folder, config: new.config }.read_sitemap(file.to_owned(), &mut pages);
        return Ok(vec![sitemap_changed(&pages, &new.pages(), new.config)]);
    }
    let old = Feed::parse(&text).map_err(|reason| Error::Config {
        path: file.to_owned(),
        place: None,
        message: format!("it is neither a feed nor a sitemap: {reason}"),
        help: None,
    })?;
    let name = match text.trim_start().starts_with('{') {
        true => "JSON Feed",
        false if text.contains("<feed") => "Atom",
        false => "RSS",
    };
    let is_same = |output: &Output| match &output.kind {
        OutputKind::Feed { format, advertised, .. } => *advertised && format.name() == name,
        _ => false,
    };
    // The feed itself, if it is one of ours; else one of the same format.
    let itself = feeds.iter().find(|(_, path)| disk::is_same(&new.config.site.output.join(path), file));
    let ours = itself.or_else(|| feeds.iter().find(|(output, _)| is_same(output))).or(feeds.first());
    let Some((_, path)) = ours else { return Ok(Vec::new()) };
    let changes = feeds_changed(&old, &new.feed(path)?);
    Ok(merged(std::iter::once((path.clone(), changes))))
}

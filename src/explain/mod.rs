//! What becomes of a file, and why: each field with where it comes from, each feed and the sitemap with whether they carry
//! it.

mod site;

use crate::config::Config;
use crate::error::Error;
use crate::read::index::Progress;
use site::Site;

/// A field of a post.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explained {
    /// What it is, such as `title`.
    pub name: String,
    /// What it is published as.
    pub value: String,
    /// Where it comes from: a phrase.
    pub from: String,
}

/// Whether a document carries a post.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Placement {
    /// The document, relative to the output folder.
    pub path: String,
    /// Whether it carries the post.
    pub is_in: bool,
    /// Where it is in it, or why it is not: a clause.
    pub why: String,
}

/// What becomes of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// The file, relative to the root; or what was asked for, if it is none.
    pub path: String,
    /// Why it is published nowhere, if it is.
    pub absent: Option<String>,
    /// Why no feed can carry it, if it is in the sitemap only because it has no date.
    pub undated: Option<String>,
    /// Its fields.
    pub fields: Vec<Explained>,
    /// The documents of the site; none if it is published nowhere.
    pub placements: Vec<Placement>,
}

/// Explains posts by their files, URLs or ids. Without any, every file that is read and published nowhere, or that no feed
/// can carry, with the reason alone.
///
/// # Errors
/// Those of [`plan`](crate::plan).
pub fn explain(config: &Config, wanted: &[String], progress: &Progress) -> Result<Vec<Explanation>, Error> {
    let site = Site::read(config, progress)?;
    if wanted.is_empty() {
        return Ok(site.all_absent());
    }
    let mut all = Vec::new();
    for wanted in wanted {
        let paths = site.named(wanted);
        if paths.is_empty() {
            let (fields, placements) = (Vec::new(), Vec::new());
            all.push(site.page(wanted).unwrap_or_else(|| {
                let absent = Some(site.why_unread(wanted));
                Explanation { path: wanted.clone(), absent, undated: None, fields, placements }
            }));
        }
        all.extend(paths.iter().map(|path| site.explain(path)));
    }
    Ok(all)
}

//! Which files are pages.

use super::site::Eleventy;
use crate::diagnostic::Diagnostic;
use crate::generators::walk::{Entry, Walk};
use crate::model::{File, FileKind, SiteFacts};
use crate::text::glob;

/// Hands over the files that are pages, each once.
pub(super) fn discover(
    found: &mut Vec<Diagnostic>,
    site: &SiteFacts,
    eleventy: &Eleventy,
    give: &mut dyn FnMut(File),
) {
    let is_skipped = |path: &str| {
        eleventy.skipped.iter().any(|folder| folder == path)
            || eleventy.ignored.iter().any(|pattern| glob::matches(pattern, path))
            || path.split('/').any(|part| part == "node_modules")
    };
    let output = site.output.strip_prefix(&site.root).unwrap_or(&site.output).to_string_lossy().into_owned();
    let is_template = |entry: &Entry| {
        let is_known = |known: &String| known.eq_ignore_ascii_case(entry.extension());
        eleventy.formats.iter().any(is_known) && !entry.name().ends_with(".11ty.js")
    };
    let wants = |entry: &Entry| {
        let is_other = is_skipped(&entry.path) || entry.path == output;
        !is_other && if entry.is_folder { !entry.path.ends_with(".git") } else { is_template(entry) }
    };
    Walk::new(found, &site.root, site.follow_links).files(&eleventy.input, &wants, &mut |path| {
        give(File { path, kind: FileKind::Post, collection: None });
    });
}

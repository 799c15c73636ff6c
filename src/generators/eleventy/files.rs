//! Which files are pages.

use super::site::Eleventy;
use crate::diagnostic::Diagnostic;
use crate::generators::walk::Walk;
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
    Walk::new(found, &site.root, site.follow_links).visit(&eleventy.input, &mut |entries| {
        let mut folders = Vec::new();
        for entry in entries.into_iter().filter(|entry| !is_skipped(&entry.path) && entry.path != output) {
            let extension = entry.name().rsplit_once('.').map_or("", |(_, extension)| extension);
            let is_template = eleventy.formats.iter().any(|known| known.eq_ignore_ascii_case(extension));
            if entry.is_folder {
                folders.extend(Some(entry.path).filter(|path| !path.ends_with(".git")));
            } else if is_template && !entry.name().ends_with(".11ty.js") {
                give(File { path: entry.path, kind: FileKind::Post, collection: None });
            }
        }
        folders
    });
}

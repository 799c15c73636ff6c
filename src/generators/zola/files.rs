//! Which files are pages and sections.

use super::site::Zola;
use crate::diagnostic::Diagnostic;
use crate::generators::walk::Walk;
use crate::model::{File, FileKind, SiteFacts};

/// Hands over the files that are pages, each once.
pub(super) fn discover(
    found: &mut Vec<Diagnostic>,
    site: &SiteFacts,
    zola: &Zola,
    give: &mut dyn FnMut(File),
) {
    let root = site.root.canonicalize().unwrap_or_else(|_| site.root.clone());
    // Globs are of whole paths.
    let is_ignored = |path: &str| {
        let path = root.join(path);
        zola.ignored.iter().any(|glob| fast_glob::glob_match(glob, path.to_string_lossy().as_ref()))
    };
    Walk::new(found, &site.root, site.follow_links).visit("content", &mut |entries| {
        let mut folders = Vec::new();
        for entry in entries.into_iter().filter(|entry| !is_ignored(&entry.path)) {
            if entry.is_folder {
                folders.push(entry.path);
            } else if entry.name().ends_with(".md") && !entry.name().starts_with('.') {
                give(File { path: entry.path, kind: FileKind::Post, collection: None });
            }
        }
        folders
    });
}

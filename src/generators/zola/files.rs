//! Which files are pages and sections.

use super::site::Zola;
use crate::diagnostic::Diagnostic;
use crate::generators::walk::{Entry, Walk};
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
    let is_page = |name: &str| name.ends_with(".md") && !name.starts_with('.');
    let wants = |entry: &Entry| !is_ignored(&entry.path) && (entry.is_folder || is_page(entry.name()));
    Walk::new(found, &site.root, site.follow_links).files("content", &wants, &mut |path| {
        give(File { path, kind: FileKind::Post, collection: None });
    });
}

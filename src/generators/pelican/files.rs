//! Which files are articles and pages.

use super::reader::Format;
use super::site::Pelican;
use crate::diagnostic::Diagnostic;
use crate::generators::walk::{Entry, Walk};
use crate::model::{File, FileKind, SiteFacts};

/// Hands over the files that are articles or pages, each once.
pub(super) fn discover(
    found: &mut Vec<Diagnostic>,
    site: &SiteFacts,
    pelican: &Pelican,
    give: &mut dyn FnMut(File),
) {
    let inside = |folder: &String| joined(&pelican.content, folder);
    let pages: Vec<String> = pelican.pages.iter().map(inside).collect();
    let excluded: [Vec<String>; 2] =
        [&pelican.excluded, &pelican.excluded_pages].map(|folders| folders.iter().map(inside).collect());
    let output = site.output.strip_prefix(&site.root).unwrap_or(&site.output).to_string_lossy().into_owned();
    let mut seen = std::collections::BTreeSet::new();
    let articles = pelican.articles.iter().map(inside);
    for (folder, is_page) in
        articles.map(|folder| (folder, false)).chain(pages.iter().map(|folder| (folder.clone(), true)))
    {
        let [of_articles, of_pages] = &excluded;
        let excluded = if is_page { of_pages } else { of_articles };
        let is_left_out =
            |path: &String| *path == output || excluded.contains(path) || (!is_page && pages.contains(path));
        let wants = |entry: &Entry| {
            let is_ignored = pelican.ignored.iter().any(|glob| fast_glob::glob_match(glob, entry.name()));
            let is_read = if entry.is_folder {
                !entry.path.ends_with(".git")
            } else {
                Format::of(&entry.path).is_some()
            };
            is_read && !is_ignored && !is_left_out(&entry.path)
        };
        Walk::new(found, &site.root, site.follow_links).files(&folder, &wants, &mut |path| {
            if seen.insert(path.clone()) {
                give(File { path, kind: FileKind::Post, collection: None });
            }
        });
    }
}

/// A folder in another; both may be empty for the one that they are in.
pub(super) fn joined(folder: &str, inner: &str) -> String {
    match (folder, inner) {
        ("", inner) => inner.to_owned(),
        (folder, "") => folder.to_owned(),
        (folder, inner) => format!("{folder}/{inner}"),
    }
}

//! Which files are pages (<https://gohugo.io/content-management/page-bundles/>).

use super::site::{Hugo, Root};
use crate::diagnostic::{Diagnostic, Rule};
use crate::generators::walk::{Entry, Walk};
use crate::model::{File, FileKind, SiteFacts};
use crate::text;

/// The extensions of pages.
const EXTENSIONS: [&str; 10] =
    ["md", "markdown", "mdown", "html", "htm", "adoc", "asciidoc", "ad", "rst", "pandoc"];

/// Hands over the files that are pages, each once.
pub(super) fn discover(
    found: &mut Vec<Diagnostic>,
    site: &SiteFacts,
    hugo: &Hugo,
    give: &mut dyn FnMut(File),
) {
    let mut unread = Vec::new();
    for root in &hugo.roots {
        let is_other_root = |entry: &Entry| hugo.roots.iter().any(|other| other.folder == entry.path);
        let wants = |entry: &Entry| {
            !is_ignored(entry.name())
                && if entry.is_folder { !is_other_root(entry) } else { !hugo.leaves_out(&entry.path, root) }
        };
        Walk::new(found, &site.root, site.follow_links).visit(&root.folder, &wants, &mut |entries| {
            let is_bundle_page = |entry: &Entry| is_page(entry) && hugo.is_named(entry.name(), "index");
            // What else is in a bundle belongs to its page.
            let is_bundle = entries.iter().any(is_bundle_page);
            let mut folders = Vec::new();
            for entry in entries {
                if entry.is_folder {
                    folders.extend(Some(entry.path).filter(|_| !is_bundle));
                } else if !is_page(&entry) {
                    unread.extend(unread_pages(&entry));
                } else if !is_bundle || is_bundle_page(&entry) {
                    give(File { path: entry.path, kind: FileKind::Post, collection: None });
                }
            }
            folders
        });
    }
    found.append(&mut unread);
}

/// What is said of a file whose pages only Hugo can make.
fn unread_pages(entry: &Entry) -> Option<Diagnostic> {
    let message = match entry.name() {
        "_content.gotmpl" => "its pages are made by a program, which only Hugo can run",
        name if name.ends_with(".org") => "it is a page, but `.org` files are not read",
        _ => return None,
    };
    let finding = Diagnostic::new(Rule::UnreadMarkup, entry.path.clone(), message);
    Some(finding.help("it is in no feed; build the site, and `--generator built` reads its pages"))
}

impl Hugo {
    /// Whether the configuration leaves out a file below a root.
    pub(super) fn leaves_out(&self, path: &str, root: &Root) -> bool {
        let inner = path.strip_prefix(&root.folder).unwrap_or(path).trim_start_matches('/');
        let mut globs = root.files.iter().map(|glob| match glob.strip_prefix('!') {
            Some(glob) => (glob.trim_start(), true),
            None => (glob.trim(), false),
        });
        // The first glob that fits counts; a file that none fits is left out.
        let by_glob = globs.find(|(glob, _)| fast_glob::glob_match(glob, inner));
        let is_out = by_glob.map_or(!root.files.is_empty(), |(_, is_out)| is_out);
        // Hugo compares with the path from the root of the disk, so that `^content` fits nothing.
        is_out
            || (!self.ignored.is_empty() && {
                let path = format!("/\u{1}/{path}");
                self.ignored.iter().any(|pattern| pattern.is_match(&path))
            })
    }
}

fn is_page(entry: &Entry) -> bool {
    let extension = text::split_last(entry.name(), b'.').map_or("", |(_, extension)| extension);
    !entry.is_folder && EXTENSIONS.iter().any(|known| known.eq_ignore_ascii_case(extension))
}

fn is_ignored(name: &str) -> bool {
    name.starts_with(['.', '#']) || name.ends_with('~')
}

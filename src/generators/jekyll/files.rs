//! Which files Jekyll reads, and as what (its `Reader` and `EntryFilter`).

use std::collections::BTreeSet;
use std::sync::Arc;

use super::filter;
use super::names::dated_name;
use super::site::Jekyll;
use crate::diagnostic::Diagnostic;
use crate::generators::walk::{self, Entry};
use crate::model::{File, FileKind, SiteFacts};

/// Files that are not pages whatever they begin with, and not worth opening.
const ASSETS: &[&str] = &[
    "png", "jpg", "jpeg", "gif", "webp", "avif", "svg", "ico", "bmp", "mp3", "mp4", "m4a", "ogg", "webm",
    "mov", "wav", "zip", "gz", "tar", "woff", "woff2", "ttf", "eot", "otf", "exe", "jar", "psd", "ipynb",
];

/// Hands over the files of a site, each once, in no order.
pub(super) fn discover(
    found: &mut Vec<Diagnostic>,
    site: &SiteFacts,
    jekyll: &Jekyll,
    give: &mut dyn FnMut(File),
) {
    let files = Files { may_repeat: may_repeat(jekyll), given: BTreeSet::new(), give };
    let walk = walk::Walk::new(found, &site.root, site.follow_links);
    let mut walk = Walk { walk, jekyll, files };
    walk.folder("", 0);
    walk.collections();
}

/// Whether a file may be found twice: what is included by name may be in a collection too, and a collection in another.
fn may_repeat(jekyll: &Jekyll) -> bool {
    let labels = || jekyll.collections.iter().map(|collection| &*collection.label);
    let is_in_another = |label: &str| label == "drafts" || label.contains('/');
    jekyll.include.iter().any(|glob| glob != ".htaccess")
        || labels().any(is_in_another)
        || labels().collect::<BTreeSet<_>>().len() < jekyll.collections.len()
}

/// Where files go.
struct Files<'a> {
    may_repeat: bool,
    /// The paths of those that went there, and may come again.
    given: BTreeSet<String>,
    give: &'a mut dyn FnMut(File),
}

impl Files<'_> {
    fn push(&mut self, path: String, kind: FileKind, collection: Option<&Arc<str>>) {
        if !self.may_repeat || self.given.insert(path.clone()) {
            (self.give)(File { path, kind, collection: collection.cloned() });
        }
    }
}

struct Walk<'a> {
    walk: walk::Walk<'a>,
    jekyll: &'a Jekyll,
    files: Files<'a>,
}

impl Walk<'_> {
    /// Walks a folder for posts, pages and static files.
    fn folder(&mut self, folder: &str, depth: usize) {
        if depth > walk::DEEPEST {
            return self.walk.report_too_deep(folder);
        }
        if self.reads_posts_in(folder) {
            let below = if folder.is_empty() { String::new() } else { format!("{folder}/") };
            self.posts(&format!("{below}_posts"), FileKind::Post);
            // Those that nobody asked for are read too: a page of theirs must not be announced.
            self.posts(&format!("{below}_drafts"), FileKind::Draft);
        }
        let jekyll = self.jekyll;
        let wants = |entry: &Entry| jekyll.accepts(entry, entry.name()) && entry.path != jekyll.destination;
        for entry in self.walk.entries(folder, &wants) {
            if entry.is_folder {
                self.folder(&entry.path, depth + 1);
            } else {
                self.page_or_asset(entry);
            }
        }
    }

    fn reads_posts_in(&self, folder: &str) -> bool {
        let collections = &self.jekyll.collections_folder;
        collections.is_empty() || folder == collections || folder.starts_with(&format!("{collections}/"))
    }

    fn page_or_asset(&mut self, entry: Entry) {
        let extension = entry.extension();
        if extension == "pdf" {
            self.files.push(entry.path, FileKind::Asset, None);
        } else if !ASSETS.contains(&extension.to_ascii_lowercase().as_str()) {
            self.files.push(entry.path, FileKind::Page, None);
        }
    }

    fn posts(&mut self, folder: &str, kind: FileKind) {
        let collection = self.jekyll.collection("posts").map(|collection| Arc::clone(&collection.label));
        self.below(folder, kind, collection.as_ref());
    }

    fn collections(&mut self) {
        let jekyll = self.jekyll;
        for collection in jekyll.collections.iter().filter(|one| &*one.label != "posts" && one.output) {
            let folder = match jekyll.collections_folder.as_str() {
                "" => format!("_{}", collection.label),
                parent => format!("{parent}/_{}", collection.label),
            };
            self.below(&folder, FileKind::Document, Some(&collection.label));
        }
    }

    /// The files of one kind in a folder and in the folders in it. Posts and drafts are found as a glob `**/*` finds
    /// them: nothing hidden.
    fn below(&mut self, folder: &str, kind: FileKind, collection: Option<&Arc<str>>) {
        let jekyll = self.jekyll;
        let wants = |entry: &Entry| {
            let inner = entry.path.strip_prefix(folder).unwrap_or(&entry.path).trim_start_matches('/');
            let is_shown = kind == FileKind::Document || !entry.name().starts_with('.');
            let is_of_kind = || kind != FileKind::Post || dated_name(entry.name()).is_some();
            is_shown && (entry.is_folder || (jekyll.accepts(entry, inner) && is_of_kind()))
        };
        let Self { walk, files, .. } = self;
        walk.files(folder, &wants, &mut |path| files.push(path, kind, collection));
    }
}

impl Jekyll {
    /// `EntryFilter`: `include` beats `exclude` and the rule that names beginning with `. _ # ~` are special. `inner` is
    /// the path as the filter gets it, from the folder that it looks into.
    fn accepts(&self, entry: &Entry, inner: &str) -> bool {
        let (path, name) = (entry.path.as_str(), entry.name());
        let fits = |glob: &String, path: &str| filter::matches(glob, path, entry.is_folder);
        let (include, exclude) = (&self.include, &self.exclude);
        let is_included = || include.iter().any(|glob| fits(glob, inner) || fits(glob, name));
        let is_excluded = exclude.iter().any(|glob| fits(glob, path) && !include.contains(glob));
        let is_special = |name: &str| name.starts_with(['.', '_', '#', '~']);
        let is_ignored = is_excluded || is_special(inner) || is_special(name) || name.ends_with('~');
        !path.ends_with('.') && (!is_ignored || is_included())
    }
}

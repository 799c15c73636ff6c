//! Which files Jekyll reads, and as what (its `Reader` and `EntryFilter`).

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::config::Config;
use crate::diagnostic::{Diagnostic, Rule};
use crate::dialect::{File, Role};

use super::config::Site;

/// Static files that a sitemap lists, by their exact extension.
const LISTED: [&str; 4] = ["htm", "html", "xhtml", "pdf"];
/// Files that are no pages whatever they begin with, and not worth opening.
const ASSETS: &[&str] = &[
    "png", "jpg", "jpeg", "gif", "webp", "avif", "svg", "ico", "bmp", "mp3", "mp4", "m4a", "ogg", "webm",
    "mov", "wav", "zip", "gz", "tar", "woff", "woff2", "ttf", "eot", "otf", "exe", "jar", "psd", "ipynb",
];

/// The files of a site, sorted by path.
pub(crate) fn discover(found: &mut Vec<Diagnostic>, config: &Config, site: &Site) -> Vec<File> {
    let mut walk = Walk {
        found,
        root: &config.root,
        site,
        drafts: config.drafts,
        files: Vec::new(),
        seen: BTreeSet::new(),
    };
    walk.folder("", 0);
    walk.collections();
    let mut files = walk.files;
    files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    files.dedup_by(|a, b| a.path == b.path);
    files
}

struct Walk<'a> {
    found: &'a mut Vec<Diagnostic>,
    root: &'a Path,
    site: &'a Site,
    drafts: bool,
    files: Vec<File>,
    /// Folders that links led to, so that none is walked for ever.
    seen: BTreeSet<PathBuf>,
}

/// One entry of a folder.
struct Entry {
    path: String,
    folder: bool,
}

impl Walk<'_> {
    /// The entries of a folder, by name.
    fn entries(&mut self, folder: &str) -> Vec<Entry> {
        let listed = std::fs::read_dir(self.root.join(folder));
        let listed = match listed {
            Ok(listed) => listed,
            Err(error) => {
                self.found.push(
                    Diagnostic::new(
                        Rule::UnreadableFile,
                        if folder.is_empty() { ".".to_owned() } else { folder.to_owned() },
                        format!("cannot be read: {error}"),
                    )
                    .help("what is in it is in no output"),
                );
                return Vec::new();
            }
        };
        let mut entries = Vec::new();
        for entry in listed.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
            let Ok(mut kind) = entry.file_type() else { continue };
            if kind.is_symlink() {
                // A link that leads nowhere is no file, as it is for Jekyll.
                let Ok(metadata) = std::fs::metadata(entry.path()) else { continue };
                kind = metadata.file_type();
                let target = entry.path().canonicalize().unwrap_or_default();
                if kind.is_dir()
                    && (self.root.canonicalize().is_ok_and(|root| root.starts_with(&target))
                        || !self.seen.insert(target))
                {
                    continue;
                }
            }
            if kind.is_dir() || kind.is_file() {
                entries.push(Entry { path, folder: kind.is_dir() });
            }
        }
        entries.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        entries
    }

    /// Walks a folder for posts, pages and static files.
    fn folder(&mut self, folder: &str, depth: usize) {
        if depth > 100 {
            return;
        }
        if self.reads_posts_in(folder) {
            let below =
                |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
            self.magic_folder(&below("_posts"), Role::Post);
            if self.site.show_drafts || self.drafts {
                self.magic_folder(&below("_drafts"), Role::Draft);
            }
        }
        for entry in self.entries(folder) {
            let name = entry.path.rsplit('/').next().unwrap_or_default();
            if !self.accepts(&entry.path, name, entry.folder) || entry.path == self.site.destination {
                continue;
            }
            if entry.folder {
                self.folder(&entry.path, depth + 1);
            } else {
                self.page_or_static(entry.path);
            }
        }
    }

    fn reads_posts_in(&self, folder: &str) -> bool {
        let collections = &self.site.collections_folder;
        collections.is_empty() || folder == collections || folder.starts_with(&format!("{collections}/"))
    }

    fn page_or_static(&mut self, path: String) {
        let extension = path
            .rsplit('/')
            .next()
            .and_then(|name| name.rsplit_once('.'))
            .map(|(_, extension)| extension.to_owned());
        let extension = extension.unwrap_or_default();
        let listed = LISTED.contains(&extension.as_str());
        if extension == "pdf" {
            self.files.push(File { path, role: Role::Static });
        } else if !ASSETS.contains(&extension.to_ascii_lowercase().as_str()) {
            self.files.push(File { path, role: Role::Page { listed } });
        }
    }

    /// All files below `_posts` or `_drafts`, as a glob `**/*` finds them: nothing hidden.
    fn magic_folder(&mut self, folder: &str, role: Role) {
        let mut folders = vec![folder.to_owned()];
        while let Some(current) = folders.pop() {
            if !self.root.join(&current).is_dir() {
                continue;
            }
            for entry in self.entries(&current) {
                let name = entry.path.rsplit('/').next().unwrap_or_default();
                let inner = entry.path.get(folder.len() + 1..).unwrap_or_default();
                if name.starts_with('.') {
                    continue;
                }
                if entry.folder {
                    folders.push(entry.path);
                } else if self.accepts(&entry.path, inner, false) && (role == Role::Draft || has_date(name)) {
                    self.files.push(File { path: entry.path, role: role.clone() });
                }
            }
        }
    }

    fn collections(&mut self) {
        let site = self.site;
        for collection in
            site.collections.iter().filter(|collection| &*collection.label != "posts" && collection.output)
        {
            let parent = if site.collections_folder.is_empty() {
                String::new()
            } else {
                format!("{}/", site.collections_folder)
            };
            let folder = format!("{parent}_{}", collection.label);
            let mut folders = vec![folder.clone()];
            while let Some(current) = folders.pop() {
                if !self.root.join(&current).is_dir() {
                    continue;
                }
                for entry in self.entries(&current) {
                    let inner = entry.path.get(folder.len() + 1..).unwrap_or_default();
                    if entry.folder {
                        folders.push(entry.path);
                    } else if self.accepts(&entry.path, inner, false) {
                        self.files
                            .push(File { path: entry.path, role: Role::Document(collection.label.clone()) });
                    }
                }
            }
        }
    }

    /// `EntryFilter`: `include` beats `exclude` and the rule that names beginning with `. _ # ~` are special.
    /// `entry` is the path as the filter is given it, from the folder that it looks into.
    fn accepts(&self, path: &str, entry: &str, folder: bool) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        let included =
            self.site.include.iter().any(|glob| matches(glob, entry, folder) || matches(glob, name, folder));
        let excluded = self
            .site
            .exclude
            .iter()
            .any(|glob| !self.site.include.contains(glob) && matches(glob, path, folder));
        let special = |name: &str| name.starts_with(['.', '_', '#', '~']);
        !path.ends_with('.')
            && (included || !(excluded || special(entry) || special(name) || name.ends_with('~')))
    }
}

/// `File.fnmatch?`, where `*` passes over slashes; or a plain prefix; or a folder named with its slash.
fn matches(glob: &str, path: &str, folder: bool) -> bool {
    let glob = glob.trim_start_matches('/');
    if glob.is_empty() {
        return false;
    }
    path.starts_with(glob)
        || (folder && glob.strip_suffix('/') == Some(path))
        || fnmatch(glob.as_bytes(), path.as_bytes())
}

fn fnmatch(glob: &[u8], text: &[u8]) -> bool {
    // Where the last `*` was, to try again with one byte more.
    let (mut g, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    loop {
        match (glob.get(g), text.get(t)) {
            (None, None) => return true,
            (Some(b'*'), _) => {
                star = Some((g + 1, t));
                g += 1;
            }
            (Some(b'['), Some(byte)) if bracket(glob.get(g..).unwrap_or_default(), *byte).is_some() => {
                let length = bracket(glob.get(g..).unwrap_or_default(), *byte).unwrap_or(1);
                (g, t) = (g + length, t + 1);
            }
            (Some(b'?'), Some(_)) => (g, t) = (g + 1, t + 1),
            (Some(a), Some(b)) if a == b => (g, t) = (g + 1, t + 1),
            _ => match star {
                Some((after, at)) if at < text.len() => {
                    star = Some((after, at + 1));
                    (g, t) = (after, at + 1);
                }
                _ => return false,
            },
        }
    }
}

/// How long a set such as `[a-z]` is that a glob begins with, if the byte is in it.
fn bracket(glob: &[u8], byte: u8) -> Option<usize> {
    let end = glob.iter().skip(2).position(|end| *end == b']')? + 2;
    let set = glob.get(1..end)?;
    let (negated, set) = match set {
        [b'!' | b'^', rest @ ..] => (true, rest),
        set => (false, set),
    };
    let mut found = false;
    let mut rest = set;
    while let Some((&first, after)) = rest.split_first() {
        match after {
            [b'-', last, after @ ..] => {
                found |= (first..=*last).contains(&byte);
                rest = after;
            }
            _ => {
                found |= first == byte;
                rest = after;
            }
        }
    }
    (found != negated).then_some(end + 1)
}

/// Whether a name is that of a post: `2025-11-29-title.md`.
fn has_date(name: &str) -> bool {
    super::document::dated_name(name).is_some()
}

/// `**`-less globs of a scope: each `*` stays within a folder.
pub(super) fn scope_matches(scope: &str, path: &str) -> bool {
    // A scope covers what it matches, and everything that begins with that, whether it is a folder or not.
    path.char_indices()
        .map(|(at, _)| at)
        .chain([path.len()])
        .filter_map(|at| path.get(..at))
        .any(|start| fast_glob::glob_match(scope, start))
}

/// Whether a path lies below a folder of this name.
pub(super) fn below<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    path.strip_prefix(folder)?.strip_prefix('/')
}

/// The path as Jekyll tells it: without the folder of collections.
pub(super) fn relative<'a>(path: &'a str, site: &Site) -> &'a str {
    if site.collections_folder.is_empty() {
        path
    } else {
        below(path, &site.collections_folder).unwrap_or(path)
    }
}

/// The same, owned.
pub(super) fn without_index(url: &str) -> String {
    url.replace("/index.html", "/")
}

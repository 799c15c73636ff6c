//! The folders of a site, walked so that no link leads in circles. What cannot be read is a finding.

use std::collections::BTreeSet;
use std::fs::{DirEntry, FileType};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::diagnostic::{Diagnostic, Rule};
use crate::text;

/// Folders that are nested deeper are not read.
pub(crate) const DEEPEST: usize = 100;

/// A file or folder in a folder.
pub(crate) struct Entry {
    /// Relative to the root, with `/` between folders.
    pub(crate) path: String,
    pub(crate) is_folder: bool,
    /// Whether it is a symbolic link.
    pub(crate) is_link: bool,
    /// Whether its name is UTF-8. Otherwise the path is only like it.
    pub(crate) is_utf_8: bool,
}

/// Which entries are wanted. What is not wanted is not followed if it is a link, whatever it leads to.
pub(crate) type Wants<'w> = dyn Fn(&Entry) -> bool + 'w;

impl Entry {
    /// An entry of a folder, which is taken for a file.
    fn of(folder: &str, entry: &DirEntry, kind: FileType) -> Self {
        let name = entry.file_name();
        let is_utf_8 = name.to_str().is_some();
        let name = name.to_string_lossy();
        let path = if folder.is_empty() { name.into_owned() } else { [folder, "/", &name].concat() };
        Self { path, is_folder: false, is_link: kind.is_symlink(), is_utf_8 }
    }

    pub(crate) fn name(&self) -> &str {
        name_of(&self.path)
    }

    /// What is after the last dot of its name; empty without one.
    pub(crate) fn extension(&self) -> &str {
        text::split_last(self.name(), b'.').map_or("", |(_, extension)| extension)
    }
}

/// The last part of a path.
pub(crate) fn name_of(path: &str) -> &str {
    text::split_last(path, b'/').map_or(path, |(_, name)| name)
}

/// What is said of a link that leads out of the site.
fn leads_outside(path: &str) -> Diagnostic {
    let finding = Diagnostic::new(Rule::LinkOutside, path, "the link leads out of the site");
    finding.help("what it leads to is in no output; `follow_links: true` in `feedmill.yml` follows it")
}

pub(crate) struct Walk<'a> {
    found: &'a mut Vec<Diagnostic>,
    root: &'a Path,
    /// Whether links that lead out of the site are followed.
    follow_links: bool,
    /// What links led to, so that nothing is walked for ever.
    seen: BTreeSet<PathBuf>,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(found: &'a mut Vec<Diagnostic>, root: &'a Path, follow_links: bool) -> Self {
        Self { found, root, follow_links, seen: BTreeSet::new() }
    }

    /// The wanted entries of a folder: its files in no order, then its folders and links by name.
    pub(crate) fn entries(&mut self, folder: &str, wants: &Wants<'_>) -> Vec<Entry> {
        let mut entries = Vec::new();
        self.each(folder, wants, &mut |entry| entries.push(entry));
        entries
    }

    /// Hands over the same, each as it is found.
    pub(crate) fn each(&mut self, folder: &str, wants: &Wants<'_>, give: &mut dyn FnMut(Entry)) {
        let listed = match std::fs::read_dir(self.root.join(folder)) {
            Ok(listed) => listed,
            Err(error) => return self.report_unreadable(folder, &error),
        };
        let mut others = Vec::new();
        for entry in listed {
            match entry.and_then(|entry| Ok((entry.file_type()?, entry))) {
                Ok((kind, entry)) if kind.is_file() => {
                    let entry = Entry::of(folder, &entry, kind);
                    if wants(&entry) && self.has_name(&entry) {
                        give(entry);
                    }
                }
                Ok((kind, entry)) => others.push((Entry::of(folder, &entry, kind), entry, kind)),
                Err(error) => self.report_unreadable(folder, &error),
            }
        }
        others.sort_unstable_by(|(a, ..), (b, ..)| a.path.cmp(&b.path));
        others
            .into_iter()
            .filter_map(|(entry, listed, kind)| self.resolved(entry, &listed.path(), kind, wants))
            .for_each(give);
    }

    /// Whether the name of a wanted entry can be part of a path. What is below another is in no output, which is said if
    /// anything there is wanted.
    fn has_name(&mut self, entry: &Entry) -> bool {
        if !entry.is_utf_8 {
            let finding = Diagnostic::new(Rule::UnreadableFile, entry.path.clone(), "its name is not UTF-8");
            let lost = if entry.is_folder { "the files in it are" } else { "it is" };
            self.found.push(finding.help(format!("{lost} in no output; rename it")));
        }
        entry.is_utf_8
    }

    /// Reports that a folder, or an entry of it, cannot be read.
    fn report_unreadable(&mut self, folder: &str, error: &io::Error) {
        let path = if folder.is_empty() { "." } else { folder };
        let finding = Diagnostic::new(Rule::UnreadableFile, path, format!("cannot be read: {error}"));
        self.found.push(finding.help("the files in it are in no output"));
    }

    /// A folder, or what a link leads to, if it is wanted. Nothing is said of a link that is not wanted.
    fn resolved(
        &mut self,
        mut entry: Entry,
        full: &Path,
        kind: FileType,
        wants: &Wants<'_>,
    ) -> Option<Entry> {
        let target =
            if entry.is_link { std::fs::metadata(full).map(|target| target.file_type()) } else { Ok(kind) };
        let target = match target {
            Ok(target) => target,
            // It leads nowhere: `wants` may report that.
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                wants(&entry);
                return None;
            }
            Err(error) => {
                let is_wanted =
                    wants(&entry) || wants(&Entry { is_folder: true, path: entry.path.clone(), ..entry });
                if is_wanted {
                    self.report_unreadable(&entry.path, &error);
                }
                return None;
            }
        };
        entry.is_folder = target.is_dir();
        let is_wanted = (target.is_dir() || target.is_file()) && wants(&entry);
        let has_files = || entry.is_utf_8 || !entry.is_folder || has_wanted(full, &entry.path, wants, 0);
        let is_one = is_wanted && has_files() && self.has_name(&entry);
        (is_one && (!entry.is_link || self.follows(full, &entry))).then_some(entry)
    }

    /// Whether a link leads to where it may lead, and to what no other link led to.
    fn follows(&mut self, link: &Path, entry: &Entry) -> bool {
        let Some((target, root)) = link.canonicalize().ok().zip(self.root.canonicalize().ok()) else {
            return false;
        };
        let is_inside = target.starts_with(&root);
        if !is_inside && !self.follow_links {
            self.found.push(leads_outside(&entry.path));
            return false;
        }
        let is_above = root.starts_with(&target);
        if is_above && !is_inside {
            let message = "the link leads to a folder that the site is in";
            let finding = Diagnostic::new(Rule::LinkOutside, entry.path.clone(), message);
            self.found.push(finding.help("what is beside the site is in no output"));
        }
        let may_be_walked = entry.is_folder || !is_inside;
        !is_above && (!may_be_walked || self.seen.insert(target))
    }

    /// Says that a folder is nested too deep.
    pub(crate) fn report_too_deep(&mut self, folder: &str) {
        let message = format!("it is nested in more than {DEEPEST} folders");
        let finding = Diagnostic::new(Rule::UnreadableFile, folder, message);
        self.found.push(finding.help("the files in it are in no output"));
    }

    /// Visits a folder and the folders in it, if it is one. `visit` gets the wanted entries of each, and gives the folders
    /// to go on with.
    pub(crate) fn visit(
        &mut self,
        folder: &str,
        wants: &Wants<'_>,
        visit: &mut dyn FnMut(Vec<Entry>) -> Vec<String>,
    ) {
        self.descend(folder, &mut |walk, folder| visit(walk.entries(folder, wants)));
    }

    /// Hands over the wanted files in a folder and in the wanted folders in it, if it is one: each as it is found.
    pub(crate) fn files(&mut self, folder: &str, wants: &Wants<'_>, give: &mut dyn FnMut(String)) {
        self.descend(folder, &mut |walk, folder| {
            let mut folders = Vec::new();
            walk.each(folder, wants, &mut |entry| match entry.is_folder {
                true => folders.push(entry.path),
                false => give(entry.path),
            });
            folders
        });
    }

    fn descend(&mut self, folder: &str, step: &mut dyn FnMut(&mut Self, &str) -> Vec<String>) {
        let mut folders = vec![(folder.to_owned(), 0)];
        while let Some((folder, depth)) = folders.pop() {
            if depth > DEEPEST {
                self.report_too_deep(&folder);
            } else if depth > 0 || self.root.join(&folder).is_dir() {
                folders.extend(step(self, &folder).into_iter().map(|folder| (folder, depth + 1)));
            }
        }
    }
}

/// Whether any file is wanted in a folder whose path cannot be written, or in the folders in it.
fn has_wanted(folder: &Path, path: &str, wants: &Wants<'_>, depth: usize) -> bool {
    let listed = std::fs::read_dir(folder).into_iter().flatten().flatten();
    listed.filter_map(|entry| Some((entry.file_type().ok()?, entry))).any(|(kind, listed)| {
        let mut entry = Entry::of(path, &listed, kind);
        entry.is_folder = kind.is_dir();
        match entry.is_folder {
            true => {
                depth < DEEPEST && wants(&entry) && has_wanted(&listed.path(), &entry.path, wants, depth + 1)
            }
            false => kind.is_file() && wants(&entry),
        }
    })
}

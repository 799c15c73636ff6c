//! The files of a folder of posts.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::super::walk::{leads_outside, name_of};
use crate::diagnostic::{Diagnostic, Rule};
use crate::disk;
use crate::model::SiteFacts;
use crate::text::date;

/// What a file of posts may be called, unless the configuration names globs.
const EXTENSIONS: [&str; 7] = ["md", "markdown", "mkd", "mdx", "html", "htm", "txt"];

/// What other generators read as posts.
const UNREAD: [&str; 8] = ["qmd", "rmd", "rst", "adoc", "asciidoc", "org", "textile", "ipynb"];

/// Folders that hold no posts.
const SKIPPED_FOLDERS: [&str; 5] = ["node_modules", "vendor", "target", "bower_components", "__pycache__"];

/// Files about a repository, not of a site, by their name without extension.
const SKIPPED_FILES: [&str; 7] =
    ["readme", "license", "licence", "changelog", "contributing", "code_of_conduct", "security"];

/// Files for machines, wherever they are.
const MACHINE_FILES: [&str; 7] =
    ["robots.txt", "humans.txt", "ads.txt", "llms.txt", "security.txt", "sitemap.txt", "urllist.txt"];

/// Hands over the paths of all files that may be posts, relative to the root, with `/` between folders, each once, in no
/// order. A folder that cannot be read is a finding.
pub(super) fn discover(found: &mut Vec<Diagnostic>, site: &SiteFacts, give: &mut dyn FnMut(String)) {
    let root = site.root.as_path();
    let outputs = outputs(site);
    let links = RefCell::new(Links { site, folders: Vec::new(), seen: BTreeSet::new(), outside: Vec::new() });
    let is_vault = root.join(".obsidian").is_dir();
    let is_wanted = |entry: &DirEntry| {
        entry.depth() == 0
            || (!(is_vault && is_machinery_of_vault(entry))
                && if entry.file_type().is_dir() {
                    is_wanted_folder(entry.file_name()) && !is_output(entry, &outputs)
                } else {
                    !entry.path_is_symlink() || is_wanted_file(site, &relative(root, entry.path()))
                }
                && links.borrow_mut().follows(entry))
    };
    for entry in WalkDir::new(root).follow_links(true).into_iter().filter_entry(is_wanted) {
        match entry {
            Ok(entry) if entry.file_type().is_file() => {
                let path = relative(root, entry.path());
                if !is_wanted_file(site, &path) {
                    found.extend(unread(root, site, &path));
                    continue;
                }
                if entry.path().to_str().is_some() {
                    give(path);
                } else {
                    let finding = Diagnostic::new(Rule::UnreadableFile, path, "its name is not UTF-8");
                    found.push(finding.help("it is in no output; rename it"));
                }
            }
            Ok(_) => {}
            Err(error) => found.extend(unreadable(root, site, &error)),
        }
    }
    found.extend(links.into_inner().outside.iter().map(|path| leads_outside(path)));
}

/// The symbolic links in a folder of posts: a file that is reached by two paths is one post, and what is out of the site
/// is no post unless the configuration says so.
struct Links<'a> {
    site: &'a SiteFacts,
    /// Folders that a link leads to, by the paths of the links.
    folders: Vec<PathBuf>,
    /// What links led to.
    seen: BTreeSet<PathBuf>,
    /// Links that are not followed.
    outside: Vec<String>,
}

impl Links<'_> {
    /// Whether a file or folder is to be read by this path.
    fn follows(&mut self, entry: &DirEntry) -> bool {
        let is_link = entry.path_is_symlink();
        if !is_link && !self.folders.iter().any(|folder| entry.path().starts_with(folder)) {
            return true;
        }
        let root = &self.site.root;
        let Some((target, top)) = entry.path().canonicalize().ok().zip(root.canonicalize().ok()) else {
            return true;
        };
        let follows = match target.strip_prefix(&top) {
            Ok(inside) => !self.is_walked(inside, entry.file_type().is_dir()) && self.seen.insert(target),
            Err(_) if self.site.follow_links => self.seen.insert(target),
            Err(_) => {
                self.outside.extend(is_link.then(|| relative(root, entry.path())));
                false
            }
        };
        if follows && is_link && entry.file_type().is_dir() {
            self.folders.push(entry.path().to_owned());
        }
        follows
    }

    /// Whether a path is read without any link.
    fn is_walked(&self, path: &Path, is_folder: bool) -> bool {
        let folders = if is_folder { Some(path) } else { path.parent() };
        let are_wanted = folders.into_iter().flat_map(Path::iter).all(is_wanted_folder);
        are_wanted && (is_folder || is_wanted_file(self.site, &relative(Path::new(""), path)))
    }
}

/// How much of a file in a markup that is not read is looked at for a date, in bytes.
const LOOKED_AT: usize = 1024;

/// What is said of a file that looks like a post and is in a markup that is not read.
fn unread(root: &Path, site: &SiteFacts, path: &str) -> Option<Diagnostic> {
    let extension = path.rsplit_once('.')?.1;
    if !is_among(&UNREAD, extension) || !site.reads(path) {
        return None;
    }
    let message = if is_asked_for(site, extension) {
        format!("`posts` asks for it, but `.{extension}` files are not read")
    } else {
        let mut start = vec![0; LOOKED_AT];
        let (_, length) = disk::read_start(&root.join(path), &mut start).ok()?;
        let start = String::from_utf8_lossy(start.get(..length)?).to_lowercase();
        let fields = [":date:", ":revdate:", ":created:", "#+date:", ".. date:"];
        let has_date = || start.lines().any(|line| fields.iter().any(|field| line.starts_with(field)));
        let why = match start.as_str() {
            text if text.starts_with("---\n") || text.starts_with("+++\n") => "it has front matter",
            _ if date::from_file_name(name_of(path)).is_some() => "its name begins with a date",
            _ if has_date() => "it has a date",
            _ => return None,
        };
        format!("{why}, but `.{extension}` files are not read")
    };
    let finding = Diagnostic::new(Rule::UnreadMarkup, path, message);
    Some(finding.help("it is in no feed; build the site, and `--generator built` reads its pages"))
}

/// What an earlier run or a generator wrote is not a post, wherever this run writes.
fn outputs(site: &SiteFacts) -> Vec<PathBuf> {
    let root = site.root.canonicalize().ok();
    let outputs = [site.output.clone(), site.root.join("public"), site.root.join("_site")];
    let real = outputs.iter().filter_map(|output| output.canonicalize().ok());
    real.filter(|output| Some(output) != root.as_ref()).collect()
}

fn is_output(entry: &DirEntry, outputs: &[PathBuf]) -> bool {
    let is_named = outputs.iter().any(|output| output.file_name() == Some(entry.file_name()));
    is_named && entry.path().canonicalize().is_ok_and(|path| outputs.contains(&path))
}

/// What is said of something that could not be read; nothing of a link to nowhere that is not named like a post.
fn unreadable(root: &Path, site: &SiteFacts, error: &walkdir::Error) -> Option<Diagnostic> {
    let path = error.path().map_or_else(|| ".".to_owned(), |path| relative(root, path));
    let is_gone = error.io_error().is_none_or(|error| error.kind() == io::ErrorKind::NotFound);
    if is_gone && !error.path().is_some_and(Path::is_dir) && !is_wanted_file(site, &path) {
        return None;
    }
    let reason = match (error.loop_ancestor(), error.io_error()) {
        (Some(_), _) => "it links to a folder that it is in, which is read already".to_owned(),
        (None, Some(error)) => error.to_string(),
        (None, None) => error.to_string(),
    };
    let finding = Diagnostic::new(Rule::UnreadableFile, path, format!("cannot be read: {reason}"));
    Some(finding.help("files below it are in no output"))
}

fn relative(root: &Path, path: &Path) -> String {
    if let Some(path) = plain_relative(root, path) {
        return path.to_owned();
    }
    let relative = path.strip_prefix(root).unwrap_or(path);
    match relative.to_str() {
        Some(path) if std::path::MAIN_SEPARATOR == '/' => path.to_owned(),
        _ => {
            let parts = relative.components().map(|part| part.as_os_str().to_string_lossy());
            parts.collect::<Vec<_>>().join("/")
        }
    }
}

/// The same for the paths that a walk from the root gives, which begin with it letter by letter.
fn plain_relative<'a>(root: &Path, path: &'a Path) -> Option<&'a str> {
    let is_usual = std::path::MAIN_SEPARATOR == '/' && root != Path::new("");
    let below = path.to_str()?.strip_prefix(root.to_str()?.trim_end_matches('/'))?;
    below.strip_prefix('/').filter(|below| is_usual && !below.starts_with('/'))
}

fn is_wanted_folder(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    !name.starts_with('.') && !SKIPPED_FOLDERS.contains(&&*name)
}

/// Whether a file or folder of an Obsidian vault is no note: templates of notes, and drawings.
fn is_machinery_of_vault(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy().to_lowercase();
    match entry.file_type().is_dir() {
        true => entry.depth() == 1 && name == "templates",
        false => name.ends_with(".excalidraw.md"),
    }
}

fn is_wanted_file(site: &SiteFacts, path: &str) -> bool {
    if !site.reads(path) {
        return false;
    }
    let name = name_of(path);
    let (stem, extension) = name.rsplit_once('.').unwrap_or(("", name));
    if site.posts.is_some() {
        let is_read = is_among(&EXTENSIONS, extension);
        return is_read || (is_asked_for(site, extension) && !is_among(&UNREAD, extension));
    }
    let is_about_repository = name.len() == path.len() && is_among(&SKIPPED_FILES, stem);
    // A section of Hugo or Zola, which lists posts and is none.
    let is_section = stem == "_index" || stem.starts_with("_index.");
    let is_other = name.starts_with('.')
        || is_about_repository
        || is_section
        || is_among(&MACHINE_FILES, name)
        || stem == "404";
    is_among(&EXTENSIONS, extension) && !is_other
}

fn is_among(names: &[&str], name: &str) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Whether a glob of `posts` names a type of files, as `*.page` does and `posts/**` does not.
fn is_asked_for(site: &SiteFacts, extension: &str) -> bool {
    let mut names = site.posts.iter().flatten().map(|glob| glob.rsplit('/').next().unwrap_or(glob));
    !extension.is_empty() && names.any(|name| name.contains(extension))
}

//! The files of a folder of posts.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::super::walk::{Entry, Walk, name_of};
use super::vault::Vault;
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
pub(super) fn discover(
    found: &mut Vec<Diagnostic>,
    site: &SiteFacts,
    vault: Option<&Vault>,
    give: &mut dyn FnMut(String),
) {
    let outputs = outputs(site);
    let links = RefCell::new(Links { site, folders: Vec::new(), seen: BTreeSet::new(), broken: Vec::new() });
    let wants = |entry: &Entry| {
        let is_wanted = match entry.is_folder {
            true => is_wanted_folder(entry.name()) && !is_output(&site.root, entry, &outputs),
            false => is_wanted_file(site, &entry.path),
        };
        let is_one = is_wanted && !vault.is_some_and(|vault| vault.is_machinery(entry));
        // Something may be said of others.
        (is_one && links.borrow_mut().are_first(entry))
            || (!entry.is_link && is_among(&UNREAD, entry.extension()))
    };
    let mut others = Vec::new();
    Walk::new(found, &site.root, site.follow_links).files("", &wants, &mut |path| {
        if !is_wanted_file(site, &path) {
            others.extend(unread(&site.root, site, &path));
        } else {
            give(path);
        }
    });
    found.append(&mut others);
    found.append(&mut links.into_inner().broken);
}

/// The symbolic links in a folder of posts: a file that is reached by two paths is one post.
struct Links<'a> {
    site: &'a SiteFacts,
    /// Folders that a link leads to, by the paths of the links, with a final slash.
    folders: Vec<String>,
    /// What links led to.
    seen: BTreeSet<PathBuf>,
    /// What is said of links that lead nowhere.
    broken: Vec<Diagnostic>,
}

impl Links<'_> {
    /// Whether no other path has led to a file or folder, and none without a link will.
    fn are_first(&mut self, entry: &Entry) -> bool {
        if !entry.is_link && !self.folders.iter().any(|folder| entry.path.starts_with(folder)) {
            return true;
        }
        let root = &self.site.root;
        let target = match root.join(&entry.path).canonicalize() {
            Ok(target) => target,
            // The walk reports it.
            Err(error) if error.kind() != ErrorKind::NotFound || !entry.is_link => return true,
            Err(error) => {
                let message = format!("cannot be read: {error}");
                let finding = Diagnostic::new(Rule::UnreadableFile, entry.path.clone(), message);
                self.broken.push(finding.help("it is in no output"));
                return false;
            }
        };
        let inside =
            root.canonicalize().ok().and_then(|root| target.strip_prefix(root).map(Path::to_owned).ok());
        let is_first = match inside {
            Some(inside) => !self.is_walked(&inside, entry.is_folder) && self.seen.insert(target),
            // It is not followed, and the walk says so.
            None if !self.site.follow_links => return true,
            None => self.seen.insert(target),
        };
        if is_first && entry.is_link && entry.is_folder {
            self.folders.push(format!("{}/", entry.path));
        }
        is_first
    }

    /// Whether a path is read without any link.
    fn is_walked(&self, path: &Path, is_folder: bool) -> bool {
        let folders = if is_folder { Some(path) } else { path.parent() };
        let are_wanted =
            folders.into_iter().flat_map(Path::iter).all(|name| is_wanted_folder(&name.to_string_lossy()));
        are_wanted && (is_folder || disk::slashed(path).is_some_and(|path| is_wanted_file(self.site, &path)))
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

fn is_output(root: &Path, folder: &Entry, outputs: &[PathBuf]) -> bool {
    let is_named = outputs.iter().any(|output| output.file_name() == Some(OsStr::new(folder.name())));
    is_named && root.join(&folder.path).canonicalize().is_ok_and(|path| outputs.contains(&path))
}

fn is_wanted_folder(name: &str) -> bool {
    !name.starts_with('.') && !SKIPPED_FOLDERS.contains(&name)
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

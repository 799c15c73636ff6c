//! Folders and globs -> the paths of a site's files.

use std::path::Path;

use walkdir::{DirEntry, WalkDir};

use crate::config::Config;
use crate::diagnostic::{Diagnostic, Rule};

/// What a file of posts may be called, unless the configuration names globs.
const EXTENSIONS: [&str; 6] = ["md", "markdown", "mkd", "html", "htm", "txt"];
/// Folders that hold no posts.
const SKIPPED_FOLDERS: [&str; 5] = ["node_modules", "vendor", "target", "bower_components", "__pycache__"];
/// Files about a repository, not of a site, by their name without extension.
const SKIPPED_FILES: [&str; 7] =
    ["readme", "license", "licence", "changelog", "contributing", "code_of_conduct", "security"];
/// Files for machines, wherever they are.
const MACHINE_FILES: [&str; 5] = ["robots.txt", "humans.txt", "ads.txt", "llms.txt", "security.txt"];

/// Hands over the paths of all files that may be posts, relative to the root, with `/` between folders, each once, in no
/// order. A folder that cannot be read is a finding.
pub fn discover(found: &mut Vec<Diagnostic>, config: &Config, give: &mut dyn FnMut(String)) {
    let root = config.root.as_path();
    let own_root = root.canonicalize().unwrap_or_default();
    // What an earlier run or a generator wrote is no post, wherever this run writes.
    let outputs = [config.output.clone(), root.join("public"), root.join("_site")];
    let outputs: Vec<_> = outputs
        .iter()
        .filter_map(|output| output.canonicalize().ok())
        .filter(|output| *output != own_root)
        .collect();
    let is_output = |entry: &DirEntry| {
        let named = outputs.iter().any(|output| output.file_name() == Some(entry.file_name()));
        named && entry.path().canonicalize().is_ok_and(|path| outputs.contains(&path))
    };
    let wanted = |entry: &DirEntry| {
        entry.depth() == 0
            || !entry.file_type().is_dir()
            || (is_wanted_folder(&entry.file_name().to_string_lossy()) && !is_output(entry))
    };
    for entry in WalkDir::new(root).follow_links(true).into_iter().filter_entry(wanted) {
        match entry {
            Ok(entry) if entry.file_type().is_file() => {
                let path = relative(root, entry.path());
                if entry.path().to_str().is_none() && is_wanted_file(config, &path) {
                    found.push(
                        Diagnostic::new(Rule::UnreadableFile, path, "its name is not UTF-8")
                            .help("it is in no output; rename it"),
                    );
                } else if is_wanted_file(config, &path) {
                    give(path);
                }
            }
            Ok(_) => {}
            Err(error) => {
                // A link that leads nowhere concerns us only if it is named like a post.
                let path = error.path().map_or_else(|| ".".to_owned(), |path| relative(root, path));
                let folder = error.path().is_some_and(Path::is_dir);
                if folder || is_wanted_file(config, &path) {
                    let reason = if error.loop_ancestor().is_some() {
                        "it links to a folder that it is in, which is read already".to_owned()
                    } else {
                        error.io_error().map_or_else(|| error.to_string(), ToString::to_string)
                    };
                    found.push(
                        Diagnostic::new(Rule::UnreadableFile, path, format!("cannot be read: {reason}"))
                            .help("what is behind it is in no output"),
                    );
                }
            }
        }
    }
}

fn relative(root: &Path, path: &Path) -> String {
    let relative = path.strip_prefix(root).unwrap_or(path);
    match relative.to_str() {
        Some(path) if std::path::MAIN_SEPARATOR == '/' => path.to_owned(),
        _ => {
            relative.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
        }
    }
}

fn is_wanted_folder(name: &str) -> bool {
    !name.starts_with('.') && !SKIPPED_FOLDERS.contains(&name)
}

fn is_wanted_file(config: &Config, path: &str) -> bool {
    if config.exclude.iter().any(|glob| matches(glob, path)) {
        return false;
    }
    if let Some(globs) = &config.posts {
        return globs.iter().any(|glob| matches(glob, path));
    }
    let name = memchr::memrchr(b'/', path.as_bytes()).and_then(|at| path.get(at + 1..)).unwrap_or(path);
    let Some((stem, extension)) = name.rsplit_once('.') else { return false };
    let is = |one: &&str| one.eq_ignore_ascii_case(stem);
    let is_post = EXTENSIONS.iter().any(|known| known.eq_ignore_ascii_case(extension));
    let about_repository = name.len() == path.len() && SKIPPED_FILES.iter().any(is);
    let for_machines = MACHINE_FILES.iter().any(|file| file.eq_ignore_ascii_case(name));
    is_post && !(name.starts_with('.') || about_repository || for_machines || stem == "404")
}

/// Whether a glob fits a path. A name without a slash fits in any folder, a folder fits all that is in it.
pub(crate) fn matches(glob: &str, path: &str) -> bool {
    let glob = glob.trim_start_matches("./").trim_start_matches('/');
    let folder = glob.trim_end_matches('/');
    fast_glob::glob_match(glob, path)
        || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
        || (!glob.contains('/') && fast_glob::glob_match(glob, path.rsplit('/').next().unwrap_or(path)))
}

//! Which files are posts, drafts and pages.

use super::site::Hexo;
use crate::diagnostic::Diagnostic;
use crate::generators::walk::{Entry, Walk};
use crate::model::{File, FileKind, SiteFacts};

/// The extensions that Hexo and its usual renderers make pages of.
const RENDERED: [&str; 12] =
    ["md", "markdown", "mkd", "mkdn", "mdwn", "mdtxt", "mdtext", "html", "htm", "njk", "json", "yml"];

/// Hands over the files that are posts or pages, each once.
pub(super) fn discover(
    found: &mut Vec<Diagnostic>,
    site: &SiteFacts,
    hexo: &Hexo,
    give: &mut dyn FnMut(File),
) {
    Walk::new(found, &site.root, site.follow_links).visit(&hexo.source, &mut |entries| {
        let mut folders = Vec::new();
        for entry in entries {
            let inner =
                entry.path.strip_prefix(&format!("{}/", hexo.source)).unwrap_or(&entry.path).to_owned();
            let (kind, below) = kind(&inner);
            if entry.is_folder {
                folders.extend(Some(entry.path).filter(|_| !is_hidden(below)));
            } else if !is_hidden(below) && is_wanted(hexo, &entry, kind, &inner) {
                let collection = (kind != FileKind::Page).then(|| "posts".into());
                give(File { path: entry.path, kind, collection });
            }
        }
        folders
    });
}

/// What a file is, and its path below the folder of its kind.
pub(super) fn kind(inner: &str) -> (FileKind, &str) {
    let below = |folder: &str| match inner.strip_prefix(folder) {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => Some(rest.trim_start_matches('/')),
        _ => None,
    };
    match (below("_posts"), below("_drafts")) {
        (Some(rest), _) => (FileKind::Post, rest),
        (_, Some(rest)) => (FileKind::Draft, rest),
        _ => (FileKind::Page, inner),
    }
}

fn is_hidden(below: &str) -> bool {
    below.split('/').any(|part| part.starts_with(['_', '.'])) || below.ends_with(['~', '%'])
}

fn is_wanted(hexo: &Hexo, entry: &Entry, kind: FileKind, inner: &str) -> bool {
    let extension = entry.name().rsplit_once('.').map_or("", |(_, extension)| extension);
    let fits = |globs: &[String]| globs.iter().any(|glob| fast_glob::glob_match(glob, inner));
    let is_rendered = match kind {
        FileKind::Page => RENDERED.contains(&extension) && !matches!(extension, "json" | "yml"),
        _ => match &hexo.only_extension {
            Some(only) => only == extension,
            None => RENDERED.contains(&extension),
        },
    };
    let is_excluded = kind == FileKind::Page && fits(&hexo.excluded);
    let is_shown = kind != FileKind::Draft || hexo.renders_drafts;
    is_rendered && is_shown && !is_excluded && !fits(&hexo.skipped) && !fits(&hexo.ignored)
}

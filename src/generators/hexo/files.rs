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
    let folder = format!("{}/", hexo.source);
    let inner = |path: &str| path.strip_prefix(&folder).unwrap_or(path).to_owned();
    let wants = |entry: &Entry| {
        let inner = inner(&entry.path);
        let (kind, below) = kind(&inner);
        !is_hidden(below) && (entry.is_folder || is_wanted(hexo, entry, kind, &inner))
    };
    Walk::new(found, &site.root, site.follow_links).files(&hexo.source, &wants, &mut |path| {
        let (kind, _) = kind(&inner(&path));
        let collection = (kind != FileKind::Page).then(|| "posts".into());
        give(File { path, kind, collection });
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
    let extension = entry.extension();
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

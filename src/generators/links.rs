//! How links in a source name other sources.

use std::path::Path;

use crate::disk;
use crate::text::link;

/// What a link is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LinkKind {
    /// A tag of a template, such as `{% post_url x %}` or `{{< ref "x" >}}`.
    Tag,
    /// A URL in the text.
    Url,
}

/// The extensions of sources that readers of them link to.
const EXTENSIONS: [&str; 8] = ["md", "markdown", "mkd", "mkdown", "mdx", "rst", "org", "adoc"];

/// Whether an extension is that of a source.
pub(super) fn is_of_source(extension: &str) -> bool {
    EXTENSIONS.iter().any(|known| known.eq_ignore_ascii_case(extension))
}

/// The path, from the root, of the source that a URL in another names: relative to it, with the extension of a source.
/// At its start, `/` is the folder `top`.
pub(super) fn relative(written: &str, from: &str, top: &str) -> Option<String> {
    let extension = written.rsplit_once('.').map_or("", |(_, extension)| extension);
    if !is_of_source(extension) || written.contains("://") || written.starts_with("//") {
        return None;
    }
    joined(written, from, top)
}

/// Like [`relative`], for sources of an unknown generator: `@/b.md` is the notation of Zola, `{filename}b.md`
/// that of Pelican. Both may begin at the root, or at a folder `content` in it.
pub(super) fn of_any(written: &str, from: &str) -> Vec<String> {
    let inner = ["{filename}", "|filename|"].iter().find_map(|mark| written.strip_prefix(mark));
    let from_top = written.strip_prefix('@').filter(|inner| inner.starts_with('/'));
    let named = from_top.or(inner).unwrap_or(written);
    ["", "content"].into_iter().filter_map(|top| relative(named, from, top)).collect()
}

/// The path, from the root, of a file that is named relative to a source, if there is such a file.
pub(crate) fn beside(written: &str, from: &str, root: &Path) -> Option<String> {
    let end = written.find(['#', '?']).unwrap_or(written.len());
    let (path, _) = written.split_at(end);
    let is_relative = !path.is_empty() && !path.starts_with(['/', '{', '#']) && !path.contains(':');
    let file = is_relative.then(|| joined(&link::decoded(path), from, ""))??;
    disk::is_inside(root, &root.join(&file)).then_some(file)
}

/// A path relative to a file, from the root. `None` if it leads out of the root.
pub(super) fn joined(written: &str, from: &str, top: &str) -> Option<String> {
    let (folder, inner) = match written.strip_prefix('/') {
        Some(inner) => (top, inner),
        None => (from.rsplit_once('/').map_or("", |(folder, _)| folder), written),
    };
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in inner.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The names of a source where posts are called by their paths below `_posts`, without an extension.
pub(super) fn names_below_posts(path: &str) -> Vec<String> {
    let stem = path.rsplit_once("_posts/").and_then(|(_, file)| file.rsplit_once('.'));
    [Some(path), stem.map(|(stem, _)| stem)].into_iter().flatten().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_named_relative_to_each_other() {
        for (written, expected) in [
            ("b.md", Some("content/posts/b.md")),
            ("../about/index.MD", Some("content/about/index.MD")),
            ("/posts/./b.md", Some("content/posts/b.md")),
            ("../../../x.md", None),
            ("b.html", None),
            ("https://e.com/readme.md", None),
            ("//e.com/readme.md", None),
        ] {
            assert_eq!(relative(written, "content/posts/a.md", "content").as_deref(), expected, "{written}");
        }
        assert_eq!(of_any("@/b.md", "x/a.md"), ["b.md", "content/b.md"]);
        assert_eq!(of_any("{filename}b.md", "x/a.md"), ["x/b.md", "x/b.md"]);
        assert_eq!(of_any("{filename}/b.md", "x/a.md"), ["b.md", "content/b.md"]);
    }
}

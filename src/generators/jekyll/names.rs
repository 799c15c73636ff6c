//! What Jekyll reads from a path.

use crate::generators::walk::name_of;

/// Year, month, day, slug, and extension with its dot.
pub(super) type DatedName<'a> = (&'a str, &'a str, &'a str, &'a str, &'a str);

/// The parts of `2025-11-29-title.md`.
pub(super) fn dated_name(name: &str) -> Option<DatedName<'_>> {
    let digits = |part: &str, least: usize, most: usize| {
        (least..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let mut hyphens = memchr::memchr_iter(b'-', name.as_bytes());
    let (first, second, third) = (hyphens.next()?, hyphens.next()?, hyphens.next()?);
    let (year, month, day) = (name.get(..first)?, name.get(first + 1..second)?, name.get(second + 1..third)?);
    let rest = name.get(third + 1..)?;
    let dot = memchr::memrchr(b'.', rest.as_bytes()).filter(|dot| dot + 1 < rest.len())?;
    let (slug, extension) = rest.split_at(dot);
    (digits(year, 2, 4) && digits(month, 1, 2) && digits(day, 1, 2))
        .then_some((year, month, day, slug, extension))
}

/// The extension with its dot; empty if there is none.
pub(super) fn extension_of(path: &str) -> &str {
    let name = name_of(path);
    let dot = memchr::memrchr(b'.', name.as_bytes()).filter(|dot| *dot > 0);
    dot.map_or("", |dot| name.split_at(dot).1)
}

/// The part of a path below a folder; `None` if it is not in that folder.
pub(super) fn below<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    path.strip_prefix(folder)?.strip_prefix('/')
}

/// A path as Jekyll has it: without the folder of collections.
pub(super) fn relative<'a>(path: &'a str, collections_folder: &str) -> &'a str {
    if collections_folder.is_empty() { path } else { below(path, collections_folder).unwrap_or(path) }
}

/// A URL as jekyll-sitemap lists it.
pub(super) fn without_index(url: &str) -> String {
    url.replace("/index.html", "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_posts() {
        assert_eq!(dated_name("2025-11-29-a-b.c.md"), Some(("2025", "11", "29", "a-b.c", ".md")));
        assert_eq!(dated_name("25-1-5-a.md"), Some(("25", "1", "5", "a", ".md")));
        for other in ["2025-11-a.md", "a.md", "2025-11-29-a", "2025-11-29-a."] {
            assert_eq!(dated_name(other), None, "{other}");
        }
        assert_eq!((extension_of("a/b.c/d.MD"), extension_of(".x"), extension_of("a")), (".MD", "", ""));
        assert_eq!(relative("docs/_notes/a.md", "docs"), "_notes/a.md");
        assert_eq!(relative("docs2/a.md", "docs"), "docs2/a.md");
    }
}

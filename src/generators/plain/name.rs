//! The date, the slug and the language in a post's path.

use chrono::NaiveDate;

use crate::generators::fields::is_in_drafts;
use crate::generators::walk::name_of;
use crate::markup::Markup;
use crate::text::{self, date};

/// The parts of a path.
#[derive(Debug, PartialEq)]
pub(super) struct FileName<'a> {
    /// The path without its extension; of `a/index.md` it is `a`.
    pub path: &'a str,
    /// The last part of that, without a date.
    pub slug: &'a str,
    /// The date at its start.
    pub date: Option<NaiveDate>,
    /// Whether it is HTML, which is published under its own name.
    pub is_html: bool,
    /// Whether any folder is one for drafts.
    pub in_drafts: bool,
}

impl<'a> FileName<'a> {
    /// Takes a path apart.
    pub(super) fn of(path: &'a str) -> Self {
        let stem = match text::split_last(path, b'.') {
            Some((stem, extension)) if !extension.contains('/') => stem,
            _ => path,
        };
        let folder = match stem.strip_suffix("index") {
            Some("") => Some(""),
            Some(folder) => folder.strip_suffix('/'),
            None => None,
        };
        let named = folder.unwrap_or(stem);
        let last = name_of(named);
        let (date, rest) = date::from_file_name(last).map_or((None, last), |(date, rest)| (Some(date), rest));
        Self {
            path: named,
            slug: if rest.is_empty() { last } else { rest },
            date,
            is_html: folder.is_none() && Markup::of_path(path) == Markup::Html,
            in_drafts: is_in_drafts(path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_taken_apart() {
        #[track_caller]
        fn case(path: &str, named: &str, slug: &str, date: &str, rest: &str) {
            let name = FileName::of(path);
            let said = name.date.map_or_else(String::new, |date| date.to_string());
            let marks = [(name.is_html, "html"), (name.in_drafts, "draft")];
            let marks: Vec<_> = marks.iter().filter(|(is, _)| *is).map(|(_, mark)| *mark).collect();
            assert_eq!(
                (name.path, name.slug, said.as_str(), marks.join(" ")),
                (named, slug, date, rest.to_owned())
            );
        }
        case("notes/2025-11-29-a-b.md", "notes/2025-11-29-a-b", "a-b", "2025-11-29", "");
        case("a/index.md", "a", "a", "", "");
        case("index.md", "", "", "", "");
        case("reindex.html", "reindex", "reindex", "", "html");
        case("a/index.html", "a", "a", "", "");
        case("2025-11-29.txt", "2025-11-29", "2025-11-29", "2025-11-29", "");
        case("v1.2/readme", "v1.2/readme", "readme", "", "");
        case("_Drafts/x/a.md", "_Drafts/x/a", "a", "", "draft");
        case("drafts.md", "drafts", "drafts", "", "");
    }
}

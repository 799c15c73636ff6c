//! Names as parts of paths.

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

/// How long a name in a path may become, in bytes: file systems allow 255, and an extension follows.
const MAX_NAME: usize = 120;

/// Text with one `-` for each run of characters that `keeps` refuses. What is refused at the start and at the end keeps
/// a `-` there too.
pub(crate) fn hyphenated(text: impl Iterator<Item = char>, keeps: impl Fn(char) -> bool) -> String {
    let mut slug = String::new();
    for c in text {
        if keeps(c) {
            slug.push(c);
        } else if !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug
}

/// A name as part of a path: letters, their marks and digits of any script, in lower case, with `-` for the rest.
pub(crate) fn slug(name: &str) -> String {
    let is_mark = |c: char| c.general_category_group() == GeneralCategoryGroup::Mark;
    let slug = hyphenated(name.nfc().flat_map(char::to_lowercase), |c| {
        c.is_alphanumeric() || matches!(c, '_' | '.') || is_mark(c)
    });
    let slug = shortened(slug.trim_start_matches('-')).trim_matches(['-', '.']);
    if slug.is_empty() { "other".to_owned() } else { slug.to_owned() }
}

/// A name as part of a path in ASCII: other letters as Latin ones, in lower case, `-` for the rest.
pub(crate) fn ascii(name: &str) -> String {
    let latin = deunicode::deunicode_with_tofu(name, "-");
    let slug = hyphenated(latin.chars().map(|c| c.to_ascii_lowercase()), |c| c.is_ascii_alphanumeric());
    slug.trim_matches('-').to_owned()
}

/// A name as a file name: without what no file name should hold.
pub(crate) fn file_name(name: &str) -> String {
    let name = name.replace(['/', '\\', '%', '?', '#', ':', '*', '"', '<', '>', '|'], "-");
    let name = shortened(&name);
    if name.starts_with('.') { format!("_{name}") } else { name.to_owned() }
}

fn shortened(name: &str) -> &str {
    name.split_at(name.floor_char_boundary(MAX_NAME)).0
}

/// A text in lower case, letter by letter, as Ruby and Go have it: a last sigma is one like others.
pub(crate) fn lowered_by_letter(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.chars().flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_parts_of_paths() {
        #[track_caller]
        fn case(name: &str, as_slug: &str, as_file_name: &str) {
            assert_eq!((slug(name).as_str(), file_name(name).as_str()), (as_slug, as_file_name));
        }
        case("C++", "c", "C++");
        case("R&D / Über", "r-d-über", "R&D - Über");
        case("Cafe\u{301}", "café", "Cafe\u{301}");
        case("投資 分析", "投資-分析", "投資 分析");
        case(".NET", "net", "_.NET");
        case("???", "other", "---");
        assert_eq!(slug(&"ä".repeat(200)).len(), MAX_NAME);
        assert_eq!(ascii("日本語の記事 🎉36 C++ a_b Straße"), "ri-ben-yu-noji-shi-tada-36-c-a-b-strasse");
    }
}

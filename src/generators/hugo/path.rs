//! Names as parts of paths (Hugo's `paths.Sanitize` and `URLize`).

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

use super::site::Hugo;
use crate::text::{link, slug};

impl Hugo {
    /// A name as part of a path: in lower case, blanks as one hyphen, without what Hugo does not allow.
    pub(super) fn sanitized(&self, name: &str) -> String {
        // Most names of files are as they are.
        let is_plain =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_./".contains(&byte);
        if name.bytes().all(is_plain) {
            return name.to_owned();
        }
        let name = if self.removes_accents { without_accents(name) } else { name.to_owned() };
        let name = sanitized(&name);
        if self.keeps_case { name } else { slug::lowered_by_letter(&name.replace('İ', "i")) }
    }

    /// The path of a folder or file of the content: here, each blank becomes a hyphen.
    pub(super) fn folder_path(&self, path: &str) -> String {
        match self.keeps_case {
            true => self.sanitized(path),
            false => self.sanitized(&path.replace(' ', "-")),
        }
    }

    /// The value of a permalink's token: sanitized, and then decoded like a query, in which `+` is a blank.
    pub(super) fn token(&self, value: &str) -> String {
        let value = self.sanitized(value);
        // As a URL, `c#` has an empty fragment, which is dropped.
        let value = value.strip_suffix('#').filter(|rest| !rest.contains('#')).unwrap_or(&value);
        link::decoded(&value.replace('+', " "))
    }
}

fn sanitized(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut is_hyphen_due = false;
    let mut was_hyphen = false;
    for (at, c) in name.char_indices() {
        if is_allowed(name, at, c) {
            was_hyphen = c == '-';
            if is_hyphen_due && !was_hyphen {
                out.push('-');
            }
            is_hyphen_due = false;
            out.push(c);
        } else if !out.is_empty() && !was_hyphen && c.is_whitespace() {
            is_hyphen_due = true;
        }
    }
    out
}

fn is_allowed(name: &str, at: usize, c: char) -> bool {
    let is_code = || {
        let digits = name.get(at + 1..at + 3).unwrap_or_default();
        digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    c != ' '
        && (c.is_alphabetic()
            || c.general_category_group() == GeneralCategoryGroup::Mark
            || c.general_category() == unicode_properties::GeneralCategory::DecimalNumber
            || matches!(c, '.' | '/' | '\\' | '_' | '#' | '+' | '~' | '-' | '@')
            || (c == '%' && is_code()))
}

fn without_accents(text: &str) -> String {
    let is_base = |c: &char| c.general_category_group() != GeneralCategoryGroup::Mark;
    text.nfd().filter(is_base).nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sanitized() {
        for (name, expected) in [
            ("Übung & Co", "Übung-Co"),
            ("double--hyphen - x", "double--hyphen-x"),
            ("emoji🎉x", "emojix"),
            ("100%", "100"),
            ("p%20q", "p%20q"),
            ("C++ / C#", "C++-/-C#"),
            ("a.b_c~d@e", "a.b_c~d@e"),
        ] {
            assert_eq!(sanitized(name), expected, "{name}");
        }
        assert_eq!(without_accents("Über café"), "Uber cafe");
    }
}

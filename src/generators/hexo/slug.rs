//! Names as parts of paths (`slugize` of hexo-util).

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

/// `filename_case`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    Kept,
    Lower,
    Upper,
}

const SPECIAL: &str = "~`!@#$%^&*()-_+=[]{}|\\;:\"'<>,.?/";

pub(super) fn slugized(name: &str, case: Case) -> String {
    let latin: String = name.chars().flat_map(without_accents).filter(|c| !c.is_control()).collect();
    let is_kept = |c: char| !(SPECIAL.contains(c) || c.is_whitespace());
    let slug = crate::text::slug::hyphenated(latin.chars(), is_kept);
    let slug = slug.trim_matches('-');
    match case {
        Case::Kept => slug.to_owned(),
        Case::Lower => slug.to_lowercase(),
        Case::Upper => slug.to_uppercase(),
    }
}

/// A Latin letter without its diacritics; any other as it is.
fn without_accents(c: char) -> Vec<char> {
    let base = match c {
        'ß' => "s",
        'ł' => "l",
        'Ł' => "L",
        'ø' => "o",
        'Ø' => "O",
        'đ' => "d",
        'Đ' => "D",
        'ħ' => "h",
        'Ħ' => "H",
        'æ' => "ae",
        'Æ' => "AE",
        'œ' => "oe",
        'Œ' => "OE",
        'ı' => "i",
        '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' => {
            let is_base = |c: &char| c.general_category_group() != GeneralCategoryGroup::Mark;
            return c.nfd().filter(is_base).collect();
        }
        other => return vec![other],
    };
    base.chars().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_slugized() {
        for (name, expected) in [
            ("sub/2025-01-02-d", "sub-2025-01-02-d"),
            ("x y_z", "x-y-z"),
            ("Über café Straße Łódź", "Uber-cafe-Strase-Lodz"),
            ("日本 C++ (x)", "日本-C-x"),
            ("it’s", "it’s"),
        ] {
            assert_eq!(slugized(name, Case::Kept), expected, "{name}");
        }
        assert_eq!(slugized("A b", Case::Upper), "A-B");
    }
}

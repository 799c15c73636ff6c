//! The filters `slugify` and `slug` (<https://www.11ty.dev/docs/filters/slugify/>).

use crate::text::slug::hyphenated;

/// Whether a letter is of a script that both filters leave out.
fn is_unwritten(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{D7FF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF00}'..='\u{FFEF}' | '\u{20000}'..)
}

fn latin(c: char) -> String {
    match c {
        c if c.is_ascii() => c.to_string(),
        c if is_unwritten(c) || !c.is_alphanumeric() => " ".to_owned(),
        c => deunicode::deunicode_char(c).unwrap_or(" ").to_owned(),
    }
}

/// `Über & Co` is `ueber-and-co`.
pub(super) fn slugify(text: &str) -> String {
    let with_names = text.replace('&', " and ").replace('♥', " love ").replace('🦄', " unicorn ");
    let spelled: String = with_names
        .chars()
        .flat_map(|c| {
            match c {
                'ä' => "ae".to_owned(),
                'ö' => "oe".to_owned(),
                'ü' => "ue".to_owned(),
                'Ä' => "Ae".to_owned(),
                'Ö' => "Oe".to_owned(),
                'Ü' => "Ue".to_owned(),
                // An apostrophe within a word is no separator.
                '\'' | '’' => String::new(),
                c => latin(c),
            }
            .chars()
            .collect::<Vec<_>>()
        })
        .collect();
    let slug = hyphenated(spelled.chars().map(|c| c.to_ascii_lowercase()), |c| c.is_ascii_alphanumeric());
    slug.trim_matches('-').to_owned()
}

/// `Hello C++ & World` is `hello-c++-and-world`.
pub(super) fn slug(text: &str) -> String {
    let spelled: String = text
        .chars()
        .map(|c| match c {
            '&' => "and".to_owned(),
            '%' => "percent".to_owned(),
            '$' => "dollar".to_owned(),
            '<' => "less".to_owned(),
            '>' => "greater".to_owned(),
            '|' => "or".to_owned(),
            '-' => " ".to_owned(),
            c if c.is_ascii() => c.to_string(),
            c if is_unwritten(c) || !c.is_alphanumeric() => String::new(),
            c => deunicode::deunicode_char(c).unwrap_or_default().to_owned(),
        })
        .collect();
    let is_kept = |c: &char| c.is_ascii_alphanumeric() || c.is_whitespace() || "_$*+~.()'\"!:@".contains(*c);
    let kept: String = spelled.chars().filter(is_kept).collect();
    kept.split_whitespace().collect::<Vec<_>>().join("-").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_filters() {
        for (text, long, short) in [
            ("Über & Co", "ueber-and-co", "uber-and-co"),
            ("Hello C++ & World", "hello-c-and-world", "hello-c++-and-world"),
            ("東京-22", "22", "22"),
            ("café v1.2 my_file", "cafe-v1-2-my-file", "cafe-v1.2-my_file"),
            ("x(y) 100%", "x-y-100", "x(y)-100percent"),
        ] {
            assert_eq!((slugify(text).as_str(), slug(text).as_str()), (long, short), "{text}");
        }
    }
}

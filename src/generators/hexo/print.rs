//! Values as JavaScript prints them, and titles in title case.

use jiff::tz::TimeZone;

use crate::source::{Node, Scalar};
use crate::text::date::{self, Leniency};

/// The text of a value: `1.50` is `1.5`, and an unquoted date is a long text.
pub(super) fn printed(node: &Node) -> Option<String> {
    let scalar = node.as_scalar().filter(|scalar| !scalar.is_null())?;
    if scalar.quoted {
        return Some(scalar.text.clone());
    }
    if let Some(date) = timestamp(scalar) {
        return Some(date.format("%a %b %d %Y %H:%M:%S GMT+0000 (Coordinated Universal Time)").to_string());
    }
    let is_number = scalar.text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'))
        && scalar.text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+'));
    match scalar.text.parse::<f64>() {
        Ok(number) if is_number && number.abs() < 1e15 => Some(number.to_string()),
        _ => Some(scalar.text.clone()),
    }
}

/// What YAML itself takes for a date.
fn timestamp(scalar: &Scalar) -> Option<chrono::DateTime<chrono::FixedOffset>> {
    let text = scalar.text.as_str();
    let is_date = text.len() >= 8
        && text.bytes().take(4).all(|byte| byte.is_ascii_digit())
        && text.as_bytes().get(4) == Some(&b'-')
        && (text.len() == 10
            || (text.contains(':') && text.bytes().filter(|byte| *byte == b':').count() >= 2));
    let read = is_date.then(|| date::parse_as(text, Leniency::Javascript)).flatten()?;
    date::resolve(&read, &TimeZone::UTC)
}

/// Words that stay small within a title.
const SMALL: [&str; 22] = [
    "a", "an", "and", "as", "at", "but", "by", "en", "for", "if", "in", "nor", "of", "on", "or", "per",
    "the", "to", "v", "vs", "vs.", "via",
];

/// A title with its words in capitals, as with `titlecase: true`.
pub(super) fn title_case(title: &str) -> String {
    let is_start = |c: char| c.is_ascii_alphanumeric() || ('\u{C0}'..='\u{FF}').contains(&c);
    let mut out = String::with_capacity(title.len());
    let mut rest = title;
    while let Some(at) = rest.find(is_start) {
        let (between, from) = rest.split_at(at);
        out.push_str(between);
        let end = from.find(|c: char| c.is_whitespace() || c == '-').unwrap_or(from.len());
        let (word, after) = from.split_at(end);
        let before = out.chars().next_back();
        let is_between =
            !out.is_empty() && !after.is_empty() && before.is_none_or(|c| c.is_whitespace() || c == '-');
        let follows_colon = out.chars().rev().nth(1) == Some(':');
        let is_hyphenated = after.starts_with('-') && before != Some('-');
        let is_small = SMALL.iter().any(|small| small.eq_ignore_ascii_case(word));
        let mut chars = word.chars();
        let first = chars.next();
        let tail = chars.as_str();
        let has_capitals = tail.contains(|c: char| c.is_ascii_uppercase())
            || tail.find('.').is_some_and(|dot| dot + 1 < tail.len());
        if is_small && is_between && !follows_colon && !is_hyphenated {
            out.push_str(&word.to_lowercase());
        } else if has_capitals {
            out.push_str(word);
        } else {
            out.extend(first.into_iter().flat_map(char::to_uppercase));
            out.push_str(tail);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_printed_as_in_javascript() {
        let plain =
            |text: &str| printed(&Node::Scalar(Scalar { text: text.to_owned(), quoted: false, at: None }));
        assert_eq!(plain("1.50").as_deref(), Some("1.5"));
        assert_eq!(plain("0123").as_deref(), Some("123"));
        assert_eq!(
            plain("2024-01-02").as_deref(),
            Some("Tue Jan 02 2024 00:00:00 GMT+0000 (Coordinated Universal Time)")
        );
        assert_eq!(plain("v1.2").as_deref(), Some("v1.2"));
        assert_eq!(plain("~"), None);
    }

    #[test]
    fn titles_are_in_title_case() {
        for (title, expected) in [
            ("the art of x 12", "The Art of X 12"),
            ("Straße 100% x-y river", "Straße 100% X-Y River"),
            ("my_file iPhone v1.2 of", "My_file iPhone v1.2 Of"),
            ("naïve: a test", "Naïve: A Test"),
        ] {
            assert_eq!(title_case(title), expected, "{title}");
        }
    }
}

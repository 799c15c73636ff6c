//! Titles in title case.

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

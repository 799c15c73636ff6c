//! Excerpts: the beginning of a post, where its author gave none.

use super::Markup;
use super::blocks::{Block, BlockKind, blocks};
use crate::text;

/// The longest excerpt that is cut out of a first paragraph, in characters as readers count them.
const LENGTH: usize = 300;
/// The longest excerpt that an author may choose, in characters as readers count them.
const LONGEST: usize = 5000;
/// How much of a body is looked at for its first paragraph, in bytes.
const LOOKED_AT: usize = 64 * 1024;

/// The excerpt of a body as plain text: up to the separator or `<!--more-->`, else its first paragraph. `None` if the
/// body has no text.
pub(crate) fn of_body(body: &str, markup: Markup, separator: Option<&str>) -> Option<String> {
    if let Some(chosen) = before_marker(body, markup, separator) {
        return Some(chosen);
    }
    let mut blocks = opening(body, markup);
    let first = blocks.iter().position(|block| block.kind == BlockKind::Paragraph);
    let first =
        first.or_else(|| blocks.iter().position(|block| block.kind != BlockKind::Heading)).unwrap_or(0);
    (first < blocks.len()).then(|| text::cut(&blocks.swap_remove(first).text, LENGTH))
}

/// The same for generators that count words: up to `<!--more-->`, else as many paragraphs as have so many words.
pub(crate) fn of_words(body: &str, markup: Markup, words: usize) -> Option<String> {
    if let Some(chosen) = before_marker(body, markup, None) {
        return Some(chosen);
    }
    let mut excerpt = String::new();
    for block in opening(body, markup).into_iter().filter(|block| block.kind != BlockKind::Heading) {
        if !excerpt.is_empty() {
            excerpt.push(' ');
        }
        excerpt.push_str(&block.text);
        if excerpt.split_whitespace().count() >= words {
            break;
        }
    }
    Some(text::cut(&excerpt, LONGEST)).filter(|excerpt| !excerpt.is_empty())
}

/// What comes before the separator or `<!--more-->`, without headings, if that is any text.
fn before_marker(body: &str, markup: Markup, separator: Option<&str>) -> Option<String> {
    let marker = separator
        .filter(|separator| !separator.is_empty())
        .and_then(|separator| body.find(separator))
        .or_else(|| more_marker(body));
    let blocks = blocks(body.get(..marker?)?, markup).into_iter();
    let texts = blocks.filter(|block| block.kind != BlockKind::Heading).map(|block| block.text);
    let text = texts.collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then(|| text::cut(&text, LONGEST))
}

fn opening(body: &str, markup: Markup) -> Vec<Block> {
    blocks(body.get(..body.floor_char_boundary(LOOKED_AT)).unwrap_or_default(), markup)
}

/// The place of `<!--more-->`, with or without blanks, in any case.
fn more_marker(body: &str) -> Option<usize> {
    body.match_indices("<!--").map(|(at, _)| at).find(|&at| {
        let inner = body.get(at + 4..).unwrap_or_default().trim_start_matches([' ', '\t']);
        let word = inner.get(..4).unwrap_or_default();
        let closed = inner.get(4..).unwrap_or_default().trim_start_matches([' ', '\t']).starts_with("-->");
        // In backticks, the marker is only an example.
        let quoted = body.get(..at).is_some_and(|before| before.ends_with('`'));
        word.eq_ignore_ascii_case("more") && closed && !quoted
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excerpts() {
        #[track_caller]
        fn case(body: &str, separator: Option<&str>, expected: Option<&str>) {
            assert_eq!(of_body(body, Markup::Markdown, separator).as_deref(), expected);
        }
        case("# Head\n\n![i](x.png)\n\nFirst *one*.\n\nSecond.", None, Some("First one."));
        case("One.\n\nTwo.\n\n<!-- More -->\n\nThree.", None, Some("One. Two."));
        case("One.\n\n<!--more-->\n", Some("@@"), Some("One."));
        case("One. @@ Two.", Some("@@"), Some("One."));
        case("<!--more-->\nAfter.", None, Some("After."));
        case("# Only a heading", None, Some("Only a heading"));
        case("- item\n", None, Some("item"));
        case("```\ncode\n```\n", None, None);
        case("", None, None);
        assert_eq!(of_words("# H\n\na b\n\nc d\n\ne", Markup::Markdown, 3).as_deref(), Some("a b c d"));
        assert_eq!(of_words("a\n\n<!--more-->\n\nb", Markup::Markdown, 70).as_deref(), Some("a"));
        assert_eq!(of_words("", Markup::Markdown, 70), None);
    }
}

//! Excerpts: the beginning of a post, where its author gave none.

use super::Markup;
use super::blocks::{BlockKind, blocks};
use crate::text;

/// The longest excerpt that is cut out of a first paragraph, in characters as readers count them.
const LENGTH: usize = 300;
/// The longest that an author may choose.
const LONGEST: usize = 5000;
/// How much of a body is looked at for its first paragraph, in bytes.
const LOOKED_AT: usize = 64 * 1024;

/// The excerpt of a body as plain text: up to the separator or `<!--more-->`, else its first paragraph. `None` if the
/// body has no text.
pub(crate) fn of_body(body: &str, markup: Markup, separator: Option<&str>) -> Option<String> {
    let marker = separator
        .filter(|separator| !separator.is_empty())
        .and_then(|separator| body.find(separator))
        .or_else(|| more_marker(body));
    if let Some(before) = marker.and_then(|at| body.get(..at)) {
        let blocks = blocks(before, markup).into_iter().filter(|block| block.kind != BlockKind::Heading);
        let text = blocks.map(|block| block.text).collect::<Vec<_>>().join(" ");
        if !text.is_empty() {
            return Some(text::cut(&text, LONGEST));
        }
    }
    let start = body.get(..body.floor_char_boundary(LOOKED_AT)).unwrap_or_default();
    let mut blocks = blocks(start, markup);
    let first = blocks.iter().position(|block| block.kind == BlockKind::Paragraph);
    let first =
        first.or_else(|| blocks.iter().position(|block| block.kind != BlockKind::Heading)).unwrap_or(0);
    (first < blocks.len()).then(|| text::cut(&blocks.swap_remove(first).text, LENGTH))
}

/// The place of `<!--more-->`, with or without blanks, in any case.
fn more_marker(body: &str) -> Option<usize> {
    body.match_indices("<!--").map(|(at, _)| at).find(|&at| {
        let inner = body.get(at + 4..).unwrap_or_default().trim_start_matches([' ', '\t']);
        let word = inner.get(..4).unwrap_or_default();
        let closed = inner.get(4..).unwrap_or_default().trim_start_matches([' ', '\t']).starts_with("-->");
        // In backticks it is only talked about.
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
    }
}

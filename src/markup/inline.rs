//! One line of Markdown or HTML, such as a title, as plain text.

use super::blocks::markdown_blocks;
use super::elements::HTML_ELEMENTS;
use crate::text;

/// One line of Markdown or HTML, such as a title, as plain text. Underscores and tags of no HTML element stay, because
/// `__init__` and `Vec<String>` mean themselves.
pub(crate) fn inline(line: &str) -> String {
    let line = text::one_line(line);
    if !line.contains(['*', '`', '[', '<', '&', '\\', '#']) {
        return line;
    }
    let unheaded = line.trim_start_matches('#');
    let line = if unheaded.starts_with(' ') { unheaded.trim_start() } else { &line };
    let literal = escape_what_is_meant(line);
    // A word in front keeps a line from being a list item, a heading or a rule.
    let blocks = markdown_blocks(&format!("x {literal}"));
    let joined = blocks.into_iter().map(|block| block.text).collect::<Vec<_>>().join(" ");
    joined.strip_prefix('x').map_or_else(|| line.to_owned(), |rest| rest.trim_start().to_owned())
}

/// Escapes underscores and the `<` of what is not an HTML tag, so that Markdown leaves them alone. Code spans are
/// literal already.
fn escape_what_is_meant(line: &str) -> String {
    let mut escaped = String::with_capacity(line.len() + 8);
    let mut in_code = false;
    for (at, c) in line.char_indices() {
        match c {
            '`' => in_code = !in_code && line.get(at + 1..).is_some_and(|rest| rest.contains('`')),
            '_' if !in_code => escaped.push('\\'),
            '<' if !in_code && !is_html_tag(line, at) => escaped.push('\\'),
            _ => {}
        }
        escaped.push(c);
    }
    escaped
}

/// Whether the `<` at this place begins a tag that is markup: an HTML element that is closed, or has no end tag. Any
/// other tag in a line is content.
fn is_html_tag(line: &str, at: usize) -> bool {
    let (before, after) = (line.get(..at).unwrap_or_default(), line.get(at + 1..).unwrap_or_default());
    let name = |tag: &str| {
        tag.chars().take_while(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
    };
    if let Some(closing) = after.strip_prefix('/') {
        let name = name(closing);
        return HTML_ELEMENTS.contains(&name.as_str())
            && before.to_ascii_lowercase().contains(&format!("<{name}"));
    }
    let name = name(after);
    let void = matches!(name.as_str(), "br" | "wbr" | "img" | "hr");
    after.starts_with("!--")
        || void
        || (HTML_ELEMENTS.contains(&name.as_str())
            && after.to_ascii_lowercase().contains(&format!("</{name}")))
        || (matches!(name.as_str(), "rt" | "rp") && after.contains("</ruby"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_markup_leaves_and_meaning_stays() {
        #[track_caller]
        fn case(line: &str, expected: &str) {
            assert_eq!(inline(line), expected, "{line:?}");
        }
        case("A & B <em>x</em> \"q\" -> C++ **bold** 😀", "A & B x \"q\" -> C++ bold 😀");
        case("AT&amp;T &copy; &unknown;", "AT&T © &unknown;");
        case("**米国「Genesis」**が", "米国「Genesis」が");
        case("Python's __init__ and snake_case", "Python's __init__ and snake_case");
        case("Vec<String> or `Vec<u8>`?", "Vec<String> or Vec<u8>?");
        case("5 * 3 * 2 and **kwargs", "5 * 3 * 2 and **kwargs");
        case("# 1. Heading", "1. Heading");
        case("#1 of C# tips", "#1 of C# tips");
        case("- not a list", "- not a list");
        case("1986. A year", "1986. A year");
        case("[Link](https://example.com/) and [brackets]", "Link and [brackets]");
        case("a<script>alert(1)</script>b<br>c", "ab c");
        case("<p>whole</p>", "whole");
        case("x", "x");
        case("", "");
        case("<", "<");
        case("1 < 2 && 3 > 2", "1 < 2 && 3 > 2");
        case("Why the <script> tag blocks", "Why the <script> tag blocks");
        case("What <input>, <p> and <b> do", "What <input>, <p> and <b> do");
        case("<ruby>漢字<rt>かんじ</ruby>は難しい", "漢字は難しい");
    }
}

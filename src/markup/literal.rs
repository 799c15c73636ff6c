//! Plain text that readers show as it is.

use super::Markup;
use super::blocks::blocks;
use crate::text;

/// Plain text as feeds carry it: legal, on one line, and never taken for markup.
pub(crate) fn published_line(text: &str) -> String {
    let line = text::one_line(&text::legal(text));
    if line.contains(['<', '&']) { literal(&line) } else { line }
}

/// Plain text that no reader takes for markup: in `<b>`, `</b>`, `<!x>` and `&copy;`, which mean themselves here, an
/// invisible word joiner (U+2060) follows the first character. Readers drop such text as markup, and W3C's validator
/// warns of it, whatever its escaping.
pub(crate) fn literal(text: &str) -> String {
    if !text.contains(['<', '&']) {
        return text.to_owned();
    }
    let mut literal = String::with_capacity(text.len() + 3);
    for (at, c) in text.char_indices() {
        literal.push(c);
        let after = text.get(at + c.len_utf8()..).unwrap_or_default();
        // By this rule, an HTML tokenizer tells a tag from a plain `<`.
        let is_tag =
            c == '<' && after.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
        if is_tag || (c == '&' && is_reference(after)) {
            literal.push('\u{2060}');
        }
    }
    literal
}

/// How long the name of a character reference may be: the longest has 31 letters.
const LONGEST_NAME: usize = 32;

/// Whether what follows `&` is a character reference, as readers take it even without a semicolon, and W3C's validator
/// any word with a digit or `_` in it.
fn is_reference(after: &str) -> bool {
    let is_word = |c: &char| c.is_alphanumeric() || *c == '_';
    let name: String = after.chars().take_while(is_word).take(LONGEST_NAME).collect();
    if name.is_empty() {
        return after.strip_prefix('#').is_some_and(|number| {
            number.trim_start_matches(['x', 'X']).starts_with(|c: char| c.is_ascii_hexdigit())
        });
    }
    let decodes = |html: String| blocks(&html, Markup::Html).first().is_none_or(|block| block.text != html);
    !name.chars().all(char::is_alphabetic) || decodes(format!("x&{name};")) || decodes(format!("x&{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_looks_like_markup() {
        assert_eq!(
            literal("a < b && <3 <= <> c; <hello-world></b><!x> &copy; &omega AT&T &#38; &# &copyright R&D;"),
            "a < b && <3 <= <> c; <\u{2060}hello-world><\u{2060}/b><\u{2060}!x> &\u{2060}copy; &\u{2060}omega AT&T \
             &\u{2060}#38; &# &\u{2060}copyright R&D;"
        );
        assert_eq!(literal("1&2 ?a=1&reg_id=3"), "1&\u{2060}2 ?a=1&\u{2060}reg_id=3");
        assert_eq!(literal(&literal("</i>&lt;")), literal("</i>&lt;"));
    }
}

//! Plain text that readers show as it is.

use super::Markup;
use super::blocks::blocks;
use super::elements::names_an_element;
use crate::text;

/// Plain text as feeds carry it: legal, on one line, and never taken for markup.
pub(crate) fn published_line(text: &str) -> String {
    let line = text::one_line(&text::legal(text));
    if line.contains(['<', '&']) { literal(&line) } else { line }
}

/// Plain text that no reader takes for markup: in `<b>`, `</b>` and `&copy;`, which mean themselves here, an invisible word
/// joiner (U+2060) follows the first character. Readers drop such text as markup, and W3C's validator warns of it,
/// whatever its escaping.
pub(crate) fn literal(text: &str) -> String {
    if !text.contains(['<', '&']) {
        return text.to_owned();
    }
    let mut literal = String::with_capacity(text.len() + 3);
    for (at, c) in text.char_indices() {
        literal.push(c);
        let after = text.get(at + c.len_utf8()..).unwrap_or_default();
        let is_tag = c == '<' && names_an_element(after);
        let name = after
            .get(..after.find(|c: char| !(c.is_ascii_alphanumeric() || c == '#')).unwrap_or(after.len()));
        let is_entity = c == '&' && name.is_some_and(is_reference);
        if is_tag || is_entity {
            literal.push('\u{2060}');
        }
    }
    literal
}

/// Whether `&` and these letters are a character reference, as readers take it even without a semicolon.
fn is_reference(name: &str) -> bool {
    if name.is_empty() || name.len() > 32 {
        return false;
    }
    let html = format!("x&{name};");
    name.starts_with('#') || blocks(&html, Markup::Html).first().is_none_or(|block| block.text != html)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_looks_like_markup() {
        assert_eq!(
            literal("a < b && <x> c; <i></b> &copy; &omega AT&T &#38;"),
            "a < b && <x> c; <\u{2060}i><\u{2060}/b> &\u{2060}copy; &\u{2060}omega AT&T &\u{2060}#38;"
        );
        assert_eq!(literal(&literal("</i>&lt;")), literal("</i>&lt;"));
    }
}

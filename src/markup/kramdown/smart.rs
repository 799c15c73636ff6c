//! Quotes, dashes and dots become those of print, by kramdown's rules
//! (<https://kramdown.gettalong.org/syntax.html#typographic-symbols>).

use comrak::nodes::{Node, NodeValue};

/// A character of a text, or one of a mark beside it, such as `*` of emphasis.
#[derive(Clone, Copy)]
enum Piece {
    Text(char),
    Mark(char),
}

impl Piece {
    fn char(self) -> char {
        match self {
            Self::Text(c) | Self::Mark(c) => c,
        }
    }
}

/// A text of its own, such as a title.
pub(crate) fn text(text: &str) -> String {
    let dashed = dashes(text);
    if !dashed.contains(['"', '\'']) {
        return dashed;
    }
    quotes(&dashed.chars().map(Piece::Text).collect::<Vec<_>>()).into_iter().collect()
}

/// The texts of a whole document.
pub(super) fn document<'a>(root: Node<'a>) {
    for node in root.descendants() {
        if let NodeValue::Text(text) = &mut node.data_mut().value {
            *text = dashes(text).into();
        }
    }
    for node in root.descendants() {
        let is_container =
            matches!(node.data().value, NodeValue::Paragraph | NodeValue::Heading(_) | NodeValue::TableCell);
        if is_container {
            spans(node);
        }
    }
}

/// Quotes of all that stands in one block.
fn spans<'a>(block: Node<'a>) {
    use comrak::arena_tree::NodeEdge::{End, Start};
    let mut pieces = Vec::new();
    let mut texts = Vec::new();
    for edge in block.traverse() {
        let (node, is_start) = match edge {
            Start(node) => (node, true),
            End(node) => (node, false),
        };
        let marks = match (&node.data().value, is_start) {
            (NodeValue::Text(text), true) => {
                texts.push((node, pieces.len()));
                pieces.extend(text.chars().map(Piece::Text));
                ""
            }
            (NodeValue::SoftBreak | NodeValue::LineBreak, true) => {
                pieces.push(Piece::Text('\n'));
                ""
            }
            (NodeValue::Emph, _) => "*",
            (NodeValue::Strong, _) => "**",
            (NodeValue::Code(_), true) => "``",
            (NodeValue::HtmlInline(_), true) => "<>",
            (NodeValue::Link(_), true) => "[",
            (NodeValue::Link(_), false) => ")",
            _ => "",
        };
        pieces.extend(marks.chars().map(Piece::Mark));
    }
    if !pieces.iter().any(|piece| matches!(piece, Piece::Text('"' | '\''))) {
        return;
    }
    let smart = quotes(&pieces);
    for (node, at) in texts {
        if let NodeValue::Text(text) = &mut node.data_mut().value {
            *text = smart.iter().skip(at).take(text.chars().count()).collect::<String>().into();
        }
    }
}

fn dashes(text: &str) -> String {
    // The longer ones first.
    [("---", "—"), ("--", "–"), ("...", "…")].into_iter().fold(text.to_owned(), |text, (typed, printed)| {
        if text.contains(typed) { text.replace(typed, printed) } else { text }
    })
}

/// The characters with their quotes pointing to what they quote (the rules of SmartyPants).
fn quotes(pieces: &[Piece]) -> Vec<char> {
    let mut smart: Vec<char> = pieces.iter().map(|piece| piece.char()).collect();
    for (at, piece) in pieces.iter().enumerate() {
        let Piece::Text(quote @ ('"' | '\'')) = *piece else { continue };
        // A mark, a backslash, and a quote that was read already, is nothing before it.
        let before = match at.checked_sub(1).and_then(|at| pieces.get(at)) {
            Some(Piece::Text(c)) if !matches!(c, '"' | '\'' | '\\') => Some(*c),
            _ => None,
        };
        let opens = opens(quote, before, pieces.get(at + 1..).unwrap_or_default());
        if let Some(place) = smart.get_mut(at) {
            *place = match (quote, opens) {
                ('"', true) => '“',
                ('"', false) => '”',
                (_, true) => '‘',
                (_, false) => '’',
            };
        }
    }
    smart
}

fn opens(quote: char, before: Option<char>, after: &[Piece]) -> bool {
    let nth = |index: usize| after.get(index).map(|piece| piece.char());
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
    let next = nth(0);
    if before.is_none() {
        let marks = after.iter().take(2).take_while(|piece| matches!(piece.char(), '_' | '*')).count();
        let to_emphasis = (1..=marks).any(|marks| nth(marks).is_some_and(|c| !c.is_whitespace()));
        if to_emphasis {
            return true;
        }
        let is_punctuation = next.is_some_and(|c| c.is_ascii_punctuation());
        if is_punctuation && !(nth(1) == Some('.') && nth(2) == Some('.')) && !is_word(nth(1)) {
            return false;
        }
    }
    if before.is_none_or(char::is_whitespace) {
        let is_pair = next.is_some_and(|next| matches!(next, '"' | '\'') && next != quote);
        if is_pair && is_word(nth(1)) {
            return true;
        }
        let is_decade = quote == '\''
            && next.is_some_and(|c| c.is_ascii_digit())
            && nth(1).is_some_and(|c| c.is_ascii_digit())
            && nth(2) == Some('s');
        if is_decade {
            return false;
        }
    }
    match before {
        Some(before) => matches!(before, ' ' | '\t' | '\r' | '\n' | '[' | '{' | '(' | '-'),
        None => !(next.is_none_or(char::is_whitespace) || (next == Some('s') && !is_word(nth(1)))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_point_to_what_they_quote() {
        for (typed, printed) in [
            ("\"Hi\" -- don't... --- ----", "“Hi” – don’t… — —-"),
            ("'tis \"x\" (') {'a'}", "‘tis “x” (‘) {‘a’}"),
            ("the '80s, \"'a' b\"", "the ’80s, “‘a’ b”"),
            ("5\" disk", "5” disk"),
            ("a \\\"b\\\" c", "a \\“b\\” c"),
            ("“\"", "“”"),
            ("\"", "”"),
        ] {
            assert_eq!(text(typed), printed, "{typed}");
        }
    }
}

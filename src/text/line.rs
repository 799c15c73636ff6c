//! Text on one line, and cut where a reader would cut it.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// Text on one line: white space of any kind becomes single blanks, none at the ends. Zero-width marks that only a
/// file can use (a byte order mark) go too.
pub(crate) fn one_line(text: &str) -> String {
    if is_one_line(text) {
        return text.to_owned();
    }
    let mut line = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace() || c == '\u{FEFF}').filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

fn is_one_line(text: &str) -> bool {
    let bytes = text.as_bytes();
    let ends = matches!(bytes, [b' ', ..] | [.., b' ']);
    // These begin the white space beyond ASCII, and the byte order mark.
    let unusual = |at: usize, byte: u8| match byte {
        0..b' ' => true,
        b' ' => bytes.get(at + 1) == Some(&b' '),
        0xC2 | 0xE1..=0xE3 | 0xEF => text
            .get(at..)
            .and_then(|rest| rest.chars().next())
            .is_some_and(|c| c.is_whitespace() || c == '\u{FEFF}'),
        _ => false,
    };
    !ends && !bytes.iter().enumerate().any(|(at, byte)| unusual(at, *byte))
}

/// A text with straight quotes, plain hyphens and dots, composed letters, and without invisible marks, for comparison.
pub(crate) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfc() {
        match c {
            '‘' | '’' => folded.push('\''),
            '“' | '”' => folded.push('"'),
            '–' | '—' => folded.push('-'),
            '…' => folded.push_str("..."),
            '\u{2060}' | '\u{200B}' => {}
            c => folded.push(c),
        }
    }
    while folded.contains("--") {
        folded = folded.replace("--", "-");
    }
    one_line(&folded)
}

/// Whether a script is written without blanks between words, so that a line break means nothing.
pub(crate) fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{2E80}'..='\u{303F}' | '\u{3040}'..='\u{30FF}' | '\u{31F0}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{FE30}'..='\u{FE4F}' | '\u{FF00}'..='\u{FFEF}' | '\u{20000}'..='\u{3FFFF}')
}

/// How far after a cut the end of a sentence is looked for, in bytes.
const LOOKED_AHEAD: usize = 1000;

/// Text of at most `limit` characters as a reader counts them (grapheme clusters). It ends with a sentence if that
/// keeps a third of the limit, else with a word and `…`, and never inside a character.
pub(crate) fn cut(text: &str, limit: usize) -> String {
    let Some((room, _)) = text.grapheme_indices(true).nth(limit) else { return text.to_owned() };
    // What is far behind the end is not looked at.
    let text = text.get(..text.ceil_char_boundary(room + LOOKED_AHEAD)).unwrap_or(text);
    let mut end = 0;
    for (start, sentence) in text.split_sentence_bound_indices() {
        let sentence_end = start + sentence.trim_end().len();
        if sentence_end > room {
            break;
        }
        end = sentence_end;
    }
    let sentences = text.get(..end).unwrap_or_default();
    if sentences.graphemes(true).count() * 3 >= limit {
        return sentences.to_owned();
    }
    // The ellipsis takes one place.
    let room = text.grapheme_indices(true).nth(limit.saturating_sub(1)).map_or(0, |(at, _)| at);
    let mut end = 0;
    for (start, word) in text.split_word_bound_indices() {
        if start + word.len() > room {
            break;
        }
        end = start + word.len();
    }
    // One word that fills the whole room is cut between characters.
    let end = if end == 0 { room } else { end };
    let kept = text.get(..end).unwrap_or_default().trim_end();
    let kept = kept
        .trim_end_matches([',', ';', ':', '、', '，', '；', '：', '-', '–', '—', '(', '（', '「', '『'])
        .trim_end();
    format!("{kept}…")
}

/// The same texts in the same order, each once.
pub(crate) fn unique(mut texts: Vec<String>) -> Vec<String> {
    // Nearly all lists are short, and looked through faster than copied.
    if texts.len() <= 8 {
        let mut index = 0;
        while let Some(text) = texts.get(index) {
            if texts.iter().take(index).any(|before| before == text) {
                texts.remove(index);
            } else {
                index += 1;
            }
        }
        return texts;
    }
    let mut known = BTreeSet::new();
    texts.retain(|text| known.insert(text.clone()));
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cutting() {
        #[track_caller]
        fn case(text: &str, limit: usize, expected: &str) {
            assert_eq!(cut(text, limit), expected);
            assert!(expected.graphemes(true).count() <= limit);
        }
        case("Short.", 10, "Short.");
        case("One two. Three four five.", 12, "One two.");
        case("One two three four five", 12, "One two…");
        case("A. Then a long sentence follows here", 20, "A. Then a long…");
        case("最初の文です。次の文は長いので切られます。", 10, "最初の文です。");
        case("切れ目のない長い文がここにあります", 8, "切れ目のない長…");
        case("東京、大阪、名古屋の話", 4, "東京…");
        case("👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧", 2, "👩‍👩‍👧…");
        case("Donaudampfschifffahrt", 6, "Donau…");
    }

    #[test]
    fn lines() {
        assert_eq!(one_line("\u{FEFF} a\n\t b\u{3000}c\u{A0}"), "a b c");
    }

    #[test]
    fn each_once() {
        let case = |words: &str| unique(words.split(' ').map(str::to_owned).collect()).join(" ");
        assert_eq!(case("a b a c b"), "a b c");
        assert_eq!(case("a b c d e f g h i b a j"), "a b c d e f g h i j");
    }
}

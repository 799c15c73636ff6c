//! Plain text: the characters that may be published, one-line text, and cutting where a reader would.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;

/// Whether a character may be published at all: XML 1.0 §2.2 `Char`, without what validators and readers refuse all the
/// same (C1 controls and DEL, noncharacters) and without U+FFFD, which says that something was lost.
#[must_use]
pub fn is_publishable(c: char) -> bool {
    match c {
        '\t' | '\n' | ' '..='~' => true,
        '\0'..='\u{9F}' | '\u{FDD0}'..='\u{FDEF}' | '\u{FFFD}' => false,
        c => u32::from(c) & 0xFFFE != 0xFFFE,
    }
}

/// Whether all of a text may be published.
#[must_use]
pub fn is_legal(text: &str) -> bool {
    // Nearly all text shows it byte by byte: these alone begin what may not be published.
    let suspicious = |byte: u8| {
        (byte < b' ' && byte != b'\n' && byte != b'\t') || byte == 0x7F || byte == 0xC2 || byte >= 0xEF
    };
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(chunk) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        let chunk = chunk.get(..64).unwrap_or(chunk);
        // Without an early end, this takes a few instructions for a whole chunk.
        if chunk.iter().fold(false, |any, byte| any | suspicious(*byte)) {
            let end = text.ceil_char_boundary(at + chunk.len());
            let part = text.get(text.floor_char_boundary(at)..end).unwrap_or_default();
            if !part.chars().all(is_publishable) {
                return false;
            }
        }
        at += chunk.len();
    }
    true
}

/// The characters that must not be published, U+FFFD excepted, with their byte offsets.
pub fn forbidden(text: &str) -> impl Iterator<Item = (usize, char)> {
    text.char_indices().filter(|(_, c)| !is_publishable(*c) && *c != char::REPLACEMENT_CHARACTER)
}

/// The text as it may be published: U+FFFD and forbidden characters leave, those that are white space become a blank.
#[must_use]
pub fn legal(text: &str) -> Cow<'_, str> {
    if is_legal(text) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter_map(replacement).collect())
}

/// Content as it may be published: line ends and blanks stay as they are.
#[must_use]
pub fn legal_content(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| is_publishable(c) || c == '\r') { Cow::Borrowed(text) } else { legal(text) }
}

fn replacement(c: char) -> Option<char> {
    match c {
        c if is_publishable(c) => Some(c),
        c if c.is_whitespace() => Some(' '),
        _ => None,
    }
}

/// The same, but U+FFFD stays; and for every byte that went, where in the new text that was. So places in the new text
/// can be told in the old.
#[must_use]
pub fn without_forbidden(text: &str) -> (Cow<'_, str>, Vec<(usize, usize)>) {
    if forbidden(text).next().is_none() {
        return (Cow::Borrowed(text), Vec::new());
    }
    let mut legal = String::with_capacity(text.len());
    let mut removed = Vec::new();
    for c in text.chars() {
        let kept = if c == char::REPLACEMENT_CHARACTER { Some(c) } else { replacement(c) };
        let shrunk = c.len_utf8() - kept.map_or(0, char::len_utf8);
        legal.extend(kept);
        if shrunk > 0 {
            removed.push((legal.len(), shrunk));
        }
    }
    (Cow::Owned(legal), removed)
}

/// `U+000B`.
#[must_use]
pub fn code_point(c: char) -> String {
    format!("U+{:04X}", u32::from(c))
}

/// Text as it may be shown in a message: no control characters, no overrides of direction.
#[must_use]
pub fn shown(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\0'..='\u{1F}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{FFFD}'),
            '\u{7F}' => '\u{2421}',
            '\u{80}'..='\u{9F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2066}'..='\u{2069}'
            | '\u{200E}'
            | '\u{200F}' => '\u{FFFD}',
            c => c,
        })
        .collect()
}

/// Text on one line: white space of any kind becomes single blanks, none at the ends. Zero-width marks that only a
/// file can use (a byte order mark) go too.
#[must_use]
pub fn one_line(text: &str) -> String {
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

/// Whether nothing of a text can be seen: it is white space, or marks that only say how other characters are shown.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| {
        c.is_whitespace()
            || matches!(c, '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
                | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}'
                | '\u{FEFF}' | '\u{FFA0}' | '\u{E0000}'..='\u{E0FFF}')
    })
}

/// Plain text that nobody takes for markup: in `<b>`, `</b>` and `&copy;`, which mean themselves here, an invisible word
/// joiner (U+2060) follows the first character. Readers drop such text as markup, and W3C's validator warns of it,
/// whatever its escaping.
#[must_use]
pub fn disarmed(text: &str) -> String {
    if !text.contains(['<', '&']) {
        return text.to_owned();
    }
    let mut disarmed = String::with_capacity(text.len() + 3);
    for (at, c) in text.char_indices() {
        disarmed.push(c);
        let after = text.get(at + c.len_utf8()..).unwrap_or_default();
        let is_tag = c == '<' && crate::markup::names_an_element(after);
        let name = after
            .get(..after.find(|c: char| !(c.is_ascii_alphanumeric() || c == '#')).unwrap_or(after.len()));
        let is_entity = c == '&' && name.is_some_and(is_reference);
        if is_tag || is_entity {
            disarmed.push('\u{2060}');
        }
    }
    disarmed
}

/// Whether `&` and these letters stand for another character, as readers take it even without a semicolon.
fn is_reference(name: &str) -> bool {
    if name.is_empty() || name.len() > 32 {
        return false;
    }
    let html = format!("x&{name};");
    name.starts_with('#')
        || crate::markup::blocks(&html, crate::markup::Markup::Html)
            .first()
            .is_none_or(|block| block.text != html)
}

/// Whether a script is written without blanks between words, so that a line break means nothing.
#[must_use]
pub fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{2E80}'..='\u{303F}' | '\u{3040}'..='\u{30FF}' | '\u{31F0}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{FE30}'..='\u{FE4F}' | '\u{FF00}'..='\u{FFEF}' | '\u{20000}'..='\u{3FFFF}')
}

/// Text of at most `limit` characters as a reader counts them (grapheme clusters). It ends with a sentence if that
/// keeps a third of the limit, else with a word and `…`, and never inside a character.
#[must_use]
pub fn cut(text: &str, limit: usize) -> String {
    let Some((room, _)) = text.grapheme_indices(true).nth(limit) else { return text.to_owned() };
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

/// The language that a text is written in, as far as its script alone says so. Japanese has kana, Korean has hangul,
/// Chinese has neither; everything else is `None`.
#[must_use]
pub fn language_of_script(text: &str) -> Option<&'static str> {
    let count = |wanted: fn(char) -> bool| text.chars().filter(|c| wanted(*c)).count();
    let kana = count(|c| matches!(c, '\u{3041}'..='\u{30FA}'));
    let hangul = count(|c| matches!(c, '\u{AC00}'..='\u{D7A3}'));
    let han = count(|c| matches!(c, '\u{4E00}'..='\u{9FFF}'));
    let others = count(char::is_alphabetic) - kana - hangul - han;
    // A few words of another language do not make a text one of it. A character says as much as three letters.
    match () {
        () if (kana + han + hangul) * 3 < others || kana + han + hangul == 0 => None,
        () if hangul > kana => Some("ko"),
        // Chinese quotes a kana here and there, Japanese has them everywhere.
        () if kana * 20 >= han => Some("ja"),
        () => Some("zh"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn publishable_characters() {
        for c in [
            '\t', '\n', ' ', '~', '\u{A0}', 'é', '日', '\u{E000}', '\u{FEFF}', '\u{FFFC}', '😀', '\u{10FFFD}',
        ] {
            assert!(is_publishable(c), "{c:?}");
        }
        for c in [
            '\0', '\u{B}', '\r', '\u{1B}', '\u{7F}', '\u{85}', '\u{9F}', '\u{FDD0}', '\u{FFFD}', '\u{FFFE}',
            '\u{1FFFF}', '\u{10FFFE}',
        ] {
            assert!(!is_publishable(c), "{c:?}");
        }
    }

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
    fn disarming() {
        assert_eq!(
            disarmed("a < b && <x> c; <i></b> &copy; &omega AT&T &#38;"),
            "a < b && <x> c; <\u{2060}i><\u{2060}/b> &\u{2060}copy; &\u{2060}omega AT&T &\u{2060}#38;"
        );
        assert_eq!(disarmed(&disarmed("</i>&lt;")), disarmed("</i>&lt;"));
    }

    #[test]
    fn lines() {
        assert_eq!(one_line("\u{FEFF} a\n\t b\u{3000}c\u{A0}"), "a b c");
    }
}

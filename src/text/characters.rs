//! Which characters may be published, and how the others are shown in messages.

use std::borrow::Cow;

/// Whether a character may be published at all: XML 1.0 §2.2 `Char`, without what validators and readers refuse all the
/// same (C1 controls and DEL, noncharacters) and without U+FFFD, which marks a loss.
#[must_use]
pub fn is_publishable(c: char) -> bool {
    match c {
        '\t' | '\n' | ' '..='~' => true,
        '\0'..='\u{9F}' | '\u{FDD0}'..='\u{FDEF}' | '\u{FFFD}' => false,
        c => u32::from(c) & 0xFFFE != 0xFFFE,
    }
}

/// Whether all of a text may be published.
pub(crate) fn is_legal(text: &str) -> bool {
    // Most text is judged by single bytes. Full-width letters share their first byte (0xEF) with forbidden
    // characters, so the second byte decides.
    let bytes = text.as_bytes();
    if memchr::memchr_iter(0xEF, bytes).any(|at| matches!(bytes.get(at + 1), Some(0xB7 | 0xBF))) {
        return text.chars().all(is_publishable);
    }
    let suspicious = |byte: u8| {
        (byte < b' ' && byte != b'\n' && byte != b'\t') || byte == 0x7F || byte == 0xC2 || byte >= 0xF0
    };
    let is_fine = |at: usize, part: &[u8]| {
        !has_byte(part, suspicious) || {
            let whole = text.floor_char_boundary(at)..text.ceil_char_boundary(at + part.len());
            text.get(whole).unwrap_or_default().chars().all(is_publishable)
        }
    };
    let (chunks, rest) = bytes.as_chunks::<64>();
    chunks.iter().zip((0..).step_by(64)).all(|(chunk, at)| is_fine(at, chunk))
        && is_fine(text.len() - rest.len(), rest)
}

/// Bytes, looked up in a table: quicker than to compare one with many.
pub(crate) struct ByteSet([bool; 256]);

impl ByteSet {
    /// The letters and digits of ASCII, and these.
    #[expect(clippy::indexing_slicing, reason = "the compiler makes the table")]
    pub(crate) const fn letters_and(marks: &[u8]) -> Self {
        let Self(mut table) = Self::of(marks);
        let mut index = 0;
        while index < table.len() {
            table[index] |= (index as u8).is_ascii_alphanumeric();
            index += 1;
        }
        Self(table)
    }

    /// The set of these bytes.
    #[expect(clippy::indexing_slicing, reason = "the compiler makes the table")]
    pub(crate) const fn of(marks: &[u8]) -> Self {
        let mut table = [false; 256];
        let mut index = 0;
        while index < marks.len() {
            table[marks[index] as usize] = true;
            index += 1;
        }
        Self(table)
    }

    /// The first bytes of these names.
    #[expect(clippy::indexing_slicing, reason = "the compiler makes the table")]
    pub(crate) const fn first_of(lists: &[&[&str]]) -> Self {
        let mut table = [false; 256];
        let (mut list, mut name) = (0, 0);
        while list < lists.len() {
            if name < lists[list].len() {
                table[lists[list][name].as_bytes()[0] as usize] = true;
                name += 1;
            } else {
                (list, name) = (list + 1, 0);
            }
        }
        Self(table)
    }

    /// Whether a byte is among them.
    pub(crate) fn has(&self, byte: u8) -> bool {
        #[expect(clippy::indexing_slicing, reason = "there is a place for each byte")]
        self.0[usize::from(byte)]
    }
}

/// Whether a text has such a byte. It looks at all bytes, without an early end, so that the compiler can compare many at
/// once.
pub(crate) fn has_byte(text: &[u8], is_such: impl Fn(u8) -> bool) -> bool {
    text.iter().fold(false, |any, byte| any | is_such(*byte))
}

/// Whether a text contains another: quicker than the standard library, where texts are long.
pub(crate) fn has(text: &str, part: &str) -> bool {
    // Most texts do not even have its first letter, which is found sooner.
    let first = part.as_bytes().first().map_or(Some(0), |first| memchr::memchr(*first, text.as_bytes()));
    let rest = first.and_then(|first| text.as_bytes().get(first..));
    rest.is_some_and(|rest| memchr::memmem::find(rest, part.as_bytes()).is_some())
}

/// A text before and after the last of an ASCII character: quicker than the standard library, where texts are short.
pub(crate) fn split_last(text: &str, mark: u8) -> Option<(&str, &str)> {
    let at = memchr::memrchr(mark, text.as_bytes())?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// The characters that must not be published, U+FFFD excepted, with their byte offsets.
pub(crate) fn forbidden(text: &str) -> impl Iterator<Item = (usize, char)> {
    text.char_indices().filter(|(_, c)| !is_publishable(*c) && *c != char::REPLACEMENT_CHARACTER)
}

/// The text as it may be published: U+FFFD and forbidden characters are removed; those that are white space
/// become a blank.
pub(crate) fn legal(text: &str) -> Cow<'_, str> {
    if is_legal(text) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter_map(replacement).collect())
}

/// Content as it may be published: line ends and blanks stay as they are.
pub(crate) fn legal_content(text: &str) -> Cow<'_, str> {
    let is_fine = is_legal(text) || text.chars().all(|c| is_publishable(c) || c == '\r');
    if is_fine { Cow::Borrowed(text) } else { legal(text) }
}

fn replacement(c: char) -> Option<char> {
    match c {
        c if is_publishable(c) => Some(c),
        c if c.is_whitespace() => Some(' '),
        _ => None,
    }
}

/// Like [`legal`], but U+FFFD is kept. Also returns where in the new text bytes were removed, and how many,
/// so that places in it can be mapped to the original.
pub(crate) fn without_forbidden(text: &str) -> (Cow<'_, str>, Vec<(usize, usize)>) {
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
pub(crate) fn code_point(c: char) -> String {
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

/// Whether nothing of a text can be seen: it is white space, or marks that only change how other characters look.
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(|c| {
        c.is_whitespace()
            || matches!(c, '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
                | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}'
                | '\u{2800}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
                | '\u{E0000}'..='\u{E0FFF}')
    })
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
}

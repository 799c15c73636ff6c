//! Text in other encodings than UTF-8.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, WINDOWS_1252};

/// With fewer bytes beyond ASCII, a detector only guesses.
const ENOUGH_TO_DETECT: usize = 8;

/// The text of bytes that are not UTF-8, and the name of the encoding that they look like. `None` if they look like
/// damaged UTF-8, or like no text.
pub(super) fn legacy(bytes: &[u8]) -> Option<(String, &'static str)> {
    let (mut right, mut wrong, mut cut) = (0_usize, 0_usize, false);
    for chunk in bytes.utf8_chunks() {
        right += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        wrong += usize::from(!chunk.invalid().is_empty());
        cut |= chunk.invalid().len() > 1;
    }
    // A character of which a part is left was cut.
    if bytes.contains(&0) || right >= wrong || (cut && wrong < ENOUGH_TO_DETECT) {
        return None;
    }
    let encoding = detected(bytes);
    let (text, _, had_errors) = encoding.decode(bytes);
    // By accident, pairs of bytes may be right in UTF-8; of single ones that is too unlikely.
    let is_possible = !had_errors && (right == 0 || !encoding.is_single_byte());
    let is_text = is_possible && !text.chars().any(|c| matches!(c, '\u{80}'..='\u{9F}'));
    is_text.then(|| (text.into_owned(), encoding.name()))
}

/// Text in UTF-16 or UTF-32.
pub(super) struct Wide {
    pub(super) text: String,
    pub(super) name: &'static str,
    /// Whether a byte order mark says so.
    pub(super) had_mark: bool,
}

/// The text of bytes in UTF-16 or UTF-32. Without a mark, they are that if their first characters are those of ASCII.
pub(super) fn wide(bytes: &[u8]) -> Option<Wide> {
    let is_ascii = |byte: &u8| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~');
    let (name, mark) = match bytes {
        [0xFF, 0xFE, 0, 0, ..] => (UTF_32_LE, 4),
        [0, 0, 0xFE, 0xFF, ..] => (UTF_32_BE, 4),
        [0xFF, 0xFE, ..] => (UTF_16_LE, 2),
        [0xFE, 0xFF, ..] => (UTF_16_BE, 2),
        [a, 0, 0, 0, b, 0, 0, 0, ..] if is_ascii(a) && is_ascii(b) => (UTF_32_LE, 0),
        [0, 0, 0, a, 0, 0, 0, b, ..] if is_ascii(a) && is_ascii(b) => (UTF_32_BE, 0),
        [a, 0, b, 0, c, 0, d, 0, ..] if [a, b, c, d].into_iter().all(is_ascii) => (UTF_16_LE, 0),
        [0, a, 0, b, 0, c, 0, d, ..] if [a, b, c, d].into_iter().all(is_ascii) => (UTF_16_BE, 0),
        _ => return None,
    };
    let rest = bytes.get(mark..).unwrap_or_default();
    let text = match name {
        UTF_32_LE => utf32(rest, u32::from_le_bytes),
        UTF_32_BE => utf32(rest, u32::from_be_bytes),
        UTF_16_LE => utf16(rest, u16::from_le_bytes),
        _ => utf16(rest, u16::from_be_bytes),
    };
    Some(Wide { text, name, had_mark: mark > 0 })
}

const UTF_16_LE: &str = "UTF-16LE";
const UTF_16_BE: &str = "UTF-16BE";
const UTF_32_LE: &str = "UTF-32LE";
const UTF_32_BE: &str = "UTF-32BE";

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks(2).map(|pair| <[u8; 2]>::try_from(pair).map_or(0xFFFD, unit));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

fn utf32(bytes: &[u8], unit: fn([u8; 4]) -> u32) -> String {
    let units = bytes.chunks(4).map(|four| <[u8; 4]>::try_from(four).ok().map(unit));
    units.map(|unit| unit.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

fn detected(bytes: &[u8]) -> &'static Encoding {
    if bytes.iter().filter(|byte| !byte.is_ascii()).count() < ENOUGH_TO_DETECT {
        return WINDOWS_1252;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Deny)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_in_other_encodings() {
        #[track_caller]
        fn case(bytes: &[u8], expected: Option<(&str, &str)>) {
            let read = legacy(bytes);
            assert_eq!(read.as_ref().map(|(text, name)| (text.as_str(), *name)), expected);
        }
        case(
            b"Caf\xE9 na\xEFve \x96 \x80 5",
            Some(("Caf\u{e9} na\u{ef}ve \u{2013} \u{20ac} 5", "windows-1252")),
        );
        let sjis = encoding_rs::SHIFT_JIS.encode("石臼の目立てはなぜ溝を切り直すのか").0;
        case(&sjis, Some(("石臼の目立てはなぜ溝を切り直すのか", "Shift_JIS")));
        let cyrillic = encoding_rs::WINDOWS_1251.encode("Почему перековывают мельничные жернова").0;
        case(&cyrillic, Some(("Почему перековывают мельничные жернова", "windows-1251")));
        // Damaged UTF-8 stays that, and what is no text is none.
        case(b"caf\xC3\xA9 \xE9", None);
        case(b"cut \xE3\x81", None);
        case(b"\x89PNG\0\0", None);
        case(b"a \x81 b", None);
    }
}

//! Text in other encodings than UTF-8, of which nothing says which it is.

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

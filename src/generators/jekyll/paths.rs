//! Paths become URLs as Jekyll and Addressable write them.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, CONTROLS, PercentEncode, utf8_percent_encode};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::text::BaseUrl;

/// What `URL.escape_path` encodes: all but unreserved characters, sub-delims, `:`, `@` and `/`.
const ESCAPED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The absolute URL of a path from the root of the site.
pub(super) fn absolute(base: &BaseUrl, path: &str) -> Option<String> {
    base.join(normalized(path).trim_start_matches('/'))
}

/// A path or a part of one, percent-encoded.
pub(super) fn escaped(value: &str) -> PercentEncode<'_> {
    utf8_percent_encode(value, ESCAPED)
}

/// `URL.sanitize_url`
pub(super) fn sanitized(url: String) -> String {
    let bytes = url.as_bytes();
    let is_odd = |at: usize| matches!(bytes.get(at..at + 2), Some(b"//" | b".." | b"./"));
    if url.starts_with('/') && !memchr::memchr2_iter(b'/', b'.', bytes).any(is_odd) {
        return url;
    }
    let mut url = format!("/{url}").replace("..", "/").replace("./", "");
    while url.contains("//") {
        url = url.replace("//", "/");
    }
    url
}

/// What Addressable's `normalize` does to a path beyond what any URL needs: letters and their marks are composed, as
/// names from macOS need it, and a code for what needs none is decoded.
fn normalized(path: &str) -> Cow<'_, str> {
    if path.is_ascii() && !path.contains('%') {
        return Cow::Borrowed(path);
    }
    let composed = composed(path);
    if !["%2", "%3", "%40"].iter().any(|code| composed.contains(code)) {
        return composed;
    }
    let mut pieces = composed.split('%');
    let mut decoded = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let code = piece.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match code.filter(|code| b"!$&'()*+,:;=@".contains(code)) {
            Some(code) => {
                decoded.push(char::from(code));
                decoded.push_str(piece.get(2..).unwrap_or_default());
            }
            None => {
                decoded.push('%');
                decoded.push_str(piece);
            }
        }
    }
    Cow::Owned(decoded)
}

/// Normalization form C, percent-encoded letters included.
fn composed(path: &str) -> Cow<'_, str> {
    // Only codes of letters beyond ASCII are decoded; the base URL's `join` encodes them again.
    let mut decoded = Vec::with_capacity(path.len());
    let bytes = path.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let code = path
            .get(at + 1..at + 3)
            .filter(|_| byte == b'%')
            .and_then(|code| u8::from_str_radix(code, 16).ok());
        match code.filter(|code| *code >= 0x80) {
            Some(code) => {
                decoded.push(code);
                at += 3;
            }
            None => {
                decoded.push(byte);
                at += 1;
            }
        }
    }
    match String::from_utf8(decoded) {
        Ok(text) if is_nfc_quick(text.chars()) != IsNormalized::Yes => Cow::Owned(text.nfc().collect()),
        _ => Cow::Borrowed(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_sanitized_and_normalized() {
        assert_eq!(sanitized("a//b/../c".to_owned()), "/a/b/c");
        assert_eq!(sanitized("/a/b.html".to_owned()), "/a/b.html");
        assert_eq!(normalized("/a%2Cb%20c%3b%2"), "/a,b%20c;%2");
        assert_eq!(normalized("/cafe%CC%81"), "/café");
        assert_eq!(escaped("a b/ü?").to_string(), "a%20b/%C3%BC%3F");
    }
}

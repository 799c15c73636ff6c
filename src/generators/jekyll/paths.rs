//! Paths become URLs as Jekyll and Addressable write them.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, PercentEncode, utf8_percent_encode};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::text::{BaseUrl, link};

/// What `URL.escape_path` encodes: all but unreserved characters, sub-delims, `:`, `@` and `/`.
const ESCAPED: &AsciiSet = &link::WRITTEN.add(b'#').add(b'%').add(b'?');

/// The absolute URL of a path from the root of the site, which may be in no form that Addressable would leave it in.
pub(super) fn absolute(base: &BaseUrl, path: &str) -> Option<String> {
    below(base, &normalized(path))
}

/// The absolute URL of a [`normalized`] path from the root of the site.
pub(super) fn below(base: &BaseUrl, path: &str) -> Option<String> {
    base.join(path.trim_start_matches('/'))
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
    link::collapsed(format!("/{url}").replace("..", "/").replace("./", ""))
}

/// What Addressable's `normalize` does to a path beyond what any URL needs: letters and their marks are composed, as
/// names from macOS need it, and a code for what needs none is decoded.
pub(super) fn normalized(path: &str) -> Cow<'_, str> {
    if memchr::memchr(b'%', path.as_bytes()).is_none() {
        return composed(path);
    }
    let is_needless = |code: u8| b"!$&'()*+,;:=@".contains(&code);
    let mut has_needless = false;
    // Only letters are decoded here; the base URL's `join` encodes them again.
    let text = decoded(path, |code| {
        has_needless |= is_needless(code);
        code >= 0x80
    });
    let composed = match text.as_deref().map(composed) {
        Some(Cow::Owned(composed)) => Cow::Owned(composed),
        _ => Cow::Borrowed(path),
    };
    let decoded = if has_needless { decoded(&composed, is_needless) } else { None };
    decoded.map_or(composed, Cow::Owned)
}

/// A text with letters and their marks composed.
pub(super) fn composed(text: &str) -> Cow<'_, str> {
    let is_composed = text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes;
    if is_composed { text.into() } else { text.nfc().collect::<String>().into() }
}

/// A path with the bytes that these codes stand for in place of them; `None` if that is not UTF-8.
fn decoded(path: &str, mut is_wanted: impl FnMut(u8) -> bool) -> Option<String> {
    let mut decoded = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [byte, after @ ..] = rest {
        let code = if *byte == b'%' { link::code(after).filter(|code| is_wanted(*code)) } else { None };
        decoded.push(code.unwrap_or(*byte));
        rest = if code.is_some() { after.get(2..)? } else { after };
    }
    String::from_utf8(decoded).ok()
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

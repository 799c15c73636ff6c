//! Text in HTML and XML.

use super::{ByteSet, has_byte};

/// What text is escaped at; a no-break space begins with the last of these.
const OF_TEXT: ByteSet = ByteSet::of(b"&<>\xC2");
/// What the value of an attribute is escaped at.
const OF_VALUE: ByteSet = ByteSet::of(b"&<>\xC2\"");

/// Appends text as browsers serialise it (<https://html.spec.whatwg.org/multipage/parsing.html#escapingString>).
pub(crate) fn push_text(html: &mut String, text: &str) {
    push(html, text, &OF_TEXT);
}

/// Appends the value of an attribute, without its quotes, as browsers serialise it.
pub(crate) fn push_value(html: &mut String, value: &str) {
    push(html, value, &OF_VALUE);
}

fn push(html: &mut String, mut text: &str, escaped: &ByteSet) {
    let may_be_escaped = |byte| matches!(byte, b'&' | b'<' | b'>' | b'"' | 0xC2);
    if !has_byte(text.as_bytes(), may_be_escaped) {
        return html.push_str(text);
    }
    while let Some(at) = text.bytes().position(|byte| escaped.has(byte)) {
        let (before, rest) = text.split_at(at);
        html.push_str(before);
        let mut chars = rest.chars();
        match chars.next() {
            Some('&') => html.push_str("&amp;"),
            Some('<') => html.push_str("&lt;"),
            Some('>') => html.push_str("&gt;"),
            Some('"') => html.push_str("&quot;"),
            Some('\u{A0}') => html.push_str("&nbsp;"),
            other => html.extend(other),
        }
        text = chars.as_str();
    }
    html.push_str(text);
}

/// Text as it is written in HTML, in the value of an attribute too.
#[must_use]
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

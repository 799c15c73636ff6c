//! Text in HTML and XML.

/// Appends text as browsers serialise it (<https://html.spec.whatwg.org/multipage/parsing.html#escapingString>).
pub(crate) fn push_text(html: &mut String, text: &str) {
    push(html, text, |c| matches!(c, '&' | '<' | '>' | '\u{A0}'));
}

/// Appends the value of an attribute, without its quotes, as browsers serialise it.
pub(crate) fn push_value(html: &mut String, value: &str) {
    push(html, value, |c| matches!(c, '&' | '<' | '>' | '\u{A0}' | '"'));
}

fn push(html: &mut String, mut text: &str, is_escaped: fn(char) -> bool) {
    while let Some(at) = text.find(is_escaped) {
        let (before, rest) = text.split_at(at);
        html.push_str(before);
        let mut chars = rest.chars();
        html.push_str(match chars.next() {
            Some('&') => "&amp;",
            Some('<') => "&lt;",
            Some('>') => "&gt;",
            Some('"') => "&quot;",
            _ => "&nbsp;",
        });
        text = chars.as_str();
    }
    html.push_str(text);
}

/// Text as it is written in HTML, in the value of an attribute too.
#[must_use]
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

//! HTML without its tags, as text filters make it, not as a parser would.

use super::Markup;
use super::blocks::blocks;

/// Text without its tags, comments, scripts and styles; a `<` that opens nothing stays.
pub(crate) fn strip_html(html: &str) -> String {
    if !html.contains('<') {
        return html.to_owned();
    }
    let mut rest = html;
    let mut text = String::with_capacity(html.len());
    // Whether the end of a comment, script, style or tag may still follow.
    let mut ends = [true; 3];
    let last = html.rfind('>').unwrap_or(0);
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        text.push_str(before);
        let lower = tag.get(..tag.floor_char_boundary(8)).unwrap_or_default().to_ascii_lowercase();
        let mut end = None;
        for (index, (open, close)) in
            [("<script", "</script>"), ("<style", "</style>"), ("<!--", "-->")].into_iter().enumerate()
        {
            if let Some(may) = ends.get_mut(index).filter(|may| **may && lower.starts_with(open)) {
                end = find_ignoring_case(tag, close).map(|end| end + close.len());
                *may = end.is_some();
            }
        }
        let is_open = html.len() - tag.len() > last;
        let opens = !is_open
            && tag.get(1..).is_some_and(|name| {
                name.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'))
            });
        match end.or_else(|| if opens { tag.find('>').map(|end| end + 1) } else { None }) {
            Some(end) => rest = tag.get(end..).unwrap_or_default(),
            None => {
                text.push('<');
                rest = tag.get(1..).unwrap_or_default();
            }
        }
    }
    text.push_str(rest);
    text
}

fn find_ignoring_case(text: &str, wanted: &str) -> Option<usize> {
    text.as_bytes().windows(wanted.len()).position(|window| window.eq_ignore_ascii_case(wanted.as_bytes()))
}

/// Text with HTML's character references decoded.
pub(crate) fn decode_references(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    // Without tags, blocks of one: the tokenizer decodes.
    let guarded = text.replace('<', "&lt;");
    blocks(&guarded, Markup::Html).into_iter().map(|block| block.text).collect::<Vec<_>>().join(" ")
}

/// The text of HTML: without tags, and with the characters that its references name.
pub(crate) fn plain_text(html: &str) -> String {
    decode_references(&strip_html(html))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_references() {
        assert_eq!(strip_html("a <b>b</b><!-- c > d --> <script>if (1 < 2) {}</SCRIPT>e < f"), "a b e < f");
        assert_eq!(strip_html("<script>never closed"), "never closed");
        assert_eq!(decode_references("AT&amp;T &lt;b&gt; &copy;"), "AT&T <b> ©");
    }
}

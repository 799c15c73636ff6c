//! The tags and references in a title, as Jekyll's `smartify` reads them: kramdown with its HTML in text, and without the
//! rest of Markdown.

use std::sync::LazyLock;

use regex::Regex;

use super::html_blocks::{BLOCKS, SPANS};
use crate::markup::elements::VOID_ELEMENTS;
use crate::text::escape::escaped;

/// What kramdown takes for a tag, an end tag and a reference, at the start of a text.
static TAG: LazyLock<Regex> = LazyLock::new(|| {
    let name = r"[^\W\d][\w.-]*(?::[^\W\d][\w.-]*)?";
    pattern(&format!(r#"^<({name})(?:\s+{name}(?:\s*=\s*(?:\w+|"[^"]*"|'[^']*'))?)*\s*(/)?>"#))
});
static CLOSE: LazyLock<Regex> = LazyLock::new(|| pattern(r"^</([^\W\d][\w.:-]*)\s*>"));
static REFERENCE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^&(?:[A-Za-z0-9_:][A-Za-z0-9_.:-]*|#[0-9]+|#x[0-9a-fA-F]+);"));

/// A pattern that is known to be one.
fn pattern(text: &str) -> Regex {
    Regex::new(text).unwrap_or_else(|error| unreachable!("`{text}`: {error}"))
}

/// A title as HTML without its tags. What only looks like a tag or a reference is escaped.
pub(crate) fn without_tags(title: &str) -> String {
    let mut html = String::with_capacity(title.len());
    let mut open: Vec<String> = Vec::new();
    let mut rest = title;
    while let Some(at) = rest.find(['<', '>', '&']) {
        let (before, after) = rest.split_at(at);
        html.push_str(before);
        let is_start = title.len() - after.len() < 4 && html.trim().is_empty();
        let length = match after.as_bytes() {
            [b'&', ..] => reference(after, &mut html),
            [b'<', b'<', ..] | [b'>', ..] => guillemet(after, &mut html),
            _ => tag(after, is_start, &mut open, &mut html),
        };
        rest = after.get(length..).unwrap_or_default();
    }
    html + rest
}

/// Reads what begins with `&`, and gives its length.
fn reference(text: &str, html: &mut String) -> usize {
    match REFERENCE.find(text) {
        Some(found) => {
            html.push_str(found.as_str());
            found.len()
        }
        None => {
            html.push_str("&amp;");
            1
        }
    }
}

/// Reads `<<` or what begins with `>`, and gives its length.
fn guillemet(text: &str, html: &mut String) -> usize {
    let is_pair = text.starts_with(['<']) || text.starts_with(">>");
    match text.starts_with('<') {
        _ if is_pair && html.ends_with('\\') => {
            html.pop();
            html.push_str(&escaped(text.get(..2).unwrap_or_default()));
        }
        true => html.push_str(if text.starts_with("<< ") { "«\u{A0}" } else { "«" }),
        false if is_pair && html.ends_with(' ') => {
            html.pop();
            html.push_str("\u{A0}»");
        }
        false if is_pair => html.push('»'),
        false => html.push('>'),
    }
    match text.starts_with("<< ") {
        true => 3,
        false => 1 + usize::from(is_pair),
    }
}

/// Reads what begins with `<`, and gives its length.
fn tag(text: &str, is_start: bool, open: &mut Vec<String>, html: &mut String) -> usize {
    let ends_with = |mark: &str, end: &str| {
        text.strip_prefix(mark)?.find(end).map(|inner| mark.len() + inner + end.len())
    };
    if let Some(length) = ends_with("<!--", "-->") {
        return length;
    }
    if let Some(close) = CLOSE.captures(text) {
        let (whole, name) =
            (close.get(0).map_or("", |whole| whole.as_str()), close.get(1).map_or("", |name| name.as_str()));
        if open.last().is_some_and(|last| last.eq_ignore_ascii_case(name)) {
            open.pop();
        } else {
            html.push_str(&escaped(whole));
        }
        return whole.len();
    }
    let Some(found) = TAG.captures(text) else {
        html.push_str("&lt;");
        return 1;
    };
    let whole = found.get(0).map_or("", |whole| whole.as_str());
    let name = found.get(1).map_or("", |name| name.as_str()).to_ascii_lowercase();
    let is_block = is_start && !SPANS.contains(&name.as_str());
    if BLOCKS.contains(&name.as_str()) && !is_block {
        html.push_str(&escaped(whole));
        return whole.len();
    }
    if name == "br" {
        html.push(' ');
    }
    if matches!(name.as_str(), "script" | "style") {
        let lower = text.to_ascii_lowercase();
        let end = format!("</{name}>");
        return lower.find(&end).map_or(text.len(), |at| at + end.len());
    }
    if found.get(2).is_none() && !VOID_ELEMENTS.contains(&name.as_str()) {
        open.push(name);
    }
    whole.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_leave_and_what_only_looks_like_one_stays() {
        for (title, expected) in [
            ("Result<T, E> and HashMap<K, V>", "Result&lt;T, E> and HashMap&lt;K, V>"),
            ("GET /?a=1&copy=2&lt=3", "GET /?a=1&amp;copy=2&amp;lt=3"),
            ("mail <me@example.com>", "mail &lt;me@example.com>"),
            ("if a<b and c>d", "if ad"),
            ("AT&T &amp; &copy; &#38; &nope;", "AT&amp;T &amp; &copy; &#38; &nope;"),
            ("<b>Bold</b> & <script>x</script>y", "Bold &amp; y"),
            ("Use <div> and </p> tags", "Use &lt;div&gt; and &lt;/p&gt; tags"),
            ("<div>block</div>", "block"),
            ("one<br>two<BR />three<brr>", "one two three"),
            ("Vec<T> x<!-- c --> <?php y ?>", "Vec x &lt;?php y ?>"),
            ("<<quote>> << a >> \\<<b>>", "«quote» «\u{A0}a\u{A0}» &lt;&lt;b»"),
            ("List<List<T>>", "List&lt;List>"),
            ("1 < 2 <3 <a href='x>y'>z</a>", "1 &lt; 2 &lt;3 z"),
        ] {
            assert_eq!(without_tags(title), expected, "{title}");
        }
    }
}

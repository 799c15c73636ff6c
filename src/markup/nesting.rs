//! HTML that is nested so plainly that a parser reads exactly what is written. It need not be parsed to know its
//! elements, nor parsed again to know what feed readers will show.

use super::elements::{CARRIED, VOID_ELEMENTS, is_heading};

/// Elements that end a paragraph which they are in.
const BLOCKS: [&str; 21] = [
    "address", "blockquote", "details", "div", "dl", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5",
    "h6", "hr", "ol", "p", "pre", "summary", "table", "ul", "li",
];

/// The parts of a table in which other things are put before the table.
const TABLE: [&str; 6] = ["table", "colgroup", "thead", "tbody", "tfoot", "tr"];

/// A piece of plain HTML.
pub(super) enum Piece<'h> {
    /// Text between tags, as written.
    Text(&'h str),
    /// The name of a start tag, and what is written after it.
    Start(&'h str, &'h str),
    /// An element ends. Elements without an end tag end at once.
    End,
}

/// Whether a parser reads HTML as it is nested, where every `<`, `>`, `&` and `"` that is none of the notation is written
/// as a reference (<https://html.spec.whatwg.org/multipage/parsing.html>).
pub(super) fn is_plain(html: &str) -> bool {
    read(html, |_| Some(())).is_some()
}

/// Gives the pieces of HTML to `take`, in order. `None` if a parser may read other pieces than are written, or if `take`
/// refuses one; then the pieces that were given mean nothing.
pub(super) fn read<'h>(html: &'h str, mut take: impl FnMut(Piece<'h>) -> Option<()>) -> Option<()> {
    if memchr::memchr2(b'\r', b'\0', html.as_bytes()).is_some() {
        return None;
    }
    let mut open: Vec<&str> = Vec::new();
    let mut rest = html;
    while let Some((text, after)) = split_at(rest, b'<') {
        let (tag, after) = split_at(after, b'>')?;
        if !takes_text(&open, text) {
            return None;
        }
        take(Piece::Text(text))?;
        if let Some(name) = tag.strip_prefix('/') {
            open.pop().filter(|opened| *opened == name)?;
            take(Piece::End)?;
        } else {
            let (name, attributes) = tag.split_at(tag.find(' ').unwrap_or(tag.len()));
            if !CARRIED.contains(&name) || !takes(&open, name) || (name == "pre" && after.starts_with('\n')) {
                return None;
            }
            take(Piece::Start(name, attributes))?;
            if VOID_ELEMENTS.contains(&name) {
                take(Piece::End)?;
            } else {
                open.push(name);
            }
        }
        rest = after;
    }
    if !open.is_empty() || !takes_text(&[], rest) {
        return None;
    }
    take(Piece::Text(rest))
}

/// What is before a byte of ASCII, and after it.
fn split_at(text: &str, byte: u8) -> Option<(&str, &str)> {
    let (before, after) = text.split_at_checked(memchr::memchr(byte, text.as_bytes())?)?;
    Some((before, after.get(1..)?))
}

/// Whether text stays where it is written.
fn takes_text(open: &[&str], text: &str) -> bool {
    let is_in_table = open.last().is_some_and(|parent| TABLE.contains(parent));
    memchr::memchr(b'>', text.as_bytes()).is_none()
        && (!is_in_table || text.bytes().all(|byte| matches!(byte, b' ' | b'\n' | b'\t')))
}

/// Whether an element stays where it is written, and ends no other.
fn takes(open: &[&str], name: &str) -> bool {
    let parent = open.last().copied().unwrap_or_default();
    let is_fitting = match name {
        "li" => matches!(parent, "ul" | "ol"),
        "dt" | "dd" => parent == "dl",
        "caption" | "colgroup" | "thead" | "tbody" | "tfoot" => parent == "table",
        "col" => parent == "colgroup",
        "tr" => matches!(parent, "thead" | "tbody" | "tfoot"),
        "td" | "th" => parent == "tr",
        _ => !TABLE.contains(&parent),
    };
    let cells = |name: &&&str| !matches!(**name, "td" | "th" | "caption");
    let is_in_paragraph = || open.iter().rev().take_while(cells).any(|name| *name == "p");
    is_fitting
        && !(name == "a" && open.contains(&"a"))
        && !(is_heading(name) && open.iter().any(|name| is_heading(name)))
        && !((BLOCKS.contains(&name) || matches!(name, "dt" | "dd")) && is_in_paragraph())
}

#[cfg(test)]
mod tests {
    use super::is_plain;

    #[test]
    fn what_a_parser_moves_is_not_plain() {
        for html in [
            "",
            "text",
            "<p>a <b>b</b><br>c</p><ul><li><p>d</p></li></ul>",
            "<table><thead><tr><th>a</th></tr></thead> <tbody><tr><td><p>b</p></td></tr></tbody></table>",
            "<p>a</p><pre><code>b</code></pre><hr><dl><dt>a</dt><dd><ul><li>b</li></ul></dd></dl>",
            "<a href=\"https://e.com/?a=1&amp;b=%3E\"><div>a</div></a>",
        ] {
            assert!(is_plain(html), "{html}");
        }
        for html in [
            "<p>a<p>b</p></p>",
            "<p><ul><li>a</li></ul></p>",
            "<p><span><div>a</div></span></p>",
            "<li>a</li>",
            "<ul><b><li>a</li></b></ul>",
            "<a>a<b><a>b</a></b></a>",
            "<h1><h2>a</h2></h1>",
            "<table>a</table>",
            "<table><tr><td>a</td></tr></table>",
            "<table><tbody><tr><div>a</div></tr></tbody></table>",
            "<b><i>a</b></i>",
            "<p>a",
            "a</p>",
            "<pre>\na</pre>",
            "a\rb",
            "a > b",
            "a <",
        ] {
            assert!(!is_plain(html), "{html}");
        }
    }
}

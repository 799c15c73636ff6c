//! The plain part of YAML that nearly all front matter is made of, read in one pass over its bytes: a twentieth of what
//! a whole parser costs.
//!
//! A document is read here only if every line of it is one of these, and is handed to `serde_yaml` otherwise:
//!
//! ```yaml
//! # a comment on a line of its own
//! key: a plain scalar on one line
//! key: "a string whose only escapes are \" and \\"
//! key: 'a string without quotes in it'
//! key: [a, "b", 'c']
//! key:
//! - an item
//! - another, with the same indentation
//! key: >-
//!   lines of one paragraph,
//!   with the same indentation
//! ```
//!
//! What it gives is what [`parse_whole`](super::yaml::parse_whole) gives, places and styles included;
//! `scan_properties.rs` compares the two.

use super::value::{Map, Node, Scalar};

/// Keys longer than libyaml allows are left to it.
const MAX_KEY: usize = 100;

/// Reads a document. `None` means that it has something that is not read here, right or wrong.
#[must_use]
pub(super) fn scan(text: &str) -> Option<Node> {
    if !text.is_ascii() && has_hidden_breaks(text.as_bytes()) {
        return None;
    }
    let mut lines = Lines { text, at: 0 };
    let mut map = Map(Vec::with_capacity(12));
    while let Some((at, line)) = lines.next_line() {
        match line.as_bytes() {
            [] | [b'#', ..] if is_printable(line) => continue,
            _ => {}
        }
        let (key, value) = pair(line)?;
        let value_at = at + (line.trim_end_matches(' ').len() - value.len());
        let node = match value.as_bytes() {
            [] => list(&mut lines)?,
            [b'[', ..] => flow(value, value_at)?,
            [b'|' | b'>', ..] => Node::Scalar(block(&mut lines, value)?),
            _ => Node::Scalar(scalar(value, value_at, Context::Block)?),
        };
        map.0.push((Scalar { text: key.to_owned(), quoted: false, at: Some(at) }, node));
    }
    (!map.0.is_empty()).then_some(Node::Map(map))
}

/// Where a scalar stands.
#[derive(Clone, Copy, PartialEq)]
enum Context {
    Block,
    Flow,
}

struct Lines<'a> {
    text: &'a str,
    /// Where the next line begins.
    at: usize,
}

impl<'a> Lines<'a> {
    /// The next line, with where it begins.
    fn next_line(&mut self) -> Option<(usize, &'a str)> {
        let (at, line) = self.peek()?;
        self.at += line.len() + 1;
        Some((at, line))
    }

    fn peek(&self) -> Option<(usize, &'a str)> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let end = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
        Some((self.at, rest.get(..end)?))
    }
}

/// Characters that libyaml takes for the end of a line, or refuses.
fn has_hidden_breaks(bytes: &[u8]) -> bool {
    memchr::memchr3_iter(0xC2, 0xE2, 0xEF, bytes).any(|at| {
        matches!(
            bytes.get(at..).unwrap_or_default(),
            [0xC2, 0x80..=0x9F, ..]
                | [0xE2, 0x80, 0xA8 | 0xA9, ..]
                | [0xEF, 0xBB, 0xBF, ..]
                | [0xEF, 0xBF, 0xBE | 0xBF, ..]
        )
    })
}

/// Whether a line has no control characters, tabs among them.
fn is_printable(line: &str) -> bool {
    line.bytes().all(|byte| byte >= b' ' && byte != 0x7F)
}

/// A key in the first column, and what follows it, without blanks at either end.
fn pair(line: &str) -> Option<(&str, &str)> {
    let bytes = line.as_bytes();
    let length = bytes
        .iter()
        .position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')))
        .unwrap_or(bytes.len());
    let starts = bytes.first().is_some_and(|first| first.is_ascii_alphabetic() || *first == b'_');
    let (key, rest) = line.split_at_checked(length)?;
    let value = rest.strip_prefix(':')?;
    let parted = value.is_empty() || value.starts_with(' ');
    (starts && parted && length <= MAX_KEY && is_printable(value)).then(|| {
        let value = value.trim_matches(' ');
        (key, value)
    })
}

/// A scalar that takes all of this text.
fn scalar(text: &str, at: usize, context: Context) -> Option<Scalar> {
    if let Some(inner) = text.strip_prefix('\'') {
        let inner = inner.strip_suffix('\'').filter(|inner| !inner.contains('\''))?;
        return Some(Scalar { text: inner.to_owned(), quoted: true, at: Some(at + 1) });
    }
    if let Some(inner) = text.strip_prefix('"') {
        let inner = inner.strip_suffix('"')?;
        if inner.contains('\\') {
            let text = unescaped(inner)?;
            // Escaped at its start only, it still stands in the document as it is.
            let at = inner.ends_with(&text).then(|| at + 1 + inner.len() - text.len());
            return Some(Scalar { text, quoted: true, at });
        }
        return (!inner.contains('"')).then(|| Scalar {
            text: inner.to_owned(),
            quoted: true,
            at: Some(at + 1),
        });
    }
    is_plain(text.as_bytes(), context).then(|| Scalar { text: text.to_owned(), quoted: false, at: Some(at) })
}

/// What stands between double quotes, if its only escapes are `\"` and `\\`.
fn unescaped(inner: &str) -> Option<String> {
    let mut text = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => text.push(chars.next().filter(|c| matches!(c, '"' | '\\'))?),
            '"' => return None,
            c => text.push(c),
        }
    }
    Some(text)
}

/// Whether a text without blanks at its ends is a plain scalar.
fn is_plain(text: &[u8], context: Context) -> bool {
    let begins = text.first().is_some_and(|first| {
        !matches!(
            first,
            b'-' | b'?'
                | b':'
                | b','
                | b'['
                | b']'
                | b'{'
                | b'}'
                | b'#'
                | b'&'
                | b'*'
                | b'!'
                | b'|'
                | b'>'
                | b'\''
                | b'"'
                | b'%'
                | b'@'
                | b'`'
        )
    });
    let mut before = b' ';
    for (index, &byte) in text.iter().enumerate() {
        let ends = match byte {
            b':' => context == Context::Flow || text.get(index + 1).is_none_or(|after| *after == b' '),
            b'#' => before == b' ',
            b',' | b'[' | b']' | b'{' | b'}' | b'?' => context == Context::Flow,
            _ => false,
        };
        if ends {
            return false;
        }
        before = byte;
    }
    begins
}

/// `[a, "b"]` on one line.
fn flow(text: &str, at: usize) -> Option<Node> {
    let inner = text.strip_prefix('[')?.strip_suffix(']')?;
    let mut items = Vec::new();
    if inner.trim_matches(' ').is_empty() {
        return Some(Node::List(items));
    }
    let mut rest = inner;
    let mut start = at + 1;
    loop {
        let blanks = rest.len() - rest.trim_start_matches(' ').len();
        rest = rest.get(blanks..)?;
        start += blanks;
        // A comma within quotes parts nothing.
        let quoted = match rest.as_bytes().first()? {
            quote @ (b'"' | b'\'') => end_of_quoted(rest.as_bytes(), *quote)?,
            _ => 0,
        };
        let end = memchr::memchr(b',', rest.as_bytes().get(quoted..)?).map(|comma| quoted + comma);
        let item = rest.get(..end.unwrap_or(rest.len()))?.trim_end_matches(' ');
        items.push(Node::Scalar(scalar(item, start, Context::Flow)?));
        let Some(end) = end else { return Some(Node::List(items)) };
        rest = rest.get(end + 1..)?;
        start += end + 1;
    }
}

/// How long the quoted string is that a text begins with.
fn end_of_quoted(text: &[u8], quote: u8) -> Option<usize> {
    let mut at = 1;
    loop {
        match text.get(at)? {
            b'\\' if quote == b'"' => at += 2,
            byte if *byte == quote => return Some(at + 1),
            _ => at += 1,
        }
    }
}

/// A block of lines without empty ones between: `|` keeps its line ends, `>` makes blanks of them, `-` drops the last.
fn block(lines: &mut Lines<'_>, header: &str) -> Option<Scalar> {
    let (join, end) = match header {
        "|" => ('\n', "\n"),
        "|-" => ('\n', ""),
        ">" => (' ', "\n"),
        ">-" => (' ', ""),
        _ => return None,
    };
    let mut text = String::new();
    let mut indent = None;
    while let Some((at, line)) = lines.peek() {
        let bare = line.trim_start_matches(' ');
        let depth = line.len() - bare.len();
        if depth == 0 && !bare.is_empty() {
            break;
        }
        let is_ended = lines.text.len() > at + line.len();
        let fits = *indent.get_or_insert(depth) == depth && depth > 0;
        if !fits || !is_ended || !is_printable(line) || bare.is_empty() || bare.ends_with(' ') {
            return None;
        }
        if !text.is_empty() {
            text.push(join);
        }
        text.push_str(bare);
        lines.next_line();
    }
    text.push_str(end);
    indent.map(|_| Scalar { text, quoted: true, at: None })
}

/// What stands below a key without a value: the items of a list, each on a line.
fn list(lines: &mut Lines<'_>) -> Option<Node> {
    let mut items = Vec::new();
    let mut indent = None;
    while let Some((at, line)) = lines.peek() {
        let bare = line.trim_start_matches(' ');
        let depth = line.len() - bare.len();
        let Some(item) = bare.strip_prefix("- ").filter(|_| is_printable(line)) else {
            // What follows must be a key, a comment or nothing: it is looked at as such.
            if depth > 0 {
                return None;
            }
            break;
        };
        if *indent.get_or_insert(depth) != depth {
            return None;
        }
        let item = item.trim_matches(' ');
        let item_at = at + (line.trim_end_matches(' ').len() - item.len());
        items.push(Node::Scalar(scalar(item, item_at, Context::Block)?));
        lines.next_line();
    }
    (!items.is_empty()).then_some(Node::List(items))
}

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
//! What it gives is what [`parse_whole`](super::yaml::parse_whole) gives, places and styles included; the tests below
//! compare the two.

use super::value::{Map, Node, Scalar};
use crate::text::{ByteSet, has_byte};

/// Keys longer than libyaml allows are left to it.
const MAX_KEY: usize = 100;

/// Reads a document. `None` means that it has something that is not read here, right or wrong.
pub(super) fn scan(text: &str) -> Option<Node> {
    if !is_printable(text) || (!text.is_ascii() && has_hidden_breaks(text.as_bytes())) {
        return None;
    }
    let mut lines = Lines { text, at: 0 };
    let mut map = Map(Vec::with_capacity(10));
    while let Some((at, line)) = lines.next_line() {
        match line.as_bytes() {
            [] | [b'#', ..] => continue,
            _ => {}
        }
        let (key, blanks, value) = pair(line)?;
        let value_at = at + key.len() + 1 + blanks;
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

/// The place of a scalar.
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

/// Whether a text has no control characters but the ends of lines; tabs are among them.
fn is_printable(text: &str) -> bool {
    !has_byte(text.as_bytes(), |byte| ((byte < b' ') & (byte != b'\n')) | (byte == 0x7F))
}

/// The bytes of keys.
const OF_KEY: ByteSet = ByteSet::letters_and(b"_-");

/// A key in the first column, how many blanks follow its colon, and its value without blanks at either end.
fn pair(line: &str) -> Option<(&str, usize, &str)> {
    let bytes = line.as_bytes();
    let length = bytes.iter().position(|byte| !OF_KEY.has(*byte)).unwrap_or(bytes.len());
    let starts = bytes.first().is_some_and(|first| first.is_ascii_alphabetic() || *first == b'_');
    let (key, rest) = line.split_at_checked(length)?;
    let value = rest.strip_prefix(':')?;
    let parted = value.is_empty() || value.starts_with(' ');
    // Blanks are the only white space in it.
    let bare = value.trim_ascii_start();
    (starts && parted && length <= MAX_KEY).then(|| (key, value.len() - bare.len(), bare.trim_ascii_end()))
}

/// A scalar that takes all of this text.
fn scalar(text: &str, at: usize, context: Context) -> Option<Scalar> {
    if let Some(inner) = text.strip_prefix('\'') {
        let inner = inner.strip_suffix('\'').filter(|inner| !inner.contains('\''))?;
        return Some(Scalar { text: inner.to_owned(), quoted: true, at: Some(at + 1) });
    }
    if let Some(inner) = text.strip_prefix('"') {
        let inner = inner.strip_suffix('"')?;
        if memchr::memchr2(b'\\', b'"', inner.as_bytes()).is_none() {
            return Some(Scalar { text: inner.to_owned(), quoted: true, at: Some(at + 1) });
        }
        let text = unescaped(inner)?;
        // Escaped at its start only, it is still in the document as it is.
        let at = inner.ends_with(&text).then(|| at + 1 + inner.len() - text.len());
        return Some(Scalar { text, quoted: true, at });
    }
    is_plain(text.as_bytes(), context).then(|| Scalar { text: text.to_owned(), quoted: false, at: Some(at) })
}

/// The text between double quotes, if its only escapes are `\"` and `\\`.
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
    // Most have none of these at all.
    let is_mark = |byte: u8| matches!(byte, b':' | b'#' | b',' | b'[' | b']' | b'{' | b'}' | b'?');
    if !has_byte(text, is_mark) {
        return begins;
    }
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
    if inner.trim_ascii().is_empty() {
        return Some(Node::List(items));
    }
    let mut rest = inner;
    let mut start = at + 1;
    loop {
        let blanks = rest.len() - rest.trim_ascii_start().len();
        rest = rest.get(blanks..)?;
        start += blanks;
        // A comma within quotes parts nothing.
        let quoted = match rest.as_bytes().first()? {
            quote @ (b'"' | b'\'') => end_of_quoted(rest.as_bytes(), *quote)?,
            _ => 0,
        };
        let end = memchr::memchr(b',', rest.as_bytes().get(quoted..)?).map(|comma| quoted + comma);
        let item = rest.get(..end.unwrap_or(rest.len()))?.trim_ascii_end();
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
        if !fits || !is_ended || bare.is_empty() || bare.ends_with(' ') {
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

/// The lines below a key without a value: the items of a list, each on a line.
fn list(lines: &mut Lines<'_>) -> Option<Node> {
    let mut items = Vec::new();
    let mut indent = None;
    while let Some((at, line)) = lines.peek() {
        let bare = line.trim_start_matches(' ');
        let depth = line.len() - bare.len();
        let Some(item) = bare.strip_prefix("- ") else {
            // What follows must be a key, a comment or nothing: it is looked at as such.
            if depth > 0 {
                return None;
            }
            break;
        };
        if *indent.get_or_insert(depth) != depth {
            return None;
        }
        let item = item.trim_ascii();
        let item_at = at + (line.trim_ascii_end().len() - item.len());
        items.push(Node::Scalar(scalar(item, item_at, Context::Block)?));
        lines.next_line();
    }
    (!items.is_empty()).then_some(Node::List(items))
}

#[cfg(test)]
mod tests {
    //! The scanner gives what `serde_yaml` gives, or nothing.
    //!
    //! `SCANNER_CASES=10000000 cargo test --release --lib scanner` looks at ten million documents more thoroughly than
    //! there is time for every day.

    use proptest::prelude::*;
    use proptest::test_runner::{Config, TestRunner};
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::scan;
    use crate::source::yaml::parse_whole;

    /// Whether the scanner took the document; if it did, it must have given what the whole parser gives.
    fn agrees(text: &str) -> bool {
        let Some(scanned) = scan(text) else { return false };
        let whole = parse_whole(text);
        assert_eq!(Ok(&scanned), whole.as_ref(), "{text:?}");
        true
    }

    #[track_caller]
    fn case(text: &str, taken: bool) {
        assert_eq!(agrees(text), taken, "{text:?}");
    }

    #[test]
    fn real_front_matter_is_taken() {
        case("title: One\ndate: 2025-11-29 02:11:40 +0000\n", true);
        case("title: \"One: two # three\"\n\n# a comment\ntags: [a, \"b, c\", 'd']\n", true);
        case("tags:\n  - a\n  - b c\ncategories:\n- x\n", true);
        case("a: ''\nb: \"\"\nc: []\nd: [ ]\n", true);
        case(
            "a: yes\nb: 1e3\nc: 0x1F\nd: ~\ne: 12:30:45\nf: 1_000\ng: .inf\nh: null\ni: 0o17\nj: 1.10\n",
            true,
        );
        case("a: it's \"so\" [not], {x} & *y*!\nb: http://e.com/#x\nc: C#\nd: 日本語、と。\n", true);
        case("a: x\na: y\n", true);
        case("a: |\n  b\n  c: # d\ne: >-\n - f\n g\nh: >\n  i\nj: |-\n  k\n", true);
        case("a: \"b \\\"c\\\" \\\\\"\nd: [\"e\\\", f\", g]\n", true);
        case("a:    x   \nb: 'q'  \n", true);
        case("no: 1\ntrue: 2\nnull: 3\n", true);
    }

    #[test]
    fn everything_else_is_left_to_the_whole_parser() {
        for text in [
            "", "\n", "# only\n", "a: b: c\n", "a: b #c\n", "a: b\n  c\n", "a: \"b\\n\"\n", "a: 'it''s'\n",
            "a: |\n  b\n\n  c\n", "a: >\n  b\n   c\n", "a: |+\n  b\n", "a: >\n  b", "a: |\n\tb\n",
            "a: &b c\n", "a: *b\n", "a: !b c\n", "a: {b: c}\n", "a: [b: c]\n", "a: [b, [c]]\n", "a: [b,]\n",
            "a: [b, , c]\n", "a:\n  b: c\n", "a:\n", "a:\n- b: c\n", "a:\n- - b\n", "a:\n- b\n - c\n",
            "a:\n-\n", "a:\tb\n", "a: b\tc\n", "? a\n: b\n", "- a\n", "a\n", "a:b\n", "---\na: b\n",
            "a: b\n...\n", "\"a\": b\n", "a: b\u{85}c\n", "a: b\u{2028}c\n", "\u{FEFF}a: b\n", "a: %b\n",
            "a: @b\n", "a: - b\n", "<<: b\n",
        ] {
            case(text, false);
        }
    }

    /// A word of a scalar: letters, numbers that look like other types, and marks with a meaning.
    fn word() -> impl Strategy<Value = String> {
        prop_oneof![
            12 => "[a-zA-Z0-9]{1,6}",
            4 => prop::sample::select(vec![
                "yes", "no", "on", "off", "y", "true", "True", "~", "null", "1e3", "0x1F", "0o7", "017", "1_000", "12:30", "12:30:45", "1.10", ".5",
                ".inf", "-.inf", ".NaN", "-1", "+1", "2025-11-29", "2025-11-29 02:11:40 +0000", "02:11:40", "http://e.com", "a:b", "\\\"", "\\\"", "\\\\", "C++", "C#", "a#b", "#",
                "<<", "=", "18446744073709551616", "日本", "é", "😀", "\u{A0}", "\u{3000}", "it's", "\"", "'", "''", "\\", "\\n", "]", "[", "{", "}",
                ",", ":", "- ", "-", "--", "---", "...", "?", "? ", "&a", "*a", "!t", "|", ">", ">-", "%", "@", "`", "\t", "\u{85}", "\u{2028}", "\u{FEFF}",
                "\u{7F}", ": ", " #", "# ", "::", "x:", ":x",
            ]).prop_map(str::to_owned),
            1 => any::<char>().prop_map(String::from),
        ]
    }

    fn words() -> impl Strategy<Value = String> {
        prop::collection::vec((word(), prop::sample::select(vec!["", " ", "  "])), 0..4)
            .prop_map(|words| words.into_iter().map(|(word, blank)| word + blank).collect())
    }

    fn scalar() -> impl Strategy<Value = String> {
        prop_oneof![
            4 => words(),
            2 => words().prop_map(|text| format!("\"{text}\"")),
            2 => words().prop_map(|text| format!("'{text}'")),
            1 => words().prop_map(|text| format!("\"{}\"", text.replace(['"', '\\'], ""))),
            1 => words().prop_map(|text| format!("'{}'", text.replace('\'', ""))),
        ]
    }

    fn value() -> impl Strategy<Value = String> {
        let items = || prop::collection::vec(scalar(), 0..4);
        prop_oneof![
            12 => "[A-Za-z0-9][A-Za-z0-9 :#'\"+,-]{0,12}",
            5 => scalar(),
            3 => (items(), prop::sample::select(vec![", ", ",", " , ", ",  "])).prop_map(|(items, comma)| format!("[{}]", items.join(comma))),
            1 => items().prop_map(|items| format!("[ {} ]", items.join(", "))),
            3 => (items(), prop::sample::select(vec!["\n- ", "\n  - ", "\n -  ", "\n    - ", "\n-", "\n - - "]))
                .prop_map(|(items, dash)| items.into_iter().map(|item| format!("{dash}{item}")).collect()),
            2 => (prop::sample::select(vec!["|", "|-", ">", ">-", "|+", ">2"]), prop::collection::vec(words(), 0..3), prop::sample::select(vec!["\n  ", "\n ", "\n   "]))
                .prop_map(|(header, lines, indent)| lines.into_iter().fold(header.to_owned(), |block, line| format!("{block}{indent}{line}"))),
            1 => scalar().prop_map(|text| format!("{text}\n  {text}")),
            1 => (scalar(), scalar()).prop_map(|(key, value)| format!("{{{key}: {value}}}")),
            1 => scalar().prop_map(|text| format!("\n  k: {text}")),
        ]
    }

    fn document() -> impl Strategy<Value = String> {
        let key = prop_oneof![
            9 => "[a-z_][a-z0-9_-]{0,5}",
            1 => prop::sample::select(vec!["no", "1", "true", "~", "a b", "\"q\"", "'q'", "", "-a", "<<", "é", "? a", "a.b", " a"]).prop_map(str::to_owned),
        ];
        let line = prop_oneof![
            12 => (key, prop::sample::select(vec![": ", ": ", ": ", ": ", ": ", ":", ":  ", " : ", ":\t"]), value(), prop::sample::select(vec!["", "", "", "", "", "", "", " ", " # c"]))
                .prop_map(|(key, colon, value, end)| format!("{key}{colon}{value}{end}\n")),
            1 => Just("\n".to_owned()),
            1 => words().prop_map(|text| format!("# {text}\n")),
            1 => prop::sample::select(vec!["  \n", "---\n", "...\n", "- a\n", "\t\n", "%YAML 1.1\n"]).prop_map(str::to_owned),
        ];
        (prop::collection::vec(line, 0..5), prop::bool::weighted(0.9)).prop_map(|(lines, ended)| {
            if ended { lines.concat() } else { lines.concat().trim_end().to_owned() }
        })
    }

    #[test]
    fn the_scanner_gives_what_the_whole_parser_gives_or_nothing() {
        let cases =
            std::env::var("SCANNER_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(20_000);
        let taken = AtomicUsize::new(0);
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    let config = Config {
                        cases: cases / u32::try_from(threads).unwrap(),
                        failure_persistence: None,
                        max_shrink_iters: 100_000,
                        ..Config::default()
                    };
                    TestRunner::new(config)
                        .run(&document(), |text| {
                            taken.fetch_add(usize::from(agrees(&text)), Ordering::Relaxed);
                            Ok(())
                        })
                        .unwrap();
                });
            }
        });
        // A scanner that declines everything would never be wrong.
        let taken = taken.into_inner();
        println!("{taken} of {cases} documents were taken");
        assert!(taken > usize::try_from(cases / 20).unwrap(), "only {taken} of {cases} documents were taken");
    }
}

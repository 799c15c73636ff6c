//! A file's bytes become a [`Source`]: text with LF line ends and without a byte order mark, whatever the bytes were.
//! Bytes that could not be decoded are replaced by U+FFFD, and the source keeps their places.

mod encoding;
pub(crate) mod feed;
mod fences;
pub(crate) mod front_matter;
pub(crate) mod git;
mod json;
mod lookalike;
mod lookup;
mod salvage;
mod scan;
pub(crate) mod script;
pub(crate) mod toml;
pub(crate) mod value;
pub(crate) mod yaml;

pub(crate) use front_matter::{Fences, FrontMatter, Unread};
pub(crate) use lookalike::{bare, is_dash, plain, visible};
pub(crate) use value::{Map, Node, Scalar};

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::path::Path;

use crate::diagnostic::{Diagnostic, Place, Rule};
use crate::disk;
use crate::text::{self, digest};

/// The longest part of a line that a finding carries, in bytes.
const SHOWN_LINE: usize = 240;

/// How much of a file is read to know a post by, in bytes. Nearly all front matter is shorter.
const HEAD: usize = 2048;

/// How much is read at once of a file that is read to its end, in bytes.
const WHOLE: usize = 64 * 1024;

/// The text of one file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Source {
    /// Relative to the root, with `/` between folders.
    pub path: String,
    /// The text.
    pub text: String,
    /// Byte offsets in `text` of the U+FFFD that replace undecodable bytes, ascending.
    pub undecodable: Vec<usize>,
    /// The encoding that it was read in, if that is a guess.
    pub encoding: Option<&'static str>,
    /// Whether it began with a byte order mark.
    pub had_bom: bool,
    /// The line ends that were CR LF, counted from 0, ascending.
    pub crlf: Vec<usize>,
    /// Whether the text ends with the front matter, because the body was not needed yet.
    pub is_head: bool,
    /// The fingerprint of the body, if that was wanted and is not in the text.
    pub body: Option<u64>,
}

/// How much is read of a body that is not needed yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Body {
    /// Nothing.
    Unread,
    /// Its fingerprint.
    Fingerprint,
}

/// Reads `root/path`, which may have so many bytes.
///
/// # Errors
/// Any I/O error; the content itself is never an error.
pub(crate) fn read(root: &Path, path: &str, largest: u64) -> io::Result<Source> {
    Ok(decode(path, disk::read(&root.join(path), largest)?))
}

/// Reads YAML front matter at the very beginning of `root/path`, without the body. A file that has none is read whole.
///
/// # Errors
/// Any I/O error.
pub(crate) fn read_head(root: &Path, path: &str, largest: u64, body: Body) -> io::Result<Source> {
    read_start(root, path, largest, Headless::Whole, body)
}

/// The same for a file that is published as it is unless it has front matter: without it, its text is empty.
///
/// # Errors
/// Any I/O error.
pub(crate) fn read_head_if_any(root: &Path, path: &str, largest: u64) -> io::Result<Source> {
    read_start(root, path, largest, Headless::Empty, Body::Unread)
}

/// What is read of a file without front matter.
#[derive(Clone, Copy, PartialEq)]
enum Headless {
    Whole,
    Empty,
}

fn read_start(root: &Path, path: &str, largest: u64, headless: Headless, body: Body) -> io::Result<Source> {
    thread_local! {
        static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    }
    BUFFER.with_borrow_mut(|buffer| {
        buffer.resize(if body == Body::Unread { HEAD } else { WHOLE }, 0);
        let (mut file, mut read) = disk::read_start(&root.join(path), buffer)?;
        if body == Body::Fingerprint {
            read += disk::fill(&mut file, buffer.get_mut(read..).unwrap_or_default())?;
        }
        let mut bytes = Cow::Borrowed(buffer.get(..read).unwrap_or_default());
        if body == Body::Fingerprint && read == buffer.len() {
            file = disk::read_rest(file, bytes.to_mut(), largest)?;
        }
        let bytes = &*bytes;
        let head = |text: &str| Source {
            path: path.to_owned(),
            text: text.to_owned(),
            is_head: true,
            ..Source::default()
        };
        if let Some(text) = front_matter_of(bytes) {
            let rest = bytes.get(text.len()..).unwrap_or_default();
            // Where line ends differ, they must be made one first.
            if body == Body::Unread {
                return Ok(head(text));
            } else if memchr::memchr(b'\r', rest).is_none() {
                return Ok(Source { body: Some(digest::of_body(rest)), ..head(text) });
            }
        }
        // A page that begins with a tag has no front matter, not even a damaged one.
        let is_plain_page = |bytes: &[u8]| {
            let bytes = bytes.trim_ascii_start();
            bytes.starts_with(b"<") && !bytes.starts_with(b"<!-")
        };
        let is_page = path.ends_with(".html") || path.ends_with(".htm") || path.ends_with(".xhtml");
        let is_empty = |bytes: &[u8]| bytes.len() > 3 && !bytes.starts_with(b"---");
        if headless == Headless::Empty && is_empty(bytes) && (!is_page || is_plain_page(bytes)) {
            return Ok(head(""));
        }
        let mut bytes = bytes.to_vec();
        disk::read_rest(file, &mut bytes, largest)?;
        Ok(decode(path, bytes))
    })
}

/// Closed YAML front matter that needs no decoding, with its fences.
fn front_matter_of(bytes: &[u8]) -> Option<&str> {
    let mut rest = bytes.strip_prefix(b"---\n")?;
    let mut is_empty = true;
    loop {
        let end = memchr::memchr(b'\n', rest)?;
        let (line, after) = rest.split_at_checked(end + 1)?;
        rest = after;
        if line.starts_with(b"---") || line.starts_with(b"...") {
            // What else follows may be white space beyond ASCII, or no fence.
            if !matches!(line.trim_ascii_end(), b"---" | b"...") {
                return None;
            }
            let block = bytes.get(..bytes.len() - rest.len())?;
            // Below fences with nothing between them, or above another one, more may follow.
            if is_empty || rest.starts_with(b"---") || rest.starts_with(b"+++") || rest.starts_with(b"{") {
                return None;
            }
            let has_cr = memchr::memchr(b'\r', block).is_some();
            return simdutf8::basic::from_utf8(block).ok().filter(|_| !has_cr);
        }
        is_empty = is_empty && matches!(line.trim_ascii(), [] | [b'#', ..] | b"---" | b"...");
    }
}

/// Turns the bytes of the file at `path` into text. UTF-16 and UTF-32 are known by their byte order marks or by the
/// zeros in them; everything else is UTF-8, or what it looks like.
pub(crate) fn decode(path: &str, mut bytes: Vec<u8>) -> Source {
    let mut source = Source { path: path.to_owned(), ..Source::default() };
    if let Some(rest) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        source.had_bom = true;
        bytes = rest.to_vec();
    } else if let Some(wide) = encoding::wide(&bytes) {
        source.had_bom = wide.had_mark;
        source.encoding = Some(wide.name).filter(|_| !wide.had_mark);
        bytes = wide.text.into_bytes();
    }
    if memchr::memchr(b'\r', &bytes).is_some() {
        (bytes, source.crlf) = unify_line_ends(&bytes);
    }
    match simdutf8::basic::from_utf8(&bytes) {
        Ok(text) => text.clone_into(&mut source.text),
        Err(_) => match encoding::legacy(&bytes) {
            Some((text, encoding)) => {
                source.text = text;
                source.encoding = Some(encoding);
            }
            None => {
                for chunk in bytes.utf8_chunks() {
                    source.text.push_str(chunk.valid());
                    if !chunk.invalid().is_empty() {
                        source.undecodable.push(source.text.len());
                        source.text.push(char::REPLACEMENT_CHARACTER);
                    }
                }
            }
        },
    }
    source
}

/// The same bytes with LF at the ends of lines, and which of these were CR LF.
fn unify_line_ends(bytes: &[u8]) -> (Vec<u8>, Vec<usize>) {
    let mut unified = Vec::with_capacity(bytes.len());
    let mut crlf = Vec::new();
    let mut lines = 0;
    let mut rest = bytes.iter().peekable();
    while let Some(&byte) = rest.next() {
        match byte {
            b'\r' if rest.peek() == Some(&&b'\n') => crlf.push(lines),
            b'\r' | b'\n' => {
                unified.push(b'\n');
                lines += 1;
            }
            _ => unified.push(byte),
        }
    }
    (unified, crlf)
}

impl Source {
    /// A file that is published as it is, without its text.
    pub(crate) fn of_asset(path: &str) -> Self {
        Self { path: path.to_owned(), ..Self::default() }
    }

    /// The source with its body, which is read again if only the head was read.
    ///
    /// # Errors
    /// Those of reading the file.
    pub(crate) fn whole(&self, root: &Path, largest: u64) -> io::Result<Cow<'_, Self>> {
        if self.is_head { read(root, &self.path, largest).map(Cow::Owned) } else { Ok(Cow::Borrowed(self)) }
    }

    /// A finding about a byte range of the text.
    pub(crate) fn finding(&self, rule: Rule, span: Range<usize>, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(rule, self.path.clone(), message).at(self.place(span))
    }

    /// A finding about a character that no feed may contain, and `count - 1` more like it in the same text. `subject`
    /// is that text with a verb, such as "the body contains"; `at` is where the character is, in bytes, if it is in
    /// the source as such, and not as an escape.
    pub(crate) fn unpublishable(
        &self,
        subject: &str,
        c: char,
        at: Option<usize>,
        count: usize,
    ) -> Diagnostic {
        let rule = self.rule_against(c, at);
        let what = match rule {
            Rule::InvalidUtf8 => "bytes that are not UTF-8".to_owned(),
            Rule::LostCharacter => "U+FFFD, where a character was lost".to_owned(),
            _ => format!("{}, which no feed may contain", text::code_point(c)),
        };
        let (more, help) = match count {
            0 | 1 => (String::new(), "it was removed"),
            _ => (format!(", and {} more like it", count - 1), "they were removed"),
        };
        let place = at.map(|at| self.place(at..at + c.len_utf8()));
        Diagnostic::new(rule, self.path.clone(), format!("{subject} {what}{more}")).at(place).help(help)
    }

    fn rule_against(&self, c: char, at: Option<usize>) -> Rule {
        match c {
            char::REPLACEMENT_CHARACTER => {
                let is_undecodable = at.is_some_and(|at| self.undecodable.binary_search(&at).is_ok());
                if is_undecodable { Rule::InvalidUtf8 } else { Rule::LostCharacter }
            }
            _ => Rule::ForbiddenCharacter,
        }
    }

    /// Whether the encoding was guessed to be UTF-16 or UTF-32.
    pub(crate) fn is_wide(&self) -> bool {
        self.encoding.is_some_and(|name| name.starts_with("UTF-"))
    }

    /// A finding about the encoding, if it is a guess that counts for this part of the text.
    pub(crate) fn guessed_encoding(&self, span: Range<usize>) -> Option<Diagnostic> {
        let encoding = self.encoding?;
        let is_wide = self.is_wide();
        let at = self.text.find(|c: char| is_wide || !c.is_ascii()).filter(|at| span.contains(at))?;
        let message = format!("the file is not UTF-8; it was read as {encoding}");
        let finding = self.finding(Rule::OtherEncoding, at..at + 1, message);
        Some(finding.help(match self.text.contains("charset=") {
            true => "save it as UTF-8, and change its `charset`",
            false => "save it as UTF-8",
        }))
    }

    /// The body, which begins at this byte, as it may be published. What had to be removed is reported, each kind once.
    pub(crate) fn legal_body(&self, found: &mut Vec<Diagnostic>, start: usize) -> String {
        let body = self.text.get(start..).unwrap_or_default();
        found.extend(self.guessed_encoding(start..self.text.len()));
        if text::is_legal(body) {
            return body.to_owned();
        }
        let mut kinds: BTreeMap<Rule, (char, usize, usize)> = BTreeMap::new();
        for (at, c) in body.char_indices().filter(|(_, c)| !text::is_publishable(*c)) {
            let (.., count) =
                kinds.entry(self.rule_against(c, Some(start + at))).or_insert((c, start + at, 0));
            *count += 1;
        }
        for (c, at, count) in kinds.into_values() {
            found.push(self.unpublishable("the body contains", c, Some(at), count));
        }
        text::legal(body).into_owned()
    }

    /// The place of a byte range of the text. A range off a character boundary or past the end is drawn in.
    pub(crate) fn place(&self, span: Range<usize>) -> Place {
        let text = self.text.as_str();
        let start = text.floor_char_boundary(span.start);
        let (before, after) = text.split_at(start);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line_end = after.find('\n').map_or(text.len(), |newline| start + newline);
        let end = text.ceil_char_boundary(span.end).clamp(start, line_end);
        // Of a very long line, only the part around the place.
        let from = text.floor_char_boundary(line_start.max(start.saturating_sub(SHOWN_LINE / 2)));
        let to = text.floor_char_boundary(line_end.min(from + SHOWN_LINE)).max(start);
        Place {
            line: before.bytes().filter(|&byte| byte == b'\n').count() + 1,
            column: text.get(line_start..start).map_or(0, |part| part.chars().count()) + 1,
            text: text.get(from..to).unwrap_or_default().to_owned(),
            span: start - from..end.min(to) - from,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(bytes: &[u8], text: &str, undecodable: &[usize]) {
        let source = decode("a.md", bytes.to_vec());
        assert_eq!((source.text.as_str(), source.undecodable.as_slice()), (text, undecodable));
    }

    #[test]
    fn bytes_become_text() {
        case(b"", "", &[]);
        case(b"\xEF\xBB\xBFa\r\nb\rc\n", "a\nb\nc\n", &[]);
        case(b"\xFF\xFEh\0i\0", "hi", &[]);
        case(b"\xFE\xFF\0h\0i\0", "hi\u{FFFD}", &[]);
        case(b"\xFF\xFE\0\0h\0\0\0\xA0\xD8\0\0", "h\u{FFFD}", &[]);
        case(b"\0\0\xFE\xFF\0\x01\xF6\0\0\0", "\u{1F600}\u{FFFD}", &[]);
        case(b"-\0-\0-\0\r\0\n\0\x61\x30", "---\n\u{3061}", &[]);
        case(b"\0-\0-\0-\0\n", "---\n", &[]);
        case(b"-\0\0\0-\0\0\0", "--", &[]);
        case(b"a\xE3\x81\r\nb\xFF", "a\u{FFFD}\nb\u{FFFD}", &[1, 6]);
        case(b"caf\xE9\r\n", "caf\u{e9}\n", &[]);
        case("\u{FFFD}".as_bytes(), "\u{FFFD}", &[]);
    }

    #[test]
    fn a_place_is_counted_in_characters() {
        let source = decode("a.md", "日本\ntitle: 日本語\n".into());
        let place = source.place(17..20);
        assert_eq!((place.line, place.column), (2, 9));
        assert_eq!(place.text.get(place.span.clone()), Some("本"));
        // Off a boundary and past the end.
        assert_eq!(source.place(18..999).span, 10..16);
        assert_eq!(source.place(999..9999).line, 3);
    }
}

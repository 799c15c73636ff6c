//! The bytes of a document, as UTF-8: unpacked, and decoded from the encoding that it declares (XML 1.0 §4.3.3 and
//! appendix F).

use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Chain, Cursor, Read};
use std::rc::Rc;

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use flate2::bufread::MultiGzDecoder;

use super::document::{Fix, Span};
use crate::diagnostic::Rule;

/// How much of the beginning is looked at, in bytes.
const START: u64 = 4096;
/// How much is decoded at once, in bytes.
const PORTION: usize = 32 * 1024;
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// What is wrong with the encoding of a document: the rule, what the W3C's validator calls it, and a clause.
pub(super) type Wrong = (Rule, &'static str, String);

/// A document that can be read as UTF-8.
pub(super) struct Input<'a> {
    pub(super) text: Box<dyn BufRead + 'a>,
    /// Its first bytes, in UTF-8.
    pub(super) start: String,
    /// The encoding that it declares, or that is read, in lower case.
    pub(super) encoding: String,
    pub(super) wrong: Vec<Wrong>,
    pub(super) is_packed: bool,
    /// Whether bytes are lost, so far as it has been read.
    pub(super) is_lossy: Rc<Cell<bool>>,
}

/// Encodings that many programs read, besides those of Unicode.
const COMMON: &[&str] = &[
    "us-ascii", "iso-8859-1", "euc-jp", "iso-8859-2", "iso-8859-15", "iso-8859-7", "koi8-r", "shift_jis",
    "windows-1250", "windows-1251", "windows-1252", "windows-1254", "windows-1255", "windows-1256",
    "gb18030",
];

/// Opens a document.
///
/// # Errors
/// When its first bytes cannot be read.
pub(super) fn open<'a>(bytes: Box<dyn Read + 'a>) -> io::Result<Input<'a>> {
    let (start, rest) = peeked(bytes)?;
    if start.starts_with(&[0x1F, 0x8B]) {
        let unpacked: Box<dyn Read + 'a> = Box::new(MultiGzDecoder::new(BufReader::new(rest)));
        let (start, rest) = peeked(unpacked)?;
        return Ok(Input { is_packed: true, ..decoded(&start, Box::new(rest)) });
    }
    Ok(decoded(&start, Box::new(rest)))
}

/// Bytes, of which the first have been looked at.
type Peeked<'a> = Chain<Cursor<Vec<u8>>, Box<dyn Read + 'a>>;

/// The first bytes, and all of them from the beginning.
fn peeked<'a>(mut bytes: Box<dyn Read + 'a>) -> io::Result<(Vec<u8>, Peeked<'a>)> {
    let mut start = Vec::new();
    bytes.by_ref().take(START).read_to_end(&mut start)?;
    Ok((start.clone(), Cursor::new(start).chain(bytes)))
}

fn decoded<'a>(start: &[u8], mut bytes: Box<dyn Read + 'a>) -> Input<'a> {
    let mut wrong = Vec::new();
    let is_utf_32 = start.starts_with(&[0xFF, 0xFE, 0, 0]) || start.starts_with(&[0, 0, 0xFE, 0xFF]);
    if is_utf_32 {
        let message = "the document is in UTF-32, which is not read".to_owned();
        wrong.push((Rule::WrongEncoding, "ObscureEncoding", message));
    }
    let marked = Encoding::for_bom(start);
    let wide = match (marked, start) {
        (Some((encoding, _)), _) => Some(encoding),
        (None, [b'<', 0, ..]) => Some(UTF_16LE),
        (None, [0, b'<', ..]) => Some(UTF_16BE),
        (None, _) => None,
    };
    // Some programs write the mark twice.
    let marks = start.chunks(MARK.len()).take_while(|chunk| *chunk == MARK).count() * MARK.len();
    let mark = marked.map_or(0, |(_, length)| length).max(marks);
    let rest = start.get(mark..).unwrap_or_default();
    let readable = match wide.filter(|wide| *wide != UTF_8) {
        Some(wide) => wide.decode_without_bom_handling(rest).0.into_owned(),
        None => String::from_utf8_lossy(rest).into_owned(),
    };
    if marks > 0 {
        let message = "a byte order mark comes before the document".to_owned();
        wrong.push((Rule::ByteOrderMark, "", message));
    }
    let declared = declared(&readable);
    let (encoding, is_latin_1) = match wide {
        Some(wide) => {
            report_encoding(&mut wrong, wide, declared.as_deref(), marked.is_some());
            (wide, false)
        }
        None => of_declared(&mut wrong, declared.as_deref(), &readable),
    };
    // What has been looked at is read again, so the mark can be skipped.
    let _ = io::copy(&mut bytes.by_ref().take(mark as u64), &mut io::sink());
    let is_lossy = Rc::new(Cell::new(is_utf_32));
    let is_ascii = declared.as_deref().is_some_and(|name| name.to_ascii_lowercase().contains("ascii"));
    let text: Box<dyn BufRead + 'a> = match encoding == UTF_8 {
        true if is_utf_32 => Box::new(io::empty()),
        true => Box::new(BufReader::with_capacity(64 * 1024, bytes)),
        false => Box::new(BufReader::new(Decoded {
            bytes,
            decoder: (!is_latin_1).then(|| encoding.new_decoder_without_bom_handling()),
            is_ascii,
            text: Vec::new(),
            is_over: false,
            is_lossy: Rc::clone(&is_lossy),
        })),
    };
    let encoding = declared.unwrap_or_else(|| encoding.name().to_owned()).to_ascii_lowercase();
    Input { text, start: readable, encoding, wrong, is_packed: false, is_lossy }
}

/// Reports a declared encoding that differs from the one the first bytes show, or that is missing although
/// they have no byte order mark.
fn report_encoding(
    wrong: &mut Vec<Wrong>,
    shown: &'static Encoding,
    declared: Option<&str>,
    is_marked: bool,
) {
    let message = match declared {
        Some(name) => {
            let is_wide = shown != UTF_8 && name.to_ascii_lowercase().starts_with("utf-16");
            if is_wide || Encoding::for_label(name.as_bytes()) == Some(shown) {
                return;
            }
            format!("it says `{name}`, and its first bytes are {}", shown.name())
        }
        None if is_marked => return,
        None => format!("it is in {}, and nothing says so", shown.name()),
    };
    wrong.push((Rule::WrongEncoding, "UnicodeError", message));
}

/// The encoding of a document whose first bytes show none, and whether it is ISO 8859-1.
fn of_declared(wrong: &mut Vec<Wrong>, declared: Option<&str>, start: &str) -> (&'static Encoding, bool) {
    if let Some(name) = declared {
        return of_name(wrong, name);
    }
    if !start.trim_start().starts_with(['{', '[']) && !is_cut(start) {
        let message = "the document does not say its encoding".to_owned();
        wrong.push((Rule::NoEncoding, "MissingEncoding", message));
    }
    (UTF_8, false)
}

/// The encoding with this name, and whether it is ISO 8859-1, which `encoding_rs` decodes as windows-1252.
fn of_name(wrong: &mut Vec<Wrong>, name: &str) -> (&'static Encoding, bool) {
    let lower = name.to_ascii_lowercase();
    let Some(encoding) = Encoding::for_label(lower.as_bytes()) else {
        let message = format!("no program knows the encoding `{}`", crate::text::shown(name));
        wrong.push((Rule::WrongEncoding, "UnknownEncoding", message));
        return (UTF_8, false);
    };
    if lower.starts_with("utf-16") {
        let message = format!("it says `{name}`, and its bytes are not");
        wrong.push((Rule::WrongEncoding, "UnicodeError", message));
        return (UTF_8, false);
    }
    if !COMMON.contains(&lower.as_str()) && lower != "utf-8" {
        wrong.push((Rule::RareEncoding, "ObscureEncoding", format!("few programs read `{name}`")));
    } else if encoding != UTF_8 {
        wrong.push((Rule::UnusualEncoding, "NonstdEncoding", format!("not all programs read `{name}`")));
    }
    (encoding, lower == "iso-8859-1")
}

/// The XML declaration at the beginning, without `<?xml` and `?>`.
fn declaration(start: &str) -> Option<&str> {
    let rest =
        start.strip_prefix("<?xml").filter(|rest| rest.starts_with(|c: char| c.is_ascii_whitespace()))?;
    rest.split_once("?>").map(|(declaration, _)| declaration)
}

/// Whether the beginning has an XML declaration that is longer than what is looked at, or is not closed.
fn is_cut(start: &str) -> bool {
    declaration(start).is_none() && start.trim_start().to_ascii_lowercase().starts_with("<?xml ")
}

/// The value of a part of the XML declaration.
fn part(start: &str, name: &str) -> Option<String> {
    let (_, rest) = declaration(start)?.split_once(name)?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    rest.get(1..)?.split_once(quote).map(|(value, _)| value.to_owned())
}

/// The encoding in the XML declaration.
pub(super) fn declared(start: &str) -> Option<String> {
    part(start, "encoding")
}

/// The fix that makes the XML declaration name UTF-8. `None` if the declaration is damaged.
pub(super) fn in_utf_8(start: &str) -> Option<Fix> {
    let version = part(start, "version").unwrap_or_else(|| "1.0".to_owned());
    let alone = part(start, "standalone").map_or(String::new(), |value| format!(" standalone=\"{value}\""));
    let ours = format!("<?xml version=\"{version}\" encoding=\"utf-8\"{alone}?>");
    let (length, ours) = match declaration(start) {
        Some(own) => (own.len() + "<?xml?>".len(), ours),
        None if is_cut(start) || start.trim_start().starts_with("<?xml version") => return None,
        None => (0, ours + "\n"),
    };
    Some(Fix::Replace(Span { start: 0, length: length as u64 }, ours))
}

/// Bytes in another encoding, as UTF-8.
struct Decoded<'a> {
    bytes: Box<dyn Read + 'a>,
    /// `None` for ISO 8859-1.
    decoder: Option<Decoder>,
    /// Whether there should be ASCII only.
    is_ascii: bool,
    /// What is still to be given, the last first.
    text: Vec<u8>,
    is_over: bool,
    is_lossy: Rc<Cell<bool>>,
}

impl Decoded<'_> {
    fn refill(&mut self) -> io::Result<()> {
        let mut raw = Vec::with_capacity(PORTION);
        self.bytes.by_ref().take(PORTION as u64).read_to_end(&mut raw)?;
        self.is_over = raw.is_empty();
        let Some(decoder) = &mut self.decoder else {
            self.text = raw.iter().map(|byte| char::from(*byte)).collect::<String>().into_bytes();
            self.text.reverse();
            return Ok(());
        };
        if self.is_ascii && !raw.is_ascii() {
            self.is_lossy.set(true);
        }
        let mut rest = raw.as_slice();
        let mut text = String::with_capacity(PORTION * 3);
        loop {
            let (result, read) = decoder.decode_to_string_without_replacement(rest, &mut text, self.is_over);
            rest = rest.get(read..).unwrap_or_default();
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => text.reserve(PORTION),
                DecoderResult::Malformed(..) => {
                    self.is_lossy.set(true);
                    text.push(char::REPLACEMENT_CHARACTER);
                }
            }
        }
        self.text = text.into_bytes();
        self.text.reverse();
        Ok(())
    }
}

impl Read for Decoded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.text.is_empty() && !self.is_over {
            self.refill()?;
        }
        // From the end, so that nothing is moved.
        let count = buffer.len().min(self.text.len());
        for (to, from) in buffer.iter_mut().zip(self.text.drain(self.text.len() - count..).rev()) {
            *to = from;
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> (String, String, Vec<Rule>, bool) {
        let mut input = open(Box::new(Cursor::new(bytes.to_vec()))).unwrap();
        let mut text = String::new();
        input.text.read_to_string(&mut text).unwrap();
        let rules = input.wrong.into_iter().map(|(rule, ..)| rule).collect();
        (text, input.encoding, rules, input.is_lossy.get())
    }

    #[test]
    fn encodings() {
        let text = |declaration: &str| format!("<?xml version=\"1.0\"{declaration}?><a>é</a>");
        assert_eq!(read(text(" encoding=\"UTF-8\"").as_bytes()).2, []);
        assert_eq!(read(text("").as_bytes()).2, [Rule::NoEncoding]);
        let latin: Vec<u8> =
            text(" encoding='ISO-8859-1'").chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        let (read_text, encoding, wrong, is_lossy) = read(&latin);
        assert!(read_text.ends_with("<a>é</a>") && encoding == "iso-8859-1" && !is_lossy);
        assert_eq!(wrong, [Rule::UnusualEncoding]);
        let wide: Vec<u8> = text(" encoding=\"utf-16\"").encode_utf16().flat_map(u16::to_le_bytes).collect();
        let (read_text, _, wrong, _) = read(&[&[0xFF, 0xFE], wide.as_slice()].concat());
        assert!(read_text.ends_with("<a>é</a>"), "{read_text}");
        assert_eq!(wrong, []);
        assert_eq!(read(text(" encoding=\"nothing\"").as_bytes()).2, [Rule::WrongEncoding]);
        assert_eq!(read("\u{FEFF}\u{FEFF}<a/>".as_bytes()).0, "<a/>");
        assert!(read(b"<?xml version=\"1.0\" encoding=\"us-ascii\"?><a>\xE9</a>").3);
        assert!(read(b"<?xml version=\"1.0\" encoding=\"euc-jp\"?><a>\xA4\xFF</a>").3);
        assert_eq!(read(b"\xFF\xFE\0\0<\0\0\0").2, [Rule::WrongEncoding]);
    }

    #[test]
    fn declarations_of_utf_8() {
        for (start, length, ours) in [
            ("<a/>", 0, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"),
            ("<?xml-stylesheet href='a'?><a/>", 0, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"),
            ("<?xml version='1.0'?><a/>", 21, "<?xml version=\"1.0\" encoding=\"utf-8\"?>"),
            (
                "<?xml version='1.0' standalone='yes'?>",
                38,
                "<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>",
            ),
        ] {
            let fix = Fix::Replace(Span { start: 0, length }, ours.to_owned());
            assert_eq!(in_utf_8(start), Some(fix), "{start}");
        }
        assert_eq!(in_utf_8("\n<?xml version='1.0'?><a/>"), None);
        assert_eq!(in_utf_8("<?xml version='1.0'><a/>"), None);
    }
}

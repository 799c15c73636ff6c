//! Where findings are: bytes from the beginning -> lines and columns, with the lines themselves.

use std::io::{self, BufRead};

use super::document::Found;
use crate::diagnostic::Place;

/// How much of a line is kept at once, in bytes.
const PIECE: usize = 64 * 1024;
/// How much of a long line is shown around a place, in bytes.
const SHOWN: usize = 240;

/// The places of findings, which are sorted by their start. The document is read again to find them.
///
/// # Errors
/// When it cannot be read.
pub(super) fn of(found: &[Found], mut text: impl BufRead) -> io::Result<Vec<Place>> {
    let mut places = Vec::with_capacity(found.len());
    let mut next = found.iter().peekable();
    let (mut line, mut offset, mut before) = (1_usize, 0_u64, 0_usize);
    let mut piece = Vec::new();
    while next.peek().is_some() {
        piece.clear();
        let is_over = read_piece(&mut text, &mut piece)? == 0;
        let end = offset + piece.len() as u64;
        while let Some(found) = next.next_if(|found| found.at.start < end || is_over) {
            let start =
                usize::try_from(found.at.start.saturating_sub(offset)).unwrap_or(usize::MAX).min(piece.len());
            let length = usize::try_from(found.at.length).unwrap_or(usize::MAX);
            places.push(place(&piece, start, length, line, before));
        }
        if is_over {
            break;
        }
        offset = end;
        if piece.ends_with(b"\n") {
            line += 1;
            before = 0;
        } else {
            before += characters(&piece);
        }
    }
    Ok(places)
}

/// Reads to the end of a line, or a piece of one.
fn read_piece(text: &mut impl BufRead, piece: &mut Vec<u8>) -> io::Result<usize> {
    while piece.len() < PIECE {
        let buffer = text.fill_buf()?;
        let buffer = buffer.get(..buffer.len().min(PIECE - piece.len())).unwrap_or_default();
        if buffer.is_empty() {
            break;
        }
        let end = memchr::memchr(b'\n', buffer).map_or(buffer.len(), |newline| newline + 1);
        piece.extend_from_slice(buffer.get(..end).unwrap_or_default());
        text.consume(end);
        if piece.ends_with(b"\n") {
            break;
        }
    }
    Ok(piece.len())
}

/// The number of characters in UTF-8 bytes: continuation bytes are not counted.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count()
}

fn place(piece: &[u8], start: usize, length: usize, line: usize, before: usize) -> Place {
    // In JSON, the start may be that of the colon before a value.
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let blanks_from = |from: usize| piece.iter().skip(from).take_while(|byte| is_blank(byte)).count();
    let colon = start + blanks_from(start);
    let colon = if piece.get(colon) == Some(&b':') { colon + 1 } else { start };
    let blanks = colon - start + blanks_from(colon);
    let start = start + if blanks < length { blanks } else { 0 };
    let length = length.saturating_sub(blanks);
    let before_it = String::from_utf8_lossy(piece.get(..start).unwrap_or_default());
    let column = before + before_it.chars().count() + 1;
    // The same place in the text as it is shown.
    let start = before_it.len();
    let text = String::from_utf8_lossy(piece);
    let text = text.trim_end_matches(['\n', '\r']);
    let start = text.floor_char_boundary(start.min(text.len()));
    let end = text.ceil_char_boundary(start.saturating_add(length).min(text.len()));
    let from = text.floor_char_boundary(start.saturating_sub(SHOWN / 2));
    let from = if text.len() <= SHOWN { 0 } else { from };
    let to = text.floor_char_boundary(text.len().min(from + SHOWN)).max(start);
    Place {
        line,
        column,
        text: text.get(from..to).unwrap_or_default().to_owned(),
        span: start - from..end.min(to) - from,
    }
}

#[cfg(test)]
mod tests {
    use super::super::document::Span;
    use super::*;
    use crate::diagnostic::Rule;

    #[test]
    fn lines_and_columns() {
        let found = |start| Found {
            rule: Rule::BadUrl,
            w3c: "",
            at: Span { start, length: 2 },
            message: String::new(),
            fix: None,
        };
        let text = format!("ab\nüb{}x\n", "y".repeat(PIECE * 2));
        let last = text.len() as u64 - 2;
        let places = of(&[found(0), found(5), found(last), found(last + 9)], text.as_bytes()).unwrap();
        let at: Vec<(usize, usize)> = places.iter().map(|place| (place.line, place.column)).collect();
        assert_eq!(at[..3], [(1, 1), (2, 2), (2, PIECE * 2 + 3)]);
        assert_eq!(places.len(), 4);
        assert_eq!(places[1].text.get(places[1].span.clone()), Some("by"));
    }
}

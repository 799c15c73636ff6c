//! The tokenizer of `html5ever`, for code that looks at one token after the other.

use std::cell::{Cell, RefCell};
use std::ops::ControlFlow;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, Tag, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

/// Calls `see` with every token of a document or fragment, and the line that it ends in, counted from 1. After a start tag whose text is not markup, such as
/// `<script>`, gives how that text is to be read; else `None`.
pub(crate) fn each(html: &str, mut see: impl FnMut(Token, usize) -> Option<RawKind>) {
    each_until(html, |token, line| ControlFlow::Continue(see(token, line)));
}

/// The same, up to a tag at which `see` breaks off.
pub(crate) fn each_until(html: &str, see: impl FnMut(Token, usize) -> ControlFlow<(), Option<RawKind>>) {
    let sink = Sink { see: RefCell::new(see), is_over: Cell::new(false) };
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(readable(html)));
    let _ = tokenizer.feed(&input);
    if !tokenizer.sink.is_over.get() {
        tokenizer.end();
    }
}

/// How often the attributes of unusual tags may be compared: of each tag, a tokenizer compares every attribute with those
/// before it.
const MAX_COMPARISONS: usize = 20_000_000;
/// A tag with so many attributes is not unusual.
const ORDINARY: usize = 100;

/// How many bytes of tags may be looked at, one that is in what looks like several tags for each of them.
const MAX_LOOKS: usize = 1 << 30;

/// The part of a text before the tag whose attributes could not be compared in reasonable time.
pub(crate) fn readable(html: &str) -> &str {
    let mut rest = html;
    let (mut comparisons, mut looked_at, mut of_page) = (0_usize, 0_usize, 0_usize);
    while let Some(at) = memchr::memchr(b'<', rest.as_bytes()) {
        let before = html.len() - rest.len() + at;
        rest = rest.get(at + 1..).unwrap_or_default();
        let tag = rest.strip_prefix('/').unwrap_or(rest);
        if !tag.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let (attributes, end) = attributes(tag);
        looked_at += end;
        // Every further `<html>` or `<body>` adds its attributes to those of the first.
        let is_page = tag
            .get(..4)
            .is_some_and(|name| name.eq_ignore_ascii_case("html") || name.eq_ignore_ascii_case("body"));
        of_page += if is_page { attributes } else { 0 };
        let compared_with = if is_page { of_page } else { attributes };
        if compared_with > ORDINARY {
            comparisons = comparisons.saturating_add(attributes.saturating_mul(compared_with));
        }
        // What looks like a tag in a comment or a value may hide the start of a real one: the search goes on in it.
        if comparisons > MAX_COMPARISONS || looked_at > MAX_LOOKS {
            return html.get(..before).unwrap_or_default();
        }
    }
    html
}

/// Where in a tag a byte is.
enum Part {
    Between,
    Name,
    AfterName,
    BeforeValue,
    Value,
    Quoted(u8),
}

/// How many attributes a tag has, and where it ends, in bytes (HTML §13.2.5.32 to 39). The text begins with the tag's name.
fn attributes(tag: &str) -> (usize, usize) {
    let mut count = 0;
    let name = tag.find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>')).unwrap_or(tag.len());
    let mut part = Part::Between;
    for (at, byte) in tag.bytes().enumerate().skip(name) {
        part = match (part, byte) {
            (Part::Quoted(quote), byte) if byte == quote => Part::Between,
            (Part::Quoted(quote), _) => Part::Quoted(quote),
            (_, b'>') => return (count, at),
            (Part::Value, byte) if !byte.is_ascii_whitespace() => Part::Value,
            (Part::BeforeValue, b'"' | b'\'') => Part::Quoted(byte),
            (Part::BeforeValue, byte) if !byte.is_ascii_whitespace() => Part::Value,
            (Part::BeforeValue, _) => Part::BeforeValue,
            (Part::Name | Part::AfterName, b'=') => Part::BeforeValue,
            (Part::Name, byte) if byte.is_ascii_whitespace() => Part::AfterName,
            (Part::AfterName, byte) if byte.is_ascii_whitespace() => Part::AfterName,
            (_, b'/') => Part::Between,
            (Part::Name, _) => Part::Name,
            (_, byte) if byte.is_ascii_whitespace() => Part::Between,
            _ => {
                count += 1;
                Part::Name
            }
        };
    }
    (count, tag.len())
}

/// The value of an attribute of a tag, by its name in lower case.
pub(crate) fn attribute<'a>(tag: &'a Tag, name: &str) -> Option<&'a str> {
    tag.attrs.iter().find(|own| &*own.name.local == name).map(|own| &*own.value)
}

/// Whether an attribute of words has one of these.
pub(crate) fn has_word(tag: &Tag, name: &str, words: &[&str]) -> bool {
    attribute(tag, name).is_some_and(|own| own.split_ascii_whitespace().any(|own| words.contains(&own)))
}

struct Sink<F> {
    see: RefCell<F>,
    is_over: Cell<bool>,
}

impl<F: FnMut(Token, usize) -> ControlFlow<(), Option<RawKind>>> TokenSink for Sink<F> {
    type Handle = ();

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<()> {
        let is_tag = matches!(token, Token::TagToken(_));
        let see = &mut *self.see.borrow_mut();
        match see(token, usize::try_from(line).unwrap_or(usize::MAX)) {
            ControlFlow::Continue(kind) => kind.map_or(TokenSinkResult::Continue, TokenSinkResult::RawData),
            // The tokenizer stops at tags alone, as if there were a script to run.
            ControlFlow::Break(()) if is_tag => {
                self.is_over.set(true);
                TokenSinkResult::Script(())
            }
            ControlFlow::Break(()) => TokenSinkResult::Continue,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_counted_as_a_tokenizer_reads_them() {
        for (tag, expected) in [
            ("p>a b", (0, 1)),
            ("p a b>", (2, 5)),
            ("p a=1/b=2 c>", (2, 11)),
            ("p/a/b>", (2, 5)),
            ("p a=\"1\"b='2>'c>", (3, 14)),
            ("p a = 1 b>", (2, 9)),
            ("p =a =b>", (1, 7)),
            ("p a=b=\"c d\">", (2, 11)),
            ("p a=\"b > c", (1, 10)),
        ] {
            assert_eq!(attributes(tag), expected, "{tag}");
            let mut counted = Vec::new();
            each(&format!("<{tag}"), |token, _| {
                if let Token::TagToken(tag) = token {
                    counted.push(tag.attrs.len());
                }
                None
            });
            assert!(counted.is_empty() || counted == [expected.0], "{tag}: {counted:?}");
        }
    }

    #[test]
    fn what_takes_too_long_to_compare_is_not_read() {
        let list = |from: usize, to: usize, end: &str| {
            (from..to).map(|one| format!("a{one}{end}")).collect::<String>()
        };
        for tag in [
            format!("<p {}>", list(0, 40_000, " ")),
            format!("<p/{}>", list(0, 40_000, "/")),
            format!("<p a='>' {}>", list(0, 40_000, "=''")),
            (0..20).map(|one| format!("<HTML {}>", list(one * 2_000, one * 2_000 + 2_000, " "))).collect(),
        ] {
            assert!(readable(&format!("<i>{tag}")).len() < tag.len(), "{}", tag.get(..20).unwrap_or(&tag));
        }
        for text in [
            format!("<p {}>", list(0, 4_000, " ")),
            "<p a b>".repeat(100_000),
            format!("<p a='{}'>", "b ".repeat(100_000)),
        ] {
            assert_eq!(readable(&text), text);
        }
    }
}

//! The tokenizer of `html5ever`, for code that looks at one token after the other.

use std::cell::{Cell, RefCell};
use std::ops::ControlFlow;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

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

/// A tag with more words has more attributes than a tokenizer compares in reasonable time.
const MAX_WORDS: usize = 5000;

/// The part of a text before the first tag that has too many attributes.
pub(crate) fn readable(html: &str) -> &str {
    let mut rest = html;
    while let Some(at) = memchr::memchr(b'<', rest.as_bytes()) {
        let before = html.len() - rest.len() + at;
        rest = rest.get(at + 1..).unwrap_or_default();
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let (tag, after) = rest.split_at(rest.find('>').unwrap_or(rest.len()));
        if tag.split_ascii_whitespace().nth(MAX_WORDS).is_some() && tag.matches('=').nth(MAX_WORDS).is_some()
        {
            return html.get(..before).unwrap_or_default();
        }
        rest = after;
    }
    html
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

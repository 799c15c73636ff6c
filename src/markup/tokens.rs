//! The tokenizer of `html5ever`, for code that looks at one token after the other.

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

/// Calls `see` with every token of a document or fragment, and the line that it ends in, counted from 1. After a start tag whose text is not markup, such as
/// `<script>`, gives how that text is to be read; else `None`.
pub(crate) fn each(html: &str, see: impl FnMut(Token, usize) -> Option<RawKind>) {
    let tokenizer = Tokenizer::new(Sink(RefCell::new(see)), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(readable(html)));
    let _ = tokenizer.feed(&input);
    tokenizer.end();
}

/// A tag with more words has more attributes than a tokenizer compares in reasonable time.
const MAX_WORDS: usize = 5000;

/// The part of a text before the first tag that has too many attributes.
pub(crate) fn readable(html: &str) -> &str {
    let mut rest = html;
    while let Some(at) = rest.find('<') {
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

struct Sink<F>(RefCell<F>);

impl<F: FnMut(Token, usize) -> Option<RawKind>> TokenSink for Sink<F> {
    type Handle = ();

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<()> {
        let see = &mut *self.0.borrow_mut();
        see(token, usize::try_from(line).unwrap_or(usize::MAX))
            .map_or(TokenSinkResult::Continue, TokenSinkResult::RawData)
    }
}

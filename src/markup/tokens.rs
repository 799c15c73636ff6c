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
    input.push_back(StrTendril::from_slice(html));
    let _ = tokenizer.feed(&input);
    tokenizer.end();
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

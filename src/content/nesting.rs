//! How deep an HTML text is nested, told before it is parsed: the rules for wrong nesting need quadratic time, and let a
//! text grow beyond all bounds. What is counted is never less deep than what is built; what was built is measured too,
//! before anything walks it.

use std::cell::RefCell;
use std::collections::HashMap;

use ego_tree::iter::Edge;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use scraper::Html;

/// Documents that are nested deeper are not worth the quadratic time that parsers need for them.
const MAX_DEPTH: usize = 400;
/// Each formatting element that is left open is opened again by every paragraph after it.
const MAX_MISNESTED: usize = 200;

/// Whether a text can be parsed in reasonable time and depth: HTML's rules for wrong nesting need quadratic time, and
/// let a text grow beyond all bounds.
pub(super) fn is_tame(html: &str) -> bool {
    let tokenizer = Tokenizer::new(Nesting::default(), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    let nesting = tokenizer.sink.0.into_inner();
    nesting.deepest <= MAX_DEPTH && nesting.misnested <= MAX_MISNESTED
}

/// Whether a document as it was built can be walked.
pub(super) fn is_shallow(document: &Html) -> bool {
    let mut depth = 0_usize;
    document.tree.root().traverse().all(|edge| {
        match edge {
            Edge::Open(_) => depth += 1,
            Edge::Close(_) => depth = depth.saturating_sub(1),
        }
        depth <= MAX_DEPTH + 10
    })
}

/// Follows tags as they pass.
#[derive(Default)]
struct Nesting(RefCell<Nested>);

#[derive(Default)]
struct Nested {
    open: Vec<Open>,
    deepest: usize,
    /// How many formatting elements were left open by what is around them.
    misnested: usize,
    /// How often each was: the parser opens the same element three times again, and no more.
    left_open: HashMap<String, usize>,
    /// How many drawings and formulas are open, in which elements may close themselves.
    foreign: usize,
}

struct Open {
    name: String,
    /// Of a formatting element, with its attributes.
    formatting: Option<String>,
}

/// Elements that end tags of others do not reach through (HTML §13.2.4.2, the special ones that people write).
const SPECIAL: &[&str] = &[
    "address", "applet", "article", "aside", "blockquote", "body", "button", "caption", "center", "dd",
    "details", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2",
    "h3", "h4", "h5", "h6", "header", "hgroup", "html", "iframe", "li", "main", "marquee", "menu", "nav",
    "object", "ol", "p", "pre", "search", "section", "select", "summary", "table", "tbody", "td", "template",
    "tfoot", "th", "thead", "tr", "ul",
];

/// Elements that end a drawing or formula, instead of standing in it (HTML §13.2.6.5).
const BREAKOUTS: &[&str] = &[
    "b", "big", "blockquote", "body", "br", "center", "code", "dd", "div", "dl", "dt", "em", "embed", "h1",
    "h2", "h3", "h4", "h5", "h6", "head", "hr", "i", "img", "li", "listing", "menu", "meta", "nobr", "ol",
    "p", "pre", "ruby", "s", "small", "span", "strong", "strike", "sub", "sup", "table", "tt", "u", "ul",
    "var", "font",
];

/// The elements that a start tag closes, and the special ones that it closes on the way. Never more than the parser does:
/// what is counted must be no less deep than what is built.
fn closes(name: &str) -> (&'static [&'static str], &'static [&'static str]) {
    match name {
        "li" => (&["li"], &["address", "div", "p"]),
        "dt" | "dd" => (&["dt", "dd"], &["address", "div", "p"]),
        "td" | "th" => (&["td", "th"], &["p", "ul", "ol", "li", "div"]),
        "tr" => (&["tr"], &["p", "ul", "ol", "li", "div", "td", "th"]),
        "thead" | "tbody" | "tfoot" => {
            (&["thead", "tbody", "tfoot"], &["p", "ul", "ol", "li", "div", "td", "th", "tr"])
        }
        "option" | "optgroup" => (&["option"], &[]),
        "rt" | "rp" => (&["rt", "rp"], &[]),
        "address" | "article" | "aside" | "blockquote" | "center" | "details" | "dialog" | "dir" | "div"
        | "dl" | "fieldset" | "figcaption" | "figure" | "footer" | "form" | "h1" | "h2" | "h3" | "h4"
        | "h5" | "h6" | "header" | "hr" | "main" | "menu" | "nav" | "ol" | "p" | "pre" | "section"
        | "table" | "ul" => (&["p"], &[]),
        _ => (&[], &[]),
    }
}

impl Nested {
    /// Closes an open element, and what is open in it.
    fn close(&mut self, at: usize) {
        for open in self.open.drain(at..).skip(1) {
            if let Some(key) = open.formatting {
                let count = self.left_open.entry(key).or_default();
                *count += 1;
                self.misnested += usize::from(*count <= 3);
            }
        }
    }
}

impl TokenSink for Nesting {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        const VOID: [&str; 14] = [
            "br", "img", "hr", "input", "meta", "link", "source", "wbr", "col", "area", "base", "embed",
            "param", "track",
        ];
        const FORMATTING: [&str; 14] =
            ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];
        let Token::TagToken(tag) = token else { return TokenSinkResult::Continue };
        let name: &str = &tag.name;
        let is_foreign = matches!(name, "svg" | "math");
        let mut nested = self.0.borrow_mut();
        match tag.kind {
            // The rest cannot change the answer.
            _ if nested.deepest > MAX_DEPTH || nested.misnested > MAX_MISNESTED => {}
            TagKind::StartTag => {
                let (closed, through) = closes(name);
                let is_passed = |open: &Open| {
                    let name = open.name.as_str();
                    through.contains(&name) || !(SPECIAL.contains(&name) || matches!(name, "svg" | "math"))
                };
                let last = nested
                    .open
                    .iter()
                    .rposition(|open| closed.contains(&open.name.as_str()) || !is_passed(open));
                let closed_at = last.filter(|at| {
                    nested.open.get(*at).is_some_and(|open| closed.contains(&open.name.as_str()))
                });
                if let Some(at) = closed_at.filter(|_| !closed.is_empty()) {
                    nested.close(at);
                }
                let in_foreign = nested.foreign > 0 || is_foreign;
                let closes_itself = tag.self_closing && in_foreign && !BREAKOUTS.contains(&name);
                if !VOID.contains(&name) && !closes_itself {
                    let formatting = FORMATTING.contains(&name).then(|| format!("{name} {:?}", tag.attrs));
                    nested.open.push(Open { name: name.to_owned(), formatting });
                    nested.foreign += usize::from(is_foreign);
                    nested.deepest = nested.deepest.max(nested.open.len());
                }
            }
            TagKind::EndTag => {
                // An end tag without a start tag ends nothing, and most end nothing through a special element.
                let is_special = SPECIAL.contains(&name) || is_foreign;
                let last = nested.open.iter().rposition(|open| {
                    open.name == name || (!is_special && SPECIAL.contains(&open.name.as_str()))
                });
                if let Some(at) = last.filter(|at| nested.open.get(*at).is_some_and(|open| open.name == name))
                {
                    nested.close(at);
                    nested.foreign = nested
                        .open
                        .iter()
                        .filter(|open| matches!(open.name.as_str(), "svg" | "math"))
                        .count();
                }
            }
        }
        match name {
            "script" if tag.kind == TagKind::StartTag => TokenSinkResult::RawData(RawKind::ScriptData),
            "style" if tag.kind == TagKind::StartTag => TokenSinkResult::RawData(RawKind::Rawtext),
            _ => TokenSinkResult::Continue,
        }
    }
}

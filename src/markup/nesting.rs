//! How deep an HTML text is nested, known before it is parsed: the rules for wrong nesting need quadratic time, and let a
//! text grow beyond all bounds. What is counted is never less deep than what is built.

use std::collections::HashMap;

use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Tag, TagKind, Token};

use super::tokens;

/// Documents that are nested deeper are not worth the quadratic time that parsers need for them.
pub(super) const MAX_DEPTH: usize = 400;

/// Each formatting element that is left open is opened again by every paragraph after it.
const MAX_MISNESTED: usize = 200;

/// Whether a text can be parsed in reasonable time and depth.
pub(super) fn is_tame(html: &str) -> bool {
    if !has_short_tags(html) {
        return false;
    }
    let mut nesting = Nesting::default();
    tokens::each(html, |token, _| match token {
        Token::TagToken(tag) => nesting.follow(&tag),
        _ => None,
    });
    !nesting.is_too_deep()
}

/// Tags with more words have more attributes than a tokenizer compares in reasonable time.
const MAX_WORDS: usize = 5000;

fn has_short_tags(html: &str) -> bool {
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = rest.get(at + 1..).unwrap_or_default();
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let (tag, after) = rest.split_at(rest.find('>').unwrap_or(rest.len()));
        if tag.split_ascii_whitespace().nth(MAX_WORDS).is_some() && tag.matches('=').nth(MAX_WORDS).is_some()
        {
            return false;
        }
        rest = after;
    }
    true
}

/// All of them together may be this many: each is written once.
const MAX_OPENED_AGAIN: usize = 200_000;

/// What is open while tags pass.
#[derive(Default)]
struct Nesting {
    open: Vec<Open>,
    deepest: usize,
    /// How many formatting elements were left open by what is around them.
    misnested: usize,
    /// How many elements the parser has opened again, at most.
    opened_again: usize,
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

/// Elements that have no end tag.
const VOID: [&str; 14] = [
    "br", "img", "hr", "input", "meta", "link", "source", "wbr", "col", "area", "base", "embed", "param",
    "track",
];
/// Elements that the parser opens again where they were left open (HTML §13.2.4.3).
const FORMATTING: [&str; 14] =
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];

/// Elements that end tags of others do not reach through (HTML §13.2.4.2, the common ones).
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

impl Nesting {
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

    /// Follows a tag. Gives how the text after it is to be read, if it is not markup.
    fn follow(&mut self, tag: &Tag) -> Option<RawKind> {
        if !self.is_too_deep() {
            match tag.kind {
                TagKind::StartTag => self.start(tag),
                TagKind::EndTag => self.end(&tag.name),
            }
        }
        match &*tag.name {
            "script" if tag.kind == TagKind::StartTag => Some(RawKind::ScriptData),
            "style" if tag.kind == TagKind::StartTag => Some(RawKind::Rawtext),
            _ => None,
        }
    }

    fn is_too_deep(&self) -> bool {
        self.deepest > MAX_DEPTH || self.misnested > MAX_MISNESTED || self.opened_again > MAX_OPENED_AGAIN
    }

    fn start(&mut self, tag: &Tag) {
        let name: &str = &tag.name;
        self.opened_again += self.misnested;
        let is_foreign = matches!(name, "svg" | "math");
        // An annotation ends another in a ruby only.
        let is_loose = matches!(name, "rt" | "rp") && !self.open.iter().any(|open| open.name == "ruby");
        let (closed, through) = if is_loose { (&[][..], &[][..]) } else { closes(name) };
        let is_passed = |open: &Open| {
            let name = open.name.as_str();
            through.contains(&name) || !(SPECIAL.contains(&name) || matches!(name, "svg" | "math"))
        };
        let last =
            self.open.iter().rposition(|open| closed.contains(&open.name.as_str()) || !is_passed(open));
        let closed_at =
            last.filter(|at| self.open.get(*at).is_some_and(|open| closed.contains(&open.name.as_str())));
        if let Some(at) = closed_at.filter(|_| !closed.is_empty()) {
            self.close(at);
        }
        let in_foreign = self.foreign > 0 || is_foreign;
        let closes_itself = tag.self_closing && in_foreign && !BREAKOUTS.contains(&name);
        if !VOID.contains(&name) && !closes_itself {
            let formatting = FORMATTING.contains(&name).then(|| format!("{name} {:?}", tag.attrs));
            self.open.push(Open { name: name.to_owned(), formatting });
            self.foreign += usize::from(is_foreign);
            self.deepest = self.deepest.max(self.open.len());
        }
    }

    fn end(&mut self, name: &str) {
        let is_foreign = matches!(name, "svg" | "math");
        // An end tag without a start tag ends nothing, and most end nothing through a special element.
        let is_special = SPECIAL.contains(&name) || is_foreign;
        let last = self
            .open
            .iter()
            .rposition(|open| open.name == name || (!is_special && SPECIAL.contains(&open.name.as_str())));
        if let Some(at) = last.filter(|at| self.open.get(*at).is_some_and(|open| open.name == name)) {
            self.close(at);
            self.foreign =
                self.open.iter().filter(|open| matches!(open.name.as_str(), "svg" | "math")).count();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_nested_too_deep_is_known_before_it_is_parsed() {
        for (html, expected) in [
            ("<p>".repeat(10_000), true),
            ("<br>".repeat(10_000), true),
            ("<b>x</b>".repeat(10_000), true),
            ("<div>".repeat(10_000), false),
            ("<b>".repeat(10_000), false),
            ("<li>".repeat(10_000), true),
            (format!("<script>{}</script>", "<div>".repeat(10_000)), true),
            (String::new(), true),
        ] {
            assert_eq!(is_tame(&html), expected, "{}", html.get(..20).unwrap_or(&html));
        }
    }
}

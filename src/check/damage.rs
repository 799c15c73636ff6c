//! HTML as a browser reads it: its tags one after the other, and where it is not what HTML should be.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use html5ever::{Attribute, ExpandedName, LocalName, QualName, local_name, ns};

use crate::markup::{elements::VOID_ELEMENTS, tokens::readable};

/// Deeper, a browser takes quadratic time.
const DEEPEST: usize = 300;

/// Elements whose end tag may be left out.
const UNCLOSED: &[&str] = &[
    "p", "li", "dt", "dd", "rb", "rt", "rtc", "rp", "optgroup", "option", "colgroup", "caption", "thead",
    "tbody", "tfoot", "tr", "td", "th", "body", "html", "head",
];
/// Calls `see` with every start tag of a fragment. Returns the first fault in the HTML, as a clause.
pub(super) fn each_tag(html: &str, see: impl FnMut(&Tag)) -> Option<String> {
    let sink = Sink::default();
    let context = sink.element(local_name!("div"));
    let options = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
    let builder = TreeBuilder::new_for_fragment(sink, context, None, options);
    let both = Both { see: RefCell::new(see), builder, depth: Cell::new(0), is_too_deep: Cell::new(false) };
    let tokenizer = Tokenizer::new(both, TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(readable(html)));
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    let both = &tokenizer.sink;
    let too_deep = || both.is_too_deep.get().then(|| "it is nested too deep".to_owned());
    both.builder.sink.first.borrow().as_deref().map(explained).or_else(too_deep)
}

/// What the parser says, in a clause.
fn explained(error: &str) -> String {
    match error {
        "Unexpected open element" | "Unexpected open element while closing" => {
            "an element is still open when the one around it is closed".to_owned()
        }
        "Unexpected end tag" | "No matching tag to close" | "Unexpected token" => {
            "a tag is not allowed here".to_owned()
        }
        error if error.contains("TagOpen") => "a `<` that begins no tag is written as `&lt;`".to_owned(),
        _ => {
            let first = error.chars().next().map(|c| c.to_lowercase().to_string());
            let rest = error.chars().skip(1).collect::<String>();
            first.unwrap_or_default() + rest.trim_end_matches('.')
        }
    }
}

/// A token sink that passes start tags to a callback, and all tokens to a tree builder that records the first
/// fault.
struct Both<F> {
    see: RefCell<F>,
    builder: TreeBuilder<Rc<QualName>, Sink>,
    depth: Cell<usize>,
    is_too_deep: Cell<bool>,
}

impl<F: FnMut(&Tag)> TokenSink for Both<F> {
    type Handle = Rc<QualName>;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<Rc<QualName>> {
        if let Token::TagToken(tag) = &token {
            let name: &str = &tag.name;
            let counts = !VOID_ELEMENTS.contains(&name) && !UNCLOSED.contains(&name);
            match tag.kind {
                TagKind::StartTag => {
                    (self.see.borrow_mut())(tag);
                    self.depth.set(self.depth.get() + usize::from(counts && !tag.self_closing));
                }
                TagKind::EndTag => self.depth.set(self.depth.get().saturating_sub(usize::from(counts))),
            }
            if self.depth.get() > DEEPEST {
                self.is_too_deep.set(true);
            }
        }
        if self.is_too_deep.get() {
            return TokenSinkResult::Continue;
        }
        self.builder.process_token(token, line)
    }

    fn end(&self) {
        if !self.is_too_deep.get() {
            self.builder.end();
        }
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        !self.is_too_deep.get() && self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

/// A tree of which nothing is kept but its first fault.
#[derive(Default)]
struct Sink {
    first: RefCell<Option<String>>,
}

impl Sink {
    fn element(&self, name: LocalName) -> Rc<QualName> {
        Rc::new(QualName::new(None, ns!(html), name))
    }
}

impl TreeSink for Sink {
    type Handle = Rc<QualName>;
    type Output = ();
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) {}

    fn parse_error(&self, message: Cow<'static, str>) {
        let mut first = self.first.borrow_mut();
        first.get_or_insert_with(|| message.into_owned());
    }

    fn get_document(&self) -> Rc<QualName> {
        Rc::new(QualName::new(None, ns!(), LocalName::from("")))
    }

    fn elem_name<'a>(&'a self, target: &'a Rc<QualName>) -> ExpandedName<'a> {
        target.expanded()
    }

    fn create_element(&self, name: QualName, _: Vec<Attribute>, _: ElementFlags) -> Rc<QualName> {
        Rc::new(name)
    }

    fn create_comment(&self, _: StrTendril) -> Rc<QualName> {
        self.get_document()
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Rc<QualName> {
        self.get_document()
    }

    fn append(&self, _: &Rc<QualName>, _: NodeOrText<Rc<QualName>>) {}

    fn append_based_on_parent_node(&self, _: &Rc<QualName>, _: &Rc<QualName>, _: NodeOrText<Rc<QualName>>) {}

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, target: &Rc<QualName>) -> Rc<QualName> {
        Rc::clone(target)
    }

    fn same_node(&self, one: &Rc<QualName>, other: &Rc<QualName>) -> bool {
        Rc::ptr_eq(one, other)
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, _: &Rc<QualName>, _: NodeOrText<Rc<QualName>>) {}

    fn add_attrs_if_missing(&self, _: &Rc<QualName>, _: Vec<Attribute>) {}

    fn remove_from_parent(&self, _: &Rc<QualName>) {}

    fn reparent_children(&self, _: &Rc<QualName>, _: &Rc<QualName>) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_browsers_repair() {
        for right in [
            "",
            "a & b",
            "<p>a<p>b",
            "<ul><li>a<li>b</ul>",
            "<p>a<br>b<hr>c",
            "<table><tr><td>a<td>b</table>",
            "<ruby>a<rt>b</ruby>",
            "<p><a href=\"https://e.com/?a=1&amp;b=2\">a</a></p>",
            "<!-- a -->b",
            "<picture><source srcset=a><img src=b></picture>",
            "<details><summary>a</summary>b</details>",
            "<figure><img src=a><figcaption>b</figcaption></figure>",
            "<pre><code>a</code></pre>",
            "<video controls src=a></video>",
            "<p>caf&eacute; &lt;</p>",
            "<dl><dt>a<dd>b</dl>",
        ] {
            assert_eq!(each_tag(right, |_| ()), None, "{right}");
        }
        for wrong in [
            "<p><b>a</p>",
            "<b>a",
            "<div>a",
            "a</b>",
            "<a href=x><a href=y>z</a></a>",
            "<div/>",
            "<p><ul></ul></p>",
            "<table><td>a</table>",
            "a <b",
            "<!-- a",
            "<html><body>a</body></html>",
            "<b><p>a</b></p>",
        ] {
            assert!(each_tag(wrong, |_| ()).is_some(), "{wrong}");
        }
        assert!(each_tag(&"<div>".repeat(100_000), |_| ()).is_some());
        assert_eq!(each_tag(&"<p>a".repeat(10_000), |_| ()), None);
    }
}

//! HTML parsed into a tree that can be walked.

use ego_tree::NodeRef;
use ego_tree::iter::Edge;
use html5ever::driver::{self, Parser};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::tokenizer::TokenizerOpts;
use html5ever::tree_builder::{ElementFlags, NodeOrText, TreeBuilderOpts, TreeSink};
use html5ever::{Attribute, LocalName, ParseOpts, QualName, local_name, ns};
use quick_xml::escape::resolve_predefined_entity;
use scraper::{Html, HtmlTreeSink, Node, Selector};

use super::nesting::{self, Piece};
use super::tokens;
use crate::text;

/// What is nested deeper is neither parsed nor walked.
const MAX_DEPTH: usize = 400;

/// How many more nodes than bytes a text may have. Only a text that makes a parser open the same elements
/// again and again has more (HTML §13.2.4.3).
const SPARE_NODES: usize = 10_000;

/// No text has more nodes: each takes some hundred bytes of memory.
const MAX_NODES: usize = 1_000_000;

/// How many bytes are parsed between two looks at the tree.
const STEP: usize = 256;

/// How many bytes a serialiser may scan in total: after each character that it escapes, it scans the rest of
/// the text or value.
const MAX_LOOKED_AT: usize = 1 << 33;

/// How many attributes an element of a plain fragment has at most.
const MOST_ATTRIBUTES: usize = 16;

/// A parsed fragment. `None` if it cannot be parsed and walked in reasonable time.
pub(super) fn fragment(html: &str) -> Option<Html> {
    match plain_fragment(html) {
        Some(fragment) => Some(fragment).filter(is_tame),
        None => parsed_fragment(html),
    }
}

/// A fragment in which a parser would find what is written, as most renderers of Markdown write it. `None` for any other.
fn plain_fragment(html: &str) -> Option<Html> {
    let sink = HtmlTreeSink::new(Html::new_fragment());
    let element = |name: &str, attributes| {
        let name = QualName::new(None, ns!(html), LocalName::from(name));
        sink.create_element(name, attributes, ElementFlags::default())
    };
    let root = element("html", Vec::new());
    sink.append(&sink.get_document(), NodeOrText::AppendNode(root));
    let mut open = vec![root];
    nesting::read(html, |piece| {
        let parent = *open.last()?;
        match piece {
            Piece::Text("") => {}
            Piece::Text(text) => sink.append(&parent, NodeOrText::AppendText(decoded(text)?)),
            Piece::Start(name, written) => {
                let child = element(name, attributes(written)?);
                sink.append(&parent, NodeOrText::AppendNode(child));
                open.push(child);
            }
            Piece::End => drop(open.pop()),
        }
        (open.len() < MAX_DEPTH && sink.0.borrow().tree.values().len() < MAX_NODES).then_some(())
    })?;
    Some(sink.finish())
}

/// The attributes of a start tag, each written as ` name="value"`.
fn attributes(written: &str) -> Option<Vec<Attribute>> {
    let mut attributes: Vec<Attribute> = Vec::new();
    // The slash of XHTML means nothing.
    let mut rest = written.strip_suffix(" /").unwrap_or(written);
    while !rest.is_empty() {
        let (name, after) = rest.strip_prefix(' ')?.split_once("=\"")?;
        let (value, after) = after.split_once('"')?;
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        let is_repeated = attributes.iter().any(|attribute| *attribute.name.local == *name);
        if !is_name || is_repeated || attributes.len() == MOST_ATTRIBUTES {
            return None;
        }
        let name = QualName::new(None, ns!(), LocalName::from(name));
        attributes.push(Attribute { name, value: decoded(value)? });
        rest = after;
    }
    Some(attributes)
}

/// A text whose references are those that XML knows too.
fn decoded(written: &str) -> Option<StrTendril> {
    let mut parts = written.split('&');
    let mut text = StrTendril::from_slice(parts.next()?);
    for part in parts {
        let (name, rest) = part.split_once(';')?;
        text.push_slice(resolve_predefined_entity(name)?);
        text.push_slice(rest);
    }
    Some(text)
}

fn parsed_fragment(html: &str) -> Option<Html> {
    let body = QualName::new(None, ns!(html), local_name!("body"));
    let sink = HtmlTreeSink::new(Html::new_fragment());
    parse(driver::parse_fragment(sink, without_scripts(), body, Vec::new(), false), html)
}

/// A parsed page. `None` if it cannot be parsed and walked in reasonable time.
pub(super) fn document(html: &str) -> Option<Html> {
    parse(driver::parse_document(HtmlTreeSink::new(Html::new_document()), without_scripts()), html)
}

/// Parses step by step, and stops where the tree becomes too deep or too large: the rules for wrong nesting need quadratic
/// time, and let a text grow beyond all bounds.
fn parse(mut parser: Parser<HtmlTreeSink>, html: &str) -> Option<Html> {
    if tokens::readable(html).len() < html.len() {
        return None;
    }
    let most = MAX_NODES.min(html.len() + SPARE_NODES);
    let mut seen = 0;
    let mut rest = html;
    while !rest.is_empty() {
        let (step, next) = rest.split_at(rest.ceil_char_boundary(STEP));
        parser.process(StrTendril::from_slice(step));
        rest = next;
        let tree = &parser.tokenizer.sink.sink.0.borrow().tree;
        let count = tree.values().len();
        let is_shallow = |node: NodeRef<'_, _>| node.ancestors().nth(MAX_DEPTH).is_none();
        if count > most || !tree.nodes().rev().take(count - seen).all(is_shallow) {
            return None;
        }
        seen = count;
    }
    Some(parser.finish()).filter(is_tame)
}

/// Whether a tree as it was built can be walked and written.
fn is_tame(document: &Html) -> bool {
    let mut depth = 0_usize;
    let mut looked_at = 0_usize;
    let mut look = |text: &str| {
        let escaped = memchr::memchr2_iter(b'&', 0xC2, text.as_bytes()).count();
        looked_at = looked_at.saturating_add(escaped.saturating_mul(text.len()));
        looked_at <= MAX_LOOKED_AT
    };
    document.tree.root().traverse().all(|edge| match edge {
        Edge::Open(node) => {
            depth += 1;
            depth <= MAX_DEPTH + 10
                && match node.value() {
                    Node::Text(text) => look(text),
                    Node::Element(element) => element.attrs().all(|(_, value)| look(value)),
                    _ => true,
                }
        }
        Edge::Close(_) => {
            depth = depth.saturating_sub(1);
            true
        }
    })
}

/// What is in `<noscript>` is markup where no script runs.
fn without_scripts() -> ParseOpts {
    let tree_builder = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
    // A step may begin with what looks like a byte order mark.
    let tokenizer = TokenizerOpts { discard_bom: false, ..TokenizerOpts::default() };
    ParseOpts { tokenizer, tree_builder }
}

/// What CSS selectors find in a page, each text on one line: of `<time>` its `datetime`, of `<meta>` its `content`. Of no
/// selector, and of a page that is nested too deep, nothing.
pub(crate) fn selected<const N: usize>(html: &str, selectors: [Option<&str>; N]) -> [Vec<String>; N] {
    let page = selectors.iter().any(Option::is_some).then(|| document(html)).flatten();
    selectors.map(|selector| {
        let selector = selector.and_then(|selector| Selector::parse(selector).ok());
        let Some((page, selector)) = page.as_ref().zip(selector) else { return Vec::new() };
        let texts = page.select(&selector).map(|element| {
            let attribute = match element.value().name() {
                "time" => element.value().attr("datetime"),
                "meta" => element.value().attr("content"),
                _ => None,
            };
            text::one_line(&attribute.map_or_else(|| element.text().collect(), str::to_owned))
        });
        texts.filter(|text| !text.is_empty()).collect()
    })
}

/// A selector that is known to be one.
pub(super) fn selector(name: &'static str) -> Selector {
    Selector::parse(name).unwrap_or_else(|error| unreachable!("`{name}`: {error}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::markup::elements::{CARRIED, VOID_ELEMENTS};

    #[test]
    fn what_is_nested_too_deep_is_not_parsed() {
        for (html, expected) in [
            ("<p>".repeat(10_000), true),
            ("<br>".repeat(10_000), true),
            ("<b>x</b>".repeat(10_000), true),
            ("<div>".repeat(10_000), false),
            ("<b>".repeat(10_000), false),
            ("<li>".repeat(10_000), true),
            (format!("<script>{}</script>", "<div>".repeat(10_000)), true),
            (format!("<svg><style>{}", "<g>".repeat(10_000)), false),
            (format!("<title><style></title>{}", "<div>".repeat(10_000)), false),
            (
                format!(
                    "<p>{}{}",
                    (0..300).map(|one| format!("<i a={one}>")).collect::<String>(),
                    "<p>a".repeat(10_000)
                ),
                false,
            ),
            ("&amp;".repeat(200_000), false),
            (format!("<p title='{}'>", "&amp;".repeat(200_000)), false),
            ("<p>&amp;</p>".repeat(20_000), true),
            (String::new(), true),
        ] {
            assert_eq!(fragment(&html).is_some(), expected, "{}", html.get(..20).unwrap_or(&html));
        }
    }

    /// What a tree consists of.
    fn shape(document: &Html) -> Vec<String> {
        let edge = |edge: Edge<'_, Node>| match edge {
            Edge::Open(node) => match node.value() {
                Node::Element(element) => {
                    format!("{} {:?}", element.name(), element.attrs().collect::<Vec<_>>())
                }
                value => format!("{value:?}"),
            },
            Edge::Close(_) => "end".to_owned(),
        };
        document.tree.root().traverse().map(edge).collect()
    }

    #[test]
    fn what_a_renderer_of_markdown_writes_is_plain() {
        let markdown = "# A & B\n\na *b* `c <d>`  \ne [f](/g?h&i \"j\")\n\n![k](l)\n\n---\n\n\
            - m\n- n\n\n  o\n\n1. p\n\n> q\n\n```rust\nr\n```\n\n| s | t |\n|---|--:|\n| u | v |\n";
        let html = comrak::markdown_to_html(markdown, &crate::markup::markdown::options());
        let plain = plain_fragment(&html).map(|fragment| shape(&fragment));
        assert_eq!(plain, parsed_fragment(&html).map(|fragment| shape(&fragment)), "{html}");
        assert!(plain.is_some(), "{html}");
        for html in [
            "<p>a", "<P>a</P>", "<p class=a>a</p>", "<p a=\"b\" a=\"c\">a</p>", "<p a=\"&copy;\">a</p>",
            "<p>&nbsp;</p>", "<p>a &</p>", "<!-- a -->", "<script>a</script>", "<p>a\0</p>",
        ] {
            assert!(plain_fragment(html).is_none(), "{html}");
        }
    }

    /// HTML that is nested as it is written, and now and then is not.
    fn nested_html() -> impl Strategy<Value = String> {
        const PIECES: [&str; 17] = [
            "a",
            " b\n",
            "\n",
            "日",
            "&amp;",
            "&#39;",
            "&lt;i&gt;",
            "&nbsp;",
            ">",
            "\r",
            "<br>",
            "<hr />",
            "</p>",
            "<p>",
            "<!-- c -->",
            "<img src=\"a&amp;b\" alt=\"\" />",
            "<input>",
        ];
        const WRITTEN: [&str; 7] =
            ["", "", " class=\"x\"", " id=\"a\" id=\"b\"", " title=\"a&quot;<b\"", " hidden", " x='y'"];
        let text =
            prop::collection::vec(prop::sample::select(&PIECES[..]), 0..3).prop_map(|pieces| pieces.concat());
        text.prop_recursive(5, 40, 4, move |inner| {
            let moving =
                ["a", "p", "b", "h1", "div", "ul", "li", "dl", "dd", "table", "tbody", "tr", "td", "pre"];
            let name = prop_oneof![prop::sample::select(CARRIED), prop::sample::select(moving.to_vec())];
            let attributes = prop::sample::select(&WRITTEN[..]);
            (name, attributes, prop::collection::vec(inner, 0..4)).prop_map(|(name, attributes, inner)| {
                let end = if VOID_ELEMENTS.contains(&name) { String::new() } else { format!("</{name}>") };
                format!("<{name}{attributes}>{}{end}", inner.concat())
            })
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_parser_reads_a_plain_fragment_in_the_same_way(html in nested_html()) {
            if let Some(plain) = plain_fragment(&html) {
                prop_assert_eq!(Some(shape(&plain)), parsed_fragment(&html).map(|parsed| shape(&parsed)));
            }
        }
    }
}

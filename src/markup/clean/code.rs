//! Code without the colours and line numbers that highlighters give it.

use std::sync::LazyLock;

use ego_tree::NodeRef;
use scraper::{ElementRef, Node, Selector};

use super::{DROPPED, Writer};
use crate::markup::dom;
use crate::text::{self, escape::push_escaped};

/// Classes of line numbers that highlighters put beside code.
const LINE_NUMBERS: &[&str] = &[
    "lineno", "linenos", "lineno-container", "gutter", "line-number", "line-numbers", "ln", "lnt",
    "rouge-gutter", "blob-num", "line-numbers-wrapper", "line-numbers-rows", "hljs-ln-numbers",
];

pub(super) static PRE: LazyLock<Selector> = LazyLock::new(|| dom::selector("pre"));

static CELL: LazyLock<Selector> = LazyLock::new(|| dom::selector("td"));

impl Writer<'_> {
    /// Code without colours and line numbers.
    pub(super) fn code(&mut self, element: ElementRef<'_>) {
        let mut code = String::new();
        plain_text(*element, &mut code);
        if !text::legal(&code).trim().is_empty() {
            self.html.push_str("<pre><code>");
            push_escaped(&mut self.html, &code);
            self.html.push_str("</code></pre>");
        }
    }

    /// A highlighter's table: only the cells with the code.
    pub(super) fn highlighted(&mut self, table: ElementRef<'_>) {
        let numbered = |node: &ElementRef<'_>| {
            let above = node.ancestors().take_while(|above| above.id() != table.id());
            is_line_number(*node) || above.filter_map(ElementRef::wrap).any(is_line_number)
        };
        let blocks: Vec<_> = table.select(&PRE).filter(|block| !numbered(block)).collect();
        if blocks.is_empty() {
            // Lines without a `pre` around them.
            let mut code = String::new();
            for cell in table.select(&CELL).filter(|cell| !numbered(cell)) {
                plain_text(*cell, &mut code);
            }
            self.html.push_str("<pre><code>");
            push_escaped(&mut self.html, code.trim_matches('\n'));
            self.html.push_str("</code></pre>");
        }
        for block in blocks {
            self.code(block);
        }
    }
}

pub(super) fn is_highlighted(table: ElementRef<'_>) -> bool {
    let numbered = || table.select(&CELL).any(is_line_number);
    let names = ["rouge-table", "highlighttable", "lntable", "codehilitetable"];
    (table.value().classes().any(|class| names.contains(&class)) && table.select(&PRE).next().is_some())
        || numbered()
}

fn is_line_number(element: ElementRef<'_>) -> bool {
    let value = element.value();
    if matches!(value.name(), "code" | "table") {
        return false;
    }
    let numeric = || element.text().all(|text| text.chars().all(|c| c.is_ascii_digit() || c.is_whitespace()));
    value.classes().any(|class| LINE_NUMBERS.contains(&class))
        || (value.attr("data-line-number").is_some() && numeric())
}

fn plain_text(node: NodeRef<'_, Node>, text: &mut String) {
    for child in node.children() {
        match child.value() {
            Node::Text(piece) => text.push_str(piece),
            Node::Element(element) if element.name() == "br" => text.push('\n'),
            Node::Element(element) if DROPPED.contains(&element.name()) => {}
            Node::Element(_) if ElementRef::wrap(child).is_some_and(is_line_number) => {}
            Node::Element(element) => {
                plain_text(child, text);
                // A line of code in an element of its own.
                if matches!(element.name(), "div" | "li" | "tr" | "p") && !text.ends_with('\n') {
                    text.push('\n');
                }
            }
            _ => {}
        }
    }
}

//! Code without the colours and line numbers that highlighters give it.

use std::sync::LazyLock;

use ego_tree::NodeRef;
use scraper::{ElementRef, Node, Selector};

use super::{DROPPED, Writer};
use crate::markup::dom;
use crate::text::{self, escape::push_text};

/// Classes of line numbers that highlighters put beside code.
const LINE_NUMBERS: &[&str] = &[
    "lineno", "linenos", "lineno-container", "gutter", "line-number", "line-numbers", "ln", "lnt",
    "rouge-gutter", "blob-num", "line-numbers-wrapper", "line-numbers-rows", "hljs-ln-numbers",
];

pub(super) static PRE: LazyLock<Selector> = LazyLock::new(|| dom::selector("pre"));

static CELL: LazyLock<Selector> = LazyLock::new(|| dom::selector("td"));

static ROW: LazyLock<Selector> = LazyLock::new(|| dom::selector("tr"));

impl Writer<'_> {
    /// Code without colours and line numbers.
    pub(super) fn code(&mut self, element: ElementRef<'_>) {
        let mut code = String::new();
        plain_text(*element, &mut code);
        if !text::legal(&code).trim().is_empty() {
            self.html.push_str("<pre><code>");
            push_text(&mut self.html, &code);
            self.html.push_str("</code></pre>");
        }
    }

    /// A highlighter's table: only the cells with the code.
    pub(super) fn highlighted(&mut self, table: ElementRef<'_>) {
        let numbered = |node: &ElementRef<'_>| {
            let above = node.ancestors().take_while(|above| above.id() != table.id());
            holds_numbers(*node) || above.filter_map(ElementRef::wrap).any(is_line_number)
        };
        let blocks: Vec<_> = table.select(&PRE).filter(|block| !numbered(block)).collect();
        if blocks.is_empty() {
            // A line a row, without a `pre` around them.
            let mut code = String::new();
            push_rows(table, &mut code);
            self.html.push_str("<pre><code>");
            push_text(&mut self.html, code.trim_matches('\n'));
            self.html.push_str("</code></pre>");
        }
        for block in blocks {
            self.code(block);
        }
    }
}

/// The lines of a table that has one in each row.
fn push_rows(table: ElementRef<'_>, code: &mut String) {
    let rows: Vec<Vec<ElementRef<'_>>> =
        table.select(&ROW).map(|row| row.child_elements().collect()).collect();
    let number = |cell: &ElementRef<'_>| cell.text().collect::<String>().trim().parse::<usize>().ok();
    let first = |row: &Vec<ElementRef<'_>>| row.first().filter(|_| row.len() > 1).and_then(number);
    let start = rows.first().and_then(first).unwrap_or_default();
    // Numbers that count the rows are no part of the code.
    let are_numbered = rows.iter().zip(start..).all(|(row, expected)| first(row) == Some(expected));
    for row in &rows {
        for cell in row.iter().skip(usize::from(are_numbered)).filter(|cell| !is_line_number(**cell)) {
            plain_text(**cell, code);
        }
        if !code.ends_with('\n') {
            code.push('\n');
        }
    }
}

pub(super) fn is_highlighted(table: ElementRef<'_>) -> bool {
    let numbered = || table.select(&CELL).any(holds_numbers);
    let names = ["rouge-table", "highlighttable", "lntable", "codehilitetable"];
    (table.value().classes().any(|class| names.contains(&class)) && table.select(&PRE).next().is_some())
        || numbered()
}

/// Whether an element holds line numbers, and nothing else.
pub(super) fn is_line_number(element: ElementRef<'_>) -> bool {
    let value = element.value();
    let is_named = || {
        let ends = ["-ln", "-lineno", "-line-number", "-linenumber"];
        value
            .classes()
            .any(|class| LINE_NUMBERS.contains(&class) || ends.iter().any(|end| class.ends_with(end)))
            || value.attr("data-line-number").is_some()
    };
    !matches!(value.name(), "code" | "table" | "pre")
        && (is_named() || is_uncopied(element))
        && element.text().all(is_number)
}

/// Whether an element in code has digits that cannot be copied with it.
fn is_uncopied(element: ElementRef<'_>) -> bool {
    let style = element.value().attr("style").unwrap_or_default();
    let mut around = element.ancestors().filter_map(ElementRef::wrap);
    style.replace(' ', "").contains("user-select:none")
        && element.text().any(|text| text.contains(|c: char| c.is_ascii_digit()))
        && around.any(|above| matches!(above.value().name(), "pre" | "code"))
}

/// Whether an element holds line numbers alone, itself or in elements of their own.
fn holds_numbers(element: ElementRef<'_>) -> bool {
    let mut inner = element.descendants().filter_map(ElementRef::wrap);
    element.text().all(is_number) && inner.any(is_line_number)
}

fn is_number(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit() || c.is_whitespace())
}

fn plain_text(node: NodeRef<'_, Node>, text: &mut String) {
    for child in node.children() {
        match child.value() {
            Node::Text(piece) => text.push_str(piece),
            Node::Element(element) if element.name() == "br" => text.push('\n'),
            Node::Element(element) if DROPPED.contains(&element.name()) => {}
            Node::Element(_) if ElementRef::wrap(child).is_some_and(is_line_number) => {}
            Node::Element(element) if element.name() == "table" => {
                ElementRef::wrap(child).into_iter().for_each(|table| push_rows(table, text));
            }
            Node::Element(element) if element.name() == "button" => {}
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

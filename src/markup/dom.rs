//! HTML parsed into a tree that can be walked.

use ego_tree::iter::Edge;
use html5ever::tendril::TendrilSink;
use html5ever::tree_builder::TreeBuilderOpts;
use html5ever::{ParseOpts, QualName, driver, local_name, ns};
use scraper::{Html, HtmlTreeSink, Selector};

use crate::text;

use super::nesting::{MAX_DEPTH, is_tame};

/// A parsed fragment. `None` if it is nested too deep to be parsed and walked.
pub(super) fn fragment(html: &str) -> Option<Html> {
    let body = QualName::new(None, ns!(html), local_name!("body"));
    let parse = || {
        let sink = HtmlTreeSink::new(Html::new_fragment());
        driver::parse_fragment(sink, without_scripts(), body, Vec::new(), false).one(html)
    };
    is_tame(html).then(parse).filter(is_shallow)
}

/// A parsed page. `None` if it is nested too deep to be parsed and walked.
pub(super) fn document(html: &str) -> Option<Html> {
    let parse =
        || driver::parse_document(HtmlTreeSink::new(Html::new_document()), without_scripts()).one(html);
    is_tame(html).then(parse).filter(is_shallow)
}

/// What is in `<noscript>` is markup where no script runs.
fn without_scripts() -> ParseOpts {
    let tree_builder = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
    ParseOpts { tree_builder, ..ParseOpts::default() }
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

/// Whether a tree as it was built can be walked.
fn is_shallow(document: &Html) -> bool {
    let mut depth = 0_usize;
    document.tree.root().traverse().all(|edge| {
        match edge {
            Edge::Open(_) => depth += 1,
            Edge::Close(_) => depth = depth.saturating_sub(1),
        }
        depth <= MAX_DEPTH + 10
    })
}

/// A selector that is known to be one.
pub(super) fn selector(name: &'static str) -> Selector {
    Selector::parse(name).unwrap_or_else(|error| unreachable!("`{name}`: {error}"))
}

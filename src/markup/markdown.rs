//! Markdown and plain text become HTML.

use std::collections::BTreeSet;

use comrak::nodes::{Node, NodeValue};

use super::{Markup, directives};
use crate::text::escape::escaped;

/// The Markdown that the generators of the field agree on, with emphasis that works without blanks around it.
pub(crate) fn options() -> comrak::Options<'static> {
    let mut options = comrak::Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.footnotes = true;
    options.extension.tasklist = true;
    options.extension.description_lists = true;
    options.extension.cjk_friendly_emphasis = true;
    options
}

/// The same with what only some renderers know, each of which the others would show as marks.
fn all_options() -> comrak::Options<'static> {
    let mut options = options();
    options.extension.block_directive = true;
    options.extension.ofm_callouts = true;
    options.extension.wikilinks_title_after_pipe = true;
    options.extension.highlight = true;
    options
}

/// Markdown of an unknown flavour as a tree. Marks that were taken out of it are put into `unknown`.
pub(super) fn parse_any<'a>(
    arena: &'a comrak::Arena<'a>,
    source: &str,
    unknown: &mut BTreeSet<String>,
) -> Node<'a> {
    let mut options = all_options();
    options.extension.block_directive = directives::are_tame(source);
    let root = parse(arena, source, &options);
    directives::remove_marks(arena, root, unknown);
    root
}

/// Markdown as a tree, without the notes that nothing refers to.
pub(super) fn parse<'a>(arena: &'a comrak::Arena<'a>, source: &str, options: &comrak::Options) -> Node<'a> {
    let root = comrak::parse_document(arena, source, options);
    // Of two notes with one name, comrak leaves the first where it stands.
    let is_unused = |node: &Node<'a>| matches!(&node.data().value, NodeValue::FootnoteDefinition(note) if note.total_references == 0);
    let unused: Vec<Node<'a>> = root.descendants().filter(is_unused).collect();
    unused.into_iter().for_each(|node| node.detach());
    root
}

/// A tree as HTML.
pub(super) fn written<'a>(root: Node<'a>, options: &comrak::Options) -> String {
    let mut html = String::new();
    // Writing to a string cannot fail.
    let _ = comrak::format_html(root, options, &mut html);
    html
}

/// A body as HTML, raw HTML in it as it is: to be cleaned before it is published. Marks that were taken out of it are
/// put into `unknown`.
pub(crate) fn html(body: &str, markup: Markup, unknown: &mut BTreeSet<String>) -> String {
    match markup {
        Markup::Markdown => {
            let mut options = all_options();
            options.render.r#unsafe = true;
            let arena = comrak::Arena::new();
            written(parse_any(&arena, body, unknown), &options)
        }
        Markup::Html => body.to_owned(),
        Markup::Plain => {
            let paragraphs = body.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
            let html = |paragraph: &str| format!("<p>{}</p>\n", escaped(paragraph).replace('\n', "<br>\n"));
            paragraphs.map(html).collect()
        }
    }
}

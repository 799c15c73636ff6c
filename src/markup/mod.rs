//! Markdown, HTML and templates: rendering, plain text, excerpts, titles, sanitising, the text of a page.

pub(crate) mod blocks;
pub(crate) mod clean;
mod code;
pub(crate) mod directives;
mod dom;
pub(crate) mod elements;
pub(crate) mod excerpt;
mod front;
pub(crate) mod head;
mod inline;
pub(crate) mod kramdown;
mod liquid;
mod literal;
pub(crate) mod main_text;
pub(crate) mod markdown;
pub(crate) mod math;
mod nesting;
pub(crate) mod notes;
mod shortcodes;
pub(crate) mod strip;
pub(crate) mod template;
pub(crate) mod title;
pub(crate) mod tokens;

pub(crate) use blocks::{Block, BlockKind, blocks};
pub(crate) use clean::Lead;
pub(crate) use code::Code;
pub(crate) use dom::selected;
pub(crate) use notes::Notes;
pub(crate) use template::Templates;
pub(crate) use title::Title;

pub(crate) use inline::inline;
pub(crate) use liquid::Value;
pub(crate) use literal::{literal, published_line};

use crate::text;

/// What a text is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Markup {
    /// CommonMark with the usual extensions, and HTML in it.
    Markdown,
    /// HTML.
    Html,
    /// None: the text is as written.
    Plain,
}

impl Markup {
    /// What a file of this name is written in.
    pub(crate) fn of_path(path: &str) -> Self {
        let extension = text::split_last(path, b'.').map_or("", |(_, extension)| extension);
        let is = |name: &str| extension.eq_ignore_ascii_case(name);
        if is("html") || is("htm") || is("xhtml") {
            Self::Html
        } else if is("txt") {
            Self::Plain
        } else {
            Self::Markdown
        }
    }
}

//! Markdown, HTML and templates: rendering, plain text, excerpts, titles, sanitising, the text of a page.

pub mod blocks;
pub mod clean;
mod dom;
mod elements;
pub mod excerpt;
mod inline;
pub mod kramdown;
mod literal;
pub mod main_text;
pub mod markdown;
mod nesting;
pub mod template;
pub mod title;
pub mod tokens;

pub use inline::inline;
pub use literal::{literal, published_line};

/// What a text is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Markup {
    /// CommonMark with the usual extensions, and HTML in it.
    Markdown,
    /// HTML.
    Html,
    /// Nothing: what is written is what is meant.
    Plain,
}

impl Markup {
    /// What a file of this name is written in.
    #[must_use]
    pub fn of_path(path: &str) -> Self {
        match path.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).as_deref() {
            Some("html" | "htm" | "xhtml") => Self::Html,
            Some("txt") => Self::Plain,
            _ => Self::Markdown,
        }
    }
}

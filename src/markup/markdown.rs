//! Markdown and plain text become HTML.

use super::Markup;
use crate::text::escape::escaped;

/// The Markdown that the generators of the field agree on, with emphasis that works without blanks around it.
pub(crate) fn markdown_options() -> comrak::Options<'static> {
    let mut options = comrak::Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.footnotes = true;
    options.extension.tasklist = true;
    options.extension.cjk_friendly_emphasis = true;
    options
}

/// Markdown as HTML with smart punctuation, raw HTML as it is: for text to be taken from, not to be published.
pub(crate) fn smart_html(markdown: &str) -> String {
    let mut options = markdown_options();
    options.parse.smart = true;
    options.extension.description_lists = true;
    options.render.r#unsafe = true;
    comrak::markdown_to_html(markdown, &options)
}

/// A body as HTML, raw HTML in it as it is: to be cleaned before it is published.
pub(crate) fn html(body: &str, markup: Markup) -> String {
    match markup {
        Markup::Markdown => {
            let mut options = markdown_options();
            options.render.r#unsafe = true;
            options.extension.description_lists = true;
            comrak::markdown_to_html(body, &options)
        }
        Markup::Html => body.to_owned(),
        Markup::Plain => {
            let paragraphs = body.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
            let html = |paragraph: &str| format!("<p>{}</p>\n", escaped(paragraph).replace('\n', "<br>\n"));
            paragraphs.map(html).collect()
        }
    }
}

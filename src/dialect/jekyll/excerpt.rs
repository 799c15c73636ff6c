//! Jekyll's excerpts: the text before the separator, rendered, without tags.

use std::collections::BTreeSet;

use crate::config::Config;
use crate::markup::Markup;
use crate::markup::kramdown::{self, Tildes};
use crate::markup::template::{self, Templates};
use crate::post::Post;
use crate::text;

use super::config::Site;
use super::ruby;
use crate::markup::literal;
use crate::markup::markdown;

/// The excerpt of a body as plain text on one line. `None` if there is none.
pub(crate) fn of_body(
    post: &Post,
    body: &str,
    had_crlf: bool,
    site: &Site,
    config: &Config,
) -> Option<String> {
    let separator = post.separator.as_deref().unwrap_or(&site.excerpt_separator);
    if separator.is_empty() {
        return None;
    }
    let body = without_blank_lines(body);
    // Jekyll never finds an empty line in a file whose lines end in CR LF.
    let (head, tail) =
        body.split_once(separator).filter(|_| !(had_crlf && separator.contains('\n'))).unwrap_or((body, ""));
    let none = |_: &str| None;
    let variable = |name: &str| variable(name, post, config);
    let plain = template::resolve(head, Templates::Liquid, &variable, &none, &mut BTreeSet::new());
    let html = match site.markup_of(&post.path) {
        Markup::Markdown => {
            let references = definitions(head, tail).collect::<Vec<_>>().join("\n\n");
            let markdown = format!("{plain}\n\n{references}\n");
            markdown::smart_html(&kramdown::without_marks(&markdown, Tildes::Literal, !tail.is_empty()))
        }
        Markup::Html | Markup::Plain => plain,
    };
    let stripped = ruby::strip_html(&html);
    let line = text::one_line(&text::legal(&ruby::decode_references(&text::one_line(&stripped))));
    Some(literal(&line)).filter(|line| !line.is_empty())
}

/// The fence of front matter takes the blank lines after it along.
fn without_blank_lines(body: &str) -> &str {
    let text = body.trim_start();
    let line = body.get(..body.len() - text.len()).and_then(|blank| blank.rfind('\n')).map_or(0, |at| at + 1);
    body.get(line..).unwrap_or_default()
}

/// Link definitions of the rest of a post, as far as its excerpt has their labels.
fn definitions<'a>(head: &'a str, tail: &'a str) -> impl Iterator<Item = &'a str> {
    tail.lines().filter(|line| {
        let bare = line.trim_start_matches(' ');
        let label = bare.find(']').and_then(|end| bare.get(..=end)).filter(|label| label.len() > 2);
        line.len() - bare.len() <= 3
            && bare.starts_with('[')
            && label.is_some_and(|label| {
                bare.get(label.len()..).is_some_and(|rest| rest.starts_with(':') && rest.len() > 1)
                    && head.contains(label)
            })
    })
}

/// What the plain variables of Liquid stand for.
pub(super) fn variable(name: &str, post: &Post, config: &Config) -> Option<String> {
    let base = config.base_url.as_str().trim_end_matches('/');
    match name {
        "page.title" | "post.title" => Some(post.title.clone()),
        "page.url" | "post.url" => Some(post.url.strip_prefix(base).unwrap_or(&post.url).to_owned()),
        "site.title" | "site.name" => config.title.clone(),
        "site.description" => config.description.clone(),
        "site.url" => Some(origin(config).to_owned()),
        "site.baseurl" => base.strip_prefix(origin(config)).map(str::to_owned),
        name => match post.extra.get(name.strip_prefix("page.")?)? {
            serde_json::Value::String(text) => Some(text.clone()),
            serde_json::Value::Number(number) => Some(number.to_string()),
            _ => None,
        },
    }
}

/// Scheme and host.
pub(super) fn origin(config: &Config) -> &str {
    let base = config.base_url.as_str();
    let end = base.match_indices('/').nth(2).map_or(base.len(), |(at, _)| at);
    base.get(..end).unwrap_or(base)
}

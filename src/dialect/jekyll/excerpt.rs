//! Jekyll's excerpts: the text before the separator, rendered, without tags.

use std::collections::BTreeSet;

use crate::config::Config;
use crate::markup::{self, Markup};
use crate::post::Post;
use crate::template::{self, Templates};
use crate::text;

use super::config::Site;
use super::ruby;

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
    let body = body.trim_start_matches('\n');
    // Jekyll never finds an empty line in a file whose lines end in CR LF.
    let (head, tail) =
        body.split_once(separator).filter(|_| !(had_crlf && separator.contains('\n'))).unwrap_or((body, ""));
    let none = |_: &str| None;
    let variable = |name: &str| variable(name, post, config);
    let plain = template::resolve(head, Templates::Liquid, &variable, &none, &mut BTreeSet::new());
    let html = match Markup::of_path(&post.path) {
        Markup::Markdown => {
            let references = definitions(tail).collect::<Vec<_>>().join("\n");
            markup::smart_html(&without_kramdown(&format!("{plain}\n\n{references}\n")))
        }
        Markup::Html | Markup::Plain => plain,
    };
    let stripped = ruby::strip_html(&html);
    let line = text::one_line(&text::legal(&ruby::decode_references(&text::one_line(&stripped))));
    Some(text::disarmed(&line)).filter(|line| !line.is_empty())
}

/// Link definitions of the rest of a post, which its excerpt may need.
fn definitions(tail: &str) -> impl Iterator<Item = &str> {
    tail.lines().filter(|line| {
        let inset = line.len() - line.trim_start_matches(' ').len();
        inset <= 3 && line.trim_start().starts_with('[') && line.contains("]:")
    })
}

/// What kramdown reads and CommonMark does not: attribute lists (`{: .class}`) and abbreviations show nothing, nor does
/// the list that `{:toc}` makes a table of contents of; a fence that the separator cut open is text.
pub(super) fn without_kramdown(markdown: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut fence: Option<usize> = None;
    for line in markdown.lines() {
        let bare = line.trim_start();
        if bare.starts_with("```") || bare.starts_with("~~~") {
            fence = if fence.is_some() { None } else { Some(lines.len()) };
        } else if fence.is_none() && bare.starts_with("{:toc") {
            lines.pop();
            continue;
        } else if fence.is_none() && bare.starts_with("*[") && bare.contains("]:") {
            continue;
        }
        lines.push(if fence.is_none() { without_attribute_lists(line) } else { line.to_owned() });
    }
    if let Some(line) = fence.and_then(|at| lines.get_mut(at)) {
        *line = line.replace('`', "\\`").replace('~', "\\~");
    }
    lines.join("\n")
}

fn without_attribute_lists(line: &str) -> String {
    let mut kept = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find("{:") {
        let (before, list) = rest.split_at(at);
        kept.push_str(before);
        let end = list.find('}').map_or(2, |end| end + 1);
        if end == 2 {
            kept.push_str("{:");
        }
        rest = list.get(end..).unwrap_or_default();
    }
    kept.push_str(rest);
    kept
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

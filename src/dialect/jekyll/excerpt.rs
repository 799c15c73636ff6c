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
            markup::smart_html(&without_kramdown(&format!("{plain}\n\n{references}\n"), !tail.is_empty()))
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

/// What kramdown reads and CommonMark does not: attribute lists (`{: .class}`), ids of headings (`{#id}`), comments and
/// abbreviations show nothing, nor does the list that `{:toc}` makes a table of contents of; a lone `~` strikes nothing.
/// With `cut`, a fence that is open at the end was cut open by the separator, and is text.
pub(super) fn without_kramdown(markdown: &str, cut: bool) -> String {
    let mut lines: Vec<String> = Vec::new();
    // Where a fence began, its character, and how long it is.
    let mut fence: Option<(usize, char, usize)> = None;
    for line in markdown.lines() {
        let bare = line.trim_start();
        let mark = bare.chars().next().filter(|c| matches!(c, '`' | '~'));
        let length = mark.map_or(0, |mark| bare.chars().take_while(|c| *c == mark).count());
        match (fence, mark) {
            (None, Some(mark))
                if length >= 3 && !(mark == '`' && bare.trim_start_matches('`').contains('`')) =>
            {
                fence = Some((lines.len(), mark, length));
            }
            (Some((_, open, least)), Some(mark))
                if open == mark && length >= least && bare.trim_end().len() == length =>
            {
                fence = None;
                lines.push(line.to_owned());
                continue;
            }
            _ => {}
        }
        if fence.is_some() || line.starts_with("    ") || line.starts_with('\t') {
            lines.push(line.to_owned());
            continue;
        }
        if bare.starts_with("{:toc") {
            lines.pop();
            continue;
        }
        if bare.starts_with("{::") || (bare.starts_with("*[") && bare.contains("]:")) {
            continue;
        }
        let line = match line.trim_end().strip_suffix('}').and_then(|line| line.rsplit_once(" {#")) {
            Some((heading, id)) if bare.starts_with('#') && !id.contains(['{', ' ']) => heading,
            _ => line,
        };
        lines.push(without_attribute_lists(line));
    }
    if let Some(line) = fence.filter(|_| cut).and_then(|(at, ..)| lines.get_mut(at)) {
        *line = line.replace('`', "\\`").replace('~', "\\~");
    }
    lines.join("\n")
}

/// A line without attribute lists, and with every lone `~` escaped; code stays as it is.
fn without_attribute_lists(line: &str) -> String {
    if !line.contains("{:") && !line.contains('~') {
        return line.to_owned();
    }
    let mut kept = String::with_capacity(line.len());
    let mut in_code = false;
    let mut left = line;
    while !left.is_empty() {
        let ticks = left.len() - left.trim_start_matches('`').len();
        let (run, after) = left.split_at(ticks);
        kept.push_str(run);
        in_code ^= ticks > 0;
        let (piece, next) = after.split_at(after.find('`').unwrap_or(after.len()));
        left = next;
        if in_code {
            kept.push_str(piece);
            continue;
        }
        let mut rest = piece;
        while let Some(at) = rest.find("{:") {
            let (before, list) = rest.split_at(at);
            kept.push_str(before);
            let Some(end) = list.find('}') else { break };
            let inner = list.get(2..end).unwrap_or_default();
            // A hash of Ruby is no attribute list.
            if inner.contains("=>") {
                kept.push_str(list.get(..=end).unwrap_or_default());
            }
            rest = list.get(end + 1..).unwrap_or_default();
        }
        let mut chars = rest.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '~' if chars.peek() == Some(&'~') => {
                    kept.push_str("~~");
                    chars.next();
                }
                '~' if !kept.ends_with('\\') => kept.push_str("\\~"),
                c => kept.push(c),
            }
        }
    }
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

//! Markdown as kramdown reads it: what is not CommonMark is written as CommonMark, or left out where it shows nothing
//! (attribute lists, comments, tables of contents).

use std::borrow::Cow;

use comrak::nodes::{Node, NodeValue};

use super::code::Fence;
use super::markdown;
use crate::text::has;

mod html_blocks;
pub(crate) mod smart;
mod tables;
pub(crate) mod title;

/// Which renderer reads a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reader {
    Kramdown,
    /// Unknown: only what no other renderer has is read as kramdown.
    Any,
}

/// How a fence that is still open at the end is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OpenFence {
    /// As code up to the end.
    Code,
    /// As text, because a separator has cut the code.
    Text,
}

/// Stand-ins for quotes that must stay straight, until the HTML is made. These are noncharacters, which no
/// text has.
const STRAIGHT_DOUBLE: &str = "\u{FDD0}";
const STRAIGHT_SINGLE: &str = "\u{FDD1}";

/// Stands for the next piece that is not Markdown, until the HTML is made.
const RAW: char = '\u{FDD2}';

/// The longest attribute list, in bytes.
const LONGEST_LIST: usize = 500;

/// Markdown of an unknown flavour without what only kramdown can mean.
pub(crate) fn without_plain_marks(markdown: &str) -> Cow<'_, str> {
    if has(markdown, "{:") || has(markdown, "{#") {
        without_marks(&on_one_line(markdown), Reader::Any, OpenFence::Code).join("\n").into()
    } else {
        markdown.into()
    }
}

/// Markdown as HTML, with smart punctuation and raw HTML as it is: to be cleaned before it is published.
pub(crate) fn html(source: &str, open: OpenFence) -> String {
    let (source, raw) = without_raw(source);
    let source = on_one_line(&source);
    let source = source.as_ref();
    let source =
        if source.contains('<') { html_blocks::separated(source).into() } else { Cow::Borrowed(source) };
    let lines = tables::with_tables(without_marks(&source, Reader::Kramdown, open));
    let mut options = markdown::options();
    options.render.r#unsafe = true;
    let arena = comrak::Arena::new();
    let root = markdown::parse(&arena, &lines.join("\n"), &options);
    let nodes: Vec<_> = root.descendants().collect();
    for node in nodes {
        if let Some(url) = foreign_autolink(node) {
            node.children().collect::<Vec<_>>().into_iter().for_each(|child| child.detach());
            node.data_mut().value = NodeValue::Text(format!("<{url}>").into());
            continue;
        }
        let mut node = node.data_mut();
        let new = match &node.value {
            NodeValue::HtmlInline(tag) if html_blocks::is_block_tag(tag) || tag.starts_with("<?") => {
                NodeValue::Text(tag.clone().into())
            }
            NodeValue::HtmlInline(tag) if tag.find('>').is_some_and(|at| at + 1 < tag.len()) => {
                let inner = tag.get(..tag.len() - 1).unwrap_or_default();
                NodeValue::HtmlInline(format!("{}>", inner.replace('>', "&gt;")))
            }
            _ => continue,
        };
        node.value = new;
    }
    smart::document(root);
    let html = markdown::written(root, &options);
    let html = html.replace(STRAIGHT_DOUBLE, "&quot;").replace(STRAIGHT_SINGLE, "&#39;");
    let mut pieces = html.split(RAW);
    let first = pieces.next().unwrap_or_default().to_owned();
    let raw = raw.into_iter().chain(std::iter::repeat(""));
    without_empty_heads(&pieces.zip(raw).fold(first, |html, (piece, raw)| html + raw + piece))
}

/// The URL of `<scheme:x>` with a scheme that kramdown does not make a link of, such as Ruby's `#<hash:0x1>`.
fn foreign_autolink<'a>(node: Node<'a>) -> Option<String> {
    let NodeValue::Link(link) = &node.data().value else { return None };
    let scheme = link.url.split_once(':')?.0.to_ascii_lowercase();
    let child = node.first_child()?;
    let is_own_text = matches!(&child.data().value, NodeValue::Text(text) if *text == link.url);
    let is_known = matches!(scheme.as_str(), "http" | "https" | "ftp" | "ftps" | "mailto");
    (is_own_text && link.title.is_empty() && !is_known).then(|| link.url.clone())
}

/// A source without the pieces that are not Markdown (`{::nomarkdown}…{:/}`), and these.
fn without_raw(source: &str) -> (Cow<'_, str>, Vec<&str>) {
    const OPEN: &str = "{::nomarkdown";
    let mut text = String::new();
    let mut raw = Vec::new();
    let mut rest = source;
    while let Some((before, after)) = rest.split_once(OPEN) {
        let piece = after.split_once('}').and_then(|(_, inner)| inner.split_once("{:/"));
        let Some((inner, after)) = piece.and_then(|(inner, end)| Some((inner, end.split_once('}')?.1)))
        else {
            break;
        };
        text.push_str(before);
        text.push(RAW);
        raw.push(inner);
        rest = after;
    }
    if raw.is_empty() {
        return (source.into(), raw);
    }
    text.push_str(rest);
    (text.into(), raw)
}

/// A source with each attribute list on one line.
fn on_one_line(source: &str) -> Cow<'_, str> {
    let mut text = String::new();
    let mut rest = source;
    while let Some(at) = rest.find("{:") {
        let (before, after) = rest.split_at(at);
        text.push_str(before);
        let range = after.get(..after.floor_char_boundary(LONGEST_LIST)).unwrap_or_default();
        let inner = range.get(2..).and_then(|inner| inner.split_once('}')).map(|(inner, _)| inner);
        let list = inner.filter(|inner| inner.contains('\n') && !inner.contains("\n\n"));
        match list.filter(|inner| is_attribute_list(inner, Reader::Any)) {
            Some(list) => {
                text.push_str(&format!("{{:{}}}", list.replace('\n', " ")));
                rest = after.get(list.len() + 3..).unwrap_or_default();
            }
            None => {
                text.push_str("{:");
                rest = after.get(2..).unwrap_or_default();
            }
        }
    }
    if text.is_empty() {
        return source.into();
    }
    text.push_str(rest);
    text.into()
}

/// HTML without the heads of tables that had none.
fn without_empty_heads(html: &str) -> String {
    const HEAD: (&str, &str) = ("<thead>\n<tr>\n", "</tr>\n</thead>\n");
    let mut kept = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, after)) = rest.split_once(HEAD.0) {
        kept.push_str(before);
        let cells = after.split_once(HEAD.1).filter(|(cells, _)| cells.replace("<th></th>\n", "").is_empty());
        match cells {
            Some((_, after)) => rest = after,
            None => {
                kept.push_str(HEAD.0);
                rest = after;
            }
        }
    }
    kept + rest
}

/// What kramdown reads and CommonMark does not: attribute lists (`{: .class}`), ids of headings (`{#id}`), comments and
/// abbreviations show nothing, nor does the list that `{:toc}` makes a table of contents of; a lone `~` strikes nothing,
/// `1)` begins no list, and `\\\\` ends a line.
fn without_marks(markdown: &str, reader: Reader, open: OpenFence) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut fence = Fence::default();
    let mut fence_at = 0;
    let mut in_comment = false;
    let mut in_html = false;
    for line in markdown.lines() {
        let bare = line.trim_start();
        in_html = !bare.is_empty() && (in_html || html_blocks::begins_block(bare));
        if in_comment {
            in_comment = !(bare.starts_with("{:/comment}") || bare.starts_with("{:/}"));
            continue;
        }
        if !fence.is_open() {
            fence_at = lines.len();
        }
        if fence.covers(bare) || in_html || line.starts_with("    ") || line.starts_with('\t') {
            lines.push(line.to_owned());
        } else if bare.starts_with("{:toc") {
            lines.pop();
        } else if bare.starts_with("{::comment}") {
            in_comment = !bare.contains("{:/");
        } else if is_extension(bare) || (bare.starts_with("*[") && bare.contains("]:")) {
            // It shows nothing.
        } else if reader == Reader::Kramdown && line.trim() == "^" {
            // It ends a list, as a comment does in CommonMark.
            lines.extend(["", "<!-- -->", ""].map(str::to_owned));
        } else {
            lines.push(line_without_marks(line, reader));
        }
    }
    if let Some(line) = lines.get_mut(fence_at).filter(|_| fence.is_open() && open == OpenFence::Text) {
        *line = line.replace('`', "\\`").replace('~', "\\~");
    }
    lines
}

fn line_without_marks(line: &str, reader: Reader) -> String {
    let line = match line.trim_end().strip_suffix('}').and_then(|line| line.rsplit_once(" {#")) {
        Some((heading, id)) if line.trim_start().starts_with('#') && !id.contains(['{', ' ']) => heading,
        _ => line,
    };
    let mut line = rewritten(&without_list_of_item(line), reader);
    if reader == Reader::Kramdown {
        let digits = line.trim_start().bytes().take_while(u8::is_ascii_digit).count();
        let number = line.len() - line.trim_start().len() + digits;
        if digits > 0 && line.get(number..).is_some_and(|rest| rest.starts_with(") ")) {
            line.insert(number, '\\');
        }
        if line.ends_with("\\\\") && !line.ends_with("\\\\\\") {
            line.pop();
        }
        let start = line.len() - line.trim_start().len();
        if is_item(line.get(start..).unwrap_or_default()) {
            line.replace_range(start..=start, "-");
        }
    }
    line
}

/// Whether a line begins an item of a list with another mark than `-`: items with different marks are of one list.
fn is_item(bare: &str) -> bool {
    let text = bare.strip_prefix(['*', '+']).filter(|text| text.starts_with([' ', '\t']));
    text.is_some_and(|text| !text.chars().all(|c| matches!(c, '*' | '-' | ' ' | '\t')))
}

/// A line of a list without the attributes at its start: `* {:.class} item`.
fn without_list_of_item(line: &str) -> Cow<'_, str> {
    let bare = line.trim_start();
    let mark = bare.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_item = mark.starts_with(['*', '-', '+']) || (mark.len() < bare.len() && mark.starts_with('.'));
    let list = mark.get(1..).map(str::trim_start).filter(|rest| is_item && rest.starts_with("{:"));
    let Some((attributes, text)) = list.and_then(|list| list.split_once('}')) else { return line.into() };
    let is_list = attributes.get(2..).is_some_and(|inner| is_attribute_list(inner, Reader::Any));
    let before = line.len() - attributes.len() - 1 - text.len();
    match line.get(..before).filter(|_| is_list) {
        Some(mark) => format!("{mark}{}", text.trim_start()).into(),
        None => line.into(),
    }
}

/// A line with its text rewritten; code stays as it is.
fn rewritten(line: &str, reader: Reader) -> String {
    let is_plain = match reader {
        Reader::Kramdown => !line.contains(['{', '~', '"', '\'', '&', '<', '>']),
        Reader::Any => !line.contains("{:") && !line.contains('~'),
    };
    if is_plain {
        return line.to_owned();
    }
    let mut kept = String::with_capacity(line.len());
    let mut in_code = false;
    let mut left = line;
    while !left.is_empty() {
        let ticks = left.len() - left.trim_start_matches('`').len();
        let (run, after) = left.split_at(ticks);
        // An escaped tick begins no code.
        in_code ^= ticks > usize::from(!in_code && kept.ends_with('\\'));
        kept.push_str(run);
        let (piece, next) = after.split_at(after.find('`').unwrap_or(after.len()));
        left = next;
        if in_code {
            kept.push_str(piece);
        } else {
            let text = without_attribute_lists(piece, &kept, reader);
            match reader {
                Reader::Kramdown => push_text(&text, &mut kept),
                Reader::Any => kept.push_str(&text),
            }
        }
    }
    kept
}

/// A text without its attribute lists.
fn without_attribute_lists(piece: &str, line: &str, reader: Reader) -> String {
    let mut text = String::with_capacity(piece.len());
    let mut rest = piece;
    let last_end = piece.rfind('}').unwrap_or(0);
    while let Some((before, after)) = rest.split_once("{:") {
        text.push_str(before);
        if piece.len() - after.len() > last_end {
            text.push_str("{:");
            text.push_str(after);
            return text;
        }
        // After text, kramdown takes a list for text.
        let last = text.chars().next_back().or_else(|| line.chars().next_back());
        let is_first = line.is_empty() && text.trim().is_empty();
        let is_after_element = last.is_some_and(|c| matches!(c, ')' | ']' | '*' | '_' | '>' | '`'));
        let may_be_list = reader == Reader::Any || is_first || is_after_element;
        let list = after.split_once('}').filter(|(inner, _)| may_be_list && is_attribute_list(inner, reader));
        match list {
            Some((_, after)) => rest = after,
            None => {
                text.push_str("{:");
                rest = after;
            }
        }
    }
    text.push_str(rest);
    text
}

/// Adds text to a line, with `~` and quotes that are not smart as themselves, and guillemets for `<<` and `>>`.
fn push_text(text: &str, line: &mut String) {
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let is_escaped = line.ends_with('\\');
        let known = [
            ("~~", "~~"),
            ("~", if is_escaped { "~" } else { "\\~" }),
            ("\\\"", STRAIGHT_DOUBLE),
            ("\\'", STRAIGHT_SINGLE),
            ("&quot;", STRAIGHT_DOUBLE),
            ("&#34;", STRAIGHT_DOUBLE),
            ("&#39;", STRAIGHT_SINGLE),
            ("&#x27;", STRAIGHT_SINGLE),
            ("&apos;", STRAIGHT_SINGLE),
            ("<<", if is_escaped { "<" } else { "«" }),
            (">>", if is_escaped || line.trim().is_empty() { ">>" } else { "»" }),
        ];
        if let Some((typed, meant)) = known.into_iter().find(|(typed, _)| rest.starts_with(typed)) {
            line.push_str(meant);
            rest = rest.get(typed.len()..).unwrap_or_default();
        } else {
            line.push(c);
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
    }
}

/// Whether a line is a block of kramdown's own, such as `{::options}`.
fn is_extension(line: &str) -> bool {
    let name = line.strip_prefix("{::").or_else(|| line.strip_prefix("{:/"));
    name.is_some_and(|name| {
        ["comment", "nomarkdown", "options", "}"].iter().any(|known| name.starts_with(known))
    })
}

/// Whether the text between `{:` and `}` is a list of attributes. A hash of Ruby is not. If the renderer is
/// unknown, only a list that begins with a class, an id, an attribute or `toc` is.
fn is_attribute_list(inner: &str, reader: Reader) -> bool {
    let is_attribute = |word: &str| word.starts_with(['.', '#']) || word.contains('=') || word == "toc";
    match reader {
        Reader::Kramdown => !inner.contains("=>"),
        Reader::Any => !inner.contains("=>") && inner.split_whitespace().next().is_some_and(is_attribute),
    }
}

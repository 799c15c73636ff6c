//! Marks that some renderers of Markdown know and no reader does: MDX, directives (`:::`, `!!!`), `[TOC]`, Obsidian's
//! links and comments. The words stay, the marks go, and their names are put into `unknown`.

use std::borrow::Cow;
use std::collections::BTreeSet;

use comrak::nodes::{Ast, AstNode, LineColumn, NodeValue};

use super::code::Code;

/// How deep admonitions are nested.
const DEEPEST: usize = 20;

/// The longest expression in braces, and the longest comment, in bytes.
const LONGEST: usize = 10_000;

/// A source in Markdown that a parser of Markdown can read: without MDX's lines and expressions, without comments, with
/// the indented text of admonitions as text.
pub(crate) fn prepared<'a>(source: &'a str, is_mdx: bool, unknown: &mut BTreeSet<String>) -> Cow<'a, str> {
    let has = |mark: &str| source.starts_with(mark) || source.contains(&format!("\n{mark}"));
    let is_mdx = is_mdx || source.lines().any(is_import);
    let has_admonitions = ADMONITIONS.into_iter().any(has);
    if !is_mdx && !has_admonitions && !source.contains("%%") {
        return Cow::Borrowed(source);
    }
    let mut text = with_plain_blocks(source, is_mdx, 0);
    if text.contains("%%") {
        text = without(&text, "%%", comment);
    }
    if is_mdx && text.contains('{') {
        text = without(&text, "{", |rest, before| {
            let length = expression(rest)?;
            let inner = rest.get(1..length - 1)?.trim();
            let literal =
                ['"', '\'', '`'].iter().find_map(|quote| inner.strip_prefix(*quote)?.strip_suffix(*quote));
            if let Some(literal) = literal.or(inner.is_empty().then_some("")) {
                return Some((
                    length,
                    if before.ends_with('=') { format!("\"{literal}\"") } else { literal.to_owned() },
                ));
            }
            if !(inner.starts_with("/*") && inner.ends_with("*/")) {
                unknown.insert(format!("{{{}}}", inner.chars().take(40).collect::<String>()));
            }
            Some((length, if before.ends_with('=') { "\"\"".to_owned() } else { String::new() }))
        });
    }
    Cow::Owned(text)
}

/// `import x from "y"`
fn is_import(line: &str) -> bool {
    let rest = line.strip_prefix("import ").map(|rest| rest.trim_end().trim_end_matches(';'));
    rest.is_some_and(|rest| {
        rest.ends_with(['"', '\'']) && (rest.contains(" from ") || rest.starts_with(['"', '\'']))
    })
}

fn is_export(line: &str) -> bool {
    let kinds = ["const ", "let ", "var ", "function ", "default ", "async ", "{", "*"];
    line.strip_prefix("export ").is_some_and(|rest| kinds.iter().any(|kind| rest.starts_with(kind)))
}

/// The lines of a source, without imports, and with admonitions as fenced directives.
fn with_plain_blocks(source: &str, is_mdx: bool, depth: usize) -> String {
    let mut text = String::with_capacity(source.len());
    let mut code = Code::default();
    let mut lines = source.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        let is_inside =
            |line: &str| line.trim().is_empty() || line.starts_with("    ") || line.starts_with('\t');
        if code.covers(&text) {
            text.push_str(line);
        } else if is_mdx && (is_import(line) || is_export(line) || line.starts_with("import {")) {
            // It goes on to the next blank line.
            while lines.next_if(|next| !next.trim().is_empty()).is_some() {}
        } else if is_admonition(line) && depth < DEEPEST && lines.peek().is_some_and(|next| is_inside(next)) {
            let fence = ":".repeat(LONGEST_FENCE - depth);
            let mut inner = String::new();
            while let Some(line) = lines.next_if(|next| is_inside(next)) {
                let rest = line.strip_prefix('\t').or_else(|| line.strip_prefix("    "));
                inner.push_str(rest.unwrap_or(line));
            }
            let inner = with_plain_blocks(&inner, is_mdx, depth + 1);
            text.push_str(&format!("{fence} {}\n{}\n{fence}\n\n", line.trim(), inner.trim_end()));
        } else {
            text.push_str(line);
        }
    }
    text
}

/// Whether a line begins an admonition or a tab, to which the indented lines after it belong: `!!! note "Title"`,
/// `=== "Tab"`.
fn is_admonition(line: &str) -> bool {
    let line = line.trim_end();
    let Some(mark) = ADMONITIONS.into_iter().find(|mark| line.starts_with(*mark)) else { return false };
    let rest = line.get(mark.len()..).unwrap_or_default();
    let kind = rest.split('"').next().unwrap_or_default().trim();
    let is_word = kind.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ' '));
    is_word && kind.is_empty() == (mark == "=== ") && rest.matches('"').count() != 1
}

/// What begins them.
const ADMONITIONS: [&str; 4] = ["!!! ", "???+ ", "??? ", "=== "];

/// More colons than a directive of a source has.
const LONGEST_FENCE: usize = 60;

/// A text without what begins with a mark, outside code. `read` gives how long that is, and what is put in its place.
fn without(text: &str, mark: &str, mut read: impl FnMut(&str, &str) -> Option<(usize, String)>) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut code = Code::default();
    let mut rest = text;
    while let Some(at) = rest.find(mark) {
        let (before, after) = rest.split_at(at);
        kept.push_str(before);
        let range = after.get(..after.floor_char_boundary(LONGEST)).unwrap_or_default();
        let is_escaped = kept.ends_with('\\') || code.covers(&kept);
        let found = if is_escaped { None } else { read(range, &kept) };
        let (length, put) = found.unwrap_or_else(|| (mark.len(), mark.to_owned()));
        kept.push_str(&put);
        rest = after.get(length..).unwrap_or_default();
    }
    kept.push_str(rest);
    kept
}

/// Obsidian's comment: within a paragraph, or from a line that begins with it to the next.
fn comment(rest: &str, before: &str) -> Option<(usize, String)> {
    let inner = rest.get(2..)?;
    let end = inner.find("%%")?;
    let is_block = before.is_empty() || before.ends_with('\n');
    let is_whole = is_block || !inner.get(..end)?.contains("\n\n");
    let is_in_code = inner.get(..end)?.matches('`').count() % 2 == 1;
    let is_in_word = before.ends_with(|c: char| c.is_alphanumeric() || c == '%');
    (is_whole && !is_in_word && !is_in_code && end > 0).then(|| (end + 4, String::new()))
}

/// The length of the expression in braces that a text begins with.
fn expression(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at + 1);
        }
    }
    None
}

/// Takes the marks out of a tree.
pub(super) fn remove_marks<'a>(
    arena: &'a comrak::Arena<'a>,
    root: &'a AstNode<'a>,
    unknown: &mut BTreeSet<String>,
) {
    let nodes: Vec<&'a AstNode<'a>> = root.descendants().collect();
    for node in nodes {
        let value = node.data().value.clone();
        match value {
            NodeValue::Paragraph if is_table_of_contents(node) => {
                unknown.insert("[TOC]".to_owned());
                node.detach();
            }
            NodeValue::WikiLink(link) if node.parent().is_some_and(|parent| parent.parent().is_some()) => {
                let mark = if link.embed { "!" } else { "" };
                unknown.insert(format!("{mark}[[{}]]", link.url));
                if !link.embed {
                    node.children()
                        .collect::<Vec<_>>()
                        .into_iter()
                        .for_each(|child| node.insert_before(child));
                }
                node.detach();
            }
            NodeValue::BlockDirective(directive) => {
                let (name, title) = directive_title(&directive.info);
                unknown.insert(name);
                if !title.is_empty() {
                    let new = |value| -> &'a AstNode<'a> {
                        arena.alloc(Ast::new(value, LineColumn { line: 0, column: 0 }).into())
                    };
                    let (paragraph, strong) = (new(NodeValue::Paragraph), new(NodeValue::Strong));
                    let words = comrak::parse_document(arena, &title, &comrak::Options::default());
                    let words: Vec<_> = words.children().flat_map(|block| block.children()).collect();
                    words.into_iter().for_each(|word| strong.append(word));
                    paragraph.append(strong);
                    node.prepend(paragraph);
                }
            }
            _ => {}
        }
    }
}

/// Whether a paragraph stands for a table of contents.
fn is_table_of_contents<'a>(paragraph: &'a AstNode<'a>) -> bool {
    let mut children = paragraph.children();
    let first = children.next().map(|child| child.data().value.clone());
    let is_mark = match first {
        Some(NodeValue::Text(text)) => text.trim().eq_ignore_ascii_case("[toc]"),
        Some(NodeValue::WikiLink(link)) => link.url.trim_matches('_').eq_ignore_ascii_case("toc"),
        _ => false,
    };
    is_mark && children.next().is_none()
}

/// The mark of a directive with its name, and its title: `tip Title`, `tip[Title]`, `{.callout-tip title="Title"}`,
/// `!!! tip "Title"`.
fn directive_title(info: &str) -> (String, String) {
    let info = info.trim();
    if ADMONITIONS.into_iter().any(|mark| info.starts_with(mark)) {
        let mut parts = info.split('"');
        let name = parts.next().unwrap_or_default().trim().to_owned();
        return (name, parts.next().unwrap_or_default().to_owned());
    }
    let word = info.trim_start_matches(['{', '.', ' ']);
    let end = word.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_'))).unwrap_or(word.len());
    let attribute = || info.split("title=\"").nth(1)?.split('"').next();
    let bracketed = || info.split_once('[')?.1.rsplit_once(']').map(|(title, _)| title);
    let following = || info.split_once(char::is_whitespace).map(|(_, title)| title);
    let title = if info.starts_with('{') { attribute() } else { bracketed().or_else(following) };
    let title = title.unwrap_or_default().split('{').next().unwrap_or_default().trim();
    (format!(":::{}", word.get(..end).unwrap_or_default()), title.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::{Markup, markdown};
    use super::*;

    #[track_caller]
    fn case(source: &str, is_mdx: bool, expected: &str, names: &[&str]) {
        let mut unknown = BTreeSet::new();
        let text = prepared(source, is_mdx, &mut unknown).into_owned();
        let html = markdown::html(&text, Markup::Markdown, &mut unknown);
        assert_eq!(without_classes(&html), expected, "{source:?}");
        assert_eq!(unknown.iter().map(String::as_str).collect::<Vec<_>>(), names);
    }

    /// HTML without line ends, and without the classes of `div`, which readers do not see.
    fn without_classes(html: &str) -> String {
        let mut pieces = html.split("<div class=\"");
        let first = pieces.next().unwrap_or_default().to_owned();
        let rest = pieces.map(|piece| format!("<div{}", piece.split_once('"').unwrap().1));
        rest.fold(first, |html, piece| html + &piece).replace('\n', "")
    }

    #[test]
    fn words_stay_and_marks_go() {
        case(
            "import A from \"a\";\nimport { B } from './b'\n\nText. {/* no */}{name} {\"x\"}\n\n<Foo a={{b: 1}}>in</Foo>\n",
            false,
            "<p>Text.  x</p><p><Foo a=\"\">in</Foo></p>",
            &["{name}", "{{b: 1}}"],
        );
        case("export const a = {\n  b: 1,\n};\n\nText.\n", true, "<p>Text.</p>", &[]);
        case("Sets {1, 2} and import duties.\n", false, "<p>Sets {1, 2} and import duties.</p>", &[]);
        case(
            "!!! note \"Mind *it*\"\n    Inside.\n\n    ```\n    !!! x\n    ```\n\nReal.\n",
            false,
            "<div><p><strong>Mind <em>it</em></strong></p><p>Inside.</p><pre><code>!!! x</code></pre></div><p>Real.</p>",
            &["!!! note"],
        );
        case(
            "??? tip\n    A\n\n    !!! note\n        B\n",
            false,
            "<div><p>A</p><div><p>B</p></div></div>",
            &["!!! note", "??? tip"],
        );
        case("!!! wow, not one\n", false, "<p>!!! wow, not one</p>", &[]);
        case(
            "=== \"npm\"\n\n    ```sh\n    npm i\n    ```\n",
            false,
            "<div><p><strong>npm</strong></p><pre><code class=\"language-sh\">npm i</code></pre></div>",
            &["==="],
        );
        case(
            ":::tip[A title]\nInside.\n:::\n\n::: {.callout-note}\nB\n:::\n",
            false,
            "<div><p><strong>A title</strong></p><p>Inside.</p></div><div><p>B</p></div>",
            &[":::callout-note", ":::tip"],
        );
        case("[TOC]\n\n[[toc]]\n\na [TOC]\n", false, "<p>a [TOC]</p>", &["[TOC]"]);
        case(
            "See [[Page|the page]] and [[Other]]. ![[pic.png]] `[[x]]`\n",
            false,
            "<p>See the page and Other.  <code>[[x]]</code></p>",
            &["![[pic.png]]", "[[Other]]", "[[Page]]"],
        );
        case(
            "a %%hidden%% b\n\n%%\nalso\n\nhidden\n%%\n\n100%% of 50%% `%%c%%`\n",
            false,
            "<p>a  b</p><p>100%% of 50%% <code>%%c%%</code></p>",
            &[],
        );
    }
}

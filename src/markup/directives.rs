//! Marks that some renderers of Markdown know and no reader does: MDX, directives (`:::`, `!!!`), `[TOC]`, Obsidian's
//! links and comments. The words stay, the marks go, and their names are put into `unknown`.

use std::borrow::Cow;
use std::collections::BTreeSet;

use comrak::nodes::{Ast, AstNode, LineColumn, NodeValue};

use super::code::Code;
use crate::text::{escape::escaped, has};

/// How deep admonitions are nested.
const DEEPEST: usize = 20;

/// The longest expression in braces, and the longest comment, in bytes.
const LONGEST: usize = 10_000;

/// A source in Markdown that a parser of Markdown can read: without MDX's lines and expressions, without comments, with
/// the indented text of admonitions as text.
pub(crate) fn prepared<'a>(source: &'a str, is_mdx: bool, unknown: &mut BTreeSet<String>) -> Cow<'a, str> {
    let (mut is_mdx, mut has_admonitions) = (is_mdx, false);
    for line in source.lines() {
        is_mdx |= is_import(line);
        has_admonitions |= ADMONITIONS.into_iter().any(|mark| line.starts_with(mark));
    }
    if !is_mdx && !has_admonitions && !has(source, "%%") && !has(source, "[[") {
        return Cow::Borrowed(source);
    }
    let mut text = with_plain_blocks(source, is_mdx, 0);
    if text.contains("%%") {
        text = without(&text, "%%", |rest, before| {
            let length = comment(rest, before)?;
            unknown.insert("%%".to_owned());
            Some((length, String::new()))
        });
    }
    if text.contains("[[") {
        text = without(&text, "[[", |rest, before| {
            (!is_wiki_link(rest, before)).then(|| (2, "\\[\\[".to_owned()))
        });
    }
    if is_mdx && text.contains('{') {
        text = without(&text, "{", |rest, before| {
            let length = expression(rest)?;
            let inner = rest.get(1..length - 1)?.trim();
            let is_value = before.ends_with('=');
            let literal = ['"', '\'', '`'].iter().find_map(|quote| {
                inner.strip_prefix(*quote)?.strip_suffix(*quote).filter(|literal| !literal.contains(*quote))
            });
            let shown = match literal {
                Some(literal) => escaped(literal).replace('{', "&#123;").replace('}', "&#125;"),
                None => {
                    let is_comment = inner.starts_with("/*") && inner.ends_with("*/");
                    if !(inner.is_empty() || is_comment) {
                        unknown.insert(format!("{{{}}}", inner.chars().take(40).collect::<String>()));
                    }
                    String::new()
                }
            };
            Some((length, if is_value { format!("\"{shown}\"") } else { shown }))
        });
    }
    if is_mdx && text.contains('<') {
        text = without(&text, "<", component);
    }
    Cow::Owned(text)
}

/// A component that is a member of another (`<Tabs.Tab>`), under a name that HTML allows; a fragment (`<>`) is none.
fn component(rest: &str, _: &str) -> Option<(usize, String)> {
    if let Some(mark) = ["<>", "</>"].iter().find(|mark| rest.starts_with(**mark)) {
        return Some((mark.len(), String::new()));
    }
    let (mark, name) = match rest.strip_prefix("</") {
        Some(name) => ("</", name),
        None => ("<", rest.get(1..)?),
    };
    let end = name.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_')))?;
    let name = name
        .get(..end)
        .filter(|name| name.contains('.') && name.starts_with(|c: char| c.is_ascii_alphabetic()))?;
    Some((mark.len() + name.len(), format!("{mark}{}", name.replace('.', "-"))))
}

/// Whether `[[` begins a link of a wiki: at the border of a word, with a page's name in it.
fn is_wiki_link(rest: &str, before: &str) -> bool {
    let is_in_word = before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, ']' | ')' | '\\'));
    let rest = rest.get(2..).unwrap_or_default();
    let begins = rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '#' | '.' | '/'));
    if is_in_word || !begins {
        return false;
    }
    // None of these is in a name.
    let end = rest.find(['\n', '[', ']', '"', '$', '=', '{', '<', '(', ';']).unwrap_or(rest.len());
    let (inner, after) = rest.split_at(end);
    let is_number = inner.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | ' ' | '.'));
    let is_name = !inner.ends_with(char::is_whitespace) && !is_number;
    is_name && after.strip_prefix("]]").is_some_and(|after| !after.starts_with(['(', '[']))
}

/// How deep directives may be nested: each line looks at all that are open.
const MOST_OPEN: usize = 100;

/// Whether the directives of a source are not nested too deep.
pub(super) fn are_tame(source: &str) -> bool {
    let (mut open, mut deepest) = (0_usize, 0);
    let source = if has(source, ":::") { source } else { "" };
    for line in source.lines().map(str::trim_start).filter(|line| line.starts_with(":::")) {
        match line.trim_matches([':', ' ']).is_empty() {
            true => open = open.saturating_sub(1),
            false => open += 1,
        }
        deepest = deepest.max(open);
    }
    deepest <= MOST_OPEN
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
    let mut after_module = false;
    let mut lines = source.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        let is_inside =
            |line: &str| line.trim().is_empty() || line.starts_with("    ") || line.starts_with('\t');
        let is_first = text.trim().is_empty() || text.ends_with("\n\n") || after_module;
        after_module &= line.trim().is_empty();
        if code.covers(&text) {
            text.push_str(line);
        } else if is_mdx && is_first && (is_import(line) || line.starts_with("import {") || is_export(line)) {
            // A statement ends where its brackets do.
            let mut open = brackets(line);
            let is_open_import = |line: &str| line.starts_with("import ") && !is_import(line);
            let mut is_unfinished = is_open_import(line);
            while open > 0 || is_unfinished {
                let Some(next) = lines.next() else { break };
                open += brackets(next);
                is_unfinished &= !next.trim_end().trim_end_matches(';').ends_with(['"', '\'']);
            }
            after_module = true;
        } else if is_admonition(line)
            && depth < DEEPEST
            && lines.clone().find(|next| !next.trim().is_empty()).is_some_and(is_inside)
        {
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

/// How many more brackets a line opens than it closes.
fn brackets(line: &str) -> isize {
    let count = |brackets: [char; 3]| isize::try_from(line.matches(brackets).count()).unwrap_or(0);
    count(['{', '(', '[']) - count(['}', ')', ']'])
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

/// The marks that begin admonitions and tabs.
const ADMONITIONS: [&str; 4] = ["!!! ", "???+ ", "??? ", "=== "];

/// The length of the outermost generated fence, in colons: longer than any fence in a source.
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

/// The length of Obsidian's comment: between words of a paragraph, or between two lines of their own.
fn comment(rest: &str, before: &str) -> Option<usize> {
    let inner = rest.get(2..)?;
    if inner.starts_with('\n') && (before.is_empty() || before.ends_with('\n')) {
        let end = inner.find("\n%%")? + 1;
        let is_line = inner.get(end + 2..).is_some_and(|after| after.is_empty() || after.starts_with('\n'));
        return is_line.then_some(end + 4);
    }
    let end = inner.find("%%")?;
    let (comment, after) = (inner.get(..end)?, inner.get(end + 2..)?);
    // Whatever is in it: lines of code too.
    let begins_line = before.is_empty() || before.ends_with('\n');
    if begins_line && comment.starts_with(' ') && (after.is_empty() || after.starts_with('\n')) {
        return Some(end + 4);
    }
    let is_apart = before.is_empty() || before.ends_with(char::is_whitespace);
    let is_end = after.is_empty() || after.starts_with([' ', '\n', '\t', '.', ',', ';', ':', '!', '?', ')']);
    let is_one = !comment.contains(['\n', '%', '`']) && !comment.trim().is_empty();
    (is_apart && is_end && is_one).then_some(end + 4)
}

/// The length of the expression in braces that a text begins with; braces in its strings and comments are none.
fn expression(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut quote: Option<char> = None;
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some('*'), '/') if before == '*' => quote = None,
            (Some(open), c) if open == c && open != '*' && before != '\\' => quote = None,
            (Some(_), _) => {}
            (None, '*') if before == '/' => quote = Some('*'),
            (None, '"' | '\'' | '`') if !before.is_alphanumeric() => quote = Some(c),
            (None, '{') => depth += 1,
            (None, '}') => depth -= 1,
            _ => {}
        }
        before = c;
        if depth == 0 {
            return Some(at + 1);
        }
    }
    None
}

/// Adds to `unknown` the marks that only a parsed tree tells apart.
pub(crate) fn name_marks(source: &str, unknown: &mut BTreeSet<String>) {
    if [":::", "[[", "[TOC]", "[toc]"].iter().any(|mark| has(source, mark)) {
        let arena = comrak::Arena::new();
        let mut options = comrak::Options::default();
        options.extension.wikilinks_title_after_pipe = true;
        options.extension.block_directive = are_tame(source);
        remove_marks(&arena, comrak::parse_document(&arena, source, &options), unknown);
    }
}

/// Takes the marks out of a tree.
pub(super) fn remove_marks<'a>(
    arena: &'a comrak::Arena<'a>,
    root: &'a AstNode<'a>,
    unknown: &mut BTreeSet<String>,
) {
    // Not text, which is most of a tree.
    let may_be_mark = |node: &&'a AstNode<'a>| !matches!(node.data().value, NodeValue::Text(_));
    let nodes: Vec<&'a AstNode<'a>> = root.descendants().filter(may_be_mark).collect();
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
                    let words = comrak::parse_document(arena, &title, &comrak::Options::default());
                    prepend_title(arena, node, words);
                }
            }
            // A quotation under its title, which needs no style sheet.
            NodeValue::Callout(callout) => {
                let is_title = |child: &&AstNode<'a>| matches!(child.data().value, NodeValue::CalloutTitle);
                match node.first_child().filter(is_title) {
                    Some(title) => {
                        title.detach();
                        prepend_title(arena, node, title);
                    }
                    None => {
                        let title = callout.default_title();
                        let words = comrak::parse_document(arena, &title, &comrak::Options::default());
                        prepend_title(arena, node, words);
                    }
                }
                node.data_mut().value = NodeValue::BlockQuote;
            }
            _ => {}
        }
    }
}

/// Puts a paragraph with the words of some blocks, in bold, before what is in a node.
fn prepend_title<'a>(arena: &'a comrak::Arena<'a>, node: &'a AstNode<'a>, blocks: &'a AstNode<'a>) {
    let new =
        |value| -> &'a AstNode<'a> { arena.alloc(Ast::new(value, LineColumn { line: 0, column: 0 }).into()) };
    let (paragraph, strong) = (new(NodeValue::Paragraph), new(NodeValue::Strong));
    // A title may begin like a list or a heading.
    let has_words =
        |block: &&AstNode<'a>| matches!(block.data().value, NodeValue::Paragraph | NodeValue::Heading(_));
    let blocks: Vec<_> = blocks.descendants().filter(has_words).collect();
    let words: Vec<_> = blocks.into_iter().flat_map(|block| block.children()).collect();
    words.into_iter().for_each(|word| strong.append(word));
    paragraph.append(strong);
    node.prepend(paragraph);
}

/// Whether a paragraph stands for a table of contents.
fn is_table_of_contents<'a>(paragraph: &'a AstNode<'a>) -> bool {
    let mut children = paragraph.children();
    let is_mark = |child: &'a AstNode<'a>| match &child.data().value {
        NodeValue::Text(text) => text.trim().eq_ignore_ascii_case("[toc]"),
        NodeValue::WikiLink(link) => link.url.trim_matches('_').eq_ignore_ascii_case("toc"),
        _ => false,
    };
    children.next().is_some_and(is_mark) && children.next().is_none()
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
    let (plain, attributes) = info.split_once('{').unwrap_or((info, ""));
    let attribute = attributes.split_once("title=\"").and_then(|(_, rest)| rest.split('"').next());
    let bracketed = plain.split_once('[').and_then(|(_, rest)| rest.rsplit_once(']')).map(|(title, _)| title);
    let following = plain.split_once(char::is_whitespace).map(|(_, title)| title);
    let title = bracketed.or(following.filter(|title| !title.trim().is_empty())).or(attribute);
    let title = title.unwrap_or_default().trim();
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
            &["%%"],
        );
        case(
            "%% secret:\n\n```\nkey: x\n```\n\nmore\n%%\n\nPublic.\n\n%% kanban\n```\n{}\n```\n%%\n",
            false,
            "<p>Public.</p>",
            &["%%"],
        );
        case(
            "> [!note] - a\n> Text.\n",
            false,
            "<blockquote><p><strong>a</strong></p><p>Text.</p></blockquote>",
            &[],
        );
        // What only looks like a mark.
        for text in [
            "%% one\n\nA paragraph.\n\n%% two",
            "use %%f and %%g here",
            "strftime %%Y-%%m",
            "LIKE '%%foo%%'",
            "!!! That is great",
            "??? who knows",
            "x[[1]] and a[[i]][[j]]",
            "if [[ $a == b ]]; then",
            "lst[[\"n\"]]",
        ] {
            let mut unknown = BTreeSet::new();
            let prepared = prepared(text, false, &mut unknown).replace("\\[", "[");
            assert_eq!((prepared.as_str(), unknown.len()), (text, 0));
        }
        case("Say {'<'}div{\">\"} and {`{`}.\n\n{/* } */}\n", true, "<p>Say &lt;div&gt; and {.</p>", &[]);
        case(
            "You\nimport it from 'x'\nand call it.\n",
            true,
            "<p>Youimport it from 'x'and call it.</p>",
            &[],
        );
        case("export const a = () => {\n\n  return 1;\n};\n\nText.\n", true, "<p>Text.</p>", &[]);
        case("import a from 'a'\nText below.\n", true, "<p>Text below.</p>", &[]);
        case("<Tabs.Tab>one</Tabs.Tab> <>two</>\n", true, "<p><Tabs-Tab>one</Tabs-Tab> two</p>", &[]);
        case(":::info{.cls #id}\na\n:::\n", false, "<div><p>a</p></div>", &[":::info"]);
        case(
            ":::tip{title=\"My T\"}\na\n:::\n",
            false,
            "<div><p><strong>My T</strong></p><p>a</p></div>",
            &[":::tip"],
        );
    }
}

//! Bodies become pieces of plain text, by real parsers: `comrak` and the tokenizer of `html5ever`.

use std::collections::BTreeSet;

use comrak::nodes::{AstNode, NodeValue};
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Tag, TagKind, Token};

use super::elements::{HEAD_ELEMENTS, INLINE_ELEMENTS, SILENT_ELEMENTS, is_heading};
use super::markdown;
use super::{Markup, tokens};
use crate::text;

/// A piece of a body that has text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Its text, on one line, never empty.
    pub text: String,
    /// The line of the body that it begins in, counted from 1.
    pub line: usize,
    /// Whether it is written in one line.
    pub in_one_line: bool,
    /// Whether it is a heading of the first level.
    pub is_first_level: bool,
}

/// What a piece of a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BlockKind {
    /// A heading.
    Heading,
    /// A paragraph of one line that is bold as a whole: a heading in all but name.
    BoldLine,
    /// A paragraph.
    Paragraph,
    /// A list item, a quotation, a table cell …
    Other,
}

/// The pieces of a body that have text, in order. Code, scripts, images and footnotes have none.
pub(crate) fn blocks(body: &str, markup: Markup) -> Vec<Block> {
    match markup {
        Markup::Markdown => {
            let arena = comrak::Arena::new();
            tree_blocks(markdown::parse_any(&arena, body, &mut BTreeSet::new()))
        }
        Markup::Html => html_blocks(body),
        Markup::Plain => plain_blocks(body),
    }
}

/// The same of Markdown in which nothing but CommonMark is meant, such as a title.
pub(super) fn common_blocks(markdown: &str) -> Vec<Block> {
    let arena = comrak::Arena::new();
    tree_blocks(markdown::parse(&arena, markdown, &markdown::options()))
}

fn tree_blocks<'a>(root: &'a AstNode<'a>) -> Vec<Block> {
    let mut blocks = Vec::new();
    collect_blocks(root, BlockKind::Paragraph, &mut blocks);
    blocks
}

fn collect_blocks<'a>(node: &'a AstNode<'a>, paragraph: BlockKind, blocks: &mut Vec<Block>) {
    // An explicit stack, because a document may be nested as deep as it is long.
    let mut waiting: Vec<(&'a AstNode<'a>, BlockKind)> = vec![(node, paragraph)];
    while let Some((node, paragraph)) = waiting.pop() {
        let line = node.data.borrow().sourcepos.start.line;
        let kind = match &node.data.borrow().value {
            NodeValue::Heading(_) => BlockKind::Heading,
            NodeValue::Paragraph => paragraph,
            NodeValue::TableCell => BlockKind::Other,
            NodeValue::HtmlBlock(html) => {
                let inner = html_blocks(&html.literal).into_iter();
                blocks.extend(inner.map(|block| Block { line: line + block.line - 1, ..block }));
                continue;
            }
            NodeValue::CodeBlock(_) | NodeValue::FootnoteDefinition(_) => continue,
            value => {
                let inner = if matches!(value, NodeValue::Document) { paragraph } else { BlockKind::Other };
                let children: Vec<_> = node.children().collect();
                waiting.extend(children.into_iter().rev().map(|child| (child, inner)));
                continue;
            }
        };
        let text = inline_text(node);
        if !text.is_empty() {
            let bold = kind == BlockKind::Paragraph && is_bold_line(node);
            let is_break = |child: &'a AstNode<'a>| {
                matches!(child.data.borrow().value, NodeValue::SoftBreak | NodeValue::LineBreak)
            };
            let in_one_line = !node.children().any(is_break);
            let is_first_level =
                matches!(&node.data.borrow().value, NodeValue::Heading(heading) if heading.level == 1);
            blocks.push(Block {
                kind: if bold { BlockKind::BoldLine } else { kind },
                text,
                line,
                in_one_line,
                is_first_level,
            });
        }
    }
}

fn is_bold_line<'a>(paragraph: &'a AstNode<'a>) -> bool {
    let mut children = paragraph.children().filter(|child| match &child.data.borrow().value {
        NodeValue::Text(text) => !text.trim().is_empty(),
        _ => true,
    });
    let first = children.next();
    first.is_some_and(|child| matches!(child.data.borrow().value, NodeValue::Strong))
        && children.next().is_none()
}

fn inline_text<'a>(node: &'a AstNode<'a>) -> String {
    let mut raw = String::new();
    let mut waiting: Vec<&'a AstNode<'a>> = node.reverse_children().collect();
    let mut silent: Option<String> = None;
    let mut note = NoteReference::default();
    // Elements whose end tag does not follow any more.
    let mut unclosed: BTreeSet<String> = BTreeSet::new();
    while let Some(node) = waiting.pop() {
        match &node.data.borrow().value {
            NodeValue::HtmlInline(html) => match (&silent, tag_name(html)) {
                (None, Some((false, name)))
                    if SILENT_ELEMENTS.contains(&name.as_str()) && !unclosed.contains(&name) =>
                {
                    if waiting.iter().any(|later| ends_silence(later, &name)) {
                        silent = Some(name);
                    } else {
                        unclosed.insert(name);
                    }
                }
                (None, Some((_, name))) if !INLINE_ELEMENTS.contains(&name.as_str()) => raw.push(' '),
                (None, Some((_, name))) if matches!(&*name, "a" | "sup") => tokens::each(html, |token, _| {
                    if let Token::TagToken(tag) = token {
                        note.tag(&tag, &mut raw);
                    }
                    None
                }),
                (Some(open), Some((true, name))) if ends(open, &name) => silent = None,
                _ => {}
            },
            _ if silent.is_some() => {}
            NodeValue::Text(text) => raw.push_str(text),
            NodeValue::Code(code) => raw.push_str(&code.literal),
            NodeValue::SoftBreak | NodeValue::LineBreak => raw.push('\n'),
            NodeValue::Image(_) | NodeValue::FootnoteReference(_) => {}
            _ => waiting.extend(node.reverse_children()),
        }
    }
    joined_lines(&raw)
}

/// Whether an end tag ends skipped text: its own, or for ruby that of the whole.
fn ends(open: &str, name: &str) -> bool {
    open == name || (matches!(open, "rt" | "rp") && name == "ruby")
}

fn ends_silence<'a>(node: &'a AstNode<'a>, open: &str) -> bool {
    match &node.data.borrow().value {
        NodeValue::HtmlInline(html) => {
            tag_name(html).is_some_and(|(closing, name)| closing && ends(open, &name))
        }
        _ => false,
    }
}

/// Whether a tag closes, and its name in lower case.
fn tag_name(tag: &str) -> Option<(bool, String)> {
    let inner = tag.strip_prefix('<')?;
    let (closing, name) = inner.strip_prefix('/').map_or((false, inner), |name| (true, name));
    let name: String = name.chars().take_while(char::is_ascii_alphanumeric).collect();
    (!name.is_empty()).then(|| (closing, name.to_ascii_lowercase()))
}

/// One line of several: with a blank between two words, with nothing where the script has no blanks.
fn joined_lines(raw: &str) -> String {
    let mut joined = String::with_capacity(raw.len());
    for line in raw.split('\n').map(text::one_line).filter(|line| !line.is_empty()) {
        let unspaced = joined.chars().next_back().is_some_and(text::is_unspaced)
            && line.chars().next().is_some_and(text::is_unspaced);
        if !joined.is_empty() && !unspaced {
            joined.push(' ');
        }
        joined.push_str(&line);
    }
    joined
}

fn plain_blocks(body: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut paragraph = String::new();
    for (number, line) in (1..).zip(body.lines().chain([""])) {
        if !line.trim().is_empty() {
            paragraph.push_str(line);
            paragraph.push('\n');
        } else if !paragraph.is_empty() {
            let lines = paragraph.matches('\n').count();
            let text = joined_lines(&paragraph);
            let line = number - lines;
            let in_one_line = lines == 1;
            blocks.push(Block { kind: BlockKind::Paragraph, text, line, in_one_line, is_first_level: false });
            paragraph.clear();
        }
    }
    blocks.retain(|block| !block.text.is_empty());
    blocks
}

fn html_blocks(html: &str) -> Vec<Block> {
    let mut collected = Collected::default();
    tokens::each(html, |token, line| match token {
        Token::TagToken(tag) => collected.tag(&tag),
        Token::CharacterTokens(text) if collected.silent.is_none() => {
            collected.text(&text, line);
            None
        }
        _ => None,
    });
    collected.end_block(None);
    collected.blocks
}

/// The text of an HTML fragment, as its tokens pass.
#[derive(Default)]
struct Collected {
    blocks: Vec<Block>,
    raw: String,
    /// The line that its first word ends in.
    line: usize,
    kind: Option<BlockKind>,
    is_first_level: bool,
    silent: Option<String>,
    note: NoteReference,
}

impl Collected {
    fn end_block(&mut self, next: Option<BlockKind>) {
        let text = joined_lines(&self.raw);
        if !text.is_empty() {
            let in_one_line = !self.raw.trim().contains('\n');
            self.blocks.push(Block {
                kind: self.kind.unwrap_or(BlockKind::Other),
                text,
                line: self.line,
                in_one_line,
                is_first_level: self.is_first_level,
            });
        }
        self.raw.clear();
        self.note = NoteReference::default();
        self.kind = next;
    }

    fn text(&mut self, text: &str, line: usize) {
        if !self.raw.is_empty() {
            return self.raw.push_str(text);
        }
        // White space begins no block: there may be a million lines of it.
        self.raw.push_str(text.trim_start());
        if !self.raw.is_empty() {
            self.line = line;
        }
    }

    /// Follows a tag. Gives how the text after it is to be read, if it is not markup.
    fn tag(&mut self, tag: &Tag) -> Option<RawKind> {
        let name: &str = &tag.name;
        let starts = tag.kind == TagKind::StartTag;
        if let Some(open) = &self.silent {
            // End tags may be left out: a body ends a head, a ruby its annotation.
            let ended =
                if starts { open == "head" && !HEAD_ELEMENTS.contains(&name) } else { ends(open, name) };
            if ended {
                self.silent = None;
            }
            if !(ended && starts) {
                return None;
            }
        }
        if starts && SILENT_ELEMENTS.contains(&name) && !tag.self_closing {
            self.silent = Some(name.to_owned());
            return match name {
                "script" => Some(RawKind::ScriptData),
                "style" | "iframe" | "noscript" => Some(RawKind::Rawtext),
                "textarea" | "title" => Some(RawKind::Rcdata),
                _ => None,
            };
        }
        self.note.tag(tag, &mut self.raw);
        if name == "br" {
            if !self.raw.is_empty() {
                self.raw.push('\n');
            }
        } else if !INLINE_ELEMENTS.contains(&name) {
            let kind = match name {
                "p" => BlockKind::Paragraph,
                name if is_heading(name) => BlockKind::Heading,
                _ => BlockKind::Other,
            };
            self.end_block(starts.then_some(kind));
            self.is_first_level = starts && name == "h1";
        }
        None
    }
}

/// Follows the tags of a line of text and takes out references to notes: a raised link to a place of the same page, or
/// a link that says that it is one.
#[derive(Default)]
struct NoteReference {
    /// The element that may be one, where its text begins, and whether it is known to be one.
    open: Option<(&'static str, usize, bool)>,
    /// Whether a link to a place of the same page is open.
    within: bool,
}

impl NoteReference {
    fn tag(&mut self, tag: &Tag, raw: &mut String) {
        let value = |name: &str| tag.attrs.iter().find(|a| &*a.name.local == name).map_or("", |a| &*a.value);
        match (&*tag.name, tag.kind) {
            ("a", TagKind::StartTag) => {
                self.within = value("href").starts_with('#');
                match &mut self.open {
                    Some((_, _, known)) => *known |= self.within,
                    None if value("role") == "doc-noteref" => self.open = Some(("a", raw.len(), true)),
                    None => {}
                }
            }
            ("sup", TagKind::StartTag) if self.open.is_none_or(|(name, ..)| name == "sup") => {
                self.open = Some(("sup", raw.len(), self.within));
            }
            (name, TagKind::EndTag) => {
                self.within &= name != "a";
                if let Some((_, at, known)) = self.open.take_if(|(open, ..)| *open == name)
                    && known
                {
                    raw.truncate(at);
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(body: &str, markup: Markup, expected: &[(BlockKind, &str)]) {
        let read = blocks(body, markup);
        let read: Vec<_> = read.iter().map(|block| (block.kind, block.text.as_str())).collect();
        assert_eq!(read, expected, "{body:?}");
    }

    #[test]
    fn markdown_body() {
        use BlockKind::{BoldLine, Heading, Other, Paragraph};
        case(
            "# Head *ing*\n\n![alt](x.png)\n\n**Bold.**\n\nFirst\nline.[^1]\n\n- item\n\n> quoted\n\n```\ncode\n```\n\n[^1]: note\n",
            Markup::Markdown,
            &[
                (Heading, "Head ing"),
                (BoldLine, "Bold."),
                (Paragraph, "First line."),
                (Other, "item"),
                (Other, "quoted"),
            ],
        );
        case("一行目\n二行目\n", Markup::Markdown, &[(Paragraph, "一行目二行目")]);
        case("<div>\n<p>One <b>two</b></p></div>\n", Markup::Markdown, &[(Paragraph, "One two")]);
        case("<!-- no -->\n\n<script>x\n\ny</script>\n", Markup::Markdown, &[]);
    }

    #[test]
    fn html_body() {
        use BlockKind::{Heading, Other, Paragraph};
        case(
            "<!doctype html><title>t</title><h1>H</h1>loose<p>a &amp; b<br>c<script>if (a < b) {}</script><style>x</style><td>cell",
            Markup::Html,
            &[(Heading, "H"), (Other, "loose"), (Paragraph, "a & b c"), (Other, "cell")],
        );
    }

    #[test]
    fn references_to_notes_are_no_text() {
        use BlockKind::Paragraph;
        for reference in [
            "<sup id=\"fnref:1\"><a href=\"#fn:1\" class=\"footnote-ref\" role=\"doc-noteref\">1</a></sup>",
            "<sup><a href=\"#user-content-fn-1\" data-footnote-ref>1</a></sup>",
            "<a href=\"#fn1\" class=\"footnote-ref\" role=\"doc-noteref\"><sup>1</sup></a>",
            "<a href='#fn1'><sup>1</sup></a>",
            "<a href='#id2' role='doc-noteref'><span>[</span>1<span>]</span></a>",
        ] {
            let body = format!("<p>Word{reference}, end</p>");
            case(&body, Markup::Html, &[(Paragraph, "Word, end")]);
            case(&format!("Word{reference}, end"), Markup::Markdown, &[(Paragraph, "Word, end")]);
        }
        for (kept, text) in [
            ("x<sup>2</sup>", "x2"),
            ("see <a href='#s2'>2</a>", "see 2"),
            ("the 2<sup><a href='/nd'>nd</a></sup>", "the 2nd"),
            ("<sup>a <a href='#b'>b</a>", "a b"),
            ("<a href='#a'>a</a><sup>2</sup>", "a2"),
        ] {
            case(
                &format!("<p>{kept}</p><p>end</sup></p>"),
                Markup::Html,
                &[(Paragraph, text), (Paragraph, "end")],
            );
            case(&format!("z {kept}"), Markup::Markdown, &[(Paragraph, &format!("z {text}"))]);
        }
    }

    #[test]
    fn text_at_any_depth_is_read() {
        for deep in ["> ", "- ", "[", "*a ", "<div>", "![", "<b>"] {
            for markup in [Markup::Markdown, Markup::Html] {
                let body = deep.repeat(20_000) + "end";
                let read = blocks(&body, markup);
                assert!(read.last().is_some_and(|block| block.text.ends_with("end")), "{deep} {markup:?}");
            }
        }
    }
}

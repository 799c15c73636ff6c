//! Markdown and HTML become plain text, by real parsers: `comrak` and the tokenizer of `html5ever`.

use std::cell::RefCell;

use comrak::nodes::{AstNode, NodeValue};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer};

use crate::text;

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

/// A piece of a body that has text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Its text, on one line, never empty.
    pub text: String,
}

/// What a piece of a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockKind {
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
#[must_use]
pub fn blocks(body: &str, markup: Markup) -> Vec<Block> {
    match markup {
        Markup::Markdown => markdown_blocks(body),
        Markup::Html => html_blocks(body),
        Markup::Plain => plain_blocks(body),
    }
}

/// One line of Markdown or HTML, such as a title, as plain text. Underscores and tags of no HTML element stay, because
/// `__init__` and `Vec<String>` mean themselves.
#[must_use]
pub fn inline(line: &str) -> String {
    let line = text::one_line(line);
    if !line.contains(['*', '`', '[', '<', '&', '\\', '#']) {
        return line;
    }
    let unheaded = line.trim_start_matches('#');
    let line = if unheaded.starts_with(' ') { unheaded.trim_start() } else { &line };
    let literal = escape_what_is_meant(line);
    // A word in front keeps a line from being a list item, a heading or a rule.
    let blocks = markdown_blocks(&format!("x {literal}"));
    let joined = blocks.into_iter().map(|block| block.text).collect::<Vec<_>>().join(" ");
    joined.strip_prefix('x').map_or_else(|| line.to_owned(), |rest| rest.trim_start().to_owned())
}

/// Escapes underscores and the `<` of what is no HTML tag, so that Markdown leaves them alone. Code spans are literal
/// already.
fn escape_what_is_meant(line: &str) -> String {
    let mut escaped = String::with_capacity(line.len() + 8);
    let mut in_code = false;
    for (at, c) in line.char_indices() {
        match c {
            '`' => in_code = !in_code && line.get(at + 1..).is_some_and(|rest| rest.contains('`')),
            '_' if !in_code => escaped.push('\\'),
            '<' if !in_code && !is_html_tag(line, at) => escaped.push('\\'),
            _ => {}
        }
        escaped.push(c);
    }
    escaped
}

/// Whether what follows a `<` is a tag of HTML, or a comment.
pub(crate) fn names_an_element(after: &str) -> bool {
    let name =
        after.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect::<String>();
    after.starts_with("!--")
        || after.starts_with('?')
        || HTML_ELEMENTS.contains(&name.to_ascii_lowercase().as_str())
}

/// Whether the `<` at this place begins a tag that is markup: an HTML element that is closed, or has no end tag. Any
/// other tag in a line is what the line is about.
fn is_html_tag(line: &str, at: usize) -> bool {
    let (before, after) = (line.get(..at).unwrap_or_default(), line.get(at + 1..).unwrap_or_default());
    let name = |tag: &str| {
        tag.chars().take_while(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
    };
    if let Some(closing) = after.strip_prefix('/') {
        let name = name(closing);
        return HTML_ELEMENTS.contains(&name.as_str())
            && before.to_ascii_lowercase().contains(&format!("<{name}"));
    }
    let name = name(after);
    let void = matches!(name.as_str(), "br" | "wbr" | "img" | "hr");
    after.starts_with("!--")
        || void
        || (HTML_ELEMENTS.contains(&name.as_str())
            && after.to_ascii_lowercase().contains(&format!("</{name}")))
        || (matches!(name.as_str(), "rt" | "rp") && after.contains("</ruby"))
}

/// The elements of HTML (the Living Standard's index, with the obsolete ones that people still write).
const HTML_ELEMENTS: &[&str] = &[
    "a", "abbr", "acronym", "address", "area", "article", "aside", "audio", "b", "base", "bdi", "bdo", "big",
    "blink", "blockquote", "body", "br", "button", "canvas", "caption", "center", "cite", "code", "col",
    "colgroup", "data", "datalist", "dd", "del", "details", "dfn", "dialog", "dir", "div", "dl", "dt", "em",
    "embed", "fieldset", "figcaption", "figure", "font", "footer", "form", "frame", "frameset", "h1", "h2",
    "h3", "h4", "h5", "h6", "head", "header", "hgroup", "hr", "html", "i", "iframe", "img", "input", "ins",
    "kbd", "label", "legend", "li", "link", "main", "map", "mark", "marquee", "math", "menu", "meta",
    "meter", "nav", "nobr", "noscript", "object", "ol", "optgroup", "option", "output", "p", "param",
    "picture", "pre", "progress", "q", "rp", "rt", "ruby", "s", "samp", "script", "search", "section",
    "select", "slot", "small", "source", "span", "strike", "strong", "style", "sub", "summary", "sup", "svg",
    "table", "tbody", "td", "template", "textarea", "tfoot", "th", "thead", "time", "title", "tr", "track",
    "tt", "u", "ul", "var", "video", "wbr",
];

/// Elements whose text nobody reads.
const SILENT_ELEMENTS: &[&str] = &[
    "script", "style", "template", "noscript", "head", "title", "svg", "math", "iframe", "object", "select",
    "textarea", "rp", "rt",
];

/// Elements that a head may contain.
const HEAD_ELEMENTS: &[&str] = &["title", "meta", "link", "base", "script", "style", "template", "noscript"];

/// Elements that do not end a line of text.
const INLINE_ELEMENTS: &[&str] = &[
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "button", "cite", "code", "data", "del", "dfn", "em",
    "font", "i", "img", "input", "ins", "kbd", "label", "mark", "nobr", "output", "picture", "q", "ruby",
    "s", "samp", "small", "source", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var",
    "wbr", "script", "style", "rp", "rt", "noscript",
];

/// The Markdown that the generators of the field agree on, with emphasis that works without blanks around it.
#[must_use]
pub fn markdown_options() -> comrak::Options<'static> {
    let mut options = comrak::Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.footnotes = true;
    options.extension.tasklist = true;
    options.extension.cjk_friendly_emphasis = true;
    options
}

/// Markdown as HTML with smart punctuation, raw HTML as it is: for text to be taken from, not to be published.
#[must_use]
pub fn smart_html(markdown: &str) -> String {
    let mut options = markdown_options();
    options.parse.smart = true;
    options.extension.description_lists = true;
    options.render.r#unsafe = true;
    comrak::markdown_to_html(markdown, &options)
}

/// A body as HTML, raw HTML in it as it is: to be cleaned before it is published.
#[must_use]
pub fn html(body: &str, markup: Markup) -> String {
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
            let escaped =
                |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('\n', "<br>\n");
            paragraphs.map(|paragraph| format!("<p>{}</p>\n", escaped(paragraph))).collect()
        }
    }
}

fn markdown_blocks(body: &str) -> Vec<Block> {
    let arena = comrak::Arena::new();
    let root = comrak::parse_document(&arena, body, &markdown_options());
    let mut blocks = Vec::new();
    collect_blocks(root, BlockKind::Paragraph, &mut blocks);
    blocks
}

fn collect_blocks<'a>(node: &'a AstNode<'a>, paragraph: BlockKind, blocks: &mut Vec<Block>) {
    // An explicit stack, because a document may be nested as deep as it is long.
    let mut waiting: Vec<(&'a AstNode<'a>, BlockKind)> = vec![(node, paragraph)];
    while let Some((node, paragraph)) = waiting.pop() {
        let kind = match &node.data.borrow().value {
            NodeValue::Heading(_) => BlockKind::Heading,
            NodeValue::Paragraph => paragraph,
            NodeValue::TableCell => BlockKind::Other,
            NodeValue::HtmlBlock(html) => {
                blocks.extend(html_blocks(&html.literal));
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
            blocks.push(Block { kind: if bold { BlockKind::BoldLine } else { kind }, text });
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
    while let Some(node) = waiting.pop() {
        match &node.data.borrow().value {
            NodeValue::HtmlInline(html) => match (&silent, tag_name(html)) {
                (None, Some((false, name)))
                    if SILENT_ELEMENTS.contains(&name.as_str())
                        && waiting.iter().any(|later| ends_silence(later, &name)) =>
                {
                    silent = Some(name);
                }
                (None, Some((_, name))) if !INLINE_ELEMENTS.contains(&name.as_str()) => raw.push(' '),
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

/// Whether an end tag ends what nobody reads: its own, or for ruby that of the whole.
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
    for line in body.lines().chain([""]) {
        if !line.trim().is_empty() {
            paragraph.push_str(line);
            paragraph.push('\n');
        } else if !paragraph.is_empty() {
            blocks.push(Block { kind: BlockKind::Paragraph, text: joined_lines(&paragraph) });
            paragraph.clear();
        }
    }
    blocks.retain(|block| !block.text.is_empty());
    blocks
}

fn html_blocks(html: &str) -> Vec<Block> {
    let tokenizer = Tokenizer::new(HtmlText::default(), html5ever::tokenizer::TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    let mut collected = tokenizer.sink.0.into_inner();
    collected.end_block(None);
    collected.blocks
}

/// Collects the text of an HTML fragment as its tokens pass.
#[derive(Default)]
struct HtmlText(RefCell<Collected>);

#[derive(Default)]
struct Collected {
    blocks: Vec<Block>,
    raw: String,
    kind: Option<BlockKind>,
    silent: Option<String>,
}

impl Collected {
    fn end_block(&mut self, next: Option<BlockKind>) {
        let text = joined_lines(&self.raw);
        if !text.is_empty() {
            self.blocks.push(Block { kind: self.kind.unwrap_or(BlockKind::Other), text });
        }
        self.raw.clear();
        self.kind = next;
    }

    fn tag(&mut self, tag: &Tag) -> TokenSinkResult<()> {
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
                return TokenSinkResult::Continue;
            }
        }
        if starts && SILENT_ELEMENTS.contains(&name) && !tag.self_closing {
            self.silent = Some(name.to_owned());
            return match name {
                "script" => TokenSinkResult::RawData(RawKind::ScriptData),
                "style" | "iframe" | "noscript" => TokenSinkResult::RawData(RawKind::Rawtext),
                "textarea" | "title" => TokenSinkResult::RawData(RawKind::Rcdata),
                _ => TokenSinkResult::Continue,
            };
        }
        if name == "br" {
            self.raw.push('\n');
        } else if !INLINE_ELEMENTS.contains(&name) {
            let kind = match name {
                "p" => BlockKind::Paragraph,
                "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => BlockKind::Heading,
                _ => BlockKind::Other,
            };
            self.end_block(starts.then_some(kind));
        }
        TokenSinkResult::Continue
    }
}

impl TokenSink for HtmlText {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut collected = self.0.borrow_mut();
        match token {
            Token::TagToken(tag) => return collected.tag(&tag),
            Token::CharacterTokens(text) if collected.silent.is_none() => collected.raw.push_str(&text),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_markup_leaves_and_meaning_stays() {
        #[track_caller]
        fn case(line: &str, expected: &str) {
            assert_eq!(inline(line), expected, "{line:?}");
        }
        case("A & B <em>x</em> \"q\" -> C++ **bold** 😀", "A & B x \"q\" -> C++ bold 😀");
        case("AT&amp;T &copy; &unknown;", "AT&T © &unknown;");
        case("**米国「Genesis」**が", "米国「Genesis」が");
        case("Python's __init__ and snake_case", "Python's __init__ and snake_case");
        case("Vec<String> or `Vec<u8>`?", "Vec<String> or Vec<u8>?");
        case("5 * 3 * 2 and **kwargs", "5 * 3 * 2 and **kwargs");
        case("# 1. Heading", "1. Heading");
        case("#1 of C# tips", "#1 of C# tips");
        case("- not a list", "- not a list");
        case("1986. A year", "1986. A year");
        case("[Link](https://example.com/) and [brackets]", "Link and [brackets]");
        case("a<script>alert(1)</script>b<br>c", "ab c");
        case("<p>whole</p>", "whole");
        case("x", "x");
        case("", "");
        case("<", "<");
        case("1 < 2 && 3 > 2", "1 < 2 && 3 > 2");
        case("Why the <script> tag blocks", "Why the <script> tag blocks");
        case("What <input>, <p> and <b> do", "What <input>, <p> and <b> do");
        case("<ruby>漢字<rt>かんじ</ruby>は難しい", "漢字は難しい");
    }

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
    fn depth_is_no_danger() {
        for deep in ["> ", "- ", "[", "*a ", "<div>", "![", "<b>"] {
            let body = deep.repeat(20_000);
            let _ = blocks(&body, Markup::Markdown);
            let _ = blocks(&body, Markup::Html);
        }
    }
}

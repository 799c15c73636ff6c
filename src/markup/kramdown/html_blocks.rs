//! HTML in Markdown as kramdown takes it (<https://kramdown.gettalong.org/syntax.html#html-blocks>): a block goes to its
//! end tag, whatever blank lines are in it, and what follows it is Markdown again.

use std::collections::HashMap;

use crate::markup::code::Fence;
use crate::markup::elements::VOID_ELEMENTS;

/// Elements that are blocks.
pub(super) const BLOCKS: &[&str] = &[
    "address", "applet", "article", "aside", "blockquote", "body", "caption", "col", "colgroup", "dd", "div",
    "dl", "dt", "fieldset", "figcaption", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head",
    "header", "hgroup", "hr", "html", "iframe", "legend", "li", "main", "map", "menu", "nav", "ol",
    "optgroup", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
];

/// Elements that stand in text.
pub(super) const SPANS: &[&str] = &[
    "a", "abbr", "acronym", "b", "bdo", "big", "br", "button", "cite", "code", "del", "dfn", "em", "i",
    "img", "input", "ins", "kbd", "label", "mark", "option", "q", "rt", "ruby", "samp", "select", "small",
    "span", "strong", "sub", "sup", "tt", "u", "var",
];

/// Whether a tag is one that kramdown takes for text where it stands in text.
pub(super) fn is_block_tag(tag: &str) -> bool {
    let name = tag.strip_prefix("</").or_else(|| tag.strip_prefix('<')).and_then(name);
    name.is_some_and(|name| BLOCKS.contains(&name.as_str()))
}

/// Whether a line begins a block of HTML.
pub(super) fn begins_block(line: &str) -> bool {
    let rest = line.strip_prefix("</").or_else(|| line.strip_prefix('<'));
    rest.and_then(name).is_some_and(|name| !SPANS.contains(&name.as_str()))
}

/// The same Markdown with HTML as CommonMark needs it: blocks without blank lines in them, with one after them, and with
/// blank lines around what is Markdown in them; a tag that belongs to text in one line with it.
pub(super) fn separated(markdown: &str) -> String {
    let lines: Vec<&str> = markdown.lines().collect();
    let ends = ends(&lines);
    let mut out: Vec<String> = Vec::with_capacity(lines.len());
    let mut fence = Fence::default();
    let mut in_comment = false;
    let mut index = 0;
    while let Some(line) = lines.get(index) {
        index += 1;
        let bare = line.trim_start_matches(' ');
        let is_html = (in_comment || !fence.covers(bare)) && line.len() - bare.len() < 4;
        in_comment |= is_html && bare.starts_with("<!--");
        if in_comment {
            // What follows a comment in its line is a paragraph.
            let end = line.find("-->").map(|at| line.split_at(at + 3));
            in_comment = end.is_none();
            let (comment, text) = end.unwrap_or((line, ""));
            out.push(comment.to_owned());
            out.extend(
                (!text.trim().is_empty())
                    .then(|| [String::new(), text.trim_start().to_owned()])
                    .into_iter()
                    .flatten(),
            );
            continue;
        }
        let Some(name) = bare.strip_prefix('<').and_then(name).filter(|_| is_html) else {
            out.push((*line).to_owned());
            continue;
        };
        let is_alone = tag_length(bare) == Some(bare.trim_end().len());
        if SPANS.contains(&name.as_str()) {
            let next = lines.get(index).filter(|next| is_alone && !next.trim().is_empty());
            index += usize::from(next.is_some());
            out.push(next.map_or_else(|| (*line).to_owned(), |next| format!("{line} {next}")));
        } else if VOID_ELEMENTS.contains(&name.as_str()) {
            out.push((*line).to_owned());
            out.extend(is_alone.then(String::new));
        } else if let Some(&(last, end)) = ends.get(&(index - 1)) {
            write(lines.get(index - 1..=last).unwrap_or_default(), end, &mut out);
            index = last + 1;
        } else {
            out.push((*line).to_owned());
        }
    }
    out.join("\n")
}

/// The name at the start of a tag, without its `<`, in lower case.
fn name(tag: &str) -> Option<String> {
    let end = tag.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).unwrap_or(tag.len());
    let (name, rest) = tag.split_at(end);
    (name.starts_with(|c: char| c.is_ascii_alphabetic())
        && (rest.is_empty() || rest.starts_with([' ', '>', '/', '\t'])))
    .then(|| name.to_ascii_lowercase())
}

/// How many bytes the tag has that a line begins with; a `>` in quotes does not end it.
fn tag_length(line: &str) -> Option<usize> {
    let mut quote = None;
    let end = line.char_indices().find(|(_, c)| {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(*c),
            (Some(open), c) if open == *c => quote = None,
            _ => {}
        }
        quote.is_none() && *c == '>'
    });
    end.map(|(at, _)| at + 1)
}

/// Where the elements end whose start tags begin a line: from the line, to the line and the byte in it.
fn ends(lines: &[&str]) -> HashMap<usize, (usize, usize)> {
    let mut ends = HashMap::new();
    let mut open: HashMap<String, Vec<Option<usize>>> = HashMap::new();
    for (index, line) in lines.iter().enumerate() {
        for (at, _) in line.match_indices('<') {
            let tag = line.get(at + 1..).unwrap_or_default();
            if let Some(name) = name(tag) {
                if !VOID_ELEMENTS.contains(&name.as_str()) {
                    let begins = line.get(..at).is_some_and(|before| before.trim().is_empty());
                    open.entry(name).or_default().push(begins.then_some(index));
                }
            } else if let Some(name) = tag.strip_prefix('/').and_then(name) {
                // Nearly all have none, and a line may have very many.
                if let Some(start) = open.get_mut(&name).and_then(Vec::pop).flatten()
                    && let Some(end) = tag.find('>')
                {
                    ends.insert(start, (index, at + 1 + end + 1));
                }
            }
        }
    }
    ends
}

/// Writes a block whose last line ends it at `end`, in bytes.
fn write(block: &[&str], end: usize, out: &mut Vec<String>) {
    let Some((last, above)) = block.split_last() else { return };
    let (closing, tail) = last.split_at(end.min(last.len()));
    let first = block.first().copied().unwrap_or_default();
    let opening = first.split_once('>').map_or(first, |(opening, _)| opening);
    let has_code = block.iter().any(|line| line.to_ascii_lowercase().contains("<pre"));
    let is_markdown = opening.split_once("markdown=").is_some_and(|(_, value)| {
        let value = value.trim_start_matches(['"', '\'']);
        ["1", "block", "span"].iter().any(|mode| value.starts_with(mode))
    });
    if is_markdown {
        let mut inner = above.iter();
        out.extend(inner.next().map(|line| (*line).to_owned()));
        out.push(String::new());
        out.extend(inner.map(|line| line.trim_start().to_owned()));
        out.extend([String::new(), closing.to_owned()]);
    } else {
        let is_kept = |line: &&&str| has_code || !line.trim().is_empty();
        out.extend(above.iter().filter(is_kept).map(|line| (*line).to_owned()));
        out.push(closing.to_owned());
    }
    out.push(String::new());
    out.extend(Some(tail.trim_start().to_owned()).filter(|tail| !tail.is_empty()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_ends_where_kramdown_ends_it() {
        for (markdown, expected) in [
            ("<hr>\n*a*", "<hr>\n\n*a*"),
            ("<div>x</div> *y*", "<div>x</div>\n\n*y*"),
            ("<section>\n\n*x*\n\n</section>\n*y*", "<section>\n*x*\n</section>\n\n*y*"),
            ("<div markdown=\"1\">\n*x*\n</div>", "<div markdown=\"1\">\n\n*x*\n\n</div>\n"),
            ("<details markdown=block>\n*x*\n</details>", "<details markdown=block>\n\n*x*\n\n</details>\n"),
            ("<div>\n<div>\n\na\n</div>\n</div>", "<div>\n<div>\na\n</div>\n</div>\n"),
            ("<div>\nopen", "<div>\nopen"),
            ("```\n<hr>\nx\n```", "```\n<hr>\nx\n```"),
            ("a <div> b\n<br> c", "a <div> b\n<br> c"),
            ("<img alt=\"x > y\">\n*c*", "<img alt=\"x > y\"> *c*"),
            ("<iframe src=x></iframe>\nb", "<iframe src=x></iframe>\n\nb"),
        ] {
            assert_eq!(separated(markdown), expected, "{markdown:?}");
        }
    }
}

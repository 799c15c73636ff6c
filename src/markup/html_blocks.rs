//! HTML in Markdown as kramdown takes it (<https://kramdown.gettalong.org/syntax.html#html-blocks>): a block goes to its
//! end tag, whatever blank lines are in it, and what follows it is Markdown again.

/// Elements that are blocks.
const BLOCKS: [&str; 41] = [
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "dir", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "legend", "li", "main", "menu", "nav", "ol", "p", "section", "summary", "table", "tbody", "td",
    "tfoot", "thead", "tr", "ul",
];

/// Elements without an end tag.
const VOID: [&str; 6] = ["br", "hr", "img", "input", "wbr", "embed"];

/// The same Markdown with HTML blocks as CommonMark needs them: without blank lines in them, with one after them, and
/// with blank lines around what is Markdown in them.
pub(super) fn separated(markdown: &str) -> String {
    let lines: Vec<&str> = markdown.lines().collect();
    let mut out: Vec<String> = Vec::with_capacity(lines.len());
    let mut fence: Option<char> = None;
    let mut index = 0;
    while let Some(line) = lines.get(index) {
        let bare = line.trim_start_matches(' ');
        let mark = bare
            .chars()
            .next()
            .filter(|c| matches!(c, '`' | '~') && bare.starts_with(&c.to_string().repeat(3)));
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            _ => {}
        }
        let is_html = fence.is_none() && line.len() - bare.len() < 4;
        match tag(bare).filter(|_| is_html) {
            Some(name)
                if VOID.contains(&name.as_str())
                    && bare.trim_end().find('>') == Some(bare.trim_end().len() - 1) =>
            {
                out.extend([(*line).to_owned(), String::new()]);
            }
            Some(name) if BLOCKS.contains(&name.as_str()) => {
                if let Some(next) = block(&lines, index, &name, &mut out) {
                    index = next;
                    continue;
                }
                out.push((*line).to_owned());
            }
            _ => out.push((*line).to_owned()),
        }
        index += 1;
    }
    out.join("\n")
}

/// The name of the element that a line begins with.
fn tag(line: &str) -> Option<String> {
    let rest = line.strip_prefix('<')?;
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
    let (name, rest) = rest.split_at(end);
    (!name.is_empty() && (rest.is_empty() || rest.starts_with([' ', '>', '/', '\t'])))
        .then(|| name.to_ascii_lowercase())
}

/// Writes the block that begins in a line, and gives the line after it. `None` if it has no end.
fn block(lines: &[&str], start: usize, name: &str, out: &mut Vec<String>) -> Option<usize> {
    let mut depth = 0_usize;
    for (index, line) in lines.iter().enumerate().skip(start) {
        let lower = line.to_ascii_lowercase();
        let mut from = 0;
        while let Some(at) = lower.get(from..).and_then(|rest| rest.find('<')).map(|at| from + at) {
            let rest = lower.get(at..).unwrap_or_default();
            if tag(rest).as_deref() == Some(name) {
                depth += 1;
            } else if rest
                .strip_prefix("</")
                .is_some_and(|rest| tag(&format!("<{rest}")).as_deref() == Some(name))
            {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    let end = at + rest.find('>')? + 1;
                    write(lines.get(start..=index)?, end, out);
                    return Some(index + 1);
                }
            }
            from = at + 1;
        }
    }
    None
}

/// Writes a block whose last line ends it at `end`, in bytes.
fn write(block: &[&str], end: usize, out: &mut Vec<String>) {
    let Some((last, above)) = block.split_last() else { return };
    let (closing, tail) = last.split_at(end.min(last.len()));
    let first = block.first().copied().unwrap_or_default();
    let opening = first.split_once('>').map_or(first, |(opening, _)| opening);
    let has_code = block.iter().any(|line| line.to_ascii_lowercase().contains("<pre"));
    if opening.contains("markdown=\"1\"")
        || opening.contains("markdown=1")
        || opening.contains("markdown='1'")
    {
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
            ("<div>\n<div>\n\na\n</div>\n</div>", "<div>\n<div>\na\n</div>\n</div>\n"),
            ("<div>\nopen", "<div>\nopen"),
            ("```\n<hr>\nx\n```", "```\n<hr>\nx\n```"),
            ("a <div> b\n<br> c", "a <div> b\n<br> c"),
        ] {
            assert_eq!(separated(markdown), expected, "{markdown:?}");
        }
    }
}

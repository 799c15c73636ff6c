//! The place of front matter in a source, and its notation.

use std::ops::Range;

use super::{Source, json};

/// The three notations.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Notation {
    Yaml,
    Toml,
    Json,
    /// JSON without the braces around it.
    Members,
}

/// The place of front matter.
pub(super) struct Block {
    pub(super) notation: Notation,
    pub(super) span: Range<usize>,
    pub(super) body: usize,
    /// Whether it has an end, and not just lines that look like fields.
    pub(super) closed: bool,
}

impl Block {
    /// What is between the fences.
    pub(super) fn text<'a>(&self, source: &'a Source) -> &'a str {
        #[expect(clippy::string_slice, reason = "the span is between two lines of this source")]
        &source.text[self.span.clone()]
    }
}

/// The front matter that a source begins with, of any kind.
pub(super) fn find_in(source: &Source) -> Option<Block> {
    if !source.is_head {
        return find(&source.text);
    }
    find_in_head(source)
}

/// The front matter of Hexo: the fence above it may be left out, it may have more than three marks, and `;;;` is for
/// JSON without its braces.
pub(super) fn find_hexo(source: &Source) -> Option<Block> {
    if source.is_head {
        return find_in_head(source).filter(|_| source.text.trim_end().ends_with('-'));
    }
    let text = source.text.as_str();
    let is_fence = |line: &str| {
        line.len() >= 3 && (line.bytes().all(|byte| byte == b'-') || line.bytes().all(|byte| byte == b';'))
    };
    let notation = |fence: &str| if fence.starts_with(';') { Notation::Members } else { Notation::Yaml };
    let first = text.lines().next()?;
    let (start, opening) = if is_fence(first) { (first.len() + 1, Some(first)) } else { (0, None) };
    // What looks like a fence, but is none, opens no front matter either.
    if opening.is_none() && (first.starts_with("---") || first.starts_with(";;;")) {
        return None;
    }
    let mut at = start;
    for line in text.get(start..)?.split_inclusive('\n') {
        let bare = line.strip_suffix('\n').unwrap_or(line);
        let closes = opening
            .map_or_else(|| starts_with_fence(bare), |fence| bare.starts_with(fence).then_some(fence.len()));
        // Above a fence there is something, if only a blank line and another fence.
        let is_data = if opening.is_some() { at > start } else { at > 1 };
        if let Some(length) = closes.filter(|_| is_data) {
            let notation = notation(opening.unwrap_or(bare));
            let body = at + length + usize::from(text.get(at + length..)?.starts_with('\n'));
            let span = start..at;
            return is_hexo_data(text.get(span.clone())?, notation).then_some(Block {
                notation,
                span,
                body,
                closed: true,
            });
        }
        at += line.len();
    }
    None
}

/// The length of the fence that a line begins with.
fn starts_with_fence(line: &str) -> Option<usize> {
    let length = |mark: u8| line.bytes().take_while(|byte| *byte == mark).count();
    [length(b'-'), length(b';')].into_iter().find(|length| *length >= 3)
}

/// Whether what is above a fence is a map: else it is text above a rule.
fn is_hexo_data(text: &str, notation: Notation) -> bool {
    notation == Notation::Members
        || text.lines().all(|line| line.trim().is_empty() || looks_like_a_field(line))
}

fn find_in_head(source: &Source) -> Option<Block> {
    // A head is YAML between its fences, and nothing else.
    let closing = memchr::memrchr(b'\n', source.text.trim_end_matches('\n').as_bytes())? + 1;
    let (notation, body) = (Notation::Yaml, source.text.len());
    Some(Block { notation, span: "---\n".len()..closing, body, closed: true })
}

fn find(source: &str) -> Option<Block> {
    let first = source.lines().next()?.trim_end();
    let notation = match first {
        "---" => Notation::Yaml,
        "+++" => Notation::Toml,
        "---json" => Notation::Json,
        _ if source.starts_with('{') => return find_json(source),
        _ => return None,
    };
    let start = source.find('\n').map_or(source.len(), |newline| newline + 1);
    let mut at = start;
    for line in source.get(start..)?.split_inclusive('\n') {
        let closing = matches!(
            (notation, line.trim_end()),
            (Notation::Yaml, "---" | "...") | (Notation::Json, "---") | (Notation::Toml, "+++")
        );
        if closing {
            return Some(Block { notation, span: start..at, body: at + line.len(), closed: true });
        }
        at += line.len();
    }
    // Never closed: the lines that look like it. None at all is a body that opens with a rule.
    let end = start
        + source
            .get(start..)?
            .split_inclusive('\n')
            .take_while(|line| looks_like_a_field(line))
            .map(str::len)
            .sum::<usize>();
    (end > start).then_some(Block { notation, span: start..end, body: end, closed: false })
}

pub(super) fn looks_like_a_field(line: &str) -> bool {
    let word = line
        .trim_start_matches(['"', '\''])
        .trim_start_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
    let key = word.len() < line.len() && word.trim_start_matches(['"', '\'', ' ']).starts_with([':', '=']);
    let continued = line.starts_with([' ', '\t', '-', '#', '[', ']']) && !line.trim().is_empty();
    key || continued
}

fn find_json(source: &str) -> Option<Block> {
    // `{% include %}`, `{{ page.title }}` and `{: .class}` open bodies, not objects.
    let second = source.get(1..)?.trim_start();
    if !second.starts_with(['"', '}']) {
        return None;
    }
    let (end, closed) = match json::parse(source) {
        Ok((_, end)) => (end, true),
        // A broken object ends with its first line, or with the first that is a brace alone.
        Err(_) => match source.lines().next() {
            Some(line) if line.trim_end().ends_with('}') => (line.len(), true),
            _ => source.find("\n}").map_or_else(|| (0, false), |newline| (newline + 2, true)),
        },
    };
    let rest = source.get(end..)?;
    let body = end + if rest.starts_with('\n') { 1 } else { 0 };
    (end > 0).then_some(Block { notation: Notation::Json, span: 0..end, body, closed })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn front_matter_has_an_end_or_lines_that_look_like_it() {
        for (source, expected) in [
            ("---\na: b\n---\nbody", Some(("a: b\n", "body", true))),
            ("---\na: b\n...\nbody", Some(("a: b\n", "body", true))),
            ("+++\na = 1\n+++\n", Some(("a = 1\n", "", true))),
            ("---\na: b\n- c\n\nbody", Some(("a: b\n- c\n", "\nbody", false))),
            ("{\"a\": {\"b\": 1}}\nbody", Some(("{\"a\": {\"b\": 1}}", "body", true))),
            ("{\"a\": 1,}\nbody", Some(("{\"a\": 1,}", "body", true))),
            ("{% include x %}\n", None),
            ("---\n\nA rule opens this body.", None),
            ("text", None),
        ] {
            let found = find(source).map(|block| {
                let (text, body) = (source.get(block.span.clone()), source.get(block.body..));
                (text.unwrap(), body.unwrap(), block.closed)
            });
            assert_eq!(found, expected, "{source:?}");
        }
    }
}

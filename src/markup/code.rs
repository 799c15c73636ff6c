//! Where a source has samples of code, in which nothing else is read.

/// Fenced code (<https://spec.commonmark.org/current/#fenced-code-blocks>): follows a text line by line.
#[derive(Default)]
pub(super) struct Fence {
    /// The character and length of the fence that is open.
    open: Option<(char, usize)>,
}

impl Fence {
    /// Whether the next line belongs to fenced code; its fences do too. Indentation, and the marks of blocks
    /// around it, must have been removed from the line.
    pub(super) fn covers(&mut self, bare: &str) -> bool {
        let mark = bare.chars().next().filter(|c| matches!(c, '`' | '~'));
        let (length, info) = mark.map_or((0, bare), |mark| {
            let info = bare.trim_start_matches(mark);
            (bare.len() - info.len(), info)
        });
        let is_open = self.open.is_some();
        match (self.open, mark) {
            (None, Some(mark)) if length >= 3 && !(mark == '`' && info.contains('`')) => {
                self.open = Some((mark, length));
            }
            (Some((open, least)), Some(mark))
                if open == mark && length >= least && info.trim_end().is_empty() =>
            {
                self.open = None;
            }
            _ => {}
        }
        is_open || self.is_open()
    }

    pub(super) fn is_open(&self) -> bool {
        self.open.is_some()
    }
}

/// Whether what comes next is in a code sample: follows text as it grows, each byte once.
#[derive(Default)]
pub(crate) struct Code {
    seen: usize,
    fence: Fence,
    /// How many `<pre>` and `<code>` are open.
    elements: usize,
    /// What is known of the last line.
    last: Line,
}

/// A line that may not be complete.
#[derive(Default)]
struct Line {
    start: usize,
    /// How many runs of backticks it has: after the first, a code span is open.
    runs: usize,
    ends_in_tick: bool,
    opened: usize,
    closed: usize,
}

impl Code {
    /// Whether what comes after this text, which has grown since, is in a sample.
    pub(crate) fn covers(&mut self, text: &str) -> bool {
        while let Some(rest) = text.get(self.seen..).filter(|rest| !rest.is_empty()) {
            match rest.find('\n') {
                Some(end) => {
                    let line = text.get(self.last.start..self.seen + end + 1).unwrap_or_default();
                    self.line(line);
                    self.seen += end + 1;
                    self.last = Line { start: self.seen, ..Line::default() };
                }
                None => {
                    self.last.follow(text, self.seen);
                    self.seen = text.len();
                }
            }
        }
        let last = text.get(self.last.start..).unwrap_or_default();
        let is_indented = last.starts_with("    ") || last.starts_with('\t');
        let is_in_element = self.elements + self.last.opened > self.last.closed;
        self.fence.is_open() || is_in_element || is_indented || self.last.runs % 2 == 1
    }

    fn line(&mut self, line: &str) {
        self.fence.covers(line.trim_start_matches([' ', '>', '\t']));
        let count = |tag: &str| line.matches(tag).count();
        self.elements =
            (self.elements + count("<pre") + count("<code")).saturating_sub(count("</pre") + count("</code"));
    }
}

impl Line {
    /// Follows the part of a line that begins at a place.
    fn follow(&mut self, text: &str, from: usize) {
        for byte in text.as_bytes().get(from..).unwrap_or_default() {
            let is_tick = *byte == b'`';
            self.runs += usize::from(is_tick && !self.ends_in_tick);
            self.ends_in_tick = is_tick;
        }
        // A tag may have begun before.
        let start = text.floor_char_boundary(from.saturating_sub(LONGEST_NAME).max(self.start));
        let part = text.get(start..).unwrap_or_default();
        let count =
            |tag: &str| part.match_indices(tag).filter(|(at, tag)| start + at + tag.len() > from).count();
        self.opened += count("<pre") + count("<code");
        self.closed += count("</pre") + count("</code");
    }
}

/// The longest start of a tag that is looked for, in bytes.
const LONGEST_NAME: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;

    /// Which lines belong to fenced code.
    fn covered(text: &str) -> Vec<usize> {
        let mut fence = Fence::default();
        text.lines().enumerate().filter(|(_, line)| fence.covers(line)).map(|(index, _)| index).collect()
    }

    #[test]
    fn fences() {
        assert_eq!(covered("a\n```\nb\n```\nc"), [1, 2, 3]);
        assert_eq!(covered("~~~ rust\n```\n~~~~ \nc"), [0, 1, 2]);
        // Code in a line, and what ends no fence.
        assert!(covered("```a``` b\n``\nc").is_empty());
        assert_eq!(covered("````\n```\n```` a\nb"), [0, 1, 2, 3]);
    }
}

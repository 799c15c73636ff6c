//! Where a source has samples of code, in which nothing else is read.

/// Whether what comes next is in a code sample: follows text as it grows, each byte once.
#[derive(Default)]
pub(super) struct Code {
    seen: usize,
    /// The character and length of an open fence.
    fence: Option<(char, usize)>,
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
    pub(super) fn covers(&mut self, text: &str) -> bool {
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
        self.fence.is_some() || is_in_element || is_indented || self.last.runs % 2 == 1
    }

    fn line(&mut self, line: &str) {
        let bare = line.trim_start_matches([' ', '>', '\t']);
        let mark = bare.chars().next().filter(|c| matches!(c, '`' | '~'));
        let length = mark.map_or(0, |mark| bare.chars().take_while(|c| *c == mark).count());
        match (self.fence, mark) {
            (None, Some(mark))
                if length >= 3 && !(mark == '`' && bare.trim_start_matches('`').contains('`')) =>
            {
                self.fence = Some((mark, length));
            }
            (Some((open, least)), Some(mark)) if open == mark && length >= least => self.fence = None,
            _ => {}
        }
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

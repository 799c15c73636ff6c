//! Where a source has samples of code, in which nothing else is read.

/// Of a longer line, only the end is looked at, in bytes.
const LONGEST_LINE: usize = 2000;

/// Whether what comes next is in a code sample: follows text as it grows, each byte once.
#[derive(Default)]
pub(super) struct Code {
    seen: usize,
    /// The character and length of an open fence.
    fence: Option<(char, usize)>,
    /// How many `<pre>` and `<code>` are open.
    elements: usize,
}

impl Code {
    pub(super) fn covers(&mut self, text: &str) -> bool {
        let line_start = text.rfind('\n').map_or(0, |newline| newline + 1);
        for line in text.get(self.seen..line_start).unwrap_or_default().split_inclusive('\n') {
            self.line(line);
        }
        self.seen = line_start.max(self.seen);
        // Of an endless line, the end is enough.
        let from = text.ceil_char_boundary(line_start.max(text.len().saturating_sub(LONGEST_LINE)));
        let last = text.get(from..).unwrap_or_default();
        let count = |tag: &str| last.matches(tag).count();
        let elements = self.elements + count("<pre") + count("<code") > count("</pre") + count("</code");
        let indented = from == line_start && (last.starts_with("    ") || last.starts_with('\t'));
        self.fence.is_some() || elements || indented || tick_runs(last) % 2 == 1
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

/// How many runs of backticks a line has: after the first, a code span is open.
fn tick_runs(line: &str) -> usize {
    line.split(|c| c != '`').filter(|run| !run.is_empty()).count()
}

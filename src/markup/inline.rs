//! One line of Markdown or HTML, such as a title, as plain text.

use super::blocks::common_blocks;
use super::elements::HTML_ELEMENTS;
use crate::text;

/// The longest line in which marks are looked for, in bytes.
const LONGEST: usize = 4096;

/// How far from a mark its word is looked for, in bytes, and the end of code, in marks.
const NEAR: usize = 100;

/// One line of Markdown or HTML, such as a title, as plain text. Titles are rarely Markdown: marks are
/// removed only around words, so that `2*3*4`, `COUNT(*)`, `__init__` and `Vec<String>` stay as they are.
pub(crate) fn inline(line: &str) -> String {
    let line = text::one_line(line);
    let may_refer = line.contains('&') && line.contains(';');
    if line.len() > LONGEST || !(may_refer || line.contains(['*', '_', '~', '`', '[', '<', '\\', '#'])) {
        return line;
    }
    let unheaded = line.trim_start_matches('#');
    let line = if unheaded.starts_with(' ') { unheaded.trim_start() } else { &line };
    let runs = runs(line);
    let marks = marks(line, &runs);
    // A parser leaves alone what has neither marks nor references.
    if may_refer || marks.contains(&true) { parsed(line, &runs, &marks) } else { line.to_owned() }
}

/// What a parser makes of a line with these marks.
fn parsed(line: &str, runs: &[Run], marks: &[bool]) -> String {
    let literal = escape_what_is_meant(line, runs, marks);
    // A word in front keeps a line from being a list item, a heading or a rule.
    let blocks = common_blocks(&format!("x {literal}"));
    let joined = blocks.into_iter().map(|block| block.text).collect::<Vec<_>>().join(" ");
    let plain = joined.strip_prefix('x').map_or(line, str::trim_start);
    // A title that consists of tags only is about these tags.
    if plain.is_empty() && line.contains('<') { line.to_owned() } else { plain.to_owned() }
}

/// Escapes what is not a mark of Markdown around words, nor an HTML tag, so that a parser leaves it alone.
fn escape_what_is_meant(line: &str, runs: &[Run], marks: &[bool]) -> String {
    let mut escaped = String::with_capacity(line.len() + 8);
    let mut at = 0;
    for (index, run) in runs.iter().enumerate() {
        escaped.push_str(line.get(at..run.start).unwrap_or_default());
        at = run.end;
        if marks.get(index) == Some(&true) {
            escaped.push_str(line.get(run.start..run.end).unwrap_or_default());
        } else {
            (run.start..run.end).for_each(|_| escaped.extend(['\\', run.c]));
        }
    }
    escaped.push_str(line.get(at..).unwrap_or_default());
    escaped
}

/// A run of one character that may be a mark.
struct Run {
    c: char,
    start: usize,
    end: usize,
}

fn runs(line: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (at, c) in line.char_indices() {
        match runs.last_mut() {
            // Each bracket and each backslash is one of its own.
            Some(last) if last.c == c && last.end == at && matches!(c, '*' | '_' | '~' | '`') => {
                last.end = at + 1
            }
            _ if matches!(c, '*' | '_' | '~' | '`' | '[' | '\\' | '<') => {
                runs.push(Run { c, start: at, end: at + 1 })
            }
            _ => {}
        }
    }
    runs
}

/// Which of the runs are marks: pairs around words, the ends of code, a link, a backslash that escapes a mark, an HTML
/// tag.
fn marks(line: &str, runs: &[Run]) -> Vec<bool> {
    let mut marks = Marks { line, runs, are: vec![false; runs.len()], open: Vec::new() };
    let mut index = 0;
    while let Some(run) = runs.get(index) {
        index = 1 + match run.c {
            '\\' => marks.escape(index, run),
            '`' => marks.code(index, run),
            '[' => marks.link(index, run),
            '<' => marks.tag(index, run),
            _ => marks.emphasis(index, run),
        };
    }
    marks.are
}

/// Which runs of a line are marks. Each method examines one run, and returns the index of the last one that
/// it has decided.
struct Marks<'a> {
    line: &'a str,
    runs: &'a [Run],
    are: Vec<bool>,
    /// Runs that may open emphasis, not closed yet: which, its character and its length.
    open: Vec<(usize, char, usize)>,
}

impl Marks<'_> {
    fn set(&mut self, index: usize) {
        self.are.get_mut(index).into_iter().for_each(|mark| *mark = true);
    }

    fn around(&self, run: &Run) -> (&str, &str) {
        (self.line.get(..run.start).unwrap_or_default(), self.line.get(run.end..).unwrap_or_default())
    }

    fn is_escaped(&self, index: usize, run: &Run) -> bool {
        let before = index.checked_sub(1).and_then(|before| self.runs.get(before));
        before.is_some_and(|before| before.c == '\\' && before.end == run.start)
    }

    fn escape(&mut self, index: usize, run: &Run) -> usize {
        let (before, after) = self.around(run);
        if is_in_windows_path(before) || !after.starts_with(['*', '_', '`', '~', '#', '<', '>']) {
            return index;
        }
        self.set(index);
        // What it escapes is no mark: it is written as it is.
        match self.runs.get(index + 1).filter(|next| next.start == run.end) {
            Some(_) => {
                self.set(index + 1);
                index + 1
            }
            None => index,
        }
    }

    /// Code is literal already.
    fn code(&mut self, index: usize, run: &Run) -> usize {
        let is_apart = !self.around(run).0.ends_with(char::is_alphanumeric);
        let ends = |other: &Run| {
            let after = self.line.get(other.end..);
            other.c == '`'
                && other.end - other.start == run.end - run.start
                && !after.is_some_and(|after| after.starts_with(char::is_alphanumeric))
        };
        let may_open = is_apart && !self.is_escaped(index, run);
        let close = self.runs.iter().skip(index + 1).take(NEAR).position(ends).filter(|_| may_open);
        let Some(close) = close.map(|inset| index + 1 + inset) else { return index };
        (index..=close).for_each(|index| self.set(index));
        close
    }

    fn link(&mut self, index: usize, run: &Run) -> usize {
        let (before, after) = self.around(run);
        let link = after.split_once("](").and_then(|(text, rest)| Some((text, rest.split_once(')')?.0)));
        let is_link = link.is_some_and(|(text, url)| {
            !text.trim().is_empty() && !text.contains(['[', ']']) && url.contains(['/', '.', '#', ':'])
        });
        if is_link && is_out(before.chars().next_back(), "(") {
            self.set(index);
        }
        index
    }

    fn tag(&mut self, index: usize, run: &Run) -> usize {
        let (before, after) = self.around(run);
        if is_html_tag(before, after) {
            self.set(index);
        }
        index
    }

    fn emphasis(&mut self, index: usize, run: &Run) -> usize {
        let (before, after) = self.around(run);
        let length = run.end - run.start;
        let is_usual = match run.c {
            '*' => (1..=3).contains(&length),
            '_' => length == 1,
            _ => length == 2,
        };
        if !is_usual || self.is_escaped(index, run) {
            return index;
        }
        let before =
            before.get(before.ceil_char_boundary(before.len().saturating_sub(NEAR))..).unwrap_or(before);
        let after = after.get(..after.floor_char_boundary(NEAR)).unwrap_or(after);
        let (may_open, may_close) = (opens(before, after), closes(before, after));
        let opener = self.open.iter().rposition(|(_, c, size)| (*c, *size) == (run.c, length));
        match opener.filter(|_| may_close).and_then(|at| Some((at, self.open.get(at)?.0))) {
            Some((at, opener)) => {
                self.set(index);
                self.set(opener);
                self.open.truncate(at);
            }
            None if may_open => self.open.push((index, run.c, length)),
            None => {}
        }
        index
    }
}

/// Whether a mark may begin what is marked: a word follows, and none is before.
fn opens(before: &str, after: &str) -> bool {
    let word = after
        .trim_start_matches(MARKS)
        .trim_start_matches(|c: char| OPENING.contains(c))
        .trim_start_matches(MARKS);
    let last = before.chars().next_back();
    let is_quote = last.is_some_and(|c| OPENING.contains(c));
    word.starts_with(char::is_alphanumeric) && (is_out(last, "-–—/:") || is_quote)
}

/// Whether a mark may end what is marked: a word is before it, and none follows.
fn closes(before: &str, after: &str) -> bool {
    let is_end = |c: char| CLOSING.contains(c) || ".!?…。！？%:;,+#".contains(c);
    let word = before.trim_end_matches(MARKS).trim_end_matches(is_end).trim_end_matches(MARKS);
    let next = after.chars().next();
    let is_quote = next.is_some_and(|c| CLOSING.contains(c));
    word.ends_with(char::is_alphanumeric) && (is_out(next, ".,;:!?…-–—/") || is_quote)
}

/// Whether a character, or the end of the line, is outside of words.
fn is_out(c: Option<char>, others: &str) -> bool {
    c.is_none_or(|c| c.is_whitespace() || text::is_unspaced(c) || MARKS.contains(&c) || others.contains(c))
}

/// What may stand between a mark and its word.
const MARKS: [char; 5] = ['*', '_', '~', '`', '['];

/// What may stand before a word, and after one.
const OPENING: &str = "\"'([{“„‘«‹「『（《【¿¡";
const CLOSING: &str = "\"')]}”“’»›」』）》】";

/// Whether a backslash separates the folders of Windows.
fn is_in_windows_path(before: &str) -> bool {
    let word = before.rsplit(char::is_whitespace).next().unwrap_or_default();
    word.get(1..3) == Some(":\\") || word.get(1..) == Some(":") || word.starts_with("\\\\") || word == "\\"
}

/// Whether the `<` between two texts begins a tag that is markup: an HTML element that is closed, or has no end tag.
/// Any other tag in a line is content.
fn is_html_tag(before: &str, after: &str) -> bool {
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
    void || (HTML_ELEMENTS.contains(&name.as_str())
        && after.to_ascii_lowercase().contains(&format!("</{name}")))
        || (matches!(name.as_str(), "rt" | "rp") && after.contains("</ruby"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// What is not parsed, because nothing in it is a mark, is what a parser makes of it.
        #[test]
        fn a_parser_leaves_alone_what_has_no_marks(
            line in "\\PC{0,20}|([a-z米]|[*_~`\\[\\]()<>\\\\!#&;:|^=+./$@ -]){0,24}",
        ) {
            let line = text::one_line(&text::legal(&line));
            let (runs, may_refer) = (runs(&line), line.contains('&') && line.contains(';'));
            let marks = marks(&line, &runs);
            if !may_refer && !marks.contains(&true) {
                prop_assert_eq!(parsed(&line, &runs, &marks), line);
            }
        }
    }

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
        case("5 * 3 * 2 and *args, **kwargs", "5 * 3 * 2 and *args, **kwargs");
        for meant in [
            "COUNT(*) vs SUM(*): 2*3*4 = 24",
            "arr[0](1) and a*b*c",
            "M*A*S*H",
            "src/*.js and test/*.js",
            "C:\\new\\table",
            "C:\\_posts\\*.md",
            "\\\\server\\share",
            "~/a and ~/b",
            "a~b~c",
            "f** g**",
            "char **argv, int *p",
            "_config.yml and _posts",
            "* * *",
            "a ** b ** c",
            "**",
            "`",
            "[x](y",
            "mail <me@example.com>",
            "<<quote>>",
            "import java.util.*, java.io.*;",
            "Regex .*? and .*",
            "(.*) matches (.*)",
            "match (.*)-(.*) twice",
            "print(\"*\" * 10 + \"*\")",
            "\"_\" as name, \"_\" as value",
            "'*' or '*'",
            "re.sub(r\"_(.*?)_\", x)",
            "C++ lambdas: []() {} explained",
            "LaTeX \\(x^2\\) and \\[y\\]",
            "regex \\. and \\d",
            "It`s a `test",
            "[1](2)",
            "</endian> <!-- note -->",
            "<hello-world>",
            "<b></b>",
            "4*4*4 and (*)",
            "x^*^y",
            "&copy2 ?a=1&lt=3",
        ] {
            case(meant, meant);
        }
        case("**All** of `it`", "All of it");
        case("**Bold** and _em_ and [link](https://x.example/)", "Bold and em and link");
        case("(*x*), \"**y**\": ***z***!", "(x), \"y\": z!");
        case("**`code`**, *[a](/b)* and ~~old~~ new", "code, a and old new");
        case("5 \\* 3 and snake\\_case", "5 * 3 and snake_case");
        case("``a ` b`` **c**", "a ` b c");
        case("**Update:** x, **C++** and *C#*", "Update: x, C++ and C#");
        case("\\_escaped\\_ and \\`tick\\`", "_escaped_ and `tick`");
        case("one<br>two<br />three", "one two three");
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
}

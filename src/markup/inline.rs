//! One line of Markdown or HTML, such as a title, as plain text.

use super::blocks::common_blocks;
use super::elements::HTML_ELEMENTS;
use crate::text;

/// The longest line in which marks are looked for, in bytes.
const LONGEST: usize = 16 * 1024;

/// One line of Markdown or HTML, such as a title, as plain text. Titles are rarely Markdown: marks leave only around
/// words, so that `2*3*4`, `COUNT(*)`, `__init__` and `Vec<String>` mean themselves.
pub(crate) fn inline(line: &str) -> String {
    let line = text::one_line(line);
    if line.len() > LONGEST || !line.contains(['*', '_', '~', '`', '[', '<', '&', '\\', '#']) {
        return line;
    }
    let unheaded = line.trim_start_matches('#');
    let line = if unheaded.starts_with(' ') { unheaded.trim_start() } else { &line };
    let literal = escape_what_is_meant(line);
    // A word in front keeps a line from being a list item, a heading or a rule.
    let blocks = common_blocks(&format!("x {literal}"));
    let joined = blocks.into_iter().map(|block| block.text).collect::<Vec<_>>().join(" ");
    let plain = joined.strip_prefix('x').map_or(line, str::trim_start);
    // A title of tags alone is about them.
    if plain.is_empty() && line.contains('<') { line.to_owned() } else { plain.to_owned() }
}

/// Escapes what is not a mark of Markdown around words, nor an HTML tag, so that a parser leaves it alone. Code spans
/// are literal already.
fn escape_what_is_meant(line: &str) -> String {
    let mut escaped = String::with_capacity(line.len() + 8);
    let mut code = None;
    let mut at = 0;
    while let Some(c) = line.get(at..).and_then(|rest| rest.chars().next()) {
        let after = line.get(at..).unwrap_or_default();
        let run = after.len() - after.trim_start_matches(c).len();
        let written = after.get(..run).unwrap_or_default();
        let rest = after.get(run..).unwrap_or_default();
        let before = line.get(..at).unwrap_or_default();
        at += run;
        match (c, code) {
            ('`', None) => code = rest.split(|c| c != '`').any(|other| other.len() == run).then_some(run),
            ('`', Some(ticks)) if ticks == run => code = None,
            (_, Some(_)) => {}
            ('*' | '_' | '~' | '[' | '\\', None) if !is_mark(c, run, before, rest) => {
                written.chars().for_each(|c| escaped.extend(['\\', c]));
                continue;
            }
            ('\\', None) => {
                escaped.push(c);
                escaped.extend(rest.chars().next());
                at += rest.chars().next().map_or(0, char::len_utf8);
                continue;
            }
            // Each of several may begin a tag.
            ('<', None) => {
                let is_last_a_tag = is_html_tag(before, rest);
                let text = written.len() - usize::from(is_last_a_tag);
                escaped.push_str(&"\\<".repeat(text));
                escaped.push_str(if is_last_a_tag { "<" } else { "" });
                continue;
            }
            _ => {}
        }
        escaped.push_str(written);
    }
    escaped
}

/// Whether a run of one character is a mark of Markdown: at the border of a word, and no name of a program's.
fn is_mark(c: char, run: usize, before: &str, after: &str) -> bool {
    let (last, next) = (before.chars().next_back(), after.chars().next());
    let is_in = |c: Option<char>, others: &str| c.is_some_and(|c| c.is_alphanumeric() || others.contains(c));
    // Before a word, and after one: other marks may be between.
    let is_word_next = is_in(after.trim_start_matches(MARKS).chars().next(), OPENING);
    let is_word_before =
        is_in(before.trim_end_matches(MARKS).chars().next_back(), CLOSING) || is_in(last, ".!?…。！？%");
    let is_out = |c: Option<char>, others: &str| {
        c.is_none_or(|c| {
            c.is_whitespace() || text::is_unspaced(c) || MARKS.contains(&c) || others.contains(c)
        })
    };
    let opens =
        is_word_next && (is_out(last, "-–—/:") || is_in(last.filter(|c| !c.is_alphanumeric()), OPENING));
    let closes = is_word_before
        && (is_out(next, ".,;:!?…-–—/") || is_in(next.filter(|c| !c.is_alphanumeric()), CLOSING));
    match (c, run) {
        ('*', 1..=3) | ('_', 1) | ('~', 2) => opens || closes,
        ('[', 1) => is_out(last, "(") && after.contains("]("),
        // In a path of Windows it is a separator.
        ('\\', 1) => {
            next.is_some_and(|c| c.is_ascii_punctuation() && c != '\\') && !is_in_windows_path(before)
        }
        _ => false,
    }
}

/// What may stand between a mark and its word.
const MARKS: [char; 5] = ['*', '_', '~', '`', '['];

/// What may stand before a word, and after one.
const OPENING: &str = "\"'([{“„‘«‹「『（《【¿¡";
const CLOSING: &str = "\"')]}”“’»›」』）》】";

fn is_in_windows_path(before: &str) -> bool {
    let word = before.rsplit(char::is_whitespace).next().unwrap_or_default();
    word.contains(['\\', ':'])
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
        case("**`code`**, *[a](b)* and ~~old~~ new", "code, a and old new");
        case("5 \\* 3 and snake\\_case", "5 * 3 and snake_case");
        case("``a ` b`` **c**", "a ` b c");
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

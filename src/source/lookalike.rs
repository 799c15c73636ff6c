//! What looks like front matter and is not read as such: its fences are damaged or of another kind, there is something
//! before it, or a parser refuses it. What its author means to hide must not leak all the same.

use std::borrow::Cow;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use super::fences::looks_like_a_field;
use crate::text::{self, has_byte};

/// How many lines before a fence are taken for stray ones.
const STRAY: usize = 5;
/// How many lines after a fence may be damaged before one looks like a field.
const DAMAGED: usize = 2;

/// How much of a line is looked at to see whether front matter may begin with it, in bytes.
const LOOKED_AT: usize = 1024;

/// Whether a field asks for something: its name as [`plain`] has it, and its value as [`visible`] has it.
pub(crate) type Asks<'a> = &'a dyn Fn(&str, &str) -> bool;

/// The first such field in what looks like front matter at the beginning of a text: its line, and its name.
pub(super) fn find_at_the_start(text: &str, asks: Asks<'_>) -> Option<(Range<usize>, String)> {
    // The start of a line is enough; a whole HTML page may be one line.
    let start = |line: &str| visible(line.split_at(line.floor_char_boundary(LOOKED_AT)).0);
    let lines = lines(text, 0..text.len()).map(|(at, line)| (at, start(line)));
    let lines: Vec<(Range<usize>, String)> =
        lines.filter(|(_, line)| !line.is_empty()).take(STRAY + DAMAGED).collect();
    let opens = |(index, (_, line)): &(usize, &(Range<usize>, String))| {
        let mut below = lines.iter().skip(index + 1).take(DAMAGED);
        // Among text, a rule or a sample of code opens nothing.
        let in_code = || lines.iter().take(*index).any(|(_, line)| line.starts_with(['`', '~']));
        let opens = if *index == 0 { opens_first(line) } else { is_rule(line) && !in_code() };
        opens && (is_field(line.trim_start_matches(is_comment_mark)) || below.any(|(_, line)| is_field(line)))
    };
    if let Some((_, (at, _))) = lines.iter().take(STRAY).enumerate().find(opens) {
        return find(text, at.start..text.len(), Until::Fence, asks);
    }
    match lines.first()? {
        (at, line) if opens_object(line) => find(text, at.start..text.len(), Until::Fence, asks),
        (at, line) if is_field(line) => find(text, at.start..text.len(), Until::Text, asks),
        _ => None,
    }
}

/// The first such field in front matter that could not be read. One without an end ends where text begins.
pub(super) fn find_within(
    text: &str,
    part: Range<usize>,
    is_closed: bool,
    asks: Asks<'_>,
) -> Option<(Range<usize>, String)> {
    find(text, part, if is_closed { Until::End } else { Until::Prose }, asks)
}

/// What ends fields.
#[derive(Clone, Copy, PartialEq)]
enum Until {
    /// The end of the part.
    End,
    /// Lines of text.
    Prose,
    /// Lines of text, or a fence below a field.
    Fence,
    /// A line that is no field.
    Text,
}

fn find(text: &str, part: Range<usize>, until: Until, asks: Asks<'_>) -> Option<(Range<usize>, String)> {
    let (mut fields, mut prose) = (0, 0);
    // Whether what is indented belongs to a field of another name.
    let mut in_field = false;
    for (at, line) in lines(text, part).map(|(at, line)| (at, visible(line))) {
        let is_indented = text.get(at.clone()).is_some_and(|line| line.starts_with([' ', '\t']));
        let is_line_of_fields = is_field(&line) || line.starts_with('{') || is_fence(&line);
        prose += usize::from(!line.is_empty() && !is_line_of_fields && !looks_like_a_field(&line));
        let is_end = match until {
            Until::End => false,
            Until::Prose => prose > DAMAGED,
            Until::Fence => prose > DAMAGED || (fields > 0 && is_fence(&line)),
            Until::Text => !looks_like_a_field(&line),
        };
        if is_end {
            break;
        }
        fields += usize::from(is_field(&line));
        if !is_indented {
            in_field = opens_value(&line);
        }
        // What is commented out in front matter means nothing.
        if line.starts_with('#') || !is_line_of_fields || (is_indented && in_field) {
            continue;
        }
        if let Some(key) = asking(&line, asks) {
            return Some((at, key));
        }
    }
    None
}

/// Whether a line is a field: a name and a mark after it.
fn is_field(line: &str) -> bool {
    let line = line.trim_start_matches(|c: char| is_dash(c) || matches!(c, ' ' | '{' | ',' | '?'));
    let name = line.trim_start_matches(QUOTES);
    let rest = name.trim_start_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
    let rest = rest.trim_start_matches(QUOTES).trim_start();
    !name.is_empty() && rest.len() < name.len() && rest.starts_with([':', '='])
}

/// What stands around names and values.
const QUOTES: [char; 9] =
    ['"', '\'', '`', '\u{201C}', '\u{201D}', '\u{201E}', '\u{2018}', '\u{2019}', '\u{AB}'];

/// Whether a field has its value in the lines below it: there, other names mean other things.
fn opens_value(line: &str) -> bool {
    let Some((key, value)) = line.split_once(':') else { return false };
    let is_own = matches!(&*plain(key), "extra" | "params");
    !is_own && matches!(value.trim(), "" | "|" | ">" | "|-" | ">-" | "|+" | ">+" | "{" | "[")
}

/// The name of such a field in a line of fields.
fn asking(line: &str, asks: Asks<'_>) -> Option<String> {
    let is_object = line.starts_with(['{', '"', '\'', ',', '<', '/']) || line.starts_with(QUOTES);
    if is_object {
        // A comma may be missing.
        let line = line.replace("\" \"", "\", \"").replace("\"\"", "\", \"");
        if let Some(key) = line.split([',', '{', ';']).find_map(|piece| asking_piece(piece, asks)) {
            return Some(key);
        }
    }
    asking_piece(line, asks).or_else(|| {
        // The line break before the last field may be missing.
        let mut words = line.rsplit(char::is_whitespace).filter(|word| !word.is_empty());
        let (value, name) = (words.next()?, words.next()?);
        let (name, mark) = if matches!(name, ":" | "=") { (words.next()?, true) } else { (name, false) };
        let is_named = mark || name.ends_with([':', '=']);
        let is_switch =
            matches!(value.trim_matches(|c: char| !c.is_alphanumeric()), "true" | "false" | "yes" | "no");
        if !is_named || !is_switch {
            None
        } else {
            asking_piece(&format!("{}: {value}", name.trim_end_matches([':', '='])), asks)
        }
    })
}

/// The name of a piece of a line that is such a field.
fn asking_piece(piece: &str, asks: Asks<'_>) -> Option<String> {
    let (key, value) = piece.split_once([':', '=']).filter(|(key, _)| key.len() <= LONGEST_KEY)?;
    let value = value.split(" #").next().unwrap_or(value).split("-->").next().unwrap_or(value);
    let key = plain(key).into_owned();
    let value = bare(value);
    // Of a sentence, only a first word that is a switch counts.
    let first = bare(value.split(char::is_whitespace).next().unwrap_or_default());
    let is_switch = matches!(first, "true" | "yes" | "on" | "1" | "false" | "no" | "off" | "0");
    let is_date = first.starts_with(|c: char| c.is_ascii_digit());
    let value = if value == first || is_date {
        value
    } else if is_switch {
        first
    } else {
        return None;
    };
    asks(&key, value).then_some(key)
}

/// A value without what stands around it.
pub(crate) fn bare(value: &str) -> &str {
    value.trim_matches(|c: char| c.is_whitespace() || QUOTES.contains(&c) || "`{}[]()<>*/%,;.".contains(c))
}

/// The longest name that a field which hides a post has in a line, in bytes, with marks around it.
const LONGEST_KEY: usize = 64;

/// The lines of a part of a text, with their places.
fn lines(text: &str, part: Range<usize>) -> impl Iterator<Item = (Range<usize>, &str)> {
    let mut at = part.start;
    let mut rest = text.get(part).unwrap_or_default();
    let is_end = |c: char| matches!(c, '\n' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}');
    // Of these, ASCII has three, which are found many bytes at a time.
    let is_ascii = rest.is_ascii();
    std::iter::from_fn(move || {
        let end = match is_ascii {
            true => memchr::memchr3(b'\n', 0xB, 0xC, rest.as_bytes()),
            false => rest.find(is_end),
        };
        let (line, after) = rest.split_at(end.unwrap_or(rest.len()));
        let after = after.strip_prefix(is_end).unwrap_or(after);
        let place = at..at + line.len();
        let length = rest.len() - after.len();
        (at, rest) = (at + length, after);
        (length > 0).then_some((place, line))
    })
}

/// What can be seen of a text: in one form, in lower case, with nothing around it.
pub(crate) fn visible(text: &str) -> String {
    if !has_byte(text.as_bytes(), |byte| !matches!(byte, b' '..=b'~')) {
        return text.trim_ascii().to_ascii_lowercase();
    }
    let is_seen = |c: &char| {
        *c == ' ' || *c == '\t' || (text::is_publishable(*c) && !text::is_blank(c.encode_utf8(&mut [0; 4])))
    };
    let one_form = text.nfkc().map(|c| if c.is_whitespace() { ' ' } else { c });
    one_form.filter(is_seen).flat_map(char::to_lowercase).collect::<String>().trim().to_owned()
}

/// The name of a field by its letters and digits alone, in lower case.
pub(crate) fn plain(key: &str) -> Cow<'_, str> {
    if key.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Cow::Borrowed(key);
    }
    Cow::Owned(visible(key).chars().filter(|c| c.is_alphanumeric()).collect())
}

/// Whether a character is any kind of dash: editors replace hyphens, and people type what looks like one.
pub(crate) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{AD}' | '\u{AF}' | '\u{2D7}' | '\u{5BE}' | '\u{6D4}' | '\u{1806}' | '\u{2010}'..='\u{2015}' | '\u{203E}' | '\u{2043}'
        | '\u{2053}' | '\u{2212}' | '\u{23AF}' | '\u{23E4}' | '\u{2500}' | '\u{2501}' | '\u{2504}' | '\u{2505}' | '\u{254C}' | '\u{2550}' | '\u{2574}'
        | '\u{2796}' | '\u{2E17}' | '\u{2E3A}' | '\u{2E3B}' | '\u{301C}' | '\u{30A0}' | '\u{30FC}' | '\u{3161}' | '\u{4E00}' | '\u{FE31}'..='\u{FE33}'
        | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}')
}

/// Whether a line is a rule: dashes, plus signs or semicolons, and at most a few words.
fn is_rule(line: &str) -> bool {
    let rest = line.trim_start_matches(|c: char| is_dash(c) || matches!(c, '+' | ';' | ' ' | '\\'));
    line.len() - rest.len() >= 2 && !rest.contains('|') && rest.split(' ').nth(3).is_none()
}

/// Whether a line is a fence of any kind: marks, and at most a few words.
fn is_fence(line: &str) -> bool {
    let is_mark = |c: char| is_dash(c) || "=_~+;%*`<!/.\\>\"'$".contains(c);
    let rest = line.trim_start_matches(|c: char| is_mark(c) || c == ' ');
    let marks = line.len() - rest.len();
    opens_comment(line) || (marks >= 2 && !line.contains('|') && rest.split(' ').nth(3).is_none())
}

/// Whether the first line of a text is a fence of any kind. Code in another language than that of front matter is code.
fn opens_first(line: &str) -> bool {
    let code = line.trim_start_matches(['`', '~']);
    let is_code = code.len() + 3 <= line.len();
    let is_data = |word: &str| {
        matches!(
            word,
            "" | "---"
                | "yaml"
                | "yml"
                | "toml"
                | "json"
                | "front"
                | "frontmatter"
                | "meta"
                | "none"
                | "text"
        )
    };
    is_fence(line) && (!is_code || code.split_whitespace().next().is_none_or(is_data))
}

fn opens_comment(line: &str) -> bool {
    ["<!--", "/*", "{#", "{% comment", "{%- comment", "{{/*", "{{!--"]
        .iter()
        .any(|mark| line.starts_with(mark))
}

fn is_comment_mark(c: char) -> bool {
    matches!(c, '<' | '!' | '-' | '/' | '*' | '{' | '#' | '%' | ' ')
}

/// Whether a line opens an object of JSON, damaged or not: `{{`, `{%` and `{:` open bodies.
fn opens_object(line: &str) -> bool {
    line.strip_prefix('{').is_some_and(|rest| {
        let rest = rest.trim_start();
        rest.is_empty()
            || rest.starts_with(['"', '\'', '\u{201C}', '\u{201D}', '\u{201E}', '\u{2018}', '\u{AB}'])
            || (rest.starts_with(char::is_alphabetic) && rest.contains(':'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_draft(key: &str, value: &str) -> bool {
        key == "draft" && value == "true"
    }

    #[test]
    fn what_looks_like_front_matter() {
        for text in [
            "\u{200B}---\ndraft: true\n---\n",
            "\u{FEFF}\u{FEFF}---\ndraft: true\n---\n",
            "\n\n---\ndraft: true\n---\n",
            "stray\n---\ntitle: x\ndraft: true\n---\n",
            "stray\n\nstray\n---\ntitle: x\n\ndraft: true\n---\n",
            "\u{2014}\ndraft: true\n\u{2014}\n",
            "\u{2013}\u{2013}\u{2013}\ndraft: true\n",
            "\u{2014}-\ndraft: true\n\u{2014}-\n",
            "--\ndraft: true\n--\n",
            "===\ndraft: true\n===\n",
            "- - -\ndraft: true\n- - -\n",
            "\u{2212}\u{2212}\u{2212}\ntitle: x\ndraft: true",
            "```yaml\ntitle: x\ndraft: true\n```\n",
            "~~~\ndraft = true\n~~~\n",
            "<!--\ntitle: x\ndraft: true\n-->\n",
            "<!-- draft: true -->\nText",
            "<!-- c -->\n---\ndraft: true\n---",
            "/*\ndraft: true\n*/",
            "---\ngarbage\ndraft: true\n",
            "---\nd\u{200B}raft: true\n",
            "---\ndraft\u{FF1A}true\n",
            "---\n\u{FF44}raft: true\n",
            "---\nx: y\u{2028}DRAFT: TRUE\u{2028}---",
            "---\n-\u{A0}draft: true # soon\n",
            "---\nx: [\n\"draft\" : 'true', \n",
            "{'title': 'x', 'draft': true}\nbody",
            "{\n  title: 'x',\n  draft: true\n}\nbody",
            "{draft: true}\n",
            "{\u{201C}title\u{201D}: \u{201C}x\u{201D}, \u{201C}draft\u{201D}: true}\nbody",
            "{\"title\": \"x\" \"draft\": true}\n",
            "{% comment %}\ndraft: true\n{% endcomment %}\n",
            "title: x\ndraft: true\n\nbody",
            "\\---\ntitle: x\ndraft: true\n\\---",
            "<!--draft=true-->",
            "---\ntitle: x draft: true\n---",
            "{\"title\": \"x\"\"draft\": true}",
            "\u{2796}\u{2796}\ndraft: true,\n",
            "\u{FFF9}---\ndraft: true\n---\n",
            "-\0-\0-\0\n\0d\0r\0a\0f\0t\0:\0 \0t\0r\0u\0e\0\n\0",
        ] {
            assert!(find_at_the_start(text, &is_draft).is_some(), "{text:?}");
        }
        let long = format!("\n---\n{}draft: true\n---\n", "x: y\n".repeat(500));
        assert_eq!(find_at_the_start(&long, &is_draft), Some((2505..2516, "draft".to_owned())));
        // Of a long line, only the beginning is looked at to know what it is, but all of it for fields.
        for text in [
            format!("{}\n---\ndraft: true\n---\n", "stray ".repeat(1000)),
            format!("{}---\ndraft: true\n---\n", "\n".repeat(9000)),
            format!("{}---\ndraft: true\n---\n\u{e9}", "\u{2028}\u{c}".repeat(2000)),
            format!("{{\"title\": \"{}\", \"draft\": true}}\n", "日本".repeat(500)),
        ] {
            assert!(find_at_the_start(&text, &is_draft).is_some(), "{text:?}");
        }
    }

    #[test]
    fn what_does_not() {
        for text in [
            "A text.\n\nIt shows:\n\n    draft: true\n",
            "<!-- toc -->\n\n- [One](#one)\n\nUse {draft: true}.",
            "**Summary**\n\n# Heading\n\nText\n\n    draft: true",
            "---\n\n# Heading\n\nText, draft: true, more.",
            "My title\n---\n\nNote: see\n\ndraft: see the manual",
            "<!-- markdownlint-disable MD013 -->\n# X\n\nA post about: x, draft: true.",
            "Draft: how to write one\n\nText",
            "- draft: what you type\n- user: name",
            "- [ ] task\n- [ ] draft: true",
            "[draft]: http://y\nText",
            "# Hugo drafts\n\n```yaml\n---\ntitle: x\ndraft: true\n---\n```",
            "```bash\ndraft=true\n```",
            "Field | Meaning\n--- | ---\ndraft: true | hides the post",
            "{'a': 1}\nis a dict. {'draft': True} too",
            "---\n\nA rule opens this body.\n\nIt goes on.\n\nAnd on.\n\ndraft: true\n",
            "A note: about drafts\n\ndraft: true\n",
            "{% include x %}\n\ndraft: true\n",
            "{: .class}\ndraft: true\n",
            "# Heading\n\ndraft: true\n",
            "---\ntitle: x\n# draft: true\n---\n",
            "---\ntitle: x\n---\ndraft: true\n",
            "",
            "---",
        ] {
            assert_eq!(find_at_the_start(text, &is_draft), None, "{text:?}");
        }
    }
}

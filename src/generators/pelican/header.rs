//! The lines above an article: of Markdown (<https://python-markdown.github.io/extensions/meta_data/>) and of
//! reStructuredText (<https://docutils.sourceforge.io/docs/ref/rst/restructuredtext.html#bibliographic-fields>).

use super::written::{Value, Written};

/// `Key: value` lines, which others continue with four blanks; a YAML fence around them is allowed.
pub(super) fn markdown(text: &str) -> Written {
    let mut written = Written::default();
    let mut at = 0;
    let mut last: Option<String> = None;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let start = at;
        at += line.len();
        let line = line.trim_end_matches('\n');
        if number == 0 && is_fence(line, &["---"]) {
            written.body = at;
            continue;
        }
        if line.trim().is_empty() || is_fence(line, &["---", "..."]) {
            written.body = at;
            return written;
        }
        if let Some((key, value, inset)) = pair(line) {
            last = Some(key.to_owned());
            let value = Value { text: value.to_owned(), at: Some(start + inset) };
            written.add(key, value);
        } else if let Some(key) = last.as_ref().filter(|_| is_continued(line)) {
            written.add(key, Value { text: line.trim().to_owned(), at: None });
        } else {
            written.body = start;
            return written;
        }
        written.body = at;
    }
    written
}

fn is_fence(line: &str, fences: &[&str]) -> bool {
    fences.iter().any(|fence| {
        line.strip_prefix(fence).is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
    })
}

/// Whether a line continues the one before it: a tab counts as four blanks.
fn is_continued(line: &str) -> bool {
    line.starts_with("    ") || line.trim_start_matches(' ').starts_with('\t')
}

/// The key and the value of a line, and where in it the value begins.
fn pair(line: &str) -> Option<(&str, &str, usize)> {
    let bare = line.trim_start_matches(' ');
    let end = bare.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_')))?;
    let (key, rest) = bare.split_at(end);
    let value = rest.strip_prefix(':')?;
    let inset = line.len() - value.trim_start().len();
    (!key.is_empty() && line.len() - bare.len() <= 3).then_some((key, value.trim(), inset))
}

/// The title of the document, and the fields below it.
pub(super) fn rst(text: &str) -> Written {
    let mut written = Written::default();
    let lines: Vec<(usize, &str)> = text
        .split_inclusive('\n')
        .scan(0, |at, line| {
            let start = *at;
            *at += line.len();
            Some((start, line.trim_end()))
        })
        .collect();
    let line = |index: usize| lines.get(index).map_or("", |(_, line)| line);
    let mut index = lines.iter().position(|(_, line)| !line.is_empty()).unwrap_or(lines.len());
    let has_overline =
        adornment(line(index)).is_some() && adornment(line(index + 2)) == adornment(line(index));
    if has_overline {
        add_title(&mut written, &lines, index + 1);
        index += 3;
    } else if adornment(line(index + 1)).is_some() && !line(index).starts_with([' ', ':']) {
        add_title(&mut written, &lines, index);
        index += 2;
    }
    index = skip_blank(&lines, index);
    // The title of a section that follows at once is a subtitle of the document.
    let has_title = !written.pairs.is_empty();
    let subtitle = match (adornment(line(index)), adornment(line(index + 1))) {
        (Some(over), _) if adornment(line(index + 2)) == Some(over) => 3,
        (None, Some(_)) if !line(index).starts_with([' ', ':']) => 2,
        _ => 0,
    };
    let below = skip_blank(&lines, index + subtitle);
    if has_title && subtitle > 0 && rst_field(line(below)).is_some() {
        index = below;
    }
    while let Some((key, value)) = rst_field(line(index)) {
        let at = lines.get(index).map(|(start, line)| start + line.len() - value.len());
        let mut text = value.to_owned();
        index += 1;
        while line(index).starts_with([' ', '\t']) && index < lines.len() {
            text.push(' ');
            text.push_str(line(index).trim());
            index += 1;
        }
        // A field is stronger than the title of the document.
        if key.eq_ignore_ascii_case("title") {
            written.forget("title");
        }
        let shown = plain(text.trim());
        let at = at.filter(|_| shown == value.trim());
        written.add(key, Value { text: shown, at });
    }
    if !written.pairs.iter().any(|(name, _)| name == "title") {
        written.add("title", Value { text: String::new(), at: None });
    }
    written.body = lines.get(index).map_or(text.len(), |(start, _)| *start);
    written
}

/// The first line from an index that is not empty.
fn skip_blank(lines: &[(usize, &str)], from: usize) -> usize {
    let rest = lines.iter().skip(from);
    from + rest.take_while(|(_, line)| line.is_empty()).count()
}

fn add_title(written: &mut Written, lines: &[(usize, &str)], index: usize) {
    if let Some((start, line)) = lines.get(index) {
        let title = line.trim();
        // It is text: what looks like a tag is none. Its own markup is taken away.
        let text = plain(title).replace('&', "&amp;").replace('<', "&lt;");
        let at = (text == title).then_some(start + line.len() - line.trim_start().len());
        written.add("title", Value { text, at });
    }
}

/// A line without the marks of emphasis and literals.
fn plain(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let mark = ["``", "**", "*", "`"].into_iter().find(|mark| rest.starts_with(mark));
        let inner = mark.and_then(|mark| {
            let after = rest.get(mark.len()..)?;
            let end = after.find(mark).filter(|end| *end > 0 && !after.starts_with(' '))?;
            Some((after.get(..end)?, after.get(end + mark.len()..)?))
        });
        match inner {
            Some((inner, after)) => {
                out.push_str(inner);
                rest = after;
            }
            None => {
                out.push(c);
                rest = rest.get(c.len_utf8()..).unwrap_or_default();
            }
        }
    }
    out
}

/// The character of a line that adorns a title.
fn adornment(line: &str) -> Option<char> {
    let first = line.chars().next().filter(char::is_ascii_punctuation)?;
    (line.len() > 1 && line.chars().all(|c| c == first)).then_some(first)
}

/// `:name: value`
fn rst_field(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.strip_prefix(':')?.split_once(':')?;
    let is_name = !name.is_empty() && !name.starts_with(' ') && (value.is_empty() || value.starts_with(' '));
    is_name.then(|| (name, value.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(written: &Written, text: &str) -> String {
        let pairs = written.pairs.iter().map(|(name, values)| {
            for value in values {
                if let Some(at) = value.at {
                    assert!(text.get(at..).unwrap().starts_with(&value.text), "{text:?} {value:?}");
                }
            }
            format!("{name}={}", values.iter().map(|value| value.text.as_str()).collect::<Vec<_>>().join("|"))
        });
        format!("{} / {}", pairs.collect::<Vec<_>>().join(" "), text.get(written.body..).unwrap().trim())
    }

    #[test]
    fn markdown_headers() {
        for (text, expected) in [
            ("Title: A b\nDate:2025-01-02\n\nText: x\n", "title=A b date=2025-01-02 / Text: x"),
            ("---\ntitle: \"A\"\ntags:\n    - x\n---\nText", "title=\"A\" tags=|- x / Text"),
            ("title: A\ntags:\n  - x\ndate: 1\n\nText", "title=A tags= / - x\ndate: 1\n\nText"),
            ("\nTitle: A\n\nText", " / Title: A\n\nText"),
            ("Title: A\nFoo bar: x\nText", "title=A / Foo bar: x\nText"),
            ("Title: A\nTitle: B\n\tc\n...\nText", "title=A|B|c / Text"),
        ] {
            assert_eq!(shown(&markdown(text), text), expected, "{text:?}");
        }
    }

    #[test]
    fn rst_headers() {
        for (text, expected) in [
            (
                "A *b* c\n=======\n\n:date: 2025-01-02\n:tags: x,\n  y\n\nText\n",
                "title=A b c date=2025-01-02 tags=x, y / Text",
            ),
            ("===\nA\n===\n:slug: s\n\nText", "title=A slug=s / Text"),
            ("A\n===\n:slug: s\n:Title: B\n:date: 1\n\nText", "title=B slug=s date=1 / Text"),
            ("Doc\n===\nSub\n---\n\n:date: 1\n\nText", "title=Doc date=1 / Text"),
            ("Doc\n===\n\nPart\n---\n\nText", "title=Doc / Part\n---\n\nText"),
            ("Text only\n\nmore", "title= / Text only\n\nmore"),
            ("a < b & c\n#########\nText", "title=a &lt; b &amp; c / Text"),
        ] {
            assert_eq!(shown(&rst(text), text), expected, "{text:?}");
        }
    }
}

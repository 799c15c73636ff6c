//! What kramdown reads and CommonMark does not, and what shows nothing: attribute lists, comments, tables of contents.

use super::html_blocks::separated;

/// What a lone `~` means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tildes {
    /// Itself, as in kramdown.
    Literal,
    /// What CommonMark's extensions make of it.
    Markup,
}

/// What a fence is that is still open at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OpenFence {
    /// Code up to the end.
    Code,
    /// Text: a separator cut it open.
    Text,
}

/// Markdown of an unknown flavour without what only kramdown can mean.
pub(crate) fn without_plain_marks(markdown: &str) -> std::borrow::Cow<'_, str> {
    if markdown.contains("{:") || markdown.contains("{#") {
        without_marks(markdown, Tildes::Markup, OpenFence::Code).into()
    } else {
        markdown.into()
    }
}

/// What kramdown reads and CommonMark does not: attribute lists (`{: .class}`), ids of headings (`{#id}`), comments and
/// abbreviations show nothing, nor does the list that `{:toc}` makes a table of contents of; a lone `~` strikes nothing.
pub(crate) fn without_marks(markdown: &str, tildes: Tildes, open: OpenFence) -> String {
    let mut lines: Vec<String> = Vec::new();
    // Where a fence began, its character, and how long it is.
    let mut fence: Option<(usize, char, usize)> = None;
    let mut in_comment = false;
    let separated = (tildes == Tildes::Literal && markdown.contains('<')).then(|| separated(markdown));
    for line in separated.as_deref().unwrap_or(markdown).lines() {
        let bare = line.trim_start();
        if in_comment {
            in_comment = !(bare.starts_with("{:/comment}") || bare.starts_with("{:/}"));
            continue;
        }
        let mark = bare.chars().next().filter(|c| matches!(c, '`' | '~'));
        let length = mark.map_or(0, |mark| bare.chars().take_while(|c| *c == mark).count());
        match (fence, mark) {
            (None, Some(mark))
                if length >= 3 && !(mark == '`' && bare.trim_start_matches('`').contains('`')) =>
            {
                fence = Some((lines.len(), mark, length));
            }
            (Some((_, open, least)), Some(mark))
                if open == mark && length >= least && bare.trim_end().len() == length =>
            {
                fence = None;
                lines.push(line.to_owned());
                continue;
            }
            _ => {}
        }
        if fence.is_some() || line.starts_with("    ") || line.starts_with('\t') {
            lines.push(line.to_owned());
            continue;
        }
        if bare.starts_with("{:toc") {
            lines.pop();
            continue;
        }
        if fence.is_none() && bare.starts_with("{::comment}") {
            in_comment = !bare.contains("{:/");
            continue;
        }
        if is_extension(bare) || (bare.starts_with("*[") && bare.contains("]:")) {
            continue;
        }
        let line = match line.trim_end().strip_suffix('}').and_then(|line| line.rsplit_once(" {#")) {
            Some((heading, id)) if bare.starts_with('#') && !id.contains(['{', ' ']) => heading,
            _ => line,
        };
        lines.push(without_attribute_lists(line, tildes));
    }
    if let Some(line) = fence.filter(|_| open == OpenFence::Text).and_then(|(at, ..)| lines.get_mut(at)) {
        *line = line.replace('`', "\\`").replace('~', "\\~");
    }
    lines.join("\n")
}

/// A line without attribute lists, and with every lone `~` escaped; code stays as it is.
fn without_attribute_lists(line: &str, tildes: Tildes) -> String {
    if !line.contains("{:") && !line.contains('~') {
        return line.to_owned();
    }
    let mut kept = String::with_capacity(line.len());
    let mut in_code = false;
    let mut left = line;
    while !left.is_empty() {
        let ticks = left.len() - left.trim_start_matches('`').len();
        let (run, after) = left.split_at(ticks);
        kept.push_str(run);
        in_code ^= ticks > 0;
        let (piece, next) = after.split_at(after.find('`').unwrap_or(after.len()));
        left = next;
        if in_code {
            kept.push_str(piece);
            continue;
        }
        let mut text = String::with_capacity(piece.len());
        let mut rest = piece;
        while let Some((before, list)) = rest.split_once("{:") {
            text.push_str(before);
            let list = list.split_once('}').filter(|(inner, _)| is_attribute_list(inner, tildes));
            match list {
                Some((_, after)) => rest = after,
                None => {
                    text.push_str("{:");
                    rest = rest.get(before.len() + 2..).unwrap_or_default();
                }
            }
        }
        text.push_str(rest);
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '~' if chars.peek() == Some(&'~') => {
                    kept.push_str("~~");
                    chars.next();
                }
                '~' if tildes == Tildes::Literal && !kept.ends_with('\\') => kept.push_str("\\~"),
                c => kept.push(c),
            }
        }
    }
    kept
}

/// Whether a line is a block of kramdown's own, such as `{::options}`.
fn is_extension(line: &str) -> bool {
    let name = line.strip_prefix("{::").or_else(|| line.strip_prefix("{:/"));
    name.is_some_and(|name| {
        ["comment", "nomarkdown", "options", "}"].iter().any(|known| name.starts_with(known))
    })
}

/// Whether the text between `{:` and `}` is a list of attributes. A hash of Ruby is none; and where it is not known
/// that kramdown reads it, only what looks like nothing else is one.
fn is_attribute_list(inner: &str, tildes: Tildes) -> bool {
    let is_attribute = |word: &str| word.starts_with(['.', '#']) || word.contains('=') || word == "toc";
    match tildes {
        Tildes::Literal => !inner.contains("=>"),
        Tildes::Markup => !inner.contains("=>") && inner.split_whitespace().next().is_some_and(is_attribute),
    }
}

//! Repairs that are mechanical: what was found -> the document as it should be, and what is another in it.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use crate::check::{self, Fix, Found, Span};
use crate::disk;

/// A repaired document.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Repair {
    /// The file.
    pub path: PathBuf,
    /// What messages call it.
    pub name: String,
    /// How many repairs there are.
    pub count: usize,
    /// The changed lines, in the format of `diff -u`.
    pub diff: String,
    /// What the file should be.
    pub text: String,
}

/// A part of a document that another text replaces.
struct Edit {
    start: usize,
    end: usize,
    text: String,
}

/// Repairs a document. `None` if nothing can be.
///
/// # Errors
/// When it cannot be read, is packed, or is too large.
pub(super) fn of(path: &Path, name: &str, found: &[Found]) -> io::Result<Option<Repair>> {
    let Some((text, declaration)) = check::text(super::bytes(path)?, disk::LARGEST)? else { return Ok(None) };
    let (mut edits, mut count): (Vec<Edit>, usize) = (Vec::new(), 0);
    // Replacements come first, so that a moved part includes the repairs in it.
    let fixes = found.iter().filter_map(|found| found.fix.as_ref()).chain(&declaration);
    let (moves, replacements): (Vec<&Fix>, Vec<&Fix>) = fixes.partition(|fix| matches!(fix, Fix::Move(..)));
    for fix in replacements.into_iter().chain(moves) {
        count += usize::from(add(&mut edits, fix, &text));
    }
    edits.sort_by_key(|edit| (edit.start, edit.end));
    let repaired = applied(&edits, &text);
    let diff = diff(name, &edits, &text);
    Ok((count > 0 && repaired != text).then(|| Repair {
        path: path.to_owned(),
        name: name.to_owned(),
        count,
        diff,
        text: repaired,
    }))
}

/// Adds what a repair changes, unless another has changed it already.
fn add(edits: &mut Vec<Edit>, fix: &Fix, text: &str) -> bool {
    let place = |offset: u64| usize::try_from(offset).ok().filter(|at| text.is_char_boundary(*at));
    let span = |at: &Span| place(at.start).zip(place(at.start + at.length));
    match fix {
        Fix::Replace(at, new) => {
            let Some((start, end)) = span(at) else { return false };
            let is_new = edits.iter().all(|other| end <= other.start || other.end <= start);
            // An inserted line is indented like the next one.
            let gap = if start == end && start > 0 { blanks(text, start) } else { "" };
            if is_new {
                edits.push(Edit { start, end, text: format!("{gap}{new}") });
            }
            is_new
        }
        Fix::Move(at, to) => {
            let Some(((start, end), to)) = span(at).zip(place(*to)) else { return false };
            let is_inside = |edit: &Edit| start <= edit.start && edit.end <= end;
            let is_outside = |edit: &Edit| edit.end <= start || end <= edit.start;
            let is_free = |edit: &Edit| to <= edit.start || edit.end <= to;
            if !edits.iter().all(|edit| (is_inside(edit) || is_outside(edit)) && is_free(edit)) {
                return false;
            }
            let (mut inside, outside): (Vec<Edit>, Vec<Edit>) =
                std::mem::take(edits).into_iter().partition(|edit| is_inside(edit));
            *edits = outside;
            for edit in &mut inside {
                (edit.start, edit.end) = (edit.start - start, edit.end - start);
            }
            inside.sort_by_key(|edit| (edit.start, edit.end));
            let moved = applied(&inside, text.get(start..end).unwrap_or_default());
            // The line break before it goes along, so that the lines stay lines.
            let before = text.get(..start).unwrap_or_default();
            let from = before.trim_end_matches([' ', '\t', '\n', '\r']).len();
            let gap = before.get(from..).filter(|gap| gap.contains(['\n', '\r'])).unwrap_or_default();
            edits.push(Edit { start: start - gap.len(), end, text: String::new() });
            edits.push(Edit { start: to, end: to, text: moved + gap });
            true
        }
    }
}

/// The line break and the blanks at a place; none if there is no line break.
fn blanks(text: &str, at: usize) -> &str {
    let rest = text.get(at..).unwrap_or_default();
    let end = rest.find(|c: char| !matches!(c, ' ' | '\t' | '\n' | '\r')).unwrap_or(0);
    rest.get(..end).filter(|gap| gap.contains('\n')).unwrap_or_default()
}

/// A text with edits that do not overlap, which are in their order.
fn applied(edits: &[Edit], text: &str) -> String {
    let mut repaired = String::with_capacity(text.len());
    let mut done = 0;
    for edit in edits {
        repaired.push_str(text.get(done..edit.start).unwrap_or_default());
        repaired.push_str(&edit.text);
        done = edit.end;
    }
    repaired.push_str(text.get(done..).unwrap_or_default());
    repaired
}

/// The lines that edits change, before and after.
fn diff(name: &str, edits: &[Edit], text: &str) -> String {
    let mut shown = format!("--- {name}\n+++ {name}\n");
    let line_start =
        |at: usize| text.get(..at).unwrap_or_default().rfind('\n').map_or(0, |newline| newline + 1);
    let line_end =
        |at: usize| text.get(at..).unwrap_or_default().find('\n').map_or(text.len(), |newline| at + newline);
    let mut added = 0_i64;
    // How many lines end before a place, counted on from the last.
    let (mut counted_to, mut lines) = (0, 0);
    let mut rest = edits;
    while let Some(first) = rest.first() {
        // All edits of lines that follow each other are shown together.
        let (start, mut end) = (line_start(first.start), line_end(first.end));
        let mut count = 1;
        while let Some(next) = rest.get(count).filter(|next| line_start(next.start) <= end) {
            end = end.max(line_end(next.end));
            count += 1;
        }
        let (group, after) = rest.split_at(count);
        rest = after;
        let old = text.get(start..end).unwrap_or_default();
        let shifted: Vec<Edit> = group
            .iter()
            .map(|edit| Edit { start: edit.start - start, end: edit.end - start, text: edit.text.clone() })
            .collect();
        let new = applied(&shifted, old);
        // Lines at both ends that stay are not shown.
        let (olds, news): (Vec<&str>, Vec<&str>) = (old.split('\n').collect(), new.split('\n').collect());
        let first = olds.iter().zip(&news).take_while(|(old, new)| old == new).count();
        let most = olds.len().min(news.len()) - first;
        let last =
            olds.iter().rev().zip(news.iter().rev()).take(most).take_while(|(old, new)| old == new).count();
        let olds = olds.get(first..olds.len() - last).unwrap_or_default();
        let news = news.get(first..news.len() - last).unwrap_or_default();
        lines += text.get(counted_to..start).unwrap_or_default().matches('\n').count();
        counted_to = start;
        let line = lines + 1 + first;
        let new_line = i64::try_from(line).unwrap_or(i64::MAX).saturating_add(added);
        // A side without lines names the line before it, as in `diff -u`.
        let at = |line: i64, count: usize| if count == 0 { line - 1 } else { line };
        let old_line = at(i64::try_from(line).unwrap_or(i64::MAX), olds.len());
        let new_line = at(new_line, news.len());
        let _ = writeln!(shown, "@@ -{old_line},{} +{new_line},{} @@", olds.len(), news.len());
        // `patch` needs this mark if the last line has no newline.
        let is_last = last == 0 && end == text.len() && !text.ends_with('\n');
        let mark = if is_last { "\\ No newline at end of file\n" } else { "" };
        for (sign, lines) in [('-', olds), ('+', news)] {
            for line in lines {
                let _ = writeln!(shown, "{sign}{line}");
            }
            if !lines.is_empty() {
                shown.push_str(mark);
            }
        }
        let (olds, news) = (olds.len(), news.len());
        added += i64::try_from(news).unwrap_or(0) - i64::try_from(olds).unwrap_or(0);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_and_what_they_change() {
        let text = "a\nb\nc\nd\n";
        let edits = [
            Edit { start: 2, end: 3, text: "B".to_owned() },
            Edit { start: 6, end: 7, text: "D\nE".to_owned() },
        ];
        assert_eq!(applied(&edits, text), "a\nB\nc\nD\nE\n");
        let diff = diff("x", &edits, text);
        assert_eq!(diff, "--- x\n+++ x\n@@ -2,1 +2,1 @@\n-b\n+B\n@@ -4,1 +4,2 @@\n-d\n+D\n+E\n");
    }
}

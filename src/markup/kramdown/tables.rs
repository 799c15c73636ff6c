//! Tables that only kramdown knows: every paragraph whose lines all have a `|` is one
//! (<https://kramdown.gettalong.org/syntax.html#tables>).

use std::borrow::Cow;

use crate::markup::code::Fence;

/// Lines with each such table as one of GitHub's: with a row of dashes, and with as many cells in each row.
pub(super) fn with_tables(lines: Vec<String>) -> Vec<String> {
    if !lines.iter().any(|line| has_pipe(line)) {
        return lines;
    }
    let mut out: Vec<String> = Vec::with_capacity(lines.len() + 2);
    let mut fence = Fence::default();
    let mut after_blank = true;
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let bare = line.trim_start();
        let may_begin = !fence.covers(bare) && after_blank && line.len() - bare.len() < 4;
        let rest = lines.get(at..).filter(|_| may_begin).unwrap_or_default();
        let rows = rest.iter().take_while(|line| has_pipe(line)).count();
        if rows > 0 && rest.get(rows).is_none_or(|line| line.trim().is_empty()) {
            out.extend(table(rest.get(..rows).unwrap_or_default()));
            at += rows;
        } else {
            out.push(line.clone());
            at += 1;
        }
        after_blank = out.last().is_none_or(|line| line.trim().is_empty());
    }
    out
}

/// A line with the pipes in its code escaped, which GitHub's tables ask for.
fn with_code_escaped(line: &str) -> Cow<'_, str> {
    if !line.contains('`') || !line.contains('|') {
        return line.into();
    }
    let mut escaped = String::with_capacity(line.len() + 2);
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('`') {
        let ticks = 1 + after.len() - after.trim_start_matches('`').len();
        let inner = after.get(ticks - 1..).unwrap_or_default();
        let mark = "`".repeat(ticks);
        escaped.extend([before, &mark]);
        rest = inner;
        if let Some((code, after)) = inner.split_once(&mark) {
            escaped.push_str(&code.replace("\\|", "|").replace("|", "\\|"));
            escaped.push_str(&mark);
            rest = after;
        }
    }
    escaped.push_str(rest);
    escaped.into()
}

/// A pipe that is not escaped.
fn has_pipe(line: &str) -> bool {
    let line = with_code_escaped(line);
    line.match_indices('|').any(|(at, _)| !line.get(..at).is_some_and(|before| before.ends_with('\\')))
}

/// How many cells a table may have besides those that are written.
const MOST_CELLS: usize = 10_000;

fn table(lines: &[String]) -> Vec<String> {
    let is_rule = |line: &&String| {
        line.contains(['-', '='])
            && line.chars().all(|c| matches!(c, '+' | '|' | ':' | ' ' | '\t' | '-' | '='))
    };
    let head = lines.get(1).filter(is_rule).and(lines.first()).filter(|line| !is_rule(line));
    let rows: Vec<Cow<'_, str>> =
        lines.iter().filter(|line| !is_rule(line)).map(|line| with_code_escaped(line.trim())).collect();
    let columns = rows.iter().map(|row| cells(row)).max().unwrap_or(1);
    // A table of which most cells would be made up stays as it is.
    let written: usize = lines.iter().map(String::len).sum();
    if columns.saturating_mul(rows.len()) > MOST_CELLS + 2 * written {
        return lines.to_vec();
    }
    let padded = |row: &str| {
        let row = if row.starts_with('|') { row.to_owned() } else { format!("| {row}") };
        let missing = columns.saturating_sub(cells(&row));
        format!("{} |{}", row.trim_end_matches('|').trim_end(), " |".repeat(missing))
    };
    let empty = if head.is_some() { None } else { Some(format!("|{}", " |".repeat(columns))) };
    let mut table: Vec<String> = empty.into_iter().chain(rows.iter().map(|row| padded(row))).collect();
    table.insert(1.min(table.len()), format!("|{}", "---|".repeat(columns)));
    table
}

/// How many cells a row has.
fn cells(row: &str) -> usize {
    let inner = row.strip_prefix('|').unwrap_or(row);
    let inner = inner.strip_suffix('|').filter(|inner| !inner.ends_with('\\')).unwrap_or(inner);
    let pipes = inner.match_indices('|');
    1 + pipes.filter(|(at, _)| !inner.get(..*at).is_some_and(|before| before.ends_with('\\'))).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_with_pipes_are_tables() {
        for (lines, expected) in [
            ("a | b", "| | |\n|---|---|\n| a | b |"),
            ("|a|b|\n|c|\n\nx", "| | |\n|---|---|\n|a|b |\n|c | |\n\nx"),
            ("a | b\n--|--\nc | d", "| a | b |\n|---|---|\n| c | d |"),
            ("a | b\nc", "a | b\nc"),
            ("x\na | b", "x\na | b"),
            ("a \\| b", "a \\| b"),
            ("| `a|b` | c |", "| | |\n|---|---|\n| `a\\|b` | c |"),
            ("`a|b`", "`a|b`"),
            ("```\na | b\n```", "```\na | b\n```"),
            ("    a | b", "    a | b"),
        ] {
            let lines = lines.lines().map(str::to_owned).collect();
            assert_eq!(with_tables(lines).join("\n"), expected);
        }
    }
}

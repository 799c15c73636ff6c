//! Regular expressions of configurations, which Go and Python write a little more freely than `regex` reads them.

use regex::Regex;

/// A pattern as it is written, else with what can only be meant literally escaped; `None` if it is still none.
pub(super) fn compiled(pattern: &str) -> Option<Regex> {
    Regex::new(pattern).or_else(|_| Regex::new(&escaped(pattern))).ok()
}

/// A pattern in which braces that count nothing, brackets within a class and `\Q…\E` are escaped.
fn escaped(pattern: &str) -> String {
    let mut out = String::new();
    let mut in_class = false;
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        let (this, after) = rest.split_at(c.len_utf8());
        rest = after;
        match c {
            '\\' if after.starts_with('Q') => {
                let literal = after.strip_prefix('Q').unwrap_or(after);
                let (literal, tail) = literal.split_once("\\E").unwrap_or((literal, ""));
                out += &regex::escape(literal);
                rest = tail;
            }
            '\\' => {
                let next = after.chars().next().map_or(0, char::len_utf8);
                let (escape, tail) = after.split_at(next);
                out.push('\\');
                out += escape;
                rest = tail;
            }
            '[' if in_class && !after.starts_with(':') => out += "\\[",
            '[' => {
                in_class = true;
                out += this;
                // At its start, a bracket that closes is one of the class.
                if let Some(tail) = after.strip_prefix(']') {
                    out += "\\]";
                    rest = tail;
                }
            }
            ']' => {
                in_class = false;
                out += this;
            }
            '{' if !in_class && !is_count(after) => out += "\\{",
            '}' if !in_class && !out.ends_with(|c: char| c.is_ascii_digit() || c == ',') => out += "\\}",
            _ => out += this,
        }
    }
    out
}

/// Whether what follows a brace counts repetitions: `3}`, `3,}`, `3,5}`.
fn is_count(text: &str) -> bool {
    let Some((count, _)) = text.split_once('}') else { return false };
    count.starts_with(|c: char| c.is_ascii_digit())
        && count.bytes().all(|byte| byte.is_ascii_digit() || byte == b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_only_be_literal_is() {
        for (pattern, text) in [
            ("{", "a{b"),
            ("{{tmp}}", "x{{tmp}}"),
            (r"\Qa.b\E+", "a.bbb"),
            ("x{,3}", "x{,3}"),
            ("[[a]", "["),
            ("[]a]", "]"),
            ("a{2}{", "aa{"),
            ("[[:alpha:]]{2}", "ab"),
            (r"private-\pL+\.md$", "private-ζ.md"),
        ] {
            let compiled = compiled(pattern).unwrap_or_else(|| panic!("{pattern}"));
            assert!(compiled.is_match(text), "{pattern} {}", compiled.as_str());
        }
        for pattern in ["a(?=b)", "private-[.md$", "(", r"(a)\1"] {
            assert!(compiled(pattern).is_none(), "{pattern}");
        }
    }
}

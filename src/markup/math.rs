//! Formulas in Markdown, which no renderer of Markdown may touch: `$$…$$`, `\\(…\\)`, `\\[…\\]`, `$…$`.
//!
//! They are set aside, each for one character, before Markdown is read, and put back as they were written.

use std::borrow::Cow;

use super::code::Code;
use crate::text::{escape::escaped, has};

/// The characters that stand for formulas: the private use plane, which texts do not use.
const FIRST: u32 = 0xF_0000;
const LAST: u32 = 0xF_FFFD;

/// The longest formula, in bytes.
const LONGEST: usize = 10_000;

/// How formulas are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Marks {
    /// `$$…$$` only, as kramdown has it.
    DoubleDollar,
    /// All that the renderers of formulas in browsers look for.
    Any,
}

/// A text without its formulas, and the formulas.
#[derive(Debug)]
pub(crate) struct SetAside<'a> {
    /// The text, with one character for each formula.
    pub text: Cow<'a, str>,
    formulas: Vec<Cow<'a, str>>,
}

/// Sets the formulas of a source aside.
pub(crate) fn set_aside(source: &str, marks: Marks) -> SetAside<'_> {
    let may_have = has(source, "$") || (marks == Marks::Any && has(source, "\\"));
    // A character that stands for a formula begins with this byte.
    let may_have_stand_in = memchr::memchr(0xF3, source.as_bytes()).is_some();
    if !may_have || (may_have_stand_in && source.chars().any(stands_for_formula)) {
        return SetAside::none(source);
    }
    let mut text = String::with_capacity(source.len());
    let mut formulas = Vec::new();
    // A formula that begins after its last closing mark is never closed.
    let ends = (source.rfind("\\)").unwrap_or(0), source.rfind("\\]").unwrap_or(0));
    let mut code = Code::default();
    let mut rest = source;
    while let Some(at) = rest.find(['$', '\\']) {
        let (before, after) = rest.split_at(at);
        text.push_str(before);
        let place = source.len() - after.len();
        let is_open =
            (after.starts_with("\\(") && place > ends.0) || (after.starts_with("\\[") && place > ends.1);
        let length = if is_open { None } else { formula(after, marks, &text) };
        let length = length.filter(|_| !code.covers(&text));
        let stand_in = u32::try_from(formulas.len()).ok().and_then(|index| char::from_u32(FIRST + index));
        match (length, stand_in.filter(|c| u32::from(*c) <= LAST)) {
            (Some(length), Some(stand_in)) => {
                let (formula, next) = after.split_at(length);
                formulas.push(without_quotation(formula, &text));
                text.push(stand_in);
                rest = next;
            }
            _ => {
                // An escaped character is none of these marks.
                let length = after.char_indices().nth(if after.starts_with('\\') { 2 } else { 1 });
                let (kept, next) = after.split_at(length.map_or(after.len(), |(length, _)| length));
                text.push_str(kept);
                rest = next;
            }
        }
    }
    text.push_str(rest);
    SetAside { text: Cow::Owned(text), formulas }
}

/// A formula without the marks of the quotation that it stands in.
fn without_quotation<'a>(formula: &'a str, before: &str) -> Cow<'a, str> {
    let is_quoted = || before.rsplit('\n').next().is_some_and(|line| line.trim_start().starts_with('>'));
    if !formula.contains("\n>") || !is_quoted() {
        return formula.into();
    }
    formula.replace("\n> ", "\n").replace("\n>", "\n").into()
}

fn stands_for_formula(c: char) -> bool {
    (FIRST..=LAST).contains(&u32::from(c))
}

/// The length of the formula that a text begins with.
fn formula(text: &str, marks: Marks, before: &str) -> Option<usize> {
    let range = text.get(..text.floor_char_boundary(LONGEST)).unwrap_or_default();
    let closed = |open: &str, close: &str| {
        let inner = range.strip_prefix(open)?;
        let end = inner.find(close)?;
        let formula = inner.get(..end)?;
        let is_one = !formula.trim().is_empty() && !formula.contains("\n\n");
        is_one.then_some(open.len() + end + close.len())
    };
    if text.starts_with("$$") {
        return closed("$$", "$$");
    }
    match marks {
        Marks::DoubleDollar => None,
        Marks::Any => {
            closed("\\(", "\\)").or_else(|| closed("\\[", "\\]")).or_else(|| single_dollar(range, before))
        }
    }
}

/// `$…$`, by pandoc's rule, so that prices stay prices: no blank inside, no digit after. What Markdown would not change
/// is left to it.
fn single_dollar(range: &str, before: &str) -> Option<usize> {
    let inner = range.strip_prefix('$')?;
    let end = inner.find('$')?;
    let (formula, after) = inner.split_at(end);
    let is_tight = !formula.starts_with(char::is_whitespace) && !formula.ends_with([' ', '\t', '\n', '\\']);
    let after = after.get(1..)?;
    let is_mark =
        is_tight && !after.starts_with(|c: char| c.is_ascii_digit() || c == '$') && !formula.contains("\n\n");
    let is_in_word = before.ends_with(|c: char| c.is_alphanumeric() || c == '/');
    let may_change = formula.contains(['\\', '_', '*', '^', '~', '<', '>', '&', '[', '`', '"', '\'', '{']);
    (is_mark && may_change && !is_in_word).then_some(end + 2)
}

impl<'a> SetAside<'a> {
    /// A text without formulas.
    pub(crate) fn none(text: &'a str) -> Self {
        Self { text: Cow::Borrowed(text), formulas: Vec::new() }
    }

    /// HTML made of the text, with the formulas in it.
    pub(crate) fn put_into_html(&self, html: String) -> String {
        self.put_back(html, escaped)
    }

    /// Plain text made of the text, with the formulas in it.
    pub(crate) fn put_into_text(&self, text: String) -> String {
        self.put_back(text, str::to_owned)
    }

    fn put_back(&self, text: String, written: impl Fn(&str) -> String) -> String {
        if self.formulas.is_empty() {
            return text;
        }
        let mut put_back = String::with_capacity(text.len());
        for c in text.chars() {
            let index = u32::from(c).checked_sub(FIRST).and_then(|index| usize::try_from(index).ok());
            match index.and_then(|index| self.formulas.get(index)) {
                Some(formula) => put_back.push_str(&written(formula)),
                None => put_back.push(c),
            }
        }
        put_back
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_set_aside_and_put_back() {
        #[track_caller]
        fn case(source: &str, marks: Marks, formulas: &[&str]) {
            let aside = set_aside(source, marks);
            assert_eq!(aside.formulas, formulas, "{source}");
            if !source.starts_with('>') {
                assert_eq!(aside.put_into_text(aside.text.clone().into_owned()), source);
            }
        }
        use Marks::{Any, DoubleDollar};
        let all = "A $$x*y$$ and $a_1$, \\(b_2\\): \\[c\nd\\]";
        case(all, Any, &["$$x*y$$", "$a_1$", "\\(b_2\\)", "\\[c\nd\\]"]);
        case(all, DoubleDollar, &["$$x*y$$"]);
        case(
            "$$\n\\begin{x} 1 \\\\ 2\n\\end{x}\n$$",
            DoubleDollar,
            &["$$\n\\begin{x} 1 \\\\ 2\n\\end{x}\n$$"],
        );
        case("> $$\n> a_1\n> $$\n", Any, &["$$\na_1\n$$"]);
        // Prices, variables of a shell, escapes, code.
        case("from $5_ to $6_, $HOME/$PATH, a $ b_ $", Any, &[]);
        case("\\$a_1\\$ and \\\\(x) and $x$", Any, &[]);
        case("`$$a$$` and ``\\(b\\)``\n\n```\n$c_1$\n```\n\n    $$d$$\n", Any, &[]);
        case("$$ never\n\nclosed $$", Any, &[]);
        case("[x](https://e.com/$a_1$b)", Any, &[]);
        assert_eq!(
            set_aside("$$a<b$$", Any).put_into_html("<p>\u{F0000}</p>".to_owned()),
            "<p>$$a&lt;b$$</p>"
        );
    }
}

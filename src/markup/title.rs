//! Titles as readers get them: plain text, and whole again where a program that counts bytes cut them.

use super::Markup;
use super::blocks::{Block, BlockKind, blocks};
use super::inline;
use crate::text;

/// How much of the intact part of a damaged title the first line of the body must repeat to complete it, in
/// percent.
const ENOUGH_IN_COMMON: usize = 60;

/// The longest line of text that is taken for a headline, in characters.
const LONGEST_HEADLINE: usize = 150;

/// A title, and what was done to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Title {
    /// Nothing was wrong with it.
    Whole(String),
    /// It was cut, and a line of the body completed it.
    Completed { title: String, line: Completing },
    /// It was cut, and could not be completed: what is left, and `…`.
    Closed(String),
    /// Characters within it were lost and are left out.
    Thinned(String),
}

/// The line of a body that completes a title, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Completing {
    /// Its headline: the first line, which begins much like the title.
    Headline(usize),
    /// A heading further down, which goes on where the title breaks off.
    Heading(usize),
}

/// Whether a title shows damage: a lost character, or emphasis that opens at its start and never closes.
pub(crate) fn is_damaged(written: &str) -> bool {
    written.contains(char::REPLACEMENT_CHARACTER) || opens_unclosed(written)
}

fn opens_unclosed(written: &str) -> bool {
    let line = written.trim_start();
    ["**", "__"].iter().any(|mark| line.strip_prefix(mark).is_some_and(|rest| !rest.contains(mark)))
}

/// The title as published. The opening is that of the body, legal, and is read only if there is damage.
pub(crate) fn publishable(written: &str, opening: impl FnOnce() -> String, markup: Markup) -> Title {
    if !is_damaged(written) {
        return Title::Whole(inline(&legal(written)));
    }
    let left = left_over(written);
    let opening = opening();
    let completing = |text: &str| {
        blocks(text, markup).into_iter().enumerate().find_map(|(index, block)| {
            // In plain text, the marks of a bold line are left.
            let text = if markup == Markup::Plain { inline(&block.text) } else { block.text.clone() };
            let line = match index {
                0 if is_headline(&block) && begins_like(&text, &left) => Completing::Headline(block.line),
                1.. if is_heading_like(&block) && goes_on(&text, &left) => Completing::Heading(block.line),
                _ => return None,
            };
            Some(Title::Completed { title: text, line })
        })
    };
    if may_continue(&opening, &left, markup)
        && let Some(completed) =
            first_lines(&opening, markup).and_then(completing).or_else(|| completing(&opening))
    {
        return completed;
    }
    let line = written.trim_end_matches(['*', '_', '"', '\'', ' ']);
    if line.ends_with(char::REPLACEMENT_CHARACTER) {
        let left = left.trim_end_matches(['…', '.']).trim_end();
        return if left.is_empty() {
            Title::Thinned(String::new())
        } else {
            Title::Closed(format!("{left}…"))
        };
    }
    let thinned = inline(&legal(written));
    if written.contains(char::REPLACEMENT_CHARACTER) {
        Title::Thinned(thinned)
    } else {
        Title::Whole(thinned)
    }
}

/// The lines before the first blank one, if they mean the same without the rest. Most titles are completed by them.
fn first_lines(opening: &str, markup: Markup) -> Option<&str> {
    let start = opening.len() - opening.trim_start().len();
    let end = start + opening.get(start..)?.find("\n\n")?;
    let (lines, rest) = opening.split_at(end);
    // A colon would make a term of them.
    let is_alone = !lines.contains(['[', '<']) && !rest.trim_start().starts_with(':');
    (is_alone && markup == Markup::Markdown).then_some(lines)
}

/// Whether any line of Markdown may be a heading, or bold as a whole, and begin like the intact part of the
/// title. It is true in unclear cases, and saves parsing most bodies.
fn may_continue<'o>(opening: &'o str, left: &str, markup: Markup) -> bool {
    if markup != Markup::Markdown {
        return true;
    }
    let bare = |line: &'o str| line.trim_start_matches([' ', '\t', '>', '-', '+']);
    let words = |line: &'o str| bare(line).trim_start_matches(['#', '*', '_', '~', '`', ' ', '\t']);
    let first = opening.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let mut is_underlined = false;
    let may_complete = |line| may_go_on(line, left) || begins_like(line, left);
    may_complete(words(first))
        || opening.lines().rev().any(|line| {
            let is_heading = is_underlined || bare(line).starts_with(['#', '*', '_', '~', '`', '<']);
            let is_underline = || line.trim_start().starts_with(['=', '-']);
            is_underlined = !line.trim().is_empty() && (is_underlined || is_underline());
            is_heading && may_complete(words(line))
        })
}

/// Whether a line of Markdown begins with all that is left of a title, or has marks before they differ, which may be
/// nothing when it is read.
fn may_go_on(line: &str, left: &str) -> bool {
    if line.is_empty() {
        return false;
    }
    let mut pairs = line.chars().zip(unclosed(left).chars());
    let other = pairs.find(|(written, known)| written != known || written.is_ascii_punctuation());
    other.is_none_or(|(written, _)| {
        written.is_ascii_punctuation() || written.is_whitespace() || written == '\u{FEFF}'
    })
}

fn is_heading_like(block: &Block) -> bool {
    matches!(block.kind, BlockKind::Heading | BlockKind::BoldLine)
}

/// Whether the first piece of a body is its headline: a heading, a bold line, or one short line that ends no sentence.
fn is_headline(block: &Block) -> bool {
    let bare = block.text.trim_end_matches(['"', '\'', '”', '’', '»', ')', '」', '』', '）', '*', '_']);
    let ends_sentence = bare.ends_with(['.', '!', '?', '…', '。', '！', '？', '．', ':', '：']);
    let is_short = || block.text.chars().count() <= LONGEST_HEADLINE;
    is_heading_like(block)
        || (block.kind == BlockKind::Paragraph && block.in_one_line && !ends_sentence && is_short())
}

fn legal(written: &str) -> String {
    text::one_line(&text::legal(written))
}

/// What is left of a damaged title, without markup: up to the first loss, if enough comes before it.
fn left_over(written: &str) -> String {
    let line = legal(written);
    let mut plain = inline(&line);
    for mark in ["**", "__"] {
        if let Some(rest) = plain.strip_prefix(mark) {
            plain = rest.trim_start().to_owned();
        }
    }
    plain
}

/// Whether a headline begins with enough of what is left of a title. The two may differ in their second half.
fn begins_like(line: &str, left: &str) -> bool {
    let left = unclosed(left);
    let length = left.chars().count();
    let common = line.chars().zip(left.chars()).take_while(|(a, b)| a == b).count();
    common > 0 && common * 100 >= length * ENOUGH_IN_COMMON
}

/// Whether a heading has all that is left of a title, and more.
fn goes_on(line: &str, left: &str) -> bool {
    let left = unclosed(left);
    !left.is_empty() && line.len() > left.len() && line.starts_with(left)
}

/// A title without the dots with which a program has closed it.
fn unclosed(left: &str) -> &str {
    left.trim_end_matches(['…', '.']).trim_end()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn case(written: &str, body: &str, expected: Title) {
        assert_eq!(publishable(written, || body.to_owned(), Markup::Markdown), expected);
    }

    #[test]
    fn repairs() {
        let completed =
            |text: &str| Title::Completed { title: text.to_owned(), line: Completing::Headline(1) };
        let closed = |text: &str| Title::Closed(text.to_owned());
        let whole = |text: &str| Title::Whole(text.to_owned());
        let thinned = |text: &str| Title::Thinned(text.to_owned());
        case(
            "**新しい「計画」：そ\u{FFFD}",
            "**新しい「計画」：その真意とは？**\n\n本文",
            completed("新しい「計画」：その真意とは？"),
        );
        case(
            "**新しい「計画」：そ\u{FFFD}",
            "## 新しい「計画」：その *真意*\n",
            completed("新しい「計画」：その 真意"),
        );
        case(
            "**新しい「計画」：そ\u{FFFD}",
            "新しい「計画」：その真意は段落だ。\n",
            closed("新しい「計画」：そ…"),
        );
        case("**新しい「計画」：そ\u{FFFD}", "**別の話**\n", closed("新しい「計画」：そ…"));
        // Cut between characters: only the emphasis shows it.
        case("**新しい「計画」：そ", "**新しい「計画」：その真意**\n", completed("新しい「計画」：その真意"));
        case("**kwargs in Python", "# Something else\n", whole("**kwargs in Python"));
        case("Caf\u{FFFD} society", "# Café society\n", thinned("Caf society"));
        case(
            "Cafés and the Caf\u{FFFD} society",
            "# Cafés and the Café society\n",
            completed("Cafés and the Café society"),
        );
        case("**Whole** title", "", whole("Whole title"));
        // The second half of a headline may differ.
        case("A new search en\u{FFFD}", "A new search machine\n\n# Other", completed("A new search machine"));
        // A section counts only if it goes on exactly.
        let section = |title: &str, line: usize| Title::Completed {
            title: title.to_owned(),
            line: Completing::Heading(line),
        };
        case("A new search en\u{FFFD}", "Text.\n\n## A new storage\n", closed("A new search en…"));
        case(
            "A new search en\u{FFFD}",
            "A text.\n\n## A new search engine\n",
            section("A new search engine", 3),
        );
        // A sentence, or a line of several, is no headline.
        case("A new search en\u{FFFD}", "A new search engine is here.\n", closed("A new search en…"));
        case("A new search en\u{FFFD}", "A new search engine\nis here\n", closed("A new search en…"));
        let plain =
            publishable("**米国「計\u{FFFD}", || "\n**米国「計画」**\n\n本文".to_owned(), Markup::Plain);
        assert_eq!(
            plain,
            Title::Completed { title: "米国「計画」".to_owned(), line: Completing::Headline(2) }
        );
        let html =
            publishable("A new s\u{FFFD}", || "<!-- x -->\n<h1>\nA new start</h1>".to_owned(), Markup::Html);
        assert_eq!(html, Title::Completed { title: "A new start".to_owned(), line: Completing::Headline(3) });
        case("\u{FFFD}", "# x", thinned(""));
        case("a\u{FFFD}", "", closed("a…"));
    }

    #[test]
    fn what_is_far_from_a_heading_may_be_part_of_it() {
        let completed = |text: &str, line| Title::Completed { title: text.to_owned(), line };
        let closed = Title::Closed("A n…".to_owned());
        case(
            "A n\u{FFFD}",
            "# A [new][x] start\n\nmore\n\n[x]: /y",
            completed("A new start", Completing::Headline(1)),
        );
        case(
            "A n\u{FFFD}",
            "# A new[^1] start\n\nmore\n\n[^1]: note",
            completed("A new start", Completing::Headline(1)),
        );
        case(
            "A n\u{FFFD}",
            "# Another\n\nA new\nstart here\n===",
            completed("A new start here", Completing::Heading(3)),
        );
        for heading in ["# A *new* start", "> ## A  new start", "# A &#110;ew start", "*A* new\nstart\n---"] {
            case(
                "A n\u{FFFD}",
                &format!("Text.\n\n```\nA n\n```\n\n{heading}\n\nmore"),
                completed("A new start", Completing::Heading(7)),
            );
        }
        case("A n\u{FFFD}", "**A new start**\n\u{A0}", closed);
        for before in ["---", "```\nx\n```"] {
            case(
                "A new start for al\u{FFFD}",
                &format!("{before}\n\n# A new start for everyone"),
                completed("A new start for everyone", Completing::Headline(before.lines().count() + 2)),
            );
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_first_lines_mean_the_same_without_the_rest(
            pieces in prop::collection::vec(prop::sample::select(vec![
                "a", "b c", " ", "\n", "\n\n", "\n\n", "**", "*", "# ", "- ", "1. ", "> ", "    ", "\t", "```\n", "~~~", "===\n",
                "---\n", "| a |\n|---|\n| b |\n", ":::\n", ": ", "$$\n", "==", "%%", "<b>", "[a]", "[a]: /b\n", "\u{A0}", "。",
            ]), 0..14),
        ) {
            let body = pieces.concat();
            if let Some(block) = first_lines(&body, Markup::Markdown).and_then(|lines| blocks(lines, Markup::Markdown).into_iter().next()) {
                prop_assert_eq!(Some(block), blocks(&body, Markup::Markdown).into_iter().next(), "{:?}", body);
            }
        }
    }
}

//! Shortcodes that show their text to some readers only, or to none: where they end.

use std::collections::HashMap;

/// What an output begins with; `{%` has the same length.
pub(super) const MARK: &str = "{{";

/// The longest tag that is recognised if no engine is known, in bytes.
pub(super) const LONGEST_TAG: usize = 2000;

/// Words in the names of shortcodes that show their text to some readers only, or to none.
const HIDING: [&str; 9] =
    ["hide", "hidden", "private", "secret", "draft", "comment", "devonly", "encrypt", "paywall"];

pub(super) fn may_hide(shortcode: &str) -> bool {
    let mut words = shortcode.split(['-', '_', '/']);
    shortcode.eq_ignore_ascii_case("dev-only")
        || words.any(|word| HIDING.iter().any(|hiding| word.eq_ignore_ascii_case(hiding)))
}

/// For each name, where each shortcode begins, and where what follows it begins if it ends another.
pub(super) struct Shortcodes<'a> {
    length: usize,
    places: HashMap<&'a str, Vec<(usize, Option<usize>)>>,
}

impl<'a> Shortcodes<'a> {
    /// Those of a text.
    pub(super) fn of(text: &'a str) -> Self {
        let mut places: HashMap<&str, Vec<(usize, Option<usize>)>> = HashMap::new();
        let mut closes = text.match_indices("}}").map(|(at, _)| at).peekable();
        for (at, _) in text.match_indices(MARK) {
            while closes.next_if(|close| *close < at + MARK.len()).is_some() {}
            let Some(close) = closes.peek() else { break };
            let inner = text.get(at + MARK.len()..*close).filter(|inner| inner.len() <= LONGEST_TAG);
            let Some(tag) = inner.map(|inner| inner.trim_matches(['<', '>', '%', ' '])) else { continue };
            let (name, end) = match tag.strip_prefix('/') {
                Some(name) => (name.trim(), Some(close + "}}".len())),
                None => (tag.split_whitespace().next().unwrap_or_default(), None),
            };
            places.entry(name).or_default().push((at, end));
        }
        Self { length: text.len(), places }
    }

    /// Where what follows the end begins of a shortcode whose text begins at a place. Where not every one of its name has an
    /// end, it is around nothing if the next of its name begins.
    pub(super) fn end_of(&self, name: &str, place: usize) -> Option<usize> {
        let named = self.places.get(name)?;
        let mut after = named.iter().skip(named.partition_point(|(at, _)| *at < place));
        let are_paired = named.iter().filter(|(_, end)| end.is_some()).count() * 2 == named.len();
        let mut depth = 1;
        let end = after.find_map(|(_, end)| {
            depth = if end.is_some() { depth - 1 } else { depth + 1 };
            (depth == 0 || !are_paired).then_some(*end)
        });
        // What is not known to end is hidden.
        end.unwrap_or(are_paired.then_some(self.length))
    }
}

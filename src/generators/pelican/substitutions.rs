//! Patterns of the configuration, and what takes their place, as Python's `re` reads them.

use regex::Regex;

use crate::generators::patterns;
use crate::source::{Map, Node};
use crate::text;

/// Pairs of a pattern and what takes its place.
pub(super) type Substitutions = Vec<(Regex, String)>;

/// A setting that cannot be used.
#[derive(Debug)]
pub(super) struct Unusable {
    pub(super) key: String,
    /// A clause that says why.
    pub(super) reason: String,
}

impl Unusable {
    fn of(key: &str, pattern: &str) -> Self {
        let reason = format!("has a pattern that only Python can read: `{}`", text::shown(pattern));
        Self { key: key.to_owned(), reason }
    }
}

/// The pattern of a setting, with more before and after it.
pub(super) fn pattern(key: &str, [before, after]: [&str; 2], written: &str) -> Result<Regex, Unusable> {
    let pattern = written.replace("\\Z", "\\z").replace("(?u)", "");
    patterns::compiled(&[before, &pattern, after].concat()).ok_or_else(|| Unusable::of(key, written))
}

/// The pairs of a setting such as `SLUG_REGEX_SUBSTITUTIONS`; `None` if the site has none.
pub(super) fn read(all: &Map, key: &str) -> Result<Option<Substitutions>, Unusable> {
    let Some(pairs) = all.get(key) else { return Ok(None) };
    let pair = |pair: &Node| match pair.as_items() {
        [from, to] => {
            let (from, to) = (from.as_text()?, &to.as_scalar()?.text);
            let template = template(to).ok_or_else(|| Unusable::of(key, to));
            Some(pattern(key, ["(?i)", ""], from).and_then(|from| Ok((from, template?))))
        }
        _ => None,
    };
    pairs.as_items().iter().filter_map(pair).collect::<Result<_, _>>().map(Some)
}

/// What takes the place of a pattern, as `regex` writes it: `\1` is `${1}`. `None` if it has another escape.
fn template(written: &str) -> Option<String> {
    let mut template = String::new();
    let mut rest = written;
    while let Some((before, after)) = rest.split_once('\\') {
        template += &before.replace('$', "$$");
        let group;
        (group, rest) = match after.strip_prefix("g<") {
            Some(named) => named.split_once('>')?,
            None => after.split_at(after.bytes().take(2).take_while(u8::is_ascii_digit).count()),
        };
        let literals = [('\\', '\\'), ('n', '\n'), ('t', '\t')];
        let literal = literals.iter().find_map(|(code, c)| Some((*c, after.strip_prefix(*code)?)));
        match literal {
            Some((c, after)) => {
                template.push(c);
                rest = after;
            }
            None if group.is_empty() || group.starts_with('0') => return None,
            None => template += &format!("${{{group}}}"),
        }
    }
    Some(template + &rest.replace('$', "$$"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates() {
        for (written, expected) in [
            ("", Some("")),
            ("a$1", Some("a$$1")),
            (r"\1k\2", Some("${1}k${2}")),
            (r"\g<1>0\g<name>", Some("${1}0${name}")),
            (r"a\\1", Some(r"a\1")),
            (r"\n", Some("\n")),
            (r"\q", None),
            (r"\0", None),
            ("\\", None),
        ] {
            assert_eq!(template(written).as_deref(), expected, "{written}");
        }
    }
}

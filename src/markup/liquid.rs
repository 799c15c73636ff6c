//! Liquid's outputs and conditions, as far as their variables are known.

use super::strip::strip_html;
use crate::text::escape::escaped;

/// The value of a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// It has none.
    Nil,
    /// Yes or no.
    Flag(bool),
    /// A text.
    Text(String),
    /// A number, as it is written.
    Number(String),
}

impl Value {
    /// As an output shows it.
    pub(crate) fn shown(self) -> String {
        match self {
            Self::Nil => String::new(),
            Self::Flag(flag) => flag.to_string(),
            Self::Text(text) | Self::Number(text) => text,
        }
    }

    fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => number.parse().ok(),
            Self::Nil | Self::Flag(_) | Self::Text(_) => None,
        }
    }

    fn is_truthy(&self) -> bool {
        !matches!(self, Self::Nil | Self::Flag(false))
    }

    fn is_empty(&self) -> bool {
        matches!(self, Self::Nil | Self::Flag(false))
            || matches!(self, Self::Text(text) if text.trim().is_empty())
    }
}

/// The value of an output: of a variable or a text, with its filters. `None` if one of these is not known.
pub(super) fn output(inner: &str, variable: &dyn Fn(&str) -> Option<Value>) -> Option<Value> {
    let mut parts = split(inner, '|').into_iter();
    let mut value = operand(parts.next()?.trim(), variable)?;
    for filter in parts {
        let (name, arguments) = filter.split_once(':').unwrap_or((filter, ""));
        let arguments =
            split(arguments, ',').into_iter().map(str::trim).filter(|argument| !argument.is_empty());
        let arguments: Option<Vec<Value>> = arguments.map(|argument| operand(argument, variable)).collect();
        value = filtered(name.trim(), value, arguments?, variable)?;
    }
    Some(value)
}

fn filtered(
    name: &str,
    value: Value,
    arguments: Vec<Value>,
    variable: &dyn Fn(&str) -> Option<Value>,
) -> Option<Value> {
    if name == "default" {
        return if value.is_empty() { arguments.into_iter().next() } else { Some(value) };
    }
    let text = value.shown();
    let mut arguments = arguments.into_iter().map(Value::shown);
    let mut argument = || arguments.next();
    let named = |name: &str| variable(name).map(Value::shown);
    let url = |prefix: String| match text.contains("://") {
        true => text.clone(),
        false => format!("{prefix}/{}", text.trim_start_matches('/')),
    };
    let base = || named("site.baseurl").unwrap_or_default();
    let changed = match name {
        "relative_url" => url(base()),
        "absolute_url" => url(named("site.url")? + &base()),
        "upcase" => text.to_uppercase(),
        "downcase" => text.to_lowercase(),
        "capitalize" => {
            let mut chars = text.chars();
            chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect()
        }
        "strip" => text.trim().to_owned(),
        "lstrip" => text.trim_start().to_owned(),
        "rstrip" => text.trim_end().to_owned(),
        "escape" | "xml_escape" => escaped(&text),
        "strip_html" => strip_html(&text),
        "append" => text + &argument()?,
        "prepend" => argument()? + &text,
        "remove" => text.replace(&argument()?, ""),
        "replace" => {
            let (from, to) = (argument()?, argument()?);
            text.replace(&from, &to)
        }
        _ => return None,
    };
    Some(Value::Text(changed))
}

/// Whether a condition holds. `None` if that depends on what is not known.
pub(super) fn condition(text: &str, variable: &dyn Fn(&str) -> Option<Value>) -> Option<bool> {
    let words: Vec<&str> = split(text, ' ').into_iter().filter(|word| !word.is_empty()).collect();
    let is_joint = |word: &&str| matches!(*word, "and" | "or");
    // Liquid reads from the right.
    let mut comparisons = words.rsplit(is_joint).map(|words| comparison(words, variable));
    let last = comparisons.next()?;
    let joints = words.iter().rev().filter(|word| is_joint(word));
    comparisons.zip(joints).fold(last, |holds, (first, joint)| match (*joint, first, holds) {
        ("and", Some(false), _) | ("and", _, Some(false)) => Some(false),
        ("or", Some(true), _) | ("or", _, Some(true)) => Some(true),
        (_, Some(_), Some(holds)) => Some(holds),
        _ => None,
    })
}

fn comparison(words: &[&str], variable: &dyn Fn(&str) -> Option<Value>) -> Option<bool> {
    let value = |word: &str| operand(word, variable);
    match words {
        [one] => value(one).map(|value| value.is_truthy()),
        [one, "==", "blank" | "empty"] => value(one).map(|value| value.is_empty()),
        [one, "!=", "blank" | "empty"] => value(one).map(|value| !value.is_empty()),
        [one, "==", other] => Some(is_equal(&value(one)?, &value(other)?)),
        [one, "!=" | "<>", other] => Some(!is_equal(&value(one)?, &value(other)?)),
        [one, sign @ ("<" | ">" | "<=" | ">="), other] => match (value(one)?, value(other)?) {
            // Nothing is neither more nor less.
            (Value::Nil, _) | (_, Value::Nil) => Some(false),
            (one, other) => {
                let (one, other) = (one.number()?, other.number()?);
                Some(match *sign {
                    "<" => one < other,
                    ">" => one > other,
                    "<=" => one <= other,
                    _ => one >= other,
                })
            }
        },
        [one, "contains", other] => Some(value(one)?.shown().contains(&value(other)?.shown())),
        _ => None,
    }
}

fn is_equal(one: &Value, other: &Value) -> bool {
    match (one.number(), other.number()) {
        (Some(one), Some(other)) => one.total_cmp(&other).is_eq(),
        _ => one == other,
    }
}

fn operand(word: &str, variable: &dyn Fn(&str) -> Option<Value>) -> Option<Value> {
    let literal = ['"', '\''].iter().find_map(|quote| word.strip_prefix(*quote)?.strip_suffix(*quote));
    match (literal, word) {
        (Some(literal), _) => Some(Value::Text(literal.to_owned())),
        (None, "nil" | "null") => Some(Value::Nil),
        (None, "true") => Some(Value::Flag(true)),
        (None, "false") => Some(Value::Flag(false)),
        (None, number) if number.parse::<f64>().is_ok() => Some(Value::Number(number.to_owned())),
        (None, name) => variable(name),
    }
}

/// A text split outside of quotes.
fn split(text: &str, separator: char) -> Vec<&str> {
    let mut quote = None;
    text.split(|c: char| {
        match quote {
            Some(open) if open == c => quote = None,
            None if matches!(c, '"' | '\'') => quote = Some(c),
            _ => {}
        }
        quote.is_none() && c == separator
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variable(name: &str) -> Option<Value> {
        match name {
            "site.url" => Some(Value::Text("https://e.com".to_owned())),
            "site.baseurl" => Some(Value::Text("/b".to_owned())),
            "page.title" => Some(Value::Text("a | b".to_owned())),
            "page.toc" => Some(Value::Flag(true)),
            "page.none" => Some(Value::Nil),
            "page.n" => Some(Value::Number("2".to_owned())),
            _ => None,
        }
    }

    #[test]
    fn outputs() {
        for (inner, expected) in [
            ("page.title | upcase | append: ' | c'", Some("A | B | c")),
            ("'/x' | absolute_url", Some("https://e.com/b/x")),
            ("\"x\" | relative_url", Some("/b/x")),
            ("page.none | default: 'y'", Some("y")),
            ("page.none", Some("")),
            ("page.title | replace: 'a', 'c' | escape", Some("c | b")),
            ("page.title | jsonify", None),
            ("include.x", None),
        ] {
            assert_eq!(output(inner, &variable).map(Value::shown).as_deref(), expected, "{inner}");
        }
    }

    #[test]
    fn a_condition_may_be_long() {
        assert_eq!(
            condition(&format!("{}page.none", "page.toc and ".repeat(100_000)), &variable),
            Some(false)
        );
    }

    #[test]
    fn conditions() {
        for (text, expected) in [
            ("page.toc", Some(true)),
            ("page.none", Some(false)),
            ("page.title == 'a | b' and page.toc", Some(true)),
            ("page.none and page.none or page.toc", Some(false)),
            ("page.toc or page.none and page.none", Some(true)),
            ("page.title != 'x' or unknown", Some(true)),
            ("unknown and page.none", Some(false)),
            ("unknown and page.toc", None),
            ("page.title contains 'b'", Some(true)),
            ("page.none == nil", Some(true)),
            ("page.none == blank", Some(true)),
            ("page.title > 3", None),
            ("page.none > 3", Some(false)),
            ("page.n > 1.5", Some(true)),
            ("page.n == 2.0", Some(true)),
            ("page.n == '2'", Some(false)),
        ] {
            assert_eq!(condition(text, &variable), expected, "{text}");
        }
    }
}

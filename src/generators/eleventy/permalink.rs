//! Templates of permalinks, in the part of Liquid and Nunjucks that needs no program.

use chrono::{DateTime, FixedOffset};

use super::site::Engine;
use super::slug;
use crate::generators::javascript::printed;
use crate::source::{Map, Node};
use crate::text::escape::escaped;

/// What a variable is.
pub(super) enum Value {
    Text(String),
    Date(DateTime<FixedOffset>),
    Nothing,
}

/// What the variable `page` holds, and all data of the page.
pub(super) struct Scope<'a> {
    pub(super) file_slug: &'a str,
    pub(super) file_path_stem: &'a str,
    pub(super) input_path: &'a str,
    pub(super) date: Option<DateTime<FixedOffset>>,
    pub(super) data: &'a Map,
}

/// Runs a template.
///
/// # Errors
/// What only the engine itself can run, as written.
pub(super) fn rendered(template: &str, engine: Engine, scope: &Scope<'_>) -> Result<String, String> {
    if engine == Engine::None {
        return Ok(template.to_owned());
    }
    let mut out = String::new();
    let mut rest = template;
    while let Some((literal, after)) = rest.split_once("{{") {
        without_tags(literal)?;
        out.push_str(literal);
        let Some((expression, tail)) = after.split_once("}}") else { return Err(after.to_owned()) };
        out.push_str(&value(expression.trim_matches('-').trim(), engine, scope)?);
        rest = tail;
    }
    without_tags(rest)?;
    out.push_str(rest);
    Ok(out)
}

fn without_tags(text: &str) -> Result<(), String> {
    match text.find("{%") {
        Some(at) => Err(text.get(at..).unwrap_or(text).to_owned()),
        None => Ok(()),
    }
}

fn value(expression: &str, engine: Engine, scope: &Scope<'_>) -> Result<String, String> {
    let unknown = || expression.to_owned();
    let mut parts = split(expression, '|').into_iter();
    let first = parts.next().unwrap_or_default();
    let mut value = operand(first.trim(), scope).ok_or_else(unknown)?;
    let mut is_safe = false;
    for filter in parts {
        is_safe = filter.trim() == "safe";
        value = filtered(value, filter.trim(), engine, scope).ok_or_else(unknown)?;
    }
    match value {
        // Nunjucks escapes what it prints, in permalinks too.
        Value::Text(text) if engine == Engine::Nunjucks && !is_safe => {
            Ok(escaped(&text).replace('\'', "&#39;").replace('`', "&#96;"))
        }
        Value::Text(text) => Ok(text),
        Value::Nothing => Ok(String::new()),
        // How a date is printed depends on the engine and on the machine.
        Value::Date(_) => Err(unknown()),
    }
}

/// The parts between separators that are in no quotes and no parentheses.
fn split(text: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut from, mut quote, mut depth) = (0, None, 0_usize);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => depth = depth.saturating_sub(1),
            (None, c) if c == separator && depth == 0 => {
                parts.extend(text.get(from..at));
                from = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.extend(text.get(from..));
    parts
}

/// A literal or a variable; `None` if it is something else.
fn operand(text: &str, scope: &Scope<'_>) -> Option<Value> {
    let inner = ['"', '\''].iter().find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote));
    if let Some(inner) = inner {
        return Some(Value::Text(inner.to_owned()));
    }
    if text.parse::<f64>().is_ok() {
        return Some(Value::Text(text.to_owned()));
    }
    let is_path = !text.is_empty()
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '.' | '-'))
        && !text.starts_with('.');
    is_path.then(|| variable(text, scope))
}

fn variable(path: &str, scope: &Scope<'_>) -> Value {
    let text = |text: &str| Value::Text(text.to_owned());
    match path {
        "page.fileSlug" => text(scope.file_slug),
        "page.filePathStem" => text(scope.file_path_stem),
        "page.inputPath" => text(scope.input_path),
        "page.outputFileExtension" => text("html"),
        "page.date" | "date" => scope.date.map_or(Value::Nothing, Value::Date),
        path => {
            let mut parts = path.split('.');
            let mut node = parts.next().and_then(|first| scope.data.get(first));
            for part in parts {
                node = node.and_then(Node::as_map).and_then(|map| map.get(part));
            }
            node.and_then(printed).map_or(Value::Nothing, Value::Text)
        }
    }
}

/// What a filter makes of a value; `None` if it is not known here.
fn filtered(value: Value, filter: &str, engine: Engine, scope: &Scope<'_>) -> Option<Value> {
    let (name, arguments) = match engine {
        Engine::Liquid => filter.split_once(':').unwrap_or((filter, "")),
        _ => filter.strip_suffix(')').and_then(|filter| filter.split_once('(')).unwrap_or((filter, "")),
    };
    let arguments: Option<Vec<Value>> = split(arguments, ',')
        .into_iter()
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .map(|text| operand(text, scope))
        .collect();
    let arguments = arguments?;
    let argument = |index: usize| match arguments.get(index) {
        Some(Value::Text(text)) => Some(text.as_str()),
        _ => None,
    };
    let text = match (&value, name.trim()) {
        (Value::Date(date), "date") if engine == Engine::Liquid => {
            return formatted(*date, argument(0)?).map(Value::Text);
        }
        (Value::Nothing, "default") => return Some(Value::Text(argument(0)?.to_owned())),
        (Value::Text(text), _) => text.as_str(),
        (Value::Nothing, _) => "",
        (Value::Date(_), _) => return None,
    };
    Some(Value::Text(match name.trim() {
        "slugify" => slug::slugify(text),
        "slug" => slug::slug(text),
        "downcase" | "lower" => text.to_lowercase(),
        "upcase" | "upper" => text.to_uppercase(),
        "strip" | "trim" => text.trim().to_owned(),
        "append" => format!("{text}{}", argument(0)?),
        "prepend" => format!("{}{text}", argument(0)?),
        "replace" => text.replace(argument(0)?, argument(1)?),
        "remove" => text.replace(argument(0)?, ""),
        "default" => text.to_owned(),
        "size" if engine == Engine::Liquid => text.encode_utf16().count().to_string(),
        "length" if engine == Engine::Nunjucks => text.encode_utf16().count().to_string(),
        "url" | "safe" | "escape" | "raw" => text.to_owned(),
        _ => return None,
    }))
}

/// A date in the notation of `strftime`; `None` for what differs between implementations.
fn formatted(date: DateTime<FixedOffset>, format: &str) -> Option<String> {
    const KNOWN: &str = "YmdHMSyjBbAaeeFTDIpuwZzsC-%";
    let mut marks = format.split('%').skip(1);
    let is_known = marks.all(|rest| rest.is_empty() || rest.starts_with(|c| KNOWN.contains(c)));
    is_known.then(|| date.to_utc().format(format).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Scalar;

    #[test]
    fn templates_are_run() {
        let data = Map(vec![(Scalar::string("title"), Node::Scalar(Scalar::string("A b|c")))]);
        let scope = Scope {
            file_slug: "x-y",
            file_path_stem: "/posts/x-y",
            input_path: "./posts/x-y.md",
            date: DateTime::parse_from_rfc3339("2025-01-02T23:00:00-05:00").ok(),
            data: &data,
        };
        let run = |template: &str, engine| rendered(template, engine, &scope);
        assert_eq!(run("/blog/{{ page.fileSlug }}/", Engine::Liquid).as_deref(), Ok("/blog/x-y/"));
        assert_eq!(
            run("/{{ page.date | date: '%Y/%m/%d' }}/", Engine::Liquid).as_deref(),
            Ok("/2025/01/03/")
        );
        assert_eq!(run("{{title|slugify}}-{{ nothing }}", Engine::Nunjucks).as_deref(), Ok("a-b-c-"));
        assert_eq!(run("{{ page.inputPath | length }}", Engine::Nunjucks).as_deref(), Ok("14"));
        assert_eq!(run("{{ title | replace: '|', '/' }}", Engine::Liquid).as_deref(), Ok("A b/c"));
        assert_eq!(run("{{ x }}", Engine::None).as_deref(), Ok("{{ x }}"));
        for unknown in
            ["{{ page.date }}", "{{ title | own }}", "{% if a %}b{% endif %}", "{{ f(x) }}", "{{ a or b }}"]
        {
            assert!(run(unknown, Engine::Nunjucks).is_err(), "{unknown}");
        }
    }
}

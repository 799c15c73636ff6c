//! Literals in the text of a program: what a configuration in JavaScript or Python says without being run.

mod python;

pub(crate) use python::assignments;

use super::value::{Map, Node, Scalar};
use crate::text::link;

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    JavaScript,
    Python,
}

/// Collections that are nested deeper are not read.
const DEEPEST: usize = 50;

/// An object in a program.
#[derive(Debug, Clone, Default)]
pub(crate) struct Object {
    /// The members that are literals.
    pub map: Map,
    /// The names of the others, with dots where they are in an object in it.
    pub unread: Vec<String>,
    /// Those of its members that have parts which are no literals, and are known without them.
    pub partial: Vec<String>,
    usage: Usage,
}

/// What a module does with an object, by how much that says about its data.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Usage {
    #[default]
    Assigned,
    Returned,
    Exported,
}

/// What a JavaScript module exports, else what its functions return, else its largest object. What several of these do
/// not agree on is unread.
pub(crate) fn module(text: &str) -> Option<Object> {
    let mut objects = objects(text);
    let best = objects.iter().map(|object| object.usage).max()?;
    objects.retain(|object| object.usage == best);
    // The outermost objects come before those in them.
    let largest = (0..objects.len()).rev().max_by_key(|index| {
        objects.get(*index).map_or(0, |object| object.map.0.len() + object.unread.len())
    })?;
    let mut module = objects.swap_remove(largest);
    // The server on which a site is tried out is not what it is published on.
    let is_local = |node: &Node| node.as_text().is_some_and(link::is_local);
    for (key, node) in &mut module.map.0 {
        let mut others = objects.iter().filter_map(|other| other.map.get(&key.text));
        let public = others.find(|other| is_local(node) && !is_local(other)).cloned();
        *node = public.unwrap_or_else(|| node.clone());
    }
    for (key, node) in objects.iter().filter(|_| best == Usage::Returned).flat_map(|other| &other.map.0) {
        if module.map.get(&key.text).is_some_and(|own| own != node && !is_local(node)) {
            module.map.0.retain(|(own, _)| own.text != key.text);
            module.unread.push(key.text.clone());
        }
    }
    Some(module)
}

/// The data of a front matter in JavaScript: an object, or variables.
pub(crate) fn front_matter(text: &str) -> Option<Object> {
    let text = without_comments(text, Language::JavaScript);
    let text = text.trim();
    if text.starts_with('{') {
        let mut reader = Reader::new(text, Language::JavaScript);
        let Some(Node::Map(map)) = reader.value(0) else { return None };
        return Some(Object { map, unread: reader.unread, usage: Usage::Exported, ..Object::default() });
    }
    let mut data = Object::default();
    for (at, line) in
        text.split_inclusive('\n').scan(0, |at, line| Some((std::mem::replace(at, *at + line.len()), line)))
    {
        let mut words = line.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$')));
        let (kind, Some(name)) = (words.next().unwrap_or_default(), words.next()) else { continue };
        if !matches!(kind, "const" | "let" | "var" | "function" | "async" | "class") {
            continue;
        }
        let value = text.get(at..).and_then(|rest| rest.split_once('=')).map(|(_, value)| value);
        let mut reader = Reader::new(value.unwrap_or_default(), Language::JavaScript);
        let node = if matches!(kind, "const" | "let" | "var") { reader.value(0) } else { None };
        match node.filter(|_| {
            reader.rest.trim_start_matches([' ', '\t', '\r']).starts_with(['\n', ';'])
                || reader.rest.trim().is_empty()
        }) {
            Some(node) => data.map.0.push((Scalar::string(name), node)),
            None => data.unread.push(name.to_owned()),
        }
    }
    Some(data)
}

/// The objects of a JavaScript module that are exported, returned or assigned, in order.
pub(crate) fn objects(text: &str) -> Vec<Object> {
    let text = without_comments(text, Language::JavaScript);
    let mut objects = Vec::new();
    for (at, _) in text.match_indices('{') {
        let around = text.get(..at).unwrap_or_default().trim_end();
        if around.ends_with("=>") {
            // It is the body of a function.
            continue;
        }
        let before = around.trim_end_matches('(').trim_end();
        let word = |word: &str| {
            let rest = before.strip_suffix(word);
            rest.is_some_and(|rest| !rest.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '$')))
        };
        let is_assigned = before.ends_with('=') && !before.ends_with("==") || before.ends_with("=>");
        if is_assigned || word("return") || word("default") {
            let is_exported = word("default") || is_target_of_exports(before);
            let is_returned = before.ends_with("=>") || word("return");
            let usage = match (is_exported, is_returned) {
                (true, _) => Usage::Exported,
                (_, true) => Usage::Returned,
                _ => Usage::Assigned,
            };
            let mut reader = Reader::new(text.get(at..).unwrap_or_default(), Language::JavaScript);
            if let Some(Node::Map(map)) = reader.value(0) {
                objects.push(Object { map, unread: reader.unread, usage, ..Object::default() });
            }
        }
    }
    objects
}

/// Whether an assignment is to `module.exports`.
fn is_target_of_exports(before: &str) -> bool {
    before.strip_suffix('=').is_some_and(|target| target.trim_end().ends_with("module.exports"))
}

/// The arguments of each call of a function of this name in a JavaScript module, up to the first that is no literal.
pub(crate) fn calls(text: &str, name: &str) -> Vec<Vec<Node>> {
    let text = without_comments(text, Language::JavaScript);
    let starts = text.match_indices(name).map(|(at, _)| at + name.len());
    let arguments = starts.filter_map(|at| {
        let rest = text.get(at..)?.trim_start().strip_prefix('(')?;
        let mut reader = Reader::new(rest, Language::JavaScript);
        let mut arguments = Vec::new();
        while let Some(argument) = reader.value(0) {
            arguments.push(argument);
            if !reader.eat(',') {
                break;
            }
        }
        Some(arguments)
    });
    arguments.collect()
}

/// The text between the parentheses of each call of a function of this name in a JavaScript module.
pub(crate) fn bodies<'t>(text: &'t str, name: &str) -> impl Iterator<Item = &'t str> {
    let starts: Vec<usize> = text.match_indices(name).map(|(at, _)| at + name.len()).collect();
    starts.into_iter().filter_map(|at| {
        let rest = text.get(at..)?.trim_start().strip_prefix('(')?;
        let mut depth = 1_usize;
        let end = rest.find(|c: char| {
            match c {
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        rest.get(..end.unwrap_or(rest.len()))
    })
}

/// The text with blanks for its comments.
pub(crate) fn without_comments(text: &str, language: Language) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let quote = match (language, c) {
            (_, '"' | '\'') | (Language::JavaScript, '`') => string_length(rest, language),
            _ => None,
        };
        let length = if let Some(length) = quote {
            out.push_str(rest.get(..length).unwrap_or_default());
            length
        } else if let Some(length) = comment_length(rest, language) {
            out.push(' ');
            length
        } else {
            out.push(c);
            c.len_utf8()
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    out
}

fn comment_length(rest: &str, language: Language) -> Option<usize> {
    match language {
        Language::JavaScript if rest.starts_with("/*") => {
            Some(rest.find("*/").map_or(rest.len(), |end| end + 2))
        }
        // `https://` in what is no string, such as a regular expression, is no comment either.
        Language::JavaScript if rest.starts_with("//") => Some(rest.find('\n').unwrap_or(rest.len())),
        Language::Python if rest.starts_with('#') => Some(rest.find('\n').unwrap_or(rest.len())),
        _ => None,
    }
}

/// The length of the string that a text begins with, with its quotes.
fn string_length(rest: &str, language: Language) -> Option<usize> {
    let quote = rest.chars().next()?;
    let triple: String = [quote; 3].iter().collect();
    if language == Language::Python && rest.starts_with(&triple) {
        return rest.get(3..)?.find(&triple).map(|end| end + 6);
    }
    let mut is_escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '\n' if quote != '`' => return None,
            c if c == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// What is still to be read.
struct Reader<'a> {
    rest: &'a str,
    language: Language,
    /// The names of the objects around what is read.
    names: Vec<String>,
    unread: Vec<String>,
    /// Whether a list has an item that is no literal.
    has_unread_item: bool,
}

impl<'a> Reader<'a> {
    fn new(rest: &'a str, language: Language) -> Self {
        Self { rest, language, names: Vec::new(), unread: Vec::new(), has_unread_item: false }
    }

    fn eat(&mut self, mark: char) -> bool {
        self.rest = self.rest.trim_start();
        match self.rest.strip_prefix(mark) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// A literal; `None` if what follows is none.
    fn value(&mut self, depth: usize) -> Option<Node> {
        self.rest = self.rest.trim_start();
        if depth > DEEPEST {
            return None;
        }
        match self.rest.chars().next()? {
            '{' => self.map(depth),
            '[' => self.list('[', ']', depth),
            '(' if self.language == Language::Python => self.tuple(depth),
            'n' if self.language == Language::JavaScript && self.rest.starts_with("new") => self.date(),
            _ => match self.string() {
                Some(text) => Some(Node::Scalar(Scalar::string(text))),
                None => self.word(),
            },
        }
    }

    /// `new Date("2025-01-02")`, as its text, if that is the same instant in every time zone.
    fn date(&mut self) -> Option<Node> {
        let rest = self.rest.strip_prefix("new")?.trim_start().strip_prefix("Date")?;
        self.rest = rest.trim_start().strip_prefix('(')?.trim_start();
        let text = self.string()?;
        let is_fixed = text.len() == "2025-01-02".len() || text.ends_with('Z');
        (is_fixed && self.eat(')')).then(|| Node::Scalar(Scalar::string(text)))
    }

    fn map(&mut self, depth: usize) -> Option<Node> {
        self.eat('{').then_some(())?;
        let mut map = Map::default();
        while !self.eat('}') {
            let key = self.key();
            if let Some(key) = key {
                self.member(&mut map, key, depth);
            }
            self.skip_item('}')?;
        }
        Some(Node::Map(map))
    }

    /// Reads the value of a member, if it is a literal.
    fn member(&mut self, map: &mut Map, key: String, depth: usize) {
        let before = self.rest;
        self.names.push(key.clone());
        let value =
            if self.eat(':') { self.value(depth + 1).filter(|_| self.is_at_end_of_item()) } else { None };
        match value {
            Some(node) => map.0.push((Scalar::string(key), node)),
            None => {
                self.unread.push(self.names.join("."));
                self.rest = before;
            }
        }
        self.names.pop();
    }

    fn key(&mut self) -> Option<String> {
        self.rest = self.rest.trim_start();
        if let Some(text) = self.string() {
            return Some(text);
        }
        let end = self
            .rest
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$')))
            .unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        (!name.is_empty()).then(|| {
            self.rest = rest;
            name.to_owned()
        })
    }

    fn list(&mut self, open: char, close: char, depth: usize) -> Option<Node> {
        self.eat(open).then_some(())?;
        let mut items = Vec::new();
        while !self.eat(close) {
            let before = self.rest;
            match self.value(depth + 1).filter(|_| self.is_at_end_of_item()) {
                Some(item) => items.push(item),
                None => {
                    self.rest = before;
                    self.has_unread_item = true;
                }
            }
            self.skip_item(close)?;
        }
        Some(Node::List(items))
    }

    /// A tuple, or one value in parentheses.
    fn tuple(&mut self, depth: usize) -> Option<Node> {
        let Node::List(mut items) = self.list('(', ')', depth)? else { return None };
        let is_one = items.len() == 1 && matches!(items.first(), Some(Node::Scalar(scalar)) if scalar.quoted);
        if is_one { items.pop() } else { Some(Node::List(items)) }
    }

    fn is_at_end_of_item(&self) -> bool {
        self.rest.trim_start().starts_with([',', '}', ']', ')'])
    }

    /// Goes to the next item, past what cannot be read of this one, or to the end of the collection.
    fn skip_item(&mut self, close: char) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            self.rest = self.rest.trim_start();
            let c = self.rest.chars().next()?;
            if matches!(c, '"' | '\'' | '`')
                && let Some(length) = string_length(self.rest, self.language)
            {
                self.rest = self.rest.get(length..)?;
                continue;
            }
            match c {
                '{' | '[' | '(' => depth += 1,
                '}' | ']' | ')' if depth == 0 => return (c == close).then_some(()),
                '}' | ']' | ')' => depth -= 1,
                ',' if depth == 0 => {
                    self.rest = self.rest.get(1..)?;
                    return Some(());
                }
                _ => {}
            }
            self.rest = self.rest.get(c.len_utf8()..)?;
        }
    }

    /// A string, and those that follow it directly in Python. `None` if there is none, or if it is made of variables.
    fn string(&mut self) -> Option<String> {
        let mut text = String::new();
        let mut is_any = false;
        loop {
            let rest = self.rest.trim_start();
            let (is_raw, quoted) = match self.language {
                Language::Python => {
                    let bare = rest.trim_start_matches(['r', 'R', 'u', 'U', 'b', 'B']);
                    let prefix = rest.get(..rest.len() - bare.len()).unwrap_or_default();
                    if prefix.len() > 2 {
                        break;
                    }
                    (prefix.contains(['r', 'R']), bare)
                }
                Language::JavaScript => (false, rest),
            };
            let is_quote =
                |c: char| matches!(c, '"' | '\'') || (c == '`' && self.language == Language::JavaScript);
            if !quoted.starts_with(is_quote) {
                break;
            }
            let Some(length) = string_length(quoted, self.language) else { break };
            let (whole, after) = quoted.split_at(length);
            let marks = if length >= 6
                && whole.starts_with([whole.chars().next()?; 3].iter().collect::<String>().as_str())
            {
                3
            } else {
                1
            };
            let inner = whole.get(marks..length - marks)?;
            if whole.starts_with('`') && inner.contains("${") {
                return None;
            }
            text.push_str(&if is_raw { inner.to_owned() } else { unescaped(inner) });
            self.rest = after;
            is_any = true;
            if self.language == Language::JavaScript {
                break;
            }
        }
        is_any.then_some(text)
    }

    /// A number, or a word such as `true`.
    fn word(&mut self) -> Option<Node> {
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '+' | '-');
        let end = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        let text = match word {
            "true" | "True" => "true",
            "false" | "False" => "false",
            "null" | "undefined" | "None" => "null",
            number if number.trim_start_matches(['-', '+']).parse::<f64>().is_ok() => number,
            _ => return None,
        };
        self.rest = rest;
        Some(Node::Scalar(Scalar { text: text.to_owned(), quoted: false, at: None }))
    }
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r' | '\n') | None => {}
            Some('u') => {
                let code: String = chars.clone().take(4).collect();
                match u32::from_str_radix(&code, 16).ok().and_then(char::from_u32).filter(|_| code.len() == 4)
                {
                    Some(c) => {
                        out.push(c);
                        chars.nth(3);
                    }
                    None => out.push('u'),
                }
            }
            Some(c @ ('\\' | '"' | '\'' | '`' | '/')) => out.push(c),
            Some(other) => {
                out.push('\\');
                out.push(other);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn json(node: &Node) -> String {
        node.to_json().to_string()
    }

    #[test]
    fn javascript_objects() {
        let text = "// return {a: 1}\nconst x = require('y');\nmodule.exports = function (c) {\n  c.addFilter('f', () => { return 1 });\n  return {\n dir: { input: \"src\", 'out': `o` }, n: 1.5, f: x(1, {b: 2}), ...more, t: [1, 'a', y], /* c */ last: true\n };\n};";
        let objects: Vec<String> =
            objects(text).into_iter().map(|object| json(&Node::Map(object.map))).collect();
        assert_eq!(
            objects.last().map(String::as_str),
            Some(r#"{"dir":{"input":"src","out":"o"},"n":1.5,"t":[1,"a"],"last":true}"#)
        );
        assert_eq!(super::objects("export default { url: 'https://e.com' }").len(), 1);
        let called: Vec<String> =
            calls("c.setInputDirectory(\"src\"); // c.setInputDirectory('no')", "setInputDirectory")
                .iter()
                .map(|arguments| json(&arguments[0]))
                .collect();
        assert_eq!(called, ["\"src\""]);
    }

    #[test]
    fn what_a_module_exports() {
        for (text, map, unread) in [
            ("const n = {a: 1, b: 2};\nmodule.exports = {c: false};", r#"{"c":false}"#, ""),
            ("export default () => ({a: 1, b: f()});", r#"{"a":1}"#, "b"),
            (
                "export default () => { if (x) { return {a: 1, b: 2}; } return {a: 3, b: 2}; }",
                r#"{"b":2}"#,
                "a",
            ),
            (
                "module.exports = {a: 1};\nmodule.exports.f = () => { return {a: 2, b: 3}; };",
                r#"{"a":1}"#,
                "",
            ),
            ("module.exports = function (d) { return { a: 1 } };", r#"{"a":1}"#, ""),
            (
                "export default (d) => {\n  const x = {y: 1, z: 2};\n  return {a: 1, b: 2, c: 3};\n};",
                r#"{"a":1,"b":2,"c":3}"#,
                "",
            ),
        ] {
            let object = module(text).unwrap();
            assert_eq!(
                (json(&Node::Map(object.map)).as_str(), object.unread.join(" ").as_str()),
                (map, unread),
                "{text}"
            );
        }
        assert!(module("export default class {}").is_none());
    }

    #[test]
    fn front_matter_in_javascript() {
        for (text, map, unread) in [
            ("{ a: 1, // b\n c: f() }", r#"{"a":1}"#, "c"),
            (
                "const a = 'x';\nlet b = ['y',\n 'z']\nconst c = a + 1;\nfunction d() { return 1; }",
                r#"{"a":"x","b":["y","z"]}"#,
                "c d",
            ),
            ("", "{}", ""),
        ] {
            let object = front_matter(text).unwrap();
            assert_eq!(
                (json(&Node::Map(object.map)).as_str(), object.unread.join(" ").as_str()),
                (map, unread),
                "{text}"
            );
        }
    }

    #[test]
    fn no_text_makes_it_fail() {
        for text in [
            "{", "return {", "= {a:", "= {a: [", "= {'", "X = (", "X = {'a': [", "= {a: 1]}", "`${",
            "return {{{{",
        ] {
            let _ = (objects(text), calls(text, "x"), assignments(text));
        }
        let deep = format!("= {}", "{a:[".repeat(10_000));
        let _ = (objects(&deep), assignments(&deep));
    }
}

//! Literals in the text of a program: what a configuration in JavaScript or Python says without being run.

use std::collections::HashMap;

use super::value::{Map, Node, Scalar};

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
    /// Whether it is exported, not only assigned or returned.
    is_exported: bool,
}

/// What a JavaScript module exports, else what its functions return, else its largest object. What these do not agree on
/// is unread.
pub(crate) fn module(text: &str) -> Option<Object> {
    let mut objects = objects(text);
    if objects.iter().any(|object| object.is_exported) {
        objects.retain(|object| object.is_exported);
    }
    // The outermost objects come before those in them.
    let largest = (0..objects.len()).rev().max_by_key(|index| {
        objects.get(*index).map_or(0, |object| object.map.0.len() + object.unread.len())
    })?;
    let mut module = objects.swap_remove(largest);
    if module.is_exported {
        for (key, node) in objects.iter().flat_map(|other| &other.map.0) {
            if module.map.get(&key.text).is_some_and(|own| own != node) {
                module.map.0.retain(|(own, _)| own.text != key.text);
                module.unread.push(key.text.clone());
            }
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
        return Some(Object { map, unread: reader.unread, is_exported: true });
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
        let before = text.get(..at).unwrap_or_default().trim_end().trim_end_matches('(').trim_end();
        let word = |word: &str| {
            let rest = before.strip_suffix(word);
            rest.is_some_and(|rest| !rest.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '$')))
        };
        let is_assigned = before.ends_with('=') && !before.ends_with("==") || before.ends_with("=>");
        if is_assigned || word("return") || word("default") {
            // The statement up to the object, with the head of the function that returns it.
            let statement = before.rsplit([';', '}']).next().unwrap_or(before);
            let is_exported =
                ["module.exports", "export default"].iter().any(|word| statement.contains(word));
            let mut reader = Reader::new(text.get(at..).unwrap_or_default(), Language::JavaScript);
            if let Some(Node::Map(map)) = reader.value(0) {
                objects.push(Object { map, unread: reader.unread, is_exported });
            }
        }
    }
    objects
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

/// The longest text that is added up, in bytes.
const LONGEST_SUM: usize = 64 * 1024;

/// The variables of a Python module that are literals, or strings and such variables added up, with what is added to them
/// later; of several assignments the last counts. What is assigned under a condition is unread, unless it is the same.
pub(crate) fn assignments(text: &str) -> Object {
    let text = without_comments(text, Language::Python);
    // The names in the order in which they were assigned first, and what each is.
    let mut names: Vec<String> = Vec::new();
    let mut known: HashMap<String, Option<Node>> = HashMap::new();
    let mut at = 0;
    while let Some(line) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let next = line.find('\n').map_or(line.len(), |end| end + 1);
        let start = at;
        at += next;
        let Some(statement) = Statement::read(line, &known) else { continue };
        let Statement { name, change, value, length, is_conditional } = statement;
        let old = known.get(name).cloned().flatten();
        let new = value.and_then(|value| change.applied(old.clone(), value));
        let is_literal = new.is_some();
        let new = new.filter(|new| !is_conditional || old.as_ref() == Some(new));
        if known.insert(name.to_owned(), new).is_none() {
            names.push(name.to_owned());
        }
        if !is_literal {
            continue;
        }
        // After a semicolon, another may follow on the line.
        let rest = text.get(start + length..).unwrap_or_default();
        let blanks = |text: &str| text.len() - text.trim_start_matches([' ', '\t']).len();
        let gap = blanks(rest);
        at = match rest.get(gap..).and_then(|rest| rest.strip_prefix(';')) {
            Some(after) => start + length + gap + 1 + blanks(after),
            None => at.max(start + length),
        };
    }
    let mut all = Object::default();
    for name in names {
        match known.remove(&name).flatten() {
            Some(node) => all.map.0.push((Scalar::string(name), node)),
            None => all.unread.push(name),
        }
    }
    all
}

/// How a statement of Python changes a variable.
enum Change {
    /// `X = …`
    Set,
    /// `X += …`, `X.extend(…)`, `X.update(…)`
    Add,
    /// `X.append(…)`
    Append,
    /// `X['key'] = …`
    Item(String),
}

impl Change {
    /// The new value; `None` if it is not known.
    fn applied(self, old: Option<Node>, value: Node) -> Option<Node> {
        match (self, old, value) {
            (Self::Set, _, value) => Some(value),
            (Self::Add, Some(Node::List(mut list)), Node::List(items)) => {
                list.extend(items);
                Some(Node::List(list))
            }
            (Self::Add, Some(Node::Map(mut map)), Node::Map(pairs)) => {
                map.merge(pairs);
                Some(Node::Map(map))
            }
            (Self::Append, Some(Node::List(mut list)), item) => {
                list.push(item);
                Some(Node::List(list))
            }
            (Self::Item(key), Some(Node::Map(mut map)), value) => {
                map.merge(Map(vec![(Scalar::string(key), value)]));
                Some(Node::Map(map))
            }
            _ => None,
        }
    }
}

/// A statement of Python that changes a variable.
struct Statement<'a> {
    name: &'a str,
    change: Change,
    /// What it is changed by, if that is known.
    value: Option<Node>,
    /// How long the statement is, in bytes, if its value is known.
    length: usize,
    /// Whether it is in a block.
    is_conditional: bool,
}

impl<'a> Statement<'a> {
    /// Reads the statement at the start of a text, if it is one.
    fn read(text: &'a str, known: &HashMap<String, Option<Node>>) -> Option<Self> {
        let inner = text.trim_start_matches([' ', '\t']);
        let is_conditional = inner.len() < text.len();
        let end = inner.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(inner.len());
        let (name, rest) = inner.split_at_checked(end).filter(|(name, _)| !name.is_empty())?;
        // In a function or a class, other names are its own.
        if is_conditional && name.contains(|c: char| c.is_ascii_lowercase()) {
            return None;
        }
        let bare = rest.trim_start_matches([' ', '\t']);
        let call = |name: &str| bare.strip_prefix(name).map(|rest| rest.trim_start_matches([' ', '\t']));
        let item = || {
            let mut reader = Reader::new(bare.strip_prefix('[')?, Language::Python);
            let key = reader.string()?;
            let rest = reader.rest.trim_start().strip_prefix(']')?.trim_start_matches([' ', '\t']);
            Some((Change::Item(key), rest.strip_prefix('=')?))
        };
        let is_call = bare.starts_with('.');
        let (change, value) = if let Some(value) = bare.strip_prefix("+=") {
            (Change::Add, value)
        } else if let Some(value) = bare.strip_prefix('=') {
            (Change::Set, value)
        } else if let Some(value) = call(".append(") {
            (Change::Append, value)
        } else if let Some(value) = call(".extend(").or_else(|| call(".update(")) {
            (Change::Add, value)
        } else {
            item()?
        };
        if value.starts_with('=') {
            return None;
        }
        let mut reader = Reader::new(value, Language::Python);
        let value = reader.sum(known).filter(|_| !is_call || reader.eat(')'));
        // An operator that follows makes it another value.
        let rest = reader.rest.trim_start_matches([' ', '\t']);
        let value = value.filter(|_| rest.is_empty() || rest.starts_with(['\n', '\r', ';']));
        Some(Self { name, change, value, length: text.len() - reader.rest.len(), is_conditional })
    }
}

/// The text with blanks for its comments.
fn without_comments(text: &str, language: Language) -> String {
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
}

impl<'a> Reader<'a> {
    fn new(rest: &'a str, language: Language) -> Self {
        Self { rest, language, names: Vec::new(), unread: Vec::new() }
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

    /// A literal or a variable that is known, or texts of these added up.
    fn sum(&mut self, known: &HashMap<String, Option<Node>>) -> Option<Node> {
        let mut sum = self.term(known)?;
        while self.rest.trim_start_matches([' ', '\t']).starts_with('+') {
            self.eat('+');
            let term = self.term(known)?;
            let text = format!("{}{}", sum.as_text()?, term.as_text()?);
            // A text may be added to itself again and again.
            sum = Node::Scalar(Scalar::string(Some(text).filter(|text| text.len() <= LONGEST_SUM)?));
        }
        Some(sum)
    }

    fn term(&mut self, known: &HashMap<String, Option<Node>>) -> Option<Node> {
        let rest = self.rest.trim_start();
        if let Some(arguments) = rest.strip_prefix("dict(") {
            self.rest = arguments;
            return self.arguments();
        }
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let node = known.get(name).and_then(Option::as_ref);
        match node.filter(|_| !after.starts_with(['"', '\'', '(', '.', '['])) {
            Some(node) => {
                self.rest = after;
                Some(node.clone())
            }
            None => self.value(0),
        }
    }

    /// The arguments `a=1, b=2)` of a call as a map.
    fn arguments(&mut self) -> Option<Node> {
        let mut map = Map::default();
        while !self.eat(')') {
            let key = self.key()?;
            let value = if self.eat('=') { self.value(0)? } else { return None };
            map.0.push((Scalar::string(key), value));
            if !self.eat(',') && !self.rest.trim_start().starts_with(')') {
                return None;
            }
        }
        Some(Node::Map(map))
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
            _ => match self.string() {
                Some(text) => Some(Node::Scalar(Scalar::string(text))),
                None => self.word(),
            },
        }
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
                None => self.rest = before,
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

    fn json(node: &Node) -> String {
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
    fn python_variables() {
        let text = "# SITEURL = 'no'\nimport os\n\"\"\"SITENAME = 'no'\"\"\"\nSITENAME='A' 'b'  # note\nSITEURL = os.environ['X']\nN = 5\nT = (1, 2)\nD = {\n  'a': r'\\d',\n  \"b\": None,\n}\nL = ['x',\n  'y']\nP = 'a' + x\nONE = ('x')\nN = 6; M = 'm'; K=7\nU = M + '/' + ONE\nV = M\nW = 'w'\nW = f(1)\n";
        assert_eq!(
            json(&Node::Map(assignments(text).map)),
            r#"{"SITENAME":"Ab","N":6,"T":[1,2],"D":{"a":"\\d","b":null},"L":["x","y"],"ONE":"x","M":"m","K":7,"U":"m/x","V":"m"}"#
        );
        assert_eq!(assignments(text).unread, ["SITEURL", "P", "W"]);
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

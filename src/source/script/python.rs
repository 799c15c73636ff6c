//! The variables of a Python module.

use std::collections::{BTreeSet, HashMap};

use super::super::value::{Map, Node, Scalar};
use super::{Language, Object, Reader, string_length, without_comments};

/// The longest text that is added up, in bytes.
const LONGEST_SUM: usize = 64 * 1024;

/// The variables of a Python module that are literals, or strings, lists and such variables added up, with what is added to
/// them later; of several assignments the last counts. What is assigned in a block, as under a condition, changes no
/// variable, but its name is unread, unless the value is the same.
pub(crate) fn assignments(text: &str) -> Object {
    let text = without_comments(text, Language::Python);
    // The names in the order in which they were assigned first, and what each is.
    let mut names: Vec<String> = Vec::new();
    let mut known: HashMap<String, Option<Node>> = HashMap::new();
    let (mut unclear, mut partial) = (BTreeSet::<String>::new(), BTreeSet::<String>::new());
    let mut block = Block::None;
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let (start, line) = (at, rest.get(..logical_length(rest)).unwrap_or(rest));
        at += line.len();
        let is_inner = line.starts_with([' ', '\t']);
        if !is_inner {
            block = Block::begun_by(line);
        }
        let is_of_function = is_inner && block != Block::Conditional;
        let Some(statement) = Statement::read(line, &known).filter(|_| !is_of_function) else { continue };
        let Statement { name, change, value, is_partial, length } = statement;
        let old = known.get(name).cloned();
        let is_set = matches!(change, Change::Set);
        // What is added to a variable of another module is all that is known of it.
        let before = old.clone().unwrap_or_else(|| change.nothing(value.as_ref()));
        let new = value.and_then(|value| change.applied(before, value));
        let old = old.flatten();
        let is_literal = new.is_some();
        if is_set && !is_inner {
            partial.remove(name);
        }
        partial.extend(is_partial.then(|| name.to_owned()));
        if !known.contains_key(name) {
            names.push(name.to_owned());
        }
        if !is_inner {
            unclear.remove(name);
            known.insert(name.to_owned(), new);
        } else if old != new {
            unclear.insert(name.to_owned());
            known.entry(name.to_owned()).or_default();
        }
        if is_literal {
            // After a semicolon, another may follow on the line.
            let rest = text.get(start + length..).unwrap_or_default();
            let after = rest.trim_start_matches([' ', '\t']).strip_prefix(';');
            let after = after.map(|after| after.trim_start_matches([' ', '\t']));
            at = after.map_or(at, |after| text.len() - after.len());
        }
    }
    let mut all = Object::default();
    for name in names {
        match known.remove(&name).flatten() {
            Some(node) => all.map.0.push((Scalar::string(name), node)),
            None => drop(unclear.insert(name)),
        }
    }
    all.unread = unclear.into_iter().collect();
    all.partial = partial.into_iter().collect();
    all
}

/// What the lines that are indented belong to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    None,
    /// `if` and its like.
    Conditional,
    /// A function or a class, whose variables are its own.
    Own,
}

impl Block {
    /// The block that a line without indentation begins.
    fn begun_by(line: &str) -> Self {
        let end = line.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(line.len());
        match line.get(..end).unwrap_or_default() {
            "if" | "elif" | "else" | "try" | "except" | "finally" | "for" | "while" | "with" => {
                Self::Conditional
            }
            "def" | "class" | "async" => Self::Own,
            _ => Self::None,
        }
    }
}

/// The length of the line that a text begins with, in bytes, with the lines on which its brackets and strings go on.
fn logical_length(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(rest) = text.get(at..) {
        let Some(c) = rest.chars().next() else { break };
        at += match c {
            '"' | '\'' => string_length(rest, Language::Python).unwrap_or(1),
            c => c.len_utf8(),
        };
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            '\n' if depth == 0 => break,
            _ => {}
        }
    }
    at
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
    /// The empty value that this can be added to.
    fn nothing(&self, value: Option<&Node>) -> Option<Node> {
        match (self, value) {
            (Self::Set, _) => None,
            (Self::Append, _) | (Self::Add, Some(Node::List(_))) => Some(Node::List(Vec::new())),
            (Self::Item(_), _) | (Self::Add, Some(Node::Map(_))) => Some(Node::Map(Map::default())),
            (Self::Add, _) => None,
        }
    }

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
    /// Whether a part of the value is not known.
    is_partial: bool,
    /// How long the statement is, in bytes, if its value is known.
    length: usize,
}

impl<'a> Statement<'a> {
    /// Reads the statement at the start of a text, if it is one.
    fn read(text: &'a str, known: &HashMap<String, Option<Node>>) -> Option<Self> {
        let inner = text.trim_start_matches([' ', '\t']);
        let end = inner.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(inner.len());
        let (name, rest) = inner.split_at_checked(end).filter(|(name, _)| !name.is_empty())?;
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
        let is_partial = reader.has_unread_item || !reader.unread.is_empty();
        Some(Self { name, change, value, is_partial, length: text.len() - reader.rest.len() })
    }
}

impl Reader<'_> {
    /// A literal or a variable that is known, or texts of these added up.
    fn sum(&mut self, known: &HashMap<String, Option<Node>>) -> Option<Node> {
        let mut sum = self.term(known)?;
        while self.rest.trim_start_matches([' ', '\t']).starts_with('+') {
            self.eat('+');
            let term = self.term(known)?;
            if let (Node::List(list), Node::List(items)) = (&mut sum, &term) {
                list.extend(items.iter().cloned());
                continue;
            }
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
        let collection = ["set(", "list(", "tuple("].iter().find_map(|name| rest.strip_prefix(name));
        if let Some(items) = collection {
            self.rest = items;
            return self.sum(known).filter(|_| self.eat(')'));
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
}

#[cfg(test)]
mod tests {
    use super::super::tests::json;
    use super::*;

    #[test]
    fn python_variables() {
        let text = "# SITEURL = 'no'\nimport os\n\"\"\"SITENAME = 'no'\"\"\"\nSITENAME='A' 'b'  # note\nSITEURL = os.environ['X']\nN = 5\nT = (1, 2)\nD = {\n  'a': r'\\d',\n  \"b\": None,\n}\nL = ['x',\n  'y']\nP = 'a' + x\nONE = ('x')\nN = 6; M = 'm'; K=7\nU = M + '/' + ONE\nV = M\nW = 'w'\nW = f(1)\n";
        assert_eq!(
            json(&Node::Map(assignments(text).map)),
            r#"{"SITENAME":"Ab","N":6,"T":[1,2],"D":{"a":"\\d","b":null},"L":["x","y"],"ONE":"x","M":"m","K":7,"U":"m/x","V":"m"}"#
        );
        assert_eq!(assignments(text).unread, ["P", "SITEURL", "W"]);
        let text = "E = [f()]\nE = ['e']\nA = {'a': f(), 'b': 1}\nB = [x for x in y]\nC = ['c', g()]\nD = {'d': ['e']}\n";
        assert_eq!(assignments(text).partial, ["A", "B", "C"]);
    }

    #[test]
    fn what_is_added_to_python_variables() {
        let text = "A = ['a']\nA += ['b']\nA.append('c')\nA.extend(['d'])\nD = dict(x='y', n=1)\nD['z'] = 2\nD.update({'n': 3})\n\
                    B += ['b']\nE = ['e']\nE.append(f())\nif x:\n    A = ['other']\n    F = False\n    local = 1\nG = 1\nif y:\n    G = 1\n";
        let object = assignments(text);
        assert_eq!(
            json(&Node::Map(object.map)),
            r#"{"A":["a","b","c","d"],"D":{"x":"y","n":3,"z":2},"B":["b"],"G":1}"#
        );
        assert_eq!(object.unread, ["A", "E", "F", "local"]);
        let text = "\"\"\"\nA = 'no'\n  A = 'no'\n\"\"\"\ndef f():\n    A = 'no'\nA = ['a'] + ['b'] + set(['c'])\nf(\n  A='no',\n)\nB = dict(\n  C='no')\n";
        assert_eq!(json(&Node::Map(assignments(text).map)), r#"{"A":["a","b","c"],"B":{"C":"no"}}"#);
    }
}

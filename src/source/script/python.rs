//! The variables of a Python module.

use std::collections::HashMap;

use super::super::value::{Map, Node, Scalar};
use super::{Language, Object, Reader, without_comments};

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

impl Reader<'_> {
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
        assert_eq!(assignments(text).unread, ["SITEURL", "P", "W"]);
    }

    #[test]
    fn what_is_added_to_python_variables() {
        let text = "A = ['a']\nA += ['b']\nA.append('c')\nA.extend(['d'])\nD = dict(x='y', n=1)\nD['z'] = 2\nD.update({'n': 3})\n\
                    B += ['b']\nE = ['e']\nE.append(f())\nif x:\n    A = ['other']\n    F = False\n    local = 1\nG = 1\nif y:\n    G = 1\n";
        let object = assignments(text);
        assert_eq!(json(&Node::Map(object.map)), r#"{"D":{"x":"y","n":3,"z":2},"G":1}"#);
        assert_eq!(object.unread, ["A", "B", "E", "F"]);
    }
}

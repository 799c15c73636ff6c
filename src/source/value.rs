//! A value as its author wrote it: every scalar with its raw text, its style and its place. YAML, TOML and JSON all
//! become this, for front matter and for configuration alike; each use of a value decides what type it has.

use std::collections::{BTreeSet, HashMap};

/// A value as written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    /// A word, number, date or string.
    Scalar(Scalar),
    /// A list.
    List(Vec<Node>),
    /// A table, mapping or object.
    Map(Map),
}

/// A scalar as written.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Scalar {
    /// Without quotes and escapes: of `1.10` it is `1.10`, of `"a\tb"` it is `a`, a tab and `b`.
    pub text: String,
    /// Whether it is a string by its quotes (or block form), whatever it looks like.
    pub quoted: bool,
    /// Where the text begins, in bytes of what was parsed. `None` where the text is not a slice of it.
    pub at: Option<usize>,
}

/// The pairs of a mapping, in the order written, duplicates included.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Map(pub Vec<(Scalar, Node)>);

/// Why a text could not be parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SyntaxError {
    /// What the parser said, without the place.
    pub message: String,
    /// Where, in bytes of what was parsed, if the parser said so.
    pub at: Option<usize>,
}

impl SyntaxError {
    /// What can be done about it, where its message does not say.
    pub(crate) fn advice(&self) -> Option<&'static str> {
        let is_of_colon = self.message.contains("mapping values are not allowed");
        is_of_colon.then_some("a value with a colon needs quotes: `title: \"A: B\"`")
    }
}

/// Up to this many lookups, a linear search is used.
const FEW: usize = 64;

/// An index of a map's pairs by key, the last of each; `None` if a linear search is faster.
pub(crate) struct Places(Option<HashMap<String, usize>>);

impl Places {
    /// The pair of a key in the map that these are of.
    pub(crate) fn pair<'m>(&self, map: &'m mut Map, key: &str) -> Option<&'m mut (Scalar, Node)> {
        match &self.0 {
            Some(places) => map.0.get_mut(*places.get(key)?),
            None => map.entry_mut(key),
        }
    }

    /// Adds a pair to the map that these are of.
    pub(crate) fn push(&mut self, map: &mut Map, key: Scalar, node: Node) {
        if let Some(places) = &mut self.0 {
            places.insert(key.text.clone(), map.0.len());
        }
        map.0.push((key, node));
    }
}

impl Map {
    /// The value of a key. Of duplicates the last counts, as in every YAML reader of the field.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|(_, node)| node)
    }

    /// The pair of a key.
    pub(crate) fn entry(&self, key: &str) -> Option<&(Scalar, Node)> {
        // Most names differ in length or in their first letter, which is quicker to see than to compare them.
        let first = key.as_bytes().first();
        let is_like = |name: &str| name.len() == key.len() && name.as_bytes().first() == first;
        self.0.iter().rev().find(|(name, _)| is_like(&name.text) && name.text == key)
    }

    /// What a key says, if that is yes or no.
    pub(crate) fn flag(&self, key: &str) -> Option<bool> {
        self.get(key)?.as_scalar()?.as_bool()
    }

    /// The pair of a key, to be changed.
    pub(crate) fn entry_mut(&mut self, key: &str) -> Option<&mut (Scalar, Node)> {
        self.0.iter_mut().rev().find(|(name, _)| name.text == key)
    }

    /// A map of one pair.
    pub(crate) fn of(key: &str, node: Node) -> Self {
        Self(vec![(Scalar::string(key), node)])
    }

    /// Puts the names of fields into lower case, for generators that know them in any case.
    pub(crate) fn lower_names(&mut self) {
        for (key, _) in &mut self.0 {
            key.text.make_ascii_lowercase();
        }
    }

    /// The same, in the maps in it too.
    pub(crate) fn lower_all_names(&mut self) {
        self.lower_names();
        for (_, node) in &mut self.0 {
            let maps = match node {
                Node::List(items) => items.as_mut_slice(),
                node => std::slice::from_mut(node),
            };
            for node in maps {
                if let Node::Map(map) = node {
                    map.lower_all_names();
                }
            }
        }
    }

    /// Adds the pairs of another, which win; maps under the same key become one.
    pub(crate) fn merge(&mut self, other: Self) {
        let mut places = self.places(other.0.len());
        for (key, node) in other.0 {
            match (places.pair(self, &key.text), node) {
                (Some((_, Node::Map(own))), Node::Map(map)) => own.merge(map),
                (Some((_, own)), node) => *own = node,
                (None, node) => places.push(self, key, node),
            }
        }
    }

    /// Where its pairs are, for so many keys to be looked up.
    pub(crate) fn places(&self, lookups: usize) -> Places {
        let place = |(index, (key, _)): (usize, &(Scalar, Node))| (key.text.clone(), index);
        let is_large = lookups > FEW && self.0.len() + lookups > 2 * FEW;
        Places(is_large.then(|| self.0.iter().enumerate().map(place).collect()))
    }

    /// The marks of all keys.
    pub(super) fn marks(&self) -> u64 {
        self.0.iter().fold(0, |marks, (key, _)| marks | mark(&key.text))
    }

    /// Every key that is followed by another of the same name.
    pub(crate) fn duplicates(&self) -> Vec<&Scalar> {
        // Nearly always, the marks show that there are none.
        if usize::try_from(self.marks().count_ones()) == Ok(self.0.len()) {
            return Vec::new();
        }
        let mut later = BTreeSet::new();
        let mut duplicates: Vec<&Scalar> =
            self.0.iter().rev().map(|(key, _)| key).filter(|key| !later.insert(key.text.as_str())).collect();
        duplicates.reverse();
        duplicates
    }
}

/// One of 64 bits. Equal keys have the same bit, and few different keys do.
#[inline]
pub(super) fn mark(key: &str) -> u64 {
    let first = key.as_bytes().first().copied().unwrap_or_default();
    1 << (first & 31 | (key.len() as u8 & 1) << 5)
}

impl Scalar {
    /// A string that is not from any file.
    pub(crate) fn string(text: impl Into<String>) -> Self {
        Self { text: text.into(), quoted: true, at: None }
    }

    /// Whether nothing was written: `key:`, `~` or `null`.
    pub(crate) fn is_null(&self) -> bool {
        !self.quoted && matches!(self.text.as_str(), "" | "~" | "null" | "Null" | "NULL")
    }

    /// Yes or no, in any of YAML 1.1's spellings. A quoted `"false"` is also taken at its word: nothing that is marked
    /// as a draft in any way may leak.
    pub(crate) fn as_bool(&self) -> Option<bool> {
        match self.text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "y" => Some(true),
            "false" | "no" | "off" | "n" => Some(false),
            _ => None,
        }
    }

    /// Whether it is `true` or `false`: whether there is something, but not what.
    pub(crate) fn is_switch(&self) -> bool {
        !self.quoted && matches!(self.text.as_str(), "true" | "True" | "TRUE" | "false" | "False" | "FALSE")
    }

    fn to_json(&self) -> serde_json::Value {
        use serde_json::Value;
        if self.quoted {
            return Value::String(self.text.clone());
        }
        if self.is_null() {
            return Value::Null;
        }
        match self.text.as_str() {
            "true" | "True" | "TRUE" => Value::Bool(true),
            "false" | "False" | "FALSE" => Value::Bool(false),
            // Only what JSON itself would write as a number: `1e3`, `0x1F` and `007` stay as written.
            text => match serde_json::from_str::<serde_json::Number>(text) {
                Ok(number) if !text.contains(['e', 'E']) => Value::Number(number),
                _ => Value::String(text.to_owned()),
            },
        }
    }
}

impl Node {
    /// The scalar, if it is one.
    pub(crate) fn as_scalar(&self) -> Option<&Scalar> {
        match self {
            Self::Scalar(scalar) => Some(scalar),
            Self::List(_) | Self::Map(_) => None,
        }
    }

    /// The text, if it is a scalar that is not null.
    pub(crate) fn as_text(&self) -> Option<&str> {
        self.as_scalar().filter(|scalar| !scalar.is_null()).map(|scalar| scalar.text.as_str())
    }

    /// The map, if it is one.
    pub(crate) fn as_map(&self) -> Option<&Map> {
        match self {
            Self::Map(map) => Some(map),
            Self::Scalar(_) | Self::List(_) => None,
        }
    }

    /// A list as it is, nothing for null, anything else as a list of one.
    pub(crate) fn as_items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            Self::Scalar(scalar) if scalar.is_null() => &[],
            one => std::slice::from_ref(one),
        }
    }

    /// The same, with lists in lists in their places.
    pub(crate) fn flat_items(&self) -> Vec<&Self> {
        match self {
            Self::List(items) => items.iter().flat_map(Self::flat_items).collect(),
            one => one.as_items().iter().collect(),
        }
    }

    /// Whether it is made of scalars and lists alone.
    pub(crate) fn has_no_map(&self) -> bool {
        match self {
            Self::Scalar(_) => true,
            Self::List(items) => items.iter().all(Self::has_no_map),
            Self::Map(_) => false,
        }
    }

    /// Where it begins, in bytes of what was parsed.
    pub(crate) fn at(&self) -> Option<usize> {
        match self {
            Self::Scalar(scalar) => scalar.at,
            Self::List(items) => items.iter().find_map(Self::at),
            Self::Map(map) => map.0.iter().find_map(|(key, _)| key.at),
        }
    }

    /// What kind of value it is, for messages.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Scalar(scalar) if scalar.is_null() => "nothing",
            Self::Scalar(_) => "text",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
        }
    }

    /// The same as JSON, with the types of YAML's core schema.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Scalar(scalar) => scalar.to_json(),
            Self::List(items) => items.iter().map(Self::to_json).collect(),
            Self::Map(map) => map.0.iter().map(|(key, node)| (key.text.clone(), node.to_json())).collect(),
        }
    }

    /// Whether there is nothing in it.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Scalar(scalar) => scalar.text.chars().all(char::is_whitespace) || scalar.is_null(),
            Self::List(items) => items.is_empty(),
            Self::Map(map) => map.0.is_empty(),
        }
    }

    /// How deep lists and maps are nested in it: 0 for a scalar.
    pub(crate) fn depth(&self) -> usize {
        match self {
            Self::Scalar(_) => 0,
            Self::List(items) => 1 + items.iter().map(Self::depth).max().unwrap_or(0),
            Self::Map(map) => 1 + map.0.iter().map(|(_, node)| node.depth()).max().unwrap_or(0),
        }
    }

    /// Calls `change` with every scalar, keys too.
    pub(crate) fn for_each_scalar(&mut self, change: &mut impl FnMut(&mut Scalar)) {
        match self {
            Self::Scalar(scalar) => change(scalar),
            Self::List(items) => items.iter_mut().for_each(|item| item.for_each_scalar(change)),
            Self::Map(map) => map.for_each_scalar(change),
        }
    }
}

impl Map {
    /// The same with every scalar of a map.
    pub(crate) fn for_each_scalar(&mut self, change: &mut impl FnMut(&mut Scalar)) {
        for (key, node) in &mut self.0 {
            change(key);
            node.for_each_scalar(change);
        }
    }
}

/// The parsers put the place into the message, counted from the start of what they were given.
pub(super) fn without_place(message: &str) -> String {
    let (first, _) = message.split_once(" at line ").unwrap_or((message, ""));
    let first =
        first.rsplit_once(": ").map_or(first, |(path, last)| if path.contains(' ') { first } else { last });
    first.to_owned()
}

/// The byte offset of a 1-based line and column, the column in characters.
pub(super) fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let rest = text.get(start..).unwrap_or_default();
    start + rest.chars().take(column.saturating_sub(1)).map(char::len_utf8).sum::<usize>()
}

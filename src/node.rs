//! A value as its author wrote it: every scalar with its raw text, its style and its place. YAML, TOML and JSON all
//! become this, for front matter and for configuration alike, and whoever uses a value decides what type it has.

pub mod scan;

use serde::de::{
    self, Deserialize, DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess,
    Visitor,
};
use std::cell::Cell;
use std::collections::BTreeSet;
use std::fmt;

/// Deeper flow collections are refused: libyaml's scanner needs quadratic time for them.
const MAX_FLOW_DEPTH: usize = 100;

/// What stands for a key that is itself a collection: it can name no field.
const COLLECTION_KEY: Scalar = Scalar { text: String::new(), quoted: true, at: None };

/// A value as written.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// A word, number, date or string.
    Scalar(Scalar),
    /// A list.
    List(Vec<Node>),
    /// A table, mapping or object.
    Map(Map),
}

/// A scalar as written.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scalar {
    /// Without quotes and escapes: of `1.10` it is `1.10`, of `"a\tb"` it is `a`, a tab and `b`.
    pub text: String,
    /// Whether it is a string by its quotes (or block form), whatever it looks like.
    pub quoted: bool,
    /// Where the text begins, in bytes of what was parsed. `None` where the text is not a slice of it.
    pub at: Option<usize>,
}

/// The pairs of a mapping, in the order written, duplicates included.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Map(pub Vec<(Scalar, Node)>);

/// Why a text could not be parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// What the parser said, without the place.
    pub message: String,
    /// Where, in bytes of what was parsed, if the parser said so.
    pub at: Option<usize>,
}

impl Map {
    /// The value of a key. Of duplicates the last counts, as in every YAML reader of the field.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|(_, node)| node)
    }

    /// The pair of a key.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&(Scalar, Node)> {
        self.0.iter().rev().find(|(name, _)| name.text == key)
    }

    /// The pair of a key, to be changed.
    pub fn entry_mut(&mut self, key: &str) -> Option<&mut (Scalar, Node)> {
        self.0.iter_mut().rev().find(|(name, _)| name.text == key)
    }

    /// Every key that stands before another of the same name.
    #[must_use]
    pub fn duplicates(&self) -> Vec<&Scalar> {
        let stands_again = |(index, (key, _)): (usize, &'_ (Scalar, Node))| {
            self.0.iter().skip(index + 1).any(|(later, _)| later.text == key.text)
        };
        // Keys are few, except in an attack.
        if self.0.len() <= 64 {
            return self
                .0
                .iter()
                .enumerate()
                .filter(|pair| stands_again(*pair))
                .map(|(_, (key, _))| key)
                .collect();
        }
        let mut later = BTreeSet::new();
        let mut duplicates: Vec<&Scalar> =
            self.0.iter().rev().map(|(key, _)| key).filter(|key| !later.insert(key.text.as_str())).collect();
        duplicates.reverse();
        duplicates
    }
}

impl Scalar {
    /// A string that is not from any file.
    #[must_use]
    pub fn string(text: impl Into<String>) -> Self {
        Self { text: text.into(), quoted: true, at: None }
    }

    /// Whether nothing was written: `key:`, `~` or `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        !self.quoted && matches!(self.text.as_str(), "" | "~" | "null" | "Null" | "NULL")
    }

    /// Yes or no, in any of YAML 1.1's spellings. A quoted `"false"` is also taken at its word: nothing that is marked
    /// as a draft in any way may leak.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self.text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "y" => Some(true),
            "false" | "no" | "off" | "n" => Some(false),
            _ => None,
        }
    }

    /// Whether it says `true` or `false`, and so nothing but whether there is something.
    #[must_use]
    pub fn is_switch(&self) -> bool {
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
    #[must_use]
    pub fn as_scalar(&self) -> Option<&Scalar> {
        match self {
            Self::Scalar(scalar) => Some(scalar),
            Self::List(_) | Self::Map(_) => None,
        }
    }

    /// The text, if it is a scalar that is not null.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        self.as_scalar().filter(|scalar| !scalar.is_null()).map(|scalar| scalar.text.as_str())
    }

    /// The map, if it is one.
    #[must_use]
    pub fn as_map(&self) -> Option<&Map> {
        match self {
            Self::Map(map) => Some(map),
            Self::Scalar(_) | Self::List(_) => None,
        }
    }

    /// A list as it is, nothing for null, anything else as a list of one.
    #[must_use]
    pub fn as_items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            Self::Scalar(scalar) if scalar.is_null() => &[],
            one => std::slice::from_ref(one),
        }
    }

    /// Where it begins, in bytes of what was parsed.
    #[must_use]
    pub fn at(&self) -> Option<usize> {
        match self {
            Self::Scalar(scalar) => scalar.at,
            Self::List(items) => items.iter().find_map(Self::at),
            Self::Map(map) => map.0.iter().find_map(|(key, _)| key.at),
        }
    }

    /// What kind of value it is, for messages.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Scalar(scalar) if scalar.is_null() => "nothing",
            Self::Scalar(_) => "text",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
        }
    }

    /// The same as JSON, with the types of YAML's core schema.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Scalar(scalar) => scalar.to_json(),
            Self::List(items) => items.iter().map(Self::to_json).collect(),
            Self::Map(map) => map.0.iter().map(|(key, node)| (key.text.clone(), node.to_json())).collect(),
        }
    }

    /// Calls `change` with every scalar, keys too.
    pub fn for_each_scalar(&mut self, change: &mut impl FnMut(&mut Scalar)) {
        match self {
            Self::Scalar(scalar) => change(scalar),
            Self::List(items) => items.iter_mut().for_each(|item| item.for_each_scalar(change)),
            Self::Map(map) => {
                for (key, node) in &mut map.0 {
                    change(key);
                    node.for_each_scalar(change);
                }
            }
        }
    }
}

/// Parses one YAML document. Duplicate keys are kept, integers may have any length.
///
/// # Errors
/// What `serde_yaml` says, with the place.
pub fn parse_yaml(text: &str) -> Result<Node, SyntaxError> {
    scan::scan(text).map_or_else(|| parse_whole_yaml(text), Ok)
}

/// The same, with all that YAML has.
///
/// `serde_yaml` hands out types but not what was written (`1.10` comes as 1.1). So it parses twice: the first pass
/// learns the shape, the second asks for every scalar as a string and gets slices of the text, which say the place too.
///
/// # Errors
/// What `serde_yaml` says, with the place.
pub fn parse_whole_yaml(text: &str) -> Result<Node, SyntaxError> {
    if flow_depth(text) > MAX_FLOW_DEPTH {
        return Err(SyntaxError {
            message: format!("brackets are nested deeper than {MAX_FLOW_DEPTH}"),
            at: None,
        });
    }
    let failed = |error: serde_yaml::Error| yaml_error(text, &error);
    // Aliases repeat what they stand for: a few kilobytes could ask for gigabytes.
    let budget = Cell::new(text.len().saturating_mul(16).saturating_add(10_000));
    let shape = Shape { budget: &budget };
    let mut node = shape.deserialize(serde_yaml::Deserializer::from_str(text)).map_err(failed)?;
    Written { node: &mut node, text }
        .deserialize(serde_yaml::Deserializer::from_str(text))
        .map_err(failed)?;
    merge(&mut node);
    Ok(node)
}

/// Parses a TOML document. What can be parsed is given even where something cannot.
#[must_use]
pub fn parse_toml(text: &str) -> (Map, Vec<SyntaxError>) {
    let (table, errors) = toml::de::DeTable::parse_recoverable(text);
    let errors = errors
        .into_iter()
        .map(|error| SyntaxError {
            message: error.message().to_owned(),
            at: error.span().map(|span| span.start),
        })
        .collect();
    (toml_map(text, table.get_ref()), errors)
}

/// Parses the JSON value that a text begins with, and says how many bytes it takes.
///
/// # Errors
/// What `serde_json` says, with the place.
pub fn parse_json(text: &str) -> Result<(Node, usize), SyntaxError> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<JsonNode>();
    match values.next() {
        Some(Ok(JsonNode(node))) => Ok((node, values.byte_offset())),
        Some(Err(error)) => Err(SyntaxError {
            message: without_place(&error.to_string()),
            at: Some(offset_of(text, error.line(), error.column())),
        }),
        None => Err(SyntaxError { message: "there is no value".to_owned(), at: Some(0) }),
    }
}

/// Applies YAML 1.1's merge keys: what `<<` names is said too, where it is not said otherwise.
fn merge(node: &mut Node) {
    match node {
        Node::Scalar(_) => {}
        Node::List(items) => items.iter_mut().for_each(merge),
        Node::Map(map) => {
            map.0.iter_mut().for_each(|(_, value)| merge(value));
            let Some(at) = map
                .0
                .iter()
                .position(|(key, value)| key.text == "<<" && !key.quoted && value.as_scalar().is_none())
            else {
                return;
            };
            let (_, merged) = map.0.remove(at);
            for inner in merged.as_items().iter().filter_map(Node::as_map) {
                for (key, value) in &inner.0 {
                    if map.get(&key.text).is_none() {
                        map.0.push((key.clone(), value.clone()));
                    }
                }
            }
        }
    }
}

fn flow_depth(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut deepest = 0;
    for byte in text.bytes() {
        match byte {
            b'[' | b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

fn yaml_error(text: &str, error: &serde_yaml::Error) -> SyntaxError {
    let at = error.location().map(|place| offset_of(text, place.line(), place.column()));
    SyntaxError { message: without_place(&error.to_string()), at }
}

/// The parsers put the place into the message, counted from the start of what they were given.
fn without_place(message: &str) -> String {
    let (first, _) = message.split_once(" at line ").unwrap_or((message, ""));
    let first =
        first.rsplit_once(": ").map_or(first, |(path, last)| if path.contains(' ') { first } else { last });
    first.to_owned()
}

/// The byte offset of a 1-based line and column, the column in characters.
fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let rest = text.get(start..).unwrap_or_default();
    start + rest.chars().take(column.saturating_sub(1)).map(char::len_utf8).sum::<usize>()
}

fn toml_map(text: &str, table: &toml::de::DeTable<'_>) -> Map {
    let mut pairs: Vec<(Scalar, Node)> = table
        .iter()
        .map(|(key, value)| {
            let key_text = key.get_ref().to_string();
            (Scalar { text: key_text, quoted: true, at: Some(key.span().start) }, toml_node(text, value))
        })
        .collect();
    // The order written, which the table has lost.
    pairs.sort_by_key(|(key, _)| key.at);
    Map(pairs)
}

fn toml_node(text: &str, value: &toml::Spanned<toml::de::DeValue<'_>>) -> Node {
    use toml::de::DeValue;
    let span = value.span();
    let written = text.get(span.clone()).unwrap_or_default();
    match value.get_ref() {
        DeValue::String(string) => {
            let at = written.find(string.as_ref()).map(|inset| span.start + inset);
            Node::Scalar(Scalar { text: string.to_string(), quoted: true, at })
        }
        DeValue::Array(items) => Node::List(items.iter().map(|item| toml_node(text, item)).collect()),
        DeValue::Table(table) => Node::Map(toml_map(text, table)),
        DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_) => {
            Node::Scalar(Scalar { text: written.to_owned(), quoted: false, at: Some(span.start) })
        }
    }
}

/// The first pass over YAML: the shape, with the text of scalars left open where the second pass can fill it in.
#[derive(Clone, Copy)]
struct Shape<'b> {
    /// How many values may still come.
    budget: &'b Cell<usize>,
}

impl Shape<'_> {
    fn spend<E: de::Error>(self) -> Result<(), E> {
        let left = self.budget.get().checked_sub(1);
        self.budget.set(left.unwrap_or(0));
        left.map(|_| ()).ok_or_else(|| E::custom("its aliases repeat too much"))
    }
}

impl<'de> DeserializeSeed<'de> for Shape<'_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        self.spend()?;
        deserializer.deserialize_any(self)
    }
}

fn plain(text: impl ToString) -> Node {
    Node::Scalar(Scalar { text: text.to_string(), quoted: false, at: None })
}

impl<'de> Visitor<'de> for Shape<'_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(plain(""))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(plain(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(plain(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(plain(value))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Node, E> {
        Ok(plain(value))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Node, E> {
        Ok(plain(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(plain(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Scalar(Scalar::string(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            list.push(item);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut pairs: A) -> Result<Node, A::Error> {
        let mut map = Map::default();
        while let Some(key) = pairs.next_key_seed(self)? {
            let value = pairs.next_value_seed(self)?;
            map.0.push((key.as_scalar().cloned().unwrap_or(COLLECTION_KEY), value));
        }
        Ok(Node::Map(map))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Node, A::Error> {
        let (_tag, value) = tagged.variant::<de::IgnoredAny>()?;
        value.newtype_variant_seed(self)
    }
}

/// The second pass over YAML: fills in what was written.
struct Written<'a> {
    node: &'a mut Node,
    text: &'a str,
}

impl<'de> DeserializeSeed<'de> for Written<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match self.node {
            Node::Scalar(_) => deserializer.deserialize_str(self),
            Node::List(_) => deserializer.deserialize_seq(self),
            Node::Map(_) => deserializer.deserialize_map(self),
        }
    }
}

impl<'de> Visitor<'de> for Written<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the shape of the first pass")
    }

    fn visit_borrowed_str<E>(self, slice: &'de str) -> Result<(), E> {
        if let Node::Scalar(scalar) = self.node {
            slice.clone_into(&mut scalar.text);
            scalar.at = slice.as_ptr().addr().checked_sub(self.text.as_ptr().addr());
            scalar.at =
                scalar.at.filter(|at| self.text.get(*at..).is_some_and(|rest| rest.starts_with(slice)));
            let before =
                scalar.at.and_then(|at| at.checked_sub(1)).and_then(|at| self.text.as_bytes().get(at));
            // After a backslash stands what was escaped at the start of a string.
            scalar.quoted = matches!(before, Some(b'"' | b'\'' | b'\\'));
        }
        Ok(())
    }

    /// Not a slice of the text, so it has escapes, is folded or is a block.
    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        if let Node::Scalar(scalar) = self.node {
            value.clone_into(&mut scalar.text);
            // A plain scalar over several lines comes here too; nothing that spans lines is anything but a string.
            scalar.quoted = true;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        if let Node::List(list) = self.node {
            for node in list {
                if items.next_element_seed(Written { node, text: self.text })?.is_none() {
                    break;
                }
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut pairs: A) -> Result<(), A::Error> {
        if let Node::Map(map) = self.node {
            for (key, value) in &mut map.0 {
                if pairs.next_key_seed(Key { key, text: self.text })?.is_none() {
                    break;
                }
                pairs.next_value_seed(Written { node: value, text: self.text })?;
            }
        }
        Ok(())
    }
}

/// A key in the second pass.
struct Key<'a> {
    key: &'a mut Scalar,
    text: &'a str,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if *self.key == COLLECTION_KEY {
            return de::IgnoredAny::deserialize(deserializer).map(|_| ());
        }
        let mut node = Node::Scalar(std::mem::take(self.key));
        Written { node: &mut node, text: self.text }.deserialize(deserializer)?;
        if let Node::Scalar(key) = node {
            *self.key = key;
        }
        Ok(())
    }
}

/// JSON as a [`Node`]; `serde_json` gives no places.
struct JsonNode(Node);

impl<'de> Deserialize<'de> for JsonNode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // JSON has no aliases.
        Shape { budget: &Cell::new(usize::MAX) }.deserialize(deserializer).map(JsonNode)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(yaml: &str, text: &str, quoted: bool, at: Option<usize>) {
        let Node::Map(map) = parse_yaml(yaml).unwrap() else { panic!("not a map") };
        let scalar = map.get("k").unwrap().as_scalar().unwrap();
        assert_eq!((scalar.text.as_str(), scalar.quoted, scalar.at), (text, quoted, at), "{yaml:?}");
    }

    #[test]
    fn yaml_scalars_are_kept_as_written() {
        case("k: 1.10", "1.10", false, Some(3));
        case("k: 0x1F", "0x1F", false, Some(3));
        case("k: 18446744073709551616", "18446744073709551616", false, Some(3));
        case(
            "k: 123456789012345678901234567890123456789012345",
            "123456789012345678901234567890123456789012345",
            false,
            Some(3),
        );
        case("k: 2025-11-29 02:11:40 +0000 # why", "2025-11-29 02:11:40 +0000", false, Some(3));
        case("k: 'no'", "no", true, Some(4));
        case("k: no", "no", false, Some(3));
        case("k: ~", "~", false, Some(3));
        case("k:", "", false, Some(2));
        case("k: \"a\\tb\"", "a\tb", true, None);
        case("k: \"\\\"a\"", "\"a", true, Some(5));
        case("k: a\nk: b", "b", false, Some(8));
        case("k: !!str 12", "12", false, Some(9));
        case("k: |\n  a\n  b\n", "a\nb\n", true, None);
        case("1: a\nk: b", "b", false, Some(8));
    }

    #[test]
    fn hostile_yaml_is_refused_quickly() {
        for text in [
            format!("k: {}", "[".repeat(100_000)),
            format!("k: {}{}", "[".repeat(90), "]".repeat(90)).replace("k", &"- ".repeat(100_000)),
            "k: &a [*a]".to_owned(),
            format!("a: &a [{}]\nb: [{}]", "1,".repeat(4000), "*a,".repeat(4000)),
            "a: b: c".to_owned(),
            "k: \"unclosed".to_owned(),
            "a: 1\n---\nb: 2\n".to_owned(),
        ] {
            assert!(parse_yaml(&text).is_err(), "{}", text.chars().take(20).collect::<String>());
        }
    }

    #[test]
    fn errors_have_places() {
        assert_eq!(parse_yaml("a: 1\nb: \"x\nc: 2\n").unwrap_err().at.map(|at| at >= 8), Some(true));
        assert_eq!(parse_json("{\"a\": }").unwrap_err().at, Some(6));
        let (map, errors) = parse_toml("a = 1\nb = \nc = 'x'\n");
        assert_eq!((map.0.len() >= 2, errors.len()), (true, 1));
    }
}

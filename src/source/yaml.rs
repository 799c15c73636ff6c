//! YAML, with what was written.
//!
//! `serde_yaml` hands out types but not what was written (`1.10` comes as 1.1). So it parses twice: the first pass
//! learns the shape, the second takes every scalar as a string and gets slices of the text, which give the place too.

use std::cell::Cell;
use std::fmt;

use serde::de::{
    self, Deserialize, DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess,
    Visitor,
};

use super::scan;
use super::value::{Map, Node, Scalar, SyntaxError, offset_of, without_place};

/// Deeper flow collections are refused: libyaml's scanner needs quadratic time for them.
const MAX_FLOW_DEPTH: usize = 100;

/// The replacement for a key that is itself a collection: it can name no field.
const COLLECTION_KEY: Scalar = Scalar { text: String::new(), quoted: true, at: None };

/// Parses one YAML document. Duplicate keys are kept, integers may have any length.
///
/// # Errors
/// The message of `serde_yaml`, with the place.
pub(crate) fn parse(text: &str) -> Result<Node, SyntaxError> {
    scan::scan(text).map_or_else(|| parse_whole(text), Ok)
}

/// Parses one YAML document that is a map; comments alone, or nothing, are an empty one.
///
/// # Errors
/// The message of `serde_yaml`, with the place; or that it is not a map.
pub(crate) fn parse_map(text: &str) -> Result<Map, SyntaxError> {
    match parse(text) {
        Ok(Node::Map(map)) => Ok(map),
        Ok(Node::Scalar(scalar)) if scalar.is_null() => Ok(Map::default()),
        Ok(other) => {
            Err(SyntaxError { message: format!("it is {}, not a map", other.kind()), at: other.at() })
        }
        // libyaml finds no document in comments.
        Err(_) if text.lines().all(|line| matches!(line.trim_start().as_bytes(), [] | [b'#', ..])) => {
            Ok(Map::default())
        }
        Err(error) => Err(error),
    }
}

/// The same, without the scanner.
///
/// # Errors
/// The message of `serde_yaml`, with the place.
pub(crate) fn parse_whole(text: &str) -> Result<Node, SyntaxError> {
    if flow_depth(text) > MAX_FLOW_DEPTH {
        return Err(SyntaxError {
            message: format!("brackets are nested deeper than {MAX_FLOW_DEPTH}"),
            at: None,
        });
    }
    let failed = |error: serde_yaml::Error| yaml_error(text, &error);
    // Aliases repeat their anchors: a few kilobytes could need gigabytes.
    let budget = Cell::new(text.len().saturating_mul(16).saturating_add(10_000));
    let shape = Shape { budget: &budget };
    let mut node = shape.deserialize(serde_yaml::Deserializer::from_str(text)).map_err(failed)?;
    Written { node: &mut node, text }
        .deserialize(serde_yaml::Deserializer::from_str(text))
        .map_err(failed)?;
    merge(&mut node);
    Ok(node)
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
                let mut places = map.places(inner.0.len());
                for (key, value) in &inner.0 {
                    if places.pair(map, &key.text).is_none() {
                        places.push(map, key.clone(), value.clone());
                    }
                }
            }
        }
    }
}

/// How deep brackets are nested, or more: quotes are followed on a line only, and comments close nothing.
fn flow_depth(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut deepest = 0;
    for line in text.lines() {
        let mut quote = None;
        let mut before = b' ';
        for byte in line.bytes() {
            match (byte, quote) {
                (b'#', None) if before.is_ascii_whitespace() => break,
                (b'"' | b'\'', None) => quote = Some(byte),
                (byte, Some(open)) if byte == open => quote = None,
                (b'[' | b'{', _) => {
                    depth += 1;
                    deepest = deepest.max(depth);
                }
                (b']' | b'}', _) => depth = depth.saturating_sub(1),
                _ => {}
            }
            before = byte;
        }
    }
    deepest
}

fn yaml_error(text: &str, error: &serde_yaml::Error) -> SyntaxError {
    let at = error.location().map(|place| offset_of(text, place.line(), place.column()));
    SyntaxError { message: without_place(&error.to_string()), at }
}

/// The first pass over YAML: the shape, with the text of scalars left open where the second pass can fill it in.
#[derive(Clone, Copy)]
pub(super) struct Shape<'b> {
    /// How many values, and bytes of text, may still come.
    pub(super) budget: &'b Cell<usize>,
}

impl Shape<'_> {
    fn spend<E: de::Error>(self, cost: usize) -> Result<(), E> {
        let left = self.budget.get().checked_sub(cost);
        self.budget.set(left.unwrap_or(0));
        left.map(|_| ()).ok_or_else(|| E::custom("its aliases repeat too much"))
    }
}

impl<'de> DeserializeSeed<'de> for Shape<'_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        self.spend(1)?;
        deserializer.deserialize_any(self)
    }
}

/// As `serde_json` gives numbers with all their digits: a map of this key.
const JSON_NUMBER: &str = "$serde_json::private::Number";

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

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Node, E> {
        self.spend(value.len())?;
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
            if let (Node::Scalar(key), Node::Scalar(number)) = (&key, &value)
                && key.text == JSON_NUMBER
            {
                return Ok(plain(&number.text));
            }
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
            // After a backslash comes what was escaped at the start of a string.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(yaml: &str, text: &str, quoted: bool, at: Option<usize>) {
        let Node::Map(map) = parse(yaml).unwrap() else { panic!("not a map") };
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
            assert!(parse(&text).is_err(), "{}", text.chars().take(20).collect::<String>());
        }
    }

    #[test]
    fn errors_have_places() {
        let unclosed = parse("a: 1\nb: \"x\nc: 2\n").unwrap_err();
        assert!(unclosed.at.is_some_and(|at| at >= 8), "{unclosed:?}");
    }
}

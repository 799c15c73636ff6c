//! JSON, with what was written; `serde_json` gives no places.

use std::cell::Cell;

use serde::de::{Deserialize, DeserializeSeed, Deserializer};

use super::value::{Node, SyntaxError, offset_of, without_place};
use super::yaml::Shape;

/// Parses the JSON value that a text begins with, and gives its length in bytes.
///
/// # Errors
/// The message of `serde_json`, with the place.
pub(super) fn parse(text: &str) -> Result<(Node, usize), SyntaxError> {
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

/// JSON as a [`Node`].
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

    #[test]
    fn numbers_keep_their_digits() {
        let (node, _) = parse(r#"{"a": 98765432109876543210, "b": -1.50, "c": [3]}"#).unwrap();
        assert_eq!(node.to_json().to_string(), r#"{"a":98765432109876543210,"b":-1.50,"c":[3]}"#);
    }

    #[test]
    fn errors_have_places() {
        assert_eq!(parse("{\"a\": }").unwrap_err().at, Some(6));
    }
}

//! TOML, with what was written.

use super::value::{Map, Node, Scalar, SyntaxError};

/// Parses a TOML document. What can be parsed is given even where something cannot.
pub(crate) fn parse(text: &str) -> (Map, Vec<SyntaxError>) {
    let (table, errors) = ::toml::de::DeTable::parse_recoverable(text);
    let errors = errors
        .into_iter()
        .map(|error| SyntaxError {
            message: error.message().to_owned(),
            at: error.span().map(|span| span.start),
        })
        .collect();
    (toml_map(text, table.get_ref()), errors)
}

fn toml_map(text: &str, table: &::toml::de::DeTable<'_>) -> Map {
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

fn toml_node(text: &str, value: &::toml::Spanned<::toml::de::DeValue<'_>>) -> Node {
    use ::toml::de::DeValue;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_parsed_is_given_even_where_something_cannot() {
        let (map, errors) = parse("a = 1\nb = \nc = 'x'\n");
        let text = |key: &str| map.get(key).and_then(Node::as_text);
        assert_eq!((text("a"), text("c"), errors.len()), (Some("1"), Some("x"), 1));
    }
}

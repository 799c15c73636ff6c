//! The JSON Schema of `feedmill.yml`, for editors, from the tables of keys (<https://json-schema.org/draft-07>).

use serde_json::{Map, Value, json};

use super::keys::Key;
use super::shape::Shape;
use super::{KEYS, feeds, memory, sitemap};
use crate::diagnostic::Rule;
use crate::model::TAXONOMIES;

impl Shape {
    fn schema(self) -> Value {
        let text = json!({"type": ["string", "number"]});
        let switch = json!({"type": "boolean"});
        let whole = json!({"type": "integer", "minimum": 0});
        match self {
            Self::Text => text,
            Self::Texts => json!({"anyOf": [text, {"type": "array", "items": text}]}),
            Self::Number => whole,
            Self::Switch => switch,
            Self::Word(words) => json!({"enum": words}),
            Self::Optional => json!({"anyOf": [text, switch]}),
            Self::OptionalWord(words) => json!({"anyOf": [{"enum": words}, switch]}),
            Self::OptionalNumber => json!({"anyOf": [whole, switch]}),
            Self::Priority => json!({"anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, switch]}),
            Self::Authors => {
                let author = json!({
                    "type": "object",
                    "properties": {"name": text, "email": text, "url": text},
                    "additionalProperties": false,
                });
                let one = json!({"anyOf": [text, author]});
                json!({"anyOf": [text, author, {"type": "array", "items": one}]})
            }
            Self::Levels => {
                let level = json!({"enum": ["allow", "note", "warn", "deny"]});
                let rules = Rule::ALL.iter().map(|rule| (rule.name().to_owned(), level.clone()));
                json!({"type": "object", "properties": rules.collect::<Map<_, _>>(), "additionalProperties": false})
            }
            Self::Criteria => json!({"type": "object", "additionalProperties": Self::Texts.schema()}),
            Self::Feeds => {
                // Any field of the front matter may select.
                let mut feed = object(feeds::KEYS, json!(Self::Texts.schema()));
                if let Some(Value::Object(properties)) = feed.get_mut("properties") {
                    let names = TAXONOMIES.into_iter().chain(["section", "paths"]);
                    properties.extend(names.map(|name| (name.to_owned(), Self::Texts.schema())));
                }
                let one = json!({"anyOf": [{"type": "string"}, feed]});
                json!({"anyOf": [{"type": "string"}, feed, {"type": "array", "items": one}]})
            }
            Self::Sitemap => json!({"anyOf": [text, switch, object(sitemap::KEYS, json!(false))]}),
            Self::IndexNow => json!({"anyOf": [text, object(memory::KEYS, json!(false))]}),
        }
    }
}

/// The schema of a map with these keys, and of what others may hold.
fn object<T>(keys: &[Key<T>], others: Value) -> Value {
    let property = |key: &Key<T>| {
        let mut schema = key.shape.schema();
        if let Value::Object(schema) = &mut schema {
            schema.insert("description".to_owned(), json!(key.help));
        }
        key.names.iter().map(move |name| ((*name).to_owned(), schema.clone())).collect::<Vec<_>>()
    };
    let properties: Map<String, Value> = keys.iter().flat_map(property).collect();
    json!({"type": "object", "properties": properties, "additionalProperties": others})
}

/// The schema of a whole file.
pub(crate) fn schema() -> Value {
    let mut schema = object(KEYS, json!(false));
    if let Value::Object(schema) = &mut schema {
        schema.insert("$schema".to_owned(), json!("http://json-schema.org/draft-07/schema#"));
        schema.insert("title".to_owned(), json!("feedmill.yml"));
    }
    schema
}

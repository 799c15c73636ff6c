//! The JSON Schema of `feedmill.yml` fits what feedmill reads.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::indexing_slicing, reason = "a test may")]

mod common;

use std::fs;

use serde_json::{Value, json};

/// Why a value does not fit a schema, as far as ours go: `type`, `enum`, `anyOf`, `items`, `properties`,
/// `additionalProperties`, `minimum` and `maximum`. Any other keyword is a fault.
fn faults(schema: &Value, value: &Value, at: &str) -> Vec<String> {
    let keywords = match schema {
        Value::Bool(true) => return Vec::new(),
        Value::Object(keywords) => keywords,
        _ => return vec![format!("{at} is not allowed")],
    };
    let not = |fits: bool, what: &str| -> Vec<String> {
        if fits { Vec::new() } else { vec![format!("{at} is {value}, not {what}")] }
    };
    let of_keyword = |(keyword, wanted): (&String, &Value)| match keyword.as_str() {
        "$schema" | "title" | "description" | "properties" => Vec::new(),
        "type" => {
            let types = wanted.as_array().cloned().unwrap_or_else(|| vec![wanted.clone()]);
            let is = |name: &Value| match name.as_str().unwrap() {
                "string" => value.is_string(),
                "number" => value.is_number(),
                "integer" => value.is_u64(),
                "boolean" => value.is_boolean(),
                "array" => value.is_array(),
                "object" => value.is_object(),
                other => panic!("unknown type {other}"),
            };
            not(types.iter().any(is), &wanted.to_string())
        }
        "enum" => not(wanted.as_array().unwrap().contains(value), &wanted.to_string()),
        "minimum" => not(value.as_f64() >= wanted.as_f64(), &format!("at least {wanted}")),
        "maximum" => not(value.as_f64() <= wanted.as_f64(), &format!("at most {wanted}")),
        "anyOf" => {
            let fits = wanted.as_array().unwrap().iter().any(|one| faults(one, value, at).is_empty());
            not(fits, "any of what is allowed")
        }
        "items" => {
            let items = value.as_array().into_iter().flatten();
            items.flat_map(|item| faults(wanted, item, &format!("{at}[]"))).collect()
        }
        "additionalProperties" => {
            let schema_of = |name: &str| schema["properties"].get(name).unwrap_or(wanted);
            let pairs = value.as_object().into_iter().flatten();
            pairs.flat_map(|(name, value)| faults(schema_of(name), value, &format!("{at}.{name}"))).collect()
        }
        other => panic!("unknown keyword {other}"),
    };
    keywords.iter().flat_map(of_keyword).collect()
}

#[test]
fn the_configuration_of_every_fixture_fits() {
    let schema = feedmill::internals::schema();
    let mut compared = 0;
    for case in common::fixtures() {
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        let Ok(text) = fs::read_to_string(case.join("site/feedmill.yml")) else { continue };
        let Ok(value) = serde_yaml::from_str::<Value>(&text) else { continue };
        let report = fs::read_to_string(case.join("expected-report.txt")).unwrap();
        let is_refused = report.ends_with("exit status: 2\n");
        if value.is_object() && !is_refused {
            assert_eq!(faults(&schema, &value, &name), Vec::<String>::new());
            compared += 1;
        }
    }
    assert!(compared > 40, "only {compared} configurations were compared");
}

#[test]
fn what_feedmill_refuses_by_its_type_does_not_fit() {
    let schema = feedmill::internals::schema();
    for wrong in [
        json!({"url": "https://e.com"}),
        json!({"limit": "many"}),
        json!({"drafts": "maybe"}),
        json!({"content": "some"}),
        json!({"levels": {"no-rule": "warn"}}),
        json!({"levels": {"cut-title": "loud"}}),
        json!({"sitemap": {"compress": true}}),
        json!({"feeds": [{"path": "a.xml", "limit": "x"}]}),
        json!({"author": {"mail": "a@e.com"}}),
        json!({"posts": {"a": "b"}}),
    ] {
        assert!(!faults(&schema, &wrong, "").is_empty(), "{wrong}");
        let folder = common::folder();
        let mut map = wrong.as_object().unwrap().clone();
        map.entry("base_url").or_insert(json!("https://e.com/"));
        fs::write(folder.path().join("feedmill.yml"), serde_yaml::to_string(&map).unwrap()).unwrap();
        let report = common::run(folder.path(), &["build"]);
        assert!(report.contains("error: feedmill.yml:"), "{wrong}\n{report}");
    }
}

/// Every example fits, and every key says what it is for.
#[test]
fn the_example_of_every_key_fits() {
    let schema = feedmill::internals::schema();
    for (key, example, help) in feedmill::internals::keys() {
        let value: Value = serde_yaml::from_str(&format!("{key}: {example}")).unwrap();
        assert_eq!(faults(&schema, &value, key), Vec::<String>::new());
        assert_eq!(schema["properties"][key]["description"], help);
    }
}

//! What must hold for every input.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::indexing_slicing, reason = "a test may")]

mod common;

use std::fs;
use std::path::Path;

use chrono::{DateTime, Utc};
use feedmill::internals::is_publishable;
use feedmill::{Config, Options, Outcome, Progress, Report};
use proptest::prelude::*;

fn build(root: &Path) -> Report {
    let mut options = Options::default();
    options.base_url = Some("https://example.com/b".to_owned());
    options.limit = Some(0);
    let now: DateTime<Utc> = DateTime::from_timestamp(common::NOW.parse().unwrap(), 0).unwrap();
    let config = Config::new(root, options, now).unwrap();
    feedmill::build(&config, &Progress::default()).unwrap()
}

/// Every character of a published document may be published, and strict parsers take it.
fn assert_sound(root: &Path) {
    for name in ["feed.xml", "atom.xml", "sitemap.xml", "feed.json"] {
        let text = String::from_utf8(fs::read(root.join("public").join(name)).unwrap()).unwrap();
        let bad = text.chars().find(|c| !is_publishable(*c));
        assert_eq!(bad, None, "{name}");
        if name == "feed.json" {
            let feed: serde_json::Value = serde_json::from_str(&text).unwrap();
            // An escape could smuggle in what the text does not show.
            visit(&feed, &mut |text| assert!(text.chars().all(is_publishable), "{text:?}"));
        } else {
            roxmltree::Document::parse(&text).unwrap();
            if name != "sitemap.xml" {
                feed_rs::parser::parse(text.as_bytes()).unwrap();
            }
        }
    }
}

fn visit(value: &serde_json::Value, seen: &mut impl FnMut(&str)) {
    match value {
        serde_json::Value::String(text) => seen(text),
        serde_json::Value::Array(items) => items.iter().for_each(|item| visit(item, seen)),
        serde_json::Value::Object(map) => map.iter().for_each(|(key, value)| {
            seen(key);
            visit(value, seen);
        }),
        _ => {}
    }
}

/// Text in which nasty characters are frequent.
fn nasty() -> impl Strategy<Value = String> {
    let c = prop_oneof![
        4 => any::<char>(),
        4 => prop::sample::select("aA1 .,:;#'\"`*_~[](){}<>/\\|&%?!=+-@$^\n\t-\r".chars().collect::<Vec<_>>()),
        1 => prop::sample::select(vec!['\0', '\u{B}', '\u{1B}', '\u{7F}', '\u{85}', '\u{FFFD}', '\u{FFFE}', '\u{FDD0}', '\u{202E}', '\u{FEFF}', '\u{2028}', '日', '😀', '\u{301}']),
        1 => Just('\n'),
    ];
    let word = prop_oneof![
        8 => prop::collection::vec(c, 0..12).prop_map(String::from_iter),
        1 => prop::sample::select(vec!["]]>", "&amp;", "&#0;", "&#x1B;", "</title>", "<![CDATA[", "<!--more-->", "**", "---\n", "{% x %}", "http://", "\\u0000"]).prop_map(str::to_owned),
    ];
    prop::collection::vec(word, 0..8).prop_map(|words| words.concat())
}

/// A post with front matter that is nearly right.
fn post() -> impl Strategy<Value = Vec<u8>> {
    let keys = vec![
        "title", "date", "updated", "tags", "categories", "author", "excerpt", "permalink", "id", "image",
        "lang", "slug", "x", "draft", "url",
    ];
    let value = prop_oneof![
        nasty(),
        nasty().prop_map(|text| serde_json::Value::String(text).to_string()),
        nasty().prop_map(|text| format!("[{text}, {}]", serde_json::Value::String(text.clone()))),
        nasty().prop_map(|text| format!("{{name: {text}}}")),
        Just("2025-11-29 02:11:40 +0000".to_owned()),
        Just("|\n  block\n  of text".to_owned()),
        any::<i64>().prop_map(|number| number.to_string()),
    ];
    let fields = prop::collection::vec((prop::sample::select(keys), value), 0..8);
    let bytes = prop_oneof![9 => Just(Vec::new()), 1 => prop::collection::vec(any::<u8>(), 0..40)];
    (fields, nasty(), bytes, prop::bool::weighted(0.9)).prop_map(|(fields, body, bytes, closed)| {
        let mut text = String::from("---\n");
        for (key, value) in fields {
            text.push_str(&format!("{key}: {value}\n"));
        }
        text.push_str(if closed { "---\n" } else { "\n" });
        text.push_str(&body);
        let mut post = text.into_bytes();
        let middle = post.len() / 2;
        post.splice(middle..middle, bytes);
        post
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_give_sound_output(bytes in prop::collection::vec(any::<u8>(), 0..600), extension in prop::sample::select(vec!["md", "html", "txt"])) {
        let folder = common::folder();
        fs::write(folder.path().join(format!("2025-11-29-a.{extension}")), bytes).unwrap();
        build(folder.path());
        assert_sound(folder.path());
    }

    #[test]
    fn posts_that_are_nearly_right_give_sound_output_and_building_twice_changes_nothing(posts in prop::collection::vec(post(), 1..5)) {
        let folder = common::folder();
        for (number, post) in posts.iter().enumerate() {
            fs::write(folder.path().join(format!("2025-11-{:02}-a.md", number + 1)), post).unwrap();
        }
        let first = build(folder.path());
        assert_sound(folder.path());
        let second = build(folder.path());
        prop_assert!(second.outputs.iter().all(|output| output.outcome == Outcome::Unchanged));
        prop_assert_eq!(first.findings, second.findings);
    }

    #[test]
    fn the_order_of_creation_does_not_matter(posts in prop::collection::vec(post(), 2..5)) {
        let (one, other) = (common::folder(), common::folder());
        for (number, post) in posts.iter().enumerate() {
            fs::write(one.path().join(format!("2025-11-{:02}-a.md", number + 1)), post).unwrap();
        }
        for (number, post) in posts.iter().enumerate().rev() {
            fs::write(other.path().join(format!("2025-11-{:02}-a.md", number + 1)), post).unwrap();
        }
        build(one.path());
        build(other.path());
        prop_assert_eq!(common::tree(&one.path().join("public")), common::tree(&other.path().join("public")));
    }

    #[test]
    fn titles_lose_nothing_that_may_be_published(words in prop::collection::vec("[a-zA-Z0-9日本語ü.,!?]{1,8}", 1..6)) {
        let folder = common::folder();
        let title = words.join(" ");
        fs::write(folder.path().join("a.md"), format!("---\ntitle: {}\ndate: 2025-11-29\n---\n", serde_json::Value::String(title.clone()))).unwrap();
        build(folder.path());
        let text = fs::read_to_string(folder.path().join("public/atom.xml")).unwrap();
        let document = roxmltree::Document::parse(&text).unwrap();
        let entry = document.descendants().find(|node| node.has_tag_name(("http://www.w3.org/2005/Atom", "entry"))).unwrap();
        let published = entry.children().find(|node| node.tag_name().name() == "title").unwrap().text().unwrap();
        prop_assert_eq!(published, title);
    }
}

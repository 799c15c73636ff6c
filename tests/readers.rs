//! Parsers that are not ours read every expected output: the three formats must say the same.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::indexing_slicing, reason = "a test may")]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use chrono::{DateTime, Utc};

/// What a reader sees of an entry.
#[derive(Debug, PartialEq)]
struct Seen {
    id: String,
    link: String,
    title: String,
    published: DateTime<Utc>,
    categories: Vec<String>,
    authors: Vec<String>,
    summary: Option<String>,
}

/// RSS and Atom through `feed-rs`.
fn seen_by_feed_rs(path: &Path, summary_is_html: bool) -> Vec<Seen> {
    let feed = feed_rs::parser::parse(fs::read(path).unwrap().as_slice()).unwrap();
    let unescape = |text: String| {
        if summary_is_html {
            text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        } else {
            text
        }
    };
    feed.entries
        .into_iter()
        .map(|entry| Seen {
            id: entry.id,
            link: entry.links[0].href.clone(),
            title: entry.title.unwrap().content,
            published: entry.published.unwrap(),
            categories: entry.categories.into_iter().map(|category| category.term).collect(),
            authors: entry.authors.into_iter().filter_map(|author| author.name).collect(),
            summary: entry.summary.map(|summary| unescape(summary.content)),
        })
        .collect()
}

/// JSON Feed through `serde_json`, because `feed-rs` does not give all of it.
fn seen_in_json(path: &Path) -> Vec<Seen> {
    let feed: serde_json::Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let items = feed["items"].as_array().unwrap().iter();
    items
        .map(|item| Seen {
            id: text(&item["id"]),
            link: text(&item["url"]),
            title: text(&item["title"]),
            published: DateTime::parse_from_rfc3339(item["date_published"].as_str().unwrap())
                .unwrap()
                .to_utc(),
            categories: item["tags"].as_array().into_iter().flatten().map(text).collect(),
            authors: item["authors"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|author| text(&author["name"]))
                .collect(),
            summary: item["summary"].as_str().map(str::to_owned),
        })
        .collect()
}

#[test]
fn every_expected_document_is_sound() {
    let mut faults = Vec::new();
    let mut entries = 0;
    for case in common::fixtures() {
        // What `check --fix` repairs are documents of others.
        if case.file_name().unwrap().to_string_lossy().starts_with("check-fix") {
            continue;
        }
        for (path, bytes) in common::tree(&case.join("expected")) {
            let (found, some) = common::judge::judge(&format!("{}/expected/{path}", case.display()), &bytes);
            faults.extend(found);
            entries += some;
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(entries > 1000, "only {entries} entries");
}

/// A judge that accepts everything proves nothing.
#[test]
fn the_judge_finds_each_fault() {
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/example/expected/public");
    for (file, sound, broken) in [
        ("feed.xml", "<link>https://example.com/notes/2025/11/flour/", "<link>/notes/2025/11/flour/"),
        ("feed.xml", "<pubDate>Sun, 02 Nov 2025", "<pubDate>Sunday"),
        ("feed.xml", "notes/2025/11/flour/</guid>", "notes/2025/11/mill-stones/</guid>"),
        ("feed.xml", "</item>", "<item>"),
        ("feed.xml", "Text.", "Te\u{b}xt."),
        ("feed.xml", "Text.", "Te\u{fffd}xt."),
        ("feed.xml", "Text.", "<a href=\"../x\">x</a>"),
        ("feed.xml", "Text.", "<script>x</script>"),
        ("atom.xml", "<updated>2025-11-", "<updated>2025-13-"),
        ("atom.xml", "<published>2025-11-02", "<published>2026-11-02"),
        ("atom.xml", "</entry>", "</entry>&nbsp;"),
        ("feed.json", "\"date_published\": \"2025-11-02T", "\"date_published\": \"2025-11-02x"),
        ("feed.json", "Text.", "Te\\u000bxt."),
        ("feed.json", "\"url\": \"https://example.com/", "\"url\": \"/"),
        ("sitemap.xml", "<loc>https://example.com", "<loc>example.com"),
        ("sitemap.xml", "<lastmod>2025-", "<lastmod>25-"),
    ] {
        let text = fs::read_to_string(case.join(file)).unwrap();
        assert!(common::judge::judge(file, text.as_bytes()).0.is_empty());
        let changed = text.replacen(sound, broken, 1);
        assert_ne!(changed, text, "{file} has no `{sound}`");
        let (found, _) = common::judge::judge(file, changed.as_bytes());
        assert!(!found.is_empty(), "{file}: `{broken}` is not found");
    }
}

#[test]
fn every_format_says_the_same() {
    let mut compared = 0;
    for case in common::fixtures() {
        let public = case.join("expected/public");
        let (rss, atom, json) = (public.join("feed.xml"), public.join("atom.xml"), public.join("feed.json"));
        if !(rss.exists() && atom.exists() && json.exists()) {
            continue;
        }
        let json = seen_in_json(&json);
        assert_eq!(seen_by_feed_rs(&atom, false), json, "{}", case.display());
        assert_eq!(seen_by_feed_rs(&rss, true), json, "{}", case.display());
        compared += json.len();
    }
    assert!(compared > 80, "only {compared} entries were compared");
}

#[test]
fn every_entry_is_in_the_sitemap_and_every_id_is_unique() {
    for case in common::fixtures() {
        let public = case.join("expected/public");
        if !(public.join("feed.json").exists() && public.join("sitemap.xml").exists()) {
            continue;
        }
        let text = fs::read_to_string(public.join("sitemap.xml")).unwrap();
        let document = roxmltree::Document::parse(&text).unwrap();
        let locations: Vec<&str> = document
            .descendants()
            .filter(|node| node.has_tag_name("loc") || node.tag_name().name() == "loc")
            .filter_map(|node| node.text())
            .collect();
        let unique: BTreeSet<&str> = locations.iter().copied().collect();
        assert_eq!(unique.len(), locations.len(), "{}", case.display());
        let entries = seen_in_json(&public.join("feed.json"));
        let ids: BTreeSet<&str> = entries.iter().map(|entry| entry.id.as_str()).collect();
        assert_eq!(ids.len(), entries.len(), "{}", case.display());
        let base = entries.first().map(|entry| entry.link.clone());
        for entry in &entries {
            // The sitemap leaves out other hosts, what is too long, and what says so.
            let exempt = entry.link.len() > 2047
                || !entry.link.starts_with("https://example.com/")
                || ["selection", "built-site", "built-dates", "nothing-leaks"]
                    .iter()
                    .any(|name| case.ends_with(name));
            assert!(
                exempt || unique.contains(entry.link.as_str()),
                "{}: {} of {base:?}",
                case.display(),
                entry.link
            );
        }
    }
}

/// The page that a browser shows has the newest entries as links, and a parser sees the same feed without it.
#[test]
fn the_page_in_a_feed_lists_its_entries_and_changes_nothing() {
    let mut compared = 0;
    for case in common::fixtures() {
        let documents = common::files(&case.join("expected"));
        for path in documents.iter().filter(|path| path.extension().is_some_and(|end| end == "xml")) {
            let text = fs::read_to_string(path).unwrap();
            let Some((before, rest)) = text.split_once("<div xmlns=\"http://www.w3.org/1999/xhtml\"") else {
                continue;
            };
            let (page, after) = rest.split_once("</div>").unwrap();
            let page = format!("<div{page}</div>");
            let page = roxmltree::Document::parse(&page).unwrap();
            let links: Vec<(&str, &str)> = page
                .descendants()
                .filter(|node| node.has_tag_name("li"))
                .map(|item| item.first_element_child().unwrap())
                .map(|link| (link.attribute("href").unwrap(), link.text().unwrap()))
                .collect();
            let seen = seen_by_feed_rs(path, false);
            let entries = seen.iter().map(|entry| (entry.link.as_str(), entry.title.as_str()));
            assert_eq!(links, entries.take(50).collect::<Vec<_>>(), "{}", path.display());
            let without = format!("{before}{after}");
            let with = feed_rs::parser::parse(text.as_bytes()).unwrap();
            assert_eq!(with, feed_rs::parser::parse(without.as_bytes()).unwrap(), "{}", path.display());
            compared += links.len();
        }
    }
    assert!(compared > 300, "only {compared} links were compared");
}

/// A feed of more posts than are held at once is rendered in parts: the last post alone has a text and an image.
#[test]
fn a_long_feed_is_whole_in_every_format() {
    let folder = common::folder();
    let mut lines = String::new();
    for number in 0..1_203 {
        let day = chrono::DateTime::from_timestamp(1_700_000_000 - number * 86_400, 0).unwrap();
        let text =
            if number == 1_202 { r#","content_html":"<p>T</p>","image":{"url":"/a.png"}"# } else { "" };
        lines += &format!(
            "{{\"url\":\"/{number}/\",\"title\":\"Title {number}\",\"published\":\"{}\"{text}}}\n",
            day.to_rfc3339()
        );
    }
    fs::write(folder.path().join("posts.jsonl"), lines).unwrap();
    let config = "base_url: https://example.com/\ntitle: T\nlimit: 0\n";
    fs::write(folder.path().join("feedmill.yml"), config).unwrap();
    let args = ["build", "--records", "posts.jsonl"];
    let report = common::run(folder.path(), &args);
    assert!(report.contains("1203 posts read, 1203 published; 6 files written\n"), "{report}");
    assert!(common::run(folder.path(), &args).contains("6 files unchanged"));
    let public = folder.path().join("public");
    let json = seen_in_json(&public.join("feed.json"));
    assert_eq!(json.len(), 1_203);
    assert!(json.iter().enumerate().all(|(index, entry)| entry.title == format!("Title {index}")));
    assert_eq!(seen_by_feed_rs(&public.join("atom.xml"), false), json);
    assert_eq!(seen_by_feed_rs(&public.join("feed.xml"), true), json);
    for name in ["feed.xml", "atom.xml", "feed.json"] {
        let (faults, entries) = common::judge::judge(name, &fs::read(public.join(name)).unwrap());
        assert_eq!((faults, entries), (Vec::new(), 1_203), "{name}");
    }
}

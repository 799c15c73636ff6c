//! Jekyll sites, compared fact by fact with what the real Jekyll (4.4.1 and 3.10.0, with jekyll-feed 0.17.0 and
//! jekyll-sitemap 1.4.0) published for them. `fixtures/jekyll/record` says how that was recorded.
//!
//! ```text
//! fixtures/jekyll/<group>.txt       some sites that share most of their files: `==> PATH <==`, the file, a line end;
//!                                   `==> [SITE] PATH <==` for a file of one of them
//! fixtures/jekyll/<group>.json      what Jekyll published for each, by version
//! fixtures/jekyll/times.json        how it reads dates, by zone
//! fixtures/jekyll/differences.txt   where we differ on purpose
//! ```
//!
//! A line of `differences.txt` is a case, what is compared, what it is about, and the row of the table in docs/generators.md that
//! gives the reason. A difference that is not there fails the test, and so does a line that is not needed.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may"
)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use chrono::DateTime;
use common::groups::{self, Differences, Tree};
use feedmill::internals::url_of;
use feedmill::{Config, Options, Progress};
use serde_json::Value;

/// When the recordings were made.
const NOW: &str = "2026-11-23T15:00:00Z";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/jekyll")
}

fn config(root: &Path) -> Config {
    let now = DateTime::parse_from_rfc3339(NOW).unwrap().to_utc();
    match Config::new(root, Options::default(), now) {
        // Without a `url`, Jekyll publishes relative links, and we ask for one.
        Err(feedmill::Error::NoBaseUrl { .. }) => {
            let mut given = Options::default();
            given.base_url = Some("https://example.com".to_owned());
            Config::new(root, given, now).unwrap()
        }
        config => config.unwrap_or_else(|error| panic!("{error}")),
    }
}

#[test]
fn every_site_is_published_as_jekyll_publishes_it() {
    let mut differences = Differences(Vec::new());
    let mut facts = 0;
    for (case, site, published) in groups::cases(&folder()) {
        for (versions, published) in published.as_object().unwrap() {
            for version in versions.split(" and ") {
                let name = format!("{case}@{}", version.chars().next().unwrap());
                facts += compare(&mut differences, &name, &site, version, published);
            }
        }
    }
    assert!(facts > 10_000, "only {facts} facts were compared");
    differences.check(&folder().join("differences.txt"));
}

fn compare(
    differences: &mut Differences,
    case: &str,
    site: &Tree,
    version: &str,
    published: &Value,
) -> usize {
    let folder = common::folder();
    let root = folder.path();
    common::write_tree(site, root);
    fs::write(root.join("Gemfile"), format!("gem \"jekyll\", \"{version}\"\n")).unwrap();
    // Drafts are dated by their files.
    for file in common::files(&root.join("_drafts")) {
        let recorded = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_735_689_600);
        fs::File::options().write(true).open(file).unwrap().set_modified(recorded).unwrap();
    }
    let existed = common::tree(root);
    let config = config(root);
    let posts = groups::posts(&config);
    feedmill::build(&config, &Progress::default()).unwrap();
    for (path, bytes) in common::tree(&root.join("_site")) {
        if !existed.contains_key(&format!("_site/{path}")) && !path.ends_with(".css") {
            let (faults, _) = common::judge::judge(&format!("{case}: {path}"), &bytes);
            assert!(faults.is_empty(), "{}", faults.join("\n"));
        }
    }
    let text = |value: &Value| match value.as_str().unwrap_or_default() {
        relative if relative.starts_with('/') && published.get("documents").is_some() => {
            url_of(&config, relative).unwrap_or_default()
        }
        text => text.to_owned(),
    };
    let raw = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut facts = 0;
    if published.get("error").is_some() {
        return 1;
    }
    for document in published["documents"].as_array().unwrap() {
        let path = raw(&document["path"]);
        let ours = posts
            .iter()
            .find(|post| post["path"] == path || raw(&post["path"]).ends_with(&format!("/{path}")));
        if document.get("written").is_some() {
            differences.compare(
                case,
                "document",
                &path,
                "not written",
                if ours.is_some() { "written" } else { "not written" },
            );
            continue;
        }
        let Some(ours) = ours else {
            differences.compare(case, "document", &path, "written", "not written");
            continue;
        };
        let id = raw(ours.get("id").unwrap_or(&ours["url"]));
        let absolute = |path: &Value| url_of(&config, raw(path).trim_start_matches('/')).unwrap();
        differences.compare(case, "url", &path, &absolute(&document["url"]), &raw(&ours["url"]));
        differences.compare(case, "id", &path, &absolute(&document["id"]), &id);
        let date = text(&document["date"]);
        // The time of the build is not a date.
        if !date.starts_with("2026-11-23") {
            differences.compare(case, "date", &path, &date, &raw(&ours["published"]));
        }
        facts += 3;
    }
    for (name, entries) in published.get("feeds").and_then(Value::as_object).into_iter().flatten() {
        let Ok(feed) = fs::read_to_string(root.join("_site").join(name)) else {
            differences.compare(case, "feed", name, "written", "not written");
            continue;
        };
        let ours = atom_entries(&feed);
        let entries = entries.as_array().unwrap();
        let links: BTreeSet<String> = entries.iter().map(|entry| text(&entry["link"])).collect();
        for entry in ours.iter().filter(|entry| !links.contains(&entry["link"])) {
            differences.compare(case, "entry", &format!("{name} {}", entry["link"]), "not there", "there");
        }
        for entry in entries {
            let link = text(&entry["link"]);
            let about = format!("{name} {link}");
            let Some(ours) = ours.iter().find(|ours| ours["link"] == link) else {
                differences.compare(case, "entry", &about, "there", "not there");
                continue;
            };
            let joined = |key: &str| {
                let mut once: Vec<String> = Vec::new();
                for value in entry
                    .get(key)
                    .and_then(Value::as_array)
                    .into_iter()
                    .flatten()
                    .map(|value| squeezed(&raw(value)))
                {
                    // jekyll-feed lists some categories twice.
                    if !once.contains(&value) {
                        once.push(value);
                    }
                }
                once.join(" · ")
            };
            let author = entry["authors"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|author| text(&author["name"]))
                .collect::<Vec<_>>()
                .join(" · ");
            for (key, expected) in [
                ("id", text(&entry["id"])),
                ("title", squeezed(&decoded(&raw(&entry["title"])))),
                ("published", text(&entry["published"])),
                ("updated", text(&entry["updated"])),
                ("categories", joined("categories")),
                ("authors", author),
                ("summary", squeezed(&decoded(&raw(&entry["summary"])))),
            ] {
                let what = if key == "authors" && expected.is_empty() { "missing authors" } else { key };
                differences.compare(case, what, &about, &expected, &ours[key]);
                facts += 1;
            }
        }
    }
    if let Some(sitemap) = published.get("sitemap") {
        let ours = fs::read_to_string(root.join("_site/sitemap.xml")).unwrap();
        let ours = locations(&ours);
        let mut theirs = BTreeMap::new();
        for page in sitemap.as_array().unwrap() {
            theirs.insert(text(&page[0]).replace("&amp;", "&").replace("&apos;", "'"), text(&page[1]));
        }
        for (url, lastmod) in &theirs {
            match ours.get(url) {
                None => differences.compare(case, "sitemap", url, "there", "not there"),
                Some(ours) if lastmod.starts_with("2026-11-23") => {
                    differences.compare(case, "lastmod", url, "", ours)
                }
                Some(ours) if ours.is_empty() => {
                    differences.compare(case, "lastmod of a file", url, lastmod, ours)
                }
                Some(ours) => differences.compare(case, "lastmod", url, lastmod, ours),
            }
            facts += 1;
        }
        for url in ours.keys().filter(|url| !theirs.contains_key(*url)) {
            differences.compare(case, "sitemap", url, "not there", "there");
        }
    }
    // What was there stays.
    for (path, bytes) in existed {
        assert!(path.starts_with("_site/") || fs::read(root.join(&path)).unwrap() == bytes, "{case}: {path}");
    }
    facts
}

/// What a reader shows of text of type `html`.
fn decoded(html: &str) -> String {
    let named =
        html.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#8617;", "↩");
    named.replace("&amp;", "&")
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn atom_entries(feed: &str) -> Vec<BTreeMap<&'static str, String>> {
    let document = roxmltree::Document::parse(feed).unwrap();
    let mut entries = Vec::new();
    for entry in document.descendants().filter(|node| node.tag_name().name() == "entry") {
        let texts = |name: &str| -> Vec<String> {
            let nodes = entry.children().filter(|node| node.tag_name().name() == name);
            nodes.map(|node| squeezed(&node.text().unwrap_or_default().replace('\u{2060}', ""))).collect()
        };
        let people = entry.children().filter(|node| node.tag_name().name() == "author");
        let names = people
            .filter_map(|person| person.children().find(|node| node.tag_name().name() == "name")?.text());
        let attribute = |name: &str, attribute: &str| -> Vec<String> {
            let nodes = entry.children().filter(|node| node.tag_name().name() == name);
            nodes
                .filter_map(|node| node.attribute(attribute))
                .map(|value| squeezed(&value.replace('\u{2060}', "")))
                .collect()
        };
        entries.push(BTreeMap::from([
            ("id", texts("id").concat()),
            ("link", attribute("link", "href").concat()),
            ("title", texts("title").concat()),
            ("published", texts("published").concat()),
            ("updated", texts("updated").concat()),
            ("categories", attribute("category", "term").join(" · ")),
            ("authors", names.collect::<Vec<_>>().join(" · ")),
            ("summary", texts("summary").concat()),
        ]));
    }
    entries
}

fn locations(sitemap: &str) -> BTreeMap<String, String> {
    let document = roxmltree::Document::parse(sitemap).unwrap();
    let urls = document.descendants().filter(|node| node.tag_name().name() == "url");
    urls.map(|url| {
        let text = |name: &str| {
            url.children()
                .find(|node| node.tag_name().name() == name)
                .and_then(|node| node.text())
                .unwrap_or_default()
                .to_owned()
        };
        (text("loc"), text("lastmod"))
    })
    .collect()
}

#[test]
fn dates_are_those_that_ruby_reads() {
    let dates: Vec<BTreeMap<String, String>> =
        serde_json::from_slice(&fs::read(folder().join("times.json")).unwrap()).unwrap();
    let mut wrong = Vec::new();
    let mut compared = 0;
    for case in &dates {
        for (zone, expected) in case.iter().filter(|(zone, _)| *zone != "date") {
            if expected.starts_with("FATAL") {
                continue;
            }
            let folder = common::folder();
            let (zone, version) = zone.split_once(", Jekyll ").unwrap_or((zone, "4"));
            fs::create_dir(folder.path().join("_posts")).unwrap();
            fs::write(folder.path().join("Gemfile"), format!("gem \"jekyll\", \"{version}\"\n")).unwrap();
            fs::write(
                folder.path().join("_config.yml"),
                format!("url: https://example.com\ntimezone: {zone}\n"),
            )
            .unwrap();
            fs::write(
                folder.path().join("_posts/2025-03-04-x.md"),
                format!("---\ndate: {}\n---\n", case["date"]),
            )
            .unwrap();
            let posts = groups::posts(&config(folder.path()));
            let actual = posts[0]["published"].as_str().unwrap_or_default();
            // Local mean time has seconds, which RFC 3339 has no place for: Ruby cuts them off, we give UTC.
            if expected != actual && !case["date"].starts_with("0025") {
                wrong.push(format!("{} in {zone}: Jekyll {expected}, ours {actual}", case["date"]));
            }
            compared += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared > 150, "only {compared}");
}

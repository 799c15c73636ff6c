//! The README and the pages of `docs` say what is so: their console blocks are run, their tables are those of the code,
//! their links lead somewhere.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::indexing_slicing, reason = "a test may")]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use feedmill::internals::{indexnow_keys, keys, sitemap_keys};
use feedmill::{Level, Rule};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every document, with its path.
fn pages() -> Vec<(PathBuf, String)> {
    let mut paths =
        vec![root().join("README.md"), root().join("CONTRIBUTING.md"), root().join("SECURITY.md")];
    paths.extend(common::files(&root().join("docs")));
    paths.into_iter().map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

fn page(name: &str) -> String {
    fs::read_to_string(root().join("docs").join(name)).unwrap()
}

/// What a console shows of its commands, in a site.
fn shown(block: &str, site: &Path) -> String {
    let mut shown = String::new();
    for command in block.lines().filter_map(|line| line.strip_prefix("$ ")) {
        shown.push_str(&format!("$ {command}\n"));
        let mut words = command.split(' ');
        match words.next().unwrap() {
            "cat" => shown.push_str(&fs::read_to_string(site.join(words.next().unwrap())).unwrap()),
            "feedmill" => {
                let output = common::feedmill(site).args(words).output().unwrap();
                // As on a terminal.
                shown.push_str(std::str::from_utf8(&output.stderr).unwrap());
                shown.push_str(std::str::from_utf8(&output.stdout).unwrap());
            }
            other => panic!("{other} cannot be run here"),
        }
    }
    shown
}

/// `<!-- site: NAME -->` above a block says which fixture it is in; the blocks below go on in the same copy of it.
#[test]
fn console_blocks_show_what_happens() {
    let mut blocks = 0;
    for (path, text) in pages() {
        for part in text.split("<!-- site: ").skip(1) {
            let (name, part) = part.split_once(" -->").unwrap();
            let folder = tempfile::tempdir().unwrap();
            let site = folder.path().join("site");
            common::copy_tree(&root().join("fixtures").join(name).join("site"), &site);
            for block in part.split("```console\n").skip(1) {
                let block = block.split("```").next().unwrap();
                assert_eq!(block, shown(block, &site), "{}", path.display());
                blocks += 1;
            }
            // And the entry that is shown below.
            if let Some(entry) = part.split("```xml\n").nth(1) {
                let entry = entry.split("```").next().unwrap();
                let feed = fs::read_to_string(site.join("public/feed.xml")).unwrap();
                assert!(feed.contains(entry), "{entry}");
            }
        }
        let all = text.matches("```console\n").count();
        let placed: usize =
            text.split("<!-- site: ").skip(1).map(|part| part.matches("```console\n").count()).sum();
        assert_eq!(all, placed, "{} has a block without a site", path.display());
    }
    assert_eq!(blocks, 10);
}

#[test]
fn the_tables_are_those_of_the_code() {
    let mut missing = Vec::new();
    let mut lacks = |name: &str, row: String| {
        if !page(name).contains(&row) {
            missing.push(format!("{name}: {row}"));
        }
    };
    for (key, example, about) in keys() {
        lacks("configuration.md", format!("| `{key}` | `{example}` | {about} |"));
    }
    for (key, example, about) in sitemap_keys() {
        lacks("sitemaps.md", format!("| `{key}` | `{example}` | {about} |"));
    }
    for (key, example, about) in indexnow_keys() {
        lacks("lock.md", format!("| `{key}` | `{example}` | {about} |"));
    }
    // Those for finished documents are printed by `feedmill rules`, with examples.
    for rule in Rule::ALL.iter().filter(|rule| rule.standard().is_none()) {
        let level = match rule.default_level() {
            Level::Allow => "allowed",
            Level::Note => "note",
            Level::Warn => "warning",
            Level::Deny => "error",
        };
        lacks("findings.md", format!("| `{}` | {level} | {} |", rule.name(), rule.explanation()));
    }
    assert!(missing.is_empty(), "the documents lack:\n{}", missing.join("\n"));
}

/// The anchor of a heading, as GitHub makes it.
fn anchor(heading: &str) -> String {
    let letters = heading
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-'))
        .collect::<String>();
    letters.replace(' ', "-")
}

/// What of a page is no code.
fn without_code(text: &str) -> String {
    let fenced = text.split("```").step_by(2).collect::<String>();
    fenced.split('`').step_by(2).collect()
}

#[test]
fn every_link_leads_somewhere_and_every_page_has_its_contents() {
    let anchors = |text: &str| -> BTreeSet<String> {
        text.lines().filter_map(|line| Some(anchor(line.strip_prefix("## ")?))).collect()
    };
    let mut links = 0;
    for (path, text) in pages() {
        for link in without_code(&text).split("](").skip(1).map(|rest| rest.split([')', ' ']).next().unwrap())
        {
            if link.contains("://") || !link.chars().any(|c| c == '.' || c == '#' || c == '/') {
                continue;
            }
            let (file, place) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() { path.clone() } else { path.parent().unwrap().join(file) };
            assert!(target.exists(), "{}: {link}", path.display());
            if !place.is_empty() {
                let there = anchors(&fs::read_to_string(&target).unwrap());
                assert!(there.contains(place), "{}: {link}, of {there:?}", path.display());
            }
            links += 1;
        }
        if path.parent().unwrap().ends_with("docs") {
            let contents: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("- [")).collect();
            for heading in text.lines().filter_map(|line| line.strip_prefix("## ")) {
                let entry = format!("{heading}](#{})", anchor(heading));
                assert!(contents.contains(&entry.as_str()), "{}: {entry}", path.display());
            }
        }
    }
    assert!(links > 60, "only {links} links were followed");
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    assert!(readme.lines().count() <= 160, "the README is long again");
}

/// Every fixture and every test that the README gives for a proof is there.
#[test]
fn proofs_are_there() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let tests: String =
        common::files(&root().join("tests")).iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    let sources = fs::read_to_string(root().join("src/markup/clean/mod.rs")).unwrap();
    for name in readme.split("`cargo test ").skip(1).filter_map(|rest| rest.split('`').next()) {
        let mut words = name.split(' ');
        if words.next() == Some("--test") {
            let target = words.next().unwrap();
            assert!(root().join("tests").join(format!("{target}.rs")).exists(), "{name}");
        }
        let filter = name.split(' ').next_back().unwrap();
        let is_there =
            |text: &str| text.lines().any(|line| line.trim().starts_with("fn ") && line.contains(filter));
        assert!(name.split(' ').count() == 2 || is_there(&tests) || is_there(&sources), "{name}");
    }
}

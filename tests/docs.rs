//! The README says what is so: its console blocks are run, its tables are those of the code.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::indexing_slicing, reason = "a test may")]

mod common;

use std::fs;
use std::path::Path;

use feedmill::internals::{keys, sitemap_keys};
use feedmill::{Level, Rule};

fn readme() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap()
}

#[test]
fn console_blocks_show_what_happens() {
    let folder = tempfile::tempdir().unwrap();
    let site = folder.path().join("site");
    common::copy_tree(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/example/site"), &site);
    let readme = readme();
    let mut blocks = 0;
    for block in readme.split("```console\n").skip(1) {
        let block = block.split("```").next().unwrap();
        let mut actual = String::new();
        for command in block.lines().filter_map(|line| line.strip_prefix("$ feedmill ")) {
            let args: Vec<&str> = command.split(' ').collect();
            let output = common::feedmill(&site).args(&args).output().unwrap();
            actual.push_str(&format!("$ feedmill {command}\n"));
            // As on a terminal.
            actual.push_str(std::str::from_utf8(&output.stderr).unwrap());
            actual.push_str(std::str::from_utf8(&output.stdout).unwrap());
        }
        assert_eq!(block, actual);
        blocks += 1;
    }
    assert_eq!(blocks, 2);
    // And the entry that is shown.
    let entry = readme.split("```xml\n").nth(1).unwrap().split("```").next().unwrap();
    let feed = fs::read_to_string(site.join("public/feed.xml")).unwrap();
    assert!(feed.contains(entry), "{entry}");
}

#[test]
fn the_tables_are_those_of_the_code() {
    let readme = readme();
    let mut missing = Vec::new();
    for (key, example, about) in keys().chain(sitemap_keys()) {
        missing.push(format!("| `{key}` | `{example}` | {about} |"));
    }
    for rule in Rule::ALL {
        let level = match rule.default_level() {
            Level::Allow => "allowed",
            Level::Note => "note",
            Level::Warn => "warning",
            Level::Deny => "error",
        };
        missing.push(format!("| `{}` | {level} | {} |", rule.name(), rule.explanation()));
    }
    missing.retain(|row| !readme.contains(row));
    assert!(missing.is_empty(), "the README lacks:\n{}", missing.join("\n"));
}

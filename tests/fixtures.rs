//! Every folder in `fixtures/` is a site and what comes of it, compared whole: every file that appears, what is
//! printed, and the exit status. `UPDATE=1 cargo test --test fixtures` rewrites the expectations; `git diff` reviews
//! them.
//!
//! ```text
//! fixtures/<case>/site/…                the site
//! fixtures/<case>/args                  what is typed after `feedmill`, one argument a line [default: build]
//! fixtures/<case>/expected/…            the files that appear in the site
//! fixtures/<case>/expected-report.txt   stdout, stderr and exit status
//! fixtures/feedmill.css                 the style sheet, which nearly every site gets: the same for all
//! ```

#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::indexing_slicing, reason = "a test may")]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use common::{copy_tree, fixtures, modified, run, tree};

#[test]
fn every_fixture_gives_what_is_expected() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut failures = Vec::new();
    for case in fixtures() {
        let (appeared, report) = actual(&case);
        let expected_folder = case.join("expected");
        let report_file = case.join("expected-report.txt");
        if update {
            let _ = fs::remove_dir_all(&expected_folder);
            if !appeared.is_empty() {
                common::write_tree(&appeared, &expected_folder);
            }
            fs::write(&report_file, &report).unwrap();
            continue;
        }
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        let expected = tree(&expected_folder);
        for path in expected.keys().chain(appeared.keys().filter(|path| !expected.contains_key(*path))) {
            match (expected.get(path), appeared.get(path)) {
                (Some(expected), Some(actual)) if expected == actual => {}
                (Some(expected), Some(actual)) => {
                    failures.push(difference(&format!("{name}/{path}"), expected, actual))
                }
                (Some(_), None) => failures.push(format!("{name}/{path} was not written")),
                (None, _) => failures.push(format!("{name}/{path} was not expected")),
            }
        }
        let expected_report = fs::read(&report_file).unwrap_or_default();
        if expected_report != report.as_bytes() {
            failures.push(difference(
                &format!("{name}/expected-report.txt"),
                &expected_report,
                report.as_bytes(),
            ));
        }
    }
    assert!(failures.is_empty(), "{}\n", failures.join("\n\n"));
}

/// Runs a case twice: the second run must change nothing, not even a file's time.
fn actual(case: &Path) -> (BTreeMap<String, Vec<u8>>, String) {
    let folder = common::folder();
    let site = folder.path().join("site");
    copy_tree(&case.join("site"), &site);
    let before = tree(&site);
    let args = fs::read_to_string(case.join("args")).unwrap_or_else(|_| "build".to_owned());
    let args: Vec<&str> = args.lines().collect();
    let first = run(&site, &args);
    let mut after = tree(&site);
    after.retain(|path, bytes| before.get(path) != Some(bytes));
    let stylesheet = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/feedmill.css")).unwrap();
    after.retain(|path, bytes| !(path.ends_with("feedmill.css") && *bytes == stylesheet));
    let times = modified(&site);
    run(&site, &args);
    assert_eq!(modified(&site), times, "{}: the second run touched something", case.display());
    (after, first)
}

fn difference(name: &str, expected: &[u8], actual: &[u8]) -> String {
    let (expected, actual) = (String::from_utf8_lossy(expected), String::from_utf8_lossy(actual));
    let at = expected.lines().zip(actual.lines()).take_while(|(a, b)| a == b).count();
    let around =
        |text: &str| text.lines().skip(at.saturating_sub(2)).take(6).collect::<Vec<_>>().join("\n    ");
    format!(
        "{name} differs from line {}:\n  expected\n    {}\n  actual\n    {}",
        at + 1,
        around(&expected),
        around(&actual)
    )
}

/// A rule that no fixture breaks is not tested. `unreadable-file` and `link-outside` need files that git cannot keep:
/// `tests/cli.rs` has them. `unsound-entry` would need a bug;
/// `sitemap-size` and `large-feed` need large files, which `tests/check.rs` makes.
#[test]
fn every_rule_is_broken_by_some_fixture() {
    let reports: String =
        fixtures().iter().map(|case| fs::read_to_string(case.join("expected-report.txt")).unwrap()).collect();
    let rules = feedmill::Rule::ALL.iter().map(|rule| rule.name());
    let elsewhere = ["unreadable-file", "link-outside", "unsound-entry", "sitemap-size", "large-feed"];
    let unseen: Vec<&str> =
        rules.filter(|rule| !reports.contains(&format!("[{rule}]")) && !elsewhere.contains(rule)).collect();
    assert!(unseen.is_empty(), "{unseen:?}");
}

//! `feedmill check` from outside: what fixtures cannot hold, such as large files, pipes and damaged ones.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may"
)]

mod common;

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use common::{feedmill, run};
use feedmill::Rule;

/// The documents of a fixture.
fn fixture(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name).join("site")
}

#[test]
fn every_rule_has_a_document_that_breaks_it_and_one_that_does_not() {
    let report = fs::read_to_string(fixture("check-rules").with_file_name("expected-report.txt")).unwrap();
    assert!(!report.contains("right/"), "a document without faults has a finding");
    let of_sites = [Rule::DeadLink, Rule::Unannounced, Rule::NestedIndex];
    let large = [Rule::SitemapSize, Rule::LargeFeed];
    let rules = Rule::ALL.iter().filter(|rule| rule.standard().is_some() && !of_sites.contains(rule));
    for rule in rules.filter(|rule| !large.contains(rule)) {
        let has = |line: &str| {
            line.starts_with(&format!("wrong/{}.", rule.name()))
                && line.contains(&format!("[{}]", rule.name()))
        };
        assert!(report.lines().any(has), "no document breaks {}", rule.name());
        let right = fs::read_dir(fixture("check-rules").join("right")).unwrap();
        let is_its = |path: &Path| path.file_stem().is_some_and(|stem| stem == rule.name());
        assert!(right.into_iter().any(|entry| is_its(&entry.unwrap().path())), "{}", rule.name());
    }
}

#[test]
fn large_documents() {
    let folder = common::folder();
    let mut sitemap = String::from(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for number in 0..50_001 {
        let _ = writeln!(sitemap, "<url><loc>https://example.com/{number}</loc></url>");
    }
    sitemap.push_str("</urlset>\n");
    fs::write(folder.path().join("sitemap.xml"), &sitemap).unwrap();
    let report = run(folder.path(), &["check", "sitemap.xml"]);
    assert!(report.contains("error[sitemap-size]") && report.contains("sitemap.xml:50003:11"), "{report}");
    let right = sitemap.replacen("<url><loc>https://example.com/0</loc></url>\n", "", 1);
    fs::write(folder.path().join("sitemap.xml"), right).unwrap();
    assert!(run(folder.path(), &["check", "-v", "sitemap.xml"]).contains("1 document checked\n"));

    let text = "x".repeat(1_000_001);
    let feed = fs::read_to_string(fixture("check-rules").join("right/large-feed.json")).unwrap();
    fs::write(folder.path().join("feed.json"), feed.replace("\"Text\"", &format!("\"{text}\""))).unwrap();
    let report = run(folder.path(), &["check", "-v", "feed.json"]);
    assert!(report.contains("note[large-feed]"), "{report}");
}

#[test]
fn whatever_is_cut_or_changed_is_checked_to_its_end() {
    let folder = common::folder();
    let mut count = 0;
    for name in
        ["unsafe-html.xml", "bad-paging.xml", "one-way-hreflang.xml", "unknown-json-key.json", "bad-rdf.rdf"]
    {
        let whole = fs::read(fixture("check-rules").join("wrong").join(name)).unwrap();
        for at in (0..whole.len()).step_by(7) {
            let mut changed = whole.clone();
            changed[at] = [b'<', b'&', 0, 0xFF, b'"', b'>'][at % 6];
            fs::write(folder.path().join(format!("{count}-{name}")), &whole[..at]).unwrap();
            fs::write(folder.path().join(format!("{count}-changed-{name}")), changed).unwrap();
            count += 1;
        }
    }
    let mut command = feedmill(folder.path());
    command.args(["check", "-v", "--message-format", "json"]);
    let mut names: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    let output = command.args(&names).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    for line in lines.lines() {
        let finding: serde_json::Value = serde_json::from_str(line).unwrap();
        let path = finding["path"].as_str().unwrap();
        let text = fs::read(folder.path().join(path)).unwrap();
        let text = String::from_utf8_lossy(&text).into_owned();
        let line = usize::try_from(finding["line"].as_u64().unwrap()).unwrap();
        assert!(line <= text.split('\n').count(), "{path}: {finding}");
    }
    // What is cut is not well-formed, or not a feed at all.
    for name in names.iter().map(|name| name.to_string_lossy()).filter(|name| !name.contains("changed")) {
        assert!(lines.contains(&format!("\"path\":\"{name}\"")), "{name} was accepted");
    }
}

#[test]
fn standard_input_and_packed_files() {
    let folder = common::folder();
    let feed = fs::read_to_string(fixture("check-fix").join("feed.xml")).unwrap();
    let through = |args: &[&str], bytes: &[u8]| {
        let mut command = feedmill(folder.path());
        command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(bytes).unwrap();
        let output = child.wait_with_output().unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let (status, _, stderr) = through(&["check", "-"], feed.as_bytes());
    assert!(status == Some(1) && stderr.contains("--> standard input:4:17"), "{stderr}");
    let (_, repaired, _) =
        through(&["check", "--fix", "--write", "--base-url", "https://example.com/", "-"], feed.as_bytes());
    let expected = fs::read_to_string(fixture("check-fix").with_file_name("expected/feed.xml")).unwrap();
    // A document that is piped has no address of its own, so nothing says its self link.
    let self_link = expected.lines().find(|line| line.contains("atom:link")).unwrap();
    assert_eq!(repaired, expected.replace(&format!("{self_link}\n"), ""));
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(feed.as_bytes()).unwrap();
    fs::write(folder.path().join("feed.xml.gz"), packed.finish().unwrap()).unwrap();
    let report = run(folder.path(), &["check", "feed.xml.gz"]);
    assert!(report.contains("--> feed.xml.gz:4:17"), "{report}");
    assert!(run(folder.path(), &["check", "nothing.xml"]).contains("exit status: 2"));
}

#[test]
fn without_a_path_the_output_of_the_site_is_checked() {
    let folder = common::folder();
    let site = folder.path().join("site");
    common::copy_tree(&fixture("example"), &site);
    run(&site, &["build"]);
    let report = run(&site, &["check", "-v"]);
    assert!(report.contains("4 documents checked\n") && report.contains("exit status: 0"), "{report}");
}

#[test]
fn a_url_is_said_to_be_no_file() {
    let folder = common::folder();
    let output = common::feedmill(folder.path()).args(["check", "https://e.com/feed.xml"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("`https://e.com/feed.xml` is a URL"), "{said}");
    assert!(said.contains("curl -sL https://e.com/feed.xml | feedmill check -"), "{said}");
}

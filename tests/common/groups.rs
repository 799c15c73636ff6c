//! Recorded sites, in groups of files, and what the real generators published for them.
//!
//! ```text
//! <group>.txt       some sites that share most of their files: `==> PATH <==`, the file, a line end;
//!                   `==> [SITE] PATH <==` for a file of one of them
//! <group>.json      what the generator published for each
//! differences.txt   where we differ on purpose
//! ```
//!
//! A line of `differences.txt` is a case, what is compared, what it is about, and the row of the table in docs/generators.md that
//! gives the reason. A difference that is not there fails the test, and so does a line that is not needed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use feedmill::{Config, Progress};
use serde_json::Value;

/// The files of a site, by path.
pub(crate) type Tree = BTreeMap<String, Vec<u8>>;

/// Every site in a folder of groups, with its name, and with what was published for it.
pub(crate) fn cases(folder: &Path) -> Vec<(String, Tree, Value)> {
    let mut cases = Vec::new();
    for path in super::files(folder) {
        let recorded = path.with_extension("json");
        if path.extension().is_some_and(|extension| extension == "txt") && recorded.exists() {
            let files = unpacked(&fs::read(&path).unwrap());
            let recorded: BTreeMap<String, Value> =
                serde_json::from_slice(&fs::read(recorded).unwrap()).unwrap();
            for (case, published) in recorded {
                let site = files
                    .iter()
                    .filter(|(of, ..)| of.as_ref().is_none_or(|of| *of == case))
                    .map(|(_, path, bytes)| (path.clone(), bytes.clone()));
                cases.push((case.clone(), site.collect(), published));
            }
        }
    }
    cases
}

/// The files in a group: the site that each belongs to, if it is not of all, its path, and its bytes.
fn unpacked(mut group: &[u8]) -> Vec<(Option<String>, String, Vec<u8>)> {
    const OPEN: &[u8] = b"==> ";
    let mut files = Vec::new();
    while let Some(rest) = group.strip_prefix(OPEN) {
        let (head, rest) = rest.split_at(find(rest, b" <==\n").unwrap());
        let rest = &rest[b" <==\n".len()..];
        let end = find(rest, b"\n==> ").unwrap_or(rest.len() - 1);
        let head = std::str::from_utf8(head).unwrap();
        let (site, path) = match head.strip_prefix('[').and_then(|head| head.split_once("] ")) {
            Some((site, path)) => (Some(site.to_owned()), path),
            None => (None, head),
        };
        files.push((site, path.to_owned(), rest[..end].to_vec()));
        group = &rest[end + 1..];
    }
    assert!(group.is_empty() && !files.is_empty());
    files
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

/// Every published post, as a record.
pub(crate) fn posts(config: &Config) -> Vec<Value> {
    let mut lines = String::new();
    feedmill::records(config, &Progress::default(), &mut |some| {
        lines.push_str(some);
        Ok(())
    })
    .unwrap();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Facts that differ: `case · what · about · expected · actual`.
#[derive(Default)]
pub(crate) struct Differences(pub(crate) Vec<[String; 5]>);

impl Differences {
    pub(crate) fn compare(&mut self, case: &str, what: &str, about: &str, expected: &str, actual: &str) {
        if expected != actual {
            self.0.push([case, what, about, expected, actual].map(str::to_owned));
        }
    }

    /// Checks that there are the differences that a file lists, and no others.
    pub(crate) fn check(&self, file: &Path) {
        let mut expected: Vec<Vec<String>> = fs::read_to_string(file)
            .unwrap_or_default()
            .lines()
            .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
            .map(|line| line.split(" | ").map(|part| part.trim().to_owned()).collect())
            .collect();
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/generators.md");
        let page = fs::read_to_string(page).unwrap();
        for line in &expected {
            assert!(line.len() == 4, "{line:?}");
            assert!(
                page.contains(&format!("| {} |", line[3])),
                "docs/generators.md has no row `{}`",
                line[3]
            );
        }
        let mut unexpected = Vec::new();
        let mut needed = BTreeSet::new();
        for [case, what, about, one, other] in &self.0 {
            let fits = |line: &Vec<String>| {
                let case_fits = like(&line[0], case) || like(&line[0], case.split('@').next().unwrap());
                case_fits && like(&line[1], what) && like(&line[2], about)
            };
            match expected.iter().position(fits) {
                Some(line) => drop(needed.insert(line)),
                None => {
                    unexpected.push(format!("{case} | {what} | {about}\n    theirs {one}\n    ours {other}"))
                }
            }
        }
        let mut index = 0;
        expected.retain(|_| {
            index += 1;
            !needed.contains(&(index - 1))
        });
        assert!(
            unexpected.is_empty() && expected.is_empty(),
            "{} unexpected differences:\n{}\nnot needed: {expected:#?}",
            unexpected.len(),
            unexpected.join("\n")
        );
    }
}

/// Whether a text is like a pattern in which `*` stands for anything.
pub(crate) fn like(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = text.strip_prefix(parts.next().unwrap()) else { return false };
    let parts: Vec<&str> = parts.collect();
    for part in &parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.is_empty() || parts.last().is_some_and(|last| last.is_empty())
}

/// Whether two texts are one URL: some generators encode nothing.
pub(crate) fn same_url(one: &str, other: &str) -> bool {
    let decoded = |url: &str| percent_encoding::percent_decode_str(url).decode_utf8_lossy().into_owned();
    one == other || decoded(one) == decoded(other)
}

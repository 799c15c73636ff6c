//! The folders of `src` are layers: each imports from those below it only, and no two files of a folder import each
//! other in a circle.

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
use std::path::Path;

/// From the top to the bottom. What has one line may import neither itself nor the other.
const LAYERS: [&str; 23] = [
    "lib", "internals", "linter", "explain", "diff", "adopt", "announce", "memory", "feeds", "sitemaps",
    "publish", "render", "check", "read", "lock", "select", "config", "generators", "settings", "model",
    "source", "markup", "text",
];
/// Below all layers: what a finding and an error are, and how files are read.
const LOWEST: [&str; 3] = ["diagnostic", "disk", "error"];

/// The source files of the library, by their path in the crate, without tests and comments.
fn modules() -> BTreeMap<String, String> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut modules = BTreeMap::new();
    for file in common::files(&src) {
        let path = file.strip_prefix(&src).unwrap().with_extension("").to_string_lossy().replace('\\', "/");
        if file.extension().is_none_or(|extension| extension != "rs") || path.starts_with("bin/") {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        let code =
            text.lines().map(|line| line.split("//").next().unwrap_or(line)).collect::<Vec<_>>().join("\n");
        modules.insert(path.trim_end_matches("/mod").to_owned(), code);
    }
    modules
}

/// Every path that a text imports or names from `crate::`, or in its own folder from `super::`.
fn imports(module: &str, code: &str) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    let folder = module.rsplit_once('/').map_or("", |(folder, _)| folder);
    for (prefix, base) in [("crate::", String::new()), ("super::", format!("{folder}/"))] {
        for (at, _) in code.match_indices(prefix) {
            let is_word = code[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | ':'));
            if !is_word {
                paths.extend(
                    expanded(&code[at + prefix.len()..]).into_iter().map(|path| format!("{base}{path}")),
                );
            }
        }
    }
    paths
}

/// The paths of `a::{b, c::d}`, with slashes.
fn expanded(text: &str) -> Vec<String> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let end = text.find(|c| !is_name(c)).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if let Some(rest) = rest.strip_prefix("::") {
        return expanded(rest).into_iter().map(|path| format!("{name}/{path}")).collect();
    }
    let Some(list) = text.strip_prefix('{') else { return vec![name.to_owned()] };
    let mut depth = 1;
    let end = list.find(|c| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        depth == 0
    });
    let list = &list[..end.unwrap()];
    let mut depth = 0;
    let parts = list.split(|c| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        c == ',' && depth == 0
    });
    parts.flat_map(|part| expanded(part.trim())).collect()
}

/// The module that a path leads to.
fn module_of<'m>(path: &str, modules: &'m BTreeMap<String, String>) -> Option<&'m str> {
    let mut path = path;
    loop {
        if let Some((module, _)) = modules.get_key_value(path) {
            return Some(module);
        }
        path = path.rsplit_once('/')?.0;
    }
}

fn layer(module: &str) -> usize {
    let folder = module.split('/').next().unwrap();
    let lowest = LAYERS.len() + usize::from(LOWEST.contains(&folder));
    let layer = LAYERS.iter().position(|layer| *layer == folder);
    layer.unwrap_or_else(|| {
        assert!(lowest > LAYERS.len(), "`{folder}` is in no layer: add it to LAYERS");
        lowest
    })
}

#[test]
fn no_layer_imports_from_above() {
    let modules = modules();
    assert!(modules.len() > 60, "only {} modules were found", modules.len());
    let mut upward = Vec::new();
    for (module, code) in &modules {
        for path in imports(module, code) {
            let Some(target) = module_of(&path, &modules) else { continue };
            if layer(target) < layer(module) && target != "lib" {
                upward.push(format!("{module} imports {path}, which is above it"));
            }
        }
    }
    assert!(upward.is_empty(), "{}", upward.join("\n"));
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let modules = modules();
    let mut below: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (module, code) in &modules {
        let targets = imports(module, code).into_iter().filter_map(|path| module_of(&path, &modules));
        below.insert(module, targets.filter(|target| *target != module && *target != "lib").collect());
    }
    // What imports nothing that is left, or is imported by nothing that is left, is taken away, until nothing or a
    // circle is left.
    loop {
        let imported: BTreeSet<&str> = below.values().flatten().copied().collect();
        let is_free =
            |module: &str, targets: &BTreeSet<&str>| targets.is_empty() || !imported.contains(module);
        let free: Vec<&str> = below
            .iter()
            .filter(|(module, targets)| is_free(module, targets))
            .map(|(module, _)| *module)
            .collect();
        if free.is_empty() {
            break;
        }
        below.retain(|module, _| !free.contains(module));
        below.values_mut().for_each(|targets| targets.retain(|target| !free.contains(target)));
    }
    assert!(below.is_empty(), "circles among {below:#?}");
}

#[test]
fn paths_are_read() {
    let code = "use crate::a::{b, c::{D, e}};\nuse super::f;\nlet x = crate::g::h(super::super::i);";
    let expected = ["a/b", "a/c/D", "a/c/e", "dir/f", "dir/super/i", "g/h"];
    assert_eq!(imports("dir/x", code).into_iter().collect::<Vec<_>>(), expected);
}

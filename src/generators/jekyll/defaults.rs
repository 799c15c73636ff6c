//! Front matter defaults.

use super::names;
use crate::source::{Map, Node, Scalar};

/// One set of front matter defaults.
#[derive(Debug, Clone)]
pub(super) struct Defaults {
    pub(super) path: String,
    pub(super) kind: Option<String>,
    pub(super) values: Map,
}

/// The sets of a configuration, in the order written.
pub(super) fn defaults(map: &Map) -> Vec<Defaults> {
    let sets = map.get("defaults").map(Node::as_items).unwrap_or_default();
    let sets = sets.iter().filter_map(|set| {
        let set = set.as_map()?;
        let scope = set.get("scope").and_then(Node::as_map)?;
        let text = |key: &str| scope.get(key).and_then(Node::as_text).map(str::to_owned);
        let mut values = set.get("values").and_then(Node::as_map)?.clone();
        // Places are those of another file.
        values.for_each_scalar(&mut |scalar| scalar.at = None);
        Some(Defaults { path: text("path").unwrap_or_default(), kind: text("type").map(plural), values })
    });
    sets.collect()
}

/// The names of types before Jekyll 2.
fn plural(kind: String) -> String {
    match kind.as_str() {
        "post" | "page" | "draft" => kind + "s",
        _ => kind,
    }
}

/// Where the site of some defaults keeps its collections, and how it compares paths.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paths<'a> {
    /// 3 or 4.
    pub(super) version: u8,
    pub(super) collections_folder: &'a str,
}

/// The defaults of a path, merged: the longer scope wins, then the one with a type, then the later.
pub(super) fn of_path(sets: &[Defaults], path: &str, kind: &str, paths: Paths<'_>) -> Map {
    let mut merged = Map::default();
    let mut best: Option<&Defaults> = None;
    for set in sets.iter().filter(|set| set.applies(path, kind, paths)) {
        if best.is_none_or(|best| set.beats(best)) {
            let below = std::mem::replace(&mut merged, set.values.clone());
            merge(&mut merged, &below);
            best = Some(set);
        } else {
            merge(&mut merged, &set.values);
        }
    }
    merged
}

/// The scope of the set that gives a path a value.
pub(super) fn with(sets: &[Defaults], path: &str, kind: &str, paths: Paths<'_>, key: &str) -> Option<String> {
    let applying = sets.iter().filter(|set| set.applies(path, kind, paths) && set.values.get(key).is_some());
    let best = applying.fold(None, |best: Option<&Defaults>, set| match best {
        Some(best) if !set.beats(best) => Some(best),
        _ => Some(set),
    })?;
    let kind = best.kind.as_ref().map_or_else(String::new, |kind| format!(", type `{kind}`"));
    Some(format!("`defaults` of the scope `{}`{kind}, in the configuration", best.path))
}

impl Defaults {
    fn beats(&self, other: &Self) -> bool {
        let (own, others) =
            (self.path.trim_start_matches('/').len(), other.path.trim_start_matches('/').len());
        own > others || (own == others && (self.kind.is_some() || other.kind.is_none()))
    }

    fn applies(&self, path: &str, kind: &str, paths: Paths<'_>) -> bool {
        let is_of_kind = self.kind.as_deref().is_none_or(|wanted| wanted == kind);
        is_of_kind && self.covers(path, paths)
    }

    fn covers(&self, path: &str, paths: Paths<'_>) -> bool {
        // A scope with a leading slash matches no path, because Jekyll's paths have none.
        let scope = names::relative(&self.path, paths.collections_folder);
        match paths.version {
            _ if scope.is_empty() => true,
            _ if scope.contains('*') => scope_matches(scope, path),
            // Jekyll 3 compares folders, Jekyll 4 characters.
            3 => {
                let folder = scope.trim_end_matches('/');
                path == folder || names::below(path, folder).is_some()
            }
            _ => path.starts_with(scope),
        }
    }
}

/// `**`-less globs of a scope: each `*` stays within a folder.
fn scope_matches(scope: &str, path: &str) -> bool {
    // A scope covers what it matches, and everything that begins with that, whether it is a folder or not.
    path.char_indices()
        .map(|(at, _)| at)
        .chain([path.len()])
        .filter_map(|at| path.get(..at))
        .any(|start| fast_glob::glob_match(scope, start))
}

/// Fields that a post does not set itself come from its defaults. Maps within are merged.
pub(super) fn merge(map: &mut Map, defaults: &Map) {
    for (key, value) in &defaults.0 {
        match map.entry_mut(&key.text) {
            Some((_, Node::Map(own))) => {
                if let Node::Map(inner) = value {
                    merge(own, inner);
                }
            }
            // A key without a value sets nothing.
            Some((_, own)) if own.as_scalar().is_some_and(Scalar::is_null) => *own = value.clone(),
            Some(_) => {}
            None => map.0.push((key.clone(), value.clone())),
        }
    }
}

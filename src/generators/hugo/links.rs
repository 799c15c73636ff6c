//! How links between pages name these (<https://gohugo.io/methods/page/getpage/>): by their place in the content, in the
//! language of the page that the link is on.

use super::site::Hugo;
use crate::generators::links::{self, LinkKind};
use crate::text;

/// The names of the page that a file is of: its place, and, if that is unique, its last part alone.
pub(super) fn names(hugo: &Hugo, path: &str) -> Vec<String> {
    let Some(place) = hugo.place(path) else { return Vec::new() };
    let mut parts = place.folders.clone();
    if place.is_section() {
        return vec![name(place.language, &parts.join("/"))];
    }
    parts.push(place.name);
    text::unique(vec![name(place.language, &parts.join("/")), bare(place.language, place.name)])
}

/// The names that a link on the page of a file may mean, the likeliest first; none if it names no page.
pub(super) fn linked(hugo: &Hugo, written: &str, from: &str, kind: LinkKind) -> Vec<String> {
    let Some(place) = hugo.place(from) else { return Vec::new() };
    let mut folder = place.folders.join("/");
    let (_, file) = text::split_last(from, b'/').unwrap_or(("", from));
    if hugo.is_named(file, "index") {
        folder = format!("{folder}/{}", place.name);
    }
    let from = format!("{folder}/x");
    if kind == LinkKind::Url && links::relative(written, &from, "").is_none() {
        return Vec::new();
    }
    let stem = written.rsplit_once('.').filter(|(_, end)| links::is_of_source(end)).map(|(stem, _)| stem);
    let of_language = stem.and_then(|stem| hugo.without_language(stem));
    let (stem, language) = of_language.unwrap_or((stem.unwrap_or(written), place.language));
    let of_folder = ["_index", "index"].iter().find_map(|end| stem.strip_suffix(end));
    let target = of_folder.filter(|above| above.is_empty() || above.ends_with('/')).unwrap_or(stem);
    let beside = links::joined(target, &from, "");
    let below = (kind == LinkKind::Tag).then(|| links::joined(&format!("/{target}"), &from, "")).flatten();
    let alone = (kind == LinkKind::Tag && !target.contains('/')).then(|| bare(language, target));
    beside.into_iter().chain(below).map(|key| name(language, &key)).chain(alone).collect()
}

/// The name of a page, by its place.
fn name(language: usize, place: &str) -> String {
    format!("{language}/{}", place.to_lowercase())
}

/// The name of a page by its last part alone.
fn bare(language: usize, last: &str) -> String {
    format!("{language} {}", last.to_lowercase())
}

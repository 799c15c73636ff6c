//! What is known of an article: what it says, above what its path and the configuration say.

use super::files::joined;
use super::site::Pelican;
use super::written::{Value, Written};
use crate::generators::keys::Keys;
use crate::source::{Map, Node, Scalar};

/// Names of which only the first value counts.
const SINGLE: [&str; 10] =
    ["tags", "date", "modified", "status", "category", "author", "save_as", "url", "authors", "slug"];

/// Names whose empty values are as if they were not there.
const DISCARDED: [&str; 6] = ["tags", "status", "category", "author", "authors", "slug"];

impl Pelican {
    /// All metadata of a file, by names in lower case. The path is relative to the content.
    pub(super) fn metadata(&self, path: &str, written: &Written) -> Map {
        let mut all = Map::default();
        self.add_defaults(&mut all);
        self.add_extra(&mut all, path);
        self.add_path(&mut all, path);
        let mut own = Map::default();
        for (name, values) in &written.pairs {
            let Some(first) = values.first() else { continue };
            if is_discarded(name, &first.text) {
                continue;
            }
            let one = values.len() == 1 || SINGLE.contains(&name.as_str());
            let (text, at) = match one {
                true => (first.text.clone(), first.at),
                // Python prints a list of them.
                false if name != "summary" => (listed(values), None),
                false => (values.iter().map(|value| value.text.as_str()).collect::<Vec<_>>().join(" "), None),
            };
            // Of values with one name, the last counts.
            own.0.push((Scalar::string(name), Node::Scalar(Scalar { text, quoted: true, at })));
        }
        all.0.retain(|(key, _)| own.get(&key.text).is_none());
        all.0.append(&mut own.0);
        all
    }

    fn add_defaults(&self, all: &mut Map) {
        let keys = Keys(&self.settings);
        for (key, node) in keys.map("DEFAULT_METADATA").0 {
            set(all, &key.text.to_lowercase(), text_of(&node));
        }
        set(all, "category", self.default_category.clone());
        match self.settings.get("DEFAULT_DATE") {
            Some(Node::List(parts)) => {
                let parts: Vec<&str> = parts.iter().filter_map(Node::as_text).collect();
                if let [year, month, day, time @ ..] = parts.as_slice() {
                    let time: Vec<String> = time.iter().map(|part| format!("{part:0>2}")).collect();
                    let time = match time.len() {
                        0 => String::new(),
                        1 => format!(" {}:00", time.concat()),
                        _ => format!(" {}", time.get(..time.len().min(3)).unwrap_or_default().join(":")),
                    };
                    set(all, "date", format!("{year}-{month:0>2}-{day:0>2}{time}"));
                }
            }
            Some(node) => {
                if let Some(date) = node.as_text().filter(|date| *date != "fs") {
                    set(all, "date", date.to_owned());
                }
            }
            None => {}
        }
    }

    /// `EXTRA_PATH_METADATA`, of a file or of a folder above it; the nearer wins.
    fn add_extra(&self, all: &mut Map, path: &str) {
        let mut extra: Vec<(String, Map)> = Vec::new();
        for (key, node) in Keys(&self.settings).map("EXTRA_PATH_METADATA").0 {
            let folder = key.text.trim_matches('/').to_owned();
            let is_of_it = path == folder
                || path.strip_prefix(&folder).is_some_and(|rest| rest.starts_with('/'))
                || folder.is_empty();
            extra.extend(node.as_map().filter(|_| is_of_it).map(|map| (folder, map.clone())));
        }
        extra.sort_by_key(|(folder, _)| folder.len());
        for (key, node) in extra.into_iter().flat_map(|(_, map)| map.0) {
            set(all, &key.text.to_lowercase(), text_of(&node));
        }
    }

    /// What the name of the file, its path and its folder say; the first of them that has a value counts.
    fn add_path(&self, all: &mut Map, path: &str) {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let stem = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map_or(name, |(stem, _)| stem);
        let mut found = Map::default();
        for (pattern, text) in [(&self.file_name, stem), (&self.path, path)] {
            let Some(captures) = pattern.as_ref().and_then(|pattern| pattern.captures(text)) else {
                continue;
            };
            let names = pattern.iter().flat_map(|pattern| pattern.capture_names().flatten());
            for name in names {
                let key = name.to_lowercase();
                if let Some(value) = captures.name(name).filter(|_| found.get(&key).is_none()) {
                    set(&mut found, &key, value.as_str().to_owned());
                }
            }
        }
        // The folder is that of the content itself for files directly in it, which has no name.
        let parent = folder.rsplit('/').next().unwrap_or(folder);
        if self.folder_is_category && !parent.is_empty() && found.get("category").is_none() {
            set(&mut found, "category", parent.to_owned());
        }
        for (key, node) in found.0 {
            set(all, &key.text, text_of(&node));
        }
    }

    /// The path of a file from the content.
    pub(super) fn inner<'a>(&self, path: &'a str) -> &'a str {
        path.strip_prefix(&self.content).map_or(path, |rest| rest.trim_start_matches('/'))
    }

    /// Whether a file is a page, not an article.
    pub(super) fn is_page(&self, path: &str) -> bool {
        self.pages.iter().any(|folder| {
            let folder = joined(&self.content, folder);
            path.strip_prefix(&folder).is_some_and(|rest| rest.starts_with('/'))
        })
    }
}

/// Whether a value is as if it were not there.
fn is_discarded(name: &str, text: &str) -> bool {
    DISCARDED.contains(&name)
        && text.trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';')).is_empty()
}

fn set(map: &mut Map, name: &str, text: String) {
    if is_discarded(name, &text) {
        return;
    }
    map.0.retain(|(key, _)| key.text != name);
    map.0.push((Scalar::string(name), Node::Scalar(Scalar::string(text))));
}

fn text_of(node: &Node) -> String {
    let texts: Vec<&str> = node.as_items().iter().filter_map(Node::as_text).collect();
    texts.join(", ")
}

/// A list of texts as Python prints it.
fn listed(values: &[Value]) -> String {
    let quoted = values.iter().map(|value| {
        let text = value.text.as_str();
        match (text.contains('\''), text.contains('"')) {
            (true, false) => format!("\"{text}\""),
            (true, true) => format!("'{}'", text.replace('\'', "\\'")),
            (false, _) => format!("'{text}'"),
        }
    });
    format!("[{}]", quoted.collect::<Vec<_>>().join(", "))
}

//! An Obsidian vault: which of its notes are published, and what Obsidian alone writes in their properties.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::disk;
use crate::generators::walk::{Entry, Walk, name_of};
use crate::source::{self, Body, Fences, Map, Node, Scalar};

/// How notes say that they are to be published: to Obsidian Publish and Quartz, and to Digital Garden.
const MARKS: [&str; 2] = ["publish", "dg-publish"];
/// The settings that name the folder of templates: of Obsidian's own plug-in, and of Templater.
const SETTINGS: [(&str, &str); 2] =
    [("templates.json", "folder"), ("plugins/templater-obsidian/data.json", "templates_folder")];

/// What is known of a vault before its notes are read.
#[derive(Debug)]
pub(super) struct Vault {
    root: PathBuf,
    /// The folders of its templates.
    templates: Vec<String>,
    /// Whether any note is marked to be published, so that the others are not.
    is_by_mark: bool,
    /// The paths of the files that are no notes, by their names; `None` if several have one.
    files: HashMap<String, Option<String>>,
}

impl Vault {
    /// The vault in a folder, if it is one.
    pub(super) fn of(root: &Path) -> Option<Self> {
        let settings = root.join(".obsidian");
        if !settings.is_dir() {
            return None;
        }
        let named = SETTINGS.iter().filter_map(|(file, key)| {
            let text = disk::read_text(&settings.join(file)).ok()?;
            let settings: serde_json::Value = serde_json::from_str(&text).ok()?;
            Some(settings.get(key)?.as_str()?.trim_matches('/').to_owned())
        });
        let templates = named.filter(|folder| !folder.is_empty()).chain(["templates".to_owned()]).collect();
        let mut vault = Self { root: root.to_owned(), templates, is_by_mark: false, files: HashMap::new() };
        // What cannot be read is reported where notes are read.
        let mut found = Vec::new();
        let (mut is_by_mark, mut files) = (false, HashMap::new());
        let wants =
            |entry: &Entry| !entry.name().starts_with('.') && !entry.is_link && !vault.is_machinery(entry);
        Walk::new(&mut found, root, false).files("", &wants, &mut |path| {
            if path.to_ascii_lowercase().ends_with(".md") {
                is_by_mark = is_by_mark || is_marked(root, &path);
            } else {
                let name = name_of(&path).to_lowercase();
                files.entry(name).and_modify(|known| *known = None).or_insert(Some(path));
            }
        });
        vault.is_by_mark = is_by_mark;
        vault.files = files;
        Some(vault)
    }

    /// Whether a file or folder is no note: templates of notes, and drawings.
    pub(super) fn is_machinery(&self, entry: &Entry) -> bool {
        let bare = entry.path.trim_start_matches('_');
        match entry.is_folder {
            true => self
                .templates
                .iter()
                .any(|folder| entry.path.eq_ignore_ascii_case(folder) || bare.eq_ignore_ascii_case(folder)),
            false => entry.name().to_lowercase().ends_with(".excalidraw.md"),
        }
    }

    /// Whether a note is to be published as far as marks say.
    pub(super) fn publishes(&self, written: &Map) -> bool {
        match mark(written) {
            Some(says) => says,
            None => !self.is_by_mark,
        }
    }

    /// Makes the properties of a note what others write: its title is the name of its file, links are what they show or
    /// the files that they lead to, and tags have no `#`.
    pub(super) fn resolve(&self, map: &mut Map, path: &str) {
        let name = name_of(path);
        let title = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let has_title =
            map.get("title").and_then(Node::as_text).is_some_and(|title| !title.trim().is_empty());
        if !has_title && title != "index" {
            map.merge(Map::of("title", Node::Scalar(Scalar::string(title))));
        }
        map.for_each_scalar(&mut |scalar| {
            if let Some(shown) = self.shown(&scalar.text, path) {
                // It is not what the source has at this place.
                *scalar = Scalar::string(shown);
            }
        });
        if let Some((_, tags)) = map.entry_mut("tags") {
            tags.for_each_scalar(&mut |tag| {
                if let Some(name) = tag.text.strip_prefix('#') {
                    *tag = Scalar::string(name);
                }
            });
        }
    }

    /// A text with links such as `[[Jo Doe]]`, with what these show; of a link alone, such as `[[picture.png]]`, the file that
    /// it leads to. `None` if it has none.
    fn shown(&self, text: &str, from: &str) -> Option<String> {
        let is_link = |link: &str| !link.is_empty() && !link.contains(['[', ']']);
        let alone =
            text.trim().trim_start_matches('!').strip_prefix("[[").and_then(|own| own.strip_suffix("]]"));
        let target = alone.filter(|link| is_link(link)).map(|link| link.split('|').next().unwrap_or(link));
        if let Some(file) = target.and_then(|target| self.file(target, from)) {
            return Some(format!("/{file}"));
        }
        let (mut shown, mut rest, mut has_any) = (String::new(), text, false);
        while let Some((head, after)) = rest.split_once("]]") {
            match head.rsplit_once("[[").filter(|(_, link)| is_link(link)) {
                Some((between, link)) => {
                    let words = link.split_once('|').map_or_else(|| name_of(link), |(_, alias)| alias);
                    shown.extend([between.trim_end_matches('!'), words]);
                    has_any = true;
                }
                None => shown.extend([head, "]]"]),
            }
            rest = after;
        }
        shown.push_str(rest);
        has_any.then_some(shown)
    }

    /// The file that a link in a note leads to: by its path in the vault, beside the note, or by its name alone.
    fn file(&self, target: &str, from: &str) -> Option<String> {
        let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
        let beside = format!("{folder}/{target}");
        let mut paths = [target, beside.trim_start_matches('/')].into_iter();
        let at_path =
            paths.find(|path| path.contains('.') && disk::is_inside(&self.root, &self.root.join(path)));
        let by_name = || self.files.get(&name_of(target).to_lowercase()).cloned().flatten();
        at_path.map(str::to_owned).or_else(by_name)
    }
}

/// Whether a note says that it is to be published, or that it is not.
fn mark(written: &Map) -> Option<bool> {
    let marks =
        written.0.iter().filter(|(name, _)| MARKS.contains(&name.text.trim().to_lowercase().as_str()));
    let says = |node: &Node| match node.as_text()?.trim().to_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Some(true),
        "false" | "no" | "off" | "0" => Some(false),
        _ => None,
    };
    let says: Vec<bool> = marks.filter_map(|(_, node)| says(node)).collect();
    (!says.is_empty()).then(|| says.into_iter().all(|yes| yes))
}

/// Whether a note says that it is to be published.
fn is_marked(root: &Path, path: &str) -> bool {
    let Ok(source) = source::read_head(root, path, disk::LARGEST, Body::Unread) else { return false };
    let written = source::front_matter::parse(&mut Vec::new(), &source, Fences::Any);
    mark(&written.map) == Some(true)
}

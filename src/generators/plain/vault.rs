//! An Obsidian vault: which of its notes are published, and what Obsidian alone writes in their properties.

use std::collections::HashMap;
use std::path::Path;

use crate::disk;
use crate::generators::Fields;
use crate::generators::walk::{Entry, Walk, name_of};
use crate::source::{Map, Node, Scalar};

/// How much of a note is looked at for a mark that it is to be published, in bytes.
const HEAD: usize = 2048;
/// How notes say that they are to be published: to Obsidian Publish and Quartz, and to Digital Garden.
const MARKS: [&str; 2] = ["publish", "dg-publish"];
/// The settings that name the folder of templates: of Obsidian's own plug-in, and of Templater.
const SETTINGS: [(&str, &str); 2] =
    [("templates.json", "folder"), ("plugins/templater-obsidian/data.json", "templates_folder")];

/// What is known of a vault before its notes are read.
#[derive(Debug)]
pub(super) struct Vault {
    /// The folders of its templates.
    templates: Vec<String>,
    /// Whether any note is marked to be published, so that the others are not.
    is_by_mark: bool,
    /// The paths of the files that are no notes, by their names.
    files: HashMap<String, String>,
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
        let mut vault = Self { templates, is_by_mark: false, files: HashMap::new() };
        // What cannot be read is reported where notes are read.
        let mut found = Vec::new();
        let wants = |entry: &Entry| !entry.name().starts_with('.') && !entry.is_link;
        let mut files = HashMap::new();
        Walk::new(&mut found, root, false).files("", &wants, &mut |path| match path.ends_with(".md") {
            true => vault.is_by_mark = vault.is_by_mark || is_marked(&root.join(path)),
            false => _ = files.entry(name_of(&path).to_lowercase()).or_insert(path),
        });
        vault.files = files;
        Some(vault)
    }

    /// Whether a file or folder is no note: templates of notes, and drawings.
    pub(super) fn is_machinery(&self, entry: &Entry) -> bool {
        match entry.is_folder {
            true => self.templates.iter().any(|folder| {
                entry.path.eq_ignore_ascii_case(folder)
                    || entry.path.trim_start_matches('_').eq_ignore_ascii_case(folder)
            }),
            false => entry.name().to_lowercase().ends_with(".excalidraw.md"),
        }
    }

    /// Whether a note is to be published as far as marks say.
    pub(super) fn publishes(&self, fields: &Fields<'_>) -> bool {
        !self.is_by_mark || MARKS.iter().any(|mark| fields.flag(mark) == Some(true))
    }

    /// Makes the properties of a note what others write: its title is the name of its file, links are what they show or
    /// the files that they lead to, and tags have no `#`.
    pub(super) fn resolve(&self, fields: &mut Fields<'_>, path: &str) {
        let name = name_of(path);
        let title = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let map = &mut fields.written.map;
        if map.get("title").and_then(Node::as_text).is_none_or(|title| title.trim().is_empty()) {
            map.merge(Map::of("title", Node::Scalar(Scalar::string(title))));
        }
        map.for_each_scalar(&mut |scalar| {
            if let Some(shown) = self.shown(&scalar.text) {
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

    /// What a text is that is a link as a whole, such as `[[Jo Doe]]` or `[[picture.png]]`.
    fn shown(&self, text: &str) -> Option<String> {
        let link = text.trim().trim_start_matches('!').strip_prefix("[[")?.strip_suffix("]]")?;
        let (target, shown) = link.split_once('|').unwrap_or((link, link));
        match self.files.get(&name_of(target).to_lowercase()) {
            Some(file) => Some(format!("/{file}")),
            None => Some(name_of(shown).to_owned()),
        }
    }
}

/// Whether a note says that it is to be published.
fn is_marked(path: &Path) -> bool {
    let mut start = vec![0; HEAD];
    let Ok((_, length)) = disk::read_start(path, &mut start) else { return false };
    let start = String::from_utf8_lossy(start.get(..length).unwrap_or_default());
    let Some(fields) = start.trim_start_matches('\u{FEFF}').strip_prefix("---") else { return false };
    let fields = fields.lines().take_while(|line| line.trim_end() != "---");
    let mut pairs = fields.filter_map(|line| line.split_once(':'));
    pairs.any(|(name, value)| MARKS.contains(&name) && value.trim().eq_ignore_ascii_case("true"))
}

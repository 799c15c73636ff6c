//! What the pages of sections, `_index.md`, decide for the pages in them.

use std::path::Path;
use std::sync::{Arc, PoisonError};

use super::site::{Section, Zola};
use crate::disk;
use crate::generators::walk::{Entry, Walk};
use crate::source::{self, Fences, Map, Node, front_matter};

impl Zola {
    /// What a folder of the content decides, in a language.
    pub(super) fn section(&self, root: &Path, language: &str, folder: &str) -> Arc<Section> {
        let key = (language.to_owned(), folder.to_owned());
        if let Some(known) = self.sections.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Arc::clone(known);
        }
        let section = Arc::new(self.read_section(root, language, folder));
        self.sections.write().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::clone(&section));
        section
    }

    fn read_section(&self, root: &Path, language: &str, folder: &str) -> Section {
        let parent = match folder.rsplit_once('/') {
            Some((parent, _)) => self.section(root, language, parent),
            None if folder.is_empty() => Arc::default(),
            None => self.section(root, language, ""),
        };
        let below = if folder.is_empty() { "content".to_owned() } else { format!("content/{folder}") };
        // A draft in one language is one in all.
        let drafts = self.languages.iter().map(|code| format!("{below}/_index.{code}.md"));
        let mut drafts = drafts.chain([format!("{below}/_index.md")]).filter_map(|file| written(root, &file));
        let is_on = |map: &Map, key: &str| map.flag(key) == Some(true);
        let is_draft = parent.is_draft || drafts.any(|map| is_on(&map, "draft"));
        let own = match language == self.default_language {
            true => written(root, &format!("{below}/_index.md")),
            false => written(root, &format!("{below}/_index.{language}.md")),
        };
        let sort_by = match &own {
            Some(map) if !is_on(map, "transparent") => {
                map.get("sort_by").and_then(Node::as_text).map(str::to_owned)
            }
            // The pages of a transparent section are sorted in the one above it too.
            Some(map) => {
                map.get("sort_by").and_then(Node::as_text).map(str::to_owned).or(parent.sort_by.clone())
            }
            None => None,
        };
        Section { is_draft, sort_by: sort_by.filter(|key| key != "none") }
    }
}

/// The front matter of a section's page, if it has one. The page is read too, and what is wrong with it is found then.
fn written(root: &Path, file: &str) -> Option<Map> {
    if !root.join(file).is_file() {
        return None;
    }
    let source = source::read(root, file, disk::LARGEST).ok()?;
    Some(front_matter::parse(&mut Vec::new(), &source, Fences::Any).map.into())
}

/// The folders of the content whose pages have a feed of their own, with the titles of the sections.
pub(super) fn with_feeds(root: &Path) -> Vec<(String, Option<String>)> {
    let mut folders = Vec::new();
    let wants = |entry: &Entry| entry.is_folder || entry.name() == "_index.md";
    Walk::new(&mut Vec::new(), root, false).files("content", &wants, &mut |path| {
        if let Some(folder) = path.strip_prefix("content/").and_then(|path| path.strip_suffix("/_index.md")) {
            let map = written(root, &path).unwrap_or_default();
            let has_feed = ["generate_feeds", "generate_feed"].iter().any(|key| map.flag(key) == Some(true));
            let title = || map.get("title").and_then(Node::as_text).map(str::to_owned);
            folders.extend(has_feed.then(|| (folder.to_owned(), title())));
        }
    });
    folders.sort();
    folders
}

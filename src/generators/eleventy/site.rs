//! One Eleventy site.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, OnceLock, RwLock};

use crate::source::{Map, Node};
use chrono::{DateTime, FixedOffset};

/// What the configuration of an Eleventy site decides beyond [`Settings`](crate::settings::Settings).
#[derive(Debug)]
pub(super) struct Eleventy {
    /// The folder of its files, relative to the root; empty for the root itself.
    pub(super) input: String,
    /// Folders that hold no pages, relative to the root.
    pub(super) skipped: Vec<String>,
    /// Where layouts are, relative to the root.
    pub(super) layouts: Vec<String>,
    /// The extensions of templates.
    pub(super) formats: Vec<String>,
    /// Globs of ignored files.
    pub(super) ignored: Vec<String>,
    /// The engine of templates in Markdown, and of those in HTML.
    pub(super) markdown_engine: Engine,
    pub(super) html_engine: Engine,
    /// Whether posts with `draft` are left out.
    pub(super) has_drafts: bool,
    /// Whether a program computes the permalink of every page.
    pub(super) computes_permalinks: bool,
    /// Whether a program computes the permalinks of pages that have none of their own.
    pub(super) computes_other_permalinks: bool,
    /// Data for all pages.
    pub(super) global: Data,
    /// The ends of names of data files, the strongest first.
    pub(super) endings: Vec<String>,
    /// The layouts that have other names too.
    pub(super) layout_aliases: HashMap<String, String>,
    /// The data of folders, as far as they have been asked for.
    pub(super) folders: RwLock<HashMap<String, Arc<Folder>>>,
    /// The front matter of layouts, likewise.
    pub(super) layout_data: RwLock<HashMap<String, Arc<Map>>>,
    /// Where the pages that were built are, by their titles, once that has been asked for.
    pub(super) built: OnceLock<HashMap<String, Vec<String>>>,
    /// The authors' dates of commits, once they have been asked for.
    pub(super) commits: OnceLock<Result<Commits, &'static str>>,
}

/// For each file, relative to the root, when it was first and last committed, by its authors' clocks.
pub(super) type Commits = HashMap<String, (DateTime<FixedOffset>, DateTime<FixedOffset>)>;

/// What runs the templates of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Engine {
    Liquid,
    Nunjucks,
    /// None: templates are text.
    None,
}

/// The data of a folder.
#[derive(Debug, Default)]
pub(super) struct Folder {
    pub(super) data: Data,
    /// The names of data files in it.
    pub(super) files: BTreeSet<String>,
}

/// Data, and what only a program could compute of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Data {
    pub(super) map: Map,
    pub(super) computed: BTreeSet<String>,
}

impl Data {
    /// These, and below them others: maps and lists under the same key become one.
    pub(super) fn over(mut self, below: &Self) -> Self {
        let has_final = self.map.0.iter().any(|(key, _)| key.text.starts_with(FINAL));
        let mut places = self.map.places(below.map.0.len());
        for (key, node) in &below.map.0 {
            let is_final = has_final && self.map.get(&format!("{FINAL}{}", key.text)).is_some();
            match places.pair(&mut self.map, &key.text) {
                Some((_, own)) if !is_final => merge(own, node),
                Some(_) => {}
                None if is_final => {}
                None if self.computed.contains(&key.text) => {}
                None => places.push(&mut self.map, key.clone(), node.clone()),
            }
        }
        let new = below.computed.iter().filter(|name| self.map.get(name).is_none()).cloned();
        let new: Vec<String> = new.collect();
        self.computed.extend(new);
        self
    }
}

/// What stands before the name of a field that is not merged with those below it.
const FINAL: &str = "override:";

fn merge(own: &mut Node, below: &Node) {
    match (own, below) {
        (Node::List(own), Node::List(items)) => {
            let mut all = items.clone();
            all.append(own);
            *own = all;
        }
        (Node::Map(own), Node::Map(map)) => {
            let mut places = own.places(map.0.len());
            for (key, node) in &map.0 {
                match places.pair(own, &key.text) {
                    Some((_, own)) => merge(own, node),
                    None => places.push(own, key.clone(), node.clone()),
                }
            }
        }
        _ => {}
    }
}

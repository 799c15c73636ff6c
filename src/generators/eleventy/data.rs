//! The data of a page: its front matter, and below that data files, layouts and global data
//! (<https://www.11ty.dev/docs/data-cascade/>).

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, PoisonError};

use super::site::{Data, Eleventy, Folder};
use crate::disk;
use crate::settings::ConfigFile;
use crate::source::{self, Fences, Map, Node, Scalar, front_matter, script};

/// The extensions of data files, the strongest first.
pub(super) const ENDINGS: [&str; 5] =
    [".11tydata.js", ".11tydata.mjs", ".11tydata.cjs", ".11tydata.json", ".json"];

/// The extensions that the name of a layout may lack.
const LAYOUTS: [&str; 5] = ["", ".njk", ".liquid", ".html", ".md"];

/// Layouts that name each other are followed so far.
const DEEPEST: usize = 20;

impl Eleventy {
    /// All data of a page whose front matter is given, with the names of what that computes. The path is relative to the
    /// root.
    pub(super) fn data(&self, root: &Path, path: &str, front_matter: &Map, computed: Vec<String>) -> Data {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let folder_data = self.folder(root, folder);
        let mut data =
            Data { map: with_listed_tags(front_matter.clone()), computed: computed.into_iter().collect() };
        for ending in &self.endings {
            let name = format!("{stem}{ending}");
            // The data of a folder are not those of a page of the same name.
            if folder_data.files.contains(&name) && folder.rsplit('/').next() != Some(stem) {
                data = data.over(&read(root, &root.join(folder).join(name)));
            }
        }
        data = data.over(&folder_data.data);
        if let Some(layout) = data.map.get("layout").and_then(Node::as_text).map(str::to_owned) {
            let below = self.layout(root, &layout, 0);
            data = data.over(&Data { map: below.as_ref().clone(), ..Data::default() });
        }
        data.over(&self.global)
    }

    /// The data of a folder, with those of the folders above it.
    fn folder(&self, root: &Path, folder: &str) -> Arc<Folder> {
        if let Some(known) = self.folders.read().unwrap_or_else(PoisonError::into_inner).get(folder) {
            return Arc::clone(known);
        }
        let read = Arc::new(self.read_folder(root, folder));
        let mut folders = self.folders.write().unwrap_or_else(PoisonError::into_inner);
        folders.insert(folder.to_owned(), Arc::clone(&read));
        read
    }

    fn read_folder(&self, root: &Path, folder: &str) -> Folder {
        let listed = std::fs::read_dir(root.join(folder)).into_iter().flatten().flatten();
        let names = listed.map(|entry| entry.file_name().to_string_lossy().into_owned());
        let files: BTreeSet<String> =
            names.filter(|name| self.endings.iter().any(|ending| name.ends_with(ending.as_str()))).collect();
        let own = folder.rsplit('/').next().filter(|name| !name.is_empty());
        let mut data = Data::default();
        for ending in &self.endings {
            if let Some(name) = own.map(|own| format!("{own}{ending}")).filter(|name| files.contains(name)) {
                data = data.over(&read(root, &root.join(folder).join(name)));
            }
        }
        let is_top = folder == self.input || folder.is_empty();
        if !is_top {
            let parent = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
            data = data.over(&self.folder(root, parent).data);
        }
        Folder { data, files }
    }

    /// The front matter of a layout, and of the layouts that it is in.
    fn layout(&self, root: &Path, name: &str, depth: usize) -> Arc<Map> {
        if let Some(known) = self.layout_data.read().unwrap_or_else(PoisonError::into_inner).get(name) {
            return Arc::clone(known);
        }
        let name = self.layout_aliases.get(name).map_or(name, String::as_str);
        let files =
            self.layouts.iter().flat_map(|folder| LAYOUTS.map(|ending| format!("{folder}/{name}{ending}")));
        let source = files
            .filter(|file| disk::is_inside(root, &root.join(file)))
            .find_map(|file| source::read(root, &file, disk::LARGEST).ok());
        let written =
            source.map(|source| front_matter::parse(&mut Vec::new(), &source, Fences::Any).map.into());
        let mut data = Data { map: with_listed_tags(written.unwrap_or_default()), ..Data::default() };
        if let Some(outer) = data.map.get("layout").and_then(Node::as_text).map(str::to_owned)
            && depth < DEEPEST
        {
            let below = self.layout(root, &outer, depth + 1);
            data = data.over(&Data { map: below.as_ref().clone(), ..Data::default() });
        }
        let data = Arc::new(data.map);
        let mut known = self.layout_data.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(name.to_owned(), Arc::clone(&data));
        data
    }
}

/// A data file. One outside the site has no data.
fn read(root: &Path, path: &Path) -> Data {
    if !disk::is_inside(root, path) {
        return Data::default();
    }
    if path.extension().is_some_and(|extension| extension == "json") {
        let map = match json(path) {
            Some(Node::Map(map)) => map,
            _ => Map::default(),
        };
        return Data { map: with_listed_tags(map), ..Data::default() };
    }
    if path.extension().is_some_and(|extension| extension.to_string_lossy().ends_with("js")) {
        return javascript(path).unwrap_or_default();
    }
    let map = ConfigFile::read(path).map(|file| file.map).unwrap_or_default();
    Data { map: with_listed_tags(map), ..Data::default() }
}

pub(super) fn json(path: &Path) -> Option<Node> {
    match ConfigFile::read(path) {
        Ok(file) => Some(Node::Map(file.map)),
        // It may be a text or a list.
        Err(_) => source::yaml::parse(&disk::read_text(path).ok()?).ok(),
    }
}

/// What decides whether and where there is a page: a module that names it otherwise than as a literal computes it.
const DECIDING: [&str; 2] = ["permalink", "eleventyExcludeFromCollections"];

/// The field that a module looks at which keeps drafts back.
pub(super) const DRAFT: &str = "draft";

/// What a module exports, as far as it is literals.
pub(super) fn javascript(path: &Path) -> Option<Data> {
    let text = disk::read_text(path).ok()?;
    let object = script::module(&text).unwrap_or_default();
    let map = with_listed_tags(object.map);
    let computed = object.unread.into_iter();
    let mut computed: BTreeSet<String> =
        computed.map(|name| name.trim_start_matches("eleventyComputed.").to_owned()).collect();
    let inner = map.get("eleventyComputed").and_then(Node::as_map);
    let is_literal = |name: &str| map.get(name).or_else(|| inner?.get(name)).is_some();
    let named = DECIDING.into_iter().filter(|name| text.contains(name) && !is_literal(name));
    computed.extend(named.map(str::to_owned));
    // The usual recipe: a function keeps drafts back, and leaves the other pages as they are.
    if text.contains(DRAFT) && computed.iter().any(|name| DECIDING.contains(&name.as_str())) {
        computed.retain(|name| !DECIDING.contains(&name.as_str()));
        computed.insert(DRAFT.to_owned());
    }
    Some(Data { map, computed })
}

/// The same with a list for tags that are one text: lists become one with those below them.
fn with_listed_tags(mut map: Map) -> Map {
    if let Some((_, node)) = map.entry_mut("tags")
        && let Node::Scalar(scalar) = node
        && !scalar.is_null()
    {
        let tags = scalar.text.split(',').map(|tag| Node::Scalar(Scalar::string(tag)));
        *node = Node::List(tags.collect());
    }
    map
}

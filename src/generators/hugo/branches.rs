//! Sections, and the values that they pass on (<https://gohugo.io/content-management/front-matter/#cascade>).

use std::sync::{Arc, PoisonError};

use super::cascade::{Branch, Cascade};
use super::site::{Hugo, Place, taxonomy_of};
use crate::model::{COLLECTION, SiteFacts};
use crate::source::{self, Fences, Map, Node, front_matter};
use crate::text::glob;

impl Hugo {
    /// Whether a page gets the values of a cascade.
    fn reaches(&self, cascade: &Cascade, place: &Place<'_>) -> bool {
        let Some(target) = &cascade.target else { return true };
        let text = |key: &str| target.get(key).and_then(Node::as_text);
        let kind = if !place.is_section() {
            "page"
        } else if place.folders.is_empty() {
            "home"
        } else {
            "section"
        };
        let language = self.language(place.language).map_or("", |language| language.code.as_str());
        let name = if place.is_section() { String::new() } else { format!("/{}", place.name) };
        let path = self.folder_path(&format!("{}{name}", place.folder()));
        let fits =
            |pattern: Option<&str>, value: &str| pattern.is_none_or(|pattern| glob::matches(pattern, value));
        fits(text("kind"), kind)
            && fits(text("lang"), language)
            && fits(text("environment"), "production")
            && text("path").is_none_or(|pattern| {
                // `{/posts,/posts/**}` names paths from the root.
                fast_glob::glob_match(pattern, format!("/{path}"))
            })
    }

    /// The folder that a page is in.
    pub(super) fn branch(&self, language: usize, folder: &str, site: &SiteFacts) -> Arc<Branch> {
        let key = (language, folder.to_owned());
        if let Some(known) = self.branches.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Arc::clone(known);
        }
        let branch = Arc::new(self.read_branch(language, folder, site));
        self.branches.write().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::clone(&branch));
        branch
    }

    fn read_branch(&self, language: usize, folder: &str, site: &SiteFacts) -> Branch {
        let parent = match folder.rsplit_once('/') {
            Some((parent, _)) => self.branch(language, parent, site),
            None if folder.is_empty() => {
                Arc::new(Branch { section: "".into(), cascades: self.cascades.clone() })
            }
            None => self.branch(language, "", site),
        };
        // The page itself is read too, and what is wrong with it is found then.
        let own = self.own_fields(language, folder, site);
        let own = own.map(|(file, map)| Cascade::all(map.get("cascade"), &file));
        let section = match own {
            Some(_) => folder.into(),
            None if parent.section.is_empty() => folder.into(),
            None => Arc::clone(&parent.section),
        };
        Branch {
            section,
            cascades: own.into_iter().flatten().chain(parent.cascades.iter().cloned()).collect(),
        }
    }

    /// The file of a folder's own page and its fields, if it has one.
    pub(super) fn own_fields(
        &self,
        language: usize,
        folder: &str,
        site: &SiteFacts,
    ) -> Option<(String, Map)> {
        let code = &self.language(language)?.code;
        let inside = |below: &str| match below {
            "" => Some(folder),
            below => folder.strip_prefix(below).filter(|rest| rest.is_empty() || rest.starts_with('/')),
        };
        let folders = self.roots.iter().filter_map(|root| Some((root, inside(&root.below)?)));
        let folders = folders.map(|(root, inner)| {
            let path = format!("{}/{}", root.folder, inner.trim_start_matches('/'));
            (root, path.trim_end_matches('/').to_owned())
        });
        let mut files = folders.flat_map(|(root, folder)| {
            let plain = format!("{folder}/_index");
            let named = format!("{plain}.{code}");
            let stems = if root.language == language { vec![named, plain] } else { vec![named] };
            stems
                .into_iter()
                .flat_map(|stem| ["md", "html", "markdown"].map(|extension| format!("{stem}.{extension}")))
        });
        let file = files.find(|file| site.root.join(file).is_file())?;
        let source = source::read(&site.root, &file, site.largest).ok()?;
        let mut written = front_matter::parse(&mut Vec::new(), &source, Fences::Any);
        written.map.lower_names();
        Some((file, written.map.into()))
    }

    /// The title of a section or of a term: of its own page, else made of its name.
    pub(super) fn list_title(
        &self,
        taxonomy: &str,
        name: &str,
        tag: Option<&str>,
        site: &SiteFacts,
    ) -> String {
        let language = self.languages.iter().position(|own| tag.is_some() && own.tag.as_deref() == tag);
        let is_section = taxonomy == COLLECTION;
        let plural = self.taxonomies.iter().find(|plural| taxonomy_of(plural) == taxonomy);
        let folder = match is_section {
            true => name.to_owned(),
            false => format!("{}/{}", plural.map_or(taxonomy, String::as_str), self.folder_path(name)),
        };
        let own = self.own_fields(language.unwrap_or(self.default_language), &folder, site);
        let title = own.and_then(|(_, map)| map.get("title").and_then(Node::as_text).map(str::to_owned));
        title.filter(|title| !title.trim().is_empty()).unwrap_or_else(|| match is_section {
            true => self.titles.of_section(name),
            false => self.titles.of_term(name),
        })
    }

    /// The values that folders and the configuration give a page, where it has none of its own.
    pub(super) fn inherited(&self, branch: &Branch, place: &Place<'_>) -> Map {
        let mut inherited = Map::default();
        for cascade in branch.cascades.iter().filter(|cascade| self.reaches(cascade, place)) {
            for (key, node) in &cascade.values.0 {
                if inherited.get(&key.text).is_none() {
                    let mut pair = (key.clone(), node.clone());
                    // It is not in the source of the page.
                    pair.0.at = None;
                    pair.1.for_each_scalar(&mut |scalar| scalar.at = None);
                    inherited.0.push(pair);
                }
            }
        }
        inherited
    }

    /// The file whose cascade gives a page a value, if one does.
    pub(super) fn cascade_of(&self, branch: &Branch, place: &Place<'_>, key: &str) -> Option<String> {
        let mut reaching = branch.cascades.iter().filter(|cascade| self.reaches(cascade, place));
        let has =
            |cascade: &&Cascade| cascade.values.0.iter().any(|(own, _)| own.text.eq_ignore_ascii_case(key));
        reaching.find(has).map(|cascade| format!("`cascade` in {}", cascade.file))
    }
}

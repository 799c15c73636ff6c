//! Sections, and the values that they pass on (<https://gohugo.io/content-management/front-matter/#cascade>).

use std::sync::{Arc, PoisonError};

use super::cascade::{Branch, Cascade, Target};
use super::page::Shown;
use super::permalink::Parts;
use super::site::{Hugo, Place, Root};
use crate::generators::walk::name_of;
use crate::model::{COLLECTION, SiteFacts, taxonomy_of};
use crate::source::{self, Fences, Map, Node, Scalar, front_matter};
use crate::text::date;

impl Hugo {
    /// What kind of page it is (<https://gohugo.io/quick-reference/glossary/#page-kind>).
    pub(super) fn kind(&self, place: &Place<'_>) -> &'static str {
        let is_taxonomy = |first: &str| {
            self.language(place.language).is_some_and(|own| own.taxonomies.iter().any(|name| name == first))
        };
        match place.folders.as_slice() {
            _ if !place.is_section() => "page",
            [] => "home",
            [first] if is_taxonomy(first) => "taxonomy",
            [first, ..] if is_taxonomy(first) => "term",
            _ => "section",
        }
    }

    /// Whether the target of a cascade includes a page.
    pub(super) fn is_meant(&self, target: &Target, place: &Place<'_>) -> bool {
        let path = || {
            let name = if place.is_section() { String::new() } else { format!("/{}", place.name) };
            self.folder_path(&format!("{}{name}", place.folder()))
        };
        let language = self.language(place.language).map_or("", |language| language.code.as_str());
        *target == Target::default() || target.is(self.kind(place), path, language)
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
                Arc::new(Branch { cascades: self.cascades.clone(), ..Branch::default() })
            }
            None => self.branch(language, "", site),
        };
        // Findings about this page are dropped: it is read as a page too, and reported then.
        let (file, own) = self.own_fields(language, folder, site).unzip();
        let is_section = !folder.is_empty() && (own.is_some() || parent.section.is_empty());
        let mut branch = Branch { own: own.unwrap_or_default(), ..Branch::default() };
        let name = name_of(folder);
        if !folder.is_empty() {
            let part =
                branch.text("slug").map_or_else(|| self.folder_path(name), |slug| self.sanitized(slug));
            branch.path = format!("{}/{part}", parent.path);
        }
        let title = || branch.text("title").map_or_else(|| self.titles.of_section(name), str::to_owned);
        let slug = is_section.then(|| branch.text("slug").map_or_else(title, str::to_owned));
        branch.slugs = parent.slugs.iter().cloned().chain(slug).collect();
        branch.section = if is_section { folder.into() } else { Arc::clone(&parent.section) };
        let cascades = file.map(|file| Cascade::all(branch.own.get("cascade"), &file));
        let others = (0..self.languages.len()).filter(|other| *other != language);
        let across = others.flat_map(|other| self.cascades_across(other, folder, site));
        branch.cascades =
            cascades.into_iter().flatten().chain(across).chain(parent.cascades.iter().cloned()).collect();
        branch
    }

    /// The cascades of a folder's page that name the languages they are for, as `sites.matrix` does.
    fn cascades_across(&self, language: usize, folder: &str, site: &SiteFacts) -> Vec<Cascade> {
        let Some((file, own)) = self.own_fields(language, folder, site) else { return Vec::new() };
        let mut cascades = Cascade::all(own.get("cascade"), &file);
        cascades.retain(|cascade| cascade.target.is_across);
        cascades
    }

    /// The file of a folder's own page and its fields, if it has one.
    fn own_fields(&self, language: usize, folder: &str, site: &SiteFacts) -> Option<(String, Map)> {
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
            stems.into_iter().flat_map(move |stem| {
                ["md", "html", "markdown"].map(|extension| (root, format!("{stem}.{extension}")))
            })
        });
        let is_page =
            |(root, file): &(&Root, String)| site.root.join(file).is_file() && !self.leaves_out(file, root);
        let (_, file) = files.find(is_page)?;
        let source = source::read(&site.root, &file, site.largest).ok()?;
        let mut written = front_matter::parse(&mut Vec::new(), &source, Fences::Any);
        written.map.lower_names();
        Some((file, written.map.into()))
    }

    /// The folder of a section's or a term's page, from the root of the content.
    pub(super) fn folder_of_term(&self, language: usize, taxonomy: &str, name: &str) -> String {
        if taxonomy == COLLECTION {
            return name.to_owned();
        }
        format!("{}/{}", self.plural(language, taxonomy), self.folder_path(name))
    }

    /// What paths call a taxonomy.
    pub(super) fn plural(&self, language: usize, taxonomy: &str) -> String {
        let taxonomies = self.language(language).map_or(&[][..], |language| &language.taxonomies);
        let plural = taxonomies.iter().find(|plural| taxonomy_of(plural) == taxonomy);
        plural.map_or(taxonomy, String::as_str).to_owned()
    }

    /// The path of a section's or a term's page, from the root of its language.
    pub(super) fn term_path(&self, language: usize, taxonomy: &str, name: &str, site: &SiteFacts) -> String {
        let folder = self.folder_of_term(language, taxonomy, name);
        let folders = folder.split('/').filter(|folder| !folder.is_empty()).collect();
        let place = Place { language, folders, name: "_index" };
        let branch = self.branch(language, &folder, site);
        self.path_of(&Parts {
            place: &place,
            branch: &branch,
            slug: branch.text("slug"),
            title: branch.text("title").unwrap_or(name_of(name)),
            url: branch.text("url"),
            name: name_of(name),
            date: None,
        })
    }

    /// What is shown of the page of a section or of a term, by its own fields and by what cascades to it.
    pub(super) fn list_shown(&self, language: usize, folder: &str, site: &SiteFacts) -> Shown {
        let folders = folder.split('/').filter(|folder| !folder.is_empty()).collect();
        let place = Place { language, folders, name: "_index" };
        let branch = self.branch(language, folder, site);
        let inherited = self.inherited(&branch, &place);
        let get = |key: &str| branch.own.get(key).or_else(|| inherited.get(key));
        let says =
            |node: Option<&Node>| node.and_then(Node::as_scalar).and_then(Scalar::as_bool) == Some(true);
        let zone = self.language(language).and_then(|own| own.timezone.as_ref()).unwrap_or(&site.timezone);
        let date = |sources: &[String]| {
            let written = sources.iter().find_map(|key| get(key)?.as_text());
            written.and_then(|text| date::resolve(&date::parse(text)?, zone))
        };
        let is_expired =
            date(&self.dates.expiry).is_some_and(|date| date <= site.now) && !self.builds_expired;
        let is_hidden =
            says(get("draft")) && !site.drafts || site.holds_back(date(&self.dates.publish)) || is_expired;
        let is_off = says(get("sitemap").and_then(Node::as_map).and_then(|sitemap| sitemap.get("disable")));
        let shown = Shown::of(get);
        Shown {
            is_written: shown.is_written && !is_hidden,
            is_listed: shown.is_listed && shown.is_html && !is_off,
            is_html: shown.is_html,
        }
    }

    /// Whether a section or a term has a page, and a feed beside it.
    pub(super) fn has_list(&self, taxonomy: &str, name: &str, tag: Option<&str>, site: &SiteFacts) -> bool {
        let language = self.language_of(tag);
        self.list_shown(language, &self.folder_of_term(language, taxonomy, name), site).is_written
    }

    /// The title of a section or of a term: of its own page, else made of its name.
    pub(super) fn list_title(
        &self,
        taxonomy: &str,
        name: &str,
        tag: Option<&str>,
        site: &SiteFacts,
    ) -> String {
        let is_section = taxonomy == COLLECTION;
        let language = self.language_of(tag);
        let folder = self.folder_of_term(language, taxonomy, name);
        let branch = self.branch(language, &folder, site);
        branch.text("title").map(str::to_owned).unwrap_or_else(|| match is_section {
            true => self.titles.of_section(name),
            false => self.titles.of_term(name),
        })
    }

    /// The values that folders and the configuration give a page, where it has none of its own.
    pub(super) fn inherited(&self, branch: &Branch, place: &Place<'_>) -> Map {
        let mut inherited = Map::default();
        for cascade in branch.cascades.iter().filter(|cascade| self.is_meant(&cascade.target, place)) {
            for (key, node) in &cascade.values.0 {
                if inherited.get(&key.text).is_none() {
                    inherited.0.push((key.clone(), node.clone()));
                }
            }
        }
        // They are not in the source of the page.
        inherited.for_each_scalar(&mut |scalar| scalar.at = None);
        inherited
    }

    /// The file whose cascade gives a page a value, if one does.
    pub(super) fn cascade_of(&self, branch: &Branch, place: &Place<'_>, key: &str) -> Option<String> {
        let mut reaching = branch.cascades.iter().filter(|cascade| self.is_meant(&cascade.target, place));
        let has =
            |cascade: &&Cascade| cascade.values.0.iter().any(|(own, _)| own.text.eq_ignore_ascii_case(key));
        reaching.find(has).map(|cascade| format!("`cascade` in {}", cascade.file))
    }
}

//! One Hugo site.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use jiff::tz::TimeZone;
use regex::Regex;

use super::cascade::{Branch, Cascade, Target};
use super::titles::TitleRules;
use crate::settings::Masthead;
use crate::source::Map;
use crate::text::{self, BaseUrl};

/// What the configuration of a Hugo site decides beyond [`Settings`](crate::settings::Settings).
#[derive(Debug)]
pub(super) struct Hugo {
    /// In the order of their weights, the default language among them.
    pub(super) languages: Vec<Language>,
    /// The index of the default language.
    pub(super) default_language: usize,
    /// The codes of languages that are not built.
    pub(super) disabled_languages: Vec<String>,
    /// Where content is.
    pub(super) roots: Vec<Root>,
    /// `ignoreFiles`
    pub(super) ignored: Vec<Regex>,
    pub(super) keeps_case: bool,
    pub(super) removes_accents: bool,
    pub(super) ugly: Ugly,
    pub(super) dates: DateSources,
    /// What sections and terms are called.
    pub(super) titles: TitleRules,
    /// How many words an automatic summary has at least.
    pub(super) summary_length: usize,
    pub(super) builds_expired: bool,
    /// Values for pages from the configuration.
    pub(super) cascades: Vec<Cascade>,
    /// The values that folders pass on, by language and folder, as far as they have been asked for.
    pub(super) branches: RwLock<HashMap<(usize, String), Arc<Branch>>>,
}

/// A language of the site.
#[derive(Debug)]
pub(super) struct Language {
    /// As file names and paths have it.
    pub(super) code: String,
    /// The language tag of its posts, if the configuration gives one.
    pub(super) tag: Option<String>,
    /// What URLs begin with: empty, or `ja/`.
    pub(super) prefix: String,
    /// Its own address.
    pub(super) base_url: Option<BaseUrl>,
    pub(super) title: Option<String>,
    /// What the site says of itself in it.
    pub(super) masthead: Masthead,
    /// Patterns of permalinks; the first that fits counts.
    pub(super) permalinks: Vec<Permalink>,
    /// The plurals by which front matter and paths know taxonomies.
    pub(super) taxonomies: Vec<String>,
    /// `disableKinds`, in lower case.
    pub(super) disabled: Vec<String>,
    /// `outputs`: formats by kind.
    pub(super) outputs: Map,
    pub(super) timezone: Option<TimeZone>,
}

/// A pattern of permalinks.
#[derive(Debug)]
pub(super) struct Permalink {
    /// The first folder that pages are in, if it is for one only; `/` stands for none.
    pub(super) section: Option<String>,
    pub(super) target: Target,
    pub(super) pattern: String,
}

/// A folder of content.
#[derive(Debug)]
pub(super) struct Root {
    /// Relative to the root of the site.
    pub(super) folder: String,
    /// Where it is mounted in the content.
    pub(super) below: String,
    /// The language of files that name none.
    pub(super) language: usize,
    /// Globs of files below it; with `!`, of files that are left out.
    pub(super) files: Vec<String>,
}

/// `uglyURLs`
#[derive(Debug)]
pub(super) enum Ugly {
    All(bool),
    Sections(Vec<String>),
}

/// Where dates are looked for, in this order; the names are in lower case, with aliases.
#[derive(Debug)]
pub(super) struct DateSources {
    pub(super) date: Vec<String>,
    pub(super) lastmod: Vec<String>,
    pub(super) publish: Vec<String>,
    pub(super) expiry: Vec<String>,
}

/// A file's place in the content.
pub(super) struct Place<'a> {
    pub(super) language: usize,
    /// The folders, from the root of the content.
    pub(super) folders: Vec<&'a str>,
    /// The name without extension and language.
    pub(super) name: &'a str,
}

impl Place<'_> {
    /// Whether it is the page of its folder, a section.
    pub(super) fn is_section(&self) -> bool {
        self.name == "_index"
    }

    /// The first folder; `/` if there is none.
    pub(super) fn section(&self) -> &str {
        self.folders.first().copied().unwrap_or("/")
    }

    /// The folder, with `/` between its parts.
    pub(super) fn folder(&self) -> String {
        self.folders.join("/")
    }
}

impl Hugo {
    pub(super) fn language(&self, index: usize) -> Option<&Language> {
        self.languages.get(index)
    }

    /// The language with this tag, else the default one.
    pub(super) fn language_of(&self, tag: Option<&str>) -> usize {
        let found = self.languages.iter().position(|own| tag.is_some() && own.tag.as_deref() == tag);
        found.unwrap_or(self.default_language)
    }

    pub(super) fn has_several_languages(&self) -> bool {
        self.languages.len() > 1
    }

    /// The place of a file, whose path is relative to the root of the site.
    pub(super) fn place<'a>(&'a self, path: &'a str) -> Option<Place<'a>> {
        let inside = |root: &'a Root| Some((root, path.strip_prefix(&root.folder)?.strip_prefix('/')?));
        let (root, inner) = self.roots.iter().filter_map(inside).max_by_key(|(root, _)| root.folder.len())?;
        let (folders, name) = text::split_last(inner, b'/').unwrap_or(("", inner));
        let stem = text::split_last(name, b'.').map_or(name, |(stem, _)| stem);
        if text::split_last(stem, b'.')
            .is_some_and(|(_, code)| self.disabled_languages.iter().any(|off| off == code))
        {
            return None;
        }
        let (stem, language) = self.without_language(stem).unwrap_or((stem, root.language));
        let mut folders: Vec<&str> =
            root.below.split('/').chain(folders.split('/')).filter(|folder| !folder.is_empty()).collect();
        // The page of a bundle is named like its folder.
        let name = if stem == "index" { folders.pop().unwrap_or(stem) } else { stem };
        Some(Place { language, folders, name })
    }

    /// A name that ends in the code of a language, without it.
    pub(super) fn without_language<'a>(&self, stem: &'a str) -> Option<(&'a str, usize)> {
        let (name, code) = text::split_last(stem, b'.')?;
        let language = self.languages.iter().position(|language| language.code.eq_ignore_ascii_case(code))?;
        Some((name, language))
    }

    /// Whether a file is `index` or `_index`, of whatever language.
    pub(super) fn is_named(&self, file_name: &str, name: &str) -> bool {
        let stem = text::split_last(file_name, b'.').map_or(file_name, |(stem, _)| stem);
        self.without_language(stem).map_or(stem, |(stem, _)| stem) == name
    }
}

impl Language {
    pub(super) fn is_disabled(&self, kind: &str) -> bool {
        self.disabled.iter().any(|disabled| disabled == kind)
    }
}

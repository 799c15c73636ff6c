//! The values that sections pass on (<https://gohugo.io/content-management/front-matter/#cascade>).

use std::sync::Arc;

use crate::generators::keys::Keys;
use crate::source::{Map, Node};
use crate::text::glob;

/// Values for the pages below a section.
#[derive(Debug, Clone)]
pub(super) struct Cascade {
    /// By names in lower case.
    pub(super) values: Map,
    pub(super) target: Target,
    /// The file that it is in.
    pub(super) file: Arc<str>,
}

/// Which pages something is for; without any of these, all.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Target {
    kind: Option<String>,
    /// A glob of paths from the root of the content.
    path: Option<String>,
    /// Globs of codes.
    languages: Vec<String>,
    environment: Option<String>,
    /// Whether it names languages by `sites.matrix`: then it is for these, whatever the language of its file is.
    pub(super) is_across: bool,
}

/// What a page has of the folder that it is in.
#[derive(Debug, Default)]
pub(super) struct Branch {
    /// The nearest section: a folder with a page of its own, else the first folder.
    pub(super) section: Arc<str>,
    /// Where its pages are, from the root of the language: what folders are called, or their slugs.
    pub(super) path: String,
    /// The slugs of the sections that it is in, or their titles.
    pub(super) slugs: Vec<String>,
    /// The fields of its own page, by names in lower case; none if it has no page.
    pub(super) own: Map,
    /// The nearest come first.
    pub(super) cascades: Vec<Cascade>,
}

impl Branch {
    /// A text of its own page that is not blank.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.own.get(key).and_then(Node::as_text).filter(|text| !text.trim().is_empty())
    }
}

impl Cascade {
    /// The cascades of front matter or of the configuration: a map, or a list of them.
    pub(super) fn all(node: Option<&Node>, file: &str) -> Vec<Self> {
        let maps = node.map_or(&[][..], Node::as_items).iter().filter_map(Node::as_map);
        maps.map(|map| {
            let target = map.get("target").or_else(|| map.get("_target")).and_then(Node::as_map);
            let mut values = map.clone();
            values.0.retain(|(key, _)| !matches!(key.text.as_str(), "target" | "_target"));
            values.lower_names();
            Self { values, target: target.map(Target::of).unwrap_or_default(), file: file.into() }
        })
        .collect()
    }
}

impl Target {
    pub(super) fn of_kind(kind: &str) -> Self {
        Self { kind: Some(kind.to_owned()), ..Self::default() }
    }

    pub(super) fn of(map: &Map) -> Self {
        let keys = Keys(map);
        let languages = keys.texts("lang").unwrap_or_default();
        let across = languages_of(&keys);
        Self {
            is_across: !across.is_empty(),
            kind: keys.text("kind"),
            path: keys.text("path"),
            languages: languages.into_iter().chain(across).collect(),
            environment: keys.text("environment"),
        }
    }

    /// Whether the target includes a page of this kind, path and language code.
    pub(super) fn is(&self, kind: &str, path: impl FnOnce() -> String, language: &str) -> bool {
        let fits = |pattern: &Option<String>, value: &str| {
            pattern.as_ref().is_none_or(|pattern| fast_glob::glob_match(pattern, value))
        };
        fits(&self.kind, kind)
            && (self.languages.is_empty() || self.languages.iter().any(|glob| glob::matches(glob, language)))
            && fits(&self.environment, "production")
            && self.path.as_ref().is_none_or(|pattern| {
                // `{/posts,/posts/**}` names paths from the root; these are in lower case, unless they keep theirs.
                let path = format!("/{}", path());
                [pattern, &pattern.to_lowercase()].iter().any(|own| fast_glob::glob_match(own, &path))
            })
    }
}

/// The languages of `sites.matrix`.
pub(super) fn languages_of(keys: &Keys<'_>) -> Vec<String> {
    let sites = keys.map("sites");
    let matrix = Keys(&sites).map("matrix");
    Keys(&matrix).texts("languages").unwrap_or_default()
}

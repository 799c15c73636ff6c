//! One Pelican site.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use jiff::tz::TimeZone;
use regex::Regex;

use super::substitutions::Substitutions;
use crate::source::Map;

/// What the configuration of a Pelican site decides beyond [`Settings`](crate::settings::Settings).
#[derive(Debug)]
pub(super) struct Pelican {
    /// All of it.
    pub(super) settings: Map,
    /// The folder of its files, relative to the root; empty for the root itself.
    pub(super) content: String,
    /// The folders of articles and of pages, relative to the content; empty for the content itself.
    pub(super) articles: Vec<String>,
    pub(super) pages: Vec<String>,
    /// Folders that are left out, relative to the content.
    pub(super) excluded: Vec<String>,
    pub(super) excluded_pages: Vec<String>,
    /// Patterns of names of files that are left out.
    pub(super) ignored: Vec<String>,
    pub(super) timezone: TimeZone,
    pub(super) language: String,
    /// The patterns that names and paths of files are read by.
    pub(super) file_name: Option<Regex>,
    pub(super) path: Option<Regex>,
    pub(super) folder_is_category: bool,
    pub(super) default_category: String,
    pub(super) default_author: Option<String>,
    /// Whether slugs are made of file names, not of titles.
    pub(super) slug_of_name: bool,
    pub(super) slug_is_unicode: bool,
    pub(super) slug_keeps_case: bool,
    /// The substitutions that make a slug, if they are not the usual ones.
    pub(super) substitutions: Option<Substitutions>,
    /// Those of terms, by taxonomy, if they are others.
    pub(super) term_substitutions: BTreeMap<&'static str, Substitutions>,
    /// What articles in the language of the site have in common with their translations, once that has been asked for.
    pub(super) originals: OnceLock<BTreeSet<String>>,
    /// Whether `WITH_FUTURE_DATES` is false.
    pub(super) hides_future: bool,
    /// How many words an automatic summary has at most.
    pub(super) summary_length: usize,
}

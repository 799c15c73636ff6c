//! One Hexo site.

use std::collections::BTreeMap;

use super::slug::{Case, slugized};
use crate::source::Map;
use jiff::tz::TimeZone;

/// What the configuration of a Hexo site decides beyond [`Settings`](crate::settings::Settings).
#[derive(Debug)]
pub(super) struct Hexo {
    /// The folder of its files, relative to the root.
    pub(super) source: String,
    pub(super) permalink: String,
    pub(super) permalink_defaults: Map,
    /// The pattern of file names, without its extension.
    pub(super) file_name: String,
    /// With a folder of assets for each post, only files with this extension are posts.
    pub(super) only_extension: Option<String>,
    pub(super) has_asset_folders: bool,
    pub(super) timezone: Option<TimeZone>,
    pub(super) renders_drafts: bool,
    pub(super) skipped: Vec<String>,
    /// Globs of pages that are none.
    pub(super) excluded: Vec<String>,
    /// Globs of files that are not even read.
    pub(super) ignored: Vec<String>,
    /// The field by which a plugin hides posts, if there is one.
    pub(super) hiding: Option<String>,
    /// The tags of posts for which a plugin asks for a password.
    pub(super) locked_tags: Vec<String>,
    pub(super) default_category: String,
    pub(super) category_map: BTreeMap<String, String>,
    pub(super) tag_map: BTreeMap<String, String>,
    /// The folder of lists of tags, if there are such.
    pub(super) tag_folder: Option<String>,
    pub(super) case: Case,
    pub(super) keeps_index: bool,
    pub(super) keeps_html: bool,
    pub(super) slug_is_title: bool,
    pub(super) has_titlecase: bool,
}

impl Hexo {
    /// A category or tag as part of a path.
    pub(super) fn term_slug(&self, map: &BTreeMap<String, String>, name: &str) -> String {
        slugized(map.get(name).map_or(name, String::as_str), self.case)
    }
}

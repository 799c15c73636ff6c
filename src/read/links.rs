//! Where links between sources lead: to the URLs of the posts that the sources became.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::config::Config;
use crate::generators::LinkKind;
use crate::markup::Lead;
use crate::model::PostMeta;
use crate::text::link;

/// The posts of a site, by the names that its sources have for them.
pub(crate) struct Links<'a> {
    posts: &'a [PostMeta],
    config: &'a Config,
    /// Made when the first link is followed. A name that several posts have leads nowhere.
    by_name: OnceLock<HashMap<String, Option<usize>>>,
}

impl<'a> Links<'a> {
    /// Links between posts.
    pub(crate) fn new(posts: &'a [PostMeta], config: &'a Config) -> Self {
        Self { posts, config, by_name: OnceLock::new() }
    }

    /// The post that a tag in the source at `from` names.
    pub(super) fn tag(&self, written: &str, from: &str) -> Option<&'a PostMeta> {
        self.first(&self.config.dialect.linked(written, from, LinkKind::Tag))
    }

    /// Where a URL in the source at `from` leads.
    pub(super) fn url(&self, written: &str, from: &str) -> Lead {
        let end = written.find(['#', '?']).unwrap_or(written.len());
        let (path, rest) = written.split_at(end);
        let path = link::decoded(path);
        let names = self.config.dialect.linked(&path, from, LinkKind::Url);
        let output = &self.config.site.output;
        let is_served = || names.iter().any(|name| output.join(name).is_file());
        match self.first(&names) {
            Some(post) => Lead::Post(format!("{}{rest}", post.url())),
            // A source that is no post, or that is not there.
            None if path.starts_with(MARKS) || (!names.is_empty() && !is_served()) => Lead::Nowhere,
            None => Lead::Elsewhere,
        }
    }

    fn first(&self, names: &[String]) -> Option<&'a PostMeta> {
        if names.is_empty() {
            return None;
        }
        let by_name = self.by_name.get_or_init(|| {
            let mut by_name = HashMap::with_capacity(self.posts.len());
            for (index, post) in self.posts.iter().enumerate() {
                for name in self.config.dialect.link_names(post.path()) {
                    by_name.entry(name).and_modify(|known| *known = None).or_insert(Some(index));
                }
            }
            by_name
        });
        let index = names.iter().find_map(|name| by_name.get(name).copied().flatten());
        index.and_then(|index| self.posts.get(index))
    }
}

/// What begins a URL that can only be meant for a source.
const MARKS: [char; 3] = ['@', '{', '|'];

//! Feeds of other programs that are about to be replaced.

use std::collections::HashMap;

use rayon::prelude::*;

use super::document::FeedDocument;
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Rule};
use crate::disk;
use crate::source::{
    self,
    feed::{self, is_ours},
};
use crate::text::{self, link};

/// How much of a file shows whether it is ours, in bytes.
const START: usize = 4096;

/// Reports feeds of other programs by which readers know posts by other ids.
pub(super) fn report_replaced(found: &mut Vec<Diagnostic>, documents: &[FeedDocument<'_>], config: &Config) {
    let current = documents.par_iter().filter(|document| document.history.current.is_none());
    let mut reported: Vec<_> = current.filter_map(|document| with_other_ids(document, config)).collect();
    found.append(&mut reported);
}

fn with_other_ids(document: &FeedDocument<'_>, config: &Config) -> Option<Diagnostic> {
    let path = config.site.output.join(&document.path);
    let mut start = vec![0; START];
    let (_, length) = disk::read_start(&path, &mut start).ok()?;
    if is_ours(start.get(..length)?) {
        return None;
    }
    let text = source::decode("", disk::read(&path, config.site.largest).ok()?).text;
    let entries = feed::Document::parse(&text).ok()?.entries();
    let ours: HashMap<&str, &str> = document.posts.iter().map(|post| (post.url(), post.id())).collect();
    let others = entries.iter().filter_map(|entry| {
        let own = *ours.get(link::absolute(&entry.url)?.as_str())?;
        entry.id.as_deref().filter(|id| *id != own).map(|id| (id, own))
    });
    let others: Vec<_> = others.collect();
    let (id, own) = others.first()?;
    let message = match others.len() {
        1 => "readers know a post of this feed by another id, and would show it again".to_owned(),
        count => format!("readers know {count} posts of this feed by other ids, and would show them again"),
    };
    let help = format!(
        "`{}` would be `{}`; run `feedmill adopt {}` first to keep its ids",
        text::shown(id),
        text::shown(own),
        path.display()
    );
    Some(Diagnostic::new(Rule::ReplacedIds, document.path.clone(), message).help(help))
}

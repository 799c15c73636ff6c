//! Which feeds there are, which entries each carries, and their documents.

mod document;
mod expand;
mod explain;
mod members;
mod output;
mod parts;
mod rendered;
mod replaced;

pub(crate) use document::{FeedDocument, emptied, plan};
pub(crate) use expand::{expand, patterns};
pub(crate) use explain::explain;
pub(crate) use members::{is_carried, report_empty, report_unknown_fields};
pub(crate) use output::{render, report_own_files};
pub(crate) use replaced::replaced_ids;

use crate::markup::published_line;
use crate::model::Site;
use crate::render::opml::Outline;
use crate::settings::FeedConfig;
use crate::text::{self, BaseUrl};

/// The title of a feed: its own, else the site's.
fn title_of(feed: &FeedConfig, site: &Site) -> String {
    let own = feed.title.as_deref().map(published_line).filter(|title| !text::is_blank(title));
    own.unwrap_or_else(|| site.title.clone())
}

/// The feeds as a list of all feeds has them.
pub(crate) fn outlines(feeds: &[FeedConfig], site: &Site, base_url: &BaseUrl) -> Vec<Outline> {
    let outline = |feed: &FeedConfig| Outline {
        title: title_of(feed, site),
        url: base_url.file(&feed.path),
        format: feed.format,
    };
    feeds.iter().map(outline).collect()
}

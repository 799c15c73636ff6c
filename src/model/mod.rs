//! Types only: what a site, its posts, its feeds and its pages are. Nothing here reads or writes a file.

mod author;
mod feed;
mod file;
mod format;
mod in_memory;
mod media;
mod page;
mod post;
mod post_meta;
mod reason;
mod site;
mod term;

pub use author::Author;
pub(crate) use author::{authors, is_email};
pub(crate) use feed::{ASKED, Category, Content, History};
pub use feed::{Entry, Feed};
pub(crate) use file::{File, FileKind};
pub use format::Format;
pub use media::Media;
pub(crate) use media::is_media_type;
pub(crate) use page::{Extra, LIMITS, Limits, MAX_URL_LENGTH, News, Page};
pub(crate) use post::{Post, SitemapFacts};
pub(crate) use post_meta::{Origin, PostMeta, Wanted};
pub use reason::Reason;
pub use site::Site;
pub(crate) use site::{Selectors, SiteFacts};
pub(crate) use term::{
    AUTHOR, CATEGORY, COLLECTION, LANGUAGE, TAG, TAXONOMIES, TRANSLATION, Term, is_open, taxonomy,
    taxonomy_of,
};

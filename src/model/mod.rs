//! Types only: what a site, its posts, its feeds and its pages are. Nothing here reads or writes a file.

pub(crate) mod author;
pub(crate) mod feed;
pub(crate) mod file;
pub(crate) mod format;
mod in_memory;
pub(crate) mod media;
pub(crate) mod page;
pub(crate) mod post;
pub(crate) mod post_meta;
pub(crate) mod site;
pub(crate) mod term;

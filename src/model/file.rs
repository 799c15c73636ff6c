//! A file of a site, and what it is for.

use std::sync::Arc;

/// A file that a generator reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct File {
    /// Relative to the root, with `/` between folders.
    pub path: String,
    /// What it is for.
    pub kind: FileKind,
    /// The collection that it belongs to, where the site has such.
    pub collection: Option<Arc<str>>,
}

/// What a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileKind {
    /// A post.
    Post,
    /// A post that is not finished.
    Draft,
    /// A document of a collection, if it has front matter; else it is published as it is.
    Document,
    /// A page, if it has front matter; else it is published as it is.
    Page,
    /// A file that is published as it is, and need not be read.
    Asset,
}

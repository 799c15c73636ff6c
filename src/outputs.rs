//! The files of a run: each is staged beside its place as soon as it is rendered, and all are put in place at the end.

use std::collections::HashSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::Mode;
use crate::config::Config;
use crate::dialect::Role;
use crate::error::Error;
use crate::listing::Listing;
use crate::publish::{self, Draft, Outcome, Staged};
use crate::render::Format;

/// What an output is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A document of a feed.
    Feed {
        /// Its format.
        format: Format,
        /// The title of the feed.
        title: String,
        /// Whether pages should point to it: it is no archive, and not one of many for the values of a field.
        advertised: bool,
    },
    /// A sitemap, or an index of sitemaps.
    Sitemap,
    /// A file that goes with these, such as a style sheet.
    Companion,
}

/// Where in a report style sheets stand: before the feeds, which follow in the order of the configuration.
pub(crate) const FIRST: usize = 0;
/// Where sitemaps stand.
pub(crate) const LAST: usize = usize::MAX;

/// Why a document was not staged.
#[derive(Debug)]
pub enum Failure {
    /// It is not sound, or there is none: a clause that says why.
    Unsound(String),
    /// It could not be written.
    Write(std::io::Error),
}

/// One output of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The file.
    pub path: PathBuf,
    /// Where it will be on the web.
    pub url: String,
    /// What it is.
    pub kind: Kind,
    /// How many entries or pages it has.
    pub entries: usize,
    /// Whether it changed.
    pub outcome: Outcome,
}

/// The files of a run that is not over yet.
#[derive(Debug)]
pub struct Outputs<'a> {
    config: &'a Config,
    mode: Mode,
    posts: &'a [Listing],
    /// With where each belongs in the report.
    outputs: Vec<(usize, Output)>,
    staged: Vec<Staged>,
}

impl<'a> Outputs<'a> {
    /// No files yet.
    #[must_use]
    pub fn new(config: &'a Config, mode: Mode, posts: &'a [Listing]) -> Self {
        Self { config, mode, posts, outputs: Vec::new(), staged: Vec::new() }
    }

    /// Adds a file below the output folder. The report is in the order of `rank`.
    ///
    /// # Errors
    /// [`Error::Write`], or [`Error::Unsound`] if there are no bytes, because they would not be sound.
    pub fn add(
        &mut self,
        rank: usize,
        path: &str,
        kind: Kind,
        entries: usize,
        bytes: Result<Vec<u8>, String>,
    ) -> Result<(), Error> {
        let staged = self.stage(path, |draft| {
            let bytes = bytes.map_err(Failure::Unsound)?;
            draft.write_all(&bytes).map_err(Failure::Write)
        })?;
        self.push(rank, path, kind, entries, staged);
        Ok(())
    }

    /// Stages a file as it is written, for [`push`](Self::push).
    ///
    /// # Errors
    /// [`Error::Write`] and [`Error::Unsound`].
    pub fn stage(
        &self,
        path: &str,
        write: impl FnOnce(&mut Draft) -> Result<(), Failure>,
    ) -> Result<Staged, Error> {
        let path = self.config.output.join(path);
        let mut draft = Draft::begin(&path, self.mode)?;
        match write(&mut draft) {
            Ok(()) => draft.finish(),
            Err(Failure::Unsound(reason)) => Err(Error::Unsound { path, reason }),
            Err(Failure::Write(error)) => Err(draft.failed(error)),
        }
    }

    /// Adds a file that has been staged.
    pub fn push(&mut self, rank: usize, path: &str, kind: Kind, entries: usize, staged: Staged) {
        let (url, path) = (self.config.base_url.file(path), self.config.output.join(path));
        let outcome = staged.outcome();
        self.staged.push(staged);
        self.outputs.push((rank, Output { path, url, kind, entries, outcome }));
    }

    /// Puts all files in their places.
    ///
    /// # Errors
    /// [`Error::Config`] if two would be in one place, [`Error::Write`]: where a post stands, nothing is written; every
    /// other file is the old or the new one, whole.
    pub fn commit(self) -> Result<Vec<Output>, Error> {
        let mut taken = HashSet::new();
        if let Some((_, output)) = self.outputs.iter().find(|(_, output)| !taken.insert(&output.path)) {
            return Err(Error::Config {
                path: self.config.dialect.kind().config_file().into(),
                place: None,
                message: format!("two outputs have the address {}", output.url),
                help: Some("give each feed and the sitemap a path of its own".to_owned()),
            });
        }
        if let Some(path) = self.post_in_the_way() {
            let source = std::io::Error::new(std::io::ErrorKind::AlreadyExists, "it is a post");
            return Err(Error::Write { path, step: "replace", source });
        }
        publish::commit(self.staged)?;
        let mut outputs = self.outputs;
        outputs.sort_by_key(|(rank, _)| *rank);
        Ok(outputs.into_iter().map(|(_, output)| output).collect())
    }

    fn post_in_the_way(&self) -> Option<PathBuf> {
        // However the two were typed, and whatever links lead to them.
        let real = |path: &Path| {
            path.canonicalize().or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_owned())
        };
        let (root, folder) = (real(&self.config.root), real(&self.config.output));
        let below = |path: &Path| {
            let path = folder.join(path.strip_prefix(&self.config.output).ok()?);
            let parts = path.strip_prefix(&root).ok()?.components();
            let parts: Vec<_> = parts.map(|part| part.as_os_str().to_string_lossy()).collect();
            Some(parts.join("/"))
        };
        let written: HashSet<String> =
            self.outputs.iter().filter_map(|(_, output)| below(&output.path)).collect();
        if written.is_empty() {
            return None;
        }
        let is_file = |post: &&Listing| !matches!(post.role, Role::Record(_));
        let post = self.posts.iter().filter(is_file).find(|post| written.contains(post.path()))?;
        Some(self.config.root.join(post.path()))
    }
}

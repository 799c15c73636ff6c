//! The files of a run.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use hashbrown::HashSet;
use rayon::prelude::*;

use super::commit::commit;
use super::leftovers;
use super::pending::{Mode, Outcome, PendingFile, Staged};
use crate::disk;
use crate::error::{Error, Failure};
use crate::model::Format;
use crate::text::BaseUrl;

/// What an output is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum OutputKind {
    /// A document of a feed.
    Feed {
        /// Its format.
        format: Format,
        /// The title of the feed.
        title: String,
        /// Whether pages should point to it: it is not an archive, and not one of many for the values of a field.
        advertised: bool,
    },
    /// A sitemap.
    Sitemap,
    /// An index of sitemaps.
    SitemapIndex,
    /// A file that goes with these, such as a style sheet.
    Companion,
    /// A file of an earlier run that is not published any more.
    Leftover,
    /// What is remembered until the next run. It is not published.
    Lock,
}

/// One output of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Output {
    /// The file.
    pub path: PathBuf,
    /// Where it will be on the web; empty for what is not published.
    pub url: String,
    /// What it is.
    pub kind: OutputKind,
    /// How many entries or pages it has.
    pub entries: usize,
    /// Whether it changed.
    pub outcome: Outcome,
}

/// Where in a report style sheets are: before the feeds, which follow in the order of the configuration.
pub(crate) const FIRST: usize = 0;
/// Where in a report sitemaps are.
pub(crate) const LAST: usize = usize::MAX;

/// What an output is, before it is written.
#[derive(Debug)]
pub(crate) struct Plan<'a> {
    /// Its place in the report.
    pub rank: usize,
    /// Relative to the output folder and to the base URL.
    pub path: &'a str,
    /// What it is.
    pub kind: OutputKind,
    /// How many entries or pages it has.
    pub entries: usize,
}

/// May be the site's own file, to which lines are added.
const ROBOTS: &str = "robots.txt";

/// The files of a run that is not over yet: each is staged beside its place as soon as it is rendered, and all are put
/// in place at the end.
#[derive(Debug)]
pub(crate) struct Staging<'a> {
    folder: &'a Path,
    root: &'a Path,
    /// Whether nothing but outputs is in the folder.
    is_apart: bool,
    base_url: &'a BaseUrl,
    mode: Mode,
    /// With their places in the report.
    outputs: Vec<(usize, Output)>,
    staged: Vec<Staged>,
    /// What is removed at the end.
    retired: Vec<PathBuf>,
}

impl<'a> Staging<'a> {
    /// A new staging area for outputs in `folder`, below `base_url`. The sources are below `root`.
    pub(crate) fn new(folder: &'a Path, root: &'a Path, base_url: &'a BaseUrl, mode: Mode) -> Self {
        let is_apart = !disk::real(root).starts_with(disk::real(folder));
        let (outputs, staged, retired) = (Vec::new(), Vec::new(), Vec::new());
        Self { folder, root, is_apart, base_url, mode, outputs, staged, retired }
    }

    /// Stages a file, and adds it.
    ///
    /// # Errors
    /// [`Error::Write`], or [`Error::Unsound`] if there are no bytes, because they would not be sound.
    pub(crate) fn add(&mut self, plan: Plan<'_>, bytes: Result<Vec<u8>, Failure>) -> Result<(), Error> {
        let staged = self.stage(plan.path, |file| file.write_all(&bytes?).map_err(Failure::Write))?;
        self.push(plan, staged);
        Ok(())
    }

    /// Stages a file as it is written, for [`push`](Self::push).
    ///
    /// # Errors
    /// [`Error::Write`] and [`Error::Unsound`].
    pub(crate) fn stage(
        &self,
        path: &str,
        write: impl FnOnce(&mut PendingFile) -> Result<(), Failure>,
    ) -> Result<Staged, Error> {
        let mut file = self.begin(path)?;
        match write(&mut file) {
            Ok(()) => file.finish(),
            Err(failure) => Err(file.failed(failure)),
        }
    }

    /// Begins a file that is written part by part.
    ///
    /// # Errors
    /// [`Error::Write`] if it may not be where it should be.
    pub(crate) fn begin(&self, name: &str) -> Result<PendingFile, Error> {
        let path = self.folder.join(name);
        let refused = |kind, reason: &str| Error::Write {
            path: path.clone(),
            step: "replace",
            source: std::io::Error::new(kind, reason.to_owned()),
        };
        if !disk::is_below(name) {
            return Err(refused(std::io::ErrorKind::InvalidInput, "it is outside the output folder"));
        }
        if self.leads_out(&path) {
            let reason = "a link leads out of the site; remove it, or choose another path";
            return Err(refused(std::io::ErrorKind::InvalidInput, reason));
        }
        let is_output = self.is_apart && (!path.exists() || disk::is_inside(self.folder, &path));
        if name != ROBOTS && !leftovers::may_be_replaced(&path, is_output) {
            let reason = "it is no feed, sitemap or style sheet; remove it, or choose another path";
            return Err(refused(std::io::ErrorKind::AlreadyExists, reason));
        }
        PendingFile::begin(&path, self.mode)
    }

    /// Adds a file that has been staged.
    pub(crate) fn push(&mut self, plan: Plan<'_>, staged: Staged) {
        let Plan { rank, path, kind, entries } = plan;
        let (url, path) = (self.base_url.file(path), self.folder.join(path));
        self.outputs.push((rank, Output { path, url, kind, entries, outcome: staged.outcome() }));
        self.staged.push(staged);
    }

    /// Removes, at the end, the files of earlier runs that fit a pattern of paths and are not among the outputs: what
    /// was withdrawn must not stay where readers find it.
    pub(crate) fn retire(&mut self, patterns: &[String]) {
        for path in self.of_earlier_runs(patterns.iter().map(String::as_str)) {
            let (url, path) = (self.base_url.file(&path), self.folder.join(path));
            let (kind, outcome) = (OutputKind::Leftover, Outcome::Removed);
            self.outputs.push((LAST, Output { path: path.clone(), url, kind, entries: 0, outcome }));
            self.retired.push(path);
        }
    }

    /// The files at the top of the output folder that an earlier run wrote and this one does not. They are only
    /// reported, because another configuration may still write them.
    pub(crate) fn stale(&self) -> Vec<PathBuf> {
        self.of_earlier_runs(["*.xml", "*.json"]).into_iter().map(|path| self.folder.join(path)).collect()
    }

    /// The files of earlier runs that fit patterns of paths and are not among the outputs.
    fn of_earlier_runs<'p>(&self, patterns: impl IntoIterator<Item = &'p str>) -> Vec<String> {
        // On many disks, a name in other letters is the same file.
        let lower = |path: &Path| path.to_string_lossy().to_lowercase();
        let mut known: HashSet<String> = self.outputs.iter().map(|(_, output)| lower(&output.path)).collect();
        let ours =
            patterns.into_iter().flat_map(|pattern| leftovers::ours(self.folder, pattern, self.base_url));
        ours.filter(|path| known.insert(lower(&self.folder.join(path)))).collect()
    }

    /// What is to be removed.
    pub(crate) fn retired(&self) -> &[PathBuf] {
        &self.retired
    }

    /// The first URL that two outputs would have.
    pub(crate) fn duplicate(&self) -> Option<&str> {
        let mut taken = HashSet::new();
        let duplicate = self.outputs.iter().find(|(_, output)| !taken.insert(&output.path));
        duplicate.map(|(_, output)| output.url.as_str())
    }

    /// Puts all files in their places, and after them the lock. `sources` are files of the site that no output may replace.
    ///
    /// # Errors
    /// [`Error::Write`]: where a source or another output is in the way, nothing is written; every other file is the old or the new one,
    /// whole.
    pub(crate) fn commit<'s>(
        self,
        sources: impl ParallelIterator<Item = &'s str>,
        lock: Option<Staged>,
    ) -> Result<Vec<Output>, Error> {
        if let Some(path) = self.source_in_the_way(sources) {
            let source = std::io::Error::new(std::io::ErrorKind::AlreadyExists, "it is a post");
            return Err(Error::Write { path, step: "replace", source });
        }
        if let Some(path) = self.one_file_for_two() {
            let reason = "a link leads to the file of another output; remove it";
            let source = std::io::Error::new(std::io::ErrorKind::AlreadyExists, reason);
            return Err(Error::Write { path, step: "replace", source });
        }
        commit(self.staged)?;
        for path in self.retired.iter().filter(|_| self.mode == Mode::Publish) {
            let removed = std::fs::remove_file(path);
            removed.map_err(|source| Error::Write { path: path.clone(), step: "remove", source })?;
        }
        let mut outputs = self.outputs;
        outputs.sort_by_key(|(rank, _)| *rank);
        let mut outputs: Vec<Output> = outputs.into_iter().map(|(_, output)| output).collect();
        if let Some(lock) = lock {
            let (path, outcome) = (lock.path.clone(), lock.outcome());
            outputs.push(Output { path, url: String::new(), kind: OutputKind::Lock, entries: 0, outcome });
            commit(vec![lock])?;
        }
        Ok(outputs)
    }

    /// Whether links in the output folder lead a path out of it, and out of the site.
    fn leads_out(&self, path: &Path) -> bool {
        let there = path.ancestors().find(|part| part.symlink_metadata().is_ok());
        let real_place = there.filter(|there| there.starts_with(self.folder)).map(disk::real);
        let is_inside = |place: PathBuf| {
            [self.folder, self.root].iter().any(|folder| place.starts_with(disk::real(folder)))
        };
        real_place.is_some_and(|place| !is_inside(place))
    }

    /// The first output that would replace another, because links lead to one file.
    fn one_file_for_two(&self) -> Option<PathBuf> {
        let mut taken = HashSet::new();
        let mut paths = self.outputs.iter().map(|(_, output)| &output.path);
        paths.find(|path| path.canonicalize().is_ok_and(|file| !taken.insert(file))).cloned()
    }

    fn source_in_the_way<'s>(&self, sources: impl ParallelIterator<Item = &'s str>) -> Option<PathBuf> {
        let (real_root, real_folder) = (disk::real(self.root), disk::real(self.folder));
        let below_root = |output: &Output| {
            let path = real_folder.join(output.path.strip_prefix(self.folder).ok()?);
            let parts = path.strip_prefix(&real_root).ok()?.components();
            let parts: Vec<_> = parts.map(|part| part.as_os_str().to_string_lossy()).collect();
            Some(parts.join("/"))
        };
        let written: HashSet<String> =
            self.outputs.iter().filter_map(|(_, output)| below_root(output)).collect();
        if written.is_empty() {
            return None;
        }
        sources.find_first(|source| written.contains(*source)).map(|source| self.root.join(source))
    }
}

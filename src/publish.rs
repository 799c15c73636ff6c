//! Bytes -> file. An unchanged file is not touched, its time included; a changed one is replaced in one step, so that
//! whoever looks at any moment sees the old or the new file, whole.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs::{self, File, Permissions};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::{NamedTempFile, TempPath};

use crate::Mode;
use crate::error::Error;

/// What came of publishing one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It held these bytes already and was not touched.
    Unchanged,
    /// It was written, or with `check` would have been.
    Written,
}

/// How much is read and written at once.
const BUFFER: usize = 64 * 1024;

/// What an interrupted run leaves behind is removed once it is older than any run takes.
const STALE: Duration = Duration::from_secs(3600);

/// The next bytes of a file, compared with those that it holds already while they are written. Where they begin to
/// differ, a new file begins beside it; where they never do, nothing is written.
#[derive(Debug)]
pub struct Draft {
    path: PathBuf,
    mode: Mode,
    /// The file that is there, read as far as it is the same.
    old: Option<BufReader<File>>,
    /// How many bytes are the same.
    same: u64,
    /// The new file, from the first byte that differs.
    new: Option<New>,
    /// What is being done, should it fail.
    step: &'static str,
}

/// A new file, and what it is to replace.
#[derive(Debug)]
enum New {
    File(BufWriter<NamedTempFile>, PathBuf),
    /// With [`Mode::Check`], only that there would be one.
    Supposed,
}

impl Draft {
    /// Begins a file.
    ///
    /// # Errors
    /// [`Error::Write`] if something is there that is no file, or cannot be read.
    pub fn begin(path: &Path, mode: Mode) -> Result<Self, Error> {
        // Opening a pipe would wait for its other end.
        let old = match fs::metadata(path) {
            Ok(metadata) if !metadata.is_file() => {
                Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file"))
            }
            _ => File::open(path),
        };
        let old = match old {
            Ok(file) => Some(BufReader::with_capacity(BUFFER, file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(source) => return Err(Error::Write { path: path.to_owned(), step: "read", source }),
        };
        Ok(Self { path: path.to_owned(), mode, old, same: 0, new: None, step: "write" })
    }

    /// Ends the file: it is on the disk now, but not yet in its place.
    ///
    /// # Errors
    /// [`Error::Write`]; nothing has been replaced.
    pub fn finish(mut self) -> Result<Staged, Error> {
        let finished = self.end();
        finished.map_err(|source| Error::Write { path: self.path.clone(), step: self.step, source })?;
        let new = match self.new {
            Some(New::File(file, target)) => {
                let failed = |step| {
                    let path = self.path.clone();
                    move |source| Error::Write { path, step, source }
                };
                let file = file.into_inner().map_err(|error| failed("write")(error.into_error()))?;
                file.as_file().sync_all().map_err(failed("sync"))?;
                // Closed here: there may be more files than a process may have open.
                Some(Replacement::File(file.into_temp_path(), target))
            }
            Some(New::Supposed) => Some(Replacement::Supposed),
            None => None,
        };
        Ok(Staged { path: self.path, new })
    }

    fn end(&mut self) -> io::Result<()> {
        if self.new.is_none() {
            self.step = "read";
            let is_same = match &mut self.old {
                Some(old) => old.fill_buf()?.is_empty(),
                None => false,
            };
            if !is_same {
                self.diverge()?;
            }
        }
        Ok(())
    }

    /// Why nothing was written, if an error came from here.
    pub(crate) fn failed(&self, source: io::Error) -> Error {
        Error::Write { path: self.path.clone(), step: self.step, source }
    }

    /// Begins a new file with what is the same.
    fn diverge(&mut self) -> io::Result<()> {
        let old = self.old.take().map(BufReader::into_inner);
        if self.mode == Mode::Check {
            self.new = Some(New::Supposed);
            return Ok(());
        }
        // Where a link stands, it stays, and what it points to is replaced.
        let target = fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone());
        let folder = folder_of(&target);
        self.step = "create the folder of";
        fs::create_dir_all(folder)?;
        let mut builder = tempfile::Builder::new();
        let prefix = prefix_of(&target);
        builder.prefix(&prefix).suffix(".tmp");
        #[cfg(unix)]
        {
            // The mode of a new file, before the umask.
            builder.permissions(<Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o666));
        }
        self.step = "create a file beside";
        let temporary = builder.tempfile_in(folder)?;
        if let Ok(metadata) = fs::metadata(&target) {
            self.step = "keep the mode of";
            temporary.as_file().set_permissions(metadata.permissions())?;
        }
        let mut new = BufWriter::with_capacity(BUFFER, temporary);
        if let Some(mut old) = old.filter(|_| self.same > 0) {
            // The file that was compared, whatever stands in its place by now.
            self.step = "read";
            old.rewind()?;
            if io::copy(&mut old.take(self.same), &mut new)? != self.same {
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "it became shorter meanwhile"));
            }
        }
        self.step = "write";
        self.new = Some(New::File(new, target));
        Ok(())
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.new.is_none() {
            self.step = "read";
            let old = match &mut self.old {
                Some(old) => old.fill_buf()?,
                None => &[],
            };
            let length = old.len().min(bytes.len());
            let part = bytes.get(..length).unwrap_or_default();
            if length > 0 && old.get(..length) == Some(part) {
                if let Some(old) = &mut self.old {
                    old.consume(length);
                }
                self.same += length as u64;
                return Ok(length);
            }
            self.diverge()?;
        }
        match &mut self.new {
            Some(New::File(file, _)) => file.write(bytes),
            _ => Ok(bytes.len()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A file whose new bytes stand beside it, on the disk, or that needs none.
#[derive(Debug)]
pub struct Staged {
    path: PathBuf,
    new: Option<Replacement>,
}

#[derive(Debug)]
enum Replacement {
    /// The new file, and what it is to replace.
    File(TempPath, PathBuf),
    Supposed,
}

/// Writes the bytes of a file beside it, if it does not hold them already, and its folder, if that does not exist.
///
/// # Errors
/// [`Error::Write`]; nothing has been replaced.
pub fn stage(path: &Path, mode: Mode, bytes: &[u8]) -> Result<Staged, Error> {
    let mut draft = Draft::begin(path, mode)?;
    if let Err(error) = draft.write_all(bytes) {
        return Err(draft.failed(error));
    }
    draft.finish()
}

impl Staged {
    /// What will come of it, or would.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        if self.new.is_some() { Outcome::Written } else { Outcome::Unchanged }
    }

    /// Puts the new file in its place, in one step.
    fn commit(self) -> Result<(), Error> {
        let Some(Replacement::File(temporary, target)) = self.new else { return Ok(()) };
        let replaced = temporary.persist(&target);
        replaced.map_err(|error| Error::Write { path: self.path, step: "replace", source: error.error })
    }
}

/// Makes files hold what was staged for them.
///
/// # Errors
/// [`Error::Write`]; every file is the old or the new one, whole.
pub fn commit(staged: Vec<Staged>) -> Result<(), Error> {
    let mut folders: BTreeMap<PathBuf, Vec<&Path>> = BTreeMap::new();
    let mut prefixes = BTreeSet::new();
    for staged in &staged {
        let Some(Replacement::File(temporary, target)) = &staged.new else { continue };
        folders.entry(folder_of(target).to_owned()).or_default().push(temporary);
        prefixes.insert(prefix_of(target));
    }
    for (folder, own) in &folders {
        remove_stale(folder, &prefixes, own);
    }
    let folders: Vec<PathBuf> = folders.into_keys().collect();
    let committed = staged.into_iter().try_for_each(Staged::commit);
    for folder in folders {
        // The renames themselves reach the disk with the folder. Not every file system can do that.
        if let Ok(folder) = File::open(folder) {
            let _ = folder.sync_all();
        }
    }
    committed
}

/// Makes a file hold these bytes, and its folder exist.
///
/// # Errors
/// [`Error::Write`]; the file that was there before still stands.
pub fn publish(path: &Path, bytes: &[u8]) -> Result<Outcome, Error> {
    let staged = stage(path, Mode::Publish, bytes)?;
    let outcome = staged.outcome();
    commit(vec![staged]).map(|()| outcome)
}

fn folder_of(target: &Path) -> &Path {
    target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// How the temporary files beside a file are called.
fn prefix_of(target: &Path) -> String {
    format!(".{}.feedmill-", target.file_name().map(OsStr::to_string_lossy).unwrap_or_default())
}

/// Removes what runs left behind that were killed between writing and renaming. The age is told by the file system's
/// own clock: that of the files just written.
fn remove_stale(folder: &Path, prefixes: &BTreeSet<String>, own: &[&Path]) {
    let modified = |path: &Path| fs::metadata(path).and_then(|metadata| metadata.modified());
    let Some(now) = own.first().and_then(|own| modified(own).ok()) else { return };
    let own: BTreeSet<_> = own.iter().filter_map(|own| own.file_name()).collect();
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let legible = name.to_string_lossy();
        let prefix = legible.find(".feedmill-").and_then(|at| legible.get(..at + ".feedmill-".len()));
        let is_ours = legible.ends_with(".tmp")
            && prefix.is_some_and(|prefix| prefixes.contains(prefix))
            && !own.contains(&*name);
        let age = modified(&entry.path()).ok().and_then(|then| now.duration_since(then).ok());
        if is_ours && age.is_some_and(|age| age > STALE) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

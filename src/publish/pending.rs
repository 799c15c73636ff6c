//! Bytes -> one file beside its place. An unchanged file is not touched, its time included.

use std::ffi::OsStr;
use std::fs::{self, File, Permissions};
use std::io::{self, BufRead, BufReader, BufWriter, Read as _, Seek, Write};
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempPath};

use super::temporary;

use crate::disk;
use crate::error::{Error, Failure};

/// Whether to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Replace what changed.
    Publish,
    /// Only report what would change.
    Check,
    /// The same, but for the lock.
    Remember,
}

/// What was done to one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It held these bytes already and was not touched.
    Unchanged,
    /// It was written, or would be if the run wrote anything.
    Written,
    /// It was of an earlier run, is not published any more, and was removed, or would be.
    Removed,
}

/// How much is read and written at once.
const BUFFER: usize = 64 * 1024;

/// A writer that compares the new bytes of a file with those that it has. At the first difference, it begins
/// a new file beside it; without any, nothing is written.
#[derive(Debug)]
pub(crate) struct PendingFile {
    path: PathBuf,
    mode: Mode,
    /// The file that is there, read as far as it is the same.
    old: Option<BufReader<File>>,
    /// How many bytes are the same.
    same: u64,
    /// The new file, from the first byte that differs.
    new: Option<New>,
    /// The current operation, for the message if it fails.
    step: &'static str,
}

/// A new file, and what it is to replace.
#[derive(Debug)]
enum New {
    File(BufWriter<NamedTempFile>, PathBuf),
    /// With [`Mode::Check`], only that there would be one.
    Supposed,
}

impl PendingFile {
    /// Begins a file.
    ///
    /// # Errors
    /// [`Error::Write`] if something is there that is no file, or cannot be read.
    pub(crate) fn begin(path: &Path, mode: Mode) -> Result<Self, Error> {
        let old = match disk::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && path.is_symlink() => {
                Err(io::Error::new(io::ErrorKind::InvalidInput, "it is a link to nothing"))
            }
            old => old,
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
    pub(crate) fn finish(mut self) -> Result<Staged, Error> {
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

    /// Why nothing was written.
    pub(crate) fn failed(&self, failure: Failure) -> Error {
        let path = self.path.clone();
        match failure {
            Failure::Unsound(reason) => Error::Unsound { path, reason },
            Failure::Write(source) => Error::Write { path, step: self.step, source },
        }
    }

    /// Begins a new file with what is the same.
    fn diverge(&mut self) -> io::Result<()> {
        let old = self.old.take().map(BufReader::into_inner);
        if self.mode != Mode::Publish {
            self.new = Some(New::Supposed);
            return Ok(());
        }
        // A symbolic link stays, and its target is replaced.
        let target = fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone());
        let folder = folder_of(&target);
        self.step = "create the folder of";
        fs::create_dir_all(folder)?;
        let mut builder = tempfile::Builder::new();
        let prefix = format!("{}{}-", prefix_of(&target), std::process::id());
        builder.prefix(&prefix).suffix(".tmp");
        #[cfg(unix)]
        {
            // The mode of a new file, before the umask.
            builder.permissions(<Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o666));
        }
        self.step = "create a file beside";
        let temporary = temporary::make(|| builder.tempfile_in(folder))?;
        if let Ok(metadata) = fs::metadata(&target) {
            self.step = "keep the mode of";
            temporary.as_file().set_permissions(metadata.permissions())?;
        }
        let mut new = BufWriter::with_capacity(BUFFER, temporary);
        if let Some(mut old) = old.filter(|_| self.same > 0) {
            // The file that was compared, even if another has replaced it by now.
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

impl Write for PendingFile {
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

/// A finished file: its new bytes are in a temporary file beside its place, unless nothing changes.
#[derive(Debug)]
pub(crate) struct Staged {
    pub(super) path: PathBuf,
    pub(super) new: Option<Replacement>,
}

#[derive(Debug)]
pub(super) enum Replacement {
    /// The new file, and what it is to replace.
    File(TempPath, PathBuf),
    Supposed,
}

impl Staged {
    /// Whether it changes the file, or would.
    pub(crate) fn outcome(&self) -> Outcome {
        if self.new.is_some() { Outcome::Written } else { Outcome::Unchanged }
    }

    /// Puts the new file in its place, in one step.
    pub(super) fn commit(self) -> Result<(), Error> {
        let Some(Replacement::File(temporary, target)) = self.new else { return Ok(()) };
        let replaced = temporary::persist(temporary, &target);
        replaced.map_err(|source| Error::Write { path: self.path, step: "replace", source })
    }
}

pub(super) fn folder_of(target: &Path) -> &Path {
    target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// How much of a file's name its temporary files repeat, in bytes: more follows, and file systems allow 255.
const LONGEST_PREFIX: usize = 100;

/// What the names of the temporary files beside a file begin with.
pub(super) fn prefix_of(target: &Path) -> String {
    let name = target.file_name().map(OsStr::to_string_lossy).unwrap_or_default();
    format!(".{}.feedmill-", name.split_at(name.floor_char_boundary(LONGEST_PREFIX)).0)
}

//! Bytes -> file. An unchanged file is not touched, its time included; a changed one is replaced in one step, so that
//! whoever looks at any moment sees the old or the new file, whole.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs::{self, File, Permissions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempPath;

use crate::error::Error;

/// What came of publishing one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It held these bytes already and was not touched.
    Unchanged,
    /// It was written, or with `check` would have been.
    Written,
}

/// What an interrupted run leaves behind is removed once it is older than any run takes.
const STALE: Duration = Duration::from_secs(3600);

/// Whether a file holds these bytes. A file that is not there holds none.
///
/// # Errors
/// [`Error::Write`] if it is there but cannot be read.
pub fn compare(path: &Path, bytes: &[u8]) -> Result<Outcome, Error> {
    // Opening a pipe would wait for its other end.
    let same = match fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => {
            Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file"))
        }
        _ => File::open(path).and_then(|file| holds(file, bytes)),
    };
    match same {
        Ok(true) => Ok(Outcome::Unchanged),
        Ok(false) => Ok(Outcome::Written),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Outcome::Written),
        Err(source) => Err(Error::Write { path: path.to_owned(), step: "read", source }),
    }
}

fn holds(mut file: File, bytes: &[u8]) -> io::Result<bool> {
    if file.metadata()?.len() != bytes.len() as u64 {
        return Ok(false);
    }
    let mut rest = bytes;
    let mut buffer = [0; 64 * 1024];
    loop {
        let read = file.read(&mut buffer)?;
        match (buffer.get(..read), rest.split_at_checked(read)) {
            (Some([]), _) => return Ok(rest.is_empty()),
            (Some(part), Some((expected, after))) if part == expected => rest = after,
            _ => return Ok(false),
        }
    }
}

/// A file whose new bytes stand beside it, on the disk, or that needs none.
#[derive(Debug)]
pub struct Staged {
    path: PathBuf,
    /// The new file, and what it is to replace.
    new: Option<(TempPath, PathBuf)>,
}

/// Writes the bytes of a file beside it, if it does not hold them already, and its folder, if that does not exist.
///
/// # Errors
/// [`Error::Write`]; nothing has been replaced.
pub fn stage(path: &Path, bytes: &[u8]) -> Result<Staged, Error> {
    if compare(path, bytes)? == Outcome::Unchanged {
        return Ok(Staged { path: path.to_owned(), new: None });
    }
    // Where a link stands, it stays, and what it points to is replaced.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let failed = |step| move |source| Error::Write { path: path.to_owned(), step, source };
    let folder = folder_of(&target);
    fs::create_dir_all(folder).map_err(failed("create the folder of"))?;
    let mut builder = tempfile::Builder::new();
    let prefix = prefix_of(&target);
    builder.prefix(&prefix).suffix(".tmp");
    #[cfg(unix)]
    {
        // The mode of a new file, before the umask.
        builder.permissions(<Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o666));
    }
    let mut temporary = builder.tempfile_in(folder).map_err(failed("create a file beside"))?;
    if let Ok(metadata) = fs::metadata(&target) {
        temporary.as_file().set_permissions(metadata.permissions()).map_err(failed("keep the mode of"))?;
    }
    temporary.write_all(bytes).map_err(failed("write"))?;
    temporary.as_file().sync_all().map_err(failed("sync"))?;
    // Closed here: there may be more files than a process may have open.
    Ok(Staged { path: path.to_owned(), new: Some((temporary.into_temp_path(), target)) })
}

impl Staged {
    /// What will come of it.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        if self.new.is_some() { Outcome::Written } else { Outcome::Unchanged }
    }

    /// Puts the new file in its place, in one step.
    fn commit(self) -> Result<(), Error> {
        let Some((temporary, target)) = self.new else { return Ok(()) };
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
    for (temporary, target) in staged.iter().filter_map(|staged| staged.new.as_ref()) {
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
    let staged = stage(path, bytes)?;
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

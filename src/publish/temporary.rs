//! The files that are beside their places while a run lasts. An interrupted run leaves none.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::{NamedTempFile, TempDir, TempPath};

/// Those of this process.
static ALL: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

fn all() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    ALL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes a file that is known before anything can interrupt.
///
/// # Errors
/// Those of `make`.
pub(super) fn make(make: impl FnOnce() -> io::Result<NamedTempFile>) -> io::Result<NamedTempFile> {
    let mut all = all();
    let file = make().map_err(without_name)?;
    all.insert(file.path().to_owned());
    Ok(file)
}

/// The error without the name of the file, which was never made.
fn without_name(error: io::Error) -> io::Error {
    use io::ErrorKind::{PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    match error.kind() {
        kind @ (PermissionDenied | QuotaExceeded | ReadOnlyFilesystem | StorageFull) => kind.into(),
        _ => error,
    }
}

/// Puts a file in its place.
///
/// # Errors
/// That of the rename; the file is gone then.
pub(super) fn persist(file: TempPath, target: &Path) -> io::Result<()> {
    let mut all = all();
    all.remove(&*file);
    file.persist(target).map_err(|error| error.error)
}

/// Makes a file that is removed if the program is interrupted.
///
/// # Errors
/// Those of making a file in the system's folder for temporary files.
pub fn temporary_file() -> io::Result<NamedTempFile> {
    make(NamedTempFile::new)
}

/// Makes a folder that is removed if the program is interrupted.
///
/// # Errors
/// Those of making a folder in the system's folder for temporary files.
pub(crate) fn temporary_folder() -> io::Result<TempDir> {
    let mut all = all();
    let folder = TempDir::new()?;
    all.insert(folder.path().to_owned());
    Ok(folder)
}

/// Waits, if the process is being ended: an error that only comes from its removed files is not reported.
pub fn settle() {
    drop(all());
}

/// Ends the process, after removing its temporary files.
pub fn abandon(status: i32) -> ! {
    // Nothing is made or put in place any more.
    let all = all();
    for path in all.iter() {
        let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    }
    std::process::exit(status)
}

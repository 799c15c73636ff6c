//! Bytes -> file. An unchanged file is not touched, its time included; a changed one is replaced in one step, so that
//! whoever looks at any moment sees the old or the new file, whole.

use std::ffi::OsStr;
use std::fs::{self, File, Permissions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

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

/// Makes a file hold these bytes, and its folder exist.
///
/// # Errors
/// [`Error::Write`]; the file that was there before still stands.
pub fn publish(path: &Path, bytes: &[u8]) -> Result<Outcome, Error> {
    if compare(path, bytes)? == Outcome::Unchanged {
        return Ok(Outcome::Unchanged);
    }
    // Where a link stands, it stays, and what it points to is replaced.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let failed = |step| move |source| Error::Write { path: path.to_owned(), step, source };
    let folder = target.parent().map_or_else(PathBuf::new, Path::to_owned);
    fs::create_dir_all(&folder).map_err(failed("create the folder of"))?;
    let prefix = format!(".{}.feedmill-", target.file_name().map(OsStr::to_string_lossy).unwrap_or_default());
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).suffix(".tmp");
    #[cfg(unix)]
    {
        // The mode of a new file, before the umask.
        builder.permissions(<Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o666));
    }
    let mut temporary = builder.tempfile_in(&folder).map_err(failed("create a file beside"))?;
    if let Ok(metadata) = fs::metadata(&target) {
        temporary.as_file().set_permissions(metadata.permissions()).map_err(failed("keep the mode of"))?;
    }
    temporary.write_all(bytes).map_err(failed("write"))?;
    temporary.as_file().sync_all().map_err(failed("sync"))?;
    remove_stale(&folder, &prefix, temporary.path());
    temporary.persist(&target).map_err(|error| failed("replace")(error.error))?;
    // The rename itself reaches the disk with the folder. Not every file system can do that.
    if let Ok(folder) = File::open(&folder) {
        let _ = folder.sync_all();
    }
    Ok(Outcome::Written)
}

/// Removes what runs left behind that were killed between creating and renaming. The age is told by the file system's
/// own clock: that of the file just written.
fn remove_stale(folder: &Path, prefix: &str, own: &Path) {
    let modified = |path: &Path| fs::metadata(path).and_then(|metadata| metadata.modified());
    let Ok(now) = modified(own) else { return };
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let ours = name.starts_with(prefix) && name.ends_with(".tmp") && entry.path() != own;
        if ours
            && modified(&entry.path()).is_ok_and(|then| now.duration_since(then).is_ok_and(|age| age > STALE))
        {
            let _ = fs::remove_file(entry.path());
        }
    }
}

//! Staged files are put in their places: a changed file is replaced in one step, so that at any moment it is the old or
//! the new one, whole.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::pending::{Replacement, Staged, folder_of, prefix_of};
use crate::error::Error;

/// The remains of an interrupted run are removed once they are older than any run takes.
const STALE: Duration = Duration::from_secs(3600);

/// Makes files hold what was staged for them.
///
/// # Errors
/// [`Error::Write`]; every file is the old or the new one, whole.
pub(super) fn commit(staged: Vec<Staged>) -> Result<(), Error> {
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

/// Removes the remains of runs that were killed between writing and renaming. The age is measured by the file system's
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

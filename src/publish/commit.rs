//! Staged files are put in their places: a changed file is replaced in one step, so that at any moment it is the old or
//! the new one, whole.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::pending::{Replacement, Staged, folder_of, prefix_of};
use crate::error::Error;

/// Temporary files whose process may still be running are removed only at this age, which no run reaches.
const STALE: Duration = Duration::from_secs(3600);

/// Makes files hold what was staged for them.
///
/// # Errors
/// [`Error::Write`]; every file is the old or the new one, whole.
pub(super) fn commit(staged: Vec<Staged>) -> Result<(), Error> {
    let mut folders: BTreeMap<PathBuf, Vec<&Path>> = BTreeMap::new();
    let mut prefixes = BTreeSet::new();
    for staged in &staged {
        let (own, target) = match &staged.new {
            Some(Replacement::File(temporary, target)) => (Some(&**temporary), target),
            Some(Replacement::Supposed) => continue,
            None => (None, &staged.path),
        };
        folders.entry(folder_of(target).to_owned()).or_default().extend(own);
        prefixes.insert(prefix_of(target));
    }
    for (folder, own) in &folders {
        remove_stale(folder, &prefixes, own);
    }
    let folders: Vec<PathBuf> = folders.into_keys().collect();
    let committed = staged.into_iter().try_for_each(Staged::commit);
    for folder in folders {
        // The renames themselves reach the disk with the folder. Not every file system can do that.
        #[expect(clippy::disallowed_methods, reason = "it is a folder, to be synchronised")]
        if let Ok(folder) = File::open(folder) {
            let _ = folder.sync_all();
        }
    }
    committed
}

/// Removes the remains of runs that were killed between writing and renaming: at once where the process is over. Where
/// that is not known, the age counts, by the file system's own clock: that of the files just written.
fn remove_stale(folder: &Path, prefixes: &BTreeSet<String>, own: &[&Path]) {
    let modified = |path: &Path| fs::metadata(path).and_then(|metadata| metadata.modified());
    let now = own.first().and_then(|own| modified(own).ok());
    let own: BTreeSet<_> = own.iter().filter_map(|own| own.file_name()).collect();
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let legible = name.to_string_lossy();
        let end = legible.find(".feedmill-").map_or(0, |at| at + ".feedmill-".len());
        let (prefix, rest) = legible.split_at_checked(end).unwrap_or_default();
        let is_ours = legible.ends_with(".tmp") && prefixes.contains(prefix) && !own.contains(&*name);
        let age = modified(&entry.path()).ok().and_then(|then| now?.duration_since(then).ok());
        if is_ours && (is_over(rest) || age.is_some_and(|age| age > STALE)) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Whether the process that begins the rest of a name is known to be over.
fn is_over(rest: &str) -> bool {
    let processes = Path::new("/proc");
    let id = rest.split_once('-').and_then(|(id, _)| id.parse::<u32>().ok());
    id.is_some_and(|id| processes.join("self").exists() && !processes.join(id.to_string()).exists())
}

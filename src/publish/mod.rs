//! Bytes -> files: staged beside their places, then put there, each in one step.

mod commit;
mod leftovers;
mod pending;
mod staging;
mod temporary;

use std::io::Write as _;
use std::path::Path;

use crate::error::{Error, Failure};
use commit::commit;
pub use pending::Outcome;
pub(crate) use pending::{Mode, PendingFile, Staged};
pub(crate) use staging::{FIRST, LAST, Plan, Staging};
pub use staging::{Output, OutputKind};
pub(crate) use temporary::temporary_folder;
pub use temporary::{abandon, settle, temporary_file};

/// Makes a file hold these bytes, and its folder exist.
///
/// # Errors
/// [`Error::Write`]; the file that was there before is unchanged.
pub fn write(path: &Path, bytes: &[u8]) -> Result<Outcome, Error> {
    let mut file = pending::PendingFile::begin(path, Mode::Publish)?;
    if let Err(error) = file.write_all(bytes) {
        return Err(file.failed(Failure::Write(error)));
    }
    let staged = file.finish()?;
    let outcome = staged.outcome();
    put(Some(staged)).map(|()| outcome)
}

/// Puts a file in its place, if there is one.
///
/// # Errors
/// [`Error::Write`].
pub(crate) fn put(staged: Option<Staged>) -> Result<(), Error> {
    commit(staged.into_iter().collect())
}

//! A site is read twice: every post as far as it must be known to order and list it, on all processors, while folders
//! are still being walked ([`index`]); and the few that feeds carry once more, whole ([`entry`]).

pub(crate) mod built;
pub(crate) mod entries;
pub(crate) mod entry;
pub(crate) mod git;
pub(crate) mod index;
pub(crate) mod links;
mod metadata;
mod prose;
pub(crate) mod record;

pub(crate) use built::Built;
pub(crate) use index::Unpublished;

use crate::diagnostic::{Diagnostic, Rule};

/// A finding about a file or a line that could not be read.
fn unreadable(path: &str, reason: &str) -> Diagnostic {
    let finding = Diagnostic::new(Rule::UnreadableFile, path, format!("cannot be read: {reason}"));
    finding.help("it is in no output")
}

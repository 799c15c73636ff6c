//! The history of a site's files, by the program `git`.

use std::path::Path;
use std::process::{Command, Stdio};

pub(crate) const SHALLOW: &str =
    "the clone is shallow, so its first commit has the date of all that is older";
pub(crate) const NO_GIT: &str = "`git` is not installed";
const NO_REPOSITORY: &str = "the folder is in no repository of git";

/// The program, in the root of the site. Nothing that the repository configures is run: neither filters nor programs that
/// show differences, because no file of the working tree is looked at.
pub(crate) fn git(root: &Path) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(root);
    for setting in
        ["core.fsmonitor=false", "log.showSignature=false", "log.showRoot=true", "core.quotePath=false"]
    {
        command.args(["-c", setting]);
    }
    // It must neither write, nor ask, nor fetch what a partial clone left out.
    for (name, value) in
        [("GIT_OPTIONAL_LOCKS", "0"), ("GIT_TERMINAL_PROMPT", "0"), ("GIT_NO_LAZY_FETCH", "1")]
    {
        command.env(name, value);
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

/// The path of the site's root in its repository, with a slash at its end, if all of the history is there.
///
/// # Errors
/// Why it is not: a clause such as [`SHALLOW`].
pub(crate) fn whole_history(root: &Path) -> Result<String, &'static str> {
    let mut asked = git(root);
    asked.args(["rev-parse", "--is-shallow-repository", "--show-prefix"]);
    let output = asked.output().map_err(|_| NO_GIT)?;
    if !output.status.success() {
        return Err(NO_REPOSITORY);
    }
    let said = String::from_utf8_lossy(&output.stdout);
    let (shallow, prefix) = said.split_once('\n').unwrap_or((&said, ""));
    if shallow == "true" { Err(SHALLOW) } else { Ok(prefix.trim_end_matches('\n').to_owned()) }
}

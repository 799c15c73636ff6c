//! What is only printed: rules, completions, the man page.

use std::fmt::Write as _;
use std::io::{self, Write};

use clap::CommandFactory as _;
use feedmill::{Error, Rule};

use crate::Status;
use crate::args::Args;
use crate::report::name;

/// Prints a text. Errors are ignored, such as a closed pipe.
pub(crate) fn print(mut out: impl Write, text: &str) {
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Prints what was asked for.
///
/// # Errors
/// [`Error::Print`], unless the pipe was closed because its reader has read enough.
pub(crate) fn output(text: &str) -> Result<(), Error> {
    let mut out = io::stdout();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(source) if source.kind() != io::ErrorKind::BrokenPipe => Err(Error::Print { source }),
        _ => Ok(()),
    }
}

/// Lists the rules.
pub(crate) fn rules() -> Result<Status, Error> {
    let mut text = String::new();
    for rule in Rule::ALL {
        let _ = writeln!(text, "{} ({})\n  {}", rule.name(), name(rule.default_level()), rule.explanation());
        if let Some(standard) = rule.standard() {
            let _ = writeln!(text, "  wrong: {}\n  right: {}", standard.wrong, standard.right);
            let _ = writeln!(text, "  source: {}", standard.source);
            if !standard.w3c.is_empty() {
                let _ = writeln!(text, "  W3C: {}", standard.w3c.join(", "));
            }
        }
    }
    output(&text)?;
    Ok(Status::Published)
}

/// Prints what a `feedmill.yml` may hold.
pub(crate) fn schema() -> Result<Status, Error> {
    output(&format!("{:#}\n", feedmill::internals::schema()))?;
    Ok(Status::Published)
}

pub(crate) fn completions(shell: clap_complete::Shell) -> Result<Status, Error> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "feedmill", &mut script);
    output(&String::from_utf8_lossy(&script))?;
    Ok(Status::Published)
}

/// The man page of the program, and that of `build`: most of what there is to know is there.
pub(crate) fn man() -> Result<Status, Error> {
    let command = Args::command();
    let build = command.get_subcommands().find(|command| command.get_name() == "build").cloned();
    let build = build.map(|build| build.display_name("feedmill-build"));
    let mut page = Vec::new();
    for command in [command].into_iter().chain(build) {
        let written = clap_mangen::Man::new(command).render(&mut page);
        written.map_err(|source| Error::Print { source })?;
    }
    output(&String::from_utf8_lossy(&page))?;
    Ok(Status::Published)
}

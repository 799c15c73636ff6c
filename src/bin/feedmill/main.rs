//! The program: what was typed becomes a run, a report and an exit status.

mod args;
mod build;
mod init;
mod list;
mod print;
mod report;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};

/// All processors allocate at once, which the system's allocator is slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How a run ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Status {
    /// Everything was published.
    Published = 0,
    /// Something was left out, or with `--check` would change, or with `--strict` was found.
    LeftOut = 1,
    /// Nothing could be done.
    Failed = 2,
}

/// What a shell says of a program that was interrupted.
const INTERRUPTED: i32 = 130;

fn main() -> ExitCode {
    // Where signals cannot be handled, the next run removes what this one leaves.
    let _ = ctrlc::set_handler(|| feedmill::internals::abandon(INTERRUPTED));
    let result = match &Args::parse().command {
        Command::Build(args) => build::run(args),
        Command::List(args) => list::run(args),
        Command::Init { directory } => init::run(directory.as_deref()),
        Command::Rules => print::rules(),
        Command::Completions { shell } => print::completions(*shell),
        Command::Man => print::man(),
    };
    feedmill::internals::settle();
    let status = result.unwrap_or_else(|error| {
        report::error(&error);
        Status::Failed
    });
    ExitCode::from(status as u8)
}

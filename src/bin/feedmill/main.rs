//! The program: what was typed becomes a run of the library, and what came of it becomes text and an exit status.

mod args;
mod init;
mod list;
mod report;

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use clap::Parser;
use feedmill::{Error, Mode, Progress};

use args::{Args, Build, Command, List, ListFormat};

/// All processors allocate at once, which the system's allocator is slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Everything was published.
const PUBLISHED: u8 = 0;
/// Something was left out, or with `--check` would change, or with `--strict` was found.
const LEFT_OUT: u8 = 1;
/// Nothing could be done.
const FAILED: u8 = 2;

fn main() -> ExitCode {
    let args = Args::parse();
    let result = match &args.command {
        Command::Build(build) => run_build(build),
        Command::List(list) => run_list(list),
        Command::Init { directory } => init::run(directory.as_deref()).map(|()| PUBLISHED),
        Command::Rules => {
            report::rules();
            Ok(PUBLISHED)
        }
        Command::Completions { shell } => {
            args::completions(*shell);
            Ok(PUBLISHED)
        }
        Command::Man => {
            args::man();
            Ok(PUBLISHED)
        }
    };
    ExitCode::from(result.unwrap_or_else(|error| {
        report::error(&error);
        FAILED
    }))
}

fn run_build(build: &Build) -> Result<u8, Error> {
    let (config, _spooled) = build.site.decide()?;
    let mode = if build.check { Mode::Check } else { Mode::Publish };
    let progress = Arc::new(Progress::default());
    let done = Arc::new(AtomicBool::new(false));
    let bar = report::wants_progress(&build.report).then(|| {
        let (progress, done) = (Arc::clone(&progress), Arc::clone(&done));
        std::thread::spawn(move || report::progress(&progress, &done, Duration::from_secs(1)))
    });
    let built = feedmill::build(&config, mode, &progress);
    done.store(true, Ordering::Relaxed);
    if let Some(bar) = bar {
        // A bar that failed to draw has no consequence.
        let _ = bar.join();
    }
    let left_out = report::report(&built?, &config, build);
    Ok(if left_out { LEFT_OUT } else { PUBLISHED })
}

fn run_list(list: &List) -> Result<u8, Error> {
    let (config, _spooled) = list.site.decide()?;
    if list.format == ListFormat::Jsonl {
        let findings = list::records(&config)?;
        return Ok(if report::findings(&findings, &config) { LEFT_OUT } else { PUBLISHED });
    }
    let built = feedmill::build(&config, Mode::Check, &Progress::default())?;
    if list.html {
        list::links(&built);
    } else {
        list::outputs(&built);
    }
    Ok(if report::findings(&built.findings, &config) { LEFT_OUT } else { PUBLISHED })
}

//! The program: what was typed becomes a run, a report and an exit status.

mod adopt;
mod args;
mod build;
mod check;
mod diff;
mod explain;
mod init;
mod list;
#[cfg(feature = "notify")]
mod notify;
mod print;
mod report;

use std::num::NonZero;
use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};
use feedmill::Error;

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

/// The exit status by which shells recognise an interrupted program: 128 + SIGINT.
const INTERRUPTED: i32 = 130;

/// More threads do not make a disk faster.
const MOST_THREADS: usize = 64;
/// How much of the stack each may use, in bytes: as much as the first usually has.
const STACK: usize = 8 * 1024 * 1024;

fn main() -> ExitCode {
    // Where signals cannot be handled, the next run removes what this one leaves.
    let _ = ctrlc::set_handler(|| feedmill::internals::abandon(INTERRUPTED));
    let args = Args::parse();
    let result = with_threads(|| run(&args));
    feedmill::internals::settle();
    let status = result.unwrap_or_else(|error| {
        report::error(&error, args.command.message_format());
        Status::Failed
    });
    ExitCode::from(status as u8)
}

fn run(args: &Args) -> Result<Status, Error> {
    match &args.command {
        Command::Build(args) => build::run(args),
        Command::Check(args) => check::run(args),
        Command::List(args) => list::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Diff(args) => diff::run(args),
        Command::Adopt(args) => adopt::run(args),
        #[cfg(feature = "notify")]
        Command::Notify(args) => notify::run(args),
        Command::Init { directory } => init::run(directory.as_deref()),
        Command::Rules => print::rules(),
        Command::Schema => print::schema(),
        Command::Completions { shell } => print::completions(*shell),
        Command::Man => print::man(),
    }
}

/// Runs with a thread for each processor, or as many as `RAYON_NUM_THREADS` says; where these cannot be started, with
/// this one alone.
fn with_threads<T: Send>(run: impl FnOnce() -> T + Send) -> T {
    let wanted = std::env::var("RAYON_NUM_THREADS").ok().and_then(|count| count.parse().ok());
    let processors = || std::thread::available_parallelism().map_or(1, NonZero::get);
    let count = wanted.filter(|count| *count > 0).unwrap_or_else(processors).min(MOST_THREADS);
    let threads = |count| rayon::ThreadPoolBuilder::new().num_threads(count).stack_size(STACK);
    match threads(count).build().or_else(|_| threads(1).use_current_thread().build()) {
        Ok(threads) => threads.install(run),
        Err(_) => run(),
    }
}

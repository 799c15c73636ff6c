//! `feedmill build`: writes the feeds and the sitemap.

use std::io::IsTerminal as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use feedmill::{Error, Progress};

use crate::Status;
use crate::args::{Build, MessageFormat, Report};
use crate::report;

/// A progress bar is shown once a run has taken this long.
const PATIENCE: Duration = Duration::from_secs(1);

pub(crate) fn run(args: &Build) -> Result<Status, Error> {
    let decided = args.site.decide(args.directory.as_deref())?;
    let progress = Arc::new(Progress::default());
    let done = Arc::new(AtomicBool::new(false));
    // Where no thread can be started, there is no bar.
    let bar = is_watched(&args.report).then(|| {
        let (progress, done) = (Arc::clone(&progress), Arc::clone(&done));
        std::thread::Builder::new().spawn(move || show(&progress, &done)).ok()
    });
    let run = if args.check { feedmill::plan } else { feedmill::build };
    let built = run(&decided.config, &progress);
    done.store(true, Ordering::Relaxed);
    if let Some(bar) = bar.flatten() {
        // A bar that failed to draw has no consequence.
        let _ = bar.join();
    }
    report::report(&built?, &decided.config, args)
}

/// Whether a progress bar would be seen.
fn is_watched(report: &Report) -> bool {
    !report.quiet && report.message_format == MessageFormat::Human && std::io::stderr().is_terminal()
}

/// Draws a bar once the work has lasted for a while, until it is done.
fn show(progress: &Progress, done: &AtomicBool) {
    const TICK: Duration = Duration::from_millis(20);
    let mut waited = Duration::ZERO;
    let mut bar: Option<indicatif::ProgressBar> = None;
    while !done.load(Ordering::Relaxed) {
        std::thread::sleep(TICK);
        waited += TICK;
        if waited >= PATIENCE {
            let total = progress.total.load(Ordering::Relaxed) as u64;
            let bar = bar.get_or_insert_with(|| indicatif::ProgressBar::new(total));
            bar.set_length(total);
            bar.set_position(progress.read.load(Ordering::Relaxed) as u64);
        }
    }
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
}

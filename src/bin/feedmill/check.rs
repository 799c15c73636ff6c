//! `feedmill check`: feeds and sitemaps, ours or not.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};

use feedmill::internals::{FILE_NAME, levels, output_of, readable, shown, write};
use feedmill::{CheckOptions, Checks, Config, Error, Level, Options, Repair, Rule, Subject};
use tempfile::NamedTempFile;

use crate::Status;
use crate::args::{Check, Color, is_stdin, now, spool};
use crate::print::{output, print};
use crate::report;

/// How often a document is repaired at most.
const MOST_ROUNDS: usize = 8;

pub(crate) fn run(args: &Check) -> Result<Status, Error> {
    let mut options = CheckOptions::default();
    options.now = now(args.now.as_deref())?;
    options.base_url.clone_from(&args.base_url);
    options.fix = args.fix;
    let levels = match &args.config {
        Some(path) => levels(path)?,
        None if Path::new(FILE_NAME).is_file() => levels(Path::new(FILE_NAME))?,
        None => BTreeMap::new(),
    };
    let mut subjects = Vec::new();
    // What comes through a pipe is read twice.
    let mut spooled: Vec<NamedTempFile> = Vec::new();
    for path in &args.paths {
        subjects.push(subject(path, &mut spooled)?);
    }
    if subjects.is_empty() {
        subjects.push(of_site(&mut options));
    }
    let mut checks = feedmill::check(&subjects, &options)?;
    let mut failed = None;
    if args.write {
        let mut made = Vec::new();
        // A repair may reveal another fault, so the repaired documents are checked again. Only what remains is
        // reported.
        for _ in 0..MOST_ROUNDS {
            if checks.repairs.is_empty() || failed.is_some() {
                break;
            }
            for repair in checks.repairs {
                match write(&repair.path, repair.text.as_bytes()) {
                    Ok(_) => made.push(repair),
                    Err(error) => failed = failed.or(Some(error)),
                }
            }
            checks = feedmill::check(&subjects, &options)?;
        }
        checks.repairs = made;
        for file in &spooled {
            // A repair has replaced the file, so it is opened again by its path.
            #[expect(clippy::disallowed_methods, reason = "a file of this run")]
            let copied = File::open(file.path()).and_then(|mut file| io::copy(&mut file, &mut io::stdout()));
            copied.map_err(|source| Error::Print { source })?;
        }
    } else {
        show(&checks.repairs, args)?;
    }
    let level = |rule: Rule| levels.get(&rule).copied().unwrap_or(rule.default_level());
    let status = report::checked(&checks.findings, level, &summary(&checks, args), args)?;
    match failed {
        Some(error) => Err(error),
        None if checks.documents == 0 && status == Status::Published => Ok(Status::Failed),
        None => Ok(status),
    }
}

fn subject(path: &Path, spooled: &mut Vec<NamedTempFile>) -> Result<Subject, Error> {
    let is_url = |path: &&str| path.starts_with("http://") || path.starts_with("https://");
    if let Some(url) = path.to_str().filter(is_url).map(shown) {
        let message = format!("`{url}` is a URL; only files can be checked");
        let help = Some(format!("`curl -sL {url} | feedmill check -`"));
        return Err(Error::Config { path: "the command line".into(), place: None, message, help });
    }
    let is_pipe = path.metadata().is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir());
    if !is_stdin(path) && !is_pipe {
        return Ok(Subject { path: path.to_owned(), name: path.display().to_string() });
    }
    let file = spool(path).map_err(|source| Error::ConfigRead { path: path.to_owned(), source })?;
    let name = if is_stdin(path) { "standard input".to_owned() } else { path.display().to_string() };
    let subject = Subject { path: file.path().to_owned(), name };
    spooled.push(file);
    Ok(subject)
}

/// The output folder of the site in the current folder; else that folder itself.
fn of_site(options: &mut CheckOptions) -> Subject {
    let folder = |path: PathBuf| Subject { name: path.display().to_string(), path };
    let Ok(config) = Config::new(".", Options::default(), options.now) else { return folder(".".into()) };
    let (written, base_url) = output_of(&config);
    let written = written.to_owned();
    if !written.is_dir() {
        return folder(".".into());
    }
    options.base_url.get_or_insert_with(|| base_url.to_owned());
    let here = std::env::current_dir().ok();
    let shown = here.and_then(|here| Some(written.strip_prefix(here).ok()?.to_owned()));
    Subject { name: shown.as_deref().unwrap_or(&written).display().to_string(), path: written }
}

/// Shows what repairs would change.
fn show(repairs: &[Repair], args: &Check) -> Result<(), Error> {
    let is_seen = io::stdout().is_terminal() || args.report.color == Color::Always;
    let colored = is_seen && report::uses_color(&args.report);
    for line in repairs.iter().flat_map(|repair| repair.diff.split_terminator('\n')) {
        let color = match line.as_bytes().first() {
            Some(b'-') => "\u{1b}[31m",
            Some(b'+') => "\u{1b}[32m",
            _ => "\u{1b}[36m",
        };
        let line = if is_seen { shown(line) } else { for_patch(line) };
        let line = if colored { format!("{color}{line}\u{1b}[0m\n") } else { line + "\n" };
        // What a machine reads has standard output for itself.
        match args.report.message_format.is_for_machines() {
            true => print(io::stderr(), &line),
            false => output(&line)?,
        }
    }
    Ok(())
}

/// A line of a diff that `patch` reads: tabs and carriage returns are parts of it.
fn for_patch(line: &str) -> String {
    let parts = line.split_inclusive(['\t', '\r']);
    let parts = parts.map(|part| match part.strip_suffix(['\t', '\r']) {
        Some(text) => shown(text) + part.get(text.len()..).unwrap_or_default(),
        None => shown(part),
    });
    parts.collect()
}

/// What was looked at, and what was repaired.
fn summary(checks: &Checks, args: &Check) -> String {
    let mut text = format!("{} checked", report::counted(checks.documents, "document"));
    let repairs: usize = checks.repairs.iter().map(|repair| repair.count).sum();
    if args.fix {
        let files: BTreeSet<&Path> = checks.repairs.iter().map(|repair| repair.path.as_path()).collect();
        let files = report::counted(files.len(), "file");
        let verb = if args.write { "made" } else { "possible" };
        text += &match repairs {
            0 => "; nothing that can be repaired mechanically".to_owned(),
            count => format!("; {} in {files} {verb}", report::counted(count, "repair")),
        };
    }
    if checks.unlisted > 0 {
        text += &format!("; {} not listed", report::counted(checks.unlisted, "more finding"));
    }
    if !args.fix && checks.repairable > 0 {
        text += &format!("; {} can be repaired with --fix", report::counted(checks.repairable, "finding"));
    }
    if checks.documents == 0 && checks.findings.is_empty() {
        let paths: Vec<String> = args.paths.iter().map(|path| path.display().to_string()).collect();
        let here = if paths.is_empty() { ".".to_owned() } else { paths.join(", ") };
        text += &format!(": there is neither a feed nor a sitemap in {}", readable(&here));
    }
    text
}

/// The least level that makes a run fail.
pub(crate) fn least(args: &Check) -> Level {
    if args.strict { Level::Warn } else { Level::Deny }
}

//! What a run found and did, as text. Nothing that is printed has a raw control character in it.

mod forms;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::path::{Component, Path, PathBuf};

use feedmill::internals::readable;
use feedmill::{Config, Diagnostic, Error, Level, Outcome, Output, Report, Rule};

use crate::Status;
use crate::args::{self, Build, MessageFormat};
use crate::list::count;
use crate::print::{output, print};
use forms::Finding;
pub(crate) use forms::uses_color;

/// Says why nothing could be done, where and how findings would be said.
pub(crate) fn error(error: &Error, format: MessageFormat) {
    let (message, help) = (message(error, format), help(error));
    let text = match format {
        MessageFormat::Human | MessageFormat::Short => {
            let help = help.map_or_else(String::new, |help| format!("  help: {}\n", readable(&help)));
            return print(io::stderr(), &format!("error: {}\n{help}", readable(&message)));
        }
        MessageFormat::Json => forms::error_as_json(error, &message, help.as_deref()),
        MessageFormat::Github => forms::error_as_github(error, &message, help.as_deref()),
        MessageFormat::Sarif => forms::sarif(&[], &[], Some((&message, help.as_deref()))),
    };
    print(io::stdout(), &(text + "\n"));
}

/// An error as it is said on the command line: options are flags there. Programs get its place apart.
fn message(error: &Error, format: MessageFormat) -> String {
    match error {
        Error::Config { message, .. } if format.is_for_machines() => message.clone(),
        Error::Value { name, message, .. } => format!("--{}: {message}", name.replace('_', "-")),
        error => error.to_string(),
    }
}

/// What the user can do about it.
fn help(error: &Error) -> Option<String> {
    let help = error.help()?;
    Some(match error {
        Error::NoBaseUrl { above: None, .. } => format!("{help}, or pass `--base-url https://…`"),
        Error::Write { .. } if help.ends_with("output folder") => format!("{help} with `--output`"),
        _ => help,
    })
}

/// Prints findings and summary.
///
/// # Errors
/// [`Error::Write`] if what belongs on standard output cannot be written there.
pub(crate) fn report(report: &Report, config: &Config, build: &Build) -> Result<Status, Error> {
    let findings = shown_findings(&report.findings, config, &build.report, build.strict);
    let changes = if build.check { changes(report) } else { Vec::new() };
    let text = forms::text(&findings, &changes, &build.report);
    let summary = match build.report.quiet {
        // `--check --quiet` still prints what would change.
        true => changes.iter().map(|(path, what)| format!("{}: {what}\n", readable(path))).collect(),
        false => summary(report, &findings, config, build),
    };
    // What a machine reads has a stream of its own.
    if build.report.message_format.is_for_machines() {
        output(&text)?;
        print(io::stderr(), &summary);
    } else {
        print(io::stderr(), &text);
        output(&summary)?;
    }
    let least = if build.strict { Level::Warn } else { Level::Deny };
    let changed = report.outputs.iter().any(|output| output.outcome != Outcome::Unchanged);
    if is_of_nothing(report) {
        return Ok(Status::Failed);
    }
    Ok(if build.check && changed { Status::LeftOut } else { status(&report.findings, least, config) })
}

/// Whether a run wrote nothing, because there was nothing that it could write, or might.
pub(crate) fn is_of_nothing(report: &Report) -> bool {
    let is_cause = |rule| matches!(rule, Rule::NoPosts | Rule::NoPages | Rule::LostIds);
    report.outputs.is_empty() && report.findings.iter().any(|finding| is_cause(finding.rule))
}

/// Prints findings alone, on stderr: what was asked for is on stdout.
pub(crate) fn findings(findings: &[Diagnostic], config: &Config, report: &args::Report) -> Status {
    let shown = shown_findings(findings, config, report, false);
    print(io::stderr(), &forms::text(&shown, &[], report));
    status(findings, Level::Deny, config)
}

/// Prints what was found in documents, and a summary.
///
/// # Errors
/// [`Error::Write`] if what belongs on standard output cannot be written there.
pub(crate) fn checked(
    found: &[Diagnostic],
    level: impl Fn(Rule) -> Level,
    summary: &str,
    args: &args::Check,
) -> Result<Status, Error> {
    let least_shown = least_shown(&args.report, args.strict);
    let findings = found.iter().map(|finding| Finding { level: level(finding.rule), inner: finding.clone() });
    let findings: Vec<Finding> = findings.filter(|finding| finding.level >= least_shown).collect();
    let text = forms::text(&findings, &[], &args.report);
    let mut end = String::new();
    if !args.report.quiet {
        by_rule(&mut end, &findings);
        end.push_str(summary);
        for (at, noun) in [(Level::Deny, "error"), (Level::Warn, "warning"), (Level::Note, "note")] {
            let count = found.iter().filter(|finding| level(finding.rule) == at).count();
            if count > 0 {
                let hint = if at == Level::Note && !args.report.verbose { " (-v shows them)" } else { "" };
                let _ = write!(end, "; {}{hint}", counted(count, noun));
            }
        }
        end.push('\n');
    }
    let is_piped = args.write && args.paths.iter().any(|path| args::is_stdin(path));
    if args.report.message_format.is_for_machines() && !is_piped {
        output(&text)?;
        print(io::stderr(), &end);
    } else if args.fix {
        // What was asked for, a diff or a document, is on standard output.
        print(io::stderr(), &(text + &end));
    } else {
        print(io::stderr(), &text);
        output(&end)?;
    }
    let is_failed = found.iter().any(|finding| level(finding.rule) >= crate::check::least(args));
    Ok(if is_failed { Status::LeftOut } else { Status::Published })
}

/// The least level that is shown.
fn least_shown(report: &args::Report, is_strict: bool) -> Level {
    match (report.quiet, report.verbose) {
        (true, _) if !is_strict => Level::Deny,
        (_, true) => Level::Note,
        _ => Level::Warn,
    }
}

/// The findings that are to be shown.
fn shown_findings(
    findings: &[Diagnostic],
    config: &Config,
    report: &args::Report,
    is_strict: bool,
) -> Vec<Finding> {
    let least = least_shown(report, is_strict);
    let levels = findings.iter().map(|finding| (config.level(finding.rule), finding));
    let levels = levels.filter(|(level, _)| *level >= least);
    levels.map(|(level, finding)| Finding { level, inner: from_here(finding, config) }).collect()
}

fn status(findings: &[Diagnostic], least: Level, config: &Config) -> Status {
    let is_missing = findings.iter().any(|finding| config.level(finding.rule) >= least);
    if is_missing { Status::LeftOut } else { Status::Published }
}

/// A finding with its path as it is seen from where the command was typed: what editors and GitHub can open.
fn from_here(finding: &Diagnostic, config: &Config) -> Diagnostic {
    let is_record = config.records().is_some_and(|records| records.name == finding.path);
    let root = config.root().components().filter(|part| *part != Component::CurDir);
    let root: PathBuf = root.collect();
    let mut here = finding.clone();
    if !is_record && !root.as_os_str().is_empty() {
        let path = without_detours(&root.join(&finding.path));
        here.path = path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
    }
    here
}

/// A path without `folder/..`.
fn without_detours(path: &Path) -> PathBuf {
    let mut tidy = PathBuf::new();
    for part in path.components() {
        let is_detour = part == Component::ParentDir
            && matches!(tidy.components().next_back(), Some(Component::Normal(_)));
        if is_detour {
            tidy.pop();
        } else {
            tidy.push(part);
        }
    }
    tidy
}

fn summary(report: &Report, findings: &[Finding], config: &Config, build: &Build) -> String {
    let mut text = String::new();
    let verb = if build.check { "would be written" } else { "written" };
    if build.report.verbose {
        recognised(&mut text, config);
    }
    for output in &report.outputs {
        if build.report.verbose || (build.check && output.outcome != Outcome::Unchanged) {
            outcome(&mut text, output, verb);
        }
    }
    by_rule(&mut text, findings);
    let absent: Vec<String> = report.unpublished.iter().map(|(why, count)| why.count(*count)).collect();
    if !absent.is_empty() {
        let _ = writeln!(text, "not published: {} (see `feedmill explain`)", absent.join(", "));
    }
    if report.is_unbuilt {
        text.push_str("no page is built yet, so no post was compared with its page\n");
    }
    let count = |outcome| report.outputs.iter().filter(|output| output.outcome == outcome).count();
    let (written, unchanged) = (count(Outcome::Written), count(Outcome::Unchanged));
    let read = report.published + report.pages + report.unpublished.values().sum::<usize>();
    let _ = write!(text, "{} read, {} published", counted(read, "post"), report.published);
    if report.pages > 0 {
        let _ = write!(text, ", {} in the sitemap only", report.pages);
        let undated = report.findings.iter().filter(|finding| finding.rule == Rule::UndatedPage).count();
        if undated > 0 && !build.report.verbose {
            let _ = write!(text, " ({undated} without a date: see `feedmill explain`)");
        }
    }
    text.push_str("; ");
    let _ = match (written, unchanged) {
        (0, 0) => write!(text, "nothing written"),
        (0, unchanged) => write!(text, "{} unchanged", counted(unchanged, "file")),
        (written, 0) => write!(text, "{} {verb}", counted(written, "file")),
        (written, unchanged) => write!(text, "{} {verb}, {unchanged} unchanged", counted(written, "file")),
    };
    let removed = count(Outcome::Removed);
    if removed > 0 {
        let verb = if build.check { "would be removed" } else { "removed" };
        let _ = write!(text, "; {} {verb}", counted(removed, "file"));
    }
    let at = |level| report.findings.iter().filter(|finding| config.level(finding.rule) == level).count();
    for (level, noun) in [(Level::Deny, "error"), (Level::Warn, "warning"), (Level::Note, "note")] {
        if at(level) > 0 && (level != Level::Note || build.report.verbose) {
            let _ = write!(text, "; {}", counted(at(level), noun));
        }
    }
    text.push('\n');
    text
}

/// What the site was taken for.
fn recognised(text: &mut String, config: &Config) {
    let (label, evidence) = config.recognised();
    let by = evidence.map_or_else(String::new, |file| format!(", recognised by {}", file.display()));
    let _ = writeln!(text, "{}{}", readable(label), readable(&by));
}

/// The path of an output as it is seen from where the command was typed.
fn shown_path(output: &Output) -> String {
    let here = std::env::current_dir().ok();
    let from_here = here.as_deref().and_then(|here| output.path.strip_prefix(here).ok());
    let path = from_here.unwrap_or(&output.path).components().filter(|part| *part != Component::CurDir);
    without_detours(&path.collect::<PathBuf>()).to_string_lossy().into_owned()
}

/// The outputs that a run would change, and what it would do to each.
fn changes(report: &Report) -> Vec<forms::Change> {
    let what = |output: &Output| match output.outcome {
        Outcome::Written => Some("would be written"),
        Outcome::Removed => Some("would be removed"),
        _ => None,
    };
    let outputs = report.outputs.iter();
    outputs.filter_map(|output| Some((shown_path(output), what(output)?))).collect()
}

/// What became of an output.
fn outcome(text: &mut String, output: &Output, verb: &str) {
    let outcome = match output.outcome {
        Outcome::Written => verb,
        Outcome::Removed if verb == "written" => "not published any more, removed",
        Outcome::Removed => "not published any more, would be removed",
        _ => "unchanged",
    };
    let count = count(output).map_or_else(String::new, |count| format!("{count}, "));
    let _ = writeln!(text, "{}: {count}{outcome}", readable(&shown_path(output)));
}

/// How many findings there are of each rule, where that is not seen at a glance.
fn by_rule(text: &mut String, findings: &[Finding]) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in findings {
        *counts.entry(finding.inner.rule.name()).or_default() += 1;
    }
    if findings.len() > forms::SHOWN_OF_A_RULE {
        let mut counts: Vec<_> = counts.into_iter().map(|(rule, count)| (Reverse(count), rule)).collect();
        counts.sort_unstable();
        let counts: Vec<String> =
            counts.into_iter().map(|(Reverse(count), rule)| format!("{count} {rule}")).collect();
        let _ = writeln!(text, "by rule: {}", counts.join(", "));
    }
}

pub(crate) fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// What messages call a level.
pub(crate) fn name(level: Level) -> &'static str {
    match level {
        Level::Allow => "allowed",
        Level::Note => "note",
        Level::Warn => "warning",
        Level::Deny => "error",
    }
}

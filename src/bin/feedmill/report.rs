//! What a run found and did, as text. Nothing that is printed has a raw control character in it.

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _};
use std::path::{Component, Path, PathBuf};

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level as Severity, Origin, Renderer, Snippet};
use feedmill::internals::shown;
use feedmill::{Config, Diagnostic, Error, Level, Outcome, Report, Rule};

use crate::Status;
use crate::args::{Build, Color, MessageFormat};
use crate::list::count;
use crate::print::{output, print};

/// Says why nothing could be done.
pub(crate) fn error(error: &Error) {
    let mut text = format!("error: {}\n", shown(&message(error)));
    if let Some(help) = help(error) {
        let _ = writeln!(text, "  help: {}", shown(&help));
    }
    print(io::stderr(), &text);
}

/// An error as it is said on the command line: options are flags there.
fn message(error: &Error) -> String {
    match error {
        Error::Value { name, message, .. } => format!("--{}: {message}", name.replace('_', "-")),
        error => error.to_string(),
    }
}

/// What the user can do about it.
fn help(error: &Error) -> Option<String> {
    let help = error.help()?;
    Some(match error {
        Error::NoBaseUrl { above: None, .. } => format!("{help}, or pass `--base-url https://…`"),
        Error::Write { source, .. }
            if matches!(source.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::NotADirectory) =>
        {
            format!("{help} with `--output`")
        }
        _ => help,
    })
}

/// Prints findings and summary.
///
/// # Errors
/// [`Error::Write`] if what belongs on standard output cannot be written there.
pub(crate) fn report(report: &Report, config: &Config, build: &Build) -> Result<Status, Error> {
    let least = match (build.report.quiet, build.report.verbose) {
        (true, _) if !build.strict => Level::Deny,
        (_, true) => Level::Note,
        _ => Level::Warn,
    };
    let renderer = if uses_color(build) { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii);
    let mut findings = String::new();
    for finding in &report.findings {
        let (level, finding) = (config.level(finding.rule), from_here(finding, config));
        if level < least {
            continue;
        }
        let _ = match build.report.message_format {
            MessageFormat::Human => writeln!(findings, "{}\n", human(&renderer, level, &finding)),
            MessageFormat::Short => writeln!(findings, "{}", short(level, &finding)),
            MessageFormat::Json => writeln!(findings, "{}", json(level, &finding)),
            MessageFormat::Github => writeln!(findings, "{}", github(level, &finding)),
        };
    }
    let summary = if build.report.quiet { String::new() } else { summary(report, config, build) };
    // What a machine reads has a stream of its own.
    match build.report.message_format {
        MessageFormat::Json | MessageFormat::Github => {
            output(&findings)?;
            print(io::stderr(), &summary);
        }
        MessageFormat::Human | MessageFormat::Short => {
            print(io::stderr(), &findings);
            output(&summary)?;
        }
    }
    let least = if build.strict { Level::Warn } else { Level::Deny };
    let changed = report.outputs.iter().any(|output| output.outcome != Outcome::Unchanged);
    if report.findings.iter().any(|finding| matches!(finding.rule, Rule::NoPosts | Rule::NoPages)) {
        return Ok(Status::Failed);
    }
    Ok(if build.check && changed { Status::LeftOut } else { status(&report.findings, least, config) })
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

/// Prints findings alone, on stderr, a line each.
pub(crate) fn findings(findings: &[Diagnostic], config: &Config) -> Status {
    let mut text = String::new();
    for finding in findings {
        let level = config.level(finding.rule);
        if level >= Level::Warn {
            let _ = writeln!(text, "{}", short(level, &from_here(finding, config)));
        }
    }
    print(io::stderr(), &text);
    status(findings, Level::Deny, config)
}

fn summary(report: &Report, config: &Config, build: &Build) -> String {
    let mut text = String::new();
    let verb = if build.check { "would be written" } else { "written" };
    if build.report.verbose {
        details(&mut text, report, config, verb);
    }
    let count = |outcome| report.outputs.iter().filter(|output| output.outcome == outcome).count();
    let (written, unchanged) = (count(Outcome::Written), count(Outcome::Unchanged));
    let _ = write!(text, "{} read, {} published; ", counted(report.read, "post"), report.published);
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

/// What the site was taken for, and every output.
fn details(text: &mut String, report: &Report, config: &Config, verb: &str) {
    let (label, evidence) = config.recognised();
    let by = evidence.map_or_else(String::new, |file| format!(", recognised by {}", file.display()));
    let _ = writeln!(text, "{}{}", shown(label), shown(&by));
    let here = std::env::current_dir().ok();
    for output in &report.outputs {
        let outcome = match output.outcome {
            Outcome::Written => verb,
            Outcome::Removed => "not published any more, removed",
            _ => "unchanged",
        };
        let from_here = here.as_deref().and_then(|here| output.path.strip_prefix(here).ok());
        let path = output.path.strip_prefix(config.root()).ok().or(from_here).unwrap_or(&output.path);
        let count = count(output).map_or_else(String::new, |count| format!("{count}, "));
        let _ = writeln!(text, "{}: {count}{outcome}", shown(&path.to_string_lossy()));
    }
}

fn counted(count: usize, noun: &str) -> String {
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

fn human(renderer: &Renderer, level: Level, finding: &Diagnostic) -> String {
    let severity = match level {
        Level::Deny => Severity::ERROR,
        Level::Warn => Severity::WARNING,
        Level::Note | Level::Allow => Severity::NOTE,
    };
    let message = shown(&finding.message);
    let path = shown(&finding.path);
    let help = finding.help.as_deref().map(shown);
    let title = severity.primary_title(message.as_str()).id(finding.rule.name());
    // The line as it may be shown, and where the marked part is in that.
    let line = finding.place.as_ref().and_then(|place| {
        let (start, end) = (place.span.start, place.span.end);
        let (before, marked, after) =
            (place.text.get(..start)?, place.text.get(start..end)?, place.text.get(end..)?);
        let whole = before.chars().count() + 1 == place.column;
        let (before, marked) = (shown(before), shown(marked));
        let span = before.len()..before.len() + marked.len();
        whole.then(|| (format!("{before}{marked}{}", shown(after)), span))
    });
    let mut group: Group<'_> = match (&finding.place, &line) {
        (Some(place), Some((text, span))) => title.element(
            Snippet::source(text.as_str())
                .line_start(place.line)
                .path(path.as_str())
                .annotation(AnnotationKind::Primary.span(span.clone())),
        ),
        (Some(place), None) => {
            title.element(Origin::path(path.as_str()).line(place.line).char_column(place.column))
        }
        (None, _) => title.element(Origin::path(path.as_str())),
    };
    if let Some(help) = &help {
        group = group.element(Severity::HELP.message(help.as_str()));
    }
    renderer.render(&[group]).to_string()
}

fn short(level: Level, finding: &Diagnostic) -> String {
    let place =
        finding.place.as_ref().map_or_else(String::new, |place| format!(":{}:{}", place.line, place.column));
    let help = finding.help.as_ref().map_or_else(String::new, |help| format!("; {}", shown(help)));
    let rule = finding.rule.name();
    format!("{}{place}: {}[{rule}]: {}{help}", shown(&finding.path), name(level), shown(&finding.message))
}

fn json(level: Level, finding: &Diagnostic) -> String {
    serde_json::json!({
        "level": name(level),
        "rule": finding.rule.name(),
        "path": finding.path,
        "line": finding.place.as_ref().map(|place| place.line),
        "column": finding.place.as_ref().map(|place| place.column),
        "message": finding.message,
        "help": finding.help,
    })
    .to_string()
    .chars()
    .map(|c| match c {
        // JSON lets pass what a terminal acts on.
        '\u{7F}'..='\u{9F}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {
            format!("\\u{:04x}", u32::from(c))
        }
        c => c.to_string(),
    })
    .collect()
}

/// <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>
fn github(level: Level, finding: &Diagnostic) -> String {
    let data = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let command = match level {
        Level::Deny => "error",
        Level::Warn => "warning",
        Level::Note | Level::Allow => "notice",
    };
    let place = finding
        .place
        .as_ref()
        .map_or_else(String::new, |place| format!(",line={},col={}", place.line, place.column));
    let help = finding.help.as_ref().map_or_else(String::new, |help| format!("; {}", shown(help)));
    format!(
        "::{command} file={}{place},title={}::{}",
        property(&shown(&finding.path)),
        finding.rule.name(),
        data(&format!("{}{help}", shown(&finding.message))),
    )
}

fn uses_color(build: &Build) -> bool {
    match build.report.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        }
    }
}

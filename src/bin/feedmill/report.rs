//! What came of a run, as text. Nothing that is printed carries a raw control character.

use std::fmt::Write as _;
use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level as Severity, Origin, Renderer, Snippet};
use feedmill::diagnostic::{Level, Rule};
use feedmill::outputs::Kind;
use feedmill::publish::Outcome;
use feedmill::text::shown;
use feedmill::{Config, Diagnostic, Error, Progress, Report};

use crate::args::{Build, Color, MessageFormat};

/// Says why nothing could be done.
pub(crate) fn error(error: &Error) {
    let mut text = format!("error: {}\n", shown(&error.to_string()));
    if let Some(help) = error.help() {
        let _ = writeln!(text, "  help: {}", shown(&help));
    }
    print(&mut std::io::stderr(), &text);
}

/// Prints findings and summary, and tells whether the exit status must say that something is missing.
pub(crate) fn report(report: &Report, config: &Config, build: &Build) -> bool {
    let least = match (build.report.quiet, build.report.verbose) {
        (true, _) if !build.strict => Level::Deny,
        (_, true) => Level::Note,
        _ => Level::Warn,
    };
    let seen: Vec<Diagnostic> = report.findings.iter().map(|finding| from_here(finding, config)).collect();
    let leveled = || seen.iter().map(|finding| (config.level(finding.rule), finding));
    let renderer = if uses_color(build) { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii);
    let mut findings = String::new();
    for (level, finding) in leveled().filter(|(level, _)| *level >= least) {
        let _ = match build.report.message_format {
            MessageFormat::Human => writeln!(findings, "{}\n", human(&renderer, level, finding)),
            MessageFormat::Short => writeln!(findings, "{}", short(level, finding)),
            MessageFormat::Json => writeln!(findings, "{}", json(level, finding)),
            MessageFormat::Github => writeln!(findings, "{}", github(level, finding)),
        };
    }
    let to_stdout = matches!(build.report.message_format, MessageFormat::Json | MessageFormat::Github);
    let (mut stdout, mut stderr) = (std::io::stdout(), std::io::stderr());
    if to_stdout {
        print(&mut stdout, &findings);
    } else {
        print(&mut stderr, &findings);
    }
    if !build.report.quiet {
        let text = summary(report, config, build);
        if to_stdout {
            print(&mut stderr, &text);
        } else {
            print(&mut stdout, &text);
        }
    }
    let changed = report.outputs.iter().any(|output| output.outcome == Outcome::Written);
    leveled().any(|(level, _)| level == Level::Deny || (build.strict && level == Level::Warn))
        || (build.check && changed)
}

/// A finding with its path as it is seen from where the command was typed: what editors and GitHub can open.
fn from_here(finding: &Diagnostic, config: &Config) -> Diagnostic {
    let root = config.root.components().filter(|part| *part != std::path::Component::CurDir);
    let root: std::path::PathBuf = root.collect();
    let is_record = config.records.as_ref().is_some_and(|records| records.name == finding.path);
    let is_file = !is_record && !root.as_os_str().is_empty();
    let path = match is_file {
        true => root.join(&finding.path).to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/"),
        false => finding.path.clone(),
    };
    Diagnostic { path, ..finding.clone() }
}

/// Prints findings alone, on stderr, a line each, and tells whether something is missing.
pub(crate) fn findings(findings: &[Diagnostic], config: &Config) -> bool {
    let seen: Vec<Diagnostic> = findings.iter().map(|finding| from_here(finding, config)).collect();
    let leveled = || seen.iter().map(|finding| (config.level(finding.rule), finding));
    let shown = leveled().filter(|(level, _)| *level >= Level::Warn);
    let text: String = shown.map(|(level, finding)| short(level, finding) + "\n").collect();
    print(&mut std::io::stderr(), &text);
    leveled().any(|(level, _)| level == Level::Deny)
}

fn summary(report: &Report, config: &Config, build: &Build) -> String {
    let mut text = String::new();
    let verb = if build.check { "would be written" } else { "written" };
    if build.report.verbose {
        let here = std::env::current_dir().ok();
        for output in &report.outputs {
            let outcome = if output.outcome == Outcome::Written { verb } else { "unchanged" };
            let from_here = here.as_deref().and_then(|here| output.path.strip_prefix(here).ok());
            let path = output.path.strip_prefix(&config.root).ok().or(from_here).unwrap_or(&output.path);
            let entries = match output.kind {
                Kind::Companion => String::new(),
                Kind::Feed { .. } | Kind::Sitemap => format!("{} entries, ", output.entries),
            };
            let _ = writeln!(text, "{}: {entries}{outcome}", shown(&path.to_string_lossy()));
        }
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
    let at = |level| report.findings.iter().filter(|finding| config.level(finding.rule) == level).count();
    for (level, noun) in [(Level::Deny, "error"), (Level::Warn, "warning"), (Level::Note, "note")] {
        if at(level) > 0 && (level != Level::Note || build.report.verbose) {
            let _ = write!(text, "; {}", counted(at(level), noun));
        }
    }
    text.push('\n');
    text
}

fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

fn name(level: Level) -> &'static str {
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

/// Lists the rules.
pub(crate) fn rules() {
    let mut text = String::new();
    for rule in Rule::ALL {
        let _ = writeln!(text, "{} ({})\n  {}", rule.name(), name(rule.default_level()), rule.explanation());
    }
    print(&mut std::io::stdout(), &text);
}

/// A reader that has gone away is no error of ours.
pub(crate) fn print(out: &mut impl std::io::Write, text: &str) {
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

fn uses_color(build: &Build) -> bool {
    match build.report.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            std::io::stderr().is_terminal()
                && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        }
    }
}

/// Whether anybody would see a progress bar.
pub(crate) fn wants_progress(report: &crate::args::Report) -> bool {
    !report.quiet && report.message_format == MessageFormat::Human && std::io::stderr().is_terminal()
}

/// Draws a bar once the work has lasted longer than `patience`, until it is done.
pub(crate) fn progress(progress: &Progress, done: &AtomicBool, patience: Duration) {
    const TICK: Duration = Duration::from_millis(20);
    let mut waited = Duration::ZERO;
    let mut bar: Option<indicatif::ProgressBar> = None;
    while !done.load(Ordering::Relaxed) {
        std::thread::sleep(TICK);
        waited += TICK;
        if waited >= patience {
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

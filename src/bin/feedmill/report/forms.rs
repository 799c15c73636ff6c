//! The forms of findings: for people, for editors, for programs.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{self, IsTerminal as _};

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level as Severity, Origin, Renderer, Snippet};
use feedmill::internals::{readable, relative_url, shown};
use feedmill::{Diagnostic, Error, Level, Rule};
use serde_json::{Value, json};

use super::name;
use crate::args::{Color, MessageFormat, Report};

/// How many findings of a rule people see in full, if they ask for no more.
pub(super) const SHOWN_OF_A_RULE: usize = 3;

/// A finding with its level, and its path as seen from here.
pub(crate) struct Finding {
    pub(super) level: Level,
    pub(super) inner: Diagnostic,
}

/// The path of an output, and what a run would do to it.
pub(super) type Change = (String, &'static str);

/// The findings in the requested format. Formats for programs also list what `--check` would change; people
/// see that in the summary.
pub(super) fn text(findings: &[Finding], changes: &[Change], report: &Report) -> String {
    let lines = |form: fn(&Finding) -> String| {
        findings.iter().map(|finding| form(finding) + "\n").collect::<String>()
    };
    let and =
        |form: fn(&Change) -> String| changes.iter().map(|change| form(change) + "\n").collect::<String>();
    match report.message_format {
        MessageFormat::Human => for_people(findings, report),
        MessageFormat::Short => lines(short),
        MessageFormat::Json => lines(as_json) + &and(change_as_json),
        MessageFormat::Github => lines(github) + &and(change_as_github),
        MessageFormat::Sarif => sarif(findings, changes, None) + "\n",
    }
}

/// Findings with the lines in question; of each rule the first few.
fn for_people(findings: &[Finding], report: &Report) -> String {
    let renderer = if uses_color(report) { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii);
    let mut text = String::new();
    let mut counts: BTreeMap<Rule, usize> = BTreeMap::new();
    for finding in findings {
        let count = counts.entry(finding.inner.rule).or_default();
        *count += 1;
        if report.verbose || *count <= SHOWN_OF_A_RULE {
            let _ = writeln!(text, "{}\n", human(&renderer, finding));
        }
    }
    let more = counts.iter().filter(|(_, count)| **count > SHOWN_OF_A_RULE && !report.verbose);
    for (rule, count) in more.clone() {
        let _ = writeln!(text, "… and {} more of {} (-v shows all)", count - SHOWN_OF_A_RULE, rule.name());
    }
    text.extend(more.take(1).map(|_| '\n'));
    text
}

fn human(renderer: &Renderer, finding: &Finding) -> String {
    let Finding { level, inner: finding } = finding;
    let severity = match level {
        Level::Deny => Severity::ERROR,
        Level::Warn => Severity::WARNING,
        Level::Note | Level::Allow => Severity::NOTE,
    };
    let message = readable(&finding.message);
    let path = readable(&finding.path);
    let help = finding.help.as_deref().map(readable);
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

fn short(finding: &Finding) -> String {
    let Finding { level, inner } = finding;
    let place =
        inner.place.as_ref().map_or_else(String::new, |place| format!(":{}:{}", place.line, place.column));
    let (path, rule) = (readable(&inner.path), inner.rule.name());
    format!(
        "{path}{place}: {}[{rule}]: {}",
        name(*level),
        readable(&with_help(&inner.message, inner.help.as_deref()))
    )
}

fn with_help(message: &str, help: Option<&str>) -> String {
    help.map_or_else(|| message.to_owned(), |help| format!("{message}; {help}"))
}

fn as_json(finding: &Finding) -> String {
    let Finding { level, inner } = finding;
    let mut json = json!({
        "level": name(*level),
        "rule": inner.rule.name(),
        "path": inner.path,
        "line": inner.place.as_ref().map(|place| place.line),
        "column": inner.place.as_ref().map(|place| place.column),
        "message": inner.message,
        "help": inner.help,
    });
    if let (Value::Object(keys), Some(w3c)) = (&mut json, inner.w3c) {
        keys.insert("w3c".to_owned(), w3c.into());
    }
    printable(&json)
}

/// A change, in the shape of a finding without a rule.
fn change_as_json((path, what): &Change) -> String {
    printable(&json!({
        "level": "error", "rule": null, "path": path, "line": null, "column": null, "message": what, "help": null,
    }))
}

/// What stopped a run, in the shape of a finding without a rule.
pub(super) fn error_as_json(error: &Error, message: &str, help: Option<&str>) -> String {
    let place = error.place();
    let (line, column) = place.and_then(|(_, place)| place).unzip();
    printable(&json!({
        "level": "error",
        "rule": null,
        "path": place.map(|(path, _)| path.to_string_lossy()),
        "line": line,
        "column": column,
        "message": message,
        "help": help,
    }))
}

/// JSON on one line. Control characters that JSON does not escape, but a terminal interprets, are escaped
/// too.
fn printable(json: &Value) -> String {
    json.to_string()
        .chars()
        .map(|c| match c {
            '\u{7F}'..='\u{9F}'
            | '\u{200E}'
            | '\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2066}'..='\u{2069}' => format!("\\u{:04x}", u32::from(c)),
            c => c.to_string(),
        })
        .collect()
}

/// <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>
fn github(finding: &Finding) -> String {
    let Finding { level, inner } = finding;
    let command = match level {
        Level::Deny => "error",
        Level::Warn => "warning",
        Level::Note | Level::Allow => "notice",
    };
    let place = github_place(inner.place.as_ref().map(|place| (place.line, place.column)));
    let message = with_help(&inner.message, inner.help.as_deref());
    annotation(
        command,
        &format!("file={}{place},title={}", property(&inner.path), inner.rule.name()),
        &message,
    )
}

fn change_as_github((path, what): &Change) -> String {
    annotation("error", &format!("file={},title=feedmill", property(path)), &format!("{path} {what}"))
}

/// What stopped a run, as an annotation.
pub(super) fn error_as_github(error: &Error, message: &str, help: Option<&str>) -> String {
    let mut properties = String::new();
    if let Some((path, place)) = error.place() {
        properties = format!("file={}", property(&path.to_string_lossy())) + &github_place(place) + ",";
    }
    annotation("error", &(properties + "title=feedmill"), &with_help(message, help))
}

fn github_place(place: Option<(usize, usize)>) -> String {
    place.map_or_else(String::new, |(line, column)| format!(",line={line},col={column}"))
}

fn annotation(command: &str, properties: &str, message: &str) -> String {
    format!("::{command} {properties}::{}", data(&shown(message)))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(&shown(text)).replace(':', "%3A").replace(',', "%2C")
}

/// All findings in one document, with what `--check` found, and what stopped the run, if something did
/// (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>).
pub(super) fn sarif(
    findings: &[Finding],
    changes: &[Change],
    stopped: Option<(&str, Option<&str>)>,
) -> String {
    let level = |level| match level {
        Level::Deny => "error",
        Level::Warn => "warning",
        Level::Note => "note",
        Level::Allow => "none",
    };
    let used: BTreeSet<Rule> = findings.iter().map(|finding| finding.inner.rule).collect();
    let rules = used.iter().map(|rule| {
        json!({
            "id": rule.name(),
            "shortDescription": {"text": rule.explanation()},
            "defaultConfiguration": {"level": level(rule.default_level())},
        })
    });
    let results = findings.iter().map(|Finding { level: found, inner }| {
        let uri = relative_url("", &inner.path);
        // Without `./`, a colon in the first segment would be read as the end of a URI scheme.
        let has_colon = uri.split('/').next().is_some_and(|part| part.contains(':'));
        let file = json!({"uri": if has_colon { format!("./{uri}") } else { uri }});
        let location = match &inner.place {
            Some(place) => {
                let region = json!({"startLine": place.line, "startColumn": place.column});
                json!({"artifactLocation": file, "region": region})
            }
            None => json!({"artifactLocation": file}),
        };
        json!({
            "ruleId": inner.rule.name(),
            "level": level(*found),
            "message": {"text": with_help(&inner.message, inner.help.as_deref())},
            "locations": [{"physicalLocation": location}],
        })
    });
    let notification = |text: String| json!({"level": "error", "message": {"text": text}});
    let stopped_by = stopped.map(|(message, help)| notification(with_help(message, help)));
    let changed = changes.iter().map(|(path, what)| notification(format!("{path} {what}")));
    let notifications = stopped_by.into_iter().chain(changed);
    printable(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "feedmill",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": stopped.is_none(),
                "toolExecutionNotifications": notifications.collect::<Vec<_>>(),
            }],
            "results": results.collect::<Vec<_>>(),
        }],
    }))
}

pub(crate) fn uses_color(report: &Report) -> bool {
    match report.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        }
    }
}

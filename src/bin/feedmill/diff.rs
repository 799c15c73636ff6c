//! `feedmill diff`: what subscribers and crawlers would notice.

use std::fmt::Write as _;
use std::io::IsTerminal as _;

use feedmill::internals::readable;
use feedmill::{Change, Difference, DifferenceKind, Error, Field, Progress};
use serde_json::{Map, Value, json};

use crate::Status;
use crate::args::{Color, Diff};
use crate::print::output;
use crate::report;

/// The longest part of a value that is shown, in characters.
const SHOWN: usize = 60;
/// What a feed is called beside its entries.
const ITSELF: &str = "the feed itself";
/// How many changes of a kind are shown, without `-v`.
const MOST: usize = 10;

pub(crate) fn run(args: &Diff) -> Result<Status, Error> {
    let decided = args.site.decide(args.directory.as_deref())?;
    let config = &decided.config;
    let (differences, planned) = feedmill::diff(config, args.against.as_deref(), &Progress::default())?;
    if args.json {
        let all: Vec<Value> = differences.iter().map(as_json).collect();
        output(&format!("{:#}\n", Value::from(all)))?;
    } else {
        let is_seen = std::io::stdout().is_terminal() || args.report.color == Color::Always;
        let colored = is_seen && report::uses_color(&args.report);
        let mut text = String::new();
        for difference in &differences {
            describe(&mut text, difference, args.report.verbose, colored);
        }
        let again = differences.iter().map(|difference| with_other_id(difference).len()).max().unwrap_or(0);
        if again > 0 {
            let line = match again {
                1 => "readers would show this post again: its id would change\n".to_owned(),
                count => format!("readers would show these {count} posts again: their ids would change\n"),
            };
            text.push_str(&red(&line, colored));
        }
        if differences.is_empty() {
            text.push_str("no entry, page or feed would change\n");
        }
        output(&text)?;
    }
    let status = report::findings(&planned.findings, config, &args.report);
    if report::is_of_nothing(&planned) {
        return Ok(Status::Failed);
    }
    Ok(if differences.is_empty() { status } else { Status::LeftOut })
}

fn with_other_id(difference: &Difference) -> Vec<&Change> {
    difference.changes.iter().filter(|change| matches!(change, Change::OtherId { .. })).collect()
}

fn red(text: &str, colored: bool) -> String {
    if colored { format!("\u{1b}[1;31m{text}\u{1b}[0m") } else { text.to_owned() }
}

/// The changes of one document, those that matter most first.
fn describe(text: &mut String, difference: &Difference, all: bool, colored: bool) {
    let (heading, entry, entries) = match difference.kind {
        DifferenceKind::Feed => (difference.paths.join(", "), "entry", "entries"),
        DifferenceKind::Sitemap => (difference.paths.join(", "), "URL", "URLs"),
        _ => ("files".to_owned(), "file", "files"),
    };
    let _ = writeln!(text, "{}", readable(&heading));
    let itself = difference.changes.iter().filter(|change| matches!(change, Change::Itself { .. }));
    text.extend(itself.map(line));
    let kind = |change: &Change| match change {
        Change::OtherId { .. } => 0,
        Change::Added { .. } => 1,
        Change::Removed { .. } => 2,
        Change::Changed { .. } => 3,
        _ => 4,
    };
    for (wanted, what) in [(0, "with another id"), (1, "added"), (2, "removed"), (3, "changed")] {
        let changes: Vec<&Change> =
            difference.changes.iter().filter(|change| kind(change) == wanted).collect();
        if changes.is_empty() {
            continue;
        }
        let noun = if changes.len() == 1 { entry } else { entries };
        let _ = writeln!(text, "  {} {noun} {what}", changes.len());
        let most = if all { changes.len() } else { MOST };
        for change in changes.iter().take(most) {
            let line = line(change);
            text.push_str(&if wanted == 0 { red(&line, colored) } else { line });
        }
        if changes.len() > most {
            let _ = writeln!(text, "    … and {} more (-v shows all)", changes.len() - most);
        }
    }
}

fn line(change: &Change) -> String {
    let named = |url: &str, title: &str| match (url, title) {
        ("", title) => cut(title),
        (url, "") => readable(url),
        (url, title) => format!("{}  {}", readable(url), cut(title)),
    };
    let all = |fields: &[Field]| {
        fields.iter().fold(String::new(), |mut text, field| {
            let (old, new) = around(&readable(&field.old), &readable(&field.new));
            let _ = writeln!(text, "      {}: {} -> {}", field.name, quoted(&old), quoted(&new));
            text
        })
    };
    match change {
        Change::Added { url, title } => format!("    + {}\n", named(url, title)),
        Change::Removed { url, title } => format!("    - {}\n", named(url, title)),
        Change::OtherId { url, title, old, new, fields } => {
            format!("    ! {}\n      id: {} -> {}\n{}", named(url, title), cut(old), cut(new), all(fields))
        }
        Change::Changed { url, title, fields } => format!("    ~ {}\n{}", named(url, title), all(fields)),
        Change::Itself { fields } => format!("    ~ {ITSELF}\n{}", all(fields)),
        _ => String::new(),
    }
}

fn quoted(text: &str) -> String {
    if text.is_empty() { "nothing".to_owned() } else { cut(text) }
}

fn cut(text: &str) -> String {
    let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = readable(&text);
    let short: String = text.chars().take(SHOWN).collect();
    if short.len() < text.len() { short + "…" } else { short }
}

/// Two texts from a little before the place where they begin to differ, if that is not seen at their beginnings.
fn around(old: &str, new: &str) -> (String, String) {
    let same = old.chars().zip(new.chars()).take_while(|(old, new)| old == new).count();
    if same < SHOWN / 2 {
        return (old.to_owned(), new.to_owned());
    }
    let from = |text: &str| format!("…{}", text.chars().skip(same - SHOWN / 4).collect::<String>());
    (from(old), from(new))
}

fn as_json(difference: &Difference) -> Value {
    let mut all: Map<String, Value> = Map::new();
    let kind = match difference.kind {
        DifferenceKind::Feed => "feed",
        DifferenceKind::Sitemap => "sitemap",
        _ => "files",
    };
    all.insert("kind".to_owned(), json!(kind));
    all.insert("paths".to_owned(), json!(difference.paths));
    for name in ["added", "removed", "changed", "other_ids"] {
        all.insert(name.to_owned(), json!([]));
    }
    for change in &difference.changes {
        let (name, value) = match change {
            Change::Added { url, title } => ("added", json!({"url": url, "title": title})),
            Change::Removed { url, title } => ("removed", json!({"url": url, "title": title})),
            Change::OtherId { url, title, old, new, fields } => {
                let fields = fields_as_json(fields);
                ("other_ids", json!({"url": url, "title": title, "old": old, "new": new, "fields": fields}))
            }
            Change::Changed { url, title, fields } => {
                ("changed", json!({"url": url, "title": title, "fields": fields_as_json(fields)}))
            }
            Change::Itself { fields } => {
                ("changed", json!({"url": "", "title": ITSELF, "fields": fields_as_json(fields)}))
            }
            _ => continue,
        };
        if let Some(Value::Array(list)) = all.get_mut(name) {
            list.push(value);
        }
    }
    Value::Object(all)
}

fn fields_as_json(fields: &[Field]) -> Value {
    let fields =
        fields.iter().map(|field| (field.name.to_owned(), json!({"old": field.old, "new": field.new})));
    Value::Object(fields.collect())
}

//! `feedmill explain`: what becomes of a file, and why.

use std::fmt::Write as _;

use feedmill::internals::{readable, shown};
use feedmill::{Error, Explanation, Progress};
use serde_json::{Value, json};

use crate::Status;
use crate::args::Explain;
use crate::print::output;

/// The longest part of a value that is shown, in characters.
const SHOWN: usize = 70;

pub(crate) fn run(args: &Explain) -> Result<Status, Error> {
    let decided = args.site.decide(args.root.as_deref())?;
    let all = feedmill::explain(&decided.config, &args.wanted, &Progress::default())?;
    if args.json {
        output(&format!("{:#}\n", all.iter().map(as_json).collect::<Value>()))?;
    } else if args.wanted.is_empty() {
        output(&table(&all))?;
    } else {
        output(&all.iter().map(page).collect::<Vec<_>>().join("\n"))?;
    }
    let is_absent = !args.wanted.is_empty() && all.iter().any(|explanation| explanation.absent.is_some());
    Ok(if is_absent { Status::LeftOut } else { Status::Published })
}

/// A line for each file that is published nowhere, or in the sitemap only for want of a date.
fn table(all: &[Explanation]) -> String {
    if all.is_empty() {
        return "every file that is read is published\n".to_owned();
    }
    let width = all.iter().map(|explanation| explanation.path.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for explanation in all {
        let why = match (&explanation.absent, &explanation.undated) {
            (None, Some(why)) => format!("in the sitemap only: {why}"),
            (absent, _) => absent.clone().unwrap_or_default(),
        };
        let _ = writeln!(text, "{:width$}  {}", readable(&explanation.path), readable(&why));
    }
    text
}

/// All that is known of one file.
fn page(explanation: &Explanation) -> String {
    let mut text = format!("{}\n", readable(&explanation.path));
    if let Some(why) = &explanation.absent {
        let _ = writeln!(text, "  published nowhere: {}", readable(why));
    }
    let name_width = explanation.fields.iter().map(|field| field.name.chars().count()).max().unwrap_or(0);
    for field in &explanation.fields {
        let value = cut(&field.value);
        let _ = writeln!(
            text,
            "  {:name_width$}  {value}\n  {:name_width$}  from {}",
            field.name,
            "",
            readable(&field.from)
        );
    }
    let path_width = explanation.placements.iter().map(|place| place.path.chars().count()).max().unwrap_or(0);
    for place in &explanation.placements {
        let verdict = if place.is_in { "yes" } else { "no " };
        let _ =
            writeln!(text, "  {:path_width$}  {verdict}  {}", readable(&place.path), readable(&place.why));
    }
    text
}

fn cut(text: &str) -> String {
    let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = text.chars().take(SHOWN).collect();
    let is_url = text.contains("://") && !text.contains(' ');
    if short.len() < text.len() && !is_url { shown(&short) + "…" } else { readable(&text) }
}

fn as_json(explanation: &Explanation) -> Value {
    let fields = explanation.fields.iter();
    let fields = fields.map(|field| json!({"name": field.name, "value": field.value, "from": field.from}));
    let places = explanation.placements.iter();
    let places = places.map(|place| json!({"path": place.path, "carries": place.is_in, "why": place.why}));
    json!({
        "path": explanation.path,
        "absent": explanation.absent,
        "undated": explanation.undated,
        "fields": fields.collect::<Value>(),
        "documents": places.collect::<Value>(),
    })
}

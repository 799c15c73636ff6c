//! `feedmill list`: what there is, without writing it.

use std::fmt::Write as _;
use std::io::{ErrorKind, Write as _};

use feedmill::internals::{escaped, readable, shown};
use feedmill::{Config, Diagnostic, Error, Output, OutputKind, Progress};

use crate::Status;
use crate::args::{List, ListFormat};
use crate::print;
use crate::report;

pub(crate) fn run(args: &List) -> Result<Status, Error> {
    let decided = args.site.decide(args.directory.as_deref())?;
    let config = &decided.config;
    if args.format == ListFormat::Jsonl {
        let found = match records(config) {
            // Its reader has read enough.
            Err(Error::Print { source }) if source.kind() == ErrorKind::BrokenPipe => Vec::new(),
            found => found?,
        };
        return Ok(report::findings(&found, config, &args.report));
    }
    let planned = feedmill::plan(config, &Progress::default())?;
    let text = if args.html { links(&planned.outputs) } else { table(&planned.outputs) };
    print::output(&text)?;
    Ok(report::findings(&planned.findings, config, &args.report))
}

/// Every output with its address, format and number of posts.
fn table(outputs: &[Output]) -> String {
    let published = outputs.iter().filter(|output| output.kind != OutputKind::Lock);
    let rows: Vec<[String; 3]> = published.map(row).collect();
    let width = |column: fn(&[String; 3]) -> &String| {
        rows.iter().map(|row| column(row).chars().count()).max().unwrap_or(0)
    };
    let (first, second) = (width(|[url, ..]| url), width(|[_, what, _]| what));
    let mut text = String::new();
    for [url, what, count] in &rows {
        let _ = writeln!(text, "{}", format!("{url:first$}  {what:second$}  {count}").trim_end());
    }
    text
}

fn row(output: &Output) -> [String; 3] {
    let what = match &output.kind {
        OutputKind::Feed { format, .. } => format.name(),
        OutputKind::Sitemap => "Sitemap",
        OutputKind::SitemapIndex => "Sitemap index",
        _ => "",
    };
    [readable(&output.url), what.to_owned(), count(output).unwrap_or_default()]
}

/// How much is in an output, if that is counted.
pub(crate) fn count(output: &Output) -> Option<String> {
    let unit = match output.kind {
        OutputKind::Feed { .. } => "post",
        OutputKind::Sitemap => "page",
        OutputKind::SitemapIndex => "sitemap",
        _ => return None,
    };
    let plural = if output.entries == 1 { "" } else { "s" };
    Some(format!("{} {unit}{plural}", output.entries))
}

/// The lines for the head of a page by which browsers and readers find the feeds (RSS Advisory Board,
/// <https://www.rssboard.org/rss-autodiscovery>).
fn links(outputs: &[Output]) -> String {
    let mut text = String::new();
    for output in outputs {
        if let OutputKind::Feed { format, title, advertised: true } = &output.kind {
            let (title, url) = (escaped(&shown(title)), escaped(&output.url));
            let media_type = format.media_type();
            let _ = writeln!(
                text,
                "<link rel=\"alternate\" type=\"{media_type}\" title=\"{title}\" href=\"{url}\">"
            );
        }
    }
    text
}

/// Prints every post as a record, and gives what was found.
fn records(config: &Config) -> Result<Vec<Diagnostic>, Error> {
    let mut stdout = std::io::stdout().lock();
    feedmill::records(config, &Progress::default(), &mut |lines| {
        let written = stdout.write_all(lines.as_bytes()).and_then(|()| stdout.flush());
        written.map_err(|source| Error::Print { source })
    })
}

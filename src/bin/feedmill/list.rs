//! `feedmill list`: what there is, without writing it.

use std::fmt::Write as _;

use std::io::Write as _;

use feedmill::feed::Feed;
use feedmill::outputs::Kind;
use feedmill::text::escape::escaped;
use feedmill::text::shown;
use feedmill::{Config, Diagnostic, Error, Progress, Report};

use crate::report::print;

/// Prints every output with its address, format and number of posts.
pub(crate) fn outputs(report: &Report) {
    let rows: Vec<[String; 3]> = report
        .outputs
        .iter()
        .map(|output| {
            let (what, unit) = match &output.kind {
                Kind::Feed { format, .. } => (format.name(), "post"),
                Kind::Sitemap => ("Sitemap", "page"),
                Kind::Companion => ("", ""),
            };
            let plural = if output.entries == 1 { "" } else { "s" };
            let count = match unit {
                "" => String::new(),
                unit => format!("{} {unit}{plural}", output.entries),
            };
            [shown(&output.url), what.to_owned(), count]
        })
        .collect();
    let width = |column: fn(&[String; 3]) -> &String| {
        rows.iter().map(|row| column(row).chars().count()).max().unwrap_or(0)
    };
    let (first, second) = (width(|row| &row[0]), width(|row| &row[1]));
    let mut text = String::new();
    for [url, what, count] in &rows {
        let _ = writeln!(text, "{}", format!("{url:first$}  {what:second$}  {count}").trim_end());
    }
    print(&mut std::io::stdout(), &text);
}

/// Prints the lines for the head of a page by which browsers and readers find the feeds (RSS Advisory Board,
/// <https://www.rssboard.org/rss-autodiscovery>).
pub(crate) fn links(report: &Report) {
    let mut text = String::new();
    for output in &report.outputs {
        if let Kind::Feed { format, title, advertised: true } = &output.kind {
            let (title, url) = (escaped(&shown(title)), escaped(&output.url));
            let media_type = Feed::media_type(*format);
            let _ = writeln!(
                text,
                "<link rel=\"alternate\" type=\"{media_type}\" title=\"{title}\" href=\"{url}\">"
            );
        }
    }
    print(&mut std::io::stdout(), &text);
}

/// Prints every post as a record, and gives what was found.
pub(crate) fn records(config: &Config) -> Result<Vec<Diagnostic>, Error> {
    let mut stdout = std::io::stdout().lock();
    feedmill::records(config, &Progress::default(), &mut |lines| {
        let written = stdout.write_all(lines.as_bytes()).and_then(|()| stdout.flush());
        written.map_err(|source| Error::Write { path: "standard output".into(), step: "write to", source })
    })
}

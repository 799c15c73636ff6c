//! `robots.txt` (RFC 9309): where search engines learn where the sitemap is.

use std::path::Path;

use crate::config::{Config, Robots};
use crate::diagnostic::{Diagnostic, Rule};
use crate::error::Error;
use crate::outputs::{Kind, LAST, Outputs};

const NAME: &str = "robots.txt";
/// What is written where there is none: nothing is forbidden to anybody.
const OURS: &str = "User-agent: *\nDisallow:\n\n";

/// Writes `robots.txt` if there is none, adds the sitemap to it, or reports what is missing. `sitemaps` are paths.
///
/// # Errors
/// [`Error::Write`].
pub fn render(
    found: &mut Vec<Diagnostic>,
    outputs: &mut Outputs<'_>,
    sitemaps: &[String],
    config: &Config,
) -> Result<(), Error> {
    // Only at the root of a host does anybody look for it.
    let is_root = config.base_url.as_str().matches('/').count() == 3;
    if config.robots == Robots::Leave || !is_root {
        return Ok(());
    }
    let urls: Vec<String> = sitemaps.iter().map(|path| config.base_url.file(path)).collect();
    let read = |path: &Path| std::fs::read(path).ok();
    let written = config.output.join(NAME);
    let sources = [NAME, "static/robots.txt", "src/robots.txt"];
    let theirs = |path: &Path| read(path).filter(|text| !is_ours(text, config));
    let own = theirs(&written).map(|text| (NAME, text)).or_else(|| {
        // What the site's generator is going to copy.
        sources.iter().find_map(|path| Some((*path, theirs(&config.root.join(path))?)))
    });
    let Some((path, text)) = own else {
        let lines: String = urls.iter().map(|url| format!("Sitemap: {url}\n")).collect();
        return add(outputs, format!("{OURS}{lines}"));
    };
    // What is not UTF-8 is not ours to write again.
    let Ok(text) = String::from_utf8(text) else { return Ok(()) };
    let missing: Vec<&String> = urls.iter().filter(|url| !names(&text, url)).collect();
    if missing.is_empty() || text.contains("{{") || text.contains("{%") {
        return Ok(());
    }
    let lines: Vec<String> = missing.iter().map(|url| format!("Sitemap: {url}")).collect();
    if config.robots == Robots::Append {
        let gap = if text.ends_with('\n') { "" } else { "\n" };
        return add(outputs, format!("{text}{gap}{}\n", lines.join("\n")));
    }
    found.push(
        Diagnostic::new(Rule::NoSitemapInRobots, path, "it does not name the sitemap")
            .help(format!("add `{}`, or say `robots: append` in the configuration", lines.join("` and `"))),
    );
    Ok(())
}

/// Whether a file says what we write, and nothing else.
fn is_ours(text: &[u8], config: &Config) -> bool {
    let ours = format!("Sitemap: {}", config.base_url.as_str());
    let text = std::str::from_utf8(text).unwrap_or_default();
    text.strip_prefix(OURS).is_some_and(|rest| rest.lines().all(|line| line.starts_with(&ours)))
}

fn add(outputs: &mut Outputs<'_>, text: String) -> Result<(), Error> {
    outputs.add(LAST, NAME, Kind::Companion, 0, Ok(text.into_bytes()))
}

/// Whether a line names this sitemap.
fn names(text: &str, url: &str) -> bool {
    text.trim_start_matches('\u{FEFF}')
        .lines()
        .filter_map(|line| line.split_once(':'))
        .any(|(key, value)| key.trim().eq_ignore_ascii_case("sitemap") && value.trim() == url)
}

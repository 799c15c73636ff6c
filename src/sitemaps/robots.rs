//! `robots.txt` (RFC 9309): where search engines look for the sitemap.

use std::path::Path;

use crate::config::Config;
use crate::diagnostic::{Diagnostic, Rule};
use crate::error::Error;
use crate::publish::{LAST, OutputKind, Plan, Staging};
use crate::settings::Robots;

const NAME: &str = "robots.txt";
/// What is written where there is none: it allows everything.
const OURS: &str = "User-agent: *\nDisallow:\n\n";
/// Where a site has its own, before its generator copies it.
const SOURCES: [&str; 3] = [NAME, "static/robots.txt", "src/robots.txt"];

/// Writes `robots.txt` if there is none, adds the sitemap to it, or reports what is missing. `sitemaps` are paths.
///
/// # Errors
/// [`Error::Write`].
pub(crate) fn render(
    found: &mut Vec<Diagnostic>,
    staging: &mut Staging<'_>,
    sitemaps: &[String],
    config: &Config,
) -> Result<(), Error> {
    // Crawlers look for it only at the root of a host.
    let is_root = config.site.base_url.as_str().matches('/').count() == 3;
    if config.robots == Robots::Leave || !is_root {
        return Ok(());
    }
    let urls: Vec<String> = sitemaps.iter().map(|path| config.site.base_url.file(path)).collect();
    let Some((path, text)) = own(config) else {
        let lines: String = urls.iter().map(|url| format!("Sitemap: {url}\n")).collect();
        return add(staging, format!("{OURS}{lines}"));
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
        return add(staging, format!("{text}{gap}{}\n", lines.join("\n")));
    }
    let help = format!("add `{}`, or write `robots: append` in the configuration", lines.join("` and `"));
    found.push(Diagnostic::new(Rule::NoSitemapInRobots, path, "it does not name the sitemap").help(help));
    Ok(())
}

/// The site's own file: in the output folder, else where its generator is going to copy it from.
fn own(config: &Config) -> Option<(&'static str, Vec<u8>)> {
    let theirs = |path: &Path| std::fs::read(path).ok().filter(|text| !is_ours(text, config));
    if let Some(text) = theirs(&config.site.output.join(NAME)) {
        return Some((NAME, text));
    }
    SOURCES.into_iter().find_map(|path| Some((path, theirs(&config.site.root.join(path))?)))
}

/// Whether a file has exactly what we write.
fn is_ours(text: &[u8], config: &Config) -> bool {
    let ours = format!("Sitemap: {}", config.site.base_url.as_str());
    let lines = std::str::from_utf8(text).ok().and_then(|text| text.strip_prefix(OURS));
    lines.is_some_and(|lines| lines.lines().all(|line| line.starts_with(&ours)))
}

fn add(staging: &mut Staging<'_>, text: String) -> Result<(), Error> {
    staging
        .add(Plan { rank: LAST, path: NAME, kind: OutputKind::Companion, entries: 0 }, Ok(text.into_bytes()))
}

/// Whether a line names this sitemap.
fn names(text: &str, url: &str) -> bool {
    let mut pairs = text.trim_start_matches('\u{FEFF}').lines().filter_map(|line| line.split_once(':'));
    pairs.any(|(key, value)| key.trim().eq_ignore_ascii_case("sitemap") && value.trim() == url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sitemaps_are_found_in_any_case() {
        let text = "\u{FEFF}SITEMAP:  https://e.com/a.xml \r\nUser-agent: *\n";
        assert!(names(text, "https://e.com/a.xml"));
        assert!(!names(text, "https://e.com/b.xml"));
    }
}

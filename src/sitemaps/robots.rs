//! `robots.txt` (RFC 9309): where search engines look for the sitemap.

use std::path::Path;

use crate::config::Config;
use crate::diagnostic::{Diagnostic, Rule};
use crate::disk;
use crate::error::Error;
use crate::publish::{LAST, OutputKind, Plan, Staging};
use crate::settings::Robots;
use crate::text::link;

const NAME: &str = "robots.txt";
/// What is written where there is none: it allows everything.
const OURS: &str =
    "# Written by feedmill. Remove this line to keep your own changes.\nUser-agent: *\nDisallow:\n\n";
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
        return add(staging, format!("{OURS}{lines}").into_bytes());
    };
    let bytes = text;
    let text = String::from_utf8_lossy(&bytes);
    let is_named = |url: &&String| names(&text, url) || is_in_index(&text, url, config);
    let missing: Vec<&String> = urls.iter().filter(|url| !is_named(url)).collect();
    if missing.is_empty() || text.contains("{{") || text.contains("{%") {
        return Ok(());
    }
    let lines: Vec<String> = missing.iter().map(|url| format!("Sitemap: {url}")).collect();
    if config.robots == Robots::Append {
        let gap = if text.ends_with('\n') || text.is_empty() { "" } else { "\n" };
        // What was there stays, in whatever encoding.
        let added = format!("{gap}{}\n", lines.join("\n"));
        return add(staging, [&bytes, added.as_bytes()].concat());
    }
    let help = format!("add `{}`, or write `robots: append` in the configuration", lines.join("` and `"));
    found.push(Diagnostic::new(Rule::NoSitemapInRobots, path, "it does not name the sitemap").help(help));
    Ok(())
}

/// The site's own file: in the output folder, else where its generator is going to copy it from.
fn own(config: &Config) -> Option<(String, Vec<u8>)> {
    let theirs = |path: &Path| disk::read(path, disk::LARGEST).ok().filter(|text| !is_ours(text));
    let places = SOURCES.iter().map(|path| config.site.root.join(path));
    let mut places = std::iter::once(config.site.output.join(NAME)).chain(places);
    places.find_map(|path| Some((config.named(&path), theirs(&path)?)))
}

/// Whether a file has exactly what we write, whatever the address of the site was.
fn is_ours(text: &[u8]) -> bool {
    let lines = std::str::from_utf8(text).ok().and_then(|text| text.strip_prefix(OURS));
    lines.is_some_and(|lines| lines.lines().all(|line| line.starts_with("Sitemap: ")))
}

fn add(staging: &mut Staging<'_>, text: Vec<u8>) -> Result<(), Error> {
    staging.add(Plan { rank: LAST, path: NAME, kind: OutputKind::Companion, entries: 0 }, Ok(text))
}

/// Whether a line names this sitemap.
fn names(text: &str, url: &str) -> bool {
    pairs(text).any(|(key, value)| key == "sitemap" && link::absolute(value).as_deref() == Some(url))
}

/// Whether an index of sitemaps that a line names, such as the generator's own, has this one.
fn is_in_index(text: &str, url: &str, config: &Config) -> bool {
    let base = config.site.base_url.as_str();
    let named =
        pairs(text).filter(|(key, _)| key == "sitemap").filter_map(|(_, value)| link::absolute(value));
    let mut files = named.flat_map(|named| disk::files_of(&named, base));
    let location = format!("<loc>{url}</loc>");
    files.any(|file| disk::read_text(&config.site.output.join(file)).is_ok_and(|own| own.contains(&location)))
}

/// The lines that say something: a name in lower case, and its value.
fn pairs(text: &str) -> impl Iterator<Item = (String, &str)> {
    text.trim_start_matches('\u{FEFF}').split(['\n', '\r']).filter_map(|line| {
        let line = line.split_once(" #").map_or(line, |(line, _)| line);
        let line = if line.starts_with('#') { "" } else { line };
        let (key, value) = line.split_once(':')?;
        Some((key.trim().to_ascii_lowercase(), value.trim()))
    })
}

/// The `Allow` and `Disallow` rules for all crawlers, and the paths that are served with `X-Robots-Tag: noindex`.
#[derive(Debug, Default)]
pub(super) struct Rules {
    robots: Vec<(bool, String)>,
    hidden: Vec<String>,
}

impl Rules {
    /// Those of the site's own file, for all crawlers. Crawlers look for it only at the root of a host.
    pub(super) fn read(config: &Config) -> Self {
        let is_root = config.site.base_url.as_str().matches('/').count() == 3;
        let text = own(config).filter(|_| is_root).map(|(_, text)| text).unwrap_or_default();
        let headers = disk::read_text(&config.site.output.join("_headers")).unwrap_or_default();
        Self { hidden: without_index(&headers), ..Self::of(&String::from_utf8_lossy(&text)) }
    }

    fn of(text: &str) -> Self {
        let mut rules = Vec::new();
        let (mut is_for_all, mut in_agents) = (false, false);
        for (key, value) in pairs(text) {
            match key.as_str() {
                "user-agent" => {
                    is_for_all = value == "*" || (in_agents && is_for_all);
                    in_agents = true;
                }
                "allow" | "disallow" => {
                    in_agents = false;
                    if is_for_all && !value.is_empty() {
                        rules.push((key == "allow", link::encoded_as_path(value)));
                    }
                }
                _ => {}
            }
        }
        Self { robots: rules, hidden: Vec::new() }
    }

    /// Whether crawlers may read a path. The longest rule that fits counts, of two such the one that allows.
    pub(super) fn allow(&self, path: &str) -> bool {
        let fitting = self.robots.iter().filter(|(_, rule)| fits(rule, path));
        let allowed =
            fitting.max_by_key(|(allows, rule)| (rule.len(), *allows)).is_none_or(|(allows, _)| *allows);
        allowed && !self.hidden.iter().any(|rule| fits(rule, path))
    }
}

/// The paths to which a `_headers` file, as Netlify and Cloudflare Pages read it, gives `X-Robots-Tag: noindex`. Those of
/// other hosts, such as that of previews, begin with `https://`.
fn without_index(headers: &str) -> Vec<String> {
    let mut path = "";
    let mut hidden = Vec::new();
    for line in headers.lines().filter(|line| !line.trim_start().starts_with('#')) {
        if !line.starts_with([' ', '\t']) {
            path = line.trim();
            continue;
        }
        let Some((name, value)) = line.trim().split_once(':') else { continue };
        // A rule for one crawler begins with its name: `googlebot: noindex`.
        let mut rules = value.split(',').map(|rule| rule.trim().to_ascii_lowercase());
        let is_hidden = rules.any(|rule| matches!(rule.as_str(), "noindex" | "none"));
        if path.starts_with('/') && name.trim().eq_ignore_ascii_case("x-robots-tag") && is_hidden {
            hidden.push(format!("{}$", link::encoded_as_path(path)));
        }
    }
    hidden
}

/// Whether a rule fits the start of a path; `*` is any text, `$` the end.
fn fits(rule: &str, path: &str) -> bool {
    let (rule, to_end) = rule.strip_suffix('$').map_or((rule, false), |rule| (rule, true));
    let mut pieces = rule.split('*');
    let Some(mut rest) = path.strip_prefix(pieces.next().unwrap_or_default()) else { return false };
    let mut pieces = pieces.peekable();
    while let Some(piece) = pieces.next() {
        if to_end && pieces.peek().is_none() {
            return rest.ends_with(piece);
        }
        let Some((_, after)) = rest.split_once(piece) else { return false };
        rest = after;
    }
    !to_end || rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sitemaps_are_found_in_any_case() {
        let text = "\u{FEFF}SITEMAP :  https://E.com/a.xml # main\r\nUser-agent: *\n";
        assert!(names(text, "https://e.com/a.xml"));
        assert!(!names(text, "https://e.com/b.xml"));
    }

    #[test]
    fn paths_that_are_served_without_index() {
        let headers = "/*\n  X-Frame-Options: DENY\n/a/*\n  # a\n  x-robots-tag: noindex, nofollow\n/b\n\tX-Robots-Tag: none\n\
                       https://:p.pages.dev/*\n  X-Robots-Tag: noindex\n/*\n  X-Robots-Tag: max-image-preview:none\n  X-Robots-Tag: bot: noindex\n";
        let rules = Rules { hidden: without_index(headers), ..Rules::default() };
        for (path, allowed) in
            [("/", true), ("/a/", false), ("/a/b/", false), ("/a", true), ("/b", false), ("/b/", true)]
        {
            assert_eq!(rules.allow(path), allowed, "{path}");
        }
    }

    #[test]
    fn rules_for_all_crawlers() {
        let text = "User-agent: a\nDisallow: /only-a\n\nUser-agent: b\nUser-agent: *\nDisallow: /x/ # all\nAllow: /x/y\nDisallow: /*.pdf$\nDisallow:\nDisallow: /q*z/\n";
        let rules = Rules::of(text);
        for (path, allowed) in [
            ("/", true),
            ("/only-a", true),
            ("/x/", false),
            ("/x", true),
            ("/x/y/z", true),
            ("/a/b.pdf", false),
            ("/a/b.pdf?x", true),
            ("/q1z/2", false),
            ("/q1", true),
        ] {
            assert_eq!(rules.allow(path), allowed, "{path}");
        }
        for rule in ["/café/", "/caf%c3%a9/", "/caf%C3%A9/"] {
            let rules = Rules::of(&format!("User-agent: *\rDisallow: {rule}\r"));
            assert!(!rules.allow("/caf%C3%A9/x") && rules.allow("/cafe/"), "{rule}");
        }
        assert!(Rules::of("User-agent: *\nDisallow:\n").allow("/a"));
    }
}

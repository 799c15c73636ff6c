//! The site as its generator has built it: which pages there are, and what their heads declare.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::path::Path;

use chrono::{DateTime, Utc};
use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};

use crate::config::Config;
use crate::diagnostic::{Diagnostic, Place};
use crate::disk;
use crate::generators::walk::{Entry, Walk};
use crate::markup::head::{self, Head};
use crate::markup::{Markup, main_text};
use crate::model::SiteFacts;
use crate::source::{self, Source, feed};
use crate::text::{BaseUrl, Digest};

/// How much of a page is read for its head, in bytes.
const HEAD: u64 = 256 * 1024;
/// How much of a page is read first, in bytes; nearly every head ends within it.
const START: u64 = head::START as u64;

/// The files in the output folder.
#[derive(Debug, Default)]
pub(crate) struct Built {
    /// The HTML pages, by their path below the folder, with `/` between folders.
    pub pages: BTreeMap<String, Page>,
    /// The other files.
    pub others: BTreeSet<String>,
}

/// What the head of a page declares.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Page {
    /// Whether it is `noindex`.
    pub no_index: bool,
    /// Whether it only redirects to another page.
    pub is_redirect: bool,
    /// Whether its title says that it is about an error.
    pub names_error: bool,
    /// Its canonical URL, and the place of the declaration.
    pub canonical: Option<(String, Place)>,
}

/// What has been learnt of HTML files, each with its path below the folder; `None` of one that is no page.
pub(crate) type Known = Vec<(String, Option<Page>)>;

/// The files in the output folder, before any is read.
#[derive(Debug)]
pub(crate) struct Listed {
    pages: Vec<String>,
    others: BTreeSet<String>,
}

/// Lists the output folder. `None` if it is not needed, or if it cannot be told from the sources.
pub(crate) fn list(found: &mut Vec<Diagnostic>, config: &Config) -> Option<Listed> {
    let are_posts = config.recognised.generator.build.is_some();
    if !is_needed(config) || (holds_sources(&config.site) && !are_posts) {
        return None;
    }
    // Links inside the site are followed, wherever the pages are.
    let SiteFacts { root, output, follow_links, .. } = &config.site;
    let (top, folder) = match output.strip_prefix(root).ok().and_then(disk::slashed) {
        Some(folder) => (root, folder),
        None => (output, String::new()),
    };
    let mut listed = Listed { pages: Vec::new(), others: BTreeSet::new() };
    let wants = |entry: &Entry| entry.is_utf_8 && !entry.name().starts_with('.');
    Walk::new(found, top, *follow_links).files(&folder, &wants, &mut |path| {
        let path = path.strip_prefix(&folder).unwrap_or(&path).trim_start_matches('/').to_owned();
        match Markup::of_path(&path) {
            Markup::Html => listed.pages.push(path),
            _ => drop(listed.others.insert(path)),
        }
    });
    Some(listed)
}

/// Looks at the pages of the output folder, but for those that are known. `None` if no site has been built there.
pub(crate) fn read(listed: Listed, config: &Config, known: Known) -> Option<Built> {
    let known: BTreeMap<String, Option<Page>> = known.into_iter().collect();
    let unread = listed.pages.into_par_iter().filter(|path| !known.contains_key(path));
    let read = unread.filter_map(|path| {
        let page = read_page(&config.site.output.join(&path), config.site.now)?;
        Some((path, page))
    });
    let mut pages: BTreeMap<String, Page> = read.collect();
    pages.extend(known.into_iter().filter_map(|(path, page)| Some((path, page?))));
    (!pages.is_empty()).then_some(Built { pages, others: listed.others })
}

/// Whether anything depends on the built pages.
fn is_needed(config: &Config) -> bool {
    config.verify || config.sitemap.as_ref().is_some_and(|sitemap| sitemap.pages)
}

/// Whether the posts are the built pages, so that what must be known of these can be learnt as they are read.
pub(crate) fn are_posts(config: &Config) -> bool {
    let SiteFacts { root, output, .. } = &config.site;
    is_needed(config) && config.recognised.generator.build.is_some() && root == output
}

/// Whether the sources are in the output folder, so that they cannot be distinguished from what was built.
fn holds_sources(site: &SiteFacts) -> bool {
    match (site.root.canonicalize(), site.output.canonicalize()) {
        (Ok(root), Ok(output)) => root.starts_with(output),
        _ => false,
    }
}

/// The same page without its final slash, or with one.
pub(crate) fn other_form(url: &str) -> String {
    match url.strip_suffix('/') {
        Some(bare) => bare.to_owned(),
        None => format!("{url}/"),
    }
}

impl Built {
    /// The page that a URL is served from, and its file.
    pub(crate) fn page_of(&self, url: &str, base_url: &BaseUrl) -> Option<(String, &Page)> {
        disk::files_of(url, base_url.as_str()).into_iter().find_map(|file| {
            let page = self.pages.get(&file)?;
            Some((file, page))
        })
    }
}

/// The fingerprint of the text of a page, without what its template puts around it and into it.
pub(crate) fn digest(html: &str, title: &str, config: &Config) -> Digest {
    let text = main_text::of_page(html, config.content_selector.as_deref(), title);
    let text = text.map_or_else(|| main_text::words(html), |(html, _)| main_text::words(&html));
    Digest::of(title, &text)
}

fn read_page(file: &Path, now: DateTime<Utc>) -> Option<Page> {
    let mut file = disk::open(file).ok()?;
    let mut source = read_start(&mut file, START)?;
    let mut head = Head::of(&source.text, now);
    if !head.is_over && file.stream_position().ok()? == START {
        file.rewind().ok()?;
        source = read_start(&mut file, HEAD)?;
        head = Head::of(&source.text, now);
    }
    declared(&source, head)
}

fn read_start(file: &mut File, most: u64) -> Option<Source> {
    let mut bytes = Vec::with_capacity(START as usize + 1);
    file.take(most).read_to_end(&mut bytes).ok()?;
    Some(source::decode("", bytes))
}

/// What a page declares that has been read; `None` if it is empty or a feed.
pub(crate) fn page_of(source: &Source, now: DateTime<Utc>) -> Option<Page> {
    declared(source, Head::of(&source.text, now))
}

fn declared(source: &Source, head: Head) -> Option<Page> {
    let text = &source.text;
    if head.is_empty || feed::begins_one(text.as_bytes()) {
        return None;
    }
    let Head { no_index, is_redirect, names_error, canonical, .. } = head;
    let canonical = canonical.map(|(href, line)| {
        let end = text.match_indices('\n').nth(line.saturating_sub(1)).map_or(text.len(), |(at, _)| at);
        let at = text.get(..end).and_then(|before| before.rfind(&href)).unwrap_or(0);
        let place = source.place(at..at + href.len());
        (href, place)
    });
    Some(Page { no_index, is_redirect, names_error, canonical })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Wherever the part ends that is read, in the middle of a character too, and however long the head is.
    #[test]
    fn the_head_of_a_long_page() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.html");
        for (style, shift) in [(0, 0), (0, 1), (0, 2), (20_000, 0), (20_000, 1), (300_000, 0)] {
            let page = format!(
                "<style>{}</style>{}<link rel=canonical href=/\u{8a18}/><body>{}",
                "a".repeat(style),
                " ".repeat(shift),
                "\u{65e5}".repeat(200_000)
            );
            #[expect(clippy::disallowed_methods, reason = "a test's own file, which no other process reads")]
            std::fs::write(&file, page).unwrap();
            let page = read_page(&file, DateTime::UNIX_EPOCH).unwrap();
            let canonical = page.canonical.map(|(href, _)| href);
            assert_eq!(canonical.as_deref(), (style < 300_000).then_some("/\u{8a18}/"), "{style} {shift}");
        }
    }
}

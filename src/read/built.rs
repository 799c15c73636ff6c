//! The site as its generator has built it: which pages there are, and what their heads declare.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Tag, TagKind, Token};
use jiff::tz::TimeZone;
use unicode_normalization::UnicodeNormalization;

use crate::config::Config;
use crate::diagnostic::{Diagnostic, Place};
use crate::disk;
use crate::generators::walk::Walk;
use crate::markup::{main_text, tokens};
use crate::model::SiteFacts;
use crate::source::{self, Source};
use crate::text::{BaseUrl, Digest, date};

/// How much of a page is read for its head, in bytes.
const HEAD: u64 = 256 * 1024;
/// How much of a page is read first, in bytes; nearly every head ends within it.
const START: u64 = 16 * 1024;

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

/// Looks at the output folder. `None` if no site has been built there, or if it is not needed.
pub(crate) fn read(found: &mut Vec<Diagnostic>, config: &Config) -> Option<Built> {
    let lists = config.sitemap.as_ref().is_some_and(|sitemap| sitemap.pages);
    let are_posts = config.recognised.generator.build.is_some();
    if (!config.verify && !lists) || (holds_sources(&config.site) && !are_posts) {
        return None;
    }
    let mut others = BTreeSet::new();
    let pages = Mutex::new(BTreeMap::new());
    // Links inside the site are followed, wherever the pages are.
    let SiteFacts { root, output, follow_links, .. } = &config.site;
    let (top, folder) = match output.strip_prefix(root).ok().and_then(disk::slashed) {
        Some(folder) => (root, folder),
        None => (output, String::new()),
    };
    rayon::scope(|scope| {
        let pages = &pages;
        let read = |path: String| {
            scope.spawn(move |_| {
                if let Some(page) = read_page(&output.join(&path), config.site.now) {
                    pages.lock().unwrap_or_else(PoisonError::into_inner).insert(path, page);
                }
            });
        };
        Walk::new(found, top, *follow_links).visit(&folder, &mut |entries| {
            let mut folders = Vec::new();
            for entry in entries.into_iter().filter(|entry| !entry.name().starts_with('.')) {
                let path = entry.path.strip_prefix(&folder).unwrap_or(&entry.path).trim_start_matches('/');
                let extension = path.rsplit('.').next().unwrap_or(path);
                if entry.is_folder {
                    folders.push(entry.path);
                } else if ["html", "htm", "xhtml"].iter().any(|known| known.eq_ignore_ascii_case(extension)) {
                    read(path.to_owned());
                } else {
                    others.insert(path.to_owned());
                }
            }
            folders
        });
    });
    let pages = pages.into_inner().unwrap_or_else(PoisonError::into_inner);
    (!pages.is_empty()).then_some(Built { pages, others })
}

/// Whether the sources are in the output folder, so that they cannot be distinguished from what was built.
fn holds_sources(site: &SiteFacts) -> bool {
    match (site.root.canonicalize(), site.output.canonicalize()) {
        (Ok(root), Ok(output)) => root.starts_with(output),
        _ => false,
    }
}

/// The files that a URL may be served from, below the output folder; none if it is not below the base URL.
pub(crate) fn files_of(url: &str, base_url: &BaseUrl) -> Vec<String> {
    let Some(below) = url.strip_prefix(base_url.as_str()) else { return Vec::new() };
    let Some(below) = disk::decoded(below.split(['?', '#']).next().unwrap_or(below)) else {
        return Vec::new();
    };
    let ends: &[&str] = match below.is_empty() || below.ends_with('/') {
        true => &["index.html", "index.htm", "index.xhtml"],
        false => &["", ".html", "/index.html"],
    };
    let mut files: Vec<String> = ends.iter().map(|end| format!("{below}{end}")).collect();
    if !below.is_ascii() {
        // Some disks store letters and their marks apart, some together.
        let other = |form: String| ends.iter().map(move |end| format!("{form}{end}")).collect::<Vec<_>>();
        files.extend(other(below.nfc().collect()));
        files.extend(other(below.nfd().collect()));
    }
    files
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
        files_of(url, base_url).into_iter().find_map(|file| {
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
    let (mut source, mut head) = read_head(&mut file, START, now)?;
    if !head.is_over && file.stream_position().ok()? == START {
        file.rewind().ok()?;
        (source, head) = read_head(&mut file, HEAD, now)?;
    }
    let mut page = head.page;
    page.is_redirect |= source.text.len() < SHORT && is_moved_by_script(&source.text);
    page.canonical = head.canonical.map(|href| {
        let at = source.text.find(&href).unwrap_or(0);
        let place = source.place(at..at + href.len());
        (href, place)
    });
    Some(page)
}

/// What a page declares in its first bytes.
fn read_head(file: &mut File, most: u64, now: DateTime<Utc>) -> Option<(Source, Head)> {
    let mut bytes = Vec::with_capacity(START as usize + 1);
    file.take(most).read_to_end(&mut bytes).ok()?;
    if bytes.trim_ascii().is_empty() || bytes.starts_with(b"google-site-verification") {
        return None;
    }
    let source = source::decode("", bytes);
    let head = Head::of(&source.text, now);
    Some((source, head))
}

/// A page that is longer, in bytes, has text of its own, and is not a redirect by script.
const SHORT: usize = 4096;

/// Whether a script leads to another page.
fn is_moved_by_script(html: &str) -> bool {
    let calls =
        ["location.replace(", "location.assign(", "location.href=", "window.location=", "document.location="];
    let html = html.replace(' ', "");
    calls.iter().any(|call| {
        html.match_indices(call)
            .any(|(at, _)| html.get(at + call.len()..).is_some_and(|rest| rest.starts_with(['"', '\'', '`'])))
    })
}

/// What titles of error pages have in them, in lower case.
const ERRORS: [&str; 6] = ["not found", "404", "error", "offline", "nicht gefunden", "introuvable"];

/// What the head of a page declares, collected tag by tag.
#[derive(Default)]
struct Head {
    page: Page,
    now: Option<DateTime<Utc>>,
    in_title: bool,
    /// Still without a place.
    canonical: Option<String>,
    in_noscript: bool,
    is_over: bool,
}

/// The elements that a head may have; any other begins the body.
const OF_HEAD: [&str; 11] =
    ["html", "head", "title", "meta", "link", "base", "script", "style", "noscript", "template", "bgsound"];

/// The longest delay with which `<meta http-equiv=refresh>` counts as a redirect, in seconds.
const LONGEST_REDIRECT: u32 = 10;

impl Head {
    /// Reads what a page declares from its first bytes.
    fn of(html: &str, now: DateTime<Utc>) -> Self {
        let mut head = Self { now: Some(now), ..Self::default() };
        tokens::each_until(html, |token, _| {
            let raw = match token {
                Token::TagToken(tag) => head.follow(&tag),
                Token::CharacterTokens(text) => {
                    head.text(&text);
                    None
                }
                _ => None,
            };
            if head.is_over { ControlFlow::Break(()) } else { ControlFlow::Continue(raw) }
        });
        head
    }

    /// Follows a tag. Gives how the text after it is to be read, if it is not markup.
    fn follow(&mut self, tag: &Tag) -> Option<RawKind> {
        let is_start = tag.kind == TagKind::StartTag;
        let name: &str = &tag.name;
        self.is_over |= (is_start && !OF_HEAD.contains(&name)) || (!is_start && name == "head");
        if name == "noscript" {
            self.in_noscript = is_start;
        }
        self.in_title = is_start && name == "title" && !self.is_over;
        // What only browsers without scripts see is not what crawlers see.
        if is_start && !self.is_over && !self.in_noscript {
            match name {
                "meta" => self.page.meta(tag, self.now),
                "link" if self.canonical.is_none() => self.canonical = canonical(tag),
                _ => {}
            }
        }
        match name {
            "script" if is_start => Some(RawKind::ScriptData),
            "style" if is_start => Some(RawKind::Rawtext),
            "title" | "textarea" if is_start => Some(RawKind::Rcdata),
            _ => None,
        }
    }

    fn text(&mut self, text: &str) {
        if self.in_title {
            let text = text.to_lowercase();
            self.page.names_error |= ERRORS.iter().any(|error| text.contains(error));
        }
    }
}

fn attribute<'a>(tag: &'a Tag, name: &str) -> Option<&'a str> {
    tag.attrs.iter().find(|attribute| &*attribute.name.local == name).map(|attribute| &*attribute.value)
}

/// Where a `<link rel="canonical">` leads.
fn canonical(tag: &Tag) -> Option<String> {
    let mut relations = attribute(tag, "rel")?.split_ascii_whitespace();
    let href = attribute(tag, "href").filter(|href| !href.trim().is_empty())?;
    relations.any(|rel| rel.eq_ignore_ascii_case("canonical")).then(|| href.to_owned())
}

impl Page {
    fn meta(&mut self, tag: &Tag, now: Option<DateTime<Utc>>) {
        let is = |key: &str, wanted: &[&str]| {
            let value = attribute(tag, key).map(str::trim);
            value.is_some_and(|value| wanted.iter().any(|wanted| value.eq_ignore_ascii_case(wanted)))
        };
        let content = attribute(tag, "content").unwrap_or_default().to_ascii_lowercase();
        let mut words = content.split([',', ' ']);
        if is("name", &["robots", "googlebot"]) {
            let until = content
                .split_once("unavailable_after:")
                .map(|(_, date)| date.split(',').next().unwrap_or(date));
            let until = until.and_then(|date| date::resolve(&date::parse(date.trim())?, &TimeZone::UTC));
            let is_over = until.zip(now).is_some_and(|(until, now)| until <= now);
            self.no_index |= is_over || words.any(|word| matches!(word, "noindex" | "none"));
        }
        if is("http-equiv", &["refresh"]) {
            let (delay, url) = content.split_once([';', ',']).unwrap_or((&content, ""));
            let delay = delay.trim().split('.').next().and_then(|delay| delay.parse::<u32>().ok());
            self.is_redirect |= !url.trim().is_empty() && delay.is_none_or(|delay| delay <= LONGEST_REDIRECT);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(html: &str) -> (bool, bool, Option<String>) {
        let head = Head::of(html, DateTime::UNIX_EPOCH);
        (head.page.no_index, head.page.is_redirect, head.canonical)
    }

    #[test]
    fn what_a_head_says() {
        assert_eq!(head("<meta name=Robots content='follow, NOINDEX'>"), (true, false, None));
        assert_eq!(head("<body><meta name=robots content=noindex>"), (false, false, None));
        assert_eq!(
            head("<noscript><meta http-equiv=refresh content='0;url=/x'></noscript>"),
            (false, false, None)
        );
        assert_eq!(head("<meta http-equiv=refresh content='5; url=/x'>"), (false, true, None));
        assert_eq!(head("<meta http-equiv=refresh content='300;url=/x'>"), (false, false, None));
        let canonical =
            head("<title><link rel=canonical href=/no></title><link rel='x canonical' href=/a>").2;
        assert_eq!(canonical.as_deref(), Some("/a"));
    }

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

    #[test]
    fn the_files_of_a_url() {
        let base = BaseUrl::parse("https://e.com/b").unwrap();
        let files = |url: &str| files_of(url, &base).join(" ");
        assert_eq!(files("https://e.com/b/"), "index.html index.htm index.xhtml");
        assert_eq!(files("https://e.com/b/a%20b?x#y"), "a b a b.html a b/index.html");
        assert_eq!(files("https://e.com/b/%2E%2E/x"), "");
        assert_eq!(files("https://other.com/b/a"), "");
    }
}

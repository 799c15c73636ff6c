//! A folder of feeds and sitemaps, or a whole built site: what its files are, and whether what they name is there.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Tag, TagKind, Token};
use rayon::prelude::*;

use super::{CheckOptions, Checks, Document, Looked, Subject, look_at_all};
use crate::check::{Form, Known, placed};
use crate::diagnostic::{Diagnostic, Place, Rule};
use crate::disk;
use crate::disk::files_of;
use crate::generators::walk::{Entry, Walk, name_of};
use crate::markup::{head::is_type_of_feed, tokens};
use crate::source;
use crate::text::{BaseUrl, shown};

/// What feeds and sitemaps are called.
const DOCUMENTS: &[&str] = &["xml", "rss", "atom", "rdf", "json", "opml", "gz"];
const PAGES: &[&str] = &["html", "htm", "xhtml"];
/// How much of a page is read for its head, in bytes.
const HEAD: usize = 256 * 1024;

/// The files of a folder.
#[derive(Default)]
struct Files {
    documents: Vec<String>,
    pages: Vec<String>,
    all: BTreeSet<String>,
}

/// What a page says in its head.
#[derive(Default)]
struct Head {
    /// The feeds that it announces, as written, with their places.
    feeds: Vec<(String, Place)>,
    canonical: Option<String>,
    /// What its relative URLs are relative to, if it says so.
    base: Option<String>,
}

/// Looks at a folder.
pub(super) fn check(checks: &mut Checks, subject: &Subject, base: Option<&BaseUrl>, options: &CheckOptions) {
    let root = subject.path.as_path();
    let mut unread = Vec::new();
    let files = files(&mut unread, root);
    let unread =
        unread.into_iter().map(|finding| Diagnostic { path: named(subject, &finding.path), ..finding });
    checks.findings.extend(unread);
    let heads: Vec<(String, Head)> =
        files.pages.par_iter().filter_map(|path| Some((path.clone(), head(root, path)?))).collect();
    let robots = disk::read(&root.join("robots.txt"), disk::LARGEST).ok();
    let robots = robots.map(|bytes| source::decode("robots.txt", bytes));
    let guessed = base.is_none().then(|| guess(&heads, robots.as_ref(), &files)).flatten();
    let base = base.or(guessed.as_ref());
    let documents = files.documents.iter().map(|path| Document {
        path: root.join(path),
        name: named(subject, path),
        known: Known {
            now: options.now,
            own: base.map(|base| base.file(path.trim_end_matches(".gz"))),
            base: base.map(|base| base.as_str().to_owned()),
            wants_urls: base.is_some(),
        },
    });
    let looked = look_at_all(documents.collect());
    for looked in &looked {
        looked.add_to(checks, options, false);
    }
    if let Some(base) = base {
        let indexes = looked.iter().filter(|looked| looked.form() == Form::SitemapIndex);
        let indexes = indexes.map(|looked| looked.document.path.as_path()).collect();
        let site = Site { subject, files: &files, base, looked: &looked, indexes };
        site.announced(&mut checks.findings, &heads);
        site.robots(&mut checks.findings, robots.as_ref());
        for looked in &looked {
            site.listed(&mut checks.findings, looked);
        }
    }
}

/// What messages call a file of a folder.
fn named(subject: &Subject, path: &str) -> String {
    match subject.name.trim_end_matches('/') {
        "" | "." => path.to_owned(),
        folder => format!("{folder}/{path}"),
    }
}

fn files(found: &mut Vec<Diagnostic>, root: &Path) -> Files {
    let mut files = Files::default();
    // Well-known files are published; other hidden ones are not, nor is what packages are made of.
    let is_hidden = |name: &str| name.starts_with('.') && name != ".well-known";
    let wants = |entry: &Entry| entry.is_utf_8 && !is_hidden(entry.name()) && entry.name() != "node_modules";
    Walk::new(found, root, false).files("", &wants, &mut |path| {
        let extension =
            name_of(&path).rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
        let is_feed =
            || ["feed", "rss", "atom"].iter().any(|folder| path.ends_with(&format!("{folder}/index.html")));
        if is_feed() && begins_one(&root.join(&path)) {
            files.documents.push(path.clone());
        } else if PAGES.contains(&extension.as_str()) {
            files.pages.push(path.clone());
        } else if DOCUMENTS.contains(&extension.as_str()) || extension.is_empty() {
            files.documents.push(path.clone());
        }
        files.all.insert(path);
    });
    files.pages.sort_unstable();
    files.documents.sort_unstable();
    files.documents.retain(|path| match may_be_one(&root.join(path)) {
        Ok(may_be) => may_be,
        Err(error) => {
            let message = format!("cannot be read: {error}");
            found.push(Diagnostic::new(Rule::UnreadableFile, path.clone(), message));
            false
        }
    });
    files
}

/// Whether a file with the name of a page is a feed.
fn begins_one(path: &Path) -> bool {
    let mut start = [0; 1024];
    let read = disk::read_start(path, &mut start);
    read.is_ok_and(|(_, length)| start.get(..length).is_some_and(source::feed::begins_one))
}

/// Whether the beginning of a file looks like a feed or a sitemap.
fn may_be_one(path: &Path) -> io::Result<bool> {
    let mut start = [0; 4096];
    let (_, length) = disk::read_start(path, &mut start)?;
    let start = start.get(..length).unwrap_or_default();
    if start.starts_with(&[0x1F, 0x8B]) {
        let name = path.to_string_lossy();
        let ends = ["xml", "rss", "atom", "json"];
        return Ok(ends.iter().any(|end| name.ends_with(&format!(".{end}.gz"))));
    }
    let is_wide = start.starts_with(&[0xFF, 0xFE]) || start.starts_with(&[0xFE, 0xFF]);
    let has = |mark: &str| memchr::memmem::find(start, mark.as_bytes()).is_some();
    let marks = [
        "<rss", "<feed", "<rdf:RDF", "<RDF", "<urlset", "<sitemapindex", "<opml", "<outlineDocument",
        "jsonfeed.org/version",
    ];
    Ok(is_wide || marks.iter().any(|mark| has(mark)) || has(":feed "))
}

/// What a page says in its head.
fn head(root: &Path, path: &str) -> Option<Head> {
    let mut bytes = vec![0; HEAD];
    let (mut file, mut length) = disk::read_start(&root.join(path), &mut bytes).ok()?;
    while let Some(rest) = bytes.get_mut(length..).filter(|rest| !rest.is_empty()) {
        match std::io::Read::read(&mut file, rest).ok()? {
            0 => break,
            read => length += read,
        }
    }
    bytes.truncate(length);
    let end = memchr::memmem::find(&bytes, b"<body").unwrap_or(bytes.len());
    bytes.truncate(end);
    let page = source::decode(path, bytes);
    let mut head = Head::default();
    tokens::each(&page.text, |token, line| {
        let Token::TagToken(tag) = token else { return None };
        if tag.kind == TagKind::EndTag {
            return None;
        }
        match &*tag.name {
            "link" => link(&mut head, &tag, &page, line),
            "base" if head.base.is_none() => head.base = attribute(&tag, "href"),
            // What is in these is no markup.
            "script" => return Some(RawKind::ScriptData),
            "style" => return Some(RawKind::Rawtext),
            "title" => return Some(RawKind::Rcdata),
            _ => {}
        }
        None
    });
    Some(head)
}

/// The value of an attribute, without the blanks around it.
fn attribute(tag: &Tag, name: &str) -> Option<String> {
    tokens::attribute(tag, name).map(|value| value.trim().to_owned())
}

fn link(head: &mut Head, tag: &Tag, page: &source::Source, line: usize) {
    let of = |name: &str| attribute(tag, name).unwrap_or_default();
    let rel = of("rel").to_ascii_lowercase();
    let has = |wanted: &str| rel.split_ascii_whitespace().any(|word| word == wanted);
    let href = of("href");
    if has("canonical") {
        head.canonical.get_or_insert(href);
    } else if has("alternate") && is_type_of_feed(&of("type")) && !href.is_empty() {
        head.feeds.push((href, place(page, line, &of("href"))));
    }
}

/// The place of a word in a line, which is counted from 1.
fn place(source: &source::Source, line: usize, word: &str) -> Place {
    let start: usize = source.text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let rest = source.text.get(start..).unwrap_or_default();
    let start = start + rest.find(word).unwrap_or(0);
    source.place(start..start + word.len())
}

/// The address of a site that does not say it: where its home page says to be, else what is before the path of the sitemap
/// that its `robots.txt` names.
fn guess(heads: &[(String, Head)], robots: Option<&source::Source>, files: &Files) -> Option<BaseUrl> {
    let home = heads.iter().find(|(path, _)| path == "index.html");
    let canonical = home.and_then(|(_, head)| head.canonical.clone());
    let sitemap = robots.and_then(|robots| sitemaps(&robots.text).next()).and_then(|(_, url)| {
        let (scheme, rest) = url.split_once("://")?;
        let mut paths = rest.match_indices('/').map(|(at, _)| rest.split_at(at + 1));
        // On another host, or in another folder, only the host is known.
        let (base, _) = paths.clone().find(|(_, path)| files.all.contains(*path)).or_else(|| paths.next())?;
        Some(format!("{scheme}://{base}"))
    });
    let url = canonical.filter(|url| url.contains("://")).or(sitemap)?;
    BaseUrl::parse(&url).ok()
}

/// The sitemaps that a `robots.txt` names, with their lines, from 1.
fn sitemaps(text: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..).zip(text.lines()).filter_map(|(line, text)| {
        let text = text.split_once(" #").map_or(text, |(text, _)| text);
        let (key, value) = text.trim_start_matches('\u{FEFF}').split_once(':')?;
        key.trim().eq_ignore_ascii_case("sitemap").then(|| (line, value.trim()))
    })
}

/// A folder whose address is known.
struct Site<'a> {
    subject: &'a Subject,
    files: &'a Files,
    base: &'a BaseUrl,
    looked: &'a [Looked],
    /// The indexes of sitemaps.
    indexes: BTreeSet<&'a Path>,
}

impl Site<'_> {
    /// The file that a URL leads to; `None` if there is none, `Some("")` if it is of another site.
    fn file_of(&self, url: &str) -> Option<String> {
        // Programs leave out `.` and `..`, and write hosts in lower case.
        let url = url::Url::parse(url).map_or_else(|_| url.to_owned(), String::from);
        if !self.base.covers(&url) {
            return Some(String::new());
        }
        let files = files_of(&url, self.base.as_str());
        files.into_iter().find(|file| self.files.all.contains(file))
    }

    /// Whether what pages announce is there, and whether the feeds are announced.
    fn announced(&self, found: &mut Vec<Diagnostic>, heads: &[(String, Head)]) {
        let mut dead: BTreeMap<String, (usize, Diagnostic)> = BTreeMap::new();
        let mut announced = BTreeSet::new();
        for (path, head) in heads {
            let Ok(page) = url::Url::parse(&self.base.file(path)) else { continue };
            let page = head.base.as_deref().and_then(|base| page.join(base).ok()).unwrap_or(page);
            for (href, place) in &head.feeds {
                let Ok(url) = page.join(href) else { continue };
                match self.file_of(url.as_str()) {
                    Some(file) => drop(announced.insert(file)),
                    None => {
                        let message = format!("the page announces a feed that is not there, {}", shown(href));
                        let first = || {
                            let name = named(self.subject, path);
                            (0, Diagnostic::new(Rule::DeadLink, name, message).at(place.clone()))
                        };
                        dead.entry(url.into()).or_insert_with(first).0 += 1;
                    }
                }
            }
        }
        found.extend(dead.into_values().map(|(count, finding)| match count {
            1 => finding,
            2 => finding.help("another page does so too"),
            count => finding.help(format!("{} other pages do so too", count - 1)),
        }));
        let is_feed =
            |looked: &&Looked| matches!(looked.form(), Form::Rss | Form::Rdf | Form::Atom | Form::Json);
        for looked in self.looked.iter().filter(is_feed).filter(|_| !heads.is_empty()) {
            let path = looked.document.path.strip_prefix(&self.subject.path).ok().and_then(disk::slashed);
            if path.is_none_or(|path| !announced.contains(&path)) {
                let message = "no page announces the feed";
                let finding = Diagnostic::new(Rule::Unannounced, looked.document.name.clone(), message);
                found.push(finding.help("`feedmill list --html` prints the lines for the heads of pages"));
            }
        }
    }

    fn robots(&self, found: &mut Vec<Diagnostic>, robots: Option<&source::Source>) {
        let Some(robots) = robots else { return };
        let name = named(self.subject, "robots.txt");
        let wrong = |url: &str| match url {
            "" => Some((Rule::BadUrl, "the line names no sitemap".to_owned())),
            url if !url.contains("://") => {
                Some((Rule::BadUrl, format!("the URL of a sitemap is absolute, and {} is not", shown(url))))
            }
            url if self.file_of(url).is_none() => {
                Some((Rule::DeadLink, format!("the sitemap is not there: {}", shown(url))))
            }
            _ => None,
        };
        for (line, url) in sitemaps(&robots.text) {
            if let Some((rule, message)) = wrong(url) {
                found.push(Diagnostic::new(rule, name.clone(), message).at(place(robots, line, url)));
            }
        }
    }

    /// Whether what a document lists is there.
    fn listed(&self, found: &mut Vec<Diagnostic>, looked: &Looked) {
        let Ok(checked) = &looked.checked else { return };
        if self.files.pages.is_empty() && checked.form != Form::SitemapIndex {
            return;
        }
        let is_index = checked.form == Form::SitemapIndex;
        let mut missing = Vec::new();
        for (url, at) in &checked.urls {
            match self.file_of(url) {
                None => {
                    let message = format!("there is no file for {}", shown(url));
                    missing.push((Rule::DeadLink, *at, message));
                }
                Some(file) if is_index && self.indexes.contains(self.subject.path.join(&file).as_path()) => {
                    let message = format!("{} is an index too", shown(url));
                    missing.push((Rule::NestedIndex, *at, message));
                }
                Some(_) => {}
            }
        }
        found.extend(placed(missing, &looked.document.name, super::bytes(&looked.document.path)));
    }
}

//! What subscribers and crawlers would notice of a run: what is published now, or was, -> what would be.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Read;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use quick_xml::events::Event;

use crate::config::Config;
use crate::disk;
use crate::error::Error;
use crate::publish::{Mode, Outcome, Output, OutputKind, temporary_folder};
use crate::read::index::Progress;
use crate::select::unique;
use crate::settings::SitemapConfig;
use crate::source;
use crate::source::feed::{self, Entry};
use crate::text::{date, link};
use crate::{Report, run_into};

/// A part of an entry that is another now.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field {
    /// What it is, such as `title`.
    pub name: &'static str,
    /// What it was; empty if it was not there.
    pub old: String,
    /// What it would be; empty if it would not be there.
    pub new: String,
}

/// A change of one entry, or of one page.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// It would be new.
    Added {
        /// Its URL.
        url: String,
        /// Its title; empty for a page.
        title: String,
    },
    /// It would be there no more.
    Removed {
        /// Its URL.
        url: String,
        /// Its title; empty for a page.
        title: String,
    },
    /// It would say something else.
    Changed {
        /// Its URL.
        url: String,
        /// Its title; empty for a page.
        title: String,
        /// What it would say.
        fields: Vec<Field>,
    },
    /// It would have another id, so that readers show it again.
    OtherId {
        /// Its URL.
        url: String,
        /// Its title.
        title: String,
        /// The id that readers know.
        old: String,
        /// The id that it would have.
        new: String,
        /// What else it would say.
        fields: Vec<Field>,
    },
}

/// What changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DifferenceKind {
    /// Feeds that carry the same.
    Feed,
    /// The sitemap with all its parts.
    Sitemap,
    /// The files themselves: those that are new, and those that would be removed.
    Files,
}

/// What would change in a document, or in the sitemap with all its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// What it is about.
    pub kind: DifferenceKind,
    /// The documents, relative to the output folder.
    pub paths: Vec<String>,
    /// The changes.
    pub changes: Vec<Change>,
}

/// Compares what would be published with what is in the output folder, or in another folder, or in a feed or sitemap that
/// something else wrote. Gives what was found while reading the site, too.
///
/// # Errors
/// Those of [`build`](crate::build); [`Error::ConfigRead`] and [`Error::Config`] for what is to be compared with.
pub fn diff(
    config: &Config,
    against: Option<&Path>,
    progress: &Progress,
) -> Result<(Vec<Difference>, Report), Error> {
    let folder = temporary_folder();
    let folder = folder.map_err(|source| Error::Write {
        path: "the folder for temporary files".into(),
        step: "make a folder in",
        source,
    })?;
    let report = run_into(folder.path(), config, Mode::Publish, progress)?;
    let new = Published { folder: folder.path(), config };
    // Where a run would refuse to publish, nothing changes.
    if report.outputs.is_empty() {
        return Ok((Vec::new(), report));
    }
    let feeds: Vec<(&Output, String)> =
        report.outputs.iter().filter_map(|output| Some((output, new.path_of_feed(output)?))).collect();
    let differences = match against.filter(|against| !against.is_dir()) {
        Some(file) => against_file(file, &new, &feeds)?,
        None => {
            let old = Published { folder: against.unwrap_or(&config.site.output), config };
            let mut paths: Vec<String> = feeds.iter().map(|(_, path)| path.clone()).collect();
            if against.is_some_and(|folder| !paths.iter().any(|path| folder.join(path).is_file())) {
                return Err(no_feed(against));
            }
            let mut differences = Vec::new();
            if against.is_none() {
                let files = old.files(&crate::plan(config, progress)?);
                // Among what would be removed, there may be parts of sitemaps.
                paths.extend(removed(&files.changes).filter(|path| old.feed(path).is_ok()));
                differences.push(files);
            }
            let mut of_feeds = Vec::new();
            for path in paths {
                let changes = feeds_changed(&old.feed(&path)?, &new.feed(&path)?);
                of_feeds.push((path, changes));
            }
            differences.extend(merged(of_feeds.into_iter()));
            differences.push(sitemap_changed(&old.pages(), &new.pages(), config));
            differences
        }
    };
    Ok((differences.into_iter().filter(|difference| !difference.changes.is_empty()).collect(), report))
}

/// The error for a folder that has none of the feeds.
fn no_feed(folder: Option<&Path>) -> Error {
    Error::Value {
        name: "against",
        message: format!("`{}` has none of the feeds", folder.unwrap_or(Path::new(".")).display()),
        help: Some("its feeds may be called otherwise: name one of them".to_owned()),
    }
}

/// The paths of files that would be removed.
fn removed(changes: &[Change]) -> impl Iterator<Item = String> {
    changes.iter().filter_map(|change| match change {
        Change::Removed { title, .. } => Some(title.clone()),
        _ => None,
    })
}

/// Compares with one file, whatever it is called: a feed with ours of the same format, a sitemap with ours.
fn against_file(
    file: &Path,
    new: &Published<'_>,
    feeds: &[(&Output, String)],
) -> Result<Vec<Difference>, Error> {
    let unreadable = |source| Error::ConfigRead { path: file.to_owned(), source };
    if !file.is_file() {
        return Err(unreadable(std::io::ErrorKind::NotFound.into()));
    }
    let text = source::decode("", unpacked(file)).text;
    if text.contains("<urlset") || text.contains("<sitemapindex") {
        let mut pages = BTreeMap::new();
        let folder = file.parent().unwrap_or(Path::new("."));
        Published { folder, config: new.config }.read_sitemap(file.to_owned(), &mut pages);
        return Ok(vec![sitemap_changed(&pages, &new.pages(), new.config)]);
    }
    let old = Feed::parse(&text).map_err(|reason| Error::Config {
        path: file.to_owned(),
        place: None,
        message: format!("it is neither a feed nor a sitemap: {reason}"),
        help: None,
    })?;
    let name = match text.trim_start().starts_with('{') {
        true => "JSON Feed",
        false if text.contains("<feed") => "Atom",
        false => "RSS",
    };
    let is_same = |output: &Output| match &output.kind {
        OutputKind::Feed { format, advertised, .. } => *advertised && format.name() == name,
        _ => false,
    };
    // The feed itself, if it is one of ours; else one of the same format.
    let real = |path: PathBuf| path.canonicalize().ok();
    let itself = feeds.iter().find(|(_, path)| {
        let own = real(new.config.site.output.join(path));
        own.is_some() && own == real(file.to_owned())
    });
    let ours = itself.or_else(|| feeds.iter().find(|(output, _)| is_same(output))).or(feeds.first());
    let Some((_, path)) = ours else { return Ok(Vec::new()) };
    let changes = feeds_changed(&old, &new.feed(path)?);
    Ok(merged(std::iter::once((path.clone(), changes))))
}

/// A feed, as far as it is compared.
#[derive(Debug, Default)]
struct Feed {
    about: feed::About,
    entries: Vec<Entry>,
}

impl Feed {
    fn parse(text: &str) -> Result<Self, String> {
        Ok(Self { about: feed::about(text), entries: feed::entries(text)? })
    }
}

/// The documents in a folder.
struct Published<'a> {
    folder: &'a Path,
    config: &'a Config,
}

impl Published<'_> {
    /// The path of a feed, relative to the folder.
    fn path_of_feed(&self, output: &Output) -> Option<String> {
        let is_feed = matches!(output.kind, OutputKind::Feed { .. });
        self.path_of(&output.path).filter(|_| is_feed)
    }

    fn path_of(&self, path: &Path) -> Option<String> {
        let path = path.strip_prefix(self.folder).ok()?.to_str()?;
        Some(path.replace(std::path::MAIN_SEPARATOR, "/"))
    }

    /// The files that would be new, and those that would be removed.
    fn files(&self, planned: &Report) -> Difference {
        let mut changes = Vec::new();
        for output in &planned.outputs {
            let Some(path) = self.path_of(&output.path) else { continue };
            let url = output.url.clone();
            match output.outcome {
                Outcome::Removed => changes.push(Change::Removed { url, title: path }),
                Outcome::Written if !output.path.exists() => changes.push(Change::Added { url, title: path }),
                _ => {}
            }
        }
        Difference { kind: DifferenceKind::Files, paths: Vec::new(), changes }
    }

    /// A feed; an empty one if it is not there.
    ///
    /// # Errors
    /// [`Error::Config`] if it is none.
    fn feed(&self, path: &str) -> Result<Feed, Error> {
        let path = self.folder.join(path);
        let Ok(bytes) = disk::read(&path, u64::MAX) else { return Ok(Feed::default()) };
        Feed::parse(&source::decode("", bytes).text).map_err(|reason| Error::Config {
            path,
            place: None,
            message: format!("it cannot be compared, because it is no feed: {reason}"),
            help: None,
        })
    }

    /// The pages of the sitemap, in all its parts, and their dates.
    fn pages(&self) -> BTreeMap<String, String> {
        let usual = SitemapConfig::default().path;
        let path = self.config.sitemap.as_ref().map_or(usual, |sitemap| sitemap.path.clone());
        let mut pages = BTreeMap::new();
        let gzip = format!("{path}.gz");
        let first = [path, gzip].into_iter().map(|path| self.folder.join(path)).find(|path| path.is_file());
        if let Some(first) = first {
            self.read_sitemap(first, &mut pages);
        }
        pages
    }

    /// Reads a sitemap, or the parts that an index names, which are below the folder.
    fn read_sitemap(&self, path: PathBuf, pages: &mut BTreeMap<String, String>) {
        let text = unpacked(&path);
        if !text.windows(13).any(|part| part == b"<sitemapindex") {
            return pages.extend(pages_of(&text));
        }
        let base_url = self.config.site.base_url.as_str();
        for url in pages_of(&text).into_keys() {
            let last = url.rsplit('/').next().unwrap_or_default();
            let below = [url.strip_prefix(base_url).unwrap_or(last), last];
            if let Some(part) = below.iter().find_map(|path| disk::below(self.folder, path)) {
                pages.extend(pages_of(&unpacked(&part)));
            }
        }
    }
}

/// The bytes of a file, without its packing.
fn unpacked(path: &Path) -> Vec<u8> {
    let bytes = disk::read(path, u64::MAX).unwrap_or_default();
    if !bytes.starts_with(b"\x1f\x8b") {
        return bytes;
    }
    let mut unpacked = Vec::new();
    let largest = crate::render::sitemap::LIMITS.bytes as u64;
    let read = flate2::read::GzDecoder::new(bytes.as_slice()).take(largest).read_to_end(&mut unpacked);
    read.map_or_else(|_| Vec::new(), |_| unpacked)
}

/// The URLs of a sitemap or an index, each with its date, as far as it can be read.
fn pages_of(text: &[u8]) -> BTreeMap<String, String> {
    let mut reader = quick_xml::Reader::from_reader(text);
    let (mut pages, mut depth) = (BTreeMap::new(), 0_usize);
    let (mut name, mut url, mut date) = (Vec::new(), String::new(), String::new());
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                depth += 1;
                name = start.local_name().as_ref().to_vec();
            }
            Ok(Event::Text(text)) if depth == 3 => {
                let text = text.decode().map(|text| text.into_owned()).unwrap_or_default();
                match name.as_slice() {
                    b"loc" => url.push_str(&text),
                    b"lastmod" => date.push_str(&text),
                    _ => {}
                }
            }
            Ok(Event::GeneralRef(reference)) if depth == 3 && name == b"loc" => {
                let named =
                    || quick_xml::escape::resolve_predefined_entity(std::str::from_utf8(&reference).ok()?);
                match reference.resolve_char_ref().ok().flatten() {
                    Some(c) => url.push(c),
                    None => url.push_str(named().unwrap_or_default()),
                }
            }
            Ok(Event::End(_)) => {
                if depth == 2 {
                    let (url, date) = (std::mem::take(&mut url), std::mem::take(&mut date));
                    pages.insert(url.trim().to_owned(), date.trim().to_owned());
                }
                name.clear();
                depth = depth.saturating_sub(1);
            }
            Ok(Event::Eof) | Err(_) => return pages,
            Ok(_) => {}
        }
    }
}

/// Documents that have the same changes, together.
fn merged(all: impl Iterator<Item = (String, Vec<Change>)>) -> Vec<Difference> {
    let mut merged: Vec<Difference> = Vec::new();
    for (path, changes) in all {
        match merged.iter_mut().find(|known| known.changes == changes) {
            Some(known) => known.paths.push(path),
            None => merged.push(Difference { kind: DifferenceKind::Feed, paths: vec![path], changes }),
        }
    }
    merged
}

/// What would change between two feeds: first of themselves.
fn feeds_changed(old: &Feed, new: &Feed) -> Vec<Change> {
    let mut changes = Vec::new();
    if !old.about.is_empty() && !new.about.is_empty() {
        let pairs = old.about.iter().zip(&new.about).filter(|(old, new)| old != new);
        let fields: Vec<Field> =
            pairs.map(|((name, old), (_, new))| Field { name, old: old.clone(), new: new.clone() }).collect();
        let itself = || Change::Changed { url: String::new(), title: "the feed itself".to_owned(), fields };
        changes.extend((!old.about.iter().zip(&new.about).all(|(old, new)| old == new)).then(itself));
    }
    changes.extend(entries_changed(&old.entries, &new.entries));
    changes
}

/// What would change between two lists of entries. Entries are the same by their ids, else by their URLs, else by their
/// titles.
fn entries_changed(old: &[Entry], new: &[Entry]) -> Vec<Change> {
    let known: HashMap<&str, &Entry> = old.iter().map(|entry| (id(entry), entry)).collect();
    let ids: HashSet<&str> = new.iter().map(id).collect();
    let mut left: Vec<&Entry> = old.iter().filter(|entry| !ids.contains(id(entry))).collect();
    let fresh: Vec<&Entry> = new.iter().filter(|entry| !known.contains_key(id(entry))).collect();
    let by_url = paired(&mut left, &fresh, |entry| Some(link::place(&entry.url).to_owned()));
    let by_title = paired(&mut left, &fresh, |entry| entry.title.clone().filter(|title| !title.is_empty()));
    let mut changes = Vec::new();
    for entry in new {
        let (url, title) = (entry.url.clone(), title(entry));
        let before = by_url.get(id(entry)).or_else(|| by_title.get(id(entry)));
        if let Some(known) = known.get(id(entry)) {
            let fields = fields_changed(known, entry);
            changes.extend((!fields.is_empty()).then_some(Change::Changed { url, title, fields }));
        } else if let Some(before) = before {
            let (old, new) = (id(before).to_owned(), id(entry).to_owned());
            changes.push(Change::OtherId { url, title, old, new, fields: fields_changed(before, entry) });
        } else {
            changes.push(Change::Added { url, title });
        }
    }
    changes.extend(left.iter().map(|entry| Change::Removed { url: entry.url.clone(), title: title(entry) }));
    changes
}

/// What a reader knows an entry by.
fn id(entry: &Entry) -> &str {
    entry.id.as_deref().unwrap_or(&entry.url)
}

fn title(entry: &Entry) -> String {
    entry.title.clone().unwrap_or_default()
}

/// Takes from `left` what shares a key with one of the new entries and with nothing else. Gives it by the new ids.
fn paired<'a>(
    left: &mut Vec<&'a Entry>,
    new: &[&'a Entry],
    key: impl Fn(&Entry) -> Option<String>,
) -> HashMap<&'a str, &'a Entry> {
    let places = unique(left.iter().enumerate().filter_map(|(index, entry)| Some((key(entry)?, index))));
    let fresh = unique(new.iter().enumerate().filter_map(|(index, entry)| Some((key(entry)?, index))));
    let pairs = fresh.into_iter().filter_map(|(key, index)| {
        let before = left.get((*places.get(&key)?)?)?;
        Some((id(new.get(index?)?), *before))
    });
    let pairs: HashMap<&str, &Entry> = pairs.collect();
    let taken: HashSet<&str> = pairs.values().map(|entry| id(entry)).collect();
    left.retain(|entry| !taken.contains(id(entry)));
    pairs
}

/// Whether two texts are dates of one instant, however each format writes it.
fn is_same_instant(old: &str, new: &str) -> bool {
    let instant = |text: &str| date::resolve(&date::parse(text)?, &TimeZone::UTC);
    let is_date = |text: &str| text.len() < 40 && text.contains(|c: char| c.is_ascii_digit());
    is_date(old) && is_date(new) && instant(old).is_some() && instant(old) == instant(new)
}

fn fields_changed(old: &Entry, new: &Entry) -> Vec<Field> {
    let parts = |entry: &Entry| {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        [
            ("url", entry.url.clone()),
            ("title", text(&entry.title)),
            ("published", text(&entry.published)),
            ("updated", text(&entry.updated)),
            ("summary", text(&entry.summary)),
            ("content", text(&entry.content)),
            ("authors", entry.authors.join(", ")),
            ("categories", entry.categories.join(", ")),
            ("enclosure", text(&entry.enclosure)),
            ("image", text(&entry.image)),
            ("language", text(&entry.language)),
            ("extra", text(&entry.extra)),
        ]
    };
    let pairs = parts(old).into_iter().zip(parts(new));
    let pairs = pairs.filter(|((_, old), (_, new))| old != new && !is_same_instant(old, new));
    pairs.map(|((name, old), (_, new))| Field { name, old, new }).collect()
}

/// What would change in the sitemap.
fn sitemap_changed(
    old: &BTreeMap<String, String>,
    new: &BTreeMap<String, String>,
    config: &Config,
) -> Difference {
    let path = config.sitemap.as_ref().map(|sitemap| match sitemap.gzip {
        true => format!("{}.gz", sitemap.path),
        false => sitemap.path.clone(),
    });
    let title = String::new;
    let mut changes = Vec::new();
    for (url, date) in new {
        let url = url.clone();
        match old.get(&url) {
            None => changes.push(Change::Added { url, title: title() }),
            Some(known) if known != date && !is_same_instant(known, date) => {
                let field = Field { name: "lastmod", old: known.clone(), new: date.clone() };
                changes.push(Change::Changed { url, title: title(), fields: vec![field] });
            }
            Some(_) => {}
        }
    }
    let gone = old.keys().filter(|url| !new.contains_key(*url));
    changes.extend(gone.map(|url| Change::Removed { url: url.clone(), title: title() }));
    let paths = vec![path.unwrap_or_else(|| "the sitemap".to_owned())];
    Difference { kind: DifferenceKind::Sitemap, paths, changes }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: &str, url: &str, title: &str) -> Entry {
        let (id, title) = (Some(id.to_owned()), Some(title.to_owned()));
        Entry { id, url: format!("https://e.com/{url}"), title, ..Entry::default() }
    }

    #[test]
    fn what_comes_again_is_not_new() {
        let old = [
            entry("1", "a", "A"),
            entry("2", "b", "B"),
            entry("3", "c", "C"),
            entry("4", "d", "D"),
            entry("5", "e", "E"),
        ];
        let new = [
            entry("1", "a/", "A"),
            entry("x", "b/", "Other"),
            entry("y", "z", "C"),
            entry("5", "e", "E"),
            entry("n", "n", "N"),
        ];
        let said: Vec<String> = entries_changed(&old, &new)
            .into_iter()
            .map(|change| match change {
                Change::Added { title, .. } => format!("+{title}"),
                Change::Removed { title, .. } => format!("-{title}"),
                Change::Changed { title, fields, .. } => format!("{title}:{}", fields[0].name),
                Change::OtherId { old, new, .. } => format!("{old}>{new}"),
            })
            .collect();
        assert_eq!(said, ["A:url", "2>x", "3>y", "+N", "-D"]);
    }

    #[test]
    fn pages_of_a_sitemap() {
        let text = "<urlset><url><loc> https://e.com/?a=1&amp;b=2&#x26;c=3 </loc><lastmod>2025-01-01</lastmod>\
                    <image:image><image:loc>https://e.com/i.png</image:loc></image:image></url><url><loc>https://e.com/</loc></url>";
        let pages: Vec<(String, String)> = pages_of(text.as_bytes()).into_iter().collect();
        let expected = [("https://e.com/", ""), ("https://e.com/?a=1&b=2&c=3", "2025-01-01")];
        assert_eq!(pages, expected.map(|(url, date)| (url.to_owned(), date.to_owned())));
    }
}

//! What an earlier run wrote and this one does not: feeds of terms that no post has any more, archives, parts of
//! sitemaps.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use crate::disk;
use crate::render;
use crate::source::feed::is_ours;
use crate::text::BaseUrl;

/// How much of a file is looked at, in bytes.
const LOOKED_AT: u64 = 8 * 1024;

/// The files below a folder that this program wrote, and that fit a pattern of paths, each relative to the folder. In a
/// pattern, one `*` in a name stands for any part of it.
pub(super) fn ours(folder: &Path, pattern: &str, base_url: &BaseUrl) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut names = pattern.split('/').peekable();
    while let Some(name) = names.next() {
        let is_last = names.peek().is_none();
        found = found.iter().flat_map(|parent| children(folder, parent, name, is_last)).collect();
    }
    found.retain(|path| is_ours_alone(folder, path, base_url));
    found
}

/// What in a folder fits one part of a pattern: folders, or files if it is the last.
fn children(folder: &Path, parent: &str, name: &str, is_last: bool) -> Vec<String> {
    let below = |name: &str| if parent.is_empty() { name.to_owned() } else { format!("{parent}/{name}") };
    let Some((start, end)) = name.split_once('*') else { return vec![below(name)] };
    let entries = fs::read_dir(folder.join(parent)).into_iter().flatten().flatten();
    let fitting = entries.filter_map(|entry| {
        let own = entry.file_name().into_string().ok()?;
        let fits = own.len() > start.len() + end.len() && own.starts_with(start) && own.ends_with(end);
        let kind = entry.file_type().ok().filter(|_| fits)?;
        (kind.is_file() == is_last && kind.is_dir() != is_last).then(|| below(&own))
    });
    let mut fitting: Vec<String> = fitting.collect();
    fitting.sort();
    fitting
}

/// Whether a file is one that this program wrote for this site, and that nobody has copied or changed since.
fn is_ours_alone(folder: &Path, name: &str, base_url: &BaseUrl) -> bool {
    let path = folder.join(name);
    // A symbolic link was made by somebody else, whatever it points to.
    let is_file = fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_file());
    let Some(start) = is_file.then(|| start_of(&path)).flatten().filter(|start| is_ours(start)) else {
        return false;
    };
    let text = String::from_utf8_lossy(&start).replace("&amp;", "&");
    let names = |url: &str| text.contains(&format!("\"{url}\"")) || text.contains(&format!(">{url}<"));
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("css") => disk::read_text(&path).is_ok_and(|text| text == render::STYLESHEET),
        // A sitemap says neither where it is nor whose.
        _ if text.contains("<urlset") || text.contains("<sitemapindex") => true,
        _ => names(&base_url.file(name)) && names(base_url.as_str()),
    }
}

/// Whether an output may take a path. It may if there is no file. In a folder that has only outputs, it may
/// replace any file without front matter; elsewhere only a file that looks like a feed, a sitemap or another
/// output. A post or a configuration is never replaced.
pub(super) fn may_be_replaced(path: &Path, is_among_outputs: bool) -> bool {
    // Writing over anything but a file fails, and that error is reported.
    if !path.is_file() {
        return true;
    }
    let Some(start) = start_of(path) else { return is_among_outputs };
    let text = String::from_utf8_lossy(&start);
    let text = text.trim_start_matches('\u{FEFF}').trim_start();
    let begins = |marks: &[&str]| marks.iter().any(|mark| text.starts_with(mark));
    if is_among_outputs {
        return !begins(&["---", "+++"]);
    }
    // Sources have other extensions, and many begin with a comment.
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    if !DOCUMENTS.contains(&extension.to_ascii_lowercase().as_str()) {
        return begins(&["<?xml"]) || is_ours(&start);
    }
    let is_json_feed =
        || text.starts_with('{') && ["jsonfeed", "\"items\""].iter().any(|mark| text.contains(mark));
    // The key of IndexNow is in a file that is named after it.
    let is_key = || path.file_stem().is_some_and(|stem| *stem == *text.trim_end());
    text.is_empty()
        || is_key()
        || begins(XML)
        || begins(&["http://", "https://"])
        || is_json_feed()
        || is_ours(&start)
}

/// What feeds, sitemaps and what goes with them are called.
const DOCUMENTS: &[&str] = &["xml", "rss", "atom", "rdf", "json", "txt", "css", "opml", "gz", ""];

/// What feeds, sitemaps and lists of feeds begin with.
const XML: &[&str] = &["<?xml", "<!--", "<rss", "<feed", "<rdf", "<RDF", "<urlset", "<sitemapindex", "<opml"];

/// The start of a file, unpacked.
fn start_of(path: &Path) -> Option<Vec<u8>> {
    let file = disk::open(path).ok()?;
    let mut start = Vec::new();
    let read = if path.extension().is_some_and(|extension| extension == "gz") {
        flate2::read::GzDecoder::new(file).take(LOOKED_AT).read_to_end(&mut start)
    } else {
        file.take(LOOKED_AT).read_to_end(&mut start)
    };
    read.ok().map(|_| start)
}

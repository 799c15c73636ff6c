//! What is in a folder: feeds, and the sitemap with all its parts.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::{Path, PathBuf};

use quick_xml::events::{BytesStart, Event};

use super::{Change, Difference, DifferenceKind};
use crate::Report;
use crate::config::Config;
use crate::disk;
use crate::error::Error;
use crate::model::LIMITS;
use crate::publish::{Outcome, Output, OutputKind};
use crate::settings::SitemapConfig;
use crate::source;
use crate::source::feed::{self, Entry};

/// A feed, as far as it is compared.
#[derive(Debug, Default)]
pub(super) struct Feed {
    pub(super) about: feed::About,
    pub(super) entries: Vec<Entry>,
}

impl Feed {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        feed::Document::parse(text).map(|feed| Self { about: feed.about(), entries: feed.entries() })
    }
}

/// The documents in a folder.
pub(super) struct Published<'a> {
    pub(super) folder: &'a Path,
    pub(super) config: &'a Config,
}

impl Published<'_> {
    /// The path of a feed, relative to the folder.
    pub(super) fn path_of_feed(&self, output: &Output) -> Option<String> {
        let is_feed = matches!(output.kind, OutputKind::Feed { .. });
        self.path_of(&output.path).filter(|_| is_feed)
    }

    fn path_of(&self, path: &Path) -> Option<String> {
        disk::slashed(path.strip_prefix(self.folder).ok()?)
    }

    /// The files that would be new, and those that would be removed.
    pub(super) fn files(&self, planned: &Report) -> Difference {
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
    pub(super) fn feed(&self, path: &str) -> Result<Feed, Error> {
        let path = self.folder.join(path);
        let Ok(bytes) = disk::read(&path, u64::MAX) else { return Ok(Feed::default()) };
        Feed::parse(&source::decode("", bytes).text).map_err(|reason| Error::Config {
            path,
            place: None,
            message: format!("it cannot be compared, because it is not a feed: {reason}"),
            help: None,
        })
    }

    /// The pages of the sitemap, in all its parts, and their dates.
    pub(super) fn pages(&self) -> BTreeMap<String, Listed> {
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
    pub(super) fn read_sitemap(&self, path: PathBuf, pages: &mut BTreeMap<String, Listed>) {
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
pub(super) fn unpacked(path: &Path) -> Vec<u8> {
    let bytes = disk::read(path, u64::MAX).unwrap_or_default();
    if !bytes.starts_with(b"\x1f\x8b") {
        return bytes;
    }
    let mut unpacked = Vec::new();
    let largest = LIMITS.bytes as u64;
    let read = flate2::read::GzDecoder::new(bytes.as_slice()).take(largest).read_to_end(&mut unpacked);
    read.map_or_else(|_| Vec::new(), |_| unpacked)
}

/// What a sitemap says of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Listed {
    /// When it was changed, as written.
    pub(super) date: String,
    /// Its translations: each a language and a URL.
    pub(super) translations: BTreeSet<String>,
}

impl Listed {
    /// Adds the translation that a `<xhtml:link>` names.
    fn link(&mut self, link: &BytesStart<'_>) {
        let value = |name: &str| {
            let attribute = link.try_get_attribute(name).ok()??;
            let value = String::from_utf8_lossy(&attribute.value);
            Some(quick_xml::escape::unescape(&value).ok()?.trim().to_owned())
        };
        // Which of them is the default one follows from the others.
        let translation = value("hreflang").filter(|language| language != "x-default").zip(value("href"));
        self.translations.extend(translation.map(|(language, url)| format!("{language} {url}")));
    }
}

/// The URLs of a sitemap or an index, each with what is said of it, as far as that can be read.
fn pages_of(text: &[u8]) -> BTreeMap<String, Listed> {
    let mut reader = quick_xml::Reader::from_reader(text);
    let (mut pages, mut depth) = (BTreeMap::new(), 0_usize);
    let (mut name, mut url, mut listed) = (Vec::new(), String::new(), Listed::default());
    loop {
        match reader.read_event() {
            Ok(Event::Empty(link)) if depth == 2 && link.local_name().as_ref() == b"link" => {
                listed.link(&link);
            }
            Ok(Event::Start(start)) => {
                depth += 1;
                name = start.local_name().as_ref().to_vec();
                if depth == 3 && name == b"link" {
                    listed.link(&start);
                }
            }
            Ok(event @ (Event::Text(_) | Event::CData(_))) if depth == 3 => {
                let text = String::from_utf8_lossy(&event);
                match name.as_slice() {
                    b"loc" => url.push_str(&text),
                    b"lastmod" => listed.date.push_str(text.trim()),
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
                    let url = std::mem::take(&mut url);
                    pages.insert(url.trim().to_owned(), std::mem::take(&mut listed));
                }
                name.clear();
                depth = depth.saturating_sub(1);
            }
            Ok(Event::Eof) | Err(_) => return pages,
            Ok(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_a_sitemap() {
        let text = "<urlset><url><loc> https://e.com/?a=1&amp;b=2&#x26;c=3 </loc><lastmod>2025-01-01</lastmod>\
                    <image:image><image:loc>https://e.com/i.png</image:loc></image:image></url><url><loc><![CDATA[https://e.com/]]></loc></url>";
        let pages = pages_of(text.as_bytes()).into_iter().map(|(url, listed)| (url, listed.date));
        let pages: Vec<(String, String)> = pages.collect();
        let expected = [("https://e.com/", ""), ("https://e.com/?a=1&b=2&c=3", "2025-01-01")];
        assert_eq!(pages, expected.map(|(url, date)| (url.to_owned(), date.to_owned())));
    }
}

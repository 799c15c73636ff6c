//! What is kept of every post until all have been read: enough to order it, to select it and to list it. A million of
//! these fit into memory; the few posts that a feed carries are read again, whole.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::num::NonZeroU64;
use std::slice::SliceIndex;
use std::sync::Arc;

use chrono::{DateTime, Datelike, FixedOffset};

use super::file::{File, FileKind};
use super::post::{Post, SitemapFacts};
use super::term::{AUTHOR, COLLECTION, LANGUAGE, Term, YEAR};
use crate::text::{Digest, digest};

/// What is kept of one post until all have been read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PostMeta {
    /// The permalink, the path, the id if it is not the permalink, and the fingerprint of its text if that is kept: one
    /// after the other, in one place, because there may be a million.
    text: Box<str>,
    /// Where in `text` the permalink ends, and the path.
    ends: (u32, u32),
    /// By how many bytes the id is shorter than the permalink, if it is a prefix of that (0 if they are equal);
    /// else [`IN_TEXT`].
    id_is_shorter_by: u8,
    /// Whether its author wrote the id.
    is_id_written: bool,
    /// Whether the fingerprint is in `text`.
    has_digest: bool,
    /// Whether the date is that of a feed that the site had before.
    has_adopted_date: bool,
    /// Whether sitemaps list it under another URL than the permalink.
    is_listed_elsewhere: bool,
    /// What its file is for.
    kind: FileKind,
    /// For a record, the byte offset of its line plus one, so that the `Option` takes no extra space.
    record: Option<NonZeroU64>,
    /// When it was published.
    pub published: Option<DateTime<FixedOffset>>,
    /// When it was last changed, as its author says.
    pub updated: Option<DateTime<FixedOffset>>,
    /// Whether feeds may carry it.
    pub in_feeds: bool,
    /// Whether sitemaps may list it.
    pub in_sitemap: bool,
    collection: Option<Arc<str>>,
    details: Option<Box<Details>>,
}

/// The id is not a prefix of the permalink, and is stored in the text.
const IN_TEXT: u8 = u8::MAX;

/// Where a post was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A file of the site.
    File(FileKind),
    /// A line of the file of records: where it begins, in bytes.
    Record(u64),
}

/// What few posts have, or few sites ask for.
#[derive(Debug, Clone, PartialEq, Default)]
struct Details {
    terms: Vec<Term>,
    sitemap: SitemapFacts,
    /// The permalink that the source gives, if the page is served at another URL.
    written_url: Option<String>,
}

/// What some feed or sitemap of a site needs: nothing else is kept.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    /// Taxonomies by which feeds select.
    pub taxonomies: BTreeSet<String>,
    /// Which posts are translations of which.
    pub translations: bool,
    /// All images.
    pub images: bool,
}

impl PostMeta {
    /// What is kept of a post, and the fingerprint of its text if that is wanted.
    pub(crate) fn of(post: Post, origin: Origin, wanted: &Wanted, digest: Option<Digest>) -> Self {
        let written = digest.map_or_else(String::new, |digest| digest.to_string());
        let (text, ends, id_is_shorter_by) = joined(&post.url, &post.path, &post.id, &written);
        let (kind, record) = match origin {
            Origin::File(kind) => (kind, None),
            Origin::Record(offset) => (FileKind::Post, NonZeroU64::new(offset + 1)),
        };
        Self {
            text,
            ends,
            id_is_shorter_by,
            is_id_written: post.is_id_written,
            has_digest: digest.is_some(),
            has_adopted_date: false,
            is_listed_elsewhere: post.sitemap.url.is_some() || post.url.contains('#'),
            kind,
            record,
            published: post.published,
            updated: post.updated,
            in_feeds: post.in_feeds,
            in_sitemap: post.in_sitemap,
            collection: post.collection.clone(),
            details: Details::of(post, wanted),
        }
    }

    /// The permalink: absolute, ASCII, canonical.
    pub(crate) fn url(&self) -> &str {
        self.text(..self.ends.0 as usize)
    }

    /// The permalink that its source gives, where the page is served at another.
    pub(crate) fn written_url(&self) -> &str {
        self.details.as_ref().and_then(|details| details.written_url.as_deref()).unwrap_or(self.url())
    }

    /// Takes the URL at which the page is served for the permalink.
    pub(crate) fn serve_at(&mut self, url: &str) {
        let written = self.url().to_owned();
        // An id that is the permalink goes with it.
        let id = self.own_id().unwrap_or(url).to_owned();
        (self.text, self.ends, self.id_is_shorter_by) = joined(url, self.path(), &id, self.written_digest());
        self.is_listed_elsewhere |= url.contains('#');
        self.details.get_or_insert_default().written_url = Some(written);
    }

    /// The fingerprint of its text, if that is kept.
    pub(crate) fn digest(&self) -> Option<Digest> {
        self.written_digest().parse().ok()
    }

    /// The same in hexadecimal; empty if it is not kept.
    fn written_digest(&self) -> &str {
        self.text(self.text.len() - if self.has_digest { digest::WIDTH } else { 0 }..)
    }

    /// Gives it the id by which readers know it.
    pub(crate) fn set_id(&mut self, id: &str) {
        (self.text, self.ends, self.id_is_shorter_by) =
            joined(self.url(), self.path(), id, self.written_digest());
    }

    /// Whether its author wrote its id.
    pub(crate) fn is_id_written(&self) -> bool {
        self.is_id_written
    }

    /// Takes the date that a feed of the site gave it before.
    pub(crate) fn adopt_date(&mut self, published: DateTime<FixedOffset>) {
        self.published = Some(published);
        self.has_adopted_date = true;
    }

    /// Whether its date is that of a feed that the site had before.
    pub(crate) fn has_adopted_date(&self) -> bool {
        self.has_adopted_date
    }

    /// The file, relative to the root.
    pub(crate) fn path(&self) -> &str {
        self.text(self.ends.0 as usize..self.ends.1 as usize)
    }

    fn text(&self, range: impl SliceIndex<str, Output = str>) -> &str {
        #[expect(clippy::string_slice, reason = "the ends are those of the texts that were put there")]
        &self.text[range]
    }

    /// The file that it was read from; `None` if it is a record.
    pub(crate) fn file(&self) -> Option<File> {
        let (kind, collection) = (self.kind, self.collection.clone());
        self.record.is_none().then(|| File { path: self.path().to_owned(), kind, collection })
    }

    /// Whether it is a file that is published as it is, such as an image: it is no post.
    pub(crate) fn is_asset(&self) -> bool {
        self.kind == FileKind::Asset
    }

    /// The byte offset of a record's line; `None` for a file, so files are sorted first.
    pub(crate) fn offset(&self) -> Option<u64> {
        self.record.map(|record| record.get() - 1)
    }

    /// The id that every format carries.
    pub(crate) fn id(&self) -> &str {
        self.own_id().unwrap_or(self.url())
    }

    /// Whether the id is not the permalink.
    pub(crate) fn has_own_id(&self) -> bool {
        self.id_is_shorter_by != 0
    }

    /// The id, if it is not the permalink.
    pub(crate) fn own_id(&self) -> Option<&str> {
        match self.id_is_shorter_by {
            0 => None,
            IN_TEXT => Some(self.text(self.ends.1 as usize..self.text.len() - self.written_digest().len())),
            bytes => Some(self.text(..self.ends.0 as usize - usize::from(bytes))),
        }
    }

    /// Makes the permalink the id.
    pub(crate) fn forget_id(&mut self) {
        self.id_is_shorter_by = 0;
    }

    /// The URL under which sitemaps list it: that of a page, without a fragment.
    pub(crate) fn listed_url(&self) -> &str {
        if !self.is_listed_elsewhere {
            return self.url();
        }
        let url = self.sitemap_facts().and_then(|facts| facts.url.as_deref()).unwrap_or(self.url());
        url.split('#').next().unwrap_or(url)
    }

    /// Whether sitemaps list it under this URL. Nearly all permalinks have another length, and are not compared.
    pub(crate) fn is_listed_at(&self, url: &str) -> bool {
        (self.is_listed_elsewhere || self.ends.0 as usize == url.len()) && self.listed_url() == url
    }

    /// Whether that is another URL than the permalink.
    pub(crate) fn is_listed_elsewhere(&self) -> bool {
        self.is_listed_elsewhere
    }

    /// What a sitemap lists besides its URL and date.
    pub(crate) fn sitemap_facts(&self) -> Option<&SitemapFacts> {
        self.details.as_ref().map(|details| &details.sitemap)
    }

    /// The collection that it belongs to, where the site has such.
    pub(crate) fn collection(&self) -> Option<&str> {
        self.collection.as_deref()
    }

    /// The names of its terms of a taxonomy, if some feed needs that taxonomy.
    pub(crate) fn terms_of(&self, taxonomy: &str) -> Vec<Cow<'_, str>> {
        match taxonomy {
            COLLECTION => {
                let folder = || self.path().split_once('/').map(|(folder, _)| folder);
                let own = self.collection().or_else(folder).filter(|name| !name.is_empty());
                own.map(Cow::Borrowed).into_iter().collect()
            }
            YEAR => self.published.iter().map(|date| format!("{:04}", date.year()).into()).collect(),
            taxonomy => {
                let terms = self.details.iter().flat_map(|details| &details.terms);
                terms.filter(|term| term.taxonomy == taxonomy).map(|term| term.name.as_str().into()).collect()
            }
        }
    }
}

/// The texts of a post in one, where the permalink and the path end in it, and by how much the id is shorter than the
/// permalink.
fn joined(url: &str, path: &str, id: &str, digest: &str) -> (Box<str>, (u32, u32), u8) {
    let rest = url.strip_prefix(id).and_then(|rest| u8::try_from(rest.len()).ok());
    let own_id = if rest.is_some_and(|bytes| bytes < IN_TEXT) { "" } else { id };
    let text = [url, path, own_id, digest].concat().into_boxed_str();
    (text, (narrow(url.len()), narrow(url.len() + path.len())), rest.unwrap_or(IN_TEXT))
}

/// A length in a number of half the size.
#[expect(clippy::expect_used, reason = "a file whose front matter is that long is not read")]
fn narrow(length: usize) -> u32 {
    u32::try_from(length).expect("URLs and paths are shorter than 4 GiB")
}

impl Details {
    /// `None` if there is nothing to keep.
    fn of(post: Post, wanted: &Wanted) -> Option<Box<Self>> {
        let mut terms: Vec<Term> = Vec::new();
        if !wanted.taxonomies.is_empty() {
            let authors =
                post.authors.into_iter().map(|author| Term { taxonomy: AUTHOR.into(), name: author.name });
            let language = post.language.into_iter().map(|tag| Term { taxonomy: LANGUAGE.into(), name: tag });
            let all = post.terms.into_iter().chain(authors).chain(language);
            for term in all.filter(|term| wanted.taxonomies.contains(&*term.taxonomy)) {
                // Named twice, it is still one term.
                if !terms.contains(&term) {
                    terms.push(term);
                }
            }
        }
        let mut sitemap = post.sitemap;
        sitemap.translation = sitemap.translation.filter(|_| wanted.translations);
        sitemap.images.retain(|_| wanted.images);
        let details = Self { terms, sitemap, written_url: None };
        (details != Self::default()).then(|| Box::new(details))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl PostMeta {
        /// A post at `https://e.com/PATH/`, with a date of RFC 3339, if any, and with terms: (taxonomy, name).
        pub(crate) fn example(path: &str, date: &str, terms: &[(&'static str, &str)]) -> Self {
            let url = format!("https://e.com/{path}/");
            let post = Post {
                id: url.clone(),
                url,
                published: DateTime::parse_from_rfc3339(date).ok(),
                terms: terms
                    .iter()
                    .map(|(taxonomy, name)| Term { taxonomy: (*taxonomy).into(), name: (*name).to_owned() })
                    .collect(),
                in_feeds: true,
                in_sitemap: true,
                ..Post::nameless(path)
            };
            let taxonomies = terms.iter().map(|(taxonomy, _)| (*taxonomy).to_owned()).collect();
            Self::of(post, Origin::File(FileKind::Post), &Wanted { taxonomies, ..Wanted::default() }, None)
        }
    }

    /// A million of them must fit in memory, so a new field has to save its size elsewhere.
    #[test]
    fn it_is_small() {
        assert!(size_of::<PostMeta>() <= 96, "{}", size_of::<PostMeta>());
    }

    #[test]
    fn it_keeps_what_is_asked_for() {
        let term =
            |taxonomy: &'static str, name: &str| Term { taxonomy: taxonomy.into(), name: name.to_owned() };
        let post = Post {
            url: "https://e.com/a/".to_owned(),
            id: "urn:a".to_owned(),
            terms: vec![term("series", "s"), term("tag", "t")],
            language: Some("de".to_owned()),
            ..Post::nameless("notes/a.md")
        };
        let wanted = Wanted { taxonomies: ["series".to_owned()].into(), ..Wanted::default() };
        let digest = Digest::of("t", "body");
        let mut meta = PostMeta::of(post, Origin::File(FileKind::Post), &wanted, Some(digest));
        assert_eq!((meta.url(), meta.path(), meta.id()), ("https://e.com/a/", "notes/a.md", "urn:a"));
        assert_eq!(meta.terms_of("series"), ["s"]);
        assert_eq!(meta.terms_of("tag"), [""; 0]);
        assert_eq!(meta.terms_of("lang"), [""; 0]);
        assert_eq!(meta.terms_of("collection"), ["notes"]);
        meta.forget_id();
        assert_eq!(meta.id(), "https://e.com/a/");
        meta.set_id("urn:b");
        meta.serve_at("https://e.com/a");
        assert_eq!((meta.url(), meta.path(), meta.id()), ("https://e.com/a", "notes/a.md", "urn:b"));
        assert_eq!((meta.written_url(), meta.digest()), ("https://e.com/a/", Some(digest)));
        // The beginning of the permalink is not kept twice.
        let length = meta.text.len();
        meta.set_id("https://e.com");
        assert_eq!((meta.id(), meta.text.len()), ("https://e.com", length - "urn:b".len()));
        meta.serve_at("https://e.com/b");
        assert_eq!(
            (meta.url(), meta.id(), meta.digest()),
            ("https://e.com/b", "https://e.com", Some(digest))
        );
        for id in ["https://e.com/a/", ""] {
            meta.set_id(id);
            assert_eq!((meta.id(), meta.path()), (id, "notes/a.md"));
        }
    }
}

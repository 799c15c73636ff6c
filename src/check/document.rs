//! The state of one check: what kind of document it is, what is known of it so far, and the findings.

use std::collections::HashMap;
use std::fmt;

use chrono::{DateTime, Utc};
use twox_hash::XxHash3_64;

use crate::diagnostic::Rule;
use crate::model::LIMITS;
use crate::text::{cut, one_line, shown};

/// How many findings of one rule are kept of a document.
pub(super) const MOST_FOUND: usize = 1000;
/// How many ids are remembered.
const MOST_IDS: usize = 1 << 20;

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Form {
    #[default]
    Unknown,
    /// RSS 0.9x and 2.0.
    Rss,
    /// RSS 0.90, 1.0 and 1.1, which are RDF.
    Rdf,
    Atom,
    /// One entry of Atom.
    Entry,
    Json,
    Sitemap,
    SitemapIndex,
    Opml,
}

impl Form {
    /// Whether the W3C's validator knows it.
    pub(super) fn is_of_w3c(self) -> bool {
        !matches!(self, Self::Json | Self::Sitemap | Self::SitemapIndex)
    }
}

/// A finding, without its file. Places are bytes from the beginning of the document in UTF-8.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) rule: Rule,
    /// How the W3C's validator calls it; empty if it does not know it.
    pub(crate) w3c: &'static str,
    pub(crate) at: Span,
    pub(crate) message: String,
    /// What repairs it, if that is mechanical.
    pub(crate) fix: Option<Fix>,
}

/// A part of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Span {
    pub(crate) start: u64,
    pub(crate) length: u64,
}

impl Span {
    pub(super) fn end(self) -> u64 {
        self.start + self.length
    }
}

/// A change of a document that repairs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fix {
    /// Puts a text, as it is written, in the place of a part.
    Replace(Span, String),
    /// Takes a part away, and puts it in at another place.
    Move(Span, u64),
}

/// The element or key that a text belongs to, as messages name it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Of<'a> {
    /// An element, by its name.
    Element(&'a str),
    /// An attribute, or a key of JSON.
    Key(&'a str),
}

impl fmt::Display for Of<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Element(name) => write!(formatter, "<{name}>"),
            Self::Key(name) => write!(formatter, "`{name}`"),
        }
    }
}

/// A text that is looked at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece<'a> {
    pub(super) text: &'a str,
    pub(super) of: Of<'a>,
    pub(super) at: Span,
    /// Whether it is written as the profile of RSS wants it, with references such as `&#x26;`.
    pub(super) has_hex: bool,
    /// Whether it is written without references and CDATA, so that a part of it is where it seems to be.
    pub(super) is_verbatim: bool,
    /// Where it begins, if its source is the same text character for character, within CDATA or not.
    pub(super) letters: Option<u64>,
}

impl<'a> Piece<'a> {
    /// A text whose parts cannot be located separately.
    pub(super) fn new(text: &'a str, of: Of<'a>, at: Span) -> Self {
        Self { text, of, at, has_hex: false, is_verbatim: false, letters: None }
    }
}

/// A link of Atom.
#[derive(Debug, Clone, Default)]
pub(super) struct Link {
    pub(super) rel: String,
    pub(super) kind: String,
    pub(super) hreflang: String,
    pub(super) href: String,
    pub(super) at: Span,
}

/// What a sitemap lists.
#[derive(Debug, Default)]
pub(super) struct Listed {
    /// How many pages, or sitemaps.
    pub(super) count: u64,
    /// The scheme and host of the first.
    pub(super) origin: String,
    /// The URL of the entry that is being read.
    pub(super) url: String,
    /// For each page with versions in other languages: the digest of its URL, those of the versions' URLs, and
    /// its place.
    pub(super) versions: Vec<(u64, Vec<u64>, Span)>,
    /// The URLs, if they are wanted.
    pub(super) urls: Option<Vec<(String, Span)>>,
}

/// What is known of a document so far, and what was found.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) now: DateTime<Utc>,
    /// Its own address, if that is known from outside.
    pub(super) own: Option<String>,
    /// What its relative URLs are relative to, if that is known from outside.
    pub(super) base: Option<String>,
    pub(super) form: Form,
    /// Whether feedmill is about to publish it: its HTML has been sanitised, and its URLs are known to be unique.
    pub(super) is_own: bool,
    /// The version that its first element says.
    pub(super) version: String,
    /// The encoding, in lower case.
    pub(super) encoding: String,
    pub(super) found: Vec<Found>,
    counts: HashMap<Rule, usize>,
    /// What was seen once, by a digest of what it is.
    ids: hashbrown::HashSet<u64>,
    /// How many entries, pages or sitemaps there were.
    pub(super) entries: u64,
    /// The links of what is being read.
    pub(super) links: Vec<Link>,
    /// The first title, link and description of the channel.
    pub(super) title: String,
    pub(super) link: String,
    /// The link of the item that is being read.
    pub(super) item_link: String,
    /// The addresses of what the item that is being read has enclosed.
    pub(super) enclosed: Vec<(String, Span)>,
    /// Whether the channel's `docs` names the specification of the RSS Advisory Board.
    pub(super) is_profiled: bool,
    /// Whether there is an element for podcasts.
    pub(super) is_podcast: bool,
    /// The newest date of an entry, and the date of the whole, with their places.
    pub(super) newest: Option<DateTime<Utc>>,
    pub(super) updated: Option<(DateTime<Utc>, Span)>,
    /// When the entry that is being read was published and updated.
    pub(super) dates: [Option<DateTime<Utc>>; 2],
    pub(super) sitemap: Listed,
}

impl Document {
    pub(super) fn new(now: DateTime<Utc>, base: Option<String>) -> Self {
        Self {
            now,
            own: None,
            base,
            form: Form::Unknown,
            is_own: false,
            version: String::new(),
            encoding: "utf-8".to_owned(),
            found: Vec::new(),
            counts: HashMap::new(),
            ids: hashbrown::HashSet::new(),
            entries: 0,
            links: Vec::new(),
            title: String::new(),
            link: String::new(),
            item_link: String::new(),
            enclosed: Vec::new(),
            is_profiled: false,
            is_podcast: false,
            newest: None,
            updated: None,
            dates: [None; 2],
            sitemap: Listed::default(),
        }
    }

    pub(super) fn report(&mut self, rule: Rule, w3c: &'static str, at: Span, message: impl Into<String>) {
        self.report_with(rule, w3c, at, message, None);
    }

    pub(super) fn report_with(
        &mut self,
        rule: Rule,
        w3c: &'static str,
        at: Span,
        message: impl Into<String>,
        fix: Option<Fix>,
    ) {
        let count = self.counts.entry(rule).or_default();
        *count += 1;
        let w3c = if self.form.is_of_w3c() { w3c } else { "" };
        if *count <= MOST_FOUND {
            self.found.push(Found { rule, w3c, at, message: message.into(), fix });
        }
    }

    /// How many findings are not kept.
    pub(super) fn unlisted(&self) -> usize {
        self.counts.values().map(|count| count.saturating_sub(MOST_FOUND)).sum()
    }

    /// How often a rule was broken.
    pub(super) fn count(&self, rule: Rule) -> usize {
        self.counts.get(&rule).copied().unwrap_or(0)
    }

    /// Whether an id of this kind is new. It is remembered, unless `MOST_IDS` are remembered already.
    pub(super) fn is_first(&mut self, kind: &str, id: &str) -> bool {
        let digest = digest(kind, id);
        match self.ids.len() < MOST_IDS {
            true => self.ids.insert(digest),
            false => !self.ids.contains(&digest),
        }
    }

    /// Whether something of a kind was seen, by its digest.
    pub(super) fn has_seen(&self, digest: u64) -> bool {
        self.ids.contains(&digest)
    }

    /// Remembers a URL that the document lists, if those are wanted.
    pub(super) fn lists(&mut self, piece: Piece<'_>) {
        if let Some(urls) = self.sitemap.urls.as_mut().filter(|urls| urls.len() < LIMITS.urls) {
            urls.push((piece.text.to_owned(), piece.at));
        }
    }

    /// Whether it is RSS 2.0 or near it, for which the profile of the RSS Advisory Board is made.
    pub(super) fn is_rss_2(&self) -> bool {
        self.form == Form::Rss && self.version.starts_with("2.")
    }
}

/// The digest of an id of some kind.
pub(super) fn digest(kind: &str, id: &str) -> u64 {
    XxHash3_64::oneshot_with_seed(XxHash3_64::oneshot(kind.as_bytes()), id.as_bytes())
}

/// A value as messages show it.
pub(super) fn quoted(text: &str) -> String {
    format!("`{}`", shown(&cut(&one_line(text), 80)))
}

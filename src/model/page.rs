//! A page of a sitemap.

use chrono::{DateTime, FixedOffset};

/// The longest URL that a sitemap may list, in bytes; it is ASCII (<https://www.sitemaps.org/protocol.html>).
pub(crate) const MAX_URL_LENGTH: usize = 2047;

/// How much one sitemap may hold.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// URLs, or sitemaps in an index.
    pub urls: usize,
    /// Bytes, before compression.
    pub bytes: usize,
}

/// The limits of the protocol (<https://www.sitemaps.org/protocol.html#index>).
pub(crate) const LIMITS: Limits = Limits { urls: 50_000, bytes: 52_428_800 };

/// One page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Page<'a> {
    /// Absolute, ASCII, without a fragment.
    pub url: &'a str,
    /// When it was last changed, as its author says.
    pub lastmod: Option<DateTime<FixedOffset>>,
    /// What few pages have.
    pub extra: Option<Box<Extra>>,
}

/// What few pages have.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Extra {
    /// The URLs of its images (<https://developers.google.com/search/docs/crawling-indexing/sitemaps/image-sitemaps>).
    pub images: Vec<String>,
    /// The languages and URLs of its translations, itself among them, and `x-default`
    /// (<https://developers.google.com/search/docs/specialty/international/localized-versions>).
    pub alternates: Vec<(String, String)>,
    /// What Google News requires (<https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap>).
    pub news: Option<News>,
    /// A number between 0 and 1.
    pub priority: Option<String>,
    /// One of the words of the protocol.
    pub changefreq: Option<String>,
}

/// An article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct News {
    /// Where it was published: the title of the site.
    pub publication: String,
    /// The language of the publication.
    pub language: String,
    /// When it was published.
    pub published: DateTime<FixedOffset>,
    /// Its title.
    pub title: String,
}

impl Extra {
    /// In a box, if there is anything.
    pub(crate) fn boxed(self) -> Option<Box<Self>> {
        (self != Self::default()).then(|| Box::new(self))
    }
}

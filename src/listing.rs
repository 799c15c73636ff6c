//! What is kept of every post until all have been read: enough to order it, to select it and to list it. A million of
//! these fit into memory; the few posts that a feed carries are read again, whole.

use std::sync::Arc;

use chrono::{DateTime, FixedOffset};

use crate::config::{Config, Criteria, Field};
use crate::dialect::Role;
use crate::post::Post;

/// One post among all.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    /// The permalink, the path, and the id if it is not the permalink: one after the other, in one place, because
    /// there may be a million.
    text: Box<str>,
    /// Where the permalink ends, and the path.
    ends: (u32, u32),
    /// Whether the id stands in `text`.
    has_own_id: bool,
    /// What the file is for.
    pub role: Role,
    /// When it was published.
    pub published: Option<DateTime<FixedOffset>>,
    /// When it was last changed, as its author says.
    pub updated: Option<DateTime<FixedOffset>>,
    /// Whether it belongs to the collection that its role tells.
    is_collected: bool,
    /// Whether feeds may carry it.
    pub in_feeds: bool,
    /// Whether sitemaps may list it.
    pub in_sitemap: bool,
    /// What few posts have, or few sites ask for.
    facts: Option<Box<Facts>>,
}

/// What few posts have, or few sites ask for.
#[derive(Debug, Clone, PartialEq, Default)]
struct Facts {
    /// The values of fields by which feeds select.
    values: Vec<(Field, Box<str>)>,
    sitemap: SitemapFacts,
    /// Of a record; the others have it from their role.
    collection: Option<Arc<str>>,
}

/// What a sitemap tells of a post beyond its URL and date.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SitemapFacts {
    /// The URL under which it is listed, if that is another.
    pub url: Option<String>,
    /// What it has in common with its translations.
    pub translation: Option<String>,
    /// The URLs of its images.
    pub images: Vec<String>,
    /// A number between 0 and 1, as written.
    pub priority: Option<String>,
    /// One of the words of the protocol.
    pub changefreq: Option<String>,
}

/// What some feed or sitemap asks for: only that is kept.
#[derive(Debug, Clone, Copy, Default)]
pub struct Interest {
    /// Categories.
    pub categories: bool,
    /// Tags.
    pub tags: bool,
    /// Names of authors.
    pub authors: bool,
    /// Languages.
    pub languages: bool,
    /// Which posts are translations of which.
    pub translations: bool,
    /// All images.
    pub images: bool,
}

impl Interest {
    /// What the feeds and the sitemap of a configuration ask for.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        let hreflang = config.sitemap.as_ref().is_some_and(|sitemap| sitemap.hreflang);
        let images = config.sitemap.as_ref().is_some_and(|sitemap| sitemap.images);
        let mut interest = Self { languages: hreflang, translations: hreflang, images, ..Self::default() };
        for feed in &config.feeds {
            let each = |field| feed.each.as_ref().is_some_and(|each| each.field == field);
            let asks = |names: fn(&Criteria) -> &Vec<String>| {
                !names(&feed.select.of).is_empty() || !names(&feed.select.not).is_empty()
            };
            interest.categories |= each(Field::Category) || asks(|criteria| &criteria.categories);
            interest.tags |= each(Field::Tag) || asks(|criteria| &criteria.tags);
            interest.authors |= each(Field::Author) || asks(|criteria| &criteria.authors);
            interest.languages |= each(Field::Language) || asks(|criteria| &criteria.languages);
        }
        interest
    }
}

impl Listing {
    /// What is kept of a post.
    #[must_use]
    pub fn of(post: Post, role: Role, interest: Interest) -> Self {
        let mut values = Vec::new();
        let mut keep = |wanted: bool, field: Field, names: Vec<String>| {
            values.extend(names.into_iter().filter(|_| wanted).map(|name| (field, name.into_boxed_str())));
        };
        keep(interest.categories, Field::Category, post.categories);
        keep(interest.tags, Field::Tag, post.tags);
        keep(interest.authors, Field::Author, post.authors.into_iter().map(|author| author.name).collect());
        keep(interest.languages, Field::Language, post.language.into_iter().collect());
        let is_collected = post.collection.is_some();
        let collection = post.collection.filter(|_| matches!(role, Role::Record(_)));
        let facts = Facts { values, sitemap: post.sitemap, collection };
        let has_own_id = post.id != post.url;
        let own_id = if has_own_id { post.id.as_str() } else { "" };
        // No path or URL of a gigabyte gets this far.
        let end = |length: usize| u32::try_from(length).unwrap_or(0);
        Self {
            ends: (end(post.url.len()), end(post.url.len() + post.path.len())),
            text: [post.url.as_str(), post.path.as_str(), own_id].concat().into_boxed_str(),
            has_own_id,
            role,
            published: post.published,
            updated: post.updated,
            is_collected,
            in_feeds: post.in_feeds,
            in_sitemap: post.in_sitemap,
            facts: (facts != Facts::default()).then(|| Box::new(facts)),
        }
    }

    /// The permalink: absolute, ASCII, canonical.
    #[must_use]
    pub fn url(&self) -> &str {
        self.text.get(..self.ends.0 as usize).unwrap_or_default()
    }

    /// The file, relative to the root.
    #[must_use]
    pub fn path(&self) -> &str {
        self.text.get(self.ends.0 as usize..self.ends.1 as usize).unwrap_or_default()
    }

    /// Where among the records it is, in bytes; files come first.
    #[must_use]
    pub fn place(&self) -> Option<u64> {
        match self.role {
            Role::Record(offset) => Some(offset),
            _ => None,
        }
    }

    /// The id that every format carries.
    #[must_use]
    pub fn id(&self) -> &str {
        self.own_id().unwrap_or(self.url())
    }

    /// The id, if it is not the permalink.
    #[must_use]
    pub fn own_id(&self) -> Option<&str> {
        self.text.get(self.ends.1 as usize..).filter(|_| self.has_own_id)
    }

    /// Makes the permalink the id.
    pub fn forget_id(&mut self) {
        self.has_own_id = false;
    }

    /// The URL under which sitemaps list it.
    #[must_use]
    pub fn listed_url(&self) -> &str {
        self.sitemap_facts().and_then(|facts| facts.url.as_deref()).unwrap_or(self.url())
    }

    /// What a sitemap tells of it beyond its URL and date.
    #[must_use]
    pub fn sitemap_facts(&self) -> Option<&SitemapFacts> {
        self.facts.as_ref().map(|facts| &facts.sitemap)
    }

    /// The values of a field by which feeds select: categories, tags, names of authors, or the language.
    pub fn values(&self, field: Field) -> impl Iterator<Item = &str> {
        let values = self.facts.as_ref().map_or(&[][..], |facts| &facts.values);
        values.iter().filter(move |(of, _)| *of == field).map(|(_, value)| &**value)
    }

    /// The collection that it belongs to, where the site has such.
    #[must_use]
    pub fn collection(&self) -> Option<&str> {
        self.is_collected.then(|| match &self.role {
            Role::Document(label) => &**label,
            Role::Record(_) => {
                self.facts.as_ref().and_then(|facts| facts.collection.as_deref()).unwrap_or_default()
            }
            _ => "posts",
        })
    }

    /// The collection, or the folder in the root.
    #[must_use]
    pub fn section(&self) -> Option<&str> {
        self.collection().or_else(|| self.path().split_once('/').map(|(folder, _)| folder))
    }
}

#[cfg(test)]
mod tests {
    /// A million of them must fit: whoever adds a field looks for its room elsewhere.
    #[test]
    fn a_listing_is_small() {
        assert!(size_of::<super::Listing>() <= 96, "{}", size_of::<super::Listing>());
    }
}

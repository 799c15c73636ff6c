//! Feeds that are made in memory, without a site to read: every value is made legal here, or refused.

use chrono::{DateTime, FixedOffset};
use serde_json::Map;

use super::author::{Author, is_email};
use super::feed::{Category, Content, Entry, Feed, History};
use super::media::{Media, is_media_type};
use super::site::Site;
use crate::error::Error;
use crate::markup::{
    clean::{self, Pixels},
    published_line,
};
use crate::text::{self, BaseUrl, date, language, link};

/// The error for a value that cannot be used.
fn refused(name: &'static str, value: &str, reason: &str) -> Error {
    let message = format!("`{}` cannot be used: {reason}", text::shown(&text::cut(value, 60)));
    Error::Value { name, message, help: None }
}

/// Text as feeds carry it: legal, on one line, not empty.
fn line(name: &'static str, value: &str) -> Result<String, Error> {
    let line = published_line(value);
    if line.is_empty() { Err(refused(name, value, "nothing in it can be seen")) } else { Ok(line) }
}

fn url(name: &'static str, value: &str) -> Result<String, Error> {
    link::absolute(value).ok_or_else(|| refused(name, value, "it is not an absolute http or https URL"))
}

fn tag(value: &str) -> Result<String, Error> {
    language::parse(value).map_err(|reason| refused("language", value, &reason))
}

fn plausible(name: &'static str, value: DateTime<FixedOffset>) -> Result<DateTime<FixedOffset>, Error> {
    let reason = "validators and readers take a date before 1990 for a mistake";
    if date::is_plausible(&value) { Ok(value) } else { Err(refused(name, &date::rfc3339(value), reason)) }
}

impl Author {
    /// A person or an organisation.
    ///
    /// # Errors
    /// [`Error::Value`] if nothing in the name can be seen.
    pub fn new(name: &str) -> Result<Self, Error> {
        Ok(Self { name: line("author", name)?, ..Self::default() })
    }

    /// Sets the e-mail address: ASCII, such as `jane@example.com`.
    ///
    /// # Errors
    /// [`Error::Value`] if it is not an address that validators accept.
    pub fn with_email(self, email: &str) -> Result<Self, Error> {
        let reason = "it is not an address such as `jane@example.com`";
        let checked = is_email(email).then(|| email.to_owned());
        Ok(Self { email: Some(checked.ok_or_else(|| refused("email", email, reason))?), ..self })
    }

    /// Sets the address of a page about the author.
    ///
    /// # Errors
    /// [`Error::Value`] if it is not an absolute http or https URL.
    pub fn with_url(self, address: &str) -> Result<Self, Error> {
        Ok(Self { url: Some(url("author", address)?), ..self })
    }
}

impl Media {
    /// An image or a recording. Its type is that of its extension.
    ///
    /// # Errors
    /// [`Error::Value`] if it is not an absolute http or https URL.
    pub fn new(address: &str) -> Result<Self, Error> {
        Ok(Self::of_url(&url("media", address)?))
    }

    /// Sets the length, in bytes. RSS leaves out an enclosure without a length.
    #[must_use]
    pub fn with_length(self, bytes: u64) -> Self {
        Self { length: Some(bytes), ..self }
    }

    /// Sets the media type, such as `audio/mpeg`.
    ///
    /// # Errors
    /// [`Error::Value`] if it is not a media type.
    pub fn with_type(self, media_type: &str) -> Result<Self, Error> {
        if !is_media_type(media_type) {
            return Err(refused("type", media_type, "it is not a media type such as `audio/mpeg`"));
        }
        Ok(Self { media_type: Some(media_type.to_owned()), ..self })
    }
}

impl Site {
    /// A site with a title and an address. Its author, if there is no other, is the site itself.
    ///
    /// # Errors
    /// [`Error::Value`] if nothing in the title can be seen, or the address is not that of a site.
    pub fn new(title: &str, address: &str) -> Result<Self, Error> {
        let base = BaseUrl::parse(address).map_err(|reason| refused("site", address, &reason))?;
        let title = line("title", title)?;
        Ok(Self {
            url: base.as_str().to_owned(),
            authors: Vec::new(),
            title,
            description: None,
            language: None,
            copyright: None,
            icon: None,
            logo: None,
            hubs: Vec::new(),
            ttl: None,
        })
    }

    /// Sets the description, a sentence about the site.
    ///
    /// # Errors
    /// [`Error::Value`] if nothing in it can be seen.
    pub fn with_description(self, description: &str) -> Result<Self, Error> {
        Ok(Self { description: Some(line("description", description)?), ..self })
    }

    /// Sets the language, as a BCP 47 tag. By default, the script of the titles decides, else it is English.
    ///
    /// # Errors
    /// [`Error::Value`] if it is not a language tag.
    pub fn with_language(self, language: &str) -> Result<Self, Error> {
        Ok(Self { language: Some(tag(language)?), ..self })
    }

    /// Sets the authors of entries that have none of their own.
    #[must_use]
    pub fn with_authors(self, authors: Vec<Author>) -> Self {
        if authors.is_empty() { self } else { Self { authors, ..self } }
    }
}

impl Entry {
    /// A post with an address, a title and the date of its publication. Its id is its address.
    ///
    /// # Errors
    /// [`Error::Value`] if the address is not an absolute http or https URL, nothing in the title can be seen, or the
    /// date is before 1990.
    pub fn new(address: &str, title: &str, published: DateTime<FixedOffset>) -> Result<Self, Error> {
        let url = url("entry", address)?;
        let published = plausible("published", published)?;
        Ok(Self {
            id: url.clone(),
            url,
            title: line("title", title)?,
            published,
            updated: published,
            authors: Vec::new(),
            categories: Vec::new(),
            summary: None,
            content: None,
            image: None,
            enclosure: None,
            language: None,
            extra: Map::new(),
        })
    }

    /// Sets the id by which readers know the post already. If it is not a URI, Atom has a URI made from it.
    ///
    /// # Errors
    /// [`Error::Value`] if nothing in it can be seen.
    pub fn with_id(self, id: &str) -> Result<Self, Error> {
        Ok(Self { id: line("id", id)?, ..self })
    }

    /// Sets the date of its last change.
    ///
    /// # Errors
    /// [`Error::Value`] if that is before its publication.
    pub fn with_updated(self, updated: DateTime<FixedOffset>) -> Result<Self, Error> {
        if updated < self.published {
            return Err(refused("updated", &date::rfc3339(updated), "the post was published later"));
        }
        Ok(Self { updated, ..self })
    }

    /// Sets its own authors.
    #[must_use]
    pub fn with_authors(self, authors: Vec<Author>) -> Self {
        Self { authors, ..self }
    }

    /// Adds a category.
    ///
    /// # Errors
    /// [`Error::Value`] if nothing in it can be seen.
    pub fn with_category(mut self, name: &str) -> Result<Self, Error> {
        let category = Category { name: line("category", name)?, scheme: None };
        if !self.categories.contains(&category) {
            self.categories.push(category);
        }
        Ok(self)
    }

    /// Sets the summary, as plain text.
    ///
    /// # Errors
    /// [`Error::Value`] if nothing in it can be seen.
    pub fn with_summary(self, summary: &str) -> Result<Self, Error> {
        Ok(Self { summary: Some(line("summary", summary)?), ..self })
    }

    /// Sets the whole text, as HTML. What readers cannot show or should not run is removed, and every URL becomes
    /// absolute. If nothing is left, the entry has no text.
    #[must_use]
    pub fn with_content_html(self, html: &str) -> Self {
        let content = clean::publishable(
            &text::legal_content(html),
            &clean::Place { page: &self.url, title: "", pixels: Pixels::Remove },
        );
        Self { content, ..self }
    }

    /// Sets the image.
    #[must_use]
    pub fn with_image(self, image: Media) -> Self {
        Self { image: Some(image), ..self }
    }

    /// Sets the enclosure: a recording or another file.
    #[must_use]
    pub fn with_enclosure(self, enclosure: Media) -> Self {
        Self { enclosure: Some(enclosure), ..self }
    }

    /// Sets the language, as a BCP 47 tag, if it is not the site's.
    ///
    /// # Errors
    /// [`Error::Value`] if it is not a language tag.
    pub fn with_language(self, language: &str) -> Result<Self, Error> {
        Ok(Self { language: Some(tag(language)?), ..self })
    }
}

impl<'a> Feed<'a> {
    /// A feed at an address, with these entries, the newest first.
    ///
    /// # Errors
    /// [`Error::Value`] if the address is not an absolute http or https URL, or if two entries have the same id.
    pub fn new(site: &'a Site, address: &str, entries: &'a [Entry]) -> Result<Self, Error> {
        let url = url("feed", address)?;
        let mut entries: Vec<&Entry> = entries.iter().collect();
        entries.sort_by(|a, b| a.id.cmp(&b.id));
        if let Some((entry, _)) = entries.iter().zip(entries.iter().skip(1)).find(|(a, b)| a.id == b.id) {
            return Err(refused("id", &entry.id, "two entries have it, and readers would show one of them"));
        }
        entries.sort_by(|a, b| b.published.cmp(&a.published).then_with(|| a.url.cmp(&b.url)));
        Ok(Self {
            site: std::borrow::Cow::Borrowed(site),
            title: site.title.clone(),
            page: site.url.clone(),
            id: url.clone(),
            url,
            history: History::default(),
            language: site.language_of(&entries),
            updated: entries.iter().map(|entry| entry.updated).max().unwrap_or_else(date::unknown),
            stylesheet: None,
            content: Content::Full,
            full: entries.len(),
            is_part: false,
            entries,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Format;

    fn date(text: &str) -> DateTime<FixedOffset> {
        DateTime::parse_from_rfc3339(text).unwrap()
    }

    #[test]
    fn what_no_feed_can_carry_is_refused() {
        let refused = |result: Result<Entry, Error>| result.unwrap_err().to_string();
        let then = date("2025-11-29T02:11:40Z");
        let entry = || Entry::new("https://e.com/a", "A", then).unwrap();
        assert!(refused(Entry::new("/a", "A", then)).starts_with("entry: `/a` cannot be used"));
        assert!(refused(Entry::new("https://e.com/a", " \u{b} ", then)).starts_with("title:"));
        assert!(
            refused(Entry::new("https://e.com/a", "A", date("1970-01-01T00:00:00Z"))).contains("before 1990")
        );
        assert!(refused(entry().with_updated(date("2024-01-01T00:00:00Z"))).starts_with("updated:"));
        assert!(refused(entry().with_language("jp")).contains("`ja`"));
        let site = Site::new("T", "https://e.com").unwrap();
        let twice = [entry(), entry()];
        assert!(Feed::new(&site, "https://e.com/f.xml", &twice).unwrap_err().to_string().starts_with("id:"));
        assert!(Author::new("J").unwrap().with_email("j@x").is_err());
        assert!(Media::new("https://e.com/a").unwrap().with_type("audio").is_err());
    }

    #[test]
    fn whatever_text_gives_sound_feeds() {
        let site = Site::new("A & <b>", "https://e.com").unwrap().with_description("x\u{b}y").unwrap();
        let nasty = "]]> & <b> \u{1f} \u{fffe} \u{202e} ü";
        let recording = Media::new("https://e.com/a.mp3").unwrap().with_length(5);
        let entry = Entry::new("https://e.com/ü?a=1&b=2", nasty, date("2025-11-29T02:11:40Z")).unwrap();
        let entry = entry.with_summary(nasty).unwrap().with_category(nasty).unwrap().with_id(nasty).unwrap();
        let author = Author::new(nasty).unwrap().with_url("https://e.com/j").unwrap();
        let entry = entry.with_content_html(nasty).with_enclosure(recording).with_authors(vec![author]);
        let entries = [entry, Entry::new("https://e.com/b", "B", date("2025-12-01T00:00:00Z")).unwrap()];
        let feed = Feed::new(&site, "https://e.com/f", &entries).unwrap();
        for format in [Format::Rss, Format::Atom, Format::Json] {
            let text = feed.render(format).unwrap();
            assert!(text.chars().all(text::is_publishable), "{text}");
            let read = feed_rs::parser::parse(text.as_bytes()).unwrap();
            let titles: Vec<String> =
                read.entries.into_iter().map(|entry| entry.title.unwrap().content).collect();
            assert_eq!(titles, ["B", "]]> & <\u{2060}b> \u{202e} ü"]);
        }
    }
}

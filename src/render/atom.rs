//! Atom 1.0 (RFC 4287).

use std::borrow::Cow;
use std::collections::BTreeMap;

use atom_syndication::extension::{Extension, ExtensionMap};
use atom_syndication::{
    Category, Content, Entry as AtomEntry, Feed as AtomFeed, Generator, Link, Person, Text, WriteConfig,
};

use super::Document;
use super::finish::{Finish, References, finish};
use crate::error::Failure;
use crate::model::{Author, Entry, Feed, Media, Site};
use crate::text::id;

/// Renders a feed as Atom.
///
/// # Errors
/// [`Failure::Unsound`].
pub(crate) fn render(feed: &Feed<'_>) -> Result<Document, Failure> {
    let atom = AtomFeed {
        title: Text::plain(feed.title.clone()),
        subtitle: feed.site.description.clone().map(Text::plain),
        id: feed.id.clone(),
        updated: feed.updated,
        authors: feed_authors(&feed.site).iter().map(person).collect(),
        links: [link("self", &feed.url, "application/atom+xml"), link("alternate", &feed.page, "text/html")]
            .into_iter()
            .chain(feed.site.hubs.iter().map(|hub| Link { mime_type: None, ..link("hub", hub, "") }))
            .chain(super::history(feed).map(|(rel, url)| link(rel, url, "application/atom+xml")))
            .collect(),
        icon: feed.site.icon.clone(),
        logo: feed.site.logo.clone(),
        rights: feed.site.copyright.clone().map(Text::plain),
        generator: Some(Generator {
            value: "feedmill".to_owned(),
            uri: None,
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
        lang: Some(feed.language.clone()),
        namespaces: super::namespaces(feed),
        entries: feed
            .entries
            .iter()
            .enumerate()
            .map(|(index, entry)| atom_entry(feed, index, entry))
            .collect(),
        ..AtomFeed::default()
    };
    let config = WriteConfig { write_document_declaration: false, indent_size: None };
    let document = atom.write_with_config(Vec::new(), config).map_err(Failure::unsound)?;
    let languages: Vec<Option<&str>> = feed
        .entries
        .iter()
        .map(|entry| entry.language.as_deref().filter(|language| *language != feed.language))
        .collect();
    finish(
        &document,
        &Finish {
            references: References::Named,
            languages: &languages,
            archive: feed.history.current.is_some(),
            feed,
        },
    )
}

fn atom_entry(feed: &Feed<'_>, index: usize, entry: &Entry) -> AtomEntry {
    let content = feed.content_of(index);
    // An entry must have text: where there is none, its title is all there is.
    let has_text = content.is_some() || feed.summary_of(index).is_some();
    let alone = (!has_text).then_some(entry.title.as_str());
    AtomEntry {
        title: Text::plain(entry.title.clone()),
        id: id::of_written(&entry.id, &feed.site.url),
        updated: entry.updated,
        published: Some(entry.published),
        // Most readers do not give the feed's authors to its entries.
        authors: entry.authors.iter().map(person).collect(),
        categories: entry
            .categories
            .iter()
            .map(|term| Category { term: term.name.clone(), scheme: term.scheme.clone(), label: None })
            .collect(),
        links: [Some(link("alternate", &entry.url, "text/html")), entry.enclosure.as_ref().map(enclosure)]
            .into_iter()
            .flatten()
            .collect(),
        extensions: entry.image.as_ref().map(shown).unwrap_or_default(),
        summary: feed.summary_of(index).map(Text::plain),
        content: match content {
            Some(html) => Some(text_of_type("html", html)),
            None => alone.map(|title| text_of_type("text", title)),
        },
        ..AtomEntry::default()
    }
}

fn text_of_type(content_type: &str, value: &str) -> Content {
    Content {
        value: Some(value.to_owned()),
        content_type: Some(content_type.to_owned()),
        ..Content::default()
    }
}

fn enclosure(media: &Media) -> Link {
    Link {
        length: media.length.map(|length| length.to_string()),
        ..link("enclosure", &media.url, media.media_type())
    }
}

/// Media RSS's elements for an image.
fn shown(image: &Media) -> ExtensionMap {
    let element = |name: &str, attributes: BTreeMap<String, String>| {
        // The crate writes the attributes of extensions as they are.
        let escape = |(name, value): (String, String)| (name, quick_xml::escape::escape(value).into_owned());
        let attributes = attributes.into_iter().map(escape).collect();
        let element = Extension { name: format!("media:{name}"), attrs: attributes, ..Extension::default() };
        (name.to_owned(), vec![element])
    };
    let thumbnail = BTreeMap::from([("url".to_owned(), image.url.clone())]);
    let elements = [element("content", super::media_attributes(image)), element("thumbnail", thumbnail)];
    BTreeMap::from([("media".to_owned(), BTreeMap::from(elements))])
}

/// Who has written a feed: Atom requires somebody, so where nobody is named it is the site.
fn feed_authors(site: &Site) -> Cow<'_, [Author]> {
    match site.authors.as_slice() {
        [] => vec![Author { name: site.title.clone(), ..Author::default() }].into(),
        authors => authors.into(),
    }
}

fn person(author: &Author) -> Person {
    Person {
        name: author.name.clone(),
        email: author.email.clone(),
        uri: author.url.clone(),
        ..Person::default()
    }
}

fn link(rel: &str, href: &str, media_type: &str) -> Link {
    Link {
        rel: rel.to_owned(),
        href: href.to_owned(),
        mime_type: Some(media_type.to_owned()),
        ..Link::default()
    }
}

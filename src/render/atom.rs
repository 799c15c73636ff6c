//! Atom 1.0 (RFC 4287).

use atom_syndication::{
    Category, Entry as AtomEntry, Feed as AtomFeed, Generator, Link, Person, Text, WriteConfig,
};

use super::finish::{References, finish};
use crate::config::Author;
use crate::feed::{Entry, Feed};

/// Renders a feed as Atom.
///
/// # Errors
/// A clause that says why the document cannot be written.
pub fn render(feed: &Feed<'_>) -> Result<Vec<u8>, String> {
    let atom = AtomFeed {
        title: Text::plain(feed.title.clone()),
        subtitle: feed.site.description.clone().map(Text::plain),
        id: feed.url.clone(),
        updated: feed.updated,
        authors: feed.site.authors.iter().map(person).collect(),
        links: vec![
            link("self", &feed.url, "application/atom+xml"),
            link("alternate", &feed.site.url, "text/html"),
        ],
        generator: Some(Generator {
            value: "feedmill".to_owned(),
            uri: None,
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
        lang: Some(feed.language.clone()),
        entries: feed.entries.iter().map(|entry| atom_entry(entry)).collect(),
        ..AtomFeed::default()
    };
    let config = WriteConfig { write_document_declaration: false, indent_size: None };
    let document = atom.write_with_config(Vec::new(), config).map_err(|error| error.to_string())?;
    let languages: Vec<Option<&str>> = feed
        .entries
        .iter()
        .map(|entry| entry.language.as_deref().filter(|language| *language != feed.language))
        .collect();
    finish(&document, References::Named, &languages)
}

fn atom_entry(entry: &Entry) -> AtomEntry {
    AtomEntry {
        title: Text::plain(entry.title.clone()),
        id: entry.id.clone(),
        updated: entry.updated,
        published: Some(entry.published),
        // Most readers do not give the feed's authors to its entries.
        authors: entry.authors.iter().map(person).collect(),
        categories: entry
            .categories
            .iter()
            .map(|name| Category { term: name.clone(), ..Category::default() })
            .collect(),
        links: vec![link("alternate", &entry.url, "text/html")],
        summary: entry.summary.clone().map(Text::plain),
        ..AtomEntry::default()
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

//! RSS 2.0 (<https://www.rssboard.org/rss-specification>) in the RSS Advisory Board's profile
//! (<https://www.rssboard.org/rss-profile>).

use std::collections::BTreeMap;

use quick_xml::escape::partial_escape;
use rss::extension::dublincore::DublinCoreExtension;
use rss::extension::{Extension, ExtensionMap};
use rss::{Category, Channel, Enclosure, Guid, Image, Item};

use super::Document;
use super::finish::{Finish, References, finish};
use crate::error::Failure;
use crate::model::{Entry, Feed, Media};
use crate::text::{date::rfc822, link::has_plain_host};

const ATOM_NAMESPACE: &str = "http://www.w3.org/2005/Atom";
const CONTENT_NAMESPACE: &str = "http://purl.org/rss/1.0/modules/content/";
const DUBLIN_CORE_NAMESPACE: &str = "http://purl.org/dc/elements/1.1/";
/// The spelling that the validator accepts.
const SPECIFICATION: &str = "http://www.rssboard.org/rss-specification";

/// Renders a feed as RSS.
///
/// # Errors
/// [`Failure::Unsound`].
pub(crate) fn render(feed: &Feed<'_>) -> Result<Document, Failure> {
    let date = (!feed.entries.is_empty()).then(|| rfc822(feed.updated));
    let channel = Channel {
        title: feed.title.clone(),
        link: feed.page.clone(),
        description: feed.site.description.clone().unwrap_or_else(|| feed.title.clone()),
        language: Some(feed.language.clone()),
        managing_editor: feed.site.authors.iter().find_map(|author| {
            let email = author.email.as_ref()?;
            Some(format!("{email} ({})", author.name))
        }),
        pub_date: feed.entries.iter().map(|entry| entry.published).max().map(rfc822),
        last_build_date: date,
        generator: Some(format!("feedmill {}", env!("CARGO_PKG_VERSION"))),
        docs: Some(SPECIFICATION.to_owned()),
        items: feed.entries.iter().enumerate().map(|(index, entry)| item(feed, index, entry)).collect(),
        extensions: links(feed),
        copyright: feed.site.copyright.clone(),
        ttl: feed.site.ttl.map(|minutes| minutes.to_string()),
        image: image(feed),
        namespaces: {
            let mut namespaces = super::namespaces(feed);
            namespaces.insert("atom".to_owned(), ATOM_NAMESPACE.to_owned());
            if feed.is_part {
                // The crate knows what its own entries use.
                namespaces.insert("content".to_owned(), CONTENT_NAMESPACE.to_owned());
                namespaces.insert("dc".to_owned(), DUBLIN_CORE_NAMESPACE.to_owned());
            }
            namespaces
        },
        ..Channel::default()
    };
    let document = channel.write_to(Vec::new()).map_err(Failure::unsound)?;
    finish(&document, &Finish { references: References::Hexadecimal, languages: &[], archive: false, feed })
}

fn item(feed: &Feed<'_>, index: usize, entry: &Entry) -> Item {
    let content = feed.content_of(index);
    // A description comes before content, even an empty one.
    let summary = feed.summary_of(index).or(content.map(|_| ""));
    let creators = entry.authors.iter().map(|author| author.name.clone()).collect();
    Item {
        title: Some(entry.title.clone()),
        link: Some(entry.url.clone()),
        guid: Some(Guid { value: entry.id.clone(), permalink: entry.id == entry.url }),
        pub_date: Some(rfc822(entry.published)),
        // Names, not addresses: `author` must be an e-mail address.
        dublin_core_ext: Some(DublinCoreExtension { creators, ..DublinCoreExtension::default() }),
        categories: entry
            .categories
            .iter()
            .map(|term| Category { name: term.name.clone(), domain: term.scheme.clone() })
            .collect(),
        // Readers take a description for HTML.
        description: summary.map(|summary| partial_escape(summary).into_owned()),
        content: content.map(str::to_owned),
        // The length is required, and so is a host that validators know: another enclosure is left out here.
        enclosure: entry.enclosure.as_ref().filter(|media| has_plain_host(&media.url)).and_then(|media| {
            Some(Enclosure {
                url: media.url.clone(),
                length: media.length?.to_string(),
                mime_type: media.media_type().to_owned(),
            })
        }),
        extensions: entry.image.as_ref().map(shown).unwrap_or_default(),
        ..Item::default()
    }
}

/// Media RSS's elements for an image.
fn shown(image: &Media) -> ExtensionMap {
    let element = |name: &str, attributes: BTreeMap<String, String>| {
        let element = Extension { name: format!("media:{name}"), attrs: attributes, ..Extension::default() };
        (name.to_owned(), vec![element])
    };
    let thumbnail = BTreeMap::from([("url".to_owned(), image.url.clone())]);
    let elements = [element("content", super::media_attributes(image)), element("thumbnail", thumbnail)];
    BTreeMap::from([("media".to_owned(), BTreeMap::from(elements))])
}

/// The feed's own address, its hubs, and the other documents of its history.
fn links(feed: &Feed<'_>) -> ExtensionMap {
    let link = |rel: &str, href: &str, media_type: Option<&str>| Extension {
        name: "atom:link".to_owned(),
        attrs: [("href", Some(href)), ("rel", Some(rel)), ("type", media_type)]
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())))
            .collect(),
        ..Extension::default()
    };
    let own = link("self", &feed.url, Some("application/rss+xml"));
    let hubs = feed.site.hubs.iter().map(|hub| link("hub", hub, None));
    let history = super::history(feed).map(|(rel, url)| link(rel, url, Some("application/rss+xml")));
    let links = [own].into_iter().chain(hubs).chain(history).collect();
    let mut extensions = BTreeMap::from([("atom".to_owned(), BTreeMap::from([("link".to_owned(), links)]))]);
    if feed.history.current.is_some() {
        let archive = Extension { name: "fh:archive".to_owned(), ..Extension::default() };
        extensions.insert("fh".to_owned(), BTreeMap::from([("archive".to_owned(), vec![archive])]));
    }
    extensions
}

/// The logo, else the icon, if it is an image that RSS allows; with title and link of the channel, as the profile wants.
fn image(feed: &Feed<'_>) -> Option<Image> {
    let allowed = |url: &&String| {
        let path = url.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
        [".jpg", ".jpeg", ".gif", ".png"].iter().any(|extension| path.ends_with(extension))
    };
    let url = feed.site.logo.iter().chain(&feed.site.icon).find(allowed)?;
    Some(Image { url: url.clone(), title: feed.title.clone(), link: feed.page.clone(), ..Image::default() })
}

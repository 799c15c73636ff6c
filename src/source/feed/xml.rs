//! RSS 2.0 and 1.0 and Atom, as they are written: relative links, document types, extensions that are called like
//! elements of the format.

use roxmltree::{Document, Node, ParsingOptions};

use super::{About, Entry, joined};
use crate::markup::strip::plain_text;
use crate::text::link;

/// The namespace of `xml:base` and `xml:lang`.
const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// Parses a feed.
pub(super) fn parse(text: &str) -> Result<Document<'_>, String> {
    // Old feeds have a document type, and entities in it; the parser bounds what these make.
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    if has_long_entity(text) {
        return Err("its document type has long entities, which may be a bomb".to_owned());
    }
    let document = Document::parse_with_options(text, options).map_err(|error| error.to_string())?;
    match document.root_element().tag_name().name() {
        "rss" | "RDF" | "feed" => Ok(document),
        name => Err(format!("its first element is `<{name}>`")),
    }
}

/// What the feed says of itself.
pub(super) fn about(document: &Document<'_>) -> About {
    let root = document.root_element();
    let own = root.children().find(|node| node.tag_name().name() == "channel").unwrap_or(root);
    let of = |names: &[&str]| {
        let named = own.children().filter(|node| names.contains(&node.tag_name().name()));
        let texts = named.filter_map(|node| node.text().map(str::trim)).filter(|text| !text.is_empty());
        texts.collect::<Vec<_>>().join(" ")
    };
    let rel = |wanted: &str| {
        let links = own.children().filter(|node| node.tag_name().name() == "link");
        let links = links.filter(|link| link.attribute("rel").unwrap_or("alternate") == wanted);
        links.filter_map(|link| link.attribute("href")).collect::<Vec<_>>().join(" ")
    };
    let image = own.children().find(|node| node.tag_name().name() == "image");
    let image = image.and_then(|image| image.children().find(|node| node.tag_name().name() == "url"));
    let language = root.attribute((XML, "lang"));
    vec![
        ("id", of(&["id"])),
        ("title", plain(&of(&["title"]))),
        ("link", format!("{} {}", of(&["link"]), rel("alternate")).trim().to_owned()),
        ("description", plain(&of(&["description", "subtitle"]))),
        ("language", language.map_or_else(|| of(&["language"]), str::to_owned)),
        (
            "icon",
            format!("{} {}", of(&["icon", "logo"]), image.and_then(|url| url.text()).unwrap_or_default())
                .trim()
                .to_owned(),
        ),
        ("hubs", rel("hub")),
    ]
}

/// Its entries.
pub(super) fn entries(document: &Document<'_>) -> Vec<Entry> {
    let root = document.root_element();
    // In the first element, or in its channel; RSS 1.0 has them beside that.
    let around = [Some(root), root.children().find(|node| node.tag_name().name() == "channel")];
    let children = around.into_iter().flatten().flat_map(|node| node.children());
    let items = children.filter(|node| matches!(node.tag_name().name(), "item" | "entry"));
    let site = base_of(root);
    items.map(|item| Item::new(item, site.as_deref()).entry()).collect()
}

/// How long an entity may be, in bytes: they stand for characters.
const LONGEST_ENTITY: usize = 64;

/// Whether a document type declares an entity that is longer: a short document could become a very long one.
fn has_long_entity(text: &str) -> bool {
    let declared = text.split("<!ENTITY").skip(1);
    let mut lengths = declared.map(|rest| rest.split('>').next().map_or(0, str::len));
    lengths.any(|length| length > LONGEST_ENTITY)
}

/// The address of a feed's site, from which relative links lead: of the channel, or of the Atom feed.
fn base_of(root: Node<'_, '_>) -> Option<String> {
    let own = root.children().find(|node| node.tag_name().name() == "channel").unwrap_or(root);
    let links = own.children().filter(|node| node.tag_name().name() == "link");
    links.filter_map(|link| link.attribute("href").or(link.text())).find_map(link::absolute)
}

/// The address from which the links of an element lead.
fn base_at(node: Node<'_, '_>, site: Option<&str>) -> Option<String> {
    let mut around: Vec<&str> = node.ancestors().filter_map(|node| node.attribute((XML, "base"))).collect();
    around.reverse();
    around
        .into_iter()
        .fold(site.map(str::to_owned), |base, written| joined(written, base.as_deref()).or(base))
}

/// An item of RSS, or an entry of Atom.
struct Item<'a, 'i> {
    node: Node<'a, 'i>,
    /// From where its links lead.
    base: Option<String>,
}

impl<'a, 'i> Item<'a, 'i> {
    fn new(node: Node<'a, 'i>, site: Option<&str>) -> Self {
        Self { node, base: base_at(node, site) }
    }

    /// Its children of some names, whatever their namespaces.
    fn all(&self, names: &'static [&'static str]) -> impl Iterator<Item = Node<'a, 'i>> {
        let children = self.node.children();
        children.filter(move |node| node.is_element() && names.contains(&node.tag_name().name()))
    }

    /// The text of the first of these that has one. What is of the format itself counts before extensions that are
    /// called the same.
    fn text(&self, names: &'static [&'static str]) -> Option<String> {
        let namespace = self.node.tag_name().namespace();
        names.iter().find_map(|name| {
            let of = |is_own: bool| {
                let named = self.all(std::slice::from_ref(name));
                named.filter(|node| (node.tag_name().namespace() == namespace) == is_own).find_map(text_of)
            };
            of(true).or_else(|| of(false))
        })
    }

    /// A link of Atom.
    fn href(&self, rel: &str) -> Option<String> {
        let links = self.all(&["link"]);
        let mut fitting = links.filter(|link| link.attribute("rel").unwrap_or("alternate") == rel);
        fitting.find_map(|link| link.attribute("href")).map(str::to_owned)
    }

    /// Its address as written. `origLink` comes first, because `link` may lead to a service that counts clicks.
    fn link(&self) -> Option<String> {
        let without_href =
            || self.all(&["link"]).filter(|link| link.attribute("href").is_none()).find_map(text_of);
        self.text(&["origLink"]).or_else(without_href).or_else(|| self.href("alternate"))
    }

    fn entry(&self) -> Entry {
        let about = self.node.attributes().find(|attribute| attribute.name() == "about");
        let about = about.map(|attribute| attribute.value().trim().to_owned());
        let link = self.link();
        let permalink =
            self.all(&["guid"]).next().filter(|guid| guid.attribute("isPermaLink") != Some("false"));
        let others = [permalink.and_then(text_of), about.clone()];
        let url = link.as_deref().and_then(|written| joined(written, self.base.as_deref()));
        let url = url.or_else(|| others.iter().flatten().find_map(|url| link::absolute(url)));
        let published = self.text(&["pubDate", "published", "date", "issued"]);
        let updated = self.text(&["updated", "modified"]);
        let content = self.all(&["encoded"]).next();
        let content = content.or_else(|| self.all(&["content"]).find(|own| own.attribute("url").is_none()));
        let file = self.all(&["enclosure"]).find_map(|file| file.attribute("url")).map(str::to_owned);
        let image = self.all(&["content", "thumbnail"]).find_map(|image| image.attribute("url"));
        let language = self.node.attribute((XML, "lang")).map(str::to_owned);
        Entry {
            url: url.unwrap_or_default(),
            // Without an id, readers know it by its link.
            id: self.text(&["guid", "id"]).or(about).or(link),
            title: self.text(&["title"]).map(|title| plain(&title)),
            // Atom requires `updated`, and many write nothing else.
            published: published.clone().or_else(|| updated.clone()),
            updated: updated.filter(|_| published.is_some()),
            summary: self.text(&["description", "summary"]),
            content: content.and_then(text_of),
            authors: self.all(&["author", "creator"]).filter_map(name_of).collect(),
            categories: self.all(&["category"]).filter_map(term_of).collect(),
            enclosure: file.or_else(|| self.href("enclosure")),
            image: image.map(str::to_owned),
            language: language.or_else(|| self.text(&["language"])),
            extra: None,
        }
    }
}

/// A title without HTML: whatever its type says, many write some.
fn plain(title: &str) -> String {
    match title.contains(['<', '&']) {
        true => plain_text(title),
        false => title.to_owned(),
    }
}

/// The text of an element and of all in it.
fn text_of(node: Node<'_, '_>) -> Option<String> {
    let texts = node.descendants().filter(Node::is_text).filter_map(|node| node.text());
    Some(texts.collect::<String>().trim().to_owned()).filter(|text| !text.is_empty())
}

fn name_of(author: Node<'_, '_>) -> Option<String> {
    text_of(author.children().find(|node| node.tag_name().name() == "name").unwrap_or(author))
}

fn term_of(category: Node<'_, '_>) -> Option<String> {
    category.attribute("term").map(|term| term.trim().to_owned()).or_else(|| text_of(category))
}

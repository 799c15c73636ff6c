//! The entries of a feed that somebody wrote: RSS 2.0 and 1.0, Atom, JSON Feed.

use roxmltree::{Document, Node, ParsingOptions};
use serde_json::Value;

use crate::text::link;

/// An entry, as far as it says who it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Entry {
    /// Absolute; empty if it has none.
    pub url: String,
    /// What readers know it by.
    pub id: Option<String>,
    pub title: Option<String>,
    /// As written.
    pub published: Option<String>,
    pub updated: Option<String>,
    pub summary: Option<String>,
    pub content: Option<String>,
    pub authors: Vec<String>,
    pub categories: Vec<String>,
    /// The URL of a file that belongs to it.
    pub enclosure: Option<String>,
    pub image: Option<String>,
    pub language: Option<String>,
    /// What it has besides, as written.
    pub extra: Option<String>,
}

/// What a feed says of itself: names and texts, such as its title.
pub(crate) type About = Vec<(&'static str, String)>;

/// What a feed says of itself, as far as readers show it or act by it.
pub(crate) fn about(text: &str) -> About {
    let text = text.trim_start_matches('\u{FEFF}');
    if text.trim_start().starts_with('{') {
        let feed: Value = serde_json::from_str(text).unwrap_or_default();
        let get = |key: &str| feed.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let hubs = feed.get("hubs").map(Value::to_string).unwrap_or_default();
        return vec![
            ("title", get("title")),
            ("link", get("home_page_url")),
            ("description", get("description")),
            ("language", get("language")),
            ("icon", format!("{} {}", get("icon"), get("favicon")).trim().to_owned()),
            ("hubs", hubs),
        ];
    }
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    let Ok(document) = Document::parse_with_options(text, options) else { return About::new() };
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
    let language = root.attribute(("http://www.w3.org/XML/1998/namespace", "lang"));
    vec![
        ("title", of(&["title"])),
        ("link", format!("{} {}", of(&["link"]), rel("alternate")).trim().to_owned()),
        ("description", of(&["description", "subtitle"])),
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

/// The entries; the URL of one that has no link is empty.
///
/// # Errors
/// Why it is no feed: a clause, and for XML the place.
pub(crate) fn entries(text: &str) -> Result<Vec<Entry>, String> {
    let text = text.trim_start_matches('\u{FEFF}');
    if text.trim_start().starts_with('{') { of_json(text) } else { of_xml(text) }
}

fn of_json(text: &str) -> Result<Vec<Entry>, String> {
    let feed: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let items = feed.get("items").and_then(Value::as_array).ok_or("it has no `items`")?;
    let base = ["home_page_url", "feed_url"].iter().find_map(|key| link::absolute(feed.get(key)?.as_str()?));
    let entry = |item: &Value| {
        let get = |key: &str| match item.get(key)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        let id = get("id");
        let url = get("url").and_then(|url| joined(&url, base.as_deref()));
        let list = |key: &str| item.get(key).and_then(Value::as_array).into_iter().flatten();
        let name = |author: &Value| Some(author.get("name")?.as_str()?.to_owned());
        let file = list("attachments").find_map(|file| Some(file.get("url")?.as_str()?.to_owned()));
        Entry {
            url: url.or_else(|| id.as_deref().and_then(link::absolute)).unwrap_or_default(),
            id,
            title: get("title"),
            published: get("date_published"),
            updated: get("date_modified"),
            summary: get("summary"),
            content: get("content_html").or_else(|| get("content_text")),
            authors: list("authors").chain(item.get("author")).filter_map(name).collect(),
            categories: list("tags").filter_map(Value::as_str).map(str::to_owned).collect(),
            enclosure: file,
            image: get("image"),
            language: get("language"),
            extra: item.as_object().and_then(|item| {
                let others = item.iter().filter(|(key, _)| key.starts_with('_'));
                let others: Vec<String> = others.map(|(key, value)| format!("{key}: {value}")).collect();
                (!others.is_empty()).then(|| others.join(", "))
            }),
        }
    };
    Ok(items.iter().map(entry).collect())
}

/// A URL as written, absolute.
fn joined(written: &str, base: Option<&str>) -> Option<String> {
    link::absolute(written).or_else(|| {
        let joined = url::Url::parse(base?).ok()?.join(written.trim()).ok()?;
        link::absolute(joined.as_str())
    })
}

fn of_xml(text: &str) -> Result<Vec<Entry>, String> {
    // Old feeds have a document type, and entities in it; the parser bounds what these make.
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| error.to_string())?;
    let root = document.root_element();
    if !matches!(root.tag_name().name(), "rss" | "RDF" | "feed") {
        return Err(format!("its first element is `<{}>`", root.tag_name().name()));
    }
    let items = document.descendants().filter(|node| matches!(node.tag_name().name(), "item" | "entry"));
    let site = base_of(root);
    Ok(items.map(|item| of_item(item, site.as_deref())).collect())
}

/// The address of a feed's site, from which relative links lead: of the channel, or of the Atom feed.
fn base_of(root: Node<'_, '_>) -> Option<String> {
    let own = root.children().find(|node| node.tag_name().name() == "channel").unwrap_or(root);
    let links = own.children().filter(|node| node.tag_name().name() == "link");
    links.filter_map(|link| link.attribute("href").or(link.text())).find_map(link::absolute)
}

/// The address from which the links of an element lead.
fn base_at(node: Node<'_, '_>, site: Option<&str>) -> Option<String> {
    const XML: &str = "http://www.w3.org/XML/1998/namespace";
    let mut around: Vec<&str> = node.ancestors().filter_map(|node| node.attribute((XML, "base"))).collect();
    around.reverse();
    around
        .into_iter()
        .fold(site.map(str::to_owned), |base, written| joined(written, base.as_deref()).or(base))
}

fn of_item(item: Node<'_, '_>, site: Option<&str>) -> Entry {
    let own = item.tag_name().namespace();
    let all = |names: &'static [&'static str]| {
        item.children().filter(move |node| node.is_element() && names.contains(&node.tag_name().name()))
    };
    let text_of = |node: Node<'_, '_>| {
        let text: String =
            node.descendants().filter_map(|node| node.text().filter(|_| node.is_text())).collect();
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    };
    // What is of the format itself counts before extensions that are called the same.
    let text = |names: &'static [&'static str]| {
        names.iter().find_map(|name| {
            let of = |is_own: bool| {
                let named = all(std::slice::from_ref(name));
                named.filter(move |node| (node.tag_name().namespace() == own) == is_own).find_map(text_of)
            };
            of(true).or_else(|| of(false))
        })
    };
    let base = base_at(item, site);
    let absolute = |written: &str| joined(written, base.as_deref());
    let links = || all(&["link"]);
    let alternate = links().find(|link| {
        link.attribute("href").is_some() && matches!(link.attribute("rel"), None | Some("alternate"))
    });
    let about = item.attributes().find(|attribute| attribute.name() == "about");
    let about = about.map(|attribute| attribute.value().trim().to_owned());
    // What counts clicks stands before the address.
    let link = text(&["origLink"])
        .or_else(|| links().filter(|link| link.attribute("href").is_none()).find_map(text_of))
        .or_else(|| alternate.and_then(|link| link.attribute("href").map(str::to_owned)));
    let guid = all(&["guid"]).next().filter(|guid| guid.attribute("isPermaLink") != Some("false"));
    let url = link.as_deref().and_then(absolute);
    let url = url.or_else(|| {
        [guid.and_then(text_of), about.clone()].iter().flatten().find_map(|url| link::absolute(url))
    });
    let (published, updated) =
        (text(&["pubDate", "published", "date", "issued"]), text(&["updated", "modified"]));
    let name = |author: Node<'_, '_>| {
        let name = author.children().find(|node| node.tag_name().name() == "name").unwrap_or(author);
        text_of(name)
    };
    let category = |category: Node<'_, '_>| {
        category.attribute("term").map(|term| term.trim().to_owned()).or_else(|| text_of(category))
    };
    let file = all(&["enclosure"]).next().and_then(|file| file.attribute("url"));
    let file = file.or_else(|| {
        links()
            .find(|link| link.attribute("rel") == Some("enclosure"))
            .and_then(|link| link.attribute("href"))
    });
    let content = all(&["encoded"]).next();
    let content = content.or_else(|| all(&["content"]).find(|content| content.attribute("url").is_none()));
    Entry {
        // Without an id, readers know it by its link.
        id: text(&["guid", "id"]).or(about).or(link),
        url: url.unwrap_or_default(),
        title: text(&["title"]),
        summary: text(&["description", "summary"]),
        content: content.and_then(text_of),
        authors: all(&["author", "creator"]).filter_map(name).collect(),
        categories: all(&["category"]).filter_map(category).collect(),
        enclosure: file.map(str::to_owned),
        image: all(&["content", "thumbnail"]).find_map(|image| image.attribute("url")).map(str::to_owned),
        language: item
            .attribute(("http://www.w3.org/XML/1998/namespace", "lang"))
            .map(str::to_owned)
            .or_else(|| text(&["language"])),
        extra: None,
        // Atom requires `updated`, and many write nothing else.
        published: published.clone().or_else(|| updated.clone()),
        updated: updated.filter(|_| published.is_some()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn feeds_of_all_kinds() {
        let rss = "<rss><channel><item><link>https://e.com/a</link><guid>g1</guid><pubDate>Thu, 02 Jan 2025 00:00:00 GMT</pubDate></item></channel></rss>";
        let rss_1 = "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:dc='http://purl.org/dc/elements/1.1/'><item rdf:about='https://e.com/r#1'><link>https://e.com/r</link><dc:date>2025-01-01</dc:date></item></rdf:RDF>";
        let atom = "<feed xmlns='http://www.w3.org/2005/Atom'><entry><link rel='self' href='x'/><link href='https://e.com/b'/><id>tag:e.com,2025:b</id><updated>2025-01-03T00:00:00Z</updated></entry></feed>";
        let json = r#"{"items": [{"id": 3, "url": "https://e.com/c", "date_published": "2025-01-04"}]}"#;
        let only_guid = "<rss><item><guid>https://e.com/d</guid></item><item><link>https://e.com/e</link></item><item/></rss>";
        let relative = "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='https://e.com/blog/'><entry xml:base='x/'><link href='f'/><id>f</id></entry></feed>";
        let mixed = "<!DOCTYPE rss [<!ENTITY nbsp ' '>]><rss xmlns:atom='http://www.w3.org/2005/Atom' xmlns:media='m'><channel><link>https://e.com/b/</link><item><media:title>no</media:title><title>yes</title><atom:link rel='replies' href='https://e.com/no'/><link>/g</link><guid isPermaLink='false'>g</guid></item></channel></rss>";
        let shown: Vec<String> = [rss, rss_1, atom, json, only_guid, relative, mixed]
            .into_iter()
            .flat_map(|text| entries(text).unwrap())
            .map(|entry| {
                let Entry { url, id, published, title, .. } = entry;
                assert_ne!(title.as_deref(), Some("no"));
                format!("{url} {} {}", id.unwrap_or_default(), published.unwrap_or_default())
            })
            .collect();
        assert_eq!(
            shown,
            [
                "https://e.com/a g1 Thu, 02 Jan 2025 00:00:00 GMT",
                "https://e.com/r https://e.com/r#1 2025-01-01",
                "https://e.com/b tag:e.com,2025:b 2025-01-03T00:00:00Z",
                "https://e.com/c 3 2025-01-04",
                "https://e.com/d https://e.com/d ",
                "https://e.com/e https://e.com/e ",
                "  ",
                "https://e.com/blog/x/f f ",
                "https://e.com/g g ",
            ]
        );
        for wrong in ["<rss><item>", "{", "{}", "<html/>", ""] {
            assert!(entries(wrong).is_err(), "{wrong}");
        }
    }
}

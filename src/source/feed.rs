//! The entries of a feed that somebody wrote: RSS 2.0 and 1.0, Atom, JSON Feed.

use roxmltree::{Document, Node};
use serde_json::Value;

use crate::text::link;

/// An entry, as far as it says who it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Entry {
    /// Absolute.
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
}

/// The entries that have a link.
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
    let entry = |item: &Value| {
        let get = |key: &str| match item.get(key)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        let id = get("id");
        let url = get("url").or_else(|| id.clone()).and_then(|url| link::absolute(&url))?;
        let list = |key: &str| item.get(key).and_then(Value::as_array).into_iter().flatten();
        let name = |author: &Value| Some(author.get("name")?.as_str()?.to_owned());
        let file = list("attachments").find_map(|file| Some(file.get("url")?.as_str()?.to_owned()));
        Some(Entry {
            url,
            id,
            title: get("title"),
            published: get("date_published"),
            updated: get("date_modified"),
            summary: get("summary"),
            content: get("content_html").or_else(|| get("content_text")),
            authors: list("authors").chain(item.get("author")).filter_map(name).collect(),
            categories: list("tags").filter_map(Value::as_str).map(str::to_owned).collect(),
            enclosure: file,
        })
    };
    Ok(items.iter().filter_map(entry).collect())
}

fn of_xml(text: &str) -> Result<Vec<Entry>, String> {
    let document = Document::parse(text).map_err(|error| error.to_string())?;
    let root = document.root_element();
    if !matches!(root.tag_name().name(), "rss" | "RDF" | "feed") {
        return Err(format!("its first element is `<{}>`", root.tag_name().name()));
    }
    let items = document.descendants().filter(|node| matches!(node.tag_name().name(), "item" | "entry"));
    Ok(items.filter_map(of_item).collect())
}

fn of_item(item: Node<'_, '_>) -> Option<Entry> {
    let child = |name: &str| item.children().find(|node| node.is_element() && node.tag_name().name() == name);
    let text = |names: &[&str]| {
        let texts = names.iter().filter_map(|name| child(name)?.text().map(|text| text.trim().to_owned()));
        texts.into_iter().find(|text| !text.is_empty())
    };
    let links = || item.children().filter(|node| node.is_element() && node.tag_name().name() == "link");
    let alternate = links().find(|link| {
        link.attribute("href").is_some() && matches!(link.attribute("rel"), None | Some("alternate"))
    });
    let about = item.attributes().find(|attribute| attribute.name() == "about");
    let about = about.map(|attribute| attribute.value().trim().to_owned());
    // What counts clicks stands before the address.
    let link = text(&["origLink"])
        .or_else(|| alternate.and_then(|link| link.attribute("href").map(str::to_owned)))
        .or_else(|| text(&["link"]));
    let guid = child("guid").filter(|guid| guid.attribute("isPermaLink") != Some("false"));
    let permalink = guid.and_then(|guid| guid.text()).map(|text| text.trim().to_owned());
    let url = [link.clone(), permalink, about.clone()];
    let url = url.into_iter().flatten().find_map(|url| link::absolute(&url))?;
    let (published, updated) =
        (text(&["pubDate", "published", "date", "issued"]), text(&["updated", "modified"]));
    let all = |names: &'static [&'static str]| {
        item.children().filter(move |node| node.is_element() && names.contains(&node.tag_name().name()))
    };
    let name = |author: Node<'_, '_>| {
        let name = author.children().find(|node| node.tag_name().name() == "name").unwrap_or(author);
        name.text().map(|text| text.trim().to_owned())
    };
    let category = |category: Node<'_, '_>| {
        category.attribute("term").or(category.text()).map(|text| text.trim().to_owned())
    };
    let file = child("enclosure").and_then(|file| file.attribute("url"));
    let file = file.or_else(|| {
        links()
            .find(|link| link.attribute("rel") == Some("enclosure"))
            .and_then(|link| link.attribute("href"))
    });
    // Of HTML, `description` is the text where there is no other.
    let content = child("encoded").or_else(|| child("content").filter(|own| own.attribute("url").is_none()));
    Some(Entry {
        summary: text(&["description", "summary"]),
        content: content.and_then(|content| content.text()).map(|text| text.trim().to_owned()),
        authors: all(&["author", "creator"]).filter_map(name).collect(),
        categories: all(&["category"]).filter_map(category).collect(),
        enclosure: file.map(str::to_owned),
        url,
        // Without an id, readers know it by its link.
        id: text(&["guid", "id"]).or(about).or(link),
        title: text(&["title"]),
        // Atom requires `updated`, and many write nothing else.
        published: published.clone().or_else(|| updated.clone()),
        updated: updated.filter(|_| published.is_some()),
    })
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
        let shown: Vec<String> = [rss, rss_1, atom, json, only_guid]
            .into_iter()
            .flat_map(|text| entries(text).unwrap())
            .map(|entry| {
                let Entry { url, id, published, .. } = entry;
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
            ]
        );
        for wrong in ["<rss><item>", "{", "{}", "<html/>", ""] {
            assert!(entries(wrong).is_err(), "{wrong}");
        }
    }
}

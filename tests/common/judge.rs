//! Judges a document that feedmill wrote by parsers that are not its own (`roxmltree`, `feed-rs`, `serde_json`), and
//! by rules that need no parser: characters, unique ids, absolute URLs, dates.

#![allow(clippy::string_slice, reason = "the places are those of ASCII characters")]

use std::collections::BTreeSet;
use std::io::Read;

use chrono::{DateTime, FixedOffset};
use roxmltree::{Document, Node};
use serde_json::Value;

/// What is wrong with a document, each with the document's name, and how many entries or URLs it has.
pub(crate) fn judge(name: &str, bytes: &[u8]) -> (Vec<String>, usize) {
    let mut judge = Judge { name, found: Vec::new(), entries: 0 };
    let mut unpacked = Vec::new();
    let (name, bytes) = match name.strip_suffix(".gz") {
        Some(inner) => {
            flate2::read::GzDecoder::new(bytes).read_to_end(&mut unpacked).unwrap();
            (inner, unpacked.as_slice())
        }
        None => (name, bytes),
    };
    match std::str::from_utf8(bytes) {
        Err(error) => judge.fault(format!("is not UTF-8: {error}")),
        Ok(text) => {
            judge.characters(text);
            match name.rsplit('.').next() {
                Some("json") => judge.json_feed(text),
                Some("xml" | "opml") => judge.xml(text),
                Some("txt") if !name.ends_with("robots.txt") => text.lines().for_each(|url| judge.url(url)),
                _ => {}
            }
        }
    }
    (judge.found, judge.entries)
}

struct Judge<'a> {
    name: &'a str,
    found: Vec<String>,
    entries: usize,
}

impl Judge<'_> {
    fn fault(&mut self, what: String) {
        self.found.push(format!("{}: {what}", self.name));
    }

    fn rule(&mut self, kept: bool, what: &str) {
        if !kept {
            self.fault(what.to_owned());
        }
    }

    /// Line ends, and what Unicode assigns to characters that can be shown: no controls, no noncharacters, and no
    /// U+FFFD, which marks a loss.
    fn characters(&mut self, text: &str) {
        let published = |c: char| match c as u32 {
            0x09 | 0x0A | 0x20..=0x7E | 0xA0..=0xD7FF | 0xE000..=0xFDCF | 0xFDF0..=0xFFFC => true,
            above @ 0x1_0000.. => above & 0xFFFE != 0xFFFE,
            _ => false,
        };
        if let Some(c) = text.chars().find(|c| !published(*c)) {
            self.fault(format!("contains {c:?}"));
        }
    }

    fn url(&mut self, url: &str) {
        let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        let host = rest.map_or("", |rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
        let ascii = url.bytes().all(|byte| byte.is_ascii_graphic() && !br#"<>"\^`{|}"#.contains(&byte));
        if host.is_empty() || !ascii {
            self.fault(format!("`{url}` is not an absolute URL"));
        }
    }

    /// The tags of HTML in which every `<` of the text is escaped: no script, and no relative URL.
    fn html(&mut self, html: &str) {
        self.characters(html);
        for tag in html.split('<').skip(1).map(inside) {
            let name = tag.split([' ', '>']).next().unwrap_or_default();
            self.rule(
                !["script", "style", "iframe", "form", "object", "embed", "base"].contains(&name),
                &format!("the text has <{name}>"),
            );
            for (at, _) in tag.match_indices("=\"") {
                let attribute = tag[..at].rsplit(' ').next().unwrap_or_default();
                let value = tag[at + 2..].split('"').next().unwrap_or_default();
                self.rule(!attribute.starts_with("on"), &format!("the text has {attribute}"));
                let urls: Vec<&str> = match attribute {
                    "href" | "src" | "poster" | "cite" => vec![value],
                    "srcset" => value.split(", ").collect(),
                    _ => Vec::new(),
                };
                for value in urls {
                    let scheme = value.split_once(':').map_or("", |(scheme, _)| scheme);
                    let known = ["http", "https", "mailto", "tel", "data"].contains(&scheme);
                    self.rule(known, &format!("the text has {attribute}=\"{value}\""));
                }
            }
        }
    }

    fn rfc_3339(&mut self, text: &str) -> Option<DateTime<FixedOffset>> {
        let date = DateTime::parse_from_rfc3339(text).ok();
        self.rule(date.is_some() && text.len() >= 20, &format!("`{text}` is not a date of RFC 3339"));
        date
    }

    fn unique(&mut self, what: &str, values: &[String]) {
        let once: BTreeSet<&String> = values.iter().collect();
        self.rule(once.len() == values.len(), &format!("{what} are not unique: {values:?}"));
    }

    fn xml(&mut self, text: &str) {
        let document = match Document::parse(text) {
            Ok(document) => document,
            Err(error) => return self.fault(format!("is not well-formed: {error}")),
        };
        let root = document.root_element();
        match root.tag_name().name() {
            "rss" => self.rss(text, child(root, "channel").unwrap()),
            "feed" => self.atom(text, root),
            "urlset" | "sitemapindex" => self.sitemap(root),
            "opml" => {
                for outline in root.descendants().filter(|node| node.has_attribute("xmlUrl")) {
                    self.url(outline.attribute("xmlUrl").unwrap());
                    self.entries += 1;
                }
            }
            other => self.fault(format!("has the root `{other}`")),
        }
    }

    /// As many entries as `feed-rs` finds.
    fn read_by_feed_rs(&mut self, text: &str, entries: usize) {
        match feed_rs::parser::parse(text.as_bytes()) {
            Ok(feed) => self.rule(feed.entries.len() == entries, "feed-rs finds other entries"),
            Err(error) => self.fault(format!("feed-rs: {error}")),
        }
        self.entries += entries;
    }

    fn rss(&mut self, text: &str, channel: Node<'_, '_>) {
        for required in ["title", "link", "description"] {
            self.rule(child(channel, required).is_some(), &format!("the channel has no `{required}`"));
        }
        self.url(&text_of(channel, "link"));
        let items: Vec<Node<'_, '_>> = children(channel, "item").collect();
        self.read_by_feed_rs(text, items.len());
        self.unique("ids", &items.iter().map(|item| text_of(*item, "guid")).collect::<Vec<_>>());
        for item in items {
            self.rule(!text_of(item, "title").is_empty(), "an item has no title");
            self.url(&text_of(item, "link"));
            let guid = child(item, "guid").unwrap();
            if guid.attribute("isPermaLink") != Some("false") {
                self.url(guid.text().unwrap_or_default());
            }
            let date = text_of(item, "pubDate");
            self.rule(
                DateTime::parse_from_rfc2822(&date).is_ok(),
                &format!("`{date}` is not a date of RFC 822"),
            );
            for enclosure in children(item, "enclosure") {
                self.url(enclosure.attribute("url").unwrap());
                let length = enclosure.attribute("length").and_then(|length| length.parse::<u64>().ok());
                self.rule(length.is_some_and(|length| length > 0), "an enclosure has no length");
                self.rule(
                    enclosure.attribute("type").is_some_and(|media| media.contains('/')),
                    "an enclosure has no type",
                );
            }
            for body in ["description", "encoded"] {
                self.html(&text_of(item, body));
            }
        }
    }

    fn atom(&mut self, text: &str, feed: Node<'_, '_>) {
        let entries: Vec<Node<'_, '_>> = children(feed, "entry").collect();
        self.read_by_feed_rs(text, entries.len());
        self.unique("ids", &entries.iter().map(|entry| text_of(*entry, "id")).collect::<Vec<_>>());
        let newest = self.rfc_3339(&text_of(feed, "updated"));
        let has_author = child(feed, "author").is_some();
        for place in std::iter::once(feed).chain(entries.iter().copied()) {
            self.rule(text_of(place, "id").contains(':'), "an id is not a URI");
            self.rule(!text_of(place, "title").is_empty(), "a title is missing");
            for link in children(place, "link") {
                self.url(link.attribute("href").unwrap_or_default());
            }
        }
        for entry in entries {
            let updated = self.rfc_3339(&text_of(entry, "updated"));
            let published = self.rfc_3339(&text_of(entry, "published"));
            self.rule(published <= updated, "an entry was updated before it was published");
            self.rule(updated <= newest, "an entry is newer than its feed");
            self.rule(has_author || child(entry, "author").is_some(), "an entry has no author");
            let has_text = ["summary", "content"].iter().any(|name| !text_of(entry, name).trim().is_empty());
            self.rule(has_text, "an entry has no text");
            self.html(&text_of(entry, "content"));
        }
    }

    fn sitemap(&mut self, root: Node<'_, '_>) {
        let pages: Vec<Node<'_, '_>> = root.children().filter(Node::is_element).collect();
        self.unique("URLs", &pages.iter().map(|page| text_of(*page, "loc")).collect::<Vec<_>>());
        self.rule((1..=50_000).contains(&pages.len()), "there are too many pages, or none");
        self.entries += pages.len();
        for page in pages {
            let url = text_of(page, "loc");
            self.url(&url);
            self.rule(url.len() < 2048, "a URL is too long");
            if let Some(date) = child(page, "lastmod") {
                self.rfc_3339(date.text().unwrap_or_default());
            }
        }
    }

    fn json_feed(&mut self, text: &str) {
        let feed: Value = match serde_json::from_str(text) {
            Ok(feed) => feed,
            Err(error) => return self.fault(format!("is not JSON: {error}")),
        };
        self.rule(feed["version"] == "https://jsonfeed.org/version/1.1", "it has another version");
        self.rule(!string(&feed["title"]).is_empty(), "it has no title");
        for key in ["home_page_url", "feed_url", "next_url", "icon", "favicon"] {
            if let Some(url) = feed.get(key) {
                self.url(string(url));
            }
        }
        let items = feed["items"].as_array().cloned().unwrap_or_default();
        self.entries += items.len();
        self.unique("ids", &items.iter().map(|item| string(&item["id"]).to_owned()).collect::<Vec<_>>());
        for item in &items {
            self.strings(item);
            self.url(string(&item["url"]));
            let published = self.rfc_3339(string(&item["date_published"]));
            if let Some(modified) = item.get("date_modified") {
                let modified = self.rfc_3339(string(modified));
                self.rule(published <= modified, "an item was modified before it was published");
            }
            self.rule(
                ["content_html", "content_text"].iter().any(|key| item[key].is_string()),
                "an item has no content",
            );
            self.html(string(&item["content_html"]));
        }
    }

    /// The characters of every string, which JSON may have escaped.
    fn strings(&mut self, value: &Value) {
        match value {
            Value::String(text) => self.characters(text),
            Value::Array(values) => values.iter().for_each(|value| self.strings(value)),
            Value::Object(values) => values.values().for_each(|value| self.strings(value)),
            _ => {}
        }
    }
}

/// A tag without its brackets, from what follows its `<`.
fn inside(rest: &str) -> &str {
    let mut quoted = false;
    let end = rest.find(|c| {
        quoted ^= c == '"';
        c == '>' && !quoted
    });
    &rest[..end.unwrap_or(rest.len())]
}

fn children<'a, 'input: 'a>(node: Node<'a, 'input>, name: &'a str) -> impl Iterator<Item = Node<'a, 'input>> {
    node.children().filter(move |child| child.tag_name().name() == name)
}

/// The first child of this name; of elements of two vocabularies, such as `atom:link` in RSS, the one without prefix.
fn child<'a, 'input: 'a>(node: Node<'a, 'input>, name: &'a str) -> Option<Node<'a, 'input>> {
    let own = node.tag_name().namespace().map(str::to_owned);
    children(node, name)
        .find(|child| child.tag_name().namespace() == own.as_deref())
        .or_else(|| children(node, name).next())
}

fn text_of(node: Node<'_, '_>, name: &str) -> String {
    child(node, name).map(|child| child.text().unwrap_or_default().to_owned()).unwrap_or_default()
}

fn string(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

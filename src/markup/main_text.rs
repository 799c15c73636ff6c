//! The text on a built page: the element that is marked as the text, without what is around a post on its page.

use std::sync::LazyLock;

use ego_tree::NodeId;
use scraper::{ElementRef, Html, Selector};

use super::strip::strip_html;
use super::{dom, front};
use crate::text;

/// How pages mark their text, besides a configured selector: microformats, schema.org, and common themes.
const TEXT_SELECTORS: &[&str] = &[
    ".e-content", "[itemprop~=articleBody]", "[itemprop~=text]", ".entry-content", ".post-content",
    ".page__content", ".article-content", "article > .content", ".post-body", ".article-body",
    ".sl-markdown-content", ".theme-doc-markdown", ".vp-doc", "main article",
];

/// Where pages without `article` and `main` have their text.
const OTHER_SELECTORS: &[&str] =
    &["[role=main]", ".post", ".markdown-body", "#content", "#main-content", "#main", ".content"];

/// Elements that may hold what is around a post: for these alone, class names and ids count.
const CONTAINERS: &[&str] = &["div", "section", "aside", "nav", "ul", "ol", "footer", "header", "form", "p"];

/// Words in a class or id that name what is around a post.
const AROUND: &[&str] = &[
    "share", "sharing", "social", "comments", "disqus", "pagination", "pager", "breadcrumbs", "breadcrumb",
    "related", "relatedposts", "nextprev", "toc", "sidebar", "newsletter", "subscribe", "sharedaddy",
    "addtoany", "addthis",
];

/// Words that go with these without saying anything of a text: `share-buttons` is around a post, `related-work` is not.
const WITH_AROUND: &[&str] = &[
    "posts", "post", "article", "articles", "entries", "buttons", "button", "links", "link", "icons", "icon",
    "list", "nav", "navigation", "box", "area", "section", "widget", "container", "wrapper", "wrap", "bar",
    "block", "thread", "form", "embed", "media", "inner", "outer", "content", "row", "group", "menu",
    "items", "js", "page", "title",
];

static HEADING: LazyLock<Selector> = LazyLock::new(|| dom::selector("h1, h2"));

/// The text of a built page, and the page's `<base>`: the element that the selector finds, else the one that is marked
/// as the text, without what is around a post on its page. `None` if no element is, or if the page only redirects to
/// another.
pub(crate) fn of_page(page: &str, selector: Option<&str>, title: &str) -> Option<(String, Option<String>)> {
    let mut document = dom::document(page)?;
    if select(&document, "meta[http-equiv=refresh i]", "").is_some() {
        return None;
    }
    let base =
        select(&document, "base[href]", "").and_then(|base| base.value().attr("href").map(str::to_owned));
    let precise = selector
        .into_iter()
        .chain(TEXT_SELECTORS.iter().copied())
        .find_map(|selector| select(&document, selector, title));
    let element =
        precise.or_else(|| select(&document, "article", title)).or_else(|| select(&document, "main", title));
    let is_marked = element.is_some();
    let element =
        element.or_else(|| OTHER_SELECTORS.iter().find_map(|selector| select(&document, selector, title)))?;
    let is_whole = !is_marked || matches!(element.value().name(), "article" | "main");
    let id = element.id();
    Some((inner(&mut document, id, is_whole, title)?, base))
}

/// The text of a page, even of one on which no element is known to hold it: then it is all of the page, without what is
/// around a post.
pub(crate) fn of_any_page(page: &str, selector: Option<&str>, title: &str) -> Option<String> {
    of_page(page, selector, title).map(|(text, _)| text).or_else(|| {
        let mut document = dom::document(page)?;
        let body = select(&document, "body", "")?.id();
        inner(&mut document, body, true, title)
    })
}

/// What is in an element, without what is around a post on its page.
fn inner(document: &mut Html, id: NodeId, is_whole: bool, title: &str) -> Option<String> {
    let around = around(ElementRef::wrap(document.tree.get(id)?)?, is_whole, title);
    detach(document, around);
    let front = front::lines(ElementRef::wrap(document.tree.get(id)?)?, title);
    detach(document, front);
    Some(ElementRef::wrap(document.tree.get(id)?)?.inner_html())
}

/// Words in a class or id that name what changes without its author: counters, and stamps.
const STAMPS: &[&str] = &[
    "views", "view-count", "viewcount", "pageviews", "hits", "visitors", "counter", "likes", "reading-time",
    "readingtime", "read-time", "word-count", "wordcount", "last-updated", "lastupdated", "updated",
    "lastmod", "modified", "timestamp", "byline", "author-bio", "author-box", "back", "back-link",
    "backlink", "edit-link", "headerlink", "heading-link", "anchor-link", "copy", "copy-button",
];

/// The words of a text of a page, to be compared: without markup, and without what changes though its author changed
/// nothing.
pub(crate) fn words(html: &str) -> String {
    let Some(mut fragment) = dom::fragment(html) else { return text::one_line(&strip_html(html)) };
    let is_stamp = |element: &ElementRef<'_>| {
        let value = element.value();
        matches!(value.name(), "time" | "aside" | "nav" | "footer" | "button" | "form" | "script" | "style")
            || value
                .classes()
                .chain(value.id())
                .any(|name| STAMPS.contains(&name.to_ascii_lowercase().as_str()))
    };
    let elements = fragment.tree.nodes().filter_map(ElementRef::wrap);
    let stamps = elements.filter(is_stamp).map(|element| element.id()).collect();
    detach(&mut fragment, stamps);
    // Marks by which headings link to themselves.
    let texts = fragment.root_element().text().filter(|text| !matches!(text.trim(), "#" | "¶" | "§" | "🔗"));
    text::one_line(&texts.collect::<Vec<_>>().join(" "))
}

fn detach(document: &mut Html, nodes: Vec<NodeId>) {
    for node in nodes {
        if let Some(mut node) = document.tree.get_mut(node) {
            node.detach();
        }
    }
}

/// Of the elements that a selector finds, the first with the title of the post for a heading, else the one with the most
/// text; never one in a side column, a list of links, or what others have said about the post.
fn select<'a>(document: &'a Html, selector: &str, title: &str) -> Option<ElementRef<'a>> {
    let selector = Selector::parse(selector).ok()?;
    let is_aside = |above: ElementRef<'_>| {
        let value = above.value();
        matches!(value.name(), "aside" | "nav" | "footer")
            || value
                .classes()
                .chain(value.id())
                .any(|name| is_around(name) || matches!(name, "h-cite" | "comment"))
    };
    let aside = |element: &ElementRef<'_>| {
        element.ancestors().filter_map(ElementRef::wrap).chain([*element]).any(is_aside)
    };
    let length = |element: &ElementRef<'_>| element.text().map(str::len).sum::<usize>();
    let found: Vec<ElementRef<'_>> = document.select(&selector).filter(|element| !aside(element)).collect();
    let is_titled = |element: &&ElementRef<'_>| {
        let mut headings = element.select(&HEADING);
        !title.is_empty()
            && headings.any(|heading| text::one_line(&heading.text().collect::<String>()) == title)
    };
    found.iter().find(is_titled).copied().or_else(|| {
        // Of equals, the first.
        let sized = found.into_iter().map(|element| (length(&element), element));
        sized.reduce(|best, next| if next.0 > best.0 { next } else { best }).map(|(_, element)| element)
    })
}

/// Whether a class or id names what is around a post.
fn is_around(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let mut words = name.split(['-', '_']).filter(|word| !word.is_empty());
    words.clone().any(|word| AROUND.contains(&word))
        && words.all(|word| AROUND.contains(&word) || WITH_AROUND.contains(&word))
}

/// The nodes in the text of a page that belong to the page.
fn around(text: ElementRef<'_>, whole: bool, title: &str) -> Vec<NodeId> {
    let all: usize = text.text().map(str::len).sum();
    let mut nodes = Vec::new();
    let mut seen_text = false;
    let mut seen_title = false;
    for element in text.descendants().skip(1).filter_map(ElementRef::wrap) {
        let value = element.value();
        let inside = |names: &[&str]| {
            let above = element.ancestors().take_while(|above| above.id() != text.id());
            above.filter_map(ElementRef::wrap).any(|above| names.contains(&above.value().name()))
        };
        let named = CONTAINERS.contains(&value.name())
            && value.classes().chain(value.id()).any(is_around)
            // A class on the element that holds most of the text describes the page's layout; a list does not hold it.
            && (matches!(value.name(), "ul" | "ol" | "nav" | "form")
                || element.text().map(str::len).sum::<usize>() * 2 < all);
        let part = whole
            && match value.name() {
                "nav" => true,
                "header" | "footer" => !inside(&["blockquote", "figure", "li", "td", "section"]),
                "h1" if !seen_title => {
                    let heading = text::one_line(&element.text().collect::<String>());
                    seen_title = true;
                    heading == title || !seen_text
                }
                _ => false,
            };
        if (named && !inside(&["pre"])) || part || value.attr("role") == Some("navigation") {
            nodes.push(element.id());
        } else if value.name() == "p" {
            seen_text = true;
        }
    }
    nodes
}

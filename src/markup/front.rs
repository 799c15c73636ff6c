//! What pages show between the title and the text: date lines, tag lists, rules; and the rule that is left at the end.

use ego_tree::NodeId;
use scraper::{ElementRef, Node};

use crate::text::{self, date};

/// Words of a class that name such a line.
const META: &[&str] = &[
    "meta", "metadata", "info", "date", "dateline", "datetime", "byline", "published", "updated", "reading",
    "readtime", "tags", "tag", "taglist", "categories", "category", "author", "authors", "posted", "lastmod",
];

/// Words that go with these.
const WITH_META: &[&str] = &[
    "post", "posts", "entry", "article", "page", "blog", "single", "header", "title", "heading", "list",
    "line", "last", "on", "time", "by", "item", "wrapper", "container", "details", "p", "dt", "h", "card",
    "text", "sub", "content", "bar", "row",
];

/// The longest line about a post, in bytes.
const LONGEST: usize = 250;

/// The nodes before the text that give its date, authors and tags, with the rules (`<hr>`) among them, and a
/// rule at its end.
pub(super) fn lines(element: ElementRef<'_>, title: &str) -> Vec<NodeId> {
    let mut nodes = Vec::new();
    before(element, title, &mut nodes);
    nodes.extend(rule_at_end(element));
    nodes
}

fn rule_at_end(element: ElementRef<'_>) -> Option<NodeId> {
    let last = element.children().rev().find(|child| !is_blank(child.value())).and_then(ElementRef::wrap)?;
    match last.value().name() {
        "hr" => Some(last.id()),
        name if is_wrapper(name) => rule_at_end(last),
        _ => None,
    }
}

/// An element that holds a part of the page, or a custom one.
fn is_wrapper(name: &str) -> bool {
    matches!(name, "div" | "section" | "article" | "header") || name.contains('-')
}

/// Collects what is before the text in an element, and in the elements that it begins with. `false` once the text has
/// begun.
fn before(element: ElementRef<'_>, title: &str, nodes: &mut Vec<NodeId>) -> bool {
    for child in element.children().filter(|child| !is_blank(child.value())) {
        let Some(inner) = ElementRef::wrap(child) else { return false };
        let name = inner.value().name();
        if is_front(inner, title) {
            // A heading that repeats the title is removed later, when the text is cleaned; it does not begin the
            // text.
            nodes.extend((!is_heading(name)).then_some(inner.id()));
        } else if is_picture(inner) {
            continue;
        } else if !is_wrapper(name) || !before(inner, title, nodes) {
            return false;
        }
    }
    true
}

fn is_blank(node: &Node) -> bool {
    node.as_text().is_some_and(|text| text.trim().is_empty()) || node.is_comment()
}

fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3")
}

/// A picture, with nothing to read.
fn is_picture(element: ElementRef<'_>) -> bool {
    element.text().all(|text| text.trim().is_empty())
}

/// Whether an element is such a line, or holds nothing else.
fn is_front(element: ElementRef<'_>, title: &str) -> bool {
    let name = element.value().name();
    let line = || text::one_line(&element.text().collect::<String>());
    match name {
        "hr" => true,
        name if is_heading(name) => !title.is_empty() && line() == title,
        "p" | "div" | "ul" | "ol" | "li" | "span" | "header" | "footer" | "dl" | "time" | "small"
        | "address" | "section" => is_about_post(element, &line()) || holds_only_lines(element, title),
        _ => false,
    }
}

fn holds_only_lines(element: ElementRef<'_>, title: &str) -> bool {
    let mut children = element.children().filter(|child| !is_blank(child.value())).peekable();
    children.peek().is_some()
        && children.all(|child| ElementRef::wrap(child).is_some_and(|inner| is_front(inner, title)))
}

/// Whether a short line has a date and little else, or a class that says so, or says how long it takes to read.
fn is_about_post(element: ElementRef<'_>, line: &str) -> bool {
    let holds = |names: &[&str]| {
        let mut inside = element.descendants().filter_map(ElementRef::wrap);
        inside.any(|inner| names.contains(&inner.value().name()))
    };
    if line.is_empty() || line.len() > LONGEST || holds(&["h1", "h2", "h3", "img", "pre", "blockquote"]) {
        return false;
    }
    is_dated(element)
        || element.value().classes().any(is_meta)
        || is_reading_time(line)
        || is_only_date(line)
        || is_author(line)
}

/// Whether a line is a date, maybe after a word such as `Published:`.
fn is_only_date(line: &str) -> bool {
    let (label, date) = line.split_once(": ").unwrap_or(("", line));
    let is_label = label.split_whitespace().all(|word| SAID_OF_DATES.contains(&word.to_lowercase().as_str()));
    (is_label && line.len() > "2025".len() && date::parse(date).is_some())
        || date::in_other_language(line).is_some()
}

/// Whether a line names the author, as `Written by: Ann` does.
fn is_author(line: &str) -> bool {
    let (label, name) = line.split_once(": ").unwrap_or((line, ""));
    let is_label = matches!(label.to_lowercase().as_str(), "by" | "author" | "written by" | "posted by");
    is_label && (1..=MOST_NAMES).contains(&name.split_whitespace().count())
}

/// Whether an element says when the post was written, and at most by whom.
fn is_dated(element: ElementRef<'_>) -> bool {
    let mut rest = String::new();
    let mut has_date = false;
    for node in element.descendants() {
        let above = node.ancestors().filter_map(ElementRef::wrap);
        let mut above = above.take_while(|above| above.id() != element.id()).chain([element]);
        match node.value() {
            Node::Element(inner) if inner.name() == "time" => {
                let date = inner.attr("datetime").map(str::to_owned);
                let date = date.unwrap_or_else(|| {
                    ElementRef::wrap(node).map(|time| time.text().collect()).unwrap_or_default()
                });
                has_date |= date.as_bytes().windows(4).any(|digits| digits.iter().all(u8::is_ascii_digit));
            }
            Node::Text(text) if !above.any(|above| matches!(above.value().name(), "time" | "a")) => {
                rest.push_str(text)
            }
            _ => {}
        }
    }
    let lower = rest.to_lowercase();
    // Up to this many words after `by` are a name.
    let about = lower.split_once("by ").map_or(lower.as_str(), |(about, name)| {
        if name.split_whitespace().count() <= MOST_NAMES { about } else { lower.as_str() }
    });
    let mut words = about.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    has_date
        && words.all(|word| SAID_OF_DATES.contains(&word) || word.bytes().all(|byte| byte.is_ascii_digit()))
}

/// What is said of a date of publication.
const SAID_OF_DATES: &[&str] = &[
    "posted", "published", "written", "updated", "last", "modified", "created", "date", "on", "at", "in",
    "and", "by", "min", "mins", "minute", "minutes", "read", "reading", "time", "words",
];

/// How many words the names of authors have.
const MOST_NAMES: usize = 4;

fn is_meta(class: &str) -> bool {
    let class = class.to_ascii_lowercase();
    let mut words = class.split(['-', '_']).filter(|word| !word.is_empty());
    // An `info` alone is a box in the text.
    words.clone().any(|word| META.contains(&word) && (word != "info" || class != "info"))
        && words.all(|word| META.contains(&word) || WITH_META.contains(&word))
}

/// `3 min read`
fn is_reading_time(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let unit =
        ["minutes", "minute", "mins", "min"].iter().find_map(|unit| rest.trim_start().strip_prefix(unit));
    rest.len() < line.len()
        && unit.is_some_and(|rest| matches!(rest.trim(), "" | "read" | "reading time" | "to read"))
}

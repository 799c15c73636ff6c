//! Atom (RFC 4287), with paging and archives (RFC 5005).

use std::collections::HashSet;

use super::document::{Document, Fix, Form, Link, Of, Piece, Span, quoted};
use super::element::{Child, EMPTY, Frame, Shape, construct, optional, required, shaped, text};
use super::extensions::{CATEGORY, EVERYWHERE, GENERATOR, LINK, OF_CHANNELS, PAGING, PERSON, PUBLISHING};
use super::values::{self, RFC_3339, Value};
use super::{extensions, html, modules, podcast, rss, uri};
use crate::diagnostic::Rule;

/// Of feeds and of sources.
const METADATA: &[Child] = &[
    construct(&["title", "subtitle", "rights"]),
    text(&["id"], Value::Id).tight(),
    text(&["updated"], RFC_3339).tight(),
    text(&["icon", "logo"], Value::Uri(uri::REFERENCE)).filled().tight(),
    shaped(&["author", "contributor"], &PERSON).many(),
    shaped(&["category"], &CATEGORY).many(),
    shaped(&["generator"], &GENERATOR).filled(),
    shaped(&["link"], &LINK).many(),
];

pub(super) const FEED: Shape = Shape {
    attributes: &[optional("indexing:index", values::YES_OR_NO)],
    children: &[
        &[shaped(&["entry"], &ENTRY).many(), shaped(&["at:deleted-entry"], &DELETED).many()],
        METADATA,
    ],
    extensions: modules::IN_CHANNELS,
    child: Some(child_of_feed),
    end: Some(feed),
    ..EMPTY
};

pub(super) const ENTRY: Shape = Shape {
    attributes: &[optional("rdf:parseType", Value::Free)],
    children: &[
        &[
            construct(&["title", "summary", "rights", "content"]),
            text(&["id"], Value::Id).filled().tight(),
            text(&["updated", "published"], RFC_3339).tight(),
            shaped(&["author", "contributor"], &PERSON).many(),
            shaped(&["category"], &CATEGORY).many(),
            shaped(&["link"], &LINK).many(),
            shaped(&["source"], &SOURCE),
        ],
        PUBLISHING,
    ],
    extensions: modules::IN_ITEMS,
    required: &[("title", "MissingElement"), ("id", "MissingElement"), ("updated", "MissingElement")],
    child: Some(|document, _, child| {
        if child.key == "media:adult" {
            rss::old_adult(document, child);
        }
    }),
    end: Some(entry),
    ..EMPTY
};

/// An entry that was deleted (RFC 6721 §3).
const DELETED: Shape = Shape {
    attributes: &[required("ref", Value::Uri(uri::ABSOLUTE_IRI)), required("when", RFC_3339)],
    children: &[&[
        shaped(&["at:by"], &PERSON),
        construct(&["at:comment"]),
        shaped(&["link"], &LINK).many(),
        shaped(&["source"], &SOURCE),
    ]],
    end: Some(|document, frame, _| document.links.truncate(frame.links)),
    ..EMPTY
};

const SOURCE: Shape = Shape {
    children: &[METADATA, EVERYWHERE, OF_CHANNELS],
    end: Some(|document, frame, around| {
        for name in ["title", "id", "updated"].into_iter().filter(|name| !frame.has(name)) {
            let message = format!("{} has no <{name}>", frame.shown());
            document.report(Rule::IncompleteSource, "MissingSourceElement", frame.tag, message);
        }
        // Its author is that of the entry.
        if let Some(entry) = around.last_mut().filter(|entry| frame.has("author") && !entry.has("author")) {
            entry.seen.push(("author", 1, frame.tag));
        }
        let links = document.links.split_off(frame.links);
        alternates(document, &links);
        paging(document, frame, &links);
    }),
    ..EMPTY
};

/// What a feed must have, before its first entry.
const REQUIRED: &[(&str, &str)] =
    &[("title", "MissingElement"), ("id", "MissingElement"), ("updated", "MissingElement")];

fn child_of_feed(document: &mut Document, parent: &Frame, child: &mut Frame) {
    if child.key == "entry" && !parent.has("entry") {
        parent.require(document, REQUIRED);
    }
    let is_metadata = !child.key.is_empty() && !child.key.contains(':') && child.key != "entry";
    child.is_late = is_metadata && parent.has("entry");
}

fn feed(document: &mut Document, frame: &Frame, _: &mut [Frame]) {
    if !frame.has("entry") {
        frame.require(document, REQUIRED);
    }
    let links = std::mem::take(&mut document.links);
    alternates(document, &links);
    extensions::one_self(document, &links);
    if !links.iter().any(|link| link.rel == "self") {
        let message = "the feed does not say its own address: it has no <link rel=\"self\">";
        let fix = document.own.clone().filter(|_| !frame.is_bare).map(|own| {
            let after = Span { start: frame.tag.end(), length: 0 };
            let prefix = frame.name.split_once(':').map_or(String::new(), |(prefix, _)| format!("{prefix}:"));
            Fix::Replace(
                after,
                format!("<{prefix}link rel=\"self\" href=\"{}\"/>", own.replace('&', "&amp;")),
            )
        });
        document.report_with(Rule::NoSelfLink, "MissingSelf", frame.tag, message, fix);
    }
    paging(document, frame, &links);
    let (entries, repeated) = (frame.count("entry"), document.count(Rule::RepeatedEntry));
    if entries > 9 && usize::try_from(entries).is_ok_and(|entries| entries == repeated + 1) {
        document.found.retain(|found| found.rule != Rule::RepeatedEntry);
        document.report(Rule::RepeatedId, "DuplicateIds", frame.tag, "all entries have the same id");
    }
    if let Some((updated, at)) = document.updated
        && document.newest.is_some_and(|newest| newest > updated)
    {
        document.report(Rule::OldDate, "", at, "`updated` of the feed is before that of its newest entry");
    }
    podcast::channel(document, frame);
}

/// Reports links that lead to the same in the same type and language.
fn alternates(document: &mut Document, links: &[Link]) {
    let mut seen = HashSet::new();
    for link in links.iter().filter(|link| link.rel == "alternate") {
        if !seen.insert((link.kind.as_str(), link.hreflang.as_str())) {
            let message = "a second <link rel=\"alternate\"> of the same type and language";
            document.report(Rule::RepeatedLink, "DuplicateAtomLink", link.at, message);
        }
    }
}

fn paging(document: &mut Document, frame: &Frame, links: &[Link]) {
    let said = links.iter().find(|link| link.rel == "self").map(|link| link.href.as_str());
    let is_own = |link: &Link| document.own.as_deref() == Some(&link.href) || said == Some(&link.href);
    let has = |rel: &str| links.iter().any(|link| link.rel == rel);
    let is_complete = frame.has("fh:complete");
    let mut found = Vec::new();
    for link in links.iter().filter(|link| is_complete && PAGING.contains(&link.rel.as_str())) {
        let message = format!("a feed with <fh:complete> has a link `{}`", link.rel);
        match link.rel.as_str() {
            "current" if is_own(link) => {}
            "current" => found.push(("CurrentNotSelfInCompleteFeed", link.at, message)),
            _ => found.push(("FeedRelInCompleteFeed", link.at, message)),
        }
    }
    for (end, beyond) in [("first", "previous"), ("last", "next")] {
        let is_end = links.iter().any(|link| link.rel == end && is_own(link));
        for link in links.iter().filter(|link| is_end && link.rel == beyond) {
            found.push(("LinkPastEnd", link.at, format!("the {end} page has a link `{beyond}`")));
        }
    }
    let mut incomplete = Vec::new();
    if frame.has("fh:archive") && !is_complete {
        if !has("prev-archive") && !has("next-archive") {
            incomplete.push(("ArchiveIncomplete", "an archive has no link `prev-archive` or `next-archive`"));
        }
        if !has("current") {
            incomplete.push(("MissingCurrentInArchive", "an archive has no link `current`"));
        }
    }
    for (w3c, at, message) in found {
        document.report(Rule::BadPaging, w3c, at, message);
    }
    for (w3c, message) in incomplete {
        document.report(Rule::IncompleteArchive, w3c, frame.tag, message);
    }
}

fn entry(document: &mut Document, frame: &Frame, around: &mut [Frame]) {
    let links = document.links.split_off(frame.links);
    let is_inherited = around.last().is_some_and(|feed| feed.has("author"));
    if !frame.has("author") && !is_inherited {
        let message = format!("neither {} nor its feed has an <author>", frame.shown());
        document.report(Rule::MissingElement, "MissingElement", frame.tag, message);
    }
    let [published, updated] = std::mem::take(&mut document.dates);
    if published.zip(updated).is_some_and(|(published, updated)| updated < published) {
        let message = format!("{} was updated before it was published", frame.shown());
        document.report(Rule::OldDate, "", frame.tag, message);
    }
    if !frame.has("content") {
        if !frame.has("summary") {
            let message = format!("{} has neither <content> nor <summary>", frame.shown());
            document.report(Rule::NoText, "MissingTextualContent", frame.tag, message);
        }
        if !links.iter().any(|link| link.rel == "alternate") {
            let message = format!("{} has neither <content> nor <link rel=\"alternate\">", frame.shown());
            document.report(Rule::MissingElement, "MissingContentOrAlternate", frame.tag, message);
        }
    } else if frame.wants_summary && !frame.has("summary") {
        let message = format!("{} has content that is no text, and no <summary>", frame.shown());
        document.report(Rule::MissingElement, "MissingSummary", frame.tag, message);
    }
    alternates(document, &links);
    for link in links.iter().filter(|link| link.rel == "alternate") {
        document.lists(Piece::new(&link.href, Of::Element("link"), link.at));
    }
}

/// Compares the ids and dates of entries. `frame` is the element that has just ended.
pub(super) fn compare(document: &mut Document, frame: &Frame, around: &[Frame]) {
    if !matches!(frame.key, "id" | "updated" | "published") {
        return;
    }
    let parent = around.last().map_or("", |parent| parent.key);
    let piece = frame.piece();
    let of = piece.of;
    let instant = || chrono::DateTime::parse_from_rfc3339(piece.text).ok().map(|date| date.to_utc());
    match (parent, frame.key) {
        ("entry", "id") if !document.is_first("id", piece.text) => {
            let message = format!("{of}: {} is the id of an earlier entry too", quoted(piece.text));
            document.report(Rule::RepeatedEntry, "DuplicateEntries", piece.at, message);
        }
        ("entry", "published") => document.dates[0] = instant(),
        ("entry", "updated") => {
            document.dates[1] = instant();
            document.newest = document.newest.max(document.dates[1]);
            if !document.is_first("updated", piece.text) {
                let message = format!("{of}: {} is the date of an earlier entry too", quoted(piece.text));
                document.report(Rule::SameSecond, "DuplicateUpdated", piece.at, message);
            }
        }
        ("feed", "updated") => document.updated = instant().map(|date| (date, piece.at)),
        _ => {}
    }
}

/// Checks the attributes of an Atom text construct at its start tag.
pub(super) fn construct_begins(document: &mut Document, frame: &Frame) {
    let kind = frame.value("type").unwrap_or("text");
    let at = frame.attribute("type").map_or(frame.tag, |kind| kind.at);
    let of = frame.shown();
    let source = frame.attribute("src");
    let is_content = frame.key.ends_with("content");
    if source.is_none() && document.form == Form::Rss && frame.key != "atom:summary" {
        let message = format!("{of} says what an element of RSS says");
        document.report(Rule::SaidTwice, "DuplicateDescriptionSemantics", frame.tag, message);
    }
    if kind.is_empty() {
        document.report(Rule::EmptyElement, "AttrNotBlank", at, format!("{of} has an empty `type`"));
    }
    if kind.contains('/') && !is_content {
        let message = format!("{of}: `type` is `text`, `html` or `xhtml` here");
        document.report(Rule::BadValue, "InvalidTextType", at, message);
    }
    if kind == "multipart/alternative" && is_content {
        let message = format!("{of}: `multipart/alternative` is a type for e-mail");
        document.report(Rule::BadValue, "InvalidMIMEType", at, message);
    }
    if let Some(source) = source {
        let piece = super::element::written(source);
        uri::look(document, piece, uri::ATTRIBUTE);
        if frame.attribute("type").is_none() {
            document.report(Rule::MissingType, "MissingTypeAttr", frame.tag, format!("{of} has no `type`"));
        }
    }
    let is_named = ["text", "html", "xhtml"].contains(&kind) && source.is_none();
    if frame.attribute("type").is_some() && !kind.is_empty() && !is_named && !values::is_media_type(kind) {
        let message = format!("{of}: {} is neither `text`, `html`, `xhtml` nor a media type", quoted(kind));
        document.report(Rule::BadValue, "InvalidMIMEType", at, message);
    }
    if !frame.has_language {
        let message = format!("nothing says the language of {of}");
        document.report(Rule::NoLanguage, "MissingDCLanguage", frame.tag, message);
    }
}

/// Whether a text of Atom may have elements.
pub(super) fn takes_elements(frame: &Frame) -> bool {
    let kind = frame.value("type").unwrap_or("text");
    kind == "xhtml" || is_xml(kind)
}

fn is_xml(kind: &str) -> bool {
    kind.ends_with("+xml") || kind.ends_with("/xml")
}

/// Checks an Atom text construct at its end tag.
pub(super) fn construct_ends(document: &mut Document, frame: &Frame, around: &mut [Frame]) {
    let kind = frame.value("type").unwrap_or("text");
    let piece = frame.piece();
    let of = piece.of;
    let has_source = frame.attribute("src").is_some();
    let is_binary = kind.contains('/') && !is_xml(kind) && !kind.starts_with("text/");
    if frame.key == "content"
        && (has_source || is_binary)
        && let Some(entry) = around.last_mut()
    {
        entry.wants_summary = true;
    }
    match kind {
        _ if has_source => {
            if !piece.text.is_empty() || frame.has_children {
                let message = format!("{of} has a `src`, and a text besides");
                document.report(Rule::StrayText, "UnexpectedText", frame.tag, message);
            }
        }
        "text" => html::plain(document, piece, "ContainsUndeclaredHTML"),
        "html" => html::content(document, piece, !frame.has_base),
        "xhtml" => {
            if !frame.has_children && !frame.has_stray {
                let message = format!("{of} has no <div> of XHTML");
                document.report(Rule::MissingElement, "MissingXhtmlDiv", frame.tag, message);
            }
            html::plain(document, piece, "NotInline");
        }
        kind if kind.ends_with("/html") => {
            html::content(document, piece, !frame.has_base);
            if !piece.text.contains("<html") {
                let message = format!("{of}: `{kind}` is for whole pages, `html` for parts");
                document.report(Rule::BadHtml, "HtmlFragment", frame.tag, message);
            }
        }
        _ if is_binary => {
            let is_coded = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c) || c.is_whitespace();
            let length = piece.text.chars().filter(|c| !c.is_whitespace()).count();
            if !piece.text.chars().all(is_coded) || length % 4 != 0 {
                let message = format!("{of}: `{kind}` is written in Base64");
                document.report(Rule::BadValue, "NotBase64", frame.tag, message);
            }
        }
        _ => html::plain(document, piece, "ContainsUndeclaredHTML"),
    }
    if piece.text.is_empty() && !frame.has_children && !has_source && !frame.has_stray {
        document.report(Rule::EmptyElement, "NotBlank", frame.tag, format!("{of} is empty"));
    }
}

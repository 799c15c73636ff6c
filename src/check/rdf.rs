//! RSS 0.90, 1.0 (<https://web.resource.org/rss/1.0/spec>) and 1.1, which are RDF.

use super::document::{Document, quoted};
use super::element::{EMPTY, Frame, Shape, any, optional, shaped, text};
use super::extensions::{ATOM_IN_CHANNELS, ATOM_IN_ITEMS, EVERYWHERE, RESOURCE};
use super::rss::{DESCRIPTION, LINK, TEXT_INPUT, TITLE, no_language};
use super::values::{URL, Value};
use super::{modules, podcast, rss, uri};
use crate::diagnostic::Rule;

pub(super) const RDF: Shape = Shape {
    children: &[&[
        shaped(&["channel", "rss090:channel"], &CHANNEL),
        shaped(&["item"], &ITEM).many(),
        shaped(&["image"], &IMAGE).many(),
        shaped(&["textinput"], &INPUT).many(),
        any(&["cc:License", "taxo:topic", "rdf:Description"]),
    ]],
    required: &[("channel", "MissingElement")],
    ..EMPTY
};

/// RSS 1.1, whose first element is the channel.
pub(super) const CHANNEL: Shape = Shape {
    attributes: &[optional("rdf:about", Value::Uri(uri::REFERENCE))],
    children: &[
        &[
            text(&["title"], Value::Plain).filled(),
            text(&["description"], Value::Plain),
            text(&["link"], URL),
            shaped(&["image"], &rss::IMAGE),
            shaped(&["textinput"], &REFERENCE),
            shaped(&["items"], &ITEMS),
            shaped(&["textInput"], &TEXT_INPUT),
            any(&["rdfs:label", "rdfs:comment", "cc:license"]),
        ],
        ATOM_IN_CHANNELS,
    ],
    extensions: modules::IN_CHANNELS,
    required: &[("description", DESCRIPTION), ("link", LINK), ("title", TITLE)],
    end: Some(|document, frame, around| {
        about(document, frame, around.is_empty());
        if frame.attribute("rdf:about").is_some() && !frame.has("items") {
            frame.require(document, &[("items", "MissingElement")]);
        }
        no_language(document, frame);
        podcast::channel(document, frame);
    }),
    ..EMPTY
};
const REFERENCE: Shape = Shape {
    attributes: &[
        optional("rdf:resource", Value::Free),
        optional("rdf:about", Value::Free),
        optional("rdf:parseType", Value::Free),
    ],
    is_open: true,
    ..EMPTY
};
const ITEM: Shape = Shape {
    attributes: &[optional("rdf:about", Value::Uri(uri::REFERENCE))],
    children: &[
        &[
            text(&["title"], Value::Plain).filled(),
            text(&["link"], URL),
            shaped(&["description", "content:encoded"], &BODY),
            any(&["content:items", "rdfs:label", "rdfs:comment", "thr:children", "xhtml:body", "cc:license"]),
            shaped(&["trackback:ping"], &RESOURCE),
            shaped(&["trackback:about", "l:permalink"], &RESOURCE).many(),
        ],
        ATOM_IN_ITEMS,
    ],
    extensions: modules::IN_ITEMS,
    required: &[("link", "MissingElement"), ("title", "MissingElement")],
    end: Some(|document, frame, _| about(document, frame, false)),
    ..EMPTY
};
const IMAGE: Shape = Shape {
    attributes: &[optional("rdf:about", Value::Uri(uri::REFERENCE))],
    children: &[&[text(&["title"], Value::Plain).filled(), text(&["link", "url"], URL)], EVERYWHERE],
    required: &[("title", TITLE), ("link", LINK), ("url", "MissingElement")],
    end: Some(|document, frame, _| about(document, frame, false)),
    ..EMPTY
};
const INPUT: Shape = Shape {
    attributes: &[optional("rdf:about", Value::Uri(uri::REFERENCE))],
    children: TEXT_INPUT.children,
    required: TEXT_INPUT.required,
    end: Some(|document, frame, _| about(document, frame, false)),
    ..EMPTY
};

/// Looks at what a resource of RDF says that it is about.
fn about(document: &mut Document, frame: &Frame, is_root: bool) {
    match frame.attribute("rdf:about") {
        Some(about) => {
            let is_of_channel = frame.key == "channel" || is_root;
            if !document.is_first("rdf:about", &about.value) && !is_of_channel {
                let message = format!("{}: {} is repeated", frame.shown(), quoted(&about.value));
                document.report(Rule::RepeatedId, "DuplicateValue", about.at, message);
            }
        }
        None if document.version != "0.90" && !is_root => {
            let message = format!("{} has no `rdf:about`", frame.shown());
            document.report(Rule::MissingAttribute, "MissingAttribute", frame.tag, message);
        }
        None => {}
    }
}

/// A text, which may be XHTML.
const BODY: Shape = Shape {
    attributes: &[
        optional("rdf:parseType", Value::Free),
        optional("rdf:datatype", Value::Free),
        optional("rdf:resource", Value::Free),
    ],
    text: Value::Html,
    is_open: true,
    ..EMPTY
};

/// The items of a channel, in their order.
const ITEMS: Shape = Shape {
    attributes: &[optional("rdf:parseType", Value::Free)],
    children: &[&[shaped(&["rdf:Seq"], &SEQUENCE), shaped(&["item"], &ITEM).many()]],
    child: Some(|document, parent, child| {
        if child.key == "item" && document.version != "1.1" {
            let message = format!("{} is not allowed in {}", child.shown(), parent.shown());
            document.report(Rule::UnknownElement, "UndefinedElement", child.tag, message);
        }
    }),
    ..EMPTY
};
const SEQUENCE: Shape = Shape {
    children: &[&[shaped(
        &["rdf:li"],
        &Shape {
            attributes: &[optional("resource", Value::Free), optional("rdf:resource", Value::Free)],
            ..EMPTY
        },
    )
    .many()]],
    ..EMPTY
};

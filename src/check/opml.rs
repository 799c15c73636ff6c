//! OPML 1.0, 1.1 and 2.0 (<http://opml.org/spec2.opml>).

use super::document::{Document, quoted};
use super::element::{EMPTY, Frame, Shape, optional, shaped, text};
use super::extensions::EVERYWHERE;
use super::uri;
use super::values::{POSITIVE, TRUE_OR_FALSE, URL, Value};
use crate::diagnostic::Rule;

pub(super) const OPML: Shape = Shape {
    attributes: &[optional("version", Value::Free)],
    children: &[&[shaped(&["head"], &HEAD).many(), shaped(&["body"], &BODY).many()], EVERYWHERE],
    required: &[("head", "MissingElement"), ("body", "MissingElement")],
    end: Some(|document, frame, _| match frame.attribute("version") {
        Some(version) if !["1.0", "1.1", "2.0"].contains(&version.value.as_str()) => {
            let message = format!("{}: there is no OPML `{}`", frame.shown(), version.value);
            document.report(Rule::BadVersion, "InvalidOPMLVersion", version.at, message);
        }
        None if frame.name != "outlineDocument" => {
            let message = format!("{} has no `version`", frame.shown());
            document.report(Rule::MissingAttribute, "MissingAttribute", frame.tag, message);
        }
        _ => {}
    }),
    ..EMPTY
};

const HEAD: Shape = Shape {
    children: &[
        &[
            text(&["title", "ownerName"], Value::Html),
            text(&["dateCreated", "dateModified"], Value::Rfc822),
            text(&["ownerEmail"], Value::Address),
            text(&["ownerId"], Value::Http),
            text(&["docs"], URL),
            text(&["expansionState"], Value::Numbers("InvalidExpansionState")),
            text(&["vertScrollState", "windowTop", "windowLeft", "windowBottom", "windowRight"], POSITIVE)
                .filled(),
        ],
        EVERYWHERE,
    ],
    ..EMPTY
};
const BODY: Shape = Shape {
    children: &[&[shaped(&["outline"], &OUTLINE).many()], EVERYWHERE],
    required: &[("outline", "MissingElement")],
    ..EMPTY
};
static OUTLINE: Shape = Shape {
    attributes: &[
        optional("text", Value::Html),
        optional("title", Value::Html),
        optional("description", Value::Html),
        optional("type", Value::Free),
        optional("version", Value::Free),
        optional("category", Value::Free),
        optional("created", Value::Rfc822),
        optional("htmlUrl", URL),
        optional("xmlUrl", Value::Free),
        optional("url", URL),
        optional("language", Value::Language),
        optional("isBreakpoint", TRUE_OR_FALSE),
        optional("isComment", TRUE_OR_FALSE),
    ],
    children: &[&[shaped(&["outline"], &OUTLINE).many()], EVERYWHERE],
    end: Some(outline),
    ..EMPTY
};

fn outline(document: &mut Document, frame: &Frame, around: &mut [Frame]) {
    let has = |key: &str| frame.attribute(key).is_some();
    let report = |document: &mut Document, w3c, what: String| {
        document.report(Rule::Outline, w3c, frame.tag, format!("{} {what}", frame.shown()));
    };
    if !has("text") {
        let message = format!("{} has no `text`", frame.shown());
        document.report(Rule::MissingAttribute, "MissingAttribute", frame.tag, message);
    }
    let kind = frame.value("type").map(str::to_ascii_lowercase);
    match kind.as_deref() {
        Some("rss") => {
            if !has("xmlUrl") {
                report(document, "MissingXmlURL", "is a feed, and has no `xmlUrl`".to_owned());
            }
            if !has("title") {
                report(document, "MissingTitleAttr", "is a feed, and has no `title`".to_owned());
            }
        }
        Some("link") if !has("url") => {
            report(document, "MissingUrlAttr", "is a link, and has no `url`".to_owned());
        }
        Some("link") => {}
        Some(kind) => {
            let version = around.first().and_then(|root| root.value("version"));
            if version.is_some_and(|version| version.starts_with("1.")) {
                report(
                    document,
                    "InvalidOutlineType",
                    format!("has the type `{kind}`, which OPML 1 does not know"),
                );
            }
        }
        None => {
            // A title alone may be that of a folder.
            let is_folder = frame.has("outline");
            let is_of_feeds =
                ["description", "htmlUrl", "language", "version", "xmlUrl"].into_iter().any(has);
            if frame.attributes.len() > 1 && (is_of_feeds || (has("title") && !is_folder)) {
                report(document, "MissingOutlineType", "looks like a feed, and has no `type`".to_owned());
            }
        }
    }
    if let Some(url) = frame.attribute("xmlUrl").filter(|url| uri::scheme(&url.value).is_none()) {
        let message =
            format!("{}: {} is no address that readers can subscribe to", frame.shown(), quoted(&url.value));
        document.report(Rule::Outline, "", url.at, message);
    }
    let versions = ["RSS", "RSS1", "RSS2", "scriptingNews"];
    if let Some(version) = frame.value("version").filter(|version| !versions.contains(version)) {
        report(
            document,
            "InvalidOutlineVersion",
            format!("has the version `{version}`, which is none of feeds"),
        );
    }
}

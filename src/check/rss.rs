//! RSS 0.91, 0.92 and 2.0 (<https://www.rssboard.org/rss-specification>), with the profile of the RSS Advisory Board
//! (<https://www.rssboard.org/rss-profile>).

use super::document::{Document, Fix, Form, Span, quoted};
use super::element::{EMPTY, Frame, Shape, any, markup, optional, required, shaped, text};
use super::extensions::{ACCESS, ATOM_IN_CHANNELS, ATOM_IN_ITEMS, EVERYWHERE};
use super::values::{self, POSITIVE, URL, Value};
use super::{extensions, html, modules, podcast, uri};
use crate::diagnostic::Rule;

pub(super) const RSS: Shape = Shape {
    attributes: &[optional("version", Value::Free)],
    children: &[&[shaped(&["channel"], &CHANNEL), ACCESS]],
    required: &[("channel", "MissingElement")],
    ..EMPTY
};

pub(super) const TITLE: &str = "MissingTitle";
pub(super) const LINK: &str = "MissingLink";
pub(super) const DESCRIPTION: &str = "MissingDescription";

const CHANNEL: Shape = Shape {
    attributes: &[optional("indexing:index", values::YES_OR_NO)],
    children: &[
        &[
            shaped(&["item"], &ITEM).many(),
            text(&["title"], Value::Plain).filled(),
            text(&["description", "copyright"], Value::Plain),
            text(&["link", "docs"], URL),
            text(&["pubDate", "lastBuildDate"], Value::Rfc822),
            text(&["managingEditor", "webMaster"], Value::Contact),
            text(&["language"], Value::Language),
            text(&["generator"], Value::Free),
            text(&["rating"], Value::Free).many(),
            text(&["ttl"], POSITIVE).filled(),
            shaped(&["category"], &CATEGORY).many(),
            shaped(&["image"], &IMAGE),
            shaped(&["textInput"], &TEXT_INPUT),
            shaped(&["cloud"], &CLOUD),
            shaped(&["skipHours"], &HOURS),
            shaped(&["skipDays"], &WEEKDAYS),
            any(&["cc:license"]),
        ],
        ATOM_IN_CHANNELS,
    ],
    extensions: modules::IN_CHANNELS,
    required: &[("description", DESCRIPTION), ("link", LINK), ("title", TITLE)],
    child: Some(child_of_channel),
    end: Some(channel),
    ..EMPTY
};

const ITEM: Shape = Shape {
    children: &[
        &[
            text(&["title"], Value::Plain).filled(),
            text(&["link", "comments"], URL),
            shaped(&["description"], &TEXT),
            shaped(&["content:encoded"], &TEXT),
            text(&["pubDate"], Value::Rfc822),
            text(&["author"], Value::Contact),
            shaped(&["category"], &CATEGORY).filled().many(),
            shaped(&["guid"], &GUID),
            shaped(&["enclosure"], &ENCLOSURE).many(),
            shaped(&["source"], &SOURCE),
            markup(&["xhtml:body"]).many(),
            any(&["content:items", "cc:license"]),
        ],
        ATOM_IN_ITEMS,
    ],
    extensions: modules::IN_ITEMS,
    child: Some(child_of_item),
    end: Some(item),
    ..EMPTY
};

const CATEGORY: Shape = Shape { attributes: &[optional("domain", Value::Free)], text: Value::Plain, ..EMPTY };
pub(super) const IMAGE: Shape = Shape {
    attributes: &[
        optional("rdf:resource", Value::Free),
        optional("rdf:about", Value::Free),
        optional("rdf:parseType", Value::Free),
    ],
    children: &[
        &[
            text(&["title"], Value::Plain).filled(),
            text(&["link", "url"], URL),
            text(&["description"], Value::Plain),
            text(&["width"], Value::Number(1, 144, "InvalidWidth")),
            text(&["height"], Value::Number(1, 400, "InvalidHeight")),
        ],
        EVERYWHERE,
    ],
    end: Some(|document, frame, _| {
        if frame.attribute("rdf:resource").is_none() {
            frame.require(document, &[("title", TITLE), ("url", "MissingElement")]);
            if frame.attribute("rdf:parseType").is_none() {
                frame.require(document, &[("link", LINK)]);
            }
        }
    }),
    ..EMPTY
};
pub(super) const TEXT_INPUT: Shape = Shape {
    attributes: &[optional("rdf:about", Value::Free), optional("rdf:resource", Value::Free)],
    children: &[
        &[
            text(&["title"], Value::Plain),
            text(&["name"], Value::FormName),
            text(&["description"], Value::Free),
            text(&["link"], URL),
        ],
        EVERYWHERE,
    ],
    required: &[("title", TITLE), ("link", LINK), ("description", DESCRIPTION), ("name", "MissingElement")],
    ..EMPTY
};
const CLOUD: Shape = Shape {
    attributes: &[
        required("domain", Value::Free),
        required("port", Value::Number(1, i64::MAX, "InvalidIntegerAttribute")),
        required("path", Value::Free),
        required("registerProcedure", Value::Free),
        required("protocol", Value::Free),
    ],
    ..EMPTY
};
const HOURS: Shape = Shape {
    children: &[&[shaped(&["hour"], &Shape { text: Value::Free, end: Some(hour), ..EMPTY }).many()]],
    required: &[("hour", "MissingElement")],
    end: Some(|document, frame, _| too_many(document, frame, "hour", 24, "NotEnoughHoursInTheDay")),
    ..EMPTY
};
const WEEKDAY_NAMES: &[&str] =
    &["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const WEEKDAYS: Shape = Shape {
    children: &[&[shaped(
        &["day"],
        &Shape {
            text: Value::Word(WEEKDAY_NAMES, false, "InvalidDay"),
            end: Some(|document, frame, around| {
                if WEEKDAY_NAMES.contains(&frame.text.trim()) {
                    once(document, frame, around, frame.text.trim());
                }
            }),
            ..EMPTY
        },
    )
    .many()]],
    required: &[("day", "MissingElement")],
    end: Some(|document, frame, _| too_many(document, frame, "day", 7, "EightDaysAWeek")),
    ..EMPTY
};
const GUID: Shape = Shape {
    attributes: &[optional("isPermaLink", Value::Word(&["true", "false"], false, "InvalidBooleanAttribute"))],
    text: Value::Free,
    end: Some(guid),
    ..EMPTY
};
const ENCLOSURE: Shape = Shape {
    attributes: &[
        required("url", Value::Http),
        required("length", Value::Free),
        required("type", Value::MediaType("InvalidMIMEAttribute")),
    ],
    end: Some(enclosure),
    ..EMPTY
};
const SOURCE: Shape = Shape { attributes: &[required("url", URL)], text: Value::Plain, ..EMPTY };
/// A description, or the whole text.
const TEXT: Shape = Shape { text: Value::Free, end: Some(body), ..EMPTY };

/// Elements that say the same, the one of RSS first.
const SAME: &[(&str, &str)] = &[
    ("managingEditor", "dc:creator"),
    ("category", "dc:subject"),
    ("pubDate", "dc:date"),
    ("generator", "admin:generatorAgent"),
    ("webMaster", "dc:publisher"),
    ("language", "dc:language"),
    ("copyright", "dc:rights"),
    ("lastBuildDate", "dcterms:modified"),
    ("creativeCommons:license", "cc:license"),
];
const SAME_OF_ITEM: &[(&str, &str)] = &[
    ("author", "dc:creator"),
    ("category", "dc:subject"),
    ("pubDate", "dc:date"),
    ("pubDate", "atom:published"),
    ("guid", "atom:id"),
    ("source", "dc:source"),
    ("creativeCommons:license", "cc:license"),
];

fn said_twice(
    document: &mut Document,
    parent: &Frame,
    child: &Frame,
    same: &[(&str, &str)],
    w3c: &'static str,
) {
    for (one, other) in same {
        let first = match child.key {
            key if key == *one => other,
            key if key == *other => one,
            _ => continue,
        };
        if parent.has(first) {
            let message = format!("<{first}> and {} say the same", child.shown());
            document.report(Rule::SaidTwice, w3c, child.tag, message);
        }
    }
}

fn child_of_channel(document: &mut Document, parent: &Frame, child: &mut Frame) {
    said_twice(document, parent, child, SAME, "DuplicateSemantics");
    let is_metadata = !child.key.contains(':') || matches!(child.key, "atom:link");
    child.is_late = !matches!(child.key, "item" | "rating")
        && is_metadata
        && document.form == Form::Rss
        && parent.has("item");
    if child.key == "textInput" && document.is_rss_2() {
        document.report(Rule::TextInput, "AvoidTextInput", child.tag, "no reader shows <textInput>");
    }
}

fn child_of_item(document: &mut Document, parent: &Frame, child: &mut Frame) {
    said_twice(document, parent, child, SAME_OF_ITEM, "DuplicateItemSemantics");
    let is_rss = document.form == Form::Rss;
    match child.key {
        "enclosure" if parent.has("enclosure") => {
            let message = format!("{} has a second {}", parent.shown(), child.shown());
            document.report(Rule::SecondEnclosure, "DuplicateEnclosure", child.tag, message);
        }
        "xhtml:body" if is_rss => {
            let message = format!("{} says what <description> says", child.shown());
            document.report(Rule::SaidTwice, "DuplicateDescriptionSemantics", child.tag, message);
        }
        "wfw:commentRSS" => {
            let message = format!("{} is written <wfw:commentRss>", child.shown());
            document.report(Rule::OldElement, "CommentRSS", child.tag, message);
        }
        "media:adult" => old_adult(document, child),
        _ => {}
    }
}

/// Reports an element that `media:rating` has replaced.
pub(super) fn old_adult(document: &mut Document, child: &Frame) {
    let message = format!("{} has been replaced by <media:rating>", child.shown());
    document.report(Rule::OldElement, "DeprecatedMediaAdult", child.tag, message);
}

/// Reports a channel without a language.
pub(super) fn no_language(document: &mut Document, frame: &Frame) {
    if !frame.has("language") && !frame.has("dc:language") && !frame.has_language {
        let message = "the feed does not say its language";
        document.report(Rule::NoLanguage, "MissingDCLanguage", frame.tag, message);
    }
}

fn channel(document: &mut Document, frame: &Frame, _: &mut [Frame]) {
    no_language(document, frame);
    let links = std::mem::take(&mut document.links);
    extensions::one_self(document, &links);
    if document.version == "2.0" && !links.iter().any(|link| link.rel == "self") {
        let message = "the feed does not say its own address: it has no <atom:link rel=\"self\">";
        let fix = document.own.clone().filter(|_| !frame.is_bare).map(|own| {
            let after = Span { start: frame.tag.end(), length: 0 };
            let link = format!(
                "<atom:link xmlns:atom=\"http://www.w3.org/2005/Atom\" rel=\"self\" \
                 type=\"application/rss+xml\" href=\"{}\"/>",
                own.replace('&', "&amp;")
            );
            Fix::Replace(after, link)
        });
        document.report_with(Rule::NoSelfLink, "MissingAtomSelfLink", frame.tag, message, fix);
    }
    podcast::channel(document, frame);
}

fn item(document: &mut Document, frame: &Frame, around: &mut [Frame]) {
    document.item_link.clear();
    document.links.truncate(frame.links);
    if !frame.has("title") && !frame.has("description") {
        let message = format!("{} has neither <title> nor <description>", frame.shown());
        document.report(Rule::EmptyItem, "ItemMustContainTitleOrDescription", frame.tag, message);
    }
    if !frame.has("guid") && document.is_rss_2() {
        document.report(
            Rule::MissingGuid,
            "MissingGuid",
            frame.tag,
            format!("{} has no <guid>", frame.shown()),
        );
    }
    if let Some(content) = frame.place("content:encoded").filter(|_| document.form == Form::Rss) {
        let description = frame.place("description");
        if description.is_none_or(|description| description.start > content.start) {
            let message = "<content:encoded> comes before any <description>";
            let fix = description.map(|description| Fix::Move(description, content.start));
            document.report_with(
                Rule::LateDescription,
                "NeedDescriptionBeforeContent",
                content,
                message,
                fix,
            );
        }
    }
    let is_podcast = frame.seen.iter().any(|(key, ..)| key.starts_with("itunes:"));
    for (url, at) in std::mem::take(&mut document.enclosed).into_iter().filter(|_| is_podcast) {
        podcast::enclosure(document, &url, at);
    }
    let is_dated = around.last().is_some_and(|channel| channel.has("lastBuildDate"));
    if frame.has("slash:comments") && !is_dated && document.form == Form::Rss {
        let message = "<slash:comments> counts comments, and the channel has no <lastBuildDate>";
        document.report(Rule::UndatedComments, "SlashDate", frame.tag, message);
    }
}

/// Looks at the text of an item.
fn body(document: &mut Document, frame: &Frame, _: &mut [Frame]) {
    match frame.key {
        "description" if document.version == "0.91" => html::plain(document, frame.piece(), "ContainsHTML"),
        _ => html::content(document, frame.piece(), true),
    }
}

fn guid(document: &mut Document, frame: &Frame, _: &mut [Frame]) {
    let piece = frame.piece();
    let of = piece.of;
    if piece.text.is_empty() {
        return document.report(Rule::EmptyElement, "NotBlank", piece.at, format!("{of} is empty"));
    }
    if !document.is_first("guid", piece.text) {
        let message = format!("{of}: {} is the id of an earlier item too", quoted(piece.text));
        document.report(Rule::RepeatedId, "DuplicateValue", piece.at, message);
    }
    let is_permalink = matches!(frame.value("isPermaLink"), None | Some("true"));
    let lower = piece.text.to_ascii_lowercase();
    if !is_permalink {
        if piece.text.len() < 9 && piece.text.bytes().all(|byte| byte.is_ascii_digit()) {
            let message = format!("{of}: {} is so short that other feeds may have it", quoted(piece.text));
            document.report(Rule::ShortId, "NotSufficientlyUnique", piece.at, message);
        }
    } else if uri::look(document, piece, uri::PERMALINK)
        && (lower.starts_with("tag:") || lower.starts_with("urn:uuid:"))
    {
        let message = format!(
            "{of}: {} is not the URL of a page: it needs `isPermaLink=\"false\"`",
            quoted(piece.text)
        );
        document.report(Rule::BadGuid, "InvalidPermalink", piece.at, message);
    } else if uri::scheme(piece.text).is_none()
        && document.found.last().is_none_or(|found| found.at != piece.at)
    {
        // The W3C's validator lets it pass, and readers open it as a page of their own.
        let message = format!("{of}: {} is no URL: it needs `isPermaLink=\"false\"`", quoted(piece.text));
        document.report(Rule::RelativeReference, "", piece.at, message);
    }
}

fn enclosure(document: &mut Document, frame: &Frame, _: &mut [Frame]) {
    if let Some(length) = frame.attribute("length") {
        let number = length.value.trim().parse::<i64>();
        let (w3c, what) = match number {
            Ok(0..) => ("", ""),
            Ok(-1) => ("UseZeroForUnknown", "0 says that the length is not known"),
            Ok(_) => ("InvalidNonNegativeInteger", "it is no length"),
            Err(_) => ("InvalidIntegerAttribute", "it is no whole number"),
        };
        if !w3c.is_empty() {
            let message = format!("{}: `length` is {}: {what}", frame.shown(), quoted(&length.value));
            document.report(Rule::BadNumber, w3c, length.at, message);
        }
    }
    document.enclosed.extend(frame.attribute("url").map(|url| (url.value.clone(), url.at)));
}

fn hour(document: &mut Document, frame: &Frame, around: &mut [Frame]) {
    let piece = frame.piece();
    let of = piece.of;
    let hour = piece.text.parse::<u32>().ok();
    match hour {
        Some(hour @ 0..=24) => {
            if hour == 24 {
                document.report(
                    Rule::NumberForm,
                    "UseZeroForMidnight",
                    piece.at,
                    format!("{of}: midnight is 0"),
                );
            }
            once(document, frame, around, &(hour % 24).to_string());
        }
        _ => {
            let message = format!("{of}: {} is no hour from 0 to 23", quoted(piece.text));
            document.report(Rule::BadNumber, "InvalidHour", piece.at, message);
        }
    }
}

fn once(document: &mut Document, frame: &Frame, around: &[Frame], what: &str) {
    let list = around.last().map_or(0, |list| list.tag.start);
    if !document.is_first(&format!("{} of {list}", frame.key), what) {
        let message = format!("{}: {} is repeated", frame.shown(), quoted(what));
        document.report(Rule::RepeatedId, "DuplicateValue", frame.tag, message);
    }
}

fn too_many(document: &mut Document, frame: &Frame, name: &str, most: u32, w3c: &'static str) {
    if frame.count(name) > most {
        let message = format!("{} has more than {most} <{name}>", frame.shown());
        document.report(Rule::BadNumber, w3c, frame.tag, message);
    }
}

/// Looks at what must be alike in a channel and its image, and in a feed and its entries. `frame` is over.
pub(super) fn compare(document: &mut Document, frame: &Frame, around: &[Frame]) {
    let parent = around.last().map_or("", |parent| parent.key);
    let piece = frame.piece();
    let of = piece.of;
    match (parent, frame.key) {
        ("channel", "title") => document.title = piece.text.to_owned(),
        ("channel", "link") => document.link = piece.text.to_owned(),
        ("item", "link") => {
            document.lists(piece);
            piece.text.clone_into(&mut document.item_link);
        }
        ("channel", "docs") => {
            document.is_profiled = piece.text == "http://www.rssboard.org/rss-specification"
        }
        ("image", "title")
            if document.form == Form::Rss && !document.title.is_empty() && document.title != piece.text =>
        {
            let message = format!("{of}: the title of the channel is {}", quoted(&document.title));
            document.report(Rule::OtherImage, "ImageTitleDoesntMatch", piece.at, message);
        }
        ("image", "link")
            if document.form == Form::Rss && !document.link.is_empty() && document.link != piece.text =>
        {
            let message = format!("{of}: the link of the channel is {}", quoted(&document.link));
            document.report(Rule::OtherImage, "ImageLinkDoesntMatch", piece.at, message);
        }
        ("image", "url") if document.form == Form::Rss => {
            let suffix = piece.text.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
            let is_word =
                !suffix.is_empty() && suffix.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            if is_word && !matches!(suffix.as_str(), "jpg" | "jpeg" | "gif" | "png") {
                let message = format!("{of}: few readers show a `.{suffix}`");
                document.report(Rule::ImageFormat, "ImageUrlFormat", piece.at, message);
            }
        }
        _ => {}
    }
}

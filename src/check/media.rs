//! Media RSS (<https://www.rssboard.org/media-rss>).

use super::document::{Document, quoted};
use super::element::{Child, EMPTY, Frame, Shape, any, optional, required, shaped, text};
use super::extensions::EVERYWHERE;
use super::html;
use super::values::{self, NATURAL, POSITIVE, TRUE_OR_FALSE, URL, Value};
use crate::diagnostic::Rule;

const TEXT_TYPE: Value = Value::Word(&["plain", "html"], false, "InvalidMediaTextType");

const CATEGORY: Shape = Shape {
    attributes: &[optional("label", Value::Plain), optional("scheme", URL)],
    text: Value::Free,
    ..EMPTY
};
const COPYRIGHT: Shape = Shape { attributes: &[optional("url", URL)], text: Value::Free, ..EMPTY };
const CREDIT: Shape = Shape {
    attributes: &[optional("role", Value::Free), optional("scheme", Value::Free)],
    text: Value::Free,
    end: Some(credit),
    ..EMPTY
};
const HASH: Shape = Shape {
    attributes: &[optional("algo", Value::Word(&["md5", "sha-1"], false, "InvalidMediaHash"))],
    text: Value::Free,
    end: Some(hash),
    ..EMPTY
};
const PLAYER: Shape = Shape {
    attributes: &[required("url", URL), optional("height", POSITIVE), optional("width", POSITIVE)],
    ..EMPTY
};
const THUMBNAIL: Shape = Shape {
    attributes: &[
        required("url", URL),
        optional("height", POSITIVE),
        optional("width", POSITIVE),
        optional("time", Value::Moment),
    ],
    ..EMPTY
};
const RATING: Shape =
    Shape { attributes: &[optional("scheme", Value::Free)], text: Value::Free, end: Some(rating), ..EMPTY };
const RESTRICTION: Shape = Shape {
    attributes: &[
        required("relationship", Value::Word(&["allow", "deny"], false, "InvalidMediaRestrictionRel")),
        optional("type", Value::Word(&["country", "uri", "sharing"], false, "InvalidMediaRestrictionType")),
    ],
    text: Value::Free,
    end: Some(restriction),
    ..EMPTY
};
const TITLE: Shape =
    Shape { attributes: &[optional("type", TEXT_TYPE)], text: Value::Free, end: Some(title), ..EMPTY };
const TEXT: Shape = Shape {
    attributes: &[
        optional("type", TEXT_TYPE),
        optional("lang", Value::Language),
        optional("start", Value::Moment),
        optional("end", Value::Moment),
    ],
    text: Value::Free,
    end: Some(title),
    ..EMPTY
};
const CONTENT: Shape = Shape {
    attributes: &[
        optional("bitrate", Value::Leading("InvalidFloat")),
        optional("channels", NATURAL),
        optional("duration", Value::Leading("InvalidFloat")),
        optional("expression", Value::Word(&["sample", "full", "nonstop"], false, "InvalidMediaExpression")),
        optional("fileSize", POSITIVE),
        optional("framerate", Value::Leading("InvalidFloat")),
        optional("height", POSITIVE),
        optional("isDefault", TRUE_OR_FALSE),
        optional("lang", Value::Language),
        optional(
            "medium",
            Value::Word(&["image", "audio", "video", "document", "executable"], false, "InvalidMediaMedium"),
        ),
        optional("samplingrate", Value::Leading("InvalidFloat")),
        optional("type", Value::MediaType("InvalidMIMEAttribute")),
        optional("url", URL),
        optional("width", POSITIVE),
    ],
    children: &[ELEMENTS, EVERYWHERE],
    ..EMPTY
};
const GROUP: Shape = Shape {
    children: &[ELEMENTS, &[shaped(&["media:content"], &CONTENT).many()]],
    end: Some(|document, frame, _| {
        if frame.count("media:content") < 2 {
            let message = format!("{} has fewer than two <media:content> to choose from", frame.shown());
            document.report(Rule::SingleMedia, "MediaGroupWithoutAlternatives", frame.tag, message);
        }
    }),
    ..EMPTY
};

/// Of channels, items, groups and contents.
pub(super) const ELEMENTS: &[Child] = &[
    text(&["media:adult"], TRUE_OR_FALSE),
    shaped(&["media:category"], &CATEGORY).many(),
    shaped(&["media:copyright"], &COPYRIGHT),
    shaped(&["media:credit"], &CREDIT).many(),
    shaped(&["media:title", "media:description"], &TITLE),
    text(&["media:keywords"], Value::Free).many(),
    shaped(&["media:hash"], &HASH).many(),
    shaped(&["media:player"], &PLAYER).many(),
    shaped(&["media:rating"], &RATING).many(),
    shaped(&["media:restriction"], &RESTRICTION).many(),
    shaped(&["media:text"], &TEXT).many(),
    shaped(&["media:thumbnail"], &THUMBNAIL).many(),
    // Of version 1.5.
    any(&[
        "media:community", "media:comments", "media:embed", "media:responses", "media:backLinks",
        "media:status", "media:price", "media:license", "media:subTitle", "media:peerLink", "media:location",
        "media:rights", "media:scenes",
    ]),
];

/// Of items.
pub(super) const OF_ITEMS: &[Child] =
    &[shaped(&["media:group"], &GROUP).many(), shaped(&["media:content"], &CONTENT).many()];

/// The roles of the European Broadcasting Union (<https://www.ebu.ch/metadata/cs/web/ebu_RoleCodeCS_p.xml.htm>).
const ROLES: &[&str] = &[
    "actor",
    "adaptor",
    "anchor person",
    "animal trainer",
    "animator",
    "announcer",
    "armourer",
    "art director",
    "artist",
    "artist/performer",
    "assistant camera",
    "assistant chief lighting technician",
    "assistant director",
    "assistant producer",
    "assistant visual editor",
    "author",
    "broadcast assistant",
    "broadcast journalist",
    "camera operator",
    "carpenter",
    "casting",
    "causeur",
    "chief lighting technician",
    "choir",
    "choreographer",
    "clapper loader",
    "commentary or commentator",
    "commissioning broadcaster",
    "composer",
    "computer programmer",
    "conductor",
    "consultant",
    "continuity checker",
    "correspondent",
    "costume designer",
    "dancer",
    "dialogue coach",
    "director",
    "director of photography",
    "distribution company",
    "draughtsman",
    "dresser",
    "dubber",
    "editor",
    "editor/producer",
    "ensemble",
    "executive producer",
    "expert",
    "fight director",
    "floor manager",
    "focus puller",
    "foley artist",
    "foley editor",
    "foley mixer",
    "graphic assistant",
    "graphic designer",
    "greensman",
    "grip",
    "hairdresser",
    "illustrator",
    "interviewed guest",
    "interviewer",
    "key character",
    "key grip",
    "key talents",
    "leadman",
    "librettist",
    "lighting director",
    "lighting technician",
    "location manager",
    "lyricist",
    "make up artist",
    "manufacturer",
    "matte artist",
    "music arranger",
    "music group",
    "musician",
    "news reader",
    "orchestra",
    "participant",
    "performer",
    "photographer",
    "post",
    "producer",
    "production assistant",
    "production company",
    "production department",
    "production manager",
    "production secretary",
    "programme production researcher",
    "programme proposal",
    "property manager",
    "publishing company",
    "puppeteer",
    "pyrotechnician",
    "reporter",
    "rigger",
    "runner",
    "scenario",
    "scenic operative",
    "script supervisor",
    "second assistant camera",
    "second assistant director",
    "second unit director",
    "set designer",
    "set dresser",
    "sign language",
    "singer",
    "sound designer",
    "sound mixer",
    "sound recordist",
    "special effects",
    "stunts",
    "subtitles",
    "technical director",
    "term",
    "translation",
    "transportation manager",
    "treatment",
    "treatment proposal",
    "treatment/programme proposal",
    "vision mixer",
    "visual editor",
    "visual effects",
    "wardrobe",
    "witness",
];

fn credit(document: &mut Document, frame: &Frame, _: &mut [Frame]) {
    let scheme = frame.value("scheme").filter(|scheme| !scheme.is_empty()).unwrap_or("urn:ebu");
    if let Some(role) = frame.attribute("role").filter(|role| !role.value.is_empty()) {
        let is_role = match scheme {
            "urn:ebu" => ROLES.contains(&role.value.as_str()),
            _ => role.value == role.value.to_lowercase(),
        };
        if !is_role {
            let message = format!("{}: {} is no role", frame.shown(), quoted(&role.value));
            document.report(Rule::BadValue, "InvalidCreditRole", role.at, message);
        }
    }
    if let Some(scheme) =
        frame.attribute("scheme").filter(|scheme| scheme.value != "urn:ebu" && !scheme.value.is_empty())
    {
        values::look(document, URL, super::element::written(scheme));
    }
}

fn hash(document: &mut Document, frame: &Frame, _: &mut [Frame]) {
    let text = frame.text.trim();
    let length = if frame.value("algo") == Some("sha-1") { 40 } else { 32 };
    if text.len() != length || !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        let message = format!("{}: {} does not have {length} digits", frame.shown(), quoted(text));
        document.report(Rule::BadValue, "InvalidMediaHash", frame.tag, message);
    }
}

fn rating(document: &mut Document, frame: &Frame, _: &mut [Frame]) {
    let text = frame.text.trim();
    let scheme = frame.attribute("scheme").filter(|scheme| !scheme.value.is_empty());
    let is_rating = match scheme.map_or("urn:simple", |scheme| scheme.value.as_str()) {
        "urn:simple" => matches!(text, "adult" | "nonadult"),
        "urn:mpaa" => matches!(text, "g" | "m" | "nc-17" | "pg" | "pg-13" | "r" | "x"),
        "urn:v-chip" => matches!(
            text,
            "14+"
                | "18+"
                | "c"
                | "c8"
                | "g"
                | "pg"
                | "tv-14"
                | "tv-g"
                | "tv-ma"
                | "tv-pg"
                | "tv-y"
                | "tv-y7"
                | "tv-y7-fv"
        ),
        "urn:icra" => is_icra(text),
        _ => {
            let scheme = scheme.map(|scheme| super::element::written(scheme));
            return scheme.into_iter().for_each(|scheme| values::look(document, URL, scheme));
        }
    };
    if !is_rating {
        let message = format!("{}: {} is no rating of its scheme", frame.shown(), quoted(text));
        document.report(Rule::BadValue, "InvalidMediaRating", frame.tag, message);
    }
}

/// `r (nz 1 vz 0)`: the labels of the Internet Content Rating Association.
fn is_icra(text: &str) -> bool {
    let Some(inside) = text.strip_prefix("r (").and_then(|rest| rest.strip_suffix(')')) else { return false };
    let words: Vec<&str> = inside.split(' ').collect();
    words.len().is_multiple_of(2)
        && words.chunks(2).all(|pair| {
            let [code, value] = pair else { return false };
            let mut letters = code.chars();
            let last = match (letters.next(), letters.next(), letters.next()) {
                (Some(first), Some(second), None) => (first, second),
                _ => return false,
            };
            match last {
                ('n' | 's' | 'v' | 'l' | 'o' | 'c' | 'x', 'z') => matches!(*value, "0" | "1"),
                ('n' | 'l', 'a'..='c') | ('s', 'a'..='f') | ('v', 'a'..='j') => *value == "1",
                ('o', 'a'..='h') | ('c', 'a'..='b') | ('x', 'a'..='e') => *value == "1",
                _ => false,
            }
        })
}

fn restriction(document: &mut Document, frame: &Frame, _: &mut [Frame]) {
    let text = frame.text.trim();
    let mut report = |w3c, what: &str| {
        document.report(
            Rule::BadValue,
            w3c,
            frame.tag,
            format!("{}: {} {what}", frame.shown(), quoted(text)),
        );
    };
    match frame.value("type") {
        None | Some("") if !matches!(text, "" | "all" | "none") => {
            report("InvalidMediaRestriction", "is neither `all` nor `none`");
        }
        Some("country") => {
            let is_country =
                |word: &str| word.len() == 2 && word.bytes().all(|byte| byte.is_ascii_alphabetic());
            if !text.split(' ').all(is_country) {
                report("InvalidCountryCode", "is no list of codes of ISO 3166");
            }
        }
        Some("uri") => values::look(document, URL, frame.piece()),
        _ => {}
    }
}

fn title(document: &mut Document, frame: &Frame, _: &mut [Frame]) {
    let piece = frame.piece();
    if frame.value("type") == Some("html") {
        html::content(document, piece, false);
    } else {
        html::plain(document, piece, "ContainsUndeclaredHTML");
    }
}

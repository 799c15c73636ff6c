//! Extensions of a few elements each: OpenSearch queries (<https://github.com/dewitt/opensearch>), FeedSync, and
//! Microsoft's Simple List Extensions.

use super::document::{Document, quoted};
use super::element::{Child, EMPTY, Frame, Shape, any, optional, required, shaped, text};
use super::extensions::{self, EVERYWHERE};
use super::values::{NATURAL, POSITIVE, RFC_3339, URL, Value, WHOLE};
use super::{google, media, podcast};
use crate::diagnostic::Rule;

/// What extensions add to channels and feeds of every format.
pub(super) const IN_CHANNELS: &[&[Child]] = &[
    EVERYWHERE,
    extensions::OF_CHANNELS,
    OF_CHANNELS,
    podcast::EVERYWHERE,
    podcast::OF_CHANNELS,
    media::ELEMENTS,
];
/// What they add to items and entries.
pub(super) const IN_ITEMS: &[&[Child]] = &[
    EVERYWHERE,
    extensions::OF_ITEMS,
    podcast::EVERYWHERE,
    podcast::OF_ITEMS,
    media::ELEMENTS,
    media::OF_ITEMS,
    google::OF_ITEMS,
    OF_ITEMS,
];

const FLAG: Value = Value::Word(&["true", "false"], false, "InvalidTrueFalse");

/// What a search was, or may be.
const QUERY: Shape = Shape {
    attributes: &[
        required("role", Value::Free),
        optional("title", Value::Short(256)),
        optional("totalResults", NATURAL),
        optional("searchTerms", Value::Free),
        optional("count", NATURAL),
        optional("startIndex", WHOLE),
        optional("startPage", WHOLE),
        optional("language", Value::Language),
        optional("inputEncoding", Value::Free),
        optional("outputEncoding", Value::Free),
        optional("parameter", Value::Free),
    ],
    end: Some(query),
    ..EMPTY
};

fn query(document: &mut Document, frame: &Frame, _: &mut [Frame]) {
    let mut wrong = |key: &str, w3c, what: &str| {
        let Some(attribute) = frame.attribute(key) else { return };
        let message = format!("{}: `{key}`: {} {what}", frame.shown(), quoted(&attribute.value));
        document.report(Rule::BadValue, w3c, attribute.at, message);
    };
    let roles = ["request", "example", "related", "correction", "subset", "superset"];
    if frame.value("role").is_some_and(|role| !roles.contains(&role) && !role.contains(':')) {
        wrong("role", "InvalidLocalRole", "is no role of OpenSearch");
    }
    let is_coded = |c: char| c.is_ascii_alphanumeric() || "%_.-~/".contains(c) || c.is_whitespace();
    if frame.value("searchTerms").is_some_and(|terms| !terms.chars().all(is_coded)) {
        wrong("searchTerms", "NotURLEncoded", "is not encoded as in URLs");
    }
    for key in ["inputEncoding", "outputEncoding"] {
        let is_known = |name: &str| encoding_rs::Encoding::for_label(name.as_bytes()).is_some();
        if frame.value(key).is_some_and(|name| !is_known(name)) {
            wrong(key, "InvalidEncoding", "is no encoding");
        }
    }
}

/// Of channels and feeds.
const OF_CHANNELS: &[Child] = &[
    shaped(&["opensearch:Query"], &QUERY).many(),
    text(&["cf:treatAs"], Value::Free).many(),
    shaped(
        &["cf:listinfo"],
        &Shape {
            children: &[&[
                shaped(
                    &["cf:sort"],
                    &Shape {
                        attributes: &[
                            optional("data-type", Value::Free),
                            optional("default", Value::Free),
                            optional("element", Value::Free),
                            optional("label", Value::Free),
                            optional("ns", Value::Free),
                        ],
                        ..EMPTY
                    },
                )
                .many(),
                shaped(
                    &["cf:group"],
                    &Shape {
                        attributes: &[
                            optional("element", Value::Free),
                            optional("label", Value::Free),
                            optional("ns", Value::Free),
                        ],
                        ..EMPTY
                    },
                )
                .many(),
            ]],
            ..EMPTY
        },
    )
    .many(),
    shaped(
        &["sx:sharing"],
        &Shape {
            attributes: &[
                optional("since", RFC_3339),
                optional("until", RFC_3339),
                optional("expires", RFC_3339),
            ],
            children: &[&[shaped(
                &["sx:related"],
                &Shape {
                    attributes: &[
                        required("link", URL),
                        optional("title", Value::Plain),
                        required("type", Value::Word(&["complete", "aggregated"], false, "InvalidSseType")),
                    ],
                    ..EMPTY
                },
            )
            .many()]],
            end: Some(|document, frame, _| {
                for (one, other) in [("since", "until"), ("until", "since")] {
                    if frame.attribute(one).is_some() && frame.attribute(other).is_none() {
                        let message = format!("{} has `{one}`, and no `{other}`", frame.shown());
                        document.report(Rule::MissingAttribute, "MissingAttribute", frame.tag, message);
                    }
                }
            }),
            ..EMPTY
        },
    )
    .many(),
];

/// Of items and entries.
const OF_ITEMS: &[Child] = &[shaped(
    &["sx:sync"],
    &Shape {
        attributes: &[
            optional("deleted", FLAG),
            optional("noconflicts", FLAG),
            required("id", Value::Free),
            required("updates", POSITIVE),
        ],
        children: &[&[
            shaped(
                &["sx:history"],
                &Shape {
                    attributes: &[
                        optional("by", Value::Plain),
                        required("sequence", POSITIVE),
                        optional("when", RFC_3339),
                    ],
                    ..EMPTY
                },
            )
            .many(),
            any(&["sx:conflicts"]),
        ]],
        end: Some(|document, frame, _| {
            let Some(id) = frame.attribute("id") else { return };
            if !document.is_first("sx:sync", &id.value) {
                let message = format!("{}: {} is repeated", frame.shown(), quoted(&id.value));
                document.report(Rule::RepeatedId, "DuplicateValue", id.at, message);
            }
        }),
        ..EMPTY
    },
)
.many()];

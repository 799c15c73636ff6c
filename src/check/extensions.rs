//! Extensions of feeds: what their elements may have, and where they may be.

use super::dates::Iso;
use super::document::{Document, Link};
use super::element::{Child, EMPTY, Frame, Shape, any, construct, optional, required, shaped, text, written};
use super::uri;
use super::values::{self, NATURAL, POSITIVE, RFC_3339, URL, Value, W3C_DATE, WHOLE, YES_OR_NO};
use crate::diagnostic::Rule;
use crate::text::link::decoded;

/// A property of RDF whose value is another resource.
pub(super) const RESOURCE: Shape = Shape {
    attributes: &[
        optional("rdf:resource", Value::Uri(uri::REFERENCE)),
        optional("dc:title", Value::Free),
        optional("l:type", Value::Free),
    ],
    text: Value::Free,
    end: Some(|document, frame, _| {
        if document.form == super::document::Form::Rdf && frame.attribute("rdf:resource").is_none() {
            let message = format!("{} has no `rdf:resource`", frame.shown());
            document.report(Rule::MissingAttribute, "MissingAttribute", frame.tag, message);
        }
    }),
    ..EMPTY
};

/// A link of RSS 1.0 (<https://web.resource.org/rss/1.0/modules/link/>).
const MODULE_LINK: Shape = Shape {
    attributes: &[
        optional("rdf:resource", Value::Uri(uri::REFERENCE)),
        optional("l:type", Value::Free),
        required("l:rel", URL),
        optional("l:lang", Value::Language),
        optional("l:title", Value::Plain),
    ],
    text: Value::Free,
    end: Some(|document, frame, _| {
        if let Some(kind) = frame.attribute("l:type") {
            let is_uri = kind.value.contains(':');
            let value = if is_uri { URL } else { Value::MediaType("InvalidMIMEType") };
            values::look(document, value, written(kind));
        }
    }),
    ..EMPTY
};

const POINT: Shape = Shape {
    children: &[&[
        text(&["geo:lat"], Value::Degrees(90, "InvalidLatitude")),
        text(&["geo:long"], Value::Degrees(180, "InvalidLongitude")),
    ]],
    required: &[("geo:lat", "MissingElement"), ("geo:long", "MissingElement")],
    ..EMPTY
};
const NAMED: &[super::element::Attribute] = &[optional("srsName", Value::Free)];
const RING: Shape =
    Shape { attributes: NAMED, children: &[&[text(&["gml:posList"], Value::Positions)]], ..EMPTY };
const WHERE: Shape = Shape {
    children: &[&[
        shaped(
            &["gml:Point"],
            &Shape { attributes: NAMED, children: &[&[text(&["gml:pos"], Value::Position)]], ..EMPTY },
        ),
        shaped(&["gml:LineString"], &RING),
        shaped(
            &["gml:Polygon"],
            &Shape {
                attributes: NAMED,
                children: &[&[shaped(
                    &["gml:exterior"],
                    &Shape { children: &[&[shaped(&["gml:LinearRing"], &RING)]], ..EMPTY },
                )]],
                ..EMPTY
            },
        ),
        shaped(
            &["gml:Envelope"],
            &Shape {
                attributes: NAMED,
                children: &[&[text(&["gml:lowerCorner", "gml:upperCorner"], Value::Position)]],
                ..EMPTY
            },
        ),
    ]],
    ..EMPTY
};

/// In channels, items, feeds, entries, images and outlines.
pub(super) const EVERYWHERE: &[Child] = &[
    text(
        &[
            "dc:title", "dc:description", "dc:type", "dc:format", "dc:source", "dcterms:abstract",
            "dcterms:dateAccepted", "dcterms:dateCopyrighted", "dcterms:dateSubmitted", "dcterms:mediator",
        ],
        Value::Free,
    ),
    text(
        &[
            "dc:publisher", "dc:contributor", "dc:identifier", "dc:relation", "dc:coverage", "dc:creator",
            "dc:subject", "dcterms:alternative", "dcterms:audience", "georss:featureTypeTag",
            "georss:relationshipTag", "georss:featureName", "georss:featuretypetag",
            "georss:relationshiptag", "georss:featurename",
        ],
        Value::Free,
    )
    .many(),
    text(&["dc:language"], Value::Language),
    text(&["dc:rights"], Value::Plain),
    text(&["dcterms:created", "dcterms:issued", "dcterms:modified"], W3C_DATE),
    text(&["dc:date"], W3C_DATE).many(),
    text(&["dcterms:extent"], POSITIVE).filled(),
    shaped(&["dcterms:tableOfContents"], &RESOURCE),
    shaped(
        &[
            "dcterms:isVersionOf", "dcterms:hasVersion", "dcterms:isReplacedBy", "dcterms:replaces",
            "dcterms:isRequiredBy", "dcterms:requires", "dcterms:isPartOf", "dcterms:hasPart",
            "dcterms:isReferencedBy", "dcterms:references", "dcterms:isFormatOf", "dcterms:hasFormat",
            "dcterms:conformsTo", "rdfs:seeAlso",
        ],
        &RESOURCE,
    )
    .many(),
    any(&[
        "dcterms:valid",
        "dcterms:available",
        "dcterms:spatial",
        "dcterms:temporal",
        "dcterms:accessRights",
        "dcterms:accrualMethod",
        "dcterms:accrualPeriodicity",
        "dcterms:accrualPolicy",
        "dcterms:bibliographicCitation",
        "dcterms:educationLevel",
        "dcterms:instructionalMethod",
        "dcterms:license",
        "dcterms:provenance",
        "dcterms:rightsHolder",
        "rdf:RDF",
        "georss:circle",
        "rdf:type",
        "rdf:Description",
    ]),
    shaped(&["geo:Point"], &POINT).many(),
    text(&["geo:lat", "geourl:latitude", "icbm:latitude"], Value::Degrees(90, "InvalidLatitude")).many(),
    text(&["geo:long", "geourl:longitude", "icbm:longitude"], Value::Degrees(180, "InvalidLongitude")).many(),
    text(&["geo:alt", "georss:elev"], Value::Decimal("InvalidFloatUnit")).many(),
    text(&["georss:radius"], Value::Measure("InvalidFloat")).many(),
    text(&["georss:floor"], WHOLE).many(),
    shaped(&["georss:where"], &WHERE).many(),
    text(&["georss:point"], Value::Position).many(),
    text(&["georss:line", "georss:polygon", "georss:box"], Value::Positions).many(),
    text(&["opml:dateCreated", "opml:dateModified"], Value::Rfc822),
    text(&["opml:ownerName"], Value::Html),
    text(&["opml:ownerEmail"], Value::Address),
    text(&["opml:ownerId"], Value::Http),
];

/// A reference to what an entry answers (RFC 4685 §3).
const IN_REPLY_TO: Shape = Shape {
    attributes: &[
        optional("ref", Value::Id),
        optional("href", Value::Uri(uri::IRI)),
        optional("source", Value::Uri(uri::IRI)),
        optional("type", Value::MediaType("InvalidMIMEType")),
    ],
    ..EMPTY
};

/// Of items and entries.
pub(super) const OF_ITEMS: &[Child] = &[
    any(&["taxo:topics", "ev:location", "ev:organizer", "foaf:maker", "foaf:primaryTopic"]),
    shaped(&["l:link"], &MODULE_LINK).many(),
    shaped(&["annotate:reference"], &RESOURCE),
    text(&["ag:source", "ev:type"], Value::Free),
    text(&["ag:sourceURL"], URL),
    text(&["ag:timestamp"], Value::Iso(Iso::Any)),
    text(&["ev:startdate", "ev:enddate"], Value::Iso(Iso::Event)),
    text(&["feedburner:awareness", "feedburner:origEnclosureLink", "feedburner:origLink"], URL),
    text(&["slash:comments", "thr:total"], NATURAL),
    text(
        &[
            "slash:section", "slash:department", "wiki:diff", "wiki:history", "wiki:importance",
            "wiki:status", "wiki:version",
        ],
        Value::Free,
    )
    .many(),
    text(&["slash:hit_parade"], Value::Numbers("InvalidCommaSeparatedIntegers")),
    shaped(&["thr:in-reply-to"], &IN_REPLY_TO).many(),
    text(&["wfw:comment", "wfw:commentRss", "wfw:commentRSS", "trackback:ping"], URL),
    text(&["trackback:about", "creativeCommons:license"], URL).many(),
    text(&["conversationsNetwork:introMilliseconds", "conversationsNetwork:ratingCount"], NATURAL),
    text(&["conversationsNetwork:ratingIndividual"], POSITIVE),
    text(&["conversationsNetwork:ratingAverage"], Value::Decimal("InvalidFloat")),
    text(&["conversationsNetwork:ratingTimestamp"], Value::Iso(Iso::Any)),
    text(&["conversationsNetwork:image"], Value::Http),
];

const META: Shape = Shape {
    attributes: &[
        required("name", Value::Word(&["robots"], true, "InvalidMetaName")),
        required(
            "content",
            Value::Word(
                &[
                    "all", "none", "index", "noindex", "follow", "nofollow", "index,follow",
                    "index,nofollow", "noindex,follow", "noindex,nofollow", "follow,index", "follow,noindex",
                    "nofollow,index", "nofollow,noindex",
                ],
                true,
                "InvalidMetaContent",
            ),
        ),
    ],
    ..EMPTY
};

/// Of channels and feeds.
pub(super) const OF_CHANNELS: &[Child] = &[
    shaped(&["admin:generatorAgent", "admin:errorReportsTo"], &RESOURCE),
    text(
        &[
            "blogChannel:blogRoll",
            "blogChannel:mySubscriptions",
            "blogChannel:blink",
            "blogChannel:changes",
            "feedburner:awareness",
            "feedburner:feedburnerHostname",
        ],
        URL,
    ),
    text(
        &["sy:updatePeriod"],
        Value::Word(&["hourly", "daily", "weekly", "monthly", "yearly"], false, "InvalidUpdatePeriod"),
    ),
    text(&["sy:updateFrequency"], POSITIVE).filled(),
    text(&["sy:updateBase"], W3C_DATE),
    any(&["foaf:maker", "taxo:topics", "xhtml:div", "feedburner:emailServiceId", "app:collection"]),
    shaped(&["fh:archive", "fh:complete"], &EMPTY).many(),
    shaped(&["cp:server"], &RESOURCE).many(),
    shaped(&["l:link"], &MODULE_LINK).many(),
    text(&["wiki:interwiki"], Value::Free).many(),
    shaped(&["thr:in-reply-to"], &IN_REPLY_TO).many(),
    text(&["feedburner:browserFriendly"], Value::Plain),
    shaped(
        &["feedburner:feedFlare"],
        &Shape {
            attributes: &[required("href", Value::Uri(uri::IRI)), required("src", Value::Uri(uri::IRI))],
            text: Value::Plain,
            ..EMPTY
        },
    )
    .many(),
    shaped(&["feedburner:info"], &Shape { attributes: &[required("uri", Value::Uri(uri::IRI))], ..EMPTY }),
    text(&["opensearch:totalResults", "opensearch:itemsPerPage"], NATURAL),
    text(&["opensearch10:totalResults", "opensearch10:itemsPerPage"], NATURAL),
    text(&["opensearch:startIndex", "opensearch10:startIndex"], WHOLE),
    shaped(&["xhtml:meta"], &META).many(),
    text(&["creativeCommons:license"], URL).many(),
    ACCESS,
];

/// Whether a feed may be shown to others.
pub(super) const ACCESS: Child = shaped(
    &["access:restriction"],
    &Shape {
        attributes: &[required(
            "relationship",
            Value::Word(&["allow", "deny"], false, "InvalidAccessRestrictionRel"),
        )],
        ..EMPTY
    },
);

/// How many links of one feed or entry are compared.
const MOST_LINKS: usize = 10_000;

/// Relations of links that are registered (<https://www.iana.org/assignments/link-relations>) and are for feeds.
const RELATIONS: &[&str] = &[
    "alternate", "current", "describedby", "edit", "edit-media", "enclosure", "first", "hub", "last",
    "license", "next", "next-archive", "payment", "prev-archive", "previous", "related", "replies", "search",
    "self", "service", "up", "via", "author", "canonical", "cite-as", "collection", "help", "icon", "item",
    "preview", "privacy-policy", "service-doc", "tag", "terms-of-service", "webmention",
];
/// Those of RFC 5005.
pub(super) const PAGING: &[&str] =
    &["current", "first", "last", "next", "next-archive", "prev-archive", "previous"];

/// A link of Atom (RFC 4287 §4.2.7).
pub(super) const LINK: Shape = Shape {
    attributes: &[
        optional("rel", Value::Free),
        optional("type", Value::MediaType("InvalidMIMEType")),
        optional("title", Value::Plain),
        optional("length", NATURAL),
        optional("hreflang", Value::Language),
        optional("href", Value::Uri(uri::IRI)),
        optional("thr:count", NATURAL),
        optional("thr:when", Value::Free),
        optional("thr:updated", RFC_3339),
        optional("rdf:type", Value::Free),
        optional("rdf:resource", Value::Free),
    ],
    text: Value::Free,
    is_open: true,
    end: Some(link),
    ..EMPTY
};

fn link(document: &mut Document, frame: &Frame, around: &mut [Frame]) {
    let of = |key: &str| frame.value(key).unwrap_or_default().to_owned();
    let rel = frame.value("rel").unwrap_or("alternate");
    let rel = rel.strip_prefix("http://www.iana.org/assignments/relation/").unwrap_or(rel);
    let at = |key: &str| frame.attribute(key).map_or(frame.tag, |attribute| attribute.at);
    let parent = around.last().map_or("", |parent| parent.key);
    for key in ["rel", "title"] {
        if frame.value(key).is_some_and(str::is_empty) {
            let message = format!("{} has an empty `{key}`", frame.shown());
            document.report(Rule::EmptyElement, "AttrNotBlank", at(key), message);
        }
    }
    let is_registered = RELATIONS.iter().any(|known| known.eq_ignore_ascii_case(rel));
    if !is_registered && (uri::scheme(rel).is_none() || rel.contains(' ')) {
        let message = format!("{}: `rel=\"{rel}\"` is no registered relation", frame.shown());
        document.report(Rule::LinkRelation, "UnregisteredAtomLinkRel", at("rel"), message);
    }
    if PAGING.contains(&rel) && parent == "entry" {
        let message = format!("{}: `rel=\"{rel}\"` is about feeds, and this is an entry", frame.shown());
        document.report(Rule::IncompleteArchive, "FeedHistoryRelInEntry", at("rel"), message);
    }
    let kind = of("type");
    let base_kind = kind.split(';').next().unwrap_or_default().trim();
    let is_feed = ["application/atom+xml", "application/rss+xml", "application/rdf+xml"].contains(&base_kind);
    if rel == "self" && !kind.is_empty() && values::is_media_type(&kind) && !is_feed {
        let message = format!("{}: `{kind}` is not the type of a feed", frame.shown());
        document.report(Rule::BadSelfLink, "SelfNotAtom", at("type"), message);
    }
    match frame.attribute("href") {
        None => {
            let message = format!("{} has no `href`", frame.shown());
            document.report(Rule::MissingAttribute, "MissingHref", frame.tag, message);
        }
        Some(href) if rel == "self" && matches!(parent, "feed" | "channel") => {
            own_address(document, frame, href)
        }
        Some(_) => {}
    }
    if frame.attribute("thr:when").is_some() {
        let message = format!("{}: `thr:when` is none of RFC 4685", frame.shown());
        document.report(Rule::UnknownElement, "NoThrWhen", at("thr:when"), message);
    }
    for key in ["thr:count", "thr:updated"]
        .into_iter()
        .filter(|key| rel != "replies" && frame.attribute(key).is_some())
    {
        let message = format!("{}: `{key}` is for `rel=\"replies\"`", frame.shown());
        document.report(Rule::UnknownAttribute, "UnexpectedAttribute", at(key), message);
    }
    if !frame.text.trim().is_empty() {
        let message = format!("{} has a text", frame.shown());
        document.report(Rule::IgnoredText, "AtomLinkNotEmpty", frame.tag, message);
    }
    let rel = rel.to_owned();
    if document.links.len() >= MOST_LINKS {
        return;
    }
    document.links.push(Link { rel, kind, hreflang: of("hreflang"), href: of("href"), at: frame.tag });
}

/// Reports a second address that a feed says to be its own: hubs know it by one.
pub(super) fn one_self(document: &mut Document, links: &[Link]) {
    if let Some(link) = links.iter().filter(|link| link.rel == "self").nth(1) {
        document.report(Rule::BadSelfLink, "", link.at, "a second link `self`");
    }
}

/// Looks at the address that a feed says to be its own.
fn own_address(document: &mut Document, frame: &Frame, href: &super::element::Written) {
    let piece = written(href);
    if uri::scheme(piece.text).is_none() && !frame.has_base {
        let message = format!("{}: the address `{}` is relative", frame.shown(), piece.text);
        document.report(Rule::BadSelfLink, "RelativeSelf", href.at, message);
    } else if let Some(own) = &document.own
        && uri::canonical(&decoded(piece.text)) != uri::canonical(&decoded(own))
    {
        let message =
            format!("{}: the address is `{}`, and the document is at `{own}`", frame.shown(), piece.text);
        document.report(Rule::BadSelfLink, "SelfDoesntMatchLocation", href.at, message);
    }
}

/// A person of Atom (RFC 4287 §3.2).
pub(super) const PERSON: Shape = Shape {
    attributes: &[optional("rdf:parseType", Value::Free)],
    children: &[&[
        text(&["name", "atom:name"], Value::Name).filled(),
        text(&["email", "atom:email"], Value::Email),
        text(&["uri", "atom:uri"], Value::Uri(uri::IRI)).filled().tight(),
        shaped(&["foaf:workplaceHomepage", "foaf:homepage", "foaf:weblog"], &RESOURCE).many(),
        text(&["foaf:plan", "foaf:firstName"], Value::Free).many(),
        any(&["xhtml:div"]),
    ]],
    end: Some(|document, frame, _| {
        if !frame.has("name") && !frame.has("atom:name") {
            let message = format!("{} has no <name>", frame.shown());
            document.report(Rule::MissingElement, "MissingElement", frame.tag, message);
        }
    }),
    ..EMPTY
};

/// A category of Atom (RFC 4287 §4.2.2).
pub(super) const CATEGORY: Shape = Shape {
    attributes: &[
        required("term", Value::Free),
        optional("scheme", Value::Uri(uri::ABSOLUTE_IRI)),
        optional("label", Value::Plain),
    ],
    text: Value::Free,
    end: Some(|document, frame, _| {
        if let Some(term) = frame.attribute("term").filter(|term| term.value.is_empty()) {
            let message = format!("{} has an empty `term`", frame.shown());
            document.report(Rule::EmptyElement, "NotBlank", term.at, message);
        }
    }),
    ..EMPTY
};

/// The generator of an Atom feed (RFC 4287 §4.2.4).
pub(super) const GENERATOR: Shape = Shape {
    attributes: &[optional("uri", Value::Uri(uri::ATTRIBUTE)), optional("version", Value::Free)],
    text: Value::Plain,
    ..EMPTY
};

/// Elements of Atom in channels of RSS.
pub(super) const ATOM_IN_CHANNELS: &[Child] = &[
    shaped(&["atom:link"], &LINK).many(),
    shaped(&["atom:author", "atom:contributor"], &PERSON).many(),
    shaped(&["atom:category"], &CATEGORY).many(),
    shaped(&["atom:generator"], &GENERATOR).filled(),
    text(&["atom:id"], URL),
    text(&["atom:icon", "atom:logo"], Value::Uri(uri::REFERENCE)).filled(),
    construct(&["atom:title", "atom:subtitle", "atom:rights"]),
    text(&["atom:updated"], RFC_3339),
];

/// Elements of Atom in items of RSS.
pub(super) const ATOM_IN_ITEMS: &[Child] = &[
    shaped(&["atom:link"], &LINK).many(),
    shaped(&["atom:author"], &PERSON),
    shaped(&["atom:contributor"], &PERSON).many(),
    text(&["atom:id"], URL).filled(),
    construct(&["atom:title", "atom:summary"]),
    construct(&["atom:content"]).many(),
    text(&["atom:published", "atom:updated"], RFC_3339),
];

/// Whether an entry is a draft (RFC 5023 §13.1.1).
pub(super) const PUBLISHING: &[Child] = &[
    text(&["app:edited"], RFC_3339).tight(),
    shaped(&["app:control"], &Shape { children: &[&[text(&["app:draft"], YES_OR_NO)]], ..EMPTY }),
];

/// Whether an element may appear in places that the tables do not list, although few programs look for it
/// there.
pub(super) fn is_questionable(prefix: &str, local: &str) -> bool {
    let is_of_atom = [
        "author", "category", "content", "contributor", "generator", "icon", "id", "link", "logo",
        "published", "rights", "subtitle", "summary", "title", "updated",
    ]
    .contains(&local);
    (prefix == "atom" && is_of_atom)
        || EVERYWHERE.iter().flat_map(|child| child.names).any(|name| {
            name.split_once(':').is_some_and(|(own, rest)| {
                own == prefix
                    && rest == local
                    && !matches!(*name, "dc:creator" | "dc:subject" | "dc:date" | "cc:license")
            })
        })
}

//! Sitemaps and indexes of sitemaps (<https://www.sitemaps.org/protocol.html>), with the extensions of Google.

use std::collections::HashMap;

use super::dates::{self, Iso};
use super::document::{Document, Fix, Span, digest, quoted};
use super::element::{Child, EMPTY, Frame, Shape, any, optional, required, shaped, text};
use super::uri;
use super::values::Value;
use crate::diagnostic::Rule;
use crate::model::{LIMITS, MAX_URL_LENGTH};
use crate::text::language;

/// How old articles in a news sitemap may be.
const NEWS_DAYS: i64 = 2;
/// How many images a page may have.
const MOST_IMAGES: u32 = 1000;
/// How many versions of a page are compared.
const MOST_VERSIONS: usize = 1000;

const LOCATION: Shape = Shape { text: Value::Free, end: Some(location), ..EMPTY };
const DATE: Shape = Shape {
    text: Value::Free,
    end: Some(|document, frame, _| {
        dates::iso(document, frame.piece(), Iso::Sitemap);
    }),
    ..EMPTY
};

pub(super) const URLSET: Shape = Shape {
    children: &[&[shaped(&["url"], &URL).many()]],
    attributes: &[optional("xsi:schemaLocation", Value::Free)],
    is_open: true,
    end: Some(over),
    ..EMPTY
};
pub(super) const INDEX: Shape = Shape {
    children: &[&[shaped(&["sitemap"], &MEMBER).many()]],
    attributes: &[optional("xsi:schemaLocation", Value::Free)],
    is_open: true,
    end: Some(over),
    ..EMPTY
};
const MEMBER: Shape = Shape {
    children: &[&[shaped(&["loc"], &LOCATION), shaped(&["lastmod"], &DATE)]],
    required: &[("loc", "")],
    end: Some(|document, frame, _| order(document, frame)),
    ..EMPTY
};
const URL: Shape = Shape {
    children: &[
        &[
            shaped(&["loc"], &LOCATION),
            shaped(&["lastmod"], &DATE),
            text(
                &["changefreq"],
                Value::Word(
                    &["always", "hourly", "daily", "weekly", "monthly", "yearly", "never"],
                    false,
                    "",
                ),
            ),
            text(&["priority"], Value::Share),
            shaped(&["xhtml:link"], &VERSION).many(),
        ],
        EXTENSIONS,
    ],
    required: &[("loc", "")],
    is_open: true,
    child: Some(ignored),
    end: Some(page),
    ..EMPTY
};

/// A version in another language (<https://developers.google.com/search/docs/specialty/international/localized-versions>).
const VERSION: Shape = Shape {
    attributes: &[
        required("rel", Value::Free),
        optional("hreflang", Value::Free),
        required("href", Value::Uri(uri::ABSOLUTE)),
        optional("media", Value::Free),
        optional("type", Value::Free),
        optional("title", Value::Free),
    ],
    end: Some(version),
    ..EMPTY
};

const IMAGE: Shape = Shape {
    children: &[&[
        text(&["simage:loc"], Value::Uri(uri::ABSOLUTE)),
        text(&["simage:caption", "simage:geo_location", "simage:title", "simage:license"], Value::Free),
    ]],
    required: &[("simage:loc", "")],
    child: Some(ignored),
    ..EMPTY
};
const NEWS: Shape = Shape {
    children: &[&[
        shaped(
            &["news:publication"],
            &Shape {
                children: &[&[
                    text(&["news:name"], Value::Free).filled(),
                    text(&["news:language"], Value::NewsLanguage).filled(),
                ]],
                required: &[("news:name", ""), ("news:language", "")],
                ..EMPTY
            },
        ),
        shaped(&["news:publication_date"], &Shape { text: Value::Free, end: Some(news_date), ..EMPTY }),
        text(&["news:title"], Value::Free).filled(),
        text(&["news:access", "news:genres", "news:keywords", "news:stock_tickers"], Value::Free),
    ]],
    required: &[("news:publication", ""), ("news:publication_date", ""), ("news:title", "")],
    child: Some(ignored),
    ..EMPTY
};
const VIDEO: Shape = Shape {
    children: &[&[
        text(&["video:thumbnail_loc", "video:content_loc"], Value::Uri(uri::ABSOLUTE)),
        shaped(
            &["video:player_loc"],
            &Shape {
                attributes: &[optional("allow_embed", Value::Free), optional("autoplay", Value::Free)],
                text: Value::Uri(uri::ABSOLUTE),
                ..EMPTY
            },
        ),
        text(&["video:title"], Value::Short(100)).filled(),
        text(&["video:description"], Value::Short(2048)).filled(),
        text(&["video:duration"], Value::Number(1, 28_800, "")),
        text(&["video:publication_date", "video:expiration_date"], Value::Iso(Iso::Event)),
        text(&["video:rating"], Value::Decimal("")),
        text(&["video:view_count"], Value::Number(0, i64::MAX, "")),
        any(&[
            "video:tag", "video:category", "video:restriction", "video:platform", "video:price",
            "video:uploader", "video:gallery_loc", "video:tvshow", "video:content_segment_loc", "video:id",
        ]),
        text(
            &["video:family_friendly", "video:requires_subscription", "video:live"],
            Value::Word(&["yes", "no"], true, ""),
        ),
    ]],
    required: &[("video:thumbnail_loc", ""), ("video:title", ""), ("video:description", "")],
    child: Some(ignored),
    end: Some(|document, frame, _| {
        if !frame.has("video:content_loc") && !frame.has("video:player_loc") {
            let message = format!("{} has neither <video:content_loc> nor <video:player_loc>", frame.shown());
            document.report(Rule::MissingElement, "", frame.tag, message);
        }
    }),
    ..EMPTY
};
const EXTENSIONS: &[Child] = &[
    shaped(&["simage:image"], &IMAGE).many(),
    shaped(&["news:news"], &NEWS),
    shaped(&["video:video"], &VIDEO).many(),
    any(&["mobile:mobile", "pagemap:PageMap"]),
];

/// The elements of an entry, in their order.
const ORDER: [&str; 4] = ["loc", "lastmod", "changefreq", "priority"];
/// What crawlers no longer read.
const IGNORED: &[&str] = &[
    "changefreq", "priority", "simage:caption", "simage:geo_location", "simage:title", "simage:license",
    "news:access", "news:genres", "news:keywords", "news:stock_tickers", "video:category",
    "video:gallery_loc", "video:price", "video:tvshow",
];

fn ignored(document: &mut Document, _: &Frame, child: &mut Frame) {
    if IGNORED.contains(&child.key) {
        document.report(Rule::IgnoredElement, "", child.tag, format!("crawlers ignore {}", child.shown()));
    }
}

/// Reports elements that are not in their order: those of sitemaps themselves, then those of extensions.
fn order(document: &mut Document, frame: &Frame) {
    let mut last: Option<(&str, Span, usize)> = None;
    for (name, _, place) in &frame.seen {
        let rank = ORDER.iter().position(|own| own == name).unwrap_or(ORDER.len());
        if let Some((first, earlier, _)) = last.filter(|(.., before)| rank < *before) {
            let fix = Fix::Move(*place, earlier.start);
            let first = first.strip_prefix('s').filter(|name| name.starts_with("image:")).unwrap_or(first);
            let message = format!("<{name}> comes after <{first}>");
            return document.report_with(Rule::ElementOrder, "", *place, message, Some(fix));
        }
        last = Some((name, *place, rank));
    }
}

fn location(document: &mut Document, frame: &Frame, _: &mut [Frame]) {
    let piece = frame.piece();
    let text = piece.text;
    document.sitemap.count += 1;
    if document.sitemap.count == LIMITS.urls as u64 + 1 {
        let message = format!("the sitemap lists more than {} URLs", LIMITS.urls);
        document.report(Rule::SitemapSize, "", piece.at, message);
    }
    if !uri::look(document, piece, uri::ABSOLUTE) {
        return;
    }
    let scheme = uri::scheme(text).unwrap_or_default();
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        let message = format!("<loc>: {} is not an http or https URL", quoted(text));
        return document.report(Rule::BadUrl, "", piece.at, message);
    }
    if text.len() > MAX_URL_LENGTH {
        let message =
            format!("<loc>: the URL has {} bytes, but at most {MAX_URL_LENGTH} are allowed", text.len());
        document.report(Rule::TooLong, "", piece.at, message);
    }
    let origin = origin(text, scheme);
    if document.sitemap.origin.is_empty() {
        origin.clone_into(&mut document.sitemap.origin);
    } else if !document.sitemap.origin.eq_ignore_ascii_case(origin) {
        let message = format!("<loc>: {} is not on {}", quoted(text), document.sitemap.origin);
        document.report(Rule::OtherSite, "", piece.at, message);
    }
    if let Some(folder) = document.own.as_deref().and_then(|own| own.rsplit_once('/'))
        && !text.strip_prefix(folder.0).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        && document.sitemap.origin == origin
    {
        let message =
            format!("<loc>: {} is not below the folder of the sitemap, {}/", quoted(text), folder.0);
        document.report(Rule::OtherSite, "", piece.at, message);
    }
    if !document.is_own && !document.is_first("loc", text) {
        document.report(Rule::RepeatedUrl, "", piece.at, format!("<loc>: {} is listed twice", quoted(text)));
    }
    document.lists(piece);
    document.sitemap.url.clear();
    document.sitemap.url.push_str(text);
}

/// The scheme and the host of a URL of HTTP.
fn origin<'u>(url: &'u str, scheme: &str) -> &'u str {
    let start = scheme.len() + "://".len();
    let rest = url.get(start..).unwrap_or_default();
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    url.get(..start + end).unwrap_or(url)
}

fn version(document: &mut Document, frame: &Frame, around: &mut [Frame]) {
    let (Some(hreflang), Some(href)) = (frame.attribute("hreflang"), frame.value("href")) else { return };
    if hreflang.value != "x-default" && !is_hreflang(&hreflang.value) {
        let message = format!(
            "`hreflang`: {} is no language of ISO 639-1, with a region of ISO 3166-1",
            quoted(&hreflang.value)
        );
        document.report(Rule::BadLanguage, "", hreflang.at, message);
    }
    if let Some(page) = around.last_mut().filter(|page| page.versions.len() < MOST_VERSIONS) {
        page.versions.push(digest("loc", href));
    }
}

/// Whether a text is what `hreflang` may be: a language, a script, a region.
fn is_hreflang(text: &str) -> bool {
    let mut parts = text.split('-').peekable();
    let is_language = parts.next().is_some_and(|part| part.len() == 2 && language::is_known(part));
    let are_letters =
        |part: &&str, length| part.len() == length && part.bytes().all(|byte| byte.is_ascii_alphabetic());
    let _ = parts.next_if(|part| are_letters(part, 4));
    let region = parts.next_if(|part| are_letters(part, 2));
    // Both stand for no region: those are `GB`, and the countries of Europe.
    let is_region = region.is_none_or(|region| !["uk", "eu"].contains(&region.to_ascii_lowercase().as_str()));
    is_language && is_region && parts.next().is_none()
}

fn page(document: &mut Document, frame: &Frame, _: &mut [Frame]) {
    order(document, frame);
    if frame.count("simage:image") > MOST_IMAGES {
        let message = format!("the page has more than {MOST_IMAGES} images");
        document.report(Rule::SitemapSize, "", frame.tag, message);
    }
    if frame.versions.is_empty() || document.sitemap.versions.len() >= LIMITS.urls {
        return;
    }
    let own = digest("loc", &document.sitemap.url);
    let mut versions = frame.versions.clone();
    versions.sort_unstable();
    document.sitemap.versions.push((own, versions, frame.tag));
}

fn over(document: &mut Document, frame: &Frame, _: &mut [Frame]) {
    if !frame.has("url") && !frame.has("sitemap") {
        document.report(Rule::EmptySitemap, "", frame.tag, format!("{} lists nothing", frame.shown()));
    }
    if frame.end > LIMITS.bytes as u64 {
        let message = format!("the sitemap has more than {} bytes", LIMITS.bytes);
        document.report(Rule::SitemapSize, "", frame.tag, message);
    }
    let versions = std::mem::take(&mut document.sitemap.versions);
    let by_page: HashMap<u64, &Vec<u64>> = versions.iter().map(|(own, others, _)| (*own, others)).collect();
    for (own, others, at) in &versions {
        let is_one_way = |other: &u64| match by_page.get(other) {
            Some(back) => back.binary_search(own).is_err(),
            None => document.has_seen(*other),
        };
        if others.binary_search(own).is_err() {
            let message = "the page is not among its own versions";
            document.report(Rule::OneWayHreflang, "", *at, message);
        } else if others.iter().any(is_one_way) {
            let message = "a version of the page does not name the page in turn";
            document.report(Rule::OneWayHreflang, "", *at, message);
        }
    }
}

fn news_date(document: &mut Document, frame: &Frame, _: &mut [Frame]) {
    let piece = frame.piece();
    let limit = document.now.checked_sub_signed(chrono::TimeDelta::days(NEWS_DAYS));
    let date = dates::iso(document, piece, Iso::Sitemap);
    if let Some(date) = date.filter(|date| limit.is_some_and(|limit| *date < limit)) {
        let message =
            format!("<news:publication_date>: {} is more than {NEWS_DAYS} days ago", date.date_naive());
        document.report(Rule::OldNews, "", piece.at, message);
    }
}

//! Podcasts: the elements of Apple's directory (<https://podcasters.apple.com/support/823-podcast-requirements>).

use super::document::{Document, Span};
use super::element::{Child, EMPTY, Frame, Shape, any, required, shaped, text};
use super::values::{POSITIVE, TRUE_OR_FALSE, URL, Value};
use crate::diagnostic::Rule;

/// The categories of the directory, with their parts.
const CATEGORIES: &[(&str, &[&str])] = &[
    ("Arts", &["Books", "Design", "Fashion & Beauty", "Food", "Performing Arts", "Visual Arts"]),
    ("Business", &["Careers", "Entrepreneurship", "Investing", "Management", "Marketing", "Non-Profit"]),
    ("Comedy", &["Comedy Interviews", "Improv", "Stand-Up"]),
    ("Education", &["Courses", "How To", "Language Learning", "Self-Improvement"]),
    ("Fiction", &["Comedy Fiction", "Drama", "Science Fiction"]),
    ("Government", &[]),
    ("History", &[]),
    (
        "Health & Fitness",
        &["Alternative Health", "Fitness", "Medicine", "Mental Health", "Nutrition", "Sexuality"],
    ),
    ("Kids & Family", &["Education for Kids", "Parenting", "Pets & Animals", "Stories for Kids"]),
    (
        "Leisure",
        &[
            "Animation & Manga", "Automotive", "Aviation", "Crafts", "Games", "Hobbies", "Home & Garden",
            "Video Games",
        ],
    ),
    ("Music", &["Music Commentary", "Music History", "Music Interviews"]),
    (
        "News",
        &[
            "Business News", "Daily News", "Entertainment News", "News Commentary", "Politics",
            "Sports News", "Tech News",
        ],
    ),
    (
        "Religion & Spirituality",
        &["Buddhism", "Christianity", "Hinduism", "Islam", "Judaism", "Religion", "Spirituality"],
    ),
    (
        "Science",
        &[
            "Astronomy", "Chemistry", "Earth Sciences", "Life Sciences", "Mathematics", "Natural Sciences",
            "Nature", "Physics", "Social Sciences",
        ],
    ),
    (
        "Society & Culture",
        &["Documentary", "Personal Journals", "Philosophy", "Places & Travel", "Relationships"],
    ),
    (
        "Sports",
        &[
            "Baseball", "Basketball", "Cricket", "Fantasy Sports", "Football", "Golf", "Hockey", "Rugby",
            "Running", "Soccer", "Swimming", "Tennis", "Volleyball", "Wilderness", "Wrestling",
        ],
    ),
    ("Technology", &[]),
    ("True Crime", &[]),
    ("TV & Film", &["After Shows", "Film History", "Film Interviews", "Film Reviews", "TV Reviews"]),
];

/// Categories that the directory had before 2019.
const OLD_CATEGORIES: &[(&str, &[&str])] = &[
    ("Arts", &["Literature"]),
    (
        "Arts & Entertainment",
        &[
            "Architecture", "Design", "Entertainment", "Games", "Performing Arts", "Photography", "Poetry",
            "Science Fiction",
        ],
    ),
    ("Audio Blogs", &[]),
    ("Business", &["Finance", "Management & Marketing", "News", "Shopping"]),
    ("Education", &["Education Technology", "Higher Education", "K-12", "Language Courses", "Training"]),
    ("Family", &[]),
    ("Food", &[]),
    ("Games & Hobbies", &["Automotive", "Aviation", "Hobbies", "Other Games", "Video Games"]),
    ("Government & Organizations", &["Local", "National", "Non-Profit", "Regional"]),
    (
        "Health",
        &[
            "Alternative Health", "Diet & Nutrition", "Fitness", "Fitness & Nutrition", "Relationships",
            "Self-Help", "Sexuality",
        ],
    ),
    (
        "International",
        &[
            "Australian", "Belgian", "Brazilian", "Canadian", "Chinese", "Dutch", "French", "German",
            "Hebrew", "Italian", "Japanese", "Norwegian", "Polish", "Portuguese", "Spanish", "Swedish",
        ],
    ),
    ("Movies & Television", &[]),
    ("News & Politics", &[]),
    ("Politics", &[]),
    ("Public Radio", &[]),
    ("Religion & Spirituality", &["New Age", "Philosophy", "Other"]),
    ("Science & Medicine", &["Medicine", "Natural Sciences", "Social Sciences"]),
    ("Society & Culture", &["History"]),
    ("Sports & Recreation", &["Amateur", "College & High School", "Outdoor", "Professional"]),
    ("Talk Radio", &[]),
    (
        "Technology",
        &[
            "Computers", "Developers", "Gadgets", "Information Technology", "News", "Operating Systems",
            "Podcasting", "Smart Phones", "Software How-To", "Tech News", "Text/Speech",
        ],
    ),
    ("Transportation", &["Automotive", "Aviation", "Bicycles", "Commuting"]),
    ("Travel", &[]),
];

/// The types of files that Apple's programs play.
const PLAYED: &[&str] = &["m4a", "mp3", "mov", "mp4", "m4v", "pdf", "epub"];

const PART: Shape = Shape {
    attributes: &[required("text", Value::Free)],
    end: Some(|document, frame, around| {
        let parent = around.last().and_then(|parent| parent.value("text")).unwrap_or_default().to_owned();
        category(document, frame, Some(&parent));
    }),
    ..EMPTY
};
const CATEGORY: Shape = Shape {
    attributes: &[required("text", Value::Free)],
    children: &[&[shaped(&["itunes:category"], &PART).many()]],
    end: Some(|document, frame, _| category(document, frame, None)),
    ..EMPTY
};

fn category(document: &mut Document, frame: &Frame, parent: Option<&str>) {
    let Some(text) = frame.attribute("text") else { return };
    let is_in = |list: &[(&str, &[&str])]| match parent {
        None => list.iter().any(|(name, _)| *name == text.value),
        Some(parent) => {
            list.iter().any(|(name, parts)| *name == parent && parts.contains(&text.value.as_str()))
        }
    };
    if is_in(CATEGORIES) || parent == Some("") {
        return;
    }
    let message = format!("{}: `{}` is no category of the directory", frame.shown(), text.value);
    if is_in(OLD_CATEGORIES) {
        return document.report(Rule::Podcast, "ObsoleteItunesCategory", text.at, message + " any more");
    }
    document.report(Rule::BadValue, "InvalidItunesCategory", text.at, message);
}

const IMAGE: Shape = Shape { attributes: &[required("href", Value::Http)], ..EMPTY };
const OWNER: Shape = Shape {
    children: &[&[text(&["itunes:email"], Value::Address), text(&["itunes:name"], Value::Short(255))]],
    required: &[("itunes:email", "MissingElement")],
    ..EMPTY
};

/// Of channels, feeds, items and entries.
pub(super) const EVERYWHERE: &[Child] = &[
    text(&["itunes:author", "itunes:subtitle"], Value::Short(255)),
    text(&["itunes:block"], Value::Word(&["yes", "no", "clean"], true, "InvalidYesNoClean")),
    text(&["itunes:explicit"], TRUE_OR_FALSE),
    text(&["itunes:keywords"], Value::Keywords),
    text(&["itunes:summary"], Value::Short(4000)),
    text(&["itunes:title"], Value::Free),
    shaped(&["itunes:image"], &IMAGE),
];

/// Of channels and feeds.
pub(super) const OF_CHANNELS: &[Child] = &[
    shaped(&["itunes:owner"], &OWNER),
    shaped(&["itunes:category"], &CATEGORY).many(),
    text(&["itunes:pubDate"], Value::Rfc822),
    text(&["itunes:new-feed-url"], URL),
    text(&["itunes:complete", "itunes:applepodcastsverify"], Value::Free),
    text(&["itunes:type"], Value::Word(&["episodic", "serial"], false, "InvalidItunesChannelType")),
];

/// Of items and entries.
pub(super) const OF_ITEMS: &[Child] = &[
    text(&["itunes:duration"], Value::Duration),
    text(&["itunes:episode", "itunes:season"], POSITIVE),
    // What Apple had before.
    any(&["itunes:order", "itunes:isClosedCaptioned"]),
    text(
        &["itunes:episodeType"],
        Value::Word(&["full", "trailer", "bonus"], false, "InvalidItunesEpisodeType"),
    ),
];

/// Looks at a channel or feed that is over.
pub(super) fn channel(document: &mut Document, frame: &Frame) {
    if !document.is_podcast {
        return;
    }
    let mut lacks = |w3c, what: &str| {
        let message = format!("{} is a podcast, and has no <{what}>", frame.shown());
        document.report(Rule::Podcast, w3c, frame.tag, message);
    };
    if !frame.has("language") && !frame.has_language {
        lacks("MissingItunesElement", "language");
    }
    for name in ["itunes:category", "itunes:explicit"] {
        if !frame.has(name) {
            lacks("MissingItunesElement", name);
        }
    }
    if !frame.has("itunes:owner") {
        lacks("MissingItunesEmail", "itunes:owner");
    }
    if !matches!(document.encoding.as_str(), "utf-8" | "utf8") {
        let message = format!("a podcast is in UTF-8, and this is in {}", document.encoding);
        document.report(Rule::Podcast, "NotUTF8", frame.tag, message);
    }
}

/// Looks at the address of what an item has enclosed.
pub(super) fn enclosure(document: &mut Document, url: &str, at: Span) {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let suffix = path.rsplit('.').next().unwrap_or_default();
    if !PLAYED.contains(&suffix) {
        let message = format!("the directory plays no `.{suffix}`, only {}", PLAYED.join(", "));
        document.report(Rule::Podcast, "UnsupportedItunesFormat", at, message);
    }
}

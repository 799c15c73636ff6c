//! The lines of `feedmill.lock`: JSON, one thing a line, so that differences and merges stay small.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, FixedOffset, SecondsFormat, SubsecRound as _, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::error::Error;
use crate::text::{self, Digest, date};

/// The version of the form that is written, and the highest that is read.
pub(super) const VERSION: u32 = 1;

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Header {
    /// The version of the form.
    pub lock: u32,
    /// When URLs were first announced to search engines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub indexnow: Option<Second>,
}

impl Default for Header {
    fn default() -> Self {
        Self { lock: VERSION, indexnow: None }
    }
}

/// A post that is published, or was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PostLine {
    /// The path of its source, or the URL of a record.
    pub post: String,
    /// Its URL.
    pub url: String,
    /// Its id, if that is not its URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// When it was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<Date>,
    /// When it was published according to a feed that the site had before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adopted: Option<Date>,
    /// When it was first read.
    pub seen: Second,
    /// The fingerprint of its text and title.
    pub text: Digest,
    /// When its text changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<Second>,
    /// The fingerprint that was announced to search engines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub announced: Option<Digest>,
    /// Whether search engines are not to list it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unlisted: bool,
    /// Since when it is published no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<Second>,
}

impl PostLine {
    /// Its id.
    pub(crate) fn id(&self) -> &str {
        self.id.as_deref().unwrap_or(&self.url)
    }
}

/// A page of the built site that belongs to no post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PageLine {
    /// Its URL.
    pub page: String,
    /// The fingerprint of its text.
    pub text: Digest,
    /// When that changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<Second>,
}

/// A feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FeedLine {
    /// Its URL.
    pub feed: String,
    /// The fingerprint of its entries.
    pub text: Digest,
    /// The fingerprint that was announced to each hub.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub announced: BTreeMap<String, Digest>,
}

/// A URL that was announced and is no more, and whose removal has not been announced yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GoneLine {
    /// The URL.
    pub gone: String,
}

/// Any line but the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Line {
    Post(PostLine),
    Page(PageLine),
    Feed(FeedLine),
    Gone(GoneLine),
}

impl Line {
    fn parse(text: &str) -> Result<Self, String> {
        let name = text.strip_prefix("{\"").and_then(|rest| rest.split_once('"')).map(|(name, _)| name);
        let parsed = match name {
            Some("post") => serde_json::from_str(text).map(Self::Post),
            Some("page") => serde_json::from_str(text).map(Self::Page),
            Some("feed") => serde_json::from_str(text).map(Self::Feed),
            Some("gone") => serde_json::from_str(text).map(Self::Gone),
            _ => return Err("it does not begin with `{\"post\"`, `page`, `feed` or `gone`".to_owned()),
        };
        let line = parsed.map_err(|error| {
            let said = error.to_string();
            said.split(" at line ").next().unwrap_or(&said).to_owned()
        })?;
        match &line {
            Self::Post(post) if !is_url(&post.url) => Err("`url` is no URL".to_owned()),
            Self::Post(post) if !is_text(post.id()) => {
                Err("`id` is empty, or has control characters".to_owned())
            }
            _ => Ok(line),
        }
    }
}

/// Whether something can be an id, or a URL: what is published is read from here.
fn is_text(text: &str) -> bool {
    !text.trim().is_empty() && !text.contains('\n') && text::is_legal(text)
}

fn is_url(text: &str) -> bool {
    is_text(text) && text.is_ascii() && ["http://", "https://"].iter().any(|scheme| text.starts_with(scheme))
}

/// Reads the first line.
///
/// # Errors
/// A message, and help, if it is no lock that can be read.
pub(super) fn parse_header(bytes: &[u8]) -> Result<Header, (String, String)> {
    let text = utf8(bytes)?;
    if text.is_empty() {
        let help = format!("for a new one, write `{{\"lock\":{VERSION}}}` into it; else {RESTORE}");
        return Err(("the lock is empty".to_owned(), help));
    }
    if let Some(conflict) = conflict(text) {
        return Err(conflict);
    }
    let of_version = |value: &serde_json::Value| value.get("lock").and_then(serde_json::Value::as_u64);
    let version = serde_json::from_str(text).ok().as_ref().and_then(of_version);
    match (version, serde_json::from_str(text)) {
        (Some(version), _) if version != u64::from(VERSION) => Err((
            format!("the lock is of version {version}, and this program reads version {VERSION}"),
            "another feedmill wrote it: use that, or a newer one".to_owned(),
        )),
        (Some(_), Ok(header)) => Ok(header),
        _ => Err((format!("the lock does not begin with `{{\"lock\":{VERSION}}}`"), RESTORE.to_owned())),
    }
}

/// Reads any other line.
///
/// # Errors
/// The same.
pub(super) fn parse(bytes: &[u8]) -> Result<Line, (String, String)> {
    let text = utf8(bytes)?;
    if let Some(conflict) = conflict(text) {
        return Err(conflict);
    }
    Line::parse(text).map_err(|reason| (format!("the lock is damaged: {reason}"), RESTORE.to_owned()))
}

/// What to do about a damaged lock.
const RESTORE: &str = "restore the file from your repository or a backup; nothing was written";

/// A line without its end, which some systems make of two characters.
fn utf8(bytes: &[u8]) -> Result<&str, (String, String)> {
    let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
    std::str::from_utf8(bytes)
        .map_err(|_| ("the lock is damaged: it is not UTF-8".to_owned(), RESTORE.to_owned()))
}

/// What is wrong with a line that a merge left.
fn conflict(text: &str) -> Option<(String, String)> {
    let is_mark = ["<<<<<<< ", ">>>>>>> ", "||||||| "].iter().any(|mark| text.starts_with(mark))
        || ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].contains(&text.trim_end());
    is_mark.then(|| {
        (
            "a merge conflict is not resolved here".to_owned(),
            "remove the marks, and of two lines for one post the newer; the next build puts the rest in order"
                .to_owned(),
        )
    })
}

/// The error for a line, counted from 1.
pub(super) fn error(path: &Path, number: usize, (message, help): (String, String)) -> Error {
    Error::Config { path: path.to_owned(), place: Some((number, 1)), message, help: Some(help) }
}

/// A second, written in RFC 3339 and UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Second(pub DateTime<Utc>);

impl Second {
    /// The second of an instant: what is written is what is meant.
    pub(crate) fn of(instant: DateTime<Utc>) -> Self {
        Self(instant.trunc_subsecs(0))
    }
}

/// A date with its offset, written in RFC 3339.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Date(pub DateTime<FixedOffset>);

impl Serialize for Second {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_rfc3339_opts(SecondsFormat::Secs, true))
    }
}

impl<'de> Deserialize<'de> for Second {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Date::deserialize(deserializer).map(|date| Self(date.0.to_utc()))
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        let date = DateTime::parse_from_rfc3339(&text).ok().filter(date::is_writable);
        date.map(Self).ok_or_else(|| de::Error::custom(format!("`{text}` is no date of RFC 3339")))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn second(second: i64) -> Second {
        Second(DateTime::from_timestamp(second, 0).unwrap())
    }

    proptest! {
        #[test]
        fn a_line_is_read_as_it_was_written(
            post in ".*", url in "https://[!-~]*", id in proptest::option::of("[ -~é-ü]*[!-~]"), body: u64, title: u32,
            dates in proptest::collection::vec(proptest::option::of(0_i64..253_402_300_799), 3), unlisted: bool,
        ) {
            let text = Digest { body, title };
            let at = |index: usize| dates[index].map(second);
            let date = |index: usize| at(index).map(|second| Date(second.0.fixed_offset()));
            let line = PostLine {
                post, url, id, published: date(0), adopted: date(1), seen: second(0), text, changed: at(2),
                announced: at(1).map(|_| text), unlisted, withdrawn: at(0),
            };
            let written = serde_json::to_string(&line).unwrap();
            prop_assert!(!written.contains('\n'));
            prop_assert_eq!(parse(format!("{written}\r").as_bytes()).unwrap(), Line::Post(line));
        }

        #[test]
        fn any_line_is_read_or_refused(bytes: Vec<u8>, cut in 0_usize..200) {
            let _ = (parse(&bytes), parse_header(&bytes));
            let whole = r#"{"post":"a.md","url":"https://e.com/a/","seen":"2025-01-01T00:00:00Z","text":"0000000000000000-00000000"}"#;
            let part = whole.get(..cut).unwrap_or_default();
            prop_assert!(part == whole || parse(part.as_bytes()).is_err());
        }
    }
}

//! JSON Feed 1.0 and 1.1 (<https://www.jsonfeed.org/version/1.1/>), as a stream: each value is looked at by the table that
//! its object has for its key, and nothing of it is kept.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::fmt;
use std::io::{self, BufRead, Read};

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::document::{Document, Of, Piece, Span, quoted};
use super::values::{self, RFC_3339, Value};
use super::{html, uri};
use crate::diagnostic::Rule;

/// With more bytes, a feed is a burden for those who load it again and again.
const LARGE: u64 = 1_000_000;
/// How many keys of one object are remembered.
const MOST_KEYS: usize = 1000;
/// How long one value may be, in bytes.
const LONGEST: u64 = 32 * 1024 * 1024;

/// An address: JSON Feed does not ask for ASCII.
const URL: Value = Value::Uri(uri::ABSOLUTE_IRI);

/// What the value of a key must be.
#[derive(Clone, Copy)]
enum Kind {
    Text(Value),
    Number,
    Flag,
    Object(&'static Table),
    List(&'static Table),
    /// A list of texts.
    Words,
}

/// What an object may have.
struct Table {
    /// What messages call it.
    name: &'static str,
    keys: &'static [(&'static str, Kind)],
    required: &'static [&'static str],
    /// Keys without which readers have nothing to open.
    recommended: &'static [&'static str],
    /// Keys of which it must have one.
    one_of: &'static [&'static str],
}

const AUTHOR: Table = Table {
    name: "an author",
    keys: &[("name", Kind::Text(Value::Free)), ("url", Kind::Text(URL)), ("avatar", Kind::Text(URL))],
    required: &[],
    recommended: &[],
    one_of: &["name", "url", "avatar"],
};
const ATTACHMENT: Table = Table {
    name: "an attachment",
    keys: &[
        ("url", Kind::Text(URL)),
        ("mime_type", Kind::Text(Value::MediaType(""))),
        ("title", Kind::Text(Value::Free)),
        ("size_in_bytes", Kind::Number),
        ("duration_in_seconds", Kind::Number),
    ],
    required: &["url", "mime_type"],
    recommended: &[],
    one_of: &[],
};
const ITEM: Table = Table {
    name: "an item",
    keys: &[
        ("id", Kind::Text(Value::Free)),
        ("url", Kind::Text(URL)),
        ("external_url", Kind::Text(URL)),
        ("title", Kind::Text(Value::Plain)),
        ("content_html", Kind::Text(Value::Html)),
        ("content_text", Kind::Text(Value::Free)),
        ("summary", Kind::Text(Value::Plain)),
        ("image", Kind::Text(URL)),
        ("banner_image", Kind::Text(URL)),
        ("date_published", Kind::Text(RFC_3339)),
        ("date_modified", Kind::Text(RFC_3339)),
        ("authors", Kind::List(&AUTHOR)),
        ("author", Kind::Object(&AUTHOR)),
        ("tags", Kind::Words),
        ("language", Kind::Text(Value::Language)),
        ("attachments", Kind::List(&ATTACHMENT)),
    ],
    required: &["id"],
    recommended: &["url"],
    one_of: &["content_html", "content_text"],
};
const HUB: Table = Table {
    name: "a hub",
    keys: &[("type", Kind::Text(Value::Free)), ("url", Kind::Text(URL))],
    required: &["type", "url"],
    recommended: &[],
    one_of: &[],
};
const FEED: Table = Table {
    name: "the feed",
    keys: &[
        ("version", Kind::Text(Value::Free)),
        ("title", Kind::Text(Value::Plain)),
        ("home_page_url", Kind::Text(URL)),
        ("feed_url", Kind::Text(URL)),
        ("description", Kind::Text(Value::Plain)),
        ("user_comment", Kind::Text(Value::Free)),
        ("next_url", Kind::Text(URL)),
        ("icon", Kind::Text(URL)),
        ("favicon", Kind::Text(URL)),
        ("authors", Kind::List(&AUTHOR)),
        ("author", Kind::Object(&AUTHOR)),
        ("language", Kind::Text(Value::Language)),
        ("expired", Kind::Flag),
        ("hubs", Kind::List(&HUB)),
        ("items", Kind::List(&ITEM)),
    ],
    required: &["version", "title", "items"],
    recommended: &["home_page_url"],
    one_of: &[],
};

/// Bytes that are counted.
struct Counted<'a, R> {
    inner: R,
    count: &'a Cell<u64>,
    /// Where the last value began.
    last: &'a Cell<u64>,
}

impl<R: BufRead> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.count.get().saturating_sub(self.last.get()) > LONGEST {
            let message = format!("a value is longer than {} MiB", LONGEST / 1024 / 1024);
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
        }
        let read = self.inner.read(buffer)?;
        self.count.set(self.count.get() + read as u64);
        Ok(read)
    }
}

/// What the feed says of itself, by which its parts are judged.
#[derive(Default)]
struct Said {
    version: String,
    feed_url: String,
    next_url: String,
    has_language: bool,
    /// Where `author` is, which version 1.1 has replaced.
    author: Option<Span>,
}

/// Looks at a document.
pub(super) fn read(document: &mut Document, input: impl BufRead) {
    let (count, last) = (Cell::new(0), Cell::new(0));
    let bytes = Counted { inner: input, count: &count, last: &last };
    read_counted(document, serde_json::Deserializer::from_reader(bytes), &count, &last);
}

/// Looks at a document that is in memory: whether anything is wrong, not where.
pub(super) fn read_slice(document: &mut Document, bytes: &[u8]) {
    let (count, last) = (Cell::new(0), Cell::new(0));
    read_counted(document, serde_json::Deserializer::from_slice(bytes), &count, &last);
}

fn read_counted<'de>(
    document: &mut Document,
    mut json: serde_json::Deserializer<impl serde_json::de::Read<'de>>,
    count: &Cell<u64>,
    last: &Cell<u64>,
) {
    let mut said = Said::default();
    let start = Span { start: 0, length: 1 };
    let mut reading = Reading { document, count, last, said: &mut said };
    let seed = Look { reading: &mut reading, kind: Kind::Object(&FEED), key: "", at: start, is_root: true };
    let result = seed.deserialize(&mut json).and_then(|()| json.end());
    if let Err(error) = result {
        let at = Span { start: count.get().saturating_sub(1), length: 1 };
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or(&message).to_owned();
        let is_deep = message.starts_with("recursion limit");
        return match is_deep || error.is_io() {
            true if is_deep => document.report(Rule::TooComplex, "", at, "values are nested too deep"),
            true => document.report(Rule::TooComplex, "", at, message),
            false => document.report(Rule::NotWellFormed, "", at, message),
        };
    }
    if count.get() > LARGE {
        let message = format!("the feed has {} KB", count.get() / 1000);
        document.report(Rule::LargeFeed, "", start, message);
    }
    whole(document, &said, start);
}

/// Looks at what the keys of a feed say together.
fn whole(document: &mut Document, said: &Said, at: Span) {
    const OLD: &str = "https://jsonfeed.org/version/1";
    const NEW: &str = "https://jsonfeed.org/version/1.1";
    if !said.version.is_empty() && said.version != OLD && said.version != NEW {
        let message = format!("there is no JSON Feed {}", quoted(&said.version));
        document.report(Rule::BadVersion, "", at, message);
    }
    if said.feed_url.is_empty() {
        let message = "the feed does not say its own address: it has no `feed_url`";
        document.report(Rule::NoSelfLink, "", at, message);
    }
    // The first version knew neither languages nor several authors.
    if said.version != OLD {
        if !said.has_language {
            document.report(Rule::NoLanguage, "", at, "the feed does not say its language");
        }
        if let Some(at) = said.author {
            document.report(Rule::OldElement, "", at, "`authors` has replaced `author` in JSON Feed 1.1");
        }
    }
    if !said.next_url.is_empty() && said.next_url == said.feed_url {
        document.report(Rule::BadPaging, "", at, "`next_url` leads to the feed itself");
    }
    if let Some(own) = document.own.clone().filter(|own| !said.feed_url.is_empty() && *own != said.feed_url) {
        let message = format!("`feed_url` is {}, and the document is at `{own}`", quoted(&said.feed_url));
        document.report(Rule::BadSelfLink, "", at, message);
    }
}

/// What is read, and what is known so far.
struct Reading<'a> {
    document: &'a mut Document,
    /// How many bytes have been read.
    count: &'a Cell<u64>,
    /// Where the last value began.
    last: &'a Cell<u64>,
    said: &'a mut Said,
}

impl Reading<'_> {
    /// From a place to what has been read.
    fn since(&self, start: u64) -> Span {
        Span { start, length: self.count.get().saturating_sub(start).max(1) }
    }
}

/// A value that is looked at.
struct Look<'r, 'a> {
    reading: &'r mut Reading<'a>,
    kind: Kind,
    /// The key that it is the value of; empty for a part of a list.
    key: &'r str,
    /// Its span, which may begin at the colon before it.
    at: Span,
    /// Whether its object is the feed.
    is_root: bool,
}

impl Look<'_, '_> {
    /// Reports that the value does not have the type that its key requires.
    fn report_kind(&mut self) {
        let what = match self.kind {
            Kind::Text(_) => "a text",
            Kind::Number => "a number from 0",
            Kind::Flag => "`true` or `false`",
            Kind::Object(_) => "an object",
            Kind::List(_) => "a list",
            Kind::Words => "a list of texts",
        };
        let at = self.reading.since(self.at.start);
        let of = match (self.key, self.kind) {
            ("", Kind::Object(table)) => table.name.to_owned(),
            (key, _) => format!("`{key}`"),
        };
        self.reading.document.report(Rule::BadValue, "", at, format!("{of} is not {what}"));
    }

    /// Looks at a text.
    fn text(&mut self, text: &str) {
        let Kind::Text(value) = self.kind else { return self.report_kind() };
        let at = self.reading.since(self.at.start);
        let (document, of) = (&mut *self.reading.document, Of::Key(self.key));
        if !document.is_own {
            html::characters(document, text, of, at);
        }
        if self.is_root {
            match self.key {
                "version" => text.clone_into(&mut self.reading.said.version),
                "feed_url" => text.clone_into(&mut self.reading.said.feed_url),
                "next_url" => text.clone_into(&mut self.reading.said.next_url),
                "language" => self.reading.said.has_language = !text.is_empty(),
                _ => {}
            }
        }
        let document = &mut *self.reading.document;
        if self.key == "id" {
            return id(document, text, at);
        }
        if !text.trim().is_empty() {
            let piece = Piece { has_hex: true, ..Piece::new(text, of, at) };
            return values::look(document, value, piece);
        }
        if matches!(self.key, "title" | "version") {
            document.report(Rule::EmptyElement, "", at, format!("{of} is empty"));
        }
    }

    fn number(&mut self, is_negative: bool, text: &str) {
        match self.kind {
            Kind::Number if !is_negative => {}
            Kind::Text(_) if self.key == "id" => {
                let at = self.reading.since(self.at.start);
                let message = "`id` is a number, which some readers refuse: it is a text";
                self.reading.document.report(Rule::ShortId, "", at, message);
                id(self.reading.document, text, at);
            }
            _ => self.report_kind(),
        }
    }
}

/// Looks at the id of an item.
fn id(document: &mut Document, text: &str, at: Span) {
    if text.trim().is_empty() {
        document.report(Rule::BadValue, "", at, "the `id` of an item is empty");
    } else if !document.is_first("id", text) {
        let message = format!("{} is the `id` of an earlier item too", quoted(text));
        document.report(Rule::RepeatedId, "", at, message);
    }
}

impl<'de> DeserializeSeed<'de> for Look<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.reading.last.set(self.reading.count.get());
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Look<'_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_bool<E>(mut self, _: bool) -> Result<(), E> {
        if !matches!(self.kind, Kind::Flag) {
            self.report_kind();
        }
        Ok(())
    }

    fn visit_u64<E>(mut self, number: u64) -> Result<(), E> {
        self.number(false, &number.to_string());
        Ok(())
    }

    fn visit_i64<E>(mut self, number: i64) -> Result<(), E> {
        self.number(number < 0, &number.to_string());
        Ok(())
    }

    fn visit_f64<E>(mut self, number: f64) -> Result<(), E> {
        self.number(number < 0.0, &number.to_string());
        Ok(())
    }

    fn visit_str<E>(mut self, text: &str) -> Result<(), E> {
        self.text(text);
        Ok(())
    }

    fn visit_unit<E>(mut self) -> Result<(), E> {
        self.report_kind();
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        let part = match self.kind {
            Kind::List(table) => Kind::Object(table),
            Kind::Words => Kind::Text(Value::Free),
            _ => {
                self.report_kind();
                while list.next_element::<IgnoredAny>()?.is_some() {}
                return Ok(());
            }
        };
        while list
            .next_element_seed(Part { reading: &mut *self.reading, kind: part, key: self.key })?
            .is_some()
        {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let Kind::Object(table) = self.kind else {
            // Numbers of any length come as an object of one key.
            let first = map.next_key::<String>()?;
            if first.as_deref() == Some("$serde_json::private::Number") {
                let number: String = map.next_value()?;
                self.number(number.starts_with('-'), &number);
                return Ok(());
            }
            self.report_kind();
            if first.is_some() {
                map.next_value::<IgnoredAny>()?;
            }
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return Ok(());
        };
        let mut seen = BTreeSet::new();
        let is_item = std::ptr::eq(table.keys, ITEM.keys);
        self.reading.document.entries += u64::from(is_item);
        while let Some((name, at)) = map.next_key_seed(Name(self.reading.count))? {
            let document = &mut *self.reading.document;
            if seen.len() < MOST_KEYS && !seen.insert(name.clone()) {
                document.report(Rule::RepeatedElement, "", at, format!("`{name}` is repeated"));
            }
            let Some((_, kind)) = table.keys.iter().find(|(key, _)| *key == name) else {
                unknown(document, table, &name, at);
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            if name == "author" && self.reading.said.author.is_none() {
                self.reading.said.author = Some(at);
            }
            let value = Span { start: self.reading.count.get() + 1, length: 1 };
            map.next_value_seed(Look {
                reading: &mut *self.reading,
                kind: *kind,
                key: &name,
                at: value,
                is_root: self.is_root,
            })?;
        }
        let at = Span { start: self.at.start, length: 1 };
        lacks(self.reading.document, table, &seen, at);
        Ok(())
    }
}

/// A key, and where it is.
struct Name<'a>(&'a Cell<u64>);

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = (String, Span);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(String, Span), D::Error> {
        // Its first quote has been looked at.
        let start = self.0.get().saturating_sub(1);
        let name: String = serde::Deserialize::deserialize(deserializer)?;
        Ok((name, Span { start, length: self.0.get().saturating_sub(start) }))
    }
}

/// A part of a list.
struct Part<'r, 'a> {
    reading: &'r mut Reading<'a>,
    kind: Kind,
    key: &'r str,
}

impl<'de> DeserializeSeed<'de> for Part<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        // Its first sign has been looked at.
        let at = Span { start: self.reading.count.get().saturating_sub(1), length: 1 };
        let key = if matches!(self.kind, Kind::Object(_)) { "" } else { self.key };
        Look { reading: self.reading, kind: self.kind, key, at, is_root: false }.deserialize(deserializer)
    }
}

fn unknown(document: &mut Document, table: &Table, name: &str, at: Span) {
    let message = match name.strip_prefix('_') {
        None => format!("{} has no key {}", table.name, quoted(name)),
        Some(name) if name.contains('.') => format!("the key of an extension, {}, has a dot", quoted(name)),
        Some(_) => return,
    };
    document.report(Rule::UnknownJsonKey, "", at, message);
}

fn lacks(document: &mut Document, table: &Table, seen: &BTreeSet<String>, at: Span) {
    for key in table.required.iter().filter(|key| !seen.contains(**key)) {
        document.report(Rule::MissingElement, "", at, format!("{} has no `{key}`", table.name));
    }
    for key in table.recommended.iter().filter(|key| !seen.contains(**key)) {
        document.report(Rule::NoLink, "", at, format!("{} has no `{key}`", table.name));
    }
    if !table.one_of.is_empty() && !table.one_of.iter().any(|key| seen.contains(*key)) {
        let all = table.one_of.join("`, `");
        document.report(Rule::MissingElement, "", at, format!("{} has none of `{all}`", table.name));
    }
}

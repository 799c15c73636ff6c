//! A table of keys, and how a map is read by it.

use std::collections::BTreeMap;

use super::file::ConfigFile;
use super::shape::Shape;
use super::value::{Value, pairs};
use crate::error::Error;
use crate::source::Map;
use crate::text;

/// A key of a configuration, or of a map in one.
#[derive(Debug)]
pub(crate) struct Key<T> {
    /// Its name, and others that mean the same.
    pub names: &'static [&'static str],
    /// A value that it may have.
    pub example: &'static str,
    /// What it is for, in a sentence.
    pub help: &'static str,
    /// What its value may be.
    pub shape: Shape,
    pub(super) read: fn(&mut T, &Value<'_>) -> Result<(), Error>,
}

/// A table of keys from one list: names, example, help, shape, field, and how a value is read.
macro_rules! keys {
    ($target:ty; $($names:expr, $example:literal, $help:literal, $shape:expr, $field:ident $(.$part:ident)* = $read:expr;)+) => {
        &[$($crate::settings::keys::Key {
            names: &$names,
            example: $example,
            help: $help,
            shape: $shape,
            read: |target: &mut $target, value| {
                target.$field$(.$part)* = $read(value)?;
                Ok(())
            },
        }),+]
    };
}
pub(super) use keys;

/// Reads every pair of a map into `target`. `noun` is what messages call a key.
///
/// # Errors
/// [`Error::Config`] for an unknown key, or a value that its key cannot have.
pub(super) fn read_map<T>(
    file: &ConfigFile,
    map: &Map,
    target: &mut T,
    keys: &[Key<T>],
    noun: &str,
) -> Result<(), Error> {
    if let Some(first) = map.duplicates().first() {
        let again = map.0.iter().rev().map(|(key, _)| key).find(|key| key.text == first.text);
        let message = format!("the {noun} `{}` is given twice", text::shown(&first.text));
        let at = again.and_then(|key| key.at).or(first.at);
        return Err(file.error(at, message, Some("remove one of the two".to_owned())));
    }
    let mut given: BTreeMap<&[&str], &str> = BTreeMap::new();
    for value in pairs(file, map) {
        let Some(key) = keys.iter().find(|key| key.names.contains(&value.key.text.as_str())) else {
            return Err(value.unknown(noun, keys.iter().filter_map(|key| key.names.first().copied())));
        };
        if let Some(other) = given.insert(key.names, &value.key.text) {
            return Err(value.given_twice(noun, &format!(": `{other}` means the same")));
        }
        (key.read)(target, &value)?;
    }
    Ok(())
}

/// What keys are called elsewhere.
const SYNONYMS: [(&str, &str); 18] = [
    ("url", "base_url"),
    ("siteurl", "base_url"),
    ("baseurl", "base_url"),
    ("base", "base_url"),
    ("domain", "base_url"),
    ("host", "base_url"),
    ("address", "base_url"),
    ("name", "title"),
    ("lang", "language"),
    ("locale", "language"),
    ("tz", "timezone"),
    ("destination", "output"),
    ("out", "output"),
    ("outputdir", "output"),
    ("files", "posts"),
    ("include", "posts"),
    ("ignore", "exclude"),
    ("summary", "description"),
];

/// The name that is meant by one that is not known: the same but for capitals and marks, or what other programs call it,
/// or the one that is most like it.
fn meant(name: &str, mut known: impl Iterator<Item = &'static str> + Clone) -> Option<&'static str> {
    let plain = |name: &str| name.replace(['_', '-', ' '], "").to_lowercase();
    let wanted = plain(name);
    let synonym = SYNONYMS.iter().find(|(other, _)| *other == wanted).map(|(_, key)| *key);
    let known_synonym = synonym.filter(|key| known.clone().any(|known| known == *key));
    known
        .clone()
        .find(|known| plain(known) == wanted)
        .or(known_synonym)
        .or_else(|| nearest(name, known.by_ref()))
}

/// The name that is most like another, if any is like it: one letter in three may differ, and one more.
pub(super) fn nearest(name: &str, known: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let distance = |known: &str| strsim::damerau_levenshtein(known, name);
    known.min_by_key(|known| distance(known)).filter(|known| distance(known) <= 1 + name.chars().count() / 3)
}

/// Whether a name is more likely another one, mistyped, than a name of its own.
pub(super) fn is_mistyped(name: &str, mut known: impl Iterator<Item = &'static str>) -> bool {
    let allowed = if name.chars().count() < 7 { 1 } else { 2 };
    let name = name.to_lowercase();
    known.any(|known| strsim::damerau_levenshtein(known, &name) <= allowed)
}

impl Value<'_> {
    /// The error for a key that is not in a table.
    pub(super) fn unknown(&self, noun: &str, known: impl Iterator<Item = &'static str> + Clone) -> Error {
        let name = &self.key.text;
        let help = match meant(name, known.clone()) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None if noun == "rule" => "`feedmill rules` prints all rules".to_owned(),
            None => {
                let known: Vec<String> = known.map(|name| format!("`{name}`")).collect();
                format!("the {noun}s are {}", known.join(", "))
            }
        };
        self.file.error(self.key.at, format!("unknown {noun} `{}`", text::shown(name)), Some(help))
    }
}

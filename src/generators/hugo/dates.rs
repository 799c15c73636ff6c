//! Dates: where they are looked for, in which order (<https://gohugo.io/configuration/front-matter/>).

use std::cell::OnceCell;

use chrono::{DateTime, FixedOffset, NaiveDateTime};

use super::site::{DateSources, Hugo};
use crate::generators::Fields;
use crate::generators::dates::{DateField, NOT_IN_FEEDS};
use crate::model::SiteFacts;
use crate::text::date;

/// The dates of a page.
#[derive(Default)]
pub(super) struct Dates {
    pub(super) published: Option<DateTime<FixedOffset>>,
    pub(super) updated: Option<DateTime<FixedOffset>>,
    pub(super) expires: Option<DateTime<FixedOffset>>,
    /// `date`, which permalinks have.
    pub(super) date: Option<DateTime<FixedOffset>>,
    /// Whether the name of the file gave the date: then that is no part of the slug.
    pub(super) is_from_name: bool,
}

impl Dates {
    /// Whether a page is not out yet, or expired.
    pub(super) fn are_away(&self, hugo: &Hugo, site: &SiteFacts) -> bool {
        let is_expired = self.expires.is_some_and(|date| date <= site.now) && !hugo.builds_expired;
        is_expired || site.holds_back(self.published)
    }

    /// The dates that front matter gives, or the name of the file where the site reads it.
    pub(super) fn of(fields: &Fields<'_>, sources: &DateSources, name: &str) -> Self {
        let lookup = Lookup { fields, name, own: OnceCell::new(), date: None };
        let (date, key) = lookup.first(&sources.date);
        let lookup = Lookup { date, ..lookup };
        let (published, _) = lookup.first(&sources.publish);
        let (changed, changed_key) = lookup.first(&sources.lastmod);
        // Without one of its own, it is the date of publication.
        let changed = changed
            .filter(|changed| changed_key.is_some_and(|key| key != "date") && Some(*changed) != published);
        let names = changed_key.as_slice();
        let updated = changed.and_then(|changed| fields.checked_updated(names, changed, published));
        let (expires, _) = lookup.first(&sources.expiry);
        Self { published, updated, expires, date, is_from_name: key == Some(":filename") }
    }
}

struct Lookup<'a, 'f> {
    fields: &'a Fields<'f>,
    /// What its file is called.
    name: &'a str,
    /// What front matter has for `date`, which nearly all lists of sources name.
    own: OnceCell<DateField>,
    /// What `date` is, where front matter does not have it.
    date: Option<DateTime<FixedOffset>>,
}

impl Lookup<'_, '_> {
    fn field(&self, key: &str) -> DateField {
        let read = || self.fields.date(&[key], NOT_IN_FEEDS);
        if key == "date" { *self.own.get_or_init(read) } else { read() }
    }

    /// The first of these that has a date, and which it is.
    fn first<'n>(&self, sources: &'n [String]) -> (Option<DateTime<FixedOffset>>, Option<&'n str>) {
        for source in sources {
            let date = match source.as_str() {
                ":filename" => from_name(self.name).and_then(|(local, _)| self.fields.local(local)),
                // The time of a checkout or of a commit is not what the author says.
                ":git" | ":filemodtime" | ":githash" => None,
                key => match self.field(key) {
                    DateField::Date(date) => Some(date),
                    DateField::Unusable => return (None, Some(source)),
                    DateField::Nothing if key == "date" => self.date,
                    DateField::Nothing => None,
                },
            };
            if date.is_some() {
                return (date, Some(source));
            }
        }
        (None, None)
    }
}

/// The date at the start of a name, with the time of day if it has one, and what follows. What comes after the last dot
/// is taken for an extension.
pub(super) fn from_name(name: &str) -> Option<(NaiveDateTime, &str)> {
    let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let digits = name.get(..10)?;
    let day = chrono::NaiveDate::parse_from_str(digits, "%Y-%m-%d").ok()?;
    let rest = name.get(10..)?;
    let time = rest.get(..9).and_then(|time| chrono::NaiveTime::parse_from_str(time, "-%H-%M-%S").ok());
    let (time, rest) = match time {
        Some(time) => (time, rest.get(9..)?),
        None => (chrono::NaiveTime::MIN, rest),
    };
    Some((day.and_time(time), rest.trim_start_matches(['-', '_', ' '])))
}

/// The date of a page that has none, in permalinks.
pub(super) fn first_day() -> DateTime<FixedOffset> {
    date::unknown() - chrono::TimeDelta::days(730_119)
}

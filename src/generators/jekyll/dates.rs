//! The dates of a document, as Ruby reads them.

use chrono::{DateTime, FixedOffset};

use super::document::Document;
use super::ruby;
use crate::diagnostic::Rule;
use crate::generators::dates::{NOT_IN_FEEDS, shown};
use crate::source::{Node, Scalar};
use crate::text::date::{self, Leniency};

impl Document<'_, '_> {
    /// Front matter, else file name. A date that Jekyll would stop at is reported, and the file name's taken.
    pub(super) fn date(&self) -> Option<DateTime<FixedOffset>> {
        let from_name = self.dated.and_then(|(year, month, day, ..)| {
            ruby::file_name_date(year, month, day, &self.fields.site.timezone)
        });
        let Some(node) = self.get("date") else { return self.date_without_field(from_name) };
        let scalar = match node {
            Node::List(items) => items.first().and_then(Node::as_scalar),
            node => node.as_scalar(),
        };
        if let Some(date) = scalar.and_then(|scalar| ruby::time(scalar, &self.fields.site.timezone)) {
            self.report_shifted(from_name, date, scalar);
            self.report_implausible(date, Some("date"));
            return Some(date);
        }
        let help = match from_name {
            Some(_) => "the file name's date is used",
            None => "it is in the sitemap, but in no feed",
        };
        let message = format!("`date` is {}, which stops Jekyll", shown(node));
        self.fields.report(Rule::UnreadableDate, Some("date"), message, help);
        from_name
    }

    fn date_without_field(&self, from_name: Option<DateTime<FixedOffset>>) -> Option<DateTime<FixedOffset>> {
        match from_name {
            Some(date) => self.report_implausible(date, None),
            // Asked for, a draft is dated by its file, as Jekyll dates it.
            None if self.kind == "drafts" => return self.modified(),
            None if self.is_post() => {
                let help = "it is in the sitemap, but in no feed";
                self.fields.report(
                    Rule::UnreadableDate,
                    None,
                    "the date in the file name does not exist",
                    help,
                );
            }
            None => {}
        }
        from_name
    }

    /// Reports a date that no feed can carry.
    fn report_implausible(&self, date: DateTime<FixedOffset>, key: Option<&str>) {
        if let Some(year) = date::implausible_year(&date) {
            let message = format!("the date is in the year {year}");
            self.fields.report(Rule::ImplausibleDate, key, message, NOT_IN_FEEDS);
        }
    }

    /// Reports a date that has another day than the file name only because of the zone: as written, the days agree.
    fn report_shifted(
        &self,
        from_name: Option<DateTime<FixedOffset>>,
        date: DateTime<FixedOffset>,
        scalar: Option<&Scalar>,
    ) {
        let Some(named) = from_name.filter(|named| self.is_post() && named.date_naive() != date.date_naive())
        else {
            return;
        };
        let permalink = self.get("permalink").map_or_else(|| self.template(), ruby::to_s);
        let has_day = permalink.contains(":day") || permalink.contains(":i_day");
        let written = scalar.and_then(|scalar| date::parse_as(&scalar.text, Leniency::Ruby));
        if has_day && written.is_some_and(|written| written.local.date() == named.date_naive()) {
            let (day, named) = (date.date_naive(), named.date_naive());
            let message = format!("the URL has the day {day}, the file name {named}");
            let help = format!("in the site's zone, the date is {}", date.format("%F %T %z"));
            self.fields.report(Rule::ShiftedDay, Some("date"), message, help);
        }
    }

    fn modified(&self) -> Option<DateTime<FixedOffset>> {
        let file = self.fields.site.root.join(&self.fields.source.path);
        let modified = std::fs::metadata(file).and_then(|metadata| metadata.modified()).ok()?;
        let second = modified.duration_since(std::time::UNIX_EPOCH).ok()?.as_secs();
        let instant = DateTime::from_timestamp(i64::try_from(second).ok()?, 0)?.fixed_offset();
        Some(self.fields.at_site(instant))
    }

    pub(super) fn last_modified(
        &self,
        published: Option<DateTime<FixedOffset>>,
    ) -> Option<DateTime<FixedOffset>> {
        const FIELD: &str = "last_modified_at";
        let node = self.get_truthy(FIELD)?;
        let date = node.as_scalar().and_then(|scalar| ruby::time(scalar, &self.fields.site.timezone));
        if date.is_none() {
            let message = format!("`{FIELD}` cannot be read as a date");
            self.fields.report(Rule::UnreadableDate, Some(FIELD), message, "it is ignored");
        }
        self.fields.checked_updated(&[FIELD], date?, published)
    }
}

//! Dates of publication and of change.

use std::borrow::Cow;

use chrono::{DateTime, FixedOffset, NaiveDate};

use super::{Fields, names};
use crate::diagnostic::Rule;
use crate::model::SiteFacts;
use crate::source::Node;
use crate::text::{self, date};

/// What happens to a post whose date is before 1990.
pub(crate) const NOT_IN_FEEDS: &str =
    "validators and readers take that for a mistake, so the post is in the sitemap, but in no feed";

/// Why a date of change is not used.
pub(crate) struct Refused {
    /// The rule that it breaks.
    pub rule: Rule,
    /// What is wrong.
    pub message: &'static str,
    /// What is done about it.
    pub help: &'static str,
}

/// Checks that a post can have been changed then.
///
/// # Errors
/// [`Refused`] if that is before its publication, or in the future.
pub(crate) fn check_updated(
    updated: DateTime<FixedOffset>,
    published: Option<DateTime<FixedOffset>>,
    site: &SiteFacts,
) -> Result<(), Refused> {
    if published.is_some_and(|published| updated < published) {
        return Err(Refused {
            rule: Rule::UpdatedBeforePublished,
            message: "the post was updated before it was published",
            help: "the date of publication is used for both",
        });
    }
    let is_published = published.is_none_or(|published| published <= site.now);
    if updated > site.now && is_published {
        return Err(Refused {
            rule: Rule::ImplausibleDate,
            message: "the update date is in the future",
            help: "that date is ignored",
        });
    }
    Ok(())
}

/// What is written where a date belongs.
#[derive(Clone, Copy)]
pub(in crate::generators) enum DateField {
    Nothing,
    Unusable,
    Date(DateTime<FixedOffset>),
}

impl Fields<'_> {
    /// When the post was published, and when it was last changed. `from_name` is the date in its file's name.
    pub(in crate::generators) fn dates(
        &self,
        from_name: Option<chrono::NaiveDate>,
    ) -> (Option<DateTime<FixedOffset>>, Option<DateTime<FixedOffset>>) {
        let published = match self.date(names::DATE, NOT_IN_FEEDS) {
            DateField::Date(date) => Some(date),
            DateField::Unusable => None,
            DateField::Nothing => from_name.and_then(|date| self.midnight(date)),
        };
        if published.is_none() && self.first(names::DATE).is_none() {
            self.report_no_date();
        }
        (published, self.updated(published))
    }

    /// When the post was last changed.
    pub(in crate::generators) fn updated(
        &self,
        published: Option<DateTime<FixedOffset>>,
    ) -> Option<DateTime<FixedOffset>> {
        let help = "validators and readers take that for a mistake, so it is ignored";
        match self.date(names::UPDATED, help) {
            DateField::Date(date) => self.checked_updated(names::UPDATED, date, published),
            DateField::Unusable | DateField::Nothing => None,
        }
    }

    /// The start of a day, at the site.
    pub(in crate::generators) fn midnight(&self, date: chrono::NaiveDate) -> Option<DateTime<FixedOffset>> {
        self.local(date.and_time(chrono::NaiveTime::MIN))
    }

    /// The instant at which the clocks of the site show this.
    pub(in crate::generators) fn local(&self, local: chrono::NaiveDateTime) -> Option<DateTime<FixedOffset>> {
        date::resolve(&date::Written { local, zone: None }, self.zone())
    }

    pub(in crate::generators) fn report_no_date(&self) {
        if self.written.present {
            let help = "it is in the sitemap, but in no feed; write `date: YYYY-MM-DD`, or begin the file's name with a date";
            self.report(Rule::MissingDate, None, "the post has no date", help);
        } else {
            let help = "it is in the sitemap, but in no feed";
            self.report(Rule::UndatedPage, None, "there is no front matter and no date", help);
        }
    }

    /// The same where pages and posts are not told apart.
    pub(in crate::generators) fn report_undated_page(&self) {
        self.report(Rule::UndatedPage, None, "there is no date", "it is in the sitemap, but in no feed");
    }

    /// A date of change, if it can be one.
    pub(in crate::generators) fn checked_updated(
        &self,
        names: &[&str],
        updated: DateTime<FixedOffset>,
        published: Option<DateTime<FixedOffset>>,
    ) -> Option<DateTime<FixedOffset>> {
        match check_updated(updated, published, self.site) {
            Ok(()) => Some(updated),
            Err(Refused { rule, message, help }) => {
                let key = self.first(names).map(|(key, _)| key);
                self.report(rule, key, message, help);
                None
            }
        }
    }

    /// Reports a post that is published more than a day before its date. A few hours may come from the time zone.
    pub(in crate::generators) fn report_future(&self, published: Option<DateTime<FixedOffset>>) {
        let limit = self.site.now.checked_add_signed(chrono::TimeDelta::days(1));
        let is_early = |date: &DateTime<FixedOffset>| limit.is_some_and(|limit| *date > limit);
        let Some(date) = published.filter(is_early) else { return };
        let key = self.first(names::DATE).map(|(key, _)| key);
        let message = format!("the post is dated {}, and is published already", date.date_naive());
        let help = "its generator builds its page now; in `feedmill.yml`, `future: false` keeps it out of feeds and \
                    sitemap until then, and `future: true` says that it is as wanted";
        self.report(Rule::FutureDate, key, message, help);
    }

    /// The date in the first of these fields that has a value. What cannot be read is reported.
    pub(in crate::generators) fn date(&self, names: &[&str], help_if_implausible: &str) -> DateField {
        // `published: true` is not a date.
        let is_switch = names.contains(&"published") && self.flag("published").is_some();
        let names: Cow<'_, [&str]> = match is_switch {
            true => names.iter().copied().filter(|key| *key != "published").collect(),
            false => names.into(),
        };
        let Some((key, node)) = self.date_node(&names) else { return DateField::Nothing };
        let read = node.as_text().and_then(date::parse);
        let Some(instant) = read.and_then(|read| date::resolve(&read, self.zone())) else {
            self.report_unreadable_date(key, node);
            return DateField::Unusable;
        };
        if let Some(year) = date::implausible_year(&instant) {
            let message = format!("`{key}` is in the year {year}");
            self.report(Rule::ImplausibleDate, Some(key), message, help_if_implausible);
            // An implausible date in the future is used all the same, because it hides the post.
            if instant < self.site.now {
                return DateField::Unusable;
            }
        }
        DateField::Date(instant)
    }

    /// A date as written: `date: 2025-11-29`, or `date: {created: 2025-11-29, updated: 2025-12-01}`.
    fn date_node<'n>(&self, names: &[&'n str]) -> Option<(&'n str, &Node)> {
        match self.first(names) {
            Some((key, node @ Node::Map(map))) => {
                Some((key, names.iter().find_map(|name| map.get(name)).unwrap_or(node)))
            }
            None => {
                let map = self.get("date")?.as_map()?;
                names.iter().find_map(|name| Some(("date", map.get(name)?)))
            }
            found => found,
        }
    }

    pub(in crate::generators) fn report_unreadable_date(&self, key: &str, node: &Node) {
        if let Some([one, other]) = node.as_text().and_then(two_days) {
            let message = format!("`{key}` is {}, which can be read in two ways", shown(node));
            let help = format!("it is in no feed; write `{one}` or `{other}`");
            return self.report(Rule::UnreadableDate, Some(key), message, help);
        }
        let message = format!("`{key}` is {}, which cannot be read as a date", shown(node));
        let help = "write it like `2025-11-29 02:11:40 +0000` or `2025-11-29`";
        self.report(Rule::UnreadableDate, Some(key), message, help);
    }
}

/// The two days that `05/11/2025` may be.
fn two_days(text: &str) -> Option<[NaiveDate; 2]> {
    let mut parts = text.trim().splitn(3, '/').map(|part| part.parse::<u32>().ok());
    let (one, other, year) = (parts.next()??, parts.next()??, parts.next()??);
    let day = |month, day| NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day);
    (year > 1000).then(|| Some([day(other, one)?, day(one, other)?]))?
}

/// A value as messages show it.
pub(crate) fn shown(node: &Node) -> String {
    node.as_text()
        .map_or_else(|| node.kind().to_owned(), |text| format!("`{}`", text::shown(&text::one_line(text))))
}

//! Dates as Hexo reads them: by JavaScript's `Date`, as if on a machine in UTC, and then once more in the site's zone.

use chrono::{DateTime, FixedOffset, NaiveDate};
use jiff::tz::TimeZone;

use crate::generators::Fields;
use crate::source::Scalar;
use crate::text::date::{self, Leniency};

/// The date in a field. One that cannot be read is reported.
pub(super) fn of_field(
    fields: &Fields<'_>,
    key: &str,
    zone: Option<&TimeZone>,
) -> Option<DateTime<FixedOffset>> {
    let node = fields.get(key)?;
    let scalar = node.as_scalar()?;
    if scalar.is_null() || scalar.text.trim().is_empty() {
        return None;
    }
    let read = instant(scalar);
    if read.is_none() {
        fields.report_unreadable_date(key, node);
    }
    in_zone(read?, zone)
}

fn instant(scalar: &Scalar) -> Option<DateTime<FixedOffset>> {
    let text = scalar.text.trim();
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number && !scalar.quoted {
        return DateTime::from_timestamp_millis(text.parse().ok()?).map(|date| date.fixed_offset());
    }
    // `2025` and `2025-11` are their first days.
    let whole = match text.len() {
        4 if is_number => format!("{text}-01-01"),
        7 if text.as_bytes().get(4) == Some(&b'-') => format!("{text}-01"),
        _ => text.to_owned(),
    };
    date::resolve(&date::parse_as(&whole, Leniency::Javascript)?, &TimeZone::UTC)
}

/// The clock that a date shows in UTC, as the clock of the site's zone.
pub(super) fn in_zone(
    instant: DateTime<FixedOffset>,
    zone: Option<&TimeZone>,
) -> Option<DateTime<FixedOffset>> {
    let Some(zone) = zone else { return Some(instant) };
    let timestamp = jiff::Timestamp::from_second(instant.timestamp()).ok()?;
    // The offset is that of the same clock in UTC, also where the zone changes its clocks in between.
    let offset = zone.to_offset(timestamp).seconds();
    let shifted = instant.to_utc() - chrono::TimeDelta::seconds(i64::from(offset));
    Some(date::shown_in(shifted.fixed_offset(), zone))
}

/// Midnight of a day in the name of a file.
pub(super) fn of_name(day: NaiveDate, zone: Option<&TimeZone>) -> Option<DateTime<FixedOffset>> {
    in_zone(day.and_time(chrono::NaiveTime::MIN).and_utc().fixed_offset(), zone)
}

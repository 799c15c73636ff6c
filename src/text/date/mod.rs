//! Dates of any form become instants, and instants become RFC 3339 and RFC 822 text.

mod parse;
mod words;
mod zones;

pub(crate) use parse::{Leniency, from_file_name, parse, parse_as};
pub(crate) use words::in_other_language;
pub(crate) use zones::own_offset;

use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDateTime, Offset, TimeZone, Timelike};
use jiff::tz;

const MONTHS: [&str; 12] = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
];
const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// The years in which feeds can carry dates: validators and readers take one before 1990 for a mistake.
const PLAUSIBLE: RangeInclusive<i32> = 1990..=9999;

/// Whether feeds can carry a date.
pub(crate) fn is_plausible(date: &DateTime<FixedOffset>) -> bool {
    implausible_year(date).is_none()
}

/// The year of a date that no feed can carry: here, or in UTC, as readers have it.
pub(crate) fn implausible_year(date: &DateTime<FixedOffset>) -> Option<i32> {
    [date.year(), date.to_utc().year()].into_iter().find(|year| !PLAUSIBLE.contains(year))
}

/// Whether a date can be written: its year has four digits, here and in UTC.
pub(crate) fn is_writable(date: &DateTime<FixedOffset>) -> bool {
    [date.year(), date.to_utc().year()].into_iter().all(|year| (1..=9999).contains(&year))
}

/// A date as written, before a zone is supplied.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Written {
    /// The wall clock; midnight if no time was written.
    pub local: NaiveDateTime,
    /// The zone, if one was written.
    pub zone: Option<Zone>,
}

/// A zone as written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Zone {
    /// `+09:00`, `Z`.
    Fixed(FixedOffset),
    /// `JST`: what the site's own zone calls so, else what is usually called so, if there is one such zone.
    Abbreviated { name: String, usual: Option<FixedOffset> },
    /// `Asia/Tokyo`.
    Named(tz::TimeZone),
}

/// A later date, such as `9999-12-31`, means never.
const LAST_YEAR_WITH_ZONES: i32 = 9000;

/// Supplies the zone where none was written. In a gap of the clock the time moves forward by the gap; of two possible
/// times the earlier is taken.
pub(crate) fn resolve(written: &Written, default: &tz::TimeZone) -> Option<DateTime<FixedOffset>> {
    match &written.zone {
        Some(Zone::Fixed(offset)) => offset.from_local_datetime(&written.local).single(),
        Some(Zone::Abbreviated { name, usual }) => {
            let own = own_offset(name, written.local.year(), default);
            own.or(*usual)?.from_local_datetime(&written.local).single()
        }
        Some(Zone::Named(zone)) => in_zone(written.local, zone, Fold::Earlier),
        None => in_zone(written.local, default, Fold::Earlier),
    }
}

/// The same as Ruby does it: of two possible times the later is taken.
pub(crate) fn resolve_later(written: &Written, default: &tz::TimeZone) -> Option<DateTime<FixedOffset>> {
    match &written.zone {
        None => in_zone(written.local, default, Fold::Later),
        Some(_) => resolve(written, default),
    }
}

/// Which of two possible times to take when a clock goes back.
#[derive(Clone, Copy)]
enum Fold {
    Earlier,
    Later,
}

fn in_zone(local: NaiveDateTime, zone: &tz::TimeZone, fold: Fold) -> Option<DateTime<FixedOffset>> {
    if local.year() > LAST_YEAR_WITH_ZONES {
        return FixedOffset::east_opt(0)?.from_local_datetime(&local).single();
    }
    let (date, time) = (local.date(), local.time());
    let civil = jiff::civil::DateTime::new(
        i16::try_from(date.year()).ok()?,
        i8::try_from(date.month()).ok()?,
        i8::try_from(date.day()).ok()?,
        i8::try_from(time.hour()).ok()?,
        i8::try_from(time.minute()).ok()?,
        i8::try_from(time.second()).ok()?,
        0,
    )
    .ok()?;
    let ambiguous = zone.to_ambiguous_timestamp(civil);
    let folded = matches!(ambiguous.offset(), tz::AmbiguousOffset::Fold { .. });
    let timestamp = match fold {
        Fold::Later if folded => ambiguous.later(),
        Fold::Earlier | Fold::Later => ambiguous.compatible(),
    };
    let timestamp = timestamp.ok()?;
    at_offset(timestamp.as_second(), zone.to_offset(timestamp).seconds())
}

/// The same instant as the clocks of a zone show it.
pub(crate) fn shown_in(instant: DateTime<FixedOffset>, zone: &tz::TimeZone) -> DateTime<FixedOffset> {
    jiff::Timestamp::from_second(instant.timestamp())
        .ok()
        .and_then(|timestamp| at_offset(timestamp.as_second(), zone.to_offset(timestamp).seconds()))
        .unwrap_or(instant)
}

/// RFC 3339 has no seconds in an offset, so local mean time is given in UTC.
fn at_offset(second: i64, offset: i32) -> Option<DateTime<FixedOffset>> {
    let offset = if offset % 60 == 0 { offset } else { 0 };
    FixedOffset::east_opt(offset)?.timestamp_opt(second, 0).single()
}

/// Atom's required `updated` for a feed without entries: a fixed instant, the same in every build.
pub(crate) fn unknown() -> DateTime<FixedOffset> {
    chrono::DateTime::UNIX_EPOCH.fixed_offset() + chrono::TimeDelta::days(10_957)
}

/// RFC 3339, to the second, as Atom §3.3 and JSON Feed want it: `2025-11-29T02:11:40+00:00`.
pub(crate) fn rfc3339(instant: DateTime<FixedOffset>) -> String {
    instant.to_rfc3339_opts(chrono::SecondsFormat::Secs, false)
}

/// RFC 822 with a year of four digits, as RSS wants it: `Sat, 29 Nov 2025 02:11:40 +0000`. Offsets that are not whole
/// or half hours become UTC, because validators and readers refuse them.
pub(crate) fn rfc822(instant: DateTime<FixedOffset>) -> String {
    let offset = instant.offset().fix().local_minus_utc();
    let instant = if offset % 1800 == 0 { instant } else { instant.to_utc().fixed_offset() };
    let offset = instant.offset().fix().local_minus_utc();
    format!(
        "{}, {:02} {} {:04} {:02}:{:02}:{:02} {}{:02}{:02}",
        short(weekday_name(&instant)),
        instant.day(),
        short(month_name(&instant)),
        instant.year(),
        instant.hour(),
        instant.minute(),
        instant.second(),
        if offset < 0 { '-' } else { '+' },
        offset.abs() / 3600,
        offset.abs() / 60 % 60,
    )
}

/// A part of a date by the name that permalink patterns give it: `year`, `short_month`, `y_day` … `None` if no part has
/// this name.
pub(crate) fn part(name: &str, date: &DateTime<FixedOffset>) -> Option<String> {
    Some(match name {
        "year" => match date.year() {
            year @ 1000..=9999 => year.to_string(),
            year => format!("{year:04}"),
        },
        "month" => in_two_digits(date.month()),
        "day" => in_two_digits(date.day()),
        "hour" => in_two_digits(date.hour()),
        "minute" => in_two_digits(date.minute()),
        "second" => in_two_digits(date.second()),
        "i_month" => date.month().to_string(),
        "i_day" => date.day().to_string(),
        "short_year" => format!("{:02}", date.year() % 100),
        "y_day" => format!("{:03}", date.ordinal()),
        "week" => format!("{:02}", date.iso_week().week()),
        "w_year" => date.iso_week().year().to_string(),
        "w_day" => date.weekday().number_from_monday().to_string(),
        "short_month" => short(month_name(date)).to_owned(),
        "long_month" => month_name(date).to_owned(),
        "short_day" => short(weekday_name(date)).to_owned(),
        "long_day" => weekday_name(date).to_owned(),
        _ => return None,
    })
}

/// A number with a zero before it if it has one digit.
fn in_two_digits(number: u32) -> String {
    let (tens, ones) = (char::from_digit(number / 10, 10), char::from_digit(number % 10, 10));
    tens.into_iter().chain(ones).collect()
}

fn month_name(date: &impl Datelike) -> &'static str {
    #[expect(clippy::indexing_slicing, reason = "chrono's months are 0 to 11")]
    MONTHS[date.month0() as usize]
}

fn weekday_name(date: &impl Datelike) -> &'static str {
    #[expect(clippy::indexing_slicing, reason = "chrono's weekdays are 0 to 6")]
    WEEKDAYS[date.weekday().num_days_from_monday() as usize]
}

/// The short form of an English name, as in RFC 822 §5: its first three letters.
fn short(name: &str) -> &str {
    name.get(..3).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_822_text() {
        #[track_caller]
        fn case(text: &str, expected: &str) {
            let instant = resolve(&parse(text).unwrap(), &tz::TimeZone::UTC).unwrap();
            assert_eq!(rfc822(instant), expected);
        }
        case("2025-11-29 02:11:40 +0000", "Sat, 29 Nov 2025 02:11:40 +0000");
        case("2025-12-01 02:11:40 -0330", "Mon, 01 Dec 2025 02:11:40 -0330");
        case("2025-12-01 02:11:40 +0545", "Sun, 30 Nov 2025 20:26:40 +0000");
    }

    #[test]
    fn an_abbreviation_is_that_of_the_site() {
        for (zone, text, expected) in [
            ("Asia/Shanghai", "2025-11-29 10:00 CST", Some("2025-11-29T10:00:00+08:00")),
            ("America/Chicago", "2025-07-01 10:00 CST", Some("2025-07-01T10:00:00-06:00")),
            ("Europe/London", "2025-07-01 10:00 BST", Some("2025-07-01T10:00:00+01:00")),
            ("Asia/Kolkata", "2025-07-01 10:00 IST", Some("2025-07-01T10:00:00+05:30")),
            ("Asia/Manila", "2025-07-01 10:00 PST", Some("2025-07-01T10:00:00+08:00")),
            ("Europe/Berlin", "2025-07-01 10:00 PST", Some("2025-07-01T10:00:00-08:00")),
            ("UTC", "2025-11-29 10:00 CST", None),
        ] {
            let zone = tz::TimeZone::get(zone).unwrap();
            let instant = resolve(&parse(text).unwrap(), &zone).map(rfc3339);
            assert_eq!(instant.as_deref(), expected, "{text}");
        }
    }
}

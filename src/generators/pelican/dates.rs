//! Dates as dateutil reads them (<https://dateutil.readthedocs.io/en/stable/parser.html>).

use chrono::{DateTime, FixedOffset};
use jiff::tz::TimeZone;

use crate::text::date::{self, Leniency};

/// The instant of a text; what names no zone is in the default zone. `None` if Pelican refuses it.
pub(super) fn parse(text: &str, zone: &TimeZone) -> Option<DateTime<FixedOffset>> {
    if text.contains(['"', '_']) {
        return None;
    }
    let text = text.replace('\'', "").split_whitespace().collect::<Vec<_>>().join(" ");
    date::resolve(&date::parse_as(&with_known_zone(&text), Leniency::Dateutil)?, zone)
}

/// A text without a zone that dateutil does not know, and with `GMT+3` as it reads that: three hours before.
fn with_known_zone(text: &str) -> String {
    let Some((before, last)) = text.rsplit_once(' ') else { return text.to_owned() };
    let name = last.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | ':'));
    let offset = last.get(name.len()..).unwrap_or_default();
    let is_zone = name.len() >= 3 && name.bytes().all(|byte| byte.is_ascii_uppercase());
    match (name, offset.split_at_checked(1)) {
        ("UTC" | "GMT", Some(("+", hours))) => format!("{before} -{hours}"),
        ("UTC" | "GMT", Some(("-", hours))) => format!("{before} +{hours}"),
        ("UTC" | "GMT", _) => text.to_owned(),
        _ if is_zone && before.contains(':') => before.to_owned(),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_dateutil_does() {
        let tokyo = TimeZone::get("Asia/Tokyo").unwrap();
        for (text, expected) in [
            ("2025-01-02 10:00", "2025-01-02T10:00:00+09:00"),
            ("05/06/2025", "2025-05-06T00:00:00+09:00"),
            ("05.06.2025 07:08", "2025-05-06T07:08:00+09:00"),
            ("29/11/2025", "2025-11-29T00:00:00+09:00"),
            ("25-11-29", "2029-11-25T00:00:00+09:00"),
            ("2025-01-02 10:00 JST", "2025-01-02T10:00:00+09:00"),
            ("2025-01-02 10:00 EST", "2025-01-02T10:00:00+09:00"),
            ("2025-01-02 10:00 UTC", "2025-01-02T10:00:00+00:00"),
            ("2025-01-02 10:00 GMT+3", "2025-01-02T10:00:00-03:00"),
            ("'2025-01-02'", "2025-01-02T00:00:00+09:00"),
            ("Monday, 05. March 2012", "2012-03-05T00:00:00+09:00"),
        ] {
            assert_eq!(
                parse(text, &tokyo).map(|date| date.to_rfc3339()).as_deref(),
                Some(expected),
                "{text}"
            );
        }
        for text in ["\"2025-01-02\"", "", "not a date", "2025-02-30", "2025-01-02 25:10"] {
            assert_eq!(parse(text, &tokyo), None, "{text}");
        }
    }
}

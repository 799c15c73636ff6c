//! Zones by name.

use chrono::FixedOffset;
use jiff::tz;

use super::Zone;

/// Zone abbreviations that mean one offset only, in minutes east of Greenwich. Ambiguous ones (`IST`, `BST`) are left
/// out on purpose.
const ABBREVIATIONS: &[(&str, i32)] = &[
    ("Z", 0),
    ("UT", 0),
    ("UTC", 0),
    ("GMT", 0),
    ("WET", 0),
    ("WEST", 60),
    ("CET", 60),
    ("CEST", 120),
    ("EET", 120),
    ("EEST", 180),
    ("MSK", 180),
    ("SGT", 480),
    ("AWST", 480),
    ("HKT", 480),
    ("JST", 540),
    ("KST", 540),
    ("AEST", 600),
    ("AEDT", 660),
    ("NZST", 720),
    ("NZDT", 780),
    ("EST", -300),
    ("EDT", -240),
    ("CST", -360),
    ("CDT", -300),
    ("MST", -420),
    ("MDT", -360),
    ("PST", -480),
    ("PDT", -420),
    ("AKST", -540),
    ("AKDT", -480),
    ("HST", -600),
];

/// The names that Ruby's `Time.parse` accepts.
const RUBY_ZONES: &[&str] =
    &["Z", "UTC", "GMT", "UT", "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT"];

/// The zone of an abbreviation or of an IANA name.
pub(super) fn of_name(name: &str) -> Option<Zone> {
    match ABBREVIATIONS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
        Some((_, minutes)) => FixedOffset::east_opt(minutes * 60).map(Zone::Fixed),
        None => tz::TimeZone::get(name).ok().map(Zone::Named),
    }
}

/// Whether Ruby's `Time.parse` accepts a name.
pub(super) fn is_known_to_ruby(name: &str) -> bool {
    RUBY_ZONES.iter().any(|known| known.eq_ignore_ascii_case(name))
}

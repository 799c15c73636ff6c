//! Zones by name.

use chrono::FixedOffset;
use jiff::tz;

use super::{Leniency, Zone};

/// Abbreviations of zones, and the offset that each has nearly everywhere, in minutes east of Greenwich. Ambiguous ones
/// (`IST`, `BST`) are left out on purpose; `CST` is American in mail, Ruby and JavaScript only.
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

/// Abbreviations that mean more than one offset.
const AMBIGUOUS: &[&str] = &["AST", "BST", "IST", "SST"];

/// The names that Ruby's `Time.parse` accepts.
const RUBY_ZONES: &[&str] =
    &["Z", "UTC", "GMT", "UT", "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT"];

/// The zone of an abbreviation or of an IANA name.
pub(super) fn of_name(name: &str, leniency: Leniency) -> Option<Zone> {
    let known = ABBREVIATIONS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    let usual = known.and_then(|(_, minutes)| FixedOffset::east_opt(minutes * 60));
    match (leniency, usual) {
        (Leniency::Strict, Some(offset)) if offset.local_minus_utc() != 0 => {
            let usual = usual.filter(|_| !name.eq_ignore_ascii_case("CST"));
            Some(Zone::Abbreviated { name: name.to_owned(), usual })
        }
        (_, Some(usual)) => Some(Zone::Fixed(usual)),
        (_, None) => match tz::TimeZone::get(name) {
            Ok(zone) => Some(Zone::Named(zone)),
            Err(_) => (leniency == Leniency::Strict && AMBIGUOUS.contains(&name))
                .then(|| Zone::Abbreviated { name: name.to_owned(), usual: None }),
        },
    }
}

/// The offset of an abbreviation that a zone has in a year, in winter or in summer.
pub(crate) fn own_offset(name: &str, year: i32, zone: &tz::TimeZone) -> Option<FixedOffset> {
    let year = i16::try_from(year).ok()?;
    [1, 7].into_iter().find_map(|month| {
        let timestamp = zone.to_timestamp(jiff::civil::date(year, month, 1).at(0, 0, 0, 0)).ok()?;
        let info = zone.to_offset_info(timestamp);
        let is_it = info.abbreviation().eq_ignore_ascii_case(name);
        is_it.then(|| FixedOffset::east_opt(info.offset().seconds())).flatten()
    })
}

/// Whether Ruby's `Time.parse` accepts a name.
pub(super) fn is_known_to_ruby(name: &str) -> bool {
    RUBY_ZONES.iter().any(|known| known.eq_ignore_ascii_case(name))
}

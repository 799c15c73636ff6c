//! Dates in the forms of RFC 822, RFC 3339, W3C Datetime and ISO 8601.

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc, Weekday};

use super::document::{Document, Fix, Piece, Span, quoted};
use crate::diagnostic::Rule;
use crate::text::date;

/// The accepted forms of a date that begins with its year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Iso {
    /// Date, time with seconds, and zone (RFC 3339 §5.6).
    Rfc3339,
    /// From a year to parts of a second; a time has a zone (<https://www.w3.org/TR/NOTE-datetime>).
    W3c,
    /// The same, and a time may be without zone.
    Any,
    /// A day.
    Day,
    /// As [`Iso::Any`], of events, which may be in the future.
    Event,
    /// For sitemaps: like [`Iso::W3c`], but a time without a zone breaks [`Rule::NoZone`] only.
    Sitemap,
}

/// A date as it is written, with the year first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Parts {
    date: NaiveDate,
    /// How many of year, month and day are written.
    count: u8,
    time: Option<NaiveTime>,
    has_seconds: bool,
    /// Minutes east of UTC.
    zone: Option<i32>,
}

/// Reads exactly `count` digits from the start of a text; `None` if there are fewer.
fn digits(text: &mut &[u8], count: usize) -> Option<u32> {
    let (number, rest) = text.split_at_checked(count)?;
    let value = number
        .iter()
        .try_fold(0_u32, |value, byte| byte.is_ascii_digit().then(|| value * 10 + u32::from(byte - b'0')))?;
    *text = rest;
    Some(value)
}

fn skip(text: &mut &[u8], byte: u8) -> Option<()> {
    *text = text.strip_prefix(&[byte])?;
    Some(())
}

fn parts(text: &str) -> Option<Parts> {
    let mut rest = text.as_bytes();
    let year = i32::try_from(digits(&mut rest, 4)?).ok()?;
    let (mut month, mut day, mut count) = (1, 1, 1);
    if skip(&mut rest, b'-').is_some() {
        month = digits(&mut rest, 2)?;
        count = 2;
        if skip(&mut rest, b'-').is_some() {
            day = digits(&mut rest, 2)?;
            count = 3;
        }
    }
    let date = NaiveDate::from_ymd_opt(year, month, day)?;
    let mut parts = Parts { date, count, time: None, has_seconds: false, zone: None };
    if rest.is_empty() {
        return Some(parts);
    }
    if count < 3 {
        return None;
    }
    skip(&mut rest, b'T')?;
    let hour = digits(&mut rest, 2)?;
    skip(&mut rest, b':')?;
    let minute = digits(&mut rest, 2)?;
    let mut second = 0;
    if skip(&mut rest, b':').is_some() {
        second = digits(&mut rest, 2)?;
        parts.has_seconds = true;
        if skip(&mut rest, b'.').is_some() {
            let end = rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
            rest = rest.get(end..)?;
        }
    }
    // A leap second is the last of a minute.
    parts.time = Some(NaiveTime::from_hms_opt(hour, minute, second.min(59)).filter(|_| second <= 60)?);
    parts.zone = match rest {
        b"" => None,
        b"Z" => Some(0),
        [sign @ (b'+' | b'-'), ..] => {
            let mut zone = rest.get(1..)?;
            let hours = digits(&mut zone, 2)?;
            skip(&mut zone, b':')?;
            let minutes = digits(&mut zone, 2)?;
            let east = i32::try_from(hours * 60 + minutes).ok().filter(|_| hours < 24 && minutes < 60)?;
            zone.is_empty().then_some(if *sign == b'-' { -east } else { east }).map(Some)?
        }
        _ => return None,
    };
    Some(parts)
}

impl Parts {
    fn instant(&self) -> DateTime<Utc> {
        let local = NaiveDateTime::new(self.date, self.time.unwrap_or_default());
        (local - TimeDelta::minutes(i64::from(self.zone.unwrap_or(0)))).and_utc()
    }
}

/// Checks a date that begins with its year. Returns its instant if it is valid.
pub(super) fn iso(document: &mut Document, piece: Piece<'_>, form: Iso) -> Option<DateTime<Utc>> {
    let read = parts(piece.text);
    let has_form = read.is_some_and(|parts| match form {
        Iso::Rfc3339 => parts.has_seconds && parts.zone.is_some(),
        Iso::W3c => parts.time.is_none() || parts.zone.is_some(),
        Iso::Day => parts.count == 3 && parts.time.is_none(),
        Iso::Any | Iso::Event | Iso::Sitemap => true,
    });
    let Some(parts) = read.filter(|_| has_form) else {
        let (w3c, what, example) = match form {
            Iso::Rfc3339 => ("InvalidRFC3339Date", "RFC 3339", "2025-11-29T02:11:40Z"),
            Iso::W3c => ("InvalidW3CDTFDate", "W3C Datetime", "2025-11-29` or `2025-11-29T02:11:40Z"),
            Iso::Sitemap => ("", "W3C Datetime", "2025-11-29` or `2025-11-29T02:11:40Z"),
            Iso::Day => ("InvalidISO8601Date", "ISO 8601", "2025-11-29"),
            Iso::Any | Iso::Event => ("InvalidISO8601DateTime", "ISO 8601", "2025-11-29T02:11:40Z"),
        };
        let message =
            format!("{}: {} is no date of {what}, such as `{example}`", piece.of, quoted(piece.text));
        let fix = repaired(piece.text).map(|instant| date::rfc3339(instant.fixed_offset()));
        document.report_with(Rule::BadDate, w3c, piece.at, message, replaced(piece, fix));
        return None;
    };
    if form == Iso::Sitemap && parts.time.is_some() && parts.zone.is_none() {
        let message = format!("{}: {} has a time without a zone", piece.of, quoted(piece.text));
        document.report(Rule::NoZone, "", piece.at, message);
    }
    let instant = parts.instant();
    if form != Iso::Event {
        // A day, a month or a year is in the future when its beginning is.
        plausible(document, piece, parts.date.year(), instant);
    }
    Some(instant)
}

fn plausible(document: &mut Document, piece: Piece<'_>, year: i32, instant: DateTime<Utc>) {
    let limit = document.now.checked_add_signed(TimeDelta::minutes(10));
    let is_future = limit.is_some_and(|limit| instant > limit);
    if year < 1990 || is_future {
        let when = if is_future { "in the future" } else { "before there were feeds" };
        let message = format!("{}: {} is {when}", piece.of, quoted(piece.text));
        document.report(Rule::OddDate, "ImplausibleDate", piece.at, message);
    }
}

/// The instant of a date that is not in the form required here; `None` if it is ambiguous.
fn repaired(text: &str) -> Option<DateTime<Utc>> {
    if let Some(Ok(old)) = old(text) {
        return old.is_certain.then_some(old.instant);
    }
    // Year, month and day in this order, a time, and a zone.
    let bytes = text.as_bytes();
    let has_year = bytes.get(..4).is_some_and(|year| year.iter().all(u8::is_ascii_digit));
    let has_zone = text.ends_with(['Z', 'z'])
        || ["GMT", "UTC", "UT"].iter().any(|zone| text.ends_with(zone))
        || text.get(text.len().saturating_sub(6)..).is_some_and(|end| end.contains(['+', '-']));
    let is_certain = has_year && bytes.get(4) == Some(&b'-') && text.contains(':') && has_zone;
    let has_month = MONTHS.iter().any(|month| text.contains(month));
    let has_four = text.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.len() == 4);
    let is_certain = is_certain || (has_month && has_four && text.contains(':') && has_zone);
    let read = date::parse(text).filter(|_| is_certain)?;
    date::resolve(&read, &jiff::tz::TimeZone::UTC).map(|date| date.to_utc())
}

fn replaced(piece: Piece<'_>, text: Option<String>) -> Option<Fix> {
    let start = piece.letters?;
    text.map(|text| Fix::Replace(Span { start, length: piece.text.len() as u64 }, text))
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
/// Zones of RFC 822 §5.1, in hours east of UTC.
const ZONES: [(&str, i32); 11] = [
    ("UT", 0),
    ("GMT", 0),
    ("Z", 0),
    ("EST", -5),
    ("EDT", -4),
    ("CST", -6),
    ("CDT", -5),
    ("MST", -7),
    ("MDT", -6),
    ("PST", -8),
    ("PDT", -7),
];

/// A date of RFC 822 as it is written.
struct Old {
    weekday: Option<Weekday>,
    date: NaiveDate,
    instant: DateTime<Utc>,
    /// Whether it is in the form that every reader understands.
    is_usual: bool,
    /// Whether it says beyond doubt which instant it is.
    is_certain: bool,
}

/// Reads a date of RFC 822 §5, in any of its forms. `Err` if it has the form, and is no date.
fn old(text: &str) -> Option<Result<Old, ()>> {
    let (written, had_comment) = without_comments(text);
    let written = written.trim();
    let (weekday, rest) = match written.split_once(',') {
        Some((day, rest)) => (Some(day.trim()), rest),
        None => (None, written),
    };
    let name = |names: &[&str], text: &str| names.iter().position(|name| name.eq_ignore_ascii_case(text));
    let weekday = match weekday {
        Some(day) => Some((day, name(&DAYS, day)?)),
        None => None,
    };
    let parts: Vec<&str> = rest.split_ascii_whitespace().collect();
    let (day, month, year, time, zone) = match parts.as_slice() {
        [day, month, year, time, zone] => (*day, *month, *year, *time, *zone),
        [day, month, year, time] => (*day, *month, *year, *time, ""),
        _ => return None,
    };
    let number = |text: &str, lengths: &[usize]| {
        let is_number = lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| text.parse::<u32>().ok()).flatten()
    };
    let day = number(day, &[1, 2])?;
    let index = name(&MONTHS, month)?;
    let years = number(year, &[2, 4])?;
    let clock: Vec<u32> = time
        .split(':')
        .map(|part| number(part, &[2]))
        .collect::<Option<_>>()
        .filter(|_| !zone.is_empty() || !time.is_empty())?;
    let (hour, minute, second) = match clock.as_slice() {
        [hour, minute] => (*hour, *minute, 0),
        [hour, minute, second] => (*hour, *minute, *second),
        _ => return None,
    };
    let (minutes, is_usual_zone) = offset(zone)?;
    let is_certain = minutes.abs() < 24 * 60 && !zone.is_empty() && zone.len() != 1 && year.len() == 4;
    let is_certain = is_certain || zone.eq_ignore_ascii_case("z");
    let is_usual = !had_comment
        && text == written
        && year.len() == 4
        && is_usual_zone
        && MONTHS.contains(&month)
        && weekday.is_none_or(|(day, _)| DAYS.contains(&day))
        && has_usual_blanks(written);
    // Of two digits, RFC 2822 §4.3 takes those below 50 for years of this century.
    let full = match years {
        years if year.len() == 4 => years,
        years @ 0..50 => years + 2000,
        years => years + 1900,
    };
    let date = i32::try_from(full)
        .ok()
        .and_then(|year| NaiveDate::from_ymd_opt(year, u32::try_from(index).ok()? + 1, day));
    let time = NaiveTime::from_hms_opt(hour, minute, second.min(59)).filter(|_| second <= 60);
    let Some((date, time)) = date.zip(time) else { return Some(Err(())) };
    let instant = (NaiveDateTime::new(date, time) - TimeDelta::minutes(minutes)).and_utc();
    let weekday = weekday.and_then(|(_, index)| Weekday::try_from(u8::try_from(index).ok()?).ok());
    Some(Ok(Old { weekday, date, instant, is_usual, is_certain }))
}

/// Whether the parts of a date have one blank between them.
fn has_usual_blanks(text: &str) -> bool {
    let has_odd = text.contains("  ") || text.contains(['\t', '\n']) || text.contains(" ,");
    !has_odd && (!text.contains(',') || text.contains(", "))
}

/// The minutes of a zone, and whether every reader understands it.
fn offset(zone: &str) -> Option<(i64, bool)> {
    if zone.is_empty() {
        return Some((0, false));
    }
    let signed =
        if zone.starts_with(|c: char| c.is_ascii_digit()) { format!("+{zone}") } else { zone.to_owned() };
    if let Some((sign @ ("+" | "-"), digits)) = signed.split_at_checked(1) {
        let number: i64 = digits
            .parse()
            .ok()
            .filter(|_| digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit()))?;
        let east = number / 100 * 60 + number % 100;
        return Some((if sign == "-" { -east } else { east }, matches!(number % 100, 0 | 30)));
    }
    let usual = ZONES.iter().find(|(name, _)| *name == zone);
    if let Some((_, hours)) = usual {
        return Some((i64::from(*hours) * 60, true));
    }
    let any = ZONES.iter().find(|(name, _)| name.eq_ignore_ascii_case(zone));
    // The zones of one letter were the wrong way round in RFC 822, so RFC 2822 takes them for UTC.
    let is_letter = zone.len() == 1
        && zone.bytes().all(|byte| byte.is_ascii_alphabetic() && !byte.eq_ignore_ascii_case(&b'j'));
    any.map(|(_, hours)| (i64::from(*hours) * 60, false)).or_else(|| is_letter.then_some((0, false)))
}

/// A text without comments in parentheses, which may be in each other, and whether it had one.
fn without_comments(text: &str) -> (String, bool) {
    let (mut depth, mut kept) = (0_usize, String::with_capacity(text.len()));
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' if depth > 0 => {
                depth -= 1;
                kept.push(' ');
            }
            c if depth == 0 => kept.push(c),
            _ => {}
        }
    }
    let had = kept.len() != text.len();
    (kept, had)
}

/// Looks at a date of RSS 2.0: RFC 822 §5, with a year of four digits.
pub(super) fn rfc822(document: &mut Document, piece: Piece<'_>) -> Option<DateTime<Utc>> {
    let Some(Ok(read)) = old(piece.text) else {
        let message = format!(
            "{}: {} is no date of RFC 822, such as `Sat, 29 Nov 2025 02:11:40 +0000`",
            piece.of,
            quoted(piece.text)
        );
        let fix = repaired(piece.text).map(|instant| date::rfc822(instant.fixed_offset()));
        document.report_with(Rule::BadDate, "InvalidRFC2822Date", piece.at, message, replaced(piece, fix));
        return None;
    };
    let right = read.is_certain.then(|| date::rfc822(read.instant.fixed_offset()));
    let right = replaced(piece, right);
    if !read.is_usual {
        let message = format!("{}: some readers do not understand {}", piece.of, quoted(piece.text));
        document.report_with(Rule::DateForm, "ProblematicalRFC822Date", piece.at, message, right);
        return Some(read.instant);
    }
    if let Some(weekday) = read.weekday.filter(|weekday| *weekday != read.date.weekday()) {
        let message =
            format!("{}: {} is a {}, not a {weekday}", piece.of, quoted(piece.text), read.date.weekday());
        document.report_with(Rule::WrongWeekday, "IncorrectDOW", piece.at, message, right);
        return Some(read.instant);
    }
    plausible(document, piece, read.date.year(), read.instant);
    Some(read.instant)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::document::Of;

    #[track_caller]
    fn case(
        look: impl Fn(&mut Document, Piece<'_>) -> Option<DateTime<Utc>>,
        text: &str,
        rule: Option<Rule>,
    ) {
        let mut document = Document::new(DateTime::from_timestamp(1_767_225_600, 0).unwrap(), None);
        look(
            &mut document,
            Piece { is_verbatim: true, ..Piece::new(text, Of::Element("a"), Span::default()) },
        );
        assert_eq!(document.found.first().map(|found| found.rule), rule, "{text}");
    }

    #[test]
    fn of_rfc_822() {
        for (text, rule) in [
            ("Sat, 29 Nov 2025 02:11:40 +0000", None),
            ("29 Nov 2025 02:11 GMT", None),
            ("Sat, 29 Nov 2025 02:11:60 EST", None),
            ("Sat, 1 Nov 2025 02:11:40 -0330", None),
            ("Sat, 29 Nov 2025 02:11:40 Z", None),
            ("2025-11-29", Some(Rule::BadDate)),
            ("Sat, 29 Nov 2025 02:11:40 UTC", Some(Rule::BadDate)),
            ("Sat, 29 Nov 25 02:11:40 GMT", Some(Rule::DateForm)),
            ("sat, 29 nov 2025 02:11:40 gmt", Some(Rule::DateForm)),
            ("Sat,29 Nov 2025 02:11:40 GMT", Some(Rule::DateForm)),
            ("Sat, 29 Nov 2025 02:11:40 (a day (of rain)) GMT", Some(Rule::DateForm)),
            ("Sat, 29 Nov 2025 02:11:40 +0545", Some(Rule::DateForm)),
            ("Sat, 29 Nov 2025 02:11:40", Some(Rule::DateForm)),
            ("Sat, 31 Nov 2025 02:11:40 GMT", Some(Rule::BadDate)),
            ("Sat, 29 Nov 2025 24:11:40 GMT", Some(Rule::BadDate)),
            ("Sam, 29 Nov 2025 02:11:40 GMT", Some(Rule::BadDate)),
            ("Mon, 29 Nov 2025 02:11:40 GMT", Some(Rule::WrongWeekday)),
            ("", Some(Rule::BadDate)),
            ("Thu, 01 Jan 1970 00:00:00 GMT", Some(Rule::OddDate)),
            ("Fri, 01 Jan 2027 00:00:00 GMT", Some(Rule::OddDate)),
        ] {
            case(rfc822, text, rule);
        }
    }

    #[test]
    fn with_the_year_first() {
        use Iso::{Any, Event, Rfc3339, Sitemap, W3c};
        for (form, text, rule) in [
            (Rfc3339, "2025-11-29T02:11:40Z", None),
            (Rfc3339, "2025-11-29T02:11:40.5+05:45", None),
            (Rfc3339, "2025-11-29T02:11:40-00:00", None),
            (Rfc3339, "2025-11-29", Some(Rule::BadDate)),
            (Rfc3339, "2025-11-29t02:11:40z", Some(Rule::BadDate)),
            (Rfc3339, "2025-11-29 02:11:40Z", Some(Rule::BadDate)),
            (Rfc3339, "2025-11-29T02:11Z", Some(Rule::BadDate)),
            (Rfc3339, "2025-11-29T24:00:00Z", Some(Rule::BadDate)),
            (Rfc3339, "2025-02-29T02:11:40Z", Some(Rule::BadDate)),
            (Rfc3339, "2025-11-29T02:11:40+0100", Some(Rule::BadDate)),
            (Rfc3339, "1970-01-01T00:00:00Z", Some(Rule::OddDate)),
            (W3c, "2025", None),
            (W3c, "2025-11", None),
            (W3c, "2025-11-29", None),
            (W3c, "2025-11-29T02:11+00:00", None),
            (W3c, "2025-11-29T02:11:40", Some(Rule::BadDate)),
            (W3c, "2025-11T02:11:40Z", Some(Rule::BadDate)),
            (Any, "2025-11-29T02:11:40", None),
            (Sitemap, "2025-11-29T02:11:40", Some(Rule::NoZone)),
            (Sitemap, "29.11.2025", Some(Rule::BadDate)),
            (Sitemap, "2030-01-01", Some(Rule::OddDate)),
            (Event, "2030-01-01", None),
        ] {
            case(|document, piece| iso(document, piece, form), text, rule);
        }
    }
}

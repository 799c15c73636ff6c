//! Dates as found in front matter.
//!
//! A date is read by its shape, never by trial: the first characters say which form it has. What is ambiguous
//! (`05/11/2025`) or impossible (`2025-02-30`) is not guessed at: [`parse`] gives `None`.

use chrono::{Datelike, FixedOffset, NaiveDate, NaiveTime, TimeDelta, TimeZone};

use super::{MONTHS, WEEKDAYS, Written, Zone, zones};

/// How much is guessed at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leniency {
    /// Nothing.
    Strict,
    /// As much as Ruby's `Time.parse` does, for sites whose dates were always read that way: a day that a month does
    /// not have rolls over into the next, `05/11/2025` is in November, a zone that is unknown or not American is
    /// ignored, as is what follows.
    Ruby,
    /// As much as JavaScript's `Date` does: the month comes before the day, and a day that a month does not have rolls
    /// over into the next.
    Javascript,
    /// As much as Python's dateutil does: the month comes before the day, unless there is no such month, and years may
    /// have two digits.
    Dateutil,
}

/// Reads a date. `None` means that it has no form known here, or that there is no such day or time.
pub(crate) fn parse(text: &str) -> Option<Written> {
    parse_as(text, Leniency::Strict)
}

/// Reads a date with more or less guessing.
pub(crate) fn parse_as(text: &str, reading: Leniency) -> Option<Written> {
    if let Some(written) = timestamp(text.as_bytes()) {
        return Some(written);
    }
    let text = text.trim().trim_matches(['"', '\'']).trim();
    let bare = text.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(text);
    let mut rest = Cursor(bare.trim(), reading);
    let date = match rest.epoch() {
        Some(instant) => return rest.0.is_empty().then_some(instant),
        None => rest.date()?,
    };
    let (time, days) = rest.time().ok()?.unwrap_or((NaiveTime::MIN, 0));
    let zone = match rest.zone() {
        Ok(zone) => zone,
        Err(Impossible) if reading == Leniency::Ruby => None,
        Err(Impossible) => return None,
    };
    let local = date.and_time(time).checked_add_signed(TimeDelta::days(days))?;
    let whole = rest.0.is_empty() || reading == Leniency::Ruby;
    (whole && (1..=9999).contains(&local.year())).then_some(Written { local, zone })
}

/// The form that most dates have: `2025-11-29 02:11:40 +0900`, with `T` and `Z` or a colon in the offset, or without any
/// offset.
fn timestamp(text: &[u8]) -> Option<Written> {
    let [
        y1,
        y2,
        y3,
        y4,
        b'-',
        o1,
        o2,
        b'-',
        d1,
        d2,
        b' ' | b'T',
        h1,
        h2,
        b':',
        m1,
        m2,
        b':',
        s1,
        s2,
        zone @ ..,
    ] = text
    else {
        return None;
    };
    let number = |digits: &[&u8]| {
        digits.iter().try_fold(0_u32, |number, digit| {
            digit.is_ascii_digit().then(|| number * 10 + u32::from(**digit - b'0'))
        })
    };
    let year = i32::try_from(number(&[y1, y2, y3, y4])?).ok().filter(|year| *year > 0)?;
    let date = NaiveDate::from_ymd_opt(year, number(&[o1, o2])?, number(&[d1, d2])?)?;
    let time = NaiveTime::from_hms_opt(number(&[h1, h2])?, number(&[m1, m2])?, number(&[s1, s2])?)?;
    let zone = match zone {
        [] => None,
        [b'Z'] => Some(0),
        [b' ', sign @ (b'+' | b'-'), h1, h2, m1, m2] | [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let minutes = number(&[h1, h2]).filter(|hours| *hours < 24)? * 60
                + number(&[m1, m2]).filter(|minutes| *minutes < 60)?;
            let seconds = i32::try_from(minutes * 60).ok().filter(|seconds| *seconds <= 14 * 3600)?;
            Some(if *sign == b'-' { -seconds } else { seconds })
        }
        _ => return None,
    };
    let zone = match zone {
        Some(seconds) => Some(Zone::Fixed(FixedOffset::east_opt(seconds)?)),
        None => None,
    };
    Some(Written { local: date.and_time(time), zone })
}

/// The date at the start of a file name, and what follows it: `2025-11-29-title` is the 29th and `title`.
pub(crate) fn from_file_name(stem: &str) -> Option<(NaiveDate, &str)> {
    let mut rest = Cursor(stem, Leniency::Strict);
    let (year, digits) = rest.number()?;
    if digits != 4 {
        return None;
    }
    let separator = rest.one_of(&['-', '_', '.'])?;
    let month = rest.number_of(1..=2)?;
    rest.one_of(&[separator])?;
    let day = rest.number_of(1..=2)?;
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    match rest.0.strip_prefix(['-', '_', '.', ' ']) {
        Some(name) => Some((date, name)),
        None if rest.0.is_empty() => Some((date, "")),
        None => None,
    }
}

/// Something is written where a time or a zone belongs, but there is no such time or zone.
struct Impossible;

/// What is still to be read. Every method leaves it untouched when it gives `None`.
#[derive(Clone, Copy)]
struct Cursor<'a>(&'a str, Leniency);

impl<'a> Cursor<'a> {
    fn eat(&mut self, literal: &str) -> Option<()> {
        self.0 = self.0.strip_prefix(literal)?;
        Some(())
    }

    fn one_of(&mut self, choices: &[char]) -> Option<char> {
        let c = self.0.chars().next().filter(|c| choices.contains(c))?;
        self.0 = self.0.strip_prefix(c)?;
        Some(c)
    }

    fn blanks(&mut self) -> bool {
        let trimmed = self.0.trim_start();
        let moved = trimmed.len() != self.0.len();
        self.0 = trimmed;
        moved
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let end = self.0.find(|c| !wanted(c)).unwrap_or(self.0.len());
        let (taken, rest) = self.0.split_at(end);
        self.0 = rest;
        taken
    }

    /// A number and how many digits it has.
    fn number(&mut self) -> Option<(u32, usize)> {
        let mut ahead = *self;
        let digits = ahead.take_while(|c| c.is_ascii_digit());
        let number = digits.parse().ok()?;
        *self = ahead;
        Some((number, digits.len()))
    }

    fn number_of(&mut self, digits: std::ops::RangeInclusive<usize>) -> Option<u32> {
        let mut ahead = *self;
        let (number, count) = ahead.number()?;
        digits.contains(&count).then(|| {
            *self = ahead;
            number
        })
    }

    /// The month of this name, whole or shortened to its first three letters (or `Sept`), with or without a dot.
    fn month_name(&mut self) -> Option<u32> {
        let mut ahead = *self;
        let word = ahead.take_while(|c| c.is_ascii_alphabetic()).to_ascii_lowercase();
        let index = MONTHS.iter().position(|month| {
            let month = month.to_ascii_lowercase();
            word.len() >= 3 && month.starts_with(&word) && (word.len() <= 4 || month == word)
        })?;
        ahead.eat(".");
        *self = ahead;
        u32::try_from(index + 1).ok()
    }

    fn weekday_name(&mut self) {
        let mut ahead = *self;
        let word = ahead.take_while(|c| c.is_ascii_alphabetic());
        let is_start_of = |day: &&str| {
            let start = word.get(..3).zip(day.get(..3));
            start.is_some_and(|(start, day)| start.eq_ignore_ascii_case(day))
        };
        let known = WEEKDAYS.iter().any(is_start_of);
        if known && (word.len() == 3 || word.to_ascii_lowercase().ends_with("day") || word.len() == 4) {
            ahead.eat(".");
            ahead.eat(",");
            ahead.blanks();
            *self = ahead;
        }
    }

    /// Ten digits are seconds since 1970, thirteen are milliseconds.
    fn epoch(&mut self) -> Option<Written> {
        let mut ahead = *self;
        let digits = ahead.take_while(|c| c.is_ascii_digit());
        let second = match digits.len() {
            // `2025112902` is more likely a day and an hour than the year 2034.
            10 if is_day_and_hour(digits) => return None,
            10 => digits.parse::<i64>().ok()?,
            13 => digits.parse::<i64>().ok()? / 1000,
            _ => return None,
        };
        *self = ahead;
        let utc = FixedOffset::east_opt(0)?;
        Some(Written {
            local: utc.timestamp_opt(second, 0).single()?.naive_utc(),
            zone: Some(Zone::Fixed(utc)),
        })
    }

    fn date(&mut self) -> Option<NaiveDate> {
        self.weekday_name();
        // `20240102101112`: the time follows without a mark.
        let digits = self.0.len() - self.0.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if digits == 14 {
            let date = Cursor(self.0.get(..8)?, self.1).date()?;
            self.0 = self.0.get(8..)?;
            return Some(date);
        }
        if self.0.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return self.month_first();
        }
        let (first, digits) = self.number()?;
        let year = i32::try_from(first).ok()?;
        match digits {
            // `99999-01-01` and `10000-01-01` mean never; another such year is a slip.
            5..=7 if matches!(first, 10_000 | 99_999 | 999_999 | 9_999_999) && self.0.starts_with('-') => {
                self.year_first(9999)
            }
            8 => ymd(self.1, year / 10_000, first / 100 % 100, first % 100),
            4 => self.year_first(year),
            1 | 2 => self.day_first(first),
            _ => None,
        }
    }

    /// `2025-11-29`, `2025/11/29`, `2025.11.29`, `2025年11月29日`, `2025 Nov 29`, `2025-333`.
    fn year_first(&mut self, year: i32) -> Option<NaiveDate> {
        for (year_mark, month_mark, day_mark) in [("年", "月", "日"), ("년", "월", "일")] {
            if self.eat(year_mark).is_some() {
                self.blanks();
                let month = self.number_of(1..=2)?;
                self.eat(month_mark)?;
                self.blanks();
                let day = self.number_of(1..=2)?;
                self.eat(day_mark)?;
                return ymd(self.1, year, month, day);
            }
        }
        let separator = self.one_of(&['-', '/', '.', ' '])?;
        if let Some(month) = self.month_name() {
            self.one_of(&[separator])?;
            return ymd(self.1, year, month, self.number_of(1..=2)?);
        }
        if let Some(day_of_year) = self.number_of(3..=3) {
            return NaiveDate::from_yo_opt(year, day_of_year);
        }
        let month = self.number_of(1..=2)?;
        self.one_of(&[separator])?;
        ymd(self.1, year, month, self.number_of(1..=2)?)
    }

    /// `29 Nov 2025`, `29-Nov-2025`, `29th November, 2025`, `29.11.2025`, and `29/11/2025` where only one reading is a day.
    fn day_first(&mut self, first: u32) -> Option<NaiveDate> {
        self.ordinal_suffix();
        let separator = self.one_of(&['-', '/', '.', ' '])?;
        self.blanks();
        if let Some(month) = self.month_name() {
            self.one_of(&[separator, ',', ' '])?;
            self.blanks();
            return ymd(self.1, self.four_digit_year()?, month, first);
        }
        let second = self.number_of(1..=2)?;
        self.one_of(&[separator])?;
        if self.1 == Leniency::Dateutil
            && let Some(year) = self.two_digit_year()
        {
            let (month, day) = if first > 12 { (second, first) } else { (first, second) };
            return ymd(self.1, year, month, day);
        }
        if self.1 == Leniency::Ruby
            && let Some(day) =
                Cursor(self.0, self.1).number().filter(|(_, digits)| *digits <= 2).map(|(day, _)| day)
        {
            self.number()?;
            let century = if first < 69 { 2000 } else { 1900 };
            return ymd(self.1, i32::try_from(first).ok()? + century, second, day);
        }
        let year = self.four_digit_year()?;
        match self.1 {
            Leniency::Ruby => return ymd(self.1, year, second, first),
            Leniency::Javascript | Leniency::Dateutil if first <= 12 => {
                return ymd(self.1, year, first, second);
            }
            Leniency::Javascript | Leniency::Dateutil | Leniency::Strict => {}
        }
        match (separator, first > 12, second > 12) {
            ('.', _, _) | (_, true, false) => ymd(self.1, year, second, first),
            (_, false, true) => ymd(self.1, year, first, second),
            _ if first == second => ymd(self.1, year, second, first),
            _ => None,
        }
    }

    /// `Jan  2 10:11:12 JST 2024`, as the program `date` prints it: the year comes last.
    fn year_last(&mut self, month: u32) -> Option<NaiveDate> {
        let mut ahead = *self;
        ahead.blanks();
        let day = ahead.number_of(1..=2)?;
        ahead.blanks();
        let clock = ahead;
        let time = ahead.take_while(|c| c.is_ascii_digit() || c == ':');
        let zone = ahead.0.trim_start();
        let year = zone.rsplit(' ').next().filter(|year| year.len() == 4)?.parse().ok()?;
        if time.matches(':').count() != 2 {
            return None;
        }
        // What is left is the time and, before the year, its zone.
        self.0 = clock.0.get(..clock.0.len() - 4)?.trim_end();
        ymd(self.1, year, month, day)
    }

    /// `Nov 29, 2025`, `November 29th 2025`.
    fn month_first(&mut self) -> Option<NaiveDate> {
        let month = self.month_name()?;
        if let Some(date) = self.year_last(month) {
            return Some(date);
        }
        self.one_of(&[' ', '-', '/'])?;
        self.blanks();
        let day = self.number_of(1..=2)?;
        self.ordinal_suffix();
        self.one_of(&[',', ' ', '-', '/'])?;
        self.blanks();
        ymd(self.1, self.four_digit_year()?, month, day)
    }

    fn ordinal_suffix(&mut self) {
        let _ = ["st", "nd", "rd", "th"].iter().find_map(|suffix| self.eat(suffix));
    }

    fn four_digit_year(&mut self) -> Option<i32> {
        self.number_of(4..=4).and_then(|year| i32::try_from(year).ok())
    }

    /// `29` is 2029, `80` is 1980.
    fn two_digit_year(&mut self) -> Option<i32> {
        let mut ahead = *self;
        let (year, digits) = ahead.number()?;
        (digits == 2).then(|| *self = ahead)?;
        let century = if year < 75 { 2000 } else { 1900 };
        i32::try_from(year).ok().map(|year| century + year)
    }

    /// The time of day, and how many days to add to the date, for `24:00`. `None` if no time is written.
    fn time(&mut self) -> Result<Option<(NaiveTime, i64)>, Impossible> {
        let mut ahead = *self;
        let Some((hour, minute, second)) = ahead.clock(self.0) else { return Ok(None) };
        *self = ahead;
        // A leap second becomes the second before it: half of all readers refuse `:60`.
        let second = if second == 60 { 59 } else { second };
        match (hour, minute, second) {
            (Some(24), 0, 0) => Ok(Some((NaiveTime::MIN, 1))),
            (Some(hour), minute, second) => {
                let time = NaiveTime::from_hms_opt(hour, minute, second).ok_or(Impossible)?;
                Ok(Some((time, 0)))
            }
            (None, ..) => Err(Impossible),
        }
    }

    /// The hour (`None` for one such as `13 pm`), the minute and the second. `text` is all that follows the date.
    fn clock(&mut self, text: &str) -> Option<(Option<u32>, u32, u32)> {
        let glued = self.one_of(&['T', 't', '_']).is_some();
        self.eat(",");
        self.blanks();
        if self.eat("at ").is_some() {
            self.blanks();
        }
        let (first, digits) = self.number()?;
        let (hour, minute, second) = if self.eat("時").is_some() || self.eat("시").is_some() {
            self.blanks();
            let minute = self.marked_number(&["分", "분"]);
            self.blanks();
            (first, minute, self.marked_number(&["秒", "초"]))
        } else if self.eat(":").is_some() {
            let minute = self.number_of(1..=2)?;
            let second = if self.eat(":").is_some() { self.number_of(1..=2)? } else { 0 };
            (first, minute, second)
        } else {
            match digits {
                6 if glued || text.starts_with(|c: char| c.is_ascii_digit()) => {
                    (first / 10_000, first / 100 % 100, first % 100)
                }
                4 if glued => (first / 100, first % 100, 0),
                1 | 2 if self.meridiem_follows() => (first, 0, 0),
                _ => return None,
            }
        };
        if self.one_of(&['.', ',']).is_some() {
            self.take_while(|c| c.is_ascii_digit());
        }
        Some((self.meridiem(hour), minute, second))
    }

    fn marked_number(&mut self, marks: &[&str]) -> u32 {
        let mut ahead = *self;
        if let Some(number) = ahead.number_of(1..=2)
            && marks.iter().any(|mark| ahead.eat(mark).is_some())
        {
            *self = ahead;
            return number;
        }
        0
    }

    fn meridiem_word(&mut self) -> Option<bool> {
        let mut ahead = *self;
        ahead.blanks();
        let word =
            ahead.take_while(|c| c.is_ascii_alphabetic() || c == '.').replace('.', "").to_ascii_lowercase();
        let afternoon = match word.as_str() {
            "am" => false,
            "pm" => true,
            _ => return None,
        };
        *self = ahead;
        Some(afternoon)
    }

    fn meridiem_follows(&self) -> bool {
        let mut ahead = *self;
        ahead.meridiem_word().is_some()
    }

    /// The hour of 24, if `am` or `pm` follows and there is such an hour.
    fn meridiem(&mut self, hour: u32) -> Option<u32> {
        match (self.meridiem_word(), hour) {
            (None, hour) => Some(hour),
            (Some(_), 0 | 13..) => None,
            (Some(afternoon), hour) => Some(hour % 12 + if afternoon { 12 } else { 0 }),
        }
    }

    /// The zone; `None` if none is written.
    fn zone(&mut self) -> Result<Option<Zone>, Impossible> {
        self.blanks();
        let mut offset = None;
        if self.0.starts_with(['+', '-']) {
            offset = Some(Zone::Fixed(self.offset().ok_or(Impossible)?));
            // `+0000 UTC` is Go's way, `+0900 (JST)` that of mail, `+09:00[Asia/Tokyo]` RFC 9557's.
            self.blanks();
            if self.0.starts_with(['(', '[']) {
                self.take_while(|c| !matches!(c, ')' | ']'));
                self.one_of(&[')', ']']).ok_or(Impossible)?;
                return Ok(offset);
            }
        }
        let bracketed = self.eat("[").is_some();
        let name = self.take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '-' | '+'));
        if bracketed {
            self.eat("]").ok_or(Impossible)?;
        }
        if name.is_empty() {
            return Ok(offset);
        }
        if self.1 == Leniency::Ruby && offset.is_none() && !zones::is_known_to_ruby(name) {
            return Ok(None);
        }
        let named = zones::of_name(name, self.1).ok_or(Impossible)?;
        Ok(Some(offset.unwrap_or(named)))
    }

    /// `+09:00`, `+0900`, `+09`, `+9`, up to fourteen hours.
    fn offset(&mut self) -> Option<FixedOffset> {
        let sign = if self.one_of(&['+', '-'])? == '-' { -1 } else { 1 };
        let (first, digits) = self.number()?;
        // Ruby takes others for no offset.
        if self.1 == Leniency::Ruby && !matches!(digits, 2 | 4) {
            return None;
        }
        let (hours, minutes) = match digits {
            1 | 2 if self.eat(":").is_some() => (first, self.number_of(2..=2)?),
            1 | 2 => (first, 0),
            3 | 4 => (first / 100, first % 100),
            _ => return None,
        };
        let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
        (minutes < 60 && seconds <= 14 * 3600).then(|| FixedOffset::east_opt(sign * seconds)).flatten()
    }
}

fn is_day_and_hour(digits: &str) -> bool {
    let part = |range: std::ops::Range<usize>| digits.get(range).and_then(|part| part.parse::<u32>().ok());
    matches!(
        (part(0..4), part(4..6), part(6..8), part(8..10)),
        (Some(1990..=2100), Some(1..=12), Some(1..=31), Some(0..=23))
    )
}

fn ymd(reading: Leniency, year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    let rolls = matches!(reading, Leniency::Ruby | Leniency::Javascript) && (29..=31).contains(&day);
    NaiveDate::from_ymd_opt(year, month, day).or_else(|| {
        let (year, month) = match (reading, month) {
            (Leniency::Javascript, 13..=99) => {
                (year + i32::try_from((month - 1) / 12).ok()?, (month - 1) % 12 + 1)
            }
            _ => (year, month),
        };
        let rolls = rolls || (reading == Leniency::Javascript && day <= 31);
        let first = NaiveDate::from_ymd_opt(year, month, 1).filter(|_| rolls)?;
        first.checked_add_signed(TimeDelta::days(i64::from(day) - 1))
    })
}

#[cfg(test)]
mod tests {
    use super::super::{resolve, rfc3339};
    use super::*;

    #[test]
    fn timestamps_are_read_as_any_other_date() {
        let dates = ["2025-11-29", "2024-02-29", "2025-02-29", "0000-01-01", "9999-12-31", "2025-13-01"];
        let times = ["00:00:00", "23:59:59", "24:00:00", "12:60:00", "12:30:60"];
        let zones = ["", "Z", " +0900", " -0330", "+09:00", "-14:00", " +2400", "+00:60", " +1400", " +1500"];
        let mut read = 0;
        for number in 0..dates.len() * times.len() * zones.len() * 2 {
            let (date, rest) = (dates[number % dates.len()], number / dates.len());
            let (time, rest) = (times[rest % times.len()], rest / times.len());
            let (zone, separator) = (zones[rest % zones.len()], [" ", "T"][rest / zones.len()]);
            let text = format!("{date}{separator}{time}{zone}");
            if let Some(written) = timestamp(text.as_bytes()) {
                read += 1;
                // With a blank at its end, it is read in the other way.
                for reading in [Leniency::Strict, Leniency::Ruby] {
                    assert_eq!(Some(&written), parse_as(&format!("{text} "), reading).as_ref(), "{text:?}");
                }
            }
        }
        assert!(read > 50, "{read}");
    }

    /// `zone-less` dates are read in Tokyo here.
    #[track_caller]
    fn case(text: &str, expected: Option<&str>) {
        let tokyo = jiff::tz::TimeZone::get("Asia/Tokyo").unwrap();
        let read = parse(text).and_then(|written| resolve(&written, &tokyo)).map(rfc3339);
        assert_eq!(read.as_deref(), expected, "{text:?}");
    }

    #[test]
    fn dates_that_people_write() {
        for (text, expected) in [
            ("2025-11-29 02:11:40 +0000", "2025-11-29T02:11:40+00:00"),
            ("2025-11-29 02:11:40 +0900", "2025-11-29T02:11:40+09:00"),
            ("2025-11-29T02:11:40Z", "2025-11-29T02:11:40+00:00"),
            ("2025-11-29t02:11:40z", "2025-11-29T02:11:40+00:00"),
            ("2025-11-29T02:11:40.123456-05:30", "2025-11-29T02:11:40-05:30"),
            ("2025-11-29 02:11:40 +0000 UTC", "2025-11-29T02:11:40+00:00"),
            ("2025-11-29T02:11:40+09:00[Asia/Tokyo]", "2025-11-29T02:11:40+09:00"),
            ("2025-11-29 02:11:40 Asia/Tokyo", "2025-11-29T02:11:40+09:00"),
            ("2025-11-29 02:11:40 JST", "2025-11-29T02:11:40+09:00"),
            ("2025-11-29 02:11 +9", "2025-11-29T02:11:00+09:00"),
            ("2025-11-29 02:11:40", "2025-11-29T02:11:40+09:00"),
            ("2025-11-29 2:11", "2025-11-29T02:11:00+09:00"),
            ("2025-11-29", "2025-11-29T00:00:00+09:00"),
            ("2025-1-5", "2025-01-05T00:00:00+09:00"),
            (" \"2025/11/29\" ", "2025-11-29T00:00:00+09:00"),
            ("2025.11.29 14:05", "2025-11-29T14:05:00+09:00"),
            ("20251129", "2025-11-29T00:00:00+09:00"),
            ("20251129T101112Z", "2025-11-29T10:11:12+00:00"),
            ("2025-333", "2025-11-29T00:00:00+09:00"),
            ("2025年11月29日", "2025-11-29T00:00:00+09:00"),
            ("2025年11月29日 14時5分", "2025-11-29T14:05:00+09:00"),
            ("2025년 11월 29일", "2025-11-29T00:00:00+09:00"),
            ("Sat, 29 Nov 2025 02:11:40 GMT", "2025-11-29T02:11:40+00:00"),
            ("Sat, 29 Nov 2025 02:11:40 +0900 (JST)", "2025-11-29T02:11:40+09:00"),
            ("29 Nov 2025", "2025-11-29T00:00:00+09:00"),
            ("29-Nov-2025", "2025-11-29T00:00:00+09:00"),
            ("29th November, 2025", "2025-11-29T00:00:00+09:00"),
            ("Nov 29, 2025", "2025-11-29T00:00:00+09:00"),
            ("Sept. 9 2025", "2025-09-09T00:00:00+09:00"),
            ("Tue Jan  2 10:11:12 JST 2024", "2024-01-02T10:11:12+09:00"),
            ("Tue Jan 2 10:11:12 2024", "2024-01-02T10:11:12+09:00"),
            ("20240102101112", "2024-01-02T10:11:12+09:00"),
            ("Saturday, November 29th 2025 at 2:11 PM", "2025-11-29T14:11:00+09:00"),
            ("2025-11-29 12:05am", "2025-11-29T00:05:00+09:00"),
            ("2025-11-29 2 p.m. EST", "2025-11-29T14:00:00-05:00"),
            ("29.11.2025", "2025-11-29T00:00:00+09:00"),
            ("29/11/2025", "2025-11-29T00:00:00+09:00"),
            ("11/29/2025", "2025-11-29T00:00:00+09:00"),
            ("11/11/2025", "2025-11-11T00:00:00+09:00"),
            ("2025-11-29 24:00", "2025-11-30T00:00:00+09:00"),
            ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59+00:00"),
            ("1764382300", "2025-11-29T02:11:40+00:00"),
            ("1764382300123", "2025-11-29T02:11:40+00:00"),
            // Tokyo's local mean time was +09:18:59, which no offset can express.
            ("1880-01-01", "1879-12-31T14:41:01+00:00"),
            ("9999-12-31", "9999-12-31T00:00:00+00:00"),
            ("99999-01-01", "9999-01-01T00:00:00+00:00"),
            // A gap: the clock went from 2:00 to 3:00.
            ("2025-03-09 02:30 America/New_York", "2025-03-09T03:30:00-04:00"),
            ("2025-11-02 01:30 America/New_York", "2025-11-02T01:30:00-04:00"),
        ] {
            case(text, Some(expected));
        }
    }

    #[test]
    fn what_is_no_date_is_not_guessed_at() {
        for text in [
            "", "~", "true", "soon", "2025", "2025-11", "2025-13-01", "2025-02-30", "2025-02-29",
            "05/11/2025", "2025-11-29 25:00", "2025-11-29 02:61", "2025-11-29 13:00 pm",
            "2025-11-29 02:11:40 XYZ", "2025-11-29 02:11:40 IST", "2025-11-29 02:11:40 CST",
            "2025-11-29 02:11:40 +2500", "2025-11-29 trailing", "0000-00-00", "Nov 2025", "2025-11-29T",
            "99999999999999999999", "2025年", "2025112902", "-", "+", "2025-11-29 +",
        ] {
            case(text, None);
        }
    }

    #[test]
    fn file_names() {
        #[track_caller]
        fn case(stem: &str, expected: Option<(&str, &str)>) {
            let read = from_file_name(stem).map(|(date, name)| (date.to_string(), name));
            assert_eq!(read.as_ref().map(|(date, name)| (date.as_str(), *name)), expected);
        }
        case("2025-11-29-title", Some(("2025-11-29", "title")));
        case("2025-1-5_a-b", Some(("2025-01-05", "a-b")));
        case("2025-11-29", Some(("2025-11-29", "")));
        case("2025-11-291", None);
        case("2025-13-01-x", None);
        case("20251129-x", None);
        case("title", None);
    }
}

//! Dates of pages (<https://www.11ty.dev/docs/dates/>).

use std::path::Path;
use std::process::Command;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, Weekday};
use jiff::tz::TimeZone;

use super::site::{Commits, Eleventy};
use crate::source::Scalar;
use crate::text::date::{self, Leniency};

/// What is written where a date belongs.
pub(super) enum Written {
    Date(DateTime<FixedOffset>),
    /// The time of a file is not what its author says.
    Undated,
    Unreadable,
}

/// The date of a page as its data have it.
pub(super) fn written(eleventy: &Eleventy, root: &Path, path: &str, scalar: &Scalar) -> Written {
    let text = scalar.text.trim();
    let commits = || eleventy.commits.get_or_init(|| commits(root)).get(path);
    match text.to_lowercase().as_str() {
        "last modified" | "created" => return Written::Undated,
        "git last modified" => return commits().map_or(Written::Undated, |(_, last)| Written::Date(*last)),
        "git created" => return commits().map_or(Written::Undated, |(first, _)| Written::Date(*first)),
        _ => {}
    }
    let read = iso(text).or_else(|| date::parse_as(text, Leniency::Javascript));
    match read.and_then(|read| date::resolve(&read, &TimeZone::UTC)) {
        Some(date) => Written::Date(date),
        None => Written::Unreadable,
    }
}

/// The rare forms of ISO 8601: weeks, months and years.
fn iso(text: &str) -> Option<date::Written> {
    let number =
        |part: &str| part.parse::<u32>().ok().filter(|_| part.bytes().all(|byte| byte.is_ascii_digit()));
    let day = match text.split('-').collect::<Vec<_>>().as_slice() {
        [year] if year.len() == 4 => NaiveDate::from_ymd_opt(year.parse().ok()?, 1, 1),
        [year, week, day] if year.len() == 4 && week.starts_with('W') => {
            let weekday = Weekday::try_from(u8::try_from(number(day)?.checked_sub(1)?).ok()?).ok()?;
            NaiveDate::from_isoywd_opt(year.parse().ok()?, number(week.get(1..)?)?, weekday)
        }
        [year, month] if year.len() == 4 && month.len() == 2 => {
            NaiveDate::from_ymd_opt(year.parse().ok()?, number(month)?, 1)
        }
        _ => None,
    };
    let local = day?.and_time(chrono::NaiveTime::MIN);
    Some(date::Written { local, zone: None })
}

/// The first date in a path, if it is one.
pub(super) fn of_path(path: &str) -> Option<DateTime<FixedOffset>> {
    let at = (0..path.len()).find(|at| is_date(path.get(*at..at + 10)))?;
    let day =
        NaiveDate::parse_from_str(path.get(at..at + 10)?, "%Y-%m-%d").ok().filter(|day| day.year() > 0)?;
    Some(day.and_time(chrono::NaiveTime::MIN).and_utc().fixed_offset())
}

/// Whether a text has the shape of `2025-11-29`.
pub(super) fn is_date(text: Option<&str>) -> bool {
    text.is_some_and(|text| {
        text.len() == 10
            && text.bytes().enumerate().all(|(at, byte)| match at {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            })
    })
}

/// The history of all files, from git; empty where there is none.
fn commits(root: &Path) -> Commits {
    let mut command = Command::new("git");
    command.arg("-C").arg(root).args([
        "-c", "core.quotePath=off", "log", "--format=%x00%aI", "--name-only", "--no-renames", "--relative",
    ]);
    let Ok(output) = command.output() else { return Commits::new() };
    let text = String::from_utf8_lossy(&output.stdout);
    let mut commits = Commits::new();
    // The newest come first.
    for commit in text.split('\0') {
        let mut lines = commit.lines().filter(|line| !line.is_empty());
        let Some(date) = lines.next().and_then(|date| DateTime::parse_from_rfc3339(date).ok()) else {
            continue;
        };
        for file in lines {
            commits.entry(file.to_owned()).and_modify(|(first, _)| *first = date).or_insert((date, date));
        }
    }
    commits
}

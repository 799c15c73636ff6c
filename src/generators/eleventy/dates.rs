//! Dates of pages (<https://www.11ty.dev/docs/dates/>).

use std::path::Path;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, Weekday};
use jiff::tz::TimeZone;

use super::site::{Commits, Eleventy};
use crate::source::{
    Scalar,
    git::{git, whole_history},
};
use crate::text::date::{self, Leniency};

/// What is written where a date belongs.
pub(super) enum Written {
    Date(DateTime<FixedOffset>),
    /// The time of a file is not what its author says.
    Undated,
    /// It is in the history of git, which is not there, or not whole: why.
    NoHistory(&'static str),
    Unreadable,
}

/// The date of a page as its data have it.
pub(super) fn written(eleventy: &Eleventy, root: &Path, path: &str, scalar: &Scalar) -> Written {
    let text = scalar.text.trim();
    let name = text.to_lowercase();
    match name.as_str() {
        "last modified" | "created" => return Written::Undated,
        "git last modified" | "git created" => {
            return match eleventy.commits.get_or_init(|| commits(root)).as_ref().map(|all| all.get(path)) {
                Ok(Some((first, last))) => Written::Date(if name == "git created" { *first } else { *last }),
                Ok(None) => Written::Undated,
                Err(reason) => Written::NoHistory(reason),
            };
        }
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

/// The history of all files, from git.
///
/// # Errors
/// Why there is none.
fn commits(root: &Path) -> Result<Commits, &'static str> {
    whole_history(root)?;
    let mut log = git(root);
    log.args(["log", "--format=%x00%aI", "--name-only", "--no-renames", "--relative"]);
    let output = log.output().ok().filter(|output| output.status.success()).ok_or("`git log` failed")?;
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
    Ok(commits)
}

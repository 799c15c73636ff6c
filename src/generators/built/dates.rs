//! Dates in what readers see, and in URLs.

use chrono::{DateTime, FixedOffset, NaiveDate};
use jiff::tz::TimeZone;

use crate::text::date;

/// A longer text is a sentence, not a date.
const LONGEST: usize = 60;

/// Words that say that a date is one of change.
const CHANGED: [&str; 17] = [
    "updated", "modified", "effective", "edited", "revised", "last update", "last change", "aktualisiert",
    "geändert", "mis à jour", "modifié", "actualizado", "aggiornato", "bijgewerkt", "обновлено", "更新",
    "最終更新",
];

/// What may stand between such a word and the date.
const PREPOSITIONS: [&str; 9] = [" on", " at", " am", " le", " el", " il", " op", " den", "日"];

/// The instant of a machine-readable date.
pub(super) fn instant(text: &str, zone: &TimeZone) -> Option<DateTime<FixedOffset>> {
    date::resolve(&date::parse(text)?, zone).filter(date::is_plausible)
}

/// The date at the end of a text in another language than English.
fn of_words(text: &str, zone: &TimeZone) -> Option<DateTime<FixedOffset>> {
    date::resolve(&date::in_other_language(text)?, zone).filter(date::is_plausible)
}

/// Whether a text, a class or an id says that a date is one of change.
pub(super) fn says_changed(text: &str) -> bool {
    let text = text.to_lowercase();
    CHANGED.iter().any(|word| text.contains(word))
}

/// Whether a text is a label that says that the date after it is one of change: `Last updated:`, `Updated by Ann on`.
pub(super) fn is_label_of_change(text: &str) -> bool {
    let text = text.trim().trim_end_matches([':', '：', ' ', '(', '-', '–', '—']).to_lowercase();
    let bare = PREPOSITIONS.iter().find_map(|end| text.strip_suffix(end));
    let label = bare.unwrap_or(&text).trim_end();
    let begins = || CHANGED.iter().any(|word| label.starts_with(word));
    text.chars().count() <= LONGEST
        && (CHANGED.iter().any(|word| label.ends_with(word)) || (bare.is_some() && begins()))
}

/// Whether a text is certainly too long for a date, and for what says what one is.
pub(super) fn is_too_long(text: &str) -> bool {
    text.len() > 4 * LONGEST
}

/// Whether the text before a date may begin a sentence in which the date is mentioned, such as `The battle was fought on`.
pub(super) fn is_sentence(before: &str) -> bool {
    let text = before.trim();
    text.ends_with(char::is_alphanumeric) && text.split_whitespace().nth(3).is_some()
}

/// The date in a short text that readers see, such as `Posted on January 2, 2025 by Ann`.
pub(super) fn in_text(text: &str, zone: &TimeZone) -> Option<DateTime<FixedOffset>> {
    let text = text.trim();
    if text.chars().count() > LONGEST || says_changed(text) || !text.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let mut parts = vec![text];
    for separator in
        [": ", " on ", " | ", " · ", " • ", " – ", " — ", " by ", "by ", "Posted ", "Published ", "，"]
    {
        parts = parts.into_iter().flat_map(|part| part.split(separator)).collect();
    }
    // A sentence that a date begins is a line of news; a name may be that of the author.
    let (before, after) = text.split_once(": ").unwrap_or((text, ""));
    let is_sentence = after.ends_with(['.', '!', '?', '…', '。']) || after.split_whitespace().count() > 3;
    if is_sentence && instant(before, zone).is_some() {
        return None;
    }
    let date = |part: &str| {
        let part = part.trim().trim_end_matches(['.', ',', ';']);
        // A year alone, or a number, is no date.
        (part.len() >= 6 && part.contains(|c: char| !c.is_ascii_digit()))
            .then(|| instant(part, zone))
            .flatten()
    };
    std::iter::once(text)
        .chain(parts.iter().copied())
        .find_map(date)
        .or_else(|| parts.iter().find_map(|part| of_words(part, zone)))
}

/// `/2025/01/02/` or `/2025-01-02-…` in a path.
pub(super) fn in_path(path: &str, zone: &TimeZone) -> Option<DateTime<FixedOffset>> {
    let parts: Vec<&str> = path.split('/').collect();
    let number = |text: &str, digits: std::ops::RangeInclusive<usize>| {
        (digits.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| text.parse::<u32>().ok())
            .flatten()
    };
    let of_folders = parts.windows(3).find_map(|window| match window {
        [year, month, day] => {
            let day: String = day.chars().take_while(char::is_ascii_digit).collect();
            NaiveDate::from_ymd_opt(
                i32::try_from(number(year, 4..=4)?).ok()?,
                number(month, 1..=2)?,
                number(&day, 1..=2)?,
            )
        }
        _ => None,
    });
    let of_name = || parts.iter().find_map(|part| date::from_file_name(part).map(|(day, _)| day));
    let local = of_folders.or_else(of_name)?.and_time(chrono::NaiveTime::MIN);
    date::resolve(&date::Written { local, zone: None }, zone).filter(date::is_plausible)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_dates_of_change() {
        for (text, expected) in [
            ("Updated", true),
            ("Last updated:", true),
            ("Posted by Ann, last modified on", true),
            ("Updated by Ann on", true),
            ("最終更新日：", true),
            ("Zuletzt aktualisiert am", true),
            ("Edited by Ann", false),
            ("Updated daily", false),
            ("We have updated our terms", false),
            ("Last updated: May 5, 2025", false),
            ("Posted on", false),
            ("ソフトウェア更新のお知らせ", false),
        ] {
            assert_eq!(is_label_of_change(text), expected, "{text}");
        }
    }

    #[test]
    fn dates_that_readers_see() {
        let day = |text: &str| in_text(text, &TimeZone::UTC).map(|date| date.format("%F").to_string());
        for (text, expected) in [
            ("January 2, 2025", Some("2025-01-02")),
            ("Posted on 2 Jan 2025 by Ann", Some("2025-01-02")),
            ("2025-01-02 · 5 min read", Some("2025-01-02")),
            ("2025年1月2日", Some("2025-01-02")),
            ("Published: 2025-01-02", Some("2025-01-02")),
            ("Last updated on January 2, 2025", None),
            ("Veröffentlicht am Montag, 14. März 2009", Some("2009-03-14")),
            ("le 1er août 2009", Some("2009-08-01")),
            ("14 de marzo de 2009", Some("2009-03-14")),
            ("14 марта 2009 г.", Some("2009-03-14")),
            ("14 maart 2009 · Ann", Some("2009-03-14")),
            ("Am 14. März 2009 fiel Schnee", None),
            ("31. Februar 2009", None),
            ("Die Mühle im alten Tal am 14. März 2009", None),
            ("5 min read", None),
            ("2025", None),
            ("In 2025-01-02 a long text about something that happened then, and more", None),
        ] {
            assert_eq!(day(text).as_deref(), expected, "{text}");
        }
        let path = |path: &str| in_path(path, &TimeZone::UTC).map(|date| date.format("%F").to_string());
        assert_eq!(path("blog/2025/01/02/x/index.html").as_deref(), Some("2025-01-02"));
        assert_eq!(path("2025-01-02-x.html").as_deref(), Some("2025-01-02"));
        assert_eq!(path("2025/01/index.html"), None);
        assert_eq!(path("x/1234/56/78/"), None);
    }
}

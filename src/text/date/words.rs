//! Dates in words of other languages than English, as readers see them.

use chrono::{NaiveDate, NaiveTime};

use super::Written;

/// The names of months in German, French, Spanish, Portuguese, Italian, Dutch, Swedish, Polish and Russian, by month, as
/// dates have them. What is another month in a neighbouring language is left out.
const MONTHS: [&str; 12] = [
    "januar jänner janvier enero janeiro gennaio januari stycznia января",
    "februar februári février febrero fevereiro febbraio februari lutego февраля",
    "märz mars marzo março maart marca марта",
    "april avril abril aprile kwietnia апреля",
    "mai mayo maio maggio mei maj maja мая",
    "juni juin junio junho giugno czerwca июня",
    "juli juillet julio julho luglio lipca июля",
    "august août agosto augustus augusti sierpnia августа",
    "september septembre septiembre setiembre setembro settembre września сентября",
    "oktober octobre octubre outubro ottobre października октября",
    "november novembre noviembre novembro ноября",
    "dezember décembre diciembre dezembro dicembre december grudnia декабря",
];

/// How many words may introduce a date in such a language: `Veröffentlicht am Montag, 2. Januar 2025`.
const INTRODUCED: usize = 3;

/// The date at the end of a text in another language than English: a day, a month by its name, a year.
pub(crate) fn in_other_language(text: &str) -> Option<Written> {
    let text = text.to_lowercase();
    let words = text.split_whitespace().map(|word| word.trim_matches([',', '.', 'º', '°', '—', '–', ':']));
    let words: Vec<&str> = words.filter(|word| !matches!(*word, "" | "de" | "del" | "г")).collect();
    let (date, before) = words.split_last_chunk::<3>().map(|(before, date)| (date, before))?;
    let [day, month, year] = *date;
    let month = MONTHS.iter().position(|names| names.split(' ').any(|name| name == month))? + 1;
    let day: u32 = day.strip_suffix("er").unwrap_or(day).parse().ok()?;
    let year: i32 = year.parse().ok().filter(|_| year.len() == 4)?;
    let local = NaiveDate::from_ymd_opt(year, u32::try_from(month).ok()?, day)?.and_time(NaiveTime::MIN);
    let begins_with_digit = |word: &&str| word.starts_with(|c: char| c.is_ascii_digit());
    let is_one = before.len() <= INTRODUCED && !before.iter().any(begins_with_digit);
    is_one.then_some(Written { local, zone: None })
}

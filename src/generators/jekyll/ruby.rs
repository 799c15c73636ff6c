//! How Ruby reads front matter: the scalars of YAML 1.1 as SafeYAML takes them, `Time.parse`, and Jekyll's `slugify`,
//! `titleize_slug` and `smartify`.

use std::borrow::Cow;
use std::sync::LazyLock;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, TimeDelta};
use jiff::tz::TimeZone;
use regex::Regex;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

use crate::markup::{kramdown, strip::decode_references};
use crate::source::{Node, Scalar};
use crate::text::{
    date::{self, Leniency, Written, Zone},
    slug,
};

/// Yes or no, of an unquoted scalar only.
pub(super) fn boolean(node: &Node) -> Option<bool> {
    let scalar = node.as_scalar().filter(|scalar| !scalar.quoted)?;
    match scalar.text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" => Some(true),
        "false" | "no" | "off" => Some(false),
        _ => None,
    }
}

/// Whether Ruby would take a value for true: anything but `false` and null.
pub(super) fn truthy(node: &Node) -> bool {
    boolean(node) != Some(false) && !node.as_scalar().is_some_and(Scalar::is_null)
}

/// Whether a value is a string for Ruby, and not a number, a date or a boolean.
pub(super) fn is_string(scalar: &Scalar) -> bool {
    scalar.quoted
        || (number(&scalar.text).is_none()
            && boolean(&Node::Scalar(scalar.clone())).is_none()
            && !is_date(&scalar.text))
}

/// `to_s`.
pub(super) fn to_s(node: &Node) -> String {
    match node {
        Node::Scalar(scalar) if scalar.quoted => scalar.text.clone(),
        Node::Scalar(scalar) if scalar.is_null() => String::new(),
        Node::Scalar(scalar) => match boolean(node) {
            Some(boolean) => boolean.to_string(),
            None => number(&scalar.text).unwrap_or_else(|| scalar.text.clone()),
        },
        Node::List(_) | Node::Map(_) => inspect(node),
    }
}

fn inspect(node: &Node) -> String {
    match node {
        Node::Scalar(scalar) if scalar.is_null() => "nil".to_owned(),
        Node::Scalar(scalar) if is_string(scalar) => format!("{:?}", scalar.text),
        Node::Scalar(_) => to_s(node),
        Node::List(items) => format!("[{}]", items.iter().map(inspect).collect::<Vec<_>>().join(", ")),
        Node::Map(map) => {
            let pairs = map.0.iter().map(|(key, value)| format!("{:?}=>{}", key.text, inspect(value)));
            format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
        }
    }
}

/// A number as Ruby prints it: `0123` is octal, `1,000` is a thousand, `12:30:45` counts seconds.
fn number(text: &str) -> Option<String> {
    let (sign, digits) = match text.strip_prefix(['-', '+']) {
        Some(digits) => (if text.starts_with('-') { "-" } else { "" }, digits),
        None => ("", text),
    };
    let all = |digits: &str, wanted: fn(&u8) -> bool| {
        !digits.is_empty() && digits.bytes().all(|byte| wanted(&byte))
    };
    if digits == "0" {
        return Some(format!("{sign}0"));
    }
    if let Some(octal) =
        digits.strip_prefix('0').filter(|octal| all(octal, |byte| matches!(byte, b'0'..=b'7' | b'_')))
    {
        return i64::from_str_radix(&octal.replace('_', ""), 8).ok().map(|number| format!("{sign}{number}"));
    }
    if let Some(hex) = digits.strip_prefix("0x").filter(|hex| all(hex, u8::is_ascii_hexdigit)) {
        return i64::from_str_radix(hex, 16).ok().map(|number| format!("{sign}{number}"));
    }
    if all(digits, |byte| byte.is_ascii_digit() || matches!(byte, b',' | b'_'))
        && digits.starts_with(|c: char| matches!(c, '1'..='9'))
    {
        return Some(format!("{sign}{}", digits.replace([',', '_'], "")));
    }
    if let Some((whole, fraction)) = digits.split_once('.') {
        let plain = all(whole, u8::is_ascii_digit) && all(fraction, u8::is_ascii_digit);
        return plain.then(|| digits.parse::<f64>().ok()).flatten().map(|number| format!("{sign}{number:?}"));
    }
    // Base 60, as YAML 1.1 has it.
    let parts: Vec<&str> = digits.split(':').collect();
    let sixties = parts.len() >= 2
        && parts.iter().all(|part| (1..=2).contains(&part.len()) && all(part, u8::is_ascii_digit));
    if sixties && parts.iter().skip(1).all(|part| part.parse::<u8>().is_ok_and(|part| part < 60)) {
        let total = parts
            .iter()
            .try_fold(0_u64, |total, part| total.checked_mul(60)?.checked_add(part.parse().ok()?));
        return total.map(|total| format!("{sign}{total}.0"));
    }
    None
}

fn is_date(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let digits = |part: Option<&str>, lengths: std::ops::RangeInclusive<usize>| {
        part.is_some_and(|part| {
            lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    digits(parts.next(), 4..=4)
        && digits(parts.next(), 1..=2)
        && parts.next().is_some_and(|day| day.starts_with(|c: char| c.is_ascii_digit()))
}

/// `Time.parse(value.to_s).localtime`: what has no zone is in that of the site, except that an unquoted YAML timestamp
/// is in UTC. Times are given in the site's zone.
pub(super) fn time(scalar: &Scalar, zone: &TimeZone) -> Option<DateTime<FixedOffset>> {
    let text = with_usual_time(&scalar.text, scalar.quoted);
    let mut written = date::parse_as(&text, Leniency::Ruby)?;
    if !has_time(&text) {
        // Without a time, a zone is ignored.
        written.zone = None;
    } else if written.zone.is_none() {
        let last = text.trim_end().rsplit(' ').next().filter(|name| name.len() >= 3);
        let own = last.and_then(|name| date::own_offset(name, written.local.year(), zone));
        written.zone = own.map(Zone::Fixed);
    }
    if !scalar.quoted && written.zone.is_none() && is_timestamp(&text) {
        written.zone = FixedOffset::east_opt(0).map(Zone::Fixed);
    }
    date::resolve_later(&written, zone).map(|instant| date::shown_in(instant, zone))
}

/// A date with its time as it is usually written. Ruby finds a time wherever it is: `@ 10:00`, `(9:30)`, `- 9:30`, `10h`,
/// `9` and the `09:00` of an offset that stands alone.
fn with_usual_time(text: &str, is_quoted: bool) -> Cow<'_, str> {
    static TIME: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = r"^(\d{4}-\d{1,2}-\d{1,2}|\d{8})\s+(?:(?:[-+@(\s]|at\s)*(\d{1,2}:\d{1,2}(?::\d{1,2}(?:[.,]\d+)?)?)([^:].*)?|(\d{1,2})\s*h?|(\d{2})(\d{2}))(?:::.*)?$";
        Regex::new(pattern).unwrap_or_else(|error| unreachable!("{error}"))
    });
    if has_usual_time(text) {
        return text.into();
    }
    let Some(found) = TIME.captures(text.trim()) else { return text.into() };
    let part = |index: usize| found.get(index).map(|part| part.as_str());
    let date = part(1).unwrap_or_default();
    match (part(2), part(4), part(5), part(6)) {
        (Some(time), ..) => {
            let rest = part(3).unwrap_or_default().trim();
            let rest = if rest.contains('(') { rest } else { rest.trim_end_matches(')') };
            // A timestamp of YAML may have an offset of one digit.
            let is_timestamp = !is_quoted && time.matches(':').count() == 2;
            let short = rest.strip_prefix(['+', '-']).filter(|digit| is_timestamp && digit.len() == 1);
            let rest = short.map_or_else(
                || rest.to_owned(),
                |digit| format!("{}0{digit}", rest.get(..1).unwrap_or_default()),
            );
            format!("{date} {time} {rest}").trim_end().to_owned().into()
        }
        (_, Some(hour), ..) => format!("{date} {hour}:00").into(),
        (_, _, Some(hour), Some(minute)) if date.len() == 8 => format!("{date} {hour}:{minute}").into(),
        _ => text.into(),
    }
}

/// Whether a date has one of the most usual forms: then the pattern need not be tried.
fn has_usual_time(text: &str) -> bool {
    const USUAL: [&str; 4] =
        ["0000-00-00 00:00:00 +0000", "0000-00-00 00:00:00 -0000", "0000-00-00 00:00:00", "0000-00-00"];
    let fits = |(byte, usual): (u8, u8)| byte == usual || (usual == b'0' && byte.is_ascii_digit());
    USUAL.iter().any(|usual| usual.len() == text.len() && text.bytes().zip(usual.bytes()).all(fits))
}

/// Whether a date has a time: `10:00`, `20251129T101112Z`.
fn has_time(text: &str) -> bool {
    let is_compact =
        || text.split(['T', 't']).skip(1).any(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    text.contains(':') || is_compact()
}

/// A date and a time with seconds, which is a timestamp in YAML 1.1.
fn is_timestamp(text: &str) -> bool {
    let last = text.rsplit([' ', 'T', 't']).next().unwrap_or_default();
    let only_time = last.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.'));
    let mut parts = last.split(':').skip(1).map(|part| part.split('.').next().unwrap_or_default().len());
    is_date(text) && only_time && parts.next() == Some(2) && parts.next() == Some(2) && parts.next().is_none()
}

/// The date of a file name; a day that a month does not have rolls over.
pub(super) fn file_name_date(
    year: &str,
    month: &str,
    day: &str,
    zone: &TimeZone,
) -> Option<DateTime<FixedOffset>> {
    let mut number: i32 = year.parse().ok()?;
    if year.len() == 2 {
        number += if number < 69 { 2000 } else { 1900 };
    }
    let date = rolled_over(number, month.parse().ok()?, day.parse().ok()?)?;
    date::resolve(&Written { local: date.and_time(chrono::NaiveTime::MIN), zone: None }, zone)
}

/// The 30th of February is the second of March.
fn rolled_over(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    if !(1..=31).contains(&day) {
        return None;
    }
    NaiveDate::from_ymd_opt(year, month, 1)?.checked_add_signed(TimeDelta::days(i64::from(day) - 1))
}

/// The characters that a slug keeps.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Slug {
    /// Letters, digits and marks, in lower case.
    Default,
    /// The same and what a URL may hold as it is, in the case written.
    Pretty,
}

/// `Jekyll::Utils.slugify`.
pub(super) fn slugify(text: &str, mode: Slug) -> String {
    // Most names of files are slugs.
    let is_word = |word: &[u8]| {
        !word.is_empty() && word.iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    if text.as_bytes().split(|byte| *byte == b'-').all(is_word) {
        return text.to_owned();
    }
    let keeps = |c: char| {
        if c.is_ascii() {
            return c.is_ascii_alphanumeric() || (mode == Slug::Pretty && "._~!$&'()+,;=@".contains(c));
        }
        matches!(c.general_category_group(), GeneralCategoryGroup::Letter | GeneralCategoryGroup::Mark)
            || c.general_category() == unicode_properties::GeneralCategory::DecimalNumber
    };
    let slug = slug::hyphenated(text.chars(), keeps);
    let slug = slug.strip_prefix('-').unwrap_or(&slug);
    let slug = slug.strip_suffix('-').unwrap_or(slug);
    if mode == Slug::Default { slug::lowered_by_letter(slug) } else { slug.to_owned() }
}

/// `Jekyll::Utils.titleize_slug`: `my-FOO-post` is `My Foo Post`.
pub(super) fn titleize(slug: &str) -> String {
    let words = slug.trim_end_matches('-').split('-').map(|word| {
        let mut chars = word.chars();
        chars.next().map_or_else(String::new, |first| {
            let first: String = title_case(first);
            first.chars().chain(chars.flat_map(char::to_lowercase)).collect()
        })
    });
    words.collect::<Vec<String>>().join(" ")
}

/// A capital; of letters that are two in one, such as `ǆ`, the form with a small second half.
fn title_case(c: char) -> String {
    let title = match c {
        'Ǆ' | 'ǅ' | 'ǆ' => 'ǅ',
        'Ǉ' | 'ǈ' | 'ǉ' => 'ǈ',
        'Ǌ' | 'ǋ' | 'ǌ' => 'ǋ',
        'Ǳ' | 'ǲ' | 'ǳ' => 'ǲ',
        'ﬁ' => return "Fi".to_owned(),
        'ﬂ' => return "Fl".to_owned(),
        c => return c.to_uppercase().collect(),
    };
    title.to_string()
}

/// Jekyll's `smartify`, `strip_html` and the decoding that every reader does: quotes, dashes and dots become those of
/// print, tags are removed, references become characters.
pub(super) fn smart_title(title: &str) -> String {
    decode_references(&kramdown::smart::text(&kramdown::title::without_tags(title)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_and_titles() {
        assert_eq!(slugify("My Custom_Slug! v1.0", Slug::Default), "my-custom-slug-v1-0");
        assert_eq!(slugify("My Custom_Slug! v1.0", Slug::Pretty), "My-Custom_Slug!-v1.0");
        assert_eq!(slugify("-leading--double---hyphen-", Slug::Pretty), "leading-double-hyphen");
        assert_eq!(slugify("emoji-🎉-party 日本語", Slug::Pretty), "emoji-party-日本語");
        assert_eq!(titleize("my-FOO-post_name x"), "My Foo Post_name x");
        assert_eq!(titleize("日本-語-ǆx-ﬁne"), "日本 語 ǅx Fine");
    }

    #[test]
    fn smart_titles() {
        #[track_caller]
        fn case(title: &str, expected: &str) {
            assert_eq!(smart_title(title), expected);
        }
        case("\"Quoted\" and it's -- dashes --- and ...", "“Quoted” and it’s – dashes — and …");
        case("Don't 'quote' me, rock 'n' roll, '90s", "Don’t ‘quote’ me, rock ‘n’ roll, ’90s");
        case("<b>Bold</b> & <script>x</script>", "Bold &");
        case("AT&T &amp; &lt;x&gt; &copy;", "AT&T & <x> ©");
        case("Maß&größe;", "Maß&größe;");
        case("a < b > c", "a < b > c");
        case("one<br>two<BR />three<brr>", "one two three");
        case("Use <div> tags", "Use <div> tags");
        case("<<x>>", "«x»");
        case("**bold** _it_ `code`", "**bold** _it_ `code`");
    }

    #[test]
    fn scalars() {
        #[track_caller]
        fn case(text: &str, expected: &str) {
            assert_eq!(
                to_s(&Node::Scalar(Scalar { text: text.to_owned(), quoted: false, at: None })),
                expected
            );
        }
        for (text, expected) in [
            ("yes", "true"),
            ("0123", "83"),
            ("1,000", "1000"),
            ("1.50", "1.5"),
            ("1e3", "1e3"),
            ("12:30:45", "45045.0"),
            ("1:00:00:00:00:00:00:00:00:00:00:00", "1:00:00:00:00:00:00:00:00:00:00:00"),
            ("2024-01-01", "2024-01-01"),
            ("~", ""),
            ("x", "x"),
        ] {
            case(text, expected);
        }
    }
}

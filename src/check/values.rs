//! What a text must be, and what is wrong with one that is not.

use std::borrow::Cow;

use super::dates::{self, Iso};
use super::document::{Document, Piece, quoted};
use super::{html, uri};
use crate::diagnostic::Rule;
use crate::text::language;

/// What a text must be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value {
    /// There is none.
    Nothing,
    /// Anything.
    Free,
    /// Without HTML.
    Plain,
    /// Without HTML, and not longer than so many characters.
    Short(usize),
    Html,
    Uri(uri::Kind),
    /// An id of Atom: a URI that programs compare letter by letter.
    Id,
    /// A URL of HTTP.
    Http,
    Rfc822,
    Iso(Iso),
    Language,
    /// An e-mail address with a name, as RSS has it.
    Contact,
    Email,
    /// A whole number in a range.
    Number(i64, i64, &'static str),
    /// A number with a decimal point or without.
    Decimal(&'static str),
    /// Degrees, up to so many.
    Degrees(i64, &'static str),
    /// A latitude and a longitude; or several pairs of them.
    Position,
    Positions,
    /// Whole numbers with commas between them.
    Numbers(&'static str),
    MediaType(&'static str),
    /// One of some words; `true` if their case does not matter.
    Word(&'static [&'static str], bool, &'static str),
    /// Seconds, minutes and seconds, or hours, minutes and seconds.
    Duration,
    /// A time in a recording (RFC 2326 §3.6).
    Moment,
    /// Words with commas between them.
    Keywords,
    /// The name of a person.
    Name,
    /// An e-mail address, with a name or without.
    Address,
    /// The name of a field in a form.
    FormName,
    /// A number without a sign.
    Measure(&'static str),
    /// A number, after which anything may come.
    Leading(&'static str),
    /// A number from 0 to 1, or to 100.
    Share,
    Percentage,
    /// A number without a sign, with a unit or without.
    Unit(&'static str),
    /// So many capital letters.
    Code(usize, &'static str),
    /// At least and at most so many texts with commas between them.
    Fields(usize, usize, &'static str),
    /// A language of two or three letters, or one of the two scripts of Chinese.
    NewsLanguage,
}

pub(super) const URL: Value = Value::Uri(uri::ABSOLUTE);
pub(super) const NATURAL: Value = Value::Number(0, i64::MAX, "InvalidNonNegativeInteger");
pub(super) const POSITIVE: Value = Value::Number(1, i64::MAX, "InvalidPositiveInteger");
pub(super) const WHOLE: Value = Value::Number(i64::MIN, i64::MAX, "InvalidInteger");
pub(super) const TRUE_OR_FALSE: Value = Value::Word(&["true", "false"], true, "InvalidTrueFalse");
pub(super) const YES_OR_NO: Value = Value::Word(&["yes", "no"], false, "InvalidYesNo");
pub(super) const W3C_DATE: Value = Value::Iso(Iso::W3c);
pub(super) const RFC_3339: Value = Value::Iso(Iso::Rfc3339);

/// Looks at a text.
pub(super) fn look(document: &mut Document, value: Value, piece: Piece<'_>) {
    let text = piece.text;
    match value {
        Value::Nothing | Value::Free => {}
        Value::Plain => html::plain(document, piece, "ContainsHTML"),
        Value::Short(longest) => {
            let length = text.chars().count();
            if length > longest {
                let message = format!("{}: {length} characters, but at most {longest} are allowed", piece.of);
                document.report(Rule::TooLong, "TooLong", piece.at, message);
            }
            html::plain(document, piece, "ContainsHTML");
        }
        Value::Html => html::content(document, piece, true),
        Value::Uri(kind) => {
            uri::look(document, piece, kind);
        }
        Value::Id => id(document, piece),
        Value::Http => uri::http(document, piece),
        Value::Rfc822 => {
            dates::rfc822(document, piece);
        }
        Value::Iso(form) => {
            dates::iso(document, piece, form);
        }
        Value::Language => language(document, piece),
        Value::Contact => contact(document, piece),
        Value::Email => email(document, piece),
        Value::Name => name(document, piece),
        Value::Address => address(document, piece),
        _ => word(document, value, piece),
    }
}

/// Looks at a text of which each character counts.
fn word(document: &mut Document, value: Value, piece: Piece<'_>) {
    let text = piece.text;
    let (is_right, rule, w3c, what): (bool, Rule, &str, Cow<'_, str>) = match value {
        Value::Code(length, w3c) => {
            let is_right = text.len() == length && text.bytes().all(|byte| byte.is_ascii_uppercase());
            (is_right, Rule::BadValue, w3c, format!("is no code of {length} letters").into())
        }
        Value::Fields(least, most, w3c) => {
            let fields: Vec<&str> = text.split(',').collect();
            let has_blank = least > 3 && fields.iter().any(|field| field.trim().is_empty());
            let what = match most {
                1 => "has commas".to_owned(),
                _ => format!("is not {least} texts with commas between them"),
            };
            ((least..=most).contains(&fields.len()) && !has_blank, Rule::BadValue, w3c, what.into())
        }
        Value::NewsLanguage => {
            let is_code = (2..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_lowercase());
            let what = "is neither a code of ISO 639 nor `zh-cn` or `zh-tw`";
            (is_code || matches!(text, "zh-cn" | "zh-tw"), Rule::BadLanguage, "", what.into())
        }
        Value::Keywords => {
            let what = "has no commas between the words";
            (!text.contains(' ') || text.contains(','), Rule::Podcast, "InvalidKeywords", what.into())
        }
        Value::Word(words, ignores_case, w3c) => {
            let is_it = |word: &&str| *word == text || (ignores_case && word.eq_ignore_ascii_case(text));
            if words.iter().any(is_it) {
                return;
            }
            let words: Vec<String> = words.iter().take(12).map(|word| format!("`{word}`")).collect();
            (false, Rule::BadValue, w3c, format!("is none of {}", words.join(", ")).into())
        }
        Value::MediaType(w3c) => {
            let what = "is no media type such as `text/html`";
            (is_media_type(text), Rule::BadValue, w3c, what.into())
        }
        _ => return number(document, value, piece),
    };
    if !is_right {
        document.report(rule, w3c, piece.at, format!("{}: {} {what}", piece.of, quoted(text)));
    }
}

/// Looks at a number, or at several.
fn number(document: &mut Document, value: Value, piece: Piece<'_>) {
    let text = piece.text;
    let (is_right, w3c, what): (bool, &str, Cow<'_, str>) = match value {
        Value::Number(least, most, w3c) => {
            let read = text.strip_prefix('+').unwrap_or(text).parse::<i64>().ok();
            let is_right = read.is_some_and(|read| (least..=most).contains(&read));
            let what = match (least, most) {
                (i64::MIN, _) => "no whole number".to_owned(),
                (least, i64::MAX) => format!("no whole number from {least}"),
                (least, most) => format!("no whole number from {least} to {most}"),
            };
            (is_right, w3c, what.into())
        }
        Value::Decimal(w3c) => (is_decimal(text), w3c, "no number".into()),
        Value::Measure(w3c) => {
            let is_right = is_decimal(text) && text.starts_with(|c: char| c.is_ascii_digit());
            (is_right, w3c, "no number without a sign".into())
        }
        Value::Leading(w3c) => (text.starts_with(|c: char| c.is_ascii_digit()), w3c, "no number".into()),
        Value::Share => {
            let is_right = text.parse::<f64>().is_ok_and(|share| (0.0..=1.0).contains(&share));
            (is_right, "", "no number from 0 to 1".into())
        }
        Value::Percentage => {
            let is_right = text.parse::<f64>().is_ok_and(|share| (0.0..=100.0).contains(&share));
            (is_right, "InvalidPercentage", "no number from 0 to 100".into())
        }
        Value::Unit(w3c) => {
            let unit = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').trim_start();
            let is_unit = unit.chars().all(|c| c.is_alphanumeric() || c == '_');
            let is_right = text.starts_with(|c: char| c.is_ascii_digit()) && is_unit;
            (is_right, w3c, "no number with a unit".into())
        }
        Value::FormName => {
            let is_right = text.starts_with(|c: char| c.is_ascii_alphabetic());
            (is_right, "InvalidFormComponentName", "no name of a field".into())
        }
        Value::Degrees(most, w3c) => {
            let limit = f64::from(i32::try_from(most).unwrap_or(i32::MAX));
            let is_right = text.parse::<f64>().is_ok_and(|degrees| degrees.abs() <= limit);
            (is_right, w3c, format!("no number from -{most} to {most}").into())
        }
        Value::Position | Value::Positions => return position(document, value, piece),
        Value::Numbers(w3c) => {
            let is_right = text.is_empty() && w3c == "InvalidExpansionState"
                || text.split(',').all(|part| {
                    let part = part.trim_start();
                    !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())
                });
            (is_right, w3c, "not whole numbers with commas between them".into())
        }
        Value::Duration => (is_duration(text), "InvalidDuration", "no duration such as `1:02:03`".into()),
        Value::Moment => (is_moment(text), "InvalidNPTTime", "no time such as `12:05:35`".into()),
        _ => return,
    };
    if !is_right {
        let message = format!("{}: {} is {what}", piece.of, quoted(text));
        document.report(Rule::BadNumber, w3c, piece.at, message);
    }
}

fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && digits.matches('.').count() <= 1
}

fn is_duration(text: &str) -> bool {
    let mut parts = text.split(':');
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_sixtieth = |part: &str| part.len() == 2 && is_number(part) && part.starts_with(|c: char| c < '6');
    parts.next().is_some_and(is_number) && parts.clone().count() <= 2 && parts.all(is_sixtieth)
}

fn is_moment(text: &str) -> bool {
    text == "now" || text.starts_with(|c: char| c.is_ascii_digit())
}

fn position(document: &mut Document, value: Value, piece: Piece<'_>) {
    let numbers: Vec<&str> =
        piece.text.split([' ', ',', '\n', '\t']).filter(|part| !part.is_empty()).collect();
    let is_single = matches!(value, Value::Position);
    let has_count =
        if is_single { numbers.len() == 2 } else { numbers.len() > 2 && numbers.len().is_multiple_of(2) };
    let has_two_signs =
        piece.text.contains(", ") || piece.text.contains(" ,") || (is_single && piece.text.contains("  "));
    if !has_count || has_two_signs || !numbers.iter().all(|number| is_decimal(number)) {
        let w3c = if is_single { "InvalidCoord" } else { "InvalidCoordList" };
        let message =
            format!("{}: {} is no pair of degrees such as `45.25 -71.92`", piece.of, quoted(piece.text));
        document.report(Rule::BadNumber, w3c, piece.at, message);
    } else if piece.text.contains(',') {
        let message = format!("{}: the degrees have a comma between them, not a blank", piece.of);
        document.report(Rule::NumberForm, "CoordComma", piece.at, message);
    }
}

/// Whether a text is a media type (RFC 6838), with parameters or without.
pub(super) fn is_media_type(text: &str) -> bool {
    let is_token = |text: &str| {
        !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || "()<>,;:\\\"/[]?=".contains(c))
    };
    let mut parts = text.split(';');
    let is_type = parts
        .next()
        .and_then(|whole| whole.trim_end().split_once('/'))
        .is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype));
    is_type
        && parts.all(|parameter| {
            let Some((name, value)) = parameter.trim().split_once('=') else { return false };
            is_token(name)
                && (is_token(value) || (value.len() > 1 && value.starts_with('"') && value.ends_with('"')))
        })
}

/// An id of Atom.
fn id(document: &mut Document, piece: Piece<'_>) {
    if uri::look(document, piece, uri::ABSOLUTE) {
        let form = uri::canonical(piece.text);
        if form.as_deref() != Some(piece.text) {
            let form = form.map_or_else(String::new, |form| format!(", {}", quoted(&form)));
            let message = format!("{}: programs compare ids in one form{form}", piece.of);
            document.report(Rule::UrlForm, "NonCanonicalURI", piece.at, message);
        }
    }
}

/// A tag of BCP 47, whose first part is a language of ISO 639.
pub(super) fn language(document: &mut Document, piece: Piece<'_>) {
    let mut parts = piece.text.split('-');
    let first = parts.next().unwrap_or_default();
    let is_private = matches!(first, "x" | "i");
    let is_tag = (language::may_be(first) || is_private)
        && parts.all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
    if !is_tag {
        let message =
            format!("{}: {} is no language tag such as `en` or `pt-BR`", piece.of, quoted(piece.text));
        document.report(Rule::BadLanguage, "InvalidLanguage", piece.at, message);
    }
}

/// Whether a text is an e-mail address.
fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let is_local = |c: char| c.is_alphanumeric() || "_-+.'%".contains(c);
    let is_label = |label: &str| {
        !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
    };
    !local.is_empty()
        && local.chars().all(is_local)
        && domain.starts_with(|c: char| c.is_ascii_alphanumeric())
        && domain.trim_end_matches('.').split('.').all(is_label)
}

/// An e-mail address in one of the forms of RFC 822, with a name or without.
fn address(document: &mut Document, piece: Piece<'_>) {
    let bare = match (piece.text.split_once('('), piece.text.split_once('<')) {
        (Some((address, _)), _) if piece.text.ends_with(')') => address.trim(),
        (_, Some((_, address))) => address.strip_suffix('>').unwrap_or_default(),
        _ => piece.text,
    };
    if !is_address(bare) {
        let message = format!("{}: {} is no e-mail address", piece.of, quoted(piece.text));
        document.report(Rule::BadContact, "InvalidContact", piece.at, message);
    }
}

fn email(document: &mut Document, piece: Piece<'_>) {
    if !is_address(piece.text) {
        let message = format!("{}: {} is no e-mail address", piece.of, quoted(piece.text));
        document.report(Rule::BadContact, "InvalidAddrSpec", piece.at, message);
    }
}

/// A contact of RSS 2.0: an e-mail address, with a name.
fn contact(document: &mut Document, piece: Piece<'_>) {
    let decoded = piece.text.strip_prefix("mailto:").map(|address| address.replace("%40", "@"));
    let text = decoded.as_deref().unwrap_or(piece.text);
    let report = |document: &mut Document, rule, w3c, what: &str| {
        document.report(rule, w3c, piece.at, format!("{}: {} {what}", piece.of, quoted(piece.text)));
    };
    if text.find('@').is_none_or(|at| at == 0) {
        return report(document, Rule::BadContact, "InvalidContact", "is no e-mail address");
    }
    if let Some((address, _)) = text.strip_suffix(')').and_then(|rest| rest.split_once('(')) {
        if !is_address(address.trim()) {
            report(document, Rule::BadContact, "InvalidContact", "has no e-mail address before the name");
        }
        html::plain(document, piece, "ContainsHTML");
    } else if text.contains(' ') {
        let what = "is not in the form `jane@example.com (Jane Doe)`";
        report(document, Rule::ContactForm, "EmailFormat", what);
    } else {
        report(document, Rule::ContactForm, "MissingRealName", "has no name: `jane@example.com (Jane Doe)`");
    }
}

/// The name of a person: plain, and without an e-mail address.
fn name(document: &mut Document, piece: Piece<'_>) {
    html::plain(document, piece, "ContainsHTML");
    let in_brackets = piece.text.split('<').skip(1).filter_map(|rest| rest.split_once('>'));
    if in_brackets.map(|(inside, _)| inside).any(is_address) {
        let message = format!("{}: {} has an e-mail address in it", piece.of, quoted(piece.text));
        document.report(Rule::EmailInName, "ContainsEmail", piece.at, message);
    }
}

#[cfg(test)]
mod tests {
    use super::super::document::{Of, Span};
    use super::*;

    #[track_caller]
    fn case(value: Value, text: &str, expected: Option<&str>) {
        let mut document = Document::new(chrono::DateTime::UNIX_EPOCH, None);
        let piece = Piece { is_verbatim: true, ..Piece::new(text, Of::Element("a"), Span::default()) };
        look(&mut document, value, piece);
        assert_eq!(document.found.first().map(|found| found.w3c), expected, "{text}");
    }

    #[test]
    fn languages_and_contacts() {
        for right in ["en", "zh-Hans", "de-CH-1996", "gsw", "EN"] {
            case(Value::Language, right, None);
        }
        for wrong in ["en_US", "jp", "", "english"] {
            case(Value::Language, wrong, Some("InvalidLanguage"));
        }
        case(Value::Contact, "a@b.c (Jane)", None);
        case(Value::Contact, "a@b.c", Some("MissingRealName"));
        case(Value::Contact, "Jane <a@b.c>", Some("EmailFormat"));
        case(Value::Contact, "Jane", Some("InvalidContact"));
        case(Value::Email, "a@b.c", None);
        case(Value::Email, "a b@b.c", Some("InvalidAddrSpec"));
        case(Value::Name, "Jane <a@b.c>", Some("ContainsEmail"));
        case(Value::Name, "Jane", None);
    }

    #[test]
    fn numbers_and_words() {
        case(POSITIVE, "60", None);
        case(POSITIVE, "0", Some("InvalidPositiveInteger"));
        case(NATURAL, "-1", Some("InvalidNonNegativeInteger"));
        case(Value::Decimal("InvalidFloat"), "1.5", None);
        case(Value::Decimal("InvalidFloat"), "1.5.2", Some("InvalidFloat"));
        case(Value::Degrees(90, "InvalidLatitude"), "91", Some("InvalidLatitude"));
        case(Value::Position, "45.25 -71.92", None);
        case(Value::Position, "45.25,-71.92", Some("CoordComma"));
        case(Value::Position, "45.25, -71.92", Some("InvalidCoord"));
        case(Value::Position, "here", Some("InvalidCoord"));
        case(Value::Positions, "1 2 3", Some("InvalidCoordList"));
        case(Value::Duration, "1:02:03", None);
        case(Value::Duration, "1:2:3", Some("InvalidDuration"));
        case(Value::Moment, "12:05:35.3", None);
        case(Value::Moment, "soon", Some("InvalidNPTTime"));
        case(Value::MediaType("x"), "text/html; charset=\"utf-8\"", None);
        case(Value::MediaType("x"), "html", Some("x"));
        case(YES_OR_NO, "Yes", Some("InvalidYesNo"));
        case(TRUE_OR_FALSE, "True", None);
        case(Value::Short(3), "four", Some("TooLong"));
    }
}

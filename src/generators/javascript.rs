//! Values as JavaScript prints them, for generators that are written in it.

use jiff::tz::TimeZone;

use crate::source::{Node, Scalar};
use crate::text::date::{self, Leniency};

/// The text of a value: `1.50` is `1.5`, and an unquoted date is a long text.
pub(super) fn printed(node: &Node) -> Option<String> {
    let scalar = node.as_scalar().filter(|scalar| !scalar.is_null())?;
    if scalar.quoted {
        return Some(scalar.text.clone());
    }
    if let Some(date) = timestamp(scalar) {
        return Some(date.format("%a %b %d %Y %H:%M:%S GMT+0000 (Coordinated Universal Time)").to_string());
    }
    let is_number = scalar.text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'))
        && scalar.text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+'));
    match scalar.text.parse::<f64>() {
        Ok(number) if is_number && number.abs() < 1e15 => Some(number.to_string()),
        _ => Some(scalar.text.clone()),
    }
}

/// What YAML itself takes for a date.
fn timestamp(scalar: &Scalar) -> Option<chrono::DateTime<chrono::FixedOffset>> {
    let text = scalar.text.as_str();
    let is_date = text.len() >= 8
        && text.bytes().take(4).all(|byte| byte.is_ascii_digit())
        && text.as_bytes().get(4) == Some(&b'-')
        && (text.len() == 10
            || (text.contains(':') && text.bytes().filter(|byte| *byte == b':').count() >= 2));
    let read = is_date.then(|| date::parse_as(text, Leniency::Javascript)).flatten()?;
    date::resolve(&read, &TimeZone::UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_printed_as_in_javascript() {
        let plain =
            |text: &str| printed(&Node::Scalar(Scalar { text: text.to_owned(), quoted: false, at: None }));
        assert_eq!(plain("1.50").as_deref(), Some("1.5"));
        assert_eq!(plain("0123").as_deref(), Some("123"));
        assert_eq!(
            plain("2024-01-02").as_deref(),
            Some("Tue Jan 02 2024 00:00:00 GMT+0000 (Coordinated Universal Time)")
        );
        assert_eq!(plain("v1.2").as_deref(), Some("v1.2"));
        assert_eq!(plain("~"), None);
    }
}

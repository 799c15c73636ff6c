//! Ids become URIs (RFC 3986), and stay as they are where they may.

use percent_encoding::utf8_percent_encode;

use super::link::{VALUE, absolute, is_scheme};

/// The URI that an id as written is published as: itself if it is an absolute ASCII URI that validators accept, so that
/// no reader sees an old post again; `urn:uuid:` for a bare UUID; a fragment of the site's address for anything else.
pub(crate) fn of_written(written: &str, base: &str) -> String {
    let written = written.trim();
    if is_uri(written) {
        return written.to_owned();
    }
    if is_uuid(written) {
        return format!("urn:uuid:{}", written.to_ascii_lowercase());
    }
    let http = written.split_once("://").is_some_and(|(scheme, _)| {
        scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
    });
    if let Some(url) = absolute(written).filter(|_| http) {
        return url;
    }
    format!("{}#{}", base, utf8_percent_encode(written, VALUE))
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Whether an id is a URI that can be used as it is (RFC 3986; for `tag:` RFC 4151, for `urn:uuid:` RFC 9562).
fn is_uri(id: &str) -> bool {
    let Some((scheme, rest)) = id.split_once(':') else { return false };
    let scheme_ok = is_scheme(scheme);
    let rest_ok = !rest.is_empty()
        && rest
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte))
        && rest
            .split('%')
            .skip(1)
            .all(|piece| piece.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2);
    scheme_ok
        && rest_ok
        && match scheme {
            "http" | "https" => absolute(id).is_some() && rest.starts_with("//"),
            "javascript" | "data" | "vbscript" | "about" | "blob" => false,
            "tag" => is_tag(rest),
            "urn" => match rest.split_once(':') {
                Some(("uuid", uuid)) => is_uuid(uuid),
                Some((namespace, name)) => namespace.len() > 1 && !name.is_empty(),
                None => false,
            },
            // One letter is a Windows drive, a capital a title such as `Rust: a review`.
            _ => scheme.len() > 1 && scheme.bytes().all(|byte| !byte.is_ascii_uppercase()),
        }
}

fn is_tag(rest: &str) -> bool {
    let Some((authority, specific)) = rest.split_once(':') else { return false };
    let Some((name, date)) = authority.split_once(',') else { return false };
    let parts: Vec<&str> = date.split('-').collect();
    let date_ok = matches!(parts.len(), 1..=3)
        && parts.iter().enumerate().all(|(index, part)| {
            let most = [9999, 12, 31].get(index).copied().unwrap_or(0);
            part.len() == if index == 0 { 4 } else { 2 }
                && part.parse::<u32>().is_ok_and(|part| (1..=most).contains(&part))
        });
    let name_ok = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.@_".contains(&byte));
    date_ok && name_ok && !specific.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids() {
        #[track_caller]
        fn case(written: &str, expected: &str) {
            assert_eq!(of_written(written, "https://e.com/"), expected);
        }
        case("https://old.example/?p=42", "https://old.example/?p=42");
        case("tag:example.com,2025-11-29:/a", "tag:example.com,2025-11-29:/a");
        case("tag:example.com:a", "https://e.com/#tag:example.com:a");
        case("tag:example.com,2025:日本", "https://e.com/#tag:example.com,2025:%E6%97%A5%E6%9C%AC");
        case(
            "urn:uuid:1225C695-cfb8-4ebb-aaaa-80da344efa6a",
            "urn:uuid:1225C695-cfb8-4ebb-aaaa-80da344efa6a",
        );
        case("1225C695-cfb8-4ebb-aaaa-80da344efa6a", "urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a");
        case("42", "https://e.com/#42");
        case("Rust: a review", "https://e.com/#Rust:%20a%20review");
        case("https://e.com/日本", "https://e.com/%E6%97%A5%E6%9C%AC");
        case("http://{a}/", "https://e.com/#http://%7Ba%7D/");
    }
}

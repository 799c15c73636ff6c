//! URLs and other URIs (RFC 3986), IRIs (RFC 3987), `tag:` (RFC 4151) and `urn:` (RFC 8141).

use url::Url;

use super::document::{Document, Fix, Piece, quoted};
use crate::diagnostic::Rule;
use crate::text::{ByteSet, has_byte, link};

/// What a URI may be, with the name that the W3C's validator has for a wrong one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind {
    /// Whether it must have a scheme.
    pub(super) is_absolute: bool,
    /// Whether it may have letters that are not ASCII.
    pub(super) is_iri: bool,
    pub(super) w3c: &'static str,
}

pub(super) const ABSOLUTE: Kind = Kind { is_absolute: true, is_iri: false, w3c: "InvalidFullLink" };
pub(super) const ABSOLUTE_IRI: Kind = Kind { is_absolute: true, is_iri: true, w3c: "InvalidFullLink" };
pub(super) const REFERENCE: Kind = Kind { is_absolute: false, is_iri: false, w3c: "InvalidLink" };
pub(super) const IRI: Kind = Kind { is_absolute: false, is_iri: true, w3c: "InvalidIRI" };
pub(super) const ATTRIBUTE: Kind = Kind { is_absolute: false, is_iri: false, w3c: "InvalidURIAttribute" };
pub(super) const PERMALINK: Kind = Kind { is_absolute: false, is_iri: false, w3c: "InvalidHttpGUID" };

/// Schemes that are registered (<https://www.iana.org/assignments/uri-schemes>) and in use.
const SCHEMES: &[&str] = &[
    "http", "https", "mailto", "tag", "urn", "ftp", "data", "tel", "news", "feed", "geo", "git", "ipfs",
    "magnet", "xmpp", "sip", "sips", "sms", "ssh", "sftp", "file", "gopher", "gemini", "nntp", "telnet",
    "wais", "prospero", "cid", "mid", "vemmi", "service", "imap", "nfs", "acap", "rtsp", "tip", "pop", "dav",
    "opaquelocktoken", "fax", "modem", "ldap", "ldaps", "go", "ipp", "tftp", "mupdate", "pres", "im", "mtqp",
    "dict", "snmp", "crid", "dns", "info", "aaa", "aaas", "cap", "iax", "icap", "iris", "msrp", "msrps",
    "shttp", "thismessage", "tv", "ws", "wss", "webcal", "matrix", "bitcoin", "doi", "did", "acct",
    "view-source", "irc", "ircs", "skype", "spotify", "steam", "callto", "facetime", "about", "blob", "mms",
    "rtmp", "rsync", "svn", "udp", "vnc", "cvs", "finger", "fish", "jabber", "ni", "nih", "oid",
];

/// What may be in a URI, apart from the brackets around an address of IPv6.
const OF_URI: ByteSet = ByteSet::letters_and(b"!#$%&'()*+,-./:;=?@_~");

/// Whether a byte may be in a URI, apart from the brackets around an address of IPv6.
pub(super) fn is_of_uri(byte: u8) -> bool {
    OF_URI.has(byte)
}

fn has_uri_bytes_only(text: &str) -> bool {
    !has_byte(text.as_bytes(), |byte| !is_of_uri(byte))
}

/// The scheme, if there is one.
pub(super) fn scheme(text: &str) -> Option<&str> {
    let (scheme, _) = text.split_at_checked(memchr::memchr(b':', text.as_bytes())?)?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    is_scheme.then_some(scheme)
}

/// What is wrong with a URI: the rule, the name of the W3C's validator, and a clause.
fn wrong(text: &str, kind: Kind) -> Option<(Rule, &'static str, &'static str)> {
    let scheme = scheme(text);
    let is = |wanted: &str| scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case(wanted));
    if is("tag") {
        return (!is_tag(text)).then_some((
            Rule::BadUrl,
            "InvalidTAG",
            "is no `tag:` URI: those are `tag:example.com,2025:name`, in ASCII",
        ));
    }
    if is("urn") {
        return wrong_urn(text);
    }
    if !has_uri_bytes_only(text) {
        let bare = without_brackets(text);
        let ascii = bare.bytes().find(|byte| byte.is_ascii() && !is_of_uri(*byte));
        if ascii.is_some() {
            return Some((Rule::BadUrl, "InvalidUriChar", "has a character that may not be in a URL"));
        }
        if !kind.is_iri && !text.is_ascii() {
            return Some(match scheme.is_some() || !kind.is_absolute {
                true => (Rule::UnicodeUrl, "UriNotIri", "has letters that are not ASCII"),
                false => (Rule::BadUrl, kind.w3c, "is no absolute URL"),
            });
        }
    }
    let Some(scheme) = scheme else {
        let is_reference = !kind.is_absolute && !text.starts_with(':');
        return (!is_reference).then_some((Rule::BadUrl, kind.w3c, "is no absolute URL"));
    };
    let after = text.get(scheme.len() + 1..).unwrap_or_default();
    if kind.is_absolute && after.trim_start_matches('/').is_empty() {
        return Some((Rule::BadUrl, kind.w3c, "is no URL"));
    }
    if is("http") || is("https") || is("ftp") {
        let host = after.strip_prefix("//").filter(|host| !host.is_empty() && !host.starts_with('/'));
        return host.is_none().then_some((Rule::BadUrl, kind.w3c, "has no host"));
    }
    let is_registered = SCHEMES.iter().any(|known| is(known));
    let is_plain = scheme.bytes().all(|byte| byte.is_ascii_alphabetic());
    (is_plain && !is_registered).then_some((
        Rule::OddScheme,
        "SchemeNotIANARegistered",
        "has a scheme that is not registered",
    ))
}

/// A URL without the brackets around its host, which is an address of IPv6.
fn without_brackets(text: &str) -> String {
    let Some((before, rest)) = text.split_once("//[") else { return text.to_owned() };
    match rest.split_once(']') {
        Some((host, after)) if host.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':') => {
            format!("{before}//{host}{after}")
        }
        _ => text.to_owned(),
    }
}

/// `tag:authority,date:specific`
fn is_tag(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("tag:") else { return false };
    let Some((authority, rest)) = rest.split_once(',') else { return false };
    let Some((date, specific)) = rest.split_once(':') else { return false };
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let is_of_host =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-');
    let is_of_name = |byte: u8| is_of_host(byte) || byte == b'_' || byte == b'@';
    let mut parts = date.split('-');
    let has = |part: Option<&str>, length: usize| {
        part.is_none_or(|part| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    !host.is_empty()
        && host.bytes().all(is_of_host)
        && authority.bytes().all(is_of_name)
        && parts.next().is_some_and(|year| has(Some(year), 4))
        && has(parts.next(), 2)
        && has(parts.next(), 2)
        && parts.next().is_none()
        && has_uri_bytes_only(specific)
        && specific.matches('#').count() <= 1
}

fn wrong_urn(text: &str) -> Option<(Rule, &'static str, &'static str)> {
    let rest = text.get(4..).unwrap_or_default();
    let (space, specific) = rest.split_once(':').unwrap_or((rest, ""));
    if space.eq_ignore_ascii_case("uuid") {
        let lengths: Vec<usize> = specific.split('-').map(str::len).collect();
        let is_hex = specific.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        return (lengths != [8, 4, 4, 4, 12] || !is_hex).then_some((
            Rule::BadUrl,
            "InvalidUUID",
            "is no UUID: those are 32 hexadecimal digits, in groups of 8, 4, 4, 4 and 12",
        ));
    }
    let is_space = (2..=32).contains(&space.len())
        && space.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !space.starts_with('-');
    let mut rest = specific;
    let mut is_specific = !specific.is_empty();
    while let Some(c) = rest.bytes().next() {
        let is_pair = |pair: &str| pair.bytes().all(|byte| byte.is_ascii_hexdigit());
        let length = match c {
            b'%' if rest.get(1..3).is_some_and(is_pair) => 3,
            c if c.is_ascii_alphanumeric() || b"()+,.:=@;$_!*'-".contains(&c) => 1,
            _ => {
                is_specific = false;
                break;
            }
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    (!is_space || !is_specific).then_some((Rule::BadUrl, "InvalidURN", "is no `urn:` URI"))
}

/// Checks a URI. Returns whether it is valid.
pub(super) fn look(document: &mut Document, piece: Piece<'_>, kind: Kind) -> bool {
    let Some((mut rule, w3c, why)) = wrong(piece.text, kind) else {
        let is_code =
            |rest: &str| rest.get(..2).is_some_and(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()));
        if memchr::memchr(b'%', piece.text.as_bytes()).is_some()
            && !piece.text.split('%').skip(1).all(is_code)
        {
            let message = format!(
                "{}: {} has a `%` without two hexadecimal digits: write `%25`",
                piece.of,
                quoted(piece.text)
            );
            document.report(Rule::UrlForm, "", piece.at, message);
        }
        return true;
    };
    if kind.w3c == PERMALINK.w3c && w3c == PERMALINK.w3c {
        rule = Rule::BadGuid;
    }
    let message = format!("{}: {} {why}", piece.of, quoted(piece.text));
    let fix = match rule {
        Rule::UnicodeUrl => link::absolute(piece.text),
        Rule::BadUrl if w3c == "InvalidUriChar" && scheme(piece.text).is_some() => link::absolute(piece.text),
        Rule::BadUrl if kind.is_absolute => resolved(document, piece.text),
        _ => None,
    };
    let fix = fix.filter(|_| piece.is_verbatim).map(|url| Fix::Replace(piece.at, url.replace('&', "&amp;")));
    document.report_with(rule, w3c, piece.at, message, fix);
    rule == Rule::OddScheme
}

/// A relative URL, made absolute with the address that is known from outside.
fn resolved(document: &Document, text: &str) -> Option<String> {
    let base = Url::parse(document.base.as_deref()?).ok()?;
    let is_relative = scheme(text).is_none() && !text.is_empty() && !text.contains(char::is_control);
    let joined = is_relative.then(|| base.join(text).ok()).flatten()?;
    link::absolute(joined.as_str())
}

/// A URL of HTTP that is absolute.
pub(super) fn http(document: &mut Document, piece: Piece<'_>) {
    let rest = ["http://", "https://"].iter().find_map(|scheme| {
        let (start, rest) = piece.text.split_at_checked(scheme.len())?;
        start.eq_ignore_ascii_case(scheme).then_some(rest)
    });
    let authority = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let is_host = rest.is_some() && link::has_plain_host(piece.text);
    let after = rest.zip(authority).and_then(|(rest, authority)| rest.get(authority.len()..));
    let is_path = after.is_some_and(|after| after.is_empty() || after.starts_with('/'));
    if !is_host || !is_path || !has_uri_bytes_only(piece.text) {
        let what = match is_host && is_path {
            true => "has a character that may not be in a URL",
            false => "is no absolute URL of HTTP",
        };
        let message = format!("{}: {} {what}", piece.of, quoted(piece.text));
        let fix = link::absolute(piece.text)
            .filter(|url| url != piece.text)
            .or_else(|| resolved(document, piece.text))
            .filter(|_| piece.is_verbatim);
        let fix = fix.map(|url| Fix::Replace(piece.at, url.replace('&', "&amp;")));
        document.report_with(Rule::BadUrl, "InvalidURLAttribute", piece.at, message, fix);
    }
}

/// A URI in the form that programs compare (RFC 3986 §6.2.2, §6.2.3).
pub(super) fn canonical(text: &str) -> Option<String> {
    let parsed = Url::parse(text).ok()?;
    let written = match parsed.cannot_be_a_base() {
        // In such a URI, only the scheme is case-insensitive.
        true => format!("{}{}", parsed.scheme(), text.get(parsed.scheme().len()..)?),
        false => String::from(parsed),
    };
    let mut form = String::with_capacity(written.len());
    let mut rest = written.as_str();
    while let Some((before, after)) = rest.split_once('%') {
        form.push_str(before);
        let digits = after.get(..2)?;
        let byte = u8::from_str_radix(digits, 16).ok()?;
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            form.push(char::from(byte));
        } else {
            form.push('%');
            form.push_str(&digits.to_ascii_uppercase());
        }
        rest = after.get(2..)?;
    }
    form.push_str(rest);
    Some(form)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absolute_ones() {
        for right in [
            "https://e.com/",
            "http://e.com/a%20b?c=d#e",
            "tag:e.com,2025:a",
            "tag:a@e.com,2025-11-29:b/c",
            "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
            "urn:isbn:0451450523",
            "mailto:a@b.c",
            "http://[2001:db8::1]/",
            "doi:10.1000/1",
        ] {
            assert_eq!(wrong(right, ABSOLUTE), None, "{right}");
        }
        for (text, rule, w3c) in [
            ("/a", Rule::BadUrl, "InvalidFullLink"),
            ("e.com", Rule::BadUrl, "InvalidFullLink"),
            ("https://e.com/ä", Rule::UnicodeUrl, "UriNotIri"),
            ("https://ä.com/", Rule::UnicodeUrl, "UriNotIri"),
            ("https://e.com/a b", Rule::BadUrl, "InvalidUriChar"),
            ("https://e.com/[a]", Rule::BadUrl, "InvalidUriChar"),
            ("http:/e.com/", Rule::BadUrl, "InvalidFullLink"),
            ("http:///a", Rule::BadUrl, "InvalidFullLink"),
            ("", Rule::BadUrl, "InvalidFullLink"),
            ("htp://e.com/", Rule::OddScheme, "SchemeNotIANARegistered"),
            ("tag:e.com:a", Rule::BadUrl, "InvalidTAG"),
            ("tag:e.com,2025:ä", Rule::BadUrl, "InvalidTAG"),
            ("urn:uuid:1", Rule::BadUrl, "InvalidUUID"),
            ("urn:x", Rule::BadUrl, "InvalidURN"),
        ] {
            let found = wrong(text, ABSOLUTE).map(|(rule, w3c, _)| (rule, w3c));
            assert_eq!(found, Some((rule, w3c)), "{text}");
        }
    }

    #[test]
    fn references_and_iris() {
        assert_eq!(wrong("/a", REFERENCE), None);
        assert_eq!(wrong("", REFERENCE), None);
        assert_eq!(wrong("https://e.com/ä", IRI), None);
        assert_eq!(wrong("/ä", IRI), None);
        assert!(wrong("/a b", IRI).is_some());
        assert!(wrong("/ä", ABSOLUTE_IRI).is_some());
    }

    #[test]
    fn canonical_forms() {
        for (text, form) in [
            ("HTTP://Example.com", "http://example.com/"),
            ("http://example.com:80/%7Ea/../b%3c", "http://example.com/b%3C"),
            ("tag:example.com,2025:A", "tag:example.com,2025:A"),
            (
                "urn:uuid:F81D4FAE-7dec-11d0-a765-00a0c91e6bf6",
                "urn:uuid:F81D4FAE-7dec-11d0-a765-00a0c91e6bf6",
            ),
        ] {
            assert_eq!(canonical(text).as_deref(), Some(form));
        }
    }
}

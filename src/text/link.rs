//! Absolute URLs in one canonical form (RFC 3986, ASCII only), and links from one file of a site to another.

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use url::quirks::domain_to_unicode;
use url::{Host, Position, Url};

use super::{ByteSet, shown};

/// What RFC 3986 §3.3 does not allow in a path, and `%`: a value is encoded as a whole, once. After `&` and a name, a
/// `;` would make readers of XML see a reference.
pub(super) const VALUE: &AsciiSet = &WRITTEN.add(b'%').add(b'?').add(b'#').add(b';');

/// The same for a path that may be encoded in parts: `%` keeps its meaning.
const PATH: &AsciiSet = &WRITTEN.add(b'?').add(b'#').add(b';');

/// The same for what was written as a URL: `%`, `?` and `#` keep their meaning.
pub(crate) const WRITTEN: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}')
    .add(b'[')
    .add(b']');

/// The longest address of a site; a sitemap lists pages of up to 2,048 characters.
const LONGEST_BASE: usize = 1000;

/// The site's address: http or https, with a path that ends in `/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BaseUrl(Url);

impl BaseUrl {
    /// Reads an address. The host comes out in lower case and punycode, the path with a final slash.
    ///
    /// # Errors
    /// A clause that describes what is wrong.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut url = Url::parse(text.trim()).map_err(|error| match error {
            url::ParseError::RelativeUrlWithoutBase => "it does not begin with `https://`".to_owned(),
            error => error.to_string(),
        })?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(format!("its scheme is `{}`, not `https` or `http`", url.scheme()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("it contains a user name".to_owned());
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err("it has a `?` or a `#`".to_owned());
        }
        if url
            .domain()
            .is_some_and(|domain| domain.split('.').any(|label| label.is_empty() || label.starts_with('-')))
        {
            return Err("its host name is not possible".to_owned());
        }
        if !has_host(&url) {
            return Err("its host name has a character that none may have".to_owned());
        }
        if !url.path().ends_with('/') {
            url.set_path(&format!("{}/", url.path()));
        }
        let canonical = canonical(&url);
        if canonical.len() > LONGEST_BASE {
            return Err(format!("it has more than {LONGEST_BASE} characters"));
        }
        Url::parse(&canonical).map(Self).map_err(|error| error.to_string())
    }

    /// The address, with its final slash.
    pub(crate) fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The address without a path, and without a slash.
    pub(crate) fn origin(&self) -> &str {
        &self.0[..Position::BeforePath]
    }

    /// The path of the address, without its final slash: `/blog`, or nothing at the root of the host.
    pub(crate) fn folder(&self) -> &str {
        self.0.path().trim_end_matches('/')
    }

    /// The host name, as readers see it.
    pub(crate) fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// The host name as people write it.
    pub(crate) fn readable_host(&self) -> String {
        readable(self.host())
    }

    /// The absolute URL of a path below the base, or of an absolute URL as it is. A path that begins with the base's
    /// own path is not put below it twice. `None` if there is no such http URL.
    pub(crate) fn join(&self, written: &str) -> Option<String> {
        let written = written.trim();
        if let Some(path) = self.plain_path(written) {
            return Some([self.as_str(), path].concat());
        }
        let scheme = written.split_once(':').map(|(scheme, _)| scheme).filter(|scheme| is_scheme(scheme));
        match scheme.map(str::to_ascii_lowercase).as_deref() {
            Some("http" | "https") => return absolute(written),
            Some(
                "data" | "javascript" | "vbscript" | "mailto" | "tel" | "blob" | "about" | "file" | "ftp",
            ) => return None,
            Some(_) if written.contains("://") => return None,
            _ if written.starts_with("//") => return absolute(&format!("{}:{written}", self.0.scheme())),
            _ => {}
        }
        let below = |path: &str| {
            let url = Url::parse(&format!("{}{}", self.0, utf8_percent_encode(path, WRITTEN))).ok()?;
            // `../..` must not leave the site.
            url.path().starts_with(self.0.path()).then(|| canonical(&url))
        };
        if written.starts_with('/') && self.0.path().len() > 1 {
            let origin = self.origin();
            let from_root = Url::parse(&format!("{origin}{}", utf8_percent_encode(written, WRITTEN))).ok()?;
            let from_root = canonical(&from_root);
            if self.covers(&from_root) {
                return Some(from_root);
            }
            if format!("{from_root}/") == self.as_str() {
                return Some(self.as_str().to_owned());
            }
        }
        below(written.trim_start_matches('/'))
    }

    /// The path below the base that is its own canonical form, as nearly all are: then no URL need be parsed.
    fn plain_path<'a>(&self, written: &'a str) -> Option<&'a str> {
        let path = written.trim_start_matches('/');
        // What begins with the base's own path is not below it twice; `//` begins another host.
        if written.starts_with("//") || (path.len() < written.len() && self.0.path().len() > 1) {
            return None;
        }
        let bytes = path.as_bytes();
        let mut part = 0;
        for (at, byte) in bytes.iter().enumerate().filter(|(_, byte)| !PLAIN.has(**byte)) {
            let is_canonical = match byte {
                b'/' => at > part || at == 0,
                // A part begins with no dot: `.` and `..` have a meaning.
                b'.' => at > part,
                b'%' => is_canonical_code(bytes.get(at + 1..)?),
                _ => false,
            };
            if !is_canonical {
                return None;
            }
            part = if *byte == b'/' { at + 1 } else { part };
        }
        Some(path)
    }

    /// The URL of a file below the base, whatever its name.
    pub(crate) fn file(&self, path: &str) -> String {
        let encoded = utf8_percent_encode(path, VALUE).to_string();
        self.join(&encoded).unwrap_or_else(|| self.as_str().to_owned())
    }

    /// Whether a sitemap at the root of this site may list a URL: same scheme and host, below the path.
    pub(crate) fn covers(&self, url: &str) -> bool {
        url.starts_with(self.as_str())
    }
}

/// The bytes that need no encoding in a path.
const PLAIN: ByteSet = ByteSet::letters_and(b"-_~!$&'()*+,;=@");

/// Whether a text begins with two digits in upper case for a byte that must be encoded.
fn is_canonical_code(text: &[u8]) -> bool {
    let [high, low, ..] = text else { return false };
    let is_upper = |byte: &u8| matches!(byte, b'0'..=b'9' | b'A'..=b'F');
    // What is not ASCII must be, which is most of what is encoded.
    let is_ascii = matches!(high, b'0'..=b'7');
    is_upper(high) && is_upper(low) && !(is_ascii && code(text).is_some_and(is_unreserved))
}

/// What no URL needs to encode (RFC 3986 §2.3).
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

/// The byte that two hexadecimal digits at the start of a text denote, as they follow `%`.
pub(crate) fn code(text: &[u8]) -> Option<u8> {
    let [high, low, ..] = *text else { return None };
    let digit = |byte| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

/// An absolute http or https URL in canonical form, or `None` if it is not one.
pub(crate) fn absolute(text: &str) -> Option<String> {
    let url = Url::parse(text.trim()).ok()?;
    (matches!(url.scheme(), "http" | "https") && has_host(&url)).then(|| canonical(&url))
}

/// Whether a URL has a host as RFC 3986 §3.2.2 allows it.
fn has_host(url: &Url) -> bool {
    let may_be_in_name = |byte: u8| is_unreserved(byte) || b"!$&'()*+,;=".contains(&byte);
    url.host_str().is_some_and(|host| host.starts_with('[') || host.bytes().all(may_be_in_name))
}

/// Whether an absolute URL has a host as validators of RSS want it: names with dots between them, no user.
pub(crate) fn has_plain_host(url: &str) -> bool {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let port = authority.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    let host = port.map_or(authority, |(host, _)| host);
    let is_label = |label: &str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    host.contains('.') && host.split('.').all(is_label)
}

/// The form in which validators and readers compare URLs: `url` has put scheme, host, port and dots in order; here
/// every character that RFC 3986 forbids is encoded, every `%xx` is in upper case, and nothing else is encoded.
fn canonical(url: &Url) -> String {
    let (origin, rest) = url.as_str().split_at(url[..Position::BeforePath].len());
    let mut out = origin.to_owned();
    let mut pieces = rest.split('%');
    out.extend(utf8_percent_encode(pieces.next().unwrap_or_default(), WRITTEN));
    for piece in pieces {
        let rest = match (code(piece.as_bytes()), piece.split_at_checked(2)) {
            (Some(byte), Some((_, rest))) if is_unreserved(byte) => {
                out.push(char::from(byte));
                rest
            }
            (Some(_), Some((digits, rest))) => {
                out.push('%');
                out.extend(digits.chars().map(|digit| digit.to_ascii_uppercase()));
                rest
            }
            _ => {
                out.push_str("%25");
                piece
            }
        };
        out.extend(utf8_percent_encode(rest, WRITTEN));
    }
    // A fragment has no `#` in it.
    match out.split_once('#') {
        Some((before, fragment)) if fragment.contains('#') => {
            format!("{before}#{}", fragment.replace('#', "%23"))
        }
        _ => out,
    }
}

/// A pattern of paths in the form that URLs have: other letters encoded, and codes in upper case.
pub(crate) fn encoded_as_path(pattern: &str) -> String {
    let mut out = String::new();
    let mut pieces = pattern.split('%');
    out.extend(utf8_percent_encode(pieces.next().unwrap_or_default(), CONTROLS));
    for piece in pieces {
        let (code, rest) = piece.split_at(piece.floor_char_boundary(2));
        out.push('%');
        out.push_str(&code.to_ascii_uppercase());
        out.extend(utf8_percent_encode(rest, CONTROLS));
    }
    out
}

/// A path without slashes that follow each other.
pub(crate) fn collapsed(path: String) -> String {
    let mut path = path;
    while path.contains("//") {
        path = path.replace("//", "/");
    }
    path
}

/// A path as it is in URLs. What is encoded already stays.
pub(crate) fn encoded(path: &str) -> String {
    utf8_percent_encode(path, PATH).to_string()
}

pub(super) fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

/// How one file of a site refers to another; both paths are relative to the site's root.
#[must_use]
pub fn relative(from: &str, to: &str) -> String {
    format!("{}{}", "../".repeat(from.matches('/').count()), utf8_percent_encode(to, VALUE))
}

/// A text as it may be shown in a message, with host names as people write them: `例え.jp` for `xn--r8jz45g.jp`.
#[must_use]
pub fn readable(text: &str) -> String {
    let is_of_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, _)) = rest.split_once("xn--") {
        let start = before.trim_end_matches(is_of_host).len();
        let (before, host) = rest.split_at(start);
        let (host, after) = host.split_at(host.find(|c| !is_of_host(c)).unwrap_or(host.len()));
        out += before;
        let unicode = domain_to_unicode(host);
        out += if unicode.is_empty() { host } else { &unicode };
        rest = after;
    }
    shown(&(out + rest))
}

/// A URL or a part of one, with its percent-encoded characters decoded; what is not UTF-8 in it becomes U+FFFD.
pub(crate) fn decoded(url: &str) -> String {
    percent_decode_str(url).decode_utf8_lossy().into_owned()
}

/// The host of an absolute URL as it is written, with its port; empty if there is none.
pub(crate) fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or(rest)
}

/// The part of a URL that stays when a site moves to another host or generator: its path, without the forms in which
/// servers have one page, and without what only counts visits.
pub(crate) fn place(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = rest.find('/').map_or("", |at| rest.split_at(at).1);
    let path = path.split('#').next().unwrap_or(path);
    if let Some((path, query)) = path.split_once('?')
        && query.split('&').all(|pair| pair.starts_with("utm_"))
    {
        return plain(path);
    }
    plain(path)
}

fn plain(path: &str) -> &str {
    let path = path.strip_suffix("index.html").unwrap_or(path);
    [".html", ".htm", "/"].iter().find_map(|end| path.strip_suffix(end)).unwrap_or(path)
}

/// Whether a URL leads to this very machine, which nobody else can reach.
pub(crate) fn is_of_this_machine(url: &str) -> bool {
    has_local_host(url, |host| matches!(host, "localhost" | "127.0.0.1" | "0.0.0.0" | "[::1]"))
}

/// Whether a URL leads to a server on this machine or in its network, on which a site is tried out.
pub(crate) fn is_local(url: &str) -> bool {
    is_of_this_machine(url) || has_local_host(url, |host| host.ends_with(".local"))
}

fn has_local_host(url: &str, is_local: impl Fn(&str) -> bool) -> bool {
    Url::parse(url).is_ok_and(|url| url.host_str().is_some_and(is_local))
}

/// Whether a URL is on a host where sites are only looked at before they are published.
pub(crate) fn is_of_preview(url: &Url, base_url: &BaseUrl) -> bool {
    const HOSTS: [&str; 2] = ["localhost", "host.docker.internal"];
    const DOMAINS: [&str; 14] = [
        ".local", ".localhost", ".test", ".internal", ".netlify.app", ".vercel.app", ".pages.dev",
        ".ngrok.io", ".ngrok-free.app", ".ngrok.app", ".gitpod.io", ".app.github.dev", ".trycloudflare.com",
        ".loca.lt",
    ];
    let is_preview = match url.host() {
        Some(Host::Ipv4(host)) => {
            host.is_loopback() || host.is_private() || host.is_link_local() || host.is_unspecified()
        }
        Some(Host::Ipv6(host)) => host.is_loopback() || host.is_unique_local() || host.is_unspecified(),
        Some(Host::Domain(host)) => {
            HOSTS.contains(&host) || DOMAINS.iter().any(|domain| host.ends_with(domain))
        }
        None => false,
    };
    is_preview && url.host_str() != Some(base_url.host())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bases() {
        #[track_caller]
        fn case(text: &str, expected: Result<&str, &str>) {
            let read = BaseUrl::parse(text);
            assert_eq!(read.as_ref().map(BaseUrl::as_str).map_err(String::as_str), expected);
        }
        case("https://Example.COM:443", Ok("https://example.com/"));
        case("https://例え.jp/ブログ", Ok("https://xn--r8jz45g.jp/%E3%83%96%E3%83%AD%E3%82%B0/"));
        case("example.com", Err("it does not begin with `https://`"));
        case("ftp://example.com", Err("its scheme is `ftp`, not `https` or `http`"));
        case("https://a:b@example.com", Err("it contains a user name"));
        case("https://", Err("empty host"));
        case("https://e..com", Err("its host name is not possible"));
        case("https://e.com/?x", Err("it has a `?` or a `#`"));
    }

    #[test]
    fn hosts_are_shown_as_people_write_them() {
        #[track_caller]
        fn case(text: &str, expected: &str) {
            assert_eq!(readable(text), expected);
        }
        case("at https://xn--r8jz45g.jp/a, and", "at https://例え.jp/a, and");
        case("`www.xn--mller-kva.de:80`", "`www.müller.de:80`");
        case("xn--r8jz45g.jp xn--r8jz45g.jp", "例え.jp 例え.jp");
        case("a file `xn--a` and xn--", "a file `xn--a` and xn--");
        case("https://example.com/\u{7}", "https://example.com/\u{2407}");
    }

    #[test]
    fn plain_paths_are_what_parsing_makes_of_them() {
        let pieces = [
            "", "a", "A-b_c~", ".", "..", "a.b", ".a", "9", "/", "//", "a/", "%E6", "%2F", "%2E", "%e6", "%",
            "!$&'()*+,;=@",
        ];
        let (base, below) =
            (BaseUrl::parse("https://e.com").unwrap(), BaseUrl::parse("https://e.com/b").unwrap());
        let mut plain = 0;
        let numbers = 0..pieces.len().pow(3);
        for number in numbers {
            let piece = |place: u32| pieces[number / pieces.len().pow(place) % pieces.len()];
            let (one, two, three) = (piece(0), piece(1), piece(2));
            let written = format!("{one}{two}{three}");
            for base in [&base, &below] {
                let Some(path) = base.plain_path(&written) else { continue };
                let parsed = Url::parse(&format!("{}{}", base.as_str(), written.trim_start_matches('/')));
                assert_eq!(format!("{}{path}", base.as_str()), canonical(&parsed.unwrap()), "{written:?}");
                plain += 1;
            }
        }
        assert!(plain > 500, "{plain}");
    }

    #[test]
    fn the_place_of_a_page() {
        for url in [
            "http://e.com/a/b", "https://o.com/a/b/", "https://e.com/a/b.html",
            "https://e.com/a/b/index.html",
        ] {
            assert_eq!(place(url), "/a/b", "{url}");
        }
        assert_eq!(
            (place("https://e.com"), place("https://e.com/"), place("https://e.com/a?p=1")),
            ("", "", "/a?p=1")
        );
    }

    #[test]
    fn joining() {
        #[track_caller]
        fn case(base: &str, written: &str, expected: Option<&str>) {
            let joined = BaseUrl::parse(base).unwrap().join(written);
            assert_eq!(joined.as_deref(), expected, "{base} {written}");
            if let Some(url) = joined {
                assert_eq!(absolute(&url).as_deref(), Some(url.as_str()), "not canonical");
            }
        }
        case("https://e.com", "/a/b/", Some("https://e.com/a/b/"));
        case("https://e.com/blog", "a", Some("https://e.com/blog/a"));
        case("https://e.com/blog", "/a/", Some("https://e.com/blog/a/"));
        case("https://e.com/blog", "/blog/a/", Some("https://e.com/blog/a/"));
        case("https://e.com/blog/", "/blogs/a", Some("https://e.com/blog/blogs/a"));
        case(
            "https://e.com",
            "/日本 語/%e3%81%82%7e100%",
            Some("https://e.com/%E6%97%A5%E6%9C%AC%20%E8%AA%9E/%E3%81%82~100%25"),
        );
        case("https://e.com", "/a|b[c]^`{}\"<>", Some("https://e.com/a%7Cb%5Bc%5D%5E%60%7B%7D%22%3C%3E"));
        case("https://e.com/x", "../../a", None);
        case("https://e.com", "/a/../b/./c", Some("https://e.com/b/c"));
        case("https://e.com", "2025:11", Some("https://e.com/2025:11"));
        case("https://e.com", "HTTPS://Other.example:443/ä", Some("https://other.example/%C3%A4"));
        case("https://e.com", "//cdn.example/a", Some("https://cdn.example/a"));
        case("https://e.com", "javascript://x", None);
        case("https://e.com", "javascript:alert(1)", None);
        case("https://e.com", "data:image/png;base64,AAAA", None);
        case("https://e.com", "/go/?to=https://x.example/", Some("https://e.com/go/?to=https://x.example/"));
        case("https://e.com/blog", "/blog", Some("https://e.com/blog/"));
        case("https://e.com/ブログ/", "/ブログ/a/", Some("https://e.com/%E3%83%96%E3%83%AD%E3%82%B0/a/"));
        case("https://e.com", "", Some("https://e.com/"));
        case("https://e.com", "/x#y#z", Some("https://e.com/x#y%23z"));
        case("https://e.com", "http://{a}/", None);
    }
}

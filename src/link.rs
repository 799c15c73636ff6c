//! Permalink patterns become absolute URLs (RFC 3986, ASCII only), and ids become URIs.

use std::fmt::Write as _;

use chrono::{DateTime, Datelike, FixedOffset, Timelike};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use url::{Position, Url};

/// What RFC 3986 §3.3 does not allow in a path, and `%`: a value is encoded as a whole, once. After `&` and a name, a
/// `;` would make readers of XML see a reference.
const VALUE: &AsciiSet = &WRITTEN.add(b'%').add(b'?').add(b'#').add(b';');
/// The same for what was written as a URL: `%`, `?` and `#` keep their meaning.
const WRITTEN: &AsciiSet = &CONTROLS
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

/// The site's address: http or https, with a path that ends in `/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl(Url);

impl BaseUrl {
    /// Reads an address. The host comes out in lower case and punycode, the path with a final slash.
    ///
    /// # Errors
    /// A clause that says what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
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
        if !url.path().ends_with('/') {
            url.set_path(&format!("{}/", url.path()));
        }
        let canonical = canonical(&url);
        Url::parse(&canonical).map(Self).map_err(|error| error.to_string())
    }

    /// The address, with its final slash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The host name, as readers see it.
    #[must_use]
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// The absolute URL of a path below the base, or of an absolute URL as it is. A path that begins with the base's
    /// own path is not put below it twice. `None` if there is no such http URL.
    #[must_use]
    pub fn join(&self, written: &str) -> Option<String> {
        let written = written.trim();
        if let Some(path) = self.plain_path(written) {
            return Some(format!("{}{path}", self.as_str()));
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
            let origin = &self.0[..Position::BeforePath];
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
        let mut before = b'/';
        for (index, &byte) in bytes.iter().enumerate() {
            let is_plain = match byte {
                b'/' => before != b'/' || index == 0,
                // It begins with no dot: `.` and `..` have a meaning.
                b'.' => before != b'/',
                b'%' => is_canonical_code(bytes.get(index + 1..).unwrap_or_default()),
                b'-' | b'_' | b'~' | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';'
                | b'=' | b'@' => true,
                byte => byte.is_ascii_alphanumeric(),
            };
            if !is_plain {
                return None;
            }
            before = byte;
        }
        Some(path)
    }

    /// The URL of a file below the base, whatever its name.
    #[must_use]
    pub fn file(&self, path: &str) -> String {
        let encoded = utf8_percent_encode(path, VALUE).to_string();
        self.join(&encoded).unwrap_or_else(|| self.as_str().to_owned())
    }

    /// Whether a URL may stand in a sitemap at the root of this site: same scheme and host, below the path.
    #[must_use]
    pub fn covers(&self, url: &str) -> bool {
        url.starts_with(self.as_str())
    }
}

/// Whether a text begins with two digits in upper case for a byte that must be encoded.
fn is_canonical_code(text: &[u8]) -> bool {
    let digit = |byte: &u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    };
    let [high, low, ..] = text else { return false };
    let byte = digit(high).zip(digit(low)).map(|(high, low)| high * 16 + low);
    byte.is_some_and(|byte| !(byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)))
}

/// An absolute http or https URL in canonical form, or `None` if it is not one.
#[must_use]
pub fn absolute(text: &str) -> Option<String> {
    let url = Url::parse(text.trim()).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then(|| canonical(&url))
}

/// The form in which validators and readers compare URLs: `url` has put scheme, host, port and dots in order; here
/// every character that RFC 3986 forbids is encoded, every `%xx` is in upper case, and nothing is encoded in vain.
fn canonical(url: &Url) -> String {
    let (origin, rest) = url.as_str().split_at(url[..Position::BeforePath].len());
    let mut out = origin.to_owned();
    let mut pieces = rest.split('%');
    let _ = write!(out, "{}", utf8_percent_encode(pieces.next().unwrap_or_default(), WRITTEN));
    for piece in pieces {
        let code = piece.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let (shown, rest) = match code.filter(|_| !piece.starts_with('+')) {
            Some(byte) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => {
                (char::from(byte).to_string(), piece.get(2..))
            }
            Some(byte) => (format!("%{byte:02X}"), piece.get(2..)),
            None => ("%25".to_owned(), Some(piece)),
        };
        let _ = write!(out, "{shown}{}", utf8_percent_encode(rest.unwrap_or_default(), WRITTEN));
    }
    out
}

/// A permalink pattern: literal text with placeholders such as `:year` and `:slug`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Literal(String),
    Placeholder(Placeholder),
}

macro_rules! placeholders {
    ($($placeholder:ident = $name:literal;)+) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        enum Placeholder { $($placeholder),+ }

        impl Placeholder {
            const ALL: &'static [(&'static str, Self)] = &[$(($name, Self::$placeholder)),+];
        }
    };
}

placeholders! {
    Year = "year";
    Month = "month";
    Day = "day";
    Hour = "hour";
    Minute = "minute";
    Second = "second";
    ShortYear = "short_year";
    IMonth = "i_month";
    IDay = "i_day";
    YDay = "y_day";
    Slug = "slug";
    Title = "title";
    Filename = "filename";
    Path = "path";
    Section = "section";
    Category = "category";
    Categories = "categories";
}

/// What the placeholders of a pattern stand for.
#[derive(Debug, Clone, Default)]
pub struct Values<'a> {
    /// The date, as the site's clocks show it.
    pub date: Option<DateTime<FixedOffset>>,
    /// The slug: from the front matter, else the file name without its date.
    pub slug: &'a str,
    /// The path without its extension; of `a/index.md` it is `a`.
    pub path: &'a str,
    /// The categories.
    pub categories: &'a [String],
}

impl Pattern {
    /// Reads a pattern. Of two placeholders that fit, the longer is meant.
    ///
    /// # Errors
    /// The unknown placeholder, and the known one that is most like it.
    pub fn parse(text: &str) -> Result<Self, (String, &'static str)> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(colon) = rest.find(':') {
            let (literal, after) = rest.split_at(colon);
            let after = after.strip_prefix(':').unwrap_or_default();
            pieces.push(Piece::Literal(literal.to_owned()));
            let known = Placeholder::ALL
                .iter()
                .filter(|(name, _)| after.starts_with(name))
                .max_by_key(|(name, _)| name.len());
            if let Some((name, placeholder)) = known {
                pieces.push(Piece::Placeholder(*placeholder));
                rest = after.strip_prefix(name).unwrap_or_default();
            } else {
                let word: String =
                    after.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
                if !word.is_empty() {
                    let names = Placeholder::ALL.iter().map(|(name, _)| *name);
                    let nearest =
                        names.min_by_key(|name| strsim::damerau_levenshtein(name, &word)).unwrap_or("slug");
                    return Err((word, nearest));
                }
                pieces.push(Piece::Literal(":".to_owned()));
                rest = after;
            }
        }
        pieces.push(Piece::Literal(rest.to_owned()));
        Ok(Self(pieces))
    }

    /// The path that the pattern gives, percent-encoded. `None` if it asks for a date and there is none.
    #[must_use]
    pub fn fill(&self, values: &Values<'_>) -> Option<String> {
        let mut path = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Literal(literal) => path.push_str(literal),
                Piece::Placeholder(placeholder) => {
                    let value = placeholder.value(values)?;
                    let _ = write!(path, "{}", utf8_percent_encode(&value, VALUE));
                }
            }
        }
        // An empty value, such as no categories, leaves no empty folder.
        while path.contains("//") {
            path = path.replace("//", "/");
        }
        Some(path)
    }
}

impl Placeholder {
    fn value(self, values: &Values<'_>) -> Option<String> {
        let date = values.date;
        Some(match self {
            Self::Year => format!("{:04}", date?.year()),
            Self::Month => format!("{:02}", date?.month()),
            Self::Day => format!("{:02}", date?.day()),
            Self::Hour => format!("{:02}", date?.hour()),
            Self::Minute => format!("{:02}", date?.minute()),
            Self::Second => format!("{:02}", date?.second()),
            Self::ShortYear => format!("{:02}", date?.year() % 100),
            Self::IMonth => date?.month().to_string(),
            Self::IDay => date?.day().to_string(),
            Self::YDay => format!("{:03}", date?.ordinal()),
            Self::Slug | Self::Title => values.slug.to_owned(),
            Self::Filename => values.path.rsplit('/').next().unwrap_or_default().to_owned(),
            Self::Path => values.path.to_owned(),
            Self::Section => {
                values.path.split_once('/').map_or_else(String::new, |(section, _)| section.to_owned())
            }
            Self::Category => values.categories.first().cloned().unwrap_or_default(),
            Self::Categories => values.categories.join("/"),
        })
    }
}

/// The URI that an id as written is published as: itself if it is an absolute ASCII URI that validators accept, so that
/// no reader sees an old post again; `urn:uuid:` for a bare UUID; a fragment of the site's address for anything else.
#[must_use]
pub fn id_of(written: &str, base: &BaseUrl) -> String {
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
    format!("{}#{}", base.as_str(), utf8_percent_encode(written, VALUE))
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Whether an id is a URI that may stand as it is (RFC 3986; for `tag:` RFC 4151, for `urn:uuid:` RFC 9562).
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
            "http" | "https" => Url::parse(id).is_ok_and(|url| url.has_host()) && rest.starts_with("//"),
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

/// How one file of a site refers to another, both told from its root.
#[must_use]
pub fn relative(from: &str, to: &str) -> String {
    format!("{}{}", "../".repeat(from.matches('/').count()), utf8_percent_encode(to, VALUE))
}

/// The last segment of a path, decoded: what a person would call the page.
#[must_use]
pub fn decoded(url: &str) -> String {
    percent_decode_str(url).decode_utf8_lossy().into_owned()
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
    }

    #[test]
    fn patterns() {
        #[track_caller]
        fn case(pattern: &str, expected: Option<&str>) {
            let date = crate::date::parse("2025-01-05 02:03:04 +0000")
                .and_then(|written| crate::date::resolve(&written, &jiff::tz::TimeZone::UTC));
            let categories = ["R&D".to_owned(), "50%".to_owned()];
            let values = Values { date, slug: "a b?", path: "posts/2025-01-05-x", categories: &categories };
            assert_eq!(Pattern::parse(pattern).unwrap().fill(&values).as_deref(), expected);
        }
        case("/:year/:month/:day/:slug/", Some("/2025/01/05/a%20b%3F/"));
        case("/:i_month-:i_day/:short_year:y_day/:hour:minute:second.html", Some("/1-5/25005/020304.html"));
        case("/:categories/:category/:section/:filename", Some("/R&D/50%25/R&D/posts/2025-01-05-x"));
        case("/a:/:path", Some("/a:/posts/2025-01-05-x"));
        let undated = Values { slug: "s", ..Values::default() };
        assert_eq!(Pattern::parse("/:year/:slug/").unwrap().fill(&undated), None);
        assert_eq!(Pattern::parse("/:categories/:slug/").unwrap().fill(&undated).as_deref(), Some("/s/"));
        assert_eq!(Pattern::parse("/:yaer/"), Err(("yaer".to_owned(), "year")));
    }

    #[test]
    fn ids() {
        #[track_caller]
        fn case(written: &str, expected: &str) {
            assert_eq!(id_of(written, &BaseUrl::parse("https://e.com").unwrap()), expected);
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
    }
}

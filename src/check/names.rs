//! Namespaces that programs read, with the prefixes by which the tables know them.

pub(super) const ATOM: &str = "http://www.w3.org/2005/Atom";
pub(super) const OLD_ATOM: &str = "http://purl.org/atom/ns#";
pub(super) const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
pub(super) const RSS_1: &str = "http://purl.org/rss/1.0/";
pub(super) const RSS_11: &str = "http://purl.org/net/rss1.1#";
pub(super) const RSS_090: &str = "http://my.netscape.com/rdf/simple/0.9/";
pub(super) const SITEMAP: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";
pub(super) const XML: &str = "http://www.w3.org/XML/1998/namespace";
const MEDIA: &str = "http://search.yahoo.com/mrss/";

/// Of entries that were deleted (RFC 6721). The W3C's validator does not know it.
const TOMBSTONES: &str = "http://purl.org/atompub/tombstones/1.0";

/// Namespaces, with their usual prefixes.
const KNOWN: [(&str, &str); 72] = [
    ("at", TOMBSTONES),
    ("access", "http://www.bloglines.com/about/specs/fac-1.0"),
    ("admin", "http://webns.net/mvcb/"),
    ("ag", "http://purl.org/rss/1.0/modules/aggregation/"),
    ("annotate", "http://purl.org/rss/1.0/modules/annotate/"),
    ("app", "http://www.w3.org/2007/app"),
    ("atom", ATOM),
    ("audio", "http://media.tangent.org/rss/1.0/"),
    ("blogChannel", "http://backend.userland.com/blogChannelModule"),
    ("cc", "http://web.resource.org/cc/"),
    ("cf", "http://www.microsoft.com/schemas/rss/core/2005"),
    ("company", "http://purl.org/rss/1.0/modules/company"),
    ("content", "http://purl.org/rss/1.0/modules/content/"),
    ("conversationsNetwork", "http://conversationsnetwork.org/rssNamespace-1.0/"),
    ("cp", "http://my.theinfo.org/changed/1.0/rss/"),
    ("creativeCommons", "http://backend.userland.com/creativeCommonsRssModule"),
    ("dc", "http://purl.org/dc/elements/1.1/"),
    ("dcterms", "http://purl.org/dc/terms/"),
    ("email", "http://purl.org/rss/1.0/modules/email/"),
    ("ev", "http://purl.org/rss/1.0/modules/event/"),
    ("feedburner", "http://rssnamespace.org/feedburner/ext/1.0"),
    ("fh", "http://purl.org/syndication/history/1.0"),
    ("foaf", "http://xmlns.com/foaf/0.1/"),
    ("g", "http://base.google.com/ns/1.0"),
    ("geo", "http://www.w3.org/2003/01/geo/wgs84_pos#"),
    ("georss", "http://www.georss.org/georss"),
    ("geourl", "http://geourl.org/rss/module/"),
    ("gml", "http://www.opengis.net/gml"),
    ("icbm", "http://postneo.com/icbm"),
    ("image", "http://purl.org/rss/1.0/modules/image/"),
    ("indexing", "urn:atom-extension:indexing"),
    ("itunes", "http://www.itunes.com/dtds/podcast-1.0.dtd"),
    ("l", "http://purl.org/rss/1.0/modules/link/"),
    ("mathml", "http://www.w3.org/1998/Math/MathML"),
    ("media", MEDIA),
    ("opensearch", "http://a9.com/-/spec/opensearch/1.1/"),
    ("opensearch10", "http://a9.com/-/spec/opensearchrss/1.0/"),
    ("openid", "http://openid.net/xmlns/1.0"),
    ("opml", "http://www.opml.org/spec2"),
    ("rdf", RDF),
    ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
    ("ref", "http://purl.org/rss/1.0/modules/reference/"),
    ("reqv", "http://purl.org/rss/1.0/modules/richequiv/"),
    ("rss090", RSS_090),
    ("rss091", "http://purl.org/rss/1.0/modules/rss091#"),
    ("rss1", RSS_1),
    ("rss11", RSS_11),
    ("search", "http://purl.org/rss/1.0/modules/search/"),
    ("slash", "http://purl.org/rss/1.0/modules/slash/"),
    ("soap", "http://schemas.xmlsoap.org/soap/envelope/"),
    ("ss", "http://purl.org/rss/1.0/modules/servicestatus/"),
    ("str", "http://hacks.benhammersley.com/rss/streaming/"),
    ("sub", "http://purl.org/rss/1.0/modules/subscription/"),
    ("svg", "http://www.w3.org/2000/svg"),
    ("sx", "http://feedsync.org/2007/feedsync"),
    ("sy", "http://purl.org/rss/1.0/modules/syndication/"),
    ("taxo", "http://purl.org/rss/1.0/modules/taxonomy/"),
    ("thr", "http://purl.org/syndication/thread/1.0"),
    ("thr", "http://purl.org/rss/1.0/modules/threading/"),
    ("trackback", "http://madskills.com/public/xml/rss/module/trackback/"),
    ("wfw", "http://wellformedweb.org/CommentAPI/"),
    ("wiki", "http://purl.org/rss/1.0/modules/wiki/"),
    ("wiki", "http://www.usemod.com/cgi-bin/mb.pl?ModWiki"),
    ("xhtml", "http://www.w3.org/1999/xhtml"),
    ("xlink", "http://www.w3.org/1999/xlink"),
    ("xml", XML),
    ("sitemap", SITEMAP),
    ("simage", "http://www.google.com/schemas/sitemap-image/1.1"),
    ("news", "http://www.google.com/schemas/sitemap-news/0.9"),
    ("video", "http://www.google.com/schemas/sitemap-video/1.1"),
    ("mobile", "http://www.google.com/schemas/sitemap-mobile/1.0"),
    ("pagemap", "http://www.google.com/schemas/sitemap-pagemap/1.0"),
];

/// Namespaces that programs read, and no table of ours has.
const UNSUPPORTED: [&str; 7] = [
    "https://podcastindex.org/namespace/1.0",
    "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md",
    "http://schemas.google.com/g/2005",
    "http://www.rawvoice.com/rawvoiceRssModule/",
    "https://schema.org/",
    "http://schema.org/",
    "http://www.google.com/schemas/play-podcasts/1.0",
];

/// What a namespace is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Namespace {
    /// None.
    None,
    /// One that programs read, by its usual prefix.
    Known(&'static str),
    Unknown,
}

/// What is to be said of a declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Declared {
    Usual,
    /// It usually has this prefix.
    OddPrefix(&'static str),
    /// The prefix is that of another namespace.
    Reserved(&'static str),
    /// The namespace of Media RSS, without its last slash.
    NearlyMedia,
    /// An address of the wiki module that is no longer in use.
    OldWiki,
    Unsupported,
    Unknown,
}

/// A namespace URI without the characters after its last letter or digit, which are often wrong.
fn near(uri: &str) -> &str {
    uri.trim_end_matches(|c: char| !c.is_ascii_alphanumeric() && c != '_')
}

pub(super) fn resolve(uri: &str) -> Namespace {
    if uri.is_empty() {
        return Namespace::None;
    }
    let exact = KNOWN.iter().find(|(_, known)| *known == uri);
    let nearly = || KNOWN.iter().find(|(_, known)| near(known).eq_ignore_ascii_case(near(uri)));
    exact.or_else(nearly).map_or(Namespace::Unknown, |(prefix, _)| Namespace::Known(prefix))
}

/// The prefix that documents use for a namespace of the tables: `simage` is written `image`.
pub(super) fn usual(prefix: &'static str) -> &'static str {
    if prefix == "simage" { "image" } else { prefix }
}

pub(super) fn declared(prefix: &str, uri: &str) -> Declared {
    let exact = KNOWN.iter().find(|(_, known)| *known == uri).map(|(prefix, _)| *prefix);
    let of_prefix = KNOWN.iter().find(|(known, _)| *known == prefix).map(|(_, uri)| *uri);
    let is_unsupported = UNSUPPORTED.contains(&uri);
    match (exact, of_prefix) {
        _ if uri == MEDIA.trim_end_matches('/') => Declared::NearlyMedia,
        _ if uri == TOMBSTONES => Declared::Unsupported,
        (Some(_), _) if prefix == "wiki" && uri.contains("usemod") => Declared::OldWiki,
        (Some(own), _) if prefix.is_empty() || usual(own) == prefix => Declared::Usual,
        (Some(own), None) => Declared::OddPrefix(usual(own)),
        (_, Some(other)) if !prefix.is_empty() => Declared::Reserved(other),
        (Some(_), _) => Declared::Usual,
        (None, _) if is_unsupported => Declared::Unsupported,
        (None, _) => Declared::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn namespaces_and_prefixes() {
        assert_eq!(resolve("http://purl.org/dc/elements/1.1"), Namespace::Known("dc"));
        assert_eq!(resolve("http://purl.org/DC/elements/1.1/"), Namespace::Known("dc"));
        assert_eq!(resolve("http://purl.org/dc"), Namespace::Unknown);
        assert_eq!(resolve(""), Namespace::None);
        assert_eq!(declared("dc", "http://purl.org/dc/elements/1.1/"), Declared::Usual);
        assert_eq!(declared("d", "http://purl.org/dc/elements/1.1/"), Declared::OddPrefix("dc"));
        assert_eq!(declared("", "http://purl.org/dc/elements/1.1/"), Declared::Usual);
        assert!(matches!(declared("dc", "http://example.com/"), Declared::Reserved(_)));
        assert_eq!(declared("media", "http://search.yahoo.com/mrss"), Declared::NearlyMedia);
        assert_eq!(declared("own", "http://example.com/"), Declared::Unknown);
        assert_eq!(declared("image", "http://www.google.com/schemas/sitemap-image/1.1"), Declared::Usual);
        assert_eq!(declared("podcast", "https://podcastindex.org/namespace/1.0"), Declared::Unsupported);
    }
}

//! The rules behind the findings, in one table.

use super::Level;

/// A rule for finished documents: what the W3C's feed validator calls it, an example that breaks it, one that does not,
/// and where the rule is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Standard {
    /// The names of its classes there; none if it does not know the rule.
    pub w3c: &'static [&'static str],
    /// What breaks the rule.
    pub wrong: &'static str,
    /// What does not.
    pub right: &'static str,
    /// The specification, or the program that suffers.
    pub source: &'static str,
}

macro_rules! rules {
    ($($(#[doc = $doc:literal])+ $rule:ident = $name:literal, $level:ident
        $(, [$($w3c:literal)*] $wrong:literal => $right:literal, $source:literal)?;)+) => {
        /// The rules, each with its reason. `lost-character` reads well after "allow".
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Rule {
            $($(#[doc = $doc])+ $rule,)+
        }

        impl Rule {
            /// Every rule.
            pub const ALL: &'static [Self] = &[$(Self::$rule),+];

            /// The name by which reports and `levels:` know it.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$rule => $name),+ }
            }

            /// Its default level.
            #[must_use]
            pub fn default_level(self) -> Level {
                match self { $(Self::$rule => Level::$level),+ }
            }

            /// What it reports and why, in one or more sentences.
            #[must_use]
            pub fn explanation(self) -> &'static str {
                match self { $(Self::$rule => concat!($($doc),+).trim_ascii()),+ }
            }

            /// What is known of a rule that `feedmill check` has for documents.
            #[must_use]
            pub fn standard(self) -> Option<Standard> {
                match self { $(Self::$rule => [$(Standard {
                    w3c: &[$($w3c),*], wrong: $wrong, right: $right, source: $source,
                })?].first().copied()),+ }
            }
        }
    };
}

rules! {
    /// There is no file to read, or a feed that has entries would have none now. Nothing is written; with `--allow-empty`
    /// all the same.
    NoPosts = "no-posts", Deny;
    /// The site has been built, and not one post has a page: another site was built there, or its URLs follow another
    /// rule. Nothing is written.
    NoPages = "no-pages", Deny;
    /// A file or folder could not be read, so it is in no output.
    UnreadableFile = "unreadable-file", Deny;
    /// A symbolic link leads out of the site. It is followed only with `follow_links: true`.
    LinkOutside = "link-outside", Warn;
    /// `--files` names a file that is no post of this site.
    UnusedFile = "unused-file", Note;
    /// A file looks like a post and is in a markup that is not read, so it is in no feed.
    UnreadMarkup = "unread-markup", Warn;
    /// A line of the records is not JSON, or not a record. The line is skipped.
    BadRecord = "bad-record", Deny;
    /// A file is not UTF-8. It is read in the encoding that its bytes look like.
    OtherEncoding = "other-encoding", Warn;
    /// Text that is published has bytes that are not UTF-8. They are removed.
    InvalidUtf8 = "invalid-utf8", Warn;
    /// A character that XML forbids, or that validators refuse (C0 and C1 controls, noncharacters), was removed:
    /// one of them makes a whole feed unreadable.
    ForbiddenCharacter = "forbidden-character", Warn;
    /// U+FFFD marks where some earlier program lost a character. It was removed.
    LostCharacter = "lost-character", Warn;
    /// The title was cut in the middle, by a program that counts bytes, and has been repaired.
    CutTitle = "cut-title", Warn;
    /// The front matter is not valid YAML, TOML or JSON. What could be read key by key is used.
    BrokenFrontMatter = "broken-front-matter", Warn;
    /// The front matter is not closed. The lines that look like fields are used.
    UnclosedFrontMatter = "unclosed-front-matter", Warn;
    /// A post looks like a draft, or hidden in another way, but not in a form that its generator reads: the fences around
    /// `draft: true` are damaged, or one of two values says no. It is in no output until that is clear.
    HeldBack = "held-back", Warn;
    /// A field asks to hide a post, in words that the site's generator does not know: it publishes the post all the same.
    PublishedAnyway = "published-anyway", Warn;
    /// A key is repeated. The last one counts.
    DuplicateKey = "duplicate-key", Warn;
    /// A value has a shape that its key cannot use, so it is ignored.
    UnusableValue = "unusable-value", Warn;
    /// The date cannot be read. The post stays in the sitemap, without lastmod, but no feed can place it.
    UnreadableDate = "unreadable-date", Warn;
    /// A feed that the site has already cannot be read, so the ids and dates in it are not kept.
    UnreadFeed = "unread-feed", Warn;
    /// Neither the post nor its file name has a date. It stays in the sitemap, without lastmod, but no feed can place it.
    MissingDate = "missing-date", Warn;
    /// A file without a date, in its front matter or its name, is taken for a page: it is in the sitemap only.
    UndatedPage = "undated-page", Note;
    /// A date before 1990 is nearly always a default that was never set, and validators refuse it: the post is in no
    /// feed. An update date in the future is ignored.
    ImplausibleDate = "implausible-date", Warn;
    /// The post is dated in the future, and its generator publishes it all the same: readers show it above all others, and
    /// validators complain, until that day comes. `future: false` keeps it back until then, `future: true` means that
    /// it is as wanted.
    FutureDate = "future-date", Warn;
    /// The post was updated before it was published. The date of publication is used for both.
    UpdatedBeforePublished = "updated-before-published", Warn;
    /// The post has no title. Its first heading or its file name is used.
    MissingTitle = "missing-title", Note;
    /// The permalink or slug gives no usable URL. The file's path is used.
    UnusableUrl = "unusable-url", Warn;
    /// The text links to a source of the site that is not published. The link is left out, its text stays.
    SourceLink = "source-link", Warn;
    /// The id is not a URI, as Atom requires, so one is made from it.
    UnusableId = "unusable-id", Warn;
    /// Two posts have the same URL. Only one page can be there: the newer is kept.
    DuplicateUrl = "duplicate-url", Deny;
    /// Two posts have the same id. Readers would show one of them only: the newer gets its URL as its id.
    DuplicateId = "duplicate-id", Warn;
    /// The file of a post has another name than at the last run. Its text is the same, so it keeps its id.
    MovedPost = "moved-post", Note;
    /// The id in the front matter is not the one in the lock, by which readers know the post: they show it again.
    OtherId = "other-id", Warn;
    /// Several posts that the lock knows are gone, and as many are new. If they are the same, readers show them again.
    ManyNew = "many-new", Warn;
    /// `lastmod: git`, or a date of Eleventy such as `git Created`, finds no history: no repository, no `git`, or a shallow
    /// clone. The dates in the front matter count.
    NoHistory = "no-history", Warn;
    /// The URL is not below the sitemap's folder, or is too long, so the sitemap does not list it.
    OutsideSitemap = "outside-sitemap", Warn;
    /// The text has template tags, directives or MDX, which only its generator can read. They were removed; build the site
    /// first, and the text is taken from the built page.
    TemplateTag = "template-tag", Warn;
    /// The built page of a post asks for a password, so feeds have its title only.
    LockedPage = "locked-page", Warn;
    /// The entry of a post would spoil its feed, so the feed does not carry it. This is a bug in feedmill.
    UnsoundEntry = "unsound-entry", Deny;
    /// The text cannot be shown in a feed: nothing is left of it, it is nested too deep, or too much would be made of it.
    /// The excerpt is used instead.
    UnusableContent = "unusable-content", Warn;
    /// A feed is larger than its `max_bytes`: its oldest entries carry their excerpts only.
    OverBudget = "over-budget", Note;
    /// Two terms of a taxonomy have the same slug, such as `C++` and `C`. Both have a feed, the second under another
    /// name.
    SameSlug = "same-slug", Note;
    /// A feed is empty: no post has the term, such as a tag, that it is declared for, or none has a date.
    EmptyFeed = "empty-feed", Warn;
    /// A program of the site's generator chooses the posts of a feed, so that feed is left to the generator.
    ComputedFeed = "computed-feed", Warn;
    /// The site has a file of its own where an output is written.
    OwnFile = "own-file", Warn;
    /// A feed is replaced, by which readers know posts by other ids: they would show them again.
    ReplacedIds = "replaced-ids", Warn;
    /// The same, where no generator writes that feed again: nothing is written, because its ids would be lost.
    LostIds = "lost-ids", Deny;
    /// A file that an earlier run wrote is no output any more, and readers still find it.
    StaleOutput = "stale-output", Warn;
    /// The day in a post's URL is not that of its file name, because its date is shown in the site's zone.
    ShiftedDay = "shifted-day", Note;
    /// The site's generator cannot read a post, so there is no page that could be announced.
    NotBuilt = "not-built", Warn;
    /// The built site has no page where a post should be, so the post is in no output.
    MissingPage = "missing-page", Warn;
    /// The canonical URL of a post's page differs from the one in the feeds.
    OtherCanonical = "other-canonical", Warn;
    /// A pattern of the sitemap's `exclude` fits no page.
    UnusedPattern = "unused-pattern", Warn;
    /// A page that is no post names another as its canonical URL, so the sitemap does not list it.
    CanonicalElsewhere = "canonical-elsewhere", Note;
    /// The built site has a page of a draft, or of a future-dated post.
    LeakedDraft = "leaked-draft", Deny;
    /// The site's `robots.txt` does not name the sitemap, so search engines may not find it.
    NoSitemapInRobots = "no-sitemap-in-robots", Warn;
    /// The site has no title. Its host name is used.
    MissingSiteTitle = "missing-site-title", Warn;
    /// The document is not well-formed XML or JSON, so most readers show none of it.
    NotWellFormed = "not-well-formed", Deny, ["SAXError"]
        "<title>Salt & pepper</title>" => "<title>Salt &#x26; pepper</title>",
        "XML 1.0, RFC 8259";
    /// The document goes beyond what is read: too deep, too long, too many of something. The rest of it was not checked.
    TooComplex = "too-complex", Deny, ["ValidatorLimit"]
        "elements nested 300 deep" => "what readers can read",
        "feed readers";
    /// XML has five named entities only. Others are those of HTML, and stop a parser.
    UndefinedEntity = "undefined-entity", Deny, ["UndefinedNamedEntity"]
        "<title>Caf&eacute;</title>" => "<title>Café</title>",
        "XML 1.0 §4.1";
    /// The bytes are not in the encoding that the document declares, or no program knows that encoding.
    WrongEncoding = "wrong-encoding", Deny, ["UnicodeError" "UnknownEncoding"]
        "encoding=\"utf-8\", and the bytes of ISO 8859-1" => "encoding=\"iso-8859-1\", or better: bytes of UTF-8",
        "XML 1.0 §4.3.3";
    /// The document does not say its encoding, so programs that do not guess UTF-8 show other characters.
    NoEncoding = "no-encoding", Note, ["MissingEncoding"]
        "<?xml version=\"1.0\"?>" => "<?xml version=\"1.0\" encoding=\"utf-8\"?>",
        "XML 1.0 §4.3.3";
    /// Every program reads UTF-8, and only some read the encoding of this document.
    UnusualEncoding = "unusual-encoding", Note, ["NonstdEncoding"]
        "encoding=\"iso-8859-1\"" => "encoding=\"utf-8\"",
        "XML 1.0 §4.3.3";
    /// Few programs read the encoding of this document.
    RareEncoding = "rare-encoding", Warn, ["ObscureEncoding"]
        "encoding=\"koi8-u\"" => "encoding=\"utf-8\"",
        "XML 1.0 §4.3.3";
    /// A byte order mark before the first element makes simple programs fail.
    ByteOrderMark = "byte-order-mark", Note, []
        "U+FEFF, then <?xml …" => "<?xml …",
        "RFC 8259 §8.1, feed readers";
    /// A character was lost, or is a control that no reader shows.
    BadCharacter = "bad-character", Warn, ["BadCharacters"]
        "<title>caf\u{FFFD}</title>" => "<title>café</title>",
        "Unicode §23";
    /// No reader reads what a document type declares; many refuse documents that have one, as its entities may be a
    /// bomb.
    DocumentType = "document-type", Warn, ["ContainsSystemEntity"]
        "<!DOCTYPE rss [<!ENTITY x \"y\">]>" => "no DOCTYPE",
        "RSS Advisory Board";
    /// The document type is that of RSS 0.91 at an address that is gone, or the feed is of another version.
    OldDoctype = "old-doctype", Deny, ["DeprecatedDTD" "InvalidDoctype"]
        "<!DOCTYPE rss PUBLIC \"-//Netscape …\">" => "no DOCTYPE",
        "RSS 0.91";
    /// A name is not in the namespace that gives it its meaning, so programs do not find it.
    WrongNamespace = "wrong-namespace", Deny, ["MissingNamespace" "InvalidNamespace" "ObsoleteNamespace"
        "NotInANamespace" "MediaRssNamespace"]
        "<feed>" => "<feed xmlns=\"http://www.w3.org/2005/Atom\">",
        "Namespaces in XML, RFC 4287 §1.2";
    /// An element has no namespace where it must have one.
    NoNamespace = "no-namespace", Warn, ["UndeterminableVocabulary"]
        "<entry xmlns=\"\">" => "<entry>",
        "RFC 4287 §6.4";
    /// Few programs know a namespace: often it is misspelt.
    UnknownNamespace = "unknown-namespace", Warn, ["UnknownNamespace" "UnsupportedNamespace"]
        "xmlns:dc=\"http://purl.org/dc\"" => "xmlns:dc=\"http://purl.org/dc/elements/1.1/\"",
        "the extension's specification";
    /// An extension has another prefix than the usual one, by which simple programs look for it.
    OddPrefix = "odd-prefix", Note, ["NonstdPrefix"]
        "xmlns:d=\"http://purl.org/dc/elements/1.1/\"" => "xmlns:dc=\"http://purl.org/dc/elements/1.1/\"",
        "feed readers";
    /// A prefix is the usual one of another namespace, or one that makes readers of Atom fail.
    ReservedPrefix = "reserved-prefix", Warn, ["ReservedPrefix" "AvoidNamespacePrefix" "ObsoleteWikiNamespace"]
        "xmlns:dc=\"http://example.com/\"" => "xmlns:own=\"http://example.com/\"",
        "feed readers";
    /// XHTML is not allowed here.
    MisplacedXhtml = "misplaced-xhtml", Warn, ["MisplacedXHTMLContent"]
        "<item><xhtml:p>…</xhtml:p></item>" => "<item><description>&lt;p>…</description></item>",
        "RSS 2.0, RFC 4287";
    /// The document is neither a feed nor a sitemap.
    UnknownDocument = "unknown-document", Deny, ["UndefinedElement"]
        "<html>" => "<rss>, <feed>, <rdf:RDF>, <urlset>, <sitemapindex>, <opml>",
        "the format's specification";
    /// This format has no such version.
    BadVersion = "bad-version", Deny, ["InvalidRSSVersion" "InvalidOPMLVersion" "BadXmlVersion"]
        "<rss version=\"3.0\">" => "<rss version=\"2.0\">",
        "RSS 2.0, OPML 2.0, JSON Feed 1.1";
    /// The version is no longer in use.
    OldVersion = "old-version", Warn, ["ObsoleteVersion"]
        "<outlineDocument>" => "<opml version=\"2.0\">",
        "OPML 2.0";
    /// An element is not allowed here, or does not exist.
    UnknownElement = "unknown-element", Deny, ["UndefinedElement" "NoBlink" "NoThrWhen"]
        "<item><summary>…</summary></item>" => "<item><description>…</description></item>",
        "the format's specification";
    /// A known element is in an unusual place, where few programs look for it.
    MisplacedElement = "misplaced-element", Warn, ["QuestionableUsage"]
        "<item><atom:logo>…</atom:logo></item>" => "<channel><atom:logo>…</atom:logo></channel>",
        "RFC 4287";
    /// An attribute is not allowed on its element.
    UnknownAttribute = "unknown-attribute", Deny, ["UnexpectedAttribute"]
        "<link target=\"_blank\">" => "<link>",
        "the format's specification";
    /// RSS has no room for attributes of extensions, so programs do not read them.
    ExtensionAttribute = "extension-attribute", Warn, ["UseOfExtensionAttr"]
        "<item own:rank=\"1\">" => "<item><own:rank>1</own:rank></item>",
        "RSS 2.0";
    /// A required element or key is missing.
    MissingElement = "missing-element", Deny, ["MissingElement" "MissingTitle" "MissingLink"
        "MissingDescription" "MissingXhtmlDiv" "MissingContentOrAlternate" "MissingSummary" ]
        "<channel> without <link>" => "<link>https://example.com/</link>",
        "the format's specification";
    /// An attribute that must be there is missing.
    MissingAttribute = "missing-attribute", Deny, ["MissingAttribute" "MissingHref"]
        "<enclosure url=\"…\"/>" => "<enclosure url=\"…\" length=\"0\" type=\"audio/mpeg\"/>",
        "the format's specification";
    /// An element or key that may appear only once is repeated, and readers differ in which one they take.
    RepeatedElement = "repeated-element", Deny, ["DuplicateElement" "TooMany"]
        "two <link> in <channel>" => "one <link>",
        "the format's specification";
    /// Text has no meaning between these elements.
    StrayText = "stray-text", Deny, ["UnexpectedText"]
        "<channel>News<title>…" => "<channel><title>News…",
        "the format's specification";
    /// No program reads the text in this element.
    IgnoredText = "ignored-text", Warn, ["AtomLinkNotEmpty"]
        "<link href=\"…\">Home</link>" => "<link href=\"…\" title=\"Home\"/>",
        "RFC 4287 §4.2.7";
    /// An element or attribute that should have a value is empty.
    EmptyElement = "empty-element", Warn, ["NotBlank" "AttrNotBlank"]
        "<title></title>" => "<title>News</title>",
        "RSS Advisory Board, RFC 4287";
    /// An item has neither a title nor a description.
    EmptyItem = "empty-item", Deny, ["ItemMustContainTitleOrDescription"]
        "<item><link>…</link></item>" => "<item><title>…</title>…</item>",
        "RSS 2.0";
    /// A URL is not valid, or is relative where no base URL is known.
    BadUrl = "bad-url", Deny, ["InvalidLink" "InvalidFullLink" "InvalidIRI" "InvalidUriChar"
        "InvalidURIAttribute" "InvalidURLAttribute" "InvalidURN" "InvalidUUID" "InvalidTAG"]
        "<link>/posts/1</link>" => "<link>https://example.com/posts/1</link>",
        "RFC 3986";
    /// A URL has letters that are not ASCII, where only a URI may be.
    UnicodeUrl = "unicode-url", Deny, ["UriNotIri"]
        "https://example.com/ä" => "https://example.com/%C3%A4",
        "RFC 3986 §2";
    /// The scheme of a URL is not registered, so no program opens it.
    OddScheme = "odd-scheme", Warn, ["SchemeNotIANARegistered"]
        "htp://example.com/" => "http://example.com/",
        "RFC 7595";
    /// Programs compare ids character by character, and some normalise this one first.
    UrlForm = "url-form", Warn, ["NonCanonicalURI"]
        "HTTP://Example.com" => "http://example.com/",
        "RFC 4287 §4.2.6.1";
    /// A date is not in the form of its format: readers show none, or today's.
    BadDate = "bad-date", Deny, ["InvalidRFC2822Date" "InvalidRFC3339Date" "InvalidW3CDTFDate"
        "InvalidISO8601Date" "InvalidISO8601DateTime"]
        "<pubDate>2025-11-29</pubDate>" => "<pubDate>Sat, 29 Nov 2025 02:11:40 +0000</pubDate>",
        "RFC 822 §5, RFC 3339 §5.6, W3C Datetime";
    /// The day of the week is not that of the date.
    WrongWeekday = "wrong-weekday", Deny, ["IncorrectDOW"]
        "Mon, 29 Nov 2025 02:11:40 +0000" => "Sat, 29 Nov 2025 02:11:40 +0000",
        "RFC 822 §5.2";
    /// A date is before the web, or in the future: nearly always a default, or a wrong clock.
    OddDate = "odd-date", Warn, ["ImplausibleDate"]
        "1970-01-01T00:00:00Z" => "the date of the post",
        "feed readers";
    /// The date is in a form that some readers do not understand.
    DateForm = "date-form", Warn, ["ProblematicalRFC822Date"]
        "Sat, 29 Nov 25 02:11 +0545" => "Fri, 28 Nov 2025 20:26:00 +0000",
        "RFC 822 §5, RFC 2822 §3.3";
    /// The date of a feed is before that of its newest entry, or an entry was updated before it was published:
    /// programs that compare dates miss the change.
    OldDate = "old-date", Warn, []
        "<updated> of the feed before that of an entry" => "<updated> of the newest entry",
        "RFC 4287 §4.2.15";
    /// A language is not a BCP 47 tag.
    BadLanguage = "bad-language", Deny, ["InvalidLanguage"]
        "<language>en_US</language>" => "<language>en-US</language>",
        "BCP 47, ISO 639";
    /// A feed does not say its language, so readers cannot choose voices, fonts and translations.
    NoLanguage = "no-language", Note, ["MissingDCLanguage"]
        "<channel> without <language>" => "<language>en</language>",
        "feed readers";
    /// A value is not a number, or is out of range.
    BadNumber = "bad-number", Deny, ["InvalidInteger" "InvalidNonNegativeInteger" "InvalidPositiveInteger"
        "InvalidIntegerAttribute" "IntegerOverflow" "InvalidWidth" "InvalidHeight" "InvalidHour"
        "InvalidFloat" "InvalidFloatUnit" "InvalidLatitude" "InvalidLongitude" "InvalidCommaSeparatedIntegers"
        "InvalidDuration" "InvalidNPTTime" "InvalidExpansionState" "InvalidCoord" "InvalidCoordList"
        "UseZeroForUnknown" "NotEnoughHoursInTheDay" "InvalidFormComponentName" "InvalidIntUnit" "InvalidPercentage" "InvalidYear" "EightDaysAWeek"]
        "<ttl>soon</ttl>" => "<ttl>60</ttl>",
        "the format's specification";
    /// A number is in a form that some programs do not read.
    NumberForm = "number-form", Warn, ["UseZeroForMidnight" "CoordComma"]
        "<hour>24</hour>" => "<hour>0</hour>",
        "RSS Advisory Board, GeoRSS";
    /// A value is not one of those that programs understand here.
    BadValue = "bad-value", Deny, ["InvalidValue" "InvalidDay" "InvalidBooleanAttribute" "InvalidYesNo"
        "InvalidYesNoClean" "InvalidTrueFalse" "InvalidUpdatePeriod" "InvalidItunesCategory"
        "InvalidItunesEpisodeType" "InvalidItunesChannelType" "InvalidTextType" "InvalidMIMEAttribute"
        "InvalidMIMEType" "InvalidMediaTextType" "InvalidMediaHash" "InvalidMediaRating"
        "InvalidMediaRestriction" "InvalidMediaRestrictionRel" "InvalidMediaRestrictionType"
        "InvalidMediaMedium" "InvalidMediaExpression" "InvalidCreditRole" "InvalidCountryCode"
        "InvalidAccessRestrictionRel" "InvalidMetaName" "InvalidMetaContent" "NotBase64" "InvalidLocalRole" "NotURLEncoded" "InvalidEncoding" "InvalidSseType" "InvalidServiceType" "InvalidCurrencyUnit" "InvalidGender"
        "InvalidMaritalStatus" "InvalidPaymentMethod" "InvalidPriceType" "InvalidRatingType"
        "InvalidReviewerType" "InvalidSalaryType" "InvalidLocation" "InvalidFullLocation" "InvalidLabel"]
        "<sy:updatePeriod>often</sy:updatePeriod>" => "<sy:updatePeriod>daily</sy:updatePeriod>",
        "the format's specification";
    /// A text is longer than programs take.
    TooLong = "too-long", Deny, ["TooLong"]
        "an <itunes:subtitle> of 300 characters" => "255 characters at most",
        "the format's specification";
    /// RSS wants an e-mail address where a name is.
    BadContact = "bad-contact", Deny, ["InvalidContact" "InvalidAddrSpec"]
        "<author>Jane Doe</author>" => "<dc:creator>Jane Doe</dc:creator>",
        "RSS 2.0, RFC 4287 §3.2.3";
    /// A contact of RSS has no name, or is not in the form that readers show.
    ContactForm = "contact-form", Warn, ["MissingRealName" "EmailFormat"]
        "<author>jane@example.com</author>" => "<author>jane@example.com (Jane Doe)</author>",
        "RSS Advisory Board";
    /// A name has an e-mail address in it, which belongs in an element of its own.
    EmailInName = "email-in-name", Warn, ["ContainsEmail"]
        "<name>Jane &lt;jane@example.com></name>" => "<name>Jane</name><email>jane@example.com</email>",
        "RFC 4287 §3.2.1";
    /// Programs take the blanks around this text for a part of it.
    StraySpace = "stray-space", Deny, ["UnexpectedWhitespace"]
        "<id> tag:example.com,2025:1 </id>" => "<id>tag:example.com,2025:1</id>",
        "RFC 4287 §2";
    /// A plain text has HTML in it: some readers show the tags, some drop them.
    HtmlInText = "html-in-text", Warn, ["ContainsHTML" "ContainsUndeclaredHTML" "CharacterData" "NotInline"]
        "<title>&lt;b>New&lt;/b></title>" => "<title>New</title>",
        "RSS Advisory Board, RFC 4287 §3.1.1";
    /// HTML in a feed has elements or attributes that readers must remove.
    UnsafeHtml = "unsafe-html", Warn, ["SecurityRisk" "SecurityRiskAttr" "DangerousStyleAttr"]
        "&lt;script>…&lt;/script>" => "text and images",
        "RFC 4287 §8.1, feed readers";
    /// HTML in a feed is damaged, or has elements that are none of HTML.
    BadHtml = "bad-html", Warn, ["NotHtml" "HtmlFragment"]
        "&lt;p>&lt;b>New&lt;/p>" => "&lt;p>&lt;b>New&lt;/b>&lt;/p>",
        "HTML";
    /// A URL in a feed is relative, so it leads nowhere in a reader.
    RelativeReference = "relative-reference", Warn, ["ContainsRelRef"]
        "&lt;img src=\"/a.png\">" => "&lt;img src=\"https://example.com/a.png\">",
        "feed readers";
    /// An item has no id, so readers show it again when its title or link changes.
    MissingGuid = "missing-guid", Warn, ["MissingGuid"]
        "<item> without <guid>" => "<guid>https://example.com/1</guid>",
        "RSS Advisory Board";
    /// Two entries have one id: readers show one of them.
    RepeatedId = "repeated-id", Deny, ["DuplicateValue" "DuplicateIds"]
        "two items with <guid>1</guid>" => "an id for each",
        "RSS 2.0, JSON Feed 1.1";
    /// Two entries of Atom have one id: that may be two states of one, but readers show one only.
    RepeatedEntry = "repeated-entry", Warn, ["DuplicateEntries"]
        "two entries with <id>tag:example.com,2025:1</id>" => "an id for each",
        "RFC 4287 §4.1.1";
    /// Two entries of Atom have the same time of update, which is often that of the build.
    SameSecond = "same-second", Note, ["DuplicateUpdated"]
        "all entries with <updated> of the build" => "<updated> of each post",
        "RFC 4287 §4.1.1";
    /// A `guid` that is a permalink is no URL of a page.
    BadGuid = "bad-guid", Deny, ["InvalidHttpGUID" "InvalidPermalink"]
        "<guid>42</guid>" => "<guid isPermaLink=\"false\">tag:example.com,2025:42</guid>",
        "RSS 2.0";
    /// An id is so short that other feeds may have it too, or is of a kind that some readers refuse.
    ShortId = "short-id", Warn, ["NotSufficientlyUnique"]
        "<guid isPermaLink=\"false\">42</guid>" => "<guid isPermaLink=\"false\">tag:example.com,2025:42</guid>",
        "RSS Advisory Board";
    /// A feed does not say its own address, which aggregators and hubs need.
    NoSelfLink = "no-self-link", Warn, ["MissingSelf" "MissingAtomSelfLink"]
        "<channel> without <atom:link rel=\"self\">" => "<atom:link rel=\"self\" href=\"https://example.com/feed.xml\"/>",
        "RSS Advisory Board, RFC 4287 §4.1.1";
    /// The address that a feed says to be its own is another, is relative, is of another type, or is one of two.
    BadSelfLink = "bad-self-link", Warn, ["RelativeSelf" "SelfNotAtom" "SelfDoesntMatchLocation"]
        "<link rel=\"self\" href=\"/feed.xml\"/>" => "<link rel=\"self\" href=\"https://example.com/feed.xml\"/>",
        "RFC 4287 §4.2.7.2";
    /// Readers have nothing to open for the feed, or for an item.
    NoLink = "no-link", Warn, []
        "{\"id\": \"1\"}" => "{\"id\": \"1\", \"url\": \"https://example.com/1\"}",
        "JSON Feed 1.1";
    /// Two links lead to the same in the same type and language, so readers cannot choose.
    RepeatedLink = "repeated-link", Deny, ["DuplicateAtomLink"]
        "two <link rel=\"alternate\" type=\"text/html\">" => "one of a type and language",
        "RFC 4287 §4.1.1";
    /// The relation of a link is not registered, so programs do not know what it means.
    LinkRelation = "link-relation", Warn, ["UnregisteredAtomLinkRel"]
        "rel=\"prev\"" => "rel=\"previous\"",
        "RFC 4287 §4.2.7.2";
    /// Content elsewhere does not say its type.
    MissingType = "missing-type", Warn, ["MissingTypeAttr"]
        "<content src=\"…\"/>" => "<content src=\"…\" type=\"video/mp4\"/>",
        "RFC 4287 §4.1.3.2";
    /// Readers that know one text only take the first, so the short one belongs before `content:encoded`.
    LateDescription = "late-description", Warn, ["NeedDescriptionBeforeContent"]
        "<content:encoded>…<description>…" => "<description>…<content:encoded>…",
        "RSS Advisory Board";
    /// Metadata of a channel comes after its first item, where simple programs no longer look for it.
    LateMetadata = "late-metadata", Warn, ["MisplacedItem"]
        "<item>…</item><title>…" => "<title>…<item>…</item>",
        "RSS Advisory Board";
    /// Metadata of an Atom feed comes after its first entry.
    MisplacedMetadata = "misplaced-metadata", Deny, ["MisplacedMetadata"]
        "<entry>…</entry><title>…" => "<title>…<entry>…</entry>",
        "RFC 4287 §4.1.1";
    /// Two elements say the same, and programs differ in which they take.
    SaidTwice = "said-twice", Warn, ["DuplicateSemantics" "DuplicateItemSemantics"
        "DuplicateDescriptionSemantics"]
        "<pubDate>…<dc:date>…" => "<pubDate>…",
        "RSS Advisory Board";
    /// Most readers do not see a second enclosure.
    SecondEnclosure = "second-enclosure", Warn, ["DuplicateEnclosure"]
        "two <enclosure>" => "one <enclosure>",
        "RSS Advisory Board";
    /// The image of a channel has another title or link than the channel.
    OtherImage = "other-image", Warn, ["ImageTitleDoesntMatch" "ImageLinkDoesntMatch"]
        "<image><title>Logo</title>" => "the title and link of the channel",
        "RSS 2.0";
    /// Few readers show an image of this format.
    ImageFormat = "image-format", Warn, ["ImageUrlFormat"]
        "<url>https://example.com/logo.svg</url>" => "<url>https://example.com/logo.png</url>",
        "RSS 2.0";
    /// No reader shows the text box that this element describes.
    TextInput = "text-input", Warn, ["AvoidTextInput"]
        "<textInput>" => "no <textInput>",
        "RSS Advisory Board";
    /// The count of comments changes, and nothing says when.
    UndatedComments = "undated-comments", Warn, ["SlashDate"]
        "<slash:comments> without <lastBuildDate>" => "<lastBuildDate>Sat, 29 Nov 2025 02:11:40 +0000</lastBuildDate>",
        "RSS Advisory Board";
    /// An entry has neither a text nor a summary, so readers show its title only.
    NoText = "no-text", Warn, ["MissingTextualContent"]
        "<entry> without <content> and <summary>" => "<summary>…</summary>",
        "RFC 4287 §4.1.2";
    /// The source of an entry does not say from which feed it is.
    IncompleteSource = "incomplete-source", Warn, ["MissingSourceElement"]
        "<source><title>…</title></source>" => "<source><id>…</id><title>…</title><updated>…</updated></source>",
        "RFC 4287 §4.2.11";
    /// The links between the pages of a feed contradict each other.
    BadPaging = "bad-paging", Deny, ["FeedRelInCompleteFeed" "CurrentNotSelfInCompleteFeed" "LinkPastEnd"]
        "<fh:complete/> and <link rel=\"next\">" => "one of them",
        "RFC 5005, JSON Feed 1.1";
    /// An archive of a feed does not lead to the others, or an entry has links that belong in the feed.
    IncompleteArchive = "incomplete-archive", Warn, ["ArchiveIncomplete" "MissingCurrentInArchive"
        "FeedHistoryRelInEntry"]
        "<fh:archive/> without <link rel=\"current\">" => "<link rel=\"current\" href=\"…\"/>",
        "RFC 5005 §4";
    /// Podcast directories refuse a feed without this, or do not read it in this form.
    Podcast = "podcast", Warn, ["MissingItunesElement" "MissingItunesEmail" "UnsupportedItunesFormat"
        "InvalidKeywords" "ObsoleteItunesCategory" "NotUTF8"]
        "<itunes:author> without <itunes:category>" => "<itunes:category text=\"News\"/>",
        "Apple Podcasts, PSP-1";
    /// This element has been replaced by another.
    OldElement = "old-element", Warn, ["DeprecatedMediaAdult" "CommentRSS"]
        "<media:adult>true</media:adult>" => "<media:rating>adult</media:rating>",
        "the extension's specification";
    /// A group of media has one of them, so there is nothing to choose.
    SingleMedia = "single-media", Warn, ["MediaGroupWithoutAlternatives"]
        "<media:group> with one <media:content>" => "<media:content> without a group",
        "Media RSS";
    /// Readers cannot subscribe by this outline, or do not know what it is.
    Outline = "outline", Warn, ["MissingXmlURL" "InvalidOutlineVersion" "InvalidOutlineType"
        "MissingOutlineType" "MissingTitleAttr" "MissingUrlAttr"]
        "<outline type=\"rss\" text=\"News\"/>" => "<outline type=\"rss\" text=\"News\" title=\"News\" xmlUrl=\"https://example.com/feed.xml\"/>",
        "OPML 2.0";
    /// The document is not RDF.
    BadRdf = "bad-rdf", Deny, ["InvalidRDF"]
        "text between properties" => "rdf:parseType=\"Literal\"",
        "RDF/XML";
    /// Crawlers do not read a file of so many URLs or bytes.
    SitemapSize = "sitemap-size", Deny, []
        "50,001 URLs" => "two sitemaps and an index",
        "sitemaps.org";
    /// The schema of sitemaps has an order, and this element is not in its place.
    ElementOrder = "element-order", Deny, []
        "<lastmod>…<loc>…" => "<loc>…<lastmod>…",
        "the schema of sitemaps.org";
    /// A sitemap without URLs is not valid.
    EmptySitemap = "empty-sitemap", Warn, []
        "<urlset/>" => "one <url> or more",
        "the schema of sitemaps.org";
    /// A sitemap may list pages of its own host and scheme only.
    OtherSite = "other-site", Warn, []
        "https://example.com/ and https://example.org/ in one sitemap" => "one host and scheme",
        "sitemaps.org";
    /// A page is listed twice.
    RepeatedUrl = "repeated-url", Warn, []
        "two <loc> with one URL" => "one",
        "sitemaps.org";
    /// An index of sitemaps may not list another index.
    NestedIndex = "nested-index", Deny, []
        "<sitemap> with the <loc> of an index" => "the sitemaps themselves",
        "sitemaps.org";
    /// Crawlers no longer read this element.
    IgnoredElement = "ignored-element", Note, []
        "<priority>0.8</priority>" => "no <priority>",
        "Google Search Central";
    /// A news sitemap lists articles of the last two days.
    OldNews = "old-news", Warn, []
        "<news:publication_date> of last year" => "articles of the last two days",
        "Google Search Central";
    /// Versions in other languages do not name each other, or not themselves, so crawlers ignore them.
    OneWayHreflang = "one-way-hreflang", Warn, []
        "<xhtml:link hreflang=\"de\"> on one page only" => "the same links on each version",
        "Google Search Central";
    /// The date has a time without a zone, so its instant is unknown.
    NoZone = "no-zone", Warn, []
        "2025-11-29T02:11:40" => "2025-11-29T02:11:40Z",
        "W3C Datetime";
    /// The key is not part of JSON Feed, and does not begin with `_` like those of extensions.
    UnknownJsonKey = "unknown-json-key", Note, []
        "\"subtitle\": \"…\"" => "\"_subtitle\": {…}",
        "JSON Feed 1.1";
    /// Programs look for the first element at the beginning of a document, where its media type says only that it is XML.
    LateRoot = "late-root", Note, ["NonSpecificMediaType"]
        "600 characters of comments before <rss>" => "the comments in <rss>",
        "RSS Advisory Board";
    /// Readers load a feed whole, again and again.
    LargeFeed = "large-feed", Note, []
        "a feed of 2 MB" => "the newest entries only",
        "JSON Feed 1.1, feed readers";
    /// A page, a feed or a sitemap that is announced is not there.
    DeadLink = "dead-link", Warn, []
        "<link rel=\"alternate\" href=\"/gone.xml\">" => "a file that is there",
        "HTML, robots.txt";
    /// No page of the site announces the feed, so browsers and readers do not find it.
    Unannounced = "unannounced", Note, []
        "feed.xml without <link rel=\"alternate\">" => "<link rel=\"alternate\" type=\"application/rss+xml\" href=\"/feed.xml\">",
        "HTML, RSS Autodiscovery";
}

impl Rule {
    /// The rule of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|rule| rule.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::Rule;

    #[test]
    fn names_are_kebab_case_and_unique() {
        for (index, rule) in Rule::ALL.iter().enumerate() {
            assert!(
                rule.name()
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
            );
            assert_eq!(Rule::from_name(rule.name()), Some(*rule));
            assert!(Rule::ALL[..index].iter().all(|other| other.name() != rule.name()));
            assert!(rule.explanation().ends_with('.'));
        }
    }
}

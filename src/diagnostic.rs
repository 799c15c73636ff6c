//! What was found and repaired on the way: data only. The program's `report` gives it a face.

use std::ops::Range;

/// One finding about one file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// Which rule was broken.
    pub rule: Rule,
    /// The file, relative to the root, with `/` between folders.
    pub path: String,
    /// Where in the file, if the finding has a place there.
    pub place: Option<Place>,
    /// What is wrong: a lower-case clause with names in backticks.
    pub message: String,
    /// What was done about it, or what to do.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A finding about a file: which rule, where, and a lower-case clause with names in backticks.
    pub(crate) fn new(rule: Rule, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { rule, path: path.into(), place: None, message: message.into(), help: None }
    }

    /// The same, at a place in the file.
    pub(crate) fn at(self, place: impl Into<Option<Place>>) -> Self {
        Self { place: place.into(), ..self }
    }

    /// The same, with what was done about it, or what to do.
    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// The order of a report: by file, then by place, then by rule, then by what is said.
    #[must_use]
    pub fn sort_key(&self) -> (&str, usize, usize, Rule, &str, Option<&str>) {
        let (line, column) = self.place.as_ref().map_or((0, 0), |place| (place.line, place.column));
        (&self.path, line, column, self.rule, &self.message, self.help.as_deref())
    }
}

/// Where a finding is, with the line itself, so that the file need not be read again to show it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Place {
    /// 1-based.
    pub line: usize,
    /// 1-based, in characters.
    pub column: usize,
    /// The line without its end; of a very long line, the part around the place.
    pub text: String,
    /// The marked part of `text`, in bytes, on character boundaries, never past its end.
    pub span: Range<usize>,
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Not shown.
    Allow,
    /// Shown with `-v`.
    Note,
    /// Shown. The exit status stays 0 unless `--strict`.
    Warn,
    /// Shown, and the exit status is 1.
    Deny,
}

macro_rules! rules {
    ($($(#[doc = $doc:literal])+ $rule:ident = $name:literal, $level:ident;)+) => {
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
    /// A file has front matter and is in a markup that is not read, so it is in no feed.
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
    /// Neither the post nor its file name has a date. It stays in the sitemap, without lastmod, but no feed can place it.
    MissingDate = "missing-date", Warn;
    /// A file with neither front matter nor a date in its name is a page: it is in the sitemap only.
    UndatedPage = "undated-page", Note;
    /// A date before 1990 is nearly always a default that was never set, and validators refuse it: the post is in no
    /// feed. An update date in the future is ignored.
    ImplausibleDate = "implausible-date", Warn;
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
    /// Two posts have the same id. Readers would show one of them only: the older gets its URL as its id.
    DuplicateId = "duplicate-id", Warn;
    /// The file of a post has another name than at the last run. Its text is the same, so it keeps its id.
    MovedPost = "moved-post", Note;
    /// The id in the front matter is not the one in the lock, by which readers know the post: they show it again.
    OtherId = "other-id", Warn;
    /// Several posts that the lock knows are gone, and as many are new. If they are the same, readers show them again.
    ManyNew = "many-new", Warn;
    /// `lastmod: git` finds no history: no repository, no `git`, or a shallow clone. The dates in the front matter count.
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
    /// The site has a file of its own where an output is written.
    OwnFile = "own-file", Warn;
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

//! FrontMatter -> Post: as resolved. Nothing that a renderer needs is optional, except what a post may truly lack.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Datelike, FixedOffset};
use serde_json::Map as JsonMap;

use crate::author::{self, Author};
use crate::config::{self, Config};
use crate::diagnostic::{Diagnostic, Rule};
use crate::listing::{Interest, SitemapFacts};
use crate::markup::blocks::BlockKind;
use crate::markup::blocks::blocks;
use crate::markup::literal;
use crate::markup::published_line;
use crate::markup::title::{self, Title};
use crate::markup::{self, Markup};
use crate::media::Media;
use crate::source::Source;
use crate::source::front_matter::FrontMatter;
use crate::source::value::{Node, Scalar};
use crate::text;
use crate::text::date;
use crate::text::link::{self, BaseUrl};
use crate::text::pattern::{Pattern, Values};
use crate::text::{id, language};

/// How much of a body is looked at for a title, in bytes.
const TITLE_LOOKED_AT: usize = 16 * 1024;

/// The names under which people write each field. The first that has a value counts.
mod keys {
    use std::sync::LazyLock;

    pub(super) const TITLE: &[&str] = &["title"];
    pub(super) const DATE: &[&str] = &["date", "published", "publishDate", "pubDate", "pubdate", "created"];
    pub(super) const UPDATED: &[&str] =
        &["updated", "lastmod", "last_modified_at", "modified", "updatedDate"];
    pub(super) const CATEGORIES: &[&str] = &["categories", "category"];
    pub(super) const TAGS: &[&str] = &["tags", "tag"];
    pub(super) const AUTHORS: &[&str] = &["authors", "author"];
    pub(super) const SUMMARY: &[&str] = &["excerpt", "summary", "description"];
    pub(super) const SLUG: &[&str] = &["slug"];
    pub(super) const URL: &[&str] = &["permalink", "url"];
    pub(super) const ID: &[&str] = &["id", "guid"];
    pub(super) const IMAGE: &[&str] = &["image"];
    pub(super) const ENCLOSURE: &[&str] = &["enclosure", "audio"];
    pub(super) const LANGUAGE: &[&str] = &["lang", "language", "locale"];
    /// What a post has in common with its translations.
    pub(super) const TRANSLATION: &[&str] =
        &["translation_key", "translationKey", "ref", "lang-ref", "lang_ref"];
    /// What says whether a post is shown, and to whom.
    pub(super) const VISIBILITY: &[&str] =
        &["draft", "published", "unlisted", "hidden", "private", "feed", "sitemap", "robots", "noindex"];
    /// What concerns a generator's templates only, or nobody else.
    pub(super) const MACHINERY: &[&str] =
        &["layout", "aliases", "redirect_from", "eleventyComputed", "password"];
    const ALL: &[&[&str]] = &[
        TITLE, DATE, UPDATED, CATEGORIES, TAGS, AUTHORS, SUMMARY, SLUG, URL, ID, IMAGE, ENCLOSURE, LANGUAGE,
        VISIBILITY, MACHINERY,
    ];
    /// Whether some format, or feedmill itself, knows what this field means.
    pub(super) fn is_known(key: &str) -> bool {
        static SORTED: LazyLock<Vec<&str>> = LazyLock::new(|| {
            let mut sorted: Vec<&str> = ALL.iter().copied().flatten().copied().collect();
            sorted.sort_unstable();
            sorted
        });
        SORTED.binary_search(&key).is_ok()
    }
}

/// A post as it is published.
#[derive(Debug, Clone, PartialEq)]
pub struct Post {
    /// The file, relative to the root.
    pub path: String,
    /// Where the body begins in the source's text, in bytes.
    pub body: usize,
    /// The permalink: absolute, ASCII, canonical.
    pub url: String,
    /// The id that every format carries, an absolute URI.
    pub id: String,
    /// Plain text on one line, never empty.
    pub title: String,
    /// When it was published. `None` keeps it out of feeds.
    pub published: Option<DateTime<FixedOffset>>,
    /// When it was last changed, as its author says; never before `published`.
    pub updated: Option<DateTime<FixedOffset>>,
    /// As the front matter names them. Empty means the site's.
    pub authors: Vec<Author>,
    /// Plain text, without duplicates.
    pub categories: Vec<String>,
    /// Plain text, without duplicates.
    pub tags: Vec<String>,
    /// What feeds tell instead of categories and then tags, where the dialect knows better.
    pub own_labels: Option<Vec<String>>,
    /// The collection that it belongs to, where the site has such.
    pub collection: Option<Arc<str>>,
    /// What a sitemap tells of it beyond its URL and date.
    pub sitemap: SitemapFacts,
    /// Whether feeds carry its excerpt only.
    pub excerpt_only: bool,
    /// What ends its excerpt, if its author says so.
    pub separator: Option<String>,
    /// The author's own summary: plain text on one line, never empty.
    pub summary: Option<String>,
    /// An absolute URL.
    pub image: Option<String>,
    /// What it brings along, such as a recording: an absolute URL, and what its author says about it.
    pub enclosure: Option<Media>,
    /// A language tag: its own, else the site's.
    pub language: Option<String>,
    /// The fields that no format knows.
    pub extra: JsonMap<String, serde_json::Value>,
    /// Whether its author marks it as unfinished.
    pub draft: bool,
    /// Whether feeds may carry it.
    pub in_feeds: bool,
    /// Whether sitemaps may list it.
    pub in_sitemap: bool,
}

/// How much of a post is wanted.
#[derive(Debug, Clone, Copy)]
pub enum Depth {
    /// What is kept of every post, and every finding. What is neither may be left empty: title, authors, summary and
    /// extra fields, and the names in which nobody has an interest.
    Listing(Interest),
    /// All that a feed carries.
    Whole,
}

/// Resolves what a source says about itself. What cannot be used leaves a finding and the next best thing.
#[must_use]
pub fn resolve(
    found: &mut Vec<Diagnostic>,
    source: &Source,
    written: &FrontMatter,
    depth: Depth,
    config: &Config,
) -> Post {
    let mut resolver = Resolver { found, source, written, depth, config };
    let name = FileName::of(&source.path);
    let (published, updated) = resolver.dates(&name);
    let in_urls = config.permalink.is_some() || written.first(keys::URL).is_some();
    let categories = resolver.names(keys::CATEGORIES, |interest| interest.categories || in_urls);
    let tags = resolver.names(keys::TAGS, |interest| interest.tags);
    let (url, has_page) = resolver.url(&name, published, &categories);
    let id = resolver.id(&url);
    let no_index = resolver.says_no_index() || resolver.is_excluded_from_sitemap();
    let unlisted = ["unlisted", "hidden", "private"].iter().any(|key| resolver.says(key)) || !has_page;
    Post {
        body: written.body,
        title: if resolver.is_plain(keys::TITLE) { String::new() } else { resolver.title(&name) },
        authors: resolver.authors(),
        summary: if resolver.is_plain(keys::SUMMARY) { None } else { resolver.summary() },
        image: resolver.image(),
        enclosure: resolver.enclosure(),
        language: resolver.language().or_else(|| config.language.clone()),
        extra: resolver.extra(),
        sitemap: resolver.sitemap_facts(),
        draft: resolver.is_draft(&name),
        in_feeds: !unlisted && resolver.flag("feed") != Some(false),
        in_sitemap: !unlisted && !no_index && resolver.flag("sitemap") != Some(false),
        url,
        id,
        published,
        updated,
        categories,
        tags,
        ..Post::nameless(&source.path)
    }
}

impl Post {
    /// What feeds tell: categories, then tags, without duplicates.
    #[must_use]
    pub fn labels(&self) -> Vec<String> {
        if let Some(own) = &self.own_labels {
            return own.clone();
        }
        let known: BTreeSet<&String> = self.categories.iter().collect();
        let tags = self.tags.iter().filter(|tag| !known.contains(tag));
        self.categories.iter().chain(tags).cloned().collect()
    }

    /// A file of which nothing is known but its path.
    pub(crate) fn nameless(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            body: 0,
            url: String::new(),
            id: String::new(),
            title: String::new(),
            published: None,
            updated: None,
            authors: Vec::new(),
            categories: Vec::new(),
            tags: Vec::new(),
            own_labels: None,
            collection: None,
            sitemap: SitemapFacts::default(),
            separator: None,
            excerpt_only: false,
            summary: None,
            image: None,
            enclosure: None,
            language: None,
            extra: JsonMap::new(),
            draft: false,
            in_feeds: false,
            in_sitemap: false,
        }
    }
}

/// What a path says.
struct FileName<'a> {
    /// The path without its extension; of `a/index.md` it is `a`.
    path: &'a str,
    /// The last part of that, without a date.
    slug: &'a str,
    /// The date at its start.
    date: Option<chrono::NaiveDate>,
    /// Whether it is HTML, which is published under its own name.
    html: bool,
    /// Whether any folder is one for drafts.
    in_drafts: bool,
}

impl<'a> FileName<'a> {
    fn of(path: &'a str) -> Self {
        let stem = path
            .rsplit_once('.')
            .map_or(path, |(stem, extension)| if extension.contains('/') { path } else { stem });
        let folder = stem
            .strip_suffix("index")
            .and_then(|folder| folder.strip_suffix('/').or((folder.is_empty()).then_some("")));
        let named = folder.unwrap_or(stem);
        let last = named.rsplit('/').next().unwrap_or(named);
        let (date, rest) = date::from_file_name(last).map_or((None, last), |(date, rest)| (Some(date), rest));
        Self {
            path: named,
            slug: if rest.is_empty() { last } else { rest },
            date,
            html: folder.is_none() && Markup::of_path(path) == Markup::Html,
            in_drafts: path
                .split('/')
                .rev()
                .skip(1)
                .any(|part| part.trim_start_matches('_').eq_ignore_ascii_case("drafts")),
        }
    }
}

/// The fields of one post, resolved one by one.
pub(crate) struct Resolver<'a> {
    pub(crate) found: &'a mut Vec<Diagnostic>,
    pub(crate) source: &'a Source,
    pub(crate) written: &'a FrontMatter,
    pub(crate) depth: Depth,
    pub(crate) config: &'a Config,
}

impl Resolver<'_> {
    /// Whether nothing can be found about a field, and a listing does not keep it: there is text, and no character in
    /// it needs a second look.
    pub(crate) fn is_plain(&self, names: &[&'static str]) -> bool {
        let is_text = |node: &Node| {
            let text = node.as_text().unwrap_or_default();
            let unclosed = matches!(text.as_bytes(), [] | [b' ' | b'*' | b'_', ..]);
            !unclosed && memchr::memchr(b'&', text.as_bytes()).is_none()
        };
        self.is_skimmed() && self.written.first(names).is_some_and(|(_, node)| is_text(node))
    }

    /// Whether only a listing is wanted, and all of the front matter is legal.
    pub(crate) fn is_skimmed(&self) -> bool {
        matches!(self.depth, Depth::Listing(_)) && self.written.legal
    }

    pub(crate) fn report(
        &mut self,
        rule: Rule,
        key: Option<&str>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let place = key.and_then(|key| self.written.place(self.source, key));
        self.found.push(Diagnostic::new(rule, self.source.path.clone(), message).at(place).help(help));
    }

    pub(crate) fn flag(&self, key: &str) -> Option<bool> {
        let node = self.written.map.get(key)?;
        let scalar = node.as_items().first().filter(|_| node.as_items().len() == 1)?.as_scalar()?;
        scalar.as_bool().or(match scalar.text.trim() {
            "0" => Some(false),
            "1" => Some(true),
            _ => None,
        })
    }

    /// Whether a field says yes in any way: it is there, and says neither no nor nothing.
    fn says(&self, key: &str) -> bool {
        self.written.map.get(key).is_some_and(|node| {
            let is_nothing = |node: &Node| {
                node.as_scalar().is_some_and(|scalar| scalar.text.trim().is_empty() || scalar.is_null())
            };
            !node.as_items().iter().all(is_nothing) && self.flag(key) != Some(false)
        })
    }

    fn is_draft(&self, name: &FileName<'_>) -> bool {
        // Names in any case: what its author means to hide must not leak for a capital letter.
        let get = |wanted: &str| {
            self.written
                .map
                .0
                .iter()
                .rev()
                .find(|(key, _)| key.text.trim().eq_ignore_ascii_case(wanted))
                .map(|(_, node)| node)
        };
        let no = |node: &Node| {
            node.as_scalar().is_some_and(|scalar| {
                scalar.as_bool() == Some(false) || scalar.text.trim() == "0" || scalar.is_null()
            })
        };
        let status = get("status").map(Node::as_items).unwrap_or_default().iter().filter_map(Node::as_text);
        get("draft").is_some_and(|node| !no(node))
            || get("published").is_some_and(|node| no(node) && !node.as_scalar().is_some_and(Scalar::is_null))
            || status.into_iter().any(|status| status.trim().eq_ignore_ascii_case("draft"))
            || name.in_drafts
            || self.written.hides
            || (!self.config.future && self.publish_date().is_some_and(|date| date > self.config.now))
    }

    /// Hugo's second date: a post is not published before it.
    fn publish_date(&self) -> Option<DateTime<FixedOffset>> {
        let text =
            ["publishDate", "publish_date"].iter().find_map(|key| self.written.map.get(key)?.as_text())?;
        date::resolve(&date::parse(text)?, &self.config.timezone)
    }

    /// `sitemap: {exclude: true}`.
    fn is_excluded_from_sitemap(&self) -> bool {
        self.written.map.get("sitemap").and_then(Node::as_map).is_some_and(|map| {
            ["exclude", "disable", "ignore"]
                .iter()
                .any(|key| map.get(key).and_then(Node::as_scalar).and_then(Scalar::as_bool) == Some(true))
        })
    }

    /// `robots: noindex`, `noindex: true`.
    pub(crate) fn says_no_index(&self) -> bool {
        let robots = self.written.map.get("robots").map(Node::as_items).unwrap_or_default();
        self.flag("noindex") == Some(true)
            || robots.iter().filter_map(Node::as_text).any(|robots| {
                robots
                    .split([',', ' '])
                    .any(|word| word.eq_ignore_ascii_case("noindex") || word.eq_ignore_ascii_case("none"))
            })
    }

    /// Makes text legal where it enters the model. U+FFFD and what escapes smuggle in leaves here.
    pub(crate) fn legal(&mut self, key: &str, scalar: &Scalar) -> String {
        // What an escape stands for is not in the front matter itself.
        if (self.written.legal && scalar.at.is_some()) || text::is_legal(&scalar.text) {
            return text::one_line(&scalar.text);
        }
        let bad = |c: char| !text::is_publishable(c) && c != '\r';
        let count = scalar.text.chars().filter(|c| bad(*c)).count();
        if let Some((at, c)) = scalar.text.char_indices().find(|(_, c)| bad(*c)) {
            let subject = format!("`{key}` contains");
            let at = scalar.at.map(|start| start + at);
            let mut finding = self.source.unpublishable(&subject, c, at, count);
            finding.place = finding.place.or_else(|| self.written.place(self.source, key));
            self.found.push(finding);
        }
        text::one_line(&text::legal(&scalar.text))
    }

    /// A field of one line.
    fn line(&mut self, names: &[&'static str]) -> Option<String> {
        let (key, node) = self.written.first(names)?;
        let Some(scalar) = node.as_scalar() else {
            self.report(
                Rule::UnusableValue,
                Some(key),
                format!("`{key}` is {}, not text", node.kind()),
                "it is passed over",
            );
            return None;
        };
        let line = self.legal(key, scalar);
        Some(line).filter(|line| !line.is_empty())
    }

    fn summary(&mut self) -> Option<String> {
        // `excerpt: false` is about whether there is one.
        if self.written.first(keys::SUMMARY)?.1.as_scalar().is_some_and(Scalar::is_switch) {
            return None;
        }
        let plain = markup::inline(&self.line(keys::SUMMARY)?);
        Some(self.legal_reference("the summary", &plain)).filter(|line| !line.is_empty())
    }

    /// Categories or tags: a list, or text with commas between.
    fn names(&mut self, keys: &[&'static str], wanted: impl Fn(Interest) -> bool) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        let mut known = BTreeSet::new();
        let is_skimmed = match self.depth {
            Depth::Listing(interest) => self.written.legal && !wanted(interest),
            Depth::Whole => false,
        };
        if is_skimmed
            && keys
                .iter()
                .filter_map(|key| self.written.map.get(key))
                .all(|node| node.as_items().iter().all(|item| item.as_scalar().is_some()))
        {
            return names;
        }
        for key in keys {
            let Some(node) = self.written.map.get(key) else { continue };
            for item in node.as_items() {
                let scalar = match item {
                    Node::Map(map) => {
                        ["name", "title", "slug"].iter().find_map(|key| map.get(key)?.as_scalar())
                    }
                    Node::Scalar(scalar) if scalar.is_null() || scalar.is_switch() => continue,
                    item => item.as_scalar(),
                };
                let Some(scalar) = scalar else {
                    let at = item.at().map(|at| self.source.place(at..at + 1));
                    self.found.push(
                        Diagnostic::new(
                            Rule::UnusableValue,
                            self.source.path.clone(),
                            format!("`{key}` contains {}, not a name", item.kind()),
                        )
                        .at(at.or_else(|| self.written.place(self.source, key)))
                        .help("it is passed over"),
                    );
                    continue;
                };
                let line = self.legal(key, scalar);
                let listed = matches!(node, Node::List(_));
                let parts = line.split(',').filter(|_| !listed);
                for name in parts.chain([line.as_str()].into_iter().filter(|_| listed)) {
                    let name = literal(name.trim());
                    if !name.is_empty() && known.insert(name.clone()) {
                        names.push(name);
                    }
                }
            }
        }
        names
    }

    fn authors(&mut self) -> Vec<Author> {
        let Some((key, node)) = self.written.first(keys::AUTHORS) else { return Vec::new() };
        let wanted = !matches!(self.depth, Depth::Listing(interest) if !interest.authors);
        if !wanted && self.is_plain(keys::AUTHORS) {
            return Vec::new();
        }
        let mut legal = node.clone();
        legal.for_each_scalar(&mut |scalar| scalar.text = self.legal(key, scalar));
        let authors = author::authors(&legal);
        if authors.is_empty() && !node.as_scalar().is_some_and(Scalar::is_switch) {
            let help = "the site's author is named";
            self.report(Rule::UnusableValue, Some(key), format!("`{key}` names nobody"), help);
        }
        authors
    }

    fn dates(
        &mut self,
        name: &FileName<'_>,
    ) -> (Option<DateTime<FixedOffset>>, Option<DateTime<FixedOffset>>) {
        let published = match self.date(keys::DATE) {
            Some(instant) => instant,
            None => name.date.and_then(|date| {
                let written = date::Written { local: date.and_time(chrono::NaiveTime::MIN), zone: None };
                date::resolve(&written, &self.config.timezone)
            }),
        };
        if published.is_none() && self.written.first(keys::DATE).is_none() {
            if self.written.present {
                let help = "it is in the sitemap, but in no feed; write `date: 2025-11-29`, or put the date before the file's name";
                self.report(Rule::MissingDate, None, "the post has no date", help);
            } else {
                let help = "it is in the sitemap, but in no feed".to_owned();
                self.report(Rule::UndatedPage, None, "there is no front matter and no date", help);
            }
        }
        let mut updated = self.date(keys::UPDATED).flatten();
        if let (Some(published), Some(changed)) = (published, updated) {
            let key = self.written.first(keys::UPDATED).map(|(key, _)| key);
            let help = "the date of publication is used for both";
            if changed < published {
                self.report(
                    Rule::UpdatedBeforePublished,
                    key,
                    "the post says it was updated before it was published",
                    help,
                );
                updated = None;
            }
        }
        if let Some(changed) = updated
            && changed > self.config.now
            && published.is_none_or(|published| published <= self.config.now)
        {
            let key = self.written.first(keys::UPDATED).map(|(key, _)| key);
            let message = "the post says it was updated in the future".to_owned();
            self.report(Rule::ImplausibleDate, key, message, "that date is passed over");
            updated = None;
        }
        (published, updated)
    }

    /// `None`: no date is written. `Some(None)`: one is, but it cannot be used.
    #[expect(clippy::option_option, reason = "absent and unusable are two answers")]
    fn date(&mut self, names: &[&'static str]) -> Option<Option<DateTime<FixedOffset>>> {
        let usable = |key: &str| !(key == "published" && self.flag("published").is_some());
        let names: Vec<&'static str> = names.iter().copied().filter(|key| usable(key)).collect();
        let (key, node) = self.written.first(&names)?;
        let text = node.as_text().unwrap_or_default();
        let read = date::parse(text).and_then(|written| date::resolve(&written, &self.config.timezone));
        let Some(instant) = read else {
            let shown = node.as_text().map_or_else(
                || node.kind().to_owned(),
                |text| format!("`{}`", text::shown(&text::one_line(text))),
            );
            let help = "write it like `2025-11-29 02:11:40 +0000` or `2025-11-29`";
            self.report(
                Rule::UnreadableDate,
                Some(key),
                format!("`{key}` is {shown}, which is no date that can be read"),
                help,
            );
            return Some(None);
        };
        if !date::is_plausible(&instant) {
            let message = format!("`{key}` is in the year {}", instant.year());
            let help = if names.iter().any(|name| keys::UPDATED.contains(name)) {
                "validators and readers take that for a mistake, so it is passed over"
            } else {
                "validators and readers take that for a mistake, so the post is in the sitemap, but in no feed"
            };
            self.report(Rule::ImplausibleDate, Some(key), message, help);
            return Some(None);
        }
        Some(Some(instant))
    }

    /// The permalink, and whether the post has a page at all (`permalink: false` says that it has none).
    fn url(
        &mut self,
        name: &FileName<'_>,
        date: Option<DateTime<FixedOffset>>,
        categories: &[String],
    ) -> (String, bool) {
        let slug = self.line(keys::SLUG);
        let leaves = |slug: &String| slug.split('/').any(|part| matches!(part, "." | ".."));
        if let Some(slug) = slug.as_ref().filter(|slug| leaves(slug)) {
            let message = format!("`{}` is no slug", text::shown(slug));
            self.report(Rule::UnusableUrl, Some("slug"), message, "the file's name is used");
        }
        let slug = slug.filter(|slug| !leaves(slug));
        let written = self.written.first(keys::URL);
        let date = date
            .filter(|_| self.config.permalink.is_some() || written.is_some())
            .map(|date| date::shown_in(date, &self.config.timezone));
        let values = Values { date, slug: slug.as_deref().unwrap_or(name.slug), path: name.path, categories };
        let switch = written.and_then(|(_, node)| node.as_scalar()).filter(|scalar| scalar.is_switch());
        let has_page = switch.and_then(Scalar::as_bool) != Some(false);
        if let Some((key, node)) = written.filter(|_| switch.is_none()) {
            let text = node.as_text().unwrap_or_default();
            let is_template = ["{{", "{%", "<%", "${"].iter().any(|mark| text.contains(mark));
            let mut unknown = None;
            let path = match Pattern::parse(text) {
                _ if is_template || text.is_empty() => None,
                _ if text.contains("://") => Some(text.to_owned()),
                Ok(pattern) => pattern.fill(&values),
                Err((word, nearest)) => {
                    unknown = Some(format!("there is no placeholder `:{word}`; did you mean `:{nearest}`?"));
                    None
                }
            };
            if let Some(url) = path.and_then(|path| self.config.base_url.join(&text::legal(&path))) {
                return (url, has_page);
            }
            let message = match unknown {
                Some(unknown) => unknown,
                None if is_template => {
                    format!("`{key}` is a template that only the site's generator can run")
                }
                None => format!("`{key}` gives no URL below {}", self.config.base_url.as_str()),
            };
            self.report(Rule::UnusableUrl, Some(key), message, "the pattern of the site is used");
        }
        let filled = self.config.permalink.as_ref().map(|pattern| pattern.fill(&values));
        if filled == Some(None) {
            let message = "the permalink pattern asks for a date, and the post has none".to_owned();
            self.report(Rule::UnusableUrl, None, message, "the file's path is used");
        }
        let own_path = match (name.html, &slug) {
            (true, _) => self.source.path.clone(),
            (false, Some(slug)) => {
                format!("{}/{slug}/", name.path.rsplit_once('/').map_or("", |(folder, _)| folder))
            }
            (false, None) => format!("{}/", name.path),
        };
        let path = filled.flatten().unwrap_or_else(|| {
            if memchr::memchr3(b'%', b'?', b'#', own_path.as_bytes()).is_some() {
                own_path.replace('%', "%25").replace('?', "%3F").replace('#', "%23")
            } else {
                own_path
            }
        });
        // A pattern is always below the base, even if it begins with the same folder.
        let url = self.config.base_url.join(path.trim_start_matches('/'));
        let url = url.unwrap_or_else(|| self.config.base_url.as_str().to_owned());
        (url, has_page)
    }

    fn id(&mut self, url: &str) -> String {
        let Some(written) = self.line(keys::ID) else { return url.to_owned() };
        let id = id::of_written(&written, &self.config.base_url);
        if id == written
            && id.starts_with("http")
            && link::absolute(&id).is_some_and(|canonical| canonical != id)
        {
            // Readers know the post by it, so it stays.
            let message =
                format!("the id `{}` is a URL that is not in canonical form", text::shown(&written));
            self.report(
                Rule::UnusableId,
                Some("id"),
                message,
                "it is published as written, so that no post comes twice",
            );
        }
        if id != written {
            let key = self.written.first(keys::ID).map(|(key, _)| key);
            let message = format!("the id `{}` is not a URI", text::shown(&written));
            self.report(Rule::UnusableId, key, message, format!("it is published as `{id}`"));
        }
        id
    }

    fn title(&mut self, name: &FileName<'_>) -> String {
        let fallback = || {
            let words = text::one_line(&name.slug.replace(['-', '_'], " "));
            let legal = literal(text::legal(&words).trim());
            if legal.is_empty() { "Untitled".to_owned() } else { legal }
        };
        let scalar =
            self.written.map.get("title").and_then(Node::as_scalar).filter(|scalar| !scalar.is_null());
        let Some(scalar) = scalar.filter(|scalar| !scalar.text.trim().is_empty()) else {
            if let Some(node @ (Node::List(_) | Node::Map(_))) = self.written.map.get("title") {
                let message = format!("`title` is {}, not text", node.kind());
                self.report(Rule::UnusableValue, Some("title"), message, "it is passed over");
            }
            let heading = blocks(&self.opening(), Markup::of_path(&self.source.path))
                .into_iter()
                .find(|block| matches!(block.kind, BlockKind::Heading | BlockKind::BoldLine));
            let heading = heading.map(|block| published_line(&block.text));
            let (title, origin) = match heading.filter(|heading| !text::is_blank(heading)) {
                Some(heading) => (heading, "its first heading"),
                None => (fallback(), "its file name"),
            };
            let help = format!("{origin} is used: `{}`", text::shown(&title));
            self.report(Rule::MissingTitle, None, "the post has no title", help);
            return title;
        };
        let title = self.repaired_title(scalar, false).unwrap_or_default();
        if text::is_blank(&title) { fallback() } else { title }
    }

    /// The start of the body, legal.
    fn opening(&self) -> String {
        let whole = self.source.whole(&self.config.root);
        let body = whole.text.get(self.written.body..).unwrap_or_default();
        let start = body.get(..body.floor_char_boundary(TITLE_LOOKED_AT)).unwrap_or_default();
        text::legal(start).into_owned()
    }

    /// A title as it is published, whole again if it was cut. With `only_if_cut`, `None` for all others.
    pub(crate) fn repaired_title(&mut self, scalar: &Scalar, only_if_cut: bool) -> Option<String> {
        let title =
            match title::publishable(&scalar.text, || self.opening(), Markup::of_path(&self.source.path)) {
                Title::Whole(_) if only_if_cut => return None,
                Title::Whole(title) => {
                    if scalar.text.chars().any(|c| !text::is_publishable(c) && !c.is_whitespace()) {
                        self.legal("title", scalar);
                    }
                    title
                }
                Title::Thinned(title) => {
                    self.legal("title", scalar);
                    title
                }
                Title::Completed(title) => {
                    let help = format!(
                        "it goes on in the body, so that line is published: `{}`",
                        text::shown(&title)
                    );
                    self.cut_title(scalar, &help);
                    title
                }
                Title::Closed(title) => {
                    let help = format!(
                        "no heading of the body completes it; published as `{}`",
                        text::shown(&title)
                    );
                    self.cut_title(scalar, &help);
                    title
                }
            };
        Some(self.legal_reference("the title", &title))
    }

    /// Text that was Markdown: a reference such as `&#11;` becomes a character only when that is read.
    fn legal_reference(&mut self, what: &str, plain: &str) -> String {
        if let Some(c) = plain.chars().find(|c| !text::is_publishable(*c) && *c != '\r') {
            self.found.push(self.source.unpublishable(&format!("{what} refers to"), c, None, 1));
        }
        published_line(plain)
    }

    fn cut_title(&mut self, scalar: &Scalar, help: &str) {
        let loss = scalar.text.find(char::REPLACEMENT_CHARACTER);
        let place = scalar.at.map(|start| match loss {
            Some(at) => self.source.place(start + at..start + at + 3),
            None => self.source.place(start..start + scalar.text.len()),
        });
        let message = match loss {
            Some(_) => "the title was cut in the middle of a character",
            None => "the title was cut: its emphasis is never closed",
        };
        self.found.push(
            Diagnostic::new(Rule::CutTitle, self.source.path.clone(), message)
                .at(place.or_else(|| self.written.place(self.source, "title")))
                .help(help),
        );
    }

    pub(crate) fn language(&mut self) -> Option<String> {
        let tag = self.line(keys::LANGUAGE)?;
        match language::parse(&tag) {
            Ok(tag) => Some(tag),
            Err(message) => {
                let key = self.written.first(keys::LANGUAGE).map(|(key, _)| key);
                let message = format!("`{}` cannot be used as a language: {message}", text::shown(&tag));
                self.report(Rule::UnusableValue, key, message, "the language of the site is told");
                None
            }
        }
    }

    pub(crate) fn image(&mut self) -> Option<String> {
        let (key, node) = self.written.first(keys::IMAGE)?;
        let one = node.as_items().first()?;
        let scalar = image_scalar(one);
        let line = scalar.map(|scalar| self.legal(key, scalar)).filter(|line| !line.is_empty())?;
        // `true` or `5` says that there is one, or which, but not where it is.
        let is_path = line.contains(['/', '.']);
        let url = self.config.base_url.join(&line).filter(|_| is_path);
        if url.is_none() {
            let message =
                format!("`{key}` is no address of an image: `{}`", text::shown(&text::cut(&line, 60)));
            self.report(Rule::UnusableValue, Some(key), message, "it is passed over");
        }
        url
    }

    /// What a sitemap asks for beyond the URL and the date.
    pub(crate) fn sitemap_facts(&self) -> SitemapFacts {
        let mut facts = SitemapFacts::default();
        let Depth::Listing(interest) = self.depth else { return facts };
        let map = &self.written.map;
        let own = map.get("sitemap").and_then(Node::as_map);
        let text =
            |key: &str| own.and_then(|own| own.get(key)).or_else(|| map.get(key)).and_then(Node::as_text);
        facts.priority = text("priority").and_then(config::priority);
        facts.changefreq = text("changefreq").and_then(config::changefreq);
        if interest.translations {
            facts.translation = keys::TRANSLATION
                .iter()
                .find_map(|key| map.get(key)?.as_text())
                .map(|key| text::one_line(&text::legal(key)))
                .filter(|key| !key.is_empty());
        }
        if interest.images {
            let images = self.written.first(keys::IMAGE).map(|(_, node)| node.as_items()).unwrap_or_default();
            let paths = images.iter().filter_map(image_path).filter(|path| path.contains(['/', '.']));
            facts.images = paths.filter_map(|path| self.config.base_url.join(path)).collect();
        }
        facts
    }

    pub(crate) fn enclosure(&mut self) -> Option<Media> {
        let (key, node) = self.written.first(keys::ENCLOSURE)?;
        // `audio: false` says that there is none.
        if node.as_scalar().is_some_and(Scalar::is_switch) {
            return None;
        }
        let media = Media::of_value(node, self.config);
        if media.is_none() {
            let message = format!("`{key}` names no file");
            self.report(Rule::UnusableValue, Some(key), message, "it is passed over");
        }
        if media.as_ref().is_some_and(|media| media.length.is_none()) {
            let message = format!("nobody knows the length of the file that `{key}` names");
            let help = "RSS goes without it; write its `length` in bytes, or put the file into the site";
            self.report(Rule::UnusableValue, Some(key), message, help);
        }
        media
    }

    pub(crate) fn extra(&mut self) -> JsonMap<String, serde_json::Value> {
        let mut extra = JsonMap::new();
        if self.is_skimmed() {
            return extra;
        }
        for (key, node) in &self.written.map.0 {
            if keys::is_known(&key.text) || key.text.is_empty() {
                continue;
            }
            let mut legal = node.clone();
            legal.for_each_scalar(&mut |scalar| {
                if !(self.written.legal && scalar.at.is_some() || text::is_legal(&scalar.text)) {
                    scalar.text = self.legal(&text::shown(&key.text), scalar);
                }
            });
            // JSON Feed allows no dots in the names of extensions.
            extra.insert(text::legal(&key.text).into_owned(), legal.to_json());
        }
        extension(extra, &self.config.base_url)
    }
}

/// Whether some format, or feedmill itself, knows what a field of this name means.
pub(crate) fn is_known_field(key: &str) -> bool {
    keys::is_known(key)
}

/// Where an image says that it is.
fn image_scalar(image: &Node) -> Option<&Scalar> {
    match image {
        Node::Map(map) => {
            ["path", "url", "src", "file", "feature"].iter().find_map(|key| map.get(key)?.as_scalar())
        }
        image => image.as_scalar(),
    }
}

fn image_path(image: &Node) -> Option<&str> {
    image_scalar(image).map(|scalar| scalar.text.as_str())
}

/// Members that JSON Feed says are URLs; what reads a feed takes them for URLs inside an extension too.
const URL_MEMBERS: &[&str] = &[
    "url", "external_url", "feed_url", "home_page_url", "next_url", "icon", "favicon", "image",
    "banner_image", "avatar",
];

/// What an extension may hold: no names with dots; URLs absolute, and left out where there is no URL, like `icon: star`.
pub(crate) fn extension(
    map: JsonMap<String, serde_json::Value>,
    base_url: &BaseUrl,
) -> JsonMap<String, serde_json::Value> {
    map.into_iter()
        .filter_map(|(key, value)| {
            let value = match value {
                serde_json::Value::String(text) if URL_MEMBERS.contains(&key.as_str()) => {
                    base_url.join(text.contains(['/', '.']).then_some(&text)?)?.into()
                }
                value => extended(value, base_url),
            };
            Some((key.replace('.', "_"), value))
        })
        .collect()
}

fn extended(value: serde_json::Value, base_url: &BaseUrl) -> serde_json::Value {
    match value {
        serde_json::Value::Object(map) => extension(map, base_url).into(),
        serde_json::Value::Array(items) => items.into_iter().map(|item| extended(item, base_url)).collect(),
        other => other,
    }
}

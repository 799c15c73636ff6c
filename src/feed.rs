//! Site + posts = [`Feed`]: the one model that every format is rendered from, and that needs no repair any more.

use chrono::{DateTime, FixedOffset, TimeZone};
use serde_json::Map as JsonMap;

use std::collections::BTreeSet;

use crate::author::Author;
use crate::built;
use crate::config::{Config, Content, FeedConfig};
use crate::diagnostic::{Diagnostic, Rule};
use crate::documents::{Document, History};
use crate::listing::Listing;
use crate::markup::clean;
use crate::markup::main_text;
use crate::markup::published_line;
use crate::media::Media;
use crate::post::Post;
use crate::render::Format;
use crate::source::{self, Source};
use crate::text;
use crate::text::language;
use crate::text::link;

/// What the feeds of a site have in common. All text is plain and legal.
#[derive(Debug, Clone, PartialEq)]
pub struct Site {
    /// Never empty.
    pub title: String,
    /// One line about it.
    pub description: Option<String>,
    /// The site's address, with a final slash.
    pub url: String,
    /// A language tag.
    pub language: Option<String>,
    /// Who wrote what names nobody; never empty.
    pub authors: Vec<Author>,
    /// The rights in what feeds carry.
    pub copyright: Option<String>,
    /// The URL of a small square image.
    pub icon: Option<String>,
    /// The URL of a larger image.
    pub logo: Option<String>,
    /// WebSub hubs.
    pub hubs: Vec<String>,
    /// For how many minutes a feed may be kept.
    pub ttl: Option<usize>,
}

/// One feed, ready to be rendered.
#[derive(Debug, Clone, PartialEq)]
pub struct Feed<'a> {
    /// The site.
    pub site: &'a Site,
    /// Never empty.
    pub title: String,
    /// The document's own address.
    pub url: String,
    /// The feed's address, which is its id: that of its current document.
    pub id: String,
    /// Where the document stands in the history of the feed.
    pub history: History,
    /// A language tag.
    pub language: String,
    /// When the newest change was made, as the posts say. Nothing else counts: not the build, not the checkout.
    pub updated: DateTime<FixedOffset>,
    /// The newest first.
    pub entries: Vec<&'a Entry>,
    /// Where the style sheet is, relative to the feed.
    pub stylesheet: Option<String>,
    /// What its entries carry.
    pub content: Content,
    /// How many entries, from the newest, carry their whole text.
    pub full: usize,
}

/// A category or tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// Its name.
    pub name: String,
    /// What it belongs to: a URL.
    pub scheme: Option<String>,
}

/// One post in a feed. All text is plain and legal, all URLs are absolute.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// An absolute URI.
    pub id: String,
    /// The permalink.
    pub url: String,
    /// Never empty.
    pub title: String,
    /// When it was published.
    pub published: DateTime<FixedOffset>,
    /// When it was last changed; not before it was published.
    pub updated: DateTime<FixedOffset>,
    /// Never empty.
    pub authors: Vec<Author>,
    /// Categories, then tags, without duplicates.
    pub categories: Vec<Term>,
    /// The author's summary, else the excerpt, on one line.
    pub summary: Option<String>,
    /// The whole text: HTML with absolute URLs, safe to show.
    pub content: Option<String>,
    /// What shows it.
    pub image: Option<Media>,
    /// What it brings along.
    pub enclosure: Option<Media>,
    /// A language tag, if it is not the feed's.
    pub language: Option<String>,
    /// The fields of the front matter that no format knows.
    pub extra: JsonMap<String, serde_json::Value>,
}

impl Site {
    /// The site as its configuration describes it.
    #[must_use]
    pub fn new(found: &mut Vec<Diagnostic>, config: &Config) -> Self {
        let line =
            |text: &Option<String>| text.as_deref().map(published_line).filter(|line| !line.is_empty());
        let title = line(&config.title).unwrap_or_else(|| {
            found.push(
                Diagnostic::new(
                    Rule::MissingSiteTitle,
                    config.dialect.kind().config_file().to_owned(),
                    "the site has no title",
                )
                .help(format!("its host name is used: `{}`; write `title: …`", config.base_url.host())),
            );
            config.base_url.host().to_owned()
        });
        let authors = match config.authors.as_slice() {
            [] => vec![Author { name: title.clone(), ..Author::default() }],
            authors => authors.to_vec(),
        };
        Self {
            title,
            description: line(&config.description),
            url: config.base_url.as_str().to_owned(),
            language: config.language.clone(),
            authors,
            copyright: line(&config.copyright),
            icon: config.icon.as_deref().and_then(|icon| config.base_url.join(icon)),
            logo: config.logo.as_deref().and_then(|logo| config.base_url.join(logo)),
            hubs: config.hubs.clone(),
            ttl: config.ttl,
        }
    }
}

impl Entry {
    /// A post as feeds carry it, with its whole source. `posts` are all of the site, for links between them.
    #[must_use]
    pub fn new(
        found: &mut Vec<Diagnostic>,
        post: &Post,
        source: &Source,
        posts: &[Listing],
        site: &Site,
        config: &Config,
    ) -> Self {
        // Only posts with a date are in feeds.
        let published = post.published.unwrap_or_else(no_date);
        let wants_content = !post.excerpt_only
            && (config.content == Content::Full
                || config.feeds.iter().any(|feed| feed.content == Some(Content::Full)));
        let image = post.image.as_deref().map(|url| Media::of_url(url, config));
        let (mut excerpt, mut content) = (None, None);
        if wants_content || post.summary.is_none() {
            let body = source.legal_body(found, post.body);
            if post.summary.is_none() {
                // A reference such as `&#11;` becomes a character only when Markdown is read.
                let text =
                    config.dialect.excerpt(post, &body, source, config).map(|text| published_line(&text));
                excerpt = text.filter(|line| !line.is_empty());
            }
            if wants_content {
                content = self::content(found, post, &body, posts, config);
            }
        }
        Self {
            id: post.id.clone(),
            url: post.url.clone(),
            title: post.title.clone(),
            published,
            updated: post.updated.unwrap_or(published),
            authors: if post.authors.is_empty() { site.authors.clone() } else { post.authors.clone() },
            categories: terms(post, config),
            summary: post.summary.clone().or(excerpt),
            content,
            // Of an image elsewhere nobody knows the length, which an enclosure must tell.
            enclosure: post
                .enclosure
                .clone()
                .or_else(|| image.clone().filter(|image| config.image_enclosure && image.length.is_some())),
            image,
            language: post.language.clone(),
            extra: post.extra.clone(),
        }
    }
}

impl Entry {
    /// A post as feeds carry it, of which a record says the rest.
    pub(crate) fn of_record(
        post: &Post,
        content: Option<String>,
        image: Option<Media>,
        enclosure: Option<Media>,
        config: &Config,
    ) -> Self {
        let published = post.published.unwrap_or_else(no_date);
        Self {
            id: post.id.clone(),
            url: post.url.clone(),
            title: post.title.clone(),
            published,
            updated: post.updated.unwrap_or(published),
            authors: post.authors.clone(),
            categories: terms(post, config),
            summary: post.summary.clone(),
            content,
            image,
            enclosure,
            language: post.language.clone(),
            extra: post.extra.clone(),
        }
    }
}

/// Categories and tags, each with what it belongs to.
fn terms(post: &Post, config: &Config) -> Vec<Term> {
    let categories: BTreeSet<&String> = post.categories.iter().collect();
    let scheme = |name: &String| {
        if categories.contains(name) { config.category_scheme.clone() } else { config.tag_scheme.clone() }
    };
    post.labels().into_iter().map(|name| Term { scheme: scheme(&name), name }).collect()
}

/// The whole text of a post: from the page that it became, else rendered from its source.
fn content(
    found: &mut Vec<Diagnostic>,
    post: &Post,
    body: &str,
    posts: &[Listing],
    config: &Config,
) -> Option<String> {
    let pixels = config.tracking_pixels;
    if let Some((html, base)) = built_page(post, config) {
        let page = base.and_then(|base| url::Url::parse(&post.url).ok()?.join(&base).ok());
        let page = page.map_or_else(|| post.url.clone(), |page| page.to_string());
        if let Some(content) = clean::publishable(&html, &page, pixels) {
            return Some(content);
        }
    }
    let mut unknown = BTreeSet::new();
    let html = config.dialect.content(post, body, posts, config, &mut unknown);
    let mut report = |rule: Rule, message: String, help: &str| {
        found.push(Diagnostic::new(rule, post.path.clone(), message).help(help));
    };
    if !unknown.is_empty() {
        let names: Vec<String> = unknown.iter().map(|name| format!("`{}`", text::shown(name))).collect();
        let help = "they were left out; build the site first, and the text is taken from the built page";
        report(Rule::TemplateTag, format!("the text has template tags: {}", names.join(", ")), help);
    }
    let content = clean::publishable(&html, &post.url, pixels);
    if content.is_none() && !html.trim().is_empty() {
        report(
            Rule::UnusableContent,
            "nothing of the text can be shown in a feed".to_owned(),
            "its excerpt stands for it",
        );
    }
    content
}

/// The text on the page that a post became, and the page's base, if the site has been built.
fn built_page(post: &Post, config: &Config) -> Option<(String, Option<String>)> {
    if !config.content_from_pages {
        return None;
    }
    let files = built::files_of(&post.url, config);
    let file = files.into_iter().map(|file| config.output.join(file)).find(|file| file.is_file())?;
    let page = source::decode("", std::fs::read(file).ok()?);
    if !page.undecodable.is_empty() {
        // In which encoding it is nobody knows; the source is better than half a text.
        return None;
    }
    let legal: String = text::legal_content(&page.text).into_owned();
    main_text::of_page(&legal, config.content_selector.as_deref(), &post.title)
}

/// The title of a feed: its own, else the site's.
pub(crate) fn title_of(feed: &FeedConfig, site: &Site) -> String {
    let own = feed.title.as_deref().map(published_line);
    own.filter(|title| !title.is_empty()).unwrap_or_else(|| site.title.clone())
}

impl<'a> Feed<'a> {
    /// A document of a feed with these entries, which are in order.
    #[must_use]
    pub fn new(site: &'a Site, entries: Vec<&'a Entry>, document: &Document<'_>, config: &Config) -> Self {
        let feed = document.feed;
        let script = || {
            let titles = [Some(site.title.as_str()), site.description.as_deref()];
            let titles = titles.into_iter().flatten().chain(entries.iter().map(|entry| entry.title.as_str()));
            language::of_script(&titles.collect::<String>()).unwrap_or("en").to_owned()
        };
        Self {
            site,
            title: title_of(feed, site),
            url: config.base_url.file(&document.path),
            id: config.base_url.file(&feed.path),
            history: document.history.clone(),
            language: site.language.clone().unwrap_or_else(script),
            updated: entries.iter().map(|entry| entry.updated).max().unwrap_or_else(no_date),
            stylesheet: config
                .stylesheet
                .as_deref()
                .map(|stylesheet| link::relative(&document.path, stylesheet)),
            content: feed.content.unwrap_or(config.content),
            full: entries.len(),
            entries,
        }
    }

    /// The whole text of the entry at this index, if the feed carries it.
    #[must_use]
    pub fn content_of(&self, index: usize) -> Option<&str> {
        let carried = self.content == Content::Full && index < self.full;
        self.entries.get(index).filter(|_| carried).and_then(|entry| entry.content.as_deref())
    }

    /// The summary of the entry at this index, if the feed carries it.
    #[must_use]
    pub fn summary_of(&self, index: usize) -> Option<&str> {
        self.entries
            .get(index)
            .filter(|_| self.content >= Content::Excerpt)
            .and_then(|entry| entry.summary.as_deref())
    }

    /// Lets the oldest entries carry their excerpts only, so that a document of `bytes` bytes loses at least `excess`.
    /// `false` if there is nothing left to leave out.
    pub fn shrink(&mut self, excess: usize) -> bool {
        let mut saved = 0;
        while saved < excess && self.full > 0 {
            saved += self.content_of(self.full - 1).map_or(0, str::len);
            self.full -= 1;
        }
        saved > 0
    }

    /// The media type and format of a feed, for links to it.
    #[must_use]
    pub fn media_type(format: Format) -> &'static str {
        match format {
            Format::Rss => "application/rss+xml",
            Format::Atom => "application/atom+xml",
            Format::Json => "application/feed+json",
        }
    }
}

/// What Atom's required `updated` says of a feed without entries: a fixed instant, the same in every build.
fn no_date() -> DateTime<FixedOffset> {
    chrono::Utc.timestamp_opt(946_684_800, 0).single().unwrap_or_default().fixed_offset()
}

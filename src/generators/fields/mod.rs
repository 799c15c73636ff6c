//! The fields of one post, resolved one by one. A value that cannot be used is reported, and the next best one taken.

pub(crate) mod dates;
pub(crate) mod extra;
mod image;
pub(super) mod names;
pub(crate) mod origins;
mod refused;
mod title;
mod visibility;

pub(crate) use refused::Needs;
pub(crate) use visibility::{Reading, is_in_drafts};

use std::borrow::Cow;
use std::cell::{Cell, RefCell};

use chrono::{DateTime, FixedOffset};
use jiff::tz::TimeZone;

use super::media;
use crate::diagnostic::{Diagnostic, Rule};
use crate::markup::{literal, published_line};
use crate::model::{AUTHOR, Author, Media, Post, SiteFacts, SitemapFacts, Term, authors, is_open};
use crate::settings::{FREQUENCIES, changefreq, priority};
use crate::source::{FrontMatter, Map, Node, Scalar, Source};
use crate::text::{self, language, link::has_plain_host};

/// How much of a post is resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// What the index of all posts needs, with all findings. Texts that cause no finding are left empty.
    Index,
    /// Everything. The findings of the first reading are made again.
    Whole,
}

/// How a text is split into names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Separator {
    /// At commas: `a, b` are two names.
    Comma,
    /// Not at all: the text is one name.
    None,
}

/// How many findings about its fields one post has at most.
const MOST_FINDINGS: usize = 100;

/// The fields of one post, with where findings go.
pub(crate) struct Fields<'a> {
    found: RefCell<&'a mut Vec<Diagnostic>>,
    pub(super) source: &'a Source,
    pub(super) site: &'a SiteFacts,
    /// The time zone of its language, if that is not the site's.
    pub(super) own_zone: Option<TimeZone>,
    /// The front matter; what its generator adds to it, and takes from it.
    pub(super) written: FrontMatter,
    scope: Scope,
    /// What is said of a post that is in no output.
    remark: RefCell<Option<Diagnostic>>,
    /// How many findings have been made.
    count: Cell<usize>,
    /// Whether any field may hide the post, once that has been asked.
    may_be_hidden: Cell<Option<bool>>,
    /// The pattern that the URL was made by.
    pattern: RefCell<Option<String>>,
}

impl<'a> Fields<'a> {
    /// A source, and its front matter.
    pub(crate) fn new(
        found: &'a mut Vec<Diagnostic>,
        source: &'a Source,
        written: FrontMatter,
        site: &'a SiteFacts,
        scope: Scope,
    ) -> Self {
        Self {
            found: RefCell::new(found),
            source,
            site,
            own_zone: None,
            written,
            scope,
            remark: RefCell::new(None),
            count: Cell::new(0),
            may_be_hidden: Cell::new(None),
            pattern: RefCell::new(None),
        }
    }

    /// What the fields that mean the same everywhere make of a post. Its address, dates and terms are its generator's.
    pub(super) fn post(&self, file_name: &str) -> Post {
        let is_listed = !self.is_unlisted() && self.flag("eleventyExcludeFromCollections") != Some(true);
        let is_indexed = !self.says_no_index() && !self.is_excluded_from_sitemap();
        Post {
            body: self.written.body,
            title: self.title(file_name),
            authors: self.authors(),
            summary: self.summary(),
            image: self.image(),
            enclosure: self.enclosure(),
            language: self.language().or_else(|| self.site.language.clone()),
            extra: self.extra(),
            sitemap: self.sitemap_facts(),
            aliases: self.aliases(),
            draft: self.is_draft(),
            in_feeds: is_listed && self.flag("feed") != Some(false) && !self.is_other_type(),
            in_sitemap: is_listed && is_indexed && self.flag("sitemap") != Some(false),
            ..Post::nameless(&self.source.path)
        }
    }

    /// Whether WordPress says that it is no post but a page, or a file.
    fn is_other_type(&self) -> bool {
        let kind = self.get("post_type").and_then(Node::as_text);
        kind.is_some_and(|kind| matches!(kind, "page" | "attachment" | "revision" | "nav_menu_item"))
    }

    /// Remembers the pattern that the URL was made by: its key, and itself.
    pub(super) fn made_by(&self, key: &str, pattern: &str) {
        if self.scope == Scope::Whole {
            *self.pattern.borrow_mut() = Some(format!("`{key}`, with the pattern `{pattern}`"));
        }
    }

    /// Where it was before, as Hugo, Zola and Jekyll's redirects write it.
    pub(super) fn aliases(&self) -> Vec<String> {
        if self.scope == Scope::Index {
            return Vec::new();
        }
        let written = ["aliases", "redirect_from"].into_iter().filter_map(|key| self.get(key));
        written.flat_map(Node::as_items).filter_map(Node::as_text).map(str::to_owned).collect()
    }

    /// The title as written, for fingerprints.
    pub(crate) fn written_title(&self) -> &str {
        self.get("title").and_then(Node::as_text).unwrap_or_default()
    }

    /// A value as written.
    #[inline]
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        self.written.map.get(key)
    }

    /// The first of several names for the same thing that has a value.
    #[inline]
    pub(super) fn first<'n>(&self, names: &[&'n str]) -> Option<(&'n str, &Node)> {
        self.written.first(names)
    }

    /// Reports something about a field, or about the file.
    pub(super) fn report(
        &self,
        rule: Rule,
        key: Option<&str>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let place = key.and_then(|key| self.written.place(self.source, key));
        self.push(Diagnostic::new(rule, self.source.path.clone(), message).at(place).help(help));
    }

    /// Sets the finding about a post that is in no output. No other finding about it is reported.
    pub(super) fn remark(&self, finding: Diagnostic) {
        self.remark.replace(Some(finding));
    }

    /// What is to be said of a post that is in no output.
    pub(crate) fn into_remark(self) -> Option<Diagnostic> {
        self.remark.into_inner()
    }

    fn push(&self, finding: Diagnostic) {
        if self.may_report() {
            self.count.set(self.count.get() + 1);
            self.found.borrow_mut().push(finding);
        }
    }

    /// Whether the post has fewer than [`MOST_FINDINGS`] findings.
    fn may_report(&self) -> bool {
        self.count.get() < MOST_FINDINGS
    }

    /// Makes a value that only feed entries need; the default value if only the index is built and nothing can be
    /// wrong.
    pub(super) fn of_entry<T: Default>(&self, make: impl FnOnce() -> T) -> T {
        if self.is_indexed_only() { T::default() } else { make() }
    }

    /// What only feeds that select by a taxonomy need, besides entries.
    pub(super) fn of_taxonomy<T: Default>(&self, taxonomy: &str, make: impl FnOnce() -> T) -> T {
        if self.is_wanted(taxonomy) { make() } else { T::default() }
    }

    /// Makes a text that only feed entries need, from one of these fields or from elsewhere. If it may be
    /// damaged, it is made in any case, so that the damage is reported.
    pub(super) fn text_of_entry(&self, names: &[&str], make: impl FnOnce() -> String) -> String {
        let is_spared = self.is_plain(names) || (self.is_indexed_only() && self.first(names).is_none());
        if is_spared { String::new() } else { make() }
    }

    /// Whether texts may be left empty: only the index is made, and all of the front matter is legal.
    fn is_indexed_only(&self) -> bool {
        self.scope == Scope::Index && self.written.legal
    }

    /// Whether the first of these fields may be left empty: only the index is built, and its text needs no
    /// repair.
    fn is_plain(&self, names: &[&str]) -> bool {
        self.is_indexed_only()
            && self.first(names).and_then(|(_, node)| node.as_text()).is_some_and(|text| {
                let may_be_cut = text.starts_with(|c: char| c.is_whitespace() || matches!(c, '*' | '_'));
                !text.is_empty() && !may_be_cut && memchr::memchr(b'&', text.as_bytes()).is_none()
            })
    }

    /// Yes or no, in any spelling.
    pub(super) fn flag(&self, key: &str) -> Option<bool> {
        let [item] = self.get(key)?.as_items() else { return None };
        let scalar = item.as_scalar()?;
        scalar.as_bool().or(match scalar.text.trim() {
            "0" => Some(false),
            "1" => Some(true),
            _ => None,
        })
    }

    /// Text on one line, legal. What had to be removed is reported.
    pub(super) fn legal(&self, key: &str, scalar: &Scalar) -> String {
        // `legal` is about the source, in which an escaped character does not appear as such.
        if (self.written.legal && scalar.at.is_some()) || text::is_legal(&scalar.text) {
            return text::one_line(&scalar.text);
        }
        let bad = |c: &char| !text::is_publishable(*c) && *c != '\r';
        if let Some((at, c)) = scalar.text.char_indices().find(|(_, c)| bad(c)).filter(|_| self.may_report())
        {
            let count = scalar.text.chars().filter(bad).count();
            let at = scalar.at.map(|start| start + at);
            let mut finding = self.source.unpublishable(&format!("`{key}` contains"), c, at, count);
            finding.place = finding.place.or_else(|| self.written.place(self.source, key));
            self.push(finding);
        }
        text::one_line(&text::legal(&scalar.text))
    }

    /// Text rendered from Markdown, legal. A reference such as `&#11;` may have become a forbidden character,
    /// which is reported.
    pub(super) fn legal_reference(&self, what: &str, plain: &str) -> String {
        if !text::is_legal(plain)
            && let Some(c) = plain.chars().find(|c| !text::is_publishable(*c) && *c != '\r')
        {
            self.push(self.source.unpublishable(&format!("{what} refers to"), c, None, 1));
        }
        published_line(plain)
    }

    /// A field of one line.
    pub(super) fn line(&self, names: &[&str]) -> Option<String> {
        let (key, node) = self.written.first(names)?;
        let Some(scalar) = node.as_scalar() else {
            let message = format!("`{key}` is {}, not text", node.kind());
            self.report(Rule::UnusableValue, Some(key), message, "it is ignored");
            return None;
        };
        Some(self.legal(key, scalar)).filter(|line| !line.is_empty())
    }

    /// Values of other places, for fields that the post does not have.
    pub(super) fn inherit(&mut self, values: Map) {
        self.may_be_hidden.set(None);
        let mut places = self.written.map.places(values.0.len());
        for (key, node) in values.0 {
            if places.pair(&mut self.written.map, &key.text).is_none() {
                // What is not in the source is looked at once more.
                self.written.legal = false;
                places.push(&mut self.written.map, key, node);
            }
        }
    }

    /// Terms of a taxonomy: a list, or text with a separator between.
    pub(super) fn terms(
        &self,
        taxonomy: impl Into<Cow<'static, str>>,
        keys: &[&str],
        separator: Separator,
    ) -> Vec<Term> {
        let taxonomy = taxonomy.into();
        if !self.is_wanted(&taxonomy) && self.are_all_scalars(keys) {
            return Vec::new();
        }
        self.names(keys, separator)
            .into_iter()
            .map(|name| Term { taxonomy: taxonomy.clone(), name })
            .collect()
    }

    /// Whether anything uses the terms of a taxonomy: the entry of a feed, or a feed that selects by them.
    fn is_wanted(&self, taxonomy: &str) -> bool {
        !self.is_indexed_only() || self.site.taxonomies.contains(taxonomy)
    }

    fn are_all_scalars(&self, keys: &[&str]) -> bool {
        keys.iter().filter_map(|key| self.get(key)).all(Node::has_no_map)
    }

    /// The names in a list, or in a text with a separator between them, each once.
    pub(super) fn names(&self, keys: &[&str], separator: Separator) -> Vec<String> {
        let mut names = Vec::new();
        for key in keys {
            let Some(node) = self.get(key) else { continue };
            for line in node.flat_items().into_iter().filter_map(|item| self.name(key, item)) {
                match (node, separator) {
                    (Node::List(_), _) | (_, Separator::None) => names.push(literal(line.trim())),
                    (_, Separator::Comma) => names.extend(line.split(',').map(|name| literal(name.trim()))),
                }
            }
        }
        text::unique(names.into_iter().filter(|name| !text::is_blank(name)).collect())
    }

    /// The name in one item: text, or what a map calls its name. Anything else is reported.
    fn name(&self, key: &str, item: &Node) -> Option<String> {
        let scalar = match item {
            Node::Map(map) => names::NAME.iter().find_map(|key| map.get(key)?.as_scalar()),
            Node::Scalar(scalar) if scalar.is_null() || scalar.is_switch() => return None,
            item => item.as_scalar(),
        };
        if scalar.is_none() && self.may_report() {
            let place = item.at().map(|at| self.source.place(at..at + 1));
            let place = place.or_else(|| self.written.place(self.source, key));
            let message = format!("`{key}` contains {}, not a name", item.kind());
            let finding = Diagnostic::new(Rule::UnusableValue, self.source.path.clone(), message);
            self.push(finding.at(place).help("it is ignored"));
        }
        Some(self.legal(key, scalar?))
    }

    /// Terms of the taxonomies that some feed needs, besides those that have fields of their own: of `series`, the
    /// value of the field `series`.
    pub(super) fn other_terms(&self) -> Vec<Term> {
        let mut terms = Vec::new();
        for taxonomy in self.site.taxonomies.iter().filter(|taxonomy| is_open(taxonomy)) {
            let items = self.get(taxonomy).map(Node::flat_items).unwrap_or_default();
            let lines = items.into_iter().filter_map(|item| self.name(taxonomy, item));
            let names = lines.map(|line| literal(line.trim())).filter(|name| !text::is_blank(name));
            let names = text::unique(names.collect()).into_iter();
            terms.extend(names.map(|name| Term { taxonomy: taxonomy.clone().into(), name }));
        }
        terms
    }

    /// The authors that the post names.
    pub(super) fn authors(&self) -> Vec<Author> {
        let Some((key, node)) = self.written.first(names::AUTHORS) else { return Vec::new() };
        if !self.is_wanted(AUTHOR) && self.is_plain(names::AUTHORS) {
            return Vec::new();
        }
        let is_switch = node.as_scalar().is_some_and(Scalar::is_switch);
        let mut legal = node.clone();
        legal.for_each_scalar(&mut |scalar| scalar.text = self.legal(key, scalar));
        let authors = authors(&legal);
        if authors.is_empty() && !is_switch {
            let message = format!("`{key}` has no name in it");
            self.report(Rule::UnusableValue, Some(key), message, "the site's author is used");
        }
        authors
    }

    pub(super) fn summary(&self) -> Option<String> {
        // `excerpt: false` means that there is none.
        let (_, node) = self.first(names::SUMMARY)?;
        if node.as_scalar().is_some_and(Scalar::is_switch) || self.is_plain(names::SUMMARY) {
            return None;
        }
        let plain = crate::markup::inline(&self.line(names::SUMMARY)?);
        Some(self.legal_reference("the summary", &plain)).filter(|line| !line.is_empty())
    }

    pub(super) fn language(&self) -> Option<String> {
        let tag = self.line(names::LANGUAGE)?;
        match language::parse(&tag) {
            Ok(tag) => Some(tag),
            Err(reason) => {
                let key = self.first(names::LANGUAGE).map(|(key, _)| key);
                let message = format!("`{}` cannot be used as a language: {reason}", text::shown(&tag));
                self.report(Rule::UnusableValue, key, message, "the language of the site is used");
                None
            }
        }
    }

    pub(super) fn enclosure(&self) -> Option<Media> {
        self.enclosure_with(&|written| self.beside(written))
    }

    /// The same, for a generator that does not serve what is beside the source.
    pub(super) fn enclosure_elsewhere(&self) -> Option<Media> {
        self.enclosure_with(&|_| None)
    }

    fn enclosure_with(&self, beside: &dyn Fn(&str) -> Option<String>) -> Option<Media> {
        let (key, node) = self.first(names::ENCLOSURE)?;
        // `audio: false` means that there is none.
        if node.as_scalar().is_some_and(Scalar::is_switch) {
            return None;
        }
        let media = media::of_value(node, self.site, beside);
        match &media {
            None => {
                self.report(
                    Rule::UnusableValue,
                    Some(key),
                    format!("`{key}` does not name a file"),
                    "it is ignored",
                );
            }
            Some(media) if media.length.is_none() => {
                let message = format!("the length of the file that `{key}` names is unknown");
                let help =
                    "RSS omits the enclosure; add its `length` in bytes, or put the file into the site";
                self.report(Rule::UnusableValue, Some(key), message, help);
            }
            Some(media) if !has_plain_host(&media.url) => {
                let message = format!("the URL that `{key}` names has a host that validators of RSS refuse");
                self.report(Rule::UnusableValue, Some(key), message, "RSS omits the enclosure");
            }
            Some(_) => {}
        }
        media
    }

    /// What a sitemap lists besides the URL and the date.
    pub(super) fn sitemap_facts(&self) -> SitemapFacts {
        let own = self.get("sitemap").and_then(Node::as_map);
        let text =
            |key: &str| own.and_then(|own| own.get(key)).or_else(|| self.get(key)).and_then(Node::as_text);
        let translation = names::TRANSLATION.iter().find_map(|key| self.get(key)?.as_text());
        let images = self.first(names::IMAGE).map_or(&[][..], |(_, node)| node.as_items());
        let paths = images.iter().filter_map(image::scalar).map(|scalar| scalar.text.as_str());
        let facts = (text("priority").and_then(priority), text("changefreq").and_then(changefreq));
        if let Some(own) = own {
            self.report_unread_fact(own, "priority", facts.0.as_ref(), "a number between 0 and 1");
            self.report_unread_fact(own, "changefreq", facts.1.as_ref(), FREQUENCIES);
        }
        SitemapFacts {
            url: None,
            priority: facts.0,
            changefreq: facts.1,
            translation: translation
                .map(|key| text::one_line(&text::legal(key)))
                .filter(|key| !key.is_empty()),
            images: text::unique(paths.filter_map(|path| self.image_url(path)).collect()),
        }
    }

    /// Reports what `sitemap` says and cannot be read. Outside of it, such a field may mean something else. Hugo writes -1
    /// for none.
    fn report_unread_fact(&self, own: &Map, key: &str, read: Option<&String>, wanted: &str) {
        let written = own.get(key).and_then(Node::as_text).filter(|text| !matches!(*text, "" | "-1"));
        if let Some(written) = written.filter(|_| read.is_none()) {
            let message =
                format!("`sitemap` has the {key} `{}`, which is not {wanted}", text::shown(written));
            self.report(Rule::UnusableValue, Some("sitemap"), message, "it is ignored");
        }
    }

    /// The fields that no format has a place for.
    pub(super) fn extra(&self) -> serde_json::Map<String, serde_json::Value> {
        let mut extra = serde_json::Map::new();
        for (key, node) in &self.written.map.0 {
            let is_deep = node.depth() > extra::DEEPEST;
            let is_spared = self.is_indexed_only() && !is_deep;
            if is_spared || names::is_known(&key.text) || key.text.is_empty() {
                continue;
            }
            if is_deep {
                let message =
                    format!("`{}` is nested deeper than {}", text::shown(&key.text), extra::DEEPEST);
                self.report(Rule::UnusableValue, Some(&key.text), message, "it is ignored");
                continue;
            }
            let mut node = node.clone();
            node.for_each_scalar(&mut |scalar| {
                if !((self.written.legal && scalar.at.is_some()) || text::is_legal(&scalar.text)) {
                    scalar.text = self.legal(&text::shown(&key.text), scalar);
                }
            });
            extra.insert(text::legal(&key.text).into_owned(), node.to_json());
        }
        extra::extension(extra, &self.site.base_url)
    }

    /// An instant, as the site's clocks show it.
    pub(super) fn at_site(&self, date: DateTime<FixedOffset>) -> DateTime<FixedOffset> {
        text::date::shown_in(date, &self.site.timezone)
    }

    /// The time zone of dates that are written without one.
    pub(super) fn zone(&self) -> &TimeZone {
        self.own_zone.as_ref().unwrap_or(&self.site.timezone)
    }
}

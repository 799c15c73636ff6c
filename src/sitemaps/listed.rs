//! What a sitemap lists.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, FixedOffset};
use rayon::prelude::*;

use super::robots::Rules;
use super::{canonical, fits_any};
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Rule};
use crate::model::{Extra, LANGUAGE, MAX_URL_LENGTH, Page, PostMeta};
use crate::read::Built;
use crate::render::sitemap::size;
use crate::settings::SitemapConfig;
use crate::text::{BaseUrl, date, language, link};

/// The pages of a sitemap: first what has no date, then posts, the oldest first. There may be a million, so each becomes
/// a [`Page`] only when it is written.
#[derive(Debug)]
pub(crate) struct Listing<'a> {
    listed: Vec<Listed<'a>>,
    /// How many, from the first, have no date.
    pub(super) undated: usize,
    alternates: HashMap<&'a str, Vec<(String, String)>>,
    /// The date of the newest post in feeds, which is that of the home page.
    newest: Option<DateTime<FixedOffset>>,
    /// When other pages were changed, by URL.
    changes: &'a BTreeMap<String, DateTime<FixedOffset>>,
    pub(super) sitemap: &'a SitemapConfig,
    pub(super) config: &'a Config,
}

#[derive(Debug, Clone, Copy)]
enum Listed<'a> {
    Post(&'a PostMeta),
    Other(&'a str),
    /// The home page; its date is that of the newest post.
    Home,
}

impl<'a> Listed<'a> {
    fn post(self) -> Option<&'a PostMeta> {
        match self {
            Self::Post(post) => Some(post),
            Self::Other(_) | Self::Home => None,
        }
    }

    /// Where it is.
    fn url(self, config: &'a Config) -> &'a str {
        match self {
            Self::Post(post) => post.listed_url(),
            Self::Other(url) => url,
            Self::Home => config.site.base_url.as_str(),
        }
    }

    /// Its language, and what it has in common with its translations.
    fn translation(self, config: &Config) -> Option<(String, String)> {
        let Self::Post(post) = self else {
            return config.dialect.translation_of_list(self.url(config), &config.site);
        };
        let key = post.sitemap_facts()?.translation.clone()?;
        Some((post.terms_of(LANGUAGE).into_iter().next()?.into_owned(), key))
    }

    fn is_dated(self) -> bool {
        matches!(self, Self::Post(post) if post.updated.or(post.published).is_some())
    }
}

impl<'a> Listing<'a> {
    /// How many pages it has.
    pub(crate) fn len(&self) -> usize {
        self.listed.len()
    }

    /// The posts among the pages.
    pub(crate) fn posts(&self) -> impl Iterator<Item = &'a PostMeta> {
        self.listed.iter().filter_map(|listed| listed.post())
    }

    /// Some of the pages.
    pub(super) fn pages(&self, range: Range<usize>) -> impl ExactSizeIterator<Item = Page<'a>> + Clone {
        #[expect(clippy::indexing_slicing, reason = "ranges are of parts of this listing")]
        self.listed[range].iter().map(|listed| self.page(*listed))
    }

    /// What is said of some of the pages besides their URLs and dates.
    pub(super) fn extras(&self, range: Range<usize>) -> impl Iterator<Item = Box<Extra>> {
        #[expect(clippy::indexing_slicing, reason = "ranges are of parts of this listing")]
        self.listed[range].iter().filter_map(|listed| self.extra(*listed))
    }

    /// At most how many bytes each takes in a document.
    pub(super) fn sizes(&self) -> Vec<usize> {
        self.listed.par_iter().map(|listed| size(&self.page(*listed))).collect()
    }

    /// When the newest of some of the pages was changed.
    pub(super) fn newest_in(&self, range: Range<usize>) -> Option<DateTime<FixedOffset>> {
        #[expect(clippy::indexing_slicing, reason = "ranges are of parts of this listing")]
        self.listed[range].iter().filter_map(|listed| self.lastmod(*listed)).max()
    }

    fn page(&self, listed: Listed<'a>) -> Page<'a> {
        Page { url: listed.url(self.config), lastmod: self.lastmod(listed), extra: self.extra(listed) }
    }

    fn lastmod(&self, listed: Listed<'_>) -> Option<DateTime<FixedOffset>> {
        let date = match listed {
            Listed::Post(post) => post.updated.or(post.published),
            Listed::Other(url) => self.changes.get(url).copied(),
            Listed::Home => self.newest,
        };
        // A date in the future cannot be that of a change.
        date.filter(|date| date::is_writable(date) && *date <= self.config.site.now)
    }

    fn extra(&self, listed: Listed<'_>) -> Option<Box<Extra>> {
        let facts = listed.post().and_then(PostMeta::sitemap_facts);
        let priority = facts.and_then(|facts| facts.priority.as_ref()).or(self.sitemap.priority.as_ref());
        let changefreq =
            facts.and_then(|facts| facts.changefreq.as_ref()).or(self.sitemap.changefreq.as_ref());
        let alternates = match self.alternates.is_empty() {
            true => None,
            false => self.alternates.get(listed.url(self.config)),
        };
        let images = facts.map_or(&[][..], |facts| &facts.images).iter();
        let images: Vec<String> = images.filter(|url| url.len() <= MAX_URL_LENGTH).cloned().collect();
        if priority.is_none() && changefreq.is_none() && alternates.is_none() && images.is_empty() {
            return None;
        }
        Some(Box::new(Extra {
            images,
            alternates: alternates.cloned().unwrap_or_default(),
            news: None,
            priority: priority.cloned(),
            changefreq: changefreq.cloned(),
        }))
    }
}

/// The pages of a sitemap. `others` are URLs that belong to no post; `changes`, when some of these were changed.
pub(crate) fn listing<'a>(
    found: &mut Vec<Diagnostic>,
    sitemap: &'a SitemapConfig,
    posts: &'a [PostMeta],
    others: &'a [String],
    built: Option<&Built>,
    changes: &'a BTreeMap<String, DateTime<FixedOffset>>,
    config: &'a Config,
) -> Listing<'a> {
    let scope = Scope::new(sitemap, config);
    // Permalinks are unique; only what is listed under another URL may be there already.
    let can_repeat = !others.is_empty() || posts.iter().any(PostMeta::is_listed_elsewhere);
    let mut seen = HashSet::with_capacity(if can_repeat { posts.len() } else { 0 });
    let home = config.site.base_url.as_str();
    let unlisted: Vec<Option<Unlisted>> = posts.par_iter().map(|post| scope.unlisted(post, built)).collect();
    // One more for the home page.
    let mut listed = Vec::with_capacity(posts.len() + others.len() + 1);
    // The oldest first, so that a new post changes the end of the file only.
    for (post, unlisted) in posts.iter().zip(unlisted).rev() {
        match unlisted {
            None if can_repeat && !seen.insert(post.listed_url()) => {}
            None => listed.push(Listed::Post(post)),
            Some(Unlisted::Outside) => found.extend(scope.outside(post)),
            Some(_) => {}
        }
    }
    if !listed.is_sorted_by_key(|listed| listed.is_dated()) {
        listed.sort_by_key(|listed| listed.is_dated());
    }
    let undated = listed.partition_point(|listed| !listed.is_dated());
    let others = others.iter().map(String::as_str).filter(|url| scope.takes(url));
    let others: Vec<&str> = others.filter(|url| seen.insert(url)).collect();
    // A folder of posts has no file for its home page, and every site has a home page.
    let is_folder = built.is_none() && config.is_plain() && sitemap.pages;
    let is_a_post = || posts.iter().any(|post| post.in_sitemap && post.is_listed_at(home));
    let lists_home = others.contains(&home) || (is_folder && scope.takes(home) && !is_a_post());
    let others: Vec<Listed<'_>> = others.into_iter().filter(|url| *url != home).map(Listed::Other).collect();
    let mut undated = undated + others.len();
    listed.splice(undated - others.len()..undated - others.len(), others);
    let dates = posts.iter().filter(|post| post.in_feeds).filter_map(|post| post.updated.or(post.published));
    let newest = dates.filter(|date| *date <= config.site.now).max();
    if lists_home || listed.is_empty() {
        // What changes with every post comes last.
        let place = if newest.is_some() { listed.len() } else { undated };
        undated += usize::from(newest.is_none());
        listed.insert(place, Listed::Home);
    }
    let alternates =
        if config.lists_translations() { alternates(found, &listed, config) } else { HashMap::new() };
    if built.is_some() {
        scope.report_unused(found, config);
    }
    Listing { undated, listed, alternates, newest, changes, sitemap, config }
}

/// Why a sitemap does not list a post.
#[derive(Clone, Copy)]
enum Unlisted {
    /// Its front matter says so.
    Unwanted,
    /// Its URL may not be listed.
    Outside,
    /// A pattern excludes it.
    Excluded,
    /// Its page says so.
    ByPage,
}

/// What a sitemap may list: only what is in its folder, or below.
pub(crate) struct Scope<'a> {
    root: String,
    /// Globs of excluded paths, and whether each has matched a URL.
    exclude: Vec<(String, AtomicBool)>,
    include: &'a [String],
    robots: Rules,
    base_url: &'a BaseUrl,
}

impl<'a> Scope<'a> {
    /// That of a sitemap, with the rules of the site's `robots.txt` and `_headers`, which are read.
    pub(crate) fn new(sitemap: &'a SitemapConfig, config: &'a Config) -> Self {
        let base_url = &config.site.base_url;
        let root = match sitemap.path.rsplit_once('/') {
            Some((folder, _)) => base_url.file(&format!("{folder}/")),
            None => base_url.as_str().to_owned(),
        };
        // A pattern may be written as the URL that it is meant for.
        let glob = |written: &String| {
            let path = written.strip_prefix(base_url.as_str()).unwrap_or(written);
            (link::decoded(path.trim_start_matches('/')), AtomicBool::new(false))
        };
        let exclude = sitemap.exclude.iter().map(glob).collect();
        Self { root, exclude, include: &sitemap.include, robots: Rules::read(config), base_url }
    }

    /// Why a post is not listed, if it is not: a clause.
    pub(crate) fn why_unlisted(&self, post: &PostMeta, built: Option<&Built>) -> Option<String> {
        match self.unlisted(post, built)? {
            Unlisted::Unwanted => Some("it is not for sitemaps: its front matter says so".to_owned()),
            Unlisted::Outside => self.check(post.listed_url()).err(),
            Unlisted::Excluded => {
                Some("`exclude` of the sitemap, `robots.txt` or `_headers` has a pattern for it".to_owned())
            }
            Unlisted::ByPage => unlisted_because(built?, post.url(), self.base_url).map(str::to_owned),
        }
    }

    /// Why a post is not listed, if it is not. Repeated URLs are not considered here.
    fn unlisted(&self, post: &PostMeta, built: Option<&Built>) -> Option<Unlisted> {
        let url = post.listed_url();
        if !post.in_sitemap {
            Some(Unlisted::Unwanted)
        } else if self.check(url).is_err() {
            Some(Unlisted::Outside)
        } else if self.excludes(url) {
            Some(Unlisted::Excluded)
        } else {
            unlisted_because(built?, post.url(), self.base_url).map(|_| Unlisted::ByPage)
        }
    }

    /// Whether a URL that belongs to no post is listed.
    fn takes(&self, url: &str) -> bool {
        self.check(url).is_ok() && !self.excludes(url)
    }

    /// The finding about a post that may not be listed.
    fn outside(&self, post: &PostMeta) -> Option<Diagnostic> {
        let message = self.check(post.listed_url()).err()?;
        let finding = Diagnostic::new(Rule::OutsideSitemap, post.path(), message);
        Some(finding.help("it is not in the sitemap"))
    }

    /// Returns an error with the reason if a URL may not be listed.
    fn check(&self, url: &str) -> Result<(), String> {
        if !url.starts_with(&self.root) {
            return Err(format!("the URL is not below {}", self.root));
        }
        if url.len() > MAX_URL_LENGTH {
            let length = url.len();
            return Err(format!(
                "the URL is {length} characters long, and a sitemap allows {MAX_URL_LENGTH}"
            ));
        }
        Ok(())
    }

    fn excludes(&self, url: &str) -> bool {
        let path = url.strip_prefix(self.base_url.origin()).unwrap_or(url);
        if !self.robots.allow(path) {
            return true;
        }
        if self.exclude.is_empty() {
            return false;
        }
        let path = url.strip_prefix(self.base_url.as_str()).map(link::decoded).unwrap_or_default();
        let fitting = self.exclude.iter().filter(|(glob, _)| fits_any(&path, std::slice::from_ref(glob)));
        let count = fitting.inspect(|(_, fits)| fits.store(true, Ordering::Relaxed)).count();
        count > 0 && !fits_any(&path, self.include)
    }

    /// Reports patterns that exclude nothing.
    fn report_unused(&self, found: &mut Vec<Diagnostic>, config: &Config) {
        for (glob, _) in self.exclude.iter().filter(|(_, fits)| !fits.load(Ordering::Relaxed)) {
            let file = config.file_of_outputs();
            let message = format!("`{glob}`, in the sitemap's `exclude`, matches no page");
            let finding = Diagnostic::new(Rule::UnusedPattern, file, message);
            found.push(finding.help("patterns are globs of paths below the base URL, such as `tags/**`"));
        }
    }
}

/// Why no sitemap lists the page at a URL, if none does.
fn unlisted_because(built: &Built, url: &str, base_url: &BaseUrl) -> Option<&'static str> {
    let (file, page) = built.page_of(url, base_url)?;
    let canonical = page.canonical.as_ref().and_then(|(href, _)| canonical(href, url, base_url));
    let is_elsewhere = canonical.is_some_and(|canonical| {
        built.page_of(&canonical, base_url).is_none_or(|(served, _)| served != file)
    });
    let reasons = [
        (page.no_index, "its page is `noindex`"),
        (page.is_redirect, "its page only leads to another"),
        (is_elsewhere, "its page has its canonical URL elsewhere"),
    ];
    reasons.into_iter().find_map(|(holds, reason)| holds.then_some(reason))
}

/// How many translations of a page a sitemap lists: each lists all the others.
const MOST_TRANSLATIONS: usize = 200;

/// For each page with translations, by its URL: the languages and URLs of all of them, its own among them, and which is
/// `x-default`. Of two in one language, the newer is used.
fn alternates<'a>(
    found: &mut Vec<Diagnostic>,
    listed: &[Listed<'a>],
    config: &'a Config,
) -> HashMap<&'a str, Vec<(String, String)>> {
    let mut clusters: HashMap<String, BTreeMap<String, Listed<'a>>> = HashMap::new();
    // The newest first. Only pages that the sitemap lists can link back to the others.
    for listed in listed.iter().rev() {
        // `hreflang` has no languages of three letters.
        let has_code = |language: &str| language.split('-').next().is_some_and(language::is_known);
        if let Some((language, key)) = listed.translation(config).filter(|(language, _)| has_code(language)) {
            clusters.entry(key).or_default().entry(language).or_insert(*listed);
        }
    }
    let mut alternates = HashMap::new();
    for cluster in clusters.values().filter(|cluster| cluster.len() > 1) {
        if cluster.len() > MOST_TRANSLATIONS {
            let path = cluster.values().find_map(|listed| listed.post()).map_or("", PostMeta::path);
            let message = format!("{} pages are translations of one another", cluster.len());
            let help = format!(
                "the sitemap lists at most {MOST_TRANSLATIONS} translations of a page, and none of these"
            );
            found.push(Diagnostic::new(Rule::UnusableValue, path, message).help(help));
            continue;
        }
        let default = [config.site.language.as_deref(), Some("en")];
        let default = default.into_iter().flatten().find_map(|language| cluster.get(language));
        let default = default.or_else(|| cluster.values().next());
        let url = |listed: &Listed<'a>| listed.url(config).to_owned();
        let all: Vec<(String, String)> = cluster
            .iter()
            .map(|(language, listed)| (language.clone(), url(listed)))
            .chain(default.map(|listed| ("x-default".to_owned(), url(listed))))
            .collect();
        for listed in cluster.values() {
            alternates.insert(listed.url(config), all.clone());
        }
    }
    alternates
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The URLs that a sitemap lists, below `https://e.com/`, and how many of them have no date.
    #[track_caller]
    fn case(
        sitemap: &str,
        posts: &[PostMeta],
        others: &[&str],
        expected: (&[&str], usize),
    ) -> Vec<Diagnostic> {
        let config = Config::example(&format!("sitemap: {sitemap}"));
        let others: Vec<String> = others.iter().map(|other| format!("https://e.com/{other}")).collect();
        let mut found = Vec::new();
        let (sitemap_config, none) = (config.sitemap.as_ref().unwrap(), BTreeMap::new());
        let listing = listing(&mut found, sitemap_config, posts, &others, None, &none, &config);
        let pages: Vec<&str> = listing.pages(0..listing.len()).map(|page| page.url).collect();
        let below: Vec<&str> = pages.iter().map(|url| url.strip_prefix("https://e.com/").unwrap()).collect();
        assert_eq!((below.as_slice(), listing.undated), expected, "{sitemap}");
        found
    }

    #[test]
    fn what_has_no_date_comes_first_then_posts_in_order() {
        let posts = [
            PostMeta::example("new", "2025-03-01T00:00:00Z", &[]),
            PostMeta::example("undated", "", &[]),
            PostMeta::example("old", "2025-01-01T00:00:00Z", &[]),
        ];
        case("sitemap.xml", &posts, &["page/", "new/"], (&["undated/", "page/", "old/", "new/", ""], 2));
        case("sitemap.xml", &[], &[], (&[""], 1));
        case("{exclude: ['*/'], include: [old/]}", &posts, &["page/"], (&["old/", ""], 0));
        let mut hidden = posts.clone();
        hidden[0].in_sitemap = false;
        case("sitemap.xml", &hidden, &[], (&["undated/", "old/", ""], 1));
    }

    #[test]
    fn what_a_sitemap_cannot_list_is_reported() {
        let posts = [
            PostMeta::example(&"long".repeat(600), "2025-03-01T00:00:00Z", &[]),
            PostMeta::example("a", "2025-03-01T00:00:00Z", &[]),
            PostMeta::example("below/b", "2025-03-01T00:00:00Z", &[]),
        ];
        let found = case("sitemap.xml", &posts, &[], (&["below/b/", "a/", ""], 0));
        assert!(found[0].message.contains("2415 characters long"), "{}", found[0].message);
        let found = case("below/sitemap.xml", &posts, &[], (&["below/b/"], 0));
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].message, "the URL is not below https://e.com/below/");
    }
}

//! What a sitemap lists, and the sitemaps that this takes.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Write as _;
use std::ops::Range;

use chrono::TimeDelta;
use rayon::prelude::*;

use crate::built::{self, Built};
use crate::config::{Config, Field, SitemapConfig};
use crate::diagnostic::{Diagnostic, Rule};
use crate::error::Error;
use crate::feed::Site;
use crate::listing::Listing;
use crate::outputs::{Failure, Kind, LAST, Outputs};
use crate::publish::Staged;
use crate::reading;
use crate::render::sitemap::{self, Extra, MAX_URL_LENGTH, News, Page};
use crate::select;
use crate::text::language;
use crate::text::link;

/// How many articles a news sitemap may list, and from how many days (Google's guidelines).
const NEWS: (usize, i64) = (1000, 2);

/// The pages of a sitemap: first what has no date, then posts, the oldest first. There may be a million, so each is told
/// from its post only when it is written.
#[derive(Debug)]
pub struct Pages<'a> {
    listed: Vec<Listed<'a>>,
    /// How many, from the first, have no date.
    undated: usize,
    alternates: HashMap<&'a str, Vec<(String, String)>>,
    sitemap: &'a SitemapConfig,
    config: &'a Config,
}

#[derive(Debug, Clone, Copy)]
enum Listed<'a> {
    Post(&'a Listing),
    Other(&'a String),
    /// A sitemap must list something, and every site has a home page.
    Home,
}

impl<'a> Listed<'a> {
    fn is_dated(self) -> bool {
        matches!(self, Self::Post(post) if post.updated.or(post.published).is_some())
    }
}

impl<'a> Pages<'a> {
    fn page(&self, listed: Listed<'a>) -> Page<'a> {
        match listed {
            Listed::Post(post) => Page {
                url: without_fragment(post.listed_url()),
                lastmod: post.updated.or(post.published),
                extra: self.extra(Some(post)),
            },
            Listed::Other(url) => Page { url, lastmod: None, extra: self.extra(None) },
            Listed::Home => Page { url: self.config.base_url.as_str(), lastmod: None, extra: None },
        }
    }

    fn some(&self, range: Range<usize>) -> impl ExactSizeIterator<Item = Page<'a>> + Clone {
        self.listed.get(range).unwrap_or_default().iter().map(|listed| self.page(*listed))
    }

    fn extra(&self, post: Option<&Listing>) -> Option<Box<Extra>> {
        let facts = post.and_then(Listing::sitemap_facts);
        let priority = facts.and_then(|facts| facts.priority.as_ref()).or(self.sitemap.priority.as_ref());
        let changefreq =
            facts.and_then(|facts| facts.changefreq.as_ref()).or(self.sitemap.changefreq.as_ref());
        let alternates = post.and_then(|post| self.alternates.get(post.url()));
        let images = facts.map_or(&[][..], |facts| &facts.images);
        if priority.is_none() && changefreq.is_none() && alternates.is_none() && images.is_empty() {
            return None;
        }
        Some(Box::new(Extra {
            images: images.to_vec(),
            alternates: alternates.cloned().unwrap_or_default(),
            news: None,
            priority: priority.cloned(),
            changefreq: changefreq.cloned(),
        }))
    }
}

fn without_fragment(url: &str) -> &str {
    url.split('#').next().unwrap_or_default()
}

/// What a sitemap lists. `others` are pages of no post.
#[must_use]
pub fn pages<'a>(
    found: &mut Vec<Diagnostic>,
    sitemap: &'a SitemapConfig,
    posts: &'a [Listing],
    others: &'a [String],
    built: Option<&Built>,
    config: &'a Config,
) -> Pages<'a> {
    // A sitemap may list only what is in its folder, or below.
    let folder = sitemap.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let root = if folder.is_empty() {
        config.base_url.as_str().to_owned()
    } else {
        config.base_url.file(&format!("{folder}/"))
    };
    let is_excluded = |url: &str| {
        let path = url.strip_prefix(config.base_url.as_str()).map(link::decoded).unwrap_or_default();
        built::is_listed(&path, &sitemap.exclude) && !built::is_listed(&path, &sitemap.include)
    };
    let excludes = !sitemap.exclude.is_empty();
    // Permalinks are unique; only what is listed under another URL may stand there already.
    let is_unusual = |post: &Listing| post.listed_url() != post.url() || post.url().contains('#');
    let unusual = !others.is_empty() || posts.iter().any(is_unusual);
    let mut seen = HashSet::with_capacity(if unusual { posts.len() } else { 0 });
    let mut listed = Vec::with_capacity(posts.len() + others.len());
    for post in select::for_sitemap(posts) {
        let url = without_fragment(post.listed_url());
        let reason = if !url.starts_with(&root) {
            Some(format!("the URL is not below {root}"))
        } else if url.len() > MAX_URL_LENGTH {
            Some(format!("the URL is {} characters long, and a sitemap allows {MAX_URL_LENGTH}", url.len()))
        } else {
            None
        };
        if let Some(message) = reason {
            found.push(
                Diagnostic::new(Rule::OutsideSitemap, post.path(), message).help("it is not in the sitemap"),
            );
            continue;
        }
        let is_hidden = (excludes && is_excluded(url))
            || built.is_some_and(|built| built.is_unlisted(post.url(), config));
        if !is_hidden && (!unusual || seen.insert(url)) {
            listed.push(Listed::Post(post));
        }
    }
    let alternates = if sitemap.hreflang { alternates(&listed, config) } else { HashMap::new() };
    if !listed.is_sorted_by_key(|listed| listed.is_dated()) {
        listed.sort_by_key(|listed| listed.is_dated());
    }
    let undated = listed.partition_point(|listed| !listed.is_dated());
    let others: Vec<Listed<'_>> = others
        .iter()
        .filter(|url| url.starts_with(&root) && url.len() <= MAX_URL_LENGTH)
        .filter(|url| !(excludes && is_excluded(url)) && seen.insert(url))
        .map(Listed::Other)
        .collect();
    let undated = undated + others.len();
    listed.splice(undated - others.len()..undated - others.len(), others);
    if listed.is_empty() {
        listed.push(Listed::Home);
    }
    Pages {
        undated: undated.max(usize::from(matches!(listed.as_slice(), [Listed::Home]))),
        listed,
        alternates,
        sitemap,
        config,
    }
}

/// For each post that has translations: its own and their languages and URLs, and which of them is for everybody else.
/// Of two posts in one language the newer counts.
fn alternates<'a>(listed: &[Listed<'a>], config: &Config) -> HashMap<&'a str, Vec<(String, String)>> {
    let mut clusters: HashMap<&str, BTreeMap<&str, &Listing>> = HashMap::new();
    // The newest first. Only what the sitemap lists can say the same of the others.
    for listed in listed.iter().rev() {
        let Listed::Post(post) = listed else { continue };
        let key = post.sitemap_facts().and_then(|facts| facts.translation.as_deref());
        if let (Some(key), Some(language)) = (key, post.values(Field::Language).next()) {
            clusters.entry(key).or_default().entry(language).or_insert(post);
        }
    }
    let mut alternates = HashMap::new();
    for cluster in clusters.values().filter(|cluster| cluster.len() > 1) {
        let default = [config.language.as_deref(), Some("en")];
        let default = default.into_iter().flatten().find_map(|language| cluster.get(language));
        let default = default.or_else(|| cluster.values().next());
        let listed = |post: &Listing| post.listed_url().to_owned();
        let all: Vec<(String, String)> = cluster
            .iter()
            .map(|(language, post)| ((*language).to_owned(), listed(post)))
            .chain(default.map(|post| ("x-default".to_owned(), listed(post))))
            .collect();
        for post in cluster.values() {
            alternates.insert(post.url(), all.clone());
        }
    }
    alternates
}

/// Adds the sitemap; or, of more pages than one may have, its parts and the index that stands in its place.
///
/// Gives the path of what search engines are to be told of.
///
/// # Errors
/// [`Error::Write`] and [`Error::Unsound`].
pub fn render(outputs: &mut Outputs<'_>, pages: &Pages<'_>) -> Result<String, Error> {
    let Pages { sitemap, config, .. } = *pages;
    let path = sitemap.path.as_str();
    let stylesheet = stylesheet(path, config);
    let suffix = if sitemap.gzip { ".gz" } else { "" };
    let stem = path.strip_suffix(".xml").unwrap_or(path);
    let split = |range: Range<usize>| {
        let parts =
            sitemap::split(pages.some(range.clone()).map(|page| sitemap::size(&page)), sitemap::LIMITS);
        parts
            .into_iter()
            .map(move |part| part.start + range.start..part.end + range.start)
            .collect::<Vec<_>>()
    };
    let all = 0..pages.listed.len();
    let parts: Vec<(String, Range<usize>)> = match split(all.clone()).as_slice() {
        [all] => vec![(format!("{path}{suffix}"), all.clone())],
        _ => {
            // What has no date comes and goes anywhere; that must not move posts from one part to the next.
            let numbered = |name: &str, range| {
                let parts = (1..).zip(split(range));
                parts.map(|(number, part)| (format!("{name}-{number}.xml{suffix}"), part)).collect::<Vec<_>>()
            };
            let undated = numbered(&format!("{stem}-pages"), 0..pages.undated);
            [undated, numbered(stem, pages.undated..all.end)].concat()
        }
    };
    let staged: Vec<Result<Staged, Error>> = parts
        .par_iter()
        .map(|(name, part)| {
            outputs.stage(name, |draft| {
                if sitemap.gzip {
                    let mut packed = sitemap::gzip(draft);
                    sitemap::write(&mut packed, pages.some(part.clone()), stylesheet.as_deref())?;
                    packed.finish().map(drop).map_err(Failure::Write)
                } else {
                    sitemap::write(draft, pages.some(part.clone()), stylesheet.as_deref())
                }
            })
        })
        .collect();
    for ((name, part), staged) in parts.iter().zip(staged) {
        outputs.push(LAST, name, Kind::Sitemap, part.len(), staged?);
    }
    let mut told = parts.first().map(|(name, _)| name.clone()).unwrap_or_default();
    if parts.len() > 1 {
        let urls: Vec<String> = parts.iter().map(|(name, _)| config.base_url.file(name)).collect();
        let newest = |part: &Range<usize>| pages.some(part.clone()).filter_map(|page| page.lastmod).max();
        let index: Vec<Page<'_>> = urls
            .iter()
            .zip(&parts)
            .map(|(url, (_, part))| Page { url, lastmod: newest(part), extra: None })
            .collect();
        // The index comes last: it never lists what is not there.
        let staged =
            outputs.stage(path, |draft| sitemap::write_index(draft, &index, stylesheet.as_deref()))?;
        outputs.push(LAST, path, Kind::Sitemap, index.len(), staged);
        path.clone_into(&mut told);
    }
    if let Some(path) = &sitemap.text {
        render_text(outputs, path, pages)?;
    }
    Ok(told)
}

/// Adds the same list as plain text, one URL a line, in parts of what a sitemap may have.
fn render_text(outputs: &mut Outputs<'_>, path: &str, pages: &Pages<'_>) -> Result<(), Error> {
    let (stem, extension) = path.rsplit_once('.').unwrap_or((path, "txt"));
    let parts =
        sitemap::split(pages.some(0..pages.listed.len()).map(|page| page.url.len() + 1), sitemap::LIMITS);
    let is_one = parts.len() == 1;
    for (number, part) in (1..).zip(parts) {
        let name = if is_one { path.to_owned() } else { format!("{stem}-{number}.{extension}") };
        let staged = outputs.stage(&name, |draft| {
            pages
                .some(part.clone())
                .try_for_each(|page| writeln!(draft, "{}", page.url))
                .map_err(Failure::Write)
        })?;
        outputs.push(LAST, &name, Kind::Sitemap, part.len(), staged);
    }
    Ok(())
}

/// Adds a sitemap of the last two days' posts, for Google News: of those that the sitemap lists.
///
/// # Errors
/// [`Error::Write`] and [`Error::Unsound`].
pub fn render_news(
    found: &mut Vec<Diagnostic>,
    outputs: &mut Outputs<'_>,
    path: &str,
    pages: &Pages<'_>,
    posts: &[Listing],
    site: &Site,
    config: &Config,
) -> Result<(), Error> {
    let listed: HashSet<&str> = pages.some(0..pages.listed.len()).map(|page| page.url).collect();
    let oldest = config.now - TimeDelta::days(NEWS.1);
    let is_news = |post: &&Listing| {
        post.in_feeds
            && listed.contains(post.listed_url())
            && post.published.is_some_and(|published| (oldest..=config.now).contains(&published.to_utc()))
    };
    let mut news_pages = Vec::new();
    for listing in posts.iter().filter(is_news).take(NEWS.0) {
        let Some((post, _)) = reading::entry(found, listing, posts, site, config) else { continue };
        let by_script = || language::of_script(&format!("{}{}", site.title, post.title)).unwrap_or("en");
        let news = listing.published.map(|published| News {
            publication: site.title.clone(),
            language: post.language.clone().unwrap_or_else(|| by_script().to_owned()),
            published,
            title: post.title.clone(),
        });
        let extra = Extra { news, ..Extra::default() };
        news_pages.push(Page { url: listing.listed_url(), lastmod: None, extra: extra.boxed() });
    }
    if news_pages.is_empty() {
        // A sitemap must list something.
        news_pages.push(Page { url: config.base_url.as_str(), lastmod: None, extra: None });
    }
    let stylesheet = stylesheet(path, config);
    let staged = outputs
        .stage(path, |draft| sitemap::write(draft, news_pages.iter().cloned(), stylesheet.as_deref()))?;
    outputs.push(LAST, path, Kind::Sitemap, news_pages.len(), staged);
    Ok(())
}

fn stylesheet(path: &str, config: &Config) -> Option<String> {
    config.stylesheet.as_deref().map(|stylesheet| link::relative(path, stylesheet))
}

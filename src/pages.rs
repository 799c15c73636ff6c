//! What a sitemap lists, and the sitemaps that this takes.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Write as _;

use chrono::TimeDelta;
use rayon::prelude::*;

use crate::built::{self, Built};
use crate::config::{Config, Field, SitemapConfig};
use crate::diagnostic::{Diagnostic, Rule};
use crate::error::Error;
use crate::feed::Site;
use crate::link;
use crate::listing::Listing;
use crate::outputs::{Failure, Kind, LAST, Outputs};
use crate::publish::Staged;
use crate::reading;
use crate::render::sitemap::{self, Extra, MAX_URL_LENGTH, News, Page};
use crate::select;
use crate::text;

/// How many articles a news sitemap may list, and from how many days (Google's guidelines).
const NEWS: (usize, i64) = (1000, 2);

/// The pages of a sitemap: first what has no date, then posts, the oldest first. `others` are pages of no post.
#[must_use]
pub fn pages<'a>(
    found: &mut Vec<Diagnostic>,
    sitemap: &SitemapConfig,
    posts: &'a [Listing],
    others: &'a [String],
    built: Option<&Built>,
    config: &'a Config,
) -> Vec<Page<'a>> {
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
    let alternates = if sitemap.hreflang { alternates(posts, config) } else { HashMap::new() };
    // Permalinks are unique; only what is listed under another URL may stand there already.
    let is_unusual = |post: &Listing| post.listed_url() != post.url() || post.url().contains('#');
    let unusual = !others.is_empty() || posts.iter().any(is_unusual);
    let mut seen = HashSet::with_capacity(if unusual { posts.len() } else { 0 });
    let mut pages = Vec::with_capacity(posts.len() + others.len());
    for post in select::for_sitemap(posts) {
        let url = post.listed_url().split('#').next().unwrap_or_default();
        let reason = if !url.starts_with(&root) {
            Some(format!("the URL is not below {root}"))
        } else if url.len() > MAX_URL_LENGTH {
            Some(format!("the URL is {} characters long, and a sitemap allows {MAX_URL_LENGTH}", url.len()))
        } else {
            None
        };
        if let Some(message) = reason {
            found.push(Diagnostic {
                rule: Rule::OutsideSitemap,
                path: post.path().to_owned(),
                place: None,
                message,
                help: Some("it is not in the sitemap".to_owned()),
            });
            continue;
        }
        let is_hidden = (excludes && is_excluded(url))
            || built.is_some_and(|built| built.says_no_index(post.url(), config));
        if !is_hidden && (!unusual || seen.insert(url)) {
            let extra = extra(post, sitemap, alternates.get(post.url()).cloned().unwrap_or_default());
            pages.push(Page { url, lastmod: post.updated.or(post.published), extra });
        }
    }
    if !pages.is_sorted_by_key(|page| page.lastmod.is_some()) {
        pages.sort_by_key(|page| page.lastmod.is_some());
    }
    let undated = pages.partition_point(|page| page.lastmod.is_none());
    let others: Vec<Page<'_>> = others
        .iter()
        .filter(|url| url.starts_with(&root) && url.len() <= MAX_URL_LENGTH)
        .filter(|url| !(excludes && is_excluded(url)) && seen.insert(url))
        .map(|url| {
            let extra = Extra {
                priority: sitemap.priority.clone(),
                changefreq: sitemap.changefreq.clone(),
                ..Extra::default()
            };
            Page { url, lastmod: None, extra: extra.boxed() }
        })
        .collect();
    pages.splice(undated..undated, others);
    if pages.is_empty() {
        // A sitemap must list something, and every site has a home page.
        pages.push(Page { url: config.base_url.as_str(), lastmod: None, extra: None });
    }
    pages
}

fn extra(post: &Listing, sitemap: &SitemapConfig, alternates: Vec<(String, String)>) -> Option<Box<Extra>> {
    let facts = post.sitemap_facts();
    let extra = Extra {
        images: facts.map_or_else(Vec::new, |facts| facts.images.clone()),
        alternates,
        news: None,
        priority: facts.and_then(|facts| facts.priority.clone()).or_else(|| sitemap.priority.clone()),
        changefreq: facts.and_then(|facts| facts.changefreq.clone()).or_else(|| sitemap.changefreq.clone()),
    };
    extra.boxed()
}

/// For each post that has translations: its own and their languages and URLs, and which of them is for everybody else.
/// Of two posts in one language the newer counts.
fn alternates<'a>(posts: &'a [Listing], config: &Config) -> HashMap<&'a str, Vec<(String, String)>> {
    let mut clusters: HashMap<&str, BTreeMap<&str, &Listing>> = HashMap::new();
    for post in posts.iter().filter(|post| post.in_sitemap && config.base_url.covers(post.url())) {
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
pub fn render(
    outputs: &mut Outputs<'_>,
    sitemap: &SitemapConfig,
    pages: &[Page<'_>],
    config: &Config,
) -> Result<String, Error> {
    let path = sitemap.path.as_str();
    let stylesheet = stylesheet(path, config);
    let suffix = if sitemap.gzip { ".gz" } else { "" };
    let stem = path.strip_suffix(".xml").unwrap_or(path);
    let parts: Vec<(String, &[Page<'_>])> = match sitemap::split(pages, sitemap::LIMITS).as_slice() {
        [all] => vec![(format!("{path}{suffix}"), *all)],
        _ => {
            // What has no date comes and goes anywhere; that must not move posts from one part to the next.
            let (undated, posts) = pages.split_at(pages.partition_point(|page| page.lastmod.is_none()));
            let numbered = |name: &str, pages| {
                let parts = (1..).zip(sitemap::split(pages, sitemap::LIMITS));
                parts.map(|(number, part)| (format!("{name}-{number}.xml{suffix}"), part)).collect::<Vec<_>>()
            };
            [numbered(&format!("{stem}-pages"), undated), numbered(stem, posts)].concat()
        }
    };
    let staged: Vec<Result<Staged, Error>> = parts
        .par_iter()
        .map(|(name, part)| {
            outputs.stage(name, |draft| {
                if sitemap.gzip {
                    let mut packed = sitemap::gzip(draft);
                    sitemap::write(&mut packed, part, stylesheet.as_deref())?;
                    packed.finish().map(drop).map_err(Failure::Write)
                } else {
                    sitemap::write(draft, part, stylesheet.as_deref())
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
        let newest = |part: &[Page<'_>]| part.iter().filter_map(|page| page.lastmod).max();
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
fn render_text(outputs: &mut Outputs<'_>, path: &str, pages: &[Page<'_>]) -> Result<(), Error> {
    let (stem, extension) = path.rsplit_once('.').unwrap_or((path, "txt"));
    let parts = pages.chunks(sitemap::LIMITS.urls);
    let is_one = parts.len() == 1;
    for (number, part) in (1..).zip(parts) {
        let name = if is_one { path.to_owned() } else { format!("{stem}-{number}.{extension}") };
        let staged = outputs.stage(&name, |draft| {
            part.iter().try_for_each(|page| writeln!(draft, "{}", page.url)).map_err(Failure::Write)
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
    listed: &[Page<'_>],
    posts: &[Listing],
    site: &Site,
    config: &Config,
) -> Result<(), Error> {
    let listed: HashSet<&str> = listed.iter().map(|page| page.url).collect();
    let oldest = config.now - TimeDelta::days(NEWS.1);
    let is_news = |post: &&Listing| {
        post.in_feeds
            && listed.contains(post.listed_url())
            && post.published.is_some_and(|published| (oldest..=config.now).contains(&published.to_utc()))
    };
    let mut pages = Vec::new();
    for listing in posts.iter().filter(is_news).take(NEWS.0) {
        let Some((post, _)) = reading::entry(found, listing, posts, site, config) else { continue };
        let by_script = || text::language_of_script(&format!("{}{}", site.title, post.title)).unwrap_or("en");
        let news = listing.published.map(|published| News {
            publication: site.title.clone(),
            language: post.language.clone().unwrap_or_else(|| by_script().to_owned()),
            published,
            title: post.title.clone(),
        });
        let extra = Extra { news, ..Extra::default() };
        pages.push(Page { url: listing.listed_url(), lastmod: None, extra: extra.boxed() });
    }
    if pages.is_empty() {
        // A sitemap must list something.
        pages.push(Page { url: config.base_url.as_str(), lastmod: None, extra: None });
    }
    let stylesheet = stylesheet(path, config);
    let staged = outputs.stage(path, |draft| sitemap::write(draft, &pages, stylesheet.as_deref()))?;
    outputs.push(LAST, path, Kind::Sitemap, pages.len(), staged);
    Ok(())
}

fn stylesheet(path: &str, config: &Config) -> Option<String> {
    config.stylesheet.as_deref().map(|stylesheet| link::relative(path, stylesheet))
}

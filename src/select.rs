//! Which posts are published, and in which order.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{BuildHasher, RandomState};

use chrono::Datelike;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use rayon::slice::ParallelSliceMut;

use crate::config::{Config, Criteria, Each, FeedConfig, Field, SitemapConfig};
use crate::diagnostic::{Diagnostic, Rule};
use crate::listing::Listing;
use crate::post::Post;
use crate::text::{date, glob, slug};

/// Whether a post is nobody's business: a draft, from the future, or wanted neither in feeds nor in sitemaps.
#[must_use]
pub fn is_hidden(post: &Post, config: &Config) -> bool {
    (!post.in_feeds && !post.in_sitemap) || is_unfinished(post, config)
}

/// Whether nobody should see a post yet: a draft, or from the future.
#[must_use]
pub fn is_unfinished(post: &Post, config: &Config) -> bool {
    (post.draft && !config.drafts)
        || (!config.future && post.published.is_some_and(|published| published > config.now))
}

/// The newest first, ties by URL; what has no date comes last.
#[must_use]
pub fn in_order(mut posts: Vec<Listing>) -> Vec<Listing> {
    posts.par_sort_unstable_by(|a, b| {
        (Reverse(a.published), a.url(), a.path(), a.place()).cmp(&(
            Reverse(b.published),
            b.url(),
            b.path(),
            b.place(),
        ))
    });
    posts
}

/// One post for each URL: of several, the newest. The posts are in order.
#[must_use]
pub fn with_unique_urls(found: &mut Vec<Diagnostic>, mut posts: Vec<Listing>) -> Vec<Listing> {
    // Indices, not texts, because there may be a million.
    let mut first: HashTable<u32> = HashTable::with_capacity(posts.len());
    let hasher = RandomState::new();
    let url_of = |index: &u32| posts.get(*index as usize).map_or("", Listing::url);
    let mut dropped = Vec::new();
    for (index, post) in (0..).zip(&posts) {
        let hash = hasher.hash_one(post.url());
        let is_same = |other: &u32| url_of(other) == post.url();
        match first.entry(hash, is_same, |other| hasher.hash_one(url_of(other))) {
            Entry::Vacant(entry) => drop(entry.insert(index)),
            Entry::Occupied(entry) => {
                let other = posts.get(*entry.get() as usize).map_or("", Listing::path);
                let help = "the newer of the two is published; give one of them another `permalink`";
                found.push(same(Rule::DuplicateUrl, "URL", post.url(), post, other, help));
                dropped.push(index);
            }
        }
    }
    let mut index = 0;
    posts.retain(|_| {
        index += 1;
        dropped.binary_search(&(index - 1)).is_err()
    });
    posts
}

/// Of several posts with one id, all but the newest get their URL for an id; where that is taken too, the post is in no
/// feed. The posts are in order, and their URLs are unique.
pub fn make_ids_unique(found: &mut Vec<Diagnostic>, posts: &mut [Listing]) {
    if posts.iter().all(|post| post.own_id().is_none()) {
        return;
    }
    let mut first: HashMap<&str, &str> = HashMap::with_capacity(posts.len());
    let mut renamed = Vec::new();
    for (index, post) in posts.iter().enumerate().filter(|(_, post)| post.in_feeds) {
        let Some(other) = first.get(post.id()) else {
            first.insert(post.id(), post.path());
            continue;
        };
        let taken = first.contains_key(post.url());
        let help = match taken {
            true => "its URL is an id too, so it is in no feed; give one of them another `id`",
            false => "its URL is its id in feeds, so that readers show both; give one of them another `id`",
        };
        found.push(same(Rule::DuplicateId, "id", post.id(), post, other, help));
        renamed.push((index, taken));
        first.entry(post.url()).or_insert(post.path());
    }
    for (index, taken) in renamed {
        if let Some(post) = posts.get_mut(index) {
            post.forget_id();
            post.in_feeds &= !taken;
        }
    }
}

fn same(rule: Rule, what: &str, value: &str, post: &Listing, other: &str, help: &str) -> Diagnostic {
    Diagnostic::new(
        rule,
        post.path(),
        format!("has the same {what} as `{}`: {value}", crate::text::shown(other)),
    )
    .help(help)
}

/// Only the newest posts of the main collection, where the site wants no more. The posts are in order.
#[must_use]
pub fn newest(mut posts: Vec<Listing>, limit: Option<usize>) -> Vec<Listing> {
    let mut left = limit.unwrap_or(usize::MAX);
    posts.retain(|post| {
        let counted = post.collection() == Some("posts");
        let keep = !counted || left > 0;
        left -= usize::from(counted && keep);
        keep
    });
    posts
}

/// The feeds to write: what is declared for each value of a field becomes a feed for every value that posts have.
#[must_use]
pub fn expand(found: &mut Vec<Diagnostic>, posts: &[Listing], config: &Config) -> Vec<FeedConfig> {
    let mut expanded = Vec::new();
    for feed in &config.feeds {
        match &feed.each {
            Some(each) => expand_one(found, &mut expanded, feed, each, posts, config),
            None => expanded.push(feed.clone()),
        }
    }
    expanded
}

fn expand_one(
    found: &mut Vec<Diagnostic>,
    expanded: &mut Vec<FeedConfig>,
    feed: &FeedConfig,
    each: &Each,
    posts: &[Listing],
    config: &Config,
) {
    // How many posts have a value, and where the oldest of them is: the posts are in order, the newest first.
    let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (index, post) in posts.iter().enumerate().filter(|(_, post)| is_selected(post, feed)) {
        for value in values(post, each.field) {
            let (count, oldest) = counts.entry(value).or_default();
            *count += 1;
            *oldest = index;
        }
    }
    counts.retain(|value, (count, _)| {
        *count >= each.min_posts.max(1)
            && (each.only.is_empty() || each.only.contains(value))
            && !each.except.contains(value)
    });
    // Who was first to a name keeps it, whatever is published later: subscribers must not find another feed there.
    let mut values: Vec<(String, usize)> =
        counts.into_iter().map(|(value, (_, oldest))| (value, oldest)).collect();
    values.sort_by_key(|(value, oldest)| (Reverse(*oldest), value.clone()));
    let reserved = reserved_paths(config);
    let mut taken: BTreeMap<String, String> = BTreeMap::new();
    let mut feeds = Vec::new();
    for (value, _) in values {
        let name = if feed.path.contains("{value}") { slug::file_name(&value) } else { slug::slug(&value) };
        // On many disks `C` and `c` are one name.
        let is_taken = |name: &str| {
            let path = feed.path.replace("{value}", name).replace("{slug}", name).to_lowercase();
            taken.contains_key(&name.to_lowercase())
                || reserved.contains(&path)
                || (feed.archive.is_some() && is_archive_name(name))
        };
        let mut unique = name.clone();
        let mut number = 2;
        while is_taken(&unique) {
            unique = format!("{name}-{number}");
            number += 1;
        }
        if unique != name {
            let other = taken.get(&name.to_lowercase()).map_or_else(
                || "another output".to_owned(),
                |first| format!("`{}`", crate::text::shown(first)),
            );
            found.push(
                Diagnostic::new(
                    Rule::SameSlug,
                    feed.path.clone(),
                    format!(
                        "the {} `{}` has the same name in a path as {other}",
                        each.field.name(),
                        crate::text::shown(&value),
                    ),
                )
                .help(format!("its feed is called `{}`", crate::text::shown(&unique))),
            );
        }
        taken.insert(unique.to_lowercase(), value.clone());
        let site = config.title.as_deref().unwrap_or(config.base_url.host());
        let title = feed.title.as_deref().unwrap_or("{site} - {value}");
        feeds.push(FeedConfig {
            path: feed.path.replace("{value}", &unique).replace("{slug}", &unique),
            title: Some(title.replace("{value}", &value).replace("{site}", site)),
            each: None,
            value: Some((each.field, value)),
            ..feed.clone()
        });
    }
    feeds.sort_by(|a, b| a.path.cmp(&b.path));
    expanded.append(&mut feeds);
}

/// The paths of outputs that no value of a field may take, in lower case.
fn reserved_paths(config: &Config) -> BTreeSet<String> {
    let feeds = config.feeds.iter().filter(|feed| feed.each.is_none()).map(|feed| feed.path.as_str());
    let sitemaps = config.sitemap.iter().flat_map(SitemapConfig::paths).map(String::as_str);
    let others = config.stylesheet.iter().chain(&config.opml).map(String::as_str);
    let paths = feeds.chain(sitemaps).chain(others).chain(["robots.txt"]).map(str::to_lowercase);
    paths.flat_map(|path| [format!("{path}.gz"), path]).collect()
}

/// Whether a name ends like that of an archive.
fn is_archive_name(name: &str) -> bool {
    name.rsplit_once("-archive-").is_some_and(|(_, number)| number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The values that a post has of a field.
fn values(post: &Listing, field: Field) -> Vec<String> {
    match field {
        Field::Category | Field::Tag | Field::Author | Field::Language => {
            post.values(field).map(str::to_owned).collect()
        }
        Field::Collection => post.section().map(str::to_owned).into_iter().collect(),
        Field::Year => post.published.iter().map(|published| format!("{:04}", published.year())).collect(),
    }
}

/// Reports the feeds of names that no post has, each with the living name that is most like it.
pub fn report_empty(found: &mut Vec<Diagnostic>, feeds: &[FeedConfig], posts: &[Listing], config: &Config) {
    for feed in feeds.iter().filter(|feed| is_empty(posts, feed)) {
        let of = &feed.select.of;
        let (what, wanted, living): (_, _, BTreeSet<&str>) =
            match (of.tags.first(), of.categories.first(), of.collections.first()) {
                (Some(tag), ..) => {
                    ("tag", tag, posts.iter().flat_map(|post| post.values(Field::Tag)).collect())
                }
                (_, Some(category), _) => (
                    "category",
                    category,
                    posts.iter().flat_map(|post| post.values(Field::Category)).collect(),
                ),
                (.., Some(label)) if label != "posts" => {
                    ("collection", label, posts.iter().filter_map(Listing::section).collect())
                }
                _ => {
                    let living = |field| posts.iter().flat_map(|post| post.values(field)).collect();
                    match (of.authors.first(), of.languages.first(), of.paths.first()) {
                        (Some(author), ..) => ("author", author, living(Field::Author)),
                        (_, Some(language), _) => ("language", language, living(Field::Language)),
                        (.., Some(glob)) => ("path", glob, BTreeSet::new()),
                        _ => continue,
                    }
                }
            };
        let nearest = living.into_iter().filter(|name| name != wanted).min_by_key(|name| {
            let distance = strsim::damerau_levenshtein(&name.to_lowercase(), &wanted.to_lowercase());
            // What shares a part counts as near, whatever stands around it.
            if name.contains(wanted.as_str()) || wanted.contains(name) { 0 } else { distance }
        });
        let message = format!(
            "no post has the {what} `{}`, so `{}` is empty",
            crate::text::shown(wanted),
            crate::text::shown(&feed.path)
        );
        let finding = Diagnostic::new(Rule::EmptyFeed, config.dialect.kind().config_file(), message);
        found.push(match nearest {
            Some(name) => finding.help(format!("the {what} most like it is `{}`", crate::text::shown(name))),
            None => finding,
        });
    }
}

fn is_selected(post: &Listing, feed: &FeedConfig) -> bool {
    post.in_feeds
        && post.published.as_ref().is_some_and(date::is_plausible)
        && tests(post, &feed.select.of).iter().all(|test| test.unwrap_or(true))
        && !tests(post, &feed.select.not).contains(&Some(true))
}

/// For each field of criteria whether a post fits; `None` if the field does not matter.
fn tests(post: &Listing, criteria: &Criteria) -> [Option<bool>; 6] {
    let any = |wanted: &[String], fits: &dyn Fn(&String) -> bool| {
        (!wanted.is_empty()).then(|| wanted.iter().any(fits))
    };
    let has = |field: Field, wanted: &String| post.values(field).any(|value| value == wanted);
    [
        any(&criteria.collections, &|wanted| post.section() == Some(wanted)),
        any(&criteria.categories, &|wanted| has(Field::Category, wanted)),
        any(&criteria.tags, &|wanted| has(Field::Tag, wanted)),
        any(&criteria.authors, &|wanted| has(Field::Author, wanted)),
        any(&criteria.languages, &|wanted| has(Field::Language, wanted)),
        any(&criteria.paths, &|glob| glob::matches(glob, post.path())),
    ]
}

/// The posts that each feed carries, or that its archives hold. The posts are in order.
#[must_use]
pub fn members<'a>(posts: &'a [Listing], feeds: &[FeedConfig]) -> Vec<Vec<&'a Listing>> {
    // Thousands of feeds, one for each tag, must not each look at all posts.
    let mut by_value: HashMap<(Field, String), Vec<&Listing>> = HashMap::new();
    let fields: BTreeSet<Field> =
        feeds.iter().filter_map(|feed| feed.value.as_ref().map(|(field, _)| *field)).collect();
    for field in fields {
        for post in posts {
            for value in values(post, field) {
                by_value.entry((field, value)).or_default().push(post);
            }
        }
    }
    let carried = |feed: &FeedConfig| {
        let limit = feed.limit.filter(|_| feed.archive.is_none()).unwrap_or(usize::MAX);
        let selected = |post: &&Listing| is_selected(post, feed);
        match &feed.value {
            Some(value) => {
                by_value.get(value).into_iter().flatten().copied().filter(selected).take(limit).collect()
            }
            None => posts.iter().filter(selected).take(limit).collect(),
        }
    };
    feeds.iter().map(carried).collect()
}

/// Whether no post fits a feed.
fn is_empty(posts: &[Listing], feed: &FeedConfig) -> bool {
    feed.value.is_none() && !posts.iter().any(|post| is_selected(post, feed))
}

/// The posts that a sitemap lists, the oldest first, so that a new post changes the end of the file only; what has no
/// date comes first.
pub fn for_sitemap(posts: &[Listing]) -> impl Iterator<Item = &Listing> {
    posts.iter().rev().filter(|post| post.in_sitemap)
}

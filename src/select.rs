//! Which posts are published, and in which order.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::Datelike;

use crate::config::{Config, Criteria, Each, FeedConfig, Field};
use crate::diagnostic::{Diagnostic, Rule};
use crate::post::Post;

/// Validators and readers take an earlier date for a mistake, so no feed carries it.
const FIRST_YEAR: i32 = 1990;

/// Whether a post is nobody's business: a draft, from the future, or wanted neither in feeds nor in sitemaps.
#[must_use]
pub fn is_hidden(post: &Post, config: &Config) -> bool {
    (!post.in_feeds && !post.in_sitemap)
        || (post.draft && !config.drafts)
        || (!config.future && post.published.is_some_and(|published| published > config.now))
}

/// The newest first, ties by URL; what has no date comes last.
#[must_use]
pub fn in_order(mut posts: Vec<Post>) -> Vec<Post> {
    posts.sort_by(|a, b| {
        (Reverse(a.published), &a.url, &a.path).cmp(&(Reverse(b.published), &b.url, &b.path))
    });
    posts
}

/// One post for each URL: of several, the newest. Of several with one id, all but the newest have their URL for an id.
/// The posts are in order.
#[must_use]
pub fn without_duplicates(found: &mut Vec<Diagnostic>, posts: Vec<Post>) -> Vec<Post> {
    let mut kept: Vec<Post> = Vec::with_capacity(posts.len());
    let mut by_url: HashMap<String, usize> = HashMap::with_capacity(posts.len());
    let mut by_id: HashMap<String, usize> = HashMap::new();
    for mut post in posts {
        let same_url = by_url.get(&post.url).copied();
        let same_id = if post.in_feeds { by_id.get(&post.id).copied() } else { None };
        if let Some(other) = same_url.or(same_id).and_then(|index| kept.get(index)) {
            let (what, value) = if same_url.is_some() { ("URL", &post.url) } else { ("id", &post.id) };
            let help = match same_url {
                Some(_) => "the newer of the two is published; give one of them another `permalink`",
                None => {
                    "its URL is its id in feeds, so that readers show both; give one of them another `id`"
                }
            };
            found.push(Diagnostic {
                rule: if same_url.is_some() { Rule::DuplicateUrl } else { Rule::DuplicateId },
                path: post.path.clone(),
                place: None,
                message: format!("has the same {what} as `{}`: {value}", crate::text::shown(&other.path)),
                help: Some(help.to_owned()),
            });
            if same_url.is_some() {
                continue;
            }
            post.id.clone_from(&post.url);
            if by_id.contains_key(&post.id) {
                post.in_feeds = false;
            }
        }
        by_url.insert(post.url.clone(), kept.len());
        if post.in_feeds {
            by_id.insert(post.id.clone(), kept.len());
        }
        kept.push(post);
    }
    kept
}

/// Only the newest posts of the main collection, where the site wants no more. The posts are in order.
#[must_use]
pub fn newest(mut posts: Vec<Post>, limit: Option<usize>) -> Vec<Post> {
    let mut left = limit.unwrap_or(usize::MAX);
    posts.retain(|post| {
        let counted = post.collection.as_deref() == Some("posts");
        let keep = !counted || left > 0;
        left -= usize::from(counted && keep);
        keep
    });
    posts
}

/// The feeds to write: what is declared for each value of a field becomes a feed for every value that posts have.
#[must_use]
pub fn expand(found: &mut Vec<Diagnostic>, posts: &[Post], config: &Config) -> Vec<FeedConfig> {
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
    posts: &[Post],
    config: &Config,
) {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for value in posts.iter().filter(|post| is_selected(post, feed)).flat_map(|post| values(post, each.field))
    {
        *counts.entry(value).or_default() += 1;
    }
    counts.retain(|value, count| {
        *count >= each.min_posts.max(1)
            && (each.only.is_empty() || each.only.contains(value))
            && !each.except.contains(value)
    });
    // Who is first to a name keeps it: what is written like its slug, then what more posts have.
    let mut values: Vec<(String, usize)> = counts.into_iter().collect();
    values.sort_by_key(|(value, count)| (slug(value) != *value, Reverse(*count), value.clone()));
    let mut taken: BTreeMap<String, String> = BTreeMap::new();
    let mut feeds = Vec::new();
    for (value, _) in values {
        let name = if feed.path.contains("{value}") { file_name(&value) } else { slug(&value) };
        // On many disks `C` and `c` are one name.
        let mut unique = name.clone();
        let mut number = 2;
        while taken.contains_key(&unique.to_lowercase()) {
            unique = format!("{name}-{number}");
            number += 1;
        }
        if let Some(first) = taken.get(&name.to_lowercase()) {
            found.push(Diagnostic {
                rule: Rule::SameSlug,
                path: feed.path.clone(),
                place: None,
                message: format!(
                    "the {} `{}` has the same name in a path as `{}`",
                    each.field.name(),
                    crate::text::shown(&value),
                    crate::text::shown(first)
                ),
                help: Some(format!("its feed is called `{}`", crate::text::shown(&unique))),
            });
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

/// The values that a post has of a field.
fn values(post: &Post, field: Field) -> Vec<String> {
    match field {
        Field::Category => post.categories.clone(),
        Field::Tag => post.tags.clone(),
        Field::Author => post.authors.iter().map(|author| author.name.clone()).collect(),
        Field::Language => post.language.iter().cloned().collect(),
        Field::Collection => collection(post).map(str::to_owned).into_iter().collect(),
        Field::Year => post.published.iter().map(|published| format!("{:04}", published.year())).collect(),
    }
}

/// The collection, or the folder in the root.
fn collection(post: &Post) -> Option<&str> {
    post.collection.as_deref().or_else(|| post.path.split_once('/').map(|(folder, _)| folder))
}

/// A name as part of a path: letters and digits of any script, in lower case, with `-` for the rest.
fn slug(name: &str) -> String {
    let mut slug = String::with_capacity(name.len());
    for c in name.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() || matches!(c, '_' | '.') {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_matches(['-', '.']);
    if slug.is_empty() { "other".to_owned() } else { slug.to_owned() }
}

/// A name as a file name: without what no file name should hold.
fn file_name(name: &str) -> String {
    let name = name.replace(['/', '\\', '%', '?', '#', ':', '*', '"', '<', '>', '|'], "-");
    if name.starts_with('.') { format!("_{name}") } else { name }
}

/// Reports the feeds of names that no post has, each with the living name that is most like it.
pub fn report_empty(found: &mut Vec<Diagnostic>, feeds: &[FeedConfig], posts: &[Post], config: &Config) {
    for feed in feeds.iter().filter(|feed| for_feed(posts, feed).next().is_none()) {
        let of = &feed.select.of;
        let (what, wanted, living): (_, _, BTreeSet<&str>) =
            match (of.tags.first(), of.categories.first(), of.collections.first()) {
                (Some(tag), ..) => {
                    ("tag", tag, posts.iter().flat_map(|post| &post.tags).map(String::as_str).collect())
                }
                (_, Some(category), _) => (
                    "category",
                    category,
                    posts.iter().flat_map(|post| &post.categories).map(String::as_str).collect(),
                ),
                (.., Some(label)) if label != "posts" => {
                    ("collection", label, posts.iter().filter_map(collection).collect())
                }
                _ => continue,
            };
        let nearest = living.into_iter().filter(|name| name != wanted).min_by_key(|name| {
            let distance = strsim::damerau_levenshtein(&name.to_lowercase(), &wanted.to_lowercase());
            // What shares a part counts as near, whatever stands around it.
            if name.contains(wanted.as_str()) || wanted.contains(name) { 0 } else { distance }
        });
        found.push(Diagnostic {
            rule: Rule::EmptyFeed,
            path: config.dialect.kind().config_file().to_owned(),
            place: None,
            message: format!(
                "no post has the {what} `{}`, so `{}` is empty",
                crate::text::shown(wanted),
                crate::text::shown(&feed.path)
            ),
            help: nearest.map(|name| format!("the {what} most like it is `{}`", crate::text::shown(name))),
        });
    }
}

fn is_selected(post: &Post, feed: &FeedConfig) -> bool {
    post.in_feeds
        && post.published.is_some_and(|published| published.year() >= FIRST_YEAR)
        && feed.value.as_ref().is_none_or(|(field, value)| values(post, *field).contains(value))
        && tests(post, &feed.select.of).iter().all(|test| test.unwrap_or(true))
        && !tests(post, &feed.select.not).contains(&Some(true))
}

/// For each field of criteria whether a post fits; `None` if the field does not matter.
fn tests(post: &Post, criteria: &Criteria) -> [Option<bool>; 6] {
    let any = |wanted: &[String], fits: &dyn Fn(&String) -> bool| {
        (!wanted.is_empty()).then(|| wanted.iter().any(fits))
    };
    [
        any(&criteria.collections, &|wanted| collection(post) == Some(wanted)),
        any(&criteria.categories, &|wanted| post.categories.contains(wanted)),
        any(&criteria.tags, &|wanted| post.tags.contains(wanted)),
        any(&criteria.authors, &|wanted| post.authors.iter().any(|author| author.name == *wanted)),
        any(&criteria.languages, &|wanted| post.language.as_ref() == Some(wanted)),
        any(&criteria.paths, &|glob| crate::discover::matches(glob, &post.path)),
    ]
}

/// The posts that a feed carries. The posts are in order.
pub fn for_feed<'a>(posts: &'a [Post], feed: &'a FeedConfig) -> impl Iterator<Item = &'a Post> {
    let limit = feed.limit.unwrap_or(usize::MAX);
    posts.iter().filter(move |post| is_selected(post, feed)).take(limit)
}

/// The posts that a sitemap lists, the oldest first, so that a new post changes the end of the file only; what has no
/// date comes first.
pub fn for_sitemap(posts: &[Post]) -> impl Iterator<Item = &Post> {
    posts.iter().rev().filter(|post| post.in_sitemap)
}

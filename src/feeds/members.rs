//! Which posts a feed carries.

use std::collections::{BTreeSet, HashMap};

use crate::config::Config;
use crate::diagnostic::{Diagnostic, Rule};
use crate::markup::Markup;
use crate::model::{COLLECTION, LANGUAGE, PostMeta, is_open};
use crate::settings::{Criteria, FeedConfig};
use crate::text::{self, date, glob};

/// Whether feeds may carry a post: its author lets them, and they can place it.
pub(crate) fn is_carried(post: &PostMeta) -> bool {
    post.in_feeds && post.published.as_ref().is_some_and(date::is_plausible)
}

/// Whether a post fits a feed.
pub(super) fn is_selected(post: &PostMeta, feed: &FeedConfig) -> bool {
    is_carried(post) && fits_all(post, &feed.select.of) && !fits_any(post, &feed.select.not)
}

/// The criterion of a feed that a post does not meet; `None` if it meets all.
pub(super) fn why_unselected(post: &PostMeta, feed: &FeedConfig) -> Option<String> {
    let of = &feed.select.of;
    if let Some((taxonomy, names)) = of.terms.iter().find(|(taxonomy, names)| !has_any(post, taxonomy, names))
    {
        let names: Vec<String> = names.iter().map(|name| format!("`{}`", text::shown(name))).collect();
        return Some(format!("it does not have the {} {}", text::shown(taxonomy), names.join(" or ")));
    }
    if !of.paths.is_empty() && !is_at_any(post, &of.paths) {
        return Some("it is in none of the feed's `paths`".to_owned());
    }
    fits_any(post, &feed.select.not).then(|| "the feed's `not` excludes it".to_owned())
}

fn fits_all(post: &PostMeta, criteria: &Criteria) -> bool {
    criteria.terms.iter().all(|(taxonomy, names)| has_any(post, taxonomy, names))
        && (criteria.paths.is_empty() || is_at_any(post, &criteria.paths))
}

fn fits_any(post: &PostMeta, criteria: &Criteria) -> bool {
    criteria.terms.iter().any(|(taxonomy, names)| has_any(post, taxonomy, names))
        || is_at_any(post, &criteria.paths)
}

fn has_any(post: &PostMeta, taxonomy: &str, names: &[String]) -> bool {
    post.terms_of(taxonomy).iter().any(|term| names.iter().any(|name| name == term))
}

fn is_at_any(post: &PostMeta, globs: &[String]) -> bool {
    globs.iter().any(|glob| glob::matches(glob, post.path()))
}

/// The key of a term: its name in paths, if the generator has a rule for that, else the name itself. Names
/// with one key are one term.
pub(super) fn key(taxonomy: &str, name: &str, config: &Config) -> String {
    config.dialect.path_of_term(taxonomy, name).unwrap_or_else(|| name.to_owned())
}

/// The posts that each feed carries, or that its archives hold. The posts are in order.
pub(super) fn members<'a>(
    posts: &'a [PostMeta],
    feeds: &[FeedConfig],
    config: &Config,
) -> Vec<Vec<&'a PostMeta>> {
    // Thousands of feeds, one for each tag, must not each look at all posts.
    let mut by_term: HashMap<(&str, String), Vec<&PostMeta>> = HashMap::new();
    let taxonomies: BTreeSet<&str> =
        feeds.iter().filter_map(|feed| feed.term.as_ref().map(|(taxonomy, _)| taxonomy.as_str())).collect();
    for taxonomy in taxonomies {
        for post in posts {
            for term in post.terms_of(taxonomy) {
                let posts = by_term.entry((taxonomy, key(taxonomy, &term, config))).or_default();
                // A post that spells a term in two ways is listed once.
                if posts.last().is_none_or(|last| !std::ptr::eq(*last, post)) {
                    posts.push(post);
                }
            }
        }
    }
    let carried = |feed: &FeedConfig| {
        let limit = feed.limit.filter(|_| feed.archive.is_none()).unwrap_or(usize::MAX);
        let selected = |post: &&PostMeta| is_selected(post, feed);
        match &feed.term {
            Some((taxonomy, name)) => {
                let posts = by_term.get(&(taxonomy.as_str(), key(taxonomy, name, config)));
                posts.into_iter().flatten().copied().filter(selected).take(limit).collect()
            }
            None => posts.iter().filter(selected).take(limit).collect(),
        }
    };
    feeds.iter().map(carried).collect()
}

/// Reports fields that feeds name and no post has. The feeds are as declared.
pub(crate) fn report_unknown_fields(found: &mut Vec<Diagnostic>, posts: &[PostMeta], config: &Config) {
    for feed in &config.feeds {
        let each = feed.each.iter().filter(|each| !each.is_of_generator).map(|each| &each.taxonomy);
        let included = feed.select.of.terms.keys().chain(each).map(|field| (field, "so it is empty"));
        let excluded = feed.select.not.terms.keys().map(|field| (field, "so its `not` excludes nothing"));
        for (field, effect) in included.chain(excluded).filter(|(field, _)| is_unknown(field, posts)) {
            let (field, path) = (text::shown(field), text::shown(&feed.path));
            let message = format!("no post has the field `{field}` that `{path}` names, {effect}");
            let help = "a feed key that is no option names a field of the front matter";
            found.push(Diagnostic::new(Rule::EmptyFeed, config.feeds_file(), message).help(help));
        }
    }
}

/// Whether a taxonomy is a field that no published post has.
fn is_unknown(taxonomy: &str, posts: &[PostMeta]) -> bool {
    is_open(taxonomy) && !posts.is_empty() && posts.iter().all(|post| post.terms_of(taxonomy).is_empty())
}

/// Reports feeds of terms or paths that no post has, each with the term that is most like it.
pub(crate) fn report_empty(
    found: &mut Vec<Diagnostic>,
    feeds: &[FeedConfig],
    posts: &[PostMeta],
    config: &Config,
) {
    if !posts.is_empty() && !feeds.is_empty() && !posts.iter().any(is_carried) {
        let finding = Diagnostic::new(
            Rule::EmptyFeed,
            config.feeds_file(),
            "no post has a date, so the feeds are empty",
        );
        let is_page = |post: &PostMeta| Markup::of_path(post.path()) == Markup::Html;
        let help = match config.is_plain() && posts.iter().all(is_page) {
            true => "if these are the pages of a built site, `--generator built` reads the dates in them",
            false => {
                "write `date: YYYY-MM-DD` in a post, or begin the file's name with a date; `feeds: []` writes none"
            }
        };
        return found.push(finding.help(help));
    }
    for feed in feeds.iter().filter(|feed| feed.term.is_none()) {
        let is_reported = || feed.select.of.terms.keys().any(|field| is_unknown(field, posts));
        if posts.iter().any(|post| is_selected(post, feed)) || is_reported() {
            continue;
        }
        let Some((what, name, taxonomy)) = asked_for(&feed.select.of, posts) else { continue };
        let message = format!(
            "no post has the {what} `{}`, so `{}` is empty",
            text::shown(name),
            text::shown(&feed.path)
        );
        let finding = Diagnostic::new(Rule::EmptyFeed, config.feeds_file(), message);
        found.push(match taxonomy.and_then(|taxonomy| nearest(name, taxonomy, posts)) {
            Some(near) => finding.help(format!("the nearest {what} is `{}`", text::shown(&near))),
            None => finding,
        });
    }
}

/// What a feed selects, as messages call it: a term, preferably one that no post has, else its first glob.
/// The collection `posts` does not count.
fn asked_for<'a>(criteria: &'a Criteria, posts: &[PostMeta]) -> Option<(&'a str, &'a str, Option<&'a str>)> {
    let terms =
        criteria.terms.iter().filter_map(|(taxonomy, names)| Some((taxonomy.as_str(), names.first()?)));
    let is_of_all = |taxonomy: &str, name: &str| taxonomy == COLLECTION && name == "posts";
    let mut terms: Vec<_> = terms.filter(|(taxonomy, name)| !is_of_all(taxonomy, name)).collect();
    // A term that no post has is the likeliest mistake, a collection the least likely.
    terms.sort_by_cached_key(|(taxonomy, name)| {
        let is_there = posts.iter().any(|post| post.terms_of(taxonomy).iter().any(|term| term == *name));
        (is_there, *taxonomy == COLLECTION)
    });
    match terms.first() {
        Some((LANGUAGE, name)) => Some(("language", name.as_str(), Some(LANGUAGE))),
        Some((taxonomy, name)) => Some((taxonomy, name.as_str(), Some(taxonomy))),
        None => criteria.paths.first().map(|glob| ("path", glob.as_str(), None)),
    }
}

fn nearest(name: &str, taxonomy: &str, posts: &[PostMeta]) -> Option<String> {
    let terms: BTreeSet<String> =
        posts.iter().flat_map(|post| post.terms_of(taxonomy)).map(|term| term.into_owned()).collect();
    let distance = |term: &str| {
        // A term that contains the name, or is contained in it, is the nearest, unless it is much shorter.
        let is_part = (term.contains(name) || name.contains(term)) && term.len() * 2 >= name.len();
        if is_part { 0 } else { strsim::damerau_levenshtein(&term.to_lowercase(), &name.to_lowercase()) }
    };
    // One with few letters in common is not meant.
    let is_near = |term: &String| distance(term) * 2 <= term.chars().count().max(name.chars().count());
    let others = terms.into_iter().filter(|term| term != name);
    others.min_by_key(|term| distance(term)).filter(is_near)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posts() -> [PostMeta; 4] {
        [
            PostMeta::example("notes/c.md", "2025-03-01T00:00:00Z", &[("tag", "x"), ("series", "s")]),
            PostMeta::example("notes/b.md", "2024-12-31T23:30:00-01:00", &[("tag", "x"), ("tag", "y")]),
            PostMeta::example("a.md", "2024-01-01T00:00:00Z", &[("tag", "y")]),
            PostMeta::example("undated.md", "", &[("tag", "x")]),
        ]
    }

    /// The paths of the posts that a feed carries.
    #[track_caller]
    fn case(feed: &str, expected: &[&str]) {
        let (posts, config) = (posts(), Config::example(&format!("feeds: [{feed}]")));
        let members = members(&posts, &config.feeds, &config);
        let paths: Vec<&str> = members[0].iter().map(|post| post.path()).collect();
        assert_eq!(paths, expected, "{feed}");
    }

    #[test]
    fn feeds_carry_what_they_select() {
        case("a.xml", &["notes/c.md", "notes/b.md", "a.md"]);
        case("{path: a.xml, limit: 1}", &["notes/c.md"]);
        case("{path: a.xml, limit: 1, archive: 2}", &["notes/c.md", "notes/b.md", "a.md"]);
        case("{path: a.xml, tag: [x, z]}", &["notes/c.md", "notes/b.md"]);
        case("{path: a.xml, tag: x, not: {tag: y}}", &["notes/c.md"]);
        case("{path: a.xml, series: s}", &["notes/c.md"]);
        case("{path: a.xml, not: {series: s}}", &["notes/b.md", "a.md"]);
        case("{path: a.xml, collection: notes, tag: y}", &["notes/b.md"]);
        // The year is that of the date as written.
        case("{path: a.xml, year: 2024}", &["notes/b.md", "a.md"]);
        case("{path: a.xml, paths: '*/b.md'}", &["notes/b.md"]);
        case("{path: a.xml, tag: X}", &[]);
        let repeated = [PostMeta::example("a.md", "2025-03-01T00:00:00Z", &[("tag", "x"), ("tag", "x")])];
        let of_term = FeedConfig {
            term: Some(("tag".to_owned(), "x".to_owned())),
            ..FeedConfig::new("x.xml", crate::model::Format::Rss)
        };
        let config = Config::example("feeds: [{path: a.xml, limit: 1}]");
        assert_eq!(members(&repeated, &[of_term], &config)[0].len(), 1);
        let feed = FeedConfig { term: Some(("tag".to_owned(), "y".to_owned())), ..config.feeds[0].clone() };
        let posts = posts();
        assert_eq!(members(&posts, &[feed], &config), [[&posts[1]]]);
    }

    #[test]
    fn fields_that_no_post_has_are_reported() {
        let feeds = "{path: a.xml, tag: x, serie: s}, {path: '{slug}.xml', each: part}, {path: b.xml, not: {serie: s}}";
        let config = Config::example(&format!("feeds: [{feeds}]"));
        let mut found = Vec::new();
        report_unknown_fields(&mut found, &posts(), &config);
        report_empty(&mut found, &config.feeds, &posts(), &config);
        let found: Vec<&str> = found.iter().map(|finding| &*finding.message).collect();
        assert_eq!(
            found,
            [
                "no post has the field `serie` that `a.xml` names, so it is empty",
                "no post has the field `part` that `{slug}.xml` names, so it is empty",
                "no post has the field `serie` that `b.xml` names, so its `not` excludes nothing",
            ]
        );
    }

    #[test]
    fn an_empty_feed_is_reported_with_the_term_that_is_most_like_it() {
        let config = Config::example(
            "feeds: [{path: a.xml, series: S}, {path: b.xml, tag: x}, {path: c.xml, paths: z}]",
        );
        let mut found = Vec::new();
        report_empty(&mut found, &config.feeds, &posts(), &config);
        let found: Vec<_> =
            found.iter().map(|finding| (&*finding.message, finding.help.as_deref())).collect();
        assert_eq!(
            found,
            [
                ("no post has the series `S`, so `a.xml` is empty", Some("the nearest series is `s`")),
                ("no post has the path `z`, so `c.xml` is empty", None),
            ]
        );
    }
}

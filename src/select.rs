//! Which posts are published, in which order, each with a URL and an id of its own.

use std::cmp::{Ordering, Reverse};
use std::hash::{BuildHasher, Hash, RandomState};

use chrono::{DateTime, FixedOffset};
use hashbrown::hash_table::Entry;
use hashbrown::{HashMap, HashTable};
use rayon::prelude::*;
use twox_hash::XxHash3_64;

use crate::diagnostic::{Diagnostic, Rule};
use crate::model::{Post, PostMeta, Reason, SiteFacts};
use crate::text::shown;

/// Why a post is in no output, if it is in none: a draft, from the future, or wanted neither in feeds nor in sitemaps.
pub(crate) fn hidden_because(post: &Post, site: &SiteFacts) -> Option<Reason> {
    if post.draft && !site.drafts {
        Some(Reason::Draft)
    } else if site.holds_back(post.published) {
        Some(Reason::Future)
    } else {
        (post.withheld || (!post.in_feeds && !post.in_sitemap)).then_some(Reason::Hidden)
    }
}

/// The newest first, ties by URL; what has no date comes last.
pub(crate) fn in_order(mut posts: Vec<PostMeta>) -> Vec<PostMeta> {
    posts.par_sort_unstable_by(order);
    posts
}

/// Which of two posts comes first.
pub(crate) fn order(a: &PostMeta, b: &PostMeta) -> Ordering {
    let key = |post: &'_ PostMeta| Reverse(post.published);
    let rest = || (a.url(), a.path(), a.offset()).cmp(&(b.url(), b.path(), b.offset()));
    key(a).cmp(&key(b)).then_with(rest)
}

/// Whether all of these are different: nearly always, the hashes of different texts are.
pub(crate) fn are_distinct(mut hashes: Vec<u64>) -> bool {
    hashes.par_sort_unstable();
    hashes.is_sorted_by(|one, next| one < next)
}

/// One post for each URL: of several, the newest; and the others. The posts are in order.
pub(crate) fn with_unique_urls(
    found: &mut Vec<Diagnostic>,
    mut posts: Vec<PostMeta>,
    url_field: &str,
) -> (Vec<PostMeta>, Vec<PostMeta>) {
    let help = format!("the newer of the two is published; give one of them another `{url_field}`");
    // Indices, not texts, because there may be a million.
    let mut first: HashTable<u32> = HashTable::with_capacity(posts.len());
    let hasher = RandomState::new();
    #[expect(clippy::indexing_slicing, reason = "the table holds indices of these posts")]
    let post_at = |index: &u32| &posts[*index as usize];
    let mut dropped = Vec::new();
    for (index, post) in (0..).zip(&posts) {
        let hash = hasher.hash_one(post.url());
        let is_same = |other: &u32| post_at(other).url() == post.url();
        match first.entry(hash, is_same, |other| hasher.hash_one(post_at(other).url())) {
            Entry::Vacant(entry) => drop(entry.insert(index)),
            Entry::Occupied(entry) => {
                let other = post_at(entry.get()).path();
                found.push(same(Rule::DuplicateUrl, "URL", post.url(), post, other, &help));
                dropped.push(index);
            }
        }
    }
    let mut index = 0;
    let others = posts.extract_if(.., |_| {
        index += 1;
        dropped.binary_search(&(index - 1)).is_ok()
    });
    let others = others.collect();
    (posts, others)
}

/// Gives every post that feeds carry an id of its own. Of several posts with one id, one keeps it whose id readers know
/// already, as `is_known` says by index, else one whose URL it is, else the oldest, which they are likely to know. The
/// others get their URLs as ids; a post whose URL is taken as well is in no feed. The posts are in order, and their URLs
/// are unique.
pub(crate) fn make_ids_unique(
    found: &mut Vec<Diagnostic>,
    posts: &mut [PostMeta],
    is_known: &dyn Fn(usize) -> bool,
) {
    let hash = |post: &PostMeta| XxHash3_64::oneshot(post.id().as_bytes());
    let has_own = posts.iter().any(PostMeta::has_own_id);
    if !has_own || are_distinct(posts.par_iter().filter(|post| post.in_feeds).map(hash).collect()) {
        return;
    }
    let mut first: HashMap<&str, &str> = HashMap::with_capacity(posts.len());
    let mut renamed = Vec::new();
    let mut carried: Vec<_> = posts.iter().enumerate().filter(|(_, post)| post.in_feeds).collect();
    carried.sort_by_key(|(index, post)| {
        let day = (post.published.is_none(), post.published);
        (!is_known(*index), post.has_own_id(), day, post.path().to_owned())
    });
    for (index, post) in carried {
        let Some(other) = first.get(post.id()) else {
            first.insert(post.id(), post.path());
            continue;
        };
        let taken = first.contains_key(post.url());
        let help = match taken {
            true => "its URL is an id too, so it is in no feed; give one of them another `id`",
            false => {
                "feeds have its URL as its id, so that readers show both posts; give one of them another `id`"
            }
        };
        found.push(same(Rule::DuplicateId, "id", post.id(), post, other, help));
        renamed.push((index, taken));
        first.entry(post.url()).or_insert(post.path());
    }
    drop(first);
    for (index, taken) in renamed {
        if let Some(post) = posts.get_mut(index) {
            post.forget_id();
            post.in_feeds &= !taken;
        }
    }
}

fn same(rule: Rule, what: &str, value: &str, post: &PostMeta, other: &str, help: &str) -> Diagnostic {
    Diagnostic::new(rule, post.path(), format!("has the same {what} as `{}`: {value}", shown(other)))
        .help(help)
}

/// Keeps the newest posts of the main collection, up to the limit, and returns the others apart. The posts
/// are in order. `hidden` are the dates of posts that the generator counts, but feedmill hides. Posts without
/// a date are the newest.
pub(crate) fn newest(
    mut posts: Vec<PostMeta>,
    limit: Option<usize>,
    mut hidden: Vec<Option<DateTime<FixedOffset>>>,
) -> (Vec<PostMeta>, Vec<PostMeta>) {
    let Some(limit) = limit else { return (posts, Vec::new()) };
    let is_counted = |post: &PostMeta| post.collection() == Some("posts");
    let undated = posts.iter().filter(|post| is_counted(post) && post.published.is_none()).count();
    // Without a date first, then the newest.
    hidden.sort_unstable_by_key(|date| (date.is_some(), Reverse(*date)));
    let mut hidden = hidden.into_iter().peekable();
    let mut left = limit;
    let mut undated_left = undated.min(limit);
    left -= undated_left;
    let others = posts.extract_if(.., |post| {
        if !is_counted(post) {
            return false;
        }
        let Some(published) = post.published else {
            let keep = undated_left > 0;
            undated_left -= usize::from(keep);
            return !keep;
        };
        while hidden.next_if(|date| date.is_none_or(|date| date >= published)).is_some() {
            left = left.saturating_sub(1);
        }
        let keep = left > 0;
        left -= usize::from(keep);
        !keep
    });
    let others = others.collect();
    (posts, others)
}

/// For each key, the index that has it; `None` if several indices share it.
pub(crate) fn unique<K: Hash + Eq>(all: impl Iterator<Item = (K, usize)>) -> HashMap<K, Option<usize>> {
    let mut found: HashMap<K, Option<usize>> = HashMap::new();
    for (key, index) in all {
        let share = |known: &mut Option<usize>| *known = known.filter(|known| *known == index);
        found.entry(key).and_modify(share).or_insert(Some(index));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{FileKind, Origin, Wanted};

    /// A post at a URL, with its day in 2025, if any, and its id, if it is not the URL.
    fn post(path: &str, url: &str, day: u32, id: Option<&str>) -> PostMeta {
        let date = chrono::NaiveDate::from_ymd_opt(2025, 1, day);
        let post = Post {
            url: url.to_owned(),
            id: id.unwrap_or(url).to_owned(),
            published: date
                .and_then(|date| date.and_hms_opt(0, 0, 0))
                .map(|date| date.and_utc().fixed_offset()),
            in_feeds: true,
            in_sitemap: true,
            ..Post::nameless(path)
        };
        PostMeta::of(post, Origin::File(FileKind::Post), &Wanted::default(), None)
    }

    fn paths(posts: &[PostMeta]) -> Vec<&str> {
        posts.iter().map(PostMeta::path).collect()
    }

    #[test]
    fn the_newest_come_first_and_what_has_no_date_last() {
        let posts = [
            post("a", "u/3", 1, None),
            post("b", "u/2", 0, None),
            post("c", "u/1", 1, None),
            post("d", "u/0", 9, None),
        ];
        assert_eq!(paths(&in_order(posts.to_vec())), ["d", "c", "a", "b"]);
    }

    #[test]
    fn posts_that_only_their_generator_publishes_count_for_its_limit() {
        let post = |day: u32| {
            let date =
                chrono::NaiveDate::from_ymd_opt(2025, 1, day).and_then(|date| date.and_hms_opt(0, 0, 0));
            let published = date.map(|date| date.and_utc().fixed_offset());
            let post = Post { collection: Some("posts".into()), published, ..Post::nameless("a.md") };
            PostMeta::of(post, Origin::File(FileKind::Post), &Wanted::default(), None)
        };
        let posts = || (1..5).rev().map(post).collect::<Vec<_>>();
        let date = |day: u32| DateTime::parse_from_rfc3339(&format!("2025-01-{day:02}T12:00:00Z")).ok();
        let left = |limit, hidden| newest(posts(), limit, hidden).0.len();
        assert_eq!(left(None, vec![]), 4);
        assert_eq!(left(Some(3), vec![]), 3);
        assert_eq!(left(Some(3), vec![date(9)]), 2);
        assert_eq!(left(Some(3), vec![None, date(3)]), 1);
        assert_eq!(left(Some(3), vec![DateTime::parse_from_rfc3339("2024-12-01T00:00:00Z").ok()]), 3);
    }

    #[test]
    fn of_several_posts_with_one_url_the_newest_is_published() {
        let posts = vec![post("new", "u", 3, None), post("other", "v", 2, None), post("old", "u", 1, None)];
        let mut found = Vec::new();
        assert_eq!(paths(&with_unique_urls(&mut found, posts, "permalink").0), ["new", "other"]);
        let found: Vec<_> = found.iter().map(|finding| (&*finding.path, &*finding.message)).collect();
        assert_eq!(found, [("old", "has the same URL as `new`: u")]);
    }

    #[test]
    fn of_several_posts_with_one_id_the_oldest_keeps_it() {
        let mut posts = [
            post("a", "u/a", 5, Some("x")),
            post("b", "u/b", 4, Some("x")),
            post("c", "u/c", 3, Some("u/d")),
            post("d", "u/d", 2, Some("u/d")),
            post("e", "u/e", 1, Some("y")),
        ];
        let mut found = Vec::new();
        make_ids_unique(&mut found, &mut posts, &|_| false);
        let ids: Vec<_> = posts.iter().map(|post| (post.id(), post.in_feeds)).collect();
        // The id of d is its URL.
        let expected = [("u/a", true), ("x", true), ("u/c", true), ("u/d", true), ("y", true)];
        assert_eq!(ids, expected);
        assert_eq!(found.len(), 2);
        // Readers know a by that id, and c by what is the URL of d, so that nothing is left for d.
        let mut posts = [
            post("a", "u/a", 5, Some("x")),
            post("b", "u/b", 4, Some("x")),
            post("c", "u/c", 3, Some("u/d")),
            post("d", "u/d", 2, Some("u/d")),
        ];
        make_ids_unique(&mut found, &mut posts, &|index| matches!(index, 0 | 2));
        // What has no date is in no feed, so no reader knows it.
        let mut undated = [post("b", "u/b", 4, Some("x")), post("a", "u/a", 4, Some("x"))];
        undated.iter_mut().take(1).for_each(|post| post.published = None);
        make_ids_unique(&mut found, &mut undated, &|_| false);
        assert_eq!(undated.map(|post| post.id().to_owned()), ["u/b", "x"]);
        let ids: Vec<_> = posts.iter().map(|post| (post.id(), post.in_feeds)).collect();
        assert_eq!(ids, [("x", true), ("u/b", true), ("u/d", true), ("u/d", false)]);
    }

    #[test]
    fn drafts_and_posts_from_the_future_are_hidden_unless_they_are_wanted() {
        let site = SiteFacts::example(std::path::Path::new("."));
        let tomorrow = (site.now + chrono::TimeDelta::days(1)).fixed_offset();
        let public = Post { in_feeds: true, ..Post::nameless("a") };
        let draft = Post { draft: true, ..public.clone() };
        let future = Post { published: Some(tomorrow), ..public.clone() };
        assert_eq!(hidden_because(&public, &site), None);
        assert_eq!(hidden_because(&draft, &site), Some(Reason::Draft));
        assert_eq!(hidden_because(&future, &site), Some(Reason::Future));
        assert_eq!(hidden_because(&Post::nameless("nowhere"), &site), Some(Reason::Hidden));
        let all = SiteFacts { drafts: true, future: true, ..site };
        assert_eq!((hidden_because(&draft, &all), hidden_because(&future, &all)), (None, None));
    }

    #[test]
    fn a_limit_counts_posts_of_the_main_collection_only() {
        let of = |path: &str, collection: &str| {
            let post = Post { collection: Some(collection.into()), ..Post::nameless(path) };
            PostMeta::of(post, Origin::File(FileKind::Post), &Wanted::default(), None)
        };
        let posts = vec![of("a", "posts"), of("b", "notes"), of("c", "posts")];
        assert_eq!(paths(&newest(posts.clone(), None, Vec::new()).0), ["a", "b", "c"]);
        assert_eq!(paths(&newest(posts, Some(1), Vec::new()).0), ["a", "b"]);
    }
}

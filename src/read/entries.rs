//! Entries of a feed that a site had before -> the posts that they are.

use std::cmp::Reverse;

use chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta};
use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;

use super::entry;
use crate::config::Config;
use crate::model::PostMeta;
use crate::select::unique;
use crate::source::feed::Entry;
use crate::text::{self, date, link};

/// How an entry of a feed was found to be a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Matched {
    /// By its URL.
    Url,
    /// By a URL that leads to the post: one of its `aliases`, or `redirect_from`.
    Alias,
    /// By its title and day.
    Title,
}

/// When an entry was published, as its feed says; `None` if that cannot be.
pub(crate) fn instant(written: &str, config: &Config) -> Option<DateTime<FixedOffset>> {
    let date = date::resolve(&date::parse(written)?, &config.site.timezone)?;
    date::is_plausible(&date).then_some(date)
}

/// Entries and posts that have found each other so far.
struct Pairs<'a> {
    entries: &'a [Entry],
    /// For each entry, its post, and how it was found.
    found: Vec<Option<(usize, Matched)>>,
    is_taken: Vec<bool>,
}

impl Pairs<'_> {
    /// Pairs the entries and posts that have the same key, and are without a partner. A post that shares its key has
    /// none. Nor has an entry that shares its title and day.
    fn pair(
        &mut self,
        posts: impl Iterator<Item = (String, usize)>,
        key_of: impl Fn(&Entry) -> Option<String>,
        how: Matched,
    ) {
        let keys = unique(posts);
        let own =
            unique(self.entries.iter().enumerate().filter_map(|(at, entry)| Some((key_of(entry)?, at))));
        let found = self.entries.iter().zip(&mut self.found).enumerate();
        for (at, (entry, found)) in found.filter(|(_, (_, found))| found.is_none()) {
            let key = key_of(entry).filter(|key| how != Matched::Title || own.get(key) == Some(&Some(at)));
            let index = key.and_then(|key| keys.get(&key).copied().flatten());
            let taken = index.and_then(|index| self.is_taken.get_mut(index));
            if let (Some(index), Some(taken)) = (index, taken.filter(|taken| !**taken)) {
                *taken = true;
                *found = Some((index, how));
            }
        }
    }

    fn is_complete(&self) -> bool {
        self.found.iter().all(Option::is_some) || self.is_taken.iter().all(|taken| *taken)
    }
}

/// For each entry, the index of the post that matches it, and how. A post matches one entry at most.
pub(crate) fn matched(
    entries: &[Entry],
    posts: &[&PostMeta],
    config: &Config,
) -> Vec<Option<(usize, Matched)>> {
    let mut pairs = Pairs { entries, found: vec![None; entries.len()], is_taken: vec![false; posts.len()] };
    let hosts = own_hosts(entries, config);
    let place_of = |entry: &Entry| place(&entry.url).filter(|_| hosts.contains(link::host(&entry.url)));
    let by_place = posts.iter().enumerate().filter_map(|(index, post)| Some((place(post.url())?, index)));
    pairs.pair(by_place, place_of, Matched::Url);
    if pairs.is_complete() {
        return pairs.found;
    }
    let read = |(post, is_taken): (&&PostMeta, &bool)| {
        if *is_taken { None } else { entry::title_and_aliases(post, config) }
    };
    let read: Vec<Option<(String, Vec<String>)>> = posts.par_iter().zip(&pairs.is_taken).map(read).collect();
    let aliases = read.iter().enumerate().flat_map(|(index, read)| {
        let aliases = read.iter().flat_map(|(_, aliases)| aliases);
        aliases.filter_map(move |alias| Some((place(&config.site.base_url.join(alias)?)?, index)))
    });
    pairs.pair(aliases, place_of, Matched::Alias);
    // The same day first; then the day before or after, which it may be in the zone of the feed.
    for shift in [0, -1, 1] {
        let titles = read.iter().zip(posts).enumerate().filter_map(|(index, (read, post))| {
            let day = post.published?.date_naive().checked_add_signed(TimeDelta::days(shift))?;
            Some((title_and_day(&read.as_ref()?.0, day)?, index))
        });
        let of_entry = |entry: &Entry| {
            let published = instant(entry.published.as_deref()?, config)?;
            title_and_day(entry.title.as_deref()?, published.date_naive())
        };
        pairs.pair(titles, of_entry, Matched::Title);
    }
    pairs.found
}

/// The hosts of the site, now or earlier: its own, and the one that most entries link to. Entries on other
/// hosts are links to other sites.
pub(crate) fn own_hosts<'e>(entries: &'e [Entry], config: &'e Config) -> HashSet<&'e str> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for entry in entries {
        *counts.entry(link::host(&entry.url)).or_default() += 1;
    }
    let most = counts.into_iter().max_by_key(|(host, count)| (*count, Reverse(*host))).map(|(host, _)| host);
    most.into_iter().chain([link::host(config.site.base_url.as_str())]).collect()
}

/// The part of a URL that does not depend on scheme, host or final slash; `None` for a home page. A part of a page is not
/// the page.
pub(crate) fn place(url: &str) -> Option<String> {
    let part = url.split_once('#').map_or("", |(_, part)| part);
    let place = Some(link::place(url)).filter(|place| !place.is_empty())?;
    Some(if part.is_empty() { place.to_owned() } else { format!("{place}#{part}") })
}

/// A title without what feeds write differently, and a day.
fn title_and_day(title: &str, day: NaiveDate) -> Option<String> {
    let plain = text::folded(title).to_lowercase();
    (!plain.is_empty()).then(|| format!("{plain} {day}"))
}

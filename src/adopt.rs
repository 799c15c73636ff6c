//! Feeds that a site had before -> the ids and dates by which readers know its posts, in the lock.

use std::cmp::Reverse;

use chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta};
use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;

use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::model::PostMeta;
use crate::publish::{self, Mode, Outcome};
use crate::read::entry;
use crate::read::index::{self, Index, Progress};
use crate::source;
use crate::source::feed::{self, Entry};
use crate::text::{self, date, link};
use crate::{in_order, memory, select};

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

/// What became of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// The post has its id now.
    Adopted(Matched),
    /// The post had its id already.
    Same(Matched),
    /// The lock has another id, which stays.
    Held(Matched),
    /// The front matter has another id, which stays.
    Written(Matched),
    /// No post matches the entry.
    Unmatched,
}

/// An entry of a feed, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Adopted {
    /// The URL that it has in the feed.
    pub url: String,
    /// Its title, if it has one.
    pub title: Option<String>,
    /// Its id.
    pub id: String,
    /// The path of the matching post's source; `None` if no post matches.
    pub post: Option<String>,
    /// What became of it.
    pub fate: Fate,
}

/// What was adopted.
#[derive(Debug)]
#[non_exhaustive]
pub struct Adoption {
    /// The entries, in the order of the feeds, each URL once.
    pub entries: Vec<Adopted>,
    /// What was found.
    pub findings: Vec<Diagnostic>,
    /// What was done to the lock; `None` if there was nothing to be done.
    pub lock: Option<Outcome>,
}

/// What happens if the lock already has another id for a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conflict {
    /// The id in the lock is kept.
    Keep,
    /// The id in the feed replaces it.
    Replace,
}

/// Reads feeds that the site had before, and writes the ids and dates of their entries to the lock. Each feed
/// is given by its name, for messages, and its bytes. With `check`, nothing is written.
///
/// # Errors
/// Those of [`build`](crate::build), and [`Error::Config`] for what is no feed, or has no entry with a link.
pub fn adopt(
    config: &Config,
    feeds: Vec<(String, Vec<u8>)>,
    conflict: Conflict,
    check: bool,
) -> Result<Adoption, Error> {
    let mut found = Vec::new();
    if link::is_of_this_machine(config.site.base_url.as_str()) {
        return Err(Error::Value {
            name: "base_url",
            message: "nothing is remembered of a site with an address of this machine".to_owned(),
            help: Some("pass the address at which it is published: `--base-url https://…`".to_owned()),
        });
    }
    let Index { mut posts, dropped, .. } = index::read(&mut found, config, &Progress::default())?;
    let left_out: Vec<PostMeta> = dropped.into_iter().map(|(post, _)| post).collect();
    let mut memory = memory::recall(&mut found, &mut posts, &left_out, config)?;
    let entries = once(read_all(feeds)?, config);
    let matches = matched(&entries, &posts, config);
    let mut adopted = Vec::with_capacity(entries.len());
    for (entry, matched) in entries.into_iter().zip(matches) {
        let id = text::one_line(&text::legal(entry.id.as_deref().unwrap_or(&entry.url)));
        let known = matched
            .and_then(|(index, how)| Some((posts.get_mut(index)?, memory.remembered().get_mut(index)?, how)));
        let path = known.as_ref().map(|(post, ..)| post.path().to_owned());
        let fate = match known {
            None => Fate::Unmatched,
            Some((post, remembered, how)) => {
                let is_held = !remembered.is_new && conflict == Conflict::Keep;
                if post.id() != id && post.is_id_written() {
                    Fate::Written(how)
                } else if post.id() != id && is_held {
                    Fate::Held(how)
                } else {
                    remembered.is_new = false;
                    remembered.adopt(post, entry.published.as_deref().and_then(|date| instant(date, config)));
                    let is_same = post.id() == id;
                    post.set_id(&id);
                    if is_same { Fate::Same(how) } else { Fate::Adopted(how) }
                }
            }
        };
        adopted.push(Adopted { url: entry.url, title: entry.title, id, post: path, fate });
    }
    memory::use_adopted_dates(&mut found, &mut posts, config);
    // Posts that are in none of the feeds are left out of the lock; the next build adds them.
    memory.forget_new();
    let mode = if check { Mode::Check } else { Mode::Publish };
    let lock = memory.stage(&posts, config, mode)?;
    let outcome = lock.as_ref().map(publish::Staged::outcome);
    publish::put(lock)?;
    Ok(Adoption { entries: adopted, findings: in_order(found), lock: outcome })
}

/// The entries of all feeds.
fn read_all(feeds: Vec<(String, Vec<u8>)>) -> Result<Vec<Entry>, Error> {
    let mut all: Vec<Entry> = Vec::new();
    for (name, bytes) in feeds {
        let wrong = |message: String| Error::Config {
            path: name.clone().into(),
            place: None,
            message,
            help: Some("a feed is RSS 2.0 or 1.0, Atom or JSON Feed".to_owned()),
        };
        let text = source::decode(&name, bytes).text;
        let entries = feed::entries(&text).map_err(|reason| wrong(format!("it is not a feed: {reason}")))?;
        if entries.is_empty() {
            return Err(wrong("it has no entries".to_owned()));
        }
        all.extend(entries);
    }
    Ok(all)
}

fn instant(written: &str, config: &Config) -> Option<DateTime<FixedOffset>> {
    let date = date::resolve(&date::parse(written)?, &config.site.timezone)?;
    date::is_plausible(&date).then_some(date)
}

/// The entries, each page of the site once: the first that has it counts.
fn once(mut entries: Vec<Entry>, config: &Config) -> Vec<Entry> {
    let hosts: HashSet<String> = own_hosts(&entries, config).into_iter().map(str::to_owned).collect();
    let mut known = HashSet::new();
    entries.retain(|entry| {
        let place = place(&entry.url).filter(|_| hosts.contains(link::host(&entry.url)));
        place.is_none_or(|place| known.insert(place))
    });
    entries
}

/// For each entry, the index of the post that matches it, and how. A post matches one entry at most.
fn matched(entries: &[Entry], posts: &[PostMeta], config: &Config) -> Vec<Option<(usize, Matched)>> {
    let hosts = own_hosts(entries, config);
    let mut found = vec![None; entries.len()];
    let mut is_taken = vec![false; posts.len()];
    let mut pair = |keys: HashMap<String, Option<usize>>, key_of: &dyn Fn(&Entry) -> Option<String>, how| {
        // A title and day that two entries share identify neither of them.
        let own =
            select::unique(entries.iter().enumerate().filter_map(|(at, entry)| Some((key_of(entry)?, at))));
        for (at, (entry, found)) in
            entries.iter().zip(&mut found).enumerate().filter(|(_, (_, found))| found.is_none())
        {
            let key = key_of(entry).filter(|key| how != Matched::Title || own.get(key) == Some(&Some(at)));
            let index = key.and_then(|key| keys.get(&key).copied().flatten());
            let taken = index.and_then(|index| is_taken.get_mut(index));
            if let (Some(index), Some(taken)) = (index, taken.filter(|taken| !**taken)) {
                *taken = true;
                *found = Some((index, how));
            }
        }
        found.iter().any(Option::is_none)
    };
    let of_entry = |entry: &Entry| place(&entry.url).filter(|_| hosts.contains(link::host(&entry.url)));
    let by_place = posts.iter().enumerate().filter_map(|(index, post)| Some((place(post.url())?, index)));
    if !pair(select::unique(by_place), &of_entry, Matched::Url) {
        return found;
    }
    let read: Vec<Option<(String, Vec<String>)>> =
        posts.par_iter().map(|post| entry::title_and_aliases(post, config)).collect();
    let aliases = read.iter().enumerate().flat_map(|(index, read)| {
        let aliases = read.iter().flat_map(|(_, aliases)| aliases);
        aliases.filter_map(move |alias| Some((place(&config.site.base_url.join(alias)?)?, index)))
    });
    pair(select::unique(aliases), &of_entry, Matched::Alias);
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
        pair(select::unique(titles), &of_entry, Matched::Title);
    }
    found
}

/// The hosts of the site, now or earlier: its own, and the one that most entries link to. Entries on other
/// hosts are links to other sites.
fn own_hosts<'e>(entries: &'e [Entry], config: &'e Config) -> HashSet<&'e str> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for entry in entries {
        *counts.entry(link::host(&entry.url)).or_default() += 1;
    }
    let most = counts.into_iter().max_by_key(|(host, count)| (*count, Reverse(*host))).map(|(host, _)| host);
    most.into_iter().chain([link::host(config.site.base_url.as_str())]).collect()
}

/// The part of a URL that does not depend on scheme, host or final slash; `None` for a home page. A part of a page is not
/// the page.
fn place(url: &str) -> Option<String> {
    let part = url.split_once('#').map_or("", |(_, part)| part);
    let place = Some(link::place(url)).filter(|place| !place.is_empty())?;
    Some(if part.is_empty() { place.to_owned() } else { format!("{place}#{part}") })
}

/// A title without what feeds write differently, and a day.
fn title_and_day(title: &str, day: NaiveDate) -> Option<String> {
    let plain = text::folded(title).to_lowercase();
    (!plain.is_empty()).then(|| format!("{plain} {day}"))
}

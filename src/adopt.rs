//! Feeds that a site had before -> the ids and dates by which readers know its posts, in the lock.

use hashbrown::HashSet;

use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::model::PostMeta;
use crate::publish::{self, Mode, Outcome};
pub use crate::read::entries::Matched;
use crate::read::entries::{self, instant, own_hosts, place};
use crate::read::index::{self, Index, Progress};
use crate::source;
use crate::source::feed::{self, Entry};
use crate::text::{self, link};
use crate::{in_order, memory};

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
    let matches = entries::matched(&entries, &posts.iter().collect::<Vec<_>>(), config);
    let mut adopted = Vec::with_capacity(entries.len());
    for (entry, matched) in entries.into_iter().zip(matches) {
        let id = text::one_line(&text::legal(entry.id.as_deref().unwrap_or(&entry.url)));
        let known = matched
            .filter(|_| !id.is_empty())
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

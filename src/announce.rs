//! What changed since it was last announced -> requests to search engines (IndexNow,
//! <https://www.indexnow.org/documentation>) and to the hubs of feeds (WebSub, <https://www.w3.org/TR/websub/>). Nothing
//! here sends them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde_json::json;
use url::form_urlencoded;

use crate::config::Config;
use crate::error::Error;
use crate::lock::{self, FeedLine, Header, Line, PostLine, Second};
use crate::publish;
use crate::settings::{FILE_NAME, IndexNow, LOCK_NAME};
use crate::text::Digest;

/// How many URLs one request of IndexNow may have.
const MOST_URLS: usize = 10_000;

/// What is announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// What changed since the last announcement. On the first run, everything is recorded as known, and nothing
    /// is announced.
    Changed,
    /// Everything.
    All,
    /// What was published or changed since then.
    Since(DateTime<Utc>),
}

/// To whom something is announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// A search engine, which tells others.
    IndexNow,
    /// A hub of feeds.
    WebSub,
}

/// A request that announces something: a POST.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Request {
    /// To whom.
    pub service: Service,
    /// Where it goes.
    pub url: String,
    /// The value of its `Content-Type`.
    pub content_type: &'static str,
    /// What is sent.
    pub body: String,
    /// The URLs of what it announces.
    pub announced: Vec<String>,
    /// What is remembered if it is accepted.
    marks: Vec<Mark>,
}

/// Something that is announced, as it is then.
#[derive(Debug, Clone)]
enum Mark {
    /// The text at a URL.
    Url(String, Digest),
    /// A URL that no longer exists.
    Gone(String),
    /// The entries of a feed, to a hub.
    Feed { feed: String, hub: String, text: Digest },
}

/// What is to be announced, and the lock that remembers it.
#[derive(Debug)]
pub struct Announcements {
    path: PathBuf,
    now: Second,
    requests: Vec<Request>,
    /// Whether the site names search engines.
    has_engines: bool,
    /// Whether nothing has been announced to them before.
    is_first: bool,
    /// What is recorded as known without being announced, because this is the first run.
    known: Vec<Mark>,
}

impl Config {
    /// Whether anything is announced to anybody.
    ///
    /// # Errors
    /// [`Error::Config`] if the site names neither search engines nor hubs.
    pub fn check_announced(&self) -> Result<(), Error> {
        if self.indexnow.is_some() || !self.hubs.is_empty() {
            return Ok(());
        }
        Err(Error::Config {
            path: PathBuf::from(FILE_NAME),
            place: None,
            message: "neither `indexnow` nor `hubs` is set, so nothing can be announced".to_owned(),
            help: Some("for search engines, write `indexnow: {key: …}`; for hubs, `hubs: […]`".to_owned()),
        })
    }
}

impl Announcements {
    /// Reads the lock, and decides what is to be announced.
    ///
    /// # Errors
    /// [`Error::Config`] if the site names neither search engines nor hubs, if there is no lock, and if it is damaged;
    /// [`Error::ConfigRead`] if it cannot be read.
    pub fn new(config: &Config, choice: Choice) -> Result<Self, Error> {
        config.check_announced()?;
        let path = config.lock.clone().unwrap_or_else(|| config.root().join(LOCK_NAME));
        let (header, lines) = read(&path)?;
        let now = Second::of(config.site.now);
        let (requests, known, is_first) = (Vec::new(), Vec::new(), header.indexnow.is_none());
        let has_engines = config.indexnow.is_some();
        let mut own = Self { path, now, requests, has_engines, is_first, known };
        if let Some(indexnow) = &config.indexnow {
            for (host, marks) in own.changed_urls(&lines, choice) {
                for part in marks.chunks(MOST_URLS) {
                    own.requests.push(submission(&host, part, indexnow, config));
                }
            }
        }
        for hub in &config.hubs {
            own.ping(&lines, hub, choice);
        }
        Ok(own)
    }

    /// The URLs to announce to search engines, by host. On the first run, posts that are not chosen are recorded
    /// as known.
    fn changed_urls(&mut self, lines: &[Line], choice: Choice) -> BTreeMap<String, Vec<Mark>> {
        let mut urls: BTreeMap<String, Vec<Mark>> = BTreeMap::new();
        for line in lines {
            let (url, mark) = match line {
                Line::Post(post) if is_new(post, choice, self.is_first) => {
                    (&post.url, Mark::Url(post.url.clone(), post.text))
                }
                Line::Post(post) if self.is_first && is_listed(post) => {
                    self.known.push(Mark::Url(post.url.clone(), post.text));
                    continue;
                }
                Line::Gone(gone) => (&gone.gone, Mark::Gone(gone.gone.clone())),
                Line::Post(_) | Line::Page(_) | Line::Feed(_) => continue,
            };
            urls.entry(host(url)).or_default().push(mark);
        }
        urls
    }

    /// Adds requests that notify a hub of changed feeds. On the first run, [`Choice::Changed`] records the feeds
    /// as known instead.
    fn ping(&mut self, lines: &[Line], hub: &str, choice: Choice) {
        let feeds =
            || lines.iter().filter_map(|line| if let Line::Feed(feed) = line { Some(feed) } else { None });
        let is_first = feeds().all(|feed| !feed.announced.contains_key(hub));
        for feed in feeds() {
            let mark = Mark::Feed { feed: feed.feed.clone(), hub: hub.to_owned(), text: feed.text };
            if is_first && choice == Choice::Changed {
                self.known.push(mark);
            } else if feed.announced.get(hub) != Some(&feed.text) || choice == Choice::All {
                self.requests.push(publication(hub, feed, mark));
            }
        }
    }

    /// The requests, in the order in which they are to be sent.
    #[must_use]
    pub fn requests(&self) -> &[Request] {
        &self.requests
    }

    /// How many URLs and how many feeds are recorded as known without being announced, because this is the first
    /// run.
    #[must_use]
    pub fn known(&self) -> (usize, usize) {
        let urls = self.known.iter().filter(|mark| matches!(mark, Mark::Url(..))).count();
        (urls, self.known.len() - urls)
    }

    /// Remembers that a request was accepted.
    ///
    /// # Errors
    /// Those of reading and writing the lock.
    pub fn accept(&self, request: &Request) -> Result<(), Error> {
        self.remember(&request.marks)
    }

    /// Remembers what is recorded as known.
    ///
    /// # Errors
    /// Those of reading and writing the lock.
    pub fn save(&self) -> Result<(), Error> {
        self.remember(&self.known)
    }

    /// Records in the lock what has been announced. The lock is read again first, because a build may have
    /// changed it.
    fn remember(&self, marks: &[Mark]) -> Result<(), Error> {
        let (mut header, mut lines) = read(&self.path)?;
        header.indexnow = header.indexnow.or(Some(self.now).filter(|_| self.has_engines));
        let (mut urls, mut gone) = (BTreeMap::new(), BTreeSet::new());
        let mut feeds: BTreeMap<&str, Vec<(&String, Digest)>> = BTreeMap::new();
        for mark in marks {
            match mark {
                Mark::Url(url, text) => drop(urls.insert(url.as_str(), *text)),
                Mark::Gone(url) => drop(gone.insert(url.as_str())),
                Mark::Feed { feed, hub, text } => feeds.entry(feed).or_default().push((hub, *text)),
            }
        }
        lines.retain(|line| !matches!(line, Line::Gone(line) if gone.contains(line.gone.as_str())));
        for line in &mut lines {
            match line {
                Line::Post(post) if post.withdrawn.is_some() && gone.contains(post.url.as_str()) => {
                    post.announced = None;
                }
                Line::Post(post) if is_listed(post) => {
                    post.announced = urls.get(post.url.as_str()).copied().or(post.announced);
                }
                Line::Feed(feed) => {
                    let hubs = feeds.get(feed.feed.as_str()).into_iter().flatten();
                    feed.announced.extend(hubs.map(|(hub, text)| ((*hub).clone(), *text)));
                }
                Line::Post(_) | Line::Page(_) | Line::Gone(_) => {}
            }
        }
        let mut text = Vec::new();
        let failed = |source| Error::Write { path: self.path.clone(), step: "write", source };
        lock::write_lines(&mut text, &header, &lines).map_err(failed)?;
        publish::write(&self.path, &text).map(drop)
    }
}

/// The lines of a lock that must be there.
fn read(path: &Path) -> Result<(Header, Vec<Line>), Error> {
    let mut lines = Vec::new();
    let header = lock::read(path, &mut |line| lines.push(line))?;
    let missing = || Error::Config {
        path: path.to_owned(),
        place: None,
        message: "there is no lock, so it is not known what is published".to_owned(),
        help: Some("run `feedmill notify` once, or `feedmill build` with `lock: true`".to_owned()),
    };
    Ok((header.ok_or_else(missing)?, lines))
}

/// Whether search engines may list a post.
fn is_listed(post: &PostLine) -> bool {
    !post.unlisted && post.withdrawn.is_none()
}

fn is_new(post: &PostLine, choice: Choice, is_first: bool) -> bool {
    let is_chosen = match choice {
        Choice::All => true,
        Choice::Changed => !is_first && post.announced != Some(post.text),
        Choice::Since(date) => {
            let published = post.published.map_or(post.seen.0, |published| published.0.to_utc());
            published.max(post.changed.map_or(published, |changed| changed.0)) >= date
        }
    };
    is_chosen && is_listed(post)
}

/// Tells a search engine of URLs on one host.
fn submission(host: &str, marks: &[Mark], indexnow: &IndexNow, config: &Config) -> Request {
    let base_url = &config.site.base_url;
    let url_of = |mark: &Mark| match mark {
        Mark::Url(url, _) | Mark::Gone(url) | Mark::Feed { feed: url, .. } => url.clone(),
    };
    let urls: Vec<String> = marks.iter().map(url_of).collect();
    let mut body = json!({"host": host, "key": indexnow.key});
    if let serde_json::Value::Object(body) = &mut body {
        // On another host, the key must be where the protocol looks for it.
        if host == base_url.host() {
            body.insert("keyLocation".to_owned(), base_url.file(&format!("{}.txt", indexnow.key)).into());
        }
        body.insert("urlList".to_owned(), urls.clone().into());
    }
    Request {
        service: Service::IndexNow,
        url: indexnow.endpoint.clone(),
        content_type: "application/json; charset=utf-8",
        body: body.to_string(),
        announced: urls,
        marks: marks.to_vec(),
    }
}

fn host(url: &str) -> String {
    url::Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
}

/// The request that notifies a hub that a feed has changed. WebSub leaves its form to the hub; all known hubs
/// accept the form of PubSubHubbub.
fn publication(hub: &str, feed: &FeedLine, mark: Mark) -> Request {
    let mut body = form_urlencoded::Serializer::new(String::new());
    body.append_pair("hub.mode", "publish").append_pair("hub.url", &feed.feed);
    Request {
        service: Service::WebSub,
        url: hub.to_owned(),
        content_type: "application/x-www-form-urlencoded",
        body: body.finish(),
        announced: vec![feed.feed.clone()],
        marks: vec![mark],
    }
}

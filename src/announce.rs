//! What changed since it was last announced -> requests to search engines (IndexNow,
//! <https://www.indexnow.org/documentation>) and to the hubs of feeds (WebSub, <https://www.w3.org/TR/websub/>). Nothing
//! here sends them.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use serde_json::json;
use url::form_urlencoded;

use crate::config::Config;
use crate::error::Error;
use crate::lock::{self, FeedLine, Header, Line, PostLine, Second};
use crate::publish;
use crate::settings::{IndexNow, LOCK_NAME};

/// How many URLs one request of IndexNow may have.
const MOST_URLS: usize = 10_000;

/// What is announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// What changed since it was last announced. The first time that is nothing: all is taken for known.
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
}

/// What is to be announced, and the lock that remembers it.
#[derive(Debug)]
pub struct Announcements {
    path: PathBuf,
    header: Header,
    lines: Vec<Line>,
    requests: Vec<Request>,
    /// How many requests announce a URL, and have not been accepted.
    open: BTreeMap<String, usize>,
    /// How many URLs, and how many feeds, are taken for known, because this is the first time.
    known: (usize, usize),
}

impl Announcements {
    /// Reads the lock, and decides what is to be announced.
    ///
    /// # Errors
    /// [`Error::Config`] if the site names neither search engines nor hubs, if there is no lock, and if it is damaged;
    /// [`Error::ConfigRead`] if it cannot be read.
    pub fn new(config: &Config, choice: Choice) -> Result<Self, Error> {
        if config.indexnow.is_none() && config.hubs.is_empty() {
            return Err(Error::Config {
                path: config.root().join(config.file_of_outputs()),
                place: None,
                message: "it names nobody to be told of changes".to_owned(),
                help: Some(
                    "for search engines, write `indexnow: {key: …}` in `feedmill.yml`; for hubs, `hubs: […]`"
                        .to_owned(),
                ),
            });
        }
        let path = config.lock.clone().unwrap_or_else(|| config.root().join(LOCK_NAME));
        let mut lines = Vec::new();
        let header = lock::read(&path, &mut |line| lines.push(line))?;
        let header = header.ok_or_else(|| Error::Config {
            path: path.clone(),
            place: None,
            message: "there is no lock, so it is not known what is published".to_owned(),
            help: Some("run `feedmill notify` once, or `feedmill build` with `lock: true`".to_owned()),
        })?;
        let mut own =
            Self { path, header, lines, requests: Vec::new(), open: BTreeMap::new(), known: (0, 0) };
        own.decide(config, choice);
        Ok(own)
    }

    fn decide(&mut self, config: &Config, choice: Choice) {
        let now = Second(config.site.now);
        if let Some(indexnow) = &config.indexnow {
            let is_first = self.header.indexnow.is_none();
            self.header.indexnow.get_or_insert(now);
            for (host, urls) in self.urls(choice, is_first) {
                for part in urls.chunks(MOST_URLS) {
                    self.requests.push(submission(&host, part, indexnow, config));
                }
            }
        }
        if !config.hubs.is_empty() {
            let is_first = self.header.websub.is_none();
            self.header.websub.get_or_insert(now);
            for line in &mut self.lines {
                let Line::Feed(feed) = line else { continue };
                if is_first && choice == Choice::Changed {
                    feed.announced = Some(feed.text);
                    self.known.1 += 1;
                } else if feed.announced != Some(feed.text) || choice == Choice::All {
                    self.requests.extend(config.hubs.iter().map(|hub| ping(hub, feed)));
                }
            }
        }
        for url in self.requests.iter().flat_map(|request| &request.announced) {
            *self.open.entry(url.clone()).or_default() += 1;
        }
    }

    /// The URLs that search engines are to be told, by host. The first time, all others are taken for known.
    fn urls(&mut self, choice: Choice, is_first: bool) -> BTreeMap<String, Vec<String>> {
        let mut urls: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for line in &mut self.lines {
            let url = match line {
                Line::Post(post) if is_new(post, choice, is_first) => post.url.clone(),
                Line::Gone(gone) => gone.gone.clone(),
                Line::Post(post) if is_first && is_listed(post) => {
                    post.announced = Some(post.text);
                    self.known.0 += 1;
                    continue;
                }
                Line::Post(_) | Line::Page(_) | Line::Feed(_) => continue,
            };
            urls.entry(host(&url)).or_default().push(url);
        }
        urls
    }

    /// The requests, in the order in which they are to be sent.
    #[must_use]
    pub fn requests(&self) -> &[Request] {
        &self.requests
    }

    /// How many URLs, and how many feeds, are taken for known without being announced, because this is the first time.
    #[must_use]
    pub fn known(&self) -> (usize, usize) {
        self.known
    }

    /// Remembers that a request was accepted.
    ///
    /// # Errors
    /// [`Error::Write`] if the lock cannot be written.
    pub fn accept(&mut self, request: &Request) -> Result<(), Error> {
        let mut done: Vec<&str> = Vec::new();
        for url in &request.announced {
            if let Some(open) = self.open.get_mut(url) {
                *open = open.saturating_sub(1);
                // A feed counts once all its hubs know.
                done.extend((*open == 0).then_some(url.as_str()));
            }
        }
        done.sort_unstable();
        let is_done = |url: &str| done.binary_search(&url).is_ok();
        self.lines.retain(|line| !matches!(line, Line::Gone(gone) if is_done(&gone.gone)));
        for line in &mut self.lines {
            match line {
                Line::Post(post) if is_listed(post) && is_done(&post.url) => post.announced = Some(post.text),
                Line::Feed(feed) if is_done(&feed.feed) => feed.announced = Some(feed.text),
                _ => {}
            }
        }
        self.save()
    }

    /// Writes the lock.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn save(&self) -> Result<(), Error> {
        let mut text = Vec::new();
        let unsound =
            |error: std::io::Error| Error::Write { path: self.path.clone(), step: "write", source: error };
        lock::write_lines(&mut text, &self.header, &self.lines).map_err(unsound)?;
        text.flush().map_err(unsound)?;
        publish::write(&self.path, &text).map(drop)
    }
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
fn submission(host: &str, urls: &[String], indexnow: &IndexNow, config: &Config) -> Request {
    let base_url = &config.site.base_url;
    let mut body = json!({"host": host, "key": indexnow.key});
    if let serde_json::Value::Object(body) = &mut body {
        // On another host, the key must be where the protocol looks for it.
        if host == base_url.host() {
            body.insert("keyLocation".to_owned(), base_url.file(&format!("{}.txt", indexnow.key)).into());
        }
        body.insert("urlList".to_owned(), urls.into());
    }
    Request {
        service: Service::IndexNow,
        url: indexnow.endpoint.clone(),
        content_type: "application/json; charset=utf-8",
        body: body.to_string(),
        announced: urls.to_vec(),
    }
}

fn host(url: &str) -> String {
    url::Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
}

/// Tells a hub that a feed has changed. How a publisher does that, WebSub leaves to the hub; all that are known take
/// what PubSubHubbub had.
fn ping(hub: &str, feed: &FeedLine) -> Request {
    let mut body = form_urlencoded::Serializer::new(String::new());
    body.append_pair("hub.mode", "publish").append_pair("hub.url", &feed.feed);
    Request {
        service: Service::WebSub,
        url: hub.to_owned(),
        content_type: "application/x-www-form-urlencoded",
        body: body.finish(),
        announced: vec![feed.feed.clone()],
    }
}

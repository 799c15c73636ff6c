//! What is remembered from one run to the next: `fixtures/states-of-*` are three states of one site each (then its
//! template changes; then one post is edited in a comma, one moves, one is withdrawn, and one is new), with all that is
//! written and announced in each. `UPDATE=1 cargo test --test lock` rewrites them.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may"
)]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use common::{feedmill, folder, tree, write_tree};

/// A server on this machine, which answers as a test wants, and keeps what it was sent.
struct Server {
    port: u16,
    answers: Arc<Mutex<Vec<Answer>>>,
    sent: Arc<Mutex<Vec<String>>>,
}

/// What a server does with the next request. Then it answers 200.
#[derive(Clone, Copy)]
enum Answer {
    Status(u16),
    /// With a header line.
    With(u16, &'static str),
    /// It closes the connection.
    Cut,
}

impl Server {
    fn start(answers: &[Answer]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let answers = Arc::new(Mutex::new(answers.iter().rev().copied().collect::<Vec<_>>()));
        let sent = Arc::new(Mutex::new(Vec::new()));
        let (own_answers, own_sent) = (Arc::clone(&answers), Arc::clone(&sent));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = BufReader::new(stream.unwrap());
                let (mut line, mut length) = (String::new(), 0);
                stream.read_line(&mut line).unwrap();
                let first = line.trim_end().trim_end_matches(" HTTP/1.1").to_owned();
                loop {
                    line.clear();
                    stream.read_line(&mut line).unwrap();
                    if line.trim_end().is_empty() {
                        break;
                    }
                    let (name, value) = line.split_once(':').unwrap();
                    if name.eq_ignore_ascii_case("content-length") {
                        length = value.trim().parse().unwrap();
                    }
                }
                let mut body = vec![0; length];
                stream.read_exact(&mut body).unwrap();
                own_sent.lock().unwrap().push(format!("{first} {}", String::from_utf8(body).unwrap()));
                let (status, header) = match own_answers.lock().unwrap().pop().unwrap_or(Answer::Status(200))
                {
                    Answer::Cut => continue,
                    Answer::Status(status) => (status, ""),
                    Answer::With(status, header) => (status, header),
                };
                let end = if header.is_empty() { "" } else { "\r\n" };
                let _ = write!(
                    stream.get_mut(),
                    "HTTP/1.1 {status} Answer\r\n{header}{end}Content-Length: 0\r\nConnection: close\r\n\r\n"
                );
            }
        });
        Self { port, answers, sent }
    }

    fn answer(&self, answers: &[Answer]) {
        *self.answers.lock().unwrap() = answers.iter().rev().copied().collect();
    }

    fn sent(&self) -> Vec<String> {
        std::mem::take(&mut self.sent.lock().unwrap())
    }
}

/// Runs the program, and gives all that it says, and its exit status.
fn run(site: &Path, args: &[&str]) -> String {
    common::run(site, args)
}

/// Replaces a site by another state of it. The lock stays, as in a repository.
fn replace(site: &Path, state: &Path, port: u16) {
    let lock = fs::read(site.join("feedmill.lock")).ok();
    let _ = fs::remove_dir_all(site);
    let mut files = tree(state);
    let settings = String::from_utf8(files["feedmill.yml"].clone()).unwrap();
    files.insert("feedmill.yml".to_owned(), settings.replace("PORT", &port.to_string()).into_bytes());
    files.extend(lock.map(|lock| ("feedmill.lock".to_owned(), lock)));
    write_tree(&files, site);
}

#[test]
fn three_states_of_a_site() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut failures = Vec::new();
    for case in ["states-of-sources", "states-of-pages"] {
        let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(case);
        let top = folder();
        let site = top.path().join("site");
        let server = Server::start(&[]);
        for state in ["1", "2", "3"] {
            let state = case.join(state);
            replace(&site, &state.join("site"), server.port);
            let before = tree(&site);
            let now = format!("2026-0{}-01", state.file_name().unwrap().to_string_lossy());
            let mut said = run(&site, &["build", "--now", &now]);
            let mut files = tree(&site);
            files.retain(|path, bytes| before.get(path) != Some(bytes) && !path.ends_with(".css"));
            // Again, much later: nothing changes.
            let again = run(&site, &["build", "--now", "2027-01-01"]);
            assert!(again.contains(" unchanged") && !again.contains("written"), "{again}");
            said += &run(&site, &["notify", "--dry-run", "--now", &now]);
            said += &run(&site, &["notify", "--now", &now]);
            said += &format!("sent:\n{}\n", server.sent().join("\n"));
            assert!(run(&site, &["notify", "--now", &now]).contains("nothing to announce"));
            files.insert("said.txt".to_owned(), said.into_bytes());
            for bytes in files.values_mut() {
                let text = String::from_utf8(std::mem::take(bytes)).unwrap();
                *bytes = text.replace(&format!("127.0.0.1:{}", server.port), "127.0.0.1:PORT").into_bytes();
            }
            let expected = state.join("expected");
            if update {
                let _ = fs::remove_dir_all(&expected);
                write_tree(&files, &expected);
            } else if tree(&expected) != files {
                failures.push(format!("{}: {files:#?}", state.display()));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// A site of two posts whose feed has a hub.
fn site_with(server: &Server) -> tempfile::TempDir {
    let folder = folder();
    let settings = format!(
        "base_url: https://example.com/\ntitle: T\nlock: true\nfeeds: [feed.xml]\n\
         hubs: [\"http://127.0.0.1:{0}/hub\"]\nindexnow: {{key: 0f8b3c5e, endpoint: \"http://127.0.0.1:{0}/now\"}}\n",
        server.port
    );
    fs::write(folder.path().join("feedmill.yml"), settings).unwrap();
    fs::write(folder.path().join("2025-01-01-a.md"), "---\ntitle: A\n---\nA.\n").unwrap();
    fs::write(folder.path().join("2025-01-02-b.md"), "---\ntitle: B\n---\nB.\n").unwrap();
    folder
}

/// Search engines that a site names later know nothing yet: what it has is not news.
#[test]
fn search_engines_may_come_after_hubs() {
    let server = Server::start(&[]);
    let folder = site_with(&server);
    let site = folder.path();
    let settings = fs::read_to_string(site.join("feedmill.yml")).unwrap();
    let (with_hubs, _) = settings.split_once("indexnow:").unwrap();
    fs::write(site.join("feedmill.yml"), with_hubs).unwrap();
    run(site, &["build"]);
    let said = run(site, &["notify"]);
    assert!(said.contains("the first time: 0 URLs and 1 feed are"), "{said}");
    fs::write(site.join("feedmill.yml"), &settings).unwrap();
    run(site, &["build"]);
    let said = run(site, &["notify"]);
    assert!(said.contains("the first time: 2 URLs and 0 feeds are"), "{said}");
    assert_eq!(server.sent(), [""; 0]);
}

#[test]
fn what_is_not_accepted_is_announced_again() {
    let server = Server::start(&[]);
    let folder = site_with(&server);
    let site = folder.path();
    let lock = || fs::read_to_string(site.join("feedmill.lock")).unwrap();
    // Without a lock, the first one is made of what is published.
    let said = run(site, &["notify"]);
    assert!(said.contains("is not known what is published") || said.contains("are not those"), "{said}");
    run(site, &["build"]);
    fs::remove_file(site.join("feedmill.lock")).unwrap();
    let said = run(site, &["notify"]);
    assert!(
        said.contains("the first time: 2 URLs and 1 feed are") && said.ends_with("exit status: 0\n"),
        "{said}"
    );
    assert_eq!(server.sent(), [""; 0]);

    fs::write(site.join("2025-01-03-c.md"), "---\ntitle: C\n---\nC.\n").unwrap();
    run(site, &["build"]);
    let before = lock();
    // What may pass is tried three times, anything else once.
    server.answer(&[Answer::Status(400), Answer::Status(500), Answer::Cut, Answer::Status(503)]);
    let said = run(site, &["notify"]);
    assert!(said.contains("not understood") && said.contains("503, 3 times"), "{said}");
    assert!(said.ends_with("exit status: 1\n"), "{said}");
    assert_eq!((lock(), server.sent().len()), (before.clone(), 4));
    for (status, meaning) in [(403, "KEY.txt"), (422, "not of this host"), (404, "404")] {
        server.answer(&[Answer::Status(status), Answer::Status(status)]);
        let said = run(site, &["notify"]);
        assert!(said.contains(meaning) && said.ends_with("exit status: 1\n"), "{said}");
        assert_eq!((lock(), server.sent().len()), (before.clone(), 2));
    }
    // What one accepts is not sent again because another does not.
    server.answer(&[Answer::With(429, "Retry-After: 0"), Answer::Status(202), Answer::Status(403)]);
    let said = run(site, &["notify"]);
    assert!(said.contains("/now: accepted (202)") && said.contains("feed.xml"), "{said}");
    assert_eq!(server.sent().len(), 3);
    let said = run(site, &["notify"]);
    assert!(said.ends_with("exit status: 0\n"), "{said}");
    assert_eq!(server.sent(), ["POST /hub hub.mode=publish&hub.url=https%3A%2F%2Fexample.com%2Ffeed.xml"]);
    assert!(run(site, &["notify"]).contains("nothing to announce"));

    // To another host, nothing is sent; on the same, the request goes on.
    let said = run(site, &["notify", "--since", "2025-01-03", "--dry-run"]);
    assert!(said.contains("2025/01/03") || said.contains("2025-01-03-c"), "{said}");
    server.answer(&[
        Answer::With(308, "Location: /there"),
        Answer::Status(200),
        Answer::With(307, "Location: http://localhost:1/"),
    ]);
    let said = run(site, &["notify", "--all"]);
    assert!(said.contains("/now: accepted (200)"), "{said}");
    let sent = server.sent();
    assert!(said.contains("redirected to another host"), "{said} {sent:?}");
    assert!(sent[0].starts_with("POST /now ") && sent[1].starts_with("POST /there "), "{sent:?}");
    assert_eq!(
        sent[0].split_once(' ').unwrap().1.split_once(' ').unwrap().1,
        sent[1].split_once(' ').unwrap().1.split_once(' ').unwrap().1
    );
}

#[test]
fn requests_are_printed_for_others() {
    let server = Server::start(&[]);
    let folder = site_with(&server);
    run(folder.path(), &["build"]);
    let json = run(folder.path(), &["notify", "--all", "--print", "json"]);
    let lines: Vec<serde_json::Value> = json
        .lines()
        .filter(|line| line.starts_with('{'))
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 2, "{json}");
    assert_eq!(lines[1]["body"], "hub.mode=publish&hub.url=https%3A%2F%2Fexample.com%2Ffeed.xml");
    let curl = run(folder.path(), &["notify", "--all", "--print", "curl"]);
    assert_eq!(curl.matches("curl --fail").count(), 2, "{curl}");
    assert_eq!(server.sent(), [""; 0]);
    let none = run(folder.path(), &["notify", "--base-url", "https://example.com/", "--config", "other.yml"]);
    assert!(none.contains("error"), "{none}");
}

/// A folder of posts with a lock.
struct Blog(tempfile::TempDir);

impl Blog {
    fn new(settings: &str) -> Self {
        let folder = folder();
        let settings = format!(
            "base_url: https://e.com/\ntitle: T\nlock: true\npermalink: /:slug/\nfeeds: [{{path: feed.xml, limit: 0}}]\n{settings}"
        );
        fs::write(folder.path().join("feedmill.yml"), settings).unwrap();
        Self(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a post; without a text it is removed.
    fn post(&self, name: &str, front_matter: &str, text: &str) {
        let path = self.path().join(format!("{name}.md"));
        match text {
            "-" => fs::remove_file(path).unwrap(),
            text => fs::write(path, format!("---\n{front_matter}\n---\n{text}\n")).unwrap(),
        }
    }

    /// Runs, and gives the ids of the posts that are published, by their files.
    fn ids(&self) -> BTreeMap<String, String> {
        let said = run(self.path(), &["build", "--allow-empty"]);
        assert!(!said.contains("exit status: 2"), "{said}");
        self.lines()
            .into_iter()
            .filter(|line| line["withdrawn"].is_null() && line["post"].is_string())
            .map(|line| {
                let id = line["id"].as_str().or(line["url"].as_str()).unwrap();
                (line["post"].as_str().unwrap().replace(".md", ""), id.replace("https://e.com", ""))
            })
            .collect()
    }

    fn lines(&self) -> Vec<serde_json::Value> {
        let lock = fs::read_to_string(self.path().join("feedmill.lock")).unwrap();
        lock.lines().skip(1).map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[track_caller]
    fn has(&self, expected: &[(&str, &str)]) {
        let expected = expected.iter().map(|(path, id)| ((*path).to_owned(), (*id).to_owned())).collect();
        assert_eq!(self.ids(), expected);
    }
}

/// A run on this machine is not a publication: its address must not become the id of a post.
#[test]
fn a_site_that_is_tried_out_is_not_remembered() {
    let blog = Blog::new("");
    blog.post("a", "title: A\ndate: 2025-01-01", "The text of A.");
    let said = run(blog.path(), &["build", "--base-url", "http://localhost:4000/"]);
    assert!(said.ends_with("exit status: 0\n"), "{said}");
    assert!(!blog.path().join("feedmill.lock").exists());
    let said = run(blog.path(), &["adopt", "public/feed.xml", "--base-url", "http://localhost:4000/"]);
    assert!(said.contains("an address of this machine") && said.ends_with("exit status: 2\n"), "{said}");
    let said = run(blog.path(), &["build", "--strict"]);
    assert!(said.ends_with("exit status: 0\n"), "{said}");
    blog.has(&[("a", "/a/")]);
}

/// What a generator writes before the run is not what readers know, where the lock says what they know.
#[test]
fn the_feed_that_a_generator_has_just_written_is_not_what_readers_know() {
    let blog = Blog::new("");
    blog.post("a", "title: A\ndate: 2025-01-01\npermalink: /a/", "The text of A.");
    blog.ids();
    blog.post("a", "title: A\ndate: 2025-01-01\npermalink: /b/", "The text of A.");
    let feed = "<rss version=\"2.0\"><channel><title>T</title><link>https://e.com/</link><description>d</description>\
        <item><title>A</title><link>https://e.com/b/</link><guid>https://e.com/b/</guid></item></channel></rss>";
    fs::write(blog.path().join("public/feed.xml"), feed).unwrap();
    let said = run(blog.path(), &["build", "--strict"]);
    assert!(!said.contains("replaced-ids") && said.ends_with("exit status: 0\n"), "{said}");
    blog.has(&[("a", "/a/")]);
}

/// Posts of one title on neighbouring days are not each other, and a run on this machine publishes nothing.
#[test]
fn a_simple_rebuild_warns_of_nothing() {
    let blog = Blog::new("");
    let config = blog.path().join("feedmill.yml");
    fs::write(&config, fs::read_to_string(&config).unwrap().replace("limit: 0", "limit: 1")).unwrap();
    blog.post("a", "title: Daily\ndate: 2025-01-01", "One.");
    let said = run(blog.path(), &["build", "--strict"]);
    assert!(said.ends_with("exit status: 0\n"), "{said}");
    blog.post("b", "title: Daily\ndate: 2025-01-02", "Two.");
    let said = run(blog.path(), &["build", "--strict"]);
    assert!(said.ends_with("exit status: 0\n"), "{said}");
    let said = run(blog.path(), &["build", "--strict", "--base-url", "http://localhost:4000/"]);
    assert!(said.ends_with("exit status: 0\n"), "{said}");
}

/// An entry without an id and without a link is known by nothing.
#[test]
fn no_empty_id_is_adopted() {
    let blog = Blog::new("");
    blog.post("a", "title: A\ndate: 2025-01-01", "The text of A.");
    let feed = "<rss version=\"2.0\"><channel><title>T</title><link>https://e.com/</link><description>d</description>\
        <item><title>A</title><pubDate>Wed, 01 Jan 2025 08:00:00 +0000</pubDate></item></channel></rss>";
    fs::create_dir_all(blog.path().join("public")).unwrap();
    fs::write(blog.path().join("public/feed.xml"), feed).unwrap();
    let said = run(blog.path(), &["adopt", "public/feed.xml"]);
    assert!(said.contains("0 ids adopted"), "{said}");
    assert!(run(blog.path(), &["build", "--strict"]).ends_with("exit status: 0\n"));
    blog.has(&[("a", "/a/")]);
}

/// What is left out for a while is not another post.
#[test]
fn a_url_that_two_posts_had_for_one_run_gives_no_id_away() {
    let blog = Blog::new("");
    blog.post("old", "title: Old\ndate: 2025-01-01\npermalink: /x/", "The old text.");
    blog.ids();
    blog.post("new", "title: New\ndate: 2025-02-01\npermalink: /x/", "The new text.");
    run(blog.path(), &["build"]);
    blog.post("new", "title: New\ndate: 2025-02-01\npermalink: /y/", "The new text.");
    blog.has(&[("new", "/x/#2025-02-01"), ("old", "/x/")]);
}

#[test]
fn another_post_at_the_place_of_a_withdrawn_one_is_new() {
    let blog = Blog::new("");
    blog.post("a", "title: A\ndate: 2025-01-01", "The text of A.");
    blog.post("status", "title: Outage\ndate: 2025-01-02", "The disk is full.");
    blog.ids();
    blog.post("status", "", "-");
    blog.ids();
    blog.post("status", "title: Maintenance\ndate: 2025-09-09", "We move tonight.");
    blog.has(&[("a", "/a/"), ("status", "/status/#2025-09-09")]);
    // The same one comes back.
    blog.post("status", "", "-");
    blog.ids();
    blog.post("status", "title: Outage\ndate: 2025-01-02", "The disk was full.");
    blog.has(&[("a", "/a/"), ("status", "/status/")]);
}

#[test]
fn an_adopted_date_stays_in_another_time_zone() {
    let blog = Blog::new("");
    blog.post("a", "title: A\ndate: 2019-05-01", "The text of A.");
    let old = "<rss version=\"2.0\"><channel><title>T</title><link>https://e.com/</link><description>d</description>\
        <item><title>A</title><link>https://e.com/a/</link><guid isPermaLink=\"false\">u:1</guid>\
        <pubDate>Wed, 01 May 2019 15:42:00 +0000</pubDate></item></channel></rss>";
    fs::write(blog.path().join("old.xml"), old).unwrap();
    run(blog.path(), &["adopt", "old.xml"]);
    let settings = fs::read_to_string(blog.path().join("feedmill.yml")).unwrap();
    for zone in ["UTC", "Europe/Berlin", "America/New_York", "UTC"] {
        fs::write(blog.path().join("feedmill.yml"), format!("{settings}timezone: {zone}\n")).unwrap();
        blog.has(&[("a", "u:1")]);
        let feed = fs::read_to_string(blog.path().join("public/feed.xml")).unwrap();
        assert!(feed.contains("<pubDate>Wed, 01 May 2019 15:42:00 +0000</pubDate>"), "{zone}: {feed}");
    }
    // Its author writes another.
    blog.post("a", "title: A\ndate: 2019-05-03", "The text of A.");
    blog.has(&[("a", "u:1")]);
    let feed = fs::read_to_string(blog.path().join("public/feed.xml")).unwrap();
    assert!(feed.contains("<pubDate>Fri, 03 May 2019 00:00:00 +0000</pubDate>"), "{feed}");
}

/// Two sites of one folder do not take each other's posts for withdrawn.
#[test]
fn each_configuration_has_a_lock_of_its_own() {
    let folder = folder();
    let site = folder.path();
    for language in ["en", "de"] {
        fs::create_dir(site.join(language)).unwrap();
        fs::write(
            site.join(format!("{language}/a.md")),
            format!("---\ntitle: A\ndate: 2025-01-01\n---\n{language}\n"),
        )
        .unwrap();
        fs::write(
            site.join(format!("{language}.yml")),
            format!("base_url: https://e.com/{language}/\ntitle: T\nposts: ['{language}/**']\noutput: public/{language}\nlock: true\n"),
        )
        .unwrap();
    }
    for round in 0..2 {
        for language in ["en", "de"] {
            let said = run(site, &["build", "--config", &format!("{language}.yml")]);
            assert_eq!(said.contains("files unchanged"), round == 1, "{said}");
            let lock = fs::read_to_string(site.join(format!("{language}.lock"))).unwrap();
            assert!(!lock.contains("withdrawn"), "{lock}");
        }
    }
}

/// Without a lock, ids that change are at least said.
#[test]
fn ids_that_readers_lose_are_reported() {
    let blog = Blog::new("");
    blog.post("a", "title: A\ndate: 2025-01-01\npermalink: /a/", "The text of A.");
    blog.ids();
    blog.post("a", "title: A\ndate: 2025-01-01\npermalink: /b/", "The text of A.");
    blog.has(&[("a", "/a/")]);
    assert!(!run(blog.path(), &["build", "--strict"]).contains("replaced-ids"));
    fs::write(blog.path().join("feedmill.lock"), "{\"lock\":1}\n").unwrap();
    let said = run(blog.path(), &["build", "--strict"]);
    assert!(
        said.contains("[replaced-ids]") && said.contains("`https://e.com/a/` is `https://e.com/b/` now"),
        "{said}"
    );
    assert!(said.ends_with("exit status: 1\n"), "{said}");
}

/// URLs that are alike are not one page, and an id that a post of ours has is not lost.
#[test]
fn ids_that_readers_keep_are_not_reported() {
    let strict = |blog: &Blog| {
        for _ in 0..3 {
            let said = run(blog.path(), &["build"]);
            assert!(!said.contains("ids]") && said.ends_with("exit status: 0\n"), "{said}");
        }
    };
    let blog = Blog::new("");
    for (name, url) in [
        ("v1", "/changelog/#v1"),
        ("v2", "/changelog/#v2"),
        ("file", "/a.html"),
        ("folder", "/a/"),
        ("one", "https://one.example/hello/"),
        ("two", "https://two.example/hello/"),
    ] {
        blog.post(name, &format!("title: {name}\ndate: 2025-01-01\npermalink: {url}"), name);
    }
    strict(&blog);
    fs::remove_file(blog.path().join("feedmill.lock")).unwrap();
    fs::write(
        blog.path().join("feedmill.yml"),
        "base_url: https://e.com/\ntitle: T\nfeeds: [feed.xml, atom.xml, feed.json]\n",
    )
    .unwrap();
    strict(&blog);
    // With a lock, the id of a post that moved is not the one of the new post at its place.
    let blog = Blog::new("");
    blog.post("stones", "title: Stones\ndate: 2025-01-01", "The text of the stones.");
    blog.ids();
    fs::rename(blog.path().join("stones.md"), blog.path().join("mill.md")).unwrap();
    blog.post("stones", "title: Other\ndate: 2025-03-01", "Another text.");
    strict(&blog);
    blog.has(&[("mill", "/stones/"), ("stones", "/stones/#2025-03-01")]);
}

/// A page of a built site that is no post any more leaves the feed, though our feed has a date for it.
#[test]
fn a_page_may_leave_the_feed() {
    let folder = folder();
    let site = folder.path();
    fs::write(
        site.join("feedmill.yml"),
        "generator: built\nbase_url: https://e.com/\ntitle: T\noutput: public\n",
    )
    .unwrap();
    let page = |name: &str, head: &str| {
        fs::create_dir_all(site.join("public").join(name)).unwrap();
        let text = format!(
            "<!doctype html><html lang=\"en\"><head><title>{name}</title>{head}</head><body><article><h1>{name}</h1>\
             <p>The text of {name}, which is long enough.</p></article></body></html>"
        );
        fs::write(site.join("public").join(name).join("index.html"), text).unwrap();
    };
    let date = "<meta property=\"article:published_time\" content=\"2025-01-02T00:00:00Z\">";
    page("a", date);
    page("about", date);
    let feed = || fs::read_to_string(site.join("public/feed.json")).unwrap();
    run(site, &["build"]);
    assert!(feed().contains("https://e.com/about/"));
    page("about", "<meta property=\"og:type\" content=\"website\">");
    run(site, &["build"]);
    assert!(!feed().contains("https://e.com/about/") && feed().contains("https://e.com/a/"));
}

#[test]
fn a_text_counts_more_than_its_file() {
    // A post before all others: each file has the text of the one before.
    let blog = Blog::new("");
    for name in ["1", "2", "3"] {
        blog.post(name, &format!("title: Chapter {name}\ndate: 2025-01-01"), &format!("The text of {name}."));
    }
    blog.ids();
    for name in ["3", "2", "1"] {
        let next = (name.parse::<u32>().unwrap() + 1).to_string();
        blog.post(
            &next,
            &format!("title: Chapter {name}\ndate: 2025-01-01"),
            &format!("The text of {name}."),
        );
    }
    blog.post("1", "title: Preface\ndate: 2025-01-01", "Before it begins.");
    blog.has(&[("1", "/1/#2025-01-01"), ("2", "/1/"), ("3", "/2/"), ("4", "/3/")]);
    // Two exchange their files.
    let blog = Blog::new("");
    blog.post("a", "title: A\ndate: 2025-01-01", "The text of A.");
    blog.post("b", "title: B\ndate: 2025-01-01", "The text of B.");
    blog.ids();
    blog.post("a", "title: B\ndate: 2025-01-01", "The text of B.");
    blog.post("b", "title: A\ndate: 2025-01-01", "The text of A.");
    blog.has(&[("a", "/b/"), ("b", "/a/")]);
    // Where text and title are the same, the day or the URL tells them apart, not the file.
    let weekly = |number: u32| format!("title: Weekly\ndate: 2025-01-{number:02}\npermalink: /w{number}/");
    let blog = Blog::new("");
    for number in 1..=3 {
        blog.post(&number.to_string(), &weekly(number), "Say hi.");
    }
    blog.ids();
    for number in (1..=3).rev() {
        blog.post(&(number + 1).to_string(), &weekly(number), "Say hi.");
    }
    blog.post("1", &weekly(20), "Say hi.");
    blog.has(&[("1", "/w20/"), ("2", "/w1/"), ("3", "/w2/"), ("4", "/w3/")]);
    let blog = Blog::new("");
    for (file, url) in [("a", "/one/"), ("b", "/two/")] {
        blog.post(file, &format!("title: W\ndate: 2025-01-01\npermalink: {url}"), "Say hi.");
    }
    blog.ids();
    for (file, url) in [("b", "/one/"), ("a", "/two/")] {
        blog.post(file, &format!("title: W\ndate: 2025-01-01\npermalink: {url}"), "Say hi.");
    }
    blog.has(&[("a", "/two/"), ("b", "/one/")]);
    // A copy, of which the first is edited then, is a new post.
    let blog = Blog::new("");
    blog.post("a", "title: A\ndate: 2025-01-01", "The text of A.");
    blog.ids();
    blog.post("copy", "title: A\ndate: 2025-01-01", "The text of A.");
    blog.post("a", "title: A\ndate: 2025-01-01", "The text of A, edited.");
    blog.has(&[("a", "/a/"), ("copy", "/copy/")]);
}

#[test]
fn texts_of_one_form_are_not_one_post() {
    let blog = Blog::new("");
    blog.post("p1", "title: Photo\ndate: 2025-01-01", "");
    blog.post("t1", "title: Open thread\ndate: 2025-01-01", "Say what you like.");
    blog.ids();
    blog.post("p1", "", "-");
    blog.post("t1", "", "-");
    blog.ids();
    blog.post("p2", "title: Photo\ndate: 2025-06-01", "");
    blog.post("t2", "title: Open thread\ndate: 2025-06-01", "Say what you like.");
    blog.has(&[("p2", "/p2/"), ("t2", "/t2/")]);
}

#[test]
fn ids_stay_apart() {
    // A third post at a URL, and an id that is taken already.
    let blog = Blog::new("");
    let now =
        |number: u32| (format!("title: Now {number}\ndate: 2025-01-08"), format!("What is now {number}."));
    for number in 1..=3 {
        for old in 1..number {
            blog.post(&format!("old{old}"), &now(old).0, &now(old).1);
        }
        blog.post("now", &now(number).0, &now(number).1);
        blog.ids();
    }
    blog.has(&[("now", "/now/#2025-01-08-2"), ("old1", "/now/"), ("old2", "/now/#2025-01-08")]);
    // A post that moved and is gone keeps its id for when it comes back.
    let blog = Blog::new("");
    let (front, text) = ("title: A\ndate: 2025-01-01", "The text of A.");
    blog.post("a", front, text);
    blog.ids();
    blog.post("a", "", "-");
    blog.post("b", front, text);
    blog.ids();
    blog.post("b", "", "-");
    blog.post("a", "title: Other\ndate: 2025-02-02", "Another text.");
    blog.has(&[("a", "/a/#2025-02-02")]);
    blog.post("b", front, text);
    blog.has(&[("a", "/a/#2025-02-02"), ("b", "/a/")]);
    // A file that is used again for another post, twice.
    let blog = Blog::new("");
    for number in 1..=3 {
        let front = format!("title: Now {number}\ndate: 2025-01-0{number}\nslug: now-{number}");
        blog.post("now", &front, &format!("What is now {number}."));
        let id = format!("/now-{number}/");
        blog.has(&[("now", id.as_str())]);
        blog.has(&[("now", id.as_str())]);
    }
    blog.post("then", "title: Now 1\ndate: 2025-01-01\nslug: then", "What is now 1.");
    blog.has(&[("now", "/now-3/"), ("then", "/now-1/")]);
    // A copied `id` is the new post's fault.
    let blog = Blog::new("");
    blog.post("a", "title: A\ndate: 2025-01-01\nid: tag:e.com,2025:a", "The text of A.");
    blog.ids();
    blog.post("b", "title: B\ndate: 2025-02-02\nid: tag:e.com,2025:a", "The text of B.");
    let said = run(blog.path(), &["build"]);
    assert!(said.contains("[duplicate-id]") && said.contains("--> b.md"), "{said}");
    blog.has(&[("a", "tag:e.com,2025:a"), ("b", "/b/")]);
}

#[test]
fn what_cannot_be_read_is_not_gone() {
    let blog = Blog::new("");
    blog.post("a", "title: A\ndate: 2025-01-01", "The text of A.");
    blog.post("b", "title: B\ndate: 2025-01-01", "The text of B.");
    blog.ids();
    fs::remove_file(blog.path().join("b.md")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("b.md", blog.path().join("b.md")).unwrap();
    run(blog.path(), &["build"]);
    assert!(blog.lines().iter().all(|line| line["withdrawn"].is_null()), "{:?}", blog.lines());
    // Shown in a preview, nothing is remembered.
    let before = fs::read(blog.path().join("feedmill.lock")).unwrap();
    blog.post("c", "title: C\ndate: 2025-01-01\ndraft: true", "The text of C.");
    run(blog.path(), &["build", "--drafts"]);
    assert_eq!(fs::read(blog.path().join("feedmill.lock")).unwrap(), before);
}

/// An RSS feed of entries: link, id, title, date.
fn rss(entries: &[(&str, &str, &str, &str)]) -> String {
    let item = |(link, id, title, date): &(&str, &str, &str, &str)| {
        format!(
            "<item><title>{title}</title><link>{link}</link><guid isPermaLink=\"false\">{id}</guid><pubDate>{date}</pubDate></item>"
        )
    };
    format!("<rss version=\"2.0\"><channel>{}</channel></rss>", entries.iter().map(item).collect::<String>())
}

#[test]
fn adopted_ids_are_those_of_the_same_post() {
    let blog = Blog::new("");
    for day in 1..=5 {
        blog.post(&format!("links-{day}"), &format!("title: Links\ndate: 2025-01-0{day}"), "Some links.");
    }
    blog.post("c", "title: C++\ndate: 2025-03-01", "Of C++.");
    blog.post("p1", "title: Post 1\ndate: 2025-02-01", "The first.");
    blog.post("p2", "title: Post 2\ndate: 2025-02-02", "The second.");
    let old = "https://old.example";
    let mut entries = Vec::new();
    let days: Vec<(String, String, String)> = (1..=6)
        .map(|day| (format!("{old}/l/{day}"), format!("g{day}"), format!("0{day} Jan 2025 12:00:00 GMT")))
        .collect();
    entries.extend(days.iter().map(|(link, id, date)| (link.as_str(), id.as_str(), "Links", date.as_str())));
    // Another site has the same path, and another title all but a mark.
    entries.push(("https://other.example/p1/", "ext", "I liked this", "05 Mar 2025 00:00:00 GMT"));
    entries.push(("https://old.example/p1", "r1", "Post 1", "01 Feb 2025 10:00:00 GMT"));
    entries.push(("https://old.example/2025/p2", "r2", "Post 2", "02 Feb 2025 10:00:00 GMT"));
    entries.push(("https://old.example/csharp", "cs", "C#", "01 Mar 2025 00:00:00 GMT"));
    fs::write(blog.path().join("old.xml"), rss(&entries)).unwrap();
    let said = run(blog.path(), &["adopt", "old.xml", "-v"]);
    assert!(said.contains("3 of no post"), "{said}");
    let adopted = [
        ("c", "/c/"),
        ("links-1", "g1"),
        ("links-2", "g2"),
        ("links-3", "g3"),
        ("links-4", "g4"),
        ("links-5", "g5"),
        ("p1", "r1"),
        ("p2", "r2"),
    ];
    blog.has(&adopted);
    // Moved and edited, they keep the ids.
    blog.post("p1", "", "-");
    blog.post("one", "title: Post 1\ndate: 2025-02-01", "The first, and more.");
    let ids = blog.ids();
    assert_eq!(ids["one"], "r1");
    // A date that its author changes counts.
    blog.post("p2", "title: Post 2\ndate: 2025-02-03", "The second.");
    blog.ids();
    let feed = fs::read_to_string(blog.path().join("public/feed.xml")).unwrap();
    assert!(feed.contains("03 Feb 2025 00:00:00") && feed.contains("01 Feb 2025 10:00:00"), "{feed}");
}

#[test]
fn a_hub_that_was_notified_is_not_notified_again() {
    let (good, bad) = (Server::start(&[]), Server::start(&[]));
    let hubs = format!("hubs: [\"http://127.0.0.1:{}/\", \"http://127.0.0.1:{}/\"]\n", good.port, bad.port);
    let blog = Blog::new(&hubs);
    blog.post("a", "title: A\ndate: 2025-01-01", "The text of A.");
    blog.ids();
    run(blog.path(), &["notify"]);
    blog.post("b", "title: B\ndate: 2025-01-02", "The text of B.");
    blog.ids();
    bad.answer(&[Answer::Status(404), Answer::Status(404)]);
    for round in 0..3 {
        run(blog.path(), &["notify"]);
        assert_eq!((good.sent().len(), bad.sent().len()), (usize::from(round == 0), 1), "round {round}");
    }
    assert!(run(blog.path(), &["notify"]).contains("nothing to announce"));
    // Withdrawn and back, a post is as it was.
    let blog =
        Blog::new(&format!("indexnow: {{key: 0f8b3c5e, endpoint: \"http://127.0.0.1:{}/\"}}\n", good.port));
    blog.post("a", "title: A\ndate: 2025-01-01", "The text of A.");
    blog.post("b", "title: B\ndate: 2025-01-02", "The text of B.");
    blog.ids();
    run(blog.path(), &["notify"]);
    blog.post("b", "", "-");
    blog.ids();
    assert!(run(blog.path(), &["notify", "--dry-run"]).contains("https://e.com/b/"));
    blog.post("b", "title: B\ndate: 2025-01-02", "The text of B.");
    blog.ids();
    assert!(run(blog.path(), &["notify"]).contains("nothing to announce"));
}

/// A repository with the files of a site.
struct Repository {
    folder: tempfile::TempDir,
}

impl Repository {
    fn new() -> Self {
        let repository = Self { folder: folder() };
        repository.git(&["init", "-q", "."], "2025-01-01T00:00:00Z");
        repository
    }

    fn git(&self, args: &[&str], date: &str) {
        let mut command = Command::new("git");
        command
            .current_dir(self.folder.path())
            .args(["-c", "user.name=T", "-c", "user.email=t@example.com"])
            .args(args);
        command.env("GIT_COMMITTER_DATE", date).env("GIT_AUTHOR_DATE", "2020-01-01T00:00:00Z");
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        let output = command.output().unwrap();
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn commit(&self, date: &str, subject: &str) {
        self.git(&["add", "-A", "."], date);
        self.git(&["commit", "-q", "-m", subject], date);
    }

    fn post(&self, name: &str, title: &str, text: &str) {
        self.write(
            &format!("site/posts/{name}.md"),
            &format!("---\ntitle: {title}\ndate: 2025-01-01\n---\n{text}\n"),
        );
    }
}

/// The day of each page in a sitemap, by the last part of its URL.
fn lastmods(site: &Path) -> BTreeMap<String, String> {
    let text = fs::read_to_string(site.join("public/sitemap.xml")).unwrap();
    let pages = text.split("<loc>").skip(1).map(|part| {
        let url = part.split_once("</loc>").unwrap().0.trim_end_matches('/').rsplit('/').next().unwrap();
        let date =
            part.split_once("<lastmod>").map_or("", |(_, date)| date.split_once("</lastmod>").unwrap().0);
        (url.to_owned(), date.to_owned())
    });
    pages.collect()
}

fn has_git() -> bool {
    Command::new("git").arg("--version").stdout(Stdio::null()).status().is_ok_and(|status| status.success())
}

#[test]
fn lastmod_by_the_history_of_git() {
    assert!(has_git(), "this test needs git");
    let repository = Repository::new();
    let site = repository.folder.path().join("site");
    repository.write(
        "site/feedmill.yml",
        "base_url: https://example.com/\ntitle: T\npermalink: /:slug/\nfeeds: []\nlastmod: git\nlastmod_ignore: [\"^style:\"]\n",
    );
    for name in ["stays", "edited", "fields", "moved", "moved-and-edited", "styled", "dirty"] {
        repository.post(name, name, &format!("The text of {name}, which is long enough to be known again."));
    }
    repository.commit("2025-02-01T00:00:00+09:00", "All of it");
    repository.post("edited", "edited", "Another text.");
    repository.commit("2025-03-01T00:00:00Z", "Edit");
    repository.post("fields", "Another title", "The text of fields, which is long enough to be known again.");
    repository.commit("2025-04-01T00:00:00Z", "Edit front matter");
    repository.git(&["mv", "site/posts/moved.md", "site/posts/elsewhere.md"], "2025-05-01T00:00:00Z");
    repository.git(&["mv", "site/posts/moved-and-edited.md", "site/posts/both.md"], "2025-05-01T00:00:00Z");
    repository.post(
        "both",
        "moved-and-edited",
        "The text of moved-and-edited, which is long enough to be known!",
    );
    repository.commit("2025-05-01T00:00:00Z", "Move");
    repository.post("styled", "styled", "The text of styled, in another style.");
    repository.commit("2025-06-01T00:00:00Z", "style: all posts");
    repository.post("dirty", "dirty", "Not committed.");
    repository.post("untracked", "untracked", "Neither.");
    let said = run(&site, &["build"]);
    assert!(said.ends_with("exit status: 0\n") && !said.contains("warning"), "{said}");
    let expected = [
        ("both", "2025-05-01T00:00:00+00:00"),
        ("dirty", "2025-01-01T00:00:00+00:00"),
        ("edited", "2025-03-01T00:00:00+00:00"),
        ("elsewhere", "2025-02-01T00:00:00+09:00"),
        ("fields", "2025-02-01T00:00:00+09:00"),
        ("stays", "2025-02-01T00:00:00+09:00"),
        ("styled", "2025-02-01T00:00:00+09:00"),
        ("untracked", "2025-01-01T00:00:00+00:00"),
    ];
    let mut found = lastmods(&site);
    found.remove("example.com");
    assert_eq!(
        found.into_iter().collect::<Vec<_>>(),
        expected.map(|(url, date)| (url.to_owned(), date.to_owned()))
    );
}

/// The day of a page in a repository, after some changes.
#[track_caller]
fn has_date(repository: &Repository, page: &str, expected: &str) {
    let site = repository.folder.path().join("site");
    let said = run(&site, &["build"]);
    assert!(said.ends_with("exit status: 0\n"), "{said}");
    assert_eq!(lastmods(&site)[page].get(..10), Some(expected), "{said}");
}

#[test]
fn moves_merges_and_settings_of_git() {
    let repository = Repository::new();
    let settings = "base_url: https://example.com/\ntitle: T\nfeeds: []\nlastmod: git\npermalink: /:slug/\n";
    // The site was the whole repository before.
    repository.write("feedmill.yml", settings);
    repository
        .write("posts/a.md", "---\ntitle: A\ndate: 2025-01-01\n---\nThe text of A, which is long enough.\n");
    repository.commit("2025-02-01T00:00:00Z", "All");
    fs::create_dir(repository.folder.path().join("site")).unwrap();
    repository.git(&["mv", "feedmill.yml", "posts", "site/"], "2025-03-01T00:00:00Z");
    repository.commit("2025-03-01T00:00:00Z", "Move");
    has_date(&repository, "a", "2025-02-01");
    // What the repository configures changes nothing, and runs nothing.
    let ran = repository.folder.path().join("ran");
    let filter = format!("touch {}; cat", ran.display());
    for (key, value) in [
        ("filter.x.clean", filter.as_str()),
        ("diff.x.textconv", filter.as_str()),
        ("core.fsmonitor", filter.as_str()),
        ("log.showRoot", "false"),
        ("i18n.logOutputEncoding", "UTF-16"),
    ] {
        repository.git(&["config", key, value], "2025-03-01T00:00:00Z");
    }
    repository.write(".gitattributes", "*.md filter=x diff=x\n");
    let text = fs::read(repository.folder.path().join("site/posts/a.md")).unwrap();
    fs::write(repository.folder.path().join("site/posts/a.md"), text).unwrap();
    has_date(&repository, "a", "2025-02-01");
    assert!(!ran.exists());
    for key in ["filter.x.clean", "core.fsmonitor"] {
        repository.git(&["config", "--unset", key], "2025-03-01T00:00:00Z");
    }
    fs::remove_file(repository.folder.path().join(".gitattributes")).unwrap();
    // A conflict that is solved with a new text.
    repository.git(&["checkout", "-q", "-b", "side"], "2025-04-01T00:00:00Z");
    repository.post("a", "A", "The text of the side, which is long enough.");
    repository.commit("2025-04-01T00:00:00Z", "Side");
    repository.git(&["checkout", "-q", "-"], "2025-05-01T00:00:00Z");
    repository.post("a", "A", "The text of the trunk, which is long enough.");
    repository.commit("2025-05-01T00:00:00Z", "Trunk");
    let merge = ["merge", "-q", "--no-commit", "-s", "ours", "side"];
    repository.git(&merge, "2025-06-01T00:00:00Z");
    repository.post("a", "A", "The text of both, which is long enough.");
    repository.commit("2025-06-01T00:00:00Z", "Merge");
    has_date(&repository, "a", "2025-06-01");
    // One branch renames a folder, while another edits what is in it.
    repository.post("b", "B", "The text of B, which is long enough to be known again.");
    repository.commit("2025-07-01T00:00:00Z", "B");
    repository.git(&["checkout", "-q", "-b", "edits"], "2025-07-15T00:00:00Z");
    for (day, text) in [("14", "and more"), ("15", "and more, and more")] {
        repository.post("b", "B", &format!("The text of B, which is long enough to be known again, {text}."));
        repository.commit(&format!("2025-07-{day}T00:00:00Z"), "Edit");
    }
    repository.git(&["checkout", "-q", "-"], "2025-07-10T00:00:00Z");
    repository.git(&["mv", "site/posts/b.md", "site/posts/c.md"], "2025-07-10T00:00:00Z");
    repository.commit("2025-07-10T00:00:00Z", "Rename");
    repository.git(&["merge", "-q", "--no-edit", "edits"], "2025-08-01T00:00:00Z");
    has_date(&repository, "c", "2025-07-15");
}

#[test]
fn a_shallow_clone_has_no_dates() {
    let repository = Repository::new();
    repository
        .write("site/feedmill.yml", "base_url: https://example.com/\ntitle: T\nfeeds: []\nlastmod: git\n");
    repository.post("a", "A", "One.");
    repository.commit("2025-02-01T00:00:00Z", "One");
    repository.post("b", "B", "Two.");
    repository.commit("2025-03-01T00:00:00Z", "Two");
    let clone = folder();
    let from = format!("file://{}", repository.folder.path().display());
    let to = clone.path().join("clone");
    repository.git(&["clone", "-q", "--depth", "1", &from, to.to_str().unwrap()], "2025-03-01T00:00:00Z");
    let site = to.join("site");
    let said = run(&site, &["build"]);
    assert!(said.contains("[no-history]") && said.contains("fetch-depth: 0"), "{said}");
    assert!(lastmods(&site).values().all(|date| date.starts_with("2025-01-01")), "{said}");
}

#[test]
fn dates_of_eleventy_by_the_history_of_git() {
    let repository = Repository::new();
    repository.write("site/package.json", "{\"dependencies\": {\"@11ty/eleventy\": \"3\"}}\n");
    repository.write("site/eleventy.config.js", "export default function (config) {}\n");
    let data = "{\"tags\": \"posts\", \"permalink\": \"/{{ page.fileSlug }}/\"}\n";
    repository.write("site/posts/posts.json", data);
    for (name, date) in [("first", "git Created"), ("last", "git Last Modified")] {
        repository.write(
            &format!("site/posts/{name}.md"),
            &format!("---\ntitle: {name}\ndate: {date}\n---\nText.\n"),
        );
    }
    repository.commit("2025-02-01T00:00:00Z", "All");
    // No program that the repository names may run.
    let ran = repository.folder.path().join("ran");
    let program = repository.folder.path().join("gpg");
    fs::write(&program, format!("#!/bin/sh\ntouch {}\n", ran.display())).unwrap();
    for (key, value) in [("log.showSignature", "true"), ("gpg.program", program.to_str().unwrap())] {
        repository.git(&["config", key, value], "2025-03-01T00:00:00Z");
    }
    let site = repository.folder.path().join("site");
    let arguments = ["build", "--base-url", "https://example.com/", "--generator", "eleventy"];
    let said = run(&site, &arguments);
    let feed = fs::read_to_string(site.join("_site/feed.json")).unwrap();
    // The author's date, as Eleventy has it, which is the same in all commits of this repository.
    assert_eq!(feed.matches("\"date_published\": \"2020-01-01T00:00:00+00:00\"").count(), 2, "{said}{feed}");
    assert!(!ran.exists());
    let clone = folder();
    let from = format!("file://{}", repository.folder.path().display());
    let to = clone.path().join("clone");
    repository.write("site/posts/more.md", "---\ntitle: More\ndate: 2025-01-01\n---\nText.\n");
    repository.commit("2025-03-01T00:00:00Z", "More");
    repository.git(&["clone", "-q", "--depth", "1", &from, to.to_str().unwrap()], "2025-03-01T00:00:00Z");
    let said = run(&to.join("site"), &arguments);
    let feed = fs::read_to_string(to.join("site/_site/feed.json")).unwrap();
    assert!(said.contains("[no-history]: `date` cannot be known: the clone is shallow"), "{said}");
    assert_eq!(feed.matches("date_published").count(), 1, "{feed}");
    // A feed that would lose all of its posts by that is not written.
    fs::remove_file(to.join("site/posts/more.md")).unwrap();
    fs::remove_dir_all(to.join("site/_site")).unwrap();
    let said = run(&to.join("site"), &arguments);
    assert!(said.contains("fetch-depth: 0") && said.ends_with("exit status: 2\n"), "{said}");
    assert!(!to.join("site/_site/feed.json").exists());
    // A site that wants no feed loses none.
    fs::write(to.join("site/feedmill.yml"), "feeds: []\n").unwrap();
    let said = run(&to.join("site"), &arguments);
    assert!(said.ends_with("exit status: 0\n") && to.join("site/_site/sitemap.xml").exists(), "{said}");
}

/// Whatever moment a run is killed at, the lock is whole, and knows of nothing that is not in the feed.
#[test]
#[cfg(unix)]
fn a_killed_run_leaves_the_lock_behind_the_files() {
    let folder = folder();
    let site = folder.path();
    fs::write(
        site.join("feedmill.yml"),
        "base_url: https://example.com/\ntitle: T\nlock: true\npermalink: /:slug/\nfeeds: [{path: feed.json, limit: 0}]\n",
    )
    .unwrap();
    let begin = Instant::now();
    run(site, &["build", "--allow-empty"]);
    let whole = begin.elapsed().max(Duration::from_millis(20));
    for round in 0..40_u32 {
        let text = format!("---\ntitle: P{round}\ndate: 2025-01-01\n---\nThe text of {round}.\n");
        fs::write(site.join(format!("p{round}.md")), text).unwrap();
        let mut child =
            feedmill(site).arg("build").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(whole * round / 25);
        let _ = child.kill();
        child.wait().unwrap();
        let lock =
            fs::read_to_string(site.join("feedmill.lock")).unwrap_or_else(|_| "{\"lock\":1}\n".to_owned());
        assert!(lock.starts_with("{\"lock\":1}\n") && lock.ends_with('\n'), "{lock}");
        let feed = fs::read_to_string(site.join("public/feed.json")).unwrap_or_else(|_| "{}".to_owned());
        let _: serde_json::Value = serde_json::from_str(&feed).unwrap();
        for line in lock.lines().skip(1) {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            let url = line["url"].as_str().unwrap();
            assert!(feed.contains(&format!("\"{url}\"")), "{url} is in the lock and not in the feed");
        }
    }
    assert!(run(site, &["build"]).ends_with("exit status: 0\n"));
}

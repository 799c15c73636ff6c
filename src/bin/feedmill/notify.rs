//! `feedmill notify`: tells search engines and hubs what changed. The only command that uses the network.

use std::fmt::Write as _;
use std::io;
use std::time::Duration;

use feedmill::internals::readable;
use feedmill::{Announcements, Choice, Config, Error, Progress, Request, Service};
use ureq::Agent;
use ureq::http::header::{LOCATION, RETRY_AFTER};
use ureq::http::{HeaderMap, StatusCode};

use crate::Status;
use crate::args::{Notify, PrintFormat};
use crate::print::{output, print};
use crate::report::counted;

/// How long one request may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often a request is sent that was not answered, or answered with "later".
const TRIES: u32 = 3;
/// The pause after the first try; each later one is four times as long.
const PAUSE: Duration = Duration::from_secs(1);
/// No pause is longer, whatever a server asks for.
const LONGEST_PAUSE: Duration = Duration::from_secs(120);
/// How many redirects are followed, all on one host.
const REDIRECTS: usize = 3;

pub(crate) fn run(args: &Notify) -> Result<Status, Error> {
    let decided = args.site.decide_with_lock(args.directory.as_deref())?;
    let config = &decided.config;
    let choice = match (&args.since, args.all) {
        (Some(since), _) => Choice::Since(crate::args::date("since", since)?),
        (None, true) => Choice::All,
        (None, false) => Choice::Changed,
    };
    config.check_announced()?;
    let is_dry = args.dry_run || args.print.is_some();
    if !config.lock().is_some_and(std::path::Path::exists) {
        if is_dry {
            output(
                "there is no lock yet, so the requests are not known: `feedmill build` with `lock: true` writes it; \
                 the first run announces nothing without `--all` or `--since`\n",
            )?;
            return Ok(Status::Published);
        }
        remember(config)?;
    }
    let announcements = Announcements::new(config, choice)?;
    if let Some(format) = args.print {
        let text: String = announcements.requests().iter().map(|request| printed(request, format)).collect();
        output(&text)?;
        return Ok(Status::Published);
    }
    if args.dry_run {
        let mut text: String = announcements.requests().iter().map(exact).collect();
        text.push_str(&known(&announcements));
        let _ = writeln!(text, "{} would be sent", counted(announcements.requests().len(), "request"));
        output(&text)?;
        return Ok(Status::Published);
    }
    output(&known(&announcements))?;
    announcements.save()?;
    send(&announcements)
}

/// Writes the first lock, for a site that is published as it is.
fn remember(config: &Config) -> Result<(), Error> {
    let report = feedmill::remember(config, &Progress::default())?;
    if !report.is_current() {
        return Err(Error::Config {
            path: config.lock().unwrap_or(config.root()).to_owned(),
            place: None,
            message: "the feeds are not up to date with the posts, so it is not known what is published"
                .to_owned(),
            help: Some("run `feedmill build` and publish the site first".to_owned()),
        });
    }
    Ok(())
}

/// Sends the requests. What was accepted is remembered at once.
fn send(announcements: &Announcements) -> Result<Status, Error> {
    let agent = agent(PATIENCE);
    let mut status = Status::Published;
    let requests = announcements.requests();
    for request in requests {
        match persist(&agent, request) {
            Ok(code) => {
                announcements.accept(request)?;
                output(&format!("{}: accepted ({})\n", what(request), code.as_u16()))?;
            }
            Err(reason) => {
                status = Status::LeftOut;
                let text = format!("error: {}: {}\n", what(request), readable(&reason));
                print(io::stderr(), &text);
            }
        }
    }
    if requests.is_empty() {
        output("nothing to announce\n")?;
    } else if status == Status::LeftOut {
        print(io::stderr(), "  help: what failed is tried again at the next run\n");
    }
    Ok(status)
}

/// A client that gives each request so much time, and follows no redirect by itself.
fn agent(patience: Duration) -> Agent {
    let config = Agent::config_builder()
        .timeout_global(Some(patience))
        .http_status_as_error(false)
        .max_redirects(0)
        .user_agent(concat!("feedmill/", env!("CARGO_PKG_VERSION")))
        .build();
    config.into()
}

/// What a request announces, and to whom.
fn what(request: &Request) -> String {
    let to = readable(&request.url);
    match (request.service, request.announced.as_slice()) {
        (Service::IndexNow, urls) => format!("{} to {to}", counted(urls.len(), "URL")),
        (Service::WebSub, [feed]) => format!("{} to {to}", readable(feed)),
        (Service::WebSub, feeds) => format!("{} to {to}", counted(feeds.len(), "feed")),
    }
}

/// Sends a request until it is answered, or another try is of no use.
fn persist(agent: &Agent, request: &Request) -> Result<StatusCode, String> {
    let mut pause = PAUSE;
    let mut tries = 1;
    loop {
        let (reason, wanted) = match once(agent, &request.url, request.content_type, &request.body) {
            Ok((code, _)) if code.is_success() => return Ok(code),
            Ok((code, headers)) if code == StatusCode::TOO_MANY_REQUESTS || code.is_server_error() => {
                (explained(code, request.service), retry_after(&headers))
            }
            Ok((code, _)) => return Err(explained(code, request.service)),
            Err(Failure::Refused(reason)) => return Err(reason),
            Err(Failure::Unanswered(reason)) => (reason, None),
        };
        if tries == TRIES {
            return Err(format!("{reason}, {TRIES} times"));
        }
        std::thread::sleep(wanted.unwrap_or(pause).min(LONGEST_PAUSE));
        pause *= 4;
        tries += 1;
    }
}

/// Why there is no answer.
enum Failure {
    /// There may be one later.
    Unanswered(String),
    /// There will never be one.
    Refused(String),
}

/// Sends a request once. Redirects are followed on the same host only.
fn once(
    agent: &Agent,
    url: &str,
    content_type: &str,
    body: &str,
) -> Result<(StatusCode, HeaderMap), Failure> {
    let mut url = url.to_owned();
    for _ in 0..=REDIRECTS {
        let sent = agent.post(&url).header("Content-Type", content_type).send(body);
        let (parts, _) = sent.map_err(|error| Failure::Unanswered(error.to_string()))?.into_parts();
        if !matches!(parts.status.as_u16(), 307 | 308) {
            return Ok((parts.status, parts.headers));
        }
        let next = parts.headers.get(LOCATION).and_then(|to| to.to_str().ok()).unwrap_or_default();
        match feedmill::internals::on_same_host(&url, next) {
            Some(next) => url = next,
            None => {
                let reason = format!("it is redirected to another host, `{next}`, where nothing is sent");
                return Err(Failure::Refused(reason));
            }
        }
    }
    Err(Failure::Refused("it is redirected without end".to_owned()))
}

/// How long a server asks to wait, if it says so in seconds.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
}

/// What an answer means (<https://www.indexnow.org/documentation#response>).
fn explained(code: StatusCode, service: Service) -> String {
    let meaning = match (service, code.as_u16()) {
        (Service::IndexNow, 400) => "the request is not understood",
        (Service::IndexNow, 403) => "the key is not valid: publish the file `KEY.txt` that `build` writes",
        (Service::IndexNow, 422) => {
            "the URLs are not of this host, or the key is not in the form of the protocol"
        }
        (_, 429) => "too many requests",
        (_, 300..=399) => "the redirect changes the kind of request, so it is not followed",
        _ => return format!("the answer is {}", code.as_u16()),
    };
    format!("the answer is {}, {meaning}", code.as_u16())
}

/// A request as it would be sent.
fn exact(request: &Request) -> String {
    format!("POST {}\nContent-Type: {}\n\n{}\n\n", request.url, request.content_type, request.body)
}

fn printed(request: &Request, format: PrintFormat) -> String {
    match format {
        PrintFormat::Json => {
            let line = serde_json::json!({
                "method": "POST",
                "url": request.url,
                "headers": {"Content-Type": request.content_type},
                "body": request.body,
            });
            format!("{line}\n")
        }
        PrintFormat::Curl => {
            let quoted = |text: &str| format!("'{}'", text.replace('\'', r"'\''"));
            format!(
                "curl --fail --silent --show-error --header {} --data-raw {} {}\n",
                quoted(&format!("Content-Type: {}", request.content_type)),
                quoted(&request.body),
                quoted(&request.url)
            )
        }
    }
}

fn known(announcements: &Announcements) -> String {
    let (urls, feeds) = announcements.known();
    if urls + feeds == 0 {
        return String::new();
    }
    format!(
        "the first time: {} and {} are recorded as known and not announced; `--all` or `--since DATE` announces them\n",
        counted(urls, "URL"),
        counted(feeds, "feed")
    )
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::net::TcpListener;
    use std::time::Instant;

    use super::*;

    /// Sends a request to a server that writes the bytes, one every 50 ms, and then keeps the
    /// connection open.
    fn answer_to(patience: Duration, bytes: &'static [u8]) -> Result<(StatusCode, HeaderMap), Failure> {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", server.local_addr().unwrap());
        let (done, is_done) = std::sync::mpsc::channel::<()>();
        let serving = std::thread::spawn(move || {
            let (mut stream, _) = server.accept().unwrap();
            for byte in bytes {
                std::thread::sleep(Duration::from_millis(50));
                if stream.write_all(&[*byte]).is_err() {
                    return;
                }
            }
            let _ = is_done.recv_timeout(Duration::from_secs(60));
        });
        let answer = once(&agent(patience), &url, "text/plain", "hub.mode=publish");
        drop(done);
        serving.join().unwrap();
        answer
    }

    #[test]
    fn a_slow_server_is_not_waited_for() {
        for bytes in [b"".as_slice(), b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"] {
            let start = Instant::now();
            assert!(matches!(answer_to(Duration::from_secs(1), bytes), Err(Failure::Unanswered(_))));
            assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
        }
    }

    #[test]
    fn an_answer_in_time_is_taken() {
        let answer = answer_to(PATIENCE, b"HTTP/1.0 202\r\n\r\n");
        assert!(answer.is_ok_and(|(code, _)| code == StatusCode::ACCEPTED));
    }
}

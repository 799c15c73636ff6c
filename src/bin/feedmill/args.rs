//! What can be typed.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use clap::{Parser, Subcommand, ValueEnum};
use feedmill::internals::parse_date;
use feedmill::{Config, Error, Options, Records};
use tempfile::NamedTempFile;

const EXAMPLES: &str = "\
Examples:
  feedmill build                            in the root of a site, or in a folder of posts
  feedmill build blog -o public --base-url https://example.com/
  feedmill build --check                    in CI: exit 1 if a feed is not up to date
  feedmill check feed.xml                   is this feed, or sitemap, what its specification says?
  feedmill list --html                      the lines by which browsers find the feeds

Exit status: 0 published; 1 something was left out (or --strict found a warning, --check or
diff a change); 2 nothing could be done; 130 interrupted.";

/// Feeds and sitemaps for any folder of posts: RSS 2.0, Atom 1.0, JSON Feed 1.1 and sitemap XML.
#[derive(Parser)]
#[command(name = "feedmill", version, after_help = EXAMPLES, max_term_width = 100)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Read the posts, write the feeds and the sitemap
    Build(Box<Build>),
    /// Say what is wrong with any feed or sitemap, or with a whole built site
    Check(Box<Check>),
    /// Say what becomes of posts and why; without any, which files are published nowhere
    Explain(Box<Explain>),
    /// Show what subscribers and crawlers would notice of a build; write nothing
    Diff(Box<Diff>),
    /// Take the ids and dates of posts from feeds that the site had before
    Adopt(Box<Adopt>),
    /// Tell search engines and hubs what changed since the last time; run it after the site is online
    #[cfg(feature = "notify")]
    Notify(Box<Notify>),
    /// Print every output with its address, or every post; write nothing
    List(Box<List>),
    /// Say what is known of a site; write the rest into a feedmill.yml
    Init {
        /// The root of the site [default: the current folder]
        directory: Option<PathBuf>,
    },
    /// Print the rules behind the findings, with their reasons
    Rules,
    /// Print the JSON Schema of feedmill.yml, for editors
    Schema,
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the man page
    Man,
}

/// Which site it is, and what is published of it.
#[derive(clap::Args)]
pub(crate) struct Site {
    /// The folder to write to [default: the site's own, else public]
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Read this file instead of feedmill.yml
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Read these instead of the generator's own configuration; later files win
    #[arg(long, value_name = "FILE", value_delimiter = ',')]
    site_config: Vec<PathBuf>,
    /// A feed that a built site had before: its entries keep ids and dates
    #[arg(long, value_name = "FILE")]
    from_feed: Vec<PathBuf>,
    /// The generator, such as jekyll, plain or built [default: detected]
    #[arg(long, value_name = "NAME")]
    generator: Option<String>,
    /// The site's address, such as https://example.com/blog/
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// The site's title
    #[arg(long)]
    title: Option<String>,
    /// Publish drafts too
    #[arg(long)]
    drafts: bool,
    /// Publish future-dated posts too
    #[arg(long)]
    future: bool,
    /// The current time [default: $SOURCE_DATE_EPOCH, else the clock]
    #[arg(long, value_name = "DATE")]
    now: Option<String>,
    /// Do not compare the posts with the built pages
    #[arg(long)]
    no_verify: bool,
    /// Let a feed that has entries become empty
    #[arg(long)]
    allow_empty: bool,
    /// Take posts from JSON lines (`-`: standard input), with DIR beside it
    #[arg(long, value_name = "FILE")]
    records: Option<PathBuf>,
    /// Read only the files that this file lists, a path a line
    #[arg(long, value_name = "FILE")]
    files: Option<PathBuf>,
}

#[derive(clap::Args)]
pub(crate) struct Build {
    /// The root of the site, or the folder of posts [default: the current folder]
    #[arg(value_name = "DIR")]
    pub(crate) directory: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) site: Site,
    /// Write nothing; exit 1 if anything would change
    #[arg(long)]
    pub(crate) check: bool,
    /// Exit 1 if there is any warning
    #[arg(long)]
    pub(crate) strict: bool,
    #[command(flatten)]
    pub(crate) report: Report,
}

/// How a run is reported.
#[derive(clap::Args)]
pub(crate) struct Report {
    /// How findings are shown
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) message_format: MessageFormat,
    /// When to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
    /// Show errors only
    #[arg(short, long, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Show all findings, notes too, every output, and the generator
    #[arg(short, long)]
    pub(crate) verbose: bool,
}

#[derive(clap::Args)]
pub(crate) struct List {
    /// The root of the site, or the folder of posts [default: the current folder]
    #[arg(value_name = "DIR")]
    pub(crate) directory: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) site: Site,
    /// Print the `<link>` elements by which browsers and readers find feeds, for the site's pages
    #[arg(long, conflicts_with = "format")]
    pub(crate) html: bool,
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: ListFormat,
    #[command(flatten)]
    pub(crate) report: Report,
}

#[derive(clap::Args)]
pub(crate) struct Explain {
    /// Files, URLs or ids [default: every file that is published nowhere]
    #[arg(value_name = "POST")]
    pub(crate) wanted: Vec<String>,
    /// The root of the site, or the folder of posts [default: the current folder]
    #[arg(long, value_name = "DIR")]
    pub(crate) root: Option<PathBuf>,
    /// Print it as one JSON document
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) site: Site,
}

#[derive(clap::Args)]
pub(crate) struct Check {
    /// Feeds, sitemaps, folders; `-`: standard input [default: what the site here has written]
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// The address of the folder, such as https://example.com/blog/ [default: its pages say it]
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: Option<String>,
    /// Show what would repair the documents, as a diff
    #[arg(long)]
    pub(crate) fix: bool,
    /// With --fix: write the repaired documents
    #[arg(long, requires = "fix")]
    pub(crate) write: bool,
    /// Take the levels of rules from this file [default: feedmill.yml, if there is one]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The current time [default: $SOURCE_DATE_EPOCH, else the clock]
    #[arg(long, value_name = "DATE")]
    pub(crate) now: Option<String>,
    /// Exit 1 if there is any warning
    #[arg(long)]
    pub(crate) strict: bool,
    #[command(flatten)]
    pub(crate) report: Report,
}

#[derive(clap::Args)]
pub(crate) struct Diff {
    /// The root of the site, or the folder of posts [default: the current folder]
    #[arg(value_name = "DIR")]
    pub(crate) directory: Option<PathBuf>,
    /// Compare with this folder, feed or sitemap instead of the output folder
    #[arg(long, value_name = "PATH")]
    pub(crate) against: Option<PathBuf>,
    /// Print the differences as one JSON document
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) site: Site,
    #[command(flatten)]
    pub(crate) report: Report,
}

#[derive(clap::Args)]
pub(crate) struct Adopt {
    /// The feeds: RSS, Atom or JSON Feed; `-`: standard input
    #[arg(value_name = "FEED", required = true)]
    pub(crate) feeds: Vec<PathBuf>,
    /// The root of the site, or the folder of posts [default: the current folder]
    #[arg(long, value_name = "DIR")]
    pub(crate) root: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) site: Site,
    /// Write nothing; only report what matches
    #[arg(long)]
    pub(crate) check: bool,
    /// Replace ids that the lock holds already
    #[arg(long)]
    pub(crate) replace: bool,
    #[command(flatten)]
    pub(crate) report: Report,
}

#[cfg(feature = "notify")]
#[derive(clap::Args)]
pub(crate) struct Notify {
    /// The root of the site, or the folder of posts [default: the current folder]
    #[arg(value_name = "DIR")]
    pub(crate) directory: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) site: Site,
    /// Announce everything, known or not
    #[arg(long, conflicts_with = "since")]
    pub(crate) all: bool,
    /// Announce what was published or changed since then
    #[arg(long, value_name = "DATE")]
    pub(crate) since: Option<String>,
    /// Print the exact requests, and send nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Print the requests for another program, and send nothing
    #[arg(long, value_name = "FORMAT", conflicts_with = "dry_run")]
    pub(crate) print: Option<PrintFormat>,
}

#[cfg(feature = "notify")]
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PrintFormat {
    // One JSON object a line: method, URL, headers, body
    Json,
    // One command of curl a line
    Curl,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    // A line for each output
    Text,
    // Every post as resolved, one JSON object a line: records, as `build --records` takes them
    Jsonl,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MessageFormat {
    // With the line in question, on stderr
    Human,
    // One line each, on stderr
    Short,
    // One JSON object a line, on stdout
    Json,
    // GitHub workflow commands, on stdout
    Github,
    // One SARIF 2.1.0 document, for code scanning, on stdout
    Sarif,
}

impl MessageFormat {
    /// Whether a program reads it.
    pub(crate) fn is_for_machines(self) -> bool {
        matches!(self, Self::Json | Self::Github | Self::Sarif)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    // On a terminal, unless NO_COLOR is set
    Auto,
    Always,
    Never,
}

/// A configuration, and what must live as long as it does.
pub(crate) struct Decided {
    pub(crate) config: Config,
    /// Records from standard input: they are read twice.
    _spooled: Option<NamedTempFile>,
}

impl Command {
    /// How the command says what it finds.
    pub(crate) fn message_format(&self) -> MessageFormat {
        match self {
            Self::Build(build) => build.report.message_format,
            Self::List(list) => list.report.message_format,
            Self::Check(check) => check.report.message_format,
            Self::Diff(diff) => diff.report.message_format,
            Self::Adopt(adopt) => adopt.report.message_format,
            #[cfg(feature = "notify")]
            Self::Notify(_) => MessageFormat::Human,
            Self::Explain(_)
            | Self::Init { .. }
            | Self::Rules
            | Self::Schema
            | Self::Completions { .. }
            | Self::Man => MessageFormat::Human,
        }
    }
}

impl Site {
    /// Everything that is decided about a run.
    pub(crate) fn decide(&self, directory: Option<&Path>) -> Result<Decided, Error> {
        self.decide_about(directory, None)
    }

    /// The same for a command that needs the lock.
    pub(crate) fn decide_with_lock(&self, directory: Option<&Path>) -> Result<Decided, Error> {
        self.decide_about(directory, Some(true))
    }

    fn decide_about(&self, directory: Option<&Path>, lock: Option<bool>) -> Result<Decided, Error> {
        let root = directory.unwrap_or(Path::new("."));
        let mut options = Options::default();
        options.lock = lock;
        options.config.clone_from(&self.config);
        options.site_config.clone_from(&self.site_config);
        options.from_feed.clone_from(&self.from_feed);
        options.generator.clone_from(&self.generator);
        options.base_url.clone_from(&self.base_url);
        options.title.clone_from(&self.title);
        // From where the command was typed, not from the root.
        let absolute = |output: &PathBuf| std::path::absolute(output).unwrap_or_else(|_| output.clone());
        options.output = self.output.as_ref().map(absolute);
        options.drafts = self.drafts.then_some(true);
        options.future = self.future.then_some(true);
        options.allow_empty = self.allow_empty;
        options.verify = self.no_verify.then_some(false);
        let mut spooled = None;
        if let Some(path) = &self.records {
            options.records_only = directory.is_none();
            // Records are read twice, and what comes through a pipe comes once.
            let is_pipe = path.metadata().is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir());
            options.records = Some(if is_stdin(path) || is_pipe {
                let file = spool(path).map_err(|source| Error::ConfigRead { path: path.clone(), source })?;
                let name =
                    if is_stdin(path) { "standard input".to_owned() } else { path.display().to_string() };
                let records = Records::new(file.path()).named(&name);
                spooled = Some(file);
                records
            } else {
                Records::new(path)
            });
        }
        options.files = self.files.as_deref().map(listed_files).transpose()?;
        let config = Config::new(root, options, now(self.now.as_deref())?)?;
        Ok(Decided { config, _spooled: spooled })
    }
}

pub(crate) fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

/// The paths in a file, one a line.
fn listed_files(path: &Path) -> Result<BTreeSet<String>, Error> {
    let unreadable = |source| Error::ConfigRead { path: path.to_owned(), source };
    let mut list = std::io::BufReader::new(open(path).map_err(unreadable)?);
    let lines = std::iter::from_fn(|| feedmill::internals::read_line(&mut list).transpose());
    let text = |line: Vec<u8>| {
        let invalid = |error| std::io::Error::new(std::io::ErrorKind::InvalidData, error);
        let line = String::from_utf8(line).map_err(invalid)?;
        Ok(line.trim_end_matches(['\n', '\r']).trim_start_matches("./").to_owned())
    };
    lines.map(|line| line.and_then(text)).collect::<Result<_, _>>().map_err(unreadable)
}

/// What a path names that was typed: standard input for `-`, and else a file, which may be a pipe.
pub(crate) fn open(path: &Path) -> std::io::Result<Box<dyn std::io::Read>> {
    if is_stdin(path) {
        return Ok(Box::new(std::io::stdin().lock()));
    }
    #[expect(clippy::disallowed_methods, reason = "its user may mean a pipe")]
    Ok(Box::new(std::fs::File::open(path)?))
}

/// A copy of what comes through a pipe.
pub(crate) fn spool(path: &Path) -> std::io::Result<NamedTempFile> {
    let mut file = feedmill::internals::temporary_file()?;
    std::io::copy(&mut open(path)?, &mut file)?;
    Ok(file)
}

/// A date that was typed for an option.
pub(crate) fn date(name: &'static str, typed: &str) -> Result<DateTime<Utc>, Error> {
    let message = || format!("`{typed}` is not a date such as `2025-11-29` or `2025-11-29T02:11:40Z`");
    parse_date(typed).ok_or_else(|| Error::Value { name, message: message(), help: None })
}

/// The current time: what was typed, else `SOURCE_DATE_EPOCH` (<https://reproducible-builds.org/specs/source-date-epoch/>),
/// else the system's clock.
pub(crate) fn now(typed: Option<&str>) -> Result<DateTime<Utc>, Error> {
    if let Some(typed) = typed {
        return date("now", typed);
    }
    if let Some(epoch) = std::env::var_os("SOURCE_DATE_EPOCH").filter(|epoch| !epoch.is_empty()) {
        let second = epoch.to_str().and_then(|epoch| epoch.parse().ok());
        return second.and_then(|second| DateTime::from_timestamp(second, 0)).ok_or_else(|| Error::Config {
            path: "SOURCE_DATE_EPOCH".into(),
            place: None,
            message: format!("`{}` is not a number of seconds", epoch.to_string_lossy()),
            help: None,
        });
    }
    #[expect(clippy::disallowed_methods, reason = "the one place where the clock enters")]
    Ok(Utc::now())
}

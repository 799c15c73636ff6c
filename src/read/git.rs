//! When the text of each post was last changed, by the history of git: one run of `git log` for the whole site, and one
//! of `git cat-file` for the texts that it names.

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use chrono::{DateTime, FixedOffset};
use regex::Regex;

use crate::config::Config;
use crate::diagnostic::{Diagnostic, Rule};
use crate::disk;
use crate::generators::{self, Fields, Scope};
use crate::model::{File, FileKind, PostMeta};
use crate::source::{
    self,
    git::{NO_GIT, SHALLOW, git, whole_history},
};

/// When something was changed, by the path of its file below the root.
pub(crate) type Changes = HashMap<String, DateTime<FixedOffset>>;

/// When the texts of posts were changed. What has been changed and not been committed has no date.
/// Where there is no history, or only its end, that is a finding.
pub(crate) fn changes(found: &mut Vec<Diagnostic>, posts: &[PostMeta], config: &Config) -> Changes {
    match read(posts.iter().filter_map(PostMeta::file), config) {
        Ok(changes) => changes,
        Err(reason) => {
            let message = format!("`lastmod: git` has no effect: {reason}");
            let help = match reason {
                SHALLOW => {
                    "clone all of it: `git fetch --unshallow`, or `fetch-depth: 0` for actions/checkout"
                }
                _ => "the dates in the front matter count",
            };
            found.push(Diagnostic::new(Rule::NoHistory, ".", message).help(help));
            Changes::new()
        }
    }
}

const FAILED: &str = "`git log` failed; there may be no commit yet";

fn read(files: impl Iterator<Item = File>, config: &Config) -> Result<Changes, &'static str> {
    let root = config.site.root.as_path();
    let prefix = whole_history(root)?;
    let mut log = git(root);
    // The whole repository: what was moved into the site was somewhere else before. Of merges, what no side had.
    log.args(["log", "-z", "--raw", "--no-abbrev", "-M", "--diff-merges=combined", "--combined-all-paths"]);
    log.args(["--no-ext-diff", "--no-textconv", "--encoding=UTF-8", "--format=tformat:%x01%H%x00%cI%x00%s"]);
    let mut log = log.spawn().map_err(|_| NO_GIT)?;
    let stdout = log.stdout.take().ok_or(FAILED)?;
    let open = files.map(|file| (format!("{prefix}{}", file.path), Open { file, is_seen: false })).collect();
    let (passed, dates) = (HashMap::new(), Changes::new());
    let mut history = History { open, passed, dates, texts: None, config };
    let read = history.follow(BufReader::with_capacity(1 << 16, stdout));
    let _ = log.kill();
    let ended = log.wait();
    let is_whole = history.open.is_empty() || ended.is_ok_and(|status| status.success());
    if read.is_err() || !is_whole { Err(FAILED) } else { Ok(history.dates) }
}

/// The history, followed from the newest commit.
struct History<'a> {
    /// The files that have no date yet, by their paths at that commit.
    open: HashMap<String, Open>,
    /// Changes of paths that no file has at that commit, by path, the newest first. They may belong to a file
    /// that was renamed on another branch.
    passed: HashMap<String, Vec<Passed>>,
    dates: Changes,
    texts: Option<Texts>,
    config: &'a Config,
}

/// A file that has no date yet.
struct Open {
    file: File,
    /// Whether it is known to be as it was last committed.
    is_seen: bool,
}

/// A commit.
struct Commit {
    date: Option<DateTime<FixedOffset>>,
    /// Whether its changes count.
    counts: bool,
}

/// A change that has been passed by, with the date of its commit.
struct Passed {
    date: Option<DateTime<FixedOffset>>,
    counts: bool,
    change: Change,
}

/// How many changes under one name are kept.
const MOST_PASSED: usize = 64;

/// A change of one file in a commit.
struct Change {
    /// Its text before; in a merge, that of each side.
    old: Vec<String>,
    new: String,
    /// What it was called before.
    from: String,
    to: String,
    is_new: bool,
}

impl History<'_> {
    fn follow(&mut self, log: impl BufRead) -> io::Result<()> {
        let mut tokens = log.split(0);
        let mut next = || -> io::Result<Option<String>> {
            let token = tokens.next().transpose()?;
            Ok(token.map(|token| String::from_utf8_lossy(&token).into_owned()))
        };
        let mut commit = Commit { date: None, counts: false };
        while let Some(token) = next()? {
            if let Some(hash) = token.trim_start_matches('\n').strip_prefix('\u{1}') {
                let date = next()?.and_then(|date| DateTime::parse_from_rfc3339(&date).ok());
                let subject = next()?.unwrap_or_default();
                let ignored = &self.config.lastmod_ignore;
                commit = Commit { date, counts: !is_ignored(ignored, hash, &subject) };
                continue;
            }
            let raw = token.trim_start_matches('\n');
            let sides = raw.len() - raw.trim_start_matches(':').len();
            if sides == 0 {
                continue;
            }
            // `:MODES HASHES STATUS`: one of each for every side, and for the result a mode and a hash more.
            let mut fields = raw.trim_start_matches(':').split(' ').skip(sides + 1);
            let old: Vec<String> = fields.by_ref().take(sides).map(str::to_owned).collect();
            let new = fields.next().unwrap_or_default().to_owned();
            let status = fields.next().unwrap_or_default();
            let change = if sides > 1 {
                // The paths on all sides, then that of the result.
                let mut to = String::new();
                for _ in 0..=sides {
                    to = next()?.unwrap_or_default();
                }
                Change { old, new, from: to.clone(), to, is_new: false }
            } else {
                let from = next()?.unwrap_or_default();
                let to =
                    if status.starts_with(['R', 'C']) { next()?.unwrap_or_default() } else { from.clone() };
                Change { old, new, from, to, is_new: status == "A" }
            };
            self.take(&commit, change)?;
            if self.open.is_empty() {
                break;
            }
        }
        Ok(())
    }

    fn take(&mut self, commit: &Commit, change: Change) -> io::Result<()> {
        let Some(open) = self.open.remove(&change.to) else {
            let passed = self.passed.entry(change.to.clone()).or_default();
            if passed.len() < MOST_PASSED && !change.is_new {
                passed.push(Passed { date: commit.date, counts: commit.counts, change });
            }
            return Ok(());
        };
        // What was changed and not committed has no date of its own.
        if !open.is_seen && self.is_dirty(&change, &open.file)? {
            return Ok(());
        }
        if change.from != change.to
            && let Some(date) = self.changed_on_another_branch(&change, &open.file)?
        {
            self.dates.insert(open.file.path, date);
            return Ok(());
        }
        let is_changed = commit.counts
            && !change.old.contains(&change.new)
            && (change.is_new || self.is_text_changed(&change, &open.file)?);
        if is_changed {
            self.dates.extend(commit.date.map(|date| (open.file.path, date)));
        } else if !change.is_new {
            self.open.insert(change.from, Open { is_seen: true, ..open });
        }
        Ok(())
    }

    /// The date of a change that was made under the old name of a renamed file, on a branch that did not have the
    /// rename yet. The changes there must lead back to the version that was renamed.
    fn changed_on_another_branch(
        &mut self,
        renamed: &Change,
        file: &File,
    ) -> io::Result<Option<DateTime<FixedOffset>>> {
        let passed = self.passed.remove(&renamed.from).unwrap_or_default();
        let is_chain = passed.windows(2).all(|pair| match pair {
            [newer, older] => newer.change.old.contains(&older.change.new),
            _ => true,
        });
        let begins_there = passed.last().is_some_and(|oldest| oldest.change.old == renamed.old);
        if !is_chain || !begins_there {
            return Ok(None);
        }
        for passed in passed.iter().filter(|passed| passed.counts) {
            if self.is_text_changed(&passed.change, file)? {
                return Ok(passed.date);
            }
        }
        Ok(None)
    }

    /// Whether the text of a file is another than the one that was committed last.
    fn is_dirty(&mut self, change: &Change, file: &File) -> io::Result<bool> {
        let site = &self.config.site;
        let Ok(now) = disk::read(&site.root.join(&file.path), site.largest) else { return Ok(true) };
        let committed = self.text(&change.new, file)?;
        Ok(committed.is_none_or(|committed| committed != body(file, now, self.config)))
    }

    /// Whether more than front matter has changed.
    fn is_text_changed(&mut self, change: &Change, file: &File) -> io::Result<bool> {
        let new = self.text(&change.new, file)?;
        for old in &change.old {
            if new.is_some() && self.text(old, file)? == new {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The text of a file as it was committed, without its front matter; `None` if it cannot be read.
    fn text(&mut self, hash: &str, file: &File) -> io::Result<Option<String>> {
        let texts = match &mut self.texts {
            Some(texts) => texts,
            None => self.texts.insert(Texts::start(&self.config.site.root)?),
        };
        let bytes = texts.get(hash, self.config.site.largest)?;
        Ok(bytes.map(|bytes| body(file, bytes, self.config)))
    }
}

/// The text of a file without its front matter. A version under an earlier name is read by the rules for the
/// current one.
fn body(file: &File, bytes: Vec<u8>, config: &Config) -> String {
    let source = source::decode(&file.path, bytes);
    let mut found = Vec::new();
    let written = generators::front_matter(&mut found, &*config.dialect, file, &source);
    let mut fields = Fields::new(&mut found, &source, written, &config.site, Scope::Index);
    let post = match file.kind {
        FileKind::Asset => None,
        _ => generators::resolve(config.recognised.generator, &*config.dialect, file, &mut fields),
    };
    let start = post.map_or(0, |post| post.body);
    source.text.get(start..).unwrap_or_default().trim().to_owned()
}

/// Whether a pattern names a commit: by its subject, or by the beginning of its hash.
fn is_ignored(patterns: &[Regex], hash: &str, subject: &str) -> bool {
    let is_hash = |pattern: &str| pattern.len() >= 7 && pattern.bytes().all(|byte| byte.is_ascii_hexdigit());
    patterns.iter().any(|pattern| {
        pattern.is_match(subject)
            || (is_hash(pattern.as_str()) && hash.starts_with(&pattern.as_str().to_ascii_lowercase()))
    })
}

/// The texts in a repository.
struct Texts {
    process: Child,
    ask: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Texts {
    fn start(root: &Path) -> io::Result<Self> {
        let mut command = git(root);
        let mut process = command.args(["cat-file", "--batch"]).stdin(Stdio::piped()).spawn()?;
        let pipes = process.stdin.take().zip(process.stdout.take());
        let (ask, answers) = pipes.ok_or(io::ErrorKind::BrokenPipe)?;
        Ok(Self { process, ask, answers: BufReader::new(answers) })
    }

    /// A text; `None` if there is none, or if it is too large.
    fn get(&mut self, hash: &str, largest: u64) -> io::Result<Option<Vec<u8>>> {
        writeln!(self.ask, "{hash}")?;
        self.ask.flush()?;
        let mut head = String::new();
        self.answers.read_line(&mut head)?;
        // `HASH blob SIZE`, or `HASH missing`.
        let mut parts = head.split_whitespace().skip(1);
        let kind = parts.next();
        let Some(size) = parts.next().and_then(|size| size.parse::<u64>().ok()) else { return Ok(None) };
        let mut bytes = Vec::new();
        if kind != Some("blob") || size > largest {
            io::copy(&mut (&mut self.answers).take(size + 1), &mut io::sink())?;
            return Ok(None);
        }
        (&mut self.answers).take(size).read_to_end(&mut bytes)?;
        io::copy(&mut (&mut self.answers).take(1), &mut io::sink())?;
        Ok(Some(bytes))
    }
}

impl Drop for Texts {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

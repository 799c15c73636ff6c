//! `feedmill adopt`: takes the ids and dates of posts from feeds that the site had before.

use std::fmt::Write as _;
use std::path::Path;

use feedmill::internals::{readable, shown};
use feedmill::{Adopted, Conflict, Error, Fate, Matched, Outcome};

use crate::Status;
use crate::args::{Adopt, is_stdin, open};
use crate::print::output;
use crate::report;

pub(crate) fn run(args: &Adopt) -> Result<Status, Error> {
    let decided = args.site.decide_with_lock(args.root.as_deref())?;
    let feeds = args.feeds.iter().map(|path| read(path)).collect::<Result<_, _>>()?;
    let conflict = if args.replace { Conflict::Replace } else { Conflict::Keep };
    let adoption = feedmill::adopt(&decided.config, feeds, conflict, args.check)?;
    let mut text = String::new();
    for entry in &adoption.entries {
        let is_plain = matches!(entry.fate, Fate::Adopted(Matched::Url) | Fate::Same(Matched::Url));
        if args.report.verbose || !is_plain {
            line(&mut text, entry);
        }
    }
    if args.report.quiet {
        text.clear();
    }
    summary(&mut text, &adoption.entries);
    let lock = decided.config.lock().unwrap_or(Path::new("feedmill.lock")).display();
    let _ = match (adoption.lock, args.check) {
        (Some(Outcome::Written), true) => writeln!(text, "{lock} would be written"),
        (Some(Outcome::Written), false) => writeln!(text, "{lock} written"),
        _ => writeln!(text, "{lock} unchanged"),
    };
    output(&text)?;
    let found = report::findings(&adoption.findings, &decided.config, &args.report);
    let is_whole =
        adoption.entries.iter().all(|entry| matches!(entry.fate, Fate::Adopted(_) | Fate::Same(_)));
    Ok(if is_whole { found } else { Status::LeftOut })
}

/// The name and the bytes of a feed.
fn read(path: &Path) -> Result<(String, Vec<u8>), Error> {
    let read = open(path).and_then(feedmill::internals::read_all);
    let name = if is_stdin(path) { "standard input".to_owned() } else { path.display().to_string() };
    read.map(|bytes| (name, bytes)).map_err(|source| Error::ConfigRead { path: path.to_owned(), source })
}

fn by(matched: Matched) -> &'static str {
    match matched {
        Matched::Url => "by its URL",
        Matched::Alias => "by a redirect",
        Matched::Title => "by title and day",
    }
}

/// What became of an entry.
fn line(text: &mut String, entry: &Adopted) {
    let (url, id) = (readable(&entry.url), shown(&entry.id));
    let post = readable(entry.post.as_deref().unwrap_or_default());
    let _ = match entry.fate {
        Fate::Adopted(how) => writeln!(text, "{post}: {id} ({})", by(how)),
        Fate::Same(how) => writeln!(text, "{post}: has the id already ({})", by(how)),
        Fate::Held(how) => writeln!(text, "{post}: keeps another id than {id} ({})", by(how)),
        Fate::Written(how) => {
            writeln!(text, "{post}: keeps the id of its front matter, not {id} ({})", by(how))
        }
        Fate::Unmatched => {
            let title = entry.title.as_deref().map(|title| format!(", \"{}\"", cut(title)));
            let url = if url.is_empty() { "an entry without a link".to_owned() } else { url };
            writeln!(text, "no post: {url}{}", title.unwrap_or_default())
        }
    };
}

/// The longest part of a title that is shown, in characters.
const SHOWN: usize = 80;

fn cut(title: &str) -> String {
    let short: String = title.chars().take(SHOWN).collect();
    if short.len() < title.len() { shown(&short) + "…" } else { shown(&short) }
}

fn summary(text: &mut String, entries: &[Adopted]) {
    let count = |wanted: &dyn Fn(Fate) -> bool| entries.iter().filter(|entry| wanted(entry.fate)).count();
    let matched = |how: Matched| {
        count(&|fate| match fate {
            Fate::Adopted(own) | Fate::Same(own) | Fate::Held(own) | Fate::Written(own) => own == how,
            Fate::Unmatched => false,
        })
    };
    let entries_of =
        |count: usize| if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") };
    let ids = |count: usize| if count == 1 { "1 id".to_owned() } else { format!("{count} ids") };
    let _ = write!(text, "{}", entries_of(entries.len()));
    for how in [Matched::Url, Matched::Alias, Matched::Title] {
        if matched(how) > 0 {
            let _ = write!(text, ", {} {}", matched(how), by(how).replace("its ", ""));
        }
    }
    let unmatched = count(&|fate| fate == Fate::Unmatched);
    if unmatched > 0 {
        let _ = write!(text, ", {unmatched} of no post");
    }
    let adopted = count(&|fate| matches!(fate, Fate::Adopted(_)));
    let _ = write!(text, "; {} adopted", ids(adopted));
    let same = count(&|fate| matches!(fate, Fate::Same(_)));
    if same > 0 {
        let _ = write!(text, ", {same} the same");
    }
    let held = count(&|fate| matches!(fate, Fate::Held(_)));
    if held > 0 {
        let _ = write!(text, ", {} kept: `--replace` replaces those that the lock holds", ids(held));
    }
    let written = count(&|fate| matches!(fate, Fate::Written(_)));
    if written > 0 {
        let _ = write!(text, ", {} of front matter kept", ids(written));
    }
    text.push('\n');
}

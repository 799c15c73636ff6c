//! `feedmill check`: any feed or sitemap, a folder of them, or a whole built site -> what is wrong, and what repairs it.

mod repair;
mod site;

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use rayon::prelude::*;

use crate::check::{self, Checked, Form, Known};
use crate::diagnostic::{Diagnostic, Rule};
use crate::disk;
use crate::error::Error;
use crate::text::BaseUrl;
pub use repair::Repair;

/// What is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// A feed, a sitemap, or a folder.
    pub path: PathBuf,
    /// What messages call it.
    pub name: String,
}

/// What is known from outside.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct CheckOptions {
    /// The current time: what is later is in the future.
    pub now: DateTime<Utc>,
    /// The address of what is in a folder. Without it, the pages and sitemaps of the folder say it, if they agree.
    pub base_url: Option<String>,
    /// Whether what is mechanical is repaired.
    pub fix: bool,
}

/// What was found.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Checks {
    /// How many feeds and sitemaps were looked at.
    pub documents: usize,
    /// How many more findings there are than are kept, of rules that are broken very often.
    pub unlisted: usize,
    /// How many findings a repair is known for.
    pub repairable: usize,
    /// What is wrong, by file and place.
    pub findings: Vec<Diagnostic>,
    /// The repaired documents, if that was asked for. Nothing is written.
    pub repairs: Vec<Repair>,
}

/// Looks at feeds, sitemaps and folders. Nothing is written, and nothing is fetched.
///
/// # Errors
/// [`Error::Value`] if the base URL is none, [`Error::ConfigRead`] if there is nothing at a path.
pub fn check(subjects: &[Subject], options: &CheckOptions) -> Result<Checks, Error> {
    let base = options.base_url.as_deref().map(|url| {
        BaseUrl::parse(url).map_err(|message| Error::Value { name: "base_url", message, help: None })
    });
    let base = base.transpose()?;
    let mut checks = Checks::default();
    for subject in subjects {
        let metadata = std::fs::metadata(&subject.path)
            .map_err(|source| Error::ConfigRead { path: subject.path.clone(), source })?;
        if metadata.is_dir() {
            site::check(&mut checks, subject, base.as_ref(), options);
        } else {
            let known = Known {
                now: options.now,
                base: base.as_ref().map(|base| base.as_str().to_owned()),
                ..Known::default()
            };
            let document = Document { path: subject.path.clone(), name: subject.name.clone(), known };
            document.look().add_to(&mut checks, options, true);
        }
    }
    checks.findings.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    Ok(checks)
}

/// A file that may be a feed or a sitemap.
struct Document {
    path: PathBuf,
    name: String,
    known: Known,
}

/// A document, and what was found in it.
struct Looked {
    document: Document,
    checked: io::Result<Checked>,
}

impl Document {
    fn look(self) -> Looked {
        let checked = bytes(&self.path).and_then(|bytes| check::document(bytes, &self.known));
        Looked { document: self, checked }
    }
}

fn bytes(path: &Path) -> io::Result<Box<dyn Read>> {
    let file: File = disk::open(path)?;
    Ok(Box::new(file))
}

impl Looked {
    fn form(&self) -> Form {
        self.checked.as_ref().map_or(Form::Unknown, |checked| checked.form)
    }

    /// The findings, with their places. What is neither a feed nor a sitemap counts if it was named.
    fn add_to(&self, checks: &mut Checks, options: &CheckOptions, is_named: bool) {
        let name = self.document.name.as_str();
        let unreadable = |error: &io::Error| {
            Diagnostic::new(Rule::UnreadableFile, name, format!("cannot be read: {error}"))
        };
        let checked = match &self.checked {
            Ok(checked) => checked,
            Err(error) => return checks.findings.push(unreadable(error)),
        };
        if checked.form == Form::Unknown && !is_named {
            return;
        }
        checks.documents += 1;
        if checked.found.is_empty() {
            return;
        }
        let located =
            bytes(&self.document.path).and_then(|bytes| check::located(&checked.found, bytes, name));
        match located {
            Ok(mut located) => checks.findings.append(&mut located),
            Err(error) => checks.findings.push(unreadable(&error)),
        }
        checks.unlisted += checked.unlisted;
        checks.repairable += checked.found.iter().filter(|found| found.fix.is_some()).count();
        if options.fix && checked.found.iter().any(|found| found.fix.is_some()) {
            match repair::of(&self.document.path, name, &checked.found) {
                Ok(repair) => checks.repairs.extend(repair),
                Err(error) => checks.findings.push(unreadable(&error)),
            }
        }
    }
}

/// Looks at many documents.
fn look_at_all(documents: Vec<Document>) -> Vec<Looked> {
    documents.into_par_iter().map(Document::look).collect()
}

//! Findings, as data only. The program's `report` module renders them.

mod rules;

use std::ops::Range;

pub use rules::{Rule, Standard};

/// One finding about one file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// Which rule was broken.
    pub rule: Rule,
    /// The file, relative to the root, with `/` between folders.
    pub path: String,
    /// Where in the file, if the finding has a place there.
    pub place: Option<Place>,
    /// What is wrong: a lower-case clause with names in backticks.
    pub message: String,
    /// What was done about it, or what to do.
    pub help: Option<String>,
    /// What the W3C's feed validator calls it, if it knows it.
    pub w3c: Option<&'static str>,
}

impl Diagnostic {
    /// A finding about a file: which rule, where, and a lower-case clause with names in backticks.
    pub(crate) fn new(rule: Rule, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { rule, path: path.into(), place: None, message: message.into(), help: None, w3c: None }
    }

    /// The same, at a place in the file.
    pub(crate) fn at(self, place: impl Into<Option<Place>>) -> Self {
        Self { place: place.into(), ..self }
    }

    /// The same, with what was done about it, or what to do.
    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// The order of a report: by file, then by place, then by rule, then by what is said.
    #[must_use]
    pub fn sort_key(&self) -> (&str, usize, usize, Rule, &str, Option<&str>) {
        let (line, column) = self.place.as_ref().map_or((0, 0), |place| (place.line, place.column));
        (&self.path, line, column, self.rule, &self.message, self.help.as_deref())
    }
}

/// Where a finding is, with the line itself, so that the file need not be read again to show it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Place {
    /// 1-based.
    pub line: usize,
    /// 1-based, in characters.
    pub column: usize,
    /// The line without its end; of a very long line, the part around the place.
    pub text: String,
    /// The marked part of `text`, in bytes, on character boundaries, never past its end.
    pub span: Range<usize>,
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Not shown.
    Allow,
    /// Shown with `-v`.
    Note,
    /// Shown. The exit status stays 0 unless `--strict`.
    Warn,
    /// Shown, and the exit status is 1.
    Deny,
}

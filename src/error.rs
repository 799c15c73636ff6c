//! What stops a run. Whatever is wrong with a single post is a [`Diagnostic`](crate::Diagnostic) instead.

use std::fmt;
use std::io;
use std::path::{Component, Path, PathBuf};

/// Why nothing could be published. Every variant names its file or folder.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The folder to read does not exist or is not a folder.
    Root {
        /// The requested folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A configuration file exists but could not be read.
    ConfigRead {
        /// The configuration file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A configuration file has an invalid value.
    Config {
        /// The configuration file.
        path: PathBuf,
        /// Line and column, both 1-based, the column in characters.
        place: Option<(usize, usize)>,
        /// What is wrong, as a lower-case clause.
        message: String,
        /// What to write instead.
        help: Option<String>,
    },
    /// An option, or a part of a feed that is made in memory, has a value that it cannot have.
    Value {
        /// The field of [`Options`](crate::Options), or the part of the feed.
        name: &'static str,
        /// What is wrong, as a lower-case clause.
        message: String,
        /// What to write instead.
        help: Option<String>,
    },
    /// There is no base URL, so no link could be made absolute.
    NoBaseUrl {
        /// The configuration file that could set it.
        path: PathBuf,
        /// The line to write there.
        line: String,
        /// A configuration file in a folder above, which may be the site's.
        above: Option<PathBuf>,
    },
    /// The site must be built first: the URLs of its posts are known from its pages only.
    NotBuilt {
        /// What kind of site it was taken for, such as "an Astro site".
        label: &'static str,
        /// The folder where its pages would be, relative to the root.
        folder: PathBuf,
        /// What builds it.
        command: &'static str,
    },
    /// An output could not be written. The file that was there before is unchanged.
    Write {
        /// The output file.
        path: PathBuf,
        /// The operation that failed, such as `write` or `replace`.
        step: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// What was asked for could not be printed.
    Print {
        /// What the system said.
        source: io::Error,
    },
    /// A document did not survive being parsed back, so it was not published. This is a bug in feedmill.
    Unsound {
        /// The output file that was not written.
        path: PathBuf,
        /// What the parser said.
        reason: String,
    },
}

impl Error {
    /// The file or folder that it is about, if it is about one, with line and column as in [`Error::Config`].
    #[must_use]
    pub fn place(&self) -> Option<(&Path, Option<(usize, usize)>)> {
        match self {
            Self::Config { path, place, .. } => Some((path, *place)),
            Self::Root { path, .. }
            | Self::ConfigRead { path, .. }
            | Self::NoBaseUrl { path, .. }
            | Self::Write { path, .. }
            | Self::Unsound { path, .. } => Some((path, None)),
            Self::NotBuilt { folder, .. } => Some((folder, None)),
            Self::Value { .. } | Self::Print { .. } => None,
        }
    }

    /// What the user can do about it, where there is something.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Config { help, .. } | Self::Value { help, .. } => help.clone(),
            Self::NoBaseUrl { above: Some(file), .. } => {
                Some(format!("`{}` is the site's: run feedmill in its folder", tidy(file)))
            }
            Self::NoBaseUrl { path, line, .. } => Some(format!("write `{line}` in `{}`", tidy(path))),
            Self::NotBuilt { command, .. } => {
                let first = if command.is_empty() { "build the site" } else { &format!("run `{command}`") };
                Some(format!(
                    "{first} first; or write in `feedmill.yml` where its pages are, `output: FOLDER`"
                ))
            }
            Self::Write { path, source, .. } if source.kind() == io::ErrorKind::PermissionDenied => {
                // What is beside the sources has no other place.
                let is_output =
                    path.extension().is_none_or(|extension| extension != "yml" && extension != "lock");
                let other = if is_output { ", or choose another output folder" } else { "" };
                Some(match folder_of_root(path) {
                    Some((folder, true)) => {
                        format!("it belongs to root: `sudo chown -R \"$USER\" {}`{other}", tidy(&folder))
                    }
                    Some((folder, false)) => {
                        format!("`{}` belongs to root: let your user write there{other}", tidy(&folder))
                    }
                    None if is_output => "choose another output folder".to_owned(),
                    None => "its folder must be one that you may write to".to_owned(),
                })
            }
            Self::Write { source, .. } if source.kind() == io::ErrorKind::NotADirectory => {
                Some("choose another output folder".to_owned())
            }
            Self::Write { path, .. } if path.exists() => {
                Some("the file that was there before is unchanged".to_owned())
            }
            Self::Unsound { .. } => {
                Some("this is a bug in feedmill: please report it with the post that causes it".to_owned())
            }
            Self::Root { .. } | Self::ConfigRead { .. } | Self::Write { .. } | Self::Print { .. } => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root { path, source } => write!(f, "cannot read the folder `{}`: {source}", tidy(path)),
            Self::ConfigRead { path, source } => write!(f, "cannot read `{}`: {source}", tidy(path)),
            Self::Config { path, place: Some((line, column)), message, .. } => {
                write!(f, "{}:{line}:{column}: {message}", tidy(path))
            }
            Self::Config { path, place: None, message, .. } => write!(f, "{}: {message}", tidy(path)),
            Self::Value { name, message, .. } => write!(f, "{name}: {message}"),
            Self::NoBaseUrl { .. } => {
                write!(f, "no base URL: links in a feed are absolute, so the site's address is needed")
            }
            Self::NotBuilt { label, folder, .. } => write!(
                f,
                "this is {label}, and there are no pages in `{}`: the URLs of its posts are not known",
                tidy(folder)
            ),
            Self::Write { path, step, source } => write!(f, "cannot {step} `{}`: {source}", tidy(path)),
            Self::Print { source } => write!(f, "cannot write to the standard output: {source}"),
            Self::Unsound { path, reason } => {
                write!(f, "`{}` would not be well-formed and was not published: {reason}", tidy(path))
            }
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Root { source, .. }
            | Self::ConfigRead { source, .. }
            | Self::Write { source, .. }
            | Self::Print { source } => Some(source),
            Self::Config { .. }
            | Self::Value { .. }
            | Self::NoBaseUrl { .. }
            | Self::NotBuilt { .. }
            | Self::Unsound { .. } => None,
        }
    }
}

/// Why a document was not written.
#[derive(Debug)]
pub(crate) enum Failure {
    /// It is not sound, or cannot be rendered: a clause with the reason. That is a bug in feedmill.
    Unsound(String),
    /// It could not be written.
    Write(io::Error),
}

impl Failure {
    /// The message of a parser or a writer.
    pub(crate) fn unsound(error: impl fmt::Display) -> Self {
        Self::Unsound(error.to_string())
    }

    /// The error about the output at a path.
    pub(crate) fn about(self, path: PathBuf) -> Error {
        match self {
            Self::Unsound(reason) => Error::Unsound { path, reason },
            Self::Write(source) => Error::Write { path, step: "write", source },
        }
    }
}

/// The nearest existing folder above a file, if root owns it, and whether the folder around it is not root's: then a
/// container has probably made it. Other folders of root are meant to be root's.
#[cfg(unix)]
fn folder_of_root(file: &Path) -> Option<(PathBuf, bool)> {
    use std::os::unix::fs::MetadataExt as _;
    let folder = file.ancestors().skip(1).find(|folder| folder.is_dir())?;
    let is_of_root = |folder: &Path| folder.metadata().is_ok_and(|metadata| metadata.uid() == 0);
    let is_alone = folder.canonicalize().ok()?.parent().is_some_and(|above| !is_of_root(above));
    is_of_root(folder).then(|| (folder.to_owned(), is_alone))
}

#[cfg(not(unix))]
fn folder_of_root(_: &Path) -> Option<(PathBuf, bool)> {
    None
}

/// A path without `.` in it.
fn tidy(path: &Path) -> String {
    let parts = path.components().filter(|part| *part != Component::CurDir);
    let tidy = parts.collect::<PathBuf>().display().to_string();
    if tidy.is_empty() { ".".to_owned() } else { tidy }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_root_is_named() {
        let denied = |path: &str| {
            let source = io::Error::from(io::ErrorKind::PermissionDenied);
            Error::Write { path: path.into(), step: "write", source }.help().unwrap()
        };
        // The root of the disk is root's on every machine.
        assert_eq!(
            denied("/no-such-folder/feed.xml"),
            "`/` belongs to root: let your user write there, or choose another output folder"
        );
        assert_eq!(denied("/feedmill.yml"), "`/` belongs to root: let your user write there");
    }
}

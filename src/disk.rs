//! Files of a site on the disk. What is read is a regular file of a reasonable size; what a post names is below the
//! folders of the site.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, Read as _};
use std::path::{Component, Path, PathBuf};

use percent_encoding::percent_decode_str;
use unicode_normalization::UnicodeNormalization as _;

/// The largest file that is read, in bytes, unless the configuration says otherwise.
pub(crate) const LARGEST: u64 = 64 * 1024 * 1024;

/// Opens a regular file; a pipe would wait for its other end, a device never ends.
///
/// # Errors
/// Any I/O error; [`io::ErrorKind::InvalidInput`] if it is no regular file.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    let opened = open_at_once(path).and_then(|file| Ok((file.metadata()?.is_file(), file)));
    match opened {
        Ok((true, file)) => Ok(file),
        // A socket cannot even be opened.
        Err(error) if fs::metadata(path).map_or(true, |metadata| metadata.is_file()) => Err(error),
        Ok(_) | Err(_) => Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file")),
    }
}

/// Reads the start of a file that a walk has seen to be regular, and returns the file. Its type is not
/// checked again, because that would cost a third of opening it; a pipe that has taken its place does not
/// block.
///
/// # Errors
/// Those of [`open`].
pub(crate) fn read_start(path: &Path, buffer: &mut [u8]) -> io::Result<(File, usize)> {
    if let Ok(mut file) = open_at_once(path)
        && let Ok(read) = file.read(buffer)
        && read > 0
    {
        return Ok((file, read));
    }
    let mut file = open(path)?;
    let read = file.read(buffer)?;
    Ok((file, read))
}

/// Opens whatever is at a path. A pipe, opened like this, does not wait.
fn open_at_once(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NONBLOCK | libc::O_NOCTTY);
    #[expect(clippy::disallowed_methods, reason = "the one place where files are opened")]
    options.open(path)
}

/// The bytes of a regular file of at most this size.
///
/// # Errors
/// Those of [`open`]; [`io::ErrorKind::FileTooLarge`].
pub(crate) fn read(path: &Path, largest: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    read_rest(open(path)?, &mut bytes, largest)?;
    Ok(bytes)
}

/// What is left of a file, after what has been read of it. Gives the file, which is at its end.
///
/// # Errors
/// Any I/O error; [`io::ErrorKind::FileTooLarge`].
pub(crate) fn read_rest(mut file: File, bytes: &mut Vec<u8>, largest: u64) -> io::Result<File> {
    let length = file.metadata()?.len();
    if length > largest {
        return Err(too_large("it", largest));
    }
    // With room for all of it, and a byte to see its end, two calls read it. It may grow while it is read.
    let begun = bytes.len();
    let left = usize::try_from(length).map_or(0, |length| length.saturating_sub(begun) + 1);
    if bytes.try_reserve_exact(left).is_ok() {
        bytes.resize(begun + left, 0);
        let read = fill(&mut file, bytes.get_mut(begun..).unwrap_or_default())?;
        bytes.truncate(begun + read);
        if read < left {
            return Ok(file);
        }
    }
    let mut rest = file.take(largest.saturating_add(1));
    rest.read_to_end(bytes)?;
    if bytes.len() as u64 > largest { Err(too_large("it", largest)) } else { Ok(rest.into_inner()) }
}

/// Reads until a buffer is full, or the file ends: it may come in several parts. Returns how much was read.
///
/// # Errors
/// Any I/O error.
pub(crate) fn fill(file: &mut File, buffer: &mut [u8]) -> io::Result<usize> {
    let mut read = 0;
    while let Some(rest) = buffer.get_mut(read..).filter(|rest| !rest.is_empty()) {
        match file.read(rest) {
            Ok(0) => break,
            Ok(more) => read += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(read)
}

fn too_large(what: &str, largest: u64) -> io::Error {
    let message = match largest {
        small if small < 1024 * 1024 => format!("{what} is larger than {small} bytes"),
        large => format!("{what} is larger than {} MiB", large.div_ceil(1024 * 1024)),
    };
    io::Error::new(io::ErrorKind::FileTooLarge, message)
}

/// The next line of a file or a pipe, with its end; `None` at the end of all.
///
/// # Errors
/// Any I/O error; [`io::ErrorKind::FileTooLarge`] for a line of more than 64 MiB.
pub fn read_line(from: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    let read = from.take(LARGEST + 1).read_until(b'\n', &mut line)?;
    if line.len() as u64 > LARGEST {
        Err(too_large("a line", LARGEST))
    } else {
        Ok((read > 0).then_some(line))
    }
}

/// All that comes out of what may be a pipe.
///
/// # Errors
/// Any I/O error; [`io::ErrorKind::FileTooLarge`] if it is more than 64 MiB.
pub fn read_all(from: impl io::Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST { Err(too_large("it", LARGEST)) } else { Ok(bytes) }
}

/// The text of a regular file, such as a configuration.
///
/// # Errors
/// Those of [`read`]; [`io::ErrorKind::InvalidData`] if it is not UTF-8.
pub(crate) fn read_text(path: &Path) -> io::Result<String> {
    String::from_utf8(read(path, LARGEST)?).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// The regular file that a URL's path names below a folder. `None` if there is none, or if the path leads out of the
/// folder, by itself or by links.
pub(crate) fn below(folder: &Path, url_path: &str) -> Option<PathBuf> {
    let path = folder.join(decoded(url_path)?.trim_matches('/'));
    is_inside(folder, &path).then_some(path)
}

/// The files that a URL may be served from, below the output folder; none if it is not below the base URL.
pub(crate) fn files_of(url: &str, base_url: &str) -> Vec<String> {
    let Some(below) = url.strip_prefix(base_url) else { return Vec::new() };
    let Some(below) = decoded(below.split(['?', '#']).next().unwrap_or(below)) else {
        return Vec::new();
    };
    let ends: &[&str] = match below.is_empty() || below.ends_with('/') {
        true => &["index.html", "index.htm", "index.xhtml"],
        false => &["", ".html", "/index.html"],
    };
    let mut files: Vec<String> = ends.iter().map(|end| format!("{below}{end}")).collect();
    if !below.is_ascii() {
        // Some disks store letters and their marks apart, some together.
        let other = |form: String| ends.iter().map(move |end| format!("{form}{end}")).collect::<Vec<_>>();
        files.extend(other(below.nfc().collect()));
        files.extend(other(below.nfd().collect()));
    }
    files
}

/// The path of a URL with its codes read once. `None` if it would lead out of a folder that it is below.
pub(crate) fn decoded(url_path: &str) -> Option<String> {
    let mut decoded = String::with_capacity(url_path.len());
    for (index, encoded) in url_path.split('/').enumerate() {
        let part = part(encoded)?;
        // Two slashes are one, as servers have it.
        if index > 0 && !decoded.ends_with('/') {
            decoded.push('/');
        }
        decoded.push_str(&part);
    }
    Some(decoded)
}

/// Whether a path is that of a regular file in a folder, wherever links lead.
pub(crate) fn is_inside(folder: &Path, path: &Path) -> bool {
    // Most of what is asked for is not there, and to resolve links takes a call for each part of a path.
    path.is_file()
        && path
            .canonicalize()
            .is_ok_and(|path| folder.canonicalize().is_ok_and(|folder| path.starts_with(folder)))
}

/// Whether two paths lead to the same file or folder, wherever links lead.
pub(crate) fn is_same(one: &Path, other: &Path) -> bool {
    one.canonicalize().is_ok_and(|one| other.canonicalize().is_ok_and(|other| one == other))
}

/// A relative path as it is written in URLs and findings. `None` if it is not UTF-8.
pub(crate) fn slashed(path: &Path) -> Option<String> {
    Some(path.to_str()?.replace(std::path::MAIN_SEPARATOR, "/"))
}

/// A part of a path, decoded once. `None` if it is more than the name of a file or folder.
fn part(encoded: &str) -> Option<String> {
    let part = percent_decode_str(encoded).decode_utf8().ok()?.into_owned();
    let is_drive = part.get(1..2) == Some(":");
    let is_name = !part.contains(['/', '\\', '\0']) && part != ".." && !is_drive;
    is_name.then(|| if part == "." { String::new() } else { part })
}

/// Whether a path stays below the folder that it is relative to.
pub(crate) fn is_below(path: &str) -> bool {
    let is_part = |component: Component<'_>| matches!(component, Component::Normal(_) | Component::CurDir);
    !path.contains(['\\', '\0']) && !path.is_empty() && Path::new(path).components().all(is_part)
}

/// The longest name that is made for a file, in bytes: most disks allow 255, and an extension may follow.
const LONGEST_NAME: usize = 200;

/// Whether a path, made of a name, can be that of an output.
pub(crate) fn is_name(path: &str) -> bool {
    let is_part = |part: &str| !part.is_empty() && part != "." && part.len() <= LONGEST_NAME;
    is_below(path) && !path.contains(char::is_control) && path.split('/').all(is_part)
}

/// An absolute path without `..` and links, as far as it exists.
pub(crate) fn real(path: &Path) -> PathBuf {
    path.canonicalize().or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_a_url() {
        let files = |url: &str| files_of(url, "https://e.com/b/").join(" ");
        assert_eq!(files("https://e.com/b/"), "index.html index.htm index.xhtml");
        assert_eq!(files("https://e.com/b/a%20b?x#y"), "a b a b.html a b/index.html");
        assert_eq!(files("https://e.com/b/%2E%2E/x"), "");
        assert_eq!(files("https://other.com/b/a"), "");
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a test's own files, which no other process reads")]
    fn what_a_url_names_is_below_its_folder() {
        let top = tempfile::tempdir().unwrap();
        let site = top.path().join("site");
        fs::create_dir_all(site.join("a b")).unwrap();
        fs::write(top.path().join("secret"), "s").unwrap();
        fs::write(site.join("a b/x.png"), "x").unwrap();
        let named = |path: &str| below(&site, path).map(|path| path.strip_prefix(&site).unwrap().to_owned());
        for (path, expected) in [
            ("a%20b/x.png", Some("a b/x.png")),
            ("/a%20b//./x.png", Some("a b/x.png")),
            ("a%20b", None),
            ("../secret", None),
            ("a%20b/%2e%2e/%2E%2E/secret", None),
            ("..%2Fsecret", None),
            ("%2Fetc/passwd", None),
            ("%2e%2e%5csecret", None),
            ("C:/x", None),
            ("a%00b", None),
            ("a%2520b/x.png", None),
        ] {
            assert_eq!(named(path).as_deref(), expected.map(Path::new), "{path}");
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("../secret", site.join("link")).unwrap();
            std::os::unix::fs::symlink("a b/x.png", site.join("inner")).unwrap();
            assert_eq!(named("link"), None);
            assert_eq!(named("inner"), Some(PathBuf::from("inner")));
        }
        assert!(
            is_name("a/b")
                && !is_name("a\nb")
                && !is_name("a/./b")
                && !is_name(".")
                && !is_name("a//b")
                && !is_name("a\\b")
                && !is_name(&"a".repeat(201))
        );
        assert!(is_below("a/b.xml") && !is_below("../a") && !is_below("/a") && !is_below("a\\..\\b"));
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a test's own files, which no other process reads")]
    fn what_is_read_is_a_file_of_a_reasonable_size() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a");
        fs::write(&file, "12345").unwrap();
        assert_eq!(read(&file, 5).unwrap(), b"12345");
        assert_eq!(read(&file, 4).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
        assert_eq!(read(folder.path(), 5).unwrap_err().kind(), io::ErrorKind::InvalidInput);
    }
}

//! `feedmill init`: a configuration with what a site does not say itself.

use std::fmt::Write as _;
use std::path::{Component, Path, PathBuf};

use feedmill::Error;
use feedmill::internals::{FILE_NAME, Found, Key, keys, look_at, readable, write};

use crate::Status;
use crate::print::output;

/// What nearly every site wants to say.
const ASKED: [&str; 5] = ["base_url", "title", "author", "language", "timezone"];

/// Says what was found out, and writes the rest into `feedmill.yml`, to be filled in.
pub(crate) fn run(directory: Option<&Path>) -> Result<Status, Error> {
    let root = directory.unwrap_or(Path::new("."));
    let path = root.join(FILE_NAME);
    if path.exists() {
        return Err(Error::Config {
            path,
            place: None,
            message: "exists already, and is left as it is".to_owned(),
            help: Some("edit it, or remove it first".to_owned()),
        });
    }
    if !root.is_dir() {
        return Err(Error::Root { path: root.to_owned(), source: std::io::ErrorKind::NotADirectory.into() });
    }
    let found = look_at(root)?;
    refuse_part(&found, &path)?;
    let is_known = |key: &str| found.values.iter().any(|(known, _)| *known == key);
    let missing: Vec<Key> = keys().filter(|(key, ..)| ASKED.contains(key) && !is_known(key)).collect();
    let by = found.evidence.as_ref().and_then(|file| file.file_name());
    let by = by.map_or_else(String::new, |file| format!(", recognised by {}", file.to_string_lossy()));
    let mut said = format!("This is {}{by}.\n", found.label);
    let file: PathBuf = path.components().filter(|part| *part != Component::CurDir).collect();
    let file = file.display();
    for (key, value) in &found.values {
        let _ = writeln!(said, "  {key}: {value}");
    }
    // What has an address and a title needs no file.
    let is_needed = missing.iter().any(|(key, ..)| matches!(*key, "base_url" | "title"));
    if is_needed {
        write(&path, configuration(&found, &missing).as_bytes())?;
        let _ = writeln!(said, "wrote {file}, with the settings that the site does not have");
    }
    let mut steps: Vec<String> = Vec::new();
    steps.extend(found.build_first.map(|command| format!("run `{command}`")));
    steps.extend((!is_known("base_url")).then(|| format!("set `base_url` in {file}")));
    let is_copied = is_needed && found.base_url_line.0 == "_config.yml" && found.label.contains("Jekyll");
    steps.extend(
        is_copied.then(|| format!("add `{FILE_NAME}` to `exclude` in _config.yml, or Jekyll publishes it")),
    );
    let folder = directory.filter(|folder| *folder != Path::new("."));
    let build =
        folder.map_or("feedmill build".to_owned(), |folder| format!("feedmill build {}", folder.display()));
    steps.push(format!("run `{build}`"));
    let _ = writeln!(said, "next: {}", steps.join(", "));
    if found.evidence.is_none() && root.join("index.html").is_file() {
        let address = if is_known("base_url") { "" } else { " --base-url https://example.com/" };
        let _ = writeln!(
            said,
            "if these are the pages of a built site, all it needs is `{build} --generator built{address}`"
        );
    }
    output(&said.lines().map(|line| readable(line) + "\n").collect::<String>())?;
    Ok(Status::Published)
}

/// Refuses a folder that is a part of a site.
///
/// # Errors
/// [`Error::Config`].
fn refuse_part(found: &Found, path: &Path) -> Result<(), Error> {
    let Some(site) = &found.above else { return Ok(()) };
    Err(Error::Config {
        path: path.to_owned(),
        place: None,
        message: "this folder is a part of a site, and would publish the file".to_owned(),
        help: Some(format!("`{}` is the site's: run feedmill in its folder", site.display())),
    })
}

/// The keys that are missing, each as a comment to fill in.
fn configuration(found: &Found, missing: &[Key]) -> String {
    let mut text = String::from(
        "# For feedmill, what the site itself does not say. Remove the `#` before a line to use it.\n",
    );
    for (key, example, help) in missing {
        let _ = writeln!(text, "\n# {help}");
        let (file, line) = found.base_url_line;
        if *key == "base_url" && file != FILE_NAME {
            let _ = writeln!(text, "# (or, for the generator too, in {file}: {line})");
        }
        let _ = writeln!(text, "# {key}: {example}");
    }
    text
}

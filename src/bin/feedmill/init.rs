//! `feedmill init`: a commented configuration to edit.

use std::fmt::Write as _;
use std::path::Path;

use feedmill::Error;
use feedmill::internals::{FILE_NAME, keys, look_at, shown, write};

use crate::Status;
use crate::print::print;

/// Writes `feedmill.yml` into a folder that has none.
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
    let mut text = String::from(
        "# feedmill: feeds and sitemaps for this site. Every key is optional, except `base_url`.\n",
    );
    let by = found.evidence.as_ref().and_then(|file| file.file_name());
    let by = by.map_or_else(String::new, |file| format!(", because of `{}`", file.to_string_lossy()));
    let _ = writeln!(text, "# This looks like {}{by}.\n", found.label);
    for (key, example, help) in keys() {
        let _ = writeln!(text, "# {help}");
        let value = found.values.iter().find(|(known, _)| *known == key);
        let _ = match value {
            // A JSON string is a YAML string.
            Some((_, value)) => writeln!(text, "{key}: {}\n", serde_json::Value::String(value.clone())),
            None => writeln!(text, "# {key}: {example}\n"),
        };
    }
    write(&path, text.as_bytes())?;
    let next = match found.values.iter().any(|(key, _)| *key == "base_url") {
        true => "run `feedmill build`",
        false => "set `base_url` in it, and run `feedmill build`",
    };
    print(std::io::stdout(), &format!("wrote {}: {next}\n", shown(&path.to_string_lossy())));
    Ok(Status::Published)
}

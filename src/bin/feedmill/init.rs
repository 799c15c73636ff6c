//! `feedmill init`: a commented configuration to edit.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use feedmill::Error;
use feedmill::config::{FILE_NAME, KEYS};
use feedmill::dialect::Kind;

/// Writes `feedmill.yml` into a folder that has none.
pub(crate) fn run(directory: Option<&Path>) -> Result<(), Error> {
    let root = directory.unwrap_or(Path::new("."));
    let path = root.join(FILE_NAME);
    if path.exists() {
        return Err(Error::Config {
            path,
            place: None,
            message: "is there already, and is left as it is".to_owned(),
            help: Some("edit it, or remove it first".to_owned()),
        });
    }
    if !root.is_dir() {
        return Err(Error::Root { path: root.to_owned(), source: std::io::ErrorKind::NotADirectory.into() });
    }
    let kind = Kind::detect(root);
    let (known, _) = kind.read(root, &[])?;
    let base_url = known.base_url.as_ref().map(|url| url.as_str().to_owned());
    let mut text = String::from(
        "# feedmill: feeds and sitemaps for this site. Every key may be left out but `base_url`.\n",
    );
    let _ = writeln!(text, "# This looks like {}.\n", kind.name());
    for (key, example, about) in KEYS {
        let _ = writeln!(text, "# {about}");
        let value = match *key {
            "base_url" => base_url.clone(),
            "title" => known.title.clone(),
            "description" => known.description.clone(),
            "language" => known.language.clone(),
            _ => None,
        };
        let _ = match value {
            // A JSON string is a YAML string.
            Some(value) => writeln!(text, "{key}: {}\n", serde_json::Value::String(value)),
            None => writeln!(text, "# {key}: {example}\n"),
        };
    }
    feedmill::publish::publish(&path, text.as_bytes())?;
    let _ = writeln!(
        std::io::stdout(),
        "wrote {}: say `base_url` in it, and run `feedmill build`",
        path.display()
    );
    Ok(())
}

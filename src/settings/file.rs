//! A configuration file in YAML or TOML.

use std::path::{Path, PathBuf};

use crate::disk;
use crate::error::Error;
use crate::source::{self, Map, Source, toml, yaml};

/// A configuration file as written.
pub(crate) struct ConfigFile {
    path: PathBuf,
    source: Source,
    /// Its keys and values.
    pub map: Map,
}

impl ConfigFile {
    /// Reads a file: TOML by its extension, else YAML, of which JSON is a part.
    ///
    /// # Errors
    /// [`Error::ConfigRead`] and [`Error::Config`].
    pub(crate) fn read(path: &Path) -> Result<Self, Error> {
        let bytes = disk::read(path, disk::LARGEST)
            .map_err(|source| Error::ConfigRead { path: path.to_owned(), source })?;
        let source = source::decode(&path.to_string_lossy(), bytes);
        let mut file = Self { path: path.to_owned(), source, map: Map::default() };
        let parsed = match path.extension() {
            Some(extension) if extension == "toml" => {
                let (map, errors) = toml::parse(&file.source.text);
                errors.into_iter().next().map_or(Ok(map), Err)
            }
            _ => yaml::parse_map(&file.source.text),
        };
        file.map = parsed.map_err(|error| {
            let help = error.advice().map(str::to_owned);
            file.error(error.at, error.message, help)
        })?;
        Ok(file)
    }

    pub(super) fn error(&self, at: Option<usize>, message: String, help: Option<String>) -> Error {
        let place = at.map(|at| self.source.place(at..at)).map(|place| (place.line, place.column));
        Error::Config { path: self.path.clone(), place, message, help }
    }
}

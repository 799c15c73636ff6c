//! Jekyll 3 and 4: `_config.yml` (<https://jekyllrb.com/docs/configuration/options/>).

use std::path::Path;

use crate::config::{self, ConfigFile, Settings};
use crate::error::Error;
use crate::link::BaseUrl;

/// What `_config.yml` says. Values that Jekyll itself would not understand are passed over.
pub(super) fn settings(root: &Path) -> Result<Settings, Error> {
    let path = root.join("_config.yml");
    if !path.exists() {
        return Ok(Settings::default());
    }
    let file = ConfigFile::read(&path)?;
    let text = |key: &str| file.map.get(key).and_then(|node| node.as_text()).map(str::to_owned);
    let base = |url: String| {
        let below = text("baseurl").unwrap_or_default();
        BaseUrl::parse(&format!("{}/{}", url.trim_end_matches('/'), below.trim_matches('/'))).ok()
    };
    Ok(Settings {
        base_url: text("url").and_then(base),
        title: text("title").or_else(|| text("name")),
        description: text("description"),
        language: text("lang").or_else(|| text("locale")).and_then(|tag| config::language(&tag).ok()),
        timezone: text("timezone").and_then(|name| config::timezone(&name).ok()),
        authors: file.map.get("author").map(config::authors),
        output: text("destination").map(Into::into),
        excerpt_separator: text("excerpt_separator"),
        ..Settings::default()
    })
}

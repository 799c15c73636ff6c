//! The sitemap and `robots.txt`: what can be configured, and the keys for it.

use super::Switched;
use super::keys::{self, Key, keys};
use super::shape::Shape;
use super::value::Value;
use crate::error::Error;
use crate::source::Node;

/// What is done about `robots.txt`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Robots {
    /// One is written where there is none; one without the sitemap is a finding.
    #[default]
    Write,
    /// The sitemap is added to the site's own.
    Append,
    /// Nothing.
    Leave,
}

/// The sitemap. The fields are those of [`KEYS`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SitemapConfig {
    pub path: String,
    pub gzip: bool,
    pub pages: bool,
    pub exclude: Vec<String>,
    pub include: Vec<String>,
    pub images: bool,
    pub hreflang: Option<bool>,
    pub news: Option<String>,
    pub text: Option<String>,
    pub priority: Option<String>,
    pub changefreq: Option<String>,
}

impl Default for SitemapConfig {
    fn default() -> Self {
        Self {
            path: "sitemap.xml".to_owned(),
            gzip: false,
            pages: true,
            exclude: Vec::new(),
            include: Vec::new(),
            images: false,
            hreflang: None,
            news: None,
            text: None,
            priority: None,
            changefreq: None,
        }
    }
}

/// Every key of `sitemap:`, as in the README.
pub(crate) const KEYS: &[Key<SitemapConfig>] = keys! { SitemapConfig;
    ["path"], "sitemap.xml", "where it is written", Shape::Text, path = Value::path;
    ["gzip"], "false", "whether it is compressed, as `.xml.gz`", Shape::Switch, gzip = Value::boolean;
    ["pages"], "true", "whether it lists every page in the output folder, not only posts", Shape::Switch, pages = Value::boolean;
    ["exclude"], "[\"tags/**\"]", "globs of paths, or URLs, that it does not list", Shape::Texts, exclude = Value::globs;
    ["include"], "[\"tags/rust/\", \"*.pdf\"]", "globs of paths that it lists anyway, other files too", Shape::Texts,
        include = Value::globs;
    ["images"], "false", "whether it lists the images of posts' front matter", Shape::Switch, images = Value::boolean;
    ["hreflang"], "false", "whether it lists the translations of each page; default: where the site's generator knows them", Shape::Switch,
        hreflang = |value: &Value<'_>| value.boolean().map(Some);
    ["news"], "sitemap-news.xml", "the path of a sitemap of the last two days' posts, for Google News", Shape::Optional,
        news = |value: &Value<'_>| value.path_or("sitemap-news.xml").map(Switched::on);
    ["text"], "sitemap.txt", "the path of the same list as plain text", Shape::Optional,
        text = |value: &Value<'_>| value.path_or("sitemap.txt").map(Switched::on);
    ["priority"], "0.5", "the priority of pages whose post has none; search engines ignore it", Shape::Priority,
        priority = |value: &Value<'_>| value.unless_off(|text| priority(text).ok_or("a number between 0 and 1"));
    ["changefreq"], "weekly", "the same for how often a page changes", Shape::OptionalWord(&CHANGEFREQ),
        changefreq = |value: &Value<'_>| value.unless_off(|text| changefreq(text).ok_or(FREQUENCIES));
};

/// The words of the protocol.
const CHANGEFREQ: [&str; 7] = ["always", "hourly", "daily", "weekly", "monthly", "yearly", "never"];
/// The same for messages.
pub(crate) const FREQUENCIES: &str = "`always`, `hourly`, `daily`, `weekly`, `monthly`, `yearly` or `never`";

impl SitemapConfig {
    /// Where files are written.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &String> + Clone {
        [&self.path].into_iter().chain(&self.news).chain(&self.text)
    }

    /// What the names of its files end in besides, if they are packed.
    pub(crate) fn suffix(&self) -> &'static str {
        if self.gzip { ".gz" } else { "" }
    }

    /// The file of the sitemap, or of its index.
    pub(crate) fn file(&self) -> String {
        format!("{}{}", self.path, self.suffix())
    }
}

/// A priority between 0 and 1, as it is written.
pub(crate) fn priority(text: &str) -> Option<String> {
    let number: f64 = text.trim().parse().ok()?;
    let plain = text.trim().bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    (plain && (0.0..=1.0).contains(&number)).then(|| text.trim().to_owned())
}

/// One of the seven words of the protocol.
pub(crate) fn changefreq(text: &str) -> Option<String> {
    let word = text.trim().to_ascii_lowercase();
    CHANGEFREQ.contains(&word.as_str()).then_some(word)
}

impl Value<'_> {
    /// A path, `false` for none, `true` for the default, or a map.
    pub(super) fn sitemap(&self) -> Result<Switched<SitemapConfig>, Error> {
        let mut sitemap = SitemapConfig::default();
        if let Node::Map(map) = self.node {
            keys::read_map(self.file, map, &mut sitemap, KEYS, "sitemap key")?;
        } else {
            let Switched::On(path) = self.path_or(&sitemap.path)? else { return Ok(Switched::Off) };
            sitemap.path = path;
        }
        if let Some(plain) = sitemap.path.strip_suffix(".gz") {
            (sitemap.path, sitemap.gzip) = (plain.to_owned(), true);
        }
        Ok(Switched::On(sitemap))
    }

    pub(super) fn robots(&self) -> Result<Robots, Error> {
        match self.switch() {
            Some(true) => Ok(Robots::Write),
            Some(false) => Ok(Robots::Leave),
            None if self.node.as_text() == Some("append") => Ok(Robots::Append),
            None => Err(self.wrong("`true`, `false` or `append`")),
        }
    }

    /// What a text is read as; `None` for `false`.
    fn unless_off<T>(&self, read: impl FnOnce(&str) -> Result<T, &'static str>) -> Result<Option<T>, Error> {
        if self.switch() == Some(false) {
            return Ok(None);
        }
        read(self.text()?).map(Some).map_err(|wanted| self.wrong(wanted))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn priorities_and_frequencies() {
        assert_eq!(priority(" 0.5 ").as_deref(), Some("0.5"));
        for wrong in ["1.5", "-0", "1e-1", "NaN", "high", ""] {
            assert_eq!(priority(wrong), None, "{wrong}");
        }
        assert_eq!(changefreq("Weekly").as_deref(), Some("weekly"));
        assert_eq!(changefreq("sometimes"), None);
    }
}

//! What a sitemap holds besides the pages of posts.

use super::read::Value;
use crate::error::Error;
use crate::source::value::{Node, Scalar};

/// The sitemap.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of `SitemapConfig::KEYS`")]
pub struct SitemapConfig {
    pub path: String,
    pub gzip: bool,
    pub pages: bool,
    pub exclude: Vec<String>,
    pub include: Vec<String>,
    pub images: bool,
    pub hreflang: bool,
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
            hreflang: false,
            news: None,
            text: None,
            priority: None,
            changefreq: None,
        }
    }
}

impl SitemapConfig {
    /// Every key of `sitemap:`, with an example and a sentence, as in the README.
    pub const KEYS: &'static [(&'static str, &'static str, &'static str)] = &[
        ("path", "sitemap.xml", "where it is written"),
        ("gzip", "false", "whether it is compressed, as `.xml.gz`"),
        ("pages", "true", "whether it lists every page that the output folder holds, not posts only"),
        ("exclude", "[\"tags/**\"]", "globs of paths that it does not list"),
        ("include", "[\"tags/rust/\", \"*.pdf\"]", "globs of what it lists all the same, other files too"),
        ("images", "false", "whether it lists the images that posts name"),
        ("hreflang", "false", "whether it says which pages are translations of which"),
        ("news", "sitemap-news.xml", "the path of a sitemap of the last two days' posts, for Google News"),
        ("text", "sitemap.txt", "the path of the same list as plain text"),
        (
            "priority",
            "0.5",
            "told of every page, unless its post says otherwise; search engines pass over it",
        ),
        ("changefreq", "weekly", "the same"),
    ];

    /// Where files are written.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &String> + Clone {
        [&self.path].into_iter().chain(&self.news).chain(&self.text)
    }
}

/// A priority between 0 and 1, as it is written.
pub(crate) fn priority(text: &str) -> Option<String> {
    let number: f64 = text.trim().parse().ok()?;
    let plain = text.trim().bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    (plain && (0.0..=1.0).contains(&number)).then(|| text.trim().to_owned())
}

/// One of the seven words that the protocol knows.
pub(crate) fn changefreq(text: &str) -> Option<String> {
    let word = text.trim().to_ascii_lowercase();
    ["always", "hourly", "daily", "weekly", "monthly", "yearly", "never"]
        .contains(&word.as_str())
        .then_some(word)
}

impl Value<'_> {
    /// A path, `false` for none, `true` for the default, or a map.
    pub(super) fn sitemap(&self) -> Result<Option<SitemapConfig>, Error> {
        let mut sitemap = SitemapConfig::default();
        let Node::Map(map) = self.node else {
            return Ok(self.path_or(&sitemap.path)?.map(|path| match path.strip_suffix(".gz") {
                Some(plain) => SitemapConfig { path: plain.to_owned(), gzip: true, ..sitemap },
                None => SitemapConfig { path, ..sitemap },
            }));
        };
        for (key, node) in &map.0 {
            let value = Value { file: self.file, key, node };
            let is_false = node.as_scalar().and_then(Scalar::as_bool) == Some(false);
            match key.text.as_str() {
                "path" => sitemap.path = value.path()?,
                "gzip" => sitemap.gzip = value.boolean()?,
                "pages" => sitemap.pages = value.boolean()?,
                "exclude" => sitemap.exclude = value.texts()?,
                "include" => sitemap.include = value.texts()?,
                "images" => sitemap.images = value.boolean()?,
                "hreflang" => sitemap.hreflang = value.boolean()?,
                "news" => sitemap.news = value.path_or("sitemap-news.xml")?,
                "text" => sitemap.text = value.path_or("sitemap.txt")?,
                "priority" if !is_false => {
                    let read = priority(value.text()?);
                    sitemap.priority = Some(read.ok_or_else(|| value.wrong("a number between 0 and 1"))?);
                }
                "changefreq" if !is_false => {
                    let read = changefreq(value.text()?);
                    let words = "`always`, `hourly`, `daily`, `weekly`, `monthly`, `yearly` or `never`";
                    sitemap.changefreq = Some(read.ok_or_else(|| value.wrong(words))?);
                }
                "priority" | "changefreq" => {}
                _ => {
                    return Err(
                        value.unknown("key of a sitemap", SitemapConfig::KEYS.iter().map(|(name, ..)| *name))
                    );
                }
            }
        }
        Ok(Some(sitemap))
    }
}

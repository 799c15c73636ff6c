//! The URL and the id of a document (Jekyll's `URL`).

use chrono::{DateTime, FixedOffset};

use super::document::Document;
use super::names::{extension_of, without_index};
use super::paths::{absolute, below, composed, escaped, normalized, sanitized};
use super::ruby::{self, Slug};
use crate::markup::Markup;
use crate::source::Node;
use crate::text::{self, date, slug};

/// The parts of a date that only Jekyll 4 has.
const PARTS_OF_4: [&str; 6] = ["long_month", "week", "w_year", "w_day", "short_day", "long_day"];

/// Where a document is on the web.
pub(super) struct Address {
    pub(super) url: String,
    pub(super) id: String,
    /// The URL under which sitemaps list it, if that is another.
    pub(super) listed: Option<String>,
    /// The path of the page, from the root of the site.
    pub(super) path: String,
}

/// The values of a permalink's placeholders.
#[derive(Clone, Copy)]
struct Parts<'a> {
    date: Option<DateTime<FixedOffset>>,
    categories: &'a [String],
    slug: &'a str,
}

impl Document<'_, '_> {
    /// The URL and the id; `None` if no page is written that sitemaps or feeds could have.
    pub(super) fn address(
        &self,
        date: Option<DateTime<FixedOffset>>,
        categories: &[String],
        slug: &str,
    ) -> Option<Address> {
        let path = self.url(Parts { date, categories, slug })?;
        let is_html = || matches!(self.output_extension(), ".html" | ".htm" | ".xhtml");
        if self.is_page() && !is_html() && !path.ends_with('/') {
            return None;
        }
        let base = &self.fields.site.base_url;
        let url = below(base, &path)?;
        let listed = path.contains("/index.html").then(|| absolute(base, &without_index(&path))).flatten();
        // `File.join(File.dirname(url), slug)`
        let folder = text::split_last(path.trim_end_matches('/'), b'/').map_or("", |(folder, _)| folder);
        let is_plain = !slug.is_empty()
            && slug.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        let id = match url.strip_suffix(&path) {
            // What is before the slug is as it is in the URL.
            Some(origin) if is_plain => [origin, folder, "/", slug].concat(),
            // What is before a `#` is a path, which ends in no blank.
            _ => absolute(base, &format!("{folder}/{}", slug.replace(" #", "#")))
                .unwrap_or_else(|| url.clone()),
        };
        Some(Address { listed: listed.filter(|listed| *listed != url), url, id, path })
    }

    /// The path of the page, from the root of the site, as Jekyll's `url` is once it is [`normalized`].
    fn url(&self, parts: Parts<'_>) -> Option<String> {
        let own = self.get_truthy("permalink").map(ruby::to_s);
        let own = own.map(|own| text::legal(&own).into_owned()).filter(|own| !own.is_empty());
        let template = own.unwrap_or_else(|| {
            let template = self.template();
            self.fields.made_by("permalink", &template);
            template
        });
        let filled = match self.is_page() {
            true => Some(self.fill_page(&template)),
            false => self.fill(&template, parts),
        };
        if filled.is_none() {
            let reason = match self.dated.filter(|_| parts.date.is_none()) {
                Some((year, month, day, ..)) => {
                    format!("`{year}-{month}-{day}` in its name is no date, and Jekyll stops at it")
                }
                None => format!("its permalink `{}` has what Jekyll does not know", text::shown(&template)),
            };
            self.fields.refuse("Jekyll", &reason);
        }
        let path = sanitized(filled?);
        // The values are normalized already, but their author wrote the rest.
        let is_plain = template.is_ascii() && memchr::memchr(b'%', template.as_bytes()).is_none();
        Some(if is_plain { path } else { normalized(&path).into_owned() })
    }

    fn output_extension(&self) -> &str {
        // A page's own permalink shows its kind.
        let own = self.get("permalink").filter(|_| self.is_page()).and_then(Node::as_text);
        let own = own.filter(|own| !own.ends_with('/'));
        if let Some(extension) = own.map(extension_of).filter(|extension| !extension.is_empty()) {
            return extension;
        }
        let is_markdown = self.jekyll.markup_of(self.path) == Markup::Markdown;
        if is_markdown { ".html" } else { extension_of(self.path) }
    }

    /// The pattern of its URL, if it has no permalink of its own.
    pub(super) fn template(&self) -> String {
        let style = self.jekyll.permalink.as_str();
        let suffix = match style {
            "pretty" => "/",
            "date" | "ordinal" | "none" => ":output_ext",
            custom if custom.ends_with('/') => "/",
            custom if custom.ends_with(":output_ext") => ":output_ext",
            _ => "",
        };
        if self.is_page() {
            let extension = self.output_extension();
            return match (extension, self.stem()) {
                (".html" | ".htm" | ".xhtml", "index") => "/:path/".to_owned(),
                (".html" | ".htm" | ".xhtml", _) => format!("/:path/:basename{suffix}"),
                _ => "/:path/:basename:output_ext".to_owned(),
            };
        }
        let collection = self.jekyll.collection(self.label());
        if let Some(own) = collection.and_then(|collection| collection.permalink.clone()) {
            return own;
        }
        if !self.is_post() {
            return format!("/:collection/:path{suffix}");
        }
        match style {
            "pretty" => "/:categories/:year/:month/:day/:title/",
            "none" => "/:categories/:title:output_ext",
            "date" => "/:categories/:year/:month/:day/:title:output_ext",
            "ordinal" => "/:categories/:year/:y_day/:title:output_ext",
            "weekdate" if self.jekyll.version >= 4 => {
                "/:categories/:year/W:week/:short_day/:title:output_ext"
            }
            custom => custom,
        }
        .to_owned()
    }

    fn fill_page(&self, template: &str) -> String {
        let folder = self.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let stem = if self.jekyll.version >= 4 { self.stem().trim_end_matches('.') } else { self.stem() };
        [(":path", folder), (":basename", stem), (":output_ext", self.output_extension())]
            .into_iter()
            .fold(template.to_owned(), |url, (name, value)| {
                url.replace(name, &escaped(&composed(value)).to_string())
            })
    }

    /// `None` if the template has a placeholder that Jekyll does not have, or needs a date where there is none.
    fn fill(&self, template: &str, parts: Parts<'_>) -> Option<String> {
        let mut url = String::with_capacity(4 * template.len());
        let mut rest = template;
        while let Some(colon) = memchr::memchr(b':', rest.as_bytes()) {
            let (literal, after) = (rest.split_at(colon).0, rest.split_at(colon + 1).1);
            url.push_str(literal);
            let is_of_name = |byte: &u8| byte.is_ascii_lowercase() || *byte == b'_';
            let (name, tail) = after.split_at(after.bytes().take_while(is_of_name).count());
            if name.is_empty() {
                url.push(':');
            } else if let Some(value) = self.placeholder(name, parts) {
                url.extend(escaped(&composed(&value)));
            } else {
                // `:month_` is the month and an underscore.
                url.extend(escaped(&composed(&self.placeholder(name.strip_suffix('_')?, parts)?)));
                url.push('_');
            }
            rest = tail;
        }
        url.push_str(rest);
        Some(url)
    }

    fn placeholder(&self, name: &str, parts: Parts<'_>) -> Option<String> {
        let Parts { date, categories, slug } = parts;
        let joined = |names: Vec<String>| text::unique(names).join("/");
        let is_4 = self.jekyll.version >= 4;
        Some(match name {
            "collection" => self.label().to_owned(),
            "path" => {
                let inner = self.path.replacen(&format!("_{}", self.label()), "", 1);
                let inner = inner.strip_suffix(extension_of(&inner)).unwrap_or(&inner);
                if is_4 { inner.trim_end_matches('.') } else { inner }.to_owned()
            }
            "name" => ruby::slugify(self.stem(), Slug::Default),
            "title" => ruby::slugify(slug, Slug::Pretty),
            "slug" => ruby::slugify(slug, Slug::Default),
            "output_ext" => self.output_extension().to_owned(),
            "categories" => joined(categories.iter().map(|name| slug::lowered_by_letter(name)).collect()),
            "slugified_categories" if is_4 => {
                joined(categories.iter().map(|name| ruby::slugify(name, Slug::Default)).collect())
            }
            name if !is_4 && PARTS_OF_4.contains(&name) => return None,
            name => date::part(name, &date?)?,
        })
    }
}

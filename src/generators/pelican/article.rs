//! What a file becomes.

use std::collections::BTreeSet;

use chrono::{DateTime, FixedOffset};

use super::feeds::IS_TRANSLATION;
use super::reader::{self, Format, without_tags};
use super::site::Pelican;
use super::written::Written;
use super::{dates, files};
use crate::generators::{Fields, Scope, fields::Needs};
use crate::markup::published_line;
use crate::model::{AUTHOR, Author, CATEGORY, File, Post, SiteFacts, TAG, TRANSLATION, Term};
use crate::settings;
use crate::source::{self, FrontMatter, Map, Node, Scalar, Unread};
use crate::text::{self, id, language, link};

/// Resolves one file; `None` if Pelican publishes nothing of it.
pub(super) fn resolve(pelican: &Pelican, file: &File, fields: &mut Fields<'_>) -> Option<Post> {
    let format = Format::of(&file.path)?;
    let inner = pelican.inner(&file.path).to_owned();
    let written = reader::read(format, fields.source);
    let metadata = pelican.metadata(&inner, &written);
    fields.written = front_matter(fields, &written, metadata);
    let article = Article { pelican, map: fields.written.map.clone().into(), path: &inner };
    match article.resolve(fields, pelican.is_page(&file.path)) {
        Ok(post) => post,
        Err(reason) => fields.refuse("Pelican", &reason),
    }
}

/// The metadata as if they were front matter.
fn front_matter(fields: &Fields<'_>, written: &Written, map: Map) -> FrontMatter {
    let head = fields.source.text.get(..written.body).unwrap_or_default();
    let legal =
        text::is_legal(head) && map.0.iter().all(|(_, node)| node.as_text().is_none_or(text::is_legal));
    FrontMatter {
        map: map.into(),
        present: !written.pairs.is_empty(),
        unread: Unread::From(written.body),
        span: 0..written.body,
        body: written.body,
        // Values of other places are looked at once more.
        legal: legal && written.pairs.iter().all(|(_, values)| values.iter().all(|value| value.at.is_some())),
        ..FrontMatter::default()
    }
}

/// The URL of a path: one that begins with a slash is at the root of the host.
fn address(fields: &Fields<'_>, path: &str) -> Option<String> {
    let base = &fields.site.base_url;
    match path.strip_prefix('/') {
        Some(below) => link::absolute(&format!("{}/{}", base.origin(), link::encoded(below))),
        None if path.contains("://") => link::absolute(path),
        None => base.join(&link::encoded(path)),
    }
}

/// The id that Pelican gives, where it is a URI: `tag:` with the host, the day and the path, not encoded.
fn tag_uri(fields: &Fields<'_>, path: &str, date: Option<DateTime<FixedOffset>>) -> Option<String> {
    let base = &fields.site.base_url;
    let below = base.as_str().strip_prefix(base.origin()).unwrap_or("/");
    let path = if path.starts_with('/') { path.to_owned() } else { format!("{below}{path}") };
    let path = path.split('?').next().unwrap_or(&path).replace('#', "/");
    let id = format!("tag:{},{}:{path}", base.host(), date?.format("%Y-%m-%d"));
    (id::of_written(&id, base.as_str()) == id).then_some(id)
}

/// What the URL of an article depends on.
#[derive(Clone, Copy)]
struct Kind {
    is_page: bool,
    is_draft: bool,
    is_hidden: bool,
}

/// One article.
struct Article<'a> {
    pelican: &'a Pelican,
    map: Map,
    /// From the content.
    path: &'a str,
}

impl Article<'_> {
    /// What it becomes; `None` if its author wants no page of it.
    ///
    /// # Errors
    /// Why Pelican builds no page of it: a clause.
    fn resolve(&self, fields: &Fields<'_>, is_page: bool) -> Result<Option<Post>, String> {
        let status = self.status();
        match status.as_str() {
            "published" | "hidden" | "draft" => {}
            "skip" => return Ok(None),
            _ => return Err("its status is unknown".into()),
        }
        let published = self.instant(self.get("date").map(|text| text.replace('_', " ")))?;
        let modified = self.instant(self.get("modified"))?;
        if self.get("save_as").is_some_and(|path| path.trim().is_empty()) {
            return Err("its `save_as` is empty".into());
        }
        let title = self.get("title").ok_or("it has no title")?;
        // What is still to come is a draft for Pelican.
        let is_draft = status == "draft" || (self.pelican.hides_future && fields.site.holds_back(published));
        if published.is_none() && !is_page && !is_draft {
            // With `DEFAULT_DATE = 'fs'` it would be the time of the file.
            let default = self.pelican.settings.get("DEFAULT_DATE").and_then(Node::as_text);
            if default != Some("fs") {
                return Err("it has no date".into());
            }
            fields.report_no_date();
        }
        let kind = Kind { is_page, is_draft, is_hidden: status != "published" };
        let path = match self.url(&title, published, kind) {
            Ok(path) => path,
            Err(unknown) if unknown == "date" && !is_page => {
                return Ok(fields.refuse_url("there is a date in it, and the post has none", Needs::Date));
            }
            Err(unknown) => {
                return Err(format!("its URL needs `{}`, which it does not have", text::shown(&unknown)));
            }
        };
        if self.get("url").is_none() {
            let (key, pattern) = self.pattern(&self.language(), kind);
            fields.made_by(key, pattern);
        }
        let Some(url) = address(fields, &path) else { return Ok(None) };
        let updated = modified.and_then(|updated| fields.checked_updated(&["modified"], updated, published));
        let post = fields.post(self.path.rsplit('/').next().unwrap_or(self.path));
        let terms = if is_page { fields.other_terms() } else { self.terms(&title, fields) };
        let title = published_line(&without_tags(&text::legal(&title)));
        let authors = self.authors().into_iter().map(|name| Author { name, ..Author::default() });
        Ok(Some(Post {
            id: tag_uri(fields, &path, published).unwrap_or_else(|| url.clone()),
            title: if text::is_blank(&title) { post.title } else { title },
            authors: authors.collect(),
            summary: fields.of_entry(|| self.summary()),
            terms,
            language: self.get("lang").and_then(|tag| language::parse(&tag).ok()).or(post.language),
            draft: post.draft || status == "draft",
            in_feeds: post.in_feeds && !is_page && status != "hidden",
            in_sitemap: post.in_sitemap && status != "hidden",
            url,
            published: published.filter(|_| !is_page),
            updated,
            ..post
        }))
    }

    fn get(&self, key: &str) -> Option<String> {
        self.map.get(key).and_then(Node::as_scalar).map(|scalar: &Scalar| scalar.text.clone())
    }

    fn status(&self) -> String {
        self.get("status").map_or_else(|| "published".to_owned(), |status| status.trim().to_lowercase())
    }

    /// # Errors
    /// That it cannot be read.
    fn instant(&self, written: Option<String>) -> Result<Option<DateTime<FixedOffset>>, String> {
        let Some(written) = written else { return Ok(None) };
        let own = self.get("timezone").and_then(|name| settings::timezone(&name).ok());
        let read = dates::parse(&written, own.as_ref().unwrap_or(&self.pelican.timezone));
        read.map(Some).ok_or_else(|| "its date cannot be read".into())
    }

    fn language(&self) -> String {
        self.get("lang").unwrap_or_else(|| self.pelican.language.clone())
    }

    fn summary(&self) -> Option<String> {
        let text = self.get("summary")?;
        Some(published_line(&crate::markup::inline(&text::one_line(&text::legal(&text)))))
            .filter(|line| !line.is_empty())
    }

    /// `authors`, else `author`; not those of the site.
    fn authors(&self) -> Vec<String> {
        let clean = |name: String| text::one_line(&text::legal(name.trim()));
        let names = match (self.get("authors"), self.get("author")) {
            (Some(names), _) => listed(&names),
            (None, Some(name)) => vec![name],
            (None, None) => Vec::new(),
        };
        names.into_iter().map(clean).filter(|name| !text::is_blank(name)).collect()
    }

    fn terms(&self, title: &str, fields: &Fields<'_>) -> Vec<Term> {
        let clean = |name: String| published_line(&name);
        let term =
            |taxonomy: &'static str, name: String| Term { taxonomy: taxonomy.into(), name: clean(name) };
        let mut terms = fields.other_terms();
        let is_translation = self.language() != self.pelican.language
            && self.translation_id(title).is_some_and(|id| self.pelican.originals(fields.site).contains(&id));
        terms.extend(is_translation.then(|| term(TRANSLATION, IS_TRANSLATION.to_owned())));
        terms.extend(
            self.get("category").filter(|name| !name.trim().is_empty()).map(|name| term(CATEGORY, name)),
        );
        terms.extend(self.get("tags").iter().flat_map(|tags| listed(tags)).map(|name| term(TAG, name)));
        terms
    }

    /// What it has in common with its translations (`ARTICLE_TRANSLATION_ID`).
    fn translation_id(&self, title: &str) -> Option<String> {
        match self.pelican.settings.get("ARTICLE_TRANSLATION_ID") {
            None => Some(self.slug(title)),
            Some(node) => match node.as_scalar().filter(|scalar| scalar.quoted)?.text.as_str() {
                "slug" => Some(self.slug(title)),
                name => self.get(name),
            },
        }
    }

    /// The key of the pattern of its URL, and the pattern.
    fn pattern(&self, language: &str, kind: Kind) -> (&'static str, &str) {
        let (key, usual) = match (kind.is_page, kind.is_draft, language == self.pelican.language) {
            (false, false, true) => ("ARTICLE_URL", "{slug}.html"),
            (false, false, false) => ("ARTICLE_LANG_URL", "{slug}-{lang}.html"),
            (false, true, true) => ("DRAFT_URL", "drafts/{slug}.html"),
            (false, true, false) => ("DRAFT_LANG_URL", "drafts/{slug}-{lang}.html"),
            (true, false, true) => ("PAGE_URL", "pages/{slug}.html"),
            (true, false, false) => ("PAGE_LANG_URL", "pages/{slug}-{lang}.html"),
            (true, true, true) => ("DRAFT_PAGE_URL", "drafts/pages/{slug}.html"),
            (true, true, false) => ("DRAFT_PAGE_LANG_URL", "drafts/pages/{slug}-{lang}.html"),
        };
        (key, self.pelican.settings.get(key).and_then(Node::as_text).unwrap_or(usual))
    }

    /// The path of the page, from the address of the site.
    ///
    /// # Errors
    /// The name of a value that the pattern needs and the article does not have.
    fn url(&self, title: &str, date: Option<DateTime<FixedOffset>>, kind: Kind) -> Result<String, String> {
        if let Some(own) = self.get("url") {
            return Ok(own);
        }
        // Where the page of what is hidden is written, so that no sitemap lists it.
        if let Some(file) = self.get("save_as").filter(|_| kind.is_hidden || kind.is_draft) {
            return Ok(file.strip_suffix("index.html").unwrap_or(&file).to_owned());
        }
        let language = self.language();
        let (_, pattern) = self.pattern(&language, kind);
        let mut path = String::new();
        let mut rest = pattern;
        while let Some((literal, after)) = rest.split_once('{') {
            path.push_str(literal);
            let (token, tail) = after.split_once('}').unwrap_or((after, ""));
            let (name, format) = token.split_once(':').unwrap_or((token, ""));
            path.push_str(&self.value(name, format, title, &language, date)?);
            rest = tail;
        }
        path.push_str(rest);
        Ok(link::collapsed(path))
    }

    fn value(
        &self,
        name: &str,
        format: &str,
        title: &str,
        language: &str,
        date: Option<DateTime<FixedOffset>>,
    ) -> Result<String, String> {
        let unknown = || name.to_owned();
        Ok(match name {
            "slug" => self.slug(title),
            "lang" => language.to_owned(),
            "category" => self
                .get("category")
                .map(|name| self.pelican.slug_of_term(CATEGORY, &name))
                .unwrap_or_default(),
            "author" => {
                let author =
                    self.authors().into_iter().next().or_else(|| self.pelican.default_author.clone());
                author.map(|name| self.pelican.slug_of_term(AUTHOR, &name)).ok_or_else(unknown)?
            }
            "path" => self.path.to_owned(),
            "date" => strftime(date.ok_or_else(unknown)?, format).ok_or_else(unknown)?,
            name => self.get(name).ok_or_else(unknown)?,
        })
    }

    fn slug(&self, title: &str) -> String {
        let name = self.path.rsplit('/').next().unwrap_or(self.path);
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        match self.get("slug") {
            Some(own) => own.trim().to_owned(),
            None if self.pelican.slug_of_name => self.pelican.slug(stem),
            None => self.pelican.slug(title),
        }
    }
}

impl Pelican {
    /// What articles in the language of the site have in common with their translations, if they are published.
    fn originals(&self, site: &SiteFacts) -> &BTreeSet<String> {
        self.originals.get_or_init(|| {
            let mut files = Vec::new();
            files::discover(&mut Vec::new(), site, self, &mut |file| files.push(file.path));
            let id = |path: &String| {
                let source = source::read(&site.root, path, site.largest).ok()?;
                let inner = self.inner(path);
                let map = self.metadata(inner, &reader::read(Format::of(inner)?, &source));
                let article = Article { pelican: self, map, path: inner };
                if article.language() != self.language || article.status() != "published" {
                    return None;
                }
                let mut found = Vec::new();
                let fields = Fields::new(&mut found, &source, FrontMatter::default(), site, Scope::Index);
                let post = article.resolve(&fields, false).ok().flatten()?;
                let is_early = self.hides_future && site.holds_back(post.published);
                article.get("title").filter(|_| !is_early).and_then(|title| article.translation_id(&title))
            };
            files.iter().filter(|path| !self.is_page(path)).filter_map(id).collect()
        })
    }
}

/// A date in a format of `strftime`; `None` if the format has something unknown.
fn strftime(date: DateTime<FixedOffset>, format: &str) -> Option<String> {
    let items = chrono::format::StrftimeItems::new(format);
    let is_known = !items.clone().any(|item| matches!(item, chrono::format::Item::Error));
    is_known.then(|| date.format_with_items(items).to_string())
}

/// The parts of a list, between semicolons if there are any, else between commas; each once.
fn listed(text: &str) -> Vec<String> {
    let separator = if text.contains(';') { ';' } else { ',' };
    let parts = text.split(separator).map(|part| part.trim().to_owned());
    text::unique(parts.filter(|part| !part.is_empty()).collect())
}

//! What a file becomes (Jekyll's `Document` and `Page`): its data with the defaults below it, categories, title.

use std::sync::Arc;

use super::defaults::{self, Paths};
use super::names::{self, DatedName, dated_name, extension_of};
use super::paths;
use super::ruby;
use super::site::Jekyll;
use crate::generators::Fields;
use crate::generators::walk::name_of;
use crate::markup::{Title, published_line, strip, title};
use crate::model::{AUTHOR, Author, CATEGORY, File, FileKind, Post, SitemapFacts, TAG, Term};
use crate::source::{Map, Node, Source};
use crate::text;

/// Static files that a sitemap lists, by their exact extension.
const LISTED: [&str; 4] = [".htm", ".html", ".xhtml", ".pdf"];

/// Resolves one file; `None` if Jekyll publishes nothing of it.
pub(super) fn resolve(jekyll: &Jekyll, file: &File, fields: &mut Fields<'_>) -> Option<Post> {
    let (kind, path) = scoped(jekyll, file);
    if !has_front_matter(file, fields.source) {
        return static_file(jekyll, file, path, fields);
    }
    let own_categories = fields.get("categories").cloned();
    let defaults = jekyll.defaults_of(path, kind);
    // Values from defaults are not in the source.
    fields.written.legal &= defaults.0.is_empty();
    defaults::merge(&mut fields.written.map, &defaults);
    let is_page = file.kind == FileKind::Page;
    let dated = dated_name(name_of(path));
    Document { fields, jekyll, kind, is_page, path, dated, own_categories, defaults }.resolve()
}

/// Whether a file is more than a static one.
pub(super) fn has_front_matter(file: &File, source: &Source) -> bool {
    match file.kind {
        FileKind::Asset => false,
        FileKind::Page | FileKind::Document => has_header(source),
        FileKind::Post | FileKind::Draft => true,
    }
}

/// A file that is published as it is: a URL for the sitemap, and nothing else. The time of a checkout is not a lastmod.
fn static_file(jekyll: &Jekyll, file: &File, path: &str, fields: &Fields<'_>) -> Option<Post> {
    if !LISTED.contains(&extension_of(path)) {
        return None;
    }
    let is_hidden = jekyll.defaults_of(path, "").get("sitemap").and_then(ruby::boolean) == Some(false);
    // jekyll-sitemap lists `/_notes/a.html`, where nothing is; the page is at `/notes/a.html`.
    let page = match file.collection.as_deref() {
        Some(label) => format!("{label}/{}", names::below(path, &format!("_{label}")).unwrap_or(path)),
        None => path.to_owned(),
    };
    let encoded = format!("/{}", paths::escaped(&page));
    let url = paths::absolute(&fields.site.base_url, &names::without_index(&encoded))?;
    Some(Post {
        title: page,
        id: url.clone(),
        url,
        in_sitemap: !is_hidden && path.rsplit('/').next() != Some("404.html"),
        ..Post::nameless(&file.path)
    })
}

/// `Utils.has_yaml_header?`: the very first line is `---`.
fn has_header(source: &Source) -> bool {
    let (first, rest) = source.text.split_once('\n').unwrap_or((&source.text, ""));
    let closed = !rest.is_empty() || source.text.ends_with('\n');
    !source.had_bom && closed && first.trim_end() == "---"
}

/// A file with front matter.
pub(super) struct Document<'d, 'f> {
    pub(super) fields: &'d Fields<'f>,
    pub(super) jekyll: &'d Jekyll,
    /// What the scopes of defaults call it: the collection's label, `drafts` or `pages`.
    pub(super) kind: &'d str,
    /// Whether it is in no collection, even one that is called `pages`.
    is_page: bool,
    /// As Jekyll has it.
    pub(super) path: &'d str,
    /// The parts of its name, if that begins with a date.
    pub(super) dated: Option<DatedName<'d>>,
    /// `categories` without those of the defaults.
    own_categories: Option<Node>,
    defaults: Map,
}

/// What the scopes of defaults call a file, and its path for them: pages keep the folder of the collections in theirs.
fn scoped<'f>(jekyll: &Jekyll, file: &'f File) -> (&'f str, &'f str) {
    let label = file.collection.as_deref().unwrap_or("pages");
    match file.kind {
        FileKind::Page | FileKind::Asset => ("pages", file.path.as_str()),
        FileKind::Draft => ("drafts", names::relative(&file.path, &jekyll.collections_folder)),
        FileKind::Post | FileKind::Document => {
            (label, names::relative(&file.path, &jekyll.collections_folder))
        }
    }
}

impl Jekyll {
    /// The scope of the defaults that give a file a value.
    pub(super) fn defaults_with(&self, file: &File, key: &str) -> Option<String> {
        let (kind, path) = scoped(self, file);
        let paths = Paths { version: self.version, collections_folder: &self.collections_folder };
        defaults::with(&self.defaults, path, kind, paths, key)
    }

    pub(super) fn defaults_of(&self, path: &str, kind: &str) -> Map {
        let paths = Paths { version: self.version, collections_folder: &self.collections_folder };
        defaults::of_path(&self.defaults, path, kind, paths)
    }
}

impl Document<'_, '_> {
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        self.fields.get(key)
    }

    /// A value that Ruby takes for true.
    pub(super) fn get_truthy(&self, key: &str) -> Option<&Node> {
        self.get(key).filter(|node| ruby::truthy(node))
    }

    pub(super) fn is_page(&self) -> bool {
        self.is_page
    }

    pub(super) fn is_post(&self) -> bool {
        matches!(self.kind, "posts" | "drafts")
    }

    pub(super) fn label(&self) -> &str {
        if self.kind == "drafts" { "posts" } else { self.kind }
    }

    pub(super) fn name(&self) -> &str {
        name_of(self.path)
    }

    pub(super) fn stem(&self) -> &str {
        self.name().strip_suffix(extension_of(self.path)).unwrap_or(self.path)
    }

    /// `slug`, else the slug in the file name.
    fn slug(&self) -> String {
        if let Some(scalar) = self.get("slug").and_then(Node::as_scalar).filter(|scalar| !scalar.is_null()) {
            return text::legal(&scalar.text).into_owned();
        }
        let slug = self.dated.map_or(self.stem(), |(_, _, _, slug, _)| slug);
        if self.jekyll.version >= 4 { slug.trim_end_matches('.') } else { slug }.to_owned()
    }

    fn resolve(&self) -> Option<Post> {
        let is_built = self.get("published").is_none_or(ruby::truthy) || self.jekyll.unpublished;
        let published = if self.is_page() { None } else { self.date() };
        let categories = self.categories();
        let slug = self.slug();
        let address = self.address(published, &categories, &slug)?;
        let title = self.fields.text_of_entry(&["title"], || self.title(&slug));
        let updated = self.last_modified(published);
        let collection = if self.is_page() { None } else { self.jekyll.collection(self.label()) };
        let is_listed = self.is_listed(&address.path);
        Some(Post {
            sitemap: SitemapFacts { url: address.listed, ..self.fields.sitemap_facts() },
            authors: self.fields.of_taxonomy(AUTHOR, || self.authors()),
            summary: self.fields.of_entry(|| self.summary()),
            separator: self.separator(),
            excerpt_only: self.is_excerpt_only(),
            image: self.fields.image(),
            enclosure: self.fields.enclosure(),
            language: self.fields.language().or_else(|| self.fields.site.language.clone()),
            extra: self.fields.extra(),
            aliases: self.fields.aliases(),
            // Nothing but its own key publishes it.
            draft: self.is_draft() || !is_built,
            withheld: !is_built,
            is_built,
            in_feeds: !self.is_page() && self.fields.flag("feed") != Some(false),
            in_sitemap: is_listed,
            collection: collection.map(|collection| Arc::clone(&collection.label)),
            body: self.fields.written.body,
            url: address.url,
            id: address.id,
            title,
            published,
            updated,
            terms: self.terms(&categories),
            labels: self.fields.of_entry(|| self.labels(&categories)),
            ..Post::nameless(&self.fields.source.path)
        })
    }

    fn is_listed(&self, path: &str) -> bool {
        let is_off = self.get("sitemap").and_then(ruby::boolean) == Some(false);
        let is_error_page = matches!(path, "/404.html" | "/404/");
        let is_redirect = self.get_truthy("redirect_to").is_some();
        !is_off && !self.fields.says_no_index() && !is_error_page && !is_redirect
    }

    fn is_draft(&self) -> bool {
        let says_so = self.get("draft").and_then(ruby::boolean) == Some(true);
        self.kind == "drafts" || says_so
    }

    fn is_excerpt_only(&self) -> bool {
        let feed = self.get("feed").and_then(Node::as_map);
        feed.and_then(|feed| feed.get("excerpt_only")).is_some_and(ruby::truthy)
    }

    fn authors(&self) -> Vec<Author> {
        let authors = self.get("author").or_else(|| self.get("authors")).filter(|node| ruby::truthy(node));
        let Some(authors) = authors else { return Vec::new() };
        let mut legal = authors.clone();
        legal.for_each_scalar(&mut |scalar| scalar.text = text::one_line(&text::legal(&scalar.text)));
        self.jekyll.authors_of(&legal)
    }

    /// `description` (not empty), else `excerpt` as written; both without tags.
    fn summary(&self) -> Option<String> {
        if self.is_page() {
            return None;
        }
        let written = ["description", "excerpt"].into_iter().find_map(|key| {
            let scalar = self.get_truthy(key)?.as_scalar()?;
            Some(scalar).filter(|scalar| !scalar.text.trim().is_empty())
        });
        let plain = strip::plain_text(&written?.text);
        Some(published_line(&plain)).filter(|line| !line.is_empty())
    }

    /// The separator that ends the excerpt, if the post names one; an empty one ends nothing.
    fn separator(&self) -> Option<String> {
        let excerpt = self.get("excerpt").and_then(Node::as_scalar);
        match excerpt.filter(|scalar| scalar.quoted && scalar.text.is_empty()) {
            Some(_) => Some(String::new()),
            None => self.get("excerpt_separator").map(ruby::to_s),
        }
    }

    fn title(&self, slug: &str) -> String {
        let raw = match self.get_truthy("title") {
            Some(Node::Scalar(scalar)) if title::is_damaged(&scalar.text) => {
                let title = self.fields.parsed_title(scalar);
                // Only what the body completes is known to have been cut.
                let is_literal = !scalar.text.contains(char::REPLACEMENT_CHARACTER);
                if !(is_literal && matches!(title, Title::Whole(_))) {
                    return self.fields.repaired_title(title, scalar);
                }
                scalar.text.clone()
            }
            Some(node) => {
                if let Node::Scalar(scalar) = node {
                    self.fields.report_removed(scalar);
                }
                ruby::to_s(node)
            }
            None => ruby::titleize(self.dated.map_or(slug, |(_, _, _, slug, _)| slug)),
        };
        let shown = |raw: &str| {
            Some(published_line(&ruby::smart_title(&text::one_line(raw))))
                .filter(|title| !text::is_blank(title))
        };
        let other = || shown(&ruby::titleize(slug)).or_else(|| shown(self.stem().trim_matches('-')));
        shown(&raw).or_else(other).unwrap_or_else(|| "Untitled".to_owned())
    }

    /// Of the folders above `_posts`, of the defaults, of `categories`, of `category`; each once.
    fn categories(&self) -> Vec<String> {
        let mut categories = Vec::new();
        if self.is_post() {
            let magic = if self.kind == "drafts" { "_drafts" } else { "_posts" };
            let at = memchr::memmem::find(self.path.as_bytes(), magic.as_bytes());
            let above = at.map_or("", |at| self.path.split_at(at).0);
            categories.extend(above.split('/').filter(|folder| !folder.is_empty()).map(str::to_owned));
        }
        for node in [self.defaults.get("categories"), self.own_categories.as_ref()].into_iter().flatten() {
            categories.extend(listed(node));
        }
        if let Some(node) = self.get_truthy("category") {
            categories.extend(node.flat_items().into_iter().map(ruby::to_s));
        }
        text::unique(categories)
    }

    /// `tag` hides `tags`.
    fn tags(&self) -> Vec<String> {
        match self.get_truthy("tag") {
            Some(node) => node.flat_items().into_iter().map(ruby::to_s).collect(),
            None => self.get("tags").map(listed).unwrap_or_default(),
        }
    }

    fn terms(&self, categories: &[String]) -> Vec<Term> {
        let mut terms = self.fields.other_terms();
        let categories = self.fields.of_taxonomy(CATEGORY, || published(categories.iter()));
        let tags = self.fields.of_taxonomy(TAG, || published(self.tags().iter()));
        for (taxonomy, names) in [(CATEGORY, categories), (TAG, tags)] {
            terms.extend(names.into_iter().map(|name| Term { taxonomy: taxonomy.into(), name }));
        }
        terms
    }

    /// jekyll-feed lists `category` alone, where there is one, and then the tags.
    fn labels(&self, categories: &[String]) -> Option<Vec<String>> {
        let shown: Vec<String> = match self.get_truthy("category") {
            Some(category) => category.as_items().iter().map(ruby::to_s).collect(),
            None => categories.to_vec(),
        };
        Some(published(shown.iter().chain(&self.tags())))
    }
}

/// Names as they are published, each once.
fn published<'a>(names: impl Iterator<Item = &'a String>) -> Vec<String> {
    text::unique(names.map(|name| published_line(name)).filter(|name| !name.is_empty()).collect())
}

/// Text is split at blanks, a list is taken as it is, numbers are not a list.
fn listed(node: &Node) -> Vec<String> {
    match node {
        Node::Scalar(scalar) if scalar.is_null() => Vec::new(),
        Node::Scalar(scalar) if ruby::is_string(scalar) => {
            scalar.text.split_ascii_whitespace().map(str::to_owned).collect()
        }
        Node::Scalar(_) | Node::Map(_) => Vec::new(),
        Node::List(_) => node.flat_items().into_iter().map(ruby::to_s).collect(),
    }
}

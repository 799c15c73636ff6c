//! What a file becomes: its data with the defaults below it, its date, categories, title, URL and id
//! (Jekyll's `Document`, `Page` and `URL`).

use std::borrow::Cow;
use std::sync::Arc;

use chrono::{DateTime, Datelike, FixedOffset};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::config::Config;
use crate::diagnostic::{Diagnostic, Rule};
use crate::dialect::Role;
use crate::listing::{Interest, SitemapFacts};
use crate::markup::title;
use crate::post::{Depth, Post, Resolver};
use crate::source::Source;
use crate::source::front_matter::{self, Fences, FrontMatter};
use crate::source::value::{Map, Node, Scalar};
use crate::text;

use super::config::{Default, Site};
use super::files;
use super::ruby::{self, Slug};
use crate::markup::published_line;

/// What `URL.escape_path` encodes: all but unreserved characters, sub-delims, `:`, `@` and `/`.
const ESCAPED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// `2025-11-29-title.md`: year, month, day, slug and extension with its dot.
pub(super) fn dated_name(name: &str) -> Option<(&str, &str, &str, &str, &str)> {
    let digits = |part: &str, least: usize, most: usize| {
        (least..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let mut parts = name.splitn(4, '-');
    let (year, month, day, rest) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let dot = rest.rfind('.').filter(|dot| dot + 1 < rest.len())?;
    let (slug, extension) = rest.split_at(dot);
    (digits(year, 2, 4) && digits(month, 1, 2) && digits(day, 1, 2))
        .then_some((year, month, day, slug, extension))
}

/// Resolves one file; `None` if Jekyll makes no page of it that concerns anybody.
pub(crate) fn resolve(
    found: &mut Vec<Diagnostic>,
    source: &Source,
    role: &Role,
    depth: Depth,
    config: &Config,
    site: &Site,
) -> Option<Post> {
    // Pages keep the folder of the collections in their paths.
    let path = match role {
        Role::Page { .. } | Role::Static | Role::Record(_) => source.path.as_str(),
        Role::Post | Role::Draft | Role::Document(_) => files::relative(&source.path, site),
    };
    let listed_extension = || matches!(extension_of(path), ".htm" | ".html" | ".xhtml" | ".pdf");
    let static_file = |url: &str| page(found_static(path, site), url, source, config);
    match role {
        Role::Static => return static_file(path),
        Role::Page { listed } if !has_header(source) => {
            return if *listed { static_file(path) } else { None };
        }
        Role::Document(label) if !has_header(source) => {
            // jekyll-sitemap lists `/_notes/a.html`, where nothing is; the page is at `/notes/a.html`.
            let inner = files::below(path, &format!("_{label}")).unwrap_or(path);
            return if listed_extension() { static_file(&format!("{label}/{inner}")) } else { None };
        }
        _ => {}
    }
    let kind = match role {
        Role::Page { .. } | Role::Static | Role::Record(_) => "pages",
        Role::Draft => "drafts",
        Role::Post => "posts",
        Role::Document(label) => label,
    };
    let mut written = front_matter::parse(found, source, Fences::Yaml);
    let own_categories = written.map.get("categories").cloned();
    let defaults = site.defaults_of(path, kind);
    // What the defaults say is not in the source.
    written.legal &= defaults.0.is_empty();
    merge_defaults(&mut written.map, &defaults);
    let written = &written;
    let mut document =
        Document { source, site, depth, config, kind, path, written, own_categories, defaults };
    document.resolve(found)
}

fn found_static(path: &str, site: &Site) -> bool {
    let defaults = site.defaults_of(path, "");
    let hidden = defaults.get("sitemap").is_some_and(|node| ruby::boolean(node) == Some(false));
    !hidden && path.rsplit('/').next() != Some("404.html")
}

/// A static file: a URL for the sitemap, and nothing else. The time of a checkout is no lastmod.
fn page(listed: bool, path: &str, source: &Source, config: &Config) -> Option<Post> {
    let encoded = utf8_percent_encode(path, ESCAPED).to_string();
    let path_of_page = files::without_index(&format!("/{encoded}"));
    let url = config.base_url.join(normalized(&path_of_page).trim_start_matches('/'))?;
    Some(Post {
        title: path.to_owned(),
        id: url.clone(),
        url,
        in_sitemap: listed,
        ..Post::nameless(&source.path)
    })
}

/// `Utils.has_yaml_header?`: the very first line is `---`.
fn has_header(source: &Source) -> bool {
    let (first, rest) = source.text.split_once('\n').unwrap_or((&source.text, ""));
    let closed = !rest.is_empty() || source.text.ends_with('\n');
    !source.had_bom && closed && first.trim_end() == "---"
}

fn extension_of(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rfind('.').filter(|dot| *dot > 0).and_then(|dot| name.get(dot..)).unwrap_or_default()
}

/// What a post does not say itself is said by its defaults. Maps within are merged.
fn merge_defaults(map: &mut Map, defaults: &Map) {
    for (key, value) in &defaults.0 {
        match map.entry_mut(&key.text) {
            Some((_, Node::Map(own))) => {
                if let Node::Map(inner) = value {
                    merge_defaults(own, inner);
                }
            }
            Some(_) => {}
            None => map.0.push((key.clone(), value.clone())),
        }
    }
}

impl Site {
    /// The defaults of a path, merged: the longer scope wins, then the one with a type, then the later.
    fn defaults_of(&self, path: &str, kind: &str) -> Map {
        let mut merged = Map::default();
        let mut best: Option<&Default> = None;
        for set in self.defaults.iter().filter(|set| set.applies(path, kind, self)) {
            let wins = best.is_none_or(|best| {
                let (new, old) = (set.path.trim_start_matches('/'), best.path.trim_start_matches('/'));
                if new.len() == old.len() {
                    set.kind.is_some() || best.kind.is_none()
                } else {
                    new.len() > old.len()
                }
            });
            if wins {
                let below = std::mem::replace(&mut merged, set.values.clone());
                merge_defaults(&mut merged, &below);
                best = Some(set);
            } else {
                merge_defaults(&mut merged, &set.values);
            }
        }
        merged
    }
}

impl Default {
    fn applies(&self, path: &str, kind: &str, site: &Site) -> bool {
        // With a slash before it, a scope fits no path: Jekyll's have none.
        let scope = files::relative(&self.path, site);
        let covers = || match site.version {
            _ if scope.contains('*') => files::scope_matches(scope, path),
            // Jekyll 3 compares folders, Jekyll 4 characters.
            3 => {
                path == scope.trim_end_matches('/')
                    || files::below(path, scope.trim_end_matches('/')).is_some()
            }
            _ => path.starts_with(scope),
        };
        self.kind.as_deref().is_none_or(|wanted| wanted == kind) && (scope.is_empty() || covers())
    }
}

struct Document<'a> {
    source: &'a Source,
    site: &'a Site,
    depth: Depth,
    config: &'a Config,
    /// The collection's label, `drafts` or `pages`.
    kind: &'a str,
    /// As Jekyll tells it.
    path: &'a str,
    written: &'a FrontMatter,
    /// `categories` without those of the defaults.
    own_categories: Option<Node>,
    defaults: Map,
}

impl Document<'_> {
    fn resolver<'r>(&'r self, found: &'r mut Vec<Diagnostic>) -> Resolver<'r> {
        let Self { source, written, depth, config, .. } = *self;
        Resolver { found, source, written, depth, config }
    }

    fn get(&self, key: &str) -> Option<&Node> {
        self.written.map.get(key)
    }

    fn is_page(&self) -> bool {
        self.kind == "pages"
    }

    fn is_post(&self) -> bool {
        matches!(self.kind, "posts" | "drafts")
    }

    fn label(&self) -> &str {
        if self.kind == "drafts" { "posts" } else { self.kind }
    }

    fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(self.path)
    }

    fn stem(&self) -> &str {
        self.name().strip_suffix(extension_of(self.path)).unwrap_or(self.path)
    }

    /// `slug`, else what the file name says.
    fn slug(&self) -> String {
        if let Some(scalar) = self.get("slug").and_then(Node::as_scalar).filter(|scalar| !scalar.is_null()) {
            return text::legal(&scalar.text).into_owned();
        }
        let slug = dated_name(self.name()).map_or(self.stem(), |(_, _, _, slug, _)| slug);
        if self.site.version >= 4 { slug.trim_end_matches('.') } else { slug }.to_owned()
    }

    fn output_extension(&self) -> String {
        // A page's own permalink says what it is.
        let own = self
            .get("permalink")
            .filter(|_| self.is_page())
            .and_then(Node::as_text)
            .filter(|own| !own.ends_with('/'));
        if let Some(extension) = own.map(extension_of).filter(|extension| !extension.is_empty()) {
            return extension.to_owned();
        }
        let extension = extension_of(self.path);
        let markdown = extension
            .get(1..)
            .is_some_and(|extension| self.site.markdown_extensions.contains(&extension.to_ascii_lowercase()));
        if markdown { ".html".to_owned() } else { extension.to_owned() }
    }

    fn resolve(&mut self, found: &mut Vec<Diagnostic>) -> Option<Post> {
        let published = self.get("published").is_none_or(ruby::truthy);
        if !published && !self.site.unpublished {
            return None;
        }
        let date = if self.is_page() { None } else { self.date(found) };
        let categories = self.categories();
        let slug = self.slug();
        let path = self.url(found, date, &categories, &slug)?;
        let html = self.output_extension();
        let is_html = matches!(html.as_str(), ".html" | ".htm" | ".xhtml");
        if self.is_page() && !is_html && !path.ends_with('/') {
            return None;
        }
        let base = &self.config.base_url;
        let url = base.join(normalized(&path).trim_start_matches('/'))?;
        let listed = path
            .contains("/index.html")
            .then(|| base.join(normalized(&files::without_index(&path)).trim_start_matches('/')))
            .flatten();
        // `File.join(File.dirname(url), slug)`
        let folder = path.trim_end_matches('/').rsplit_once('/').map_or("", |(folder, _)| folder);
        let id = base
            .join(normalized(&format!("{folder}/{slug}")).trim_start_matches('/'))
            .unwrap_or_else(|| url.clone());
        let error_page = matches!(path.as_str(), "/404.html" | "/404/");
        let sitemap_off = self.get("sitemap").is_some_and(|node| ruby::boolean(node) == Some(false));
        let redirect = self.get("redirect_to").is_some_and(ruby::truthy);
        let draft = self.written.hides
            || self.kind == "drafts"
            || self.get("draft").is_some_and(|node| ruby::boolean(node) == Some(true));
        let is_plain = |key| self.resolver(&mut Vec::new()).is_plain(&[key]);
        let skimmed = self.resolver(found).is_skimmed();
        let untold = skimmed && (self.get("title").is_none() || is_plain("title"));
        let title = if untold { String::new() } else { self.title(found, &slug) };
        let last_modified = self.last_modified(found, date);
        let mut resolver = self.resolver(found);
        let no_index = resolver.says_no_index();
        let wanted = |wanted: fn(Interest) -> bool| match self.depth {
            Depth::Listing(interest) => !skimmed || wanted(interest),
            Depth::Whole => true,
        };
        let names = |names: Vec<String>| {
            let mut legal: Vec<String> = Vec::new();
            for name in names {
                let name = published_line(&name);
                if !name.is_empty() && !legal.contains(&name) {
                    legal.push(name);
                }
            }
            legal
        };
        let labels = (!skimmed).then(|| {
            // jekyll-feed tells `category` alone, where there is one.
            let shown = match self.get("category").filter(|node| ruby::truthy(node)) {
                Some(category) => category.as_items().iter().map(ruby::to_s).collect(),
                None => categories.clone(),
            };
            names(shown.into_iter().chain(self.tags()).collect())
        });
        let people = self.get("author").or_else(|| self.get("authors")).filter(|node| ruby::truthy(node));
        let authors = people
            .filter(|_| wanted(|interest| interest.authors))
            .map(|node| self.site.people(&legal_copy(node)))
            .unwrap_or_default();
        Some(Post {
            url: url.clone(),
            sitemap: SitemapFacts { url: listed.filter(|listed| *listed != url), ..resolver.sitemap_facts() },
            id,
            title,
            published: date,
            updated: last_modified,
            authors,
            categories: if wanted(|interest| interest.categories) { names(categories) } else { Vec::new() },
            tags: if wanted(|interest| interest.tags) { names(self.tags()) } else { Vec::new() },
            own_labels: labels,
            summary: if self.is_page() || skimmed { None } else { self.written_summary() },
            separator: self.separator(),
            excerpt_only: self
                .get("feed")
                .and_then(Node::as_map)
                .and_then(|feed| feed.get("excerpt_only"))
                .is_some_and(ruby::truthy),
            image: resolver.image(),
            enclosure: resolver.enclosure(),
            language: resolver.language().or_else(|| self.config.language.clone()),
            extra: resolver.extra(),
            draft,
            in_feeds: !self.is_page() && resolver.flag("feed") != Some(false),
            in_sitemap: !sitemap_off && !no_index && !error_page && !redirect,
            collection: self
                .site
                .collection(self.label())
                .filter(|_| !self.is_page())
                .map(|collection| Arc::clone(&collection.label)),
            body: self.written.body,
            ..Post::nameless(&self.source.path)
        })
    }

    /// `description` (not empty), else `excerpt` as written; both without tags.
    fn written_summary(&self) -> Option<String> {
        let text = |key: &str| {
            self.get(key)
                .and_then(Node::as_scalar)
                .filter(|scalar| ruby::truthy(&Node::Scalar((*scalar).clone())))
        };
        let description = text("description").filter(|scalar| !scalar.text.trim().is_empty());
        let scalar =
            description.or_else(|| text("excerpt").filter(|scalar| !scalar.text.trim().is_empty()))?;
        let plain = ruby::decode_references(&ruby::strip_html(&scalar.text));
        Some(published_line(&plain)).filter(|line| !line.is_empty())
    }

    /// What ends the excerpt, if the post says so; nothing does if it says that its excerpt is empty.
    fn separator(&self) -> Option<String> {
        let excerpt = self.get("excerpt").and_then(Node::as_scalar);
        match excerpt.filter(|scalar| scalar.quoted && scalar.text.is_empty()) {
            Some(_) => Some(String::new()),
            None => self.get("excerpt_separator").map(ruby::to_s),
        }
    }

    fn title(&self, found: &mut Vec<Diagnostic>, slug: &str) -> String {
        let mut resolver = self.resolver(found);
        let node = self.get("title").filter(|node| ruby::truthy(node));
        let raw = match node {
            Some(Node::Scalar(scalar)) if title::is_damaged(&scalar.text) => {
                // Only what the body completes is known to have been cut.
                let literal = !scalar.text.contains(char::REPLACEMENT_CHARACTER);
                match resolver.repaired_title(scalar, literal) {
                    Some(title) => return title,
                    None => scalar.text.clone(),
                }
            }
            Some(node) => {
                let raw = ruby::to_s(node);
                if let Node::Scalar(scalar) = node
                    && !scalar.text.chars().all(|c| text::is_publishable(c) || c.is_whitespace())
                {
                    resolver.legal("title", scalar);
                }
                raw
            }
            None => ruby::titleize(dated_name(self.name()).map_or(slug, |(_, _, _, slug, _)| slug)),
        };
        let shown = |raw: &str| published_line(&ruby::smart_title(&text::one_line(raw)));
        [shown(&raw), shown(&ruby::titleize(slug)), shown(self.stem().trim_matches('-'))]
            .into_iter()
            .find(|title| !title.is_empty())
            .unwrap_or_else(|| "Untitled".to_owned())
    }

    /// Front matter, else file name. What Jekyll would stop at leaves a finding and the file name's date.
    fn date(&self, found: &mut Vec<Diagnostic>) -> Option<DateTime<FixedOffset>> {
        let zone = &self.config.timezone;
        let mut resolver = self.resolver(found);
        let from_name = dated_name(self.name())
            .and_then(|(year, month, day, _, _)| ruby::file_name_date(year, month, day, zone));
        let Some(node) = self.get("date") else {
            if from_name.is_none() && self.is_post() && self.kind != "drafts" {
                let message = "the file name has no possible date".to_owned();
                resolver.report(Rule::UnreadableDate, None, message, "it is in the sitemap, but in no feed");
            }
            if from_name.is_none() && self.kind == "drafts" {
                // Asked for, a draft is dated by its file, as Jekyll dates it.
                return self.modified();
            }
            return from_name.and_then(|date| plausible(&mut resolver, date, None));
        };
        let scalar = match node {
            Node::List(items) => items.first().and_then(Node::as_scalar),
            node => node.as_scalar(),
        };
        if let Some(date) = scalar.and_then(|scalar| ruby::time(scalar, zone)) {
            if let Some(named) =
                from_name.filter(|named| self.is_post() && self.is_shifted(*named, date, scalar))
            {
                let message = format!(
                    "the URL has the day {}, the file name {}",
                    date.format("%F"),
                    named.format("%F")
                );
                let help = format!("in the site's zone, the date is {}", date.format("%F %T %z"));
                resolver.report(Rule::ShiftedDay, Some("date"), message, help);
            }
            return plausible(&mut resolver, date, Some("date"));
        }
        let shown = node.as_text().map_or_else(
            || node.kind().to_owned(),
            |text| format!("`{}`", text::shown(&text::one_line(text))),
        );
        let help = if from_name.is_some() {
            "the file name's date is used"
        } else {
            "it is in the sitemap, but in no feed"
        };
        resolver.report(
            Rule::UnreadableDate,
            Some("date"),
            format!("`date` is {shown}, at which Jekyll stops"),
            help,
        );
        from_name
    }

    /// Whether a date has another day than the file name only because of the zone: as written, the days agree.
    fn is_shifted(
        &self,
        named: DateTime<FixedOffset>,
        date: DateTime<FixedOffset>,
        scalar: Option<&Scalar>,
    ) -> bool {
        let written = scalar
            .and_then(|scalar| crate::text::date::parse_as(&scalar.text, crate::text::date::Leniency::Ruby));
        let shown = self.get("permalink").map_or_else(|| self.template(), ruby::to_s);
        let has_day = shown.contains(":day") || shown.contains(":i_day");
        has_day
            && named.date_naive() != date.date_naive()
            && written.is_some_and(|written| written.local.date() == named.date_naive())
    }

    fn modified(&self) -> Option<DateTime<FixedOffset>> {
        let modified = std::fs::metadata(self.config.root.join(&self.source.path))
            .and_then(|metadata| metadata.modified())
            .ok()?;
        let second = modified.duration_since(std::time::UNIX_EPOCH).ok()?.as_secs();
        let instant = DateTime::from_timestamp(i64::try_from(second).ok()?, 0)?.fixed_offset();
        Some(crate::text::date::shown_in(instant, &self.config.timezone))
    }

    fn last_modified(
        &self,
        found: &mut Vec<Diagnostic>,
        published: Option<DateTime<FixedOffset>>,
    ) -> Option<DateTime<FixedOffset>> {
        let node = self.get("last_modified_at").filter(|node| ruby::truthy(node))?;
        let date = node.as_scalar().and_then(|scalar| ruby::time(scalar, &self.config.timezone));
        let mut resolver = self.resolver(found);
        match date {
            Some(date) if published.is_some_and(|published| date < published) => {
                let message = "the post says it was updated before it was published".to_owned();
                let help = "the date of publication is used for both";
                resolver.report(Rule::UpdatedBeforePublished, Some("last_modified_at"), message, help);
                None
            }
            Some(date) if date > self.config.now => {
                let message = "the post says it was updated in the future".to_owned();
                resolver.report(
                    Rule::ImplausibleDate,
                    Some("last_modified_at"),
                    message,
                    "it is passed over",
                );
                None
            }
            None => {
                let message = "`last_modified_at` is no date that can be read".to_owned();
                resolver.report(Rule::UnreadableDate, Some("last_modified_at"), message, "it is passed over");
                None
            }
            date => date,
        }
    }

    /// Of the folders above `_posts`, of the defaults, of `categories`, of `category`; each once.
    fn categories(&self) -> Vec<String> {
        let mut categories = Vec::new();
        let mut add = |name: String| {
            if !categories.contains(&name) {
                categories.push(name);
            }
        };
        if self.is_post() {
            let magic = if self.kind == "drafts" { "_drafts" } else { "_posts" };
            let above = self.path.find(magic).and_then(|at| self.path.get(..at)).unwrap_or_default();
            above.split('/').filter(|folder| !folder.is_empty()).for_each(|folder| add(folder.to_owned()));
        }
        for node in [self.defaults.get("categories"), self.own_categories.as_ref()].into_iter().flatten() {
            listed(node).into_iter().for_each(&mut add);
        }
        if let Some(node) = self.get("category").filter(|node| ruby::truthy(node)) {
            flat(node).iter().map(|node| ruby::to_s(node)).for_each(&mut add);
        }
        categories
    }

    /// `tag` hides `tags`.
    fn tags(&self) -> Vec<String> {
        match self.get("tag").filter(|node| ruby::truthy(node)) {
            Some(node) => flat(node).iter().map(|node| ruby::to_s(node)).collect(),
            None => self.get("tags").map(listed).unwrap_or_default(),
        }
    }

    /// The path of the page, from the root of the site, as Jekyll's `url` is.
    fn url(
        &self,
        found: &mut Vec<Diagnostic>,
        date: Option<DateTime<FixedOffset>>,
        categories: &[String],
        slug: &str,
    ) -> Option<String> {
        let own = self.get("permalink").filter(|node| ruby::truthy(node)).map(ruby::to_s);
        let own = own.map(|own| text::legal(&own).into_owned()).filter(|own| !own.is_empty());
        let template = own.clone().unwrap_or_else(|| self.template());
        let filled = if self.is_page() {
            Some(self.fill_page(&template))
        } else {
            self.fill(&template, date, categories, slug)
        };
        let Some(path) = filled else {
            let mut resolver = self.resolver(found);
            let message = format!("the permalink `{}` cannot be filled in", text::shown(&template));
            resolver.report(
                Rule::UnusableUrl,
                own.is_some().then_some("permalink"),
                message,
                "the default is used",
            );
            return self
                .fill("/:categories/:title:output_ext", date, categories, slug)
                .map(|path| sanitized(&path));
        };
        Some(sanitized(&path))
    }

    fn template(&self) -> String {
        let style = self.site.permalink.as_str();
        let suffix = match style {
            "pretty" => "/",
            "date" | "ordinal" | "none" => ":output_ext",
            custom if custom.ends_with('/') => "/",
            custom if custom.ends_with(":output_ext") => ":output_ext",
            _ => "",
        };
        if self.is_page() {
            let extension = self.output_extension();
            return match (extension.as_str(), self.stem()) {
                (".html" | ".htm" | ".xhtml", "index") => "/:path/".to_owned(),
                (".html" | ".htm" | ".xhtml", _) => format!("/:path/:basename{suffix}"),
                _ => "/:path/:basename:output_ext".to_owned(),
            };
        }
        if let Some(own) =
            self.site.collection(self.label()).and_then(|collection| collection.permalink.clone())
        {
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
            "weekdate" if self.site.version >= 4 => "/:categories/:year/W:week/:short_day/:title:output_ext",
            custom => custom,
        }
        .to_owned()
    }

    fn fill_page(&self, template: &str) -> String {
        let folder = self.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let stem = if self.site.version >= 4 { self.stem().trim_end_matches('.') } else { self.stem() };
        [(":path", folder), (":basename", stem), (":output_ext", &self.output_extension())]
            .into_iter()
            .fold(template.to_owned(), |url, (name, value)| url.replace(name, &escaped(value)))
    }

    /// `None` if the template has a placeholder that Jekyll does not know, or asks for a date where there is none.
    fn fill(
        &self,
        template: &str,
        date: Option<DateTime<FixedOffset>>,
        categories: &[String],
        slug: &str,
    ) -> Option<String> {
        let mut url = String::new();
        let mut rest = template;
        while let Some(colon) = rest.find(':') {
            let (literal, after) = rest.split_at(colon);
            url.push_str(literal);
            let after = after.get(1..).unwrap_or_default();
            let length = after.find(|c: char| !(c.is_ascii_lowercase() || c == '_')).unwrap_or(after.len());
            let (name, tail) = after.split_at(length);
            if name.is_empty() {
                url.push(':');
            } else if let Some(value) = self.placeholder(name, date, categories, slug) {
                url.push_str(&escaped(&value));
            } else {
                // `:month_` is the month and an underscore.
                let shorter = name.strip_suffix('_')?;
                url.push_str(&escaped(&self.placeholder(shorter, date, categories, slug)?));
                url.push('_');
            }
            rest = tail;
        }
        url.push_str(rest);
        Some(url)
    }

    fn placeholder(
        &self,
        name: &str,
        date: Option<DateTime<FixedOffset>>,
        categories: &[String],
        slug: &str,
    ) -> Option<String> {
        let base = self.stem();
        let lower = || {
            let mut names: Vec<String> = Vec::new();
            for name in categories.iter().map(|name| name.to_lowercase()) {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            names
        };
        Some(match name {
            "collection" => self.label().to_owned(),
            "path" => {
                let inner = self.path.replacen(&format!("_{}", self.label()), "", 1);
                let inner = inner.strip_suffix(extension_of(&inner)).unwrap_or(&inner);
                if self.site.version >= 4 { inner.trim_end_matches('.') } else { inner }.to_owned()
            }
            "name" => ruby::slugify(base, Slug::Default),
            "title" => ruby::slugify(slug, Slug::Pretty),
            "slug" => ruby::slugify(slug, Slug::Default),
            "output_ext" => self.output_extension(),
            "categories" => lower().join("/"),
            "slugified_categories" if self.site.version >= 4 => {
                let mut names: Vec<String> = Vec::new();
                for name in categories.iter().map(|name| ruby::slugify(name, Slug::Default)) {
                    if !names.contains(&name) {
                        names.push(name);
                    }
                }
                names.join("/")
            }
            name if self.site.version < 4 && PARTS_OF_4.contains(&name) => return None,
            name => crate::text::date::part(name, &date?)?,
        })
    }
}

/// The parts of a date that only Jekyll 4 knows.
const PARTS_OF_4: [&str; 6] = ["long_month", "week", "w_year", "w_day", "short_day", "long_day"];

/// Dates that no feed can carry.
fn plausible(
    resolver: &mut Resolver<'_>,
    date: DateTime<FixedOffset>,
    key: Option<&str>,
) -> Option<DateTime<FixedOffset>> {
    if crate::text::date::is_plausible(&date) {
        return Some(date);
    }
    let help =
        "validators and readers take that for a mistake, so the post is in the sitemap, but in no feed";
    resolver.report(Rule::ImplausibleDate, key, format!("the date is in the year {}", date.year()), help);
    Some(date)
}

fn legal_copy(node: &Node) -> Node {
    let mut copy = node.clone();
    copy.for_each_scalar(&mut |scalar| scalar.text = text::one_line(&text::legal(&scalar.text)));
    copy
}

/// Text is split at blanks, a list is taken as it is, numbers are no list.
fn listed(node: &Node) -> Vec<String> {
    match node {
        Node::Scalar(scalar) if ruby::is_string(scalar) => {
            scalar.text.split_ascii_whitespace().map(str::to_owned).collect()
        }
        Node::Scalar(_) | Node::Map(_) => Vec::new(),
        list @ Node::List(_) => flat(list).iter().map(|node| ruby::to_s(node)).collect(),
    }
}

fn flat(node: &Node) -> Vec<&Node> {
    match node {
        Node::List(items) => items.iter().flat_map(flat).collect(),
        Node::Scalar(scalar) if scalar.is_null() => Vec::new(),
        node => vec![node],
    }
}

fn escaped(value: &str) -> String {
    utf8_percent_encode(value, ESCAPED).to_string()
}

/// `URL.sanitize_url`
fn sanitized(url: &str) -> String {
    if url.starts_with('/') && !url.contains("//") && !url.contains("..") && !url.contains("./") {
        return url.to_owned();
    }
    let mut url = format!("/{url}").replace("..", "/").replace("./", "");
    while url.contains("//") {
        url = url.replace("//", "/");
    }
    url
}

/// What Addressable's `normalize` does to a path beyond what any URL needs: letters and their marks are composed, as
/// names from macOS need it, and a code for what needs none is decoded.
fn normalized(path: &str) -> Cow<'_, str> {
    if path.is_ascii() && !path.contains('%') {
        return Cow::Borrowed(path);
    }
    let composed = composed(path);
    let codes = ["%2", "%3", "%40"];
    if !codes.iter().any(|code| composed.contains(code)) {
        return composed;
    }
    let decoded = [
        ("%21", "!"),
        ("%24", "$"),
        ("%26", "&"),
        ("%27", "'"),
        ("%28", "("),
        ("%29", ")"),
        ("%2A", "*"),
        ("%2B", "+"),
        ("%2C", ","),
        ("%3A", ":"),
        ("%3B", ";"),
        ("%3D", "="),
        ("%40", "@"),
    ]
    .into_iter()
    .fold(composed.into_owned(), |path, (code, c)| {
        if path.contains('%') { path.replace(code, c).replace(&code.to_ascii_lowercase(), c) } else { path }
    });
    Cow::Owned(decoded)
}

/// Normalization form C, percent-encoded letters included.
fn composed(path: &str) -> Cow<'_, str> {
    // Only codes of letters beyond ASCII are decoded; the base URL's `join` encodes them again.
    let mut decoded = Vec::with_capacity(path.len());
    let bytes = path.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let code = path
            .get(at + 1..at + 3)
            .filter(|_| byte == b'%')
            .and_then(|code| u8::from_str_radix(code, 16).ok());
        match code.filter(|code| *code >= 0x80) {
            Some(code) => {
                decoded.push(code);
                at += 3;
            }
            None => {
                decoded.push(byte);
                at += 1;
            }
        }
    }
    match String::from_utf8(decoded) {
        Ok(text) if is_nfc_quick(text.chars()) != IsNormalized::Yes => Cow::Owned(text.nfc().collect()),
        _ => Cow::Borrowed(path),
    }
}

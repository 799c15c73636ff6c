//! A site as it would be published, with the reasons for what is not.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::{Explained, Explanation, Placement};
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Rule};
use crate::disk;
use crate::error::Error;
use crate::feeds::{self, FeedDocument};
use crate::generators::{self, Fields, Origin, OriginKind, Scope};
use crate::model::{File, FileKind, Post, PostMeta, Reason};
use crate::read::index::{self, Index, Progress};
use crate::read::{Built, built, entry, links::Links};
use crate::settings::FILE_NAME;
use crate::source::{self, Source};
use crate::text::{self, glob, link};
use crate::{memory, sitemaps};

/// A site as it would be published.
pub(super) struct Site<'a> {
    config: &'a Config,
    posts: Vec<PostMeta>,
    /// The files that are published nowhere: URL, and reason.
    absent: BTreeMap<String, (String, String)>,
    /// All files that are read.
    files: BTreeMap<String, File>,
    built: Option<Built>,
    /// Pages in the sitemap that belong to no post.
    pages: Vec<String>,
    /// What was said of dates and ids, by file.
    said: BTreeMap<String, String>,
}

/// Findings that say why a file is in no output.
const UNREAD: [Rule; 4] = [Rule::UnreadableFile, Rule::LinkOutside, Rule::UnreadMarkup, Rule::BadRecord];
/// Findings that say why a post is in no feed.
const UNDATED: [Rule; 5] =
    [Rule::UnreadableDate, Rule::ImplausibleDate, Rule::MissingDate, Rule::UndatedPage, Rule::DuplicateId];

impl<'a> Site<'a> {
    pub(super) fn read(config: &'a Config, progress: &Progress) -> Result<Self, Error> {
        let mut found = Vec::new();
        let mut files = BTreeMap::new();
        if !config.records_only {
            config.dialect.discover(&mut Vec::new(), &config.site, &mut |file| {
                let is_named = config.files.as_ref().is_none_or(|named| named.contains(&file.path));
                if is_named && config.site.reads(&file.path) {
                    files.insert(file.path.clone(), file);
                }
            });
        }
        let Index { mut posts, dropped, unpublished, pages, .. } = index::read(&mut found, config, progress)?;
        let mut absent = BTreeMap::new();
        for post in &unpublished {
            let held =
                found.iter().find(|finding| finding.rule == Rule::HeldBack && finding.path == post.path);
            let why = held.map_or_else(
                || because(post.reason, None),
                |held| format!("it is held back: {}", held.message),
            );
            absent.insert(post.path.clone(), (post.url.clone(), why));
        }
        let mut left_out = Vec::new();
        for (post, reason) in dropped {
            let other = posts.iter().find(|other| other.url() == post.url()).map(PostMeta::path);
            absent.insert(post.path().to_owned(), (post.url().to_owned(), because(reason, other)));
            left_out.push(post);
        }
        let listed = built::list(&mut found, config);
        let built = listed.and_then(|listed| built::read(listed, config, pages));
        if let Some(built) = built.as_ref().filter(|_| config.verify) {
            let mut gone = Vec::new();
            posts =
                sitemaps::with_pages(&mut Vec::new(), built, posts, &mut gone, config).unwrap_or_default();
            let why = |post: &PostMeta| {
                (post.path().to_owned(), (post.url().to_owned(), because(Reason::NoPage, None)))
            };
            absent.extend(gone.iter().map(why));
            left_out.append(&mut gone);
        }
        memory::recall(&mut found, &mut posts, &left_out, config)?;
        let pages = crate::pages_of_no_post(&mut Vec::new(), &posts, &unpublished, built.as_ref(), config);
        let said = found.iter().filter(|finding| UNDATED.contains(&finding.rule));
        let said = said.map(|finding| (finding.path.clone(), finding.message.clone())).collect();
        let mut site = Self { config, posts, absent, files, built, pages, said };
        site.explain_findings(&found);
        site.explain_unlisted();
        let hidden = unpublished.iter().filter(|post| post.reason == Reason::Hidden);
        let hidden: Vec<(String, Option<String>)> =
            hidden.map(|post| (post.path.clone(), site.hiding(&post.path))).collect();
        for (path, why) in hidden {
            if let (Some(why), Some((_, known))) = (why, site.absent.get_mut(&path)) {
                *known = why;
            }
        }
        Ok(site)
    }

    /// The fields by which the author of a post hides it.
    fn hiding(&self, path: &str) -> Option<String> {
        let (_, origins) = self.resolved(path)?;
        let switches = origins.iter().filter(|field| field.kind == OriginKind::Switch);
        let named: Vec<String> = switches
            .map(|field| format!("{}: {} ({})", field.name, text::shown(&field.value), field.from))
            .collect();
        (!named.is_empty()).then(|| format!("its author hides it: {}", named.join("; ")))
    }

    /// Takes the findings about files that are published nowhere as the reasons for that.
    fn explain_findings(&mut self, found: &[Diagnostic]) {
        let published: BTreeSet<&str> = self.posts.iter().map(PostMeta::path).collect();
        let of_file = |finding: &&Diagnostic| {
            let is_nothing = self.files.contains_key(&finding.path) && !published.contains(&*finding.path);
            is_nothing || (UNREAD.contains(&finding.rule) && !published.contains(&*finding.path))
        };
        let explained: Vec<(String, String)> = found
            .iter()
            .filter(of_file)
            .map(|finding| {
                let is_record = finding.rule == Rule::BadRecord;
                let line =
                    finding.place.as_ref().filter(|_| is_record).map(|place| format!(":{}", place.line));
                (format!("{}{}", finding.path, line.unwrap_or_default()), finding.message.clone())
            })
            .collect();
        for (path, why) in explained {
            self.absent.entry(path).or_insert((String::new(), why));
        }
    }

    /// Posts that no feed carries and no sitemap lists are published nowhere, too.
    fn explain_unlisted(&mut self) {
        let declared = feeds::expand(&mut Vec::new(), &self.posts, self.config);
        let documents = feeds::plan(&declared, &self.posts, self.config);
        let carried: BTreeSet<&str> =
            documents.iter().flat_map(|document| &document.posts).map(|post| post.path()).collect();
        let scope = self.scope();
        let mut nowhere = Vec::new();
        for post in self.posts.iter().filter(|post| !carried.contains(post.path())) {
            let why = match &scope {
                Some(scope) => scope.why_unlisted(post, self.built.as_ref()),
                None => Some("the site has no sitemap".to_owned()),
            };
            let feed = documents
                .first()
                .and_then(|document| feeds::explain(document, post, &self.posts, self.config).err());
            let feed = feed.unwrap_or_else(|| "there is no feed".to_owned());
            nowhere.extend(why.map(|why| {
                let why = if why == feed { why } else { format!("{feed}; {why}") };
                (post.path().to_owned(), (post.url().to_owned(), why))
            }));
        }
        self.absent.extend(nowhere);
    }

    /// What the sitemap may list, if there is one.
    fn scope(&self) -> Option<sitemaps::Scope<'a>> {
        Some(sitemaps::Scope::new(self.config.sitemap.as_ref()?, self.config))
    }

    /// Every file that is published nowhere, and every file without a date.
    pub(super) fn all_absent(&self) -> Vec<Explanation> {
        let mut all = self.absent.clone();
        let published: BTreeSet<&str> = self.posts.iter().map(PostMeta::path).collect();
        for (path, file) in &self.files {
            if file.kind != FileKind::Asset && !published.contains(path.as_str()) && !self.is_ours(path) {
                all.entry(path.clone()).or_insert_with(|| (String::new(), self.why_nothing(path)));
            }
        }
        let explained = |path, absent, undated| {
            let (fields, placements) = (Vec::new(), Vec::new());
            Explanation { path, absent, undated, fields, placements }
        };
        let undated =
            self.posts.iter().filter(|post| !feeds::is_carried(post) && !all.contains_key(post.path()));
        // Most sources of other generators that have no date are pages; of built pages that is not known.
        let is_built = self.config.recognised.generator.build.is_some();
        let unsaid = || is_built.then(|| "it does not say when it was published".to_owned());
        let said = |post: &PostMeta| {
            let why = self.said.get(post.path()).cloned().or_else(unsaid)?;
            Some((post.path().to_owned(), why))
        };
        let undated: Vec<(String, String)> = undated.filter_map(said).collect();
        let absent = all.into_iter().map(|(path, (_, why))| explained(path, Some(why), None));
        absent.chain(undated.into_iter().map(|(path, why)| explained(path, None, Some(why)))).collect()
    }

    /// Whether a file is our own configuration, or the lock.
    fn is_ours(&self, path: &str) -> bool {
        let file = self.config.site.root.join(path);
        path == FILE_NAME || self.config.lock().is_some_and(|lock| disk::is_same(&file, lock))
    }

    /// Why a file that is read becomes nothing, where no finding says it.
    fn why_nothing(&self, path: &str) -> String {
        let page = self.built.as_ref().and_then(|built| built.pages.get(path));
        match page {
            Some(page) if page.no_index => "its page is `noindex`".to_owned(),
            Some(page) if page.is_redirect => "its page only leads to another".to_owned(),
            Some(page) if page.canonical.is_some() => {
                "its page names another as its canonical URL".to_owned()
            }
            _ if self.config.recognised.generator.build.is_some() => {
                "it is no page of the site: it is empty, an error page, or a feed".to_owned()
            }
            _ => "its generator makes nothing of it".to_owned(),
        }
    }

    /// The files that are meant by a path, a URL or an id.
    pub(super) fn named(&self, wanted: &str) -> Vec<String> {
        let tidy = wanted.trim_start_matches("./");
        let is_file = |path: &str| path == tidy || self.is_same_file(path, wanted);
        let places: Vec<String> = self.urls(wanted).iter().map(|url| place(url)).collect();
        let is_url = |url: &str| places.contains(&place(url));
        let base = self.config.site.base_url.as_str();
        let is_id = |id: &str| id == wanted || text::id::of_written(id, base) == wanted;
        let mut paths: Vec<String> = Vec::new();
        for post in &self.posts {
            if is_file(post.path()) || is_id(post.id()) || is_url(post.url()) {
                paths.push(post.path().to_owned());
            }
        }
        for (path, (url, _)) in &self.absent {
            if is_file(path) || (!url.is_empty() && is_url(url)) {
                paths.push(path.clone());
            }
        }
        if paths.is_empty() {
            // A page that is no post is served from its file.
            let served = |url: &String| disk::files_of(url, base);
            let served: Vec<String> = self.urls(wanted).iter().flat_map(served).collect();
            let is_meant = |path: &&String| is_file(path) || served.contains(*path);
            paths.extend(self.files.keys().filter(is_meant).cloned());
        }
        text::unique(paths)
    }

    /// The URLs that are meant by a URL, by a path below the site's address, or by one on its host.
    fn urls(&self, wanted: &str) -> Vec<String> {
        let base = &self.config.site.base_url;
        match wanted {
            _ if wanted.contains("://") => vec![wanted.to_owned()],
            _ if wanted.starts_with('/') || wanted.ends_with('/') => {
                let path = wanted.trim_start_matches("./").trim_start_matches('/');
                vec![format!("{}{path}", base.as_str()), format!("{}/{path}", base.origin())]
            }
            _ => Vec::new(),
        }
    }

    /// A page in the sitemap that belongs to no post.
    pub(super) fn page(&self, wanted: &str) -> Option<Explanation> {
        let home = self.config.site.base_url.as_str().to_owned();
        let mut pages = self.pages.iter().chain(std::iter::once(&home));
        let places: Vec<String> = self.urls(wanted).iter().map(|url| place(url)).collect();
        let url = pages.find(|url| places.contains(&place(url)))?;
        let sitemap = self.config.sitemap.as_ref()?;
        let (name, value, from) =
            ("url".to_owned(), url.clone(), "a page that belongs to no post".to_owned());
        let listed = Placement { path: sitemap.file(), is_in: true, why: "listed".to_owned() };
        let fields = vec![Explained { name, value, from }];
        let (absent, undated, placements) = (None, None, vec![listed]);
        Some(Explanation { path: wanted.to_owned(), absent, undated, fields, placements })
    }

    /// Whether a path, as it was typed, is that of a file of the site.
    fn is_same_file(&self, path: &str, typed: &str) -> bool {
        let file_name = |path: &'_ str| path.rsplit('/').next().unwrap_or(path).to_owned();
        file_name(path) == file_name(typed)
            && disk::is_same(&self.config.site.root.join(path), Path::new(typed))
    }

    pub(super) fn explain(&self, path: &str) -> Explanation {
        let post = self.posts.iter().find(|post| post.path() == path);
        let known = self.absent.get(path).map(|(_, why)| why.clone());
        let absent = known.or_else(|| post.is_none().then(|| self.why_nothing(path)));
        let mut fields = match post.filter(|post| post.offset().is_some()) {
            Some(post) => of_record(post, self.config),
            None => self.fields(path, absent.is_some()),
        };
        if let Some(post) = post {
            self.correct(&mut fields, post);
        }
        let placements = post.map_or_else(Vec::new, |post| self.placements(post));
        Explanation { path: path.to_owned(), absent, undated: None, fields, placements }
    }

    /// The post that a file becomes, and where its fields come from.
    fn resolved(&self, path: &str) -> Option<(Post, Vec<Origin>)> {
        let (config, site) = (self.config, &self.config.site);
        let file = self.files.get(path)?;
        let source = match file.kind {
            FileKind::Asset => Source::of_asset(path),
            _ => source::read(&site.root, path, site.largest).ok()?,
        };
        let mut found = Vec::new();
        let written = generators::front_matter(&mut found, &*config.dialect, file, &source);
        let mut fields = Fields::new(&mut found, &source, written, site, Scope::Whole);
        let post = generators::resolve(config.recognised.generator, &*config.dialect, file, &mut fields)?;
        let inherited = |key: &str| config.dialect.inherited_from(file, key, site);
        let rule = format!("its path, by the rule of {}", config.recognised.generator.label);
        let origins = fields.origins(&post, &inherited, &rule);
        Some((post, origins))
    }

    /// The fields of a file's post, and where each comes from. If it is published nowhere, a title taken from its
    /// text is left out.
    fn fields(&self, path: &str, is_absent: bool) -> Vec<Explained> {
        let (config, site) = (self.config, &self.config.site);
        let Some((post, origins)) = self.resolved(path) else { return Vec::new() };
        let origins = origins.into_iter().filter(|own| !is_absent || own.kind != OriginKind::Text);
        let is_built = config.recognised.generator.build.is_some();
        let from_page = |name: &str| match name {
            "id" if post.id != post.url => "a feed that the site had before",
            "id" => "its URL",
            _ => "its page",
        };
        let mut explained: Vec<Explained> = origins
            .map(|origin| Explained {
                from: if is_built { from_page(&origin.name).to_owned() } else { origin.from },
                name: origin.name,
                value: origin.value,
            })
            .collect();
        if !explained.iter().any(|own| own.name == "authors") && !site.authors.is_empty() {
            let names: Vec<&str> = site.authors.iter().map(|author| author.name.as_str()).collect();
            let from = "the configuration".to_owned();
            explained.push(Explained { name: "authors".to_owned(), value: names.join(", "), from });
        }
        explained
    }

    /// Replaces the values that the lock, git or the built page has changed.
    fn correct(&self, explained: &mut Vec<Explained>, meta: &PostMeta) {
        let date = |date: Option<_>| date.map(text::date::rfc3339);
        let of_id = match self.config.lock {
            Some(_) => "the lock, or another post that has the same id",
            None => "its URL, because another post has the same id",
        };
        let known = [
            ("id", Some(meta.id().to_owned()), of_id),
            ("url", Some(meta.url().to_owned()), "its page, which is served there"),
            ("published", date(meta.published), "a feed that the site had before, in the lock"),
            ("updated", date(meta.updated), "the history of its text"),
        ];
        for (name, value, from) in known {
            let Some(value) = value else { continue };
            match explained.iter_mut().find(|own| own.name == name) {
                Some(own) if own.value == value => {}
                Some(own) => (own.value, own.from) = (value, from.to_owned()),
                None => explained.push(Explained { name: name.into(), value, from: from.into() }),
            }
        }
    }

    /// Which documents carry a post.
    fn placements(&self, post: &PostMeta) -> Vec<Placement> {
        let (config, mut found) = (self.config, Vec::new());
        let declared = feeds::expand(&mut found, &self.posts, config);
        let documents = feeds::plan(&declared, &self.posts, config);
        let of_document = |document: &FeedDocument<'_>| {
            let why = feeds::explain(document, post, &self.posts, config);
            let is_in = why.is_ok();
            // What was said of its date, or its id, is more exact.
            let said = self.said.get(post.path()).filter(|_| !feeds::is_carried(post));
            let why = why.map_err(|why| said.cloned().unwrap_or(why));
            // Feeds of terms and archives are shown only if they carry the post.
            let is_of_interest =
                is_in || (document.feed.term.is_none() && document.history.current.is_none());
            let why = why.unwrap_or_else(|why| why);
            is_of_interest.then(|| Placement { path: document.path.clone(), is_in, why })
        };
        let mut placements: Vec<Placement> = documents.iter().filter_map(of_document).collect();
        if let Some((sitemap, scope)) = config.sitemap.as_ref().zip(self.scope()) {
            let why = scope.why_unlisted(post, self.built.as_ref());
            let (path, is_in) = (sitemap.file(), why.is_none());
            placements.push(Placement { path, is_in, why: why.unwrap_or_else(|| "listed".to_owned()) });
        }
        placements
    }

    /// Why something that was asked for is no file that is read.
    pub(super) fn why_unread(&self, wanted: &str) -> String {
        let (site, label) = (&self.config.site, self.config.recognised.generator.label);
        if wanted.contains("://") || wanted.starts_with("urn:") || wanted.starts_with("tag:") {
            return "no post has this URL or id".to_owned();
        }
        let typed = Path::new(wanted);
        let path = if typed.exists() { typed.to_owned() } else { site.root.join(wanted) };
        if !path.exists() {
            return "there is no such file, and no post has this URL or id".to_owned();
        }
        let Some(below) = path
            .canonicalize()
            .ok()
            .zip(site.root.canonicalize().ok())
            .and_then(|(path, root)| disk::slashed(path.strip_prefix(root).ok()?))
        else {
            return format!("it is outside of the folder that is read, {}", site.root.display());
        };
        if wanted.is_empty() || path.is_dir() {
            return "it is a folder".to_owned();
        }
        if self.config.files.is_some() {
            return "`--files` does not name it".to_owned();
        }
        if let Some(pattern) = site.exclude.iter().find(|pattern| glob::matches(pattern, &below)) {
            return format!("`exclude` has the pattern `{}`", text::shown(pattern));
        }
        if site
            .posts
            .as_ref()
            .is_some_and(|posts| !posts.iter().any(|pattern| glob::matches(pattern, &below)))
        {
            return "no pattern of `posts` fits it".to_owned();
        }
        format!("it is no post of {label}: its place, its name or its kind is not one that is read")
    }
}

/// The fields of a record.
fn of_record(meta: &PostMeta, config: &Config) -> Vec<Explained> {
    let Some((post, _)) =
        entry::entry(&mut Vec::new(), meta, &Links::new(&[], config), &config.site.authors, config)
    else {
        return Vec::new();
    };
    let authors: Vec<String> = post.authors.iter().map(|author| author.name.clone()).collect();
    let date = |date: Option<_>| date.map(text::date::rfc3339).unwrap_or_default();
    let all = [
        ("title", post.title.clone()),
        ("url", post.url.clone()),
        ("id", post.id.clone()),
        ("published", date(post.published)),
        ("updated", date(post.updated)),
        ("authors", authors.join(", ")),
        ("terms", post.labels().join(", ")),
        ("summary", post.summary.clone().unwrap_or_default()),
        ("image", post.image.clone().unwrap_or_default()),
        ("language", post.language.clone().unwrap_or_default()),
    ];
    let from = "the record".to_owned();
    let known = all.into_iter().filter(|(_, value)| !value.is_empty());
    known.map(|(name, value)| Explained { name: name.to_owned(), value, from: from.clone() }).collect()
}

/// The place of a page, however its URL is spelt.
fn place(url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or(url);
    let canonical = link::absolute(url).unwrap_or_else(|| url.to_owned());
    format!("{}{}", link::host(&canonical), link::decoded(link::place(&canonical)))
}

/// Why a post is in no output.
fn because(reason: Reason, other: Option<&str>) -> String {
    match (reason, other) {
        (Reason::Draft, _) => "it is a draft".to_owned(),
        (Reason::Future, _) => "its date is in the future".to_owned(),
        (Reason::Hidden, _) => {
            "its author hides it: it is unlisted, private, protected, expired, not yet public, has no page, or is in neither feeds nor sitemap".to_owned()
        }
        (Reason::HeldBack, _) => "it looks hidden, in a form that its generator does not read".to_owned(),
        (Reason::SameUrl, Some(other)) => format!("`{}` is newer, and has the same URL", text::shown(other)),
        (Reason::SameUrl, None) => "a newer post has the same URL".to_owned(),
        (Reason::Limit, _) => "the site publishes only so many of the newest posts".to_owned(),
        (Reason::NoPage, _) => "the built site has no page of it".to_owned(),
        (Reason::Unreadable, _) => "it cannot be read".to_owned(),
    }
}

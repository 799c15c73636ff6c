//! What becomes of a file, and why: each field with where it comes from, each feed and the sitemap with whether they carry
//! it.

use std::collections::BTreeMap;

use crate::config::Config;
use crate::error::Error;
use crate::feeds::{self, FeedDocument};
use crate::generators::{self, Fields, Scope};
use crate::model::{File, FileKind, PostMeta, Reason};
use crate::read::index::{self, Index, Progress};
use crate::read::{Built, built};
use crate::source::{self, Source};
use crate::text::{self, glob, link};
use crate::{memory, sitemaps};

/// A field of a post.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explained {
    /// What it is, such as `title`.
    pub name: String,
    /// What it is published as.
    pub value: String,
    /// Where it comes from: a phrase.
    pub from: String,
}

/// Whether a document carries a post.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Placement {
    /// The document, relative to the output folder.
    pub path: String,
    /// Whether it carries the post.
    pub is_in: bool,
    /// Where it is in it, or why it is not: a clause.
    pub why: String,
}

/// What becomes of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// The file, relative to the root; or what was asked for, if it is none.
    pub path: String,
    /// Why it is published nowhere, if it is.
    pub absent: Option<String>,
    /// Its fields.
    pub fields: Vec<Explained>,
    /// The documents of the site; none if it is published nowhere.
    pub placements: Vec<Placement>,
}

/// Explains posts by their files, URLs or ids. Without any, every file that is read and published nowhere, with the reason
/// alone.
///
/// # Errors
/// Those of [`plan`](crate::plan).
pub fn explain(config: &Config, wanted: &[String], progress: &Progress) -> Result<Vec<Explanation>, Error> {
    let site = Site::read(config, progress)?;
    if wanted.is_empty() {
        return Ok(site.all_absent());
    }
    let mut all = Vec::new();
    for wanted in wanted {
        let paths = site.named(wanted);
        if paths.is_empty() {
            let absent = Some(site.why_unread(wanted));
            let (fields, placements) = (Vec::new(), Vec::new());
            all.push(Explanation { path: wanted.clone(), absent, fields, placements });
        }
        all.extend(paths.iter().map(|path| site.explain(path)));
    }
    Ok(all)
}

/// A site as it would be published.
struct Site<'a> {
    config: &'a Config,
    posts: Vec<PostMeta>,
    /// The files that are published nowhere: path, URL, reason.
    absent: BTreeMap<String, (String, String)>,
    /// All files that are read.
    files: BTreeMap<String, File>,
    built: Option<Built>,
}

impl<'a> Site<'a> {
    fn read(config: &'a Config, progress: &Progress) -> Result<Self, Error> {
        let mut found = Vec::new();
        let mut files = BTreeMap::new();
        config.dialect.discover(&mut Vec::new(), &config.site, &mut |file| {
            if config.site.reads(&file.path) {
                files.insert(file.path.clone(), file);
            }
        });
        let Index { mut posts, dropped, unpublished, .. } = index::read(&mut found, config, progress)?;
        let mut absent = BTreeMap::new();
        for post in unpublished {
            absent.insert(post.path, (post.url, because(post.reason, None)));
        }
        for (post, reason) in dropped {
            let other = posts.iter().find(|other| other.url() == post.url()).map(PostMeta::path);
            absent.insert(post.path().to_owned(), (post.url().to_owned(), because(reason, other)));
        }
        let built = built::read(&mut found, config);
        if let Some(built) = built.as_ref().filter(|_| config.verify) {
            let before: Vec<(String, String)> =
                posts.iter().map(|post| (post.path().to_owned(), post.url().to_owned())).collect();
            posts = sitemaps::with_pages(&mut Vec::new(), built, posts, config).unwrap_or_default();
            let left: BTreeMap<&str, ()> = posts.iter().map(|post| (post.path(), ())).collect();
            let gone = before.into_iter().filter(|(path, _)| !left.contains_key(path.as_str()));
            absent.extend(gone.map(|(path, url)| (path, (url, because(Reason::NoPage, None)))));
        }
        memory::recall(&mut found, &mut posts, config)?;
        // What is said of a file that becomes nothing says why.
        for finding in &found {
            let is_known = absent.contains_key(&finding.path)
                || posts.iter().any(|post| post.path() == finding.path)
                || !files.contains_key(&finding.path);
            if !is_known {
                absent.insert(finding.path.clone(), (String::new(), finding.message.clone()));
            }
        }
        Ok(Self { config, posts, absent, files, built })
    }

    /// Every file that is published nowhere.
    fn all_absent(&self) -> Vec<Explanation> {
        let mut all = self.absent.clone();
        let published: BTreeMap<&str, ()> = self.posts.iter().map(|post| (post.path(), ())).collect();
        for (path, file) in &self.files {
            if file.kind != FileKind::Asset && !published.contains_key(path.as_str()) {
                let nothing = || (String::new(), "its generator makes nothing of it".to_owned());
                all.entry(path.clone()).or_insert_with(nothing);
            }
        }
        let explained = |(path, (_, why))| {
            let (fields, placements) = (Vec::new(), Vec::new());
            Explanation { path, absent: Some(why), fields, placements }
        };
        all.into_iter().map(explained).collect()
    }

    /// The files that are meant by a path, a URL or an id.
    fn named(&self, wanted: &str) -> Vec<String> {
        let tidy = wanted.trim_start_matches("./");
        let is_file = |path: &str| path == tidy || self.is_same_file(path, wanted);
        let is_url = |url: &str| wanted.contains("://") && link::place(url) == link::place(wanted);
        let mut paths: Vec<String> = Vec::new();
        for post in &self.posts {
            if is_file(post.path()) || post.id() == wanted || is_url(post.url()) || post.url() == wanted {
                paths.push(post.path().to_owned());
            }
        }
        for (path, (url, _)) in &self.absent {
            if is_file(path) || (!url.is_empty() && is_url(url)) {
                paths.push(path.clone());
            }
        }
        if paths.is_empty() {
            paths.extend(self.files.keys().filter(|path| is_file(path)).cloned());
        }
        text::unique(paths)
    }

    /// Whether a path, as it was typed, is that of a file of the site.
    fn is_same_file(&self, path: &str, typed: &str) -> bool {
        let file_name = |path: &'_ str| path.rsplit('/').next().unwrap_or(path).to_owned();
        let real = |path: std::path::PathBuf| path.canonicalize().ok();
        file_name(path) == file_name(typed)
            && real(typed.into()).is_some_and(|typed| real(self.config.site.root.join(path)) == Some(typed))
    }

    fn explain(&self, path: &str) -> Explanation {
        let post = self.posts.iter().find(|post| post.path() == path);
        let absent = match post {
            Some(_) => None,
            None => Some(
                self.absent
                    .get(path)
                    .map_or_else(|| "its generator makes nothing of it".to_owned(), |(_, why)| why.clone()),
            ),
        };
        let fields = self.fields(path, post);
        let placements = post.map_or_else(Vec::new, |post| self.placements(post));
        Explanation { path: path.to_owned(), absent, fields, placements }
    }

    /// The fields of a post, with where they come from.
    fn fields(&self, path: &str, meta: Option<&PostMeta>) -> Vec<Explained> {
        let (config, site) = (self.config, &self.config.site);
        let Some(file) = self.files.get(path) else { return Vec::new() };
        let source = match file.kind {
            FileKind::Asset => Ok(Source::of_asset(path)),
            _ => source::read(&site.root, path, site.largest),
        };
        let Ok(source) = source else { return Vec::new() };
        let mut found = Vec::new();
        let mut fields = Fields::new(&mut found, &source, site, Scope::Whole);
        let post = generators::resolve(config.recognised.generator, &*config.dialect, file, &mut fields);
        let Some(post) = post else { return Vec::new() };
        let inherited = |key: &str| config.dialect.inherited_from(file, key, site);
        let rule = format!("its path, by the rule of {}", config.recognised.generator.label);
        let origins = fields.origins(&post, &inherited, &rule);
        let is_built = config.recognised.generator.build.is_some();
        let explained = origins.into_iter().map(|origin| Explained {
            name: origin.name.to_owned(),
            value: origin.value,
            from: if is_built { "its page".to_owned() } else { origin.from },
        });
        let mut explained: Vec<Explained> = explained.collect();
        if !explained.iter().any(|own| own.name == "authors") && !site.authors.is_empty() {
            let names: Vec<&str> = site.authors.iter().map(|author| author.name.as_str()).collect();
            let from = "the configuration".to_owned();
            explained.push(Explained { name: "authors".to_owned(), value: names.join(", "), from });
        }
        // What the lock, the history or another page says counts more.
        if let Some(meta) = meta {
            let date = |date: Option<_>| date.map(text::date::rfc3339);
            let known = [
                ("id", Some(meta.id().to_owned()), "the lock"),
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
        explained
    }

    /// Which documents carry a post.
    fn placements(&self, post: &PostMeta) -> Vec<Placement> {
        let (config, mut found) = (self.config, Vec::new());
        let declared = feeds::expand(&mut found, &self.posts, config);
        let documents = feeds::plan(&declared, &self.posts, config);
        let of_document = |document: &FeedDocument<'_>| {
            let why = feeds::explain(document, post, &self.posts);
            let is_in = why.is_ok();
            // Of feeds for terms and of archives, those that carry it are enough.
            let is_of_interest =
                is_in || (document.feed.term.is_none() && document.history.current.is_none());
            let why = why.unwrap_or_else(|why| why);
            is_of_interest.then(|| Placement { path: document.path.clone(), is_in, why })
        };
        let mut placements: Vec<Placement> = documents.iter().filter_map(of_document).collect();
        if let Some(sitemap) = &config.sitemap {
            let why = sitemaps::why_unlisted(post, sitemap, self.built.as_ref(), config);
            let (path, is_in) = (sitemap.path.clone(), why.is_none());
            placements.push(Placement { path, is_in, why: why.unwrap_or_else(|| "listed".to_owned()) });
        }
        placements
    }

    /// Why something that was asked for is no file that is read.
    fn why_unread(&self, wanted: &str) -> String {
        let (site, label) = (&self.config.site, self.config.recognised.generator.label);
        if wanted.contains("://") || wanted.starts_with("urn:") || wanted.starts_with("tag:") {
            return "no post has this URL or id".to_owned();
        }
        let typed = std::path::Path::new(wanted);
        let path = if typed.exists() { typed.to_owned() } else { site.root.join(wanted) };
        if !path.exists() {
            return "there is no such file, and no post has this URL or id".to_owned();
        }
        let Some(below) =
            path.canonicalize().ok().zip(site.root.canonicalize().ok()).and_then(|(path, root)| {
                let below = path.strip_prefix(root).ok()?.to_str()?.replace(std::path::MAIN_SEPARATOR, "/");
                Some(below)
            })
        else {
            return format!("it is outside of the folder that is read, {}", site.root.display());
        };
        if path.is_dir() {
            return "it is a folder".to_owned();
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

/// Why a post is in no output.
fn because(reason: Reason, other: Option<&str>) -> String {
    match (reason, other) {
        (Reason::Draft, _) => "it is a draft".to_owned(),
        (Reason::Future, _) => "its date is in the future".to_owned(),
        (Reason::Hidden, _) => {
            "its author hides it: it is unlisted, private, protected, expired, or in neither feeds nor sitemap".to_owned()
        }
        (Reason::HeldBack, _) => "it looks hidden, in a form that its generator does not read".to_owned(),
        (Reason::SameUrl, Some(other)) => format!("`{}` is newer, and has the same URL", text::shown(other)),
        (Reason::SameUrl, None) => "a newer post has the same URL".to_owned(),
        (Reason::Limit, _) => "the site publishes only so many of the newest posts".to_owned(),
        (Reason::NoPage, _) => "the built site has no page of it".to_owned(),
        (Reason::Unreadable, _) => "it cannot be read".to_owned(),
    }
}

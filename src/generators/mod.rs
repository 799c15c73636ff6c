//! The supported generators: one folder each, and one line in [`SOURCES`] or in `built::KNOWN`.
//!
//! A generator defines how its sites are recognised, what their configuration means, which files are posts, and what
//! each of them becomes. It sees [`SiteFacts`], never a `Config`, and gives what every other part understands:
//! [`Settings`], [`File`]s, [`Post`]s.

pub(crate) mod built;
mod eleventy;
mod fields;
mod hexo;
mod hugo;
mod javascript;
mod jekyll;
mod keys;
pub(crate) mod links;
pub(crate) mod media;
mod patterns;
mod pelican;
mod plain;
pub(crate) mod walk;
mod zola;

use std::fmt;
use std::path::{Path, PathBuf};

use crate::diagnostic::{Diagnostic, Rule};
use crate::error::Error;
use crate::markup::{Markup, Notes, Templates, Value};
use crate::model::{File, FileKind, Post, PostMeta, SiteFacts};
use crate::settings::{FILE_NAME, Settings};
use crate::source::{self, Fences, FrontMatter, Source};
use fields::Reading;
pub(crate) use fields::{
    Fields, Scope, Separator, dates, extra,
    names::NAME,
    origins::{Origin, OriginKind},
};
pub(crate) use links::LinkKind;

/// The generators whose sources can be read. Of several that recognise a folder, the first counts.
static SOURCES: [&Generator; 6] = [
    &hexo::GENERATOR,
    &jekyll::GENERATOR,
    &hugo::GENERATOR,
    &zola::GENERATOR,
    &eleventy::GENERATOR,
    &pelican::GENERATOR,
];

/// Every generator: those above, those whose sites must be built, and the one that takes any folder.
pub(crate) fn all() -> impl Iterator<Item = &'static Generator> + Clone {
    SOURCES.into_iter().chain(built::KNOWN.iter().copied()).chain([&plain::GENERATOR])
}

/// A folder of posts, of no generator in particular.
pub(crate) static PLAIN: &Generator = &plain::GENERATOR;

/// What is known of a generator before any site of it has been opened.
pub(crate) struct Generator {
    /// What `generator:` and `--generator` call it.
    pub name: &'static str,
    /// What messages call a site of it.
    pub label: &'static str,
    /// The default folder that it writes to.
    pub output: &'static str,
    /// The file that holds the site's address, and an example of that line.
    pub base_url_line: (&'static str, &'static str),
    /// The folder from which files are copied as they are, relative to the root, if there is one.
    pub static_folder: Option<&'static str>,
    /// If its sites are read from what was built of them: where that is, and what builds it.
    pub build: Option<&'static Build>,
    /// Finds the file or folder by which a site is recognised: its configuration file, if it has one.
    pub detect: fn(&Path) -> Option<PathBuf>,
    /// Reads the site's own configuration: the usual file, or instead of it the given ones, of which later files
    /// win.
    pub open: fn(&Path, &[PathBuf]) -> Result<Opened, Error>,
}

/// What is built of a site.
pub(crate) struct Build {
    /// The folders that it may be in, relative to the root; the first that holds pages counts.
    pub outputs: &'static [&'static str],
    /// What builds it.
    pub command: &'static str,
}

/// A site's own configuration, and how its files are read.
pub(crate) type Opened = (Settings, Box<dyn Dialect>);

impl fmt::Debug for Generator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// A site's generator, and what showed it.
#[derive(Debug, Clone)]
pub(crate) struct Recognised {
    /// The generator.
    pub generator: &'static Generator,
    /// The file or folder by which it was recognised; `None` if it was chosen, or if none was recognised.
    pub evidence: Option<PathBuf>,
}

/// The generator of the site in a folder.
pub(crate) fn recognise(root: &Path) -> Recognised {
    let mut by_folder = None;
    for (generator, evidence) in all().filter_map(|own| Some((own, (own.detect)(root)?))) {
        let found = Recognised { generator, evidence: Some(evidence.clone()) };
        // A folder such as `_posts` shows less than a configuration file.
        if evidence.is_file() {
            return found;
        }
        by_folder.get_or_insert(found);
    }
    by_folder.unwrap_or(Recognised { generator: &plain::GENERATOR, evidence: None })
}

impl Recognised {
    /// The configuration file that holds the site's facts: the one that was found, if facts are read from it, else the
    /// usual one.
    pub(crate) fn config_file(&self, root: &Path) -> PathBuf {
        let usual = self.generator.base_url_line.0;
        match &self.evidence {
            Some(file) if file.is_file() && usual != FILE_NAME => file.clone(),
            _ => root.join(usual),
        }
    }
}

/// The value of each variable; `None` if it is not known.
pub(crate) type Variables<'v> = Box<dyn Fn(&str) -> Option<Value> + 'v>;

/// One site, read by its generator's conventions.
pub(crate) trait Dialect: fmt::Debug + Send + Sync {
    /// Hands over every file that may be a post, a page or an asset, each once, in no order. What cannot be read is a
    /// finding.
    fn discover(&self, found: &mut Vec<Diagnostic>, site: &SiteFacts, give: &mut dyn FnMut(File));

    /// What counts as front matter in a file; `None` if nothing does, or if only the dialect itself can read it.
    fn fences(&self, _file: &File, _source: &Source) -> Option<Fences> {
        Some(Fences::Any)
    }

    /// What a file becomes; `None` if nothing is published of it.
    fn resolve(&self, file: &File, fields: &mut Fields<'_>) -> Option<Post>;

    /// How it reads the fields that hide a post.
    fn reading(&self) -> Reading {
        Reading::Exact
    }

    /// How the body of a post is written.
    fn prose(&self, post: &Post, site: &SiteFacts) -> Prose;

    /// The variables that templates in the body of a post may show, as the site and the post say them.
    fn variables<'v>(&'v self, _post: &'v Post, _source: &'v Source) -> Variables<'v> {
        Box::new(|_| None)
    }

    /// The names by which links call the source at a path.
    fn link_names(&self, path: &str) -> Vec<String> {
        vec![path.to_owned()]
    }

    /// The names that a link in the source at `from` may mean, the likeliest first; none if it names no source.
    fn linked(&self, written: &str, from: &str, kind: LinkKind) -> Vec<String> {
        match kind {
            LinkKind::Tag => vec![written.to_owned()],
            LinkKind::Url => links::relative(written, from, "").into_iter().collect(),
        }
    }

    /// The URL of a file beside the source of a post, such as an image, by its path relative to the root; `None` if the
    /// site does not serve it, or it is not known where.
    fn beside(&self, _file: &str, _post: &Post, _site: &SiteFacts) -> Option<String> {
        None
    }

    /// The field in which a post says where it is.
    fn url_field(&self) -> &'static str {
        "permalink"
    }

    /// The taxonomies whose terms have pages or feeds of their own.
    fn taxonomies(&self) -> Vec<String> {
        Vec::new()
    }

    /// The key of a term, if it is not the name itself: names with one key are one term.
    fn path_of_term(&self, _taxonomy: &str, _name: &str) -> Option<String> {
        None
    }

    /// The part of a feed's path that stands for a term, in a language if the feed is of one.
    fn place_of_term(
        &self,
        taxonomy: &str,
        name: &str,
        _language: Option<&str>,
        _site: &SiteFacts,
    ) -> Option<String> {
        self.path_of_term(taxonomy, name)
    }

    /// Whether a term may have a feed: the page that it belongs to may be hidden.
    fn has_feed_of_term(
        &self,
        _taxonomy: &str,
        _name: &str,
        _language: Option<&str>,
        _site: &SiteFacts,
    ) -> bool {
        true
    }

    /// Whether a built page is hidden, whatever its source says. Its path is relative to the output.
    fn hides_page(&self, _file: &str) -> bool {
        false
    }

    /// What feeds call a term, in a language if they are of one, where that is not its name.
    fn title_of_term(
        &self,
        _taxonomy: &str,
        _name: &str,
        _language: Option<&str>,
        _site: &SiteFacts,
    ) -> Option<String> {
        None
    }

    /// Whether the generator builds drafts too, at URLs that no other page links to: such a page is no leak.
    fn builds_drafts(&self) -> bool {
        false
    }

    /// Whether posts have translations: then the sitemap lists them.
    fn has_translations(&self) -> bool {
        false
    }

    /// The URLs of pages that are made of no file: lists of sections and of terms.
    fn list_pages(&self, _posts: &[PostMeta], _site: &SiteFacts) -> Vec<String> {
        Vec::new()
    }

    /// The language of a page that is made of no file, and what it has in common with its translations.
    fn translation_of_list(&self, _url: &str, _site: &SiteFacts) -> Option<(String, String)> {
        None
    }

    /// Where a field that is not in the front matter of a file comes from, if that is known.
    fn inherited_from(&self, _file: &File, _key: &str, _site: &SiteFacts) -> Option<String> {
        None
    }

    /// How many posts the site has at most, the newest first; `None` means no limit.
    fn post_limit(&self) -> Option<usize> {
        None
    }
}

/// The front matter of a file, as its generator reads it.
pub(crate) fn front_matter(
    found: &mut Vec<Diagnostic>,
    dialect: &dyn Dialect,
    file: &File,
    source: &Source,
) -> FrontMatter {
    let fences = dialect.fences(file, source);
    fences.map(|fences| source::front_matter::parse(found, source, fences)).unwrap_or_default()
}

/// What a file becomes: as its generator resolves it, with a URL by the pattern of the site's own configuration, if that
/// has one.
pub(crate) fn resolve(
    generator: &Generator,
    dialect: &dyn Dialect,
    file: &File,
    fields: &mut Fields<'_>,
) -> Option<Post> {
    let mut post = dialect.resolve(file, fields)?;
    let reading = dialect.reading();
    post.withheld |= fields.is_protected()
        || match reading {
            Reading::Own => false,
            // It has rules of its own for expiry and its like.
            Reading::AnyCase => fields.is_private(),
            Reading::Exact => fields.is_private() || fields.is_away(),
        };
    // Of what is in a folder of drafts there is no doubt, nor of what is not out yet.
    let is_hidden = file.kind == FileKind::Draft || fields.site.holds_back(post.published);
    if let Some(doubt) = fields.doubt(reading).filter(|_| !is_hidden) {
        post.draft = true;
        fields.remark(doubt);
    } else if reading == Reading::Own && !post.draft && !post.withheld {
        fields.report_published();
    }
    let served_at = |file: &str| dialect.beside(file, &post, fields.site);
    let image = fields.image_beside().and_then(|file| served_at(&file));
    let recording = post.enclosure.as_ref().and_then(|_| fields.enclosure_beside());
    let recording = recording.map(|file| served_at(&file));
    for (own, image) in image.iter().zip(post.image.iter_mut().chain(&mut post.sitemap.images)) {
        image.clone_from(own);
    }
    match (recording, &mut post.enclosure) {
        (Some(Some(own)), Some(enclosure)) => enclosure.url = own,
        (Some(None), Some(_)) => post.enclosure = fields.enclosure_elsewhere(),
        _ => {}
    }
    if !fields.site.is_future_said && post.in_feeds {
        fields.report_future(post.published);
    }
    if let Some((message, help)) = post.limit_terms(&fields.site.taxonomies) {
        fields.report(Rule::UnusableValue, None, message, help);
    }
    if file.kind == FileKind::Post && generator.name != plain::GENERATOR.name {
        plain::set_url(&mut post, fields);
    }
    Some(post)
}

/// How the body of a post is written, and what of it is the excerpt.
#[derive(Debug, Clone)]
pub(crate) struct Prose {
    /// Its markup.
    pub markup: Markup,
    /// Which templates are run before the markup is read.
    pub templates: Templates,
    /// What is read besides CommonMark.
    pub flavour: Flavour,
    /// How its page names the anchors of footnotes.
    pub notes: Notes,
    /// What its excerpt is, where the author wrote none.
    pub excerpt: Excerpt,
}

/// A flavour of Markdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flavour {
    /// CommonMark with the usual extensions. What only kramdown can mean is removed.
    CommonMark,
    /// kramdown, with smart quotes and dashes.
    Kramdown,
}

/// Which link definitions of the rest of a post belong to its excerpt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Definitions {
    /// Those of the labels in the excerpt.
    Named,
    /// All.
    All,
}

/// A rule for excerpts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Excerpt {
    /// What comes before a separator or `<!--more-->`, else the first paragraph.
    Marker(Option<String>),
    /// What comes before `<!--more-->`, else as many paragraphs as have so many words: Hugo's.
    Words(usize),
    /// What comes before a separator, with its markup rendered and its tags removed: Jekyll's. An empty separator
    /// means no excerpt.
    Before(String, Definitions),
}

/// What tests of generators share.
#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FileKind;

    /// What a generator makes of one file of a site, with the messages of its findings. The configuration is in the
    /// generator's usual file.
    pub(super) fn resolved(
        generator: &Generator,
        config: &str,
        file: (&str, FileKind, &str),
    ) -> (Option<Post>, Vec<String>) {
        resolved_as(Scope::Whole, generator, config, file)
    }

    pub(super) fn resolved_as(
        scope: Scope,
        generator: &Generator,
        config: &str,
        (path, kind, text): (&str, FileKind, &str),
    ) -> (Option<Post>, Vec<String>) {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            #[expect(clippy::disallowed_methods, reason = "a test's own file, which no other process reads")]
            std::fs::write(path, text).unwrap();
        };
        write(generator.base_url_line.0, config);
        write(path, text);
        let (_, dialect) = (generator.open)(folder.path(), &[]).unwrap();
        let site = SiteFacts::example(folder.path());
        let source = crate::source::read(folder.path(), path, u64::MAX).unwrap();
        let mut found = Vec::new();
        let collection = (kind != FileKind::Page).then(|| "posts".into());
        let file = File { path: path.to_owned(), kind, collection };
        let written = front_matter(&mut found, &*dialect, &file, &source);
        let post = dialect.resolve(&file, &mut Fields::new(&mut found, &source, written, &site, scope));
        (post, found.into_iter().map(|finding| finding.message).collect())
    }

    #[test]
    fn every_generator_has_its_own_name_and_the_last_takes_any_folder() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(recognise(folder.path()).generator.name, "plain");
        assert!(recognise(folder.path()).evidence.is_none());
        for (index, generator) in all().enumerate() {
            assert!(all().take(index).all(|other| other.name != generator.name));
        }
    }
}

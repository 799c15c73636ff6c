//! What is declared for each term of a taxonomy becomes a feed for every term that posts have.

use std::collections::{BTreeMap, BTreeSet};

use super::members::{is_selected, key};
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Rule};
use crate::disk;
use crate::model::{LANGUAGE, PostMeta};
use crate::settings::{Each, FILE_NAME, FeedConfig, SitemapConfig};
use crate::text::{self, slug};

/// The feeds to write.
pub(crate) fn expand(found: &mut Vec<Diagnostic>, posts: &[PostMeta], config: &Config) -> Vec<FeedConfig> {
    let mut expanded = Vec::new();
    if let Some(feed) = config.feeds.iter().find(|feed| feed.chosen_by.is_some()) {
        found.push(computed(feed, config));
    }
    for feed in config.feeds.iter().filter(|feed| feed.chosen_by.is_none()) {
        match &feed.each {
            Some(each) => expanded.append(&mut for_each(found, feed, each, posts, config)),
            None => expanded.push(feed.clone()),
        }
    }
    without_same_paths(found, expanded, config)
}

/// What is said of a feed whose posts a program chooses.
fn computed(feed: &FeedConfig, config: &Config) -> Diagnostic {
    let name = text::shown(feed.chosen_by.as_deref().unwrap_or_default());
    let path = text::shown(&feed.path);
    let message = format!("a program chooses the posts of `{path}`, the collection `{name}`");
    let file =
        config.recognised.evidence.as_deref().map_or_else(|| config.feeds_file(), |file| config.named(file));
    let finding = Diagnostic::new(Rule::ComputedFeed, file, message);
    finding.help(format!(
        "the feed stays as the generator writes it; `feeds:` in `{FILE_NAME}` names feeds of other posts, such as \
         `{{path: {path}, tags: [news]}}`"
    ))
}

/// Patterns of paths of feeds of terms and of archives, which an earlier run may have written and this run
/// does not.
pub(crate) fn patterns(config: &Config) -> Vec<String> {
    let mut patterns = Vec::new();
    for feed in &config.feeds {
        let path = filled(feed, "*");
        let (stem, extension) = path.rsplit_once('.').unwrap_or((&path, "xml"));
        let is_of_terms = path.contains('*');
        // In a pattern, a name has one `*` at most, and `*.xml` fits archives too.
        if !is_of_terms || !stem.rsplit('/').next().is_some_and(|name| name.contains('*')) {
            patterns.push(format!("{stem}-archive-*.{extension}"));
        }
        patterns.extend(is_of_terms.then_some(path));
    }
    patterns
}

/// Drops the feeds of terms whose path is taken: another output has it, or one of the two would be a folder
/// of the other.
fn without_same_paths(
    found: &mut Vec<Diagnostic>,
    feeds: Vec<FeedConfig>,
    config: &Config,
) -> Vec<FeedConfig> {
    let mut reserved = Taken::default();
    reserved_paths(config).iter().for_each(|path| reserved.add(path));
    let mut taken = Taken::default();
    let mut kept = Vec::with_capacity(feeds.len());
    for feed in feeds {
        let is_taken = reserved.has(&feed.path.to_lowercase()) || taken.has(&feed.path);
        match feed.term.as_ref().filter(|_| is_taken) {
            Some((taxonomy, term)) => {
                let term = text::shown(term);
                let message = format!("the {taxonomy} `{term}` has the feed path of another output");
                let finding = Diagnostic::new(Rule::SameSlug, feed.path.clone(), message);
                found.push(finding.help("it has no feed of its own"));
            }
            None => {
                taken.add(&feed.path);
                kept.push(feed);
            }
        }
    }
    kept
}

/// The paths of outputs so far, and the folders that contain them.
#[derive(Default)]
struct Taken {
    files: BTreeSet<String>,
    folders: BTreeSet<String>,
}

impl Taken {
    fn add(&mut self, path: &str) {
        self.files.insert(path.to_owned());
        self.folders.extend(folders_of(path).map(str::to_owned));
    }

    /// Whether a path is taken by a file or a folder, or is below a file.
    fn has(&self, path: &str) -> bool {
        self.files.contains(path)
            || self.folders.contains(path)
            || folders_of(path).any(|folder| self.files.contains(folder))
    }
}

/// The folders that a file is in.
fn folders_of(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').filter_map(|(at, _)| path.get(..at))
}

/// The feeds for the terms of a taxonomy, by path.
fn for_each(
    found: &mut Vec<Diagnostic>,
    feed: &FeedConfig,
    each: &Each,
    posts: &[PostMeta],
    config: &Config,
) -> Vec<FeedConfig> {
    let host = config.site.base_url.readable_host();
    let site = config.site.title.as_deref().unwrap_or(&host);
    let title = feed.title.as_deref().unwrap_or("{site} - {value}");
    let mut names = Names {
        feed,
        config,
        reserved: reserved_paths(config),
        taken: BTreeMap::new(),
        numbers: BTreeMap::new(),
    };
    let mut feeds = Vec::new();
    let language = feed.select.of.terms.get(LANGUAGE).and_then(|tags| tags.first()).map(String::as_str);
    for term in terms(feed, each, posts, config) {
        if !config.dialect.has_feed_of_term(&each.taxonomy, &term, language, &config.site) {
            continue;
        }
        let name = names.unique(found, each, &term, language);
        let titled = config.dialect.title_of_term(&each.taxonomy, &term, language, &config.site);
        feeds.push(FeedConfig {
            path: filled(feed, &name),
            title: Some(title.replace("{value}", titled.as_ref().unwrap_or(&term)).replace("{site}", site)),
            each: None,
            term: Some((each.taxonomy.clone(), term)),
            ..feed.clone()
        });
    }
    feeds.sort_by(|a, b| a.path.cmp(&b.path));
    feeds
}

/// The terms that have a feed, each as the oldest post writes it. The oldest come first, so that a term keeps its name in
/// paths, whatever is published later: subscribers must not find another feed there.
fn terms(feed: &FeedConfig, each: &Each, posts: &[PostMeta], config: &Config) -> Vec<String> {
    // How many posts have a term, where the oldest of them is, and what it calls the term: the posts are in order, the
    // newest first.
    let mut counts: BTreeMap<String, (usize, usize, String)> = BTreeMap::new();
    for (index, post) in posts.iter().enumerate().filter(|(_, post)| is_selected(post, feed)) {
        for term in post.terms_of(&each.taxonomy) {
            let is_wanted = each.only.is_empty() || each.only.iter().any(|only| *only == term);
            if is_wanted && !each.except.iter().any(|except| *except == term) {
                let (count, oldest, name) = counts.entry(key(&each.taxonomy, &term, config)).or_default();
                // One post may write it in two ways.
                *count += usize::from(*count == 0 || *oldest != index);
                (*oldest, *name) = (index, term.into_owned());
            }
        }
    }
    let mut terms: Vec<_> = counts.into_iter().collect();
    terms.retain(|(_, (count, ..))| *count >= each.min_posts.max(1));
    terms.sort_by(|(a, (_, old, _)), (b, (_, older, _))| older.cmp(old).then_with(|| a.cmp(b)));
    terms.into_iter().map(|(_, (.., name))| name).collect()
}

/// The path of a feed for a term of this name.
fn filled(feed: &FeedConfig, name: &str) -> String {
    feed.path.replace("{value}", name).replace("{slug}", name)
}

/// The names that terms have in paths.
struct Names<'a> {
    feed: &'a FeedConfig,
    config: &'a Config,
    reserved: BTreeSet<String>,
    /// For each name, as paths are compared, the term that has it.
    taken: BTreeMap<String, String>,
    /// The last number that a name has been given.
    numbers: BTreeMap<String, usize>,
}

impl Names<'_> {
    /// The name of a term; with a number, if another term has it.
    fn unique(
        &mut self,
        found: &mut Vec<Diagnostic>,
        each: &Each,
        term: &str,
        language: Option<&str>,
    ) -> String {
        let is_verbatim = self.feed.path.contains("{value}");
        let (dialect, site) = (&self.config.dialect, &self.config.site);
        // A path from the generator that no file can have is replaced by the slug.
        let own =
            || dialect.place_of_term(&each.taxonomy, term, language, site).filter(|name| disk::is_name(name));
        let name = match is_verbatim {
            true => slug::file_name(term),
            false => own().unwrap_or_else(|| slug::slug(term)),
        };
        let mut unique = name.clone();
        while self.is_taken(&unique) {
            let number = self.numbers.entry(name.clone()).or_insert(1);
            *number += 1;
            unique = format!("{name}-{number}");
        }
        if unique != name {
            let first = self.taken.get(&self.compared(&name));
            let other = first
                .map_or_else(|| "another output".to_owned(), |first| format!("`{}`", text::shown(first)));
            let (taxonomy, term) = (&each.taxonomy, text::shown(term));
            let message = format!("the {taxonomy} `{term}` has the same slug as {other}");
            let finding = Diagnostic::new(Rule::SameSlug, self.feed.path.clone(), message);
            found.push(finding.help(format!("its feed is called `{}`", text::shown(&unique))));
        }
        self.taken.insert(self.compared(&unique), term.to_owned());
        unique
    }

    /// The form in which names are compared. Many file systems ignore case, so it is in lower case, unless names
    /// are to be as written.
    fn compared(&self, name: &str) -> String {
        if self.feed.path.contains("{value}") { name.to_owned() } else { name.to_lowercase() }
    }

    fn is_taken(&self, name: &str) -> bool {
        self.taken.contains_key(&self.compared(name))
            || self.reserved.contains(&filled(self.feed, name).to_lowercase())
            || (self.feed.archive.is_some() && is_archive_name(name))
    }
}

/// Whether a name ends like that of an archive.
fn is_archive_name(name: &str) -> bool {
    name.rsplit_once("-archive-").is_some_and(|(_, number)| number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The paths of outputs that no term may take, in lower case.
fn reserved_paths(config: &Config) -> BTreeSet<String> {
    let feeds = config.feeds.iter().filter(|feed| feed.each.is_none()).map(|feed| feed.path.as_str());
    let sitemaps = config.sitemap.iter().flat_map(SitemapConfig::paths).map(String::as_str);
    let others = config.stylesheet.iter().chain(&config.opml).map(String::as_str);
    let paths = feeds.chain(sitemaps).chain(others).chain(["robots.txt"]).map(str::to_lowercase);
    paths.flat_map(|path| [format!("{path}.gz"), path]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATES: [&str; 3] = ["2025-03-01T00:00:00Z", "2025-02-01T00:00:00Z", "2025-01-01T00:00:00Z"];

    /// The feeds for the tags of some posts, the newest first: path and title.
    #[track_caller]
    fn case(each: &str, tags: &[&[&str]], expected: &[(&str, &str)]) -> Vec<Diagnostic> {
        let config = Config::example(&format!("title: T\nfeeds: [{{each: tag, {each}}}, tags/taken.xml]"));
        let posts: Vec<PostMeta> = DATES
            .iter()
            .zip(tags)
            .map(|(date, tags)| {
                let tags: Vec<(&'static str, &str)> = tags.iter().map(|tag| ("tag", *tag)).collect();
                PostMeta::example("a.md", date, &tags)
            })
            .collect();
        let mut found = Vec::new();
        let feeds = expand(&mut found, &posts, &config);
        let made: Vec<_> = feeds
            .iter()
            .filter(|feed| feed.term.is_some())
            .map(|feed| (feed.path.as_str(), feed.title.as_deref().unwrap()))
            .collect();
        assert_eq!(made, expected);
        found
    }

    #[test]
    fn a_feed_for_every_term() {
        let path = "path: 'tags/{slug}.xml'";
        let all = [("tags/a.xml", "T - a"), ("tags/b-c.xml", "T - B c")];
        assert!(case(path, &[&["a"], &["a", "B c"]], &all).is_empty());
        case(&format!("{path}, min_posts: 2"), &[&["a"], &["a", "B c"]], &all[..1]);
        case(&format!("{path}, only: [B c]"), &[&["a", "B c"]], &all[1..]);
        case(&format!("{path}, except: [B c]"), &[&["a", "B c"]], &all[..1]);
        case("path: '{slug}.xml', title: '{value} of {site}'", &[&["a"]], &[("a.xml", "a of T")]);
    }

    #[test]
    fn a_term_keeps_its_name_in_paths_whatever_is_published_later() {
        let path = "path: 'tags/{slug}.xml'";
        let found = case(
            path,
            &[&["C"], &["taken"], &["C++"]],
            &[("tags/c-2.xml", "T - C"), ("tags/c.xml", "T - C++"), ("tags/taken-2.xml", "T - taken")],
        );
        let found: Vec<&str> = found.iter().map(|finding| &*finding.message).collect();
        assert_eq!(
            found,
            ["the tag `taken` has the same slug as another output", "the tag `C` has the same slug as `C++`",]
        );
        assert!(is_archive_name("a-archive-12") && !is_archive_name("a-archive-x"));
    }
}

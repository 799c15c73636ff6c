//! The documents of feeds: the current one, and archives of what is older (RFC 5005 §4).

use chrono::{DateTime, FixedOffset};

use super::members::members;
use super::title_of;
use crate::check;
use crate::config::{self, Config};
use crate::model::{Entry, Feed, History, LANGUAGE, PostMeta, Site};
use crate::settings::FeedConfig;
use crate::text::{date, language, link};

/// One document of a feed.
#[derive(Debug)]
pub(crate) struct FeedDocument<'a> {
    /// The feed.
    pub feed: &'a FeedConfig,
    /// Relative to the output folder and to the base URL.
    pub path: String,
    /// What it carries, in order.
    pub posts: Vec<&'a PostMeta>,
    /// Its place among the documents of the feed.
    pub history: History,
}

/// The documents of all feeds, in the order of the configuration, each feed's archives after it.
pub(crate) fn plan<'a>(
    feeds: &'a [FeedConfig],
    posts: &'a [PostMeta],
    config: &Config,
) -> Vec<FeedDocument<'a>> {
    let members = members(posts, feeds, config);
    feeds.iter().zip(members).flat_map(|(feed, posts)| documents(feed, posts, config)).collect()
}

/// The paths of published feeds that have entries and would have none now, for example because of a wrong
/// glob, or of a clock that is years behind.
pub(crate) fn emptied<'d>(
    documents: &'d [FeedDocument<'_>],
    config: &'d Config,
) -> impl Iterator<Item = &'d str> {
    let is_emptied = |document: &&FeedDocument<'_>| {
        document.posts.is_empty() && check::has_entries(&config.site.output.join(&document.path))
    };
    let empty = documents.iter().filter(|_| !config.allow_empty).filter(is_emptied);
    empty.map(|document| document.path.as_str())
}

/// The current document of a feed, and its archives. The content of an archive never changes: the oldest
/// posts fill the first, and a new one begins once the current document has that many posts beyond its limit.
fn documents<'a>(
    feed: &'a FeedConfig,
    mut posts: Vec<&'a PostMeta>,
    config: &Config,
) -> Vec<FeedDocument<'a>> {
    let base_url = &config.site.base_url;
    let limit = feed.limit.unwrap_or(posts.len());
    let size = feed.archive.unwrap_or(usize::MAX);
    let archives = posts.len().saturating_sub(limit) / size;
    let archived = posts.split_off(posts.len() - archives * size.min(posts.len()));
    let (stem, extension) = feed.path.rsplit_once('.').unwrap_or((&feed.path, "xml"));
    let path = |number: usize| format!("{stem}-archive-{number}.{extension}");
    let url = |number: usize| (1..=archives).contains(&number).then(|| base_url.file(&path(number)));
    let current = base_url.file(&feed.path);
    let newest = History { previous: url(archives), ..History::default() };
    let mut documents = vec![FeedDocument { feed, path: feed.path.clone(), posts, history: newest }];
    // The newest archive first, as its posts are.
    for (number, posts) in (1..=archives).rev().zip(archived.chunks(size)) {
        let history =
            History { current: Some(current.clone()), previous: url(number - 1), next: url(number + 1) };
        documents.push(FeedDocument { feed, path: path(number), posts: posts.to_vec(), history });
    }
    documents
}

impl FeedDocument<'_> {
    /// The feed with these entries, which are in order.
    pub(super) fn assemble<'e>(&self, site: &'e Site, entries: Vec<&'e Entry>, config: &Config) -> Feed<'e> {
        let base_url = &config.site.base_url;
        let stylesheet = config.stylesheet.as_deref();
        Feed {
            site: config::site_of(self.feed, site),
            title: title_of(self.feed, site),
            page: match self.feed.path.rsplit_once('/') {
                Some((folder, _)) if self.feed.is_beside_page => base_url.file(&format!("{folder}/")),
                _ => site.url.clone(),
            },
            url: base_url.file(&self.path),
            id: base_url.file(&self.feed.path),
            history: self.history.clone(),
            language: selected_language(self.feed).unwrap_or_else(|| site.language_of(&entries)),
            updated: entries.iter().map(|entry| entry.updated).max().unwrap_or_else(date::unknown),
            stylesheet: stylesheet.map(|stylesheet| link::relative(&self.path, stylesheet)),
            content: self.feed.content.unwrap_or(config.content),
            full: entries.len(),
            entries,
            is_part: false,
        }
    }

    /// When the newest change to its posts was made.
    pub(super) fn updated(&self) -> DateTime<FixedOffset> {
        let dates = self.posts.iter().filter_map(|post| post.updated.or(post.published));
        dates.max().unwrap_or_else(date::unknown)
    }
}

/// The language by which a feed selects its posts, if it is one.
fn selected_language(feed: &FeedConfig) -> Option<String> {
    let made = feed.term.as_ref().filter(|(taxonomy, _)| taxonomy == LANGUAGE).map(|(_, name)| name);
    let selected = feed.select.of.terms.get(LANGUAGE).map(Vec::as_slice);
    let name = made.or(match selected {
        Some([name]) => Some(name),
        _ => None,
    });
    language::parse(name?).ok()
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::config::Options;
    use crate::model::FileKind;
    use crate::model::Format;
    use crate::model::Post;
    use crate::model::{Origin, Wanted};

    #[test]
    fn archives_fill_from_the_oldest() {
        let folder = tempfile::tempdir().unwrap();
        let options = Options { base_url: Some("https://e.com".to_owned()), ..Options::default() };
        let config = Config::new(folder.path(), options, DateTime::default()).unwrap();
        let meta =
            |_| PostMeta::of(Post::nameless(""), Origin::File(FileKind::Post), &Wanted::default(), None);
        let posts: Vec<PostMeta> = (0..11).map(meta).collect();
        let feed = FeedConfig { limit: Some(3), archive: Some(4), ..FeedConfig::new("f.xml", Format::Rss) };
        let plan = |count: usize| -> Vec<(String, usize, Option<String>)> {
            let documents = documents(&feed, posts.iter().take(count).collect(), &config);
            let seen =
                |document: FeedDocument<'_>| (document.path, document.posts.len(), document.history.previous);
            documents.into_iter().map(seen).collect()
        };
        let row = |path: &str, posts: usize, previous: Option<u32>| {
            let previous = previous.map(|number| format!("https://e.com/f-archive-{number}.xml"));
            (path.to_owned(), posts, previous)
        };
        assert_eq!(plan(0), [row("f.xml", 0, None)]);
        assert_eq!(plan(6), [row("f.xml", 6, None)]);
        assert_eq!(plan(7), [row("f.xml", 3, Some(1)), row("f-archive-1.xml", 4, None)]);
        assert_eq!(
            plan(11),
            [row("f.xml", 3, Some(2)), row("f-archive-2.xml", 4, Some(1)), row("f-archive-1.xml", 4, None)]
        );
    }
}

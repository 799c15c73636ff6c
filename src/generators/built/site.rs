//! The facts of a built site, from its own pages.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::facts::PageFacts;
use super::origin::Sources;
use super::{Built, address, known};
use crate::disk;
use crate::error::Error;
use crate::generators::Opened;
use crate::markup::{main_text, published_line};
use crate::model::{Author, LANGUAGE};
use crate::settings::{FeedConfig, Selection, Settings, default_feeds};
use crate::source;
use crate::text::{BaseUrl, language, link};

/// How much of a page is read for its facts, in bytes.
const HEAD: u64 = 64 * 1024;
/// How many pages are asked for the address of the site.
const ASKED: usize = 40;
/// How deep pages are looked for.
const DEEPEST: usize = 6;

/// Whether a folder holds pages.
pub(crate) fn has_pages(folder: &Path) -> bool {
    !pages(folder, 1).is_empty()
}

/// The language that the home page in a folder says to be in. English may be no more than the default of a theme, so it
/// says nothing.
pub(crate) fn language_of(folder: &Path) -> Option<String> {
    let (_, home) = facts(folder, "index.html").filter(|(_, home)| !home.is_redirect)?;
    let tag = language::parse(home.language.as_deref()?).ok()?;
    (tag.split('-').next() != Some("en")).then_some(tag)
}

/// What the pages in a folder say of their site, and what they do not say of it, but the file that its generator was
/// recognised by. `folder` is relative to the root.
///
/// # Errors
/// [`Error::ConfigRead`] and [`Error::Value`] for feeds of `from_feeds` that cannot be read.
pub(crate) fn open(
    root: &Path,
    folder: &Path,
    evidence: Option<&Path>,
    from_feeds: &[PathBuf],
) -> Result<Opened, Error> {
    let output = root.join(folder);
    let pages = pages(&output, ASKED);
    let read: Vec<(String, PageFacts)> = pages.into_iter().filter_map(|path| facts(&output, &path)).collect();
    let home = read.iter().find(|(path, _)| path == "index.html").map(|(_, facts)| facts);
    let site_name = |facts: &PageFacts| {
        facts.site_name.clone().or_else(|| facts.meta(&["og:site_name"]).map(str::to_owned))
    };
    let title = read
        .iter()
        .find_map(|(_, facts)| site_name(facts))
        .or_else(|| {
            let title = common_end(read.iter().filter_map(|(_, facts)| facts.title.as_deref()))?;
            let is_of_home = |home: &PageFacts| home.title.as_ref().is_none_or(|own| own.contains(&title));
            home.is_none_or(is_of_home).then_some(title)
        })
        .or_else(|| home.and_then(|home| home.title.clone()));
    let sources = Sources::of(root, evidence);
    let author = home.and_then(|home| home.meta(&["author"])).filter(|name| !name.contains("://"));
    let settings = Settings {
        base_url: base_url(&output, &read).or_else(|| address::of_config(evidence?)),
        title,
        description: home.and_then(|home| home.meta(&["description", "og:description"])).map(str::to_owned),
        language: home.and_then(|home| home.language.as_deref()).and_then(|tag| language::parse(tag).ok()),
        authors: author.map(|name| vec![Author { name: name.to_owned(), ..Author::default() }]),
        output: Some(folder.to_owned()),
        source: Some(folder.to_owned()),
        publishes_future: !sources.are_beside,
        ..Settings::default()
    };
    let linked: Vec<String> = read.iter().flat_map(|(_, facts)| facts.feeds.clone()).collect();
    let linked = linked.iter().filter_map(|href| local(href, settings.base_url.as_ref()));
    let mut found = Vec::new();
    let mut known = known::read(&mut found, root, folder, &linked.collect::<Vec<_>>());
    known.extend(known::given(from_feeds)?);
    let base = settings.base_url.as_ref();
    let form = form(&output, &read, base);
    let languages = home.map(|home| languages(&output, home, base)).unwrap_or_default();
    let feeds = (!languages.is_empty()).then(|| languages.iter().flat_map(Language::feeds).collect());
    Ok((Settings { feeds, ..settings }, Box::new(Built { known, found, form, languages, sources })))
}

/// A language of the site, by what the home page declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Language {
    /// A tag of BCP 47.
    pub(super) tag: String,
    /// The folder of its pages, with a final slash; empty for the main language.
    pub(super) folder: String,
}

impl Language {
    /// Its feeds, beside its home page.
    fn feeds(&self) -> impl Iterator<Item = FeedConfig> {
        default_feeds().into_iter().map(|feed| FeedConfig {
            select: Selection::of_term(LANGUAGE, &self.tag),
            path: format!("{}{}", self.folder, feed.path),
            ..feed
        })
    }
}

/// The languages that the home page leads to, each in a folder of its own; none if there is only one.
fn languages(output: &Path, home: &PageFacts, base: Option<&BaseUrl>) -> Vec<Language> {
    // Where the address is not known yet, links from the root of the host are below it too.
    let nowhere = BaseUrl::parse("https://site.invalid/").ok();
    let Some(base) = base.or(nowhere.as_ref()) else { return Vec::new() };
    let mut languages: Vec<Language> = Vec::new();
    // A link that readers see may lead to the translation of a post: only a folder that is called so is a language.
    let shown = home.shown_alternates.iter().filter(|(tag, href)| {
        let last = href.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        let is_named = last.eq_ignore_ascii_case(tag)
            || tag.split('-').next().is_some_and(|language| last.eq_ignore_ascii_case(language));
        is_named || base.join(href).as_deref() == Some(base.as_str())
    });
    for (tag, href) in home.alternates.iter().chain(shown) {
        let url = base.join(href).map(|url| format!("{}/", url.trim_end_matches('/')));
        let folder = url.as_deref().and_then(|url| url.strip_prefix(base.as_str())).map(link::decoded);
        let Some((tag, folder)) = language::parse(tag).ok().zip(folder) else { continue };
        let is_new = !languages.iter().any(|own| own.folder == folder || own.tag == tag);
        if is_new && output.join(&folder).join("index.html").is_file() {
            languages.push(Language { tag, folder });
        }
    }
    let is_whole = languages.len() > 1 && languages.iter().any(|own| own.folder.is_empty());
    if is_whole { languages } else { Vec::new() }
}

/// How the site's own links name its pages, where these do not say it themselves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Form {
    /// `/a` for `a.html`.
    without_extension: bool,
    /// `/a` for `a/index.html`.
    without_slash: bool,
}

impl Form {
    /// The path under which a page is linked to, by its file without `index.html`.
    pub(super) fn of(self, path: &str) -> &str {
        let bare = |end: &str, is_so: bool| path.strip_suffix(end).filter(|_| is_so);
        bare(".html", self.without_extension).or_else(|| bare("/", self.without_slash)).unwrap_or(path)
    }
}

/// The form that all links between pages have.
fn form(output: &Path, pages: &[(String, PageFacts)], base: Option<&BaseUrl>) -> Form {
    // The paths that links to files and to folders have, with the extension or slash, and without.
    let mut paths: [[BTreeSet<String>; 2]; 2] = Default::default();
    for (path, facts) in pages {
        let own = base.map(|base| base.file(path)).and_then(|own| url::Url::parse(&own).ok());
        for href in &facts.links {
            let joined = own.as_ref().and_then(|own| own.join(href).ok());
            let below = local(joined.as_ref().map_or(href, url::Url::as_str), base);
            let below = below.as_deref().map(|below| below.split(['?', '#']).next().unwrap_or(below));
            let Some(below) =
                below.map(|below| below.trim_start_matches('/')).filter(|below| !below.is_empty())
            else {
                continue;
            };
            let is_page = |end: &str| output.join(format!("{below}{end}")).is_file();
            let [of_files, of_folders] = &mut paths;
            let (found, is_there) = match below {
                _ if below.ends_with(".html") => (&mut of_files[0], is_page("")),
                _ if below.ends_with('/') => (&mut of_folders[0], is_page("index.html")),
                _ if is_page(".html") => (&mut of_files[1], true),
                _ => (&mut of_folders[1], is_page("/index.html")),
            };
            found.extend(is_there.then(|| below.to_owned()));
        }
    }
    // A careless link does not decide: several have the bare form, and none the other.
    let is_bare = |[whole, bare]: &[BTreeSet<String>; 2]| bare.len() > 1 && whole.is_empty();
    let [of_files, of_folders] = &paths;
    Form { without_extension: is_bare(of_files), without_slash: is_bare(of_folders) }
}

/// What stands behind a separator at the end of most titles: the name of the site.
fn common_end<'t>(titles: impl Iterator<Item = &'t str>) -> Option<String> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let mut all = 0_usize;
    for title in titles {
        all += 1;
        let ends = super::declared::SEPARATORS.iter().filter_map(|separator| title.rsplit_once(*separator));
        let shortest =
            ends.map(|(_, end)| end.trim()).filter(|end| !end.is_empty()).min_by_key(|end| end.len());
        *counts.entry(shortest.unwrap_or_default()).or_default() += 1;
    }
    let (end, count) = counts.into_iter().max_by_key(|(end, count)| (*count, *end))?;
    (!end.is_empty() && count >= 2 && count * 2 > all).then(|| end.to_owned())
}

/// The paths of the pages in a folder, relative to it, by title.
pub(crate) fn by_title(output: &Path) -> HashMap<String, Vec<String>> {
    let mut found: HashMap<String, Vec<String>> = HashMap::new();
    for path in pages(output, usize::MAX) {
        let Some((path, facts)) = facts(output, &path) else { continue };
        let title = facts.heading.or(facts.title).map(|title| published_line(&title));
        if let Some(title) = title.filter(|title| !title.is_empty()) {
            found.entry(title).or_default().push(super::page::without_index(&path).to_owned());
        }
    }
    found
}

/// How many words in a row show that a page has the text of a source.
const SAME_WORDS: usize = 5;

/// A word without punctuation around it.
fn bare(word: &str) -> &str {
    word.trim_matches([',', '.', ':', ';', '!', '?', '(', ')'])
}

/// How many phrases of a source are compared.
const PHRASES: usize = 5;

/// Plain words in a row of a source, some of which its page has too: those that are long enough to be of no other page, with
/// `true`, else shorter ones. None if it has no words.
pub(crate) fn phrases(source: &str) -> (Vec<Vec<&str>>, bool) {
    let is_long = |words: &[&str]| {
        words.len() >= SAME_WORDS || words.iter().map(|word| word.chars().count()).sum::<usize>() > 20
    };
    let (mut long, mut short) = (Vec::new(), Vec::new());
    // What begins a line of markup may not be shown.
    let is_text = |line: &&str| !line.trim_start().starts_with(['!', '<', '{', '[', '|', ':', '`', '~']);
    for line in source.lines().filter(is_text) {
        let words: Vec<&str> = line.split_whitespace().map(bare).collect();
        let runs = words.split(|word| word.is_empty() || !word.chars().all(char::is_alphanumeric));
        for run in runs.filter(|run| !run.is_empty()) {
            let run = run.get(..SAME_WORDS).unwrap_or(run);
            if is_long(run) { long.push(run.to_vec()) } else { short.push(run.to_vec()) }
        }
        if long.len() >= PHRASES {
            break;
        }
    }
    let is_sure = !long.is_empty();
    let mut phrases = if is_sure { long } else { short };
    phrases.truncate(PHRASES);
    (phrases, is_sure)
}

/// Whether a built page has one of these phrases.
pub(crate) fn has_phrase(output: &Path, place: &str, phrases: &[Vec<&str>]) -> bool {
    let is_folder = place.is_empty() || place.ends_with('/');
    let file = if is_folder { format!("{place}index.html") } else { place.to_owned() };
    let text = main_text::words(&disk::read_text(&output.join(file)).unwrap_or_default());
    let words: Vec<&str> = text.split_whitespace().map(bare).collect();
    phrases.iter().any(|phrase| words.windows(phrase.len()).any(|words| words == phrase.as_slice()))
}

/// The file that a link to a feed names.
fn local(href: &str, base: Option<&BaseUrl>) -> Option<String> {
    let below = match base.and_then(|base| base.join(href)) {
        Some(url) => base.and_then(|base| url.strip_prefix(base.as_str()).map(link::decoded))?,
        None => href.to_owned(),
    };
    let is_inside = !below.contains("://") && below.split('/').all(|part| part != "..");
    is_inside.then_some(below)
}

/// The paths of some pages, those nearest to the root first.
fn pages(folder: &Path, most: usize) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = VecDeque::from([(PathBuf::new(), 0)]);
    while let Some((inner, depth)) = folders.pop_front() {
        let mut entries: Vec<_> =
            std::fs::read_dir(folder.join(&inner)).into_iter().flatten().flatten().collect();
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries {
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = inner.join(&name);
            let Ok(kind) = entry.file_type() else { continue };
            if name.starts_with('.') || name == "node_modules" {
                continue;
            }
            if kind.is_dir() && depth < DEEPEST {
                folders.push_back((path, depth + 1));
            } else if super::page::is_page(&name) && kind.is_file() {
                found.extend(disk::slashed(&path));
                if found.len() == most {
                    return found;
                }
            }
        }
    }
    found
}

fn facts(folder: &Path, path: &str) -> Option<(String, PageFacts)> {
    let mut bytes = Vec::new();
    disk::open(&folder.join(path)).ok()?.take(HEAD).read_to_end(&mut bytes).ok()?;
    Some((path.to_owned(), PageFacts::of(&source::decode(path, bytes).text)))
}

/// The address: what is before a page's own path in its canonical URL, else what the site's sitemap begins with.
fn base_url(folder: &Path, pages: &[(String, PageFacts)]) -> Option<BaseUrl> {
    let of_page = |(path, facts): &(String, PageFacts)| {
        let written = [facts.canonical.as_deref(), facts.meta(&["og:url"])];
        written.into_iter().flatten().filter_map(link::absolute).find_map(|url| {
            let bare = link::decoded(url.split(['?', '#']).next().unwrap_or(&url));
            let forms = [
                path.as_str(),
                path.strip_suffix("index.html").unwrap_or(path),
                path.strip_suffix("/index.html").unwrap_or(path),
                path.strip_suffix(".html").unwrap_or(path),
            ];
            let base = match path.as_str() {
                "index.html" => Some(bare.as_str()),
                _ => forms.iter().find_map(|form| bare.strip_suffix(form)),
            };
            let url = BaseUrl::parse(base?.trim_end_matches("index.html")).ok()?;
            (!link::is_local(url.as_str())).then_some(url)
        })
    };
    pages.iter().find_map(of_page).or_else(|| of_feeds(folder, pages)).or_else(|| of_sitemap(folder))
}

/// What is before the path of a feed in a link to it.
fn of_feeds(folder: &Path, pages: &[(String, PageFacts)]) -> Option<BaseUrl> {
    let links = pages.iter().flat_map(|(_, facts)| &facts.feeds);
    links
        .flat_map(|href| bases(href, folder))
        .find_map(|base| BaseUrl::parse(base).ok().filter(|url| !link::is_local(url.as_str())))
}

/// How many URLs of a sitemap are compared with the files of the site, and after how many of the folders in each.
const COMPARED: usize = 100;
const FOLDERS: usize = 8;

/// What is before the paths of files in most URLs of the site's own sitemap; if that is of none, its home page.
fn of_sitemap(folder: &Path) -> Option<BaseUrl> {
    let names = ["sitemap.xml", "sitemap-0.xml", "sitemap-index.xml", "sitemap_index.xml"];
    let text = names.iter().find_map(|name| disk::read_text(&folder.join(name)).ok())?;
    let locations = text.split("<loc>").skip(1).filter_map(|rest| rest.split_once("</loc>"));
    let urls: Vec<&str> = locations.map(|(url, _)| url.trim()).collect();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for base in urls.iter().take(COMPARED).flat_map(|url| bases(url, folder)) {
        *counts.entry(base).or_default() += 1;
    }
    let most = counts.into_iter().max_by_key(|(base, count)| (*count, std::cmp::Reverse(base.len())));
    let base = most.map_or_else(|| home_of(&urls), |(base, _)| Some(base.to_owned()))?;
    BaseUrl::parse(&base).ok().filter(|url| !link::is_local(url.as_str()))
}

/// The home page among the URLs of a sitemap whose files are not there: the one that all others are below, or the root of
/// a host. The parts that an index names are in the folder of the site.
fn home_of(urls: &[&str]) -> Option<String> {
    let first = urls.iter().min_by_key(|url| url.len())?;
    let home = match first.strip_suffix(".xml") {
        Some(part) => format!("{}/", part.rsplit_once('/')?.0),
        None => format!("{}/", first.trim_end_matches('/')),
    };
    let is_root = home.matches('/').count() == 3;
    let is_around = |url: &&&str| url.starts_with(&home) || format!("{url}/") == home;
    (is_root || (urls.len() > 1 && urls.iter().filter(is_around).count() == urls.len())).then_some(home)
}

/// The starts of a URL after which the path of a file in a folder follows.
fn bases<'u>(url: &'u str, folder: &Path) -> Vec<&'u str> {
    let host = url.find("://").map_or(url.len(), |at| at + 3);
    let ends = url.match_indices('/').map(|(at, _)| at + 1).filter(|end| *end > host && *end < url.len());
    let starts = ends.take(FOLDERS).filter_map(|end| url.get(..end));
    let is_one = |base: &&str| disk::files_of(url, base).iter().any(|file| folder.join(file).is_file());
    starts.filter(is_one).collect()
}

//! The site as its generator has built it: which pages there are, what they say of themselves, and whether they are
//! those that the posts announce.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer};
use rayon::prelude::*;
use walkdir::WalkDir;

use crate::config::{Config, SitemapConfig};
use crate::diagnostic::{Diagnostic, Place, Rule};
use crate::listing::Listing;
use crate::reading::Hidden;
use crate::source;
use crate::text::glob;
use crate::text::link;

/// How much of a page is looked at for what its head says, in bytes.
const HEAD: u64 = 256 * 1024;
/// How many posts without a page are named one by one.
const NAMED: usize = 20;

/// The files in the output folder.
#[derive(Debug, Default)]
pub struct Built {
    /// The HTML pages, by their path below the folder, with `/` between folders.
    pages: BTreeMap<String, Page>,
    /// The other files.
    others: BTreeSet<String>,
}

/// What a page says of itself.
#[derive(Debug, Default, PartialEq)]
struct Page {
    no_index: bool,
    is_redirect: bool,
    /// Where the page really is, and where it says so.
    canonical: Option<(String, Place)>,
}

/// Looks at the output folder. `None` if no site has been built there, or nobody wants to know.
#[must_use]
pub fn read(config: &Config) -> Option<Built> {
    let lists = config.sitemap.as_ref().is_some_and(|sitemap| sitemap.pages);
    let real = |path: &Path| path.canonicalize().unwrap_or_default();
    // Among the sources, nobody can tell what was built.
    let holds_sources = real(&config.root).starts_with(real(&config.output));
    if (!config.verify && !lists) || holds_sources {
        return None;
    }
    let mut built = Built::default();
    let mut pages = Vec::new();
    for entry in WalkDir::new(&config.output).follow_links(true).into_iter().flatten() {
        let Some(path) = entry.path().strip_prefix(&config.output).ok().and_then(Path::to_str) else {
            continue;
        };
        if !entry.file_type().is_file() || path.split('/').any(|part| part.starts_with('.')) {
            continue;
        }
        let path = path.replace(std::path::MAIN_SEPARATOR, "/");
        let extension = path.rsplit('.').next().unwrap_or_default();
        if ["html", "htm", "xhtml"].iter().any(|known| known.eq_ignore_ascii_case(extension)) {
            pages.push(path);
        } else {
            built.others.insert(path);
        }
    }
    let pages = pages.into_par_iter().filter_map(|path| {
        let page = read_page(&config.output.join(&path))?;
        Some((path, page))
    });
    built.pages = pages.collect::<Vec<_>>().into_iter().collect();
    (!built.pages.is_empty()).then_some(built)
}

/// The files that a URL may be served from, below the output folder; none if it is not below the base URL.
pub(crate) fn files_of(url: &str, config: &Config) -> Vec<String> {
    let Some(below) = url.strip_prefix(config.base_url.as_str()) else { return Vec::new() };
    let below = link::decoded(below.split(['?', '#']).next().unwrap_or_default());
    if below.split('/').any(|part| part == "..") {
        Vec::new()
    } else if below.is_empty() || below.ends_with('/') {
        vec![format!("{below}index.html"), format!("{below}index.htm"), format!("{below}index.xhtml")]
    } else {
        vec![below.clone(), format!("{below}.html"), format!("{below}/index.html")]
    }
}

impl Built {
    /// The page that a URL is served from.
    fn page_of(&self, url: &str, config: &Config) -> Option<(String, &Page)> {
        files_of(url, config).into_iter().find_map(|file| {
            let page = self.pages.get(&file)?;
            Some((file, page))
        })
    }

    /// Whether the page at a URL asks search engines to pass over it, only leads on, or says that it is really elsewhere.
    #[must_use]
    pub fn is_unlisted(&self, url: &str, config: &Config) -> bool {
        self.page_of(url, config).is_some_and(|(file, page)| {
            let is_elsewhere = || {
                let (href, _) = page.canonical.as_ref()?;
                let served = self.page_of(&absolute(href, url)?, config);
                Some(served.is_none_or(|(served, _)| served != file))
            };
            page.no_index || page.is_redirect || is_elsewhere() == Some(true)
        })
    }

    /// The URLs of what no post is about, and a sitemap lists: pages, and other files that it is to include.
    #[must_use]
    pub fn other_urls(
        &self,
        sitemap: &SitemapConfig,
        posts: &[Listing],
        hidden: &[Hidden],
        config: &Config,
    ) -> Vec<String> {
        let posts = posts.iter().flat_map(|post| [post.url(), post.listed_url()]);
        let known = posts.chain(hidden.iter().map(|post| post.url.as_str()));
        let claimed: BTreeSet<String> =
            known.filter_map(|url| self.page_of(url, config)).map(|(file, _)| file).collect();
        let pages = self
            .pages
            .iter()
            .filter(|(file, page)| !claimed.contains(*file) && !page.is_redirect && !is_error_page(file))
            .filter_map(|(file, page)| self.url_of(file, page, sitemap, config));
        let is_wanted = |file: &&String| sitemap.include.iter().any(|glob| glob::matches(glob, file));
        let others = self.others.iter().filter(is_wanted).map(|file| config.base_url.file(file));
        let urls: BTreeSet<String> = pages.chain(others).collect();
        urls.into_iter().collect()
    }

    /// The URL under which a page is listed; `None` if it is not.
    fn url_of(&self, file: &str, page: &Page, sitemap: &SitemapConfig, config: &Config) -> Option<String> {
        let path = match file.strip_suffix("index.html") {
            Some(folder) if folder.is_empty() || folder.ends_with('/') => folder,
            _ => file,
        };
        let own = config.base_url.file(path);
        if page.no_index && !is_listed(path, &sitemap.include) {
            return None;
        }
        match &page.canonical {
            None => Some(own),
            Some((canonical, _)) => {
                let canonical = absolute(canonical, &own)?;
                // `/about` is the page that is stored as `about.html`.
                let (served, _) = self.page_of(&canonical, config)?;
                (served == file).then_some(canonical)
            }
        }
    }

    /// Whether the pages are those that the posts announce.
    pub fn verify(&self, found: &mut Vec<Diagnostic>, posts: &[Listing], hidden: &[Hidden], config: &Config) {
        let announced = posts.iter().filter(|post| post.in_feeds && config.base_url.covers(post.url()));
        let mut missing = 0;
        for post in announced {
            let Some((file, page)) = self.page_of(post.url(), config) else {
                missing += 1;
                if missing <= NAMED {
                    found.push(
                        Diagnostic::new(
                            Rule::MissingPage,
                            post.path(),
                            format!("there is no page at {}", post.url()),
                        )
                        .help("build the site first, or say in `permalink` where its pages are"),
                    );
                }
                continue;
            };
            let canonical =
                page.canonical.as_ref().and_then(|(href, place)| Some((absolute(href, post.url())?, place)));
            if let Some((canonical, place)) = canonical.filter(|(canonical, _)| *canonical != *post.url()) {
                found.push(
                    Diagnostic::new(
                        Rule::OtherCanonical,
                        shown_path(&file, config),
                        format!("the page says that it is {canonical}, and feeds say {}", post.url()),
                    )
                    .at(place.clone())
                    .help(format!(
                        "make its link and the `permalink` of `{}` the same",
                        crate::text::shown(post.path())
                    )),
                );
            }
        }
        if missing > NAMED {
            found.push(Diagnostic::new(
                Rule::MissingPage,
                ".",
                format!("{} more posts have no page", missing - NAMED),
            ));
        }
        let published: BTreeSet<&str> = posts.iter().map(Listing::url).collect();
        for post in hidden.iter().filter(|post| post.is_unfinished && !published.contains(post.url.as_str()))
        {
            if let Some((file, _)) = self.page_of(&post.url, config) {
                found.push(
                    Diagnostic::new(
                        Rule::LeakedDraft,
                        post.path.clone(),
                        format!("it is not to be seen yet, but `{}` is there", shown_path(&file, config)),
                    )
                    .help("remove the page, or build the site anew"),
                );
            }
        }
    }
}

/// Whether any of the globs fits a path.
pub(crate) fn is_listed(path: &str, globs: &[String]) -> bool {
    globs.iter().any(|glob| glob::matches(glob, path) || glob::matches(glob, path.trim_end_matches('/')))
}

fn absolute(href: &str, page: &str) -> Option<String> {
    let mut url = url::Url::parse(page).ok()?.join(href.trim()).ok()?;
    url.set_fragment(None);
    link::absolute(url.as_str())
}

fn shown_path(file: &str, config: &Config) -> String {
    let output = config.output.strip_prefix(&config.root).unwrap_or(&config.output);
    format!("{}/{file}", output.to_string_lossy().replace('\\', "/"))
}

/// `404.html` anywhere; `500.html`, `50x.html` and the like in the root.
fn is_error_page(file: &str) -> bool {
    const CODES: [&str; 14] =
        ["400", "401", "403", "404", "405", "410", "429", "451", "4xx", "500", "502", "503", "504", "50x"];
    let page = file.strip_suffix("/index.html").unwrap_or(file);
    let stem = page.split_once('.').map_or(page, |(stem, _)| stem);
    let name = stem.strip_prefix("errors/").or_else(|| stem.strip_prefix("error/")).unwrap_or(stem);
    CODES.contains(&name) || file.ends_with("/404.html")
}

fn read_page(file: &Path) -> Option<Page> {
    let mut bytes = Vec::new();
    File::open(file).ok()?.take(HEAD).read_to_end(&mut bytes).ok()?;
    if bytes.starts_with(b"google-site-verification") {
        return None;
    }
    let source = source::decode("", bytes);
    let head = source.text.as_str();
    let tokenizer = Tokenizer::new(HeadSink::default(), html5ever::tokenizer::TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(head));
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    let Seen { mut page, canonical, .. } = tokenizer.sink.0.into_inner();
    page.canonical = canonical.map(|href| {
        let at = head.find(&href).unwrap_or(0);
        let place = source.place(at..at + href.len());
        (href, place)
    });
    Some(page)
}

/// What the head of a page says.
#[derive(Default)]
struct HeadSink(RefCell<Seen>);

#[derive(Default)]
struct Seen {
    page: Page,
    /// Still without a place.
    canonical: Option<String>,
    in_noscript: bool,
    /// Whether the head is over.
    is_over: bool,
}

/// The elements that a head may have; any other begins the body.
const OF_HEAD: [&str; 11] =
    ["html", "head", "title", "meta", "link", "base", "script", "style", "noscript", "template", "bgsound"];

/// Who waits longer has something to read.
const LONGEST_REDIRECT: u32 = 10;

impl TokenSink for HeadSink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let Token::TagToken(tag) = token else { return TokenSinkResult::Continue };
        let mut seen = self.0.borrow_mut();
        let is_start = tag.kind == TagKind::StartTag;
        let name: &str = &tag.name;
        seen.is_over |= (is_start && !OF_HEAD.contains(&name)) || (!is_start && name == "head");
        if name == "noscript" {
            seen.in_noscript = is_start;
        }
        // What only browsers without scripts see is not what crawlers see.
        if is_start && !seen.is_over && !seen.in_noscript {
            let attribute = |name: &str| {
                let attribute = tag.attrs.iter().find(|attribute| &*attribute.name.local == name);
                attribute.map(|attribute| attribute.value.to_string())
            };
            match name {
                "meta" => seen.page.meta(attribute),
                "link" => {
                    let rel = attribute("rel").unwrap_or_default();
                    let is_canonical =
                        rel.split_ascii_whitespace().any(|rel| rel.eq_ignore_ascii_case("canonical"));
                    if is_canonical && seen.canonical.is_none() {
                        seen.canonical = attribute("href").filter(|href| !href.trim().is_empty());
                    }
                }
                _ => {}
            }
        }
        match name {
            "script" if is_start => TokenSinkResult::RawData(RawKind::ScriptData),
            "style" if is_start => TokenSinkResult::RawData(RawKind::Rawtext),
            "title" | "textarea" if is_start => TokenSinkResult::RawData(RawKind::Rcdata),
            _ => TokenSinkResult::Continue,
        }
    }
}

impl Page {
    fn meta(&mut self, attribute: impl Fn(&str) -> Option<String>) {
        let is = |key: &str, wanted: &[&str]| {
            attribute(key)
                .is_some_and(|value| wanted.iter().any(|wanted| value.trim().eq_ignore_ascii_case(wanted)))
        };
        let content = attribute("content").unwrap_or_default().to_ascii_lowercase();
        let mut words = content.split([',', ' ']);
        self.no_index |=
            is("name", &["robots", "googlebot"]) && words.any(|word| matches!(word, "noindex" | "none"));
        if is("http-equiv", &["refresh"]) {
            let (delay, url) = content.split_once([';', ',']).unwrap_or((&content, ""));
            let delay = delay.trim().split('.').next().and_then(|delay| delay.parse::<u32>().ok());
            self.is_redirect |= !url.trim().is_empty() && delay.is_none_or(|delay| delay <= LONGEST_REDIRECT);
        }
    }
}

//! A post that a feed carries, read again, whole -> [`Entry`].

use std::cell::OnceCell;
use std::collections::BTreeSet;

use super::links::Links;
use super::metadata::metadata;
use super::{prose, record, unreadable};
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Place, Rule};
use crate::disk;
use crate::generators::{self, Fields, Scope, media};
use crate::markup::{Code, Lead, clean, main_text, published_line};
use crate::model::{Author, Content, Entry, File, FileKind, Media, Post, PostMeta};
use crate::source::{self, Source};
use crate::text::{self, link};

/// The help for a post that was read once and cannot be read again.
const NO_FEED: &str = "it is in no feed";
/// How many marks of one post are named in a finding.
const MOST_NAMED: usize = 5;

/// Reads a post again, whole, and makes its feed entry. `authors` are for posts without any. `None`, with a
/// finding, if the post cannot be read any more, or has changed.
pub(crate) fn entry(
    found: &mut Vec<Diagnostic>,
    meta: &PostMeta,
    links: &Links<'_>,
    authors: &[Author],
    config: &Config,
) -> Option<(Post, Entry)> {
    let (post, mut entry) = match meta.offset() {
        Some(offset) => read_record_again(found, meta, offset, config)?,
        None => {
            let (post, source) = read_again(found, meta, config)?;
            let entry = of_source(found, &post, &source, links, config);
            (post, entry)
        }
    };
    if entry.authors.is_empty() {
        authors.clone_into(&mut entry.authors);
    }
    Some((post, entry))
}

/// The title and the aliases of a post, which is read again. A record has no aliases.
pub(crate) fn title_and_aliases(meta: &PostMeta, config: &Config) -> Option<(String, Vec<String>)> {
    let mut found = Vec::new();
    let post = match meta.offset() {
        Some(offset) => read_record_again(&mut found, meta, offset, config)?.0,
        None => read_again(&mut found, meta, config)?.0,
    };
    Some((post.title, post.aliases))
}

/// Whether what was read again is still the post of the index.
fn is_same(post: &Post, meta: &PostMeta) -> bool {
    post.url == meta.written_url() && (post.published == meta.published || meta.has_adopted_date())
}

fn read_record_again(
    found: &mut Vec<Diagnostic>,
    meta: &PostMeta,
    offset: u64,
    config: &Config,
) -> Option<(Post, Entry)> {
    let records = config.records.as_ref()?;
    let line = match record::line_at(records, offset) {
        Ok(line) => line,
        Err(error) => {
            found.push(unreadable(&records.name, &error.to_string()).help(NO_FEED));
            return None;
        }
    };
    // The findings about it were reported when the index was read.
    let read = record::resolve(&mut Vec::new(), line, record::Text::Read, records, config);
    let Some((post, mut entry)) = read.filter(|(post, _)| is_same(post, meta)) else {
        found.push(unreadable(&records.name, "it changed while it was read").help(NO_FEED));
        return None;
    };
    meta.id().clone_into(&mut entry.id);
    meta.url().clone_into(&mut entry.url);
    entry.published = meta.published.unwrap_or(entry.published);
    entry.updated = meta.updated.unwrap_or(entry.published);
    Some((post, entry))
}

fn read_again(found: &mut Vec<Diagnostic>, meta: &PostMeta, config: &Config) -> Option<(Post, Source)> {
    let file = meta.file()?;
    let source = match read_whole(&file, config) {
        Ok(source) => source,
        Err(error) => {
            found.push(unreadable(&file.path, &error.to_string()).help(NO_FEED));
            return None;
        }
    };
    // The findings about it were reported when the index was read.
    let mut found_before = Vec::new();
    let written = generators::front_matter(&mut found_before, &*config.dialect, &file, &source);
    let mut fields = Fields::new(&mut found_before, &source, written, &config.site, Scope::Whole);
    let post = generators::resolve(config.recognised.generator, &*config.dialect, &file, &mut fields)
        .filter(|post| is_same(post, meta));
    if post.is_none() {
        found.push(unreadable(&file.path, "it changed while it was read").help(NO_FEED));
    }
    let known = |post| Post {
        id: meta.id().to_owned(),
        url: meta.url().to_owned(),
        published: meta.published,
        updated: meta.updated,
        ..post
    };
    post.map(|post| (known(post), source))
}

fn read_whole(file: &File, config: &Config) -> std::io::Result<Source> {
    let (root, largest) = (&config.site.root, config.site.largest);
    match file.kind {
        FileKind::Asset => Ok(Source::of_asset(&file.path)),
        FileKind::Post | FileKind::Draft => source::read(root, &file.path, largest),
        // Without front matter, the file is copied as it is, and has no text for feeds.
        FileKind::Page | FileKind::Document => {
            let head = source::read_head_if_any(root, &file.path, largest)?;
            Ok(if head.text.is_empty() { head } else { head.whole(root, largest)?.into_owned() })
        }
    }
}

fn of_source(
    found: &mut Vec<Diagnostic>,
    post: &Post,
    source: &Source,
    links: &Links<'_>,
    config: &Config,
) -> Entry {
    let mut entry = metadata(post, config);
    let wants_content = !post.excerpt_only && wants_content(config);
    let page = OnceCell::new();
    let page = || page.get_or_init(|| BuiltPage::of(post, config)).as_ref();
    // A feed must not carry a text for which the page asks for a password.
    if (wants_content || post.summary.is_none()) && page().is_some_and(|page| page.is_locked) {
        let message = "its page asks for a password";
        let finding = Diagnostic::new(Rule::LockedPage, post.path.clone(), message);
        found.push(finding.help(match source.text.get(..post.body).is_some_and(|head| !head.is_empty()) {
            true => "feeds have its title only; `encrypted: true` in its front matter hides it",
            false => "feeds have its title only",
        }));
    } else if wants_content || post.summary.is_none() {
        let body = source.legal_body(found, post.body);
        let text = || page().and_then(|page| page.text.as_ref());
        if post.summary.is_none() {
            let mut unknown = BTreeSet::new();
            let excerpt = prose::excerpt(post, &body, source, config, &mut unknown);
            // If the source has tags that only the generator can run, the text of the page is used.
            let run = (!unknown.is_empty()).then(text).flatten();
            let excerpt = run.and_then(|(html, _)| prose::excerpt_of_page(html)).or(excerpt);
            // A reference such as `&#11;` becomes a character only when Markdown is read.
            entry.summary = excerpt.map(|text| published_line(&text)).filter(|line| !line.is_empty());
        }
        if wants_content {
            entry.content = content(found, post, source, &body, page(), links, config);
        }
    }
    entry.image = post.image.as_deref().map(|url| media::of_url(url, &config.site));
    entry.enclosure = entry.enclosure.or_else(|| image_as_enclosure(entry.image.as_ref(), config));
    entry
}

fn wants_content(config: &Config) -> bool {
    config.feeds.iter().any(|feed| feed.content.unwrap_or(config.content) == Content::Full)
}

/// The length of an image elsewhere is not known, and an enclosure must have one.
fn image_as_enclosure(image: Option<&Media>, config: &Config) -> Option<Media> {
    image.filter(|image| config.image_enclosure && image.length.is_some()).cloned()
}

/// The finding about marks in a text that only a generator can read.
fn unread_marks(names: &BTreeSet<String>, post: &Post, source: &Source, is_built: bool) -> Diagnostic {
    let shown = names.iter().take(MOST_NAMED).map(|name| format!("`{}`", text::shown(name)));
    let more = match names.len().saturating_sub(MOST_NAMED) {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    let shown = shown.collect::<Vec<_>>().join(", ");
    let message = format!("the text has marks that only a generator can read: {shown}{more}");
    let help = match is_built {
        _ if names.iter().all(|name| name.starts_with("[[")) => "their words stay, and lead nowhere",
        false => "they were removed; build the site first, and the text is taken from the built page",
        true => {
            "they were removed; in the built page, no element is known to hold the text: name it in \
             `feedmill.yml`, such as `content_selector: .post`"
        }
    };
    let finding = Diagnostic::new(Rule::TemplateTag, post.path.clone(), message);
    finding.at(place_of_mark(names, source, post.body)).help(help)
}

/// Where the first of these marks is in a text that begins at a byte of its source.
fn place_of_mark(names: &BTreeSet<String>, source: &Source, start: usize) -> Option<Place> {
    const BEFORE: [&str; 8] = ["{%", "{{", "{{<", "{{%", "<", ":::", "!!!", "???"];
    let body = source.text.get(start..)?;
    let place = |name: &String| {
        // What is in braces may be written without blanks, and a link with other words.
        let word = match name.strip_prefix("{{ ") {
            Some(inner) => inner.trim_end_matches([' ', '}']),
            None => name.strip_suffix("]]").unwrap_or(name),
        };
        let is_mark = |at: &usize| {
            let before = body.get(..*at).unwrap_or_default().trim_end_matches([' ', '-']);
            !word.starts_with(char::is_alphanumeric) || BEFORE.iter().any(|mark| before.ends_with(mark))
        };
        let all = || body.match_indices(word).map(|(at, _)| at).filter(is_mark);
        // A mark in a code sample is rarely meant as one, so others are preferred.
        let mut code = Code::default();
        let outside = all().find(|at| !code.covers(body.get(..*at).unwrap_or_default()));
        Some((outside.or_else(|| all().next())?, word.len()))
    };
    let (at, length) = names.iter().take(MOST_NAMED).filter_map(place).min()?;
    let place = source.place(start + at..start + at + length);
    let mark = place.text.get(place.span.clone()).unwrap_or_default().to_owned();
    // The text of an Obsidian comment must not be shown.
    Some(if mark == "%%" { Place { span: 0..mark.len(), text: mark, ..place } } else { place })
}

/// The whole text of a post: from the page that it became, else rendered from its source.
fn content(
    found: &mut Vec<Diagnostic>,
    post: &Post,
    source: &Source,
    body: &str,
    page: Option<&BuiltPage>,
    links: &Links<'_>,
    config: &Config,
) -> Option<String> {
    let text = page.and_then(|page| page.text.as_ref());
    if let Some(content) = text.and_then(|text| content_of_page(post, text, links, config)) {
        return Some(content);
    }
    let mut unknown = BTreeSet::new();
    let html = prose::html(post, source, body, links, config, &mut unknown);
    if !unknown.is_empty() {
        found.push(unread_marks(&unknown, post, source, page.is_some()));
    }
    let mut nowhere = BTreeSet::new();
    let pixels = clean::Pixels::kept_if(config.tracking_pixels);
    let place = clean::Place { page: &post.url, title: &post.title, pixels };
    let is_grown = html.len() > clean::most_made_of(body);
    let html = if is_grown { String::new() } else { html };
    let content = clean::publishable_linked(&html, &place, &mut |written| {
        let lead = links.url(written, &post.path);
        if lead == Lead::Nowhere {
            nowhere.insert(link::decoded(written));
        }
        match lead {
            Lead::Elsewhere => beside(written, post, config).map_or(Lead::Elsewhere, Lead::Post),
            lead => lead,
        }
    });
    for written in nowhere {
        let message = format!("the text links to `{}`, which is not published", text::shown(&written));
        let help = "the link is removed, and its text is kept";
        found.push(Diagnostic::new(Rule::SourceLink, post.path.clone(), message).help(help));
    }
    let is_unusable = || clean::publishable(&html, &clean::Place { title: "", ..place }).is_none();
    if is_grown || (content.is_none() && !html.trim().is_empty() && is_unusable()) {
        let message = "none of the text can be shown in a feed";
        let finding = Diagnostic::new(Rule::UnusableContent, post.path.clone(), message);
        found.push(finding.help("its excerpt is used instead"));
    }
    content
}

/// The text of a post as it is on its page.
fn content_of_page(
    post: &Post,
    (html, base): &(String, Option<String>),
    links: &Links<'_>,
    config: &Config,
) -> Option<String> {
    let page = base.as_ref().and_then(|base| url::Url::parse(&post.url).ok()?.join(base).ok());
    let page = page.map_or_else(|| post.url.clone(), |page| page.to_string());
    let pixels = clean::Pixels::kept_if(config.tracking_pixels);
    let place = clean::Place { page: &page, title: &post.title, pixels };
    // Where the generator left a link to a source as it was written, it leads to the post.
    clean::publishable_linked(html, &place, &mut |written| match links.url(written, &post.path) {
        Lead::Post(url) => Lead::Post(url),
        Lead::Elsewhere | Lead::Nowhere => Lead::Elsewhere,
    })
}

/// The URL of a file that the text names beside its source.
fn beside(written: &str, post: &Post, config: &Config) -> Option<String> {
    let file = generators::links::beside(written, &post.path, &config.site.root)?;
    config.dialect.beside(&file, post, &config.site)
}

/// The page that a post became, if the site has been built.
struct BuiltPage {
    /// The text on it, and its base.
    text: Option<(String, Option<String>)>,
    /// Whether the page asks for a password before it shows the text.
    is_locked: bool,
}

impl BuiltPage {
    fn of(post: &Post, config: &Config) -> Option<Self> {
        let files = disk::files_of(&post.url, config.site.base_url.as_str()).into_iter();
        let output = &config.site.output;
        let file = files.map(|file| output.join(file)).find(|file| disk::is_inside(output, file))?;
        let page = source::decode("", disk::read(&file, config.site.largest).ok()?);
        let asks = ["type=\"password\"", "type=password", "type='password'"];
        let has = |marks: &[&str]| marks.iter().any(|mark| page.text.contains(mark));
        let is_locked = has(&asks) && has(&LOCKS);
        // A page in an unknown encoding could be read in part only; the source is better.
        if !config.content_from_pages || !page.undecodable.is_empty() {
            return Some(Self { text: None, is_locked });
        }
        let html = text::legal_content(&page.text);
        let text = main_text::of_page(&html, config.content_selector.as_deref(), &post.title);
        Some(Self { text, is_locked })
    }
}

/// What is in the pages of programs that encrypt posts.
const LOCKS: [&str; 7] = [
    "post-password-form", "hexo-blog-encrypt", "hbe-container", "staticrypt", "pagecrypt", "hugo-encrypt",
    "encrypted-content",
];

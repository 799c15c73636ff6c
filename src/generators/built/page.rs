//! What a page of a built site becomes.

use chrono::{DateTime, FixedOffset};
use jiff::tz::TimeZone;

use super::Built;
use super::dates;
use super::errors::is_error_page;
use super::facts::PageFacts;
use crate::diagnostic::Rule;
use crate::disk;
use crate::generators::{Fields, walk::name_of};
use crate::markup::head::{self, Head};
use crate::markup::{self, Markup, published_line};
use crate::model::{Author, File, Post, Selectors, SiteFacts, SitemapFacts, TAG, Term};
use crate::source::{
    FrontMatter, Map, Node, Scalar,
    feed::{Entry, begins_one},
};
use crate::text::{self, BaseUrl, language, link};

/// How pages say when they were published (Open Graph, Dublin Core and their like).
const PUBLISHED: [&str; 18] = [
    "article:published_time", "article:published", "og:published_time", "datepublished", "date", "dc.date",
    "dc.date.issued", "dcterms.created", "dcterms.date", "dcterms.issued", "pubdate", "publish-date",
    "publish_date", "publication_date", "parsely-pub-date", "sailthru.date", "citation_publication_date",
    "citation_date",
];

const MODIFIED: [&str; 6] = [
    "article:modified_time", "og:updated_time", "article:updated_time", "datemodified", "dcterms.modified",
    "last-modified",
];

/// Folders of lists.
const LISTS: [&str; 12] = [
    "tag", "tags", "category", "categories", "page", "archive", "archives", "author", "authors", "topics",
    "series", "search",
];

/// Whether a file is a page that may be a post.
pub(super) fn is_page(path: &str) -> bool {
    Markup::of_path(path) == Markup::Html && !name_of(path).starts_with("404.")
}

/// Whether a page only lists others.
pub(crate) fn is_list(path: &str, html: &str) -> bool {
    let (facts, chosen) = (PageFacts::of(html), Chosen::default());
    Page { facts: &facts, chosen: &chosen, path: without_index(path), zone: &TimeZone::UTC }.is_list()
}

/// Resolves a page: one that says when it was published is a post, any other has a URL for the sitemap.
pub(super) fn resolve(site: &Built, file: &File, fields: &mut Fields<'_>) -> Option<Post> {
    let mut facts = PageFacts::of(&fields.source.text);
    let path = without_index(&file.path);
    let url = url(fields, &facts, site.form.of(path))?;
    if begins_one(fields.source.text.as_bytes()) || !is_found(&facts, file, fields) {
        return None;
    }
    facts.keep_own(|href| !leads_to_other(href, &url, &fields.site.base_url), fields.site.now);
    let chosen = Chosen::of(&fields.site.selectors, &fields.source.text);
    let page = Page { facts: &facts, chosen: &chosen, path, zone: &fields.site.timezone };
    let entry = known_entry(site, &url, &page, file, fields.site);
    let of_feed = |text: Option<&String>| text.and_then(|text| dates::instant(text, page.zone));
    let own = || if page.is_list() { None } else { page.published(fields) };
    let before = || of_feed(site.known.date(&url).filter(|_| !page.is_list()));
    let published = of_feed(entry.and_then(|entry| entry.published.as_ref())).or_else(own).or_else(before);
    let updated = of_feed(entry.and_then(|entry| entry.updated.as_ref())).or_else(|| page.modified());
    let updated = updated.and_then(|updated| fields.checked_updated(&[], updated, published));
    if published.is_none() {
        // A post may be called `404.html`.
        if is_error_page(&file.path, false) {
            return None;
        }
        page.report_undated(fields);
    }
    fields.written = front_matter(&facts);
    let post = fields.post("");
    let title = page.title(fields.site.title.as_deref());
    let id = site.known.id(&url).or_else(|| entry?.id.as_ref());
    let id = id.map(|id| text::one_line(&text::legal(id))).filter(|id| !id.is_empty());
    Some(Post {
        id: id.unwrap_or_else(|| url.clone()),
        url,
        title: title.unwrap_or(post.title),
        authors: page.authors(),
        // Some generators put that of the site on every page.
        summary: page
            .description()
            .filter(|own| fields.site.description.as_ref() != Some(own))
            .or(post.summary),
        terms: page.tags().into_iter().map(|name| Term { taxonomy: TAG.into(), name }).collect(),
        image: page
            .image()
            .and_then(|image| fields.site.base_url.join(&image))
            .filter(|url| !link::is_local(url)),
        language: site
            .language_of(path)
            .map(str::to_owned)
            .or_else(|| facts.language.as_deref().and_then(|tag| language::parse(tag).ok()))
            .or(post.language),
        sitemap: SitemapFacts { translation: translation(site, &facts, fields), ..post.sitemap },
        draft: false,
        is_list: page.is_list(),
        in_feeds: published.is_some(),
        in_sitemap: !is_of_other_site(fields, &facts),
        updated: updated.filter(|updated| Some(*updated) != published),
        published,
        ..post
    })
}

/// Whether a page says that it is an article, and when that was published.
fn says_when(facts: &PageFacts) -> bool {
    let is_article = facts.meta(&["og:type"]).is_some_and(|kind| kind.eq_ignore_ascii_case("article"));
    (is_article && facts.meta(&PUBLISHED).is_some())
        || facts.articles.iter().any(|article| article.published.is_some())
}

/// What a feed of the site says of a page: the id and the dates that subscribers know are kept. An entry whose URL differs
/// in its end alone is not that of the home page, of a list, or of another file.
fn known_entry<'s>(
    site: &'s Built,
    url: &str,
    page: &Page<'_>,
    file: &File,
    facts: &SiteFacts,
) -> Option<&'s Entry> {
    let entry = site.known.entry(url)?;
    let may_be =
        || !page.path.is_empty() && !page.is_list() && !is_of_other_file(&entry.url, &file.path, facts);
    (entry.url == url || may_be()).then_some(entry)
}

/// Whether a URL is served from another file than this.
fn is_of_other_file(url: &str, file: &str, site: &SiteFacts) -> bool {
    let served =
        disk::files_of(url, site.base_url.as_str()).into_iter().find(|own| site.root.join(own).is_file());
    served.is_some_and(|served| served != file)
}

/// What a page has in common with its translations: the URL of the one in the main language.
fn translation(site: &Built, facts: &PageFacts, fields: &Fields<'_>) -> Option<String> {
    let main = site.languages.iter().find(|own| own.folder.is_empty())?;
    let is_main = |tag: &str| language::parse(tag).is_ok_and(|tag| tag == main.tag);
    let (_, href) = facts.alternates.iter().find(|(tag, _)| is_main(tag))?;
    fields.site.base_url.join(href).map(|url| plain(&url))
}

/// Whether a page is meant to be found: it is neither empty nor an error, a redirect or kept from crawlers.
fn is_found(facts: &PageFacts, file: &File, fields: &Fields<'_>) -> bool {
    let head = Head::of(&fields.source.text, fields.site.now);
    let now = Some(fields.site.now);
    let is_hidden = facts.metas.iter().any(|(name, content)| head::forbids_index(name, content, now));
    let is_redirect = head.is_redirect || facts.is_redirect;
    let is_sure = head.names_error || file.path.starts_with("_gatsby/");
    let is_error = is_sure && is_error_page(&file.path, true);
    !head.is_empty && !is_redirect && !is_hidden && !is_error
}

/// Whether a link leads to another post of the site: a page that is neither a list nor a folder that the page is in.
fn leads_to_other(href: &str, own: &str, base: &BaseUrl) -> bool {
    let joined = url::Url::parse(own).ok().and_then(|own| own.join(href.trim()).ok());
    let Some(target) = joined.and_then(|url| link::absolute(url.as_str())) else { return false };
    let Some(below) = target.strip_prefix(base.as_str()).filter(|below| !below.contains('?')) else {
        return false;
    };
    let is_around =
        plain(own).strip_prefix(&plain(&target)).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let last = below.trim_end_matches('/').rsplit('/').next().unwrap_or(below);
    let is_file = last.rsplit_once('.').is_some_and(|(_, end)| !matches!(end, "html" | "htm" | "xhtml"));
    !is_around && !is_file && !is_in_lists(below)
}

/// Whether a path is, by its folders, that of a list: of a tag, a month, an author.
fn is_in_lists(path: &str) -> bool {
    let mut folders = path.split('/').filter(|part| !part.is_empty());
    folders.clone().any(|part| LISTS.contains(&part.split('.').next().unwrap_or(part)))
        || folders.all(|part| part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-'))
}

/// Whether a path that looks like that of a list is one whatever its page says: a list itself, a page of one, a year.
fn is_sure_list(path: &str) -> bool {
    let mut parts = path.split('/').filter(|part| !part.is_empty()).rev();
    let last = parts.next().map_or("", |part| part.split('.').next().unwrap_or(part));
    let number = last.parse::<u32>().ok();
    let is_year = number.is_some_and(|number| (1990..2040).contains(&number));
    let folder = parts.next();
    LISTS.contains(&last) || (is_year && folder.is_none()) || (number.is_some() && folder == Some("page"))
}

/// A URL without what names the same page: a query, a fragment, `index.html`, a final slash, percent codes.
fn plain(url: &str) -> String {
    let url = link::decoded(url.split(['?', '#']).next().unwrap_or(url)).to_lowercase();
    let bare = url.trim_end_matches('/').trim_end_matches(".html").trim_end_matches(".htm");
    bare.trim_end_matches("/index").to_owned()
}

/// What the site's own selectors find in a page.
#[derive(Debug, Default)]
struct Chosen {
    date: Vec<String>,
    title: Vec<String>,
    authors: Vec<String>,
    tags: Vec<String>,
}

impl Chosen {
    fn of(selectors: &Selectors, html: &str) -> Self {
        let all = [&selectors.date, &selectors.title, &selectors.author, &selectors.tag];
        let [date, title, authors, tags] = markup::selected(html, all.map(Option::as_deref));
        Self { date, title, authors, tags }
    }
}

/// A page without front matter of its own.
fn front_matter(facts: &PageFacts) -> FrontMatter {
    let title =
        facts.heading.as_ref().or(facts.title.as_ref()).cloned().unwrap_or_else(|| "Untitled".to_owned());
    let legal = text::is_legal(&title);
    let map = Map(vec![(Scalar::string("title"), Node::Scalar(Scalar::string(title)))]);
    FrontMatter { map: map.into(), legal, ..FrontMatter::default() }
}

/// `a/index.html` is shown at `a/`.
pub(super) fn without_index(path: &str) -> &str {
    match path.strip_suffix("index.html").or_else(|| path.strip_suffix("index.htm")) {
        Some(folder) if folder.is_empty() || folder.ends_with('/') => folder,
        _ => path,
    }
}

/// The canonical URL, if it is the page's own; else where the file is. `None` if the page is a copy of another.
fn url(fields: &Fields<'_>, facts: &PageFacts, path: &str) -> Option<String> {
    let base = &fields.site.base_url;
    let own = base.file(path);
    let absolute = |written: &str| {
        let joined = url::Url::parse(&own).ok().and_then(|own| own.join(written.trim()).ok());
        joined.and_then(|url| link::absolute(url.as_str()))
    };
    let is_own = |url: &String| plain(url) == plain(&own);
    let canonical = facts.canonical.as_deref().and_then(absolute);
    // A canonical URL on another host, such as the one of a preview, says nothing of this site.
    if canonical.as_ref().is_some_and(|url| base.covers(url) && !is_own(url)) {
        return None;
    }
    let declared =
        canonical.filter(is_own).or_else(|| facts.meta(&["og:url"]).and_then(absolute).filter(is_own));
    Some(declared.unwrap_or(own))
}

/// Whether the canonical URL of a page is on another site; the host of a preview does not count.
fn is_of_other_site(fields: &Fields<'_>, facts: &PageFacts) -> bool {
    let base = &fields.site.base_url;
    let canonical = facts.canonical.as_deref().and_then(|href| url::Url::parse(href.trim()).ok());
    canonical.is_some_and(|url| url.host_str() != Some(base.host()) && !link::is_of_preview(&url, base))
}

struct Page<'a> {
    facts: &'a PageFacts,
    chosen: &'a Chosen,
    path: &'a str,
    zone: &'a TimeZone,
}

impl Page<'_> {
    /// Whether it lists posts.
    fn is_list(&self) -> bool {
        let is_of_lists = is_in_lists(self.path) && (is_sure_list(self.path) || !says_when(self.facts));
        is_of_lists || self.path.is_empty() || self.facts.dated_articles > 1
    }

    /// Whether it says that it is an article.
    fn is_article(&self) -> bool {
        let kind = self.facts.meta(&["og:type"]).is_some_and(|kind| kind.eq_ignore_ascii_case("article"));
        !self.is_list() && (kind || !self.facts.articles.is_empty() || self.facts.has_foreign)
    }

    /// The first that is there, in this order: meta, JSON-LD, microformats and microdata, `<time>`, the URL, a text near
    /// the heading.
    fn published(&self, fields: &Fields<'_>) -> Option<DateTime<FixedOffset>> {
        let facts = self.facts;
        if let Some(written) = self.chosen.date.first() {
            let read =
                |text: &str| dates::instant(text, self.zone).or_else(|| dates::in_text(text, self.zone));
            let found = read(written);
            if found.is_none() {
                let message = format!("`{}`, at the `date_selector`, is no date", text::shown(written));
                fields.report(Rule::UnreadableDate, None, message, "the page's other dates count");
            } else {
                return found;
            }
        }
        let read = |text: &str| dates::instant(text, self.zone);
        // Themes declare dates on list pages too, which have the `og:type` `website`.
        let is_website = facts.meta(&["og:type"]).is_some_and(|own| own.eq_ignore_ascii_case("website"));
        let has_article = facts.articles.iter().any(|article| article.published.is_some());
        if !is_website || has_article {
            let meta = facts.meta(&PUBLISHED).and_then(read);
            let found = meta.or_else(|| {
                facts.articles.iter().find_map(|article| article.published.as_deref().and_then(read))
            });
            if found.is_some() {
                return found;
            }
        }
        let properties = facts.published.as_deref().and_then(read);
        properties.or_else(|| self.time_or_path()).or_else(|| self.visible())
    }

    /// The date of a `<time>`, unless the URL says another day: then the time is one in the text.
    fn time_or_path(&self) -> Option<DateTime<FixedOffset>> {
        let of_path = dates::in_path(self.path, self.zone);
        let is_near = |time: &DateTime<FixedOffset>| {
            of_path.is_none_or(|path| (*time - path).abs() <= chrono::TimeDelta::hours(36))
        };
        self.time().filter(is_near).or(of_path)
    }

    /// The machine-readable date of publication that a page declares, if it cannot be read.
    fn unread_date(&self) -> Option<&str> {
        let facts = self.facts;
        let article = || facts.articles.iter().find_map(|article| article.published.as_deref());
        let declared = facts.meta(&PUBLISHED).or_else(article).or(facts.published.as_deref());
        // A year or a month alone is a date, though not that of a post, and is not reported.
        let is_partial = |text: &str| (1..8).contains(&text.bytes().filter(u8::is_ascii_digit).count());
        let is_date =
            |text: &str| text::date::parse(text).is_some() || dates::in_text(text, self.zone).is_some();
        declared.filter(|text| !text.trim().is_empty() && !is_partial(text) && !is_date(text))
    }

    /// Reports that an article has no date that can be read.
    fn report_undated(&self, fields: &Fields<'_>) {
        if let Some(written) = self.unread_date().filter(|_| !self.is_list()) {
            let written = text::shown(&text::cut(written, 60));
            let message =
                format!("the page gives `{written}` as its date of publication, which is not a date");
            let help = "it is in the sitemap, but in no feed";
            fields.report(Rule::UnreadableDate, None, message, help);
        } else if self.is_article() {
            let message = "the page is an article, but does not say when it was published";
            let help = "it is in the sitemap, but in no feed; if it shows a date, name its element, such as \
                        `date_selector: .post-date`";
            fields.report(Rule::UndatedPage, None, message, help);
        }
    }

    /// The first `<time>` of the article that is not a date of change. Without one, the first on the page, unless
    /// the page has more than two different dates: then it is a list.
    fn time(&self) -> Option<DateTime<FixedOffset>> {
        let read = |text: &str| dates::instant(text, self.zone).or_else(|| dates::in_text(text, self.zone));
        let times: Vec<_> = self.facts.times.iter().filter(|time| !time.is_changed).collect();
        let own = || times.iter().filter(|time| !time.is_foreign);
        if let Some(date) = own().filter(|time| time.in_article).find_map(|time| read(&time.text)) {
            return Some(date);
        }
        let mut days: Vec<_> = times.iter().filter_map(|time| read(&time.text)).collect();
        let first = own().find_map(|time| read(&time.text));
        days.sort();
        days.dedup();
        first.filter(|_| days.len() <= 2)
    }

    fn visible(&self) -> Option<DateTime<FixedOffset>> {
        let heading = self.facts.heading.as_ref()?;
        // Around the heading of a list are many dates.
        let found: Vec<_> = self
            .facts
            .nearby
            .iter()
            .filter(|near| near.text != *heading)
            .filter_map(|near| Some((dates::in_text(&near.text, self.zone)?, near.is_changed)))
            .collect();
        let first = found.iter().find(|(_, is_changed)| !is_changed).map(|(date, _)| *date);
        first.filter(|_| found.len() <= 2)
    }

    fn modified(&self) -> Option<DateTime<FixedOffset>> {
        let read = |text: &str| dates::instant(text, self.zone);
        let facts = self.facts;
        let article = || facts.articles.iter().find_map(|article| article.modified.as_deref().and_then(read));
        let time = || facts.times.iter().filter(|time| time.is_changed).find_map(|time| read(&time.text));
        facts
            .meta(&MODIFIED)
            .and_then(read)
            .or_else(article)
            .or_else(|| facts.modified.as_deref().and_then(read))
            .or_else(time)
    }

    /// The heading of the article; else what the page is called, without the name of the site.
    fn title(&self, site: Option<&str>) -> Option<String> {
        let facts = self.facts;
        if let Some(title) =
            self.chosen.title.first().map(|text| published_line(text)).filter(|text| !text.is_empty())
        {
            return Some(title);
        }
        let named = |text: &str| !text.is_empty() && Some(text) != site;
        let heading = facts.heading.as_deref().map(published_line).filter(|text| named(text));
        let headline =
            || facts.articles.iter().find_map(|article| article.headline.as_deref()).map(published_line);
        let og = || facts.meta(&["og:title", "twitter:title"]).map(published_line);
        let title = || facts.title.as_deref().map(published_line);
        let site = facts.meta(&["og:site_name"]).or(site).map(str::to_owned);
        let other = || headline().or_else(og).or_else(title).map(|text| without_site(&text, site.as_deref()));
        heading.or_else(other).filter(|text| !text.is_empty())
    }

    fn description(&self) -> Option<String> {
        let facts = self.facts;
        let article = || facts.articles.iter().find_map(|article| article.description.as_deref());
        let text = facts.meta(&["description", "og:description", "twitter:description"]).or_else(article)?;
        Some(published_line(text)).filter(|line| !line.is_empty())
    }

    fn authors(&self) -> Vec<Author> {
        let facts = self.facts;
        let mut names = self.chosen.authors.clone();
        if names.is_empty() {
            names.extend(facts.articles.iter().flat_map(|article| article.authors.clone()));
        }
        if names.is_empty() {
            let meta =
                facts.meta(&["author", "article:author", "dc.creator", "parsely-author", "citation_author"]);
            names.extend(meta.filter(|name| !name.contains("://")).map(str::to_owned));
        }
        if names.is_empty() {
            names.extend(facts.authors.first().cloned());
        }
        let names = names.iter().map(|name| published_line(name)).filter(|name| !text::is_blank(name));
        text::unique(names.collect()).into_iter().map(|name| Author { name, ..Author::default() }).collect()
    }

    fn tags(&self) -> Vec<String> {
        let facts = self.facts;
        let metas: Vec<&str> = facts
            .metas
            .iter()
            .filter_map(|(name, content)| (name == "article:tag").then_some(content.as_str()))
            .collect();
        // One element may hold them all.
        let metas = match metas.as_slice() {
            [one] => one.split(',').collect(),
            _ => metas,
        };
        let mut names = self.chosen.tags.clone();
        if names.is_empty() {
            names.extend(metas.into_iter().map(str::to_owned));
        }
        if names.is_empty() {
            names.extend(facts.articles.iter().flat_map(|article| article.keywords.clone()));
        }
        if names.is_empty() {
            names.clone_from(&facts.tags);
        }
        let names = names.iter().map(|name| published_line(name)).filter(|name| !text::is_blank(name));
        text::unique(names.collect())
    }

    fn image(&self) -> Option<String> {
        let facts = self.facts;
        let article = || facts.articles.iter().find_map(|article| article.image.as_deref());
        facts.meta(&["og:image", "og:image:url", "twitter:image"]).or_else(article).map(str::to_owned)
    }
}

/// What may stand between the title of a page and the name of the site.
pub(super) const SEPARATORS: [&str; 9] = [" | ", " - ", " – ", " — ", " · ", " • ", " :: ", " « ", " » "];

/// A title without the name of the site at its end or its start.
fn without_site(title: &str, site: Option<&str>) -> String {
    let Some(site) = site.map(str::trim).filter(|site| !site.is_empty()) else { return title.to_owned() };
    for separator in SEPARATORS {
        let end = title.strip_suffix(site).and_then(|rest| rest.strip_suffix(separator));
        let start = || title.strip_prefix(site).and_then(|rest| rest.strip_prefix(separator));
        if let Some(rest) = end.or_else(start) {
            return rest.trim().to_owned();
        }
    }
    title.to_owned()
}

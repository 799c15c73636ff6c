//! What a page of a built site becomes.

use jiff::tz::TimeZone;

use super::Built;
use super::declared::{Chosen, Page, is_in_lists};
use super::errors::is_error_page;
use super::facts::PageFacts;
use crate::disk;
use crate::generators::fields::is_in_drafts;
use crate::generators::{Fields, walk::name_of};
use crate::markup::Markup;
use crate::markup::head::{self, Head};
use crate::model::{File, Post, SiteFacts, SitemapFacts};
use crate::source::{
    FrontMatter, Map, Node, Scalar,
    feed::{Entry, begins_one},
};
use crate::text::{self, BaseUrl, language, link};

/// Whether a file is a page that may be a post.
pub(super) fn is_page(path: &str) -> bool {
    Markup::of_path(path) == Markup::Html && !name_of(path).starts_with("404.")
}

/// Whether a page only lists others.
pub(crate) fn is_list(path: &str, html: &str) -> bool {
    let (facts, chosen) = (PageFacts::of(html), Chosen::default());
    let page = Page {
        facts: &facts,
        chosen: &chosen,
        source: None,
        path: without_index(path),
        zone: &TimeZone::UTC,
    };
    page.is_list()
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
    let language = site.language_of(path);
    let below = language.and_then(|own| path.strip_prefix(&own.folder)).unwrap_or(path);
    let named = facts.heading.as_deref().or(facts.title.as_deref()).unwrap_or_default();
    let source = site.sources.post(&file.path, named, fields.site);
    let page = Page {
        facts: &facts,
        chosen: &chosen,
        source: source.as_ref(),
        path: below,
        zone: &fields.site.timezone,
    };
    let entry = known_entry(site, &url, &page, file, fields.site);
    let (published, updated) = page.dates(entry, site.known.date(&url), fields);
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
        summary: page.summary(fields.site.description.as_deref()).or(post.summary),
        terms: page.terms(),
        image: page
            .image()
            .and_then(|image| fields.site.base_url.join(&image))
            .filter(|url| !link::is_local(url)),
        language: language
            .map(|own| own.tag.clone())
            .or_else(|| facts.language.as_deref().and_then(|tag| language::parse(tag).ok()))
            .or(post.language),
        sitemap: SitemapFacts { translation: translation(site, &facts, path, fields), ..post.sitemap },
        draft: is_in_drafts(&file.path) || source.as_ref().is_some_and(|source| source.draft),
        withheld: source.as_ref().is_some_and(|source| source.withheld),
        is_list: page.is_list(),
        in_feeds: published.is_some() && !(site.sources.are_beside && path.starts_with("pages/")),
        in_sitemap: !is_of_other_site(fields, &facts),
        updated,
        published,
        ..post
    })
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
fn translation(site: &Built, facts: &PageFacts, path: &str, fields: &Fields<'_>) -> Option<String> {
    let is_home = site.language_of(path).is_some_and(|own| own.folder == path);
    let main = site.languages.iter().find(|own| own.folder.is_empty())?;
    let is_main = |tag: &str| language::parse(tag).is_ok_and(|tag| tag == main.tag);
    let (_, href) = facts.alternates.iter().find(|(tag, _)| is_main(tag))?;
    fields.site.base_url.join(href).map(|url| plain(&url)).filter(|url| {
        // Themes lead from every page to the home page of a language.
        is_home || *url != plain(fields.site.base_url.as_str())
    })
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

/// A URL without what names the same page: a query, a fragment, `index.html`, a final slash, percent codes.
fn plain(url: &str) -> String {
    let url = link::decoded(url.split(['?', '#']).next().unwrap_or(url)).to_lowercase();
    let bare = url.trim_end_matches('/').trim_end_matches(".html").trim_end_matches(".htm");
    bare.trim_end_matches("/index").to_owned()
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

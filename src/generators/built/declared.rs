//! What a page says of its post: for each fact, which of the places that name it counts.

use chrono::{DateTime, FixedOffset};
use jiff::tz::TimeZone;

use super::dates;
use super::facts::PageFacts;
use crate::diagnostic::Rule;
use crate::generators::Fields;
use crate::markup::{self, published_line};
use crate::model::{Author, Post, Selectors, TAG, Term};
use crate::source::feed::Entry;
use crate::text::{self, language};

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

/// What the site's own selectors find in a page.
#[derive(Debug, Default)]
pub(super) struct Chosen {
    date: Vec<String>,
    title: Vec<String>,
    authors: Vec<String>,
    tags: Vec<String>,
}

impl Chosen {
    pub(super) fn of(selectors: &Selectors, html: &str) -> Self {
        let all = [&selectors.date, &selectors.title, &selectors.author, &selectors.tag];
        let [date, title, authors, tags] = markup::selected(html, all.map(Option::as_deref));
        Self { date, title, authors, tags }
    }
}

/// A page, to be asked for what it says.
pub(super) struct Page<'a> {
    pub(super) facts: &'a PageFacts,
    pub(super) chosen: &'a Chosen,
    /// What its source says.
    pub(super) source: Option<&'a Post>,
    /// Its path in the folder of its language, without `index.html`.
    pub(super) path: &'a str,
    pub(super) zone: &'a TimeZone,
}

impl Page<'_> {
    /// Whether it lists posts.
    pub(super) fn is_list(&self) -> bool {
        let is_of_lists = is_in_lists(self.path) && (is_sure_list(self.path) || !says_when(self.facts));
        is_of_lists || self.path.is_empty() || self.facts.dated_articles > 1
    }

    /// Whether it says that it is an article.
    fn is_article(&self) -> bool {
        let kind = self.facts.meta(&["og:type"]).is_some_and(|kind| kind.eq_ignore_ascii_case("article"));
        !self.is_list() && (kind || !self.facts.articles.is_empty() || self.facts.has_foreign)
    }

    /// When it was published and changed. What a feed of the site says is what subscribers know: that counts first, but a
    /// date that is in a feed of ours alone counts last.
    pub(super) fn dates(
        &self,
        entry: Option<&Entry>,
        of_ours: Option<&String>,
        fields: &Fields<'_>,
    ) -> (Option<DateTime<FixedOffset>>, Option<DateTime<FixedOffset>>) {
        let read = |text: Option<&String>| dates::instant(text?, self.zone);
        let may_be = |date| if self.is_list() { None } else { date };
        let published = read(entry.and_then(|entry| entry.published.as_ref()))
            .or_else(|| may_be(self.published(fields)))
            .or_else(|| may_be(self.source?.published))
            .or_else(|| may_be(read(of_ours)));
        let updated = read(entry.and_then(|entry| entry.updated.as_ref()))
            .or_else(|| self.modified())
            .or_else(|| may_be(self.source?.updated))
            .and_then(|updated| fields.checked_updated(&[], updated, published));
        (published, updated.filter(|updated| Some(*updated) != published))
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
    pub(super) fn report_undated(&self, fields: &Fields<'_>) {
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

    /// The first of at most two dates near the heading. What has a text between them is a list, of news or of guests.
    fn visible(&self) -> Option<DateTime<FixedOffset>> {
        let heading = self.facts.heading.as_ref()?;
        let near = self.facts.nearby.iter().filter(|near| near.text != *heading);
        let dates: Vec<_> =
            near.map(|near| (dates::in_text(&near.text, self.zone), near.is_changed)).collect();
        let places: Vec<usize> =
            dates.iter().enumerate().filter(|(_, (date, _))| date.is_some()).map(|(at, _)| at).collect();
        let is_list = match places.as_slice() {
            [one, other] => {
                other - one > 1 && dates.get(*one..=*other)?.iter().all(|(_, is_changed)| !is_changed)
            }
            places => places.len() > 2,
        };
        let first = dates.iter().find_map(|(date, is_changed)| date.filter(|_| !is_changed));
        first.filter(|_| !is_list)
    }

    /// In a list, what is not in the head is of the posts that it lists.
    fn modified(&self) -> Option<DateTime<FixedOffset>> {
        let read = |text: &str| dates::instant(text, self.zone);
        let facts = self.facts;
        let article = || facts.articles.iter().find_map(|article| article.modified.as_deref().and_then(read));
        let time = || facts.times.iter().filter(|time| time.is_changed).find_map(|time| read(&time.text));
        let shown = || facts.modified.as_deref().and_then(read).or_else(time).filter(|_| !self.is_list());
        facts.meta(&MODIFIED).and_then(read).or_else(article).or_else(shown)
    }

    /// The heading of the article; else what the page is called, without the name of the site.
    pub(super) fn title(&self, site: Option<&str>) -> Option<String> {
        let facts = self.facts;
        if let Some(title) =
            self.chosen.title.first().map(|text| published_line(text)).filter(|text| !text.is_empty())
        {
            return Some(title);
        }
        let heading = facts.heading.as_deref().map(published_line);
        let title = || facts.title.as_deref().map(published_line);
        let site_name = facts.meta(&["og:site_name"]).or(site);
        let bare = |text: String| without_site(&text, site_name);
        // What components put into a heading of Markdown is not in the title of the page.
        let is_longer = |title: &String| {
            let rest = heading.as_deref().and_then(|heading| heading.strip_prefix(title.as_str()));
            !title.is_empty() && rest.is_some_and(|rest| rest.starts_with(' '))
        };
        if let Some(title) = self.source.and_then(|_| title()).map(bare).filter(is_longer) {
            return Some(title);
        }
        let heading = heading.filter(|text| !text.is_empty() && Some(text.as_str()) != site);
        let headline =
            || facts.articles.iter().find_map(|article| article.headline.as_deref()).map(published_line);
        let og = || facts.meta(&["og:title", "twitter:title"]).map(published_line);
        let other = || headline().or_else(og).or_else(title).map(bare);
        heading.or_else(other).filter(|text| !text.is_empty())
    }

    /// Its description, unless that is the site's, which some generators put on every page.
    pub(super) fn summary(&self, of_site: Option<&str>) -> Option<String> {
        let facts = self.facts;
        let article = || facts.articles.iter().find_map(|article| article.description.as_deref());
        let text = facts.meta(&["description", "og:description", "twitter:description"]).or_else(article);
        let own = text.map(published_line).filter(|line| !line.is_empty() && Some(line.as_str()) != of_site);
        own.or_else(|| self.source?.summary.clone())
    }

    pub(super) fn authors(&self) -> Vec<Author> {
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
        let names = text::unique(names.collect()).into_iter();
        let authors: Vec<Author> = names.map(|name| Author { name, ..Author::default() }).collect();
        match self.source {
            Some(source) if authors.is_empty() => source.authors.clone(),
            _ => authors,
        }
    }

    pub(super) fn terms(&self) -> Vec<Term> {
        let own: Vec<Term> =
            self.tags().into_iter().map(|name| Term { taxonomy: TAG.into(), name }).collect();
        match self.source {
            Some(source) if own.is_empty() => source.terms.clone(),
            _ => own,
        }
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

    pub(super) fn image(&self) -> Option<String> {
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

/// Whether a page says that it is an article, and when that was published.
fn says_when(facts: &PageFacts) -> bool {
    let is_article = facts.meta(&["og:type"]).is_some_and(|kind| kind.eq_ignore_ascii_case("article"));
    (is_article && facts.meta(&PUBLISHED).is_some())
        || facts.articles.iter().any(|article| article.published.is_some())
}

/// Whether a path is, by its folders, that of a list: of a tag, a month, an author.
pub(super) fn is_in_lists(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    // The pages of a language may be in a folder of their own.
    let parts = match parts.as_slice() {
        [language, rest @ ..] if language::is_known(language) && !rest.is_empty() => rest,
        parts => parts,
    };
    parts.iter().any(|part| LISTS.contains(&part.split('.').next().unwrap_or(part)))
        || parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-'))
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

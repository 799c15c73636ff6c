//! What a page or a section becomes (<https://www.getzola.org/documentation/content/page/>).

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime};

use super::site::{Slugs, Zola, link_language};
use crate::generators::dates::{DateField, NOT_IN_FEEDS};
use crate::generators::{Fields, Separator};
use crate::model::{File, Post, SitemapFacts, Term, taxonomy_of};
use crate::source::Node;
use crate::text::{self, link};

/// Resolves one file; `None` if Zola publishes nothing of it.
pub(super) fn resolve(zola: &Zola, file: &File, fields: &mut Fields<'_>) -> Option<Post> {
    let inner = file.path.strip_prefix("content/")?;
    let (folder, file_name) = inner.rsplit_once('/').unwrap_or(("", inner));
    let (stem, language) = zola.split(file_name);
    hoist_taxonomies(fields);
    let place = Place { folder, stem, language };
    let name = Name::of(place.name(), zola.keeps_dates);
    let (published, updated) = dates(fields, &place, name.date);
    let path = path(zola, fields, &place, &name);
    let url = fields.site.base_url.join(&link::encoded(&path))?;
    let section = zola.section(&fields.site.root, language, place.parent());
    let is_sorted = section.sort_by.as_deref().is_none_or(|key| has(fields, key, published, updated));
    let is_rendered = fields.flag("render") != Some(false);
    let post = fields.post(name.slug);
    Some(Post {
        id: url.clone(),
        url,
        published: published.filter(|_| !place.is_section()),
        updated,
        terms: terms(zola, fields),
        language: Some(link_language(language)).filter(|_| zola.has_several_languages()).or(post.language),
        sitemap: SitemapFacts {
            translation: zola.has_several_languages().then(|| format!("{folder}/{stem}")),
            ..post.sitemap
        },
        // What cannot be sorted has no page, and neither has what is not rendered.
        draft: post.draft || section.is_draft || !is_rendered || (!place.is_section() && !is_sorted),
        in_feeds: post.in_feeds && !place.is_section(),
        ..post
    })
}

/// A file's place in the content.
struct Place<'a> {
    folder: &'a str,
    stem: &'a str,
    language: &'a str,
}

impl<'a> Place<'a> {
    fn is_section(&self) -> bool {
        self.stem == "_index"
    }

    /// Whether it is the page of its folder.
    fn is_bundle(&self) -> bool {
        self.stem == "index"
    }

    /// What it is called: a bundle like its folder.
    fn name(&self) -> &'a str {
        if self.is_bundle() { self.folder.rsplit('/').next().unwrap_or(self.folder) } else { self.stem }
    }

    /// The section that it is in.
    fn parent(&self) -> &'a str {
        if self.is_bundle() {
            self.folder.rsplit_once('/').map_or("", |(parent, _)| parent)
        } else {
            self.folder
        }
    }
}

/// The parts of a name.
struct Name<'a> {
    date: Option<NaiveDateTime>,
    slug: &'a str,
}

impl<'a> Name<'a> {
    /// `2025-11-29-title` and `2025-11-29_title`; a time may follow the date.
    fn of(name: &'a str, keeps_dates: bool) -> Self {
        let day = name.get(..10).and_then(|day| NaiveDate::parse_from_str(day, "%Y-%m-%d").ok());
        let digits = name.bytes().take(10).filter(u8::is_ascii_digit).count();
        let Some((date, rest)) = day.filter(|_| digits == 8).zip(name.get(10..)) else {
            return Self { date: None, slug: name };
        };
        let (time, rest) = time(rest);
        let slug = rest.trim_start().strip_prefix(['-', '_']).map(str::trim_start);
        let slug = slug.filter(|slug| !slug.is_empty() && !keeps_dates).unwrap_or(name);
        Self { date: Some(date.and_time(time)), slug }
    }
}

/// A time such as `T10:11:12Z`, and what follows it. Without `Z` it does not count.
fn time(rest: &str) -> (NaiveTime, &str) {
    let time = rest.strip_prefix('T').and_then(|rest| rest.get(..8));
    let Some(time) = time.and_then(|time| NaiveTime::parse_from_str(time, "%H:%M:%S").ok()) else {
        return (NaiveTime::MIN, rest);
    };
    let after = rest.get(9..).unwrap_or_default();
    after.strip_prefix('Z').map_or((NaiveTime::MIN, after), |after| (time, after))
}

fn dates(
    fields: &Fields<'_>,
    place: &Place<'_>,
    from_name: Option<NaiveDateTime>,
) -> (Option<DateTime<FixedOffset>>, Option<DateTime<FixedOffset>>) {
    let date = |key: &str| match fields.date(&[key], NOT_IN_FEEDS) {
        DateField::Date(date) => Some(date),
        DateField::Nothing | DateField::Unusable => None,
    };
    let published = match fields.first(&["date"]) {
        Some(_) => date("date"),
        None => from_name.and_then(|date| fields.local(date)),
    };
    if published.is_none() && fields.first(&["date"]).is_none() && !place.is_section() {
        fields.report_undated_page();
    }
    let updated =
        date("updated").and_then(|updated| fields.checked_updated(&["updated"], updated, published));
    (published, updated)
}

/// Whether a page has what its section is sorted by.
fn has(
    fields: &Fields<'_>,
    key: &str,
    published: Option<DateTime<FixedOffset>>,
    updated: Option<DateTime<FixedOffset>>,
) -> bool {
    match key {
        "date" => published.is_some(),
        "update_date" => published.or(updated).is_some(),
        "weight" => fields.first(&["weight"]).is_some(),
        "title" | "title_bytes" => fields.first(&["title"]).is_some(),
        _ => true,
    }
}

/// The path of the page, from the root of the site.
fn path(zola: &Zola, fields: &Fields<'_>, place: &Place<'_>, name: &Name<'_>) -> String {
    let written = |key: &str| {
        let text = fields.get(key).and_then(Node::as_text).map(|text| text::legal(text.trim()).into_owned());
        text.filter(|text| !text.is_empty())
    };
    let prefix = zola.prefix(place.language);
    if place.is_section() {
        let path = written("path").map(|path| path.trim_matches('/').to_owned());
        let path = path.unwrap_or_else(|| place.folder.to_owned());
        return if path.is_empty() { prefix } else { format!("{prefix}{path}/") };
    }
    if let Some(path) = written("path") {
        let path = path.trim_start_matches('/');
        let end = if path.ends_with('/') { "" } else { "/" };
        return format!("{path}{end}");
    }
    let slug =
        match fields.get("slug").and_then(Node::as_scalar).filter(|scalar| !scalar.text.trim().is_empty()) {
            Some(scalar) => zola.path_slugs.apply(text::legal(scalar.text.trim()).as_ref()),
            None => {
                let slug = zola.path_slugs.apply(name.slug);
                // Nothing may be left of a name, but something must.
                if slug.is_empty() && zola.path_slugs != Slugs::Off { name.slug.to_owned() } else { slug }
            }
        };
    match place.parent() {
        "" => format!("{prefix}{slug}/"),
        parent => format!("{prefix}{parent}/{slug}/"),
    }
}

/// Puts `taxonomies: {tags: [x]}` where fields are.
fn hoist_taxonomies(fields: &mut Fields<'_>) {
    let Some(Node::Map(own)) = fields.get("taxonomies").cloned() else { return };
    let map = &mut fields.written.map;
    map.0.retain(|(key, _)| key.text != "taxonomies");
    map.merge(own);
}

fn terms(zola: &Zola, fields: &Fields<'_>) -> Vec<Term> {
    let mut terms = fields.other_terms();
    for taxonomy in &zola.taxonomies {
        let name = taxonomy_of(&taxonomy.name).to_owned();
        terms.retain(|term| term.taxonomy != name);
        terms.extend(fields.terms(name, &[&taxonomy.name], Separator::None));
    }
    terms
}

//! The URL and the id of a post: from its front matter, else from the site's pattern, else from its path.

use chrono::{DateTime, FixedOffset};

use super::name::FileName;
use crate::diagnostic::Rule;
use crate::generators::{Fields, Separator, fields::names};
use crate::source::{Node, Scalar};
use crate::text::{self, Pattern, Values, id, link};

/// The permalink.
pub(super) fn of_post(
    fields: &Fields<'_>,
    name: &FileName<'_>,
    date: Option<DateTime<FixedOffset>>,
) -> String {
    let slug = slug(fields);
    let has_pattern = fields.site.permalink.is_some() || fields.first(names::URL).is_some();
    let categories = if has_pattern { fields.names(names::CATEGORIES, Separator::Comma) } else { Vec::new() };
    let title = fields.first(names::TITLE).filter(|_| has_pattern).and_then(|(_, node)| node.as_text());
    let title = title.map(text::legal).unwrap_or_default();
    let values = Values {
        date: date.filter(|_| has_pattern).map(|date| fields.at_site(date)),
        slug: slug.as_deref().unwrap_or(name.slug),
        name: name.slug,
        title: &title,
        path: name.path,
        categories: &categories,
    };
    if let Some(url) = own(fields, &values) {
        return url;
    }
    let path = by_pattern(fields, &values).unwrap_or_else(|| by_path(fields, name, slug.as_deref()));
    // A pattern is always below the base, even if it begins with the same folder.
    let url = fields.site.base_url.join(path.trim_start_matches('/'));
    url.unwrap_or_else(|| fields.site.base_url.as_str().to_owned())
}

/// Whether the post has a page at all: with `permalink: false` it has none.
pub(super) fn has_page(fields: &Fields<'_>) -> bool {
    switch(fields).and_then(Scalar::as_bool) != Some(false)
}

/// `permalink: false` or `true`.
fn switch<'f>(fields: &'f Fields<'_>) -> Option<&'f Scalar> {
    fields.first(names::URL).and_then(|(_, node)| node.as_scalar()).filter(|scalar| scalar.is_switch())
}

/// The slug: one clean path, whatever slashes and codes it is written with.
fn slug(fields: &Fields<'_>) -> Option<String> {
    let written = fields.line(names::SLUG)?;
    // What is encoded is decoded, as in a permalink; a lone `%` is itself.
    let decoded =
        Some(link::decoded(&written)).filter(|decoded| !decoded.contains(char::REPLACEMENT_CHARACTER));
    let slug = decoded.unwrap_or_else(|| written.clone());
    let parts: Vec<&str> = slug.split('/').map(str::trim).filter(|part| !part.is_empty()).collect();
    let is_path =
        !parts.is_empty() && !slug.contains("://") && !parts.iter().any(|part| matches!(*part, "." | ".."));
    if !is_path {
        let message = format!("`{}` cannot be used as a slug", text::shown(&written));
        let help = "the file's name is used; a URL belongs into `permalink`";
        fields.report(Rule::UnusableUrl, Some("slug"), message, help);
        return None;
    }
    Some(parts.join("/"))
}

/// The URL that the front matter gives.
fn own(fields: &Fields<'_>, values: &Values<'_>) -> Option<String> {
    let (key, node) = fields.first(names::URL).filter(|_| switch(fields).is_none())?;
    let text = node.as_text().unwrap_or_default();
    let is_template = ["{{", "{%", "<%", "${"].iter().any(|mark| text.contains(mark));
    let pattern = Pattern::parse(text);
    let path = match &pattern {
        _ if is_template || text.is_empty() => None,
        _ if text.contains("://") => Some(text.to_owned()),
        Ok(pattern) => pattern.fill(values),
        Err(_) => None,
    };
    if let Some(url) = path.and_then(|path| fields.site.base_url.join(&text::legal(&path))) {
        return Some(url);
    }
    let message = match pattern {
        _ if is_template => format!("`{key}` is a template that only the site's generator can run"),
        Err((word, nearest)) => format!("unknown placeholder `:{word}`; did you mean `:{nearest}`?"),
        Ok(_) => format!("`{key}` does not give a URL below {}", fields.site.base_url.as_str()),
    };
    fields.report(Rule::UnusableUrl, Some(key), message, "the pattern of the site is used");
    None
}

fn by_pattern(fields: &Fields<'_>, values: &Values<'_>) -> Option<String> {
    let pattern = fields.site.permalink.as_ref()?;
    let path = pattern.fill(values);
    if path.is_some() {
        fields.made_by("permalink", &pattern.to_string());
    }
    if path.is_none() {
        let message = "the permalink pattern needs a date, and the post has none";
        fields.report(Rule::UnusableUrl, None, message, "the file's path is used");
    }
    path
}

fn by_path(fields: &Fields<'_>, name: &FileName<'_>, slug: Option<&str>) -> String {
    let path = match (name.is_html, slug) {
        (true, _) => fields.source.path.clone(),
        (false, Some(slug)) => {
            format!("{}/{slug}/", name.path.rsplit_once('/').map_or("", |(folder, _)| folder))
        }
        (false, None) => [name.path, "/"].concat(),
    };
    if memchr::memchr3(b'%', b'?', b'#', path.as_bytes()).is_none() {
        return path;
    }
    path.replace('%', "%25").replace('?', "%3F").replace('#', "%23")
}

/// Whether the author wrote an id.
pub(super) fn has_id(fields: &Fields<'_>) -> bool {
    fields.first(names::ID).is_some()
}

/// The id: as written where that is a URI, else the permalink.
pub(super) fn id(fields: &Fields<'_>, url: &str) -> String {
    let base = fields.site.base_url.as_str();
    // An exporter may give a number besides the id by which readers know the post.
    let is_usable = |key: &&str| {
        fields.get(key).and_then(Node::as_text).is_some_and(|text| id::of_written(text, base) == text)
    };
    let usable = names::ID.iter().position(is_usable).and_then(|at| names::ID.get(at..));
    let names = usable.unwrap_or(names::ID);
    let Some(written) = fields.line(names) else { return url.to_owned() };
    let id = id::of_written(&written, base);
    if id != written {
        let key = fields.first(names).map(|(key, _)| key);
        let message = format!("the id `{}` is not a URI", text::shown(&written));
        fields.report(Rule::UnusableId, key, message, format!("it is published as `{id}`"));
    } else if id.starts_with("http") && link::absolute(&id).is_some_and(|canonical| canonical != id) {
        // Readers know the post by it, so it stays.
        let message = format!("the id `{}` is a URL that is not in canonical form", text::shown(&written));
        let help = "it is published as written, so that no post appears twice";
        fields.report(Rule::UnusableId, fields.first(names).map(|(key, _)| key), message, help);
    }
    id
}

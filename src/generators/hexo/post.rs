//! What a file becomes.

use chrono::{DateTime, FixedOffset, NaiveDate};

use super::permalink::{self, Parts};
use super::site::Hexo;
use super::slug::{Case, slugized};
use super::title_case::title_case;
use super::{dates, files};
use crate::generators::Fields;
use crate::generators::javascript::printed;
use crate::markup::{literal, published_line, title};
use crate::model::{CATEGORY, File, FileKind, Post, TAG, Term};
use crate::source::{Map, Node, Scalar};
use crate::text;

/// Resolves one file; `None` if Hexo publishes nothing of it.
pub(super) fn resolve(hexo: &Hexo, file: &File, fields: &mut Fields<'_>) -> Option<Post> {
    let inner = file.path.strip_prefix(&hexo.source)?.trim_start_matches('/');
    let (_, below) = files::kind(inner);
    let stem = below.rsplit_once('.').map_or(below, |(stem, _)| stem);
    if fields.written.is_broken {
        return fields.refuse("Hexo", "its front matter cannot be read");
    }
    if file.kind == FileKind::Page {
        return page(hexo, stem, fields);
    }
    let name = FileName::of(hexo, stem);
    // What the name says wins.
    fields.written.map.merge(name.fields());
    lock_by_tag(hexo, fields);
    let (published, updated) = name.dates(hexo, fields);
    let categories = categories(fields);
    let category = categories.last().map(|chain| chain_slug(hexo, chain));
    let title = title(hexo, fields, &name.slug);
    let parts = Parts {
        slug: &name.slug,
        title: title.as_deref().unwrap_or_default(),
        date: published,
        category: category.as_deref(),
        fields: &fields.written.map,
    };
    let path = match own_permalink(hexo, fields) {
        Some(own) => own,
        None => match hexo.filled(&parts) {
            Ok(path) => {
                fields.made_by("permalink", &hexo.permalink);
                path
            }
            Err((reason, needs)) => return fields.refuse_url(reason, needs),
        },
    };
    if has_lone_percent(&path) {
        return fields.refuse("Hexo", "there is a `%` in its path");
    }
    let url = fields.site.base_url.join(&hexo.printed(&path))?;
    let post = fields.post(stem.rsplit('/').next().unwrap_or(stem));
    // Without a plugin, `hidden: true` means nothing.
    let is_hidden = hexo.hiding.as_deref().is_some_and(|name| fields.flag(name) == Some(true));
    let is_listed = !is_hidden && !fields.says_no_index();
    Some(Post {
        id: url.clone(),
        url,
        title: title
            .map(|title| published_line(&title))
            .filter(|title| !text::is_blank(title))
            .unwrap_or(post.title),
        published,
        updated,
        terms: terms(fields, &categories),
        collection: file.collection.clone(),
        draft: post.draft || is_unpublished(fields) || file.kind == FileKind::Draft,
        in_feeds: post.in_feeds && !is_hidden && !is_draft(fields),
        in_sitemap: post.in_sitemap && is_listed,
        ..post
    })
}

/// A post with a locked tag has the password of the tag, unless it has one of its own.
fn lock_by_tag(hexo: &Hexo, fields: &mut Fields<'_>) {
    let is_locked = tags(fields).iter().any(|tag| hexo.locked_tags.contains(tag));
    if is_locked && fields.get("password").is_none() {
        let password = (Scalar::string("password"), Node::Scalar(Scalar::string("of its tag")));
        fields.written.map.merge(Map(vec![password]));
    }
}

/// Whether a path cannot be decoded like a URL.
fn has_lone_percent(path: &str) -> bool {
    let is_code = |rest: &str| rest.len() >= 2 && rest.bytes().take(2).all(|byte| byte.is_ascii_hexdigit());
    path.split('%').skip(1).any(|rest| !is_code(rest))
}

/// A page: a URL for the sitemap.
fn page(hexo: &Hexo, stem: &str, fields: &Fields<'_>) -> Option<Post> {
    let path = own_permalink(hexo, fields).map(|own| match own.rsplit('/').next() {
        Some("") => format!("{own}index.html"),
        Some(last) if !last.contains('.') => format!("{own}/index.html"),
        _ => own,
    });
    let path = path.unwrap_or_else(|| format!("{stem}.html"));
    let url = fields.site.base_url.join(&text::link::encoded(&hexo.printed(&path)))?;
    let post = fields.post(stem.rsplit('/').next().unwrap_or(stem));
    Some(Post { id: url.clone(), url, in_feeds: false, draft: post.draft || is_unpublished(fields), ..post })
}

/// `published: false`, `0` or `"false"`; anything else is published.
fn is_unpublished(fields: &Fields<'_>) -> bool {
    let scalar = fields.get("published").and_then(Node::as_scalar).filter(|scalar| !scalar.is_null());
    scalar.is_some_and(|scalar| matches!(scalar.text.as_str(), "false" | "False" | "FALSE" | "0" | ""))
}

/// `draft: true`: it has a page, but is in no feed.
fn is_draft(fields: &Fields<'_>) -> bool {
    let draft = fields.get("draft").and_then(Node::as_scalar);
    draft.is_some_and(|draft| !draft.quoted && draft.as_bool() == Some(true))
}

/// The path that the front matter gives: its tokens are not filled in.
fn own_permalink(hexo: &Hexo, fields: &Fields<'_>) -> Option<String> {
    let own = printed(fields.get("permalink")?).filter(|own| !own.is_empty())?;
    Some(hexo.with_slash(text::legal(&own).into_owned()))
}

/// What the name of a file says.
struct FileName {
    slug: String,
    parts: Vec<(String, String)>,
}

impl FileName {
    fn of(hexo: &Hexo, stem: &str) -> Self {
        let parsed = permalink::parse(&hexo.file_name, stem).unwrap_or_default();
        let parts: Vec<(String, String)> =
            parsed.into_iter().map(|(token, value)| (token, value.to_owned())).collect();
        let title = parts.iter().find(|(token, _)| token == "title").map(|(_, value)| value.clone());
        Self { slug: title.unwrap_or_else(|| slugized(stem, Case::Kept)), parts }
    }

    fn get(&self, token: &str) -> Option<&str> {
        self.parts.iter().find(|(name, _)| name == token).map(|(_, value)| value.as_str())
    }

    /// What is in it besides the title and the date is as if it were in the front matter.
    fn fields(&self) -> crate::source::Map {
        let is_field =
            |token: &str| !matches!(token, "title" | "year" | "month" | "day" | "i_month" | "i_day" | "hash");
        let pairs = self.parts.iter().filter(|(token, _)| is_field(token));
        crate::source::Map(
            pairs
                .map(|(token, value)| (Scalar::string(token), Node::Scalar(Scalar::string(value))))
                .collect(),
        )
    }

    fn date(&self) -> Option<NaiveDate> {
        let number = |names: [&str; 2]| names.iter().find_map(|name| self.get(name)?.parse::<u32>().ok());
        let (month, day) = (number(["month", "i_month"])?, number(["day", "i_day"])?);
        let year = self.get("year")?.parse().ok()?;
        // JavaScript lets days and months roll over.
        let first = NaiveDate::from_ymd_opt(year, 1, 1)?
            .checked_add_months(chrono::Months::new(month.checked_sub(1)?))?;
        first.checked_add_signed(chrono::TimeDelta::days(i64::from(day) - 1))
    }

    fn dates(
        &self,
        hexo: &Hexo,
        fields: &Fields<'_>,
    ) -> (Option<DateTime<FixedOffset>>, Option<DateTime<FixedOffset>>) {
        let zone = hexo.timezone.as_ref();
        let written = dates::of_field(fields, "date", zone);
        let published = written.or_else(|| self.date().and_then(|day| dates::of_name(day, zone)));
        if published.is_none() && fields.first(&["date"]).is_none() {
            fields.report_no_date();
        }
        let updated = dates::of_field(fields, "updated", zone);
        (published, updated.and_then(|updated| fields.checked_updated(&["updated"], updated, published)))
    }
}

fn title(hexo: &Hexo, fields: &Fields<'_>, slug: &str) -> Option<String> {
    let own = fields.get("title").and_then(printed);
    let is_damaged = fields.get("title").and_then(Node::as_text).is_some_and(title::is_damaged);
    let title = match own {
        Some(title) => Some(text::legal(&title).into_owned()).filter(|_| !is_damaged),
        None => hexo.slug_is_title.then(|| slug.to_owned()),
    };
    title.filter(|title| !title.trim().is_empty()).map(|title| {
        let is_cased = fields.flag("titlecase").unwrap_or(hexo.has_titlecase);
        if is_cased { title_case(&title) } else { title }
    })
}

/// The chains of categories: a list is one, each below the one before it, and so is every list in it.
fn categories(fields: &Fields<'_>) -> Vec<Vec<String>> {
    let node = fields.first(&["categories"]).or_else(|| fields.first(&["category"]));
    let Some((_, node)) = node else { return Vec::new() };
    let items = node.as_items();
    let chains: Vec<Vec<String>> = match items.iter().any(|item| matches!(item, Node::List(_))) {
        true => items.iter().map(|item| names(item.as_items())).collect(),
        false => vec![names(items)],
    };
    chains.into_iter().filter(|chain| !chain.is_empty()).collect()
}

/// The names in a list, as they are printed.
fn names(nodes: &[Node]) -> Vec<String> {
    let name = |node: &Node| printed(node).map(|name| literal(text::one_line(&text::legal(&name)).trim()));
    nodes.iter().filter_map(name).filter(|name| !text::is_blank(name)).collect()
}

fn chain_slug(hexo: &Hexo, chain: &[String]) -> String {
    let slugs = chain.iter().map(|name| hexo.term_slug(&hexo.category_map, name));
    slugs.collect::<Vec<_>>().join("/")
}

fn terms(fields: &Fields<'_>, categories: &[Vec<String>]) -> Vec<Term> {
    let mut terms = fields.other_terms();
    let categories = text::unique(categories.iter().flatten().cloned().collect());
    terms.extend(categories.into_iter().map(|name| Term { taxonomy: CATEGORY.into(), name }));
    terms.extend(tags(fields).into_iter().map(|name| Term { taxonomy: TAG.into(), name }));
    terms
}

fn tags(fields: &Fields<'_>) -> Vec<String> {
    let tags = fields.first(&["tags"]).or_else(|| fields.first(&["tag"]));
    text::unique(names(tags.map_or(&[][..], |(_, node)| node.as_items())))
}

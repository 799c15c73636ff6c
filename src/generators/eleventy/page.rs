//! What a template becomes.

use chrono::{DateTime, FixedOffset};

use super::data::DRAFT;
use super::dates::{self, Written};
use super::permalink::{self, Scope};
use super::site::{Data, Eleventy, Engine};
use crate::diagnostic::Rule;
use crate::generators::built;
use crate::generators::fields::{Needs, names};
use crate::generators::javascript::printed;
use crate::generators::{Fields, Separator};
use crate::markup::published_line;
use crate::model::{File, Post, TAG, Term};
use crate::source::{Map, Node, Scalar, Unread, script};
use crate::text::{self, Values, link};

/// Tags that are collections of a site, not what a post is about.
const COLLECTIONS: [&str; 4] = ["all", "nav", "post", "posts"];

/// The field that keeps a page out of collections, of which feeds and sitemaps are made.
const EXCLUDES: &str = "eleventyExcludeFromCollections";

/// Resolves one file; `None` if Eleventy writes no page of it.
pub(super) fn resolve(eleventy: &Eleventy, file: &File, fields: &mut Fields<'_>) -> Option<Post> {
    let Some(computed) = read_script(fields) else {
        return fields.refuse_url("its front matter is a program, which only Eleventy can run", Needs::Build);
    };
    let data = eleventy.data(&fields.site.root, &file.path, &fields.written.map, computed);
    let path = PathParts::of(&eleventy.input, &file.path);
    let is_draft = is_draft(eleventy, &data);
    match paginated(&data.map) {
        Some(Paginated::List) => return None,
        Some(Paginated::Items) => {
            let post = data.map.get("date").filter(|_| !is_draft);
            let reason = "it is a page for each item of `pagination`, which only Eleventy can tell";
            return post.and_then(|_| fields.refuse_url(reason, Needs::Pattern));
        }
        None => {}
    }
    let published = date(eleventy, file, fields, &data);
    let page = Page {
        data: &data,
        stem: path.path_stem(),
        input: format!("./{}", path.whole),
        path: &path,
        engine: eleventy.engine(&file.path),
        published,
        computes: eleventy.computes_permalinks
            || (eleventy.computes_other_permalinks && data.map.get("permalink").is_none()),
    };
    let place = match page.permalink() {
        Ok(place) => place?,
        Err(unknown) => found_place(eleventy, fields, &page, &unknown, is_draft)?,
    };
    if let Some(written) = data.map.get("permalink").and_then(Node::as_text) {
        fields.made_by("permalink", written);
    }
    let url = fields.site.base_url.file(place.trim_start_matches('/'));
    inherit(fields, &data.map);
    let post = fields.post(path.slug());
    let is_unclear = data.computed.contains(EXCLUDES) && data.map.get(EXCLUDES).is_none();
    if is_unclear {
        fields.report_unclear(EXCLUDES);
    }
    let is_page = place.ends_with('/') || place.ends_with(".html");
    let is_seen = is_page && flag(&data.map, EXCLUDES) != Some(true);
    Some(Post {
        id: url.clone(),
        url,
        title: page.title().unwrap_or(post.title),
        published,
        updated: fields.updated(published),
        terms: terms(fields),
        labels: Some(labels(fields)),
        draft: post.draft || is_draft,
        withheld: post.withheld || is_unclear,
        in_feeds: post.in_feeds && is_seen,
        // Sitemaps of such sites list a collection.
        in_sitemap: post.in_sitemap && is_seen && place != "/404.html",
        ..post
    })
}

/// When it was published: as its data says, else as its path does.
fn date(eleventy: &Eleventy, file: &File, fields: &Fields<'_>, data: &Data) -> Option<DateTime<FixedOffset>> {
    let node = data.map.get("date");
    let scalar = node.and_then(Node::as_scalar).filter(|scalar| is_truthy(scalar));
    let written = scalar.map(|scalar| dates::written(eleventy, &fields.site.root, &file.path, scalar));
    let published = match written {
        Some(Written::Date(date)) => Some(date),
        Some(Written::Unreadable) => {
            node.into_iter().for_each(|node| fields.report_unreadable_date("date", node));
            return None;
        }
        Some(Written::NoHistory(reason)) => {
            let message = format!("`date` cannot be known: {reason}");
            fields.report(Rule::NoHistory, Some("date"), message, "it is in the sitemap, but in no feed");
            return None;
        }
        Some(Written::Undated) => None,
        None => dates::of_path(&file.path),
    };
    if data.computed.contains("date") && node.is_none() {
        let message = "`date` is computed by a program, which only Eleventy can run";
        fields.report(Rule::UnreadableDate, None, message, "it is in the sitemap, but in no feed");
        return None;
    }
    if published.is_none() {
        fields.report_undated_page();
    }
    published
}

/// The path of a page whose permalink only a program can compute: by the site's own pattern, or as it was built.
fn found_place(
    eleventy: &Eleventy,
    fields: &Fields<'_>,
    page: &Page<'_>,
    unknown: &str,
    is_draft: bool,
) -> Option<String> {
    let built = || by_page(eleventy, fields, &page.data.map);
    let place = by_pattern(fields, page.path, page.published).or_else(built);
    if place.is_none() && !is_draft {
        let unknown = text::shown(unknown);
        let reason = format!("its permalink has `{unknown}`, which only Eleventy can run");
        fields.refuse_url(&reason, Needs::Build);
    }
    place
}

/// The path of the page by the pattern of `feedmill.yml`, if only a program can compute its permalink.
fn by_pattern(
    fields: &Fields<'_>,
    path: &PathParts<'_>,
    date: Option<DateTime<FixedOffset>>,
) -> Option<String> {
    let place = path.place();
    let title = fields.first(names::TITLE).and_then(|(_, node)| node.as_text()).unwrap_or_default();
    let values = Values {
        date,
        slug: path.slug(),
        name: path.slug(),
        title,
        path: place.trim_matches('/'),
        categories: &[],
    };
    let filled = fields.site.permalink.as_ref()?.fill(&values)?;
    Some(link::decoded(&filled))
}

/// The path of the built page that has this title and this text, if there is exactly one: the page of that title may be
/// another's, if a program keeps this one back. A page that is to be hidden is found by its text alone too.
fn by_page(eleventy: &Eleventy, fields: &Fields<'_>, data: &Map) -> Option<String> {
    let title = data.get("title").and_then(printed).map(|title| published_line(&title));
    let built = eleventy.built.get_or_init(|| built::by_title(&fields.site.output));
    let source = fields.source.whole(&fields.site.root, fields.site.largest).ok()?;
    let (phrases, is_sure) = built::phrases(source.text.get(fields.written.body..).unwrap_or_default());
    let has_phrase =
        |place: &&String| phrases.is_empty() || built::has_phrase(&fields.site.output, place, &phrases);
    let one = |places: &mut dyn Iterator<Item = &String>| {
        let place = places.next()?;
        places.next().is_none().then(|| format!("/{place}"))
    };
    let of_title = title.and_then(|title| built.get(&title));
    let is_hidden = || {
        flag(data, EXCLUDES) == Some(true)
            || fields.flag("sitemap") == Some(false)
            || fields.says_no_index()
            || fields.is_unlisted()
    };
    one(&mut of_title.into_iter().flatten().filter(has_phrase)).or_else(|| {
        let pages = built.values().flatten().filter(|_| is_sure && is_hidden());
        one(&mut pages.filter(has_phrase))
    })
}

/// Reads a front matter in JavaScript, if it is in that, as far as it is literals, and returns the names of the others.
/// `None` if it cannot be read at all.
fn read_script(fields: &mut Fields<'_>) -> Option<Vec<String>> {
    if !fields.written.is_script {
        return Some(Vec::new());
    }
    let text = &fields.source.text;
    let start = text.find('\n')? + 1;
    let end = text.get(start..)?.find("\n---")? + start;
    let object = script::front_matter(text.get(start..end)?)?;
    let after = text.get(end + 4..)?;
    fields.written.body = text.len() - after.split_once('\n').map_or("", |(_, body)| body).len();
    fields.written.map = object.map.into();
    if object.unread.is_empty() {
        fields.written.unread = Unread::Nothing;
    }
    Some(object.unread)
}

/// The parts of a file's path.
struct PathParts<'a> {
    /// From the root.
    whole: &'a str,
    /// The folders below the input.
    folders: Vec<&'a str>,
    /// The name without its extension.
    stem: &'a str,
}

impl<'a> PathParts<'a> {
    fn of(input: &str, whole: &'a str) -> Self {
        let inner = whole.strip_prefix(input).unwrap_or(whole).trim_start_matches('/');
        let (folders, name) = inner.rsplit_once('/').unwrap_or(("", inner));
        // Only extensions in lower case are taken away.
        let stem =
            ["md", "html", "liquid", "njk"].iter().find_map(|known| name.strip_suffix(&format!(".{known}")));
        let folders = folders.split('/').filter(|folder| !folder.is_empty()).collect();
        Self { whole, folders, stem: stem.unwrap_or(name) }
    }

    fn slug(&self) -> &'a str {
        match (without_date(self.stem), self.folders.last()) {
            ("index", Some(folder)) => without_date(folder),
            ("index", None) => "",
            (stem, _) => stem,
        }
    }

    fn path_stem(&self) -> String {
        let mut folders = self.folders.as_slice();
        // Eleventy drops a first folder whose name is a single character.
        if let [first, rest @ ..] = folders
            && first.chars().count() == 1
        {
            folders = rest;
        }
        let name = without_date(self.stem);
        folders.iter().chain([&name]).fold(String::new(), |path, part| format!("{path}/{part}"))
    }

    /// Where the page is, if nothing says otherwise.
    fn place(&self) -> String {
        let folder = self.folders.iter().fold(String::new(), |path, part| format!("{path}/{part}"));
        match self.stem {
            "index" => format!("{folder}/"),
            stem if self.folders.last() == Some(&stem) => format!("{folder}/"),
            stem => format!("{folder}/{stem}/"),
        }
    }
}

/// A name without its first date (`2025-11-29-`) and everything before that.
fn without_date(name: &str) -> &str {
    let at = (0..name.len()).find(|at| {
        dates::is_date(name.get(*at..at + 10))
            && name.get(at + 10..).is_some_and(|rest| rest.starts_with('-'))
    });
    at.and_then(|at| name.get(at + 11..)).unwrap_or(name)
}

impl Eleventy {
    fn engine(&self, path: &str) -> Engine {
        match path.rsplit('.').next() {
            Some("njk") => Engine::Nunjucks,
            Some("liquid") => Engine::Liquid,
            Some("html") => self.html_engine,
            _ => self.markdown_engine,
        }
    }
}

/// A page, as far as its permalink depends on it.
struct Page<'a> {
    data: &'a Data,
    path: &'a PathParts<'a>,
    stem: String,
    input: String,
    engine: Engine,
    published: Option<DateTime<FixedOffset>>,
    computes: bool,
}

impl Page<'_> {
    /// Where the page is; `None` if it is not written.
    ///
    /// # Errors
    /// What only a program can compute.
    fn permalink(&self) -> Result<Option<String>, String> {
        let map = &self.data.map;
        let computed =
            map.get("eleventyComputed").and_then(Node::as_map).and_then(|map| map.get("permalink"));
        let is_computed = |name: &str| self.data.computed.contains(name) && map.get(name).is_none();
        let is_program = self.computes || is_computed("permalink") || is_computed("eleventyComputed");
        let node = match computed {
            None if is_program => return Err("a program".to_owned()),
            Some(node) => Some(node),
            None => map.get("permalink"),
        };
        let written = match node {
            // Nothing is written without `build`.
            Some(Node::Map(map)) => match map.get("build") {
                Some(node) => Some(node),
                None => return Ok(None),
            },
            node => node,
        };
        let Some(scalar) =
            written.and_then(Node::as_scalar).filter(|scalar| !scalar.is_null() && !scalar.text.is_empty())
        else {
            return Ok(Some(self.path.place()));
        };
        if !scalar.quoted && scalar.as_bool() == Some(false) {
            return Ok(None);
        }
        let filled = permalink::rendered(&scalar.text, self.engine, &self.scope())?;
        Ok(Some(output(&filled)))
    }

    fn scope(&self) -> Scope<'_> {
        Scope {
            file_slug: self.path.slug(),
            file_path_stem: &self.stem,
            input_path: &self.input,
            date: self.published,
            data: &self.data.map,
        }
    }

    /// The title that the data compute or hold, as JavaScript prints it.
    fn title(&self) -> Option<String> {
        let map = &self.data.map;
        let computed = map.get("eleventyComputed").and_then(Node::as_map).and_then(|map| map.get("title"));
        let written = match computed.and_then(Node::as_text) {
            Some(template) => permalink::rendered(template, self.engine, &self.scope()).ok(),
            None => map.get("title").filter(|node| node.as_text().is_some_and(is_number)).and_then(printed),
        };
        written.map(|title| published_line(&title)).filter(|title| !text::is_blank(title))
    }
}

fn is_number(text: &str) -> bool {
    text.parse::<f64>().is_ok()
}

/// Where a permalink leads: without the file that a folder shows.
fn output(permalink: &str) -> String {
    let path = link::collapsed(format!("/{permalink}"));
    match path.strip_suffix("index.html") {
        Some(folder) if folder.ends_with('/') => folder.to_owned(),
        _ => path,
    }
}

/// Whether JavaScript takes a value for true.
fn is_truthy(scalar: &Scalar) -> bool {
    let is_false = !scalar.quoted && (scalar.is_null() || matches!(scalar.text.as_str(), "false" | "0"));
    !is_false && !scalar.text.is_empty()
}

/// What a paginated template becomes, as its permalink shows.
enum Paginated {
    /// A list in several pages.
    List,
    /// A page for each item: then it has no single page.
    Items,
}

fn paginated(data: &Map) -> Option<Paginated> {
    let pagination = data.get("pagination").and_then(Node::as_map)?;
    let alias = pagination.get("alias").and_then(Node::as_text);
    let permalink = data.get("permalink").and_then(Node::as_text).filter(|own| own.contains("{{"))?;
    let names = |wanted: &str| {
        permalink.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).any(|word| word == wanted)
    };
    match alias {
        Some(alias) if names(alias) => Some(Paginated::Items),
        _ => names("pagination").then_some(Paginated::List),
    }
}

fn is_draft(eleventy: &Eleventy, data: &Data) -> bool {
    let draft = data.map.get(DRAFT).is_some_and(|node| node.as_scalar().is_none_or(is_truthy));
    (eleventy.has_drafts || data.computed.contains(DRAFT)) && draft
}

fn flag(data: &Map, key: &str) -> Option<bool> {
    data.get(key).and_then(Node::as_scalar).filter(|scalar| !scalar.quoted).and_then(Scalar::as_bool)
}

/// Gives the post the fields that its data files and layouts have.
fn inherit(fields: &mut Fields<'_>, data: &Map) {
    let known =
        data.0.iter().filter(|(key, _)| names::is_known(&key.text) && !key.text.starts_with("permalink"));
    let mut values = Map(known.cloned().collect());
    // Places are those of other files.
    values.for_each_scalar(&mut |scalar| scalar.at = None);
    if let Some((_, own)) = fields.written.map.entry_mut("tags")
        && let Some(all) = values.get("tags")
        && own != all
    {
        own.clone_from(all);
        fields.written.legal = false;
    }
    values.0.retain(|(key, _)| key.text != "tags" || fields.get("tags").is_none());
    fields.inherit(values);
}

fn terms(fields: &Fields<'_>) -> Vec<Term> {
    let mut terms = fields.other_terms();
    terms.extend(fields.terms(TAG, &["tags"], Separator::Comma));
    terms
}

fn labels(fields: &Fields<'_>) -> Vec<String> {
    fields.of_entry(|| {
        let mut tags = fields.names(&["tags"], Separator::Comma);
        tags.retain(|tag| !COLLECTIONS.contains(&tag.as_str()));
        tags
    })
}

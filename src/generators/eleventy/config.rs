//! `eleventy.config.js` (<https://www.11ty.dev/docs/config/>), as far as it is literals, and the site's facts from the
//! folder of global data.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{OnceLock, RwLock};

use serde_json::Value;

use super::site::{Data, Eleventy, Engine};
use crate::disk;
use crate::error::Error;
use crate::generators::Opened;
use crate::generators::keys::Keys;
use crate::model::{Format, TAG, authors};
use crate::settings::{ConfigFile, FeedConfig, Selection, Settings, default_feeds};
use crate::source::{Map, Node, Scalar, script};
use crate::text::{BaseUrl, language, link};

/// The names of the configuration file; of several, the first counts.
const NAMES: [&str; 4] = [".eleventy.js", "eleventy.config.js", "eleventy.config.mjs", "eleventy.config.cjs"];

/// The extensions of templates that can be read here.
const FORMATS: [&str; 4] = ["md", "html", "liquid", "njk"];

/// The files of global data that hold the facts of a site, by their names.
const FACTS: [&str; 6] = ["site", "metadata", "meta", "config", "globals", "global"];

/// The configuration file of a folder, if it is an Eleventy site.
pub(super) fn detect(root: &Path) -> Option<PathBuf> {
    NAMES.iter().map(|name| root.join(name)).find(|path| path.is_file())
}

/// Reads the configuration of an Eleventy site. With `files`, these are read instead of the usual one.
///
/// # Errors
/// [`Error::ConfigRead`] if a file cannot be read.
pub(super) fn read(root: &Path, files: &[PathBuf]) -> Result<Opened, Error> {
    let mut text = String::new();
    for path in files.iter().cloned().chain(detect(root).filter(|_| files.is_empty())) {
        let bytes = disk::read(&path, disk::LARGEST)
            .map_err(|source| Error::ConfigRead { path: path.clone(), source })?;
        text.push_str(&String::from_utf8_lossy(&bytes));
        text.push('\n');
    }
    let folders = Folders::of(&text, &Flags::of(root));
    let global = global_data(&root.join(&folders.data), &text);
    let eleventy = site(root, &text, &folders, global);
    let mut facts = plugin_metadata(&text).unwrap_or_default();
    facts.merge(site_facts(&eleventy.global.map));
    let own = Keys(&facts);
    let author = facts.get("author").or_else(|| facts.get("authors")).map(authors);
    let tag = ["language", "lang", "locale"].iter().find_map(|key| own.text(key));
    let settings = Settings {
        base_url: base_url(&own, folders.prefix.as_deref()),
        title: ["title", "name"].iter().find_map(|key| own.text(key)),
        description: ["description", "subtitle", "tagline"].iter().find_map(|key| own.text(key)),
        language: tag.and_then(|tag| language::parse(&tag).ok()),
        authors: author.filter(|authors| !authors.is_empty()),
        output: Some(folders.output.into()),
        // A preprocessor that knows the time keeps what is to come.
        publishes_future: !script::bodies(&text, "addPreprocessor")
            .any(|body| body.contains("Date") && body.contains("return false")),
        feeds: feeds(&text),
        ..Settings::default()
    };
    Ok((settings, Box::new(eleventy)))
}

/// The folders that the command in `package.json` names, before which those of the configuration do not count.
#[derive(Default)]
struct Flags {
    input: Option<String>,
    output: Option<String>,
}

impl Flags {
    fn of(root: &Path) -> Self {
        let package = disk::read_text(&root.join("package.json")).unwrap_or_default();
        let package: Value = serde_json::from_str(&package).unwrap_or_default();
        let scripts = package.get("scripts").and_then(Value::as_object).into_iter().flatten();
        let commands = scripts.filter_map(|(name, own)| Some((name.as_str(), own.as_str()?)));
        let commands: Vec<(&str, &str)> = commands.filter(|(_, own)| own.contains("eleventy")).collect();
        // Of several commands, that of `build` counts.
        let of_build = commands.iter().find(|(name, _)| *name == "build");
        let only = commands.first().filter(|_| commands.len() == 1);
        let Some((_, line)) = of_build.or(only) else { return Self::default() };
        let flag = |name: &str| {
            let (_, rest) = line.split_once(name)?;
            let value = rest.trim_start_matches(['=', ' ']).trim_start_matches(['"', '\'']);
            value
                .split([' ', '"', '\''])
                .next()
                .filter(|value| !value.is_empty() && !value.starts_with('$'))
                .map(str::to_owned)
        };
        Self { input: flag("--input"), output: flag("--output") }
    }
}

/// The folders that the configuration names.
struct Folders {
    input: String,
    output: String,
    includes: String,
    layouts: Option<String>,
    data: String,
    prefix: Option<String>,
    /// The extensions of templates, of those that can be read here.
    formats: Vec<String>,
    markdown: Option<Engine>,
    html: Option<Engine>,
}

impl Folders {
    fn of(text: &str, flags: &Flags) -> Self {
        let mut all = Map::default();
        for object in script::objects(text) {
            let is_config =
                ["dir", "markdownTemplateEngine", "htmlTemplateEngine", "pathPrefix", "templateFormats"]
                    .iter()
                    .any(|key| object.map.get(key).is_some());
            if is_config {
                all.merge(object.map);
            }
        }
        let dir = Keys(&all).map("dir");
        let setter = |name: &str| {
            let calls = script::calls(text, name).into_iter();
            calls.filter_map(|arguments| arguments.first()?.as_text().map(str::to_owned)).next_back()
        };
        let folder = |key: &str, name: &str| setter(name).or_else(|| Keys(&dir).text(key));
        let input = flags.input.clone().or_else(|| folder("input", "setInputDirectory"));
        let input = clean(&input.unwrap_or_default());
        let output = flags.output.clone().or_else(|| folder("output", "setOutputDirectory"));
        // The others are relative to the input.
        let inside = |path: &str| joined(&input, path);
        let engine = |key: &str| match all.get(key).and_then(Node::as_scalar) {
            Some(scalar) if scalar.as_bool() == Some(false) => Some(Engine::None),
            Some(scalar) if scalar.text == "njk" => Some(Engine::Nunjucks),
            _ => None,
        };
        let listed = |node: &Node| -> Vec<String> {
            let texts = node.as_items().iter().filter_map(Node::as_text);
            texts.flat_map(|text| text.split(',').map(|format| format.trim().to_owned())).collect()
        };
        let call = |name: &str| script::calls(text, name).into_iter().find_map(|own| own.first().map(listed));
        let formats = call("setTemplateFormats").or_else(|| all.get("templateFormats").map(listed));
        let added = call("addTemplateFormats").unwrap_or_default();
        let is_template = |format: &&str| {
            let is_in = |formats: &Vec<String>| formats.iter().any(|own| own == format || own == "*");
            formats.as_ref().is_none_or(is_in) || is_in(&added)
        };
        Self {
            formats: FORMATS.into_iter().filter(is_template).map(str::to_owned).collect(),
            output: clean(&output.unwrap_or_else(|| "_site".to_owned())),
            includes: inside(
                &folder("includes", "setIncludesDirectory").unwrap_or_else(|| "_includes".to_owned()),
            ),
            layouts: folder("layouts", "setLayoutsDirectory").map(|path| inside(&path)),
            data: inside(&folder("data", "setDataDirectory").unwrap_or_else(|| "_data".to_owned())),
            prefix: Keys(&all).text("pathPrefix"),
            markdown: engine("markdownTemplateEngine"),
            html: engine("htmlTemplateEngine"),
            input,
        }
    }
}

/// A folder without `./` and slashes around it; empty for the root.
fn clean(folder: &str) -> String {
    let folder = folder.trim_start_matches("./").trim_matches('/');
    if folder == "." { String::new() } else { folder.to_owned() }
}

/// A path from a folder, which may begin with `..`.
fn joined(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn site(root: &Path, text: &str, folders: &Folders, global: Data) -> Eleventy {
    let has_preprocessor =
        script::calls(text, "addPreprocessor").iter().any(|arguments| is_first(arguments, "drafts"));
    let globals: Vec<Vec<Node>> = script::calls(text, "addGlobalData");
    let names = |wanted: &str| globals.iter().any(|arguments| is_first(arguments, wanted));
    let (computes, computes_other) = (names("eleventyComputed.permalink"), names("permalink"));
    // The convention before Eleventy 3.
    let has_drafts = has_preprocessor || ((computes || computes_other) && text.contains("draft"));
    let reads_gitignore = !script::calls(text, "setUseGitIgnore").iter().any(|own| is_first(own, "false"));
    let mut ignored = ignored(root, &folders.input, reads_gitignore);
    ignored.extend(added_to_ignores(text));
    Eleventy {
        input: folders.input.clone(),
        skipped: [&folders.output, &folders.includes, &folders.data]
            .into_iter()
            .chain(&folders.layouts)
            .filter(|folder| !folder.is_empty())
            .cloned()
            .collect(),
        layouts: folders.layouts.iter().chain([&folders.includes]).cloned().collect(),
        ignored,
        formats: folders.formats.clone(),
        markdown_engine: folders.markdown.unwrap_or(Engine::Liquid),
        html_engine: folders.html.unwrap_or(Engine::Liquid),
        has_drafts,
        computes_permalinks: computes && !has_drafts,
        computes_other_permalinks: computes_other && !has_drafts,
        global,
        endings: endings(text),
        layout_aliases: script::calls(text, "addLayoutAlias").iter().filter_map(|own| pair(own)).collect(),
        folders: RwLock::new(HashMap::new()),
        layout_data: RwLock::new(HashMap::new()),
        built: OnceLock::new(),
        commits: OnceLock::new(),
    }
}

/// The ends of names of data files: the usual ones, and those of extensions that the configuration adds and that can be
/// read here.
fn endings(text: &str) -> Vec<String> {
    let added = script::calls(text, "addDataExtension").into_iter();
    let added = added.filter_map(|own| own.first()?.as_text().map(str::to_owned));
    let names: Vec<String> =
        added.flat_map(|own| own.split(',').map(|name| name.trim().to_owned()).collect::<Vec<_>>()).collect();
    let names = names.iter().filter(|name| matches!(name.as_str(), "yml" | "yaml" | "toml"));
    let own = names.flat_map(|name| [format!(".11tydata.{name}"), format!(".{name}")]);
    super::data::ENDINGS.map(str::to_owned).into_iter().chain(own).collect()
}

fn pair(arguments: &[Node]) -> Option<(String, String)> {
    let text = |index: usize| arguments.get(index)?.as_text().map(str::to_owned);
    Some((text(0)?, text(1)?))
}

/// The patterns of `.eleventyignore` and `.gitignore`, relative to the root.
fn ignored(root: &Path, input: &str, reads_gitignore: bool) -> Vec<String> {
    let mut globs = vec!["node_modules".to_owned()];
    for folder in ["", input] {
        for name in [".eleventyignore", ".gitignore"].into_iter().take(if reads_gitignore { 2 } else { 1 }) {
            let lines = disk::read_text(&root.join(folder).join(name)).unwrap_or_default();
            let patterns =
                lines.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(['#', '!']));
            globs.extend(patterns.map(|pattern| joined(folder, pattern)));
        }
    }
    globs
}

/// The patterns that the configuration adds in any case: `eleventyConfig.ignores.add("drafts/**")`.
fn added_to_ignores(text: &str) -> Vec<String> {
    let always = text.match_indices("ignores.add").filter(|(at, _)| {
        let before = text.get(..*at).unwrap_or_default();
        let depth = before.matches('{').count().saturating_sub(before.matches('}').count());
        let line = before.rsplit('\n').next().unwrap_or_default();
        depth <= 1 && !line.contains("if")
    });
    let calls = always.filter_map(|(at, name)| script::calls(text.get(at..)?, name).into_iter().next());
    calls.filter_map(|arguments| Some(clean(arguments.first()?.as_text()?))).collect()
}

/// The global data that are literals: the value of each file under its name.
fn global_data(folder: &Path, text: &str) -> Data {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    files.sort();
    let mut data = Map::default();
    let mut computed = BTreeSet::new();
    // What is added in the configuration may be functions.
    for body in script::bodies(text, "addGlobalData").filter(|body| begins_with(body, "eleventyComputed")) {
        let names =
            ["permalink", "eleventyExcludeFromCollections"].into_iter().filter(|name| body.contains(name));
        // The usual recipe keeps drafts back, and leaves the other pages as they are.
        let is_of_drafts = body.contains(super::data::DRAFT);
        computed.extend(names.map(|name| if is_of_drafts { super::data::DRAFT } else { name }.to_owned()));
    }
    for file in files {
        let name = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let extension = file.extension().map(|extension| extension.to_string_lossy().into_owned());
        let node = match extension.as_deref() {
            Some("json") => super::data::json(&file),
            Some("js" | "cjs" | "mjs") => super::data::javascript(&file).map(|data| {
                computed.extend(data.computed.into_iter().filter(|_| name == "eleventyComputed"));
                Node::Map(data.map)
            }),
            Some("yaml" | "yml" | "toml") => ConfigFile::read(&file).ok().map(|file| Node::Map(file.map)),
            _ => None,
        };
        data.0.extend(node.map(|node| (Scalar::string(name), node)));
    }
    Data { map: data, computed }
}

/// Whether the first argument of a call is this text: the part of a module between its parentheses.
fn begins_with(arguments: &str, text: &str) -> bool {
    let first = arguments.trim_start().get(1..).and_then(|quoted| quoted.strip_prefix(text));
    first.is_some_and(|rest| rest.starts_with(['"', '\'', '`']))
}

/// The facts of the site: those of the files that usually hold them, the first of each counts.
fn site_facts(global: &Map) -> Map {
    let mut facts = Map::default();
    for name in FACTS.iter().rev() {
        if let Some(map) = global.get(name).and_then(Node::as_map) {
            facts.merge(map.clone());
        }
    }
    facts
}

/// The address, with the prefix of paths if that is not in it already.
fn base_url(facts: &Keys<'_>, prefix: Option<&str>) -> Option<BaseUrl> {
    const NAMES: [&str; 9] =
        ["url", "baseUrl", "baseURL", "base_url", "base", "siteUrl", "siteURL", "homepage", "origin"];
    // The server on which the site is tried out is not where it is published.
    let is_public = |url: &String| url.contains("://") && !link::is_local(url);
    let url = NAMES.iter().find_map(|name| facts.text(name).filter(is_public))?;
    let prefix = prefix.unwrap_or_default().trim_matches('/');
    let url = url.trim_end_matches('/');
    let has_prefix = prefix.is_empty() || url.ends_with(&format!("/{prefix}"));
    BaseUrl::parse(&if has_prefix { format!("{url}/") } else { format!("{url}/{prefix}/") }).ok()
}

/// The feed of the plug-in's virtual template, in its place; the other formats beside it.
fn feeds(text: &str) -> Option<Vec<FeedConfig>> {
    let own = plugin_options(text).into_iter().find_map(|arguments| {
        let keys = Keys(arguments.first()?.as_map()?);
        let path = keys.text("outputPath")?;
        let format = match keys.text("type").as_deref() {
            Some("rss") => Format::Rss,
            Some("json") => Format::Json,
            // The plug-in's default.
            _ => Format::Atom,
        };
        let collection = keys.map("collection");
        let collection = Keys(&collection);
        let name = collection.text("name").unwrap_or_else(|| "all".to_owned());
        let select = selection(text, &name);
        Some(FeedConfig {
            title: Keys(&keys.map("metadata")).text("title"),
            limit: collection.number("limit"),
            chosen_by: select.is_none().then_some(name),
            select: select.unwrap_or_default(),
            ..FeedConfig::new(path.trim_start_matches('/'), format)
        })
    })?;
    let mut feeds = vec![own];
    for usual in default_feeds() {
        if !feeds.iter().any(|feed: &FeedConfig| feed.format == usual.format || feed.path == usual.path)
            && let Some(FeedConfig { select, chosen_by, .. }) = feeds.first().cloned()
        {
            feeds.push(FeedConfig { select, chosen_by, ..usual });
        }
    }
    Some(feeds)
}

/// The posts of a collection; `None` if a program chooses them.
fn selection(text: &str, name: &str) -> Option<Selection> {
    let text = &script::without_comments(text, script::Language::JavaScript);
    if script::calls(text, "addCollection").iter().any(|arguments| arguments.is_empty()) {
        // It may be this one.
        return None;
    }
    let Some(call) = script::bodies(text, "addCollection").find(|call| begins_with(call, name)) else {
        return Some(if name == "all" { Selection::default() } else { Selection::of_term(TAG, name) });
    };
    // `(api) => api.getFilteredByTag("posts")`, in another order maybe.
    let bare: String = call.chars().filter(|c| !c.is_whitespace()).collect();
    let (_, chosen) = bare.split_once(".getFiltered")?;
    let (by, rest) = chosen.split_once("(")?;
    let (argument, rest) = rest.split_once(')')?;
    let quote = argument.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
    let argument = argument.strip_prefix(quote)?.strip_suffix(quote)?;
    let order = rest.trim_end_matches([';', '}']).trim_start_matches(".reverse()");
    let is_order = order.is_empty()
        || (order.starts_with(".sort(") && !order.contains(".filter(") && !order.contains(".slice("));
    match by {
        _ if !is_order || argument.contains(quote) => None,
        "ByTag" => Some(Selection::of_term(TAG, argument)),
        "ByGlob" => Some(Selection::of_paths(vec![argument.trim_start_matches("./").to_owned()])),
        _ => None,
    }
}

/// The facts of the site in the plug-in's options. It joins the URLs of pages to its `base`, so that of the base only the
/// host counts.
fn plugin_metadata(text: &str) -> Option<Map> {
    let options = plugin_options(text).into_iter();
    let mut facts = options.filter_map(|own| Some(Keys(own.first()?.as_map()?).map("metadata"))).next()?;
    if let Some(base) = Keys(&facts).text("base").and_then(|base| BaseUrl::parse(&base).ok()) {
        facts.merge(Map::of("base", Node::Scalar(Scalar::string(base.origin()))));
    }
    Some(facts)
}

fn is_first(arguments: &[Node], text: &str) -> bool {
    arguments.first().and_then(Node::as_text) == Some(text)
}

/// The options of `addPlugin(feedPlugin, {…})`: the plug-in itself is no literal.
fn plugin_options(text: &str) -> Vec<Vec<Node>> {
    let rest = text.split("addPlugin").skip(1).filter_map(|rest| {
        let (name, options) = rest.trim_start().strip_prefix('(')?.split_once(',')?;
        name.trim().to_lowercase().contains("feed").then(|| format!("options({options}"))
    });
    rest.flat_map(|text| script::calls(&text, "options").into_iter().take(1)).collect()
}

//! `hugo.toml` and its like (<https://gohugo.io/configuration/all/>).

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::RwLock;

use super::cascade::{Cascade, Target, languages_of};
use super::site::{DateSources, Hugo, Language, Permalink, Root, Ugly};
use super::titles::TitleRules;
use super::{feeds, permalink};
use crate::error::Error;
use crate::generators::Opened;
use crate::generators::keys::Keys;
use crate::generators::patterns;
use crate::model::authors;
use crate::settings::{self, ConfigFile, Masthead, Settings, SitemapConfig, Switched};
use crate::source::{Map, Node, Scalar};
use crate::text::{self, BaseUrl, language};

/// The names of the configuration file; of several, the first counts.
const NAMES: [&str; 8] = [
    "hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json", "config.toml", "config.yaml", "config.yml",
    "config.json",
];

/// The folders of configuration, the later ones win. Sites are published from `production`.
const FOLDERS: [&str; 2] = ["config/_default", "config/production"];

/// The extensions of configuration files.
const EXTENSIONS: [&str; 4] = ["toml", "yaml", "yml", "json"];

/// Words of an automatic summary, where the site does not say (<https://gohugo.io/configuration/all/#summarylength>).
const SUMMARY_LENGTH: usize = 70;

/// The configuration file of a folder, if it is a Hugo site.
pub(super) fn detect(root: &Path) -> Option<PathBuf> {
    let file = usual(root)?;
    let is_hugos = file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("hugo."))
        || file.parent().is_some_and(|folder| folder.ends_with("_default"));
    // Others have a `config.toml` too.
    let says_so = || {
        let keys = merged(std::slice::from_ref(&file)).ok()?;
        Keys(&keys).text("baseurl").map(drop)
    };
    (is_hugos || (root.join("content").is_dir() && says_so().is_some())).then_some(file)
}

/// The file in the root, else the first in the folder of configuration.
fn usual(root: &Path) -> Option<PathBuf> {
    let in_root = NAMES.iter().map(|name| root.join(name));
    let in_folder = ["hugo", "config"].into_iter().flat_map(|stem| {
        EXTENSIONS.map(|extension| root.join(FOLDERS[0]).join(format!("{stem}.{extension}")))
    });
    in_root.chain(in_folder).find(|path| path.is_file())
}

/// Reads the configuration of a Hugo site. With `files`, these are read instead of the usual ones.
///
/// # Errors
/// [`Error::ConfigRead`] and [`Error::Config`] if a file cannot be read at all.
pub(super) fn read(root: &Path, files: &[PathBuf]) -> Result<Opened, Error> {
    let usual = usual_files(root);
    let files = if files.is_empty() { usual.as_slice() } else { files };
    let map = merged(files)?;
    let keys = Keys(&map);
    let refuse = |message| Error::Config {
        path: files.last().cloned().unwrap_or_default(),
        place: None,
        message,
        help: None,
    };
    let hugo = site(&keys).map_err(refuse)?;
    let mut permalinks = hugo.languages.iter().flat_map(|language| &language.permalinks);
    if let Some(token) = permalinks.find_map(|permalink| permalink::unknown(&permalink.pattern)) {
        return Err(refuse(format!("`permalinks` has the placeholder `:{token}`, which is not known")));
    }
    let of_language = hugo.languages.get(hugo.default_language);
    let base_url = of_language.and_then(|language| language.base_url.clone());
    let masthead = of_language.map(|language| language.masthead.clone()).unwrap_or_default();
    let settings = Settings {
        base_url: base_url.or_else(|| keys.text("baseurl").and_then(|url| BaseUrl::parse(&url).ok())),
        title: of_language.and_then(|language| language.title.clone()).or_else(|| keys.text("title")),
        description: masthead.description,
        language: of_language.and_then(|language| language.tag.clone()),
        timezone: keys.text("timezone").and_then(|name| settings::timezone(&name).ok()),
        authors: masthead.authors,
        copyright: masthead.copyright,
        output: keys.text("publishdir").map(PathBuf::from),
        future: keys.flag("buildfuture"),
        drafts: keys.flag("builddrafts"),
        limit: feeds::limit(&keys),
        feeds: Some(feeds::feeds(&hugo, &keys)),
        sitemap: Some(Switched::On(sitemap(&keys))),
        ..Settings::default()
    };
    Ok((settings, Box::new(hugo)))
}

/// The files that make the configuration of a site, the later ones win. What a folder has under another name than
/// `hugo` is the value of that key.
fn usual_files(root: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        NAMES.iter().map(|name| root.join(name)).find(|path| path.is_file()).into_iter().collect();
    for folder in FOLDERS {
        let entries = std::fs::read_dir(root.join(folder)).into_iter().flatten().flatten();
        let mut found: Vec<PathBuf> =
            entries.map(|entry| entry.path()).filter(|path| has_extension(path)).collect();
        found.sort();
        files.append(&mut found);
    }
    files
}

fn has_extension(path: &Path) -> bool {
    path.extension().is_some_and(|extension| EXTENSIONS.iter().any(|known| extension == *known))
}

fn merged(files: &[PathBuf]) -> Result<Map, Error> {
    let mut all = Map::default();
    for path in files {
        let mut map = ConfigFile::read(path)?.map;
        map.lower_all_names();
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().to_lowercase()).unwrap_or_default();
        let is_in_folder =
            path.parent().and_then(Path::parent).is_some_and(|folder| folder.ends_with("config"));
        // `params.toml` is the value of `params`, `languages.ja.toml` that of `languages.ja`.
        let parts: Vec<&str> = if is_in_folder { stem.split('.').collect() } else { Vec::new() };
        for part in parts.into_iter().rev().filter(|part| !matches!(*part, "hugo" | "config")) {
            map = Map::of(part, Node::Map(map));
        }
        all.merge(map);
    }
    Ok(all)
}

/// # Errors
/// A message that names a pattern that cannot be used.
fn site(keys: &Keys<'_>) -> Result<Hugo, String> {
    let ignored = keys.texts("ignorefiles").unwrap_or_default().into_iter().map(|pattern| {
        let refused =
            || format!("`ignoreFiles` has a pattern that cannot be used: `{}`", text::shown(&pattern));
        patterns::compiled(&pattern).ok_or_else(refused)
    });
    let ignored = ignored.collect::<Result<_, _>>()?;
    let (languages, default_language) = languages(keys);
    let roots = roots(keys, &languages, default_language);
    Ok(Hugo {
        disabled_languages: disabled_languages(keys),
        ignored,
        keeps_case: keys.flag("disablepathtolower") == Some(true),
        removes_accents: keys.flag("removepathaccents") == Some(true),
        ugly: ugly(keys),
        dates: date_sources(keys),
        titles: TitleRules::of(keys),
        summary_length: keys.number("summarylength").unwrap_or(SUMMARY_LENGTH),
        builds_expired: keys.flag("buildexpired") == Some(true),
        cascades: Cascade::all(keys.0.get("cascade"), "the configuration"),
        branches: RwLock::new(HashMap::new()),
        languages,
        default_language,
        roots,
    })
}

/// The codes of languages that are not built.
fn disabled_languages(keys: &Keys<'_>) -> Vec<String> {
    let languages = keys.map("languages");
    let is_off = |node: &Node| node.as_map().is_some_and(|own| Keys(own).flag("disabled") == Some(true));
    let own = languages.0.iter().filter(|(_, node)| is_off(node)).map(|(code, _)| code.text.clone());
    keys.texts("disablelanguages").unwrap_or_default().into_iter().chain(own).collect()
}

fn taxonomies(keys: &Keys<'_>) -> Vec<String> {
    match keys.0.get("taxonomies").and_then(Node::as_map) {
        Some(map) => map.0.iter().filter_map(|(_, plural)| plural.as_text()).map(str::to_owned).collect(),
        None => vec!["categories".to_owned(), "tags".to_owned()],
    }
}

/// What the configuration says in a language: its own values are in place of those of the site, its parameters one by one.
fn of_language(site: &Map, own: &Map) -> Map {
    let mut map = site.clone();
    map.0.retain(|(key, _)| own.get(&key.text).is_none() || key.text == "params");
    let (params, others): (Vec<_>, Vec<_>) = own.0.iter().cloned().partition(|(key, _)| key.text == "params");
    map.0.extend(others);
    map.merge(Map(params));
    map
}

/// What a site says of itself by a configuration.
fn masthead(keys: &Keys<'_>) -> Masthead {
    let params = keys.map("params");
    let params = Keys(&params);
    let author = params.0.get("author").or_else(|| params.0.get("authors")).or_else(|| keys.0.get("author"));
    Masthead {
        description: params.text("description").or_else(|| keys.text("description")),
        copyright: keys.text("copyright"),
        authors: author.map(authors).filter(|authors| !authors.is_empty()),
    }
}

/// The languages in the order of their weights, and the index of the default one.
fn languages(keys: &Keys<'_>) -> (Vec<Language>, usize) {
    let disabled = disabled_languages(keys);
    let default = keys.text("defaultcontentlanguage").unwrap_or_else(|| "en".to_owned()).to_lowercase();
    let declared = keys.map("languages");
    let mut codes: Vec<(usize, String, Map)> = Vec::new();
    for (code, node) in &declared.0 {
        let own = node.as_map().cloned().unwrap_or_default();
        if !disabled.contains(&code.text) {
            codes.push((Keys(&own).number("weight").unwrap_or(usize::MAX), code.text.clone(), own));
        }
    }
    codes.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    if codes.is_empty() {
        codes.push((0, default.clone(), Map::default()));
    }
    let default = codes.iter().position(|(_, code, _)| *code == default).unwrap_or(0);
    let is_below = keys.flag("defaultcontentlanguageinsubdir") == Some(true) && codes.len() > 1;
    let languages = codes.into_iter().enumerate().map(|(index, (_, code, own))| {
        let all = of_language(keys.0, &own);
        let (own, all) = (Keys(&own), Keys(&all));
        let taxonomies = taxonomies(&all);
        let disabled = all.texts("disablekinds").unwrap_or_default();
        let base_url = own.text("baseurl").and_then(|url| BaseUrl::parse(&url).ok());
        let is_default = index == default;
        let tag = ["locale", "languagecode"].iter().find_map(|key| own.text(key));
        let tag = tag.or_else(|| {
            ["locale", "languagecode"].iter().find_map(|key| keys.text(key)).filter(|_| is_default)
        });
        // Without a declaration, English is only Hugo's own default.
        let tag = tag.or_else(|| {
            (!declared.0.is_empty() || keys.text("defaultcontentlanguage").is_some()).then(|| code.clone())
        });
        Language {
            tag: tag.and_then(|tag| language::parse(&tag).ok()),
            prefix: if base_url.is_some() || (is_default && !is_below) {
                String::new()
            } else {
                format!("{code}/")
            },
            title: own.text("title"),
            masthead: masthead(&all),
            permalinks: permalinks(&all, &taxonomies),
            disabled: disabled.iter().map(|kind| kind.to_lowercase()).collect(),
            outputs: all.map("outputs"),
            timezone: own.text("timezone").and_then(|name| settings::timezone(&name).ok()),
            taxonomies,
            base_url,
            code,
        }
    });
    (languages.collect(), default)
}

fn roots(keys: &Keys<'_>, languages: &[Language], default: usize) -> Vec<Root> {
    let clean = |folder: &str| folder.trim_start_matches("./").trim_matches('/').to_owned();
    let index = |code: &str| languages.iter().position(|language| language.code == code);
    let mut roots = Vec::new();
    let module = keys.map("module");
    for mount in module.get("mounts").map_or(&[][..], Node::as_items).iter().filter_map(Node::as_map) {
        let mount = Keys(mount);
        let Some((source, target)) = mount.text("source").zip(mount.text("target")) else { continue };
        let named = mount.text("lang").into_iter().chain(languages_of(&mount));
        let language = named.filter_map(|code| index(&code)).next().unwrap_or(default);
        let excluded = mount.texts("excludefiles").unwrap_or_default();
        let mut files: Vec<String> = excluded.iter().map(|glob| format!("!{glob}")).collect();
        files.extend(mount.texts("files").or_else(|| mount.texts("includefiles")).unwrap_or_default());
        if files.len() == excluded.len() && !files.is_empty() {
            files.push("**".to_owned());
        }
        if let Some(below) =
            clean(&target).strip_prefix("content").filter(|below| below.is_empty() || below.starts_with('/'))
        {
            roots.push(Root { folder: clean(&source), below: clean(below), language, files });
        }
    }
    if !roots.is_empty() {
        return roots;
    }
    let declared = keys.map("languages");
    for (number, language) in languages.iter().enumerate() {
        let own = declared.get(&language.code).and_then(Node::as_map);
        if let Some(folder) = own.and_then(|own| Keys(own).text("contentdir")) {
            roots.push(Root {
                folder: clean(&folder),
                below: String::new(),
                language: number,
                files: Vec::new(),
            });
        }
    }
    if !roots.iter().any(|root| root.language == default) {
        let folder = keys.text("contentdir").unwrap_or_else(|| "content".to_owned());
        roots.push(Root {
            folder: clean(&folder),
            below: String::new(),
            language: default,
            files: Vec::new(),
        });
    }
    roots
}

/// `permalinks`: a list of patterns with targets, or patterns by kind and section. What is directly in it is for pages, or
/// for the terms of a taxonomy.
fn permalinks(keys: &Keys<'_>, taxonomies: &[String]) -> Vec<Permalink> {
    let node = keys.0.get("permalinks");
    let listed = node.filter(|node| matches!(node, Node::List(_))).map_or(&[][..], Node::as_items);
    let listed = listed.iter().filter_map(Node::as_map).filter_map(|map| {
        let target = Keys(map).map("target");
        Some(Permalink { section: None, target: Target::of(&target), pattern: Keys(map).text("pattern")? })
    });
    let mut permalinks: Vec<Permalink> = listed.collect();
    let mut add = |kind: &str, section: &Scalar, pattern: &Node| {
        let target = Target::of_kind(kind);
        let section = Some(section.text.clone());
        permalinks.extend(pattern.as_text().map(|pattern| Permalink {
            section,
            target,
            pattern: pattern.to_owned(),
        }));
    };
    for (section, node) in &keys.map("permalinks").0 {
        match node {
            Node::Map(map) => map.0.iter().for_each(|(name, pattern)| add(&section.text, name, pattern)),
            pattern if taxonomies.contains(&section.text) => add("term", section, pattern),
            pattern => add("page", section, pattern),
        }
    }
    permalinks
}

fn ugly(keys: &Keys<'_>) -> Ugly {
    match keys.0.get("uglyurls") {
        Some(Node::Map(map)) => {
            let is_on = |node: &Node| node.as_scalar().and_then(Scalar::as_bool) == Some(true);
            Ugly::Sections(
                map.0
                    .iter()
                    .filter(|(_, node)| is_on(node))
                    .map(|(section, _)| section.text.clone())
                    .collect(),
            )
        }
        _ => Ugly::All(keys.flag("uglyurls") == Some(true)),
    }
}

fn date_sources(keys: &Keys<'_>) -> DateSources {
    let own = keys.map("frontmatter");
    let sources = |name: &str, default: &[&str]| {
        let written = Keys(&own).texts(&name.to_lowercase()).unwrap_or_else(|| vec![":default".to_owned()]);
        let mut sources = Vec::new();
        for source in written {
            let source = source.to_lowercase();
            let names = if source == ":default" { default.to_vec() } else { vec![source.as_str()] };
            for name in names {
                sources.push(name.to_owned());
                sources.extend(aliases(name).iter().map(|alias| (*alias).to_owned()));
            }
        }
        sources
    };
    DateSources {
        date: sources("date", &["date", "publishdate", "lastmod"]),
        lastmod: sources("lastmod", &["lastmod", "date", "publishdate"]),
        publish: sources("publishDate", &["publishdate", "date"]),
        expiry: sources("expiryDate", &["expirydate"]),
    }
}

fn aliases(name: &str) -> &'static [&'static str] {
    match name {
        "publishdate" => &["pubdate", "published"],
        "lastmod" => &["modified"],
        "expirydate" => &["unpublishdate"],
        _ => &[],
    }
}

/// What the site's configuration says of the sitemap.
fn sitemap(keys: &Keys<'_>) -> SitemapConfig {
    let own = keys.map("sitemap");
    let own = Keys(&own);
    SitemapConfig {
        path: own.text("filename").unwrap_or_else(|| "sitemap.xml".to_owned()),
        priority: own.text("priority").and_then(|text| settings::priority(&text)),
        changefreq: own.text("changefreq").and_then(|text| settings::changefreq(&text)),
        ..SitemapConfig::default()
    }
}

//! The address of a site as the configuration of its generator says it, where that is a literal.

use std::path::Path;

use crate::disk;
use crate::settings::ConfigFile;
use crate::source::{Map, Node, script};
use crate::text::{BaseUrl, link};

/// Where configurations have the address: of Astro, Docusaurus, MkDocs, Gatsby, Nuxt, Quarto, VitePress, Sphinx, Nikola.
const ADDRESS: [&[&str]; 10] = [
    &["site"],
    &["url"],
    &["site_url"],
    &["siteUrl"],
    &["siteMetadata", "siteUrl"],
    &["site", "url"],
    &["website", "site-url"],
    &["sitemap", "hostname"],
    &["html_baseurl"],
    &["SITE_URL"],
];
/// Where they have the folder of the site on its host.
const FOLDER: [&[&str]; 4] = [&["base"], &["baseUrl"], &["pathPrefix"], &["app", "baseURL"]];
/// The functions that configurations in JavaScript are passed to.
const CALLED: [&str; 2] = ["defineConfig", "defineNuxtConfig"];

/// The address in a configuration file.
pub(super) fn of_config(file: &Path) -> Option<BaseUrl> {
    let map = read(file)?;
    let text = |path: &&[&str]| {
        let (last, folders) = path.split_last()?;
        let map = folders.iter().try_fold(&map, |map, folder| map.get(folder)?.as_map())?;
        map.get(last)?.as_text()
    };
    let url = ADDRESS.iter().filter_map(text).find(|url| url.contains("://") && !link::is_local(url))?;
    let base = BaseUrl::parse(url).ok()?;
    let folder = FOLDER.iter().find_map(text).map(|folder| folder.trim_matches('/')).unwrap_or_default();
    match base.folder() {
        "" if !folder.is_empty() => BaseUrl::parse(&format!("{}{folder}/", base.as_str())).ok(),
        _ => Some(base),
    }
}

fn read(file: &Path) -> Option<Map> {
    match file.extension()?.to_str()? {
        "yml" | "yaml" | "toml" => ConfigFile::read(file).ok().map(|file| file.map),
        "py" => Some(script::assignments(&disk::read_text(file).ok()?).map),
        "js" | "mjs" | "cjs" | "ts" | "mts" | "cts" => {
            let text = disk::read_text(file).ok()?;
            let called = CALLED.iter().flat_map(|name| script::calls(&text, name)).flatten();
            let mut called =
                called.filter_map(|node| if let Node::Map(map) = node { Some(map) } else { None });
            called.next().or_else(|| Some(script::module(&text)?.map))
        }
        _ => None,
    }
}

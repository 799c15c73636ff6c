//! The address of a site as the configuration of its generator says it, where that is a literal.

use std::net::IpAddr;
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

/// The address in a configuration file; `None` if a part of it is not a literal, or may be another's.
pub(super) fn of_config(file: &Path) -> Option<BaseUrl> {
    let text = disk::read_text(file).ok()?;
    let map = read(file, &text)?;
    let value = |path: &&[&str]| {
        let (last, folders) = path.split_last()?;
        let map = folders.iter().try_fold(&map, |map, folder| map.get(folder)?.as_map())?;
        map.get(last)?.as_text()
    };
    let url = ADDRESS.iter().filter_map(value).find(|url| url.contains("://") && !link::is_local(url))?;
    let base = BaseUrl::parse(url).ok().filter(|base| base.host().parse::<IpAddr>().is_err())?;
    let folder = FOLDER.iter().find_map(value);
    // What names the folder and is not read may say anything.
    let mut keys = FOLDER.iter().filter_map(|path| path.last());
    if folder.is_none() && keys.any(|key| names(&text, key)) {
        return None;
    }
    let folder = folder.map(|folder| folder.trim_matches('/')).unwrap_or_default();
    match base.folder() {
        _ if folder.contains("://") => None,
        "" if !folder.is_empty() => BaseUrl::parse(&format!("{}{folder}/", base.as_str())).ok(),
        _ => Some(base),
    }
}

/// Whether a text gives something this name.
fn names(text: &str, word: &str) -> bool {
    let is_of_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '-' | '/');
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).unwrap_or_default();
        let after = text.get(at + word.len()..).unwrap_or_default();
        let after = after.trim_start_matches(['"', '\'']).trim_start();
        !before.ends_with(is_of_name) && after.starts_with([':', ',', '=', '}'])
    })
}

fn read(file: &Path, text: &str) -> Option<Map> {
    match file.extension()?.to_str()? {
        "yml" | "yaml" | "toml" => ConfigFile::read(file).ok().map(|file| file.map),
        "py" => Some(script::assignments(text).map),
        "js" | "mjs" | "cjs" | "ts" | "mts" | "cts" => {
            let called = CALLED.iter().flat_map(|name| script::calls(text, name)).flatten();
            let called = called.filter_map(|node| if let Node::Map(map) = node { Some(map) } else { None });
            let mut called: Vec<Map> = called.collect();
            match called.len() {
                0 => Some(script::module(text)?.map),
                1 => called.pop(),
                // Which of them is exported is not known.
                _ => None,
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(name: &str, text: &str, expected: Option<&str>) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(name);
        #[expect(clippy::disallowed_methods, reason = "a test's own file, which no other process reads")]
        std::fs::write(&file, text).unwrap();
        assert_eq!(of_config(&file).as_ref().map(BaseUrl::as_str), expected, "{text}");
    }

    #[test]
    fn addresses_of_generators() {
        for (name, text, expected) in [
            ("a.mjs", "export default defineConfig({site: 'https://e.com', base: '/b'})", "https://e.com/b/"),
            (
                "a.js",
                "const config = {url: 'https://e.com', baseUrl: '/'};\nmodule.exports = config;",
                "https://e.com/",
            ),
            (
                "a.ts",
                "export default {sitemap: {hostname: 'https://e.com'}, base: '/docs/'}",
                "https://e.com/docs/",
            ),
            (
                "a.js",
                "module.exports = {siteMetadata: {siteUrl: `https://e.com`}, plugins: []}",
                "https://e.com/",
            ),
            ("a.ts", "export default defineNuxtConfig({site: {url: 'https://e.com'}})", "https://e.com/"),
            ("mkdocs.yml", "site_name: T\nsite_url: https://e.com/d/\n", "https://e.com/d/"),
            ("_quarto.yml", "website:\n  title: T\n  site-url: https://e.com\n", "https://e.com/"),
            ("conf.py", "SITE_URL = \"https://e.com/\"\nBLOG_TITLE = \"T\"\n", "https://e.com/"),
        ] {
            case(name, text, Some(expected));
        }
    }

    #[test]
    fn no_address_is_guessed() {
        for text in [
            "export default {site: process.env.SITE || 'https://e.com'}",
            "export default {site: 'https://e.com', base: process.env.BASE}",
            "const base = process.env.CI ? '/repo' : '/';\nexport default {site: 'https://e.com', base};",
            "const a = defineConfig({site: 'https://o.com'}); export default defineConfig({site: 'https://e.com'})",
            "export default {site: 'http://localhost:4321'}",
            "export default {site: 'http://192.168.0.3:4321'}",
            "export default {site: 'https://e.com', base: 'https://cdn.e.com/'}",
            "// site: 'https://e.com'\nexport default {}",
            "export default {}",
        ] {
            case("a.mjs", text, None);
        }
    }
}

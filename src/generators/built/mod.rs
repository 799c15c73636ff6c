//! A site of any other generator, read from what was built of it: its pages are the posts
//! (<https://ogp.me/>, <https://schema.org/Article>, <https://microformats.org/wiki/h-entry>).

mod address;
mod dates;
mod declared;
mod errors;
mod facts;
mod json_ld;
mod known;
mod origin;
mod page;
mod site;

pub(crate) use errors::is_error_page;
pub(crate) use page::is_list;
pub(crate) use site::{by_title, has_pages, has_phrase, language_of, open, phrases};

use std::path::{Path, PathBuf};

use super::{Build, Dialect, Excerpt, Fields, Flavour, Generator, Opened, Prose};
use crate::diagnostic::Diagnostic;
use crate::disk;
use crate::error::Error;
use crate::generators::walk::{Entry, Walk};
use crate::markup::{Markup, Notes, Templates};
use crate::model::{File, FileKind, LANGUAGE, Post, SiteFacts};
use crate::settings::{FILE_NAME, Settings};
use crate::source::{Fences, Source};

/// The generators whose sites are read this way: name, what a site is called, the files that show it, the folders that
/// it is built into, and what builds it.
macro_rules! built {
    ($($constant:ident = $name:literal, $label:literal, [$($file:literal),+], [$($output:literal),+], $command:literal;)+) => {
        $(static $constant: Generator = Generator {
            name: $name,
            label: $label,
            output: first(&[$($output),+]),
            base_url_line: (FILE_NAME, "base_url: https://example.com/"),
            static_folder: None,
            build: Some(&Build { outputs: &[$($output),+], command: $command }),
            detect: |root| [$($file),+].iter().find_map(|file| found(root, file, &[$($output),+])),
            open: nothing,
        };)+
        /// All of these.
        pub(super) static KNOWN: &[&Generator] = &[$(&$constant),+];
    };
}

built! {
    ASTRO = "astro", "an Astro site", ["astro.config.*", "package.json:astro"], ["dist"], "astro build";
    DOCUSAURUS = "docusaurus", "a Docusaurus site", ["docusaurus.config.*", "package.json:@docusaurus/core"], ["build"], "docusaurus build";
    VITEPRESS = "vitepress", "a VitePress site", [".vitepress/config.*", "docs/.vitepress/config.*", "package.json:vitepress"], [".vitepress/dist", "docs/.vitepress/dist", "src/.vitepress/dist", "site/.vitepress/dist", "website/.vitepress/dist"], "vitepress build";
    VUEPRESS = "vuepress", "a VuePress site", [".vuepress/config.*", "docs/.vuepress/config.*", "src/.vuepress/config.*", "package.json:vuepress"], [".vuepress/dist", "docs/.vuepress/dist", "src/.vuepress/dist"], "vuepress build";
    QUARTO = "quarto", "a Quarto site", ["_quarto.yml", "_quarto.yaml"], ["_site", "docs"], "quarto render";
    MKDOCS = "mkdocs", "an MkDocs site", ["mkdocs.yml", "mkdocs.yaml"], ["site"], "mkdocs build";
    NEXT = "next", "a Next.js site", ["next.config.*", "package.json:next"], ["out"], "next build";
    NUXT = "nuxt", "a Nuxt site", ["nuxt.config.*", ".config/nuxt.*", "package.json:nuxt"], [".output/public", "dist"], "nuxt generate";
    GATSBY = "gatsby", "a Gatsby site", ["gatsby-config.*", "package.json:gatsby"], ["public"], "gatsby build";
    SVELTEKIT = "sveltekit", "a SvelteKit site", ["svelte.config.js", "svelte.config.ts", "package.json:@sveltejs/kit"], ["build"], "vite build";
    BRIDGETOWN = "bridgetown", "a Bridgetown site", ["bridgetown.config.yml", "config/initializers.rb"], ["output"], "bridgetown build";
    MIDDLEMAN = "middleman", "a Middleman site", ["config.rb:activate :"], ["build"], "middleman build";
    NIKOLA = "nikola", "a Nikola site", ["conf.py:BLOG_TITLE"], ["output"], "nikola build";
    ABLOG = "sphinx", "a Sphinx site", ["conf.py:extensions"], ["_build/html", "_website", "build/html"], "ablog build";
    LEKTOR = "lektor", "a Lektor site", ["*.lektorproject"], ["build", "_build", "htdocs"], "lektor build -O build";
    LUME = "lume", "a Lume site", ["_config.ts:lume", "_config.js:lume"], ["_site"], "deno task build";
    MDBOOK = "mdbook", "an mdBook site", ["book.toml"], ["book"], "mdbook build";
    BUILT = "built", "a built site", ["\0"], ["public", "_site", "dist", "build", "out", "output", "site", "docs", "."], "";
}

const fn first(outputs: &[&'static str]) -> &'static str {
    match outputs {
        [first, ..] => first,
        [] => "public",
    }
}

/// The file that shows a generator: a name, `NAME:WORD` for one that has a word in it, or a name with `*`. In
/// `package.json`, the word is that of a dependency, which shows it only if pages have been built.
fn found(root: &Path, pattern: &str, outputs: &[&str]) -> Option<PathBuf> {
    if let Some((name, word)) = pattern.split_once(':') {
        let path = root.join(name);
        let text = disk::read_text(&path).ok()?;
        let is_there = match name {
            "package.json" => {
                depends_on(&text, word) && outputs.iter().any(|folder| has_pages(&root.join(folder)))
            }
            _ => text.contains(word),
        };
        return is_there.then_some(path);
    }
    if !pattern.contains('*') {
        return Some(root.join(pattern)).filter(|path| path.is_file());
    }
    let (folder, name) = pattern.rsplit_once('/').unwrap_or(("", pattern));
    let mut paths: Vec<PathBuf> = std::fs::read_dir(root.join(folder))
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    paths.sort();
    let fits = |path: &PathBuf| {
        path.file_name().is_some_and(|own| fast_glob::glob_match(name, own.to_string_lossy().as_ref()))
    };
    paths.into_iter().find(|path| path.is_file() && fits(path))
}

/// Whether a `package.json` has a dependency.
fn depends_on(package: &str, name: &str) -> bool {
    let package: serde_json::Value = serde_json::from_str(package).unwrap_or_default();
    ["dependencies", "devDependencies"]
        .iter()
        .any(|kind| package.get(kind).is_some_and(|own| own.get(name).is_some()))
}

/// The pages are opened where they were built, with [`open`].
fn nothing(_: &Path, _: &[PathBuf]) -> Result<Opened, Error> {
    Ok((Settings::default(), Box::new(Built::default())))
}

/// Whether a text is a whole page of HTML.
pub(crate) fn is_whole(text: &str) -> bool {
    let start = text.trim_start();
    let start = start.split_at(start.floor_char_boundary(9)).0.to_ascii_lowercase();
    start.starts_with("<!doctype") || start.starts_with("<html")
}

/// What a page becomes of which no feed is known.
pub(super) fn resolve_page(file: &File, fields: &mut Fields<'_>) -> Option<Post> {
    page::resolve(&Built::default(), file, fields)
}

#[derive(Debug, Default)]
struct Built {
    /// What the site's feeds say of its posts.
    known: known::Known,
    /// What is wrong with these.
    found: Vec<Diagnostic>,
    /// How its links name its pages.
    form: site::Form,
    /// Its languages; none if it has only one.
    languages: Vec<site::Language>,
    /// What its pages were built of.
    sources: origin::Sources,
}

impl Built {
    /// The language of a page, by the folder that it is in.
    fn language_of(&self, path: &str) -> Option<&site::Language> {
        let around = self.languages.iter().filter(|own| path.starts_with(&own.folder));
        around.max_by_key(|own| own.folder.len())
    }
}

impl Dialect for Built {
    fn discover(&self, found: &mut Vec<Diagnostic>, site: &SiteFacts, give: &mut dyn FnMut(File)) {
        found.extend(self.found.iter().cloned());
        let wants = |entry: &Entry| {
            let is_of_site =
                if entry.is_folder { entry.name() != "node_modules" } else { page::is_page(&entry.path) };
            is_of_site && !entry.name().starts_with('.')
        };
        Walk::new(found, &site.root, site.follow_links).files("", &wants, &mut |path| {
            give(File { path, kind: FileKind::Post, collection: None });
        });
    }

    fn fences(&self, _: &File, _: &Source) -> Option<Fences> {
        None
    }

    fn resolve(&self, file: &File, fields: &mut Fields<'_>) -> Option<Post> {
        page::resolve(self, file, fields)
    }

    /// Whatever hides a page here, it has been built.
    fn builds_drafts(&self) -> bool {
        true
    }

    fn taxonomies(&self) -> Vec<String> {
        (!self.languages.is_empty()).then(|| LANGUAGE.to_owned()).into_iter().collect()
    }

    fn has_translations(&self) -> bool {
        !self.languages.is_empty()
    }

    fn prose(&self, _: &Post, site: &SiteFacts) -> Prose {
        Prose {
            markup: Markup::Html,
            templates: Templates::None,
            flavour: Flavour::CommonMark,
            notes: Notes::Unknown,
            excerpt: Excerpt::Marker(site.excerpt_separator.clone()),
        }
    }
}

//! What the author of a built page wrote of it, where the page itself does not say all of that: its source.

use std::path::{Path, PathBuf};

use crate::disk;
use crate::generators::{Fields, Scope, plain};
use crate::model::{File, FileKind, Post, SiteFacts};
use crate::source::{self, FrontMatter, Map, Node, Scalar, Source};

/// Where the sources of built pages are.
#[derive(Debug, Default)]
pub(super) struct Sources {
    /// The folders in which a source has the path of its page.
    folders: Vec<PathBuf>,
    /// Whether a copy of each source is beside its page, as Nikola has it.
    pub(super) are_beside: bool,
}

impl Sources {
    /// The sources of a site, by the file that its generator was recognised by.
    pub(super) fn of(root: &Path, evidence: Option<&Path>) -> Self {
        let name = evidence.and_then(Path::file_name).and_then(|name| name.to_str()).unwrap_or_default();
        let around = evidence
            .and_then(Path::parent)
            .filter(|folder| [".vitepress", ".vuepress"].iter().any(|name| folder.ends_with(name)));
        let folders = match (around, name.split('.').next().unwrap_or(name)) {
            (Some(folder), _) => folder.parent().into_iter().map(Path::to_owned).collect(),
            (None, "mkdocs") => vec![root.join("docs")],
            (None, "astro") => vec![root.join("src/pages"), root.join("src/content/docs")],
            (None, _) => Vec::new(),
        };
        // Sphinx has a `conf.py` too.
        let is_nikola = || {
            evidence.is_some_and(|file| disk::read_text(file).is_ok_and(|text| text.contains("BLOG_TITLE")))
        };
        Self { folders, are_beside: name == "conf.py" && is_nikola() }
    }

    /// What the source of a page says, by the path of the page below the root. Its URL and its body are not the page's.
    pub(super) fn post(&self, path: &str, title: &str, site: &SiteFacts) -> Option<Post> {
        let stem = path.strip_suffix(".html").or_else(|| path.strip_suffix(".htm"))?;
        let (folder, path) = match self.are_beside {
            true => (
                &site.root,
                ["rst", "md", "txt"]
                    .map(|end| format!("{stem}.{end}"))
                    .into_iter()
                    .find(|path| site.root.join(path).is_file())?,
            ),
            false => self.folders.iter().find_map(|folder| Some((folder, source_in(folder, stem)?)))?,
        };
        let source = source::read(folder, &path, site.largest).ok()?;
        let file = File { path, kind: FileKind::Post, collection: None };
        let dialect = plain::reader();
        // Nothing is said of the source: its generator has read it.
        let mut found = Vec::new();
        let mut written = match self.are_beside {
            true => fields_of_nikola(&source),
            false => super::super::front_matter(&mut found, &*dialect, &file, &source),
        };
        // Its title is that of the page, and is not looked for in its text.
        written.map.merge(Map::of("title", Node::Scalar(Scalar::string(title))));
        let mut fields = Fields::new(&mut found, &source, written, site, Scope::Whole);
        let post = dialect.resolve(&file, &mut fields)?;
        let withheld = self.are_beside && fields.is_private();
        Some(Post { withheld, ..post })
    }
}

/// The source of a page in a folder of sources: `a.md` of `a.html`, and of `a/index.html`.
fn source_in(folder: &Path, stem: &str) -> Option<String> {
    let of_folder = stem.strip_suffix("index").map(|above| (above, above.trim_end_matches('/')));
    let of_folder = of_folder.map(|(above, bare)| [format!("{above}README.md"), format!("{bare}.md")]);
    let names = [format!("{stem}.md"), format!("{stem}.mdx")];
    names.into_iter().chain(of_folder.into_iter().flatten()).find(|path| folder.join(path).is_file())
}

/// The fields of a source of Nikola: lines such as `.. date: 2025-01-02` before its text.
fn fields_of_nikola(source: &Source) -> FrontMatter {
    let lines = source.text.lines().map(str::trim).skip_while(|line| line.is_empty() || *line == "<!--");
    let fields = lines.map_while(|line| line.strip_prefix(".. ")?.split_once(':'));
    let fields =
        fields.map(|(name, value)| (Scalar::string(name.trim()), Node::Scalar(Scalar::string(value.trim()))));
    FrontMatter { map: Map(fields.collect()).into(), present: true, ..FrontMatter::default() }
}

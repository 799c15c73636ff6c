//! Sites of Hugo (0.168), Zola (0.22), Eleventy (3.1), Pelican (4.12) and Hexo (8.1), compared fact by fact with what the
//! real generators published for them. The form is that of `common::groups`; of each post there is the instant, the title
//! and, where it is not the URL, the id.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::indexing_slicing, reason = "a test may")]

mod common;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use common::groups::{self, Differences, Tree};
use feedmill::{Config, Options, Progress};
use serde_json::Value;

/// After the recordings were made.
const NOW: &str = "2026-11-26T00:00:00Z";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/generators")
}

#[test]
fn every_site_is_published_as_its_generator_publishes_it() {
    let mut differences = Differences::default();
    let mut facts = 0;
    for (case, site, published) in groups::cases(&folder()) {
        facts += compare(&mut differences, &case, &site, &published);
    }
    assert!(facts > 1_500, "only {facts} facts were compared");
    differences.check(&folder().join("differences.txt"));
}

fn compare(differences: &mut Differences, case: &str, site: &Tree, published: &Value) -> usize {
    let folder = common::folder();
    let root = folder.path();
    common::write_tree(site, root);
    let now = DateTime::parse_from_rfc3339(NOW).unwrap().to_utc();
    let mut options = Options::default();
    options.limit = Some(0);
    // Zola shows what is in the future, and the recordings have it.
    let is_zola = site.get("config.toml").is_some_and(|text| text.starts_with(b"base_url"));
    options.future = is_zola.then_some(true);
    let config = Config::new(root, options, now).unwrap_or_else(|error| panic!("{case}: {error}"));
    let posts = groups::posts(&config);
    let built = feedmill::build(&config, &Progress::default()).unwrap();
    let twice: BTreeSet<&str> =
        published["twice"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut facts = 0;
    let instant = |text: &str| DateTime::parse_from_rfc3339(text).map(|date| date.with_timezone(&Utc));
    let expected = published["posts"].as_object().unwrap();
    for (url, expected) in expected {
        facts += 1;
        let is_it = |post: &&Value| groups::same_url(post["url"].as_str().unwrap(), url);
        let Some(ours) = posts.iter().find(is_it) else {
            differences.compare(case, "post", url, "there", "not there");
            continue;
        };
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let published = instant(&text(&ours["published"])).map(|date| date.to_rfc3339()).unwrap_or_default();
        let wanted = instant(&text(&expected[0])).map(|date| date.to_rfc3339()).unwrap_or_default();
        differences.compare(case, "date", url, &wanted, &published);
        if !text(&expected[1]).is_empty() {
            differences.compare(case, "title", url, &text(&expected[1]), &text(&ours["title"]));
        }
        if expected.get(2).is_some() {
            let id = ours.get("id").unwrap_or(&ours["url"]);
            differences.compare(case, "id", url, &text(&expected[2]), &text(id));
        }
    }
    for post in posts.iter().filter(|post| !post["published"].is_null() && post["feed"] != Value::Bool(false))
    {
        let url = post["url"].as_str().unwrap();
        let is_known = expected.keys().any(|known| groups::same_url(url, known));
        if !is_known && !twice.contains(url) {
            differences.compare(case, "post", url, "not there", "there");
        }
    }
    facts + compare_sitemap(differences, case, root, &built, published)
}

/// Everything that the generator made a page of is in the sitemap.
fn compare_sitemap(
    differences: &mut Differences,
    case: &str,
    root: &Path,
    built: &feedmill::Report,
    published: &Value,
) -> usize {
    let others = published["others"].as_array().unwrap();
    let sitemap = built.outputs.iter().find(|output| output.kind == feedmill::OutputKind::Sitemap).unwrap();
    let text = std::fs::read_to_string(root.join(&sitemap.path)).unwrap();
    let listed: Vec<String> = text
        .split("<loc>")
        .skip(1)
        .map(|rest| rest.split("</loc>").next().unwrap().replace("&amp;", "&").replace("&apos;", "'"))
        .collect();
    for url in others.iter().filter_map(Value::as_str) {
        if !listed.iter().any(|own| groups::same_url(own, url)) {
            differences.compare(case, "sitemap", url, "there", "not there");
        }
    }
    others.len()
}

/// Nothing but the site's own generator knows these URLs, so nothing is published before it has run.
#[test]
fn no_generator_publishes_a_guessed_url() {
    let post = ("posts/2025-01-02-a.md", "---\ntitle: A\ndate: 2025-01-02\n---\nText.\n");
    let hexo = [
        ("package.json", "{\"dependencies\": {\"hexo\": \"8.1.0\"}}"),
        ("source/_posts/a.md", "title: [\n---\nx"),
    ];
    let jekyll = [("_posts/2025-01-02-a.md", "---\npermalink: /:nonsense/\n---\nx")];
    for (evidence, text, files, said) in [
        ("astro.config.mjs", "", &[post][..], "astro build"),
        ("docusaurus.config.js", "", &[post], "docusaurus build"),
        (".vitepress/config.mts", "", &[post], "vitepress build"),
        ("_quarto.yml", "", &[post], "quarto render"),
        ("mkdocs.yml", "", &[post], "mkdocs build"),
        ("next.config.js", "", &[post], "next build"),
        ("nuxt.config.ts", "", &[post], "nuxt generate"),
        ("gatsby-config.js", "", &[post], "gatsby build"),
        ("svelte.config.js", "", &[post], "vite build"),
        ("bridgetown.config.yml", "", &[post], "bridgetown build"),
        ("config.rb", "activate :blog", &[post], "middleman build"),
        ("conf.py", "BLOG_TITLE = 'x'", &[post], "nikola build"),
        ("conf.py", "extensions = ['ablog']", &[post], "ablog build"),
        ("x.lektorproject", "", &[post], "lektor build"),
        ("_config.ts", "import lume from \"lume/mod.ts\";", &[post], "deno task build"),
        ("book.toml", "", &[post], "mdbook build"),
        ("hugo.toml", "[permalinks]\nposts = '/:nonsense/'", &[post], "`:nonsense`, which is not known"),
        (
            "pelicanconf.py",
            "ARTICLE_SAVE_AS = f()",
            &[("content/a.md", "Title: A\nDate: 2025-01-02\n\nx")],
            "is not a literal",
        ),
        (
            ".eleventy.js",
            "",
            &[("a.md", "---\npermalink: \"{{ title | own }}\"\n---\nx")],
            "which only Eleventy can run",
        ),
        ("_config.yml", "url: https://e.com", &jekyll, "its permalink `/:nonsense/` has"),
        ("_config.yml", "url: https://e.com", &hexo, "its front matter cannot be read"),
    ] {
        let folder = common::folder();
        let files = files.iter().copied().chain([(evidence, text)]);
        let files = files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
        common::write_tree(&files.collect(), folder.path());
        let report = common::run(folder.path(), &["build", "--base-url", "https://e.com/"]);
        let listed =
            common::run(folder.path(), &["list", "--base-url", "https://e.com/", "--format", "jsonl"]);
        assert!(report.contains(said), "{evidence}: {report}");
        assert!(!listed.contains("\"url\""), "{evidence}: {listed}");
    }
}

//! What must hold for every site, whatever its generator, its configuration, its posts, its records and its built pages.
//!
//! `PROPTEST_CASES=200000 cargo test --release --test sites` runs for an hour or so.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::indexing_slicing, reason = "a test may")]

mod common;

use std::collections::BTreeMap;

use feedmill::internals::is_publishable;
use feedmill::{Config, Error, Options, Outcome, Progress, Records, Rule};
use proptest::prelude::*;

/// The files of a site.
#[derive(Clone, Default)]
struct Site(BTreeMap<String, Vec<u8>>);

impl std::fmt::Debug for Site {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map()
            .entries(self.0.iter().map(|(path, bytes)| (path, String::from_utf8_lossy(bytes))))
            .finish()
    }
}

/// What an author hides, which no output may show.
const SECRET: &str = "XyzzySecret";

/// How a generator's site is laid out: a name, the configuration's file, what it must say, where posts are and what they
/// are called after, and where its pages are.
struct Layout {
    config: &'static str,
    base: &'static str,
    posts: &'static str,
    output: &'static str,
    /// Whether `draft: true` hides a post.
    hides_drafts: bool,
}

const LAYOUTS: [Layout; 8] = [
    Layout {
        config: "feedmill.yml",
        base: "base_url: https://e.com/b/\n",
        posts: "",
        output: "public",
        hides_drafts: true,
    },
    Layout {
        config: "_config.yml",
        base: "url: https://e.com\nbaseurl: /b\n",
        posts: "_posts/2025-11-29-",
        output: "_site",
        hides_drafts: true,
    },
    Layout {
        config: "hugo.toml",
        base: "baseURL = 'https://e.com/b/'\n",
        posts: "content/posts/",
        output: "public",
        hides_drafts: true,
    },
    Layout {
        config: "config.toml",
        base: "base_url = 'https://e.com/b'\ngenerate_feeds = true\n",
        posts: "content/",
        output: "public",
        hides_drafts: true,
    },
    Layout {
        config: "eleventy.config.js",
        base: "module.exports = (c) => { return { pathPrefix: '/b/' }; };\n",
        posts: "posts/",
        output: "_site",
        hides_drafts: true,
    },
    Layout {
        config: "pelicanconf.py",
        base: "SITEURL = 'https://e.com/b'\nSITENAME = 'T'\nTIMEZONE = 'UTC'\n",
        posts: "content/",
        output: "output",
        hides_drafts: true,
    },
    Layout {
        config: "_config.yml",
        base: "title: T\nurl: https://e.com/b\nroot: /b/\n",
        posts: "source/_posts/",
        output: "public",
        hides_drafts: false,
    },
    Layout {
        config: "feedmill.yml",
        base: "base_url: https://e.com/b/\ngenerator: built\noutput: site\n",
        posts: "site/",
        output: "site",
        hides_drafts: true,
    },
];

/// Text in which what programs stumble over is frequent.
fn text() -> impl Strategy<Value = String> {
    let pieces: Vec<&'static str> = vec![
        "a",
        " ",
        "\n",
        "\n\n",
        "Words of a post. ",
        "日本語。",
        "é",
        "😀",
        "\u{200B}",
        "\u{FEFF}",
        "\u{2028}",
        "\u{FFFD}",
        "\0",
        "\u{1B}",
        "\u{85}",
        "\u{202E}",
        "&",
        "&lt;",
        "&#0;",
        "&#x1F600;",
        "&copy",
        "<",
        ">",
        "\"",
        "'",
        "`",
        "```\n",
        "~~~\n",
        "*",
        "**",
        "_",
        "~~",
        "#",
        "# H\n",
        "- a\n",
        "1. a\n",
        "> ",
        "| a | b |\n|---|---|\n",
        "[a](b.md)",
        "[a](javascript:alert(1))",
        "![a](/a.png)",
        "[a][b]",
        "[b]: /c\n",
        "[^1]",
        "[^1]: n\n",
        "$$x_1$$",
        "\\(",
        "\\[",
        "$",
        "{{ page.title }}",
        "{{ site.url }}",
        "{{",
        "}}",
        "{% raw %}",
        "{% endraw %}",
        "{% if a %}",
        "{% else %}",
        "{% endif %}",
        "{% post_url 2025-11-29-a %}",
        "{% include x %}",
        "{%",
        "{{< ref \"a.md\" >}}",
        "{{< x >}}",
        "{{% x %}}",
        "{{</* x */>}}",
        "{: .c}\n",
        "{#id}",
        "{::nomarkdown}",
        "{:toc}",
        "::: note\n",
        ":::\n",
        "!!! note\n    a\n",
        "[[a|b]]",
        "import a from 'b'\n\n",
        "<A.B c={d}>",
        "<!--more-->",
        "<!-- ",
        "-->",
        "<![CDATA[",
        "]]>",
        "<?x ",
        "<!doctype html>",
        "<html><head><title>t</title></head><body>",
        "</body></html>",
        "<p>",
        "</p>",
        "<div>",
        "</div>",
        "<b>",
        "</b>",
        "<i>",
        "<a href='/x'>",
        "<a href=\"data:text/html,x\">",
        "</a>",
        "<img src=x onerror=alert(1)>",
        "<img src='data:image/png;base64,AA'>",
        "<script>alert(1)</script>",
        "<script>",
        "<style>",
        "<svg onload=x><text>a",
        "<math><mi>",
        "<table><tr><td>",
        "<ul><li>",
        "<dl><dt>",
        "<pre><code>",
        "<iframe src=https://e.com/>",
        "<noscript><img src=a>",
        "<template>",
        "<title>",
        "<textarea>",
        "<ruby><rt>",
        "<details><summary>",
        "<article>",
        "<main>",
        "<h1>t</h1>",
        "<time datetime=2025-11-29>",
        "<nav>",
        "style='x:expression(1)'",
        "---\n",
        "+++\n",
        "...\n",
        "draft: false\n",
        "password",
        "x: [",
        "{\"a\": 1}",
        "a: b: c\n",
    ];
    let piece = prop_oneof![12 => prop::sample::select(pieces).prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)];
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

/// A value of a field.
fn value() -> impl Strategy<Value = String> {
    let plain = vec![
        "2025-11-29", "2025-11-29T02:11:40+09:00", "2099-01-01", "1970-01-01", "9999-12-31 23:59:59 -1200",
        "true", "false", "yes", "null", "~", "1", "1:30:20", "0x1F", "1e400", "''", "[]", "{}", "[a, b]",
        "[a, [b]]", "{name: a}", "[{name: a, url: /b}]", "a, b", "/a/", "/:year/:title/", "../../etc/passwd",
        "/%2Fetc/passwd", "https://e.com/x y?z#w", "//evil.example/", "javascript:alert(1)",
        "tag:e.com,2025:a", "a@b.c", "A <a@b.c>", "en", "de-DE", "zz-invalid-tag", "{path: /a.png}",
        "/a.mp3 5 audio/mpeg", "|\n  a\n  b", ">-\n  a\n  b", "&a x", "*a", "!!binary AA==",
    ];
    prop_oneof![
        3 => prop::sample::select(plain).prop_map(str::to_owned),
        1 => text(),
        2 => text().prop_map(|text| serde_json::Value::String(text).to_string()),
        1 => text().prop_map(|text| format!("[{}, b]", serde_json::Value::String(text))),
    ]
}

const KEYS: &[&str] = &[
    "title", "Title", "date", "Date", "updated", "lastmod", "last_modified_at", "modified", "tags", "Tags",
    "categories", "category", "author", "authors", "excerpt", "summary", "description", "permalink", "url",
    "slug", "id", "guid", "image", "images", "enclosure", "lang", "language", "layout", "feed", "sitemap",
    "robots", "published", "ref", "translationKey", "aliases", "series", "extra", "params", "x",
    "eleventyNavigation", "render", "template", "taxonomies", "sitemap_exclude", "expiryDate", "publishDate",
    "weight", "type", "redirect_to", "excerpt_separator", "save_as", "status", "base",
];

/// Front matter, in any notation, closed or not.
fn front_matter() -> impl Strategy<Value = String> {
    let fields = prop::collection::vec((prop::sample::select(KEYS), value()), 0..7);
    (fields, 0..9_u8, prop::bool::weighted(0.8)).prop_map(|(fields, notation, dated)| {
        let mut text = String::new();
        let date = if dated { "2025-11-20" } else { "" };
        match notation {
            0 => {
                text.push_str("+++\n");
                fields.iter().for_each(|(key, value)| text.push_str(&format!("{key} = {value}\n")));
                text.push_str(&format!("date = {date}\n+++\n"));
            }
            1 => {
                let fields: Vec<String> = fields
                    .iter()
                    .map(|(key, value)| format!("{key:?}: {}", serde_json::Value::String(value.clone())))
                    .collect();
                text.push_str(&format!(
                    "{{\"date\": \"{date}\"{}{}}}\n",
                    if fields.is_empty() { "" } else { ", " },
                    fields.join(",\n")
                ));
            }
            2 => {
                fields.iter().for_each(|(key, value)| text.push_str(&format!("{key}: {value}\n")));
                text.push_str(&format!("Title: a title\nDate: {date}\n\n"));
            }
            3 => text.push_str("---\ntitle: a\n"),
            _ => {
                text.push_str("---\n");
                fields.iter().for_each(|(key, value)| text.push_str(&format!("{key}: {value}\n")));
                text.push_str(&format!("date: {date}\n---\n"));
            }
        }
        text
    })
}

/// A built page.
fn page() -> impl Strategy<Value = String> {
    (text(), text(), text()).prop_map(|(head, title, body)| {
        format!("<!doctype html><html lang=en><head><title>{title}</title><meta property=article:published_time content=2025-11-29>{head}</head><body><article><h1>{title}</h1>{body}</article></body></html>")
    })
}

/// A configuration of our own.
fn settings() -> impl Strategy<Value = String> {
    let lines = vec![
        "title: T\n",
        "author: A <a@b.c>\n",
        "language: ja\n",
        "timezone: Asia/Tokyo\n",
        "content: full\n",
        "content: none\n",
        "limit: 2\n",
        "future: false\n",
        "permalink: /:year/:slug/\n",
        "future: true\n",
        "exclude: ['*x*']\n",
        "feeds: [{path: feed.xml, archive: 1, limit: 1}, {each: tag, path: 't/{slug}.xml'}, {each: category, path: 'c/{value}.json'}, {path: n.atom, tag: a, max_bytes: 3000}]\n",
        "sitemap: {hreflang: true, images: true, gzip: true}\n",
        "sitemap: false\n",
        "sitemap: {news: news.xml, exclude: ['a/**']}\n",
        "robots: append\n",
        "tracking_pixels: true\n",
        "levels: {held-back: deny}\n",
    ];
    prop::sample::subsequence(lines, 0..6).prop_map(|lines| {
        let mut seen = Vec::new();
        let lines = lines.into_iter().filter(|line| {
            let key = line.split(':').next().unwrap();
            let is_new = !seen.contains(&key);
            seen.push(key);
            is_new
        });
        lines.collect()
    })
}

fn record() -> impl Strategy<Value = String> {
    (text(), value(), text(), any::<bool>()).prop_map(|(title, date, html, feed)| {
        let record = serde_json::json!({"url": format!("/r/{}/", title.len()), "title": title, "published": date, "content_html": html, "tags": [title], "feed": feed, "extra": {"a": html}});
        record.to_string()
    })
}

fn site() -> impl Strategy<Value = (usize, Site)> {
    let posts = prop::collection::vec(
        (front_matter(), text(), prop::sample::select(vec!["md", "md", "html", "markdown", "txt", "rst"])),
        1..5,
    );
    let parts = (
        posts,
        prop::collection::vec(page(), 0..3),
        settings(),
        prop::collection::vec(record(), 0..3),
        text(),
        prop::collection::vec(any::<u8>(), 0..60),
    );
    (0..LAYOUTS.len(), parts).prop_map(|(layout, (posts, pages, settings, records, other, bytes))| {
        let at = &LAYOUTS[layout];
        let mut site = Site::default();
        let mut put = |path: String, text: String| drop(site.0.insert(path, text.into_bytes()));
        put(
            "feedmill.yml".to_owned(),
            if at.config == "feedmill.yml" {
                format!("{}{settings}", at.base)
            } else if layout == 4 {
                format!("base_url: https://e.com/b/\n{settings}")
            } else {
                settings
            },
        );
        if at.config != "feedmill.yml" {
            put(at.config.to_owned(), at.base.to_owned());
        }
        if layout == 7 {
            put("site/home/index.html".to_owned(), "<title>Home</title><p>Words.".to_owned());
        }
        if layout == 6 {
            put("package.json".to_owned(), "{\"dependencies\":{\"hexo\":\"7\"},\"hexo\":{}}".to_owned());
        }
        for (number, (front, body, extension)) in posts.into_iter().enumerate() {
            put(format!("{}p{number}.{extension}", at.posts), format!("{front}{body}"));
        }
        put(
            format!("{}hidden.md", at.posts),
            format!("---\ntitle: {SECRET}\ndate: 2025-11-28\ndraft: true\n---\n{SECRET}\n"),
        );
        for (number, page) in pages.into_iter().enumerate() {
            put(format!("{}/p{number}/index.html", at.output), page);
        }
        if !records.is_empty() {
            put("records.jsonl".to_owned(), records.join("\n"));
        }
        put("robots.txt".to_owned(), other);
        site.0.insert(format!("{}bytes.md", at.posts), bytes);
        (layout, site)
    })
}

fn visit(value: &serde_json::Value, seen: &mut impl FnMut(&str, &str), key: &str) {
    match value {
        serde_json::Value::String(text) => seen(key, text),
        serde_json::Value::Array(items) => items.iter().for_each(|item| visit(item, seen, key)),
        serde_json::Value::Object(map) => map.iter().for_each(|(key, value)| {
            seen("", key);
            visit(value, seen, key);
        }),
        _ => {}
    }
}

/// Whether HTML does nothing but show.
fn assert_harmless(html: &str) {
    let document = scraper::Html::parse_fragment(html);
    for element in document.tree.values().filter_map(scraper::Node::as_element) {
        assert!(
            !matches!(
                element.name(),
                "script"
                    | "style"
                    | "iframe"
                    | "object"
                    | "embed"
                    | "form"
                    | "base"
                    | "meta"
                    | "svg"
                    | "math"
            ),
            "{html}"
        );
        for (name, value) in element.attrs() {
            let value = value.trim().to_ascii_lowercase();
            assert!(!name.starts_with("on") && name != "style" && name != "srcdoc", "{html}");
            assert!(
                !value.starts_with("javascript:")
                    && !value.starts_with("vbscript:")
                    && !value.starts_with("data:text"),
                "{html}"
            );
        }
    }
}

fn assert_sound(path: &str, bytes: &[u8]) {
    if path.ends_with(".gz") || path.ends_with(".css") {
        return;
    }
    let text = std::str::from_utf8(bytes).unwrap();
    assert!(!text.contains(SECRET), "{path} shows what is hidden: {text}");
    if path.ends_with("robots.txt") {
        return;
    }
    assert!(text.chars().all(is_publishable), "{path}: {text:?}");
    if path.ends_with(".json") {
        let feed: serde_json::Value = serde_json::from_str(text).unwrap();
        visit(
            &feed,
            &mut |key, text| {
                assert!(text.chars().all(is_publishable), "{text:?}");
                if key == "content_html" {
                    assert_harmless(text);
                }
            },
            "",
        );
    } else if path.ends_with(".xml") || path.ends_with(".atom") {
        let document = roxmltree::Document::parse(text).unwrap();
        if !text.contains("<urlset") && !text.contains("<sitemapindex") {
            feed_rs::parser::parse(text.as_bytes()).unwrap();
            for node in
                document.descendants().filter(|node| matches!(node.tag_name().name(), "encoded" | "content"))
            {
                assert_harmless(node.text().unwrap_or_default());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: std::env::var("PROPTEST_CASES").map_or(150, |cases| cases.parse().unwrap()),
        failure_persistence: None,
        max_shrink_iters: 2000,
        ..ProptestConfig::default()
    })]

    #[test]
    fn every_site_gives_sound_output_that_hides_what_is_hidden_and_stays((layout, site) in site()) {
        let folder = common::folder();
        common::write_tree(&site.0, folder.path());
        let now = chrono::DateTime::from_timestamp(common::NOW.parse().unwrap(), 0).unwrap();
        let build = || {
            let mut options = Options::default();
            options.records = site.0.contains_key("records.jsonl").then(|| Records::new(folder.path().join("records.jsonl")));
            feedmill::build(&Config::new(folder.path(), options, now)?, &Progress::default())
        };
        let report = match build() {
            Ok(report) => report,
            // Two outputs in one place, or an output where a page is.
            Err(Error::Config { .. } | Error::NoBaseUrl { .. } | Error::Value { .. }) => return Ok(()),
            Err(Error::Write { source, .. }) if source.kind() == std::io::ErrorKind::AlreadyExists => return Ok(()),
            Err(error) => panic!("{error}"),
        };
        prop_assert!(report.findings.iter().all(|finding| finding.rule != Rule::UnsoundEntry), "{:?}", report.findings);
        if LAYOUTS[layout].hides_drafts {
            for output in report.outputs.iter().filter(|output| output.outcome == Outcome::Written) {
                assert_sound(&output.path.to_string_lossy(), &std::fs::read(&output.path).unwrap());
            }
        }
        let again = build().unwrap();
        prop_assert!(again.outputs.iter().all(|output| output.outcome == Outcome::Unchanged), "{:?}", again.outputs);
        prop_assert_eq!(report.findings, again.findings);
    }
}

//! What an input costs grows as its size does: each kind is built at one size and at twice that.
//!
//! `GROWTH=30 cargo test --release --test growth -- --nocapture` runs them thirty times as large and prints every time;
//! `KIND=raw` runs the kinds with that in their names.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a test may"
)]

mod common;

use std::fs;
use std::time::{Duration, Instant};

use feedmill::{Config, Options, Progress};

/// How much longer twice as much may take. What is linear takes twice as long, what is quadratic four times.
const MOST: f64 = 2.6;
/// What takes less time than this at twice the size is not compared.
const LEAST: Duration = Duration::from_millis(40);
/// How often a kind may look too slow, on a machine that does other things too.
const TRIES: usize = 4;

/// The files of a site of this size.
type Files = Vec<(String, String)>;

/// A kind of input: its name, its size, and the site of a size.
struct Kind {
    name: String,
    size: usize,
    files: Box<dyn Fn(usize) -> Files>,
}

fn kind(name: &str, size: usize, files: impl Fn(usize) -> Files + 'static) -> Kind {
    Kind { name: name.to_owned(), size, files: Box::new(files) }
}

const PLAIN: &str = "base_url: https://example.com/\ntitle: T\ncontent: full\n";
const JEKYLL: &str = "url: https://example.com\ntitle: T\n";

/// A site of one post with this front matter and this body.
fn post(front_matter: &str, body: &str) -> Files {
    let text = format!("---\ndate: 2025-11-29\n{front_matter}\n---\n{body}\n");
    vec![("feedmill.yml".to_owned(), PLAIN.to_owned()), ("a.md".to_owned(), text)]
}

/// Text that is made of a part again and again, with something before and after.
fn around(before: &str, part: &str, after: &str, size: usize) -> String {
    format!("{before}{}{after}", part.repeat(size))
}

/// Text made of numbered parts.
fn numbered(size: usize, part: impl Fn(usize) -> String) -> String {
    (0..size).map(part).collect()
}

/// What may stand in a body many times: a name, what is before, what is repeated, what is after.
const BODIES: &[(&str, &str, &str, &str)] = &[
    ("ampersand", "", "&", ""),
    ("reference", "", "&lt;", ""),
    ("long reference", "&", "a", ""),
    ("open tag", "", "<b ", ""),
    ("less than", "", "<", ""),
    ("greater than", "", "> ", "x"),
    ("bracket", "", "[", ""),
    ("closing bracket", "", "]", ""),
    ("image bracket", "", "![a](", ""),
    ("link", "", "[a](b) ", ""),
    ("reference link", "", "[a][b] ", ""),
    ("parenthesis", "A sentence.", ")", " And one more. End"),
    ("star", "", "*a ", ""),
    ("stars", "", "**a *b ", ""),
    ("star and line", "", "*_", ""),
    ("line", "", "_a ", ""),
    ("tilde", "", "~~a ", ""),
    ("backtick", "", "`a``b", ""),
    ("backslash", "", "\\", ""),
    ("backslash letter", "", "\\a", ""),
    ("dollar", "", "$a ", ""),
    ("dollars", "", "$$a ", ""),
    ("quote mark", "", "\"a ", ""),
    ("apostrophe", "", "'a", ""),
    ("dashes", "", "a--b...", ""),
    ("colon", "", ":a: ", ""),
    ("bar", "", "|a", "\n|-|-\n"),
    ("table row", "|a|b|\n|-|-|\n", "|c|d|\n", ""),
    ("heading", "", "# a\n", ""),
    ("rule", "", "---\n", ""),
    ("setext", "", "a\n===\n", ""),
    ("list item", "", "- a\n", ""),
    ("loose item", "", "1. a\n\n", ""),
    ("task", "", "- [ ] a\n", ""),
    ("definition", "a\n", ": b\n\n", ""),
    ("blank line", "a", "\n\n", "b"),
    ("line break", "", "a  \n", ""),
    ("preformatted line", "<pre>", "\n", "b</pre>"),
    ("carriage return", "", "a\r", ""),
    ("tab", "", "\ta", ""),
    ("address", "", "https://a.b/c ", ""),
    ("www", "", "www.a.b", ""),
    ("mail", "", "a@b.c ", ""),
    ("at sign", "", "@", ""),
    ("autolink", "", "<https://a.b>", ""),
    ("wiki link", "", "[[a|b]]", ""),
    ("open wiki link", "", "[[a", ""),
    ("footnote", "", "[^a]", "\n\n[^a]: b\n"),
    ("raw", "{% raw %}", "{%", ""),
    ("tag", "", "{% a %}", ""),
    ("open tag of Liquid", "", "{% a ", ""),
    ("output", "", "{{ a }}", ""),
    ("open output", "", "{{ a ", ""),
    ("output before a tag", "", "{{ a ", "{% a %}"),
    ("if", "", "{% if a %}", ""),
    ("elsif", "{% if a %}", "{% elsif b %}", "{% endif %}"),
    ("for", "", "{% for a in b %}", ""),
    ("comment of Liquid", "", "{% comment %}", ""),
    ("highlight", "", "{% highlight a %}", ""),
    ("include", "", "{% include a %}", ""),
    ("filter", "{{ a", " | b", " }}"),
    ("shortcode", "", "{{< a >}}", ""),
    ("open shortcode", "", "{{< a ", ""),
    ("open other shortcode", "", "{{% a ", ""),
    ("attribute list", "", "{:", ""),
    ("attribute lists", "", "{: .a}\n", ""),
    ("attribute block", "", "a {#b .c}\n", ""),
    ("container", "", "::: a\n", ""),
    ("directive", "", ":::a\nb\n:::\n", ""),
    ("admonition", "", "!!! a\n    b\n\n", ""),
    ("fence", "", "```\na\n", ""),
    ("fences", "", "```a\nb\n```\n", ""),
    ("import", "", "import a from 'b'\n", ""),
    ("component", "", "<A b={c}>\n", ""),
    ("brace", "", "{", ""),
    ("braces", "", "{a}", ""),
    ("comment", "", "<!-- a -->", ""),
    ("open comment", "", "<!-- ", ""),
    ("declaration", "", "<!a", ""),
    ("instruction", "", "<?a", ""),
    ("cdata", "", "<![CDATA[", ""),
    ("ruby text", "", "<rt>", "<!--more-->\n\nb"),
    ("ruby parenthesis", "", "<rp>", "<!--more-->\n\nb"),
    ("ruby", "", "<ruby>a<rt>b</ruby>", ""),
    ("paragraph", "", "<p>a", ""),
    ("division", "", "<div>a</div>", ""),
    ("end of a division", "<div>\n", "</div ", ""),
    ("bold", "", "<b>a", ""),
    ("anchor", "", "<a href=b>a", ""),
    ("closing tag", "", "</a>", ""),
    ("formatting", "", "<b><i></b></i>", ""),
    ("formatting and paragraph", "", "<b>a<p>", ""),
    ("list of HTML", "", "<ul><li>a</ul>", ""),
    ("item of HTML", "<ul>", "<li>a", ""),
    ("description", "<dl>", "<dt>a<dd>b", ""),
    ("table", "", "<table><tr><td>a</table>", ""),
    ("open table", "", "<table>a", ""),
    ("row", "<table>", "<tr><td>a", "</table>"),
    ("select", "", "<select><option>a", ""),
    ("form", "", "<form><input>", ""),
    ("title in text", "", "<title><style></title>", ""),
    ("text area", "", "<textarea>", ""),
    ("style", "", "<style>a</style>", ""),
    ("script", "", "<script>a</script>", ""),
    ("open script", "", "<script><!--", ""),
    ("noscript", "", "<noscript><p>a</noscript>", ""),
    ("open noscript", "", "<noscript><p>a", ""),
    ("template", "", "<template>a</template>", ""),
    ("svg", "", "<svg><g>a</g></svg>", ""),
    ("open svg", "<svg>", "<g>a</g>", "</svg>"),
    ("svg style", "", "<svg><style>a", ""),
    ("svg title", "", "<svg><title>a", ""),
    ("math", "", "<math><mi>a</mi></math>", ""),
    ("picture", "", "<img src=a>", ""),
    ("pictures", "", "<picture><source srcset=b><img src=a></picture>", ""),
    ("frame", "", "<iframe src=https://a.b></iframe>", ""),
    ("video", "", "<video src=a></video>", ""),
    ("details", "", "<details><summary>a</summary>b</details>", ""),
    ("code", "", "<code>a</code>", ""),
    ("preformatted", "", "<pre><code>a\n</code></pre>", ""),
    ("hidden", "", "<p hidden>a</p>", ""),
    ("heading of HTML", "", "<h2 id=a>a</h2>", ""),
    ("article", "", "<article><p>a</article>", ""),
    ("attributes", "<p ", "a=b ", ">"),
    ("classes", "<p class='", "a ", "'>b"),
    ("more", "", "a\n\n<!--more-->\n\n", ""),
    ("word", "", "a", ""),
    ("sentence", "", "A b. ", ""),
    ("wide letters", "", "日本。", ""),
    ("marks", "a", "\u{301}", ""),
    ("joined emoji", "", "😀\u{200D}", ""),
    ("zero", "", "\0", ""),
    ("replacement", "", "\u{FFFD}", ""),
    ("control", "", "\u{1}", ""),
    ("byte order mark", "", "\u{FEFF}", ""),
];

fn bodies() -> Vec<Kind> {
    let mut kinds = Vec::new();
    for (name, before, part, after) in BODIES {
        let size = 6000 / part.len();
        let body = move |size| around(before, part, after, size);
        kinds.push(kind(&format!("{name} in Markdown"), size, move |size| post("title: t", &body(size))));
        kinds.push(kind(&format!("{name} in HTML"), size, move |size| {
            let text = format!("---\ntitle: t\ndate: 2025-11-29\n---\n{}", body(size));
            vec![("feedmill.yml".to_owned(), PLAIN.to_owned()), ("a.html".to_owned(), text)]
        }));
        kinds.push(kind(&format!("{name} in Jekyll"), size, move |size| {
            let text = format!("---\ntitle: t\n---\n{}", body(size));
            vec![("_config.yml".to_owned(), JEKYLL.to_owned()), ("_posts/2025-11-29-a.md".to_owned(), text)]
        }));
        kinds.push(kind(&format!("{name} in a title"), size, move |size| {
            let title = serde_json::Value::String(body(size)).to_string();
            post(&format!("title: {title}\nexcerpt: {title}\ntags: [{title}]\nauthor: {title}"), "Text.")
        }));
    }
    kinds
}

fn nested() -> Vec<Kind> {
    let quotes =
        |mark: &'static str| move |size: usize| post("title: t", &format!("{} a", mark.repeat(size)));
    vec![
        kind("nested quotes", 3000, quotes("> ")),
        kind("nested items", 3000, quotes("- ")),
        kind("items in items", 100, |size| {
            post("title: t", &numbered(size, |depth| format!("{}- a\n", "  ".repeat(depth.min(90)))))
        }),
        kind("nested divisions", 20_000, |size| post("title: t", &around("", "<div>", "a", size))),
        kind("nested formatting before paragraphs", 2000, |size| {
            post(
                "title: t",
                &format!("{}{}", numbered(190, |one| format!("<i a={one}>")), "<p>a".repeat(size)),
            )
        }),
        kind("formatting of its own before paragraphs", 300, |size| {
            post(
                "title: t",
                &format!("{}{}", numbered(size, |one| format!("<b a={one}>")), "<p>a".repeat(size)),
            )
        }),
        kind("nested svg text", 60, |size| {
            post("title: t", &format!("<svg>{}a", "<text>abcdefgh".repeat(size)))
        }),
        kind("brackets in front matter", 5000, |size| {
            post(&format!("title: t\nx: {}", "[".repeat(size)), "")
        }),
        kind("braces in front matter", 5000, |size| {
            post(&format!("title: t\nx: {}", "{a: ".repeat(size)), "")
        }),
        kind("indents in front matter", 90, |size| {
            post(
                &format!(
                    "title: t\nx:\n{}",
                    numbered(size, |depth| format!("{}a:\n", " ".repeat(depth % 90 + 1)))
                ),
                "",
            )
        }),
    ]
}

fn front_matter() -> Vec<Kind> {
    let lines =
        |line: fn(usize) -> String| move |size| post(&format!("title: t\n{}", numbered(size, line)), "Text.");
    let broken = |line: fn(usize) -> String| {
        move |size| post(&format!("title: t\n{}x: [", numbered(size, line)), "Text.")
    };
    vec![
        kind("keys", 3000, lines(|one| format!("k{one}: v\n"))),
        kind("keys in capitals", 3000, lines(|one| format!("K{one}: v\n"))),
        kind("repeated key", 3000, lines(|_| "a: v\n".to_owned())),
        kind("repeated title", 3000, lines(|_| "Title: v\n".to_owned())),
        kind("repeated draft", 3000, lines(|_| "Draft: false\n".to_owned())),
        kind(
            "odd drafts",
            2000,
            lines(|one| format!("{}draft{}: false\n", "_".repeat(one % 7), "-".repeat(one % 11))),
        ),
        kind("keys of broken front matter", 3000, broken(|one| format!("k{one}: v\n"))),
        kind("drafts of broken front matter", 3000, broken(|_| "draft: false\n".to_owned())),
        kind("opened lists", 3000, broken(|_| "x: [ #]\n".to_owned())),
        kind("opened strings", 3000, broken(|_| "x: \"a\n".to_owned())),
        kind("comments", 3000, lines(|_| "# a\n".to_owned())),
        kind("merged keys", 2000, |size| {
            post(&format!("title: t\na: &a {{b: c}}\nd:\n{}", "  <<: *a\n".repeat(size)), "")
        }),
        kind("merged list", 2000, |size| {
            post(&format!("title: t\na: &a {{b: c}}\nd:\n  <<: [{}]\n", "*a, ".repeat(size)), "")
        }),
        kind("merged map", 3000, |size| {
            post(&format!("title: t\n<<: {{{}}}", numbered(size, |one| format!("k{one}: v, "))), "")
        }),
        kind("anchors", 2000, lines(|one| format!("k{one}: &a{one} v\nl{one}: *a{one}\n"))),
        kind("aliases", 500, |size| {
            post(&format!("title: t\na: &a {}\nb: [{}]", "x".repeat(size * 10), "*a, ".repeat(size)), "")
        }),
        kind("tags", 3000, |size| {
            post(&format!("title: t\ntags: [{}]", numbered(size, |one| format!("t{one}, "))), "")
        }),
        kind("categories", 3000, |size| {
            post(&format!("title: t\ncategories: [{}]", numbered(size, |one| format!("t{one}, "))), "")
        }),
        kind("tags in one text", 3000, |size| {
            post(&format!("title: t\ntags: {}", numbered(size, |one| format!("t{one},"))), "")
        }),
        kind("damaged tags", 3000, |size| {
            post(&format!("title: t\ntags: [{}]", "\u{FFFD}, ".repeat(size)), "")
        }),
        kind("escaped tags", 3000, |size| {
            post(&format!("title: t\ntags: [{}]", "\"\\u0001\", ".repeat(size)), "")
        }),
        kind("lists as tags", 3000, |size| post(&format!("title: t\ntags: [{}]", "[a], ".repeat(size)), "")),
        kind("maps as tags", 3000, |size| {
            post(&format!("title: t\ntags: [{}]", "{a: b}, ".repeat(size)), "")
        }),
        kind("authors", 3000, |size| {
            post(&format!("title: t\nauthors: [{}]", numbered(size, |one| format!("{{name: n{one}}}, "))), "")
        }),
        kind("images", 3000, |size| {
            post(&format!("title: t\nimage: [{}]", numbered(size, |one| format!("/{one}.png, "))), "")
        }),
        kind("lines of a block", 3000, |size| {
            post(&format!("title: t\nexcerpt: |\n{}", "  a\n".repeat(size)), "")
        }),
        kind("folded lines", 3000, |size| {
            post(&format!("title: t\nexcerpt: >\n{}", "  a\n".repeat(size)), "")
        }),
        kind("time of many parts", 3000, |size| post(&format!("title: 1{}", ":1".repeat(size)), "")),
        kind("long number", 3000, |size| {
            post(&format!("title: {}\ndate: {}", "1".repeat(size), "1".repeat(size)), "")
        }),
        kind("long date", 3000, |size| {
            post(&format!("title: t\nupdated: 2025-11-29{}", " 01:01".repeat(size)), "")
        }),
        kind("long permalink", 3000, |size| post(&format!("title: t\npermalink: {}", "/a".repeat(size)), "")),
        kind("permalink of dots", 3000, |size| {
            post(&format!("title: t\npermalink: {}", "/a/..".repeat(size)), "")
        }),
        kind("permalink of patterns", 3000, |size| {
            post(&format!("title: t\npermalink: {}", "/:year".repeat(size)), "")
        }),
        kind("slug", 3000, |size| post(&format!("title: t\nslug: {}", "é-".repeat(size)), "")),
        kind("tables of TOML", 2000, |size| {
            let text = format!(
                "+++\ntitle = 't'\ndate = 2025-11-29\n{}+++\n",
                numbered(size, |one| format!("[a{one}]\nb = 1\n"))
            );
            vec![("feedmill.yml".to_owned(), PLAIN.to_owned()), ("a.md".to_owned(), text)]
        }),
        kind("broken TOML", 2000, |size| {
            let text =
                format!("+++\ntitle = 't'\n{}x = \n+++\n", numbered(size, |one| format!("a{one} = 1\n")));
            vec![("feedmill.yml".to_owned(), PLAIN.to_owned()), ("a.md".to_owned(), text)]
        }),
        kind("fields of JSON", 3000, |size| {
            let text =
                format!("{{\"title\": \"t\"{}}}\nText.", numbered(size, |one| format!(",\n\"k{one}\": 1")));
            vec![("feedmill.yml".to_owned(), PLAIN.to_owned()), ("a.md".to_owned(), text)]
        }),
        kind("broken JSON", 3000, |size| {
            let text =
                format!("{{\"title\": \"t\"{},}}\nText.", numbered(size, |one| format!(",\n\"k{one}\": 1")));
            vec![("feedmill.yml".to_owned(), PLAIN.to_owned()), ("a.md".to_owned(), text)]
        }),
        kind("front matter that only looks like it", 3000, |size| {
            let text = format!("\n---\n{}---\n", numbered(size, |one| format!("k{one}: v\n")));
            vec![("feedmill.yml".to_owned(), PLAIN.to_owned()), ("a.md".to_owned(), text)]
        }),
    ]
}

/// Many posts, of which the text of each is made of its number.
fn posts(size: usize, config: &str, text: impl Fn(usize) -> String) -> Files {
    let mut files = vec![("feedmill.yml".to_owned(), config.to_owned())];
    files.extend((0..size).map(|one| (format!("p{one}.md"), text(one))));
    files
}

fn sites() -> Vec<Kind> {
    let dated = |one: usize| format!("title: t{one}\ndate: 2025-11-{:02}", one % 28 + 1);
    let each = "base_url: https://example.com/\ntitle: T\nfeeds: [{path: feed.xml}, {each: tag, path: 't/{slug}.xml'}]\n";
    vec![
        kind("posts", 300, move |size| {
            posts(size, PLAIN, |one| format!("---\n{}\n---\nText.\n", dated(one)))
        }),
        kind("posts with one URL", 300, move |size| {
            posts(size, PLAIN, |one| format!("---\n{}\npermalink: /a/\n---\nText.\n", dated(one)))
        }),
        kind("posts with one id", 300, move |size| {
            posts(size, PLAIN, |one| format!("---\n{}\nid: a\n---\nText.\n", dated(one)))
        }),
        kind("posts that link to each other", 300, move |size| {
            posts(size, PLAIN, |one| format!("---\n{}\n---\n[a](p{}.md)\n", dated(one), one / 2))
        }),
        kind("translations", 200, move |size| {
            let config = format!("{PLAIN}sitemap: {{hreflang: true}}\n");
            posts(size, &config, |one| format!("---\n{}\nref: a\nlang: en\n---\nText.\n", dated(one)))
        }),
        kind("tags with feeds", 600, move |size| {
            let tags = numbered(size, |one| format!("t{one}, "));
            posts(1, each, |one| format!("---\n{}\ntags: [{tags}]\n---\nText.\n", dated(one)))
        }),
        kind("tags of one slug", 600, move |size| {
            let tags = numbered(size, |one| format!("\"t{}\", ", "!".repeat(one)));
            posts(1, each, |one| format!("---\n{}\ntags: [{tags}]\n---\nText.\n", dated(one)))
        }),
        kind("feeds", 60, move |size| {
            let feeds = numbered(size, |one| format!("  - {{path: f{one}.xml, tag: t{one}}}\n"));
            let config = format!("base_url: https://example.com/\ntitle: T\nfeeds:\n{feeds}");
            posts(10, &config, |one| format!("---\n{}\ntags: [t{one}]\n---\nText.\n", dated(one)))
        }),
        kind("patterns", 2000, move |size| {
            let config = format!("{PLAIN}exclude: [{}]\n", numbered(size, |one| format!("'x{one}/**', ")));
            posts(3, &config, |one| format!("---\n{}\n---\nText.\n", dated(one)))
        }),
        kind("stars in a pattern", 2000, move |size| {
            let config = format!("{PLAIN}exclude: ['{}']\n", "*a".repeat(size));
            posts(3, &config, |one| format!("---\n{}\n---\nText.\n", dated(one)))
        }),
        kind("links to posts in Jekyll", 400, move |size| {
            let mut files =
                vec![("_config.yml".to_owned(), format!("{JEKYLL}feed: {{posts_limit: 100000}}\n"))];
            files.extend((0..size).map(|one| {
                let text = format!("---\ntitle: t{one}\n---\n{{% post_url 2025-11-29-p{} %}}\n", one / 2);
                (format!("_posts/2025-11-29-p{one}.md"), text)
            }));
            files
        }),
        kind("links to one post in Jekyll", 1500, move |size| {
            vec![
                ("_config.yml".to_owned(), JEKYLL.to_owned()),
                (
                    "_posts/2025-11-29-a.md".to_owned(),
                    around("---\ntitle: a\n---\n", "{% post_url 2025-11-29-a %} ", "", size),
                ),
            ]
        }),
        kind("defaults of Jekyll", 500, move |size| {
            let scopes =
                numbered(size, |one| format!("  - {{scope: {{path: 'x{one}'}}, values: {{a{one}: b}}}}\n"));
            vec![
                ("_config.yml".to_owned(), format!("{JEKYLL}defaults:\n{scopes}")),
                ("_posts/2025-11-29-a.md".to_owned(), "---\ntitle: a\n---\nText.\n".to_owned()),
            ]
        }),
        kind("link definitions", 1500, |size| {
            post("title: t", &format!("[a0]\n\n{}", numbered(size, |one| format!("[a{one}]: /b{one}\n"))))
        }),
        kind("link definitions in Jekyll", 1500, |size| {
            let links = numbered(size, |one| format!("[x][a{one}] "));
            let definitions = numbered(size, |one| format!("[a{one}]: /b{one}\n"));
            vec![
                ("_config.yml".to_owned(), JEKYLL.to_owned()),
                (
                    "_posts/2025-11-29-a.md".to_owned(),
                    format!("---\ntitle: a\n---\n{links}\n\n{definitions}"),
                ),
            ]
        }),
        kind("footnotes", 1500, |size| {
            let notes = numbered(size, |one| format!("[^{one}] "));
            post("title: t", &format!("{notes}\n\n{}", numbered(size, |one| format!("[^{one}]: b\n"))))
        }),
        kind("abbreviations of Jekyll", 1500, |size| {
            vec![
                ("_config.yml".to_owned(), JEKYLL.to_owned()),
                (
                    "_posts/2025-11-29-a.md".to_owned(),
                    format!(
                        "---\ntitle: a\n---\nText.\n\n{}",
                        numbered(size, |one| format!("*[A{one}]: b\n"))
                    ),
                ),
            ]
        }),
        kind("shortcodes that hide", 1500, |size| {
            post("title: a", &numbered(size, |one| format!("{{{{< hide-{one} >}}}} ")))
        }),
        kind("variables of Jekyll", 1500, |size| {
            let data = numbered(size, |one| format!("v{one}: x\n"));
            let uses = numbered(size, |one| format!("{{{{ site.v{one} }}}} "));
            vec![
                ("_config.yml".to_owned(), format!("{JEKYLL}{data}")),
                ("_posts/2025-11-29-a.md".to_owned(), format!("---\ntitle: a\n---\n{uses}\n")),
            ]
        }),
        kind("records", 500, move |size| {
            let lines = numbered(size, |one| {
                format!(
                    "{{\"url\":\"/{one}/\",\"title\":\"t\",\"published\":\"2025-11-29\",\"content_html\":\"<p>a\"}}\n"
                )
            });
            vec![("feedmill.yml".to_owned(), PLAIN.to_owned()), ("r.jsonl".to_owned(), lines)]
        }),
    ]
}

/// Sites of other generators, whose configuration, data and front matter have many fields.
fn generators() -> Vec<Kind> {
    let keys = |size: usize| numbered(size, |one| format!("k{one}: v\n"));
    let toml = |size: usize| numbered(size, |one| format!("k{one} = 'v'\n"));
    let file = |path: &str, text: String| (path.to_owned(), text);
    let yaml_post = move |size: usize| format!("---\ntitle: t\ndate: 2025-11-29\n{}---\nText.\n", keys(size));
    vec![
        kind("fields of Jekyll", 2000, move |size| {
            vec![
                file("_config.yml", format!("{JEKYLL}{}", keys(size))),
                file("_posts/2025-11-29-a.md", yaml_post(size)),
            ]
        }),
        kind("fields of Hugo", 2000, move |size| {
            vec![
                file(
                    "hugo.toml",
                    format!("baseURL = 'https://example.com/'\ntitle = 'T'\n[params]\n{}", toml(size)),
                ),
                file("content/posts/_index.md", yaml_post(size)),
                file("content/posts/a.md", yaml_post(size)),
            ]
        }),
        kind("tags of Hugo", 600, move |size| {
            let tags = numbered(size, |one| format!("t{one}, "));
            vec![
                file("hugo.toml", "baseURL = 'https://example.com/'\ntitle = 'T'\n".to_owned()),
                file("content/posts/a.md", format!("---\ntitle: t\ndate: 2025-11-29\ntags: [{tags}]\n---\n")),
            ]
        }),
        kind("shortcodes of Hugo", 2000, move |size| {
            vec![
                file("hugo.toml", "baseURL = 'https://example.com/'\ntitle = 'T'\n".to_owned()),
                file(
                    "content/posts/a.md",
                    format!("---\ntitle: t\ndate: 2025-11-29\n---\n{}", "{{< ref \"a.md\" >}} ".repeat(size)),
                ),
            ]
        }),
        kind("fields of Zola", 2000, move |size| {
            vec![
                file(
                    "config.toml",
                    format!("base_url = 'https://example.com/'\ntitle = 'T'\n[extra]\n{}", toml(size)),
                ),
                file("content/posts/_index.md", format!("+++\n[extra]\n{}+++\n", toml(size))),
                file(
                    "content/posts/a.md",
                    format!("+++\ntitle = 't'\ndate = 2025-11-29\n[extra]\n{}+++\n", toml(size)),
                ),
            ]
        }),
        kind("fields of Hexo", 2000, move |size| {
            vec![
                file("_config.yml", format!("title: T\nurl: https://example.com\n{}", keys(size))),
                file("package.json", "{\"dependencies\":{\"hexo\":\"7\"},\"hexo\":{}}".to_owned()),
                file("source/_posts/a.md", yaml_post(size)),
            ]
        }),
        kind("fields of Eleventy", 1500, move |size| {
            let data = numbered(size, |one| format!("\"k{one}\": 1, "));
            vec![
                file("eleventy.config.js", "module.exports = () => {};".to_owned()),
                file("feedmill.yml", PLAIN.to_owned()),
                file("posts/posts.json", format!("{{{data}\"layout\": \"a.njk\"}}")),
                file("_includes/a.njk", format!("---\n{}---\n", keys(size))),
                file("posts/a.md", yaml_post(size)),
            ]
        }),
        kind("tags of Eleventy", 1500, move |size| {
            let tags = numbered(size, |one| format!("t{one}, "));
            vec![
                file("eleventy.config.js", "module.exports = () => {};".to_owned()),
                file("feedmill.yml", PLAIN.to_owned()),
                file("posts/a.md", format!("---\ntitle: t\ndate: 2025-11-29\ntags: [{tags}]\n---\n")),
            ]
        }),
        kind("program of Eleventy", 2000, move |size| {
            let code = numbered(size, |one| {
                format!("  c.addFilter('a{one}', function (x) {{ return [x, {{a: '{one}'}}]; }});\n")
            });
            vec![
                file("eleventy.config.js", format!("module.exports = (c) => {{\n{code}}};")),
                file("feedmill.yml", PLAIN.to_owned()),
                file("posts/a.md", yaml_post(1)),
            ]
        }),
        kind("settings of Pelican", 2000, move |size| {
            vec![
                file(
                    "pelicanconf.py",
                    format!(
                        "SITEURL = 'https://example.com'\nSITENAME = 'T'\n{}",
                        numbered(size, |one| format!("K{one} = ('v', {{'a': [1, 2]}})\n"))
                    ),
                ),
                file(
                    "content/a.md",
                    format!(
                        "Title: t\nDate: 2025-11-29\n{}\nText.",
                        numbered(size, |one| format!("K{one}: v\n"))
                    ),
                ),
            ]
        }),
        kind("tags of Pelican", 600, move |size| {
            vec![
                file("pelicanconf.py", "SITEURL = 'https://example.com'\nSITENAME = 'T'\n".to_owned()),
                file(
                    "content/a.md",
                    format!(
                        "Title: t\nDate: 2025-11-29\nTags: {}\n\nText.",
                        numbered(size, |one| format!("t{one}, "))
                    ),
                ),
            ]
        }),
        kind("fields of reStructuredText", 2000, move |size| {
            vec![
                file("pelicanconf.py", "SITEURL = 'https://example.com'\nSITENAME = 'T'\n".to_owned()),
                file(
                    "content/a.rst",
                    format!(
                        "t\n#\n\n:date: 2025-11-29\n{}\nText.",
                        numbered(size, |one| format!(":k{one}: v\n"))
                    ),
                ),
            ]
        }),
        kind("metas of Pelican", 2000, move |size| {
            vec![
                file("pelicanconf.py", "SITEURL = 'https://example.com'\nSITENAME = 'T'\n".to_owned()),
                file(
                    "content/a.html",
                    format!(
                        "<title>t</title><meta name=date content=2025-11-29>{}<p>a",
                        numbered(size, |one| format!("<meta name=k{one} content=v>"))
                    ),
                ),
            ]
        }),
    ]
}

/// A built page with this head and this text.
fn page(head: &str, body: &str) -> Files {
    let text = format!(
        "<!doctype html><html lang=en><head><title>t</title><link rel=canonical href=https://example.com/a/>\
         <meta property=article:published_time content=2025-11-29>{head}</head><body>{body}</body></html>"
    );
    let config = format!("{PLAIN}generator: built\noutput: site\n");
    vec![("feedmill.yml".to_owned(), config), ("site/a/index.html".to_owned(), text)]
}

fn built() -> Vec<Kind> {
    let main = |part: &'static str| {
        move |size| {
            page(
                "",
                &format!("<main><article><p>Words of the post.</p>{}</article></main>", part.repeat(size)),
            )
        }
    };
    vec![
        kind("short articles", 2000, |size| {
            page(
                "",
                &format!(
                    "<article>{}</article>{}",
                    "<p>long text</p>".repeat(size),
                    "<article>a</article>".repeat(size)
                ),
            )
        }),
        kind("nested articles", 2000, |size| page("", &around("", "<article><p>a", "", size))),
        kind("attributes of a page", 3000, |size| {
            page("", &format!("<article><p {}>a</article>", numbered(size, |one| format!("a{one}=b "))))
        }),
        kind("metas", 2000, |size| page(&"<meta name=a content=b>".repeat(size), "<article><p>a</article>")),
        kind("tags of a page", 2000, |size| {
            page(
                &numbered(size, |one| format!("<meta property=article:tag content=t{one}>")),
                "<article><p>a</article>",
            )
        }),
        kind("alternates", 2000, |size| {
            page(
                &numbered(size, |one| {
                    format!("<link rel=alternate type=application/rss+xml href=/{one}.xml>")
                }),
                "<article><p>a</article>",
            )
        }),
        kind("linked data", 300, |size| {
            page(
                &"<script type=application/ld+json>{\"@type\":\"Article\",\"headline\":\"a\"}</script>"
                    .repeat(size),
                "<article><p>a</article>",
            )
        }),
        kind("nested linked data", 1000, |size| {
            page(
                &format!("<script type=application/ld+json>{}</script>", "{\"a\":[".repeat(size)),
                "<article><p>a</article>",
            )
        }),
        kind("times", 2000, main("<time datetime=2025-11-29>a</time>")),
        kind("navigation", 2000, main("<nav><a href=/a>a</a></nav>")),
        kind("headings of a page", 2000, main("<h1>t</h1>")),
        kind("asides", 2000, main("<aside class=share><a href=/a>a</a></aside>")),
        kind("permalinks of a page", 2000, main("<h2 id=a>a <a class=headerlink href=#a>#</a></h2>")),
        kind("links to terms", 2000, main("<a rel=tag href=/t>t</a>")),
        kind("lazy pictures", 1000, main("<img data-src=/a.png><noscript><img src=/a.png></noscript>")),
        kind(
            "code with lines",
            1000,
            main("<table class=highlight><tr><td><pre>1</pre><td><pre><code>a</code></pre></table>"),
        ),
        kind("pages", 150, |size| {
            let mut files =
                vec![("feedmill.yml".to_owned(), format!("{PLAIN}generator: built\noutput: site\n"))];
            files.extend((0..size).map(|one| {
                let text = format!("<title>t{one}</title><link rel=canonical href=https://example.com/{one}/><article><time datetime=2025-11-29>a</time><p>Text.");
                (format!("site/{one}/index.html"), text)
            }));
            files
        }),
    ]
}

/// How long a site of this size takes, at best.
fn time(kind: &Kind, size: usize, runs: usize) -> Duration {
    let folder = common::folder();
    for (path, text) in (kind.files)(size) {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let now = chrono::DateTime::from_timestamp(common::NOW.parse().unwrap(), 0).unwrap();
    let run = || {
        let start = Instant::now();
        let mut options = Options::default();
        let records = folder.path().join("r.jsonl");
        options.records = records.is_file().then(|| feedmill::Records::new(records));
        let config = Config::new(folder.path(), options, now);
        let config = config.unwrap_or_else(|error| panic!("{}: {error}", kind.name));
        if let Err(error) = feedmill::plan(&config, &Progress::default()) {
            panic!("{}: {error}", kind.name);
        }
        start.elapsed()
    };
    (0..runs).map(|_| run()).min().unwrap()
}

#[test]
fn twice_as_much_takes_twice_as_long() {
    let scale: usize = std::env::var("GROWTH").map_or(1, |scale| scale.parse().unwrap());
    let wanted = std::env::var("KIND").unwrap_or_default();
    let all = [bodies(), nested(), front_matter(), sites(), generators(), built()].into_iter().flatten();
    let mut count = 0;
    let mut slow = Vec::new();
    for kind in all.filter(|kind| kind.name.contains(&wanted)) {
        let size = kind.size * scale;
        let mut shown = String::new();
        let is_linear = (1..=TRIES).any(|runs| {
            let double = time(&kind, 2 * size, runs);
            if scale > 1 || !wanted.is_empty() {
                println!("{:>9.3} s  {}", double.as_secs_f64(), kind.name);
            }
            if double < LEAST {
                return true;
            }
            let ratio = double.as_secs_f64() / time(&kind, size, runs).as_secs_f64();
            shown = format!("{}: {ratio:.1} times as long, {double:?}", kind.name);
            ratio <= MOST
        });
        if !is_linear {
            println!("SLOW {shown}");
            slow.push(shown);
        }
        count += 1;
    }
    assert!(slow.is_empty(), "{slow:#?}");
    assert!(count >= 60 || !wanted.is_empty(), "only {count} kinds");
}

//! What the parts cost. `cargo bench --bench parts`

use std::path::Path;

use chrono::DateTime;
use divan::Bencher;
use feedmill::config::{Config, FeedConfig, Settings};
use feedmill::documents::Document;
use feedmill::feed::{Entry, Feed, Site};
use feedmill::listing::Listing;
use feedmill::markup::Markup;
use feedmill::markup::excerpt;
use feedmill::render::{self, Format, sitemap};
use feedmill::source::value::Node;
use feedmill::source::yaml;
use feedmill::text::date;
use feedmill::text::link::BaseUrl;
use feedmill::{Progress, reading};

fn main() {
    divan::main();
}

const FRONT_MATTER: &str = "layout: post\ntitle: \"「AI」：私たちは、仕組みを見極める必要がある\"\ndate: 2025-11-29 02:11:40 +0000\ncategories: [\"投資分析\", \"Life\"]\ntags:\n  - rust\n  - \"web feeds\"\nauthor: \"Jane O'Neil\"\nexcerpt: \"One sentence that says what it is about, and another: with a colon.\"\nreading_time: 8\n";

#[divan::bench]
fn front_matter_by_the_scanner() -> Option<Node> {
    yaml::parse(divan::black_box(FRONT_MATTER)).ok()
}

#[divan::bench]
fn front_matter_by_serde_yaml() -> Option<Node> {
    yaml::parse_whole(divan::black_box(FRONT_MATTER)).ok()
}

#[divan::bench(args = ["2025-11-29 02:11:40 +0000", "2025-11-29", "Sat, 29 Nov 2025 02:11:40 +0900", "2025年11月29日"])]
fn dates(text: &str) -> Option<date::Written> {
    date::parse(divan::black_box(text))
}

#[divan::bench]
fn excerpts() -> Option<String> {
    let body =
        "# Head\n\nA first paragraph with *emphasis* and a [link](x), which is what readers see.\n\nMore.\n"
            .repeat(20);
    excerpt::of_body(divan::black_box(&body), Markup::Markdown, None)
}

/// Twenty entries of a folder of posts made for this.
fn entries() -> (Config, Site, FeedConfig, Vec<Listing>, Vec<Entry>) {
    let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
    for post in 0..20 {
        let text = format!(
            "---\n{FRONT_MATTER}---\nA paragraph with *emphasis*, {post}.\n\n{}",
            "More text.\n\n".repeat(200)
        );
        #[expect(clippy::disallowed_methods, reason = "nobody reads it meanwhile")]
        std::fs::write(folder.path().join(format!("post-{post}.md")), text)
            .unwrap_or_else(|error| panic!("{error}"));
    }
    let settings = Settings { base_url: BaseUrl::parse("https://example.com/").ok(), ..Settings::default() };
    let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap_or_default();
    let decided = Config::decide(folder.path() as &Path, &[], settings, now);
    let config = decided.unwrap_or_else(|error| panic!("{error}"));
    let mut found = Vec::new();
    let posts = reading::read(&mut found, &config, &Progress::default())
        .map(|reading| reading.posts)
        .unwrap_or_default();
    let site = Site::new(&mut found, &config);
    let read = |listing: &Listing| reading::entry(&mut Vec::new(), listing, &posts, &site, &config);
    let entries = posts.iter().filter_map(|listing| read(listing).map(|(_, entry)| entry)).collect();
    let feed = config.feeds.first().cloned().unwrap_or_else(|| panic!("there is no feed"));
    (config, site, feed, posts, entries)
}

#[divan::bench(args = [Format::Rss, Format::Atom, Format::Json])]
fn feeds_of_20_entries(bencher: Bencher<'_, '_>, format: Format) {
    let (config, site, feed, posts, entries) = entries();
    let posts: Vec<&Listing> = posts.iter().collect();
    let document = Document { feed: &feed, path: "feed.xml".to_owned(), posts, history: Default::default() };
    let feed = Feed::new(&site, entries.iter().collect(), &document, &config);
    bencher.bench_local(|| render::render(format, divan::black_box(&feed)));
}

#[divan::bench]
fn a_sitemap_of_10_000_pages(bencher: Bencher<'_, '_>) {
    let urls: Vec<String> =
        (0..10_000).map(|page| format!("https://example.com/2025/11/some-words-of-a-slug-{page}/")).collect();
    let lastmod = DateTime::from_timestamp(1_700_000_000, 0).map(|date| date.fixed_offset());
    let pages: Vec<sitemap::Page<'_>> =
        urls.iter().map(|url| sitemap::Page { url, lastmod, extra: None }).collect();
    bencher.bench_local(|| {
        let mut written = Vec::with_capacity(2 << 20);
        let result = sitemap::write(&mut written, divan::black_box(&pages).iter().cloned(), None).is_ok();
        (result, written.len())
    });
}

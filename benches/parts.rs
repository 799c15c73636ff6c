//! What the parts cost. `cargo bench --bench parts`

use std::path::Path;

use chrono::{DateTime, Utc};
use divan::Bencher;
use feedmill::internals::{excerpt, is_yaml, parse_date, sitemap_size};
use feedmill::{Config, Options, Progress};

fn main() {
    divan::main();
}

const FRONT_MATTER: &str = "layout: post\ntitle: \"「AI」：私たちは、仕組みを見極める必要がある\"\ndate: 2025-11-29 02:11:40 +0000\ncategories: [\"投資分析\", \"Life\"]\ntags:\n  - rust\n  - \"web feeds\"\nauthor: \"Jane O'Neil\"\nexcerpt: \"One sentence that says what it is about, and another: with a colon.\"\nreading_time: 8\n";

#[divan::bench(args = [true, false])]
fn front_matter_with_scanner(by_scanner: bool) -> bool {
    is_yaml(divan::black_box(FRONT_MATTER), by_scanner)
}

#[divan::bench(args = ["2025-11-29 02:11:40 +0000", "2025-11-29", "Sat, 29 Nov 2025 02:11:40 +0900", "2025年11月29日"])]
fn dates(text: &str) -> Option<DateTime<Utc>> {
    parse_date(divan::black_box(text))
}

#[divan::bench]
fn excerpts() -> Option<String> {
    let body =
        "# Head\n\nA first paragraph with *emphasis* and a [link](x), which is what readers see.\n\nMore.\n"
            .repeat(20);
    excerpt(divan::black_box(&body))
}

/// Reading, rendering and checking of three feeds of twenty entries with their whole texts, nothing written.
#[divan::bench]
fn three_feeds_of_20_entries(bencher: Bencher<'_, '_>) {
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
    let mut options = Options::default();
    options.base_url = Some("https://example.com/".to_owned());
    let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap_or_default();
    let decided = Config::new(folder.path() as &Path, options, now);
    let config = decided.unwrap_or_else(|error| panic!("{error}"));
    bencher.bench_local(|| feedmill::plan(divan::black_box(&config), &Progress::default()).is_ok());
}

#[divan::bench]
fn a_sitemap_of_10_000_pages(bencher: Bencher<'_, '_>) {
    let urls: Vec<String> =
        (0..10_000).map(|page| format!("https://example.com/2025/11/some-words-of-a-slug-{page}/")).collect();
    let lastmod = DateTime::from_timestamp(1_700_000_000, 0).unwrap_or_default();
    bencher.bench_local(|| sitemap_size(divan::black_box(&urls), lastmod));
}

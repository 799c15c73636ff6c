//! The scanner of plain front matter gives what `serde_yaml` gives, or nothing.
//!
//! `SCANNER_CASES=10000000 cargo test --release --lib scanner` looks at ten million documents more thoroughly than
//! there is time for every day.

use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::scan;
use super::yaml::parse_whole;

/// Whether the scanner took the document; if it did, it must have given what the whole parser gives.
fn agrees(text: &str) -> bool {
    let Some(scanned) = scan::scan(text) else { return false };
    let whole = parse_whole(text);
    assert_eq!(Ok(&scanned), whole.as_ref(), "{text:?}");
    true
}

#[track_caller]
fn case(text: &str, taken: bool) {
    assert_eq!(agrees(text), taken, "{text:?}");
}

#[test]
fn real_front_matter_is_taken() {
    case("title: One\ndate: 2025-11-29 02:11:40 +0000\n", true);
    case("title: \"One: two # three\"\n\n# a comment\ntags: [a, \"b, c\", 'd']\n", true);
    case("tags:\n  - a\n  - b c\ncategories:\n- x\n", true);
    case("a: ''\nb: \"\"\nc: []\nd: [ ]\n", true);
    case("a: yes\nb: 1e3\nc: 0x1F\nd: ~\ne: 12:30:45\nf: 1_000\ng: .inf\nh: null\ni: 0o17\nj: 1.10\n", true);
    case("a: it's \"so\" [not], {x} & *y*!\nb: http://e.com/#x\nc: C#\nd: 日本語、と。\n", true);
    case("a: x\na: y\n", true);
    case("a: |\n  b\n  c: # d\ne: >-\n - f\n g\nh: >\n  i\nj: |-\n  k\n", true);
    case("a: \"b \\\"c\\\" \\\\\"\nd: [\"e\\\", f\", g]\n", true);
    case("a:    x   \nb: 'q'  \n", true);
    case("no: 1\ntrue: 2\nnull: 3\n", true);
}

#[test]
fn everything_else_is_left_to_the_whole_parser() {
    for text in [
        "", "\n", "# only\n", "a: b: c\n", "a: b #c\n", "a: b\n  c\n", "a: \"b\\n\"\n", "a: 'it''s'\n",
        "a: |\n  b\n\n  c\n", "a: >\n  b\n   c\n", "a: |+\n  b\n", "a: >\n  b", "a: |\n\tb\n", "a: &b c\n",
        "a: *b\n", "a: !b c\n", "a: {b: c}\n", "a: [b: c]\n", "a: [b, [c]]\n", "a: [b,]\n", "a: [b, , c]\n",
        "a:\n  b: c\n", "a:\n", "a:\n- b: c\n", "a:\n- - b\n", "a:\n- b\n - c\n", "a:\n-\n", "a:\tb\n",
        "a: b\tc\n", "? a\n: b\n", "- a\n", "a\n", "a:b\n", "---\na: b\n", "a: b\n...\n", "\"a\": b\n",
        "a: b\u{85}c\n", "a: b\u{2028}c\n", "\u{FEFF}a: b\n", "a: %b\n", "a: @b\n", "a: - b\n", "<<: b\n",
    ] {
        case(text, false);
    }
}

/// A word of a scalar: letters, numbers that look like other types, and marks with a meaning.
fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        12 => "[a-zA-Z0-9]{1,6}",
        4 => prop::sample::select(vec![
            "yes", "no", "on", "off", "y", "true", "True", "~", "null", "1e3", "0x1F", "0o7", "017", "1_000", "12:30", "12:30:45", "1.10", ".5",
            ".inf", "-.inf", ".NaN", "-1", "+1", "2025-11-29", "2025-11-29 02:11:40 +0000", "02:11:40", "http://e.com", "a:b", "\\\"", "\\\"", "\\\\", "C++", "C#", "a#b", "#",
            "<<", "=", "18446744073709551616", "日本", "é", "😀", "\u{A0}", "\u{3000}", "it's", "\"", "'", "''", "\\", "\\n", "]", "[", "{", "}",
            ",", ":", "- ", "-", "--", "---", "...", "?", "? ", "&a", "*a", "!t", "|", ">", ">-", "%", "@", "`", "\t", "\u{85}", "\u{2028}", "\u{FEFF}",
            "\u{7F}", ": ", " #", "# ", "::", "x:", ":x",
        ]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ]
}

fn words() -> impl Strategy<Value = String> {
    prop::collection::vec((word(), prop::sample::select(vec!["", " ", "  "])), 0..4)
        .prop_map(|words| words.into_iter().map(|(word, blank)| word + blank).collect())
}

fn scalar() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => words(),
        2 => words().prop_map(|text| format!("\"{text}\"")),
        2 => words().prop_map(|text| format!("'{text}'")),
        1 => words().prop_map(|text| format!("\"{}\"", text.replace(['"', '\\'], ""))),
        1 => words().prop_map(|text| format!("'{}'", text.replace('\'', ""))),
    ]
}

fn value() -> impl Strategy<Value = String> {
    let items = || prop::collection::vec(scalar(), 0..4);
    prop_oneof![
        12 => "[A-Za-z0-9][A-Za-z0-9 :#'\"+,-]{0,12}",
        5 => scalar(),
        3 => (items(), prop::sample::select(vec![", ", ",", " , ", ",  "])).prop_map(|(items, comma)| format!("[{}]", items.join(comma))),
        1 => items().prop_map(|items| format!("[ {} ]", items.join(", "))),
        3 => (items(), prop::sample::select(vec!["\n- ", "\n  - ", "\n -  ", "\n    - ", "\n-", "\n - - "]))
            .prop_map(|(items, dash)| items.into_iter().map(|item| format!("{dash}{item}")).collect()),
        2 => (prop::sample::select(vec!["|", "|-", ">", ">-", "|+", ">2"]), prop::collection::vec(words(), 0..3), prop::sample::select(vec!["\n  ", "\n ", "\n   "]))
            .prop_map(|(header, lines, indent)| lines.into_iter().fold(header.to_owned(), |block, line| format!("{block}{indent}{line}"))),
        1 => scalar().prop_map(|text| format!("{text}\n  {text}")),
        1 => (scalar(), scalar()).prop_map(|(key, value)| format!("{{{key}: {value}}}")),
        1 => scalar().prop_map(|text| format!("\n  k: {text}")),
    ]
}

fn document() -> impl Strategy<Value = String> {
    let key = prop_oneof![
        9 => "[a-z_][a-z0-9_-]{0,5}",
        1 => prop::sample::select(vec!["no", "1", "true", "~", "a b", "\"q\"", "'q'", "", "-a", "<<", "é", "? a", "a.b", " a"]).prop_map(str::to_owned),
    ];
    let line = prop_oneof![
        12 => (key, prop::sample::select(vec![": ", ": ", ": ", ": ", ": ", ":", ":  ", " : ", ":\t"]), value(), prop::sample::select(vec!["", "", "", "", "", "", "", " ", " # c"]))
            .prop_map(|(key, colon, value, end)| format!("{key}{colon}{value}{end}\n")),
        1 => Just("\n".to_owned()),
        1 => words().prop_map(|text| format!("# {text}\n")),
        1 => prop::sample::select(vec!["  \n", "---\n", "...\n", "- a\n", "\t\n", "%YAML 1.1\n"]).prop_map(str::to_owned),
    ];
    (prop::collection::vec(line, 0..5), prop::bool::weighted(0.9))
        .prop_map(|(lines, ended)| if ended { lines.concat() } else { lines.concat().trim_end().to_owned() })
}

#[test]
fn the_scanner_gives_what_the_whole_parser_gives_or_nothing() {
    let cases = std::env::var("SCANNER_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(20_000);
    let taken = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let config = Config {
                    cases: cases / u32::try_from(threads).unwrap(),
                    failure_persistence: None,
                    max_shrink_iters: 100_000,
                    ..Config::default()
                };
                TestRunner::new(config)
                    .run(&document(), |text| {
                        taken.fetch_add(usize::from(agrees(&text)), Ordering::Relaxed);
                        Ok(())
                    })
                    .unwrap();
            });
        }
    });
    // A scanner that declines everything would never be wrong.
    let taken = taken.into_inner();
    println!("{taken} of {cases} documents were taken");
    assert!(taken > usize::try_from(cases / 20).unwrap(), "only {taken} of {cases} documents were taken");
}

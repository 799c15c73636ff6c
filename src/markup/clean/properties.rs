//! What must hold of content, whatever it was.

use proptest::prelude::*;

use super::{KEPT, Pixels, publishable};
use crate::text;

/// Text in which nasty characters are frequent.
fn nasty() -> impl Strategy<Value = String> {
    let c = prop_oneof![
        4 => any::<char>(),
        4 => prop::sample::select("aA1 .,:;#'\"`*_~[](){}<>/\\|&%?!=+-@$^\n\t-\r".chars().collect::<Vec<_>>()),
        1 => prop::sample::select(vec!['\0', '\u{B}', '\u{1B}', '\u{7F}', '\u{85}', '\u{FFFD}', '\u{FFFE}', '\u{FDD0}', '\u{202E}', '\u{FEFF}', '\u{2028}', '日', '😀', '\u{301}']),
        1 => Just('\n'),
    ];
    let word = prop_oneof![
        8 => prop::collection::vec(c, 0..12).prop_map(String::from_iter),
        1 => prop::sample::select(vec!["]]>", "&amp;", "&#0;", "&#x1B;", "</title>", "<![CDATA[", "<!--more-->", "**", "---\n", "{% x %}", "http://", "\\u0000"]).prop_map(str::to_owned),
    ];
    prop::collection::vec(word, 0..8).prop_map(|words| words.concat())
}

/// HTML in which hostile and broken constructs are frequent.
fn hostile_html() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => prop::sample::select(KEPT)
            .prop_flat_map(|name| nasty().prop_map(move |text| format!("<{name} href=\"{text}\" src='{text}' srcset=\"{text}, x 2x\" title={text} onload=x>"))),
        2 => prop::sample::select(vec![
            "<script>", "</script>", "<style>", "<svg><a xlink:href='javascript:x'>", "</svg>", "<math><mtext>", "</math>", "<iframe src=//x>",
            "<img src=x onerror=y>", "<a href=' jav&#x09;ascript:alert(1)'>", "<base href='//evil.example/'>", "<form action=/x>", "<p", "</p>",
            "<table><tr><td>", "</table>", "<noscript>", "<!--", "-->", "<![CDATA[", "]]>", "<x-y>", "<template>", "<plaintext>", "<textarea>",
            "<title>", "<select><option>", "<b><p></b>", "&#0;", "&#x80;", "&amp", "<object data=x>", "<img srcset='a b, c 2x,,d'>", "<video poster=../p>",
        ]).prop_map(str::to_owned),
        2 => nasty(),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn content_is_safe_and_absolute_whatever_it_was(html in hostile_html()) {
        if let Some(content) = publishable(&html, "https://example.com/blog/post/", Pixels::Remove) {
            prop_assert!(content.chars().all(text::is_publishable), "{content:?}");
            let document = scraper::Html::parse_fragment(&content);
            for node in document.root_element().descendants().skip(1) {
                let Some(element) = node.value().as_element() else { continue };
                prop_assert!(KEPT.contains(&element.name()), "<{}> in {content}", element.name());
                for (name, value) in element.attrs() {
                    prop_assert!(!name.starts_with("on") && name != "style" && name != "class" && name != "id", "{name} in {content}");
                    if matches!(name, "href" | "src" | "poster" | "cite" | "data" | "action") {
                        let url = url::Url::parse(value);
                        prop_assert!(url.is_ok_and(|url| !matches!(url.scheme(), "javascript" | "vbscript" | "file")), "{value} in {content}");
                    }
                    if name == "srcset" {
                        prop_assert!(value.split(", ").all(|candidate| candidate.contains("://")), "{value} in {content}");
                    }
                }
            }
            // What is clean stays as it is.
            let again = publishable(&content, "https://example.com/blog/post/", Pixels::Remove);
            prop_assert_eq!(again.as_deref(), Some(content.as_str()));
        }
    }
}

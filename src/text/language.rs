//! Language tags (RFC 5646), and the language that a script implies.

use unicode_normalization::UnicodeNormalization;

const CODES: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz \
    ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu \
    ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd \
    ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st \
    su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/// Whether a subtag is a language of ISO 639-1, in any case.
pub(crate) fn is_known(subtag: &str) -> bool {
    let subtag = subtag.to_ascii_lowercase();
    CODES.split_ascii_whitespace().any(|code| code == subtag)
}

/// Whether a subtag may be a language: one of ISO 639-1, or of three letters, which are too many to list.
pub(crate) fn may_be(subtag: &str) -> bool {
    is_known(subtag) || (subtag.len() == 3 && subtag.bytes().all(|byte| byte.is_ascii_alphabetic()))
}

/// A language tag in canonical form: `en_US` is understood, `jp` and the like are not (RFC 5646 §2.1).
///
/// # Errors
/// A clause that describes what is wrong.
pub(crate) fn parse(tag: &str) -> Result<String, String> {
    let tag = tag.trim().split('.').next().unwrap_or_default().replace('_', "-");
    let mut subtags = tag.split('-');
    let first = subtags.next().unwrap_or_default();
    let legal = |subtag: &str| {
        (1..=8).contains(&subtag.len()) && subtag.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    if may_be(first) && subtags.all(legal) {
        return Ok(canonical_language(&tag));
    }
    Err(match first {
        "jp" => "the code for Japanese is `ja`".to_owned(),
        "cn" => "the code for Chinese is `zh`".to_owned(),
        "kr" => "the code for Korean is `ko`".to_owned(),
        _ => "it is not a language tag such as `en` or `zh-Hans`".to_owned(),
    })
}

/// A language tag in its recommended case: `zh-Hans`, `en-US` (RFC 5646 §2.1.1).
fn canonical_language(tag: &str) -> String {
    let subtags = tag.split('-').enumerate().map(|(index, subtag)| {
        let lower = subtag.to_ascii_lowercase();
        match (index, lower.len()) {
            (1.., 2) => lower.to_ascii_uppercase(),
            (1.., 4) if lower.starts_with(|c: char| c.is_ascii_alphabetic()) => {
                let (first, rest) = lower.split_at(1);
                first.to_ascii_uppercase() + rest
            }
            _ => lower,
        }
    });
    subtags.collect::<Vec<_>>().join("-")
}

/// The code that Google News has for a language tag: of two or three letters, except for the two scripts of Chinese.
pub(crate) fn of_news(tag: &str) -> String {
    let lower = tag.to_ascii_lowercase();
    let mut subtags = lower.split('-');
    let language = subtags.next().unwrap_or_default();
    match (
        language,
        subtags.find_map(|subtag| match subtag {
            "hans" | "cn" | "sg" | "my" => Some("zh-cn"),
            "hant" | "tw" | "hk" | "mo" => Some("zh-tw"),
            _ => None,
        }),
    ) {
        ("zh", Some(script)) => script.to_owned(),
        (language, _) => language.to_owned(),
    }
}

/// The language that a text is written in, where its script alone determines it. Japanese has kana, Korean has hangul,
/// Chinese has neither; everything else is `None`.
pub(crate) fn of_script(text: &str) -> Option<&'static str> {
    let (mut kana, mut hangul, mut han, mut others) = (0_usize, 0_usize, 0_usize, 0_usize);
    // Put together, because a mark of its own is no letter.
    for letter in text.nfc().filter(|c| c.is_alphabetic()) {
        match letter {
            '\u{3041}'..='\u{30FA}' => kana += 1,
            '\u{AC00}'..='\u{D7A3}' => hangul += 1,
            '\u{4E00}'..='\u{9FFF}' => han += 1,
            _ => others += 1,
        }
    }
    // A few words of another language do not decide. A character counts as much as three letters.
    match () {
        () if (kana + han + hangul) * 3 < others || kana + han + hangul == 0 => None,
        () if hangul > kana => Some("ko"),
        // Chinese quotes a kana here and there, Japanese has them everywhere.
        () if kana * 20 >= han => Some("ja"),
        () => Some("zh"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags() {
        #[track_caller]
        fn case(tag: &str, expected: Result<&str, &str>) {
            assert_eq!(parse(tag).as_deref().map_err(String::as_str), expected);
        }
        case("en_us.UTF-8", Ok("en-US"));
        case("ZH-hans-cn", Ok("zh-Hans-CN"));
        case("de-1996", Ok("de-1996"));
        case("fil", Ok("fil"));
        case("GSW-CH", Ok("gsw-CH"));
        case("f1l", Err("it is not a language tag such as `en` or `zh-Hans`"));
        case("jp", Err("the code for Japanese is `ja`"));
        case("xx", Err("it is not a language tag such as `en` or `zh-Hans`"));
        case("en-", Err("it is not a language tag such as `en` or `zh-Hans`"));
    }

    #[test]
    fn scripts() {
        assert_eq!(of_script("今日のまとめ"), Some("ja"));
        assert_eq!(of_script("カ\u{3099}゠\u{3099}"), Some("ja"));
        let news = ["de-AT", "zh-TW", "zh-Hans-HK", "zh", "pt-BR"].map(of_news);
        assert_eq!(news, ["de", "zh-tw", "zh-cn", "zh", "pt"]);
        assert_eq!(of_script("人工智能投资"), Some("zh"));
        assert_eq!(of_script("오늘의 요약"), Some("ko"));
        assert_eq!(of_script("A few words about 日本"), None);
        assert_eq!(of_script(""), None);
    }
}

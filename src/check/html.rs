//! HTML in feeds: what readers must remove, what is damaged, and URLs that lead nowhere.

use html5ever::tokenizer::{Tag, Token};

use super::damage;
use super::document::{Document, Fix, Form, Of, Piece, Span, quoted};
use super::uri;
use crate::diagnostic::Rule;
use crate::markup::clean::candidates;
use crate::markup::elements::HTML_ELEMENTS;
use crate::markup::tokens;
use crate::text::{code_point, link};

/// Elements that run or load something, or that belong in the head of a page.
const UNSAFE: &[&str] = &[
    "applet", "base", "basefont", "body", "comment", "embed", "frame", "frameset", "head", "html", "iframe",
    "isindex", "link", "listing", "meta", "noframes", "object", "param", "plaintext", "script", "style",
    "title", "xmp", "bdo", "slot",
];
/// Elements that HTML had, or that browsers know besides.
const OTHER: &[&str] = &[
    "applet", "basefont", "canvas", "command", "comment", "datagrid", "eventsource", "isindex", "keygen",
    "listing", "m", "multicol", "noframes", "plaintext", "xmp",
];
/// Elements that some readers do not accept as HTML.
const NOT_HTML: &[&str] = &["math", "svg", "nobr", "marquee", "blink", "search"];

/// Attributes that do no harm, apart from those that begin with `data-`.
const ATTRIBUTES: &str = " abbr accept accept-charset accesskey action align allow allowfullscreen \
    allowpaymentrequest alt as autocapitalize autocomplete autofocus autoplay axis background balance bgcolor \
    bgproperties border bordercolor bordercolordark bordercolorlight bottompadding cellpadding cellspacing ch \
    challenge char charoff choff charset checked cite class clear color cols colspan compact contenteditable \
    controls coords crossorigin data datafld datapagesize datasrc datetime decoding default delay dir dirname disabled \
    download draggable dynsrc enctype end enterkeyhint face fetchpriority for form formenctype frame galleryimg gutter \
    headers height hidefocus hidden high href hreflang hspace icon id inputmode is ismap itemid itemprop \
    itemref itemscope itemtype kind keytype label lang leftspacing loading list longdesc loop loopcount \
    loopend loopstart low lowsrc max maxlength media method min minlength multiple muted name nohref nonce \
    noshade nowrap open optimum pattern ping placeholder playsinline point-size poster preload prompt pqg \
    radiogroup readonly referrerpolicy rel repeat-max repeat-min replace required rev reversed rightspacing \
    rows rowspan rules scope selected shape size sizes span spellcheck src srclang srcset start step summary \
    suppress tabindex target template title toppadding translate type unselectable usemap urn valign value \
    variable volume vspace vrml width wrap xml:lang xmlns ";

/// Properties of CSS that cannot do harm to the page around.
const PROPERTIES: &str = " azimuth background background-color border border-bottom border-bottom-color \
    border-bottom-style border-bottom-width border-collapse border-color border-left border-left-color \
    border-left-style border-left-width border-right border-right-color border-right-style \
    border-right-width border-spacing border-style border-top border-top-color border-top-style \
    border-top-width border-width clear color cursor direction display elevation float font font-family \
    font-size font-style font-variant font-weight height letter-spacing line-height list-style-type margin \
    margin-bottom margin-left margin-right margin-top overflow padding padding-bottom padding-left \
    padding-right padding-top pause pause-after pause-before pitch pitch-range richness speak speak-header \
    speak-numeral speak-punctuation speech-rate stress text-align text-decoration text-indent unicode-bidi \
    vertical-align voice-family volume white-space width ";
/// Words that such properties have in feeds.
const KEYWORDS: &str = " aqua auto black block blue bold both bottom brown center collapse dashed dotted \
    fuchsia gray green !important italic left lime maroon medium none navy normal nowrap olive pointer \
    purple red right solid silver teal top transparent underline white yellow ";

fn is_in(list: &str, word: &str) -> bool {
    !word.contains(' ') && list.contains(&format!(" {word} "))
}

fn is_element(name: &str) -> bool {
    (HTML_ELEMENTS.contains(&name) || OTHER.contains(&name)) && !NOT_HTML.contains(&name)
}

/// Reports HTML in a text that is plain. `w3c` is what the W3C's validator calls it.
pub(super) fn plain(document: &mut Document, piece: Piece<'_>, w3c: &'static str) {
    let text = piece.text;
    if !text.contains(['<', '&']) {
        return;
    }
    if let Some(tag) = end_tag(text) {
        let message = format!("{}: a plain text has HTML, `</{tag}>`", piece.of);
        return document.report(Rule::HtmlInText, w3c, piece.at, message);
    }
    if piece.has_hex {
        return;
    }
    if text.contains('&') && text.split('&').skip(1).any(is_reference) {
        let message = format!("{}: a plain text has references of HTML: {}", piece.of, quoted(text));
        return document.report(Rule::HtmlInText, w3c, piece.at, message);
    }
    let is_tag = |rest: &str| rest.starts_with(|c: char| c == '/' || c.is_ascii_alphabetic());
    if document.is_rss_2() && text.split('<').skip(1).any(is_tag) {
        let message = format!("{}: {} looks like HTML: `<` is written as `&#x3C;`", piece.of, quoted(text));
        document.report(Rule::HtmlInText, "CharacterData", piece.at, message);
    }
}

/// The name of the first end tag of HTML.
fn end_tag(text: &str) -> Option<&str> {
    text.split("</").skip(1).find_map(|rest| {
        let (name, _) = rest.split_once('>')?;
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        (is_name && is_element(&name.to_ascii_lowercase())).then_some(name)
    })
}

/// Whether what follows an ampersand is a reference of HTML.
fn is_reference(rest: &str) -> bool {
    let is_number = rest.starts_with('#');
    let name = rest.trim_start_matches('#');
    let end = name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len());
    let name = name.get(..end).unwrap_or_default();
    if name.is_empty() || is_number || !name.chars().all(char::is_alphabetic) {
        return !name.is_empty();
    }
    is_entity(name)
}

/// Whether HTML has an entity of this name.
pub(super) fn is_entity(name: &str) -> bool {
    entity(name).is_some()
}

/// The text of an entity of HTML.
pub(super) fn entity(name: &str) -> Option<String> {
    if name.len() > 32 || !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let (written, mut text) = (format!("&{name};"), String::new());
    tokens::each(&written, |token, _| {
        if let Token::CharacterTokens(own) = token {
            text.push_str(&own);
        }
        None
    });
    (text != written && !text.contains(';')).then_some(text)
}

/// Reports characters that were lost, and controls.
pub(super) fn characters(document: &mut Document, text: &str, of: Of<'_>, at: Span) {
    if text.is_ascii() {
        return;
    }
    let is_of_w3c = |c: char| matches!(c, '\u{80}'..='\u{9F}' | '\u{FFFD}');
    let is_none = |c: char| matches!(c, '\u{FDD0}'..='\u{FDEF}') || u32::from(c) & 0xFFFE == 0xFFFE;
    let bad = text.chars().find(|c| is_of_w3c(*c));
    if let Some(c) = bad.or_else(|| text.chars().find(|c| is_none(*c))) {
        let w3c = if is_of_w3c(c) { "BadCharacters" } else { "" };
        return document.report(Rule::BadCharacter, w3c, at, format!("{of} has {}", code_point(c)));
    }
    // Two bytes of UTF-8 that were read as two characters.
    let has_pair = text
        .chars()
        .zip(text.chars().skip(1))
        .any(|(before, c)| matches!(before, '\u{C2}'..='\u{C3}') && matches!(c, '\u{80}'..='\u{BF}'));
    if has_pair && is_twice_encoded(text) {
        let message = format!("{of} was encoded twice: {}", quoted(text));
        document.report(Rule::BadCharacter, "BadCharacters", at, message);
    }
}

/// Whether a text was encoded twice: its characters, taken as bytes, are valid UTF-8.
fn is_twice_encoded(text: &str) -> bool {
    let bytes: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    bytes.is_some_and(|bytes| std::str::from_utf8(&bytes).is_ok())
}

/// What is found in HTML, the first of each kind.
#[derive(Default)]
struct Seen {
    unsafe_elements: Vec<String>,
    unsafe_attributes: Vec<String>,
    styles: Vec<String>,
    not_html: Option<String>,
    /// Relative URLs that the W3C's validator looks for, and those in other attributes.
    relative: Vec<String>,
    relative_elsewhere: Vec<String>,
}

/// Checks HTML. With `checks_urls`, relative URLs are reported.
pub(super) fn content(document: &mut Document, piece: Piece<'_>, checks_urls: bool) {
    if document.is_own || !piece.text.contains(['<', '&']) {
        return;
    }
    let mut seen = Seen::default();
    if piece.text.to_ascii_lowercase().contains("<?import ") {
        seen.unsafe_elements.push("?import".to_owned());
    }
    let damage = damage::each_tag(piece.text, |tag| seen.tag(tag));
    seen.not_html = seen.not_html.or(damage);
    let mut at = |rule, w3c, message: String| document.report(rule, w3c, piece.at, message);
    if let Some(what) = seen.not_html {
        at(Rule::BadHtml, "NotHtml", format!("{}: the HTML is damaged: {what}", piece.of));
    }
    for name in seen.unsafe_elements {
        at(Rule::UnsafeHtml, "SecurityRisk", format!("{}: readers remove <{name}>", piece.of));
    }
    for name in seen.unsafe_attributes {
        let message = format!("{}: readers remove the attribute `{name}`", piece.of);
        at(Rule::UnsafeHtml, "SecurityRiskAttr", message);
    }
    for style in seen.styles {
        let message = format!("{}: readers remove the style {}", piece.of, quoted(&style));
        at(Rule::UnsafeHtml, "DangerousStyleAttr", message);
    }
    if checks_urls {
        // Of Atom the validator does not say it.
        let w3c = if document.form == Form::Atom { "" } else { "ContainsRelRef" };
        for url in seen.relative {
            relative(document, piece, &url, w3c);
        }
        for url in seen.relative_elsewhere {
            relative(document, piece, &url, "");
        }
    }
}

/// Reports a relative URL.
fn relative(document: &mut Document, piece: Piece<'_>, url: &str, w3c: &'static str) {
    if url.bytes().any(|byte| byte.is_ascii() && !uri::is_of_uri(byte)) {
        let message = format!("{}: the URL {} has a character that may not be in it", piece.of, quoted(url));
        return document.report(Rule::BadUrl, "InvalidUriChar", piece.at, message);
    }
    let message = format!("{}: the URL {} is relative", piece.of, quoted(url));
    // What is relative to the page of an item leads nowhere from another.
    let known = document.base.as_deref().and_then(|base| url::Url::parse(base).ok());
    let page = known.as_ref().and_then(|base| base.join(&document.item_link).ok());
    let is_of_site = url.starts_with('/');
    let base = page.filter(|_| !document.item_link.is_empty()).or_else(|| known.filter(|_| is_of_site));
    let absolute = base.and_then(|base| base.join(url).ok()).and_then(|url| link::absolute(url.as_str()));
    // Where it is written as it is, its place is known.
    let place = piece.text.find(&format!("\"{url}\"")).map(|at| at + 1);
    let fix = absolute.zip(place).zip(piece.letters).map(|((absolute, place), start)| {
        let at = Span { start: start + place as u64, length: url.len() as u64 };
        Fix::Replace(at, absolute)
    });
    document.report_with(Rule::RelativeReference, w3c, piece.at, message, fix);
}

impl Seen {
    fn tag(&mut self, tag: &Tag) {
        let name: &str = &tag.name;
        if !is_element(name) {
            let what = if NOT_HTML.contains(&name) {
                "is not known to feed readers"
            } else {
                "is not an HTML element"
            };
            self.not_html.get_or_insert_with(|| format!("<{name}> {what}"));
        } else if UNSAFE.contains(&name) {
            push_new(&mut self.unsafe_elements, name);
        } else {
            for attribute in &tag.attrs {
                self.attribute(name, &attribute.name.local, &attribute.value);
            }
        }
    }

    fn attribute(&mut self, element: &str, name: &str, value: &str) {
        if name == "style" {
            for style in dangerous(value) {
                push_new(&mut self.styles, &style);
            }
        } else if !is_in(ATTRIBUTES, name) && !name.starts_with("data-") {
            push_new(&mut self.unsafe_attributes, name);
        }
        let value = value.trim();
        if name == "srcset" {
            for (url, _) in candidates(value).filter(|(url, _)| uri::scheme(url).is_none()) {
                push_new(&mut self.relative_elsewhere, url);
            }
        }
        if !matches!(name, "href" | "src" | "poster" | "cite" | "data" | "action") {
            return;
        }
        if value.split(':').next().is_some_and(|scheme| scheme.eq_ignore_ascii_case("javascript")) {
            push_new(&mut self.unsafe_attributes, &format!("{name}=\"javascript:…\""));
        } else if uri::scheme(value).is_none() {
            let is_of_w3c = matches!((element, name), ("a", "href") | ("img", "src"));
            push_new(if is_of_w3c { &mut self.relative } else { &mut self.relative_elsewhere }, value);
        }
    }
}

fn push_new(list: &mut Vec<String>, what: &str) {
    if !list.iter().any(|known| known == what) && list.len() < 16 {
        list.push(what.to_owned());
    }
}

/// The parts of a style that readers remove.
pub(super) fn dangerous(style: &str) -> Vec<String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c.is_whitespace() || ":,;#%.!-_'\"()".contains(c);
    let has_function = style.split('(').skip(1).any(|inside| {
        let inside = inside.split(')').next().unwrap_or_default();
        !inside.chars().all(|c| c.is_ascii_digit() || c == ',' || c.is_whitespace())
    });
    let declarations = style.strip_suffix(';').unwrap_or(style);
    let has_empty = !style.is_empty() && declarations.split(';').any(|part| part.trim().is_empty());
    if !style.chars().all(is_plain) || has_function || has_odd_signs(style) || has_empty {
        return vec![style.to_owned()];
    }
    let mut found = Vec::new();
    for declaration in declarations.to_ascii_lowercase().split(';').filter(|part| !part.is_empty()) {
        let Some((property, value)) = declaration.split_once(':') else { return vec![style.to_owned()] };
        if value.contains(':') {
            return vec![style.to_owned()];
        }
        let property = property.trim();
        let family = property.split('-').next().unwrap_or_default();
        if !is_in(PROPERTIES, property) {
            push_new(&mut found, property);
        } else if matches!(family, "background" | "border" | "margin" | "padding") {
            for word in value.split_whitespace().filter(|word| !is_in(KEYWORDS, word) && !is_measure(word)) {
                push_new(&mut found, word);
            }
        }
    }
    found
}

/// Whether a style has hyphens that are in no word, or quotes around more than words.
fn has_odd_signs(style: &str) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
    let has_odd_hyphen = style.match_indices('-').any(|(at, _)| {
        let (before, after) = (style.get(..at), style.get(at + 1..));
        let around =
            before.and_then(|text| text.chars().last()).zip(after.and_then(|text| text.chars().next()));
        around.is_none_or(|(before, after)| !is_word(Some(before)) || !is_word(Some(after)))
    });
    let has_odd_quote = ['\'', '"'].iter().any(|quote| {
        let inside = style.split(*quote).skip(1).step_by(2);
        inside.flat_map(str::chars).any(|c| !is_word(Some(c)) && !c.is_whitespace())
    });
    has_odd_hyphen || has_odd_quote
}

/// Whether a word of CSS is a number with a unit, or a colour.
fn is_measure(word: &str) -> bool {
    if let Some(digits) = word.strip_prefix('#') {
        return digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    }
    if word.starts_with("rgb(") {
        return true;
    }
    let unit = word.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let number = word.get(..word.len() - unit.len()).unwrap_or_default();
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let is_short = match number.contains('.') {
        true => whole.len() <= 1 && (1..=2).contains(&fraction.len()),
        false => (1..=3).contains(&whole.len()),
    };
    is_short && matches!(unit, "" | "cm" | "em" | "ex" | "in" | "mm" | "pc" | "pt" | "px" | "%" | "," | ")")
}

/// Looks at an element of XHTML, with its attributes.
pub(super) fn markup<'a>(
    document: &mut Document,
    name: &str,
    attributes: impl Iterator<Item = (&'a str, &'a str)>,
    at: Span,
) {
    if !is_element(name) {
        document.report(Rule::BadHtml, "NotHtml", at, format!("<{name}> is not an HTML element"));
    } else if UNSAFE.contains(&name) {
        document.report(Rule::UnsafeHtml, "SecurityRisk", at, format!("readers remove <{name}>"));
    }
    for (key, value) in attributes {
        if key == "style" {
            for style in dangerous(value) {
                let message = format!("readers remove the style {}", quoted(&style));
                document.report(Rule::UnsafeHtml, "DangerousStyleAttr", at, message);
            }
        } else if key.starts_with("on") {
            let message = format!("readers remove the attribute `{key}`");
            document.report(Rule::UnsafeHtml, "SecurityRiskAttr", at, message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(html: &str) -> Vec<(Rule, &'static str)> {
        let mut document = Document::new(chrono::DateTime::UNIX_EPOCH, None);
        document.form = super::super::document::Form::Rss;
        document.version = "2.0".to_owned();
        let piece = Piece::new(html, Of::Element("a"), Span::default());
        content(&mut document, piece, true);
        document.found.iter().map(|found| (found.rule, found.w3c)).collect()
    }

    #[test]
    fn of_content() {
        for right in [
            "",
            "a & b",
            "<p>a<p>b",
            "<ul><li>a<li>b</ul>",
            "<p>a<br>b<br/>c</p>",
            "<a href='https://e.com/'>a</a>",
            "<p style='color: red; margin: 0 1px'>a</p>",
            "<img src=\"https://e.com/a.png\" data-a=b alt=''>",
            "<table><tr><td>a<td>b</table>",
            "<ruby>a<rt>b</ruby>",
        ] {
            assert_eq!(look(right), [], "{right}");
        }
        for (wrong, rule, w3c) in [
            ("<script>a</script>", Rule::UnsafeHtml, "SecurityRisk"),
            ("<p onclick='a'>a</p>", Rule::UnsafeHtml, "SecurityRiskAttr"),
            ("<p style='position: fixed'>a</p>", Rule::UnsafeHtml, "DangerousStyleAttr"),
            ("<p style='background: url(a)'>a</p>", Rule::UnsafeHtml, "DangerousStyleAttr"),
            ("<p><b>a</p>", Rule::BadHtml, "NotHtml"),
            ("a</b>", Rule::BadHtml, "NotHtml"),
            ("<x-a>a</x-a>", Rule::BadHtml, "NotHtml"),
            ("<svg></svg>", Rule::BadHtml, "NotHtml"),
            ("<a href=\"/b\">a</a>", Rule::RelativeReference, "ContainsRelRef"),
            ("<img src='a.png'>", Rule::RelativeReference, "ContainsRelRef"),
        ] {
            assert_eq!(look(wrong), [(rule, w3c)], "{wrong}");
        }
    }

    #[test]
    fn of_plain_text() {
        for (text, has_hex, expected) in [
            ("AT&T", false, None),
            ("a < b", false, None),
            ("<b>a</b>", true, Some("ContainsHTML")),
            ("caf&eacute;", false, Some("ContainsHTML")),
            ("caf&eacute;", true, None),
            ("&#38;", false, Some("ContainsHTML")),
            ("use <b", false, Some("CharacterData")),
            ("use <b", true, None),
            ("</nothing>", true, None),
        ] {
            let mut document = Document::new(chrono::DateTime::UNIX_EPOCH, None);
            (document.form, document.version) = (super::super::document::Form::Rss, "2.0".to_owned());
            let piece = Piece { has_hex, ..Piece::new(text, Of::Element("a"), Span::default()) };
            plain(&mut document, piece, "ContainsHTML");
            assert_eq!(document.found.first().map(|found| found.w3c), expected, "{text}");
        }
    }

    #[test]
    fn entities_and_characters() {
        assert_eq!(entity("eacute").as_deref(), Some("é"));
        assert_eq!(entity("nothing"), None);
        assert!(is_twice_encoded("Ã©") && !is_twice_encoded("é"));
    }
}

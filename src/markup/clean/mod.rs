//! HTML becomes the HTML that a reader can show: every URL absolute, nothing that readers or validators refuse.
//!
//! One pass over the parsed document decides what each element becomes. If a parser would read the result
//! with another nesting, `ammonia` parses it and guarantees that nothing else is left. What cannot be shown
//! is replaced: a player by a link, a formula by its text, a highlighter's table by plain code.

mod code;
mod media;
mod unseen;

use std::sync::LazyLock;

use ego_tree::NodeRef;
use scraper::{ElementRef, Node};
use url::Url;

use super::{
    dom,
    elements::{CARRIED, VOID_ELEMENTS},
    nesting,
};
use crate::text::{
    self,
    escape::{push_text, push_value},
};
use code::{PRE, is_highlighted};
pub(crate) use media::candidates;
use media::{Shown, lazy_srcset};
use unseen::{Frames, heading_text, is_heading, is_unseen};

/// The attributes that the elements which feeds carry keep.
const ATTRIBUTES: &[(&str, &[&str])] = &[
    ("a", &["href", "title"]),
    ("abbr", &["title"]),
    ("audio", &["src", "controls"]),
    ("blockquote", &["cite"]),
    ("col", &["span"]),
    ("colgroup", &["span"]),
    ("del", &["cite", "datetime"]),
    ("details", &["open"]),
    ("img", &["src", "srcset", "alt", "title", "width", "height"]),
    ("ins", &["cite", "datetime"]),
    ("li", &["value"]),
    ("ol", &["start", "type", "reversed"]),
    ("q", &["cite"]),
    ("source", &["src", "srcset", "type", "media"]),
    ("td", &["colspan", "rowspan", "align"]),
    ("th", &["colspan", "rowspan", "align", "scope"]),
    ("time", &["datetime"]),
    ("video", &["src", "poster", "controls", "width", "height"]),
];

/// Attributes that hold one URL.
const URLS: &[&str] = &["href", "src", "poster", "cite"];

/// Elements that become a `div`: what they mean is their place on a page.
const BLOCKS: &[&str] = &[
    "article", "section", "main", "header", "footer", "aside", "nav", "hgroup", "center", "dialog",
    "fieldset", "legend", "form", "search", "address", "body", "html",
];

/// Elements of which nothing is shown.
const DROPPED: &[&str] = &[
    "script", "style", "template", "noscript", "link", "meta", "base", "head", "title", "object", "embed",
    "applet", "frame", "frameset", "param", "datalist", "input", "rp", "track", "map", "area", "portal",
    "fencedframe",
];

/// The schemes that a link may have.
const SCHEMES: &[&str] =
    &["http", "https", "mailto", "tel", "ftp", "geo", "xmpp", "magnet", "sms", "irc", "ircs", "matrix"];

/// What happens to images of one pixel, by which readers are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pixels {
    /// They stay.
    Keep,
    /// They are removed.
    Remove,
}

impl Pixels {
    /// As configured.
    pub(crate) fn kept_if(keep: bool) -> Self {
        if keep { Self::Keep } else { Self::Remove }
    }
}

/// What a URL in a source refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Lead {
    /// Anything but a source: the URL is resolved as usual.
    Elsewhere,
    /// A published post, or a file beside the source, by its URL.
    Post(String),
    /// A source that is not published, or does not exist.
    Nowhere,
}

/// What an HTML fragment is a part of.
pub(crate) struct Place<'a> {
    /// The URL of the page.
    pub page: &'a str,
    /// The title, which readers show above the text. Empty if it is to stay in the text.
    pub title: &'a str,
    /// What happens to images of one pixel.
    pub pixels: Pixels,
}

/// The longest text of an entry, in bytes.
const LONGEST: usize = 32 * 1024 * 1024;
/// How large the output may be: this many bytes for each byte of input, plus this many in any case.
const GROWTH: (usize, usize) = (8, 1024 * 1024);

/// The largest HTML that may be made of a text, in bytes. Only a text written to exhaust memory exceeds it.
pub(crate) fn most_made_of(text: &str) -> usize {
    LONGEST.min(text.len().saturating_mul(GROWTH.0) + GROWTH.1)
}

/// The part of an HTML fragment that feeds may carry, with every URL absolute. `None` if nothing is left, if
/// the fragment is nested too deep, or if the result would be too large.
pub(crate) fn publishable(html: &str, place: &Place<'_>) -> Option<String> {
    publishable_linked(html, place, &mut |_| Lead::Elsewhere)
}

/// Like [`publishable`], for a source whose links may refer to other sources, which `lead` resolves.
pub(crate) fn publishable_linked(
    html: &str,
    place: &Place<'_>,
    lead: &mut dyn FnMut(&str) -> Lead,
) -> Option<String> {
    let mut clean = written(html, place, lead)?;
    for _ in 0..MOST_PASSES {
        if nesting::is_plain(&clean) {
            return shown(&clean);
        }
        // A parser reads wrongly nested elements differently, so its result is cleaned again.
        let parsed = SANITISER.clean(&clean).to_string();
        if parsed == clean {
            return shown(&clean);
        }
        clean = written(&parsed, &Place { title: "", ..*place }, &mut |_| Lead::Elsewhere)?;
    }
    shown(&SANITISER.clean(&clean).to_string())
}

/// A clean text without white space around it; `None` if it is empty.
fn shown(clean: &str) -> Option<String> {
    let clean = clean.trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    (!clean.is_empty()).then(|| clean.to_owned())
}

/// What each element of a fragment becomes, as it is nested. `None` if the fragment is nested too deep, or if too much
/// would be made of it.
fn written(html: &str, place: &Place<'_>, lead: &mut dyn FnMut(&str) -> Lead) -> Option<String> {
    let page = Url::parse(place.page).ok()?;
    let fragment = dom::fragment(html)?;
    let mut writer = Writer {
        page: &page,
        title: Some(place.title).filter(|title| !title.is_empty()),
        pixels: place.pixels,
        lead,
        frames: Frames::of(&fragment),
        in_frame: false,
        in_link: false,
        in_noscript: false,
        html: String::with_capacity(html.len()),
        most: most_made_of(html),
        shown: None,
    };
    for child in fragment.root_element().children() {
        writer.node(child);
    }
    if writer.html.len() > writer.most {
        return None;
    }
    Some(text::legal_content(&writer.html).into_owned())
}

/// How often what has been cleaned is parsed again at most.
const MOST_PASSES: usize = 4;

/// The sanitiser for HTML that is not plainly nested: only these elements and attributes are kept.
static SANITISER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut builder = ammonia::Builder::empty();
    builder
        .add_tags(CARRIED)
        .add_generic_attributes(["lang", "dir"])
        .add_url_schemes(SCHEMES)
        .add_url_schemes(["data"])
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(None)
        .strip_comments(true);
    for (element, attributes) in ATTRIBUTES {
        builder.add_tag_attributes(element, *attributes);
    }
    builder
});

struct Writer<'a> {
    page: &'a Url,
    /// The title, until the text has begun.
    title: Option<&'a str>,
    pixels: Pixels,
    lead: &'a mut dyn FnMut(&str) -> Lead,
    frames: Frames,
    /// Whether what is written surrounds code.
    in_frame: bool,
    /// Whether what is written is in a link, where no other can be.
    in_link: bool,
    /// Whether what is written is for readers without scripts.
    in_noscript: bool,
    html: String,
    /// How much may be written, in bytes.
    most: usize,
    /// The image written last.
    shown: Option<Shown>,
}

impl Writer<'_> {
    fn node(&mut self, node: NodeRef<'_, Node>) {
        match node.value() {
            Node::Text(text) => {
                if !text.trim().is_empty() {
                    self.title = None;
                }
                push_text(&mut self.html, text);
            }
            Node::Element(_) => {
                if let Some(element) = ElementRef::wrap(node) {
                    self.element(element);
                }
            }
            _ => {}
        }
    }

    fn children(&mut self, element: ElementRef<'_>) {
        for child in element.children() {
            self.node(child);
        }
    }

    fn element(&mut self, element: ElementRef<'_>) {
        if self.html.len() > self.most {
            return;
        }
        let (was_in_frame, was_in_link) = (self.in_frame, self.in_link);
        self.in_frame |= self.frames.is_frame(element);
        self.in_link |= element.value().name() == "a";
        self.shown_element(element);
        (self.in_frame, self.in_link) = (was_in_frame, was_in_link);
    }

    fn shown_element(&mut self, element: ElementRef<'_>) {
        let name = element.value().name();
        match name {
            _ if is_unseen(element) => self.end_heading_before(element),
            _ if self.in_frame && self.frames.is_beside(element) => {}
            _ if self.repeats_title(element) => {}
            "object" if !element.text().all(|text| text.trim().is_empty()) => self.children(element),
            "iframe" | "embed" | "object" | "lite-youtube" | "lite-vimeo" => self.player(element),
            "svg" => self.drawing(element),
            "math" => self.formula(element),
            "script" if element.value().attr("type").is_some_and(|kind| kind.starts_with("math/tex")) => {
                self.text_of(element)
            }
            "script" if media::embedded(element).is_some() => {
                media::embedded(element).into_iter().for_each(|url| self.link_to(&url, None));
            }
            "noscript" => self.without_scripts(element),
            "input" => self.checkbox(element),
            "img" | "amp-img" => self.image(element),
            "pre" => self.code(element),
            "code" if element.select(&PRE).next().is_some() => self.children(element),
            "table" if is_highlighted(element) => self.highlighted(element),
            "rt" => {
                self.html.push('（');
                self.children(element);
                self.html.push('）');
            }
            _ if DROPPED.contains(&name) => {}
            "dialog" if element.value().attr("open").is_none() => {}
            "menu" | "dir" => self.wrapped("ul", element),
            "option" | "textarea" | "button" => {
                self.children(element);
                self.html.push(' ');
            }
            "source" => {
                let start = self.html.len();
                self.wrapped(name, element);
                if !self.html.get(start..).is_some_and(|written| written.contains(" src")) {
                    self.html.truncate(start);
                }
            }
            // It leads nowhere: what it led to is gone, or never was.
            "a" if element.value().attr("href").is_some_and(|href| self.leads_nowhere(href.trim())) => {
                self.children(element)
            }
            _ if BLOCKS.contains(&name) => self.wrapped("div", element),
            _ if CARRIED.contains(&name) => self.wrapped(name, element),
            // Custom elements, and what HTML does not know.
            _ => self.children(element),
        }
    }

    /// Removes the white space at the end of a heading, before an element that is not shown.
    fn end_heading_before(&mut self, element: ElementRef<'_>) {
        let is_in_heading = element.parent().and_then(ElementRef::wrap).is_some_and(is_heading);
        let is_blank =
            |node: NodeRef<'_, Node>| node.value().as_text().is_some_and(|text| text.trim().is_empty());
        if is_in_heading && element.next_siblings().all(is_blank) {
            self.html.truncate(self.html.trim_end_matches([' ', '\n']).len());
        }
    }

    /// Whether an element says at the start of the text what its title says: a heading, or a bold line alone.
    fn repeats_title(&mut self, element: ElementRef<'_>) -> bool {
        let Some(title) = self.title else { return false };
        let is_bold_line = || {
            let mut children = element
                .children()
                .filter(|child| child.value().as_text().is_none_or(|text| !text.trim().is_empty()));
            let bold = children.next().and_then(ElementRef::wrap);
            bold.is_some_and(|bold| matches!(bold.value().name(), "strong" | "b"))
                && children.next().is_none()
        };
        let is_line = is_heading(element) || (element.value().name() == "p" && is_bold_line());
        let says = |line: &str| !line.is_empty() && text::folded(title) == line;
        let repeats = is_line && says(&text::folded(&heading_text(element)));
        if repeats {
            self.title = None;
        }
        repeats
    }

    fn leads_nowhere(&mut self, href: &str) -> bool {
        href.is_empty() || (self.lead)(href) == Lead::Nowhere
    }

    fn wrapped(&mut self, name: &str, element: ElementRef<'_>) {
        self.html.push('<');
        self.html.push_str(name);
        if element.value().name() == name {
            let allowed = ATTRIBUTES
                .iter()
                .find(|(element, _)| *element == name)
                .map_or(&[][..], |(_, allowed)| *allowed);
            let is_player = matches!(name, "video" | "audio");
            if is_player && element.value().attr("controls").is_none() {
                // What a script would start must be started by hand.
                self.html.push_str(" controls=\"\"");
            }
            for (attribute, value) in element.value().attrs() {
                if allowed.contains(&attribute) || matches!(attribute, "lang" | "dir") {
                    let lazy = (attribute == "srcset").then(|| lazy_srcset(element)).flatten();
                    self.attribute(attribute, lazy.unwrap_or(value));
                }
            }
            if is_player || name == "source" {
                self.lazy_sources(name, element);
            }
        }
        self.html.push('>');
        if !VOID_ELEMENTS.contains(&name) {
            self.children(element);
            self.html.push_str("</");
            self.html.push_str(name);
            self.html.push('>');
        }
    }

    /// What a script would load.
    fn lazy_sources(&mut self, name: &str, element: ElementRef<'_>) {
        let has = |attribute| element.value().attr(attribute).is_some();
        let lazy = element.value().attr("data-src").filter(|lazy| media::names_a_file(lazy));
        if let Some(source) = lazy.filter(|_| !has("src")) {
            self.attribute("src", source);
        }
        if let Some(sources) = lazy_srcset(element).filter(|_| name == "source" && !has("srcset")) {
            self.attribute("srcset", sources);
        }
    }

    fn attribute(&mut self, name: &str, value: &str) {
        let value = match name {
            "srcset" => self.srcset(value),
            name if URLS.contains(&name) => match (self.lead)(value.trim()) {
                Lead::Post(url) => Some(url),
                Lead::Nowhere if name == "href" => None,
                Lead::Elsewhere | Lead::Nowhere => self.absolute(value, name == "src"),
            },
            _ => Some(value.to_owned()),
        };
        if let Some(value) = value {
            self.html.push(' ');
            self.html.push_str(name);
            self.html.push_str("=\"");
            push_value(&mut self.html, &value);
            self.html.push('"');
        }
    }

    /// The URL of an image: where the source leads, else an absolute URL.
    fn led(&mut self, written: &str) -> Option<String> {
        match (self.lead)(written.trim()) {
            Lead::Post(url) => Some(url),
            Lead::Elsewhere | Lead::Nowhere => self.absolute(written, true),
        }
    }

    /// An absolute URL; `None` for what no reader should follow.
    fn absolute(&self, written: &str, image: bool) -> Option<String> {
        let url = self.page.join(written.trim()).ok()?;
        let picture = || {
            let (kind, _) = url.path().split_once([';', ',']).unwrap_or_default();
            ["image/png", "image/jpeg", "image/gif", "image/webp"]
                .contains(&kind.to_ascii_lowercase().as_str())
        };
        match url.scheme() {
            "http" | "https" => url.has_host().then(|| crate::text::link::absolute(url.as_str())).flatten(),
            "data" => (image && picture()).then(|| url.to_string()),
            scheme => SCHEMES.contains(&scheme).then(|| url.to_string().replace(' ', "%20")),
        }
    }

    fn text_of(&mut self, element: ElementRef<'_>) {
        let text = text::one_line(&element.text().collect::<Vec<_>>().join(" "));
        push_text(&mut self.html, &text);
    }

    /// A task list's box.
    fn checkbox(&mut self, element: ElementRef<'_>) {
        if element.value().attr("type").is_some_and(|kind| kind.eq_ignore_ascii_case("checkbox")) {
            self.html.push_str(if element.value().attr("checked").is_some() { "☑" } else { "☐" });
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::markup::main_text;

    const PLACE: Place<'static> = Place { page: "https://e.com/", title: "", pixels: Pixels::Remove };

    /// What feeds carry of a fragment.
    pub(super) fn shown(html: &str) -> String {
        publishable(html, &PLACE).unwrap_or_default()
    }

    #[test]
    fn the_title_is_not_repeated() {
        for (html, expected) in [
            ("<h1>It’s <em>here</em> – now</h1><p>a</p>", "<p>a</p>"),
            (
                "<img src=/a.png><h2>It's here - now <a href=#x>#</a></h2>b",
                "<img src=\"https://e.com/a.png\" alt=\"\">b",
            ),
            ("<p> <b>It's here - now</b> </p>b", "b"),
            ("<p>a</p><h1>It's here - now</h1>", "<p>a</p><h1>It's here - now</h1>"),
            ("<h1>It's here</h1>", "<h1>It's here</h1>"),
            ("<p><b>It's here - now</b> b</p>", "<p><b>It's here - now</b> b</p>"),
        ] {
            let place = Place { title: "It's here - now", ..PLACE };
            assert_eq!(publishable(html, &place).as_deref(), Some(expected));
        }
    }

    #[test]
    fn no_link_is_in_a_link() {
        let html =
            publishable("<a href=/x><h1>a<iframe src=//v.example/></iframe></h1></a>", &PLACE).unwrap();
        assert_eq!(html, "<a href=\"https://e.com/x\"><h1>av.example</h1></a>");
        assert_eq!(publishable(&html, &PLACE).as_ref(), Some(&html));
    }

    /// Whatever is nested, and however it is closed: neither the stack nor the time runs out.
    #[test]
    fn hostile_nesting_costs_little() {
        let repeated = |piece: &str| piece.repeat(10_000);
        for html in [
            format!("<svg>{}", repeated("<div/>")),
            repeated("<li><section>"),
            repeated("<dd><section>"),
            repeated("<p><marquee>"),
            repeated("<span><div></span>"),
            repeated("<b><p></b>"),
            repeated("<i a=1><p>"),
            repeated("<td><table>"),
            repeated("<svg><g>"),
            repeated("<math><mi><div>"),
            repeated("<ul><li>"),
            repeated("<a><div></a>"),
            repeated("<object><p></object>"),
        ] {
            let start = std::time::Instant::now();
            let shown = publishable(&html, &PLACE);
            let page = main_text::of_page(&format!("<article>{html}"), None, "");
            assert!(start.elapsed().as_secs() < 60, "{}", html.get(..20).unwrap());
            assert!(
                shown.is_none_or(|shown| shown.len() < 50 * html.len())
                    && page.is_none_or(|(page, _)| page.len() < 50 * html.len())
            );
        }
    }

    #[test]
    fn what_is_only_long_stays() {
        for (html, piece) in [
            (format!("<svg>{}</svg><p>End</p>", "<circle r=1 />".repeat(2000)), "<p>End</p>"),
            (format!("<dl>{}</dl>", "<dt>t<dd>d".repeat(2000)), "<dd>d</dd></dl>"),
            (format!("<table>{}</table>", "<tr><td>1<td>x".repeat(2000)), "<td>x</td></tr></tbody></table>"),
            (format!("<ul>{}</ul>", "<li><p>i".repeat(2000)), "<li><p>i</p></li></ul>"),
            ("<p><span>a<b>b</b></span>".repeat(2000), "<b>b</b>"),
        ] {
            assert!(
                publishable(&html, &PLACE).is_some_and(|shown| shown.contains(piece)),
                "{}",
                html.get(..30).unwrap()
            );
        }
    }

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
            3 => prop::sample::select(CARRIED)
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
            if let Some(content) = publishable(&html, &PLACE) {
                prop_assert!(content.chars().all(text::is_publishable), "{content:?}");
                let document = scraper::Html::parse_fragment(&content);
                for node in document.root_element().descendants().skip(1) {
                    let Some(element) = node.value().as_element() else { continue };
                    prop_assert!(CARRIED.contains(&element.name()), "<{}> in {content}", element.name());
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
                // What is clean stays as it is, and what is plainly nested is what a parser reads.
                // A link of a heading to itself may be seen for one only when what was in it has gone.
                let again = publishable(&content, &PLACE);
                let may_be_mark = content.contains("<h") && content.contains("/#");
                prop_assert!(again.as_deref() == Some(content.as_str()) || may_be_mark, "{content} -> {again:?}");
                prop_assert_eq!(SANITISER.clean(&content).to_string(), content);
            }
        }
    }
}

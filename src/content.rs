//! HTML -> the HTML that a reader can show: every URL absolute, nothing that readers or validators refuse.
//!
//! One pass over the parsed document says what each element becomes; `ammonia` then guarantees that nothing else is
//! left. What cannot be shown becomes what it stands for: a player a link, a formula its text, a highlighter's table
//! plain code.

mod nesting;
mod page;

use std::collections::HashSet;
use std::sync::LazyLock;

use ego_tree::NodeRef;
use scraper::{ElementRef, Html, Node, Selector};
use url::Url;

use crate::text;
use nesting::{is_shallow, is_tame};
pub use page::of_page;
use page::select;

/// The elements that feeds carry (what W3C's validator and common readers accept).
const KEPT: &[&str] = &[
    "a", "abbr", "acronym", "address", "audio", "b", "big", "blockquote", "br", "caption", "cite", "code",
    "col", "colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figure", "h1", "h2", "h3",
    "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "ol", "p", "picture", "pre", "q", "s", "samp",
    "small", "source", "span", "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th",
    "thead", "time", "tr", "tt", "u", "ul", "var", "video",
];

/// The attributes that they keep.
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
    "article", "section", "main", "header", "footer", "aside", "nav", "hgroup", "figcaption", "summary",
    "center", "dialog", "fieldset", "legend", "form", "search", "address", "body", "html",
];

/// Elements of which nothing is shown.
const DROPPED: &[&str] = &[
    "script", "style", "template", "noscript", "link", "meta", "base", "head", "title", "object", "embed",
    "applet", "frame", "frameset", "param", "datalist", "input", "rp", "track", "map", "area", "portal",
    "fencedframe",
];

/// Classes of line numbers that highlighters put beside code.
const LINE_NUMBERS: &[&str] = &[
    "lineno", "linenos", "lineno-container", "gutter", "line-number", "line-numbers", "ln", "lnt",
    "rouge-gutter", "blob-num", "line-numbers-wrapper", "line-numbers-rows", "hljs-ln-numbers",
];

/// The schemes that a link may have.
const SCHEMES: &[&str] =
    &["http", "https", "mailto", "tel", "ftp", "geo", "xmpp", "magnet", "sms", "irc", "ircs", "matrix"];

/// What of an HTML fragment feeds may carry, with every URL absolute. `page` is the URL of the page that the fragment is
/// on; `pixels` keeps images of one pixel. `None` if nothing is left, or if the fragment is nested absurdly deep.
#[must_use]
pub fn publishable(html: &str, page: &str, pixels: bool) -> Option<String> {
    let page = Url::parse(page).ok()?;
    if !is_tame(html) {
        return None;
    }
    let fragment = Html::parse_fragment(html);
    if !is_shallow(&fragment) {
        return None;
    }
    let mut writer = Writer {
        page: &page,
        pixels,
        html: String::with_capacity(html.len()),
        image: None,
        placeholder: None,
    };
    for child in fragment.root_element().children() {
        writer.node(child);
    }
    let clean = sanitiser().clean(&text::legal_content(&writer.html)).to_string();
    let clean = clean.trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    (!clean.is_empty()).then(|| clean.to_owned())
}

fn sanitiser() -> ammonia::Builder<'static> {
    let mut builder = ammonia::Builder::empty();
    builder
        .add_tags(KEPT)
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
}

struct Writer<'a> {
    page: &'a Url,
    pixels: bool,
    html: String,
    /// The image written last.
    image: Option<String>,
    /// Where an image was written that only holds a place for another.
    placeholder: Option<usize>,
}

impl Writer<'_> {
    fn node(&mut self, node: NodeRef<'_, Node>) {
        match node.value() {
            Node::Text(text) => escape(text, &mut self.html),
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
        let name = element.value().name();
        match name {
            _ if is_hidden(element) => {}
            "object" if !element.text().all(|text| text.trim().is_empty()) => self.children(element),
            "iframe" | "embed" | "object" | "lite-youtube" | "lite-vimeo" => self.player(element),
            "svg" => self.drawing(element),
            "math" => self.formula(element),
            "script" if element.value().attr("type").is_some_and(|kind| kind.starts_with("math/tex")) => {
                self.text_of(element)
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
            "a" if element.value().attr("href").is_some_and(|href| href.trim().is_empty()) => {
                self.children(element)
            }
            _ if BLOCKS.contains(&name) => self.wrapped("div", element),
            _ if KEPT.contains(&name) => self.wrapped(name, element),
            // Custom elements, and what HTML does not know.
            _ => self.children(element),
        }
    }

    fn wrapped(&mut self, name: &str, element: ElementRef<'_>) {
        self.html.push('<');
        self.html.push_str(name);
        if element.value().name() == name {
            let allowed = ATTRIBUTES
                .iter()
                .find(|(element, _)| *element == name)
                .map_or(&[][..], |(_, allowed)| *allowed);
            if matches!(name, "video" | "audio") && element.value().attr("controls").is_none() {
                // What a script would start must be started by hand.
                self.html.push_str(" controls=\"\"");
            }
            for (attribute, value) in element.value().attrs() {
                if allowed.contains(&attribute) || matches!(attribute, "lang" | "dir") {
                    let lazy = (attribute == "srcset").then(|| lazy_srcset(element)).flatten();
                    self.attribute(attribute, lazy.unwrap_or(value));
                }
            }
            let lazy =
                lazy_srcset(element).filter(|_| name == "source" && element.value().attr("srcset").is_none());
            if let Some(sources) = lazy {
                self.attribute("srcset", sources);
            }
        }
        self.html.push('>');
        if !matches!(name, "br" | "hr" | "col" | "source") {
            self.children(element);
            self.html.push_str("</");
            self.html.push_str(name);
            self.html.push('>');
        }
    }

    fn attribute(&mut self, name: &str, value: &str) {
        let value = match name {
            "srcset" => self.srcset(value),
            name if URLS.contains(&name) => self.absolute(value, name == "src"),
            _ => Some(value.to_owned()),
        };
        if let Some(value) = value {
            self.html.push(' ');
            self.html.push_str(name);
            self.html.push_str("=\"");
            escape(&value, &mut self.html);
            self.html.push('"');
        }
    }

    /// An absolute URL; `None` for what no reader should follow.
    fn absolute(&self, written: &str, image: bool) -> Option<String> {
        let url = self.page.join(written.trim()).ok()?;
        let picture = || {
            ["image/png", "image/jpeg", "image/gif", "image/webp"]
                .iter()
                .any(|kind| url.path().starts_with(kind))
        };
        match url.scheme() {
            "http" | "https" => url.has_host().then(|| crate::link::absolute(url.as_str())).flatten(),
            "data" => (image && picture()).then(|| url.to_string()),
            scheme => SCHEMES.contains(&scheme).then(|| url.to_string().replace(' ', "%20")),
        }
    }

    fn srcset(&self, written: &str) -> Option<String> {
        let mut candidates = Vec::new();
        let mut rest = written.trim_start_matches([',', ' ', '\n', '\t']);
        while !rest.is_empty() {
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            let (url, after) = rest.split_at(end);
            // A comma at its end ends a URL without a descriptor.
            let (url, bare) = url.strip_suffix(',').map_or((url, false), |url| (url, true));
            let (descriptor, next) =
                if bare { ("", after) } else { after.split_once(',').unwrap_or((after, "")) };
            // `2x`, `640w`: what is no descriptor is none.
            let descriptor = descriptor.trim();
            let legal = descriptor.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
            if let Some(url) = self.absolute(url, false).filter(|url| url.starts_with("http")) {
                let descriptor = if legal { descriptor } else { "" };
                candidates.push(format!("{} {descriptor}", url.replace(',', "%2C")).trim().to_owned());
            }
            rest = next.trim_start_matches([',', ' ', '\n', '\t', '\r']);
        }
        (!candidates.is_empty()).then(|| candidates.join(", "))
    }

    /// A player becomes a link to what it plays.
    fn player(&mut self, element: ElementRef<'_>) {
        let value = element.value();
        let size = |name: &str| {
            value.attr(name).and_then(|size| size.trim().trim_end_matches("px").parse::<u32>().ok())
        };
        if size("width").is_some_and(|size| size <= 1) || size("height").is_some_and(|size| size <= 1) {
            return;
        }
        let written = ["data-src", "data-lazy-src", "data-litespeed-src", "src", "data"]
            .iter()
            .filter_map(|name| value.attr(name));
        let written = written.filter(|written| !written.trim().is_empty() && !written.starts_with("about:"));
        let url =
            written.filter_map(|written| self.absolute(written, false)).find(|url| url.starts_with("http"));
        let by_id = value.attr("videoid").map(|id| match value.name() {
            "lite-vimeo" => format!("https://vimeo.com/{id}"),
            _ => format!("https://www.youtube.com/watch?v={id}"),
        });
        let Some(url) = url.or_else(|| by_id.and_then(|url| crate::link::absolute(&url))) else {
            // What stands in an iframe is no HTML, in an object it is.
            if value.name() == "object" {
                self.children(element);
            }
            return;
        };
        let url = watchable(&url);
        let host =
            Url::parse(&url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
        let title = value.attr("title").map(str::trim).filter(|title| !title.is_empty());
        self.html.push_str("<p><a href=\"");
        escape(&url, &mut self.html);
        self.html.push_str("\">");
        escape(title.unwrap_or(host.trim_start_matches("www.")), &mut self.html);
        self.html.push_str("</a></p>");
    }

    /// The title of a drawing, else its text.
    fn drawing(&mut self, element: ElementRef<'_>) {
        let titled = |inner: &ElementRef<'_>| matches!(inner.value().name(), "title" | "desc");
        match element.descendants().filter_map(ElementRef::wrap).find(titled) {
            Some(title) => self.text_of(title),
            None => {
                for text in element
                    .descendants()
                    .filter_map(ElementRef::wrap)
                    .filter(|inner| inner.value().name() == "text")
                {
                    self.text_of(text);
                    self.html.push(' ');
                }
            }
        }
    }

    /// A formula's source in TeX, else its text.
    fn formula(&mut self, element: ElementRef<'_>) {
        let source = element.descendants().filter_map(ElementRef::wrap).find(|inner| {
            inner.value().name() == "annotation"
                && inner.value().attr("encoding").is_some_and(|encoding| encoding.contains("tex"))
        });
        self.text_of(source.unwrap_or(element));
    }

    fn text_of(&mut self, element: ElementRef<'_>) {
        let text = text::one_line(&element.text().collect::<Vec<_>>().join(" "));
        escape(&text, &mut self.html);
    }

    /// What is there for readers without scripts: an image in place of its placeholder, or text.
    fn without_scripts(&mut self, element: ElementRef<'_>) {
        let raw: String = element.text().collect();
        let inner = if raw.contains('<') { raw } else { element.inner_html() };
        let fragment = Html::parse_fragment(&inner);
        let Some(image) = select(&fragment, "img", "") else { return };
        let source = image.value().attr("src").and_then(|source| self.absolute(source, false));
        if source.is_none() || source == self.image {
            return;
        }
        if let Some(at) = self.placeholder.take() {
            self.html.truncate(at);
        }
        self.image(image);
    }

    /// A task list's box.
    fn checkbox(&mut self, element: ElementRef<'_>) {
        if element.value().attr("type").is_some_and(|kind| kind.eq_ignore_ascii_case("checkbox")) {
            self.html.push_str(if element.value().attr("checked").is_some() { "☑" } else { "☐" });
        }
    }

    fn image(&mut self, element: ElementRef<'_>) {
        let value = element.value();
        let tiny = |name: &str| {
            value
                .attr(name)
                .and_then(|size| size.trim().trim_end_matches("px").parse::<u32>().ok())
                .is_some_and(|size| size <= 1)
        };
        if !self.pixels && tiny("width") && tiny("height") {
            return;
        }
        // What scripts would load later is loaded at once.
        let lazy = LAZY.iter().find_map(|name| value.attr(name)).filter(|lazy| !lazy.trim().is_empty());
        let is_placeholder = |source: &str| source.trim().is_empty() || source.starts_with("data:");
        let sources = lazy_srcset(element).or_else(|| value.attr("srcset"));
        let first = || {
            sources
                .and_then(|sources| self.srcset(sources))
                .map(|sources| sources.split([' ', ',']).next().unwrap_or_default().to_owned())
        };
        let shown = value.attr("src").filter(|source| !is_placeholder(source));
        let source = lazy.or(shown).and_then(|source| self.absolute(source, true)).or_else(first);
        let source = source.or_else(|| value.attr("src").and_then(|source| self.absolute(source, true)));
        let alt = value.attr("alt").unwrap_or_default();
        let Some(source) = source.filter(|source| source != self.page.as_str()) else {
            escape(alt, &mut self.html);
            return;
        };
        self.placeholder = source.starts_with("data:").then_some(self.html.len());
        self.image = Some(source.clone());
        self.html.push_str("<img");
        self.attribute("src", &source);
        if let Some(sources) = sources {
            self.attribute("srcset", sources);
        }
        self.attribute("alt", alt);
        for name in ["title", "width", "height"] {
            if let Some(value) = value.attr(name) {
                self.attribute(name, value);
            }
        }
        self.html.push('>');
    }

    /// Code without colours and line numbers.
    fn code(&mut self, element: ElementRef<'_>) {
        let mut code = String::new();
        plain_text(*element, &mut code);
        if !text::legal(&code).trim().is_empty() {
            self.html.push_str("<pre><code>");
            escape(&code, &mut self.html);
            self.html.push_str("</code></pre>");
        }
    }

    /// A highlighter's table: only the cells with the code.
    fn highlighted(&mut self, table: ElementRef<'_>) {
        let numbered = |node: &ElementRef<'_>| {
            let above = node.ancestors().take_while(|above| above.id() != table.id());
            is_line_number(*node) || above.filter_map(ElementRef::wrap).any(is_line_number)
        };
        let blocks: Vec<_> = table.select(&PRE).filter(|block| !numbered(block)).collect();
        if blocks.is_empty() {
            // Lines without a `pre` around them.
            let mut code = String::new();
            for cell in table.select(&CELL).filter(|cell| !numbered(cell)) {
                plain_text(*cell, &mut code);
            }
            self.html.push_str("<pre><code>");
            escape(code.trim_matches('\n'), &mut self.html);
            self.html.push_str("</code></pre>");
        }
        for block in blocks {
            self.code(block);
        }
    }
}

/// Where scripts look for an image's address.
const LAZY: &[&str] = &[
    "data-src", "data-original", "data-lazy-src", "data-lazy", "data-lazyload", "data-actualsrc", "data-url",
    "data-echo", "data-flickity-lazyload",
];

static PRE: LazyLock<Selector> = LazyLock::new(|| selector("pre"));
static CELL: LazyLock<Selector> = LazyLock::new(|| selector("td"));

/// A selector that is known to be one.
fn selector(name: &'static str) -> Selector {
    Selector::parse(name).unwrap_or_else(|error| unreachable!("`{name}`: {error}"))
}

fn lazy_srcset<'a>(element: ElementRef<'a>) -> Option<&'a str> {
    ["data-srcset", "data-lazy-srcset"].iter().find_map(|name| element.value().attr(name))
}

/// What no reader of the page sees: hidden elements, marks that link a heading to itself, the picture of a formula.
fn is_hidden(element: ElementRef<'_>) -> bool {
    let value = element.value();
    let style = || value.attr("style").map(|style| style.replace(' ', "").to_ascii_lowercase());
    let in_heading = || {
        let parent = element.parent().and_then(ElementRef::wrap);
        parent.is_some_and(|parent| matches!(parent.value().name(), "h1" | "h2" | "h3" | "h4" | "h5" | "h6"))
    };
    let mark = || {
        let text: String = element.text().collect();
        value.name() == "a"
            && value.attr("href").is_some_and(|href| href.starts_with('#'))
            && matches!(text.trim(), "#" | "¶" | "§" | "🔗" | "")
            && in_heading()
    };
    value.attr("hidden").is_some()
        || value.classes().any(|class| class == "katex-html" || class == "MathJax_Preview")
        || style().is_some_and(|style| style.contains("display:none"))
        || mark()
}

fn is_highlighted(table: ElementRef<'_>) -> bool {
    let numbered = || table.select(&CELL).any(is_line_number);
    let names = ["rouge-table", "highlighttable", "lntable", "codehilitetable"];
    (table.value().classes().any(|class| names.contains(&class)) && table.select(&PRE).next().is_some())
        || numbered()
}

fn is_line_number(element: ElementRef<'_>) -> bool {
    let value = element.value();
    if matches!(value.name(), "code" | "table") {
        return false;
    }
    let numeric = || element.text().all(|text| text.chars().all(|c| c.is_ascii_digit() || c.is_whitespace()));
    value.classes().any(|class| LINE_NUMBERS.contains(&class))
        || (value.attr("data-line-number").is_some() && numeric())
}

fn plain_text(node: NodeRef<'_, Node>, text: &mut String) {
    for child in node.children() {
        match child.value() {
            Node::Text(piece) => text.push_str(piece),
            Node::Element(element) if element.name() == "br" => text.push('\n'),
            Node::Element(element) if DROPPED.contains(&element.name()) => {}
            Node::Element(_) if ElementRef::wrap(child).is_some_and(is_line_number) => {}
            Node::Element(element) => {
                plain_text(child, text);
                // A line of code in an element of its own.
                if matches!(element.name(), "div" | "li" | "tr" | "p") && !text.ends_with('\n') {
                    text.push('\n');
                }
            }
            _ => {}
        }
    }
}

/// Where a player's film can be watched.
fn watchable(player: &str) -> String {
    let Ok(url) = Url::parse(player) else { return player.to_owned() };
    let query =
        |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    let mut path = url.path_segments().into_iter().flatten();
    let (first, second, third) = (path.next(), path.next(), path.next());
    let page = match (url.host_str().unwrap_or_default(), first, second) {
        ("www.youtube.com" | "www.youtube-nocookie.com" | "youtube.com", Some("embed"), second) => {
            let start = query("start").map_or_else(String::new, |start| format!("&t={start}s"));
            match (second, query("list"), query("channel")) {
                (Some("videoseries") | Some("") | None, Some(list), _) => {
                    Some(format!("https://www.youtube.com/playlist?list={list}"))
                }
                (Some("live_stream"), _, Some(channel)) => {
                    Some(format!("https://www.youtube.com/channel/{channel}/live"))
                }
                (Some("videoseries" | "live_stream" | "") | None, ..) => None,
                (Some(id), ..) => Some(format!("https://www.youtube.com/watch?v={id}{start}")),
            }
        }
        ("player.vimeo.com", Some("video"), Some(id)) => {
            // The hash of a film that is not listed is part of its address.
            let hash = query("h").map_or_else(String::new, |hash| format!("/{hash}"));
            Some(format!("https://vimeo.com/{id}{hash}"))
        }
        ("www.dailymotion.com", Some("embed"), Some("video")) => {
            third.map(|id| format!("https://www.dailymotion.com/video/{id}"))
        }
        _ => None,
    };
    page.and_then(|page| crate::link::absolute(&page)).unwrap_or_else(|| player.to_owned())
}

fn escape(text: &str, html: &mut String) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            c => html.push(c),
        }
    }
}

/// The names of the elements that content may have, for whoever checks it.
#[must_use]
pub fn kept_elements() -> HashSet<&'static str> {
    KEPT.iter().copied().collect()
}

#[cfg(test)]
#[allow(clippy::string_slice, reason = "a test may")]
mod tests {
    use super::*;

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
            let shown = publishable(&html, "https://example.com/", false);
            let page = of_page(&format!("<article>{html}"), None, "");
            assert!(start.elapsed().as_secs() < 60, "{}", &html[..20]);
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
                publishable(&html, "https://example.com/", false).is_some_and(|shown| shown.contains(piece)),
                "{}",
                &html[..30]
            );
        }
    }
}

//! HTML -> the HTML that a reader can show: every URL absolute, nothing that readers or validators refuse.
//!
//! One pass over the parsed document says what each element becomes; `ammonia` then guarantees that nothing else is
//! left. What cannot be shown becomes what it stands for: a player a link, a formula its text, a highlighter's table
//! plain code.

use std::collections::HashSet;

use ego_tree::NodeRef;
use scraper::{ElementRef, Html, Node, Selector};
use url::Url;

use crate::text;

/// Documents that are nested deeper are not worth the quadratic time that parsers need for them.
const MAX_DEPTH: usize = 400;

/// The elements that feeds carry (what W3C's validator and common readers accept).
const KEPT: &[&str] = &[
    "a",
    "abbr",
    "acronym",
    "address",
    "audio",
    "b",
    "big",
    "blockquote",
    "br",
    "caption",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "ol",
    "p",
    "picture",
    "pre",
    "q",
    "s",
    "samp",
    "small",
    "source",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "video",
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
    "article",
    "section",
    "main",
    "header",
    "footer",
    "aside",
    "nav",
    "hgroup",
    "figcaption",
    "summary",
    "center",
    "dialog",
    "fieldset",
    "legend",
    "form",
    "search",
    "menu",
    "dir",
    "address",
    "body",
    "html",
];

/// Elements of which nothing is shown.
const DROPPED: &[&str] = &[
    "script",
    "style",
    "template",
    "noscript",
    "link",
    "meta",
    "base",
    "head",
    "title",
    "object",
    "embed",
    "applet",
    "frame",
    "frameset",
    "param",
    "button",
    "select",
    "textarea",
    "datalist",
    "input",
    "rp",
    "track",
    "map",
    "area",
    "canvas",
    "dialog",
    "portal",
    "fencedframe",
];

/// On a page, what is around a post.
const AROUND: &[&str] = &["nav", "header", "footer", "aside", "form"];
/// The same, by words in a class or id.
const AROUND_WORDS: &[&str] = &[
    "share",
    "sharing",
    "social",
    "comments",
    "disqus",
    "pagination",
    "pager",
    "breadcrumbs",
    "breadcrumb",
    "related",
    "related-posts",
    "post-nav",
    "post-navigation",
    "post-meta",
    "toc",
    "sidebar",
    "newsletter",
    "subscribe",
    "sharedaddy",
    "addtoany",
    "addthis",
];

/// Classes of line numbers that highlighters put beside code.
const LINE_NUMBERS: &[&str] = &[
    "lineno",
    "linenos",
    "lineno-container",
    "gutter",
    "line-number",
    "line-numbers",
    "ln",
    "lnt",
    "rouge-gutter",
    "blob-num",
];

/// The schemes that a link may have.
const SCHEMES: &[&str] =
    &["http", "https", "mailto", "tel", "ftp", "geo", "xmpp", "magnet", "sms", "irc", "ircs", "matrix"];

/// The content element of a built page: what the selector finds, else microformats', schema.org's and HTML's own ways to
/// say where the post is. `None` if the page does not say.
#[must_use]
pub fn of_page(page: &str, selector: Option<&str>) -> Option<(String, Option<String>)> {
    if depth(page) > MAX_DEPTH {
        return None;
    }
    let document = Html::parse_document(page);
    let base = select(&document, "base[href]").and_then(|base| base.value().attr("href").map(str::to_owned));
    let precise = selector.into_iter().chain([".e-content", "[itemprop~=articleBody]"]);
    let precise = precise.filter_map(|selector| select(&document, selector)).next();
    let element = precise.or_else(|| select(&document, "article")).or_else(|| select(&document, "main"))?;
    let mut html = String::new();
    for child in element.children() {
        inner_html(child, precise.is_none(), &mut html);
    }
    Some((html, base))
}

fn select<'a>(document: &'a Html, selector: &str) -> Option<ElementRef<'a>> {
    let selector = Selector::parse(selector).ok()?;
    document.select(&selector).next()
}

/// The HTML of a node without what is around a post.
fn inner_html(node: NodeRef<'_, Node>, page_parts: bool, html: &mut String) {
    match node.value() {
        Node::Element(element) => {
            let around = page_parts && (AROUND.contains(&element.name()) || element.name() == "h1");
            let words = element.classes().chain(element.id());
            let named =
                words.into_iter().any(|word| AROUND_WORDS.contains(&word.to_ascii_lowercase().as_str()));
            let hidden = around || named || element.attr("role") == Some("navigation");
            if let Some(element) = ElementRef::wrap(node).filter(|_| !hidden) {
                let has_around = element.descendants().any(|inner| {
                    inner.value().as_element().is_some_and(|inner| {
                        (page_parts && AROUND.contains(&inner.name()))
                            || inner.classes().chain(inner.id()).any(|word| AROUND_WORDS.contains(&word))
                    })
                });
                if has_around {
                    html.push_str("<div>");
                    element.children().for_each(|child| inner_html(child, page_parts, html));
                    html.push_str("</div>");
                } else {
                    html.push_str(&element.html());
                }
            }
        }
        Node::Text(text) => escape(text, html),
        _ => {}
    }
}

/// What of an HTML fragment feeds may carry, with every URL absolute. `page` is the URL of the page that the fragment is
/// on; `pixels` keeps images of one pixel. `None` if nothing is left, or if the fragment is nested absurdly deep.
#[must_use]
pub fn publishable(html: &str, page: &str, pixels: bool) -> Option<String> {
    let page = Url::parse(page).ok()?;
    if depth(html) > MAX_DEPTH {
        return None;
    }
    let fragment = Html::parse_fragment(html);
    let mut writer = Writer { page: &page, pixels, html: String::with_capacity(html.len()) };
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

/// How deep the elements of a text are nested, as far as its tags say.
fn depth(html: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for (at, _) in html.match_indices('<') {
        let after = html.get(at + 1..).unwrap_or_default();
        if after.starts_with('/') {
            depth = depth.saturating_sub(1);
        } else if after.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let name: String = after.chars().take_while(char::is_ascii_alphanumeric).collect();
            let void = matches!(
                name.to_ascii_lowercase().as_str(),
                "br" | "img"
                    | "hr"
                    | "input"
                    | "meta"
                    | "link"
                    | "source"
                    | "wbr"
                    | "col"
                    | "area"
                    | "base"
                    | "embed"
                    | "param"
                    | "track"
                    | "p"
                    | "li"
                    | "td"
                    | "tr"
                    | "th"
                    | "dt"
                    | "dd"
                    | "option"
            );
            depth += usize::from(!void);
            deepest = deepest.max(depth);
        }
    }
    deepest
}

struct Writer<'a> {
    page: &'a Url,
    pixels: bool,
    html: String,
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
            "iframe" | "embed" | "object" => self.player(element),
            "svg" => self.replaced(element, &["title", "desc"]),
            "math" => self.text_of(element),
            "input" => self.checkbox(element),
            "img" => self.image(element),
            "pre" => self.code(element),
            "table" if is_highlighted(element) => self.highlighted(element),
            "rt" => {
                self.html.push('（');
                self.children(element);
                self.html.push('）');
            }
            _ if DROPPED.contains(&name) => {}
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
            for (attribute, value) in element.value().attrs() {
                if allowed.contains(&attribute) || matches!(attribute, "lang" | "dir") {
                    self.attribute(attribute, value);
                }
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
            if let Some(url) = self.absolute(url, true) {
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
        let written = ["src", "data", "data-src"].iter().find_map(|name| value.attr(name));
        let Some(url) =
            written.and_then(|written| self.absolute(written, false)).filter(|url| url.starts_with("http"))
        else {
            self.children(element);
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

    /// The text of the first of these descendants.
    fn replaced(&mut self, element: ElementRef<'_>, names: &[&str]) {
        let found = element
            .descendants()
            .filter_map(ElementRef::wrap)
            .find(|inner| names.contains(&inner.value().name()));
        if let Some(inner) = found {
            self.text_of(inner);
        }
    }

    fn text_of(&mut self, element: ElementRef<'_>) {
        // Of a formula with its source beside it, one of the two is enough.
        let skipped = |node: NodeRef<'_, Node>| {
            node.ancestors().any(|above| {
                above.value().as_element().is_some_and(|above| above.name().starts_with("annotation"))
            })
        };
        let texts = element
            .descendants()
            .filter(|node| !skipped(*node))
            .filter_map(|node| node.value().as_text().map(|text| &**text));
        let text = text::one_line(&texts.collect::<Vec<_>>().join(" "));
        escape(&text, &mut self.html);
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
        let lazy = ["data-src", "data-original", "data-lazy-src", "data-actualsrc", "data-url"]
            .iter()
            .find_map(|name| value.attr(name));
        let shown = value
            .attr("src")
            .filter(|src| lazy.is_none() || !(src.trim().is_empty() || src.starts_with("data:")));
        let source = lazy.or(shown).and_then(|source| self.absolute(source, true));
        let sources = value.attr("data-srcset").or_else(|| value.attr("srcset"));
        let alt = value.attr("alt").unwrap_or_default();
        let Some(source) = source else {
            escape(alt, &mut self.html);
            return;
        };
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
        self.html.push_str("<pre><code>");
        let mut code = String::new();
        plain_text(*element, &mut code);
        escape(&code, &mut self.html);
        self.html.push_str("</code></pre>");
    }

    /// A highlighter's table: only the cell with the code.
    fn highlighted(&mut self, table: ElementRef<'_>) {
        let cells = table.descendants().filter_map(ElementRef::wrap);
        let mut blocks =
            cells.filter(|cell| cell.value().name() == "pre" && !is_line_number(*cell)).collect::<Vec<_>>();
        blocks.retain(|block| !block.ancestors().filter_map(ElementRef::wrap).any(is_line_number));
        for block in blocks {
            self.code(block);
        }
    }
}

fn is_highlighted(table: ElementRef<'_>) -> bool {
    let names = ["rouge-table", "highlighttable", "lntable", "codehilitetable", "highlight"];
    let named = table.value().classes().any(|class| names.contains(&class));
    named
        || table
            .descendants()
            .filter_map(ElementRef::wrap)
            .any(|inner| inner.value().name() == "td" && is_line_number(inner))
}

fn is_line_number(element: ElementRef<'_>) -> bool {
    element.value().classes().any(|class| LINE_NUMBERS.contains(&class))
        || element.value().attr("data-line-number").is_some()
}

fn plain_text(node: NodeRef<'_, Node>, text: &mut String) {
    for child in node.children() {
        match child.value() {
            Node::Text(piece) => text.push_str(piece),
            Node::Element(element) if element.name() == "br" => text.push('\n'),
            Node::Element(element) if DROPPED.contains(&element.name()) => {}
            Node::Element(_) if ElementRef::wrap(child).is_some_and(is_line_number) => {}
            Node::Element(_) => plain_text(child, text),
            _ => {}
        }
    }
}

/// Where a player's film can be watched.
fn watchable(url: &str) -> String {
    let id = |rest: &str| rest.split(['?', '&', '/', '#']).next().unwrap_or_default().to_owned();
    for (player, page) in [
        ("www.youtube.com/embed/", "https://www.youtube.com/watch?v="),
        ("www.youtube-nocookie.com/embed/", "https://www.youtube.com/watch?v="),
        ("player.vimeo.com/video/", "https://vimeo.com/"),
        ("www.dailymotion.com/embed/video/", "https://www.dailymotion.com/video/"),
    ] {
        if let Some((_, rest)) = url.split_once("://").filter(|(_, rest)| rest.starts_with(player)) {
            return format!("{page}{}", id(rest.strip_prefix(player).unwrap_or_default()));
        }
    }
    url.to_owned()
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

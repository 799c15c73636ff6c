//! Images, players, drawings and formulas, as far as a reader without scripts can show them.

use std::sync::LazyLock;

use scraper::{ElementRef, Html, Selector};
use url::Url;

use super::{Pixels, Writer};
use crate::markup::dom;
use crate::text::{escape::push_escaped, link};

static IMAGE: LazyLock<Selector> = LazyLock::new(|| dom::selector("img"));

/// Where scripts look for an image's address.
const LAZY: &[&str] = &[
    "data-src", "data-original", "data-lazy-src", "data-lazy", "data-lazyload", "data-actualsrc", "data-url",
    "data-echo", "data-flickity-lazyload",
];

impl Writer<'_> {
    /// A player becomes a link to what it plays.
    pub(super) fn player(&mut self, element: ElementRef<'_>) {
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
        let Some(url) = url.or_else(|| by_id.and_then(|url| link::absolute(&url))) else {
            // The content of an iframe is not HTML, that of an object is.
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
        push_escaped(&mut self.html, &url);
        self.html.push_str("\">");
        push_escaped(&mut self.html, title.unwrap_or(host.trim_start_matches("www.")));
        self.html.push_str("</a></p>");
    }

    /// The title of a drawing, else its text.
    pub(super) fn drawing(&mut self, element: ElementRef<'_>) {
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
    pub(super) fn formula(&mut self, element: ElementRef<'_>) {
        let source = element.descendants().filter_map(ElementRef::wrap).find(|inner| {
            inner.value().name() == "annotation"
                && inner.value().attr("encoding").is_some_and(|encoding| encoding.contains("tex"))
        });
        self.text_of(source.unwrap_or(element));
    }

    /// What is there for readers without scripts: an image in place of its placeholder, or text.
    pub(super) fn without_scripts(&mut self, element: ElementRef<'_>) {
        let raw: String = element.text().collect();
        let inner = if raw.contains('<') { raw } else { element.inner_html() };
        let fragment = Html::parse_fragment(&inner);
        let Some(image) = fragment.select(&IMAGE).next() else { return };
        let source = image.value().attr("src").and_then(|source| self.absolute(source, false));
        if source.is_none() || source == self.image {
            return;
        }
        if let Some(at) = self.placeholder.take() {
            self.html.truncate(at);
        }
        self.image(image);
    }

    pub(super) fn image(&mut self, element: ElementRef<'_>) {
        let value = element.value();
        let tiny = |name: &str| {
            value
                .attr(name)
                .and_then(|size| size.trim().trim_end_matches("px").parse::<u32>().ok())
                .is_some_and(|size| size <= 1)
        };
        if self.pixels == Pixels::Remove && tiny("width") && tiny("height") {
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
            push_escaped(&mut self.html, alt);
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

    pub(super) fn srcset(&self, written: &str) -> Option<String> {
        let mut candidates = Vec::new();
        let mut rest = written.trim_start_matches([',', ' ', '\n', '\t']);
        while !rest.is_empty() {
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            let (url, after) = rest.split_at(end);
            // A comma at its end ends a URL without a descriptor.
            let (url, bare) = url.strip_suffix(',').map_or((url, false), |url| (url, true));
            let (descriptor, next) =
                if bare { ("", after) } else { after.split_once(',').unwrap_or((after, "")) };
            // `2x`, `640w`: what is not a descriptor is none.
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
}

pub(super) fn lazy_srcset<'a>(element: ElementRef<'a>) -> Option<&'a str> {
    ["data-srcset", "data-lazy-srcset"].iter().find_map(|name| element.value().attr(name))
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
    page.and_then(|page| link::absolute(&page)).unwrap_or_else(|| player.to_owned())
}

//! Images, players, drawings and formulas, as far as a reader without scripts can show them.

use std::ops::Range;
use std::sync::LazyLock;

use scraper::{ElementRef, Selector};
use url::Url;

use super::unseen::seen_text;
use super::{Pixels, Writer};
use crate::markup::dom;
use crate::text::{
    escape::{push_text, push_value},
    link,
};

/// The longest text that may be a notice which asks for scripts, in bytes.
const LONGEST_NOTICE: usize = 300;

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
        let title = value.attr("title").map(str::trim).filter(|title| !title.is_empty());
        self.link_to(&watchable(&url), title);
    }

    /// A link to something that only a browser can show.
    pub(super) fn link_to(&mut self, url: &str, title: Option<&str>) {
        let host = Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
        if self.in_link {
            return push_text(&mut self.html, title.unwrap_or(host.trim_start_matches("www.")));
        }
        self.html.push_str("<p><a href=\"");
        push_value(&mut self.html, url);
        self.html.push_str("\">");
        push_text(&mut self.html, title.unwrap_or(host.trim_start_matches("www.")));
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

    /// Writes the content of `<noscript>`, unless it is there already. An image replaces the placeholder before
    /// it; a text that asks for scripts is left out.
    pub(super) fn without_scripts(&mut self, element: ElementRef<'_>) {
        let image = element.select(&IMAGE).next();
        let text = seen_text(element);
        let has_player = || {
            element.descendants().filter_map(ElementRef::wrap).any(|inner| {
                matches!(inner.value().name(), "video" | "audio" | "iframe" | "object" | "table" | "pre")
            })
        };
        if image.is_none() && !has_player() && (is_notice(&text) || is_beside(element, &text)) {
            return;
        }
        if let Some(image) = image.filter(|_| self.is_adjacent()) {
            let source = image.value().attr("src").and_then(|source| self.absolute(source, false));
            match self.shown.take() {
                Some(shown) if Some(&shown.source) == source.as_ref() => {
                    self.shown = Some(shown);
                    return;
                }
                Some(shown) if source.is_some() => self.html.replace_range(shown.range, ""),
                shown => self.shown = shown,
            }
        }
        let was_inside = std::mem::replace(&mut self.in_noscript, true);
        self.children(element);
        self.in_noscript = was_inside;
    }

    /// Whether nothing that is seen was written after the last image.
    fn is_adjacent(&self) -> bool {
        let Some(shown) = &self.shown else { return false };
        let mut between = self.html.get(shown.range.end..).unwrap_or_default();
        // Tags that may stand between an image and its twin.
        loop {
            between = between.trim_start();
            let tag = ["</picture", "<picture", "<source", "</span", "<span"];
            match tag.iter().find_map(|tag| between.strip_prefix(tag)).and_then(|rest| rest.split_once('>')) {
                Some((_, rest)) => between = rest,
                None => return between.is_empty(),
            }
        }
    }

    pub(super) fn image(&mut self, element: ElementRef<'_>) {
        let value = element.value();
        let tiny = |name: &str| {
            value
                .attr(name)
                .and_then(|size| size.trim().trim_end_matches("px").parse::<u32>().ok())
                .is_some_and(|size| size <= 1)
        };
        if self.pixels == Pixels::Remove && value.name() == "img" && tiny("width") && tiny("height") {
            return;
        }
        // What scripts would load later is loaded at once.
        let lazy = LAZY.iter().find_map(|name| value.attr(name).filter(|lazy| names_a_file(lazy)));
        let is_data = |source: &str| source.trim().is_empty() || source.trim_start().starts_with("data:");
        let sources = lazy_srcset(element).or_else(|| value.attr("srcset"));
        let first = || {
            sources
                .and_then(|sources| self.srcset(sources))
                .map(|sources| sources.split([' ', ',']).next().unwrap_or_default().to_owned())
        };
        let shown = value.attr("src").filter(|source| !is_data(source));
        let first = first();
        let source = lazy.or(shown).and_then(|source| self.led(source)).or(first);
        let source = source.or_else(|| value.attr("src").and_then(|source| self.led(source)));
        let alt = value.attr("alt").unwrap_or_default();
        let Some(source) = source.filter(|source| source != self.page.as_str()) else {
            push_text(&mut self.html, alt);
            return;
        };
        let is_placeholder = source.starts_with("data:") || value.attr("data-placeholder-image").is_some();
        if self.is_adjacent()
            && let Some(before) = &self.shown
        {
            if before.from_noscript && before.source == source {
                return;
            }
            // It held the place of this one.
            if before.is_placeholder && !is_placeholder {
                self.html.replace_range(before.range.clone(), "");
            }
        }
        let start = self.html.len();
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
        let range = start..self.html.len();
        self.shown = Some(Shown { source, range, is_placeholder, from_noscript: self.in_noscript });
    }

    pub(super) fn srcset(&self, written: &str) -> Option<String> {
        let candidates = candidates(written).filter_map(|(url, descriptor)| {
            let url = self.absolute(url, false).filter(|url| url.starts_with("http"))?;
            // `2x`, `640w`: what is not a descriptor is none.
            let is_legal = descriptor.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
            let descriptor = if is_legal { descriptor } else { "" };
            Some(format!("{} {descriptor}", url.replace(',', "%2C")).trim().to_owned())
        });
        let candidates: Vec<String> = candidates.collect();
        (!candidates.is_empty()).then(|| candidates.join(", "))
    }
}

/// The URLs of a `srcset`, with their descriptors.
pub(crate) fn candidates(srcset: &str) -> impl Iterator<Item = (&str, &str)> {
    let between = [',', ' ', '\n', '\t', '\r'];
    let mut rest = srcset.trim_start_matches(between);
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let (url, after) = rest.split_at(end);
        // A comma at its end ends a URL without a descriptor.
        let (url, is_bare) = url.strip_suffix(',').map_or((url, false), |url| (url, true));
        let (descriptor, next) =
            if is_bare { ("", after) } else { after.split_once(',').unwrap_or((after, "")) };
        rest = next.trim_start_matches(between);
        Some((url, descriptor.trim()))
    })
}

/// An image that was written.
pub(super) struct Shown {
    source: String,
    /// Where in what was written.
    range: Range<usize>,
    /// Whether it is a placeholder for another image.
    is_placeholder: bool,
    /// Whether it is the one for readers without scripts.
    from_noscript: bool,
}

/// Whether a lazy attribute names a file: `true`, `1` and `auto` are switches.
pub(super) fn names_a_file(value: &str) -> bool {
    value.contains(['/', '.']) && value.parse::<f64>().is_err()
}

/// Whether a text asks for scripts.
fn is_notice(text: &str) -> bool {
    let text = text.to_lowercase();
    text.is_empty()
        || (text.len() < LONGEST_NOTICE
            && ["javascript", "enable script", "enable js"].iter().any(|asks| text.contains(asks)))
}

/// Whether the element before or after another has the same text.
fn is_beside(element: ElementRef<'_>, text: &str) -> bool {
    let before = element.prev_siblings().find_map(ElementRef::wrap);
    let after = element.next_siblings().find_map(ElementRef::wrap);
    before.into_iter().chain(after).any(|sibling| seen_text(sibling) == text)
}

/// The page whose content a script would embed, unless a `<noscript>` beside it has that content.
pub(super) fn embedded(script: ElementRef<'_>) -> Option<String> {
    let url = Url::parse("https://x.invalid/").ok()?.join(script.value().attr("src")?.trim()).ok()?;
    let path = url.path().strip_suffix(".js").filter(|path| path.len() > 1)?;
    let is_embed = match url.host_str()? {
        "gist.github.com" => true,
        "asciinema.org" => path.starts_with("/a/"),
        "gitlab.com" => path.contains("/snippets/"),
        _ => false,
    };
    let mut around = script
        .prev_siblings()
        .find_map(ElementRef::wrap)
        .into_iter()
        .chain(script.next_siblings().find_map(ElementRef::wrap));
    let has_text =
        around.any(|sibling| sibling.value().name() == "noscript" && !is_notice(&seen_text(sibling)));
    link::absolute(&format!("https://{}{path}", url.host_str()?)).filter(|_| is_embed && !has_text)
}

pub(super) fn lazy_srcset<'a>(element: ElementRef<'a>) -> Option<&'a str> {
    ["data-srcset", "data-lazy-srcset"].iter().find_map(|name| element.value().attr(name))
}

/// The page on which the video of an embedded player can be watched.
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

#[cfg(test)]
mod tests {
    use super::super::tests::shown;

    #[test]
    fn each_picture_is_shown_once_and_is_real() {
        let picture = |name: &str| format!("<img src=\"https://e.com/{name}\" alt=\"\">");
        let one = picture("a.png");
        for html in [
            "<img src='data:image/gif;base64,R0lGODlhAQAB'><noscript><img src=/a.png></noscript>",
            "<img src=/low.png class=lqip><noscript><img src=/a.png></noscript>",
            "<img src=/blank.gif data-src=/a.png><noscript><img src=/a.png></noscript>",
            "<noscript><img src=/a.png></noscript><img class=lazy data-src=/a.png src=data:,>",
            "<noscript><img src=/a.png></noscript>",
            "<img aria-hidden=true data-placeholder-image src='data:image/png;base64,AA'><img data-src=/a.png>",
            "<img src=/a.png data-lazy=true>",
            "<img src=/a.png data-src=1>",
        ] {
            assert_eq!(shown(html), one, "{html}");
        }
        let two = "<img src=/a.png> <noscript>x <img src=/b.png></noscript>";
        assert_eq!(shown(two), format!("x {}", picture("b.png")));
        let apart = "<p><img src=/a.png></p><noscript><img src=/b.png></noscript>";
        assert_eq!(shown(apart), format!("<p>{one}</p>{}", picture("b.png")));
        let inline = "<p><img src='data:image/png;base64,AA' alt=x></p>";
        assert_eq!(shown(inline), "<p><img src=\"data:image/png;base64,AA\" alt=\"x\"></p>");
    }

    #[test]
    fn text_for_readers_without_scripts() {
        for (html, expected) in [
            ("<noscript><pre>puts 1</pre></noscript>", "<pre><code>puts 1</code></pre>"),
            ("<p>a</p><noscript>Please enable JavaScript to see more.</noscript>", "<p>a</p>"),
            ("<p>a</p><noscript><p>a</p></noscript>", "<p>a</p>"),
            (
                "<script src=https://gist.github.com/me/1.js></script>",
                "<p><a href=\"https://gist.github.com/me/1\">gist.github.com</a></p>",
            ),
            (
                "<script src=https://gist.github.com/me/1.js></script><noscript><pre>x</pre></noscript>",
                "<pre><code>x</code></pre>",
            ),
            ("<script src=https://e.com/gist.js></script>b", "b"),
        ] {
            assert_eq!(shown(html), expected);
        }
        let deep = "<noscript>".repeat(20_000) + "a";
        assert_eq!(shown(&deep), "");
    }
}

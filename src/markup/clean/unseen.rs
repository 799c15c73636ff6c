//! What is on a page and is no part of its text: hidden elements, marks that link a heading to itself, and what
//! highlighters put around code.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ego_tree::NodeId;
use scraper::{ElementRef, Html, Node, Selector};

use super::code::{PRE, is_line_number};
use super::{BLOCKS, DROPPED};
use crate::markup::dom;
use crate::markup::elements::{self, CARRIED};
use crate::text;

/// Classes of text for screen readers only, and of the pictures of formulas.
const UNSEEN: &[&str] = &[
    "sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text", "screenreader-only", "show-for-sr",
    "assistive-text", "u-hidden-visually", "katex-html", "MathJax_Preview",
];

/// Words in a class of what stands beside code: its language, and what can be done with it.
const BESIDE_CODE: &[&str] = &[
    "lang", "language", "copy", "clipboard", "toolbar", "panel", "controls", "actions", "buttons",
    "fullscreen",
];

/// Words by which a button says that it is about code.
const CONTROLS: &[&str] = &["copy", "clipboard", "fullscreen", "full screen"];

/// Words in a class of a link from a heading to itself.
const ANCHORS: &[&str] = &["anchor", "headerlink", "hash", "permalink", "headinglink", "anchorjs", "hanchor"];

/// How much text the frame of a code block may have beside the code, in bytes.
const MOST_BESIDE_CODE: usize = 120;

static IMAGE: LazyLock<Selector> = LazyLock::new(|| dom::selector("img"));

/// Whether an element is not seen on the page, or is no part of its text.
pub(super) fn is_unseen(element: ElementRef<'_>) -> bool {
    let value = element.value();
    let is_unseen = || {
        is_hidden(element)
            || value.classes().any(|class| UNSEEN.contains(&class))
            || (value.name() == "a" && is_anchor(element))
    };
    // Nearly all elements have no attributes, and each look for one takes time.
    (value.attrs().next().is_some() && is_unseen()) || (value.name() == "button" && is_control(element))
}

fn is_hidden(element: ElementRef<'_>) -> bool {
    let value = element.value();
    let style = || value.attr("style").map(|style| style.replace(' ', "").to_ascii_lowercase());
    let is_hidden = match value.attr("hidden") {
        // A search on the page shows it.
        Some(hidden) => !hidden.eq_ignore_ascii_case("until-found"),
        None => style().is_some_and(|style| style.contains("display:none")),
    };
    is_hidden && !is_tab(element)
}

/// Whether an element is a panel of tabs. All but one are hidden, and a feed reader has no tabs to switch
/// them.
fn is_tab(element: ElementRef<'_>) -> bool {
    let value = element.value();
    let is_panel = |class: &str| {
        let mut words = words(class);
        words.next().is_some_and(|word| word.starts_with("tab"))
            && (class.to_ascii_lowercase().contains("pan") || words.any(|word| word == "content"))
    };
    value.attr("role") == Some("tabpanel") || value.classes().any(is_panel)
}

/// A link from a heading, or from beside one, to the heading itself.
fn is_anchor(element: ElementRef<'_>) -> bool {
    let value = element.value();
    if !value.attr("href").is_some_and(|href| href.contains('#')) || element.select(&IMAGE).next().is_some() {
        return false;
    }
    let text = seen_text(element);
    let is_named = value.classes().flat_map(words).any(|word| ANCHORS.contains(&word.as_str()));
    // Elements in between that are not kept do not count.
    let mut above = element.ancestors().filter_map(ElementRef::wrap);
    let parent = above.find(|parent| {
        let name = parent.value().name();
        CARRIED.contains(&name) || BLOCKS.contains(&name)
    });
    let heading = parent.filter(|parent| is_heading(*parent));
    let is_sign = text.chars().count() <= 3 && !text.chars().any(char::is_alphanumeric);
    match heading {
        _ if text.is_empty() => heading.is_some() || is_named || value.attr("href") == Some("#"),
        // A heading that is a link as a whole has no other text.
        Some(heading) => is_sign || (is_named && seen_text(heading).len() > text.len()),
        None => is_sign && is_named,
    }
}

fn is_control(button: ElementRef<'_>) -> bool {
    let value = button.value();
    let said = value
        .classes()
        .chain(["aria-label", "title", "data-clipboard-text"].iter().filter_map(|name| value.attr(name)));
    let text = seen_text(button);
    said.chain([text.as_str()]).any(|said| {
        let said = said.to_ascii_lowercase();
        CONTROLS.iter().any(|word| said.contains(word))
    }) || text == "📋"
        || value.attr("data-clipboard-target").is_some()
}

pub(super) fn is_heading(element: ElementRef<'_>) -> bool {
    elements::is_heading(element.value().name())
}

/// The text of an element without what is for screen readers only, on one line.
pub(super) fn seen_text(element: ElementRef<'_>) -> String {
    text_without(element, |inner| inner.value().classes().any(|class| UNSEEN.contains(&class)))
}

/// The text of a heading without links to itself.
pub(super) fn heading_text(heading: ElementRef<'_>) -> String {
    text_without(heading, is_unseen)
}

fn text_without(element: ElementRef<'_>, is_skipped: impl Fn(ElementRef<'_>) -> bool) -> String {
    let mut raw = String::new();
    let mut waiting: Vec<_> = element.children().rev().collect();
    while let Some(node) = waiting.pop() {
        match node.value() {
            Node::Text(text) => raw.push_str(text),
            Node::Element(inner) if inner.name() == "br" => raw.push(' '),
            Node::Element(inner) if is_textless(inner.name()) => {}
            Node::Element(_) if ElementRef::wrap(node).is_some_and(&is_skipped) => {}
            Node::Element(_) => waiting.extend(node.children().rev()),
            _ => {}
        }
    }
    raw.retain(|c| !is_zero_width(c) && text::is_publishable(c));
    text::one_line(&raw)
}

/// Whether the text of an element is never shown.
fn is_textless(name: &str) -> bool {
    name == "svg" || (name != "noscript" && DROPPED.contains(&name))
}

fn is_zero_width(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}' | '\u{FE0E}' | '\u{FE0F}')
}

/// The words of a class: `copyButton` and `copy-btn` begin with the same.
fn words(class: &str) -> impl Iterator<Item = String> {
    let mut words = vec![String::new()];
    for c in class.chars() {
        if !c.is_ascii_alphanumeric() || c.is_ascii_uppercase() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_ascii_alphanumeric()) {
            word.push(c.to_ascii_lowercase());
        }
    }
    words.into_iter().filter(|word| !word.is_empty())
}

/// What surrounds the code of a document.
#[derive(Default)]
pub(super) struct Frames {
    /// Elements that hold one `pre` and little else.
    frames: HashSet<NodeId>,
    /// How many `pre` each element holds, if any.
    holders: HashMap<NodeId, usize>,
}

impl Frames {
    pub(super) fn of(document: &Html) -> Self {
        let mut holders: HashMap<NodeId, usize> = HashMap::new();
        for code in document.select(&PRE) {
            for above in code.ancestors() {
                *holders.entry(above.id()).or_default() += 1;
            }
        }
        let mut frames = HashSet::new();
        for code in document.select(&PRE) {
            let all: usize = code.text().map(str::len).sum();
            let above = code.ancestors().filter_map(ElementRef::wrap).take_while(|above| {
                matches!(above.value().name(), "div" | "figure" | "span")
                    && holders.get(&above.id()) == Some(&1)
            });
            let is_frame =
                |above: &ElementRef<'_>| above.text().map(str::len).sum::<usize>() <= all + MOST_BESIDE_CODE;
            frames.extend(above.take_while(is_frame).map(|above| above.id()));
        }
        Self { frames, holders }
    }

    pub(super) fn is_frame(&self, element: ElementRef<'_>) -> bool {
        self.frames.contains(&element.id())
    }

    /// Whether an element in a frame is only a label of the code's language, line numbers, or a control such as a
    /// button.
    pub(super) fn is_beside(&self, element: ElementRef<'_>) -> bool {
        let value = element.value();
        let is_holder = self.holders.contains_key(&element.id()) || value.name() == "pre";
        let is_named = || value.classes().flat_map(words).any(|word| BESIDE_CODE.contains(&word.as_str()));
        !is_holder && (value.name() == "button" || is_line_number(element) || is_named())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::shown;

    #[test]
    fn anchors_of_headings() {
        for (html, expected) in [
            ("<h2>A <a href=#a class=header-anchor>\u{200B}</a></h2>", "<h2>A</h2>"),
            ("<h2>A<a href='/x/#a'>⌗</a></h2>", "<h2>A</h2>"),
            ("<h2>A<x-y><a href=#a></a></x-y></h2>", "<h2>A</h2>"),
            ("<h2>A <a class=anchor href=#a>Link</a></h2>", "<h2>A</h2>"),
            (
                "<h2>A</h2><a class=sl-anchor-link href=#a><span class=sr-only>Section titled A</span></a>",
                "<h2>A</h2>",
            ),
            (
                "<h2><a class=anchor href=#a>All of it</a></h2>",
                "<h2><a href=\"https://e.com/#a\">All of it</a></h2>",
            ),
            ("<p>x<a href=#fn>↩</a></p>", "<p>x<a href=\"https://e.com/#fn\">↩</a></p>"),
            ("<h2>See <a href=#b>B</a></h2>", "<h2>See <a href=\"https://e.com/#b\">B</a></h2>"),
        ] {
            assert_eq!(shown(html), expected);
        }
    }

    #[test]
    fn what_is_beside_code() {
        let code = "<pre><code>ls</code></pre>";
        for (beside, expected) in [
            ("<button class=copy-btn>Copy</button>", ""),
            ("<button>Run</button>", ""),
            ("<span class=lang>js</span>", ""),
            ("<div class=toolbar><span>CSS</span></div>", ""),
            ("<div aria-hidden=true class=line-numbers-wrapper><span>1</span><br></div>", ""),
            ("<div class=highlight__panel><svg><title>Enter fullscreen mode</title></svg></div>", ""),
            ("<span class=title>file.js</span>", "<span>file.js</span>"),
        ] {
            assert_eq!(shown(&format!("<div>{beside}{code}</div>")), format!("<div>{expected}{code}</div>"));
        }
        // A language, and a button, beside a text.
        let text = "<p>The <span class=lang>French</span> word <button>Say it</button></p>";
        assert_eq!(shown(text), "<p>The <span>French</span> word Say it </p>");
    }

    #[test]
    fn what_is_hidden() {
        for (html, expected) in [
            ("<p hidden>a</p><p style='display: none'>b</p><i class=sr-only>c</i><p>d</p>", "<p>d</p>"),
            ("<div role=tabpanel hidden>a</div>", "<div>a</div>"),
            ("<div class=tab-pane style=display:none>a</div>", "<div>a</div>"),
            ("<div hidden=until-found>a</div>", "<div>a</div>"),
        ] {
            assert_eq!(shown(html), expected);
        }
    }
}

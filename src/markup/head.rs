//! What the head of a page tells crawlers.

use std::ops::ControlFlow;

use chrono::{DateTime, Utc};
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Tag, TagKind, Token};
use jiff::tz::TimeZone;

use super::tokens::{self, attribute};
use crate::text::date;

/// Whether the type of a link is that of a feed, whatever its parameters are.
pub(crate) fn is_type_of_feed(written: &str) -> bool {
    let written = written.split(';').next().unwrap_or_default().trim();
    ["application/rss+xml", "application/atom+xml", "application/feed+json"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(written))
}

/// What the head of a page declares, collected tag by tag.
#[derive(Debug, Default)]
pub(crate) struct Head {
    /// Whether crawlers may not list the page.
    pub no_index: bool,
    /// Whether it only redirects to another page.
    pub is_redirect: bool,
    /// Whether its title says that it is about an error.
    pub names_error: bool,
    /// Where its first `<link rel="canonical">` leads, as written, and the line that this ends in, counted from 1.
    pub canonical: Option<(String, usize)>,
    /// Whether the head ends in the text that was read.
    pub is_over: bool,
    /// Whether there is nothing but `<html>`, `<head>` and `<body>`, or if it is no page: what an API answers, or a proof of
    /// ownership.
    pub is_empty: bool,
    now: Option<DateTime<Utc>>,
    in_title: bool,
    /// How many `<noscript>` and `<template>` are open, in which nothing ends the head.
    asides: usize,
}

/// Whether an element may be in a head; any other begins the body.
pub(crate) fn may_be_in_head(name: &str) -> bool {
    const OF_HEAD: [&str; 11] = [
        "html", "head", "title", "meta", "link", "base", "script", "style", "noscript", "template", "bgsound",
    ];
    OF_HEAD.contains(&name)
}

/// What titles of error pages have in them, in lower case.
const ERRORS: [&str; 6] = ["not found", "404", "error", "offline", "nicht gefunden", "introuvable"];

/// The longest delay with which `<meta http-equiv=refresh>` counts as a redirect, in seconds.
const LONGEST_REDIRECT: u32 = 10;

/// A page that is longer, in bytes, has text of its own.
const SHORT: usize = 4096;

/// How much of a page is looked at first, in bytes; nearly every head ends within it.
pub(crate) const START: usize = 16 * 1024;

impl Head {
    /// Reads the head of a page, or of its first bytes.
    pub(crate) fn of(html: &str, now: DateTime<Utc>) -> Self {
        let start = html.split_at(html.floor_char_boundary(START)).0;
        let head = Self::of_text(start, now);
        if head.is_over || start.len() == html.len() { head } else { Self::of_text(html, now) }
    }

    fn of_text(html: &str, now: DateTime<Utc>) -> Self {
        let mut head = Self { now: Some(now), ..Self::default() };
        tokens::each_until(html, |token, line| {
            let raw = match token {
                Token::TagToken(tag) => head.follow(&tag, line),
                Token::CharacterTokens(text) => {
                    head.text(&text);
                    None
                }
                _ => None,
            };
            if head.is_over { ControlFlow::Break(()) } else { ControlFlow::Continue(raw) }
        });
        // What an API answers, and what proves who owns the site.
        let start = html.trim_start();
        head.is_empty = start.starts_with("{\"") || start.starts_with("google-site-verification");
        if html.len() < SHORT {
            let (has_any, scripts) = content_of(html);
            head.is_empty |= !has_any;
            head.is_redirect |= is_moved_by_script(&scripts);
        }
        head
    }

    /// Follows a tag. Returns how the text after it is to be read, if it is not markup.
    fn follow(&mut self, tag: &Tag, line: usize) -> Option<RawKind> {
        let is_start = tag.kind == TagKind::StartTag;
        let name: &str = &tag.name;
        if matches!(name, "noscript" | "template") {
            self.asides = if is_start { self.asides + 1 } else { self.asides.saturating_sub(1) };
        }
        // What only browsers without scripts see is not what crawlers see, and does not end the head for them.
        let is_aside = self.asides > 0;
        self.is_over |= !is_aside && ((is_start && !may_be_in_head(name)) || (!is_start && name == "head"));
        self.in_title = is_start && name == "title" && !self.is_over;
        if is_start && !self.is_over && !is_aside {
            match name {
                "meta" => self.meta(tag),
                "link" if self.canonical.is_none() => {
                    self.canonical = canonical(tag).map(|href| (href, line));
                }
                _ => {}
            }
        }
        match name {
            "script" if is_start => Some(RawKind::ScriptData),
            "style" if is_start => Some(RawKind::Rawtext),
            "title" | "textarea" if is_start => Some(RawKind::Rcdata),
            _ => None,
        }
    }

    fn text(&mut self, text: &str) {
        if self.in_title {
            let text = text.to_lowercase();
            self.names_error |= ERRORS.iter().any(|error| text.contains(error));
        }
    }

    fn meta(&mut self, tag: &Tag) {
        let content = attribute(tag, "content").unwrap_or_default();
        self.no_index |= attribute(tag, "name").is_some_and(|name| forbids_index(name, content, self.now));
        let is_refresh =
            attribute(tag, "http-equiv").is_some_and(|own| own.trim().eq_ignore_ascii_case("refresh"));
        self.is_redirect |= is_refresh && leads_away(content);
    }
}

/// Whether a `<meta>` keeps its page out of search results, or marks it as a draft (as Quarto does).
pub(crate) fn forbids_index(name: &str, content: &str, now: Option<DateTime<Utc>>) -> bool {
    let (name, content) = (name.trim().to_ascii_lowercase(), content.to_ascii_lowercase());
    if name == "quarto:status" {
        return content.trim() == "draft";
    }
    if !matches!(name.as_str(), "robots" | "googlebot") {
        return false;
    }
    let until =
        content.split_once("unavailable_after:").map(|(_, date)| date.split(',').next().unwrap_or(date));
    let until = until.and_then(|date| date::resolve(&date::parse(date.trim())?, &TimeZone::UTC));
    let is_unavailable = until.zip(now).is_some_and(|(until, now)| until <= now);
    is_unavailable || content.split([',', ' ']).any(|word| matches!(word, "noindex" | "none"))
}

/// Whether the content of a `<meta http-equiv=refresh>` leads to another page soon.
pub(crate) fn leads_away(content: &str) -> bool {
    let (delay, url) = content.split_once([';', ',']).unwrap_or((content, ""));
    let delay = delay.trim().split('.').next().and_then(|delay| delay.parse::<u32>().ok());
    !url.trim().is_empty() && delay.is_none_or(|delay| delay <= LONGEST_REDIRECT)
}

/// Whether a page has anything but `<html>`, `<head>` and `<body>`, and the text of its scripts.
fn content_of(html: &str) -> (bool, String) {
    let (mut has_any, mut in_script, mut scripts) = (false, false, String::new());
    tokens::each(html, |token, _| {
        match token {
            Token::TagToken(tag) => {
                has_any |= !matches!(&*tag.name, "html" | "head" | "body");
                in_script = &*tag.name == "script" && tag.kind == TagKind::StartTag;
                return in_script.then_some(RawKind::ScriptData);
            }
            Token::CharacterTokens(text) => {
                has_any |= !text.trim().is_empty();
                scripts.push_str(if in_script { &text } else { "" });
            }
            _ => {}
        }
        None
    });
    (has_any, scripts)
}

/// Whether a script leads to another page.
fn is_moved_by_script(scripts: &str) -> bool {
    let calls =
        ["location.replace(", "location.assign(", "location.href=", "window.location=", "document.location="];
    let scripts = scripts.replace(' ', "");
    calls.iter().any(|call| {
        scripts.match_indices(call).any(|(at, _)| {
            scripts.get(at + call.len()..).is_some_and(|rest| rest.starts_with(['"', '\'', '`']))
        })
    })
}

/// Where a `<link rel="canonical">` leads.
fn canonical(tag: &Tag) -> Option<String> {
    let mut relations = attribute(tag, "rel")?.split_ascii_whitespace();
    let href = attribute(tag, "href").filter(|href| !href.trim().is_empty())?;
    relations.any(|rel| rel.eq_ignore_ascii_case("canonical")).then(|| href.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(html: &str) -> (bool, bool, Option<String>) {
        let head = Head::of(html, DateTime::UNIX_EPOCH);
        (head.no_index, head.is_redirect, head.canonical.map(|(href, _)| href))
    }

    #[test]
    fn what_a_head_says() {
        for (html, expected) in [
            ("<meta name=Robots content='follow, NOINDEX'>", (true, false, None)),
            ("<meta name=robots content=index><meta name=googlebot content=noindex>", (true, false, None)),
            ("<meta name='quarto:status' content=draft>", (true, false, None)),
            ("<meta name=robots content='unavailable_after: 1969-01-01'>", (true, false, None)),
            ("<meta name=robots content='unavailable_after: 1971-01-01'>", (false, false, None)),
            ("<body><meta name=robots content=noindex>", (false, false, None)),
            ("<noscript><meta http-equiv=refresh content='0;url=/x'></noscript>", (false, false, None)),
            ("<noscript><img src=/p></noscript><meta name=robots content=none>", (true, false, None)),
            (
                "<noscript><iframe></iframe></noscript><link rel=canonical href=/a>",
                (false, false, Some("/a")),
            ),
            ("<template><p>a</template><link rel=canonical href=/a>", (false, false, Some("/a"))),
            ("<meta http-equiv=refresh content='5; url=/x'>", (false, true, None)),
            ("<meta http-equiv=refresh content='0; /x'>", (false, true, None)),
            ("<meta http-equiv=refresh content='300;url=/x'>", (false, false, None)),
            ("<meta http-equiv=refresh content=60>", (false, false, None)),
            ("<script>window.location.href = '/p/'</script>", (false, true, None)),
            (
                "<button onclick=\"location.href='/'\">a</button><code>window.location = '/'</code>",
                (false, false, None),
            ),
            (
                "<title><link rel=canonical href=/no></title><link rel='x canonical' href=/a>",
                (false, false, Some("/a")),
            ),
        ] {
            assert_eq!(head(html), (expected.0, expected.1, expected.2.map(str::to_owned)), "{html}");
        }
    }
}

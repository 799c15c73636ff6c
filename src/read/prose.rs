//! The excerpt and the HTML of a post, from its body and its generator's conventions for prose.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::links::Links;
use crate::config::Config;
use crate::generators::{Definitions, Excerpt, Flavour, Prose, Variables, built};
use crate::markup::{
    Markup, Templates, Value, clean, directives, excerpt, kramdown, literal, main_text, markdown,
    math::{self, SetAside},
    notes,
    strip::{decode_references, strip_html},
    template,
};
use crate::model::Post;
use crate::source::Source;
use crate::text;

/// The excerpt of a post that has no summary of its own, as plain text on one line. The body is legal; what could not be
/// resolved in it is added to `unknown`.
pub(super) fn excerpt(
    post: &Post,
    body: &str,
    source: &Source,
    config: &Config,
    unknown: &mut BTreeSet<String>,
) -> Option<String> {
    let prose = config.dialect.prose(post, &config.site);
    if is_unread(post, body, unknown) {
        return None;
    }
    // The site's own configuration counts, whatever the generator's rule is.
    let rule = match (&config.site.excerpt_separator, &prose.excerpt) {
        (Some(separator), Excerpt::Before(_, rule)) => Excerpt::Before(separator.clone(), *rule),
        (Some(separator), Excerpt::Words(_)) => Excerpt::Marker(Some(separator.clone())),
        (_, rule) => rule.clone(),
    };
    if let Excerpt::Before(separator, rule) = &rule {
        return before((separator, *rule), post, body, source, &prose, config, unknown);
    }
    let text = resolved(post, source, body, &prose, None, config, unknown);
    if hides(&text) {
        let html = markdown::html(&text, prose.markup, unknown);
        let place = clean::Place { page: &post.url, title: &post.title, pixels: clean::Pixels::Remove };
        return excerpt_of_page(&clean::publishable(&html, &place)?);
    }
    let aside = set_aside(&text, &prose);
    let plain = plain_text(&aside.text, post, &prose, config, unknown);
    let excerpt = match &rule {
        Excerpt::Marker(separator) => excerpt::of_body(&plain, prose.markup, separator.as_deref()),
        Excerpt::Words(words) => excerpt::of_words(&plain, prose.markup, *words),
        Excerpt::Before(..) => None,
    };
    excerpt.map(|excerpt| aside.put_into_text(excerpt))
}

/// The same from the text of the page that a post became.
pub(super) fn excerpt_of_page(html: &str) -> Option<String> {
    excerpt::of_body(html, Markup::Html, None)
}

/// Whether a text has a tag that hides what is in it. Most texts have few tags, and the pattern is slow.
fn hides(text: &str) -> bool {
    text.split('>').filter_map(|part| Some(part.split_at(part.find('<')?).1)).any(|tag| HIDING.is_match(tag))
}

static HIDING: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"(?is)<[a-z].*(\shidden\b|display\s*:\s*none)";
    Regex::new(pattern).unwrap_or_else(|error| unreachable!("{error}"))
});

/// Sets the formulas aside where Markdown is read.
fn set_aside<'a>(text: &'a str, prose: &Prose) -> SetAside<'a> {
    match (prose.markup, prose.flavour) {
        (Markup::Markdown, Flavour::CommonMark) => math::set_aside(text, math::Marks::Any),
        (Markup::Markdown, Flavour::Kramdown) => math::set_aside(text, math::Marks::DoubleDollar),
        (Markup::Html | Markup::Plain, _) => SetAside::none(text),
    }
}

/// A text without what only some renderers can mean.
fn plain_text(
    text: &str,
    post: &Post,
    prose: &Prose,
    config: &Config,
    unknown: &mut BTreeSet<String>,
) -> String {
    match prose.markup {
        Markup::Markdown => common_markdown(text, post, unknown),
        Markup::Html if built::is_whole(text) => {
            let selector = config.content_selector.as_deref();
            main_text::of_any_page(text, selector, &post.title).unwrap_or_default()
        }
        Markup::Html | Markup::Plain => text.to_owned(),
    }
}

/// Markdown of an unknown flavour as a parser can read it.
fn common_markdown(text: &str, post: &Post, unknown: &mut BTreeSet<String>) -> String {
    let is_mdx = post.path.to_ascii_lowercase().ends_with(".mdx");
    let text = directives::prepared(&kramdown::without_plain_marks(text), is_mdx, unknown).into_owned();
    directives::name_marks(&text, unknown);
    text
}

/// What comes before the separator, rendered, without tags.
fn before(
    (separator, rule): (&str, Definitions),
    post: &Post,
    body: &str,
    source: &Source,
    prose: &Prose,
    config: &Config,
    unknown: &mut BTreeSet<String>,
) -> Option<String> {
    if separator.is_empty() {
        return None;
    }
    let body = without_blank_lines(body);
    let (head, tail) = split_at_separator(body, separator, source).unwrap_or((body, ""));
    let plain = resolved(post, source, head, prose, None, config, unknown);
    let aside = set_aside(&plain, prose);
    let html = match prose.markup {
        Markup::Markdown => {
            let references = definitions(head, tail, rule).collect::<Vec<_>>().join("\n\n");
            let references = resolved(post, source, &references, prose, None, config, unknown);
            let text = format!("{}\n\n{references}\n", aside.text);
            let fences = if tail.is_empty() { kramdown::OpenFence::Code } else { kramdown::OpenFence::Text };
            kramdown::html(&text, fences)
        }
        Markup::Html | Markup::Plain => aside.text.clone().into_owned(),
    };
    let html = aside.put_into_html(html);
    let stripped = strip_html(&html);
    let line = text::one_line(&text::legal(&decode_references(&text::one_line(&stripped))));
    Some(literal(&line)).filter(|line| !line.is_empty())
}

/// Splits a body at a separator. As in Jekyll, line breaks in the separator do not match CR LF.
fn split_at_separator<'a>(body: &'a str, separator: &str, source: &Source) -> Option<(&'a str, &'a str)> {
    let lines = |text: &str| memchr::memchr_iter(b'\n', text.as_bytes()).count();
    let before = lines(&source.text).saturating_sub(lines(body));
    let is_written_so = |at: usize| {
        let first = before + body.get(..at).map_or(0, lines);
        (first..first + lines(separator)).all(|line| source.crlf.binary_search(&line).is_err())
    };
    let mut places = body.match_indices(separator).map(|(at, _)| at);
    let at = places.find(|at| source.crlf.is_empty() || is_written_so(*at))?;
    Some((body.get(..at)?, body.get(at + separator.len()..)?))
}

/// A body without the blank lines after the front matter, which belong to its fence.
fn without_blank_lines(body: &str) -> &str {
    let text = body.trim_start();
    let (blank, _) = body.split_at(body.len() - text.len());
    body.split_at(blank.rfind('\n').map_or(0, |at| at + 1)).1
}

/// Link definitions of the rest of a post, as far as its excerpt has their labels.
fn definitions<'a>(head: &'a str, tail: &'a str, rule: Definitions) -> impl Iterator<Item = &'a str> {
    tail.lines().filter(move |line| {
        let bare = line.trim_start_matches(' ');
        let Some((label, rest)) = bare.find(']').map(|end| bare.split_at(end + 1)) else { return false };
        line.len() - bare.len() <= 3
            && label.starts_with('[')
            && label.len() > 2
            && rest.starts_with(':')
            && rest.len() > 1
            && (rule == Definitions::All || head.contains(label))
    })
}

/// The HTML of a post, rendered from its source. The body is legal; templates that cannot be resolved are added to
/// `unknown`.
pub(super) fn html(
    post: &Post,
    source: &Source,
    body: &str,
    links: &Links<'_>,
    config: &Config,
    unknown: &mut BTreeSet<String>,
) -> String {
    let prose = config.dialect.prose(post, &config.site);
    if is_unread(post, body, unknown) {
        return String::new();
    }
    let text = resolved(post, source, body, &prose, Some(links), config, unknown);
    let aside = set_aside(&text, &prose);
    let html = match (prose.markup, prose.flavour) {
        (Markup::Markdown, Flavour::CommonMark) => {
            let text = common_markdown(&aside.text, post, unknown);
            notes::placed(markdown::html(&text, prose.markup, unknown), prose.notes)
        }
        (Markup::Markdown, Flavour::Kramdown) => {
            notes::placed(kramdown::html(&aside.text, kramdown::OpenFence::Code), prose.notes)
        }
        // The source is a whole HTML page, of which only the main text is used.
        (Markup::Html, Flavour::CommonMark) if built::is_whole(&text) => {
            let selector = config.content_selector.as_deref();
            main_text::of_any_page(&text, selector, &post.title).unwrap_or_else(|| text.clone())
        }
        (markup, _) => markdown::html(&text, markup, unknown),
    };
    aside.put_into_html(html)
}

/// Whether a body is in reStructuredText, with marks that would be read as text: only its generator can read them.
fn is_unread(post: &Post, body: &str, unknown: &mut BTreeSet<String>) -> bool {
    let is_rst = post.path.rsplit_once('.').is_some_and(|(_, end)| end.eq_ignore_ascii_case("rst"));
    let is_line = |line: &str| {
        line.len() > 2 && line.bytes().all(|byte| matches!(byte, b'=' | b'-' | b'~' | b'^' | b'"'))
    };
    let has_marks = || body.contains(['`', '*', '|']) || body.contains("::") || body.lines().any(is_line);
    let is_unread = is_rst && has_marks();
    if is_unread {
        unknown.insert("reStructuredText".to_owned());
    }
    is_unread
}

/// A body with its templates resolved, and without those that only the generator can run.
fn resolved(
    post: &Post,
    source: &Source,
    body: &str,
    prose: &Prose,
    links: Option<&Links<'_>>,
    config: &Config,
    unknown: &mut BTreeSet<String>,
) -> String {
    let link = |written: &str| {
        let url = links?.tag(written, &post.path)?.url();
        Some(match prose.templates {
            // Liquid's have no host.
            Templates::Liquid => url.strip_prefix(config.site.base_url.origin()).unwrap_or(url).to_owned(),
            _ => url.to_owned(),
        })
    };
    match (prose.templates, prose.markup) {
        // The text is as written.
        (Templates::Outside | Templates::Nunjucks, Markup::Plain) | (Templates::None, _) => body.to_owned(),
        (Templates::Outside | Templates::Nunjucks, _) => {
            template::resolve(body, prose.templates, &|_| None, &link, unknown)
        }
        (Templates::Liquid, _) => {
            let written = config.dialect.variables(post, source);
            let variable = |name: &str| variable(name, &written, post, config);
            template::resolve(body, prose.templates, &variable, &link, unknown)
        }
    }
}

/// The values of Liquid's plain variables.
fn variable(name: &str, written: &Variables<'_>, post: &Post, config: &Config) -> Option<Value> {
    let site = &config.site;
    let base = site.base_url.as_str().trim_end_matches('/');
    // What the generator makes of a site or a post, where they do not say it themselves.
    let made = match name {
        "page.title" => Some(post.title.as_str()),
        "page.url" => Some(post.url.strip_prefix(base).unwrap_or(&post.url)),
        "site.title" => site.title.as_deref(),
        "site.description" => site.description.as_deref(),
        "site.url" => Some(site.base_url.origin()),
        "site.baseurl" => Some(site.base_url.folder()),
        _ => None,
    };
    written(name)
        .filter(|value| made.is_none() || *value != Value::Nil)
        .or_else(|| made.map(|made| Value::Text(made.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_that_hide() {
        for text in
            ["<p hidden>a", "a<b\nclass=x HIDDEN=''>", "<p style='display : none'>", "<p title='<' hidden>"]
        {
            assert!(hides(text), "{text}");
        }
        for text in ["hidden", "< p hidden>", "<p class=hidden>", "<p> hidden", "</p hidden>"] {
            assert!(!hides(text), "{text}");
        }
    }

    #[test]
    fn the_head_of_a_body() {
        assert_eq!(without_blank_lines("\n \n  text\n"), "  text\n");
        assert_eq!(without_blank_lines("text"), "text");
        let head = "See [a] and [b].";
        let tail = "[a]: /a\n   [b]: /b\n    [a]: code\n[c]: /c\n[a]\n[]: x";
        assert_eq!(
            definitions(head, tail, Definitions::Named).collect::<Vec<_>>(),
            ["[a]: /a", "   [b]: /b"]
        );
        assert!(
            built::is_whole("\n<!DOCTYPE html>")
                && built::is_whole("<HTML lang=en>")
                && !built::is_whole("<h1>")
        );
    }
}

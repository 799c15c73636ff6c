//! Links to and from footnotes get the anchors that the page of a post has for them, or are removed.

use crate::text::has;

/// How a page names the anchors of its footnotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notes {
    /// By their numbers, as goldmark does: `fn:1`, `fnref:1`, and `fnref1:1` for the second reference.
    Numbers,
    /// By their names, as kramdown does: `fn:x`, `fnref:x`, `fnref:x:1`.
    Names,
    /// By their names, as Python-Markdown does: `fn:x`, `fnref:x`, `fnref2:x`.
    NamesAfterCounts,
    /// Not known: a link would be a guess.
    Unknown,
}

/// How each of these links begins.
const START: &str = "<a href=\"#fn";

/// HTML as `comrak` writes it, with these places in its links.
pub(crate) fn placed(html: String, notes: Notes) -> String {
    if !has(&html, START) {
        return html;
    }
    let mut out = String::with_capacity(html.len());
    let mut rest = html.as_str();
    while let Some((before, link)) = rest.split_once(START) {
        out.push_str(before);
        match Link::read(link) {
            Some(link) => {
                link.write(&mut out, notes);
                rest = link.after;
            }
            // Its author wrote it.
            None => {
                out.push_str(START);
                rest = link;
            }
        }
    }
    out.push_str(rest);
    out
}

/// A link that `comrak` makes.
struct Link<'h> {
    name: &'h str,
    number: &'h str,
    /// Which reference to the note it is, counted from 1, if it leads back to that.
    back_to: Option<usize>,
    attributes: &'h str,
    text: &'h str,
    after: &'h str,
}

impl<'h> Link<'h> {
    /// Reads one behind [`START`].
    fn read(link: &'h str) -> Option<Self> {
        let (target, rest) = link.split_once('"')?;
        let (attributes, rest) = rest.split_once('>')?;
        let (text, after) = rest.split_once("</a>")?;
        if attributes.ends_with(" data-footnote-ref") {
            let name = target.strip_prefix('-')?;
            return Some(Self { name, number: text, back_to: None, attributes, text, after });
        }
        let (_, index) = attributes.split_once("data-footnote-backref-idx=\"")?;
        let (index, _) = index.split_once('"')?;
        let (number, count) = index.split_once('-').map_or((index, "1"), |(number, count)| (number, count));
        let named = target.strip_prefix("ref-")?;
        let name = if count == "1" { named } else { named.strip_suffix(count)?.strip_suffix('-')? };
        Some(Self { name, number, back_to: Some(count.parse().ok()?), attributes, text, after })
    }

    fn write(&self, out: &mut String, notes: Notes) {
        let Self { name, number, attributes, text, .. } = self;
        let place = match (notes, self.back_to) {
            // A reference becomes its number, and a link back is removed.
            (Notes::Unknown, None) => return out.push_str(text),
            (Notes::Unknown, Some(_)) => return out.truncate(out.trim_end_matches(' ').len()),
            (Notes::Numbers, None) => format!("fn:{number}"),
            (Notes::Numbers, Some(1)) => format!("fnref:{number}"),
            (Notes::Numbers, Some(count)) => format!("fnref{}:{number}", count - 1),
            (_, None) => format!("fn:{name}"),
            (_, Some(1)) => format!("fnref:{name}"),
            (Notes::Names, Some(count)) => format!("fnref:{name}:{}", count - 1),
            (Notes::NamesAfterCounts, Some(count)) => format!("fnref{count}:{name}"),
        };
        out.extend(["<a href=\"#", &place, "\"", attributes, ">", text, "</a>"]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markup::markdown;

    #[test]
    fn places_are_those_of_the_page() {
        const SOURCE: &str = "x[^n-1] y[^b] z[^n-1] <a href=\"#fn-9\">own</a>\n\n[^b]: B.\n[^n-1]: N.\n";
        let mut options = markdown::options();
        options.render.r#unsafe = true;
        let arena = comrak::Arena::new();
        let html = markdown::written(markdown::parse(&arena, SOURCE, &options), &options);
        let places = |notes| {
            let html = placed(html.clone(), notes);
            let links = html.split("<a href=\"").skip(1).filter_map(|link| link.split('"').next());
            links.map(str::to_owned).collect::<Vec<_>>().join(" ")
        };
        // As Hugo 0.168, kramdown 2.4 and Python-Markdown 3 have them.
        assert_eq!(places(Notes::Numbers), "#fn:1 #fn:2 #fn:1 #fn-9 #fnref:1 #fnref1:1 #fnref:2");
        assert_eq!(places(Notes::Names), "#fn:n-1 #fn:b #fn:n-1 #fn-9 #fnref:n-1 #fnref:n-1:1 #fnref:b");
        assert_eq!(
            places(Notes::NamesAfterCounts),
            "#fn:n-1 #fn:b #fn:n-1 #fn-9 #fnref:n-1 #fnref2:n-1 #fnref:b"
        );
        assert_eq!(places(Notes::Unknown), "#fn-9");
        let unlinked = placed(html.clone(), Notes::Unknown);
        assert!(unlinked.contains("<sup class=\"footnote-ref\">1</sup>"), "{unlinked}");
        assert!(unlinked.contains("<p>N.</p>") && !unlinked.contains('↩'), "{unlinked}");
    }
}

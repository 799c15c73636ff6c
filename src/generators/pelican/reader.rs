//! What a file says of itself, in each of the formats of articles.

use crate::markup::{strip::decode_references, tokens};
use crate::source::Source;
use html5ever::tokenizer::{TagKind, Token, states::RawKind};

use super::header;
use super::written::{Value, Written};

/// A format of articles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Markdown,
    Rst,
    Html,
}

impl Format {
    /// By the extension, which is in lower case.
    pub(super) fn of(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path);
        match name.rsplit_once('.').map(|(_, extension)| extension)? {
            "md" | "markdown" | "mkd" | "mdown" => Some(Self::Markdown),
            "rst" => Some(Self::Rst),
            "html" | "htm" => Some(Self::Html),
            _ => None,
        }
    }
}

/// Reads a file.
pub(super) fn read(format: Format, source: &Source) -> Written {
    match format {
        Format::Markdown => header::markdown(&source.text),
        Format::Rst => header::rst(&source.text),
        Format::Html => html(&source.text),
    }
}

/// `<title>`, which may have markup in it, and `<meta name content>`.
fn html(text: &str) -> Written {
    let mut written = Written::default();
    tokens::each(text, |token, _| {
        if let Token::TagToken(tag) = token {
            let get = |name: &str| {
                tag.attrs.iter().find(|own| &*own.name.local == name).map(|own| own.value.to_string())
            };
            if &*tag.name == "title" && tag.kind == TagKind::StartTag {
                return Some(RawKind::Rcdata);
            }
            let name = get("name").or_else(|| get("http-equiv")).filter(|_| &*tag.name == "meta");
            if let Some((name, content)) = name.zip(get("content").or_else(|| get("contents"))) {
                let name = if name.eq_ignore_ascii_case("keywords") { "tags".to_owned() } else { name };
                written.add(&name, Value { text: content, at: None });
            }
        }
        None
    });
    if let Some((text, at)) = title(text) {
        written.add("title", Value { text: text.to_owned(), at: Some(at) });
    }
    written
}

/// The markup in the first `<title>`, and where it begins.
fn title(text: &str) -> Option<(&str, usize)> {
    let lower = text.to_ascii_lowercase();
    let open = lower.find("<title")?;
    let start = open + lower.get(open..)?.find('>')? + 1;
    let end = start + lower.get(start..)?.find("</title")?;
    Some((text.get(start..end)?, start))
}

/// Text without tags and comments, with its references decoded and its blanks collapsed.
pub(super) fn without_tags(text: &str) -> String {
    let text = without(&without(text, "<!--", "-->"), "<", ">");
    decode_references(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A text without what is between two marks, and without these.
fn without(text: &str, open: &str, close: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(open)
        && let Some((_, after)) = after.split_once(close)
    {
        kept += before;
        rest = after;
    }
    kept + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_says_its_metadata() {
        let written = html(
            "<html><head><title>A &amp; <b></title><meta name=Tags content='x, y'><meta name=keywords contents=z></head><body><title>no</title>",
        );
        let shown: Vec<String> = written
            .pairs
            .iter()
            .map(|(name, values)| {
                format!(
                    "{name}={}",
                    values.iter().map(|value| value.text.as_str()).collect::<Vec<_>>().join("|")
                )
            })
            .collect();
        assert_eq!(shown, ["tags=x, y|z", "title=A &amp; <b>"]);
        assert_eq!(without_tags("a < b > c <!-- x --> R&amp;D  <i>e</i>"), "a c R&D e");
    }
}

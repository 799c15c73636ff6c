//! Damaged front matter: what can still be read of it, and what its author meant to hide.

use super::fences::looks_like_a_field;
use super::value::{Map, Node, Scalar};
use super::yaml;

/// Reads every top-level key on its own. A value that is still not YAML is taken as the text that follows the colon,
/// and the place of the first of these is given too: it is nearer to the fault than where the parser gave up.
pub(super) fn salvage(block: &str) -> (Map, Option<usize>) {
    let mut culprit = None;
    let mut starts: Vec<usize> = Vec::new();
    let mut at = 0;
    for line in block.split_inclusive('\n') {
        if !line.starts_with([' ', '\t', '-', '#', ']', '}']) && looks_like_a_field(line) {
            starts.push(at);
        }
        at += line.len();
    }
    let mut map = Map::default();
    for (index, &start) in starts.iter().enumerate() {
        let end = starts.get(index + 1).copied().unwrap_or(block.len());
        let chunk = block.get(start..end).unwrap_or_default();
        if let Ok(Node::Map(mut one)) = yaml::parse(chunk) {
            for (key, node) in &mut one.0 {
                key.at = key.at.map(|at| start + at);
                node.for_each_scalar(&mut |scalar| scalar.at = scalar.at.map(|at| start + at));
            }
            map.0.append(&mut one.0);
        } else if let Some((key, value)) = chunk.lines().next().and_then(|line| line.split_once(':')) {
            let value_at = start + key.len() + 1 + (value.len() - value.trim_start().len());
            let trimmed = value.trim();
            let bare = trimmed.trim_start_matches(['"', '\'']);
            let quoted = bare.len() < trimmed.len();
            let text = bare.trim_end_matches(['"', '\'']).to_owned();
            let key =
                Scalar { text: key.trim_matches(['"', '\'']).to_owned(), quoted: false, at: Some(start) };
            let at = Some(value_at + trimmed.len() - bare.len());
            culprit = culprit.or(Some(value_at));
            map.0.push((key, Node::Scalar(Scalar { text, quoted, at })));
        }
    }
    (map, culprit)
}

/// Whether damaged front matter hides the post in any form. Where it can be read no better, nothing may leak.
pub(super) fn asks_to_be_hidden(head: &str) -> bool {
    head.lines().take(200).flat_map(|line| line.split([',', '{'])).any(|field| {
        let field = field.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '"' | '\''));
        let Some((key, value)) = field.split_once([':', '=']) else { return false };
        let value = value.trim_matches([' ', '\t', '"', '\'', '}', ']']).to_ascii_lowercase();
        let no = matches!(value.as_str(), "false" | "no" | "off" | "0" | "n");
        let is_mark = |c: char| c.is_whitespace() || matches!(c, '"' | '\'');
        match key.trim_matches(is_mark).to_ascii_lowercase().as_str() {
            "draft" | "unlisted" | "hidden" | "private" => {
                !no && !matches!(value.as_str(), "" | "~" | "null")
            }
            "published" => no,
            "status" => value == "draft",
            _ => false,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_read_on_its_own() {
        let (map, culprit) = salvage("title: a: b\ntags: [x, y]\ndate: 2025-11-29\nbroken: [\n");
        let texts: Vec<_> = map.0.iter().map(|(key, node)| (&*key.text, node.as_items().len())).collect();
        assert_eq!(texts, [("title", 1), ("tags", 2), ("date", 1), ("broken", 1)]);
        assert_eq!(map.get("title").and_then(Node::as_text), Some("a: b"));
        assert_eq!(culprit, Some(7));
    }

    #[test]
    fn a_post_that_asks_to_be_hidden_is_heard_in_any_form() {
        for head in [
            "draft: true", "{\"draft\": true", "draft = true", " - unlisted: x", "published: no",
            "STATUS: Draft",
        ] {
            assert!(asks_to_be_hidden(head), "{head}");
        }
        for head in ["draft: false", "draft:", "title: draft", "published: yes", "A draft: how to write one"]
        {
            assert!(!asks_to_be_hidden(head), "{head}");
        }
    }
}

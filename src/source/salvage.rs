//! Damaged front matter: what can still be read of it.

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
}

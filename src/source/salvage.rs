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
            one.for_each_scalar(&mut |scalar| scalar.at = scalar.at.map(|at| start + at));
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
            let node = closed(trimmed).filter(|_| HOLDS.contains(&&*key.text.to_ascii_lowercase()));
            map.0.push((key, node.unwrap_or(Node::Scalar(Scalar { text, quoted, at }))));
        }
    }
    (map, culprit)
}

/// Fields that hold lists or maps.
const HOLDS: [&str; 14] = [
    "tag", "tags", "category", "categories", "keywords", "topics", "series", "author", "authors", "image",
    "images", "params", "extra", "meta",
];

/// A list or a map whose bracket, or a quotation mark in it, was never closed, as it would be with it.
fn closed(value: &str) -> Option<Node> {
    let close = match value.as_bytes().first()? {
        b'[' => "]",
        b'{' => "}",
        _ => return None,
    };
    let close = if value.ends_with(close) { "" } else { close };
    // A quotation mark may be missing instead.
    let plain = value.replace(['"', '\''], "");
    let mut node = [value, &plain].iter().find_map(|value| yaml::parse(&format!("{value}{close}")).ok())?;
    node.for_each_scalar(&mut |scalar| scalar.at = None);
    Some(node)
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
        let (map, _) = salvage("tags: [x, y\ncategories: [one, \"two]\nauthor: {name: Jo, x\ntitle: [a: b\n");
        let items = |key: &str| -> Vec<&str> {
            map.get(key).into_iter().flat_map(Node::as_items).filter_map(Node::as_text).collect()
        };
        assert_eq!(items("tags"), ["x", "y"]);
        assert_eq!(items("categories"), ["one", "two"]);
        assert_eq!(items("title"), ["[a: b"]);
        let name = map.get("author").and_then(Node::as_map).and_then(|author| author.get("name"));
        assert_eq!(name.and_then(Node::as_text), Some("Jo"));
    }
}

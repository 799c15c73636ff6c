//! Source -> FrontMatter: the fields as written, none of them required.
//!
//! YAML between `---` lines (the end may be `...`), TOML between `+++` lines, or one JSON object. Whatever is wrong
//! with it leaves a finding and costs as little as possible: a key that cannot be read does not take the others along.

use std::borrow::Cow;
use std::ops::Range;

use crate::diagnostic::{Diagnostic, Place, Rule};
use crate::node::{self, Map, Node, Scalar, SyntaxError};
use crate::source::Source;
use crate::text;

/// What a post says about itself, as written.
#[derive(Debug, Clone, Default)]
pub struct FrontMatter {
    /// The fields. Places are byte offsets in the source's text.
    pub map: Map,
    /// Whether there is any front matter.
    pub present: bool,
    /// Where the front matter is in the source's text, without its fences.
    pub span: Range<usize>,
    /// Where the body begins in the source's text.
    pub body: usize,
    /// Whether all of it may be published, character by character.
    pub legal: bool,
    /// Whether it is damaged and says in some form that the post is hidden.
    pub hides: bool,
}

/// The three notations.
#[derive(Clone, Copy, PartialEq)]
enum Notation {
    Yaml,
    Toml,
    Json,
}

/// Where front matter stands.
struct Block {
    notation: Notation,
    span: Range<usize>,
    body: usize,
    closed: bool,
}

/// What counts as front matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fences {
    /// All three notations, closed or not.
    Any,
    /// YAML between two lines, as Jekyll has it: what is not closed is text.
    Yaml,
}

/// Reads the front matter of a source.
#[must_use]
pub fn parse(found: &mut Vec<Diagnostic>, source: &Source) -> FrontMatter {
    parse_as(found, source, Fences::Any)
}

/// Reads the front matter of a source, if it is of the wanted kind.
#[must_use]
pub fn parse_as(found: &mut Vec<Diagnostic>, source: &Source, fences: Fences) -> FrontMatter {
    let wanted = |block: &Block| fences == Fences::Any || block.notation == Notation::Yaml;
    let Some(block) = find_in(source).filter(wanted) else {
        // A body that opens like front matter may be a draft whose fence is damaged.
        let head = source.text.trim_start_matches(['\u{FEFF}', '\n', ' ', '\t']);
        let is_field = || head.lines().next().is_some_and(looks_like_a_field);
        let mut opening = head.lines().take(50).map(str::trim_end);
        let mut has_fence = || opening.any(|line| matches!(line, "---" | "+++"));
        let suspicious = head.starts_with("---")
            || head.starts_with("+++")
            || head.starts_with("{\"")
            || ((head.starts_with("<!--") || head.starts_with('%') || is_field()) && has_fence());
        return FrontMatter { hides: suspicious && asks_to_be_hidden(head), ..FrontMatter::default() };
    };
    if fences == Fences::Yaml && !block.closed {
        let help = "Jekyll takes all of it for text, and so it is published; close it with a line `---`";
        found.push(
            Diagnostic::new(Rule::UnclosedFrontMatter, source.path.clone(), "the front matter is not closed")
                .at(source.place(0..3))
                .help(help),
        );
        return FrontMatter { hides: asks_to_be_hidden(&source.text), ..FrontMatter::default() };
    }
    let written = source.text.get(block.span.clone()).unwrap_or_default();
    if !block.closed {
        found.push(
            Diagnostic::new(Rule::UnclosedFrontMatter, source.path.clone(), "the front matter is not closed")
                .at(source.place(0..3))
                .help(format!(
                    "the {} that look like front matter are used as such; close it with a line `{}`",
                    counted(written.lines().count(), "line"),
                    if block.notation == Notation::Toml { "+++" } else { "---" },
                )),
        );
    }
    // The parsers refuse a whole document for one forbidden character.
    let is_legal = text::is_legal(written);
    let (legal, removed) =
        if is_legal { (Cow::Borrowed(written), Vec::new()) } else { text::without_forbidden(written) };
    if !removed.is_empty() {
        report_forbidden(found, source, &block.span);
    }
    let shifts: Vec<(usize, usize)> = removed
        .iter()
        .scan(0, |total, (position, bytes)| {
            *total += bytes;
            Some((*position, *total))
        })
        .collect();
    let original = |at: usize| {
        let before = shifts.partition_point(|(position, _)| *position <= at);
        block.span.start
            + at
            + before.checked_sub(1).and_then(|last| shifts.get(last)).map_or(0, |(_, total)| *total)
    };
    let (mut node, errors) = match block.notation {
        Notation::Yaml => yaml(&legal),
        Notation::Toml => {
            let (map, errors) = node::parse_toml(&legal);
            (Node::Map(map), errors)
        }
        Notation::Json => match node::parse_json(&legal) {
            Ok((node, _)) => (node, Vec::new()),
            // Without the commas, a line of JSON is a line of YAML.
            Err(error) => (Node::Map(salvage(&legal.replace(",\n", " \n")).0), vec![error]),
        },
    };
    node.for_each_scalar(&mut |scalar| scalar.at = scalar.at.map(original));
    let hides = (!block.closed && asks_to_be_hidden(&source.text))
        || (!errors.is_empty() && asks_to_be_hidden(&legal));
    for error in errors {
        found.push(
            Diagnostic::new(
                Rule::BrokenFrontMatter,
                source.path.clone(),
                format!("the front matter cannot be read: {}", error.message),
            )
            .at({
                let at = error.at.map_or(block.span.start, original);
                source.place(at..at + 1)
            })
            .help("what can be read key by key is used"),
        );
    }
    let map = match node {
        Node::Map(map) => map,
        Node::List(_) | Node::Scalar(_) => Map::default(),
    };
    for key in map.duplicates() {
        found.push(
            Diagnostic::new(
                Rule::DuplicateKey,
                source.path.clone(),
                format!("`{}` stands twice", text::shown(&key.text)),
            )
            .at(key.at.map(|at| source.place(at..at + key.text.len())))
            .help("the last one is used"),
        );
    }
    // What an escape stands for is in no source.
    let legal = is_legal && has_legal_escapes(&map);
    FrontMatter { map, present: true, span: block.span, body: block.body, legal, hides }
}

fn has_legal_escapes(map: &Map) -> bool {
    let is_legal = |scalar: &Scalar| scalar.at.is_some() || text::is_legal(&scalar.text);
    fn all(node: &Node, is_legal: &impl Fn(&Scalar) -> bool) -> bool {
        match node {
            Node::Scalar(scalar) => is_legal(scalar),
            Node::List(items) => items.iter().all(|item| all(item, is_legal)),
            Node::Map(map) => map.0.iter().all(|(key, node)| is_legal(key) && all(node, is_legal)),
        }
    }
    map.0.iter().all(|(key, node)| is_legal(key) && all(node, &is_legal))
}

impl FrontMatter {
    /// The first of several names for the same thing that has a value.
    #[must_use]
    pub fn first(&self, names: &[&'static str]) -> Option<(&'static str, &Node)> {
        names.iter().find_map(|name| {
            let node = self.map.get(name)?;
            let is_empty = match node {
                Node::Scalar(scalar) => scalar.text.trim().is_empty() || scalar.is_null(),
                Node::List(items) => items.is_empty(),
                Node::Map(map) => map.0.is_empty(),
            };
            (!is_empty).then_some((*name, node))
        })
    }

    /// Gives fields that are written with capitals the names that they are known by: `Title`, `DATE`.
    pub(crate) fn unify_names(&mut self, is_known: impl Fn(&str) -> bool) {
        for index in 0..self.map.0.len() {
            let Some((key, _)) = self.map.0.get(index) else { return };
            let name = key.text.trim();
            if name.len() == key.text.len() && !name.bytes().any(|byte| byte.is_ascii_uppercase()) {
                continue;
            }
            let lower = name.to_ascii_lowercase();
            if !is_known(name)
                && is_known(&lower)
                && self.map.get(&lower).is_none()
                && let Some((key, _)) = self.map.0.get_mut(index)
            {
                key.text = lower;
            }
        }
    }

    /// The place of a value; where the parser does not say it, that of its key.
    #[must_use]
    pub fn place(&self, source: &Source, key: &str) -> Option<Place> {
        let entry = self.map.entry(key);
        if let Some((_, Node::Scalar(Scalar { text, at: Some(at), .. }))) = entry {
            return Some(source.place(*at..at + text.len()));
        }
        let at = entry.and_then(|(name, node)| node.at().or(name.at)).or_else(|| {
            let block = source.text.get(self.span.clone())?;
            block.find(&format!("\"{key}\"")).map(|inset| self.span.start + inset + 1)
        });
        at.map(|at| source.place(at..at + 1))
    }
}

fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("{count} {noun}") } else { format!("{count} {noun}s") }
}

fn report_forbidden(found: &mut Vec<Diagnostic>, source: &Source, span: &Range<usize>) {
    let block = source.text.get(span.clone()).unwrap_or_default();
    let mut line = usize::MAX;
    // One finding a line, and not more than anybody reads.
    for (at, c) in text::forbidden(block).take(200) {
        let at = span.start + at;
        let place = source.place(at..at + c.len_utf8());
        if place.line == line {
            continue;
        }
        line = place.line;
        found.push(
            Diagnostic::new(
                Rule::ForbiddenCharacter,
                source.path.clone(),
                format!("the front matter contains {}, which no feed may contain", text::code_point(c)),
            )
            .at(place)
            .help("what is forbidden on this line was left out"),
        );
    }
}

/// Whether damaged front matter says in any form that the post is not for everybody. Where it can be read no better,
/// nothing may leak.
fn asks_to_be_hidden(head: &str) -> bool {
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

fn find_in(source: &Source) -> Option<Block> {
    if !source.is_head {
        return find(&source.text);
    }
    // A head is YAML between its fences, and nothing else.
    let closing = source.text.trim_end_matches('\n').rfind('\n')? + 1;
    let (notation, body) = (Notation::Yaml, source.text.len());
    Some(Block { notation, span: "---\n".len()..closing, body, closed: true })
}

fn find(source: &str) -> Option<Block> {
    let first = source.lines().next()?.trim_end();
    let notation = match first {
        "---" => Notation::Yaml,
        "+++" => Notation::Toml,
        _ if source.starts_with('{') => return find_json(source),
        _ => return None,
    };
    let start = source.find('\n').map_or(source.len(), |newline| newline + 1);
    let mut at = start;
    for line in source.get(start..)?.split_inclusive('\n') {
        let closing =
            matches!((notation, line.trim_end()), (Notation::Yaml, "---" | "...") | (Notation::Toml, "+++"));
        if closing {
            return Some(Block { notation, span: start..at, body: at + line.len(), closed: true });
        }
        at += line.len();
    }
    // Never closed: the lines that look like it. None at all is a body that opens with a rule.
    let end = start
        + source
            .get(start..)?
            .split_inclusive('\n')
            .take_while(|line| looks_like_a_field(line))
            .map(str::len)
            .sum::<usize>();
    (end > start).then_some(Block { notation, span: start..end, body: end, closed: false })
}

fn looks_like_a_field(line: &str) -> bool {
    let word = line
        .trim_start_matches(['"', '\''])
        .trim_start_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
    let key = word.len() < line.len() && word.trim_start_matches(['"', '\'', ' ']).starts_with([':', '=']);
    let continued = line.starts_with([' ', '\t', '-', '#', '[', ']']) && !line.trim().is_empty();
    key || continued
}

fn find_json(source: &str) -> Option<Block> {
    // `{% include %}`, `{{ page.title }}` and `{: .class}` open bodies, not objects.
    let second = source.get(1..)?.trim_start();
    if !second.starts_with(['"', '}']) {
        return None;
    }
    let (end, closed) = match node::parse_json(source) {
        Ok((_, end)) => (end, true),
        // A broken object ends with its first line, or with the first that is a brace alone.
        Err(_) => match source.lines().next() {
            Some(line) if line.trim_end().ends_with('}') => (line.len(), true),
            _ => source.find("\n}").map_or_else(|| (0, false), |newline| (newline + 2, true)),
        },
    };
    let rest = source.get(end..)?;
    let body = end + if rest.starts_with('\n') { 1 } else { 0 };
    (end > 0).then_some(Block { notation: Notation::Json, span: 0..end, body, closed })
}

fn yaml(block: &str) -> (Node, Vec<SyntaxError>) {
    match node::parse_yaml(block) {
        Ok(Node::Map(map)) => (Node::Map(map), Vec::new()),
        Ok(Node::Scalar(scalar)) if scalar.is_null() => (Node::Map(Map::default()), Vec::new()),
        Ok(other) => {
            let message = format!("it is {}, not a map", other.kind());
            (Node::Map(salvage(block).0), vec![SyntaxError { message, at: other.at() }])
        }
        Err(_) if block.lines().all(|line| matches!(line.trim_start().as_bytes(), [] | [b'#', ..])) => {
            (Node::Map(Map::default()), Vec::new())
        }
        Err(error) => {
            let (map, culprit) = salvage(block);
            (Node::Map(map), vec![SyntaxError { at: culprit.or(error.at), ..error }])
        }
    }
}

/// Reads every top-level key on its own. A value that is still not YAML is taken as the text that follows the colon,
/// and where the first of these begins is told too: that is nearer to the fault than where the parser gave up.
fn salvage(block: &str) -> (Map, Option<usize>) {
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
        if let Ok(Node::Map(mut one)) = node::parse_yaml(chunk) {
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
    use crate::source::decode;

    /// Fields as `key=text` or `key!kind`, then `|` and the body, then the rules that were broken.
    #[track_caller]
    fn case(text: &str, expected: &str) {
        let mut found = Vec::new();
        let source = decode("a.md", text.into());
        let read = parse(&mut found, &source);
        let mut shown: Vec<String> = read
            .map
            .0
            .iter()
            .map(|(key, node)| match node.as_scalar() {
                Some(scalar) => {
                    if let Some(at) = scalar.at {
                        assert!(
                            source.text.get(at..).is_some_and(|rest| scalar
                                .text
                                .chars()
                                .next()
                                .is_none_or(|first| rest.starts_with(first))),
                            "{at} {scalar:?}"
                        );
                    }
                    format!("{}={}", key.text, scalar.text)
                }
                None => format!("{}!{}", key.text, node.kind()),
            })
            .collect();
        shown.push(format!("|{}", source.text.get(read.body..).unwrap()));
        shown.extend(found.iter().map(|diagnostic| {
            let place = diagnostic.place.as_ref().unwrap();
            format!("{}:{}:{}", place.line, place.column, diagnostic.rule.name())
        }));
        assert_eq!(shown.join(" "), expected, "{text:?}");
    }

    #[test]
    fn fences() {
        case("", "|");
        case("text\n", "|text\n");
        case("---\na: b\n---\nbody", "a=b |body");
        case("--- \na: b\n...\n\nbody", "a=b |\nbody");
        case("---\n---\n", "|");
        case("---\n\n# only a comment\n---\nx", "|x");
        case("+++\na = 'b'\nc = 2025-11-29\n+++\nbody", "a=b c=2025-11-29 |body");
        case("{\"a\": \"b\", \"c\": [1]}\nbody", "a=b c!a list |body");
        case("{% include a %}\n", "|{% include a %}\n");
        case("\n---\na: b\n---\n", "|\n---\na: b\n---\n");
        case("----\na: b\n", "|----\na: b\n");
        case("\u{FEFF}---\r\na: b\r\n---\r\nbody\r\n", "a=b |body\n");
    }

    #[test]
    fn damage_costs_little() {
        case("---\na: b\nc: d\n\nbody", "a=b c=d |\nbody 1:1:unclosed-front-matter");
        case("---\nJust a rule above.\n", "|---\nJust a rule above.\n");
        case(
            "---\ntitle: One: two\ndraft: true\n---\n",
            "title=One: two draft=true | 2:8:broken-front-matter",
        );
        case("---\ntitle: \"a\ndate: 2025-11-29\n---\n", "title=a date=2025-11-29 | 2:8:broken-front-matter");
        case("---\n- a\n---\n", "| 2:3:broken-front-matter");
        case("---\na: 1\na: 2\n---\n", "a=1 a=2 | 2:1:duplicate-key");
        case("---\na\u{8}: \"x\u{B}y\"\nb: c\n---\n", "a=x y b=c | 2:2:forbidden-character");
        case("+++\na = 1\nb = \n+++\n", "a=1 b= | 3:5:broken-front-matter");
        case("{\"a\": }\n}\nbody", "|}\nbody 1:7:broken-front-matter");
    }
}

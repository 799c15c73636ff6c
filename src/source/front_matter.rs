//! Source -> [`FrontMatter`]: the fields as written, none of them required.
//!
//! YAML between `---` lines (the end may be `...`), TOML between `+++` lines, or one JSON object.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use super::fences::{Block, Notation, find_hexo, find_in};
use super::lookalike::{self, Asks};
use super::lookup::Lookup;
use super::salvage::salvage;
use super::value::{Map, Node, Scalar, SyntaxError};
use super::{Source, json, toml, yaml};
use crate::diagnostic::{Diagnostic, Place, Rule};
use crate::text;

/// The front matter of a post, as written.
#[derive(Debug, Clone, Default)]
pub(crate) struct FrontMatter {
    /// The fields. Places are byte offsets in the source's text.
    pub map: Lookup,
    /// Whether there is any front matter.
    pub present: bool,
    /// Where the front matter is in the source's text, without its fences.
    pub span: Range<usize>,
    /// Where the body begins in the source's text.
    pub body: usize,
    /// Whether all of it may be published, character by character.
    pub legal: bool,
    /// Where fields may be that could not be read.
    pub unread: Unread,
    /// Whether it is a program, and not data.
    pub is_script: bool,
    /// Whether a parser that repairs nothing refuses it.
    pub is_broken: bool,
}

/// Where fields may be that could not be read.
#[derive(Debug, Clone)]
pub(crate) enum Unread {
    /// Nowhere.
    Nothing,
    /// In a part of the text, which is front matter, and whether that has an end.
    Within(Range<usize>, bool),
    /// Where the text goes on from here, if that looks like front matter.
    From(usize),
}

impl Unread {
    fn of(source: &Source, block: &Block, map: &Map, errors: &[SyntaxError]) -> Self {
        match (block.closed, errors, block.notation) {
            (true, [], _) if map.0.is_empty() || begins_like_another(source, block.body) => {
                Self::From(block.body)
            }
            (true, [], _) => Self::Nothing,
            // Broken JSON may go on after what was taken for its end.
            (false, ..) | (_, _, Notation::Json) => Self::Within(block.span.start..source.text.len(), false),
            (true, ..) => Self::Within(block.span.clone(), true),
        }
    }
}

impl Default for Unread {
    fn default() -> Self {
        Self::From(0)
    }
}

/// What counts as front matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fences {
    /// YAML, TOML or JSON, closed or not.
    Any,
    /// YAML between two lines, as Jekyll has it: what is not closed is text.
    Yaml,
    /// As Hexo has it: the fence above it may be missing.
    Hexo,
}

/// Reads the front matter of a source, if it is of the wanted kind. Every fault is reported and does as
/// little harm as possible: if one key cannot be read, the others are read all the same.
pub(crate) fn parse(found: &mut Vec<Diagnostic>, source: &Source, fences: Fences) -> FrontMatter {
    let Some(block) = find_of(source, fences) else {
        let first = source.text.lines().next().unwrap_or_default();
        let is_script = matches!(first.trim_end(), "---js" | "---javascript" | "---ts" | "---typescript");
        return FrontMatter { is_script, ..FrontMatter::default() };
    };
    if !block.closed {
        report_unclosed(found, source, &block, fences);
        if fences == Fences::Yaml {
            return FrontMatter::default();
        }
    }
    let written = block.text(source);
    let is_legal = text::is_legal(written);
    // The parsers refuse a whole document for one forbidden character.
    let (legal, removed) = match is_legal {
        true => (Cow::Borrowed(written), Vec::new()),
        false => text::without_forbidden(written),
    };
    if !is_legal {
        report_forbidden(found, source, &block);
    }
    found.extend(source.guessed_encoding(0..block.body));
    let places = Places::new(block.span.start, &removed);
    // Hexo takes tabs at the start of a line for blanks.
    let legal = match fences {
        Fences::Hexo if legal.contains("\n\t") => Cow::Owned(with_blanks(&legal)),
        _ => legal,
    };
    let (mut map, errors) = block.notation.parse(&legal);
    let mut are_in_place = true;
    let mut place = |scalar: &mut Scalar| {
        scalar.at = scalar.at.map(|at| places.original(at));
        are_in_place &= scalar.at.is_some();
    };
    map.for_each_scalar(&mut place);
    let duplicates = map.duplicates();
    let is_broken = !errors.is_empty() || !duplicates.is_empty();
    found.extend(errors.iter().take(MOST_FINDINGS).map(|error| {
        let at = error.at.map_or(block.span.start, |at| places.original(at));
        broken(source, at, error)
    }));
    found.extend(duplicates.into_iter().take(MOST_FINDINGS).map(|key| repeated(source, key)));
    // The character that an escape denotes is in no source.
    let legal = is_legal && (are_in_place || has_legal_escapes(&map));
    FrontMatter {
        unread: Unread::of(source, &block, &map, &errors),
        map: map.into(),
        present: true,
        span: block.span,
        body: block.body,
        legal,
        is_script: false,
        is_broken,
    }
}

fn find_of(source: &Source, fences: Fences) -> Option<Block> {
    match fences {
        Fences::Any => find_in(source),
        Fences::Yaml => find_in(source).filter(|block| block.notation == Notation::Yaml),
        Fences::Hexo => find_hexo(source),
    }
}

/// Whether a body begins like front matter.
fn begins_like_another(source: &Source, body: usize) -> bool {
    let body = source.text.get(body..).unwrap_or_default();
    ["---\n", "+++\n", "{\"", "...\n"].iter().any(|fence| body.starts_with(fence))
}

/// How many mistakes of one front matter are reported.
const MOST_FINDINGS: usize = 100;

/// The same text with a blank for each tab at the start of a line.
fn with_blanks(text: &str) -> String {
    let line = |line: &str| {
        let rest = line.trim_start_matches('\t');
        format!("{}{rest}", " ".repeat(line.len() - rest.len()))
    };
    text.split_inclusive('\n').map(line).collect()
}

/// The finding about front matter that a parser refuses, at a place in the source.
fn broken(source: &Source, at: usize, error: &SyntaxError) -> Diagnostic {
    let message = format!("the front matter cannot be read: {}", error.message);
    let finding = source.finding(Rule::BrokenFrontMatter, at..at + 1, message);
    let advice = error.advice().map_or_else(String::new, |advice| format!("{advice}; "));
    finding.help(format!("{advice}what can be read key by key is used"))
}

/// The finding about a repeated key.
fn repeated(source: &Source, key: &Scalar) -> Diagnostic {
    let message = format!("`{}` is repeated", text::shown(&key.text));
    let place = key.at.map(|at| source.place(at..at + key.text.len()));
    let finding = Diagnostic::new(Rule::DuplicateKey, source.path.clone(), message);
    finding.at(place).help("the last one is used")
}

fn report_unclosed(found: &mut Vec<Diagnostic>, source: &Source, block: &Block, fences: Fences) {
    let fence = if block.notation == Notation::Toml { "+++" } else { "---" };
    let help = match (fences, block.text(source).lines().count()) {
        (Fences::Yaml, _) => {
            format!(
                "the generator reads all of it as text, and so it is published; close it with a line `{fence}`"
            )
        }
        (_, 1) => {
            format!("one line looks like front matter and is used; close it with a line `{fence}`")
        }
        (_, lines) => {
            format!("{lines} lines look like front matter and are used; close it with a line `{fence}`")
        }
    };
    let finding = source.finding(Rule::UnclosedFrontMatter, 0..3, "the front matter is not closed");
    found.push(finding.help(help));
}

/// One finding a line, up to a limit.
fn report_forbidden(found: &mut Vec<Diagnostic>, source: &Source, block: &Block) {
    let mut line_end = 0;
    for (at, c) in text::forbidden(block.text(source)).take(200) {
        if at >= line_end {
            let rest = block.text(source).split_at(at).1;
            line_end = at + rest.find('\n').unwrap_or(rest.len());
            let line = rest.split_at(line_end - at).0;
            let count = text::forbidden(line).count();
            found.push(source.unpublishable(
                "the front matter contains",
                c,
                Some(block.span.start + at),
                count,
            ));
        }
    }
}

fn has_legal_escapes(map: &Map) -> bool {
    map.0.iter().all(|(key, node)| is_legal_or_in_place(key) && is_all_legal(node))
}

fn is_all_legal(node: &Node) -> bool {
    match node {
        Node::Scalar(scalar) => is_legal_or_in_place(scalar),
        Node::List(items) => items.iter().all(is_all_legal),
        Node::Map(map) => has_legal_escapes(map),
    }
}

fn is_legal_or_in_place(scalar: &Scalar) -> bool {
    scalar.at.is_some() || text::is_legal(&scalar.text)
}

/// The place in a source of what was parsed, after characters were removed from it.
struct Places {
    start: usize,
    /// For each removal: its offset in the parsed text, and how many bytes have been removed up to there.
    removed: Vec<(usize, usize)>,
}

impl Places {
    fn new(start: usize, removed: &[(usize, usize)]) -> Self {
        let mut total = 0;
        let removed = removed.iter().map(|(at, bytes)| {
            total += bytes;
            (*at, total)
        });
        Self { start, removed: removed.collect() }
    }

    fn original(&self, at: usize) -> usize {
        let before = self.removed.partition_point(|(removed_at, _)| *removed_at <= at);
        let removed = before.checked_sub(1).and_then(|last| self.removed.get(last));
        self.start + at + removed.map_or(0, |(_, total)| *total)
    }
}

impl Notation {
    /// The fields, and what is wrong with them. What is broken is read key by key.
    fn parse(self, text: &str) -> (Map, Vec<SyntaxError>) {
        match self {
            Self::Yaml => yaml_fields(text),
            Self::Toml => toml::parse(text),
            Self::Members => {
                let (mut map, errors) = Self::Json.parse(&format!("{{{text}}}"));
                // Places are those of the text without the brace.
                let before = |at: Option<usize>| at.map(|at| at.saturating_sub(1));
                map.for_each_scalar(&mut |scalar| scalar.at = before(scalar.at));
                (map, errors.into_iter().map(|error| SyntaxError { at: before(error.at), ..error }).collect())
            }
            Self::Json => match json::parse(text) {
                Ok((Node::Map(map), _)) => (map, Vec::new()),
                Ok(_) => (Map::default(), Vec::new()),
                // Without the commas, a line of JSON is a line of YAML.
                Err(error) => (salvage(&text.replace(",\n", " \n")).0, vec![error]),
            },
        }
    }
}

fn yaml_fields(text: &str) -> (Map, Vec<SyntaxError>) {
    match yaml::parse_map(text) {
        Ok(map) => (map, Vec::new()),
        Err(error) => {
            let (map, culprit) = salvage(text);
            (map, vec![SyntaxError { at: culprit.or(error.at), ..error }])
        }
    }
}

impl FrontMatter {
    /// The first of several names for the same thing that has a value.
    #[inline]
    pub(crate) fn first<'n>(&self, names: &[&'n str]) -> Option<(&'n str, &Node)> {
        let value = |name: &&'n str| Some((*name, self.map.get(name).filter(|node| !node.is_empty())?));
        names.iter().find_map(value)
    }

    /// Gives fields that are written with capitals the names that they are known by: `Title`, `DATE`.
    pub(crate) fn unify_names(&mut self, is_known: impl Fn(&str) -> bool) {
        let is_usual = |byte: u8| byte.is_ascii_lowercase() || matches!(byte, b'_' | b'-');
        if self.map.0.iter().all(|(key, _)| key.text.bytes().all(is_usual)) {
            return;
        }
        let is_odd = |name: &str| name.trim() != name || name.bytes().any(|byte| byte.is_ascii_uppercase());
        let mut taken: BTreeSet<String> = self.map.0.iter().map(|(key, _)| key.text.clone()).collect();
        for (key, _) in &mut self.map.0 {
            let name = key.text.trim();
            let lower = name.to_ascii_lowercase();
            if is_odd(&key.text) && !is_known(name) && is_known(&lower) && taken.insert(lower.clone()) {
                key.text = lower;
            }
        }
    }

    /// The first field that asks for something in what looks like front matter and could not be read: its line, and
    /// its name.
    pub(crate) fn find_unread(&self, source: &Source, asks: Asks<'_>) -> Option<(Range<usize>, String)> {
        match &self.unread {
            Unread::Nothing => None,
            Unread::Within(part, is_closed) => {
                lookalike::find_within(&source.text, part.clone(), *is_closed, asks)
            }
            Unread::From(start) => {
                let (at, key) = lookalike::find_at_the_start(source.text.get(*start..)?, asks)?;
                Some((start + at.start..start + at.end, key))
            }
        }
    }

    /// The place of a value; where the parser gives none, that of its key.
    pub(crate) fn place(&self, source: &Source, key: &str) -> Option<Place> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::decode;

    /// Fields as `key=text` or `key!kind`, then `|` and the body, then the rules that were broken.
    #[track_caller]
    fn case(text: &str, expected: &str) {
        let mut found = Vec::new();
        let source = decode("a.md", text.into());
        let read = parse(&mut found, &source, Fences::Any);
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

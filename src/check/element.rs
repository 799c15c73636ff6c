//! Elements: what each may have, as tables say it, and those that are open.

use super::document::{Document, Fix, Form, Of, Piece, Span};
use super::values::Value;
use crate::diagnostic::Rule;

/// What an element may have.
pub(super) struct Shape {
    pub(super) attributes: &'static [Attribute],
    pub(super) children: &'static [&'static [Child]],
    /// Children that extensions add.
    pub(super) extensions: &'static [&'static [Child]],
    /// Children that must be there, with the names that the W3C's validator has for their absence.
    pub(super) required: &'static [(&'static str, &'static str)],
    /// What its text must be.
    pub(super) text: Value,
    /// Whether unknown children are ignored; those of the document's own format only if `children` is empty.
    pub(super) is_open: bool,
    /// An additional check when a child begins: of this element and the child.
    pub(super) child: Option<fn(&mut Document, &Frame, &mut Frame)>,
    /// An additional check at its end tag. The slice holds the open elements around it, the outermost first.
    pub(super) end: Option<fn(&mut Document, &Frame, &mut [Frame])>,
}

/// An element that may have neither attributes, children nor text.
pub(super) const EMPTY: Shape = Shape {
    attributes: &[],
    children: &[],
    extensions: &[],
    required: &[],
    text: Value::Nothing,
    is_open: false,
    child: None,
    end: None,
};

/// An attribute, by its name with the usual prefix.
pub(super) struct Attribute {
    pub(super) name: &'static str,
    pub(super) is_required: bool,
    pub(super) value: Value,
}

pub(super) const fn required(name: &'static str, value: Value) -> Attribute {
    Attribute { name, is_required: true, value }
}

pub(super) const fn optional(name: &'static str, value: Value) -> Attribute {
    Attribute { name, is_required: false, value }
}

/// Elements that are alike, by their names with the usual prefixes. Those of the document's own format have none.
pub(super) struct Child {
    pub(super) names: &'static [&'static str],
    pub(super) kind: Kind,
    pub(super) is_repeatable: bool,
    /// Whether it should have a text.
    pub(super) is_filled: bool,
    /// Whether blanks around its text are a part of it.
    pub(super) is_tight: bool,
}

#[derive(Clone, Copy)]
pub(super) enum Kind {
    Text(Value),
    Shape(&'static Shape),
    /// A text, HTML or XHTML of Atom (RFC 4287 §3.1), or its content (§4.1.3).
    Construct,
    /// XHTML.
    Markup,
    /// Its content is not checked.
    Any,
}

impl Child {
    const fn of(names: &'static [&'static str], kind: Kind) -> Self {
        Self { names, kind, is_repeatable: false, is_filled: false, is_tight: false }
    }

    pub(super) const fn many(mut self) -> Self {
        self.is_repeatable = true;
        self
    }

    pub(super) const fn filled(mut self) -> Self {
        self.is_filled = true;
        self
    }

    pub(super) const fn tight(mut self) -> Self {
        self.is_tight = true;
        self
    }
}

pub(super) const fn text(names: &'static [&'static str], value: Value) -> Child {
    Child::of(names, Kind::Text(value))
}

pub(super) const fn shaped(names: &'static [&'static str], shape: &'static Shape) -> Child {
    Child::of(names, Kind::Shape(shape))
}

pub(super) const fn construct(names: &'static [&'static str]) -> Child {
    Child::of(names, Kind::Construct)
}

pub(super) const fn markup(names: &'static [&'static str]) -> Child {
    Child::of(names, Kind::Markup)
}

pub(super) const fn any(names: &'static [&'static str]) -> Child {
    Child::of(names, Kind::Any).many()
}

impl Shape {
    /// The child of a name, with the name as the tables have it.
    pub(super) fn find(&self, prefix: &str, local: &str) -> Option<(&'static Child, &'static str)> {
        let is_it = |name: &str| match prefix {
            "" => name == local,
            _ => name
                .strip_prefix(prefix)
                .and_then(|rest| rest.strip_prefix(':'))
                .is_some_and(|rest| rest == local),
        };
        self.children.iter().chain(self.extensions).copied().flatten().find_map(|child| {
            let name = child.names.iter().find(|name| is_it(name))?;
            Some((child, *name))
        })
    }
}

/// How the content of an element is checked.
#[derive(Clone, Copy, Default)]
pub(super) enum How {
    /// Not at all.
    #[default]
    Skipped,
    Text(Value),
    Shape(&'static Shape),
    /// As a text of Atom.
    Construct,
    /// As XHTML.
    Markup,
}

/// An attribute, by its name with the usual prefix.
#[derive(Debug, Clone, Default)]
pub(super) struct Written {
    pub(super) key: String,
    pub(super) value: String,
    pub(super) at: Span,
}

/// An open element. The frames of closed elements are reused, to keep their allocations.
#[derive(Default)]
pub(super) struct Frame {
    /// Its name as it is written.
    pub(super) name: String,
    /// Its name as the tables have it; empty if none has it.
    pub(super) key: &'static str,
    /// Whether its namespace is one that is known.
    pub(super) is_known: bool,
    pub(super) how: How,
    pub(super) child: Option<&'static Child>,
    /// Its tag.
    pub(super) tag: Span,
    /// Where its end tag begins, once it is over.
    pub(super) end: u64,
    pub(super) attributes: Vec<Written>,
    pub(super) text: String,
    pub(super) has_hex: bool,
    pub(super) is_verbatim: bool,
    /// Where its CDATA begins, if its text is that alone.
    pub(super) cdata: Option<u64>,
    /// For each name of a child: how many there are, and the span of the last one, from its start tag to its end
    /// tag.
    pub(super) seen: Vec<(&'static str, u32, Span)>,
    /// Whether it has a child of any kind.
    pub(super) has_children: bool,
    pub(super) has_language: bool,
    pub(super) has_base: bool,
    pub(super) has_stray: bool,
    /// Whether it is written as one tag, such as `<a/>`.
    pub(super) is_bare: bool,
    /// Where its first item or entry begins, if it has one.
    pub(super) first_entry: Option<u64>,
    /// Whether it is metadata that comes after an entry.
    pub(super) is_late: bool,
    /// Of a page in a sitemap: the digests of the URLs of its versions in other languages.
    pub(super) versions: Vec<u64>,
    /// Of an entry: whether its content is no text.
    pub(super) wants_summary: bool,
    /// How many links the document had when it began.
    pub(super) links: usize,
}

impl Frame {
    pub(super) fn clear(&mut self) {
        self.name.clear();
        self.text.clear();
        self.attributes.clear();
        self.seen.clear();
        self.versions.clear();
        (self.key, self.how, self.child, self.cdata) = ("", How::Skipped, None, None);
        (self.is_known, self.has_hex, self.is_verbatim, self.has_children) = (true, false, true, false);
        (self.has_language, self.has_base, self.has_stray) = (false, false, false);
        (self.wants_summary, self.is_late, self.first_entry) = (false, false, None);
    }

    /// Whether a text in it is only white space between child elements, and is ignored.
    pub(super) fn ignores(&self, text: &[u8]) -> bool {
        let holds_elements = matches!(self.how, How::Shape(Shape { text: Value::Nothing, .. }));
        holds_elements && text.iter().all(|byte| b" \t\n\r".contains(byte))
    }

    /// An attribute, by its name with the usual prefix.
    pub(super) fn attribute(&self, key: &str) -> Option<&Written> {
        self.attributes.iter().find(|attribute| attribute.key == key)
    }

    pub(super) fn value(&self, key: &str) -> Option<&str> {
        self.attribute(key).map(|attribute| attribute.value.as_str())
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.count(key) > 0
    }

    pub(super) fn count(&self, key: &str) -> u32 {
        self.seen.iter().find(|(name, ..)| *name == key).map_or(0, |(_, count, _)| *count)
    }

    /// Where the last child of a name is.
    pub(super) fn place(&self, key: &str) -> Option<Span> {
        self.seen.iter().find(|(name, ..)| *name == key).map(|(.., at)| *at)
    }

    /// The prefix of its name, and the rest.
    pub(super) fn parts(&self) -> (&str, &str) {
        parts(&self.name)
    }

    /// Its name as messages show it.
    pub(super) fn shown(&self) -> String {
        format!("<{}>", self.name)
    }

    /// Its text without the blanks around it, and where it is.
    pub(super) fn piece(&self) -> Piece<'_> {
        let text = self.text.trim_ascii();
        let before = self.text.len() - self.text.trim_ascii_start().len();
        let whole = Span { start: self.tag.end(), length: self.end.saturating_sub(self.tag.end()) };
        let at = match self.is_verbatim && !text.is_empty() {
            true => Span { start: whole.start + before as u64, length: text.len() as u64 },
            false if text.is_empty() => self.tag,
            false => whole,
        };
        let letters = match self.cdata {
            Some(start) => Some(start + before as u64),
            None => self.is_verbatim.then_some(whole.start + before as u64),
        };
        let (has_hex, is_verbatim) = (self.has_hex, self.is_verbatim);
        Piece { text, of: Of::Element(&self.name), at, has_hex, is_verbatim, letters }
    }

    /// Records the whole span of the element in its parent, and reports late metadata. `at` is the end tag.
    pub(super) fn close(&self, document: &mut Document, parent: &mut Self, at: Span) {
        let whole = Span { start: self.tag.start, length: at.end().saturating_sub(self.tag.start) };
        if let Some(seen) = parent.seen.iter_mut().find(|(name, ..)| *name == self.key) {
            seen.2 = whole;
        }
        if self.is_late {
            let fix = parent.first_entry.map(|first| Fix::Move(whole, first));
            let (rule, w3c, first) = match document.form {
                Form::Rss => (Rule::LateMetadata, "MisplacedItem", "<item>"),
                _ => (Rule::MisplacedMetadata, "MisplacedMetadata", "<entry>"),
            };
            let message = format!("{} comes after the first {first}", self.shown());
            document.report_with(rule, w3c, self.tag, message, fix);
        }
    }

    /// Reports children that are missing.
    pub(super) fn require(&self, document: &mut Document, names: &[(&'static str, &'static str)]) {
        for (name, w3c) in names.iter().filter(|(name, _)| !self.has(name)) {
            let prefix = name.strip_prefix('s').filter(|name| name.starts_with("image:"));
            let message = format!("{} has no <{}>", self.shown(), prefix.unwrap_or(name));
            document.report(Rule::MissingElement, w3c, self.tag, message);
        }
    }
}

/// The prefix of a name, and the rest.
pub(super) fn parts(name: &str) -> (&str, &str) {
    let colon = memchr::memchr(b':', name.as_bytes());
    let parts = colon.and_then(|at| Some((name.get(..at)?, name.get(at + 1..)?)));
    parts.unwrap_or(("", name))
}

/// The value of an attribute, as a piece that can be checked.
pub(super) fn written(attribute: &Written) -> Piece<'_> {
    let is_verbatim = attribute.value.len() as u64 == attribute.at.length;
    let (text, of) = (attribute.value.as_str(), Of::Key(&attribute.key));
    let letters = is_verbatim.then_some(attribute.at.start);
    Piece { text, of, at: attribute.at, has_hex: false, is_verbatim, letters }
}

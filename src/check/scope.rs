//! Namespace scopes: the prefixes that are declared so far, and the namespaces that they stand for.

use super::document::{Document, Form, Of, Piece, Span, quoted};
use super::names::{self, Declared, Namespace};
use super::uri;
use crate::diagnostic::Rule;

/// How many prefixes may be declared at once.
const MOST: usize = 1000;

/// A prefix that is declared.
struct Binding {
    prefix: String,
    uri: String,
    namespace: Namespace,
    /// Whether it is that of the document's format.
    is_main: bool,
    /// How many elements were open.
    depth: usize,
}

/// What a prefix stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Resolved {
    /// The format of the document.
    Main,
    /// No namespace, in a format that has one.
    None,
    Known(&'static str),
    Unknown,
    Undeclared,
}

/// What is declared.
#[derive(Default)]
pub(super) struct Scope {
    bindings: Vec<Binding>,
    /// The namespaces of the document's format; that of no namespace is empty.
    main: Vec<String>,
    /// Whether elements without a namespace belong to the document's format.
    is_bare: bool,
}

impl Scope {
    /// Looks at a declaration, and remembers it. `depth` is how many elements are open.
    pub(super) fn declare(
        &mut self,
        document: &mut Document,
        prefix: &str,
        uri: String,
        at: Span,
        depth: usize,
    ) {
        if self.bindings.len() >= MOST {
            return document.report(Rule::TooComplex, "ValidatorLimit", at, "too many prefixes are declared");
        }
        if is_namespace(document, prefix, &uri, at) {
            look(document, prefix, &uri, at, depth);
        }
        let namespace = names::resolve(&uri);
        self.push(prefix, uri, namespace, depth);
    }

    fn push(&mut self, prefix: &str, uri: String, namespace: Namespace, depth: usize) {
        let is_main = self.main.contains(&uri);
        self.bindings.push(Binding { prefix: prefix.to_owned(), uri, namespace, is_main, depth });
    }

    /// Drops the declarations of elements that have ended.
    pub(super) fn leave(&mut self, depth: usize) {
        while self.bindings.last().is_some_and(|binding| binding.depth >= depth) {
            self.bindings.pop();
        }
    }

    /// Sets the namespaces of the document's format.
    pub(super) fn set_own(&mut self, namespaces: &[&str]) {
        self.main = namespaces.iter().map(|&uri| uri.to_owned()).collect();
        self.is_bare = namespaces.contains(&"");
        for binding in &mut self.bindings {
            binding.is_main = self.main.contains(&binding.uri);
        }
    }

    fn binding(&self, prefix: &str) -> Option<&Binding> {
        // Most names have no prefix, and `is_empty` is faster than a comparison with an empty string.
        let is_it = |binding: &&Binding| match prefix {
            "" => binding.prefix.is_empty(),
            _ => binding.prefix == prefix,
        };
        self.bindings.iter().rev().find(is_it)
    }

    /// The namespace of a prefix; empty if there is none.
    pub(super) fn uri_of(&self, prefix: &str) -> &str {
        self.binding(prefix).map_or("", |binding| binding.uri.as_str())
    }

    /// Whether a namespace is declared.
    pub(super) fn has(&self, uri: &str) -> bool {
        self.bindings.iter().any(|binding| binding.uri == uri)
    }

    pub(super) fn resolve(&self, prefix: &str) -> Resolved {
        match self.binding(prefix) {
            Some(binding) if binding.is_main => Resolved::Main,
            Some(binding) => match binding.namespace {
                Namespace::None if self.is_bare => Resolved::Main,
                Namespace::None => Resolved::None,
                Namespace::Known(usual) => Resolved::Known(usual),
                Namespace::Unknown => Resolved::Unknown,
            },
            None if prefix.is_empty() && self.is_bare => Resolved::Main,
            None if prefix.is_empty() => Resolved::None,
            None if prefix == "xml" => Resolved::Known("xml"),
            None => Resolved::Undeclared,
        }
    }
}

/// Whether a namespace may be declared like this.
fn is_namespace(document: &mut Document, prefix: &str, uri: &str, at: Span) -> bool {
    let shown = quoted(uri);
    let is_reserved = matches!(prefix, "xml" | "xmlns") && uri != names::XML;
    if is_reserved || (uri.is_empty() && !prefix.is_empty()) || prefix.contains(':') {
        let message = format!("the prefix `{prefix}` cannot be declared as {shown}");
        document.report(Rule::NotWellFormed, "SAXError", at, message);
        return false;
    }
    if uri.split_whitespace().count() > 1 {
        document.report(Rule::BadUrl, "SAXError", at, format!("{shown} is no namespace"));
        return false;
    }
    let is_known = uri.is_empty() || names::resolve(uri) != Namespace::Unknown;
    let of = Of::Key("xmlns");
    let piece = Piece::new(uri, of, at);
    is_known || uri::look(document, piece, uri::IRI)
}

/// Reports an unusual prefix, and a namespace that few programs read.
fn look(document: &mut Document, prefix: &str, uri: &str, at: Span, depth: usize) {
    let shown = quoted(uri);
    let is_of_atom = matches!(document.form, Form::Atom | Form::Entry);
    let mut report = |rule, w3c, message| document.report(rule, w3c, at, message);
    match names::declared(prefix, uri) {
        _ if prefix == "xsi" || uri.is_empty() => {}
        Declared::Usual if is_of_atom && matches!(prefix, "atom" | "xhtml") => {
            let message = format!("some readers of Atom fail on the prefix `{prefix}`");
            report(Rule::ReservedPrefix, "AvoidNamespacePrefix", message);
        }
        Declared::Usual => {}
        Declared::OddPrefix(usual) => {
            if depth == 0 && matches!(usual, "atom" | "xhtml") {
                let message = format!("some readers know {shown} by its usual prefix only, or by none");
                report(Rule::ReservedPrefix, "AvoidNamespacePrefix", message);
            }
            let message = format!("{shown} usually has the prefix `{usual}`, and here `{prefix}`");
            report(Rule::OddPrefix, "NonstdPrefix", message);
        }
        Declared::Reserved(other) => {
            let message = format!("the prefix `{prefix}` usually stands for `{other}`");
            report(Rule::ReservedPrefix, "ReservedPrefix", message);
        }
        Declared::NearlyMedia => {
            let message = "the namespace of Media RSS ends with a slash".to_owned();
            report(Rule::WrongNamespace, "MediaRssNamespace", message);
        }
        Declared::OldWiki => {
            let message = format!("{shown} is no longer in use");
            report(Rule::ReservedPrefix, "ObsoleteWikiNamespace", message);
        }
        Declared::Unsupported => {
            report(Rule::UnknownNamespace, "UnsupportedNamespace", format!("few programs know {shown}"));
        }
        Declared::Unknown if prefix.is_empty() && depth == 0 => {}
        Declared::Unknown => {
            let message = format!("few programs know {shown}");
            report(Rule::UnknownNamespace, "UnknownNamespace", message);
        }
    }
}

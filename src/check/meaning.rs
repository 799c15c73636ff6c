//! What an element means where it is, and what is wrong with it there.

use super::document::{Document, Fix, Form, Of, Span, quoted};
use super::element::{Attribute, Child, Frame, How, Kind, Shape, optional, parts, written};
use super::scope::{Resolved, Scope};
use super::values::Value;
use super::{atom, extensions, html, names, opml, rdf, rss, sitemap, uri, values};
use crate::diagnostic::Rule;

/// How much of a document is read to find out what it is, where its media type says no more than that it is XML.
const SNIFFED: u64 = 512;

/// Recognises a document by its first element.
pub(super) fn root(scope: &mut Scope, document: &mut Document, frame: &mut Frame, is_rss_091: bool) {
    let (prefix, local) = frame.parts();
    let (uri, local) = (scope.uri_of(prefix).to_owned(), local.to_owned());
    if scope.resolve(prefix) == Resolved::Undeclared {
        let message = format!("the prefix of {} is not declared", frame.shown());
        return not_well_formed(document, frame.tag, message);
    }
    frame.key = "root";
    let (form, key, shape, own): (_, _, &'static Shape, &str) = match (local.as_str(), uri.as_str()) {
        ("rss", _) => (Form::Rss, "rss", &rss::RSS, ""),
        ("feed", names::OLD_ATOM) => {
            let message = "this is Atom 0.3, a draft that Atom 1.0 replaced";
            document.report(Rule::WrongNamespace, "ObsoleteNamespace", frame.tag, message);
            document.form = Form::Atom;
            return;
        }
        ("feed", _) => (Form::Atom, "feed", &atom::FEED, names::ATOM),
        ("entry", names::ATOM | "") => (Form::Entry, "entry", &atom::ENTRY, names::ATOM),
        ("RDF", names::RDF) => (Form::Rdf, "rdf:RDF", &rdf::RDF, names::RDF),
        ("Channel", _) => {
            document.version = "1.1".to_owned();
            (Form::Rdf, "channel", &rdf::CHANNEL, names::RSS_11)
        }
        ("urlset", _) => (Form::Sitemap, "urlset", &sitemap::URLSET, names::SITEMAP),
        ("sitemapindex", _) => (Form::SitemapIndex, "sitemapindex", &sitemap::INDEX, names::SITEMAP),
        ("opml" | "outlineDocument", "") => (Form::Opml, "opml", &opml::OPML, ""),
        _ => {
            let message = format!("{} begins neither a feed nor a sitemap", frame.shown());
            return document.report(Rule::UnknownDocument, "UndefinedElement", frame.tag, message);
        }
    };
    document.form = form;
    let is_feed = matches!(form, Form::Rss | Form::Rdf | Form::Atom);
    if is_feed && frame.tag.start + local.len() as u64 > SNIFFED {
        let message = format!("{} is not in the first {SNIFFED} bytes", frame.shown());
        document.report(Rule::LateRoot, "NonSpecificMediaType", frame.tag, message);
    }
    if uri != own {
        let (w3c, what) = match uri.as_str() {
            _ if !form.is_of_w3c() => ("", "is not in the namespace of sitemaps"),
            "" => ("MissingNamespace", "has no namespace"),
            _ => ("InvalidNamespace", "has a namespace that is not its own"),
        };
        document.report(Rule::WrongNamespace, w3c, frame.tag, format!("{} {what}", frame.shown()));
        if w3c == "InvalidNamespace" && names::resolve(&uri) == names::Namespace::Unknown {
            let message = format!("few programs know {}", quoted(&uri));
            document.report(Rule::UnknownNamespace, "UnknownNamespace", frame.tag, message);
        }
    }
    if form.is_of_w3c() && !scope.uri_of("xsi").is_empty() {
        let message = "no program reads the schema that `xmlns:xsi` is for";
        document.report(Rule::UnknownNamespace, "UnknownNamespace", frame.tag, message);
    }
    (frame.key, frame.how) = (key, How::Shape(shape));
    match form {
        Form::Rdf => scope.set_own(&[names::RSS_1, names::RSS_090, names::RSS_11]),
        _ => scope.set_own(&[own, uri.as_str()]),
    }
    begun(scope, document, frame, &local, is_rss_091);
}

/// Checks the version and the prefixes that the root element declares.
fn begun(scope: &Scope, document: &mut Document, frame: &Frame, local: &str, is_rss_091: bool) {
    let version = frame.value("version").unwrap_or_default();
    match document.form {
        Form::Rss => {
            document.version = if version.is_empty() { "2.0" } else { version }.to_owned();
            let at = frame.attribute("version").map_or(frame.tag, |version| version.at);
            if frame.attribute("version").is_none() {
                let message = format!("{} has no `version`", frame.shown());
                document.report(Rule::MissingAttribute, "MissingAttribute", at, message);
            } else if !["0.91", "0.92", "2.0"].contains(&version) {
                let message = format!("there is no RSS {}", quoted(version));
                document.report(Rule::BadVersion, "InvalidRSSVersion", at, message);
            }
            if is_rss_091 && version != "0.91" {
                let message = "the document type is that of RSS 0.91";
                document.report(Rule::OldDoctype, "InvalidDoctype", at, message);
            }
        }
        Form::Rdf if scope.has(names::RSS_090) => {
            document.version = "0.90".to_owned();
        }
        Form::Atom | Form::Entry => {
            for prefix in ["atom", "xhtml"].into_iter().filter(|prefix| !scope.uri_of(prefix).is_empty()) {
                let message = format!("some readers of Atom fail on the prefix `{prefix}`");
                document.report(Rule::ReservedPrefix, "AvoidNamespacePrefix", frame.tag, message);
            }
        }
        _ if local == "outlineDocument" => {
            let message = "<outlineDocument> was the first name of <opml>";
            document.report(Rule::OldVersion, "ObsoleteVersion", frame.tag, message);
        }
        _ => {}
    }
}

/// Finds what an element means in its parent.
pub(super) fn child(
    scope: &Scope,
    document: &mut Document,
    frame: &mut Frame,
    parent: &mut Frame,
    name: &str,
) {
    let (prefix, local) = parts(name);
    let resolved = scope.resolve(prefix);
    if resolved == Resolved::Undeclared {
        not_well_formed(document, frame.tag, format!("the prefix of {} is not declared", frame.shown()));
    }
    (parent.is_verbatim, parent.cdata) = (false, None);
    let is_mixed = parent.has_children || !parent.text.trim_ascii().is_empty();
    parent.has_children = true;
    (frame.has_language, frame.has_base) = (parent.has_language, parent.has_base);
    frame.is_known = matches!(resolved, Resolved::Main | Resolved::Known(_));
    match parent.how {
        How::Skipped => {
            let is_extension =
                parent.is_known && parent.name.contains(':') && !parent.name.starts_with("media:");
            if is_extension && document.form == Form::Rss && resolved == Resolved::Main {
                let message = format!("{} in {} has no namespace", frame.shown(), parent.shown());
                document.report(Rule::WrongNamespace, "NotInANamespace", frame.tag, message);
            }
        }
        How::Text(_) if document.form != Form::Rdf => unknown(document, frame, parent),
        How::Text(_) => {
            if is_mixed && parent.value("rdf:parseType") != Some("Literal") {
                let message = format!("{} has elements between its text", parent.shown());
                document.report(Rule::BadRdf, "InvalidRDF", frame.tag, message);
            }
        }
        How::Construct => in_construct(document, frame, parent, resolved),
        How::Markup => in_markup(document, frame, parent, resolved),
        How::Shape(shape) => {
            let found = match resolved {
                Resolved::Main => shape.find("", local),
                // `dc:date.issued` refines `dc:date`, and is checked like it.
                Resolved::Known("dc") => shape.find("dc", local.split('.').next().unwrap_or(local)),
                Resolved::Known(usual) => shape.find(usual, local),
                _ => None,
            };
            match found {
                Some((child, key)) => found_child(document, frame, parent, shape, child, key),
                None if !shape.is_open || (resolved == Resolved::Main && !shape.children.is_empty()) => {
                    not_found(document, frame, parent, resolved);
                }
                None => {}
            }
        }
    }
}

/// Looks at the attributes of an element, once it is known what it is.
pub(super) fn look_at_attributes(document: &mut Document, frame: &mut Frame) {
    if let Some(language) = frame.attribute("xml:lang") {
        if !language.value.is_empty() {
            values::look(document, Value::Language, written(language));
        }
        frame.has_language = !language.value.is_empty();
    }
    if let Some(base) = frame.attribute("xml:base") {
        uri::look(document, written(base), uri::IRI);
        frame.has_base |= uri::scheme(&base.value).is_some();
    }
    let expected: &[Attribute] = match frame.how {
        How::Shape(shape) => shape.attributes,
        How::Text(_) if document.form == Form::Rdf => RDF_TEXT,
        How::Text(_) => &[],
        How::Construct => {
            atom::construct_begins(document, frame);
            CONSTRUCT
        }
        How::Skipped | How::Markup => return,
    };
    let is_extension = frame.name.contains(':');
    for attribute in &frame.attributes {
        let known = expected.iter().find(|expected| expected.name == attribute.key);
        let of = Of::Key(&attribute.key);
        match known {
            // In Media RSS, an empty attribute counts as missing.
            Some(known) if attribute.value.is_empty() && frame.key.starts_with("media:") => {
                if known.is_required {
                    let message = format!("{} has an empty {of}", frame.shown());
                    document.report(Rule::MissingAttribute, "MissingAttribute", attribute.at, message);
                }
            }
            Some(known) => values::look(document, known.value, written(attribute)),
            None if matches!(attribute.key.as_str(), "xml:lang" | "xml:base" | "xml:id" | "xml:space") => {}
            None if attribute.key.starts_with("?:") => {
                if document.form == Form::Rss && !is_extension {
                    let message = format!("{} has an attribute of an extension", frame.shown());
                    document.report(Rule::ExtensionAttribute, "UseOfExtensionAttr", attribute.at, message);
                }
            }
            None => {
                let message = format!("{} may not have the attribute {of}", frame.shown());
                document.report(Rule::UnknownAttribute, "UnexpectedAttribute", attribute.at, message);
            }
        }
    }
    let missing =
        expected.iter().filter(|expected| expected.is_required && frame.attribute(expected.name).is_none());
    for Attribute { name, .. } in missing {
        document.report(
            Rule::MissingAttribute,
            "MissingAttribute",
            frame.tag,
            format!("{} has no `{name}`", frame.shown()),
        );
    }
}

/// An element is over.
pub(super) fn over(document: &mut Document, frame: &mut Frame, around: &mut [Frame], at: Span) {
    frame.end = at.start;
    frame.is_bare = at.length == 0;
    if let Some(parent) = around.last_mut() {
        frame.close(document, parent, at);
    }
    match frame.how {
        How::Skipped => {
            let is_literal = frame.value("rdf:parseType") == Some("Literal");
            if document.form == Form::Rdf && frame.has_stray && frame.has_children && !is_literal {
                let message = format!("{} has elements between its text", frame.shown());
                document.report(Rule::BadRdf, "InvalidRDF", frame.tag, message);
            }
        }
        How::Markup => {
            // An XHTML element with text only: its text is checked as that of the text construct.
            if let Some(parent) = around.last_mut().filter(|parent| matches!(parent.how, How::Construct))
                && !frame.has_children
            {
                parent.text.push_str(&frame.text);
            }
        }
        How::Construct => atom::construct_ends(document, frame, around),
        How::Text(value) => {
            text_ends(document, frame, value);
            match document.form {
                Form::Rss | Form::Rdf => rss::compare(document, frame, around),
                Form::Atom | Form::Entry => atom::compare(document, frame, around),
                _ => {}
            }
        }
        How::Shape(shape) => {
            if !matches!(shape.text, Value::Nothing) {
                text_ends(document, frame, shape.text);
            }
            frame.require(document, shape.required);
            if let Some(end) = shape.end {
                end(document, frame, around);
            }
        }
    }
}

/// What every text may have in RDF.
const RDF_TEXT: &[Attribute] = &[
    optional("rdf:parseType", Value::Free),
    optional("rdf:datatype", Value::Free),
    optional("rdf:resource", Value::Free),
];
/// What a text of Atom may have (RFC 4287 §3.1, §4.1.3).
const CONSTRUCT: &[Attribute] = &[optional("type", Value::Free), optional("src", Value::Free)];

fn text_ends(document: &mut Document, frame: &Frame, value: Value) {
    let child = frame.child;
    let piece = frame.piece();
    let of = piece.of;
    if child.is_some_and(|child| child.is_tight) && piece.text.len() != frame.text.len() {
        let fix = Fix::Replace(
            Span { start: frame.tag.end(), length: frame.end.saturating_sub(frame.tag.end()) },
            piece.text.to_owned(),
        );
        let message = format!("{of}: the spaces around {} are part of the value", quoted(piece.text));
        let fix = Some(fix).filter(|_| piece.is_verbatim);
        document.report_with(Rule::StraySpace, "UnexpectedWhitespace", piece.at, message, fix);
    }
    let is_exact =
        matches!(value, Value::Word(.., "InvalidTrueFalse" | "InvalidYesNo" | "InvalidYesNoClean"));
    if is_exact && piece.text.len() != frame.text.len() {
        let Value::Word(.., w3c) = value else { return };
        let message = format!("{of}: there are blanks around {}", quoted(piece.text));
        return document.report(Rule::BadValue, w3c, piece.at, message);
    }
    if piece.text.is_empty() && child.is_some_and(|child| child.is_filled) {
        document.report(Rule::EmptyElement, "NotBlank", piece.at, format!("{of} is empty"));
    }
    values::look(document, value, piece);
}

fn found_child(
    document: &mut Document,
    frame: &mut Frame,
    parent: &mut Frame,
    shape: &Shape,
    child: &'static Child,
    key: &'static str,
) {
    (frame.key, frame.child) = (key, Some(child));
    frame.how = match child.kind {
        Kind::Text(value) => How::Text(value),
        Kind::Shape(shape) => How::Shape(shape),
        Kind::Construct => How::Construct,
        Kind::Any => How::Skipped,
        Kind::Markup => How::Markup,
    };
    document.is_podcast |= key.starts_with("itunes:");
    if let Some(look) = shape.child {
        look(document, parent, frame);
    }
    if !child.is_repeatable && parent.has(key) {
        let message = format!("{} has a second {}", parent.shown(), frame.shown());
        document.report(Rule::RepeatedElement, "DuplicateElement", frame.tag, message);
    }
    let is_entry = child.is_repeatable && matches!(key, "item" | "entry" | "url" | "sitemap");
    if is_entry {
        document.entries += 1;
        parent.first_entry.get_or_insert(frame.tag.start);
    }
    match parent.seen.iter_mut().find(|(name, ..)| *name == key) {
        Some((_, count, at)) => (*count, *at) = (*count + 1, frame.tag),
        None => parent.seen.push((key, 1, frame.tag)),
    }
}

/// An element that its parent does not know.
fn not_found(document: &mut Document, frame: &Frame, parent: &Frame, resolved: Resolved) {
    let (_, local) = frame.parts();
    match resolved {
        // Google Base has hundreds of elements, each for one market; unknown ones are not reported.
        Resolved::Unknown | Resolved::Undeclared | Resolved::Known("g") => {}
        Resolved::None => {
            let message = format!("{} has no namespace", frame.shown());
            document.report(Rule::NoNamespace, "UndeterminableVocabulary", frame.tag, message);
        }
        Resolved::Known("xhtml") => {
            let message = format!("{} is XHTML, which is not allowed in {}", frame.shown(), parent.shown());
            document.report(Rule::MisplacedXhtml, "MisplacedXHTMLContent", frame.tag, message);
        }
        Resolved::Known(prefix) if extensions::is_questionable(prefix, local) => {
            let message = format!("few programs look for {} in {}", frame.shown(), parent.shown());
            document.report(Rule::MisplacedElement, "QuestionableUsage", frame.tag, message);
        }
        Resolved::Main if local == "blink" && parent.key == "channel" => {
            let message = "<blink> is not part of any specification";
            document.report(Rule::UnknownElement, "NoBlink", frame.tag, message);
        }
        Resolved::Main | Resolved::Known(_) => unknown(document, frame, parent),
    }
}

fn unknown(document: &mut Document, frame: &Frame, parent: &Frame) {
    let message = format!("{} is not allowed in {}", frame.shown(), parent.shown());
    document.report(Rule::UnknownElement, "UndefinedElement", frame.tag, message);
}

/// An element in a text of Atom.
fn in_construct(document: &mut Document, frame: &mut Frame, parent: &mut Frame, resolved: Resolved) {
    let local = frame.parts().1.to_owned();
    let local = local.as_str();
    let kind = parent.value("type").unwrap_or("text");
    if !atom::takes_elements(parent) {
        return unknown(document, frame, parent);
    }
    if kind != "xhtml" {
        if kind == "application/xhtml+xml" && local != "html" {
            let message = format!("{}: `{kind}` is for whole pages, `xhtml` for parts", parent.shown());
            document.report(Rule::BadHtml, "HtmlFragment", frame.tag, message);
        }
        return;
    }
    frame.how = How::Markup;
    if resolved != Resolved::Known("xhtml") || local != "div" {
        if !parent.has_stray {
            parent.has_stray = true;
            let message = format!("{} has {} instead of one <div> of XHTML", parent.shown(), frame.shown());
            document.report(Rule::MissingElement, "MissingXhtmlDiv", frame.tag, message);
        }
        if resolved != Resolved::Known("xhtml") && local == "div" {
            let message = format!("{} is not in the namespace of XHTML", frame.shown());
            document.report(Rule::BadHtml, "NotHtml", frame.tag, message);
        }
    }
}

/// An element in XHTML.
fn in_markup(document: &mut Document, frame: &mut Frame, parent: &Frame, resolved: Resolved) {
    let local = frame.parts().1.to_owned();
    let local = local.as_str();
    frame.how = How::Markup;
    match resolved {
        Resolved::Known("xhtml") => {
            let attributes = frame.attributes.iter().map(|own| (own.key.as_str(), own.value.as_str()));
            html::markup(document, local, attributes, frame.tag);
        }
        Resolved::None => {
            let message = format!("{} in {} has no namespace", frame.shown(), parent.shown());
            document.report(Rule::WrongNamespace, "MissingNamespace", frame.tag, message);
        }
        Resolved::Known("svg" | "mathml") | Resolved::Unknown | Resolved::Undeclared => {
            frame.how = How::Skipped
        }
        Resolved::Main | Resolved::Known(_) => {
            frame.how = How::Skipped;
            unknown(document, frame, parent);
        }
    }
}

/// Reports what is wrong with a document as XML.
pub(super) fn not_well_formed(document: &mut Document, at: Span, message: impl Into<String>) {
    document.report(Rule::NotWellFormed, "SAXError", at, message);
}

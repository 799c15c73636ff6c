//! Titles, whole again where they were cut.

use super::{Fields, names};
use crate::diagnostic::{Diagnostic, Rule};
use crate::markup::{Block, BlockKind, Markup, Title, blocks, published_line, title, title::Completing};
use crate::source::{Node, Scalar};
use crate::text;

/// How much of a body is looked at for a title, in bytes.
const LOOKED_AT: usize = 16 * 1024;

impl Fields<'_> {
    /// The title; where there is none, the first heading, else `file_name` with blanks for hyphens.
    pub(in crate::generators) fn title(&self, file_name: &str) -> String {
        if self.is_plain(names::TITLE) {
            return String::new();
        }
        let written = self.get("title").and_then(Node::as_scalar);
        let written = written.filter(|scalar| !scalar.is_null() && !scalar.text.trim().is_empty());
        let Some(scalar) = written else { return self.title_of_body(file_name) };
        let title = self.parsed_title(scalar);
        let title = self.repaired_title(title, scalar);
        if text::is_blank(&title) { words_of(file_name) } else { title }
    }

    fn title_of_body(&self, file_name: &str) -> String {
        if let Some(node @ (Node::List(_) | Node::Map(_))) = self.get("title") {
            let message = format!("`title` is {}, not text", node.kind());
            self.report(Rule::UnusableValue, Some("title"), message, "it is ignored");
        }
        let mut blocks = blocks(&self.opening(), Markup::of_path(&self.source.path)).into_iter();
        let is_heading = |block: &Block| matches!(block.kind, BlockKind::Heading | BlockKind::BoldLine);
        let first = blocks.next();
        // After other text, a heading of the first level alone is that of all.
        let heading = first.filter(is_heading).or_else(|| blocks.find(|block| block.is_first_level));
        let heading = heading.map(|block| published_line(&block.text));
        let (title, origin) = match heading.filter(|heading| !text::is_blank(heading)) {
            Some(heading) => (heading, "its first heading"),
            None => (words_of(file_name), "its file name"),
        };
        let help = format!("{origin} is used: `{}`", text::shown(&title));
        self.report(Rule::MissingTitle, None, "the post has no title", help);
        title
    }

    /// The start of the body, legal; nothing if it cannot be read any more, which is found when the entry is made.
    fn opening(&self) -> String {
        let Ok(whole) = self.source.whole(&self.site.root, self.site.largest) else { return String::new() };
        let body = whole.text.get(self.written.body..).unwrap_or_default();
        text::legal(body.split_at(body.floor_char_boundary(LOOKED_AT)).0).into_owned()
    }

    /// A title, and what was done to it.
    pub(in crate::generators) fn parsed_title(&self, scalar: &Scalar) -> Title {
        title::publishable(&scalar.text, || self.opening(), Markup::of_path(&self.source.path))
    }

    /// A title as it is published; what was repaired is reported.
    pub(in crate::generators) fn repaired_title(&self, title: Title, scalar: &Scalar) -> String {
        let shown = |title: &str| text::shown(title);
        let plain = match title {
            Title::Whole(title) => {
                self.report_removed(scalar);
                title
            }
            Title::Thinned(title) => {
                self.legal("title", scalar);
                title
            }
            Title::Completed { title, line } => {
                let at =
                    |line: usize| line - 1 + self.source.place(self.written.body..self.written.body).line;
                let origin = match line {
                    Completing::Headline(line) => {
                        format!("line {}, the headline of the text, completes it", at(line))
                    }
                    Completing::Heading(line) => {
                        format!("the heading in line {} goes on where it breaks off", at(line))
                    }
                };
                let help = format!("{origin}; published as `{}`", shown(&title));
                self.report_cut(scalar, &help);
                title
            }
            Title::Closed(title) => {
                let help = format!("no line of the text completes it; published as `{}`", shown(&title));
                self.report_cut(scalar, &help);
                title
            }
        };
        self.legal_reference("the title", &plain)
    }

    /// Reports characters of a title that may not be published, except blanks.
    pub(in crate::generators) fn report_removed(&self, scalar: &Scalar) {
        if scalar.text.chars().any(|c| !text::is_publishable(c) && !c.is_whitespace()) {
            self.legal("title", scalar);
        }
    }

    fn report_cut(&self, scalar: &Scalar, help: &str) {
        let loss = scalar.text.find(char::REPLACEMENT_CHARACTER);
        let place = scalar.at.map(|start| match loss {
            Some(at) => self.source.place(start + at..start + at + char::REPLACEMENT_CHARACTER.len_utf8()),
            None => self.source.place(start..start + scalar.text.len()),
        });
        let message = match loss {
            Some(_) => "the title was cut in the middle of a character",
            None => "the title was cut: its emphasis is never closed",
        };
        let place = place.or_else(|| self.written.place(self.source, "title"));
        let finding = Diagnostic::new(Rule::CutTitle, self.source.path.clone(), message);
        self.push(finding.at(place).help(help));
    }
}

fn words_of(file_name: &str) -> String {
    let title = published_line(&file_name.replace(['-', '_'], " "));
    if text::is_blank(&title) { "Untitled".to_owned() } else { title }
}

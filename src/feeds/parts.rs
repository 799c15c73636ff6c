//! Long documents are rendered part by part, so that a feed of all posts needs no more memory than a few of them. Those that
//! carry the same posts, in whatever format, go side by side: each post is read once.

use std::io::Write as _;

use rayon::prelude::*;

use super::document::FeedDocument;
use super::rendered::{Batch, Rendered, entries, plan, render_one};
use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::error::{Error, Failure};
use crate::model::{ASKED, Entry, Feed, PostMeta, Site};
use crate::publish::{PendingFile, Staging};
use crate::read::links::Links;
use crate::render::separator;

/// How many entries are rendered at once: as many as are used to detect the language of the feed.
const PORTION: usize = ASKED;

/// Whether a document is rendered part by part. One with a budget is looked at as a whole.
pub(super) fn is_long(document: &FeedDocument<'_>) -> bool {
    document.posts.len() > 2 * PORTION && document.feed.max_bytes.is_none()
}

/// The documents that carry the same posts.
pub(super) fn groups<'d, 'a>(documents: Batch<'d, 'a>) -> Vec<Batch<'d, 'a>> {
    let mut groups: Vec<Batch<'d, 'a>> = Vec::new();
    for (index, document) in documents {
        let carries_the_same = |group: &&mut Batch<'d, 'a>| {
            group.first().is_some_and(|(_, other)| {
                let mut pairs = other.posts.iter().zip(&document.posts);
                other.posts.len() == document.posts.len() && pairs.all(|(a, b)| std::ptr::eq(*a, *b))
            })
        };
        match groups.iter_mut().find(carries_the_same) {
            Some(group) => group.push((index, document)),
            None => groups.push(vec![(index, document)]),
        }
    }
    groups
}

/// A document that is being written.
struct Stream<'d, 'a> {
    index: usize,
    document: &'d FeedDocument<'a>,
    file: PendingFile,
    /// How many entries have been written.
    entries: usize,
    /// The title and the language, which the first part determines.
    head: Option<(String, String)>,
    /// What comes after the entries.
    end: Vec<u8>,
}

impl Stream<'_, '_> {
    /// The feed of a portion of the posts.
    fn part<'e>(&self, site: &'e Site, entries: &'e [Entry], config: &Config) -> Feed<'e> {
        let feed = self.document.assemble(site, entries.iter().collect(), config);
        let language =
            self.head.as_ref().map_or_else(|| feed.language.clone(), |(_, language)| language.clone());
        Feed { updated: self.document.updated(), language, is_part: true, ..feed }
    }

    /// Writes a part: the first with what comes before its entries.
    fn write(&mut self, part: &Rendered, language: &str) -> Result<(), Failure> {
        let Ok(document) = &part.document else { return Ok(()) };
        let bytes = |from: usize, to: usize| document.bytes.get(from..to).unwrap_or_default();
        let range = &document.entries;
        if self.head.is_none() {
            self.file.write_all(bytes(0, range.start)).map_err(Failure::Write)?;
            self.head = Some((part.title.clone(), language.to_owned()));
        }
        if part.entries > 0 {
            let separator = if self.entries > 0 { separator(self.document.feed.format) } else { "" };
            self.file.write_all(separator.as_bytes()).map_err(Failure::Write)?;
            self.file.write_all(bytes(range.start, range.end)).map_err(Failure::Write)?;
        }
        // A JSON Feed without items ends differently, so the end of a part without entries is used only if there are
        // no others.
        if part.entries > 0 || self.entries == 0 {
            self.end = bytes(range.end, document.bytes.len()).to_vec();
        }
        self.entries += part.entries;
        Ok(())
    }
}

/// Renders documents that carry the same posts, and stages them.
///
/// # Errors
/// [`Error::Write`] and [`Error::Unsound`].
pub(super) fn render(
    found: &mut Vec<Diagnostic>,
    group: &Batch<'_, '_>,
    links: &Links<'_>,
    site: &Site,
    config: &Config,
    staging: &mut Staging<'_>,
) -> Result<(), Error> {
    let Some((_, first)) = group.first() else { return Ok(()) };
    let mut streams = Vec::with_capacity(group.len());
    for (index, document) in group {
        let file = staging.begin(&document.path)?;
        streams.push(Stream { index: *index, document, file, entries: 0, head: None, end: Vec::new() });
    }
    let read = |portion: &[&PostMeta]| {
        let mut found = Vec::new();
        let mut by_url = entries(&mut found, portion.iter().copied(), links, site, config);
        let carried: Vec<Entry> = portion.iter().filter_map(|post| by_url.remove(post.url())).collect();
        (carried, found)
    };
    let mut portions = first.posts.chunks(PORTION);
    let mut next = portions.next().map(read);
    while let Some((carried, mut findings)) = next {
        let render = |stream: &Stream<'_, '_>| {
            let feed = stream.part(site, &carried, config);
            (feed.language.clone(), render_one(feed, stream.document.feed))
        };
        // While a portion is rendered, the next one is read: one format alone would keep one thread busy.
        let rendered = || -> Vec<(String, Rendered)> { streams.par_iter().map(render).collect() };
        let (parts, after) = rayon::join(rendered, || portions.next().map(read));
        next = after;
        found.append(&mut findings);
        for (stream, (language, mut part)) in streams.iter_mut().zip(parts) {
            found.append(&mut part.found);
            if let Err(failure) = stream.write(&part, &language) {
                return Err(stream.file.failed(failure));
            }
            if let Err(failure) = part.document {
                return Err(stream.file.failed(failure));
            }
        }
    }
    for mut stream in streams {
        if let Err(error) = stream.file.write_all(&stream.end) {
            return Err(stream.file.failed(Failure::Write(error)));
        }
        let (title, _) = stream.head.unwrap_or_default();
        let staged = stream.file.finish()?;
        staging.push(plan(stream.index, stream.document, title, stream.entries), staged);
    }
    Ok(())
}

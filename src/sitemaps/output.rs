//! Writes the sitemap; if it has more pages than one file may have, its parts, and an index in its place.

use std::io::Write as _;
use std::ops::Range;

use rayon::prelude::*;

use super::listed::Listing;
use super::stylesheet;
use crate::error::{Error, Failure};
use crate::model::{LIMITS, Page};
use crate::publish::{LAST, OutputKind, Plan, Staged, Staging};
use crate::render::sitemap;
use crate::settings::SitemapConfig;

/// A file of a sitemap: its path, and which pages it lists.
type Part = (String, Range<usize>);

/// The plan of a file of a sitemap.
fn plan(path: &str, kind: OutputKind, entries: usize) -> Plan<'_> {
    Plan { rank: LAST, path, kind, entries }
}

/// Stages the sitemap. Gives the path of what search engines are to read.
///
/// # Errors
/// [`Error::Write`] and [`Error::Unsound`].
pub(crate) fn render(staging: &mut Staging<'_>, listing: &Listing<'_>) -> Result<String, Error> {
    let path = listing.sitemap.path.as_str();
    let stylesheet = stylesheet(path, listing.config);
    let parts = parts(listing);
    let staged: Vec<Result<Staged, Error>> = parts
        .par_iter()
        .map(|(name, part)| stage_part(staging, listing, name, part, stylesheet.as_deref()))
        .collect();
    for ((name, part), staged) in parts.iter().zip(staged) {
        staging.push(plan(name, OutputKind::Sitemap, part.len()), staged?);
    }
    if let Some(path) = &listing.sitemap.text {
        render_text(staging, path, listing)?;
    }
    if let [(only, _)] = parts.as_slice() {
        return Ok(only.clone());
    }
    // The index comes last: it never lists what is not there.
    render_index(staging, listing, &parts, stylesheet.as_deref())?;
    Ok(path.to_owned())
}

/// Where an earlier run may have written what this one does not: the sitemap in more or fewer parts, packed or not.
pub(crate) fn patterns(sitemap: &SitemapConfig) -> Vec<String> {
    let stem = sitemap.path.strip_suffix(".xml").unwrap_or(&sitemap.path);
    let ends = [".xml", ".xml.gz", "-pages-*.xml", "-pages-*.xml.gz", "-*.xml", "-*.xml.gz"];
    ends.iter().map(|end| format!("{stem}{end}")).collect()
}

/// The files that the pages take.
fn parts(listing: &Listing<'_>) -> Vec<Part> {
    let path = listing.sitemap.path.as_str();
    let suffix = listing.sitemap.suffix();
    let stem = path.strip_suffix(".xml").unwrap_or(path);
    let sizes = listing.sizes();
    if let [all] = sitemap::split(sizes.iter().copied(), LIMITS).as_slice() {
        return vec![(format!("{path}{suffix}"), all.clone())];
    }
    let (undated, dated) = sizes.split_at(listing.undated);
    // Pages without a date may come and go anywhere. They have parts of their own, so that posts stay in theirs.
    let numbered = |name: &str, sizes: &[usize], before: usize| {
        let parts = (1..).zip(sitemap::split(sizes.iter().copied(), LIMITS));
        let named = |(number, part): (u32, Range<usize>)| {
            (format!("{name}-{number}.xml{suffix}"), part.start + before..part.end + before)
        };
        parts.map(named).collect::<Vec<_>>()
    };
    [numbered(&format!("{stem}-pages"), undated, 0), numbered(stem, dated, undated.len())].concat()
}

fn stage_part(
    staging: &Staging<'_>,
    listing: &Listing<'_>,
    name: &str,
    part: &Range<usize>,
    stylesheet: Option<&str>,
) -> Result<Staged, Error> {
    let (pages, extras) = (listing.pages(part.clone()), listing.extras(part.clone()));
    staging.stage(name, |file| {
        if !listing.sitemap.gzip {
            return sitemap::write(file, pages, extras, stylesheet);
        }
        let mut packed = sitemap::gzip(file);
        sitemap::write(&mut packed, pages, extras, stylesheet)?;
        packed.finish().map(drop).map_err(Failure::Write)
    })
}

fn render_index(
    staging: &mut Staging<'_>,
    listing: &Listing<'_>,
    parts: &[Part],
    stylesheet: Option<&str>,
) -> Result<(), Error> {
    let base_url = &listing.config.site.base_url;
    let urls: Vec<String> = parts.iter().map(|(name, _)| base_url.file(name)).collect();
    let page =
        |(url, (_, part)): (_, &Part)| Page { url, lastmod: listing.newest_in(part.clone()), extra: None };
    let index: Vec<Page<'_>> = urls.iter().map(String::as_str).zip(parts).map(page).collect();
    let path = &listing.sitemap.path;
    let staged = staging.stage(path, |file| sitemap::write_index(file, &index, stylesheet))?;
    staging.push(plan(path, OutputKind::SitemapIndex, index.len()), staged);
    Ok(())
}

/// Stages the same list as plain text, one URL a line, in parts of what a sitemap may have.
fn render_text(staging: &mut Staging<'_>, path: &str, listing: &Listing<'_>) -> Result<(), Error> {
    let (stem, extension) = path.rsplit_once('.').unwrap_or((path, "txt"));
    let sizes = listing.pages(0..listing.len()).map(|page| page.url.len() + 1);
    let parts = sitemap::split(sizes, LIMITS);
    let is_one = parts.len() == 1;
    for (number, part) in (1..).zip(parts) {
        let name = if is_one { path.to_owned() } else { format!("{stem}-{number}.{extension}") };
        let mut pages = listing.pages(part.clone());
        let staged = staging.stage(&name, |file| {
            pages.try_for_each(|page| writeln!(file, "{}", page.url)).map_err(Failure::Write)
        })?;
        staging.push(plan(&name, OutputKind::Sitemap, part.len()), staged);
    }
    Ok(())
}

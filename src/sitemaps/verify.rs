//! Whether the built pages are those that posts announce.

use std::collections::BTreeSet;

use super::absolute;
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Rule};
use crate::model::PostMeta;
use crate::read::{Built, Unpublished, built::Page};
use crate::text;

/// How many posts without a page are named one by one.
const NAMED: usize = 20;

/// Reports pages that are missing, that have their canonical URL elsewhere, and that should not be there.
pub(crate) fn verify(
    found: &mut Vec<Diagnostic>,
    built: &Built,
    posts: &[PostMeta],
    unpublished: &[Unpublished],
    config: &Config,
) {
    let base_url = &config.site.base_url;
    let mut missing = Vec::new();
    for post in posts.iter().filter(|post| post.in_feeds && base_url.covers(post.url())) {
        match built.page_of(post.url(), base_url) {
            Some((file, page)) => found.extend(other_canonical(post, &file, page, config)),
            None => missing.push(post),
        }
    }
    report_missing(found, &missing);
    let published: BTreeSet<&str> = posts.iter().map(PostMeta::url).collect();
    let leaked =
        unpublished.iter().filter(|post| post.is_unfinished && !published.contains(post.url.as_str()));
    for post in leaked {
        if let Some((file, _)) = built.page_of(&post.url, base_url) {
            let message =
                format!("the post must not be published yet, but `{}` exists", shown_path(&file, config));
            let finding = Diagnostic::new(Rule::LeakedDraft, post.path.clone(), message);
            found.push(finding.help("remove the page, or build the site again"));
        }
    }
}

fn report_missing(found: &mut Vec<Diagnostic>, missing: &[&PostMeta]) {
    for post in missing.iter().take(NAMED) {
        let message = format!("there is no page at {}", post.url());
        let help = "build the site first, or set `permalink` to where its pages are";
        found.push(Diagnostic::new(Rule::MissingPage, post.path(), message).help(help));
    }
    if let Some(more) = missing.len().checked_sub(NAMED).filter(|more| *more > 0) {
        found.push(Diagnostic::new(Rule::MissingPage, ".", format!("{more} more posts have no page")));
    }
}

/// A finding about a page whose canonical URL is another.
fn other_canonical(post: &PostMeta, file: &str, page: &Page, config: &Config) -> Option<Diagnostic> {
    let (href, place) = page.canonical.as_ref()?;
    let canonical = absolute(href, post.url()).filter(|canonical| canonical != post.url())?;
    let message = format!("the page's canonical URL is {canonical}, but feeds have {}", post.url());
    let help = format!("make its link and the `permalink` of `{}` the same", text::shown(post.path()));
    let finding = Diagnostic::new(Rule::OtherCanonical, shown_path(file, config), message);
    Some(finding.at(place.clone()).help(help))
}

/// A file of the output folder as findings name it.
fn shown_path(file: &str, config: &Config) -> String {
    let output = config.site.output.strip_prefix(&config.site.root).unwrap_or(&config.site.output);
    format!("{}/{file}", output.to_string_lossy().replace('\\', "/"))
}

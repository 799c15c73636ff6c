//! Whether the built pages are those that posts announce.

use std::collections::BTreeSet;

use super::absolute;
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Rule};
use crate::model::PostMeta;
use crate::read::{Built, Unpublished, built::Page};
use crate::select;
use crate::text::{self, link};

/// How many posts without a page are named one by one.
const NAMED: usize = 20;

/// The posts that have a page: what is known to be missing is not announced. If none has one, something else was built
/// there, and all of them stay. The others are reported.
pub(crate) fn with_pages(
    found: &mut Vec<Diagnostic>,
    built: &Built,
    posts: Vec<PostMeta>,
    config: &Config,
) -> Vec<PostMeta> {
    let base_url = &config.site.base_url;
    let is_missing = |post: &PostMeta| {
        let is_here = base_url.covers(post.url()) && (post.in_feeds || post.in_sitemap);
        is_here
            && built.page_of(post.url(), base_url).is_none()
            && !built.others.contains(&file_of(post, config))
    };
    let (missing, there): (Vec<PostMeta>, Vec<PostMeta>) = posts.into_iter().partition(is_missing);
    let is_other_site = !there.iter().any(|post| base_url.covers(post.url()));
    report_missing(found, &missing, is_other_site);
    if !is_other_site {
        return there;
    }
    select::in_order(there.into_iter().chain(missing).collect())
}

/// The file that a URL names as it is, such as a PDF.
fn file_of(post: &PostMeta, config: &Config) -> String {
    let below = post.url().strip_prefix(config.site.base_url.as_str()).unwrap_or_default();
    link::decoded(below)
}

/// Reports pages that have their canonical URL elsewhere, and pages that should not be there.
pub(crate) fn verify(
    found: &mut Vec<Diagnostic>,
    built: &Built,
    posts: &[PostMeta],
    unpublished: &[Unpublished],
    config: &Config,
) {
    let base_url = &config.site.base_url;
    for post in posts.iter().filter(|post| post.in_feeds && base_url.covers(post.url())) {
        if let Some((file, page)) = built.page_of(post.url(), base_url) {
            found.extend(other_canonical(post, &file, page, config));
        }
    }
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

fn report_missing(found: &mut Vec<Diagnostic>, missing: &[PostMeta], is_announced: bool) {
    let help = match is_announced {
        true => {
            "no post has a page there, so all are announced; build the site first, or set `permalink` to where its pages are"
        }
        false => "it is in no output; build the site first, or pass `--no-verify`",
    };
    for post in missing.iter().take(NAMED) {
        let message = format!("there is no page at {}", post.url());
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

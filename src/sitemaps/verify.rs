//! Whether the built pages are those that posts announce.

use std::collections::BTreeSet;

use super::canonical;
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Rule};
use crate::model::{PostMeta, Reason};
use crate::read::{
    Built, Unpublished,
    built::{Page, other_form},
};
use crate::text::link::is_of_preview;
use crate::text::{self, link};

/// How many posts without a page are named one by one.
const NAMED: usize = 20;

/// The posts that have a built page. The others are reported, and go to `left_out`. `None` if no post has a page: then
/// another site was built there, or its URLs follow another rule.
pub(crate) fn with_pages(
    found: &mut Vec<Diagnostic>,
    built: &Built,
    mut posts: Vec<PostMeta>,
    left_out: &mut Vec<PostMeta>,
    config: &Config,
) -> Option<Vec<PostMeta>> {
    let base_url = &config.site.base_url;
    serve_where_pages_are(found, built, &mut posts, config);
    let is_missing = |post: &PostMeta| {
        let is_here = base_url.covers(post.url()) && (post.in_feeds || post.in_sitemap);
        is_here
            && built.page_of(post.url(), base_url).is_none()
            && !built.others.contains(&file_of(post, config))
    };
    let (missing, there): (Vec<PostMeta>, Vec<PostMeta>) = posts.into_iter().partition(is_missing);
    report_missing(found, &missing, config);
    let has_any = missing.is_empty() || there.iter().any(|post| base_url.covers(post.url()));
    if !has_any {
        let output = config.site.output.strip_prefix(&config.site.root).unwrap_or(&config.site.output);
        let output = output.display();
        let message = format!("not one of {} posts has a page in `{output}`", missing.len());
        let help = "nothing was written: another site was built there, or its URLs follow another rule (`permalink`); `--no-verify` publishes them all the same";
        found.push(Diagnostic::new(Rule::NoPages, ".", message).help(help));
    }
    left_out.extend(missing);
    has_any.then_some(there)
}

/// Gives posts the URLs at which their pages are served, if these differ by a final slash.
fn serve_where_pages_are(
    found: &mut Vec<Diagnostic>,
    built: &Built,
    posts: &mut [PostMeta],
    config: &Config,
) {
    let base_url = &config.site.base_url;
    let mut moved: Option<(String, usize)> = None;
    for post in posts.iter_mut().filter(|post| base_url.covers(post.url())) {
        if built.page_of(post.url(), base_url).is_some() || built.others.contains(&file_of(post, config)) {
            continue;
        }
        let other = other_form(post.url());
        let Some((file, page)) = built.page_of(&other, base_url) else { continue };
        let own = page.canonical.as_ref().and_then(|(href, _)| canonical(href, &other, base_url));
        let served = own.filter(|url| built.page_of(url, base_url).is_some_and(|(served, _)| served == file));
        let served = served.unwrap_or(other);
        moved.get_or_insert_with(|| (format!("{} is served at {served}", post.url()), 0)).1 += 1;
        post.serve_at(&served);
    }
    if let Some((first, count)) = moved {
        let message = match count {
            1 => first,
            count => format!("{first}, and {} other posts differ in the same way", count - 1),
        };
        let help =
            "feeds and sitemap have the addresses of the pages; a `permalink` would make both the same";
        found.push(Diagnostic::new(Rule::OtherCanonical, ".", message).help(help));
    }
}

/// The path of the file that a post's URL names directly, such as a PDF.
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
    found.extend(previewed(built, config));
    let is_unfinished = |reason| match reason {
        Reason::Draft => !config.dialect.builds_drafts(),
        Reason::Future => !config.site.is_future_built && !config.dialect.builds_drafts(),
        _ => false,
    };
    let published: BTreeSet<&str> = posts.iter().map(PostMeta::url).collect();
    let leaked = unpublished
        .iter()
        .filter(|post| is_unfinished(post.reason) && !published.contains(post.url.as_str()));
    for post in leaked {
        if let Some((file, _)) = built.page_of(&post.url, base_url) {
            let message = format!(
                "the post must not be published yet, but `{}` exists",
                config.named(&config.site.output.join(&file))
            );
            let finding = Diagnostic::new(Rule::LeakedDraft, post.path.clone(), message);
            let again = match config.recognised.generator.name {
                "jekyll" if post.reason == Reason::Draft => {
                    "; if Jekyll makes it again, write `published: false`, which Jekyll reads"
                }
                _ => "",
            };
            let help = format!("remove the page: build the site into an empty folder{again}");
            found.push(finding.help(help));
        }
    }
}

/// One finding about all pages whose canonical URLs are on the host of a preview.
fn previewed(built: &Built, config: &Config) -> Option<Diagnostic> {
    let base_url = &config.site.base_url;
    let host = |page: &Page| {
        let url = url::Url::parse(base_url.as_str()).ok()?.join(page.canonical.as_ref()?.0.trim()).ok()?;
        is_of_preview(&url, base_url).then(|| url.origin().ascii_serialization())
    };
    let mut pages = built.pages.iter().filter_map(|(file, page)| Some((file, page, host(page)?)));
    let (file, page, origin) = pages.next()?;
    let message = match pages.count() {
        0 => format!("the page's canonical URL is on {origin}, where the site was only previewed"),
        more => format!(
            "the canonical URLs of this page and of {more} more are on {origin}, where the site was only previewed"
        ),
    };
    let place = page.canonical.as_ref().map(|(_, place)| place.clone());
    let finding =
        Diagnostic::new(Rule::OtherCanonical, config.named(&config.site.output.join(file)), message)
            .at(place);
    Some(finding.help(format!("{} is used instead; build the site for publication", base_url.as_str())))
}

fn report_missing(found: &mut Vec<Diagnostic>, missing: &[PostMeta], config: &Config) {
    let is_to_come = |post: &&PostMeta| post.published.is_some_and(|date| date > config.site.now);
    // That its page is built before its day was said without a look at the pages.
    let to_come: BTreeSet<&str> = missing.iter().filter(is_to_come).map(PostMeta::path).collect();
    found.retain(|finding| finding.rule != Rule::FutureDate || !to_come.contains(&*finding.path));
    for post in missing.iter().take(NAMED) {
        let help = match is_to_come(&post) {
            true => "it is in no output: its date is to come, and the site was built without it",
            false => {
                "it is in no output; build the site again, or pass `--no-verify` if the page is there all the same"
            }
        };
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
    let canonical =
        canonical(href, post.url(), &config.site.base_url).filter(|canonical| canonical != post.url())?;
    let message = format!("the page's canonical URL is {canonical}, but feeds have {}", post.url());
    let help = match config.site.base_url.covers(&canonical) {
        true => format!("make its link and the `permalink` of `{}` the same", text::shown(post.path())),
        false => "feeds carry it, and the sitemap does not list it: crawlers take the other page for the original; \
                  if this one is, mend its link"
            .to_owned(),
    };
    let finding =
        Diagnostic::new(Rule::OtherCanonical, config.named(&config.site.output.join(file)), message);
    Some(finding.at(place.clone()).help(help))
}

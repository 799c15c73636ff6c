//! What a sitemap lists besides posts: pages that the site's generator built, and other files.

use std::collections::BTreeSet;

use super::verify::shown_path;
use super::{canonical, fits_any};
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Rule};
use crate::model::PostMeta;
use crate::read::{Built, Unpublished, built::Page};
use crate::settings::SitemapConfig;
use crate::text::{glob, language};

/// The URLs that belong to no post: pages, and other files that the sitemap is to include.
pub(crate) fn other_urls(
    found: &mut Vec<Diagnostic>,
    built: &Built,
    sitemap: &SitemapConfig,
    posts: &[PostMeta],
    unpublished: &[Unpublished],
    config: &Config,
) -> Vec<String> {
    let base_url = &config.site.base_url;
    let posts = posts.iter().flat_map(|post| [post.url(), post.listed_url()]);
    let known = posts.chain(unpublished.iter().map(|post| post.url.as_str()));
    let claimed: BTreeSet<String> =
        known.filter_map(|url| built.page_of(url, base_url)).map(|(file, _)| file).collect();
    let pages = built.pages.iter().filter(|(file, page)| {
        !claimed.contains(*file) && !page.is_redirect && !is_error_page(file, page.names_error)
    });
    let pages: Vec<String> =
        pages.filter_map(|(file, page)| url_of(found, built, file, page, sitemap, config)).collect();
    let is_wanted = |file: &&String| sitemap.include.iter().any(|glob| glob::matches(glob, file));
    let others = built.others.iter().filter(is_wanted).map(|file| base_url.file(file));
    let urls: BTreeSet<String> = pages.into_iter().chain(others).collect();
    urls.into_iter().collect()
}

/// The URL under which a page is listed; `None` if it is not.
fn url_of(
    found: &mut Vec<Diagnostic>,
    built: &Built,
    file: &str,
    page: &Page,
    sitemap: &SitemapConfig,
    config: &Config,
) -> Option<String> {
    let base_url = &config.site.base_url;
    let path = match file.strip_suffix("index.html") {
        Some(folder) if folder.is_empty() || folder.ends_with('/') => folder,
        _ => file,
    };
    let own = base_url.file(path);
    if page.no_index && !fits_any(path, &sitemap.include) {
        return None;
    }
    let Some((href, place)) = &page.canonical else { return Some(own) };
    let Some(canonical) = canonical(href, &own, base_url) else { return Some(own) };
    // `/about` is the page that is stored as `about.html`.
    if built.page_of(&canonical, base_url).is_some_and(|(served, _)| served == file) {
        return Some(canonical);
    }
    let message = format!("the page's canonical URL is {canonical}");
    let finding = Diagnostic::new(Rule::CanonicalElsewhere, shown_path(file, config), message);
    found.push(finding.at(place.clone()).help("the sitemap does not list the page"));
    None
}

/// Whether the sitemap leaves a page out: a page for errors, in the root or in the folder of a language
/// (`404.html`, `errors/500.html`), one that a generator makes for its own use, or a verification file.
fn is_error_page(file: &str, names_error: bool) -> bool {
    const CODES: [&str; 14] =
        ["400", "401", "403", "404", "405", "410", "429", "451", "4xx", "500", "502", "503", "504", "50x"];
    const NAMES: [&str; 6] = ["error", "_error", "not-found", "notfound", "page-not-found", "offline"];
    const OWN: [&str; 2] = ["dev-404-page", "offline-plugin-app-shell-fallback"];
    let (page, is_folder) = match file.strip_suffix("/index.html") {
        Some(folder) => (folder, true),
        None => (file, false),
    };
    let stem = page.split_once('.').map_or(page, |(stem, _)| stem);
    let (folder, name) = stem.rsplit_once('/').unwrap_or(("", stem));
    let is_of_errors = matches!(folder, "errors" | "error");
    let is_top = folder.is_empty() || is_of_errors || language::parse(folder).is_ok();
    let is_error = match is_folder {
        true => {
            name == "404"
                || ((names_error || is_of_errors) && (CODES.contains(&name) || NAMES.contains(&name)))
        }
        false => CODES.contains(&name) || NAMES.contains(&name),
    };
    is_top && (is_error || OWN.contains(&name) || is_verification(name))
}

/// Files by which search engines know the owner of a site.
fn is_verification(name: &str) -> bool {
    let is_code = |code: &str| code.len() >= 6 && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    name.eq_ignore_ascii_case("BingSiteAuth")
        || ["yandex_", "pinterest-"].iter().any(|start| name.strip_prefix(start).is_some_and(is_code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_pages() {
        for file in [
            "404.html", "de/404.html", "50x.html", "errors/500.html", "404/index.html", "503.shtml",
            "_error.html", "de/404/index.html", "dev-404-page/index.html",
        ] {
            assert!(is_error_page(file, false), "{file}");
        }
        for file in [
            "4040.html", "posts/500.html", "index.html", "2024/404s/index.html", "store/404.html",
            "500/index.html", "store/de/404/index.html", "error/index.html",
        ] {
            assert!(!is_error_page(file, false), "{file}");
        }
        assert!(is_error_page("error/index.html", true) && is_error_page("pt-BR/500/index.html", true));
        assert!(is_error_page("yandex_abc123.html", false) && !is_error_page("yandex_.html", false));
    }
}

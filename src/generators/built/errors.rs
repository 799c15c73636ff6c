//! Pages that no reader is meant to find.

use crate::text::language;

/// Whether feeds and the sitemap leave a page out: a page for errors, in the root or in the folder of a language
/// (`404.html`, `errors/500.html`), one that a generator makes for its own use, or a verification file.
pub(crate) fn is_error_page(file: &str, names_error: bool) -> bool {
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
    let is_top =
        folder.is_empty() || is_of_errors || folder.split(['-', '_']).next().is_some_and(language::is_known);
    let is_error = match is_folder {
        true => {
            name == "404"
                || ((names_error || is_of_errors) && (CODES.contains(&name) || NAMES.contains(&name)))
        }
        // `200.html` is the page of an application for all URLs without a file.
        false => CODES.contains(&name) || NAMES.contains(&name) || name == "200",
    };
    file.starts_with("_gatsby/") || is_top && (is_error || OWN.contains(&name) || is_verification(name))
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

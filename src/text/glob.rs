//! Globs of paths.

/// Whether a glob fits a path. A name without a slash fits in any folder, a folder fits all that is in it.
pub(crate) fn matches(glob: &str, path: &str) -> bool {
    let glob = glob.trim_start_matches("./").trim_start_matches('/');
    let folder = glob.trim_end_matches('/');
    fast_glob::glob_match(glob, path)
        || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
        || (!glob.contains('/') && fast_glob::glob_match(glob, path.rsplit('/').next().unwrap_or(path)))
}

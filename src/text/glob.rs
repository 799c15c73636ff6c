//! Globs of paths.

/// Whether a text is a glob: every bracket is closed.
///
/// # Errors
/// A clause for messages: which is not.
pub(crate) fn check(glob: &str) -> Result<(), String> {
    let mut open: Option<char> = None;
    let mut braces = 0_usize;
    let mut chars = glob.chars();
    while let Some(c) = chars.next() {
        match (c, open) {
            ('\\', _) => drop(chars.next()),
            (']', Some('[')) => open = None,
            (_, Some(_)) => {}
            ('[', None) => open = Some('['),
            ('{', None) => braces += 1,
            ('}', None) => braces = braces.checked_sub(1).ok_or("no `{` is before its `}`")?,
            _ => {}
        }
    }
    match (open, braces) {
        (Some(_), _) => Err("its `[` is never closed".to_owned()),
        (None, 1..) => Err("its `{` is never closed".to_owned()),
        (None, 0) => Ok(()),
    }
}

/// Whether a glob fits a path. A name without a slash fits in any folder, a folder fits all that is in it.
pub(crate) fn matches(glob: &str, path: &str) -> bool {
    let glob = glob.trim_start_matches("./").trim_start_matches('/');
    let folder = glob.trim_end_matches('/');
    fast_glob::glob_match(glob, path)
        || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
        || (!glob.contains('/') && fast_glob::glob_match(glob, path.rsplit('/').next().unwrap_or(path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_glob() {
        for (glob, is_one) in [
            ("a/**/*.md", true),
            ("{a,b}/[!x]?", true),
            ("a\\[b", true),
            ("[a", false),
            ("{a,b", false),
            ("a}", false),
            ("[{]", true),
        ] {
            assert_eq!(check(glob).is_ok(), is_one, "{glob}");
        }
    }
}

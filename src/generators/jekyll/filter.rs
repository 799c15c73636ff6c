//! The globs of `include` and `exclude` (Ruby's `File.fnmatch?`).

/// `File.fnmatch?`, where `*` matches slashes too; or a plain prefix; or a folder named with its slash.
pub(super) fn matches(glob: &str, path: &str, folder: bool) -> bool {
    let glob = glob.trim_start_matches('/');
    if glob.is_empty() {
        return false;
    }
    path.starts_with(glob)
        || (folder && glob.strip_suffix('/') == Some(path))
        || fnmatch(glob.as_bytes(), path.as_bytes())
}

fn fnmatch(glob: &[u8], text: &[u8]) -> bool {
    // Where the last `*` was, to try again with one byte more.
    let (mut g, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    loop {
        match (glob.get(g), text.get(t)) {
            (None, None) => return true,
            (Some(b'*'), _) => {
                star = Some((g + 1, t));
                g += 1;
            }
            (Some(b'['), Some(byte)) if bracket(glob.get(g..).unwrap_or_default(), *byte).is_some() => {
                let length = bracket(glob.get(g..).unwrap_or_default(), *byte).unwrap_or(1);
                (g, t) = (g + length, t + 1);
            }
            (Some(b'?'), Some(_)) => (g, t) = (g + 1, t + 1),
            (Some(a), Some(b)) if a == b => (g, t) = (g + 1, t + 1),
            _ => match star {
                Some((after, at)) if at < text.len() => {
                    star = Some((after, at + 1));
                    (g, t) = (after, at + 1);
                }
                _ => return false,
            },
        }
    }
}

/// How long a set such as `[a-z]` is that a glob begins with, if the byte is in it.
fn bracket(glob: &[u8], byte: u8) -> Option<usize> {
    let end = glob.iter().skip(2).position(|end| *end == b']')? + 2;
    let set = glob.get(1..end)?;
    let (negated, set) = match set {
        [b'!' | b'^', rest @ ..] => (true, rest),
        set => (false, set),
    };
    let mut found = false;
    let mut rest = set;
    while let Some((&first, after)) = rest.split_first() {
        match after {
            [b'-', last, after @ ..] => {
                found |= (first..=*last).contains(&byte);
                rest = after;
            }
            _ => {
                found |= first == byte;
                rest = after;
            }
        }
    }
    (found != negated).then_some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs() {
        let fits = |glob: &str, path: &str| matches(glob, path, false);
        assert!(fits("*.md", "a/b.md") && fits("a?c", "abc") && fits("[a-c]x", "bx") && fits("[!a]x", "bx"));
        assert!(!fits("[!a]x", "ax") && !fits("a*d", "abc") && !fits("", "a"));
        assert!(fits("vendor", "vendored/a") && matches("vendor/", "vendor", true) && !fits("/b", "a/b"));
    }
}

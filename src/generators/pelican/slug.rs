//! Names as parts of paths (`pelican.utils.slugify`).

use regex::Regex;
use unicode_normalization::UnicodeNormalization;

use super::reader::without_tags;
use super::site::Pelican;

impl Pelican {
    /// A title as part of a path.
    pub(super) fn slug(&self, title: &str) -> String {
        self.slug_by(title, self.substitutions.as_deref())
    }

    /// A category, a tag or an author as part of a path.
    pub(super) fn slug_of_term(&self, taxonomy: &str, name: &str) -> String {
        let own = self.term_substitutions.get(taxonomy).map(Vec::as_slice);
        self.slug_by(name, own.or(self.substitutions.as_deref()))
    }

    fn slug_by(&self, name: &str, substitutions: Option<&[(Regex, String)]>) -> String {
        let plain = without_tags(name);
        let text: String = match self.slug_is_unicode {
            true => plain.nfkc().collect(),
            false => deunicode::deunicode_with_tofu(&plain, ""),
        };
        let slug = match substitutions {
            None => usual(&text),
            Some(own) => own
                .iter()
                .fold(text, |text, (pattern, by)| pattern.replace_all(&text, by.as_str()).into_owned()),
        };
        let slug = if self.slug_keeps_case { slug } else { slug.to_lowercase() };
        slug.trim().to_owned()
    }
}

/// Without what is no letter, digit, `_`, `-` or blank, and with one hyphen for hyphens and blanks that follow each other.
fn usual(text: &str) -> String {
    let is_kept = |c: &char| c.is_alphanumeric() || *c == '_' || *c == '-' || c.is_whitespace();
    let kept: String = text.chars().filter(is_kept).collect();
    crate::text::slug::hyphenated(kept.trim().chars(), |c| c != '-' && !c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_substitutions() {
        for (text, expected) in
            [("--x--", "-x-"), ("a.b_c", "ab_c"), ("C++ & C#: a/b?", "C-C-ab"), (" x  y ", "x-y")]
        {
            assert_eq!(usual(text), expected, "{text}");
        }
    }
}

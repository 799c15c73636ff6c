//! Permalink patterns.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use chrono::{DateTime, FixedOffset};
use percent_encoding::utf8_percent_encode;

use super::link::{self, VALUE};
use super::{date, slug};

/// A permalink pattern: literal text with placeholders such as `:year` and `:slug`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Literal(String),
    /// One of `PLACEHOLDERS`.
    Placeholder(&'static str),
}

/// What a pattern may contain, after a colon. The first ten are parts of the date.
const PLACEHOLDERS: [&str; 20] = [
    "year", "month", "day", "hour", "minute", "second", "short_year", "i_month", "i_day", "y_day", "slug",
    "title", "title_slug", "name", "filename", "path", "subpath", "section", "category", "categories",
];

/// The values of a pattern's placeholders.
#[derive(Debug, Clone, Default)]
pub(crate) struct Values<'a> {
    /// The date, as the site's clocks show it.
    pub date: Option<DateTime<FixedOffset>>,
    /// The slug: from the front matter, else the file name without its date.
    pub slug: &'a str,
    /// The file name without its date and its extension.
    pub name: &'a str,
    /// The title; empty if there is none.
    pub title: &'a str,
    /// The path without its extension; of `a/index.md` it is `a`.
    pub path: &'a str,
    /// The categories.
    pub categories: &'a [String],
}

impl Pattern {
    /// Reads a pattern. Where two placeholders match, the longer one is taken.
    ///
    /// # Errors
    /// The unknown placeholder, and the known one that is most like it.
    pub(crate) fn parse(text: &str) -> Result<Self, (String, &'static str)> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(colon) = rest.find(':') {
            let (literal, after) = rest.split_at(colon);
            let after = after.strip_prefix(':').unwrap_or_default();
            pieces.push(Piece::Literal(literal.to_owned()));
            let known =
                PLACEHOLDERS.into_iter().filter(|name| after.starts_with(name)).max_by_key(|name| name.len());
            if let Some(name) = known {
                pieces.push(Piece::Placeholder(name));
                rest = after.strip_prefix(name).unwrap_or_default();
            } else {
                let word: String =
                    after.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
                if !word.is_empty() {
                    let distance = |name: &&str| strsim::damerau_levenshtein(name, &word);
                    let nearest = PLACEHOLDERS.into_iter().min_by_key(distance).unwrap_or("slug");
                    return Err((word, nearest));
                }
                pieces.push(Piece::Literal(":".to_owned()));
                rest = after;
            }
        }
        pieces.push(Piece::Literal(rest.to_owned()));
        Ok(Self(pieces))
    }

    /// The path that the pattern gives, percent-encoded. `None` if it needs a date and there is none.
    pub(crate) fn fill(&self, values: &Values<'_>) -> Option<String> {
        let mut path = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Literal(literal) => path.push_str(literal),
                Piece::Placeholder(placeholder) => {
                    let value = values.get(placeholder)?;
                    let _ = write!(path, "{}", utf8_percent_encode(&value, VALUE));
                }
            }
        }
        // An empty value, such as no categories, makes no empty folder.
        Some(link::collapsed(path))
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|piece| match piece {
            Piece::Literal(literal) => f.write_str(literal),
            Piece::Placeholder(name) => write!(f, ":{name}"),
        })
    }
}

impl Values<'_> {
    /// The value of a placeholder. `None` if it is a part of the date and there is no date.
    fn get(&self, placeholder: &str) -> Option<Cow<'_, str>> {
        Some(match placeholder {
            "slug" | "title" => self.slug.into(),
            "filename" => self.path.rsplit('/').next().unwrap_or(self.path).into(),
            "name" => self.name.into(),
            "title_slug" if self.title.is_empty() => self.slug.into(),
            "title_slug" => slug::slug(self.title).into(),
            "path" => self.path.into(),
            "subpath" => self.path.split_once('/').map_or(self.path, |(_, inner)| inner).into(),
            "section" => self.path.split_once('/').map_or("", |(section, _)| section).into(),
            "category" => self.categories.first().map_or("", String::as_str).into(),
            "categories" => self.categories.join("/").into(),
            part => date::part(part, &self.date?)?.into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        #[track_caller]
        fn case(pattern: &str, expected: Option<&str>) {
            let date = crate::text::date::parse("2025-01-05 02:03:04 +0000")
                .and_then(|written| crate::text::date::resolve(&written, &jiff::tz::TimeZone::UTC));
            let categories = ["R&D".to_owned(), "50%".to_owned()];
            let values = Values {
                date,
                slug: "a b?",
                name: "x",
                title: "A Title: Über",
                path: "posts/2025-01-05-x",
                categories: &categories,
            };
            assert_eq!(Pattern::parse(pattern).unwrap().fill(&values).as_deref(), expected);
        }
        case("/:year/:month/:day/:slug/", Some("/2025/01/05/a%20b%3F/"));
        case("/:i_month-:i_day/:short_year:y_day/:hour:minute:second.html", Some("/1-5/25005/020304.html"));
        case("/:categories/:category/:section/:filename", Some("/R&D/50%25/R&D/posts/2025-01-05-x"));
        case("/:title_slug/:subpath/:name", Some("/a-title-%C3%BCber/2025-01-05-x/x"));
        case("/a:/:path", Some("/a:/posts/2025-01-05-x"));
        let undated = Values { slug: "s", ..Values::default() };
        assert_eq!(Pattern::parse("/:year/:slug/").unwrap().fill(&undated), None);
        assert_eq!(Pattern::parse("/:categories/:slug/").unwrap().fill(&undated).as_deref(), Some("/s/"));
        assert_eq!(Pattern::parse("/:yaer/"), Err(("yaer".to_owned(), "year")));
    }
}

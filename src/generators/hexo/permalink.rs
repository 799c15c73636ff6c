//! The URL of a post (<https://hexo.io/docs/permalinks>).

use chrono::{DateTime, FixedOffset};

use super::site::Hexo;
use super::slug::{Case, slugized};
use crate::generators::fields::Needs;
use crate::generators::javascript::printed;
use crate::source::Map;
use crate::text::{date, link};

/// What the URL of a post is made of.
pub(super) struct Parts<'a> {
    pub(super) slug: &'a str,
    pub(super) title: &'a str,
    pub(super) date: Option<DateTime<FixedOffset>>,
    /// The last category, below those that it is in, as part of a path.
    pub(super) category: Option<&'a str>,
    /// The front matter.
    pub(super) fields: &'a Map,
}

impl Hexo {
    /// The path that the pattern gives.
    ///
    /// # Errors
    /// Why it is not known: a clause.
    pub(super) fn filled(&self, parts: &Parts<'_>) -> Result<String, (&'static str, Needs)> {
        let mut path = String::new();
        let mut rest = self.permalink.as_str();
        while let Some((literal, after)) = rest.split_once(':') {
            path.push_str(literal);
            let (name, tail) = split_token(after);
            match name {
                "" => path.push(':'),
                name => path.push_str(&self.value(name, parts)?),
            }
            rest = tail;
        }
        path.push_str(rest);
        Ok(self.with_slash(path))
    }

    /// A post with a folder of assets is a folder too.
    pub(super) fn with_slash(&self, path: String) -> String {
        let is_whole = !self.has_asset_folders || path.ends_with('/') || path.ends_with(".html");
        if is_whole { path } else { path + "/" }
    }

    /// The value of a token.
    ///
    /// # Errors
    /// Why it is not known: a clause.
    fn value(&self, name: &str, parts: &Parts<'_>) -> Result<String, (&'static str, Needs)> {
        // The day is that of the clock in UTC, whatever the zone of the site.
        let utc = parts.date.map(|date| date.to_utc().fixed_offset());
        let utc = utc.ok_or(("there is a date in it, and the post has none", Needs::Date));
        Ok(match name {
            "title" => parts.slug.to_owned(),
            "name" => parts.slug.rsplit('/').next().unwrap_or(parts.slug).to_owned(),
            "post_title" => slugized(parts.title, Case::Lower),
            "year" | "month" | "day" | "hour" | "minute" | "second" | "i_month" | "i_day" => {
                date::part(name, &utc?).unwrap_or_default()
            }
            "timestamp" => utc?.timestamp().to_string(),
            "hash" => {
                let text = format!("{}{}", parts.slug, utc?.timestamp());
                sha1_smol::Sha1::from(text).digest().to_string().chars().take(12).collect()
            }
            "category" => parts.category.unwrap_or(&self.default_category).to_owned(),
            name => {
                let node = parts.fields.get(name).or_else(|| self.permalink_defaults.get(name));
                match node.and_then(printed) {
                    Some(value) => value,
                    None if name == "id" => {
                        return Err((
                            "it contains `id`, which Hexo makes anew in each build",
                            Needs::Pattern,
                        ));
                    }
                    None => "undefined".to_owned(),
                }
            }
        })
    }

    /// A path as Hexo prints it: without slashes that follow each other, and without the endings that are configured.
    pub(super) fn printed(&self, path: &str) -> String {
        let path = link::collapsed(format!("/{path}"));
        let path = path.trim_start_matches('/');
        match path.strip_suffix("index.html") {
            Some(folder) => if self.keeps_index { path } else { folder }.to_owned(),
            None if !self.keeps_html => path.strip_suffix(".html").unwrap_or(path).to_owned(),
            None => path.to_owned(),
        }
    }
}

/// The name of a token, which does not end in `_`, and what follows it.
fn split_token(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len());
    let name = text.split_at(end).0.trim_end_matches('_');
    text.split_at(name.len())
}

/// What a pattern of file names finds in one (`Permalink.parse` of hexo-util).
pub(super) fn parse<'a>(pattern: &str, name: &'a str) -> Option<Vec<(String, &'a str)>> {
    if pattern.is_empty() {
        return name.is_empty().then(Vec::new);
    }
    let Some(token) = pattern.strip_prefix(':') else {
        let end = pattern.find(':').unwrap_or(pattern.len());
        let (literal, rest) = pattern.split_at(end);
        return parse(rest, name.strip_prefix(literal)?);
    };
    let (token, rest) = split_token(token);
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let lengths = match token {
        "year" => 4..=4,
        "month" | "day" => 2..=2,
        "i_month" | "i_day" => 1..=2,
        "hash" => 12..=12,
        _ => 1..=name.len(),
    };
    let is_numeric = matches!(token, "year" | "month" | "day" | "i_month" | "i_day");
    // Numbers take as much as they can, names as little.
    let lengths: Vec<usize> = if is_numeric { lengths.rev().collect() } else { lengths.collect() };
    lengths.into_iter().find_map(|length| {
        let (value, after) = name.split_at_checked(length)?;
        if is_numeric && !is_number(value) {
            return None;
        }
        let mut found = parse(rest, after)?;
        found.insert(0, (token.to_owned(), value));
        Some(found)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_parsed() {
        let parsed = |pattern: &str, name: &str| {
            let found = parse(pattern, name)?;
            Some(found.iter().map(|(token, value)| format!("{token}={value}")).collect::<Vec<_>>().join(" "))
        };
        assert_eq!(parsed(":title", "a/b-c").as_deref(), Some("title=a/b-c"));
        assert_eq!(
            parsed(":year-:month-:day-:title", "2025-01-02-a-b").as_deref(),
            Some("year=2025 month=01 day=02 title=a-b")
        );
        assert_eq!(parsed(":year-:month-:day-:title", "a-b"), None);
        assert_eq!(parsed(":lang/:title", "en/x/y").as_deref(), Some("lang=en title=x/y"));
        assert_eq!(parsed(":i_month-:i_day", "1-23").as_deref(), Some("i_month=1 i_day=23"));
    }
}

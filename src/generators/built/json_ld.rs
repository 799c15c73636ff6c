//! JSON-LD of articles (<https://schema.org/Article>).

use serde_json::Value;

/// What an article says of itself.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Article {
    pub(super) headline: Option<String>,
    pub(super) published: Option<String>,
    pub(super) modified: Option<String>,
    pub(super) description: Option<String>,
    pub(super) authors: Vec<String>,
    pub(super) keywords: Vec<String>,
    pub(super) image: Option<String>,
    /// The address of its page.
    pub(super) url: Option<String>,
}

/// The types of what is published as a post.
const ARTICLES: [&str; 9] = [
    "Article", "BlogPosting", "NewsArticle", "TechArticle", "ScholarlyArticle", "Report",
    "SocialMediaPosting", "LiveBlogPosting", "OpinionNewsArticle",
];

/// Objects that are nested deeper are not looked at.
const DEEPEST: usize = 8;

/// The article in a script, if there is exactly one.
pub(super) fn article(script: &str) -> Option<Article> {
    let value: Value = serde_json::from_str(script.trim()).ok()?;
    let mut found = Vec::new();
    collect(&value, 0, &mut found);
    match found.as_slice() {
        [one] => Some(read(one)),
        _ => None,
    }
}

/// The name of the site, if a script has it.
pub(super) fn site_name(script: &str) -> Option<String> {
    let value: Value = serde_json::from_str(script.trim()).ok()?;
    let mut objects = vec![&value];
    objects.extend(value.as_array().into_iter().flatten());
    objects.extend(value.get("@graph").and_then(Value::as_array).into_iter().flatten());
    let site = objects.into_iter().find(|object| has_type(object, &["WebSite", "Blog"]))?;
    site.get("name")?.as_str().map(str::to_owned)
}

fn collect<'a>(value: &'a Value, depth: usize, found: &mut Vec<&'a Value>) {
    match value {
        _ if depth > DEEPEST => {}
        Value::Array(items) => items.iter().for_each(|item| collect(item, depth + 1, found)),
        Value::Object(_) if has_type(value, &ARTICLES) => found.push(value),
        Value::Object(map) => {
            // What is in a list is about other pages.
            for key in ["@graph", "mainEntity", "mainEntityOfPage"] {
                if let Some(inner) = map.get(key) {
                    collect(inner, depth + 1, found);
                }
            }
        }
        _ => {}
    }
}

fn has_type(value: &Value, types: &[&str]) -> bool {
    let is_one = |value: &Value| {
        value.as_str().is_some_and(|own| {
            types.contains(
                &own.trim_start_matches("https://schema.org/").trim_start_matches("http://schema.org/"),
            )
        })
    };
    match value.get("@type") {
        Some(Value::Array(own)) => own.iter().any(is_one),
        Some(own) => is_one(own),
        None => false,
    }
}

fn read(article: &Value) -> Article {
    let text = |key: &str| article.get(key).and_then(Value::as_str).map(str::to_owned);
    let keywords = match article.get("keywords") {
        Some(Value::String(words)) => words.split(',').map(|word| word.trim().to_owned()).collect(),
        Some(Value::Array(words)) => words.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    Article {
        headline: text("headline").or_else(|| text("name")),
        published: text("datePublished").or_else(|| text("dateCreated")),
        modified: text("dateModified"),
        description: text("description"),
        authors: names(article.get("author")),
        keywords,
        image: image(article.get("image")),
        url: text("url").or_else(|| url_of(article.get("mainEntityOfPage")?)),
    }
}

fn names(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(name)) => vec![name.clone()],
        Some(Value::Array(items)) => items.iter().flat_map(|item| names(Some(item))).collect(),
        Some(object) => object.get("name").and_then(Value::as_str).map(str::to_owned).into_iter().collect(),
        None => Vec::new(),
    }
}

fn url_of(page: &Value) -> Option<String> {
    let url = page.as_str().or_else(|| page.get("@id").or_else(|| page.get("url"))?.as_str());
    url.map(str::to_owned)
}

fn image(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(url) => Some(url.clone()),
        Value::Array(items) => image(items.first()),
        object => object.get("url")?.as_str().map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_are_found() {
        let graph = r#"{"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": "S"},
            {"@type": ["BlogPosting"], "headline": "H", "datePublished": "2025-01-02", "author": [{"name": "A"}, "B"], "keywords": "x, y"}]}"#;
        let read = article(graph).unwrap();
        assert_eq!((read.headline.as_deref(), read.published.as_deref()), (Some("H"), Some("2025-01-02")));
        assert_eq!(
            (read.authors, read.keywords),
            (vec!["A".to_owned(), "B".to_owned()], vec!["x".to_owned(), "y".to_owned()])
        );
        assert_eq!(site_name(graph).as_deref(), Some("S"));
        // A list of articles is none.
        let list = r#"{"@type": "Blog", "blogPost": [{"@type": "BlogPosting"}, {"@type": "BlogPosting"}]}"#;
        assert_eq!(article(list), None);
        assert_eq!(article("{"), None);
    }
}

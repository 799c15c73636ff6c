//! Authors, in any of the shapes that front matter has.

use crate::markup::literal;
use crate::source::Node;
use crate::text::{self, link};

/// A person or organisation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Author {
    /// Never empty where it is published.
    pub(crate) name: String,
    /// An e-mail address.
    pub(crate) email: Option<String>,
    /// An absolute URL.
    pub(crate) url: Option<String>,
}

/// Authors in any of the shapes that front matter has: a name, a map, or a list of these.
pub(crate) fn authors(node: &Node) -> Vec<Author> {
    node.as_items().iter().filter_map(author).map(Author::literal).collect()
}

impl Author {
    /// The same with a name that no reader takes for markup.
    pub(crate) fn literal(self) -> Self {
        Self { name: literal(&self.name), ..self }
    }
}

fn author(node: &Node) -> Option<Author> {
    let legal = |text: &str| Some(text::one_line(&text::legal(text))).filter(|text| !text::is_blank(text));
    match node {
        // `author: false` is not a name.
        Node::Scalar(scalar) if scalar.is_switch() => None,
        Node::Scalar(_) => {
            let name = legal(node.as_text()?)?;
            // `Jane Doe <jane@example.com>`
            match name.strip_suffix('>').and_then(|name| name.split_once('<')) {
                Some((name, email)) if is_email(email) && !name.trim().is_empty() => {
                    Some(Author { name: name.trim().to_owned(), email: Some(email.to_owned()), url: None })
                }
                _ if is_email(&name) => {
                    Some(Author { name: without_domain(&name), email: Some(name), url: None })
                }
                _ => Some(Author { name, ..Author::default() }),
            }
        }
        Node::Map(map) => {
            let get = |keys: &[&str]| keys.iter().find_map(|key| map.get(key)?.as_text()).and_then(legal);
            let email = get(&["email"]).filter(|email| is_email(email));
            let url = get(&["url", "uri", "link", "website"]).and_then(|url| link::absolute(&url));
            let name = get(&["name", "display_name"]).or_else(|| email.clone())?;
            Some(Author { name: without_domain(&name), email, url })
        }
        Node::List(_) => None,
    }
}

/// A name that is an address would be published where names are: only its first part is.
fn without_domain(name: &str) -> String {
    match name.split_once('@') {
        Some((local, _)) if is_email(name) => local.to_owned(),
        _ => name.to_owned(),
    }
}

/// Whether a text is an address as validators want it: `local@domain.tld` in ASCII.
pub(crate) fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let local_ok = !local.is_empty()
        && local.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte));
    let labels: Vec<&str> = domain.split('.').collect();
    let label_ok = |label: &&str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let top_ok =
        labels.last().is_some_and(|top| top.len() >= 2 && top.bytes().all(|byte| byte.is_ascii_alphabetic()));
    local_ok && labels.len() >= 2 && labels.iter().all(label_ok) && top_ok
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::yaml;

    #[test]
    fn authors_of_every_shape() {
        for (written, expected) in [
            ("Jane Doe", &[("Jane Doe", None, None)][..]),
            ("Jane <j@example.com>", &[("Jane", Some("j@example.com"), None)]),
            ("j@example.com", &[("j", Some("j@example.com"), None)]),
            ("{name: J, email: nonsense, uri: e.com}", &[("J", None, None)]),
            ("{display_name: J, url: 'https://e.com'}", &[("J", None, Some("https://e.com/"))]),
            (
                "[A, {email: b@example.com}, [C], '']",
                &[("A", None, None), ("b", Some("b@example.com"), None)],
            ),
            ("false", &[]),
        ] {
            let read = authors(&yaml::parse(written).unwrap());
            let read: Vec<_> =
                read.iter().map(|one| (&*one.name, one.email.as_deref(), one.url.as_deref())).collect();
            assert_eq!(read, expected, "{written}");
        }
        assert!(is_email("a.b+c@x-y.example") && !is_email("a@b") && !is_email("ä@example.com"));
    }
}

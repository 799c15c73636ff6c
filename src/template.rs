//! What is not Markdown in a source: Liquid's tags and variables, Hugo's shortcodes. Plain ones are resolved; the others
//! leave, because no reader can run them, and whoever calls learns their names.

use std::collections::BTreeSet;

/// How a site's sources are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Templates {
    /// Liquid runs first, code or not.
    Liquid,
    /// Nothing is known to run: what is in code is code.
    Outside,
}

/// The text with its templates resolved. `variable` gives what a variable stands for, `link` where `post_url` and `link`
/// lead; names that neither knows are put into `unknown`.
#[must_use]
pub fn resolve(
    text: &str,
    templates: Templates,
    variable: &dyn Fn(&str) -> Option<String>,
    link: &dyn Fn(&str) -> Option<String>,
    unknown: &mut BTreeSet<String>,
) -> String {
    if !text.contains("{{") && !text.contains("{%") {
        return text.to_owned();
    }
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = [rest.find("{{"), rest.find("{%")].into_iter().flatten().min() {
        let (before, tag) = rest.split_at(at);
        kept.push_str(before);
        let shortcode = tag.starts_with("{{<") || tag.starts_with("{{%");
        let close = match tag {
            tag if tag.starts_with("{{<") => ">}}",
            tag if tag.starts_with("{{%") => "%}}",
            tag if tag.starts_with("{{") => "}}",
            _ => "%}",
        };
        let end = tag.find(close);
        let (Some(end), false) = (end, templates == Templates::Outside && is_in_code(&kept)) else {
            kept.push_str(tag.get(..2).unwrap_or_default());
            rest = tag.get(2..).unwrap_or_default();
            continue;
        };
        let inner = tag.get(2..end).unwrap_or_default().trim_matches(['-', ' ', '\n', '\t', '<', '%', '/']);
        rest = tag.get(end + close.len()..).unwrap_or_default();
        let (name, argument) = inner.split_once(char::is_whitespace).unwrap_or((inner, ""));
        match (close, name) {
            ("}}", _) => match variable(inner.split('|').next().unwrap_or_default().trim()) {
                Some(value) => kept.push_str(&value),
                None => {
                    unknown.insert(format!("{{{{ {} }}}}", inner.chars().take(40).collect::<String>()));
                }
            },
            ("%}", "raw" | "comment" | "highlight") => {
                let (inside, after) = until_end(rest, name);
                match name {
                    "raw" => kept.push_str(inside),
                    "highlight" => {
                        let language = argument.split_whitespace().next().unwrap_or_default();
                        kept.push_str(&format!(
                            "\n\n~~~~~ {language}\n{}\n~~~~~\n\n",
                            inside.trim_matches('\n')
                        ));
                    }
                    _ => {}
                }
                rest = after;
            }
            ("%}", "post_url" | "link") => match link(argument.trim()) {
                Some(url) => kept.push_str(&url),
                None => {
                    unknown.insert(format!("{name} {}", argument.trim()));
                }
            },
            _ if (shortcode || close == "%}")
                && !name.starts_with("end")
                && !inner.starts_with('/')
                && !name.is_empty() =>
            {
                unknown.insert(name.to_owned());
            }
            _ => {}
        }
    }
    kept.push_str(rest);
    kept
}

/// What stands before `{% endNAME %}`, and after it.
fn until_end<'a>(rest: &'a str, name: &str) -> (&'a str, &'a str) {
    let ends = rest.match_indices("{%").find_map(|(at, _)| {
        let (inside, after) = rest.get(at + 2..)?.split_once("%}")?;
        (inside.trim_matches(['-', ' ']).strip_prefix("end") == Some(name)).then_some((at, after))
    });
    ends.map_or((rest, ""), |(at, after)| (rest.get(..at).unwrap_or_default(), after))
}

/// Whether what comes next is in a fence or in backticks.
fn is_in_code(before: &str) -> bool {
    let fences = before.lines().filter(|line| {
        let line = line.trim_start();
        line.starts_with("```") || line.starts_with("~~~")
    });
    let line = before.rsplit('\n').next().unwrap_or_default();
    fences.count() % 2 == 1
        || line.matches('`').count() % 2 == 1
        || line.starts_with("    ")
        || line.starts_with('\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates() {
        #[track_caller]
        fn case(text: &str, templates: Templates, expected: &str, names: &[&str]) {
            let mut unknown = BTreeSet::new();
            let variable = |name: &str| (name == "site.title").then(|| "T".to_owned());
            let link = |name: &str| (name == "2025-01-01-a").then(|| "/a/".to_owned());
            assert_eq!(resolve(text, templates, &variable, &link, &mut unknown), expected);
            assert_eq!(unknown.iter().map(String::as_str).collect::<Vec<_>>(), names);
        }
        use Templates::{Liquid, Outside};
        case("a {{ site.title | upcase }} b", Liquid, "a T b", &[]);
        case("{% raw %}{{ x }}{% endraw %}{% comment %}c{% endcomment %}", Liquid, "{{ x }}", &[]);
        case("[x]({% post_url 2025-01-01-a %}) {% link b.md %}", Liquid, "[x](/a/) ", &["link b.md"]);
        case("{% include x.html %}{% if a %}b{% endif %}", Liquid, "b", &["if", "include"]);
        case(
            "{% highlight ruby linenos %}\nputs\n{% endhighlight %}",
            Liquid,
            "\n\n~~~~~ ruby\nputs\n~~~~~\n\n",
            &[],
        );
        case("`{{ x }}` {{ y }}", Outside, "`{{ x }}` ", &["{{ y }}"]);
        case(
            "```\n{% x %}\n```\n{{< youtube id >}}{{% n %}}in{{% /n %}}",
            Outside,
            "```\n{% x %}\n```\nin",
            &["n", "youtube"],
        );
        case("{{ unclosed", Liquid, "{{ unclosed", &[]);
    }
}

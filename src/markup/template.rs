//! What is not Markdown in a source: Liquid's tags and variables, Hugo's shortcodes. Plain ones are resolved; the
//! others are removed, because no reader can run them, and their names are returned.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use super::code::Code;
use super::liquid::{self, Value};
use super::shortcodes::{LONGEST_TAG, MARK, Shortcodes, may_hide};
use crate::text::{escape::escaped, has};

/// How a site's sources are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Templates {
    /// Liquid runs before Markdown, in code too.
    Liquid,
    /// No engine is known. Tags in code are left as they are.
    Outside,
    /// Perhaps Nunjucks, whose comments are removed; else as [`Templates::Outside`].
    Nunjucks,
    /// There are none: the text was rendered already.
    None,
}

/// Resolves the templates in a text. `variable` returns the value of a variable, `link` the URL that
/// `post_url`, `ref` and the like lead to. The names of what cannot be resolved are added to `unknown`.
pub(crate) fn resolve(
    text: &str,
    templates: Templates,
    variable: &dyn Fn(&str) -> Option<Value>,
    link: &dyn Fn(&str) -> Option<String>,
    unknown: &mut BTreeSet<String>,
) -> String {
    if !["{{", "{%", "{#"].into_iter().any(|mark| has(text, mark)) {
        return text.to_owned();
    }
    let kept = String::with_capacity(text.len());
    let mut resolver =
        Resolver { text, rest: text, kept, branches: None, shortcodes: None, variable, link, unknown };
    let mut code = Code::default();
    // Where the last output and the last tag end: after that, none is closed.
    let [output, tag, comment] = ["}}", "%}", "#}"].map(|close| text.rfind(close).unwrap_or(0));
    while let Some(at) = next_tag(resolver.rest) {
        resolver.keep(at);
        let place = text.len() - resolver.rest.len();
        let end = match resolver.rest {
            rest if rest.starts_with(MARK) => output,
            rest if rest.starts_with("{#") => comment,
            _ => tag,
        };
        let tag = if place < end { Tag::read(resolver.rest, templates) } else { None };
        match tag.filter(|_| templates == Templates::Liquid || !code.covers(&resolver.kept)) {
            Some(tag) => resolver.resolve(&tag),
            None => resolver.keep(MARK.len()),
        }
    }
    resolver.kept.push_str(resolver.rest);
    resolver.kept
}

/// A text of which some has been resolved.
struct Resolver<'a, 'u> {
    text: &'a str,
    /// What is still to be read.
    rest: &'a str,
    /// What is resolved.
    kept: String,
    /// The branches, once one has been seen.
    branches: Option<Branches>,
    /// The shortcodes, once one that hides its text has been seen.
    shortcodes: Option<Shortcodes<'a>>,
    variable: &'u dyn Fn(&str) -> Option<Value>,
    link: &'u dyn Fn(&str) -> Option<String>,
    unknown: &'u mut BTreeSet<String>,
}

impl<'a> Resolver<'a, '_> {
    /// Keeps so many bytes as they are.
    fn keep(&mut self, length: usize) {
        let (kept, rest) = self.rest.split_at(length);
        self.kept.push_str(kept);
        self.rest = rest;
    }

    /// Resolves the tag that comes next.
    fn resolve(&mut self, tag: &Tag<'_>) {
        self.rest = self.rest.split_at(tag.length).1;
        let (name, argument) = tag.inner.split_once(char::is_whitespace).unwrap_or((tag.inner, ""));
        match (tag.kind, name) {
            (Kind::Comment, _) => {}
            (Kind::Literal, _) => self.kept.push_str(&tag.inner.replace("/*", "").replace("*/", "")),
            (Kind::Output, _) => self.output(tag.inner),
            (Kind::Tag | Kind::Shortcode, "highlight") => {
                let code = sample(self.take_until_end(name, tag.kind));
                self.kept.push_str(&code);
            }
            (Kind::Tag, "raw") => {
                let inside = self.take_until_end(name, tag.kind);
                self.kept.push_str(inside);
            }
            (Kind::Tag, "comment") => drop(self.take_until_end(name, tag.kind)),
            (Kind::Tag, "post_url" | "link" | "post_path") => self.link(name, argument.trim()),
            (Kind::Shortcode, "ref" | "relref") => self.link(name, quoted(argument)),
            (Kind::Tag, "post_link") => self.named_link(argument.trim()),
            (Kind::Tag, "asset_img" | "asset_path") => self.asset(name, argument.trim()),
            (Kind::Tag, "if" | "unless") => self.branch(name, argument),
            (Kind::Tag, "for" | "case" | "tablerow" | "call") => {
                self.unknown.insert(name.to_owned());
                self.skip_block();
            }
            // They show nothing where they are.
            (Kind::Tag, "capture" | "macro") => self.skip_block(),
            (Kind::Tag, "set") if !argument.contains('=') => self.skip_block(),
            // The branch before it was taken.
            (Kind::Tag, "else" | "elsif" | "when") => self.skip_block(),
            (Kind::Tag, "" | "#" | "assign" | "break" | "set") => {}
            (Kind::Tag, name) if name.starts_with("end") => {}
            (Kind::Shortcode, name) if name.is_empty() || tag.inner.starts_with('/') => {}
            (Kind::Shortcode, name) if may_hide(name) => {
                self.unknown.insert(name.to_owned());
                self.skip_shortcode(name);
            }
            _ => drop(self.unknown.insert(name.to_owned())),
        }
    }

    /// Skips what a shortcode that has just begun is around.
    fn skip_shortcode(&mut self, name: &str) {
        let text = self.text;
        let place = text.len() - self.rest.len();
        let all = self.shortcodes.get_or_insert_with(|| Shortcodes::of(text));
        if let Some(end) = all.end_of(name, place) {
            self.rest = text.get(end..).unwrap_or_default();
        }
    }

    fn output(&mut self, inner: &str) {
        match liquid::output(inner, self.variable) {
            Some(value) => self.kept.push_str(&value.shown()),
            None => {
                let start: String = inner.chars().take(40).collect();
                self.unknown.insert(format!("{{{{ {start} }}}}"));
            }
        }
    }

    /// `{% post_link slug [title] [escape] %}`
    fn named_link(&mut self, argument: &str) {
        let (target, title) = argument.split_once(char::is_whitespace).unwrap_or((argument, ""));
        let title = title.trim();
        let title =
            title.strip_suffix("true").or_else(|| title.strip_suffix("false")).unwrap_or(title).trim();
        let title = title.trim_matches(['"', '\'']);
        match (self.link)(target) {
            Some(url) => {
                let title = if title.is_empty() { target } else { title };
                self.kept.push_str(&format!("<a href=\"{}\">{}</a>", escaped(&url), escaped(title)));
            }
            None => {
                self.kept.push_str(title);
                self.unknown.insert(format!("post_link {target}"));
            }
        }
    }

    /// `{% asset_img [class] name [size] [title] %}`: a file beside the post.
    fn asset(&mut self, name: &str, argument: &str) {
        let file = argument
            .split_whitespace()
            .map(|word| word.trim_matches(['"', '\'']))
            .find(|word| word.contains('.'));
        match (file, name) {
            (Some(file), "asset_path") => self.kept.push_str(file),
            (Some(file), _) => self.kept.push_str(&format!("<img src=\"{}\" alt=\"\">", escaped(file))),
            (None, _) => drop(self.unknown.insert(name.to_owned())),
        }
    }

    fn link(&mut self, name: &str, written: &str) {
        let (target, anchor) = written.split_at(written.find('#').unwrap_or(written.len()));
        let Some(url) = (self.link)(target) else {
            self.unknown.insert(format!("{name} {target}"));
            return;
        };
        let url = format!("{url}{anchor}");
        // Many write the base before what already has it.
        let base = (self.variable)("site.baseurl").map(Value::shown).unwrap_or_default();
        let is_doubled = !base.is_empty() && self.kept.ends_with(&base);
        self.kept.push_str(url.strip_prefix(&base).filter(|_| is_doubled).unwrap_or(&url));
    }

    /// Goes on with the branch that is taken: the first whose condition holds. If that is not known, none is shown: what
    /// a condition hides must not leak.
    fn branch(&mut self, name: &str, argument: &str) {
        let mut holds = liquid::condition(argument, self.variable).map(|holds| holds == (name == "if"));
        while holds == Some(false) {
            let branches = self.branches.get_or_insert_with(|| branches(self.text));
            let next = branches.next.get(&(self.text.len() - self.rest.len()));
            let Some((condition, after)) = next.and_then(|(tag, after)| {
                Some((self.text.get(tag.clone())?.trim().strip_prefix("elsif"), self.text.get(*after..)?))
            }) else {
                return;
            };
            self.rest = after;
            let Some(condition) = condition else { return };
            holds = liquid::condition(condition, self.variable);
        }
        if holds.is_none() {
            self.unknown.insert(name.to_owned());
            self.skip_block();
        }
    }

    /// Goes on after the end of the block that is open.
    fn skip_block(&mut self) {
        let branches = self.branches.get_or_insert_with(|| branches(self.text));
        let end = branches.ends.get(&(self.text.len() - self.rest.len()));
        self.rest = end.and_then(|end| self.text.get(*end..)).unwrap_or(self.rest);
    }

    /// The text before the end tag of this name; what follows that is next.
    fn take_until_end(&mut self, name: &str, kind: Kind) -> &'a str {
        let (inside, after) = until_end(self.rest, name, kind);
        self.rest = after;
        inside
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// `{{ x }}`
    Output,
    /// `{% x %}`
    Tag,
    /// `{{< x >}}`, `{{% x %}}`
    Shortcode,
    /// `{{</* x */>}}`: it is shown.
    Literal,
    /// `{# x #}`, as Nunjucks has it.
    Comment,
}

struct Tag<'a> {
    kind: Kind,
    /// The text between the marks; of a literal, the whole tag.
    inner: &'a str,
    /// In bytes, with its marks.
    length: usize,
}

impl<'a> Tag<'a> {
    fn read(text: &'a str, templates: Templates) -> Option<Self> {
        if text.starts_with("{#") {
            let length = text.find("#}").filter(|_| templates == Templates::Nunjucks)? + 2;
            return Some(Self { kind: Kind::Comment, inner: text.get(..length)?, length });
        }
        let (kind, open, close) = match text {
            text if text.starts_with("{{<") => (Kind::Shortcode, 3, ">}}"),
            text if text.starts_with("{{%") => (Kind::Shortcode, 3, "%}}"),
            text if text.starts_with("{{") => (Kind::Output, 2, "}}"),
            _ => (Kind::Tag, 2, "%}"),
        };
        // Where nothing is known to run, a tag ends on its line, and `{{1}}` is not an output but a formula or a list.
        let range = match (templates, kind) {
            (Templates::Liquid, _) => text,
            // A shortcode cannot be anything else, so it may span several lines.
            (_, Kind::Shortcode) => text.get(..text.floor_char_boundary(LONGEST_TAG))?,
            _ => text.get(..text.floor_char_boundary(LONGEST_TAG))?.split('\n').next()?,
        };
        let end = range.find(close)?;
        let inner = range.get(open..end)?;
        // An output that is never closed does not end where a shortcode does.
        let has_shortcode = || inner.contains("{{<") || inner.contains("{{%");
        let is_none = || !inner.starts_with([' ', '-', '.', '$', '"', '\'']) || has_shortcode();
        if templates != Templates::Liquid && kind == Kind::Output && is_none() {
            return None;
        }
        let length = end + close.len();
        if kind == Kind::Shortcode && inner.trim_start().starts_with("/*") {
            return Some(Self { kind: Kind::Literal, inner: text.get(..length)?, length });
        }
        Some(Self { kind, inner: inner.trim_matches(['-', ' ', '\n', '\t']), length })
    }
}

/// The value of a shortcode's only argument, or of its `path`.
fn quoted(argument: &str) -> &str {
    let argument = argument.split_once("path=").map_or(argument, |(_, path)| path).trim();
    let quote = argument.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'));
    match quote.and_then(|quote| argument.split(quote).nth(1)) {
        Some(inner) => inner,
        None => argument.split_whitespace().next().unwrap_or_default(),
    }
}

/// Where the next tag may begin.
fn next_tag(text: &str) -> Option<usize> {
    text.as_bytes().windows(2).position(|pair| matches!(pair, b"{{" | b"{%" | b"{#"))
}

/// Code as HTML, which Markdown does not change, in a list too.
fn sample(code: &str) -> String {
    let code = code.replace("{% raw %}", "").replace("{% endraw %}", "");
    format!("\n\n<pre><code>{}\n</code></pre>\n\n", escaped(code.trim_matches('\n')))
}

/// Where the branches of a text are. Places are in bytes.
#[derive(Default)]
struct Branches {
    /// For every place after an `else`, `elsif` or `when`: where what follows the `endif` (`endcase`, `endunless`,
    /// `endfor`) of its block begins.
    ends: HashMap<usize, usize>,
    /// For every place after an `if`, `unless` or `elsif`: what is in the tag that ends this branch, and where what
    /// follows it begins.
    next: HashMap<usize, (Range<usize>, usize)>,
}

/// The tags that have an end.
const BLOCKS: [&str; 9] = ["if", "unless", "case", "for", "tablerow", "capture", "macro", "call", "set"];

fn branches(text: &str) -> Branches {
    let mut found = Branches::default();
    // Of each block that is open, the places after the tags of its branches.
    let mut open: Vec<Vec<usize>> = vec![Vec::new()];
    let mut at = 0;
    while let Some(start) = text.get(at..).and_then(|rest| rest.find("{%")).map(|inset| at + inset) {
        let Some(length) = text.get(start..).and_then(|rest| rest.find("%}")) else { break };
        let inside = text.get(start + 2..start + length).unwrap_or_default();
        at = start + length + 2;
        let tag = inside.trim_start_matches(['-', ' ']);
        let tag = start + 2 + inside.len() - tag.len()..start + 2 + inside.trim_end_matches(['-', ' ']).len();
        let name = text.get(tag.clone()).unwrap_or_default().split_whitespace().next().unwrap_or_default();
        let is_end = name.strip_prefix("end").is_some_and(|name| BLOCKS.contains(&name));
        if is_end || matches!(name, "else" | "elsif" | "when") {
            let before = open.last().and_then(|block| block.last()).copied();
            found.next.extend(before.map(|before| (before, (tag, at))));
        }
        match name {
            "set" if inside.contains('=') => {}
            name if BLOCKS.contains(&name) => open.push(vec![at]),
            "else" | "elsif" | "when" => open.last_mut().into_iter().for_each(|block| block.push(at)),
            _ if is_end => {
                let block = if open.len() > 1 { open.pop() } else { open.last_mut().map(std::mem::take) };
                found.ends.extend(block.into_iter().flatten().map(|branch| (branch, at)));
            }
            _ => {}
        }
    }
    found
}

/// How many blanks and dashes an end tag may have around its name.
const MOST_BLANKS: usize = 40;

/// The text before the end tag of this name, and after it.
fn until_end<'a>(rest: &'a str, name: &str, kind: Kind) -> (&'a str, &'a str) {
    let (open, close, end) = match kind {
        Kind::Shortcode => ("{{<", ">}}", format!("/{name}")),
        _ => ("{%", "%}", format!("end{name}")),
    };
    // Where the next closing mark is, for all opening marks before it.
    let mut closing = 0;
    let ends = rest.match_indices(open).find_map(|(at, _)| {
        let start = at + open.len();
        if closing < start {
            closing = rest.get(start..)?.find(close).map_or(rest.len(), |inset| start + inset);
        }
        let inside = rest.get(start..closing)?;
        // The name of an end is short.
        let is_end = inside.len() <= end.len() + MOST_BLANKS
            && inside.trim_matches(['-', ' ']).replace("/ ", "/") == end;
        is_end.then(|| (at, rest.get(closing + close.len()..).unwrap_or_default()))
    });
    ends.map_or((rest, ""), |(at, after)| (rest.get(..at).unwrap_or_default(), after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates() {
        #[track_caller]
        fn case(text: &str, templates: Templates, expected: &str, names: &[&str]) {
            let mut unknown = BTreeSet::new();
            let variable = |name: &str| match name {
                "site.title" => Some(Value::Text("T".to_owned())),
                "page.none" => Some(Value::Nil),
                _ => None,
            };
            let link = |name: &str| (name == "2025-01-01-a").then(|| "/a/".to_owned());
            assert_eq!(resolve(text, templates, &variable, &link, &mut unknown), expected);
            assert_eq!(unknown.iter().map(String::as_str).collect::<Vec<_>>(), names);
        }
        use Templates::{Liquid, Nunjucks, Outside};
        case("a {{ site.title | upcase }} b", Liquid, "a T b", &[]);
        case("{% raw %}{{ x }}{% endraw %}{% comment %}c{% endcomment %}", Liquid, "{{ x }}", &[]);
        case("[x]({% post_url 2025-01-01-a %}) {% link b.md %}", Liquid, "[x](/a/) ", &["link b.md"]);
        case("{% include x.html %}{% if a %}b{% else %}c{% endif %}d", Liquid, "d", &["if", "include"]);
        case("{% unless x %}a{% if y %}b{% endif %}c{% endunless %}d", Liquid, "d", &["unless"]);
        case("{% for x in y %}a{% endfor %}{% capture z %}b{% endcapture %}c", Liquid, "c", &["for"]);
        case("{% if x %}a", Liquid, "a", &["if"]);
        case("a{# b\n{{ c }} #}d {#id} e", Nunjucks, "ad {#id} e", &[]);
        for templates in [Liquid, Outside] {
            case("{# a #}", templates, "{# a #}", &[]);
        }
        case("{% set x = 1 %}a{% set y %}b{% endset %}{% macro m() %}c{% endmacro %}d", Outside, "ad", &[]);
        case(
            "{{% dev-only %}}a{{% /dev-only %}}b{{< hide >}}c{{< / hide >}}d",
            Outside,
            "bd",
            &["dev-only", "hide"],
        );
        case("{{< hide >}}a", Outside, "a", &["hide"]);
        case("{{ x {{< hide >}}a{{< /hide >}}b", Outside, "{{ x b", &["hide"]);
        case("{{< hide >}}a{{< hide >}}b{{< /hide >}}c{{< /hide >}}d", Outside, "d", &["hide"]);
        case("{{< hide >}}a{{< hide >}}b{{< /hide >}}c", Outside, "ac", &["hide"]);
        case(
            "{% highlight ruby %}\n{% raw %}puts <b>{% endraw %}\n{% endhighlight %}",
            Liquid,
            "\n\n<pre><code>puts &lt;b&gt;\n</code></pre>\n\n",
            &[],
        );
        case(
            "[x]({{< relref \"2025-01-01-a#b\" >}}) {{% ref path=\"no.md\" %}}",
            Outside,
            "[x](/a/#b) ",
            &["ref no.md"],
        );
        case(
            "{% post_link 2025-01-01-a 'A & B' %} {% asset_img c d.png 10 %}",
            Outside,
            "<a href=\"/a/\">A &amp; B</a> <img src=\"d.png\" alt=\"\">",
            &[],
        );
        case(
            "{% if page.none %}a{% elsif site.title == 'U' %}b{% else %}c{% endif %}d{% unless page.none %}e{% endunless %}",
            Liquid,
            "cde",
            &[],
        );
        case("{% if page.none %}a{% if x %}b{% else %}c{% endif %}{% endif %}d", Liquid, "d", &[]);
        case("{% if site.title %}a{% elsif x %}b{% else %}c{% endif %}d", Liquid, "ad", &[]);
        case("{{ site.title | jsonify }}", Liquid, "", &["{{ site.title | jsonify }}"]);
        case("{{ '/a.png' | relative_url }}", Liquid, "/a.png", &[]);
        case("``{{ a }}`` `{{ x }}` {{ y }}", Outside, "``{{ a }}`` `{{ x }}` ", &["{{ y }}"]);
        case(
            "$\\frac{{a}}{{b}}$ {{1,2},{3}} {{ to\nopen }}",
            Outside,
            "$\\frac{{a}}{{b}}$ {{1,2},{3}} {{ to\nopen }}",
            &[],
        );
        case(
            "> ```\n> {{ x }}\n> ```\n<pre>\n{{ y }}\n</pre>{{</* z */>}}",
            Outside,
            "> ```\n> {{ x }}\n> ```\n<pre>\n{{ y }}\n</pre>{{< z >}}",
            &[],
        );
        case(
            "```\n{% x %}\n```\n{{< youtube id >}}{{% n %}}in{{% /n %}}",
            Outside,
            "```\n{% x %}\n```\nin",
            &["n", "youtube"],
        );
        case("{{ unclosed", Liquid, "{{ unclosed", &[]);
    }
}

//! What Hugo calls the lists of sections and of terms (<https://gohugo.io/configuration/all/#titlecasestyle>).

use crate::generators::keys::Keys;
use crate::generators::walk::name_of;

/// How names become titles.
#[derive(Debug)]
pub(super) struct TitleRules {
    /// `pluralizeListTitles`
    pluralizes: bool,
    case: Case,
}

/// `titleCaseStyle`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Case {
    /// Every word but small ones within, as the Associated Press has it.
    Words,
    /// Every word.
    AllWords,
    /// The first letter.
    First,
    AsWritten,
}

impl TitleRules {
    pub(super) fn of(keys: &Keys<'_>) -> Self {
        let style = keys.text("titlecasestyle").unwrap_or_default().to_lowercase();
        let case = match style.as_str() {
            _ if keys.flag("capitalizelisttitles") == Some(false) => Case::AsWritten,
            "go" => Case::AllWords,
            "firstupper" => Case::First,
            "none" => Case::AsWritten,
            _ => Case::Words,
        };
        Self { pluralizes: keys.flag("pluralizelisttitles") != Some(false), case }
    }

    /// The title of a term without a page of its own.
    pub(super) fn of_term(&self, name: &str) -> String {
        capitalised(name, self.case)
    }

    /// The title of a section without a page of its own.
    pub(super) fn of_section(&self, name: &str) -> String {
        let last = name_of(name);
        let name = if self.pluralizes { plural(last) } else { last.to_owned() };
        capitalised(&name, self.case)
    }
}

/// Words that are in small letters within a title.
const SMALL: [&str; 21] = [
    "a", "an", "and", "as", "at", "but", "by", "en", "for", "if", "in", "nor", "of", "on", "or", "per",
    "the", "to", "v", "via", "vs",
];

fn capitalised(name: &str, case: Case) -> String {
    if case == Case::AsWritten {
        return name.to_owned();
    }
    let mut title = String::with_capacity(name.len());
    let is_of_word = |c: char| c.is_alphanumeric() || (matches!(c, '\'' | '’') && case == Case::Words);
    let mut rest = name;
    let mut is_first = true;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c| !is_of_word(c)).unwrap_or(rest.len());
        if end == 0 {
            // What follows a colon begins anew.
            is_first |= first == ':' && case == Case::Words;
            title.push(first);
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
            continue;
        }
        let (word, after) = rest.split_at(end);
        let is_last = !after.contains(is_of_word);
        let is_kept = match case {
            Case::Words => !is_first && !is_last && SMALL.contains(&word),
            Case::First => !is_first,
            Case::AllWords | Case::AsWritten => false,
        };
        if is_kept {
            title.push_str(word);
        } else {
            title.extend(first.to_uppercase());
            title.push_str(word.get(first.len_utf8()..).unwrap_or_default());
        }
        (is_first, rest) = (false, after);
    }
    title
}

/// Names that no ending makes plural.
const IRREGULAR: [(&str, &str); 7] = [
    ("person", "people"),
    ("child", "children"),
    ("man", "men"),
    ("woman", "women"),
    ("life", "lives"),
    ("quiz", "quizzes"),
    ("index", "indices"),
];
/// Names that are plural already, or have none.
const UNCOUNTABLE: [&str; 9] =
    ["information", "equipment", "money", "rice", "fish", "sheep", "people", "data", "media"];
/// Endings, and what they become; the first that fits counts.
const ENDINGS: [(&str, &str); 11] = [
    ("ss", "sses"),
    ("us", "uses"),
    ("sis", "ses"),
    ("s", "s"),
    ("x", "xes"),
    ("ch", "ches"),
    ("sh", "shes"),
    ("ay", "ays"),
    ("ey", "eys"),
    ("oy", "oys"),
    ("y", "ies"),
];

/// The plural of an English word, by the endings that nearly all names of sections have.
fn plural(name: &str) -> String {
    let lower = name.to_lowercase();
    if UNCOUNTABLE.contains(&lower.as_str()) {
        return name.to_owned();
    }
    if let Some((_, plural)) = IRREGULAR.iter().find(|(one, _)| *one == lower) {
        return (*plural).to_owned();
    }
    let ended = |(end, new): &(&str, &str)| name.strip_suffix(end).map(|stem| format!("{stem}{new}"));
    ENDINGS.iter().find_map(ended).unwrap_or_else(|| format!("{name}s"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Hugo 0.168 makes of the same names.
    #[test]
    fn names_become_titles_as_in_hugo() {
        for (name, words, all_words, first) in [
            ("to be or not to be", "To Be or Not to Be", "To Be Or Not To Be", "To be or not to be"),
            ("state-of-the-art", "State-of-the-Art", "State-Of-The-Art", "State-of-the-art"),
            ("hello: the world", "Hello: The World", "Hello: The World", "Hello: the world"),
            ("don't panic", "Don't Panic", "Don'T Panic", "Don't panic"),
            ("the", "The", "The", "The"),
            ("über uns", "Über Uns", "Über Uns", "Über uns"),
            ("C++ and R", "C++ and R", "C++ And R", "C++ and R"),
            ("日本 go", "日本 Go", "日本 Go", "日本 go"),
            ("", "", "", ""),
        ] {
            let made = [Case::Words, Case::AllWords, Case::First].map(|case| capitalised(name, case));
            assert_eq!(made, [words, all_words, first], "{name}");
            assert_eq!(capitalised(name, Case::AsWritten), name);
        }
        for (one, many) in [
            ("post", "posts"),
            ("posts", "posts"),
            ("story", "stories"),
            ("essay", "essays"),
            ("my-thing", "my-things"),
            ("box", "boxes"),
            ("class", "classes"),
            ("speech", "speeches"),
            ("status", "statuses"),
            ("analysis", "analyses"),
            ("news", "news"),
            ("person", "people"),
            ("日本", "日本s"),
        ] {
            assert_eq!(plural(one), many);
        }
    }
}

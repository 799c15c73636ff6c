//! What a built page says of itself, collected in one go through its tokens.

use chrono::{DateTime, TimeDelta, Utc};
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Tag, TagKind, Token};

use jiff::tz::TimeZone;

use super::json_ld;
use crate::markup::elements::{VOID_ELEMENTS, is_heading};
use crate::markup::head;
use crate::markup::tokens::{self, attribute, has_word};

/// The longest JSON-LD that is read, in bytes.
const LONGEST_SCRIPT: usize = 256 * 1024;
/// How many links of a page are kept.
const LINKS: usize = 40;
/// How many texts around the first heading may hold a date.
const NEARBY: usize = 8;

/// What a page says of itself.
#[derive(Debug, Default)]
pub(super) struct PageFacts {
    /// The contents of `<meta>`, by their names in lower case.
    pub(super) metas: Vec<(String, String)>,
    pub(super) canonical: Option<String>,
    pub(super) language: Option<String>,
    /// The text of `<title>`.
    pub(super) title: Option<String>,
    /// The first heading, within the article if it has one.
    pub(super) heading: Option<String>,
    pub(super) articles: Vec<json_ld::Article>,
    /// Whether there was an article that seems to be of another page.
    pub(super) has_foreign: bool,
    pub(super) site_name: Option<String>,
    /// `<time datetime>` in the article, each with whether it is one of change.
    pub(super) times: Vec<Time>,
    /// Dates of microformats and of microdata.
    pub(super) published: Option<String>,
    pub(super) modified: Option<String>,
    pub(super) authors: Vec<String>,
    pub(super) tags: Vec<String>,
    /// Texts near the first heading.
    pub(super) nearby: Vec<Nearby>,
    /// How many articles have a date in them.
    pub(super) dated_articles: usize,
    pub(super) is_redirect: bool,
    /// Links to feeds.
    pub(super) feeds: Vec<String>,
    /// The languages and URLs of its translations, as written, in its head; and in links that readers see.
    pub(super) alternates: Vec<(String, String)>,
    pub(super) shown_alternates: Vec<(String, String)>,
    /// The first links on the page, as written.
    pub(super) links: Vec<String>,
}

/// A `<time>`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Time {
    pub(super) text: String,
    pub(super) is_changed: bool,
    pub(super) in_article: bool,
    /// Where the heading above it leads, in the same article without a heading of the page, or the link around it.
    pub(super) leads_to: Option<String>,
    /// Whether it is in the middle of a sentence.
    pub(super) is_in_sentence: bool,
    /// Whether it belongs to another page, or is not a date of publication.
    pub(super) is_foreign: bool,
}

/// A text near the heading.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Nearby {
    pub(super) text: String,
    /// Whether a date in it is one of change, by what stands around it.
    pub(super) is_changed: bool,
}

impl PageFacts {
    /// What a page says.
    pub(super) fn of(html: &str) -> Self {
        let mut reader = Reader::default();
        tokens::each(html, |token, _| match token {
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => reader.open(&tag),
            Token::TagToken(tag) => {
                reader.close(&tag.name);
                None
            }
            Token::CharacterTokens(text) => {
                reader.text(&text);
                None
            }
            _ => None,
        });
        reader.facts
    }

    /// Drops the articles of other pages, and marks the times of other pages, of sentences, and of what has not happened yet.
    pub(super) fn keep_own(&mut self, is_own: impl Fn(&str) -> bool, now: DateTime<Utc>) {
        let count = self.articles.len();
        let heading = self.heading.as_deref();
        let is_named_so =
            |article: &json_ld::Article| heading.is_some() && article.headline.as_deref() == heading;
        self.articles.retain(|article| article.url.as_deref().is_none_or(&is_own) || is_named_so(article));
        for time in &mut self.times {
            let date = super::dates::instant(&time.text, &TimeZone::UTC);
            let is_to_come = !time.in_article && date.is_some_and(|date| date > now + TimeDelta::days(1));
            let is_of_other = time.leads_to.as_deref().is_some_and(|href| !is_own(href));
            time.is_foreign = is_of_other || time.is_in_sentence || is_to_come;
        }
        self.has_foreign |= self.articles.len() < count;
    }

    /// The content of the first of these `<meta>` that is there and not empty.
    pub(super) fn meta(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|wanted| {
            let own = self.metas.iter().find(|(name, content)| name == wanted && !content.trim().is_empty());
            own.map(|(_, content)| content.trim())
        })
    }
}

/// What the text that comes next belongs to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Target {
    Title,
    Heading,
    Script,
    Author,
    Tag,
    Time,
    #[default]
    Nothing,
}

/// The state between tokens.
#[derive(Debug, Default)]
struct Reader {
    facts: PageFacts,
    target: Target,
    /// The element that ends the target.
    end: String,
    buffer: String,
    /// How many `article` elements are open; `around` counts `nav`, `aside` and `footer`.
    articles: usize,
    around: usize,
    own_footers: usize,
    is_in_body: bool,
    is_article_dated: bool,
    has_heading_in_article: bool,
    /// The last text that was read, which may say what a date is.
    last: String,
    /// How many texts came after the heading.
    after_heading: usize,
    /// Whether the time that is open is one of change, and its `datetime`.
    time: Option<(String, bool)>,
    /// The item of a list that is open.
    item: Option<Item>,
    /// The element that is open and about something else, such as a comment, and how many of its name are open in it.
    foreign: Option<(String, usize)>,
    /// Whether a heading is open that is not the page's own.
    in_heading: bool,
    /// Where the link leads that is open.
    link: Option<String>,
    /// Where the last heading leads.
    heading_link: Option<String>,
    /// The text since the last tag.
    sentence: String,
    /// Whether the text before the last time may begin a sentence that goes on after it.
    may_be_in_sentence: bool,
}

/// An open list item. If it links to another page, its dates are those of that page, and are dropped.
#[derive(Debug)]
struct Item {
    /// How many times and texts were found before it.
    times: usize,
    nearby: usize,
    in_link: bool,
    /// Whether a link in it has a text.
    leads_elsewhere: bool,
}

/// The language and the URL of a translation that a link leads to, as written.
fn alternate(tag: &Tag) -> Option<(String, String)> {
    let (language, href) = attribute(tag, "hreflang").zip(attribute(tag, "href"))?;
    let is_one = has_word(tag, "rel", &["alternate"]) && !is_of_feed(tag);
    is_one.then(|| (language.to_owned(), href.to_owned()))
}

/// Whether a link leads to a feed.
fn is_of_feed(tag: &Tag) -> bool {
    attribute(tag, "type").is_some_and(head::is_type_of_feed)
}

/// Whether an element is about something else than its page: a comment, a review, an event.
fn is_of_other(tag: &Tag) -> bool {
    const COMMENTS: [&str; 5] = ["h-cite", "p-comment", "u-comment", "comments", "comment-list"];
    const TYPES: [&str; 6] = ["Review", "Comment", "UserComments", "Answer", "Event", "Product"];
    // The end tags of some elements may be left out.
    let has_no_end =
        matches!(&*tag.name, "meta" | "link" | "img" | "input" | "br" | "hr" | "p" | "li" | "td" | "dd");
    let kind = attribute(tag, "itemtype").and_then(|kind| kind.trim().rsplit('/').next());
    let may_be = !(has_no_end || tag.self_closing || matches!(&*tag.name, "html" | "body" | "main"));
    may_be
        && (has_word(tag, "class", &COMMENTS)
            || has_word(tag, "id", &COMMENTS)
            || kind.is_some_and(|kind| TYPES.contains(&kind)))
}

impl Reader {
    fn open(&mut self, tag: &Tag) -> Option<RawKind> {
        let name: &str = &tag.name;
        match &mut self.foreign {
            Some((own, open)) if own == name => *open += 1,
            // What is around the heading is about the page itself.
            None if self.facts.heading.is_some() && is_of_other(tag) => {
                self.foreign = Some((name.to_owned(), 1));
                self.around += 1;
            }
            _ => {}
        }
        self.is_in_body |= !head::may_be_in_head(name);
        if name != "time" {
            self.sentence.clear();
            self.may_be_in_sentence = false;
        }
        if is_heading(name) {
            self.in_heading = name != "h1";
            self.heading_link = self.link.clone().filter(|_| self.in_heading);
        }
        match name {
            "html" => self.facts.language = attribute(tag, "lang").map(str::to_owned),
            "meta" => {
                self.meta(tag);
                return None;
            }
            "link" => self.link(tag),
            "article" => {
                self.articles += 1;
                self.is_article_dated = false;
                self.heading_link = None;
            }
            // The footer of an article is part of it.
            "footer" if self.articles > 0 => self.own_footers += 1,
            "nav" | "aside" | "footer" => self.around += 1,
            "time" => self.time(tag),
            "script" => return self.script(tag),
            "style" | "noscript" | "iframe" => return Some(RawKind::Rawtext),
            "title" if self.facts.title.is_none() => {
                self.begin(Target::Title, "title");
                return Some(RawKind::Rcdata);
            }
            "title" | "textarea" => return Some(RawKind::Rcdata),
            "h1" if self.wants_heading() => self.begin(Target::Heading, "h1"),
            "a" => self.anchor(tag),
            "li" => {
                self.end_item();
                let (times, nearby) = (self.facts.times.len(), self.facts.nearby.len());
                self.item = Some(Item { times, nearby, in_link: false, leads_elsewhere: false });
            }
            _ => {}
        }
        self.properties(tag);
        None
    }

    /// The first heading counts, or the first in an article.
    fn wants_heading(&self) -> bool {
        self.around == 0
            && (self.facts.heading.is_none() || (self.articles > 0 && !self.has_heading_in_article))
    }

    fn begin(&mut self, target: Target, end: &str) {
        self.target = target;
        end.clone_into(&mut self.end);
        self.buffer.clear();
    }

    fn meta(&mut self, tag: &Tag) {
        let property = || attribute(tag, "itemprop").filter(|_| self.around == 0);
        let name = attribute(tag, "property").or_else(|| attribute(tag, "name")).or_else(property);
        if let Some((name, content)) = name.zip(attribute(tag, "content")) {
            self.facts.metas.push((name.trim().to_lowercase(), content.to_owned()));
        }
        let is_refresh = attribute(tag, "http-equiv").is_some_and(|own| own.eq_ignore_ascii_case("refresh"));
        self.facts.is_redirect |= is_refresh && attribute(tag, "content").is_some_and(head::leads_away);
    }

    fn link(&mut self, tag: &Tag) {
        let href = attribute(tag, "href").filter(|href| !href.trim().is_empty());
        if has_word(tag, "rel", &["canonical"]) && self.facts.canonical.is_none() {
            self.facts.canonical = href.map(str::to_owned);
        }
        if is_of_feed(tag) && has_word(tag, "rel", &["alternate"]) {
            self.facts.feeds.extend(href.map(str::to_owned));
        }
        self.facts.alternates.extend(alternate(tag));
    }

    fn script(&mut self, tag: &Tag) -> Option<RawKind> {
        let is_json =
            attribute(tag, "type").is_some_and(|own| own.eq_ignore_ascii_case("application/ld+json"));
        if is_json {
            self.begin(Target::Script, "script");
        }
        Some(RawKind::ScriptData)
    }

    fn time(&mut self, tag: &Tag) {
        let classes = attribute(tag, "class").unwrap_or_default();
        let property = attribute(tag, "itemprop").unwrap_or_default();
        // Where nothing was changed, WordPress says both.
        let is_published = has_word(tag, "class", &["published", "entry-date", "dt-published"]);
        let is_changed = (super::dates::says_changed(classes) && !is_published)
            || has_word(tag, "class", &["dt-updated"])
            || super::dates::says_changed(property)
            || super::dates::is_label_of_change(&self.last);
        let datetime = attribute(tag, "datetime").unwrap_or_default().to_owned();
        self.time = Some((datetime, is_changed));
        self.may_be_in_sentence = super::dates::is_sentence(&self.sentence);
        self.begin(Target::Time, "time");
    }

    /// Forgets what an item says of another page.
    fn end_item(&mut self) {
        let Some(item) = self.item.take().filter(|item| item.leads_elsewhere) else { return };
        self.facts.nearby.truncate(item.nearby);
        let own = self.facts.times.drain(item.times.min(self.facts.times.len())..);
        let own: Vec<Time> = own.filter(|time| time.in_article).collect();
        self.facts.times.extend(own);
    }

    fn anchor(&mut self, tag: &Tag) {
        self.facts.shown_alternates.extend(alternate(tag));
        self.link = attribute(tag, "href").filter(|href| !href.starts_with('#')).map(str::to_owned);
        if self.facts.links.len() < LINKS {
            self.facts.links.extend(self.link.clone());
        }
        if self.in_heading && self.link.is_some() {
            self.heading_link.clone_from(&self.link);
        }
        if let Some(item) = &mut self.item {
            item.in_link = self.link.is_some();
        }
        if self.around > 0 || self.time.is_some() {
            return;
        }
        let href = attribute(tag, "href").unwrap_or_default();
        let is_of_tag = ["/tag/", "/tags/"].iter().any(|folder| {
            href.rsplit_once(folder).is_some_and(|(_, rest)| !rest.trim_matches('/').is_empty())
        });
        if has_word(tag, "rel", &["tag"]) || has_word(tag, "class", &["p-category"]) || is_of_tag {
            self.begin(Target::Tag, "a");
        } else if has_word(tag, "rel", &["author"]) {
            self.begin(Target::Author, "a");
        }
    }

    /// Microformats and microdata on any element.
    fn properties(&mut self, tag: &Tag) {
        if self.around > 0 {
            return;
        }
        let value = || attribute(tag, "datetime").or_else(|| attribute(tag, "content")).map(str::to_owned);
        if has_word(tag, "itemprop", &["datePublished"]) || has_word(tag, "class", &["dt-published"]) {
            self.facts.published = self.facts.published.take().or_else(value);
        }
        if has_word(tag, "itemprop", &["dateModified"]) || has_word(tag, "class", &["dt-updated"]) {
            self.facts.modified = self.facts.modified.take().or_else(value);
        }
        let has_class = |class| has_word(tag, "class", &[class]);
        let is_author = has_word(tag, "class", &["p-author", "h-card"])
            || (has_class("author") && has_class("vcard"))
            || (has_word(tag, "itemprop", &["author"]) && !VOID_ELEMENTS.contains(&&*tag.name));
        if is_author && self.target == Target::Nothing {
            self.begin(Target::Author, &tag.name.clone());
        }
    }

    fn text(&mut self, text: &str) {
        match self.target {
            Target::Nothing => {}
            Target::Script if self.buffer.len() > LONGEST_SCRIPT => {}
            _ => self.buffer.push_str(text),
        }
        let is_shown = self.is_in_body && self.around == 0 && self.target != Target::Script;
        let text = text.trim();
        if is_shown && !text.is_empty() {
            if let Some(item) = &mut self.item {
                item.leads_elsewhere |= item.in_link && self.target == Target::Nothing;
            }
            let short = if super::dates::is_too_long(text) { "" } else { text };
            if self.target == Target::Nothing {
                self.text_near_heading(short);
            }
            short.clone_into(&mut self.last);
            self.sentence.push_str(text);
            let goes_on = self.target != Target::Time && text.starts_with(char::is_lowercase);
            if self.may_be_in_sentence && goes_on {
                self.facts.times.last_mut().into_iter().for_each(|time| time.is_in_sentence = true);
            }
        }
    }

    /// Keeps a text that may be a date of publication, by the text before it.
    fn text_near_heading(&mut self, text: &str) {
        let has_heading = self.facts.heading.is_some();
        if has_heading && self.after_heading == NEARBY {
            return;
        }
        self.after_heading += usize::from(has_heading);
        if !has_heading && self.facts.nearby.len() == NEARBY / 2 {
            // Only the last before the heading are near it.
            self.facts.nearby.remove(0);
        }
        let is_changed = super::dates::is_label_of_change(&self.last);
        self.facts.nearby.push(Nearby { text: text.to_owned(), is_changed });
    }

    fn close(&mut self, name: &str) {
        if let Some((own, open)) = &mut self.foreign
            && own == name
        {
            *open -= 1;
            if *open == 0 {
                self.foreign = None;
                self.around = self.around.saturating_sub(1);
            }
        }
        self.sentence.clear();
        self.may_be_in_sentence &= name == "time";
        self.in_heading &= !is_heading(name);
        match name {
            "article" => {
                self.articles = self.articles.saturating_sub(1);
                self.heading_link = None;
            }
            "footer" if self.own_footers > 0 => self.own_footers -= 1,
            "nav" | "aside" | "footer" => self.around = self.around.saturating_sub(1),
            "head" => self.is_in_body = true,
            "li" | "ul" | "ol" => self.end_item(),
            "time" if self.target != Target::Time => self.end_time(""),
            "a" => {
                self.link = None;
                if let Some(item) = &mut self.item {
                    item.in_link = false;
                }
            }
            _ => {}
        }
        if self.target != Target::Nothing && name == self.end {
            self.finish();
        }
    }

    fn finish(&mut self) {
        let text = crate::text::one_line(&self.buffer);
        match self.target {
            Target::Title => self.facts.title = Some(text),
            Target::Heading => {
                self.has_heading_in_article |= self.articles > 0;
                if self.articles > 0 {
                    // An article with the heading of the page is no card.
                    self.facts.times.iter_mut().for_each(|time| time.leads_to = None);
                }
                // What is left of a link to the heading itself.
                let text = text.trim_end_matches(|c: char| {
                    c.is_whitespace() || matches!(c, '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}' | '¶')
                });
                self.facts.heading = Some(text.to_owned()).filter(|text| !text.is_empty());
                self.after_heading = 0;
                // A heading is no label of what comes below it.
                self.last.clear();
            }
            Target::Script => {
                self.facts.articles.extend(json_ld::article(&self.buffer));
                if self.facts.site_name.is_none() {
                    self.facts.site_name = json_ld::site_name(&self.buffer);
                }
            }
            Target::Author if !text.is_empty() => self.facts.authors.push(text),
            Target::Tag if !text.is_empty() => self.facts.tags.push(text.trim_start_matches('#').to_owned()),
            Target::Time => self.end_time(&text),
            Target::Author | Target::Tag | Target::Nothing => {}
        }
        self.target = Target::Nothing;
        self.buffer.clear();
    }

    fn end_time(&mut self, shown: &str) {
        let Some((datetime, is_changed)) = self.time.take() else { return };
        if self.around > 0 {
            return;
        }
        let text = if datetime.trim().is_empty() { shown.to_owned() } else { datetime };
        if self.articles > 0 && !self.is_article_dated && !is_changed {
            self.is_article_dated = true;
            self.facts.dated_articles += 1;
        }
        let is_card = self.articles > 0 && !self.has_heading_in_article;
        let leads_to = self.link.clone().or_else(|| self.heading_link.clone()).filter(|_| is_card);
        let in_article = self.articles > 0;
        let time = Time { text, is_changed, in_article, leads_to, is_in_sentence: false, is_foreign: false };
        self.facts.times.push(time);
    }
}

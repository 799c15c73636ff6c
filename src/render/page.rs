//! What a browser shows of a feed: a page with links to the newest posts, and what to do with a feed. Readers ignore it,
//! and validators accept it. The style sheet hides the entries themselves, because no style sheet can make links of them.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};

use crate::model::Feed;
use crate::text::link::readable;

const XHTML: &str = "http://www.w3.org/1999/xhtml";

/// How many posts are listed: a page, not the feed once more.
const LISTED: usize = 50;

/// A language, what a feed is, and what to do with its address.
type Words = (&'static str, &'static str, &'static str);

/// The languages of the page; English stands for all others.
const WORDS: [Words; 14] = [
    ("en", "This is a web feed.", "Copy its address into a feed reader, and new posts come to you:"),
    (
        "de",
        "Dies ist ein Web-Feed.",
        "Kopieren Sie seine Adresse in einen Feedreader, und neue Beiträge kommen zu Ihnen:",
    ),
    (
        "fr",
        "Ceci est un flux web.",
        "Copiez son adresse dans un lecteur de flux, et les nouveaux articles viendront à vous\u{A0}:",
    ),
    (
        "es",
        "Esto es un canal web (feed).",
        "Copia su dirección en un lector de canales, y las novedades te llegarán solas:",
    ),
    (
        "pt",
        "Isto é um feed da web.",
        "Copie o endereço para um leitor de feeds, e as novidades chegam até você:",
    ),
    (
        "it",
        "Questo è un feed web.",
        "Copia il suo indirizzo in un lettore di feed, e i nuovi articoli arriveranno da te:",
    ),
    (
        "nl",
        "Dit is een webfeed.",
        "Kopieer het adres naar een feedlezer, en nieuwe berichten komen naar je toe:",
    ),
    (
        "pl",
        "To jest kanał internetowy.",
        "Skopiuj jego adres do czytnika kanałów, a nowe wpisy będą przychodzić do Ciebie:",
    ),
    (
        "sv",
        "Det här är ett webbflöde.",
        "Kopiera adressen till en flödesläsare, så kommer nya inlägg till dig:",
    ),
    (
        "ru",
        "Это веб-лента.",
        "Скопируйте её адрес в программу для чтения лент, и новые записи будут приходить сами:",
    ),
    (
        "ja",
        "これはウェブフィードです。",
        "このアドレスをフィードリーダーに登録すると、新しい記事が届きます。",
    ),
    ("zh-Hant", "這是一個網頁訂閱源。", "將其位址複製到閱讀器中，即可收到新文章："),
    ("zh", "这是一个网页订阅源。", "将其地址复制到阅读器中，即可收到新文章："),
    ("ko", "이것은 웹 피드입니다.", "이 주소를 피드 리더에 복사하면 새 글을 받아 볼 수 있습니다."),
];

/// The words for a feed in a language.
fn words(language: &str) -> &'static Words {
    let language = match language.to_ascii_lowercase().as_str() {
        "zh-tw" | "zh-hk" | "zh-mo" => "zh-hant".to_owned(),
        lower => lower.to_owned(),
    };
    let is_spoken = |(known, ..): &&Words| {
        let rest = language.strip_prefix(&known.to_ascii_lowercase());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    };
    let [english, ..] = &WORDS;
    WORDS.iter().find(is_spoken).unwrap_or(english)
}

/// Writes the page into a feed.
pub(super) fn write<W: io::Write>(writer: &mut Writer<W>, feed: &Feed<'_>) -> io::Result<()> {
    let (language, what, how) = words(&feed.language);
    let div = BytesStart::new("div").with_attributes([("xmlns", XHTML), ("lang", &feed.language)]);
    writer.write_event(Event::Start(div))?;
    let is_foreign = !feed.language.to_ascii_lowercase().starts_with(&language.to_ascii_lowercase());
    let language = is_foreign.then_some(("lang", *language));
    writer.create_element("p").with_attributes(language).write_inner_content(|writer| {
        text_in(writer, "strong", what)?;
        writer.write_event(Event::Text(BytesText::new(&format!(" {how} "))))?;
        text_in(writer, "code", &feed.url)
    })?;
    writer
        .create_element("p")
        .write_inner_content(|writer| link(writer, &feed.page, &readable(&feed.page)))?;
    if !feed.entries.is_empty() {
        writer.write_event(Event::Start(BytesStart::new("ul").with_attributes([("dir", "auto")])))?;
        for (index, entry) in feed.entries.iter().enumerate().take(LISTED) {
            let day = entry.published.format("%Y-%m-%d").to_string();
            writer.create_element("li").write_inner_content(|writer| {
                link(writer, &entry.url, &entry.title)?;
                text_in(writer, "time", &day)?;
                feed.summary_of(index).map_or(Ok(()), |summary| text_in(writer, "p", summary))
            })?;
        }
        writer.write_event(Event::End(BytesEnd::new("ul")))?;
    }
    writer.write_event(Event::End(BytesEnd::new("div")))
}

fn link<W: io::Write>(writer: &mut Writer<W>, href: &str, text: &str) -> io::Result<()> {
    let element = writer.create_element("a").with_attribute(("href", href));
    element.write_text_content(BytesText::new(text)).map(drop)
}

fn text_in<W: io::Write>(writer: &mut Writer<W>, name: &str, text: &str) -> io::Result<()> {
    writer.create_element(name).write_text_content(BytesText::new(text)).map(drop)
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn the_page_speaks_the_language_of_the_feed() {
        let cases = [
            ("de", "de"),
            ("de-AT", "de"),
            ("DE", "de"),
            ("pt-br", "pt"),
            ("zh-Hans-CN", "zh"),
            ("zh-cn", "zh"),
            ("zh-TW", "zh-Hant"),
            ("zh-Hant-HK", "zh-Hant"),
            ("en-GB", "en"),
            ("den", "en"),
            ("eo", "en"),
            ("", "en"),
        ];
        for (language, expected) in cases {
            assert_eq!(words(language).0, expected, "{language}");
        }
    }
}

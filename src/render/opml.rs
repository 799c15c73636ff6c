//! OPML 2.0 (<https://opml.org/spec2.opml>): all feeds of a site, for readers to import.

use quick_xml::Writer;
use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};

use crate::config::{Config, FeedConfig};
use crate::feed::{self, Site};
use crate::render::Format;

/// Renders a list of feeds.
///
/// # Errors
/// A clause that says why the document cannot be written.
pub fn render(site: &Site, feeds: &[FeedConfig], config: &Config) -> Result<Vec<u8>, String> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    let written = (|| -> std::io::Result<()> {
        super::finish::prolog(&mut writer, None)?;
        writer.write_event(Event::Start(BytesStart::new("opml").with_attributes([("version", "2.0")])))?;
        writer.create_element("head").write_inner_content(|writer| {
            writer.create_element("title").write_text_content(BytesText::new(&site.title))?;
            Ok(())
        })?;
        writer.write_event(Event::Start(BytesStart::new("body")))?;
        for feed in feeds {
            let title = feed::title_of(feed, site);
            let url = config.base_url.file(&feed.path);
            // The specification knows `rss` only, and readers take it for any feed.
            let outline = writer.create_element("outline").with_attributes([
                ("type", "rss"),
                ("text", title.as_str()),
                ("title", title.as_str()),
                ("xmlUrl", url.as_str()),
                ("htmlUrl", site.url.as_str()),
                (
                    "version",
                    match feed.format {
                        Format::Rss => "RSS2",
                        Format::Atom => "ATOM1",
                        Format::Json => "JSONFEED1",
                    },
                ),
            ]);
            outline.write_empty()?;
        }
        writer.write_event(Event::End(BytesEnd::new("body")))?;
        writer.write_event(Event::End(BytesEnd::new("opml")))
    })();
    written.map_err(|error| error.to_string())?;
    let mut bytes = writer.into_inner();
    bytes.push(b'\n');
    let text = std::str::from_utf8(&bytes).map_err(|error| error.to_string())?;
    roxmltree::Document::parse(text).map_err(|error| error.to_string())?;
    Ok(bytes)
}

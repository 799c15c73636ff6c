//! OPML 2.0 (<https://opml.org/spec2.opml>): all feeds of a site, for readers to import.

use quick_xml::Writer;
use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};

use super::finish::prolog;
use crate::check;
use crate::error::Failure;
use crate::model::{Format, Site};

/// A feed in the list.
#[derive(Debug, Clone)]
pub(crate) struct Outline {
    /// Its title.
    pub title: String,
    /// Its address.
    pub url: String,
    /// Its format.
    pub format: Format,
}

/// Renders a list of feeds.
///
/// # Errors
/// [`Failure::Unsound`].
pub(crate) fn render(site: &Site, feeds: &[Outline]) -> Result<Vec<u8>, Failure> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    write(&mut writer, site, feeds).map_err(Failure::unsound)?;
    let mut bytes = writer.into_inner();
    bytes.push(b'\n');
    check::opml(&bytes)?;
    Ok(bytes)
}

fn write(writer: &mut Writer<Vec<u8>>, site: &Site, feeds: &[Outline]) -> std::io::Result<()> {
    prolog(writer, None)?;
    writer.write_event(Event::Start(BytesStart::new("opml").with_attributes([("version", "2.0")])))?;
    writer.create_element("head").write_inner_content(|writer| {
        writer.create_element("title").write_text_content(BytesText::new(&site.title))?;
        Ok(())
    })?;
    writer.write_event(Event::Start(BytesStart::new("body")))?;
    for Outline { title, url, format } in feeds {
        // The specification has `rss` only, and readers take it for any feed; a version it has for RSS alone.
        let version = (*format == Format::Rss).then_some(("version", "RSS2"));
        let attributes = [
            ("type", "rss"),
            ("text", title.as_str()),
            ("title", title.as_str()),
            ("xmlUrl", url.as_str()),
            ("htmlUrl", site.url.as_str()),
        ];
        let attributes = attributes.into_iter().chain(version);
        let outline = writer.create_element("outline").with_attributes(attributes);
        outline.write_empty()?;
    }
    writer.write_event(Event::End(BytesEnd::new("body")))?;
    writer.write_event(Event::End(BytesEnd::new("opml")))
}

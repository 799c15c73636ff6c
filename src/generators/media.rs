//! Images and enclosures: what the files in the site really are, never a guess.

use std::path::Path;

use crate::disk;
use crate::model::{Media, SiteFacts, is_media_type};
use crate::source::Node;

/// The file behind a URL, as far as the site has it.
pub(crate) fn of_url(url: &str, site: &SiteFacts) -> Media {
    let media = Media::of_url(url);
    let path = url.split(['?', '#']).next().unwrap_or(url);
    let Some(below) = path.strip_prefix(site.base_url.as_str()) else { return media };
    let Some(file) = [&site.root, &site.output].into_iter().find_map(|folder| disk::below(folder, below))
    else {
        return media;
    };
    let length = length_of(&file);
    let is_image = media.media_type.as_deref().is_some_and(|kind| kind.starts_with("image/"));
    let size = is_image.then(|| imagesize::size(&file).ok()).flatten().map(|size| (size.width, size.height));
    // A JPEG may say its height later than in its header.
    let size = size.filter(|(width, height)| *width > 0 && *height > 0);
    Media { length, size, ..media }
}

/// The file that an `enclosure` or `audio` value names: a path or URL, or a map with `url`, `length` and `type`, or
/// those three in a row with spaces or line ends between them, as WordPress keeps them. What the site's own file says
/// counts more than what is written.
///
/// A file that is beside the post may be served elsewhere: `beside` gives its path.
pub(crate) fn of_value(
    node: &Node,
    site: &SiteFacts,
    beside: &dyn Fn(&str) -> Option<String>,
) -> Option<Media> {
    let written = Description::of(node.as_items().first()?)?;
    let mut media = of_url(&site.base_url.join(written.url)?, site);
    let own = beside(written.url).and_then(|file| length_of(&site.root.join(file)));
    media.length = own.or(media.length).or(written.length).filter(|length| *length > 0);
    media.media_type =
        media.media_type.or_else(|| written.media_type.filter(|kind| is_media_type(kind)).map(str::to_owned));
    Some(media)
}

/// The path or URL that such a value names.
pub(crate) fn named(node: &Node) -> Option<&str> {
    Some(Description::of(node.as_items().first()?)?.url)
}

/// The length of a file. An empty one is not a recording.
fn length_of(file: &Path) -> Option<u64> {
    std::fs::metadata(file).ok().map(|metadata| metadata.len()).filter(|length| *length > 0)
}

/// An enclosure as its author describes it.
struct Description<'a> {
    url: &'a str,
    length: Option<u64>,
    media_type: Option<&'a str>,
}

impl<'a> Description<'a> {
    fn of(item: &'a Node) -> Option<Self> {
        if let Node::Map(map) = item {
            let get = |keys: &[&str]| keys.iter().find_map(|key| map.get(key)?.as_text());
            return Some(Self {
                url: get(&["url", "path", "src", "file", "href"])?,
                length: get(&["length", "size", "size_in_bytes"]).and_then(|length| length.parse().ok()),
                media_type: get(&["type", "mime_type", "mime"]),
            });
        }
        let written = item.as_text()?;
        let mut words = written.split_whitespace();
        let (url, length) = (words.next(), words.next().and_then(|length| length.parse().ok()));
        match (url, length) {
            (Some(url), Some(length)) => Some(Self { url, length: Some(length), media_type: words.next() }),
            _ => Some(Self { url: written, length: None, media_type: None }),
        }
    }
}

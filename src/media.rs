//! Images and enclosures: what the files in the site really are, never a guess.

use crate::config::Config;
use crate::source::value::{Node, Scalar};
use crate::text::link;

/// What files of these extensions are (the IANA registry of media types).
const TYPES: &[(&str, &str)] = &[
    ("aac", "audio/aac"),
    ("avif", "image/avif"),
    ("epub", "application/epub+zip"),
    ("flac", "audio/flac"),
    ("gif", "image/gif"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("m4a", "audio/mp4"),
    ("m4v", "video/mp4"),
    ("mov", "video/quicktime"),
    ("mp3", "audio/mpeg"),
    ("mp4", "video/mp4"),
    ("oga", "audio/ogg"),
    ("ogg", "audio/ogg"),
    ("ogv", "video/ogg"),
    ("opus", "audio/ogg"),
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("svg", "image/svg+xml"),
    ("wav", "audio/wav"),
    ("webm", "video/webm"),
    ("webp", "image/webp"),
    ("zip", "application/zip"),
];

/// A file that an entry shows or brings along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// Absolute.
    pub url: String,
    /// In bytes; `None` if it is not in the site and its author does not say.
    pub length: Option<u64>,
    /// Of its extension, else as its author says.
    pub media_type: Option<String>,
    /// Width and height of an image in the site, in pixels.
    pub size: Option<(usize, usize)>,
}

impl Media {
    /// The file behind a URL, as far as the site has it.
    #[must_use]
    pub fn of_url(url: &str, config: &Config) -> Self {
        let path = url.split(['?', '#']).next().unwrap_or_default();
        let extension = path
            .rsplit('/')
            .next()
            .and_then(|name| name.rsplit_once('.'))
            .map(|(_, extension)| extension.to_ascii_lowercase());
        let known = TYPES.iter().find(|(known, _)| Some(*known) == extension.as_deref());
        let below = path.strip_prefix(config.base_url.as_str()).map(link::decoded);
        let below = below.filter(|below| !below.split('/').any(|part| part == ".."));
        let file = below.and_then(|below| {
            [&config.root, &config.output]
                .into_iter()
                .map(|folder| folder.join(&below))
                .find(|file| file.is_file())
        });
        // An empty file is no recording.
        let length = file.as_ref().and_then(|file| std::fs::metadata(file).ok());
        let length = length.map(|metadata| metadata.len()).filter(|length| *length > 0);
        let image = known.is_some_and(|(_, media_type)| media_type.starts_with("image/"));
        let size = file.filter(|_| image).and_then(|file| imagesize::size(file).ok());
        Self {
            url: url.to_owned(),
            length,
            media_type: known.map(|(_, media_type)| (*media_type).to_owned()),
            size: size.map(|size| (size.width, size.height)),
        }
    }

    /// The file that an `enclosure` or `audio` value names: a path or URL, or a map with `url`, `length` and `type`, or
    /// those three in a row with spaces or line ends between them, as WordPress keeps them.
    /// What the site's own file says counts more than what is written.
    #[must_use]
    pub fn of_value(node: &Node, config: &Config) -> Option<Self> {
        let item = node.as_items().first()?;
        let get = |keys: &[&str]| keys.iter().find_map(|key| item.as_map()?.get(key)?.as_text());
        let written =
            item.as_scalar().filter(|scalar| !scalar.is_null()).map(|scalar: &Scalar| scalar.text.as_str());
        let row = written.and_then(in_a_row);
        let url =
            row.map(|(url, ..)| url).or(written).or_else(|| get(&["url", "path", "src", "file", "href"]))?;
        let mut media = Self::of_url(&config.base_url.join(url)?, config);
        let length = || get(&["length", "size", "size_in_bytes"])?.parse().ok();
        let written = row.map(|(_, length, _)| length).or_else(length);
        media.length = media.length.or(written).filter(|length| *length > 0);
        media.media_type = media
            .media_type
            .or_else(|| {
                row.map(|(.., media_type)| media_type).filter(|text| is_media_type(text)).map(str::to_owned)
            })
            .or_else(|| {
                get(&["type", "mime_type", "mime"]).filter(|text| is_media_type(text)).map(str::to_owned)
            });
        Some(media)
    }

    /// The media type, or the one for anything at all.
    #[must_use]
    pub fn media_type(&self) -> &str {
        self.media_type.as_deref().unwrap_or("application/octet-stream")
    }
}

/// Whether a text may be a media type (RFC 6838 §4.2, loosely).
pub(crate) fn is_media_type(text: &str) -> bool {
    text.split_once('/').is_some_and(|(kind, name)| {
        let is_token = |token: &str| {
            !token.is_empty()
                && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
        };
        is_token(kind) && is_token(name)
    })
}

/// URL, length and type of an enclosure that is one text. An unwritten type is empty.
fn in_a_row(written: &str) -> Option<(&str, u64, &str)> {
    let mut words = written.split_whitespace();
    let (url, length) = (words.next()?, words.next()?.parse().ok()?);
    let media_type = words.next().unwrap_or_default();
    Some((url, length, media_type))
}

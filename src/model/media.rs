//! Images and enclosures.

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

/// A file that an entry shows or links to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Media {
    /// Absolute.
    pub(crate) url: String,
    /// In bytes; `None` if the file is not in the site and its author gives no length.
    pub(crate) length: Option<u64>,
    /// From its extension, else from its author.
    pub(crate) media_type: Option<String>,
    /// Width and height of an image in the site, in pixels.
    pub(crate) size: Option<(usize, usize)>,
}

impl Media {
    /// What is known of the file behind a URL from the URL alone.
    pub(crate) fn of_url(url: &str) -> Self {
        let path = url.split(['?', '#']).next().unwrap_or(url);
        let name = path.rsplit('/').next().unwrap_or(path);
        let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
        let known = TYPES.iter().find(|(known, _)| Some(*known) == extension.as_deref());
        let media_type = known.map(|(_, media_type)| (*media_type).to_owned());
        Self { url: url.to_owned(), length: None, media_type, size: None }
    }

    /// The media type, or the one for anything at all.
    pub(crate) fn media_type(&self) -> &str {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_says_what_a_file_is() {
        let media_type = |url: &str| Media::of_url(url).media_type;
        assert_eq!(media_type("https://e.com/a.b/C.MP3?x=y.png").as_deref(), Some("audio/mpeg"));
        assert_eq!(media_type("https://e.com/a.png/b"), None);
        assert_eq!(Media::of_url("https://e.com/").media_type(), "application/octet-stream");
        assert!(is_media_type("image/svg+xml") && !is_media_type("image") && !is_media_type("a b/c"));
    }
}

//! The image of a post.

use std::collections::BTreeSet;

use super::{Fields, names};
use crate::diagnostic::Rule;
use crate::generators::{links, media};
use crate::markup::{Templates, Value, template};
use crate::source::{Node, Scalar};
use crate::text;

impl Fields<'_> {
    /// The URL of the image that its author gives it.
    pub(in crate::generators) fn image(&self) -> Option<String> {
        let (key, own) = self.written_image()?;
        let line = Some(self.legal(key, own)).filter(|line| !line.is_empty())?;
        let url = self.image_url(&line);
        if url.is_none() {
            let message =
                format!("`{key}` is not the address of an image: `{}`", text::shown(&text::cut(&line, 60)));
            self.report(Rule::UnusableValue, Some(key), message, "it is ignored");
        }
        url
    }

    /// The file beside the source that its author gives as its image.
    pub(in crate::generators) fn image_beside(&self) -> Option<String> {
        self.beside(self.written_image()?.1.text.trim())
    }

    /// The file beside the source that its author gives as its recording.
    pub(in crate::generators) fn enclosure_beside(&self) -> Option<String> {
        self.beside(media::named(self.first(names::ENCLOSURE)?.1)?)
    }

    /// The file that is named relative to the source, if there is one.
    pub(super) fn beside(&self, written: &str) -> Option<String> {
        links::beside(written, &self.source.path, &self.site.root)
    }

    /// The first image that its author gives it, and the field.
    fn written_image(&self) -> Option<(&str, &Scalar)> {
        let (key, node) = self.written.first(names::IMAGE)?;
        Some((key, scalar(node.as_items().first()?)?))
    }

    /// The URL of an image. `true` or `5` does not name a file, nor does a template that only the site's generator can
    /// run.
    pub(super) fn image_url(&self, written: &str) -> Option<String> {
        let base_url = &self.site.base_url;
        let variable = |name: &str| match name {
            "site.url" => Some(Value::Text(base_url.origin().to_owned())),
            "site.baseurl" => Some(Value::Text(base_url.folder().to_owned())),
            _ => None,
        };
        let mut unknown = BTreeSet::new();
        let path = template::resolve(written, Templates::Liquid, &variable, &|_| None, &mut unknown);
        let is_path =
            path.contains(['/', '.']) && unknown.is_empty() && !path.contains("{{") && !path.contains("${");
        base_url.join(&path).filter(|_| is_path)
    }
}

/// The place of an image, as its field gives it.
pub(super) fn scalar(image: &Node) -> Option<&Scalar> {
    match image {
        Node::Map(map) => {
            ["path", "url", "src", "file", "feature"].iter().find_map(|key| map.get(key)?.as_scalar())
        }
        image => image.as_scalar(),
    }
}

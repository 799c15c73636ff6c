//! The HTML of a post that Jekyll has not built: Liquid resolved as far as it can be, then Markdown as kramdown has it.

use std::collections::BTreeSet;

use crate::config::Config;
use crate::listing::Listing;
use crate::markup::Markup;
use crate::markup::kramdown::{self, Tildes};
use crate::markup::template::{self, Templates};
use crate::post::Post;

use super::config::Site;
use super::excerpt::{origin, variable};
use crate::markup::markdown;

/// Renders a body. What cannot be resolved is named in `unknown`.
pub(crate) fn of_body(
    post: &Post,
    body: &str,
    posts: &[Listing],
    site: &Site,
    config: &Config,
    unknown: &mut BTreeSet<String>,
) -> String {
    let link = |name: &str| {
        // `post_url` leaves out the folder and the extension, `link` neither.
        let found = posts.iter().find(|post| {
            post.path() == name
                || post
                    .path()
                    .rsplit_once("_posts/")
                    .and_then(|(_, file)| file.rsplit_once('.'))
                    .is_some_and(|(stem, _)| stem == name)
        })?;
        found.url().strip_prefix(origin(config)).map(str::to_owned)
    };
    let text =
        template::resolve(body, Templates::Liquid, &|name| variable(name, post, config), &link, unknown);
    match site.markup_of(&post.path) {
        Markup::Markdown => markdown::smart_html(&kramdown::without_marks(&text, Tildes::Literal, false)),
        markup => markdown::html(&text, markup),
    }
}

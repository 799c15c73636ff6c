//! Jekyll 3 and 4, with jekyll-feed 0.17 and jekyll-sitemap 1.4: the same URLs, ids, instants, titles, categories and
//! excerpts, so that no subscriber sees a post twice. Where those publish what is invalid or untrue, we do not; the
//! README has the list.
//!
//! | file | what it knows |
//! |---|---|
//! | `config` | `_config.yml`, `_data/authors`, `Gemfile`, `CNAME` |
//! | `files` | which files Jekyll reads, and as what |
//! | `document` | what a file becomes: URL, id, date, categories |
//! | `excerpt`, `content` | its excerpt and its HTML |
//! | `ruby` | how Ruby reads YAML, dates and slugs |

mod config;
mod content;
mod document;
mod excerpt;
mod files;
mod ruby;

pub(crate) use config::{Site, read};
pub(crate) use content::of_body as content;
pub(crate) use document::resolve;
pub(crate) use excerpt::of_body as excerpt;
pub(crate) use files::discover;

//! Strings only: characters, lines, dates, URLs, ids, permalink patterns, language tags, globs, slugs.

mod characters;
pub mod date;
pub mod escape;
pub mod glob;
pub mod id;
pub mod language;
mod line;
pub mod link;
pub mod pattern;
pub mod slug;

pub use characters::{
    code_point, forbidden, is_blank, is_legal, is_publishable, legal, legal_content, shown, without_forbidden,
};
pub use line::{cut, is_unspaced, one_line};

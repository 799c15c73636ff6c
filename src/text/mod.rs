//! Strings only: characters, lines, dates, URLs, ids, permalink patterns, language tags, globs, slugs.

mod characters;
pub(crate) mod date;
pub(crate) mod digest;
pub(crate) mod escape;
pub(crate) mod glob;
pub(crate) mod id;
pub(crate) mod language;
mod line;
pub(crate) mod link;
pub(crate) mod pattern;
pub(crate) mod slug;

pub(crate) use digest::Digest;
pub(crate) use link::BaseUrl;
pub(crate) use pattern::{Pattern, Values};

pub(crate) use characters::{
    ByteSet, code_point, forbidden, has, has_byte, is_blank, is_legal, legal, legal_content, split_last,
    without_forbidden,
};
pub use characters::{is_publishable, shown};
pub(crate) use line::{cut, folded, is_unspaced, one_line, unique};

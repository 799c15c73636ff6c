//! What the values of a configuration may be, for editors.

/// What a value may be.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shape {
    /// Text, or a number that is taken for text.
    Text,
    /// Text, or a list of texts.
    Texts,
    /// A whole number.
    Number,
    /// `true` or `false`.
    Switch,
    /// One of some words.
    Word(&'static [&'static str]),
    /// Text; `false` for nothing, `true` for the default.
    Optional,
    /// One of some words, or `true` or `false`.
    OptionalWord(&'static [&'static str]),
    /// A whole number, or `true` or `false`.
    OptionalNumber,
    /// A number between 0 and 1, or `false`.
    Priority,
    /// A name, a map of `name`, `email`, `url`, or a list of these.
    Authors,
    /// A level for each of some rules.
    Levels,
    /// Terms of taxonomies.
    Criteria,
    /// Feeds: paths or maps.
    Feeds,
    /// A path, `true` or `false`, or a map.
    Sitemap,
    /// A key, or a map.
    IndexNow,
}

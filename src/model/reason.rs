//! Why posts are in no output.

/// Why a post is in no output: the first reason that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// Its author marks it as unfinished.
    Draft,
    /// It is dated in the future.
    Future,
    /// Its author hides it: it is unlisted, private, protected or expired.
    Hidden,
    /// It looks hidden, but not in a form that its generator reads.
    HeldBack,
    /// A newer post has its URL.
    SameUrl,
    /// The site publishes only so many of the newest posts.
    Limit,
    /// The built site has no page of it.
    NoPage,
    /// Its file, or its record, cannot be read.
    Unreadable,
}

impl Reason {
    /// What a summary says of a number of such posts.
    #[must_use]
    pub fn count(self, count: usize) -> String {
        let (one, more) = match self {
            Self::Draft => ("draft", "drafts"),
            Self::Future => ("in the future", "in the future"),
            Self::Hidden => ("hidden", "hidden"),
            Self::HeldBack => ("held back", "held back"),
            Self::SameUrl => ("with the URL of another", "with the URLs of others"),
            Self::Limit => ("over the site's limit", "over the site's limit"),
            Self::NoPage => ("without a page", "without a page"),
            Self::Unreadable => ("that cannot be read", "that cannot be read"),
        };
        format!("{count} {}", if count == 1 { one } else { more })
    }
}

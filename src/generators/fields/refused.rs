//! Posts that are in no output, and why.

use super::Fields;
use crate::diagnostic::{Diagnostic, Rule};
use crate::model::Post;

/// What makes the URL of a post known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    /// Its date, which is in the pattern.
    Date,
    /// Its built page.
    Build,
    /// A pattern in the site's own configuration, or the built pages instead of the sources.
    Pattern,
}

impl Fields<'_> {
    /// Gives up on a post that its generator builds no page of, and says why: `reason` is a clause such as "its front
    /// matter cannot be read".
    pub(in crate::generators) fn refuse(&self, generator: &str, reason: &str) -> Option<Post> {
        let message = format!("{generator} builds no page of it: {reason}");
        self.give_up(Rule::NotBuilt, message, "it is in no output, because nothing is at its URL")
    }

    /// Gives up on a post whose URL is not known, and says why, and what makes it known. No guessed URL is published.
    pub(in crate::generators) fn refuse_url(&self, reason: &str, needs: Needs) -> Option<Post> {
        let help = match needs {
            Needs::Date => "it is in no output; write its `date`",
            Needs::Build => "it is in no output; build the site first: its page says where it is",
            Needs::Pattern => {
                "it is in no output; say in `feedmill.yml` what URLs are like, such as `permalink: /:year/:slug/`, or build the site and \
                 let its pages be read: `generator: built`"
            }
        };
        self.give_up(Rule::NotBuilt, format!("its URL is not known: {reason}"), help)
    }

    /// Says of a post that is in no output that only a program knows whether this field hides it.
    pub(in crate::generators) fn report_unclear(&self, key: &str) {
        let message = format!("only a program knows whether `{key}` hides the post");
        let help =
            format!("it is in no output; say `{key}: false` in its front matter if it is to be published");
        self.remark(Diagnostic::new(Rule::HeldBack, self.source.path.clone(), message).help(help));
    }

    /// Gives up on a file that is no text.
    pub(in crate::generators) fn refuse_bytes(&self) -> Option<Post> {
        self.give_up(Rule::UnreadableFile, "it is not text".to_owned(), "it is in no output")
    }

    fn give_up(&self, rule: Rule, message: String, help: &str) -> Option<Post> {
        self.remark(Diagnostic::new(rule, self.source.path.clone(), message).help(help));
        None
    }
}

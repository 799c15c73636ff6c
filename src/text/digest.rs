//! Fingerprints of texts (XXH3, 64 bits: <https://github.com/Cyan4973/xxHash>): they tell whether a text has changed, and
//! need not resist somebody who wants two texts to have the same.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use twox_hash::XxHash3_64;

/// The fingerprint of what an author wrote: of the text, and of its title.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) struct Digest {
    /// Of the text; 0 if there is none.
    pub body: u64,
    /// Of the title; 0 if it has none.
    pub title: u32,
}

/// How many characters a digest takes, in lower-case hexadecimal: `0123456789abcdef-01234567`.
pub(crate) const WIDTH: usize = 25;

impl Digest {
    /// The fingerprint of a title and a text. Blank lines around the text do not count.
    pub(crate) fn of(title: &str, body: &str) -> Self {
        Self::with_body(title, of_body(body.as_bytes()))
    }

    /// The fingerprint of a title, and of a text that is known already.
    pub(crate) fn with_body(title: &str, body: u64) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "half of it is enough for a title")]
        Self { body, title: of_body(title.as_bytes()) as u32 }
    }

    /// The fingerprint of a list of texts.
    pub(crate) fn of_all<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let mut all = String::new();
        for text in texts {
            all.push_str(text);
            all.push('\n');
        }
        Self::of("", &all)
    }
}

/// The fingerprint of a text, without blanks around it.
pub(crate) fn of_body(bytes: &[u8]) -> u64 {
    let bytes = bytes.trim_ascii();
    if bytes.is_empty() { 0 } else { XxHash3_64::oneshot(bytes) }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}-{:08x}", self.body, self.title)
    }
}

impl FromStr for Digest {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.split_once('-').filter(|(body, title)| body.len() == 16 && title.len() == 8);
        let read = parts.and_then(|(body, title)| {
            let is_lower = |c: char| !c.is_ascii_uppercase() && c != '+';
            let all = text.chars().all(is_lower);
            let body = u64::from_str_radix(body, 16).ok().filter(|_| all)?;
            Some(Self { body, title: u32::from_str_radix(title, 16).ok()? })
        });
        read.ok_or("it is no fingerprint such as `0123456789abcdef-01234567`")
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_the_same_on_every_machine_and_can_be_read_back() {
        let digest = Digest::of(" A title ", "\nThe text.\n");
        assert_eq!(digest, Digest::of("A title", "The text."));
        // As the reference implementation has it.
        assert_eq!(digest.to_string(), "1b38ac71bfc91293-65d786ad");
        assert_eq!(digest.to_string().len(), WIDTH);
        assert_eq!(digest.to_string().parse(), Ok(digest));
        assert_ne!(digest, Digest::of("A title", "The text!"));
        assert_eq!(Digest::of("", " \n"), Digest::default());
        for wrong in ["", "-", "0123456789abcdef", "0123456789ABCDEF-01234567", "+123456789abcdef-01234567"] {
            assert!(wrong.parse::<Digest>().is_err(), "{wrong}");
        }
    }
}

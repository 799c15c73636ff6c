//! A map of which many keys are asked for, most of which it does not have.

use std::cell::Cell;
use std::ops::{Deref, DerefMut};

use super::value::{Map, Node, mark};

/// A map that knows at a glance of most keys that it does not have them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lookup {
    map: Map,
    /// The marks of all its keys; 0 if they must be computed again.
    marks: Cell<u64>,
}

impl Lookup {
    /// The value of a key. Of duplicates the last counts.
    #[inline]
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        if self.marks() & mark(key) == 0 { None } else { self.map.get(key) }
    }

    #[inline]
    fn marks(&self) -> u64 {
        if self.marks.get() == 0 {
            self.marks.set(self.map.marks());
        }
        self.marks.get()
    }
}

impl From<Map> for Lookup {
    fn from(map: Map) -> Self {
        Self { map, marks: Cell::new(0) }
    }
}

impl From<Lookup> for Map {
    fn from(lookup: Lookup) -> Self {
        lookup.map
    }
}

impl Deref for Lookup {
    type Target = Map;

    fn deref(&self) -> &Map {
        &self.map
    }
}

impl DerefMut for Lookup {
    fn deref_mut(&mut self) -> &mut Map {
        self.marks.set(0);
        &mut self.map
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::source::Scalar;

    proptest! {
        /// It finds what the map has, before a change and after it.
        #[test]
        fn it_finds_what_the_map_has(keys in prop::collection::vec("\\PC{0,6}|[a-c]{1,2}", 0..12), added in "[a-c]{1,2}") {
            let mut map = Map::default();
            for (index, key) in keys.iter().enumerate() {
                map.0.push((Scalar::string(key), Node::Scalar(Scalar::string(index.to_string()))));
            }
            let mut lookup = Lookup::from(map.clone());
            for key in keys.iter().chain([&added]) {
                prop_assert_eq!(lookup.get(key), map.get(key));
            }
            let pair = (Scalar::string(&added), Node::Scalar(Scalar::string("new")));
            lookup.0.push(pair.clone());
            map.0.push(pair);
            for key in keys.iter().chain([&added]) {
                prop_assert_eq!(lookup.get(key), map.get(key));
            }
        }
    }
}

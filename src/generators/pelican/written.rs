//! What a file says of itself.

use std::collections::HashMap;

/// A value and where it begins in the source's text, if it is there as such.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Value {
    pub(super) text: String,
    pub(super) at: Option<usize>,
}

/// What a file says of itself: names in lower case, each with its values in order; and where its body begins.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) pairs: Vec<(String, Vec<Value>)>,
    pub(super) body: usize,
    places: HashMap<String, usize>,
}

impl Written {
    /// Forgets what was said by a name.
    pub(super) fn forget(&mut self, name: &str) {
        if let Some((_, values)) = self.places.get(name).and_then(|place| self.pairs.get_mut(*place)) {
            values.clear();
        }
    }

    pub(super) fn add(&mut self, name: &str, value: Value) {
        let name = name.trim().to_lowercase();
        let place = *self.places.entry(name).or_insert_with_key(|name| {
            self.pairs.push((name.clone(), Vec::new()));
            self.pairs.len() - 1
        });
        if let Some((_, values)) = self.pairs.get_mut(place) {
            values.push(value);
        }
    }
}

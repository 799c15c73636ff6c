//! What a file says of itself.

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
}

impl Written {
    pub(super) fn add(&mut self, name: &str, value: Value) {
        let name = name.trim().to_lowercase();
        match self.pairs.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => values.push(value),
            None => self.pairs.push((name, vec![value])),
        }
    }
}

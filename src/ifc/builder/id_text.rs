//! Identifiers that are no GlobalIds, in bounded length.

use std::borrow::Cow;

use crate::limits;

/// An identifier as the index keeps it: blanks around it left out, and of a very long one the beginning with a hash, so that
/// the index is bounded by the number of identifiers.
pub(super) fn short(id: &str) -> Cow<'_, str> {
    let id = id.trim();
    if id.len() <= limits::ID_BYTES_MAX {
        return Cow::Borrowed(id);
    }
    let hash = blake3::hash(id.as_bytes()).to_hex();
    let begin = id.get(..id.floor_char_boundary(limits::ID_BYTES_MAX / 2)).unwrap_or_default();
    Cow::Owned(format!("{begin}…{hash}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_identifiers_stay_apart_in_little_room() {
        let [a, b] = ["a", "b"].map(|end| format!(" {}{end} ", "ü".repeat(100_000)));
        assert_ne!(short(&a), short(&b));
        assert_eq!(short(&a), short(a.trim()));
        assert!(short(&a).starts_with('ü') && short(&a).len() <= limits::ID_BYTES_MAX + 8, "{}", short(&a).len());
        let just = "x".repeat(limits::ID_BYTES_MAX);
        assert_eq!(short(&just), just);
    }
}

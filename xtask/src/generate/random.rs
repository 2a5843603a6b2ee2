//! Numbers and identifiers that follow from a seed alone, so that any part of a building can be made without the rest.

const ALPHABET: &[u8; 64] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_$";
const HEX: &[u8; 16] = b"0123456789abcdef";
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// The finishing step of splitmix64: every bit of the input moves about half of the output.
fn mix(value: u64) -> u64 {
    let value = (value ^ value >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ value >> 31
}

/// A splitmix64 stream.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The stream of one thing: the seed, what is asked of the thing, and which thing it is.
    #[must_use]
    pub fn of(seed: u64, purpose: u64, index: u64) -> Random {
        Random(mix(mix(seed ^ purpose.wrapping_mul(GOLDEN)).wrapping_add(index.wrapping_mul(GOLDEN))))
    }

    /// The next number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mix(self.0)
    }

    /// A number from `0..end`; slightly uneven, which nothing here depends on.
    pub fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.draw()) * u128::from(end)) >> 64) as u64
    }

    /// A number from `low..=high`.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1).unsigned_abs()) as i64
    }

    /// One of a list that is not empty.
    pub fn choice<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u64) as usize]
    }
}

/// A GlobalId, written as a UUID in ifcJSON and in 22 characters elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Id(u128);

impl Id {
    /// The id of one thing.
    #[must_use]
    pub fn of(seed: u64, purpose: u64, index: u64) -> Id {
        // Set apart from the streams of the same purpose, whose numbers would else show in the id.
        let mut random = Random::of(!seed, purpose, index);
        let bits = u128::from(random.draw()) << 64 | u128::from(random.draw());
        // Version 4, variant 1, as exporters write them.
        Id(bits & !(0xf << 76) & !(0x3 << 62) | 0x4 << 76 | 0x2 << 62)
    }

    /// Appends the UUID.
    pub fn write_uuid(self, out: &mut Vec<u8>) {
        let bytes = self.0.to_be_bytes();
        let mut text = [b'-'; 36];
        let mut at = 0;
        for (index, byte) in bytes.iter().enumerate() {
            if matches!(index, 4 | 6 | 8 | 10) {
                at += 1;
            }
            text[at] = HEX[usize::from(byte >> 4)];
            text[at + 1] = HEX[usize::from(byte & 0xf)];
            at += 2;
        }
        out.extend_from_slice(&text);
    }

    /// Appends the 22 characters of IFC: six bits each, the first holds two.
    pub fn write_short(self, out: &mut Vec<u8>) {
        out.extend((0..22).rev().map(|place| ALPHABET[(self.0 >> (6 * place) & 0x3f) as usize]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_depends_on_seed_purpose_and_index() {
        let first = |seed, purpose, index| Random::of(seed, purpose, index).draw();
        assert_eq!(first(7, 1, 2), first(7, 1, 2));
        let others = [first(8, 1, 2), first(7, 2, 2), first(7, 1, 3)];
        assert!(others.iter().all(|other| *other != first(7, 1, 2)));
    }

    #[test]
    fn numbers_stay_within_their_bounds_and_reach_them() {
        let mut random = Random::of(7, 0, 0);
        let drawn: Vec<i64> = (0..1000).map(|_| random.between(-3, 3)).collect();
        assert_eq!((drawn.iter().min(), drawn.iter().max()), (Some(&-3), Some(&3)));
    }

    #[test]
    fn both_spellings_of_an_id_cover_the_same_bits() {
        let (mut uuid, mut short) = (Vec::new(), Vec::new());
        Id(0x1_0000).write_uuid(&mut uuid);
        Id(0x1_0000).write_short(&mut short);
        assert_eq!(uuid, b"00000000-0000-0000-0000-000000010000");
        assert_eq!(short, b"0000000000000000000G00");
    }
}

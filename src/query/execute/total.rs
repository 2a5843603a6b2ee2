//! Sums.

/// Numbers that are added side by side; more fill the registers of no processor we know, fewer wait for each other.
const LANES: usize = 8;

/// Numbers that [`Total::add_block`] takes: a multiple of [`LANES`].
pub(super) const BLOCK: usize = 64;

/// Adds up in a few lanes, in the order given, and carries what each addition rounds away (Knuth's two-sum; Neumaier 1974),
/// so that another order of the file changes nothing that is shown. The lane of a number follows from its place in the
/// order alone: the same numbers in the same order have the same sum to the last bit, wherever they are kept.
#[derive(Debug, Clone, Default)]
pub(super) struct Total {
    sums: [f64; LANES],
    lost: [f64; LANES],
    count: usize,
}

/// A sum, and what it rounds away.
#[inline]
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let of_b = sum - a;
    (sum, (a - (sum - of_b)) + (b - of_b))
}

impl Total {
    /// Adds the next number.
    #[inline]
    pub(super) fn add(&mut self, value: f64) {
        let lane = self.count % LANES;
        self.count += 1;
        if let (Some(sum), Some(lost)) = (self.sums.get_mut(lane), self.lost.get_mut(lane)) {
            let (next, rounded) = two_sum(*sum, value);
            *sum = next;
            *lost += rounded;
        }
    }

    /// Adds the next numbers, all lanes at once; after a number of numbers that fills all lanes.
    #[inline(never)]
    pub(super) fn add_block(&mut self, values: &[f64; BLOCK]) {
        debug_assert!(self.count.is_multiple_of(LANES), "a lane is ahead of another");
        let (rows, _) = values.as_chunks::<LANES>();
        let (mut sums, mut lost) = (self.sums, self.lost);
        for row in rows {
            for ((value, sum), lost) in row.iter().zip(&mut sums).zip(&mut lost) {
                let (next, rounded) = two_sum(*sum, *value);
                *sum = next;
                *lost += rounded;
            }
        }
        (self.sums, self.lost) = (sums, lost);
        self.count += BLOCK;
    }

    /// How many numbers there were.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// The sum of all of them; zero of none.
    pub(super) fn value(&self) -> f64 {
        let (mut total, mut rest) = (0.0, self.lost.iter().sum::<f64>());
        for sum in self.sums {
            let (next, rounded) = two_sum(total, sum);
            total = next;
            rest += rounded;
        }
        if total.is_finite() { total + rest } else { total }
    }
}

impl FromIterator<f64> for Total {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Total {
        let mut total = Total::default();
        values.into_iter().for_each(|value| total.add(value));
        total
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// In whole units of a power of two, so that the sum is known exactly.
    fn exact(units: &[i64]) -> f64 {
        let sum: i128 = units.iter().map(|unit| i128::from(*unit)).sum();
        #[expect(clippy::cast_precision_loss, reason = "rounded once, which is what a sum may be")]
        let sum = sum as f64;
        sum / 1024.0
    }

    proptest! {
        #[test]
        fn a_sum_is_rounded_once(units in prop::collection::vec(-(1_i64 << 52)..(1 << 52), 0..400)) {
            #[expect(clippy::cast_precision_loss, reason = "they have 53 bits")]
            let values: Vec<f64> = units.iter().map(|unit| *unit as f64 / 1024.0).collect();
            let total: Total = values.iter().copied().collect();
            prop_assert_eq!(total.value(), exact(&units));
            prop_assert_eq!(total.len(), units.len());
            let mut blocks = Total::default();
            let (whole, rest) = values.as_chunks::<BLOCK>();
            whole.iter().for_each(|block| blocks.add_block(block));
            rest.iter().for_each(|value| blocks.add(*value));
            prop_assert_eq!(blocks.value().to_bits(), total.value().to_bits());
        }
    }

    #[test]
    fn what_is_too_large_stays_so() {
        let sum = |values: &[f64]| values.iter().copied().collect::<Total>().value();
        assert_eq!(sum(&[f64::MAX, f64::MAX]), f64::INFINITY);
        assert_eq!(sum(&[f64::INFINITY, 1.0, 2.0]), f64::INFINITY);
        assert!(sum(&[f64::INFINITY, f64::NEG_INFINITY]).is_nan());
        assert_eq!(sum(&[]), 0.0);
    }
}

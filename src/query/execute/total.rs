//! Sums.

/// Numbers that are added side by side; more fill the registers of no processor we know, fewer wait for each other.
const LANES: usize = 8;

/// Numbers that are gathered before they are added: a multiple of [`LANES`].
const BLOCK: usize = 64;

/// Adds up in a few lanes, in the order given, and carries what each addition rounds away (Knuth's two-sum; Neumaier 1974),
/// so that another order of the file changes nothing that is shown. The lane of a number follows from its place in the
/// order alone: the same numbers in the same order have the same sum to the last bit, wherever they are kept.
#[derive(Debug, Clone)]
pub(super) struct Total {
    sums: [f64; LANES],
    lost: [f64; LANES],
    waiting: [f64; BLOCK],
    held: usize,
    count: usize,
}

impl Default for Total {
    fn default() -> Total {
        Total { sums: [0.0; LANES], lost: [0.0; LANES], waiting: [0.0; BLOCK], held: 0, count: 0 }
    }
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
        if let Some(slot) = self.waiting.get_mut(self.held) {
            *slot = value;
        }
        self.held += 1;
        if self.held == BLOCK {
            let (rows, _) = self.waiting.as_chunks::<LANES>();
            for row in rows {
                for ((value, sum), lost) in row.iter().zip(&mut self.sums).zip(&mut self.lost) {
                    let (next, rounded) = two_sum(*sum, *value);
                    *sum = next;
                    *lost += rounded;
                }
            }
            self.held = 0;
            self.count += BLOCK;
        }
    }

    /// How many numbers there were.
    pub(super) fn len(&self) -> usize {
        self.count + self.held
    }

    /// The sum of all of them; zero of none.
    pub(super) fn value(&self) -> f64 {
        let (mut sums, mut lost) = (self.sums, self.lost);
        for row in self.waiting.get(..self.held).unwrap_or_default().chunks(LANES) {
            for ((value, sum), lost) in row.iter().zip(&mut sums).zip(&mut lost) {
                let (next, rounded) = two_sum(*sum, *value);
                *sum = next;
                *lost += rounded;
            }
        }
        let (mut total, mut rest) = (0.0, lost.iter().sum::<f64>());
        for sum in sums {
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
            let values = units.iter().map(|unit| *unit as f64 / 1024.0);
            let total: Total = values.collect();
            prop_assert_eq!(total.value(), exact(&units));
            prop_assert_eq!(total.len(), units.len());
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

//! The inner loop of the splitter: where a value ends.
//!
//! Sixty-four bytes are looked at together, each class of bytes as one mask of 64 bits. What stands inside texts is taken
//! out of the masks, and brackets are only counted: of which kind they are is the business of the parser.

use std::fmt;

use wide::u8x16;

const BLOCK: usize = 64;
const EVEN: u64 = 0x5555_5555_5555_5555;

/// Quotes, backslashes, opening and closing brackets of a block.
struct Masks {
    quotes: u64,
    slashes: u64,
    opens: u64,
    closes: u64,
}

impl Masks {
    #[inline]
    fn of(block: &[u8; BLOCK]) -> Masks {
        let mut masks = Masks { quotes: 0, slashes: 0, opens: 0, closes: 0 };
        // `[` and `{`, and `]` and `}`, differ in one bit only.
        let case = u8x16::splat(0x20);
        let (lanes, _) = block.as_chunks::<16>();
        for (lane, shift) in lanes.iter().zip([0, 16, 32, 48]) {
            let bytes = u8x16::new(*lane);
            let folded = bytes | case;
            let mask = |bytes: u8x16, wanted: u8| u64::from(bytes.simd_eq(u8x16::splat(wanted)).to_bitmask()) << shift;
            masks.quotes |= mask(bytes, b'"');
            masks.slashes |= mask(bytes, b'\\');
            masks.opens |= mask(folded, b'{');
            masks.closes |= mask(folded, b'}');
        }
        masks
    }
}

/// Finds the end of one object or list, which may come in pieces.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// Bytes looked at, counted from the first bracket.
    seen: usize,
    depth: u64,
    /// All bits set while inside a text.
    in_text: u64,
    /// 1 when the next byte stands behind a backslash.
    escape: u64,
}

impl Scan {
    /// Looks at `value`, which begins with the first bracket and may be longer than at the call before; the length of
    /// the value once its end is found. A last piece of less than a block waits for more unless `is_end`.
    pub(super) fn run(&mut self, value: &[u8], is_end: bool) -> Option<usize> {
        let rest = value.get(self.seen..).unwrap_or_default();
        let (blocks, tail) = rest.as_chunks::<BLOCK>();
        for block in blocks {
            if let Some(end) = self.block(block) {
                return Some(end);
            }
        }
        if !is_end || tail.is_empty() {
            return None;
        }
        let mut last = [b' '; BLOCK];
        last.get_mut(..tail.len())?.copy_from_slice(tail);
        self.block(&last)
    }

    #[inline]
    fn block(&mut self, block: &[u8; BLOCK]) -> Option<usize> {
        let masks = Masks::of(block);
        let quotes = masks.quotes & !self.escaped(masks.slashes);
        let in_text = prefix_xor(quotes) ^ self.in_text;
        self.in_text = if in_text >> 63 == 1 { u64::MAX } else { 0 };
        let (opens, closes) = (masks.opens & !in_text, masks.closes & !in_text);
        let begin = self.seen;
        self.seen += BLOCK;
        if u64::from(closes.count_ones()) < self.depth {
            self.depth += u64::from(opens.count_ones());
            self.depth -= u64::from(closes.count_ones());
            return None;
        }
        let mut brackets = opens | closes;
        while brackets != 0 {
            let at = brackets.trailing_zeros();
            brackets &= brackets - 1;
            if opens >> at & 1 == 1 {
                self.depth += 1;
                continue;
            }
            self.depth = self.depth.saturating_sub(1);
            if self.depth == 0 {
                return Some(begin + at as usize + 1);
            }
        }
        None
    }

    /// The bytes behind an odd run of backslashes.
    #[inline]
    fn escaped(&mut self, slashes: u64) -> u64 {
        if slashes == 0 {
            return std::mem::take(&mut self.escape);
        }
        let slashes = slashes & !self.escape;
        let follows = (slashes << 1) | self.escape;
        // A run that begins at an odd place carries into the place behind it, which tells its length by its parity.
        let odd_begins = slashes & !EVEN & !follows;
        let (even_runs, overflow) = odd_begins.overflowing_add(slashes);
        self.escape = u64::from(overflow);
        let inverted = even_runs << 1;
        (EVEN ^ inverted) & follows
    }
}

/// Each bit becomes the parity of itself and all lower ones.
#[inline]
fn prefix_xor(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}

/// A byte as a person may read it.
pub(super) struct Visible(pub(super) Option<u8>);

impl fmt::Display for Visible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(byte) if byte.is_ascii_graphic() => write!(f, "\"{}\"", char::from(byte)),
            Some(byte) => write!(f, "the byte 0x{byte:02x}"),
            None => write!(f, "the end"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same, a byte at a time.
    fn plain_end(value: &[u8]) -> Option<usize> {
        let (mut depth, mut in_text, mut escape) = (0_u32, false, false);
        for (at, byte) in value.iter().enumerate() {
            match byte {
                b'"' | b'\\' if std::mem::take(&mut escape) => {}
                b'\\' => {
                    escape = true;
                    continue;
                }
                b'"' => in_text = !in_text,
                b'{' | b'[' if !in_text => depth += 1,
                b'}' | b']' if !in_text => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return Some(at + 1);
                    }
                }
                _ => {}
            }
            escape = false;
        }
        None
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn blocks_find_the_same_end_as_single_bytes(value in "[{\\[](\\\\{0,5}[\\[\\]{}\"a-c \\\\]){0,150}", cut in 0..200_usize) {
            let value = value.as_bytes();
            let wanted = plain_end(value);
            prop_assert_eq!(Scan::default().run(value, true), wanted);
            let mut scan = Scan::default();
            let first = scan.run(&value[..cut.min(value.len())], false);
            prop_assert_eq!(first.or_else(|| scan.run(value, true)), wanted);
        }
    }
}

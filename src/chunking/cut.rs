//! Where a run of units is cut.
//!
//! A border is chosen by content: among the places where a chunk would be at least half full, it lies before the unit
//! with the smallest key, a hash of its identifier. Two runs that differ in one place choose the same borders again soon
//! after it, so a unit that grows or goes moves the borders of its own chunk and rarely those of the next.

/// One unit of a run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item {
    /// Its tokens; none is above the most that a chunk holds.
    pub(super) tokens: u32,
    /// Stable hash of its identifier.
    pub(super) key: u64,
    /// Whether it begins something that should stay together.
    pub(super) begins: bool,
}

/// Ends of the chunks of a run, rising; the last is the length of the run.
pub(super) fn ends(items: &[Item], tokens_max: u32) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut rest = items;
    let mut start = 0;
    while !rest.is_empty() {
        let count = first_chunk(rest, tokens_max).max(1);
        start += count;
        ends.push(start);
        rest = rest.get(count..).unwrap_or_default();
    }
    ends
}

/// Units of the first chunk.
fn first_chunk(items: &[Item], tokens_max: u32) -> usize {
    let mut total = 0_u32;
    // The best border, one that keeps together what belongs together before any other.
    let mut best: Option<((bool, u64), usize)> = None;
    for (index, item) in items.iter().enumerate() {
        let is_candidate = 0 < index && tokens_max / 2 <= total;
        let rank = (!item.begins, item.key);
        if is_candidate && best.is_none_or(|(found, _)| rank < found) {
            best = Some((rank, index));
        }
        total = total.saturating_add(item.tokens);
        if tokens_max < total {
            return best.map_or(index, |(_, index)| index);
        }
    }
    items.len()
}

//! Three-valued logic over many entities at once (Kleene).

use crate::query::columns::Bits;

/// Whether something holds of an entity. In this order the least of several is their "and", the largest their "or".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Truth {
    /// It does not.
    No,
    /// The model does not say.
    Open,
    /// It does.
    Yes,
}

impl From<Option<bool>> for Truth {
    fn from(said: Option<bool>) -> Truth {
        match said {
            Some(true) => Truth::Yes,
            Some(false) => Truth::No,
            None => Truth::Open,
        }
    }
}

impl std::ops::Not for Truth {
    type Output = Truth;

    fn not(self) -> Truth {
        match self {
            Truth::No => Truth::Yes,
            Truth::Open => Truth::Open,
            Truth::Yes => Truth::No,
        }
    }
}

/// Joins truths of the same entities: `wins` is the truth that nothing else can change.
pub(super) fn join(mut sides: impl Iterator<Item = Vec<Truth>>, wins: Truth) -> Option<Vec<Truth>> {
    let mut joined = sides.next()?;
    for side in sides {
        for (truth, other) in joined.iter_mut().zip(side) {
            *truth = if wins == Truth::Yes { (*truth).max(other) } else { (*truth).min(other) };
        }
    }
    Some(joined)
}

/// Of which entities of a model something holds, and of which it is not said.
#[derive(Debug)]
pub(super) struct TruthBits {
    pub(super) yes: Bits,
    pub(super) open: Bits,
}

impl TruthBits {
    /// Whether any holds.
    pub(super) fn any(whole: usize, sides: &[TruthBits]) -> TruthBits {
        let yes = sides.iter().fold(Bits::none(whole), |all, side| all.or(&side.yes));
        let open = sides.iter().fold(Bits::none(whole), |all, side| all.or(&side.open));
        TruthBits { open: open.without(&yes), yes }
    }

    /// What is so where it is not.
    pub(super) fn negated(&self) -> TruthBits {
        TruthBits { yes: self.yes.or(&self.open).others(), open: self.open.clone() }
    }
}

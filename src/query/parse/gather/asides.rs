//! Asides, which say again what goes before them.

use crate::ifc::fold;
use crate::query::lexicon::Meaning;

use super::super::mark::{Mark, MarkKind};

/// An aside says again what goes before it: "Erdgeschoss (Level 1)", "studs (Ständer)". The model's own word is kept.
pub(super) fn explain_asides(marks: Vec<Mark>) -> Vec<Mark> {
    let mut kept: Vec<Mark> = Vec::new();
    for mark in marks {
        if mark.aside {
            if matches!(mark.kind, MarkKind::Unknown(_) | MarkKind::Stop | MarkKind::Number(_)) {
                continue;
            }
            remove_unknown_tail(&mut kept);
            // "Platten dicker 30 cm (IfcSlab)": the class says of what kind the only part is.
            let parts: Vec<usize> = (0..kept.len())
                .filter(|at| kept.get(*at).is_some_and(|m| matches!(m.kind, MarkKind::Part(_))))
                .collect();
            if let (MarkKind::Part(_), [only]) = (&mark.kind, parts.as_slice())
                && *only + 1 < kept.len()
                && fold(&mark.raw).starts_with("ifc")
            {
                if let Some(part) = kept.get_mut(*only) {
                    part.kind = mark.kind;
                }
                continue;
            }
            if kept.last().is_some_and(|before| explains(before, &mark)) {
                kept.pop();
            }
        }
        kept.push(mark);
    }
    kept
}

pub(super) fn remove_unknown_tail(kept: &mut Vec<Mark>) {
    while kept.last().is_some_and(|m| !m.aside && matches!(m.kind, MarkKind::Unknown(_))) {
        kept.pop();
    }
}

/// Whether an aside replaces what goes before it.
pub(super) fn explains(before: &Mark, aside: &Mark) -> bool {
    match (&before.kind, &aside.kind) {
        (MarkKind::Storeys(..), MarkKind::Storeys(names, _)) => !names.is_empty(),
        (MarkKind::Material(_) | MarkKind::Value(..), MarkKind::Material(_) | MarkKind::Value(..))
        | (MarkKind::Part(_), MarkKind::Part(_))
        | (MarkKind::Property(..), MarkKind::Property(..)) => true,
        (MarkKind::Meaning(a), MarkKind::Meaning(b)) => {
            matches!((a, b), (Meaning::Measure(_), Meaning::Measure(_))) || a == b
        }
        _ => false,
    }
}

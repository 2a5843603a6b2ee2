//! Speech around a question: "Für die Ausschreibung bräuchte ich noch …", "I have to hand in the schedule and need …".

use crate::ifc::fold;
use crate::query::lexicon::Meaning;

use super::mark::{Mark, MarkKind};

/// Most marks between "für" and the verb of need.
const PURPOSE_REACH: usize = 6;

/// Takes out what only says why or for whom somebody asks: all before the first verb of need, when nothing in it could be a
/// condition or a question of its own. What follows the verb is the question.
pub(super) fn without_frame(marks: Vec<Mark>) -> Vec<Mark> {
    let Some(need) = marks.iter().position(|mark| needs(&mark.raw)) else { return marks };
    let before = marks.get(..need).unwrap_or_default();
    let speaks = before.iter().any(|mark| speaker(&mark.raw)) || marks.get(need + 1).is_some_and(|m| speaker(&m.raw));
    let purpose = before.first().is_some_and(|mark| matches!(fold(&mark.raw).as_str(), "fuer" | "for"));
    let short = !purpose || need <= PURPOSE_REACH;
    if before.is_empty() || !speaks || !short || !before.iter().all(only_frames) {
        return marks;
    }
    marks.into_iter().skip(need).collect()
}

fn needs(word: &str) -> bool {
    matches!(
        fold(word).as_str(),
        "brauche"
            | "brauchen"
            | "braeuchte"
            | "braeuchten"
            | "benoetige"
            | "benoetigen"
            | "need"
            | "i need"
            | "we need"
            | "muesste"
            | "moechte"
            | "would like to know"
            | "suche"
            | "require"
    )
}

fn speaker(word: &str) -> bool {
    matches!(fold(word).as_str(), "ich" | "wir" | "i" | "we" | "i need" | "we need" | "my")
}

/// Whether a mark says nothing that a plan could hold: unknown words, and parts that no condition stands beside.
#[expect(clippy::wildcard_enum_match_arm, reason = "all that is not named here is alike")]
fn only_frames(mark: &Mark) -> bool {
    match &mark.kind {
        MarkKind::Unknown(_) | MarkKind::Stop | MarkKind::Part(_) => true,
        MarkKind::Meaning(meaning) => {
            matches!(
                meaning,
                Meaning::In | Meaning::Of | Meaning::With | Meaning::Frame | Meaning::Describe | Meaning::Schedule
            )
        }
        _ => false,
    }
}

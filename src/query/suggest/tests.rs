use std::collections::BTreeSet;

use super::*;
use crate::limits;
use crate::query::answer::Status;
use crate::query::testing::{Built, Draft};

fn house() -> Built {
    let mut draft = Draft::default();
    let storey = draft.storey("Erdgeschoss", 0.0);
    for number in 0..3 {
        draft.entity_in(storey, "IfcDoor", &format!("T{number}"));
    }
    draft.entity_in(storey, "IfcWindow", "F1");
    draft.build()
}

fn offered(built: &Built, language: Language, go_on: &mut dyn FnMut() -> bool) -> Vec<String> {
    suggestions(language, built.model.as_ref(), &built.vocabulary, limits::SUGGESTIONS_MAX, go_on)
}

#[test]
fn every_suggestion_has_an_answer_and_no_two_are_alike() {
    let house = house();
    for language in [Language::De, Language::En] {
        let found = offered(&house, language, &mut || true);
        assert!(5 < found.len(), "{found:?}");
        let mut seen = BTreeSet::new();
        for text in &found {
            let answer = house.ask(language, text);
            assert_eq!((answer.status, answer.language), (Status::Answered, language), "{text}");
            assert!(0 < answer.coverage.with_value, "{text}");
            assert!(seen.insert(likeness(&answer.plan.unwrap())), "{text} is like another");
        }
        assert_eq!(found, offered(&house, language, &mut || true), "the order is always the same");
    }
}

#[test]
fn nothing_is_suggested_for_which_nothing_is_there() {
    let found = offered(&house(), Language::De, &mut || true).join("\n");
    for absent in ["Wände", "Räume", "Material", "Kubikmeter", "Feuerwiderstand", "{"] {
        assert!(!found.contains(absent), "{absent} in\n{found}");
    }
}

#[test]
fn the_search_ends_when_its_time_is_over() {
    let mut tries = 3;
    let mut go_on = || {
        tries -= 1;
        0 < tries
    };
    let house = house();
    let found = offered(&house, Language::En, &mut go_on);
    assert!(found.len() <= 2 && offered(&house, Language::En, &mut || true).starts_with(&found), "{found:?}");
}

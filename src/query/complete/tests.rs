use std::time::{Duration, Instant};

use super::*;
use crate::query::testing::Draft;
use crate::query::vocabulary::NameWord;

fn completer() -> Completer {
    let mut draft = Draft::default();
    let storey = draft.storey("Erdgeschoss", 0.0);
    draft.entity_in(storey, "IfcSpace", "Büro 101");
    draft.entity_in(storey, "IfcSpace", "Büro 102");
    draft.entity_in(storey, "IfcWall", "Wand-007");
    let suggestions = vec!["Wie viele Wände gibt es?".to_owned(), "Welche Räume gibt es?".to_owned()];
    Completer::new(Language::De, &draft.build().vocabulary, suggestions)
}

fn texts(text: &str) -> Vec<String> {
    completer().complete(text, limits::COMPLETIONS_MAX).into_iter().map(|completion| completion.text).collect()
}

#[test]
fn the_last_word_becomes_a_word_of_the_lexicon_or_a_name_of_the_model() {
    assert!(texts("Wie viele Tü").contains(&"Wie viele Tür".to_owned()));
    assert!(texts("Wie viele Türen im erd").contains(&"Wie viele Türen im Erdgeschoss".to_owned()));
    assert!(texts("Wo ist wand-0").contains(&"Wo ist Wand-007".to_owned()));
    assert!(texts("Ist die Tür im Geschoss „Erd").contains(&"Ist die Tür im Geschoss „Erdgeschoss".to_owned()));
}

#[test]
fn a_phrase_of_several_words_is_completed_as_a_whole_and_spelt_any_way() {
    for typed in ["Wie groß ist buero 1", "Wie groß ist BÜRO 1"] {
        assert_eq!(texts(typed), ["Wie groß ist Büro 101", "Wie groß ist Büro 102"]);
    }
}

#[test]
fn suggestions_that_begin_so_come_first() {
    let found = completer().complete("wie v", limits::COMPLETIONS_MAX);
    assert_eq!((found[0].text.as_str(), found[0].kind), ("Wie viele Wände gibt es?", CompletionKind::Question));
    assert_eq!(texts(""), ["Wie viele Wände gibt es?", "Welche Räume gibt es?"]);
}

#[test]
fn nothing_is_offered_where_there_is_nothing_to_add() {
    for typed in ["Wie groß ist Büro 101", "Wie viele xyzzy", "Wie groß ", "„", "Ä\u{308}\u{1F600}"] {
        assert_eq!(texts(typed), Vec::<String>::new(), "{typed}");
    }
}

#[test]
fn a_hundred_thousand_names_are_searched_in_under_five_milliseconds() {
    let name = |number: u32| {
        let spelling = format!("Wand {number:05}");
        (fold(&spelling), NameWord { spelling, kind: Some("wall") })
    };
    let vocabulary = Vocabulary { names: (0..100_000).map(name).collect(), ..Vocabulary::default() };
    let completer = Completer::new(Language::De, &vocabulary, Vec::new());
    let mut times: Vec<Duration> = (0..1000)
        .map(|number| {
            let typed = format!("Wie dick ist die wand {}", number % 100);
            let begin = Instant::now();
            assert!(!completer.complete(&typed, limits::COMPLETIONS_MAX).is_empty(), "{typed}");
            begin.elapsed()
        })
        .collect();
    times.sort_unstable();
    assert!(times[989] < Duration::from_millis(5), "the 99th of 100 took {:?}", times[989]);
}

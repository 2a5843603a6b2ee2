use crate::ifc::{Measure, ValueDraft};
use crate::query::question::Language::{De, En};
use crate::query::testing::{Draft, house};

/// Three walls of which one has no volume, and one a volume of the wrong power of ten.
fn walls() -> crate::query::testing::Built {
    let mut draft = Draft::default();
    let storey = draft.storey("Erdgeschoss", 0.0);
    for (name, volume) in [("a", Some(4.25)), ("b", Some(4.25e9)), ("c", None)] {
        let wall = draft.entity_in(storey, "IfcWall", name);
        for (name, metres) in [("Length", 5.0), ("Width", 0.3), ("Height", 3.0)] {
            draft.quantity(wall, name, Measure::Length, metres);
        }
        if let Some(volume) = volume {
            draft.quantity(wall, "NetVolume", Measure::Volume, volume);
        }
    }
    let door = draft.entity_in(storey, "IfcDoor", "T1");
    draft.property(door, "FireRating", ValueDraft::Text("Fire Rating"));
    draft.build()
}

#[test]
fn a_sum_says_which_quantity_over_how_many_elements_and_what_is_left_out() {
    let walls = walls();
    let say = |language, text: &str| walls.ask(language, text).answer.expect("there is an answer").text;
    let german = say(De, "Wie groß ist das Volumen aller Wände?");
    assert_eq!(
        german,
        "Das Volumen der Wände beträgt insgesamt 8,5 m³ (2 von 3 Bauteilen; NetVolume). 1 von 3 nicht enthalten: ohne \
         Angabe. Ein gespeicherter Wert widersprach den Abmessungen um eine Zehnerpotenz; er wurde berichtigt."
    );
    let english = say(En, "What is the total volume of all walls?");
    assert_eq!(
        english,
        "The volume of the walls is 8.5 m³ in total (2 of 3 elements; NetVolume). 1 of 3 not included: no value given. \
         One stored value contradicted the dimensions by a power of ten and was corrected."
    );
}

#[test]
fn the_coverage_repeats_what_the_sentence_says() {
    let answer = walls().ask(De, "Wie viel Liter haben die Wände?");
    let (coverage, body) = (answer.coverage, answer.answer.unwrap());
    assert_eq!((coverage.elements, coverage.with_value), (3, 2));
    let [left_out] = coverage.left_out.as_slice() else { panic!("{coverage:?}") };
    assert_eq!((left_out.count, left_out.reason.as_str()), (1, "ohne Angabe"));
    assert!(
        body.text.contains("8500 l") && body.text.contains("1 von 3 nicht enthalten: ohne Angabe"),
        "{}",
        body.text
    );
}

#[test]
fn sentences_are_in_the_language_of_the_question() {
    let house = house();
    for (language, question, sentence) in [
        (De, "Wie viele Türen gibt es im EG?", "Es gibt 1 Tür im Geschoss „Erdgeschoss“."),
        (En, "How many doors are on the ground floor?", "There is 1 door on storey “Erdgeschoss”."),
        (De, "Wie viele Aufzüge gibt es?", "Es gibt keine Aufzüge."),
        (En, "How many elevators are there?", "There are no elevators."),
        (De, "Gibt es Fenster?", "Ja. Es gibt 2 Fenster."),
        (En, "Are there any columns?", "No, there are no columns."),
        (De, "Wie groß ist die Küche?", "Die Fläche von „Küche“ beträgt 18,5 m² (1 von 1 Bauteilen; NetFloorArea)."),
        (En, "How large is room \"Küche\"?", "The area of “Küche” is 18.5 m² (1 of 1 elements; NetFloorArea)."),
        (
            De,
            "Wie verteilen sich die Türen auf die Geschosse?",
            "Türen nach Geschoss: Erdgeschoss (1), 1. Obergeschoss (1).",
        ),
        (En, "In which wall is door \"Haustür\"?", "Door named “Haustür”: built into “Wand Nord” (IfcWall)."),
        (
            De,
            "Aus welchen Schichten besteht die Wand „Wand Süd“?",
            "2 Schichten: Konstruktionsvollholz (100 mm), Mineralwolle (100 mm).",
        ),
    ] {
        assert_eq!(house.ask(language, question).answer.map(|body| body.text).as_deref(), Some(sentence), "{question}");
    }
}

#[test]
fn a_reason_says_what_is_missing_and_what_there_is_instead() {
    let (house, walls) = (house(), walls());
    for (model, language, question, reason) in [
        (
            &house,
            De,
            "Wie viele Türen gibt es im 5. OG?",
            "Das Modell hat kein Geschoss „5. Obergeschoss“. Es hat: „Erdgeschoss“, „1. Obergeschoss“.",
        ),
        (
            &house,
            En,
            "Which walls are made of glass?",
            "Nothing in the model is of glass. Materials in the model: “Konstruktionsvollholz”, “Mineralwolle”, \
             “Stahlbeton C25/30”.",
        ),
        (&house, De, "Was kosten die Wände?", "Das Modell enthält keine Kostendaten."),
        (
            &walls,
            De,
            "Welche Türen haben EI30?",
            "Die Angabe „Feuerwiderstandsklasse“ ist bei keinem der Bauteile belegt (Türen mit Feuerwiderstandsklasse \
             „EI30“; geprüft: 1). Dort stehen nur Platzhalter: „Fire Rating“.",
        ),
    ] {
        assert_eq!(model.ask(language, question).reason.as_deref(), Some(reason), "{question}");
    }
}

//! Dialogues: what a question means after the one before.

use super::Misunderstood;
use crate::query::plan::Plan;
use crate::query::testing::house;

/// Dialogues whose last questions mean one plan, and its goal and selection as JSON.
const DIALOGUES: &[(&[&[&str]], &str, &str)] = &[
    (
        &[
            &["Wie viele Türen gibt es?", "Und im 1. OG?"],
            &["Wie viele Türen gibt es?", "im 1. OG?"],
            &["Wie viele Türen gibt es im EG?", "und im 1. Obergeschoss?"],
            &["Wie viele Fenster gibt es im 1. OG?", "und die Türen?"],
            &["Wie viele Fenster gibt es im EG?", "Und im 1. OG?", "auch für Türen"],
            &["How many doors are there?", "What about the first floor?"],
            &["How many windows are on the first floor?", "what about doors?"],
            &["How many doors are on the ground floor?", "and on the first floor?"],
            &["How many windows are there?", "the same for doors", "only on the first floor"],
        ],
        r#""count""#,
        r#"{"any_of":["door"],"filters":[{"storey":["1. Obergeschoss"]}]}"#,
    ),
    (
        &[&["Wie viele Türen gibt es?", "und im 2. OG?"], &["How many doors are there?", "and on the second floor?"]],
        r#""count""#,
        r#"{"any_of":["door"],"filters":[{"storey_unknown":"upper:2"}]}"#,
    ),
    (
        &[
            &["Wie viele Wände gibt es?", "nur die tragenden"],
            &["Wie viele Wände gibt es?", "Wie viele davon sind tragend?"],
            &["Wie viele Wände gibt es?", "Wie viele sind tragend?"],
            &["Wie viele Wände gibt es?", "davon tragend?"],
            &["Welche Wände gibt es?", "Wie viele von ihnen sind tragend?"],
            &["How many walls are there?", "How many of those are load-bearing?"],
            &["How many walls are there?", "only the load-bearing ones"],
            &["Which walls are there?", "How many of these walls are load-bearing?"],
        ],
        r#""count""#,
        r#"{"any_of":["wall"],"filters":[{"property":["load_bearing",{"is":true}]}]}"#,
    ),
    (
        &[
            &["Wie viele Wände gibt es im EG?", "und außen?"],
            &["How many walls are on the ground floor?", "How many of those are external?"],
            &["How many walls are on the ground floor?", "how many of them are exterior walls?"],
            &["Wie viele Bauteile sind im EG?", "Wie viele davon sind Außenwände?"],
        ],
        r#""count""#,
        r#"{"any_of":["wall"],"filters":[{"property":["is_external",{"is":true}]},{"storey":["Erdgeschoss"]}]}"#,
    ),
    (
        &[
            &["Wie viele Türen gibt es?", "Welche davon haben keinen Brandschutz?"],
            &["Wie viele Türen gibt es?", "welche haben keinen Brandschutz"],
            &["How many doors are there?", "which of them have no fire rating?"],
        ],
        r#""list""#,
        r#"{"any_of":["door"],"filters":[{"property":["fire_rating","absent"]}]}"#,
    ),
    (
        &[
            &["Wie viele Türen gibt es im EG?", "als Tabelle"],
            &["Wie viele Türen gibt es im EG?", "als Liste bitte"],
            &["Wie viele Türen gibt es im EG?", "zeig sie mir"],
            &["Wie viele Türen gibt es im EG?", "Welche sind das?"],
            &["Gibt es Türen im EG?", "Zeig sie mir als Tabelle"],
            &["How many doors are on the ground floor?", "as a table please"],
            &["How many doors are on the ground floor?", "show them to me"],
            &["How many doors are on the ground floor?", "which ones?"],
        ],
        r#""list""#,
        r#"{"any_of":["door"],"filters":[{"storey":["Erdgeschoss"]}]}"#,
    ),
    (
        &[
            &["Wie viele Räume gibt es im EG?", "Und wie viel Fläche haben sie?"],
            &["Welche Räume gibt es im EG?", "und ihre Fläche?"],
            &["Welche Räume gibt es im EG?", "Gesamtfläche?"],
            &["Which rooms are on the ground floor?", "and how much area do they have?"],
            &["Which rooms are on the ground floor?", "what is their total area?"],
        ],
        r#"{"measure":{"measure":"area","statistic":"sum","unit":"m2"}}"#,
        r#"{"any_of":["space"],"filters":[{"storey":["Erdgeschoss"]}]}"#,
    ),
    (
        &[
            &["Wie viele Räume gibt es?", "Der größte davon?"],
            &["Wie viele Räume gibt es?", "und der größte?"],
            &["How many rooms are there?", "The largest of them?"],
            &["Welcher Raum hat die kleinste Fläche?", "und der größte?"],
        ],
        r#"{"extreme":{"measure":"area","smallest":false,"limit":1,"unit":"m2"}}"#,
        r#"{"any_of":["space"]}"#,
    ),
    (
        &[
            &["Wie viele Türen gibt es?", "nach Geschoss"],
            &["Wie viele Türen gibt es?", "und nach Geschoss?"],
            &["How many doors are there?", "by storey"],
            &["How many doors are there?", "and per floor?"],
        ],
        r#"{"distribution":{"by":"storey"}}"#,
        r#"{"any_of":["door"]}"#,
    ),
    (
        &[
            &["Welches Volumen haben die Wände?", "nach Geschoss"],
            &["What is the volume of the walls?", "by storey"],
            &["Wie viele Wände gibt es?", "wie viel Volumen haben sie?", "und nach Geschoss?"],
        ],
        r#"{"distribution":{"by":"storey","amount":{"measure":"volume","statistic":"sum","unit":"m3"}}}"#,
        r#"{"any_of":["wall"]}"#,
    ),
    (
        &[
            &["Welches Volumen haben die Wände?", "im Durchschnitt?"],
            &["Welches Volumen haben die Wände?", "und im Mittel?"],
            &["What is the volume of the walls?", "and on average?"],
        ],
        r#"{"measure":{"measure":"volume","statistic":"average","unit":"m3"}}"#,
        r#"{"any_of":["wall"]}"#,
    ),
    (
        &[
            &["Welches Volumen haben die Wände?", "in Litern?"],
            &["Welches Volumen haben die Wände?", "und in Litern?"],
            &["What is the volume of the walls?", "in litres?"],
        ],
        r#"{"measure":{"measure":"volume","statistic":"sum","unit":"l"}}"#,
        r#"{"any_of":["wall"]}"#,
    ),
    (
        &[&["Welches Volumen haben die Wände?", "als Tabelle"], &["What is the volume of the walls?", "as a list"]],
        r#"{"measure_of":{"measure":"volume","unit":"m3"}}"#,
        r#"{"any_of":["wall"]}"#,
    ),
    (
        &[
            &["Wie viele Türen gibt es im EG?", "Welchen Brandschutz haben sie?"],
            &["How many doors are on the ground floor?", "which fire rating do they have?"],
            &["Wie viele Türen gibt es im EG?", "und der Brandschutz?"],
        ],
        r#"{"distinct":{"by":{"property":"fire_rating"}}}"#,
        r#"{"any_of":["door"],"filters":[{"storey":["Erdgeschoss"]}]}"#,
    ),
    (
        &[
            &["Wie viele Wände gibt es im EG?", "Sind sie tragend?"],
            &["Wie viele Wände gibt es im EG?", "Sind alle tragend?"],
            &["How many walls are on the ground floor?", "Are they load-bearing?"],
            &["Sind alle Wände im 1. OG tragend?", "und im EG?"],
        ],
        r#"{"every":{"test":{"property":["load_bearing",{"is":true}]}}}"#,
        r#"{"any_of":["wall"],"filters":[{"storey":["Erdgeschoss"]}]}"#,
    ),
    (
        &[
            &["Wie viele Wände gibt es im EG?", "Wie viel Prozent davon sind tragend?"],
            &["How many walls are on the ground floor?", "what percentage of them is load-bearing?"],
            &["Wie viel Prozent der Wände im 1. OG sind tragend?", "und im EG?"],
        ],
        r#"{"share":{"whole":{"any_of":["wall"],"filters":[{"storey":["Erdgeschoss"]}]}}}"#,
        r#"{"any_of":["wall"],"filters":[{"property":["load_bearing",{"is":true}]},{"storey":["Erdgeschoss"]}]}"#,
    ),
    (
        &[
            &["Wie breit ist die Haustür?", "und die Innentür?"],
            &["Wie breit ist die Haustür?", "was ist mit der Innentür?"],
            &["Welchen Brandschutz hat die Innentür?", "und wie breit ist sie?"],
            &["How wide is door \"Innentür\"?", "how wide is it?"],
        ],
        r#"{"measure_of":{"measure":"width","unit":"m"}}"#,
        r#"{"any_of":["door"],"filters":[{"name":"Innentür"}]}"#,
    ),
    (
        &[
            &["Wie breit ist die Haustür?", "In welcher Wand sitzt sie?"],
            &["How wide is the door \"Haustür\"?", "In which wall is it installed?"],
        ],
        r#""host""#,
        r#"{"any_of":["door"],"filters":[{"name":"Haustür"}]}"#,
    ),
    (
        &[
            &["Wie viele Türen gibt es?", "Auf welchem Geschoss liegen sie?"],
            &["How many doors are there?", "on which storey are they?"],
        ],
        r#"{"distinct":{"by":"storey"}}"#,
        r#"{"any_of":["door"]}"#,
    ),
    (
        &[
            &["Wie viele Wände sind aus Stahlbeton?", "und aus Holz?"],
            &["How many walls are made of reinforced concrete?", "and of timber?"],
            &["Wie viele Wände gibt es?", "nur aus Holz"],
        ],
        r#""count""#,
        r#"{"any_of":["wall"],"filters":[{"material":"wood"}]}"#,
    ),
    // Questions that stand on their own.
    (
        &[
            &["Wie viele Fenster gibt es im EG?", "Wie viele Türen gibt es?"],
            &["Wie viele Fenster gibt es im EG?", "Und wie viele Türen gibt es?"],
            &["Und wie viele Türen gibt es?"],
            &["How many windows are on the ground floor?", "And how many doors are there?"],
            &["Welche Wände sind tragend?", "Könnten Sie mir sagen, wie viele Türen es gibt?"],
        ],
        r#""count""#,
        r#"{"any_of":["door"]}"#,
    ),
    (
        &[
            &["Wie viele Türen gibt es im EG?", "Welche Materialien gibt es?"],
            &["Wie viele Türen gibt es im EG?", "Und welche Materialien gibt es?"],
            &["Welche Materialien gibt es?"],
        ],
        r#"{"distinct":{"by":"material"}}"#,
        r#"{"any_of":["element"]}"#,
    ),
    (
        &[
            &["Wie viele Türen gibt es im EG?", "Wie viel Stahlbeton ist verbaut?"],
            &["Wie viel Stahlbeton ist verbaut?"],
        ],
        r#"{"measure":{"measure":"volume","statistic":"sum","unit":"m3"}}"#,
        r#"{"any_of":["element"],"filters":[{"material":"reinforced_concrete"}]}"#,
    ),
];

#[test]
fn a_follow_up_is_read_with_the_question_before() {
    let house = house();
    let mut wrong = Vec::new();
    for (dialogues, goal, of) in DIALOGUES {
        let plan: Plan = super::plan_of(&format!(r#"{{"version":2,"goal":{goal},"of":{of}}}"#));
        for dialogue in *dialogues {
            let found = house.dialogue(dialogue);
            if found.as_ref() != Ok(&plan) {
                wrong.push(format!("{dialogue:?}: {found:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_follow_up_with_nothing_before_it_is_refused_as_such() {
    let house = house();
    for text in [
        "und im 2. OG?",
        "nur die tragenden",
        "how many of those are external?",
        "als Tabelle",
        "zeig sie mir",
        "und die Fenster?",
        "What about the ground floor?",
        "welche davon haben keinen Brandschutz?",
    ] {
        assert_eq!(house.plan(text), Err(Misunderstood::NothingBefore), "{text}");
    }
}

#[test]
fn a_follow_up_that_does_not_fit_is_refused() {
    let house = house();
    for dialogue in [
        // A word of no meaning.
        ["Wie viele Türen gibt es?", "und die blauen?"],
        // Walls are no doors, and nothing is on both storeys.
        ["Wie viele Wände gibt es?", "Wie viele davon sind Türen?"],
        ["Wie viele Türen gibt es im EG?", "Wie viele davon sind im 1. OG?"],
        ["Wie viele Außentüren gibt es?", "Wie viele davon sind innen?"],
        // Whether the part or the whole is meant is open.
        ["Wie viel Prozent der Wände sind tragend?", "und außen?"],
        // The file as a whole has no storey, and a comparison has two sides.
        ["Wie heißt das Projekt?", "und im EG?"],
        ["Gibt es mehr Türen als Fenster?", "und im EG?"],
        ["Gibt es mehr Türen als Fenster?", "als Tabelle"],
    ] {
        let why = house.dialogue(&dialogue).expect_err(dialogue[1]);
        let (Misunderstood::Unknown { understood, .. } | Misunderstood::NoGoal { understood }) = why else {
            panic!("{dialogue:?}: {why:?}")
        };
        assert!(understood.iter().all(|word| !word.contains('\u{1}')), "{dialogue:?}");
    }
}

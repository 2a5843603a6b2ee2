//! Questions about parts of sets and about two sets: what they are read as.

use crate::query::testing::house;

/// Wordings of one question, and the goal and selection of their plan as JSON.
const READ_AS: &[(&[&str], &str, &str)] = &[
    (
        &[
            "Wie viel Prozent der Wände sind tragend?",
            "Wie viel % der Wände sind tragend?",
            "Wie hoch ist der Anteil der tragenden Wände?",
            "What percentage of the walls is load-bearing?",
            "What share of walls are load-bearing?",
            "Anteil der tragenden Wände an allen Wänden",
        ],
        r#"{"share":{"whole":{"any_of":["wall"]}}}"#,
        r#"{"any_of":["wall"],"filters":[{"property":["load_bearing",{"is":true}]}]}"#,
    ),
    (
        &["Wie viel Prozent der Türen im EG sind außen?", "Anteil der Außentüren an allen Türen im EG"],
        r#"{"share":{"whole":{"any_of":["door"],"filters":[{"storey":["Erdgeschoss"]}]}}}"#,
        r#"{"any_of":["door"],"filters":[{"property":["is_external",{"is":true}]},{"storey":["Erdgeschoss"]}]}"#,
    ),
    (
        &["Welchen Anteil am Volumen der Wände hat Stahlbeton?"],
        r#"{"share":{"whole":{"any_of":["wall"]},"amount":{"measure":"volume","statistic":"sum","unit":"m3"}}}"#,
        r#"{"any_of":["wall"],"filters":[{"material":"reinforced_concrete"}]}"#,
    ),
    (
        &["Gibt es mehr Türen im EG oder im 1. OG?", "Are there more doors on the ground floor or on the first floor?"],
        r#"{"compare":{"with":{"any_of":["door"],"filters":[{"storey":["1. Obergeschoss"]}]},"contrast":"which"}}"#,
        r#"{"any_of":["door"],"filters":[{"storey":["Erdgeschoss"]}]}"#,
    ),
    (
        &["Gibt es im EG mehr Fenster als Türen?"],
        r#"{"compare":{"with":{"any_of":["door"],"filters":[{"storey":["Erdgeschoss"]}]},"contrast":"is_more"}}"#,
        r#"{"any_of":["window"],"filters":[{"storey":["Erdgeschoss"]}]}"#,
    ),
    (
        &[
            "Gibt es weniger Türen als Fenster?",
            "Gibt es mehr Fenster als Türen?",
            "Are there fewer doors than windows?",
        ],
        r#"{"compare":{"with":{"any_of":["door"]},"contrast":"is_more"}}"#,
        r#"{"any_of":["window"]}"#,
    ),
    (
        &["Wie viele Fenster mehr als Türen gibt es?", "Wie viele Fenster gibt es mehr als Türen?"],
        r#"{"compare":{"with":{"any_of":["door"]},"contrast":"difference"}}"#,
        r#"{"any_of":["window"]}"#,
    ),
    (
        &["Wie ist das Verhältnis von Fensterfläche zu Wandfläche?", "What is the ratio of window area to wall area?"],
        r#"{"compare":{"with":{"any_of":["wall"]},"contrast":"ratio","amount":{"measure":"area","statistic":"sum","unit":"m2"}}}"#,
        r#"{"any_of":["window"]}"#,
    ),
    (
        &["Ist die Raumfläche im EG größer als im 1. OG?"],
        r#"{"compare":{"with":{"any_of":["space"],"filters":[{"storey":["1. Obergeschoss"]}]},"contrast":"is_more","amount":{"measure":"area","statistic":"sum","unit":"m2"}}}"#,
        r#"{"any_of":["space"],"filters":[{"storey":["Erdgeschoss"]}]}"#,
    ),
    (
        &["Sind alle Wände im EG tragend?", "Are all walls on the ground floor load-bearing?"],
        r#"{"every":{"test":{"property":["load_bearing",{"is":true}]}}}"#,
        r#"{"any_of":["wall"],"filters":[{"storey":["Erdgeschoss"]}]}"#,
    ),
    (
        &["Haben alle Türen einen Feuerwiderstand?", "Do all doors have a fire rating?"],
        r#"{"every":{"test":{"property":["fire_rating","present"]}}}"#,
        r#"{"any_of":["door"]}"#,
    ),
    (
        &[
            "Wie viele Fenster gibt es außer im EG?",
            "Wie viele Fenster sind nicht im Erdgeschoss?",
            "How many windows are not on the ground floor?",
        ],
        r#""count""#,
        r#"{"any_of":["window"],"filters":[{"not":{"storey":["Erdgeschoss"]}}]}"#,
    ),
    (
        &["Welche Wände sind nicht aus Stahlbeton?", "Which walls are not made of reinforced concrete?"],
        r#""list""#,
        r#"{"any_of":["wall"],"filters":[{"not":{"material":"reinforced_concrete"}}]}"#,
    ),
    (
        &[
            "Welche Wände sind weder aus Stahlbeton noch aus Holz?",
            "Which walls are neither of reinforced concrete nor of wood?",
            "Welche Wände sind nicht aus Stahlbeton oder Holz?",
        ],
        r#""list""#,
        r#"{"any_of":["wall"],"filters":[{"not":{"material":"reinforced_concrete"}},{"not":{"material":"wood"}}]}"#,
    ),
    (
        &["Welche Türen sind nicht breiter als 1 m?", "Which doors are not wider than 1 m?"],
        r#""list""#,
        r#"{"any_of":["door"],"filters":[{"not":{"measure":["width","above",1.0]}}]}"#,
    ),
    (
        &[
            "Wie viele Türen sind zwischen 0,8 und 1 m breit?",
            "How many doors are between 0.8 and 1 m wide?",
            "Wie viele Türen sind 80 cm bis 100 cm breit?",
            "Wie viele Türen sind 80 bis 100 cm breit?",
        ],
        r#""count""#,
        r#"{"any_of":["door"],"filters":[{"measure":["width","at_least",0.8]},{"measure":["width","at_most",1.0]}]}"#,
    ),
    (
        &[
            "Welche Räume haben keine Fenster?",
            "Räume ohne Fenster",
            "Which rooms have no windows?",
            "rooms without windows",
        ],
        r#""list""#,
        r#"{"any_of":["space"],"filters":[{"not":{"holds":["window"]}}]}"#,
    ),
    (
        &[
            "Wie viele Räume mit Fenstern gibt es?",
            "Wie viele Räume haben ein Fenster?",
            "How many rooms have windows?",
        ],
        r#""count""#,
        r#"{"any_of":["space"],"filters":[{"holds":["window"]}]}"#,
    ),
    (
        &["Bauteile ohne Material", "Welche Bauteile haben kein Material?", "Which elements have no material?"],
        r#""list""#,
        r#"{"any_of":["element"],"filters":[{"not":{"has":"material"}}]}"#,
    ),
    (
        &[
            "Wie viele Türen haben EI30 oder T90?",
            "Wie viele Türen haben EI30 und T90?",
            "How many doors are EI30 or T90?",
        ],
        r#""count""#,
        r#"{"any_of":["door"],"filters":[{"any":[{"property":["fire_rating",{"says":"EI30"}]},{"property":["fire_rating",{"says":"T90"}]}]}]}"#,
    ),
    (
        &["Welche Wände sind aus Stahlbeton oder Holz?", "Which walls are made of reinforced concrete or timber?"],
        r#""list""#,
        r#"{"any_of":["wall"],"filters":[{"any":[{"material":"reinforced_concrete"},{"material":"wood"}]}]}"#,
    ),
    (
        &["Wie viele tragende oder externe Wände gibt es?", "How many load-bearing or external walls are there?"],
        r#""count""#,
        r#"{"any_of":["wall"],"filters":[{"any":[{"property":["is_external",{"is":true}]},{"property":["load_bearing",{"is":true}]}]}]}"#,
    ),
    (
        &["Welche Türen sind schmaler als 0,8 m oder breiter als 1,2 m?"],
        r#""list""#,
        r#"{"any_of":["door"],"filters":[{"any":[{"measure":["width","above",1.2]},{"measure":["width","below",0.8]}]}]}"#,
    ),
    (
        &["Wie viele Türen gibt es und wie viele Fenster?", "How many doors and how many windows are there?"],
        r#"{"distribution":{"by":"component"}}"#,
        r#"{"any_of":["door","window"]}"#,
    ),
    (
        &["Durchschnittliche Raumfläche je Geschoss", "Average room area per storey"],
        r#"{"distribution":{"by":"storey","amount":{"measure":"area","statistic":"average","unit":"m2"}}}"#,
        r#"{"any_of":["space"]}"#,
    ),
    (
        &["Welches Geschoss hat die größte Raumfläche?", "Which storey has the largest room area?"],
        r#"{"top_group":{"by":"storey","fewest":false,"amount":{"measure":"area","statistic":"sum","unit":"m2"}}}"#,
        r#"{"any_of":["space"]}"#,
    ),
    (
        &["Welche Tür hat den höchsten U-Wert?", "Which door has the highest U-value?"],
        r#"{"property_extreme":{"property":"thermal_transmittance","smallest":false,"limit":1}}"#,
        r#"{"any_of":["door"]}"#,
    ),
    (
        &["Wie heißt das Projekt?", "Wie lautet der Projektname?", "What is the project name?"],
        r#"{"about":{"fact":"project_name"}}"#,
        r#"{"any_of":[]}"#,
    ),
    (
        &["Mit welcher Software wurde das Modell erstellt?", "Which software was used?"],
        r#"{"about":{"fact":"application"}}"#,
        r#"{"any_of":[]}"#,
    ),
    (
        &[
            "Welche Räume sind durch eine Tür mit der Küche verbunden?",
            "Which rooms are connected to the kitchen by a door?",
        ],
        r#"{"neighbours":{"through":["door"]}}"#,
        r#"{"any_of":["space"],"filters":[{"name":"Küche"}]}"#,
    ),
    (
        &["Welche Wände haben Fenster und Türen?", "Which walls have windows and doors?"],
        r#""list""#,
        r#"{"any_of":["wall"],"filters":[{"holds":["door"]},{"holds":["window"]}]}"#,
    ),
    (
        &["Räume im EG oder größer als 70 m²", "Rooms on the ground floor or larger than 70 m²"],
        r#""list""#,
        r#"{"any_of":["space"],"filters":[{"any":[{"measure":["area","above",70.0]},{"storey":["Erdgeschoss"]}]}]}"#,
    ),
    (
        &["Zeige alle Eigenschaften der Küche", "Show all properties of the kitchen"],
        r#""describe""#,
        r#"{"any_of":["space"],"filters":[{"name":"Küche"}]}"#,
    ),
    (
        &["Was ist die GlobalId der Küche?", "What is the GUID of the kitchen?"],
        r#"{"property_of":{"property":"global_id"}}"#,
        r#"{"any_of":["space"],"filters":[{"name":"Küche"}]}"#,
    ),
    (
        &["Welches ist das oberste Geschoss?", "Which is the top floor?"],
        r#""list""#,
        r#"{"any_of":["storey"],"filters":[{"storey":["1. Obergeschoss"]}]}"#,
    ),
    (
        &["Geschosshöhen", "Wie hoch sind die Geschosse?", "How high are the storeys?"],
        r#"{"measure_of":{"measure":"height","unit":"m"}}"#,
        r#"{"any_of":["storey"]}"#,
    ),
    (
        &["Auf welcher Höhe liegt das 1. OG?", "Wie hoch liegt das 1. OG?", "At what elevation is the first floor?"],
        r#"{"measure_of":{"measure":"elevation","unit":"m"}}"#,
        r#"{"any_of":["storey"],"filters":[{"storey":["1. Obergeschoss"]}]}"#,
    ),
    (
        &["Wie viele Fesnter gibt es?", "Wie viele Fenter gibt es?", "How many windws are there?", "Anzahl Fensterr"],
        r#""count""#,
        r#"{"any_of":["window"]}"#,
    ),
];

#[test]
fn questions_about_sets_are_read_as_people_mean_them() {
    let house = house();
    let mut wrong = Vec::new();
    for (wordings, goal, of) in READ_AS {
        for wording in *wordings {
            let told = match house.plan(wording) {
                Ok(plan) => (serde_json::to_string(&plan.goal).unwrap(), serde_json::to_string(&plan.of).unwrap()),
                Err(why) => (format!("{why:?}"), String::new()),
            };
            if (told.0.as_str(), told.1.as_str()) != (*goal, *of) {
                wrong.push(format!("{wording}\n  is    {} {}\n  wants {goal} {of}", told.0, told.1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn two_sets_that_are_not_told_apart_are_refused() {
    let house = house();
    for text in [
        "Gibt es mehr Holztüren als Fenster?",
        "Gibt es mehr Fenster als Türen im EG?",
        "Gibt es mehr Türen im EG als Fenster im 1. OG und Wände?",
        "Wie viel Prozent der Wände?",
        "Wie viel Prozent?",
        "mehr Türen",
        "Welche Türen sind nicht zwischen 0,8 und 1 m breit?",
        "Sind alle Türen im EG aus Holz und außen?",
        "Wie viele Türen im EG und wie viele Fenster im 1. OG gibt es?",
        "Wie ist das Volumen der Wände aus Stahlbeton oder Holz?",
        "Gibt es einen Balkon?",
        "Welche Räume grenzen an die Küche?",
        "Rooms on the ground floor larger than 10 m2 or on the first floor larger than 20 m2",
        "Türen mit U-Wert über 1,5 und Wände mit U-Wert über 1",
        "Breite und Höhe der Haustür",
        "Wie groß und wie hoch ist die Küche?",
        "Große Räume",
        "Which walls are thick?",
        "Elements named external",
        "Fehlen Türen im EG?",
        "Wie viele Fenster fehlen im Erdgeschoss?",
        "Wie viele Fenster sind über der Bodenplatte?",
        "Walls that are not both external and load-bearing",
        "Unterschied zwischen EG und 1. OG",
        "Wie viele Türen sind breiter als 900?",
        "Wie groß ist die Fläche im EG?",
        "Wie viele Becken gibt es?",
    ] {
        assert!(house.plan(text).is_err(), "{text}: {:?}", house.plan(text));
    }
}

//! Plans as questions: what they read as, and that the parser reads the same plan from them again.

use crate::query::plan::Plan;
use crate::query::question::Language;
use crate::query::testing::house;

use super::question;

fn plan_of(goal: &str, of: &str) -> Plan {
    serde_json::from_str(&format!(r#"{{"version":2,"goal":{goal},"of":{of}}}"#)).unwrap()
}

#[test]
fn a_plan_reads_as_the_question_it_answers() {
    let upper =
        r#"{"any_of":["door"],"filters":[{"property":["is_external",{"is":true}]},{"storey":["2. Obergeschoss"]}]}"#;
    for (goal, of, de, en) in [
        (
            r#""count""#,
            upper,
            "Wie viele Türen im 2. Obergeschoss (außen) gibt es?",
            "How many doors on 2. Obergeschoss (external) are there?",
        ),
        (
            r#"{"measure":{"measure":"volume","statistic":"sum","unit":"l"}}"#,
            r#"{"any_of":["wall"],"filters":[{"material":"reinforced_concrete"}]}"#,
            "Welches Volumen haben die Wände aus Stahlbeton insgesamt in Litern?",
            "What is the total volume of the walls made of reinforced concrete in litres?",
        ),
        (
            r#"{"every":{"test":{"property":["load_bearing",{"is":true}]}}}"#,
            r#"{"any_of":["wall"]}"#,
            "Sind alle Wände tragend?",
            "Are all walls load-bearing?",
        ),
    ] {
        let plan = plan_of(goal, of);
        assert_eq!(question(Language::De, &plan), de);
        assert_eq!(question(Language::En, &plan), en);
    }
}

const GOALS: &[&str] = &[
    r#""count""#,
    r#""exists""#,
    r#""list""#,
    r#"{"measure":{"measure":"volume","statistic":"sum","unit":"m3"}}"#,
    r#"{"measure":{"measure":"area","statistic":"average","unit":"m2"}}"#,
    r#"{"measure":{"measure":"length","statistic":"maximum","unit":"cm"}}"#,
    r#"{"measure":{"measure":"volume","statistic":"minimum","unit":"l"}}"#,
    r#"{"measure_of":{"measure":"width","unit":"m"}}"#,
    r#"{"measure_of":{"measure":"area","unit":"m2"}}"#,
    r#"{"extreme":{"measure":"width","smallest":false,"limit":1,"unit":"m"}}"#,
    r#"{"extreme":{"measure":"volume","smallest":true,"limit":5,"unit":"m3"}}"#,
    r#"{"property_statistic":{"property":"thermal_transmittance","statistic":"average"}}"#,
    r#"{"property_extreme":{"property":"thermal_transmittance","smallest":false,"limit":1}}"#,
    r#"{"distribution":{"by":"storey"}}"#,
    r#"{"distribution":{"by":"material"}}"#,
    r#"{"distribution":{"by":"type_name"}}"#,
    r#"{"distribution":{"by":{"property":"fire_rating"}}}"#,
    r#"{"distribution":{"by":"storey","amount":{"measure":"volume","statistic":"sum","unit":"m3"}}}"#,
    r#"{"distribution":{"by":"material","amount":{"measure":"area","statistic":"average","unit":"m2"}}}"#,
    r#"{"top_group":{"by":"storey","fewest":false}}"#,
    r#"{"distinct":{"by":"storey"}}"#,
    r#"{"distinct":{"by":"material"}}"#,
    r#"{"distinct":{"by":"type_name"}}"#,
    r#"{"distinct":{"by":{"property":"fire_rating"}}}"#,
    r#""dimensions""#,
    r#""layers""#,
    r#"{"every":{"test":{"property":["fire_rating","present"]}}}"#,
];

const SELECTIONS: &[&str] = &[
    r#"{"any_of":["wall"]}"#,
    r#"{"any_of":["door","window"]}"#,
    r#"{"any_of":["door"],"filters":[{"storey":["Erdgeschoss"]}]}"#,
    r#"{"any_of":["wall"],"filters":[{"storey_unknown":"upper:2"}]}"#,
    r#"{"any_of":["wall"],"filters":[{"property":["is_external",{"is":true}]},{"storey":["Erdgeschoss"]}]}"#,
    r#"{"any_of":["wall"],"filters":[{"property":["load_bearing",{"is":false}]}]}"#,
    r#"{"any_of":["window"],"filters":[{"measure":["width","above",0.9]}]}"#,
    r#"{"any_of":["member"],"filters":[{"measure":["length","at_most",2.5]}]}"#,
    r#"{"any_of":["space"],"filters":[{"storey":["1. Obergeschoss","Erdgeschoss"]}]}"#,
];

/// What only a count, a list and a yes or no are read with.
const NARROW: &[&str] = &[
    r#"{"any_of":["door"],"filters":[{"property":["acoustic_rating","absent"]}]}"#,
    r#"{"any_of":["door"],"filters":[{"property":["acoustic_rating","present"]}]}"#,
    r#"{"any_of":["wall"],"filters":[{"holds":["window"]}]}"#,
    r#"{"any_of":["wall"],"filters":[{"not":{"material":"wood"}}]}"#,
    r#"{"any_of":["wall"],"filters":[{"material":"reinforced_concrete"}]}"#,
    r#"{"any_of":["door"],"filters":[{"property":["fire_rating",{"says":"EI30"}]}]}"#,
    r#"{"any_of":["door"],"filters":[{"property":["fire_rating",{"number":["at_least",30.0]}]}]}"#,
    r#"{"any_of":["door"],"filters":[{"name":"Haustür"}]}"#,
];

#[test]
fn the_question_a_plan_reads_as_is_parsed_to_the_same_plan() {
    let house = house();
    let (mut lost, mut tried) = (Vec::new(), 0);
    for (place, goal) in GOALS.iter().enumerate() {
        for of in SELECTIONS.iter().chain(if place < 3 { NARROW } else { &[] }) {
            let plan = plan_of(goal, of);
            // On which storeys the doors of one storey are, nobody asks.
            if goal.contains(r#""distinct":{"by":"storey""#) && of.contains("storey") {
                continue;
            }
            for language in [Language::De, Language::En] {
                tried += 1;
                let text = question(language, &plan);
                match house.plan(&text) {
                    Ok(again) if again == plan => {}
                    again => lost.push(format!("{text}\n   {goal} {of}\n   {again:?}")),
                }
            }
        }
    }
    assert!(lost.is_empty(), "{} of {tried}:\n{}", lost.len(), lost.join("\n"));
}

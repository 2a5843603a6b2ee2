//! What a condition is meant of: beside a superlative or a grouping, of a part that is had, denied, or excepted.

use crate::query::testing::{Built, Draft, house};

/// The rooms, property and types of tools that name things in their own way.
fn flat() -> Built {
    let mut draft = Draft::default();
    let ground = draft.storey("Level 1", 0.0);
    draft.storey("Level 2", 3.0);
    draft.storey("Level 3", 6.0);
    for name in ["Bedroom 1", "Bedroom 2", "Kitchen", "Roof"] {
        let room = draft.entity_in(ground, "IfcSpace", name);
        draft.quantity(room, "NetFloorArea", crate::ifc::Measure::Area, 12.0);
    }
    let window = draft.entity_in(ground, "IfcWindow", "W1");
    draft.property(
        window,
        "Sill Height",
        crate::ifc::ValueDraft::Number { value: 0.9, measure: crate::ifc::Measure::Length },
    );
    let railing = draft.entity_in(ground, "IfcRailing", "R301");
    draft.property(railing, "Handlauf (hamat)", crate::ifc::ValueDraft::Text("Zink"));
    draft.entity_in(ground, "IfcBeam", "207325");
    draft.build()
}

fn is_read_as(model: &Built, text: &str, goal: &str, of: &str) {
    let plan = model.plan(text).unwrap_or_else(|why| panic!("{text}: {why:?}"));
    assert_eq!(serde_json::to_string(&plan.goal).unwrap(), goal, "{text}");
    assert_eq!(serde_json::to_string(&plan.of).unwrap(), of, "{text}");
}

fn are_refused(model: &Built, texts: &[&str]) {
    for text in texts {
        assert!(model.plan(text).is_err(), "{text}: {:?}", model.plan(text));
    }
}

#[test]
fn what_parts_lack_is_a_condition_beside_what_is_asked() {
    let house = house();
    let without = |part: &str, property: &str| {
        format!(r#"{{"any_of":["{part}"],"filters":[{{"property":["{property}","absent"]}}]}}"#)
    };
    let highest = r#"{"property_statistic":{"property":"thermal_transmittance","statistic":"maximum"}}"#;
    let doors = without("door", "acoustic_rating");
    is_read_as(&house, "Türen ohne Schallschutzklasse mit dem größten U-Wert", highest, &doors);
    is_read_as(&house, "Doors without acoustic rating with the highest U-value", highest, &doors);
    let walls = without("wall", "fire_rating");
    let by_material = r#"{"distribution":{"by":"material"}}"#;
    is_read_as(&house, "Verteilung der Wände ohne Feuerwiderstand nach Material", by_material, &walls);
    is_read_as(&house, "Walls without fire rating by storey", r#"{"distribution":{"by":"storey"}}"#, &walls);
    let thickest = r#"{"extreme":{"measure":"thickness","smallest":false,"limit":1,"unit":"m"}}"#;
    is_read_as(&house, "Die dickste Wand ohne Feuerwiderstand", thickest, &walls);
}

#[test]
fn what_may_be_meant_of_the_part_that_is_had_is_refused() {
    let house = house();
    are_refused(
        &house,
        &[
            "Wände mit Fenstern breiter als 1 m",
            "Räume mit Fenstern größer als 2 m²",
            "Räume mit Fenstern aus Holz",
            "Räume mit Fensterfläche über 2 m²",
            "Walls with windows that are external",
            "Räume mit Treppe",
        ],
    );
    let large = r#"{"any_of":["space"],"filters":[{"holds":["window"]},{"measure":["area","above",20.0]}]}"#;
    for text in ["Räume über 20 m² mit Fenstern", "Räume mit Fenstern und über 20 m²"] {
        is_read_as(&house, text, r#""list""#, large);
    }
    let all = r#"{"every":{"test":{"holds":["window"]}}}"#;
    is_read_as(&house, "Haben alle Räume Fenster?", all, r#"{"any_of":["space"]}"#);
}

#[test]
fn denied_kinds_and_sets_with_their_own_conditions_are_refused() {
    let house = house();
    are_refused(
        &house,
        &[
            "Gibt es keine Türen im EG?",
            "Gibt es keine Außentüren?",
            "Is there not a single external door?",
            "Keine Türen im EG",
            "Außenwände oder Wände im 1. OG",
            "Wände mit Fenstern und Wände mit Türen",
            "Wie viele Fenster sind nicht nicht aus Holz?",
            "Hat das Erdgeschoss mehr Fläche als das 1. Obergeschoss?",
            "Wandstärken und ihre Längen",
            "Wie viele Wände gibt es je Geschoss und wie groß ist ihre Fläche?",
            "Fenster auf Höhe von 2 m",
            "Windows at a height of 2 m",
            "Zeige breite Türen",
            "Dicke Wände",
            "Dicke Außenwände",
            "Breite Türen",
            "Gebäudetyp",
            "Window model",
            "Elemente mit dem Namen tragend",
            "Windows on the third storey",
        ],
    );
    let above =
        r#"{"any_of":["wall"],"filters":[{"not":{"property":["thermal_transmittance",{"number":["below",1.3]}]}}]}"#;
    is_read_as(&house, "Welche Wände haben keinen U-Wert unter 1,3?", r#""list""#, above);
}

#[test]
fn storeys_are_told_from_what_is_above_them_and_what_they_lack() {
    let flat = flat();
    let above = r#"{"any_of":["window"],"filters":[{"storey":["Level 2","Level 3"]}]}"#;
    is_read_as(&flat, "Windows above level 1", r#""list""#, above);
    is_read_as(&flat, "Fenster über Level 1", r#""list""#, above);
    is_read_as(&flat, "Windows on levels 2 and 3", r#""list""#, above);
    is_read_as(&flat, "Windows on levels 2 to 3", r#""list""#, above);
    are_refused(&flat, &["Decken über Level 1", "How high is level 2 above level 1?"]);
    let without = r#"{"any_of":["storey"],"filters":[{"not":{"holds":["window"]}}]}"#;
    for text in ["Which level has no windows?", "Geschosse ohne Fenster"] {
        is_read_as(&flat, text, r#""list""#, without);
    }
}

#[test]
fn rooms_are_found_by_plurals_numbers_and_the_other_language() {
    let flat = flat();
    let bedrooms = r#"{"any_of":["space"],"filters":[{"name":"Bedroom"}]}"#;
    is_read_as(&flat, "How many bedrooms?", r#""count""#, bedrooms);
    is_read_as(&flat, "Wie viele Schlafzimmer gibt es?", r#""count""#, bedrooms);
    let others = r#"{"any_of":["space"],"filters":[{"not":{"name":"Bedroom"}}]}"#;
    is_read_as(&flat, "All rooms except the bedrooms", r#""list""#, others);
    let largest = r#"{"extreme":{"measure":"area","smallest":false,"limit":1,"unit":"m2"}}"#;
    let no_roof = r#"{"any_of":["space"],"filters":[{"not":{"name":"Roof"}}]}"#;
    is_read_as(&flat, "Largest room except the roof", largest, no_roof);
    are_refused(&flat, &["Do all bedrooms have windows?", "R-value of the railings"]);
}

#[test]
fn a_property_beside_what_it_does_not_answer_is_refused() {
    let flat = flat();
    are_refused(
        &flat,
        &["Aus was ist der Handlauf?", "Wie hoch ist der Handlauf?", "Windows with sill height above 1 m"],
    );
    let windows = r#"{"any_of":["window"]}"#;
    is_read_as(&flat, "Sill height", r#"{"distinct":{"by":{"property":"sill_height"}}}"#, windows);
}

use crate::ifc::{EntityDraft, EntityIndex, Measure, ModelReader as _, QuantitySource, Unit, ValueDraft};
use crate::query::answer::Scalar;
use crate::query::plan::{Amount, Comparison, Filter, Goal, GroupKey, MeasureKind, PropertyTest, Statistic};
use crate::query::testing::{Built, Draft, house};

use super::{Missing, Outcome, Reason, Result, Row};

mod condition;
mod doubt;
mod goal;

const VOLUME: Goal = Goal::Measure { measure: MeasureKind::Volume, statistic: Statistic::Sum, unit: Unit::CubicMetre };

fn number(outcome: &Outcome) -> f64 {
    match &outcome.result {
        Ok(Result::Number { value, .. }) => *value,
        other => panic!("no number: {other:?}"),
    }
}

fn missing(outcome: Outcome) -> Missing {
    outcome.result.expect_err("the model holds no answer")
}

fn rows(outcome: &Outcome) -> &[Row] {
    match outcome.result.as_ref().expect("the model holds an answer") {
        Result::Count(rows) | Result::Exists(rows) | Result::List(rows) => rows,
        Result::Number { rows, .. } | Result::Top { rows, .. } | Result::Text { rows, .. } => rows,
        Result::Groups { rows, .. } => rows,
        Result::Share { rows, .. } | Result::Compare { rows, .. } => rows,
        Result::Every { failing, .. } => failing,
        Result::Distinct(_) => &[],
    }
}

fn names(model: &Built, outcome: &Outcome) -> Vec<String> {
    let name = |row: &Row| {
        let entity = row.entity.and_then(|index| model.model.entity(index))?;
        entity.name.map(|name| model.model.text(name).to_owned())
    };
    rows(outcome).iter().filter_map(name).collect()
}

fn property(name: &str, test: PropertyTest) -> Filter {
    Filter::Property(name.to_owned(), test)
}

/// A wall with length, width and height in metres: 4.5 m³.
fn wall_with_dimensions(draft: &mut Draft, name: &str) -> EntityIndex {
    let wall = draft.entity("IfcWall", name);
    for (name, metres) in [("Length", 5.0), ("Width", 0.3), ("Height", 3.0)] {
        draft.quantity(wall, name, Measure::Length, metres);
    }
    wall
}

#[test]
fn net_goes_before_gross_and_both_before_nothing() {
    let mut draft = Draft::default();
    let both = draft.entity("IfcWall", "both");
    draft.quantity(both, "GrossVolume", Measure::Volume, 5.0);
    draft.quantity(both, "NetVolume", Measure::Volume, 4.0);
    let gross = draft.entity("IfcWall", "gross");
    draft.quantity(gross, "GrossVolume", Measure::Volume, 1.0);
    let outcome = draft.build().run(VOLUME, &["wall"], &[]);
    assert_eq!((number(&outcome), outcome.with_value), (5.0, 2));
    assert_eq!(outcome.sources, ["GrossVolume", "NetVolume"]);
}

#[test]
fn a_quantity_set_goes_before_a_property_and_a_standard_set_before_a_vendors() {
    let mut draft = Draft::default();
    let wall = draft.entity("IfcWall", "W");
    draft.quantity_from(wall, "Volume", Measure::Volume, 9.0, QuantitySource::Property);
    draft.quantity(wall, "Volume", Measure::Volume, 3.0);
    let vendor = crate::ifc::QuantityDraft {
        set: Some("AC_Pset_Wand"),
        name: "Width",
        measure: Measure::Length,
        value: 7.0,
        source: QuantitySource::QuantitySet,
        from_type: false,
    };
    draft.builder.quantity(wall, &vendor);
    draft.quantity(wall, "Width", Measure::Length, 0.3);
    let model = draft.build();
    assert_eq!(number(&model.run(VOLUME, &["wall"], &[])), 3.0);
    let width = Goal::MeasureOf { measure: MeasureKind::Width, unit: Unit::Millimetre };
    assert_eq!(number(&model.run(width, &["wall"], &[])), 300.0, "a duplicate is never added");
}

#[test]
fn a_slipped_power_of_ten_is_taken_back_and_counted() {
    let mut draft = Draft::default();
    for (name, stored) in [("slipped", 4.2e9), ("right", 4.3)] {
        let wall = wall_with_dimensions(&mut draft, name);
        draft.quantity(wall, "NetVolume", Measure::Volume, stored);
    }
    let outcome = draft.build().run(VOLUME, &["wall"], &[]);
    assert!((number(&outcome) - 8.5).abs() < 1e-9, "{outcome:?}");
    assert_eq!((outcome.corrected, outcome.with_value), (1, 2));
}

#[test]
fn what_contradicts_the_dimensions_is_left_out_and_said() {
    let mut draft = Draft::default();
    let wrong = wall_with_dimensions(&mut draft, "wrong");
    draft.quantity(wrong, "NetVolume", Measure::Volume, 4.5 * 50_000.0);
    let right = wall_with_dimensions(&mut draft, "right");
    draft.quantity(right, "NetVolume", Measure::Volume, 4.0);
    let model = draft.build();
    let outcome = model.run(VOLUME, &["wall"], &[]);
    assert_eq!((number(&outcome), outcome.elements, outcome.with_value), (4.0, 2, 1));
    assert_eq!(outcome.left_out, [(Reason::Implausible, 1)]);
    let alone = model.run(VOLUME, &["wall"], &[Filter::Name("wrong".to_owned())]);
    assert_eq!(missing(alone), Missing::Implausible(1));
}

#[test]
fn a_material_counts_by_the_thickness_of_its_layers() {
    let mut draft = Draft::default();
    let layered = draft.entity("IfcWall", "layered");
    draft.layers(layered, &[("Stahlbeton C25/30", Some(0.15)), ("Mineralwolle", Some(0.05))]);
    draft.quantity(layered, "NetVolume", Measure::Volume, 4.0);
    let whole = draft.entity("IfcWall", "whole");
    draft.layers(whole, &[("Stahlbeton C25/30", None)]);
    draft.quantity(whole, "NetVolume", Measure::Volume, 2.0);
    let listed = draft.entity("IfcWall", "listed");
    draft.layers(listed, &[("Stahlbeton C25/30", None), ("Putz", None)]);
    draft.quantity(listed, "NetVolume", Measure::Volume, 8.0);
    let model = draft.build();
    let of = |material: &str| model.run(VOLUME, &["element"], &[Filter::Material(material.to_owned())]);
    let concrete = of("concrete");
    assert!((number(&concrete) - 5.0).abs() < 1e-9, "{concrete:?}");
    assert_eq!((concrete.elements, concrete.with_value), (3, 2));
    assert_eq!(concrete.left_out, [(Reason::NoShare, 1)], "a list does not say how much of it is concrete");
    assert!((number(&of("insulation")) - 1.0).abs() < 1e-9);
    assert_eq!(missing(of("plaster")), Missing::Shares(1));
    assert_eq!(missing(of("steel")), Missing::Material("steel".to_owned()));
}

#[test]
fn the_occurrence_goes_before_its_type_unless_it_says_nothing() {
    let mut draft = Draft::default();
    let own = draft.entity("IfcDoor", "own");
    draft.type_property(own, "FireRating", ValueDraft::Text("EI30"));
    draft.property(own, "FireRating", ValueDraft::Text("T90"));
    let inherited = draft.entity("IfcDoor", "inherited");
    draft.property(inherited, "FireRating", ValueDraft::Text("Fire Rating"));
    draft.type_property(inherited, "FireRating", ValueDraft::Text("EI30"));
    let model = draft.build();
    let says = |rating: &str| property("fire_rating", PropertyTest::Says(rating.to_owned()));
    assert_eq!(names(&model, &model.run(Goal::List, &["door"], &[says("EI30")])), ["inherited"]);
    assert_eq!(names(&model, &model.run(Goal::List, &["door"], &[says("T90")])), ["own"]);
}

#[test]
fn placeholders_are_no_values_and_are_named_when_there_is_nothing_else() {
    let mut draft = Draft::default();
    for (name, rating) in [("prompt", "Fire Rating"), ("unknown", "unbekannt")] {
        let door = draft.entity("IfcDoor", name);
        draft.property(door, "FireRating", ValueDraft::Text(rating));
    }
    let window = draft.entity("IfcWindow", "rated");
    draft.property(window, "FireRating", ValueDraft::Text("EI30"));
    let model = draft.build();
    let run = |kind: &str, test: PropertyTest| model.run(Goal::Count, &[kind], &[property("fire_rating", test)]);
    assert_eq!(rows(&run("door", PropertyTest::Absent)).len(), 2);
    let wanted = Missing::Property {
        property: "fire_rating".to_owned(),
        entities: 2,
        placeholders: vec!["Fire Rating".to_owned(), "unbekannt".to_owned()],
    };
    assert_eq!(missing(run("door", PropertyTest::Present)), wanted);
    assert_eq!(missing(run("door", PropertyTest::Says("EI30".to_owned()))), wanted);
    let mixed = model.run(Goal::Count, &["door", "window"], &[property("fire_rating", PropertyTest::Is(true))]);
    assert_eq!(mixed.undecided, (2, 3), "of three, two are neither in nor out");
}

#[test]
fn a_narrow_kind_is_found_by_what_the_model_says_of_it_or_not_at_all() {
    let mut draft = Draft::default();
    let predefined_type = Some("RAFTER");
    draft.add(&EntityDraft { entity_type: "IfcMember", predefined_type, ..EntityDraft::default() });
    draft.add(&EntityDraft { entity_type: "IfcMember", label: Some("Sparren"), ..EntityDraft::default() });
    draft.entity("IfcMember", "Sparren 80/200");
    draft.entity("IfcMember", "Stab 4");
    let model = draft.build();
    assert_eq!(rows(&model.run(Goal::Count, &["rafter"], &[])).len(), 3);
    assert_eq!(rows(&model.run(Goal::Count, &["member"], &[])).len(), 4);
    assert_eq!(missing(model.run(Goal::Count, &["purlin"], &[])), Missing::Narrowing("purlin".to_owned(), 4));
    assert!(rows(&model.run(Goal::Count, &["door"], &[])).is_empty(), "no door at all is a count of none");
}

#[test]
fn what_the_model_does_not_hold_has_its_reason() {
    let house = house();
    let in_space = Filter::InSpace("Küche".to_owned());
    let bounds = Filter::BoundsSpace("Küche".to_owned());
    let hosted = Filter::HostedBy("Wand Süd".to_owned());
    for (goal, kind, filters, wanted) in [
        (Goal::List, "beam", vec![], Missing::Parts(vec!["beam".to_owned()])),
        (VOLUME, "beam", vec![], Missing::Parts(vec!["beam".to_owned()])),
        (VOLUME, "window", vec![], Missing::Measure { entities: 2 }),
        (Goal::Count, "door", vec![Filter::StoreyUnknown("upper:5".to_owned())], Missing::Storey("upper:5".to_owned())),
        (Goal::Count, "wall", vec![Filter::Material("glass".to_owned())], Missing::Material("glass".to_owned())),
        (Goal::Count, "wall", vec![Filter::Name("Wand West".to_owned())], Missing::Named("Wand West".to_owned())),
        (Goal::Count, "element", vec![in_space], Missing::Relation("containment")),
        (Goal::Count, "door", vec![bounds], Missing::Relation("boundaries")),
        (Goal::BoundedSpaces, "door", vec![], Missing::Relation("boundaries")),
        (Goal::Host, "window", vec![], Missing::Relation("openings")),
        (Goal::Count, "window", vec![hosted], Missing::Relation("openings")),
        (Goal::Layers, "door", vec![], Missing::Relation("layers")),
        (Goal::Distinct { by: GroupKey::TypeName }, "wall", vec![], Missing::Relation("types")),
        (Goal::Topic { topic: "cost".to_owned() }, "wall", vec![], Missing::Topic("cost".to_owned())),
        (Goal::Distinct { by: GroupKey::Storey }, "building", vec![], Missing::StoreyOf(1)),
    ] {
        let outcome = house.run(goal.clone(), &[kind], &filters);
        assert_eq!(missing(outcome), wanted, "{goal:?} of {kind} with {filters:?}");
    }
}

#[test]
fn all_that_equal_the_extreme_are_named() {
    let mut draft = Draft::default();
    for (name, length) in [("a", 3.0), ("b", 5.0), ("c", 5.0), ("d", 4.0), ("e", 4.0), ("f", f64::NAN)] {
        let beam = draft.entity("IfcBeam", name);
        draft.quantity(beam, "Length", Measure::Length, length);
    }
    draft.entity("IfcBeam", "no length");
    let model = draft.build();
    let extreme = |smallest: bool, limit: usize| {
        let goal = Goal::Extreme { measure: MeasureKind::Length, smallest, limit, unit: Unit::Metre };
        let outcome = model.run(goal, &["beam"], &[]);
        assert_eq!((outcome.elements, outcome.with_value), (7, 5));
        names(&model, &outcome)
    };
    assert_eq!(extreme(false, 1), ["b", "c"]);
    assert_eq!(extreme(true, 1), ["a"]);
    assert_eq!(extreme(false, 3), ["b", "c", "d", "e"], "the third is one of two");
    assert_eq!(extreme(false, 100).len(), 5);
}

#[test]
fn a_distribution_goes_upwards_and_counts_what_is_on_no_storey() {
    let mut draft = Draft::default();
    let upper = draft.storey("1. OG", 2.8);
    let ground = draft.storey("EG", 0.0);
    for (storey, volume) in [(ground, Some(1.0)), (ground, Some(2.0)), (upper, None)] {
        let wall = draft.entity_in(storey, "IfcWall", "W");
        if let Some(volume) = volume {
            draft.quantity(wall, "NetVolume", Measure::Volume, volume);
        }
    }
    draft.entity("IfcWall", "nowhere");
    let model = draft.build();
    let by = |sum| {
        let amount = |measure| Amount { measure, statistic: Statistic::Sum, unit: Unit::CubicMetre };
        let amount = Option::map(sum, amount);
        let outcome = model.run(Goal::Distribution { by: GroupKey::Storey, amount }, &["wall"], &[]);
        let Ok(Result::Groups { groups, .. }) = outcome.result else { panic!("{outcome:?}") };
        (groups, outcome.elements, outcome.with_value, outcome.left_out)
    };
    let bars = |ground, upper| vec![("EG".to_owned(), ground), ("1. OG".to_owned(), upper)];
    assert_eq!(by(None), (bars(2.0, 1.0), 4, 3, vec![(Reason::NoStorey, 1)]));
    let volumes = by(Some(MeasureKind::Volume));
    let ground = vec![("EG".to_owned(), 3.0)];
    assert_eq!(volumes, (ground, 4, 2, vec![(Reason::NoStorey, 1), (Reason::NoValue, 1)]), "no value is not zero");
    let top = model.run(Goal::TopGroup { by: GroupKey::Storey, fewest: false, amount: None }, &["wall"], &[]);
    assert!(matches!(&top.result, Ok(Result::Top { name, value: 2.0, .. }) if name == "EG"), "{top:?}");
}

#[test]
fn values_that_are_absent_are_neither_above_nor_below() {
    let mut draft = Draft::default();
    for (name, rating) in [("a", Some("EI30")), ("b", Some("30 Minuten")), ("c", Some("F 90-A")), ("d", None)] {
        let door = draft.entity("IfcDoor", name);
        if let Some(rating) = rating {
            draft.property(door, "FireRating", ValueDraft::Text(rating));
        }
    }
    let model = draft.build();
    let minutes = |comparison| {
        let filter = property("fire_rating", PropertyTest::Number(comparison, 30.0));
        let outcome = model.run(Goal::List, &["door"], &[filter]);
        assert_eq!(outcome.undecided, (1, 4));
        names(&model, &outcome).concat()
    };
    assert_eq!(minutes(Comparison::Equal), "ab");
    assert_eq!(minutes(Comparison::Above), "c");
    assert_eq!(minutes(Comparison::AtMost), "ab");
    let below = property("fire_rating", PropertyTest::Number(Comparison::Below, 30.0));
    assert_eq!(missing(model.run(Goal::List, &["door"], &[below])), Missing::Unsaid(1), "of d nobody knows");
}

#[test]
fn relations_are_followed_both_ways() {
    let mut draft = Draft::default();
    let storey = draft.storey("EG", 0.0);
    let [kitchen, hall] = ["Küche", "Flur"].map(|name| draft.entity_in(storey, "IfcSpace", name));
    let wall = draft.entity_in(storey, "IfcWall", "IW-1");
    let door = draft.entity_in(storey, "IfcDoor", "T1");
    draft.builder.set_host(door, wall);
    let other = draft.entity_in(storey, "IfcDoor", "T2");
    for (space, element) in [(kitchen, door), (hall, door), (hall, other)] {
        draft.builder.boundary(space, element);
    }
    draft.entity_in(kitchen, "IfcFurnishingElement", "Herd");
    let model = draft.build();
    let list = |goal: Goal, kind: &str, filter: Filter| names(&model, &model.run(goal, &[kind], &[filter]));
    let named = |name: &str| Filter::Name(name.to_owned());
    assert_eq!(list(Goal::Host, "door", named("T1")), ["IW-1"]);
    assert_eq!(list(Goal::List, "door", Filter::HostedBy("IW-1".to_owned())), ["T1"]);
    assert_eq!(list(Goal::BoundedSpaces, "door", named("T1")), ["Küche", "Flur"]);
    assert_eq!(list(Goal::List, "door", Filter::BoundsSpace("Flur".to_owned())), ["T1", "T2"]);
    assert_eq!(list(Goal::List, "element", Filter::InSpace("Küche".to_owned())), ["Herd"]);
    let unknown = model.run(Goal::List, &["door"], &[Filter::HostedBy("IW-9".to_owned())]);
    assert_eq!(missing(unknown), Missing::Named("IW-9".to_owned()));
}

#[test]
fn a_name_means_the_equal_one_before_those_that_hold_it() {
    let mut draft = Draft::default();
    for name in ["W_044", "W_044_05", "W-044", "Wand Nord 1", "Wand Nord 2"] {
        draft.entity("IfcWall", name);
    }
    let model = draft.build();
    let named = |name: &str| names(&model, &model.run(Goal::List, &["wall"], &[Filter::Name(name.to_owned())]));
    assert_eq!(named("w_044"), ["W_044"]);
    assert_eq!(named("w 044"), ["W_044", "W-044"], "where none is equal, the same words");
    assert_eq!(named("Wand north"), ["Wand Nord 1", "Wand Nord 2"], "all that a name means, in either language");
}

#[test]
fn layers_come_in_order_with_thickness_and_once_where_all_are_alike() {
    let mut draft = Draft::default();
    for name in ["a", "b"] {
        let wall = draft.entity("IfcWall", name);
        draft.layers(wall, &[("Putz", Some(0.015)), ("Kalksandstein", Some(0.175))]);
    }
    draft.entity("IfcWall", "no layers");
    let outcome = draft.build().run(Goal::Layers, &["wall"], &[]);
    let layers: Vec<(Option<&str>, Option<f64>)> =
        rows(&outcome).iter().map(|row| (row.name.as_deref(), row.thickness_mm)).collect();
    assert_eq!(layers, [(Some("Putz"), Some(15.0)), (Some("Kalksandstein"), Some(175.0))]);
    assert_eq!((outcome.elements, outcome.with_value), (3, 2));
}

#[test]
fn an_opening_is_as_large_as_its_outer_width_times_height() {
    let mut draft = Draft::default();
    let door = draft.entity("IfcDoor", "D");
    for (name, metres) in [("OverallWidth", 0.9), ("OverallHeight", 2.1)] {
        draft.quantity_from(door, name, Measure::Length, metres, QuantitySource::Attribute);
    }
    let half = draft.entity("IfcDoor", "half");
    draft.quantity_from(half, "OverallWidth", Measure::Length, 0.9, QuantitySource::Attribute);
    let model = draft.build();
    let area = Goal::Measure { measure: MeasureKind::Area, statistic: Statistic::Sum, unit: Unit::SquareMetre };
    let outcome = model.run(area, &["door"], &[]);
    assert!((number(&outcome) - 1.89).abs() < 1e-9);
    assert_eq!((outcome.from_dimensions, &outcome.left_out[..]), (1, &[(Reason::NoValue, 1)][..]));
    let dimensions = model.run(Goal::Dimensions, &["door"], &[]);
    let text = Some(Scalar::Text("900 x 2100 mm".to_owned()));
    assert_eq!(rows(&dimensions).iter().map(|row| row.value.clone()).collect::<Vec<_>>(), [text]);
}

#[test]
fn costs_are_listed_where_a_property_holds_them_and_never_added_up() {
    let mut draft = Draft::default();
    for (name, cost) in [("a", 100.0), ("b", 0.0)] {
        let wall = draft.entity("IfcWall", name);
        draft.property(wall, "Kosten", ValueDraft::Number { value: cost, measure: Measure::Plain });
        draft.property(wall, "Kostengruppe", ValueDraft::Number { value: 330.0, measure: Measure::Plain });
    }
    let model = draft.build();
    let outcome = model.run(Goal::Topic { topic: "cost".to_owned() }, &["wall"], &[]);
    assert!(matches!(&outcome.result, Ok(Result::List(rows)) if rows.len() == 1), "{outcome:?}");
    assert_eq!(names(&model, &outcome), ["a"]);
}

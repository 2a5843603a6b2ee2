//! What is stored twice, or is no value, or is not of the part that carries it.

use crate::ifc::{
    EntityDraft, EntityIndex, Measure, ModelHead, PropertyDraft, QuantityDraft, QuantitySource, Shape, ValueDraft,
};
use crate::query::answer::Scalar;
use crate::query::plan::{Amount, Comparison, Contrast, Filter, Goal, GroupKey, MeasureKind, Selection, Statistic};
use crate::query::question::Language;
use crate::query::testing::Draft;

use super::super::{Missing, Outcome, Reason};
use super::{VOLUME, missing, number, rows, wall_with_dimensions};

fn each(measure: MeasureKind) -> Goal {
    Goal::MeasureOf { measure, unit: measure.stored_unit() }
}

fn total(measure: MeasureKind) -> Goal {
    Goal::Measure { measure, statistic: Statistic::Sum, unit: measure.stored_unit() }
}

/// Walls with a volume, enough that one more is less than a hundredth of them.
fn others(draft: &mut Draft, count: usize) {
    for _ in 0..count {
        let wall = draft.entity("IfcWall", "other");
        draft.quantity(wall, "NetVolume", Measure::Volume, 1.0);
    }
}

#[test]
fn two_values_of_one_name_that_agree_are_one() {
    let mut draft = Draft::default();
    let wall = draft.entity("IfcWall", "W");
    draft.quantity(wall, "NetVolume", Measure::Volume, 4.0);
    draft.quantity(wall, "NetVolume", Measure::Volume, 4.001);
    let outcome = draft.build().run(VOLUME, &["wall"], &[]);
    assert_eq!((number(&outcome), outcome.contradicted), (4.0, 0));
}

#[test]
fn two_values_of_one_name_that_nothing_decides_are_none() {
    let mut draft = Draft::default();
    let wall = draft.entity("IfcWall", "W");
    draft.quantity(wall, "NetVolume", Measure::Volume, 4.0);
    draft.quantity(wall, "NetVolume", Measure::Volume, 7.0);
    others(&mut draft, 1);
    let model = draft.build();
    for goal in [
        VOLUME,
        Goal::Extreme {
            measure: MeasureKind::Volume,
            smallest: false,
            limit: 1,
            unit: MeasureKind::Volume.stored_unit(),
        },
        Goal::Distribution {
            by: GroupKey::Property("name".to_owned()),
            amount: Some(Amount {
                measure: MeasureKind::Volume,
                statistic: Statistic::Sum,
                unit: MeasureKind::Volume.stored_unit(),
            }),
        },
    ] {
        assert_eq!(missing(model.run(goal, &["wall"], &[])), Missing::Contradictory(1), "a total of half of them");
    }
    let larger = Filter::Measure(MeasureKind::Volume, Comparison::Above, 5.0);
    let named = Filter::Name("W".to_owned());
    assert_eq!(missing(model.run(Goal::Count, &["wall"], &[larger, named])), Missing::Contradictory(1));
}

#[test]
fn one_doubtful_value_among_hundreds_is_left_out_and_said() {
    let mut draft = Draft::default();
    let wall = draft.entity("IfcWall", "W");
    draft.quantity(wall, "NetVolume", Measure::Volume, 4.0);
    draft.quantity(wall, "NetVolume", Measure::Volume, 7.0);
    others(&mut draft, 199);
    let outcome = draft.build().run(VOLUME, &["wall"], &[]);
    assert_eq!((number(&outcome), outcome.with_value), (199.0, 199));
    assert_eq!(outcome.left_out, [(Reason::Contradictory, 1)]);
}

#[test]
fn of_two_net_values_the_sides_choose_none() {
    // The first may be the gross one, and of the second wall, under a slope, the larger is true.
    for (one, other) in [(4.0, 4.5), (8.5, 0.6), (9.0, 4.0)] {
        let mut draft = Draft::default();
        let wall = wall_with_dimensions(&mut draft, "W");
        draft.quantity(wall, "NetVolume", Measure::Volume, one);
        draft.quantity(wall, "NetVolume", Measure::Volume, other);
        let outcome = draft.build().run(VOLUME, &["wall"], &[]);
        assert_eq!(missing(outcome), Missing::Contradictory(1), "{one} and {other}");
    }
}

#[test]
fn of_two_net_values_the_corrected_one_that_the_sides_give_is_used_and_both_are_told() {
    let mut draft = Draft::default();
    let wall = wall_with_dimensions(&mut draft, "W");
    draft.quantity(wall, "NetVolume", Measure::Volume, 4.0);
    draft.quantity(wall, "NetVolume", Measure::Volume, 4.5e9);
    let outcome = draft.build().run(VOLUME, &["wall"], &[]);
    assert!((number(&outcome) - 4.5).abs() < 1e-9, "{outcome:?}");
    assert!(outcome.otherwise.is_some_and(|other| (other - 4.0).abs() < 1e-9), "{outcome:?}");
}

#[test]
fn of_two_gross_values_the_one_that_the_sides_give_is_used_and_both_are_told() {
    let mut draft = Draft::default();
    let wall = wall_with_dimensions(&mut draft, "W");
    draft.quantity(wall, "GrossVolume", Measure::Volume, 4.0);
    draft.quantity(wall, "GrossVolume", Measure::Volume, 4.5);
    let model = draft.build();
    let outcome = model.run(total(MeasureKind::GrossVolume), &["wall"], &[]);
    assert!((number(&outcome) - 4.5).abs() < 1e-9, "{outcome:?}");
    assert!(outcome.otherwise.is_some_and(|other| (other - 4.0).abs() < 1e-9), "{outcome:?}");
    let answer = model.ask(Language::En, "What is the gross volume of all walls?").answer.expect("an answer");
    assert!(answer.text.contains("contradict"), "{}", answer.text);
}

#[test]
fn a_net_volume_above_the_gross_one_is_told_with_it() {
    let mut draft = Draft::default();
    let wall = draft.entity("IfcWall", "W");
    draft.quantity(wall, "NetVolume", Measure::Volume, 6.0);
    draft.quantity(wall, "GrossVolume", Measure::Volume, 5.0);
    let outcome = draft.build().run(VOLUME, &["wall"], &[]);
    assert_eq!((number(&outcome), outcome.contradicted, outcome.otherwise), (6.0, 1, Some(5.0)));
    assert_eq!(outcome.sources, ["NetVolume"]);
}

#[test]
fn a_net_area_above_the_gross_one_is_told_with_it() {
    let mut draft = Draft::default();
    let slab = draft.entity("IfcSlab", "S");
    draft.quantity(slab, "NetArea", Measure::Area, 139.0);
    draft.quantity(slab, "GrossArea", Measure::Area, 67.0);
    let model = draft.build();
    let outcome = model.run(total(MeasureKind::Area), &["slab"], &[]);
    assert_eq!((number(&outcome), outcome.otherwise), (139.0, Some(67.0)));
    let answer = model.ask(Language::De, "Fläche aller Platten").answer.expect("an answer");
    assert!(answer.text.contains("67 m²"), "{}", answer.text);
}

fn slab_of(draft: &mut Draft, name: &str, predefined_type: &str) -> EntityIndex {
    let predefined_type = Some(predefined_type);
    draft.add(&EntityDraft { entity_type: "IfcSlab", name: Some(name), predefined_type, ..EntityDraft::default() })
}

#[test]
fn a_slab_that_is_a_roof_counts_as_one_once_and_not_as_a_floor() {
    let mut draft = Draft::default();
    let roof = draft.entity("IfcRoof", "R");
    let part = slab_of(&mut draft, "of R", "ROOF");
    draft.builder.set_whole(part, roof);
    let odd = slab_of(&mut draft, "of R too", "NOTDEFINED");
    draft.builder.set_whole(odd, roof);
    let below = slab_of(&mut draft, "of a part of R", "ROOF");
    draft.builder.set_whole(below, part);
    let alone = slab_of(&mut draft, "alone", "ROOF");
    let half = slab_of(&mut draft, "half of alone", "ROOF");
    draft.builder.set_whole(half, alone);
    slab_of(&mut draft, "floor", "FLOOR");
    let model = draft.build();
    let named = |kind: &str| super::names(&model, &model.run(Goal::List, &[kind], &[]));
    assert_eq!(named("roof"), ["R", "alone"]);
    assert_eq!(named("floor_slab"), ["floor"]);
    assert_eq!(named("slab").len(), 6);
    assert_eq!(rows(&model.run(Goal::Count, &["door"], &[Filter::Kind(vec!["roof".to_owned()])])).len(), 0);
    let plan = model.plan("How many roofs are there?").expect("a plan");
    let evidence = model.askable().evidence(&plan, Language::De).expect("evidence");
    assert!(evidence.explanation.iter().any(|line| line.contains("ROOF")), "{:?}", evidence.explanation);
}

#[test]
fn nothing_is_of_no_length_and_no_site_of_no_area() {
    let mut draft = Draft::default();
    for (entity_type, name) in
        [("IfcSite", "GrossArea"), ("IfcBuildingStorey", "GrossFloorArea"), ("IfcSpace", "NetFloorArea")]
    {
        let place = draft.entity(entity_type, name);
        draft.quantity(place, name, Measure::Area, 0.0);
    }
    let window = draft.entity("IfcWindow", "F");
    draft.quantity(window, "Width", Measure::Length, 0.0);
    let wall = draft.entity("IfcWall", "all window");
    draft.quantity(wall, "NetVolume", Measure::Volume, 0.0);
    let model = draft.build();
    for kind in ["site", "storey", "space"] {
        assert_eq!(
            missing(model.run(each(MeasureKind::Area), &[kind], &[])),
            Missing::Measure { entities: 1 },
            "{kind}"
        );
    }
    let width = model.run(each(MeasureKind::Width), &["window"], &[]);
    assert_eq!(missing(width), Missing::Measure { entities: 1 });
    assert_eq!(number(&model.run(VOLUME, &["wall"], &[])), 0.0, "nothing net is left of it");
}

fn vendors(draft: &mut Draft, entity: EntityIndex, name: &str, value: f64) {
    let set = Some("AC_Equantity_Treppe");
    let (measure, source) = (Measure::Length, QuantitySource::QuantitySet);
    draft.builder.quantity(entity, &QuantityDraft { set, name, measure, value, source, from_type: false });
}

#[test]
fn a_setting_of_a_library_stair_is_not_its_height() {
    let mut draft = Draft::default();
    let stair = draft.entity("IfcStair", "Wendeltreppe");
    vendors(&mut draft, stair, "Höhe", 2.0);
    let wall = draft.entity("IfcWall", "W");
    vendors(&mut draft, wall, "Höhe", 2.5);
    let model = draft.build();
    assert_eq!(missing(model.run(each(MeasureKind::Height), &["stair"], &[])), Missing::Parameter(1));
    assert_eq!(number(&model.run(each(MeasureKind::Height), &["wall"], &[])), 2.5);
    let mut draft = Draft::default();
    let stair = draft.entity("IfcStair", "T");
    draft.quantity(stair, "Height", Measure::Length, 2.8);
    assert_eq!(number(&draft.build().run(each(MeasureKind::Height), &["stair"], &[])), 2.8, "a standard set says it");
}

#[test]
fn a_width_that_the_sets_contradict_is_told_with_theirs() {
    let width = |stored: &[f64]| -> Outcome {
        let mut draft = Draft::default();
        let window = draft.entity("IfcWindow", "F");
        draft.quantity_from(window, "OverallWidth", Measure::Length, 0.9, QuantitySource::Attribute);
        for value in stored {
            draft.quantity(window, "Width", Measure::Length, *value);
        }
        draft.build().run(each(MeasureKind::Width), &["window"], &[])
    };
    let contradicted = width(&[0.3]);
    assert_eq!(contradicted.contradicted, 1);
    assert!(contradicted.otherwise.is_some_and(|other| (other - 0.3).abs() < 1e-9), "{contradicted:?}");
    assert_eq!(width(&[0.88]).contradicted, 0, "a frame stands between");
    assert_eq!(width(&[0.3, 0.9]).contradicted, 0, "another says the same");
    assert_eq!(width(&[]).contradicted, 0);
}

#[test]
fn the_first_parameter_of_a_beam_is_its_length_where_nothing_else_is() {
    let mut draft = Draft::default();
    let length = |draft: &mut Draft, entity_type: &str, names: &[(&str, f64)]| {
        let part = draft.entity(entity_type, entity_type);
        names.iter().for_each(|(name, value)| vendors(draft, part, name, *value));
    };
    length(&mut draft, "IfcBeam", &[("Length (A)", 6.0)]);
    length(&mut draft, "IfcBeam", &[("Length (A)", 6.0), ("Length", 5.0)]);
    length(&mut draft, "IfcColumn", &[("Length (A)", 0.2)]);
    length(&mut draft, "IfcMember", &[("Length (cut)", 0.2)]);
    let model = draft.build();
    let lengths: Vec<Option<Scalar>> =
        rows(&model.run(each(MeasureKind::Length), &["beam"], &[])).iter().map(|row| row.value.clone()).collect();
    assert_eq!(lengths, [6.0, 5.0].map(|metres| Some(Scalar::Number(metres))));
    for kind in ["column", "IfcMember"] {
        let said = missing(model.run(each(MeasureKind::Length), &[kind], &[]));
        assert_eq!(said, Missing::Measure { entities: 1 }, "{kind}");
    }
}

#[test]
fn the_height_of_a_railing_without_a_unit_is_read_in_a_file_of_metres_only() {
    let height = |metres: f64, value: f64| {
        let mut draft = Draft::default();
        let railing = draft.entity("IfcRailing", "G");
        let value = ValueDraft::Number { value, measure: Measure::Plain };
        let set = Some("Pset_RailingCommon");
        draft.builder.property(railing, &PropertyDraft { set, name: "Height", value, from_type: false });
        let mut head = ModelHead { units_declared: true, ..ModelHead::of_shape(Shape::Step) };
        head.units.length = Some(metres);
        draft.build_with(head).run(each(MeasureKind::Height), &["railing"], &[])
    };
    assert_eq!(number(&height(1.0, 0.9)), 0.9);
    for (metres, value) in [(1e-3, 0.9), (1.0, 900.0), (1.0, 0.09)] {
        assert_eq!(missing(height(metres, value)), Missing::Measure { entities: 1 }, "{value} of {metres}");
    }
}

#[test]
fn a_condition_that_only_one_of_two_values_meets_is_not_decided() {
    let mut draft = Draft::default();
    let window = draft.entity("IfcWindow", "F");
    draft.quantity_from(window, "OverallHeight", Measure::Length, 1.5, QuantitySource::Attribute);
    draft.quantity(window, "Height", Measure::Length, 2.6);
    let other = draft.entity("IfcWindow", "G");
    draft.quantity_from(other, "OverallHeight", Measure::Length, 1.2, QuantitySource::Attribute);
    let model = draft.build();
    let above = |metres| {
        let filter = Filter::Measure(MeasureKind::Height, Comparison::Above, metres);
        model.run(Goal::Count, &["window"], &[filter])
    };
    assert_eq!(missing(above(2.0)), Missing::Unsaid(1));
    assert_eq!(rows(&above(1.3)).len(), 1, "both are above");
    assert_eq!(rows(&above(3.0)).len(), 0, "neither is");
}

#[test]
fn what_stands_out_by_one_of_two_values_only_is_not_told() {
    let mut draft = Draft::default();
    for (name, net, gross) in [("a", 140.0, 67.0), ("b", 80.0, 80.0), ("c", 10.0, 10.0)] {
        let slab = draft.entity("IfcSlab", name);
        draft.quantity(slab, "NetArea", Measure::Area, net);
        draft.quantity(slab, "GrossArea", Measure::Area, gross);
    }
    let model = draft.build();
    let extreme = |smallest| {
        let unit = MeasureKind::Area.stored_unit();
        model.run(Goal::Extreme { measure: MeasureKind::Area, smallest, limit: 1, unit }, &["slab"], &[])
    };
    assert_eq!(missing(extreme(false)), Missing::Contradictory(1));
    assert_eq!(super::names(&model, &extreme(true)), ["c"], "the smallest is so by both");
}

fn volume_of_one(smallest: bool) -> [Goal; 2] {
    let (measure, unit) = (MeasureKind::Volume, MeasureKind::Volume.stored_unit());
    let statistic = if smallest { Statistic::Minimum } else { Statistic::Maximum };
    [Goal::Extreme { measure, smallest, limit: 1, unit }, Goal::Measure { measure, statistic, unit }]
}

#[test]
fn one_doubtful_value_among_hundreds_is_enough_to_tell_no_largest() {
    let mut draft = Draft::default();
    let wall = draft.entity("IfcWall", "W");
    draft.quantity(wall, "NetVolume", Measure::Volume, 4.0);
    draft.quantity(wall, "NetVolume", Measure::Volume, 7.0);
    others(&mut draft, 199);
    let model = draft.build();
    for goal in volume_of_one(false).into_iter().chain(volume_of_one(true)) {
        assert_eq!(missing(model.run(goal.clone(), &["wall"], &[])), Missing::Contradictory(1), "{goal:?}");
    }
    let (statistic, unit) = (Statistic::Sum, MeasureKind::Volume.stored_unit());
    let amount = Some(Amount { measure: MeasureKind::Volume, statistic, unit });
    let by = GroupKey::Component;
    let groups = |goal| model.run(goal, &["wall"], &[]);
    assert_eq!(missing(groups(Goal::TopGroup { by: by.clone(), fewest: false, amount })), Missing::Contradictory(1));
    assert!(groups(Goal::Distribution { by, amount }).result.is_ok(), "a total of all but one is told");
}

#[test]
fn values_of_a_group_that_contradict_each_other_are_no_less_so_in_a_large_model() {
    let mut draft = Draft::default();
    let column = draft.entity("IfcColumn", "C");
    draft.quantity(column, "NetVolume", Measure::Volume, 4.0);
    draft.quantity(column, "NetVolume", Measure::Volume, 7.0);
    let sound = draft.entity("IfcColumn", "D");
    draft.quantity(sound, "NetVolume", Measure::Volume, 4.0);
    others(&mut draft, 300);
    let (statistic, unit) = (Statistic::Sum, MeasureKind::Volume.stored_unit());
    let amount = Some(Amount { measure: MeasureKind::Volume, statistic, unit });
    let goal = Goal::Distribution { by: GroupKey::Component, amount };
    assert_eq!(missing(draft.build().run(goal, &["wall", "column"], &[])), Missing::Contradictory(1));
}

#[test]
fn what_the_other_values_may_turn_round_is_not_told() {
    let mut draft = Draft::default();
    for (entity_type, net, gross) in [("IfcWall", 6.0, 5.0), ("IfcColumn", 5.5, 5.5)] {
        let part = draft.entity(entity_type, entity_type);
        draft.quantity(part, "NetVolume", Measure::Volume, net);
        draft.quantity(part, "GrossVolume", Measure::Volume, gross);
    }
    let model = draft.build();
    let (statistic, unit) = (Statistic::Sum, MeasureKind::Volume.stored_unit());
    let amount = Some(Amount { measure: MeasureKind::Volume, statistic, unit });
    let selection = |kinds: &[&str]| Selection {
        any_of: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
        ..Selection::default()
    };
    let top = Goal::TopGroup { by: GroupKey::Component, fewest: false, amount };
    assert_eq!(missing(model.run(top, &["wall", "column"], &[])), Missing::Contradictory(1));
    let compare = Goal::Compare { with: selection(&["column"]), contrast: Contrast::IsMore, amount };
    assert_eq!(missing(model.run(compare, &["wall"], &[])), Missing::Contradictory(1));
    let share = Goal::Share { whole: selection(&["wall", "column"]), amount };
    assert_eq!(missing(model.run(share, &["column"], &[])), Missing::Contradictory(1));
}

#[test]
fn what_is_stored_of_each_is_told_and_no_mean_of_it() {
    let width = |others: &[f64]| {
        let mut draft = Draft::default();
        for other in others {
            let window = draft.entity("IfcWindow", "F");
            draft.quantity_from(window, "OverallWidth", Measure::Length, 0.9, QuantitySource::Attribute);
            draft.quantity(window, "Width", Measure::Length, *other);
        }
        draft.build().run(each(MeasureKind::Width), &["window"], &[])
    };
    let both = width(&[0.3, 0.3]);
    assert!(both.otherwise.is_some_and(|other| (other - 0.3).abs() < 1e-9), "{both:?}");
    for others in [[0.3, 0.9], [0.3, 0.4]] {
        let outcome = width(&others);
        assert_eq!((number(&outcome), outcome.otherwise), (0.9, None), "{others:?}");
        assert!(outcome.contradicted > 0);
    }
}

#[test]
fn the_area_of_a_window_of_two_widths_is_told_by_both() {
    let mut draft = Draft::default();
    let window = draft.entity("IfcWindow", "F");
    draft.quantity_from(window, "OverallWidth", Measure::Length, 1.0, QuantitySource::Attribute);
    draft.quantity_from(window, "OverallHeight", Measure::Length, 2.0, QuantitySource::Attribute);
    draft.quantity(window, "Width", Measure::Length, 0.5);
    let outcome = draft.build().run(total(MeasureKind::OpeningArea), &["window"], &[]);
    assert_eq!((number(&outcome), outcome.otherwise), (2.0, Some(1.0)));
}

#[test]
fn no_area_of_roofs_is_told_without_the_one_that_only_its_parts_have() {
    let area = |of_roof: Option<f64>| {
        let mut draft = Draft::default();
        let roof = draft.entity("IfcRoof", "R");
        let part = slab_of(&mut draft, "of R", "ROOF");
        draft.builder.set_whole(part, roof);
        draft.quantity(part, "NetArea", Measure::Area, 120.0);
        let alone = slab_of(&mut draft, "alone", "ROOF");
        draft.quantity(alone, "NetArea", Measure::Area, 8.0);
        of_roof.into_iter().for_each(|value| draft.quantity(roof, "NetArea", Measure::Area, value));
        draft.build().run(total(MeasureKind::Area), &["roof"], &[])
    };
    assert_eq!(missing(area(None)), Missing::Measure { entities: 1 });
    assert_eq!(number(&area(Some(120.0))), 128.0);
}

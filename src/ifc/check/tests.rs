use std::ops::ControlFlow;

use super::super::{EntityDraft, ModelBuilder, ModelHead, ModelReader as _, Node, RelationKind, Shape};
use super::*;

type Model = FactModel<super::super::MemoryFacts>;

fn entity(builder: &mut ModelBuilder, number: usize) -> EntityIndex {
    let id = format!("e{number}");
    builder.entity(&EntityDraft { entity_type: "IfcSlab", id: Some(&id), ..EntityDraft::default() }, &Nowhere).unwrap()
}

fn quantities(builder: &mut ModelBuilder, values: &[(&str, Measure, f64)]) -> SetId {
    let set = builder.open_set(None, &Nowhere);
    for (name, measure, value) in values.iter().copied() {
        let figure = Figure { value, measure, is_declared: false };
        builder.add_quantity(name, figure, QuantitySource::QuantitySet);
    }
    set
}

fn has(builder: &mut ModelBuilder, entity: EntityIndex, set: SetId) {
    builder.relate(RelationKind::HasSet, Node::Entity(entity), Node::Set(set), &Nowhere);
}

fn finish(builder: ModelBuilder) -> Model {
    builder.finish(ModelHead { units_declared: true, ..ModelHead::of_shape(Shape::IfcJson) }).unwrap()
}

fn checked(model: &Model, values_max: u64) -> Checked {
    let entities = 0..model.facts().entity_count();
    model.check_magnitudes(entities, values_max, &mut || ControlFlow::Continue(())).unwrap()
}

/// Dimensions of a wall with so many volumes of it that are a million times too large.
fn large_set(wrong: usize) -> Vec<(&'static str, Measure, f64)> {
    let mut values =
        vec![("Length", Measure::Length, 5.0), ("Width", Measure::Length, 0.3), ("Height", Measure::Length, 3.0)];
    values.extend(std::iter::repeat_n(("Volume", Measure::Volume, 4.5e6), wrong));
    values
}

#[test]
fn a_set_that_many_share_is_checked_once_and_counted_for_each() {
    let mut builder = ModelBuilder::new();
    let type_object = entity(&mut builder, 0);
    let set = quantities(&mut builder, &large_set(1000));
    has(&mut builder, type_object, set);
    for number in 1..2000 {
        let occurrence = entity(&mut builder, number);
        builder.set_type(occurrence, type_object);
        // What says nothing of dimensions keeps nobody from having the same.
        let own = quantities(&mut builder, &[("Mass", Measure::Weight, number as f64)]);
        has(&mut builder, occurrence, own);
    }
    let model = finish(builder);
    let found = checked(&model, 100_000);
    assert_eq!((found.entities, found.problems.total), (2000, 2_000_000));
    assert_eq!(found.problems.kept.len(), limits::PROBLEMS_MAX);
    assert_eq!(model.summary().problems.total, 2_000_000, "all that was found when it was read");
}

#[test]
fn a_check_of_more_values_than_the_limit_ends_and_tells_how_far_it_got() {
    let mut builder = ModelBuilder::new();
    let set = quantities(&mut builder, &large_set(1000));
    for number in 0..500 {
        let part = entity(&mut builder, number);
        let own = quantities(&mut builder, &[("Length", Measure::Length, 5.0 + number as f64)]);
        has(&mut builder, part, own);
        has(&mut builder, part, set);
    }
    let model = finish(builder);
    let found = checked(&model, 100_000);
    assert!((50..100).contains(&found.entities), "{}", found.entities);
    assert_eq!(found.problems.total, 1000 * found.entities as u64);
    let note = Problems::unchecked(found.entities, 500);
    assert_eq!(note.kept[0].detail, format!("{} of 500 entities checked", found.entities));
    let mut all = found.problems;
    assert!(all.is_full());
    all.append(note);
    assert_eq!(all.kept.last().unwrap().code, ProblemCode::QuantitiesUnchecked, "there is room for it");
    assert_eq!(Problems::unchecked(500, 500), Problems::default());
}

#[test]
fn an_entity_with_more_values_than_a_block_may_hold_is_left_out_alone() {
    let mut builder = ModelBuilder::new();
    let many = usize::try_from(limits::CHECK_BLOCK_VALUES_MAX).unwrap();
    for number in 0..40 {
        let part = entity(&mut builder, number);
        let wrong = if number == 17 { many } else { 1 };
        let set = quantities(&mut builder, &large_set(wrong));
        has(&mut builder, part, set);
    }
    let model = finish(builder);
    let found = checked(&model, limits::CHECK_VALUES_MAX);
    assert_eq!((found.entities, found.problems.total), (39, 39));
    let codes: Vec<_> = model.summary().problems.kept.iter().map(|problem| problem.code).collect();
    assert_eq!(codes.last(), Some(&ProblemCode::QuantitiesUnchecked));
}

#[test]
fn a_check_that_nobody_wants_ends() {
    let mut builder = ModelBuilder::new();
    entity(&mut builder, 0);
    let model = finish(builder);
    let ended = model.check_magnitudes(0..1, 100, &mut || ControlFlow::Break(())).unwrap_err();
    assert!(ended.get_ref().is_some_and(|inner| inner.is::<super::super::Cancelled>()), "{ended}");
}

/// The check of a whole model and that of one entity's quantities are two ways to the same.
#[test]
fn what_is_found_is_what_the_quantities_of_every_entity_say() {
    let mut builder = ModelBuilder::new();
    let names = ["Length", "Width", "Height", "NetArea", "GrossArea", "Volume", "Perimeter", "Other"];
    let measures = [Measure::Length, Measure::Area, Measure::Volume, Measure::Weight];
    let mut dice = 7_u64;
    let mut below = |end: usize| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(dice >> 33).unwrap() % end
    };
    let parts: Vec<_> = (0..300).map(|number| entity(&mut builder, number)).collect();
    let sets: Vec<_> = (0..200)
        .map(|_| {
            let value = |(name, measure): (usize, usize), power: usize| {
                (names[name], measures[measure], 2.5 * 10_f64.powi(3 * i32::try_from(power).unwrap()))
            };
            let values: Vec<_> = (0..below(60)).map(|_| value((below(8), below(4)), below(4))).collect();
            quantities(&mut builder, &values)
        })
        .collect();
    for part in &parts {
        for _ in 0..below(3) {
            has(&mut builder, *part, sets[below(200)]);
        }
        if below(2) == 0 {
            builder.set_type(*part, parts[below(300)]);
        }
    }
    let model = finish(builder);
    let wrong = |entity: EntityIndex| {
        let rows = model.quantities(entity);
        rows.iter().filter(|row| row.corrected_by.is_some() || row.implausible).count() as u64
    };
    let wanted: u64 = parts.iter().map(|part| wrong(*part)).sum();
    assert!(100 < wanted);
    assert_eq!(checked(&model, limits::CHECK_VALUES_MAX).problems.total, wanted);
}

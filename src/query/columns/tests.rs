use std::sync::{Arc, LazyLock};

use proptest::collection::vec;
use proptest::prelude::*;

use super::{Codes, Column, Columns, Figures, Ids, Key, Stops};
use crate::ifc::{EntityDraft, EntityIndex, GlobalId, Measure, QuantitySource, ValueDraft};
use crate::limits;
use crate::query::execute::{Outcome, Scene, execute, execute_on};
use crate::query::plan::{Aspect, Contrast, Filter, Goal, PLAN_VERSION, Plan, Selection};
use crate::query::stop::Stop;
use crate::query::testing::{Built, Draft, house};
use crate::query::tests::{amount, filter, goal, plan};

/// A street of houses: many entities that share few values, among others none, placeholders and contradictions.
fn street() -> Built {
    let mut draft = Draft::default();
    let mut wholes = Vec::new();
    let storeys = [draft.storey("Erdgeschoss", 0.0), draft.storey("1. Obergeschoss", 2.8)];
    for number in 0_u32..48 {
        let kind =
            ["IfcWall", "IfcWallStandardCase", "IfcDoor", "IfcMember", "IfcSlab", "IfcRoof"][number as usize % 6];
        let name = format!("Wand {}", number % 5);
        let predefined_type = (number % 3 == 0).then_some(if kind == "IfcSlab" { "ROOF" } else { "RAFTER" });
        let global_id = GlobalId::from_bits(u128::from(number / 2)).to_string();
        let entity = draft.add(&EntityDraft {
            entity_type: kind,
            name: Some(&name),
            predefined_type,
            id: Some(&global_id),
            type_name: (number % 4 != 1).then_some("IW 24"),
            ..EntityDraft::default()
        });
        if let Some(storey) = storeys.get(number as usize % 3) {
            draft.builder.set_container(entity, *storey);
        }
        // Some are pieces of others, some of these in turn, some in another group, some of what has no volume.
        if number % 5 == 1
            && let Some(whole) = wholes.get(number as usize / 2)
        {
            draft.builder.set_whole(entity, *whole);
        }
        wholes.push(entity);
        match number % 5 {
            0 => draft.layers(entity, &[("Stahlbeton C25/30", Some(0.2)), ("Mineralwolle", Some(0.1))]),
            1 => draft.layers(entity, &[("Stahlbeton C25/30", None), ("Putz", None)]),
            2 => draft.layers(entity, &[("Konstruktionsvollholz", Some(0.1))]),
            _ => {}
        }
        match number % 7 {
            0 => draft.property(entity, "IsExternal", ValueDraft::Boolean(true)),
            1 => draft.property(entity, "IsExternal", ValueDraft::Text("nein")),
            2 => draft.property(entity, "FireRating", ValueDraft::Text("EI30")),
            3 => draft.type_property(entity, "FireRating", ValueDraft::Text("Fire Rating")),
            _ => {}
        }
        if number % 6 != 0 {
            let volume = f64::from(number % 11) * 0.1 + 1e-3 / f64::from(number);
            draft.quantity(entity, "NetVolume", Measure::Volume, volume);
            let source = if number % 2 == 0 { QuantitySource::Attribute } else { QuantitySource::Property };
            draft.quantity_from(entity, "Width", Measure::Length, 0.1 + f64::from(number), source);
            draft.quantity(entity, "Height", Measure::Length, 2.5);
        }
        // Some say a thing twice: alike, otherwise, or above the gross value.
        match number % 8 {
            3 => draft.quantity(entity, "NetVolume", Measure::Volume, 0.25),
            5 => draft.quantity(entity, "GrossVolume", Measure::Volume, 0.3),
            6 => draft.quantity(entity, "Width", Measure::Length, 0.05),
            _ => {}
        }
    }
    draft.build()
}

fn condition() -> impl Strategy<Value = Filter> {
    let aspect = [Aspect::Name, Aspect::Material, Aspect::Storey, Aspect::Type, Aspect::Classification, Aspect::Group];
    let known = prop_oneof![
        filter(),
        Just(Filter::Storey(vec!["Erdgeschoss".to_owned()])),
        Just(Filter::Material("reinforced_concrete".to_owned())),
        Just(Filter::TypeName("IW 24".to_owned())),
        Just(Filter::Name("Wand 3".to_owned())),
        (0_u128..30).prop_map(|id| Filter::GlobalId(GlobalId::from_bits(id).to_string())),
        Just(Filter::Kind(vec!["rafter".to_owned()])),
        Just(Filter::Classified("331".to_owned())),
        prop::sample::select(aspect.to_vec()).prop_map(Filter::Has),
    ];
    known.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Filter::Any),
            vec(inner.clone(), 0..3).prop_map(Filter::All),
            inner.prop_map(|filter| Filter::Not(Box::new(filter))),
        ]
    })
}

fn selection() -> impl Strategy<Value = Selection> {
    let kinds = ["wall", "door", "element", "rafter", "IfcWall", "space", "roof", "floor_slab", "slab"]
        .map(str::to_owned)
        .to_vec();
    (vec(prop::sample::select(kinds), 0..3), vec(condition(), 0..3))
        .prop_map(|(any_of, filters)| Selection { any_of, filters })
}

fn any_plan() -> impl Strategy<Value = Plan> {
    let contrast = prop::sample::select(vec![Contrast::Which, Contrast::Difference, Contrast::Ratio, Contrast::IsMore]);
    let of_two = prop_oneof![
        (selection(), amount()).prop_map(|(whole, amount)| Goal::Share { whole, amount }),
        (selection(), contrast, amount()).prop_map(|(with, contrast, amount)| Goal::Compare { with, contrast, amount }),
        condition().prop_map(|test| Goal::Every { test }),
    ];
    let own = (prop_oneof![2 => goal(), 1 => of_two], selection()).prop_map(|(goal, of)| Plan {
        version: PLAN_VERSION,
        goal,
        of,
    });
    prop_oneof![3 => own, 1 => plan()]
}

fn on_columns(model: &Built, columns: &Columns, plan: &Plan) -> Outcome {
    let stop = Stop::default();
    let scene = Scene { reader: &*model.model, vocabulary: &model.vocabulary, columns: Some((columns, &stop)) };
    execute_on(scene, plan)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn columns_say_what_rows_say(plans in vec(any_plan(), 1..6)) {
        for model in [street(), house()] {
            let columns = Columns::eager();
            for plan in &plans {
                let by_rows = execute(plan, &*model.model, &model.vocabulary);
                for _ in 0..2 {
                    prop_assert_eq!(&on_columns(&model, &columns, plan), &by_rows);
                }
            }
        }
    }
}

/// Stopped by nobody.
static GOING: LazyLock<Stop> = LazyLock::new(Stop::default);

fn going() -> Stops<'static> {
    Stops { all: &GOING, this: &GOING }
}

#[expect(clippy::unnecessary_wraps, reason = "as the maker of a column gives it")]
fn list(entities: u32) -> Option<Column> {
    Some(Column::List((0..entities).map(EntityIndex).collect()))
}

fn property(name: &str) -> Key {
    Key::Property(name.to_owned())
}

#[test]
fn a_code_stands_for_the_first_entity_that_carries_its_value_over_all_chunks() {
    let count = 3 * limits::COLUMN_CHUNK_ENTITIES + 7;
    let value = |entity: EntityIndex| (entity.0 / 1000) % 23;
    let codes = Codes::make(count, going(), value).unwrap();
    assert_eq!(codes.first().len(), 23);
    assert_eq!(
        codes.first().iter().map(|first| first.0).collect::<Vec<_>>(),
        (0..23).map(|n| n * 1000).collect::<Vec<_>>()
    );
    for entity in (0..count).filter_map(EntityIndex::new) {
        assert_eq!(value(codes.first()[codes.code(entity)]), value(entity));
    }
    let figures = Figures::make(count, going(), |entity| (f64::from(entity.0), entity.0 % 2)).unwrap();
    let last = EntityIndex::new(count - 1).unwrap();
    assert_eq!((figures.value(last), figures.codes().first().len()), (f64::from(last.0), 2));
}

#[test]
fn more_values_than_codes_make_no_column() {
    let count = usize::from(u16::MAX) + 2;
    assert!(Codes::make(count, going(), |entity| entity).is_none());
    assert!(Codes::make(count - 1, going(), |entity| entity).is_some());
}

#[test]
fn every_entity_of_an_id_is_found_and_no_other() {
    let id_of = |entity: EntityIndex| (entity.0 != 3).then(|| GlobalId::from_bits(u128::from(entity.0 / 2) << 64));
    let ids = Ids::make(1000, going(), id_of).unwrap();
    assert_eq!(ids.find(GlobalId::from_bits(5 << 64), id_of), [EntityIndex(10), EntityIndex(11)]);
    assert_eq!(ids.find(GlobalId::from_bits(1 << 64), id_of), [EntityIndex(2)]);
    assert_eq!(ids.find(GlobalId::from_bits(5), id_of), []);
}

#[test]
fn a_column_is_made_when_as_many_entities_were_asked_for_as_there_are() {
    let columns = Columns::default();
    let get = |asked| columns.get(&property("a"), (asked, 100), &Stop::default(), |_| list(100)).is_some();
    assert!(!get(60), "sixty rows are read");
    assert!(get(40), "a hundred were asked for");
    assert!(get(1), "it is there");
}

#[test]
fn the_column_that_was_not_used_for_longest_makes_room() {
    let columns = Columns::with(1000, true);
    let mut made = Vec::new();
    for name in ["a", "b", "a", "c", "a", "b"] {
        columns.get(&property(name), (100, 100), &Stop::default(), |_| {
            made.push(name);
            list(100)
        });
    }
    assert_eq!(made, ["a", "b", "c", "b"], "a was used again before c came");
    assert!(
        columns.get(&property("large"), (126, 126), &Stop::default(), |_| list(126)).is_none(),
        "half of the room is the most"
    );
}

#[test]
fn a_column_that_was_stopped_is_not_remembered_and_rows_are_read() {
    let columns = Arc::new(Columns::default());
    columns.stop();
    let make = |stopped: Stops<'_>| {
        Codes::make(100, stopped, |entity| entity.0 % 2).map(|codes| Column::Codes(Arc::new(codes)))
    };
    assert!(columns.get(&Key::Places, (100, 100), &Stop::default(), make).is_none());
    assert!(columns.lock().slots.is_empty());
    let model = street();
    let plan = Plan { version: PLAN_VERSION, goal: Goal::Count, of: Selection::default() };
    assert_eq!(on_columns(&model, &columns, &plan), execute(&plan, &*model.model, &model.vocabulary));
}

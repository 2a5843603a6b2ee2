use crate::ifc::{EntityDraft, EntityIndex, Measure, ModelHead, Shape, Unit, ValueDraft};
use crate::query::answer::Scalar;
use crate::query::plan::{
    Amount, Contrast, Fact, Filter, Goal, GroupKey, MeasureKind, PropertyTest, Selection, Statistic,
};
use crate::query::testing::{Built, Draft};

use super::super::{Missing, Outcome, Reason, Result};
use super::{missing, names, number, property, rows};

const VOLUME: Amount = Amount { measure: MeasureKind::Volume, statistic: Statistic::Sum, unit: Unit::CubicMetre };

fn selection(any_of: &str, filters: &[Filter]) -> Selection {
    Selection { any_of: vec![any_of.to_owned()], filters: filters.to_vec() }
}

fn bearing() -> Filter {
    property("load_bearing", PropertyTest::Is(true))
}

/// Walls with a volume, of which it is said or not whether they are load-bearing.
fn walls(of: &[(&str, Option<f64>, Option<bool>)]) -> Built {
    let mut draft = Draft::default();
    for (name, volume, bearing) in of {
        let wall = draft.entity("IfcWall", name);
        if let Some(volume) = volume {
            draft.quantity(wall, "NetVolume", Measure::Volume, *volume);
        }
        if let Some(bearing) = bearing {
            draft.property(wall, "LoadBearing", ValueDraft::Boolean(*bearing));
        }
    }
    draft.build()
}

#[test]
fn all_is_said_only_when_it_is_known_of_each() {
    let every =
        |of: &[(&str, Option<f64>, Option<bool>)]| walls(of).run(Goal::Every { test: bearing() }, &["wall"], &[]);
    let (yes, no, open) = (("a", None, Some(true)), ("b", None, Some(false)), ("c", None, None));
    let is = |outcome: &Outcome| match &outcome.result {
        Ok(Result::Every { passed, open, failing }) => (*passed, *open, failing.len()),
        other => panic!("{other:?}"),
    };
    assert_eq!(is(&every(&[yes, yes])), (2, 0, 0));
    assert_eq!(is(&every(&[yes, no, open])), (1, 1, 1), "one that fails decides it");
    assert_eq!(missing(every(&[yes, open, open])), Missing::Undecided { passed: 1, open: 2 });
    assert!(matches!(missing(every(&[open])), Missing::Property { entities: 1, .. }));
    assert_eq!(missing(every(&[])), Missing::Parts(vec!["wall".to_owned()]));
    let model = walls(&[yes, no, open]);
    let outcome = model.run(Goal::Every { test: bearing() }, &["wall"], &[]);
    assert_eq!(names(&model, &outcome), ["b"], "those that fail are the evidence");
}

#[test]
fn the_largest_value_of_a_property_may_stand_in_a_text() {
    let mut draft = Draft::default();
    for (name, u, rating) in [("a", Some(0.9), Some("EI30")), ("b", Some(1.3), Some("T90")), ("c", None, Some("A 1 2"))]
    {
        let door = draft.entity("IfcDoor", name);
        if let Some(u) = u {
            let value = ValueDraft::Number { value: u, measure: Measure::ThermalTransmittance };
            draft.property(door, "ThermalTransmittance", value);
        }
        if let Some(rating) = rating {
            draft.property(door, "FireRating", ValueDraft::Text(rating));
        }
    }
    let model = draft.build();
    let run = |property: &str, smallest: bool, limit: usize| {
        let goal = Goal::PropertyExtreme { property: property.to_owned(), smallest, limit };
        model.run(goal, &["door"], &[])
    };
    let top = run("thermal_transmittance", false, 1);
    assert!(
        matches!(&top.result, Ok(Result::Top { value: 1.3, unit: Some(Unit::ThermalTransmittance), .. })),
        "{top:?}"
    );
    assert_eq!((names(&model, &top).concat(), top.elements, top.with_value), ("b".to_owned(), 3, 2));
    assert_eq!(names(&model, &run("thermal_transmittance", true, 5)).concat(), "ab");
    let rated = run("fire_rating", false, 1);
    assert_eq!((names(&model, &rated).concat(), rated.with_value), ("b".to_owned(), 2), "two numbers are none");
    assert!(matches!(missing(run("acoustic_rating", false, 1)), Missing::Property { .. }));
}

/// Two walls on the ground floor, two above; materials and volumes.
fn storeys() -> Built {
    let mut draft = Draft::default();
    let upper = draft.storey("OG", 3.0);
    let ground = draft.storey("EG", 0.0);
    for (storey, name, volume, external) in [
        (ground, "a", Some(1.0), true),
        (ground, "b", Some(3.0), false),
        (upper, "c", Some(10.0), true),
        (upper, "d", None, true),
    ] {
        let wall = draft.entity_in(storey, "IfcWall", name);
        if let Some(volume) = volume {
            draft.quantity(wall, "NetVolume", Measure::Volume, volume);
        }
        draft.property(wall, "IsExternal", ValueDraft::Boolean(external));
    }
    draft.build()
}

#[test]
fn groups_take_every_statistic_and_storeys_go_upwards() {
    let model = storeys();
    let bars = |by: GroupKey, statistic| {
        let amount = Some(Amount { statistic, ..VOLUME });
        let outcome = model.run(Goal::Distribution { by, amount }, &["wall"], &[]);
        assert_eq!((outcome.elements, outcome.with_value), (4, 3));
        assert_eq!(outcome.left_out, [(Reason::NoValue, 1)]);
        let grouped: Vec<_> = rows(&outcome).iter().filter_map(|row| row.group.clone()).collect();
        assert_eq!(grouped.len(), 3, "every value says to which bar it counts");
        let Ok(Result::Groups { groups, .. }) = outcome.result else { panic!("{outcome:?}") };
        groups.into_iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(bars(GroupKey::Storey, Statistic::Sum), "EG=4 OG=10");
    assert_eq!(bars(GroupKey::Storey, Statistic::Average), "EG=2 OG=10");
    assert_eq!(bars(GroupKey::Storey, Statistic::Minimum), "EG=1 OG=10");
    assert_eq!(bars(GroupKey::Property("storey".to_owned()), Statistic::Maximum), "EG=3 OG=10");
    assert_eq!(bars(GroupKey::Property("is_external".to_owned()), Statistic::Sum), "true=11 false=3");
    let top = |fewest, amount| {
        let outcome = model.run(Goal::TopGroup { by: GroupKey::Storey, fewest, amount }, &["wall"], &[]);
        let Ok(Result::Top { name, value, .. }) = outcome.result else { panic!("{outcome:?}") };
        (name, value)
    };
    assert_eq!(top(false, Some(VOLUME)), ("OG".to_owned(), 10.0));
    assert_eq!(top(true, Some(VOLUME)), ("EG".to_owned(), 4.0));
    assert_eq!(top(false, None), ("EG, OG".to_owned(), 2.0), "all that are even");
}

#[test]
fn parts_are_grouped_by_space_classification_and_group() {
    let mut draft = Draft::default();
    let storey = draft.storey("EG", 0.0);
    let office = |draft: &mut Draft, number| {
        let room = EntityDraft {
            entity_type: "IfcSpace",
            name: Some(number),
            long_name: Some("Büro"),
            ..EntityDraft::default()
        };
        let room = draft.add(&room);
        draft.builder.set_container(room, storey);
        room
    };
    let (first, second) = (office(&mut draft, "101"), office(&mut draft, "102"));
    let chairs = [(first, "a"), (first, "b"), (second, "c")]
        .map(|(room, name)| draft.entity_in(room, "IfcFurnishingElement", name));
    let system = draft.entity("IfcSystem", "Lüftung");
    for chair in chairs.iter().take(2) {
        draft.builder.classification(*chair, Some("DIN 276"), "610");
        let (chair, system) = (crate::ifc::Node::Entity(*chair), crate::ifc::Node::Entity(system));
        draft.builder.relate(crate::ifc::RelationKind::BelongsTo, chair, system, &crate::ifc::Nowhere);
    }
    let model = draft.build();
    let bars = |by| match model.run(Goal::Distribution { by, amount: None }, &["furniture"], &[]).result {
        Ok(Result::Groups { groups, .. }) => groups,
        other => panic!("{other:?}"),
    };
    let bar = |key: &str, value| (key.to_owned(), value);
    assert_eq!(
        bars(GroupKey::Space),
        [bar("Büro (101)", 2.0), bar("Büro (102)", 1.0)],
        "two rooms of one name are two"
    );
    assert_eq!(bars(GroupKey::Classification), [bar("DIN 276: 610", 2.0)]);
    assert_eq!(bars(GroupKey::Group), [bar("Lüftung", 2.0)]);
    let none = model.run(Goal::Distribution { by: GroupKey::Group, amount: None }, &["space"], &[]);
    assert_eq!(missing(none), Missing::Relation("groups"));
}

fn parts(outcome: &Outcome) -> (f64, f64) {
    match &outcome.result {
        Ok(Result::Share { part, whole, .. }) => (*part, *whole),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_share_is_of_a_number_or_of_an_amount() {
    let model = walls(&[("a", Some(1.0), Some(true)), ("b", Some(3.0), Some(false)), ("c", None, Some(true))]);
    let share = |amount| Goal::Share { whole: selection("wall", &[]), amount };
    let by_number = model.run(share(None), &["wall"], &[bearing()]);
    assert_eq!(parts(&by_number), (2.0, 3.0));
    assert_eq!(names(&model, &by_number).concat(), "ac");
    let by_volume = model.run(share(Some(VOLUME)), &["wall"], &[bearing()]);
    assert_eq!(parts(&by_volume), (1.0, 4.0));
    assert_eq!((by_volume.elements, by_volume.with_value), (3, 2));
    assert_eq!(by_volume.left_out, [(Reason::NoValue, 1)]);
    let outside = model.run(Goal::Share { whole: selection("wall", &[bearing()]), amount: None }, &["wall"], &[]);
    assert_eq!(parts(&outside), (2.0, 2.0), "what is not in the whole is no part of it");
    let nothing = model.run(Goal::Share { whole: selection("door", &[]), amount: None }, &["wall"], &[]);
    assert_eq!(missing(nothing), Missing::Parts(vec!["door".to_owned()]));
}

#[test]
fn the_share_of_a_material_counts_its_layers_and_leaves_out_what_is_not_said() {
    let mut draft = Draft::default();
    let mut wall = |name: &str, volume, layers: &[(&str, Option<f64>)]| {
        let wall = draft.entity("IfcWall", name);
        draft.quantity(wall, "NetVolume", Measure::Volume, volume);
        draft.layers(wall, layers);
    };
    wall("layered", 4.0, &[("Beton", Some(0.15)), ("Mineralwolle", Some(0.05))]);
    wall("brick", 3.0, &[("Ziegel", None)]);
    wall("listed", 100.0, &[("Beton", None), ("Putz", None)]);
    let goal = Goal::Share { whole: selection("wall", &[]), amount: Some(VOLUME) };
    let outcome = draft.build().run(goal, &["wall"], &[Filter::Material("concrete".to_owned())]);
    let (part, whole) = parts(&outcome);
    assert!((part - 3.0).abs() < 1e-12 && (whole - 7.0).abs() < 1e-12, "{outcome:?}");
    assert_eq!((outcome.elements, outcome.with_value), (3, 2));
    assert_eq!(outcome.left_out, [(Reason::NoShare, 1)]);
}

#[test]
fn two_sets_are_compared_by_number_and_by_amount() {
    let model = storeys();
    let on = |storey: &str| Filter::Storey(vec![storey.to_owned()]);
    let run = |contrast, amount| {
        let goal = Goal::Compare { with: selection("wall", &[on("OG")]), contrast, amount };
        model.run(goal, &["wall"], &[on("EG")])
    };
    let sides = |outcome: &Outcome| match &outcome.result {
        Ok(Result::Compare { sides, first_rows, rows, .. }) => (*sides, *first_rows, rows.len()),
        other => panic!("{other:?}"),
    };
    assert_eq!(sides(&run(Contrast::Which, None)), ([2.0, 2.0], 2, 4));
    let volumes = run(Contrast::Difference, Some(VOLUME));
    assert_eq!(sides(&volumes), ([4.0, 10.0], 2, 3));
    assert_eq!((volumes.elements, volumes.with_value), (4, 3));
    assert_eq!(volumes.left_out, [(Reason::NoValue, 1)]);
    let other = |contrast, with| model.run(Goal::Compare { with, contrast, amount: None }, &["wall"], &[]);
    assert_eq!(sides(&other(Contrast::IsMore, selection("door", &[]))).0, [4.0, 0.0], "none is a number too");
    assert_eq!(missing(other(Contrast::Ratio, selection("door", &[]))), Missing::EmptyWhole);
    let unknown = selection("wall", &[Filter::StoreyUnknown("upper:5".to_owned())]);
    assert_eq!(missing(other(Contrast::Which, unknown)), Missing::Storey("upper:5".to_owned()));
}

#[test]
fn neighbours_share_a_bounding_element() {
    let mut draft = Draft::default();
    let storey = draft.storey("EG", 0.0);
    let [kitchen, hall, attic] = ["kitchen", "hall", "attic"].map(|name| draft.entity_in(storey, "IfcSpace", name));
    let [between, outer] = ["between", "outer"].map(|name| draft.entity_in(storey, "IfcWall", name));
    for (space, wall) in [(kitchen, between), (hall, between), (attic, outer)] {
        draft.builder.boundary(space, wall);
    }
    let model = draft.build();
    let named = |name: &str| Filter::Name(name.to_owned());
    let outcome = model.run(Goal::Neighbours { through: Vec::new() }, &["space"], &[named("kitchen")]);
    assert_eq!(names(&model, &outcome), ["hall"]);
    assert_eq!(rows(&outcome).first().and_then(|row| row.source.as_deref()), Some("between"));
    assert_eq!(rows(&model.run(Goal::Neighbours { through: Vec::new() }, &["space"], &[named("attic")])).len(), 0);
    let bare = walls(&[("w", None, None)]);
    assert_eq!(
        missing(bare.run(Goal::Neighbours { through: Vec::new() }, &["wall"], &[])),
        Missing::Relation("boundaries")
    );
}

#[test]
fn an_element_is_described_with_all_it_says() {
    let mut draft = Draft::default();
    let storey = draft.storey("EG", 0.0);
    let wall = draft.entity_in(storey, "IfcWall", "W1");
    draft.layers(wall, &[("Beton", Some(0.2))]);
    draft.quantity(wall, "NetVolume", Measure::Volume, 2.5);
    draft.property(wall, "IsExternal", ValueDraft::Boolean(true));
    draft.property(wall, "FireRating", ValueDraft::Text("Fire Rating"));
    draft.entity_in(storey, "IfcWall", "W2");
    let model = draft.build();
    let described = model.run(Goal::Describe, &["wall"], &[Filter::Name("W1".to_owned())]);
    let said: Vec<(String, Scalar)> =
        rows(&described).iter().filter_map(|row| row.name.clone().zip(row.value.clone())).collect();
    let text = |text: &str| Scalar::Text(text.to_owned());
    for (name, value) in [
        ("name", text("W1")),
        ("entity_type", text("IfcWall")),
        ("storey", text("EG")),
        ("material", text("Beton")),
        ("layer", text("Beton")),
        ("BaseQuantities.NetVolume", Scalar::Number(2.5)),
        ("IsExternal", Scalar::Boolean(true)),
    ] {
        assert!(said.contains(&(name.to_owned(), value)), "{name}: {said:?}");
    }
    assert!(said.iter().all(|(name, _)| name != "FireRating"), "a placeholder says nothing");
    let both = model.run(Goal::Describe, &["wall"], &[]);
    assert_eq!((both.elements, both.with_value), (2, 2));
}

#[test]
fn facts_come_from_the_head_and_the_spatial_structure() {
    let mut draft = Draft::default();
    draft.entity("IfcProject", "Neubau");
    draft.entity("IfcBuilding", "Haus A");
    draft.entity("IfcBuilding", "Haus B");
    let mut head = ModelHead { units_declared: true, ..ModelHead::of_shape(Shape::Step) };
    head.authors = vec!["Ada".to_owned()];
    head.units.length = Some(1e-3);
    head.coordinates = Some([47.5, 8.25]);
    head.schema = Some("IFC4".to_owned());
    let model = draft.build_with(head);
    let text = |fact| match model.run(Goal::About { fact }, &[], &[]).result {
        Ok(Result::Text { text, .. }) => text,
        other => panic!("{other:?}"),
    };
    assert_eq!(text(Fact::ProjectName), "Neubau");
    assert_eq!(text(Fact::BuildingName), "Haus A, Haus B");
    assert_eq!(text(Fact::Author), "Ada");
    assert_eq!(text(Fact::Schema), "IFC4");
    assert_eq!(text(Fact::Units), "mm, m2, m3, kg");
    assert_eq!(text(Fact::Coordinates), "47.500000, 8.250000");
    for fact in [Fact::SiteName, Fact::Address, Fact::Application, Fact::WrittenAt, Fact::Organisation] {
        assert_eq!(missing(model.run(Goal::About { fact }, &[], &[])), Missing::Fact(fact));
    }
    let undeclared = Draft::default().build_with(ModelHead::of_shape(Shape::Step));
    assert_eq!(missing(undeclared.run(Goal::About { fact: Fact::Units }, &[], &[])), Missing::Fact(Fact::Units));
}

#[test]
fn the_height_of_a_storey_is_taken_to_the_next_one() {
    let mut draft = Draft::default();
    draft.storey("EG", 0.0);
    let given = draft.storey("OG", 3.0);
    draft.quantity(given, "GrossHeight", Measure::Length, 2.7);
    draft.storey("DG", 5.5);
    let model = draft.build();
    let each = |measure| model.run(Goal::MeasureOf { measure, unit: Unit::Metre }, &["storey"], &[]);
    let values = |outcome: &Outcome| -> Vec<Option<Scalar>> { rows(outcome).iter().map(|r| r.value.clone()).collect() };
    let heights = each(MeasureKind::Height);
    assert_eq!(values(&heights), [Some(Scalar::Number(3.0)), Some(Scalar::Number(2.7))], "what is given holds");
    assert_eq!(rows(&heights).first().and_then(|r| r.source.as_deref()), Some("elevation difference"));
    assert_eq!(heights.left_out, [(Reason::Topmost, 1)]);
    let elevations = [0.0, 3.0, 5.5].map(|metres| Some(Scalar::Number(metres)));
    assert_eq!(values(&each(MeasureKind::Elevation)), elevations);
}

#[test]
fn attributes_are_properties_by_their_ids() {
    let mut draft = Draft::default();
    let storey = draft.storey("EG", 0.0);
    let room = EntityDraft {
        entity_type: "IfcSpace",
        name: Some("101"),
        long_name: Some("Büro"),
        description: Some("hell"),
        ..EntityDraft::default()
    };
    let room: EntityIndex = draft.add(&room);
    draft.builder.set_container(room, storey);
    let chair = draft.entity_in(room, "IfcFurnishingElement", "Stuhl");
    draft.layers(chair, &[("Holz", None), ("Leder", None)]);
    let model = draft.build();
    let value =
        |kind: &str, id: &str| match model.run(Goal::PropertyOf { property: id.to_owned() }, &[kind], &[]).result {
            Ok(Result::Text { text, .. }) => text,
            other => panic!("{id}: {other:?}"),
        };
    for (kind, id, wanted) in [
        ("space", "name", "Büro"),
        ("space", "long_name", "Büro"),
        ("space", "number", "101"),
        ("space", "description", "hell"),
        ("space", "entity_type", "IfcSpace"),
        ("space", "storey", "EG"),
        ("furniture", "name", "Stuhl"),
        ("furniture", "space", "Büro (101)"),
        ("furniture", "material", "Holz, Leder"),
    ] {
        assert_eq!(value(kind, id), wanted, "{id}");
    }
    let distinct = model.run(Goal::Distinct { by: GroupKey::Property("material".to_owned()) }, &["furniture"], &[]);
    let each = ["Holz", "Leder"].map(|name| (name.to_owned(), 1));
    assert_eq!(distinct.result, Ok(Result::Distinct(each.to_vec())), "each material is one");
    let tagged = model.run(Goal::PropertyOf { property: "tag".to_owned() }, &["space"], &[]);
    assert!(matches!(missing(tagged), Missing::Property { .. }));
}

#[test]
fn a_sum_does_not_depend_on_the_order_of_the_file() {
    let figures = [1e15, 0.1, -0.0, 0.2, 3.3, 1e-7, 0.7, 12.5, 1e15];
    let total = |figures: &[f64]| {
        let mut draft = Draft::default();
        for (place, volume) in figures.iter().enumerate() {
            let slab = draft.entity("IfcSlab", &place.to_string());
            draft.quantity(slab, "NetVolume", Measure::Volume, *volume);
        }
        let Amount { measure, statistic, unit } = VOLUME;
        number(&draft.build().run(Goal::Measure { measure, statistic, unit }, &["slab"], &[]))
    };
    let mut reversed = figures;
    reversed.reverse();
    let exact = 2_000_000_000_000_016.8;
    assert_eq!((total(&figures), total(&reversed)), (exact, exact));
    let naive: f64 = figures.iter().sum();
    assert!((naive - exact).abs() > 0.0, "plain addition loses what is small");
}

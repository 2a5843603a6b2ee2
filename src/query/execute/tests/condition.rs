use crate::ifc::{EntityDraft, EntityIndex, Measure, QuantitySource, ValueDraft};
use crate::query::plan::{Aspect, Comparison, Filter, Goal, MeasureKind, PropertyTest};
use crate::query::testing::{Built, Draft};

use super::super::Missing;
use super::{missing, names, property};

fn any(filters: &[Filter]) -> Filter {
    Filter::Any(filters.to_vec())
}

fn all(filters: &[Filter]) -> Filter {
    Filter::All(filters.to_vec())
}

fn not(filter: Filter) -> Filter {
    Filter::Not(Box::new(filter))
}

fn material(name: &str) -> Filter {
    Filter::Material(name.to_owned())
}

fn external(wanted: bool) -> Filter {
    property("is_external", PropertyTest::Is(wanted))
}

/// What is listed, and how many of how many are undecided.
fn list(model: &Built, kind: &str, filter: Filter) -> (String, (usize, usize)) {
    let outcome = model.run(Goal::List, &[kind], &[filter]);
    (names(model, &outcome).concat(), outcome.undecided)
}

/// Doors a to e: external and of wood; internal and of steel; external, material not said; of wood, not said whether
/// external; and one of which nothing is said.
fn doors() -> Built {
    let mut draft = Draft::default();
    let (ground, upper) = (draft.storey("EG", 0.0), draft.storey("OG", 3.0));
    for (name, storey, external, material) in [
        ("a", Some(ground), Some(true), Some("Eiche")),
        ("b", Some(ground), Some(false), Some("Stahl")),
        ("c", Some(upper), Some(true), None),
        ("d", Some(upper), None, Some("Eiche")),
        ("e", None, None, None),
    ] {
        let door = draft.entity("IfcDoor", name);
        if let Some(storey) = storey {
            draft.builder.set_container(door, storey);
        }
        if let Some(external) = external {
            draft.property(door, "IsExternal", ValueDraft::Boolean(external));
        }
        if let Some(material) = material {
            draft.layers(door, &[(material, None)]);
        }
    }
    draft.build()
}

#[test]
fn alternatives_and_negations_follow_three_valued_logic() {
    let doors = doors();
    for (filter, listed, undecided) in [
        (any(&[external(true), material("wood")]), "acd", (1, 5)),
        (any(&[external(false), material("wood")]), "abd", (2, 5)),
        (all(&[external(true), material("wood")]), "a", (3, 5)),
        (not(external(true)), "b", (2, 5)),
        (not(material("wood")), "b", (2, 5)),
        (not(any(&[external(true), material("wood")])), "b", (1, 5)),
        (not(all(&[external(true), material("wood")])), "b", (3, 5)),
        (not(not(external(true))), "ac", (2, 5)),
        (not(Filter::Storey(vec!["EG".to_owned()])), "cd", (1, 5)),
        (not(property("is_external", PropertyTest::Present)), "bde", (0, 3)),
        (property("is_external", PropertyTest::Absent), "de", (0, 2)),
    ] {
        assert_eq!(list(&doors, "door", filter.clone()), (listed.to_owned(), undecided), "{filter:?}");
    }
}

#[test]
fn what_fails_one_condition_is_out_whatever_another_says() {
    let doors = doors();
    let outcome = doors.run(Goal::List, &["door"], &[material("wood"), external(false)]);
    assert_eq!(outcome.undecided, (2, 5), "c is external, so it is out though its material is not said");
    assert_eq!(missing(outcome), Missing::Unsaid(2), "of two nobody knows whether there is none");
}

#[test]
fn a_material_that_the_model_does_not_have_is_missing_only_where_nothing_else_may_hold() {
    let doors = doors();
    assert_eq!(list(&doors, "door", any(&[material("glass"), material("wood")])).0, "ad");
    assert_eq!(list(&doors, "door", not(material("glass"))).0, "abd");
    let run = |filter| missing(doors.run(Goal::List, &["door"], &[filter]));
    assert_eq!(run(any(&[material("concrete"), material("glass")])), Missing::Material("concrete".to_owned()));
    assert_eq!(run(all(&[material("glass"), external(true)])), Missing::Material("glass".to_owned()));
    assert_eq!(run(Filter::StoreyUnknown("upper:5".to_owned())), Missing::Storey("upper:5".to_owned()));
    let rated = property("fire_rating", PropertyTest::Says("EI30".to_owned()));
    let wanted = Missing::Property { property: "fire_rating".to_owned(), entities: 5, placeholders: Vec::new() };
    assert_eq!(run(rated.clone()), wanted);
    assert_eq!(run(not(rated.clone())), wanted);
    assert_eq!(list(&doors, "door", any(&[rated, external(true)])).0, "ac");
}

#[test]
fn a_text_that_is_neither_yes_nor_no_is_not_negated_into_a_yes() {
    let mut draft = Draft::default();
    for (name, value) in [("a", "ja"), ("b", "nein"), ("c", "teilweise")] {
        let wall = draft.entity("IfcWall", name);
        draft.property(wall, "LoadBearing", ValueDraft::Text(value));
    }
    let model = draft.build();
    let bearing = property("load_bearing", PropertyTest::Is(true));
    assert_eq!(list(&model, "wall", bearing.clone()).0, "a");
    assert_eq!(list(&model, "wall", not(bearing)), ("b".to_owned(), (1, 3)));
}

#[test]
fn measures_differ_by_kind_in_one_question() {
    let mut draft = Draft::default();
    for (kind, name, width) in [("IfcDoor", "d", 1.2), ("IfcDoor", "e", 0.8), ("IfcWindow", "w", 0.8)] {
        let entity = draft.entity(kind, name);
        draft.quantity_from(entity, "OverallWidth", Measure::Length, width, QuantitySource::Attribute);
    }
    let model = draft.build();
    let kind = |kind: &str| Filter::Kind(vec![kind.to_owned()]);
    let wide = Filter::Measure(MeasureKind::Width, Comparison::Above, 1.0);
    let outcome = model.run(Goal::List, &["door", "window"], &[any(&[all(&[kind("door"), wide]), kind("window")])]);
    assert_eq!(names(&model, &outcome).concat(), "dw");
}

#[test]
fn walls_hold_windows_and_rooms_are_bounded_by_them() {
    let mut draft = Draft::default();
    let storey = draft.storey("EG", 0.0);
    let [outer, inner] = ["outer", "inner"].map(|name| draft.entity_in(storey, "IfcWall", name));
    let [kitchen, bath] = ["kitchen", "bath"].map(|name| draft.entity_in(storey, "IfcSpace", name));
    let window = draft.entity_in(storey, "IfcWindow", "F1");
    draft.builder.set_host(window, outer);
    draft.builder.boundary(kitchen, window);
    draft.builder.boundary(bath, inner);
    let furniture = draft.entity_in(bath, "IfcFurnishingElement", "Wanne");
    let model = draft.build();
    let holds = |kind: &str| Filter::Holds(vec![kind.to_owned()]);
    assert_eq!(list(&model, "wall", holds("window")).0, "outer");
    assert_eq!(list(&model, "wall", not(holds("window"))).0, "inner");
    assert_eq!(list(&model, "space", holds("window")).0, "kitchen");
    assert_eq!(list(&model, "space", holds("furniture")).0, "bath");
    assert_eq!(list(&model, "storey", holds("furniture")).0, "EG");
    assert_eq!(list(&model, "wall", holds("door")).0, "", "without doors no wall has one");
    assert_eq!(missing(model.run(Goal::List, &["wall"], &[holds("furniture")])), Missing::Relation("openings"));
    assert_ne!(furniture, window);
}

fn classified(draft: &mut Draft, name: &str, code: Option<&str>) -> EntityIndex {
    let wall = draft.entity("IfcWall", name);
    if let Some(code) = code {
        draft.builder.classification(wall, Some("DIN 276"), code);
    }
    wall
}

#[test]
fn a_classification_matches_by_its_beginning_and_is_unknown_where_there_is_none() {
    let mut draft = Draft::default();
    for (name, code) in [("a", Some("331 Außenwände")), ("b", Some("341 Innenwände")), ("c", None)] {
        classified(&mut draft, name, code);
    }
    let property = draft.entity("IfcWall", "d");
    draft.property(property, "Kostengruppe", ValueDraft::Text("332"));
    let model = draft.build();
    let is = |text: &str| Filter::Classified(text.to_owned());
    assert_eq!(list(&model, "wall", is("331")), ("a".to_owned(), (1, 4)));
    assert_eq!(list(&model, "wall", is("330")).0, "ad");
    assert_eq!(list(&model, "wall", is("300")).0, "abd");
    assert_eq!(list(&model, "wall", not(is("330"))).0, "b");
    assert_eq!(list(&model, "wall", is("DIN 276")).0, "abd");
    assert_eq!(list(&model, "wall", Filter::Has(Aspect::Classification)).0, "abd");
    let none = Draft {
        builder: {
            let mut d = Draft::default();
            d.entity("IfcWall", "x");
            d.builder
        },
    }
    .build();
    assert_eq!(missing(none.run(Goal::List, &["wall"], &[is("330")])), Missing::Relation("classifications"));
}

#[test]
fn groups_hold_what_their_groups_hold() {
    let mut draft = Draft::default();
    let system = draft.entity("IfcSystem", "Heizung");
    let circuit = draft.entity("IfcSystem", "Kreis 1");
    let [pipe, valve] = ["Rohr", "Ventil"].map(|name| draft.entity("IfcPipeSegment", name));
    draft.entity("IfcPipeSegment", "lose");
    let belongs = crate::ifc::RelationKind::BelongsTo;
    for (part, group) in [(circuit, system), (pipe, circuit), (valve, system)] {
        let (part, group) = (crate::ifc::Node::Entity(part), crate::ifc::Node::Entity(group));
        draft.builder.relate(belongs, part, group, &crate::ifc::Nowhere);
    }
    let model = draft.build();
    let within = |name: &str| Filter::InGroup(name.to_owned());
    assert_eq!(list(&model, "pipe", within("Heizung")).0, "RohrVentil");
    assert_eq!(list(&model, "pipe", within("kreis 1")).0, "Rohr");
    assert_eq!(list(&model, "pipe", not(within("Heizung"))).0, "lose");
    assert_eq!(list(&model, "pipe", Filter::Has(Aspect::Group)).0, "RohrVentil");
    let unknown = model.run(Goal::List, &["pipe"], &[within("Lüftung")]);
    assert_eq!(missing(unknown), Missing::Named("Lüftung".to_owned()));
}

#[test]
fn having_something_is_always_decided() {
    let mut draft = Draft::default();
    let storey = draft.storey("EG", 0.0);
    let wall = draft.entity_in(storey, "IfcWall", "full");
    draft.layers(wall, &[("Beton", None)]);
    let object_type = draft.entity("IfcWallType", "T");
    draft.builder.set_type(wall, object_type);
    draft.add(&EntityDraft { entity_type: "IfcWall", tag: Some("17"), ..EntityDraft::default() });
    let model = draft.build();
    for aspect in [Aspect::Name, Aspect::Material, Aspect::Storey, Aspect::Type] {
        let count = |filter| super::rows(&model.run(Goal::Count, &["wall"], &[filter])).len();
        assert_eq!((count(Filter::Has(aspect)), count(not(Filter::Has(aspect)))), (1, 1), "{aspect:?}");
    }
}

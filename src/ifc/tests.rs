use super::{
    BuildingModel, EntityDraft, EntityIndex, FactReader as _, Measure, ModelBuilder, ModelHead, ModelReader as _,
    Nowhere, Origin, ProblemCode, PropertyDraft, PropertyValue, QuantityDraft, QuantitySource, RecordIndex, Shape,
    TextId, ValueDraft,
};
use crate::limits;

/// A place in a made-up file.
struct At(&'static str, u64);

impl Origin for At {
    fn pointer(&self) -> String {
        self.0.to_owned()
    }

    fn offset(&self) -> u64 {
        self.1
    }

    fn record(&self) -> Option<RecordIndex> {
        None
    }
}

fn finish(builder: ModelBuilder) -> BuildingModel {
    builder.finish(ModelHead { units_declared: true, ..ModelHead::of_shape(Shape::IfcJson) }).unwrap()
}

fn add(builder: &mut ModelBuilder, entity_type: &str, name: &str) -> EntityIndex {
    let draft = EntityDraft { entity_type, id: Some(name), name: Some(name), ..EntityDraft::default() };
    builder.entity(&draft, &At("/0", 7)).unwrap()
}

fn storey(builder: &mut ModelBuilder, name: &str, elevation_m: Option<f64>) -> EntityIndex {
    let name = Some(name);
    let draft = EntityDraft { entity_type: "IfcBuildingStorey", id: name, name, elevation_m, ..EntityDraft::default() };
    builder.entity(&draft, &Nowhere).unwrap()
}

fn codes(model: &BuildingModel) -> Vec<ProblemCode> {
    model.summary().problems.kept.iter().map(|problem| problem.code).collect()
}

fn storey_name(model: &BuildingModel, entity: EntityIndex) -> Option<&str> {
    let storey = model.entity(entity).unwrap().storey?;
    model.entity(storey).unwrap().name.map(|name| model.text(name))
}

#[test]
fn an_element_is_on_the_storey_of_its_container_its_whole_or_its_host() {
    let mut builder = ModelBuilder::new();
    let ground = storey(&mut builder, "EG", Some(0.0));
    let upper = storey(&mut builder, "OG", Some(3.0));
    let [wall, room, chair, door, layer, stair, flight, stray] =
        ["wall", "room", "chair", "door", "layer", "stair", "flight", "stray"]
            .map(|name| add(&mut builder, "IfcBuildingElementProxy", name));
    builder.set_container(wall, ground);
    builder.set_container(room, ground);
    builder.set_container(chair, room);
    builder.set_host(door, wall);
    builder.set_whole(layer, wall);
    builder.set_container(stair, upper);
    builder.set_whole(flight, stair);
    builder.set_container(flight, ground);
    let model = finish(builder);
    for entity in [wall, room, chair, door, layer] {
        assert_eq!(storey_name(&model, entity), Some("EG"), "{entity:?}");
    }
    assert_eq!(storey_name(&model, flight), Some("EG"), "its own container goes before that of its whole");
    assert_eq!(storey_name(&model, stair), Some("OG"));
    assert_eq!(storey_name(&model, stray), None);
}

#[test]
fn a_containment_in_itself_is_dropped_and_told_once() {
    let mut builder = ModelBuilder::new();
    let ground = storey(&mut builder, "EG", Some(0.0));
    let [a, b, c, own] = ["a", "b", "c", "own"].map(|name| add(&mut builder, "IfcWall", name));
    builder.set_container(a, b);
    builder.set_whole(b, c);
    builder.set_host(c, a);
    builder.set_container(own, own);
    builder.set_whole(own, ground);
    let model = finish(builder);
    assert_eq!(codes(&model), [ProblemCode::CycleInStructure; 2]);
    let told: Vec<&str> = model.summary().problems.kept.iter().map(|problem| problem.detail.as_str()).collect();
    assert_eq!(told, ["a", "own"]);
    assert_eq!(model.entity(a).unwrap().container, None);
    assert_eq!(model.entity(b).unwrap().whole, Some(c), "one link of three");
    assert_eq!(storey_name(&model, own), Some("EG"), "what is left still counts");
}

#[test]
fn a_long_chain_is_no_cycle() {
    let mut builder = ModelBuilder::new();
    let mut below = add(&mut builder, "IfcWall", "0");
    for number in 1..200 {
        let next = add(&mut builder, "IfcWall", &number.to_string());
        builder.set_whole(below, next);
        below = next;
    }
    assert_eq!(codes(&finish(builder)), []);
}

#[test]
fn storeys_go_upwards_and_those_of_unknown_height_come_last() {
    let mut builder = ModelBuilder::new();
    for (name, elevation) in [("lost", None), ("OG", Some(3.0)), ("UG", Some(-2.5)), ("stray", None), ("EG", None)] {
        let index = storey(&mut builder, name, elevation);
        if name == "EG" {
            builder.set_elevation(index, 0.0);
        }
    }
    let model = finish(builder);
    let name = |index: &EntityIndex| model.entity(*index).unwrap().name.map(|name| model.text(name)).unwrap();
    assert_eq!(model.storeys().iter().map(name).collect::<Vec<_>>(), ["UG", "EG", "OG", "lost", "stray"]);
}

#[test]
fn both_spellings_of_an_identifier_find_the_first_entity_that_carries_it() {
    let mut builder = ModelBuilder::new();
    let short = "0BTBFw6f90Nfh9rP1dlXre";
    let wall = add(&mut builder, "IfcWall", short);
    let long = crate::ifc::GlobalId::parse(short).unwrap().to_uuid();
    let draft = EntityDraft { entity_type: "IfcDoor", id: Some(&long), ..EntityDraft::default() };
    builder.entity(&draft, &At("/1", 9)).unwrap();
    add(&mut builder, "IfcFlurbel", "no GlobalId");
    builder.entity(&EntityDraft { entity_type: "IfcWall", id: Some(" "), ..EntityDraft::default() }, &Nowhere).unwrap();
    assert_eq!((builder.find(short), builder.find(&long)), (Some(wall), Some(wall)));
    assert_eq!(builder.type_of(wall), "IfcWall");
    let model = finish(builder);
    assert_eq!(codes(&model), [ProblemCode::IdRepeated, ProblemCode::TypeUnknown, ProblemCode::IdMissing]);
    let told = &model.summary().problems.kept[0];
    assert_eq!((told.pointer.as_str(), told.byte_offset, told.detail.as_str()), ("/1", 9, long.as_str()));
    assert_eq!(
        (model.entity(EntityIndex(2)).unwrap().global_id, model.entity(EntityIndex(2)).unwrap().source_id.is_some()),
        (None, true)
    );
}

#[test]
fn a_text_over_the_limit_is_cut_between_characters_and_told() {
    let mut builder = ModelBuilder::new();
    let wall = add(&mut builder, "IfcWall", "W");
    let long = format!("x{}", "ä".repeat(limits::TEXT_BYTES_MAX / 2));
    let value = ValueDraft::Text(&long);
    builder.property(wall, &PropertyDraft { set: None, name: "Note", value, from_type: false });
    let model = finish(builder);
    let PropertyValue::Text(text) = model.properties(wall)[0].value else { panic!("a text stays a text") };
    assert_eq!(model.text(text).len(), limits::TEXT_BYTES_MAX - 1, "the limit is inside an umlaut");
    assert_eq!(codes(&model), [ProblemCode::TextCut]);
}

#[test]
fn problems_beyond_the_limit_are_counted_only() {
    let mut builder = ModelBuilder::new();
    for number in 0..=limits::PROBLEMS_MAX {
        add(&mut builder, "IfcFlurbel", &number.to_string());
    }
    let model = finish(builder);
    assert_eq!(
        (model.summary().problems.kept.len(), model.summary().problems.total),
        (limits::PROBLEMS_MAX, limits::PROBLEMS_MAX as u64 + 1)
    );
}

#[test]
fn rows_stay_with_their_entity_in_the_order_they_came() {
    let mut builder = ModelBuilder::new();
    let [a, b, c] = ["a", "b", "c"].map(|name| add(&mut builder, "IfcWall", name));
    for (entity, name) in [(c, "1"), (a, "2"), (c, "3"), (a, "4")] {
        let value = ValueDraft::Boolean(true);
        builder.property(entity, &PropertyDraft { set: Some(" "), name, value, from_type: false });
    }
    let model = finish(builder);
    let names = |entity| {
        let rows = model.properties(entity);
        assert!(rows.iter().all(|row| row.set.is_none()), "white space is no set");
        rows.iter().map(|row| model.text(row.name)).collect::<Vec<_>>()
    };
    assert_eq!((names(a), names(b), names(c)), (vec!["2", "4"], vec![], vec!["1", "3"]));
    let beyond = EntityIndex::new(99).unwrap();
    assert!(model.properties(beyond).is_empty());
    let texts = (0..model.facts().text_count()).map(|i| model.text(TextId(u32::try_from(i).unwrap())));
    assert_eq!(texts.filter(|text| *text == "IfcWall").count(), 1, "a text is kept once");
}

/// The stored numbers of a part after the check, with what was done to the last.
fn checked(quantities: &[(&str, Measure, f64)]) -> (f64, Option<i8>, bool, Vec<ProblemCode>) {
    let mut builder = ModelBuilder::new();
    let part = add(&mut builder, "IfcSlab", "S");
    for (name, measure, value) in quantities {
        let source = QuantitySource::QuantitySet;
        let (measure, value) = (*measure, *value);
        builder.quantity(part, &QuantityDraft { set: None, name, measure, value, source, from_type: false });
    }
    let model = finish(builder);
    let last = model.quantities(part).last().copied().unwrap();
    (last.value, last.corrected_by, last.implausible, codes(&model))
}

#[test]
fn a_quantity_is_corrected_by_a_power_of_a_thousand_only() {
    use Measure::{Area, Length, Volume};
    let wall = [("Length", Length, 5.0), ("Width", Length, 0.3), ("Height", Length, 3.0)];
    let with = |name, measure, value| checked(&[&wall[..], &[(name, measure, value)]].concat());
    for (stored, value, exponent) in [
        (4.5, 4.5, None),
        (1.0, 1.0, None),
        (30.0, 30.0, None),
        (4.4e3, 4.4, Some(3)),
        (4.4e6, 4.4, Some(6)),
        (4.4e9, 4.4, Some(9)),
        (-4.4e9, -4.4e9, None),
        (0.0, 0.0, None),
    ] {
        let (got, corrected_by, implausible, problems) = with("NetVolume", Volume, stored);
        assert!((got - value).abs() <= 1e-9 * value.abs() && !implausible, "{stored}: {got}");
        assert_eq!(corrected_by, exponent, "{stored}");
        let told = if exponent.is_some() { vec![ProblemCode::QuantityMagnitude] } else { vec![] };
        assert_eq!(problems, told, "{stored}");
    }
    assert_eq!(with("NetSideArea", Area, 15e6).1, Some(6), "length times height");
    let (_, corrected_by, implausible, problems) = with("NetVolume", Volume, 4.5 * 50_000.0);
    assert_eq!((corrected_by, implausible, problems), (None, true, vec![ProblemCode::QuantityImplausible]));
}

#[test]
fn a_slab_is_checked_by_its_area_and_a_part_without_dimensions_not_at_all() {
    use Measure::{Area, Length, Volume};
    let slab = checked(&[("GrossArea", Area, 100.0), ("Width", Length, 0.2), ("NetVolume", Volume, 20e9)]);
    assert_eq!((slab.0, slab.1), (20.0, Some(9)));
    assert_eq!(checked(&[("NetVolume", Volume, 20e9)]), (20e9, None, false, vec![]));
    assert_eq!(checked(&[("GrossArea", Area, 100.0), ("NetVolume", Volume, 20e9)]).1, None);
}

#[test]
fn a_problem_keeps_the_beginning_of_a_long_name() {
    let mut builder = ModelBuilder::new();
    add(&mut builder, &format!("Ifc{}", "ü".repeat(limits::PROBLEM_TEXT_BYTES_MAX)), "w");
    let model = finish(builder);
    let detail = &model.summary().problems.kept[0].detail;
    assert!(detail.starts_with("Ifcü") && detail.len() <= limits::PROBLEM_TEXT_BYTES_MAX, "{}", detail.len());
}

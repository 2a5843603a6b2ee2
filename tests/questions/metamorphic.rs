//! One building, changed in one way: the answers change as they must, and no other.
#![expect(clippy::indexing_slicing, reason = "a record without the member that a change needs is a broken test")]

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use ifc_json_chunking::formats::{ContentEncoding, read};
use ifc_json_chunking::query::{Answer, AskableModel, Scalar};
use serde_json::{Value, json};

use super::known::ask;

const DESCRIPTION: &str = "Was weißt du über die Tür „Haustür“?";
/// Questions of every kind about the sample house. Names are those of its parts.
const QUESTIONS: &[&str] = &[
    "Wie viele Türen gibt es?",
    "How many windows are on the ground floor?",
    "Wie viele Wände sind tragend?",
    "Gibt es Treppen?",
    "Which doors have no fire rating?",
    "Wie viele Geschosse hat das Gebäude?",
    "Welche Geschosse hat das Gebäude?",
    "Wie groß ist das Volumen aller Wände im Erdgeschoss?",
    "What is the total length of all walls in cm?",
    "Wie breit sind die Türen im Durchschnitt?",
    "What is the smallest room area?",
    "Wie viel Kubikmeter Stahlbeton sind verbaut?",
    "How many cubic metres of Kalksandstein are used?",
    "Sind alle Außenwände tragend?",
    "Wie hoch sind die Türen im Erdgeschoss?",
    "Wie hoch ist der durchschnittliche U-Wert der Außenwände?",
    "Welcher Raum ist der größte?",
    "The three longest walls",
    "Wie verteilen sich die Wände auf die Geschosse?",
    "Auf welchem Geschoss gibt es die meisten Fenster?",
    "Wie viel Prozent der Wände sind tragend?",
    "Gibt es mehr Türen im Erdgeschoss oder im Dachgeschoss?",
    "How many more windows than doors are there?",
    "Aus welchen Materialien bestehen die Wände?",
    "Which fire ratings do the doors have?",
    "Welche Feuerwiderstandsklasse hat die Tür „Haustür“?",
    "Welche Abmessungen hat die Tür „Haustür“?",
    "Aus welchen Schichten ist die Wand „AW-EG-Süd“ aufgebaut und wie dick sind sie?",
    "In welcher Wand sitzt die Tür „Innentür-EG-3“?",
    "Which rooms does door \"Innentür-EG-2\" connect?",
    "Welche Räume sind durch eine Tür mit dem Raum „Küche“ verbunden?",
    "What is in room \"Wohnzimmer\"?",
    "Welche Wände sind dicker als 30 cm?",
    "Welche Fenster sind in der Wand „AW-EG-Süd“ eingebaut?",
    "Welche Wand hat den kleinsten U-Wert?",
    DESCRIPTION,
    "Wie heißt das Projekt?",
    "Was kosten die Wände insgesamt?",
    "Wie viele Bauteile gibt es?",
];
/// Goals that the questions compile to.
const GOALS_MIN: usize = 18;

/// The file of the sample house, to be changed.
#[derive(Clone)]
struct House(Value);

impl House {
    fn new() -> House {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/house.ifcjson.json");
        House(serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap())
    }

    fn model(&self) -> AskableModel {
        let bytes = serde_json::to_vec(&self.0).unwrap();
        let read = read(bytes.as_slice(), ContentEncoding::Identity, &mut |_| ControlFlow::Continue(())).unwrap();
        AskableModel::new(read.content_hash, Arc::new(read.model))
    }

    fn records(&mut self) -> &mut Vec<Value> {
        self.0["data"].as_array_mut().unwrap()
    }

    fn named(&mut self, name: &str) -> &mut Value {
        self.records().iter_mut().find(|record| record["name"] == name).unwrap()
    }

    /// Adds a record with an id made of `number`; gives a reference to it.
    fn add(&mut self, number: u32, mut record: Value) -> Value {
        let id = format!("0f0f0f0f-0000-4000-8000-{number:012}");
        record["globalId"] = json!(id);
        self.records().push(record);
        json!({"ref": id})
    }

    /// Adds a reference to the end of a list of a record, which may not be there yet.
    fn link(record: &mut Value, list: &str, to: &Value) {
        let links = &mut record[list];
        if links.is_null() {
            *links = json!([]);
        }
        links.as_array_mut().unwrap().push(to.clone());
    }

    fn answers(&self, questions: &[String]) -> BTreeMap<String, Said> {
        let model = self.model();
        questions.iter().map(|text| (text.clone(), Said::of(&ask(&model, text)))).collect()
    }
}

/// What an answer says, apart from names of elements and the wording.
#[derive(Debug, Clone, PartialEq)]
struct Said {
    status: String,
    value: String,
    unit: Option<String>,
    items: BTreeSet<String>,
    groups: BTreeMap<String, String>,
}

/// A number as it is after what rounding of units may do to it.
fn rounded(number: f64) -> String {
    format!("{number:.7e}")
}

fn scalar(value: Option<&Scalar>) -> String {
    match value {
        Some(Scalar::Number(number)) => rounded(*number),
        other => format!("{other:?}"),
    }
}

impl Said {
    fn of(answer: &Answer) -> Said {
        let body = answer.answer.as_ref();
        let items = body.into_iter().flat_map(|body| &body.items).map(|item| {
            let name = item.global_id.as_ref().or(item.name.as_ref());
            let thickness = item.thickness_mm.map(rounded);
            format!("{name:?} {} {:?} {thickness:?}", scalar(item.value.as_ref()), item.storey)
        });
        let groups = body.into_iter().flat_map(|body| &body.groups);
        Said {
            status: format!("{:?}", answer.status),
            value: scalar(body.and_then(|body| body.value.as_ref())),
            unit: body.and_then(|body| body.unit.clone()),
            items: items.collect(),
            groups: groups.map(|group| (group.key.clone(), rounded(group.value))).collect(),
        }
    }
}

fn texts() -> Vec<String> {
    QUESTIONS.iter().map(|text| (*text).to_owned()).collect()
}

/// Asks both houses; `changed` names the questions whose answer changes, and to which value.
fn assert_changes(house: &House, changed: &[(&str, Scalar)]) {
    assert_same_of(house, &texts(), changed);
}

/// The same, with the questions as they are put to the changed house.
fn assert_same_of(house: &House, put: &[String], changed: &[(&str, Scalar)]) {
    let (before, after) = (House::new().answers(&texts()), house.answers(put));
    assert!(changed.iter().all(|(text, _)| QUESTIONS.contains(text)), "{changed:?} names no question");
    let mut faults = Vec::new();
    for (text, put) in QUESTIONS.iter().zip(put) {
        let (was, is) = (&before[*text], &after[put]);
        match changed.iter().find(|(question, _)| question == text) {
            Some((_, value)) if is.value == scalar(Some(value)) && is != was => {}
            Some((_, value)) => faults.push(format!("{put}\n  should be {value:?}, is {is:?}")),
            None if is == was => {}
            None => faults.push(format!("{put}\n  was {was:?}\n  is  {is:?}")),
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_questions_are_of_every_kind() {
    let model = House::new().model();
    let mut goals = BTreeSet::new();
    for text in QUESTIONS {
        let answer = ask(&model, text);
        let plan = serde_json::to_value(answer.plan).unwrap();
        let goal = &plan["goal"];
        assert!(!goal.is_null(), "{text}: {:?}", answer.reason);
        goals.extend(goal.as_str().or_else(|| goal.as_object()?.keys().next().map(String::as_str)).map(str::to_owned));
    }
    println!("{} goals: {goals:?}", goals.len());
    assert!(GOALS_MIN <= goals.len(), "only {goals:?}");
}

#[test]
fn a_storey_with_nothing_on_it_is_one_storey_more() {
    let mut house = House::new();
    let building = house.named("Haus am Lindenweg")["isDecomposedBy"][0]["ref"].clone();
    let storey = json!({"type": "IfcBuildingStorey", "name": "Technikgeschoss", "elevation": 8700.0, "decomposes": [{"ref": building}]});
    let storey = house.add(1, storey);
    let relation = house.records().iter_mut().find(|record| record["globalId"] == building).unwrap();
    House::link(relation, "relatedObjects", &storey);
    let four = || Scalar::Integer(4);
    assert_changes(
        &house,
        &[("Wie viele Geschosse hat das Gebäude?", four()), ("Welche Geschosse hat das Gebäude?", four())],
    );
}

#[test]
fn a_second_copy_of_each_property_set_changes_no_more_than_a_description() {
    let mut house = House::new();
    let records = house.records().clone();
    let set_of = |relation: &Value| {
        let id = &relation["relatingPropertyDefinition"]["ref"];
        records.iter().find(|record| record["type"] == "IfcPropertySet" && record["globalId"] == *id)
    };
    let sets = records.iter().filter_map(|relation| Some((relation, set_of(relation)?)));
    let mut copies = 0;
    for (number, (relation, set)) in (0..).zip(sets) {
        let name = format!("Kopie_{}", set["name"].as_str().unwrap());
        let copy = json!({"type": "IfcPropertySet", "name": name, "hasProperties": set["hasProperties"]});
        let copy = house.add(2 * number, copy);
        let mut related = json!({"type": "IfcRelDefinesByProperties", "relatingPropertyDefinition": copy});
        related["relatedObjects"] = relation["relatedObjects"].clone();
        let related = house.add(2 * number + 1, related);
        for element in relation["relatedObjects"].as_array().unwrap() {
            let id = &element["ref"];
            let record = house.records().iter_mut().find(|record| record["globalId"] == *id).unwrap();
            House::link(record, "isDefinedBy", &related);
            copies += 1;
        }
    }
    assert!(100 < copies, "{copies}");
    // A description tells every set: two properties more.
    assert_changes(&house, &[(DESCRIPTION, Scalar::Integer(18))]);
}

#[test]
fn a_wall_in_two_parts_is_one_wall_of_the_same_volume() {
    let mut house = House::new();
    let wall = house.named("AW-EG-Süd").clone();
    let material = wall["hasAssociations"][0]["ref"].clone();
    let mut parts = Vec::new();
    for number in [10_u32, 20] {
        let volume = json!({"type": "IfcQuantityVolume", "name": "NetVolume", "volumeValue": 2.5});
        let quantities = json!({"type": "IfcElementQuantity", "name": "Qto_BuildingElementPartBaseQuantities", "quantities": [volume]});
        let quantities = house.add(number, quantities);
        let relation = json!({"type": "IfcRelDefinesByProperties", "relatingPropertyDefinition": quantities});
        let relation = house.add(number + 1, relation);
        let part = json!({"type": "IfcBuildingElementPart", "name": format!("Stück-{number}"), "isDefinedBy": [relation], "hasAssociations": [{"ref": material}]});
        let part = house.add(number + 2, part);
        let end = house.records().len();
        House::link(&mut house.records()[end - 2], "relatedObjects", &part);
        let association = house.records().iter_mut().find(|record| record["globalId"] == material).unwrap();
        House::link(association, "relatedObjects", &part);
        parts.push(part);
    }
    let whole = json!({"ref": wall["globalId"]});
    let relation = house.add(30, json!({"type": "IfcRelAggregates", "relatingObject": whole, "relatedObjects": parts}));
    House::link(house.named("AW-EG-Süd"), "isDecomposedBy", &relation);
    for number in [10, 20] {
        House::link(house.named(&format!("Stück-{number}")), "decomposes", &relation);
    }
    let parts = house
        .model()
        .ask(&ifc_json_chunking::query::Question::parse("Wie viele IfcBuildingElementPart gibt es?").unwrap());
    assert_eq!(scalar(parts.answer.and_then(|body| body.value).as_ref()), scalar(Some(&Scalar::Integer(2))));
    assert_changes(&house, &[("Wie viele Bauteile gibt es?", Scalar::Integer(114))]);
}

#[test]
fn renamed_parts_are_found_by_their_new_names_and_else_nothing_changes() {
    let mut house = House::new();
    let renamed = |text: &str| {
        text.replace("AW-", "ZX-").replace("IW-", "ZY-").replace("Innentür-", "Qf-").replace("Haustür", "Vm-77")
    };
    let mut count = 0;
    for record in house.records().iter_mut().filter(|record| record["type"] != "IfcDoorType") {
        let name = record["name"].as_str().map(renamed);
        if let Some(name) = name.filter(|name| record["name"] != **name) {
            record["name"] = json!(name);
            count += 1;
        }
    }
    assert!(30 < count, "{count}");
    let put: Vec<String> = QUESTIONS.iter().map(|text| renamed(text)).collect();
    // Which wall a door sits in is told by its name.
    let host = ("In welcher Wand sitzt die Tür „Innentür-EG-3“?", Scalar::Text(renamed("IW-EG-3")));
    // A description tells the name.
    assert_same_of(&house, &put, &[host, (DESCRIPTION, Scalar::Integer(16))]);
}

#[test]
fn the_order_of_records_changes_nothing() {
    let mut house = House::new();
    house.records().reverse();
    assert_changes(&house, &[]);
    // A card shuffle with a fixed seed.
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for at in (1..house.records().len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let other = usize::try_from(state >> 33).unwrap() % (at + 1);
        house.records().swap(at, other);
    }
    assert_changes(&house, &[]);
}

/// Multiplies every length of the file.
fn scale_lengths(value: &mut Value, factor: f64) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(|value| scale_lengths(value, factor)),
        Value::Object(members) => {
            for (name, member) in members {
                let is_length =
                    ["lengthValue", "layerThickness", "overallHeight", "overallWidth", "elevation"].contains(&&**name);
                match member.as_f64().filter(|_| is_length) {
                    Some(length) => *member = json!(length * factor),
                    None => scale_lengths(member, factor),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn another_unit_of_length_changes_no_length() {
    for (prefix, factor) in [(None, 1e-3), (Some("CENTI"), 0.1), (Some("MICRO"), 1e3)] {
        let mut house = House::new();
        scale_lengths(&mut house.0, factor);
        let project = house.named("Wohnhaus Lindenweg 7");
        let unit = project["unitsInContext"]["units"][0].as_object_mut().unwrap();
        assert_eq!(unit["unitType"], "LENGTHUNIT");
        unit.remove("prefix");
        unit.extend(prefix.map(|prefix| ("prefix".to_owned(), json!(prefix))));
        assert_changes(&house, &[]);
    }
}

#[test]
fn an_unrelated_part_is_one_part_more() {
    let mut house = House::new();
    let place = house.named("Dachgeschoss")["containsElements"][0]["ref"].clone();
    let chimney = json!({"type": "IfcChimney", "name": "Kamin", "containedInStructure": [{"ref": place}]});
    let chimney = house.add(1, chimney);
    let relation = house.records().iter_mut().find(|record| record["globalId"] == place).unwrap();
    House::link(relation, "relatedElements", &chimney);
    assert_changes(&house, &[("Wie viele Bauteile gibt es?", Scalar::Integer(113))]);
}

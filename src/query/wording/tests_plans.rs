//! Sentences for plans that the parser need not yet make.

use crate::ifc::{Measure, Unit};
use crate::query::answer::Scalar;
use crate::query::ask::Evidence;
use crate::query::plan::{
    Amount, Aspect, Comparison, Contrast, Fact, Filter, Goal, GroupKey, MeasureKind, PLAN_VERSION, Plan, PropertyTest,
    Selection, Statistic,
};
use crate::query::question::Language::{self, De, En};
use crate::query::testing::{Built, Draft, house};

use super::subject::subject;

fn plan(goal: Goal, kind: &str, filters: &[Filter]) -> Plan {
    let of = Selection { any_of: vec![kind.to_owned()], filters: filters.to_vec() };
    Plan { version: PLAN_VERSION, goal, of }
}

fn evidence(model: &Built, language: Language, plan: &Plan) -> Evidence {
    model.askable().evidence(plan, language).unwrap_or_else(|| panic!("no answer: {plan:?}"))
}

fn reason(model: &Built, language: Language, plan: &Plan) -> String {
    let outcome = crate::query::execute::execute(plan, &*model.model, &model.vocabulary);
    super::missing(language, &outcome.result.unwrap_err(), plan, &model.vocabulary)
}

fn is(property: &str) -> Filter {
    Filter::Property(property.to_owned(), PropertyTest::Is(true))
}

fn on(storey: &str) -> Filter {
    Filter::Storey(vec![storey.to_owned()])
}

fn wood() -> Filter {
    Filter::Material("wood".to_owned())
}

fn not(filter: Filter) -> Filter {
    Filter::Not(Box::new(filter))
}

#[test]
fn nested_conditions_read_as_people_write_them() {
    let wide = Filter::Measure(MeasureKind::Width, Comparison::Above, 1.0);
    let kind = |kind: &str| Filter::Kind(vec![kind.to_owned()]);
    for (filters, german, english) in [
        (
            vec![Filter::Any(vec![is("is_external"), wood()]), not(on("EG"))],
            "Türen (Außenbauteil oder aus Holz), nicht im Geschoss „EG“",
            "doors (external or of wood), not on storey “EG”",
        ),
        (
            vec![Filter::Any(vec![Filter::All(vec![is("is_external"), wide.clone()]), wood()])],
            "Türen ((Außenbauteil und mit Breite > 1 m) oder aus Holz)",
            "doors ((external and with width > 1 m) or of wood)",
        ),
        (
            vec![Filter::Any(vec![Filter::All(vec![kind("door"), wide]), kind("window")])],
            "Türen (Türen mit Breite > 1 m oder Fenster)",
            "doors (doors with width > 1 m or windows)",
        ),
        (
            vec![not(Filter::Any(vec![wood(), on("EG")]))],
            "Türen, weder aus Holz noch im Geschoss „EG“",
            "doors, neither of wood nor on storey “EG”",
        ),
        (vec![not(is("is_external"))], "Türen, nicht Außenbauteil", "doors, not external"),
        (vec![Filter::Holds(vec!["window".to_owned()])], "Türen mit Fenster", "doors with windows"),
        (vec![not(Filter::Has(Aspect::Material))], "Türen ohne Angabe Material", "doors without a given material"),
        (
            vec![Filter::Classified("330".to_owned()), Filter::InGroup("Zone 1".to_owned())],
            "Türen klassifiziert als „330“ in der Gruppe „Zone 1“",
            "doors classified as “330” in group “Zone 1”",
        ),
    ] {
        let of = Selection { any_of: vec!["door".to_owned()], filters };
        assert_eq!(subject(De, &of, 2), german);
        assert_eq!(subject(En, &of, 2), english);
    }
}

#[test]
fn a_test_of_all_names_those_that_fail() {
    let house = house();
    let every = plan(Goal::Every { test: is("load_bearing") }, "wall", &[]);
    let answer = evidence(&house, De, &every).answer;
    assert_eq!(answer.text, "Nein. Wände; Bedingung (tragend): 1 erfüllt, 1 nicht erfüllt („Wand Süd“).");
    assert_eq!((answer.value, answer.items_total), (Some(Scalar::Boolean(false)), 1));
    let english = evidence(&house, En, &every).answer.text;
    assert_eq!(english, "No. Walls; condition (load-bearing): 1 met, 1 not met (“Wand Süd”).");
    let volume = Filter::Measure(MeasureKind::Volume, Comparison::Above, 1.0);
    let all = plan(Goal::Every { test: volume }, "wall", &[]);
    assert_eq!(
        evidence(&house, De, &all).answer.text,
        "Ja. Wände: alle 2 erfüllen die Bedingung (mit Volumen > 1 m³)."
    );
    let width = Filter::Measure(MeasureKind::Width, Comparison::Above, 1.0);
    let open = plan(Goal::Every { test: width }, "door", &[]);
    assert_eq!(
        reason(&house, En, &open),
        "doors; condition (with width > 1 m): 1 met, none known to fail, 1 not said. Whether all meet it the model does \
         not say."
    );
}

#[test]
fn shares_and_comparisons_give_both_figures() {
    let house = house();
    let whole = Selection { any_of: vec!["wall".to_owned()], filters: Vec::new() };
    let amount = Amount { measure: MeasureKind::Volume, statistic: Statistic::Sum, unit: Unit::CubicMetre };
    let by_number = plan(Goal::Share { whole: whole.clone(), amount: None }, "wall", &[is("load_bearing")]);
    let answer = evidence(&house, De, &by_number).answer;
    assert_eq!(answer.text, "Wände (tragend): 1 von 2 (Wände), das sind 50 %.");
    assert_eq!((answer.value, answer.unit.as_deref()), (Some(Scalar::Number(50.0)), Some("%")));
    let by_volume = plan(Goal::Share { whole, amount: Some(amount) }, "wall", &[is("load_bearing")]);
    assert_eq!(
        evidence(&house, En, &by_volume).answer.text,
        "Walls (load-bearing): 4.5 m³ of 6.5 m³ volume (walls), that is 69.231 % (2 of 2 elements; NetVolume)."
    );
    let with = Selection { any_of: vec!["wall".to_owned()], filters: vec![on("1. Obergeschoss")] };
    let compare =
        |contrast, amount| plan(Goal::Compare { with: with.clone(), contrast, amount }, "wall", &[on("Erdgeschoss")]);
    let which = evidence(&house, De, &compare(Contrast::Which, Some(amount))).answer;
    assert_eq!(
        which.text,
        "Wände im Geschoss „Erdgeschoss“: 4,5 m³; Wände im Geschoss „1. Obergeschoss“: 2 m³ (Volumen, insgesamt). Mehr: \
         „Erdgeschoss“."
    );
    assert_eq!(which.value, Some(Scalar::Text("Erdgeschoss".to_owned())));
    let figures: Vec<(&str, f64)> = which.groups.iter().map(|group| (group.key.as_str(), group.value)).collect();
    assert_eq!(figures, [("Erdgeschoss", 4.5), ("1. Obergeschoss", 2.0)]);
    let item_sides: Vec<Option<&str>> = which.items.iter().map(|item| item.group.as_deref()).collect();
    assert_eq!(item_sides, [Some("Erdgeschoss"), Some("1. Obergeschoss")]);
    let even = evidence(&house, En, &compare(Contrast::Which, None)).answer;
    assert_eq!(even.value, Some(Scalar::Text("equal".to_owned())));
    let difference = evidence(&house, En, &compare(Contrast::Difference, Some(amount))).answer;
    assert_eq!((difference.value, difference.unit.as_deref()), (Some(Scalar::Number(2.5)), Some("m3")));
    assert!(difference.text.ends_with("Difference: 2.5 m³."), "{}", difference.text);
    let ratio = evidence(&house, De, &compare(Contrast::Ratio, Some(amount))).answer;
    assert!(ratio.text.ends_with("Verhältnis: 2,25."), "{}", ratio.text);
    let more = plan(
        Goal::Compare {
            with: Selection { any_of: vec!["member".to_owned()], filters: Vec::new() },
            contrast: Contrast::IsMore,
            amount: None,
        },
        "door",
        &[],
    );
    assert_eq!(evidence(&house, De, &more).answer.text, "Ja. Türen: 2; Stäbe: 1.");
}

#[test]
fn groups_say_what_is_measured() {
    let house = house();
    let amount = Some(Amount { measure: MeasureKind::Volume, statistic: Statistic::Average, unit: Unit::CubicMetre });
    let bars = plan(Goal::Distribution { by: GroupKey::Storey, amount }, "wall", &[]);
    assert_eq!(
        evidence(&house, De, &bars).answer.text,
        "Volumen im Durchschnitt, Wände nach Geschoss: Erdgeschoss (4,5 m³), 1. Obergeschoss (2 m³)."
    );
    let top = plan(Goal::TopGroup { by: GroupKey::Storey, fewest: false, amount }, "wall", &[]);
    assert_eq!(
        evidence(&house, De, &top).answer.text,
        "Wände, größtes Volumen im Durchschnitt: Geschoss „Erdgeschoss“ (4,5 m³)."
    );
    assert_eq!(
        evidence(&house, En, &top).answer.text,
        "Walls, largest volume on average: storey “Erdgeschoss” (4.5 m³)."
    );
}

#[test]
fn facts_neighbours_and_descriptions_have_sentences() {
    let house = house();
    let about = |fact| plan(Goal::About { fact }, "element", &[]);
    assert_eq!(evidence(&house, De, &about(Fact::BuildingName)).answer.text, "Name des Gebäudes: Haus.");
    assert_eq!(
        evidence(&house, En, &about(Fact::Units)).answer.text,
        "Units: length in m, area in m², volume in m³, weight in kg."
    );
    assert_eq!(reason(&house, De, &about(Fact::Author)), "Die Datei nennt das nicht: der Verfasser.");
    assert_eq!(reason(&house, En, &about(Fact::Address)), "The file does not give the address.");
    let described = plan(Goal::Describe, "wall", &[Filter::Name("Wand Nord".to_owned())]);
    let answer = evidence(&house, De, &described).answer;
    assert!(answer.text.contains("Name: Wand Nord; IFC-Typ: IfcWall; Geschoss: Erdgeschoss"), "{}", answer.text);
    assert!(answer.text.contains("NetVolume: 4,5 m³") && answer.text.contains("IsExternal: ja"), "{}", answer.text);
    assert!(answer.items.iter().any(|item| item.name.as_deref() == Some("BaseQuantities.NetVolume")));
    let mut draft = Draft::default();
    let [a, b] = ["A", "B"].map(|name| draft.entity("IfcSpace", name));
    let wall = draft.entity("IfcWall", "W");
    draft.builder.boundary(a, wall);
    draft.builder.boundary(b, wall);
    let neighbours = plan(Goal::Neighbours { through: Vec::new() }, "space", &[Filter::Name("A".to_owned())]);
    assert_eq!(evidence(&draft.build(), De, &neighbours).answer.text, "1 angrenzender Raum: B.");
}

#[test]
fn an_explanation_says_what_was_looked_at_by_which_rule_and_what_is_left_out() {
    let mut draft = Draft::default();
    for (name, volume, bearing) in [("a", Some(2.0), Some(true)), ("b", None, Some(true)), ("c", Some(1.0), None)] {
        let wall = draft.entity("IfcWall", name);
        if let Some(volume) = volume {
            draft.quantity(wall, "NetVolume", Measure::Volume, volume);
        }
        if let Some(bearing) = bearing {
            draft.property(wall, "LoadBearing", crate::ifc::ValueDraft::Boolean(bearing));
        }
    }
    let model = draft.build();
    let sum = Goal::Measure { measure: MeasureKind::Volume, statistic: Statistic::Sum, unit: Unit::CubicMetre };
    let plan = plan(sum, "wall", &[is("load_bearing")]);
    assert_eq!(
        evidence(&model, De, &plan).explanation,
        [
            "Betrachtet: Wände (tragend); 2, davon mit Angabe 1.",
            "Regel: Summe Volumen in m3: Wände (tragend).",
            "Verwendet: NetVolume; netto vor brutto, Mengen vor Eigenschaften, das Bauteil vor seinem Typ.",
            "Nicht entscheidbar: 1 von 3; das Modell sagt nicht, ob die Bedingung gilt. Sie zählen nicht mit.",
            "Nicht enthalten: 1 (ohne Angabe).",
        ]
    );
    let english = evidence(&model, En, &plan).explanation;
    assert_eq!(
        english.first().map(String::as_str),
        Some("Looked at: walls (load-bearing); 2, of which 1 with a value.")
    );
    assert_eq!(english.len(), 5);
}

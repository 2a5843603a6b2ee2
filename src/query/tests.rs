use proptest::collection::vec;
use proptest::prelude::*;

use super::testing::{Built, Draft, house};
use super::{
    Amount, Comparison, Filter, Goal, GroupKey, Language, MeasureKind, PLAN_VERSION, Plan, PropertyTest, Question,
    Selection, Statistic, Status,
};
use crate::ifc::Unit;
use crate::limits;

/// Words that mean something, so that random questions get past the first unknown word.
const WORDS: &[&str] = &[
    "wie",
    "viele",
    "viel",
    "how",
    "many",
    "much",
    "Türen",
    "doors",
    "Wände",
    "walls",
    "Räume",
    "Küche",
    "im",
    "EG",
    "1.",
    "OG",
    "ground",
    "floor",
    "kg",
    "m3",
    "mm",
    "größer",
    "als",
    "0,5",
    "1.5",
    "12",
    "nicht",
    "ohne",
    "und",
    "oder",
    "Stahlbeton",
    "aus",
    "tragend",
    "external",
    "EI30",
    "Feuerwiderstandsklasse",
    "„Wand Nord“",
    "\"x\"",
    "(",
    ")",
    "„",
    "Volumen",
    "durchschnittlich",
    "größte",
    "drei",
    "je",
    "Geschoss",
    "die",
    "meisten",
    "Schichten",
    "sitzt",
    "welche",
    "wo",
    "Typ",
    "Material",
    "Kosten",
    "Abmessungen",
    "gibt es",
    "?",
    ",",
    "-",
    "%",
    "IfcWall",
    "Stahlbetonwände",
    "Wandfläche",
];

pub(super) fn unit() -> impl Strategy<Value = Unit> {
    prop::sample::select(Unit::ALL)
}

pub(super) fn measure() -> impl Strategy<Value = MeasureKind> {
    prop::sample::select(vec![
        MeasureKind::Volume,
        MeasureKind::Area,
        MeasureKind::OpeningArea,
        MeasureKind::Length,
        MeasureKind::Width,
        MeasureKind::Height,
        MeasureKind::Thickness,
        MeasureKind::Perimeter,
        MeasureKind::Weight,
    ])
}

fn statistic() -> impl Strategy<Value = Statistic> {
    prop::sample::select(vec![Statistic::Sum, Statistic::Average, Statistic::Minimum, Statistic::Maximum])
}

fn comparison() -> impl Strategy<Value = Comparison> {
    use Comparison::{Above, AtLeast, AtMost, Below, Equal};
    prop::sample::select(vec![Equal, Above, AtLeast, Below, AtMost])
}

fn number() -> impl Strategy<Value = f64> {
    any::<f64>().prop_filter("plans hold what a person can write", |number| number.is_finite())
}

/// A name of the house, or anything.
fn name() -> impl Strategy<Value = String> {
    let known = ["fire_rating", "Erdgeschoss", "Wand Nord", "Küche", "reinforced_concrete", "wood", "IsExternal"];
    prop_oneof![prop::sample::select(known.map(str::to_owned).to_vec()), any::<String>()]
}

pub(super) fn amount() -> impl Strategy<Value = Option<Amount>> {
    let amount = (measure(), statistic(), unit());
    prop::option::of(amount.prop_map(|(measure, statistic, unit)| Amount { measure, statistic, unit }))
}

pub(super) fn group_key() -> impl Strategy<Value = GroupKey> {
    prop_oneof![
        Just(GroupKey::Storey),
        Just(GroupKey::Component),
        Just(GroupKey::TypeName),
        Just(GroupKey::Material),
        name().prop_map(GroupKey::Property),
    ]
}

pub(super) fn goal() -> impl Strategy<Value = Goal> {
    let measured = (measure(), statistic(), unit(), any::<bool>(), 0_usize..20);
    let of_one = prop_oneof![
        Just(Goal::Count),
        Just(Goal::Exists),
        Just(Goal::List),
        Just(Goal::Dimensions),
        Just(Goal::Layers),
        Just(Goal::Host),
        Just(Goal::BoundedSpaces),
        name().prop_map(|topic| Goal::Topic { topic }),
        name().prop_map(|property| Goal::PropertyOf { property }),
        (name(), statistic()).prop_map(|(property, statistic)| Goal::PropertyStatistic { property, statistic }),
    ];
    let grouped = prop_oneof![
        (group_key(), amount()).prop_map(|(by, amount)| Goal::Distribution { by, amount }),
        (group_key(), any::<bool>(), amount()).prop_map(|(by, fewest, amount)| Goal::TopGroup { by, fewest, amount }),
        group_key().prop_map(|by| Goal::Distinct { by }),
    ];
    let measured = (measured, 0..3_u8).prop_map(|((measure, statistic, unit, smallest, limit), which)| match which {
        0 => Goal::Measure { measure, statistic, unit },
        1 => Goal::MeasureOf { measure, unit },
        _ => Goal::Extreme { measure, smallest, limit, unit },
    });
    prop_oneof![of_one, grouped, measured]
}

pub(super) fn filter() -> impl Strategy<Value = Filter> {
    let test = prop_oneof![
        any::<bool>().prop_map(PropertyTest::Is),
        name().prop_map(PropertyTest::Says),
        (comparison(), number()).prop_map(|(comparison, number)| PropertyTest::Number(comparison, number)),
        Just(PropertyTest::Present),
        Just(PropertyTest::Absent),
    ];
    let measured = (measure(), comparison(), number());
    prop_oneof![
        vec(name(), 0..3).prop_map(Filter::Storey),
        name().prop_map(Filter::StoreyUnknown),
        name().prop_map(Filter::Material),
        (name(), test).prop_map(|(property, test)| Filter::Property(property, test)),
        measured.prop_map(|(measure, comparison, number)| Filter::Measure(measure, comparison, number)),
        name().prop_map(Filter::Name),
        name().prop_map(Filter::GlobalId),
        name().prop_map(Filter::TypeName),
        name().prop_map(Filter::InSpace),
        name().prop_map(Filter::HostedBy),
        name().prop_map(Filter::BoundsSpace),
    ]
}

pub(super) fn plan() -> impl Strategy<Value = Plan> {
    let kinds = ["wall", "door", "space", "element", "rafter", "storey", "IfcWall", "IfcNothing", "label:Ständer", ""];
    let any_of = vec(prop::sample::select(kinds.map(str::to_owned).to_vec()), 0..3);
    (goal(), any_of, vec(filter(), 0..4)).prop_map(|(goal, any_of, filters)| Plan {
        version: PLAN_VERSION,
        goal,
        of: Selection { any_of, filters },
    })
}

/// What holds for every answer, whatever was asked.
fn assert_coherent(model: &Built, text: &str) {
    let Ok(question) = Question::parse(text) else {
        assert!(text.trim().is_empty() || limits::QUESTION_BYTES_MAX < text.trim().len());
        return;
    };
    let answer = model.askable().ask(&question);
    let status = serde_json::to_value(answer.status).unwrap();
    assert!(
        ["answered", "not_in_model", "not_understood", "needs_llm"].contains(&status.as_str().unwrap()),
        "{text}: {status}"
    );
    let answered = answer.status == Status::Answered;
    let planned = answered || answer.status == Status::NotInModel;
    assert_eq!(answer.answer.is_some(), answered, "{text}");
    assert_eq!(answer.evidence.is_some(), answered, "{text}");
    assert_eq!(answer.reason.is_some(), !answered, "{text}");
    assert_eq!(answer.plan.is_some(), planned, "{text}");
    assert!(answer.coverage.with_value <= answer.coverage.elements, "{text}: {:?}", answer.coverage);
    if let Some(plan) = &answer.plan {
        let written = serde_json::to_string(plan).unwrap();
        let again: Plan = serde_json::from_str(&written).unwrap();
        assert_eq!((serde_json::to_string(&again).unwrap(), &again), (written, plan), "{text}");
        let evidence = model.askable().evidence(plan, answer.language);
        assert_eq!(evidence.map(|evidence| evidence.answer), answer.answer, "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_answered_or_refused_coherently(text in any::<String>()) {
        assert_coherent(&house(), &text);
    }

    #[test]
    fn any_run_of_known_words_is_answered_or_refused_coherently(words in vec(prop::sample::select(WORDS), 1..12)) {
        assert_coherent(&house(), &words.join(" "));
    }

    #[test]
    fn any_plan_is_read_back_as_it_was_written(plan in plan()) {
        let written = serde_json::to_string(&plan).unwrap();
        let read: Plan = serde_json::from_str(&written).unwrap();
        prop_assert_eq!(&read, &plan);
        prop_assert_eq!(serde_json::to_string(&read).unwrap(), written);
    }

    #[test]
    fn any_plan_is_executed_and_worded_without_a_fault(plan in plan()) {
        let model = house().askable();
        for language in [Language::De, Language::En] {
            if let Some(evidence) = model.evidence(&plan, language) {
                prop_assert!(!evidence.rule.is_empty());
                prop_assert!(evidence.answer.items.len() == evidence.answer.items_total);
            }
        }
    }
}

#[test]
fn a_model_without_anything_refuses_every_question_with_a_reason() {
    let nothing = Draft::default().build();
    for text in ["Wie viele Türen gibt es im EG?", "Wie groß ist das Volumen der Wände?", "Welche Räume gibt es?"] {
        let answer = nothing.ask(Language::De, text);
        assert_eq!(answer.status, Status::NotInModel, "{text}: {answer:?}");
        assert!(answer.reason.is_some_and(|reason| !reason.is_empty()), "{text}");
    }
    assert_coherent(&nothing, "Flurbel?");
}

#[test]
fn an_answer_names_a_thousand_elements_and_counts_all() {
    let mut draft = Draft::default();
    let storey = draft.storey("EG", 0.0);
    for number in 0..=limits::ANSWER_ITEMS_MAX {
        draft.entity_in(storey, "IfcDoor", &format!("D{number}"));
    }
    let model = draft.build();
    let answer = model.ask(Language::En, "Which doors are there?");
    let body = answer.answer.unwrap();
    assert_eq!((body.items.len(), body.items_total), (limits::ANSWER_ITEMS_MAX, limits::ANSWER_ITEMS_MAX + 1));
    let all = model.askable().evidence(&answer.plan.unwrap(), Language::En).unwrap().answer;
    assert_eq!((all.items.len(), all.value), (limits::ANSWER_ITEMS_MAX + 1, body.value));
}

#[test]
fn what_is_not_understood_comes_with_what_was_and_three_questions_that_have_an_answer() {
    let house = house();
    let answer = house.ask(Language::De, "Wie viele Flurbeln gibt es im Erdgeschoss?");
    assert_eq!(answer.status, Status::NotUnderstood);
    let reason = answer.reason.unwrap();
    assert!(reason.contains("Flurbeln") && reason.contains("Wie viele"), "{reason}");
    assert_eq!(answer.suggestions.len(), 3);
    for text in &answer.suggestions {
        assert_eq!(house.ask(Language::De, text).status, Status::Answered, "{text}");
    }
}

//! An answer as the older clients read it: the flat fields of their page, and the nested ones of the older server.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::query::{
    Answer, AnswerBody, AnswerKind, Coverage, EvidenceReference, Filter, Goal, GroupKey, Item, Language, Plan, Scalar,
    Status,
};

/// What stands for a language model where none was used.
pub(super) const EXACT: &str = "exact";

/// Of whom the result is.
#[derive(Debug)]
pub(super) struct Origin<'a> {
    pub(super) query_id: &'a str,
    pub(super) text: &'a str,
    pub(super) intent_hint: Option<&'a str>,
    /// RFC 3339.
    pub(super) created_at: String,
}

#[derive(Debug, Serialize)]
pub(super) struct OlderResult {
    query_id: String,
    original_query: String,
    intent: String,
    status: &'static str,
    answer: String,
    confidence_score: f64,
    completeness_score: f64,
    relevance_score: f64,
    chunk_results: Vec<Value>,
    aggregated_data: Value,
    structured_data: Value,
    processing_stats: Stats,
    #[serde(flatten)]
    stats: Stats,
    created_at: String,
}

#[derive(Debug, Clone, Serialize)]
struct Stats {
    total_chunks: usize,
    successful_chunks: usize,
    failed_chunks: usize,
    total_tokens: u64,
    total_cost: f64,
    /// Seconds.
    processing_time: f64,
    model_used: String,
}

pub(super) fn result(origin: Origin<'_>, answer: &Answer) -> OlderResult {
    let seconds = answer.took_ms / 1000.0;
    let chunk_results: Vec<Value> = answer.evidence.iter().map(|evidence| chunk(evidence, seconds)).collect();
    let stats = Stats {
        total_chunks: chunk_results.len(),
        successful_chunks: chunk_results.len(),
        failed_chunks: 0,
        total_tokens: answer.cost.input_tokens + answer.cost.output_tokens,
        total_cost: answer.cost.usd.parse().unwrap_or_default(),
        processing_time: seconds,
        model_used: answer.cost.model.clone().unwrap_or_else(|| EXACT.to_owned()),
    };
    let intent = answer.plan.as_ref().map(intent).or(origin.intent_hint).unwrap_or("general").to_owned();
    let (confidence, completeness, relevance) = scores(answer);
    OlderResult {
        query_id: origin.query_id.to_owned(),
        original_query: origin.text.to_owned(),
        intent,
        status: "completed",
        answer: text(answer),
        confidence_score: confidence,
        completeness_score: completeness,
        relevance_score: relevance,
        chunk_results,
        aggregated_data: aggregated(answer),
        structured_data: structured(answer),
        processing_stats: stats.clone(),
        stats,
        created_at: origin.created_at,
    }
}

/// The part of the model that the answer rests on takes the place of a chunk: nothing else was read for it.
fn chunk(evidence: &EvidenceReference, seconds: f64) -> Value {
    json!({
        "chunk_id": evidence.id, "content": evidence.rule, "status": "completed", "confidence_score": 1.0,
        "extraction_quality": "high", "tokens_used": 0, "processing_time": seconds,
    })
}

/// How sure, how complete and how much to the point, from 0 to 1. A computed answer is certain; what it cannot know is how
/// much of the building carries the value, which is the completeness.
fn scores(answer: &Answer) -> (f64, f64, f64) {
    match answer.status {
        Status::Answered => (1.0, coverage(&answer.coverage), 1.0),
        Status::NotInModel => (1.0, 0.0, 1.0),
        Status::NotUnderstood | Status::NeedsLlm => (0.0, 0.0, 0.0),
    }
}

#[expect(clippy::cast_precision_loss, reason = "numbers of elements are far below 2^53")]
fn coverage(coverage: &Coverage) -> f64 {
    let left_out: usize = coverage.left_out.iter().map(|left| left.count).sum();
    if coverage.elements == 0 || left_out == 0 {
        return 1.0;
    }
    (coverage.with_value as f64 / coverage.elements as f64).clamp(0.0, 1.0)
}

/// What a person reads. Whatever is no answer says why, and what could be asked instead.
fn text(answer: &Answer) -> String {
    if let Some(body) = &answer.answer {
        return body.text.clone();
    }
    let (otherwise, none) = match answer.language {
        Language::De => ("Fragen, die dieses Modell beantwortet", "Darauf gibt es keine Antwort."),
        Language::En => ("Questions that this model answers", "There is no answer to that."),
    };
    let mut text = answer.reason.clone().unwrap_or_else(|| none.to_owned());
    if !answer.suggestions.is_empty() {
        text.push_str(&format!("\n\n{otherwise}:"));
        for suggestion in &answer.suggestions {
            text.push_str(&format!("\n- {suggestion}"));
        }
    }
    text
}

/// The words that the older page has German labels for.
pub(super) fn intent(plan: &Plan) -> &'static str {
    match &plan.goal {
        Goal::Count
        | Goal::Exists
        | Goal::Measure { .. }
        | Goal::MeasureOf { .. }
        | Goal::Extreme { .. }
        | Goal::Share { .. }
        | Goal::Compare { .. }
        | Goal::Dimensions => "quantity",
        Goal::List | Goal::Describe => component(plan),
        Goal::Every { .. }
        | Goal::PropertyStatistic { .. }
        | Goal::PropertyExtreme { .. }
        | Goal::PropertyOf { .. } => "property",
        Goal::Distribution { by, .. } | Goal::TopGroup { by, .. } | Goal::Distinct { by } => grouped(by),
        Goal::Layers => "material",
        Goal::Host | Goal::Neighbours { .. } | Goal::BoundedSpaces => "relationship",
        Goal::About { .. } => "general",
        Goal::Topic { topic } if topic == "cost" => "cost",
        Goal::Topic { .. } => "property",
    }
}

fn component(plan: &Plan) -> &'static str {
    let spatial = |kind: &String| matches!(kind.as_str(), "space" | "storey" | "building" | "site");
    let material = plan.of.filters.iter().any(|filter| matches!(filter, Filter::Material(_)));
    match plan.of.any_of.iter().any(spatial) {
        true => "spatial",
        false if material => "material",
        false => "component",
    }
}

fn grouped(by: &GroupKey) -> &'static str {
    match by {
        GroupKey::Storey | GroupKey::Space => "spatial",
        GroupKey::Component | GroupKey::TypeName => "component",
        GroupKey::Material => "material",
        GroupKey::Property(_) | GroupKey::Classification => "property",
        GroupKey::Group => "relationship",
        GroupKey::Measure(_) => "quantity",
    }
}

/// All that the answer holds, for clients that go beyond the older fields.
fn aggregated(answer: &Answer) -> Value {
    let evidence_url = answer.evidence.as_ref().map(|evidence| evidence.url.as_str());
    json!({
        "status": answer.status, "language": answer.language, "answer": answer.answer, "coverage": answer.coverage,
        "understood_as": answer.understood_as, "reason": answer.reason, "suggestions": answer.suggestions,
        "evidence_url": evidence_url,
    })
}

fn structured(answer: &Answer) -> Value {
    let Some(body) = &answer.answer else {
        return json!({ "entities": [], "quantities": {}, "materials": [], "spatial_context": {} });
    };
    let storeys: BTreeSet<&str> = body.items.iter().filter_map(|item| item.storey.as_deref()).collect();
    json!({
        "entities": body.items.iter().map(entity).collect::<Vec<Value>>(),
        "quantities": quantities(body, answer.language),
        "materials": materials(answer.plan.as_ref(), body),
        "spatial_context": { "storeys": storeys },
    })
}

fn entity(item: &Item) -> Value {
    let mut properties = Map::new();
    let texts = [
        ("global_id", &item.global_id),
        ("number", &item.number),
        ("storey", &item.storey),
        ("unit", &item.unit),
        ("source", &item.source),
        ("group", &item.group),
    ];
    for (key, text) in texts {
        properties.extend(text.as_ref().map(|text| (key.to_owned(), json!(text))));
    }
    properties.extend(item.value.as_ref().map(|value| ("value".to_owned(), json!(value))));
    properties.extend(item.thickness_mm.map(|thickness| ("thickness_mm".to_owned(), json!(thickness))));
    let name = item.name.as_ref().or(item.global_id.as_ref()).map_or("", String::as_str);
    json!({ "type": item.entity_type.as_deref().unwrap_or(""), "name": name, "properties": properties })
}

/// Numbers by a name: that of the group, else that of what they are.
#[expect(clippy::cast_precision_loss, reason = "the older clients hold numbers as doubles")]
fn quantities(body: &AnswerBody, language: Language) -> BTreeMap<String, f64> {
    let mut numbers: BTreeMap<String, f64> = body.groups.iter().map(|group| (group.key.clone(), group.value)).collect();
    let number = match &body.value {
        Some(Scalar::Integer(number)) => Some(*number as f64),
        Some(Scalar::Number(number)) => Some(*number),
        Some(Scalar::Boolean(_) | Scalar::Text(_)) | None => None,
    };
    let name = match (body.kind, body.unit.as_deref(), language) {
        (AnswerKind::Count, _, Language::De) => "Anzahl",
        (AnswerKind::Count, _, Language::En) => "Count",
        (_, Some(unit), _) if !unit.is_empty() => unit,
        (_, _, Language::De) => "Wert",
        (_, _, Language::En) => "Value",
    };
    numbers.extend(number.map(|number| (name.to_owned(), number)));
    numbers
}

fn materials(plan: Option<&Plan>, body: &AnswerBody) -> BTreeSet<String> {
    let Some(plan) = plan else { return BTreeSet::new() };
    let mut found: BTreeSet<String> = BTreeSet::new();
    found.extend(plan.of.filters.iter().filter_map(|filter| {
        let Filter::Material(name) = filter else { return None };
        Some(name.clone())
    }));
    if intent(plan) == "material" && !matches!(plan.goal, Goal::List | Goal::Describe) {
        found.extend(body.groups.iter().map(|group| group.key.clone()));
        found.extend(body.items.iter().filter_map(|item| item.name.clone()));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::{AnsweredBy, CacheTier, Cost, Group, LeftOut, MeasureKind, PLAN_VERSION, Selection};

    fn answer(status: Status, body: Option<AnswerBody>, goal: Option<Goal>) -> Answer {
        Answer {
            question: "Wie viele Türen?".to_owned(),
            language: Language::De,
            status,
            answer: body,
            coverage: Coverage::default(),
            evidence: None,
            plan: goal.map(|goal| Plan { version: PLAN_VERSION, goal, of: Selection::default() }),
            understood_as: None,
            reason: None,
            suggestions: Vec::new(),
            answered_by: AnsweredBy::Exact,
            cache: CacheTier::Miss,
            cost: Cost::default(),
            took_ms: 1500.0,
        }
    }

    fn body(kind: AnswerKind, value: Option<Scalar>, groups: Vec<Group>) -> AnswerBody {
        let item = Item {
            global_id: Some("0123456789012345678901".to_owned()),
            name: Some("T1".to_owned()),
            entity_type: Some("IfcDoor".to_owned()),
            storey: Some("EG".to_owned()),
            ..Item::default()
        };
        let text = "Es gibt eine Tür.".to_owned();
        AnswerBody { kind, value, unit: None, items: vec![item], items_total: 1, groups, text }
    }

    fn mapped(answer: &Answer, intent_hint: Option<&str>) -> Value {
        let origin = Origin {
            query_id: "q",
            text: "Wie viele Türen?",
            intent_hint,
            created_at: "2026-11-23T12:00:00Z".to_owned(),
        };
        serde_json::to_value(result(origin, answer)).unwrap()
    }

    #[test]
    fn flat_and_nested_fields_say_the_same() {
        let mut answered = answer(
            Status::Answered,
            Some(body(AnswerKind::Count, Some(Scalar::Integer(1)), Vec::new())),
            Some(Goal::Count),
        );
        answered.coverage = Coverage {
            elements: 4,
            with_value: 3,
            left_out: vec![LeftOut { reason: "ohne Wert".to_owned(), count: 1 }],
        };
        let url = "/v1/evidence/e".to_owned();
        answered.evidence = Some(EvidenceReference { id: "e".to_owned(), url, rule: "count".to_owned() });
        let found = mapped(&answered, None);
        for (key, value) in found["processing_stats"].as_object().unwrap() {
            assert_eq!(&found[key], value, "{key}");
        }
        assert_eq!(found["processing_time"], 1.5);
        assert_eq!(found["total_chunks"], 1);
        assert_eq!(found["model_used"], EXACT);
        assert_eq!((&found["intent"], &found["answer"]), (&json!("quantity"), &json!("Es gibt eine Tür.")));
        assert_eq!((&found["confidence_score"], &found["completeness_score"]), (&json!(1.0), &json!(0.75)));
        assert_eq!(found["structured_data"]["quantities"], json!({ "Anzahl": 1.0 }));
        let entity = json!({ "type": "IfcDoor", "name": "T1",
            "properties": { "global_id": "0123456789012345678901", "storey": "EG" } });
        assert_eq!(found["structured_data"]["entities"], json!([entity]));
        assert_eq!(found["structured_data"]["spatial_context"], json!({ "storeys": ["EG"] }));
    }

    #[test]
    fn what_is_no_answer_says_why_and_keeps_the_hint() {
        let mut none = answer(Status::NotUnderstood, None, None);
        none.reason = Some("„Blub“ ist nicht bekannt.".to_owned());
        none.suggestions = vec!["Wie viele Wände gibt es?".to_owned()];
        let found = mapped(&none, Some("cost"));
        assert_eq!((&found["intent"], &found["confidence_score"]), (&json!("cost"), &json!(0.0)));
        let text = found["answer"].as_str().unwrap();
        assert!(
            text.starts_with("„Blub“ ist nicht bekannt.") && text.ends_with("\n- Wie viele Wände gibt es?"),
            "{text}"
        );
        assert_eq!(mapped(&none, None)["intent"], "general");
        assert!(
            mapped(&answer(Status::NeedsLlm, None, None), None)["answer"].as_str().is_some_and(|text| 5 < text.len())
        );
    }

    #[test]
    fn every_intent_is_one_that_the_older_page_can_label() {
        let by = |by| Goal::Distribution { by, amount: None };
        for (goal, wanted) in [
            (Goal::Count, "quantity"),
            (Goal::List, "component"),
            (by(GroupKey::Material), "material"),
            (by(GroupKey::Storey), "spatial"),
            (by(GroupKey::Measure(MeasureKind::Width)), "quantity"),
            (Goal::Topic { topic: "cost".to_owned() }, "cost"),
            (Goal::Host, "relationship"),
            (Goal::PropertyOf { property: "fire_rating".to_owned() }, "property"),
        ] {
            assert_eq!(intent(answer(Status::Answered, None, Some(goal)).plan.as_ref().unwrap()), wanted);
        }
        let groups = vec![Group { key: "Beton".to_owned(), value: 2.5, unit: "m3".to_owned() }];
        let found =
            answer(Status::Answered, Some(body(AnswerKind::Groups, None, groups)), Some(by(GroupKey::Material)));
        let found = mapped(&found, None);
        assert_eq!(found["structured_data"]["quantities"], json!({ "Beton": 2.5 }));
        assert_eq!(found["structured_data"]["materials"], json!(["Beton", "T1"]));
    }
}

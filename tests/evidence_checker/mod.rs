//! Computes the numbers of an answer again from its evidence alone.
//!
//! It knows the JSON of an answer and of its evidence, and nothing of how the program computes: no type, no rule and no
//! unit of the library is used here.

use std::collections::BTreeMap;

use serde_json::Value;

/// What rounding to nine digits does to a number, with room for the order of additions.
const RELATIVE: f64 = 1e-6;
const ABSOLUTE: f64 = 1e-9;

/// What became of an answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Every number was computed again and is the same.
    Agrees,
    /// There is no number to compute.
    NoNumber,
    /// A number is another.
    Differs(String),
}

/// Factors to metres, square metres, cubic metres and kilograms, with the dimension.
const UNITS: &[(&str, &str, f64)] = &[
    ("mm", "length", 1e-3),
    ("cm", "length", 1e-2),
    ("dm", "length", 1e-1),
    ("m", "length", 1.0),
    ("km", "length", 1e3),
    ("mm2", "area", 1e-6),
    ("cm2", "area", 1e-4),
    ("dm2", "area", 1e-2),
    ("m2", "area", 1.0),
    ("ha", "area", 1e4),
    ("mm3", "volume", 1e-9),
    ("cm3", "volume", 1e-6),
    ("dm3", "volume", 1e-3),
    ("l", "volume", 1e-3),
    ("m3", "volume", 1.0),
    ("g", "mass", 1e-3),
    ("kg", "mass", 1.0),
    ("t", "mass", 1e3),
];

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn is_near(got: f64, want: f64) -> bool {
    (got - want).abs() <= ABSOLUTE + RELATIVE * want.abs()
}

/// A number of one unit in another.
fn converted(number: f64, from: &str, to: &str) -> Result<f64, String> {
    if from == to || from.is_empty() || to.is_empty() {
        return Ok(number);
    }
    let of = |unit: &str| UNITS.iter().find(|(name, _, _)| *name == unit);
    match (of(from), of(to)) {
        (Some((_, one, factor)), Some((_, other, divisor))) if one == other => Ok(number * factor / divisor),
        _ => Err(format!("{from} cannot become {to}")),
    }
}

/// Elements in these roles.
fn in_role<'e>(evidence: &'e Value, roles: &[&str]) -> Vec<&'e Value> {
    list(&evidence["elements"]).iter().filter(|element| roles.contains(&text(&element["role"]))).collect()
}

/// The numbers of elements, in a unit.
fn numbers(elements: &[&Value], unit: &str) -> Result<Vec<f64>, String> {
    let valued = elements.iter().filter_map(|e| Some((e["value"].as_f64()?, text(&e["unit"]))));
    valued.map(|(number, from)| converted(number, from, unit)).collect()
}

fn reduced(values: &[f64], statistic: &str) -> Result<f64, String> {
    if values.is_empty() {
        return Err("the evidence holds no value".to_owned());
    }
    let sum: f64 = values.iter().sum();
    Ok(match statistic {
        "sum" => sum,
        "average" => sum / values.len() as f64,
        "minimum" => values.iter().copied().fold(f64::INFINITY, f64::min),
        "maximum" => values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        other => return Err(format!("the statistic {other} is not known")),
    })
}

/// The number of elements, or their amount.
fn amount_of(elements: &[&Value], amount: &Value, unit: &str) -> Result<f64, String> {
    if amount.is_null() {
        return Ok(elements.len() as f64);
    }
    match numbers(elements, unit)?.as_slice() {
        [] => Ok(0.0),
        values => reduced(values, text(&amount["statistic"])),
    }
}

/// The amount in each group.
fn groups(elements: &[&Value], amount: &Value, unit: &str) -> Result<BTreeMap<String, f64>, String> {
    let mut members: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for element in elements {
        for key in list(&element["groups"]) {
            members.entry(text(key)).or_default().push(element);
        }
    }
    let mut found = BTreeMap::new();
    for (key, elements) in members {
        if amount.is_null() || elements.iter().any(|element| element["value"].is_number()) {
            found.insert(key.to_owned(), amount_of(&elements, amount, unit)?);
        }
    }
    Ok(found)
}

#[expect(clippy::unnecessary_wraps, reason = "an arm of a match whose other arms may fail")]
fn compared(what: &str, got: f64, want: &Value) -> Result<Verdict, String> {
    match want.as_f64() {
        Some(want) if is_near(got, want) => Ok(Verdict::Agrees),
        _ => Ok(Verdict::Differs(format!("{what}: the evidence gives {got}, the answer {want}"))),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "an arm of a match whose other arms may fail")]
fn truth(what: &str, got: bool, want: &Value) -> Result<Verdict, String> {
    Ok(if want.as_bool() == Some(got) {
        Verdict::Agrees
    } else {
        Verdict::Differs(format!("{what}: the evidence gives {got}, the answer {want}"))
    })
}

/// The name of a goal on the wire, and its fields.
fn goal(plan: &Value) -> (&str, &Value) {
    let goal = &plan["goal"];
    match goal.as_object().and_then(|object| object.iter().next()) {
        Some((name, fields)) => (name, fields),
        None => (text(goal), &Value::Null),
    }
}

/// Computes the numbers of an answer again.
pub(crate) fn check(answer: &Value, evidence: &Value) -> Verdict {
    if answer["status"] != "answered" {
        return Verdict::NoNumber;
    }
    recompute(&answer["answer"], evidence).unwrap_or_else(Verdict::Differs)
}

fn recompute(answer: &Value, evidence: &Value) -> Result<Verdict, String> {
    let (name, fields) = goal(&evidence["plan"]);
    let (value, unit) = (&answer["value"], text(&answer["unit"]));
    let counted = in_role(evidence, &["counted"]);
    let all = in_role(evidence, &["counted", "considered"]);
    match name {
        "count" | "list" => compared("the number of elements", counted.len() as f64, value),
        "exists" => truth("whether there is any", !counted.is_empty(), value),
        "every" => truth("whether none fails", counted.is_empty(), value),
        "measure" | "property_statistic" => {
            compared("the statistic", reduced(&numbers(&counted, unit)?, text(&fields["statistic"]))?, value)
        }
        "extreme" | "property_extreme" => extreme(answer, &counted, &all, fields),
        "distribution" => distribution(answer, &groups(&counted, &fields["amount"], unit)?),
        "distinct" => {
            let found = groups(&counted, &Value::Null, "")?;
            distribution(answer, &found)?;
            compared("the number of distinct values", found.len() as f64, value)
        }
        "top_group" => top_group(answer, &groups(&all, &fields["amount"], "")?, fields),
        "share" => {
            let unit = text(&fields["amount"]["unit"]);
            let part = amount_of(&counted, &fields["amount"], unit)?;
            let whole = amount_of(&in_role(evidence, &["whole"]), &fields["amount"], unit)?;
            compared("the share in percent", 100.0 * part / whole, value)
        }
        "compare" => compare(answer, &counted, &in_role(evidence, &["compared"]), fields),
        // One number for many elements is said only where all of them have it.
        "measure_of" | "property_of" if answer["kind"] == "number" => {
            let values = numbers(&counted, unit)?;
            let differs = values.iter().find(|number| !value.as_f64().is_some_and(|want| is_near(**number, want)));
            compared("the value of each", differs.or(values.first()).copied().unwrap_or(f64::NAN), value)
        }
        _ if value.is_number() && answer["kind"] == "list" => {
            compared("the number of entries", counted.len() as f64, value)
        }
        _ if value.is_number() => Err(format!("the number of a {name} cannot be computed")),
        _ => Ok(Verdict::NoNumber),
    }
}

/// No element that was left out may be beyond one that was counted; the value is the most extreme.
fn extreme(answer: &Value, counted: &[&Value], all: &[&Value], fields: &Value) -> Result<Verdict, String> {
    let is_smallest = fields["smallest"].as_bool().unwrap_or_default();
    let unit = text(&answer["unit"]);
    let unit = if unit == "count" { "" } else { unit };
    let statistic = |least: bool| if least { "minimum" } else { "maximum" };
    let best = reduced(&numbers(all, unit)?, statistic(is_smallest))?;
    let best_counted = reduced(&numbers(counted, unit)?, statistic(is_smallest))?;
    if !is_near(best, best_counted) {
        return Ok(Verdict::Differs(format!("{best} stands in the evidence, and {best_counted} was taken")));
    }
    let last = reduced(&numbers(counted, unit)?, statistic(!is_smallest))?;
    let better = numbers(all, unit)?.iter().filter(|v| if is_smallest { **v < last } else { **v > last }).count();
    if counted.len() < better {
        return Ok(Verdict::Differs(format!("{better} are beyond {last}, and {} were taken", counted.len())));
    }
    match text(&answer["kind"]) {
        "list" => compared("the number of elements", counted.len() as f64, &answer["value"]),
        _ => compared("the extreme", best, &answer["value"]),
    }
}

fn distribution(answer: &Value, found: &BTreeMap<String, f64>) -> Result<Verdict, String> {
    let bars = list(&answer["groups"]);
    if bars.len() != found.len() {
        return Err(format!("the evidence gives {} groups, the answer {}", found.len(), bars.len()));
    }
    for bar in bars {
        let key = text(&bar["key"]);
        let got = found.get(key).ok_or_else(|| format!("no element of the evidence is in group {key}"))?;
        if let Verdict::Differs(why) = compared(key, *got, &bar["value"])? {
            return Err(why);
        }
    }
    Ok(Verdict::Agrees)
}

/// The name says which groups are first; where a number is given, it is theirs.
fn top_group(answer: &Value, found: &BTreeMap<String, f64>, fields: &Value) -> Result<Verdict, String> {
    let values: Vec<f64> = found.values().copied().collect();
    let is_fewest = fields["fewest"].as_bool().unwrap_or_default();
    let best = reduced(&values, if is_fewest { "minimum" } else { "maximum" })?;
    let said = text(&answer["value"]);
    let mut winners: Vec<&str> = found.iter().filter(|(_, v)| is_near(**v, best)).map(|(key, _)| &**key).collect();
    let mut named: Vec<&str> = said.split(", ").collect();
    winners.sort_unstable();
    named.sort_unstable();
    // A name may itself hold the separator.
    // A group of which the evidence holds no element has none, and nothing is fewer.
    let are_empty = is_fewest && fields["amount"].is_null() && named.iter().all(|name| !found.contains_key(*name));
    let is_same = are_empty
        || winners == named
        || winners.iter().all(|name| said.contains(name)) && winners.join(", ").len() == said.len();
    if answer["value"].is_number() {
        return compared("the number of the first group", best, &answer["value"]);
    }
    Ok(if is_same { Verdict::Agrees } else { Verdict::Differs(format!("{winners:?} are first, not {said}")) })
}

fn compare(answer: &Value, first: &[&Value], second: &[&Value], fields: &Value) -> Result<Verdict, String> {
    let unit = text(&fields["amount"]["unit"]);
    let one = amount_of(first, &fields["amount"], unit)?;
    let other = amount_of(second, &fields["amount"], unit)?;
    let value = &answer["value"];
    match text(&fields["contrast"]) {
        "difference" => compared("the difference", one - other, value),
        "ratio" => compared("the ratio", one / other, value),
        "is_more" => truth("whether the first is more", one > other, value),
        // Where one number is said, it is that of the larger set.
        "which" if value.is_number() => compared("the larger", one.max(other), value),
        // Which one is said by name; both numbers stand beside it.
        "which" => {
            let mut got = vec![one, other];
            let mut want: Vec<f64> = list(&answer["groups"]).iter().filter_map(|g| g["value"].as_f64()).collect();
            got.sort_by(f64::total_cmp);
            want.sort_by(f64::total_cmp);
            let is_same = got.len() == want.len() && got.iter().zip(&want).all(|(a, b)| is_near(*a, *b));
            let differs = || Verdict::Differs(format!("the evidence gives {got:?}, the answer {want:?}"));
            Ok(if is_same { Verdict::Agrees } else { differs() })
        }
        contrast => Err(format!("the contrast {contrast} is not known")),
    }
}

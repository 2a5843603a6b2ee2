//! Costs and carbon: what a model cannot hold unless it carries such properties.

use crate::query::answer::Scalar;
use crate::query::lexicon::property::joined;
use crate::query::plan::Selection;

use super::outcome::{Missing, Outcome, Result, Row};
use super::property::{Value, number, source, usable};
use super::{Scene, Selected, select};

/// Words in property names that tell of a topic.
fn topic_words(topic: &str) -> &'static [&'static str] {
    match topic {
        "cost" => &["cost", "kosten", "preis", "price"],
        "schedule" => &["termin", "datum", "date", "schedule", "dauer", "duration", "fertigstellung", "montage"],
        "energy" => {
            &["heizlast", "kuehllast", "heatingload", "coolingload", "energiebedarf", "energydemand", "waermebedarf"]
        }
        _ => &["gwp", "co2", "carbon", "globalwarming", "treibhaus"],
    }
}

/// Costs and carbon: only what properties say, listed and never added up, since their unit and scope are not declared.
pub(super) fn topic(scene: Scene<'_>, topic: &str, of: &Selection) -> Outcome {
    let selected = match select::select(scene, of) {
        Ok(selected) => selected,
        Err(missing @ Missing::Storey(_)) => return Outcome::missing(missing),
        Err(_) => Selected::default(),
    };
    let about = |name: &str| {
        let name = joined(name);
        topic_words(topic).iter().any(|word| name.contains(word))
            && !name.contains("kostengruppe")
            && !name.contains("costgroup")
    };
    let mut rows = Vec::new();
    for entity in &selected.entities {
        for property in scene.reader.properties(*entity).iter().filter(|p| about(scene.reader.text(p.name))) {
            if let Some(Value::Number(number, _)) =
                usable(scene, property).filter(|v| number(v).is_some_and(|n| n != 0.0))
            {
                let source = Some(source(scene, property));
                rows.push(Row { value: Some(Scalar::Number(number)), source, ..Row::of(*entity) });
            }
        }
    }
    if rows.is_empty() {
        return Outcome::missing(Missing::Topic(topic.to_owned()));
    }
    let with_value = rows.len();
    Outcome::of(Result::List(rows.into()), selected.entities.len()).covering(selected.entities.len(), with_value)
}

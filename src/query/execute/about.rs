//! What a model says of itself as a whole: names, author, software, schema, units, place.

use crate::ifc::{Entity, EntityIndex, ModelHead, Unit, is_a, is_placeholder};
use crate::query::answer::Scalar;
use crate::query::plan::Fact;

use super::Scene;
use super::outcome::{Missing, Outcome, Result, Row};

/// A fact, or that the file does not say it.
pub(super) fn about(scene: Scene<'_>, fact: Fact) -> Outcome {
    let head = scene.reader.head();
    match fact {
        Fact::ProjectName => of_entities(scene, fact, &["IfcProject"], name),
        Fact::BuildingName => of_entities(scene, fact, &["IfcBuilding"], name),
        Fact::SiteName => of_entities(scene, fact, &["IfcSite"], name),
        Fact::Description => of_entities(scene, fact, &["IfcProject", "IfcBuilding"], |scene, row| {
            text(scene, row.description, "description")
        }),
        Fact::Author => of_texts(fact, head.authors.iter().map(String::as_str)),
        Fact::Organisation => of_texts(fact, head.organisations.iter().map(String::as_str)),
        Fact::Application => of_texts(fact, head.application.as_deref().into_iter()),
        Fact::WrittenAt => of_texts(fact, head.written_at.as_deref().into_iter()),
        Fact::Schema => of_texts(fact, head.schema.as_deref().into_iter()),
        Fact::Address => of_texts(fact, head.address.as_deref().into_iter()),
        Fact::Coordinates => {
            let shown = head.coordinates.map(|[latitude, longitude]| format!("{latitude:.6}, {longitude:.6}"));
            of_texts(fact, shown.as_deref().into_iter())
        }
        Fact::Units => units(head),
    }
}

fn name(scene: Scene<'_>, row: &Entity) -> Option<String> {
    text(scene, row.name, "name").or_else(|| text(scene, row.long_name, "name"))
}

fn text(scene: Scene<'_>, id: Option<crate::ifc::TextId>, of: &str) -> Option<String> {
    let text = scene.reader.text(id?).trim();
    (!is_placeholder(of, text)).then(|| text.to_owned())
}

/// What the entities of the first of these types that says it say.
fn of_entities(
    scene: Scene<'_>,
    fact: Fact,
    types: &[&str],
    value: impl Fn(Scene<'_>, &Entity) -> Option<String>,
) -> Outcome {
    for entity_type in types {
        let mut rows: Vec<Row> = Vec::new();
        for index in (0..scene.reader.entity_count()).filter_map(EntityIndex::new) {
            let Some(row) = scene.reader.entity(index) else { continue };
            if !is_a(scene.reader.text(row.entity_type), entity_type) {
                continue;
            }
            if let Some(text) = value(scene, &row) {
                rows.push(Row { value: Some(Scalar::Text(text)), ..Row::of(index) });
            }
        }
        if !rows.is_empty() {
            return shown(rows);
        }
    }
    Outcome::missing(Missing::Fact(fact))
}

fn of_texts<'t>(fact: Fact, texts: impl Iterator<Item = &'t str>) -> Outcome {
    let row = |text: &str| Row { value: Some(Scalar::Text(text.to_owned())), ..Row::default() };
    let rows: Vec<Row> = texts.map(str::trim).filter(|t| !is_placeholder("author", t)).map(row).collect();
    if rows.is_empty() { Outcome::missing(Missing::Fact(fact)) } else { shown(rows) }
}

/// All texts in one, as the model gives them.
fn shown(rows: Vec<Row>) -> Outcome {
    let mut texts: Vec<&str> = Vec::new();
    for row in &rows {
        if let Some(Scalar::Text(text)) = &row.value
            && !texts.contains(&text.as_str())
        {
            texts.push(text);
        }
    }
    let text = texts.join(", ");
    let elements = rows.len();
    Outcome::of(Result::Text { text, rows: rows.into() }, elements)
}

/// The declared units, one row each: `length` in `mm`.
fn units(head: &ModelHead) -> Outcome {
    if !head.units_declared {
        return Outcome::missing(Missing::Fact(Fact::Units));
    }
    let units = &head.units;
    let of = [
        ("length", units.length, Unit::Metre),
        ("area", units.area, Unit::SquareMetre),
        ("volume", units.volume, Unit::CubicMetre),
        ("weight", units.weight, Unit::Kilogram),
    ];
    let rows: Vec<Row> = of
        .into_iter()
        .filter_map(|(name, factor, stored)| Some((name, code(factor?, stored))))
        .map(|(name, code)| Row { name: Some(name.to_owned()), value: Some(Scalar::Text(code)), ..Row::default() })
        .collect();
    let text = rows
        .iter()
        .filter_map(|row| if let Some(Scalar::Text(code)) = &row.value { Some(code.as_str()) } else { None });
    let text = text.collect::<Vec<_>>().join(", ");
    let elements = rows.len();
    Outcome::of(Result::Text { text, rows: rows.into() }, elements)
}

/// The unit with this factor; one without a name by its factor.
fn code(factor: f64, stored: Unit) -> String {
    let same = |unit: &&Unit| unit.measure() == stored.measure() && (unit.factor() / factor - 1.0).abs() < 1e-6;
    Unit::ALL.iter().find(same).map_or_else(|| format!("{factor} {}", stored.code()), |unit| unit.code().to_owned())
}

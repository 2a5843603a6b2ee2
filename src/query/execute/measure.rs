//! Measured values: which of several stored ones holds, and statistics over them.
//!
//! Rules (contract, inputs.md): net before gross, standard sets before vendor sets, quantity sets before measure-typed
//! properties before attributes, the occurrence before its type; a vendor duplicate is never added to a standard one.

use std::collections::BTreeMap;

use crate::ifc::{EntityIndex, Measure, Quantity, QuantitySource, Unit, is_a, words};
use crate::query::answer::Scalar;
use crate::query::plan::{Comparison, MeasureKind, Selection, Statistic};

use super::outcome::{Missing, Outcome, Reason, Result, Row, Share};
use super::{Scene, Selected, lookup, material, material_filter};

/// A value that holds for an entity, in the stored unit.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Measured {
    pub(super) value: f64,
    /// Set and name, e.g. `BaseQuantities.NetVolume`.
    pub(super) source: String,
    pub(super) corrected: bool,
    pub(super) from_dimensions: bool,
}

/// Names that a measure goes by: net, plain, gross; words joined, folded.
struct Names {
    measure: Measure,
    net: &'static [&'static str],
    plain: &'static [&'static str],
    gross: &'static [&'static str],
}

const VOLUME: Names = Names {
    measure: Measure::Volume,
    net: &["netvolume", "nettovolumen", "nettovolume"],
    plain: &["volume", "volumen"],
    gross: &["grossvolume", "gorssvolume", "bruttovolumen", "bruttovolume"],
};
const SIDE_AREA: Names = Names {
    measure: Measure::Area,
    net: &["netsidearea", "netarea", "nettoflaeche", "nettowandflaeche"],
    plain: &["area", "sidearea", "flaeche", "wandflaeche"],
    gross: &["grosssidearea", "grossarea", "bruttoflaeche"],
};
const PLAN_AREA: Names = Names {
    measure: Measure::Area,
    net: &["netarea", "nettoflaeche", "netsidearea"],
    plain: &["area", "flaeche"],
    gross: &["grossarea", "bruttoflaeche", "projectedarea"],
};
const FLOOR_AREA: Names = Names {
    measure: Measure::Area,
    net: &["netfloorarea", "nettogrundflaeche", "nettoraumflaeche", "netarea"],
    plain: &["gsabimarea", "horizontalarea", "floorarea", "area", "flaeche", "grundflaeche"],
    gross: &["grossfloorarea", "grossarea", "bruttogrundflaeche"],
};
const SURFACE: Names = Names {
    measure: Measure::Area,
    net: &["netarea", "netsurfacearea"],
    plain: &["area", "flaeche"],
    gross: &["grossarea", "outersurfacearea", "grosssurfacearea"],
};
const LENGTH: Names =
    Names { measure: Measure::Length, net: &[], plain: &["length", "nominallength", "laenge"], gross: &["span"] };
const WIDTH: Names = Names {
    measure: Measure::Length,
    net: &[],
    plain: &["overallwidth", "width", "nominalwidth", "breite"],
    gross: &[],
};
const HEIGHT: Names = Names {
    measure: Measure::Length,
    net: &["netheight"],
    plain: &[
        "overallheight",
        "height",
        "nominalheight",
        "hoehe",
        "finishceilingheight",
        "unboundedheight",
        "unconnectedheight",
    ],
    gross: &["grossheight"],
};
const THICKNESS: Names = Names {
    measure: Measure::Length,
    net: &[],
    plain: &["thickness", "dicke", "width", "nominalwidth", "depth", "defaultthickness"],
    gross: &[],
};
const PERIMETER: Names = Names {
    measure: Measure::Length,
    net: &["netperimeter"],
    plain: &["perimeter", "umfang"],
    gross: &["grossperimeter"],
};
const WEIGHT: Names = Names {
    measure: Measure::Weight,
    net: &["netweight"],
    plain: &["weight", "gewicht", "masse", "mass"],
    gross: &["grossweight"],
};

fn names(kind: MeasureKind, entity_type: &str) -> &'static Names {
    match kind {
        MeasureKind::Volume => &VOLUME,
        MeasureKind::Area | MeasureKind::OpeningArea if is_a(entity_type, "IfcWall") => &SIDE_AREA,
        MeasureKind::Area | MeasureKind::OpeningArea if is_a(entity_type, "IfcSlab") => &PLAN_AREA,
        MeasureKind::Area | MeasureKind::OpeningArea if is_a(entity_type, "IfcSpatialElement") => &FLOOR_AREA,
        MeasureKind::Area | MeasureKind::OpeningArea => &SURFACE,
        MeasureKind::Length => &LENGTH,
        MeasureKind::Width => &WIDTH,
        MeasureKind::Height => &HEIGHT,
        MeasureKind::Thickness => &THICKNESS,
        MeasureKind::Perimeter => &PERIMETER,
        MeasureKind::Weight => &WEIGHT,
        MeasureKind::Elevation => &HEIGHT,
    }
}

/// The value of a measure of an entity, or why there is none.
pub(super) fn measured(
    scene: Scene<'_>,
    entity: EntityIndex,
    kind: MeasureKind,
) -> std::result::Result<Measured, Reason> {
    if kind == MeasureKind::OpeningArea {
        return opening_area(scene, entity);
    }
    let Some(row) = scene.reader.entity(entity) else { return Err(Reason::NoValue) };
    let entity_type = scene.reader.text(row.entity_type);
    if kind == MeasureKind::Thickness && row.label.is_some() && PLANAR.iter().any(|planar| is_a(entity_type, planar)) {
        return smallest_side(scene, entity);
    }
    let quantities = scene.reader.quantities(entity);
    let names = names(kind, entity_type);
    let ranked = quantities
        .iter()
        .enumerate()
        .filter_map(|(order, quantity)| Some(((rank(scene, quantity, names)?, order), quantity)));
    let plausible = ranked.clone().filter(|(_, q)| !q.implausible).min_by_key(|(rank, _)| *rank);
    match plausible {
        Some((_, quantity)) => Ok(holds(scene, quantity)),
        None if ranked.count() > 0 => Err(Reason::Implausible),
        None => fallback(scene, entity, kind, entity_type),
    }
}

fn fallback(
    scene: Scene<'_>,
    entity: EntityIndex,
    kind: MeasureKind,
    entity_type: &str,
) -> std::result::Result<Measured, Reason> {
    let opening = is_a(entity_type, "IfcDoor") || is_a(entity_type, "IfcWindow");
    if kind == MeasureKind::Area && opening {
        return opening_area(scene, entity);
    }
    let layers = scene.reader.materials(entity);
    if kind == MeasureKind::Thickness && layers.iter().any(|l| l.is_layer) {
        let sum: Option<f64> = layers.iter().map(|l| l.thickness_m).sum();
        if let Some(value) = sum {
            return Ok(Measured {
                value,
                source: "material layers".to_owned(),
                corrected: false,
                from_dimensions: false,
            });
        }
    }
    let flat = scene.reader.entity(entity).is_some_and(|e| e.label.is_some());
    Err(if kind == MeasureKind::Volume && flat { Reason::NoDimensions } else { Reason::NoValue })
}

/// Kinds of parts whose smallest side is their thickness.
const PLANAR: &[&str] = &["IfcWall", "IfcSlab", "IfcPlate", "IfcCovering"];

/// The thickness of a plane part in a component list, whose length, width and height follow the machine, not the wall.
fn smallest_side(scene: Scene<'_>, entity: EntityIndex) -> std::result::Result<Measured, Reason> {
    [MeasureKind::Length, MeasureKind::Width, MeasureKind::Height]
        .into_iter()
        .filter_map(|side| measured(scene, entity, side).ok())
        .min_by(|a, b| a.value.total_cmp(&b.value))
        .ok_or(Reason::NoDimensions)
}

/// Outer width times outer height.
fn opening_area(scene: Scene<'_>, entity: EntityIndex) -> std::result::Result<Measured, Reason> {
    let width = measured(scene, entity, MeasureKind::Width)?;
    let height = measured(scene, entity, MeasureKind::Height)?;
    let source = format!("{} x {}", width.source, height.source);
    Ok(Measured {
        value: width.value * height.value,
        source,
        corrected: width.corrected || height.corrected,
        from_dimensions: true,
    })
}

fn holds(scene: Scene<'_>, quantity: &Quantity) -> Measured {
    let name = scene.reader.text(quantity.name);
    let source = quantity.set.map_or_else(|| name.to_owned(), |set| format!("{}.{name}", scene.reader.text(set)));
    let from_dimensions = quantity.source == QuantitySource::Dimensions;
    Measured { value: quantity.value, source, corrected: quantity.corrected_by.is_some(), from_dimensions }
}

/// Smaller is better: basis and source, vendor set, type, place of the name in its list. `None` for other quantities.
fn rank(scene: Scene<'_>, quantity: &Quantity, names: &Names) -> Option<(u8, u8, bool, usize)> {
    // Zero is a value: of a wall that is all window, nothing net is left.
    if quantity.measure != names.measure || !quantity.value.is_finite() || quantity.value < 0.0 {
        return None;
    }
    let name = words(scene.reader.text(quantity.name)).concat();
    let position = |list: &[&str]| list.iter().position(|n| *n == name);
    let (basis, place) = position(names.net)
        .map(|p| (0_u8, p))
        .or_else(|| position(names.plain).map(|p| (1, p)))
        .or_else(|| position(names.gross).map(|p| (2, p)))?;
    let tier = match (quantity.source, basis) {
        (QuantitySource::Attribute, _) => 0,
        (QuantitySource::QuantitySet, 0) => 1,
        (QuantitySource::QuantitySet, 1) => 2,
        (QuantitySource::Property, 0) => 3,
        (QuantitySource::QuantitySet, _) => 4,
        (QuantitySource::Property, 1) => 5,
        (QuantitySource::Property, _) => 6,
        (QuantitySource::Dimensions, _) => 7,
        (QuantitySource::Computed, _) => 8,
    };
    let vendor = u8::from(quantity.set.is_some_and(|set| !is_standard_set(scene.reader.text(set))));
    Some((tier, vendor, quantity.from_type, place))
}

fn is_standard_set(set: &str) -> bool {
    set.starts_with("Qto_")
        || set.starts_with("Pset_")
        || matches!(set, "BaseQuantities" | "GSA Space Areas" | "Dimensions")
}

/// Values of a selection: rows with a value, and how many were left out for which reason.
struct Values {
    rows: Vec<(Row, f64)>,
    left_out: BTreeMap<Reason, usize>,
    corrected: usize,
    from_dimensions: usize,
    sources: BTreeMap<String, usize>,
}

fn values(scene: Scene<'_>, of: &Selection, entities: &[EntityIndex], kind: MeasureKind, unit: Unit) -> Values {
    let material = material_filter(&of.filters);
    let mut values = Values {
        rows: Vec::new(),
        left_out: BTreeMap::new(),
        corrected: 0,
        from_dimensions: 0,
        sources: BTreeMap::new(),
    };
    for entity in entities {
        let (measured, share) = match material {
            Some(wanted) => of_material(scene, *entity, kind, wanted),
            None => (measured(scene, *entity, kind), Share::Known(1.0)),
        };
        match (measured, share) {
            (Ok(measured), Share::Known(share)) => {
                let value = measured.value * share / unit.factor();
                values.corrected += usize::from(measured.corrected);
                values.from_dimensions += usize::from(measured.from_dimensions);
                *values.sources.entry(last_name(&measured.source)).or_default() += 1;
                let row = Row {
                    value: Some(Scalar::Number(value)),
                    unit: Some(unit),
                    source: Some(measured.source),
                    ..Row::of(*entity)
                };
                values.rows.push((row, value));
            }
            (Ok(_), Share::Unknown) => *values.left_out.entry(Reason::NoShare).or_default() += 1,
            (Err(reason), _) => *values.left_out.entry(reason).or_default() += 1,
        }
    }
    values
}

/// What counts of an element when a material is asked for: of the volume its share, of the thickness its layers. Of the
/// weight only the whole, since materials differ in density; areas and lengths are the element's.
fn of_material(
    scene: Scene<'_>,
    entity: EntityIndex,
    kind: MeasureKind,
    wanted: &str,
) -> (std::result::Result<Measured, Reason>, Share) {
    let share = material::share(scene, entity, wanted);
    match (kind, share) {
        (MeasureKind::Thickness, _) => {
            let layers = material::layer_thickness(scene, entity, wanted);
            let source = "material layers".to_owned();
            let measured = |value| Measured { value, source, corrected: false, from_dimensions: false };
            (layers.map(measured).ok_or(Reason::NoValue), Share::Known(1.0))
        }
        (MeasureKind::Volume, share) => (measured(scene, entity, kind), share),
        (MeasureKind::Weight, Share::Known(share)) if share < 1.0 => (measured(scene, entity, kind), Share::Unknown),
        (MeasureKind::Weight, share) => (measured(scene, entity, kind), share),
        (_, _) => (measured(scene, entity, kind), Share::Known(1.0)),
    }
}

fn last_name(source: &str) -> String {
    if source.contains(" x ") { source.to_owned() } else { source.rsplit('.').next().unwrap_or(source).to_owned() }
}

impl Values {
    fn cover(&self, outcome: Outcome, elements: usize) -> Outcome {
        let mut sources: Vec<(&String, &usize)> = self.sources.iter().collect();
        sources.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        Outcome {
            elements,
            with_value: self.rows.len(),
            left_out: self.left_out.iter().map(|(reason, count)| (*reason, *count)).collect(),
            corrected: self.corrected,
            from_dimensions: self.from_dimensions,
            sources: sources.into_iter().map(|(name, _)| name.clone()).collect(),
            ..outcome
        }
    }

    fn missing(&self, elements: usize) -> Missing {
        let all = |reason| self.left_out.get(&reason) == Some(&elements);
        if all(Reason::Implausible) {
            Missing::Implausible(elements)
        } else if let Some(unshared) = self.left_out.get(&Reason::NoShare) {
            Missing::Shares(*unshared)
        } else {
            Missing::Measure { entities: elements }
        }
    }
}

pub(super) fn statistic(
    scene: Scene<'_>,
    of: &Selection,
    selected: &Selected,
    kind: MeasureKind,
    statistic: Statistic,
    unit: Unit,
) -> Outcome {
    let elements = selected.entities.len();
    if elements == 0 {
        return Outcome::missing(lookup::nothing(scene, of));
    }
    let values = values(scene, of, &selected.entities, kind, unit);
    let Some(value) = reduce(values.rows.iter().map(|(_, v)| *v), statistic) else {
        return values.cover(Outcome::missing(values.missing(elements)), elements);
    };
    let rows = values.rows.iter().map(|(row, _)| row.clone()).collect();
    values.cover(Outcome::of(Result::Number { value, unit: Some(unit), rows }, elements), elements)
}

/// The value of each; one number where all are equal.
pub(super) fn each(scene: Scene<'_>, of: &Selection, selected: &Selected, kind: MeasureKind, unit: Unit) -> Outcome {
    let elements = selected.entities.len();
    if elements == 0 {
        return Outcome::missing(lookup::nothing(scene, of));
    }
    let values = values(scene, of, &selected.entities, kind, unit);
    let rows: Vec<Row> = values.rows.iter().map(|(row, _)| row.clone()).collect();
    let same = values.rows.windows(2).all(|pair| matches!(pair, [a, b] if (a.1 - b.1).abs() <= 1e-9 * a.1.abs()));
    match values.rows.first() {
        None => values.cover(Outcome::missing(values.missing(elements)), elements),
        Some((_, value)) if same => {
            values.cover(Outcome::of(Result::Number { value: *value, unit: Some(unit), rows }, elements), elements)
        }
        Some(_) => values.cover(Outcome::of(Result::List(rows), elements), elements),
    }
}

/// Applies a statistic; `None` for no values.
pub(super) fn reduce(values: impl Iterator<Item = f64> + Clone, statistic: Statistic) -> Option<f64> {
    let count = values.clone().count();
    if count == 0 {
        return None;
    }
    Some(match statistic {
        Statistic::Sum => values.sum(),
        Statistic::Average => values.sum::<f64>() / f64::from(u32::try_from(count).ok()?),
        Statistic::Minimum => values.fold(f64::INFINITY, f64::min),
        Statistic::Maximum => values.fold(f64::NEG_INFINITY, f64::max),
    })
}

pub(super) fn extreme(
    scene: Scene<'_>,
    of: &Selection,
    selected: &Selected,
    kind: MeasureKind,
    smallest: bool,
    limit: usize,
    unit: Unit,
) -> Outcome {
    let elements = selected.entities.len();
    if elements == 0 {
        return Outcome::missing(lookup::nothing(scene, of));
    }
    let mut values = values(scene, of, &selected.entities, kind, unit);
    if values.rows.is_empty() {
        return values.cover(Outcome::missing(values.missing(elements)), elements);
    }
    values.rows.sort_by(|a, b| if smallest { a.1.total_cmp(&b.1) } else { b.1.total_cmp(&a.1) });
    let kept = kept_with_ties(&values.rows, limit);
    let rows: Vec<Row> = values.rows.iter().take(kept).map(|(row, _)| row.clone()).collect();
    let best = values.rows.first().map_or(0.0, |(_, v)| *v);
    let result = if limit > 1 {
        Result::List(rows)
    } else {
        Result::Top { name: String::new(), value: best, unit: Some(unit), rows }
    };
    values.cover(Outcome::of(result, elements), elements)
}

/// How many rows to keep: the limit, and those that equal the last of them.
fn kept_with_ties(rows: &[(Row, f64)], limit: usize) -> usize {
    let Some((_, last)) = rows.get(limit.min(rows.len()).saturating_sub(1)) else { return 0 };
    rows.iter()
        .position(|(_, v)| (v - last).abs() > 1e-9 * last.abs() && !rows.iter().take(limit).any(|(_, k)| k == v))
        .unwrap_or(rows.len())
}

/// Sums a measure over groups of entities.
pub(super) fn sum_of(
    scene: Scene<'_>,
    of: &Selection,
    entities: &[EntityIndex],
    kind: MeasureKind,
    unit: Unit,
) -> (f64, usize) {
    let values = values(scene, of, entities, kind, unit);
    (values.rows.iter().map(|(_, v)| v).sum(), values.rows.len())
}

/// Keeps entities whose measure compares so; those without a value are neither in nor out.
pub(super) fn retain(
    scene: Scene<'_>,
    kind: MeasureKind,
    comparison: Comparison,
    wanted: f64,
    selected: &mut Selected,
) -> std::result::Result<(), Missing> {
    let before = selected.entities.len();
    let mut without = 0;
    selected.entities.retain(|entity| match measured(scene, *entity, kind) {
        Ok(measured) => compares(measured.value, comparison, wanted),
        Err(_) => {
            without += 1;
            false
        }
    });
    if before > 0 && without == before {
        return Err(Missing::Measure { entities: before });
    }
    selected.undecided += without;
    Ok(())
}

/// Compares with the precision in which people write numbers.
pub(super) fn compares(value: f64, comparison: Comparison, wanted: f64) -> bool {
    let tolerance = 5e-4 * wanted.abs() + 1e-9;
    match comparison {
        Comparison::Equal => (value - wanted).abs() <= tolerance,
        Comparison::Above => value > wanted + 1e-9,
        Comparison::AtLeast => value >= wanted - 1e-9,
        Comparison::Below => value < wanted - 1e-9,
        Comparison::AtMost => value <= wanted + 1e-9,
    }
}

//! Measured values: which of several stored ones holds.
//!
//! Rules (contract, inputs.md): net before gross, standard sets before vendor sets, quantity sets before measure-typed
//! properties before attributes, the occurrence before its type; a vendor duplicate is never added to a standard one.

use crate::ifc::{EntityIndex, Measure, PropertyValue, Quantity, QuantitySource, is_a, words};
use crate::query::lexicon::property::joined;
use crate::query::plan::{Comparison, MeasureKind};

use super::Scene;
use super::choice::{Basis, Candidate, Chosen, Of, Rank, choose};
use super::outcome::Reason;

/// A value that holds for an entity, in the stored unit.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Measured {
    pub(super) value: f64,
    /// Set and name, e.g. `BaseQuantities.NetVolume`.
    pub(super) source: String,
    pub(super) corrected: bool,
    pub(super) from_dimensions: bool,
    /// Whether other stored values contradict it.
    pub(super) contradicted: bool,
    /// What they say, where that may as well be.
    pub(super) other: Option<f64>,
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
        MeasureKind::Volume | MeasureKind::GrossVolume => &VOLUME,
        MeasureKind::Area | MeasureKind::GrossArea | MeasureKind::OpeningArea if is_a(entity_type, "IfcWall") => {
            &SIDE_AREA
        }
        MeasureKind::Area | MeasureKind::GrossArea | MeasureKind::OpeningArea if is_a(entity_type, "IfcSlab") => {
            &PLAN_AREA
        }
        MeasureKind::Area | MeasureKind::GrossArea | MeasureKind::OpeningArea
            if is_a(entity_type, "IfcSpatialElement") =>
        {
            &FLOOR_AREA
        }
        MeasureKind::Area | MeasureKind::GrossArea | MeasureKind::OpeningArea => &SURFACE,
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
    if kind == MeasureKind::Elevation {
        return elevation(scene, entity).map(|value| given(value, "Elevation")).ok_or(Reason::NoValue);
    }
    let Some(row) = scene.reader.entity(entity) else { return Err(Reason::NoValue) };
    let entity_type = scene.reader.text(row.entity_type);
    if kind == MeasureKind::Thickness && row.label.is_some() && PLANAR.iter().any(|planar| is_a(entity_type, planar)) {
        return smallest_side(scene, entity);
    }
    let quantities = scene.reader.quantities(entity);
    let names = names(kind, entity_type);
    let is_gross = matches!(kind, MeasureKind::GrossVolume | MeasureKind::GrossArea);
    let mut parameters = 0;
    let mut candidates = Vec::new();
    for quantity in quantities.iter() {
        let Some((rank, basis)) = rank(scene, quantity, names, (is_gross, entity_type)) else { continue };
        if is_parameter(quantity, rank, entity_type) {
            parameters += 1;
        } else {
            candidates.push(Candidate { rank, basis, quantity });
        }
    }
    if candidates.is_empty() {
        let found = fallback(scene, entity, kind, entity_type);
        return found.map_err(|reason| if parameters > 0 { Reason::Parameter } else { reason });
    }
    let Chosen { quantity, contradicted, other } = choose(scene, Of { entity, entity_type, kind }, &candidates)?;
    Ok(Measured { contradicted, other, ..holds(scene, quantity) })
}

/// Parts that are put together of steps and landings: the sizes in a vendor's set are settings of the library object that
/// they were made with, such as the largest riser, and not theirs.
const MADE_OF_STEPS: &[&str] = &["IfcStair", "IfcStairFlight", "IfcRamp", "IfcRampFlight"];

/// Whether a value is a setting of a library object or of a type, not the size of a part.
fn is_parameter(quantity: &Quantity, (_, vendor, from_type, _): Rank, entity_type: &str) -> bool {
    let is_set = matches!(quantity.source, QuantitySource::QuantitySet | QuantitySource::Property);
    let is_size = matches!(quantity.measure, Measure::Length | Measure::Area);
    is_set && is_size && (vendor > 0 || from_type) && MADE_OF_STEPS.iter().any(|made| is_a(entity_type, made))
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
            return Ok(given(value, MATERIAL_LAYERS));
        }
    }
    if kind == MeasureKind::Height && is_a(entity_type, "IfcBuildingStorey") {
        return storey_height(scene, entity);
    }
    if kind == MeasureKind::Height && is_a(entity_type, "IfcRailing") {
        return railing_height(scene, entity).ok_or(Reason::NoValue);
    }
    let flat = scene.reader.entity(entity).is_some_and(|e| e.label.is_some());
    Err(if kind == MeasureKind::Volume && flat { Reason::NoDimensions } else { Reason::NoValue })
}

/// Source of a thickness that is the sum of the layers.
pub(in crate::query) const MATERIAL_LAYERS: &str = "material layers";

/// Source of a height that is computed from the elevations of two storeys.
pub(in crate::query) const ELEVATION_DIFFERENCE: &str = "elevation difference";

/// Heights that a railing may have. What lies outside is in another unit than the file says.
const RAILING_HEIGHTS_M: std::ops::RangeInclusive<f64> = 0.3..=3.0;

/// The height that the schema has for railings, which exporters write as a number without a unit. In a file of metres it
/// can only mean metres, as long as a railing may be so high.
fn railing_height(scene: Scene<'_>, railing: EntityIndex) -> Option<Measured> {
    const SET: &str = "Pset_RailingCommon";
    const NAME: &str = "Height";
    let head = scene.reader.head();
    let in_metres = head.units_declared && head.units.length.is_some_and(|metres| (metres - 1.0).abs() < f64::EPSILON);
    let properties = scene.reader.properties(railing);
    let text = |id| scene.reader.text(id);
    let mut given = properties.iter().filter(|p| text(p.name) == NAME && p.set.is_some_and(|set| text(set) == SET));
    match given.next()?.value {
        PropertyValue::Number { value, measure: Measure::Plain } if in_metres && RAILING_HEIGHTS_M.contains(&value) => {
            Some(self::given(value, &format!("{SET}.{NAME}")))
        }
        PropertyValue::Number { .. } | PropertyValue::Text(_) | PropertyValue::Boolean(_) => None,
    }
}

/// A value that was neither corrected nor computed from dimensions.
pub(super) fn given(value: f64, source: &str) -> Measured {
    Measured {
        value,
        source: source.to_owned(),
        corrected: false,
        from_dimensions: false,
        contradicted: false,
        other: None,
    }
}

fn elevation(scene: Scene<'_>, storey: EntityIndex) -> Option<f64> {
    scene.reader.entity(storey)?.elevation_m.filter(|metres| metres.is_finite())
}

/// Elevations nearer to each other than this are those of one level.
const SAME_LEVEL_M: f64 = 1e-6;

/// From the elevation of a storey to that of the next one above it in the same building.
fn storey_height(scene: Scene<'_>, storey: EntityIndex) -> std::result::Result<Measured, Reason> {
    let below = elevation(scene, storey).ok_or(Reason::NoValue)?;
    let building = |storey: EntityIndex| scene.reader.entity(storey).map(|row| (row.container, row.whole));
    let here = building(storey);
    let above = scene.vocabulary.storeys.iter().filter(|other| building(other.index) == here);
    let height = above
        .filter_map(|other| elevation(scene, other.index))
        .map(|elevation| elevation - below)
        .filter(|height| *height > SAME_LEVEL_M)
        .min_by(f64::total_cmp);
    height.map(|height| given(height, ELEVATION_DIFFERENCE)).ok_or(Reason::Topmost)
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
    let has_other = width.other.is_some() || height.other.is_some();
    let by_others = width.other.unwrap_or(width.value) * height.other.unwrap_or(height.value);
    Ok(Measured {
        value: width.value * height.value,
        source,
        corrected: width.corrected || height.corrected,
        from_dimensions: true,
        contradicted: width.contradicted || height.contradicted,
        other: has_other.then_some(by_others),
    })
}

fn holds(scene: Scene<'_>, quantity: &Quantity) -> Measured {
    let name = scene.reader.text(quantity.name);
    let source = quantity.set.map_or_else(|| name.to_owned(), |set| format!("{}.{name}", scene.reader.text(set)));
    let from_dimensions = matches!(quantity.source, QuantitySource::Dimensions | QuantitySource::Computed);
    Measured {
        value: quantity.value,
        source,
        corrected: quantity.corrected_by.is_some(),
        from_dimensions,
        contradicted: false,
        other: None,
    }
}

/// How good a quantity is as a measure; `None` for other quantities.
fn rank(
    scene: Scene<'_>,
    quantity: &Quantity,
    names: &Names,
    (is_gross, entity_type): (bool, &str),
) -> Option<(Rank, Basis)> {
    if quantity.measure != names.measure || !quantity.value.is_finite() || quantity.value < 0.0 {
        return None;
    }
    if quantity.value <= 0.0 && !may_be_nothing(quantity.measure, entity_type) {
        return None;
    }
    let text = scene.reader.text(quantity.name);
    let name = words(text).concat();
    let position = |list: &[&str]| list.iter().position(|n| *n == name);
    let named = position(names.net)
        .map(|p| (Basis::Net, p))
        .or_else(|| position(names.plain).map(|p| (Basis::Plain, p)))
        .filter(|_| !is_gross)
        .or_else(|| position(names.gross).map(|p| (Basis::Gross, p)));
    let vendor = u8::from(quantity.set.is_some_and(|set| !is_standard_set(scene.reader.text(set))));
    let Some((basis, place)) = named else {
        // The last choice: what stands in parentheses is the name of a parameter.
        let place = spelled_length(quantity, text, names, entity_type)?;
        return Some(((9, vendor, quantity.from_type, place), Basis::Plain));
    };
    let tier = match (quantity.source, basis) {
        (QuantitySource::Attribute, _) => 0,
        (QuantitySource::QuantitySet, Basis::Net) => 1,
        (QuantitySource::QuantitySet, Basis::Plain) => 2,
        (QuantitySource::Property, Basis::Net) => 3,
        (QuantitySource::QuantitySet, Basis::Gross) => 4,
        (QuantitySource::Property, Basis::Plain) => 5,
        (QuantitySource::Property, Basis::Gross) => 6,
        (QuantitySource::Dimensions, _) => 7,
        (QuantitySource::Computed, _) => 8,
    };
    Some(((tier, vendor, quantity.from_type, place), basis))
}

/// Whether zero is a value and not an empty field: of a wall that is all window, nothing net is left. No site is of no area,
/// and nothing of no length.
fn may_be_nothing(measure: Measure, entity_type: &str) -> bool {
    measure != Measure::Length && !is_a(entity_type, "IfcSpatialElement")
}

/// "Length (A)" of a part whose first parameter is its length. Longer words in parentheses say which length: "(unconnected)".
fn spelled_length(quantity: &Quantity, text: &str, names: &Names, entity_type: &str) -> Option<usize> {
    let is_length = names.plain.first() == LENGTH.plain.first() && !quantity.from_type;
    let in_parentheses = text.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map(|(inner, _)| inner.trim());
    let is_letter = in_parentheses.is_some_and(|inner| inner.chars().count() == 1);
    let is_linear = is_length && is_letter && LINEAR.iter().any(|linear| is_a(entity_type, linear));
    let name = if is_linear { joined(text) } else { return None };
    names.plain.iter().position(|n| *n == name)
}

/// Kinds of parts that are drawn along their length.
const LINEAR: &[&str] = &["IfcBeam", "IfcMember"];

fn is_standard_set(set: &str) -> bool {
    set.starts_with("Qto_")
        || set.starts_with("Pset_")
        || matches!(set, "BaseQuantities" | "GSA Space Areas" | "Dimensions")
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

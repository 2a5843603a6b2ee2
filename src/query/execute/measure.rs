//! Measured values: which of several stored ones holds.
//!
//! Rules (contract, inputs.md): net before gross, standard sets before vendor sets, quantity sets before measure-typed
//! properties before attributes, the occurrence before its type; a vendor duplicate is never added to a standard one.

use crate::ifc::{EntityIndex, Measure, Quantity, QuantitySource, is_a, words};
use crate::query::plan::{Comparison, MeasureKind};

use super::Scene;
use super::outcome::Reason;

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
    let ranked = quantities
        .iter()
        .enumerate()
        .filter_map(|(order, quantity)| Some(((rank(scene, quantity, names, is_gross)?, order), quantity)));
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
            return Ok(given(value, MATERIAL_LAYERS));
        }
    }
    if kind == MeasureKind::Height && is_a(entity_type, "IfcBuildingStorey") {
        return storey_height(scene, entity);
    }
    let flat = scene.reader.entity(entity).is_some_and(|e| e.label.is_some());
    Err(if kind == MeasureKind::Volume && flat { Reason::NoDimensions } else { Reason::NoValue })
}

/// Source of a thickness that is the sum of the layers.
pub(in crate::query) const MATERIAL_LAYERS: &str = "material layers";

/// Source of a height that is computed from the elevations of two storeys.
pub(in crate::query) const ELEVATION_DIFFERENCE: &str = "elevation difference";

/// A value that was neither corrected nor computed from dimensions.
pub(super) fn given(value: f64, source: &str) -> Measured {
    Measured { value, source: source.to_owned(), corrected: false, from_dimensions: false }
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
    let from_dimensions = matches!(quantity.source, QuantitySource::Dimensions | QuantitySource::Computed);
    Measured { value: quantity.value, source, corrected: quantity.corrected_by.is_some(), from_dimensions }
}

/// Smaller is better: basis and source, vendor set, type, place of the name in its list. `None` for other quantities.
fn rank(scene: Scene<'_>, quantity: &Quantity, names: &Names, is_gross: bool) -> Option<(u8, u8, bool, usize)> {
    // Zero is a value: of a wall that is all window, nothing net is left.
    if quantity.measure != names.measure || !quantity.value.is_finite() || quantity.value < 0.0 {
        return None;
    }
    let name = words(scene.reader.text(quantity.name)).concat();
    let position = |list: &[&str]| list.iter().position(|n| *n == name);
    let (basis, place) = position(names.net)
        .map(|p| (0_u8, p))
        .or_else(|| position(names.plain).map(|p| (1, p)))
        .filter(|_| !is_gross)
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

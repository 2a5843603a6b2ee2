//! What a part of a kind measures, under the names of its quantity set in the standard.

use super::opening::{Opening, Taken, taken};
use super::solid::{Prism, Solid};
use super::vector::Vec3;
use crate::ifc::entity_type::is_a;
use crate::ifc::fold::words;
use crate::ifc::unit::Measure;

/// A computed quantity, in powers of the unit of length of the file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::ifc) struct Computed {
    pub(in crate::ifc) name: &'static str,
    pub(in crate::ifc) measure: Measure,
    pub(in crate::ifc) value: f64,
}

/// Measures as bits: what a set stores of an entity, so that none is computed beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::ifc) struct Gap(u8);

impl Gap {
    const VOLUME: Gap = Gap(1);
    const AREA: Gap = Gap(2);
    const SECTION: Gap = Gap(4);
    const LENGTH: Gap = Gap(8);
    const WIDTH: Gap = Gap(16);
    const HEIGHT: Gap = Gap(32);
    const PERIMETER: Gap = Gap(64);

    pub(in crate::ifc) fn and(self, other: Gap) -> Gap {
        Gap(self.0 | other.0)
    }

    /// As a byte.
    pub(in crate::ifc) fn bits(self) -> u8 {
        self.0
    }

    /// From its byte.
    pub(in crate::ifc) fn of_bits(bits: u8) -> Gap {
        Gap(bits)
    }

    /// Whether they have one in common.
    pub(in crate::ifc) fn meets(self, other: Gap) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether every one of the others is among them.
    pub(in crate::ifc) fn holds(self, others: Gap) -> bool {
        self.0 & others.0 == others.0
    }
}

/// Which measure a quantity of a name is; nothing for names that no question of a measure looks at.
pub(in crate::ifc) fn gap_of(name: &str, measure: Measure) -> Gap {
    let folded = words(name).concat();
    let basis = ["gross", "net", "netto", "brutto"];
    let rest = basis.iter().find_map(|basis| folded.strip_prefix(basis)).unwrap_or(&folded);
    // "netto" begins with "net".
    let rest = rest.strip_prefix("to").filter(|rest| !rest.is_empty()).unwrap_or(rest);
    match measure {
        Measure::Volume => match rest {
            "volume" | "volumen" => Gap::VOLUME,
            _ => Gap::default(),
        },
        Measure::Area => match rest {
            "area" | "flaeche" | "sidearea" | "wandflaeche" | "floorarea" | "horizontalarea" | "grundflaeche"
            | "raumflaeche" | "surfacearea" | "projectedarea" | "gsabimarea" => Gap::AREA,
            "crosssectionarea" => Gap::SECTION,
            _ => Gap::default(),
        },
        Measure::Length => match rest {
            "length" | "nominallength" | "laenge" | "span" => Gap::LENGTH,
            "width" | "overallwidth" | "nominalwidth" | "breite" | "thickness" | "dicke" | "depth"
            | "defaultthickness" => Gap::WIDTH,
            "height"
            | "overallheight"
            | "nominalheight"
            | "hoehe"
            | "finishceilingheight"
            | "unboundedheight"
            | "unconnectedheight" => Gap::HEIGHT,
            "perimeter" | "umfang" => Gap::PERIMETER,
            // Only where no size at all is given.
            "boundingboxlength" | "boundingboxwidth" | "boundingboxheight" => {
                Gap::LENGTH.and(Gap::WIDTH).and(Gap::HEIGHT)
            }
            _ => Gap::default(),
        },
        Measure::Weight
        | Measure::Time
        | Measure::Count
        | Measure::ThermalTransmittance
        | Measure::Angle
        | Measure::Plain
        | Measure::Unknown => Gap::default(),
    }
}

/// Parts that are a section moved along a line.
const BARS: &[&str] = &["IfcBeam", "IfcColumn", "IfcMember", "IfcPile"];

/// Parts that are a face with a thickness.
const PLATES: &[&str] = &["IfcSlab", "IfcCovering", "IfcPlate", "IfcRoof"];

/// What may be computed of a kind at all.
pub(in crate::ifc) fn possible(entity_type: &str) -> Gap {
    let is = |supertype: &&str| is_a(entity_type, supertype);
    let own = if is(&"IfcWall") {
        Gap::AREA.and(Gap::WIDTH).and(Gap::HEIGHT)
    } else if PLATES.iter().any(is) {
        Gap::AREA.and(Gap::WIDTH).and(Gap::PERIMETER)
    } else if BARS.iter().any(is) {
        Gap::SECTION.and(Gap::LENGTH)
    } else if is(&"IfcSpace") {
        Gap::AREA.and(Gap::HEIGHT).and(Gap::PERIMETER)
    } else {
        Gap::default()
    };
    own.and(Gap::VOLUME)
}

/// What is computed for the part at hand.
struct Found(Vec<Computed>);

impl Found {
    fn add(&mut self, name: &'static str, measure: Measure, value: Option<f64>) {
        if let Some(value) = value.filter(|value| value.is_finite() && 0.0 < *value) {
            self.0.push(Computed { name, measure, value });
        }
    }

    /// What openings leave; of a wall that is all window, nothing.
    fn rest(&mut self, name: &'static str, measure: Measure, gross: f64, taken: f64) {
        let rest = gross - taken;
        let value = if rest.abs() <= 1e-9 * gross { 0.0 } else { rest };
        if value.is_finite() && 0.0 <= value {
            self.0.push(Computed { name, measure, value });
        }
    }

    fn length(&mut self, name: &'static str, value: f64) {
        self.add(name, Measure::Length, Some(value));
    }

    fn area(&mut self, name: &'static str, value: f64) {
        self.add(name, Measure::Area, Some(value));
    }
}

/// Everything that can be said of a part from its shape. `openings` is none where it is not known what they take.
///
/// `pieces_left` is how many pieces the cuts of all shapes may still make.
pub(in crate::ifc) fn measure(
    entity_type: &str,
    solid: &Solid,
    openings: Option<&[Opening]>,
    pieces_left: &mut usize,
) -> Vec<Computed> {
    let mut found = Found(Vec::new());
    if solid.is_box {
        boxed(&mut found, &solid.prism);
        return found.0;
    }
    let volume = solid.volume(pieces_left);
    let taken = openings.and_then(|openings| taken(solid, openings));
    let is = |supertype: &str| is_a(entity_type, supertype);
    let is_bar = BARS.iter().any(|supertype| is(supertype));
    let faces = if is("IfcWall") {
        wall(&mut found, solid, volume);
        Some(["GrossSideArea", "NetSideArea"])
    } else if PLATES.iter().any(|supertype| is(supertype)) {
        plate(&mut found, solid);
        Some(["GrossArea", "NetArea"])
    } else if is_bar {
        bar(&mut found, solid);
        None
    } else if is("IfcSpace") {
        space(&mut found, solid);
        None
    } else {
        None
    };
    volumes(&mut found, is_bar || solid.prism.profile.voids.is_empty(), volume, taken);
    if let Some(names) = faces {
        face(&mut found, names, solid, taken);
    }
    found.0
}

/// Of a box around a part only its sizes are known: a wall under a roof is lower than it was drawn.
fn boxed(found: &mut Found, prism: &Prism) {
    let size = |axis| {
        let (low, high) = prism.extent(axis);
        high - low
    };
    found.length("BoundingBoxLength", size(Vec3::X));
    found.length("BoundingBoxWidth", size(Vec3::Y));
    found.length("BoundingBoxHeight", size(Vec3::Z));
}

/// The voids of a profile may stand for openings, unless it is the section of a bar; what they leave is no gross figure.
fn volumes(found: &mut Found, is_gross: bool, volume: Option<f64>, taken: Option<Taken>) {
    if is_gross {
        found.add("GrossVolume", Measure::Volume, volume);
    }
    if let (Some(taken), Some(volume)) = (taken, volume) {
        found.rest("NetVolume", Measure::Volume, volume, taken.volume);
    }
}

/// The face of a wall or a slab, once its gross area is among what was found.
fn face(found: &mut Found, [gross, net]: [&'static str; 2], solid: &Solid, taken: Option<Taken>) {
    let area = found.0.iter().find(|computed| computed.name == gross).map(|computed| computed.value);
    if let (Some(area), Some(taken)) = (area, taken) {
        found.rest(net, Measure::Area, area, taken.area);
        if !solid.prism.profile.voids.is_empty() {
            found.0.retain(|computed| computed.name != gross);
        }
    }
}

/// Whether a prism stands upright in its object.
fn is_upright(prism: &Prism) -> bool {
    prism.sweep.is_along(Vec3::Z) && prism.base.x.is_across(Vec3::Z) && prism.base.y.is_across(Vec3::Z)
}

/// Whether the profile is moved at a right angle to its plane.
fn is_straight(prism: &Prism) -> bool {
    prism.sweep.is_across(prism.base.x) && prism.sweep.is_across(prism.base.y)
}

/// Length along x and width along y of a profile that is a rectangle along the axes of its object.
fn footprint(prism: &Prism) -> Option<(f64, f64)> {
    let polygons = prism.polygons()?;
    let [outline] = polygons.as_slice() else { return None };
    let size = |axis| {
        let (low, high) = prism.extent(axis);
        high - low
    };
    let (x, y) = (size(Vec3::X), size(Vec3::Y));
    let is_full = (prism.base_area() - x * y).abs() <= 1e-6 * x * y;
    (outline.len() >= 4 && is_full).then_some((x, y))
}

fn wall(found: &mut Found, solid: &Solid, volume: Option<f64>) {
    let prism = &solid.prism;
    if !is_upright(prism) {
        return;
    }
    let is_whole = solid.cuts.is_empty();
    if is_whole {
        found.length("Height", prism.sweep.length());
    }
    // The axis of a wall runs along x; one that is thicker than long may be placed in another way.
    let Some((length, width)) = footprint(prism).filter(|(length, width)| width <= length) else { return };
    found.length("Width", width);
    // Planes through the whole width leave the same of every layer; others do not.
    let is_even = solid.cuts.iter().all(|cut| {
        let edges = cut.within.iter().all(|within| within.along.is_across(Vec3::Z) || within.is_wider(prism));
        edges && cut.planes.iter().all(|plane| plane.normal.is_across(Vec3::Y))
    });
    // Its length is left out: exporters store that of the line it was drawn along, and at a corner its body ends elsewhere.
    if is_whole {
        found.area("GrossSideArea", length * prism.sweep.length());
    } else if is_even {
        found.add("GrossSideArea", Measure::Area, volume.map(|volume| volume / width));
    }
}

fn plate(found: &mut Found, solid: &Solid) {
    let prism = &solid.prism;
    let Some(thickness) = prism.thickness() else { return };
    let [x, y] = [prism.base.x, prism.base.y].map(|axis| {
        let (low, high) = prism.extent(axis);
        (high - low) / axis.length()
    });
    // A section moved along the part is none of its faces.
    if !solid.cuts.is_empty() || x.min(y) < thickness {
        return;
    }
    found.length("Width", thickness);
    found.area("GrossArea", prism.base_area());
    if prism.base.keeps_angles() {
        found.add("Perimeter", Measure::Length, prism.profile.perimeter().map(|length| length * prism.base.x.length()));
    }
}

fn bar(found: &mut Found, solid: &Solid) {
    let prism = &solid.prism;
    let widest = [prism.base.x, prism.base.y].map(|axis| {
        let (low, high) = prism.extent(axis);
        (high - low) / axis.length()
    });
    let is_long = is_straight(prism) && widest.iter().all(|width| *width <= prism.sweep.length());
    if !is_long {
        return;
    }
    if solid.cuts.is_empty() {
        found.length("Length", prism.sweep.length());
    }
    found.area("CrossSectionArea", prism.base_area());
}

fn space(found: &mut Found, solid: &Solid) {
    let prism = &solid.prism;
    if !is_upright(prism) || !solid.cuts.is_empty() {
        return;
    }
    found.length("Height", prism.sweep.length());
    found.area("GrossFloorArea", prism.base_area());
    if prism.base.keeps_angles() {
        let perimeter = prism.profile.perimeter().map(|length| length * prism.base.x.length());
        found.add("GrossPerimeter", Measure::Length, perimeter);
    }
}

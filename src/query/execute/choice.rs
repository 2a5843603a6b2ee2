//! Which of several stored values of one measure holds, where they contradict each other.
//!
//! A value is used when the others of its name agree with it, or, of a gross one, when it is what length × width × height
//! give. Otherwise nobody knows, and none is used. Whatever is used beside a contradiction is marked, with the other value.

use crate::ifc::{EntityIndex, Quantity, QuantitySource, is_a, words};
use crate::query::plan::MeasureKind;

use super::Scene;
use super::measure::measured;
use super::outcome::Reason;

/// A stored value that a measure may be taken from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate<'q> {
    pub(super) rank: Rank,
    pub(super) basis: Basis,
    pub(super) quantity: &'q Quantity,
}

/// Smaller is better: basis and source, vendor set, type, place of the name in its list.
pub(super) type Rank = (u8, u8, bool, usize);

/// What is taken off a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Basis {
    /// Openings.
    Net,
    /// The name does not say.
    Plain,
    /// Nothing.
    Gross,
}

/// What the values are of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Of<'m> {
    pub(super) entity: EntityIndex,
    pub(super) entity_type: &'m str,
    pub(super) kind: MeasureKind,
}

/// Rounding by which two values may differ and be one.
const AGREES: f64 = 5e-3;

/// Rounding by which a part may exceed its whole.
const SLACK: f64 = 1.01;

/// How much of each other the outer and the inner size of a door or window are at least: frames and linings stand between.
const OPENING_SIZES_MIN: f64 = 0.8;

/// The value that holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chosen<'q> {
    pub(super) quantity: &'q Quantity,
    /// Whether others contradict it.
    pub(super) contradicted: bool,
    /// What they say, where that may as well be.
    pub(super) other: Option<f64>,
}

/// The value that holds.
///
/// # Errors
/// Why none does.
pub(super) fn choose<'q>(
    scene: Scene<'_>,
    of: Of<'_>,
    candidates: &[Candidate<'q>],
) -> std::result::Result<Chosen<'q>, Reason> {
    let stands = |c: &&Candidate<'q>| !c.quantity.implausible;
    let Some(best) = candidates.iter().filter(stands).min_by_key(|c| c.rank) else { return Err(Reason::Implausible) };
    let equals = || candidates.iter().filter(stands).filter(|c| c.rank == best.rank);
    if equals().any(|c| !agree(c, best)) {
        return among(scene, of, &equals().copied().collect::<Vec<_>>()).ok_or(Reason::Contradictory);
    }
    let passed_over = candidates.iter().any(|c| c.rank <= best.rank && !stands(&c));
    // The trade calls the surface of a slab its net area, too, and nothing says which of two volumes slipped: both are told.
    let other = smaller_gross(scene, best, candidates).or_else(|| other_size(of, best, candidates));
    Ok(Chosen { quantity: best.quantity, contradicted: passed_over || other.is_some(), other })
}

/// Of values of one name that differ the one that the sides of the part give: a gross one, or one that was corrected, which
/// stands in another unit and is no slip of the pen. Of other net ones nobody knows: sides do not tell what openings take,
/// and a wall under a slope is higher than its height at the eaves.
fn among<'q>(scene: Scene<'_>, of: Of<'_>, equals: &[Candidate<'q>]) -> Option<Chosen<'q>> {
    let is_gross = matches!(of.kind, MeasureKind::GrossVolume | MeasureKind::GrossArea);
    let may_be = |c: &&Candidate<'q>| is_gross || c.quantity.corrected_by.is_some();
    equals.iter().find(may_be)?;
    let sides = of_sides(scene, of)?;
    let is_given = |c: &&Candidate<'q>| (c.quantity.value - sides).abs() <= AGREES * sides;
    let given = equals.iter().filter(may_be).find(is_given)?;
    let other = equals.iter().find(|c| !agree(c, given)).map(|c| c.quantity.value);
    Some(Chosen { quantity: given.quantity, contradicted: true, other })
}

fn agree(one: &Candidate<'_>, other: &Candidate<'_>) -> bool {
    let (one, other) = (one.quantity.value, other.quantity.value);
    (one - other).abs() <= AGREES * one.abs().max(other.abs())
}

/// The gross value of its name that a net one exceeds. One that had to be corrected proves nothing.
fn smaller_gross(scene: Scene<'_>, net: &Candidate<'_>, candidates: &[Candidate<'_>]) -> Option<f64> {
    if net.basis != Basis::Net {
        return None;
    }
    let of = net.quantity;
    let is_less = |gross: &&Candidate<'_>| {
        let quantity = gross.quantity;
        let trusted = !quantity.implausible && quantity.corrected_by.is_none() && quantity.value > 0.0;
        gross.basis == Basis::Gross && trusted && quantity.value * SLACK < of.value
    };
    let is_counterpart = |gross: &&Candidate<'_>| {
        let same_standing = (gross.quantity.source, gross.rank.1, gross.rank.2) == (of.source, net.rank.1, net.rank.2);
        same_standing && bare(scene, gross.quantity) == bare(scene, of)
    };
    candidates.iter().filter(is_less).find(is_counterpart).map(|gross| gross.quantity.value)
}

/// A name without "net" or "gross".
fn bare(scene: Scene<'_>, quantity: &Quantity) -> String {
    let name = words(scene.reader.text(quantity.name)).concat();
    let prefix = ["netto", "net", "brutto", "gross"].into_iter().find(|prefix| name.starts_with(prefix));
    name.get(prefix.map_or(0, str::len)..).unwrap_or_default().to_owned()
}

/// What the outer sizes give, where nothing contradicts these.
fn of_sides(scene: Scene<'_>, of: Of<'_>) -> Option<f64> {
    let known =
        |kind| measured(scene, of.entity, kind).ok().filter(|found| !found.contradicted).map(|found| found.value);
    match of.kind {
        MeasureKind::Volume | MeasureKind::GrossVolume => {
            Some(known(MeasureKind::Length)? * known(MeasureKind::Width)? * known(MeasureKind::Height)?)
        }
        MeasureKind::Area | MeasureKind::GrossArea if is_a(of.entity_type, "IfcWall") => {
            Some(known(MeasureKind::Length)? * known(MeasureKind::Height)?)
        }
        MeasureKind::Area
        | MeasureKind::GrossArea
        | MeasureKind::OpeningArea
        | MeasureKind::Length
        | MeasureKind::Width
        | MeasureKind::Height
        | MeasureKind::Thickness
        | MeasureKind::Perimeter
        | MeasureKind::Weight
        | MeasureKind::Elevation => None,
    }
}

/// Another size than its attribute that the sets of a door or window give, where none gives the same.
fn other_size(of: Of<'_>, attribute: &Candidate<'_>, candidates: &[Candidate<'_>]) -> Option<f64> {
    let is_opening = is_a(of.entity_type, "IfcDoor") || is_a(of.entity_type, "IfcWindow");
    if attribute.quantity.source != QuantitySource::Attribute || !is_opening {
        return None;
    }
    let size = attribute.quantity.value;
    let is_stored = |c: &&Candidate<'_>| {
        matches!(c.quantity.source, QuantitySource::QuantitySet | QuantitySource::Property) && !c.quantity.from_type
    };
    let is_near = |c: &Candidate<'_>| {
        let other = c.quantity.value;
        OPENING_SIZES_MIN * size.max(other) <= size.min(other)
    };
    let mut stored = candidates.iter().filter(is_stored);
    let first = stored.clone().min_by_key(|c| c.rank)?;
    (!stored.any(is_near)).then_some(first.quantity.value)
}

//! Checks stored quantities against length, width and height.
//!
//! Real exports declare cubic metres and store cubic millimetres, or multiply square metres by millimetres
//! (contract: traps found in real files). A power of a thousand between the stored number and the product of the
//! dimensions is such a slip and is taken back; the problem list and the answer's coverage say so.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use super::fold::letters;
use super::model::{Quantity, QuantitySource};
use super::table::TextId;
use super::unit::Measure;

/// A corrected value must lie within this factor of the expected one, upwards and downwards: openings may take most of
/// a wall away, and slanted tops add to it.
const PLAUSIBLE_FACTOR: f64 = 8.0;

/// A number so far above the product of the dimensions (and beyond repair) is not used.
const IMPLAUSIBLE_FACTOR: f64 = 100.0;

/// Rounding that an outline may be short by.
const OUTLINE_SLACK: f64 = 0.9;

/// What the name of a quantity says: its rank among the names of a length, a width, a height, an area.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Role {
    length: Option<u8>,
    width: Option<u8>,
    height: Option<u8>,
    area: Option<u8>,
    is_perimeter: bool,
}

impl Role {
    /// Whether a length of that name says something about dimensions.
    pub(super) fn is_of_length(self) -> bool {
        self.length.is_some() || self.width.is_some() || self.height.is_some() || self.is_perimeter
    }

    fn of(name: &str) -> Role {
        let name = letters(name);
        let rank = |names: &[&str]| names.iter().position(|known| *known == name).and_then(|at| u8::try_from(at).ok());
        Role {
            length: rank(&["length", "nominallength", "laenge"]),
            width: rank(&["width", "thickness", "depth", "breite", "dicke"]),
            height: rank(&["height", "hoehe", "unboundedheight"]),
            area: rank(&["netfloorarea", "grossfloorarea", "grossarea", "area"]),
            is_perimeter: name.ends_with("perimeter"),
        }
    }
}

/// The roles of the names met so far. A model has some dozens of names for quantities; a hostile one is bounded.
#[derive(Debug, Default)]
pub(super) struct Dimensions {
    roles: RwLock<HashMap<TextId, Role>>,
}

/// Names remembered at once.
const ROLES_MAX: usize = 4096;

impl Dimensions {
    pub(super) fn role(&self, name: TextId, text: impl FnOnce() -> String) -> Role {
        if let Some(role) = self.roles.read().unwrap_or_else(PoisonError::into_inner).get(&name) {
            return *role;
        }
        let role = Role::of(&text());
        let mut roles = self.roles.write().unwrap_or_else(PoisonError::into_inner);
        if ROLES_MAX <= roles.len() {
            roles.clear();
        }
        roles.insert(name, role);
        role
    }
}

/// Checks the quantities of one entity and marks or corrects them in place. `role` says what the name at a position means.
pub(super) fn check(quantities: &mut [Quantity], role: impl Fn(usize, TextId) -> Role) {
    let has_figures = quantities.iter().any(|quantity| matches!(quantity.measure, Measure::Area | Measure::Volume));
    if !has_figures {
        return;
    }
    let expected = Expected::of(quantities, &role);
    for (at, quantity) in quantities.iter_mut().enumerate() {
        if quantity.source == QuantitySource::Computed {
            continue;
        }
        if expected.is_too_short_around(role(at, quantity.name), quantity) {
            quantity.implausible = true;
        } else if let Some(product) = expected.product(quantity.measure) {
            repair(quantity, product);
        }
    }
}

/// Whether a quantity was computed here, so that there is nothing to check.
fn is_derived(source: QuantitySource) -> bool {
    matches!(source, QuantitySource::Dimensions | QuantitySource::Computed)
}

/// Corrects a quantity in place, or marks it.
fn repair(quantity: &mut Quantity, product: f64) {
    if product <= 0.0 || quantity.value <= 0.0 || is_derived(quantity.source) {
        return;
    }
    let ratio = quantity.value / product;
    if (1.0 / 1000.0..=PLAUSIBLE_FACTOR).contains(&ratio) {
        return;
    }
    for exponent in [3_i8, 6, 9] {
        let corrected = ratio / 10_f64.powi(i32::from(exponent));
        if (1.0 / PLAUSIBLE_FACTOR..=PLAUSIBLE_FACTOR).contains(&corrected) {
            quantity.value /= 10_f64.powi(i32::from(exponent));
            quantity.corrected_by = Some(exponent);
            return;
        }
    }
    if IMPLAUSIBLE_FACTOR < ratio {
        quantity.implausible = true;
    }
}

/// The dimensions of one entity as far as they are stored, in metres.
struct Expected {
    length: Option<f64>,
    width: Option<f64>,
    height: Option<f64>,
    area: Option<f64>,
}

impl Expected {
    fn of(quantities: &[Quantity], role: &impl Fn(usize, TextId) -> Role) -> Expected {
        let find = |measure: Measure, rank: fn(Role) -> Option<u8>| {
            let is_stored = |q: &Quantity| q.source != QuantitySource::Computed && q.value > 0.0;
            let of_measure = quantities.iter().enumerate().filter(|(_, q)| q.measure == measure && is_stored(q));
            let ranked = of_measure.filter_map(|(at, q)| Some((rank(role(at, q.name))?, q.value)));
            // The first of the best rank.
            ranked.reduce(|best, other| if other.0 < best.0 { other } else { best }).map(|(_, value)| value)
        };
        Expected {
            length: find(Measure::Length, |role| role.length),
            width: find(Measure::Length, |role| role.width),
            height: find(Measure::Length, |role| role.height),
            area: find(Measure::Area, |role| role.area),
        }
    }

    /// No outline is shorter than the circle around the same area; exports that write feet beside metres are.
    fn is_too_short_around(&self, role: Role, quantity: &Quantity) -> bool {
        let circle = self.area.map(|area| (4.0 * std::f64::consts::PI * area).sqrt());
        quantity.measure == Measure::Length
            && role.is_perimeter
            && circle.is_some_and(|circle| quantity.value < OUTLINE_SLACK * circle)
    }

    /// What a volume or an area should be about. A slab has no length: its area times its thickness.
    fn product(&self, measure: Measure) -> Option<f64> {
        match measure {
            Measure::Volume => match (self.length, self.width, self.height, self.area) {
                (Some(length), Some(width), Some(height), _) => Some(length * width * height),
                (_, Some(thickness), None, Some(area)) | (None, None, Some(thickness), Some(area)) => {
                    Some(area * thickness)
                }
                _ => None,
            },
            Measure::Area => Some(self.length? * self.height?),
            Measure::Length
            | Measure::Weight
            | Measure::Time
            | Measure::Count
            | Measure::ThermalTransmittance
            | Measure::Angle
            | Measure::Plain
            | Measure::Unknown => None,
        }
    }
}

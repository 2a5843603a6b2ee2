//! Checks stored quantities against length, width and height.
//!
//! Real exports declare cubic metres and store cubic millimetres, or multiply square metres by millimetres
//! (contract: traps found in real files). A power of a thousand between the stored number and the product of the
//! dimensions is such a slip and is taken back; the problem list and the answer's coverage say so.

use super::fold::words;
use super::model::{BuildingModel, EntityIndex, Quantity, QuantitySource};
use super::problem::ProblemCode;
use super::table::Texts;
use super::unit::Measure;

/// A corrected value must lie within this factor of the expected one, upwards and downwards: openings may take most of
/// a wall away, and slanted tops add to it.
const PLAUSIBLE_FACTOR: f64 = 8.0;

/// A number so far above the product of the dimensions (and beyond repair) is not used.
const IMPLAUSIBLE_FACTOR: f64 = 100.0;

/// Rounding that an outline may be short by.
const OUTLINE_SLACK: f64 = 0.9;

pub(super) fn check(model: &mut BuildingModel) {
    for index in 0..model.entities.len() {
        let Some(entity) = EntityIndex::new(index) else { break };
        let expected = Expected::of(&model.texts, model.quantities.of(entity));
        let mut slips = Vec::new();
        for quantity in model.quantities.of_mut(entity) {
            if expected.is_too_short_around(&words(model.texts.get(quantity.name)).concat(), quantity) {
                quantity.implausible = true;
                slips.push((quantity.name, "shorter than the circle of that area".to_owned()));
                continue;
            }
            let Some(product) = expected.product(quantity.measure) else { continue };
            if let Some(slip) = repair(quantity, product) {
                slips.push((quantity.name, slip));
            }
        }
        for (name, slip) in slips {
            let detail = format!("{}: {slip}", model.texts.get(name));
            let code =
                if slip.starts_with('/') { ProblemCode::QuantityMagnitude } else { ProblemCode::QuantityImplausible };
            model.problems.push(code, "", 0, detail);
        }
    }
}

/// Corrects a quantity in place; says what was done, or nothing.
fn repair(quantity: &mut Quantity, product: f64) -> Option<String> {
    if product <= 0.0 || quantity.value <= 0.0 || quantity.source == QuantitySource::Dimensions {
        return None;
    }
    let ratio = quantity.value / product;
    if (1.0 / 1000.0..=PLAUSIBLE_FACTOR).contains(&ratio) {
        return None;
    }
    for exponent in [3_i8, 6, 9] {
        let corrected = ratio / 10_f64.powi(i32::from(exponent));
        if (1.0 / PLAUSIBLE_FACTOR..=PLAUSIBLE_FACTOR).contains(&corrected) {
            quantity.value /= 10_f64.powi(i32::from(exponent));
            quantity.corrected_by = Some(exponent);
            return Some(format!("/ 10^{exponent}"));
        }
    }
    if IMPLAUSIBLE_FACTOR < ratio {
        quantity.implausible = true;
        return Some(format!("{ratio:.0} times the dimensions"));
    }
    None
}

/// The dimensions of one entity as far as they are stored, in metres.
struct Expected {
    length: Option<f64>,
    width: Option<f64>,
    height: Option<f64>,
    area: Option<f64>,
}

impl Expected {
    fn of(texts: &Texts, quantities: &[Quantity]) -> Expected {
        let find = |measure: Measure, names: &[&str]| {
            names.iter().find_map(|wanted| {
                quantities
                    .iter()
                    .find(|q| q.measure == measure && q.value > 0.0 && words(texts.get(q.name)).concat() == *wanted)
                    .map(|q| q.value)
            })
        };
        Expected {
            length: find(Measure::Length, &["length", "nominallength", "laenge"]),
            width: find(Measure::Length, &["width", "thickness", "depth", "breite", "dicke"]),
            height: find(Measure::Length, &["height", "hoehe", "unboundedheight"]),
            area: find(Measure::Area, &["netfloorarea", "grossfloorarea", "grossarea", "area"]),
        }
    }

    /// No outline is shorter than the circle around the same area; exports that write feet beside metres are.
    fn is_too_short_around(&self, name: &str, quantity: &Quantity) -> bool {
        let circle = self.area.map(|area| (4.0 * std::f64::consts::PI * area).sqrt());
        quantity.measure == Measure::Length
            && name.ends_with("perimeter")
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

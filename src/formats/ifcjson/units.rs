//! `IfcUnitAssignment`: factors from the units of the file to the stored ones.

use super::{IfcJson, prefixed};
use crate::formats::json::Json;
use crate::formats::splitter::Place;
use crate::ifc::{Measure, ProblemCode, UnitAssignment};

/// The units of the project.
#[derive(Debug, Default)]
pub(super) struct Units {
    pub(super) assignment: UnitAssignment,
}

impl IfcJson {
    /// The units of a context; `None` when it declares none.
    pub(super) fn read_units(&mut self, context: Json<'_>, place: &Place) -> Option<Units> {
        let list = context.get("units")?.items();
        let mut units = Units::default();
        let mut seen = Vec::new();
        for unit in list {
            let Some(measure) = measure_of(unit) else { continue };
            if seen.contains(&measure) {
                continue;
            }
            seen.push(measure);
            let factor = factor_of(unit);
            if factor.is_none() {
                let name = unit.text_at("name").unwrap_or("?");
                self.problem(ProblemCode::UnitUnknown, place, name);
            }
            let assignment = &mut units.assignment;
            match measure {
                Measure::Length => assignment.length = factor,
                Measure::Area => assignment.area = factor,
                Measure::Volume => assignment.volume = factor,
                Measure::Weight => assignment.weight = factor,
                Measure::Time => assignment.time = factor,
                Measure::Count | Measure::ThermalTransmittance | Measure::Angle | Measure::Plain | Measure::Unknown => {
                }
            }
        }
        (!seen.is_empty()).then_some(units)
    }
}

/// What a unit measures, of those that are converted.
fn measure_of(unit: Json<'_>) -> Option<Measure> {
    Some(match unit.text_at("unitType")?.trim_matches('.') {
        "LENGTHUNIT" => Measure::Length,
        "AREAUNIT" => Measure::Area,
        "VOLUMEUNIT" => Measure::Volume,
        "MASSUNIT" => Measure::Weight,
        "TIMEUNIT" => Measure::Time,
        _ => return None,
    })
}

/// How many of the stored unit one of these is.
pub(super) fn factor_of(unit: Json<'_>) -> Option<f64> {
    match prefixed(unit.text_at("type")?).as_ref() {
        "IfcSIUnit" => {
            let prefix = unit.text_at("prefix").map(|prefix| prefix.trim_matches('.'));
            UnitAssignment::si_factor(unit.text_at("name")?.trim_matches('.'), prefix)
        }
        "IfcConversionBasedUnit" => {
            let factor = unit.get("conversionFactor")?;
            let value = factor.number_at("valueComponent")?;
            Some(value * factor_of(factor.get("unitComponent")?)?).filter(|factor| 0.0 < *factor)
        }
        _ => None,
    }
}

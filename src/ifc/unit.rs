//! Measures, the units people ask in, and the units a file declares.
//!
//! Factors: SI (prefixes of the BIPM brochure), and the international foot, inch, pound of 1959 (exact).

use serde::{Deserialize, Serialize};

/// What a number measures. Stored numbers of the first four are in m, m², m³ and kg.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Metres.
    Length,
    /// Square metres.
    Area,
    /// Cubic metres.
    Volume,
    /// Kilograms; IFC calls it weight.
    Weight,
    /// Seconds.
    Time,
    /// A number of things.
    Count,
    /// W/(m²K).
    ThermalTransmittance,
    /// Radians as stored, or degrees where the file says so.
    Angle,
    /// A ratio or a plain number.
    Plain,
    /// A number in a unit that was not recognised; never added up.
    Unknown,
}

/// A unit that a question may name and an answer may carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Unit {
    /// Millimetre.
    #[serde(rename = "mm")]
    Millimetre,
    /// Centimetre.
    #[serde(rename = "cm")]
    Centimetre,
    /// Metre.
    #[serde(rename = "m")]
    Metre,
    /// Kilometre.
    #[serde(rename = "km")]
    Kilometre,
    /// International foot.
    #[serde(rename = "ft")]
    Foot,
    /// International inch.
    #[serde(rename = "in")]
    Inch,
    /// Square centimetre.
    #[serde(rename = "cm2")]
    SquareCentimetre,
    /// Square metre.
    #[serde(rename = "m2")]
    SquareMetre,
    /// Square foot.
    #[serde(rename = "ft2")]
    SquareFoot,
    /// Hectare.
    #[serde(rename = "ha")]
    Hectare,
    /// Litre.
    #[serde(rename = "l")]
    Litre,
    /// Cubic metre.
    #[serde(rename = "m3")]
    CubicMetre,
    /// Cubic foot.
    #[serde(rename = "ft3")]
    CubicFoot,
    /// Kilogram.
    #[serde(rename = "kg")]
    Kilogram,
    /// Tonne.
    #[serde(rename = "t")]
    Tonne,
    /// Pound.
    #[serde(rename = "lb")]
    Pound,
    /// Watt per square metre and kelvin.
    #[serde(rename = "W/(m2K)")]
    ThermalTransmittance,
}

impl Unit {
    /// Every unit.
    pub const ALL: &'static [Unit] = &[
        Unit::Millimetre,
        Unit::Centimetre,
        Unit::Metre,
        Unit::Kilometre,
        Unit::Foot,
        Unit::Inch,
        Unit::SquareCentimetre,
        Unit::SquareMetre,
        Unit::SquareFoot,
        Unit::Hectare,
        Unit::Litre,
        Unit::CubicMetre,
        Unit::CubicFoot,
        Unit::Kilogram,
        Unit::Tonne,
        Unit::Pound,
        Unit::ThermalTransmittance,
    ];

    /// What it measures.
    #[must_use]
    pub const fn measure(self) -> Measure {
        match self {
            Unit::Millimetre | Unit::Centimetre | Unit::Metre | Unit::Kilometre | Unit::Foot | Unit::Inch => {
                Measure::Length
            }
            Unit::SquareCentimetre | Unit::SquareMetre | Unit::SquareFoot | Unit::Hectare => Measure::Area,
            Unit::Litre | Unit::CubicMetre | Unit::CubicFoot => Measure::Volume,
            Unit::Kilogram | Unit::Tonne | Unit::Pound => Measure::Weight,
            Unit::ThermalTransmittance => Measure::ThermalTransmittance,
        }
    }

    /// How many of the stored unit (m, m², m³, kg) one of these is.
    #[must_use]
    pub const fn factor(self) -> f64 {
        match self {
            Unit::Millimetre | Unit::Litre => 1e-3,
            Unit::Centimetre => 1e-2,
            Unit::Metre | Unit::SquareMetre | Unit::CubicMetre | Unit::Kilogram | Unit::ThermalTransmittance => 1.0,
            Unit::Kilometre | Unit::Tonne => 1e3,
            Unit::Foot => 0.3048,
            Unit::Inch => 0.0254,
            Unit::SquareCentimetre => 1e-4,
            Unit::SquareFoot => 0.3048 * 0.3048,
            Unit::Hectare => 1e4,
            Unit::CubicFoot => 0.3048 * 0.3048 * 0.3048,
            Unit::Pound => 0.453_592_37,
        }
    }

    /// The text in `answer.unit`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Unit::Millimetre => "mm",
            Unit::Centimetre => "cm",
            Unit::Metre => "m",
            Unit::Kilometre => "km",
            Unit::Foot => "ft",
            Unit::Inch => "in",
            Unit::SquareCentimetre => "cm2",
            Unit::SquareMetre => "m2",
            Unit::SquareFoot => "ft2",
            Unit::Hectare => "ha",
            Unit::Litre => "l",
            Unit::CubicMetre => "m3",
            Unit::CubicFoot => "ft3",
            Unit::Kilogram => "kg",
            Unit::Tonne => "t",
            Unit::Pound => "lb",
            Unit::ThermalTransmittance => "W/(m2K)",
        }
    }

    /// The sign in a sentence.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Unit::SquareCentimetre => "cm²",
            Unit::SquareMetre => "m²",
            Unit::SquareFoot => "ft²",
            Unit::CubicMetre => "m³",
            Unit::CubicFoot => "ft³",
            Unit::ThermalTransmittance => "W/(m²K)",
            Unit::Millimetre
            | Unit::Centimetre
            | Unit::Metre
            | Unit::Kilometre
            | Unit::Foot
            | Unit::Inch
            | Unit::Hectare
            | Unit::Litre
            | Unit::Kilogram
            | Unit::Tonne
            | Unit::Pound => self.code(),
        }
    }
}

impl Measure {
    /// The unit in which stored numbers are, where there is one.
    #[must_use]
    pub const fn stored_unit(self) -> Option<Unit> {
        match self {
            Measure::Length => Some(Unit::Metre),
            Measure::Area => Some(Unit::SquareMetre),
            Measure::Volume => Some(Unit::CubicMetre),
            Measure::Weight => Some(Unit::Kilogram),
            Measure::ThermalTransmittance => Some(Unit::ThermalTransmittance),
            Measure::Time | Measure::Count | Measure::Angle | Measure::Plain | Measure::Unknown => None,
        }
    }

    /// The measure of an IFC measure type (`IfcVolumeMeasure`, `IfcPositiveLengthMeasure`); `None` for texts and booleans.
    #[must_use]
    pub fn of_type(measure_type: &str) -> Option<Measure> {
        let known = MEASURE_TYPES.iter().find(|(name, _)| *name == measure_type);
        let other = || measure_type.ends_with("Measure").then_some(Measure::Unknown);
        known.map(|(_, measure)| *measure).or_else(other)
    }

    /// The same for a type in capitals, as STEP files write it (`IFCVOLUMEMEASURE`).
    #[must_use]
    pub fn of_capitals(measure_type: &str) -> Option<Measure> {
        let known = MEASURE_TYPES.iter().find(|(name, _)| name.eq_ignore_ascii_case(measure_type));
        let other = || measure_type.to_ascii_uppercase().ends_with("MEASURE").then_some(Measure::Unknown);
        known.map(|(_, measure)| *measure).or_else(other)
    }
}

/// What numbers of an IFC type measure; a type that is not here and ends in `Measure` is not converted.
const MEASURE_TYPES: &[(&str, Measure)] = &[
    ("IfcLengthMeasure", Measure::Length),
    ("IfcPositiveLengthMeasure", Measure::Length),
    ("IfcNonNegativeLengthMeasure", Measure::Length),
    ("IfcAreaMeasure", Measure::Area),
    ("IfcVolumeMeasure", Measure::Volume),
    ("IfcMassMeasure", Measure::Weight),
    ("IfcTimeMeasure", Measure::Time),
    ("IfcCountMeasure", Measure::Count),
    ("IfcThermalTransmittanceMeasure", Measure::ThermalTransmittance),
    ("IfcPlaneAngleMeasure", Measure::Angle),
    ("IfcPositivePlaneAngleMeasure", Measure::Angle),
    ("IfcInteger", Measure::Plain),
    ("IfcReal", Measure::Plain),
    ("IfcRatioMeasure", Measure::Plain),
    ("IfcPositiveRatioMeasure", Measure::Plain),
    ("IfcNormalisedRatioMeasure", Measure::Plain),
    ("IfcNumericMeasure", Measure::Plain),
    ("IfcTimeStamp", Measure::Plain),
];

/// Factors from the units a file declares to m, m², m³, kg and s. `None` where a unit is not known.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct UnitAssignment {
    /// Metres per length unit.
    pub length: Option<f64>,
    /// Square metres per area unit.
    pub area: Option<f64>,
    /// Cubic metres per volume unit.
    pub volume: Option<f64>,
    /// Kilograms per mass unit.
    pub weight: Option<f64>,
    /// Seconds per time unit.
    pub time: Option<f64>,
}

impl Default for UnitAssignment {
    /// SI without prefixes, and kilograms.
    fn default() -> UnitAssignment {
        UnitAssignment { length: Some(1.0), area: Some(1.0), volume: Some(1.0), weight: Some(1.0), time: Some(1.0) }
    }
}

impl UnitAssignment {
    /// Converts a number of the file to the stored unit of its measure; `None` when the unit is not known.
    #[must_use]
    pub fn to_stored(&self, measure: Measure, value: f64) -> Option<f64> {
        let factor = match measure {
            Measure::Length => self.length,
            Measure::Area => self.area,
            Measure::Volume => self.volume,
            Measure::Weight => self.weight,
            Measure::Time => self.time,
            Measure::Count | Measure::ThermalTransmittance | Measure::Angle | Measure::Plain | Measure::Unknown => {
                Some(1.0)
            }
        };
        factor.map(|factor| value * factor)
    }

    /// Factor of an SI unit (`METRE`, `SQUARE_METRE`, `CUBIC_METRE`, `GRAM`, `SECOND`) with its prefix (`MILLI`).
    /// A prefix on an area or volume applies to the metre below it: (mm)², (mm)³ (IFC4, IfcSIUnit).
    #[must_use]
    pub fn si_factor(name: &str, prefix: Option<&str>) -> Option<f64> {
        let prefix = match prefix {
            None | Some("") => 1.0,
            Some("MILLI") => 1e-3,
            Some("CENTI") => 1e-2,
            Some("DECI") => 1e-1,
            Some("DECA") => 1e1,
            Some("HECTO") => 1e2,
            Some("KILO") => 1e3,
            Some("MEGA") => 1e6,
            Some("MICRO") => 1e-6,
            Some("NANO") => 1e-9,
            Some(_) => return None,
        };
        match name {
            "METRE" | "SECOND" => Some(prefix),
            "SQUARE_METRE" => Some(prefix * prefix),
            "CUBIC_METRE" => Some(prefix * prefix * prefix),
            "GRAM" => Some(prefix * 1e-3),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_apply_below_the_power() {
        let near = |got: Option<f64>, want: f64| assert!((got.unwrap() / want - 1.0).abs() < 1e-12);
        near(UnitAssignment::si_factor("METRE", Some("MILLI")), 1e-3);
        near(UnitAssignment::si_factor("SQUARE_METRE", Some("MILLI")), 1e-6);
        near(UnitAssignment::si_factor("CUBIC_METRE", Some("MILLI")), 1e-9);
        near(UnitAssignment::si_factor("GRAM", Some("KILO")), 1.0);
        assert_eq!(UnitAssignment::si_factor("KELVIN", None), None);
    }

    #[test]
    fn numbers_of_a_file_are_converted_by_what_they_measure() {
        let units = UnitAssignment { length: Some(1e-3), area: None, volume: Some(1e-9), ..UnitAssignment::default() };
        assert_eq!(units.to_stored(Measure::Length, 2500.0), Some(2.5));
        assert_eq!(units.to_stored(Measure::Area, 4.0), None, "a unit that is not known is not guessed");
        assert_eq!(units.to_stored(Measure::Weight, 4.0), Some(4.0));
        assert_eq!(units.to_stored(Measure::Plain, 4.0), Some(4.0));
        assert_eq!(Measure::of_type("IfcPositiveLengthMeasure"), Some(Measure::Length));
        assert_eq!(Measure::of_type("IfcHeatFluxDensityMeasure"), Some(Measure::Unknown));
        assert_eq!(Measure::of_type("IfcLabel"), None);
        for (name, measure) in MEASURE_TYPES {
            assert_eq!(Measure::of_capitals(&name.to_ascii_uppercase()), Some(*measure), "{name}");
        }
        assert_eq!(Measure::of_capitals("IFCHEATFLUXDENSITYMEASURE"), Some(Measure::Unknown));
        assert_eq!(Measure::of_capitals("IFCLABEL"), None);
    }

    #[test]
    fn a_unit_is_so_many_of_the_stored_one() {
        for (unit, factor) in [
            (Unit::SquareFoot, 0.092_903_04),
            (Unit::CubicFoot, 0.028_316_846_592),
            (Unit::Inch, 0.0254),
            (Unit::Litre, 1e-3),
            (Unit::Hectare, 1e4),
            (Unit::Tonne, 1e3),
        ] {
            assert!((unit.factor() / factor - 1.0).abs() < 1e-12, "{}", unit.code());
        }
        for unit in Unit::ALL {
            let stored = unit.measure().stored_unit().unwrap();
            assert_eq!((stored.factor(), stored.measure()), (1.0, unit.measure()), "{}", unit.code());
            assert_eq!(serde_json::to_value(unit).unwrap(), unit.code(), "plans and answers name a unit alike");
        }
    }

    #[test]
    fn codes_are_unique() {
        let codes: std::collections::BTreeSet<_> = Unit::ALL.iter().map(|unit| unit.code()).collect();
        assert_eq!(codes.len(), Unit::ALL.len());
    }
}

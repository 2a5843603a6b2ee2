//! Units: factors to the stored ones, followed from the project once every instance is known.

use super::index::{Index, Slot};
use super::schema::UnitKind;
use super::value::{Arguments, Value};
use super::words::Words;
use crate::ifc::{Measure, UnitAssignment};

/// Longest chain of conversions that is followed: foot, yard, rod need three.
const CHAIN_MAX: usize = 8;

#[derive(Debug)]
enum Row {
    /// A unit of its own: what it measures, where that is converted, its factor and its name.
    Si(Option<Measure>, Option<f64>, u32),
    /// A unit by another: what it measures, its name, and its measure with unit.
    Conversion(Option<Measure>, u32, u32),
    /// So many of a unit.
    WithUnit(f64, u32),
    Assignment(Box<[u32]>),
}

/// Every unit of the file.
#[derive(Debug, Default)]
pub(super) struct Units {
    rows: Vec<Row>,
}

impl Units {
    /// Keeps a unit; its row.
    pub(super) fn keep(&mut self, kind: UnitKind, arguments: &Arguments<'_>, words: &mut Words) -> u32 {
        let mut named = |at: usize| words.number(arguments.at(at).text().unwrap_or("?"));
        let measure = arguments.at(1).word().and_then(measure_of);
        let row = match kind {
            UnitKind::Si => {
                let (prefix, name) = (arguments.at(2).word(), arguments.at(3).word().unwrap_or("?"));
                Row::Si(measure, UnitAssignment::si_factor(name, prefix), words.number(name))
            }
            UnitKind::Conversion => Row::Conversion(measure, named(2), arguments.at(3).reference().unwrap_or_default()),
            UnitKind::ContextDependent => Row::Si(measure, None, named(2)),
            UnitKind::WithUnit => {
                let value = arguments.at(0).number().unwrap_or_default();
                Row::WithUnit(value, arguments.at(1).reference().unwrap_or_default())
            }
            UnitKind::Assignment => {
                Row::Assignment(arguments.at(0).items().iter().filter_map(Value::reference).collect())
            }
        };
        self.rows.push(row);
        u32::try_from(self.rows.len() - 1).unwrap_or(u32::MAX)
    }

    /// How many of the stored unit one of these is.
    pub(super) fn factor(&self, unit: u32, index: &Index) -> Option<f64> {
        let (mut unit, mut factor) = (unit, 1.0);
        for _ in 0..CHAIN_MAX {
            match self.row(unit, index)? {
                Row::Si(_, own, _) => return own.map(|own| factor * own).filter(|factor| 0.0 < *factor),
                Row::Conversion(_, _, next) => unit = *next,
                Row::WithUnit(value, next) => {
                    factor *= value;
                    unit = *next;
                }
                Row::Assignment(_) => return None,
            }
        }
        None
    }

    /// The units of an assignment, and the names of those that are not known. `None` where it declares none.
    pub(super) fn assignment(&self, number: u32, index: &Index) -> Option<(UnitAssignment, Vec<u32>)> {
        let Row::Assignment(units) = self.row(number, index)? else { return None };
        let (mut assignment, mut seen, mut unknown) = (UnitAssignment::default(), Vec::new(), Vec::new());
        for unit in units {
            let (measure, name) = match self.row(*unit, index) {
                Some(Row::Si(Some(measure), _, name) | Row::Conversion(Some(measure), name, _)) => (*measure, *name),
                _ => continue,
            };
            if seen.contains(&measure) {
                continue;
            }
            seen.push(measure);
            let factor = self.factor(*unit, index);
            if factor.is_none() {
                unknown.push(name);
            }
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
        (!seen.is_empty()).then_some((assignment, unknown))
    }

    fn row(&self, number: u32, index: &Index) -> Option<&Row> {
        let Slot::Unit(row) = index.slot(number) else { return None };
        self.rows.get(row as usize)
    }
}

/// What a unit measures, of those that are converted.
fn measure_of(unit_type: &str) -> Option<Measure> {
    Some(match unit_type {
        "LENGTHUNIT" => Measure::Length,
        "AREAUNIT" => Measure::Area,
        "VOLUMEUNIT" => Measure::Volume,
        "MASSUNIT" => Measure::Weight,
        "TIMEUNIT" => Measure::Time,
        _ => return None,
    })
}

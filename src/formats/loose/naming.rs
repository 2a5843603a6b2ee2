//! What a number measures, by the name it stands under, and what a unit is worth, by the name it goes by.

use crate::formats::json::Json;
use crate::ifc::{Measure, Unit, UnitAssignment, fold, words};

/// Ends of the word that says what is measured.
const ENDINGS: &[(&str, Measure)] = &[
    ("length", Measure::Length),
    ("width", Measure::Length),
    ("height", Measure::Length),
    ("depth", Measure::Length),
    ("thickness", Measure::Length),
    ("perimeter", Measure::Length),
    ("diameter", Measure::Length),
    ("radius", Measure::Length),
    ("laenge", Measure::Length),
    ("breite", Measure::Length),
    ("hoehe", Measure::Length),
    ("tiefe", Measure::Length),
    ("dicke", Measure::Length),
    ("staerke", Measure::Length),
    ("umfang", Measure::Length),
    ("durchmesser", Measure::Length),
    ("area", Measure::Area),
    ("flaeche", Measure::Area),
    ("flaechenbereich", Measure::Area),
    ("volume", Measure::Volume),
    ("volumen", Measure::Volume),
    ("weight", Measure::Weight),
    ("gewicht", Measure::Weight),
];

/// Words that say it only when they stand alone: "lifespan" is no length.
const WHOLE: &[(&str, Measure)] = &[
    ("span", Measure::Length),
    ("offset", Measure::Length),
    ("elevation", Measure::Length),
    ("mass", Measure::Weight),
    ("masse", Measure::Weight),
];

/// Words before which the name of the measure ends: "Length of the Wall", "Fläche der Türen".
const AFTER: &[&str] =
    &["of", "the", "on", "at", "in", "to", "from", "per", "der", "des", "an", "am", "auf", "zu", "zum", "pro", "je"];

/// Words that make a number of things, or a rate, of what follows.
const COUNTED: &[&str] = &["anzahl", "number", "aantal", "count"];
const RATES: &[&str] = &["per", "pro", "je"];

/// What a number under a name measures; `None` where the name does not say it. A name that carries a unit of its own
/// ("Schriftgröße \[mm\]") says nothing of the units of the file.
pub(in crate::formats) fn measure_of_name(name: &str) -> Option<Measure> {
    if name.contains('[') {
        return None;
    }
    let spoken = spaced(name.split('(').next().unwrap_or_default());
    let words = words(&spoken);
    if words.first().is_some_and(|first| COUNTED.contains(&first.as_str())) {
        return Some(Measure::Count);
    }
    if words.iter().any(|word| RATES.contains(&word.as_str())) {
        return None;
    }
    let head = words.iter().take_while(|word| !AFTER.contains(&word.as_str())).last()?;
    measure_of_word(head)
}

/// What a number of a quantity set measures: any word of its name may say it ("NetSurfaceAreaExtrudedSides").
pub(in crate::formats) fn measure_of_quantity(name: &str) -> Option<Measure> {
    let any = || words(&spaced(name)).iter().rev().find_map(|word| measure_of_word(word));
    measure_of_name(name).or_else(|| any().filter(|_| !name.contains('[')))
}

fn measure_of_word(word: &str) -> Option<Measure> {
    let whole = WHOLE.iter().find(|(known, _)| *known == word);
    let (_, measure) = whole.or_else(|| ENDINGS.iter().find(|(end, _)| word.ends_with(end)))?;
    Some(*measure)
}

/// `NetSideArea` as words.
fn spaced(name: &str) -> String {
    let mut spaced = String::with_capacity(name.len() + 4);
    let mut was_lower = false;
    for c in name.chars() {
        if was_lower && c.is_uppercase() {
            spaced.push(' ');
        }
        was_lower = c.is_lowercase();
        spaced.push(c);
    }
    spaced
}

const SI_PREFIXES: &[&str] = &["MILLI", "CENTI", "DECI", "DECA", "HECTO", "KILO", "MEGA", "MICRO", "NANO"];

/// Units that go by a word, with how many of the stored unit they are.
const WORDS: &[(&str, Unit)] = &[
    ("foot", Unit::Foot),
    ("feet", Unit::Foot),
    ("inch", Unit::Inch),
    ("squarefoot", Unit::SquareFoot),
    ("squarefeet", Unit::SquareFoot),
    ("cubicfoot", Unit::CubicFoot),
    ("cubicfeet", Unit::CubicFoot),
    ("pound", Unit::Pound),
    ("litre", Unit::Litre),
    ("hectare", Unit::Hectare),
    ("tonne", Unit::Tonne),
];

/// How many of the stored unit one of a named unit is: `MILLIMETRE`, `SQUARE_METRE`, `FOOT`, `m²`.
pub(in crate::formats) fn unit_factor(measure: Measure, name: &str) -> Option<f64> {
    let upper = name.trim().replace(' ', "_").to_uppercase();
    let (dimension, rest) = ["SQUARE_", "CUBIC_"]
        .iter()
        .find_map(|dimension| Some((*dimension, upper.strip_prefix(dimension)?)))
        .unwrap_or(("", &upper));
    let prefix = SI_PREFIXES.iter().find(|prefix| rest.strip_prefix(**prefix).is_some_and(|unit| !unit.is_empty()));
    let unit = prefix.and_then(|prefix| rest.strip_prefix(prefix)).unwrap_or(rest).replace("METER", "METRE");
    let si = UnitAssignment::si_factor(&format!("{dimension}{}", unit.trim_start_matches('_')), prefix.copied());
    let found = si.or_else(|| {
        let folded = fold(name).replace(['_', ' '], "");
        let by_word = WORDS.iter().find(|(word, _)| *word == folded).map(|(_, unit)| *unit);
        let unit = by_word.or_else(|| {
            Unit::ALL.iter().copied().find(|unit| fold(unit.code()) == folded || fold(unit.sign()) == folded)
        });
        unit.filter(|unit| unit.measure() == measure).map(Unit::factor)
    });
    found.filter(|factor| *factor > 0.0)
}

/// The units of an object `{"LENGTHUNIT": "MILLIMETRE", …}`, with the names that are not known; `None` where it declares
/// none that are converted.
pub(in crate::formats) fn units_of(declared: Json<'_>) -> Option<(UnitAssignment, Vec<String>)> {
    let mut units = UnitAssignment::default();
    let mut unknown = Vec::new();
    let mut is_declared = false;
    for (key, value) in declared.fields() {
        let Some(name) = value.text().filter(|name| !name.trim().is_empty()) else { continue };
        let (measure, slot) = match fold(key).trim_end_matches("unit").trim_end_matches('_') {
            "length" => (Measure::Length, &mut units.length),
            "area" => (Measure::Area, &mut units.area),
            "volume" => (Measure::Volume, &mut units.volume),
            "mass" => (Measure::Weight, &mut units.weight),
            "time" => (Measure::Time, &mut units.time),
            _ => continue,
        };
        *slot = unit_factor(measure, name);
        is_declared = true;
        // Durations are not added up, so a year by its name is no loss.
        if slot.is_none() && measure != Measure::Time {
            unknown.push(name.to_owned());
        }
    }
    is_declared.then_some((units, unknown))
}

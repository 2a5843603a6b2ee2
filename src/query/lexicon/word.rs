//! Words of questions that are not things: heads, measures, units, statistics, comparisons, relations.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::ifc::Unit;
use crate::query::plan::{Comparison, MeasureKind, Statistic};

/// What a word or phrase asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::query) enum Meaning {
    /// "wie viele", "how many".
    CountHead,
    /// "wie viel", "how much".
    MuchHead,
    /// "welche", "which".
    WhichHead,
    /// "was", "what".
    WhatHead,
    /// "zeige", "list".
    ListHead,
    /// "gibt es", "is there": a yes or no when nothing else heads the question.
    ExistsHead,
    /// "wie groß", "how large".
    SizeHead,
    /// "warum", "fasse zusammen": prose that no plan answers.
    ProseHead,
    /// "wo", "where".
    WhereHead,
    /// Something measured.
    Measure(MeasureKind),
    /// A unit.
    Unit(Unit),
    /// "durchschnittlich", "average".
    Stat(Statistic),
    /// "größte", "largest"; with the measure where the word implies one.
    Superlative(Option<MeasureKind>, bool),
    /// "die meisten", "most"; true for "die wenigsten".
    Most(bool),
    /// "verteilen sich", "distributed".
    Distributed,
    /// "je", "pro", "per".
    Each,
    /// "wie oft", "how many of each".
    HowOften,
    /// "Typ", "type": the type object.
    TypeWord,
    /// "Bauteilarten", "component types".
    ComponentKinds,
    /// "Material", "made of".
    MaterialWord,
    /// "Schichten", "layers".
    Layers,
    /// "Abmessungen", "dimensions".
    Dimensions,
    /// "sitzt", "hosts", "eingebaut".
    Hosts,
    /// "begrenzen", "bound".
    Bounds,
    /// "verbindet", "connect".
    Connects,
    /// "gehören zu", "belong to".
    BelongsTo,
    /// A comparison with a number.
    Compare(Comparison),
    /// "dicker als", "wider than": a comparison that names its measure.
    CompareMeasure(Comparison, MeasureKind),
    /// "nicht", "not", "keine".
    Not,
    /// "ohne", "without".
    Without,
    /// "mit", "with", "haben".
    With,
    /// "Kosten", "cost".
    Cost,
    /// "CO2", "carbon".
    Carbon,
    /// "Minuten", "minutes".
    Minutes,
    /// "von", "by": may lead a maker or a value.
    Of,
    /// "im", "in", "on": may lead a place.
    In,
}

use Meaning as M;

const PHRASES: &[(&str, Meaning)] = &[
    (
        "wie viele|wieviele|anzahl|how many|number of|zaehle|count|count of|wieviel stueck|die anzahl|the number of|anzahl der",
        M::CountHead,
    ),
    ("wie viel|wieviel|how much", M::MuchHead),
    ("welche|welcher|welches|welchen|welchem|which", M::WhichHead),
    ("was|what|woraus", M::WhatHead),
    ("zeige|zeig|liste|list|nenne|show|name all|gib mir|show me|list all|auflisten|aufzaehlen", M::ListHead),
    (
        "gibt es|gibts|gibt s|is there|are there|existiert|existieren|is any|are any|does the building have|does the model have|does it have|hat das gebaeude|hat das haus|hat das modell|enthaelt das modell|sind vorhanden|ist vorhanden|vorhanden",
        M::ExistsHead,
    ),
    ("wie gross|how large|how big|wie gross ist|groesse|size", M::SizeHead),
    (
        "warum|weshalb|wieso|why|fasse|zusammenfassen|zusammenfassung|summarize|summarise|summary|beschreibe|describe|erklaere|explain|bewerte|evaluate|empfiehl|recommend",
        M::ProseHead,
    ),
    ("wo|where", M::WhereHead),
    (
        "volumen|volumens|rauminhalt|volume|volumes|nettovolumen|net volume|kubatur|gesamtvolumen|total volume",
        M::Measure(MeasureKind::Volume),
    ),
    (
        "flaeche|flaechen|grundflaeche|grundflaechen|area|areas|floor area|floor areas|nettoflaeche|bodenflaeche|net area|surface area|surface|gesamtflaeche|total area|seitenflaeche|side area|net floor area|total floor area",
        M::Measure(MeasureKind::Area),
    ),
    (
        "breite mal hoehe|width times height|width x height|breite x hoehe|breite mal der hoehe",
        M::Measure(MeasureKind::OpeningArea),
    ),
    (
        "laenge|laengen|length|lengths|gesamtlaenge|total length|wie lang|how long|lang|laufmeter",
        M::Measure(MeasureKind::Length),
    ),
    ("breite|breiten|width|widths|wie breit|how wide|breit|wide", M::Measure(MeasureKind::Width)),
    ("hoehe|hoehen|height|heights|wie hoch|how high|how tall|hoch|high|tall", M::Measure(MeasureKind::Height)),
    ("dicke|dicken|thickness|thicknesses|staerke|wie dick|how thick|dick|thick", M::Measure(MeasureKind::Thickness)),
    ("umfang|perimeter|umfaenge|perimeters", M::Measure(MeasureKind::Perimeter)),
    (
        "gewicht|gewichte|weight|weights|masse|mass|wie schwer|how heavy|schwer|heavy|gesamtgewicht|total weight|wiegt|wiegen|weigh",
        M::Measure(MeasureKind::Weight),
    ),
    ("kubikmeter|kubikmetern|cubic metres|cubic meters|cubic metre|cubic meter|m3", M::Unit(Unit::CubicMetre)),
    ("kubikfuss|cubic feet|cubic foot|ft3", M::Unit(Unit::CubicFoot)),
    ("liter|litern|litres|liters|litre", M::Unit(Unit::Litre)),
    (
        "quadratmeter|quadratmetern|square metres|square meters|square metre|square meter|m2|qm",
        M::Unit(Unit::SquareMetre),
    ),
    ("quadratfuss|square feet|square foot|ft2|sq ft|sqft", M::Unit(Unit::SquareFoot)),
    ("quadratzentimeter|quadratzentimetern|square centimetres|square centimeters|cm2", M::Unit(Unit::SquareCentimetre)),
    ("hektar|hectares|hectare|ha", M::Unit(Unit::Hectare)),
    ("millimeter|millimetern|millimetres|millimeters|mm", M::Unit(Unit::Millimetre)),
    ("zentimeter|zentimetern|centimetres|centimeters|cm", M::Unit(Unit::Centimetre)),
    ("meter|metern|metres|meters|metre|m|laufende meter|laufenden metern", M::Unit(Unit::Metre)),
    ("kilometer|kilometern|kilometres|kilometers|km", M::Unit(Unit::Kilometre)),
    ("fuss|feet|foot|ft", M::Unit(Unit::Foot)),
    ("zoll|inches|inch", M::Unit(Unit::Inch)),
    ("kilogramm|kilograms|kilogrammes|kg|kilo", M::Unit(Unit::Kilogram)),
    ("tonnen|tonne|tons|tonnes|t", M::Unit(Unit::Tonne)),
    ("pfund|pounds|lb|lbs", M::Unit(Unit::Pound)),
    ("w m2k|w/m2k|w/(m2k)", M::Unit(Unit::ThermalTransmittance)),
    (
        "gesamt|gesamte|gesamten|gesamter|gesamtes|insgesamt|summe|total|sum|zusammen|zusammengerechnet|altogether|overall|in total|together|combined|aufsummiert",
        M::Stat(Statistic::Sum),
    ),
    (
        "durchschnitt|durchschnittlich|durchschnittliche|durchschnittlichen|durchschnittlicher|durchschnittliches|mittelwert|mittlere|mittleren|im mittel|im schnitt|im durchschnitt|average|mean|on average",
        M::Stat(Statistic::Average),
    ),
    (
        "minimal|minimale|minimalen|minimum|mindestwert|geringste|geringsten|niedrigste|niedrigsten|lowest",
        M::Stat(Statistic::Minimum),
    ),
    (
        "maximal|maximale|maximalen|maximum|hoechstwert|hoechster wert|highest|hoechsten|hoechste",
        M::Stat(Statistic::Maximum),
    ),
    ("groesste|groessten|groesster|groesstes|largest|biggest|greatest|am groessten", M::Superlative(None, false)),
    ("kleinste|kleinsten|kleinster|kleinstes|smallest|am kleinsten", M::Superlative(None, true)),
    ("laengste|laengsten|laengster|laengstes|longest|am laengsten", M::Superlative(Some(MeasureKind::Length), false)),
    (
        "kuerzeste|kuerzesten|kuerzester|kuerzestes|shortest|am kuerzesten",
        M::Superlative(Some(MeasureKind::Length), true),
    ),
    (
        "breiteste|breitesten|breitester|breitestes|widest|am breitesten",
        M::Superlative(Some(MeasureKind::Width), false),
    ),
    (
        "schmalste|schmalsten|schmalster|schmalstes|narrowest|am schmalsten",
        M::Superlative(Some(MeasureKind::Width), true),
    ),
    ("tallest", M::Superlative(Some(MeasureKind::Height), false)),
    ("dickste|dicksten|dickster|dickstes|thickest|am dicksten", M::Superlative(Some(MeasureKind::Thickness), false)),
    (
        "duennste|duennsten|duennster|duennstes|thinnest|am duennsten",
        M::Superlative(Some(MeasureKind::Thickness), true),
    ),
    (
        "schwerste|schwersten|schwerster|schwerstes|heaviest|am schwersten",
        M::Superlative(Some(MeasureKind::Weight), false),
    ),
    ("leichteste|leichtesten|lightest|am leichtesten", M::Superlative(Some(MeasureKind::Weight), true)),
    ("meisten|die meisten|most|the most|am meisten", M::Most(false)),
    ("wenigsten|die wenigsten|fewest|the fewest|least|am wenigsten", M::Most(true)),
    (
        "verteilen|verteilt|verteilung|verteilen sich|distributed|distribution|aufteilung|aufgeteilt|broken down|breakdown|gliedern|are distributed",
        M::Distributed,
    ),
    (
        "je|pro|per|for each|nach|by each|jedem|jeder|jedes|each|every|pro jedem|in jedem|in each|on each|auf jedem|grouped by|gruppiert nach",
        M::Each,
    ),
    (
        "wie oft|und wie oft|how often|and how often|how many of each|and how many of each|and how many of each are there|wie viele davon|and how many|und wie viele|jeweils wie viele|in each case",
        M::HowOften,
    ),
    ("typ|typen|typs|type|types|vom typ|of type", M::TypeWord),
    (
        "bauteilart|bauteilarten|bauteiltyp|bauteiltypen|bauteilgruppen|bauteilklassen|component type|component types|element type|element types|kinds of elements|kinds of components|elementtypen|elementarten|arten von bauteilen|types of elements|types of components|entity types|ifc klassen|ifc classes",
        M::ComponentKinds,
    ),
    (
        "material|materialien|materials|baustoff|baustoffe|baustoffen|werkstoff|werkstoffe|made of|bestehen|besteht|made from|consist of|consists of|consist",
        M::MaterialWord,
    ),
    (
        "schicht|schichten|schichtaufbau|aufbau|aufgebaut|layer|layers|build up|buildup|layer structure|wandaufbau",
        M::Layers,
    ),
    ("abmessung|abmessungen|masse und abmessungen|masze|dimension|dimensions|aussenmasse|ausmasse", M::Dimensions),
    (
        "sitzt|sitzen|hosts|host|eingebaut|einbaut|hosting|hosted|contains door|contains window|verbaut in|built into|installed in|steckt|embedded",
        M::Hosts,
    ),
    (
        "begrenzen|begrenzt|bound|bounds|bounding|angrenzen|grenzen|grenzt|angrenzend|adjacent to|border|fuehren in|fuehrt in|lead into|leads into|lead to",
        M::Bounds,
    ),
    ("verbindet|verbinden|connect|connects|connected|connecting", M::Connects),
    (
        "gehoeren zur|gehoeren zum|gehoeren zu|gehoert zur|gehoert zum|gehoert zu|gehoeren|gehoert|belong to|belongs to|belong|belonging to|zugehoerig zu|zugeordnet",
        M::BelongsTo,
    ),
    (
        "mehr als|groesser als|ueber|more than|greater than|larger than|bigger than|above|over|exceeding|oberhalb|oberhalb von",
        M::Compare(Comparison::Above),
    ),
    (
        "weniger als|kleiner als|unter|less than|smaller than|below|under|fewer than|unterhalb|unterhalb von",
        M::Compare(Comparison::Below),
    ),
    (
        "mindestens|wenigstens|at least|minimum of|groesser gleich|ab|no less than|nicht weniger als",
        M::Compare(Comparison::AtLeast),
    ),
    (
        "hoechstens|maximal|at most|bis zu|up to|kleiner gleich|no more than|nicht mehr als",
        M::Compare(Comparison::AtMost),
    ),
    ("gleich|genau|exactly|equal to|equals|in hoehe von", M::Compare(Comparison::Equal)),
    ("dicker als|thicker than", M::CompareMeasure(Comparison::Above, MeasureKind::Thickness)),
    ("duenner als|thinner than", M::CompareMeasure(Comparison::Below, MeasureKind::Thickness)),
    ("breiter als|wider than|broader than", M::CompareMeasure(Comparison::Above, MeasureKind::Width)),
    ("schmaler als|schmaeler als|narrower than", M::CompareMeasure(Comparison::Below, MeasureKind::Width)),
    ("laenger als|longer than", M::CompareMeasure(Comparison::Above, MeasureKind::Length)),
    ("kuerzer als|shorter than", M::CompareMeasure(Comparison::Below, MeasureKind::Length)),
    ("hoeher als|higher than|taller than", M::CompareMeasure(Comparison::Above, MeasureKind::Height)),
    ("niedriger als|lower than", M::CompareMeasure(Comparison::Below, MeasureKind::Height)),
    ("schwerer als|heavier than", M::CompareMeasure(Comparison::Above, MeasureKind::Weight)),
    ("leichter als|lighter than", M::CompareMeasure(Comparison::Below, MeasureKind::Weight)),
    ("nicht|not|kein|keine|keinen|keiner|keinem|no|nicht als", M::Not),
    (
        "ohne|without|fehlt|fehlen|lack|lacking|missing|lacks|have no|has no|haben keine|haben keinen|hat keine|hat keinen|do not have|does not have|don t have",
        M::Without,
    ),
    ("mit|with|haben|hat|have|has|having", M::With),
    ("kosten|kostet|preis|preise|cost|costs|price|prices|expensive|teuer|baukosten|euro|eur|costing", M::Cost),
    (
        "co2|co2 fussabdruck|co2 bilanz|carbon|carbon footprint|gwp|treibhauspotential|treibhauspotenzial|fussabdruck|oekobilanz|global warming potential|embodied carbon|life cycle assessment|lca|graue energie|emissionen|emissions|footprint",
        M::Carbon,
    ),
    ("minuten|minute|minutes|min|minuetig|minuetige|minuetigen", M::Minutes),
    ("von|vom|des|der|of|by", M::Of),
    ("im|in|auf|on|at|inside|innerhalb", M::In),
];

static BY_PHRASE: LazyLock<HashMap<&'static str, Meaning>> = LazyLock::new(|| {
    let mut map = HashMap::new();
    for (phrases, meaning) in PHRASES {
        for phrase in phrases.split('|') {
            map.entry(phrase).or_insert(*meaning);
        }
    }
    map
});

/// Longest phrase, in words.
const PHRASE_WORDS_MAX: usize = 6;

/// The meaning of the longest known phrase at the start of a slice of folded words, and how many words it takes.
pub(in crate::query) fn phrase(words: &[&str]) -> Option<(Meaning, usize)> {
    (1..=words.len().min(PHRASE_WORDS_MAX)).rev().find_map(|taken| {
        let joined = words.get(..taken)?.join(" ");
        BY_PHRASE.get(joined.as_str()).map(|meaning| (*meaning, taken))
    })
}

/// A German word for an English one of the trade, where a model in German says it so.
pub(in crate::query) fn translate(word: &str) -> Option<&'static str> {
    const PAIRS: &[(&str, &str)] = &[
        ("spruce", "fichte"),
        ("beech", "buche"),
        ("oak", "eiche"),
        ("pine", "kiefer"),
        ("larch", "laerche"),
        ("fir", "tanne"),
        ("ash", "esche"),
        ("kitchen", "kueche"),
        ("bathroom", "bad"),
        ("bedroom", "schlafzimmer"),
        ("hallway", "flur"),
        ("corridor", "flur"),
        ("office", "buero"),
        ("storage", "abstellraum"),
        ("garage", "garage"),
        ("cellar", "keller"),
        ("balcony", "balkon"),
        ("terrace", "terrasse"),
        ("toilet", "wc"),
        ("untreated", "unbehandelt"),
        ("treated", "behandelt"),
    ];
    PAIRS.iter().find(|(en, _)| *en == word).map(|(_, de)| *de)
}

/// The other language's word for a direction, since names carry it: "north" and "nord".
pub(in crate::query) fn compass(word: &str) -> Option<&'static [&'static str]> {
    const DIRECTIONS: &[&[&str]] = &[
        &["nord", "north", "noerdlich", "noerdliche", "noerdlichen", "northern", "norden"],
        &["sued", "south", "suedlich", "suedliche", "suedlichen", "southern", "sueden"],
        &["ost", "east", "oestlich", "oestliche", "oestlichen", "eastern", "osten"],
        &["west", "westlich", "westliche", "westlichen", "western", "westen"],
    ];
    DIRECTIONS.iter().find(|words| words.contains(&word)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_phrase_wins() {
        assert_eq!(phrase(&["wie", "viele", "tueren"]), Some((Meaning::CountHead, 2)));
        assert_eq!(phrase(&["wie", "viel"]), Some((Meaning::MuchHead, 2)));
        assert_eq!(phrase(&["breite", "mal", "hoehe"]), Some((Meaning::Measure(MeasureKind::OpeningArea), 3)));
        assert_eq!(phrase(&["tueren"]), None);
    }
}

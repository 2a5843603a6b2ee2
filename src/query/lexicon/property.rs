//! Properties that have a name in IFC and several in daily language.

use crate::ifc::words;

/// A property as people name it.
#[derive(Debug, Clone, Copy)]
pub(in crate::query) struct KnownProperty {
    /// Stable name in plans.
    pub(in crate::query) id: &'static str,
    /// Names in models: words joined without separators, what stands in parentheses left out.
    pub(in crate::query) names: &'static [&'static str],
    /// Words and phrases in questions, folded.
    pub(in crate::query) asked: &'static [&'static str],
    /// Words that mean the opposite (`internal` of IsExternal), folded.
    pub(in crate::query) opposite: &'static [&'static str],
    /// Whether it is yes or no.
    pub(in crate::query) boolean: bool,
    /// German name for sentences, or the adjective of a boolean.
    pub(in crate::query) de: &'static str,
    /// English name for sentences, or the adjective of a boolean.
    pub(in crate::query) en: &'static str,
}

/// Every known property.
pub(in crate::query) const PROPERTIES: &[KnownProperty] = &[
    KnownProperty {
        id: "is_external",
        names: &["isexternal", "aussenbauteil", "istaussenbauteil"],
        asked: &[
            "isexternal",
            "is external",
            "external",
            "exterior",
            "outside",
            "outer",
            "aussen",
            "aussenbauteil",
            "aussenbauteile",
            "aussenliegend",
            "aussenliegende",
            "aussenliegenden",
            "externe",
            "externen",
            "extern",
        ],
        opposite: &[
            "internal",
            "interior",
            "inner",
            "innen",
            "inside",
            "innenbauteil",
            "innenbauteile",
            "innenliegend",
            "innenliegende",
            "innenliegenden",
            "interne",
            "internen",
            "intern",
        ],
        boolean: true,
        de: "Außenbauteil",
        en: "external",
    },
    KnownProperty {
        id: "load_bearing",
        names: &["loadbearing", "tragendnichttragend", "tragend"],
        asked: &[
            "loadbearing",
            "load bearing",
            "tragend",
            "tragende",
            "tragenden",
            "tragender",
            "tragendes",
            "bearing",
            "structural",
        ],
        opposite: &[
            "nichttragend",
            "nichttragende",
            "nichttragenden",
            "nicht tragend",
            "nicht tragende",
            "nicht tragenden",
            "non load bearing",
            "nonloadbearing",
            "not load bearing",
            "non bearing",
            "nonbearing",
        ],
        boolean: true,
        de: "tragend",
        en: "load-bearing",
    },
    KnownProperty {
        id: "fire_rating",
        names: &[
            "firerating",
            "fireresistance",
            "feuerwiderstandsklasse",
            "feuerwiderstand",
            "brandschutzklasse",
            "brandschutz",
            "feuerwiderstandsdauer",
        ],
        asked: &[
            "fire rating",
            "fire ratings",
            "firerating",
            "fire resistance",
            "fire resistance class",
            "fire resistance classes",
            "fire resistance rating",
            "fire protection class",
            "fire class",
            "fire protection",
            "feuerwiderstandsklasse",
            "feuerwiderstandsklassen",
            "feuerwiderstand",
            "feuerwiderstaende",
            "brandschutzwert",
            "brandschutzwerte",
            "brandschutzklasse",
            "brandschutzklassen",
            "brandschutz",
            "brandschutzangabe",
            "brandschutzangaben",
            "feuerwiderstandsdauer",
            "feuerwiderstandsangabe",
            "feuerwiderstandsangaben",
            "brandschutzanforderung",
            "brandschutzanforderungen",
        ],
        opposite: &[],
        boolean: false,
        de: "Feuerwiderstandsklasse",
        en: "fire rating",
    },
    KnownProperty {
        id: "thermal_transmittance",
        names: &["thermaltransmittance", "uwert", "uvalue", "waermedurchgangskoeffizient"],
        asked: &[
            "u wert",
            "u werte",
            "uwert",
            "u value",
            "u values",
            "uvalue",
            "thermal transmittance",
            "thermaltransmittance",
            "waermedurchgangskoeffizient",
            "waermedurchgangskoeffizienten",
        ],
        opposite: &[],
        boolean: false,
        de: "U-Wert",
        en: "U-value",
    },
    KnownProperty {
        id: "acoustic_rating",
        names: &["acousticrating", "schallschutzklasse", "schallschutz"],
        asked: &[
            "schallschutzwert",
            "schallschutzwerte",
            "schallschutzanforderung",
            "acoustic rating",
            "acousticrating",
            "sound rating",
            "schallschutzklasse",
            "schallschutz",
        ],
        opposite: &[],
        boolean: false,
        de: "Schallschutzklasse",
        en: "acoustic rating",
    },
    KnownProperty {
        id: "wood_species",
        names: &["holzart"],
        asked: &["holzart", "holzarten", "wood species", "timber species", "species"],
        opposite: &[],
        boolean: false,
        de: "Holzart",
        en: "wood species",
    },
    KnownProperty {
        id: "strength_class",
        names: &["festigkeitsklasse", "strengthclass", "strengthgrade", "betonfestigkeitsklasse", "grade"],
        asked: &["festigkeitsklasse", "festigkeitsklassen", "strength class", "strength classes", "strength grade"],
        opposite: &[],
        boolean: false,
        de: "Festigkeitsklasse",
        en: "strength class",
    },
    KnownProperty {
        id: "manufacturer",
        names: &["manufacturer", "hersteller", "herstellerprodukt"],
        asked: &[
            "hersteller",
            "herstellern",
            "manufacturer",
            "manufacturers",
            "made by",
            "produced by",
            "manufactured by",
            "supplier",
        ],
        opposite: &[],
        boolean: false,
        de: "Hersteller",
        en: "manufacturer",
    },
    KnownProperty {
        id: "cost_group",
        names: &["kostengruppe", "costgroup", "din276"],
        asked: &[
            "kostengruppe",
            "kostengruppen",
            "cost group",
            "cost groups",
            "kostengruppe din 276",
            "kostengruppen din 276",
            "cost group din 276",
            "cost groups din 276",
            "din 276",
        ],
        opposite: &[],
        boolean: false,
        de: "Kostengruppe",
        en: "cost group",
    },
    KnownProperty {
        id: "assignment",
        names: &["bauteilzugehoerigkeitsnr", "bauteilzugehoerigkeit"],
        asked: &["bauteilzugehoerigkeit", "zugehoerigkeit", "bauteilzugehoerigkeitsnummer"],
        opposite: &[],
        boolean: false,
        de: "Bauteilzugehörigkeit",
        en: "assignment",
    },
    KnownProperty {
        id: "handicap_accessible",
        names: &["handicapaccessible", "barrierefrei"],
        asked: &[
            "barrierefrei",
            "barrierefreie",
            "barrierefreien",
            "accessible",
            "handicap accessible",
            "wheelchair accessible",
            "rollstuhlgerecht",
        ],
        opposite: &[],
        boolean: true,
        de: "barrierefrei",
        en: "accessible",
    },
    KnownProperty {
        id: "fire_exit",
        names: &["fireexit", "notausgang", "fluchtweg"],
        asked: &[
            "notausgang",
            "notausgaenge",
            "fluchttuer",
            "fluchttueren",
            "fluchtweg",
            "fluchtwege",
            "fire exit",
            "fire exits",
            "emergency exit",
            "emergency exits",
        ],
        opposite: &[],
        boolean: true,
        de: "Notausgang",
        en: "fire exit",
    },
    KnownProperty {
        id: "construction_year",
        names: &["yearofconstruction", "baujahr", "constructionyear", "yearbuilt"],
        asked: &[
            "baujahr",
            "baujahre",
            "year of construction",
            "construction year",
            "year built",
            "gebaut",
            "errichtet",
            "constructed",
            "yearofconstruction",
        ],
        opposite: &[],
        boolean: false,
        de: "Baujahr",
        en: "year of construction",
    },
    KnownProperty {
        id: "sprinkler_protection",
        names: &["sprinklerprotection", "sprinklerschutz"],
        asked: &[
            "sprinklerprotection",
            "sprinkler protection",
            "sprinklerschutz",
            "gesprinklert",
            "gesprinklerte",
            "gesprinklerten",
            "sprinklered",
            "sprinkler protected",
        ],
        opposite: &["ungesprinklert", "unsprinklered"],
        boolean: false,
        de: "Sprinklerschutz",
        en: "sprinkler protection",
    },
    KnownProperty {
        id: "density",
        names: &["rohdichte", "massdensity", "density"],
        asked: &["rohdichte", "dichte", "density", "mass density"],
        opposite: &[],
        boolean: false,
        de: "Rohdichte",
        en: "density",
    },
    KnownProperty {
        id: "combustible",
        names: &["combustible", "brennbar"],
        asked: &["brennbar", "brennbare", "brennbaren", "combustible"],
        opposite: &[],
        boolean: true,
        de: "brennbar",
        en: "combustible",
    },
];

impl KnownProperty {
    /// The property with an id.
    pub(in crate::query) fn by_id(id: &str) -> Option<&'static KnownProperty> {
        PROPERTIES.iter().find(|p| p.id == id)
    }

    /// Whether a property's name in a model is this one.
    pub(in crate::query) fn is_named(&self, name: &str) -> bool {
        self.names.contains(&joined(name).as_str())
    }
}

/// A property's name without what stands in parentheses and without separators: "Feuerwiderstandsklasse (DIN EN 13501)"
/// becomes `feuerwiderstandsklasse`.
pub(in crate::query) fn joined(name: &str) -> String {
    let mut outside = String::new();
    let mut depth = 0_usize;
    for c in name.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            c if depth == 0 => outside.push(c),
            _ => {}
        }
    }
    words(&outside).concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_models_are_recognised() {
        for (id, name) in [
            ("fire_rating", "FireRating"),
            ("fire_rating", "Feuerwiderstandsklasse (DIN EN 13501)"),
            ("load_bearing", "Tragend/ nicht tragend"),
            ("thermal_transmittance", "U-Wert"),
            ("cost_group", "Kostengruppe (DIN 276)"),
            ("assignment", "Bauteilzugehörigkeits-Nr."),
        ] {
            assert!(KnownProperty::by_id(id).unwrap().is_named(name), "{name}");
        }
    }
}

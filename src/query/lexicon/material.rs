//! Materials across languages.
//!
//! A material concept holds the word stems by which a material's name gives it away in German, English and Dutch (the
//! languages of the exports seen), and those that only look like it.

use crate::ifc::fold;

/// A material as people name it.
#[derive(Debug, Clone, Copy)]
pub(in crate::query) struct Material {
    /// Stable name in plans.
    pub(in crate::query) id: &'static str,
    /// German name for sentences.
    pub(in crate::query) de: &'static str,
    /// English name for sentences.
    pub(in crate::query) en: &'static str,
    /// Words a question may use for it, besides the stems.
    pub(in crate::query) asked: &'static [&'static str],
    /// Stems in a material's folded name.
    pub(in crate::query) stems: &'static [&'static str],
    /// Stems that belong to another material and are taken out before looking.
    pub(in crate::query) not: &'static [&'static str],
}

const fn material(
    id: &'static str,
    de: &'static str,
    en: &'static str,
    asked: &'static [&'static str],
    stems: &'static [&'static str],
    not: &'static [&'static str],
) -> Material {
    Material { id, de, en, asked, stems, not }
}

/// Every material concept, the narrower before the wider.
pub(in crate::query) const MATERIALS: &[Material] = &[
    material(
        "reinforced_concrete",
        "Stahlbeton",
        "reinforced concrete",
        &["stahlbeton", "reinforced concrete", "ortbeton bewehrt"],
        &[
            "stahlbeton",
            "reinforced concrete",
            "concrete reinforced",
            "concrete, reinforced",
            "gewapend",
            "bewehrter beton",
        ],
        &[],
    ),
    material(
        "lightweight_concrete",
        "Leichtbeton",
        "lightweight concrete",
        &["leichtbeton", "lightweight concrete", "light concrete"],
        &["leichtbeton", "lightweight concrete", "lichtbeton"],
        &[],
    ),
    material(
        "aerated_concrete",
        "Porenbeton",
        "aerated concrete",
        &["porenbeton", "gasbeton", "aerated concrete"],
        &["porenbeton", "gasbeton", "aerated concrete", "ytong", "cellenbeton"],
        &[],
    ),
    material("concrete", "Beton", "concrete", &["beton", "concrete"], &["beton", "concrete"], &["betonwerkstein"]),
    material(
        "sand_lime_brick",
        "Kalksandstein",
        "sand-lime brick",
        &[
            "kalksandstein",
            "kalkzandsteen",
            "sand lime brick",
            "calcium silicate",
            "calcium silicate brick",
            "lime sandstone",
            "ks",
        ],
        &["kalksandstein", "kalkzandsteen", "sand-lime", "sand lime", "calcium silicate", "lime sandstone"],
        &[],
    ),
    material(
        "brick",
        "Ziegel",
        "brick",
        &["ziegel", "backstein", "klinker", "brick", "bricks", "clay brick"],
        &["ziegel", "backstein", "klinker", "brick", "baksteen"],
        &["sand-lime brick", "sand lime brick", "calcium silicate brick"],
    ),
    material(
        "masonry",
        "Mauerwerk",
        "masonry",
        &["mauerwerk", "masonry", "metselwerk"],
        &["mauerwerk", "masonry", "metselwerk", "ziegel", "kalksandstein", "kalkzandsteen", "porenbetonstein"],
        &[],
    ),
    material(
        "solid_timber",
        "Konstruktionsvollholz",
        "solid structural timber",
        &["konstruktionsvollholz", "kvh", "solid structural timber", "structural timber", "solid timber"],
        &["konstruktionsvollholz", "kvh", "solid structural timber"],
        &[],
    ),
    material(
        "glulam",
        "Brettschichtholz",
        "glulam",
        &["brettschichtholz", "bsh", "glulam", "glued laminated timber", "glue laminated timber"],
        &["brettschichtholz", "bsh", "glulam", "glued laminated", "glue laminated", "gelamineerd"],
        &[],
    ),
    material(
        "clt",
        "Brettsperrholz",
        "cross-laminated timber",
        &["brettsperrholz", "clt", "cross laminated timber", "cross-laminated timber"],
        &["brettsperrholz", "clt", "cross laminated", "cross-laminated", "kruislaag"],
        &[],
    ),
    material(
        "wood_fibre",
        "Holzfaser",
        "wood fibre",
        &["holzfaser", "holzfaserplatte", "wood fibre", "wood fiber"],
        &["holzfaser", "wood fibre", "wood fiber", "houtvezel"],
        &[],
    ),
    material(
        "wood",
        "Holz",
        "wood",
        &["holz", "wood", "timber", "wooden", "hoelzer", "hoelzern", "timbers", "woods", "hout", "lumber"],
        &[
            "holz", "wood", "timber", "hout", "lumber", "fichte", "spruce", "buche", "beech", "eiche", "kiefer",
            "laerche", "vuren",
        ],
        &["holzfaser", "holzwolle", "wood fibre", "wood fiber", "wood wool", "houtvezel", "holzzement"],
    ),
    material(
        "steel",
        "Stahl",
        "steel",
        &["stahl", "steel", "baustahl"],
        &["stahl", "steel", "staal"],
        &["stahlbeton", "edelstahl beton"],
    ),
    material(
        "aluminium",
        "Aluminium",
        "aluminium",
        &["aluminium", "aluminum", "alu"],
        &["aluminium", "aluminum", "alu "],
        &[],
    ),
    material(
        "metal",
        "Metall",
        "metal",
        &["metall", "metal"],
        &["metall", "metal", "stahl", "steel", "staal", "aluminium", "zink", "kupfer"],
        &["stahlbeton"],
    ),
    material(
        "glass",
        "Glas",
        "glass",
        &["glas", "glass", "verglasung", "glazing"],
        &["glas", "glass", "glazing"],
        &["glaswolle", "glass wool", "glaswol", "fiberglass", "fibreglass", "glasfaser"],
    ),
    material(
        "gypsum",
        "Gips",
        "gypsum",
        &["gips", "gipskarton", "gypsum", "plasterboard", "drywall", "trockenbau"],
        &["gips", "gypsum", "plasterboard", "drywall", "trockenbau"],
        &[],
    ),
    material(
        "plaster",
        "Putz",
        "plaster",
        &["putz", "plaster", "render", "innenputz", "aussenputz"],
        &["putz", "plaster", "stucwerk", "render"],
        &["plasterboard"],
    ),
    material(
        "mineral_wool",
        "Mineralwolle",
        "mineral wool",
        &["mineralwolle", "steinwolle", "glaswolle", "mineral wool", "rock wool", "glass wool"],
        &[
            "mineralwolle",
            "steinwolle",
            "glaswolle",
            "mineral wool",
            "rock wool",
            "rockwool",
            "glass wool",
            "steenwol",
            "glaswol",
        ],
        &[],
    ),
    material(
        "insulation",
        "Dämmstoff",
        "insulation material",
        &["daemmstoff", "daemmung", "insulation", "insulation material"],
        &["daemm", "insulation", "isolatie", "mineralwolle", "steinwolle", "styropor", "polystyrol", "eps", "xps"],
        &[],
    ),
    material(
        "screed",
        "Estrich",
        "screed",
        &["estrich", "screed", "zementestrich"],
        &["estrich", "screed", "dekvloer"],
        &[],
    ),
    material(
        "natural_stone",
        "Naturstein",
        "natural stone",
        &["naturstein", "natural stone"],
        &["naturstein", "natural stone", "granit", "marmor", "sandstein"],
        &["kalksandstein"],
    ),
    material(
        "ceramic_tile",
        "Fliesen",
        "ceramic tiles",
        &["fliesen", "fliese", "keramik", "tile", "tiles", "ceramic"],
        &["fliese", "keramik", "ceramic", "tegel"],
        &[],
    ),
    material("bitumen", "Bitumen", "bitumen", &["bitumen"], &["bitumen"], &[]),
];

impl Material {
    /// The concept with an id.
    pub(in crate::query) fn by_id(id: &str) -> Option<&'static Material> {
        MATERIALS.iter().find(|m| m.id == id)
    }

    /// The concept a folded word or phrase of a question means.
    pub(in crate::query) fn asked_as(words: &str) -> Option<&'static Material> {
        MATERIALS.iter().find(|m| m.asked.contains(&words))
    }

    /// Whether a material's name says that it is this.
    pub(in crate::query) fn is_named(&self, name: &str) -> bool {
        let mut folded = fold(name);
        for not in self.not {
            folded = folded.replace(not, " ");
        }
        self.stems.iter().any(|stem| {
            if stem.len() <= 3 {
                folded.split(|c: char| !c.is_alphanumeric()).any(|w| w == stem.trim())
            } else {
                folded.contains(stem)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_gives_its_material_away_in_three_languages() {
        let is = |id: &str, name: &str| Material::by_id(id).unwrap().is_named(name);
        assert!(
            is("concrete", "Stahlbeton 65690")
                && is("concrete", "02 Beton gewapend - prefab")
                && is("concrete", "CONCRETE/FAKTOR")
        );
        assert!(is("steel", "033 - constructief staal") && !is("steel", "Stahlbeton C25/30"));
        assert!(is("wood", "Brettschichtholz GL24h") && !is("wood", "Holzfaserplatte"));
        assert!(is("glass", "Glas") && !is("glass", "Glaswolle"));
        assert!(
            is("sand_lime_brick", "kalkzandsteen 150") && is("plaster", "Gipsputz") && !is("plaster", "Plasterboard")
        );
    }
}

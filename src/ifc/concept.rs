//! What people call building parts, in German and English, and which entities they mean.
//!
//! One table serves the reader of flat lists ("Ständer" as a group) and the parser of questions ("Wie viele Ständer?").
//! Words are written folded (ä as ae); the parser adds plurals, compounds and cases.

/// A word's meaning: an entity type, where needed narrowed to a part of its occurrences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Concept {
    /// Stable name in plans.
    pub id: &'static str,
    /// The entity type; subtypes count with it.
    pub entity_type: &'static str,
    /// Predefined types that an occurrence must have, or must not have with a leading `!`; empty for all.
    pub predefined: &'static [&'static str],
    /// Whether an occurrence is also recognised by a word of the concept in its object type, label or name.
    pub narrowed: bool,
    /// German singular and plural, as a person writes them; the first two are used in sentences.
    pub de: &'static [&'static str],
    /// English singular and plural; the first two are used in sentences.
    pub en: &'static [&'static str],
}

const fn whole(
    id: &'static str,
    entity_type: &'static str,
    de: &'static [&'static str],
    en: &'static [&'static str],
) -> Concept {
    Concept { id, entity_type, predefined: &[], narrowed: false, de, en }
}

const fn part(
    id: &'static str,
    entity_type: &'static str,
    predefined: &'static [&'static str],
    de: &'static [&'static str],
    en: &'static [&'static str],
) -> Concept {
    Concept { id, entity_type, predefined, narrowed: true, de, en }
}

/// Every concept. Where a word stands in two, the first wins.
pub const CONCEPTS: &[Concept] = &[
    whole("wall", "IfcWall", &["Wand", "Wände", "Mauer", "Mauern"], &["wall", "walls"]),
    whole("door", "IfcDoor", &["Tür", "Türen", "Tor", "Tore"], &["door", "doors", "gate", "gates"]),
    whole("window", "IfcWindow", &["Fenster", "Fenster"], &["window", "windows"]),
    whole(
        "slab",
        "IfcSlab",
        &["Decke oder Bodenplatte", "Decken und Bodenplatten", "Geschossplatte", "Geschossplatten"],
        &["slab", "slabs", "floor slab", "floor slabs"],
    ),
    Concept {
        id: "floor_slab",
        entity_type: "IfcSlab",
        predefined: &["!BASESLAB", "!ROOF", "!LANDING"],
        narrowed: false,
        de: &["Decke", "Decken", "Geschossdecke", "Geschossdecken"],
        en: &["ceiling slab", "ceiling slabs"],
    },
    part(
        "base_slab",
        "IfcSlab",
        &["BASESLAB"],
        &["Bodenplatte", "Bodenplatten", "Sohlplatte", "Sohlplatten"],
        &["base slab", "base slabs", "ground slab", "ground slabs"],
    ),
    whole("roof", "IfcRoof", &["Dach", "Dächer"], &["roof", "roofs"]),
    whole("beam", "IfcBeam", &["Träger", "Träger", "Balken"], &["beam", "beams", "girder", "girders"]),
    part("downstand_beam", "IfcBeam", &[], &["Unterzug", "Unterzüge"], &["downstand beam", "downstand beams"]),
    whole("column", "IfcColumn", &["Stütze", "Stützen", "Säule", "Säulen"], &["column", "columns"]),
    whole(
        "member",
        "IfcMember",
        &["Stab", "Stäbe", "Stabträger", "Stabelement", "Stabelemente", "Bauteilstab"],
        &["member", "members", "structural member", "structural members"],
    ),
    part("stud", "IfcMember", &["STUD"], &["Ständer", "Ständer", "Stiel", "Stiele", "Holzständer"], &["stud", "studs"]),
    part("post", "IfcMember", &["POST"], &["Pfosten", "Pfosten"], &["post", "posts"]),
    part("rafter", "IfcMember", &["RAFTER"], &["Sparren", "Sparren"], &["rafter", "rafters"]),
    part("purlin", "IfcMember", &["PURLIN"], &["Pfette", "Pfetten"], &["purlin", "purlins"]),
    part(
        "sole_plate",
        "IfcMember",
        &[],
        &["Schwelle", "Schwellen"],
        &["sole plate", "sole plates", "sill plate", "sill plates", "bottom plate", "bottom plates", "sill", "sills"],
    ),
    part("top_plate", "IfcMember", &[], &["Rähm", "Rähme"], &["top plate", "top plates"]),
    part("brace", "IfcMember", &["BRACE"], &["Strebe", "Streben"], &["brace", "braces"]),
    part("mullion", "IfcMember", &["MULLION"], &["Fassadenpfosten", "Fassadenpfosten"], &["mullion", "mullions"]),
    part(
        "truss",
        "IfcElementAssembly",
        &["TRUSS"],
        &["Binder", "Binder", "Fachwerkträger", "Dachbinder"],
        &["truss", "trusses"],
    ),
    whole("assembly", "IfcElementAssembly", &["Baugruppe", "Baugruppen"], &["assembly", "assemblies"]),
    whole("plate", "IfcPlate", &["Platte", "Platten"], &["plate", "plates", "panel", "panels"]),
    whole("curtain_wall", "IfcCurtainWall", &["Vorhangfassade", "Vorhangfassaden"], &["curtain wall", "curtain walls"]),
    whole(
        "stair",
        "IfcStair",
        &["Treppe", "Treppen"],
        &["stair", "stairs", "staircase", "staircases", "stairway", "stairways"],
    ),
    whole(
        "stair_flight",
        "IfcStairFlight",
        &["Treppenlauf", "Treppenläufe"],
        &["stair flight", "stair flights", "flight of stairs"],
    ),
    whole("ramp", "IfcRamp", &["Rampe", "Rampen"], &["ramp", "ramps"]),
    whole(
        "railing",
        "IfcRailing",
        &["Geländer", "Geländer", "Brüstung", "Brüstungen"],
        &["railing", "railings", "handrail", "handrails"],
    ),
    part(
        "insulation",
        "IfcCovering",
        &["INSULATION"],
        &["Dämmung", "Dämmungen", "Wärmedämmung"],
        &["insulation", "insulations"],
    ),
    part(
        "ceiling",
        "IfcCovering",
        &["CEILING"],
        &[
            "Unterdecke",
            "Unterdecken",
            "Deckenbekleidung",
            "Deckenbekleidungen",
            "abgehängte Decke",
            "abgehängte Decken",
        ],
        &["ceiling", "ceilings", "suspended ceiling", "suspended ceilings"],
    ),
    part(
        "flooring",
        "IfcCovering",
        &["FLOORING"],
        &["Bodenbelag", "Bodenbeläge"],
        &["flooring", "floorings", "floor covering", "floor coverings"],
    ),
    whole(
        "covering",
        "IfcCovering",
        &["Bekleidung", "Bekleidungen", "Belag", "Beläge", "Verkleidung", "Verkleidungen"],
        &["covering", "coverings", "cladding", "claddings"],
    ),
    whole("footing", "IfcFooting", &["Fundament", "Fundamente"], &["footing", "footings", "foundation", "foundations"]),
    whole("pile", "IfcPile", &["Pfahl", "Pfähle"], &["pile", "piles"]),
    whole("chimney", "IfcChimney", &["Schornstein", "Schornsteine", "Kamin", "Kamine"], &["chimney", "chimneys"]),
    whole(
        "shading_device",
        "IfcShadingDevice",
        &["Sonnenschutz", "Sonnenschutze", "Verschattung"],
        &["shading device", "shading devices"],
    ),
    part(
        "elevator",
        "IfcTransportElement",
        &["ELEVATOR"],
        &["Aufzug", "Aufzüge", "Fahrstuhl", "Fahrstühle", "Lift", "Lifte"],
        &["elevator", "elevators", "lift", "lifts"],
    ),
    part(
        "escalator",
        "IfcTransportElement",
        &["ESCALATOR"],
        &["Rolltreppe", "Rolltreppen", "Fahrtreppe", "Fahrtreppen"],
        &["escalator", "escalators"],
    ),
    whole(
        "transport_element",
        "IfcTransportElement",
        &["Förderanlage", "Förderanlagen"],
        &["transport element", "transport elements"],
    ),
    whole(
        "furniture",
        "IfcFurnishingElement",
        &["Möbelstück", "Möbelstücke", "Möbel", "Einrichtungsgegenstand", "Einrichtungsgegenstände"],
        &["piece of furniture", "pieces of furniture", "furniture", "furnishing", "furnishings"],
    ),
    whole(
        "opening",
        "IfcOpeningElement",
        &["Öffnung", "Öffnungen", "Aussparung", "Aussparungen", "Durchbruch", "Durchbrüche"],
        &["opening", "openings"],
    ),
    whole(
        "proxy",
        "IfcBuildingElementProxy",
        &["Platzhalter", "Platzhalter", "Stellvertreter", "sonstiges Bauteil"],
        &["proxy", "proxies", "proxy element", "proxy elements"],
    ),
    whole(
        "reinforcing_bar",
        "IfcReinforcingBar",
        &["Bewehrungsstab", "Bewehrungsstäbe"],
        &["reinforcing bar", "reinforcing bars", "rebar", "rebars"],
    ),
    whole(
        "pipe",
        "IfcPipeSegment",
        &["Rohr", "Rohre", "Rohrleitung", "Rohrleitungen"],
        &["pipe", "pipes", "pipe segment", "pipe segments"],
    ),
    whole(
        "duct",
        "IfcDuctSegment",
        &["Luftkanal", "Luftkanäle", "Lüftungskanal", "Lüftungskanäle"],
        &["duct", "ducts", "duct segment", "duct segments"],
    ),
    whole("air_terminal", "IfcAirTerminal", &["Luftauslass", "Luftauslässe"], &["air terminal", "air terminals"]),
    whole(
        "light_fixture",
        "IfcLightFixture",
        &["Leuchte", "Leuchten"],
        &["light fixture", "light fixtures", "luminaire", "luminaires"],
    ),
    whole(
        "sanitary_terminal",
        "IfcSanitaryTerminal",
        &["Sanitärobjekt", "Sanitärobjekte", "Sanitärgegenstand", "Sanitärgegenstände"],
        &["sanitary terminal", "sanitary terminals", "sanitary fixture", "sanitary fixtures"],
    ),
    whole(
        "space_heater",
        "IfcSpaceHeater",
        &["Heizkörper", "Heizkörper"],
        &["radiator", "radiators", "space heater", "space heaters"],
    ),
    whole("outlet", "IfcOutlet", &["Steckdose", "Steckdosen"], &["outlet", "outlets", "socket", "sockets"]),
    whole("valve", "IfcValve", &["Ventil", "Ventile"], &["valve", "valves"]),
    whole("pump", "IfcPump", &["Pumpe", "Pumpen"], &["pump", "pumps"]),
    whole("space", "IfcSpace", &["Raum", "Räume", "Zimmer"], &["room", "rooms", "space", "spaces"]),
    whole(
        "storey",
        "IfcBuildingStorey",
        &["Geschoss", "Geschosse", "Stockwerk", "Stockwerke", "Etage", "Etagen", "Ebene", "Ebenen"],
        &["storey", "storeys", "story", "stories", "floor", "floors", "level", "levels"],
    ),
    whole("building", "IfcBuilding", &["Gebäude", "Gebäude", "Bauwerk", "Bauwerke"], &["building", "buildings"]),
    whole("site", "IfcSite", &["Grundstück", "Grundstücke"], &["site", "sites"]),
    whole(
        "mep",
        "IfcDistributionElement",
        &[
            "HLS-Bauteil",
            "HLS-Bauteile",
            "HLS-Element",
            "HLS-Elemente",
            "TGA-Bauteil",
            "TGA-Bauteile",
            "TGA-Element",
            "TGA-Elemente",
            "Haustechnik",
            "Gebäudetechnik",
            "TGA",
            "HLS",
        ],
        &[
            "MEP element",
            "MEP elements",
            "MEP component",
            "MEP components",
            "MEP",
            "HVAC element",
            "HVAC elements",
            "building services element",
            "building services elements",
            "distribution element",
            "distribution elements",
        ],
    ),
    whole("zone", "IfcZone", &["Zone", "Zonen"], &["zone", "zones"]),
    whole("system", "IfcSystem", &["System", "Systeme", "Anlage", "Anlagen"], &["system", "systems"]),
    whole("group", "IfcGroup", &["Gruppe", "Gruppen"], &["group", "groups"]),
    whole(
        "element",
        "IfcElement",
        &["Bauteil", "Bauteile", "Element", "Elemente", "Bauelement", "Bauelemente", "Komponente", "Komponenten"],
        &[
            "element",
            "elements",
            "component",
            "components",
            "building element",
            "building elements",
            "building component",
            "building components",
            "part",
            "parts",
        ],
    ),
];

impl Concept {
    /// The concept with an id.
    #[must_use]
    pub fn by_id(id: &str) -> Option<&'static Concept> {
        CONCEPTS.iter().find(|concept| concept.id == id)
    }

    /// The first concept of exactly this entity type that is not narrowed, for sentences.
    #[must_use]
    pub fn of_type(entity_type: &str) -> Option<&'static Concept> {
        CONCEPTS.iter().find(|c| c.entity_type == entity_type && c.predefined.is_empty() && !c.narrowed)
    }

    /// Whether it means every occurrence of its type.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.predefined.is_empty() && !self.narrowed
    }
}

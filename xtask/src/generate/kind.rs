//! What a generated building consists of: classes of elements with their sizes, properties and quantities.

/// One class of elements.
#[derive(Debug)]
pub struct Kind {
    /// Its IFC class.
    pub class: &'static str,
    /// The class of its type objects; none for classes without types.
    pub type_class: Option<&'static str>,
    /// Its share in a thousand elements.
    pub share: u64,
    /// What its elements are called.
    pub words: &'static [&'static str],
    /// Values of PredefinedType.
    pub predefined: &'static [&'static str],
    /// Length, width and height in millimetres, from and to.
    pub sizes_mm: [(i64, i64); 3],
    /// Its quantity set.
    pub quantity_set: &'static str,
    /// Its quantities.
    pub quantities: &'static [(&'static str, Quantity)],
    /// Its common property set.
    pub property_set: &'static str,
    /// The properties of that.
    pub properties: &'static [Property],
    /// What its types are made of: positions in [`MATERIALS`].
    pub materials: &'static [usize],
    /// Number and name of the cost group in DIN 276.
    pub cost_group: (&'static str, &'static str),
}

/// What a quantity measures of a box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// Its length.
    Length,
    /// Its width.
    Width,
    /// Its height.
    Height,
    /// Twice its length and width.
    Perimeter,
    /// Length by height.
    GrossSide,
    /// The same without openings.
    NetSide,
    /// Length by width.
    GrossFloor,
    /// The same without openings.
    NetFloor,
    /// Its volume.
    GrossVolume,
    /// The same without openings.
    NetVolume,
    /// Its mass at 2.4 t a cubic metre.
    Weight,
}

/// A property and the values it takes.
#[derive(Debug)]
pub struct Property {
    /// Its name.
    pub name: &'static str,
    /// The IFC type of its value.
    pub measure: &'static str,
    /// Its values.
    pub values: Values,
}

/// The values a property takes.
#[derive(Debug)]
pub enum Values {
    /// Yes in so many of a hundred cases.
    Boolean(u64),
    /// One of these.
    Choice(&'static [&'static str]),
    /// A number of thousandths, from and to.
    Thousandths(i64, i64),
    /// A whole number, from and to.
    Integer(i64, i64),
    /// A text that no other element has.
    Serial,
    /// The name of the element's type.
    TypeName,
    /// A day.
    Date,
}

const fn property(name: &'static str, measure: &'static str, values: Values) -> Property {
    Property { name, measure, values }
}

const REFERENCE: Property = property("Reference", "IfcIdentifier", Values::TypeName);
const EXTERNAL: Property = property("IsExternal", "IfcBoolean", Values::Boolean(35));
const BEARING: Property = property("LoadBearing", "IfcBoolean", Values::Boolean(55));
const STATUS: Property = property("Status", "IfcLabel", Values::Choice(&["NEW", "EXISTING", "DEMOLISH", "TEMPORARY"]));
const FIRE: Property = property("FireRating", "IfcLabel", Values::Choice(&["F30", "F60", "F90", "REI 60", "REI 90"]));
const DOOR_FIRE: Property =
    property("FireRating", "IfcLabel", Values::Choice(&["T30", "T60", "T90", "T30-RS", "keine"]));
const ACOUSTIC: Property =
    property("AcousticRating", "IfcLabel", Values::Choice(&["37 dB", "42 dB", "47 dB", "53 dB"]));
const U_VALUE: Property =
    property("ThermalTransmittance", "IfcThermalTransmittanceMeasure", Values::Thousandths(140, 1_900));

/// A property set that half of the elements have, each of its own.
pub const VENDOR_SET: (&str, &[Property]) = (
    "Herstellerangaben",
    &[
        property(
            "Hersteller",
            "IfcLabel",
            Values::Choice(&["Müller Bauteile", "Nordwerk AG", "Gebrüder Weiß", "Sönke & Sohn"]),
        ),
        property("Seriennummer", "IfcIdentifier", Values::Serial),
        property("Baujahr", "IfcInteger", Values::Integer(1998, 2026)),
        property(
            "Oberfläche",
            "IfcText",
            Values::Choice(&["grundiert", "gestrichen, weiß", "verzinkt", "Sichtbeton", "geölt"]),
        ),
    ],
);

/// A property set that the other half have.
pub const SCHEDULE_SET: (&str, &[Property]) = (
    "Terminplanung",
    &[
        property("Bauabschnitt", "IfcLabel", Values::Choice(&["BA 1", "BA 2", "BA 3 Süd", "BA 3 Nord"])),
        property("Fertigstellung", "IfcDate", Values::Date),
        property("Verantwortlich", "IfcLabel", Values::Choice(&["Rohbau", "Ausbau", "Haustechnik", "Außenanlagen"])),
    ],
);

/// A property set that neighbours share.
pub const SHARED_SET: (&str, &[Property]) = (
    "Qualitätssicherung",
    &[
        property("Prüfer", "IfcLabel", Values::Choice(&["Jäger", "Schröder", "Köhler", "Weiß"])),
        property("Prüfdatum", "IfcDate", Values::Date),
        property("Prüflos", "IfcIdentifier", Values::Serial),
        property("Abgenommen", "IfcBoolean", Values::Boolean(80)),
    ],
);

/// The property set of a type object.
pub const TYPE_SET: (&str, &[Property]) = (
    "Pset_ManufacturerTypeInformation",
    &[
        property("ModelLabel", "IfcLabel", Values::Serial),
        property("ProductionYear", "IfcLabel", Values::Choice(&["2021", "2022", "2023", "2024"])),
    ],
);

/// Compositions: name and thickness in millimetres of each layer; a single material has no thickness.
pub const MATERIALS: &[&[(&str, i64)]] = &[
    &[("Gipsputz", 15), ("Kalksandstein", 175), ("Mineralwolle", 160), ("Außenputz", 20)],
    &[("Stahlbeton C30/37", 240)],
    &[("Gipskarton", 13), ("Ständerwerk Stahl", 75), ("Gipskarton", 13)],
    &[("Leichtbeton", 300), ("Wärmedämmputz", 40)],
    &[("Estrich", 60), ("Trittschalldämmung", 30), ("Stahlbeton C25/30", 220)],
    &[("Parkett Eiche", 14), ("Estrich", 65), ("Stahlbeton C25/30", 200)],
    &[("Stahl S235", 0)],
    &[("Stahlbeton C30/37", 0)],
    &[("Brettschichtholz GL24h", 0)],
    &[("Aluminium", 0)],
    &[("Kupfer", 0)],
    &[("Holz, Fichte", 0)],
];

const BOX: &[(&str, Quantity)] = &[
    ("Length", Quantity::Length),
    ("Width", Quantity::Width),
    ("Height", Quantity::Height),
    ("GrossSideArea", Quantity::GrossSide),
    ("NetSideArea", Quantity::NetSide),
    ("GrossVolume", Quantity::GrossVolume),
    ("NetVolume", Quantity::NetVolume),
];
const PLATE: &[(&str, Quantity)] = &[
    ("Length", Quantity::Length),
    ("Width", Quantity::Width),
    ("Depth", Quantity::Height),
    ("Perimeter", Quantity::Perimeter),
    ("GrossArea", Quantity::GrossFloor),
    ("NetArea", Quantity::NetFloor),
    ("GrossVolume", Quantity::GrossVolume),
    ("NetVolume", Quantity::NetVolume),
];
const FILLING: &[(&str, Quantity)] = &[
    ("Width", Quantity::Length),
    ("Height", Quantity::Height),
    ("Perimeter", Quantity::Perimeter),
    ("Area", Quantity::GrossSide),
];
const BAR: &[(&str, Quantity)] = &[
    ("Length", Quantity::Length),
    ("GrossVolume", Quantity::GrossVolume),
    ("NetVolume", Quantity::NetVolume),
    ("GrossWeight", Quantity::Weight),
];
const ROOM: &[(&str, Quantity)] = &[
    ("Height", Quantity::Height),
    ("GrossPerimeter", Quantity::Perimeter),
    ("GrossFloorArea", Quantity::GrossFloor),
    ("NetFloorArea", Quantity::NetFloor),
    ("GrossVolume", Quantity::GrossVolume),
    ("NetVolume", Quantity::NetVolume),
];

/// Position of the walls in [`KINDS`].
pub const WALL: usize = 0;
/// Position of the spaces in [`KINDS`].
pub const SPACE: usize = 1;
/// Positions of what stands in openings.
pub const FILLINGS: [usize; 2] = [2, 3];

/// The classes of elements; their shares add up to a thousand.
pub const KINDS: &[Kind] = &[
    Kind {
        class: "IfcWall",
        type_class: Some("IfcWallType"),
        share: 270,
        words: &["Außenwand", "Innenwand", "Brüstung", "Trennwand", "Schachtwand"],
        predefined: &["STANDARD", "PARTITIONING", "SHEAR"],
        sizes_mm: [(600, 12_000), (100, 365), (2_400, 3_600)],
        quantity_set: "Qto_WallBaseQuantities",
        quantities: BOX,
        property_set: "Pset_WallCommon",
        properties: &[REFERENCE, EXTERNAL, BEARING, FIRE, U_VALUE, ACOUSTIC, STATUS],
        materials: &[0, 1, 2, 3],
        cost_group: ("330", "Außenwände"),
    },
    Kind {
        class: "IfcSpace",
        type_class: None,
        share: 45,
        words: &["Büro", "Flur", "Küche", "Bad", "Besprechung", "Lager", "Treppenhaus"],
        predefined: &["SPACE", "INTERNAL"],
        sizes_mm: [(1_800, 12_000), (1_500, 9_000), (2_400, 3_200)],
        quantity_set: "Qto_SpaceBaseQuantities",
        quantities: ROOM,
        property_set: "Pset_SpaceCommon",
        properties: &[REFERENCE, EXTERNAL, property("PubliclyAccessible", "IfcBoolean", Values::Boolean(30))],
        materials: &[],
        cost_group: ("", ""),
    },
    Kind {
        class: "IfcDoor",
        type_class: Some("IfcDoorType"),
        share: 95,
        words: &["Innentür", "Außentür", "Brandschutztür", "Schiebetür"],
        predefined: &["DOOR", "GATE"],
        sizes_mm: [(635, 2_510), (60, 140), (2_010, 2_510)],
        quantity_set: "Qto_DoorBaseQuantities",
        quantities: FILLING,
        property_set: "Pset_DoorCommon",
        properties: &[REFERENCE, EXTERNAL, DOOR_FIRE, ACOUSTIC, U_VALUE, STATUS],
        materials: &[9, 11],
        cost_group: ("344", "Innentüren und -fenster"),
    },
    Kind {
        class: "IfcWindow",
        type_class: Some("IfcWindowType"),
        share: 110,
        words: &["Fenster", "Fenstertür", "Oberlicht"],
        predefined: &["WINDOW", "SKYLIGHT"],
        sizes_mm: [(500, 4_000), (70, 120), (500, 2_600)],
        quantity_set: "Qto_WindowBaseQuantities",
        quantities: FILLING,
        property_set: "Pset_WindowCommon",
        properties: &[REFERENCE, EXTERNAL, U_VALUE, ACOUSTIC, STATUS],
        materials: &[9, 11],
        cost_group: ("334", "Außenwandöffnungen"),
    },
    Kind {
        class: "IfcSlab",
        type_class: Some("IfcSlabType"),
        share: 60,
        words: &["Geschossdecke", "Bodenplatte", "Podest", "Dachfläche"],
        predefined: &["FLOOR", "ROOF", "LANDING", "BASESLAB"],
        sizes_mm: [(1_200, 18_000), (1_000, 12_000), (120, 400)],
        quantity_set: "Qto_SlabBaseQuantities",
        quantities: PLATE,
        property_set: "Pset_SlabCommon",
        properties: &[REFERENCE, EXTERNAL, BEARING, FIRE, ACOUSTIC, U_VALUE, STATUS],
        materials: &[4, 5, 7],
        cost_group: ("351", "Deckenkonstruktionen"),
    },
    Kind {
        class: "IfcColumn",
        type_class: Some("IfcColumnType"),
        share: 60,
        words: &["Stütze", "Pfeiler"],
        predefined: &["COLUMN", "PILASTER"],
        sizes_mm: [(2_400, 4_200), (160, 600), (160, 600)],
        quantity_set: "Qto_ColumnBaseQuantities",
        quantities: BAR,
        property_set: "Pset_ColumnCommon",
        properties: &[REFERENCE, EXTERNAL, BEARING, FIRE, STATUS],
        materials: &[6, 7, 8],
        cost_group: ("343", "Innenstützen"),
    },
    Kind {
        class: "IfcBeam",
        type_class: Some("IfcBeamType"),
        share: 60,
        words: &["Unterzug", "Träger", "Überzug"],
        predefined: &["BEAM", "JOIST", "LINTEL"],
        sizes_mm: [(1_200, 12_000), (120, 400), (200, 900)],
        quantity_set: "Qto_BeamBaseQuantities",
        quantities: BAR,
        property_set: "Pset_BeamCommon",
        properties: &[REFERENCE, EXTERNAL, BEARING, FIRE, STATUS],
        materials: &[6, 7, 8],
        cost_group: ("351", "Deckenkonstruktionen"),
    },
    Kind {
        class: "IfcPipeSegment",
        type_class: Some("IfcPipeSegmentType"),
        share: 120,
        words: &["Rohr Trinkwasser", "Rohr Heizung", "Rohr Abwasser", "Löschwasserleitung"],
        predefined: &["RIGIDSEGMENT", "FLEXIBLESEGMENT"],
        sizes_mm: [(200, 6_000), (15, 250), (15, 250)],
        quantity_set: "Qto_PipeSegmentBaseQuantities",
        quantities: BAR,
        property_set: "Pset_PipeSegmentTypeCommon",
        properties: &[REFERENCE, property("NominalDiameter", "IfcPositiveInteger", Values::Integer(15, 250)), STATUS],
        materials: &[6, 10],
        cost_group: ("412", "Wasseranlagen"),
    },
    Kind {
        class: "IfcDuctSegment",
        type_class: Some("IfcDuctSegmentType"),
        share: 60,
        words: &["Lüftungskanal Zuluft", "Lüftungskanal Abluft"],
        predefined: &["RIGIDSEGMENT", "FLEXIBLESEGMENT"],
        sizes_mm: [(300, 4_000), (100, 1_200), (100, 800)],
        quantity_set: "Qto_DuctSegmentBaseQuantities",
        quantities: BAR,
        property_set: "Pset_DuctSegmentTypeCommon",
        properties: &[REFERENCE, property("PressureClass", "IfcInteger", Values::Integer(150, 2_000)), STATUS],
        materials: &[6],
        cost_group: ("431", "Lüftungsanlagen"),
    },
    Kind {
        class: "IfcCovering",
        type_class: Some("IfcCoveringType"),
        share: 60,
        words: &["Bodenbelag", "Abgehängte Decke", "Wandbekleidung"],
        predefined: &["FLOORING", "CEILING", "CLADDING"],
        sizes_mm: [(1_500, 12_000), (1_200, 9_000), (8, 60)],
        quantity_set: "Qto_CoveringBaseQuantities",
        quantities: PLATE,
        property_set: "Pset_CoveringCommon",
        properties: &[REFERENCE, EXTERNAL, FIRE, ACOUSTIC, STATUS],
        materials: &[4, 5, 2],
        cost_group: ("353", "Deckenbeläge"),
    },
    Kind {
        class: "IfcFurniture",
        type_class: Some("IfcFurnitureType"),
        share: 60,
        words: &["Schreibtisch", "Stuhl", "Schrank", "Regal für Bücher"],
        predefined: &["DESK", "CHAIR", "SHELF"],
        sizes_mm: [(400, 2_400), (400, 900), (400, 2_200)],
        quantity_set: "Abmessungen",
        quantities: FILLING,
        property_set: "Pset_FurnitureTypeCommon",
        properties: &[REFERENCE, property("NominalDepth", "IfcLabel", Values::Choice(&["400", "600", "800"])), STATUS],
        materials: &[6, 11],
        cost_group: ("611", "Allgemeine Ausstattung"),
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up_and_the_named_positions_are_right() {
        assert_eq!(KINDS.iter().map(|kind| kind.share).sum::<u64>(), 1000);
        let class = |at: usize| KINDS[at].class;
        assert_eq!([class(WALL), class(SPACE)], ["IfcWall", "IfcSpace"]);
        assert_eq!(FILLINGS.map(class), ["IfcDoor", "IfcWindow"]);
        assert!(KINDS.iter().flat_map(|kind| kind.materials).all(|material| *material < MATERIALS.len()));
    }
}

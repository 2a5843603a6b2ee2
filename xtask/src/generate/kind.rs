//! What a generated building consists of: classes of elements with their sizes, properties and quantities.

mod table;

pub use table::KINDS;

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
    /// Twice its length and height.
    SidePerimeter,
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

/// Position of the walls in [`KINDS`].
pub const WALL: usize = 0;
/// Position of the spaces in [`KINDS`].
pub const SPACE: usize = 1;
/// Positions of what stands in openings.
pub const FILLINGS: [usize; 2] = [2, 3];

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

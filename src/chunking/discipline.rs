//! Which discipline plans an entity.

use serde::Serialize;

use super::input::ChunkInput;
use super::link::{Links, is_opening};
use crate::ifc::{EntityIndex, PropertyValue, is_a, supertypes};

/// The six disciplines of the standard's domains, and what belongs to none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Discipline {
    /// Rooms and what encloses and furnishes them.
    Architecture,
    /// What carries loads.
    Structure,
    /// Heating, ventilation, air conditioning.
    Hvac,
    /// Water, waste, gas.
    Plumbing,
    /// Power, light, communication, control.
    Electrical,
    /// Detection and suppression of fire.
    FireProtection,
    /// Project, site, storeys, groups and what cannot be told.
    General,
}

impl Discipline {
    /// The word in paths.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Discipline::Architecture => "architecture",
            Discipline::Structure => "structure",
            Discipline::Hvac => "hvac",
            Discipline::Plumbing => "plumbing",
            Discipline::Electrical => "electrical",
            Discipline::FireProtection => "fire_protection",
            Discipline::General => "general",
        }
    }
}

use Discipline::{Architecture, Electrical, FireProtection, General, Hvac, Plumbing, Structure};

/// Classes by discipline; the nearest supertype counts. Without the prefix `Ifc`.
const CLASSES: &[(Discipline, &str)] = &[
    (
        Structure,
        "Beam Column Member Plate Slab Footing Pile DeepFoundation CaissonFoundation BearingElement Bearing \
         ReinforcingElement TendonConduit MechanicalFastener Fastener ElementAssembly StructuralItem StructuralActivity \
         StructuralAnalysisModel StructuralLoadGroup StructuralResultGroup EarthworksElement EarthworksCut",
    ),
    (
        Architecture,
        "BuildingElement Space SpatialZone FurnishingElement VirtualElement TransportationDevice GeographicElement \
         BuildingElementPart DiscreteAccessory ElementComponent Annotation Grid ProjectionElement SurfaceFeature \
         ExternalSpatialElement",
    ),
    (
        Hvac,
        "AirTerminal AirTerminalBox AirToAirHeatRecovery Boiler Burner Chiller Coil Compressor Condenser CooledBeam \
         CoolingTower Damper DuctFitting DuctSegment DuctSilencer Engine EvaporativeCooler Evaporator Fan Filter \
         HeatExchanger Humidifier SpaceHeater TubeBundle UnitaryEquipment UnitaryControlElement FlowTreatmentDevice \
         EnergyConversionDevice",
    ),
    (
        Plumbing,
        "PipeFitting PipeSegment Pump Tank Valve SanitaryTerminal WasteTerminal StackTerminal LiquidTerminal GasTerminal \
         Interceptor FlowMeter",
    ),
    (
        Electrical,
        "ElectricalElement AudioVisualAppliance CableCarrierFitting CableCarrierSegment CableFitting CableSegment \
         CommunicationsAppliance ElectricAppliance ElectricDistributionBoard ElectricDistributionPoint \
         DistributionBoard ElectricFlowStorageDevice ElectricFlowTreatmentDevice ElectricGenerator ElectricMotor \
         ElectricTimeControl JunctionBox Lamp LightFixture MobileTelecommunicationsAppliance MotorConnection Outlet \
         ProtectiveDevice ProtectiveDeviceTrippingUnit SolarDevice SwitchingDevice Transformer \
         DistributionControlElement",
    ),
    (FireProtection, "FireSuppressionTerminal Alarm"),
    (General, "Project ProjectLibrary Site Building BuildingStorey Facility FacilityPart BuildingElementProxy"),
];

/// Predefined types that say more than the class: class, word of the predefined type, discipline.
const PREDEFINED: &[(&str, &str, Discipline)] = &[
    ("IfcDamper", "FIRE", FireProtection),
    ("IfcDamper", "SMOKE", FireProtection),
    ("IfcSensor", "FIRE", FireProtection),
    ("IfcSensor", "SMOKE", FireProtection),
    ("IfcSensor", "HEATSENSOR", FireProtection),
    ("IfcStackTerminal", "RAINWATER", Plumbing),
    ("IfcTank", "EXPANSION", Hvac),
    ("IfcFlowMeter", "ENERGYMETER", Electrical),
    ("IfcMember", "MULLION", Architecture),
    ("IfcPlate", "CURTAIN", Architecture),
    ("IfcSolarDevice", "SOLARCOLLECTOR", Hvac),
    ("IfcBurner", "GAS", Hvac),
];

/// Words of the predefined type, object type or name of a system.
const SYSTEMS: &[(Discipline, &[&str])] = &[
    (FireProtection, &["fireprotection", "fire_protection", "sprinkler", "smoke", "brandschutz", "loesch"]),
    (
        Hvac,
        &[
            "ventilation",
            "airconditioning",
            "heating",
            "hvac",
            "chilledwater",
            "condenserwater",
            "exhaust",
            "refrigeration",
            "lueftung",
            "heizung",
            "klima",
            "kaelte",
            "supply air",
            "return air",
            "zuluft",
            "abluft",
        ],
    ),
    (
        Plumbing,
        &[
            "domesticcoldwater",
            "domestichotwater",
            "drainage",
            "sewage",
            "wastewater",
            "stormwater",
            "rainwater",
            "watersupply",
            "gas",
            "sanitary",
            "sanitaer",
            "abwasser",
            "trinkwasser",
            "plumbing",
        ],
    ),
    (
        Electrical,
        &[
            "electrical",
            "lighting",
            "power",
            "earthing",
            "communication",
            "data",
            "telephone",
            "tv",
            "security",
            "control",
            "elektro",
            "beleuchtung",
        ],
    ),
];

/// Longest chain from an opening to what it is cut out of.
const CHAIN_MAX: usize = 8;
const SHORT_WORD_BYTES: usize = 4;

/// The discipline of an entity: by its system, its predefined type, its class, and whether it bears loads.
pub(super) fn discipline(input: &ChunkInput<'_>, links: &Links, entity: EntityIndex) -> Discipline {
    let mut entity = entity;
    for _ in 0..CHAIN_MAX {
        let host = input.reader.entity(entity).and_then(|row| row.host);
        match host.filter(|_| is_opening(input.entity_type(entity))) {
            Some(host) => entity = host,
            None => break,
        }
    }
    let Some(row) = input.reader.entity(entity) else { return General };
    let own = occurrence_class(input.reader.text(row.entity_type));
    let by_type = links.type_of(entity).map(|of| occurrence_class(input.entity_type(of)));
    let predefined = row.predefined_type.map_or("", |text| input.reader.text(text));
    let class = by_type.filter(|class| is_a(class, own)).unwrap_or(own);
    let is_distribution = is_a(class, "IfcDistributionElement") || is_a(class, "IfcBuildingElementProxy");
    let by_system = || links.systems_of(entity).find_map(|system| of_system(input, system));
    let found = of_predefined(class, predefined)
        .or_else(|| of_class(class).filter(|found| *found == FireProtection))
        .or_else(|| by_system().filter(|_| is_distribution))
        .or_else(|| if is_a(class, "IfcSystem") { of_system(input, entity) } else { None })
        .or_else(|| of_class(class))
        .unwrap_or(General);
    match found {
        Architecture | Structure => match bears_loads(input, entity) {
            Some(true) => Structure,
            Some(false) => Architecture,
            None => found,
        },
        Hvac | Plumbing | Electrical | FireProtection | General => found,
    }
}

/// The class whose type object this is, else the class itself.
fn occurrence_class(entity_type: &str) -> &str {
    let of_type = entity_type.strip_suffix("Type").or_else(|| entity_type.strip_suffix("Style"));
    of_type.filter(|_| is_a(entity_type, "IfcTypeObject")).unwrap_or(entity_type)
}

fn of_predefined(class: &str, predefined: &str) -> Option<Discipline> {
    let found = PREDEFINED.iter().find(|(of, word, _)| is_a(class, of) && predefined.contains(word));
    found.map(|(_, _, discipline)| *discipline)
}

fn of_class(class: &str) -> Option<Discipline> {
    supertypes(class).find_map(|class| {
        let bare = class.strip_prefix("Ifc")?;
        let named = CLASSES.iter().find(|(_, classes)| classes.split_whitespace().any(|named| named == bare));
        named.map(|(discipline, _)| *discipline)
    })
}

fn of_system(input: &ChunkInput<'_>, system: EntityIndex) -> Option<Discipline> {
    let row = input.reader.entity(system)?;
    [row.predefined_type, row.object_type, row.name].into_iter().flatten().find_map(|text| {
        let text = input.reader.text(text);
        let (folded, words) = (crate::ifc::fold(text), crate::ifc::words(text));
        // A short word is found as a whole word only: gas is in "Abgas", too.
        let says = |known: &&str| match known.len() {
            0..=SHORT_WORD_BYTES => words.iter().any(|word| word == known),
            _ => folded.contains(known),
        };
        SYSTEMS.iter().find(|(_, words)| words.iter().any(says)).map(|(found, _)| *found)
    })
}

/// What the property LoadBearing says, or a word for structural usage.
fn bears_loads(input: &ChunkInput<'_>, entity: EntityIndex) -> Option<bool> {
    let properties = input.reader.properties(entity);
    properties.iter().find_map(|property| {
        let name = input.reader.text(property.name);
        let is_named = ["LoadBearing", "structural_usage"].iter().any(|known| name.eq_ignore_ascii_case(known))
            || crate::ifc::fold(name).starts_with("tragend");
        if !is_named {
            return None;
        }
        match property.value {
            PropertyValue::Boolean(bears) => Some(bears),
            PropertyValue::Text(text) => match crate::ifc::fold(input.reader.text(text)).as_str() {
                "true" | "t" | "ja" | "yes" | "loadbearing" | "tragend" => Some(true),
                "false" | "f" | "nein" | "no" | "non-loadbearing" | "nonloadbearing" | "nicht tragend" => Some(false),
                _ => None,
            },
            PropertyValue::Number { .. } => None,
        }
    })
}

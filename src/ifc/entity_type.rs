//! The type hierarchy: a supertype finds its subtypes.
//!
//! Object and type-object side of IFC2X3 TC1, IFC4 ADD2 TC1 and IFC4X3 ADD2 in one tree; a type that moved between the
//! schemas stands where the newest one has it. Type objects (`IfcWallType`, `IfcDoorStyle`) are recognised by name.

use std::collections::HashMap;
use std::sync::LazyLock;

/// One line per supertype: the supertype, a colon, its direct subtypes, all without the prefix `Ifc`.
const TREE: &str = "\
Root: Object PropertyDefinition Relationship TypeObject Context
Context: Project ProjectLibrary
Object: Product Group Process Control Resource Actor
Product: Element SpatialElement Annotation Grid Port Proxy StructuralActivity StructuralItem LinearElement PositioningElement Referent
SpatialElement: SpatialStructureElement ExternalSpatialStructureElement SpatialZone
SpatialStructureElement: Site Building BuildingStorey Space Facility FacilityPart
ExternalSpatialStructureElement: ExternalSpatialElement
Facility: Bridge MarineFacility Railway Road
FacilityPart: BridgePart FacilityPartCommon MarinePart RailwayPart RoadPart
Group: System Zone Inventory Asset StructuralResultGroup StructuralLoadGroup
System: DistributionSystem BuildingSystem BuiltSystem StructuralAnalysisModel
DistributionSystem: DistributionCircuit
Actor: Occupant
Control: CostItem CostSchedule PerformanceHistory Permit ProjectOrder WorkControl WorkCalendar ActionRequest
WorkControl: WorkPlan WorkSchedule
Process: Task Event Procedure
Resource: ConstructionResource
Port: DistributionPort
Element: BuildingElement CivilElement DistributionElement ElementAssembly ElementComponent FeatureElement FurnishingElement \
GeographicElement GeotechnicalElement TransportationDevice VirtualElement EquipmentElement ElectricalElement
BuildingElement: Beam BearingElement BuildingElementProxy Chimney Column Course Covering CurtainWall DeepFoundation Door \
EarthworksElement Footing Kerb Member MooringDevice NavigationElement Pavement Pile Plate Railing Rail Ramp RampFlight Roof \
ShadingDevice Slab Stair StairFlight TrackElement Wall Window BuildingElementComponent Bearing
Beam: BeamStandardCase
Column: ColumnStandardCase
Covering: CoveringCurtain
DeepFoundation: CaissonFoundation
Door: DoorStandardCase
Member: MemberStandardCase
Plate: PlateStandardCase
Slab: SlabStandardCase SlabElementedCase
Wall: WallStandardCase WallElementedCase
Window: WindowStandardCase
ElementComponent: BuildingElementPart DiscreteAccessory Fastener ImpactProtectionDevice MechanicalFastener ReinforcingElement Sign \
VibrationDamper VibrationIsolator
BuildingElementComponent: BuildingElementPartOld
ReinforcingElement: ReinforcingBar ReinforcingMesh Tendon TendonAnchor TendonConduit
FeatureElement: FeatureElementAddition FeatureElementSubtraction SurfaceFeature
FeatureElementAddition: ProjectionElement
FeatureElementSubtraction: OpeningElement VoidingFeature EdgeFeature EarthworksCut
OpeningElement: OpeningStandardCase
FurnishingElement: Furniture SystemFurnitureElement
TransportationDevice: TransportElement Vehicle
GeotechnicalElement: GeotechnicalAssembly GeotechnicalStratum
DistributionElement: DistributionControlElement DistributionFlowElement
DistributionControlElement: Actuator Alarm Controller FlowInstrument ProtectiveDeviceTrippingUnit Sensor UnitaryControlElement
DistributionFlowElement: DistributionChamberElement EnergyConversionDevice FlowController FlowFitting FlowMovingDevice FlowSegment \
FlowStorageDevice FlowTerminal FlowTreatmentDevice
EnergyConversionDevice: AirToAirHeatRecovery Boiler Burner Chiller Coil Condenser CooledBeam CoolingTower ElectricGenerator \
ElectricMotor Engine EvaporativeCooler Evaporator HeatExchanger Humidifier MotorConnection SolarDevice Transformer TubeBundle \
UnitaryEquipment
FlowController: AirTerminalBox Damper DistributionBoard ElectricDistributionBoard ElectricTimeControl FlowMeter ProtectiveDevice \
SwitchingDevice Valve ElectricDistributionPoint
FlowFitting: CableCarrierFitting CableFitting DuctFitting JunctionBox PipeFitting
FlowMovingDevice: Compressor Fan Pump
FlowSegment: CableCarrierSegment CableSegment ConveyorSegment DuctSegment PipeSegment
FlowStorageDevice: ElectricFlowStorageDevice Tank
FlowTerminal: AirTerminal AudioVisualAppliance CommunicationsAppliance ElectricAppliance FireSuppressionTerminal Lamp LightFixture \
LiquidTerminal MedicalDevice MobileTelecommunicationsAppliance Outlet SanitaryTerminal SpaceHeater StackTerminal WasteTerminal \
GasTerminal
FlowTreatmentDevice: DuctSilencer ElectricFlowTreatmentDevice Filter Interceptor
";

/// IFC2X3 and IFC4X3 spell one supertype differently; both are the same family.
const SYNONYMS: &[(&str, &str)] =
    &[("IfcBuiltElement", "IfcBuildingElement"), ("IfcSpatialElement", "IfcSpatialElement")];

static PARENTS: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let mut parents = HashMap::new();
    for line in TREE.lines() {
        let Some((parent, children)) = line.split_once(':') else { continue };
        for child in children.split_whitespace() {
            parents.insert(format!("Ifc{child}"), format!("Ifc{parent}"));
        }
    }
    parents
});

/// The type itself, then its supertypes up to the root. A type object ends in `IfcTypeObject`.
pub fn supertypes(entity_type: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(entity_type), |current| parent(current))
}

fn parent(entity_type: &str) -> Option<&str> {
    let entity_type =
        SYNONYMS.iter().find(|(from, to)| *from == entity_type && from != to).map_or(entity_type, |(_, to)| to);
    if let Some(parent) = PARENTS.get(entity_type) {
        return Some(parent.as_str());
    }
    let of_type = entity_type.strip_suffix("Type").or_else(|| entity_type.strip_suffix("Style"));
    let is_type = of_type.is_some_and(|occurrence| PARENTS.contains_key(occurrence) || occurrence == "IfcSpatialZone");
    (is_type && entity_type != "IfcTypeObject").then_some("IfcTypeObject")
}

/// Whether a type is another one or a subtype of it.
#[must_use]
pub fn is_a(entity_type: &str, supertype: &str) -> bool {
    let wanted = SYNONYMS.iter().find(|(from, _)| *from == supertype).map_or(supertype, |(_, to)| to);
    supertypes(entity_type).any(|t| t == wanted || SYNONYMS.iter().any(|(from, to)| *from == t && *to == wanted))
}

/// Whether the schemas hold the type.
#[must_use]
pub fn is_known(entity_type: &str) -> bool {
    entity_type == "IfcRoot" || parent(entity_type).is_some() || SYNONYMS.iter().any(|(from, _)| *from == entity_type)
}

/// The spelling of a type that is written in capitals, as STEP files do: `IFCWALLTYPE` is `IfcWallType`. `None` where the
/// schemas do not hold it.
#[must_use]
pub fn spelled(capitals: &str) -> Option<String> {
    let find = |name: &str| {
        let known = PARENTS.iter().flat_map(|(child, parent)| [child.as_str(), parent.as_str()]);
        known.chain(SYNONYMS.iter().map(|(from, _)| *from)).find(|known| known.eq_ignore_ascii_case(name))
    };
    if let Some(known) = find(capitals) {
        return Some(known.to_owned());
    }
    let of_type = [("TYPE", "Type"), ("STYLE", "Style")].into_iter().find_map(|(capital, ending)| {
        let occurrence = capitals.strip_suffix(capital)?;
        Some(format!("{}{ending}", find(occurrence)?))
    });
    of_type.filter(|name| is_known(name))
}

/// Every type of the tree but type objects.
pub fn known_types() -> impl Iterator<Item = &'static str> {
    PARENTS.keys().map(String::as_str)
}

/// Whether a type is a physical building part as people count them: an IfcElement that is neither an opening or other
/// feature nor a virtual element.
#[must_use]
pub fn is_element(entity_type: &str) -> bool {
    is_a(entity_type, "IfcElement")
        && !is_a(entity_type, "IfcFeatureElement")
        && !is_a(entity_type, "IfcVirtualElement")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_supertype_finds_its_subtypes() {
        assert!(is_a("IfcWallStandardCase", "IfcWall"));
        assert!(is_a("IfcFurniture", "IfcFurnishingElement"));
        assert!(is_a("IfcWall", "IfcBuiltElement"));
        assert!(is_a("IfcWall", "IfcBuildingElement"));
        assert!(is_a("IfcPump", "IfcDistributionElement"));
        assert!(!is_a("IfcWall", "IfcSlab"));
        assert!(!is_a("IfcWallType", "IfcWall"));
        assert!(is_a("IfcWallType", "IfcTypeObject"));
        assert!(is_a("IfcDoorStyle", "IfcTypeObject"));
    }

    #[test]
    fn types_in_capitals_find_their_spelling() {
        for (capitals, wanted) in [
            ("IFCWALLSTANDARDCASE", Some("IfcWallStandardCase")),
            ("IFCPROJECT", Some("IfcProject")),
            ("IFCBUILTELEMENT", Some("IfcBuiltElement")),
            ("IFCWINDOWSTYLE", Some("IfcWindowStyle")),
            ("IFCSPATIALZONETYPE", Some("IfcSpatialZoneType")),
            ("IFCNONSENSE", None),
            ("TYPE", None),
        ] {
            assert_eq!(spelled(capitals).as_deref(), wanted, "{capitals}");
        }
    }

    #[test]
    fn openings_and_virtual_elements_are_no_building_parts() {
        assert!(is_element("IfcDoor"));
        assert!(!is_element("IfcOpeningElement"));
        assert!(!is_element("IfcVirtualElement"));
        assert!(!is_element("IfcSpace"));
        assert!(!is_element("IfcDoorType"));
        assert!(!is_known("IfcNonsense"));
    }
}

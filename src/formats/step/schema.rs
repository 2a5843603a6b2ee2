//! What each entity type of IFC2X3, IFC4 and IFC4X3 is to the reader, and where its attributes stand.
//!
//! Attributes of STEP instances have no names; the positions here count from zero, supertypes first
//! (IFC2X3 TC1, IFC4 ADD2 TC1, IFC4X3 ADD2).

use std::collections::HashMap;
use std::rc::Rc;

use super::relation::{self, Relating};
use super::shape;
use crate::ifc::{is_a, spelled};

/// Distinct type names that are remembered; the schemas together have below 1500.
const TYPES_MAX: usize = 4096;

/// A schema that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Schema {
    Ifc2x3,
    Ifc4,
    Ifc4x3,
}

impl Schema {
    /// The schema of a name in FILE_SCHEMA; `None` where it is not read. IFC4X1 and IFC4X2 have the attributes of IFC4.
    pub(super) fn of(name: &str) -> Option<Schema> {
        Some(match name.trim().to_ascii_uppercase().as_str() {
            "IFC2X3" | "IFC2X3_TC1" => Schema::Ifc2x3,
            "IFC4" | "IFC4_ADD1" | "IFC4_ADD2" | "IFC4_ADD2_TC1" | "IFC4_TC1" | "IFC4X1" | "IFC4X2" => Schema::Ifc4,
            "IFC4X3" | "IFC4X3_TC1" | "IFC4X3_ADD1" | "IFC4X3_ADD2" => Schema::Ifc4x3,
            _ => return None,
        })
    }
}

/// What becomes of the instances of a type.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Role {
    /// Geometry and the like: passed over before its arguments are parsed.
    Skip,
    /// An item of a simple shape, by its kind: kept as text.
    Shape(u8),
    /// Not known: an entity where it begins with a GlobalId.
    Probe,
    Object(Layout),
    Item(ItemKind),
    PropertySet,
    QuantitySet,
    Predefined(&'static Predefined),
    Material(MaterialKind),
    Class,
    ClassSystem,
    Address,
    Unit(UnitKind),
    Owner(OwnerKind),
    Relation(&'static Relating),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum ItemKind {
    Single,
    Enumerated,
    List,
    Bounded,
    Reference,
    Complex,
    /// IfcPropertyTableValue.
    Table,
    Quantity(crate::ifc::Measure),
    ComplexQuantity,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum MaterialKind {
    Material,
    Layer,
    Constituent,
    Profile,
    /// Something around the list or the set at this position.
    Around(usize),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum UnitKind {
    Si,
    Conversion,
    ContextDependent,
    WithUnit,
    Assignment,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum OwnerKind {
    Person,
    Organization,
    PersonAndOrganization,
    Application,
    History,
}

/// Where the attributes of an object stand. GlobalId, Name and Description are at 0, 2 and 3 in every schema.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Layout {
    pub(super) object_type: Option<u8>,
    pub(super) long_name: Option<u8>,
    pub(super) tag: Option<u8>,
    pub(super) predefined: Option<u8>,
    pub(super) elevation: Option<u8>,
    /// OverallHeight; OverallWidth follows it.
    pub(super) height: Option<u8>,
    pub(super) property_sets: Option<u8>,
    pub(super) phase: Option<u8>,
    pub(super) units: Option<u8>,
    /// RefLatitude; RefLongitude follows it.
    pub(super) latitude: Option<u8>,
    pub(super) address: Option<u8>,
    /// Whether it has a placement and a representation.
    pub(super) is_part: bool,
}

/// Beginnings of type names whose instances are passed over.
const SKIPPED: &str = "
    IFCADVANCED IFCANNOTATIONFILL IFCANNOTATIONSURFACE IFCARBITRARY IFCASYMMETRIC IFCAXIS IFCBSPLINE IFCBLOCK
    IFCBOOLEAN IFCBOUND IFCCARTESIAN IFCCENTERLINE IFCCIRCLE IFCCLOSEDSHELL IFCCOLOUR IFCCOMPOSITE IFCCONIC
    IFCCONNECTEDFACESET IFCCONNECTION IFCCOORDINATE IFCCSG IFCCSHAPE IFCCURVE IFCDERIVEDPROFILE IFCDERIVEDUNIT
    IFCDIMENSION IFCDIRECTION IFCDRAUGHTING IFCEDGE IFCELLIPSE IFCELEMENTARYSURFACE IFCEXTRUDED IFCFACE
    IFCFILLAREA IFCGEOMETRIC IFCGRIDAXIS IFCGRIDPLACEMENT IFCHALFSPACE IFCIMAGETEXTURE IFCINDEXED IFCISHAPE
    IFCLINEARPLACEMENT IFCLINE IFCLOCALPLACEMENT IFCLOOP IFCLSHAPE IFCMAPPEDITEM IFCMAPCONVERSION IFCOFFSET
    IFCOPENSHELL IFCORIENTEDEDGE IFCOUTER IFCPATH IFCPCURVE IFCPIXEL IFCPLANE IFCPLANAR IFCPLACEMENT IFCPOINT
    IFCPOLY IFCPOSTAL IFCPRESENTATION IFCPRODUCTDEFINITION IFCPRODUCTREPRESENTATION IFCPROFILEDEF IFCPROJECTED
    IFCRATIONAL IFCRECTANGLE IFCRECTANGULAR IFCREPRESENTATION IFCREVOLVED IFCRIGHTCIRCULAR IFCROUNDED IFCSHAPE
    IFCSHELL IFCSPHERE IFCSTYLE IFCSURFACECURVE IFCSURFACEOF IFCSURFACESTYLE IFCSURFACETEXTURE IFCSWEPT
    IFCSYMBOL IFCTSHAPE IFCTEXT IFCTOPOLOG IFCTRAPEZIUM IFCTRIANGULATED IFCTRIMMED IFCUSHAPE IFCVECTOR
    IFCVERTEX IFCVIRTUALGRID IFCZSHAPE";

/// The same of types that are neither geometry nor anything that is kept; some begin with a GlobalId.
const UNKEPT: &str = "
    IFCAPPROVAL IFCCONSTRAINT IFCDOCUMENT IFCEXTERNAL IFCLIBRARY IFCORGANIZATION IFCPROPERTYSETTEMPLATE
    IFCPROPERTYTEMPLATE IFCSIMPLEPROPERTYTEMPLATE IFCCOMPLEXPROPERTYTEMPLATE IFCTABLE IFCTIMESERIES IFCREL";

/// A set whose attributes stand for properties.
#[derive(Debug, PartialEq)]
pub(super) struct Predefined {
    /// Its type, which names it where it has no name.
    pub(super) name: &'static str,
    /// Its attributes from position 4 on; empty for those that are none.
    pub(super) attributes: &'static [&'static str],
}

const fn predefined(name: &'static str, attributes: &'static [&'static str]) -> Predefined {
    Predefined { name, attributes }
}

static PREDEFINED: &[Predefined] = &[
    predefined(
        "IfcDoorLiningProperties",
        &[
            "LiningDepth",
            "LiningThickness",
            "ThresholdDepth",
            "ThresholdThickness",
            "TransomThickness",
            "TransomOffset",
            "LiningOffset",
            "ThresholdOffset",
            "CasingThickness",
            "CasingDepth",
            "",
            "LiningToPanelOffsetX",
            "LiningToPanelOffsetY",
        ],
    ),
    predefined("IfcDoorPanelProperties", &["PanelDepth", "PanelOperation", "PanelWidth", "PanelPosition"]),
    predefined(
        "IfcWindowLiningProperties",
        &[
            "LiningDepth",
            "LiningThickness",
            "TransomThickness",
            "MullionThickness",
            "FirstTransomOffset",
            "SecondTransomOffset",
            "FirstMullionOffset",
            "SecondMullionOffset",
            "",
            "LiningOffset",
            "LiningToPanelOffsetX",
            "LiningToPanelOffsetY",
        ],
    ),
    predefined("IfcWindowPanelProperties", &["OperationType", "PanelPosition", "FrameDepth", "FrameThickness"]),
    predefined("IfcPermeableCoveringProperties", &["OperationType", "PanelPosition", "FrameDepth", "FrameThickness"]),
    predefined("IfcReinforcementDefinitionProperties", &["DefinitionType"]),
];

/// The role of a type by its name in upper case.
fn role_of(name: &str, spelling: &str, schema: Schema) -> Role {
    if let Some(code) = shape::kind_code(name) {
        return Role::Shape(code);
    }
    if let Some(role) = resource_role(name) {
        return role;
    }
    if let Some(set) = PREDEFINED.iter().find(|set| set.name.eq_ignore_ascii_case(name)) {
        return Role::Predefined(set);
    }
    if let Some(relation) = relation::named(name) {
        return Role::Relation(relation);
    }
    let is_object = ["IfcObject", "IfcContext", "IfcTypeObject"].iter().any(|root| is_a(spelling, root));
    if is_object {
        return Role::Object(layout(spelling, schema));
    }
    if other(name).is_some() {
        return Role::Probe;
    }
    let is_skipped =
        SKIPPED.split_whitespace().chain(UNKEPT.split_whitespace()).any(|skipped| name.starts_with(skipped));
    if is_skipped || name.is_empty() || name.ends_with("PROPERTIES") { Role::Skip } else { Role::Probe }
}

fn resource_role(name: &str) -> Option<Role> {
    use crate::ifc::Measure;
    let quantity = |measure| Role::Item(ItemKind::Quantity(measure));
    Some(match name {
        "IFCPROPERTYSINGLEVALUE" => Role::Item(ItemKind::Single),
        "IFCPROPERTYENUMERATEDVALUE" => Role::Item(ItemKind::Enumerated),
        "IFCPROPERTYLISTVALUE" => Role::Item(ItemKind::List),
        "IFCPROPERTYBOUNDEDVALUE" => Role::Item(ItemKind::Bounded),
        "IFCPROPERTYREFERENCEVALUE" => Role::Item(ItemKind::Reference),
        "IFCPROPERTYTABLEVALUE" => Role::Item(ItemKind::Table),
        "IFCCOMPLEXPROPERTY" => Role::Item(ItemKind::Complex),
        "IFCQUANTITYLENGTH" => quantity(Measure::Length),
        "IFCQUANTITYAREA" => quantity(Measure::Area),
        "IFCQUANTITYVOLUME" => quantity(Measure::Volume),
        "IFCQUANTITYWEIGHT" => quantity(Measure::Weight),
        "IFCQUANTITYCOUNT" => quantity(Measure::Count),
        "IFCQUANTITYTIME" => quantity(Measure::Time),
        "IFCQUANTITYNUMBER" => quantity(Measure::Plain),
        "IFCPHYSICALCOMPLEXQUANTITY" => Role::Item(ItemKind::ComplexQuantity),
        "IFCPROPERTYSET" => Role::PropertySet,
        "IFCELEMENTQUANTITY" => Role::QuantitySet,
        "IFCMATERIAL" => Role::Material(MaterialKind::Material),
        "IFCMATERIALLAYER" | "IFCMATERIALLAYERWITHOFFSETS" => Role::Material(MaterialKind::Layer),
        "IFCMATERIALCONSTITUENT" => Role::Material(MaterialKind::Constituent),
        "IFCMATERIALPROFILE" | "IFCMATERIALPROFILEWITHOFFSETS" => Role::Material(MaterialKind::Profile),
        "IFCMATERIALLAYERSET"
        | "IFCMATERIALLAYERSETUSAGE"
        | "IFCMATERIALLIST"
        | "IFCMATERIALPROFILESETUSAGE"
        | "IFCMATERIALPROFILESETUSAGETAPERING" => Role::Material(MaterialKind::Around(0)),
        "IFCMATERIALCONSTITUENTSET" | "IFCMATERIALPROFILESET" => Role::Material(MaterialKind::Around(2)),
        "IFCCLASSIFICATIONREFERENCE" => Role::Class,
        "IFCCLASSIFICATION" => Role::ClassSystem,
        "IFCSIUNIT" => Role::Unit(UnitKind::Si),
        "IFCCONVERSIONBASEDUNIT" | "IFCCONVERSIONBASEDUNITWITHOFFSET" => Role::Unit(UnitKind::Conversion),
        "IFCCONTEXTDEPENDENTUNIT" => Role::Unit(UnitKind::ContextDependent),
        "IFCMEASUREWITHUNIT" => Role::Unit(UnitKind::WithUnit),
        "IFCUNITASSIGNMENT" => Role::Unit(UnitKind::Assignment),
        "IFCPERSON" => Role::Owner(OwnerKind::Person),
        "IFCORGANIZATION" => Role::Owner(OwnerKind::Organization),
        "IFCPOSTALADDRESS" => Role::Address,
        "IFCPERSONANDORGANIZATION" => Role::Owner(OwnerKind::PersonAndOrganization),
        "IFCAPPLICATION" => Role::Owner(OwnerKind::Application),
        "IFCOWNERHISTORY" => Role::Owner(OwnerKind::History),
        "IFCMATERIALPROPERTIES" | "IFCEXTENDEDMATERIALPROPERTIES" | "IFCMATERIALDEFINITIONREPRESENTATION" => Role::Skip,
        _ => return None,
    })
}

/// The positions of the attributes of an object type.
pub(super) fn layout(entity_type: &str, schema: Schema) -> Layout {
    let is = |supertype: &str| is_a(entity_type, supertype);
    if is("IfcTypeObject") {
        return type_layout(entity_type, schema);
    }
    let mut layout = Layout { object_type: Some(4), ..Layout::default() };
    if is("IfcContext") {
        layout.long_name = Some(5);
        layout.phase = Some(6);
        layout.units = Some(8);
    } else if is("IfcSpatialElement") {
        layout.is_part = true;
        layout.long_name = Some(7);
        layout.elevation = is("IfcBuildingStorey").then_some(9);
        layout.predefined = spatial_predefined(entity_type, schema);
        (layout.latitude, layout.address) = match entity_type {
            "IfcSite" => (Some(9), Some(13)),
            "IfcBuilding" => (None, Some(11)),
            _ => (None, None),
        };
    } else if is("IfcElement") {
        layout.is_part = true;
        layout.tag = Some(7);
        layout.height = (is("IfcDoor") || is("IfcWindow")).then_some(8);
        layout.predefined = element_predefined(entity_type, schema);
    } else if schema != Schema::Ifc2x3 {
        (layout.long_name, layout.predefined) = match entity_type {
            "IfcZone" => (Some(5), None),
            "IfcBuildingSystem" | "IfcBuiltSystem" => (Some(6), Some(5)),
            "IfcDistributionSystem" | "IfcDistributionCircuit" => (Some(5), Some(6)),
            "IfcDistributionPort" => (None, Some(8)),
            "IfcGrid" => (None, Some(10)),
            "IfcTask" => (None, Some(12)),
            "IfcCostItem" | "IfcCostSchedule" => (None, Some(6)),
            _ => (None, None),
        };
    }
    if entity_type == "IfcProxy" {
        layout.tag = Some(8);
    }
    layout
}

fn spatial_predefined(entity_type: &str, schema: Schema) -> Option<u8> {
    match entity_type {
        "IfcSpace" if schema != Schema::Ifc2x3 => Some(9),
        "IfcBridge" | "IfcMarineFacility" | "IfcRailway" | "IfcRoad" => Some(9),
        "IfcBridgePart" | "IfcFacilityPartCommon" | "IfcMarinePart" | "IfcRailwayPart" | "IfcRoadPart" => Some(10),
        "IfcSpatialZone" | "IfcExternalSpatialElement" => Some(8),
        _ => None,
    }
}

/// From IFC4 on it follows Tag, except where a type has attributes of its own before it.
fn element_predefined(entity_type: &str, schema: Schema) -> Option<u8> {
    match entity_type {
        "IfcElementAssembly" | "IfcTendon" => return Some(9),
        _ if schema == Schema::Ifc2x3 => {
            let is_plain = matches!(entity_type, "IfcSlab" | "IfcFooting" | "IfcCovering" | "IfcRailing" | "IfcPile");
            return is_plain.then_some(8);
        }
        _ => {}
    }
    match entity_type {
        "IfcDoor" | "IfcDoorStandardCase" | "IfcWindow" | "IfcWindowStandardCase" | "IfcMechanicalFastener" => Some(10),
        "IfcStairFlight" | "IfcReinforcingBar" => Some(12),
        "IfcReinforcingMesh" => Some(17),
        "IfcTendonAnchor" | "IfcTendonConduit" => Some(9),
        _ => Some(8),
    }
}

fn type_layout(entity_type: &str, schema: Schema) -> Layout {
    let is_process = matches!(entity_type, "IfcTaskType" | "IfcEventType" | "IfcProcedureType");
    let is_bare = entity_type == "IfcTypeObject" || entity_type.ends_with("ResourceType");
    let predefined = match entity_type {
        _ if is_bare || entity_type.ends_with("Style") => None,
        "IfcFurnitureType" => (schema != Schema::Ifc2x3).then_some(10),
        "IfcSystemFurnitureElementType"
        | "IfcFastenerType"
        | "IfcMechanicalFastenerType"
        | "IfcDiscreteAccessoryType"
            if schema == Schema::Ifc2x3 =>
        {
            None
        }
        _ => Some(9),
    };
    let tag = (!is_process && !is_bare).then_some(7);
    Layout { property_sets: Some(5), tag, predefined, ..Layout::default() }
}

/// Types as a file names them, with their spelling and role; each is looked up once.
#[derive(Debug)]
pub(super) struct Types {
    schema: Schema,
    known: HashMap<Box<[u8]>, (Rc<str>, Role)>,
    nameless: Rc<str>,
}

impl Types {
    pub(super) fn new(schema: Schema) -> Types {
        Types { schema, known: HashMap::new(), nameless: Rc::from("") }
    }

    /// The spelling of a type name as in the schema, `IfcWallStandardCase`, and its role.
    pub(super) fn of(&mut self, name: &[u8]) -> (Rc<str>, Role) {
        if let Some((spelling, role)) = self.known.get(name) {
            return (Rc::clone(spelling), *role);
        }
        if TYPES_MAX <= self.known.len() {
            return (Rc::clone(&self.nameless), Role::Skip);
        }
        let upper = String::from_utf8_lossy(name).to_ascii_uppercase();
        let spelling: Rc<str> = Rc::from(spelling_of(&upper));
        let role = role_of(&upper, &spelling, self.schema);
        self.known.insert(Box::from(name), (Rc::clone(&spelling), role));
        (spelling, role)
    }
}

/// Object types outside the tree of [`crate::ifc::supertypes`], so that they are spelled as people know them.
const OTHERS: &str = "Alignment AlignmentCant AlignmentHorizontal AlignmentSegment AlignmentVertical Borehole \
    ConstructionEquipmentResource ConstructionMaterialResource ConstructionProductResource CrewResource \
    EarthworksFill ElementType Geomodel Geoslice LaborResource LinearPositioningElement ReinforcedSoil SolidStratum \
    StructuralCurveAction StructuralCurveConnection StructuralCurveMember StructuralCurveReaction StructuralLinearAction \
    StructuralLoadCase StructuralPlanarAction StructuralPointAction StructuralPointConnection StructuralPointReaction \
    StructuralSurfaceAction StructuralSurfaceConnection StructuralSurfaceMember SubContractResource TypeProduct \
    VoidStratum WaterStratum";

fn other(upper: &str) -> Option<&'static str> {
    let bare = upper.strip_prefix("IFC")?;
    OTHERS.split_whitespace().find(|other| other.eq_ignore_ascii_case(bare))
}

fn spelling_of(upper: &str) -> String {
    if let Some(known) = spelled(upper) {
        return known;
    }
    if let Some(other) = other(upper) {
        return format!("Ifc{other}");
    }
    let bare = upper.strip_prefix("IFC").unwrap_or(upper);
    let (stem, ending) = match bare.strip_suffix("TYPE") {
        Some(stem) if !stem.is_empty() => (stem, "Type"),
        _ => (bare, ""),
    };
    let mut letters = stem.chars();
    let first: String = letters.next().into_iter().collect();
    format!("Ifc{first}{}{ending}", letters.as_str().to_ascii_lowercase())
}

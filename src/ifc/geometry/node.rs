//! Representation items as a tree that is the same for every reader, with the attribute names of the schema.

use std::rc::Rc;

macro_rules! kinds {
    ($($name:ident: $($attribute:literal)*;)+) => {
        /// Items that are looked at. Attributes are named as in ifcJSON; an empty name is one that is passed over.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Kind { $(#[doc = concat!("Ifc", stringify!($name))] $name,)+ }

        impl Kind {
            /// Every kind.
            pub const ALL: &'static [Kind] = &[$(Kind::$name,)+];

            /// Its name in the schema.
            #[must_use]
            pub const fn name(self) -> &'static str { match self { $(Kind::$name => concat!("Ifc", stringify!($name)),)+ } }

            /// Its attributes in the order of the schema, as far as they are looked at.
            #[must_use]
            pub const fn attributes(self) -> &'static [&'static str] { match self { $(Kind::$name => &[$($attribute),*],)+ } }
        }
    };
}

kinds! {
    ProductDefinitionShape: "" "" "representations";
    ShapeRepresentation: "" "representationIdentifier" "" "items";
    RepresentationMap: "mappingOrigin" "mappedRepresentation";
    MappedItem: "mappingSource" "mappingTarget";
    CartesianTransformationOperator3D: "axis1" "axis2" "localOrigin" "scale" "axis3";
    CartesianTransformationOperator3DnonUniform: "axis1" "axis2" "localOrigin" "scale" "axis3" "scale2" "scale3";
    LocalPlacement: "placementRelTo" "relativePlacement";
    Axis2Placement3D: "location" "axis" "refDirection";
    Axis2Placement2D: "location" "refDirection";
    CartesianPoint: "coordinates";
    CartesianPointList2D: "coordList";
    Direction: "directionRatios";
    ExtrudedAreaSolid: "sweptArea" "position" "extrudedDirection" "depth";
    BoundingBox: "corner" "xDim" "yDim" "zDim";
    BooleanResult: "operator" "firstOperand" "secondOperand";
    BooleanClippingResult: "operator" "firstOperand" "secondOperand";
    HalfSpaceSolid: "baseSurface" "agreementFlag";
    BoxedHalfSpace: "baseSurface" "agreementFlag";
    PolygonalBoundedHalfSpace: "baseSurface" "agreementFlag" "position" "polygonalBoundary";
    Plane: "position";
    Polyline: "points";
    IndexedPolyCurve: "points" "segments";
    LineIndex: "value";
    ArcIndex: "value";
    CompositeCurve: "segments";
    CompositeCurveSegment: "" "sameSense" "parentCurve";
    TrimmedCurve: "basisCurve" "trim1" "trim2" "senseAgreement";
    Line: "pnt" "dir";
    Vector: "orientation" "magnitude";
    Circle: "position" "radius";
    Ellipse: "position" "semiAxis1" "semiAxis2";
    ArbitraryClosedProfileDef: "profileType" "" "outerCurve";
    ArbitraryProfileDefWithVoids: "profileType" "" "outerCurve" "innerCurves";
    RectangleProfileDef: "profileType" "" "position" "xDim" "yDim";
    RoundedRectangleProfileDef: "profileType" "" "position" "xDim" "yDim" "roundingRadius";
    RectangleHollowProfileDef: "profileType" "" "position" "xDim" "yDim" "wallThickness" "innerFilletRadius" "outerFilletRadius";
    CircleProfileDef: "profileType" "" "position" "radius";
    CircleHollowProfileDef: "profileType" "" "position" "radius" "wallThickness";
    EllipseProfileDef: "profileType" "" "position" "semiAxis1" "semiAxis2";
    IShapeProfileDef: "profileType" "" "position" "overallWidth" "overallDepth" "webThickness" "flangeThickness" "filletRadius"
        "flangeEdgeRadius" "flangeSlope";
    UShapeProfileDef: "profileType" "" "position" "depth" "flangeWidth" "webThickness" "flangeThickness" "filletRadius"
        "edgeRadius" "flangeSlope";
    LShapeProfileDef: "profileType" "" "position" "depth" "width" "thickness" "filletRadius" "edgeRadius" "legSlope";
    TShapeProfileDef: "profileType" "" "position" "depth" "flangeWidth" "webThickness" "flangeThickness" "filletRadius"
        "flangeEdgeRadius" "webEdgeRadius" "webSlope" "flangeSlope";
}

/// The kind of a type name in any case; `None` for items that are not looked at.
#[must_use]
pub fn kind_of(name: &str) -> Option<Kind> {
    Kind::ALL.iter().copied().find(|kind| kind.name().eq_ignore_ascii_case(name))
}

/// A value of an item, or an item.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// A number.
    Number(f64),
    /// A word of an enumeration, a text, or `T` and `F`.
    Word(String),
    /// Several values.
    List(Vec<Node>),
    /// An item with the attributes that it has.
    Item(Rc<(Kind, Vec<(&'static str, Node)>)>),
    /// A representation that the reader keeps under a number.
    Reference(u32),
    /// Something that is there and not looked at, so that it is not taken for missing.
    Other,
}

impl Node {
    pub(super) fn kind(&self) -> Option<Kind> {
        if let Node::Item(item) = self { Some(item.0) } else { None }
    }

    /// An attribute of an item.
    #[must_use]
    pub fn at(&self, name: &str) -> Option<&Node> {
        let Node::Item(item) = self else { return None };
        item.1.iter().find(|(attribute, _)| *attribute == name).map(|(_, value)| value)
    }

    /// The elements of a list; anything else is a list of one.
    #[must_use]
    pub fn items(&self) -> &[Node] {
        if let Node::List(items) = self { items } else { std::slice::from_ref(self) }
    }

    pub(super) fn as_number(&self) -> Option<f64> {
        if let Node::Number(number) = self { Some(*number).filter(|number| number.is_finite()) } else { None }
    }

    pub(super) fn number(&self, name: &str) -> Option<f64> {
        self.at(name)?.as_number()
    }

    pub(super) fn word(&self, name: &str) -> Option<&str> {
        if let Node::Word(word) = self.at(name)? { Some(word) } else { None }
    }

    /// A boolean, as `T` and `F`.
    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        match self.word(name)? {
            "T" => Some(true),
            "F" => Some(false),
            _ => None,
        }
    }

    /// The numbers of a list.
    pub(super) fn numbers(&self) -> Option<Vec<f64>> {
        self.items().iter().map(Node::as_number).collect()
    }
}

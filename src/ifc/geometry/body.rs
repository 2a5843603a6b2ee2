//! The shape of an object from its representation, and its place from its placements.

use serde::{Deserialize, Serialize};

use super::curve::{closed, point_2d};
use super::node::{Kind, Node};
use super::outline::Loop;
use super::profile::{Profile, profile};
use super::solid::{Cut, Plane, Prism, Solid, Within};
use super::vector::{Frame, Vec3};

/// Longest chain of placements, and of results of cuts inside one another.
const CHAIN_MAX: usize = 64;

/// What one representation of an object says of its shape.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Body {
    /// A shape in the coordinates of the object.
    Solid(Box<Solid>),
    /// The shape of another representation, moved. Its number is that of [`Node::Reference`].
    Mapped(Frame, u32),
}

impl Body {
    /// Whether it stands for the box around the object and not for the object.
    #[must_use]
    pub fn is_box(&self) -> bool {
        matches!(self, Body::Solid(solid) if solid.is_box)
    }

    /// The shape, where it is one of its own.
    #[must_use]
    pub fn into_solid(self) -> Option<Solid> {
        match self {
            Body::Solid(solid) => Some(*solid),
            Body::Mapped(..) => None,
        }
    }

    /// The shape of a mapped representation where this one puts it.
    #[must_use]
    pub fn moved(self, frame: &Frame) -> Option<Body> {
        match self {
            Body::Solid(solid) => Some(Body::Solid(Box::new(solid.moved(frame)?))),
            Body::Mapped(inner, of) => Some(Body::Mapped(frame.after(&inner), of)),
        }
    }
}

/// The shape in an IfcShapeRepresentation, if it is the body or the box of an object and is one item that is computed.
///
/// Several items may overlap or stand for parts that do not count, so their volumes are not added.
#[must_use]
pub fn body(representation: &Node) -> Option<Body> {
    let wants_box = match representation.word("representationIdentifier")? {
        "Body" => false,
        "Box" => true,
        _ => return None,
    };
    let [item] = representation.at("items")?.items() else { return None };
    let found = shape(item, 0)?;
    (found.is_box() == wants_box || !found.is_box()).then_some(found)
}

fn shape(item: &Node, depth: usize) -> Option<Body> {
    match item.kind()? {
        Kind::MappedItem => {
            let (source, target) = (item.at("mappingSource")?, item.at("mappingTarget")?);
            // Whether the origin is undone or done again is read differently, so only one that says nothing is taken.
            if source.at("mappingOrigin").is_some_and(|origin| !is_identity(origin)) {
                return None;
            }
            let frame = operator(target)?;
            match source.at("mappedRepresentation")? {
                Node::Reference(of) => Some(Body::Mapped(frame, *of)),
                inner => {
                    let [item] = inner.at("items")?.items() else { return None };
                    (depth < CHAIN_MAX).then_some(())?;
                    shape(item, depth + 1)?.moved(&frame)
                }
            }
        }
        _ => solid(item, depth).map(|solid| Body::Solid(Box::new(solid))),
    }
}

fn solid(item: &Node, depth: usize) -> Option<Solid> {
    match item.kind()? {
        Kind::ExtrudedAreaSolid => extrusion(item).map(Solid::whole),
        Kind::BoundingBox => bounding_box(item),
        Kind::BooleanResult | Kind::BooleanClippingResult => {
            let is_difference = item.word("operator") == Some("DIFFERENCE");
            (is_difference && depth < CHAIN_MAX).then_some(())?;
            let mut solid = solid(item.at("firstOperand")?, depth + 1)?;
            solid.cuts.push(cut(item.at("secondOperand")?)?);
            Some(solid).filter(|solid| !solid.is_box)
        }
        _ => None,
    }
}

fn extrusion(item: &Node) -> Option<Prism> {
    let base = item.at("position").map_or(Some(Frame::IDENTITY), axis_placement)?;
    let direction = direction_3d(item.at("extrudedDirection")?)?.unit()?;
    let depth = item.number("depth").filter(|depth| 0.0 < *depth)?;
    Some(Prism { base, profile: profile(item.at("sweptArea")?)?, sweep: base.direction(direction * depth) })
}

fn bounding_box(item: &Node) -> Option<Solid> {
    let corner = point_3d(item.at("corner")?)?;
    let [x, y, z] = ["xDim", "yDim", "zDim"].map(|name| item.number(name).filter(|size| 0.0 < *size));
    let (x, y) = (x?, y?);
    let outer = Loop::polygon([[0.0, 0.0], [x, 0.0], [x, y], [0.0, y]]);
    let profile = Profile { outer, voids: Vec::new(), fillets: 0.0 };
    let base = Frame { origin: corner, ..Frame::IDENTITY };
    Some(Solid { prism: Prism { base, profile, sweep: Vec3::Z * z? }, cuts: Vec::new(), is_box: true })
}

/// What the second operand of a difference takes away.
fn cut(item: &Node) -> Option<Cut> {
    match item.kind()? {
        Kind::HalfSpaceSolid | Kind::BoxedHalfSpace => Some(Cut { planes: vec![half_space(item)?], within: None }),
        Kind::PolygonalBoundedHalfSpace => {
            let position = axis_placement(item.at("position")?)?;
            let corners = closed(item.at("polygonalBoundary")?)?.corners()?;
            let polygon = corners.into_iter().map(|[x, y]| position.point(Vec3::new(x, y, 0.0))).collect();
            let within = Within { polygons: vec![polygon], along: position.z };
            Some(Cut { planes: vec![half_space(item)?], within: Some(within) })
        }
        Kind::ExtrudedAreaSolid => extrusion(item)?.as_cut(),
        _ => None,
    }
}

/// The boundary of a half space, with its normal into the material. That lies where the normal of the surface does not
/// point when the two agree.
fn half_space(item: &Node) -> Option<Plane> {
    let surface = item.at("baseSurface").filter(|surface| surface.kind() == Some(Kind::Plane))?;
    let position = axis_placement(surface.at("position")?)?;
    let normal = if item.flag("agreementFlag")? { -position.z } else { position.z };
    Some(Plane { point: position.origin, normal })
}

fn triple(numbers: &[f64]) -> Option<Vec3> {
    match numbers {
        [x, y, z] => Some(Vec3::new(*x, *y, *z)),
        [x, y] => Some(Vec3::new(*x, *y, 0.0)),
        _ => None,
    }
}

fn point_3d(node: &Node) -> Option<Vec3> {
    triple(&node.at("coordinates")?.numbers()?)
}

fn direction_3d(node: &Node) -> Option<Vec3> {
    triple(&node.at("directionRatios")?.numbers()?)
}

/// The frame of an axis placement of the plane or of space.
fn axis_placement(node: &Node) -> Option<Frame> {
    match node.kind()? {
        Kind::Axis2Placement3D => {
            let origin = point_3d(node.at("location")?)?;
            let axis = node.at("axis").map_or(Some(Vec3::Z), direction_3d)?;
            let reference = node.at("refDirection").map_or(Some(Vec3::X), direction_3d)?;
            Frame::placed(origin, axis, reference)
        }
        Kind::Axis2Placement2D => {
            let [x, y] = point_2d(node.at("location")?)?;
            let reference = node.at("refDirection").map_or(Some(Vec3::X), direction_3d)?;
            Frame::placed(Vec3::new(x, y, 0.0), Vec3::Z, reference)
        }
        _ => None,
    }
}

fn is_identity(node: &Node) -> bool {
    axis_placement(node) == Some(Frame::IDENTITY)
}

/// The frame of a transformation operator.
fn operator(node: &Node) -> Option<Frame> {
    let is_even = match node.kind()? {
        Kind::CartesianTransformationOperator3D => true,
        Kind::CartesianTransformationOperator3DnonUniform => false,
        _ => return None,
    };
    let given = |name: &str| node.at(name).map(direction_3d);
    let z = given("axis3").unwrap_or(Some(Vec3::Z))?.unit()?;
    let x = given("axis1").unwrap_or(Some(Vec3::X))?;
    let x = (x - z * x.dot(z)).unit()?;
    let y = match given("axis2") {
        Some(y) => {
            let y = y?;
            (y - z * y.dot(z) - x * y.dot(x)).unit()?
        }
        None => z.cross(x),
    };
    let scale = |name: &str, other: f64| if is_even { other } else { node.number(name).unwrap_or(other) };
    let first = node.number("scale").unwrap_or(1.0);
    let (second, third) = (scale("scale2", first), scale("scale3", first));
    let is_sound = [first, second, third].iter().all(|scale| scale.is_normal());
    let origin = point_3d(node.at("localOrigin")?)?;
    is_sound.then(|| Frame { origin, x: x * first, y: y * second, z: z * third })
}

/// Where an object stands: the product of its chain of IfcLocalPlacement.
#[must_use]
pub fn placement(node: &Node) -> Option<Frame> {
    let mut frame = Frame::IDENTITY;
    let mut current = node;
    for _ in 0..CHAIN_MAX {
        if current.kind()? != Kind::LocalPlacement {
            return None;
        }
        frame = axis_placement(current.at("relativePlacement")?)?.after(&frame);
        match current.at("placementRelTo") {
            None => return Some(frame),
            Some(around) => current = around,
        }
    }
    None
}

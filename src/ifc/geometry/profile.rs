//! Profiles: an outline, its voids, and what rounded corners add or take.

use std::f64::consts::PI;

use serde::{Deserialize, Serialize};

use super::curve::{closed, direction_2d, point_2d};
use super::node::{Kind, Node};
use super::outline::{Loop, Point};

/// What a rounded right angle takes of the square on its radius.
const CORNER: f64 = 1.0 - PI / 4.0;

/// An area in a plane.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Profile {
    /// The outer line runs against the clock, voids run with it.
    pub(super) outer: Loop,
    pub(super) voids: Vec<Loop>,
    /// What fillets add to the area of the lines.
    pub(super) fillets: f64,
}

impl Profile {
    fn of(outer: Loop, voids: Vec<Loop>) -> Option<Profile> {
        Profile { outer, voids, fillets: 0.0 }.sound()
    }

    fn sound(self) -> Option<Profile> {
        let Profile { outer, voids, fillets } = self;
        let is_sound = outer.is_sound() && voids.iter().all(Loop::is_sound);
        let voids = voids.into_iter().map(|void| void.turned(false)).collect();
        let profile = Profile { outer: outer.turned(true), voids, fillets };
        (is_sound && 0.0 < profile.area()).then_some(profile)
    }

    /// The area of the outline less its voids.
    pub(super) fn area(&self) -> f64 {
        self.outer.area() + self.voids.iter().map(Loop::area).sum::<f64>() + self.fillets
    }

    /// The length of the outline, where it has no rounded corners.
    pub(super) fn perimeter(&self) -> Option<f64> {
        self.outer.length().filter(|_| self.fillets == 0.0)
    }

    /// Whether all of it is straight.
    pub(super) fn polygons(&self) -> Option<Vec<Vec<Point>>> {
        if self.fillets != 0.0 {
            return None;
        }
        std::iter::once(&self.outer).chain(&self.voids).map(Loop::corners).collect()
    }

    fn placed(self, origin: Point, x: Point) -> Profile {
        let Profile { outer, voids, fillets } = self;
        let voids = voids.into_iter().map(|void| void.placed(origin, x)).collect();
        Profile { outer: outer.placed(origin, x), voids, fillets }
    }
}

fn rectangle(width: f64, depth: f64) -> Loop {
    let (x, y) = (width / 2.0, depth / 2.0);
    Loop::polygon([[-x, -y], [x, -y], [x, y], [-x, y]])
}

/// The profile of a profile definition; `None` for those that are not computed.
pub(super) fn profile(node: &Node) -> Option<Profile> {
    let is_area = node.word("profileType").is_none_or(|word| word == "AREA");
    if !is_area {
        return None;
    }
    match node.kind()? {
        Kind::ArbitraryClosedProfileDef => Profile::of(closed(node.at("outerCurve")?)?, Vec::new()),
        Kind::ArbitraryProfileDefWithVoids => {
            let voids = node.at("innerCurves")?.items().iter().map(closed).collect::<Option<Vec<_>>>()?;
            Profile::of(closed(node.at("outerCurve")?)?, voids)
        }
        kind => {
            let profile = parametric(kind, node)?.sound()?;
            let Some(position) = node.at("position") else { return Some(profile) };
            let origin = point_2d(position.at("location")?)?;
            let x = position.at("refDirection").map_or(Some([1.0, 0.0]), direction_2d)?;
            Some(profile.placed(origin, x))
        }
    }
}

/// A length that must be there and positive.
fn positive(node: &Node, name: &str) -> Option<f64> {
    node.number(name).filter(|value| 0.0 < *value)
}

/// A radius that may be missing.
fn radius(node: &Node, name: &str) -> Option<f64> {
    node.number(name).or(Some(0.0)).filter(|value| 0.0 <= *value)
}

/// Whether none of the slopes and edge radii is given: they change areas in ways that no two exporters agree on.
fn is_plain(node: &Node, names: &[&str]) -> bool {
    names.iter().all(|name| node.number(name).is_none_or(|value| value == 0.0))
}

fn parametric(kind: Kind, node: &Node) -> Option<Profile> {
    let plain = |outer: Loop, voids: Vec<Loop>, fillets: f64| Some(Profile { outer, voids, fillets });
    match kind {
        Kind::RectangleProfileDef => {
            plain(rectangle(positive(node, "xDim")?, positive(node, "yDim")?), Vec::new(), 0.0)
        }
        Kind::RoundedRectangleProfileDef => {
            let (x, y, r) = (positive(node, "xDim")?, positive(node, "yDim")?, radius(node, "roundingRadius")?);
            (2.0 * r <= x.min(y)).then_some(())?;
            plain(rectangle(x, y), Vec::new(), -4.0 * CORNER * r * r)
        }
        Kind::RectangleHollowProfileDef => {
            let (x, y, wall) = (positive(node, "xDim")?, positive(node, "yDim")?, positive(node, "wallThickness")?);
            let (inner, outer) = (radius(node, "innerFilletRadius")?, radius(node, "outerFilletRadius")?);
            (2.0 * wall < x.min(y)).then_some(())?;
            let fillets = 4.0 * CORNER * (inner * inner - outer * outer);
            plain(rectangle(x, y), vec![rectangle(x - 2.0 * wall, y - 2.0 * wall)], fillets)
        }
        Kind::CircleProfileDef => plain(Loop::circle([0.0, 0.0], positive(node, "radius")?), Vec::new(), 0.0),
        Kind::CircleHollowProfileDef => {
            let (r, wall) = (positive(node, "radius")?, positive(node, "wallThickness")?);
            (wall < r).then_some(())?;
            plain(Loop::circle([0.0, 0.0], r), vec![Loop::circle([0.0, 0.0], r - wall)], 0.0)
        }
        Kind::EllipseProfileDef => {
            let (a, b) = (positive(node, "semiAxis1")?, positive(node, "semiAxis2")?);
            plain(Loop::Ellipse { centre: [0.0, 0.0], a: [a, 0.0], b: [0.0, b] }, Vec::new(), 0.0)
        }
        Kind::IShapeProfileDef => i_shape(node),
        Kind::UShapeProfileDef => u_shape(node),
        Kind::LShapeProfileDef => l_shape(node),
        Kind::TShapeProfileDef => t_shape(node),
        _ => None,
    }
}

fn i_shape(node: &Node) -> Option<Profile> {
    let (width, depth) = (positive(node, "overallWidth")?, positive(node, "overallDepth")?);
    let (web, flange) = (positive(node, "webThickness")?, positive(node, "flangeThickness")?);
    let r = radius(node, "filletRadius")?;
    let is_possible = web + 2.0 * r <= width && 2.0 * (flange + r) <= depth;
    (is_possible && is_plain(node, &["flangeEdgeRadius", "flangeSlope"])).then_some(())?;
    let (x, y, w, f) = (width / 2.0, depth / 2.0, web / 2.0, depth / 2.0 - flange);
    let right = [[x, -y], [x, -f], [w, -f], [w, f], [x, f], [x, y]];
    let left = right.into_iter().rev().map(|[px, py]| [-px, py]);
    let outer = Loop::polygon(right.into_iter().chain(left));
    Some(Profile { outer, voids: Vec::new(), fillets: 4.0 * CORNER * r * r })
}

fn u_shape(node: &Node) -> Option<Profile> {
    let (depth, width) = (positive(node, "depth")?, positive(node, "flangeWidth")?);
    let (web, flange) = (positive(node, "webThickness")?, positive(node, "flangeThickness")?);
    let r = radius(node, "filletRadius")?;
    let is_possible = web + r <= width && 2.0 * (flange + r) <= depth;
    (is_possible && is_plain(node, &["edgeRadius", "flangeSlope"])).then_some(())?;
    let (x, y) = (width / 2.0, depth / 2.0);
    let (w, f) = (web - x, y - flange);
    let outer = Loop::polygon([[-x, -y], [x, -y], [x, -f], [w, -f], [w, f], [x, f], [x, y], [-x, y]]);
    Some(Profile { outer, voids: Vec::new(), fillets: 2.0 * CORNER * r * r })
}

fn l_shape(node: &Node) -> Option<Profile> {
    let depth = positive(node, "depth")?;
    let width = node.number("width").map_or(Some(depth), |width| Some(width).filter(|width| 0.0 < *width))?;
    let (thickness, r, edge) =
        (positive(node, "thickness")?, radius(node, "filletRadius")?, radius(node, "edgeRadius")?);
    let is_possible = thickness + r + edge <= depth.min(width) && edge <= thickness;
    (is_possible && is_plain(node, &["legSlope"])).then_some(())?;
    let (x, y) = (width / 2.0, depth / 2.0);
    let (a, b) = (thickness - x, thickness - y);
    let outer = Loop::polygon([[-x, -y], [x, -y], [x, b], [a, b], [a, y], [-x, y]]);
    Some(Profile { outer, voids: Vec::new(), fillets: CORNER * (r * r - 2.0 * edge * edge) })
}

fn t_shape(node: &Node) -> Option<Profile> {
    let (depth, width) = (positive(node, "depth")?, positive(node, "flangeWidth")?);
    let (web, flange) = (positive(node, "webThickness")?, positive(node, "flangeThickness")?);
    let r = radius(node, "filletRadius")?;
    let is_possible = web + 2.0 * r <= width && flange + r <= depth;
    let slopes = ["flangeEdgeRadius", "webEdgeRadius", "webSlope", "flangeSlope"];
    (is_possible && is_plain(node, &slopes)).then_some(())?;
    let (x, y, w, f) = (width / 2.0, depth / 2.0, web / 2.0, depth / 2.0 - flange);
    let outer = Loop::polygon([[-w, -y], [w, -y], [w, f], [x, f], [x, y], [-x, y], [-x, f], [-w, f]]);
    Some(Profile { outer, voids: Vec::new(), fillets: 2.0 * CORNER * r * r })
}

//! What openings take from a part, where each goes straight through it.

use super::solid::{Prism, Solid};
use super::vector::{Frame, Vec3};

/// Slack of lengths, relative to the size of the part.
const SLACK: f64 = 1e-6;

/// An opening in the coordinates of the part it is cut out of; none where its shape is not known.
#[derive(Debug)]
pub(in crate::ifc) struct Opening(Option<Prism>);

/// What openings take away.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Taken {
    pub(super) volume: f64,
    /// Of the face that they go through.
    pub(super) area: f64,
}

/// A part between two parallel planes: a polygon in `u` and `v`, and from where to where it reaches along `normal`.
struct Slab {
    normal: Vec3,
    u: Vec3,
    v: Vec3,
    /// Polygons, voids among them.
    polygons: Vec<Vec<[f64; 2]>>,
    low: f64,
    high: f64,
}

/// A rectangle in `u` and `v`.
#[derive(Debug, Clone, Copy)]
struct Rectangle {
    u: (f64, f64),
    v: (f64, f64),
}

impl Opening {
    /// From its shape and the frames of both in the world.
    pub(in crate::ifc) fn of(solid: Option<Solid>, frame: Option<Frame>, host: &Frame) -> Opening {
        let moved = || {
            let solid = solid.filter(|solid| solid.cuts.is_empty() && !solid.is_box)?;
            solid.moved(&host.inverse()?.after(&frame?))
        };
        Opening(moved().map(|solid| solid.prism))
    }
}

/// What openings take from a solid; `None` where one does not go straight through it or two may overlap.
pub(super) fn taken(solid: &Solid, openings: &[Opening]) -> Option<Taken> {
    let mut taken = Taken::default();
    let mut seen: Vec<(Vec3, Rectangle)> = Vec::new();
    for Opening(opening) in openings {
        let opening = opening.as_ref()?;
        let slab = Slab::of(&solid.prism, opening.sweep)?;
        let (rectangle, area) = slab.hole(solid, opening)?;
        let is_apart = seen
            .iter()
            .all(|(normal, other)| normal.is_along(slab.normal) && !other.overlaps(&rectangle, slab.slack()));
        is_apart.then_some(())?;
        seen.push((slab.normal, rectangle));
        taken.area += area;
        taken.volume += area * (slab.high - slab.low);
    }
    Some(taken)
}

impl Slab {
    /// A prism as a slab across a direction: across its sweep, or across two sides of a rectangular profile.
    fn of(prism: &Prism, through: Vec3) -> Option<Slab> {
        let normal = prism.base.x.cross(prism.base.y).unit()?;
        let through = through.unit()?;
        let polygons = prism.polygons()?;
        if through.is_along(normal) && prism.sweep.is_along(normal) {
            // The same sense for every opening, so that their rectangles can be compared.
            let (u, v) = (prism.base.x.unit()?, normal.cross(prism.base.x).unit()?);
            let flat = |corners: Vec<Vec3>| corners.into_iter().map(|corner| [corner.dot(u), corner.dot(v)]).collect();
            let (low, high) = prism.extent(normal);
            return Some(Slab { normal, u, v, polygons: polygons.into_iter().map(flat).collect(), low, high });
        }
        let [outline] = polygons.as_slice() else { return None };
        let [a, b, c, d] = outline.as_slice() else { return None };
        let (first, second) = (*b - *a, *d - *a);
        let is_rectangle = first.is_across(second) && (*c - *b).is_along(second) && (*c - *d).is_along(first);
        let (long, short) = if through.is_along(second) { (first, second) } else { (second, first) };
        let is_upright = prism.sweep.is_across(long) && prism.sweep.is_across(short) && through.is_along(short);
        (is_rectangle && is_upright).then_some(())?;
        let (normal, u, v) = (short.unit()?, long.unit()?, prism.sweep.unit()?);
        let ((u0, u1), (v0, v1)) = (prism.extent(u), prism.extent(v));
        let (low, high) = prism.extent(normal);
        Some(Slab { normal, u, v, polygons: vec![vec![[u0, v0], [u1, v0], [u1, v1], [u0, v1]]], low, high })
    }

    fn slack(&self) -> f64 {
        let corners = self.polygons.iter().flatten();
        SLACK * corners.map(|[u, v]| u.abs().max(v.abs())).fold(self.high - self.low, f64::max)
    }

    /// The rectangle around the hole an opening makes, and the area of the hole.
    fn hole(&self, solid: &Solid, opening: &Prism) -> Option<(Rectangle, f64)> {
        let slack = self.slack();
        let (low, high) = opening.extent(self.normal);
        let goes_through = low <= self.low + slack && self.high - slack <= high;
        let is_straight = opening.sweep.is_along(self.normal)
            && opening.base.x.is_across(self.normal)
            && opening.base.y.is_across(self.normal);
        (goes_through && is_straight).then_some(())?;
        let around = Rectangle { u: opening.extent(self.u), v: opening.extent(self.v) };
        let area = opening.base_area();
        let (rectangle, area) = match self.as_rectangle(slack) {
            // A rectangle that reaches beyond another takes the part in which both are.
            Some(face) if (around.area() - area).abs() <= 1e-9 * area => {
                let both = face.and(&around)?;
                (both, both.area())
            }
            _ => (around, area),
        };
        let is_inside = self.polygons.iter().enumerate().all(|(at, polygon)| {
            let is_apart = !rectangle.is_met_by(polygon, slack);
            is_apart && (inside(polygon, rectangle.centre()) == (at == 0))
        });
        (is_inside && self.is_kept(solid, &rectangle, slack)).then_some((rectangle, area))
    }

    /// The face, where it is a rectangle along `u` and `v`.
    fn as_rectangle(&self, slack: f64) -> Option<Rectangle> {
        let [polygon] = self.polygons.as_slice() else { return None };
        let [a, b, c, d] = polygon.as_slice() else { return None };
        let range = |at: fn(&[f64; 2]) -> f64| {
            let values = [a, b, c, d].map(at);
            let low = values.into_iter().fold(f64::INFINITY, f64::min);
            let high = values.into_iter().fold(f64::NEG_INFINITY, f64::max);
            let is_edge = |value: f64| (value - low).abs() <= slack || (value - high).abs() <= slack;
            values.into_iter().all(is_edge).then_some((low, high))
        };
        Some(Rectangle { u: range(|[u, _]| *u)?, v: range(|[_, v]| *v)? })
    }

    /// Whether no cut reaches the hole.
    fn is_kept(&self, solid: &Solid, hole: &Rectangle, slack: f64) -> bool {
        let corner = |(u, v, n): (f64, f64, f64)| self.u * u + self.v * v + self.normal * n;
        let (us, vs, ns) = ([hole.u.0, hole.u.1], [hole.v.0, hole.v.1], [self.low, self.high]);
        let corners: Vec<Vec3> = us
            .into_iter()
            .flat_map(|u| vs.into_iter().flat_map(move |v| ns.into_iter().map(move |n| corner((u, v, n)))))
            .collect();
        solid
            .cuts
            .iter()
            .all(|cut| cut.planes.iter().any(|plane| corners.iter().all(|corner| plane.beyond(*corner) <= slack)))
    }
}

impl Rectangle {
    fn area(&self) -> f64 {
        (self.u.1 - self.u.0) * (self.v.1 - self.v.0)
    }

    fn centre(&self) -> [f64; 2] {
        [f64::midpoint(self.u.0, self.u.1), f64::midpoint(self.v.0, self.v.1)]
    }

    /// The part in which both are; `None` where there is none.
    fn and(&self, other: &Rectangle) -> Option<Rectangle> {
        let both = |a: (f64, f64), b: (f64, f64)| Some((a.0.max(b.0), a.1.min(b.1))).filter(|(low, high)| low < high);
        Some(Rectangle { u: both(self.u, other.u)?, v: both(self.v, other.v)? })
    }

    fn overlaps(&self, other: &Rectangle, slack: f64) -> bool {
        self.and(other).is_some_and(|both| slack < both.u.1 - both.u.0 && slack < both.v.1 - both.v.0)
    }

    /// Whether an edge of a polygon goes through the rectangle. An edge is cut to the strip of the rectangle in one
    /// direction, then in the other; nothing is left of one that stays outside.
    fn is_met_by(&self, polygon: &[[f64; 2]], slack: f64) -> bool {
        let edges = polygon.iter().zip(polygon.iter().cycle().skip(1));
        edges.into_iter().any(|(a, b)| {
            let (mut from, mut to) = (0.0_f64, 1.0_f64);
            for (start, end, (low, high)) in [(a[0], b[0], self.u), (a[1], b[1], self.v)] {
                let (low, high, step) = (low + slack, high - slack, end - start);
                if step == 0.0 {
                    if start <= low || high <= start {
                        return false;
                    }
                    continue;
                }
                let (enter, leave) = ((low - start) / step, (high - start) / step);
                from = from.max(enter.min(leave));
                to = to.min(enter.max(leave));
            }
            from < to
        })
    }
}

/// Whether a point lies inside a polygon.
fn inside(polygon: &[[f64; 2]], [u, v]: [f64; 2]) -> bool {
    let edges = polygon.iter().zip(polygon.iter().cycle().skip(1));
    let crossings =
        edges.filter(|([au, av], [bu, bv])| (v < *av) != (v < *bv) && u < (bu - au) * (v - av) / (bv - av) + au);
    crossings.count() % 2 == 1
}

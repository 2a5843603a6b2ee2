//! The volume of a prism that has been cut, exact for straight profiles.
//!
//! A polygon is the signed sum of the triangles between one of its corners and each of its edges, also where it is
//! concave or has voids. So the prism is a signed sum of convex pieces, and so is what a cut takes away; convex pieces are
//! cut by planes, and their volumes are added with their signs.

use super::solid::{Cut, Plane, Prism, Within};
use super::vector::Vec3;
use crate::limits;

/// Distance from a plane, relative to the size of the solid, that counts as none.
const TOUCH: f64 = 1e-10;

/// A convex body: the corners of each face, in order.
#[derive(Debug, Clone)]
struct Piece {
    faces: Vec<Vec<Vec3>>,
}

/// Convex: all that lies beyond every plane.
struct Region {
    sign: f64,
    planes: Vec<Plane>,
}

/// Volume of what the cuts leave; takes the pieces it needs from those that are left for the model.
pub(super) fn volume(prism: &Prism, cuts: &[Cut], pieces_left: &mut usize) -> Option<f64> {
    let polygons = prism.polygons()?;
    let cuts: Vec<Vec<Region>> = cuts.iter().map(regions).collect::<Option<_>>()?;
    let size = [Vec3::X, Vec3::Y, Vec3::Z].map(|axis| {
        let (low, high) = prism.extent(axis);
        high - low
    });
    let mut work = Work {
        touch: TOUCH * size.into_iter().fold(0.0, f64::max),
        pieces_left: limits::SHAPE_PIECES_MAX.min(*pieces_left),
    };
    let given = work.pieces_left;
    let normal = prism.base.x.cross(prism.base.y);
    let sum = triangles(&polygons, normal)
        .into_iter()
        .map(|(triangle, sign)| Some(sign * work.rest(&Piece::prism(triangle, prism.sweep), &cuts)?))
        .sum::<Option<f64>>();
    *pieces_left = pieces_left.saturating_sub(given - work.pieces_left);
    sum.map(f64::abs)
}

/// The signed triangles of polygons around their common normal.
fn triangles(polygons: &[Vec<Vec3>], normal: Vec3) -> Vec<([Vec3; 3], f64)> {
    let Some(apex) = polygons.first().and_then(|outer| outer.first()).copied() else { return Vec::new() };
    let mut found = Vec::new();
    for polygon in polygons {
        let ends = polygon.iter().cycle().skip(1);
        for (a, b) in polygon.iter().zip(ends) {
            let twice = (*a - apex).cross(*b - apex).dot(normal);
            if twice != 0.0 {
                found.push(([apex, *a, *b], twice.signum()));
            }
        }
    }
    found
}

/// What a cut takes away as convex regions.
fn regions(cut: &Cut) -> Option<Vec<Region>> {
    let Some(Within { polygons, along }) = &cut.within else {
        return Some(vec![Region { sign: 1.0, planes: cut.planes.clone() }]);
    };
    let along = along.unit()?;
    let total: f64 = triangles(polygons, along).iter().map(|(corners, sign)| sign * twice_area(*corners, along)).sum();
    if total == 0.0 {
        return None;
    }
    let region = |([a, b, c], sign): ([Vec3; 3], f64)| {
        let side = |from: Vec3, to: Vec3, inner: Vec3| {
            let normal = (to - from).cross(along).unit()?;
            let is_inner = 0.0 < normal.dot(inner - from);
            Some(Plane { point: from, normal: if is_inner { normal } else { -normal } })
        };
        let mut planes = cut.planes.clone();
        planes.extend([side(a, b, c)?, side(b, c, a)?, side(c, a, b)?]);
        Some(Region { sign: sign * total.signum(), planes })
    };
    let is_flat = |corners: [Vec3; 3]| twice_area(corners, along) <= 1e-12 * total.abs();
    triangles(polygons, along).into_iter().filter(|(corners, _)| !is_flat(*corners)).map(region).collect()
}

fn twice_area([a, b, c]: [Vec3; 3], along: Vec3) -> f64 {
    (b - a).cross(c - a).dot(along).abs()
}

struct Work {
    touch: f64,
    pieces_left: usize,
}

impl Work {
    /// Volume of what the cuts leave of a piece.
    fn rest(&mut self, piece: &Piece, cuts: &[Vec<Region>]) -> Option<f64> {
        self.pieces_left = self.pieces_left.checked_sub(1)?;
        let Some((cut, others)) = cuts.split_first() else { return Some(piece.volume()) };
        let mut left = self.rest(piece, others)?;
        for region in cut {
            let mut inner = piece.clone();
            for plane in &region.planes {
                inner = inner.beyond(plane, self.touch);
            }
            if !inner.faces.is_empty() {
                left -= region.sign * self.rest(&inner, others)?;
            }
        }
        Some(left)
    }
}

impl Piece {
    fn prism([a, b, c]: [Vec3; 3], sweep: Vec3) -> Piece {
        let [d, e, f] = [a, b, c].map(|corner| corner + sweep);
        Piece { faces: vec![vec![a, b, c], vec![d, e, f], vec![a, b, e, d], vec![b, c, f, e], vec![c, a, d, f]] }
    }

    /// The part beyond a plane.
    fn beyond(self, plane: &Plane, touch: f64) -> Piece {
        let heights = || self.faces.iter().flatten().map(|corner| plane.beyond(*corner));
        if heights().all(|height| -touch <= height) {
            return self;
        }
        if heights().all(|height| height <= touch) {
            return Piece { faces: Vec::new() };
        }
        let mut cap: Vec<Vec3> = Vec::new();
        let mut faces = Vec::with_capacity(self.faces.len() + 1);
        for face in &self.faces {
            let cut = cut_face(face, plane, touch, &mut cap);
            if 2 < cut.len() {
                faces.push(cut);
            }
        }
        faces.push(around(cap, plane.normal));
        Piece { faces }
    }

    /// Its volume, from the pyramids over its faces.
    fn volume(&self) -> f64 {
        let corners: Vec<Vec3> = self.faces.iter().flatten().copied().collect();
        let centre =
            corners.iter().fold(Vec3::default(), |sum, corner| sum + *corner) * (1.0 / corners.len().max(1) as f64);
        let pyramid = |face: &Vec<Vec3>| {
            let Some((first, rest)) = face.split_first() else { return 0.0 };
            let next = rest.iter().skip(1);
            let fan = rest.iter().zip(next).map(|(a, b)| (*a - centre).cross(*b - centre).dot(*first - centre));
            fan.sum::<f64>().abs()
        };
        self.faces.iter().map(pyramid).sum::<f64>() / 6.0
    }
}

/// The part of a convex face beyond a plane; its corners on the plane are added to `cap`.
fn cut_face(face: &[Vec3], plane: &Plane, touch: f64, cap: &mut Vec<Vec3>) -> Vec<Vec3> {
    let mut cut = Vec::with_capacity(face.len() + 1);
    for (a, b) in face.iter().zip(face.iter().cycle().skip(1)) {
        let (from, to) = (plane.beyond(*a), plane.beyond(*b));
        if from.abs() <= touch {
            cap.push(*a);
        }
        if -touch <= from {
            cut.push(*a);
        }
        if touch < from && to < -touch || from < -touch && touch < to {
            let crossing = *a + (*b - *a) * (from / (from - to));
            cut.push(crossing);
            cap.push(crossing);
        }
    }
    cut
}

/// Corners of a convex face in order around its normal.
fn around(mut corners: Vec<Vec3>, normal: Vec3) -> Vec<Vec3> {
    let centre =
        corners.iter().fold(Vec3::default(), |sum, corner| sum + *corner) * (1.0 / corners.len().max(1) as f64);
    let helper = if normal.x.abs() < 0.5 { Vec3::X } else { Vec3::Y };
    let u = normal.cross(helper);
    let v = normal.cross(u);
    let angle = |corner: &Vec3| (*corner - centre).dot(v).atan2((*corner - centre).dot(u));
    corners.sort_by(|a, b| angle(a).total_cmp(&angle(b)));
    corners
}

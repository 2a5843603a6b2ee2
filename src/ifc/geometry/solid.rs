//! Prisms, and what is left of them when planes and other prisms take something away.

use serde::{Deserialize, Serialize};

use super::clip;
use super::profile::Profile;
use super::vector::{Frame, Vec3};

/// A profile moved along a straight line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Prism {
    /// Leads the plane of the profile into space.
    pub(super) base: Frame,
    pub(super) profile: Profile,
    /// From the base to the top.
    pub(super) sweep: Vec3,
}

/// A plane; what is cut away lies on the side its normal points to.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Plane {
    pub(super) point: Vec3,
    pub(super) normal: Vec3,
}

/// What is taken away: all that lies beyond every plane and inside of the polygons moved along a line without end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Cut {
    pub(super) planes: Vec<Plane>,
    pub(super) within: Option<Within>,
}

/// Polygons in space and the direction in which they reach to both sides without end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Within {
    pub(super) polygons: Vec<Vec<Vec3>>,
    pub(super) along: Vec3,
}

/// A shape in the coordinates of its object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Solid {
    pub(super) prism: Prism,
    pub(super) cuts: Vec<Cut>,
    /// Whether it stands for the smallest box around something else.
    pub(super) is_box: bool,
}

impl Prism {
    /// Volume of the whole.
    pub(super) fn volume(&self) -> f64 {
        (self.profile.area() * self.base.x.cross(self.base.y).dot(self.sweep)).abs()
    }

    /// The area of the base in space.
    pub(super) fn base_area(&self) -> f64 {
        self.profile.area() * self.base.x.cross(self.base.y).length()
    }

    /// The distance of base and top.
    pub(super) fn thickness(&self) -> Option<f64> {
        let normal = self.base.x.cross(self.base.y).unit()?;
        Some(normal.dot(self.sweep).abs())
    }

    /// Smallest and largest of `axis · point` over the prism.
    pub(super) fn extent(&self, axis: Vec3) -> (f64, f64) {
        let (u, v) = (axis.dot(self.base.x), axis.dot(self.base.y));
        let origin = axis.dot(self.base.origin);
        let (low, high) = (-self.profile.outer.support([-u, -v]), self.profile.outer.support([u, v]));
        let lift = axis.dot(self.sweep);
        (origin + low + lift.min(0.0), origin + high + lift.max(0.0))
    }

    /// The corners of the profile in space, where all of it is straight.
    pub(super) fn polygons(&self) -> Option<Vec<Vec<Vec3>>> {
        let polygons = self.profile.polygons()?;
        let lift = |[x, y]: [f64; 2]| self.base.point(Vec3::new(x, y, 0.0));
        Some(polygons.into_iter().map(|corners| corners.into_iter().map(lift).collect()).collect())
    }

    /// What it takes away from another.
    pub(super) fn as_cut(&self) -> Option<Cut> {
        let normal = self.base.x.cross(self.base.y).unit()?;
        let up = if normal.dot(self.sweep) < 0.0 { -normal } else { normal };
        let bottom = Plane { point: self.base.origin, normal: up };
        let top = Plane { point: self.base.origin + self.sweep, normal: -up };
        let within = Within { polygons: self.polygons()?, along: self.sweep };
        Some(Cut { planes: vec![bottom, top], within: Some(within) })
    }

    fn moved(self, frame: &Frame) -> Prism {
        Prism { base: frame.after(&self.base), sweep: frame.direction(self.sweep), ..self }
    }
}

impl Plane {
    /// How far a point lies beyond it; negative on the side that stays.
    pub(super) fn beyond(&self, point: Vec3) -> f64 {
        self.normal.dot(point - self.point)
    }
}

impl Solid {
    pub(super) fn whole(prism: Prism) -> Solid {
        Solid { prism, cuts: Vec::new(), is_box: false }
    }

    /// The same in the coordinates around a frame; `None` where the frame would bend angles of cuts.
    pub(super) fn moved(self, frame: &Frame) -> Option<Solid> {
        if !self.cuts.is_empty() && !frame.keeps_angles() {
            return None;
        }
        let plane = |plane: &Plane| {
            let normal = frame.direction(plane.normal).unit()?;
            Some(Plane { point: frame.point(plane.point), normal })
        };
        let polygon = |corners: &Vec<Vec3>| corners.iter().map(|corner| frame.point(*corner)).collect();
        let cut = |cut: &Cut| {
            let within = cut.within.as_ref().map(|within| Within {
                polygons: within.polygons.iter().map(polygon).collect(),
                along: frame.direction(within.along),
            });
            Some(Cut { planes: cut.planes.iter().map(plane).collect::<Option<_>>()?, within })
        };
        let cuts = self.cuts.iter().map(cut).collect::<Option<_>>()?;
        Some(Solid { prism: self.prism.moved(frame), cuts, is_box: self.is_box })
    }

    /// Its volume; `None` where a cut goes through a curved profile or there are too many pieces.
    pub(super) fn volume(&self, pieces_left: &mut usize) -> Option<f64> {
        let whole = self.prism.volume();
        let volume = if self.cuts.is_empty() { whole } else { clip::volume(&self.prism, &self.cuts, pieces_left)? };
        (volume.is_finite() && 0.0 < volume).then_some(volume)
    }
}

impl Within {
    /// Whether it reaches beyond both faces of a prism across y, so that what it bounds is the same in every layer.
    pub(super) fn is_wider(&self, prism: &Prism) -> bool {
        let [polygon] = self.polygons.as_slice() else { return false };
        let [a, b, c, d] = polygon.as_slice() else { return false };
        let is_along_y = |from: &Vec3, to: &Vec3| (*to - *from).is_along(Vec3::Y);
        let is_rectangle = is_along_y(a, b) && is_along_y(c, d) || is_along_y(b, c) && is_along_y(d, a);
        let (low, high) = prism.extent(Vec3::Y);
        let reaches = |axis: fn(f64, f64) -> f64, from: f64| polygon.iter().map(|corner| corner.y).fold(from, axis);
        let (least, most) = (reaches(f64::min, f64::INFINITY), reaches(f64::max, f64::NEG_INFINITY));
        is_rectangle && self.along.is_across(Vec3::Y) && least <= low && high <= most
    }
}

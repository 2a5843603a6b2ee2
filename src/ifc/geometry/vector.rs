//! Points and directions of space, and frames that lead from one system of coordinates to another.

use std::ops::{Add, Mul, Neg, Sub};

use serde::{Deserialize, Serialize};

/// A point or a direction.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct Vec3 {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) z: f64,
}

impl Vec3 {
    pub(super) const X: Vec3 = Vec3::new(1.0, 0.0, 0.0);
    pub(super) const Y: Vec3 = Vec3::new(0.0, 1.0, 0.0);
    pub(super) const Z: Vec3 = Vec3::new(0.0, 0.0, 1.0);

    pub(super) const fn new(x: f64, y: f64, z: f64) -> Vec3 {
        Vec3 { x, y, z }
    }

    pub(super) fn dot(self, other: Vec3) -> f64 {
        self.x * other.x + self.y * other.y + self.z * other.z
    }

    pub(super) fn cross(self, other: Vec3) -> Vec3 {
        Vec3::new(
            self.y * other.z - self.z * other.y,
            self.z * other.x - self.x * other.z,
            self.x * other.y - self.y * other.x,
        )
    }

    pub(super) fn length(self) -> f64 {
        self.dot(self).sqrt()
    }

    /// The direction alone; `None` where there is none.
    pub(super) fn unit(self) -> Option<Vec3> {
        let length = self.length();
        (length.is_finite() && 0.0 < length).then(|| self * (1.0 / length))
    }

    /// Whether two directions lie on one line, whichever way they point.
    pub(super) fn is_along(self, other: Vec3) -> bool {
        self.cross(other).length() <= SLANT_MAX * self.length() * other.length()
    }

    /// Whether two directions are at right angles.
    pub(super) fn is_across(self, other: Vec3) -> bool {
        self.dot(other).abs() <= SLANT_MAX * self.length() * other.length()
    }

    pub(super) fn is_finite(self) -> bool {
        self.x.is_finite() && self.y.is_finite() && self.z.is_finite()
    }
}

/// Sine of the largest angle that counts as none: exporters write directions with six digits or more. At this slant a
/// measured length is off by half its square.
const SLANT_MAX: f64 = 1e-5;

impl Add for Vec3 {
    type Output = Vec3;

    fn add(self, other: Vec3) -> Vec3 {
        Vec3::new(self.x + other.x, self.y + other.y, self.z + other.z)
    }
}

impl Sub for Vec3 {
    type Output = Vec3;

    fn sub(self, other: Vec3) -> Vec3 {
        Vec3::new(self.x - other.x, self.y - other.y, self.z - other.z)
    }
}

impl Neg for Vec3 {
    type Output = Vec3;

    fn neg(self) -> Vec3 {
        self * -1.0
    }
}

impl Mul<f64> for Vec3 {
    type Output = Vec3;

    fn mul(self, factor: f64) -> Vec3 {
        Vec3::new(self.x * factor, self.y * factor, self.z * factor)
    }
}

/// Leads coordinates of its own to those around it: an origin and where one step along each axis leads.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    pub(super) origin: Vec3,
    pub(super) x: Vec3,
    pub(super) y: Vec3,
    pub(super) z: Vec3,
}

impl Frame {
    pub(super) const IDENTITY: Frame = Frame { origin: Vec3::new(0.0, 0.0, 0.0), x: Vec3::X, y: Vec3::Y, z: Vec3::Z };

    /// The frame of IfcAxis2Placement3D: `axis` is z, `reference` is made perpendicular to it and is x.
    pub(super) fn placed(origin: Vec3, axis: Vec3, reference: Vec3) -> Option<Frame> {
        let z = axis.unit()?;
        let x = (reference - z * reference.dot(z)).unit()?;
        origin.is_finite().then(|| Frame { origin, x, y: z.cross(x), z })
    }

    /// A direction in the coordinates around.
    pub(super) fn direction(&self, inner: Vec3) -> Vec3 {
        self.x * inner.x + self.y * inner.y + self.z * inner.z
    }

    /// A point in the coordinates around.
    pub(super) fn point(&self, inner: Vec3) -> Vec3 {
        self.origin + self.direction(inner)
    }

    /// First `inner`, then this one.
    pub(super) fn after(&self, inner: &Frame) -> Frame {
        Frame {
            origin: self.point(inner.origin),
            x: self.direction(inner.x),
            y: self.direction(inner.y),
            z: self.direction(inner.z),
        }
    }

    /// Back again; `None` where the axes do not span space.
    pub(super) fn inverse(&self) -> Option<Frame> {
        let volume = self.x.dot(self.y.cross(self.z));
        if !volume.is_normal() {
            return None;
        }
        let rows = [self.y.cross(self.z), self.z.cross(self.x), self.x.cross(self.y)];
        let [a, b, c] = rows.map(|row| row * (1.0 / volume));
        let column = |pick: fn(Vec3) -> f64| Vec3::new(pick(a), pick(b), pick(c));
        let inverse = Frame { origin: Vec3::default(), x: column(|v| v.x), y: column(|v| v.y), z: column(|v| v.z) };
        Some(Frame { origin: -inverse.direction(self.origin), ..inverse })
    }

    /// Whether angles stay as they are.
    pub(super) fn keeps_angles(&self) -> bool {
        let [x, y, z] = [self.x, self.y, self.z].map(Vec3::length);
        let is_even = (x - y).abs() <= SLANT_MAX * x && (x - z).abs() <= SLANT_MAX * x;
        is_even && self.x.is_across(self.y) && self.y.is_across(self.z) && self.z.is_across(self.x)
    }
}

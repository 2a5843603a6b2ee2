//! Measures of simple shapes: extrusions, boxes, and both cut by planes and prisms.
//!
//! Pure sums, no file and no builder. A reader turns its records into [`Node`]s, [`body`] makes a [`Solid`] of them, and
//! [`measure`] says what a part of a kind measures. Whatever cannot be computed exactly is `None`: a boundary of splines,
//! a cut through a curved profile, several items whose overlap is not known. Nothing is approximated.

mod body;
mod clip;
mod curve;
mod measure;
mod node;
mod opening;
mod outline;
mod profile;
mod solid;
#[cfg(test)]
mod tests;
mod vector;

pub(super) use measure::{Gap, gap_of, measure, possible};
pub(super) use opening::Opening;

pub use body::{Body, body, placement};
pub use node::{Kind, Node, kind_of};
pub use solid::Solid;
pub use vector::Frame;

use std::f64::consts::PI;
use std::rc::Rc;

use proptest::prelude::*;

use super::body::body;
use super::node::{Kind, Node, kind_of};
use super::outline::Loop;
use super::profile::{Profile, profile};
use super::solid::{Cut, Plane, Prism, Solid, Within};
use super::vector::{Frame, Vec3};
use crate::limits;

/// An item from `kind(attribute, …)`, attributes in the order of the schema, as far as they are given.
fn item(kind: &str, values: Vec<Option<Node>>) -> Node {
    let kind = kind_of(kind).unwrap();
    let named = kind.attributes().iter().copied().filter(|name| !name.is_empty());
    Node::Item(Rc::new((kind, named.zip(values).filter_map(|(name, value)| Some((name, value?))).collect())))
}

#[expect(clippy::unnecessary_wraps, reason = "attributes may be missing")]
fn word(text: &str) -> Option<Node> {
    Some(Node::Word(text.to_owned()))
}

#[expect(clippy::unnecessary_wraps, reason = "attributes may be missing")]
fn numbers(values: &[f64]) -> Option<Node> {
    Some(Node::List(values.iter().copied().map(Node::Number).collect()))
}

fn parametric(kind: &str, sizes: &[f64]) -> Node {
    let sizes = sizes.iter().map(|size| Some(Node::Number(*size)));
    item(kind, [word("AREA"), None].into_iter().chain(sizes).collect())
}

#[expect(clippy::unnecessary_wraps, reason = "attributes may be missing")]
fn points(corners: &[[f64; 2]]) -> Option<Node> {
    Some(Node::List(corners.iter().map(|corner| item("IfcCartesianPoint", vec![numbers(corner)])).collect()))
}

impl Solid {
    fn measured(&self) -> Option<f64> {
        self.volume(&mut { limits::SHAPE_PIECES_ALL_MAX })
    }
}

fn near(got: f64, want: f64) {
    assert!((got - want).abs() <= 1e-9 * want.abs().max(1.0), "{got} is not {want}");
}

#[test]
fn profiles_have_the_areas_of_their_formulas() {
    let corner = 1.0 - PI / 4.0;
    for (kind, sizes, area) in [
        ("IfcRectangleProfileDef", &[0.3, 0.5][..], 0.15),
        ("IfcRoundedRectangleProfileDef", &[0.3, 0.5, 0.1], 0.15 - 4.0 * corner * 0.01),
        ("IfcRectangleHollowProfileDef", &[0.3, 0.5, 0.05], 0.15 - 0.2 * 0.4),
        ("IfcCircleProfileDef", &[2.0], 4.0 * PI),
        ("IfcCircleHollowProfileDef", &[2.0, 0.5], PI * (4.0 - 2.25)),
        ("IfcEllipseProfileDef", &[3.0, 2.0], 6.0 * PI),
        // Flanges, web and the four fillets between them.
        ("IfcIShapeProfileDef", &[0.2, 0.4, 0.01, 0.02], 2.0 * 0.2 * 0.02 + 0.36 * 0.01),
        ("IfcIShapeProfileDef", &[0.2, 0.4, 0.01, 0.02, 0.03], 2.0 * 0.2 * 0.02 + 0.36 * 0.01 + 4.0 * corner * 0.0009),
        ("IfcUShapeProfileDef", &[0.4, 0.1, 0.01, 0.02], 2.0 * 0.1 * 0.02 + 0.36 * 0.01),
        ("IfcLShapeProfileDef", &[0.2, 0.1, 0.01], 0.2 * 0.01 + 0.09 * 0.01),
        ("IfcTShapeProfileDef", &[0.4, 0.2, 0.01, 0.02], 0.2 * 0.02 + 0.38 * 0.01),
    ] {
        let found = profile(&parametric(kind, sizes)).unwrap_or_else(|| panic!("{kind}"));
        near(found.area(), area);
    }
}

#[test]
fn profiles_that_are_not_possible_or_not_exact_are_left_out() {
    for (kind, sizes) in [
        ("IfcRectangleProfileDef", &[0.3, 0.0][..]),
        ("IfcRectangleHollowProfileDef", &[0.3, 0.5, 0.2]),
        ("IfcCircleHollowProfileDef", &[1.0, 1.0]),
        // A slope of the flanges.
        ("IfcIShapeProfileDef", &[0.2, 0.4, 0.01, 0.02, 0.0, 0.0, 0.1]),
    ] {
        assert_eq!(profile(&parametric(kind, sizes)), None, "{kind}");
    }
    let outline = |corners: &[[f64; 2]]| {
        let curve = item("IfcPolyline", vec![points(corners)]);
        profile(&item("IfcArbitraryClosedProfileDef", vec![word("AREA"), Some(curve)]))
    };
    assert!(outline(&[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [0.0, 0.0]]).is_some());
    let bow = [[0.0, 0.0], [1.0, 1.0], [1.0, 0.0], [0.0, 1.5], [0.0, 0.0]];
    assert_eq!(outline(&bow), None, "a line that crosses itself has no one area");
    assert_eq!(outline(&[[0.0, 0.0], [1.0, 1.0]]), None);
}

/// Half a circle of radius 1 above its diameter, with its parameters in a unit of angle.
fn half_disc(turn: f64) -> Option<Profile> {
    let position = item("IfcAxis2Placement2D", vec![Some(item("IfcCartesianPoint", vec![numbers(&[5.0, 5.0])])), None]);
    let circle = item("IfcCircle", vec![Some(position), Some(Node::Number(1.0))]);
    let trim = |angle: f64| Some(Node::List(vec![Node::Number(angle)]));
    let arc = item("IfcTrimmedCurve", vec![Some(circle), trim(0.0), trim(turn / 2.0), word("T")]);
    let chord = item("IfcPolyline", vec![points(&[[4.0, 5.0], [6.0, 5.0]])]);
    let segment = |curve: Node| item("IfcCompositeCurveSegment", vec![word("T"), Some(curve)]);
    let segments = Some(Node::List(vec![segment(arc), segment(chord)]));
    profile(&item("IfcArbitraryClosedProfileDef", vec![word("AREA"), Some(item("IfcCompositeCurve", vec![segments]))]))
}

#[test]
fn arcs_are_exact_in_degrees_and_in_radians_and_open_curves_are_none() {
    for turn in [360.0, 2.0 * PI] {
        let found = half_disc(turn).unwrap();
        near(found.area(), PI / 2.0);
        near(found.perimeter().unwrap(), PI + 2.0);
        near(found.outer.support([0.0, 1.0]), 6.0);
        near(found.outer.support([0.0, -1.0]), -5.0);
        near(found.outer.support([1.0, 0.0]), 6.0);
    }
    assert_eq!(half_disc(400.0), None, "grads close it in neither unit");
}

#[test]
fn an_indexed_curve_of_three_points_is_an_arc() {
    let list = [[0.0, 0.0], [2.0, 0.0], [1.0, 1.0]].map(|corner| numbers(&corner).unwrap());
    let list = item("IfcCartesianPointList2D", vec![Some(Node::List(list.to_vec()))]);
    let line = item("IfcLineIndex", vec![numbers(&[1.0, 2.0])]);
    let arc = item("IfcArcIndex", vec![numbers(&[2.0, 3.0, 1.0])]);
    let curve = item("IfcIndexedPolyCurve", vec![Some(list), Some(Node::List(vec![line, arc]))]);
    let found = profile(&item("IfcArbitraryClosedProfileDef", vec![word("AREA"), Some(curve)])).unwrap();
    near(found.area(), PI / 2.0);
}

fn prism(corners: &[[f64; 2]], depth: f64) -> Prism {
    let outer = Loop::polygon(corners.iter().copied()).turned(true);
    let profile = Profile { outer, voids: Vec::new(), fillets: 0.0 };
    Prism { base: Frame::IDENTITY, profile, sweep: Vec3::Z * depth }
}

fn below(point: Vec3, normal: Vec3) -> Cut {
    Cut { planes: vec![Plane { point, normal }], within: None }
}

#[test]
fn a_wall_under_a_gable_is_the_sum_of_its_rectangle_and_its_triangle() {
    let prism = prism(&[[0.0, 0.0], [4.0, 0.0], [4.0, 0.3], [0.0, 0.3]], 5.0);
    let ridge = Vec3::new(2.0, 0.0, 4.0);
    let cuts = vec![below(ridge, Vec3::new(-0.5, 0.0, 1.0)), below(ridge, Vec3::new(0.5, 0.0, 1.0))];
    let solid = Solid { prism, cuts, is_box: false };
    near(solid.measured().unwrap(), (4.0 * 3.0 + 4.0 * 1.0 / 2.0) * 0.3);
}

#[test]
fn a_prism_taken_from_a_prism_leaves_the_rest() {
    let mut solid = Solid::whole(prism(&[[0.0, 0.0], [4.0, 0.0], [4.0, 3.0], [0.0, 3.0]], 2.0));
    let mut other = prism(&[[3.0, 1.0], [5.0, 1.0], [5.0, 2.0], [3.0, 2.0]], 1.0);
    solid.cuts.push(other.as_cut().unwrap());
    near(solid.measured().unwrap(), 24.0 - 1.0);
    // A second one that overlaps the first counts once.
    other.base.origin = Vec3::new(-0.5, 0.0, 0.0);
    solid.cuts.push(other.as_cut().unwrap());
    near(solid.measured().unwrap(), 24.0 - 1.5);
}

#[test]
fn a_curved_profile_that_is_cut_has_no_volume() {
    let outer = Loop::circle([0.0, 0.0], 1.0);
    let profile = Profile { outer, voids: Vec::new(), fillets: 0.0 };
    let mut solid = Solid::whole(Prism { base: Frame::IDENTITY, profile, sweep: Vec3::Z });
    near(solid.measured().unwrap(), PI);
    solid.cuts.push(below(Vec3::Z, Vec3::new(0.3, 0.0, 1.0)));
    assert_eq!(solid.measured(), None);
}

#[test]
fn several_items_have_no_volume_and_a_mapped_one_is_scaled() {
    let point = item("IfcCartesianPoint", vec![numbers(&[0.0, 0.0, 0.0])]);
    let up = item("IfcDirection", vec![numbers(&[0.0, 0.0, 1.0])]);
    let square = parametric("IfcRectangleProfileDef", &[1.0, 1.0]);
    let block = item("IfcExtrudedAreaSolid", vec![Some(square), None, Some(up), Some(Node::Number(2.0))]);
    let shape = |items: Vec<Node>| item("IfcShapeRepresentation", vec![word("Body"), Some(Node::List(items))]);
    assert_eq!(body(&shape(vec![block.clone(), block.clone()])), None);
    let scaled = |scale: f64| {
        let kind = "IfcCartesianTransformationOperator3D";
        let target = item(kind, vec![None, None, Some(point.clone()), Some(Node::Number(scale))]);
        let map = item("IfcRepresentationMap", vec![None, Some(shape(vec![block.clone()]))]);
        body(&shape(vec![item("IfcMappedItem", vec![Some(map), Some(target)])])).unwrap().into_solid().unwrap()
    };
    near(scaled(1.0).measured().unwrap(), 2.0);
    near(scaled(3.0).measured().unwrap(), 54.0);
    assert_eq!(Kind::ALL.len(), Kind::ALL.iter().filter(|kind| kind_of(kind.name()) == Some(**kind)).count());
}

/// A polygon that every ray from the origin meets once; concave as a rule.
fn star() -> impl Strategy<Value = Vec<[f64; 2]>> {
    prop::collection::vec(0.3_f64..2.0, 3..9).prop_map(|radii| {
        let step = 2.0 * PI / radii.len() as f64;
        radii.iter().enumerate().map(|(at, r)| [r * (step * at as f64).cos(), r * (step * at as f64).sin()]).collect()
    })
}

fn plane() -> impl Strategy<Value = Plane> {
    let numbers = (-1.0_f64..1.0, -1.0_f64..1.0, 0.2_f64..1.0, 0.2_f64..1.8);
    numbers.prop_map(|(x, y, z, height)| Plane { point: Vec3::Z * height, normal: Vec3::new(x, y, z).unit().unwrap() })
}

fn holds(polygon: &[[f64; 2]], [x, y]: [f64; 2]) -> bool {
    let edges = polygon.iter().zip(polygon.iter().cycle().skip(1));
    edges.filter(|([ax, ay], [bx, by])| (y < *ay) != (y < *by) && x < (bx - ax) * (y - ay) / (by - ay) + ax).count() % 2
        == 1
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Columns over a fine grid, each cut at its own height, make up the volume.
    #[test]
    fn a_cut_prism_has_the_volume_of_its_columns(outline in star(), other in star(), first in plane(), second in plane()) {
        let polygon = other.iter().map(|[x, y]| Vec3::new(*x, *y, 0.0)).collect();
        let within = Some(Within { polygons: vec![polygon], along: Vec3::Z });
        let cuts = vec![below(first.point, first.normal), Cut { planes: vec![second], within }];
        let solid = Solid { prism: prism(&outline, 2.0), cuts, is_box: false };
        let height = |plane: &Plane, x: f64, y: f64| {
            let normal = plane.normal;
            (plane.point.z - (normal.x * x + normal.y * y) / normal.z).clamp(0.0, 2.0)
        };
        let (count, mut sum) = (240, 0.0);
        let size = 4.0 / f64::from(count);
        for (at_x, at_y) in (0..count).flat_map(|x| (0..count).map(move |y| (x, y))) {
            let (x, y) = (-2.0 + size * (f64::from(at_x) + 0.5), -2.0 + size * (f64::from(at_y) + 0.5));
            if holds(&outline, [x, y]) {
                let top = height(&first, x, y);
                let cut = if holds(&other, [x, y]) { height(&second, x, y) } else { 2.0 };
                sum += size * size * top.min(cut);
            }
        }
        let volume = solid.measured().unwrap_or_default();
        prop_assert!((volume - sum).abs() <= 0.004 * solid.prism.volume() + 0.02, "{volume} and {sum}");
    }

    /// What a plane takes and what it leaves is the whole, wherever the solid stands.
    #[test]
    fn both_sides_of_a_plane_are_the_whole(outline in star(), cut in plane(), turn in -3.0_f64..3.0, far in -1e4_f64..1e4) {
        let axis = Vec3::new(turn.sin(), 0.3, turn.cos());
        let frame = Frame::placed(Vec3::new(far, -far, 3.0), axis, Vec3::new(1.0, turn, 0.2)).unwrap();
        let side = |normal: Vec3| {
            let solid = Solid { prism: prism(&outline, 2.0), cuts: vec![below(cut.point, normal)], is_box: false };
            solid.moved(&frame).unwrap().measured().unwrap_or_default()
        };
        let whole = prism(&outline, 2.0).volume();
        let sum = side(cut.normal) + side(-cut.normal);
        prop_assert!((sum - whole).abs() <= 1e-7 * whole, "{sum} and {whole}");
    }
}

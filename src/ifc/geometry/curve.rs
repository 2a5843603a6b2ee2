//! Bounded curves of a plane as closed lines.

use std::f64::consts::TAU;

use super::node::{Kind, Node};
use super::outline::{Edge, Loop, Point, distance, on_circle};

/// Corners of one line. Beyond it the search for crossings would take longer than the whole file; real outlines have below
/// two hundred.
const CORNERS_MAX: usize = 1024;

/// A gap between two segments, relative to the size of the curve, that counts as none.
const GAP_MAX: f64 = 1e-6;

/// Radians of the units in which parameters of circles are written. Which one holds is not looked up: in the other the
/// segments of a closed curve do not meet.
const ANGLE_UNITS: [f64; 2] = [std::f64::consts::PI / 180.0, 1.0];

/// A piece of a curve: where it begins, and its edges.
struct Path {
    begin: Point,
    edges: Vec<Edge>,
}

impl Path {
    fn end(&self) -> Point {
        self.edges.last().map_or(self.begin, Edge::end)
    }

    fn reversed(self) -> Path {
        let end = self.end();
        let mut begin = self.begin;
        let mut edges = Vec::with_capacity(self.edges.len());
        for edge in self.edges {
            let next = edge.end();
            edges.push(match edge {
                Edge::Line(_) => Edge::Line(begin),
                Edge::Arc { centre, radius, start, sweep } => {
                    Edge::Arc { centre, radius, start: start + sweep, sweep: -sweep }
                }
            });
            begin = next;
        }
        edges.reverse();
        Path { begin: end, edges }
    }
}

/// A point of the plane; a third coordinate must be zero.
pub(super) fn point_2d(node: &Node) -> Option<Point> {
    plane_pair(&node.at("coordinates")?.numbers()?)
}

/// A direction of the plane, of length one.
pub(super) fn direction_2d(node: &Node) -> Option<Point> {
    let [x, y] = plane_pair(&node.at("directionRatios")?.numbers()?)?;
    let length = x.hypot(y);
    (0.0 < length).then(|| [x / length, y / length])
}

fn plane_pair(numbers: &[f64]) -> Option<Point> {
    match numbers {
        [x, y] | [x, y, 0.0] => Some([*x, *y]),
        _ => None,
    }
}

/// A closed curve as a line; `None` where it is open, crosses itself, or is of a kind that is not computed.
pub(super) fn closed(node: &Node) -> Option<Loop> {
    match node.kind()? {
        Kind::Polyline => joined(vec![polyline(node)?], true),
        Kind::IndexedPolyCurve => joined(vec![indexed(node)?], true),
        Kind::CompositeCurve => {
            let segments = node.at("segments")?.items();
            ANGLE_UNITS.iter().find_map(|unit| {
                let paths = segments.iter().map(|segment| path_of(segment, *unit)).collect::<Option<Vec<_>>>()?;
                joined(paths, false)
            })
        }
        Kind::Circle => {
            let (centre, _) = axes(node)?;
            let radius = node.number("radius").filter(|radius| 0.0 < *radius)?;
            Some(Loop::circle(centre, radius))
        }
        Kind::Ellipse => {
            let (centre, [x, y]) = axes(node)?;
            let (a, b) = (node.number("semiAxis1")?, node.number("semiAxis2")?);
            Some(Loop::Ellipse { centre, a: [a * x, a * y], b: [-b * y, b * x] })
        }
        _ => None,
    }
}

/// The position of a conic: its centre and the direction of x.
fn axes(node: &Node) -> Option<(Point, Point)> {
    let position = node.at("position")?;
    if position.kind()? != Kind::Axis2Placement2D {
        return None;
    }
    Some((point_2d(position.at("location")?)?, position.at("refDirection").map_or(Some([1.0, 0.0]), direction_2d)?))
}

fn polyline(node: &Node) -> Option<Path> {
    let points = node.at("points")?.items().iter().map(point_2d).collect::<Option<Vec<_>>>()?;
    let (begin, rest) = points.split_first()?;
    Some(Path { begin: *begin, edges: rest.iter().copied().map(Edge::Line).collect() })
}

fn indexed(node: &Node) -> Option<Path> {
    let list = node.at("points")?;
    if list.kind()? != Kind::CartesianPointList2D {
        return None;
    }
    let points = list.at("coordList")?.items();
    let points = points.iter().map(|point| plane_pair(&point.numbers()?)).collect::<Option<Vec<_>>>()?;
    let Some(segments) = node.at("segments") else {
        let (begin, rest) = points.split_first()?;
        return Some(Path { begin: *begin, edges: rest.iter().copied().map(Edge::Line).collect() });
    };
    let mut path: Option<Path> = None;
    for segment in segments.items() {
        let positions = segment.at("value")?.numbers()?;
        let corner = |position: &f64| {
            let at = points.iter().enumerate().find(|(at, _)| (at + 1) as f64 == *position)?;
            Some(*at.1)
        };
        let corners = positions.iter().map(corner).collect::<Option<Vec<_>>>()?;
        let (begin, rest) = corners.split_first()?;
        let path = path.get_or_insert_with(|| Path { begin: *begin, edges: Vec::new() });
        if path.end() != *begin {
            return None;
        }
        match (segment.kind()?, rest) {
            (Kind::LineIndex, rest) => path.edges.extend(rest.iter().copied().map(Edge::Line)),
            (Kind::ArcIndex, [through, end]) => path.edges.push(arc_through(*begin, *through, *end)?),
            _ => return None,
        }
    }
    path
}

/// The arc from one point through a second to a third.
fn arc_through(begin: Point, through: Point, end: Point) -> Option<Edge> {
    let from = |[x, y]: Point| [x - begin[0], y - begin[1]];
    let ([bx, by], [cx, cy]) = (from(through), from(end));
    let twice = 2.0 * (bx * cy - by * cx);
    if twice.abs() <= 1e-12 * (bx.hypot(by) * cx.hypot(cy)) {
        return None;
    }
    let (b, c) = (bx * bx + by * by, cx * cx + cy * cy);
    let centre = [begin[0] + (cy * b - by * c) / twice, begin[1] + (bx * c - cx * b) / twice];
    let angle = |[x, y]: Point| (y - centre[1]).atan2(x - centre[0]);
    let start = angle(begin);
    let turn = (angle(end) - start).rem_euclid(TAU);
    let sweep = if 0.0 < twice { turn } else { turn - TAU };
    Some(Edge::Arc { centre, radius: distance(centre, begin), start, sweep })
}

fn path_of(segment: &Node, unit: f64) -> Option<Path> {
    let curve = segment.at("parentCurve")?;
    let path = match curve.kind()? {
        Kind::Polyline => polyline(curve)?,
        Kind::IndexedPolyCurve => indexed(curve)?,
        Kind::TrimmedCurve => trimmed(curve, unit)?,
        _ => return None,
    };
    Some(if segment.flag("sameSense")? { path } else { path.reversed() })
}

fn trimmed(node: &Node, unit: f64) -> Option<Path> {
    let (basis, is_forward) = (node.at("basisCurve")?, node.flag("senseAgreement")?);
    let trims = |name| node.at(name).map(Node::items).unwrap_or_default();
    let point = |name| trims(name).iter().find_map(point_2d);
    let parameter = |name| trims(name).iter().find_map(Node::as_number);
    match basis.kind()? {
        Kind::Line => {
            let along = |name| {
                let (origin, vector) = (point_2d(basis.at("pnt")?)?, basis.at("dir")?);
                let ([x, y], length) = (direction_2d(vector.at("orientation")?)?, vector.number("magnitude")?);
                let steps = parameter(name)? * length;
                Some([origin[0] + steps * x, origin[1] + steps * y])
            };
            let begin = point("trim1").or_else(|| along("trim1"))?;
            let end = point("trim2").or_else(|| along("trim2"))?;
            Some(Path { begin, edges: vec![Edge::Line(end)] })
        }
        Kind::Circle => {
            let (centre, [x, y]) = axes(basis)?;
            let radius = basis.number("radius").filter(|radius| 0.0 < *radius)?;
            let angle = |name| {
                let of_point = point(name).map(|[px, py]| (py - centre[1]).atan2(px - centre[0]));
                of_point.or_else(|| Some(parameter(name)? * unit + y.atan2(x)))
            };
            let (start, end) = (angle("trim1")?, angle("trim2")?);
            let turn = if is_forward { end - start } else { start - end }.rem_euclid(TAU);
            // A full turn or none: the numbers do not say which.
            if turn <= 1e-9 || TAU - 1e-9 <= turn {
                return None;
            }
            let sweep = if is_forward { turn } else { -turn };
            let edge = Edge::Arc { centre, radius, start, sweep };
            Some(Path { begin: on_circle(centre, radius, start), edges: vec![edge] })
        }
        _ => None,
    }
}

/// Paths that follow each other as one closed line. What does not meet is no line, unless a single straight edge
/// `may_close` it.
fn joined(paths: Vec<Path>, may_close: bool) -> Option<Loop> {
    let first = paths.first()?.begin;
    let size =
        paths.iter().flat_map(|path| path.edges.iter().map(|edge| distance(first, edge.end()))).fold(0.0, f64::max);
    let meets = |a: Point, b: Point| distance(a, b) <= GAP_MAX * size;
    let (mut end, mut edges) = (None, Vec::new());
    for path in paths {
        if !end.is_none_or(|end| meets(end, path.begin)) {
            return None;
        }
        end = Some(path.end());
        edges.extend(path.edges);
    }
    if !meets(end?, first) {
        may_close.then_some(())?;
        edges.push(Edge::Line(first));
    }
    drop_repeated(&mut edges, &meets);
    let line = Loop::Edges(edges);
    (line.is_sound() && !crosses_itself(&line)).then_some(line)
}

/// Straight edges without length say nothing.
fn drop_repeated(edges: &mut Vec<Edge>, meets: &dyn Fn(Point, Point) -> bool) {
    let mut before = edges.last().map(Edge::end);
    edges.retain(|edge| {
        let is_nothing = matches!(edge, Edge::Line(end) if before.is_some_and(|before| meets(before, *end)));
        if !is_nothing {
            before = Some(edge.end());
        }
        !is_nothing
    });
}

/// Whether two edges of a polygon cross, which makes its area ambiguous. Arcs are looked at as their chords.
fn crosses_itself(line: &Loop) -> bool {
    let Loop::Edges(edges) = line else { return false };
    if CORNERS_MAX < edges.len() {
        return true;
    }
    let mut begin = edges.last().map_or([0.0, 0.0], Edge::end);
    let chords: Vec<(Point, Point, bool)> = edges
        .iter()
        .map(|edge| (std::mem::replace(&mut begin, edge.end()), edge.end(), matches!(edge, Edge::Line(_))))
        .collect();
    let side = |[ax, ay]: Point, [bx, by]: Point, [px, py]: Point| (bx - ax) * (py - ay) - (by - ay) * (px - ax);
    chords.iter().enumerate().any(|(at, (a, b, is_line))| {
        chords.iter().skip(at + 1).any(|(c, d, other)| {
            let apart = |p: &Point, q: &Point, r: &Point, s: &Point| side(*p, *q, *r) * side(*p, *q, *s) < 0.0;
            *is_line && *other && apart(a, b, c, d) && apart(c, d, a, b)
        })
    })
}

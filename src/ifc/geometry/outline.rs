//! Closed lines in a plane: of straight edges and arcs, or an ellipse. Area, length and extent are exact.

use std::f64::consts::{PI, TAU};

use serde::{Deserialize, Serialize};

/// A point of a plane.
pub(super) type Point = [f64; 2];

/// A part of a closed line. It begins where the one before ends.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) enum Edge {
    /// Straight to a point.
    Line(Point),
    /// Around a centre; angles in radians, the sweep is positive against the clock.
    Arc { centre: Point, radius: f64, start: f64, sweep: f64 },
}

/// A closed line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Loop {
    /// Edges, the last of which ends where the first begins.
    Edges(Vec<Edge>),
    /// Both half axes as vectors from the centre, at right angles.
    Ellipse { centre: Point, a: Point, b: Point },
}

impl Edge {
    /// Where it ends.
    pub(super) fn end(&self) -> Point {
        match *self {
            Edge::Line(end) => end,
            Edge::Arc { centre, radius, start, sweep } => on_circle(centre, radius, start + sweep),
        }
    }

    /// The same edge the other way round, from its end to `begin`.
    fn reversed(&self, begin: Point) -> Edge {
        match *self {
            Edge::Line(_) => Edge::Line(begin),
            Edge::Arc { centre, radius, start, sweep } => {
                Edge::Arc { centre, radius, start: start + sweep, sweep: -sweep }
            }
        }
    }
}

pub(super) fn on_circle([x, y]: Point, radius: f64, angle: f64) -> Point {
    [x + radius * angle.cos(), y + radius * angle.sin()]
}

pub(super) fn distance([ax, ay]: Point, [bx, by]: Point) -> f64 {
    (ax - bx).hypot(ay - by)
}

fn cross([ax, ay]: Point, [bx, by]: Point) -> f64 {
    ax * by - ay * bx
}

fn dot([ax, ay]: Point, [bx, by]: Point) -> f64 {
    ax * bx + ay * by
}

impl Loop {
    /// A polygon.
    pub(super) fn polygon(points: impl IntoIterator<Item = Point>) -> Loop {
        Loop::Edges(points.into_iter().map(Edge::Line).collect())
    }

    /// A full circle.
    pub(super) fn circle(centre: Point, radius: f64) -> Loop {
        Loop::Ellipse { centre, a: [radius, 0.0], b: [0.0, radius] }
    }

    /// Every edge with where it begins.
    fn edges(&self) -> impl Iterator<Item = (Point, &Edge)> {
        let edges: &[Edge] = if let Loop::Edges(edges) = self { edges } else { &[] };
        let first = edges.last().map_or([0.0, 0.0], Edge::end);
        edges.iter().scan(first, |begin, edge| Some((std::mem::replace(begin, edge.end()), edge)))
    }

    /// The corners, where every edge is straight.
    pub(super) fn corners(&self) -> Option<Vec<Point>> {
        let Loop::Edges(edges) = self else { return None };
        edges.iter().map(|edge| if let Edge::Line(end) = edge { Some(*end) } else { None }).collect()
    }

    /// The area inside; negative where the line runs with the clock.
    pub(super) fn area(&self) -> f64 {
        match self {
            Loop::Ellipse { a, b, .. } => PI * cross(*a, *b),
            Loop::Edges(_) => {
                // Far from the origin the products would lose digits.
                let near = self.edges().next().map_or([0.0, 0.0], |(begin, _)| begin);
                let from = |[x, y]: Point| [x - near[0], y - near[1]];
                let twice: f64 = self
                    .edges()
                    .map(|(begin, edge)| {
                        let chord = cross(from(begin), from(edge.end()));
                        match edge {
                            Edge::Line(_) => chord,
                            Edge::Arc { radius, sweep, .. } => chord + radius * radius * (sweep - sweep.sin()),
                        }
                    })
                    .sum();
                twice / 2.0
            }
        }
    }

    /// Its length; `None` for an ellipse, whose length no closed formula gives.
    pub(super) fn length(&self) -> Option<f64> {
        match self {
            Loop::Ellipse { a, b, .. } => {
                let (a, b) = (a[0].hypot(a[1]), b[0].hypot(b[1]));
                ((a - b).abs() <= 1e-9 * a).then_some(TAU * a)
            }
            Loop::Edges(_) => Some(
                self.edges()
                    .map(|(begin, edge)| match edge {
                        Edge::Line(end) => distance(begin, *end),
                        Edge::Arc { radius, sweep, .. } => radius * sweep.abs(),
                    })
                    .sum(),
            ),
        }
    }

    /// The largest value of `direction · point` on the line.
    pub(super) fn support(&self, direction: Point) -> f64 {
        match self {
            Loop::Ellipse { centre, a, b } => dot(*centre, direction) + dot(*a, direction).hypot(dot(*b, direction)),
            Loop::Edges(_) => self
                .edges()
                .map(|(_, edge)| {
                    let end = dot(edge.end(), direction);
                    let Edge::Arc { centre, radius, start, sweep } = edge else { return end };
                    let turn = (direction[1].atan2(direction[0]) - start) * sweep.signum();
                    if turn.rem_euclid(TAU) <= sweep.abs() {
                        end.max(dot(*centre, direction) + radius * direction[0].hypot(direction[1]))
                    } else {
                        end
                    }
                })
                .fold(f64::NEG_INFINITY, f64::max),
        }
    }

    /// The same line with its area to the left of it (`true`), or to the right.
    pub(super) fn turned(self, is_left: bool) -> Loop {
        if (0.0 <= self.area()) == is_left {
            return self;
        }
        match self {
            Loop::Ellipse { centre, a, b } => Loop::Ellipse { centre, a: b, b: a },
            Loop::Edges(_) => {
                let mut edges: Vec<Edge> = self.edges().map(|(begin, edge)| edge.reversed(begin)).collect();
                edges.reverse();
                Loop::Edges(edges)
            }
        }
    }

    /// The same line in other coordinates: an origin, and where a step along x leads; y stands left of x.
    pub(super) fn placed(self, origin: Point, x: Point) -> Loop {
        let turn = |[px, py]: Point| [px * x[0] - py * x[1], px * x[1] + py * x[0]];
        let place = |point: Point| {
            let [px, py] = turn(point);
            [origin[0] + px, origin[1] + py]
        };
        match self {
            Loop::Ellipse { centre, a, b } => Loop::Ellipse { centre: place(centre), a: turn(a), b: turn(b) },
            Loop::Edges(edges) => {
                let angle = x[1].atan2(x[0]);
                let placed = edges.into_iter().map(|edge| match edge {
                    Edge::Line(end) => Edge::Line(place(end)),
                    Edge::Arc { centre, radius, start, sweep } => {
                        Edge::Arc { centre: place(centre), radius, start: start + angle, sweep }
                    }
                });
                Loop::Edges(placed.collect())
            }
        }
    }

    /// Whether every number is one, and the edges are few enough to be a line around anything.
    pub(super) fn is_sound(&self) -> bool {
        let is_closed = match self {
            Loop::Ellipse { .. } => true,
            Loop::Edges(edges) => {
                2 < edges.len() || 1 < edges.len() && edges.iter().any(|edge| matches!(edge, Edge::Arc { .. }))
            }
        };
        is_closed && self.area().is_finite() && self.support([1.0, 1.0]).is_finite()
    }
}

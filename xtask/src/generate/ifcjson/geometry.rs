//! Placements and bodies of shape A.

use std::io::Write;

use super::super::plan::{Element, For};
use super::super::random::Random;
use super::Writer;

/// Points of a body: a box and what is cut out of it.
const POINTS: (i64, i64) = (8, 14);
const TRIANGLES_PER_POINT: i64 = 1;

impl<W: Write> Writer<'_, W> {
    /// Where an element stands, relative to its storey; the placements above are copied into each, as exporters do.
    pub(super) fn placement(&mut self, element: &Element) {
        let mut random = Random::of(self.plan.seed, For::Shape as u64, element.number);
        let place = [random.between(-80_000_000, 80_000_000), random.between(-40_000_000, 40_000_000), 0];
        let elevation = self.plan.storey(element.storey).1;
        self.out.key("objectPlacement");
        self.out.open();
        self.out.text_member("type", "IfcLocalPlacement");
        self.out.key("placementRelTo");
        self.out.open();
        self.out.text_member("type", "IfcLocalPlacement");
        self.axes([0, 0, elevation * 1000]);
        self.out.close();
        self.axes(place);
        self.out.close();
    }

    fn axes(&mut self, location_micrometres: [i64; 3]) {
        self.out.key("relativePlacement");
        self.out.open();
        self.out.text_member("type", "IfcAxis2Placement3D");
        self.out.key("location");
        self.out.open();
        self.out.text_member("type", "IfcCartesianPoint");
        self.out.key("coordinates");
        self.point(location_micrometres);
        self.out.close();
        self.out.close();
    }

    fn point(&mut self, micrometres: [i64; 3]) {
        self.out.open_list();
        for value in micrometres {
            self.out.item();
            self.out.fixed(value, 3);
        }
        self.out.close_list();
    }

    /// A faceted body: points within the element's box and triangles between them.
    pub(super) fn body(&mut self, element: &Element) {
        let plan = self.plan;
        let mut random = Random::of(plan.seed, For::Shape as u64, !element.number);
        let points = random.between(POINTS.0, POINTS.1);
        self.out.key("representation");
        self.out.open();
        self.out.text_member("type", "IfcProductDefinitionShape");
        self.out.key("representations");
        self.out.open_list();
        self.out.item();
        self.out.open();
        self.out.text_member("type", "IfcShapeRepresentation");
        self.reference_member("contextOfItems", plan.id(For::Context, 0));
        self.out.text_member("representationIdentifier", "Body");
        self.out.text_member("representationType", "Tessellation");
        self.out.key("items");
        self.out.open_list();
        self.out.item();
        self.out.open();
        self.out.text_member("type", "IfcTriangulatedFaceSet");
        self.out.key("coordinates");
        self.out.open();
        self.out.text_member("type", "IfcCartesianPointList3D");
        self.out.key("coordList");
        self.out.open_list();
        for _ in 0..points {
            let point = element.size_mm.map(|size| random.between(0, size * 1000));
            self.out.item();
            self.point(point);
        }
        self.out.close_list();
        self.out.close();
        self.out.key("coordIndex");
        self.out.open_list();
        for _ in 0..points * TRIANGLES_PER_POINT {
            self.out.item();
            self.out.open_list();
            for _ in 0..3 {
                self.out.item();
                self.out.integer(random.between(1, points));
            }
            self.out.close_list();
        }
        self.out.close_list();
        self.out.close();
        self.out.close_list();
        self.out.close();
        self.out.close_list();
        self.out.close();
    }
}

use super::naming::{measure_of_name, measure_of_quantity, unit_factor};
use crate::ifc::Measure;

#[test]
fn names_say_what_is_measured() {
    for (name, wanted) in [
        ("NetSideArea", Some(Measure::Area)),
        ("Netto-Volumen", Some(Measure::Volume)),
        ("Höhe (Z Größe)", Some(Measure::Length)),
        ("Wandlänge an der Außenseite", Some(Measure::Length)),
        ("Umfang der Glasfläche", Some(Measure::Length)),
        ("Oberflächenbereich", Some(Measure::Area)),
        ("Surface Area of Windows in the Wall", Some(Measure::Area)),
        ("Length of the Wall on the Outside Face", Some(Measure::Length)),
        ("overall_width", Some(Measure::Length)),
        ("Anzahl der Türen", Some(Measure::Count)),
        ("Number of Holes (Number of Empty Openings)", Some(Measure::Count)),
        ("Weight", Some(Measure::Weight)),
        ("Area per Person", None),
        ("Schriftgröße [mm]", None),
        ("Thermal Resistance (R)", None),
        ("LifeSpan of it", Some(Measure::Length)),
        ("Lifespan", None),
        ("", None),
    ] {
        assert_eq!(measure_of_name(name), wanted, "{name}");
    }
    assert_eq!(measure_of_name("NetSurfaceAreaExtrudedSides"), None);
    assert_eq!(
        measure_of_quantity("NetSurfaceAreaExtrudedSides"),
        Some(Measure::Area),
        "a set of quantities holds no others"
    );
}

#[test]
fn units_go_by_many_names() {
    for (measure, name, wanted) in [
        (Measure::Length, "MILLIMETRE", Some(1e-3)),
        (Measure::Length, "METRE", Some(1.0)),
        (Measure::Length, "centimeter", Some(1e-2)),
        (Measure::Length, "FOOT", Some(0.3048)),
        (Measure::Length, "mm", Some(1e-3)),
        (Measure::Area, "SQUARE_METRE", Some(1.0)),
        (Measure::Area, "SQUARE_MILLIMETRE", Some(1e-6)),
        (Measure::Area, "Square Foot", Some(0.3048 * 0.3048)),
        (Measure::Area, "m²", Some(1.0)),
        (Measure::Volume, "CUBIC FEET", Some(0.3048 * 0.3048 * 0.3048)),
        (Measure::Weight, "KILOGRAM", Some(1.0)),
        (Measure::Weight, "GRAM", Some(1e-3)),
        (Measure::Length, "m²", None),
        (Measure::Volume, "cord", None),
    ] {
        let found = unit_factor(measure, name);
        let is_near = |a: f64, b: f64| (a / b - 1.0).abs() < 1e-12;
        assert!(found == wanted || found.zip(wanted).is_some_and(|(a, b)| is_near(a, b)), "{name}: {found:?}");
    }
}

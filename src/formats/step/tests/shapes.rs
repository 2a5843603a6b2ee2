use super::*;

const HEAD: &str = "#1=IFCPROJECT('0000000000000000000001',$,'P',$,$,$,$,$,#2);
#2=IFCUNITASSIGNMENT((#3));
#3=IFCSIUNIT(*,.LENGTHUNIT.,.MILLI.,.METRE.);
#4=IFCDIRECTION((0.,0.,1.));
#5=IFCDIRECTION((1.,0.,0.));
#6=IFCCARTESIANPOINT((0.,0.,0.));
#7=IFCAXIS2PLACEMENT3D(#6,$,$);
#8=IFCLOCALPLACEMENT($,#7);
";

/// A wall of 4 by 2.5 m, 0.3 m thick, standing away from the origin, and a window of 1 by 1.2 m through it.
const WALL: &str = "#10=IFCWALLSTANDARDCASE('0000000000000000000010',$,'Wall',$,$,#12,#20,$);
#11=IFCCARTESIANPOINT((5000.,7000.,100.));
#12=IFCLOCALPLACEMENT(#8,#13);
#13=IFCAXIS2PLACEMENT3D(#11,#4,#14);
#14=IFCDIRECTION((0.,1.,0.));
#20=IFCPRODUCTDEFINITIONSHAPE($,$,(#21));
#21=IFCSHAPEREPRESENTATION(#99,'Body','SweptSolid',(#22));
#22=IFCEXTRUDEDAREASOLID(#23,#7,#4,2500.);
#23=IFCRECTANGLEPROFILEDEF(.AREA.,$,#24,4000.,300.);
#24=IFCAXIS2PLACEMENT2D(#25,$);
#25=IFCCARTESIANPOINT((2000.,0.));
#30=IFCOPENINGELEMENT('0000000000000000000030',$,'Hole',$,$,#31,#35,$);
#31=IFCLOCALPLACEMENT(#12,#32);
#32=IFCAXIS2PLACEMENT3D(#33,#34,#5);
#33=IFCCARTESIANPOINT((1000.,-200.,1500.));
#34=IFCDIRECTION((0.,-1.,0.));
#35=IFCPRODUCTDEFINITIONSHAPE($,$,(#36));
#36=IFCSHAPEREPRESENTATION(#99,'Body','SweptSolid',(#37));
#37=IFCEXTRUDEDAREASOLID(#38,$,#39,600.);
#38=IFCRECTANGLEPROFILEDEF(.AREA.,$,$,1000.,1200.);
#39=IFCDIRECTION((0.,0.,-1.));
#40=IFCRELVOIDSELEMENT('0000000000000000000040',$,$,$,#10,#30);
";

fn computed(instances: &str, name: &str) -> Vec<(String, f64)> {
    let model = model_of("IFC4", &format!("{HEAD}{instances}"));
    assert_eq!(problems(&model), []);
    let quantities = model.quantities(named(&model, name).0);
    let found = quantities.iter().filter(|quantity| quantity.source == QuantitySource::Computed);
    found.map(|q| (model.text(q.name).to_owned(), (q.value * 1e9).round() / 1e9)).collect()
}

fn wanted(rows: &[(&str, f64)]) -> Vec<(String, f64)> {
    rows.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect()
}

#[test]
fn a_wall_without_quantities_is_measured_by_its_shape_less_its_openings() {
    let rows = wanted(&[
        ("Height", 2.5),
        ("Width", 0.3),
        ("GrossSideArea", 10.0),
        ("GrossVolume", 3.0),
        ("NetVolume", 2.64),
        ("NetSideArea", 8.8),
    ]);
    assert_eq!(computed(WALL, "Wall"), rows);
    let model = model_of("IFC4", &format!("{HEAD}{WALL}"));
    let (wall, _) = named(&model, "Wall");
    let set = model.quantities(wall).first().and_then(|quantity| quantity.set).unwrap();
    assert_eq!(model.text(set), "Computed");
    let records: Vec<_> = model.sets_of(wall).iter().map(|link| model.set_record(link.set)).collect();
    assert_eq!(records, [model.entity_record(wall)], "its evidence is the record of the part");
}

#[test]
fn only_gross_figures_are_given_where_an_opening_is_no_straight_hole() {
    let gross = wanted(&[("Height", 2.5), ("Width", 0.3), ("GrossSideArea", 10.0), ("GrossVolume", 3.0)]);
    for (what, from, to) in [
        ("a niche", "#37=IFCEXTRUDEDAREASOLID(#38,$,#39,600.)", "#37=IFCEXTRUDEDAREASOLID(#38,$,#39,300.)"),
        ("a slanted hole", "#34=IFCDIRECTION((0.,-1.,0.))", "#34=IFCDIRECTION((0.,-1.,0.2))"),
        ("a hole of another shape", "#37=IFCEXTRUDEDAREASOLID(", "#37=IFCREVOLVEDAREASOLID("),
        ("a hole that stands nowhere", "#31=IFCLOCALPLACEMENT(", "#31=IFCGRIDPLACEMENT("),
    ] {
        assert!(WALL.contains(from), "{what}");
        assert_eq!(computed(&WALL.replace(from, to), "Wall"), gross, "{what}");
    }
    let beyond = WALL.replace("((1000.,-200.,1500.))", "((1000.,-200.,400.))");
    let found = computed(&beyond, "Wall");
    let net = found.iter().find(|(name, _)| name == "NetSideArea").map(|(_, value)| *value);
    assert_eq!(net, Some(9.0), "a hole that reaches below the wall takes what lies in it");
}

#[test]
fn what_is_stored_holds_and_only_the_rest_is_computed() {
    let stored = "#50=IFCRELDEFINESBYPROPERTIES('0000000000000000000050',$,$,$,(#10),#51);
#51=IFCELEMENTQUANTITY('0000000000000000000051',$,'Qto_WallBaseQuantities',$,$,(#52,#53));
#52=IFCQUANTITYVOLUME('NetVolume',$,$,7.);
#53=IFCQUANTITYLENGTH('Height',$,$,1234.);
";
    let names: Vec<_> = computed(&format!("{WALL}{stored}"), "Wall").into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["Width", "GrossSideArea", "NetSideArea"]);
    // The sets of the type count as well.
    let of_type =
        stored.replace("RELDEFINESBYPROPERTIES('0000000000000000000050',$,$,$,(#10),#51)", "DIRECTION((1.,0.))");
    let type_object = "#60=IFCWALLTYPE('0000000000000000000060',$,'T',$,$,(#51),$,$,$,.STANDARD.);
#61=IFCRELDEFINESBYTYPE('0000000000000000000061',$,$,$,(#10),#60);
";
    let names: Vec<_> =
        computed(&format!("{WALL}{of_type}{type_object}"), "Wall").into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["Width", "GrossSideArea", "NetSideArea"]);
}

#[test]
fn a_wall_cut_by_a_roof_has_the_volume_that_is_left() {
    let clipped = "#10=IFCWALL('0000000000000000000010',$,'Wall',$,$,#8,#20,$);
#20=IFCPRODUCTDEFINITIONSHAPE($,$,(#21));
#21=IFCSHAPEREPRESENTATION(#99,'Body','Clipping',(#26));
#22=IFCEXTRUDEDAREASOLID(#23,#7,#4,4000.);
#23=IFCRECTANGLEPROFILEDEF(.AREA.,$,#24,4000.,300.);
#24=IFCAXIS2PLACEMENT2D(#25,$);
#25=IFCCARTESIANPOINT((2000.,0.));
#26=IFCBOOLEANCLIPPINGRESULT(.DIFFERENCE.,#22,#27);
#27=IFCPOLYGONALBOUNDEDHALFSPACE(#28,.F.,#33,#34);
#28=IFCPLANE(#29);
#29=IFCAXIS2PLACEMENT3D(#30,#31,#32);
#30=IFCCARTESIANPOINT((0.,0.,2000.));
#31=IFCDIRECTION((-0.447213595499958,0.,0.894427190999916));
#32=IFCDIRECTION((0.,1.,0.));
#33=IFCAXIS2PLACEMENT3D(#6,#4,#5);
#34=IFCPOLYLINE((#35,#36,#37,#38,#35));
#35=IFCCARTESIANPOINT((-10.,-500.));
#36=IFCCARTESIANPOINT((4010.,-500.));
#37=IFCCARTESIANPOINT((4010.,500.));
#38=IFCCARTESIANPOINT((-10.,500.));
";
    // From 2 m on one side it rises to 4 m on the other.
    let rows =
        [("Width", 0.3), ("GrossSideArea", 12.0), ("GrossVolume", 3.6), ("NetVolume", 3.6), ("NetSideArea", 12.0)];
    assert_eq!(computed(clipped, "Wall"), wanted(&rows));
    let other_side = clipped.replace("(#28,.F.,", "(#28,.T.,");
    let volume = computed(&other_side, "Wall").into_iter().find(|(name, _)| name == "GrossVolume");
    assert_eq!(volume, Some(("GrossVolume".to_owned(), 1.2)), "the flag says which side goes");
}

#[test]
fn slabs_bars_and_rooms_are_measured_as_their_sets_name_it() {
    let part = |class: &str, profile: &str, depth: &str| {
        format!(
            "#10={class}('0000000000000000000010',$,'Part',$,$,#8,#20,$,$);
#20=IFCPRODUCTDEFINITIONSHAPE($,$,(#21));
#21=IFCSHAPEREPRESENTATION(#99,'Body','SweptSolid',(#22));
#22=IFCEXTRUDEDAREASOLID(#23,#7,#4,{depth});
#23={profile};
"
        )
    };
    let slab = part("IFCSLAB", "IFCRECTANGLEPROFILEDEF(.AREA.,$,$,4000.,3000.)", "200.");
    let rows = [
        ("Width", 0.2),
        ("GrossArea", 12.0),
        ("Perimeter", 14.0),
        ("GrossVolume", 2.4),
        ("NetVolume", 2.4),
        ("NetArea", 12.0),
    ];
    assert_eq!(computed(&slab, "Part"), wanted(&rows));
    let column = part("IFCCOLUMN", "IFCIShapeProfileDef(.AREA.,$,$,200.,400.,10.,20.,$)", "3000.");
    let rows = [("Length", 3.0), ("CrossSectionArea", 0.0116), ("GrossVolume", 0.0348), ("NetVolume", 0.0348)];
    assert_eq!(computed(&column, "Part"), wanted(&rows));
    let room = part("IFCSPACE", "IFCRECTANGLEPROFILEDEF(.AREA.,$,$,4000.,3000.)", "2500.");
    let rows = [
        ("Height", 2.5),
        ("GrossFloorArea", 12.0),
        ("GrossPerimeter", 14.0),
        ("GrossVolume", 30.0),
        ("NetVolume", 30.0),
    ];
    assert_eq!(computed(&room, "Part"), wanted(&rows));
    let box_only = slab
        .replace("'Body'", "'Box'")
        .replace("IFCEXTRUDEDAREASOLID(#23,#7,#4,200.)", "IFCBOUNDINGBOX(#6,1000.,2000.,3000.)");
    let rows = [("BoundingBoxLength", 1.0), ("BoundingBoxWidth", 2.0), ("BoundingBoxHeight", 3.0)];
    assert_eq!(computed(&box_only, "Part"), wanted(&rows));
}

#[test]
fn shapes_that_are_broken_or_in_circles_are_left_out() {
    for (from, to) in [
        ("#23=IFCRECTANGLEPROFILEDEF(.AREA.,$,#24,4000.,300.)", "#23=IFCRECTANGLEPROFILEDEF(.AREA.,$,#24,4000.,'x')"),
        ("#23=IFCRECTANGLEPROFILEDEF(.AREA.,$,#24,4000.,300.)", "#23=IFCRECTANGLEPROFILEDEF(oops"),
        ("'SweptSolid',(#22));\n#22", "'SweptSolid',(#22,#22));\n#22"),
        ("#22=IFCEXTRUDEDAREASOLID(#23,#7,#4,2500.)", "#22=IFCBOOLEANRESULT(.DIFFERENCE.,#22,#22)"),
        ("#22=IFCEXTRUDEDAREASOLID(#23,#7,#4,2500.)", "#22=IFCEXTRUDEDAREASOLID(#77,#7,#4,2500.)"),
        ("#22=IFCEXTRUDEDAREASOLID(#23,#7,#4,2500.)", "#22=IFCEXTRUDEDAREASOLID(#23,#7,#4,-1.)"),
    ] {
        assert!(WALL.contains(from), "{from}");
        assert_eq!(computed(&WALL.replace(from, to), "Wall"), [], "{to}");
    }
}

use std::io::Read;
use std::ops::ControlFlow;

use crate::formats::{ContentEncoding, ReadError, ReadOptions, read, read_with};
use crate::ifc::{
    BuildingModel, Entity, EntityIndex, Measure, ModelReader as _, ProblemCode, Property, PropertyValue,
    QuantitySource, RecordIndex, RelationKind, Shape, SourceReader as _,
};

mod faults;
mod schemas;
mod shapes;

/// A file with the given instances.
fn file(schema: &str, instances: &str) -> String {
    format!(
        "ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION(('x'),'2;1');\n\
         FILE_NAME('a.ifc','2020-01-01T00:00:00',('Ada','Header \\X2\\00DC\\X0\\'),(''),'pre','CAD 7','');\n\
         FILE_SCHEMA(('{schema}'));\nENDSEC;\nDATA;\n{instances}\nENDSEC;\nEND-ISO-10303-21;\n"
    )
}

fn read_text(text: impl Read + Send) -> Result<BuildingModel, ReadError> {
    read(text, ContentEncoding::Identity, &mut |_| ControlFlow::Continue(())).map(|read| read.model)
}

fn model_of(schema: &str, instances: &str) -> BuildingModel {
    read_text(file(schema, instances).as_bytes()).unwrap()
}

fn named(model: &BuildingModel, name: &str) -> (EntityIndex, Entity) {
    model.iter().find(|(_, e)| e.name.is_some_and(|n| model.text(n) == name)).unwrap()
}

fn property(model: &BuildingModel, entity: EntityIndex, name: &str) -> Property {
    model.properties(entity).iter().find(|p| model.text(p.name) == name).copied().unwrap()
}

fn quantity(model: &BuildingModel, entity: EntityIndex, name: &str) -> (Measure, f64, QuantitySource) {
    let found = model.quantities(entity).iter().find(|q| model.text(q.name) == name).copied().unwrap();
    (found.measure, (found.value * 1e9).round() / 1e9, found.source)
}

fn text(model: &BuildingModel, value: PropertyValue) -> &str {
    let PropertyValue::Text(text) = value else { panic!("{value:?}") };
    model.text(text)
}

fn problems(model: &BuildingModel) -> Vec<(ProblemCode, &str, &str)> {
    model.summary().problems.kept.iter().map(|p| (p.code, p.pointer.as_str(), p.detail.as_str())).collect()
}

/// Feet and forward references: relations and sets stand before what they name, the project last.
const SMALL: &str = r"#1=IFCRELDEFINESBYPROPERTIES('r1',#90,$,$,(#10,#11),#20);
#20=IFCPROPERTYSET('p1',#90,'Pset_WallCommon',$,(#21,#22,#23,#24,#25,#26,#28,#29));
#21=IFCPROPERTYSINGLEVALUE('IsExternal',$,IFCBOOLEAN(.T.),$);
#22=IFCPROPERTYSINGLEVALUE('Volume',$,IFCVOLUMEMEASURE(10.),$);
#23=IFCPROPERTYSINGLEVALUE('Empty',$,$,$);
#24=IFCPROPERTYENUMERATEDVALUE('Status',$,(IFCLABEL('NEW'),IFCLABEL('OLD')),$);
#25=IFCPROPERTYBOUNDEDVALUE('Range',$,IFCLENGTHMEASURE(20.),IFCLENGTHMEASURE(10.),$);
#26=IFCCOMPLEXPROPERTY('Outer',$,'use',(#27));
#27=IFCPROPERTYSINGLEVALUE('Inner',$,IFCINTEGER(3),$);
#28=IFCPROPERTYLISTVALUE('List',$,(IFCREAL(1.),IFCREAL(2.5)),$);
#29=IFCPROPERTYREFERENCEVALUE('Stuff',$,$,#61);
#10=IFCWALLSTANDARDCASE('w1',#90,'Wand 1','Text',$,#7,#8,'T1',.SOLIDWALL.);
#11=IFCWALL('w2',#90,'Wand 2',$,'Typ',#7,#8,$,$);
#2=IFCRELDEFINESBYPROPERTIES('r2',#90,$,$,(#10),IFCPROPERTYSETDEFINITIONSET((#30,#36)));
#30=IFCELEMENTQUANTITY('q1',#90,'BaseQuantities',$,$,(#31,#32,#33,#35));
#31=IFCQUANTITYAREA('NetSideArea',$,$,100.,$);
#32=IFCQUANTITYWEIGHT('Weight',$,$,'heavy',$);
#33=IFCPHYSICALCOMPLEXQUANTITY('L',$,(#34),'d',$,$);
#34=IFCQUANTITYLENGTH('Length',$,$,20.,$);
#35=IFCQUANTITYLENGTH('Own',$,#71,1000.,$);
#36=IFCELEMENTQUANTITY('q2',#90,$,$,$,(#37));
#37=IFCQUANTITYCOUNT('Number',$,$,3,$);
#12=IFCDOOR('d1',#90,'T\X2\00FC\X0\r',$,$,#7,#8,$,7.,3.,.GATE.,.SINGLE_SWING_LEFT.,$);
#13=IFCOPENINGELEMENT('o1',#90,$,$,$,#7,#8,$,.OPENING.);
#3=IFCRELFILLSELEMENT('r3',#90,$,$,#13,#12);
#4=IFCRELVOIDSELEMENT('r4',#90,$,$,#10,#13);
#5=IFCRELCONTAINEDINSPATIALSTRUCTURE('r5',#90,$,$,(#10,#999),#14);
#14=IFCBUILDINGSTOREY('s1',#90,'EG',$,$,#7,$,'Erdgeschoss',.ELEMENT.,10.);
#15=IFCSPACE('x1',#90,'1',$,$,#7,$,'Flur',.ELEMENT.,.INTERNAL.,$);
#6=IFCRELAGGREGATES('r6',#90,$,$,#14,(#15));
#40=IFCRELSPACEBOUNDARY('r7',#90,$,$,#15,#10,$,.PHYSICAL.,.INTERNAL.);
#41=IFCRELSPACEBOUNDARY2NDLEVEL('r8',#90,$,$,#15,#10,$,.PHYSICAL.,.INTERNAL.,$,$);
#42=IFCRELSPACEBOUNDARY('r9',#90,$,$,#15,$,$,.VIRTUAL.,.INTERNAL.);
#43=IFCRELDEFINESBYTYPE('r10',#90,$,$,(#10,#11),#50);
#50=IFCWALLTYPE('t1',#90,'Massiv',$,$,(#51),$,'42',$,.SOLIDWALL.);
#51=IFCPROPERTYSET('p2',#90,'Pset_Type',$,(#52));
#52=IFCPROPERTYSINGLEVALUE('FireRating',$,IFCLABEL('F90'),$);
#44=IFCRELASSOCIATESMATERIAL('r11',#90,$,$,(#50),#60);
#60=IFCMATERIALLAYERSETUSAGE(#62,.AXIS2.,.POSITIVE.,0.,$);
#62=IFCMATERIALLAYERSET((#63,#64),'Aufbau',$);
#63=IFCMATERIALLAYER(#61,3.,$,$,$,$,$);
#64=IFCMATERIALLAYER($,1.,$,'Luft',$,$,$);
#61=IFCMATERIAL('Beton',$,$);
#45=IFCRELASSOCIATESMATERIAL('r12',#90,$,$,(#11),#65);
#65=IFCMATERIAL('Holz',$,$);
#46=IFCRELASSOCIATESCLASSIFICATION('r13',#90,$,$,(#10),#66);
#66=IFCCLASSIFICATIONREFERENCE($,'331','Wand',#67,$,$);
#67=IFCCLASSIFICATION($,$,$,'DIN 276',$,$,$);
#68=IFCDOORLININGPROPERTIES('l1',#90,$,$,1.,$,$,$,$,$,$,$,$,$,$,$,$);
#47=IFCRELDEFINESBYPROPERTIES('r14',#90,$,$,(#12),#68);
#80=IFCZONE('z1',#90,'Zone',$,$,'Wohnung 1');
#81=IFCRELASSIGNSTOGROUP('r15',#90,$,$,(#15),$,#80);
#90=IFCOWNERHISTORY(#91,#93,$,.ADDED.,$,$,$,1);
#91=IFCPERSONANDORGANIZATION(#92,#94,$);
#92=IFCPERSON($,'Lovelace','Ada',$,$,$,$,$);
#93=IFCAPPLICATION(#94,'7.1','Drawing','D');
#94=IFCORGANIZATION($,'Firm',$,$,$);
#7=IFCLOCALPLACEMENT($,#8);
#8=IFCAXIS2PLACEMENT3D(#9,$,$);
#9=IFCCARTESIANPOINT((0.,0.,0.));
#70=IFCCONVERSIONBASEDUNIT(#77,.LENGTHUNIT.,'FOOT',#72);
#71=IFCSIUNIT(*,.LENGTHUNIT.,.MILLI.,.METRE.);
#72=IFCMEASUREWITHUNIT(IFCLENGTHMEASURE(304.8),#71);
#73=IFCSIUNIT(*,.AREAUNIT.,.MILLI.,.SQUARE_METRE.);
#74=IFCCONVERSIONBASEDUNIT(#77,.VOLUMEUNIT.,'cord',$);
#75=IFCDERIVEDUNIT((#78),.THERMALTRANSMITTANCEUNIT.,$);
#76=IFCUNITASSIGNMENT((#70,#73,#74,#75,#79));
#77=IFCDIMENSIONALEXPONENTS(1,0,0,0,0,0,0);
#79=IFCMONETARYUNIT('EUR');
#100=IFCPROJECT('pr',#90,'Haus',$,$,'Langer Name',$,(),#76);";

#[test]
fn relations_are_resolved_forwards_and_backwards() {
    let model = model_of("IFC4", SMALL);
    let (wall, wall_entity) = named(&model, "Wand 1");
    let (_, door) = named(&model, "Tür");
    let (storey, storey_entity) = named(&model, "EG");
    let (room, room_entity) = named(&model, "1");
    assert_eq!((door.host, door.storey, wall_entity.container), (Some(wall), Some(storey), Some(storey)));
    assert_eq!((room_entity.whole, room_entity.storey), (Some(storey), Some(storey)));
    assert_eq!(*model.boundaries(room), [wall]);
    assert!((storey_entity.elevation_m.unwrap() - 3.048).abs() < 1e-12);
    assert_eq!(wall_entity.type_name.map(|name| model.text(name)), Some("Massiv"));
    let [(Some(system), code)] = *model.classifications(wall) else { panic!() };
    assert_eq!((model.text(system), model.text(code)), ("DIN 276", "331 Wand"));
    assert_eq!(model.entity_count(), 9);
}

#[test]
fn the_file_says_who_wrote_it_when_and_with_what() {
    let model = model_of("IFC4", SMALL);
    let head = model.head();
    assert_eq!((head.shape, head.schema.as_deref()), (Shape::Step, Some("IFC4")));
    assert_eq!(head.application.as_deref(), Some("Drawing 7.1"));
    assert_eq!(head.written_at.as_deref(), Some("2020-01-01T00:00:00"));
    assert_eq!(head.authors, ["Ada Lovelace", "Ada", "Header Ü"]);
    let model = model_of("IFC2X3", "");
    let bare = model.head();
    assert_eq!((bare.application.as_deref(), bare.units_declared), (Some("CAD 7"), false));
}

#[test]
fn numbers_are_in_stored_units_and_unknown_units_are_marked() {
    let model = model_of("IFC4", SMALL);
    let (wall, _) = named(&model, "Wand 1");
    let (door, _) = named(&model, "Tür");
    assert_eq!(quantity(&model, wall, "NetSideArea"), (Measure::Area, 0.0001, QuantitySource::QuantitySet));
    assert_eq!(quantity(&model, wall, "L.Length"), (Measure::Length, 6.096, QuantitySource::QuantitySet));
    assert_eq!(quantity(&model, wall, "Own"), (Measure::Length, 1.0, QuantitySource::QuantitySet));
    assert_eq!(quantity(&model, wall, "Number"), (Measure::Count, 3.0, QuantitySource::QuantitySet));
    assert_eq!(quantity(&model, door, "OverallWidth"), (Measure::Length, 0.9144, QuantitySource::Attribute));
    assert_eq!(quantity(&model, door, "OverallHeight"), (Measure::Length, 2.1336, QuantitySource::Attribute));
    let PropertyValue::Number { value, measure } = property(&model, wall, "Volume").value else { panic!() };
    assert_eq!((value, measure), (10.0, Measure::Unknown));
    let lining = property(&model, door, "LiningDepth");
    let PropertyValue::Number { value, measure } = lining.value else { panic!() };
    assert!((value - 0.3048).abs() < 1e-12 && measure == Measure::Length);
    assert_eq!(lining.set.map(|set| model.text(set)), Some("IfcDoorLiningProperties"));
    assert!(model.head().units_declared);
}

#[test]
fn properties_of_every_kind_reach_every_related_element() {
    let model = model_of("IFC4", SMALL);
    for name in ["Wand 1", "Wand 2"] {
        let (wall, _) = named(&model, name);
        assert_eq!(property(&model, wall, "IsExternal").value, PropertyValue::Boolean(true));
        for (name, wanted) in [
            ("Status", "NEW, OLD"),
            ("List", "1, 2.5"),
            ("Range", "3.048 – 6.096"),
            ("FireRating", "F90"),
            ("Stuff", "Beton"),
        ] {
            assert_eq!(text(&model, property(&model, wall, name).value), wanted, "{name}");
        }
        let inner = PropertyValue::Number { value: 3.0, measure: Measure::Plain };
        assert_eq!(property(&model, wall, "Outer.Inner").value, inner);
        assert!(property(&model, wall, "FireRating").from_type);
        assert!(model.properties(wall).iter().all(|property| model.text(property.name) != "Empty"));
    }
}

#[test]
fn a_types_material_holds_where_the_element_has_none() {
    let model = model_of("IFC4", SMALL);
    let materials = |name: &str| {
        let (wall, _) = named(&model, name);
        let uses = model.materials(wall);
        uses.iter()
            .map(|m| (model.text(m.material), m.thickness_m.map(|t| (t * 1e6).round()), m.share))
            .collect::<Vec<_>>()
    };
    assert_eq!(materials("Wand 1"), [("Beton", Some(914_400.0), Some(0.75)), ("Luft", Some(304_800.0), Some(0.25))]);
    assert_eq!(materials("Wand 2"), [("Holz", None, Some(1.0))]);
}

#[test]
fn attributes_come_from_their_places() {
    let model = model_of("IFC4", SMALL);
    let show = |name: &str| {
        let (_, e) = named(&model, name);
        let text = |id| model.text(id);
        [Some(e.entity_type), e.long_name, e.description, e.tag, e.object_type, e.predefined_type]
            .map(|id| id.map(text).unwrap_or_default())
    };
    assert_eq!(show("Wand 1"), ["IfcWallStandardCase", "", "Text", "T1", "", "SOLIDWALL"]);
    assert_eq!(show("Wand 2"), ["IfcWall", "", "", "", "Typ", ""]);
    assert_eq!(show("Tür"), ["IfcDoor", "", "", "", "", "GATE"]);
    assert_eq!(show("Massiv"), ["IfcWallType", "", "", "42", "", "SOLIDWALL"]);
    assert_eq!(show("EG"), ["IfcBuildingStorey", "Erdgeschoss", "", "", "", ""]);
    assert_eq!(show("1"), ["IfcSpace", "Flur", "", "", "", "INTERNAL"]);
    assert_eq!(show("Zone"), ["IfcZone", "Wohnung 1", "", "", "", ""]);
    assert_eq!(show("Haus"), ["IfcProject", "Langer Name", "", "", "", ""]);
}

#[test]
fn what_is_wrong_is_told_with_the_number_of_the_instance() {
    let model = model_of("IFC4", SMALL);
    let told = problems(&model);
    for wanted in [
        (ProblemCode::ValueUnreadable, "#32", "Weight"),
        (ProblemCode::ReferenceDangling, "#5", "#999"),
        (ProblemCode::UnitUnknown, "#76", "cord"),
    ] {
        assert!(told.contains(&wanted), "{told:?}");
    }
    assert_eq!(told.len(), 3, "{told:?}");
    let found = model.summary().problems.kept.iter().find(|problem| problem.pointer == "#32").unwrap();
    assert!(file("IFC4", SMALL).find("#32=IFCQUANTITYWEIGHT").is_some_and(|at| at as u64 == found.byte_offset));
}

#[test]
fn materials_of_every_kind_are_read() {
    let model = model_of(
        "IFC4",
        "#1=IFCWALL('w1',$,'A',$,$,$,$,$,$);#2=IFCWALL('w2',$,'B',$,$,$,$,$,$);#3=IFCWALL('w3',$,'C',$,$,$,$,$,$);
#4=IFCWALL('w4',$,'D',$,$,$,$,$,$);#10=IFCMATERIAL('Holz',$,$);#11=IFCMATERIAL('Glas',$,$);
#20=IFCMATERIALLIST((#10,#11));
#21=IFCMATERIALCONSTITUENTSET('S',$,(#22,#23));
#22=IFCMATERIALCONSTITUENT('Rahmen',$,#10,0.25,$);#23=IFCMATERIALCONSTITUENT('Scheibe',$,$,0.75,$);
#24=IFCMATERIALPROFILESETUSAGE(#25,5,$);#25=IFCMATERIALPROFILESET($,$,(#26),$);#26=IFCMATERIALPROFILE('P',$,#10,#99,$,$);
#27=IFCMATERIALLAYER(#11,0.01,$,$,$,$,$);
#30=IFCRELASSOCIATESMATERIAL('r1',$,$,$,(#1),#20);#31=IFCRELASSOCIATESMATERIAL('r2',$,$,$,(#2),#21);
#32=IFCRELASSOCIATESMATERIAL('r3',$,$,$,(#3),#24);#33=IFCRELASSOCIATESMATERIAL('r4',$,$,$,(#4),#27);",
    );
    let materials = |name: &str| {
        let uses = model.materials(named(&model, name).0);
        uses.iter().map(|m| (model.text(m.material), m.share, m.is_layer)).collect::<Vec<_>>()
    };
    assert_eq!(materials("A"), [("Holz", None, false), ("Glas", None, false)]);
    assert_eq!(materials("B"), [("Holz", Some(0.25), false), ("Scheibe", Some(0.75), false)]);
    assert_eq!(materials("C"), [("Holz", Some(1.0), false)]);
    assert_eq!(materials("D"), [("Glas", Some(1.0), true)]);
}

#[test]
fn every_instance_is_a_record_and_facts_name_theirs() {
    let text = file("IFC4", SMALL);
    let model = read_text(text.as_bytes()).unwrap();
    let header = model.record(RecordIndex(0)).unwrap();
    assert_eq!((header.group.map(|group| model.text(group)), header.index), (Some("HEADER"), None));
    assert_eq!(model.record_count() as usize, 1 + SMALL.lines().count());
    for index in (0..model.record_count()).map(RecordIndex) {
        let row = model.record(index).unwrap();
        let from = usize::try_from(row.offset).unwrap();
        let bytes = model.record_bytes(index).unwrap();
        assert_eq!(bytes, text.as_bytes()[from..from + row.bytes as usize]);
        if let Some(number) = row.index {
            let begin = format!("#{number}={}(", row.group.map(|group| model.text(group)).unwrap());
            assert!(bytes.starts_with(begin.as_bytes()) && bytes.ends_with(b");"), "{begin}");
        }
    }
    let number = |record: Option<RecordIndex>| record.and_then(|record| model.record(record)).and_then(|row| row.index);
    let (wall, _) = named(&model, "Wand 1");
    assert_eq!(number(model.entity_record(wall)), Some(10));
    let sets: Vec<_> = model.sets_of(wall).iter().map(|link| number(model.set_record(link.set))).collect();
    assert_eq!(sets, [Some(20), Some(30), Some(36)]);
    let mut groups = Vec::new();
    model
        .each_relation(&mut |row| groups.extend((row.kind == RelationKind::BelongsTo).then(|| number(row.record))))
        .unwrap();
    assert_eq!(groups, [Some(81)]);
}

#[test]
fn records_beyond_a_block_are_found_in_the_next() {
    let wall = |number: usize| format!("#{number}=IFCWALL('w{number}',$,'{}',$,$,$,$,$,$);\n", "x".repeat(1000));
    let text = file("IFC4", &(1..=2500).map(wall).collect::<String>());
    let model = read_text(text.as_bytes()).unwrap();
    let last = model.record(RecordIndex(2500)).unwrap();
    assert_eq!((last.index, last.block), (Some(2500), 2));
    assert_eq!(model.record_bytes(RecordIndex(2500)).unwrap(), wall(2500).trim_end().as_bytes());
}

#[test]
fn a_strict_reading_ends_at_the_first_fault() {
    let strictly = |text: &str| {
        let options = ReadOptions { strict: true };
        let read = read_with(text.as_bytes(), ContentEncoding::Identity, options, &mut |_| ControlFlow::Continue(()));
        read.map(|read| read.model.entity_count())
    };
    let whole = file("IFC4", "#1=IFCWALL('w1',$,'A',$,$,$,$,$,$);");
    assert!(matches!(strictly(&whole), Ok(1)));
    let cut = strictly(whole.split_once("\nENDSEC;\nEND").unwrap().0);
    assert!(matches!(cut, Err(ReadError::Truncated { .. })), "{cut:?}");
    let broken = strictly(&file("IFC4", "#1=IFCWALL('w1',#,'A');"));
    assert!(matches!(broken, Err(ReadError::Instance { .. })), "{broken:?}");
}

#[test]
fn a_reading_can_be_cancelled() {
    let text = file("IFC4", SMALL);
    let read = read(text.as_bytes(), ContentEncoding::Identity, &mut |_| ControlFlow::Break(()));
    assert!(matches!(read.map(|_| ()), Err(ReadError::Cancelled)));
}

//! What every shape says of the whole, of groups and of classifications, with one made-up house in all of them.

use super::testing::Doc;
use crate::ifc::ModelReader as _;

const ADDRESS: &str = "Weg 1, 80331 München, Bayern, Deutschland";

fn head(doc: &Doc) -> [String; 5] {
    let head = doc.head();
    let said = |text: &Option<String>| text.clone().unwrap_or_default();
    let coordinates = head.coordinates.map(|[latitude, longitude]| format!("{latitude:.6} {longitude:.6}"));
    [
        said(&head.application),
        head.authors.join("; "),
        head.organisations.join("; "),
        said(&head.address),
        said(&coordinates),
    ]
}

const WHOLE: [&str; 5] = ["CAD 7", "Ada Lovelace", "Büro", ADDRESS, "48.139100 -11.580200"];

/// Groups, classifications and places that the full shapes hold.
fn check_full(doc: &Doc) {
    assert_eq!(head(doc), WHOLE);
    assert_eq!(doc.property("Projekt", "Phase").as_deref(), Some("-: Neubau"));
    assert_eq!(doc.groups("1"), ["Wohnung 1"]);
    assert_eq!(doc.groups("W1"), ["Tragwerk"]);
    assert_eq!(doc.type_of("Wohnung 1"), "IfcZone");
    assert_eq!(doc.classes("W1"), ["DIN 276: 331 Tragwand", "-: A.1"], "the type's code of the same system gives way");
    assert_eq!(doc.classes("W2"), ["DIN 276: 330 Wand", "-: A.1"], "the type's codes hold");
    assert_eq!(doc.classes("Massiv"), ["DIN 276: 330 Wand", "-: A.1"]);
    assert_eq!(doc.place("Tisch"), ["1", "-", "-", "EG"], "a room contains it");
    assert_eq!(doc.place("W1"), ["EG", "-", "-", "EG"], "a reference changes no container");
    assert_eq!(doc.place("W2"), ["OG", "-", "-", "OG"], "what is only referenced is contained there");
    assert_eq!(doc.place("Tragwerk"), ["Haus", "-", "-", "-"], "a system stands in the building it serves");
    assert_eq!(doc.bounds("1"), ["W1"], "a virtual boundary without an element is none");
    let layers = doc.materials("W1");
    assert_eq!(
        layers,
        [("Putz", Some(0.1), Some(0.25)), ("Folie", Some(0.0), Some(0.0)), ("Ziegel", Some(0.3), Some(0.75))]
    );
}

/// The relations stand before what they name; the reference of W1 before its containment.
const STEP: &str = "#1=IFCOWNERHISTORY(#2,#5,$,.ADDED.,$,$,$,1);
#2=IFCPERSONANDORGANIZATION(#3,#4,$);#3=IFCPERSON($,'Lovelace','Ada',$,$,$,$,$);#4=IFCORGANIZATION($,'B\\X2\\00FC\\X0\\ro',$,$,$);
#5=IFCAPPLICATION(#6,'7','CAD 7','C');#6=IFCORGANIZATION($,'Vendor',$,$,$);
#10=IFCPROJECT('p1',#1,'Projekt',$,$,'Lang','Neubau',(),#11);#11=IFCUNITASSIGNMENT((#12));#12=IFCSIUNIT(*,.LENGTHUNIT.,.MILLI.,.METRE.);
#20=IFCSITE('s1',#1,'Platz',$,$,$,$,$,.ELEMENT.,(48,8,20,760000),(-11,-34,-48,-720000),0.,$,#22);
#21=IFCBUILDING('b1',#1,'Haus',$,$,$,$,$,.ELEMENT.,$,$,#23);
#22=IFCPOSTALADDRESS($,$,$,$,$,$,'Anderswo',$,$,$);
#23=IFCPOSTALADDRESS($,$,$,$,('Weg 1'),$,'M\\X2\\00FC\\X0\\nchen','Bayern','80331','Deutschland');
#30=IFCRELASSIGNSTOGROUP('r1',#1,$,$,(#40),$,#50);#31=IFCRELASSIGNSTOGROUPBYFACTOR('r2',#1,$,$,(#42),$,#51,1.);
#32=IFCRELREFERENCEDINSPATIALSTRUCTURE('r3',#1,$,$,(#42,#43),#61);#33=IFCRELCONTAINEDINSPATIALSTRUCTURE('r4',#1,$,$,(#42),#60);
#34=IFCRELCONTAINEDINSPATIALSTRUCTURE('r5',#1,$,$,(#41),#40);#35=IFCRELAGGREGATES('r6',#1,$,$,#60,(#40));
#36=IFCRELSERVICESBUILDINGS('r7',#1,$,$,#51,(#21));#37=IFCRELDEFINESBYTYPE('r8',#1,$,$,(#42,#43),#44);
#38=IFCRELSPACEBOUNDARY2NDLEVEL('r9',#1,$,$,#40,#42,$,.PHYSICAL.,.INTERNAL.,$,$);#39=IFCRELSPACEBOUNDARY('r0',#1,$,$,#40,$,$,.VIRTUAL.,.INTERNAL.);
#40=IFCSPACE('x1',#1,'1',$,$,$,$,'Flur',.ELEMENT.,.INTERNAL.,$);#41=IFCFURNITURE('f1',#1,'Tisch',$,$,$,$,$,$);
#42=IFCWALL('w1',#1,'W1',$,$,$,$,$,$);#43=IFCWALL('w2',#1,'W2',$,$,$,$,$,$);#44=IFCWALLTYPE('t1',#1,'Massiv',$,$,$,$,$,$,.SOLIDWALL.);
#50=IFCZONE('z1',#1,'Wohnung 1',$,$,$);#51=IFCSYSTEM('y1',#1,'Tragwerk',$,$);
#60=IFCBUILDINGSTOREY('e1',#1,'EG',$,$,$,$,$,.ELEMENT.,0.);#61=IFCBUILDINGSTOREY('e2',#1,'OG',$,$,$,$,$,.ELEMENT.,3000.);
#70=IFCRELASSOCIATESCLASSIFICATION('c1',#1,$,$,(#42),#73);#71=IFCRELASSOCIATESCLASSIFICATION('c2',#1,$,$,(#44),#74);
#72=IFCRELASSOCIATESCLASSIFICATION('c3',#1,$,$,(#44,#95),#76);
#73=IFCCLASSIFICATIONREFERENCE($,'331','Tragwand',#74,$,$);#74=IFCCLASSIFICATIONREFERENCE($,'330','Wand',#75,$,$);
#75=IFCCLASSIFICATION('DIN 276',$,$,$,$,$,$);#76=IFCCLASSIFICATIONREFERENCE($,'A.1',$,$,$,$);
#90=IFCRELASSOCIATESMATERIAL('m1',#1,$,$,(#42),#91);#91=IFCMATERIALLAYERSETUSAGE(#92,.AXIS2.,.NEGATIVE.,0.,$);
#92=IFCMATERIALLAYERSET((#93,#94,#97),$,$);#93=IFCMATERIALLAYER(#96,100.,$,$,$,$,$);#94=IFCMATERIALLAYER(#98,0.,$,$,$,$,$);
#95=IFCMATERIAL('Ziegel',$,$);#96=IFCMATERIAL('Putz',$,$);#97=IFCMATERIALLAYER(#95,300.,$,$,$,$,$);#98=IFCMATERIAL('Folie',$,$);";

#[test]
fn step_says_everything_of_the_whole() {
    let text = |name: &str| {
        format!(
            "ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION((''),'2;1');\n{name}\nFILE_SCHEMA(('IFC4'));\nENDSEC;\nDATA;\n{STEP}\nENDSEC;\nEND-ISO-10303-21;\n"
        )
    };
    let doc = Doc::of(&text("FILE_NAME('h.ifc','2020',(''),(''),'','2011_7','');"));
    check_full(&doc);
    assert_eq!(doc.problems(), []);
    let doc = Doc::of(&text("FILE_NAME('h.ifc','2020',('Grace'),('Nicht definiert','Amt'),'','2011_7','');"));
    assert_eq!(head(&doc)[1..3], ["Ada Lovelace; Grace", "Büro; Amt"], "the header adds names, a prompt is none");
}

/// Relations of the ifcJSON house but for classifications and materials.
const RELATIONS: &str = r#"
 {"type":"IfcRelAssignsToGroup","relatedObjects":[{"ref":"x1"}],"relatingGroup":{"ref":"z1"}},
 {"type":"IfcRelAssignsToGroupByFactor","relatedObjects":[{"ref":"w1"}],"relatingGroup":{"ref":"y1"},"factor":1.0},
 {"type":"IfcRelReferencedInSpatialStructure","relatedElements":[{"ref":"w1"},{"ref":"w2"}],"relatingStructure":{"ref":"e2"}},
 {"type":"IfcRelContainedInSpatialStructure","relatedElements":[{"ref":"w1"}],"relatingStructure":{"ref":"e1"}},
 {"type":"IfcRelContainedInSpatialStructure","relatedElements":[{"ref":"f1"}],"relatingStructure":{"ref":"x1"}},
 {"type":"IfcRelAggregates","relatedObjects":[{"ref":"x1"}],"relatingObject":{"ref":"e1"}},
 {"type":"IfcRelServicesBuildings","relatingSystem":{"ref":"y1"},"relatedBuildings":[{"ref":"b1"}]},
 {"type":"IfcRelDefinesByType","relatedObjects":[{"ref":"w1"},{"ref":"w2"}],"relatingType":{"ref":"t1"}},
 {"type":"IfcRelSpaceBoundary2ndLevel","relatingSpace":{"ref":"x1"},"relatedBuildingElement":{"ref":"w1"}},
 {"type":"IfcRelSpaceBoundary","relatingSpace":{"ref":"x1"},"physicalOrVirtualBoundary":"VIRTUAL"},"#;

const LAYERS: &str = r#"{"type":"IfcMaterialLayerSetUsage","directionSense":"NEGATIVE","forLayerSet":{"type":"IfcMaterialLayerSet","materialLayers":[
   {"type":"IfcMaterialLayer","material":{"type":"IfcMaterial","name":"Putz"},"layerThickness":100},
   {"type":"IfcMaterialLayer","material":{"type":"IfcMaterial","name":"Folie"}},
   {"type":"IfcMaterialLayer","material":{"type":"IfcMaterial","name":"Ziegel"},"layerThickness":300}]}}"#;

const SYSTEM: &str = r#"{"type":"IfcClassification","source":"DIN 276"}"#;

fn code(number: &str, name: &str, source: &str) -> String {
    format!(
        r#"{{"type":"IfcClassificationReference","identification":"{number}","name":"{name}","referencedSource":{source}}}"#
    )
}

const HISTORY: &str = r#"{"type":"IfcOwnerHistory","owningUser":{"thePerson":{"familyName":"Lovelace","givenName":"Ada"},
   "theOrganization":{"name":"Büro"}},"owningApplication":{"applicationDeveloper":{"name":"Vendor"},"version":"7","applicationFullName":"CAD 7"}}"#;

const PROJECT: &str = r#""globalId":"p1","name":"Projekt","phase":"Neubau","unitsInContext":{"units":[{"type":"IfcSIUnit","unitType":"LENGTHUNIT","prefix":"MILLI","name":"METRE"}]}"#;

const SITE: &str = r#""globalId":"s1","refLatitude":[48,8,20,760000],"refLongitude":[-11,-34,-48,-720000],"siteAddress":{"town":"Anderswo"}"#;

const BUILDING: &str = r#""globalId":"b1","name":"Haus","buildingAddress":{"type":"IfcPostalAddress","addressLines":["Weg 1"],"town":"München","region":"Bayern","postalCode":"80331","country":"Deutschland"}"#;

#[test]
fn a_flat_list_says_everything_of_the_whole_with_and_without_inverse_attributes() {
    for inverse in [
        "",
        r#","hasAssignments":[{"ref":"gone"}],"referencedInStructures":[{"ref":"gone"}],"isGroupedBy":[{"ref":"gone"}]"#,
    ] {
        let classified = |of: &str, code: &str| {
            format!(
                r#"{{"type":"IfcRelAssociatesClassification","relatedObjects":[{{"ref":"{of}"}}],"relatingClassification":{code}}}"#
            )
        };
        let wide = code("330", "Wand", SYSTEM);
        let classes = [
            classified("w1", &code("331", "Tragwand", &wide)),
            classified("t1", &wide),
            classified("t1", r#"{"type":"IfcClassificationReference","itemReference":"A.1"}"#),
        ];
        let doc = Doc::of(&format!(
            r#"{{"type":"IFC.JSON","schemaIdentifier":"IFC4","originatingSystem":"Converter","timeStamp":"2020","data":[{RELATIONS}{},
 {{"type":"IfcRelAssociatesMaterial","relatedObjects":[{{"ref":"w1"}}],"relatingMaterial":{LAYERS}}},
 {HISTORY},{{"type":"IfcProject",{PROJECT}}},{{"type":"IfcSite",{SITE}}},{{"type":"IfcBuilding",{BUILDING}}},
 {{"type":"IfcBuildingStorey","globalId":"e1","name":"EG"}},{{"type":"IfcBuildingStorey","globalId":"e2","name":"OG"}},
 {{"type":"IfcSpace","globalId":"x1","name":"1"{inverse}}},{{"type":"IfcFurniture","globalId":"f1","name":"Tisch"}},
 {{"type":"IfcWall","globalId":"w1","name":"W1"{inverse}}},{{"type":"IfcWall","globalId":"w2","name":"W2"}},
 {{"type":"IfcWallType","globalId":"t1","name":"Massiv"}},{{"type":"IfcZone","globalId":"z1","name":"Wohnung 1"}},
 {{"type":"IfcSystem","globalId":"y1","name":"Tragwerk"}}]}}"#,
            classes.join(",")
        ));
        check_full(&doc);
        assert_eq!(doc.problems(), []);
        assert_eq!((doc.head().schema.as_deref(), doc.head().written_at.as_deref()), (Some("IFC4"), Some("2020")));
    }
}

#[test]
fn a_flattened_file_has_its_relations_on_the_many() {
    let wide = code("330", "Wand", SYSTEM).replace("Ifc", "");
    let narrow = code("331", "Tragwand", &wide).replace("Ifc", "");
    let layers = LAYERS.replace("Ifc", "");
    let doc = Doc::of(&format!(
        r#"{{"type":"IFC.JSON-5a","originatingSystem":"CAD 7","author":["Ada Lovelace"],"organization":"Büro","data":[
 {{"type":"Project",{}}},{{"type":"Site",{SITE}}},{{"type":"Building",{BUILDING}}},
 {{"type":"BuildingStorey","globalId":"e1","name":"EG"}},{{"type":"BuildingStorey","globalId":"e2","name":"OG"}},
 {{"type":"Space","globalId":"x1","name":"1","decomposes":{{"type":"BuildingStorey","ref":"e1"}},
   "hasAssignments":[{{"type":"RelAssignsToGroup","relatedObjects":[],"relatingGroup":{{"type":"Zone","ref":"z1"}}}},{{"type":"Task","ref":"gone"}}]}},
 {{"type":"Furniture","globalId":"f1","name":"Tisch","containedInStructure":{{"type":"Space","ref":"x1"}}}},
 {{"type":"Wall","globalId":"w1","name":"W1","isTypedBy":{{"type":"WallType","ref":"t1"}},"hasAssignments":{{"type":"System","ref":"y1"}},
   "referencedInStructures":{{"type":"BuildingStorey","ref":"e2"}},"containedInStructure":{{"type":"BuildingStorey","ref":"e1"}},
   "providesBoundaries":{{"type":"Space","ref":"x1"}},"hasAssociations":[{layers},{{"type":"RelAssociatesClassification","relatingClassification":{narrow}}}]}},
 {{"type":"Wall","globalId":"w2","name":"W2","isTypedBy":{{"type":"WallType","ref":"t1"}},"referencedInStructures":{{"type":"BuildingStorey","ref":"e2"}}}},
 {{"type":"WallType","globalId":"t1","name":"Massiv","hasAssociations":[{wide},{{"type":"ClassificationReference","itemReference":"A.1"}}]}},
 {{"type":"Zone","globalId":"z1","name":"Wohnung 1","isGroupedBy":{{"type":"Space","ref":"x1"}}}},
 {{"type":"System","globalId":"y1","name":"Tragwerk","servicesBuildings":{{"type":"RelServicesBuildings","relatedBuildings":[{{"type":"Building","ref":"b1"}}]}}}}]}}"#,
        PROJECT.replace("Ifc", "")
    ));
    check_full(&doc);
    assert_eq!(doc.problems(), []);
}

#[test]
fn a_nested_file_holds_groups_and_addresses_where_they_stand() {
    let wide = code("330", "Wand", SYSTEM);
    let narrow = code("331", "Tragwand", &wide);
    let doc = Doc::of(&format!(
        r#"{{"type":"IfcProject",{},"ownerHistory":{HISTORY},"isDecomposedBy":{{"type":"IfcRelAggregates","relatedObjects":[
 {{"type":"IfcSite",{SITE},"isDecomposedBy":{{"type":"IfcRelAggregates","relatedObjects":[{{"type":"IfcBuilding",{BUILDING},
  "servicedBySystems":[{{"type":"IfcRelServicesBuildings","relatingSystem":{{"type":"IfcSystem","globalId":"y1","name":{{"type":"IfcLabel","value":"Tragwerk"}}}}}}],
  "isDecomposedBy":{{"type":"IfcRelAggregates","relatedObjects":[
  {{"type":"IfcBuildingStorey","globalId":"e1","name":"EG","containsElements":[{{"type":"IfcRelContainedInSpatialStructure","relatedElements":[
    {{"type":"IfcWall","globalId":"w1","name":"W1","hasAssignments":[{{"type":"IfcRelAssignsToGroup","relatingGroup":"y1"}},{{"type":"IfcRelAssignsToProcess","relatingProcess":"gone"}}],
     "referencedInStructures":[{{"type":"IfcRelReferencedInSpatialStructure","relatingStructure":"e2"}}],
     "hasAssociations":[{{"type":"IfcRelAssociatesMaterial","relatingMaterial":{LAYERS}}},{{"type":"IfcRelAssociatesClassification","relatingClassification":{narrow}}}],
     "isTypedBy":[{{"type":"IfcRelDefinesByType","relatingType":{{"type":"IfcWallType","globalId":"t1","name":"Massiv",
       "hasAssociations":[{wide},{{"type":"IfcClassificationReference","itemReference":"A.1"}}]}}}}]}}]}}],
   "isDecomposedBy":{{"type":"IfcRelAggregates","relatedObjects":[{{"type":"IfcSpace","globalId":"x1","name":"1",
     "hasAssignments":[{{"type":"IfcRelAssignsToGroup","relatingGroup":{{"type":"IfcZone","globalId":"z1","name":"Wohnung 1"}}}}],
     "boundedBy":[{{"type":"IfcRelSpaceBoundary","relatedBuildingElement":"w1"}},{{"type":"IfcRelSpaceBoundary"}}],
     "containsElements":[{{"type":"IfcRelContainedInSpatialStructure","relatedElements":[{{"type":"IfcFurniture","globalId":"f1","name":"Tisch"}}]}}]}}]}}}},
  {{"type":"IfcBuildingStorey","globalId":"e2","name":"OG","referencesElements":[{{"type":"IfcRelReferencedInSpatialStructure","relatedElements":[
    {{"type":"IfcWall","globalId":"w2","name":"W2","isTypedBy":[{{"type":"IfcRelDefinesByType","relatingType":"t1"}}]}}]}}]}}]}}}}]}}}}]}}}}"#,
        PROJECT.replace(r#""Neubau""#, r#"{"type":"IfcLabel","value":"Neubau"}"#)
    ));
    check_full(&doc);
    assert_eq!(doc.problems(), []);
}

/// The STEP house with the names of its attributes: `#` begins a reference, `'` a text, `[` a list.
const EXPRESS: &str = "1;IfcOwnerHistory;OwningUser=#2;OwningApplication=#5
2;IfcPersonAndOrganization;ThePerson=#3;TheOrganization=#4
3;IfcPerson;FamilyName='Lovelace;GivenName='Ada
4;IfcOrganization;Name='Büro
5;IfcApplication;ApplicationDeveloper=#6;Version='7;ApplicationFullName='CAD 7
6;IfcOrganization;Name='Vendor
7;IfcPerson;FamilyName='Somebody
10;IfcProject;GlobalId='p1;Name='Projekt;Phase='Neubau;UnitsInContext=#11
11;IfcUnitAssignment;Units=[#12
12;IfcSIUnit;UnitType='LENGTHUNIT;Prefix='MILLI;Name='METRE
20;IfcSite;GlobalId='s1;RefLatitude=[48|8|20|760000;RefLongitude=[-11|-34|-48|-720000;SiteAddress=#22
21;IfcBuilding;GlobalId='b1;Name='Haus;BuildingAddress=#23
22;IfcPostalAddress;Town='Anderswo
23;IfcPostalAddress;AddressLines=['Weg 1;Town='München;Region='Bayern;PostalCode='80331;Country='Deutschland
30;IfcRelAssignsToGroup;RelatedObjects=[#40;RelatingGroup=#50
31;IfcRelAssignsToGroupByFactor;RelatedObjects=[#42;RelatingGroup=#51
32;IfcRelReferencedInSpatialStructure;RelatedElements=[#42|#43;RelatingStructure=#61
33;IfcRelContainedInSpatialStructure;RelatedElements=[#42;RelatingStructure=#60
34;IfcRelContainedInSpatialStructure;RelatedElements=[#41;RelatingStructure=#40
35;IfcRelAggregates;RelatedObjects=[#40;RelatingObject=#60
36;IfcRelServicesBuildings;RelatedBuildings=[#21;RelatingSystem=#51
37;IfcRelDefinesByType;RelatedObjects=[#42|#43;RelatingType=#44
38;IfcRelSpaceBoundary2ndLevel;RelatingSpace=#40;RelatedBuildingElement=#42
39;IfcRelSpaceBoundary;RelatingSpace=#40
40;IfcSpace;GlobalId='x1;Name='1
41;IfcFurniture;GlobalId='f1;Name='Tisch
42;IfcWall;GlobalId='w1;Name='W1
43;IfcWall;GlobalId='w2;Name='W2
44;IfcWallType;GlobalId='t1;Name='Massiv
50;IfcZone;GlobalId='z1;Name='Wohnung 1
51;IfcSystem;GlobalId='y1;Name='Tragwerk
60;IfcBuildingStorey;GlobalId='e1;Name='EG
61;IfcBuildingStorey;GlobalId='e2;Name='OG
70;IfcRelAssociatesClassification;RelatedObjects=[#42;RelatingClassification=#73
71;IfcRelAssociatesClassification;RelatedObjects=[#44;RelatingClassification=#74
72;IfcRelAssociatesClassification;RelatedObjects=[#44;RelatingClassification=#76
73;IfcClassificationReference;Identification='331;Name='Tragwand;ReferencedSource=#74
74;IfcClassificationReference;Identification='330;Name='Wand;ReferencedSource=#75
75;IfcClassification;Source='DIN 276
76;IfcClassificationReference;ItemReference='A.1
90;IfcRelAssociatesMaterial;RelatedObjects=[#42;RelatingMaterial=#91
91;IfcMaterialLayerSetUsage;ForLayerSet=#92;DirectionSense='NEGATIVE
92;IfcMaterialLayerSet;MaterialLayers=[#93|#94|#97
93;IfcMaterialLayer;Material=#96;LayerThickness=100
94;IfcMaterialLayer;Material=#98;LayerThickness=0
95;IfcMaterial;Name='Ziegel
96;IfcMaterial;Name='Putz
97;IfcMaterialLayer;Material=#95;LayerThickness=300
98;IfcMaterial;Name='Folie";

/// A value as web-ifc writes it.
fn express(value: &str) -> String {
    if let Some(list) = value.strip_prefix('[') {
        return format!("[{}]", list.split('|').map(express).collect::<Vec<_>>().join(","));
    }
    match (value.strip_prefix('#'), value.strip_prefix('\'')) {
        (Some(id), _) => format!(r#"{{"type":5,"value":{id}}}"#),
        (_, Some(text)) => format!(r#"{{"type":1,"value":"{text}"}}"#),
        _ => format!(r#"{{"type":4,"value":{value}}}"#),
    }
}

#[test]
fn express_ids_say_everything_of_the_whole() {
    let instance = |line: &str| {
        let (head, fields): (Vec<_>, Vec<_>) = line.split(';').partition(|field| !field.contains('='));
        let [id, name] = head[..] else { panic!("{line}") };
        let field = |field: &&str| field.split_once('=').map(|(key, value)| format!(r#","{key}":{}"#, express(value)));
        let fields: String = fields.iter().filter_map(field).collect();
        format!(r#""{id}":{{"expressID":{id},"type":"{name}"{fields}}}"#)
    };
    let doc = Doc::of(&format!("{{{}}}", EXPRESS.lines().map(instance).collect::<Vec<_>>().join(",")));
    check_full(&doc);
    assert_eq!(doc.problems(), []);
}

#[test]
fn a_header_beside_lists_says_who_and_where() {
    let file = |data: &str| {
        Doc::of(&format!(
            r#"{{"header":{{"author":["Ada Lovelace",""],"organization":["Büro"],"preprocessor_version":"CAD 7","originating_system":"2011_7"}},"data":{{{data}}}}}"#
        ))
    };
    let doc = file(
        r#""IfcProject":[{"id":"p1","name":"Projekt","phase":"Neubau","location":{"address":{"town":"Anderswo"},"latitude":1,"longitude":1}}],
 "IfcBuilding":[{"id":"b1","name":"Haus","building_address":{"purpose":"OFFICE","street":"Weg 1","town":"München","region":"Bayern","postal_code":"80331","country":"Deutschland"}}]"#,
    );
    assert_eq!(head(&doc)[..4], WHOLE[..4]);
    assert_eq!(doc.head().coordinates, Some([1.0, 1.0]), "decimal degrees of the project's location");
    assert_eq!(doc.property("Projekt", "phase").as_deref(), Some("-: Neubau"));
    let doc = file(
        r#""IfcSite":[{"id":"s1","ref_latitude":[48,8,20,760000],"ref_longitude":[-11,-34,-48,-720000],"site_address":"Weg 1, 80331 München, Bayern, Deutschland"}]"#,
    );
    assert_eq!(head(&doc), WHOLE);
}

#[test]
fn a_dump_by_type_says_where() {
    let doc = Doc::of(
        r#"{"IfcSite":[{"GlobalId":"s1","RefLatitude":[48,8,20,760000],"RefLongitude":[-11,-34,-48,-720000],"SiteAddress":null}],
 "IfcBuilding":[{"GlobalId":"b1","Name":"Haus","BuildingAddress":{"AddressLines":["Weg 1"],"Town":"München","Region":"Bayern","PostalCode":"80331","Country":"Deutschland"}}],
 "IfcProject":[{"GlobalId":"p1","Name":"Projekt","Phase":"Neubau"}]}"#,
    );
    assert_eq!(head(&doc), ["", "", "", WHOLE[3], WHOLE[4]]);
    assert_eq!(doc.property("Projekt", "Phase").as_deref(), Some("-: Neubau"));
    let class = Doc::of(r#"{"IfcBuilding":[{"GlobalId":"b1","Name":"Haus","BuildingAddress":"IfcPostalAddress"}]}"#);
    assert_eq!(class.head().address, None, "the name of the class is no address");
    assert_eq!(class.property("Haus", "BuildingAddress"), None);
}

#[test]
fn a_list_of_elements_says_who() {
    let doc = Doc::of(
        r#"{"header":{"originating_system":"CAD 7","author":"Ada Lovelace","organization":["Büro"]},"building_elements":[
 {"global_id":"w1","type":"IfcWall","name":"W1","dimensions":{"length":1}}]}"#,
    );
    assert_eq!(head(&doc), ["CAD 7", "Ada Lovelace", "Büro", "", ""]);
}

#[test]
fn a_metamodel_says_who_and_what_a_zone_holds() {
    let doc = Doc::of(
        r#"{"projectId":"p","author":"Ada Lovelace","createdAt":"2020","schema":"IFC4","creatingApplication":"CAD 7","metaObjects":[
 {"id":"p","name":"P","type":"IfcProject","parent":null},{"id":"z1","name":"Zone","type":"IfcZone","parent":"p"},
 {"id":"x1","name":"1","type":"IfcSpace","parent":"z1","longName":"Flur","description":"d","objectType":"o"}],"propertySets":[]}"#,
    );
    assert_eq!(head(&doc), ["CAD 7", "Ada Lovelace", "", "", ""]);
    assert_eq!((doc.head().schema.as_deref(), doc.head().written_at.as_deref()), (Some("IFC4"), Some("2020")));
    assert_eq!(doc.groups("1"), ["Zone"]);
    let (_, room) = doc.entity("1");
    let texts =
        [room.long_name, room.description, room.object_type].map(|text| text.map(|text| doc.model().text(text)));
    assert_eq!(texts, [Some("Flur"), Some("d"), Some("o")]);
}

#[test]
fn nodes_say_where_and_classes_of_other_systems_are_classifications() {
    let class = |name: &str| format!(r#""bsi::ifc::class":{{"code":"{name}"}}"#);
    let doc = Doc::of(&format!(
        r#"{{"header":{{"ifcxVersion":"ifcx_alpha","author":"Ada Lovelace"}},"data":[
 {{"path":"z1","children":{{"1":"x1","2":"x2"}},"attributes":{{{},"bsi::ifc::prop::Name":"Zone"}}}},
 {{"path":"e1","children":{{"1":"x1"}},"attributes":{{{},"bsi::ifc::prop::Name":"EG"}}}},
 {{"path":"x1","attributes":{{{},"nlsfb::class":{{"code":"21.1","name":"Ruimte","uri":"x"}}}}}},
 {{"path":"x2","inherits":{{"type":"t1"}},"attributes":{{{}}}}},
 {{"path":"t1","attributes":{{"nlsfb::class":{{"code":"21.2"}}}}}},
 {{"path":"s1","attributes":{{{},"bsi::ifc::prop::RefLatitude":[48,8,20,760000],"bsi::ifc::prop::RefLongitude":-11.5802}}}}]}}"#,
        class("IfcZone"),
        class("IfcBuildingStorey"),
        class("IfcSpace"),
        class("IfcSpace"),
        class("IfcSite")
    ));
    assert_eq!(head(&doc), ["", "Ada Lovelace", "", "", WHOLE[4]]);
    assert_eq!((doc.groups("1"), doc.place("1")), (vec!["Zone"], ["-", "-", "EG", "EG"]), "a zone is no parent");
    assert_eq!((doc.groups("2"), doc.place("2")), (vec!["Zone"], ["-", "-", "-", "-"]), "its name comes from the zone");
    assert_eq!(doc.classes("1"), ["nlsfb: 21.1 Ruimte"]);
    assert_eq!(doc.classes("2"), ["nlsfb: 21.2"]);
}

#[test]
fn constituents_keep_their_fractions_and_profiles_and_lists_their_order() {
    let part = |kind: &str, material: &str, rest: &str| {
        format!(r#"{{"type":"{kind}","material":{{"type":"IfcMaterial","name":"{material}"}}{rest}}}"#)
    };
    let made = |of: &str, material: &str| {
        format!(
            r#"{{"type":"IfcRelAssociatesMaterial","relatedObjects":[{{"ref":"{of}"}}],"relatingMaterial":{material}}}"#
        )
    };
    let constituent = |material, fraction| part("IfcMaterialConstituent", material, fraction);
    let constituents = format!(
        r#"{{"type":"IfcMaterialConstituentSet","materialConstituents":[{},{}]}}"#,
        constituent("Holz", r#","fraction":0.25"#),
        constituent("Glas", r#","fraction":0.75"#)
    );
    let profiles = format!(
        r#"{{"type":"IfcMaterialProfileSetUsage","forProfileSet":{{"type":"IfcMaterialProfileSet","materialProfiles":[{}]}}}}"#,
        part("IfcMaterialProfile", "Stahl", "")
    );
    let list = r#"{"type":"IfcMaterialList","materials":[{"type":"IfcMaterial","name":"Z"},{"type":"IfcMaterial","name":"A"}]}"#;
    let text = format!(
        r#"{{"type":"IFC.JSON","data":[{},{},{},{{"type":"IfcWindow","globalId":"1","name":"1"}},
 {{"type":"IfcBeam","globalId":"2","name":"2"}},{{"type":"IfcDoor","globalId":"3","name":"3"}}]}}"#,
        made("1", &constituents),
        made("2", &profiles),
        made("3", list)
    );
    let doc = Doc::of(&text);
    assert_eq!(doc.materials("1"), [("Holz", None, Some(0.25)), ("Glas", None, Some(0.75))]);
    assert_eq!(doc.materials("2"), [("Stahl", None, Some(1.0))]);
    assert_eq!(doc.materials("3"), [("Z", None, None), ("A", None, None)]);
}

use super::*;

#[test]
fn schemas_that_are_not_read_are_refused_by_name() {
    for schema in ["IFC2X2", "IFC2X_FINAL", "IFC1.5.1", "AUTOMOTIVE_DESIGN", "IFC4X4_DEV", "IFC5"] {
        let error = read_text(file(schema, SMALL).as_bytes()).map(|_| ());
        let Err(ReadError::SchemaUnread { schema: named }) = error else { panic!("{schema}: {error:?}") };
        assert_eq!(named, schema);
    }
    let nothing = read_text(&b"ISO-10303-21;HEADER;ENDSEC;DATA;ENDSEC;END-ISO-10303-21;"[..]).map(|_| ());
    assert!(matches!(nothing, Err(ReadError::SchemaUnread { .. })), "{nothing:?}");
}

#[test]
fn the_later_editions_of_a_schema_are_read() {
    for schema in ["IFC2X3", "ifc4", "IFC4_ADD2", "IFC4_ADD2_TC1", "IFC4X1", "IFC4X3", "IFC4X3_ADD2"] {
        let model = model_of(schema, "#1=IFCWALL('w1',$,'W',$,$,$,$,$,.SOLIDWALL.);");
        assert_eq!(model.head().schema.as_deref(), Some(schema));
        assert_eq!(named(&model, "W").1.predefined_type.is_some(), schema != "IFC2X3", "{schema}");
    }
}

#[test]
fn predefined_types_stand_where_the_schema_has_them() {
    let element = "$,'W',$,$,$,$,'tag'";
    for (schema, instance, wanted) in [
        ("IFC2X3", format!("IFCSLAB('a',{element},.FLOOR.)"), "FLOOR"),
        ("IFC2X3", format!("IFCBUILDINGELEMENTPROXY('a',{element},.ELEMENT.)"), ""),
        ("IFC2X3", format!("IFCSTAIR('a',{element},.STRAIGHT_RUN_STAIR.)"), ""),
        ("IFC4", format!("IFCSTAIR('a',{element},.STRAIGHT_RUN_STAIR.)"), "STRAIGHT_RUN_STAIR"),
        ("IFC4", format!("IFCSTAIRFLIGHT('a',{element},1,2,0.1,0.3,.STRAIGHT.)"), "STRAIGHT"),
        ("IFC2X3", format!("IFCELEMENTASSEMBLY('a',{element},.SITE.,.TRUSS.)"), "TRUSS"),
        ("IFC4", format!("IFCREINFORCINGBAR('a',{element},'S',1.,2.,3.,.MAIN.,.PLAIN.)"), "MAIN"),
        ("IFC4X3", format!("IFCKERB('a',{element},.T.)"), ""),
        ("IFC2X3", "IFCSPACE('a',$,'W',$,$,$,$,$,.ELEMENT.,.INTERNAL.,$)".to_owned(), ""),
        ("IFC4X3", "IFCBRIDGE('a',$,'W',$,$,$,$,$,.ELEMENT.,.ARCHED.)".to_owned(), "ARCHED"),
        ("IFC2X3", "IFCFURNITURETYPE('a',$,'W',$,$,$,$,$,$,.SITE.)".to_owned(), ""),
        ("IFC4", "IFCFURNITURETYPE('a',$,'W',$,$,$,$,$,$,.SITE.,.CHAIR.)".to_owned(), "CHAIR"),
        ("IFC2X3", "IFCDOORSTYLE('a',$,'W',$,$,$,$,$,.SINGLE.,.WOOD.,.F.,.F.)".to_owned(), ""),
        ("IFC4", "IFCDISTRIBUTIONPORT('a',$,'W',$,$,$,$,.SINK.,.PIPE.,.HEATING.)".to_owned(), "PIPE"),
    ] {
        let model = model_of(schema, &format!("#1={instance};"));
        let found = named(&model, "W").1.predefined_type.map(|word| model.text(word)).unwrap_or_default();
        assert_eq!(found, wanted, "{schema} {instance}");
    }
}

#[test]
fn types_outside_the_schemas_are_kept_when_they_begin_with_a_global_id() {
    let model = model_of(
        "IFC4",
        "#1=IFCFANCYTHING('1Oms875aH3Wg$9l65H2ZGw',$,'Fancy',$,'type');
#2=IFCSTRUCTURALCURVEMEMBER('2Oms875aH3Wg$9l65H2ZGw',$,'Member',$,$,$,$,.RIGID.,$);
#3=IFCFANCYTHINGTYPE('3Oms875aH3Wg$9l65H2ZGw',$,'Type',$,$,$);
#4=IFCFANCYPOINT(1.,2.);
#5=IFCPROPERTYSETTEMPLATE('0Oms875aH3Wg$9l65H2ZGw',$,'Template',$,$,$,());
#6=IFCRELFANCY('01ms875aH3Wg$9l65H2ZGw',$,'Relation',$,#1,#2);
#7=IFCSOUNDPROPERTIES('02ms875aH3Wg$9l65H2ZGw',$,'Sound',$,.T.,$,());
#8=(IFCA()IFCB());",
    );
    let types: Vec<_> = model.iter().map(|(_, entity)| model.text(entity.entity_type)).collect();
    assert_eq!(types, ["IfcFancything", "IfcStructuralCurveMember", "IfcFancythingType"]);
    let told = problems(&model);
    assert!(told.contains(&(ProblemCode::TypeUnknown, "#1", "IfcFancything")), "{told:?}");
}

#[test]
fn texts_keep_their_characters_and_faulty_ones_are_told_once() {
    let model = model_of(
        "IFC4",
        r"#1=IFCWALL('w1',$,'Stra\S\_e',$,$,$,$,'C:\temp',$);
#2=IFCWALL('w2',$,'K\X\FCche',$,$,$,$,'D:\temp',$);
#3=IFCWALL('w3',$,'Flür',$,$,$,$,$,$);
#4=IFCWALL('w4',$,'Größe',$,$,$,$,$,$);",
    );
    for name in ["Straße", "Küche", "Flür", "Größe"] {
        named(&model, name);
    }
    assert_eq!(model.text(named(&model, "Straße").1.tag.unwrap()), r"C:\temp");
    let codes: Vec<_> = problems(&model).iter().map(|(code, pointer, _)| (*code, (*pointer).to_owned())).collect();
    let once = [(ProblemCode::TextEscapeFaulty, "#1"), (ProblemCode::TextNotEncoded, "#3")];
    for (code, pointer) in once {
        assert_eq!(codes.iter().filter(|(found, _)| *found == code).collect::<Vec<_>>(), [&(code, pointer.to_owned())]);
    }
}

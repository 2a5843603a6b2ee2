use std::io::Write;

use super::*;

/// Gives one byte at a time.
struct Drops<'t>(&'t [u8]);

impl Read for Drops<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let (Some((first, rest)), Some(place)) = (self.0.split_first(), into.first_mut()) else { return Ok(0) };
        *place = *first;
        self.0 = rest;
        Ok(1)
    }
}

/// A few instances of each kind, so that a test may go through every byte.
const MINI: &str = r"#1=IFCWALL('w1',#9,'A',$,$,#7,$,$,$);
#2=IFCDOOR('d1',#9,'T\X2\00FC\X0\r /* it''s; */',$,$,#7,$,$,2.,1.,$,$,$);
#3=IFCPROPERTYSINGLEVALUE('x',$,IFCLABEL('y'),$);
#7=IFCCARTESIANPOINT((0.,
 1.));
#4=IFCPROPERTYSET('p1',#9,'P',$,(#3)); /* and */
#5=IFCRELDEFINESBYPROPERTIES('r1',#9,$,$,(#1,#2),#4);";

fn count(model: &BuildingModel, code: ProblemCode) -> usize {
    problems(model).iter().filter(|(found, ..)| *found == code).count()
}

#[test]
fn a_byte_at_a_time_gives_the_same_model() {
    let text = file("IFC4", SMALL);
    let slow = read_text(Drops(text.as_bytes())).unwrap();
    assert_eq!(slow, read_text(text.as_bytes()).unwrap());
    let blanks = format!("\n {}{text}", " ".repeat(100));
    assert!(read_text(Drops(blanks.as_bytes())).unwrap().iter().eq(slow.iter()));
}

#[test]
fn every_early_end_gives_what_is_complete_before_it() {
    let text = file("IFC4", MINI);
    let data = text.find("DATA;").unwrap() + 5;
    let mut before = 0;
    for cut in data..text.len() {
        let model = read_text(&text.as_bytes()[..cut]).unwrap();
        assert!(before <= model.entity_count(), "{cut}");
        before = model.entity_count();
        let head = text.get(..cut).unwrap();
        let is_whole = head.contains("\nENDSEC;\nEND-ISO-10303-21") || head.trim_end().ends_with("\nENDSEC;");
        assert_eq!(count(&model, ProblemCode::FileTruncated), usize::from(!is_whole), "{cut}");
    }
    assert_eq!(before, 2);
    for cut in 0..data {
        let error = read_text(&text.as_bytes()[..cut]).map(|model| model.entity_count());
        assert!(!matches!(error, Ok(1..)), "{cut}: {error:?}");
    }
}

#[test]
fn every_lost_byte_costs_little() {
    let text = file("IFC4", MINI);
    let whole = read_text(text.as_bytes()).unwrap().entity_count();
    let data = text.find("DATA;").unwrap() + 5;
    for lost in data..text.find("ENDSEC;\nEND-ISO").unwrap() {
        let mut bytes = text.clone().into_bytes();
        bytes.remove(lost);
        let model = read_text(bytes.as_slice()).unwrap();
        assert!(whole <= model.entity_count() + 1, "{lost}: {:?}", problems(&model));
        assert_eq!(count(&model, ProblemCode::FileTruncated), 0, "{lost}");
    }
}

#[test]
fn a_changed_byte_never_panics_and_rarely_ends_the_reading() {
    let text = file("IFC4", MINI);
    let data = text.find("DATA;").unwrap() + 5;
    for at in 0..text.len() {
        const BYTES: &[u8] = b"\'();,#=/*$.\n0\xff";
        // Two of them at each place; neighbours get others.
        for byte in [BYTES[2 * at % BYTES.len()], BYTES[(2 * at + 1) % BYTES.len()]] {
            let mut changed = text.clone().into_bytes();
            changed[at] = byte;
            let read = read_text(changed.as_slice());
            assert!(read.is_ok() || at < data, "{at}: {read:?}");
        }
    }
}

#[test]
fn a_broken_instance_costs_itself_and_is_told() {
    let model = model_of(
        "IFC4",
        "#1=IFCWALL('w1',$,'A',$,$,$,$,$,$;
#2=IFCWALL('w2',$,'B',$,$,$,$,$,$);
#3=IFCWALL('w3',$,'C',#,$,$,$,$,$);
#4=IFCWALL('w4',$,'D,$,$,$,$,$,$);
#5=IFCWALL('w5',$,'E',$,$,$,$,$,$)
#6=IFCCARTESIANPOINT((1.,2.);
#7=IFCWALL('w7',$,'F',$,$,$,$,$,$);",
    );
    let names: Vec<_> = model.iter().filter_map(|(_, entity)| entity.name).map(|name| model.text(name)).collect();
    assert_eq!(names, ["B", "F"]);
    let broken: Vec<_> = problems(&model)
        .iter()
        .filter(|(code, ..)| *code == ProblemCode::InstanceBroken)
        .map(|(_, at, _)| at.to_string())
        .collect();
    assert_eq!(broken, ["#1", "#3", "#4", "#5"], "what stands in geometry is not looked at");
}

#[test]
fn the_first_instance_of_a_number_counts() {
    let model = model_of("IFC4", "#1=IFCWALL('w1',$,'A',$,$,$,$,$,$);\n#1=IFCWALL('w2',$,'B',$,$,$,$,$,$);\n");
    assert_eq!(model.entity_count(), 1);
    assert!(problems(&model).contains(&(ProblemCode::InstanceRepeated, "#1", "IFCWALL")));
}

#[test]
fn instances_that_name_each_other_end() {
    let model = model_of(
        "IFC4",
        "#1=IFCWALL('w1',$,'A',$,$,$,$,$,$);#2=IFCRELDEFINESBYPROPERTIES('r',$,$,$,(#1),#3);
#3=IFCPROPERTYSET('p',$,'P',$,(#4,#4,#4,#4,#4,#4,#4,#4,#5));#5=IFCPROPERTYSINGLEVALUE('x',$,IFCLABEL('y'),$);
#4=IFCCOMPLEXPROPERTY('c',$,'u',(#4,#4,#4,#4,#4,#4,#4,#4,#4,#4,#4,#4,#4,#4,#4,#4,#5));
#6=IFCMATERIALLIST((#6,#6,#6,#6,#6,#6,#6,#6));#7=IFCRELASSOCIATESMATERIAL('r2',$,$,$,(#1),#6);
#8=IFCCONVERSIONBASEDUNIT($,.LENGTHUNIT.,'L',#9);#9=IFCMEASUREWITHUNIT(IFCRATIOMEASURE(1.),#8);
#10=IFCUNITASSIGNMENT((#8));#11=IFCPROJECT('pr',$,'P',$,$,$,$,(),#10);",
    );
    let (wall, _) = named(&model, "A");
    assert!(model.properties(wall).len() <= 65_536);
    assert_eq!(*model.materials(wall), []);
    assert!(problems(&model).contains(&(ProblemCode::UnitUnknown, "#10", "L")));
}

#[test]
fn a_relation_that_multiplies_is_left_out() {
    let list = "#1,".repeat(1500);
    let list = list.trim_end_matches(',');
    let model = model_of(
        "IFC4",
        &format!("#1=IFCWALL('w1',$,'A',$,$,$,$,$,$);\n#2=IFCRELDEFINESBYPROPERTIES('r',$,$,$,({list}),({list}));"),
    );
    assert!(problems(&model).contains(&(ProblemCode::InstanceBroken, "#2", "it relates too many pairs")));
}

#[test]
fn packing_and_marks_change_nothing() {
    let text = file("IFC4", SMALL);
    let plain = read_text(text.as_bytes()).unwrap();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(text.as_bytes()).unwrap();
    assert_eq!(read_text(gzip.finish().unwrap().as_slice()).unwrap(), plain);
    assert_eq!(read_text(zstd::encode_all(text.as_bytes(), 1).unwrap().as_slice()).unwrap(), plain);
    for before in ["\u{feff}", "\r\n", "/* comment */ "] {
        let marked = read_text(format!("{before}{text}").as_bytes()).unwrap();
        assert!(marked.iter().eq(plain.iter()), "{before}");
    }
}

#[test]
fn what_only_begins_like_a_step_file_is_refused() {
    let style = read_text(&b"/* colours */ body { color: red; } p { x: y; }"[..]).map(|_| ());
    assert!(matches!(style, Err(ReadError::Syntax { .. })), "{style:?}");
    let garbage = format!("ISO-10303-21;{}", "x;".repeat(10_000));
    let garbage = read_text(garbage.as_bytes()).map(|_| ());
    assert!(matches!(garbage, Err(ReadError::SchemaUnread { .. })), "{garbage:?}");
}

#[test]
fn a_cut_file_is_told_however_much_else_is_wrong() {
    let text = file("IFC4", &"#1=IFCWALL(;\n".repeat(1000));
    let model = read_text(text.strip_suffix("ENDSEC;\nEND-ISO-10303-21;\n").unwrap().as_bytes()).unwrap();
    assert_eq!(
        (model.summary().problems.kept.len(), count(&model, ProblemCode::FileTruncated)),
        (crate::limits::PROBLEMS_MAX, 1)
    );
    assert!(1000 < model.summary().problems.total);
}

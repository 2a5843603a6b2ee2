use crate::formats::testing::Doc;
use crate::ifc::{ModelReader as _, ProblemCode, Shape};

#[test]
fn every_object_is_a_record_with_its_values_and_one_problem_is_told() {
    let doc = Doc::of(
        r#"{"version": 3, "sensors": [{"id": 1, "title": "Flur", "at": {"floor": "EG", "xyz": [1, 2]}, "on": true}, {"id": 1, "v": 2.5},
            7, 8], "owner": {"name": "Muster"}, "by": {"a": {"v": 1}, "b": {"name": "B"}}}"#,
    );
    assert_eq!((doc.shape(), doc.count()), (Shape::Records, 6));
    assert_eq!(doc.property("Flur", "at.floor").unwrap(), "-: EG");
    assert_eq!(doc.property("Flur", "at.xyz").unwrap(), "-: 1, 2");
    assert_eq!(doc.property("Flur", "on").unwrap(), "-: true");
    assert_eq!(doc.property("a", "v").unwrap(), "-: 1 Plain", "the values of a map are records");
    assert_eq!(doc.type_of("B"), "Record");
    let (_, flur) = doc.entity("Flur");
    assert_eq!(flur.label.map(|label| doc.model().text(label)), Some("sensors"));
    let wanted = [(ProblemCode::RecordNotObject, "/sensors/2", "a number"), (ProblemCode::ShapeUnknown, "", "")];
    assert_eq!(doc.problems(), wanted);
}

#[test]
fn a_record_without_an_identifier_goes_by_its_place() {
    let doc = Doc::of(r#"[{"name": "x", "length": 3}]"#);
    let (_, record) = doc.entity("x");
    assert_eq!(record.source_id.map(|id| doc.model().text(id)), Some("/0"));
    assert_eq!(doc.quantity("x", "length"), None, "nothing tells what it measures");
}

#[test]
fn a_cut_name_is_told_though_a_record_has_no_faults_of_its_own() {
    let long = "x".repeat(crate::limits::TEXT_BYTES_MAX + 1);
    let doc = Doc::of(&format!(r#"{{"sensors": [{{"id": 1, "title": "{long}"}}, {{"id": 1}}]}}"#));
    let told: Vec<ProblemCode> = doc.model().summary().problems.kept.iter().map(|problem| problem.code).collect();
    assert_eq!(
        told,
        [ProblemCode::TextCut, ProblemCode::TextCut, ProblemCode::ShapeUnknown],
        "as a name and as a value"
    );
}

#[test]
fn plain_values_of_the_root_are_kept_up_to_a_limit_and_the_rest_is_told_once() {
    let count = crate::limits::ROOT_SCALARS_MAX + 5;
    let values: Vec<String> = (0..count).map(|i| format!("\"v{i}\": {i}")).collect();
    let long = "x".repeat(crate::limits::ROOT_SCALAR_BYTES_MAX);
    for (text, kept) in [
        (format!(r#"{{"list": [{{"id": 1}}], {}}}"#, values.join(", ")), crate::limits::ROOT_SCALARS_MAX),
        (format!(r#"{{"list": [{{"id": 1}}], "a": "b", "c": "{long}", "d": 1}}"#), 2),
    ] {
        let doc = Doc::of(&text);
        let root = doc.model().iter().find(|(_, e)| e.source_id.is_some_and(|id| doc.model().text(id) == "/"));
        assert_eq!(doc.model().properties(root.unwrap().0).len(), kept);
        let told = doc.problems().iter().filter(|(code, _, _)| *code == ProblemCode::ValuesOmitted).count();
        assert_eq!(told, 1);
    }
}

use super::*;

/// Gives the text in pieces of one length.
struct Pieces<'t> {
    text: &'t [u8],
    length: usize,
}

impl Input for Pieces<'_> {
    fn fill(&mut self, into: &mut [u8]) -> Result<usize, ReadError> {
        let count = self.length.min(self.text.len()).min(into.len());
        into[..count].copy_from_slice(&self.text[..count]);
        self.text = &self.text[count..];
        Ok(count)
    }
}

/// Everything the splitter yields, written down.
fn split(text: &[u8], length: usize) -> (Vec<String>, Option<ReadError>) {
    let mut splitter = Splitter::with_limit(Pieces { text, length }, 1024);
    let mut seen = Vec::new();
    loop {
        match splitter.next() {
            Ok(None) => return (seen, None),
            Err(error) => return (seen, Some(error)),
            Ok(Some(Item::Header { key, bytes, offset })) => {
                seen.push(format!("{key} @{offset} = {}", String::from_utf8_lossy(bytes)));
            }
            Ok(Some(Item::Record { place, bytes })) => {
                seen.push(format!("{} @{} {}", place.pointer(), place.offset, String::from_utf8_lossy(bytes)));
            }
        }
    }
}

const FLAT: &str = r#" {"type" : "IFC.JSON","n":-1.5e3,"a/b~":[ {"x":"}\"\\"},[1,{"y":[]}] ,3 ,"s\\"],
    "header":{"k":[1]},"data":[{"type":"IfcWall"}],"e":[]} "#;
const NESTED: &str = r#"{"header":{"a":1},"data":{"IfcWall":[{"id":1},{"id":2}],"IfcProject":{"id":3},"n":1}}"#;

#[test]
fn records_and_headers_have_place_and_bytes() {
    let (seen, error) = split(FLAT.as_bytes(), usize::MAX);
    assert!(error.is_none(), "{error:?}");
    assert_eq!(
        seen,
        [
            r#"type @11 = "IFC.JSON""#,
            r#"n @26 = -1.5e3"#,
            r#"/a~1b~0/0 @42 {"x":"}\"\\"}"#,
            r#"/a~1b~0/1 @56 [1,{"y":[]}]"#,
            r#"/a~1b~0/2 @70 3"#,
            r#"/a~1b~0/3 @73 "s\\""#,
            r#"header @94 = {"k":[1]}"#,
            r#"/data/0 @112 {"type":"IfcWall"}"#,
        ]
    );
    let (seen, error) = split(NESTED.as_bytes(), usize::MAX);
    assert!(error.is_none(), "{error:?}");
    let starts: Vec<_> = seen.iter().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(starts, ["header", "/data/IfcWall/0", "/data/IfcWall/1", "/data/IfcProject", "n"]);
}

#[test]
fn the_size_of_the_reads_changes_nothing() {
    for text in [FLAT, NESTED, "[1,2]", "[[],{}]", r#"{"a":[1 2]}"#, "[1,]", "{,}", r#"["\"#] {
        let whole = format!("{:?}", split(text.as_bytes(), usize::MAX));
        for length in 1..text.len() {
            assert_eq!(format!("{:?}", split(text.as_bytes(), length)), whole, "{length}");
        }
    }
}

#[test]
fn every_early_end_is_told_with_its_offset() {
    for text in [FLAT.trim_end(), NESTED] {
        for cut in text.len() - text.trim_start().len() + 1..text.len() {
            let (_, error) = split(&text.as_bytes()[..cut], 7);
            let Some(ReadError::Truncated { offset }) = error else { panic!("{cut}: {error:?}") };
            assert_eq!(offset, cut as u64);
        }
    }
}

#[test]
fn faults_between_records_are_told_with_their_offset() {
    for (text, at) in [
        ("[1] x", 4),
        ("[1 2]", 3),
        ("[1,]", 3),
        (r#"{"a" 1}"#, 5),
        (r#"{"a":1 "b":2}"#, 7),
        (r#"{a:1}"#, 1),
        ("[[1}]", 3),
        ("[x]", 1),
        ("<xml>", 0),
        ("nope", 0),
    ] {
        let (_, error) = split(text.as_bytes(), 2);
        let Some(ReadError::Syntax { offset, .. }) = error else { panic!("{text}: {error:?}") };
        assert_eq!(offset, at, "{text}");
    }
    assert!(matches!(split(b"", 1).1, Some(ReadError::Empty)));
    assert!(matches!(split(b" \n", 1).1, Some(ReadError::Empty)));
    assert!(matches!(split(b"PK\x03\x04zip", 1).1, Some(ReadError::Shape { .. })));
}

#[test]
fn depth_is_counted_and_not_recursed() {
    let levels = limits::JSON_DEPTH_MAX;
    let deep = "[".repeat(levels) + &"]".repeat(levels);
    let mut wide = Splitter::new(Pieces { text: deep.as_bytes(), length: 5 });
    while wide.next().unwrap().is_some() {}
    for text in ["[".repeat(10_000), "[{\"a\":".repeat(10_000)] {
        let mut splitter = Splitter::with_limit(Pieces { text: text.as_bytes(), length: 999 }, 1 << 20);
        let error = loop {
            match splitter.next() {
                Ok(item) => assert!(item.is_some()),
                Err(error) => break error,
            }
        };
        let ReadError::TooDeep { offset, depth_max } = error else { panic!("{error:?}") };
        assert_eq!(depth_max, levels);
        assert!(offset < 10_000);
    }
}

#[test]
fn a_record_over_the_limit_is_refused_before_it_is_whole() {
    struct Endless {
        given: usize,
    }
    impl Input for Endless {
        fn fill(&mut self, into: &mut [u8]) -> Result<usize, ReadError> {
            into.fill(b'a');
            if self.given == 0 {
                into[..4].copy_from_slice(b" [\"a");
            }
            self.given += into.len();
            Ok(into.len())
        }
    }
    let mut splitter = Splitter::with_limit(Endless { given: 0 }, 3 << 20);
    let error = splitter.next().map(|_| ());
    assert!(matches!(error, Err(ReadError::RecordTooLarge { offset: 2, .. })), "{error:?}");
    assert!(splitter.input.given <= (3 << 20) + 2 * limits::READ_BUFFER_BYTES);
    assert!(splitter.buffer.len() <= (3 << 20) + limits::READ_BUFFER_BYTES);
    let (_, error) = split(format!("[\"{}\"]", "a".repeat(1023)).as_bytes(), usize::MAX);
    assert!(matches!(error, Some(ReadError::RecordTooLarge { offset: 1, .. })));
    let (seen, _) = split(format!("[\"{}\"]", "a".repeat(1022)).as_bytes(), usize::MAX);
    assert_eq!(seen.len(), 1);
}

#[test]
fn a_key_around_the_records_that_stands_twice_is_refused() {
    for (text, at) in [(r#"{"data":[1],"data":[2]}"#, 0), (r#"{"header":{},"data":{"IfcWall":[1],"IfcWall":[2]}}"#, 20)]
    {
        let error =
            crate::formats::read(text.as_bytes(), Default::default(), &mut |_| std::ops::ControlFlow::Continue(()));
        let error = error.unwrap_err();
        assert!(matches!(error, ReadError::DuplicateKey { offset, .. } if offset == at), "{error:?}");
    }
}

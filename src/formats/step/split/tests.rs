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

/// Everything the splitter yields, written down, and whether the file was cut.
fn split(text: &[u8], length: usize) -> (Vec<String>, bool) {
    let mut splitter = Splitter::new(Pieces { text, length });
    let mut seen = Vec::new();
    while let Some(item) = splitter.next().unwrap() {
        seen.push(match item {
            Item::Header(record) => format!("{} @{}", String::from_utf8_lossy(record.name), record.offset),
            Item::Section(offset, bytes) => {
                let start = usize::try_from(offset).unwrap();
                assert_eq!(&text[start..start + bytes.len()], bytes);
                assert!(bytes.starts_with(b"HEADER") && bytes.ends_with(b"ENDSEC;"));
                continue;
            }
            Item::Instance(Record { number, name, arguments, offset, statement, .. }) => {
                let bytes = statement.len();
                let start = usize::try_from(offset).unwrap();
                assert_eq!((text[start], text[start + bytes - 1]), (b'#', b';'));
                let (name, arguments) = (String::from_utf8_lossy(name), String::from_utf8_lossy(arguments));
                format!("#{number} {name} ({arguments} @{offset}+{bytes}")
            }
            Item::Broken { number, offset, what } => format!("broken {number:?} @{offset}: {what}"),
        });
    }
    (seen, splitter.is_cut())
}

fn data(instances: &str) -> String {
    format!("ISO-10303-21;\nHEADER;\nENDSEC;\nDATA;\n{instances}\nENDSEC;\nEND-ISO-10303-21;\n")
}

const ALL: &str = "ISO-10303-21;\r\nHEADER; /* it's; */\r\nFILE_SCHEMA(('IFC4'));\r\nENDSEC;\r\n\r\nDATA;\r\n\
    #1= IFCWALL('a;b','it''s #2=(',$);#2=IFCPOINT((0.,\r\n 1.));\r\n/* #3=IFCWALL(); */ #4 = ( A(1) B('x') ) ;\r\n\
    #5=IFCX(5 /* ; */ );\r\nENDSEC;\r\nEND-ISO-10303-21;\r\nanything;";

#[test]
fn instances_have_number_name_arguments_and_place() {
    let (seen, is_cut) = split(ALL.as_bytes(), usize::MAX);
    assert_eq!(
        seen,
        [
            "FILE_SCHEMA @36",
            "#1 IFCWALL ('a;b','it''s #2=(',$) @78+34",
            "#2 IFCPOINT ((0.,\r\n 1.)) @112+24",
            "#4  ( A(1) B('x') )  @158+22",
            "#5 IFCX (5 /* ; */ ) @182+20",
        ]
    );
    assert!(!is_cut);
}

#[test]
fn the_size_of_the_reads_changes_nothing() {
    let broken = data("#1=IFCWALL('a',$)\n#2=IFCWALL('b);\n#3=IFCWALL('c');\nfoo;\n#x=IFCWALL();");
    for text in [ALL, &broken] {
        let whole = split(text.as_bytes(), usize::MAX);
        for length in 1..40 {
            assert_eq!(split(text.as_bytes(), length), whole, "{length}");
        }
    }
}

#[test]
fn a_broken_instance_costs_itself_alone() {
    for (instances, wanted) in [
        ("#1=IFCWALL('a')\n#2=IFCWALL('b');", ["broken Some(1) @36: it runs into the next instance", "#2"]),
        ("#1=IFCWALL('a);\n#2=IFCWALL('b');", ["broken Some(1) @36: it runs into the next instance", "#2"]),
        ("#1=IFCWALL('a);\r\n  #2 =IFCWALL('b');", ["broken Some(1) @36: it runs into the next instance", "#2"]),
        ("nonsense;\n#2=IFCWALL('b');", ["broken None @36: it is no instance", "#2"]),
        ("#1 IFCWALL('a');\n#2=IFCWALL('b');", ["broken Some(1) @36: no sign of equality follows its number", "#2"]),
        ("#1=IFCWALL;\n#2=IFCWALL('b');", ["broken Some(1) @36: no bracket follows its type", "#2"]),
        ("#9999999999=IFCWALL('a');\n#2=IFCWALL('b');", ["broken None @36: its number is missing or", "#2"]),
    ] {
        let (seen, is_cut) = split(data(instances).as_bytes(), usize::MAX);
        assert_eq!(seen.len(), 2, "{seen:?}");
        assert!(seen[0].starts_with(wanted[0]) && seen[1].starts_with(wanted[1]), "{instances}: {seen:?}");
        assert!(!is_cut, "{instances}");
    }
}

#[test]
fn texts_that_look_like_instances_break_nothing() {
    let (seen, _) = split(data("#1=IFCWALL('see #12=IFCDOOR(); and\n more');").as_bytes(), usize::MAX);
    assert_eq!(seen.len(), 1, "{seen:?}");
    assert!(seen[0].starts_with("#1 IFCWALL"), "{seen:?}");
}

#[test]
fn every_early_end_is_told() {
    let text = ALL.strip_suffix("\r\nanything;").unwrap();
    let end = text.find("\r\nENDSEC;\r\nEND").unwrap() + "\r\nENDSEC;".len();
    for cut in text.find("HEADER;").unwrap() + 7..text.len() - 1 {
        let head = &text.as_bytes()[..cut];
        let between = head.trim_ascii_end().ends_with(b"ENDSEC;");
        let (_, is_cut) = split(head, 7);
        assert_eq!(is_cut, !between, "{cut}");
    }
    assert!(!split(&text.as_bytes()[..end], 7).1, "nothing is missing where the data section is closed");
}

#[test]
fn other_sections_are_passed_over() {
    let text = "ISO-10303-21;HEADER;ENDSEC;ANCHOR;<a>=#1;#3=X(1);ENDSEC;DATA('a');#1=A(1);ENDSEC;DATA;#2=B(2);ENDSEC;END-ISO-10303-21;\
        SIGNATURE;abc=;ENDSEC;";
    let (seen, is_cut) = split(text.as_bytes(), 3);
    assert_eq!(seen.iter().map(|line| line.split(' ').next().unwrap()).collect::<Vec<_>>(), ["#1", "#2"]);
    assert!(!is_cut);
}

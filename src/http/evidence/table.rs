//! Evidence as rows: what CSV and XLSX have in common.

use crate::query::{Evidence, EvidenceElement, Item, Language, Scalar};

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::http) enum Cell {
    /// Nothing.
    Empty,
    /// A number.
    Number(f64),
    /// Yes or no.
    Boolean(bool),
    /// A text.
    Text(String),
}

/// Headings in German and English, and the width of the column in characters.
pub(in crate::http) const COLUMNS: &[(&str, &str, f64)] = &[
    ("GlobalId", "GlobalId", 25.0),
    ("Name", "Name", 32.0),
    ("Nummer", "Number", 14.0),
    ("Typ", "Type", 24.0),
    ("Geschoss", "Storey", 20.0),
    ("Wert", "Value", 14.0),
    ("Einheit", "Unit", 10.0),
    ("Quelle", "Source", 32.0),
    ("Dicke (mm)", "Thickness (mm)", 14.0),
    ("Rolle", "Role", 12.0),
    ("Gruppen", "Groups", 24.0),
    ("Fundstelle", "Pointer", 28.0),
    ("Byte", "Byte", 14.0),
    ("Fundstelle des Werts", "Pointer of the value", 28.0),
    ("Byte des Werts", "Byte of the value", 14.0),
];

pub(in crate::http) fn heading(column: &(&'static str, &'static str, f64), language: Language) -> &'static str {
    match language {
        Language::De => column.0,
        Language::En => column.1,
    }
}

fn text(value: Option<&String>) -> Cell {
    value.map_or(Cell::Empty, |text| Cell::Text(text.clone()))
}

#[expect(clippy::cast_precision_loss, reason = "an offset stays below 2^53, eight petabytes")]
fn offset(value: Option<u64>) -> Cell {
    value.map_or(Cell::Empty, |offset| Cell::Number(offset as f64))
}

pub(in crate::http) fn scalar(value: Option<&Scalar>) -> Cell {
    match value {
        None => Cell::Empty,
        Some(Scalar::Boolean(value)) => Cell::Boolean(*value),
        #[expect(clippy::cast_precision_loss, reason = "counts stay below 2^53")]
        Some(Scalar::Integer(number)) => Cell::Number(*number as f64),
        Some(Scalar::Number(number)) => Cell::Number(*number),
        Some(Scalar::Text(text)) => Cell::Text(text.clone()),
    }
}

/// The cells of an element, in the order of [`COLUMNS`].
pub(in crate::http) fn row(element: &EvidenceElement) -> Vec<Cell> {
    let EvidenceElement { role, item, groups, place, value_place } = element;
    let groups = groups.join("; ");
    let mut cells = item_row(item);
    cells.extend([
        Cell::Text(role.as_str().to_owned()),
        if groups.is_empty() { Cell::Empty } else { Cell::Text(groups) },
        text(place.as_ref().map(|place| &place.pointer)),
        offset(place.as_ref().map(|place| place.byte_offset)),
        text(value_place.as_ref().map(|place| &place.pointer)),
        offset(value_place.as_ref().map(|place| place.byte_offset)),
    ]);
    cells
}

/// How many of [`COLUMNS`] an item fills by itself, without what evidence knows of it.
pub(in crate::http) const ITEM_COLUMNS: usize = 9;

/// The cells of an item, in the order of the first [`ITEM_COLUMNS`].
pub(in crate::http) fn item_row(item: &Item) -> Vec<Cell> {
    vec![
        text(item.global_id.as_ref()),
        text(item.name.as_ref()),
        text(item.number.as_ref()),
        text(item.entity_type.as_ref()),
        text(item.storey.as_ref()),
        scalar(item.value.as_ref()),
        text(item.unit.as_ref()),
        text(item.source.as_ref()),
        item.thickness_mm.map_or(Cell::Empty, Cell::Number),
    ]
}

/// A text that no spreadsheet computes: one that begins like a formula gets an apostrophe in front.
pub(in crate::http) fn inert(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    format!("{}{text}", if is_formula { "'" } else { "" })
}

/// What is said of the evidence as a whole: name and value.
pub(in crate::http) fn head(evidence: &Evidence, language: Language) -> Vec<(&'static str, Cell)> {
    let de = language == Language::De;
    let pick = |german, english| if de { german } else { english };
    let plan = serde_json::to_string(&evidence.plan).unwrap_or_default();
    let mut rows = vec![
        (pick("Antwort", "Answer"), Cell::Text(evidence.answer.text.clone())),
        (pick("Ergebnis", "Result"), scalar(evidence.answer.value.as_ref())),
        (pick("Einheit", "Unit"), text(evidence.answer.unit.as_ref())),
        (pick("Regel", "Rule"), Cell::Text(evidence.rule.clone())),
        (pick("Plan der Frage", "Plan of the question"), Cell::Text(plan)),
        (pick("Modell", "Model"), Cell::Text(evidence.model_id.clone())),
        (pick("Beleg", "Evidence"), Cell::Text(evidence.id.clone())),
        (
            pick("Elemente", "Elements"),
            scalar(i64::try_from(evidence.elements.len()).ok().map(Scalar::Integer).as_ref()),
        ),
    ];
    let group = pick("Gruppe", "Group");
    for found in &evidence.answer.groups {
        rows.push((group, Cell::Text(format!("{}: {} {}", found.key, found.value, found.unit))));
    }
    rows
}
